//! `restore`: that a namespace holds what a snapshot held.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_redshiftserverless::types::{Namespace, NamespaceStatus, WorkgroupStatus};
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Refusal};
use rsx_lang::secret::Secret;
use rsx_lang::value::Record;

use crate::fault::{Answered, incomplete};
use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, blame, refusal};
use crate::restoring::{self, BEGUN, DONE, SNAPSHOT, USUAL};
use crate::sql::DataApi;

/// It is one call of AWS and several of its consequences, which nobody else can put right in between: so this kind waits.
pub(crate) struct Restore(pub(crate) Arc<Outside>);

/// How often the namespace is looked at.
const PAUSE: Duration = Duration::from_secs(5);
/// How long it may take until the namespace answers again, in looks: two hours.
const LOOKS: u32 = 1440;
/// How long a restore that was asked for may not show yet, in looks.
const LAG: u32 = 6;
/// How long the administrator may not be let in after it, in looks.
const LOGINS: u32 = 60;

#[async_trait]
impl Kind for Restore {
    fn name(&self) -> &'static str {
        "restore"
    }

    /// Finds a restore that is over; one that is not is taken up again by `create`, which has the password.
    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let Some(namespace) = self.0.namespace(Fields::of(want).text("namespace")?).await? else {
            return Ok(None);
        };
        let (tags, id) = (self.0.tags_of(&namespace).await?, restoring::id(cx));
        Ok((tags.get(DONE) == Some(id.as_str())).then(|| Id(id.into())))
    }

    async fn read(&self, _: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        if self.0.closed_gates.contain(id) {
            return Ok(None);
        }
        let last = Fields(last);
        let Some(namespace) = self.0.namespace(last.text("namespace")?).await? else { return Ok(None) };
        let tags = self.0.tags_of(&namespace).await?;
        let Some(done) = tags.get(DONE) else { return Ok(None) };
        // Without a secret of its own the namespace has the one that the spec names.
        let secret = namespace.admin_password_secret_arn().or(last.maybe_text("admin_secret")?);
        let seen = Seen::new()
            .told_text("namespace", namespace.namespace_name())
            .told_text("namespace_id", namespace.namespace_id())
            .told_text("snapshot", tags.get(SNAPSHOT))
            .text("id", if done == id.0 { id.0.clone() } else { done.into() })
            .told_text("admin_secret_after", secret);
        Ok(Some(seen.ready()))
    }

    /// One that was begun has its leave already.
    async fn foresee(&self, cx: &Context, want: &Known) -> Result<(), Fault> {
        let want = Fields::of(want);
        let Some(namespace) = self.0.namespace(want.text("namespace")?).await? else { return Ok(()) };
        match self.0.tags_of(&namespace).await?.get(BEGUN) {
            Some(begun) if begun == restoring::id(cx) => Ok(()),
            Some(_) | None => self.guard(cx, want, &namespace).await,
        }
    }

    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let (want, id) = (Fields::of(want), restoring::id(cx));
        let namespace = self.namespace(want).await?;
        let tags = self.0.tags_of(&namespace).await?;
        if tags.get(DONE) == Some(id.as_str()) {
            return Ok(Id(id.into()));
        }
        if tags.get(BEGUN) != Some(id.as_str()) {
            self.guard(cx, want, &namespace).await?;
            self.begin(cx, want, &namespace, &id).await?;
        } else if !self.has_happened(cx, want, &id).await? {
            self.send(want).await?;
        }
        let namespace = self.settle(cx, want).await?;
        self.0.note_done(&namespace, &id, want.text("snapshot")?).await?;
        Ok(Id(id.into()))
    }

    async fn update(&self, _: &Context, _: &Id, _: &Change<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// What was restored stays, and so does what the namespace says of it: only our record goes.
    async fn delete(&self, _: &Context, id: &Id, _: &Record) -> Result<(), Fault> {
        self.0.closed_gates.close(id.clone());
        Ok(())
    }
}

impl Restore {
    async fn namespace(&self, want: Fields<'_>) -> Result<Namespace, Fault> {
        let name = want.text("namespace")?;
        self.0.namespace(name).await?.ok_or_else(|| {
            refusal("Restore", format!("there is no namespace `{name}` to restore into"))
                .at("namespace")
                .fault()
        })
    }

    /// Refuses to restore over somebody's tables, unless that was asked for.
    async fn guard(&self, cx: &Context, want: Fields<'_>, namespace: &Namespace) -> Result<(), Fault> {
        if want.flag("replace")? {
            return Ok(());
        }
        let secret = secret_of(want, namespace)?;
        let tables = self.at(cx, want, &secret, want.text("database")?)?.user_tables().await?;
        if tables.is_empty() {
            return Ok(());
        }
        let message =
            format!("the namespace `{}` holds data: {}", want.text("namespace")?, tables.join(", "));
        Err(refusal("rsx::restore::overwrites", message)
            .at("replace")
            .help("a restore replaces every database and every user; say `replace = true` if that is meant")
            .fault())
    }

