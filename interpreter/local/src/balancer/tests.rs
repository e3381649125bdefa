//! Balancers as clients meet them, over sockets and with psql behind.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Balancer, Removal, Role, Rule, Target};
use crate::pg::Stage;

const LONG: Duration = Duration::from_secs(60);

/// A server that says its name and then echoes.
async fn server(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                stream.write_all(name.as_bytes()).await.unwrap();
                let (mut from, mut to) = stream.split();
                drop(tokio::io::copy(&mut from, &mut to).await);
            });
        }
    });
    address
}

fn target(name: &str, socket: Option<SocketAddr>, role: Role) -> Target {
    Target { name: name.to_owned(), socket, role }
}

fn rule(targets: Vec<Target>) -> Rule {
    Rule { targets, idle: LONG, removal: Removal::Reset, sticky: false, announces: false, hangs: false }
}

fn bind(rule: Rule) -> Balancer {
    Balancer::bind("127.0.0.1:0".parse().unwrap(), rule).unwrap()
}

/// Connects and reads the name of the server, or the error.
async fn greeted(balancer: &Balancer) -> std::io::Result<(String, TcpStream)> {
    let mut stream = TcpStream::connect(balancer.address()).await?;
    let mut name = [0; 1];
    stream.read_exact(&mut name).await?;
    Ok((String::from_utf8_lossy(&name).into_owned(), stream))
}

async fn spread(balancer: &Balancer, connections: usize) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for _ in 0..connections {
        let (name, _) = greeted(balancer).await.unwrap();
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.into_iter().map(|(name, n)| (name.to_owned(), n)).collect()
}

/// Whether the connection still echoes.
async fn is_alive(stream: &mut TcpStream) -> bool {
    let mut byte = [0; 1];
    stream.write_all(b"x").await.is_ok()
        && matches!(tokio::time::timeout(LONG, stream.read(&mut byte)).await, Ok(Ok(1)))
}

#[tokio::test]
async fn a_header_of_the_proxy_protocol_comes_first() {
    let echo = server("a").await;
    let balancer = bind(Rule { announces: true, ..rule(vec![target("a", Some(echo), Role::Healthy)]) });
    let (_, mut stream) = greeted(&balancer).await.unwrap();
    let mut header = [0; 28];
    stream.read_exact(&mut header).await.unwrap();
    assert_eq!(header.get(..12).unwrap(), b"\r\n\r\n\0\r\nQUIT\n");
    assert_eq!(header.get(26..).unwrap(), balancer.address().port().to_be_bytes());
}

#[tokio::test]
async fn a_client_sticks_to_its_target_while_that_is_healthy() {
    let (a, b) = (server("a").await, server("b").await);
    let targets = |role| vec![target("a", Some(a), role), target("b", Some(b), Role::Healthy)];
    let sticky = |role| Rule { sticky: true, ..rule(targets(role)) };
    let balancer = bind(sticky(Role::Healthy));
    assert_eq!(spread(&balancer, 5).await, counts([("a", 5)]));
    balancer.follow(sticky(Role::Draining));
    assert_eq!(spread(&balancer, 3).await, counts([("b", 3)]));
    balancer.follow(sticky(Role::Healthy));
    assert_eq!(spread(&balancer, 3).await, counts([("b", 3)]));
}

#[tokio::test]
async fn connections_are_spread_evenly_over_healthy_targets() {
    let (a, b, c) = (server("a").await, server("b").await, server("c").await);
    let unhealthy = Role::Unhealthy { loses_connections: false };
    let balancer = bind(rule(vec![
        target("a", Some(a), Role::Healthy),
        target("b", Some(b), Role::Healthy),
        target("c", Some(c), unhealthy),
    ]));
    assert_eq!(spread(&balancer, 10).await, counts([("a", 5), ("b", 5)]));
    balancer.follow(rule(vec![target("a", Some(a), unhealthy), target("c", Some(c), unhealthy)]));
    assert_eq!(spread(&balancer, 4).await, counts([("a", 2), ("c", 2)]), "all unhealthy: traffic to all");
}

