//! A whole stack by the kinds alone, on the embedded cloud: a writer restored from the sample, two readers, a share and
//! a balancer; then the proof, changes in place, and the way back.

use std::sync::Arc;

use crate::harness::{Made, Stage, duration, generated, known, record, rpu, text, word};
use rsx_engine::provider::{Counted, Fault, Provider, Question};
use rsx_lang::value::{Record, Value};

struct Ground {
    vpc: Made,
    subnets: Vec<Made>,
    group: Made,
    rules: Vec<Made>,
}

struct Warehouse {
    namespace: Made,
    workgroup: Made,
}

impl Ground {
    async fn make(stage: &Stage) -> Self {
        let zones = stage.look("zones", record(vec![])).await;
        let Some(Value::List(zones)) = zones.get("names") else { panic!("no zones") };
        let cidr = Value::Cidr("10.0.0.0/16".parse().unwrap());
        let vpc = stage.make("vpc", "main.vpc", record(vec![("cidr", cidr), ("name", text("main"))])).await;
        let mut subnets = Vec::new();
        for (index, address) in
            ["main.subnets[0]", "main.subnets[1]", "main.subnets[2]"].into_iter().enumerate()
        {
            let cidr = Value::Cidr(format!("10.0.{index}.0/24").parse().unwrap());
            let fields = vec![
                ("vpc", vpc.attribute("id")),
                ("cidr", cidr),
                ("zone", zones[index].clone()),
                ("name", text("main")),
            ];
            subnets.push(stage.make("subnet", address, record(fields)).await);
        }
        let fields = vec![("vpc", vpc.attribute("id")), ("name", text("all")), ("description", text("all"))];
        let group = stage.make("security_group", "main.group", record(fields)).await;
        let mut rules = Vec::new();
        for (address, direction) in [("main.rules[0]", "ingress"), ("main.rules[1]", "egress")] {
            let fields = vec![
                ("group", group.attribute("id")),
                ("direction", word(direction)),
                ("port", Value::int(5439)),
                ("cidr", Value::Cidr("0.0.0.0/0".parse().unwrap())),
                ("peer", Value::None),
                ("description", text("all")),
            ];
            rules.push(stage.make("security_group_rule", address, record(fields)).await);
        }
        Self { vpc, subnets, group, rules }
    }

    fn subnet_ids(&self) -> Value {
        Value::list(self.subnets.iter().map(|subnet| subnet.attribute("id")))
    }
}

fn namespace(name: &'static str, database: &'static str, user: &'static str) -> Record {
    record(vec![
        ("name", text(name)),
        ("database", text(database)),
        ("admin_user", text(user)),
        ("admin_password", generated()),
        ("key", Value::None),
        ("tags", Value::record([])),
    ])
}

fn workgroup(name: &'static str, ground: &Ground, base: i128, max: Option<i128>) -> Record {
    record(vec![
        ("name", text(name)),
        ("namespace", text(name)),
        ("vpc", ground.vpc.attribute("id")),
        ("base", rpu(base)),
        ("max", max.map_or(Value::None, rpu)),
        ("subnets", ground.subnet_ids()),
        ("security_groups", Value::list([ground.group.attribute("id")])),
        ("port", Value::int(5439)),
        ("enhanced_routing", Value::Bool(false)),
        ("publicly_accessible", Value::Bool(false)),
        ("settings", Value::record([("query_group".into(), text("rsx")), ("auto_mv".into(), Value::None)])),
        ("tags", Value::record([])),
    ])
}

impl Warehouse {
    async fn make(
        stage: &Stage,
        ground: &Ground,
        name: &'static str,
        database: &'static str,
        user: &'static str,
    ) -> Self {
        let wanted = namespace(name, database, user);
        stage.drop_answer_of("redshift-serverless:CreateNamespace");
        let lost = stage.create("namespace", name, &wanted).await.unwrap_err();
        assert!(matches!(lost, Fault::Lost(_)), "{lost:?}");
        stage.heal();
        assert!(stage.find("namespace", name, &wanted).await.unwrap().is_some());
        let namespace = stage.make("namespace", name, wanted).await;
        let workgroup = stage.make("workgroup", name, workgroup(name, ground, 32, Some(64))).await;
        Self { namespace, workgroup }
    }

