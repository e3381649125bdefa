//! Events as a tree that is redrawn in place: a line for each declaration, below it the steps that go on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rsx_engine::event::{Event, Sink, What};
use rsx_engine::plan::Plan;
use rsx_syntax::Sources;
use smol_str::SmolStr;

use super::skipped::Skipped;
use super::{declaration, plain};
use crate::report::human::Look;
use crate::report::measures::time;
use crate::report::plan::verb;

/// How often the elapsed time is redrawn.
const TICK: Duration = Duration::from_millis(250);

/// Makes what draws the tree on standard error.
pub(super) fn sink(plan: &Plan, sources: Arc<Sources>, look: Look) -> Sink {
    let tree = Mutex::new(Tree::new(plan));
    Arc::new(move |event: Event| {
        let mut tree = tree.lock().unwrap_or_else(PoisonError::into_inner);
        tree.take(&event, &sources, look);
    })
}

struct Tree {
    all: MultiProgress,
    branches: IndexMap<SmolStr, ProgressBar>,
    running: IndexMap<SmolStr, ProgressBar>,
    skipped: Skipped,
}

impl Tree {
    fn new(plan: &Plan) -> Self {
        let all = MultiProgress::new();
        let mut counts: IndexMap<SmolStr, u64> = IndexMap::new();
        for step in &plan.steps {
            *counts.entry(declaration(&step.address)).or_default() += 1;
        }
        let width = counts.keys().map(|name| name.chars().count()).max().unwrap_or(0);
        let branches = counts.into_iter().map(|(name, count)| {
            let bar = all.add(ProgressBar::new(count));
            bar.set_style(style(&format!("{{prefix:{width}}} {{bar:20}} {{pos}}/{{len}} {{msg}}")));
            bar.set_prefix(name.to_string());
            bar.tick();
            (name, bar)
        });
        let branches = branches.collect();
        Self { all, branches, running: IndexMap::new(), skipped: Skipped::default() }
    }

    fn take(&mut self, event: &Event, sources: &Sources, look: Look) {
        match &event.what {
            What::StepStarted { address, action, expected, .. } => {
                let about =
                    if *expected >= 1.0 { format!(" of about {}", time(*expected)) } else { String::new() };
                self.begin(address, format!("{} {address}", verb(*action)), about);
            }
            What::StepProgressed { address, text, .. } => {
                if let Some(bar) = self.running.get(address) {
                    bar.set_message(text.clone());
                }
            }
            What::StepSettled { address, .. } => {
                self.end(address);
                if let Some(branch) = self.branches.get(&declaration(address)) {
                    branch.inc(1);
                }
            }
            What::StepFailed { address, .. } => {
                self.end(address);
                self.say(plain::line(event, sources, look));
            }
            What::StepSkipped { address, begun, because, .. } => {
                self.end(address);
                self.skipped.add(address, *begun, because);
            }
            What::Diagnostic { .. } => self.say(plain::line(event, sources, look)),
            What::Summary(_) => {
                let skipped = self.skipped.tell();
                self.say(Some(skipped).filter(|text| !text.is_empty()));
                self.close();
            }
            What::Fact(_) | What::Output { .. } => {}
        }
    }

    fn begin(&mut self, address: &SmolStr, what: String, about: String) {
        let bar = ProgressBar::new_spinner();
        let bar = match self.branches.get(&declaration(address)) {
            Some(branch) => self.all.insert_after(branch, bar),
            None => self.all.add(bar),
        };
        bar.set_style(style(&format!("  {{spinner}} {{prefix}} {{elapsed}}{about} {{msg}}")));
        bar.set_prefix(what);
        bar.enable_steady_tick(TICK);
        self.running.insert(address.clone(), bar);
    }

    fn end(&mut self, address: &SmolStr) {
        if let Some(bar) = self.running.shift_remove(address) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
    }

    /// Writes above the tree what is to stay.
    fn say(&self, text: Option<String>) {
        if let Some(text) = text {
            self.all.suspend(|| crate::terminal::tell(&text));
        }
    }

    fn close(&mut self) {
        for bar in self.running.values().chain(self.branches.values()) {
            bar.abandon();
        }
    }
}

/// A template that indicatif can't read leaves its own.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
