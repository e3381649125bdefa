//! Rings: lets, params and types that need each other, and patterns that make each other.

use rsx_syntax::Span;
use rsx_syntax::ast::{Argument, Expr, ExprKind, TextPart};
use smol_str::SmolStr;

use super::Binder;
use super::kinds::MemberSource;
use crate::problems::names::Problem;
use crate::program::KindId;
use crate::term::{Term, TermKind};

impl Binder<'_> {
    /// Reports that what is being inferred leads back to the declaration at `span`.
    pub(super) fn ring_of(&mut self, span: Span) {
        let start = self.inferring.iter().position(|(_, other)| *other == span).unwrap_or(0);
        let ring = self.inferring.get(start..).unwrap_or_default().to_vec();
        self.ring(ring);
    }

    /// Reports a ring once, from its first by position.
    fn ring(&mut self, mut ring: Vec<(SmolStr, Span)>) {
        if ring.iter().any(|(_, span)| self.ringed.contains(span)) {
            return;
        }
        self.ringed.extend(ring.iter().map(|(_, span)| *span));
        let place = |span: &Span| (self.sources.file_of(*span), self.sources.range(*span).start);
        let first =
            ring.iter().enumerate().min_by_key(|(_, (_, span))| place(span)).map_or(0, |(index, _)| index);
        ring.rotate_left(first);
        self.report(Problem::Cycle { ring: &ring }.diagnostic());
    }

    /// The value of a let, unless it needs itself.
    pub(super) fn unless_ringed(&self, span: Span, term: Term) -> Term {
        if self.ringed.contains(&span) { Term::error(term.span) } else { term }
    }

    /// Finds the rings that written types have hidden, and takes the values out of them.
    pub(super) fn cycles(&mut self) {
        self.remaining_globals();
        self.living();
        self.global_rings();
        for index in 0..self.kinds.len() {
            if let Ok(kind) = u32::try_from(index) {
                self.let_rings(KindId(kind));
            }
        }
        self.make_rings();
    }

    fn global_rings(&mut self) {
        let edges = self.globals.values().map(|slot| {
            let mut to = Vec::new();
            if let Some(term) = &slot.term {
                term.visit(&mut |term| {
                    if let TermKind::Global(id) = term.kind {
                        to.push(id.0 as usize);
                    }
                });
            }
            to
        });
        for ring in rings(&edges.collect::<Vec<_>>()) {
            let places = ring.iter().filter_map(|&index| self.globals.get_index(index));
            let places =
                places.map(|(_, slot)| (slot.binding.name.node.clone(), slot.binding.name.span)).collect();
            self.ring(places);
            for index in ring {
                if let Some((_, slot)) = self.globals.get_index_mut(index) {
                    slot.term = Some(Term::error(slot.binding.name.span));
                }
            }
        }
    }

    fn let_rings(&mut self, kind: KindId) {
        let Some(slot) = self.slot(kind) else { return };
        let edges = slot.members.values().map(|member| {
            let mut to = Vec::new();
            if let (MemberSource::Let(_), Some(term)) = (member.source, &member.term) {
                term.visit(&mut |term| {
                    if let TermKind::Member(index) = term.kind {
                        to.push(index);
                    }
                });
            }
            to
        });
        for ring in rings(&edges.collect::<Vec<_>>()) {
            let Some(slot) = self.slot(kind) else { return };
            let places = ring.iter().filter_map(|&index| slot.members.get_index(index));
            let places = places.map(|(name, member)| (name.clone(), member.span)).collect();
            self.ring(places);
            for index in ring {
                if let Some((_, member)) =
                    self.slot_mut(kind).and_then(|slot| slot.members.get_index_mut(index))
                {
                    member.term = Some(Term::error(member.span));
                }
            }
        }
    }

    /// Patterns that make each other would never end.
    fn make_rings(&mut self) {
        let edges: Vec<Vec<usize>> = self
            .kinds
            .values()
            .map(|slot| {
                slot.members
                    .values()
                    .filter_map(|member| Some(member.make.as_ref()?.kind.0 as usize))
                    .collect()
            })
            .collect();
        for ring in rings(&edges) {
            let places = ring.iter().filter_map(|&index| self.kinds.get_index(index));
            let places = places.map(|(name, slot)| (name.clone(), slot.span)).collect();
            self.ring(places);
            for &index in &ring {
                let Some((_, slot)) = self.kinds.get_index_mut(index) else { continue };
                for member in slot.members.values_mut() {
                    if member.make.as_ref().is_some_and(|make| ring.contains(&(make.kind.0 as usize))) {
                        member.make = None;
                    }
                }
            }
        }
    }
}

