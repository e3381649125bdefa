//! One connection from the first byte to the last: TLS, startup, login, messages.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use pgwire::messages::cancel::CancelRequest;
use pgwire::messages::response::{GssEncResponse, SslResponse};
use pgwire::messages::startup::{
    Authentication, BackendKeyData, NegotiateProtocolVersion, ParameterStatus, SecretKey, Startup,
};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage, SslNegotiationMetaMessage};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::extended::Extended;
use super::wire::{Phase, Wire};
use super::{Shared, login, query};
use crate::warehouse::{Principal, Session, SqlError, Verifier, refused};

/// How long a client may take to say who it is.
const LOGIN_TIME: Duration = Duration::from_secs(60);

/// Serves a client until one side closes.
pub(super) async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut wire = Wire::new(stream, Phase::Negotiation);
    loop {
        let message = tokio::time::timeout(LOGIN_TIME, wire.read()).await??;
        match message {
            Some(PgWireFrontendMessage::SslNegotiation(SslNegotiationMetaMessage::PostgresSsl(_))) => {
                wire.push(PgWireBackendMessage::SslResponse(SslResponse::Accept))?;
                wire.flush().await?;
                let stream = shared.tls.accept(wire.into_stream()?).await?;
                return converse(Wire::new(stream, Phase::Startup), shared).await;
            }
            Some(PgWireFrontendMessage::SslNegotiation(SslNegotiationMetaMessage::PostgresGss(_))) => {
                wire.push(PgWireBackendMessage::GssEncResponse(GssEncResponse::Refuse))?;
                wire.flush().await?;
            }
            Some(_) => {
                wire.enter(Phase::Startup);
                return converse(wire, shared).await;
            }
            None => return Ok(()),
        }
    }
}

async fn converse<S>(mut wire: Wire<S>, shared: &Shared) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let first = tokio::time::timeout(LOGIN_TIME, wire.read()).await??;
    let startup = match first {
        Some(PgWireFrontendMessage::Startup(startup)) => startup,
        Some(PgWireFrontendMessage::CancelRequest(request)) => {
            cancel(shared, &request);
            return Ok(());
        }
        _ => return Ok(()),
    };
    if startup.protocol_number_major != 3 {
        let message = format!("unsupported frontend protocol {}", startup.protocol_number_major);
        return wire.refuse(&SqlError::new("0A000", message)).await;
    }
    if startup.protocol_number_minor != 0 {
        wire.push(PgWireBackendMessage::NegotiateProtocolVersion(NegotiateProtocolVersion::new(
            0,
            Vec::new(),
        )))?;
    }
    wire.enter(Phase::Session);
    let admitted = tokio::time::timeout(LOGIN_TIME, admit(&mut wire, shared, &startup)).await??;
    let mut session = match admitted {
        Ok(session) => session,
        Err(error) => return wire.refuse(&error).await,
    };
    for (name, value) in settings(&startup) {
        // Drivers tell of themselves by names that are no settings; what isn't one is passed over, as on Redshift.
        drop(session.start_with(&name, &value));
    }
    let (process, secret) = (session.process(), rand::random::<i32>());
    shared.running.add(process, secret, session.interrupt());
    let result = greet_and_answer(&mut wire, shared, &startup, session, secret).await;
    shared.running.remove(process);
    result
}

/// The settings that a client begins with: parameters of the startup message, and `-c name=value` in its options.
fn settings(startup: &Startup) -> Vec<(String, String)> {
    let mut settings: Vec<_> = startup
        .parameters
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "user" | "database" | "options"))
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .collect();
    let options = startup.parameters.get("options").map_or("", String::as_str);
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let given =
            if word == "-c" { words.next() } else { word.strip_prefix("-c").or(word.strip_prefix("--")) };
        if let Some((name, value)) = given.and_then(|given| given.split_once('=')) {
            settings.push((name.to_lowercase(), value.to_owned()));
        }
    }
    settings
}

