//! Values and types in words: what something comes to in each env, in which units, and when that is known.

use rsx_lang::dimension::{Dimension, Units};
use rsx_lang::instance::InstanceId;
use rsx_lang::model::Model;
use rsx_lang::program::Program;
use rsx_lang::show::{show_type, show_with};
use rsx_lang::term::{Term, TermKind};
use rsx_lang::types::Type;
use rsx_lang::value::{Phase, Value};
use rsx_syntax::ast::Fraction;

use crate::snapshot::Snapshot;

/// How long a value may be that is shown whole, in characters.
const LONGEST: usize = 400;

/// Returns a type as it would be written.
pub(crate) fn type_name(program: &Program, ty: &Type) -> String {
    show_type(&program.units, &|id| program.kind(id).map(|kind| kind.name.clone()).unwrap_or_default(), ty)
}

/// Returns what something comes to, in each env where they differ, and when it is known; a line of Markdown for each.
pub(crate) fn values(snapshot: &Snapshot, of: impl Fn(&Model) -> Option<Value>) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for model in snapshot.models() {
        let Some(value) = of(model) else { continue };
        // What went wrong with it has been told already.
        drop(model.take_problems());
        let line = shown(model, &value);
        let env = model.env().map_or("", |env| env.as_str());
        match lines.iter_mut().find(|(other, _)| *other == line) {
            Some((_, envs)) => envs.push(env),
            None => lines.push((line, vec![env])),
        }
    }
    let is_one = lines.len() == 1;
    lines
        .into_iter()
        .map(|(line, envs)| if is_one { line } else { format!("{}: {line}", envs.join(", ")) })
        .collect()
}

fn shown(model: &Model, value: &Value) -> String {
    let text = show_with(model.units(), &|id| model.address(id).to_string(), value);
    let text = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text,
    };
    let known = match value {
        Value::Pending(pending) => match pending.phase {
            Phase::Now => "",
            Phase::World => "known after a look",
            Phase::Run => "known after a run",
        },
        Value::Unknown => "in error",
        _ if value.is_known() => "",
        Value::None
        | Value::Bool(_)
        | Value::Number(..)
        | Value::Char(_)
        | Value::Text(_)
        | Value::Cidr(_)
        | Value::Ip(_)
        | Value::Range(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Variant(..)
        | Value::Instance(_)
        | Value::Secret(_) => "some of it known later",
    };
    match (known, conversions(model.units(), value)) {
        ("", others) if others.is_empty() => format!("`{text}`"),
        ("", others) => format!("`{text}` = {}", others.join(" = ")),
        (known, _) if matches!(value, Value::Pending(_) | Value::Unknown) => known.to_owned(),
        (known, _) => format!("`{text}`, {known}"),
    }
}

/// Returns a quantity in every other unit of its dimension.
pub(crate) fn conversions(units: &Units, value: &Value) -> Vec<String> {
    let Value::Number(number, dimension) = value else { return Vec::new() };
    let same = units.units.iter().filter(|(_, unit)| Dimension::of(unit.base) == *dimension);
    let all = same.map(|(name, unit)| format!("`{}{name}`", decimal(*number / unit.factor)));
    let written = format!("`{}`", rsx_lang::show::show_number(units, *number, *dimension));
    all.filter(|one| *one != written).collect()
}

/// Writes a number with at most four digits behind the point.
fn decimal(number: Fraction) -> String {
    if number.is_integer() {
        return number.to_integer().to_string();
    }
    let scaled = (number * Fraction::from_integer(10_000)).round().to_integer();
    let (whole, rest) = (scaled / 10_000, (scaled % 10_000).abs());
    format!("{whole}.{rest:04}").trim_end_matches('0').to_owned()
}

/// Returns what an expression comes to in a model; nothing for one that speaks of the variables of loops around it.
pub(crate) fn value(model: &Model, term: &Term, me: Option<InstanceId>) -> Option<Value> {
    let mut is_open = false;
    term.visit(&mut |part| is_open |= matches!(part.kind, TermKind::Local(_) | TermKind::Error));
    // The model's own term, which it may remember by its place.
    (!is_open).then(|| model.value(term, me))
}
