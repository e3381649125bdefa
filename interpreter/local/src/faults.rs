//! Scheduled failures: which call fails, and how; and the numbering of calls on which the schedule rests.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::call::Refusal;
use crate::model::Protocol;

/// A schedule of failures, as `--faults FILE` holds it in JSON.
///
/// ```json
/// {"faults": [{"call": "ec2:CreateVpc", "nth": 2, "outcome": "throttle"},
///             {"call": "*", "every": 7, "outcome": {"refuse": {"code": "InternalFailure", "message": "…", "status": 500}}}],
///  "cut": {"call": 40, "side": "after"}}
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Rules in order; the first that hits decides.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// The call at which the cloud is cut off, if at any.
    #[serde(default)]
    pub cut: Option<Cut>,
}

/// One rule of a schedule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Fault {
    /// `service:Operation` by the signing name of the service, `service:*`, or `*`.
    pub call: String,
    /// Which of the calls that match.
    pub when: When,
    /// What happens to them.
    pub outcome: Outcome,
}

/// A rule as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    call: String,
    nth: Option<u64>,
    every: Option<u64>,
    outcome: Outcome,
}

impl TryFrom<Written> for Fault {
    type Error = String;

    fn try_from(Written { call, nth, every, outcome }: Written) -> Result<Self, String> {
        if call != "*" && !call.contains(':') {
            return Err(format!("`call` is {call:?}; it must be `service:Operation`, `service:*` or `*`"));
        }
        match (nth, every) {
            (Some(nth @ 1..), None) => Ok(Self { call, when: When::Nth(nth), outcome }),
            (None, Some(step @ 1..)) => Ok(Self { call, when: When::Every(step), outcome }),
            (Some(_) | None, Some(_) | None) => {
                Err(format!("the fault of {call} needs either `nth` or `every`, a number from 1"))
            }
        }
    }
}

/// Which of the matching calls a rule hits, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Only this one.
    Nth(u64),
    /// Each whose count this divides.
    Every(u64),
}

/// What happens to a call instead of its answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Refused because of its rate.
    Throttle,
    /// Refused because the caller may not.
    Deny,
    /// Refused because the caller's token is too old.
    ExpireToken,
    /// Refused because something else is going on.
    Conflict,
    /// Never executed; the connection ends.
    DropRequest,
    /// Executed; the connection ends before the answer.
    DropAnswer,
    /// Refused with these words.
    Refuse {
        /// The error code on the wire.
        code: String,
        /// The message.
        message: String,
        /// The HTTP status.
        status: u16,
    },
}

/// The end of the cloud: from this call on, every connection ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The call's number, counted from 1 over all calls.
    pub call: u64,
    /// Whether that call is still executed.
    pub side: Side,
}

/// The side of a call on which the cut falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The call is not executed.
    Before,
    /// The call is executed, but not answered.
    After,
}

impl Faults {
    /// Reads a schedule from JSON.
    ///
    /// # Errors
    ///
    /// Says the line and column, and what was expected there.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// What the schedule says of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The call's number over all calls, counted from 1.
    pub(crate) number: u64,
    pub(crate) outcome: Option<Outcome>,
}

/// A schedule and how far it has come.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    faults: Faults,
    calls: u64,
    /// How many calls each rule has matched.
    matched: BTreeMap<usize, u64>,
}

impl Schedule {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { faults, ..Self::default() }
    }

    /// Replaces the rules; calls go on being numbered, and matches are counted anew.
    pub(crate) fn replace(&mut self, faults: Faults) {
        self.faults = faults;
        self.matched.clear();
    }

    /// Numbers a call and says what happens to it.
    pub(crate) fn next(&mut self, service: &str, operation: &str) -> Verdict {
        self.calls += 1;
        let mut outcome = None;
        for (index, rule) in self.faults.faults.iter().enumerate() {
            if rule.matches(service, operation) {
                let count = self.matched.entry(index).or_default();
                *count += 1;
                if outcome.is_none() && rule.when.hits(*count) {
                    outcome = Some(rule.outcome.clone());
                }
            }
        }
        Verdict { number: self.calls, outcome: self.cut_off().or(outcome) }
    }

    fn cut_off(&self) -> Option<Outcome> {
        let cut = self.faults.cut?;
        match (self.calls.cmp(&cut.call), cut.side) {
            (std::cmp::Ordering::Less, _) => None,
            (std::cmp::Ordering::Equal, Side::After) => Some(Outcome::DropAnswer),
            (std::cmp::Ordering::Equal, Side::Before) | (std::cmp::Ordering::Greater, _) => {
                Some(Outcome::DropRequest)
            }
        }
    }
}

impl Fault {
    fn matches(&self, service: &str, operation: &str) -> bool {
        match self.call.split_once(':') {
            Some((its_service, its_operation)) => {
                its_service == service && (its_operation == "*" || its_operation == operation)
            }
            None => self.call == "*",
        }
    }
}

