//! Random passwords.

use serde_json::{Value, json};

use crate::call::{Answer, Cx, Refusal};
use crate::input::Input;

/// The kinds of characters of a password, and the member that leaves each out.
const KINDS: [(&str, &str); 4] = [
    ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
    ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("ExcludeNumbers", "0123456789"),
    ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
];

pub(super) fn get(_: &mut Cx<'_>, input: &Value) -> Answer {
    let excluded = input.text("ExcludeCharacters").unwrap_or_default();
    let is_wanted = |(member, _): &&(&str, &str)| input.flag(member) != Some(true);
    let space = (input.flag("IncludeSpace") == Some(true)).then_some(" ");
    let kinds: Vec<_> = KINDS
        .iter()
        .filter(is_wanted)
        .map(|(_, letters)| *letters)
        .chain(space)
        .map(|letters| letters.chars().filter(|letter| !excluded.contains(*letter)).collect::<String>())
        .filter(|letters| !letters.is_empty())
        .collect();
    let length = input.size("PasswordLength").unwrap_or(32);
    let required = if input.flag("RequireEachIncludedType") == Some(false) { 0 } else { kinds.len() };
    if kinds.is_empty() || required > length {
        let words = "The password length and the excluded characters leave no password that has every required character type.";
        return Err(Refusal::new("InvalidParameterException", words));
    }
    Ok(json!({ "RandomPassword": password(length, &kinds, required) }))
}

/// A password of these kinds of characters, one at least of each of the first `required`.
///
/// It comes from the operating system's randomness: the seed of identifiers stands in the data folder.
pub(super) fn password(length: usize, kinds: &[String], required: usize) -> String {
    let all = kinds.concat();
    let each = kinds.iter().take(required).map(String::as_str);
    let rest = std::iter::repeat_n(all.as_str(), length.saturating_sub(required));
    let mut letters: Vec<char> = each.chain(rest).filter_map(any_of).collect();
    for at in (1..letters.len()).rev() {
        letters.swap(at, rand::random_range(0..=at));
    }
    letters.into_iter().collect()
}

fn any_of(letters: &str) -> Option<char> {
    letters.chars().nth(rand::random_range(0..letters.len().max(1)))
}
