//! Which authorities are trusted besides the public ones when a warehouse proves who it is.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::exit::Failure;
use crate::files;

/// Variables that say where Redshift Serverless is, the more exact one first.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS", "AWS_ENDPOINT_URL"];
/// How long a program of this machine is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// A certificate is shorter, in bytes.
const LONGEST: u64 = 64 * 1024;
/// How a certificate in PEM begins.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// Returns certificates in PEM: those of `AWS_CA_BUNDLE`, as for every AWS tool, and those of the emulator of this
/// machine that stands in for AWS, if it tells them. Whoever sets the endpoint has chosen to believe it.
pub(crate) async fn trusted() -> Result<Option<Vec<u8>>, Failure> {
    let bundle = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let bundle = bundle.map(|path| read(Path::new(&path))).transpose()?;
    let all = [bundle, emulators().await].into_iter().flatten().collect::<Vec<_>>();
    Ok((!all.is_empty()).then(|| all.join(&b'\n')))
}

/// Returns the certificate of an emulator's authority.
async fn emulators() -> Option<Vec<u8>> {
    let endpoint = ENDPOINTS.iter().find_map(|name| std::env::var(name).ok())?;
    let host = endpoint.strip_prefix("http://")?.split('/').next()?;
    // An endpoint that does not answer is told of by the first call to it.
    timeout(PATIENCE, told_by(host)).await.ok().flatten()
}

/// Reads certificates in PEM.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| files::failed("read", path, &error))
}

/// Asks a program of this machine for its authority's certificate.
async fn told_by(host: &str) -> Option<Vec<u8>> {
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let address: SocketAddr =
        lookup_host(with_port).await.ok()?.find(|address| address.ip().is_loopback())?;
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!("GET /ca.pem HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let is_good = head.starts_with("HTTP/1.1 200") && body.starts_with(CERTIFICATE);
    is_good.then(|| body.as_bytes().to_vec())
}
