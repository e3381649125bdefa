//! The local cloud that `--local` uses: in this process, or in the one that owns its folder.

use std::path::Path;
use std::time::Duration;

use rsx_local::{Error, LocalCloud, Options};

use crate::exit::Failure;
use crate::terminal;

/// How often a folder that another command owns is tried.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// The local cloud of one folder.
#[derive(Debug)]
pub(crate) enum Embedded {
    /// In this process.
    Here(LocalCloud),
    /// In a process that serves it at this port of 127.0.0.1.
    Served(u16),
}

/// Opens the cloud in a folder. While another command owns it this waits, and says so.
pub(crate) async fn open(folder: &Path) -> Result<Embedded, Failure> {
    let mut waiting = false;
    loop {
        let options = Options { data: Some(folder.to_owned()), ..Options::default() };
        match LocalCloud::open(options) {
            Ok(cloud) => return Ok(Embedded::Here(cloud)),
            Err(Error::Owned { port: Some(port), .. }) => return Ok(Embedded::Served(port)),
            Err(Error::Owned { pid, port: None, .. }) => {
                if !waiting {
                    let who = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
                    terminal::tell(&format!(
                        "waiting for another command{who} that uses {}\n",
                        folder.display()
                    ));
                    waiting = true;
                }
                tokio::time::sleep(TRY_AGAIN).await;
            }
            Err(error) => {
                let place = folder.display();
                return Err(Failure::Wrong(format!(
                    "the local cloud can't be opened: {error}; it is kept in the folder {place}, which must be writable, with room on its disk"
                )));
            }
        }
    }
}
