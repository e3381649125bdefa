//! A kind's declaration to what the engine needs of it: the part that each field plays, and the lets that it reads.

use std::sync::Arc;

use indexmap::IndexMap;
use rsx_lang::maps::HashMap;
use rsx_lang::program::{Kind, MemberKind};
use rsx_lang::types::Type;
use rsx_lang::value::{Record, Value};
use rsx_syntax::ast::Attribute;
use smol_str::SmolStr;

/// How long making takes, and a change or taking away where those are not said.
pub(crate) const TAKES: &str = "takes";
/// How long a change takes.
pub(crate) const TAKES_UPDATE: &str = "takes_update";
/// How long taking away takes.
pub(crate) const TAKES_DELETE: &str = "takes_delete";
/// What it costs in a month.
pub(crate) const MONTHLY: &str = "monthly";
/// How it is reached with a question.
pub(crate) const DOOR: &str = "door";
/// What is claimed of it once all is made.
pub(crate) const PROOF: &str = "proof";
/// `true` if its end is the end of data.
pub(crate) const HOLDS_DATA: &str = "holds_data";
/// `true` if making it is running what the user wrote.
pub(crate) const RUNS: &str = "runs";
/// Whether what was made is still there, where only what the user has written tells: asked when targets may be woken.
pub(crate) const WITNESS: &str = "witness";
/// What the user has written to take back what was run, if anything: it is run when the resource goes.
pub(crate) const UNDOES: &str = "undoes";
/// What there is when it has been taken away, in words.
pub(crate) const REMAINS: &str = "remains";
/// The name of the field that says in what it lies: with that it goes, and nothing is called.
pub(crate) const WITHIN: &str = "within";
/// `true` if what the user has written, run before it, may spoil it: then it is looked at again, and mended.
pub(crate) const SPOILT: &str = "spoilt";
/// Names of the fields by which its service tells one from others: two that agree in them can't stand side by side.
pub(crate) const UNIQUE: &str = "unique";
/// What to do instead of a change that means another object while others stay that refer to it: the service lets go
/// of none that is referred to.
pub(crate) const BOUND: &str = "bound";
/// If making or changing it overwrites data that lies elsewhere: the name of the field that says where. As long as that
/// is not known, nothing lies there yet.
pub(crate) const OVERWRITES: &str = "overwrites";
/// Records of an `attribute` and the field `by` whose change gives it another value; all others outlast a change that
/// is not disruptive.
pub(crate) const RENEWS: &str = "renews";
/// What can't be taken back once it was set: records of a `field`, as a path, and what to do `instead`.
pub(crate) const LASTING: &str = "lasting";
/// Names of fields that matter only when it goes: then what the spec says now holds.
pub(crate) const PARTING: &str = "parting";
/// The member that orders and says nothing about the object.
const AFTER: &str = "after";

/// What the engine needs of a kind.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The kind's name.
    pub(crate) name: SmolStr,
    /// Its fields but for computed and found ones.
    pub(crate) fields: IndexMap<SmolStr, Role>,
    /// Computed and found ones.
    pub(crate) attributes: IndexMap<SmolStr, Type>,
    /// Whether it is only looked at: found attributes and no computed ones.
    pub(crate) lookup: bool,
    types: HashMap<SmolStr, Type>,
}

/// The part that a field plays in a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It changes in place.
    Plain,
    /// A change means another object.
    Fixed,
    /// A change sends those that hold an attribute of it away for a while.
    Disruptive,
    /// It says how the object is reached: a change changes nothing there.
    Through,
}

impl Schema {
    /// Reads a kind's declaration.
    pub(crate) fn of(kind: &Kind) -> Self {
        let mut schema = Self {
            name: kind.name.clone(),
            fields: IndexMap::new(),
            attributes: IndexMap::new(),
            lookup: false,
            types: HashMap::default(),
        };
        let (mut found, mut computed) = (false, false);
        for (name, member) in &kind.members {
            let MemberKind::Field { ty, attributes, .. } = &member.kind else { continue };
            if name == AFTER {
                continue;
            }
            let has = |attribute| attributes.contains(&attribute);
            found |= has(Attribute::Found);
            computed |= has(Attribute::Computed);
            if has(Attribute::Found) || has(Attribute::Computed) {
                schema.attributes.insert(name.clone(), ty.clone());
            } else {
                schema.fields.insert(name.clone(), role(attributes));
            }
            schema.types.insert(name.clone(), ty.clone());
        }
        schema.lookup = found && !computed;
        schema
    }

