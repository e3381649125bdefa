//! What lasts: files, restarts, snapshots, logins.

use std::time::{Duration, Instant, SystemTime};

use super::{account, id, lines_of, login};
use crate::warehouse::{Login, NamespaceSpec, Parameters, Principal, SnapshotData, Warehouse};

fn admin() -> Principal {
    Principal::User("admin".to_owned())
}

#[test]
fn a_folder_keeps_everything_for_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = account(Some(dir.path()));
    let mut session = warehouse.session(id("producer"), "dev", &admin()).unwrap();
    for sql in [
        "create table t (a int)",
        "insert into t values (7)",
        "create datashare s",
        "create user bi password 'Abcdefg1'",
    ] {
        session.execute(sql, &Parameters::None).unwrap();
    }
    // A killed process runs no destructors: the journal stays beside the file.
    std::mem::forget(session);
    drop(warehouse);
    let again = Warehouse::open(Some(dir.path()), "000000000000").unwrap();
    assert_eq!(again.namespace_ids().len(), 3);
    let mut session = again.session(id("producer"), "dev", &admin()).unwrap();
    let sql = "select a, (select count(*) from svv_datashares) as shares from t";
    let outcome = session.execute(sql, &Parameters::None).unwrap();
    assert_eq!(lines_of(&outcome), ["a:int4 | shares:int8", "7 | 1"]);
    let bi = Login { user: "bi".to_owned(), password: "Abcdefg1".to_owned() };
    again.verify(id("producer"), &bi).unwrap();
}

#[test]
fn an_open_transaction_of_a_killed_process_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = account(Some(dir.path()));
    let mut session = warehouse.session(id("producer"), "dev", &admin()).unwrap();
    session.execute("create table t (a int)", &Parameters::None).unwrap();
    session.execute("begin", &Parameters::None).unwrap();
    session.execute("insert into t values (1)", &Parameters::None).unwrap();
    drop(session);
    let mut session = warehouse.session(id("producer"), "dev", &admin()).unwrap();
    let outcome = session.execute("select count(*) from t", &Parameters::None).unwrap();
    assert_eq!(lines_of(&outcome), ["count:int8", "0"]);
}

#[test]
fn the_sample_is_the_same_every_time_and_quickly_made() {
    let warehouse = account(None);
    let started = Instant::now();
    warehouse.draft(id("producer"), &SnapshotData::Sample).unwrap();
    warehouse.take_draft(id("producer")).unwrap();
    let took = started.elapsed();
    warehouse.draft(id("other"), &SnapshotData::Sample).unwrap();
    warehouse.take_draft(id("other")).unwrap();
    let digest = |namespace| {
        let principal = Principal::User("awsuser".to_owned());
        let mut session = warehouse.session(namespace, "airline", &principal).unwrap();
        let sql = "select count(*), sum(total_amount), min(booking_reference) from airline_dw.fact_bookings";
        lines_of(&session.execute(sql, &Parameters::None).unwrap())
    };
    assert_eq!(digest(id("producer")), digest(id("other")));
    assert!(took < Duration::from_secs(6), "the sample took {took:?}");
}

