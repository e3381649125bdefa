//! `rsx plan`: what `run` would do, and why.

use rsx_engine::design::{Design, Spec};
use rsx_engine::event::Summary;
use rsx_engine::plan::{Base, Plan as Steps, Step};
use rsx_engine::survey::Survey;

use crate::args::stack::Plan;
use crate::exit::{Ending, Failure, Outcome};
use crate::place::{Place, Whose};
use crate::planning::{self, Inputs, Selected};
use crate::report::audience::Audience;
use crate::report::plan as report;
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::{files, left_behind, runtime, stream, terminal};

/// Plans, and prints or saves the plan.
pub(crate) fn plan(options: &Plan) -> Outcome {
    let audience = Audience::to(options.results.is_json());
    runtime::block_on(stream::framed(audience, planned(options, audience)))
}

async fn planned(options: &Plan, audience: Audience) -> Outcome {
    if options.looking.probe && !options.refresh {
        return Err(Failure::Usage(
            "--probe looks, and --refresh=false does not: leave one of them out".into(),
        ));
    }
    let (stack, mut design) = Stack::open(&options.file, &options.stack.inputs, audience)?;
    stack.refuse_backend(&design, audience)?;
    let mut plan = match options.refresh {
        true => Stopping::listen()?.unless(looked(options, &stack, &mut design, audience)).await??,
        false => unlooked(options, &stack, &mut design, audience).await?,
    };
    if options.out.is_some() || audience == Audience::Machines {
        plan.spell_out(&design);
    }
    if let Some(path) = &options.out {
        let text = serde_json::to_vec(&plan).map_err(|error| Failure::Wrong(error.to_string()))?;
        files::replace(path, &text)?;
    }
    match audience {
        Audience::People => report::write(&plan, &stack.name, terminal::paper(), terminal::print),
        Audience::Machines => {
            terminal::print(&line(&plan)?);
            stream::close(&Summary { ok: true, ..Summary::default() });
        }
    }
    if let Some(path) = &options.out {
        terminal::tell(&format!("saved; `rsx run {}` does it\n", path.display()));
    }
    let changes = options.detailed_exitcode && !plan.is_empty();
    // The process ends here; to take thousands of steps apart piece by piece would take longer than to print them.
    std::mem::forget((plan, design, stack));
    Ok(if changes { Ending::Changes } else { Ending::Done })
}

/// Plans after a look at what is there.
async fn looked(
    options: &Plan,
    stack: &Stack,
    design: &mut Spec,
    audience: Audience,
) -> Result<Steps, Failure> {
    let place = Place::open(stack, design, options.stack.local, audience).await?;
    let state = left_behind::state(stack, design, place.whose, audience).await?;
    let selected = Selected::read(&options.selection, design, &state)?;
    let base = base(options, stack, design);
    let home = design.home();
    let scene = planning::scene(stack, &place, home, &state, planning::quiet(), audience).await?;
    let survey = planning::look(&scene, design, &state, options.looking.refresh(), audience).await?;
    let plan = planning::steps(stack, design, &state, survey, &selected, base, audience)?;
    let plan = planning::possible(plan, &scene, design, &state, audience).await?;
    drop(scene);
    place.close()?;
    Ok(plan)
}

/// Plans from the state alone: no client is made.
async fn unlooked(
    options: &Plan,
    stack: &Stack,
    design: &mut Spec,
    audience: Audience,
) -> Result<Steps, Failure> {
    let whose = Whose::offline(stack, options.stack.local);
    let state = left_behind::state(stack, design, whose, audience).await?;
    let selected = Selected::read(&options.selection, design, &state)?;
    let base = base(options, stack, design);
    planning::steps(stack, design, &state, Survey::default(), &selected, base, audience)
}

/// Returns what the plan rests on, if it is saved: nobody asks another.
fn base(options: &Plan, stack: &Stack, design: &Spec) -> Base {
    let base = |_| planning::base(stack, design, Inputs::of(stack, options.stack.local));
    options.out.as_ref().map(base).unwrap_or_default()
}

/// Returns a plan as the line of a stream.
pub(crate) fn line(plan: &Steps) -> Result<String, Failure> {
    let line = Line { at: jiff::Timestamp::now(), steps: &plan.steps, seconds: plan.seconds };
    let text = serde_json::to_string(&line).map_err(|error| Failure::Wrong(error.to_string()))?;
    Ok(text + "\n")
}

#[derive(serde::Serialize)]
#[serde(tag = "type", rename = "plan")]
struct Line<'p> {
    at: jiff::Timestamp,
    steps: &'p [Step],
    seconds: f64,
}
