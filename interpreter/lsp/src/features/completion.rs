//! What can be written at a place: kinds, fields with those that are missing first, values by type, what stands behind a dot.
//!
//! Text that is being typed is broken. So a word nobody uses is put where the cursor is, brackets that are open are closed,
//! and the program is analysed as if that had been written: what surrounds the word says what is wanted there.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rsx_lang::types::Type;
use rsx_syntax::{BLOCKS, FileId, ONE_LINE, Sources, parse};
use smol_str::SmolStr;

use super::terms::Terms;
use super::wanted::{Wanted, wanted};
use super::{definition, offers, tree::Node};
use crate::snapshot::Snapshot;

/// What can be written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The word that goes.
    pub range: Range<usize>,
    /// What may come, the likeliest first.
    pub items: Vec<Item>,
}

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How it is listed.
    pub label: String,
    /// What it is.
    pub sort: Sort,
    /// A word on it: its type, its kind.
    pub detail: String,
    /// What its docs say.
    pub docs: Option<String>,
    /// What is written, with `${1:…}` for what is to be filled in.
    pub snippet: String,
    /// How likely it is meant; less is likelier.
    pub rank: u8,
}

impl Item {
    /// What is written by those who know no snippets: with what stands in the stops.
    pub fn text(&self) -> String {
        let (mut out, mut chars, mut open) = (String::new(), self.snippet.chars().peekable(), 0_usize);
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '$' if chars.peek() == Some(&'{') => {
                    open += 1;
                    while chars.next().is_some_and(|c| c != ':') {}
                }
                '$' => while chars.next_if(char::is_ascii_digit).is_some() {},
                '}' if open > 0 => open -= 1,
                c => out.push(c),
            }
        }
        out
    }

    /// Leaves out what it would write behind its word, where the rest of the line goes on with the word already.
    fn before(mut self, rest: &str) -> Self {
        let rest = rest.trim_start_matches([' ', '\t']);
        let text = self.text();
        let form = text.split_once(&self.label).and_then(|(_, form)| form.trim_start().chars().next());
        let is_there = match form {
            None => false,
            Some('=') => rest.starts_with('=') && !rest.starts_with("=="),
            Some(sign @ ('(' | '{' | '<')) => rest.starts_with(sign),
            Some(_) => {
                let is_over = |c: char| matches!(c, '\n' | '\r' | '}' | ']' | ')' | ',' | '/');
                !rest.is_empty() && !rest.starts_with(is_over)
            }
        };
        if is_there {
            self.snippet.clone_from(&self.label);
        }
        self
    }
}

/// What something that can be written is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A kind.
    Kind,
    /// A field.
    Field,
    /// A word of a closed set.
    Word,
    /// A declaration.
    Declaration,
    /// A param or a let.
    Value,
    /// A function.
    Function,
    /// A literal.
    Literal,
    /// A type.
    Type,
    /// A word of the language.
    Keyword,
    /// A code.
    Code,
    /// A file.
    File,
}

/// The word that nobody uses: as a name, and as a type.
pub(crate) const MARK: &str = "zz_cursor_zz";
pub(crate) const TYPE_MARK: &str = "ZzCursorZz";

/// How many brackets around a place are taken to be left open.
const DEPTH: usize = 8;

