//! The wire between rsx and a cloud of this process: each call, told apart by what it asks for, can be lost once, and all that follows it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use regex::Regex;
use rsx_local::{Dropped, LocalCloud, Side};
use serde_json::Value;
use tokio::sync::watch;

/// A wire; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    cloud: SharedHttpClient,
    losses: Arc<Mutex<Losses>>,
    /// Whether it is cut.
    cut: watch::Sender<bool>,
}

/// What was lost and what is to be.
#[derive(Debug, Default)]
struct Losses {
    /// On which side the next call that was not lost before is to be; none if nothing is.
    side: Option<Side>,
    /// Calls that were lost once.
    lost: HashSet<String>,
    /// What each SQL statement does, by the id that it was given.
    statements: HashMap<String, String>,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It is not executed, or nobody hears its answer.
    Lost(Side),
}

impl Wire {
    /// A wire into a cloud, whole.
    pub(crate) fn to(cloud: &LocalCloud) -> Self {
        Self { cloud: cloud.http_client(), losses: Arc::default(), cut: watch::Sender::new(false) }
    }

    /// What an SDK sends its requests through.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// From now on the first call that was not lost before is lost on this side, and all that follow it are not executed.
    pub(crate) fn lose_next(&self, side: Side) {
        self.losses.lock().unwrap().side = Some(side);
    }

    /// Makes it whole; returns whether it was cut.
    pub(crate) fn mend(&self) -> bool {
        self.losses.lock().unwrap().side = None;
        self.cut.send_replace(false)
    }

    /// Returns whether it is cut.
    pub(crate) fn is_cut(&self) -> bool {
        *self.cut.borrow()
    }

    /// Returns when it is cut.
    pub(crate) async fn is_cut_at_last(&self) {
        // The sender is this very wire.
        let _ = self.cut.subscribe().wait_for(|cut| *cut).await;
    }

    /// How many calls were lost.
    pub(crate) fn losses(&self) -> usize {
        self.losses.lock().unwrap().lost.len()
    }

    fn fate(&self, call: &str) -> Fate {
        if self.is_cut() {
            return Fate::Lost(Side::Before);
        }
        let mut losses = self.losses.lock().unwrap();
        let Some(side) = losses.side else { return Fate::Answered };
        if !losses.lost.insert(call.to_owned()) {
            return Fate::Answered;
        }
        self.cut.send_replace(true);
        Fate::Lost(side)
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let cloud = self.cloud.http_connector(settings, components);
        SharedHttpConnector::new(Line { wire: self.clone(), cloud })
    }
}

/// What one client of an SDK sends its requests through.
#[derive(Clone, Debug)]
struct Line {
    wire: Wire,
    cloud: SharedHttpConnector,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { wire, cloud } = self.clone();
        HttpConnectorFuture::new(async move {
            let call = wire.losses.lock().unwrap().name(&request);
            let fate = wire.fate(&call);
            if fate == Fate::Lost(Side::Before) {
                return Err(ConnectorError::io(Dropped.into()));
            }
            let response = cloud.call(request).await?;
            wire.losses.lock().unwrap().learn(&call, &response);
            match fate {
                Fate::Answered => Ok(response),
                Fate::Lost(_) => Err(ConnectorError::io(Dropped.into())),
            }
        })
    }
}

/// What is different each time although the same is asked for.
const FLEETING: [&str; 5] =
    ["ClientToken", "ClientRequestToken", "StatementName", "SecretString", "NextToken"];

/// Ids, tokens and salts that somebody has rolled.
static ROLLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}").unwrap()
});

impl Losses {
    /// Tells what a request asks for: the operation, and its input without what is different each time.
    fn name(&self, request: &HttpRequest) -> String {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        let input = match serde_json::from_str(&body) {
            Ok(Value::Object(mut members)) => {
                FLEETING.iter().for_each(|name| drop(members.remove(*name)));
                if let Some(Value::String(id)) = members.get_mut("Id")
                    && let Some(statement) = self.statements.get(id.as_str())
                {
                    id.clone_from(statement);
                }
                Value::Object(members).to_string()
            }
            Ok(_) | Err(_) => {
                let lasting = |pair: &&str| FLEETING.iter().all(|name| !pair.starts_with(name));
                body.split('&').filter(lasting).collect::<Vec<_>>().join("&")
            }
        };
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        ROLLED.replace_all(&format!("{target} {input}"), "…").into_owned()
    }

    /// Takes down the id that a statement was given.
    fn learn(&mut self, call: &str, response: &HttpResponse) {
        let answer = serde_json::from_slice(response.body().bytes().unwrap_or_default());
        if let Ok(Value::Object(members)) = answer
            && let Some(Value::String(id)) = members.get("Id")
        {
            self.statements.insert(id.clone(), call.to_owned());
        }
    }
}
