//! Asks before anything is begun whether what a plan makes could be made.

use std::collections::HashSet;

use futures::future::join_all;
use rsx_syntax::Diagnostic;
use smol_str::SmolStr;

use crate::design::Design;
use crate::event::{Action, Call};
use crate::known::Known;
use crate::plan::{Plan, Step};
use crate::problems::Problem;
use crate::provider::Fault;
use crate::scene::Scene;
use crate::state::{Standing, State};

/// Refuses a plan of which it is known already that a step would be refused. Nothing is changed.
///
/// What waits for something that is still to be made is not asked about.
pub async fn foresee(
    scene: &Scene<'_>,
    design: &dyn Design,
    state: &State,
    plan: &Plan,
) -> Result<(), Vec<Diagnostic>> {
    let is_made = |step: &&Step| matches!(step.action, Action::Create | Action::Sql | Action::Replace);
    let made: HashSet<&SmolStr> = plan.steps.iter().filter(is_made).map(|step| &step.address).collect();
    let stands_alone = |step: &&Step| {
        let needs = design.find(&step.address).map(|id| design.demand(id)).unwrap_or_default();
        !needs.iter().any(|need| made.contains(&design.address(need.on)))
    };
    let asked =
        plan.steps.iter().filter(is_made).filter(stands_alone).map(|step| asked(scene, design, state, step));
    let refused: Vec<_> = join_all(asked).await.into_iter().filter_map(Result::err).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused.iter().map(Problem::diagnostic).collect()) }
}

async fn asked(scene: &Scene<'_>, design: &dyn Design, state: &State, step: &Step) -> Result<(), Problem> {
    let Some(id) = design.find(&step.address) else { return Ok(()) };
    let Some(want) = Known::new(design.want(id)) else { return Ok(()) };
    let kind = scene.kind(&step.kind, design.origin(id, None))?;
    let cx = scene.context(&step.address, &token(scene, state, &step.address), step.action);
    scene.insist(|| kind.foresee(&cx, &want)).await.map_err(|fault| {
        let field = match &fault {
            Fault::Denied(refusal) | Fault::Refused(refusal) => refusal.field.as_deref(),
            Fault::Throttled(_)
            | Fault::Busy(_)
            | Fault::NoCapacity(_)
            | Fault::Lost(_)
            | Fault::Expired(_)
            | Fault::Foreign { .. } => None,
        };
        let at = design.origin(id, field);
        Problem::fault(&step.address, "planning", fault, at)
    })
}

/// Returns the token under which it was begun, if it was, so that its own beginnings are not held against it.
fn token(scene: &Scene<'_>, state: &State, address: &SmolStr) -> SmolStr {
    match state.entries.get(address).map(|entry| &entry.standing) {
        Some(Standing::Open { call: Call::Create { .. }, token }) => token.clone(),
        Some(_) | None => scene.token(),
    }
}