/// Returns what can be written at a place; `specs` are the paths of files that may be imported besides those that are.
pub fn completions(
    snapshot: &Snapshot,
    specs: &dyn Fn() -> Vec<String>,
    file: FileId,
    offset: usize,
) -> Completions {
    let text = snapshot.sources().text(file);
    let range = code(text, offset).unwrap_or_else(|| word(text, offset));
    let nothing = Completions { range: range.clone(), items: Vec::new() };
    if is_in_comment(text, range.start) {
        return nothing;
    }
    if let Some(written) = import(text, range.start) {
        let rest = text.get(offset..).unwrap_or("");
        // The quote that closes it may be there already.
        let behind = rest.find(['"', '\n', '\r']).unwrap_or(rest.len());
        let is_closed = rest.get(behind..).is_some_and(|rest| rest.starts_with('"'));
        let items = offers::files(snapshot, &specs(), file, is_closed);
        return Completions { range: written.start..offset + if is_closed { behind } else { 0 }, items };
    }
    if let Some(start) = open_text(text, range.start) {
        let whole = start..text_end(text, offset);
        let items = text_value(snapshot, file, &whole);
        return Completions { range: whole, items };
    }
    if is_name(snapshot, line_before(text, range.start)) {
        return nothing;
    }
    if let Some(dot) = dot(text, range.start) {
        let items = owner(snapshot, file, dot, range.end)
            .map(|(seen, of)| offers::offers(&seen, &Wanted::Member { of }));
        let mut items = items.unwrap_or_default();
        items.sort_by_key(|item| item.rank);
        return Completions { range, items };
    }
    let Some((marked, at)) = marked(snapshot, file, &range) else { return nothing };
    let Some(wanted) = wanted(&marked, at.0, at.1) else { return nothing };
    // What is wrong is known of the program without the mark.
    let seen = if let Wanted::Code = wanted { snapshot } else { &marked };
    let mut items = offers::offers(seen, &wanted);
    items.retain(|item| !item.label.contains(MARK));
    items.sort_by_key(|item| item.rank);
    let rest = text.get(range.end..).unwrap_or("");
    let items = items.into_iter().map(|item| item.before(rest)).collect();
    Completions { range, items }
}

/// Returns the word that is being typed, with what of it stands behind.
fn word(text: &str, offset: usize) -> Range<usize> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (before, behind) = (text.get(..offset).unwrap_or(""), text.get(offset..).unwrap_or(""));
    let before = before.bytes().rev().take_while(is_of_word).count();
    // What is typed before a word does not go on with it.
    let behind = if before == 0 { 0 } else { behind.bytes().take_while(is_of_word).count() };
    offset - before..offset + behind
}

/// Returns the code that is being typed behind `allow`, with what of it stands behind.
fn code(text: &str, offset: usize) -> Option<Range<usize>> {
    let is_of_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    let line = line_before(text, offset);
    let before = line.len() - line.trim_end_matches(is_of_code).len();
    let clause = line.get(..line.len() - before)?.trim_end().strip_suffix("allow")?;
    let begins = clause.is_empty() || clause.ends_with([' ', '\t', '{', ',']);
    let rest = text.get(offset..)?;
    let behind = rest.len() - rest.trim_start_matches(is_of_code).len();
    (begins && before > 0).then_some(offset - before..offset + behind)
}

/// Returns where the dot stands that a word is typed behind.
fn dot(text: &str, start: usize) -> Option<usize> {
    let before = text.get(..start)?.strip_suffix('.')?;
    // Between two dots stands nothing, and a number has none behind it yet.
    let last = before.chars().next_back()?;
    (last.is_ascii_alphanumeric() || matches!(last, '_' | ']' | ')' | '}')).then_some(before.len())
}

/// Analyses the program as if the dot and what is behind it were not there, and returns the type of what stands before it.
fn owner(snapshot: &Snapshot, file: FileId, dot: usize, offset: usize) -> Option<(Snapshot, Type)> {
    let text = snapshot.sources().text(file);
    let (piece, within) = snapshot.at(file, dot)?;
    let start = dot - within;
    let end = (start + snapshot.sources().piece_text(piece).len()).max(offset);
    let body = [text.get(start..dot)?, text.get(offset..end)?].concat();
    let closed = format!("{}{}\n", body.trim_end(), closers(&body));
    let whole = |extra: &str| Some([text.get(..start)?, &closed, text.get(end..)?, extra].concat());
    let (seen, seen_file) = analysed(snapshot, file, whole("")?)?;
    let (piece, within) = seen.at(seen_file, dot.saturating_sub(1))?;
    let declaration = seen.tree(piece)?.declaration.as_ref()?;
    let around = Node::Declaration(declaration).around(within + 1);
    let expr = around.iter().rev().find_map(|node| {
        if let Node::Expr(expr) = node
            && expr.span.end as usize == within + 1
        {
            Some(*expr)
        } else {
            None
        }
    })?;
    let terms = Terms::within(&seen.analysis().program, &|other| other == piece);
    if let Some(ty) = terms.value(expr.span).map(|term| term.ty.clone()).filter(|ty| *ty != Type::Unknown) {
        return Some((seen, ty));
    }
    // Where the owner itself does not fit, it is looked at apart.
    let apart = whole(&format!("\nlet {MARK} = {}\n", seen.written(expr.span)))?;
    let (seen, _) = analysed(snapshot, file, apart)?;
    let ty = seen.analysis().program.globals.get(MARK)?.ty.clone();
    Some((seen, ty))
}

