//! The library against the code behind it: resources and kinds, codes and pages.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::Failed;

use super::{none, texts};

/// Every resource of the library has a file that calls AWS, and the other way round.
pub(super) fn kinds() -> Result<(), Failed> {
    let declared: BTreeSet<_> = declarations("resource ").collect();
    let coded: BTreeSet<_> = rsx_aws::NAMES.iter().map(|name| (*name).to_owned()).collect();
    let mut wrong: Vec<_> = declared.difference(&coded).map(|name| format!("no code for `{name}`")).collect();
    wrong.extend(coded.difference(&declared).map(|name| format!("no resource for the code of `{name}`")));
    none("kinds", wrong)
}

/// Every code that something reports has a page, and every page is of such a code.
pub(super) fn codes() -> Result<(), Failed> {
    let reported = reported();
    let pages = pages();
    let mut wrong = Vec::new();
    for (code, place) in &reported {
        if !pages.contains(code) {
            wrong.push(format!("{code} ({place}) has no page"));
        }
    }
    wrong.extend(
        pages
            .iter()
            .filter(|code| !reported.contains_key(*code))
            .map(|code| format!("nothing reports {code}")),
    );
    none("codes", wrong)
}

/// The codes that the tour of the language promises.
pub(super) fn promised_codes() -> Result<(), Failed> {
    let promised = "
        rsx::syntax::expected rsx::syntax::too_deep
        rsx::file::missing rsx::file::unreadable rsx::file::not_utf8 rsx::import::missing
        rsx::literal::unit rsx::literal::range rsx::literal::host_bits
        rsx::name::unknown rsx::name::duplicate rsx::name::cycle rsx::name::region
        rsx::type::mismatch rsx::type::missing_field rsx::type::unknown_field rsx::type::dimension rsx::type::phase
        rsx::type::refinement
        rsx::stack::missing rsx::stack::twice rsx::stack::state
        rsx::param::missing rsx::check::failed rsx::expect::failed
        rsx::network::too_few_zones rsx::network::zones_and_subnets rsx::network::subnet_outside
        rsx::network::subnets_overlap rsx::network::too_few_addresses
        rsx::redshift::password rsx::redshift::capacity_order rsx::redshift::capacity_step
        rsx::redshift::capacity_region rsx::redshift::name rsx::redshift::port rsx::redshift::setting
        rsx::redshift::no_auto_pause rsx::redshift::quota
        rsx::nlb::unequal_targets rsx::nlb::network rsx::nlb::unreachable rsx::nlb::sticky rsx::nlb::verify_full
        rsx::nlb::no_common_login
        rsx::share::no_consumer rsx::share::unshared_target rsx::share::no_user rsx::share::database
        rsx::share::unneeded_public
        rsx::secret::literal rsx::secret::leak
        rsx::restore::overwrites rsx::restore::admin
        rsx::budget::exceeded rsx::budget::unbounded rsx::budget::no_price";
    let (reported, pages) = (reported(), pages());
    let is_there = |code: &&str| reported.contains_key(*code) && pages.contains(*code);
    let missing = promised.split_whitespace().filter(|code| !is_there(code)).map(str::to_owned);
    none("codes without a reporter or a page", missing.collect())
}

/// Every word that begins a declaration, and every clause, has a page that `rsx doc` shows.
pub(super) fn words() -> Result<(), Failed> {
    let clauses = ["make", "require", "allow", "protect", "sql"];
    let all = rsx_syntax::ONE_LINE.into_iter().chain(rsx_syntax::BLOCKS).chain(clauses);
    let has_page = |word: &&str| rsx_stdlib::WORDS.iter().any(|(other, _)| other == word);
    none("words without a page", all.filter(|word| !has_page(word)).map(str::to_owned).collect())
}

/// The codes in the sources, each with a place where it stands; a rule reports its own.
fn reported() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let folders = ["grammar/src", "interpreter"];
    for text in texts(&folders, &["rs"]).into_iter().filter(|text| !text.path.contains("/tests/")) {
        // What stands below `mod tests` is made up.
        let code = text.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        for word in code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')) {
            if word.starts_with("rsx::")
                && word.matches("::").count() == 2
                && code.contains(&format!("\"{word}\""))
            {
                all.insert(word.to_owned(), text.path.clone());
            }
        }
    }
    for code in declarations("rule ") {
        all.insert(code, "stdlib".to_owned());
    }
    all
}

fn pages() -> BTreeSet<String> {
    let written = rsx_stdlib::CODES.iter().map(|(code, _)| (*code).to_owned());
    written.chain(documented_rules()).collect()
}

/// The rules that have a doc comment of more than a line.
fn documented_rules() -> impl Iterator<Item = String> {
    rsx_stdlib::FILES.iter().flat_map(|(_, text)| {
        let lines: Vec<_> = text.lines().collect();
        let rules =
            (1..lines.len()).filter(|&at| lines[at].starts_with("rule ") && lines[at - 1].starts_with("///"));
        rules.map(|at| first_word(lines[at].strip_prefix("rule ").unwrap())).collect::<Vec<_>>()
    })
}

/// The names behind a word in column 1 of the library.
fn declarations(word: &'static str) -> impl Iterator<Item = String> {
    let lines = rsx_stdlib::FILES.iter().flat_map(|(_, text)| text.lines());
    lines.filter_map(move |line| line.strip_prefix(word)).map(first_word)
}

fn first_word(text: &str) -> String {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).next().unwrap().to_owned()
}