    fn door(&self, database: &str, secret: Value) -> Value {
        let workgroup = self.workgroup.attribute("name");
        Value::record([
            ("workgroup".into(), workgroup),
            ("database".into(), text(database)),
            ("secret".into(), secret),
        ])
    }

    fn at(&self, database: &str) -> Value {
        self.door(database, self.namespace.attribute("admin_secret"))
    }

    async fn take_away(self, stage: &Stage) {
        stage.take_away(self.workgroup).await;
        stage.take_away(self.namespace).await;
    }
}

fn restore(writer: &Warehouse, replace: bool, reference: Value) -> Record {
    record(vec![
        ("namespace", text("writer")),
        ("workgroup", text("writer")),
        ("namespace_id", writer.namespace.attribute("id")),
        ("snapshot", reference),
        ("owner", Value::None),
        ("replace", Value::Bool(replace)),
        ("database", text("airline")),
        ("admin_user", text("awsuser")),
        ("admin_password", generated()),
        ("admin_secret", writer.namespace.attribute("admin_secret")),
    ])
}

fn health(every: u32) -> Value {
    let count = |n: u32| Value::int(n);
    Value::record([
        ("every".into(), duration(every)),
        ("healthy".into(), count(3)),
        ("unhealthy".into(), count(3)),
    ])
}

/// Makes the balancer, its group and its listener, each after an answer that was lost.
async fn balancer(stage: &Stage, ground: &Ground) -> (Made, Made, Made) {
    let fields = vec![
        ("name", text("reads")),
        ("vpc", ground.vpc.attribute("id")),
        ("subnets", ground.subnet_ids()),
        ("security_groups", Value::list([ground.group.attribute("id")])),
        ("cross_zone", Value::Bool(true)),
    ];
    let balancer = stage
        .make_after_loss(
            "load_balancer",
            "reads.balancer",
            record(fields),
            "elasticloadbalancing:CreateLoadBalancer",
        )
        .await;
    let fields = vec![
        ("name", text("reads")),
        ("vpc", ground.vpc.attribute("id")),
        ("port", Value::int(5439)),
        ("health", health(10)),
        ("drain", duration(30)),
        ("sticky", Value::Bool(false)),
    ];
    let group = stage
        .make_after_loss(
            "target_group",
            "reads.targets_of",
            record(fields),
            "elasticloadbalancing:CreateTargetGroup",
        )
        .await;
    let fields = vec![
        ("load_balancer", balancer.attribute("arn")),
        ("port", Value::int(5439)),
        ("target_group", group.attribute("arn")),
        ("idle_timeout", duration(3600)),
    ];
    let listener = stage
        .make_after_loss("listener", "reads.listener", record(fields), "elasticloadbalancing:CreateListener")
        .await;
    (balancer, group, listener)
}

fn addresses(reader: &Warehouse) -> Value {
    let Value::List(interfaces) = reader.workgroup.attribute("interfaces") else { panic!("no interfaces") };
    let ip = |interface: &Value| {
        let Value::Record(fields) = interface else { panic!("no record") };
        fields["ip"].clone()
    };
    Value::list(interfaces.iter().map(ip))
}

fn endpoint(reader: &Warehouse) -> Value {
    let Value::Record(endpoint) = reader.workgroup.attribute("endpoint") else { panic!("no endpoint") };
    endpoint["address"].clone()
}

