//! What tests do with a design and a world: plan, run, destroy.

use std::sync::{Arc, Mutex};

use rsx_engine::design::{Design, Nothing};
use rsx_engine::event::{Event, Sink, Summary};
use rsx_engine::journal;
use rsx_engine::plan::{Base, Plan, Planning, plan};
use rsx_engine::run::{Closing, Outcome, Stop, run};
use rsx_engine::scene::{Opening, Scene};
use rsx_engine::state::State;
use rsx_engine::store::Memory;
use rsx_engine::survey::{Refresh, survey};
use rsx_syntax::{Diagnostic, Sources, Span};

use crate::design::Synthetic;
use crate::world::{Ticking, World};

pub(crate) async fn state_of(store: &Memory) -> State {
    journal::load(store).await.unwrap().state
}

pub(crate) async fn scene<'a>(
    world: &'a World,
    design: &'a Synthetic,
    state: &State,
    seed: u64,
) -> Scene<'a> {
    scene_with(world, design, state, seed, Arc::new(|_| {})).await
}

pub(crate) async fn scene_with<'a>(
    world: &'a World,
    design: &'a Synthetic,
    state: &State,
    seed: u64,
    sink: Sink,
) -> Scene<'a> {
    Scene::open(opening(world, &design.sources, design.home(), seed, sink), state).await.unwrap()
}

pub(crate) async fn opened<'a>(
    world: &'a World,
    design: &'a Synthetic,
    state: &State,
) -> Result<Scene<'a>, Box<Diagnostic>> {
    Scene::open(opening(world, &design.sources, design.home(), 1, Arc::new(|_| {})), state).await
}

pub(crate) fn opening<'a>(
    world: &'a World,
    sources: &'a Sources,
    home: Span,
    seed: u64,
    sink: Sink,
) -> Opening<'a> {
    Opening {
        provider: world,
        clock: Ticking::new(),
        sink,
        sources,
        stack: "s".into(),
        env: "default".into(),
        spec: "spec.rsx".into(),
        tags: Vec::new(),
        seed,
        home,
    }
}

/// Returns a sink, and what it hears.
pub(crate) fn ear() -> (Sink, Arc<Mutex<Vec<Event>>>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    (Arc::new(move |event| heard.lock().unwrap().push(event)), events)
}

pub(crate) async fn planned(
    scene: &Scene<'_>,
    design: &mut dyn Design,
    state: &State,
    refresh: Refresh,
) -> Plan {
    let seen = survey(scene, design, state, refresh).await.unwrap().facts;
    let planning = Planning {
        sources: scene.sources,
        state,
        seen,
        only: Vec::new(),
        except: Vec::new(),
        base: Base::default(),
    };
    let plan = plan(design, planning).unwrap();
    // A plan is whole in itself: what is run was saved and read again.
    let saved = serde_json::to_string(&plan).unwrap();
    serde_json::from_str(&saved).unwrap()
}

/// Plans and runs a design; none if everything was cut off meanwhile.
pub(crate) async fn converge(
    world: &World,
    store: &Memory,
    design: &Synthetic,
    seed: u64,
) -> Option<Summary> {
    let state = journal::load(store).await.unwrap().state;
    let scene = scene(world, design, &state, seed).await;
    let mut design = design.fresh();
    let plan = planned(&scene, &mut design, &state, Refresh::Control).await;
    let stop = Stop::default();
    let work = Box::pin(run(&scene, &mut design, &plan, store, &stop, Closing::Prove));
    tokio::select! {
        biased;
        outcome = work => Some(outcome.unwrap().summary),
        () = world.dead.notified() => None,
    }
}

pub(crate) async fn destroyed(
    world: &World,
    store: &Memory,
    design: &Synthetic,
    seed: u64,
) -> Option<Summary> {
    let state = journal::load(store).await.unwrap().state;
    let scene = scene(world, design, &state, seed).await;
    let mut nothing = Nothing::of(design);
    let plan = planned(&scene, &mut nothing, &state, Refresh::Control).await;
    let stop = Stop::default();
    let work = Box::pin(run(&scene, &mut nothing, &plan, store, &stop, Closing::Rest));
    tokio::select! {
        biased;
        outcome = work => Some(outcome.unwrap().summary),
        () = world.dead.notified() => None,
    }
}

/// Runs a design and listens.
pub(crate) async fn heard(
    world: &World,
    store: &Memory,
    design: &Synthetic,
    stop: &Stop,
) -> (Outcome, Vec<Event>) {
    let (sink, events) = ear();
    let state = state_of(store).await;
    let scene = scene_with(world, design, &state, 1, sink).await;
    let mut design = design.fresh();
    let plan = planned(&scene, &mut design, &state, Refresh::Control).await;
    let outcome = run(&scene, &mut design, &plan, store, stop, Closing::Prove).await.unwrap();
    drop(scene);
    let events = events.lock().unwrap().clone();
    (outcome, events)
}
