//! How a command ends: the exit codes of the contract, and the one paragraph that says why.

use std::process::ExitCode;

use crate::terminal;

/// The exit codes, for those who ask how to use the program.
pub(crate) const CODES: &str = "\
Exit codes:
  0    Done; there may be warnings
  1    The spec, the plan or the run has errors, or something can't be read or is refused
  2    Wrong usage; with --detailed-exitcode: there are changes
  3    Not approved, not allowed, locked, or the plan is stale: nothing was changed
  4    Stopped; what was done is kept
  130  Stopped at once, by a second Ctrl-C";

/// How a command ended, if not by a failure to do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done; warnings allowed.
    Done,
    /// The spec, the plan or the run has errors that have been told.
    Errors,
    /// There are changes, and the caller asked to be told by the exit code.
    Changes,
    /// Stopped by the user or a signal, state safe.
    Stopped,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Errors => Self::from(1),
            Ending::Changes => Self::from(2),
            Ending::Stopped => Self::from(4),
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
    /// Not approved, locked, or stale.
    Refused(String),
    /// Something that has been told already.
    Told,
    /// Not allowed or stale, and that has been told already.
    Declined,
    /// Stopped before anything was changed.
    Stopped,
}

impl Failure {
    /// Returns the paragraph that tells it, if nobody has told it yet.
    pub(crate) fn paragraph(&self) -> Option<&str> {
        match self {
            Self::Usage(words) | Self::Wrong(words) | Self::Refused(words) => Some(words),
            Self::Stopped => Some("stopped; nothing was changed"),
            Self::Told | Self::Declined => None,
        }
    }

    /// Tells people, if nobody has told them yet.
    pub(crate) fn tell(&self) {
        if let Some(paragraph) = self.paragraph() {
            terminal::tell(&format!("rsx: {paragraph}\n"));
        }
    }

    /// Returns the code under which machines know it, and which has a page.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Usage(_) => "rsx::command::usage",
            Self::Wrong(_) | Self::Told => "rsx::command::failed",
            Self::Refused(_) | Self::Declined => "rsx::command::refused",
            Self::Stopped => "rsx::command::stopped",
        }
    }

    /// Returns the exit code that goes with it.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Wrong(_) | Self::Told => ExitCode::from(1),
            Self::Refused(_) | Self::Declined => ExitCode::from(3),
            Self::Stopped => ExitCode::from(4),
        }
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Ending, Failure>;
