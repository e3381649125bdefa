//! The shares of other namespaces that are granted to one namespace.

use super::error::SqlError;
use super::meta::Catalog;
use super::meta::share::Share;
use super::{Warehouse, store};

/// A share as its consumer sees it.
#[derive(Debug, Clone)]
pub(crate) struct Inbound {
    pub(crate) producer: String,
    pub(crate) share: Share,
    /// The objects, schemas before their tables: kind, name.
    pub(crate) objects: Vec<(&'static str, String)>,
}

impl Warehouse {
    /// Lists the shares granted to a namespace, by producer and name.
    pub(crate) fn inbound(&self, consumer: &str) -> Result<Vec<Inbound>, SqlError> {
        let mut found = Vec::new();
        for namespace in self.all() {
            if namespace.id == consumer {
                continue;
            }
            let path = namespace.generation().path;
            let connection = match store::connect(&path) {
                // One that has gone since the list was made shares nothing any more.
                Err(_) if !path.exists() => continue,
                connection => connection?,
            };
            let catalog = Catalog::own(&connection);
            for share in catalog.shares()? {
                if catalog.is_consumer(share.oid, consumer)? {
                    found.push(Inbound {
                        producer: namespace.id.clone(),
                        objects: objects(catalog, &share)?,
                        share,
                    });
                }
            }
        }
        Ok(found)
    }
}

/// Lists what a share holds, as `svv_datashare_objects` names it.
pub(crate) fn objects(catalog: Catalog<'_>, share: &Share) -> Result<Vec<(&'static str, String)>, SqlError> {
    let mut objects = Vec::new();
    for (schema, _) in catalog.share_schemas(share.oid)? {
        objects.push(("schema", schema.name.clone()));
        for relation in catalog.share_relations(share.oid, schema.oid)? {
            let kind = match relation.kind {
                super::meta::relation::Kind::Table => "table",
                super::meta::relation::Kind::View => "view",
            };
            objects.push((kind, format!("{}.{}", schema.name, relation.name)));
        }
    }
    Ok(objects)
}
