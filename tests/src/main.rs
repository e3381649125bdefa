//! Runs every suite of `tests/suite`, every example of the library and of `examples/`, and the outside clients.
//!
//! `cargo test -p rsx-tests NAME` runs those whose name holds NAME; `RSX_ACCEPT=1` writes what was found into
//! the suites, to be read before it is committed. Started with `RSX_TESTS_AS_RSX=1` this binary *is* rsx, so that the
//! tests never meet a stale or missing one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod clients;
mod console;
mod counts;
mod deployment;
mod doors;
mod editors;
mod examples;
mod expectations;
mod house;
mod interruption;
mod library;
mod readme;
mod suite;
mod wire;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if std::env::var_os("RSX_TESTS_AS_RSX").is_some() {
        return rsx::main();
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials: Vec<Trial> = suite::trials(&root().join("tests/suite"));
    trials.extend(library::trials());
    trials.extend(examples::trials());
    trials.extend(editors::trials());
    trials.extend(readme::trials());
    trials.extend(house::trials());
    trials.extend(clients::trials());
    trials.extend(interruption::trials());
    trials.extend(counts::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// How many tests go on at once: most of them wait for a cloud most of the time.
const AT_ONCE: usize = 8;

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
