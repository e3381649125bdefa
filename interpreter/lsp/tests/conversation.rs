//! A client that talks to the server over a stream: random edits end in what a cold look says, and nothing that is sent ends it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError};
use rsx_lsp::features::diagnostics::findings;
use rsx_lsp::text::{Encoding, Text};
use rsx_lsp::{Ending, Outside, Search, Snapshot, serve};
use serde_json::{Value, json};

/// Files that lie nowhere.
struct Disk(BTreeMap<String, Arc<str>>);

impl Outside for Disk {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        self.0.get(path).cloned().ok_or(ReadError::Missing)
    }

    fn specs(&self, folder: &str, found: &mut dyn FnMut(Vec<String>) -> Search) {
        let _ = found(self.0.keys().filter(|path| path.starts_with(folder)).cloned().collect());
    }

    fn keep(&self, _: &[(String, &str)]) -> Option<String> {
        None
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        Outside::read(self, path)
    }

    fn neighbours(&self, _: &str) -> Vec<String> {
        self.0.keys().filter_map(|path| path.strip_prefix("/specs/")).map(str::to_owned).collect()
    }
}

struct Client {
    stream: UnixStream,
    input: BufReader<UnixStream>,
    server: Option<JoinHandle<Ending>>,
    asked: i64,
    published: BTreeMap<String, Vec<Value>>,
    /// The kinds of progress that were shown.
    progress: Vec<String>,
    /// The messages that were shown.
    shown: Vec<String>,
}

impl Client {
    fn new(files: &[(&str, &str)]) -> Self {
        let disk = Disk(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect());
        Self::able(Arc::new(disk), &json!({ "general": { "positionEncodings": ["utf-8"] } }))
    }

    /// Begins a conversation as a client that is able to do these things.
    fn able(outside: Arc<dyn Outside>, capabilities: &Value) -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let server = thread::spawn(move || {
            let mut input = BufReader::new(theirs.try_clone().unwrap());
            serve(&mut input, Box::new(theirs), outside)
        });
        let input = BufReader::new(ours.try_clone().unwrap());
        let (published, progress, shown) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut client =
            Self { stream: ours, input, server: Some(server), asked: 0, published, progress, shown };
        let folders = json!([{ "uri": "file:///specs", "name": "specs" }]);
        client.ask("initialize", json!({ "workspaceFolders": folders, "capabilities": capabilities }));
        client.tell("initialized", json!({}));
        client
    }

    fn send(&mut self, text: &[u8]) {
        write!(self.stream, "Content-Length: {}\r\n\r\n", text.len()).unwrap();
        self.stream.write_all(text).unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.send(message.to_string().as_bytes());
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send(message.to_string().as_bytes());
        self.until(|message| message["id"] == id && message.get("method").is_none())
    }

    fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().unwrap().to_owned();
                self.published.insert(uri, message["params"]["diagnostics"].as_array().unwrap().clone());
            }
            if message["method"] == "window/showMessage" {
                self.shown.push(message["params"]["message"].as_str().unwrap().to_owned());
            }
            if message["method"] == "$/progress" {
                self.progress.push(message["params"]["value"]["kind"].as_str().unwrap().to_owned());
            }
            if is_it(&message) {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut header = Vec::new();
        while !header.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.input.read_exact(&mut byte).unwrap();
            header.push(byte[0]);
        }
        let header = String::from_utf8(header).unwrap();
        let length: usize = header.trim().split(": ").nth(1).unwrap().parse().unwrap();
        let mut content = vec![0; length];
        self.input.read_exact(&mut content).unwrap();
        serde_json::from_slice(&content).unwrap()
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert_eq!(self.server.take().unwrap().join().unwrap(), Ending::Asked);
    }
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

const MAIN: &str = "import \"net.rsx\"
stack s { region = \"us-east-1\" }
param size: Int(1..24) = 3
env dev { size = 2 }
env prod { size = 5 }
/// Ümläute und 😀.
consumer_pool readers {
  count    = size
  network  = main
  capacity = 32rpu..128rpu // höchstens
}
nlb reads { network = main, targets = readers, clients = [10.0.0.0/16] }
budget monthly { limit = 90000usd }
output host = reads.host
";
const NET: &str = "network main { cidr = 10.0.0.0/16 }\nlet spare = [for n in [1, 2]: n + 1]\n";
const PIECES: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\n",
    " = ",
    "size",
    "main",
    "36rpu",
    "// ",
    "é",
    "😀",
    "network x { }\n",
    ".host",
    "\r\n",
];

