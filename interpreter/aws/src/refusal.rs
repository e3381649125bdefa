//! Refusals: their words, and the field that is to blame.

use rsx_engine::provider::{Fault, Refusal};
use smol_str::SmolStr;

/// Returns a refusal in our own words.
pub(crate) fn refusal(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal {
        code: SmolStr::new_static(code),
        message: message.into(),
        theirs: None,
        field: None,
        help: None,
    }
}

/// More words for a refusal.
pub(crate) trait Worded {
    /// Names the field to blame.
    fn at(self, field: &str) -> Self;

    /// Adds what mends it.
    fn help(self, help: impl Into<String>) -> Self;

    /// Adds the service's words.
    fn theirs(self, theirs: impl Into<String>) -> Self;

    /// Makes it a fault.
    fn fault(self) -> Fault;
}

impl Worded for Refusal {
    fn at(self, field: &str) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    fn theirs(self, theirs: impl Into<String>) -> Self {
        Self { theirs: Some(theirs.into()), ..self }
    }

    fn fault(self) -> Fault {
        Fault::Refused(Box::new(self))
    }
}

/// Lays the blame on a field, unless the service named one.
pub(crate) fn blame(fault: Fault, field: &str) -> Fault {
    match fault {
        Fault::Refused(refusal) if refusal.field.is_none() => refusal.at(field).fault(),
        Fault::Throttled(_)
        | Fault::Busy(_)
        | Fault::NoCapacity(_)
        | Fault::Lost(_)
        | Fault::Expired(_)
        | Fault::Denied(_)
        | Fault::Refused(_)
        | Fault::Foreign { .. } => fault,
    }
}

/// Lays the blame on the field whose member of the service's API the message names; `members` are pairs of member and field.
pub(crate) fn blame_member(fault: Fault, members: &[(&str, &str)]) -> Fault {
    let Fault::Refused(refusal) = &fault else { return fault };
    let theirs = refusal.theirs.as_deref().unwrap_or_default().to_lowercase();
    match members.iter().find(|(member, _)| theirs.contains(&member.to_lowercase())) {
        Some((_, field)) => blame(fault, field),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests")]

    use super::*;

    #[test]
    fn a_member_of_the_api_is_a_field_of_the_schema() {
        let fault = refusal("ValidationException", "refused")
            .theirs("Value at 'adminUserPassword' failed to satisfy constraint")
            .fault();
        let Fault::Refused(refusal) = blame_member(fault, &[("adminUserPassword", "admin_password")]) else {
            panic!("not refused any more")
        };
        assert_eq!(refusal.field.as_deref(), Some("admin_password"));
    }
}
