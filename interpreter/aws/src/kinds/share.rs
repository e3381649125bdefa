//! `share`: one datashare of a producer, with schemas and tables in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use rsx_engine::known::Known;
use rsx_engine::provider::{Change, Context, Fault, Id, Kind, Observed, Reading};
use rsx_lang::suggest::nearest;
use rsx_lang::value::Record;

use crate::fields::{Fields, Seen};
use crate::outside::Outside;
use crate::refusal::{Worded, blame, refusal};
use crate::shares::{Present, Wanted, parts};
use crate::sql::{DataApi, identifier, literal};
use crate::warehouse::{self, among, cell, text};

pub(crate) struct Share(pub(crate) Arc<Outside>);

#[async_trait]
impl Kind for Share {
    fn name(&self) -> &'static str {
        "share"
    }

    fn reading(&self) -> Reading {
        Reading::Wakes
    }

    async fn find(&self, cx: &Context, want: &Known) -> Result<Option<Id>, Fault> {
        let want = Fields::of(want);
        let present = self.look(&self.at(cx, want)?, want.text("name")?).await?;
        present.map(|_| id(want)).transpose()
    }

    async fn read(&self, cx: &Context, _: &Id, last: &Record) -> Result<Option<Observed>, Fault> {
        let fields = Fields(last);
        let wanted = Wanted::read(fields)?;
        let Some(present) = self.look(&self.at(cx, fields)?, &wanted.name).await? else { return Ok(None) };
        let whole = present.whole_schemas(&wanted);
        let includes = whole.iter().all(|schema| present.schemas.get(schema) == Some(&true));
        // With no whole schema there is nothing to which tables could come by themselves.
        let include_new = if whole.is_empty() { wanted.include_new } else { includes };
        let seen = Seen::new()
            .text("namespace", fields.text("namespace")?)
            .text("name", wanted.name.as_str())
            .text("database", present.database.as_str())
            .set("tables", present.single_tables(&wanted))
            .set("schemas", whole)
            .told_flag("include_new", Some(include_new))
            .told_flag("publicly_accessible", Some(present.public));
        Ok(Some(seen.ready()))
    }

    /// One that is there is filled if the administrator owns it, as after a restore that brought it back.
    async fn create(&self, cx: &Context, want: &Known) -> Result<Id, Fault> {
        let fields = Fields::of(want);
        let at = self.at(cx, fields)?;
        let wanted = Wanted::read(fields)?;
        let present = self.look(&at, &wanted.name).await?;
        if let Some(present) = &present {
            self.prove(&at, &wanted, present).await?;
        }
        self.converge(&at, &wanted, present).await?;
        id(fields)
    }

    async fn update(&self, cx: &Context, _: &Id, change: &Change<'_>) -> Result<(), Fault> {
        let fields = Fields::of(change.want);
        let at = self.at(cx, fields)?;
        let wanted = Wanted::read(fields)?;
        let present = self.look(&at, &wanted.name).await?;
        self.converge(&at, &wanted, present).await
    }

    async fn delete(&self, cx: &Context, _: &Id, last: &Record) -> Result<(), Fault> {
        let last = Fields(last);
        let (at, name) = (self.at(cx, last)?, last.text("name")?);
        if self.look(&at, name).await?.is_some() {
            at.settle("share/drop", &format!("drop datashare {}", identifier(name))).await?;
        }
        Ok(())
    }
}

impl Share {
    /// A share belongs to one database, and only there can it be changed.
    fn at(&self, cx: &Context, fields: Fields<'_>) -> Result<DataApi, Fault> {
        let at = warehouse::at(&self.0, cx, fields)?;
        Ok(DataApi { database: fields.text("database")?.to_owned(), ..at })
    }

    async fn look(&self, at: &DataApi, name: &str) -> Result<Option<Present>, Fault> {
        let sql = format!(
            "select source_database, is_publicaccessible, share_owner from svv_datashares \
             where share_type = 'OUTBOUND' and share_name = {}",
            literal(name)
        );
        let rows = at.rows("share/look", &sql).await?.unwrap_or_default();
        let Some(mut present) = rows.first().map(|row| Present::of_share(row)) else { return Ok(None) };
        let sql = format!(
            "select object_type, object_name, include_new from svv_datashare_objects \
             where share_type = 'OUTBOUND' and share_name = {}",
            literal(name)
        );
        at.query("share/objects", &sql).await?.iter().for_each(|row| present.add_object(row));
        Ok(Some(present))
    }

