//! What a client tells and asks, as plain data.

use serde_json::Value;

use crate::places::Stretch;
use crate::text::Point;

/// What a client tells.
#[derive(Debug)]
pub(crate) enum Tell {
    Initialized,
    Opened {
        uri: String,
        version: i32,
        text: String,
    },
    /// Each change replaces a stretch, or everything.
    Edited {
        uri: String,
        version: i32,
        changes: Vec<(Option<Stretch>, String)>,
    },
    Closed(String),
    Saved,
    /// These files were made, changed or taken away.
    Files(Vec<String>),
    Folders {
        added: Vec<String>,
        removed: Vec<String>,
    },
    /// The client's settings have changed; they are what it sends of them.
    Settings(Settings),
    /// Nothing that matters here.
    Other,
}

/// What a client may set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The env that values are shown of; all if there is none.
    pub(crate) env: Option<String>,
}

/// A place in a document.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) uri: String,
    pub(crate) point: Point,
}

/// What a client asks.
#[derive(Debug)]
pub(crate) enum Ask {
    Shutdown,
    Diagnostics {
        uri: String,
        previous: Option<String>,
    },
    WorkspaceDiagnostics {
        previous: Vec<(String, String)>,
    },
    /// All of a document's colours, or what has changed since those that the client has under a name.
    Colours {
        uri: String,
        previous: Option<String>,
    },
    /// Something that a lens has offered.
    Command {
        name: String,
        arguments: Vec<Value>,
    },
    Question(Question),
}

/// What a client asks of programs.
#[derive(Debug)]
pub(crate) enum Question {
    Definition(Spot),
    References {
        at: Spot,
        with_declaration: bool,
    },
    Highlights(Spot),
    PrepareRename(Spot),
    Rename {
        at: Spot,
        name: String,
    },
    Hover(Spot),
    Completion(Spot),
    Signature(Spot),
    Symbols(String),
    AllSymbols(String),
    /// The colours of a stretch.
    Colours {
        uri: String,
        stretch: Stretch,
    },
    Folds(String),
    Selections {
        uri: String,
        points: Vec<Point>,
    },
    Links(String),
    Hints {
        uri: String,
        stretch: Stretch,
    },
    Lenses(String),
    Format(String),
    FormatRange {
        uri: String,
        stretch: Stretch,
    },
    FormatOnType(Spot),
    Actions {
        uri: String,
        stretch: Stretch,
        only: Option<Vec<String>>,
        diagnostics: Vec<Value>,
    },
}
