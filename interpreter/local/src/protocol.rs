//! From an HTTP request to a call's input and from an answer back to HTTP, as the service's protocol has it.

pub(crate) use form::wire_name;

mod form;
mod json;
mod xml;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::Value;

use crate::call::Refusal;
use crate::model::{Model, Protocol};

/// The protocol of a request whose service is not known: only awsJson has a target header.
pub(crate) fn guess(headers: &HeaderMap) -> Protocol {
    if headers.contains_key(json::TARGET) { Protocol::Json } else { Protocol::Query }
}

/// The operation that a request names, if the model knows it.
pub(crate) fn operation(model: &Model, request: &Request<Bytes>) -> Result<String, Refusal> {
    let name = match model.metadata.protocol {
        Protocol::Json => json::operation(&model.metadata, request)?,
        Protocol::Query | Protocol::Ec2 => form::operation(&model.metadata, request)?,
    };
    match model.operation(&name) {
        Some(_) => Ok(name),
        None => Err(unknown_operation(model, &name)),
    }
}

/// A request's input by the model's member names, of the model's types.
pub(crate) fn decode(model: &Model, operation: &str, request: &Request<Bytes>) -> Result<Value, Refusal> {
    let shape = model.operation(operation).and_then(|operation| model.structure(operation.input.as_ref()));
    match model.metadata.protocol {
        Protocol::Json => json::decode(model, shape, request.body()),
        Protocol::Query | Protocol::Ec2 => form::decode(model, shape, request),
    }
}

/// An answer on the wire; a member that the model lacks is this cloud's fault.
pub(crate) fn answer(
    model: &Model,
    operation: &str,
    answer: &Value,
    id: &str,
) -> Result<Response<Bytes>, Refusal> {
    let known = model.operation(operation).ok_or_else(|| unknown_operation(model, operation))?;
    let body = match model.metadata.protocol {
        Protocol::Json => json::encode(model, model.structure(known.output.as_ref()), answer)?,
        Protocol::Query | Protocol::Ec2 => xml::answer(model, operation, known, answer, id)?,
    };
    Ok(response(&model.metadata.protocol, StatusCode::OK, id, None, body))
}

/// A refusal on the wire.
pub(crate) fn refuse(
    protocol: Protocol,
    model: Option<&Model>,
    refusal: &Refusal,
    id: &str,
) -> Response<Bytes> {
    let shape = model.and_then(|model| model.error(&refusal.code));
    let status = refusal.status.or(shape.map(|shape| shape.status)).unwrap_or(400);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = match protocol {
        Protocol::Json => json::refusal(refusal, shape.and_then(|shape| shape.message.as_deref())),
        Protocol::Query => {
            xml::refusal(refusal, status, model.and_then(|model| model.metadata.xml_namespace.as_deref()), id)
        }
        Protocol::Ec2 => xml::ec2_refusal(refusal, id),
    };
    response(&protocol, status, id, Some(&refusal.code), body)
}

fn unknown_operation(model: &Model, name: &str) -> Refusal {
    let version = &model.metadata.api_version;
    match model.metadata.protocol {
        Protocol::Json => {
            Refusal::new("UnknownOperationException", format!("The operation {name} is not known."))
        }
        Protocol::Query => {
            Refusal::new("InvalidAction", format!("Could not find operation {name} for version {version}"))
        }
        Protocol::Ec2 => {
            Refusal::new("InvalidAction", format!("The action {name} is not valid for this web service."))
        }
    }
}

fn response(
    protocol: &Protocol,
    status: StatusCode,
    id: &str,
    code: Option<&str>,
    body: String,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let content_type = match protocol {
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::Query | Protocol::Ec2 => "text/xml;charset=UTF-8",
    };
    let headers = [
        (header::CONTENT_TYPE, Some(content_type)),
        (header::HeaderName::from_static("x-amzn-requestid"), Some(id)),
        (header::HeaderName::from_static("x-amzn-errortype"), code.filter(|_| *protocol == Protocol::Json)),
    ];
    for (name, value) in headers {
        if let Some(value) = value.and_then(|value| header::HeaderValue::from_str(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
