//! The socket between the engine and the outside: what a kind can do, and how it fails.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::{self, StreamExt};
use rsx_lang::value::{Record, Value};
use smol_str::SmolStr;

use crate::clock::Clock;
use crate::known::Known;

/// Everything that the outside can do for a run.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Returns whose credentials these are; the first call of every command that touches the outside.
    async fn identity(&self) -> Result<Identity, Fault>;

    /// Looks for credentials anew before the next call; for after [`Fault::Expired`].
    async fn renew(&self) {}

    /// Returns the code behind a resource kind.
    fn kind(&self, name: &str) -> Option<&dyn Kind>;

    /// Asks a question at a door, and returns the one value of its one row; `none` for NULL.
    ///
    /// A door is what a kind's `let door` says of how to reach it.
    async fn ask(&self, cx: &Context, question: &Question) -> Result<Value, Fault>;

    /// Shows that what a declaration's `let proof` claims holds.
    async fn prove(&self, cx: &Context, claim: &Known) -> Result<Proof, Fault>;
}

/// Whose credentials are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account, twelve digits.
    pub account: SmolStr,
    /// The region.
    pub region: SmolStr,
}

/// A question to a running target.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// How the target is reached.
    pub door: Value,
    /// Its text.
    pub text: SmolStr,
    /// What `$1`, `$2` … stand for.
    pub arguments: Vec<Value>,
    /// As whom it is asked; the door's own user if nobody is named.
    pub login: Option<SmolStr>,
}

/// What came of a proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Where it was tried.
    pub host: SmolStr,
    /// The port there.
    pub port: u16,
    /// Which of those that should answer have; none if the place can't be reached from here.
    pub answered: Option<Vec<SmolStr>>,
    /// What they have counted there.
    pub counted: Vec<Counted>,
    /// What does not hold, in words; nothing if all of it does, or nothing could be tried.
    pub broken: Option<String>,
    /// What a person should know of it.
    pub note: Option<String>,
}

/// How many rows one of those that answered sees.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Counted {
    /// Who.
    pub by: SmolStr,
    /// In what.
    pub of: String,
    /// How many.
    pub rows: usize,
}

/// What every call of a kind may use besides its arguments.
#[derive(Clone)]
pub struct Context {
    /// Who owns what is made.
    pub owner: Owner,
    /// Whose credentials are in use.
    pub identity: Identity,
    /// The address of the resource, as the state writes it.
    pub address: SmolStr,
    /// Made once for this intention and kept in the journal: the same when a killed run is taken up again. At most 64 characters.
    pub token: SmolStr,
    /// Time and sleep.
    pub clock: Arc<dyn Clock>,
    /// Takes lines that say how a long call goes on.
    pub progress: Arc<dyn Fn(String) + Send + Sync>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("owner", &self.owner)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Who owns what is made; becomes tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The stack's name.
    pub stack: SmolStr,
    /// The env's name; `default` without one.
    pub env: SmolStr,
    /// Random, made once for a deployment, kept in its state.
    pub id: SmolStr,
    /// The user's own tags.
    pub tags: Vec<(SmolStr, SmolStr)>,
}

/// How many are read at once where there is no listing.
const AT_ONCE: usize = 16;

/// How one kind of resource is found, made, changed and taken away.
///
/// A call does its part and returns; it does not wait for what it began. The engine alone waits, by
/// reading, and alone tries again.
#[async_trait]
pub trait Kind: Send + Sync {
    /// Returns the kind's name in the library.
    fn name(&self) -> &'static str;

    /// Says whether reading it costs nothing, or wakes what bills by use.
    fn reading(&self) -> Reading {
        Reading::Free
    }

    /// Looks by the kind's unique key (a name, or the owner's tags) for what an unfinished intention may have made.
    ///
    /// `Ok(None)` if there is none. Something of that key that is not ours is [`Fault::Foreign`].
    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault>;

    /// Reads the present state from the service's reply alone; `Ok(None)` if it does not exist.
    ///
    /// `last` is what was last wanted of it, for kinds whose reading needs to know where to look.
    async fn read(&self, cx: &Context, id: &Id, last: &Record) -> Result<Option<Observed>, Fault>;

