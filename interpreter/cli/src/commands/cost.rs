//! `rsx cost`: what a month costs, by the library's own reckoning: questions to it in its own words.

use rsx_lang::inputs::Demand;
use rsx_lang::model::Model;
use rsx_lang::value::{Record, Value};
use serde_json::{Value as Json, json};

use crate::args::stack::Cost;
use crate::exit::{Ending, Failure, Outcome};
use crate::report::audience::Audience;
use crate::report::measures::amount;
use crate::report::paper::Paper;
use crate::report::style::padded;
use crate::stack::refuse_misuse;
use crate::{terminal, world};

/// What the reckoning leaves out, because it depends on use.
const LEFT_OUT: [&str; 4] = [
    "storage and backups, by the GB",
    "traffic between zones and out of AWS",
    "capacity units of balancers",
    "secrets, keys and taxes",
];

/// How many columns an amount takes, with the blanks before it.
const AMOUNT: usize = 17;
/// How many columns what is paid for takes at least.
const LEAST: usize = 24;

/// Shows the reckoning, line by line. A spec with errors is reckoned as far as it goes: that is what shows why a budget
/// does not hold.
pub(crate) fn cost(options: &Cost) -> Outcome {
    let inputs = world::inputs(&options.stack.inputs)?;
    let analysis = world::analysis(&options.file, &inputs)?;
    refuse_misuse(&options.file, &analysis, &inputs)?;
    Audience::People.tell(&analysis.diagnostics, &analysis.sources);
    let missing = if analysis.has_errors() { Vec::new() } else { analysis.missing(Demand::AllButSecrets) };
    Audience::People.tell(&missing, &analysis.sources);
    let asked = world::asked(&options.file, QUESTIONS, &inputs);
    let reckoning = asked.models.first().filter(|_| missing.is_empty()).and_then(Reckoning::of);
    let reckoning = reckoning.ok_or_else(|| match analysis.has_errors() || !missing.is_empty() {
        true => Failure::Told,
        false => Failure::Wrong("what this costs can't be known before a look at what is there".into()),
    })?;
    terminal::print(&if options.results.is_json() {
        format!("{:#}\n", reckoning.json())
    } else {
        reckoning.lines(terminal::paper())
    });
    Ok(if analysis.has_errors() { Ending::Errors } else { Ending::Done })
}

/// Asks what the library reckons.
const QUESTIONS: &str = "\
output reckoned_terms = [for t in terms: { of = address(t.of), what = t.what, usd = t.usd }]
output reckoned_base = usd_at_base
output reckoned_maximum = usd_at_maximum
output reckoned_with_price = has_price
";

/// What a month costs.
struct Reckoning {
    terms: Vec<Term>,
    /// With every workgroup at its base capacity while it is busy, in USD.
    base: f64,
    /// With every workgroup at its maximum.
    maximum: f64,
    /// Whether the library has a price for the region.
    is_priced: bool,
}

/// One line of the reckoning.
struct Term {
    of: String,
    what: String,
    usd: f64,
}

impl Reckoning {
    fn of(model: &Model) -> Option<Self> {
        let outputs = model.outputs();
        let output =
            |name: &str| outputs.iter().find(|output| output.name == name).map(|output| &output.value);
        let terms = output("reckoned_terms")?.as_list()?.iter().map(Term::of).collect::<Option<_>>()?;
        let (base, maximum) = (amount(output("reckoned_base")?)?, amount(output("reckoned_maximum")?)?);
        Some(Self { terms, base, maximum, is_priced: output("reckoned_with_price")?.as_bool()? })
    }

    fn lines(&self, paper: Paper) -> String {
        if !self.is_priced {
            return "the library has no price for this region, so nothing can be reckoned\n".to_owned();
        }
        let longest = self.terms.iter().map(|term| term.what.chars().count()).max().unwrap_or(0);
        let room = paper.width.map_or(longest, |width| longest.min(width.saturating_sub(AMOUNT))).max(LEAST);
        let row = |what: &str, usd: f64| row(Paper { width: Some(room), ..paper }, room, what, usd);
        let mut out: String = self.terms.iter().map(|term| row(&term.what, term.usd)).collect();
        out.push_str(&format!("{}\n", "-".repeat(room + AMOUNT)));
        out.push_str(&row("a month, at base", self.base));
        out.push_str(&row("a month, at maximum", self.maximum));
        out.push('\n');
        out.push_str(&paper.hung("", &format!("not in it: {}", LEFT_OUT.join("; ")), "  "));
        let source = "list prices without discounts: std/prices/redshift.rsx says from where";
        out.push_str(&paper.hung("", source, "  "));
        out
    }

    fn json(&self) -> Json {
        let term = |term: &Term| json!({ "of": term.of, "what": term.what, "usd": term.usd });
        json!({
            "format": 1,
            "priced": self.is_priced,
            "terms": self.terms.iter().map(term).collect::<Vec<_>>(),
            "usd_at_base": self.is_priced.then_some(self.base),
            "usd_at_maximum": self.is_priced.then_some(self.maximum),
            "not_in_it": LEFT_OUT,
        })
    }
}

/// What is paid for, in a column of its own, and behind its first line how much.
fn row(column: Paper, width: usize, what: &str, usd: f64) -> String {
    let text = column.hung("", what, "  ");
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}  {usd:>12.2}usd\n{rest}", padded(first, width))
}

impl Term {
    fn of(value: &Value) -> Option<Self> {
        let Value::Record(fields) = value else { return None };
        let text = |fields: &Record, name: &str| Some(fields.get(name)?.as_text()?.to_string());
        Some(Self { of: text(fields, "of")?, what: text(fields, "what")?, usd: amount(fields.get("usd")?)? })
    }
}
