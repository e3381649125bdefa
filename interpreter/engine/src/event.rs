//! What happens, as data: facts that the journal keeps, and what a run tells while it goes on; nothing here holds a secret.

use std::sync::Arc;

use jiff::Timestamp;
use rsx_syntax::{Diagnostic, Sources, Span};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use smol_str::SmolStr;

use crate::json::Stored;
use crate::provider::{Counted, Id};
use crate::state::State;

/// Takes the events of a run as they happen. Display, JSON and logs read these and nothing else.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// A fact that the journal keeps.
    Fact(Fact),
    /// A step has begun.
    StepStarted {
        /// Whose.
        address: SmolStr,
        /// What is done.
        action: Action,
        /// Why.
        because: Vec<Reason>,
        /// How long it is expected to take.
        expected: f64,
    },
    /// A step goes on.
    StepProgressed {
        /// Whose.
        address: SmolStr,
        /// What is done.
        action: Action,
        /// How it stands.
        text: String,
    },
    /// A step has come to its end.
    StepSettled {
        /// Whose.
        address: SmolStr,
        /// What was done.
        action: Action,
        /// Why.
        because: Vec<Reason>,
        /// How long it took.
        seconds: f64,
    },
    /// A step has failed.
    StepFailed {
        /// Whose.
        address: SmolStr,
        /// What was done.
        action: Action,
        /// Why.
        because: Vec<Reason>,
        /// How long it took.
        seconds: f64,
        /// How it failed.
        error: Failure,
        /// The same, for people.
        #[serde(skip)]
        diagnostic: Box<Diagnostic>,
    },
    /// A step was not begun, or was begun and not ended.
    StepSkipped {
        /// Whose.
        address: SmolStr,
        /// What would have been done.
        action: Action,
        /// Whether it was begun: the next run goes on with it.
        begun: bool,
        /// Because of what.
        because: Vec<Reason>,
    },
    /// Something to be told that belongs to no step.
    Diagnostic {
        /// What it is.
        error: Failure,
        /// The same, for people.
        #[serde(skip)]
        diagnostic: Box<Diagnostic>,
    },
    /// An output has its value.
    Output {
        /// Its name.
        name: SmolStr,
        /// Its value, as the journal writes values.
        value: Json,
        /// Its value as it would be written.
        shown: String,
    },
    /// All is over.
    Summary(Summary),
}

/// What a step does to its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Makes it.
    Create,
    /// Changes it in place, or waits for a change that was begun.
    Update,
    /// Takes it away and makes it again.
    Replace,
    /// Takes it away.
    Delete,
    /// Looks at what is there.
    Read,
    /// Runs what the user wrote.
    Sql,
    /// Takes up what a killed run made.
    Adopt,
    /// Shows that what was claimed holds.
    Verify,
}

/// Why a step is done: a sentence, and where its cause was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The sentence.
    pub text: String,
    /// The place.
    #[serde(flatten)]
    pub at: Place,
    /// The field of whose change it tells all there is to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<SmolStr>,
    /// What of the user's own it repeats, which may be long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<SmolStr>,
}

impl Reason {
    /// Says a sentence at a place.
    pub(crate) fn new(text: impl Into<String>, at: Place) -> Self {
        Self { text: text.into(), at, field: None, quotes: None }
    }
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's name.
    pub file: SmolStr,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// Returns where a span begins.
    pub fn of(sources: &Sources, span: Span) -> Self {
        let file = sources.file_of(span);
        let position = sources.position(file, sources.range(span).start);
        Self { file: sources.name(file).into(), line: position.line }
    }
}

/// A diagnostic without its spans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its code.
    pub code: SmolStr,
    /// What is wrong.
    pub message: String,
    /// What mends it.
    pub help: Option<String>,
    /// Where.
    #[serde(flatten)]
    pub at: Option<Place>,
}

