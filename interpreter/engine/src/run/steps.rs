//! What each operation does: look, make, change, take away; every call is written down before it is sent.

use std::sync::Arc;

use rsx_lang::instance::InstanceId;
use rsx_lang::value::{Query, Record, Value};
use smol_str::SmolStr;

use crate::asking::Asking;
use crate::diff::differences;
use crate::event::{Action, Call, Fact, Note, Seen};
use crate::holes::questions;
use crate::known::Known;
use crate::plan::{Step, Work, note, says};
use crate::problems::{Problem, Trouble};
use crate::provider::{Change, Id, Observed};
use crate::run::calls::Doing;
use crate::run::poll::Subject;
use crate::run::walk::{Halt, Runner};
use crate::schema::{RUNS, Role, Schema};
use crate::state::{Entry, Standing};
use crate::survey::{look_at, sought, ways};

impl<'a> Runner<'a> {
    /// Does what an operation says.
    pub(super) async fn perform(&self, work: Work, step: &'a Step, behind: f64) -> Result<(), Halt> {
        let entry = self.journal.with(|state| state.entries.get(&step.address).cloned());
        let token = match entry.as_ref().map(|entry| &entry.standing) {
            // What was sent and not heard of is sent again under its own token, so that it is not done twice.
            Some(Standing::Open { call: Call::Create { .. } | Call::Delete, token }) => token.clone(),
            Some(_) | None => self.scene.token(),
        };
        let id = self.places.get(&step.address).copied();
        let at = self.design(|design| id.map_or_else(|| design.home(), |id| design.origin(id, None)));
        let name = match (&work, &entry) {
            (Work::Remove(_) | Work::Forget(_), Some(entry)) => entry.kind.clone(),
            _ => step.kind.clone(),
        };
        let kind = self.scene.kind(&name, at)?;
        let cx = self.scene.context(&step.address, &token, step.action);
        let doing = Doing { runner: self, step, id, kind, name, cx, behind };
        match work {
            Work::Remove(_) => doing.remove(entry).await,
            Work::Forget(_) => doing.forget().await,
            Work::Make(_) => doing.make(entry).await,
            Work::Change(_) if step.action == Action::Verify => doing.mend(entry).await,
            Work::Change(_) => doing.change(entry).await,
            Work::Look(_) => doing.look().await,
            Work::Pass => Ok(()),
        }?;
        // What the user has run may have changed what was asked before.
        self.design(|design| {
            if id.is_some_and(|id| says(design, id, RUNS)) {
                design.forget_answers();
            }
        });
        Ok(())
    }

    /// Returns the answer to a question, asked now.
    pub(super) async fn ask(&self, query: &Query) -> Result<Value, Halt> {
        let (asking, address) =
            self.design(|design| (Asking::of(design, query), design.address(query.target)));
        let asking = asking.ok_or(Problem { at: query.at, what: Trouble::NotReachable { address } })?;
        Ok(asking.answer(self.scene).await?)
    }
}

impl Doing<'_, '_> {
    async fn look(&self) -> Result<(), Halt> {
        let (id, schema) = self.declared()?;
        let want = self.want(id).await?;
        let at = self.runner.design(|design| sought(design, id, &want));
        let found = look_at(self.runner.scene, &self.name, &self.step.address, at, &want).await?;
        let (wanted, observed) = (self.runner.codec.store(want.fields()), self.runner.codec.store(&found));
        let (address, kind) = (self.step.address.clone(), self.name.clone());
        self.runner.write(vec![Fact::Looked { address, kind, wanted, observed }]).await?;
        self.runner.design(|design| design.observe(id, schema.attributes_of(&found)));
        Ok(())
    }

    async fn make(&self, entry: Option<Entry>) -> Result<(), Halt> {
        let (id, schema) = self.declared()?;
        let want = self.want(id).await?;
        let there = match &entry {
            Some(Entry { id: Some(_), .. }) => true,
            Some(entry) => self.find_unfinished(entry).await?,
            None => false,
        };
        if there {
            return self.change(self.entry()).await;
        }
        let made = self.make_new(id, &want).await?;
        let attributes = schema.attributes_of(&made.fields);
        self.settled_as(made).await?;
        self.runner.design(|design| design.observe(id, attributes));
        Ok(())
    }

    /// Looks for what a creation without an ending has made: what it asked for, not what is wanted now.
    async fn find_unfinished(&self, entry: &Entry) -> Result<bool, Halt> {
        let Some((Call::Create { wanted }, _)) = entry.open() else { return Ok(false) };
        let Some(asked) = Known::new(self.runner.codec.recall(wanted)) else { return Ok(false) };
        let Some(key) = self.find(&asked).await? else { return Ok(false) };
        self.runner.write(vec![Fact::Made { address: self.step.address.clone(), id: key }]).await?;
        Ok(true)
    }

