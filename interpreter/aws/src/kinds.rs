//! The list of kinds: one resource of the library, one file here.

mod database_grant;
mod final_snapshot;
mod gate;
mod gateway_endpoint;
mod key;
mod listener;
mod load_balancer;
mod login;
mod namespace;
mod restore;
mod route_table;
mod route_table_association;
mod secret;
mod secret_connection;
mod security_group;
mod security_group_rule;
mod share;
mod share_grant;
mod shared_database;
mod snapshot;
mod statement;
mod stored_key;
mod stored_secret;
mod subnet;
mod target;
mod target_group;
mod vpc;
mod workgroup;
mod zones;

use std::collections::BTreeMap;
use std::sync::Arc;

use rsx_engine::provider::Kind;

pub(crate) use gate::ClosedGates;

use crate::outside::Outside;

macro_rules! kinds {
    ($($module:ident: $kind:ident,)+) => {
        /// The names of all kinds, as the library has them.
        pub const NAMES: &[&str] = &[$(stringify!($module)),+];

        /// Makes all kinds, by name.
        pub(crate) fn all(outside: &Arc<Outside>) -> BTreeMap<&'static str, Box<dyn Kind>> {
            let mut all: BTreeMap<&'static str, Box<dyn Kind>> = BTreeMap::new();
            $(all.insert(stringify!($module), Box::new($module::$kind(Arc::clone(outside))));)+
            all
        }
    };
}

kinds! {
    zones: Zones,
    vpc: Vpc,
    subnet: Subnet,
    route_table: RouteTable,
    route_table_association: RouteTableAssociation,
    gateway_endpoint: GatewayEndpoint,
    security_group: SecurityGroup,
    security_group_rule: SecurityGroupRule,
    namespace: Namespace,
    workgroup: Workgroup,
    snapshot: Snapshot,
    restore: Restore,
    final_snapshot: FinalSnapshot,
    login: Login,
    share: Share,
    share_grant: ShareGrant,
    shared_database: SharedDatabase,
    database_grant: DatabaseGrant,
    gate: Gate,
    statement: Statement,
    load_balancer: LoadBalancer,
    target_group: TargetGroup,
    listener: Listener,
    target: Target,
    secret: Secret,
    secret_connection: SecretConnection,
    stored_secret: StoredSecret,
    key: Key,
    stored_key: StoredKey,
}
