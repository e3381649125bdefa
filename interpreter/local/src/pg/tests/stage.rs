//! A namespace behind an endpoint, and the clients that tests reach it with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Output};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_postgres::Client;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use crate::pg::{Authority, Backend, Endpoint};
use crate::warehouse::{Login, NamespaceSpec, Warehouse};

pub(super) const NAMESPACE: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const PASSWORD: &str = "Secret99";

/// A namespace behind an endpoint, with the administrator `admin` and the database `dev`.
pub(crate) struct Stage {
    pub(crate) warehouse: Arc<Warehouse>,
    pub(crate) endpoint: Endpoint,
    dir: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let warehouse = Warehouse::open(None, "000000000000").unwrap();
        Self::open(warehouse, NAMESPACE)
    }

    /// Adds a namespace to an account and opens its endpoint.
    pub(crate) fn open(warehouse: Arc<Warehouse>, namespace: &str) -> Self {
        let admin = Login { user: "admin".to_owned(), password: PASSWORD.to_owned() };
        let spec = NamespaceSpec { id: namespace.to_owned(), db_name: "dev".to_owned(), admin: Some(admin) };
        warehouse.create_namespace(&spec).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::open(Some(dir.path())).unwrap();
        assert_eq!(std::fs::read_to_string(authority.path().unwrap()).unwrap(), authority.pem());
        let names = ["wg.local".to_owned(), "127.0.0.1".to_owned()];
        let tls = authority.server(&names).unwrap();
        let backend = Backend { warehouse: Arc::clone(&warehouse), namespace: namespace.to_owned() };
        let endpoint = Endpoint::bind("127.0.0.1:0".parse().unwrap(), tls, backend).unwrap();
        Self { warehouse, endpoint, dir }
    }

    pub(crate) async fn connect(
        &self,
        user: &str,
        password: &str,
        database: &str,
    ) -> Result<Client, tokio_postgres::Error> {
        connect(self.endpoint.address(), &self.ca(), user, password, database).await
    }

    /// Logs in as the administrator through another address.
    pub(crate) async fn connect_at(&self, address: SocketAddr) -> Result<Client, tokio_postgres::Error> {
        connect(address, &self.ca(), "admin", PASSWORD, "dev").await
    }

    /// The file of the authority that the endpoint's certificate comes from.
    pub(super) fn ca(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    pub(super) async fn admin(&self) -> Client {
        self.connect("admin", PASSWORD, "dev").await.unwrap()
    }

    pub(super) async fn psql(&self, user: &str, password: &str, database: &str, args: &[&str]) -> Output {
        let address = self.endpoint.address();
        let mut command = Command::new("psql");
        command
            .args(["-X", "-h", "127.0.0.1", "-p", &address.port().to_string(), "-U", user, "-d", database])
            .args(args)
            .env("PGPASSWORD", password)
            .env("PGSSLMODE", "verify-full")
            .env("PGSSLROOTCERT", self.ca());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

/// Connects over TLS, trusting the authority's file.
async fn connect(
    address: SocketAddr,
    ca: &Path,
    user: &str,
    password: &str,
    database: &str,
) -> Result<Client, tokio_postgres::Error> {
    let tls = Tls::trusting(ca);
    let stream = TcpStream::connect(address).await.unwrap();
    let mut options = tokio_postgres::Config::new();
    options.user(user).password(password).dbname(database);
    options.ssl_mode(tokio_postgres::config::SslMode::Require);
    let (client, connection) = options.connect_raw(stream, tls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// What tokio-postgres needs of a TLS library.
pub(super) struct Tls(tokio_rustls::TlsConnector);

impl Tls {
    pub(super) fn trusting(ca: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(tokio_rustls::TlsConnector::from(Arc::new(config)))
    }
}

pub(super) struct Stream(tokio_rustls::client::TlsStream<TcpStream>);

impl TlsConnect<TcpStream> for Tls {
    type Stream = Stream;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = std::io::Result<Stream>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            let name = ServerName::try_from("wg.local").unwrap();
            Ok(Stream(self.0.connect(name, stream).await?))
        })
    }
}

impl TlsStream for Stream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
