//! What can be done about a place: the fixes that diagnostics carry, what is missing filled in, an exception with its reason, a
//! param made of a value, imports put in order.

use std::ops::Range;

use rsx_lang::program::Strength;
use rsx_lang::term::TermKind;
use rsx_lang::types::Type;
use rsx_syntax::ast::{Body, Declaration, DeclarationKind, ExprKind, ItemKind};
use rsx_syntax::{Diagnostic, FileId, Span};
use smol_str::SmolStr;

use super::expected::Expectations;
use super::facts::type_name;
use super::rename::Change;
use super::terms::Terms;
use super::tree::Node;
use super::{placeholder, schema};
use crate::snapshot::Snapshot;

/// What sort of thing an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It mends what is wrong.
    Fix,
    /// It mends what is wrong, and is likely what is meant.
    LikelyFix,
    /// It writes what can be written without thought.
    Rewrite,
    /// It gives a value a name.
    Extract,
    /// It puts imports in order.
    Imports,
    /// It mends all that has one fix.
    All,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does, as an imperative.
    pub title: String,
    /// What sort of thing it is.
    pub sort: Sort,
    /// The code and place of what it mends.
    pub mends: Option<(String, Range<usize>)>,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// Returns what can be done about a range of a file.
pub fn actions(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let mut found = Vec::new();
    for diagnostic in touched(snapshot, file, range) {
        found.extend(fixes(snapshot, diagnostic));
    }
    for diagnostic in touched(snapshot, file, range) {
        found.extend(allowance(snapshot, diagnostic));
        found.extend(needless(snapshot, diagnostic));
    }
    found.extend(fill(snapshot, file, range));
    found.extend(extract(snapshot, file, range));
    found.extend(organise(snapshot, file));
    found.extend(mend_all(snapshot, file));
    found
}

/// Takes the only fix of everything in a file that has one; of those that change the same place, the first.
fn mend_all(snapshot: &Snapshot, file: FileId) -> Option<Action> {
    let mut changes: Vec<Change> = Vec::new();
    let mut times = 0;
    for diagnostic in touched(snapshot, file, &(0..usize::MAX)) {
        let [fix] = &diagnostic.fixes[..] else { continue };
        let new: Vec<Change> =
            fix.edits.iter().map(|edit| change(snapshot, edit.span, &edit.insert)).collect();
        let meets = |one: &Change, other: &Change| {
            one.file == other.file && one.range.start <= other.range.end && other.range.start <= one.range.end
        };
        if !changes.iter().any(|one| new.iter().any(|other| meets(one, other))) {
            changes.extend(new);
            times += 1;
        }
    }
    let title = format!("mend all that has one fix, {times} place{}", if times == 1 { "" } else { "s" });
    (times > 0).then_some(Action { title, sort: Sort::All, mends: None, changes })
}

fn touched<'s>(
    snapshot: &'s Snapshot,
    file: FileId,
    range: &'s Range<usize>,
) -> impl Iterator<Item = &'s Diagnostic> {
    snapshot.analysis().diagnostics.iter().filter(move |diagnostic| {
        let place = diagnostic.primary().map(|span| snapshot.range(span));
        place.is_some_and(|(other, place)| {
            other == file && place.start <= range.end && range.start <= place.end
        })
    })
}

