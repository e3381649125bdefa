//! Endpoints as clients meet them: tokio-postgres over TLS, psql, a driver that knows method 13.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use sha2::Digest as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::warehouse::{Login, SnapshotData};

mod stage;

pub(crate) use stage::Stage;
use stage::{NAMESPACE, PASSWORD, Tls};

fn code(error: &tokio_postgres::Error) -> String {
    error.code().map_or_else(|| error.to_string(), |code| code.code().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokio_postgres_binds_and_reads_every_type_in_binary() {
    let stage = Stage::new();
    let client = stage.admin().await;
    client
        .batch_execute("create table t (a smallint, b int, c bigint, d real, e double precision, f boolean, g varchar(20), h char(3), i date, j timestamp)")
        .await
        .unwrap();
    let insert =
        "insert into t values ($1, $2, $3, $4, $5, $6, $7, $8, '2024-02-29', '2024-02-29 12:30:00.25')";
    let written = client
        .execute(insert, &[&1i16, &2i32, &3i64, &1.5f32, &2.25f64, &true, &"héllo", &"ab"])
        .await
        .unwrap();
    assert_eq!(written, 1);
    let row = client.query_one("select * from t where b = $1 and g = $2", &[&2i32, &"héllo"]).await.unwrap();
    assert_eq!((row.get::<_, i16>(0), row.get::<_, i32>(1), row.get::<_, i64>(2)), (1, 2, 3));
    assert_eq!((row.get::<_, f32>(3), row.get::<_, f64>(4), row.get::<_, bool>(5)), (1.5, 2.25, true));
    assert_eq!((row.get::<_, &str>(6), row.get::<_, &str>(7)), ("héllo", "ab "));
    let at: SystemTime = row.get(9);
    assert_eq!(
        at.duration_since(SystemTime::UNIX_EPOCH).unwrap(),
        Duration::from_micros(1_709_209_800_250_000)
    );
    let none = client.query_opt("select a from t where b = $1", &[&9i32]).await.unwrap();
    assert!(none.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_known_before_the_statement_runs() {
    let stage = Stage::new();
    let client = stage.admin().await;
    client.batch_execute("create table t (a int, p numeric(8,2), n varchar(5))").await.unwrap();
    let sql = "select a, p, n, count(*), sum(a), sum(p), a = $1, 'x' from t where n = $2 group by 1, 2, 3";
    let statement = client.prepare(sql).await.unwrap();
    let types: Vec<_> = statement.columns().iter().map(|column| column.type_().name()).collect();
    assert_eq!(types, ["int4", "numeric", "varchar", "int8", "int8", "numeric", "bool", "varchar"]);
    let parameters: Vec<_> = statement.params().iter().map(|t| t.name()).collect();
    assert_eq!(parameters, ["int4", "varchar"]);
    assert_eq!(code(&client.prepare("select nope from t").await.unwrap_err()), "42703");
    assert_eq!(code(&client.prepare("selec").await.unwrap_err()), "42601");
    client.query("select 1", &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_and_their_failures_are_reported() {
    let stage = Stage::new();
    let mut client = stage.admin().await;
    client.batch_execute("create table t (a int)").await.unwrap();
    let transaction = client.transaction().await.unwrap();
    transaction.execute("insert into t values (1)", &[]).await.unwrap();
    let error = transaction.query("select nope from t", &[]).await.unwrap_err();
    assert_eq!(code(&error), "42703");
    let error = transaction.query("select 1", &[]).await.unwrap_err();
    assert_eq!(code(&error), "25P02");
    transaction.rollback().await.unwrap();
    let row = client.query_one("select count(*) from t", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_user_or_database_is_refused() {
    let stage = Stage::new();
    for (user, password, database, expected) in [
        ("admin", "wrong", "dev", "28000"),
        ("nobody", PASSWORD, "dev", "28000"),
        ("admin", PASSWORD, "nodb", "3D000"),
    ] {
        let error = stage.connect(user, password, database).await.err().unwrap();
        assert_eq!(code(&error), expected, "{user}@{database}");
    }
    let error = stage.connect("admin", "wrong", "dev").await.err().unwrap();
    let message = error.as_db_error().unwrap().message().to_owned();
    assert_eq!(message, "password authentication failed for user \"admin\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_log_in_as_their_verifier_asks() {
    let stage = Stage::new();
    let admin = stage.admin().await;
    let md5 = hex::encode(md5::Md5::digest("Abcdefg1bi"));
    let salt = "00112233445566778899aabbccddeeff";
    let digest =
        sha2::Sha256::new().chain_update("Abcdefg1").chain_update(hex::decode(salt).unwrap()).finalize();
    let statements = format!(
        "create user clear password 'Abcdefg1'; create user bi password 'md5{md5}'; \
         create user sha password 'sha256|{}|{salt}'; create user idle password disable",
        hex::encode(digest)
    );
    for statement in statements.split("; ") {
        admin.batch_execute(statement).await.unwrap();
    }
    stage.connect("clear", "Abcdefg1", "dev").await.unwrap();
    stage.connect("bi", "Abcdefg1", "dev").await.unwrap();
    assert_eq!(code(&stage.connect("bi", "Abcdefg2", "dev").await.err().unwrap()), "28000");
    assert_eq!(code(&stage.connect("idle", "", "dev").await.err().unwrap()), "28000");
    let error = stage.connect("sha", "Abcdefg1", "dev").await.err().unwrap();
    assert!(error.as_db_error().is_none(), "method 13 is unknown to the client: {error}");
    assert_eq!(digest_login(&stage, "Abcdefg1").await, b'R');
    assert_eq!(digest_login(&stage, "Abcdefg2").await, b'E');
}

/// Logs in as the user `sha` by method 13 without TLS, and gives the type of the answer.
async fn digest_login(stage: &Stage, password: &str) -> u8 {
    let mut stream = TcpStream::connect(stage.endpoint.address()).await.unwrap();
    let body = b"\0\x03\0\0user\0sha\0database\0dev\0\0";
    stream.write_i32(i32::try_from(body.len() + 4).unwrap()).await.unwrap();
    stream.write_all(body).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'R');
    let length = stream.read_i32().await.unwrap();
    let mut request = vec![0; usize::try_from(length - 4).unwrap()];
    stream.read_exact(&mut request).await.unwrap();
    let number = |at: usize| u32::from_be_bytes(request[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!((number(0), number(4)), (13, 0));
    let salt = &request[12..12 + number(8)];
    let nonce = &request[12 + salt.len() + 4..];
    assert_eq!(salt.len(), 16);
    let inner = sha2::Sha256::new().chain_update(password).chain_update(salt).finalize();
    let client = b"1732290000000";
    let digest = sha2::Sha256::new().chain_update(inner).chain_update(nonce).chain_update(client).finalize();
    stream.write_u8(b'd').await.unwrap();
    stream.write_i32(4 + 4 + 32 + 4 + 13).await.unwrap();
    stream.write_i32(32).await.unwrap();
    stream.write_all(&digest).await.unwrap();
    stream.write_i32(13).await.unwrap();
    stream.write_all(client).await.unwrap();
    stream.read_u8().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn temporary_credentials_let_a_user_of_iam_in_without_rights() {
    let stage = Stage::new();
    let login = Login { user: "IAM:alice".to_owned(), password: "t0ken".to_owned() };
    let later = SystemTime::now() + Duration::from_secs(60);
    stage.warehouse.add_temporary_login(NAMESPACE, &login, later).unwrap();
    let client = stage.connect("IAM:alice", "t0ken", "dev").await.unwrap();
    let error = client.batch_execute("create datashare s").await.unwrap_err();
    assert_eq!(code(&error), "42501");
    let row = client.query_one("select current_user", &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "IAM:alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_with_its_namespace_or_endpoint() {
    let stage = Stage::new();
    let client = stage.admin().await;
    stage.warehouse.draft(NAMESPACE, &SnapshotData::Sample).unwrap();
    stage.warehouse.take_draft(NAMESPACE).unwrap();
    let error = client.query("select 1", &[]).await.unwrap_err();
    assert!(error.is_closed() || code(&error) == "57P01", "{error}");
    let address = stage.endpoint.address();
    drop(stage);
    // The listener closes when its task is next run.
    let error = loop {
        match TcpStream::connect(address).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_gives_its_rows_in_parts() {
    let stage = Stage::new();
    let mut client = stage.admin().await;
    client.batch_execute("create table t (a int)").await.unwrap();
    client.batch_execute("insert into t values (1), (2), (3), (4), (5), (6)").await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let portal = transaction.bind("select a from t where a > $1 order by a", &[&1i32]).await.unwrap();
    let mut parts = Vec::new();
    loop {
        let rows = transaction.query_portal(&portal, 3).await.unwrap();
        if rows.is_empty() {
            break;
        }
        parts.push(rows.iter().map(|row| row.get::<_, i32>(0)).collect::<Vec<_>>());
    }
    assert_eq!(parts, [vec![2, 3, 4], vec![5, 6]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_request_stops_a_statement() {
    let stage = Stage::new();
    let client = stage.admin().await;
    let token = client.cancel_token();
    let sql = "with a as (select 1 as x union all select 2 union all select 3 union all select 4 union all select 5 \
               union all select 6 union all select 7 union all select 8) select count(*) from a a1, a a2, a a3, a a4, \
               a a5, a a6, a a7, a a8, a a9, a a10";
    let address = stage.endpoint.address();
    let ca = stage.ca();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let stream = TcpStream::connect(address).await.unwrap();
        token.cancel_query_raw(stream, Tls::trusting(&ca)).await.unwrap();
    };
    let (result, ()) = tokio::join!(client.query(sql, &[]), cancel);
    assert_eq!(code(&result.unwrap_err()), "57014");
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_works_over_tls_with_the_authority_verified() {
    let stage = Stage::new();
    let sql = [
        "-At",
        "-c",
        "create table t (a int, b varchar(5)); insert into t values (1, 'x'), (2, null);",
        "-c",
        "select * from t order by a",
    ];
    let output = stage.psql("admin", PASSWORD, "dev", &sql).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text, "CREATE TABLE\nINSERT 0 2\n1|x\n2|\n", "{}", String::from_utf8_lossy(&output.stderr));
    let output = stage.psql("admin", PASSWORD, "dev", &["-c", "select 1", "-c", "select a frm t"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("ERROR:  ") && text.contains("LINE 1: select a frm t"), "{text}");
    let listed = ["-At", "-c", "\\dt", "-c", "\\dt public.*", "-c", "\\dn"];
    let output = stage.psql("admin", PASSWORD, "dev", &listed).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let table = "public|t|table|admin\n";
    assert_eq!(text, format!("{table}{table}public|admin\n"), "{}", String::from_utf8_lossy(&output.stderr));
    let output = stage.psql("admin", "wrong", "dev", &["-c", "select 1"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("password authentication failed for user \"admin\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_fails_on_method_13_as_it_does_on_redshift() {
    let stage = Stage::new();
    stage.admin().await.batch_execute("create user sha password 'sha256|Abcdefg1'").await.unwrap();
    let output = stage.psql("sha", "Abcdefg1", "dev", &["-c", "select 1"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("authentication method 13 not supported"), "{text}");
}
