//! What working out a term may do besides giving a value, for all values that it may come to: tell something, refer to
//! instances, wait for them.

use rsx_syntax::ast::BinaryOperator;

use crate::builtin::Builtin;
use crate::eval::{is_outside, may_refer, referring_fields};
use crate::program::{DeclaredId, Global, GlobalKind, KindId, Make, MemberKind, Program};
use crate::term::{Conversion, Part, Term, TermKind};
use crate::types::Type;

/// A set of kinds, by their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u128);

impl Kinds {
    /// How many kinds can be told apart.
    pub(super) const MOST: usize = 128;

    pub(super) fn one(kind: KindId) -> Self {
        Self(1_u128.checked_shl(kind.0).unwrap_or(0))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, kind: KindId) -> bool {
        self.0 & Self::one(kind).0 != 0
    }

    pub(super) fn ids(self) -> impl Iterator<Item = KindId> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let first = (left != 0).then(|| left.trailing_zeros())?;
            left &= left - 1;
            Some(KindId(first))
        })
    }
}

/// What working out a term may do. Whatever is not known not to happen counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// The kinds of the instances that its value may hold.
    pub(super) refers: Kinds,
    /// The kinds of the instances that holes in its value may wait for.
    pub(super) waits: Kinds,
    /// Whether the value as a whole may be such a hole.
    hole: bool,
    /// Whether it may report something, or leave a mark for later.
    pub(super) tells: bool,
}

impl Effects {
    fn refer_to(refers: Kinds) -> Self {
        Self { refers, ..Self::default() }
    }

    fn wait_for(waits: Kinds) -> Self {
        Self { waits, hole: waits != Kinds::default(), ..Self::default() }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            refers: self.refers.and(other.refers),
            waits: self.waits.and(other.waits),
            hole: self.hole || other.hole,
            tells: self.tells || other.tells,
        }
    }

    /// The value is found by looking at this one with all that is in it, and holds nothing of it.
    fn seen(self) -> Self {
        Self { tells: self.tells, ..Self::wait_for(self.waits) }
    }

    /// The value is found by looking at this one, and not at what is in it.
    fn touched(self) -> Self {
        Self { tells: self.tells, ..Self::wait_for(if self.hole { self.waits } else { Kinds::default() }) }
    }

    /// The value is something within this one.
    fn inner(self) -> Self {
        Self { refers: self.refers, ..self.seen() }
    }

    /// The value holds this one, and so is no hole itself.
    fn held(self) -> Self {
        Self { hole: false, ..self }
    }

    fn telling(self, tells: bool) -> Self {
        Self { tells: self.tells || tells, ..self }
    }

    /// Takes in more; returns whether it was more.
    fn grow(&mut self, found: Self) -> bool {
        let grown = self.and(found);
        std::mem::replace(self, grown) != grown
    }
}

/// Where a term stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// The kind of `self`.
    pub(super) me: Option<KindId>,
    /// What the variable of a part's loop runs over.
    pub(super) each: Option<&'p Term>,
}

/// The effects of the members and globals of a program.
#[derive(Debug)]
pub(super) struct Search<'p> {
    program: &'p Program,
    /// Of reading a member: what a walk works out anyway tells nothing again.
    members: Vec<Vec<Effects>>,
    globals: Vec<Effects>,
}

impl<'p> Search<'p> {
    /// Looks at all terms until nothing new is found.
    pub(super) fn of(program: &'p Program) -> Self {
        let kinds = program.kinds.values();
        let members = kinds.map(|kind| vec![Effects::default(); kind.members.len()]).collect();
        let mut search = Self { program, members, globals: vec![Effects::default(); program.globals.len()] };
        while search.look() {}
        search
    }

    /// Returns the effects of reading a member.
    pub(super) fn member(&self, kind: KindId, place: usize) -> Effects {
        let members = self.members.get(kind.0 as usize);
        members.and_then(|members| members.get(place)).copied().unwrap_or_default()
    }

