//! Syntax trees to a checked model: names, types, evaluation, rules, cost.

pub mod analysis;
pub mod bind;
pub mod builtin;
pub mod dimension;
mod eval;
mod infer;
pub mod inputs;
pub mod instance;
pub mod library;
pub mod load;
pub mod maps;
pub mod model;
pub mod pages;
mod problems;
pub mod program;
pub mod refine;
mod rules;
pub mod secret;
pub mod session;
pub mod show;
pub mod suggest;
pub mod term;
mod threads;
mod trace;
pub mod types;
pub mod value;
mod wanted;
