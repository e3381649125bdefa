//! Terms to values: lazily, each value once, and totally: whatever is wrong becomes a diagnostic and an unknown value.

mod access;
mod addresses;
mod askers;
mod call;
mod collections;
mod expand;
mod holes;
mod ledger;
mod memo;
mod networks;
mod operators;
mod places;
mod referrers;
mod rings;
mod sets;
mod slots;
mod sources;
mod state;
mod texts;

use std::sync::Arc;

use rsx_syntax::Span;
use smol_str::SmolStr;

pub(crate) use call::whole;
pub(crate) use expand::instances;
pub(crate) use holes::{blocked, blocked_within, hole, obstacle, only_input_missing, truth};
pub(crate) use ledger::{Spoilt, Work};
pub(crate) use memo::alike;
pub(crate) use operators::{times, within};
pub(crate) use referrers::{AFTER, may_refer, referring_fields};
pub(crate) use sources::{Source, is_outside, wanted_fields};
pub(crate) use state::{Instance, Maker, Slot, State, Waiting, depends_on_nothing, makes, reached};

use crate::inputs::is_secret;
use crate::instance::InstanceId;
use crate::problems::evaluation::Problem;
use crate::program::Program;
use crate::secret::Secret;
use crate::show;
use crate::term::{Conversion, Term, TermKind};
use crate::types::{RecordType, Type};
use crate::value::{Phase, Record, Value};

/// What decides a program besides itself.
#[derive(Debug, Default)]
pub(crate) struct Setting {
    /// The env.
    pub(crate) env: Option<SmolStr>,
    /// Params that are given from outside.
    pub(crate) params: Arc<crate::maps::IndexMap<SmolStr, GivenParam>>,
    /// The first file that is not the library's.
    pub(crate) first_file: Option<rsx_syntax::FileId>,
}

/// A param's value from outside.
#[derive(Debug)]
pub(crate) enum GivenParam {
    /// A value of the param's type.
    Term(Term),
    /// A secret.
    Secret(Arc<Secret>),
    /// Something was given, and it is wrong; that has been told.
    Wrong,
}

/// Where a term is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// `self`, if there is one.
    pub(crate) me: Option<InstanceId>,
    /// Where its locals begin in [`Eval::locals`].
    base: usize,
}

/// A bound variable.
#[derive(Clone, Debug)]
struct Local<'p> {
    value: Value,
    from: Binding<'p>,
}