    /// Returns all that fields are given: the kind, the place, and where it is said.
    fn given(&self) -> impl Iterator<Item = (KindId, usize, &'p Term, Place<'p>)> + use<'p> {
        let program = self.program;
        let field = |kind: KindId, name: &str| {
            program.kind(kind).and_then(|kind| kind.members.get_index_of(name)).map(|place| (kind, place))
        };
        let makes = (0..).map(KindId).zip(program.kinds.values()).flat_map(move |(id, kind)| {
            let makes = kind.members.values().filter_map(|member| make(&member.kind));
            makes.flat_map(move |make| make.given.iter().map(move |(name, given)| (make, name, given, id)))
        });
        let of_parts = makes.filter_map(move |(make, name, given, maker)| {
            let (kind, place) = field(make.kind, name)?;
            Some((kind, place, &given.value, Place { me: Some(maker), each: make.each.as_ref() }))
        });
        let declared = program.declared.values();
        let of_declared =
            declared.flat_map(|declared| declared.given.iter().map(move |given| (declared.kind, given)));
        of_parts.chain(of_declared.filter_map(move |(kind, (name, given))| {
            let (kind, place) = field(kind, name)?;
            Some((kind, place, &given.value, Place { me: Some(kind), each: None }))
        }))
    }

    /// Looks at all terms once; returns whether that has found more.
    fn look(&mut self) -> bool {
        let mut more = false;
        for (id, (name, global)) in self.program.globals.iter().enumerate() {
            let found = Effects { tells: false, ..self.global(name, global) };
            more |= self.globals.get_mut(id).is_some_and(|known| known.grow(found));
        }
        for (id, kind) in (0..).map(KindId).zip(self.program.kinds.values()) {
            for (place, member) in kind.members.values().enumerate() {
                let at = Place { me: Some(id), each: None };
                let found = match &member.kind {
                    MemberKind::Let(value) => self.term(value, at),
                    MemberKind::Make(make) => Effects { tells: false, ..self.made(make, Some(id)) },
                    MemberKind::Field { default: Some(default), .. } => {
                        Effects { tells: false, ..self.term(default, at) }
                    }
                    MemberKind::Field { attributes, default: None, .. } => match is_outside(attributes) {
                        true => Effects::wait_for(Kinds::one(id)),
                        false => Effects::default(),
                    },
                };
                more |= self.grow(id, place, found);
            }
        }
        for (kind, place, value, at) in self.given() {
            let found = self.term(value, at);
            let tells = found.tells && value.is_handed_on();
            more |= self.grow(kind, place, Effects { tells, ..found });
        }
        more
    }

    fn grow(&mut self, kind: KindId, place: usize, found: Effects) -> bool {
        let members = self.members.get_mut(kind.0 as usize);
        members.and_then(|members| members.get_mut(place)).is_some_and(|known| known.grow(found))
    }

    /// Returns the effects of working out a param or a let.
    pub(super) fn global(&self, name: &str, global: &'p Global) -> Effects {
        let own = match &global.kind {
            GlobalKind::Let(value) => Some(value),
            GlobalKind::Param(default) => default.as_ref(),
        };
        let envs = self.program.envs.values().filter_map(|env| env.given.get(name)).map(|given| &given.value);
        self.all(own.into_iter().chain(envs), None, &mut Vec::new())
    }

    /// Returns the effects of working out a part.
    pub(super) fn made(&self, make: &'p Make, maker: Option<KindId>) -> Effects {
        let conditions = [&make.each, &make.only_if].into_iter().flatten();
        let at = Place { me: maker, each: make.each.as_ref() };
        let found = conditions.fold(Effects::default(), |all, term| all.and(self.term(term, at).touched()));
        // What a part depends on must be known now: it is told if not, and nothing waits for it.
        Effects::refer_to(Kinds::one(make.kind)).telling(found.tells || found.hole)
    }

    /// Returns the effects of working out a term.
    pub(super) fn term(&self, term: &'p Term, at: Place<'p>) -> Effects {
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
            TermKind::Local(place) => locals.get(*place).copied().unwrap_or_default(),
            TermKind::Me => Effects::refer_to(me.map(Kinds::one).unwrap_or_default()),
            TermKind::Member(place) => me.map(|me| self.member(me, *place)).unwrap_or_default(),
            TermKind::Stack => self.program.stack.map(|stack| self.declared(stack)).unwrap_or_default(),
            TermKind::Global(id) => self.globals.get(id.0 as usize).copied().unwrap_or_default(),
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
                let fields = self.program.kind(*kind).into_iter().flat_map(referring_fields);
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
                    Conversion::Members => self.elements(of),
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

    fn all(
        &self,
        terms: impl IntoIterator<Item = &'p Term>,
        me: Option<KindId>,
        locals: &mut Vec<Effects>,
    ) -> Effects {
        terms.into_iter().fold(Effects::default(), |all, term| all.and(self.within(term, me, locals)))
    }

    /// Binds the variable of a loop; returns what it runs over, and how many variables there were.
    fn enter(&self, over: &'p Term, me: Option<KindId>, locals: &mut Vec<Effects>) -> (Effects, usize) {
        let found = self.elements(self.within(over, me, locals));
        let depth = locals.len();
        locals.push(Effects { tells: false, ..found.inner() });
        // A range may be too long to run over.
        (found.telling(matches!(over.ty.present(), Type::Range(_) | Type::Unknown | Type::Any)), depth)
    }

    fn declared(&self, id: DeclaredId) -> Effects {
        let declared = self.program.declared(id);
        Effects::refer_to(declared.map(|(_, declared)| Kinds::one(declared.kind)).unwrap_or_default())
    }

    fn get(&self, of: &'p Term, name: &str, me: Option<KindId>, locals: &mut Vec<Effects>) -> Effects {
        let owner = self.within(of, me, locals);
        let members = owner.refers.ids().filter_map(|id| {
            let place = self.program.kind(id)?.members.get_index_of(name)?;
            Some(self.member(id, place))
        });
        let found = members.fold(owner.touched(), Effects::and);
        match of.ty.present() {
            Type::Kind(_) | Type::AnyKind => found,
            // A field of a record may hold whatever the record holds.
            Type::Unknown
            | Type::Any
            | Type::None
            | Type::Bool
            | Type::Int
            | Type::Quantity(_)
            | Type::Text
            | Type::Char
            | Type::Cidr
            | Type::Ip
            | Type::Range(_)
            | Type::List(_)
            | Type::Record(_)
            | Type::Map(_)
            | Type::Variants(_)
            | Type::Optional(_)
            | Type::Secret(_)
            | Type::Refined(_) => found.and(owner.inner()),
        }
    }

    /// The members of a pool stand for it where a list is wanted.
    fn elements(&self, found: Effects) -> Effects {
        let members = found.refers.ids().filter_map(|id| {
            let kind = self.program.kind(id)?;
            Some(self.member(id, kind.pool?))
        });
        members.fold(found, Effects::and)
    }

    fn call(&self, builtin: Builtin, arguments: usize, found: Effects) -> Effects {
        match builtin {
            Builtin::Present => found,
            Builtin::Flatten | Builtin::First => found.inner(),
            // They compare all that is in what they are given.
            Builtin::Distinct | Builtin::Without | Builtin::Repeated => found.inner(),
            // The largest of nothing.
            Builtin::Max | Builtin::Min => found.inner().telling(arguments < 2),
            Builtin::PoolOf => {
                let pools = (0..).map(KindId).zip(self.program.kinds.values()).filter(|(id, kind)| {
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
    match operator {
        BinaryOperator::Else => operands,
        BinaryOperator::Add if matches!(left.ty.present(), Type::List(_)) => operands,
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide => operands.seen().telling(true),
        BinaryOperator::Or
        | BinaryOperator::And
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual
        | BinaryOperator::In => operands.seen(),
    }
}

/// Returns the part that a member is.
pub(super) fn make(member: &MemberKind) -> Option<&Make> {
    match member {
        MemberKind::Make(make) => Some(make),
        MemberKind::Field { .. } | MemberKind::Let(_) => None,
    }
}