#[tokio::test]
async fn a_stack_stands_answers_and_goes() {
    let stage = Stage::open().await;
    let ground = Ground::make(&stage).await;
    let writer = Warehouse::make(&stage, &ground, "writer", "airline", "awsuser").await;
    let mut readers = Vec::new();
    for name in ["reader-0", "reader-1"] {
        readers.push(Warehouse::make(&stage, &ground, name, "dev", "admin").await);
    }

    let named =
        record(vec![("name", text("airline-data-snapshot")), ("arn", Value::None), ("owner", Value::None)]);
    let snapshot = stage.look("snapshot", named).await;
    assert_eq!(snapshot["admin_user"], text("awsuser"));
    let wanted = restore(&writer, false, snapshot["reference"].clone());
    let restored = stage.make("restore", "writer.restored", wanted).await;
    let at_writer = writer.door("airline", restored.attribute("admin_secret_after"));

    let over = restore(&writer, false, snapshot["reference"].clone());
    let refused = stage.create("restore", "writer.again", &over).await.unwrap_err();
    let Fault::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, "rsx::restore::overwrites");
    assert!(refusal.message.contains("airline.airline_dw."), "{}", refusal.message);

    let fields =
        vec![("name", text("rsx/airline/prod/readers/bi")), ("user", text("bi")), ("password", generated())];
    let secret = stage.make("secret", "readers.secret", record(fields)).await;

    let share = share(&writer, &at_writer, &restored);
    let share =
        stage.make_after_loss("share", "dw.share", share, "redshift-data:BatchExecuteStatement").await;
    let mut parts = Vec::new();
    for (index, reader) in readers.iter().enumerate() {
        parts.extend(link(&stage, index, reader, &writer, &at_writer, &restored, &secret).await);
    }

    let (balancer, group, listener) = balancer(&stage, &ground).await;
    let mut targets = Vec::new();
    for (address, reader) in ["reads.targets[0]", "reads.targets[1]"].into_iter().zip(&readers) {
        let fields = vec![
            ("group", group.attribute("arn")),
            ("addresses", addresses(reader)),
            ("port", Value::int(5439)),
            ("drain", duration(30)),
        ];
        targets.push(stage.make("target", address, record(fields)).await);
    }

    let door = ask_through(&stage, &balancer, &readers, &secret).await;
    prove(&stage, &balancer, &readers, &secret).await;
    statements(&stage, &door).await;

    for made in targets.into_iter().chain([listener, balancer, group]) {
        stage.take_away(made).await;
    }
    for made in parts.into_iter().rev().chain([share]) {
        stage.take_away(made).await;
    }
    stage.take_away(restored).await;
    last_snapshot(&stage).await;
    writer.take_away(&stage).await;
    for reader in readers {
        reader.take_away(&stage).await;
    }
    stage.take_away(secret).await;
    for rule in ground.rules {
        stage.take_away(rule).await;
    }
    stage.take_away(ground.group).await;
    for subnet in ground.subnets {
        stage.take_away(subnet).await;
    }
    stage.take_away(ground.vpc).await;
}

fn share(writer: &Warehouse, at: &Value, restored: &Made) -> Record {
    record(vec![
        ("at", at.clone()),
        ("namespace", writer.namespace.attribute("id")),
        ("restored", restored.attribute("id")),
        ("name", text("dw")),
        ("database", text("airline")),
        ("schemas", Value::list([text("airline_dw")])),
        ("tables", Value::list([])),
        ("include_new", Value::Bool(true)),
        ("publicly_accessible", Value::Bool(false)),
    ])
}

/// Links one reader to the share: grant, database, login, its grant, and the gate.
async fn link(
    stage: &Stage,
    index: usize,
    reader: &Warehouse,
    writer: &Warehouse,
    at_writer: &Value,
    restored: &Made,
    secret: &Made,
) -> Vec<Made> {
    let address =
        |part: &str| -> &'static str { Box::leak(format!("dw.reader[{index}].{part}").into_boxed_str()) };
    let (consumer, producer) = (reader.namespace.attribute("id"), writer.namespace.attribute("id"));
    let version = restored.attribute("id");
    let mut made = Vec::new();
    let fields = vec![
        ("at", at_writer.clone()),
        ("namespace", producer.clone()),
        ("restored", version.clone()),
        ("share", text("dw")),
        ("consumer", consumer.clone()),
    ];
    made.push(stage.make("share_grant", address("grant"), record(fields)).await);
    let fields = vec![
        ("at", reader.at("dev")),
        ("namespace", consumer.clone()),
        ("name", text("airline_shared")),
        ("share", text("dw")),
        ("producer", producer.clone()),
        ("restored", version.clone()),
    ];
    let lost = "redshift-data:ExecuteStatement";
    made.push(stage.make_after_loss("shared_database", address("database"), record(fields), lost).await);
    let fields = vec![
        ("at", reader.at("dev")),
        ("namespace", consumer.clone()),
        ("restored", Value::None),
        ("user", text("bi")),
        ("secret", secret.attribute("arn")),
        ("version", secret.attribute("version")),
        ("verifier", word("md5")),
    ];
    made.push(stage.make("login", address("login"), record(fields)).await);
    let fields = vec![
        ("at", reader.at("dev")),
        ("namespace", consumer.clone()),
        ("database", text("airline_shared")),
        ("producer", producer.clone()),
        ("restored", version.clone()),
        ("user", text("bi")),
    ];
    made.push(stage.make("database_grant", address("user"), record(fields)).await);
    let fields = vec![
        ("at", reader.door("dev", secret.attribute("arn"))),
        ("namespace", consumer),
        ("database", text("airline_shared")),
        ("producer", producer),
        ("restored", version),
        ("schemas", Value::list([text("airline_dw")])),
        ("tables", Value::list([])),
    ];
    made.push(stage.make("gate", address("gate"), record(fields)).await);
    made
}