impl When {
    fn hits(self, count: u64) -> bool {
        match self {
            Self::Nth(nth) => count == nth,
            Self::Every(step) => count.checked_rem(step) == Some(0),
        }
    }
}

/// Too many calls, in the word of the protocol.
pub(crate) fn throttled(protocol: Protocol) -> Refusal {
    match protocol {
        Protocol::Json => Refusal::new("ThrottlingException", "Rate exceeded"),
        Protocol::Query => Refusal::new("Throttling", "Rate exceeded"),
        Protocol::Ec2 => Refusal::new("RequestLimitExceeded", "Request limit exceeded.").with_status(503),
    }
}

/// A caller who may not do this, in the word of the protocol.
pub(crate) fn denied(protocol: Protocol, action: &str) -> Refusal {
    let words = format!("User is not authorized to perform: {action}");
    match protocol {
        Protocol::Json => Refusal::new("AccessDeniedException", words),
        Protocol::Query => Refusal::new("AccessDenied", words).with_status(403),
        Protocol::Ec2 => {
            Refusal::new("UnauthorizedOperation", "You are not authorized to perform this operation.")
                .with_status(403)
        }
    }
}

/// A token past its time, in the word of the protocol.
pub(crate) fn expired(protocol: Protocol) -> Refusal {
    let words = "The security token included in the request is expired";
    match protocol {
        Protocol::Json => Refusal::new("ExpiredTokenException", words),
        Protocol::Query => Refusal::new("ExpiredToken", words).with_status(403),
        Protocol::Ec2 => Refusal::new("RequestExpired", "Request has expired."),
    }
}

/// Something else going on at the same thing, in the word of the protocol.
pub(crate) fn conflicting(protocol: Protocol) -> Refusal {
    let words = "There is an operation running on the resource. Try again later.";
    match protocol {
        Protocol::Json => Refusal::new("ConflictException", words),
        Protocol::Query => Refusal::new("ConcurrentModification", words).with_status(409),
        Protocol::Ec2 => Refusal::new("IncorrectState", words),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn outcomes(json: &str, calls: &[(&str, &str)]) -> Vec<Option<Outcome>> {
        let mut schedule = Schedule::new(Faults::parse(json).unwrap());
        calls.iter().map(|(service, operation)| schedule.next(service, operation).outcome).collect()
    }

    #[test]
    fn a_rule_counts_only_the_calls_that_it_matches() {
        let seen = outcomes(
            r#"{"faults": [{"call": "ec2:CreateVpc", "nth": 2, "outcome": "throttle"}]}"#,
            &[("ec2", "CreateVpc"), ("kms", "CreateKey"), ("ec2", "CreateVpc"), ("ec2", "CreateVpc")],
        );
        assert_eq!(seen, [None, None, Some(Outcome::Throttle), None]);
    }

    #[test]
    fn a_rule_that_says_too_little_or_too_much_is_refused() {
        for rule in [
            r#"{"call": "ec2:CreateVpc", "outcome": "throttle"}"#,
            r#"{"call": "ec2:CreateVpc", "nth": 0, "outcome": "throttle"}"#,
            r#"{"call": "ec2:CreateVpc", "nth": 1, "every": 2, "outcome": "throttle"}"#,
            r#"{"call": "CreateVpc", "nth": 1, "outcome": "throttle"}"#,
            r#"{"call": "*", "nth": 1, "outcome": "throttle", "colour": "red"}"#,
        ] {
            assert!(Faults::parse(&format!(r#"{{"faults": [{rule}]}}"#)).is_err(), "{rule}");
        }
    }

    #[test]
    fn after_a_cut_nothing_is_executed() {
        let calls = [("ec2", "CreateVpc"); 3];
        let after = outcomes(r#"{"cut": {"call": 2, "side": "after"}}"#, &calls);
        assert_eq!(after, [None, Some(Outcome::DropAnswer), Some(Outcome::DropRequest)]);
        let before = outcomes(r#"{"cut": {"call": 2, "side": "before"}}"#, &calls);
        assert_eq!(before, [None, Some(Outcome::DropRequest), Some(Outcome::DropRequest)]);
    }

    #[test]
    fn every_seventh_call_of_any_service_can_fail() {
        let calls: Vec<_> = (0..14).map(|_| ("sts", "GetCallerIdentity")).collect();
        let seen = outcomes(r#"{"faults": [{"call": "*", "every": 7, "outcome": "drop_answer"}]}"#, &calls);
        let hit: Vec<_> =
            seen.iter().enumerate().filter(|(_, outcome)| outcome.is_some()).map(|(at, _)| at + 1).collect();
        assert_eq!(hit, [7, 14]);
    }
}
