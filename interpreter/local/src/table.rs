//! Tables of records that remember what a call changed, so that it can be undone or made durable as one.

use std::collections::btree_map::Values;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::clock::{Clock, Transition};

/// Records by key, in key order.
#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: BTreeMap<String, T>,
    /// What each row changed by the present call was before it.
    before: BTreeMap<String, Option<T>>,
    /// Rows changed by time passing: durable with the call, but not undone with it.
    passed: BTreeSet<String>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: BTreeMap::new(), passed: BTreeSet::new() }
    }
}

impl<T: Clone> Table<T> {
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.rows.get(key)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.rows.contains_key(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn values(&self) -> Values<'_, String, T> {
        self.rows.values()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.rows.iter().map(|(key, row)| (key.as_str(), row))
    }

    /// The keys of all rows, for walks that change rows on the way.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.rows.keys().cloned().collect()
    }

    /// A row to be changed by the present call.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        let row = self.rows.get_mut(key)?;
        self.before.entry(key.to_owned()).or_insert_with(|| Some(row.clone()));
        Some(row)
    }

    pub(crate) fn insert(&mut self, key: impl Into<String>, row: T) {
        let key = key.into();
        let old = self.rows.insert(key.clone(), row);
        self.before.entry(key).or_insert(old);
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<T> {
        let old = self.rows.remove(key)?;
        self.before.entry(key.to_owned()).or_insert_with(|| Some(old.clone()));
        Some(old)
    }

    /// A row that changes because time passes: the change stands even if the call is refused.
    pub(crate) fn pass(&mut self, key: &str) -> Option<&mut T> {
        let row = self.rows.get_mut(key)?;
        self.passed.insert(key.to_owned());
        Some(row)
    }

    /// One read of a row's transition: whether it sees the transitional state. No such row or transition is over.
    pub(crate) fn read(
        &mut self,
        key: &str,
        clock: Clock,
        transition: impl FnOnce(&mut T) -> Option<&mut Transition>,
    ) -> bool {
        let Some(transition) = self.rows.get_mut(key).and_then(transition) else { return false };
        let before = *transition;
        let is_pending = transition.read(clock);
        if *transition != before {
            self.passed.insert(key.to_owned());
        }
        is_pending
    }

    /// A row that is there because the world began: it stays even if the call is refused.
    pub(crate) fn arise(&mut self, key: &str, row: T) {
        self.passed.insert(key.to_owned());
        self.rows.insert(key.to_owned(), row);
    }

    /// Removes a row because its time has come: it stays away even if the call is refused.
    pub(crate) fn expire(&mut self, key: &str) {
        self.passed.insert(key.to_owned());
        self.rows.remove(key);
    }
}

/// What the store and the router do with a table of any record.
pub(crate) trait AnyTable {
    /// Undoes what the present call changed.
    fn undo(&mut self);
    /// The rows changed since they were last settled, `None` for one that is gone.
    fn changes(&self) -> Result<Vec<(String, Option<Value>)>, serde_json::Error>;
    /// Notes that what changed is durable.
    fn settle(&mut self);
    /// Takes over a row from the store.
    fn load(&mut self, key: &str, row: Option<Value>) -> Result<(), serde_json::Error>;
    /// Every row, for a fresh log.
    fn rows(&self) -> Result<Vec<(String, Value)>, serde_json::Error>;
}

impl<T: Clone + Serialize + DeserializeOwned> AnyTable for Table<T> {
    fn undo(&mut self) {
        for (key, old) in std::mem::take(&mut self.before) {
            match old {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    fn changes(&self) -> Result<Vec<(String, Option<Value>)>, serde_json::Error> {
        let keys: BTreeSet<_> = self.passed.iter().chain(self.before.keys()).collect();
        keys.into_iter()
            .map(|key| {
                let row = self.rows.get(key).map(serde_json::to_value).transpose()?;
                Ok((key.clone(), row))
            })
            .collect()
    }

    fn settle(&mut self) {
        self.passed.clear();
        self.before.clear();
    }

    fn load(&mut self, key: &str, row: Option<Value>) -> Result<(), serde_json::Error> {
        match row {
            Some(row) => self.rows.insert(key.to_owned(), serde_json::from_value(row)?),
            None => self.rows.remove(key),
        };
        Ok(())
    }

    fn rows(&self) -> Result<Vec<(String, Value)>, serde_json::Error> {
        self.rows.iter().map(|(key, row)| Ok((key.clone(), serde_json::to_value(row)?))).collect()
    }
}

/// State made of tables, walked by name.
pub(crate) trait Tables {
    /// Shows every table under its name.
    fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn AnyTable));
}

/// Declares a service's state: `tables! { /// Doc. pub(crate) struct State { vpcs: Vpc, … } }`.
macro_rules! tables {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $row:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        $vis struct $name { $($(#[$field_doc])* pub(crate) $field: $crate::table::Table<$row>,)+ }

        impl $crate::table::Tables for $name {
            fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn $crate::table::AnyTable)) {
                $(visit(stringify!($field), &mut self.$field);)+
            }
        }
    };
}
pub(crate) use tables;
