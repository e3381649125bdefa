//! Judges every resource once, those that others wait for first, and puts the verdicts into steps.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rsx_lang::instance::{Address, InstanceId};
use rsx_lang::value::{Awaited, Record, Value};
use rsx_syntax::{Diagnostic, Sources};
use smol_str::SmolStr;

use crate::design::{Design, Need};
use crate::diff::{Difference, differences};
use crate::event::{Action, Call, Fact, Reason};
use crate::graph::sort;
use crate::holes::awaited;
use crate::json::Codec;
use crate::plan::order::{Member, order};
use crate::plan::reasons::{Reasons, all_fields, changed_fields, reckon, says, takes};
use crate::plan::select::select;
use crate::plan::{Base, Change, Class, FORMAT, Plan, Step};
use crate::problems::{Problem, Trouble};
use crate::schema::{
    HOLDS_DATA, MONTHLY, OVERWRITES, RENEWS, Role, Schema, Schemas, TAKES, TAKES_DELETE, TAKES_UPDATE,
};
use crate::state::{Entry, Standing, State};

/// What a plan is made from besides the design.
#[derive(Debug)]
pub struct Planning<'a> {
    /// The texts, for lines.
    pub sources: &'a Sources,
    /// What the journal tells.
    pub state: &'a State,
    /// What a look has seen since; see [`survey`](crate::survey::survey).
    pub seen: Vec<Fact>,
    /// If any: only steps at or within these addresses, and what they can't do without.
    pub only: Vec<Address>,
    /// No steps at or within these addresses, nor what can't do without them.
    pub except: Vec<Address>,
    /// What the plan rests on, as far as the caller knows it.
    pub base: Base,
}

/// Plans how a design is made true. It calls nobody; of the design it fills the holes whose values will stay as they are.
pub fn plan(design: &mut dyn Design, planning: Planning<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let mut state = planning.state.clone();
    let version = state.version;
    for fact in &planning.seen {
        state.fold(fact.clone());
    }
    let deployment = state.deployment.as_ref().map(|deployment| deployment.id.clone());
    let codec = Codec::new(design.units(), deployment.as_deref().unwrap_or_default());
    let adopted = planning.seen.iter().filter_map(|fact| {
        let Fact::Made { address, .. } = fact else { return None };
        Some(address.clone())
    });
    let mut planner = Planner {
        sources: planning.sources,
        adopted: adopted.collect(),
        state: &state,
        codec,
        schemas: Schemas::default(),
        places: HashMap::new(),
        by_address: HashMap::new(),
        drafts: Vec::new(),
        problems: Vec::new(),
    };
    planner.judge_all(design);
    planner.take_away(design);
    if !planner.problems.is_empty() {
        return Err(planner.problems.iter().map(Problem::diagnostic).collect());
    }
    let base = Base { version, deployment, ..planning.base };
    let mut plan = planner.assemble(&planning.only, &planning.except, base);
    plan.seen = planning.seen;
    Ok(plan)
}

struct Planner<'a> {
    sources: &'a Sources,
    adopted: HashSet<SmolStr>,
    state: &'a State,
    codec: Codec,
    schemas: Schemas,
    /// Where the draft of an instance lies.
    places: HashMap<InstanceId, usize>,
    /// Where the draft of an address lies.
    by_address: HashMap<SmolStr, usize>,
    drafts: Vec<Draft>,
    problems: Vec<Problem>,
}

/// What becomes of one resource.
struct Draft {
    address: SmolStr,
    step: Option<Step>,
    member: Member,
    /// Whether those that hold an attribute of it leave before it changes.
    disruptive: bool,
}

/// What is to be done with one resource.
enum Verdict {
    Keep,
    Create,
    Read,
    Adopt(Vec<Difference>),
    Update(Vec<Difference>, Option<String>),
    Replace(Vec<Difference>, Option<String>),
    /// Leaves while others change, and returns: the drafts of those others.
    Bounce(Vec<usize>),
}

/// A resource as it is judged.
struct Case<'a> {
    id: InstanceId,
    address: SmolStr,
    schema: Arc<Schema>,
    needs: Vec<Need>,
    want: Record,
    entry: Option<&'a Entry>,
}

impl<'a> Planner<'a> {
    fn judge_all(&mut self, design: &mut dyn Design) {
        let ids = design.resources();
        let place: HashMap<InstanceId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut needs: Vec<Vec<Need>> = ids.iter().map(|id| design.demand(*id)).collect();
        let on = |list: &Vec<Need>| list.iter().filter_map(|need| place.get(&need.on).copied()).collect();
        let after: Vec<Vec<usize>> = needs.iter().map(on).collect();
        let order = sort(&after).unwrap_or_else(|| (0..ids.len()).collect());
        for at in order {
            let (Some(&id), Some(needs)) = (ids.get(at), needs.get_mut(at)) else { continue };
            self.judge(design, id, std::mem::take(needs));
        }
    }