    fn at(&self, cx: &Context, want: Fields<'_>, secret: &str, database: &str) -> Result<DataApi, Fault> {
        Ok(DataApi {
            outside: Arc::clone(&self.0),
            cx: cx.clone(),
            workgroup: want.text("workgroup")?.to_owned(),
            database: database.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// Leaves the marks, then asks for the restore.
    async fn begin(
        &self,
        cx: &Context,
        want: Fields<'_>,
        namespace: &Namespace,
        id: &str,
    ) -> Result<(), Fault> {
        let secret = secret_of(want, namespace)?;
        self.at(cx, want, &secret, want.text("database")?)?.mark(id).await?;
        self.0.note_begun(namespace, id).await?;
        self.send(want).await
    }

    /// A cluster's snapshot is named by its ARN, a serverless one by its name (Redshift Serverless RestoreFromSnapshot).
    async fn send(&self, want: Fields<'_>) -> Result<(), Fault> {
        let snapshot = want.text("snapshot")?;
        let is_arn = snapshot.starts_with("arn:");
        let managed = *want.secret("admin_password")? == Secret::Generated;
        let call = self
            .0
            .clients
            .serverless()
            .restore_from_snapshot()
            .namespace_name(want.text("namespace")?)
            .workgroup_name(want.text("workgroup")?)
            .set_snapshot_arn(is_arn.then(|| snapshot.to_owned()))
            .set_snapshot_name((!is_arn).then(|| snapshot.to_owned()))
            .set_owner_account(want.maybe_text("owner")?.map(str::to_owned))
            .set_manage_admin_password(managed.then_some(true));
        let answer = call.send().await.or_fault("restore the snapshot");
        answer.map(drop).map_err(|fault| blame(fault, "snapshot"))
    }

    /// Returns whether a restore that an earlier run asked for took place: its marker is gone, or nobody is let in any
    /// more, since the snapshot brought its own administrator.
    async fn has_happened(&self, cx: &Context, want: Fields<'_>, id: &str) -> Result<bool, Fault> {
        for _ in 0..LAG {
            let namespace = self.until_available(cx, want).await?;
            let secret = secret_of(want, &namespace)?;
            match self.at(cx, want, &secret, want.text("database")?)?.is_marked(id).await {
                Ok(false) | Err(Fault::Refused(_)) => return Ok(true),
                Ok(true) => cx.clock.sleep(PAUSE).await,
                Err(fault) => return Err(fault),
            }
        }
        Ok(false)
    }

    /// Puts right what the restore brought along, and returns the namespace as it is then.
    async fn settle(&self, cx: &Context, want: Fields<'_>) -> Result<Namespace, Fault> {
        let mut namespace = self.until_available(cx, want).await?;
        let password = self.0.password(want.secret("admin_password")?).await?;
        if let Some(password) = password {
            (cx.progress)("the administrator is put right".to_owned());
            let name = want.text("namespace")?;
            self.0.set_admin(name, want.text("admin_user")?, Some(password)).await?;
            namespace = self.until_available(cx, want).await?;
        }
        let secret = secret_of(want, &namespace)?;
        let databases = self.until_let_in(cx, want, &secret).await?;
        let database = want.text("database")?;
        if databases.iter().any(|found| found.eq_ignore_ascii_case(database)) {
            return Ok(namespace);
        }
        let missing = refusal("Restore", format!("the snapshot has no database `{database}`")).at("database");
        let help = match databases.is_empty() {
            true => "name the one that it has".to_owned(),
            false => format!("it has {}: name that", databases.join(", ")),
        };
        Err(missing.help(help).fault())
    }

    /// Waits for namespace and workgroup; a state between may be missed, so none is waited for.
    async fn until_available(&self, cx: &Context, want: Fields<'_>) -> Result<Namespace, Fault> {
        let mut told = String::new();
        for _ in 0..LOOKS {
            let namespace = self.namespace(want).await?;
            let workgroup =
                self.0.workgroup(want.text("workgroup")?).await?.ok_or_else(|| incomplete("workgroup"))?;
            let available = namespace.status() == Some(&NamespaceStatus::Available)
                && workgroup.status() == Some(&WorkgroupStatus::Available);
            if available {
                return Ok(namespace);
            }
            let word = namespace.status().map_or("in no state", |status| status.as_str());
            if word != told {
                (cx.progress)(format!("the namespace is {word}"));
                word.clone_into(&mut told);
            }
            cx.clock.sleep(PAUSE).await;
        }
        Err(Fault::Lost("the namespace did not come back from the restore".to_owned()))
    }

    /// Waits until the administrator is let in, to the spec's database or to the usual one, and returns the databases;
    /// none if the administrator is let in and neither is there.
    async fn until_let_in(&self, cx: &Context, want: Fields<'_>, secret: &str) -> Result<Vec<String>, Fault> {
        let (mut looks, known) = (0, [want.text("database")?, USUAL]);
        loop {
            let (mut refused, mut missing) = (None, 0);
            for database in known {
                match self.at(cx, want, secret, database)?.local_databases().await {
                    Ok(databases) => return Ok(databases),
                    Err(Fault::Refused(refusal)) if lacks_database(&refusal) => missing += 1,
                    Err(fault @ (Fault::Refused(_) | Fault::Busy(_))) => refused = Some(fault),
                    Err(fault) => return Err(fault),
                }
            }
            if missing == known.len() {
                return Ok(Vec::new());
            }
            looks += 1;
            match refused.filter(|_| looks >= LOGINS) {
                Some(fault) => return Err(blame(fault, "admin_password")),
                None => cx.clock.sleep(PAUSE).await,
            }
        }
    }
}

/// Returns whether it is for want of the database that somebody is refused: who may log in is asked before.
fn lacks_database(refusal: &Refusal) -> bool {
    let theirs = refusal.theirs.as_deref().unwrap_or_default();
    theirs.contains("database \"") && theirs.contains("does not exist")
}

/// Returns the administrator's secret: Redshift's own if it keeps one, since a restore makes another.
fn secret_of(want: Fields<'_>, namespace: &Namespace) -> Result<String, Fault> {
    match namespace.admin_password_secret_arn() {
        Some(arn) => Ok(arn.to_owned()),
        None => want.text("admin_secret").map(str::to_owned),
    }
}
