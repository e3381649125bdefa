//! What `editors/` holds: every snippet makes a spec that checks.

use std::fs;

use libtest_mimic::{Failed, Trial};
use regex::{Captures, Regex};
use serde_json::Value;

use crate::{console, root};

/// The snippet that is a whole spec; the others refer to each other's names.
const WHOLE: &str = "Whole deployment";

/// Makes a test of the snippet that is a whole spec, and one of all others.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("editors: the snippet of a whole spec checks", || {
            checks(&snippets()?.into_iter().filter(|(name, _)| name == WHOLE).collect::<Vec<_>>(), 1)
        }),
        Trial::test("editors: the snippets of declarations check together", || {
            checks(&snippets()?.into_iter().filter(|(name, _)| name != WHOLE).collect::<Vec<_>>(), 15)
        }),
    ]
}

/// What the snippets are called, and what they insert when nothing else is typed.
fn snippets() -> Result<Vec<(String, String)>, Failed> {
    let text = fs::read_to_string(root().join("editors/vscode/snippets/rsx.json"))?;
    let all: Value = serde_json::from_str(&text)?;
    let body = |snippet: &Value| -> String {
        let lines = snippet["body"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        inserted(&lines.collect::<Vec<_>>().join("\n"))
    };
    Ok(all.as_object().unwrap().iter().map(|(name, snippet)| (name.clone(), body(snippet))).collect())
}

/// Puts the defaults of a snippet into its places.
fn inserted(snippet: &str) -> String {
    let place =
        Regex::new(r"(?x) \\([$}\\]) | \$0 | \$\{\d+ (?: :((?:\\.|[^\\}])*) | \|([^,|]*)[^|]*\| ) \}")
            .unwrap();
    let expanded = place.replace_all(snippet, |found: &Captures<'_>| {
        let text = [1, 2, 3].into_iter().find_map(|n| found.get(n)).map_or("", |text| text.as_str());
        Regex::new(r"\\([$}\\])").unwrap().replace_all(text, "$1").into_owned()
    });
    expanded.into_owned()
}

/// Joins snippets to a spec, of which `rsx check` and `rsx fmt` have nothing to say.
fn checks(snippets: &[(String, String)], at_least: usize) -> Result<(), Failed> {
    assert!(snippets.len() >= at_least, "only {} snippets", snippets.len());
    let folder = tempfile::tempdir()?;
    let spec =
        snippets.iter().map(|(_, body)| format!("{}\n", body.trim_end())).collect::<Vec<_>>().join("\n");
    fs::write(folder.path().join("spec.rsx"), &spec)?;
    for arguments in [["check", "--deny", "warnings"].as_slice(), &["fmt", "--check"]] {
        let output = console::rsx(folder.path()).args(arguments).arg("spec.rsx").output()?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
            return Err(format!("{arguments:?}:\n{}\n{spec}", said.concat()).into());
        }
    }
    Ok(())
}