    fn judge(&mut self, design: &mut dyn Design, id: InstanceId, needs: Vec<Need>) {
        let Some(schema) = design.kind(id).map(|kind| self.schemas.of(kind)) else { return };
        let address = design.address(id);
        let entry = self.state.entries.get(&address);
        let want = design.want(id);
        let case = Case { id, address, schema, needs, want, entry };
        let verdict = self.verdict(&case);
        let draft = self.draft(design, &case, &verdict);
        self.guard(design, &case, &draft);
        self.observe(design, &case, &verdict, draft.disruptive);
        let at = self.drafts.len();
        if matches!(verdict, Verdict::Replace(..) | Verdict::Bounce(_)) {
            for other in self.sent_away_by(&case) {
                if let Some(other) = self.drafts.get_mut(other) {
                    other.member.sends_away.push(at);
                }
            }
        }
        self.places.insert(id, at);
        self.by_address.insert(case.address, at);
        self.drafts.push(draft);
    }

    fn verdict(&self, case: &Case<'_>) -> Verdict {
        if case.schema.lookup {
            return self.lookup_verdict(case);
        }
        let Some(entry) = case.entry else { return Verdict::Create };
        if entry.kind != case.schema.name {
            return Verdict::Replace(Vec::new(), Some(format!("it was a {}", entry.kind)));
        }
        let found = differences(&case.schema, &self.codec, &case.want, entry);
        match &entry.standing {
            Standing::Open { call: Call::Create { .. }, .. } if entry.id.is_none() => return Verdict::Create,
            Standing::Open { call: Call::Delete, .. } => {
                return Verdict::Replace(found, Some("taking it away was begun and not ended".into()));
            }
            Standing::Broken(words) => {
                return Verdict::Replace(found, Some(format!("it went wrong: {words}")));
            }
            Standing::Leaving(word) => return Verdict::Replace(found, Some(format!("it is {word}"))),
            Standing::Open { .. } | Standing::Moving(_) | Standing::Settled => {}
        }
        let away = self.sent_away_by(case);
        if !away.is_empty() {
            return Verdict::Bounce(away);
        }
        if found.iter().any(|difference| difference.role == Role::Fixed) {
            return Verdict::Replace(found, None);
        }
        if self.adopted.contains(&case.address) {
            return Verdict::Adopt(found);
        }
        match &entry.standing {
            Standing::Open { call: Call::Create { .. }, .. } => Verdict::Adopt(found),
            Standing::Open { .. } => Verdict::Update(found, Some("a change was begun and not ended".into())),
            Standing::Moving(word) => Verdict::Update(found, Some(format!("it is {word}"))),
            Standing::Settled | Standing::Leaving(_) | Standing::Broken(_) => match found.is_empty() {
                true => Verdict::Keep,
                false => Verdict::Update(found, None),
            },
        }
    }

    fn lookup_verdict(&self, case: &Case<'_>) -> Verdict {
        let wanted = |looked: &crate::state::Looked| {
            case.want.values().all(Value::is_known) && self.codec.store(&case.want) == looked.wanted
        };
        match self.state.looked.get(&case.address) {
            Some(looked) if looked.kind == case.schema.name && wanted(looked) => Verdict::Keep,
            Some(_) | None => Verdict::Read,
        }
    }

    /// Returns those whose disruptive change sends this one away: it holds an attribute of theirs, which is
    /// a hole until that change is done.
    fn sent_away_by(&self, case: &Case<'_>) -> Vec<usize> {
        let mut others = Vec::new();
        let holds = |(name, _): &(&SmolStr, &Value)| case.schema.fields.get(*name) != Some(&Role::Through);
        for (_, value) in case.want.iter().filter(holds) {
            awaited(value, &mut |awaited| {
                if let Awaited::Attribute(on, _) = awaited {
                    others.extend(self.places.get(on).copied());
                }
            });
        }
        others.retain(|other| self.drafts.get(*other).is_some_and(|draft| draft.disruptive));
        others.sort_unstable();
        others.dedup();
        others
    }

