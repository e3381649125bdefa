//! The queries of editors that call the parts of a text by words of their own, made of those that are written by hand.

use std::path::Path;
use std::{fs, io};

/// What an editor says otherwise.
struct Dialect {
    editor: &'static str,
    /// Where its queries lie, from the folder of all editors.
    folder: &'static str,
    /// Our captures, and its own. One that is not named here is the same.
    captures: &'static [(&'static str, &'static str)],
    /// A language that it does not inject.
    lacks: Option<&'static str>,
}

const DIALECTS: [Dialect; 2] = [
    Dialect {
        editor: "Helix",
        folder: "helix/queries/rsx",
        captures: &[
            ("boolean", "constant.builtin.boolean"),
            ("character", "constant.character"),
            ("comment", "comment.line"),
            ("comment.documentation", "comment.line.documentation"),
            ("function.call", "function"),
            ("keyword.conditional", "keyword.control.conditional"),
            ("keyword.import", "keyword.control.import"),
            ("keyword.modifier", "keyword.storage.modifier"),
            ("keyword.repeat", "keyword.control.repeat"),
            ("module", "namespace"),
            ("number", "constant.numeric"),
            ("property", "variable.other.member"),
            ("string.escape", "constant.character.escape"),
            ("type.definition", "type"),
            ("variable.member", "variable.other.member"),
        ],
        lacks: None,
    },
    Dialect {
        editor: "Zed",
        folder: "zed/languages/rsx",
        captures: &[
            ("character", "string"),
            ("comment.documentation", "comment.doc"),
            ("constant.builtin", "constant"),
            ("function.call", "function"),
            ("keyword.conditional", "keyword"),
            ("keyword.import", "keyword"),
            ("keyword.modifier", "keyword"),
            ("keyword.operator", "keyword"),
            ("keyword.repeat", "keyword"),
            ("module", "title"),
            ("type.builtin", "type"),
            ("type.definition", "type"),
            ("variable.builtin", "variable.special"),
            ("variable.member", "property"),
            ("variable.parameter", "property"),
        ],
        lacks: Some("comment"),
    },
];

/// The queries that differ in nothing else.
const QUERIES: [&str; 2] = ["highlights.scm", "injections.scm"];

/// Writes the queries of other editors; `grammar` is the folder of the grammar.
///
/// # Errors
///
/// Says which file can't be read or written.
pub fn write(grammar: &Path) -> io::Result<()> {
    for query in QUERIES {
        let ours = fs::read_to_string(grammar.join("queries").join(query))?;
        for dialect in &DIALECTS {
            fs::write(grammar.join("..").join(dialect.folder).join(query), dialect.said(query, &ours))?;
        }
    }
    Ok(())
}

impl Dialect {
    fn said(&self, query: &str, ours: &str) -> String {
        let lacks = |part: &str| self.lacks.is_some_and(|language| part.contains(&format!("\"{language}\")")));
        let parts: Vec<&str> = ours.trim_end().split("\n\n").filter(|part| !lacks(part)).collect();
        let made = format!("; In {}'s words, made of `tree-sitter-rsx/queries/{query}`.", self.editor);
        format!("{made}\n{}\n", self.in_its_words(&parts.join("\n\n")))
    }

    fn in_its_words(&self, text: &str) -> String {
        let mut out = String::new();
        for (place, part) in text.split('@').enumerate() {
            if place == 0 {
                out.push_str(part);
                continue;
            }
            let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '.' && c != '_').unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            let said = self.captures.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, its)| its);
            out.extend(["@", said, rest]);
        }
        out
    }
}
