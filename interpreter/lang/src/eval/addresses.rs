//! What instances are called: addresses here, and names on the outside.

use sha2::{Digest, Sha256};
use smol_str::SmolStr;

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
        let root = loop {
            match self.state.instance(at).map(|instance| instance.maker) {
                None => break SmolStr::default(),
                Some(Maker::Declared(declared)) => {
                    break self.program.declared(declared).map(|(name, _)| name.clone()).unwrap_or_default();
                }
                Some(Maker::Part { of, place, turn }) => {
                    let name =
                        self.member_of(of, place as usize).map(|(name, _)| name.clone()).unwrap_or_default();
                    steps.push(match turn {
                        None => Step::Part(name),
                        Some(turn) if self.pool(of) == Some(place as usize) => Step::Member(turn.index),
                        Some(turn) => {
                            let variable = self.state.variables.get(turn.variable as usize);
                            let key = variable.and_then(|value| self.key(value, turn.step as usize));
                            Step::Element(name, key.unwrap_or_default())
                        }
                    });
                    at = of;
                }
            }
        };
        steps.reverse();
        Address { root, steps }
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

    /// Returns the name of an instance on the outside.
    pub(super) fn physical_name(&mut self, id: InstanceId, limit: usize) -> Value {
        let Some(stack) = self.program.stack.and_then(|stack| self.program.declared(stack)) else {
            return super::hole(Phase::World, []);
        };
        let env = self.setting.env.as_ref().filter(|_| !self.program.envs.is_empty());
        let mut whole = stack.0.to_string();
        for word in env.into_iter().map(SmolStr::as_str) {
            whole.push('-');
            whole.push_str(word);
        }
        let address = self.address(id);
        whole.push('-');
        whole.push_str(&address.root);
        for step in &address.steps {
            whole.push('-');
            match step {
                Step::Member(index) => whole.push_str(&index.to_string()),
                Step::Part(name) => whole.push_str(name),
                Step::Element(name, key) => {
                    whole.push_str(name);
                    whole.push('-');
                    whole.extend(key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
                }
            }
        }
        let name = SmolStr::from(shortened(&whole.replace('_', "-"), limit));
        self.claim(&name, id);
        Value::Text(name)
    }

    /// Takes note of who uses a name, and reports a second one.
    fn claim(&mut self, name: &SmolStr, id: InstanceId) {
        let owner = *self.state.names.entry(name.clone()).or_insert(id);
        if owner == id {
            return;
        }
        let (first, second) = if owner < id { (owner, id) } else { (id, owner) };
        let (Some(at), Some(before)) = (self.head(second), self.head(first)) else { return };
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
