//! `of.name` and `of[index]`.

use smol_str::SmolStr;

use super::{Eval, Scope, blocked};
use crate::problems::evaluation::Problem;
use crate::term::{Term, TermKind};
use crate::value::{Record, Value};

/// How many fields are searched one by one faster than by their hash.
const FEW: usize = 8;

impl<'p> Eval<'p, '_> {
    /// A field of a variable or of `self`, without a copy of what it is a field of.
    pub(super) fn shortcut(&mut self, of: &Term, name: &'p SmolStr, scope: Scope) -> Option<Value> {
        if let TermKind::Me = of.kind {
            return Some(self.member_named(scope.me?, name));
        }
        let TermKind::Local(index) = of.kind else { return None };
        let variable = &self.locals.get(scope.base + index)?.value;
        if let Value::Record(fields) = variable {
            return Some(field(fields, name).cloned().unwrap_or(Value::None));
        }
        let id = variable.as_instance()?;
        Some(self.member_named(id, name))
    }

    /// A field of a value.
    pub(super) fn get(&mut self, of: Value, name: &'p SmolStr) -> Value {
        match &of {
            Value::Record(fields) | Value::Variant(_, fields) => {
                field(fields, name).cloned().unwrap_or(Value::None)
            }
            Value::Instance(id) => self.member_named(*id, name),
            Value::Range(ends) if name == "start" => ends.0.clone(),
            Value::Range(ends) => ends.1.clone().unwrap_or(Value::None),
            Value::None => Value::None,
            Value::Pending(_) => of,
            Value::Unknown
            | Value::Bool(_)
            | Value::Number(..)
            | Value::Char(_)
            | Value::Text(_)
            | Value::Cidr(_)
            | Value::Ip(_)
            | Value::List(_)
            | Value::Secret(_) => Value::Unknown,
        }
    }

    pub(super) fn index(&mut self, of: &'p Term, index: &'p Term, scope: Scope) -> Value {
        let mut owner = self.eval(of, scope);
        if owner.as_instance().is_some() {
            owner = self.members(&owner);
        }
        let place = self.eval(index, scope);
        if let Some(blocked) = blocked([&owner, &place]) {
            return blocked;
        }
        let (Value::List(items), Value::Number(number, _)) = (&owner, &place) else { return Value::Unknown };
        let found = usize::try_from(number.to_integer())
            .ok()
            .filter(|_| number.is_integer())
            .and_then(|i| items.get(i));
        match found {
            Some(item) => item.clone(),
            None => {
                let shown = self.show(&place);
                self.fail(index, scope, &Problem::OutOfBounds { index: &shown, length: items.len() })
            }
        }
    }
}

fn field<'r>(fields: &'r Record, name: &SmolStr) -> Option<&'r Value> {
    match fields.len() <= FEW {
        true => fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value),
        false => fields.get(name),
    }
}
