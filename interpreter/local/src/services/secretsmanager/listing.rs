//! Listing of secrets by filters.

use serde_json::{Value, json};

use super::Secret;
use super::secret::{stages, summary};
use super::version::bad_token;
use crate::call::{Answer, Cx};
use crate::input::Input;
use crate::page::page;

pub(super) fn list(cx: &mut Cx<'_>, input: &Value) -> Answer {
    let state = &mut cx.here.secretsmanager;
    let waits_too = input.flag("IncludePlannedDeletion") == Some(true);
    for name in state.secrets.keys() {
        // Only a listing that shows the secrets to be deleted looks at them.
        if waits_too {
            state.settle(&name, cx.clock);
        }
    }
    let is_meant = |secret: &&Secret| {
        (waits_too || secret.deletion.is_none())
            && input.list("Filters").iter().all(|filter| passes(secret, filter))
    };
    let mut rows: Vec<_> = state.secrets.values().filter(is_meant).map(row).collect();
    if input.text("SortOrder") == Some("desc") {
        rows.reverse();
    }
    // Pages go by position, since they may run backwards.
    let rows = rows.into_iter().enumerate().map(|(position, row)| (format!("{position:09}"), row));
    let size = input.size("MaxResults").unwrap_or(100);
    let page = page(rows, input.text("NextToken"), size).map_err(bad_token)?;
    Ok(json!({ "SecretList": page.rows, "NextToken": page.next }))
}

fn row(secret: &Secret) -> Value {
    let mut row = summary(secret);
    row.insert("SecretVersionsToStages".to_owned(), stages(secret));
    Value::Object(row)
}

/// Values match by prefix; `!` before one turns it round.
fn passes(secret: &Secret, filter: &Value) -> bool {
    let found = fields(secret, filter.text("Key").unwrap_or_default());
    let has = |prefix: &str| found.iter().any(|text| text.starts_with(prefix));
    filter.texts("Values").iter().any(|value| match value.strip_prefix('!') {
        Some(prefix) => !has(prefix),
        None => has(value),
    })
}

fn fields(secret: &Secret, key: &str) -> Vec<String> {
    let (keys, values): (Vec<_>, Vec<_>) =
        secret.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).unzip();
    let text = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    match key {
        "name" => vec![secret.name.clone()],
        "description" => text(&secret.description),
        "owning-service" => text(&secret.owner),
        "tag-key" => keys,
        "tag-value" => values,
        "all" => [vec![secret.name.clone()], text(&secret.description), keys, values].concat(),
        _ => Vec::new(),
    }
}
