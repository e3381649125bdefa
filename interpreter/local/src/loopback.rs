//! Loopback sockets: an address of its own for each endpoint where the system has more than 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::call::Refusal;
use crate::ids::Ids;

/// How many addresses are tried before the shared one is used.
const ATTEMPTS: usize = 8;

/// A socket with that port on an address of its own; elsewhere a free port of 127.0.0.1.
pub(crate) fn socket(ids: &mut Ids, port: u16) -> Result<SocketAddr, Refusal> {
    for _ in 0..ATTEMPTS {
        let socket = SocketAddr::from((drawn(ids), port));
        if is_free(socket) {
            return Ok(socket);
        }
    }
    shared()
}

/// The same address with another port, if that is free; else a free port of 127.0.0.1.
pub(crate) fn with_port(socket: SocketAddr, port: u16) -> Result<SocketAddr, Refusal> {
    let wanted = SocketAddr::new(socket.ip(), port);
    match is_free(wanted) {
        true => Ok(wanted),
        false => shared(),
    }
}

/// An address of its own on which any port can be had; elsewhere 127.0.0.1.
pub(crate) fn address(ids: &mut Ids) -> Ipv4Addr {
    let address = drawn(ids);
    match is_free(SocketAddr::from((address, 0))) {
        true => address,
        false => Ipv4Addr::LOCALHOST,
    }
}

/// Drawn from two million, so that clouds of one machine hardly meet.
fn drawn(ids: &mut Ids) -> Ipv4Addr {
    let [a, b, c, ..] = ids.bytes();
    Ipv4Addr::new(127, 64 + a % 64, b, 1 + c % 254)
}

fn is_free(socket: SocketAddr) -> bool {
    TcpListener::bind(socket).is_ok()
}

fn shared() -> Result<SocketAddr, Refusal> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    free.map_err(|error| Refusal::internal(format!("no port of 127.0.0.1 can be had: {error}")))
}
