//! RPU: which base capacities there are, and how base, maximum and price-performance target go together.
//!
//! Source: Redshift management guide, "Compute capacity for Amazon Redshift Serverless", and the API reference.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::invalid;
use crate::call::Refusal;
use crate::input::Input;

/// Regions that offer more than 512 RPU.
const LARGE_REGIONS: [&str; 5] = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1"];

/// Levels from low cost to high performance.
const LEVELS: [i64; 5] = [1, 25, 50, 75, 100];

/// The level of a workgroup for which neither a base nor a target was asked.
const USUAL_LEVEL: i64 = 50;

/// The base of a workgroup whose target was refused from the start.
const USUAL_BASE: i64 = 128;

/// How much a workgroup computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Capacity {
    /// RPU; `None` while a target decides, which the API writes −1.
    pub(super) base: Option<i64>,
    /// RPU; `None` without a limit.
    pub(super) most: Option<i64>,
    /// The level of an enabled price-performance target.
    level: Option<i64>,
}

impl Capacity {
    /// The capacity that a request for a new workgroup asks for.
    pub(super) fn asked(input: &Value, region: &str) -> Result<Self, Refusal> {
        let base = input.number("baseCapacity");
        let target = input.get("pricePerformanceTarget").map(level).transpose()?;
        let (base, level) = match (base, target) {
            (Some(_), Some(Some(_))) => return Err(both()),
            (Some(base), Some(None) | None) => (Some(checked_base(base, region)?), None),
            (None, Some(Some(level))) => (None, Some(level)),
            (None, Some(None)) => (Some(USUAL_BASE), None),
            (None, None) => (None, Some(USUAL_LEVEL)),
        };
        let capacity = Self { base, most: input.number("maxCapacity"), level };
        capacity.check_most()?;
        Ok(capacity)
    }

    /// With another base.
    pub(super) fn with_base(self, base: i64, region: &str) -> Result<Self, Refusal> {
        if self.level.is_some() {
            return Err(both());
        }
        let changed = Self { base: Some(checked_base(base, region)?), ..self };
        changed.check_most()?;
        Ok(changed)
    }

    /// With another maximum, −1 for none.
    pub(super) fn with_most(self, most: i64) -> Result<Self, Refusal> {
        if most == -1 && self.most.is_none() {
            return Err(invalid("The workgroup has no max capacity that could be removed."));
        }
        let changed = Self { most: (most != -1).then_some(most), ..self };
        changed.check_most()?;
        Ok(changed)
    }

    /// With the target that a request asks for.
    pub(super) fn with_target(self, target: &Value) -> Result<Self, Refusal> {
        let level = level(target)?;
        Ok(match level {
            Some(_) => Self { base: None, level, ..self },
            None => Self { level: None, ..self },
        })
    }

    /// RPU for which addresses are needed: the most that the workgroup may grow to.
    pub(super) fn rpu(self) -> i64 {
        self.most.max(self.base).unwrap_or(USUAL_BASE)
    }

    /// The base as the API writes it.
    pub(super) fn base_number(self) -> i64 {
        self.base.unwrap_or(-1)
    }

    /// The target as the API writes it.
    pub(super) fn target(self) -> Value {
        match self.level {
            Some(level) => json!({ "status": "ENABLED", "level": level }),
            None => json!({ "status": "DISABLED" }),
        }
    }

    fn check_most(self) -> Result<(), Refusal> {
        match (self.most, self.base) {
            (Some(most), _) if most < 1 => Err(invalid(format!(
                "Max capacity {most} isn't valid. It must be a positive number of RPUs."
            ))),
            (Some(most), Some(base)) if most < base => Err(invalid(format!(
                "Max capacity {most} must be greater than or equal to the base capacity {base}."
            ))),
            (Some(_) | None, _) => Ok(()),
        }
    }
}

/// The level of a target, `None` if the target is disabled.
fn level(target: &Value) -> Result<Option<i64>, Refusal> {
    let level = target.number("level");
    match (target.text("status"), level) {
        (Some("DISABLED"), Some(_)) => {
            Err(invalid("You can only specify a level when the price-performance target is enabled."))
        }
        (Some("DISABLED"), None) => Ok(None),
        (_, None) => Ok(Some(USUAL_LEVEL)),
        (_, Some(level)) if LEVELS.contains(&level) => Ok(Some(level)),
        (_, Some(level)) => Err(invalid(format!(
            "Price-performance target level {level} isn't valid. Valid levels are 1, 25, 50, 75 and 100."
        ))),
    }
}

fn checked_base(base: i64, region: &str) -> Result<i64, Refusal> {
    let is_small = base == 4 || ((8..=512).contains(&base) && base % 8 == 0);
    let is_large = (544..=1024).contains(&base) && base % 32 == 0 && LARGE_REGIONS.contains(&region);
    match is_small || is_large {
        true => Ok(base),
        false => Err(invalid(format!(
            "Base capacity {base} isn't valid. It must be 4, or 8 to 512 in units of 8; in some Regions also 512 to \
             1024 in units of 32."
        ))),
    }
}

fn both() -> Refusal {
    invalid("You can't specify a base capacity while the price-performance target is enabled.")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn bases_lie_on_a_lattice_that_differs_by_region() {
        let bases = |region| (1..=1100).filter(|base| checked_base(*base, region).is_ok()).count();
        assert_eq!((bases("us-east-1"), bases("eu-north-1")), (1 + 64 + 16, 1 + 64));
        assert!(checked_base(4, "eu-north-1").is_ok() && checked_base(12, "us-east-1").is_err());
    }

    #[test]
    fn a_target_takes_the_place_of_the_base() {
        let fixed = Capacity::asked(&json!({ "baseCapacity": 32 }), "us-east-1").unwrap();
        let ruled = fixed.with_target(&json!({ "status": "ENABLED", "level": 25 })).unwrap();
        assert_eq!(ruled.base_number(), -1);
        assert!(ruled.with_base(32, "us-east-1").is_err());
        let free = ruled.with_target(&json!({ "status": "DISABLED" })).unwrap();
        assert_eq!(free.with_base(64, "us-east-1").unwrap().rpu(), 64);
    }
}
