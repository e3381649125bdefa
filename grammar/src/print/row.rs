//! Aligns parts that stand on consecutive lines: `name = value`, `name: Type`, `kind name { … }`.

use super::flat::{Flat, braced};
use super::node::{Block, Node};
use super::{Printer, WIDTH};
use crate::ast::{Binding, Declaration, DeclarationKind, ItemKind, TypeDeclaration};

/// A part that fits on one line: what stands before the aligned column, and what in it.
#[derive(Clone, Debug)]
struct Row<'n> {
    family: Family<'n>,
    label: String,
    rest: String,
}

/// What is aligned with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family<'n> {
    /// `name = value`
    Value,
    /// `let name = value`
    Let,
    /// `name: Type`
    Type,
    /// Declarations that begin with the same word.
    Declaration(&'n str),
    /// Nothing is aligned.
    Alone,
}

impl Printer<'_> {
    /// Returns the line of each part that fits on one, its column aligned with its neighbours'.
    pub(super) fn rows(&self, nodes: &[Node<'_>], indent: usize, separator: &str) -> Vec<Option<String>> {
        let room = WIDTH.saturating_sub(indent + separator.len());
        let mut rows: Vec<_> = nodes.iter().map(|node| self.row(node)).collect();
        let linked = self.links(nodes);
        let widths = loop {
            let widths = widths(&rows, &linked);
            let mut changed = false;
            for (row, width) in rows.iter_mut().zip(&widths) {
                if row.as_ref().is_some_and(|row| row.line(*width).chars().count() > room) {
                    (*row, changed) = (None, true);
                }
            }
            if !changed {
                break widths;
            }
        };
        rows.into_iter().zip(widths).map(|(row, width)| row.map(|row| row.line(width))).collect()
    }

    /// Says of each part whether it stands directly below the one before it, without comment or empty line.
    fn links(&self, nodes: &[Node<'_>]) -> Vec<bool> {
        let ranges: Vec<_> = nodes.iter().map(|node| self.range_of(node)).collect();
        let pairs = ranges.iter().zip(ranges.iter().skip(1));
        let linked = pairs.map(|(before, here)| {
            let gap = before.end..here.start;
            self.trivia.lines(gap.clone()) < 2 && !self.trivia.separates(&gap)
        });
        std::iter::once(false).chain(linked).collect()
    }

    fn row<'n>(&self, node: &Node<'n>) -> Option<Row<'n>>
    where
        Self: 'n,
    {
        if self.has_comment(node.span()) {
            return None;
        }
        let alone = |rest: Flat| Some(Row { family: Family::Alone, label: String::new(), rest: rest? });
        match node {
            Node::Declaration(declaration) => self.declaration_row(declaration),
            Node::Item(item) => match &item.kind {
                ItemKind::Field(field) => self.row(&Node::Field(field)),
                ItemKind::Schema(field) => self.row(&Node::Schema(field)),
                ItemKind::Let(binding) => self.binding_row(Family::Let, "let", binding),
                ItemKind::Require(require) if require.has_clauses() => None,
                ItemKind::Make(_) | ItemKind::Require(_) | ItemKind::Allow(_) => alone(self.flat_item(item)),
            },
            Node::Field(field) => {
                let rest = format!("= {}", self.flat(&field.value)?);
                Some(Row { family: Family::Value, label: self.written(field.name.span).to_owned(), rest })
            }
            Node::Schema(field) => {
                let head = self.schema_head(field);
                let rest = self.flat_schema(field)?.split_off(head.len() + 1);
                Some(Row { family: Family::Type, label: head, rest })
            }
            Node::Refinement(refinement) => {
                let rest = format!("= {}", self.flat(&refinement.predicate)?);
                Some(Row {
                    family: Family::Value,
                    label: self.written(refinement.label.span).to_owned(),
                    rest,
                })
            }
            Node::Element(expr) => alone(self.flat(expr)),
            Node::Argument(argument) => alone(self.flat_argument(argument)),
        }
    }

    fn declaration_row<'n>(&self, declaration: &'n Declaration) -> Option<Row<'n>> {
        if let Some(Block { word, head, body }) = self.block(declaration) {
            return Some(Row { family: Family::Declaration(word), label: head, rest: self.flat_body(body)? });
        }
        match &declaration.kind {
            DeclarationKind::Let(binding) => self.binding_row(Family::Declaration("let"), "let", binding),
            DeclarationKind::Output(binding) => {
                self.binding_row(Family::Declaration("output"), "output", binding)
            }
            DeclarationKind::Param(binding) => {
                let label = format!("param {}:", self.written(binding.name.span));
                let ty = self.flat_type(binding.ty.as_ref()?)?;
                let rest = match &binding.value {
                    Some(value) => format!("{ty} = {}", self.flat(value)?),
                    None => ty,
                };
                Some(Row { family: Family::Declaration("param"), label, rest })
            }
            DeclarationKind::Type(ty) => {
                let label = format!("type {}", self.written(ty.name.span));
                let refined = self.flat_where(declaration, ty)?;
                let rest = format!("= {}{refined}", self.flat_type(&ty.ty)?);
                Some(Row { family: Family::Declaration("type"), label, rest })
            }
            DeclarationKind::Import(path) => {
                let rest = format!("import {}", self.written(path.span));
                Some(Row { family: Family::Alone, label: String::new(), rest })
            }
            DeclarationKind::Dimension(_)
            | DeclarationKind::Env(_)
            | DeclarationKind::Check(_)
            | DeclarationKind::Expect(_)
            | DeclarationKind::Rule(_)
            | DeclarationKind::Resource(_)
            | DeclarationKind::Pattern(_)
            | DeclarationKind::Instance(_)
            | DeclarationKind::Broken(_) => None,
        }
    }

    /// Prints ` where { … }` on one line if it is written on one.
    fn flat_where(&self, declaration: &Declaration, ty: &TypeDeclaration) -> Flat {
        if ty.refinements.is_empty() {
            return Some(String::new());
        }
        if self.written(declaration.span).contains('\n') {
            return None;
        }
        let refinements = ty.refinements.iter().map(|refinement| self.flat_refinement(refinement));
        Some(format!(" where {}", braced(refinements)?))
    }

    fn binding_row<'n>(&self, family: Family<'n>, word: &str, binding: &Binding) -> Option<Row<'n>> {
        let label = self.binding_head(word, binding)?;
        Some(Row { family, label, rest: format!("= {}", self.flat(binding.value.as_ref()?)?) })
    }

    /// Prints `let name: Type`.
    pub(super) fn binding_head(&self, word: &str, binding: &Binding) -> Flat {
        let name = self.written(binding.name.span);
        Some(match &binding.ty {
            Some(ty) => format!("{word} {name}: {}", self.flat_type(ty)?),
            None => format!("{word} {name}"),
        })
    }
}

impl Row<'_> {
    fn line(&self, width: usize) -> String {
        if self.family == Family::Alone {
            return self.rest.clone();
        }
        // `format!` fills no more than 65535 columns.
        let blanks = " ".repeat(width.saturating_sub(self.width()) + 1);
        format!("{}{blanks}{}", self.label, self.rest)
    }

    fn width(&self) -> usize {
        self.label.chars().count()
    }
}

/// Returns for each part how wide the widest label of its run is.
fn widths(rows: &[Option<Row<'_>>], linked: &[bool]) -> Vec<usize> {
    let mut widest: Vec<usize> = Vec::new();
    let mut runs: Vec<usize> = Vec::with_capacity(rows.len());
    let mut before = None;
    for (row, linked) in rows.iter().zip(linked) {
        let width = row.as_ref().map_or(0, Row::width);
        let family = row.as_ref().map(|row| row.family);
        match widest.last_mut() {
            Some(widest) if *linked && before == Some(family) => *widest = width.max(*widest),
            Some(_) | None => widest.push(width),
        }
        runs.push(widest.len() - 1);
        before = Some(family);
    }
    runs.into_iter().filter_map(|run| widest.get(run).copied()).collect()
}
