//! The door below the SDK: an HTTP client for SDK configurations that opens no socket.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;

use crate::cloud::LocalCloud;

impl LocalCloud {
    /// The HTTP client that takes every request of an SDK client to this cloud, whatever its endpoint.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Door(self.clone()))
    }
}

/// A connector into a cloud of the same process.
#[derive(Debug, Clone)]
struct Door(LocalCloud);

impl HttpClient for Door {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Door {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self(cloud) = self.clone();
        HttpConnectorFuture::new(async move { pass(&cloud, request).await })
    }
}

async fn pass(cloud: &LocalCloud, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body: Bytes = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    let answer = cloud.handle(http::Request::from_parts(parts, body)).await;
    let answer = answer.map_err(|dropped| ConnectorError::io(dropped.into()))?;
    HttpResponse::try_from(answer.map(SdkBody::from))
        .map_err(|error| ConnectorError::other(error.into(), None))
}
