//! SQL text, cut into what is open to change, what quotes and comments close, places for values, and ends of statements.

/// Cuts a text into pieces.
#[derive(Debug)]
pub struct Pieces<'a> {
    rest: &'a str,
    /// Whether what was cut off last ends like a name, to which a `$` may belong.
    in_name: bool,
}

/// A piece of SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What is neither of the others.
    Plain(&'a str),
    /// A quoted name or text, or a comment, with its marks.
    Closed(&'a str),
    /// `$1`: the place of a value, as it is written.
    Place(usize, &'a str),
    /// A semicolon.
    End,
}

/// Cuts a text into pieces.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: text, in_name: false }
}

/// Returns the numbers of the values that a text has places for, in its order.
pub fn places(text: &str) -> impl Iterator<Item = usize> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Place(number, _) => Some(number),
        Piece::Plain(_) | Piece::Closed(_) | Piece::End => None,
    })
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if self.rest.starts_with(';') {
            self.take(1);
            return Some(Piece::End);
        }
        if let Some(length) = closed(self.rest, self.in_name) {
            return Some(Piece::Closed(self.take(length)));
        }
        if let Some((number, length)) = place(self.rest).filter(|_| !self.in_name) {
            return Some(Piece::Place(number, self.take(length)));
        }
        let mut length = 0;
        let mut in_name = false;
        for (at, c) in self.rest.char_indices() {
            let here = self.rest.get(at..).unwrap_or_default();
            if at > 0 && (c == ';' || closed(here, in_name).is_some() || (!in_name && place(here).is_some()))
            {
                break;
            }
            in_name = c.is_alphanumeric() || c == '_';
            length = at + c.len_utf8();
        }
        let plain = self.take(length);
        self.in_name = in_name;
        Some(Piece::Plain(plain))
    }
}

impl<'a> Pieces<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        (self.rest, self.in_name) = (rest, false);
        taken
    }
}

/// Returns the number of the place that a text begins with, and its length.
fn place(text: &str) -> Option<(usize, usize)> {
    let behind = text.strip_prefix('$')?;
    let length = behind.bytes().take_while(u8::is_ascii_digit).count();
    Some((behind.get(..length)?.parse().ok()?, length + 1))
}

/// Returns the length of what a text begins with, if that is quoted or a comment; one without an end goes on to the end.
/// In a name a `$` is a part of it.
fn closed(text: &str, in_name: bool) -> Option<usize> {
    let end_of = |opening: usize, mark: &str| {
        let found = text.get(opening..).and_then(|rest| rest.find(mark));
        Some(found.map_or(text.len(), |at| opening + at + mark.len()))
    };
    match text.as_bytes() {
        [b'\'', ..] => end_of(1, "'"),
        [b'"', ..] => end_of(1, "\""),
        [b'-', b'-', ..] => end_of(2, "\n"),
        [b'/', b'*', ..] => Some(end_of_comment(text)),
        [b'$', ..] if !in_name => {
            let tag = text.get(1..)?.find('$')?;
            let mark = text.get(..tag + 2)?;
            let is_tag = mark.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            let first = mark.chars().nth(1)?;
            (is_tag && !first.is_ascii_digit()).then(|| end_of(mark.len(), mark)).flatten()
        }
        _ => None,
    }
}

/// Returns the length of the comment that a text begins with: comments lie in comments.
fn end_of_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match rest.as_bytes() {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            [..] => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += length;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_outside_of_quotes_and_comments() {
        let found = |text| places(text).collect::<Vec<_>>();
        assert_eq!(found("select '$1', \"$2\" /* $3 */ from t where a = $4 and b > $5 -- $6"), [4, 5]);
        assert_eq!(found("select $$ $1 $$, col$1, $q$ $2 $q$, $1$2, 'it''s $3'"), [1, 2]);
        assert_eq!(found("select $99999999999999999999999, $, $x"), []);
        assert_eq!(found("select a$b$c, d$e$f from t where x = $1"), [1]);
        assert_eq!(found("select /* ä /* $1 */ $2 */ $3 /* $4"), [3]);
    }

    #[test]
    fn pieces_are_the_whole_text() {
        for text in ["select $1; -- x\n 'a;b' $$;$$ a$1", "'open", "$", "", ";;"] {
            let written = |piece| match piece {
                Piece::Plain(text) | Piece::Closed(text) | Piece::Place(_, text) => text,
                Piece::End => ";",
            };
            assert_eq!(pieces(text).map(written).collect::<String>(), text);
        }
    }
}
