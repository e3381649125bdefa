//! Doors: what a declaration's `let door` says of how to reach it, and sessions through them.

use std::sync::Arc;

use rsx_engine::provider::{Context, Fault, Refusal};
use rsx_lang::value::Value;

use crate::fields::Fields;
use crate::outside::Outside;
use crate::refusal::{Worded, refusal};
use crate::sql::{Balancer, DataApi, Failure, NoConnection, Session, SqlError, Unreachable};

/// A way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Door {
    way: Way,
    database: String,
    /// Users besides the administrator, and their secrets.
    logins: Vec<(String, String)>,
    /// The databases that shares bring, each with its share.
    shared: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// A workgroup, as the administrator whose secret this is.
    DataApi { workgroup: String, secret: String },
    /// A connection through a balancer to any of the endpoints.
    Balancer { host: String, port: u16, endpoints: Vec<String> },
}

impl Door {
    /// Reads a door as the library shapes it (`Access`).
    pub(crate) fn read(value: &Value) -> Result<Self, Fault> {
        let Value::Variant(word, fields) = value else {
            return Err(refusal("Door", "this has no door of a known shape").fault());
        };
        let fields = Fields(fields);
        let way = match word.as_str() {
            "data_api" => Way::DataApi {
                workgroup: fields.text("workgroup")?.to_owned(),
                secret: fields.text("secret")?.to_owned(),
            },
            "balancer" => Way::Balancer {
                host: fields.text("host")?.to_owned(),
                port: port(fields)?,
                endpoints: fields.texts("endpoints")?,
            },
            other => return Err(refusal("Door", format!("there is no door `{other}`")).fault()),
        };
        let login =
            |login: Fields<'_>| Ok((login.text("user")?.to_owned(), login.text("secret")?.to_owned()));
        let logins = fields.records("logins")?.into_iter().map(login).collect::<Result<_, Fault>>()?;
        let shared =
            |shared: Fields<'_>| Ok((shared.text("database")?.to_owned(), shared.text("share")?.to_owned()));
        let shared = fields.records("shared")?.into_iter().map(shared).collect::<Result<_, Fault>>()?;
        Ok(Self { way, database: fields.text("database")?.to_owned(), logins, shared })
    }

    /// Says what lets a login in where the database has turned it away.
    pub(crate) fn explain(&self, failure: Failure, login: Option<&str>) -> Fault {
        let help = match &failure {
            Failure::Sql(error) => self.grant(error, login),
            Failure::Fault(_) => None,
        };
        match (Fault::from(failure), help) {
            (Fault::Refused(refusal), Some(help)) => refusal.help(help).fault(),
            (fault, _) => fault,
        }
    }

    /// A shared database is open to the users of its share, and to nobody else.
    fn grant(&self, error: &SqlError, login: Option<&str>) -> Option<String> {
        let first = || Some(self.logins.first()?.0.as_str());
        let user = login.or_else(first)?;
        let refused = error.message.strip_prefix("permission denied for database ")?.trim_matches('"');
        let (_, share) = self.shared.iter().find(|(database, _)| database == refused)?;
        Some(format!("add `{user}` to `users` of the share `{share}`"))
    }

    /// Opens a session, as a login or as whoever the door is for: a workgroup's administrator, a balancer's first login.
    pub(crate) async fn open(
        &self,
        outside: &Arc<Outside>,
        cx: &Context,
        login: Option<&str>,
        database: Option<&str>,
    ) -> Result<Box<dyn Session>, Fault> {
        let of_login = login.map(|user| self.secret_of(user)).transpose()?;
        let database = database.map_or_else(|| self.database.clone(), str::to_owned);
        match self.way.clone() {
            Way::DataApi { workgroup, secret } => {
                let secret = of_login.unwrap_or(secret);
                let (outside, cx) = (Arc::clone(outside), cx.clone());
                Ok(Box::new(DataApi { outside, cx, workgroup, database, secret }))
            }
            Way::Balancer { host, port, endpoints } => {
                let first = || self.logins.first().map(|(_, secret)| secret.clone());
                let secret = of_login.or_else(first).ok_or_else(nobody)?;
                let login = outside.login(&secret).await?;
                let (trust, resolve) = (outside.trust.clone(), outside.resolve.clone());
                let balancer = Balancer { host, port, database, endpoints, login, trust, resolve };
                match balancer.connect().await {
                    Ok(connection) => Ok(Box::new(connection)),
                    Err(NoConnection::Unreachable(seen)) => Err(no_way(&balancer, &seen)),
                    Err(NoConnection::Failure(failure)) => Err(failure.into()),
                }
            }
        }
    }

    fn secret_of(&self, user: &str) -> Result<String, Fault> {
        let found = self.logins.iter().find(|(name, _)| name == user);
        let names: Vec<_> = self.logins.iter().map(|(name, _)| format!("`{name}`")).collect();
        found.map(|(_, secret)| secret.clone()).ok_or_else(|| {
            let unknown = refusal("Login", format!("there is no login `{user}`"));
            match names.is_empty() {
                true => unknown.help("add it to `logins`").fault(),
                false => unknown.help(format!("use one of {}", names.join(", "))).fault(),
            }
        })
    }
}

/// Returns a port that a field holds.
pub(crate) fn port(fields: Fields<'_>) -> Result<u16, Fault> {
    let port = fields.integer("port")?;
    u16::try_from(port).map_err(|_| refusal("Door", format!("{port} is no port")).at("port").fault())
}

fn nobody() -> Fault {
    refusal("Login", "no login has one password on all targets of the balancer")
        .help("give its targets a login with one password, or make them a pool")
        .fault()
}

/// Says that a balancer can't be reached from here, and how it could be.
fn no_way(balancer: &Balancer, seen: &Unreachable) -> Fault {
    let message = format!("{}:{} can't be reached from here: {seen}", balancer.host, balancer.port);
    let help = "an internal balancer answers inside its network only: run this on a host in `clients`, \
                go through an SSM port forwarding session to one (`AWS-StartPortForwardingSessionToRemoteHost`), \
                or ask a single member, which goes by the Data API";
    Fault::Refused(Box::new(Refusal { help: Some(help.to_owned()), ..refusal("Unreachable", message) }))
}
