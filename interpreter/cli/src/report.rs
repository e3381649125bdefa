//! What commands print: diagnostics in four forms, counts, phases.

pub(crate) mod counts;
pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod phases;
pub(crate) mod sarif;
