//! Commands and what they print, as a terminal shows them.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;
use similar::TextDiff;
use tempfile::TempDir;

use crate::clients;
use crate::doors::{Door, Served};
use crate::suite::Block;

/// Returns rsx: this very binary.
pub(crate) fn rsx(folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    apart(&mut command).env("RSX_TESTS_AS_RSX", "1").current_dir(folder);
    command
}

/// For how long a command may go on, in seconds: one that hangs fails its test, and not all of them.
const PATIENCE: &str = "600";
/// How `timeout` tells that it has ended a command.
pub(crate) const TIMED_OUT: i32 = 124;

/// Returns a program that is ended, with all that it has begun, when it goes on for too long.
pub(crate) fn patient(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", PATIENCE]).arg(program);
    command
}

/// Keeps what the caller's environment says of AWS, params and terminals away from a command.
fn apart(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["AWS_", "RSX_"].iter().any(|prefix| name_text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
        .env_remove("COLUMNS")
        .env("NO_COLOR", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", "/nonexistent")
}

/// A place for the commands of one test: its folder, what they find on their path, and the door to the local cloud.
pub(crate) struct Console<'t> {
    folder: &'t Path,
    /// Where the block stands, for accepting.
    suite: &'t Path,
    tools: TempDir,
    served: Option<Served>,
    door: Door,
}

impl<'t> Console<'t> {
    /// Makes ready for a test in a folder.
    pub(crate) fn new(
        folder: &'t Path,
        suite: &'t Path,
        served: Option<Served>,
        door: Door,
    ) -> Result<Self, Failed> {
        let tools = tempfile::tempdir()?;
        let this = std::env::current_exe()?;
        // On a port the cloud is reached as AWS is: by the environment, and without a word on the command line.
        let without_local = r#"for one; do shift; [ "$one" = --local ] || set -- "$@" "$one"; done"#;
        let first = match door {
            Door::Below => "",
            Door::Port => without_local,
        };
        let rsx = format!("{first}\nRSX_TESTS_AS_RSX=1 exec '{}' \"$@\"", this.display());
        command_file(tools.path(), "rsx", &rsx)?;
        let python = clients::python()?;
        let call = |program: &Path| format!("exec '{}' '{}' \"$@\"", python.display(), program.display());
        for tool in ["edit", "lsp", "pick", "serve", "terminal", "valid"] {
            let file = crate::root().join("tests/tools").join(tool).with_extension("py");
            command_file(tools.path(), tool, &call(&file))?;
        }
        command_file(tools.path(), "aws", &call(&python.with_file_name("aws")))?;
        command_file(tools.path(), "python3", &format!("exec '{}' \"$@\"", python.display()))?;
        Ok(Self { folder, suite, tools, served, door })
    }

    /// Runs the commands of a block.
    pub(crate) fn run(&self, block: &Block) -> Result<(), Failed> {
        let mut seen = String::new();
        let mut holds = true;
        for (command, expected) in commands(&block.text) {
            let printed = self.printed(&command)?;
            let matched = matches(&expected, &printed);
            holds &= matched;
            seen.push_str(&format!("$ {command}\n{}", if matched { &expected } else { &printed }));
        }
        if holds {
            return Ok(());
        }
        if std::env::var_os("RSX_ACCEPT").is_some() && self.door == Door::Below {
            accept(block, self.suite, &seen);
            return Ok(());
        }
        let diff =
            TextDiff::from_lines(&block.text, &seen).unified_diff().header("expected", "found").to_string();
        Err(format!("{diff}\nRSX_ACCEPT=1 writes what was found into {}", self.suite.display()).into())
    }

    /// What a command prints, as a terminal would mix it, and how it ends.
    fn printed(&self, command: &str) -> Result<String, Failed> {
        let path = format!("{}:{}", self.tools.path().display(), std::env::var("PATH")?);
        let mut shell = patient("sh");
        apart(&mut shell)
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .env("PATH", &path)
            .env("EXAMPLES", crate::root().join("examples"))
            .env("CLIENTS", crate::root().join("tests/cloud"))
            .current_dir(self.folder);
        if let Some(served) = &self.served {
            served.shown_to(&mut shell);
        }
        let output = shell.output()?;
        let mut printed =
            String::from_utf8_lossy(&output.stdout).replace(&self.folder.display().to_string(), "$DIR");
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
        match output.status.code() {
            Some(0) => {}
            Some(TIMED_OUT) => return Err(format!("`{command}` has not ended after {PATIENCE} s").into()),
            Some(code) => printed.push_str(&format!("[exit {code}]\n")),
            None => printed.push_str("[killed]\n"),
        }
        Ok(printed)
    }
}

/// Writes a command for the shell.
fn command_file(folder: &Path, name: &str, script: &str) -> Result<(), Failed> {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{script}\n"))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Commands with what is expected of each. A command goes on over lines that end in `\`.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        if goes_on {
            let command = &mut all.last_mut().unwrap().0;
            command.push('\n');
            command.push_str(line.trim_end_matches('\n'));
            goes_on = line.trim_end().ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ") {
            all.push((command.trim_end_matches('\n').to_owned(), String::new()));
            goes_on = line.trim_end().ends_with('\\');
        } else {
            all.last_mut().expect("a console begins with a command").1.push_str(line);
        }
    }
    all
}

/// Whether what was printed is what was expected, with `[..]` and `...`.
fn matches(expected: &str, printed: &str) -> bool {
    let expected: Vec<_> = expected.lines().collect();
    let printed: Vec<_> = printed.lines().map(str::trim_end).collect();
    lines_match(&expected, &printed)
}

fn lines_match(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skip| lines_match(rest, &printed[skip..])),
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(found, others)| line_matches(line, found) && lines_match(rest, others)),
    }
}

fn line_matches(expected: &str, printed: &str) -> bool {
    let Some((start, rest)) = expected.split_once("[..]") else { return expected.trim_end() == printed };
    let Some(tail) = printed.strip_prefix(start) else { return false };
    tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| line_matches(rest, &tail[at..]))
}

/// Puts what was found into the suite, at the place of the block's first line as it stands there now.
fn accept(block: &Block, suite: &Path, seen: &str) {
    use std::sync::Mutex;
    // Tests of one file run side by side, and each acceptance moves those behind it.
    static WRITING: Mutex<()> = Mutex::new(());
    let _one = WRITING.lock().unwrap();
    let text = fs::read_to_string(suite).unwrap();
    let old = format!("```{}\n{}```", block.info, block.text);
    fs::write(suite, text.replacen(&old, &format!("```{}\n{seen}```", block.info), 1)).unwrap();
}
