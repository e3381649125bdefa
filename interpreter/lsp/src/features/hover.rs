//! What is known of the thing under the cursor: how it is declared, what its docs say, what it comes to and when.

use std::fmt::Write;
use std::ops::Range;

use rsx_lang::builtin::functions;
use rsx_lang::instance::InstanceId;
use rsx_lang::pages;
use rsx_lang::program::{GlobalKind, MemberKind};
use rsx_syntax::ast::{DeclarationKind, Expr, ExprKind, ItemKind};
use rsx_syntax::{FileId, Lexeme, PieceId, Span, TokenKind, lexemes};

use super::definition::place;
use super::docs::written_above;
use super::facts;
use super::names::{self, Occurrence, Role, Symbol};
use super::terms::Terms;
use super::tree::Node;
use crate::snapshot::Snapshot;

/// What is shown, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of.
    pub range: Range<usize>,
    /// What it says.
    pub markdown: String,
}

/// How many lines of a declaration are shown.
const LINES: usize = 16;

/// Returns what is known of the thing at a place; `note` has what the library says of a declaration besides.
pub fn hover(
    snapshot: &Snapshot,
    note: &dyn Fn(&str) -> Option<String>,
    file: FileId,
    offset: usize,
) -> Option<Hover> {
    let (piece, within) = snapshot.at(file, offset)?;
    let occurrence = names::at(snapshot, file, offset).filter(|one| !matches!(one.symbol, Symbol::Unit(_)));
    let of_occurrence = occurrence.as_ref().and_then(|occurrence| {
        let markdown = of_name(snapshot, note, piece, occurrence)?;
        Some(Hover { range: snapshot.range(occurrence.span).1, markdown })
    });
    match of_occurrence.or_else(|| of_word(snapshot, piece, within)) {
        Some(found) => Some(found),
        None if occurrence.is_some() => None,
        None => {
            let expr = expression(snapshot, piece, within)?;
            let lines = comes_to(snapshot, piece, expr.span);
            let (kind, markdown) = (&expr.kind, lines.join("\n\n"));
            let is_telling = !matches!(kind, ExprKind::Text(_) | ExprKind::List(_) | ExprKind::Record(_));
            (is_telling && !markdown.is_empty())
                .then(|| Hover { range: snapshot.range(expr.span).1, markdown })
        }
    }
}

/// What the page of a word of the language says.
fn of_word(snapshot: &Snapshot, piece: PieceId, offset: usize) -> Option<Hover> {
    let text = snapshot.sources().piece_text(piece);
    let holds =
        |one: &Lexeme| one.kind == TokenKind::Word && (one.range.start..=one.range.end).contains(&offset);
    let range = lexemes(text, 0..text.len()).find(holds)?.range;
    let is_behind_dot = text.get(..range.start)?.ends_with('.');
    let (_, page) = pages::words().find(|(word, _)| text.get(range.clone()) == Some(word))?;
    let range = snapshot.range(Span::new(piece, range.start, range.end)).1;
    (!is_behind_dot).then(|| Hover { range, markdown: page.trim().to_owned() })
}

