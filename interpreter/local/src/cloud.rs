//! The embedded cloud: opening it, entering its world one call at a time, and making what a call did durable.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::call::{Cx, Refusal};
use crate::clock::{Clock, Speed};
use crate::error::Error;
use crate::faults::{Faults, Schedule};
use crate::network::Network;
use crate::services::{elbv2, redshift_data};
use crate::store::{LOG, Store};
use crate::vault::Vault;
use crate::world::World;

/// How to open a local cloud.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder that outlasts the process; without it nothing does.
    pub data: Option<PathBuf>,
    /// How fast things become available.
    pub speed: Speed,
    /// Failures to come.
    pub faults: Faults,
    /// The seed of a new world's identifiers; random if none is given. An existing data folder keeps its own.
    pub seed: Option<u64>,
    /// Is told of every call, before its answer is sent.
    pub observer: Option<Observer>,
}

/// Somebody who is told of every call.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&CallRecord) + Send + Sync>);

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Its number over all calls, counted from 1.
    pub number: u64,
    /// The service's name in signatures.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The region of the signature.
    pub region: String,
    /// Its end.
    pub ending: Ending,
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was done.
    Answered,
    /// It was refused with this error code.
    Refused(String),
    /// A fault kept it from being executed.
    RequestDropped,
    /// It was executed, and a fault kept the answer back.
    AnswerDropped,
}

/// A cloud in this process; clones are the same cloud, and the last one frees the data folder.
#[derive(Debug, Clone)]
pub struct LocalCloud(pub(crate) Arc<Cloud>);

/// The one world and its ways in.
#[derive(Debug)]
pub(crate) struct Cloud {
    world: Mutex<Kept>,
    schedule: Mutex<Schedule>,
    pub(crate) clock: Clock,
    vault: Vault,
    pub(crate) network: Network,
    /// Statements of the Data API that run now.
    pub(crate) statements: redshift_data::Running,
    observer: Option<Observer>,
}

/// The world and the log that must say the same.
#[derive(Debug)]
struct Kept {
    world: World,
    store: Option<Store>,
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Observer")
    }
}

impl Observer {
    /// An observer that runs this function.
    pub fn new(observe: impl Fn(&CallRecord) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl LocalCloud {
    /// Opens a cloud: a new one, or the one that the data folder holds.
    ///
    /// # Errors
    ///
    /// [`Error::Owned`] if another process owns the folder; otherwise what is wrong with it.
    pub fn open(options: Options) -> Result<Self, Error> {
        let seed = options.seed.unwrap_or_else(rand::random);
        let mut world = World::new(seed);
        let mut store = None;
        let mut vault = Vault::in_memory();
        if let Some(folder) = &options.data {
            // This makes the folder ours.
            let (owned, entries) = Store::open(folder)?;
            world = World::replay(seed, entries, &folder.join(LOG))?;
            store = Some(owned);
            vault = Vault::open(&folder.join("cloud.key"))?;
        }
        let network = Network::open(options.data.as_deref())?;
        world.reopen(Timestamp::now(), &network.warehouse);
        if let Some(store) = &mut store {
            let broken = |error: serde_json::Error| Error::file(&store.folder().join(LOG), error.into());
            let snapshot = world.snapshot().map_err(broken)?;
            store.compact(&snapshot)?;
        }
        let cloud = Self(Arc::new(Cloud {
            world: Mutex::new(Kept { world, store }),
            schedule: Mutex::new(Schedule::new(options.faults)),
            clock: Clock::new(options.speed),
            vault,
            network,
            statements: redshift_data::Running::default(),
            observer: options.observer,
        }));
        cloud.0.listen()?;
        Ok(cloud)
    }

    /// Replaces the schedule of failures; this also heals a cut.
    pub fn set_faults(&self, faults: Faults) {
        self.0.schedule().replace(faults);
    }

    /// The data folder, if there is one.
    #[must_use]
    pub fn data(&self) -> Option<PathBuf> {
        self.0.kept().store.as_ref().map(Store::folder).map(Path::to_owned)
    }

    /// Where a load balancer's port really listens: on the DNS name and port that its API tells, except on systems with
    /// one loopback address only.
    #[must_use]
    pub fn listening(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let kept = self.0.kept();
        kept.world.regions.values().find_map(|region| elbv2::listening(region, host, port))
    }

    /// The certificate, in PEM, of the authority that the endpoints' certificates are signed by.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.network.authority.pem()
    }

    /// The file with that certificate, if there is a data folder.
    #[must_use]
    pub fn authority_file(&self) -> Option<&Path> {
        self.0.network.authority.path()
    }

    /// Makes everything done so far outlive a power cut; a killed process loses nothing even without.
    ///
    /// # Errors
    ///
    /// Says what the operating system refused.
    pub fn flush(&self) -> Result<(), Error> {
        self.0.kept().store.as_ref().map_or(Ok(()), Store::sync)
    }

    /// Tells who finds the data folder owned at which port of 127.0.0.1 this cloud listens.
    pub(crate) fn announce(&self, port: u16) -> Result<(), Error> {
        self.0.kept().store.as_mut().map_or(Ok(()), |store| store.announce(port))
    }
}

impl Cloud {
    /// Enters the world for one moment. What was done is durable when this returns; a refusal undoes it.
    pub(crate) fn at_once<T>(
        &self,
        region: &str,
        access_key: &str,
        act: impl FnOnce(&mut Cx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut kept = self.kept();
        let World { global, regions, ids, .. } = &mut kept.world;
        let here = regions.entry(region.to_owned()).or_default();
        let (vault, warehouse, clock) = (&self.vault, &self.network.warehouse, self.clock);
        let outcome = act(&mut Cx { here, global, ids, vault, warehouse, clock, region, access_key });
        if outcome.is_err() {
            kept.world.undo();
        }
        if kept.commit()? || !self.network.has_begun() {
            let failed = |error| Refusal::internal(format!("what was done can't be reached: {error}"));
            self.network.follow(&kept.world, clock).map_err(failed)?;
        }
        outcome
    }

    /// Opens what the world has.
    pub(crate) fn listen(&self) -> Result<(), Error> {
        self.network.follow(&self.kept().world, self.clock)
    }

    pub(crate) fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn observe(&self, record: &CallRecord) {
        if let Some(Observer(observe)) = &self.observer {
            observe(record);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Appends what changed to the log, if there is one; whether anything did. What can't be kept is undone.
    fn commit(&mut self) -> Result<bool, Refusal> {
        let kept = self.append();
        match kept {
            Ok(_) => self.world.settle(),
            Err(_) => self.world.undo(),
        }
        kept
    }

    fn append(&mut self) -> Result<bool, Refusal> {
        let broken = |error: &dyn std::fmt::Display| {
            Refusal::internal(format!("what was done can't be kept: {error}"))
        };
        let entry = self.world.changes().map_err(|error| broken(&error))?;
        let Some(entry) = entry else { return Ok(false) };
        if let Some(store) = &mut self.store {
            store.append(&entry).map_err(|error| broken(&error))?;
        }
        Ok(true)
    }
}