#[test]
fn random_edits_end_in_what_a_cold_look_says() {
    for seed in 0..6 {
        let mut chance = Chance(seed);
        let (main, net) = ("file:///specs/main.rsx", "file:///specs/net.rsx");
        let mut texts = BTreeMap::from([(main, MAIN.to_owned()), (net, NET.to_owned())]);
        let mut client = opened(&texts);
        for version in 1..60 {
            let uri = if chance.below(4) == 0 { net } else { main };
            let changes: Vec<Value> =
                (0..=chance.below(2)).map(|_| edit(texts.get_mut(uri).unwrap(), &mut chance)).collect();
            let document = json!({ "uri": uri, "version": version });
            client.tell(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": changes }),
            );
            // Now and then somebody asks in between.
            if chance.below(5) == 0 {
                let at = json!({ "line": chance.below(14), "character": chance.below(30) });
                let params = json!({ "textDocument": { "uri": uri }, "position": at });
                let methods = ["textDocument/hover", "textDocument/completion", "textDocument/definition"];
                let answer = client.ask(methods[chance.below(3)], params);
                assert!(answer.get("error").is_none(), "{answer}");
            }
            if chance.below(8) == 0 {
                settled(&mut client, &texts);
            }
        }
        settled(&mut client, &texts);
        client.end();
    }
}

/// Changes a text at random, and says how.
fn edit(text: &mut String, chance: &mut Chance) -> Value {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(chance.below(text.len() + 1));
    let end = boundary((start + chance.below(6)).min(text.len())).max(start);
    let insert = PIECES[chance.below(PIECES.len())];
    let lines = Text::new(text.as_str());
    let point = |at| {
        let point = lines.point(at, Encoding::Utf8);
        json!({ "line": point.line, "character": point.character })
    };
    let range = json!({ "start": point(start), "end": point(end) });
    let (start, end) = (
        lines.offset(lines.point(start, Encoding::Utf8), Encoding::Utf8),
        lines.offset(lines.point(end, Encoding::Utf8), Encoding::Utf8),
    );
    text.replace_range(start..end, insert);
    json!({ "range": range, "text": insert })
}

/// What a server answers about some texts, without the names that it gives its answers.
fn answers(client: &mut Client, texts: &BTreeMap<&str, String>) -> Vec<Value> {
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1_000, "character": 0 } });
    let places = [2, 4, 7, 9, 11].map(|line| json!({ "line": line, "character": 14 }));
    let mut all = Vec::new();
    for uri in texts.keys() {
        let document = json!({ "uri": uri });
        for method in [
            "textDocument/documentSymbol",
            "textDocument/semanticTokens/full",
            "textDocument/foldingRange",
            "textDocument/documentLink",
            "textDocument/inlayHint",
            "textDocument/codeLens",
        ] {
            let mut answer = client.ask(method, json!({ "textDocument": document, "range": whole }));
            if let Some(result) = answer["result"].as_object_mut() {
                result.remove("resultId");
            }
            all.push(json!([method, uri, answer["result"]]));
        }
        for at in &places {
            for method in ["textDocument/hover", "textDocument/definition", "textDocument/references"] {
                let context = json!({ "includeDeclaration": true });
                let params = json!({ "textDocument": document, "position": at, "context": context });
                let answer = client.ask(method, params);
                all.push(json!([method, uri, at, answer["result"]]));
            }
        }
    }
    all
}

/// Opens documents that lie nowhere yet.
fn opened(texts: &BTreeMap<&str, String>) -> Client {
    let mut client = Client::new(&[("/specs/main.rsx", MAIN), ("/specs/net.rsx", NET)]);
    for (uri, text) in texts {
        let document = json!({ "uri": uri, "languageId": "rsx", "version": 0, "text": text });
        client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }
    client
}

