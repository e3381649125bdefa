//! Reads what can be read of a piece with errors: every broken field or declaration gives one.
//!
//! A broken field ends before the next line (or, behind a comma, the next word) of its
//! block that begins like a field or a clause; each part is read alone. A bracket that
//! is never closed costs the declaration, whose kind and name are still declared.

use std::ops::Range;

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

use crate::ast::{Attribute, Body, Broken, Declaration, DeclarationKind, ItemKind, Name};
use crate::brackets::{Brackets, Unclosed, pair};
use crate::lower::{Content, Grammar, Lower, Rule};
use crate::problem::{Found, Problem, Syntax, Text};
use crate::split::{Tokens, fragments, leads};
use crate::token::{OpenText, Token, TokenKind, tokens};
use crate::{PieceId, Span, head, near_miss, scan, words};

/// Reads a piece that the grammar does not read.
pub(crate) fn recover(piece: PieceId, text: &str, problems: &mut Vec<Problem>) -> Content {
    let start = head::byte_order_mark(text);
    let (all, brackets) = read(text, start);
    if let Some(token) = misplaced_file_docs(&all) {
        problems.push(Problem::Syntax(Syntax::FileDocs, Span::new(piece, token.start, token.end)));
        return crate::read(piece, &without_file_docs(text, &all), problems);
    }
    let tokens = Tokens { source: text, all: &all };
    match brackets {
        Ok(brackets) => Recovery { piece, tokens, brackets, problems }.piece(),
        Err(Unclosed(token)) => {
            let written = tokens.written(token).into();
            let range = tokens.cover(token..token + 1);
            problems.push(Problem::Syntax(
                Syntax::Unclosed { written },
                Span::new(piece, range.start, range.end),
            ));
            broken(piece, text)
        }
    }
}

/// Returns what counts as declared of a declaration that can't be read.
pub(crate) fn broken(piece: PieceId, text: &str) -> Content {
    let start = scan::blank(text, head::byte_order_mark(text));
    let end = text.trim_end().len();
    if start >= end {
        return Content::default();
    }
    let name = |range: Range<usize>| {
        let word = text.get(range.clone()).filter(|word| !word.is_empty())?;
        Some(Name::new(word.into(), Span::new(piece, range.start, range.end)))
    };
    let kind = name(start..scan::word(text, start));
    let declared = head::head(text).and_then(|head| name(head.name_span));
    let kind = DeclarationKind::Broken(Broken { kind, name: declared });
    let declaration = Declaration { docs: None, kind, span: Span::new(piece, start, end) };
    Content { declaration: Some(declaration), file_docs: None }
}

/// Cuts a text into tokens and pairs its brackets. A text that is never closed ends on its line,
/// or, if only so all brackets are closed, is nothing but its quote.
fn read(text: &str, start: usize) -> (Vec<Token>, Result<Brackets, Unclosed>) {
    let all: Vec<_> = tokens(text, start..text.len(), OpenText::Line).collect();
    let first = pair(text, &all);
    if first.is_err() && all.iter().any(|token| token.kind == TokenKind::OpenText) {
        let others: Vec<_> = tokens(text, start..text.len(), OpenText::Quote).collect();
        if let Ok(brackets) = pair(text, &others) {
            return (others, Ok(brackets));
        }
    }
    (all, first)
}

/// Returns the first `//!` line that stands above a declaration, below the top of the file.
fn misplaced_file_docs(tokens: &[Token]) -> Option<Token> {
    let code = tokens.iter().position(|token| !token.is_blank() && token.kind != TokenKind::FileDocs)?;
    tokens.get(..code)?.iter().copied().find(|token| token.kind == TokenKind::FileDocs)
}

/// Makes ordinary comments of `//!` lines, so that every other place stays what it is.
fn without_file_docs(text: &str, tokens: &[Token]) -> String {
    let mut mended = text.to_owned();
    for token in tokens.iter().filter(|token| token.kind == TokenKind::FileDocs) {
        mended.replace_range(token.start + 2..token.start + 3, " ");
    }
    mended
}

/// One piece on its way to what can be read of it.
struct Recovery<'r> {
    piece: PieceId,
    tokens: Tokens<'r>,
    brackets: Brackets,
    problems: &'r mut Vec<Problem>,
}

