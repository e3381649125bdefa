//! Syntax trees to a checked model: names, types, evaluation, rules, cost.

pub mod bind;
pub mod builtin;
pub mod dimension;
mod infer;
pub mod instance;
pub mod library;
pub mod load;
mod problems;
pub mod program;
pub mod secret;
pub mod show;
mod suggest;
pub mod term;
pub mod types;
pub mod value;