    /// Creates it and waits until it is ready.
    async fn make_new(&self, id: InstanceId, want: &Known) -> Result<Observed, Halt> {
        let call = Call::Create { wanted: self.runner.codec.store(want.fields()) };
        self.intend(call, self.note(id)).await?;
        let key = self.create(want).await?;
        self.runner.write(vec![Fact::Made { address: self.step.address.clone(), id: key.clone() }]).await?;
        let subject = Subject { cx: self.cx.clone(), id: key, last: want.fields().clone() };
        self.until_ready(&subject, self.half()).await
    }

    /// Looks at what may have become another without a call of ours, and puts it right.
    async fn mend(&self, entry: Option<Entry>) -> Result<(), Halt> {
        let Some(subject) = entry.and_then(|entry| Some(self.subject(&entry, entry.id.clone()?))) else {
            return self.make(self.entry()).await;
        };
        match self.until_known(&subject, self.half()).await? {
            Some(seen) => {
                self.see(&seen).await?;
                self.change(self.entry()).await
            }
            None => {
                self.forget().await?;
                self.make(None).await
            }
        }
    }

    /// Returns what is read of a resource to see how it stands.
    fn subject(&self, entry: &Entry, id: Id) -> Subject {
        Subject { cx: self.cx.clone(), id, last: self.runner.codec.recall(&entry.asked()) }
    }

    /// Writes down a look, not a settlement: of an open change nobody knows what arrived.
    async fn see(&self, seen: &Observed) -> Result<(), Halt> {
        let (address, observed) = (self.step.address.clone(), self.runner.codec.store(&seen.fields));
        self.runner.write(vec![Fact::Read { address, observed, standing: Seen::Ready }]).await
    }

    /// Changes what differs, group by group; also waits for what is still on its way.
    async fn change(&self, entry: Option<Entry>) -> Result<(), Halt> {
        let (id, schema) = self.declared()?;
        let Some((mut entry, key)) = entry.and_then(|entry| entry.id.clone().map(|key| (entry, key))) else {
            return Err(Problem::stale("what was to be changed is not there", self.place(None)).into());
        };
        let want = self.want(id).await?;
        if entry.standing != Standing::Settled {
            let seen = self.until_ready(&self.subject(&entry, key.clone()), self.half()).await?;
            self.see(&seen).await?;
            entry = self.entry().unwrap_or(entry);
        }
        let found = differences(&schema, &self.runner.codec, want.fields(), &entry);
        if let Some(fixed) = found.iter().find(|difference| difference.role == Role::Fixed) {
            let because = format!("`{}` has become another, and can't change in place", fixed.field);
            return Err(Problem::stale(&because, self.place(Some(&fixed.field))).into());
        }
        let mut before = self.runner.codec.recall(&entry.wanted);
        before.extend(schema.measured(&self.runner.codec.recall(&entry.observed)));
        let changed: Vec<SmolStr> = found.into_iter().map(|difference| difference.field).collect();
        for (asked, fields) in self.stages(&before, &want, changed) {
            let seen = self.send_group(id, &key, &before, &asked, &fields, &want).await?;
            before.extend(schema.measured(&seen.fields));
            // What was asked for has been granted, also where the reading goes by what is wanted in the end.
            before.extend(only(asked.fields(), &fields));
        }
        let observed =
            self.entry().map(|entry| self.runner.codec.recall(&entry.observed)).unwrap_or_default();
        self.runner.design(|design| design.observe(id, schema.attributes_of(&observed)));
        Ok(())
    }

    /// Returns what is asked for in each call of a change, and the fields of that call.
    fn stages(&self, before: &Record, want: &Known, changed: Vec<SmolStr>) -> Vec<(Known, Vec<SmolStr>)> {
        if changed.is_empty() {
            return Vec::new();
        }
        let passing = self.kind.passes(before, want.fields(), &changed).and_then(|passing| {
            let fields = passing.keys().cloned().collect();
            let mut asked = want.fields().clone();
            asked.extend(passing);
            Some((Known::new(asked)?, fields))
        });
        let groups = self.kind.order(before, want.fields(), changed);
        passing.into_iter().chain(groups.into_iter().map(|fields| (want.clone(), fields))).collect()
    }

