//! Files of the user, read and written with errors that say what to do.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use crate::exit::Failure;

/// Reads a text; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if is_standard(path) {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else if path.is_dir() {
        return Err(Failure::Wrong(format!("{} is a directory; name a file in it", path.display())));
    } else {
        fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| match error.kind() == ErrorKind::NotFound {
        true => Failure::Wrong(format!("there is no file {}", path.display())),
        false => failed("read", path, &error),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Wrong(format!("{} is not UTF-8: the first wrong byte is at offset {at}", path.display()))
    })
}

/// Replaces a file whole or not at all: a full disk or a kill leaves the old one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| failed("write in", folder, &error))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed("write", path, &error))?;
    if let Ok(old) = fs::metadata(path) {
        fs::set_permissions(file.path(), old.permissions()).map_err(|error| failed("write", path, &error))?;
    }
    file.persist(path).map_err(|error| failed("write", path, &error.error))?;
    Ok(())
}

/// Returns whether a path stands for standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Words a failure of the file system.
pub(crate) fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let helps = [
        (ErrorKind::PermissionDenied, "; check its permissions"),
        (ErrorKind::StorageFull, "; make room on the disk and try again, nothing was lost"),
    ];
    let help = helps.iter().find(|(kind, _)| *kind == error.kind()).map_or("", |(_, help)| help);
    Failure::Wrong(format!("can't {what} {}: {error}{help}", path.display()))
}
