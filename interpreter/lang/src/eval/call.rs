//! The functions of the language.

use std::cmp::Ordering;

use num_traits::{One, Zero};
use rsx_syntax::ast::Fraction;
use smol_str::SmolStr;

use super::sets::Set;
use super::{Eval, Scope, blocked, blocked_within, operators};
use crate::builtin::Builtin;
use crate::dimension::Dimension;
use crate::inputs::is_secret;
use crate::instance::InstanceId;
use crate::problems::evaluation::Problem;
use crate::secret::Secret;
use crate::suggest;
use crate::term::Term;
use crate::types::Type;
use crate::value::{Awaited, Value};

impl<'p> Eval<'p, '_> {
    pub(super) fn call(
        &mut self,
        builtin: Builtin,
        term: &'p Term,
        arguments: &'p [Term],
        scope: Scope,
    ) -> Value {
        let mut values =
            arguments.iter().map(|argument| self.eval(argument, scope)).collect::<Vec<_>>().into_iter();
        let (one, two) = (values.next().unwrap_or(Value::None), values.next());
        // Some look at no element, or hand it on as it is.
        let shallow =
            matches!(builtin, Builtin::Length | Builtin::First | Builtin::Present | Builtin::Flatten);
        let obstacle =
            if shallow { blocked([&one]) } else { blocked_within(std::iter::once(&one).chain(&two)) };
        if let Some(obstacle) = obstacle {
            return self.of_missing_secret(builtin, &obstacle).unwrap_or(obstacle);
        }
        let call = Call { term, arguments, scope };
        self.apply(builtin, &one, two.as_ref(), call)
    }

    fn apply(&mut self, builtin: Builtin, one: &Value, two: Option<&Value>, call: Call<'p>) -> Value {
        match builtin {
            Builtin::Length => length(one),
            Builtin::Distinct => distinct(one),
            Builtin::Flatten => flatten(one),
            Builtin::Without => without(one, two),
            Builtin::Repeated => repeated(one),
            Builtin::Present => present(one),
            Builtin::First => first(one),
            Builtin::Sum => self.sum(one, call),
            Builtin::Max => self.extreme(one, two, Ordering::Greater, call),
            Builtin::Min => self.extreme(one, two, Ordering::Less, call),
            Builtin::Floor => rounded(one, Fraction::floor),
            Builtin::Ceil => rounded(one, Fraction::ceil),
            Builtin::Log2 => self.log2(one, call),
            Builtin::Join => join(one, two),
            Builtin::Text => Value::text(self.in_text(one)),
            Builtin::Lower => on_text(one, |text| Value::text(text.to_lowercase())),
            Builtin::StartsWith => on_texts(one, two, |text, start| text.starts_with(start)),
            Builtin::EndsWith => on_texts(one, two, |text, end| text.ends_with(end)),
            Builtin::Nearest => nearest(one, two),
            Builtin::Addresses | Builtin::Prefix | Builtin::Overlaps | Builtin::Blocks => {
                self.network(builtin, one, two, call)
            }
            Builtin::NameOf => self.of_instance(one, |eval, id| Value::text(eval.address(id).root)),
            Builtin::Address => self.of_instance(one, |eval, id| Value::text(eval.address(id).to_string())),
            Builtin::KindOf => self.of_instance(one, Self::kind_of),
            Builtin::PhysicalName => {
                let limit =
                    two.and_then(whole).and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
                self.of_instance(one, |eval, id| eval.physical_name(id, limit))
            }
            Builtin::IndexOf => {
                self.of_instance(one, |eval, id| Value::int(eval.pool_of(id).map_or(0, |(_, index)| index)))
            }
            Builtin::PoolOf => self
                .of_instance(one, |eval, id| Value::Instance(eval.pool_of(id).map_or(id, |(pool, _)| pool))),
            Builtin::IsGenerated => on_secret(one, |secret| Value::Bool(*secret == Secret::Generated)),
            Builtin::StoredName => on_secret(one, |secret| match secret {
                Secret::Stored(name) => Value::Text(name.clone()),
                Secret::Generated | Secret::Given { .. } => Value::None,
            }),
        }
    }

    /// Returns what is known of a secret param that has no value: only the environment or a file descriptor can give it
    /// one, and those give a text.
    fn of_missing_secret(&self, builtin: Builtin, hole: &Value) -> Option<Value> {
        let Value::Pending(pending) = hole else { return None };
        let is_secret_param = |awaited: &Awaited| match awaited {
            Awaited::Param(name) => self.program.globals.get(name).is_some_and(|param| is_secret(&param.ty)),
            Awaited::Attribute(..) | Awaited::Query(_) => false,
        };
        let known = if builtin == Builtin::IsGenerated {
            Value::Bool(false)
        } else if builtin == Builtin::StoredName {
            Value::None
        } else {
            return None;
        };
        pending.waits_for.iter().all(is_secret_param).then_some(known)
    }

    fn kind_of(&mut self, id: InstanceId) -> Value {
        let kind = self.state.instance(id).and_then(|instance| self.program.kind(instance.kind));
        kind.map_or(Value::Unknown, |kind| Value::Text(kind.name.clone()))
    }

    fn sum(&mut self, list: &Value, call: Call<'p>) -> Value {
        let Value::List(items) = list else { return Value::Unknown };
        let mut total = Fraction::zero();
        let mut dimension = measure(&call.term.ty).unwrap_or(Dimension::NONE);
        for item in items.iter() {
            let Value::Number(number, of) = item else { return Value::Unknown };
            dimension = *of;
            match operators::add(total, *number) {
                Some(sum) => total = sum,
                None => return self.fail(call.term, call.scope, &Problem::TooLarge),
            }
        }
        Value::Number(total, dimension)
    }

    fn extreme(&mut self, one: &Value, two: Option<&Value>, wanted: Ordering, call: Call<'p>) -> Value {
        let better = |a: &Value, b: &Value| operators::order(a, b) == Some(wanted);
        if let Some(two) = two {
            return if better(two, one) { two.clone() } else { one.clone() };
        }
        let Value::List(items) = one else { return Value::Unknown };
        match items.iter().reduce(|best, item| if better(item, best) { item } else { best }) {
            Some(best) => best.clone(),
            None => {
                let wanted = if wanted == Ordering::Greater { "largest element" } else { "smallest element" };
                self.fail(call.first(), call.scope, &Problem::Nothing { wanted })
            }
        }
    }

    fn log2(&mut self, value: &Value, call: Call<'p>) -> Value {
        match value.as_number().filter(|number| *number >= Fraction::one()) {
            Some(number) => Value::int(number.to_integer().ilog2()),
            None => {
                let found = self.show(value);
                let problem =
                    Problem::OutsideFunction { function: "log2", found: &found, needed: "a number from 1" };
                self.fail(call.first(), call.scope, &problem)
            }
        }
    }
}