/// Where a variable's value comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Binding<'p> {
    /// From nothing that was written.
    Nowhere,
    /// It is what a term comes to.
    Whole(&'p Term),
    /// It is an element of what a term comes to.
    Element(&'p Term, usize),
}

/// Evaluates terms of one program.
#[derive(Debug)]
pub(crate) struct Eval<'p, 's> {
    pub(crate) program: &'p Program,
    pub(crate) setting: &'p Setting,
    pub(crate) sources: &'p rsx_syntax::Sources,
    pub(crate) state: &'s mut State,
    /// Whether what was observed counts.
    live: bool,
    /// Whether what is being worked out depends on what is observed.
    passing: bool,
    locals: Vec<Local<'p>>,
    /// Slots that are being worked out, the innermost last.
    active: Vec<Slot>,
    depth: usize,
    /// The slot at which the work got too deep; it is done first, and the rest again.
    too_deep: Option<rings::TooDeep>,
    /// How many slots are handing on the value of another.
    handed: usize,
}

impl<'p, 's> Eval<'p, 's> {
    /// Starts an evaluation.
    pub(crate) fn new(
        program: &'p Program,
        setting: &'p Setting,
        sources: &'p rsx_syntax::Sources,
        state: &'s mut State,
        live: bool,
    ) -> Self {
        Self {
            program,
            setting,
            sources,
            state,
            live,
            passing: false,
            locals: Vec::new(),
            active: Vec::new(),
            depth: 0,
            too_deep: None,
            handed: 0,
        }
    }

    /// Returns a scope without locals.
    pub(crate) fn scope(&self, me: Option<InstanceId>) -> Scope {
        Scope { me, base: self.locals.len() }
    }

    /// Adds a local to the scope that was made last.
    pub(crate) fn bind(&mut self, value: Value, from: Binding<'p>) {
        self.locals.push(Local { value, from });
    }

    /// Takes the locals of a scope away.
    pub(crate) fn leave(&mut self, scope: Scope) {
        self.locals.truncate(scope.base);
    }

    /// Returns how many locals there are.
    pub(crate) fn locals(&self) -> usize {
        self.locals.len()
    }

    /// Takes the locals away that came later.
    pub(crate) fn drop_locals(&mut self, count: usize) {
        self.locals.truncate(count);
    }

    /// Returns what is worked out about a term, once for each `self` where nothing can change any more.
    pub(crate) fn table(
        &mut self,
        term: &'p Term,
        scope: Scope,
        work: impl FnOnce(&mut Self) -> Option<Vec<usize>>,
    ) -> Option<Arc<[usize]>> {
        // With variables of its own, with what is observed, or within what is still being worked out, it may come to
        // something else the next time; and a ledger wants to see it read.
        let settled = !self.live && self.active.is_empty() && !self.state.keeps_ledger();
        let closed = self.locals.len() == scope.base;
        let key = (settled && closed).then(|| (std::ptr::from_ref(term).addr(), scope.me));
        if let Some(known) = key.and_then(|key| self.state.tables.get(&key)) {
            return Some(Arc::clone(known));
        }
        let table: Arc<[usize]> = work(self)?.into();
        if let Some(key) = key {
            self.state.tables.insert(key, Arc::clone(&table));
        }
        Some(table)
    }

    /// Copies a scope, so that more can be bound in it.
    pub(crate) fn copy(&mut self, scope: Scope) -> Scope {
        let copied = Scope { me: scope.me, base: self.locals.len() };
        self.locals.extend_from_within(scope.base..copied.base);
        copied
    }

    /// Returns what a variable is bound to, and the scope outside of it.
    pub(crate) fn outside(&mut self, index: usize, scope: Scope) -> Option<(Binding<'p>, Scope)> {
        let from = self.locals.get(scope.base + index)?.from;
        let outer = Scope { me: scope.me, base: self.locals.len() };
        self.locals.extend_from_within(scope.base..scope.base + index);
        Some((from, outer))
    }

    /// Works out a term.
    pub(crate) fn eval(&mut self, term: &'p Term, scope: Scope) -> Value {
        self.depth += 1;
        let value = self.shape(term, scope);
        self.depth -= 1;
        value
    }

    fn shape(&mut self, term: &'p Term, scope: Scope) -> Value {
        match &term.kind {
            TermKind::Error => Value::Unknown,
            TermKind::Constant(value) => value.clone(),
            TermKind::Local(index) => {
                self.locals.get(scope.base + index).map_or(Value::Unknown, |l| l.value.clone())
            }
            TermKind::Me => scope.me.map_or(Value::Unknown, Value::Instance),
            TermKind::Member(place) => scope.me.map_or(Value::Unknown, |me| self.member(me, *place)),
            TermKind::Stack => self.stack(),
            TermKind::Env => {
                Value::Text(self.setting.env.clone().unwrap_or_else(|| crate::analysis::DEFAULT.into()))
            }
            TermKind::Global(id) => self.slot(Slot::Global(*id)),
            TermKind::Declared(id) => Value::Instance(InstanceId(id.0)),
            TermKind::List(items) => Value::List(items.iter().map(|item| self.eval(item, scope)).collect()),
            TermKind::Record(fields) => {
                Value::Record(Arc::new(self.fields(fields, term.ty.record(None), scope)))
            }
            TermKind::Variant(word, fields) => self.variant(word, fields, &term.ty, scope),
            TermKind::Get(of, name) => match self.shortcut(of, name, scope) {
                Some(value) => value,
                None => {
                    let of = self.eval(of, scope);
                    self.get(of, name)
                }
            },
            TermKind::Index(of, index) => self.index(of, index, scope),
            TermKind::Call(builtin, arguments) => self.call(*builtin, term, arguments, scope),
            TermKind::Every(kind) => self.slot(Slot::Every(*kind)),
            TermKind::Referrers(kind, of) => {
                let of = self.eval(of, scope);
                self.referrers(*kind, &of)
            }
            TermKind::Query { target, text, arguments, login } => self.query(
                term,
                [Some(target.as_ref()), Some(text.as_ref()), login.as_deref()],
                arguments,
                scope,
            ),
            TermKind::Comprehension { over, only_if, body } => {
                self.comprehension(over, only_if.as_deref(), body, scope)
            }
            TermKind::Quantified { quantifier, over, body } => {
                self.quantified(*quantifier, over, body, scope)
            }
            TermKind::If { condition, then, otherwise } => match truth(&self.eval(condition, scope)) {
                Ok(true) => self.eval(then, scope),
                Ok(false) => self.eval(otherwise, scope),
                Err(obstacle) => obstacle,
            },
            TermKind::Not(of) => {
                truth(&self.eval(of, scope)).map_or_else(|obstacle| obstacle, |truth| Value::Bool(!truth))
            }
            TermKind::Negate(of) => self.negate(term, of, scope),
            TermKind::Binary(operator, left, right) => self.binary(*operator, term, left, right, scope),
            TermKind::Range(start, end) => {
                let start = self.eval(start, scope);
                let end = end.as_ref().map(|end| self.eval(end, scope));
                Value::Range(Arc::new((start, end)))
            }
            TermKind::Interpolation(parts) => self.interpolation(parts, scope),
            TermKind::Convert(conversion, of) => self.convert(conversion, term, of, scope),
        }
    }

    /// Works out a term as many times as it takes for nothing in it to be too deep.
    pub(crate) fn settle(&mut self, term: &'p Term, scope: Scope) -> Value {
        loop {
            let value = self.eval(term, scope);
            match self.too_deep.take() {
                Some(deep) => self.dig(deep),
                None => return value,
            }
        }
    }

    /// Reports a problem at the value that causes it, and returns what comes of it.
    pub(crate) fn fail(&mut self, term: &'p Term, scope: Scope, problem: &Problem<'_>) -> Value {
        let at = self.fault(term, scope).at;
        self.report(problem.diagnostic(at));
        Value::Unknown
    }

    /// Reports a problem, unless all this will be done again.
    pub(crate) fn report(&mut self, diagnostic: rsx_syntax::Diagnostic) {
        if self.too_deep.is_none() {
            let work = self.work();
            self.state.problem(work, diagnostic);
        }
    }

    /// Returns the innermost piece of work whose value is kept.
    pub(crate) fn work(&self) -> Option<Work> {
        self.active.last().map(|slot| Work::Place(self.state.place(*slot)))
    }

    /// Does a piece of work, and keeps what it reads.
    pub(crate) fn doing<T>(&mut self, work: Work, task: impl FnOnce(&mut Self) -> T) -> T {
        let since = self.state.begin();
        self.state.task(Some(work));
        let done = task(self);
        self.state.task(None);
        self.state.finish(work, since);
        done
    }

    /// Writes a value as a message does.
    pub(crate) fn show(&self, value: &Value) -> String {
        show::show_with(&self.program.units, &|id| self.address(id).to_string(), value)
    }

    /// Returns whether the user wrote what stands here.
    pub(crate) fn is_users(&self, span: Span) -> bool {
        self.setting.first_file.is_some_and(|first| self.sources.file_of(span) >= first)
    }

    fn stack(&self) -> Value {
        match self.program.stack {
            Some(id) => Value::Instance(InstanceId(id.0)),
            None => hole(Phase::World, []),
        }
    }

    /// Works out fields; those of the type that are not there are `none`.
    fn fields(&mut self, given: &'p [(SmolStr, Term)], all: Option<&RecordType>, scope: Scope) -> Record {
        let Some(all) = all.filter(|all| all.fields.len() > given.len()) else {
            return given.iter().map(|(name, value)| (name.clone(), self.eval(value, scope))).collect();
        };
        let mut given = given.iter().peekable();
        let mut value = |name: &SmolStr| {
            let given = given.next_if(|(given, _)| given == name);
            given.map_or(Value::None, |(_, term)| self.eval(term, scope))
        };
        all.fields.iter().map(|field| (field.name.clone(), value(&field.name))).collect()
    }

    /// A word; in a secret's place it says where the secret comes from.
    fn variant(&mut self, word: &SmolStr, fields: &'p [(SmolStr, Term)], ty: &Type, scope: Scope) -> Value {
        let record = self.fields(fields, ty.record(Some(word)), scope);
        if !is_secret(ty) {
            return Value::Variant(word.clone(), Arc::new(record));
        }
        match record.values().next() {
            None => Value::Secret(Arc::new(Secret::Generated)),
            Some(Value::Text(name)) => Value::Secret(Arc::new(Secret::Stored(name.clone()))),
            Some(other) => blocked([other]).unwrap_or(Value::Unknown),
        }
    }

    fn convert(&mut self, conversion: &'p Conversion, term: &'p Term, of: &'p Term, scope: Scope) -> Value {
        let value = self.eval(of, scope);
        match conversion {
            Conversion::Members => self.members(&value),
            Conversion::Bare(record, field) => self.bare(record, field, value),
            Conversion::Whole if value.as_number().is_some_and(|number| !number.is_integer()) => {
                let found = self.show(&value);
                self.fail(of, scope, &Problem::NotWhole { found: &found })
            }
            Conversion::Whole => value,
            Conversion::Refine(refined) => self.refine(refined, value, term, scope),
        }
    }

    /// A record of which one field was written bare.
    fn bare(&mut self, record: &'p RecordType, bare: &SmolStr, value: Value) -> Value {
        if matches!(value, Value::None | Value::Unknown) {
            return value;
        }
        let scope = self.scope(None);
        let field = |eval: &mut Self, field: &'p crate::types::RecordField| match &field.default {
            _ if field.name == *bare => value.clone(),
            Some(default) => eval.eval(default, scope),
            None => Value::None,
        };
        Value::record(record.fields.iter().map(|f| (f.name.clone(), field(self, f))).collect::<Vec<_>>())
    }
}
