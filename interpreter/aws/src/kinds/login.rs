//! `login`: a user of a namespace besides its administrator.

use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::value::Record;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::blame;
use crate::sql::{DataApi, Failure, Session, Verifier, identifier, literal};
use crate::warehouse::{self, cell};

pub(crate) struct Login(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Login {
    fn name(&self) -> &'static str {
        "login"
    }

    fn reading(&self) -> Reading {
        Reading::Wakes
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let present = self.look(&warehouse::at(&self.0, cx, want)?, want.text("user")?).await?;
        let made = present.then(|| id(want)).transpose()?;
        if made.is_some() {
            // The catalog does not tell a password, so the maker may have been killed before it was set.
            self.put(cx, want, Statement::Alter).await?;
        }
        Ok(made)
    }

    async fn read(&self, cx: &Context, _: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let last = Fields(last);
        let at = warehouse::at(&self.0, cx, last)?;
        if !self.look(&at, last.text("user")?).await? {
            return Ok(None);
        }
        let seen = Seen::new().text("namespace", last.text("namespace")?).text("user", last.text("user")?);
        let as_user = DataApi { secret: last.text("secret")?.to_owned(), ..at };
        let seen = if is_turned_away(&as_user).await? { seen.text("version", OTHER) } else { seen };
        Ok(Some(seen.ready()))
    }

    /// One of that name that is there already, as after a restore, gets this password.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let want = Fields::of(want);
        let present = self.look(&warehouse::at(&self.0, cx, want)?, want.text("user")?).await?;
        self.put(cx, want, if present { Statement::Alter } else { Statement::Create }).await?;
        id(want)
    }

    async fn update(&self, cx: &Context, _: &Id, change: &Change<'_>) -> Result<(), Fault> {
        self.put(cx, Fields::of(change.want), Statement::Alter).await
    }

    async fn delete(&self, cx: &Context, _: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        let (at, user) = (warehouse::at(&self.0, cx, last)?, last.text("user")?);
        if self.look(&at, user).await? {
            at.settle("login/drop", &format!("drop user {}", identifier(user))).await?;
        }
        Ok(())
    }
}

/// What is told of a password that is not the secret's.
const OTHER: &str = "another password";

#[derive(Clone, Copy)]
enum Statement {
    Create,
    Alter,
}

impl Login {
    /// Returns whether there is such a user; a superuser is somebody else's.
    async fn look(&self, at: &DataApi, user: &str) -> Result<bool, Fault> {
        let sql = format!("select usesuper from pg_user_info where usename = {}", literal(user));
        let rows = at.rows("login/look", &sql).await?.unwrap_or_default();
        match rows.first() {
            Some(row) if cell(row, 0).is_true() => Err(Fault::Foreign {
                found: format!("the superuser `{user}`"),
                owner: "the warehouse's administration".to_owned(),
            }),
            Some(_) => Ok(true),
            None => Ok(false),
        }
    }

    async fn put(&self, cx: &Context, want: Fields<'_>, statement: Statement) -> Result<(), Fault> {
        let (at, user) = (warehouse::at(&self.0, cx, want)?, want.text("user")?);
        let login = self.0.login(want.text("secret")?).await.map_err(|fault| blame(fault, "secret"))?;
        let verifier = Verifier::of(want.word("verifier")?)?.of_password(user, &login.password);
        let verb = match statement {
            Statement::Create => "create",
            Statement::Alter => "alter",
        };
        let sql = format!("{verb} user {} password {}", identifier(user), literal(&verifier));
        at.execute("login/set", &sql).await.map_err(|fault| blame(fault, "user"))
    }
}

/// Returns whether who logs in is turned away: the catalog tells no password. A secret that can't be used tells nothing.
async fn is_turned_away(at: &DataApi) -> Result<bool, Fault> {
    match at.run("select 1").await {
        Ok(_) | Err(Failure::Fault(Fault::Refused(_))) => Ok(false),
        Err(Failure::Sql(error)) if error.turns_away() => Ok(true),
        Err(failure) => Err(failure.into()),
    }
}

fn id(want: Fields<'_>) -> Result<Id, Fault> {
    Ok(Id(format!("{}/{}", want.text("namespace")?, want.text("user")?).into()))
}
