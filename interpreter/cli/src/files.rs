//! Files of the user, read and written with errors that say what to do.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::exit::Failure;

/// How many MiB a file may have: a device may have no end.
const LARGEST: u64 = 512;

/// Reads a file whole.
pub(crate) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    to_end(fs::File::open(path)?)
}

fn to_end(file: impl Read) -> std::io::Result<Vec<u8>> {
    let (mut bytes, largest) = (Vec::new(), LARGEST << 20);
    match file.take(largest + 1).read_to_end(&mut bytes)? as u64 > largest {
        true => Err(std::io::Error::other(format!("it has more than {LARGEST} MiB"))),
        false => Ok(bytes),
    }
}

/// Reads a text; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let read = if is_standard(path) {
        to_end(std::io::stdin().lock())
    } else if path.is_dir() {
        return Err(Failure::Wrong(format!("{} is a directory; name a file in it", path.display())));
    } else {
        read(path)
    };
    let bytes = read.map_err(|error| match error.kind() == ErrorKind::NotFound {
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
    persist(path, bytes).map_err(|error| failed("write", path, &error))
}

/// Replaces a file whole or not at all.
pub(crate) fn persist(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let file = beside(path, bytes)?;
    if let Ok(old) = fs::metadata(path) {
        fs::set_permissions(file.path(), old.permissions())?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a file whole or not at all, if there is none of its name.
pub(crate) fn make(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    beside(path, bytes)?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes what a file is to hold into one beside it.
fn beside(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // What is new gets the permissions that the user's mask leaves.
    let mut file =
        tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)?;
    // Not through what would name that file in its errors.
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Returns whether a path stands for standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Makes a failure of what the file system refuses.
pub(crate) fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::Wrong(words(what, path, error))
}

/// Words what the file system refuses.
pub(crate) fn words(what: &str, path: &Path, error: &std::io::Error) -> String {
    let helps = [
        (ErrorKind::PermissionDenied, "; check its permissions"),
        (ErrorKind::ReadOnlyFilesystem, "; put it where it can be written"),
        (ErrorKind::NotADirectory, "; a file stands where a folder is needed"),
        (ErrorKind::StorageFull, "; make room on the disk and try again, nothing was lost"),
        (ErrorKind::QuotaExceeded, "; make room and try again, nothing was lost"),
        (ErrorKind::FileTooLarge, "; raise the limit of file sizes and try again, nothing was lost"),
    ];
    let help = helps.iter().find(|(kind, _)| *kind == error.kind()).map_or("", |(_, help)| help);
    format!("can't {what} {}: {error}{help}", path.display())
}