    /// Splits off the attributes of what was read, in the dimensions of the schema.
    pub(crate) fn attributes_of(&self, seen: &Record) -> Record {
        let told = |name: &SmolStr, ty: &Type| match seen.get(name) {
            Some(value) => Some(measured(ty, value)),
            None => matches!(ty, Type::Optional(_)).then_some(Value::None),
        };
        self.attributes.iter().filter_map(|(name, ty)| Some((name.clone(), told(name, ty)?))).collect()
    }

    /// Puts what was read into the dimensions of the schema.
    pub(crate) fn measured(&self, seen: &Record) -> Record {
        let one = |(name, value): (&SmolStr, &Value)| {
            let value = self.types.get(name).map_or_else(|| value.clone(), |ty| measured(ty, value));
            (name.clone(), value)
        };
        seen.iter().map(one).collect()
    }
}

fn role(attributes: &[Attribute]) -> Role {
    if attributes.contains(&Attribute::Fixed) {
        Role::Fixed
    } else if attributes.contains(&Attribute::Through) {
        Role::Through
    } else if attributes.contains(&Attribute::Disruptive) {
        Role::Disruptive
    } else {
        Role::Plain
    }
}

/// Gives the numbers within a value the dimensions that its type says: a service tells bare numbers.
fn measured(ty: &Type, value: &Value) -> Value {
    match (ty, value) {
        (Type::Quantity(dimension), Value::Number(n, _)) => Value::Number(*n, *dimension),
        (Type::Optional(of), _) => measured(of, value),
        (Type::Refined(refined), _) => measured(&refined.base, value),
        (Type::List(of), Value::List(items)) => Value::list(items.iter().map(|item| measured(of, item))),
        (Type::Range(of), Value::Range(ends)) => {
            Value::Range(Arc::new((measured(of, &ends.0), ends.1.as_ref().map(|end| measured(of, end)))))
        }
        (Type::Record(record), Value::Record(fields)) => {
            let ty = |name: &SmolStr| record.fields.iter().find(|field| field.name == *name).map(|f| &f.ty);
            Value::record(fields.iter().map(|(name, value)| {
                (name.clone(), ty(name).map_or_else(|| value.clone(), |ty| measured(ty, value)))
            }))
        }
        _ => value.clone(),
    }
}

/// Returns whether a value as wanted and one as a service tells it are the same. A service tells bare numbers, and lists in
/// an order of its own, so to it they are sets.
pub(crate) fn agree(want: &Value, seen: &Value) -> bool {
    match (want, seen) {
        (Value::Number(a, of), Value::Number(b, told)) => a == b && (of == told || told.is_none()),
        (Value::List(a), Value::List(b)) => {
            let in_order = a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| agree(a, b));
            in_order
                || (a.iter().all(|a| b.iter().any(|b| agree(a, b)))
                    && b.iter().all(|b| a.iter().any(|a| agree(a, b))))
        }
        (Value::Record(a), Value::Record(b)) => fields_agree(a, b),
        (Value::Variant(a, x), Value::Variant(b, y)) => a == b && fields_agree(x, y),
        (Value::Range(a), Value::Range(b)) => {
            agree(&a.0, &b.0)
                && match (&a.1, &b.1) {
                    (Some(a), Some(b)) => agree(a, b),
                    (None, None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                }
        }
        _ => want == seen,
    }
}

fn fields_agree(a: &Record, b: &Record) -> bool {
    a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| agree(a, b)))
}

/// Returns a quantity in its first unit, as it is shown and reckoned with.
pub(crate) fn quantity(value: &Value) -> Option<f64> {
    let Value::Number(n, _) = value else { return None };
    #[expect(clippy::cast_precision_loss, reason = "an estimate that is only shown and used to order work")]
    let quotient = *n.numer() as f64 / *n.denom() as f64;
    Some(quotient)
}

/// Schemas by kind, each read once.
#[derive(Debug, Default)]
pub(crate) struct Schemas(HashMap<SmolStr, Arc<Schema>>);

impl Schemas {
    /// Returns the schema of a kind.
    pub(crate) fn of(&mut self, kind: &Kind) -> Arc<Schema> {
        match self.0.get(&kind.name) {
            Some(schema) => Arc::clone(schema),
            None => {
                let schema = Arc::new(Schema::of(kind));
                self.0.insert(kind.name.clone(), Arc::clone(&schema));
                schema
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_a_service_lists_are_sets() {
        let list = |items: &[&str]| Value::list(items.iter().map(|item| Value::text(*item)));
        assert!(agree(&list(&["b", "a"]), &list(&["a", "b"])));
        assert!(agree(&list(&["a", "b", "a"]), &list(&["b", "a"])));
        assert!(!agree(&list(&["a"]), &list(&["a", "b"])));
        assert!(!agree(&list(&["a", "b"]), &list(&["a"])));
    }
}
