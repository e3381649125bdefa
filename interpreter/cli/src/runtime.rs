//! The async runtime of the commands that talk to a cloud.

use crate::exit::{Failure, Outcome};

/// Does an asynchronous command to its end. Who still waits for a terminal's input then is not waited for.
pub(crate) fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Wrong(format!("no threads can be had: {error}")))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}
