//! A place in a statement's tokens, and the small questions that every rule asks of it.

use sqlparser::ast;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{DIALECT, offset};
use crate::warehouse::error::SqlError;
use crate::warehouse::reserved::is_reserved;
use crate::warehouse::statement::{Guard, Name};
use crate::warehouse::types::SqlType;

/// Reads tokens from left to right.
pub(super) struct Cursor<'s> {
    sql: &'s str,
    parser: Parser<'static>,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(sql: &'s str, tokens: Vec<TokenWithSpan>) -> Self {
        Self { sql, parser: Parser::new(&DIALECT).with_tokens_with_locations(tokens) }
    }

    /// The next token in lower case: a word, or a sign as it is written; empty at the end.
    pub(super) fn peek_word(&self) -> String {
        spelling(&self.parser.peek_token().token)
    }

    pub(super) fn next(&mut self) -> String {
        spelling(&self.parser.next_token().token)
    }

    /// Consumes the word, if it comes next and isn't quoted.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let token = self.parser.peek_token().token;
        let quoted = matches!(&token, Token::Word(w) if w.quote_style.is_some());
        let found = !quoted && !matches!(token, Token::SingleQuotedString(_)) && spelling(&token) == word;
        if found {
            self.parser.next_token();
        }
        found
    }

    /// Consumes all the words, or none.
    pub(super) fn take_all(&mut self, words: &[&str]) -> bool {
        let here =
            words.iter().enumerate().all(|(n, word)| spelling(&self.parser.peek_nth_token(n).token) == *word);
        if here {
            for _ in words {
                self.parser.next_token();
            }
        }
        here
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), SqlError> {
        if self.take(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn expect_all(&mut self, words: &[&str]) -> Result<(), SqlError> {
        words.iter().try_for_each(|word| self.expect(word))
    }

    pub(super) fn end(&self) -> Result<(), SqlError> {
        if self.parser.peek_token().token == Token::EOF { Ok(()) } else { Err(self.unexpected()) }
    }

    /// One identifier, folded to lower case as Redshift does with quoted ones too.
    pub(super) fn identifier(&mut self) -> Result<String, SqlError> {
        if let Token::Word(word) = self.parser.peek_token().token
            && (word.quote_style.is_some() || !is_reserved(&word.value))
        {
            self.parser.next_token();
            return Ok(word.value.to_lowercase());
        }
        Err(self.unexpected())
    }

    /// A name of one to three parts.
    pub(super) fn name(&mut self) -> Result<Name, SqlError> {
        let position = self.position();
        let mut parts = vec![self.identifier()?];
        while self.parser.consume_token(&Token::Period) {
            parts.push(self.identifier()?);
        }
        if parts.len() > 3 {
            let message = format!("improper qualified name (too many dotted names): {}", parts.join("."));
            return Err(SqlError::new("42601", message).at(position));
        }
        Ok(Name { parts, position })
    }

    pub(super) fn names(&mut self) -> Result<Vec<Name>, SqlError> {
        self.separated(Self::name)
    }

    pub(super) fn separated<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        let mut all = vec![one(self)?];
        while self.parser.consume_token(&Token::Comma) {
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// `(name, …)`.
    pub(super) fn parenthesized(&mut self) -> Result<Vec<String>, SqlError> {
        self.expect("(")?;
        let names = self.separated(Self::identifier)?;
        self.expect(")")?;
        Ok(names)
    }

    /// `(name, …)`, or no names if none come next.
    pub(super) fn if_parenthesized(&mut self) -> Result<Vec<String>, SqlError> {
        if self.peek_word() == "(" { self.parenthesized() } else { Ok(Vec::new()) }
    }

    /// A string in single quotes, if one comes next.
    pub(super) fn take_string(&mut self) -> Option<String> {
        if let Token::SingleQuotedString(text) = self.parser.peek_token().token {
            self.parser.next_token();
            return Some(text);
        }
        None
    }

    pub(super) fn string(&mut self) -> Result<String, SqlError> {
        self.take_string().ok_or_else(|| self.unexpected())
    }

    /// A whole number, which may have a minus before it.
    pub(super) fn whole(&mut self) -> Result<i64, SqlError> {
        let sign = if self.take("-") { "-" } else { "" };
        let number = format!("{sign}{}", self.peek_word()).parse();
        let number = number.map_err(|_| self.unexpected())?;
        self.parser.next_token();
        Ok(number)
    }

    /// The text from here to the statement's end.
    pub(super) fn rest(&mut self) -> String {
        let start = self.position();
        let mut end = start;
        while self.parser.peek_token().token != Token::EOF {
            end = offset(self.sql, self.parser.next_token().span.end);
        }
        let (start, end) = (start.unwrap_or(1).saturating_sub(1), end.unwrap_or(1).saturating_sub(1));
        self.sql.chars().skip(start).take(end.saturating_sub(start)).collect()
    }

    pub(super) fn if_not_exists(&mut self) -> Guard {
        if self.take_all(&["if", "not", "exists"]) { Guard::Lenient } else { Guard::Strict }
    }

    pub(super) fn if_exists(&mut self) -> Guard {
        if self.take_all(&["if", "exists"]) { Guard::Lenient } else { Guard::Strict }
    }

    pub(super) fn query(&mut self) -> Result<Box<ast::Query>, SqlError> {
        self.foreign(Parser::parse_query)
    }

    pub(super) fn expression(&mut self) -> Result<ast::Expr, SqlError> {
        self.foreign(Parser::parse_expr)
    }

    pub(super) fn sql_type(&mut self) -> Result<SqlType, SqlError> {
        let position = self.position();
        let parsed = self.foreign(Parser::parse_data_type)?;
        SqlType::from_ast(&parsed).map_err(|error| error.at(position))
    }

    /// Lets sqlparser read a part; its complaint becomes Redshift's.
    pub(super) fn foreign<T>(
        &mut self,
        read: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
    ) -> Result<T, SqlError> {
        read(&mut self.parser).map_err(|error| self.translate(&error))
    }

    pub(super) fn unexpected(&self) -> SqlError {
        let found = self.parser.peek_token();
        if found.token == Token::EOF {
            return SqlError::syntax("").at(Some(self.sql.chars().count() + 1));
        }
        SqlError::syntax(&found.token.to_string()).at(offset(self.sql, found.span.start))
    }

    pub(super) fn unsupported_command(&self, verb: &str) -> SqlError {
        let object = self.peek_word();
        if object.is_empty() {
            return self.unexpected();
        }
        SqlError::unsupported(format!("{verb} {}", object.to_uppercase())).at(self.position())
    }

    /// The refusal of a statement that doesn't begin with a word known here.
    pub(super) fn unknown_statement(&self) -> SqlError {
        const REDSHIFT: [&str; 19] = [
            "attach",
            "call",
            "cancel",
            "checkpoint",
            "comment",
            "detach",
            "discard",
            "do",
            "listen",
            "load",
            "lock",
            "move",
            "notify",
            "refresh",
            "release",
            "savepoint",
            "unlisten",
            "use",
            "describe",
        ];
        let word = self.peek_word();
        if REDSHIFT.contains(&word.as_str()) {
            SqlError::unsupported(word.to_uppercase()).at(self.position())
        } else {
            self.unexpected()
        }
    }

    pub(super) fn position(&self) -> Option<usize> {
        offset(self.sql, self.parser.peek_token().span.start)
    }

    fn translate(&self, error: &ParserError) -> SqlError {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
            ParserError::RecursionLimitExceeded => {
                return SqlError::new("54001", "stack depth limit exceeded");
            }
        };
        let position = place(text).and_then(|at| offset(self.sql, at));
        let found = text
            .rsplit_once("found: ")
            .map_or("", |(_, rest)| rest.split(" at Line:").next().unwrap_or(rest));
        if found.is_empty() {
            return SqlError::new("42601", format!("syntax error: {text}")).at(position);
        }
        let found = if found == "EOF" { "" } else { found };
        let end = found.is_empty().then(|| self.sql.chars().count() + 1);
        SqlError::syntax(found).at(end.or(position))
    }
}

/// Reads "… at Line: 1, Column: 8".
fn place(text: &str) -> Option<sqlparser::tokenizer::Location> {
    let (_, rest) = text.rsplit_once("Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    Some(sqlparser::tokenizer::Location {
        line: line.trim().parse().ok()?,
        column: column.trim().parse().ok()?,
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every sign is spelt as it is written")]
fn spelling(token: &Token) -> String {
    match token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_lowercase(),
        Token::EOF => String::new(),
        other => other.to_string(),
    }
}