    /// A share has no tags: it is ours if the administrator, as whom we ask, owns it.
    async fn prove(&self, at: &DataApi, wanted: &Wanted, present: &Present) -> Result<(), Fault> {
        let rows = at.query("share/owner", "select usename, usesysid from pg_user_info").await?;
        let me = at.query("share/owner", "select current_user").await?;
        let me = me.first().and_then(|row| text(row, 0));
        let owner = rows.iter().find(|row| cell(row, 1).word() == present.owner).and_then(|row| text(row, 0));
        if present.owner.is_empty() || owner == me || Some(present.owner.as_str()) == me {
            return Ok(());
        }
        Err(Fault::Foreign {
            found: format!("the datashare `{}`", wanted.name),
            owner: format!("the user `{}`", owner.unwrap_or(&present.owner)),
        })
    }

    async fn converge(&self, at: &DataApi, wanted: &Wanted, present: Option<Present>) -> Result<(), Fault> {
        self.check_schemas(at, wanted).await?;
        let there =
            |schema: &&String| present.as_ref().is_some_and(|present| present.schemas.contains_key(*schema));
        let kept: Vec<_> = wanted.schemas.iter().filter(there).map(String::as_str).collect();
        let tables = self.tables_of(at, &kept).await?;
        let statements = wanted.statements(present.as_ref(), &tables);
        match at.batch("share/change", &statements).await {
            Err(fault @ Fault::Refused(_)) => {
                let missing = self.missing_table(at, wanted).await?;
                Err(missing.unwrap_or_else(|| blame(fault, "schemas")))
            }
            done => done,
        }
    }

    /// Says which single table is not there, once the service has refused what there is to change.
    async fn missing_table(&self, at: &DataApi, wanted: &Wanted) -> Result<Option<Fault>, Fault> {
        let schemas = wanted.all_schemas();
        let schemas: Vec<_> = schemas.iter().map(String::as_str).collect();
        let found = self.tables_of(at, &schemas).await?;
        let Some(missing) = wanted.tables.iter().find(|table| !found.contains(*table)) else {
            return Ok(None);
        };
        let (schema, table) = parts(missing);
        let fault = refusal("42P01", format!("the schema `{schema}` has no table `{table}`")).at("tables");
        let beside: Vec<_> =
            found.iter().filter_map(|found| found.strip_prefix(schema)?.strip_prefix('.')).collect();
        let help = match nearest(table, beside.iter().copied()) {
            Some(meant) => format!("did you mean `{schema}.{meant}`?"),
            None if beside.is_empty() || beside.len() > FEW => "make it first, or take it out".to_owned(),
            None => {
                let beside: Vec<_> = beside.iter().map(|table| format!("`{table}`")).collect();
                format!("it has {}", beside.join(", "))
            }
        };
        Ok(Some(fault.help(help).fault()))
    }

    /// A schema that is not there stops everything before any share is made.
    async fn check_schemas(&self, at: &DataApi, wanted: &Wanted) -> Result<(), Fault> {
        let sql = format!(
            "select schema_name from svv_redshift_schemas where database_name = {} order by schema_name",
            literal(&at.database)
        );
        let rows = at.query("share/schemas", &sql).await?;
        let found: BTreeSet<_> = rows.iter().filter_map(|row| text(row, 0)).collect();
        let all = wanted.all_schemas();
        let Some(missing) = all.iter().find(|schema| !found.contains(schema.as_str())) else { return Ok(()) };
        let field = if wanted.schemas.contains(missing) { "schemas" } else { "tables" };
        let known: Vec<_> =
            found.iter().filter(|schema| !is_of_system(schema)).map(|schema| format!("`{schema}`")).collect();
        let missing =
            refusal("3F000", format!("the database `{}` has no schema `{missing}`", at.database)).at(field);
        match known.is_empty() {
            true => Err(missing.help("make it first, or take it out").fault()),
            false => Err(missing.help(format!("it has {}", known.join(", "))).fault()),
        }
    }

    async fn tables_of(&self, at: &DataApi, schemas: &[&str]) -> Result<BTreeSet<String>, Fault> {
        if schemas.is_empty() {
            return Ok(BTreeSet::new());
        }
        let sql = format!(
            "select schema_name, table_name from svv_redshift_tables where database_name = {} and schema_name in ({})",
            literal(&at.database),
            among(schemas.iter().copied())
        );
        let rows = at.query("share/tables", &sql).await?;
        Ok(rows.iter().filter_map(|row| Some(format!("{}.{}", text(row, 0)?, text(row, 1)?))).collect())
    }
}

/// How many tables are listed at most.
const FEW: usize = 8;

fn is_of_system(schema: &str) -> bool {
    schema.starts_with("pg_") || schema == "information_schema"
}

fn id(want: Fields<'_>) -> Result<Id, Fault> {
    Ok(Id(format!("{}/{}", want.text("namespace")?, want.text("name")?).into()))
}