    /// Sends one group of what is asked for, and waits until reading says that what is wanted in the end is settled.
    async fn send_group(
        &self,
        id: InstanceId,
        key: &Id,
        before: &Record,
        asked: &Known,
        fields: &[SmolStr],
        want: &Known,
    ) -> Result<Observed, Halt> {
        let wanted = self.runner.codec.store(&only(asked.fields(), fields));
        self.intend(Call::Update { wanted }, self.note(id)).await?;
        let change = Change { before, want: asked, fields };
        self.send("changing", || self.kind.update(&self.cx, key, &change)).await?;
        let subject = Subject { cx: self.cx.clone(), id: key.clone(), last: want.fields().clone() };
        let seen = self.until_ready(&subject, self.step.seconds).await?;
        self.settled_as(seen.clone()).await?;
        Ok(seen)
    }

    async fn remove(&self, entry: Option<Entry>) -> Result<(), Halt> {
        let address = self.step.address.clone();
        let Some(entry) = entry else { return Ok(()) };
        let mut last = self.runner.codec.recall(&entry.asked());
        // The way of then may be closed.
        last.extend(self.id.map(|id| self.runner.design(|design| ways(design, id))).unwrap_or_default());
        let key = match (&entry.id, Known::new(last.clone())) {
            (Some(key), _) => Some(key.clone()),
            // It was only intended: it may be there nevertheless.
            (None, Some(asked)) => self.find(&asked).await?,
            (None, None) => None,
        };
        if let Some(key) = key {
            let mut facts = Vec::new();
            if entry.id.is_none() {
                facts.push(Fact::Made { address: address.clone(), id: key.clone() });
            }
            self.runner.write(facts).await?;
            self.intend(Call::Delete, entry.note.clone()).await?;
            self.send("taking away", || self.kind.delete(&self.cx, &key, &last)).await?;
            let subject = Subject { cx: self.cx.clone(), id: key, last };
            self.until_gone(&subject, self.half()).await?;
        }
        self.forget().await
    }

    /// Writes down that it is not there any more.
    async fn forget(&self) -> Result<(), Halt> {
        self.runner.write(vec![Fact::Gone { address: self.step.address.clone() }]).await
    }

    /// Returns what is wanted, all holes filled; questions within are asked now.
    async fn want(&self, id: InstanceId) -> Result<Known, Halt> {
        loop {
            let want = self.runner.design(|design| design.want(id));
            let hole = want.iter().find(|(_, value)| !value.is_known()).map(|(name, _)| name.clone());
            let Some(field) = hole else {
                return Known::new(want).ok_or(Halt::Asked);
            };
            let queries = want.values().flat_map(questions).collect::<Vec<_>>();
            if queries.is_empty() {
                if let Some(complaint) = self.runner.design(|design| design.complaints()).into_iter().next() {
                    return Err(Halt::Failed(Box::new(complaint)));
                }
                let at = self.place(Some(&field));
                return Err(Problem {
                    at,
                    what: Trouble::Hole { address: self.step.address.clone(), field },
                }
                .into());
            }
            for query in queries {
                let answer = self.runner.ask(&query).await?;
                self.runner.design(|design| design.answer(&query, answer));
            }
        }
    }

    /// Returns the resource in the design.
    fn declared(&self) -> Result<(InstanceId, Arc<Schema>), Halt> {
        let found = self.id.and_then(|id| {
            let schema = self.runner.design(|design| self.runner.schema(design, id))?;
            Some((id, schema))
        });
        let gone = || Problem::stale("it is not declared any more", self.place(None));
        Ok(found.ok_or_else(gone)?)
    }

    fn entry(&self) -> Option<Entry> {
        self.runner.journal.with(|state| state.entries.get(&self.step.address).cloned())
    }

    fn note(&self, id: InstanceId) -> Note {
        self.runner.design(|design| note(design, self.runner.scene.sources, id))
    }

    /// Writes down that a call is about to be sent; when the run is asked to stop, none is any more.
    async fn intend(&self, call: Call, note: Note) -> Result<(), Halt> {
        if self.runner.is_asked() {
            return Err(Halt::Asked);
        }
        let (address, kind, token) = (self.step.address.clone(), self.name.clone(), self.cx.token.clone());
        self.runner.write(vec![Fact::Intended { address, kind, call, token, note }]).await
    }

    /// Writes down that the intention is fulfilled.
    async fn settled_as(&self, seen: Observed) -> Result<(), Halt> {
        let (address, observed) = (self.step.address.clone(), self.runner.codec.store(&seen.fields));
        self.runner.write(vec![Fact::Settled { address, observed }]).await
    }

    /// Returns how long this half of the step is expected to take.
    fn half(&self) -> f64 {
        if self.step.action == Action::Replace { self.step.seconds / 2.0 } else { self.step.seconds }
    }
}

/// Returns some fields of a record.
fn only(record: &Record, fields: &[SmolStr]) -> Record {
    let named = record.iter().filter(|(name, _)| fields.contains(name));
    named.map(|(name, value)| (name.clone(), value.clone())).collect()
}
