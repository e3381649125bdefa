//! MERGE: rows of one table that change, take away or join those of another.
//!
//! As on Redshift the rows that no other matches are found before any is changed.

use sqlparser::ast::{
    Expr, Merge, MergeAction, MergeClauseKind, MergeInsertKind, MergeUpdateKind, TableFactor,
};

use super::Translator;
use super::dml::{check_width, chosen, deletion, next_in_line, required, set_identity};
use super::names::Found;
use super::output::{column_list, columns_of};
use super::scope::Scope;
use crate::warehouse::error::SqlError;
use crate::warehouse::meta::privilege::Privilege;
use crate::warehouse::meta::relation::Column;

/// The statements of a MERGE: those that come before the one whose rows count.
pub(super) struct Merged {
    pub(super) before: Vec<String>,
    pub(super) last: String,
}

/// Where the rows wait that will be inserted.
const WAITING: &str = "temp.merged";

impl Translator<'_> {
    pub(super) fn merge(&mut self, merge: &Merge) -> Result<Merged, SqlError> {
        let TableFactor::Table { name: source, .. } = &merge.source else {
            return Err(SqlError::unsupported("MERGE from anything but a table"));
        };
        if matches!(&merge.table, TableFactor::Table { alias: Some(_), .. }) || merge.output.is_some() {
            return Err(SqlError::unsupported("MERGE with OUTPUT or an alias of its target"));
        }
        let [matched, not_matched] = merge.clauses.as_slice() else {
            let message = "MERGE needs one WHEN MATCHED and one WHEN NOT MATCHED clause";
            return Err(SqlError::new("42601", message));
        };
        let kinds = (matched.clause_kind, not_matched.clause_kind);
        if kinds != (MergeClauseKind::Matched, MergeClauseKind::NotMatched) {
            let message = "MERGE needs WHEN MATCHED first and WHEN NOT MATCHED after it";
            return Err(SqlError::new("42601", message));
        }
        if matched.predicate.is_some() || not_matched.predicate.is_some() {
            return Err(SqlError::unsupported("a condition after MATCHED"));
        }
        let MergeAction::Insert(inserted) = &not_matched.action else {
            return Err(SqlError::unsupported("anything but INSERT for what is NOT MATCHED"));
        };
        let MergeInsertKind::Values(values) = &inserted.kind else {
            return Err(SqlError::unsupported("INSERT without VALUES in MERGE"));
        };
        let [row] = values.rows.as_slice() else {
            return Err(SqlError::unsupported("INSERT of several rows in MERGE"));
        };

        let (found, mut scope) = self.target_table(&merge.table, Privilege::Insert)?;
        let source_sql = self.factor(&merge.source, &mut scope)?;
        if self.is_view(source)? {
            return Err(SqlError::unsupported("MERGE from anything but a table"));
        }
        let condition = self.condition(&merge.on, &scope, "MERGE/ON")?;
        let storage = found.storage();
        let given = chosen(&inserted.columns, &found)?;
        // What is inserted is told by the source alone.
        let source_scope = Scope { relations: scope.relations.split_off(1), ..scope.clone() };
        let rows = self.waiting(&row.content, &given, &found, &source_scope)?;
        scope.relations.extend(source_scope.relations);
        let names: Vec<_> = found.columns.iter().map(|column| column.name.clone()).collect();
        let change = match &matched.action {
            MergeAction::Update(update) => {
                let MergeUpdateKind::Set(assignments) = &update.kind else {
                    return Err(SqlError::unsupported("UPDATE SET * in MERGE"));
                };
                self.check(&found, Privilege::Update)?;
                let mut sets = Vec::new();
                for assignment in assignments {
                    sets.push(self.assignment(assignment, &found, &scope)?);
                }
                format!("UPDATE {storage} AS r0 SET {} FROM {source_sql} WHERE {condition}", sets.join(", "))
            }
            MergeAction::Delete { .. } => {
                self.check(&found, Privilege::Delete)?;
                deletion(&storage, &source_sql, &format!(" WHERE {condition}"))
            }
            MergeAction::Insert(_) | MergeAction::DoNothing { .. } => {
                return Err(SqlError::unsupported("anything but UPDATE and DELETE for what is MATCHED"));
            }
        };
        let before = vec![
            format!(
                "SELECT rs_matched_once(count(*)) FROM {storage} AS r0 CROSS JOIN {source_sql} \
                 WHERE {condition} GROUP BY r0.rowid"
            ),
            format!("DROP TABLE IF EXISTS {WAITING}"),
            format!(
                "CREATE TEMP TABLE merged AS SELECT {rows} FROM {source_sql} \
                 WHERE NOT EXISTS (SELECT 1 FROM {storage} AS r0 WHERE {condition})"
            ),
            change,
        ];
        let last = format!("INSERT INTO {storage} ({}) SELECT * FROM {WAITING}", column_list(&names));
        Ok(Merged { before, last })
    }

    /// The columns of the rows that wait, each converted for its place.
    fn waiting(
        &mut self,
        row: &[Expr],
        given: &[Column],
        found: &Found,
        scope: &Scope,
    ) -> Result<String, SqlError> {
        check_width(row.len(), given)?;
        let mut cells = Vec::new();
        for column in &found.columns {
            let place = given.iter().position(|given| given.name == column.name);
            let value = match (column.identity(), place.and_then(|place| row.get(place))) {
                (Some(identity), None) => next_in_line(found, column, identity),
                (Some(_), Some(_)) => return Err(set_identity(column)),
                (None, Some(expr)) => self.assigned(expr, column, scope)?,
                (None, None) => self.default_of(column)?,
            };
            cells.push(required(column, value));
        }
        Ok(columns_of(cells))
    }
}
