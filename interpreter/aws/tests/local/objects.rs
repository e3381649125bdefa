//! Objects of the control plane one by one: made, found after a lost answer, changed, taken away.

use crate::harness::{Stage, generated, given, record, text};
use rsx_engine::provider::{Fault, Provider};
use rsx_lang::value::Value;

fn vpc() -> Vec<(&'static str, Value)> {
    vec![("cidr", Value::Cidr("10.0.0.0/16".parse().unwrap())), ("name", text("main"))]
}

#[tokio::test]
async fn every_kind_has_the_name_of_its_file() {
    let stage = Stage::open().await;
    for name in rsx_aws::NAMES {
        assert_eq!(stage.aws.kind(name).unwrap().name(), *name);
    }
    assert!(stage.aws.kind("nothing").is_none());
}

#[tokio::test]
async fn the_account_is_told() {
    let stage = Stage::open().await;
    let identity = stage.aws.identity().await.unwrap();
    assert_eq!(identity.account, "000000000000");
    assert_eq!(identity.region, "us-east-1");
}

#[tokio::test]
async fn a_network_is_made_and_taken_away() {
    let stage = Stage::open().await;
    let zones = stage.look("zones", record(vec![])).await;
    let Some(Value::List(names)) = zones.get("names") else { panic!("no names") };
    let zone = names.first().unwrap().clone();

    let vpc = stage.make("vpc", "main.vpc", record(vpc())).await;
    let cidr = Value::Cidr("10.0.0.0/24".parse().unwrap());
    let wanted =
        record(vec![("vpc", vpc.attribute("id")), ("cidr", cidr), ("zone", zone), ("name", text("main-0"))]);
    let subnet = stage.make("subnet", "main.subnets[0]", wanted).await;
    let wanted = record(vec![("vpc", vpc.attribute("id")), ("name", text("main"))]);
    let table = stage.make("route_table", "main.table", wanted).await;
    let wanted = record(vec![("table", table.attribute("id")), ("subnet", subnet.attribute("id"))]);
    let association = stage.make("route_table_association", "main.uses[0]", wanted).await;

    for made in [association, table, subnet, vpc] {
        stage.take_away(made).await;
    }
}

#[tokio::test]
async fn a_security_group_begins_without_rules() {
    let stage = Stage::open().await;
    let vpc = stage.make("vpc", "main.vpc", record(vpc())).await;
    let wanted = record(vec![
        ("vpc", vpc.attribute("id")),
        ("name", text("readers")),
        ("description", text("who may reach readers")),
    ]);
    let group = stage.make("security_group", "readers.group", wanted).await;
    let wanted = record(vec![
        ("group", group.attribute("id")),
        ("direction", Value::Variant("ingress".into(), std::sync::Arc::default())),
        ("port", Value::int(5439)),
        ("cidr", Value::Cidr("10.0.8.0/24".parse().unwrap())),
        ("peer", Value::None),
        ("description", text("clients")),
    ]);
    let rule = stage.make("security_group_rule", "readers.from[0]", wanted).await;
    for made in [rule, group, vpc] {
        stage.take_away(made).await;
    }
}

