//! The effects of terms, for all values that they may come to.

use rsx_syntax::ast::BinaryOperator;

use super::effects::{Effects, Kinds};
use super::search::{At, Search};
use crate::builtin::Builtin;
use crate::eval::{may_refer, referring_fields};
use crate::program::{DeclaredId, KindId};
use crate::term::{Conversion, Part, Term, TermKind};
use crate::types::Type;

impl<'p> Search<'p> {
    /// Returns the effects of working out a term.
    pub(super) fn term(&self, term: &'p Term, at: At<'p>) -> Effects {
        let mut locals = Vec::new();
        if let Some(each) = at.each {
            locals.push(self.elements(self.within(each, at.me, &mut Vec::new())).inner());
        }
        self.within(term, at.me, &mut locals)
    }

    /// Returns the effects of a term; `locals` are those of variables.
    fn within(&self, term: &'p Term, me: Option<KindId>, locals: &mut Vec<Effects>) -> Effects {
        match &term.kind {
            TermKind::Error | TermKind::Constant(_) | TermKind::Env => Effects::default(),
            TermKind::Local(place) => locals.get(*place).copied().unwrap_or(Effects::ALL),
            TermKind::Me => Effects::refer_to(me.map(Kinds::one).unwrap_or_default()),
            TermKind::Member(place) => me.map(|me| self.member(me, *place)).unwrap_or_default(),
            TermKind::Stack => self.program().stack.map(|stack| self.declared(stack)).unwrap_or_default(),
            TermKind::Global(id) => self.global(*id),
            TermKind::Declared(id) => self.declared(*id),
            TermKind::List(items) => self.all(items, me, locals).held(),
            TermKind::Record(fields) | TermKind::Variant(_, fields) => {
                self.all(fields.iter().map(|(_, value)| value), me, locals).held()
            }
            TermKind::Get(of, name) => match may_refer(&term.ty) {
                true => self.get(of, name, me, locals),
                false => self.get(of, name, me, locals).seen(),
            },
            TermKind::Index(of, index) => {
                let of = self.elements(self.within(of, me, locals)).inner();
                of.and(self.within(index, me, locals).seen()).telling(true)
            }
            TermKind::Call(builtin, arguments) => {
                let found = self.all(arguments, me, locals);
                self.call(*builtin, arguments.len(), found)
            }
            TermKind::Every(kind) => Effects::refer_to(Kinds::one(*kind)),
            TermKind::Referrers(kind, of) => {
                let of = self.within(of, me, locals).touched();
                let fields = self.program().kind(*kind).into_iter().flat_map(referring_fields);
                let fields = fields.fold(of, |all, place| all.and(self.member(*kind, place).seen()));
                fields.and(Effects::refer_to(Kinds::one(*kind)))
            }
            TermKind::Query { target, text, arguments, login } => {
                let parts =
                    [target, text].into_iter().map(Box::as_ref).chain(arguments).chain(login.as_deref());
                let found = self.all(parts, me, locals);
                Effects::wait_for(found.waits.and(found.refers)).telling(true)
            }
            TermKind::Comprehension { over, only_if, body } => {
                let (over, depth) = self.enter(over, me, locals);
                let condition = only_if.as_deref().map(|term| self.within(term, me, locals).seen());
                let body = self.within(body, me, locals).held();
                locals.truncate(depth);
                body.and(over.touched()).and(condition.unwrap_or_default())
            }
            TermKind::Quantified { over, body, .. } => {
                let (over, depth) = self.enter(over, me, locals);
                let body = self.within(body, me, locals);
                locals.truncate(depth);
                body.seen().and(over.touched())
            }
            TermKind::If { condition, then, otherwise } => {
                let condition = self.within(condition, me, locals).seen();
                condition.and(self.within(then, me, locals)).and(self.within(otherwise, me, locals))
            }
            TermKind::Not(of) => self.within(of, me, locals).seen(),
            TermKind::Negate(of) => self.within(of, me, locals).seen().telling(true),
            TermKind::Binary(operator, left, right) => {
                let found = self.within(left, me, locals).and(self.within(right, me, locals));
                binary(*operator, left, found)
            }
            TermKind::Range(start, end) => {
                self.all(std::iter::once(start).chain(end).map(Box::as_ref), me, locals)
            }
            TermKind::Interpolation(parts) => {
                let values = parts.iter().filter_map(|part| match part {
                    Part::Literal(_) => None,
                    Part::Value(term) => Some(term),
                });
                self.all(values, me, locals).seen()
            }
            TermKind::Convert(conversion, inner) => {
                let of = self.within(inner, me, locals);
                match conversion {
                    // Likewise.
                    Conversion::Members => self.elements(of).inner(),
                    Conversion::Bare(record, _) => {
                        let defaults = record.fields.iter().filter_map(|field| field.default.as_ref());
                        of.and(self.all(defaults, None, &mut Vec::new()))
                    }
                    // What the library writes down holds, as its tests show; what the user writes is worked out anyway.
                    Conversion::Whole | Conversion::Refine(_) => {
                        of.telling(!matches!(inner.kind, TermKind::Constant(_)))
                    }
                }
            }
        }
    }

