//! What is to be done with a resource, to a step: its reasons, what it means, how long it takes and what it costs.

use rsx_lang::value::Value;

use crate::design::Design;
use crate::diff::differences;
use crate::event::Action;
use crate::plan::judge::{Case, Verdict};
use crate::plan::planner::Planner;
use crate::plan::reasons::{Reasons, changed_fields, says, takes};
use crate::plan::{Change, Class, Step};
use crate::schema::{HOLDS_DATA, MONTHLY, OVERWRITES, RUNS, TAKES, TAKES_DELETE, TAKES_UPDATE, quantity};

impl Planner<'_> {
    /// Returns the step that a verdict asks for.
    pub(super) fn step(
        &self,
        design: &dyn Design,
        case: &Case<'_>,
        verdict: &Verdict,
        disruptive: bool,
    ) -> Option<Step> {
        let mut reasons = Reasons::new(design, self.sources, case.id);
        let (action, changes) = match verdict {
            Verdict::Keep => return None,
            Verdict::Create => {
                let text = match case.entry {
                    Some(_) => "making it was begun and not ended",
                    None if self.vanished.contains(&case.address) => "it was made and is not there any more",
                    None => "it is declared and not there",
                };
                reasons.say(text);
                reasons.waits(&case.needs, |_| true);
                let action = if says(design, case.id, RUNS) { Action::Sql } else { Action::Create };
                (action, Vec::new())
            }
            Verdict::Read => {
                reasons.say("it says what others need");
                reasons.waits(&case.needs, |_| true);
                (Action::Read, Vec::new())
            }
            Verdict::Adopt(found) => {
                reasons.say("a run that was cut off made it");
                reasons.differ(found);
                (Action::Adopt, changed_fields(design, found))
            }
            Verdict::Update(found, why) => {
                why.iter().for_each(|why| reasons.say(why.clone()));
                reasons.differ(found);
                (Action::Update, changed_fields(design, found))
            }
            Verdict::Replace(found, why) => {
                why.iter().for_each(|why| reasons.say(why.clone()));
                reasons.differ(found);
                (Action::Replace, changed_fields(design, found))
            }
            Verdict::Bounce(others) => {
                for other in others.iter().filter_map(|other| self.drafts.get(*other)) {
                    reasons.say(format!("it leaves while `{}` changes, and returns", other.address));
                }
                let entry = case.entry?;
                let found = differences(&case.schema, &self.codec, case.want(design), entry);
                reasons.waits(&case.needs, |need| {
                    self.places.get(need.on).is_some_and(|place| others.contains(&place))
                });
                (Action::Replace, changed_fields(design, &found))
            }
        };
        Some(self.weighed(case, verdict, disruptive, action, reasons, changes))
    }

    /// Adds what a step means, how long it takes and what it costs.
    fn weighed(
        &self,
        case: &Case<'_>,
        verdict: &Verdict,
        disruptive: bool,
        action: Action,
        because: Reasons<'_>,
        changes: Vec<Change>,
    ) -> Step {
        let (design, id) = (because.design, case.id);
        let before = case.entry.map(|entry| &entry.note);
        let was_data = || before.is_some_and(|note| note.holds_data) || says(design, id, HOLDS_DATA);
        let overwrites = || match design.get(id, OVERWRITES) {
            Some(Value::Text(place)) => case.want(design).get(&place).is_some_and(Value::is_known),
            Some(_) | None => false,
        };
        let (class, seconds) = match verdict {
            Verdict::Keep | Verdict::Read => (Class::Read, takes(design, id, TAKES)),
            Verdict::Adopt(_) => (Class::Create, takes(design, id, TAKES)),
            Verdict::Create if overwrites() => (Class::DestroysData, takes(design, id, TAKES)),
            Verdict::Create => (Class::Create, takes(design, id, TAKES)),
            Verdict::Update(..) if overwrites() => (Class::DestroysData, takes(design, id, TAKES_UPDATE)),
            Verdict::Update(..) if disruptive => (Class::Interrupts, takes(design, id, TAKES_UPDATE)),
            Verdict::Update(..) => (Class::Update, takes(design, id, TAKES_UPDATE)),
            Verdict::Replace(..) | Verdict::Bounce(_) => {
                let class = match matches!(verdict, Verdict::Bounce(_)) {
                    _ if was_data() || overwrites() => Class::DestroysData,
                    true => Class::Interrupts,
                    false => Class::Replace,
                };
                (class, takes(design, id, TAKES_DELETE) + takes(design, id, TAKES))
            }
        };
        let monthly = design.get(id, MONTHLY);
        let usd_month =
            match (action, monthly.as_ref().and_then(quantity), before.and_then(|note| note.monthly)) {
                (Action::Read, ..) | (_, None, None) => None,
                (_, now, then) => Some(now.unwrap_or(0.0) - then.unwrap_or(0.0)),
            };
        Step {
            address: case.address.clone(),
            kind: case.schema.name.clone(),
            action,
            because: because.list,
            changes,
            class,
            seconds,
            usd_month,
            unpriced: action == Action::Create && monthly == Some(Value::None),
            at: Some(because.at),
        }
    }
}
