//! The documents that the client has open, under their paths.

use indexmap::IndexMap;
use rsx_lang::load::normal;
use url::Url;

use crate::text::Text;

/// A document as the client has it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// What the client calls it.
    pub(crate) uri: String,
    pub(crate) version: i32,
    pub(crate) text: Text,
}

/// The open documents, by path.
#[derive(Debug, Default)]
pub(crate) struct Documents(IndexMap<String, Document>);

impl Documents {
    pub(crate) fn open(&mut self, document: Document) -> String {
        let path = path_of(&document.uri);
        self.0.insert(path.clone(), document);
        path
    }

    pub(crate) fn close(&mut self, path: &str) -> bool {
        self.0.shift_remove(path).is_some()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Document> {
        self.0.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Document> {
        self.0.get_mut(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Returns what the client calls a file.
    pub(crate) fn uri(&self, path: &str) -> String {
        self.get(path).map_or_else(|| uri_of(path), |document| document.uri.clone())
    }
}

/// Returns the path of a file, so that one file has one path; what is no file goes by its whole name.
pub(crate) fn path_of(uri: &str) -> String {
    let file =
        Url::parse(uri).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
    file.and_then(|path| path.to_str().map(normal)).unwrap_or_else(|| uri.to_owned())
}

/// Returns the URI of a path.
pub(crate) fn uri_of(path: &str) -> String {
    Url::from_file_path(path).map_or_else(|()| path.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::{path_of, uri_of};

    #[test]
    fn one_file_has_one_path() {
        assert_eq!(path_of("file:///a/b%20c/../%C3%A9.rsx"), "/a/é.rsx");
        assert_eq!(path_of("untitled:Untitled-1"), "untitled:Untitled-1");
        assert_eq!(uri_of("/a b/é.rsx"), "file:///a%20b/%C3%A9.rsx");
        assert_eq!(uri_of("untitled:Untitled-1"), "untitled:Untitled-1");
    }
}