/// Where a part can't be read on, and what could have stood there.
struct Failure {
    at: usize,
    expected: Vec<Rule>,
}

impl Recovery<'_> {
    fn piece(mut self) -> Content {
        let all = 0..self.tokens.all.len();
        if let Some(block) = self.block_of_declaration() {
            if let Some(content) = self.declaration(block) {
                return content;
            }
        } else if let Err(failure) = self.parse(Rule::piece, all.clone(), "") {
            self.explain(all, failure);
        }
        broken(self.piece, self.tokens.source)
    }

    /// Returns the braces of a declaration that has a body.
    fn block_of_declaration(&self) -> Option<Range<usize>> {
        let head = head::head(self.tokens.source)?;
        if !head::has_body(head.kind) {
            return None;
        }
        let open =
            (0..self.tokens.all.len()).find(|&index| self.tokens.kind(index) == Some(TokenKind::Open))?;
        (self.tokens.written(open) == "{").then(|| self.brackets.partner(open).map(|close| open..close))?
    }

    /// Reads a declaration with a body: the head alone, then every field of the body.
    fn declaration(&mut self, block: Range<usize>) -> Option<Content> {
        let mut content = match self.parse(Rule::piece, 0..block.start + 1, "}") {
            Ok((content, _)) => content,
            Err(failure) => {
                self.explain(0..block.start + 1, failure);
                return None;
            }
        };
        let told = self.problems.len();
        let declaration = content.declaration.as_mut()?;
        if let Some(body) = body_of(&mut declaration.kind) {
            self.fill(body, block.clone());
            declaration.span = declaration.span.to(body.span);
        }
        let behind = self.tokens.code(block.end + 1..self.tokens.all.len());
        match behind {
            Some(token) if self.problems.len() == told => {
                match self.cause(token, token) {
                    Some(problem) => self.problems.push(problem),
                    None => self.tell(token, 0, vec![Rule::EOI], token),
                }
                None
            }
            Some(_) | None => Some(content),
        }
    }

    /// Reads the fields and clauses between two braces.
    fn fill(&mut self, body: &mut Body, block: Range<usize>) {
        let range = self.tokens.cover(block.start..block.end + 1);
        body.span = self.span(range);
        for part in fragments(self.tokens, &self.brackets, block.start + 1..block.end) {
            self.fragment(part, body);
        }
    }

    fn fragment(&mut self, part: Range<usize>, body: &mut Body) {
        match self.parse(Rule::fragment, part.clone(), "") {
            Ok((_, read)) => {
                body.items.extend(read.items);
                body.broken.extend(read.broken);
            }
            Err(failure) => {
                if self.make(part.clone(), body).is_none()
                    && self.line_by_line(&part, &failure, body).is_none()
                {
                    self.explain(part.clone(), failure);
                    self.keep_names(part, body);
                }
            }
        }
    }

    /// Reads a `make` whose head can be read, and what can be read of its body.
    fn make(&mut self, part: Range<usize>, body: &mut Body) -> Option<()> {
        let open = part.clone().find(|&index| self.tokens.written(index) == "{")?;
        let close = self.brackets.partner(open).filter(|close| *close < part.end)?;
        if self.tokens.code(close + 1..part.end).is_some_and(|token| self.tokens.written(token) != ",") {
            return None;
        }
        let (_, mut read) = self.parse(Rule::fragment, part.start..open + 1, "}").ok()?;
        let item = read.items.first_mut()?;
        let ItemKind::Make(make) = &mut item.kind else { return None };
        self.fill(&mut make.body, open..close);
        item.span = item.span.to(make.body.span);
        body.items.append(&mut read.items);
        Some(())
    }

    /// Reads a field and the lines that follow it apart, if only those can't be read.
    fn line_by_line(&mut self, part: &Range<usize>, failure: &Failure, body: &mut Body) -> Option<()> {
        let at = part
            .clone()
            .find(|&index| self.tokens.all.get(index).is_some_and(|token| token.start >= failure.at))?;
        let token = self.tokens.code(at..part.end)?;
        if token == part.start || !self.tokens.begins_line(token) {
            return None;
        }
        let (_, read) = self.parse(Rule::fragment, part.start..token, "").ok()?;
        body.items.extend(read.items);
        body.broken.extend(read.broken);
        self.fragment(token..part.end, body);
        Some(())
    }

    /// Remembers the names of fields that could not be read.
    fn keep_names(&mut self, part: Range<usize>, body: &mut Body) {
        let mut index = part.start;
        if self.tokens.written(index) == near_miss::REQUIRE {
            // It is there, whatever it requires.
            body.broken
                .push(Name::new(near_miss::REQUIRE.into(), self.span(self.tokens.cover(index..index + 1))));
        }
        let made = self.tokens.written(part.start) == "make";
        // `capacity 32rpu` means a field as well.
        let mut may_begin = true;
        while let Some(token) = self.tokens.code(index..part.end) {
            let next = self.tokens.code(token + 1..part.end);
            let is_word = self.tokens.kind(token) == Some(TokenKind::Word);
            let is_named = next.is_some_and(|next| matches!(self.tokens.written(next), "=" | ":" | "=="));
            let has_block = next.is_some_and(|next| self.tokens.written(next) == "{");
            let is_made = (made && token == part.start + 2) || (has_block && token == part.start + 1);
            if is_word && (is_named || is_made || (may_begin && !leads(self.tokens.written(token)))) {
                let range = self.tokens.cover(token..token + 1);
                body.broken.push(Name::new(self.tokens.written(token).into(), self.span(range)));
            }
            may_begin &= !is_word || Attribute::of_word(self.tokens.written(token)).is_some();
            index = self.brackets.partner(token).filter(|partner| *partner > token).unwrap_or(token) + 1;
        }
    }

    /// Parses some tokens, with `more` behind them, by a rule.
    fn parse(&mut self, start: Rule, range: Range<usize>, more: &str) -> Result<(Content, Body), Failure> {
        let range = self.tokens.cover(range);
        let text = self.tokens.source.get(range.clone()).unwrap_or("");
        let text =
            if more.is_empty() { std::borrow::Cow::Borrowed(text) } else { format!("{text}{more}").into() };
        match Grammar::parse(start, &text) {
            Ok(pairs) => {
                let mut lower = Lower::new(self.piece, range.start);
                let read = lower.part(pairs);
                self.problems.append(&mut lower.problems);
                Ok(read)
            }
            Err(error) => {
                let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
                let expected = match error.variant {
                    ErrorVariant::ParsingError { positives, .. } => positives,
                    ErrorVariant::CustomError { .. } => Vec::new(),
                };
                Err(Failure { at: range.start + at, expected })
            }
        }
    }

    /// Tells what is wrong with a part: in each broken field of the block that the failure lies in, or at the failure.
    fn explain(&mut self, part: Range<usize>, failure: Failure) {
        let told = self.problems.len();
        if let Some(block) = self.block_around(part.clone(), failure.at) {
            for inner in fragments(self.tokens, &self.brackets, block.start + 1..block.end) {
                if let Err(failure) = self.parse(Rule::fragment, inner.clone(), "") {
                    self.explain(inner, failure);
                }
            }
        }
        if self.problems.len() > told {
            return;
        }
        let token = self.token_at(&part, failure.at);
        if let Some(problem) = self.cause(part.start, token) {
            return self.problems.push(problem);
        }
        let is_whole = part.end == self.tokens.all.len();
        let end = |rule| if rule == Rule::EOI && !is_whole { Rule::field_end } else { rule };
        self.tell(token, failure.at, failure.expected.into_iter().map(end).collect(), part.start);
    }

    /// Returns the token that can't be read. What fails at the end of its part is told behind its last token.
    fn token_at(&self, part: &Range<usize>, at: usize) -> usize {
        let token =
            part.clone().find(|&index| self.tokens.all.get(index).is_some_and(|token| token.end > at));
        if let Some(token) = token.filter(|&token| self.tokens.code(token..part.end).is_some()) {
            return token;
        }
        let last = part.clone().rev().find(|&index| self.tokens.code(index..index + 1).is_some());
        let behind = last.map_or(part.start, |last| last + 1);
        let comment = self.tokens.kind(behind) == Some(TokenKind::Comment);
        behind + usize::from(comment)
    }

    /// Returns a cause that lies before the token where reading failed, or is clearer than what was expected.
    fn cause(&self, start: usize, token: usize) -> Option<Problem> {
        let at = |index: usize| self.span(self.tokens.cover(index..index + 1));
        if let Some(open) =
            (start..=token).find(|&index| self.tokens.kind(index) == Some(TokenKind::OpenText))
        {
            return Some(Problem::Text(Text::Open, at(open)));
        }
        if self.tokens.kind(token) == Some(TokenKind::Close) && self.brackets.partner(token).is_none() {
            return Some(Problem::Syntax(
                Syntax::Unopened { written: self.tokens.written(token).into() },
                at(token),
            ));
        }
        if self.tokens.kind(token) == Some(TokenKind::Docs) {
            return Some(Problem::Syntax(Syntax::Docs, at(token)));
        }
        let before = (start..token).rev().find(|&index| self.tokens.code(index..index + 1).is_some())?;
        let word = self.tokens.written(before);
        if self.tokens.kind(before) == Some(TokenKind::Docs) {
            return Some(Problem::Syntax(Syntax::Docs, at(before)));
        }
        let sign = (start..before).rev().find(|&index| self.tokens.code(index..index + 1).is_some())?;
        let wants_value = matches!(self.tokens.kind(sign), Some(TokenKind::Sign | TokenKind::Open));
        let is_value = matches!(word, "true" | "false" | "none" | "self" | "not" | "if" | "all" | "any");
        (wants_value && words::is_reserved(word) && !is_value)
            .then(|| Problem::Syntax(Syntax::ValueExpected { found: word.into() }, at(before)))
    }

    /// Returns the innermost braces in `part` that a place lies between.
    fn block_around(&self, part: Range<usize>, at: usize) -> Option<Range<usize>> {
        let blocks = part.filter(|&index| self.tokens.written(index) == "{");
        let mut blocks = blocks.filter_map(|open| self.brackets.partner(open).map(|close| open..close));
        blocks.rfind(|block| {
            let range = self.tokens.cover(block.start..block.end + 1);
            range.start < at && at < range.end
        })
    }

    /// Tells that something else was expected at a token, or at the place `at` within it.
    fn tell(&mut self, token: usize, at: usize, expected: Vec<Rule>, start: usize) {
        let (found, range) = match self.tokens.all.get(token).filter(|token| !token.is_blank()) {
            Some(&found) => {
                let range = self.inside(found, at);
                let written = self.tokens.source.get(range.clone()).unwrap_or("");
                (Found::Written(written.into()), range)
            }
            None => {
                let before =
                    self.tokens.all.get(..token).unwrap_or(&[]).iter().rfind(|token| !token.is_blank());
                let end = before.map_or(0, |token| token.end);
                let is_last = self.tokens.code(token..self.tokens.all.len()).is_none();
                (if is_last { Found::EndOfText } else { Found::EndOfLine }, end..end)
            }
        };
        let hint = near_miss::hint(self.tokens, start, token, &found, &expected);
        let expected = words::alternatives(&expected);
        let at = self.span(range);
        self.problems.push(Problem::Expected { expected, found, at, hint });
    }

    /// Returns the token itself or, if reading failed within it, what stands there.
    fn inside(&self, token: Token, at: usize) -> Range<usize> {
        if at <= token.start {
            return token.range();
        }
        let inner = tokens(self.tokens.source, at..token.end, OpenText::Quote).next();
        inner.map_or(at..token.end, Token::range)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.piece, range.start, range.end)
    }
}

fn body_of(kind: &mut DeclarationKind) -> Option<&mut Body> {
    match kind {
        DeclarationKind::Dimension(block)
        | DeclarationKind::Env(block)
        | DeclarationKind::Check(block)
        | DeclarationKind::Expect(block)
        | DeclarationKind::Resource(block)
        | DeclarationKind::Pattern(block) => Some(&mut block.body),
        DeclarationKind::Rule(rule) => Some(&mut rule.body),
        DeclarationKind::Instance(instance) => Some(&mut instance.body),
        DeclarationKind::Import(_)
        | DeclarationKind::Param(_)
        | DeclarationKind::Let(_)
        | DeclarationKind::Type(_)
        | DeclarationKind::Output(_)
        | DeclarationKind::Broken(_) => None,
    }
}
