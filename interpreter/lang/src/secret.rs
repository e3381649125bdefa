//! Values that are shown to nobody: they print as a mark, and only one named method reveals them.

use smol_str::SmolStr;

/// What secrets show instead of themselves.
pub const MARK: &str = "‹secret›";

/// Where a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Made by whoever keeps it; nobody sees it.
    Generated,
    /// Kept under this name.
    Stored(SmolStr),
    /// Given from outside for a param.
    Given {
        /// The param.
        param: SmolStr,
        /// What was given.
        text: Protected,
    },
}

/// Text that is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Protected(SmolStr);

impl Protected {
    /// Protects a text.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// Returns the text itself; every use of this is a place to look at.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Protected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MARK)
    }
}

impl std::fmt::Display for Protected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MARK)
    }
}
