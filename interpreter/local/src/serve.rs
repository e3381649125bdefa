//! The door for other programs: the cloud on a TCP port of 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cloud::LocalCloud;
use crate::error::Error;
use crate::router::Dropped;

/// How often what listens is brought in step with passing time.
const STEP: Duration = Duration::from_millis(250);

/// Where the certificate of the endpoints' authority can be had, which is no call of AWS.
const AUTHORITY: &str = "/ca.pem";

/// A cloud that listens.
#[derive(Debug)]
pub struct Serving {
    cloud: LocalCloud,
    addr: SocketAddr,
    stop: CancellationToken,
    connections: TaskTracker,
}

/// Listens on 127.0.0.1 at this port, 0 for a free one; returns once requests are accepted.
///
/// # Errors
///
/// [`Error::Listen`] if the port is taken.
pub async fn serve(cloud: LocalCloud, port: u16) -> Result<Serving, Error> {
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let failed = |source| Error::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    cloud.0.listen()?;
    cloud.announce(addr.port())?;
    let (stop, connections) = (CancellationToken::new(), TaskTracker::new());
    connections.spawn(keep_step(cloud.clone(), stop.clone()));
    connections.spawn(accept(listener, cloud.clone(), stop.clone(), connections.clone()));
    Ok(Serving { cloud, addr, stop, connections })
}

impl Serving {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more requests, answers those under way, and writes what is pending.
    ///
    /// # Errors
    ///
    /// Says what kept the data folder from being written.
    pub async fn shutdown(self) -> Result<(), Error> {
        self.stop.cancel();
        self.connections.close();
        self.connections.wait().await;
        self.cloud.flush()
    }
}

/// Lets load balancers follow states that end by themselves.
async fn keep_step(cloud: LocalCloud, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(STEP) => {}
        }
        // What can't listen now is told to the next call that changes it.
        drop(cloud.0.listen());
    }
}

async fn accept(listener: TcpListener, cloud: LocalCloud, stop: CancellationToken, connections: TaskTracker) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => {
                // A connection that failed before it was accepted concerns nobody.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(converse(stream, cloud.clone(), stop.clone()));
                }
            }
        }
    }
}

async fn converse(stream: TcpStream, cloud: LocalCloud, stop: CancellationToken) {
    // Answers are small: waiting to fill packets would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(cloud.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // An error here is the client's going away or a scheduled drop: there is nobody left to tell.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

async fn answer(
    cloud: LocalCloud,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<bytes::Bytes>>, Dropped> {
    if request.method() == http::Method::GET && request.uri().path() == AUTHORITY {
        return Ok(http::Response::new(Full::from(cloud.authority().to_owned())));
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let response = cloud.handle(http::Request::from_parts(parts, body)).await?;
    Ok(response.map(Full::new))
}
