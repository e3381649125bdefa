//! Answers of awsQuery and ec2Query: XML in the names of the model.

use http::StatusCode;
use jiff::Timestamp;
use quick_xml::escape::escape;
use serde_json::Value;

use crate::call::Refusal;
use crate::model::{Model, Operation, Protocol, Shape, Structure};

/// An answer in its protocol's envelope.
pub(super) fn answer(
    model: &Model,
    name: &str,
    operation: &Operation,
    answer: &Value,
    id: &str,
) -> Result<String, Refusal> {
    let mut out = Writer { model, text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") };
    let namespace = model.metadata.xml_namespace.as_deref().unwrap_or_default();
    out.text.push_str(&format!("<{name}Response xmlns=\"{namespace}\">"));
    let shape = model.structure(operation.output.as_ref());
    if model.metadata.protocol == Protocol::Ec2 {
        out.leaf("requestId", id);
        match shape {
            Some(shape) => out.members(shape, answer)?,
            None => out.leaf("return", "true"),
        }
    } else {
        if let (Some(shape), Some(wrapper)) = (shape, &operation.result_wrapper) {
            out.element(wrapper, |out| out.members(shape, answer))?;
        }
        out.text.push_str(&format!("<ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>"));
    }
    out.text.push_str(&format!("</{name}Response>"));
    Ok(out.text)
}

/// An error of awsQuery.
pub(super) fn refusal(refusal: &Refusal, status: StatusCode, namespace: Option<&str>, id: &str) -> String {
    let namespace = namespace.map(|namespace| format!(" xmlns=\"{namespace}\"")).unwrap_or_default();
    let blame = if status.is_server_error() { "Receiver" } else { "Sender" };
    format!(
        "<ErrorResponse{namespace}><Error><Type>{blame}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
        escape(refusal.code.as_ref()),
        escape(refusal.message.as_str()),
    )
}

/// An error of ec2Query.
pub(super) fn ec2_refusal(refusal: &Refusal, id: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors><RequestID>{id}</RequestID></Response>",
        escape(refusal.code.as_ref()),
        escape(refusal.message.as_str()),
    )
}

/// Writes values by a model.
struct Writer<'a> {
    model: &'a Model,
    text: String,
}

impl Writer<'_> {
    fn element(
        &mut self,
        name: &str,
        inside: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.text.push_str(&format!("<{name}>"));
        inside(self)?;
        self.text.push_str(&format!("</{name}>"));
        Ok(())
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.text.push_str(&format!("<{name}>{}</{name}>", escape(text)));
    }

    fn members(&mut self, shape: &Structure, value: &Value) -> Result<(), Refusal> {
        let fields = value
            .as_object()
            .ok_or_else(|| Refusal::internal(format!("an answer has {value} for a structure")))?;
        if let Some(unknown) = fields.keys().find(|name| !shape.members.contains_key(*name)) {
            return Err(Refusal::internal(format!(
                "an answer has the member {unknown}, which the model lacks"
            )));
        }
        for (name, member) in &shape.members {
            let given = fields.get(name).filter(|value| !value.is_null());
            if let (Some(value), Some(shape)) = (given, self.model.shape(member)) {
                self.value(member.location_name.as_deref().unwrap_or(name), shape, value)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, name: &str, shape: &Shape, value: &Value) -> Result<(), Refusal> {
        match shape {
            Shape::Structure(shape) => self.element(name, |out| out.members(shape, value)),
            Shape::List(list) => {
                let item = list.member.location_name.as_deref().unwrap_or("member");
                let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let Some(shape) = self.model.shape(&list.member) else { return Ok(()) };
                if list.flattened {
                    return items.iter().try_for_each(|value| self.value(name, shape, value));
                }
                self.element(name, |out| items.iter().try_for_each(|value| out.value(item, shape, value)))
            }
            Shape::Map(map) => {
                let (key, inner) = (map.key.location_name.as_deref(), map.value.location_name.as_deref());
                let Some(shape) = self.model.shape(&map.value) else { return Ok(()) };
                let entries = value.as_object().into_iter().flatten();
                self.element(name, |out| {
                    for (text, value) in entries {
                        out.element("entry", |out| {
                            out.leaf(key.unwrap_or("key"), text);
                            out.value(inner.unwrap_or("value"), shape, value)
                        })?;
                    }
                    Ok(())
                })
            }
            Shape::Timestamp(_) => {
                self.leaf(name, &moment(value)?);
                Ok(())
            }
            Shape::String(_)
            | Shape::Integer(_)
            | Shape::Long(_)
            | Shape::Float(_)
            | Shape::Double(_)
            | Shape::Boolean
            | Shape::Blob(_) => {
                self.leaf(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                Ok(())
            }
        }
    }
}

/// Seconds since 1970 as ISO 8601 to the millisecond.
pub(super) fn moment(value: &Value) -> Result<String, Refusal> {
    let broken = || Refusal::internal(format!("an answer has {value} for a moment"));
    let seconds = value.as_f64().ok_or_else(broken)?;
    let nanoseconds = std::time::Duration::try_from_secs_f64(seconds).map_err(|_| broken())?.as_nanos();
    let at = Timestamp::from_nanosecond(i128::try_from(nanoseconds).map_err(|_| broken())?)
        .map_err(|_| broken())?;
    Ok(at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}
