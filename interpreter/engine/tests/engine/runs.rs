//! What runs do when something is in the way: refusals, stops, hangs, drift.

use std::sync::Arc;

use rsx_engine::event::What;
use rsx_engine::journal;
use rsx_engine::plan::Change;
use rsx_engine::provider::{Id, Reading};
use rsx_engine::run::Stop;
use rsx_engine::state::State;
use rsx_engine::status::{Finding, status};
use rsx_engine::store::{Holder, Memory, Store, StoreFault};
use rsx_engine::survey::{Refresh, survey};
use rsx_lang::value::Value;

use crate::acts::{converge, heard, planned, scene, state_of};
use crate::design::{Resource, Synthetic, a_box, a_link, a_server};
use crate::world::{Faults, World};

fn design(size: i64) -> Synthetic {
    let resources: Vec<(&str, Resource)> = vec![
        ("b", a_box("b", size)),
        ("c", a_box("c", 1)),
        ("s", a_server("s", "b", 1, size, "Passw0rd")),
        ("l", a_link("s", "a")),
    ];
    Synthetic::new(resources.into_iter().map(|(address, resource)| (address.into(), resource)))
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_at_its_field_and_nothing_new_begins() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    world.inner().refused = Some(("create server s".into(), "size"));
    let (outcome, events) = heard(&world, &store, &design(1), &Stop::default()).await;
    let summary = outcome.summary;
    assert_eq!((summary.ok, summary.created, summary.failed, summary.skipped), (false, 2, 1, 1));
    let failed = events.iter().find_map(|event| {
        let What::StepFailed { address, error, diagnostic, .. } = &event.what else { return None };
        Some((address, error, diagnostic))
    });
    let (address, error, diagnostic) = failed.unwrap();
    assert_eq!((address.as_str(), error.code.as_str()), ("s", "rsx::run::refused"));
    assert_eq!(error.at.as_ref().unwrap().line, 4);
    assert!(diagnostic.labels[0].text.contains("1 validation error detected"));
    let skipped = events.iter().find_map(|event| {
        let What::StepSkipped { address, because, .. } = &event.what else { return None };
        Some((address.as_str(), because[0].text.as_str()))
    });
    assert_eq!(skipped, Some(("l", "`s` failed")));
    assert!(!outcome.state.entries.contains_key("s"));

    world.inner().refused = None;
    assert!(converge(&world, &store, &design(1), 1).await.unwrap().ok);
}

#[tokio::test(start_paused = true)]
async fn a_change_may_pass_through_a_value_on_its_way() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    assert!(converge(&world, &store, &design(1), 1).await.unwrap().ok);
    let before = world.inner().calls.len();
    // Cut off between the two calls, it goes on to what is wanted.
    world.cut_at(2, false);
    let mut grown = design(1);
    grown.resources["b"] = a_box("b", 2);
    assert!(converge(&world, &store, &grown, 1).await.is_none());
    assert!(world.picture().iter().any(|line| line.starts_with("box b") && line.contains("size=3")));
    world.mend();
    assert!(converge(&world, &store, &grown, 1).await.unwrap().ok);
    assert!(world.picture().iter().any(|line| line.starts_with("box b") && line.contains("size=2")));
    let calls = world.inner().calls[before..].iter().filter(|call| *call == "update box b").count();
    assert!(calls >= 3, "{calls}");
}

#[tokio::test(start_paused = true)]
async fn what_never_becomes_ready_ends_the_run_and_is_taken_up_later() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    world.inner().hangs = true;
    let (outcome, _) = heard(&world, &store, &design(1), &Stop::default()).await;
    assert_eq!(outcome.diagnostics[0].code.as_str(), "rsx::run::stuck");
    world.inner().hangs = false;
    let (outcome, events) = heard(&world, &store, &design(1), &Stop::default()).await;
    assert!(outcome.summary.ok);
    assert_eq!(world.inner().calls.iter().filter(|call| *call == "create server s").count(), 1);
    assert!(
        events.iter().any(|event| matches!(&event.what, What::StepSettled { address, .. } if address == "l"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_nothing_and_the_next_run_goes_on_waiting() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    let stop = Arc::new(Stop::default());
    let asked = Arc::clone(&stop);
    let began = tokio::time::Instant::now();
    let later = async {
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        asked.ask();
        std::future::pending::<()>().await;
    };
    let design = design(1);
    let (outcome, _) = tokio::select! {
        heard = heard(&world, &store, &design, &stop) => heard,
        () = later => unreachable!(),
    };
    assert_eq!(began.elapsed().as_secs(), 10);
    let summary = outcome.summary;
    assert!(summary.stopped && !summary.ok);
    // The server was on its way; its link was never begun.
    assert_eq!((summary.created, summary.failed, summary.unfinished, summary.skipped), (2, 0, 1, 1));
    assert_eq!(outcome.diagnostics, Vec::new());
    let made = world.inner().objects.len();
    let (outcome, _) = heard(&world, &store, &design, &Stop::default()).await;
    let summary = outcome.summary;
    assert!(summary.ok && !summary.stopped);
    assert_eq!((summary.adopted, summary.created), (1, 1));
    assert_eq!(world.inner().objects.len(), made + 1);
}

#[tokio::test(start_paused = true)]
async fn another_account_is_refused() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    assert!(converge(&world, &store, &design(1), 1).await.unwrap().ok);
    world.inner().account = "111111111111".into();
    let state = state_of(&store).await;
    let design = design(1);
    let refused = crate::acts::opened(&world, &design, &state).await.unwrap_err();
    assert_eq!(refused.code.as_str(), "rsx::plan::elsewhere");
}

#[tokio::test(start_paused = true)]
async fn a_change_behind_our_back_is_named() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    let design = design(1);
    assert!(converge(&world, &store, &design, 1).await.unwrap().ok);
    {
        let mut inner = world.inner();
        for object in inner.objects.values_mut().filter(|object| object.address == "s") {
            object.fields.insert("size".into(), Value::int(9));
        }
        inner.objects.retain(|_, object| object.address != "c");
    }
    let state = state_of(&store).await;
    let scene = scene(&world, &design, &state, 1).await;
    let seen = survey(&scene, &mut design.fresh(), &state, Refresh::Control).await.unwrap().facts;
    let reports = status(&mut design.fresh(), &state, &seen);
    let of = |address: &str| reports.iter().find(|report| report.address == address).unwrap().finding.clone();
    assert_eq!((of("b"), of("c")), (Finding::Present, Finding::Missing));
    let (before, after) = (Some("9".into()), Some("1".into()));
    let changes = vec![Change { field: "size".into(), before, after }];
    assert_eq!(of("s"), Finding::Differs { changes });
    let plan = planned(&scene, &mut design.fresh(), &state, Refresh::Control).await;
    let steps: Vec<_> = plan.steps.iter().map(|step| step.address.as_str()).collect();
    assert_eq!(steps, ["c", "s"]);
    assert!(converge(&world, &store, &design, 1).await.unwrap().ok);
}

