//! A plan for people: step by step, by declaration, with reasons, changes, time and cost.

use std::borrow::Cow;

use indexmap::IndexMap;
use rsx_engine::event::{Action, Reason};
use rsx_engine::plan::{Change, Class, Plan, Step};

use crate::report::counts::counted;
use crate::report::excerpt;
use crate::report::measures::{money, time};
use crate::report::paper::Paper;
use crate::report::style::Style;

/// How many bytes are written at once.
const SHEET: usize = 64 * 1024;
/// What stands below a step.
const DEEP: &str = "      ";
/// How that goes on.
const DEEPER: &str = "        ";

/// Writes a plan, sheet by sheet: whoever reads a long one begins before its end is put into words.
pub(crate) fn write(plan: &Plan, title: &str, paper: Paper, write: impl Fn(&str)) {
    if plan.is_empty() {
        return write(&format!("{title}: nothing to do\n"));
    }
    let paint = paper.paint;
    let mut sheet = paper.hung("", &paint.of(Style::Strong, &headline(plan, title)), "  ");
    for (declaration, steps) in by_declaration(&plan.steps) {
        sheet.push_str(&format!("\n{}\n", paint.of(Style::Strong, declaration)));
        for one in steps {
            step(&mut sheet, one, paper);
        }
        if sheet.len() >= SHEET {
            write(&sheet);
            sheet.clear();
        }
    }
    write(&sheet);
}

/// `airline: 3 to create, 1 to update; about 12min, +2160.00usd a month`
pub(crate) fn headline(plan: &Plan, title: &str) -> String {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for step in &plan.steps {
        *counts.entry(verb(step.action)).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(verb, n)| format!("{n} to {verb}")).collect();
    let cost: f64 = plan.steps.iter().filter_map(|step| step.usd_month).sum();
    let unpriced = plan.steps.iter().filter(|step| step.unpriced).count();
    let besides = format!("{} without a price for this region", counted(unpriced, "step"));
    let cost = match (cost.abs() < 0.005, unpriced) {
        (true, 0) => String::new(),
        (false, 0) => format!(", {} a month", money(cost)),
        (true, _) => format!(", {besides}"),
        (false, _) => format!(", {} a month besides {besides}", money(cost)),
    };
    format!("{title}: {}; about {}{cost}", counts.join(", "), time(plan.seconds))
}

fn by_declaration(steps: &[Step]) -> IndexMap<&str, Vec<&Step>> {
    let mut groups: IndexMap<&str, Vec<&Step>> = IndexMap::new();
    for step in steps {
        let end = step.address.find('.').unwrap_or(step.address.len());
        groups.entry(step.address.get(..end).unwrap_or("")).or_default().push(step);
    }
    groups
}

fn step(out: &mut String, step: &Step, paper: Paper) {
    let paint = paper.paint;
    let (mark, style) = mark(step.action);
    let head = ["  ", &paint.pad(style, &[mark, " ", verb(step.action)].concat(), 11), " "].concat();
    let beside = |style, text: &str| match text {
        "" => String::new(),
        text => ["  ", &paint.of(style, text)].concat(),
    };
    let class = match step.class {
        Class::Interrupts | Class::DestroysData => step.class.as_str(),
        Class::Read | Class::Create | Class::Update | Class::Replace | Class::Delete => "",
    };
    let class = beside(Style::Danger, class);
    let facts = beside(Style::Faint, &facts(step).join(", "));
    paper.hang(out, &head, &[&step.address, &class, &facts], DEEPER);
    let [before, after] = paint.around(Style::Faint);
    for reason in &step.because {
        // `it is declared and not there (prod.rsx:12)`
        let (text, line) = (because(reason, &step.changes), reason.at.line.to_string());
        paper.hang(out, DEEP, &[before, &text, " (", &reason.at.file, ":", &line, ")", after], DEEPER);
    }
    if matches!(step.action, Action::Create | Action::Sql) {
        return;
    }
    for one in &step.changes {
        let is_told = step.because.iter().any(|reason| reason.field.as_ref() == Some(&one.field));
        if !is_told {
            paper.hang(out, DEEP, &[&change(one)], DEEPER);
        }
    }
}

/// What a step takes and costs, if it is worth a word.
fn facts(step: &Step) -> Vec<String> {
    let takes = (step.seconds >= 1.0).then(|| time(step.seconds));
    let costs = step.usd_month.filter(|cost| cost.abs() >= 0.005);
    takes.into_iter().chain(costs.map(|cost| format!("{} a month", money(cost)))).collect()
}

/// Words a reason: of long values what differs, of a long statement how it begins.
fn because<'r>(reason: &'r Reason, changes: &[Change]) -> Cow<'r, str> {
    let mut text = Cow::Borrowed(reason.text.as_str());
    if let Some(quoted) = &reason.quotes {
        text = text.replacen(quoted.as_str(), &excerpt::of_one(quoted), 1).into();
    }
    let told = reason.field.as_ref().and_then(|field| changes.iter().find(|change| change.field == *field));
    if let Some(Change { before: Some(before), after: Some(after), .. }) = told
        && let Some((head, rest)) = text.split_once(before.as_str())
        && let Some((middle, tail)) = rest.split_once(after.as_str())
    {
        let (before, after) = excerpt::of_both(before, after);
        text = format!("{head}{before}{middle}{after}{tail}").into();
    }
    text
}

fn change(change: &Change) -> String {
    let [before, after] = [&change.before, &change.after].map(|side| side.as_deref().unwrap_or("none"));
    let (before, after) = excerpt::of_both(before, after);
    format!("{}: {before} → {after}", change.field)
}

/// What a step does, as a verb.
pub(crate) fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Read => "read",
        Action::Sql => "run",
        Action::Adopt => "adopt",
        Action::Verify => "verify",
    }
}

fn mark(action: Action) -> (&'static str, Style) {
    match action {
        Action::Create | Action::Sql | Action::Adopt => ("+", Style::Good),
        Action::Update => ("~", Style::Change),
        Action::Replace => ("±", Style::Change),
        Action::Delete => ("-", Style::Danger),
        Action::Read | Action::Verify => ("?", Style::Faint),
    }
}
