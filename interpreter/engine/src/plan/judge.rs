//! A resource as wanted and as it is, to what is to be done with it.

use std::cell::OnceCell;
use std::sync::Arc;

use rsx_lang::instance::InstanceId;
use rsx_lang::value::{Awaited, Record, Value};
use smol_str::SmolStr;

use crate::design::{Design, Need};
use crate::diff::{Difference, differences};
use crate::event::Call;
use crate::holes::awaited;
use crate::plan::planner::{Draft, Planner};
use crate::plan::reasons::says;
use crate::schema::{RUNS, Role, Schema};
use crate::state::{Entry, Looked, Standing};

/// What is to be done with one resource.
pub(super) enum Verdict {
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
pub(super) struct Case<'a> {
    pub(super) id: InstanceId,
    pub(super) address: SmolStr,
    pub(super) schema: Arc<Schema>,
    pub(super) needs: Vec<Need>,
    pub(super) entry: Option<&'a Entry>,
    /// What was run before it and is undone, in words, if that concerns it.
    pub(super) undone_before: Option<String>,
    /// Its fields as they are wanted, once they are asked for: of what is not there nobody does.
    pub(super) want: OnceCell<Record>,
}

impl Case<'_> {
    /// Returns its fields as they are wanted.
    pub(super) fn want(&self, design: &dyn Design) -> &Record {
        self.want.get_or_init(|| design.want(self.id))
    }
}

impl Planner<'_> {
    /// Judges one resource; those that it refers to have been judged.
    pub(super) fn verdict(&self, design: &dyn Design, case: &Case<'_>) -> Verdict {
        if case.schema.lookup {
            return self.lookup_verdict(design, case);
        }
        let Some(entry) = case.entry else { return Verdict::Create };
        if entry.kind != case.schema.name {
            return Verdict::Replace(Vec::new(), Some(format!("it was a {}", entry.kind)));
        }
        let found = differences(&case.schema, &self.codec, case.want(design), entry);
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
        if case.undone_before.is_some() {
            return Verdict::Replace(found, case.undone_before.clone());
        }
        let away = self.sent_away_by(design, case);
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

    fn lookup_verdict(&self, design: &dyn Design, case: &Case<'_>) -> Verdict {
        let wanted = |looked: &Looked| {
            let want = case.want(design);
            want.values().all(Value::is_known) && self.codec.store(want) == looked.wanted
        };
        match self.state.looked.get(&case.address) {
            Some(looked) if looked.kind == case.schema.name && wanted(looked) => Verdict::Keep,
            Some(_) | None => Verdict::Read,
        }
    }

    /// Says what was run before this, and is undone, if anything: what this has made there may go with it.
    pub(super) fn undone_before(
        &self,
        design: &dyn Design,
        id: InstanceId,
        needs: &[Need],
        entry: Option<&Entry>,
    ) -> Option<String> {
        if !says(design, id, RUNS) {
            return None;
        }
        let needs = needs.iter().filter_map(|need| self.drafts.get(self.places.get(need.on)?));
        let mut again = needs.filter(|draft| draft.undone);
        if let Some(Draft { address, .. }) = again.next() {
            return Some(format!("it was run after `{address}`, which is run again"));
        }
        let is_undone = |on: &&SmolStr| {
            let entry = self.state.entries.get(*on);
            entry.is_some_and(|entry| entry.note.undoes.is_some()) && design.find(on).is_none()
        };
        let gone = entry?.note.depends.iter().find(is_undone)?;
        Some(format!("it was run after `{gone}`, which is undone"))
    }

    /// Returns those whose disruptive change sends this one away: it holds an attribute of theirs, which is
    /// a hole until that change is done.
    pub(super) fn sent_away_by(&self, design: &dyn Design, case: &Case<'_>) -> Vec<usize> {
        let mut others = Vec::new();
        let holds = |(name, _): &(&SmolStr, &Value)| case.schema.fields.get(*name) != Some(&Role::Through);
        for (_, value) in case.want(design).iter().filter(holds) {
            awaited(value, &mut |awaited| {
                if let Awaited::Attribute(on, _) = awaited {
                    others.extend(self.places.get(*on));
                }
            });
        }
        others.retain(|other| self.drafts.get(*other).is_some_and(|draft| draft.disruptive));
        others.sort_unstable();
        others.dedup();
        others
    }
}
