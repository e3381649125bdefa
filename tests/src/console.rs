//! Commands and what they print, as a terminal shows them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;
use similar::TextDiff;

use crate::suite::Block;

/// Returns rsx: this very binary.
pub(crate) fn rsx(folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    apart(&mut command).env("RSX_TESTS_AS_RSX", "1").current_dir(folder);
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
    command.env("NO_COLOR", "1").env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nonexistent")
}

/// Runs the commands of a block in a folder. `suite` is where the block stands, for accepting.
pub(crate) fn run(block: &Block, folder: &Path, suite: &Path) -> Result<(), Failed> {
    let tools = tempfile::tempdir().unwrap();
    let shim = tools.path().join("rsx");
    let this = std::env::current_exe().unwrap();
    fs::write(&shim, format!("#!/bin/sh\nRSX_TESTS_AS_RSX=1 exec '{}' \"$@\"\n", this.display())).unwrap();
    fs::set_permissions(&shim, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());

    let mut seen = String::new();
    let mut holds = true;
    for (command, expected) in commands(&block.text) {
        let output = apart(&mut Command::new("sh"))
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .env("PATH", &path)
            .env("EXAMPLES", crate::root().join("examples"))
            .current_dir(folder)
            .output()
            .unwrap();
        let mut printed =
            String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), "$DIR");
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
        match output.status.code() {
            Some(0) => {}
            Some(code) => printed.push_str(&format!("[exit {code}]\n")),
            None => printed.push_str("[killed]\n"),
        }
        let matched = matches(&expected, &printed);
        holds &= matched;
        seen.push_str(&format!("$ {command}\n{}", if matched { &expected } else { &printed }));
    }
    if holds {
        return Ok(());
    }
    if std::env::var_os("RSX_ACCEPT").is_some() {
        accept(block, suite, &seen);
        return Ok(());
    }
    let diff =
        TextDiff::from_lines(&block.text, &seen).unified_diff().header("expected", "found").to_string();
    Err(format!("{diff}\nRSX_ACCEPT=1 writes what was found into {}", suite.display()).into())
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
    let old = format!("```console\n{}```", block.text);
    fs::write(suite, text.replacen(&old, &format!("```console\n{seen}```"), 1)).unwrap();
}
