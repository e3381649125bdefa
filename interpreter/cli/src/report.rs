//! What commands print: diagnostics in four forms, plans, summaries, values, times, money, colours.

pub(crate) mod audience;
pub(crate) mod counts;
mod excerpt;
pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod measures;
pub(crate) mod paper;
pub(crate) mod phases;
pub(crate) mod plan;
pub(crate) mod rows;
pub(crate) mod sarif;
mod snippet;
pub(crate) mod style;
pub(crate) mod summary;
pub(crate) mod values;