#[test]
fn logins_are_verified_and_temporary_ones_expire() {
    let warehouse = account(None);
    let namespace = id("producer");
    warehouse.verify(namespace, &login("admin")).unwrap();
    let temporary = Login { user: "IAM:alice".to_owned(), password: "xyz".to_owned() };
    assert_eq!(warehouse.verify(namespace, &temporary).unwrap_err().sqlstate, "28000");
    let later = SystemTime::now() + Duration::from_secs(60);
    warehouse.add_temporary_login(namespace, &temporary, later).unwrap();
    warehouse.verify(namespace, &temporary).unwrap();
    let gone = Login { user: "IAM:bob".to_owned(), password: "xyz".to_owned() };
    warehouse.add_temporary_login(namespace, &gone, SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(warehouse.verify(namespace, &gone).unwrap_err().sqlstate, "28000");
}

#[test]
fn a_restore_ends_the_sessions_and_brings_another_administrator() {
    let warehouse = account(None);
    let namespace = id("producer");
    let mut session = warehouse.session(namespace, "dev", &admin()).unwrap();
    warehouse.draft(namespace, &SnapshotData::Sample).unwrap();
    session.execute("select 1", &Parameters::None).unwrap();
    warehouse.take_draft(namespace).unwrap();
    assert!(session.life().is_cancelled());
    let error = session.execute("select 1", &Parameters::None).unwrap_err();
    assert_eq!(error.sqlstate, "57P01");
    assert_eq!(warehouse.verify(namespace, &login("admin")).unwrap_err().sqlstate, "28000");
    assert_eq!(warehouse.admin_user(namespace).unwrap().as_deref(), Some("awsuser"));
    assert_eq!(warehouse.databases(namespace).unwrap(), ["airline"]);
    warehouse.set_admin(namespace, &login("awsuser")).unwrap();
    warehouse.verify(namespace, &login("awsuser")).unwrap();
}

#[test]
fn a_snapshot_describes_itself() {
    let warehouse = account(None);
    let kept = warehouse.snapshot(id("producer"), "one").unwrap();
    let facts = warehouse.snapshot_facts(&kept).unwrap();
    assert_eq!(facts.databases, ["dev"]);
    assert_eq!(facts.admin.as_deref(), Some("admin"));
    warehouse.drop_snapshot(&kept).unwrap();
    assert!(warehouse.draft(id("producer"), &kept).is_err());
}

#[test]
fn writers_of_one_namespace_wait_for_each_other() {
    let warehouse = account(None);
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let warehouse = std::sync::Arc::clone(&warehouse);
            std::thread::spawn(move || {
                let mut session = warehouse.session(id("producer"), "dev", &admin()).unwrap();
                for sql in [
                    "begin".to_owned(),
                    format!("create datashare s{n}"),
                    format!("create user u{n} password disable"),
                    "commit".to_owned(),
                    format!("create database d{n}"),
                ] {
                    session.execute(&sql, &Parameters::None).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let mut session = warehouse.session(id("producer"), "dev", &admin()).unwrap();
    let sql = "select (select count(*) from svv_datashares), (select count(*) from pg_database)";
    let outcome = session.execute(sql, &Parameters::None).unwrap();
    assert_eq!(lines_of(&outcome).last().unwrap(), "8 | 9");
}

#[test]
fn a_consumer_reads_more_producers_than_sqlite_attaches() {
    let warehouse = account(None);
    let mut consumer = warehouse.session(id("consumer"), "dev", &admin()).unwrap();
    for n in 0..12 {
        let namespace = format!("aaaaaaaa-aaaa-4aaa-8aaa-{n:012}");
        let spec =
            NamespaceSpec { id: namespace.clone(), db_name: "dev".to_owned(), admin: Some(login("admin")) };
        warehouse.create_namespace(&spec).unwrap();
        let mut producer = warehouse.session(&namespace, "dev", &admin()).unwrap();
        for sql in [
            "create table t (a int)".to_owned(),
            format!("insert into t values ({n})"),
            "create datashare s".to_owned(),
            "alter datashare s add schema public".to_owned(),
            "alter datashare s add table public.t".to_owned(),
            format!("grant usage on datashare s to namespace '{}'", id("consumer")),
        ] {
            producer.execute(&sql, &Parameters::None).unwrap();
        }
        let sql = format!("create database shared{n} from datashare s of namespace '{namespace}'");
        consumer.execute(&sql, &Parameters::None).unwrap();
    }
    for n in (0..12).chain(0..12) {
        let sql = format!("select a from shared{n}.public.t");
        let outcome = consumer.execute(&sql, &Parameters::None).unwrap();
        assert_eq!(lines_of(&outcome).last().unwrap(), &n.to_string());
    }
    let count = "select count(*) from svv_redshift_tables where database_name like 'shared%'";
    let outcome = consumer.execute(count, &Parameters::None).unwrap();
    assert_eq!(lines_of(&outcome).last().unwrap(), "12");
}
