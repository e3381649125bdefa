//! The state of the whole cloud: which service keeps what, where, and how it comes from and goes to the store.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::error::Error;
use crate::ids::Ids;
use crate::services::{ec2, elbv2, iam, kms, redshift_data, redshift_serverless, secretsmanager, sts};
use crate::store::Entry;
use crate::table::{AnyTable, Tables};
use crate::warehouse::Warehouse;

/// The place in the store of what belongs to no region.
const GLOBAL: &str = "global";

/// What all regions share.
#[derive(Debug, Default)]
pub(crate) struct Global {
    pub(crate) iam: iam::State,
    pub(crate) sts: sts::State,
}

/// What each region has of its own.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) ec2: ec2::State,
    pub(crate) elbv2: elbv2::State,
    pub(crate) kms: kms::State,
    pub(crate) redshift_data: redshift_data::State,
    pub(crate) redshift_serverless: redshift_serverless::State,
    pub(crate) secretsmanager: secretsmanager::State,
}

impl Global {
    fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Tables)) {
        visit("iam", &mut self.iam);
        visit("sts", &mut self.sts);
    }
}

impl Region {
    fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Tables)) {
        visit("ec2", &mut self.ec2);
        visit("elbv2", &mut self.elbv2);
        visit("kms", &mut self.kms);
        visit("redshift_data", &mut self.redshift_data);
        visit("redshift_serverless", &mut self.redshift_serverless);
        visit("secretsmanager", &mut self.secretsmanager);
    }
}

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) global: Global,
    pub(crate) regions: BTreeMap<String, Region>,
    pub(crate) ids: Ids,
    /// The draws that the store knows of.
    kept_draws: u64,
}

/// Where a table's rows stand in the store: `place/service/table`.
type Place<'a> = (&'a str, &'static str, &'static str);

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self { global: Global::default(), regions: BTreeMap::new(), ids: Ids::new(seed, 0), kept_draws: 0 }
    }

    /// The world that the log's entries made.
    pub(crate) fn replay(seed: u64, entries: Vec<Entry>, log: &std::path::Path) -> Result<Self, Error> {
        let mut world = Self::new(seed);
        for (index, entry) in entries.into_iter().enumerate() {
            world.apply(entry).map_err(|reason| Error::damaged(log, index + 1, &reason))?;
        }
        Ok(world)
    }

    /// Ends what a former process left unfinished.
    pub(crate) fn reopen(&mut self, now: Timestamp, warehouse: &Warehouse) {
        for region in self.regions.values_mut() {
            region.redshift_data.end_all(now, warehouse);
        }
    }

    /// Undoes what the present call changed.
    pub(crate) fn undo(&mut self) {
        self.each(&mut |_, table| table.undo());
    }

    /// What changed since it was last settled, as one entry; `None` if nothing did.
    pub(crate) fn changes(&mut self) -> Result<Option<Entry>, serde_json::Error> {
        let mut rows = Vec::new();
        let mut failed = Ok(());
        self.each(&mut |(place, service, table), rows_of| match rows_of.changes() {
            Ok(changes) => rows.extend(
                changes.into_iter().map(|(key, row)| (format!("{place}/{service}/{table}"), key, row)),
            ),
            Err(error) => failed = Err(error),
        });
        failed?;
        let drawn = self.ids.draws() != self.kept_draws;
        Ok((drawn || !rows.is_empty()).then(|| self.entry(rows)))
    }

    /// Notes that what changed is durable.
    pub(crate) fn settle(&mut self) {
        self.kept_draws = self.ids.draws();
        self.each(&mut |_, table| table.settle());
    }

    /// The whole world as one entry.
    pub(crate) fn snapshot(&mut self) -> Result<Entry, serde_json::Error> {
        let mut rows = Vec::new();
        let mut failed = Ok(());
        self.each(&mut |(place, service, table), rows_of| match rows_of.rows() {
            Ok(all) => rows.extend(
                all.into_iter().map(|(key, row)| (format!("{place}/{service}/{table}"), key, Some(row))),
            ),
            Err(error) => failed = Err(error),
        });
        failed?;
        Ok(self.entry(rows))
    }

    fn entry(&self, rows: Vec<(String, String, Option<serde_json::Value>)>) -> Entry {
        Entry { seed: self.ids.seed(), draws: self.ids.draws(), rows }
    }

    fn apply(&mut self, entry: Entry) -> Result<(), String> {
        self.ids = Ids::new(entry.seed, entry.draws);
        self.kept_draws = entry.draws;
        for (path, key, row) in entry.rows {
            self.load(&path, &key, row)?;
        }
        Ok(())
    }

    fn load(&mut self, path: &str, key: &str, row: Option<serde_json::Value>) -> Result<(), String> {
        let (place, rest) = path.split_once('/').ok_or_else(|| format!("{path:?} names no table"))?;
        if place != GLOBAL && !self.regions.contains_key(place) {
            self.regions.insert(place.to_owned(), Region::default());
        }
        let mut row = Some(row);
        let mut outcome = Err(format!("this version has no table {path:?}"));
        self.each(&mut |(its_place, service, table), rows| {
            if its_place == place
                && rest.split_once('/') == Some((service, table))
                && let Some(row) = row.take()
            {
                outcome = rows.load(key, row).map_err(|error| format!("{path}/{key}: {error}"));
            }
        });
        outcome
    }

    fn each(&mut self, visit: &mut dyn FnMut(Place<'_>, &mut dyn AnyTable)) {
        self.global
            .each(&mut |service, state| state.each(&mut |table, rows| visit((GLOBAL, service, table), rows)));
        for (name, region) in &mut self.regions {
            region.each(&mut |service, state| {
                state.each(&mut |table, rows| visit((name, service, table), rows))
            });
        }
    }
}
