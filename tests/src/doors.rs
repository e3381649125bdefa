//! The two doors of the local cloud, below the SDK and on a port: what runs through one must run through the other.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use libtest_mimic::Failed;

use crate::console;

/// How the commands of a test reach the local cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// As they are written, with `--local`.
    Below,
    /// Without `--local`, as on AWS, with `AWS_ENDPOINT_URL` for the port of `rsx local serve`.
    Port,
}

/// A local cloud on a port, which ends with the test.
#[derive(Debug)]
pub(crate) struct Served {
    process: Child,
    /// Where it is.
    pub(crate) url: String,
}

impl Served {
    /// Starts one with more options of `rsx local serve`, whose failures a schedule tells if there is one. Unless the
    /// options say where, it keeps nothing.
    pub(crate) fn begin(folder: &Path, options: &str, faults: &str) -> Result<Self, Failed> {
        let mut command = console::rsx(folder);
        command.args(["local", "serve", "--port", "0"]).args(options.split_whitespace());
        if !faults.trim().is_empty() {
            fs::write(folder.join("faults.json"), faults)?;
            command.args(["--faults", "faults.json"]);
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line)?;
        match line.trim_end().strip_prefix("rsx local cloud ready on ") {
            Some(url) => Ok(Self { process, url: url.to_owned() }),
            None => Err(format!("`rsx local serve` said {line:?}").into()),
        }
    }

    /// Lets a command find it as it would find AWS.
    pub(crate) fn shown_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", "AKIAANYKEYWILLDO0000")
            .env("AWS_SECRET_ACCESS_KEY", "any")
            .env("AWS_DEFAULT_REGION", "us-east-1")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended already has nothing to be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