fn line_before(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or("");
    before.rsplit_once('\n').map_or(before, |(_, line)| line)
}

fn is_in_comment(text: &str, offset: usize) -> bool {
    let line = line_before(text, offset);
    let mut in_text = false;
    line.char_indices().any(|(at, c)| {
        in_text ^= c == '"';
        !in_text && line.get(at..).is_some_and(|rest| rest.starts_with("//"))
    })
}

/// Whether what stands on a line before a word makes it the name of something new, which nobody knows but who writes it.
fn is_name(snapshot: &Snapshot, before: &str) -> bool {
    let mut words = before.split_whitespace();
    let (first, second, third) = (words.next(), words.next(), words.next());
    let is_kind = |word: &str| definition::kind(snapshot, word).is_some();
    match (first, second, third) {
        (Some("let"), None, None) => true,
        (Some("make"), Some(kind), None) => is_kind(kind),
        (Some(head), None, None) => {
            let is_form = BLOCKS.contains(&head) || ONE_LINE.contains(&head);
            before.starts_with(head) && (is_form || is_kind(head))
        }
        _ => false,
    }
}

/// Returns where the path of an import is written.
fn import(text: &str, offset: usize) -> Option<Range<usize>> {
    let written = line_before(text, offset).strip_prefix("import \"").filter(|rest| !rest.contains('"'))?;
    Some(offset - written.len()..offset)
}

/// Returns where the text begins that is open on the line of a place, outside of `${…}`.
fn open_text(text: &str, offset: usize) -> Option<usize> {
    let line = line_before(text, offset);
    let start = offset - line.len();
    let (mut open, mut at) = (None, 0);
    let bytes = line.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match (byte, open) {
            (b'"', None) => open = Some(at),
            (b'"', Some(_)) => open = None,
            (b'\\', Some(_)) => at += 1,
            (b'$', Some(_)) if bytes.get(at + 1) == Some(&b'{') => {
                let length = line.get(at..).and_then(|rest| rest.find('}'))?;
                at += length;
            }
            _ => {}
        }
        at += 1;
    }
    open.map(|open| start + open)
}

/// Returns where the text ends that is open at a place: behind the quote that closes it, or where nothing does, at the place.
fn text_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    // Of quotes in pairs, each pair is another text.
    let is_closed = line.matches('"').count() % 2 == 1;
    line.find('"').filter(|_| is_closed).map_or(offset, |at| offset + at + 1)
}

/// Texts that a field takes, in the place of a whole text with its quotes.
fn text_value(snapshot: &Snapshot, file: FileId, whole: &Range<usize>) -> Vec<Item> {
    let Some((marked, at)) = marked(snapshot, file, whole) else { return Vec::new() };
    let Some(Wanted::Value { expected, .. }) = wanted(&marked, at.0, at.1) else { return Vec::new() };
    let text_item = |choice: &String| {
        let label = format!("\"{choice}\"");
        let snippet = label.clone();
        Item { label, sort: Sort::Literal, detail: String::new(), docs: None, snippet, rank: 0 }
    };
    expected.choices.iter().map(text_item).collect()
}

