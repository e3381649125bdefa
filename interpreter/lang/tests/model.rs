//! Models as the engine uses them: holes that close, checks that wait, who waits for whom.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::{Demand, Input, Inputs};
use rsx_lang::instance::{Address, InstanceId};
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_lang::model::{Model, Outcome};
use rsx_lang::secret::{Protected, Secret};
use rsx_lang::show::show;
use rsx_lang::value::{Awaited, Phase, Record, Value};
use smol_str::SmolStr;

struct One(Arc<str>);

impl Files for One {
    fn read(&self, _path: &str) -> Result<Arc<str>, ReadError> {
        Ok(Arc::clone(&self.0))
    }
}

fn analysed(text: &str, inputs: &Inputs) -> Analysis {
    let library = Library::new(&[("std/test.rsx", include_str!("back/library.rsx"))]);
    analyze(&library, load(&library, "test.rsx", &One(text.into())), inputs)
}

fn codes(analysis: &Analysis) -> Vec<String> {
    analysis.diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect()
}

fn named(model: &Model, address: &str) -> InstanceId {
    model.find(&Address::parse(address).unwrap()).unwrap()
}

fn given(params: &[(&str, &str)]) -> Inputs {
    let params = params.iter().map(|(name, text)| (SmolStr::from(*name), Input::Text((*text).into())));
    Inputs { params: params.collect(), ..Inputs::default() }
}

const PROGRAM: &str = r#"
stack s { place = "here" }
param count: Int(1..20) = 2
network main { cidr = 10.0.0.0/16 }
fleet readers { count = count, network = main }
front reads { targets = readers }
machine one { network = main, protect = true }
output ids = [for r in readers: r.id]
check "long ids" { require all r in readers: length(r.id) > 3 }
expect "rows" { require all r in readers: sql(r.box, "select 1") > 0 }
"#;

#[test]
fn models_may_go_to_other_threads() {
    fn goes<T: Send>(_: &T) {}
    goes(&analysed(PROGRAM, &Inputs::default()).models);
}

#[test]
fn holes_close_as_the_outside_is_observed() {
    let mut analysis = analysed(PROGRAM, &Inputs::default());
    assert_eq!(codes(&analysis), Vec::<String>::new());
    let model = analysis.models.first_mut().unwrap();
    let main = named(model, "main.net");
    let one = named(model, "one.box");
    let net = |model: &Model| model.want(one).get("net").cloned().unwrap();
    assert!(matches!(net(model), Value::Pending(_)));
    model.observe(main, Record::from_iter([("id".into(), Value::text("net-1"))]));
    assert_eq!(net(model), Value::text("net-1"));
    model.observe(main, Record::from_iter([("id".into(), Value::text("net-2"))]));
    assert_eq!(net(model), Value::text("net-2"));
    assert_eq!(model.get(one, "nothing"), None);
    assert_eq!(show(model.units(), &model.get(one, "monthly").unwrap()), "1460usd");
}

#[test]
fn a_loop_over_records_with_holes_sees_them_close() {
    let program = r#"
stack s { place = "here" }
network main { cidr = 10.0.0.0/16 }
pattern walls {
  around: network
  let entries = [for n in [around]: { name = "x", id = n.net.id }]
  make hole wall for e in entries { from = e.id, to = e.name }
}
walls doors { around = main }
"#;
    let mut analysis = analysed(program, &Inputs::default());
    assert_eq!(codes(&analysis), ["test::lonely"], "{:?}", analysis.diagnostics);
    let model = analysis.models.first_mut().unwrap();
    let (net, wall) = (named(model, "main.net"), named(model, "doors.wall[x]"));
    let from = |model: &Model| model.want(wall).get("from").cloned().unwrap();
    assert!(matches!(from(model), Value::Pending(_)));
    for id in ["net-1", "net-2"] {
        model.observe(net, Record::from_iter([("id".into(), Value::text(id))]));
        assert_eq!(from(model), Value::text(id));
    }
}

