//! What comes of messages: changes go into the workspace, questions to the features, and what is wrong is told.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::client::{Client, VIEWS};
use crate::colours::Colours;
use crate::documents::{Document, path_of, uri_of};
use crate::features::diagnostics::findings;
use crate::messages::{Ask, Question, Settings, Tell};
use crate::outside::{Outside, Search};
use crate::places::Places;
use crate::progress::{Progress, Room};
use crate::protocol;
use crate::questions;
use crate::snapshot::Snapshot;
use crate::text::Text;
use crate::transport::{self, Fault, Refusal};
use crate::worker::Job;
use crate::workspace::Workspace;

/// How long the first answer waits for the search of a folder: most are searched in less, and then it is the right one.
const PATIENCE: Duration = Duration::from_millis(200);

/// The state of a conversation.
pub(crate) struct Answers {
    workspace: Workspace,
    client: Client,
    outgoing: Sender<Value>,
    /// Where searches for specs tell what they find.
    jobs: Sender<Job>,
    /// How many requests were put to the client.
    asked: i64,
    /// The request for the client's settings that has no answer yet.
    settings: Option<i64>,
    /// Requests for room to show progress in that have no answer yet.
    rooms: BTreeMap<i64, Arc<Room>>,
    /// Whether something has changed since diagnostics were told.
    is_news: bool,
    /// The env that the client was told is nowhere declared.
    missed: Option<SmolStr>,
    colours: Colours,
    /// What the client was told last, by URI.
    told: BTreeMap<String, Told>,
}

/// What the client was told of a file.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    version: Option<i32>,
    diagnostics: Vec<Value>,
}

impl Answers {
    pub(crate) fn new(outside: Arc<dyn Outside>, outgoing: Sender<Value>, jobs: Sender<Job>) -> Self {
        Self {
            workspace: Workspace::new(outside),
            client: Client::default(),
            outgoing,
            jobs,
            asked: 0,
            settings: None,
            rooms: BTreeMap::new(),
            is_news: false,
            missed: None,
            colours: Colours::default(),
            told: BTreeMap::new(),
        }
    }