fn of_name(
    snapshot: &Snapshot,
    note: &dyn Fn(&str) -> Option<String>,
    piece: PieceId,
    occurrence: &Occurrence,
) -> Option<String> {
    let mut parts = Vec::new();
    let symbol = &occurrence.symbol;
    let declared = place(snapshot, symbol);
    let local = || local(snapshot, piece, occurrence);
    let head = head(snapshot, symbol, declared).or_else(local);
    parts.extend(head.map(|head| format!("```rsx\n{head}\n```")));
    parts.extend(docs(snapshot, symbol, declared));
    parts.extend(values(snapshot, piece, occurrence));
    parts.extend(declared_name(snapshot, symbol).and_then(note));
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The name of the declaration `kind name { … }` that a symbol means.
fn declared_name<'s>(snapshot: &'s Snapshot, symbol: &'s Symbol) -> Option<&'s str> {
    let program = &snapshot.analysis().program;
    if let Symbol::Stack = symbol {
        return Some(program.declared(program.stack?)?.0);
    }
    if let Symbol::Value(name) = symbol {
        program.declared.get_key_value(name).map(|(name, _)| &**name)
    } else {
        None
    }
}

/// How the thing is declared, as short as it can be said.
fn head(snapshot: &Snapshot, symbol: &Symbol, declared: Option<Span>) -> Option<String> {
    let program = &snapshot.analysis().program;
    let ty = |ty| facts::type_name(program, ty);
    match symbol {
        Symbol::Value(name) => {
            if let Some(declared) = program.declared.get(name) {
                return Some(format!("{} {name}", program.kind(declared.kind)?.name));
            }
            let global = program.globals.get(name)?;
            let word = match global.kind {
                GlobalKind::Param(_) => "param",
                GlobalKind::Let(_) => "let",
            };
            Some(format!("{word} {name}: {}", ty(&global.ty)))
        }
        Symbol::Member(kind, name) => {
            let member = program.kinds.get(kind).and_then(|kind| kind.members.get(name));
            match member.map(|member| &member.kind) {
                Some(MemberKind::Let(term)) => Some(format!("{kind}.{name}: {}", ty(&term.ty))),
                Some(MemberKind::Make(make)) => {
                    let each = if make.each.is_some() { " for …" } else { "" };
                    Some(format!("make {} {name}{each}", program.kind(make.kind)?.name))
                }
                Some(MemberKind::Field { .. }) | None => schema_field(snapshot, declared?),
            }
        }
        Symbol::Field(_) => schema_field(snapshot, declared?),
        Symbol::Kind(_) => kind_fields(snapshot, declared?),
        Symbol::Type(_) | Symbol::Env(_) => shortened(snapshot, declared?),
        Symbol::Word(set, word) => Some(match set {
            Some(set) => format!("{set}: {word}"),
            None => word.to_string(),
        }),
        Symbol::Output(name) => Some(format!("output {name}: {}", ty(&program.outputs.get(name)?.value.ty))),
        Symbol::Code(code) => Some(format!("rule {code}")),
        Symbol::Stack => {
            let (name, _) = program.declared(program.stack?)?;
            Some(format!("stack {name}"))
        }
        Symbol::Function(name) => ways(name),
        Symbol::Local(_) | Symbol::Me | Symbol::Unit(_) | Symbol::File(_) => None,
    }
}

/// `m: Type`, of a variable of a loop or a rule's `let`, by what the checker has made of it anywhere.
fn local(snapshot: &Snapshot, piece: PieceId, occurrence: &Occurrence) -> Option<String> {
    let Symbol::Local(_) = &occurrence.symbol else { return None };
    let program = &snapshot.analysis().program;
    let terms = Terms::within(program, &|other| other == piece);
    let all = names::in_piece(snapshot, piece).into_iter();
    let mut same = all.filter(|one| one.symbol == occurrence.symbol);
    let term = same.find_map(|one| terms.value(one.span))?;
    Some(format!("{}: {}", snapshot.written(occurrence.span), facts::type_name(program, &term.ty)))
}

/// How a function is called, each way.
fn ways(name: &str) -> Option<String> {
    let function = functions().find(|function| function.name == name)?;
    Some(function.usage.replace("` or `", "\n"))
}

/// The first lines of the declaration that holds a place.
fn shortened(snapshot: &Snapshot, at: Span) -> Option<String> {
    let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
    let written = snapshot.written(declaration.span);
    let mut lines: Vec<&str> = written.lines().take(LINES).collect();
    if lines.len() < written.lines().count() {
        lines.push("…");
    }
    Some(lines.join("\n"))
}

/// A kind with its fields, those that must be given first.
fn kind_fields(snapshot: &Snapshot, at: Span) -> Option<String> {
    let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
    let (DeclarationKind::Pattern(block) | DeclarationKind::Resource(block)) = &declaration.kind else {
        return shortened(snapshot, at);
    };
    let word = if let DeclarationKind::Pattern(_) = &declaration.kind { "pattern" } else { "resource" };
    let mut out = format!("{word} {} {{\n", block.name.node);
    let fields = super::schema::fields(snapshot, &block.name.node);
    for field in fields.iter().filter(|field| field.is_required) {
        let _ = writeln!(out, "  {}: {}", field.name, field.ty);
    }
    let optional: Vec<&str> =
        fields.iter().filter(|field| !field.is_required).map(|field| field.name.as_str()).collect();
    if !optional.is_empty() {
        let _ = writeln!(out, "  // optional: {}", optional.join(", "));
    }
    out.push('}');
    Some(out)
}

/// `name: Type = default`, as it is declared.
fn schema_field(snapshot: &Snapshot, at: Span) -> Option<String> {
    let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
    let mut found = None;
    Node::Declaration(declaration).visit(&mut |node| {
        let name = match node {
            Node::Schema(field) => field.name.span,
            Node::Item(item) => match &item.kind {
                ItemKind::Let(of) => of.name.span,
                ItemKind::Make(of) => of.name.span,
                ItemKind::Field(_) | ItemKind::Schema(_) | ItemKind::Require(_) | ItemKind::Allow(_) => {
                    return;
                }
            },
            Node::Declaration(_) | Node::Body(_) | Node::Field(_) | Node::Type(_) | Node::Expr(_) => return,
        };
        if name == at {
            found = Some(node.span());
        }
    });
    let written = snapshot.written(found?);
    Some(written.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn docs(snapshot: &Snapshot, symbol: &Symbol, declared: Option<Span>) -> Option<String> {
    if let Symbol::Code(code) = symbol {
        let page = pages::page(code).map(str::to_owned);
        return page.or_else(|| written_above(snapshot, declared?));
    }
    if let Symbol::Function(name) = symbol {
        return functions().find(|function| function.name == *name).map(|function| function.says.to_owned());
    }
    written_above(snapshot, declared?)
}

/// What the thing comes to, in each env.
fn values(snapshot: &Snapshot, piece: PieceId, occurrence: &Occurrence) -> Vec<String> {
    let program = &snapshot.analysis().program;
    match (&occurrence.symbol, occurrence.role) {
        (Symbol::Value(name), _) if program.globals.contains_key(name) => {
            facts::values(snapshot, |model| model.global(name))
        }
        (Symbol::Member(_, name), Role::Gift) => {
            let Some(id) = instance(snapshot, piece) else { return Vec::new() };
            facts::values(snapshot, |model| model.get(id, name))
        }
        (Symbol::Output(name), _) => facts::values(snapshot, |model| {
            model.outputs().into_iter().find(|output| output.name == *name).map(|output| output.value)
        }),
        // How it is declared has told its type.
        (Symbol::Local(_), _) => comes_to(snapshot, piece, occurrence.span).into_iter().skip(1).collect(),
        (Symbol::Member(..) | Symbol::Field(_) | Symbol::Stack, _) => {
            comes_to(snapshot, piece, access(snapshot, piece, occurrence.span)).into_iter().skip(1).collect()
        }
        _ => Vec::new(),
    }
}

/// The whole `a.b` whose `b` stands at a place.
fn access(snapshot: &Snapshot, piece: PieceId, name: Span) -> Span {
    let mut found = name;
    let declaration = snapshot.tree(piece).and_then(|tree| tree.declaration.as_ref());
    declaration.into_iter().for_each(|declaration| {
        Node::Declaration(declaration).visit(&mut |node| {
            if let Node::Expr(Expr { kind: ExprKind::Field { name: other, .. }, span }) = node
                && other.span == name
            {
                found = *span;
            }
        });
    });
    found
}

/// What the expression at a place comes to, and its type.
fn comes_to(snapshot: &Snapshot, piece: PieceId, span: Span) -> Vec<String> {
    let program = &snapshot.analysis().program;
    let terms = Terms::within(program, &|other| other == piece);
    let Some(term) = terms.value(span) else { return Vec::new() };
    let mut lines = vec![format!("```rsx\n{}\n```", facts::type_name(program, &term.ty))];
    let me = instance(snapshot, piece);
    lines.extend(facts::values(snapshot, |model| {
        let terms = Terms::within(model.program(), &|other| other == piece);
        facts::value(model, terms.value(span)?, me)
    }));
    if let rsx_lang::term::TermKind::Constant(rsx_lang::value::Value::Cidr(cidr)) = &term.kind {
        let addresses = 1_u64 << (32 - u32::from(cidr.prefix_len()));
        lines.push(format!("{addresses} addresses: {} to {}", cidr.network(), cidr.broadcast()));
    }
    lines
}

/// Returns the instance that a piece declares.
pub(crate) fn instance(snapshot: &Snapshot, piece: PieceId) -> Option<InstanceId> {
    let DeclarationKind::Instance(of) = &snapshot.tree(piece)?.declaration.as_ref()?.kind else {
        return None;
    };
    let place = snapshot.analysis().program.declared.get_index_of(&of.name.node)?;
    u32::try_from(place).ok().map(InstanceId)
}

/// Returns the innermost expression at a byte of a piece.
fn expression(snapshot: &Snapshot, piece: PieceId, offset: usize) -> Option<&Expr> {
    let declaration = snapshot.tree(piece)?.declaration.as_ref()?;
    Node::Declaration(declaration)
        .around(offset)
        .into_iter()
        .rev()
        .find_map(|node| if let Node::Expr(expr) = node { Some(expr) } else { None })
}
