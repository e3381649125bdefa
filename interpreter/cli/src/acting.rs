//! Doing a plan: what is allowed, who is asked, how it goes on, how it ends. `run` and `destroy` share it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rsx_engine::design::Design;
use rsx_engine::plan::{Class, Plan};
use rsx_engine::run::{Closing, Outcome, run};
use rsx_engine::scene::Scene;

use crate::args::stack::Consent;
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::progress;
use crate::report::audience::Audience;
use crate::report::plan as report;
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::store_file::FileStore;
use crate::terminal;

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) struct Act<'a> {
    /// Whether and what may be done.
    pub(crate) consent: &'a Consent,
    /// What `--yes` allows without naming it.
    pub(crate) unnamed: BTreeSet<Class>,
    /// What would be done.
    pub(crate) plan: &'a Plan,
    /// What follows.
    pub(crate) closing: Closing,
    /// Where that is written down; its lock is held.
    pub(crate) store: &'a FileStore,
}

/// Does a plan if that is allowed.
pub(crate) async fn act(
    act: Act<'_>,
    stack: &Stack,
    design: &mut dyn Design,
    mut scene: Scene<'_>,
    place: &Place,
    stopping: &Stopping,
    audience: Audience,
) -> Result<(Ending, Outcome), Failure> {
    refuse_classes(&act, stack, design, audience)?;
    if audience == Audience::Machines {
        terminal::print(&crate::commands::plan::line(act.plan)?);
    }
    consent(&act, stack, stopping, audience).await?;
    scene.sink = progress::sink(act.plan, Arc::clone(&stack.sources), design.units(), place.pace, audience);
    let ran = run(&scene, design, act.plan, act.store, &stopping.stop, act.closing).await;
    let mut outcome = ran.map_err(|diagnostic| {
        audience.tell(&[*diagnostic], &stack.sources);
        Failure::Told
    })?;
    outcome.summary.seconds = place.pace.real_seconds(outcome.summary.seconds);
    let ending = match (outcome.summary.ok, outcome.summary.stopped) {
        (_, true) => Ending::Stopped,
        (true, false) => Ending::Done,
        (false, false) => Ending::Errors,
    };
    Ok((ending, outcome))
}

fn refuse_classes(
    act: &Act<'_>,
    stack: &Stack,
    design: &dyn Design,
    audience: Audience,
) -> Result<(), Failure> {
    let read = |word: &String| Class::parse(word).ok_or_else(|| Failure::Usage(unknown_class(word)));
    let named: BTreeSet<Class> = act.consent.allow.iter().map(read).collect::<Result<_, _>>()?;
    let allowed = match (named.is_empty(), act.consent.yes) {
        (false, _) => &named,
        (true, true) => &act.unnamed,
        // Whoever is asked sees what it means.
        (true, false) => return Ok(()),
    };
    act.plan.allowed(design, allowed).map_err(|diagnostic| {
        audience.tell(&[*diagnostic], &stack.sources);
        Failure::Declined
    })
}

fn unknown_class(word: &str) -> String {
    format!(
        "there is no class of steps `{word}`; use some of read, create, update, interrupts, replace, delete, destroys-data"
    )
}

/// Shows the plan and asks, unless the answer is known.
async fn consent(
    act: &Act<'_>,
    stack: &Stack,
    stopping: &Stopping,
    audience: Audience,
) -> Result<(), Failure> {
    if act.plan.is_empty() {
        return Ok(());
    }
    if act.consent.yes {
        terminal::tell(&format!("{}\n", report::headline(act.plan, &stack.name)));
        return Ok(());
    }
    if audience == Audience::People {
        report::write(act.plan, &stack.name, terminal::paper_of_errors(), terminal::tell);
        terminal::tell("\n");
    }
    if !terminal::is_asking() {
        return Err(Failure::Refused("not approved, so nothing was changed: add --yes to do this".into()));
    }
    terminal::tell("Do this? [y/N] ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    match stopping.unless(answer).await? {
        Ok(Ok(line)) if matches!(line.trim(), "yes" | "y") => Ok(()),
        Ok(_) | Err(_) => Err(Failure::Refused("not approved, so nothing was changed".into())),
    }
}