    /// Drops what is known of programs, which may be half made.
    pub(crate) fn forget(&mut self) {
        self.workspace.forget();
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Refusal> {
        if method == "initialize" {
            self.client = Client::of(&params);
            let options = params.get("initializationOptions").unwrap_or(&Value::Null);
            self.set(protocol::settings(options));
            return Ok(protocol::abilities(&self.client));
        }
        self.workspace.keep_library();
        self.workspace.refresh();
        self.tell_of_env();
        let token = params.get("workDoneToken").cloned();
        match protocol::ask(method, params)? {
            Ask::Shutdown => Ok(Value::Null),
            Ask::Diagnostics { uri, previous } => Ok(self.diagnostics(&uri, previous)),
            Ask::WorkspaceDiagnostics { previous } => {
                self.look_at_closed(token);
                Ok(self.workspace_diagnostics(&previous))
            }
            Ask::Colours { uri, previous } => Ok(self.colours(&uri, previous)),
            Ask::Command { name, arguments } => self.command(&name, &arguments),
            Ask::Question(question @ Question::AllSymbols(_)) => {
                self.look_at_closed(token);
                questions::answer(&self.workspace, &self.client, question)
            }
            Ask::Question(question) => questions::answer(&self.workspace, &self.client, question),
        }
    }

    /// Does what a lens has offered.
    fn command(&self, name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        match (name, arguments) {
            (protocol::TELL, [Value::String(text)]) => {
                self.notify("window/showMessage", json!({ "type": 3, "message": text }));
                Ok(Value::Null)
            }
            (protocol::TELL, _) => {
                Err(Refusal::new(Fault::InvalidParams, format!("`{name}` is given a text")))
            }
            _ => Err(Refusal::new(Fault::InvalidParams, format!("this server knows no command `{name}`"))),
        }
    }

    /// Tells once that the env which the client has named is declared by no program, where any declares some.
    fn tell_of_env(&mut self) {
        let Some((named, declared)) = self.workspace.missed_env() else { return };
        if self.missed.as_ref() == Some(named) {
            return;
        }
        let others: Vec<String> = declared.iter().map(|env| format!("`{env}`")).collect();
        let message = format!(
            "the setting `rsx.env` is `{named}`, and no spec here declares that env: values are shown of all. \
             Set it to one of {}, or to nothing",
            others.join(", ")
        );
        self.missed = Some(named.clone());
        self.notify("window/showMessage", json!({ "type": 2, "message": message }));
    }

    /// Looks at the programs of which nothing is open, shown as it goes on by a client that has made room for it.
    fn look_at_closed(&mut self, token: Option<Value>) {
        let begin = |token| Room::given(self.outgoing.clone(), token, "Looking at specs".to_owned());
        let progress = token.map(begin).unwrap_or_default();
        self.workspace.look_at_closed(&|done, all| progress.goes_on(&format!("{done} of {all}")));
    }

    fn colours(&mut self, uri: &str, previous: Option<String>) -> Value {
        let Some(now) = questions::colours(&self.workspace, &self.client, uri) else { return Value::Null };
        protocol::colours(self.colours.tell(uri, previous.as_deref(), now))
    }

    /// Takes in specs that a search has found.
    pub(crate) fn found(&mut self, paths: &[String]) {
        self.is_news |= self.workspace.found(paths);
    }

    /// Takes in what the client answers; nothing if it refuses.
    pub(crate) fn response(&mut self, id: &Value, result: Option<Value>) {
        let Some(id) = id.as_i64() else { return };
        if let (Some(room), Some(_)) = (self.rooms.remove(&id), &result) {
            room.is_there();
        }
        if self.settings == Some(id) {
            self.settings = None;
            // A client that has none leaves what was said at the start.
            if let Some(settings) = result.as_ref().and_then(|all| all.get(0)).filter(|all| !all.is_null()) {
                self.set(protocol::settings(settings));
            }
        }
    }

    /// Takes in settings; what the client shows of values is no longer right if they are others.
    fn set(&mut self, settings: Settings) {
        if self.workspace.show_env(settings.env.map(SmolStr::from)) {
            for (view, _) in VIEWS.iter().zip(self.client.refreshes).filter(|(_, refreshes)| *refreshes) {
                self.call(&format!("workspace/{view}/refresh"), Value::Null);
            }
        }
    }

    fn ask_for_settings(&mut self) {
        let items = json!({ "items": [{ "section": "rsx" }] });
        self.settings = Some(self.call("workspace/configuration", items));
    }

    pub(crate) fn notification(&mut self, method: &str, params: Value) {
        match protocol::tell(method, params) {
            Ok(tell) => self.take(tell),
            Err(error) => self.log(&format!("{method}: {error}")),
        }
    }

    fn take(&mut self, tell: Tell) {
        match tell {
            Tell::Initialized => self.begin(),
            Tell::Opened { uri, version, text } => {
                self.workspace.open(Document { uri, version, text: Text::new(text) });
                self.is_news = true;
            }
            Tell::Edited { uri, version, changes } => {
                let encoding = self.client.encoding;
                self.workspace.edit(&path_of(&uri), |document| {
                    document.version = version;
                    for (stretch, insert) in changes {
                        document.text = match stretch {
                            Some((start, end)) => {
                                document.text.edited(document.text.range(start, end, encoding), &insert)
                            }
                            None => Text::new(insert),
                        };
                    }
                });
                self.is_news = true;
            }
            Tell::Closed(uri) => {
                self.workspace.close(&path_of(&uri));
                self.colours.forget(&uri);
                self.is_news = true;
            }
            Tell::Saved if self.client.watches_files => {}
            // It is the best time to look: nobody else tells what others have written.
            Tell::Saved => {
                self.workspace.look_again();
                self.is_news = true;
            }
            Tell::Files(uris) => {
                uris.iter().for_each(|uri| self.workspace.changed(&path_of(uri)));
                self.is_news = true;
            }
            Tell::Folders { added, removed } => {
                removed.iter().for_each(|uri| self.workspace.remove_folder(&path_of(uri)));
                self.look_into(&added);
                self.is_news = true;
            }
            // Those that are asked for come for certain; of what comes along some clients send nothing, or all.
            Tell::Settings(_) if self.client.tells_settings => self.ask_for_settings(),
            Tell::Settings(settings) => self.set(settings),
            Tell::Other => {}
        }
    }

    fn begin(&mut self) {
        if self.client.tells_settings {
            self.ask_for_settings();
        }
        let folders = std::mem::take(&mut self.client.folders);
        self.look_into(&folders);
        if self.client.watches_files {
            let watchers = json!({ "watchers": [{ "globPattern": "**/*.rsx" }] });
            let registration = json!({ "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": watchers });
            self.call("client/registerCapability", json!({ "registrations": [registration] }));
        }
    }

    fn look_into(&mut self, folders: &[String]) {
        for folder in folders {
            let folder = path_of(folder);
            let (outside, jobs) = (Arc::clone(self.workspace.outside()), self.jobs.clone());
            self.workspace.add_folder(folder.clone());
            let (end, ended) = mpsc::channel::<()>();
            let progress = self.progress(&folder);
            thread::spawn(move || {
                let mut count = 0;
                outside.specs(&folder, &mut |found| {
                    count += found.len();
                    progress.goes_on(&format!("{count} found"));
                    match jobs.send(Job::Found(found)) {
                        Ok(()) => Search::GoesOn,
                        Err(_) => Search::Stops,
                    }
                });
                drop(progress);
                drop(end);
            });
            let _ = ended.recv_timeout(PATIENCE);
        }
    }

    /// Asks a client that shows progress for room to show that of a search in.
    fn progress(&mut self, folder: &str) -> Progress {
        if !self.client.shows_progress {
            return Progress::default();
        }
        let token = format!("specs {}", self.asked + 1);
        let id = self.call("window/workDoneProgress/create", json!({ "token": token }));
        let title = format!("Looking for specs in {folder}");
        let (progress, room) = Room::new(self.outgoing.clone(), token, title);
        self.rooms.insert(id, room);
        progress
    }

    /// Tells what is wrong, if anything has changed: what the client edits for every version, other files when it is news.
    pub(crate) fn publish(&mut self) {
        if !std::mem::take(&mut self.is_news) {
            return;
        }
        if self.client.pulls_diagnostics {
            if self.client.refreshes_diagnostics && self.has_other_news() {
                self.call("workspace/diagnostic/refresh", Value::Null);
            }
            return;
        }
        let now = self.all_diagnostics();
        let gone: Vec<String> = self.told.keys().filter(|uri| !now.contains_key(*uri)).cloned().collect();
        for uri in gone {
            self.told.remove(&uri);
            self.notify("textDocument/publishDiagnostics", json!({ "uri": uri, "diagnostics": [] }));
        }
        for (uri, told) in now {
            if self.told.get(&uri) == Some(&told) {
                continue;
            }
            let mut params = json!({ "uri": uri, "diagnostics": told.diagnostics });
            if let (Some(version), Value::Object(fields)) = (told.version, &mut params) {
                fields.insert("version".into(), version.into());
            }
            self.notify("textDocument/publishDiagnostics", params);
            self.told.insert(uri, told);
        }
    }

    /// Whether a change of one file has changed what is wrong with another one that the client has asked about.
    fn has_other_news(&mut self) -> bool {
        let now = self.all_diagnostics();
        let is_other = self.told.iter().any(|(uri, told)| {
            now.get(uri).is_some_and(|now| now.version == told.version && now.diagnostics != told.diagnostics)
        });
        self.told = now;
        is_other
    }

    /// Returns what is wrong with each file of the programs at hand, by URI.
    fn all_diagnostics(&mut self) -> BTreeMap<String, Told> {
        self.workspace.keep_library();
        self.workspace.refresh();
        self.diagnostics_of(self.workspace.programs().map(|(_, snapshot)| snapshot))
    }

    /// Returns what is wrong with each file of some programs, by URI; what several programs say is said once.
    fn diagnostics_of<'w>(&'w self, programs: impl Iterator<Item = &'w Snapshot>) -> BTreeMap<String, Told> {
        let mut all: BTreeMap<String, Told> = BTreeMap::new();
        let page = |code: &str| self.workspace.page(code).map(|path| uri_of(&path));
        for snapshot in programs {
            let places = Places::new(&self.workspace, snapshot, self.client.encoding);
            for (file, findings) in findings(snapshot) {
                let Some(uri) = places.uri(file) else { continue };
                let told = all.entry(uri).or_default();
                told.version = places.version(file);
                let mut diagnostics = protocol::diagnostics(&places, file, &findings, &page);
                diagnostics.retain(|diagnostic| !told.diagnostics.contains(diagnostic));
                told.diagnostics.append(&mut diagnostics);
            }
        }
        all
    }

