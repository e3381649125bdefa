//! The outside of a program: its files, its env, values for its params; each is read once.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Arc;

use rsx_lang::analysis::{Analysis, analyze};
use rsx_lang::inputs::{Input, Inputs};
use rsx_lang::library::Library;
use rsx_lang::load::{Files, ReadError, load};
use rsx_lang::secret::Protected;
use smol_str::SmolStr;

use crate::args::InputOptions;
use crate::exit::Failure;
use crate::files::{is_standard, read};

/// What variables of the environment that give params begin with.
const PREFIX: &str = "RSX_PARAM_";

/// Reads and analyses a program.
pub(crate) fn analysis(path: &Path, inputs: &Inputs) -> Result<Analysis, Failure> {
    if is_standard(path) {
        let words = "a spec is read from a file, beside which its imports and its state lie: save it and name it; `-` is for `rsx fmt` alone";
        return Err(Failure::Usage(words.into()));
    }
    let name = path
        .to_str()
        .ok_or_else(|| Failure::Wrong(format!("{} is not UTF-8: rename the file", path.display())))?;
    let library = Library::standard();
    Ok(analyze(library, load(library, name, &FileSystem), inputs))
}

/// Puts questions to a program, in a text beside its own.
pub(crate) fn asked(path: &Path, questions: &str, inputs: &Inputs) -> Analysis {
    let library = Library::standard();
    Analysis::asked(library, load(library, &path.to_string_lossy(), &FileSystem), questions, inputs)
}

/// Reads what the command line and the environment give.
pub(crate) fn inputs(options: &InputOptions) -> Result<Inputs, Failure> {
    let mut inputs = Inputs { env: options.env.as_deref().map(SmolStr::from), ..Inputs::default() };
    for text in &options.params {
        let (name, value) = pair("--param", text, "VALUE")?;
        give(&mut inputs, name, Input::Text(value.into()))?;
    }
    for text in &options.param_fds {
        let (name, descriptor) = pair("--param-fd", text, "FD")?;
        give(&mut inputs, name, Input::Protected(descriptor_text(name, descriptor)?))?;
    }
    for (variable, value) in std::env::vars_os() {
        let Some(name) = variable.to_str().and_then(|variable| variable.strip_prefix(PREFIX)) else {
            continue;
        };
        let value = value.into_string().map_err(|_| {
            Failure::Wrong(format!("the environment's {PREFIX}{name} is not UTF-8: give it as text"))
        })?;
        inputs.ambient.insert(name.to_lowercase().into(), Protected::new(value));
    }
    Ok(inputs)
}

/// Takes what the command line gives a param; of two values nobody knows which is meant.
fn give(inputs: &mut Inputs, name: &str, value: Input) -> Result<(), Failure> {
    match inputs.params.insert(name.into(), value) {
        Some(_) => Err(Failure::Usage(format!("the param `{name}` is given twice: give it once"))),
        None => Ok(()),
    }
}

fn pair<'t>(option: &str, text: &'t str, value: &str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=')
        .ok_or_else(|| Failure::Usage(format!("`{option} {text}` has no value: write {option} NAME={value}")))
}

/// Reads a file descriptor to its end, without one newline there.
fn descriptor_text(name: &str, descriptor: &str) -> Result<Protected, Failure> {
    let number: u32 = descriptor.parse().map_err(|_| {
        Failure::Usage(format!("`--param-fd {name}={descriptor}`: a file descriptor is a number, such as 3"))
    })?;
    let mut text = String::new();
    let read = File::open(PathBuf::from(format!("/dev/fd/{number}")))
        .and_then(|mut file| file.read_to_string(&mut text));
    read.map_err(|error| {
        Failure::Wrong(format!("the param `{name}` can't be read from file descriptor {number}: {error}; open it, as with {number}<FILE"))
    })?;
    Ok(Protected::new(text.strip_suffix('\n').unwrap_or(&text)))
}

/// Reads files of the file system.
pub(crate) struct FileSystem;

impl Files for FileSystem {
    fn read(&self, path: &str) -> Result<Arc<str>, ReadError> {
        if Path::new(path).is_dir() {
            return Err(ReadError::Directory);
        }
        let bytes = read(Path::new(path)).map_err(|error| {
            if error.kind() == ErrorKind::NotFound {
                ReadError::Missing
            } else if error.kind() == ErrorKind::PermissionDenied {
                ReadError::Denied(error.to_string())
            } else {
                ReadError::Unreadable(error.to_string())
            }
        })?;
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error))?;
        Ok(text.into())
    }

    fn neighbours(&self, path: &str) -> Vec<String> {
        let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.ends_with(".rsx")).collect()
    }
}

/// Keeps of a file that is no text what shows where it is none.
fn not_utf8(error: &FromUtf8Error) -> ReadError {
    let (bytes, offset) = (error.as_bytes(), error.utf8_error().valid_up_to());
    let rest = bytes.get(offset..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| offset + length);
    let shown = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    ReadError::NotUtf8 { offset, shown: shown.into() }
}
