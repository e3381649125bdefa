//! The facts of a journal, one after the other, to what is there.

use indexmap::IndexMap;
use rsx_lang::instance::Address;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::event::{Call, Deployment, Fact, Note, Seen};
use crate::graph::cycle;
use crate::json::Stored;
use crate::provider::{Id, Status};

/// What is there, as far as the journal tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// How many facts it is made of; two states of one deployment with the same number are the same.
    pub version: u64,
    /// What the deployment is; none before the first run.
    pub deployment: Option<Deployment>,
    /// Resources by address, in the order in which they came.
    pub entries: IndexMap<SmolStr, Entry>,
    /// What was looked up, by address.
    pub looked: IndexMap<SmolStr, Looked>,
    /// Outputs as they last were.
    pub outputs: Stored,
}

/// One resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its kind.
    pub kind: SmolStr,
    /// What the service calls it; none while only intended.
    pub id: Option<Id>,
    /// The fields as they were last asked for and granted.
    pub wanted: Stored,
    /// Fields and attributes as they were last read.
    pub observed: Stored,
    /// Whether something is still open.
    pub standing: Standing,
    /// What is known of it besides.
    pub note: Note,
}

/// Whether something about a resource is still open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing.
    Settled,
    /// A call was intended, and its end is not known.
    Open {
        /// The call.
        call: Call,
        /// Its token.
        token: SmolStr,
    },
    /// It was seen on its way.
    Moving(SmolStr),
    /// It was seen on its way out.
    Leaving(SmolStr),
    /// It went wrong.
    Broken(String),
}

/// What was found of something that is not ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Its kind.
    pub kind: SmolStr,
    /// What was looked for.
    pub wanted: Stored,
    /// What was found.
    pub observed: Stored,
}

impl State {
    /// Takes in a fact. It never fails: what makes no sense leaves all else as it is, and [`State::verify`] tells.
    pub fn fold(&mut self, fact: Fact) {
        self.version += 1;
        match fact {
            Fact::Snapshot(state) => *self = *state,
            Fact::Opened(deployment) => {
                self.deployment = Some(deployment);
                self.looked.clear();
                self.outputs.clear();
            }
            Fact::Intended { address, kind, call, token, note } => {
                self.intend(address, kind, call, token, note)
            }
            Fact::Made { address, id } => {
                if let Some(entry) = self.entries.get_mut(&address) {
                    entry.id = Some(id);
                }
            }
            Fact::Settled { address, observed } => {
                if let Some(entry) = self.entries.get_mut(&address) {
                    entry.settle(observed);
                }
            }
            Fact::Failed { address, open, error } => self.fail(&address, open, error.message),
            Fact::Gone { address } => {
                self.entries.shift_remove(&address);
                self.looked.shift_remove(&address);
            }
            Fact::Read { address, observed, standing } => {
                if let Some(entry) = self.entries.get_mut(&address) {
                    entry.see(observed, standing);
                }
            }
            Fact::Looked { address, kind, wanted, observed } => {
                self.looked.insert(address, Looked { kind, wanted, observed });
            }
            Fact::Noted { address, wanted, note } => {
                if let Some(entry) = self.entries.get_mut(&address) {
                    entry.wanted = wanted;
                    entry.note = note;
                }
            }
            Fact::Moved { from, to } => self.rename(&from, to),
            Fact::Told { outputs } => self.outputs = outputs,
        }
    }

    fn intend(&mut self, address: SmolStr, kind: SmolStr, call: Call, token: SmolStr, note: Note) {
        let fresh = || Entry {
            kind,
            id: None,
            wanted: Stored::new(),
            observed: Stored::new(),
            standing: Standing::Settled,
            note: Note::default(),
        };
        let entry = self.entries.entry(address).or_insert_with(fresh);
        entry.note = note;
        entry.standing = Standing::Open { call, token };
    }

    fn fail(&mut self, address: &str, open: bool, message: String) {
        let Some(entry) = self.entries.get_mut(address) else { return };
        if open {
            return;
        }
        let creating = matches!(entry.standing, Standing::Open { call: Call::Create { .. }, .. });
        match (&entry.id, creating) {
            (None, _) => {
                self.entries.shift_remove(address);
            }
            (Some(_), true) => {
                entry.grant();
                entry.standing = Standing::Broken(message);
            }
            (Some(_), false) => entry.standing = Standing::Settled,
        }
    }