#[test]
fn resources_wait_for_those_they_refer_to() {
    let mut analysis = analysed(PROGRAM, &Inputs::default());
    let model = analysis.models.first_mut().unwrap();
    let told = model.addresses();
    let addresses: Vec<_> = model.resources().iter().map(|id| model.address(*id).to_string()).collect();
    assert_eq!(told.len(), model.instances().len());
    let each = (0..told.len()).map(|number| model.address(InstanceId(number as u32)).to_string());
    assert_eq!(told, each.collect::<Vec<_>>());
    let expected = [
        "main.net",
        "main.wall[readers[0]]",
        "main.wall[readers[1]]",
        "main.wall[one]",
        "readers[0].box",
        "readers[1].box",
        "reads.hole[readers[0]]",
        "reads.hole[readers[1]]",
        "one.box",
    ];
    assert_eq!(addresses, expected);
    let hole = named(model, "reads.hole[readers[1]]");
    let needs = |model: &Model| {
        let needs = model.demand(hole).into_iter();
        needs.map(|n| (model.address(n.on).to_string(), n.field, n.attribute)).collect::<Vec<_>>()
    };
    let expected = [("readers[1].box".to_owned(), SmolStr::from("to"), Some(SmolStr::from("id")))];
    assert_eq!(needs(model), expected);
    let second = named(model, "readers[1].box");
    model.observe(second, Record::from_iter([("id".into(), Value::text("box-1"))]));
    assert_eq!(needs(model), expected, "what was observed does not matter");
    let field = model.demand(hole).first().unwrap().field.clone();
    let span = model.origin(hole, Some(&field)).unwrap();
    assert_eq!(model.sources().snippet(span), "readers");
    let origin = model.origin(second, Some("net")).unwrap();
    assert_eq!(model.sources().snippet(origin), "main");
    assert_eq!(model.members(named(model, "readers")).unwrap().len(), 2);
    let root = model.root(named(model, "one.box")).unwrap();
    assert_eq!((root.name.as_str(), root.kind.as_str(), root.protect.is_some()), ("one", "machine", true));
}

#[test]
fn checks_wait_for_what_they_need() {
    let mut analysis = analysed(PROGRAM, &Inputs::default());
    let model = analysis.models.first_mut().unwrap();
    let timed: Vec<_> = model.timed().into_iter().map(|t| (t.name.to_string(), t.phase)).collect();
    assert!(timed.contains(&("test::zones".into(), Phase::World)), "{timed:?}");
    assert!(timed.contains(&("test::size".into(), Phase::Now)));
    assert!(timed.contains(&("long ids".into(), Phase::Run)));
    assert!(timed.contains(&("rows".into(), Phase::Run)));
    let net = named(model, "main.net");
    model.observe(net, Record::from_iter([("zones".into(), Value::list([Value::text("a")]))]));
    let told: Vec<_> = model.run_rules(Phase::World).iter().map(|d| d.message.clone()).collect();
    assert_eq!(told, ["1 zones"]);
    for (place, id) in ["box-1", "b"].into_iter().enumerate() {
        let member = named(model, &format!("readers[{place}].box"));
        model.observe(member, Record::from_iter([("id".into(), Value::text(id))]));
    }
    let told = model.run_rules(Phase::Run);
    assert_eq!(told.iter().map(|d| d.code.as_str()).collect::<Vec<_>>(), ["rsx::check::failed"]);
    assert_eq!(told.first().unwrap().labels.first().unwrap().text, "does not hold: for readers[1], 1 > 3");
    let values = model.outputs();
    assert_eq!(show(model.units(), &values.first().unwrap().value), "[\"box-1\", \"b\"]");
}

#[test]
fn expectations_ask_and_are_answered() {
    let mut analysis = analysed(PROGRAM, &Inputs::default());
    let model = analysis.models.first_mut().unwrap();
    let outcome = |model: &Model| model.expectations().into_iter().next().unwrap().outcome;
    let Outcome::Waits(waits) = outcome(model) else { panic!("it waits") };
    assert_eq!(waits.len(), 2);
    for awaited in &waits {
        let Awaited::Query(query) = awaited else { panic!("it asks") };
        model.answer(query, Value::text("3"));
    }
    assert!(matches!(outcome(model), Outcome::Holds));
    let Some(Awaited::Query(query)) = waits.first() else { panic!("it asks") };
    model.answer(query, Value::text("0"));
    let Outcome::Fails(why) = outcome(model) else { panic!("it fails") };
    assert_eq!(why.first().unwrap().code.as_str(), "rsx::expect::failed");
}

