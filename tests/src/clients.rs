//! Outside clients, boto3 and a PostgreSQL driver, against `rsx local serve`: each file of `tests/cloud` is a test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Failed, Trial};

use crate::{console, root};

/// Makes a test of every file of `tests/cloud` that has tests.
pub(crate) fn trials() -> Vec<Trial> {
    let folder = root().join("tests/cloud");
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_python = path.extension().is_some_and(|extension| extension == "py");
        if is_python && fs::read_to_string(&path).unwrap().contains("def test_") {
            names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names.into_iter().map(|name| Trial::test(format!("cloud: {name}"), move || described(&name))).collect()
}

fn described(name: &str) -> Result<(), Failed> {
    let this = std::env::current_exe().unwrap();
    let output = console::patient(python()?)
        .args(["run.py", name])
        .current_dir(root().join("tests/cloud"))
        .env("RSX_CLOUD_COMMAND", format!("env RSX_TESTS_AS_RSX=1 '{}' local serve", this.display()))
        .env_remove("RSX_CLOUD_URL")
        .output()?;
    succeeded(&output)
}

/// Returns a Python that has the clients, in an environment of its own that is made once.
pub(crate) fn python() -> Result<PathBuf, Failed> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    fs::create_dir_all(&home)?;
    let lock = File::create(home.join("lock"))?;
    lock.lock()?;
    let (python, done) = (home.join("bin/python"), home.join("installed.txt"));
    let wanted = fs::read_to_string(root().join("tests/requirements.txt"))?;
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    succeeded(&Command::new("python3").args(["-m", "venv"]).arg(&home).output()?)?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    succeeded(&install.arg(root().join("tests/requirements.txt")).output()?)?;
    fs::write(done, wanted)?;
    Ok(python)
}

fn succeeded(output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        return Ok(());
    }
    let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said).into_owned());
    let late = output.status.code() == Some(console::TIMED_OUT);
    Err([said.concat().as_str(), if late { "it has not ended in time" } else { "" }].concat().into())
}
