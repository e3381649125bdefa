//! The engine on synthetic designs and a synthetic world.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod acts;
mod design;
mod kinds;
mod plans;
mod properties;
mod runs;
mod specs;
mod world;
