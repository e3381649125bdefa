//! The data plane of network load balancers: takes TCP connections and passes them to targets.
//!
//! Which targets there are, how each is doing and when its draining ends is the caller's to
//! say, by a [`Rule`]; here it is only obeyed. Facts: Elastic Load Balancing guide, "Target
//! groups for your Network Load Balancers" (draining, fail-open, connection idle timeout).

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

mod relay;
#[cfg(test)]
mod tests;

/// What a listener does with connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) targets: Vec<Target>,
    /// How long a connection without bytes lives before both sides are reset.
    pub(crate) idle: Duration,
    /// What becomes of the connections of a target that is no longer listed.
    pub(crate) removal: Removal,
    /// Connections of one client's address go to one target, as long as that gets any.
    pub(crate) sticky: bool,
    /// A header of the proxy protocol, version 2, opens each connection to a target.
    pub(crate) announces: bool,
    /// Connections are taken and nothing ever comes back, as with client addresses kept
    /// towards targets that can't answer them.
    pub(crate) hangs: bool,
}

/// A target as the listener sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// What the cloud calls it; unique in the rule.
    pub(crate) name: String,
    /// Where it really listens; `None` where nothing does or the way is closed.
    pub(crate) socket: Option<SocketAddr>,
    pub(crate) role: Role,
}

/// What a target gets of the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// New ones.
    Healthy,
    /// New ones only if no target is healthy; whether it loses those it has.
    Unhealthy { loses_connections: bool },
    /// Those it has.
    Draining,
}

/// What ends the connections of a removed target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// `deregistration_delay.connection_termination.enabled`: both sides are reset.
    Reset,
    /// Nothing; they live as long as their ends do.
    Keep,
}

/// A listener; dropping it closes its socket and resets every connection.
#[derive(Debug)]
pub(crate) struct Balancer {
    address: SocketAddr,
    shared: Arc<Shared>,
    _guard: DropGuard,
}

/// What the listener's connections share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    closing: CancellationToken,
}

#[derive(Debug)]
struct State {
    rule: Rule,
    /// Counts connections; the n-th goes to the n-th eligible target, round and round.
    taken: usize,
    flows: BTreeMap<usize, Flow>,
    /// The target that each client's address sticks to.
    stuck: BTreeMap<IpAddr, String>,
}

/// A connection in progress.
#[derive(Debug)]
struct Flow {
    target: String,
    end: CancellationToken,
}

/// A connection's way, as decided when it came.
enum Way {
    To(SocketAddr),
    /// Nobody listens there.
    Nowhere,
    Hang,
}

/// A connection that was given a way.
struct Passage {
    number: usize,
    way: Way,
    end: CancellationToken,
    idle: Duration,
    announces: bool,
}

impl Balancer {
    /// Listens on an address; must be called within the runtime.
    pub(crate) fn bind(listen: SocketAddr, rule: Rule) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let closing = CancellationToken::new();
        let shared = Arc::new(Shared {
            state: Mutex::new(State { rule, taken: 0, flows: BTreeMap::new(), stuck: BTreeMap::new() }),
            closing: closing.clone(),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, _guard: closing.drop_guard() })
    }

    /// The address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Follows another rule from now on; connections that it ends are reset at once.
    pub(crate) fn follow(&self, rule: Rule) {
        let mut state = self.shared.state();
        for flow in state.flows.values() {
            if rule.ends(&flow.target, &state.rule) {
                flow.end.cancel();
            }
        }
        state.rule = rule;
    }
}

impl Rule {
    /// Says whether connections to the target end when this rule follows another: one that has turned unhealthy
    /// loses them once, and those that it is given for want of a healthy one stay.
    fn ends(&self, name: &str, before: &Self) -> bool {
        match self.role(name) {
            Some(role @ Role::Unhealthy { loses_connections }) => {
                loses_connections && before.role(name) != Some(role)
            }
            Some(Role::Healthy | Role::Draining) => false,
            None => self.removal == Removal::Reset,
        }
    }

    fn role(&self, name: &str) -> Option<Role> {
        self.targets.iter().find(|target| target.name == name).map(|target| target.role)
    }

    /// The targets that get new connections: the healthy ones, or all where none is healthy.
    fn eligible(&self) -> Vec<&Target> {
        let with = |wanted: fn(Role) -> bool| self.targets.iter().filter(move |target| wanted(target.role));
        let healthy: Vec<_> = with(|role| role == Role::Healthy).collect();
        if healthy.is_empty() {
            return with(|role| role != Role::Draining).collect();
        }
        healthy
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Chooses a target for a client's new connection and notes it.
    fn pass(&self, client: IpAddr) -> Passage {
        let mut state = self.state();
        let number = state.taken;
        state.taken += 1;
        let eligible = state.rule.eligible();
        let stuck = state.stuck.get(&client).filter(|_| state.rule.sticky);
        let same = stuck.and_then(|name| eligible.iter().find(|target| target.name == *name));
        let next = || number.checked_rem(eligible.len()).and_then(|place| eligible.get(place));
        let chosen = same.or_else(next);
        let target = chosen.map(|target| target.name.clone()).unwrap_or_default();
        let way = match chosen.and_then(|target| target.socket) {
            _ if state.rule.hangs => Way::Hang,
            Some(socket) => Way::To(socket),
            None => Way::Nowhere,
        };
        let end = self.closing.child_token();
        let (idle, announces) = (state.rule.idle, state.rule.announces);
        state.stuck.insert(client, target.clone());
        state.flows.insert(number, Flow { target, end: end.clone() });
        Passage { number, way, end, idle, announces }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            () = shared.closing.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        if let Ok((client, from)) = accepted {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let passage = shared.pass(from.ip());
                carry(client, &passage).await;
                shared.state().flows.remove(&passage.number);
            });
        }
    }
}

/// A connection to a target, opened by a header if it is to be.
async fn reached(client: &TcpStream, socket: SocketAddr, announces: bool) -> io::Result<TcpStream> {
    let mut target = TcpStream::connect(socket).await?;
    if announces {
        let header = relay::proxy_header(client.peer_addr()?, client.local_addr()?);
        target.write_all(&header).await?;
    }
    Ok(target)
}

async fn carry(client: TcpStream, passage: &Passage) {
    match passage.way {
        Way::To(socket) => {
            let target = tokio::select! {
                () = passage.end.cancelled() => None,
                target = reached(&client, socket, passage.announces) => target.ok(),
            };
            match target {
                Some(target) => relay::run(client, target, passage.idle, &passage.end).await,
                None => relay::reset(&client),
            }
        }
        Way::Nowhere => relay::reset(&client),
        Way::Hang => {
            tokio::select! {
                () = passage.end.cancelled() => {}
                () = tokio::time::sleep(passage.idle) => {}
            }
            relay::reset(&client);
        }
    }
}
