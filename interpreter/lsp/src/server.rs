//! The life of a server: reads messages as they come, keeps their order, and never waits for the analysis.
//!
//! Three threads: this one reads; the worker owns all state and answers in order; a third one writes, so that a client
//! that reads slowly holds up nobody. What a client withdraws is marked here at once, ahead of what waits before it.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use crate::outside::Outside;
use crate::transport::{self, Fault, Incoming, Refusal};
use crate::worker::{Job, Worker};

/// How much stack the analysis may need: deep expressions are deep in it too.
const STACK: usize = 64 * 1024 * 1024;

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client asked for it, as the protocol says.
    Asked,
    /// The client went away.
    Abandoned,
}

/// Requests that have no answer yet, by their id as text, and whether the client has withdrawn them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending(Arc<Mutex<HashMap<String, bool>>>);

impl Pending {
    fn with<T>(&self, look: impl FnOnce(&mut HashMap<String, bool>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, id: &Value) {
        self.with(|pending| pending.insert(id.to_string(), false));
    }

    fn withdraw(&self, id: &Value) {
        self.with(|pending| {
            pending.entry(id.to_string()).and_modify(|withdrawn| *withdrawn = true);
        });
    }

    /// Returns whether the client still wants an answer.
    pub(crate) fn is_wanted(&self, id: &Value) -> bool {
        self.with(|pending| pending.get(&id.to_string()) == Some(&false))
    }

    /// Takes in that a request has its answer.
    pub(crate) fn answered(&self, id: &Value) {
        self.with(|pending| pending.remove(&id.to_string()));
    }
}

/// Where a server is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Running,
    ShutDown,
}

/// Serves one client until it says `exit` or goes away.
pub fn serve(input: &mut dyn BufRead, output: Box<dyn Write + Send>, outside: Arc<dyn Outside>) -> Ending {
    let (outgoing, messages) = mpsc::channel();
    let (jobs, queue) = mpsc::channel();
    let pending = Pending::default();
    let writer = thread::spawn(move || write_all(output, &messages));
    let worker = Worker::new(outside, outgoing.clone(), jobs.clone(), pending.clone());
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || worker.work(&queue));
    let mut reader = Reader { outgoing, jobs, pending, stage: Stage::New };
    let ending = reader.read(input);
    reader.hand_on(Job::End);
    drop(reader);
    // The writer ends when nobody has anything to say any more.
    if let Ok(worker) = worker {
        let _ = worker.join();
    }
    let _ = writer.join();
    ending
}

fn write_all(mut output: Box<dyn Write + Send>, messages: &Receiver<Value>) {
    for message in messages {
        if transport::write(&mut *output, &message).is_err() {
            return;
        }
    }
}

struct Reader {
    outgoing: Sender<Value>,
    jobs: Sender<Job>,
    pending: Pending,
    stage: Stage,
}

impl Reader {
    fn read(&mut self, input: &mut dyn BufRead) -> Ending {
        while let Ok(Some(incoming)) = transport::read(input) {
            match incoming {
                Incoming::Message(message) => {
                    if let Some(ending) = self.take(message) {
                        return ending;
                    }
                }
                Incoming::Garbage(why) => self.refuse(&Value::Null, Fault::Parse, why),
            }
        }
        Ending::Abandoned
    }

    fn take(&mut self, mut message: Value) -> Option<Ending> {
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        let id = message.get("id").filter(|id| id.is_i64() || id.is_u64() || id.is_string()).cloned();
        let mut take = |part: &str| message.get_mut(part).map(Value::take).unwrap_or_default();
        match (method, id) {
            (Some(method), Some(id)) => self.request(id, method, take("params")),
            (Some(method), None) if message.get("id").is_none() => {
                let params = message.get_mut("params").map(Value::take).unwrap_or_default();
                return self.notification(method, params);
            }
            (None, Some(id)) if message.get("result").is_some() || message.get("error").is_some() => {
                let result = message.get_mut("result").map(Value::take);
                self.hand_on(Job::Response { id, result });
            }
            (Some(_) | None, _) => {
                let id = message.get("id").cloned().unwrap_or_default();
                self.refuse(
                    &id,
                    Fault::InvalidRequest,
                    "this is neither a request nor a notification nor an answer",
                );
            }
        }
        None
    }

    fn request(&mut self, id: Value, method: String, params: Value) {
        match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => self.stage = Stage::Running,
            (Stage::New, _) => {
                return self.refuse(&id, Fault::NotInitialized, "the first request is `initialize`");
            }
            (Stage::Running, "initialize") => {
                return self.refuse(&id, Fault::InvalidRequest, "`initialize` is asked once");
            }
            (Stage::Running, "shutdown") => self.stage = Stage::ShutDown,
            (Stage::Running, _) => {}
            (Stage::ShutDown, _) => {
                return self.refuse(&id, Fault::InvalidRequest, "the server is shut down");
            }
        }
        self.pending.add(&id);
        self.hand_on(Job::Request { id, method, params });
    }

    fn notification(&mut self, method: String, params: Value) -> Option<Ending> {
        match (self.stage, method.as_str()) {
            (Stage::ShutDown, "exit") => return Some(Ending::Asked),
            (_, "exit") => return Some(Ending::Abandoned),
            (Stage::Running, "$/cancelRequest") => {
                self.pending.withdraw(params.get("id").unwrap_or(&Value::Null));
            }
            (Stage::Running, _) => self.hand_on(Job::Notification { method, params }),
            (Stage::New | Stage::ShutDown, _) => {}
        }
        None
    }

    fn refuse(&self, id: &Value, fault: Fault, why: impl Into<String>) {
        let _ = self.outgoing.send(transport::answer(id, Err(Refusal::new(fault, why))));
    }

    fn hand_on(&self, job: Job) {
        // The worker outlives this thread's reading.
        let _ = self.jobs.send(job);
    }
}
