//! EXPLAIN: the plan by which SQLite will run the translated statement, in the form in which Redshift tells plans.
//!
//! The steps and their order are SQLite's own (`EXPLAIN QUERY PLAN`); rows are those that the tables have now. Costs only
//! compare, as on Redshift (Redshift guide, "Query plan").

use std::collections::BTreeMap;

use super::error::SqlError;
use super::query::{Outline, Plan};
use super::session::{Column, Session};
use super::types::SqlType;
use super::value::Value;

/// What Redshift adds to the cost of a sort over all slices.
const SORTED: f64 = 1e12;
/// The groups that are expected where nothing is known of them, as in PostgreSQL.
const GROUPS: u64 = 200;

/// The one column of EXPLAIN.
pub(super) fn columns() -> Vec<Column> {
    vec![Column { name: "QUERY PLAN".to_owned(), sql_type: SqlType::Varchar(None) }]
}

/// One step of a plan and those that it reads from.
#[derive(Debug, Clone)]
struct Step {
    name: String,
    details: Vec<String>,
    start: f64,
    total: f64,
    rows: u64,
    width: u32,
    from: Vec<Step>,
}

/// One line of SQLite's plan.
struct Line {
    id: i64,
    parent: i64,
    text: String,
}

/// The lines that EXPLAIN gives.
pub(super) fn lines(session: &Session, plan: &Plan) -> Result<Vec<Vec<Value>>, SqlError> {
    let connection = session.connection();
    super::views::fill(session, &plan.views)?;
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", plan.sql))?;
    let nothing = vec![Value::Null; statement.parameter_count()];
    let read = |row: &rusqlite::Row<'_>| Ok(Line { id: row.get(0)?, parent: row.get(1)?, text: row.get(3)? });
    let lines =
        statement.query_map(rusqlite::params_from_iter(nothing), read)?.collect::<Result<Vec<_>, _>>()?;
    let mut counts = BTreeMap::new();
    for (alias, table) in &plan.outline.tables {
        let count: i64 =
            connection.query_row(&format!("select count(*) from {}", table.storage), [], |row| row.get(0))?;
        counts.insert(alias.as_str(), u64::try_from(count).unwrap_or_default());
    }
    let mut planner = Planner { lines, counts, outline: plan.outline.clone(), named: BTreeMap::new() };
    let top = planner.whole(plan.tag);
    let mut out = Vec::new();
    top.write(0, &mut out);
    Ok(out.into_iter().map(|line| vec![Value::Text(line)]).collect())
}

/// Reads SQLite's plan.
struct Planner<'p> {
    lines: Vec<Line>,
    /// The rows of the tables, by their aliases.
    counts: BTreeMap<&'p str, u64>,
    outline: Outline,
    /// The subqueries that have been planned, by their aliases.
    named: BTreeMap<String, Step>,
}

