//! The one way in for requests: who asks which service for what, whether it may fail, and what is answered.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};

use crate::call::{Answer, Call, Refusal};
use crate::cloud::{CallRecord, Cloud, Ending, LocalCloud};
use crate::faults::{self, Outcome, Verdict};
use crate::input::Input;
use crate::model::{Model, Protocol};
use crate::protocol;
use crate::services::{Handler, Service};
use crate::validate::validate;

/// A call that ends without an answer: the connection must end, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the connection was closed before the answer")
    }
}

impl std::error::Error for Dropped {}

impl LocalCloud {
    /// Answers one request.
    ///
    /// # Errors
    ///
    /// [`Dropped`] if a scheduled fault ends the connection.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Dropped> {
        let id = uuid::Uuid::new_v4().to_string();
        let (service, scope) = match find_service(request.headers()) {
            Ok(found) => found,
            Err(refusal) => {
                return Ok(protocol::refuse(protocol::guess(request.headers()), None, &refusal, &id));
            }
        };
        match service.model() {
            Ok(model) => route(&self.0, service, model, scope, &request, &id).await,
            Err(refusal) => Ok(protocol::refuse(protocol::guess(request.headers()), None, &refusal, &id)),
        }
    }
}

/// The credential scope of a signature. The signature itself is not verified.
#[derive(Debug)]
struct Scope {
    access_key: String,
    region: String,
    service: String,
}

/// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`
fn scope(headers: &HeaderMap) -> Option<Scope> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let credential = value.split_once("Credential=")?.1.split(',').next()?;
    let mut parts = credential.trim().split('/').map(str::to_owned);
    let (access_key, _date) = (parts.next()?, parts.next()?);
    Some(Scope { access_key, region: parts.next()?, service: parts.next()? })
}

fn find_service(headers: &HeaderMap) -> Result<(&'static Service, Scope), Refusal> {
    let missing = || {
        Refusal::new("MissingAuthenticationToken", "Request is missing Authentication Token").with_status(403)
    };
    let scope = scope(headers).ok_or_else(missing)?;
    match Service::named(&scope.service) {
        Some(service) => Ok((service, scope)),
        None => Err(Refusal::new(
            "UnknownService",
            format!("This cloud has no service that signs as {:?}.", scope.service),
        )
        .with_status(404)),
    }
}

async fn route(
    cloud: &Arc<Cloud>,
    service: &'static Service,
    model: &Model,
    scope: Scope,
    request: &Request<Bytes>,
    id: &str,
) -> Result<Response<Bytes>, Dropped> {
    let protocol = model.metadata.protocol;
    let refuse = |refusal: &Refusal| protocol::refuse(protocol, Some(model), refusal, id);
    let operation = match protocol::operation(model, request) {
        Ok(operation) => operation,
        Err(refusal) => return Ok(refuse(&refusal)),
    };
    let Verdict { number, outcome } = cloud.schedule().next(service.name, &operation);
    let record = |ending| CallRecord {
        number,
        service: service.name.to_owned(),
        operation: operation.clone(),
        region: scope.region.clone(),
        ending,
    };
    let answer = match refusal_of(outcome.as_ref(), protocol, &format!("{}:{operation}", service.name)) {
        Some(refusal) => Err(refusal),
        None if outcome == Some(Outcome::DropRequest) => {
            cloud.observe(&record(Ending::RequestDropped));
            return Err(Dropped);
        }
        None => execute(cloud, service, model, &scope, &operation, request).await,
    };
    let response = answer.and_then(|answer| protocol::answer(model, &operation, &answer, id));
    if outcome == Some(Outcome::DropAnswer) {
        cloud.observe(&record(Ending::AnswerDropped));
        return Err(Dropped);
    }
    cloud.observe(&record(match &response {
        Ok(_) => Ending::Answered,
        Err(refusal) => Ending::Refused(refusal.code.clone().into_owned()),
    }));
    Ok(response.unwrap_or_else(|refusal| refuse(&refusal)))
}

/// The refusal that a fault asks for, if it asks for one.
fn refusal_of(outcome: Option<&Outcome>, protocol: Protocol, action: &str) -> Option<Refusal> {
    match outcome? {
        Outcome::Throttle => Some(faults::throttled(protocol)),
        Outcome::Deny => Some(faults::denied(protocol, action)),
        Outcome::ExpireToken => Some(faults::expired(protocol)),
        Outcome::Conflict => Some(faults::conflicting(protocol)),
        Outcome::Refuse { code, message, status } => {
            Some(Refusal::new(code.clone(), message.clone()).with_status(*status))
        }
        Outcome::DropRequest | Outcome::DropAnswer => None,
    }
}

/// EC2's answer to a dry run that nothing refuses.
fn would_have_succeeded() -> Refusal {
    let words = "Request would have succeeded, but DryRun flag is set.";
    Refusal::new("DryRunOperation", words).with_status(412)
}

async fn execute(
    cloud: &Arc<Cloud>,
    service: &'static Service,
    model: &Model,
    scope: &Scope,
    operation: &str,
    request: &Request<Bytes>,
) -> Answer {
    let Scope { access_key, region, .. } = scope;
    let input = protocol::decode(model, operation, request)?;
    cloud.at_once(region, access_key, |cx| {
        cx.global.sts.admit(access_key, cx.clock, model.metadata.protocol)
    })?;
    validate(model, operation, &input)?;
    match service.handler(operation) {
        Some(Handler::Sync(act)) if input.flag("DryRun") == Some(true) => {
            cloud.at_once(region, access_key, |cx| act(cx, &input).and(Err(would_have_succeeded())))
        }
        Some(Handler::Sync(act)) => cloud.at_once(region, access_key, |cx| act(cx, &input)),
        Some(Handler::Async(act)) => {
            let (region, access_key) = (region.clone(), access_key.clone());
            // What was begun is done, also when whoever asked for it is killed meanwhile.
            let done = tokio::spawn(act(Arc::clone(cloud), Call { region, access_key, input })).await;
            done.unwrap_or_else(|_| Err(Refusal::internal(format!("{operation} was not brought to its end"))))
        }
        None => Err(Refusal::internal(format!("{operation} has no function"))),
    }
}
