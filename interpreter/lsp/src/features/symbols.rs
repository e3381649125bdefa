//! What a file declares, as an outline.

use std::ops::Range;

use rsx_syntax::ast::{Body, DeclarationKind, ItemKind, Name};
use rsx_syntax::{FileId, Span};

use crate::snapshot::Snapshot;

/// What something in an outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// An import.
    Import,
    /// A param.
    Param,
    /// A let.
    Let,
    /// A type.
    Type,
    /// A kind.
    Kind,
    /// An output.
    Output,
    /// An env.
    Env,
    /// A check, an expect or a rule.
    Rule,
    /// A declaration `kind name { … }`, or a part of a pattern.
    Instance,
    /// A field.
    Field,
}

/// A line of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// A word on it: the kind of a declaration, the type of a param.
    pub detail: String,
    /// All of it.
    pub whole: Range<usize>,
    /// Its name.
    pub range: Range<usize>,
    /// What it holds.
    pub children: Vec<Entry>,
}

/// Returns the outline of a file.
pub fn symbols(snapshot: &Snapshot, file: FileId) -> Vec<Entry> {
    let declarations = snapshot.declarations(file);
    declarations.filter_map(|declaration| entry(snapshot, &declaration.kind, declaration.span)).collect()
}

fn entry(snapshot: &Snapshot, kind: &DeclarationKind, whole: Span) -> Option<Entry> {
    let make = |name: &str, span: Span, sort: Sort, detail: &str, children: Vec<Entry>| Entry {
        name: if name.is_empty() { "…".to_owned() } else { name.to_owned() },
        sort,
        detail: detail.to_owned(),
        whole: snapshot.range(whole).1,
        range: snapshot.range(span).1,
        children,
    };
    let named = |name: &Name, sort, detail: &str| make(&name.node, name.span, sort, detail, Vec::new());
    let block = |name: &Name, sort, detail: &str, body: &Body| {
        make(&name.node, name.span, sort, detail, items(snapshot, body))
    };
    let ty =
        |of: &rsx_syntax::ast::Binding| of.ty.as_ref().map_or("", |ty| snapshot.written(ty.span)).to_owned();
    Some(match kind {
        DeclarationKind::Import(path) => named(path, Sort::Import, "import"),
        DeclarationKind::Param(of) => named(&of.name, Sort::Param, &ty(of)),
        DeclarationKind::Let(of) => named(&of.name, Sort::Let, &ty(of)),
        DeclarationKind::Output(of) => named(&of.name, Sort::Output, "output"),
        DeclarationKind::Type(of) => named(&of.name, Sort::Type, "type"),
        DeclarationKind::Dimension(of) => block(&of.name, Sort::Type, "dimension", &of.body),
        DeclarationKind::Env(of) => block(&of.name, Sort::Env, "env", &of.body),
        DeclarationKind::Check(of) => block(&of.name, Sort::Rule, "check", &of.body),
        DeclarationKind::Expect(of) => block(&of.name, Sort::Rule, "expect", &of.body),
        DeclarationKind::Rule(of) => make(
            of.code.node.as_str(),
            of.code.span,
            Sort::Rule,
            &format!("on {}", of.subject.node),
            Vec::new(),
        ),
        DeclarationKind::Resource(of) => block(&of.name, Sort::Kind, "resource", &of.body),
        DeclarationKind::Pattern(of) => block(&of.name, Sort::Kind, "pattern", &of.body),
        DeclarationKind::Instance(of) => block(&of.name, Sort::Instance, &of.kind.node, &of.body),
        DeclarationKind::Broken(of) => {
            let kind = of.kind.as_ref().map_or("", |kind| kind.node.as_str());
            named(of.name.as_ref()?, Sort::Instance, kind)
        }
    })
}

fn items(snapshot: &Snapshot, body: &Body) -> Vec<Entry> {
    let one = |name: &Name, whole: Span, sort, detail: &str, children| Entry {
        name: name.node.to_string(),
        sort,
        detail: detail.to_owned(),
        whole: snapshot.range(whole).1,
        range: snapshot.range(name.span).1,
        children,
    };
    let entry = |item: &rsx_syntax::ast::Item| match &item.kind {
        ItemKind::Field(of) => Some(one(&of.name, item.span, Sort::Field, "", Vec::new())),
        ItemKind::Schema(of) => {
            Some(one(&of.name, item.span, Sort::Field, snapshot.written(of.ty.span), Vec::new()))
        }
        ItemKind::Let(of) => Some(one(&of.name, item.span, Sort::Let, "", Vec::new())),
        ItemKind::Make(of) => {
            Some(one(&of.name, item.span, Sort::Instance, &of.kind.node, items(snapshot, &of.body)))
        }
        ItemKind::Require(_) | ItemKind::Allow(_) => None,
    };
    body.items.iter().filter_map(entry).collect()
}
