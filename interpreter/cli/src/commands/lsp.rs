//! `rsx lsp`: the language server on standard input and output, with the file system behind it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, stdin, stdout};
use std::os::unix::fs::PermissionsExt;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rsx_lang::load::{Files, ReadError};
use rsx_lsp::{Outside, Search, serve};

use crate::exit::{Ending, Outcome};
use crate::terminal;
use crate::world::FileSystem;

/// Folders that hold no specs of the user's, besides those whose names begin with a dot.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];

/// Serves one editor until it says that this is enough.
pub(crate) fn lsp() -> Outcome {
    // A bug costs one answer, not the editor's session.
    panic::set_hook(Box::new(|panic| terminal::tell(&format!("rsx: this is a bug in rsx: {panic}\n"))));
    match serve(&mut stdin().lock(), Box::new(stdout()), Arc::new(Disk)) {
        rsx_lsp::Ending::Asked => Ok(Ending::Done),
        rsx_lsp::Ending::Abandoned => Ok(Ending::Errors),
    }
}

/// The file system.
struct Disk;

impl Outside for Disk {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        // A pipe or a device would keep the editor waiting.
        match fs::metadata(path) {
            Ok(found) if !found.is_file() && !found.is_dir() => {
                Err(ReadError::Unreadable("it is no regular file".to_owned()))
            }
            Ok(_) | Err(_) => FileSystem.read(path),
        }
    }

    fn specs(&self, folder: &str, found: &mut dyn FnMut(Vec<String>) -> Search) {
        let mut waiting = vec![PathBuf::from(folder)];
        while let Some(folder) = waiting.pop() {
            let (folders, specs) = entries(&folder);
            if found(specs) == Search::Stops {
                return;
            }
            waiting.extend(folders);
        }
    }

    fn keep(&self, texts: &[(String, &str)]) -> Option<String> {
        let mut hasher = DefaultHasher::new();
        texts.hash(&mut hasher);
        let name = format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish());
        let folder = cache()?.join("rsx").join(name);
        if !folder.is_dir() {
            keep(&folder, texts).ok().filter(|()| folder.is_dir())?;
        }
        folder.to_str().map(str::to_owned)
    }
}

/// Returns the folders in a folder, and its specs. What can't be looked into is empty.
fn entries(folder: &Path) -> (Vec<PathBuf>, Vec<String>) {
    let (mut folders, mut specs) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        // A link may lead in a circle.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !PASSED_OVER.contains(&name) {
                folders.push(path);
            }
        } else if name.ends_with(".rsx")
            && let Some(path) = path.to_str()
        {
            specs.push(path.to_owned());
        }
    }
    (folders, specs)
}

/// Returns the folder for what can be made again.
fn cache() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")))
}

/// Writes texts into a folder that appears with all of them or not at all.
fn keep(folder: &Path, texts: &[(String, &str)]) -> io::Result<()> {
    let parent = folder.parent().unwrap_or(folder);
    fs::create_dir_all(parent)?;
    let new = tempfile::tempdir_in(parent)?;
    for (name, text) in texts {
        let path = new.path().join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444))?;
    }
    let new = new.keep();
    // Another server may have been faster.
    fs::rename(&new, folder).or_else(|_| fs::remove_dir_all(&new))
}