fn mends(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<(String, Range<usize>)> {
    let range = snapshot.range(diagnostic.primary()?).1;
    Some((diagnostic.code.as_str().to_owned(), range))
}

fn fixes(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Vec<Action> {
    let sort = if diagnostic.fixes.len() == 1 { Sort::LikelyFix } else { Sort::Fix };
    let all = diagnostic.fixes.iter().map(|fix| Action {
        title: fix.title.clone(),
        sort,
        mends: mends(snapshot, diagnostic),
        changes: fix.edits.iter().map(|edit| change(snapshot, edit.span, &edit.insert)).collect(),
    });
    all.collect()
}

fn change(snapshot: &Snapshot, span: Span, insert: &str) -> Change {
    let (file, range) = snapshot.range(span);
    Change { file, range, insert: insert.to_owned() }
}

/// `allow CODE because "…"` in the declaration at fault, for what may be allowed.
fn allowance(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Action> {
    let code = diagnostic.code.as_str();
    let strength =
        snapshot.analysis().program.rules.iter().find(|rule| rule.code == diagnostic.code)?.strength.as_ref();
    let is_law = strength.is_some_and(
        |term| matches!(&term.kind, TermKind::Variant(word, _) if Strength::named(word) == Strength::Law),
    );
    let declaration = snapshot.tree(diagnostic.primary()?.piece)?.declaration.as_ref()?;
    let body = body(declaration).filter(|_| !is_law)?;
    let insert = format!("allow {code} because \"…\"");
    Some(Action {
        title: format!("allow `{code}` here, with a reason"),
        sort: Sort::Fix,
        mends: mends(snapshot, diagnostic),
        changes: vec![in_body(snapshot, body, &[insert])],
    })
}

/// The code under which is told what silences nothing.
const UNUSED: &str = "rsx::allow::unused";

/// Takes an `allow` that silences nothing away, with its line if it has one to itself.
fn needless(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Action> {
    let at = diagnostic.primary().filter(|_| diagnostic.code.as_str() == UNUSED)?;
    let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
    let mut found = None;
    Node::Declaration(declaration).visit(&mut |node| {
        let Node::Item(item) = node else { return };
        found = found
            .or_else(|| matches!(&item.kind, ItemKind::Allow(of) if of.code.span == at).then_some(item.span));
    });
    let (file, range) = snapshot.range(found?);
    let text = snapshot.sources().text(file);
    let (before, behind) = (text.get(..range.start)?, text.get(range.end..)?);
    let start = before.trim_end_matches([' ', '\t']).len();
    let stands_alone = before.get(..start)?.ends_with('\n')
        && behind.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let range = match stands_alone {
        true => start..range.end + behind.find('\n')? + 1,
        false => start..range.end,
    };
    Some(Action {
        title: format!("take the `allow` of `{}` away", snapshot.written(at)),
        sort: Sort::LikelyFix,
        mends: mends(snapshot, diagnostic),
        changes: vec![Change { file, range, insert: String::new() }],
    })
}

fn body(declaration: &Declaration) -> Option<&Body> {
    if let DeclarationKind::Instance(of) = &declaration.kind {
        return Some(&of.body);
    }
    let (DeclarationKind::Check(of) | DeclarationKind::Expect(of)) = &declaration.kind else { return None };
    Some(&of.body)
}

/// Adds lines at the end of a body.
fn in_body(snapshot: &Snapshot, body: &Body, lines: &[String]) -> Change {
    let (file, range) = snapshot.range(body.span);
    let text = snapshot.sources().text(file);
    let inside = text.get(range.start + 1..range.end.saturating_sub(1)).unwrap_or("");
    let end = range.start + 1 + inside.trim_end().len();
    let last = body.items.last().map(|item| snapshot.range(item.span).1.end);
    let insert = match inside.contains('\n') {
        true => lines.iter().map(|line| format!("\n  {line}")).collect::<String>(),
        false => {
            // A clause takes a line of its own.
            let joined: String = lines.iter().map(|line| format!("\n  {line}")).collect();
            format!("{joined}\n")
        }
    };
    let at = last.map_or(end, |last| last.max(end));
    let stop = if inside.contains('\n') { at } else { range.end.saturating_sub(1).max(at) };
    Change { file, range: at..stop, insert }
}

/// The code under which is told what a declaration lacks.
const MISSING: &str = "rsx::type::missing_field";

/// Writes the fields that a declaration must have and has not.
fn fill(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Option<Action> {
    let (piece, _) = snapshot.at(file, range.start)?;
    let declaration = snapshot.tree(piece)?.declaration.as_ref()?;
    let DeclarationKind::Instance(of) = &declaration.kind else { return None };
    let is_given = |name: &SmolStr| {
        let mut given = of.body.fields().map(|field| &field.name).chain(&of.body.broken);
        given.any(|other| other.node == *name)
    };
    let missing: Vec<_> = schema::fields(snapshot, &of.kind.node)
        .into_iter()
        .filter(|field| field.is_required && !is_given(&field.name))
        .collect();
    let lines: Vec<String> = missing
        .iter()
        .map(|field| format!("{} = {}", field.name, placeholder::of_field(snapshot, &of.kind.node, field)))
        .collect();
    let names: Vec<String> = missing.iter().map(|field| format!("`{}`", field.name)).collect();
    let told = touched(snapshot, file, range)
        .find(|one| one.code.as_str() == MISSING && one.primary().is_some_and(|place| place.piece == piece));
    (!lines.is_empty()).then(|| Action {
        title: format!("add {}", names.join(", ")),
        sort: if told.is_some() { Sort::Fix } else { Sort::Rewrite },
        mends: told.and_then(|told| mends(snapshot, told)),
        changes: vec![in_body(snapshot, &of.body, &lines)],
    })
}

/// Makes a param of the value at a range.
fn extract(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Option<Action> {
    let (piece, start) = snapshot.at(file, range.start)?;
    let declaration = snapshot.tree(piece)?.declaration.as_ref()?;
    if matches!(declaration.kind, DeclarationKind::Param(_)) {
        return None;
    }
    let around = Node::Declaration(declaration).around(start);
    let (at, expr) = around.iter().enumerate().rev().find_map(|(at, node)| {
        if let Node::Expr(expr) = node
            && is_literal(&expr.kind)
            && covers(snapshot, expr.span, range)
        {
            Some((at, *expr))
        } else {
            None
        }
    })?;
    let program = &snapshot.analysis().program;
    let find = Expectations { snapshot, terms: Terms::within(program, &|other| other == piece) };
    let needed = find.expected(declaration, around.get(..at)?, expr).ty;
    let name = fresh(snapshot, declaration, field(&around));
    let written = snapshot.written(expr.span);
    let (title, param) = match needed.filter(|ty| matches!(ty.present(), Type::Secret(_))) {
        // Its value comes from outside, and is shown nowhere.
        Some(secret) => (
            format!("make a param `{name}` in the place of the literal"),
            format!("{name}: {}", type_name(program, &secret)),
        ),
        None => {
            // What its place needs tells more than what it is.
            let ty = &find.terms.at(expr.span).first()?.ty;
            let ty = Some(ty).filter(|ty| !matches!(ty, Type::Unknown | Type::Any))?;
            let param = format!("{name}: {} = {written}", type_name(program, ty));
            (format!("make a param `{name}` of `{written}`"), param)
        }
    };
    let at = snapshot.range(declaration.docs.as_ref().map_or(declaration.span, |docs| docs.span)).1.start;
    let line = snapshot.sources().text(file).get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    Some(Action {
        title,
        sort: Sort::Extract,
        mends: None,
        changes: vec![
            Change { file, range: line..line, insert: format!("param {param}\n\n") },
            change(snapshot, expr.span, &name),
        ],
    })
}

fn covers(snapshot: &Snapshot, span: Span, range: &Range<usize>) -> bool {
    let place = snapshot.range(span).1;
    place.start <= range.start && range.end <= place.end
}

fn field(around: &[Node<'_>]) -> Option<SmolStr> {
    around
        .iter()
        .rev()
        .find_map(|node| if let Node::Field(field) = node { Some(field.name.node.clone()) } else { None })
}

fn is_literal(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Bool(_)
            | ExprKind::Number { .. }
            | ExprKind::Text(_)
            | ExprKind::Cidr(_)
            | ExprKind::Ip(_)
            | ExprKind::Range { .. }
    )
}

/// A name that nobody has: the declaration's and the field's.
fn fresh(snapshot: &Snapshot, declaration: &Declaration, field: Option<SmolStr>) -> String {
    let of = if let DeclarationKind::Instance(of) = &declaration.kind {
        of.name.node.as_str()
    } else if let DeclarationKind::Let(of) | DeclarationKind::Output(of) = &declaration.kind {
        of.name.node.as_str()
    } else {
        "value"
    };
    let base = field.map_or_else(|| format!("{of}_value"), |field| format!("{of}_{field}"));
    let is_free = |name: &String| super::definition::value(snapshot, name).is_none();
    let numbered = (2..).map(|n| format!("{base}_{n}"));
    [base.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(base)
}

/// Puts the imports of a file in order, each once.
fn organise(snapshot: &Snapshot, file: FileId) -> Option<Action> {
    let text = snapshot.sources().text(file);
    let imports: Vec<(Range<usize>, &str)> = snapshot
        .declarations(file)
        .filter(|declaration| matches!(declaration.kind, DeclarationKind::Import(_)))
        .map(|declaration| (snapshot.range(declaration.span).1, snapshot.written(declaration.span)))
        .collect();
    let mut sorted: Vec<&str> = imports.iter().map(|(_, written)| *written).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let (first, rest) = imports.split_first()?;
    if imports.iter().map(|(_, written)| *written).eq(sorted.iter().copied()) {
        return None;
    }
    let mut changes = vec![Change { file, range: first.0.clone(), insert: sorted.join("\n") }];
    for (range, _) in rest {
        let end = text
            .get(range.end..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |at| range.end + at + 1);
        changes.push(Change { file, range: range.start..end, insert: String::new() });
    }
    let title = "put the imports in order".to_owned();
    Some(Action { title, sort: Sort::Imports, mends: None, changes })
}
