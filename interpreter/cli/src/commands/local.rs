//! `rsx local serve` and `rsx local reset`: the local cloud for other programs.

use std::net::Ipv4Addr;
use std::path::Path;

use rsx_local::{Error, Faults, LocalCloud, Options};

use crate::args::local::{Reset, Serve};
use crate::exit::{Ending, Failure, Outcome};
use crate::{files, runtime, signals, terminal};

/// Where the local cloud of a folder's specs is kept.
const USUAL: &str = ".rsx/local";

/// Serves a local cloud until it is told to stop.
pub(crate) fn serve(options: &Serve) -> Outcome {
    runtime::block_on(served(options))
}

async fn served(options: &Serve) -> Outcome {
    let faults = options.faults.as_deref().map(faults).transpose()?.unwrap_or_default();
    let usual = Path::new(USUAL);
    let data = options.data.clone().or_else(|| usual.is_dir().then(|| usual.to_owned()));
    let whereabouts = data.as_ref().map(|folder| folder.display().to_string());
    let cloud = LocalCloud::open(Options { data, speed: options.speed, faults, ..Options::default() });
    let serving = rsx_local::serve(cloud.map_err(told)?, options.port).await.map_err(told)?;
    // Whoever reads that it is ready may end it in the same instant.
    let mut ends = signals::Ends::listen()?;
    terminal::tell(&match whereabouts {
        Some(folder) => format!("what is done is kept in {folder}\n"),
        None => "nothing outlasts this process; --data DIR keeps it\n".to_owned(),
    });
    terminal::print(&format!("rsx local cloud ready on http://{}\n", serving.addr()));
    ends.next().await;
    serving.shutdown().await.map_err(told)?;
    Ok(Ending::Done)
}

/// Empties a data folder that nobody uses.
pub(crate) fn reset(options: &Reset) -> Outcome {
    let folder = &options.data;
    if !folder.is_dir() {
        terminal::tell(&format!("there is no local cloud in {}\n", folder.display()));
        return Ok(Ending::Done);
    }
    rsx_local::reset(folder).map_err(told)?;
    terminal::tell(&format!("forgot all that was in {}\n", folder.display()));
    Ok(Ending::Done)
}

fn faults(path: &Path) -> Result<Faults, Failure> {
    let text = files::read_text(path)?;
    Faults::parse(&text)
        .map_err(|error| Failure::Wrong(format!("{} is no schedule of failures: {error}", path.display())))
}

fn told(error: Error) -> Failure {
    if let Error::Owned { folder, pid, port } = &error {
        owned(folder, *pid, *port)
    } else if let Error::Listen { addr, source } = &error {
        let mend = match addr.ip() == Ipv4Addr::LOCALHOST {
            true => "name a free port, or 0 for any: --port 0",
            false => "it belongs to an endpoint in the data folder: end the program that listens there",
        };
        Failure::Wrong(format!("can't listen on {addr}: {source}; {mend}"))
    } else if let Error::File { path, source } = &error {
        let mend = "a data folder is a folder that can be written, with room on its disk: --data DIR";
        Failure::Wrong(format!("{} can't be used: {source}; {mend}", path.display()))
    } else {
        Failure::Wrong(error.to_string())
    }
}

fn owned(folder: &Path, pid: Option<u32>, port: Option<u16>) -> Failure {
    let who = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    let at = port.map(|port| format!(", which serves it on http://127.0.0.1:{port}")).unwrap_or_default();
    Failure::Wrong(format!("{} is used by {who}{at}: end that first", folder.display()))
}
