//! Reading an operation's checked input by member name.

use serde_json::Value;

use crate::call::Refusal;

/// Members of a request, absent ones as `None` or empty.
pub(crate) trait Input {
    fn text(&self, member: &str) -> Option<&str>;
    fn number(&self, member: &str) -> Option<i64>;
    /// A number of things.
    fn size(&self, member: &str) -> Option<usize>;
    fn flag(&self, member: &str) -> Option<bool>;
    fn list(&self, member: &str) -> &[Value];
    /// The items of a list of strings.
    fn texts(&self, member: &str) -> Vec<String>;
    /// A member that the model requires, so that its absence is this cloud's fault.
    fn required(&self, member: &str) -> Result<&str, Refusal>;
}

impl Input for Value {
    fn text(&self, member: &str) -> Option<&str> {
        self.get(member)?.as_str()
    }

    fn number(&self, member: &str) -> Option<i64> {
        self.get(member)?.as_i64()
    }

    fn size(&self, member: &str) -> Option<usize> {
        usize::try_from(self.number(member)?).ok()
    }

    fn flag(&self, member: &str) -> Option<bool> {
        self.get(member)?.as_bool()
    }

    fn list(&self, member: &str) -> &[Value] {
        self.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    fn texts(&self, member: &str) -> Vec<String> {
        self.list(member).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn required(&self, member: &str) -> Result<&str, Refusal> {
        self.text(member).ok_or_else(|| {
            Refusal::internal(format!("the model does not require {member}, but its service does"))
        })
    }
}

/// Refuses members that AWS knows and this cloud does not: they are never ignored.
pub(crate) fn refuse_unsupported(input: &Value, members: &[&str]) -> Result<(), Refusal> {
    match members.iter().find(|member| input.get(**member).is_some()) {
        Some(member) => Err(Refusal::new(
            "UnsupportedOperationException",
            format!("This cloud does not support {member}."),
        )),
        None => Ok(()),
    }
}
