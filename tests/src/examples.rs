//! Every spec of `examples/`: it checks, is laid out, runs on the local cloud, is then as it should be, and goes again;
//! through both of the cloud's doors.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::doors::{Door, Served};
use crate::{console, root};

/// What is done with each, in order; `--local` is left out where the cloud stands in for AWS.
const COMMANDS: [&[&str]; 8] = [
    &["check", "--deny", "warnings"],
    &["fmt", "--check"],
    &["plan", "--refresh=false"],
    &["run", "--local", "--yes"],
    &["plan", "--local", "--detailed-exitcode"],
    &["run", "--local", "--yes"],
    &["destroy", "--local", "--yes"],
    &["destroy", "--local", "--yes"],
];

/// Makes a test of every example, for each door.
pub(crate) fn trials() -> Vec<Trial> {
    let mut paths: Vec<_> =
        fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rsx"));
    paths.sort();
    let mut trials = Vec::new();
    for path in paths {
        let name = format!("examples: {}", path.file_name().unwrap().display());
        for (door, name) in [(Door::Below, name.clone()), (Door::Port, format!("{name} (on a port)"))] {
            let path = path.clone();
            trials.push(Trial::test(name, move || live(&path, door)));
        }
    }
    trials
}

fn live(path: &Path, door: Door) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let name = path.file_name().unwrap();
    fs::copy(path, folder.path().join(name))?;
    let served = match door {
        Door::Below => None,
        Door::Port => Some(Served::begin(folder.path(), "", "")?),
    };
    for arguments in COMMANDS {
        let mut command = console::rsx(folder.path());
        if let Some(served) = &served {
            served.shown_to(&mut command);
        }
        let arguments = arguments.iter().filter(|one| served.is_none() || **one != "--local");
        let output = command.args(arguments).arg(name).output()?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
            return Err(format!("{command:?}: {}\n{}", output.status, said.concat()).into());
        }
    }
    Ok(())
}
