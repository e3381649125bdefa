//! What is in a datashare, and the statements that make it what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use rsx_engine::provider::Fault;

use crate::fields::Fields;
use crate::sql::{Cell, identifier};
use crate::warehouse::{cell, text};

/// A datashare as the catalog shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Present {
    /// The database that it is of.
    pub(crate) database: String,
    /// Who owns it, by number.
    pub(crate) owner: String,
    pub(crate) public: bool,
    /// Schemas, and whether tables made later come in by themselves.
    pub(crate) schemas: BTreeMap<String, bool>,
    /// Tables and views, as `schema.table`.
    pub(crate) tables: BTreeSet<String>,
}

/// A datashare as it is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) include_new: bool,
    /// Whole schemas.
    pub(crate) schemas: BTreeSet<String>,
    /// Single tables, as `schema.table`.
    pub(crate) tables: BTreeSet<String>,
}

impl Present {
    /// Reads a row of `svv_datashares`: source_database, is_publicaccessible, share_owner.
    pub(crate) fn of_share(row: &[Cell]) -> Self {
        Self {
            database: text(row, 0).unwrap_or_default().to_owned(),
            public: cell(row, 1).is_true(),
            owner: cell(row, 2).word(),
            ..Self::default()
        }
    }

    /// Reads a row of `svv_datashare_objects`: object_type, object_name, include_new.
    pub(crate) fn add_object(&mut self, row: &[Cell]) {
        let Some(name) = text(row, 1) else { return };
        match text(row, 0) {
            Some("schema") => {
                self.schemas.insert(name.to_owned(), cell(row, 2).is_true());
            }
            Some("function") | None => {}
            Some(_) => {
                self.tables.insert(name.to_owned());
            }
        }
    }

    /// Returns the schemas that are in it as a whole, given which are there for single tables only.
    pub(crate) fn whole_schemas(&self, last: &Wanted) -> Vec<String> {
        let partial = last.partial_schemas();
        self.schemas.keys().filter(|schema| !partial.contains(*schema)).cloned().collect()
    }

    /// Returns the tables that are in it singly, or with their schema but also wanted by name.
    pub(crate) fn single_tables(&self, last: &Wanted) -> Vec<String> {
        let partial = last.partial_schemas();
        let single = |table: &&String| partial.contains(schema_of(table)) || last.tables.contains(*table);
        self.tables.iter().filter(single).cloned().collect()
    }
}

impl Wanted {
    pub(crate) fn read(fields: Fields<'_>) -> Result<Self, Fault> {
        Ok(Self {
            name: fields.text("name")?.to_owned(),
            public: fields.flag("publicly_accessible")?,
            include_new: fields.flag("include_new")?,
            schemas: fields.texts("schemas")?.into_iter().collect(),
            tables: fields.texts("tables")?.into_iter().collect(),
        })
    }

    /// Returns all schemas that the share needs.
    pub(crate) fn all_schemas(&self) -> BTreeSet<String> {
        self.schemas.iter().cloned().chain(self.partial_schemas()).collect()
    }

    /// Returns the schemas that are needed for single tables only.
    fn partial_schemas(&self) -> BTreeSet<String> {
        let of_tables = self.tables.iter().map(|table| schema_of(table).to_owned());
        of_tables.filter(|schema| !self.schemas.contains(schema)).collect()
    }

    /// Returns what must be sent, and only that: a schema before its tables, and what goes before what holds it.
    ///
    /// `in_schemas` are the tables of the whole schemas that are there already: those missing are added singly, as
    /// nobody says what adding all does with those that are in.
    pub(crate) fn statements(&self, present: Option<&Present>, in_schemas: &BTreeSet<String>) -> Vec<String> {
        let share = identifier(&self.name);
        let nothing = Present::default();
        let there = present.unwrap_or(&nothing);
        let mut sql = match present {
            None if self.public => vec![format!("create datashare {share} set publicaccessible true")],
            None => vec![format!("create datashare {share}")],
            Some(there) if there.public != self.public => {
                vec![format!("alter datashare {share} set publicaccessible {}", self.public)]
            }
            Some(_) => Vec::new(),
        };
        let alter = |change: String| format!("alter datashare {share} {change}");
        let needed = self.all_schemas();
        sql.extend(self.leaving(there, &needed).into_iter().map(alter));
        for schema in &needed {
            sql.extend(self.coming(schema, there, in_schemas).into_iter().map(alter));
        }
        sql
    }

