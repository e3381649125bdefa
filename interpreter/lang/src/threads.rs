//! Work that two threads share.

use std::thread;

/// How much stack the second thread has, in bytes: what the main thread has by default is more than enough for the deepest
/// expressions, what others have is not.
const STACK: usize = 64 * 1024 * 1024;

/// Works here and meanwhile on a second thread; of that there is nothing if it could not be had, or failed.
pub(crate) fn both<H, T: Send>(here: impl FnOnce() -> H, there: impl FnOnce() -> T + Send) -> (H, Option<T>) {
    thread::scope(|scope| {
        let there = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, there);
        let here = here();
        (here, there.ok().and_then(|there| there.join().ok()))
    })
}
