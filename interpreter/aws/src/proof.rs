//! The proof that every member behind a balancer answers: new connections until each has, and has counted shared rows.

use std::sync::Arc;
use std::time::Duration;

use ipnet::Ipv4Net;
use rsx_engine::known::Known;
use rsx_engine::provider::{Context, Counted, Fault, Proof};
use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::counting::Shared;
use crate::door::port;
use crate::fields::Fields;
use crate::outside::Outside;
use crate::sql::{Balancer, Connection, Failure, NoConnection, Unreachable};

/// How many connections are made at most, for each member.
const TRIES: usize = 40;

/// How long to wait after a connection that failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Who answers, told by its own namespace.
const WHO: &str = "select current_namespace";

/// What a balancer claims: `{ host, port, database, user, secret, unproved, sticky, clients, members: [{ address,
/// namespace, endpoint, shares: [{ database, schemas, tables }] }] }`.
struct Claim {
    host: SmolStr,
    port: u16,
    database: String,
    secret: Option<String>,
    /// Why there is no secret with which to ask.
    unproved: String,
    /// Whether only one member ever answers from here.
    is_sticky: bool,
    clients: Vec<Ipv4Net>,
    members: Vec<Member>,
}

struct Member {
    address: SmolStr,
    namespace: String,
    endpoint: String,
    shares: Vec<Shared>,
}

/// What has come of it so far.
struct Answers {
    /// For each member, whether it has answered.
    answered: Vec<bool>,
    counted: Vec<Counted>,
    /// Namespaces that answered and are no members.
    strangers: Vec<String>,
    /// What could not be counted.
    uncounted: Vec<String>,
    /// The last failure of a connection.
    failed: Option<String>,
}

/// What one member has counted.
#[derive(Default)]
struct Count {
    rows: Vec<Counted>,
    /// What it could not count.
    failed: Vec<String>,
}

/// Makes new connections until every member has answered, or there is no way from here.
pub(crate) async fn prove(outside: &Arc<Outside>, cx: &Context, claim: &Known) -> Result<Proof, Fault> {
    let claim = Claim::read(Fields::of(claim))?;
    let Some(secret) = &claim.secret else {
        (cx.progress)(claim.unproved.clone());
        return Ok(claim.untried(claim.unproved.clone()));
    };
    let balancer = Balancer {
        host: claim.host.to_string(),
        port: claim.port,
        database: claim.database.clone(),
        endpoints: claim.members.iter().map(|member| member.endpoint.clone()).collect(),
        login: outside.login(secret).await?,
        trust: outside.trust.clone(),
        resolve: outside.resolve.clone(),
    };
    let mut answers = Answers::none(claim.members.len());
    for tried in 1..=claim.tries() {
        match claim.meet(&balancer, &mut answers).await {
            Ok(()) => {}
            Err(NoConnection::Unreachable(seen)) if answers.is_empty() => {
                let note = claim.no_way(&seen);
                (cx.progress)(note.clone());
                return Ok(claim.untried(note));
            }
            Err(NoConnection::Unreachable(seen)) => answers.failed = Some(seen.to_string()),
            Err(NoConnection::Failure(failure)) => {
                answers.failed = Some(passing(failure)?);
                cx.clock.sleep(PAUSE).await;
            }
        }
        if answers.is_complete() {
            (cx.progress)(format!("all {} answered, on {tried} connections", claim.members.len()));
            break;
        }
    }
    Ok(claim.tried(answers))
}

/// Returns the words of a failure that another connection may not meet.
fn passing(failure: Failure) -> Result<String, Fault> {
    match Fault::from(failure) {
        Fault::Lost(words) | Fault::Busy(words) | Fault::Throttled(words) | Fault::NoCapacity(words) => {
            Ok(words)
        }
        fault @ (Fault::Expired(_) | Fault::Denied(_) | Fault::Refused(_) | Fault::Foreign { .. }) => {
            Err(fault)
        }
    }
}

impl Claim {
    fn read(claim: Fields<'_>) -> Result<Self, Fault> {
        let clients = match claim.value("clients") {
            Some(Value::List(clients)) => clients.iter().filter_map(network).collect(),
            Some(_) | None => Vec::new(),
        };
        Ok(Self {
            host: claim.text("host")?.into(),
            port: port(claim)?,
            database: claim.text("database")?.to_owned(),
            secret: claim.maybe_text("secret")?.map(str::to_owned),
            unproved: claim.text("unproved")?.to_owned(),
            is_sticky: claim.flag("sticky")?,
            clients,
            members: claim.records("members")?.into_iter().map(Member::read).collect::<Result<_, _>>()?,
        })
    }

    /// How many connections are made at most.
    fn tries(&self) -> usize {
        if self.is_sticky { TRIES } else { TRIES * self.members.len() }
    }

    /// That nothing was tried, and why.
    fn untried(&self, note: String) -> Proof {
        let (host, port) = (self.host.clone(), self.port);
        Proof { host, port, answered: None, counted: Vec::new(), broken: None, note: Some(note) }
    }

