//! Reads declarations `kind name { … }` whose fields hold plain values; whatever else there is, it leaves to the grammar.
//!
//! Most of a large file is of that kind, and the grammar takes ten times as long. There is nothing that is read
//! otherwise than by the grammar, and no error is told here: a test holds both against each other.

use smol_str::SmolStr;

use crate::ast::{
    Body, Declaration, DeclarationKind, Expr, ExprKind, Field, Instance, Item, ItemKind, Name, TextPart,
};
use crate::lower::{Lower, Written};
use crate::words::is_reserved;
use crate::{PieceId, Span, Spanned, head, scan, token};

/// How deeply values may be nested; what is deeper is the grammar's.
const DEEPEST: usize = 16;

/// Reads a piece; `None` for one that holds more than it knows, or that is in error.
pub(crate) fn read(piece: PieceId, text: &str) -> Option<Declaration> {
    let mut plain = Plain { piece, text, at: 0, depth: 0 };
    plain.blank();
    let declaration = plain.declaration()?;
    plain.blank();
    (plain.at == text.len()).then_some(declaration)
}

/// A walk through a piece.
#[derive(Debug)]
struct Plain<'t> {
    piece: PieceId,
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Plain<'t> {
    fn declaration(&mut self) -> Option<Declaration> {
        let start = self.at;
        let kind = self.lower_case_word().filter(|kind| !head::is_keyword(&kind.node))?;
        self.blank();
        let name = self.lower_case_word()?;
        self.blank();
        let body = self.body()?;
        let kind = DeclarationKind::Instance(Instance { kind, name, body });
        Some(Declaration { docs: None, kind, span: self.since(start) })
    }

    fn body(&mut self) -> Option<Body> {
        let start = self.at;
        let mut items = Vec::new();
        for field in self.braced()? {
            let span = field.name.span.to(field.value.span);
            items.push(Item { docs: None, kind: ItemKind::Field(field), span });
        }
        Some(Body { items, broken: Vec::new(), span: self.since(start) })
    }

    /// Reads `{ name = value … }`.
    fn braced(&mut self) -> Option<Vec<Field>> {
        self.sign(b'{')?;
        self.deeper()?;
        let mut fields = Vec::new();
        self.blank();
        while self.peek()? != b'}' {
            let name = self.word()?;
            self.blank();
            self.sign(b'=')?;
            self.blank();
            fields.push(Field { name, value: self.value()? });
            self.field_end()?;
        }
        self.at += 1;
        self.depth -= 1;
        Some(fields)
    }

    /// Reads what stands behind a field: a comma, the end of the line, or the brace that closes the block.
    fn field_end(&mut self) -> Option<()> {
        while matches!(self.peek()?, b' ' | b'\t') {
            self.at += 1;
        }
        match self.peek()? {
            b'\n' | b'\r' | b',' => self.at += 1,
            b'}' => return Some(()),
            _ if self.is_comment() => {}
            _ => return None,
        }
        self.blank();
        Some(())
    }

    /// Reads a value that nothing goes on with.
    fn value(&mut self) -> Option<Expr> {
        let start = self.at;
        let mut kind = self.operand()?;
        for _ in 0..DEEPEST {
            let end = self.at;
            self.blank();
            match self.peek()? {
                b'.' if self.text.as_bytes().get(self.at + 1) == Some(&b'.') => {
                    let (at, of) = (Span::new(self.piece, start, end), kind);
                    kind = self.range(Expr { kind: of, span: at })?;
                }
                b'.' if matches!(kind, ExprKind::Name(_) | ExprKind::Field { .. }) => {
                    let of = Box::new(Expr { kind, span: Span::new(self.piece, start, end) });
                    self.at += 1;
                    kind = ExprKind::Field { of, name: self.word()? };
                }
                b'{' => {
                    let ExprKind::Name(name) = kind else { return None };
                    let name = Name::new(name, Span::new(self.piece, start, end));
                    kind = ExprKind::Variant { name, fields: self.braced()? };
                }
                _ if self.goes_on() => return None,
                _ => {
                    self.at = end;
                    return Some(Expr { kind, span: self.since(start) });
                }
            }
        }
        None
    }

    /// Says whether the grammar may read on in the same value.
    fn goes_on(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or("");
        match rest.bytes().next() {
            Some(b'o' | b'a' | b'i') => {
                matches!(rest.get(..scan::word(rest, 0)), Some("or" | "and" | "in"))
            }
            Some(byte) => matches!(byte, b'.' | b'(' | b'[' | b'*' | b'+' | b'-' | b'/' | b'<'..=b'?' | b'!'),
            None => false,
        }
    }

    /// Reads the rest of a range from number to number, or open.
    fn range(&mut self, first: Expr) -> Option<ExprKind> {
        if !matches!(first.kind, ExprKind::Number { .. }) {
            return None;
        }
        self.at += 2;
        let sign = self.at;
        while matches!(self.peek()?, b' ' | b'\t') {
            self.at += 1;
        }
        let end = match self.peek()? {
            b'0'..=b'9' => {
                let start = self.at;
                let kind = self.number()?;
                Some(Box::new(Expr { kind, span: self.since(start) }))
            }
            b'\n' | b',' | b'}' | b']' => {
                self.at = sign;
                None
            }
            _ => return None,
        };
        Some(ExprKind::Range { start: Box::new(first), end })
    }

    fn operand(&mut self) -> Option<ExprKind> {
        match self.peek()? {
            b'0'..=b'9' => self.number(),
            b'"' => self.quoted(),
            b'[' => self.list(),
            b'{' => self.braced().map(ExprKind::Record),
            _ => {
                let end = scan::word(self.text, self.at);
                let kind = match self.text.get(self.at..end)? {
                    "true" => ExprKind::Bool(true),
                    "false" => ExprKind::Bool(false),
                    "none" => ExprKind::None,
                    "self" => ExprKind::Name(SmolStr::new_static("self")),
                    _ => return self.lower_case_word().map(|word| ExprKind::Name(word.node)),
                };
                self.at = end;
                Some(kind)
            }
        }
    }

    fn list(&mut self) -> Option<ExprKind> {
        self.sign(b'[')?;
        self.deeper()?;
        let mut elements = Vec::new();
        self.blank();
        while self.peek()? != b']' {
            elements.push(self.value()?);
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {}
                _ => return None,
            }
            self.blank();
        }
        self.at += 1;
        self.depth -= 1;
        Some(ExprKind::List(elements))
    }

    /// Reads a text without escapes and interpolations.
    fn quoted(&mut self) -> Option<ExprKind> {
        let start = self.at + 1;
        let inside = self.text.as_bytes().get(start..)?;
        let length = inside.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'$' | 0..b' '))?;
        let end = start + length;
        // Three quotes begin a text of several lines.
        if inside.get(length) != Some(&b'"') || (length == 0 && inside.get(1) == Some(&b'"')) {
            return None;
        }
        self.at = end + 1;
        let text = self.text.get(start..end).filter(|text| !text.is_empty());
        let part = text.map(|text| {
            TextPart::Literal(Spanned::new(SmolStr::new(text), Span::new(self.piece, start, end)))
        });
        Some(ExprKind::Text(part.into_iter().collect()))
    }

    /// Reads a number or an address, which stops before `..`.
    fn number(&mut self) -> Option<ExprKind> {
        let start = self.at;
        let mut dots = 0;
        self.digits();
        while self.digits_behind(b'.') {
            dots += 1;
        }
        if dots > 1 {
            self.digits_behind(b'/');
        }
        match self.text.as_bytes().get(self.at) {
            Some(b'%') => self.at += 1,
            Some(byte) if byte.is_ascii_alphabetic() => self.at = scan::word(self.text, self.at),
            _ => {}
        }
        let mut lower = Lower::new(self.piece, 0);
        let kind = lower.number(Written { text: self.text.get(start..self.at)?, start })?;
        lower.problems.is_empty().then_some(kind)
    }

    fn digits(&mut self) {
        let digits = self.text.as_bytes().iter().skip(self.at).take_while(|byte| byte.is_ascii_digit());
        self.at += digits.count();
    }

    fn digits_behind(&mut self, sign: u8) -> bool {
        let bytes = self.text.as_bytes();
        let goes_on =
            bytes.get(self.at) == Some(&sign) && bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit);
        if goes_on {
            self.at += 1;
            self.digits();
        }
        goes_on
    }

    /// Reads the name of a field.
    fn word(&mut self) -> Option<Name> {
        let start = self.at;
        let word = self.text.get(start..scan::word(self.text, start))?;
        if !word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            return None;
        }
        self.at += word.len();
        Some(Name::new(SmolStr::new(word), self.since(start)))
    }

    /// Reads a word that may name a declaration.
    fn lower_case_word(&mut self) -> Option<Name> {
        let is_lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.bytes().all(is_lower)
                && !is_reserved(word)
        };
        self.word().filter(|word| is_name(&word.node))
    }

    fn blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') if self.is_comment() => self.at = scan::line_end(self.text, self.at),
                _ => return,
            }
        }
    }

    /// Says whether a comment stands here that is no documentation.
    fn is_comment(&self) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with("//"))
            && token::comment(self.text, self.at) == token::TokenKind::Comment
    }

    fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    fn sign(&mut self, sign: u8) -> Option<()> {
        (self.peek()? == sign).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn since(&self, start: usize) -> Span {
        Span::new(self.piece, start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::PieceId;

    #[test]
    fn what_is_plain_is_read_and_nothing_else() {
        let value = |value: &str| read(PieceId(0), &format!("thing it {{\n  a = {value}\n}}")).is_some();
        for plain in [
            "32rpu..256rpu",
            "32rpu..",
            "[10.0.0.0/16, 80%, 0.36usd]",
            "{ user = \"é\", password = admin_password }",
            "key { alias = \"a\" }",
            "network.vpc.id",
            "none // a comment",
        ] {
            assert!(value(plain), "{plain}");
        }
        for other in
            ["a + b", "f(x)", "a[0]", "\"${x}\"", "10.0.0.1/16", "if a then b else c", "-1", "A", "1 2"]
        {
            assert!(!value(other), "{other}");
        }
    }
}
