//! Specs of the language, from text to a world: lookups, questions, rules of later phases, outputs, proofs, expectations.

use std::sync::Arc;

use rsx_engine::design::{Design, Nothing, Spec};
use rsx_engine::event::{Action, Event, What};
use rsx_engine::plan::{Base, Planning, plan};
use rsx_engine::run::{Closing, Outcome, Stop, run};
use rsx_engine::store::Memory;
use rsx_engine::survey::{Refresh, survey};
use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::Inputs;
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};

use crate::acts::{opening, state_of};
use crate::world::{Faults, World};

const LIBRARY: &str = r#"
dimension Duration { s = 1 }

pattern stack { region: Text }

resource zones { found names: List<Text> }

resource box {
  fixed name: Text
  size: Int
  computed id: Text

  let takes = 3s
}

resource server {
  fixed name:      Text
  fixed parent:    Text
  disruptive port: Int = 1
  computed id:       Text
  computed endpoint: Text

  let takes        = 60s
  let takes_update = 20s
  let takes_delete = 30s
  let door         = { at = endpoint }
}

pattern service {
  port: Int = 1

  make zones place { }
  make box room { name = "room-${first(place.names) ?? ""}", size = 1 }
  make server machine { name = "machine", parent = room.id, port = port }

  let proof = { host = machine.endpoint }
}

rule a::zone on service {
  require length(self.place.names) <= 2
  else "too many zones"
  at self
}
"#;

const SPEC: &str = r#"
stack s { region = "here" }
service web { }
output endpoint = web.machine.endpoint
expect "it answers" { require sql(web.machine, "select 1") > 0 }
"#;

struct Text(&'static str);

impl Files for Text {
    fn read(&self, _path: &str) -> Result<Arc<str>, ReadError> {
        Ok(self.0.into())
    }
}

fn analyzed(text: &'static str) -> (Analysis, Spec) {
    let library = Library::new(&[("std/test.rsx", LIBRARY)]);
    let mut analysis = analyze(&library, load(&library, "spec.rsx", &Text(text)), &Inputs::default());
    assert_eq!(analysis.diagnostics, Vec::new());
    let spec = Spec::new(analysis.models.remove(0)).unwrap();
    (analysis, spec)
}

/// Makes a design true, and listens.
async fn done(
    world: &World,
    store: &Memory,
    analysis: &Analysis,
    design: &mut dyn Design,
) -> (Outcome, Vec<Event>) {
    let (sink, heard) = crate::acts::ear();
    let state = state_of(store).await;
    let opening = opening(world, &analysis.sources, design.home(), 1, sink);
    let scene = rsx_engine::scene::Scene::open(opening, &state).await.unwrap();
    let seen = survey(&scene, design, &state, Refresh::Control).await.unwrap().facts;
    let base = Base::default();
    let (only, except) = (Vec::new(), Vec::new());
    let planning = Planning { sources: &analysis.sources, state: &state, seen, only, except, base };
    let plan = plan(design, planning).unwrap();
    let outcome = run(&scene, design, &plan, store, &Stop::default(), Closing::Prove).await.unwrap();
    drop(scene);
    let events = heard.lock().unwrap().clone();
    (outcome, events)
}

#[tokio::test(start_paused = true)]
async fn a_spec_comes_true_is_proved_and_goes() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    let (analysis, mut spec) = analyzed(SPEC);
    let (outcome, events) = done(&world, &store, &analysis, &mut spec).await;
    assert!(outcome.summary.ok, "{:?}", outcome.diagnostics);
    assert_eq!(outcome.summary.created, 2);
    assert_eq!(outcome.summary.balancers[0].address, "web");
    assert_eq!(
        world.picture(),
        ["box web.room name=room-a size=1", "server web.machine name=machine parent=web.room: port=1"]
    );
    let told = events.iter().find_map(|event| {
        let What::Output { name, shown, .. } = &event.what else { return None };
        Some((name.as_str(), shown.as_str()))
    });
    assert_eq!(told, Some(("endpoint", "\"server-2:1\"")));
    assert_eq!(outcome.state.outputs["endpoint"], "server-2:1");
    let verified = |event: &&Event| matches!(&event.what, What::StepSettled { action: Action::Verify, .. });
    assert_eq!(events.iter().filter(verified).count(), 2);

    let (analysis, mut again) = analyzed(SPEC);
    let before = world.inner().calls.len();
    assert!(done(&world, &store, &analysis, &mut again).await.0.summary.ok);
    assert_eq!(world.inner().calls.len(), before);

    let mut nothing = Nothing::of(&again);
    assert!(done(&world, &store, &analysis, &mut nothing).await.0.summary.ok);
    assert_eq!(world.picture(), Vec::<String>::new());
    let state = state_of(&store).await;
    assert!(state.entries.is_empty() && state.looked.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_expectation_that_does_not_hold_fails_the_run() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    let (analysis, mut spec) = analyzed(
        r#"
stack s { region = "here" }
service web { }
expect "more" { require sql(web.machine, "select 1") > 5 }
"#,
    );
    let (outcome, _) = done(&world, &store, &analysis, &mut spec).await;
    assert!(!outcome.summary.ok);
    assert_eq!(outcome.diagnostics[0].code.as_str(), "rsx::expect::failed");
    assert_eq!(outcome.summary.created, 2);
}

#[tokio::test(start_paused = true)]
async fn a_look_decides_rules_before_anything_is_made() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    world.inner().zones = 3;
    let (analysis, mut spec) = analyzed(SPEC);
    let state = state_of(&store).await;
    let opening = opening(&world, &analysis.sources, spec.home(), 1, Arc::new(|_| {}));
    let scene = rsx_engine::scene::Scene::open(opening, &state).await.unwrap();
    let refused = survey(&scene, &mut spec, &state, Refresh::Control).await.unwrap_err();
    assert_eq!(refused[0].code.as_str(), "a::zone");
}