    fn leaving(&self, there: &Present, needed: &BTreeSet<String>) -> Vec<String> {
        let mut changes = Vec::new();
        for schema in there.schemas.keys().filter(|schema| !needed.contains(*schema)) {
            if there.tables.iter().any(|table| schema_of(table) == schema) {
                changes.push(format!("remove all tables in schema {}", identifier(schema)));
            }
            changes.push(format!("remove schema {}", identifier(schema)));
        }
        for table in &there.tables {
            let schema = schema_of(table);
            let stays = self.schemas.contains(schema) || self.tables.contains(table);
            if needed.contains(schema) && !stays {
                changes.push(format!("remove table {}", name(table)));
            }
        }
        changes
    }

    fn coming(&self, schema: &str, there: &Present, in_schemas: &BTreeSet<String>) -> Vec<String> {
        let (is_whole, quoted) = (self.schemas.contains(schema), identifier(schema));
        let present = there.schemas.get(schema);
        let mut changes = Vec::new();
        if present.is_none() {
            changes.push(format!("add schema {quoted}"));
        }
        if is_whole && present.is_none() {
            changes.push(format!("add all tables in schema {quoted}"));
        } else {
            let wanted = if is_whole { in_schemas } else { &self.tables };
            let missing =
                wanted.iter().filter(|table| schema_of(table) == schema && !there.tables.contains(*table));
            changes.extend(missing.map(|table| format!("add table {}", name(table))));
        }
        let include = is_whole && self.include_new;
        if present.copied().unwrap_or_default() != include {
            changes.push(format!("set includenew {include} for schema {quoted}"));
        }
        changes
    }
}

/// Takes `schema.table` apart.
pub(crate) fn parts(table: &str) -> (&str, &str) {
    table.split_once('.').unwrap_or(("public", table))
}

fn schema_of(table: &str) -> &str {
    parts(table).0
}

/// Writes `schema.table` as two names.
fn name(table: &str) -> String {
    let (schema, table) = parts(table);
    format!("{}.{}", identifier(schema), identifier(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn wanted(schemas: &[&str], tables: &[&str]) -> Wanted {
        Wanted {
            name: "s".into(),
            public: false,
            include_new: true,
            schemas: set(schemas),
            tables: set(tables),
        }
    }

    #[test]
    fn a_new_share_is_filled_in_order() {
        let sql = wanted(&["dw"], &["ref.codes"]).statements(None, &BTreeSet::new());
        assert_eq!(
            sql,
            [
                "create datashare \"s\"",
                "alter datashare \"s\" add schema \"dw\"",
                "alter datashare \"s\" add all tables in schema \"dw\"",
                "alter datashare \"s\" set includenew true for schema \"dw\"",
                "alter datashare \"s\" add schema \"ref\"",
                "alter datashare \"s\" add table \"ref\".\"codes\"",
            ]
        );
    }

    #[test]
    fn what_is_there_is_not_sent_again() {
        let present = Present {
            schemas: [("dw".to_owned(), true)].into(),
            tables: set(&["dw.facts"]),
            ..Present::default()
        };
        let same = wanted(&["dw"], &[]).statements(Some(&present), &set(&["dw.facts"]));
        assert!(same.is_empty(), "{same:?}");
        let more = wanted(&["dw"], &[]).statements(Some(&present), &set(&["dw.facts", "dw.dates"]));
        assert_eq!(more, ["alter datashare \"s\" add table \"dw\".\"dates\""]);
    }

    #[test]
    fn what_is_not_wanted_any_more_goes() {
        let present = Present {
            schemas: [("dw".to_owned(), true), ("old".to_owned(), true)].into(),
            tables: set(&["dw.facts", "old.facts"]),
            ..Present::default()
        };
        let sql = wanted(&[], &["dw.dates"]).statements(Some(&present), &BTreeSet::new());
        assert_eq!(
            sql,
            [
                "alter datashare \"s\" remove all tables in schema \"old\"",
                "alter datashare \"s\" remove schema \"old\"",
                "alter datashare \"s\" remove table \"dw\".\"facts\"",
                "alter datashare \"s\" add table \"dw\".\"dates\"",
                "alter datashare \"s\" set includenew false for schema \"dw\"",
            ]
        );
    }

    #[test]
    fn single_tables_are_told_from_whole_schemas() {
        let present = Present {
            schemas: [("dw".to_owned(), true), ("ref".to_owned(), false)].into(),
            tables: set(&["dw.facts", "ref.codes"]),
            ..Present::default()
        };
        let last = wanted(&["dw"], &["ref.codes"]);
        assert_eq!(present.whole_schemas(&last), ["dw"]);
        assert_eq!(present.single_tables(&last), ["ref.codes"]);
        let named_twice = wanted(&["dw", "ref"], &["dw.facts"]);
        assert_eq!(present.single_tables(&named_twice), ["dw.facts"]);
    }
}
