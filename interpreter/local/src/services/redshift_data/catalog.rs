//! Listings of databases, schemas, tables and columns, read from the catalog as the caller.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::running::{self, text};
use super::{invalid, submit};
use crate::call::{Answer, Call, Refusal};
use crate::cloud::Cloud;
use crate::input::Input;
use crate::page::page;
use crate::warehouse::{Outcome, Parameters, Value as Sql};

pub(super) fn list_databases(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let query = Query::new("select database_name from svv_redshift_databases");
    Box::pin(async move {
        let rows = query.order(&["database_name"]).run(&cloud, &call).await?;
        listed(&call.input, "Databases", rows, |row| json!(row.first()))
    })
}

pub(super) fn list_schemas(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let query = Query::new("select schema_name from svv_all_schemas")
        .equals("database_name", call.input.text("Database"))
        .like("schema_name", call.input.text("SchemaPattern"));
    Box::pin(async move {
        let rows = query.order(&["schema_name"]).run(&cloud, &call).await?;
        listed(&call.input, "Schemas", rows, |row| json!(row.first()))
    })
}

pub(super) fn list_tables(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let query = Query::new("select schema_name, table_name, table_type from svv_all_tables")
        .equals("database_name", call.input.text("Database"))
        .like("schema_name", call.input.text("SchemaPattern"))
        .like("table_name", call.input.text("TablePattern"));
    Box::pin(async move {
        let rows = query.order(&["schema_name", "table_name"]).run(&cloud, &call).await?;
        listed(
            &call.input,
            "Tables",
            rows,
            |row| json!({ "schema": row.first(), "name": row.get(1), "type": row.get(2) }),
        )
    })
}

pub(super) fn describe_table(cloud: Arc<Cloud>, call: Call) -> BoxFuture<'static, Answer> {
    let query = Query::new(
        "select schema_name, table_name, column_name, data_type, is_nullable, character_maximum_length, \
         numeric_precision, numeric_scale, column_default from svv_all_columns",
    )
    .equals("database_name", call.input.text("Database"))
    .equals("schema_name", call.input.text("Schema"))
    .equals("table_name", call.input.text("Table"));
    Box::pin(async move {
        let rows = query.order(&["schema_name", "table_name", "ordinal_position"]).run(&cloud, &call).await?;
        let mut answer = listed(&call.input, "ColumnList", rows, column)?;
        if let (Some(answer), Some(table)) = (answer.as_object_mut(), call.input.text("Table")) {
            answer.insert("TableName".to_owned(), json!(table));
        }
        Ok(answer)
    })
}

/// A row of the catalog, as text.
type Row = Vec<Option<String>>;

/// A query of the catalog.
struct Query {
    text: String,
    conditions: Vec<String>,
}

impl Query {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), conditions: Vec::new() }
    }

    fn equals(mut self, column: &str, value: Option<&str>) -> Self {
        self.conditions.extend(value.map(|value| format!("{column} = {}", quoted(value))));
        self
    }

    fn like(mut self, column: &str, pattern: Option<&str>) -> Self {
        self.conditions.extend(pattern.map(|pattern| format!("{column} like {}", quoted(pattern))));
        self
    }

    fn order(mut self, columns: &[&str]) -> Self {
        if !self.conditions.is_empty() {
            self.text.push_str(&format!(" where {}", self.conditions.join(" and ")));
        }
        self.text.push_str(&format!(" order by {}", columns.join(", ")));
        self
    }

    /// Runs the query as the request's caller, on a thread of its own.
    async fn run(self, cloud: &Arc<Cloud>, call: &Call) -> Result<Vec<Row>, Refusal> {
        let (target, caller) =
            cloud.at_once(&call.region, &call.access_key, |cx| submit::target(cx, &call.input))?;
        let warehouse = Arc::clone(&cloud.network.warehouse);
        let work = move || {
            let mut session = running::open(&warehouse, &target, &caller)?;
            session.execute(&self.text, &Parameters::None)
        };
        let outcome = tokio::task::spawn_blocking(work).await;
        let outcome =
            outcome.map_err(|_| Refusal::internal("the thread of a query of the catalog has died"))?;
        match outcome.map_err(|error| invalid(text(&error)))? {
            Outcome::Rows { rows, .. } => {
                Ok(rows.into_iter().map(|row| row.iter().map(Sql::text).collect()).collect())
            }
            Outcome::Command { .. } | Outcome::Empty => Ok(Vec::new()),
        }
    }
}

fn column(row: &Row) -> Value {
    let at = |index: usize| row.get(index).cloned().flatten();
    let number = |index: usize| at(index).and_then(|text| text.parse::<i64>().ok());
    let kind = at(3).unwrap_or_default();
    json!({
        "schemaName": at(0),
        "tableName": at(1),
        "name": at(2),
        "label": at(2),
        "typeName": kind,
        "nullable": i64::from(at(4).is_none_or(|text| text != "NO")),
        "length": number(5).or(number(6)).unwrap_or_default(),
        "precision": number(6).or(number(5)).unwrap_or_default(),
        "scale": number(7).unwrap_or_default(),
        "isCaseSensitive": kind.contains("char"),
        "isCurrency": false,
        "isSigned": number(6).is_some(),
        "columnDefault": at(8),
    })
}

fn listed(input: &Value, member: &str, rows: Vec<Row>, describe: impl Fn(&Row) -> Value) -> Answer {
    let keyed = rows.iter().enumerate().map(|(index, row)| (format!("{index:012}"), describe(row)));
    let size = input.size("MaxResults").filter(|size| *size > 0);
    let bad = |_| invalid("The pagination token is not valid.");
    let page = page(keyed, input.text("NextToken"), size.unwrap_or(100)).map_err(bad)?;
    Ok(json!({ member: page.rows, "NextToken": page.next }))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
