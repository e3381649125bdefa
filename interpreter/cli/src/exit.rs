//! How a command ends: the exit codes of the contract, and the one paragraph that says why.

use std::process::ExitCode;

/// How a command ended, if not by a failure to do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done; warnings allowed.
    Done,
    /// The spec, the plan or the run has errors that have been told.
    Errors,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Errors => Self::from(1),
        }
    }
}

/// Why a command could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Wrong usage that clap can't see.
    Usage(String),
    /// Anything else that is wrong: a file, the network, AWS.
    Wrong(String),
}

impl Failure {
    /// Returns the paragraph that tells it.
    pub(crate) fn paragraph(&self) -> &str {
        match self {
            Self::Usage(words) | Self::Wrong(words) => words,
        }
    }

    /// Returns the exit code that goes with it.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Wrong(_) => ExitCode::from(1),
        }
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Ending, Failure>;
