//! What a client says of itself when a conversation begins.

use serde_json::Value;

use crate::text::Encoding;

/// What clients show of values beside and above what is written.
pub(crate) const VIEWS: [&str; 2] = ["inlayHint", "codeLens"];

/// What a client is able to do, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    pub(crate) pulls_diagnostics: bool,
    pub(crate) watches_files: bool,
    pub(crate) refreshes_diagnostics: bool,
    /// Shows what was asked about beside where it is declared.
    pub(crate) links: bool,
    pub(crate) versioned_edits: bool,
    pub(crate) snippets: bool,
    /// Takes the arguments of a function by their places in how it is called.
    pub(crate) argument_places: bool,
    /// Answers what its settings are.
    pub(crate) tells_settings: bool,
    /// Shows how work goes on.
    pub(crate) shows_progress: bool,
    /// Which of [`VIEWS`] it asks for again when it is told to.
    pub(crate) refreshes: [bool; VIEWS.len()],
    /// Its own commands that it lets others offer.
    pub(crate) commands: Vec<String>,
    pub(crate) folders: Vec<String>,
}

impl Client {
    /// Reads what a client says of itself. Whatever is not as the protocol has it counts as not said.
    pub(crate) fn of(params: &Value) -> Self {
        let at = |pointer: &str| params.pointer(&format!("/capabilities/{pointer}"));
        let can = |pointer: &str| at(pointer).and_then(Value::as_bool) == Some(true);
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let listed = folders.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let root = params.get("rootUri").filter(|_| folders.is_none());
        Self {
            encoding: encoding(at("general/positionEncodings")),
            pulls_diagnostics: at("textDocument/diagnostic").is_some_and(Value::is_object),
            watches_files: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            refreshes_diagnostics: can("workspace/diagnostics/refreshSupport"),
            links: can("textDocument/definition/linkSupport"),
            versioned_edits: can("workspace/workspaceEdit/documentChanges"),
            snippets: can("textDocument/completion/completionItem/snippetSupport"),
            argument_places: can(
                "textDocument/signatureHelp/signatureInformation/parameterInformation/labelOffsetSupport",
            ),
            tells_settings: can("workspace/configuration"),
            shows_progress: can("window/workDoneProgress"),
            refreshes: VIEWS.map(|view| can(&format!("workspace/{view}/refreshSupport"))),
            commands: texts(params.pointer("/initializationOptions/commands")),
            folders: listed.chain(root).filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The first encoding of the client's that the server knows.
fn encoding(offered: Option<&Value>) -> Encoding {
    let known = |name: &Value| match name.as_str()? {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    offered.and_then(Value::as_array).into_iter().flatten().find_map(known).unwrap_or_default()
}