    fn rename(&mut self, from: &str, to: SmolStr) {
        for entry in self.entries.values_mut() {
            let Note { depends, within, .. } = &mut entry.note;
            for on in depends.iter_mut().chain(within).filter(|on| *on == from) {
                *on = to.clone();
            }
        }
        if let Some((at, _, entry)) = self.entries.shift_remove_full(from) {
            self.entries.shift_insert(at.min(self.entries.len()), to, entry);
        }
    }

    /// Returns what is unsound, in words; nothing if all is well.
    pub fn verify(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.deployment.is_none() && !self.entries.is_empty() {
            complaints.push("there are resources but no deployment that they belong to".to_owned());
        }
        let mut owners: IndexMap<(&SmolStr, &Id), &SmolStr> = IndexMap::new();
        for (address, entry) in &self.entries {
            complaints.extend(entry.verify().map(|complaint| format!("`{address}` {complaint}")));
            if Address::parse(address).is_none() {
                complaints.push(format!("`{address}` is no address"));
            }
            if let Some(id) = &entry.id
                && let Some(other) = owners.insert((&entry.kind, id), address)
            {
                complaints.push(format!("`{other}` and `{address}` are the same object, `{}`", id.0));
            }
        }
        let depends =
            |address: &SmolStr| self.entries.get(address).map(|entry| entry.note.depends.as_slice());
        if let Some(ring) = cycle(self.entries.keys(), |address| depends(address).unwrap_or_default()) {
            complaints.push(format!("`{ring}` depends on itself"));
        }
        complaints
    }
}

impl Entry {
    /// Returns the call whose ending is not known, with its token.
    pub fn open(&self) -> Option<(&Call, &SmolStr)> {
        match &self.standing {
            Standing::Open { call, token } => Some((call, token)),
            Standing::Settled | Standing::Moving(_) | Standing::Leaving(_) | Standing::Broken(_) => None,
        }
    }

    /// Returns what the open call, if any, has asked for, else what was last wanted.
    pub fn asked(&self) -> Stored {
        let mut asked = self.wanted.clone();
        if let Standing::Open { call: Call::Create { wanted } | Call::Update { wanted }, .. } = &self.standing
        {
            asked.extend(wanted.clone());
        }
        asked
    }

    /// Takes over what the open call has asked for.
    fn grant(&mut self) {
        self.wanted = self.asked();
    }

    fn settle(&mut self, observed: Stored) {
        self.grant();
        self.observed = observed;
        self.standing = Standing::Settled;
    }

    /// Takes in a look. What an open creation has made is what it asked for; of an open change nobody knows
    /// which fields arrived, so that those the service does not tell are unknown, and sent again whatever is wanted.
    fn see(&mut self, observed: Stored, seen: Seen) {
        match &self.standing {
            Standing::Open { call: Call::Create { .. }, .. } => self.grant(),
            Standing::Open { call: Call::Update { wanted }, .. } => {
                let untold = wanted.keys().filter(|field| !observed.contains_key(*field));
                for field in untold.cloned().collect::<Vec<_>>() {
                    self.wanted.shift_remove(&field);
                }
            }
            Standing::Open { call: Call::Delete, .. }
            | Standing::Settled
            | Standing::Moving(_)
            | Standing::Leaving(_)
            | Standing::Broken(_) => {}
        }
        // What is on its way does not tell all of itself: what it last told stands until it is there.
        if !matches!(seen, Seen::Changing(_)) {
            self.observed.clear();
        }
        self.observed.extend(observed);
        match seen {
            Seen::Ready => self.standing = Standing::Settled,
            Seen::Changing(word) => {
                if !matches!(self.standing, Standing::Open { .. }) {
                    self.standing = Standing::Moving(word);
                }
            }
            Seen::Leaving(word) => self.standing = Standing::Leaving(word),
            Seen::Failed(words) => self.standing = Standing::Broken(words),
        }
    }

    fn verify(&self) -> Option<String> {
        let creating = matches!(&self.standing, Standing::Open { call: Call::Create { .. }, .. });
        match &self.standing {
            Standing::Open { token, .. } if token.is_empty() || token.len() > 64 => {
                Some("has an open call without a proper token".into())
            }
            Standing::Open { .. } if creating => None,
            Standing::Open { .. }
            | Standing::Settled
            | Standing::Moving(_)
            | Standing::Leaving(_)
            | Standing::Broken(_) => {
                self.id.is_none().then(|| "has no id and no call that would give it one".into())
            }
        }
    }
}

impl From<Status> for Seen {
    fn from(status: Status) -> Self {
        match status {
            Status::Ready => Self::Ready,
            Status::Changing(word) => Self::Changing(word),
            Status::Leaving(word) => Self::Leaving(word),
            Status::Failed(words) => Self::Failed(words),
        }
    }
}