impl Planner<'_> {
    fn whole(&mut self, tag: &str) -> Step {
        let sorted = !self.outline.order.is_empty();
        let mut step = self.below(0);
        if self.outline.aggregated && !step.name.starts_with("XN HashAggregate") && !sorted {
            step = step.aggregate();
        }
        if sorted {
            step = step.over("XN Network", vec!["Send to leader".to_owned()]);
            step = step.over("XN Merge", listed("Merge Key", &self.outline.order, ", "));
        }
        if let Some(most) = self.outline.limit {
            let rows = step.rows.min(most);
            step = Step { rows, ..step.over("XN Limit", Vec::new()) };
        }
        match tag {
            "UPDATE" => step.over("XN Update", Vec::new()),
            "DELETE" => step.over("XN Delete", Vec::new()),
            "INSERT 0" => step.over("XN Insert", Vec::new()),
            _ => step,
        }
    }

    /// Plans what stands below a line of SQLite's plan.
    fn below(&mut self, parent: i64) -> Step {
        let lines: Vec<(i64, String)> = self
            .lines
            .iter()
            .filter(|line| line.parent == parent)
            .map(|line| (line.id, line.text.clone()))
            .collect();
        let mut step: Option<Step> = None;
        let mut aside = Vec::new();
        for (id, text) in lines {
            let mut words = text.split(' ');
            match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
                (kind @ ("SCAN" | "SEARCH"), alias) => {
                    let read = self.scan(alias);
                    step = Some(match step {
                        None => read,
                        Some(outer) => self.join(outer, read, alias, kind, text.ends_with("LEFT-JOIN")),
                    });
                }
                ("CO-ROUTINE" | "MATERIALIZE", alias) => {
                    let below = self.below(id);
                    self.named.insert(alias.to_owned(), below);
                }
                ("COMPOUND" | "MERGE", _) => step = Some(self.append(id)),
                ("USE", _) => step = step.map(|step| self.gather(step, &text)),
                ("SCALAR" | "CORRELATED" | "LIST", _) => {
                    aside.push(self.below(id).over("XN Subquery Scan", Vec::new()))
                }
                _ => {}
            }
        }
        let mut step = step.unwrap_or_else(Step::result);
        step.from.extend(aside);
        step
    }

    fn scan(&mut self, alias: &str) -> Step {
        if let Some(table) = self.outline.tables.get(alias) {
            let rows = self.counts.get(alias).copied().unwrap_or_default();
            let filters = self.outline.filters.iter().filter(|(owner, _)| owner == alias);
            let filters: Vec<_> = filters.map(|(_, text)| text.as_str()).collect();
            return Step {
                name: format!("XN Seq Scan on {}", table.shown),
                details: listed("Filter", &filters, " AND "),
                total: rows as f64 / 100.0,
                rows,
                width: table.width,
                ..Step::result()
            };
        }
        match self.named.remove(alias) {
            // SQLite calls the rows that windows read so.
            Some(step) if alias.starts_with('(') => step.over("XN Window", Vec::new()),
            Some(step) => step.over(&format!("XN Subquery Scan {alias}"), Vec::new()),
            None => Step::result(),
        }
    }

    fn join(&mut self, outer: Step, inner: Step, alias: &str, kind: &str, left: bool) -> Step {
        let known = self.outline.joins.iter().position(|(owner, _)| owner == alias);
        let condition =
            (!self.outline.joins.is_empty()).then(|| self.outline.joins.remove(known.unwrap_or_default()).1);
        let rows = outer.rows.max(inner.rows);
        let width = outer.width + inner.width;
        let side = if left { "Left " } else { "" };
        if kind == "SCAN" && condition.is_none() {
            let total = outer.total + inner.total * outer.rows as f64;
            let rows = outer.rows.saturating_mul(inner.rows);
            let name = format!("XN Nested Loop {side}DS_BCAST_INNER");
            return Step { name, total, rows, width, from: vec![outer, inner], ..Step::result() };
        }
        let start = inner.total;
        let hash = Step { start, ..inner.over("XN Hash", Vec::new()) };
        let total = start + outer.total + rows as f64 / 40.0;
        let details = condition.map(|text| format!("Hash Cond: {text}")).into_iter().collect();
        let name = format!("XN Hash {side}Join DS_DIST_ALL_NONE");
        Step { name, details, start, total, rows, width, from: vec![outer, hash] }
    }

    /// The parts of UNION, INTERSECT and EXCEPT.
    fn append(&mut self, id: i64) -> Step {
        let parts: Vec<i64> =
            self.lines.iter().filter(|line| line.parent == id).map(|line| line.id).collect();
        let from: Vec<_> = parts.into_iter().map(|part| self.below(part)).collect();
        Step {
            name: "XN Append".to_owned(),
            total: from.iter().map(|step| step.total).sum(),
            rows: from.iter().map(|step| step.rows).sum(),
            width: from.iter().map(|step| step.width).max().unwrap_or_default(),
            from,
            ..Step::result()
        }
    }

    /// What needs all rows before it gives one.
    fn gather(&mut self, step: Step, text: &str) -> Step {
        if text.ends_with("GROUP BY") {
            let rows = step.rows.min(GROUPS);
            let start = step.total + step.rows as f64 / 80.0;
            return Step {
                rows,
                start,
                total: start + rows as f64 / 100.0,
                ..step.over("XN HashAggregate", Vec::new())
            };
        }
        if text.ends_with("DISTINCT") {
            return step.over("XN Unique", Vec::new());
        }
        let start = SORTED + step.total;
        let total = start + step.rows as f64 / 400.0;
        Step { start, total, ..step.over("XN Sort", listed("Sort Key", &self.outline.order, ", ")) }
    }
}

/// The detail of a step that lists something; none where there is nothing to list.
fn listed(what: &str, items: &[impl std::borrow::Borrow<str>], between: &str) -> Vec<String> {
    if items.is_empty() { Vec::new() } else { vec![format!("{what}: {}", items.join(between))] }
}

impl Step {
    /// A row that is read from no table.
    fn result() -> Self {
        Self {
            name: "XN Result".to_owned(),
            details: Vec::new(),
            start: 0.0,
            total: 0.01,
            rows: 1,
            width: 0,
            from: Vec::new(),
        }
    }

    /// A step that passes the rows of this one on.
    fn over(self, name: &str, details: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            details,
            start: self.start,
            total: self.total,
            rows: self.rows,
            width: self.width,
            from: vec![self],
        }
    }

    fn aggregate(self) -> Self {
        let total = self.total + self.rows as f64 / 80.0;
        Self { start: total, total, rows: 1, ..self.over("XN Aggregate", Vec::new()) }
    }

    fn write(&self, depth: usize, out: &mut Vec<String>) {
        let indent = if depth == 0 { String::new() } else { format!("{}->  ", " ".repeat(depth * 6 - 4)) };
        out.push(format!(
            "{indent}{}  (cost={:.2}..{:.2} rows={} width={})",
            self.name, self.start, self.total, self.rows, self.width
        ));
        for detail in &self.details {
            out.push(format!("{}{detail}", " ".repeat(depth * 6 + 2)));
        }
        for step in &self.from {
            step.write(depth + 1, out);
        }
    }
}