impl Failure {
    /// Returns what a diagnostic says.
    pub fn of(sources: &Sources, diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.as_str().into(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            at: diagnostic.primary().map(|span| Place::of(sources, span)),
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Whether all that was to be done is done and holds.
    pub ok: bool,
    /// Whether it was stopped on request.
    pub stopped: bool,
    /// Steps that made something.
    pub created: usize,
    /// Steps that changed something.
    pub updated: usize,
    /// Steps that replaced something.
    pub replaced: usize,
    /// Steps that took something away.
    pub deleted: usize,
    /// Steps that took up what a killed run made.
    pub adopted: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps that were begun and not ended: the next run goes on with them.
    pub unfinished: usize,
    /// Steps that were not begun.
    pub skipped: usize,
    /// How long it all took.
    pub seconds: f64,
    /// What was proved.
    pub balancers: Vec<Proved>,
}

impl Summary {
    /// Returns whether every step has come to an end.
    pub(crate) fn is_whole(&self) -> bool {
        self.unfinished == 0 && self.skipped == 0
    }
}

/// What came of one proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proved {
    /// Whose claim it was.
    pub address: SmolStr,
    /// Where it was tried.
    pub host: SmolStr,
    /// The port there.
    pub port: u16,
    /// Who answered; none if the place can't be reached from here.
    pub answered: Option<Vec<SmolStr>>,
    /// What they have counted there.
    pub counted: Vec<Counted>,
    /// What a person should know of it.
    pub note: Option<String>,
}

/// What the journal keeps: the state is what these come to, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// All facts before this one, summed up.
    Snapshot(Box<State>),
    /// A deployment came into being.
    Opened(Deployment),
    /// A call is about to be sent.
    Intended {
        /// Whose.
        address: SmolStr,
        /// Its kind.
        kind: SmolStr,
        /// Which call.
        call: Call,
        /// Made once for this intention.
        token: SmolStr,
        /// What is known of it besides.
        note: Note,
    },
    /// A call has answered with an id, or a look has found what an unfinished call made.
    Made {
        /// Whose.
        address: SmolStr,
        /// What the service calls it.
        id: Id,
    },
    /// The intention is fulfilled.
    Settled {
        /// Whose.
        address: SmolStr,
        /// What was read of it then.
        observed: Stored,
    },
    /// The intention has failed.
    Failed {
        /// Whose.
        address: SmolStr,
        /// Whether the call may have taken effect nevertheless.
        open: bool,
        /// How.
        error: Failure,
    },
    /// It is not there any more.
    Gone {
        /// Whose.
        address: SmolStr,
    },
    /// A look at what is there.
    Read {
        /// Whose.
        address: SmolStr,
        /// What was read.
        observed: Stored,
        /// Whether it is settled.
        standing: Seen,
    },
    /// A look at what is not ours.
    Looked {
        /// By whom.
        address: SmolStr,
        /// Its kind.
        kind: SmolStr,
        /// What was looked for.
        wanted: Stored,
        /// What was found.
        observed: Stored,
    },
    /// What is known of it besides has changed, without any call.
    Noted {
        /// Whose.
        address: SmolStr,
        /// What is wanted of it.
        wanted: Stored,
        /// What is known of it besides.
        note: Note,
    },
    /// It is called otherwise from now on.
    Moved {
        /// How it was called.
        from: SmolStr,
        /// How it is called.
        to: SmolStr,
    },
    /// Its outputs, in their order.
    Told {
        /// Values by name, as the journal writes values.
        outputs: Stored,
    },
}

/// A call that changes something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Makes it.
    Create {
        /// What is wanted of it.
        wanted: Stored,
    },
    /// Changes some fields.
    Update {
        /// The fields as they are wanted.
        wanted: Stored,
    },
    /// Takes it away.
    Delete,
}

/// How something stood when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// As it will stay.
    Ready,
    /// On its way; the service's word for it.
    Changing(SmolStr),
    /// On its way out; the service's word for it.
    Leaving(SmolStr),
    /// It went wrong; the service's words.
    Failed(String),
}

/// What a deployment is, once and for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The stack's name.
    pub stack: SmolStr,
    /// The env's name; `default` without one.
    pub env: SmolStr,
    /// Random, made once.
    pub id: SmolStr,
    /// The account that it lies in.
    pub account: SmolStr,
    /// The region that it lies in.
    pub region: SmolStr,
    /// The spec's path, for messages.
    pub spec: SmolStr,
}

/// What is known of a resource besides its fields, for when the spec has it no longer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The addresses of those that it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends: Vec<SmolStr>,
    /// Where it was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// Whether it may be neither deleted nor replaced.
    #[serde(default)]
    pub protected: bool,
    /// Whether its end is the end of data.
    #[serde(default)]
    pub holds_data: bool,
    /// How long taking it away takes, in seconds.
    #[serde(default)]
    pub takes_delete: f64,
    /// What it costs in a month, in USD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<f64>,
    /// The address of that in which it lies, and with which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<SmolStr>,
    /// Whether it is something of the user's own that was run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub runs: bool,
    /// What there is when it has gone, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remains: Option<SmolStr>,
    /// What of the user's own is run when it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<SmolStr>,
}
