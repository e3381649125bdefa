//! Work that takes a while, shown as it goes on by a client that has made room for it.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::transport;

/// Work whose progress is shown; by default to nobody. When it is dropped, the work is done.
#[derive(Debug, Default)]
pub(crate) struct Progress(Option<Arc<Room>>);

/// A client's room for the progress of one thing.
#[derive(Debug)]
pub(crate) struct Room {
    outgoing: Sender<Value>,
    token: Value,
    title: String,
    stage: Mutex<Stage>,
}

/// How far the client is with showing work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It has been asked for room.
    Asked,
    Shown,
    /// The work is done.
    Done,
}

impl Progress {
    /// Says how far the work is.
    pub(crate) fn goes_on(&self, message: &str) {
        if let Some(room) = &self.0 {
            room.go(|stage| {
                let report = json!({ "kind": "report", "message": message });
                (stage, (stage == Stage::Shown).then_some(report))
            });
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(room) = &self.0 {
            room.go(|stage| (Stage::Done, (stage == Stage::Shown).then(|| json!({ "kind": "end" }))));
        }
    }
}

impl Room {
    /// Makes the progress of some work, and the room that the client is to be asked for under a token.
    pub(crate) fn new(outgoing: Sender<Value>, token: String, title: String) -> (Progress, Arc<Self>) {
        let room = Arc::new(Self { outgoing, token: token.into(), title, stage: Mutex::new(Stage::Asked) });
        (Progress(Some(Arc::clone(&room))), room)
    }

    /// Shows the progress of some work in the room that the client has made for it with its request.
    pub(crate) fn given(outgoing: Sender<Value>, token: Value, title: String) -> Progress {
        let room = Arc::new(Self { outgoing, token, title, stage: Mutex::new(Stage::Asked) });
        room.is_there();
        Progress(Some(room))
    }

    /// Takes in that the client has made room; what is done by then is not shown any more.
    pub(crate) fn is_there(&self) {
        self.go(|stage| match stage {
            Stage::Asked => (Stage::Shown, Some(json!({ "kind": "begin", "title": self.title }))),
            Stage::Shown | Stage::Done => (stage, None),
        });
    }

    fn go(&self, step: impl FnOnce(Stage) -> (Stage, Option<Value>)) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, told) = step(*stage);
        *stage = next;
        if let Some(value) = told {
            let params = json!({ "token": self.token, "value": value });
            let _ = self.outgoing.send(transport::call(None, "$/progress", params));
        }
    }
}
