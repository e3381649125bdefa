//! Carries bytes between two connections until an end closes, falls silent or is told to stop.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// When bytes last passed, in milliseconds from the beginning.
struct Activity {
    began: Instant,
    last: AtomicU64,
}

/// Carries both ways; whatever ends it but both sides' own closing resets both.
pub(super) async fn run(
    mut client: TcpStream,
    mut target: TcpStream,
    idle: Duration,
    end: &CancellationToken,
) {
    let activity = Activity { began: Instant::now(), last: AtomicU64::new(0) };
    let ended = {
        let (from_client, to_client) = client.split();
        let (from_target, to_target) = target.split();
        tokio::select! {
            ended = async {
                tokio::try_join!(
                    copy(from_client, to_target, &activity),
                    copy(from_target, to_client, &activity),
                )
            } => ended.is_ok(),
            () = silence(&activity, idle) => false,
            () = end.cancelled() => false,
        }
    };
    if !ended {
        reset(&client);
        reset(&target);
    }
}

/// Makes the coming close a reset, which is how a balancer ends a connection.
pub(super) fn reset(stream: &TcpStream) {
    // Where the option can't be set the connection is closed in the ordinary way.
    drop(stream.set_zero_linger());
}

/// What opens a connection under the proxy protocol, version 2: who connected to whom, over TCP and IPv4.
pub(super) fn proxy_header(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    for ip in [from.ip(), to.ip()] {
        if let IpAddr::V4(ip) = ip {
            header.extend(ip.octets());
        }
    }
    header.extend(from.port().to_be_bytes());
    header.extend(to.port().to_be_bytes());
    header
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    activity: &Activity,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        activity.touch();
        to.write_all(buffer.get(..count).unwrap_or_default()).await?;
    }
}

/// Returns when nothing has passed for so long.
async fn silence(activity: &Activity, idle: Duration) {
    loop {
        let deadline = activity.last() + idle;
        if Instant::now() >= deadline {
            return;
        }
        tokio::time::sleep_until(deadline).await;
    }
}

impl Activity {
    fn touch(&self) {
        let passed = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(passed, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.began + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }
}
