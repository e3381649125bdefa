//! What the READMEs show: every spec in them, and what rsx says of it.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use crate::{expectations, root, suite};

/// Makes a test of every spec in the READMEs, and of what commands print there.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let path = root().join("README.md");
    let shown = |block: &suite::Block| block.info != "console" || block.text.starts_with("$ rsx ");
    for test in suite::read(&fs::read_to_string(&path).unwrap()) {
        let is_shown =
            test.blocks.iter().any(|block| block.info.starts_with("rsx")) && test.blocks.iter().all(shown);
        if is_shown {
            trials.extend(suite::trials_of("README", &path, test));
        }
    }
    trials.extend(each_block(&root().join("grammar/README.md")));
    trials
}

/// Makes a test of every spec of a file, whatever stands beside it.
fn each_block(path: &Path) -> Vec<Trial> {
    let mut trials = Vec::new();
    for test in suite::read(&fs::read_to_string(path).unwrap()) {
        let specs = test.blocks.into_iter().filter(|block| block.info == "rsx");
        for (number, block) in specs.enumerate() {
            let name = format!("grammar/README: {}: example {number}", test.name);
            trials.push(Trial::test(name, move || expectations::hold_alone(&block.text)));
        }
    }
    trials
}
