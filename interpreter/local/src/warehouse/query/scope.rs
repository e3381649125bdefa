//! The columns that an expression can see.

use sqlparser::ast::{Expr, Ident};

use super::typed::Typed;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::SqlType;

/// The relations of a FROM clause, and those of the query around it.
#[derive(Debug, Default, Clone)]
pub(super) struct Scope {
    pub(super) relations: Vec<Source>,
    pub(super) outer: Option<Box<Scope>>,
    /// Common table expressions in reach.
    pub(super) tables: Vec<CommonTable>,
}

/// One relation of a FROM clause.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The name by which columns may be qualified.
    pub(super) name: String,
    pub(super) columns: Vec<Visible>,
}

/// A column that can be named.
#[derive(Debug, Clone)]
pub(super) struct Visible {
    pub(super) name: String,
    pub(super) sql: String,
    pub(super) sql_type: SqlType,
    /// Merged away by USING: only a qualified name still reaches it.
    pub(super) hidden: bool,
}

/// A common table expression.
#[derive(Debug, Clone)]
pub(super) struct CommonTable {
    pub(super) name: String,
    /// Its name in SQLite.
    pub(super) alias: String,
    pub(super) columns: Vec<(String, SqlType)>,
}

impl Scope {
    /// A scope inside this one.
    pub(super) fn inner(&self) -> Self {
        Self { relations: Vec::new(), outer: Some(Box::new(self.clone())), tables: self.tables.clone() }
    }

    /// What is around this scope, without the relations that it has itself.
    pub(super) fn around(&self) -> Self {
        Self { relations: Vec::new(), outer: self.outer.clone(), tables: self.tables.clone() }
    }

    /// Finds a column by its name alone.
    pub(super) fn column(&self, name: &str) -> Result<Option<Typed>, SqlError> {
        let mut found = None;
        for source in &self.relations {
            for column in &source.columns {
                if column.name == name && !column.hidden {
                    if found.is_some() {
                        return Err(SqlError::new(
                            "42702",
                            format!("column reference \"{name}\" is ambiguous"),
                        ));
                    }
                    found = Some(reference(source, column));
                }
            }
        }
        match (found, &self.outer) {
            (None, Some(outer)) => Ok(outer.column(name)?.map(settled)),
            (found, _) => Ok(found),
        }
    }

    /// Finds a column of a named relation; the relation's absence is an error of its own.
    pub(super) fn qualified(&self, relation: &str, name: &str) -> Result<Typed, SqlError> {
        let mut matching = self.relations.iter().filter(|s| s.name == relation);
        if let Some(source) = matching.next() {
            if matching.next().is_some() {
                let message = format!("table reference \"{relation}\" is ambiguous");
                return Err(SqlError::new("42P09", message));
            }
            let column = source.columns.iter().find(|c| c.name == name);
            return column.map(|column| reference(source, column)).ok_or_else(|| {
                let message = format!("column {relation}.{name} does not exist");
                SqlError::new("42703", message)
            });
        }
        match &self.outer {
            Some(outer) => outer.qualified(relation, name).map(settled),
            None => {
                Err(SqlError::new("42P01", format!("missing FROM-clause entry for table \"{relation}\"")))
            }
        }
    }

    /// The columns that `*` stands for.
    pub(super) fn star(&self, relation: Option<&str>) -> Vec<(String, Typed)> {
        self.relations
            .iter()
            .filter(|source| relation.is_none_or(|name| source.name == name))
            .flat_map(|source| {
                source
                    .columns
                    .iter()
                    .filter(|column| relation.is_some() || !column.hidden)
                    .map(|column| (column.name.clone(), reference(source, column)))
            })
            .collect()
    }

    /// The alias in SQLite of the one relation whose columns an expression names.
    pub(super) fn owner(&self, expr: &Expr) -> Option<String> {
        let mut owner = None;
        for parts in super::outline::columns(expr) {
            let (name, relation) = match parts.as_slice() {
                [.., relation, name] => (folded(name), Some(folded(relation))),
                [name] => (folded(name), None),
                [] => return None,
            };
            let sources =
                self.relations.iter().filter(|source| relation.as_ref().is_none_or(|r| source.name == *r));
            let column = sources.flat_map(|source| &source.columns).find(|column| column.name == name)?;
            let (alias, _) = column.sql.split_once('.')?;
            if owner.as_deref().is_some_and(|known| known != alias) {
                return None;
            }
            owner = Some(alias.to_owned());
        }
        owner
    }

    pub(super) fn common_table(&self, name: &str) -> Option<&CommonTable> {
        self.tables.iter().rev().find(|table| table.name == name)
    }
}

/// One part of a name, folded to lower case.
pub(super) fn folded(ident: &Ident) -> String {
    ident.value.to_lowercase()
}

fn reference(source: &Source, column: &Visible) -> Typed {
    Typed {
        bare: Some(format!("{}.{}", source.name, column.name)),
        ..Typed::new(column.sql.clone(), column.sql_type)
    }
}

/// A column of the query outside is a constant inside.
fn settled(column: Typed) -> Typed {
    Typed { bare: None, ..column }
}