    /// Reads several at once, in their order. Kinds with a listing answer all with one call; others read some at a time.
    async fn read_all(&self, many: &[Reader<'_>]) -> Vec<Result<Option<Observed>, Fault>> {
        let reads: Vec<_> = many.iter().map(|one| self.read(one.cx, one.id, one.last)).collect();
        stream::iter(reads).buffered(AT_ONCE).collect().await
    }

    /// Asks whether it could be made as things are, and refuses now what would be refused then; nothing is changed.
    ///
    /// Asked at plan, where all that it needs is there already.
    async fn foresee(&self, _cx: &Context, _want: &Known) -> Result<(), Fault> {
        Ok(())
    }

    /// Makes it, with the owner's tags in the same call.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault>;

    /// Splits a change into calls: groups of fields in the order in which they must be sent, each awaited before the next.
    fn order(&self, _before: &Record, _after: &Record, changed: Vec<SmolStr>) -> Vec<Vec<SmolStr>> {
        vec![changed]
    }

    /// Returns values that a change must pass through before it arrives, such as what is new beside what is old;
    /// nothing for a change that goes straight.
    ///
    /// It has passed when reading says so of what is wanted in the end.
    fn passes(&self, _before: &Record, _after: &Record, _changed: &[SmolStr]) -> Option<Record> {
        None
    }

    /// Sends one group of changed fields.
    async fn update(&self, cx: &Context, id: &Id, change: &Change<'_>) -> Result<(), Fault>;

    /// Takes it away; what is already gone is no fault.
    ///
    /// `last` is what was last wanted of it.
    async fn delete(&self, cx: &Context, id: &Id, last: &Record) -> Result<(), Fault>;
}

/// One of several to be read at once.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Its context.
    pub cx: &'a Context,
    /// Its id.
    pub id: &'a Id,
    /// What was last wanted of it.
    pub last: &'a Record,
}

/// Names an object outside, as its service does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Id(pub SmolStr);

/// Whether reading costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Costs nothing.
    Free,
    /// Wakes a target that bills by use: read only when asked to, or to settle an unfinished intention.
    Wakes,
    /// There is nothing to read: it leaves no trace that is its own, so that the journal alone tells of it. A look says
    /// that what was made is as it was made.
    Never,
}

/// A change of some fields.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What is there, as read.
    pub before: &'a Record,
    /// What is wanted, all fields.
    pub want: &'a Known,
    /// The fields of this call.
    pub fields: &'a [SmolStr],
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Whether it is settled.
    pub status: Status,
    /// Fields and computed attributes, under the names of the schema; what the service does not tell is left out.
    pub fields: Record,
}

/// Whether an object is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is as it will stay.
    Ready,
    /// It is on its way; the service's word for it.
    Changing(SmolStr),
    /// It is on its way out; the service's word for it.
    Leaving(SmolStr),
    /// It went wrong; the service's words.
    Failed(String),
}

/// How a call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too many calls: try later, slower.
    Throttled(String),
    /// Something else is going on with it: try when that is over.
    Busy(String),
    /// The service has no room for it now: try later, and tell the user.
    NoCapacity(String),
    /// The connection or the service failed; whether the call took effect is not known.
    Lost(String),
    /// The credentials expired: ask for fresh ones.
    Expired(String),
    /// The caller may not do this.
    Denied(Box<Refusal>),
    /// The service refuses what was asked.
    Refused(Box<Refusal>),
    /// Something of that name is there and belongs to somebody else.
    Foreign {
        /// What is there.
        found: String,
        /// Who owns it, as far as it says.
        owner: String,
    },
}

/// Words of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The service's code, such as `ValidationException`.
    pub code: SmolStr,
    /// What happened, in our words.
    pub message: String,
    /// The service's own words.
    pub theirs: Option<String>,
    /// The field that is to blame, if known: the refusal is shown where it was written.
    pub field: Option<SmolStr>,
    /// What mends it.
    pub help: Option<String>,
}
