//! Who refers to whom: an index for each kind, made once.

use super::{Eval, Slot};
use crate::instance::InstanceId;
use crate::maps::HashMap;
use crate::program::{Kind, KindBinding, KindId, MemberKind};
use crate::types::Type;
use crate::value::Value;

/// The field of every resource that is about order alone.
pub(crate) const AFTER: &str = "after";

/// Whom the instances of one kind refer to; they are counted as `every` lists them.
#[derive(Debug, Default)]
pub(crate) struct References {
    referrers: Vec<InstanceId>,
    direct: HashMap<InstanceId, Vec<u32>>,
    /// Pools of which a member is referred to.
    through_members: HashMap<InstanceId, Vec<u32>>,
    answers: HashMap<InstanceId, Value>,
}

impl Eval<'_, '_> {
    /// Returns the instances of a kind that refer to `of`, or to the pool that it is a member of.
    pub(super) fn referrers(&mut self, kind: KindId, of: &Value) -> Value {
        let index = self.slot(Slot::References(kind));
        if let Some(blocked) = super::blocked([&index, of]) {
            return blocked;
        }
        let Value::Instance(id) = of else { return Value::Unknown };
        let pool = self.pool_of(*id).map(|(pool, _)| pool);
        let Some(references) = self.state.references.get_mut(&kind) else { return Value::Unknown };
        if let Some(answer) = references.answers.get(id) {
            return answer.clone();
        }
        let answer = references.answer(*id, pool);
        references.answers.insert(*id, answer.clone());
        answer
    }

    /// Makes the index of a kind.
    pub(super) fn index_references(&mut self, kind: KindId) -> Value {
        let every = self.slot(Slot::Every(kind));
        let Value::List(instances) = &every else { return every };
        let places: Vec<_> = self.program.kind(kind).into_iter().flat_map(referring_fields).collect();
        let mut index = References::default();
        let mut holes = super::holes::Holes::default();
        for (instance, number) in instances.iter().zip(0..) {
            let Value::Instance(id) = instance else { continue };
            index.referrers.push(*id);
            for &place in &places {
                if self.state.given(*id, place).is_none() {
                    continue;
                }
                let value = self.member(*id, place);
                holes.deep(&value);
                each_instance(&value, &mut |target| {
                    let pool = self.pool_of(target).map(|(pool, _)| pool);
                    index.add(number, target, pool);
                });
            }
        }
        self.passing = false;
        if self.too_deep.is_some() {
            return Value::Unknown;
        }
        self.state.references.insert(kind, index);
        holes.verdict().unwrap_or(Value::None)
    }
}

/// Returns the places of a kind's fields that may hold references.
pub(crate) fn referring_fields(kind: &Kind) -> impl Iterator<Item = usize> {
    let fields = kind.members.iter().enumerate().filter(|(_, (name, member))| match &member.kind {
        MemberKind::Field { ty, .. } => {
            may_refer(ty) && !(kind.binding == KindBinding::Resource && *name == AFTER)
        }
        MemberKind::Let(_) | MemberKind::Make(_) => false,
    });
    fields.map(|(place, _)| place)
}

impl References {
    fn add(&mut self, number: u32, target: InstanceId, pool: Option<InstanceId>) {
        push_once(self.direct.entry(target).or_default(), number);
        if let Some(pool) = pool {
            push_once(self.through_members.entry(pool).or_default(), number);
        }
    }

    fn answer(&self, id: InstanceId, pool: Option<InstanceId>) -> Value {
        let lists = [
            self.direct.get(&id),
            self.through_members.get(&id),
            pool.and_then(|pool| self.direct.get(&pool)),
        ];
        let mut numbers: Vec<u32> = lists.into_iter().flatten().flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Value::list(
            numbers.into_iter().filter_map(|n| self.referrers.get(n as usize)).map(|id| Value::Instance(*id)),
        )
    }
}

fn push_once(list: &mut Vec<u32>, number: u32) {
    if list.last() != Some(&number) {
        list.push(number);
    }
}

/// Visits every instance within a value.
pub(crate) fn each_instance(value: &Value, visit: &mut dyn FnMut(InstanceId)) {
    match value {
        Value::Instance(id) => visit(*id),
        Value::List(items) => items.iter().for_each(|item| each_instance(item, visit)),
        Value::Record(fields) | Value::Variant(_, fields) => {
            fields.values().for_each(|f| each_instance(f, visit))
        }
        Value::Unknown
        | Value::Pending(_)
        | Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Range(_)
        | Value::Secret(_) => {}
    }
}

/// Whether values of a type may hold references.
pub(crate) fn may_refer(ty: &Type) -> bool {
    match ty {
        Type::Kind(_) | Type::AnyKind => true,
        Type::List(of) | Type::Map(of) | Type::Optional(of) | Type::Range(of) => may_refer(of),
        Type::Record(record) => record.fields.iter().any(|field| may_refer(&field.ty)),
        Type::Variants(variants) => {
            let mut records = variants.cases.iter().filter_map(|case| case.fields.as_ref());
            records.any(|record| record.fields.iter().any(|field| may_refer(&field.ty)))
        }
        Type::Refined(refined) => may_refer(&refined.base),
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
        | Type::Secret(_) => false,
    }
}
