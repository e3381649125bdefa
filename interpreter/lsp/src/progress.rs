//! Work that takes a while, shown as it goes on.

use std::sync::mpsc::Sender;

use serde_json::{Value, json};

use crate::transport;

/// Work whose progress is shown; by default to nobody.
#[derive(Debug, Default)]
pub(crate) struct Progress(Option<(Sender<Value>, String)>);

impl Progress {
    /// Says that work begins; the client has been asked to make room for it under this token.
    pub(crate) fn begin(outgoing: Sender<Value>, token: String, title: &str) -> Self {
        let progress = Self(Some((outgoing, token)));
        progress.tell(&json!({ "kind": "begin", "title": title }));
        progress
    }

    /// Says how far it is.
    pub(crate) fn goes_on(&self, message: &str) {
        self.tell(&json!({ "kind": "report", "message": message }));
    }

    /// Says that it is done.
    pub(crate) fn ends(self, message: &str) {
        self.tell(&json!({ "kind": "end", "message": message }));
    }

    fn tell(&self, value: &Value) {
        if let Some((outgoing, token)) = &self.0 {
            let params = json!({ "token": token, "value": value });
            let _ = outgoing.send(transport::call(None, "$/progress", &params));
        }
    }
}
