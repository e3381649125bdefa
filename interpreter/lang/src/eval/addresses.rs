//! What instances are called: addresses here, and names on the outside.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use super::state::Turn;
use super::{Eval, Maker, obstacle};
use crate::instance::{Address, InstanceId, Step};
use crate::problems::evaluation::Problem;
use crate::show;
use crate::value::{Phase, Value};

/// How many hex digits of its hash end a name that was cut.
const DIGITS: usize = 6;

impl Eval<'_, '_> {
    /// Returns the address of an instance.
    pub(crate) fn address(&self, id: InstanceId) -> Address {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some((of, step)) = self.step_of(at) {
            steps.push(step);
            at = of;
        }
        steps.reverse();
        Address { root: self.root(at), steps }
    }

    /// Returns the addresses of all instances as texts, by their numbers.
    pub(crate) fn addresses(&self) -> Vec<SmolStr> {
        let count = self.state.count_instances();
        let mut addresses: Vec<SmolStr> = Vec::with_capacity(count);
        let mut written = String::new();
        for number in 0..count {
            let id = InstanceId(u32::try_from(number).unwrap_or(u32::MAX));
            // Whoever makes an instance is there before it.
            addresses.push(match self.step_of(id) {
                None => self.root(id),
                Some((of, step)) => {
                    written.clear();
                    written.push_str(addresses.get(of.0 as usize).map_or("", SmolStr::as_str));
                    // Writing to a String does not fail.
                    let _ = write!(written, "{step}");
                    SmolStr::new(&written)
                }
            });
        }
        addresses
    }

    fn root(&self, id: InstanceId) -> SmolStr {
        let Some(Maker::Declared(declared)) = self.state.instance(id).map(|instance| instance.maker) else {
            return SmolStr::default();
        };
        self.program.declared(declared).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    /// Returns whose part an instance is, and what it is called there.
    fn step_of(&self, id: InstanceId) -> Option<(InstanceId, Step)> {
        let Maker::Part { of, place, turn } = self.state.instance(id)?.maker else { return None };
        let name = || self.member_of(of, place as usize).map(|(name, _)| name.clone()).unwrap_or_default();
        let step = match turn {
            None => Step::Part(name()),
            Some(turn) if self.pool(of) == Some(place as usize) => Step::Member(turn.index),
            Some(turn) => {
                let variable = self.state.variables.get(turn.variable as usize);
                let key = variable.and_then(|value| self.key(value, turn.step as usize));
                Step::Element(name(), key.unwrap_or_default())
            }
        };
        Some((of, step))
    }

    /// Returns by what an element of a loop is known; its place where its value is not known yet.
    pub(super) fn key(&self, value: &Value, step: usize) -> Option<SmolStr> {
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Char(c) => Some(SmolStr::from_iter([*c])),
            Value::Instance(id) => Some(self.address(*id).to_string().into()),
            Value::Record(fields) => {
                let first = fields.values().find(|field| **field != Value::None);
                first.and_then(|field| self.key(field, step))
            }
            Value::Variant(word, fields) if fields.is_empty() => Some(word.clone()),
            Value::Secret(_) | Value::Unknown | Value::Pending(_) => Some(step.to_string().into()),
            Value::None
            | Value::Bool(_)
            | Value::Number(..)
            | Value::Cidr(_)
            | Value::Ip(_)
            | Value::Range(_)
            | Value::List(_)
            | Value::Variant(..) => Some(show::show(&self.program.units, value).into()),
        }
    }

    /// Returns the name of an instance on the outside: parts that the library makes go by the name of the whole.
    pub(super) fn physical_name(&mut self, id: InstanceId, limit: usize) -> Value {
        let Some((stack, _)) = self.program.stack.and_then(|stack| self.program.declared(stack)) else {
            return super::hole(Phase::World, []);
        };
        let mut whole = stack.to_string();
        if let Some(env) = self.setting.env.as_ref().filter(|_| !self.program.envs.is_empty()) {
            whole.push('-');
            whole.push_str(env);
        }
        let (whose, mut words) = self.named_by(id);
        words.push(self.address(id).root.to_string());
        for word in words.iter().rev() {
            whole.push('-');
            whole.push_str(word);
        }
        let name = SmolStr::from(shortened(&whole.replace('_', "-"), limit));
        self.claim(&name, whose);
        Value::Text(name)
    }