/// A call where it stands.
#[derive(Clone, Copy)]
pub(super) struct Call<'p> {
    pub(super) term: &'p Term,
    pub(super) arguments: &'p [Term],
    pub(super) scope: Scope,
}

impl<'p> Call<'p> {
    /// Returns the first argument, or the call if there is none.
    pub(super) fn first(&self) -> &'p Term {
        self.arguments.first().unwrap_or(self.term)
    }
}

/// Returns a number if it is whole.
pub(crate) fn whole(value: &Value) -> Option<i128> {
    value.as_number().filter(Fraction::is_integer).map(|number| number.to_integer())
}

/// Returns what a number of a type measures.
pub(super) fn measure(ty: &Type) -> Option<Dimension> {
    let peeled = ty.peel();
    if let Type::Quantity(dimension) = peeled {
        return Some(*dimension);
    }
    matches!(peeled, Type::Int).then_some(Dimension::NONE)
}

fn length(of: &Value) -> Value {
    let length =
        of.as_list().map(|items| items.len()).or_else(|| of.as_text().map(|text| text.chars().count()));
    length.map_or(Value::Unknown, |length| Value::int(length as i128))
}

fn distinct(list: &Value) -> Value {
    let Value::List(items) = list else { return Value::Unknown };
    let mut seen = Set::default();
    Value::list(items.iter().filter(|item| seen.insert(item)).cloned())
}

fn repeated(list: &Value) -> Value {
    let Value::List(items) = list else { return Value::Unknown };
    let (mut once, mut twice) = (Set::default(), Set::default());
    Value::list(items.iter().filter(|item| !once.insert(item) && twice.insert(item)).cloned())
}

fn without(list: &Value, taken: Option<&Value>) -> Value {
    let (Value::List(items), Some(Value::List(taken))) = (list, taken) else { return Value::Unknown };
    let taken = Set::of(taken);
    Value::list(items.iter().filter(|item| !taken.contains(item)).cloned())
}

fn flatten(list: &Value) -> Value {
    let Value::List(lists) = list else { return Value::Unknown };
    if let Some(obstacle) = blocked(lists.iter()) {
        return obstacle;
    }
    let mut flat = Vec::new();
    for list in lists.iter() {
        let Value::List(items) = list else { return Value::Unknown };
        flat.extend(items.iter().cloned());
    }
    Value::list(flat)
}

fn present(list: &Value) -> Value {
    let Value::List(items) = list else { return Value::Unknown };
    if let Some(obstacle) = blocked(items.iter()) {
        return obstacle;
    }
    Value::list(items.iter().filter(|item| **item != Value::None).cloned())
}

fn first(of: &Value) -> Value {
    let element = of.as_list().map(|items| items.first().cloned());
    let character = || of.as_text().map(|text| text.chars().next().map(Value::Char));
    element.or_else(character).map_or(Value::Unknown, |first| first.unwrap_or(Value::None))
}

fn rounded(value: &Value, round: fn(&Fraction) -> Fraction) -> Value {
    if let Value::Number(number, dimension) = value {
        Value::Number(round(number), *dimension)
    } else {
        Value::Unknown
    }
}

fn join(list: &Value, separator: Option<&Value>) -> Value {
    let (Value::List(items), Some(Value::Text(separator))) = (list, separator) else { return Value::Unknown };
    let texts: Option<Vec<&str>> = items.iter().map(|item| item.as_text().map(SmolStr::as_str)).collect();
    texts.map_or(Value::Unknown, |texts| Value::text(texts.join(separator)))
}

fn nearest(text: &Value, list: Option<&Value>) -> Value {
    let (Value::Text(text), Some(Value::List(items))) = (text, list) else { return Value::Unknown };
    let texts = items.iter().filter_map(|item| item.as_text().map(SmolStr::as_str));
    suggest::nearest(text, texts).map_or(Value::None, Value::text)
}

fn on_text(value: &Value, work: impl FnOnce(&str) -> Value) -> Value {
    if let Value::Text(text) = value { work(text) } else { Value::Unknown }
}

fn on_texts(one: &Value, two: Option<&Value>, holds: impl FnOnce(&str, &str) -> bool) -> Value {
    match (one, two) {
        (Value::Text(one), Some(Value::Text(two))) => Value::Bool(holds(one, two)),
        _ => Value::Unknown,
    }
}

fn on_secret(value: &Value, work: impl FnOnce(&Secret) -> Value) -> Value {
    if let Value::Secret(secret) = value { work(secret) } else { Value::Unknown }
}
