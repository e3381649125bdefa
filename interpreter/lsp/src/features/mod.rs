//! What editors ask, one file each: functions of a snapshot, a file and an offset to plain data.

pub mod beside;
pub mod diagnostics;
pub mod folding;
pub mod hints;
pub mod lenses;
pub mod links;
pub mod pages;
pub mod selection;
pub mod signature;
pub mod tokens;
mod walk;