/// Analyses the program with the mark in the place of a word; returns it with the place of the mark.
fn marked(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Option<(Snapshot, (FileId, usize))> {
    let text = snapshot.sources().text(file);
    let (piece, _) = snapshot.at(file, range.start)?;
    let whole = snapshot.sources().span(file, range.start..range.start)?;
    let start = range.start - whole.start as usize;
    let end = start + snapshot.sources().piece_text(piece).len();
    // A line that only looks like the rest of the declaration before it is a new one.
    let (before, after) = (text.get(start..range.start)?, text.get(range.end..end.max(range.end))?);
    let alone = text.get(range.end..).is_none_or(|rest| {
        rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) || rest.trim().is_empty()
    });
    let forms: [String; 7] = [
        MARK.to_owned(),
        format!("{MARK} = none"),
        format!("{MARK}: none"),
        TYPE_MARK.to_owned(),
        format!("{MARK}::x because \"x\""),
        format!("{MARK} zz_name {{ }}"),
        format!("\n{MARK} zz_name {{ }}\n"),
    ];
    let after_line = after.find('\n').map_or("", |at| after.get(at..).unwrap_or(""));
    // What is open may be left open, with the rest of a whole file behind it: so it is closed at once, from the inside out.
    let open = open_brackets(before);
    let closed_at_once = (1..=open.len().min(DEPTH)).map(|depth| {
        let inner: String = open.iter().rev().take(depth).collect();
        inner + after_line
    });
    let rests: Vec<String> =
        [after, after_line].into_iter().map(str::to_owned).chain(closed_at_once).collect();
    for form in forms {
        for rest in &rests {
            let body = format!("{before}{form}{rest}");
            let closed = format!("{}{}", body.trim_end(), closers(&body));
            if !alone && form.contains("zz_name") {
                continue;
            }
            if !holds_mark(&closed) {
                continue;
            }
            let new = [text.get(..start)?, &closed, "\n", text.get(end..)?].concat();
            let at = start + closed.find(MARK).or_else(|| closed.find(TYPE_MARK))?;
            let analysed = analysed(snapshot, file, new)?;
            return Some((analysed.0, (analysed.1, at)));
        }
    }
    None
}

/// Whether a text is read with the mark in its tree.
fn holds_mark(text: &str) -> bool {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let pieces: Vec<_> = sources.pieces(file).collect();
    pieces.into_iter().any(|piece| {
        let parsed = parse(piece, sources.piece_text(piece));
        parsed.declaration.is_some_and(|declaration| {
            let mut found = false;
            Node::Declaration(&declaration).visit(&mut |node| found |= super::wanted::is_marked(node));
            found
        })
    })
}

/// Returns the brackets that close what is open at the end of a text, on a line of their own.
fn closers(text: &str) -> String {
    let closing: String = open_brackets(text).into_iter().rev().collect();
    if closing.is_empty() { closing } else { format!("\n{closing}") }
}

/// Returns the brackets that would close what is open at the end of a text, the outermost first.
fn open_brackets(text: &str) -> Vec<char> {
    let mut open = Vec::new();
    let mut chars = text.chars().peekable();
    let mut in_text = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_text => drop(chars.next()),
            '"' => in_text = !in_text,
            '\n' => in_text = false,
            _ if in_text => {}
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '{' => open.push('}'),
            '[' => open.push(']'),
            '(' => open.push(')'),
            '}' | ']' | ')' => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// Analyses the program with another text of a file.
fn analysed(snapshot: &Snapshot, file: FileId, text: String) -> Option<(Snapshot, FileId)> {
    let text: Arc<str> = text.into();
    if let Some(edited) = snapshot.with_text(file, Arc::clone(&text)) {
        return Some((edited, file));
    }
    let name = SmolStr::from(snapshot.sources().name(file));
    let marked = snapshot.again_with(HashMap::from([(name.clone(), text)]), file);
    let file = marked.user_files().find(|file| marked.sources().name(*file) == name)?;
    Some((marked, file))
}
