//! What listens on loopback: kept in step with the workgroups and load balancers of the world.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use crate::balancer::{Balancer, Rule};
use crate::call::ACCOUNT;
use crate::clock::Clock;
use crate::error::Error;
use crate::pg::{Authority, Backend, Endpoint};
use crate::services::{elbv2, redshift_serverless};
use crate::warehouse::Warehouse;
use crate::world::World;

/// The data plane: warehouses, their endpoints, and the balancers before them.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) warehouse: Arc<Warehouse>,
    pub(crate) authority: Authority,
    open: Mutex<Open>,
}

/// What listens now.
#[derive(Debug, Default)]
struct Open {
    endpoints: Vec<Listening>,
    balancers: Vec<Balancer>,
    /// Whether it was ever brought in step with the world.
    has_begun: bool,
}

/// An endpoint with the GUID of the namespace behind it.
#[derive(Debug)]
struct Listening {
    namespace: String,
    endpoint: Endpoint,
}

impl Network {
    /// The data plane of a data folder, or of this process alone; nothing listens yet.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, Error> {
        let warehouses = folder.map(|folder| folder.join("warehouse"));
        let warehouse = Warehouse::open(warehouses.as_deref(), ACCOUNT).map_err(Error::warehouse)?;
        let unreadable = |error| Error::file(folder.unwrap_or(Path::new(".")), error);
        let authority = Authority::open(folder).map_err(unreadable)?;
        Ok(Self { warehouse, authority, open: Mutex::default() })
    }

    /// Whether [`Self::follow`] has opened anything yet.
    pub(crate) fn has_begun(&self) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).has_begun
    }

    /// Opens what the world has and this has not, and closes what the world no longer has; outside a runtime nothing
    /// can listen, and the next call does it.
    pub(crate) fn follow(&self, world: &World, clock: Clock) -> Result<(), Error> {
        if Handle::try_current().is_err() {
            return Ok(());
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.has_begun = true;
        let regions = world.regions.values();
        let rules = regions.clone().flat_map(|region| elbv2::rules(region, clock)).collect();
        balance(&mut open.balancers, rules)?;
        let endpoints =
            regions.flat_map(|region| redshift_serverless::endpoints(&region.redshift_serverless));
        self.listen(&mut open.endpoints, endpoints.map(|one| (one.socket, one.namespace)).collect())?;
        self.drop_namespaces(world)
    }

    fn listen(
        &self,
        open: &mut Vec<Listening>,
        mut wanted: BTreeMap<SocketAddr, String>,
    ) -> Result<(), Error> {
        open.retain(|listening| {
            let socket = listening.endpoint.address();
            let stays = wanted.get(&socket) == Some(&listening.namespace);
            stays && wanted.remove(&socket).is_some()
        });
        for (socket, namespace) in wanted {
            let endpoint = self.endpoint(socket, &namespace).map_err(|error| Error::listen(socket, error))?;
            open.push(Listening { namespace, endpoint });
        }
        Ok(())
    }

    fn endpoint(&self, socket: SocketAddr, namespace: &str) -> io::Result<Endpoint> {
        let tls = self.authority.server(&[socket.ip().to_string(), "localhost".to_owned()])?;
        let backend = Backend { warehouse: Arc::clone(&self.warehouse), namespace: namespace.to_owned() };
        Endpoint::bind(socket, tls, backend)
    }

    /// Drops the data of namespaces that are gone, and of those whose creation was refused.
    fn drop_namespaces(&self, world: &World) -> Result<(), Error> {
        let regions = world.regions.values();
        let live: BTreeSet<_> = regions
            .flat_map(|region| redshift_serverless::live_namespaces(&region.redshift_serverless))
            .collect();
        for id in self.warehouse.namespace_ids() {
            if !live.contains(id.as_str()) {
                self.warehouse.drop_namespace(&id).map_err(Error::warehouse)?;
            }
        }
        Ok(())
    }
}

fn balance(open: &mut Vec<Balancer>, mut wanted: BTreeMap<SocketAddr, Rule>) -> Result<(), Error> {
    open.retain(|balancer| wanted.remove(&balancer.address()).map(|rule| balancer.follow(rule)).is_some());
    for (socket, rule) in wanted {
        open.push(Balancer::bind(socket, rule).map_err(|error| Error::listen(socket, error))?);
    }
    Ok(())
}