    fn diagnostics(&mut self, uri: &str, previous: Option<String>) -> Value {
        let uri = self.workspace.documents().uri(&path_of(uri));
        let diagnostics = self.all_diagnostics().remove(&uri).unwrap_or_default().diagnostics;
        report(diagnostics, previous.as_deref())
    }

    fn workspace_diagnostics(&self, previous: &[(String, String)]) -> Value {
        let all = self.diagnostics_of(self.workspace.all_programs());
        let items = all.into_iter().map(|(uri, told)| {
            let known = previous.iter().find(|(other, _)| *other == uri).map(|(_, id)| id.as_str());
            let mut item = report(told.diagnostics, known);
            if let Value::Object(fields) = &mut item {
                fields.insert("uri".into(), uri.into());
                fields.insert("version".into(), told.version.map_or(Value::Null, Value::from));
            }
            item
        });
        json!({ "items": items.collect::<Vec<_>>() })
    }

    fn log(&self, message: &str) {
        self.notify("window/logMessage", json!({ "type": 2, "message": message }));
    }

    fn notify(&self, method: &str, params: Value) {
        let _ = self.outgoing.send(transport::call(None, method, params));
    }

    fn call(&mut self, method: &str, params: Value) -> i64 {
        self.asked += 1;
        let _ = self.outgoing.send(transport::call(Some(self.asked), method, params));
        self.asked
    }
}

/// Writes what is wrong with a file for one who asks, or that it is what it was.
fn report(diagnostics: Vec<Value>, previous: Option<&str>) -> Value {
    let mut hasher = DefaultHasher::new();
    diagnostics.iter().for_each(|one| one.to_string().hash(&mut hasher));
    let id = format!("{:016x}", hasher.finish());
    match previous == Some(id.as_str()) {
        true => json!({ "kind": "unchanged", "resultId": id }),
        false => json!({ "kind": "full", "resultId": id, "items": diagnostics }),
    }
}
