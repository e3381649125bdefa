//! Reads all that is waited for, one call for all of a kind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::future::{self, Either};
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use rsx_lang::value::Record;
use smol_str::SmolStr;
use tokio::sync::{Notify, oneshot};

use crate::provider::{Context, Fault, Id, Kind, Observed, Reader};
use crate::scene::{Scene, seconds};

/// What is due within so many seconds is read with what is due now.
const TOGETHER: f64 = 0.1;

/// What is read: by whom, under which id, and where to look.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) cx: Context,
    pub(super) id: Id,
    pub(super) last: Record,
}

type Answer = Result<Option<Observed>, Fault>;

/// Collects what is to be read and when.
pub(super) struct Poller<'a> {
    queues: Mutex<BTreeMap<SmolStr, Queue<'a>>>,
    wake: Notify,
}

struct Queue<'a> {
    kind: &'a dyn Kind,
    waiting: Vec<Waiter>,
    under_way: bool,
}

struct Waiter {
    due: Timestamp,
    subject: Subject,
    reply: oneshot::Sender<Answer>,
}

impl<'a> Poller<'a> {
    pub(super) fn new() -> Self {
        Self { queues: Mutex::default(), wake: Notify::new() }
    }

    /// Reads a subject after a while, together with others of its kind.
    pub(super) async fn read(
        &self,
        scene: &Scene<'_>,
        kind: &'a dyn Kind,
        name: &SmolStr,
        subject: &Subject,
        after: Duration,
    ) -> Answer {
        let due = scene.clock.now().checked_add(after).unwrap_or(Timestamp::MAX);
        let (reply, answer) = oneshot::channel();
        {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Queue { kind, waiting: Vec::new(), under_way: false };
            let queue = queues.entry(name.clone()).or_insert_with(fresh);
            queue.waiting.push(Waiter { due, subject: subject.clone(), reply });
        }
        self.wake.notify_one();
        answer.await.unwrap_or_else(|_| Err(Fault::Lost("the reading was given up".into())))
    }

    /// Reads what is due, for ever.
    pub(super) async fn drive(&self, scene: &Scene<'_>) {
        let mut reads = FuturesUnordered::new();
        loop {
            for (name, kind, due) in self.take_due(scene.clock.now()) {
                reads.push(async move {
                    answer(kind, due).await;
                    name
                });
            }
            let asleep = async {
                match self.next_due() {
                    Some(due) => {
                        let wait = seconds(scene.clock.now(), due).max(0.001);
                        scene.clock.sleep(Duration::from_secs_f64(wait)).await;
                    }
                    None => future::pending().await,
                }
            };
            let news = future::select(Box::pin(asleep), Box::pin(self.wake.notified()));
            let done = async {
                match reads.next().await {
                    Some(name) => name,
                    None => future::pending().await,
                }
            };
            if let Either::Left((name, _)) = future::select(Box::pin(done), news).await {
                self.finished(&name);
            }
        }
    }

    /// Takes all that is due; a kind that is being read waits until that is over.
    fn take_due(&self, now: Timestamp) -> Vec<(SmolStr, &'a dyn Kind, Vec<Waiter>)> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for (name, queue) in queues.iter_mut().filter(|(_, queue)| !queue.under_way) {
            if !queue.waiting.iter().any(|waiter| waiter.due <= now) {
                continue;
            }
            let near = |waiter: &Waiter| seconds(now, waiter.due) <= TOGETHER;
            let (due, later) = std::mem::take(&mut queue.waiting).into_iter().partition(near);
            queue.waiting = later;
            queue.under_way = true;
            taken.push((name.clone(), queue.kind, due));
        }
        taken
    }

    fn next_due(&self) -> Option<Timestamp> {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = queues.values().filter(|queue| !queue.under_way);
        idle.flat_map(|queue| queue.waiting.iter().map(|waiter| waiter.due)).min()
    }

    fn finished(&self, name: &SmolStr) {
        if let Some(queue) = self.queues.lock().unwrap_or_else(PoisonError::into_inner).get_mut(name) {
            queue.under_way = false;
        }
    }
}

async fn answer(kind: &dyn Kind, due: Vec<Waiter>) {
    let reader = |waiter| {
        let Waiter { subject: Subject { cx, id, last }, .. }: &Waiter = waiter;
        Reader { cx, id, last }
    };
    let readers: Vec<Reader<'_>> = due.iter().map(reader).collect();
    let answers = kind.read_all(&readers).await;
    drop(readers);
    for (waiter, answer) in due.into_iter().zip(answers) {
        // Whoever no longer waits needs no answer.
        let _ = waiter.reply.send(answer);
    }
}