#[tokio::test]
async fn a_draining_target_keeps_what_it_has_until_it_is_removed() {
    let (a, b) = (server("a").await, server("b").await);
    let balancer = bind(rule(vec![target("a", Some(a), Role::Healthy)]));
    let (_, mut old) = greeted(&balancer).await.unwrap();
    let both = vec![target("a", Some(a), Role::Draining), target("b", Some(b), Role::Healthy)];
    balancer.follow(rule(both));
    assert_eq!(spread(&balancer, 3).await, counts([("b", 3)]));
    assert!(is_alive(&mut old).await);
    balancer.follow(rule(vec![target("b", Some(b), Role::Healthy)]));
    assert!(!is_alive(&mut old).await);
}

#[tokio::test]
async fn without_termination_a_removed_target_keeps_its_connections() {
    let a = server("a").await;
    let balancer = bind(rule(vec![target("a", Some(a), Role::Healthy)]));
    let (_, mut old) = greeted(&balancer).await.unwrap();
    balancer.follow(Rule { removal: Removal::Keep, ..rule(Vec::new()) });
    assert!(is_alive(&mut old).await);
    assert!(greeted(&balancer).await.is_err(), "there is no target for a new one");
}

#[tokio::test]
async fn an_unhealthy_target_loses_its_connections_if_told_so() {
    let a = server("a").await;
    let balancer = bind(rule(vec![target("a", Some(a), Role::Healthy)]));
    let (_, mut kept) = greeted(&balancer).await.unwrap();
    balancer.follow(rule(vec![target("a", Some(a), Role::Unhealthy { loses_connections: false })]));
    assert!(is_alive(&mut kept).await);
    balancer.follow(rule(vec![target("a", None, Role::Unhealthy { loses_connections: true })]));
    assert!(!is_alive(&mut kept).await);
    assert!(greeted(&balancer).await.is_err(), "nothing listens there");
}

#[tokio::test]
async fn a_silent_connection_is_reset_and_a_busy_one_lives() {
    let a = server("a").await;
    let targets = vec![target("a", Some(a), Role::Healthy)];
    let balancer = bind(Rule { idle: Duration::from_millis(300), ..rule(targets) });
    let (_, mut silent) = greeted(&balancer).await.unwrap();
    let (_, mut busy) = greeted(&balancer).await.unwrap();
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(is_alive(&mut busy).await);
    }
    let error = silent.read(&mut [0; 1]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn with_client_addresses_kept_a_connection_hangs() {
    let a = server("a").await;
    let targets = vec![target("a", Some(a), Role::Healthy)];
    let balancer = bind(Rule { hangs: true, ..rule(targets) });
    let greeting = tokio::time::timeout(Duration::from_millis(300), greeted(&balancer)).await;
    assert!(greeting.is_err(), "nothing comes back");
}

#[tokio::test]
async fn deleting_the_balancer_closes_everything() {
    let a = server("a").await;
    let balancer = bind(rule(vec![target("a", Some(a), Role::Healthy)]));
    let address = balancer.address();
    let (_, mut stream) = greeted(&balancer).await.unwrap();
    drop(balancer);
    assert!(!is_alive(&mut stream).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_answers_through_the_balancer() {
    let first = Stage::new();
    let second = Stage::open(std::sync::Arc::clone(&first.warehouse), "22222222-2222-4222-8222-222222222222");
    let targets = [&first, &second].map(|stage| {
        let socket = stage.endpoint.address();
        target(&socket.to_string(), Some(socket), Role::Healthy)
    });
    let balancer = bind(rule(targets.to_vec()));
    let mut namespaces = BTreeMap::new();
    for n in 0..6 {
        // Each endpoint's certificate is its own; a client of the balancer meets them in turn.
        let stage = if n % 2 == 0 { &first } else { &second };
        let client = stage.connect_at(balancer.address()).await.unwrap();
        let row = client.query_one("select current_namespace", &[]).await.unwrap();
        *namespaces.entry(row.get::<_, String>(0)).or_insert(0) += 1;
    }
    assert_eq!(namespaces.into_values().collect::<Vec<_>>(), [3, 3]);
}
