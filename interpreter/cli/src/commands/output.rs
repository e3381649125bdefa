//! `rsx output`: what a spec puts out, and how its clients get in; from the state alone.

use rsx_engine::design::{Design, Spec};
use rsx_engine::status::recall;
use rsx_lang::suggest::nearest;
use serde_json::{Map, Value, json};

use crate::args::stack::Output;
use crate::doors::doors;
use crate::exit::{Ending, Failure, Outcome};
use crate::place::Whose;
use crate::planning;
use crate::report::audience::Audience;
use crate::report::style::padded;
use crate::report::values;
use crate::stack::Stack;
use crate::{runtime, terminal};

/// The output that tells of logins and their secrets.
const LOGINS: &str = "logins";
/// The output that tells of every way in.
const ENDPOINTS: &str = "endpoints";

/// Shows one output or all.
pub(crate) fn output(options: &Output) -> Outcome {
    runtime::block_on(told(options))
}

async fn told(options: &Output) -> Outcome {
    let audience = Audience::People;
    let (stack, mut design) = Stack::open_without_secrets(&options.file, &options.stack.inputs, audience)?;
    stack.refuse_backend(&design, audience)?;
    let whose = Whose::offline(&stack, options.stack.local);
    let state = planning::load(&whose.store(&stack)).await?;
    if state.entries.is_empty() {
        let file = options.file.display();
        return Err(Failure::Wrong(format!("nothing of {file} is there yet: `rsx run` makes it")));
    }
    if whose == Whose::Local && !options.stack.local {
        terminal::tell("note: this is on the local cloud; nothing was made on AWS\n");
    }
    recall(&mut design, &state);
    let outputs = outputs(&design);
    let text = match &options.name {
        Some(name) => one(&outputs, name, options)?,
        None => all(&outputs, options),
    };
    terminal::print(&text);
    Ok(Ending::Done)
}

/// Returns host, port, database and logins, and what the spec puts out, which comes first where a name is used twice.
fn outputs(design: &Spec) -> Map<String, Value> {
    let doors = doors(design);
    let mut outputs = Map::new();
    let first = doors.first().map(|door| door.json()).unwrap_or_default();
    for name in ["host", "port", "database"] {
        outputs.insert(name.into(), first.get(name).cloned().unwrap_or_default());
    }
    for (name, value) in design.outputs() {
        outputs.insert(name.to_string(), values::json(design.units(), &value));
    }
    let ways = doors.iter().map(|door| door.json()).collect::<Vec<_>>();
    outputs.entry(LOGINS).or_insert_with(|| logins(&ways));
    outputs.entry(ENDPOINTS).or_insert_with(|| ways.into());
    outputs
}

/// Returns each login once, with the secret that holds its password and the address where it is used.
fn logins(ways: &[Value]) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for way in ways {
        for login in way.get("logins").and_then(Value::as_array).into_iter().flatten() {
            let known = all.iter().any(|other| other.get("arn") == login.get("arn"));
            if let (false, Value::Object(fields)) = (known, login) {
                let mut fields = fields.clone();
                fields.insert("address".into(), way.get("address").cloned().unwrap_or_default());
                all.push(fields.into());
            }
        }
    }
    all.into()
}

fn one(outputs: &Map<String, Value>, name: &str, options: &Output) -> Result<String, Failure> {
    let value = outputs.get(name).ok_or_else(|| Failure::Wrong(unknown(outputs, name)))?;
    Ok(match (options.results.is_json(), options.shell) {
        (true, _) => format!("{value:#}\n"),
        (false, true) => format!("{name}={}\n", values::word(value)),
        (false, false) => format!("{}\n", values::bare(value)),
    })
}

fn all(outputs: &Map<String, Value>, options: &Output) -> String {
    if options.results.is_json() {
        return format!("{:#}\n", json!({ "format": 1, "outputs": outputs }));
    }
    if options.shell {
        return outputs.iter().map(|(name, value)| format!("{name}={}\n", values::word(value))).collect();
    }
    let shown = || outputs.iter().filter(|(name, _)| *name != LOGINS && *name != ENDPOINTS);
    let width = shown().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let values = shown().map(|(name, value)| format!("{} = {value}\n", padded(name, width)));
    values.chain(outputs.get(LOGINS).map(login_lines)).collect()
}

/// A line for each login: where it is used, who it is, which secret holds the password.
fn login_lines(logins: &Value) -> String {
    let logins = logins.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |login: &Value, name| login.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let width = |name| logins.iter().map(|login| text(login, name).chars().count()).max().unwrap_or(0);
    let (addresses, users) = (width("address"), width("user"));
    let line = |login: &Value| {
        let (address, user, secret) = (text(login, "address"), text(login, "user"), text(login, "secret"));
        format!("  {}  {}  {secret}\n", padded(&address, addresses), padded(&user, users))
    };
    let lines: String = logins.iter().map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nlogins, and the secrets that hold their passwords\n{lines}")
    }
}

fn unknown(outputs: &Map<String, Value>, name: &str) -> String {
    match nearest(name, outputs.keys().map(String::as_str)) {
        Some(near) => format!("there is no output `{name}`; did you mean `{near}`?"),
        None => {
            let names: Vec<_> = outputs.keys().map(String::as_str).collect();
            format!("there is no output `{name}`; there are {}", names.join(", "))
        }
    }
}
