//! SQL by a connection of our own through a balancer, as a user that clients are.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use rsx_engine::provider::Fault;
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::time::timeout;
use tokio_postgres::error::ErrorPosition;
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::quote::tag;
use super::tls::Trust;
use super::{Answer, Cell, Column, Failure, Session, SqlError};
use crate::clients::Resolve;
use crate::fault::causes;
use crate::refusal::{Worded, refusal};
use crate::secrets::Login;

/// How long an address has to answer.
const REACH: Duration = Duration::from_secs(5);
/// How long TLS and the login may take; a warehouse that sleeps wakes first.
const LOGIN: Duration = Duration::from_secs(90);

/// A balancer, and as whom it is used.
#[derive(Clone, Debug)]
pub(crate) struct Balancer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) database: String,
    /// The endpoints of the members: whom a certificate may name.
    pub(crate) endpoints: Vec<String>,
    pub(crate) login: Login,
    pub(crate) trust: Trust,
    pub(crate) resolve: Option<Resolve>,
}

/// That nobody answers from here.
#[derive(Clone, Debug)]
pub(crate) struct Unreachable {
    /// What was tried.
    pub(crate) addresses: Vec<IpAddr>,
    /// From where, if that is known.
    pub(crate) own: Option<IpAddr>,
    /// The system's words.
    pub(crate) words: String,
}

impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.addresses.is_empty() {
            let addresses: Vec<_> = self.addresses.iter().map(IpAddr::to_string).collect();
            write!(f, "tried {}", addresses.join(", "))?;
            if let Some(own) = self.own {
                write!(f, " from {own}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.words)
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum NoConnection {
    Unreachable(Unreachable),
    Failure(Failure),
}

impl Balancer {
    /// Makes a new connection.
    pub(crate) async fn connect(&self) -> Result<Connection, NoConnection> {
        let tcp = self.reach().await?;
        let connector =
            self.trust.connector(&self.endpoints).map_err(|fault| NoConnection::Failure(fault.into()))?;
        let mut config = Config::new();
        config.user(&self.login.user).password(self.login.password.as_bytes()).dbname(&self.database);
        config.application_name("rsx");
        let made = timeout(LOGIN, config.connect_raw(tcp, connector)).await;
        let (client, connection) = match made {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => return Err(NoConnection::Failure(self.failure(&error))),
            Err(_) => {
                let words =
                    format!("{}:{} did not let us in within {} s", self.host, self.port, LOGIN.as_secs());
                return Err(NoConnection::Failure(Fault::Lost(words).into()));
            }
        };
        // The connection's errors reach whoever asks the client.
        tokio::spawn(async move { connection.await.ok() });
        Ok(Connection(client))
    }

    /// Tries the addresses in turn.
    ///
    /// Who refuses a connection has been reached: that is another failure than no answer.
    async fn reach(&self) -> Result<TcpStream, NoConnection> {
        let mut seen = Unreachable { addresses: Vec::new(), own: None, words: String::new() };
        let found = match self.addresses().await {
            Ok(found) => found,
            Err(error) => {
                seen.words = format!("the name {} has no address: {error}", self.host);
                return Err(NoConnection::Unreachable(seen));
            }
        };
        for address in found {
            seen.addresses.push(address.ip());
            match timeout(REACH, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => {
                    // Without it each small message waits for the answer to the last.
                    tcp.set_nodelay(true).ok();
                    return Ok(tcp);
                }
                Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                    let words = format!("{address} refuses connections");
                    return Err(NoConnection::Failure(Fault::Lost(words).into()));
                }
                Ok(Err(error)) => seen.words = error.to_string(),
                Err(_) => seen.words = format!("no answer within {} s", REACH.as_secs()),
            }
            seen.own = own_address(address).await;
        }
        Err(NoConnection::Unreachable(seen))
    }

    async fn addresses(&self) -> std::io::Result<Vec<SocketAddr>> {
        let known = self.resolve.as_ref().and_then(|resolve| resolve.resolve(&self.host, self.port));
        match known {
            Some(address) => Ok(vec![address]),
            None => lookup_host((self.host.as_str(), self.port)).await.map(Iterator::collect),
        }
    }

    fn failure(&self, error: &tokio_postgres::Error) -> Failure {
        if error.as_db_error().is_some() {
            return of_database(error);
        }
        let words = causes(error);
        if words.contains("certificate") {
            return refusal("Certificate", format!("{}:{} is no member of the pool", self.host, self.port))
                .theirs(words)
                .help("nothing else may answer at this address; see what the balancer's targets are")
                .fault()
                .into();
        }
        // Libraries call a method that they do not know by its tag.
        if words.contains("authentication method") || words.contains("authentication tag") {
            return refusal("Login", format!("`{}` can't log in this way", self.login.user))
                .theirs(words)
                .help("a login with `verifier = sha256` is for Amazon's own drivers only: use `md5`")
                .fault()
                .into();
        }
        Fault::Lost(format!("{}:{}: {words}", self.host, self.port)).into()
    }
}

/// One connection.
pub(crate) struct Connection(Client);

impl Connection {
    /// Returns the first cell of the first row as text.
    pub(crate) async fn text(&self, sql: &str) -> Result<Option<String>, Failure> {
        let answer = self.run(sql).await?;
        let cell = answer.rows.first().and_then(|row| row.first());
        Ok(cell.and_then(Cell::text).map(str::to_owned))
    }
}

#[async_trait]
impl Session for Connection {
    async fn run(&self, sql: &str) -> Result<Answer, Failure> {
        // Types are told by a description alone, values of every type as text by a simple query alone.
        let described = self.0.prepare(sql).await.map_err(|error| of_database(&error))?;
        let columns: Vec<_> = described
            .columns()
            .iter()
            .map(|column| Column {
                name: column.name().to_owned(),
                type_name: column.type_().name().to_owned(),
            })
            .collect();
        let (mut rows, mut count) = (Vec::new(), 0);
        for message in self.0.simple_query(sql).await.map_err(|error| of_database(&error))? {
            match message {
                SimpleQueryMessage::Row(row) => {
                    let cell = |(at, column): (usize, &Column)| Cell::read(row.get(at), &column.type_name);
                    rows.push(columns.iter().enumerate().map(cell).collect());
                }
                SimpleQueryMessage::CommandComplete(done) => count = done,
                SimpleQueryMessage::RowDescription(_) | _ => {}
            }
        }
        // Redshift's own tag of a query has no number.
        let count = count.max(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        Ok(Answer { columns, rows, tag: tag(sql, count) })
    }
}

fn of_database(error: &tokio_postgres::Error) -> Failure {
    let Some(told) = error.as_db_error() else { return Fault::Lost(causes(error)).into() };
    let position = match told.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    Failure::Sql(SqlError {
        message: told.message().to_owned(),
        sqlstate: Some(told.code().code().to_owned()),
        position,
    })
}

/// Returns the address from which another one would be reached; nothing is sent.
async fn own_address(to: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if to.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = UdpSocket::bind((any, 0)).await.ok()?;
    socket.connect(to).await.ok()?;
    socket.local_addr().ok().map(|own| own.ip())
}
