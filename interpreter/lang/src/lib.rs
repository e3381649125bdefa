//! Syntax trees to a checked model: names, types, evaluation, rules, cost.

pub mod builtin;
pub mod dimension;
pub mod instance;
pub mod program;
pub mod secret;
pub mod show;
pub mod term;
pub mod types;
pub mod value;
