//! The extended protocol: Parse, Bind, Describe, Execute, Close, Sync.

use std::collections::BTreeMap;
use std::io;

use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, Close, CloseComplete, Describe, Execute, Parse, ParseComplete, PortalSuspended,
};
use pgwire::messages::response::EmptyQueryResponse;
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use tokio::io::{AsyncRead, AsyncWrite};

use super::format::{Format, decode};
use super::query::{push_columns, push_row};
use super::wire::Wire;
use crate::warehouse::{
    Column, Outcome, Parameters, Prepared, Session, SqlError, SqlType, TransactionState, Value,
};

/// The message types that name a prepared statement or a portal.
const STATEMENT: u8 = b'S';

/// A session, which holds the prepared statements, with its portals.
pub(super) struct Extended {
    /// Away while a statement runs.
    session: Option<Session>,
    transaction: TransactionState,
    portals: BTreeMap<String, Portal>,
    /// After an error everything up to Sync is passed over.
    skipping: bool,
}

struct Portal {
    statement: Prepared,
    parameters: Vec<Value>,
    formats: Vec<i16>,
    /// What is left of the rows, once the portal has run.
    result: Option<Rest>,
}

struct Rest {
    columns: Vec<Column>,
    rows: std::vec::IntoIter<Vec<Value>>,
    tag: String,
}

impl Extended {
    pub(super) fn new(session: Session) -> Self {
        Self {
            transaction: session.transaction(),
            session: Some(session),
            portals: BTreeMap::new(),
            skipping: false,
        }
    }

    pub(super) fn transaction(&self) -> TransactionState {
        self.transaction
    }

    /// Lets the session work on a thread that may wait.
    pub(super) async fn blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> io::Result<T> {
        let Some(mut session) = self.session.take() else {
            return Err(io::Error::other("the session is gone"));
        };
        let task = tokio::task::spawn_blocking(move || {
            let result = work(&mut session);
            (session, result)
        });
        let (session, result) = task.await.map_err(io::Error::other)?;
        self.transaction = session.transaction();
        self.session = Some(session);
        Ok(result)
    }

