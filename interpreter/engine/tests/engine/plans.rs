//! What plans say: which steps, in which order, why, and of which class.

use std::collections::BTreeSet;

use rsx_engine::design::Design;
use rsx_engine::event::{Action, What};
use rsx_engine::plan::{Base, Class, Plan, Planning, plan};
use rsx_engine::run::Stop;
use rsx_engine::state::State;
use rsx_engine::store::Memory;
use rsx_lang::instance::Address;
use rsx_syntax::Diagnostic;
use smol_str::SmolStr;

use crate::acts::{converge, heard, state_of};
use crate::design::{Resource, Synthetic, a_box, a_holder, a_link, a_server, zones};
use crate::world::{Faults, World};

fn design(resources: impl IntoIterator<Item = (&'static str, Resource)>) -> Synthetic {
    Synthetic::new(resources.into_iter().map(|(address, resource)| (address.into(), resource)))
}

/// Two servers in a box, each with two links, and one who holds the box.
fn pair(port: i64) -> Vec<(&'static str, Resource)> {
    vec![
        ("z", zones()),
        ("b", a_box("b", 1)),
        ("h", a_holder("b")),
        ("s0", a_server("s0", "b", port, 1, "Passw0rd")),
        ("l0_a", a_link("s0", "a")),
        ("l0_b", a_link("s0", "b")),
        ("s1", a_server("s1", "b", port, 1, "Passw0rd")),
        ("l1_a", a_link("s1", "a")),
        ("l1_b", a_link("s1", "b")),
    ]
}

/// Plans without looking anywhere.
fn offline(design: &mut Synthetic, state: &State) -> Result<Plan, Vec<Diagnostic>> {
    some(design, state, &[], &[])
}

fn some(
    design: &mut Synthetic,
    state: &State,
    only: &[&str],
    except: &[&str],
) -> Result<Plan, Vec<Diagnostic>> {
    let sources = design.sources.clone();
    let addresses = |list: &[&str]| list.iter().map(|text| Address::parse(text).unwrap()).collect();
    let planning = Planning {
        sources: &sources,
        state,
        seen: Vec::new(),
        only: addresses(only),
        except: addresses(except),
        base: Base::default(),
    };
    plan(design, planning)
}

/// Returns a state in which a design was made true.
async fn made(design: &Synthetic) -> (World, Memory, State) {
    let (world, store) = (World::new(1, Faults::default()), Memory::default());
    assert!(converge(&world, &store, design, 1).await.unwrap().ok);
    let state = state_of(&store).await;
    (world, store, state)
}

fn actions(plan: &Plan) -> Vec<(&str, Action, Class)> {
    plan.steps.iter().map(|step| (step.address.as_str(), step.action, step.class)).collect()
}

#[test]
fn a_plan_from_nothing_needs_nobody_and_explains_itself() {
    let mut design = design(pair(1));
    let mut plan = offline(&mut design, &State::default()).unwrap();
    plan.spell_out(&design);
    assert_eq!(plan.steps.len(), 9);
    let place = |address: &str| plan.steps.iter().position(|step| step.address == address).unwrap();
    assert!(place("b") < place("s0") && place("s0") < place("l0_a"));
    let link = &plan.steps[place("l0_a")];
    assert_eq!(link.changes[0].after.as_deref(), Some("known after s0.endpoint"));
    assert!(link.because.iter().any(|reason| reason.text == "`from` takes `s0.endpoint`"));
    assert_eq!(link.because[0].at.line, 6);
    let server = &plan.steps[place("s0")];
    let password = server.changes.iter().find(|change| change.field == "password").unwrap();
    assert_eq!(password.after.as_deref(), Some("‹secret›"));
    assert!(!serde_json::to_string(&plan).unwrap().contains("Passw0rd"));
    assert_eq!(plan.steps[place("z")].action, Action::Read);
    // A box, a server in it, a link from that.
    assert!((plan.seconds - 65.0).abs() < 1e-9, "{}", plan.seconds);
    assert_eq!(plan.critical, ["b", "s0", "l0_a"]);
    assert_eq!(plan.steps[place("b")].usd_month, Some(7.0));
}

#[tokio::test(start_paused = true)]
async fn what_holds_an_attribute_leaves_while_it_changes_one_at_a_time() {
    let (world, store, state) = made(&design(pair(1))).await;
    let plan = offline(&mut design(pair(2)), &state).unwrap();
    let mut expected: Vec<_> = ["l0_a", "l0_b", "l1_a", "l1_b"]
        .map(|link| (link, Action::Replace, Class::Interrupts))
        .into_iter()
        .chain(["s0", "s1"].map(|server| (server, Action::Update, Class::Interrupts)))
        .collect();
    expected.sort();
    let mut found = actions(&plan);
    found.sort();
    assert_eq!(found, expected);

    let before = world.inner().calls.len();
    assert!(converge(&world, &store, &design(pair(2)), 1).await.unwrap().ok);
    assert_eq!(world.inner().violations, Vec::<String>::new());
    let calls = world.inner().calls[before..].to_vec();
    let at = |call: &str| calls.iter().position(|c| c == call).unwrap();
    for link in ["a", "b"] {
        let (first, second) = (format!("create link l0_{link}"), format!("delete link l1_{link}"));
        assert!(at(&first) < at(&second), "{calls:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn growing_leaves_what_is_there_alone() {
    let (.., state) = made(&design(pair(1))).await;
    let mut more = pair(1);
    more.push(("s2", a_server("s2", "b", 1, 1, "Passw0rd")));
    more.push(("l2", a_link("s2", "a")));
    let plan = offline(&mut design(more), &state).unwrap();
    assert_eq!(
        actions(&plan),
        [("s2", Action::Create, Class::Create), ("l2", Action::Create, Class::Create)]
    );
}

#[tokio::test(start_paused = true)]
async fn another_object_carries_those_along_that_hold_it() {
    let (.., state) = made(&design(pair(1))).await;
    let mut renamed = pair(1);
    renamed[1].1 = a_box("other", 1);
    let plan = offline(&mut design(renamed), &state).unwrap();
    let of = |address: &str| plan.steps.iter().find(|step| step.address == address).unwrap();
    assert_eq!((of("b").action, of("b").class), (Action::Replace, Class::Replace));
    assert_eq!((of("s0").action, of("s0").class), (Action::Replace, Class::DestroysData));
    assert_eq!((of("h").action, of("h").class), (Action::Update, Class::Update));
    assert_eq!(of("h").changes[0].after.as_deref(), Some("known after b.id"));
    assert!(of("b").because[0].text.contains("`name` changes from \"b\" to \"other\""));
}

#[tokio::test(start_paused = true)]
async fn what_goes_goes_last_and_those_that_refer_to_it_before() {
    let (world, store, _) = made(&design(pair(1))).await;
    let mut fewer = pair(1);
    fewer.truncate(6);
    fewer.push(("s2", a_server("s2", "b", 1, 1, "Passw0rd")));
    let (outcome, events) = heard(&world, &store, &design(fewer), &Stop::default()).await;
    assert!(outcome.summary.ok);
    let at = |address: &str, settled: bool| {
        let found = events.iter().position(|event| {
            let started = matches!(&event.what, What::StepStarted { address: whose, .. } if whose == address);
            let ended = matches!(&event.what, What::StepSettled { address: whose, .. } if whose == address);
            if settled { ended } else { started }
        });
        found.unwrap()
    };
    assert!(at("s2", true) < at("l1_a", false));
    assert!(at("l1_a", true) < at("s1", false) && at("l1_b", true) < at("s1", false));
    assert_eq!(world.inner().violations, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn how_something_is_reached_changes_nothing_there() {
    let through = |door: &str| {
        let mut link = a_link("s0", "a");
        link.fields[2].1 = crate::design::Source::Given(rsx_lang::value::Value::text(door));
        let mut all = pair(1);
        all[4].1 = link;
        design(all)
    };
    let (world, store, state) = made(&through("front")).await;
    let before = world.inner().calls.len();
    assert_eq!(offline(&mut through("back"), &state).unwrap().steps, Vec::new());
    assert!(converge(&world, &store, &through("back"), 1).await.unwrap().ok);
    assert_eq!(world.inner().calls.len(), before);
    assert_eq!(state_of(&store).await.entries["l0_a"].wanted["door"], "back");
}

#[tokio::test(start_paused = true)]
async fn what_is_protected_is_neither_replaced_nor_deleted() {
    let mut protected = pair(1);
    protected[1].1.protected = true;
    let (.., state) = made(&design(protected.clone())).await;
    protected[1].1.fields[0].1 = crate::design::Source::Given(rsx_lang::value::Value::text("other"));
    let replaced = offline(&mut design(protected), &state).unwrap_err();
    assert_eq!(replaced[0].code.as_str(), "rsx::plan::protected");
    let deleted = offline(&mut design([("z", zones())]), &state).unwrap_err();
    assert_eq!(deleted[0].code.as_str(), "rsx::plan::protected");
}

#[tokio::test(start_paused = true)]
async fn classes_are_allowed_by_name() {
    let (.., state) = made(&design(pair(1))).await;
    let mut next = design(pair(2));
    let plan = offline(&mut next, &state).unwrap();
    let refused = plan.allowed(&next, &BTreeSet::new()).unwrap_err();
    assert_eq!(refused.code.as_str(), "rsx::plan::not_allowed");
    plan.allowed(&next, &BTreeSet::from([Class::Interrupts])).unwrap();
    assert_eq!(Class::parse("destroys-data"), Some(Class::DestroysData));
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_plan_takes_with_it_what_it_needs() {
    let names = |plan: &Plan| plan.steps.iter().map(|step| step.address.to_string()).collect::<Vec<_>>();
    let only = some(&mut design(pair(1)), &State::default(), &["l1_a"], &[]).unwrap();
    assert_eq!(names(&only), ["b", "s1", "l1_a"]);
    let except = some(&mut design(pair(1)), &State::default(), &[], &["s0", "z"]).unwrap();
    assert_eq!(names(&except), ["b", "h", "s1", "l1_a", "l1_b"]);
    let (.., state) = made(&design(pair(1))).await;
    let bounced = some(&mut design(pair(2)), &state, &["s0"], &[]).unwrap();
    let mut bounced = names(&bounced);
    bounced.sort();
    assert_eq!(bounced, ["l0_a", "l0_b", "s0"]);
}

#[tokio::test(start_paused = true)]
async fn a_plan_holds_for_one_state_and_one_spec() {
    let (.., state) = made(&design(pair(1))).await;
    let mut next = design(pair(2));
    let sources = next.sources.clone();
    let base = Base { spec: "x".into(), model: rsx_engine::plan::digest(&next), ..Base::default() };
    let (only, except, seen) = (Vec::new(), Vec::new(), Vec::new());
    let planning = Planning { sources: &sources, state: &state, seen, only, except, base };
    let plan = plan(&mut next, planning).unwrap();
    let fresh: &dyn Design = &design(pair(2));
    plan.still_holds(fresh, "x", &state).unwrap();
    let code = |result: Result<(), Box<Diagnostic>>| result.unwrap_err().code.as_str().to_owned();
    assert_eq!(code(plan.still_holds(fresh, "y", &state)), "rsx::plan::stale");
    assert_eq!(code(plan.still_holds(&design(pair(3)), "x", &state)), "rsx::plan::stale");
    let later = State { version: state.version + 1, ..state };
    assert_eq!(code(plan.still_holds(fresh, "x", &later)), "rsx::plan::stale");
}

#[test]
fn planning_grows_with_the_number_of_resources_and_no_faster() {
    let many = |count: usize| {
        let members = (0..count).flat_map(|i| {
            let server: SmolStr = format!("s{i}").into();
            let link: SmolStr = format!("l{i}").into();
            [(server.clone(), a_server(&server, "b", 1, 1, "Passw0rd")), (link, a_link(&server, "a"))]
        });
        Synthetic::new([("b".into(), a_box("b", 1))].into_iter().chain(members))
    };
    let fastest = |count: usize| {
        let mut fastest = f64::MAX;
        for _ in 0..5 {
            let mut design = many(count);
            let began = tokio::time::Instant::now();
            let plan = offline(&mut design, &State::default()).unwrap();
            fastest = fastest.min(began.elapsed().as_secs_f64());
            assert_eq!(plan.steps.len(), 2 * count + 1);
        }
        fastest
    };
    // Eight times the resources; a quadratic step anywhere would take 64 times as long.
    let (few, many) = (fastest(500), fastest(4000));
    assert!(many < 32.0 * few, "{few} s, then {many} s");
}
