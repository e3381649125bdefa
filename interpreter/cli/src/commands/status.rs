//! `rsx status`: what is there, and what differs from the spec.

use rsx_engine::design::Design;
use rsx_engine::plan::Change;
use rsx_engine::provider::Reading;
use rsx_engine::status::{Finding, Report, status as reports};
use rsx_engine::survey::Refresh;
use serde_json::json;

use crate::args::stack::Status;
use crate::exit::{Ending, Outcome};
use crate::place::Place;
use crate::planning;
use crate::report::audience::Audience;
use crate::report::counts::counted;
use crate::report::paper::Paper;
use crate::report::style::{Style, padded};
use crate::signals::Stopping;
use crate::stack::Stack;
use crate::{left_behind, runtime, terminal};

/// What differs of a resource stands below its address.
const DEEP: &str = "           ";
/// How a line goes on.
const DEEPER: &str = "             ";

/// Shows how every resource stands.
pub(crate) fn status(options: &Status) -> Outcome {
    runtime::block_on(async { Stopping::listen()?.unless(looked(options)).await? })
}

async fn looked(options: &Status) -> Outcome {
    let audience = Audience::People;
    let (stack, mut design) = Stack::open(&options.file, &options.stack.inputs, audience)?;
    stack.refuse_backend(&design, audience)?;
    let place = Place::open(&stack, &design, options.stack.local, audience).await?;
    let state = left_behind::state(&stack, &design, place.whose, audience).await?;
    let opening = planning::scene(&stack, &place, design.home(), &state, planning::quiet(), audience);
    let scene = opening.await?;
    let survey = planning::look(&scene, &mut design, &state, options.looking.refresh(), audience).await?;
    let reports = reports(&mut design, &state, &survey.facts);
    match options.results.is_json() {
        true => terminal::print(&format!("{:#}\n", json!({ "format": 1, "resources": reports }))),
        false => {
            let is_asleep = |report: &&Report| {
                let kind = scene.provider.kind(&report.kind);
                kind.is_some_and(|kind| kind.reading() == Reading::Wakes)
            };
            let asleep = match options.looking.refresh() {
                Refresh::None | Refresh::Control => reports.iter().filter(is_asleep).count(),
                Refresh::Data => 0,
            };
            terminal::print(&table(&reports, asleep, terminal::paper()));
        }
    }
    place.close()?;
    Ok(Ending::Done)
}

/// Aligns addresses, kinds, ids and findings; what differs stands below. So many are asleep: they stand as last seen.
fn table(reports: &[Report], asleep: usize, paper: Paper) -> String {
    if !reports.is_empty() && reports.iter().all(|report| report.finding == Finding::Absent) {
        let all = counted(reports.len(), "resource");
        return format!("nothing of this stack is there: {all} to be made\n");
    }
    let id = |report: &Report| report.id.as_ref().map_or_else(|| "-".to_owned(), |id| id.0.to_string());
    let widest = |text: &dyn Fn(&Report) -> usize| reports.iter().map(text).max().unwrap_or(0);
    let addresses = widest(&|report| report.address.chars().count());
    let kinds = widest(&|report| report.kind.chars().count());
    let mut out = String::new();
    for report in reports {
        let (word, style, changes) = words(&report.finding);
        let word = format!("{} ", paper.paint.pad(style, &word, 10));
        let (address, kind) = (padded(&report.address, addresses), padded(&report.kind, kinds));
        let row = format!("{address}  {kind}  {}", id(report));
        out.push_str(&paper.hung(&word, &row, DEEPER));
        for Change { field, before, after } in changes {
            let [before, after] = [before, after].map(|side| side.as_deref().unwrap_or("none"));
            let change = format!("{field}: {before} is there, {after} is wanted");
            out.push_str(&paper.hung(DEEP, &change, DEEPER));
        }
    }
    let differing = reports.iter().filter(|report| report.finding != Finding::Present).count();
    let mut sum = match (reports.len(), differing) {
        (0, _) => "nothing is declared, and nothing is there".to_owned(),
        (all, 0) => format!("{all} resources, all as the spec says"),
        (all, differing) => format!("{all} resources, {differing} not as the spec says"),
    };
    if asleep > 0 {
        sum.push_str(&format!("; {asleep} stand as last seen, since only SQL tells: --probe asks"));
    }
    out.push_str(&paper.hung("", &sum, ""));
    out
}

fn words(finding: &Finding) -> (String, Style, &[Change]) {
    match finding {
        Finding::Present => ("present".into(), Style::Good, &[]),
        Finding::Absent => ("absent".into(), Style::Faint, &[]),
        Finding::Missing => ("missing".into(), Style::Danger, &[]),
        Finding::Differs { changes } => ("differs".into(), Style::Change, changes),
        Finding::Undeclared => ("undeclared".into(), Style::Change, &[]),
        Finding::Open { word } => (word.clone(), Style::Change, &[]),
    }
}
