//! The proof that every member behind a balancer answers: new connections until each has.

use std::sync::Arc;
use std::time::Duration;

use ipnet::Ipv4Net;
use rsx_engine::known::Known;
use rsx_engine::provider::{Context, Fault, Proof};
use rsx_lang::value::Value;
use smol_str::SmolStr;

use crate::door::port;
use crate::fields::Fields;
use crate::outside::Outside;
use crate::sql::{Balancer, Failure, NoConnection, Unreachable};

/// How many connections are made at most, for each member.
const TRIES: usize = 40;

/// How long to wait after a connection that failed.
const PAUSE: Duration = Duration::from_millis(250);

/// Who answers, told by its own namespace.
const WHO: &str = "select current_namespace";

/// What a balancer claims: `{ host, port, database, user, secret, clients, members: [{ address, namespace, endpoint }] }`.
struct Claim {
    host: SmolStr,
    port: u16,
    database: String,
    secret: Option<String>,
    clients: Vec<Ipv4Net>,
    members: Vec<Member>,
}

struct Member {
    address: SmolStr,
    namespace: String,
    endpoint: String,
}

/// Makes new connections until every member has answered, or there is no way from here.
pub(crate) async fn prove(outside: &Arc<Outside>, cx: &Context, claim: &Known) -> Result<Proof, Fault> {
    let claim = Claim::read(Fields::of(claim))?;
    let Some(secret) = &claim.secret else {
        let note = "no login is common to all targets, so nobody could log in through it".to_owned();
        return Ok(claim.proof(None, Some(note)));
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
    let mut answered = vec![false; claim.members.len()];
    let (mut strangers, mut failed) = (Vec::new(), None);
    for tried in 1..=TRIES * claim.members.len() {
        match who(&balancer).await {
            Ok(Some(namespace)) => claim.note(&namespace, &mut answered, &mut strangers),
            Ok(None) => {}
            Err(NoConnection::Unreachable(seen)) if answered.iter().all(|answered| !answered) => {
                return Ok(claim.proof(None, Some(claim.untried(&seen))));
            }
            Err(NoConnection::Unreachable(seen)) => failed = Some(seen.to_string()),
            Err(NoConnection::Failure(failure)) => {
                failed = Some(passing(failure)?);
                cx.clock.sleep(PAUSE).await;
            }
        }
        if answered.iter().all(|answered| *answered) {
            (cx.progress)(format!("all {} answered, on {tried} connections", answered.len()));
            break;
        }
    }
    let note = claim.doubts(&answered, &strangers, failed);
    Ok(claim.proof(Some(answered), note))
}

/// Returns the namespace behind a new connection.
async fn who(balancer: &Balancer) -> Result<Option<String>, NoConnection> {
    let connection = balancer.connect().await?;
    connection.text(WHO).await.map_err(NoConnection::Failure)
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
            clients,
            members: claim.records("members")?.into_iter().map(Member::read).collect::<Result<_, _>>()?,
        })
    }

    fn proof(&self, answered: Option<Vec<bool>>, note: Option<String>) -> Proof {
        let names = |answered: Vec<bool>| {
            let pairs = self.members.iter().zip(answered);
            pairs.filter(|(_, answered)| *answered).map(|(member, _)| member.address.clone()).collect()
        };
        Proof { host: self.host.clone(), port: self.port, answered: answered.map(names), note }
    }

    /// Writes down who has answered.
    fn note(&self, namespace: &str, answered: &mut [bool], strangers: &mut Vec<String>) {
        let mut known = false;
        for (member, answered) in self.members.iter().zip(answered) {
            if member.namespace == namespace {
                *answered = true;
                known = true;
            }
        }
        if !known && !strangers.iter().any(|stranger| stranger == namespace) {
            strangers.push(namespace.to_owned());
        }
    }

    /// Says what was not tried, and how it can be.
    fn untried(&self, seen: &Unreachable) -> String {
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

    fn doubts(&self, answered: &[bool], strangers: &[String], failed: Option<String>) -> Option<String> {
        let silent: Vec<_> = self.members.iter().zip(answered).filter(|(_, answered)| !**answered).collect();
        let mut doubts = Vec::new();
        if !silent.is_empty() {
            let names: Vec<_> = silent.iter().map(|(member, _)| member.address.as_str()).collect();
            let tries = TRIES * self.members.len();
            doubts.push(format!("after {tries} connections there was no answer of {}", names.join(", ")));
            doubts.extend(failed.map(|words| format!("the last failure was: {words}")));
        }
        if !strangers.is_empty() {
            doubts.push(format!("others answered too: the namespaces {}", strangers.join(", ")));
        }
        (!doubts.is_empty()).then(|| doubts.join("; "))
    }
}

impl Member {
    fn read(member: Fields<'_>) -> Result<Self, Fault> {
        Ok(Self {
            address: member.text("address")?.into(),
            namespace: member.text("namespace")?.to_owned(),
            endpoint: member.text("endpoint")?.to_owned(),
        })
    }
}

fn network(value: &Value) -> Option<Ipv4Net> {
    let Value::Cidr(network) = value else { return None };
    Some(*network)
}

fn contains(network: &Ipv4Net, address: std::net::IpAddr) -> bool {
    ipnet::IpNet::V4(*network).contains(&address)
}
