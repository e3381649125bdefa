//! Messages over a stream: frames with a length, each a JSON object. What can't be read is told and passed over, never an end.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};

/// How long a message may be, in bytes; a length above it is a mistake.
const LONGEST: usize = 256 * 1024 * 1024;

/// The header that every message has, in small letters.
const LENGTH: &str = "content-length";

/// What arrives.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message that is JSON.
    Message(Value),
    /// A frame whose content is not JSON, and why.
    Garbage(String),
}

/// Reads the next message; nothing at the end of the stream. Lines that are no header of a frame are passed over.
pub(crate) fn read(input: &mut dyn BufRead) -> io::Result<Option<Incoming>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let header = String::from_utf8_lossy(&line);
        let header = header.trim();
        match (header.is_empty(), length) {
            (true, Some(length)) => return content(input, length),
            (true, None) => {}
            (false, _) => length = content_length(header).or(length),
        }
    }
}

/// Reads the length of a message. Before the header may stand what is left of a message that was longer than it said.
fn content_length(header: &str) -> Option<usize> {
    let at = header.to_ascii_lowercase().rfind(LENGTH)? + LENGTH.len();
    let length: usize = header.get(at..)?.trim_start().strip_prefix(':')?.trim().parse().ok()?;
    (length <= LONGEST).then_some(length)
}

fn content(input: &mut dyn BufRead, length: usize) -> io::Result<Option<Incoming>> {
    let mut bytes = vec![0; length];
    match input.read_exact(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    Ok(Some(match serde_json::from_slice(&bytes) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Garbage(error.to_string()),
    }))
}

/// Writes a message.
pub(crate) fn write(output: &mut dyn Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n", text.len())?;
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Makes a request or, without an id, a notification.
pub(crate) fn call(id: Option<i64>, method: &str, params: Value) -> Value {
    let id = id.map(|id| ("id", id.into()));
    message(id.into_iter().chain([("method", method.into()), ("params", params)]))
}

/// Makes the answer to a request.
pub(crate) fn answer(id: &Value, result: Result<Value, Refusal>) -> Value {
    let outcome = match result {
        Ok(result) => ("result", result),
        Err(Refusal { fault, message }) => ("error", json!({ "code": fault.number(), "message": message })),
    };
    message([("id", id.clone()), outcome])
}

/// Makes a message of its fields, which may be large.
fn message<'f>(fields: impl IntoIterator<Item = (&'f str, Value)>) -> Value {
    [("jsonrpc", "2.0".into())].into_iter().chain(fields).collect()
}

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    pub(crate) message: String,
}

/// The kinds of refusals, as the protocol numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The message is not JSON.
    Parse,
    /// The message is no request, or comes at the wrong time.
    InvalidRequest,
    /// Nobody knows the method.
    MethodNotFound,
    /// The parameters are not those of the method.
    InvalidParams,
    /// A mistake of the server's.
    Internal,
    /// Asked before `initialize`.
    NotInitialized,
    /// Well asked, but it can't be done.
    Failed,
    /// The client has withdrawn it.
    Cancelled,
}

impl Refusal {
    pub(crate) fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into() }
    }
}

impl Fault {
    fn number(self) -> i32 {
        match self {
            Self::Parse => -32700,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::InvalidParams => -32602,
            Self::Internal => -32603,
            Self::NotInitialized => -32002,
            Self::Failed => -32803,
            Self::Cancelled => -32800,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Incoming, read};

    #[test]
    fn what_is_no_message_is_passed_over() {
        let mut input = &b"nonsense\r\nContent-Length: x\r\n\r\n\r\ncontent-length:2\r\nContent-Type: y\r\n\r\n{}Content-Length: 3\r\n\r\n{,}Content-Length: 9\r\n\r\n{"[..];
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Message(_)))));
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Garbage(_)))));
        // A message that the stream cuts off is its end.
        assert!(matches!(read(&mut input), Ok(None)));
    }

    #[test]
    fn a_wrong_length_costs_its_message_alone() {
        for length in ["-5", "abc", "4", ""] {
            let wrong = format!("Content-Length: {length}\r\n\r\n{{\"id\": 1}}");
            let stream = format!("{wrong}Content-Length: 2\r\n\r\n{{}}");
            let mut input = stream.as_bytes();
            let mut next = || read(&mut input);
            let first = next();
            let found = if let Ok(Some(Incoming::Garbage(_))) = first { next() } else { first };
            assert!(matches!(found, Ok(Some(Incoming::Message(_)))), "{length}: {found:?}");
        }
    }
}
