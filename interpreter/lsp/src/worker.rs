//! The one who owns the workspace: takes in what changes, answers what is asked, in the order in which it came.
//!
//! Diagnostics are told when no further change waits: of many edits the newest alone is analysed, unless somebody has asked
//! in between. A request is answered for the text that it was asked of.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use serde_json::Value;

use crate::answers::Answers;
use crate::outside::Outside;
use crate::server::Pending;
use crate::transport::{self, Fault, Refusal};

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// The client asks.
    Request { id: Value, method: String, params: Value },
    /// The client tells.
    Notification { method: String, params: Value },
    /// A search has found these specs.
    Found(Vec<String>),
    /// There will be no more to do.
    End,
    /// The client answers; nothing if it refuses.
    Response { id: Value, result: Option<Value> },
}

/// The one who owns the workspace.
pub(crate) struct Worker {
    answers: Answers,
    outgoing: Sender<Value>,
    pending: Pending,
}

impl Worker {
    pub(crate) fn new(
        outside: Arc<dyn Outside>,
        outgoing: Sender<Value>,
        jobs: Sender<Job>,
        pending: Pending,
    ) -> Self {
        Self { answers: Answers::new(outside, outgoing.clone(), jobs), outgoing, pending }
    }

    /// Works until there is nobody left to give work.
    pub(crate) fn work(mut self, queue: &Receiver<Job>) {
        let mut waiting = VecDeque::new();
        while let Some(job) = waiting.pop_front().or_else(|| queue.recv().ok()) {
            if matches!(job, Job::End) {
                return;
            }
            self.guarded(job);
            for job in queue.try_iter() {
                match job {
                    // What lies beside a document decides what is wrong with it.
                    Job::Found(_) => waiting.push_front(job),
                    Job::Request { .. } | Job::Notification { .. } | Job::Response { .. } | Job::End => {
                        waiting.push_back(job);
                    }
                }
            }
            let changes = |job: &Job| matches!(job, Job::Notification { .. } | Job::Found(_));
            if !waiting.iter().any(changes)
                && catch_unwind(AssertUnwindSafe(|| self.answers.publish())).is_err()
            {
                self.answers.forget();
            }
        }
    }

    /// Does one thing; a mistake of the server's costs that, and what was known of programs.
    fn guarded(&mut self, job: Job) {
        let id = if let Job::Request { id, .. } = &job { Some(id.clone()) } else { None };
        if catch_unwind(AssertUnwindSafe(|| self.job(job))).is_err() {
            self.answers.forget();
            if let Some(id) = id {
                let why =
                    Refusal::new(Fault::Internal, "this is a bug in rsx; please report it with the spec");
                self.answer(&id, Err(why));
            }
        }
    }

    fn job(&mut self, job: Job) {
        match job {
            Job::Request { id, method, params } => {
                let result = match self.pending.is_wanted(&id) {
                    true => self.answers.request(&method, params),
                    false => Err(Refusal::new(Fault::Cancelled, "withdrawn")),
                };
                self.answer(&id, result);
            }
            Job::Found(paths) => self.answers.found(&paths),
            Job::End => {}
            Job::Notification { method, params } => self.answers.notification(&method, params),
            Job::Response { id, result } => self.answers.response(&id, result),
        }
    }

    fn answer(&self, id: &Value, result: Result<Value, Refusal>) {
        self.pending.answered(id);
        let _ = self.outgoing.send(transport::answer(id, result));
    }
}