/// Checks the login and opens the session; the inner error goes to the client.
async fn admit<S>(
    wire: &mut Wire<S>,
    shared: &Shared,
    startup: &Startup,
) -> io::Result<Result<Session, SqlError>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(user) = startup.parameters.get("user").filter(|user| !user.is_empty()).cloned() else {
        return Ok(Err(SqlError::new("28000", "no user name specified in startup packet")));
    };
    let verifiers = match verifiers(shared, &user).await? {
        Ok(verifiers) => verifiers,
        Err(error) => return Ok(Err(error)),
    };
    if !login::prove(wire, &verifiers).await? {
        return Ok(Err(refused(&user)));
    }
    let database = startup.parameters.get("database").unwrap_or(&user).clone();
    let backend = shared.backend.clone();
    tokio::task::spawn_blocking(move || {
        let principal = match user.get(..3) {
            Some("IAM") => Principal::Iam(user),
            _ => Principal::User(user),
        };
        backend.warehouse.session(&backend.namespace, &database, &principal)
    })
    .await
    .map_err(io::Error::other)
}

async fn verifiers(shared: &Shared, user: &str) -> io::Result<Result<Vec<Verifier>, SqlError>> {
    let backend = shared.backend.clone();
    let user = user.to_owned();
    tokio::task::spawn_blocking(move || backend.warehouse.verifiers(&backend.namespace, &user))
        .await
        .map_err(io::Error::other)
}

async fn greet_and_answer<S>(
    wire: &mut Wire<S>,
    shared: &Shared,
    startup: &Startup,
    session: Session,
    secret: i32,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    greet(wire, startup, &session, secret)?;
    wire.flush().await?;
    let life = session.life();
    let mut extended = Extended::new(session);
    loop {
        let message = tokio::select! {
            () = shared.closing.cancelled() => None,
            () = life.cancelled() => None,
            message = wire.read() => match message? {
                Some(PgWireFrontendMessage::Terminate(_)) | None => return Ok(()),
                message => message,
            },
        };
        let Some(message) = message else {
            return wire.refuse(&SqlError::shut_down()).await;
        };
        answer(wire, &mut extended, message).await?;
    }
}

fn greet<S>(wire: &mut Wire<S>, startup: &Startup, session: &Session, secret: i32) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    wire.push(PgWireBackendMessage::Authentication(Authentication::Ok))?;
    let application = startup.parameters.get("application_name").map_or("", String::as_str);
    let parameters = BTreeMap::from([
        ("application_name", application),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("integer_datetimes", "on"),
        ("is_superuser", if session.is_superuser() { "on" } else { "off" }),
        ("server_encoding", "UTF8"),
        ("server_protocol_version", "0"),
        ("server_version", "8.0.2"),
        ("session_authorization", session.user_name()),
        ("standard_conforming_strings", "on"),
        ("TimeZone", "UTC"),
    ]);
    for (name, value) in parameters {
        let status = ParameterStatus::new(name.to_owned(), value.to_owned());
        wire.push(PgWireBackendMessage::ParameterStatus(status))?;
    }
    let key = BackendKeyData::new(session.process(), SecretKey::I32(secret));
    wire.push(PgWireBackendMessage::BackendKeyData(key))?;
    wire.push_ready(session.transaction())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else may come here")]
async fn answer<S>(
    wire: &mut Wire<S>,
    extended: &mut Extended,
    message: PgWireFrontendMessage,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match message {
        PgWireFrontendMessage::Query(message) => {
            query::simple(wire, extended, message.query).await?;
            wire.flush().await
        }
        PgWireFrontendMessage::Sync(_) => {
            extended.sync(wire)?;
            wire.flush().await
        }
        PgWireFrontendMessage::Flush(_) => wire.flush().await,
        message if message.is_extended_query() => extended.answer(wire, message).await,
        _ => {
            let error = SqlError::new("08P01", "unexpected message");
            wire.refuse(&error).await?;
            Err(io::Error::new(io::ErrorKind::InvalidData, "unexpected message"))
        }
    }
}

/// A cancel request is never answered.
fn cancel(shared: &Shared, request: &CancelRequest) {
    if let Some(secret) = request.secret_key.as_i32() {
        shared.running.cancel(request.pid, secret);
    }
}
