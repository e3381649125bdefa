//! Comments `// error: CODE` beside the lines that they speak of, held against what `rsx check` says.

use std::collections::BTreeMap;
use std::path::Path;

use libtest_mimic::Failed;
use serde_json::Value;

use crate::console;

/// What is said of a line: severities and codes, sorted.
type Said = BTreeMap<(String, u64), Vec<String>>;

/// Checks a spec of one file; see [`hold`].
pub(crate) fn hold_alone(spec: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("main.rsx"), spec)?;
    hold(folder.path(), "main.rsx")
}

/// Checks a spec of a folder; every diagnostic must be expected on its line, and every expected one be there.
pub(crate) fn hold(folder: &Path, name: &str) -> Result<(), Failed> {
    let output = console::rsx(folder).args(["check", name, "--format", "json"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let object: Value = serde_json::from_str(&printed).map_err(|error| {
        format!(
            "`rsx check` printed no JSON: {error}\n{printed}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    let found = found(&object);
    let expected = expected(folder, found.keys().map(|(file, _)| file.as_str()).chain([name]));
    if found == expected {
        return Ok(());
    }
    let mut report = String::from("diagnostics differ from the comments\n");
    for (at, said) in &expected {
        let others = found.get(at);
        for one in said.iter().filter(|one| others.is_none_or(|others| !others.contains(one))) {
            report.push_str(&format!("  missing at {}:{}: {one}\n", at.0, at.1));
        }
    }
    for (at, said) in &found {
        let others = expected.get(at);
        for one in said.iter().filter(|one| others.is_none_or(|others| !others.contains(one))) {
            report.push_str(&format!("  not expected at {}:{}: {one}\n", at.0, at.1));
        }
    }
    report.push_str(&serde_json::to_string_pretty(&object).unwrap());
    Err(report.into())
}

fn found(object: &Value) -> Said {
    let mut said = Said::new();
    for one in object["diagnostics"].as_array().unwrap() {
        let label = &one["labels"][0];
        let at = (label["file"].as_str().unwrap().to_owned(), label["start"]["line"].as_u64().unwrap());
        let words = format!("{}: {}", one["severity"].as_str().unwrap(), one["code"].as_str().unwrap());
        said.entry(at).or_default().push(words);
    }
    said.values_mut().for_each(|all| all.sort());
    said
}

fn expected<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> Said {
    let mut said = Said::new();
    for file in files {
        let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        for (at, line) in text.lines().enumerate() {
            let all = comments(line);
            if !all.is_empty() {
                said.insert((file.to_owned(), at as u64 + 1), all);
            }
        }
    }
    said
}

/// `// error: a::b, c::d` and `// warning: e::f`, in this order.
fn comments(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    for severity in ["error", "warning"] {
        let Some((_, codes)) = line.split_once(&format!("// {severity}: ")) else { continue };
        let codes = codes.split("//").next().unwrap();
        for code in codes.split(',') {
            let code = code.split_whitespace().next().unwrap_or_default();
            all.push(format!("{severity}: {code}"));
        }
    }
    all.sort();
    all
}
