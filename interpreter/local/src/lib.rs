//! A cloud on loopback that speaks the protocols of AWS and PostgreSQL.
//!
//! [`LocalCloud::open`] makes one; [`LocalCloud::http_client`] lets an SDK of this process into it, [`serve()`] any
//! program. It is strict: what AWS refuses, it refuses, in AWS's codes and words, and it takes its beliefs from AWS's
//! API reference alone.
//!
//! # The way of a request
//!
//! `connector` or `serve` → `router` (service and region from the signature; the call's number and `faults`) →
//! `protocol` (the request by the service's `model`) → `validate` → the operation's function in `services/` →
//! `cloud` (undo or make durable) → `network` (what listens follows the world) → `protocol` again.
//!
//! # Adding a service
//!
//! 1. Name its operations in `models/trim.py`, run it, commit the model that it writes.
//! 2. Write `services/NAME.rs` (or a folder): `pub(crate) static SERVICE: Service = Service::new(signing name,
//!    include_str!(model), &[("Operation", Handler::Sync(function)), …])`. A function has the type
//!    `fn(&mut Cx<'_>, &Value) -> Answer`: its input is decoded and checked against the model and read by the model's
//!    member names (`input::Input`), its answer is `json!` by the names of the model's output (a member that the model
//!    lacks is refused, `null` ones are left out, moments are seconds since 1970), its refusals are
//!    `Refusal::new(code, message)`. `Handler::Async` is for operations that wait for something outside the world;
//!    it enters the world by `Cloud::at_once`.
//! 3. Declare its state by `tables! { pub(crate) struct State { things: Thing } }`, and add it to `Region` (or
//!    `Global`) and their `each` in `world.rs`: that alone makes it durable and its changes undone on refusal.
//!    Secret values stand in it as `vault::Sealed`.
//! 4. Add `&name::SERVICE` to `SERVICES` in `services.rs`. A test there compares the functions with the model.
//! 5. A state that takes time is a `clock::Transition`: begin it by `cx.clock.transition(AWS's time)`, pass it in
//!    describes by `Table::read`, which stands even when the call is refused, since time goes on.
//! 6. What it needs of its neighbours it asks of them: `ec2::create_interface` and `release_interface` for addresses in
//!    subnets, `secretsmanager::create_managed` and `current_value`, `kms::usable_key`, `iam`'s `is_known_elsewhere`.
//! 7. Describe its behaviour in `tests/cloud/NAME.py`, by boto3, refusals first.

mod balancer;
mod call;
mod clock;
mod cloud;
mod connector;
mod error;
mod faults;
mod ids;
mod input;
mod loopback;
mod model;
mod network;
mod page;
mod pg;
mod protocol;
mod router;
mod serve;
mod services;
mod store;
mod table;
mod tags;
mod validate;
mod vault;
mod warehouse;
mod world;

pub use clock::Speed;
pub use cloud::{CallRecord, Ending, LocalCloud, Observer, Options};
pub use error::Error;
pub use faults::{Cut, Fault, Faults, Outcome, Side, When};
pub use router::Dropped;
pub use serve::{Serving, serve};
pub use store::reset;
