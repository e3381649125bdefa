//! PostgreSQL's messages over a byte stream: reading, collecting, sending.

use std::io;

use bytes::{BufMut, BytesMut};
use pgwire::error::PgWireError;
use pgwire::messages::response::{CommandComplete, ErrorResponse, ReadyForQuery, TransactionStatus};
use pgwire::messages::{DecodeContext, PgWireBackendMessage, PgWireFrontendMessage, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::warehouse::{SqlError, TransactionState};

/// How far a connection has come; messages have no type byte before it is past the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Negotiation,
    Startup,
    Session,
}

/// How many bytes wait at most before they are sent in the middle of a result.
const MUCH: usize = 64 * 1024;

/// A stream with its buffers.
pub(super) struct Wire<S> {
    stream: S,
    input: BytesMut,
    output: BytesMut,
    context: DecodeContext,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, phase: Phase) -> Self {
        let mut wire = Self {
            stream,
            input: BytesMut::with_capacity(4096),
            output: BytesMut::with_capacity(4096),
            context: DecodeContext::new(ProtocolVersion::PROTOCOL3_0),
        };
        wire.enter(phase);
        wire
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        self.context.awaiting_frontend_ssl = phase == Phase::Negotiation;
        self.context.awaiting_frontend_startup = phase != Phase::Session;
    }

    /// Reads the next message; `None` when the client has closed.
    pub(super) async fn read(&mut self) -> io::Result<Option<PgWireFrontendMessage>> {
        loop {
            let decoded = PgWireFrontendMessage::decode(&mut self.input, &self.context);
            if let Some(message) = decoded.map_err(invalid)? {
                return Ok(Some(message));
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Adds a message to those that go with the next flush.
    pub(super) fn push(&mut self, message: PgWireBackendMessage) -> io::Result<()> {
        message.encode(&mut self.output).map_err(invalid)
    }

    /// Adds bytes that the library has no message for.
    pub(super) fn push_raw(&mut self, kind: u8, body: &[u8]) {
        self.output.put_u8(kind);
        self.output.put_i32(i32::try_from(body.len() + 4).unwrap_or(i32::MAX));
        self.output.put_slice(body);
    }

    pub(super) fn push_tag(&mut self, tag: &str) -> io::Result<()> {
        self.push(PgWireBackendMessage::CommandComplete(CommandComplete::new(tag.to_owned())))
    }

    pub(super) fn push_error(&mut self, severity: &str, error: &SqlError) -> io::Result<()> {
        let mut fields =
            vec![(b'S', severity.to_owned()), (b'C', error.sqlstate.clone()), (b'M', error.message.clone())];
        if let Some(position) = error.position {
            fields.push((b'P', position.to_string()));
        }
        self.push(PgWireBackendMessage::ErrorResponse(ErrorResponse::new(fields)))
    }

    pub(super) fn push_ready(&mut self, state: TransactionState) -> io::Result<()> {
        let status = match state {
            TransactionState::Idle => TransactionStatus::Idle,
            TransactionState::Open => TransactionStatus::Transaction,
            TransactionState::Failed => TransactionStatus::Error,
        };
        self.push(PgWireBackendMessage::ReadyForQuery(ReadyForQuery::new(status)))
    }

    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.output).await?;
        self.output.clear();
        self.stream.flush().await
    }

    /// Sends what is waiting if it has become much, so that no whole result waits in bytes.
    pub(super) async fn relieve(&mut self) -> io::Result<()> {
        if self.output.len() < MUCH {
            return Ok(());
        }
        self.flush().await
    }

    /// Sends a last error and closes.
    pub(super) async fn refuse(&mut self, error: &SqlError) -> io::Result<()> {
        self.push_error("FATAL", error)?;
        self.flush().await?;
        self.stream.shutdown().await
    }

    /// The bare stream; bytes that came before TLS began are no part of it.
    pub(super) fn into_stream(self) -> io::Result<S> {
        if self.input.is_empty() {
            Ok(self.stream)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "bytes before the TLS handshake"))
        }
    }
}

fn invalid(error: PgWireError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