    fn tried(&self, answers: Answers) -> Proof {
        let (broken, note) = (self.broken(&answers), self.note(&answers));
        let pairs = self.members.iter().zip(answers.answered).filter(|(_, answered)| *answered);
        let answered = Some(pairs.map(|(member, _)| member.address.clone()).collect());
        Proof { host: self.host.clone(), port: self.port, answered, counted: answers.counted, broken, note }
    }

    /// Makes a new connection, asks who is there, and has each who is new there count.
    async fn meet(&self, balancer: &Balancer, answers: &mut Answers) -> Result<(), NoConnection> {
        let connection = balancer.connect().await?;
        let Some(namespace) = connection.text(WHO).await.map_err(NoConnection::Failure)? else {
            return Ok(());
        };
        let mut known = false;
        for (member, answered) in self.members.iter().zip(&mut answers.answered) {
            if member.namespace != namespace {
                continue;
            }
            known = true;
            if !*answered {
                let counted = member.count(&connection).await.map_err(NoConnection::Failure)?;
                answers.counted.extend(counted.rows);
                answers.uncounted.extend(counted.failed);
                *answered = true;
            }
        }
        if !known && !answers.strangers.contains(&namespace) {
            answers.strangers.push(namespace);
        }
        Ok(())
    }

    /// Says what was not tried, and how it can be.
    fn no_way(&self, seen: &Unreachable) -> String {
        let inside = seen.own.is_some_and(|own| self.clients.iter().any(|client| contains(client, own)));
        let clients: Vec<_> = self.clients.iter().map(Ipv4Net::to_string).collect();
        let whose = match (inside, clients.is_empty()) {
            (true, _) => "this host is in `clients`, so look at routes and security groups".to_owned(),
            (false, true) => "nobody is in `clients`".to_owned(),
            (false, false) => {
                format!("run the same command from a host in `clients` ({})", clients.join(", "))
            }
        };
        format!(
            "not tried: the path from a client through the balancer, because {}:{} can't be reached from here: {seen}; {whose}",
            self.host, self.port
        )
    }

    /// Says who has not answered, and who does not see what is shared with it.
    fn broken(&self, answers: &Answers) -> Option<String> {
        let silent = self.silent(answers);
        let mut broken = Vec::new();
        if !silent.is_empty() && (!self.is_sticky || answers.is_empty()) {
            broken.push(format!(
                "after {} connections there was no answer of {}",
                self.tries(),
                silent.join(", ")
            ));
            broken.extend(answers.failed.iter().map(|words| format!("the last failure was: {words}")));
        }
        let mut uncounted = answers.uncounted.clone();
        // In whatever order they answered.
        uncounted.sort_unstable();
        broken.extend(uncounted);
        (!broken.is_empty()).then(|| broken.join("; "))
    }

    /// Says what is no failure of the balancer.
    fn note(&self, answers: &Answers) -> Option<String> {
        let silent = self.silent(answers);
        let mut notes = Vec::new();
        if self.is_sticky && !silent.is_empty() && !answers.is_empty() {
            notes.push(format!("it is sticky, so from here one target answers, not {}", silent.join(", ")));
        }
        if !answers.strangers.is_empty() {
            notes.push(format!("others answered too: the namespaces {}", answers.strangers.join(", ")));
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    fn silent(&self, answers: &Answers) -> Vec<&str> {
        let members = self.members.iter().zip(&answers.answered);
        members.filter(|(_, answered)| !**answered).map(|(member, _)| member.address.as_str()).collect()
    }
}

impl Answers {
    fn none(members: usize) -> Self {
        Self {
            answered: vec![false; members],
            counted: Vec::new(),
            strangers: Vec::new(),
            uncounted: Vec::new(),
            failed: None,
        }
    }

    fn is_empty(&self) -> bool {
        self.answered.iter().all(|answered| !answered)
    }

    fn is_complete(&self) -> bool {
        self.answered.iter().all(|answered| *answered)
    }
}

impl Member {
    fn read(member: Fields<'_>) -> Result<Self, Fault> {
        Ok(Self {
            address: member.text("address")?.into(),
            namespace: member.text("namespace")?.to_owned(),
            endpoint: member.text("endpoint")?.to_owned(),
            shares: member.records("shares")?.into_iter().map(Shared::read).collect::<Result<_, _>>()?,
        })
    }

    /// Counts the rows of each share that this user may read.
    async fn count(&self, connection: &Connection) -> Result<Count, Failure> {
        let mut count = Count::default();
        for share in &self.shares {
            let counted = match share.count(connection).await {
                Ok(None) => share.is_there(connection).await.map(|()| None),
                counted => counted,
            };
            match counted {
                Ok(Some((table, rows))) => {
                    count.rows.push(Counted { by: self.address.clone(), of: table.name, rows });
                }
                Ok(None) => {}
                Err(Failure::Sql(error)) if !error.passes() => {
                    count
                        .failed
                        .push(format!("{} could not count shared rows: {}", self.address, error.message));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(count)
    }
}

fn network(value: &Value) -> Option<Ipv4Net> {
    let Value::Cidr(network) = value else { return None };
    Some(*network)
}

fn contains(network: &Ipv4Net, address: std::net::IpAddr) -> bool {
    ipnet::IpNet::V4(*network).contains(&address)
}