/// Holds what is answered and what was published against a cold look at the same texts.
fn settled(client: &mut Client, texts: &BTreeMap<&str, String>) {
    let mut cold = opened(texts);
    for (found, expected) in answers(client, texts).iter().zip(answers(&mut cold, texts)) {
        assert_eq!(*found, expected, "{texts:?}");
    }
    cold.end();
    let files =
        texts.iter().map(|(uri, text)| (uri.trim_start_matches("file://").to_owned(), text.as_str().into()));
    let disk = Disk(files.collect());
    let cold = |root: &str| -> BTreeMap<String, Vec<(u64, String, String)>> {
        let snapshot = Snapshot::of(Library::standard(), root, &disk);
        let named = findings(&snapshot).into_iter().map(|(file, found)| {
            let lines = Text::new(snapshot.sources().text(file));
            let line = |at| u64::from(lines.point(at, Encoding::Utf8).line);
            let found = found.into_iter().map(|one| (line(one.range.start), one.code, one.message));
            (format!("file://{}", snapshot.sources().name(file)), found.collect())
        });
        named.collect()
    };
    let mut expected = cold("/specs/main.rsx");
    if !expected.contains_key("file:///specs/net.rsx") {
        // While the import is broken, the other file is a program of its own.
        expected.extend(cold("/specs/net.rsx"));
    } else if texts["file:///specs/net.rsx"].contains("\nstack ") {
        panic!("no edit makes a stack");
    }
    for (uri, expected) in expected {
        let published = client.published.get(&uri).cloned().unwrap_or_default();
        let found: Vec<_> = published
            .iter()
            .map(|one| {
                let text = |name: &str| one[name].as_str().unwrap().to_owned();
                (one["range"]["start"]["line"].as_u64().unwrap(), text("code"), text("message"))
            })
            .collect();
        assert_eq!(found, expected, "{uri}\n{texts:?}");
    }
}

#[test]
fn nothing_that_is_sent_ends_the_server() {
    let mut client = Client::new(&[("/specs/main.rsx", MAIN), ("/specs/net.rsx", NET)]);
    let document =
        json!({ "uri": "file:///specs/main.rsx", "languageId": "rsx", "version": 0, "text": MAIN });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let mut chance = Chance(7);
    let methods = [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/rename",
        "textDocument/codeAction",
        "textDocument/formatting",
        "textDocument/onTypeFormatting",
        "textDocument/references",
        "textDocument/documentSymbol",
        "textDocument/diagnostic",
        "workspace/symbol",
        "workspace/diagnostic",
        "textDocument/prepareRename",
        "textDocument/foldingRange",
        "textDocument/selectionRange",
        "textDocument/documentLink",
        "textDocument/semanticTokens/full",
        "textDocument/semanticTokens/range",
        "textDocument/semanticTokens/full/delta",
        "textDocument/signatureHelp",
        "textDocument/inlayHint",
        "textDocument/codeLens",
        "workspace/executeCommand",
        "no/such",
    ];
    for method in methods {
        for params in [
            json!(null),
            json!([]),
            json!(3),
            json!({}),
            json!({ "textDocument": 1 }),
            json!({ "textDocument": { "uri": 5 }, "position": {} }),
        ] {
            let answer = client.ask(method, params);
            assert!(answer.get("error").is_some() || answer.get("result").is_some(), "{answer}");
        }
        // A document that is not open, and places that are not there.
        for (uri, line) in
            [("file:///no/where.rsx", 0_u64), ("file:///specs/main.rsx", 4_000_000_000), ("%%%", 1)]
        {
            let at = json!({ "line": line, "character": 4_000_000_000_u64 });
            let answer = client.ask(method, json!({
                "textDocument": { "uri": uri }, "position": at, "positions": [at], "range": { "start": at, "end": { "line": 0, "character": 0 } },
                "newName": "x", "ch": "}", "query": "", "options": { "tabSize": 2, "insertSpaces": true },
                "context": { "diagnostics": [], "includeDeclaration": true }, "previousResultIds": [], "previousResultId": "1",
            }));
            assert!(answer.get("error").is_some() || answer.get("result").is_some(), "{answer}");
        }
    }
    for _ in 0..300 {
        let length = chance.below(40);
        let noise: Vec<u8> = (0..length).map(|_| b"{}[]\",:0a\xC3\\ \n"[chance.below(13)]).collect();
        client.send(&noise);
        for notification in
            ["textDocument/didChange", "textDocument/didOpen", "$/setTrace", "$/cancelRequest"]
        {
            client.tell(
                notification,
                json!({ "textDocument": { "uri": chance.below(9) }, "id": chance.below(9) }),
            );
        }
    }
    // Lines that begin no frame are passed over.
    client.stream.write_all(b"Content-Length: many\r\n\r\nnoise\r\n\r\n").unwrap();
    assert!(
        client.ask(
            "textDocument/documentSymbol",
            json!({ "textDocument": { "uri": "file:///specs/main.rsx" } })
        )["result"]
            .is_array()
    );
    client.end();
}

