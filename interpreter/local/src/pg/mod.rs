//! PostgreSQL endpoints: one listener for each workgroup, speaking protocol 3 over TCP and TLS.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::InterruptHandle;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::warehouse::Warehouse;

mod authority;
mod connection;
mod extended;
mod format;
mod login;
mod query;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use authority::Authority;
#[cfg(test)]
pub(crate) use tests::Stage;

/// The namespace that an endpoint leads to.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) warehouse: Arc<Warehouse>,
    /// The namespace's GUID.
    pub(crate) namespace: String,
}

/// A listening endpoint; dropping it closes the listener and every connection.
pub(crate) struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    _guard: DropGuard,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({})", self.address)
    }
}

/// What still runs for somebody ends with the endpoint.
impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.running.interrupt();
    }
}

/// What the connections of an endpoint share.
struct Shared {
    backend: Backend,
    tls: TlsAcceptor,
    closing: CancellationToken,
    running: Running,
}

/// Running sessions by process number, so that a cancel request finds its statement.
#[derive(Default)]
struct Running(Mutex<BTreeMap<i32, (i32, InterruptHandle)>>);

impl Endpoint {
    /// Listens on an address; must be called within the runtime.
    pub(crate) fn bind(address: SocketAddr, tls: Arc<ServerConfig>, backend: Backend) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let closing = CancellationToken::new();
        let shared = Arc::new(Shared {
            backend,
            tls: TlsAcceptor::from(tls),
            closing: closing.clone(),
            running: Running::default(),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, _guard: closing.drop_guard() })
    }

    /// The address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            () = shared.closing.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        if let Ok((stream, _)) = accepted {
            let shared = Arc::clone(&shared);
            // A broken connection concerns its client alone, who sees it break.
            tokio::spawn(async move { drop(connection::serve(stream, &shared).await) });
        }
    }
}

impl Running {
    fn held(&self) -> MutexGuard<'_, BTreeMap<i32, (i32, InterruptHandle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, process: i32, secret: i32, handle: InterruptHandle) {
        self.held().insert(process, (secret, handle));
    }

    /// Stops every running statement.
    fn interrupt(&self) {
        for (_, handle) in self.held().values() {
            handle.interrupt();
        }
    }

    fn remove(&self, process: i32) {
        self.held().remove(&process);
    }

    fn cancel(&self, process: i32, secret: i32) {
        if let Some((known, handle)) = self.held().get(&process)
            && *known == secret
        {
            handle.interrupt();
        }
    }
}
