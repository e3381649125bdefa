//! Options of the local cloud's commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Where the local cloud is served unless another port is asked for.
pub(crate) const PORT: u16 = 4566;

/// What to do with the local cloud.
#[derive(Debug, Subcommand)]
pub(crate) enum Local {
    /// Serve it to other programs on a port of 127.0.0.1
    Serve(Serve),
    /// Forget everything that a data folder holds
    Reset(Reset),
}

/// Options of `local serve`.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port; 0 picks a free one
    #[arg(long, default_value_t = PORT, value_name = "P")]
    pub(crate) port: u16,
    /// The data folder; if left out .rsx/local where that is there, else nothing outlasts the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How fast things become available: `instant`, `real`, or how many times faster than real
    #[arg(long, default_value = "instant", value_name = "SPEED")]
    pub(crate) speed: rsx_local::Speed,
    /// A schedule of failures
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
}

/// Options of `local reset`.
#[derive(Args, Debug)]
pub(crate) struct Reset {
    /// The data folder
    #[arg(long, default_value = ".rsx/local", value_name = "DIR")]
    pub(crate) data: PathBuf,
}
