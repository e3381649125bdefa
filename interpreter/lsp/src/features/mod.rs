//! What editors ask, one file each: functions of a snapshot, a file and an offset to plain data.

pub mod actions;
pub mod beside;
pub mod completion;
pub mod definition;
pub mod diagnostics;
mod docs;
mod facts;
pub mod folding;
pub mod formatting;
pub mod hints;
pub mod hover;
pub mod lenses;
pub mod links;
pub mod names;
mod offers;
mod placeholder;
pub mod references;
pub mod rename;
mod schema;
pub mod selection;
pub mod signature;
pub mod symbols;
mod terms;
pub mod tokens;
mod tree;
mod wanted;
