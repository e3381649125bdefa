//! Patterns to instances: parts are made when somebody asks for them.

use smol_str::SmolStr;

use super::state::Turn;
use super::{
    Binding, Eval, Instance, Maker, Scope, Slot, blocked, blocked_within, obstacle, only_input_missing, truth,
};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::problems::evaluation::Problem;
use crate::program::{KindId, Make};
use crate::term::Term;
use crate::value::{Phase, Value};

/// How deep parts may make parts.
const DEPTH: usize = 64;

impl<'p> Eval<'p, '_> {
    /// Makes the parts of a member: an instance or `none`, or the list of what a loop makes.
    pub(super) fn parts(&mut self, slot: Slot, make: &'p Make) -> Value {
        let Slot::Member(of, place) = slot else { return Value::Unknown };
        if let Some(problem) = self.nesting(of, make.kind) {
            if let Some(at) = self.head(of) {
                self.report(problem.diagnostic(at));
            }
            return Value::Unknown;
        }
        let scope = self.scope(Some(of));
        let made = match &make.each {
            None => self.one_part(make, of, place, scope),
            Some(each) => self.looped_parts(make, each, of, place, scope),
        };
        // What is made never changes, whatever is observed later.
        self.passing = false;
        made
    }

    fn one_part(&mut self, make: &'p Make, of: InstanceId, place: usize, scope: Scope) -> Value {
        let wanted = make.only_if.as_ref().map_or(Value::Bool(true), |condition| {
            self.needed_now(condition, scope, "whether a part is made")
        });
        match truth(&wanted) {
            _ if self.too_deep.is_some() => Value::Unknown,
            Ok(true) => Value::Instance(self.add_part(make, of, place, None)),
            Ok(false) => Value::None,
            Err(obstacle) => obstacle,
        }
    }

    fn looped_parts(
        &mut self,
        make: &'p Make,
        each: &'p Term,
        of: InstanceId,
        place: usize,
        scope: Scope,
    ) -> Value {
        let over = self.needed_now(each, scope, "the number of parts");
        let items = match self.items(&over, each, scope) {
            Ok(items) => items,
            Err(value) => return value,
        };
        let mut wanted: Vec<(u32, Value)> = Vec::new();
        let mut keys: HashMap<SmolStr, usize> = HashMap::default();
        // A pool's members are known by their places.
        let by_key = items.len() > 1 && self.pool(of) != Some(place);
        for (step, item) in items.iter().enumerate() {
            let taken = make.only_if.as_ref().map_or(Value::Bool(true), |condition| {
                self.bind(item.clone(), Binding::Element(each, step));
                let taken = self.needed_now(condition, scope, "whether a part is made");
                self.locals.truncate(scope.base);
                taken
            });
            match truth(&taken) {
                Ok(true) => {
                    let key = by_key.then(|| self.key(item, step)).flatten();
                    let Some((key, first)) = key.and_then(|key| Some((key.clone(), *keys.get(&key)?))) else {
                        keys.extend(self.key(item, step).filter(|_| by_key).map(|key| (key, step)));
                        wanted.push((u32::try_from(step).unwrap_or(u32::MAX), item.clone()));
                        continue;
                    };
                    if items.get(first) != Some(item) && self.is_users(each.span) {
                        self.fail(each, scope, &Problem::SameKey { key: &key });
                    }
                }
                Ok(false) => {}
                Err(obstacle) => return obstacle,
            }
        }
        match self.too_deep {
            Some(_) => Value::Unknown,
            None => Value::list(
                wanted
                    .into_iter()
                    .zip(0..)
                    .map(|((step, item), index)| {
                        let variable = u32::try_from(self.state.variables.len()).unwrap_or(u32::MAX);
                        self.state.variables.push(item);
                        Value::Instance(self.add_part(make, of, place, Some(Turn { index, step, variable })))
                    })
                    .collect::<Vec<_>>(),
            ),
        }
    }

    fn add_part(&mut self, make: &'p Make, of: InstanceId, place: usize, turn: Option<Turn>) -> InstanceId {
        let maker = Maker::Part { of, place: u32::try_from(place).unwrap_or(u32::MAX), turn };
        self.state.add_part(self.program, make, maker).unwrap_or(of)
    }

    /// Works out what must be known now, and blames the user's value if it is not.
    fn needed_now(&mut self, term: &'p Term, scope: Scope, needed: &'static str) -> Value {
        let value = self.eval(term, scope);
        let is_range = matches!(value, Value::Range(_));
        match if is_range { blocked_within([&value]) } else { blocked([&value]) } {
            Some(Value::Pending(pending)) if !only_input_missing(&pending) => {
                self.fail(term, scope, &Problem::Phase { phase: pending.phase, needed })
            }
            Some(_) | None => value,
        }
    }

    /// Says what is wrong with making a kind in an instance: it leads back to itself, or too deep.
    fn nesting(&self, mut id: InstanceId, kind: KindId) -> Option<Problem<'p>> {
        for _ in 0..DEPTH {
            let Instance { kind: outer, maker, .. } = self.state.instance(id)?;
            match maker {
                _ if outer == kind => {
                    return Some(Problem::MakesItself { kind: &self.program.kind(kind)?.name });
                }
                Maker::Declared(_) => return None,
                Maker::Part { of, .. } => id = of,
            }
        }
        Some(Problem::TooNested { most: DEPTH })
    }

    /// Returns the value of a part's loop variable.
    pub(super) fn turn_value(&mut self, each: &'p Term, of: InstanceId, turn: Turn) -> Value {
        let kept = self.state.variables.get(turn.variable as usize).cloned().unwrap_or(Value::Unknown);
        if !matches!(blocked_within([&kept]), Some(Value::Pending(_))) {
            return kept;
        }
        self.passing = true;
        if !self.live {
            return kept;
        }
        let scope = self.scope(Some(of));
        let over = self.eval(each, scope);
        match self.items(&over, each, scope) {
            Ok(items) => items.get(turn.step as usize).cloned().unwrap_or(kept),
            Err(value) => value,
        }
    }

    /// Returns a value of a list of a kind: one reference is a list of one, a pool stands for its members, lists flatten.
    pub(super) fn members(&mut self, value: &Value) -> Value {
        if let Some(id) = value.as_instance() {
            return match self.pool(id) {
                Some(place) => self.member(id, place),
                None => Value::list([value.clone()]),
            };
        }
        let Value::List(items) = value else { return value.clone() };
        if items.iter().all(|item| item.as_instance().is_some_and(|id| self.pool(id).is_none())) {
            return value.clone();
        }
        let mut flat = Vec::new();
        for item in items.iter().filter(|item| **item != Value::None) {
            let members = self.members(item);
            let Value::List(members) = members else { return obstacle(&members) };
            flat.extend(members.iter().cloned());
        }
        Value::list(flat)
    }

    /// Returns the place of a pool's members.
    pub(super) fn pool(&self, id: InstanceId) -> Option<usize> {
        self.program.kind(self.state.instance(id)?.kind)?.pool
    }

    /// Returns every instance of a kind, in the order of declaration.
    pub(super) fn every(&mut self, kind: KindId) -> Value {
        let mut found = Gathered::default();
        for place in 0..self.program.declared.len() {
            self.gather(InstanceId(u32::try_from(place).unwrap_or(u32::MAX)), kind, &mut found);
        }
        self.passing = false;
        found.missing.unwrap_or_else(|| Value::list(found.instances))
    }

    fn gather(&mut self, id: InstanceId, wanted: KindId, found: &mut Gathered) {
        let Some(kind_id) = self.state.instance(id).map(|instance| instance.kind) else { return };
        if kind_id == wanted {
            found.instances.push(Value::Instance(id));
        }
        if !self.state.may_contain(kind_id, wanted) {
            return;
        }
        let may_be =
            |state: &super::State, make: KindId, _| make == wanted || state.may_contain(make, wanted);
        for parts in self.parts_of(id, may_be) {
            found.miss(&parts);
            for part in instances(&parts) {
                self.gather(part, wanted, found);
            }
        }
    }

    /// Returns the parts of an instance that can be made, of those places that are wanted, and does first what is too deep.
    pub(crate) fn settled_parts(&mut self, id: InstanceId, wanted: impl Fn(usize) -> bool) -> Vec<Value> {
        loop {
            let parts = self.parts_of(id, |_, _, place| wanted(place));
            match self.too_deep.take() {
                Some(deep) => self.dig(deep),
                None => return parts,
            }
        }
    }

    /// Returns the values of those parts of an instance whose kind and place are wanted.
    fn parts_of(
        &mut self,
        id: InstanceId,
        wanted: impl Fn(&super::State, KindId, usize) -> bool,
    ) -> Vec<Value> {
        let Some(kind) = self.state.instance(id).map(|instance| instance.kind) else { return Vec::new() };
        let places = self.state.parts(kind);
        let mut parts = Vec::with_capacity(places.len());
        for &place in places.iter() {
            let make = self.make(id, place);
            if make.is_some_and(|make| wanted(self.state, make.kind, place)) {
                parts.push(self.member(id, place));
            }
        }
        parts
    }
}

/// Returns the instances that a part is: one, those of a list, or none.
pub(crate) fn instances(parts: &Value) -> impl Iterator<Item = InstanceId> {
    let listed = parts.as_list().into_iter().flat_map(|parts| parts.iter()).filter_map(Value::as_instance);
    parts.as_instance().into_iter().chain(listed)
}

/// Instances found, and why there may be more.
#[derive(Debug, Default)]
struct Gathered {
    instances: Vec<Value>,
    missing: Option<Value>,
}

impl Gathered {
    fn miss(&mut self, value: &Value) {
        match (&self.missing, value) {
            (Some(Value::Unknown), _) => {}
            (_, Value::Unknown | Value::Pending(_)) => self.missing = Some(value.clone()),
            _ => {}
        }
    }
}

impl Phase {
    /// Says it in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::World => "world",
            Self::Run => "run",
        }
    }
}
