//! awsJson 1.0 and 1.1.

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::xml::moment;
use crate::call::Refusal;
use crate::clock::Clock;
use crate::model::{Metadata, Model, Shape, Structure};

/// The header that names the operation.
pub(super) const TARGET: &str = "x-amz-target";

/// `Prefix.Operation` of the target header.
pub(super) fn operation(metadata: &Metadata, request: &Request<Bytes>) -> Result<String, Refusal> {
    let target = request.headers().get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match target.rsplit_once('.') {
        Some((prefix, name)) if Some(prefix) == metadata.target_prefix.as_deref() => Ok(name.to_owned()),
        Some(_) | None => {
            Err(Refusal::new("UnknownOperationException", format!("The target {target:?} is not known.")))
        }
    }
}

/// The body's members that the model knows.
pub(super) fn decode(model: &Model, shape: Option<&Structure>, body: &Bytes) -> Result<Value, Refusal> {
    let malformed =
        |error: serde_json::Error| serialization(format!("The request body is not JSON: {error}"));
    let body = if body.is_empty() { json!({}) } else { serde_json::from_slice(body).map_err(malformed)? };
    let Some(shape) = shape else { return Ok(json!({})) };
    structure(model, shape, body)
}

/// An answer in the model's order, refusing members that it lacks.
pub(super) fn encode(model: &Model, shape: Option<&Structure>, answer: &Value) -> Result<String, Refusal> {
    match shape {
        None => Ok(String::new()),
        Some(shape) => structure_out(model, shape, answer).map(|value| value.to_string()),
    }
}

/// An error, its message under the name that the error's shape gives it.
pub(super) fn refusal(refusal: &Refusal, message: Option<&str>) -> String {
    json!({ "__type": refusal.code, message.unwrap_or("message"): refusal.message }).to_string()
}

fn serialization(message: String) -> Refusal {
    Refusal::new("SerializationException", message)
}

fn structure(model: &Model, shape: &Structure, value: Value) -> Result<Value, Refusal> {
    let Value::Object(mut fields) = value else { return Err(mismatch(&value, "a structure")) };
    let mut out = Map::new();
    for (name, member) in &shape.members {
        let given = fields.remove(name).filter(|value| !value.is_null());
        if let (Some(value), Some(shape)) = (given, model.shape(member)) {
            out.insert(name.clone(), typed(model, shape, value)?);
        }
    }
    Ok(Value::Object(out))
}

fn typed(model: &Model, shape: &Shape, value: Value) -> Result<Value, Refusal> {
    match (shape, value) {
        (Shape::Structure(shape), value) => structure(model, shape, value),
        (Shape::List(list), Value::Array(items)) => match model.shape(&list.member) {
            Some(shape) => items.into_iter().map(|item| typed(model, shape, item)).collect(),
            None => Ok(Value::Array(items)),
        },
        (Shape::Map(map), Value::Object(entries)) => match model.shape(&map.value) {
            Some(shape) => {
                let entries = entries.into_iter().map(|(key, value)| Ok((key, typed(model, shape, value)?)));
                entries.collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
            None => Ok(Value::Object(entries)),
        },
        (Shape::String(_) | Shape::Blob(_), value @ Value::String(_))
        | (Shape::Boolean, value @ Value::Bool(_))
        | (Shape::Float(_) | Shape::Double(_) | Shape::Timestamp(_), value @ Value::Number(_)) => Ok(value),
        (Shape::Timestamp(moment), Value::String(text)) if moment.is_iso8601() => {
            match text.parse::<Timestamp>() {
                Ok(at) => Ok(json!(Clock::seconds(at))),
                Err(_) => Err(mismatch(&Value::String(text), "a Timestamp")),
            }
        }
        (Shape::Integer(_) | Shape::Long(_), Value::Number(number)) if number.is_i64() => {
            Ok(Value::Number(number))
        }
        (Shape::List(_), value) => Err(mismatch(&value, "a list")),
        (Shape::Map(_), value) => Err(mismatch(&value, "a map")),
        (Shape::String(_), value) => Err(mismatch(&value, "a String")),
        (Shape::Integer(_), value) => Err(mismatch(&value, "an Integer")),
        (Shape::Long(_), value) => Err(mismatch(&value, "a Long")),
        (Shape::Float(_) | Shape::Double(_), value) => Err(mismatch(&value, "a Double")),
        (Shape::Boolean, value) => Err(mismatch(&value, "a Boolean")),
        (Shape::Timestamp(_), value) => Err(mismatch(&value, "a Timestamp")),
        (Shape::Blob(_), value) => Err(mismatch(&value, "a Blob")),
    }
}

fn mismatch(found: &Value, wanted: &str) -> Refusal {
    let found = match found {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    serialization(format!("{found} can not be converted to {wanted}"))
}

fn structure_out(model: &Model, shape: &Structure, value: &Value) -> Result<Value, Refusal> {
    let fields = value
        .as_object()
        .ok_or_else(|| Refusal::internal(format!("an answer has {value} for a structure")))?;
    if let Some(unknown) = fields.keys().find(|name| !shape.members.contains_key(*name)) {
        return Err(Refusal::internal(format!("an answer has the member {unknown}, which the model lacks")));
    }
    let mut out = Map::new();
    for (name, member) in &shape.members {
        let given = fields.get(name).filter(|value| !value.is_null());
        if let (Some(value), Some(shape)) = (given, model.shape(member)) {
            out.insert(name.clone(), value_out(model, shape, value)?);
        }
    }
    Ok(Value::Object(out))
}

fn value_out(model: &Model, shape: &Shape, value: &Value) -> Result<Value, Refusal> {
    match (shape, value) {
        (Shape::Structure(shape), value) => structure_out(model, shape, value),
        (Shape::List(list), Value::Array(items)) => match model.shape(&list.member) {
            Some(shape) => items.iter().map(|item| value_out(model, shape, item)).collect(),
            None => Ok(value.clone()),
        },
        (Shape::Timestamp(form), value) if form.is_iso8601() => moment(value).map(Value::String),
        (
            Shape::List(_)
            | Shape::Map(_)
            | Shape::String(_)
            | Shape::Integer(_)
            | Shape::Long(_)
            | Shape::Float(_)
            | Shape::Double(_)
            | Shape::Boolean
            | Shape::Timestamp(_)
            | Shape::Blob(_),
            value,
        ) => Ok(value.clone()),
    }
}