    /// Returns the innermost instance whose place is part of a name, and the words for all places, innermost first.
    fn named_by(&self, id: InstanceId) -> (InstanceId, Vec<String>) {
        let (mut at, mut whose, mut words) = (id, None, Vec::new());
        while let Some(Maker::Part { of, place, turn }) =
            self.state.instance(at).map(|instance| instance.maker)
        {
            if let Some(word) = self.word(of, place as usize, turn) {
                whose = whose.or(Some(at));
                words.push(word);
            }
            at = of;
        }
        (whose.unwrap_or(at), words)
    }

    /// Returns what the place of a part adds to a name: a member's index, or what a pattern of the user calls it.
    fn word(&self, of: InstanceId, place: usize, turn: Option<Turn>) -> Option<String> {
        let kind = self.program.kind(self.state.instance(of)?.kind)?;
        match turn {
            Some(turn) if kind.pool == Some(place) => Some(turn.index.to_string()),
            _ if !self.is_users(kind.span) => None,
            Some(turn) => Some(format!("{}-{}", kind.members.get_index(place)?.0, turn.index)),
            None => Some(kind.members.get_index(place)?.0.to_string()),
        }
    }

    /// Takes note of who uses a name, and reports a second one.
    fn claim(&mut self, name: &SmolStr, id: InstanceId) {
        let work = self.work();
        let owner = self.state.claim(work, name, id);
        if owner == id {
            return;
        }
        let (Some(mine), Some(theirs)) = (self.head(id), self.head(owner)) else { return };
        let place = |span| (self.sources.file_of(span), self.sources.range(span).start);
        let later = place(mine) >= place(theirs);
        let (first, before, second, at) =
            if later { (owner, theirs, id, mine) } else { (id, mine, owner, theirs) };
        let (shown, later) = (self.address(first).to_string(), self.address(second).to_string());
        let problem = Problem::SameName { name, first: &shown, second: &later };
        self.report(problem.diagnostic(at).with_label(before, "the first of that name"));
    }

    /// Returns the pool that an instance is a member of, and its place there.
    pub(super) fn pool_of(&self, id: InstanceId) -> Option<(InstanceId, u32)> {
        match self.state.instance(id)?.maker {
            Maker::Part { of, place, turn: Some(turn) } if self.pool(of) == Some(place as usize) => {
                Some((of, turn.index))
            }
            Maker::Declared(_) | Maker::Part { .. } => None,
        }
    }

    /// Works on the instance that a value is.
    pub(super) fn of_instance(
        &mut self,
        value: &Value,
        work: impl FnOnce(&mut Self, InstanceId) -> Value,
    ) -> Value {
        match value.as_instance() {
            Some(id) => work(self, id),
            None if *value == Value::None => Value::None,
            None => obstacle(value),
        }
    }
}

/// Cuts a name to a limit; what was cut ends in digits of the hash of the whole.
fn shortened(whole: &str, limit: usize) -> String {
    if whole.chars().count() <= limit {
        return whole.to_owned();
    }
    let hash = hex::encode(Sha256::digest(whole.as_bytes()));
    let digits = hash.get(..DIGITS).unwrap_or_default();
    let kept: String = whole.chars().take(limit.saturating_sub(DIGITS + 1)).collect();
    let name = format!("{}-{digits}", kept.trim_end_matches('-'));
    name.chars().skip(name.chars().count().saturating_sub(limit)).collect()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        assert_eq!(shortened("airline-prod-reads", 32), "airline-prod-reads");
        let long = shortened("airline-production-readers-of-the-week", 32);
        assert_eq!(long.len(), 32);
        assert_ne!(long, shortened("airline-production-readers-of-the-year", 32));
        assert!(shortened("abcdefghi---------------", 12).starts_with("abcde-"));
    }
}
