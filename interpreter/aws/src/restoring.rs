//! The facts on which a restore rests: what holds data already, what marks that one was begun, and what says that it is over.
//!
//! The API leaves no trace of which snapshot a namespace holds. So a restore marks the namespace with a tag, and leaves
//! a table in it before it begins: the table gone means that the restore happened.

use aws_sdk_redshiftserverless::types::Namespace;
use rsx_engine::provider::{Context, Fault};
use sha2::{Digest, Sha256};

use crate::fault::incomplete;
use crate::outside::Outside;
use crate::sql::{Cell, DataApi, identifier, literal};
use crate::tags::Tags;
use crate::warehouse::{among, text};

/// The tag of a namespace that says which restore made what it holds.
pub(crate) const DONE: &str = "rsx:restore";
/// The tag that says which snapshot it was.
pub(crate) const SNAPSHOT: &str = "rsx:restored";
/// The tag that says which restore was begun.
pub(crate) const BEGUN: &str = "rsx:restoring";

/// What every marker table's name begins with.
const MARKER: &str = "rsx_restore_";
/// Schemas that Redshift makes.
const SYSTEM: &[&str] =
    &["information_schema", "pg_catalog", "pg_internal", "pg_automv", "pg_auto_copy", "pg_s3", "pg_mv"];
/// The database of samples that every namespace has.
const SAMPLES: &str = "sample_data_dev";
/// A database that most snapshots have: it is made unless another is named.
pub(crate) const USUAL: &str = "dev";

/// Returns which restore made what a namespace holds. One that was begun and never ended may have, so it counts: what
/// lives there by SQL is made again.
pub(crate) fn which(tags: &Tags) -> Option<&str> {
    tags.get(BEGUN).or_else(|| tags.get(DONE))
}

/// Names a restore: the same for the same intention, another for the next.
pub(crate) fn id(cx: &Context) -> String {
    let digest = hex::encode(Sha256::digest(cx.token.as_bytes()));
    digest.chars().take(12).collect()
}

impl DataApi {
    /// Returns the databases of the namespace itself.
    pub(crate) async fn local_databases(&self) -> Result<Vec<String>, Fault> {
        let sql = "select database_name from svv_redshift_databases where database_type = 'local' order by database_name";
        let rows = self.query("restore/databases", sql).await?;
        Ok(rows.iter().filter_map(|row| text(row, 0)).map(str::to_owned).collect())
    }

    /// Returns some of the tables that somebody has made, as `database.schema.table`.
    pub(crate) async fn user_tables(&self) -> Result<Vec<String>, Fault> {
        let databases = self.local_databases().await?;
        let databases = databases.iter().map(String::as_str).filter(|database| *database != SAMPLES);
        let sql = format!(
            "select database_name, schema_name, table_name from svv_redshift_tables \
             where database_name in ({}) and schema_name not in ({}) and table_name not like {} \
             order by database_name, schema_name, table_name limit 4",
            among(databases),
            among(SYSTEM.iter().copied()),
            literal(&format!("{MARKER}%"))
        );
        let rows = self.query("restore/tables", &sql).await?;
        let name = |row: &Vec<Cell>| Some(format!("{}.{}.{}", text(row, 0)?, text(row, 1)?, text(row, 2)?));
        Ok(rows.iter().filter_map(name).collect())
    }

    pub(crate) async fn mark(&self, restore: &str) -> Result<(), Fault> {
        let table = identifier(&format!("{MARKER}{restore}"));
        self.execute("restore/mark", &format!("create table if not exists public.{table} (begun int)")).await
    }

    /// Returns whether the table that a restore left before it began is still there.
    pub(crate) async fn is_marked(&self, restore: &str) -> Result<bool, Fault> {
        let sql = format!(
            "select table_name from svv_redshift_tables where table_name = {}",
            literal(&format!("{MARKER}{restore}"))
        );
        Ok(!self.query("restore/marked", &sql).await?.is_empty())
    }
}

impl Outside {
    /// Returns the tags of a namespace.
    pub(crate) async fn tags_of(&self, namespace: &Namespace) -> Result<Tags, Fault> {
        self.serverless_tags(arn(namespace)?).await
    }

    pub(crate) async fn note_begun(&self, namespace: &Namespace, restore: &str) -> Result<(), Fault> {
        let mut tags = Tags::default();
        tags.set(BEGUN, restore);
        self.tag_serverless(arn(namespace)?, Some(&tags), None).await
    }

    pub(crate) async fn note_done(
        &self,
        namespace: &Namespace,
        restore: &str,
        snapshot: &str,
    ) -> Result<(), Fault> {
        let mut tags = Tags::default();
        tags.set(DONE, restore);
        tags.set(SNAPSHOT, snapshot);
        self.tag_serverless(arn(namespace)?, Some(&tags), Some(vec![BEGUN.to_owned()])).await
    }
}

fn arn(namespace: &Namespace) -> Result<&str, Fault> {
    namespace.namespace_arn().ok_or_else(|| incomplete("ARN of the namespace"))
}