    fn draft(&self, design: &dyn Design, case: &Case<'_>, verdict: &Verdict) -> Draft {
        let member = Member {
            kind: case.schema.name.clone(),
            step: None,
            needs: case.needs.iter().filter_map(|need| self.places.get(&need.on).copied()).collect(),
            // Places of those that come later are not known yet; they are filled in at the end.
            held: Vec::new(),
            sends_away: Vec::new(),
        };
        let disruptive = match verdict {
            Verdict::Update(found, _) | Verdict::Adopt(found) => {
                found.iter().any(|difference| difference.role == Role::Disruptive)
            }
            Verdict::Keep | Verdict::Create | Verdict::Read | Verdict::Replace(..) | Verdict::Bounce(_) => {
                false
            }
        };
        let step = self.step(design, case, verdict, disruptive);
        Draft { address: case.address.clone(), step, member, disruptive }
    }

    fn step(
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
                let again = case.entry.is_some();
                let text =
                    if again { "making it was begun and not ended" } else { "it is declared and not there" };
                reasons.say(text, None);
                reasons.waits(&case.needs, |_| true);
                (Action::Create, all_fields(design, &case.want))
            }
            Verdict::Read => {
                reasons.say("it says what others need", None);
                reasons.waits(&case.needs, |_| true);
                (Action::Read, Vec::new())
            }
            Verdict::Adopt(found) => {
                reasons.say("a run that was cut off made it", None);
                reasons.differ(found);
                (Action::Adopt, changed_fields(design, found))
            }
            Verdict::Update(found, why) => {
                why.iter().for_each(|why| reasons.say(why.clone(), None));
                reasons.differ(found);
                (Action::Update, changed_fields(design, found))
            }
            Verdict::Replace(found, why) => {
                why.iter().for_each(|why| reasons.say(why.clone(), None));
                reasons.differ(found);
                (Action::Replace, changed_fields(design, found))
            }
            Verdict::Bounce(others) => {
                for other in others.iter().filter_map(|other| self.drafts.get(*other)) {
                    reasons.say(format!("it leaves while `{}` changes, and returns", other.address), None);
                }
                let entry = case.entry?;
                let found = differences(&case.schema, &self.codec, &case.want, entry);
                reasons.waits(&case.needs, |need| {
                    self.places.get(&need.on).is_some_and(|place| others.contains(place))
                });
                (Action::Replace, changed_fields(design, &found))
            }
        };
        let because = reasons.list;
        Some(self.weighed(design, case, verdict, disruptive, (action, because, changes)))
    }

    /// Adds what a step means, how long it takes and what it costs.
    fn weighed(
        &self,
        design: &dyn Design,
        case: &Case<'_>,
        verdict: &Verdict,
        disruptive: bool,
        (action, because, changes): (Action, Vec<Reason>, Vec<Change>),
    ) -> Step {
        let id = case.id;
        let before = case.entry.map(|entry| &entry.note);
        let was_data = before.is_some_and(|note| note.holds_data) || says(design, id, HOLDS_DATA);
        let overwrites = || says(design, id, OVERWRITES);
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
                    _ if was_data || overwrites() => Class::DestroysData,
                    true => Class::Interrupts,
                    false => Class::Replace,
                };
                (class, takes(design, id, TAKES_DELETE) + takes(design, id, TAKES))
            }
        };
        let monthly = reckon(design, id, MONTHLY);
        let usd_month = match (action, monthly, before.and_then(|note| note.monthly)) {
            (Action::Read, ..) | (_, None, None) => None,
            (_, now, then) => Some(now.unwrap_or(0.0) - then.unwrap_or(0.0)),
        };
        Step {
            address: case.address.clone(),
            kind: case.schema.name.clone(),
            action,
            because,
            changes,
            class,
            seconds,
            usd_month,
            at: Some(crate::event::Place::of(self.sources, design.origin(id, None))),
        }
    }

    /// Refuses to take away what is protected. Leaving for a while is not going.
    fn guard(&mut self, design: &dyn Design, case: &Case<'_>, draft: &Draft) {
        let replaced = draft
            .step
            .as_ref()
            .is_some_and(|step| step.action == Action::Replace && step.class != Class::Interrupts);
        if let (true, Some(at)) = (replaced, design.protected(case.id)) {
            let what = Trouble::Protected { address: case.address.clone(), action: Action::Replace };
            self.problems.push(Problem { at, what });
        }
    }

    /// Tells the design those attributes of what is there that will stay as they are.
    fn observe(&self, design: &mut dyn Design, case: &Case<'_>, verdict: &Verdict, disruptive: bool) {
        let seen = match (verdict, self.state.looked.get(&case.address), case.entry) {
            (Verdict::Keep, Some(looked), None) => &looked.observed,
            (Verdict::Keep | Verdict::Update(..) | Verdict::Adopt(_), _, Some(entry)) if !disruptive => {
                &entry.observed
            }
            _ => return,
        };
        let mut attributes = case.schema.attributes_of(&self.codec.recall(seen));
        let changes = !matches!(verdict, Verdict::Keep);
        if let (true, Some(Value::List(renewed))) = (changes, design.get(case.id, RENEWS)) {
            attributes.retain(|name, _| !renewed.contains(&Value::Text(name.clone())));
        }
        design.observe(case.id, attributes);
    }

    /// Adds the steps for what is there and not wanted any more.
    fn take_away(&mut self, design: &dyn Design) {
        for (address, entry) in &self.state.entries {
            if self.by_address.contains_key(address) {
                continue;
            }
            if entry.note.protected {
                let what = Trouble::Protected { address: address.clone(), action: Action::Delete };
                self.problems.push(Problem { at: design.home(), what });
            }
            let text = "it is not declared any more".to_owned();
            let step = Step {
                address: address.clone(),
                kind: entry.kind.clone(),
                action: Action::Delete,
                because: vec![Reason { text, at: entry.note.at.clone() }],
                changes: Vec::new(),
                class: if entry.note.holds_data { Class::DestroysData } else { Class::Delete },
                seconds: entry.note.takes_delete,
                usd_month: entry.note.monthly.map(|monthly| -monthly),
                at: entry.note.at.clone(),
            };
            let member = Member {
                kind: entry.kind.clone(),
                step: None,
                needs: Vec::new(),
                held: Vec::new(),
                sends_away: Vec::new(),
            };
            self.by_address.insert(address.clone(), self.drafts.len());
            self.drafts.push(Draft { address: address.clone(), step: Some(step), member, disruptive: false });
        }
    }

    fn assemble(mut self, only: &[Address], except: &[Address], base: Base) -> Plan {
        self.link();
        let forgotten = self.state.looked.keys().filter(|address| !self.by_address.contains_key(*address));
        let forgotten: Vec<SmolStr> = forgotten.cloned().collect();
        let addresses: Vec<SmolStr> = self.drafts.iter().map(|draft| draft.address.clone()).collect();
        let (mut members, mut steps) = (Vec::new(), Vec::new());
        for (at, draft) in self.drafts.into_iter().enumerate() {
            let step = draft.step.as_ref().map(|step| (at, step.action));
            members.push(Member { step, ..draft.member });
            steps.push(draft.step);
        }
        if !(only.is_empty() && except.is_empty()) {
            let kept = select(&members, &addresses, only, except);
            for (member, _) in members.iter_mut().zip(kept).filter(|(_, kept)| !kept) {
                member.step = None;
            }
        }
        finish(order(&members), steps, forgotten, base)
    }

    /// Fills in what could not be known while drafts were still to come.
    fn link(&mut self) {
        for at in 0..self.drafts.len() {
            let Some(draft) = self.drafts.get(at) else { continue };
            let Some(entry) = self.state.entries.get(&draft.address) else { continue };
            let depends = entry.note.depends.iter();
            let held: Vec<usize> = depends.filter_map(|on| self.by_address.get(on).copied()).collect();
            let deleted = draft.step.as_ref().is_some_and(|step| step.action == Action::Delete);
            if deleted {
                for &other in &held {
                    if let Some(other) = self.drafts.get_mut(other).filter(|other| other.disruptive) {
                        other.member.sends_away.push(at);
                    }
                }
            }
            if let Some(draft) = self.drafts.get_mut(at) {
                draft.member.held = held;
            }
        }
    }
}

/// Puts steps into the order of their operations, and finds the longest chain.
fn finish(
    mut operations: Vec<super::Operation>,
    mut drafts: Vec<Option<Step>>,
    forgotten: Vec<SmolStr>,
    base: Base,
) -> Plan {
    use super::Work;
    let mut numbers: IndexMap<usize, Step> = IndexMap::new();
    for operation in &mut operations {
        let (Work::Remove(step) | Work::Make(step) | Work::Change(step) | Work::Look(step)) =
            &mut operation.work
        else {
            continue;
        };
        if let Some(taken) = drafts.get_mut(*step).and_then(Option::take) {
            numbers.insert(*step, taken);
        }
        *step = numbers.get_index_of(step).unwrap_or(usize::MAX);
    }
    let steps = numbers.into_values().collect();
    let mut plan = Plan {
        format: FORMAT,
        base,
        steps,
        seconds: 0.0,
        critical: Vec::new(),
        seen: Vec::new(),
        forgotten,
        operations,
    };
    plan.measure();
    plan
}
