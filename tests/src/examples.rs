//! Every spec of `examples/`: it checks, is laid out, runs on the local cloud, is then as it should be, and goes again.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::{console, root};

/// Makes a test of every example.
pub(crate) fn trials() -> Vec<Trial> {
    let mut paths: Vec<_> =
        fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rsx"));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths
        .into_iter()
        .map(|path| Trial::test(format!("examples: {}", name(&path)), move || live(&path)))
        .collect()
}

fn live(path: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    fs::copy(path, folder.path().join(name)).unwrap();
    let commands: [&[&str]; 8] = [
        &["check", name, "--deny", "warnings"],
        &["fmt", "--check", name],
        &["plan", name, "--refresh=false"],
        &["run", name, "--local", "--yes"],
        &["plan", name, "--local", "--detailed-exitcode"],
        &["run", name, "--local", "--yes"],
        &["destroy", name, "--local", "--yes"],
        &["destroy", name, "--local", "--yes"],
    ];
    for arguments in commands {
        let output = console::rsx(folder.path()).args(arguments).output().unwrap();
        if !output.status.success() {
            let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
            return Err(format!("rsx {}: {}\n{}", arguments.join(" "), output.status, said.concat()).into());
        }
    }
    Ok(())
}
