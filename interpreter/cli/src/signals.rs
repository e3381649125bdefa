//! Signals: the first asks to stop cleanly, the second ends at once.

use std::sync::Arc;

use rsx_engine::run::Stop;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::exit::Failure;
use crate::terminal;

/// How a shell counts a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// What somebody who can be stopped waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopping {
    /// Asks the engine to stop.
    pub(crate) stop: Arc<Stop>,
    asked: Arc<Notify>,
}

impl Stopping {
    /// Listens to Ctrl-C and SIGTERM from now on.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let ends = Ends::listen()?;
        let stopping = Self::default();
        tokio::spawn(stopping.clone().obey(ends));
        Ok(stopping)
    }

    /// Does something unless it is stopped before it ends; what it was doing is then given up where it stands.
    pub(crate) async fn unless<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.asked.notified() => Err(Failure::Stopped),
        }
    }

    async fn obey(self, mut ends: Ends) {
        ends.next().await;
        self.stop.ask();
        // Before whoever waits is woken: it may end the program.
        terminal::tell("stopping: nothing new is begun; once more ends at once\n");
        self.asked.notify_one();
        ends.next().await;
        end_at_once()
    }
}

#[expect(clippy::exit, reason = "who asks twice does not want to wait")]
fn end_at_once() {
    std::process::exit(INTERRUPTED)
}

/// What tells a program to end: Ctrl-C and SIGTERM.
#[derive(Debug)]
pub(crate) struct Ends {
    interrupts: Signal,
    terminations: Signal,
}

impl Ends {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self { interrupts: on(SignalKind::interrupt())?, terminations: on(SignalKind::terminate())? })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupts.recv() => {}
            _ = self.terminations.recv() => {}
        }
    }
}

fn on(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::Wrong(format!("signals can't be listened to: {error}")))
}
