//! The SDK's clients, all from one configuration, each made when it is first needed.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use smol_str::SmolStr;

use crate::credentials::{Keys, Renewed, Shared};

/// How AWS is reached.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The region, as the spec says it; the environment does not override it.
    pub region: SmolStr,
    /// What carries requests instead of HTTPS; such a carrier has its own way of giving up, so there are no timeouts.
    pub http: Option<SharedHttpClient>,
    /// Where all services are, instead of where AWS has them; only together with `credentials`.
    pub endpoint: Option<String>,
    /// What lets time pass for the SDK.
    pub sleep: Option<SharedAsyncSleep>,
    /// What tells the SDK the time, for signatures.
    pub time: Option<SharedTimeSource>,
    /// Credentials; with them, the environment and its profiles are not read at all.
    pub credentials: Option<Keys>,
    /// Certificates in PEM that are trusted besides the public ones, for connections to warehouses.
    pub authorities: Option<Vec<u8>>,
    /// What says where a balancer really is; its name is looked up in DNS where this does not know.
    pub resolve: Option<Resolve>,
}

/// A function from a host and a port to where they really are.
#[derive(Clone)]
pub struct Resolve(Arc<Place>);

type Place = dyn Fn(&str, u16) -> Option<SocketAddr> + Send + Sync;

impl Resolve {
    /// Takes the function.
    pub fn new(resolve: impl Fn(&str, u16) -> Option<SocketAddr> + Send + Sync + 'static) -> Self {
        Self(Arc::new(resolve))
    }

    pub(crate) fn resolve(&self, host: &str, port: u16) -> Option<SocketAddr> {
        (self.0)(host, port)
    }
}

impl std::fmt::Debug for Resolve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resolve")
    }
}

/// One client for each service.
#[derive(Debug)]
pub(crate) struct Clients {
    shared: SdkConfig,
    renewed: Option<Arc<Renewed>>,
    sts: OnceLock<aws_sdk_sts::Client>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    balancing: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    keys: OnceLock<aws_sdk_kms::Client>,
    clusters: OnceLock<aws_sdk_redshift::Client>,
    data: OnceLock<aws_sdk_redshiftdata::Client>,
    serverless: OnceLock<aws_sdk_redshiftserverless::Client>,
    secrets: OnceLock<aws_sdk_secretsmanager::Client>,
}

impl Clients {
    /// Reads what the environment says of endpoints and proxies; asks nobody.
    pub(crate) async fn open(config: &Config) -> Self {
        let region = Region::new(config.region.to_string());
        let (shared, renewed) = match &config.credentials {
            Some(keys) => (given(config, region, keys), None),
            None => {
                let renewed = Arc::new(Renewed::new(region.clone()));
                (found(config, region, Arc::clone(&renewed)).await, Some(renewed))
            }
        };
        Self {
            shared,
            renewed,
            sts: OnceLock::new(),
            ec2: OnceLock::new(),
            balancing: OnceLock::new(),
            keys: OnceLock::new(),
            clusters: OnceLock::new(),
            data: OnceLock::new(),
            serverless: OnceLock::new(),
            secrets: OnceLock::new(),
        }
    }

    /// Looks for credentials anew before the next call.
    pub(crate) async fn renew(&self) {
        if let Some(renewed) = &self.renewed {
            renewed.forget().await;
        }
    }

    pub(crate) fn sts(&self) -> &aws_sdk_sts::Client {
        self.sts.get_or_init(|| aws_sdk_sts::Client::new(&self.shared))
    }

    pub(crate) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| aws_sdk_ec2::Client::new(&self.shared))
    }

    pub(crate) fn balancing(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        self.balancing.get_or_init(|| aws_sdk_elasticloadbalancingv2::Client::new(&self.shared))
    }

    pub(crate) fn keys(&self) -> &aws_sdk_kms::Client {
        self.keys.get_or_init(|| aws_sdk_kms::Client::new(&self.shared))
    }

    pub(crate) fn clusters(&self) -> &aws_sdk_redshift::Client {
        self.clusters.get_or_init(|| aws_sdk_redshift::Client::new(&self.shared))
    }

    pub(crate) fn data(&self) -> &aws_sdk_redshiftdata::Client {
        self.data.get_or_init(|| aws_sdk_redshiftdata::Client::new(&self.shared))
    }

    pub(crate) fn serverless(&self) -> &aws_sdk_redshiftserverless::Client {
        self.serverless.get_or_init(|| aws_sdk_redshiftserverless::Client::new(&self.shared))
    }

    pub(crate) fn secrets(&self) -> &aws_sdk_secretsmanager::Client {
        self.secrets.get_or_init(|| aws_sdk_secretsmanager::Client::new(&self.shared))
    }
}

/// Nothing but what the caller gave.
fn given(config: &Config, region: Region, keys: &Keys) -> SdkConfig {
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(keys.credentials()))
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts(config))
        .stalled_stream_protection(stalls(config));
    builder.set_http_client(config.http.clone());
    builder.set_endpoint_url(config.endpoint.clone());
    builder.set_sleep_impl(config.sleep.clone().or_else(aws_smithy_async::rt::sleep::default_async_sleep));
    builder.set_time_source(Some(config.time.clone().unwrap_or_default()));
    builder.build()
}

/// What the environment says, except the region: its endpoints, its proxies, its credentials.
async fn found(config: &Config, region: Region, renewed: Arc<Renewed>) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(Shared(renewed))
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts(config))
        .stalled_stream_protection(stalls(config));
    if let Some(http) = &config.http {
        loader = loader.http_client(http.clone());
    }
    if let Some(sleep) = &config.sleep {
        loader = loader.sleep_impl(sleep.clone());
    }
    if let Some(time) = &config.time {
        loader = loader.time_source(time.clone());
    }
    loader.load().await
}

/// A statement may be waited for 30 s in one call (Data API, `WaitTimeSeconds`); all else answers sooner.
fn timeouts(config: &Config) -> TimeoutConfig {
    match config.http {
        Some(_) => TimeoutConfig::disabled(),
        None => TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .operation_timeout(Duration::from_secs(90))
            .build(),
    }
}

fn stalls(config: &Config) -> StalledStreamProtectionConfig {
    match config.http {
        Some(_) => StalledStreamProtectionConfig::disabled(),
        None => StalledStreamProtectionConfig::enabled().build(),
    }
}
