//! What people read when a run is over: what was done, what was proved, and how to go on.

use indexmap::IndexMap;
use rsx_engine::design::{Design, Spec};
use rsx_engine::event::{Proved, Summary};
use rsx_engine::provider::Counted;
use rsx_engine::run::Outcome;
use rsx_lang::show::show;

use crate::args::local::PORT;
use crate::doors::{Door, doors, secret_name};
use crate::report::counts::counted;
use crate::report::measures::time;
use crate::report::style::padded;
use crate::stack::Stack;

/// Sums up a run.
pub(crate) fn after_run(stack: &Stack, design: &Spec, outcome: &Outcome, local: bool) -> String {
    let mut out = headline(&outcome.summary);
    for proved in &outcome.summary.balancers {
        out.push_str(&proof(proved));
    }
    if !outcome.summary.ok {
        return out;
    }
    let outputs = design.outputs();
    let width = outputs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    if !outputs.is_empty() {
        out.push('\n');
    }
    for (name, value) in &outputs {
        out.push_str(&format!("{} = {}\n", padded(name, width), show(design.units(), value)));
    }
    let has_login = |door: &&Door| !door.is_shared() || !door.logins().is_empty();
    if let Some(door) = doors(design).iter().filter(has_login).find(|door| door.is_open()) {
        out.push_str(&onwards(stack, door, local));
    }
    out
}

/// Sums up a destruction, with what outlasts it.
pub(crate) fn after_destroy(outcome: &Outcome, remains: &[String]) -> String {
    let mut out = headline(&outcome.summary);
    if outcome.summary.ok && !remains.is_empty() {
        out.push_str("\nwhat remains:\n");
        out.extend(remains.iter().map(|one| format!("  {one}\n")));
    }
    out
}

/// `done in 4.2s: 84 created`
fn headline(summary: &Summary) -> String {
    let counts = [
        (summary.created, "created"),
        (summary.updated, "updated"),
        (summary.replaced, "replaced"),
        (summary.deleted, "deleted"),
        (summary.adopted, "adopted"),
        (summary.failed, "failed"),
        (summary.unfinished, "under way"),
        (summary.skipped, "skipped"),
    ];
    let counted =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let counted: Vec<_> = counted.collect();
    let word = match (summary.stopped, summary.ok) {
        (true, _) => "stopped",
        (false, true) => "done",
        (false, false) => "not done",
    };
    let what = if counted.is_empty() { "nothing changed".into() } else { counted.join(", ") };
    let next = if summary.ok { "" } else { "; what was done is kept, run again to go on" };
    format!("{word} in {}: {what}{next}\n", time(summary.seconds))
}

fn proof(proved: &Proved) -> String {
    let Proved { address, host, port, answered, counted, note } = proved;
    let said = match answered {
        None => "not proved".to_owned(),
        Some(names) if names.is_empty() => "nobody answered".to_owned(),
        Some(names) => format!("answered by {}", names.join(", ")),
    };
    let counted = counts(counted).into_iter().map(|line| format!("\n  {line}")).collect::<String>();
    let note = note.as_ref().map(|note| format!("\n  {note}")).unwrap_or_default();
    format!("{address}  {host}:{port}  {said}{counted}{note}\n")
}

/// How many rows each sees: one line of what all see alike, else one for each.
fn counts(all: &[Counted]) -> Vec<String> {
    let mut of: IndexMap<&str, Vec<&Counted>> = IndexMap::new();
    for one in all {
        of.entry(&one.of).or_default().push(one);
    }
    let mut lines = Vec::new();
    for (of, all) in of {
        let line = |who: &str, rows| format!("{who} counts {} in {of}", counted(rows, "row"));
        match all.as_slice() {
            [] => {}
            [first, others @ ..] if others.iter().all(|other| other.rows == first.rows) => {
                let each = if others.is_empty() { first.by.as_str() } else { "each" };
                lines.push(line(each, first.rows));
            }
            [..] => lines.extend(all.iter().map(|one| line(&one.by, one.rows))),
        }
    }
    lines
}

/// How to ask by hand.
fn onwards(stack: &Stack, door: &Door, local: bool) -> String {
    let (spec, address) = (stack.path.display(), &door.address);
    let env = stack.inputs.env.as_ref().map(|env| format!(" --env {env}")).unwrap_or_default();
    let local_option = if local { " --local" } else { "" };
    let quote = if address.contains('[') { "'" } else { "" };
    let mut out =
        format!("\n  rsx sql {spec} {quote}{address}{quote}{env}{local_option} -c \"select current_user\"\n");
    let login =
        if door.is_shared() { door.logins().into_iter().next() } else { door.logins().into_iter().nth(1) };
    if let (Some((user, secret)), Some(host), Some(port), Some(database)) =
        (login, door.host(), door.port(), door.database())
    {
        out.push_str(&format!(
            "  psql \"host={host} port={port} dbname={database} user={user} sslmode=require\"\n"
        ));
        let mut aws = "aws".to_owned();
        if local {
            let folder = stack.home().join("local");
            out.push_str(&format!(
                "    first open its ports again, in another terminal: rsx local serve --data {}\n",
                folder.display()
            ));
            aws = format!(
                "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws --endpoint-url http://127.0.0.1:{PORT}"
            );
        }
        out.push_str(&format!(
            "    its password: {aws} --region {} secretsmanager get-secret-value --secret-id {} --query SecretString --output text\n",
            stack.region,
            secret_name(&secret)
        ));
    }
    out
}
