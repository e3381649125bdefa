//! A plan for people: step by step, by declaration, with reasons, changes, time and cost.

use indexmap::IndexMap;
use rsx_engine::event::{Action, Reason};
use rsx_engine::plan::{Change, Class, Plan, Step};

use crate::report::counts::counted;
use crate::report::excerpt;
use crate::report::measures::{money, time};
use crate::report::paper::Paper;
use crate::report::style::Style;

/// What stands below a step.
const DEEP: &str = "      ";
/// How that goes on.
const DEEPER: &str = "        ";

/// Renders a plan.
pub(crate) fn render(plan: &Plan, title: &str, paper: Paper) -> String {
    if plan.is_empty() {
        return format!("{title}: nothing to do\n");
    }
    let paint = paper.paint;
    let mut out = paper.hung("", &paint.of(Style::Strong, &headline(plan, title)), "  ");
    for (declaration, steps) in by_declaration(&plan.steps) {
        out.push_str(&format!("\n{}\n", paint.of(Style::Strong, declaration)));
        for one in steps {
            step(&mut out, one, paper);
        }
    }
    out
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
    let class = match step.class {
        Class::Interrupts | Class::DestroysData => {
            format!("  {}", paint.of(Style::Danger, step.class.as_str()))
        }
        Class::Read | Class::Create | Class::Update | Class::Replace | Class::Delete => String::new(),
    };
    let mut facts = Vec::new();
    if step.seconds >= 1.0 {
        facts.push(time(step.seconds));
    }
    if let Some(cost) = step.usd_month.filter(|cost| cost.abs() >= 0.005) {
        facts.push(format!("{} a month", money(cost)));
    }
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!("  {}", paint.of(Style::Faint, &facts.join(", ")))
    };
    let head = format!("{mark} {}", verb(step.action));
    let head = format!("  {} ", paint.pad(style, &head, 11));
    out.push_str(&paper.hung(&head, &format!("{}{class}{facts}", step.address), DEEPER));
    for reason in &step.because {
        out.push_str(&paper.hung(DEEP, &paint.of(Style::Faint, &because(reason, &step.changes)), DEEPER));
    }
    for one in &step.changes {
        let is_told = step.because.iter().any(|reason| reason.field.as_ref() == Some(&one.field));
        if !is_told && !matches!(step.action, Action::Create | Action::Sql) {
            out.push_str(&paper.hung(DEEP, &change(one), DEEPER));
        }
    }
}

/// `it is declared and not there (prod.rsx:12)`; of long values what differs, of a long statement how it begins.
fn because(reason: &Reason, changes: &[Change]) -> String {
    let mut text = reason.text.clone();
    if let Some(quoted) = &reason.quotes {
        text = text.replacen(quoted.as_str(), &excerpt::of_one(quoted), 1);
    }
    let told = changes.iter().find(|change| reason.field.as_ref() == Some(&change.field));
    if let Some(Change { before: Some(before), after: Some(after), .. }) = told
        && let Some((head, rest)) = text.split_once(before.as_str())
        && let Some((middle, tail)) = rest.split_once(after.as_str())
    {
        let (before, after) = excerpt::of_both(before, after);
        text = format!("{head}{before}{middle}{after}{tail}");
    }
    format!("{text} ({}:{})", reason.at.file, reason.at.line)
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

fn mark(action: Action) -> (char, Style) {
    match action {
        Action::Create | Action::Sql | Action::Adopt => ('+', Style::Good),
        Action::Update => ('~', Style::Change),
        Action::Replace => ('±', Style::Change),
        Action::Delete => ('-', Style::Danger),
        Action::Read | Action::Verify => ('?', Style::Faint),
    }
}