/// Finds rings in a graph, no two of which share a node.
fn rings(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; edges.len()];
    let mut found: Vec<Vec<usize>> = Vec::new();
    for start in 0..edges.len() {
        if marks.get(start) != Some(&Mark::New) {
            continue;
        }
        let mut path = vec![(start, 0)];
        set(&mut marks, start, Mark::Open);
        while let Some((node, next)) = path.last_mut() {
            let Some(&to) = edges.get(*node).and_then(|edges| edges.get(*next)) else {
                set(&mut marks, *node, Mark::Done);
                path.pop();
                continue;
            };
            *next += 1;
            match marks.get(to) {
                Some(Mark::New) => {
                    set(&mut marks, to, Mark::Open);
                    path.push((to, 0));
                }
                Some(Mark::Open) => {
                    let from = path.iter().position(|(node, _)| *node == to).unwrap_or(0);
                    found.push(path.get(from..).unwrap_or_default().iter().map(|(node, _)| *node).collect());
                }
                Some(Mark::Done) | None => {}
            }
        }
    }
    return found;

    fn set(marks: &mut [Mark], node: usize, mark: Mark) {
        if let Some(place) = marks.get_mut(node) {
            *place = mark;
        }
    }
}

/// Collects the names that an expression mentions.
pub(super) fn mentioned<'e>(expr: &'e Expr, names: &mut Vec<&'e SmolStr>) {
    match &expr.kind {
        ExprKind::Name(name) => names.push(name),
        ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Number { .. }
        | ExprKind::Char(_)
        | ExprKind::Cidr(_)
        | ExprKind::Ip(_) => {}
        ExprKind::Text(parts) => {
            for part in parts {
                if let TextPart::Interpolation(inner) = part {
                    mentioned(inner, names);
                }
            }
        }
        ExprKind::List(items) => items.iter().for_each(|item| mentioned(item, names)),
        ExprKind::Record(fields) | ExprKind::Variant { fields, .. } => {
            fields.iter().for_each(|field| mentioned(&field.value, names));
        }
        ExprKind::Field { of: inner, .. }
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Parenthesized(inner) => {
            mentioned(inner, names);
        }
        ExprKind::Index { of, index } => both(of, index, names),
        ExprKind::Call { arguments, .. } => {
            arguments.iter().for_each(|Argument { value, .. }| mentioned(value, names));
        }
        ExprKind::Comprehension { over, only_if, body, .. } => {
            both(over, body, names);
            if let Some(condition) = only_if {
                mentioned(condition, names);
            }
        }
        ExprKind::Quantified { over, body, .. } => both(over, body, names),
        ExprKind::If { condition, then, otherwise } => {
            mentioned(condition, names);
            both(then, otherwise, names);
        }
        ExprKind::Binary { left, right, .. } => both(left, right, names),
        ExprKind::Range { start, end } => {
            mentioned(start, names);
            if let Some(end) = end {
                mentioned(end, names);
            }
        }
    }
}

fn both<'e>(one: &'e Expr, two: &'e Expr, names: &mut Vec<&'e SmolStr>) {
    mentioned(one, names);
    mentioned(two, names);
}