fn logins(secret: &Made) -> Value {
    Value::list([Value::record([("user".into(), text("bi")), ("secret".into(), secret.attribute("arn"))])])
}

/// Asks through both doors, and returns the workgroup's.
async fn ask_through(stage: &Stage, balancer: &Made, readers: &[Warehouse], secret: &Made) -> Value {
    let fields = record(vec![
        ("workgroup", text("reader-0")),
        ("database", text("dev")),
        ("secret", readers[0].namespace.attribute("admin_secret")),
        ("user", text("admin")),
        ("logins", logins(secret)),
        ("shared", Value::list([])),
    ]);
    let by_data_api = Value::Variant("data_api".into(), Arc::new(fields));
    let fields = record(vec![
        ("host", balancer.attribute("dns")),
        ("port", Value::int(5439)),
        ("database", text("dev")),
        ("endpoints", Value::list(readers.iter().map(endpoint))),
        ("logins", logins(secret)),
        ("shared", Value::list([])),
    ]);
    let by_balancer = Value::Variant("balancer".into(), Arc::new(fields));
    for door in [&by_data_api, &by_balancer] {
        let question = |text: &str, arguments: Vec<Value>, login: Option<&str>| Question {
            door: door.clone(),
            text: text.into(),
            arguments,
            login: login.map(Into::into),
        };
        let cx = stage.context("expect");
        let count = question(
            "select count(*) from airline_shared.airline_dw.fact_bookings where 1 = $1",
            vec![Value::int(1)],
            Some("bi"),
        );
        let Value::Number(count, _) = stage.aws.ask(&cx, &count).await.unwrap() else { panic!("no number") };
        assert!(count > 0.into(), "{count}");
        let quoted = question("select $1", vec![text("it's")], None);
        assert_eq!(stage.aws.ask(&cx, &quoted).await.unwrap(), text("it's"));
        let many = question("select 1 union all select 2", vec![], None);
        assert!(stage.aws.ask(&cx, &many).await.is_err());
        let stranger = stage.aws.ask(&cx, &question("select 1", vec![], Some("nobody"))).await.unwrap_err();
        assert!(matches!(stranger, Fault::Refused(_)), "{stranger:?}");
    }
    by_data_api
}

async fn prove(stage: &Stage, balancer: &Made, readers: &[Warehouse], secret: &Made) {
    let member = |(index, reader): (usize, &Warehouse)| {
        Value::record([
            ("address".into(), Value::text(format!("readers[{index}]"))),
            ("namespace".into(), reader.namespace.attribute("id")),
            ("endpoint".into(), endpoint(reader)),
            (
                "shares".into(),
                Value::list([Value::record([
                    ("database".into(), text("airline_shared")),
                    ("schemas".into(), Value::list([text("airline_dw")])),
                    ("tables".into(), Value::list([])),
                ])]),
            ),
        ])
    };
    let claim = |host: Value, port: u16| {
        known(&record(vec![
            ("host", host),
            ("port", Value::int(port)),
            ("database", text("dev")),
            ("user", text("bi")),
            ("secret", secret.attribute("arn")),
            ("unproved", text("")),
            ("sticky", Value::Bool(false)),
            ("clients", Value::list([Value::Cidr("10.0.0.0/16".parse().unwrap())])),
            ("members", Value::list(readers.iter().enumerate().map(member))),
        ]))
    };
    let cx = stage.context("reads");
    let proof = stage.aws.prove(&cx, &claim(balancer.attribute("dns"), 5439)).await.unwrap();
    assert_eq!(proof.answered.unwrap(), ["readers[0]", "readers[1]"]);
    let counted = |one: &Counted| one.of == "airline_shared.airline_dw.dim_aircraft" && one.rows > 0;
    assert!(proof.counted.len() == 2 && proof.counted.iter().all(counted), "{:?}", proof.counted);
    assert_eq!((proof.broken, proof.note), (None, None));
    let nowhere = stage.aws.prove(&cx, &claim(text("reads.invalid"), 5439)).await.unwrap();
    assert_eq!(nowhere.answered, None);
    let note = nowhere.note.unwrap();
    assert!(note.contains("not tried") && note.contains("10.0.0.0/16"), "{note}");
}

