//! `rsx run`: makes a spec true, or does a saved plan, and proves it.

use std::path::Path;

use rsx_engine::design::{Design, Spec};
use rsx_engine::plan::{Base, Class, Plan};
use rsx_engine::run::Closing;
use rsx_engine::scene::Scene;
use rsx_engine::state::State;
use rsx_lang::inputs::Input;

use crate::acting::{self, Act};
use crate::args::InputOptions;
use crate::args::stack::{Run, StackOptions};
use crate::exit::{Failure, Outcome};
use crate::place::Place;
use crate::planning::{self, Inputs, Selected};
use crate::report::audience::Audience;
use crate::report::summary;
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::{files, left_behind, runtime, stream, terminal, world};

/// Runs a spec or a saved plan.
pub(crate) fn run(options: &Run) -> Outcome {
    let audience = Audience::to(options.results.is_json());
    runtime::block_on(stream::framed(audience, ran(options, audience)))
}

async fn ran(options: &Run, audience: Audience) -> Outcome {
    let stopping = Stopping::listen()?;
    let saved = saved(&options.file)?;
    let (stack, mut design, local) = match &saved {
        Some(plan) => reopened(plan, options, audience)?,
        None => {
            let (stack, design) = Stack::open(&options.file, &options.stack.inputs, audience)?;
            (stack, design, options.stack.local)
        }
    };
    stack.refuse_backend(&design, audience)?;
    let place = stopping.unless(Place::open(&stack, &design, local, audience)).await??;
    let store = place.whose.store(&stack);
    let _lock = planning::lock(&store, "run").await?;
    let state = left_behind::state(&stack, &design, place.whose, audience).await?;
    let opening = planning::scene(&stack, &place, design.home(), &state, planning::quiet(), audience);
    let scene = stopping.unless(opening).await??;
    let plan = match saved {
        Some(plan) => still_good(plan, &stack, &design, &state, audience)?,
        None => {
            let fresh = planned(options, &stack, &mut design, &scene, &state, audience);
            stopping.unless(fresh).await??
        }
    };
    let unnamed = Class::ALL.into_iter().filter(|class| *class != Class::DestroysData).collect();
    let act = Act { consent: &options.consent, unnamed, plan: &plan, closing: Closing::Prove, store: &store };
    let (ending, outcome) = acting::act(act, &stack, &mut design, scene, &place, &stopping, audience).await?;
    if audience == Audience::People {
        terminal::print(&summary::after_run(&stack, &design, &outcome, local));
    }
    place.close()?;
    Ok(ending)
}

async fn planned(
    options: &Run,
    stack: &Stack,
    design: &mut Spec,
    scene: &Scene<'_>,
    state: &State,
    audience: Audience,
) -> Result<Plan, Failure> {
    let selected = Selected::read(&options.selection, design, state)?;
    let survey = planning::look(scene, design, state, options.looking.refresh(), audience).await?;
    let mut plan = planning::steps(stack, design, state, survey, &selected, Base::default(), audience)?;
    if audience == Audience::Machines {
        plan.spell_out(design);
    }
    planning::possible(plan, scene, design, state, audience).await
}

/// Reads a saved plan; a spec is none.
fn saved(path: &Path) -> Result<Option<Plan>, Failure> {
    let text = files::read_text(path).unwrap_or_default();
    if !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    serde_json::from_str(&text).map(Some).map_err(|error| {
        Failure::Wrong(format!(
            "{} is no plan that this version can read: {error}; plan again",
            path.display()
        ))
    })
}

/// Reads the spec of a saved plan again, as it was read then.
fn reopened(plan: &Plan, options: &Run, audience: Audience) -> Result<(Stack, Spec, bool), Failure> {
    let then: Inputs = serde_json::from_value(plan.base.inputs.clone())
        .map_err(|error| Failure::Wrong(format!("the plan does not say how its spec was read: {error}")))?;
    refuse_options(options, &then)?;
    let StackOptions { inputs: InputOptions { param_fds, .. }, .. } = &options.stack;
    let secrets = InputOptions { env: then.env.clone(), params: Vec::new(), param_fds: param_fds.clone() };
    let mut inputs = world::inputs(&secrets)?;
    for (name, value) in then.params {
        inputs.params.insert(name.into(), Input::Text(value.into()));
    }
    let given = Path::new(&then.spec);
    let path = if given.exists() { given } else { Path::new(&then.absolute) };
    let (stack, design) = Stack::with_inputs(path, inputs, audience)?;
    Ok((stack, design, then.local))
}

/// Refuses what a saved plan has decided already.
fn refuse_options(options: &Run, then: &Inputs) -> Result<(), Failure> {
    let StackOptions { inputs, local } = &options.stack;
    let decided = [
        ("--env", inputs.env.is_some()),
        ("--param", !inputs.params.is_empty()),
        ("--local", *local && !then.local),
        ("--probe", options.looking.probe),
        ("--only", !options.selection.only.is_empty()),
        ("--except", !options.selection.except.is_empty()),
    ];
    match decided.into_iter().find(|(_, is_there)| *is_there) {
        Some((option, _)) => {
            Err(Failure::Usage(format!("{option} can't be given with a saved plan: plan again with it")))
        }
        None => Ok(()),
    }
}

/// Refuses a saved plan of another state, spec or input.
fn still_good(
    plan: Plan,
    stack: &Stack,
    design: &Spec,
    state: &State,
    audience: Audience,
) -> Result<Plan, Failure> {
    match plan.still_holds(design, &planning::fingerprint(stack), state) {
        Ok(()) => Ok(plan),
        Err(diagnostic) => {
            audience.tell(&[*diagnostic], &stack.sources);
            Err(Failure::Declined)
        }
    }
}
