//! The rows of `airline-data-snapshot`: a star schema of bookings and flights, the same every time.

use rusqlite::types::ToSql;

use super::error::SqlError;
use super::meta::Catalog;
use super::meta::relation::{Column, Kind, Relation};
use super::restore::SnapshotFacts;
use super::types::SqlType;
use super::verifier::Verifier;

mod dimensions;
mod facts;
mod random;

const DATABASE: &str = "airline";
const ADMIN: &str = "awsuser";

/// What the snapshot's description says.
pub(super) fn facts() -> SnapshotFacts {
    SnapshotFacts {
        databases: vec![DATABASE.to_owned()],
        admin: Some(ADMIN.to_owned()),
        bytes: 18 * 1024 * 1024,
    }
}

/// Fills an empty namespace; the administrator's password of the snapshot is known to nobody.
pub(super) fn fill(catalog: Catalog<'_>) -> Result<(), SqlError> {
    catalog.add_service_user()?;
    catalog.set_admin(ADMIN, Verifier::Disabled)?;
    let owner = catalog.admin()?.map_or(1, |user| user.id);
    let database = catalog.add_database(DATABASE, owner)?;
    let schema = catalog.add_schema(database, "airline_dw", owner)?;
    let site = Site { catalog, schema, owner };
    let airports = dimensions::airports(&site)?;
    let aircraft = dimensions::aircraft(&site)?;
    let customers = dimensions::customers(&site)?;
    let days = dimensions::days(&site)?;
    let routes = dimensions::flights(&site, &airports)?;
    facts::flights(&site, &routes, &days, &aircraft)?;
    facts::bookings(&site, &routes, &days, customers)
}

/// Where the tables are made.
struct Site<'c> {
    catalog: Catalog<'c>,
    schema: i64,
    owner: i64,
}

impl Site<'_> {
    /// Makes a table and gives what inserts a row into it.
    fn table(&self, name: &str, columns: &[(&str, SqlType)]) -> Result<Filler<'_>, SqlError> {
        let relation = Relation {
            oid: self.catalog.next_oid()?,
            schema: self.schema,
            name: name.to_owned(),
            kind: Kind::Table,
            owner: self.owner,
            definition: None,
            search_path: None,
        };
        let column = |(n, (name, sql_type)): (usize, &(&str, SqlType))| Column {
            name: (*name).to_owned(),
            sql_type: *sql_type,
            required: n == 0,
            default: None,
        };
        let list: Vec<_> = columns.iter().enumerate().map(column).collect();
        self.catalog.add_relation(&relation, &list)?;
        let places = vec!["?"; columns.len()].join(", ");
        let sql = format!("insert into main.{} values ({places})", relation.storage());
        Ok(Filler { statement: self.catalog.connection.prepare(&sql)? })
    }
}

/// Inserts the rows of one table.
struct Filler<'c> {
    statement: rusqlite::Statement<'c>,
}

impl Filler<'_> {
    fn add(&mut self, row: &[&dyn ToSql]) -> Result<(), SqlError> {
        self.statement.execute(row)?;
        Ok(())
    }
}

/// A text column.
const fn text(length: u32) -> SqlType {
    SqlType::Varchar(Some(length))
}

/// An amount of money.
const MONEY: SqlType = SqlType::Numeric(10, 2);