    /// Ends a sequence of messages.
    pub(super) fn sync<S>(&mut self, wire: &mut Wire<S>) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.skipping = false;
        if self.transaction == TransactionState::Idle {
            self.portals.clear();
        }
        wire.push_ready(self.transaction)
    }

    /// Answers one message; an error is told, and the rest up to Sync is passed over.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the caller has sorted the messages")]
    pub(super) async fn answer<S>(
        &mut self,
        wire: &mut Wire<S>,
        message: PgWireFrontendMessage,
    ) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.skipping {
            return Ok(());
        }
        let result = match message {
            PgWireFrontendMessage::Parse(parse) => self.parse(wire, parse).await?,
            PgWireFrontendMessage::Bind(bind) => self.bind(wire, &bind)?,
            PgWireFrontendMessage::Describe(describe) => self.describe(wire, &describe)?,
            PgWireFrontendMessage::Execute(execute) => self.execute(wire, &execute).await?,
            PgWireFrontendMessage::Close(close) => self.close(wire, &close)?,
            _ => Err(SqlError::new("08P01", "unexpected message")),
        };
        if let Err(error) = result {
            self.skipping = true;
            if let Some(session) = &mut self.session {
                session.abort();
                self.transaction = session.transaction();
            }
            wire.push_error("ERROR", &error)?;
        }
        Ok(())
    }

    async fn parse<S>(&mut self, wire: &mut Wire<S>, parse: Parse) -> io::Result<Result<(), SqlError>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let declared: Vec<_> = parse.type_oids.iter().map(|oid| SqlType::from_oid(*oid)).collect();
        let prepared = self
            .blocking(move |session| {
                let description = session.describe(&parse.query, &declared)?;
                session.keep(parse.name.unwrap_or_default(), Prepared { sql: parse.query, description });
                Ok(())
            })
            .await?;
        if let Err(error) = prepared {
            return Ok(Err(error));
        }
        wire.push(PgWireBackendMessage::ParseComplete(ParseComplete::new()))?;
        Ok(Ok(()))
    }

    fn bind<S>(&mut self, wire: &mut Wire<S>, bind: &Bind) -> io::Result<Result<(), SqlError>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = bind.statement_name.clone().unwrap_or_default();
        let statement = match self.session()?.prepared(&name) {
            Ok(prepared) => prepared.clone(),
            Err(error) => return Ok(Err(error)),
        };
        let types = &statement.description.parameters;
        if bind.parameters.len() != types.len() {
            let message = format!(
                "bind message supplies {} parameters, but prepared statement \"{name}\" requires {}",
                bind.parameters.len(),
                types.len()
            );
            return Ok(Err(SqlError::new("08P01", message)));
        }
        let mut parameters = Vec::new();
        for (n, (bytes, sql_type)) in bind.parameters.iter().zip(types).enumerate() {
            let format = Format::of(&bind.parameter_format_codes, n);
            match decode(bytes.as_deref(), *sql_type, format) {
                Ok(value) => parameters.push(value),
                Err(error) => return Ok(Err(error)),
            }
        }
        let portal =
            Portal { statement, parameters, formats: bind.result_column_format_codes.clone(), result: None };
        self.portals.insert(bind.portal_name.clone().unwrap_or_default(), portal);
        wire.push(PgWireBackendMessage::BindComplete(BindComplete::new()))?;
        Ok(Ok(()))
    }

    fn describe<S>(&self, wire: &mut Wire<S>, describe: &Describe) -> io::Result<Result<(), SqlError>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = describe.name.clone().unwrap_or_default();
        let session = self.session()?;
        let (columns, formats) = if describe.target_type == STATEMENT {
            let prepared = match session.prepared(&name) {
                Ok(prepared) => prepared,
                Err(error) => return Ok(Err(error)),
            };
            let types = prepared.description.parameters.iter().map(|t| t.oid()).collect();
            wire.push(PgWireBackendMessage::ParameterDescription(ParameterDescription::new(types)))?;
            (prepared.description.columns.as_deref(), [].as_slice())
        } else if let Some(portal) = self.portals.get(&name) {
            (portal.statement.description.columns.as_deref(), portal.formats.as_slice())
        } else if let Some(columns) = session.cursor_columns(&name) {
            (Some(columns), [].as_slice())
        } else {
            return Ok(Err(no_portal(&name)));
        };
        match columns {
            Some(columns) => push_columns(wire, columns, formats)?,
            None => wire.push(PgWireBackendMessage::NoData(NoData::new()))?,
        }
        Ok(Ok(()))
    }

    async fn execute<S>(&mut self, wire: &mut Wire<S>, execute: &Execute) -> io::Result<Result<(), SqlError>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = execute.name.clone().unwrap_or_default();
        let Some(mut portal) = self.portals.remove(&name) else {
            return Ok(Err(no_portal(&name)));
        };
        if portal.result.is_none() {
            match self.run(&portal).await? {
                Ok(Outcome::Rows { columns, rows, tag }) => {
                    portal.result = Some(Rest { columns, rows: rows.into_iter(), tag });
                }
                Ok(Outcome::Command { tag, .. }) => {
                    wire.push_tag(&tag)?;
                    return Ok(Ok(()));
                }
                Ok(Outcome::Empty) => {
                    wire.push(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new()))?;
                    self.portals.insert(name, portal);
                    return Ok(Ok(()));
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        if let Some(rest) = &mut portal.result {
            let most = usize::try_from(execute.max_rows).ok().filter(|most| *most > 0);
            let mut sent = 0;
            while most.is_none_or(|most| sent < most)
                && let Some(row) = rest.rows.next()
            {
                push_row(wire, &rest.columns, &row, &portal.formats)?;
                wire.relieve().await?;
                sent += 1;
            }
            if most == Some(sent) && rest.rows.len() > 0 {
                wire.push(PgWireBackendMessage::PortalSuspended(PortalSuspended::new()))?;
            } else {
                wire.push_tag(&rest.tag)?;
            }
        }
        self.portals.insert(name, portal);
        Ok(Ok(()))
    }

    async fn run(&mut self, portal: &Portal) -> io::Result<Result<Outcome, SqlError>> {
        let Prepared { sql, description } = portal.statement.clone();
        let parameters = Parameters::Positional(portal.parameters.clone());
        self.blocking(move |session| session.execute_declared(&sql, &description.parameters, &parameters))
            .await
    }

    fn session(&self) -> io::Result<&Session> {
        self.session.as_ref().ok_or_else(|| io::Error::other("the session is gone"))
    }

    fn session_mut(&mut self) -> io::Result<&mut Session> {
        self.session.as_mut().ok_or_else(|| io::Error::other("the session is gone"))
    }

    fn close<S>(&mut self, wire: &mut Wire<S>, close: &Close) -> io::Result<Result<(), SqlError>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = close.name.clone().unwrap_or_default();
        if close.target_type == STATEMENT {
            // Closing what is not there is no error.
            let _ = self.session_mut()?.forget(&name);
        } else {
            self.portals.remove(&name);
        }
        wire.push(PgWireBackendMessage::CloseComplete(CloseComplete::new()))?;
        Ok(Ok(()))
    }
}

fn no_portal(name: &str) -> SqlError {
    SqlError::new("34000", format!("portal \"{name}\" does not exist"))
}
