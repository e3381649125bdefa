//! Who refers to whom: an index for each kind, made once.

use super::{Eval, Slot};
use crate::instance::InstanceId;
use crate::program::{Kind, KindBinding, KindId, MemberKind};
use crate::types::Type;
use crate::value::Value;

/// The field of every resource that is about order alone.
pub(crate) const AFTER: &str = "after";

/// Whom the instances of one kind refer to; they are counted as `every` lists them.
#[derive(Debug, Default)]
pub(crate) struct References {
    referrers: Vec<InstanceId>,
    /// Each with a referrer's number, sorted.
    direct: Vec<(InstanceId, u32)>,
    /// Pools of which a member is referred to, likewise.
    through_members: Vec<(InstanceId, u32)>,
    /// The last answer: many instances in a row have the same referrers.
    last: (Vec<u32>, Option<Value>),
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
        references.answer(*id, pool)
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
        for pairs in [&mut index.direct, &mut index.through_members] {
            pairs.sort_unstable();
            pairs.dedup();
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
        self.direct.push((target, number));
        self.through_members.extend(pool.map(|pool| (pool, number)));
    }

    fn answer(&mut self, id: InstanceId, pool: Option<InstanceId>) -> Value {
        let mut numbers: Vec<u32> = of(&self.direct, id).chain(of(&self.through_members, id)).collect();
        numbers.extend(pool.into_iter().flat_map(|pool| of(&self.direct, pool)));
        numbers.sort_unstable();
        numbers.dedup();
        if let (last, Some(answer)) = &self.last
            && *last == numbers
        {
            return answer.clone();
        }
        let referrers = numbers.iter().filter_map(|number| self.referrers.get(*number as usize));
        let answer = Value::list(referrers.map(|id| Value::Instance(*id)));
        self.last = (numbers, Some(answer.clone()));
        answer
    }
}

/// Returns the numbers of those that refer to an instance.
fn of(pairs: &[(InstanceId, u32)], id: InstanceId) -> impl Iterator<Item = u32> {
    let start = pairs.partition_point(|(target, _)| *target < id);
    let same = pairs.get(start..).unwrap_or_default().iter().take_while(move |(target, _)| *target == id);
    same.map(|(_, number)| *number)
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