#[tokio::test]
async fn what_a_lost_answer_made_is_found() {
    let stage = Stage::open().await;
    let vpc = stage.make("vpc", "main.vpc", record(vpc())).await;
    let group = || {
        record(vec![
            ("vpc", vpc.attribute("id")),
            ("name", text("readers")),
            ("description", text("who may reach readers")),
        ])
    };
    let table = || record(vec![("vpc", vpc.attribute("id")), ("name", text("main"))]);
    let secret = || {
        record(vec![("name", text("rsx/a/prod/readers/bi")), ("user", text("bi")), ("password", generated())])
    };
    let cases = [
        ("vpc", "other.vpc", record(self::vpc()), "ec2:CreateVpc"),
        ("security_group", "readers.group", group(), "ec2:CreateSecurityGroup"),
        ("route_table", "main.table", table(), "ec2:CreateRouteTable"),
        ("secret", "readers.secret", secret(), "secretsmanager:CreateSecret"),
    ];
    for (kind, address, wanted, call) in cases {
        stage.drop_answer_of(call);
        let fault = stage.create(kind, address, &wanted).await.unwrap_err();
        assert!(matches!(fault, Fault::Lost(_)), "{kind}: {fault:?}");
        stage.heal();
        let found = stage.find(kind, address, &wanted).await.unwrap();
        assert!(found.is_some(), "{kind} was not found");
        stage.observe(kind, address, found.unwrap(), &wanted).await;
    }
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_left_alone() {
    let stage = Stage::open().await;
    let vpc = stage.make("vpc", "main.vpc", record(vpc())).await;
    let wanted = record(vec![("vpc", vpc.attribute("id")), ("name", text("x")), ("description", text("x"))]);
    stage.make("security_group", "readers.group", wanted.clone()).await;
    let other = stage.of_another_owner();
    let fault = other.create("security_group", "readers.group", &wanted).await.unwrap_err();
    let Fault::Foreign { found, owner } = fault else { panic!("{fault:?}") };
    assert!(found.contains("`x`"), "{found}");
    assert!(owner.contains("airline"), "{owner}");
}

#[tokio::test]
async fn tags_and_names_change_in_place() {
    let stage = Stage::open().await;
    let mut wanted = vpc();
    wanted.push(("tags", Value::record([("team".into(), text("data")), ("cost".into(), text("7"))])));
    let made = stage.make("vpc", "main.vpc", record(wanted)).await;
    let mut wanted = vec![("cidr", Value::Cidr("10.0.0.0/16".parse().unwrap())), ("name", text("other"))];
    wanted.push(("tags", Value::record([("team".into(), text("platform"))])));
    let changed = stage.change(made, record(wanted), &["tags", "name"]).await;
    assert_eq!(changed.attribute("name"), text("other"));
    assert_eq!(changed.attribute("tags"), Value::record([("team".into(), text("platform"))]));
}

#[tokio::test]
async fn a_secret_keeps_its_version_when_it_learns_where_it_is_used() {
    let stage = Stage::open().await;
    let wanted = record(vec![
        ("name", text("rsx/airline/prod/readers/bi")),
        ("user", text("bi")),
        ("password", generated()),
    ]);
    let secret = stage.make("secret", "readers.secret", wanted.clone()).await;
    let version = secret.attribute("version");
    let connection = record(vec![
        ("secret", secret.attribute("arn")),
        ("host", text("reads.example.com")),
        ("port", Value::int(5439)),
        ("dbname", text("dev")),
    ]);
    let connection = stage.make("secret_connection", "readers.connection", connection).await;
    let again = stage.observe("secret", "readers.secret", secret.id.clone(), &wanted).await;
    assert_eq!(again.get("version"), Some(&version));
    let given = record(vec![
        ("name", text("rsx/airline/prod/readers/bi")),
        ("user", text("bi")),
        ("password", given("Sup3rSecret-x")),
    ]);
    let secret = stage.change(secret, given, &["password"]).await;
    assert_ne!(secret.attribute("version"), version);
    for made in [connection, secret] {
        stage.take_away(made).await;
    }
}

#[tokio::test]
async fn a_key_is_made_with_its_alias_and_found_by_it() {
    let stage = Stage::open().await;
    let wanted =
        record(vec![("alias", text("rsx/airline/prod/writer")), ("description", text("the writer's"))]);
    let key = stage.make("key", "writer.key", wanted.clone()).await;
    let found = stage.find("key", "writer.key", &wanted).await.unwrap();
    assert_eq!(found, Some(key.id.clone()));
    stage.drop_answer_of("kms:CreateAlias");
    let other = record(vec![("alias", text("rsx/airline/prod/other")), ("description", text("another"))]);
    stage.create("key", "other.key", &other).await.unwrap_err();
    stage.heal();
    assert!(stage.find("key", "other.key", &other).await.unwrap().is_some());
    stage.take_away(key).await;
}
