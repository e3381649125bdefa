//! `rsx destroy`: takes away what a stack has made, in the safe order.

use rsx_engine::design::{Design, Nothing, Spec};
use rsx_engine::plan::{Base, Class};
use rsx_engine::run::Closing;
use rsx_engine::state::State;
use rsx_engine::status::{parting, recall};
use rsx_engine::survey::Refresh;
use rsx_lang::instance::InstanceId;

use crate::acting::{self, Act};
use crate::args::stack::Destroy;
use crate::exit::Outcome;
use crate::place::Place;
use crate::planning::{self, Selected};
use crate::report::audience::Audience;
use crate::report::summary;
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::{left_behind, runtime, stream, terminal};

/// Destroys a stack.
pub(crate) fn destroy(options: &Destroy) -> Outcome {
    let audience = Audience::to(options.results.is_json());
    runtime::block_on(stream::framed(audience, destroyed(options, audience)))
}

async fn destroyed(options: &Destroy, audience: Audience) -> Outcome {
    let stopping = Stopping::listen()?;
    let local = options.stack.local;
    let (stack, mut design) = Stack::open_without_secrets(&options.file, &options.stack.inputs, audience)?;
    stack.refuse_backend(&design, audience)?;
    let place = stopping.unless(Place::open(&stack, &design, local, audience)).await??;
    let store = place.whose.store(&stack);
    let _lock = planning::lock(&store, "destroy").await?;
    let state = left_behind::state(&stack, &design, place.whose, audience).await?;
    let remains = remains(&mut design, &state);
    let noted = parting(&design, &state);
    let mut nothing = Nothing::of(&design);
    let opening = planning::scene(&stack, &place, nothing.home(), &state, planning::quiet(), audience);
    let scene = stopping.unless(opening).await??;
    let look = planning::look(&scene, &mut nothing, &state, Refresh::Control, audience);
    let mut survey = stopping.unless(look).await??;
    survey.facts.extend(noted);
    let (all, base) = (Selected::default(), Base::default());
    let plan = planning::steps(&stack, &mut nothing, &state, survey, &all, base, audience)?;
    let unnamed = Class::ALL.into_iter().collect();
    let act = Act { consent: &options.consent, unnamed, plan: &plan, closing: Closing::Rest, store: &store };
    let (ending, outcome) =
        acting::act(act, &stack, &mut nothing, scene, &place, &stopping, audience).await?;
    if audience == Audience::People {
        terminal::print(&summary::after_destroy(&outcome, &remains));
    }
    place.close()?;
    Ok(ending)
}

/// Returns what outlasts the resources that are there, in the library's words.
fn remains(design: &mut Spec, state: &State) -> Vec<String> {
    recall(design, state);
    let there = |id: &InstanceId| state.entries.contains_key(&design.address(*id));
    let having = design.having("remains").into_iter().filter(there);
    having.filter_map(|id| design.get(id, "remains")?.as_text().map(ToString::to_string)).collect()
}