#[test]
fn params_are_given_from_outside() {
    let analysis = analysed(PROGRAM, &given(&[("count", "3")]));
    assert_eq!(codes(&analysis), Vec::<String>::new());
    assert_eq!(analysis.models.first().unwrap().resources().len(), 12);
    let codes_of = |params: &[(&str, &str)]| codes(&analysed(PROGRAM, &given(params)));
    assert_eq!(codes_of(&[("count", "30")]), ["rsx::type::refinement"]);
    assert_eq!(codes_of(&[("count", "\"x\"")]), ["rsx::type::mismatch"]);
    assert_eq!(codes_of(&[("count", "1 }")]), ["rsx::syntax::expected"]);
    assert_eq!(codes_of(&[("cuont", "1")]), ["rsx::name::unknown"]);
    let unknown_env = Inputs { env: Some("prod".into()), ..Inputs::default() };
    assert_eq!(codes(&analysed(PROGRAM, &unknown_env)), ["rsx::name::unknown"]);
}

#[test]
fn secrets_are_held_against_their_type_and_never_shown() {
    let text = r#"
stack s { place = "here" }
param key: Secret<Key>
param name: Text
network main { cidr = 10.0.0.0/16, zones = ["a", "b"] }
machine one { network = main, key = key }
machine two { network = main, key = key }
output name = name
"#;
    let missing = analysed(text, &Inputs::default());
    assert_eq!(codes(&missing), Vec::<String>::new());
    let told = missing.missing(Demand::All);
    let told: Vec<_> = told.iter().map(|d| d.help.clone().unwrap()).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|help| help.contains("--param-fd key=FD")));
    let open: Vec<_> = missing.missing(Demand::AllButSecrets).iter().map(|d| d.message.clone()).collect();
    assert_eq!(open, ["the param `name` has no value"]);
    let secret = |value: &str| Inputs {
        params: [("name".into(), Input::Text("a ${raw} \"text\"".into()))].into_iter().collect(),
        ambient: [("key".into(), Protected::new(value)), ("nobody".into(), Protected::new("x"))]
            .into_iter()
            .collect(),
        ..Inputs::default()
    };
    let broken = analysed(text, &secret("hunter"));
    assert_eq!(codes(&broken), ["test::key"]);
    assert!(!format!("{:?}", broken.diagnostics).contains("hunter"));
    let told = broken.diagnostics.first().unwrap();
    assert!(told.message.starts_with("the secret of 6 characters is no `Key`"), "{}", told.message);
    assert_eq!(broken.sources.snippet(told.primary().unwrap()), "Secret<Key>");
    let fine = analysed(text, &secret("hunter22"));
    assert_eq!(codes(&fine), Vec::<String>::new());
    assert_eq!(fine.missing(Demand::All), []);
    let model = fine.models.first().unwrap();
    assert_eq!(model.outputs().first().unwrap().value, Value::text("a ${raw} \"text\""));
    let key = model.want(named(model, "one.box")).get("key").cloned().unwrap();
    let expected = Secret::Given { param: "key".into(), text: Protected::new("hunter22") };
    assert_eq!(key, Value::Secret(Arc::new(expected)));
    let open = Inputs {
        params: [("key".into(), Input::Text("hunter22".into()))].into_iter().collect(),
        ..Inputs::default()
    };
    assert_eq!(codes(&analysed(text, &open)), ["rsx::secret::literal"]);
}

#[test]
fn long_chains_and_long_rings_are_worked_out() {
    let links = 5000;
    let backwards = |last: &str| {
        let lets = (0..links).map(|i| format!("let l{i}: Int = l{} + 1\n", i + 1)).collect::<String>();
        format!("{lets}let l{links}: Int = {last}\noutput first = l0\n")
    };
    let analysis = analysed(&backwards("1"), &Inputs::default());
    assert_eq!(codes(&analysis), Vec::<String>::new());
    let outputs = analysis.models.first().unwrap().outputs();
    assert_eq!(outputs.first().unwrap().value, Value::int(links + 1));
    assert_eq!(codes(&analysed(&backwards("l0"), &Inputs::default())), ["rsx::name::cycle"]);
    let machines = |last: &str| {
        let chain = (0..links).map(|i| format!("machine m{i} {{ network = n, size = m{}.size }}\n", i + 1));
        let head = "stack s { place = \"x\" }\nnetwork n { cidr = 10.0.0.0/8, zones = [\"a\", \"b\"] }\n";
        format!("{head}{}machine m{links} {{ network = n, size = {last} }}\n", chain.collect::<String>())
    };
    assert_eq!(codes(&analysed(&machines("1load..2load"), &Inputs::default())), Vec::<String>::new());
    let ring = analysed(&machines("m0.size"), &Inputs::default());
    assert_eq!(codes(&ring), ["rsx::name::cycle"]);
}