async fn statements(stage: &Stage, door: &Value) {
    let session = stage.aws.session(&stage.context("sql"), door, None, None).await.unwrap();
    let made = session.run("create table public.t (a int, b varchar(8))").await.unwrap();
    assert_eq!((made.tag.as_str(), made.columns.len()), ("CREATE TABLE", 0));
    session.run("insert into public.t values (1, 'x'), (2, null)").await.unwrap();
    let rows = session.run("select a, b from public.t order by a").await.unwrap();
    assert_eq!(rows.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(rows.rows[1], [rsx_aws::sql::Cell::Int(2), rsx_aws::sql::Cell::Null]);
    let rsx_aws::sql::Failure::Sql(error) = session.run("selct 1").await.unwrap_err() else {
        panic!("no error of SQL")
    };
    assert!(error.message.contains("selct"), "{error:?}");
    session.run("drop table public.t").await.unwrap();
}

async fn last_snapshot(stage: &Stage) {
    let fields = vec![("namespace", text("writer")), ("keep", duration(30 * 86_400))];
    let last = stage.make("final_snapshot", "writer.last", record(fields)).await;
    stage.take_away(last).await;
}

#[tokio::test]
async fn capacities_and_settings_change_one_by_one() {
    let stage = Stage::open().await;
    let ground = Ground::make(&stage).await;
    let reader = Warehouse::make(&stage, &ground, "reader", "dev", "admin").await;
    let Warehouse { namespace, workgroup: made } = reader;
    let up = workgroup("reader", &ground, 128, Some(256));
    let made = stage.change(made, up, &["max", "base"]).await;
    let mut down = workgroup("reader", &ground, 32, None);
    down.insert(
        "settings".into(),
        Value::record([("query_group".into(), text("other")), ("auto_mv".into(), Value::Bool(false))]),
    );
    down.insert("tags".into(), Value::record([("team".into(), text("data"))]));
    let made = stage.change(made, down, &["base", "max", "settings", "tags"]).await;
    assert_eq!(made.attribute("max"), Value::None);
    assert_eq!(made.attribute("base"), rpu(32));
    assert_eq!(made.attribute("tags"), Value::record([("team".into(), text("data"))]));

    let mut renamed = self::namespace("reader", "dev", "root");
    renamed.insert("tags".into(), Value::record([("team".into(), text("data"))]));
    let namespace = stage.change(namespace, renamed, &["tags", "admin_user"]).await;
    assert_eq!(namespace.attribute("admin_user"), text("root"));
    Warehouse { namespace, workgroup: made }.take_away(&stage).await;
}

#[tokio::test]
async fn a_restore_whose_answer_was_lost_is_not_made_twice() {
    let stage = Stage::open().await;
    let ground = Ground::make(&stage).await;
    let writer = Warehouse::make(&stage, &ground, "writer", "airline", "awsuser").await;
    for (address, replace) in [("writer.first", false), ("writer.second", true)] {
        let wanted = restore(&writer, replace, text("airline-data-snapshot"));
        stage.drop_answer_of("redshift-serverless:RestoreFromSnapshot");
        let lost = stage.create("restore", address, &wanted).await.unwrap_err();
        assert!(matches!(lost, Fault::Lost(_)), "{lost:?}");
        stage.refuse("redshift-serverless:RestoreFromSnapshot");
        stage.make("restore", address, wanted).await;
        stage.heal();
    }
    let wanted = restore(&writer, true, text("airline-data-snapshot"));
    stage.drop_request_of("redshift-serverless:RestoreFromSnapshot");
    stage.create("restore", "writer.third", &wanted).await.unwrap_err();
    stage.heal();
    stage.make("restore", "writer.third", wanted).await;
    writer.take_away(&stage).await;
}