    pub(super) fn all(
        &self,
        terms: impl IntoIterator<Item = &'p Term>,
        me: Option<KindId>,
        locals: &mut Vec<Effects>,
    ) -> Effects {
        terms.into_iter().fold(Effects::default(), |all, term| all.and(self.within(term, me, locals)))
    }

    /// Binds the variable of a loop; returns what it runs over, and how many variables there were.
    fn enter(&self, over: &'p Term, me: Option<KindId>, locals: &mut Vec<Effects>) -> (Effects, usize) {
        let found = self.run_over(over, self.within(over, me, locals));
        let depth = locals.len();
        locals.push(Effects { tells: false, ..found.inner() });
        (found, depth)
    }

    /// Returns the effects of running over something: a range may be too long for that.
    pub(super) fn run_over(&self, over: &Term, found: Effects) -> Effects {
        let tells = matches!(over.ty.present(), Type::Range(_) | Type::Unknown | Type::Any);
        self.elements(found).telling(tells)
    }

    fn declared(&self, id: DeclaredId) -> Effects {
        let declared = self.program().declared(id);
        Effects::refer_to(declared.map(|(_, declared)| Kinds::one(declared.kind)).unwrap_or_default())
    }

    fn get(&self, of: &'p Term, name: &str, me: Option<KindId>, locals: &mut Vec<Effects>) -> Effects {
        let owner = self.within(of, me, locals);
        let members = owner.refers.ids().filter_map(|id| {
            let place = self.program().kind(id)?.members.get_index_of(name)?;
            Some(self.member(id, place))
        });
        let found = members.fold(owner.touched(), Effects::and);
        // A field of a record may hold whatever the record holds.
        match matches!(of.ty.present(), Type::Kind(_) | Type::AnyKind) {
            true => found,
            false => found.and(owner.inner()),
        }
    }

    /// The members of a pool stand for it where a list is wanted.
    fn elements(&self, found: Effects) -> Effects {
        let members = found.refers.ids().filter_map(|id| {
            let kind = self.program().kind(id)?;
            Some(self.member(id, kind.pool?))
        });
        members.fold(found, Effects::and)
    }

    fn call(&self, builtin: Builtin, arguments: usize, found: Effects) -> Effects {
        match builtin {
            // One element that is a hole makes all of them one.
            Builtin::Present
            | Builtin::Flatten
            | Builtin::First
            | Builtin::Distinct
            | Builtin::Without
            | Builtin::Repeated => found.inner(),
            // The largest of nothing.
            Builtin::Max | Builtin::Min => found.inner().telling(arguments < 2),
            Builtin::PoolOf => {
                let pools = self.program().each_kind().filter(|(id, kind)| {
                    kind.pool
                        .is_some_and(|place| found.refers.and(self.member(*id, place).refers) == found.refers)
                });
                pools.fold(found, |all, (id, _)| all.and(Effects::refer_to(Kinds::one(id))))
            }
            Builtin::Sum | Builtin::Log2 | Builtin::Blocks | Builtin::PhysicalName => {
                found.seen().telling(true)
            }
            Builtin::Length => found.touched(),
            Builtin::Floor
            | Builtin::Ceil
            | Builtin::Join
            | Builtin::Text
            | Builtin::Lower
            | Builtin::StartsWith
            | Builtin::EndsWith
            | Builtin::Nearest
            | Builtin::Addresses
            | Builtin::Prefix
            | Builtin::Overlaps
            | Builtin::NameOf
            | Builtin::Address
            | Builtin::KindOf
            | Builtin::IndexOf
            | Builtin::IsGenerated
            | Builtin::StoredName => found.seen(),
        }
    }
}

/// Returns the effects of an operator; numbers may become too large.
fn binary(operator: BinaryOperator, left: &Term, operands: Effects) -> Effects {
    let joins = operator == BinaryOperator::Add && matches!(left.ty.present(), Type::List(_));
    match joins || operator == BinaryOperator::Else {
        true => operands,
        false => operands.seen().telling(operator.is_arithmetic()),
    }
}