#[test]
fn a_line_that_only_editors_see_ends_nothing() {
    let mut client = Client::new(&[]);
    let text = "let a = \"x\ry\" // so\rand so\n";
    let document = json!({ "uri": "file:///specs/cr.rsx", "languageId": "rsx", "version": 0, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let params = json!({ "textDocument": { "uri": "file:///specs/cr.rsx" } });
    let answer = client.ask("textDocument/semanticTokens/full", params);
    assert!(answer["result"]["data"].is_array(), "{answer}");
    client.end();
}

#[test]
fn what_is_withdrawn_is_not_answered() {
    let mut client = Client::new(&[]);
    let document = json!({ "uri": "file:///specs/main.rsx", "languageId": "rsx", "version": 0, "text": MAIN.repeat(30) });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let hover = json!({ "textDocument": { "uri": "file:///specs/main.rsx" }, "position": { "line": 1, "character": 1 } });
    let request = json!({ "jsonrpc": "2.0", "id": "mine", "method": "textDocument/hover", "params": hover });
    client.send(request.to_string().as_bytes());
    client.tell("$/cancelRequest", json!({ "id": "mine" }));
    let answer = client.until(|message| message["id"] == "mine");
    assert_eq!(answer["error"]["code"], -32800, "{answer}");
    client.end();
}

/// A folder that is searched no further until somebody says so.
struct Slow(Mutex<Receiver<()>>);

impl Outside for Slow {
    fn read(&self, _: &str) -> Result<Arc<str>, ReadError> {
        Err(ReadError::Missing)
    }

    fn specs(&self, _: &str, found: &mut dyn FnMut(Vec<String>) -> Search) {
        self.0.lock().unwrap().recv().unwrap();
        found(vec!["/specs/a.rsx".to_owned()]);
    }

    fn keep(&self, _: &[(String, &str)]) -> Option<String> {
        None
    }
}

/// Begins a conversation with a server that searches slowly, and answers its wish for room.
fn searching(answer: Value) -> (Client, Sender<()>) {
    let (go_on, gate) = mpsc::channel();
    let able = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::able(Arc::new(Slow(Mutex::new(gate))), &able);
    let create = client.until(|message| message["method"] == "window/workDoneProgress/create");
    let mut message = answer;
    message["jsonrpc"] = "2.0".into();
    message["id"] = create["id"].clone();
    client.send(message.to_string().as_bytes());
    client.ask("workspace/symbol", json!({ "query": "none" }));
    (client, go_on)
}

#[test]
fn all_that_lies_in_the_folders_is_looked_at_when_somebody_asks() {
    let closed = "import \"net.rsx\"\nstack far { region = \"us-east-9\" }\n";
    let files = [("/specs/main.rsx", MAIN), ("/specs/net.rsx", NET), ("/specs/far.rsx", closed)];
    let mut client = Client::new(&files);
    let document =
        json!({ "uri": "file:///specs/main.rsx", "languageId": "rsx", "version": 0, "text": MAIN });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let mut found = |query: &str| {
        let answer = client.ask("workspace/symbol", json!({ "query": query }));
        answer["result"].as_array().unwrap().len()
    };
    assert_eq!((found("far"), found("readers")), (1, 1));
    let asked = json!({ "previousResultIds": [], "workDoneToken": "mine" });
    let told = |client: &mut Client| {
        let answer = client.ask("workspace/diagnostic", asked.clone());
        let items = answer["result"]["items"].as_array().unwrap().clone();
        let of = items.into_iter().find(|one| one["uri"] == "file:///specs/far.rsx").unwrap();
        of["items"].as_array().unwrap().len()
    };
    assert_eq!(told(&mut client), 1);
    assert_eq!(client.progress, ["begin", "end"]);
    // Once it is open it is at hand, and its text is the editor's.
    let text = closed.replace("us-east-9", "us-east-1");
    let document = json!({ "uri": "file:///specs/far.rsx", "languageId": "rsx", "version": 0, "text": text });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    assert_eq!(told(&mut client), 0);
    client.tell("textDocument/didClose", json!({ "textDocument": document }));
    assert_eq!(told(&mut client), 1);
    assert_eq!(client.published["file:///specs/net.rsx"].len(), 0);
    client.end();
}

#[test]
fn an_env_that_nobody_declares_is_told_once() {
    let mut client = Client::new(&[]);
    let document =
        json!({ "uri": "file:///specs/main.rsx", "languageId": "rsx", "version": 0, "text": MAIN });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let set = |env: &str| json!({ "settings": { "rsx": { "env": env } } });
    for env in ["dev", "nope", "nope", "prod"] {
        client.tell("workspace/didChangeConfiguration", set(env));
        client.ask("workspace/symbol", json!({ "query": "none" }));
    }
    let told = "the setting `rsx.env` is `nope`, and no spec here declares that env: values are shown of all. \
                Set it to one of `dev`, `prod`, or to nothing";
    assert_eq!(client.shown, [told]);
    client.end();
}

#[test]
fn every_lens_does_something_that_the_client_or_the_server_knows() {
    let mut client = Client::new(&[("/specs/net.rsx", NET)]);
    let document =
        json!({ "uri": "file:///specs/main.rsx", "languageId": "rsx", "version": 0, "text": MAIN });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let answer = client.ask("textDocument/codeLens", json!({ "textDocument": document }));
    let commands: Vec<Value> =
        answer["result"].as_array().unwrap().iter().map(|lens| lens["command"].clone()).collect();
    assert!(!commands.is_empty());
    for command in &commands {
        assert_eq!(command["command"], "rsx.tell");
        let answer = client.ask("workspace/executeCommand", command.clone());
        assert!(answer.get("error").is_none(), "{answer}");
    }
    assert!(
        client.shown.contains(&"3 references: main.rsx:4, main.rsx:5, main.rsx:8".to_owned()),
        "{:?}",
        client.shown
    );
    for wrong in [json!({ "command": "rsx.plan" }), json!({ "command": "rsx.tell", "arguments": [1] })] {
        assert_eq!(client.ask("workspace/executeCommand", wrong)["error"]["code"], -32602);
    }
    client.end();
}

#[test]
fn a_new_name_reaches_every_program_that_has_the_file() {
    let far = "import \"net.rsx\"\nstack far { region = \"us-east-1\" }\noutput net = main.cidr\n";
    let files = [("/specs/main.rsx", MAIN), ("/specs/net.rsx", NET), ("/specs/far.rsx", far)];
    let mut client = Client::new(&files);
    let document = json!({ "uri": "file:///specs/net.rsx", "languageId": "rsx", "version": 0, "text": NET });
    client.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let at = json!({ "line": 0, "character": 9 });
    let mut rename = |name: &str| {
        client
            .ask("textDocument/rename", json!({ "textDocument": document, "position": at, "newName": name }))
    };
    let answer = rename("wide");
    let changes = answer["result"]["changes"].as_object().unwrap();
    let mut counts: Vec<_> =
        changes.iter().map(|(uri, edits)| (uri.as_str(), edits.as_array().unwrap().len())).collect();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [("file:///specs/far.rsx", 1), ("file:///specs/main.rsx", 2), ("file:///specs/net.rsx", 1)]
    );
    // What one of them has already is refused for all.
    assert_eq!(rename("reads")["error"]["message"], "there is a `reads` already");
    client.end();
}

#[test]
fn a_search_is_shown_as_it_goes_on() {
    let (mut client, go_on) = searching(json!({ "result": null }));
    go_on.send(()).unwrap();
    client.until(|message| message["params"]["value"]["kind"] == "end");
    assert_eq!(client.progress, ["begin", "report", "end"]);
    client.end();
}

#[test]
fn a_search_is_not_shown_where_there_is_no_room() {
    let (mut client, go_on) = searching(json!({ "error": { "code": 1, "message": "no" } }));
    go_on.send(()).unwrap();
    client.ask("workspace/symbol", json!({ "query": "none" }));
    assert!(client.progress.is_empty());
    client.end();
}
