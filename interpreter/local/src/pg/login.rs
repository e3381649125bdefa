//! Proving who a client is: methods 5 and 13, as the user's verifier asks.
//!
//! A user made by cleartext or `md5` is asked by method 5, one made by `sha256|…` by method 13,
//! which only Amazon's drivers answer; other clients fail as they do on Redshift.

use std::io;

use bytes::{Buf, BufMut, Bytes};
use pgwire::messages::startup::Authentication;
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use tokio::io::{AsyncRead, AsyncWrite};

use super::wire::Wire;
use crate::warehouse::Verifier;

/// PostgreSQL's message type for authentication requests.
const AUTHENTICATION: u8 = b'R';
/// Redshift's method for digests with extensible hashing.
const METHOD_DIGEST: i32 = 13;
/// The first and only algorithm of method 13.
const SHA256: i32 = 0;

/// Asks for the password and says whether the answer proves it.
pub(super) async fn prove<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    verifiers: &[Verifier],
) -> io::Result<bool> {
    match verifiers.first() {
        Some(Verifier::Sha256 { salt, .. }) => by_digest(wire, verifiers, salt).await,
        Some(Verifier::Md5(_) | Verifier::Disabled) | None => by_md5(wire, verifiers).await,
    }
}

async fn by_md5<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    verifiers: &[Verifier],
) -> io::Result<bool> {
    let salt: [u8; 4] = rand::random();
    wire.push(PgWireBackendMessage::Authentication(Authentication::MD5Password(salt.to_vec())))?;
    wire.flush().await?;
    let Some(PgWireFrontendMessage::PasswordMessageFamily(message)) = wire.read().await? else {
        return Ok(false);
    };
    let Ok(answer) = message.into_password() else {
        return Ok(false);
    };
    Ok(verifiers.iter().any(|verifier| verifier.accepts_md5_answer(salt, &answer.password)))
}

/// The request holds algorithm, salt and server nonce; the answer, a message of type `d`, holds
/// digest and client nonce; all with their lengths before them.
async fn by_digest<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    verifiers: &[Verifier],
    salt: &[u8],
) -> io::Result<bool> {
    let nonce: [u8; 16] = rand::random();
    let mut body = Vec::new();
    body.put_i32(METHOD_DIGEST);
    body.put_i32(SHA256);
    put_counted(&mut body, salt);
    put_counted(&mut body, &nonce);
    wire.push_raw(AUTHENTICATION, &body);
    wire.flush().await?;
    let Some(PgWireFrontendMessage::CopyData(answer)) = wire.read().await? else {
        return Ok(false);
    };
    let mut rest = answer.data;
    let (Some(digest), Some(client)) = (take_counted(&mut rest), take_counted(&mut rest)) else {
        return Ok(false);
    };
    Ok(verifiers.iter().any(|verifier| verifier.accepts_digest_answer(&nonce, &client, &digest)))
}

fn put_counted(body: &mut Vec<u8>, bytes: &[u8]) {
    body.put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
    body.put_slice(bytes);
}

fn take_counted(rest: &mut Bytes) -> Option<Bytes> {
    let length = usize::try_from(rest.try_get_i32().ok()?).ok()?;
    (length <= rest.len()).then(|| rest.split_to(length))
}