#[tokio::test(start_paused = true)]
async fn what_bills_by_use_is_read_only_when_asked_for() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    let design = design(1);
    assert!(converge(&world, &store, &design, 1).await.unwrap().ok);
    let state = state_of(&store).await;
    let scene = scene(&world, &design, &state, 1).await;
    assert_eq!(scene.provider.kind("link").unwrap().reading(), Reading::Wakes);
    for (refresh, reads) in [(Refresh::None, 0), (Refresh::Control, 3), (Refresh::Data, 4)] {
        let before = world.inner().reads;
        survey(&scene, &mut design.fresh(), &state, refresh).await.unwrap();
        assert_eq!(world.inner().reads - before, reads, "{refresh:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_torn_line_is_as_if_it_had_never_been_begun() {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    assert!(converge(&world, &store, &design(1), 1).await.unwrap().ok);
    store.append("{\"at\":\"2026-01-01T00:00:00Z\",\"fact\":{\"int").await.unwrap();
    let torn = state_of(&store).await;
    assert_eq!(torn.verify(), Vec::<String>::new());
    assert!(converge(&world, &store, &design(2), 1).await.unwrap().ok);
    assert_eq!(state_of(&store).await.entries.len(), 4);
    let broken = journal::read(
        "nonsense\n{\"at\":\"2026-01-01T00:00:00Z\",\"fact\":{\"gone\":{\"address\":\"a\"}}}\n",
    );
    assert!(matches!(broken, Err(journal::JournalFault::Unreadable(1, _))));
}

#[tokio::test]
async fn one_lock_has_one_holder() {
    let store = Memory::default();
    let since = jiff::Timestamp::UNIX_EPOCH;
    let holder = Holder { who: "a".into(), doing: "run".into(), since };
    let lock = store.lock(&holder).await.unwrap();
    assert_eq!(store.lock(&holder).await.err(), Some(StoreFault::Locked(Box::new(holder.clone()))));
    lock.release().await.unwrap();
    store.lock(&holder).await.unwrap();
}

#[test]
fn unsound_states_are_told() {
    let text = r#"{"at":"2026-01-01T00:00:00Z","fact":{"intended":{"address":"a","kind":"box","call":{"create":{"wanted":{}}},"token":"t","note":{"takes_delete":1.0,"depends":["a"]}}}}
"#;
    let mut state: State = journal::read(text).unwrap().state;
    let complaints = state.verify();
    assert!(complaints.iter().any(|words| words.contains("depends on itself")), "{complaints:?}");
    assert!(complaints.iter().any(|words| words.contains("no deployment")), "{complaints:?}");
    state.entries[0].standing = rsx_engine::state::Standing::Settled;
    assert!(state.verify().iter().any(|words| words.contains("no id")));
    let twin = rsx_engine::state::Entry { id: Some(Id("box-1".into())), ..state.entries[0].clone() };
    state.entries.insert("b".into(), twin.clone());
    state.entries.insert("c".into(), twin);
    assert!(state.verify().iter().any(|words| words.contains("same object")));
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_little_longer_than_its_longest_chain() {
    for servers in [3, 30, 300] {
        let world = World::new(1, Faults::default());
        let each = (0..servers).flat_map(|i| {
            let (server, link) = (format!("s{i}"), format!("l{i}"));
            let made = a_server(&server, "b", 1, 1, "Passw0rd");
            [(server.clone().into(), made), (link.into(), a_link(&server, "a"))]
        });
        let design = Synthetic::new([("b".into(), a_box("b", 1))].into_iter().chain(each));
        let summary = converge(&world, &Memory::default(), &design, 1).await.unwrap();
        // A box takes 3 s, a server 60 s, each of the three calls 0.3 s, and a look 0.1 s.
        let chain = 3.3 + 60.3 + 0.3 + 0.1;
        assert!(summary.ok && summary.seconds < 1.05 * chain, "{servers}: {} s", summary.seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_pushes_back_is_not_stormed() {
    let faults = Faults { throttled: 0.5, ..Faults::default() };
    let world = World::new(1, faults);
    let boxes = (0..200).map(|i| (format!("b{i}").into(), a_box(&format!("b{i}"), 1)));
    let design = Synthetic::new(boxes);
    assert!(converge(&world, &Memory::default(), &design, 1).await.unwrap().ok);
    let calls = world.inner().calls.len();
    assert!(calls < 600, "{calls} calls for 200 boxes");
}
