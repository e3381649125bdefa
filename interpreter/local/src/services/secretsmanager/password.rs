//! Random passwords.

use serde_json::{Value, json};

use crate::call::{Answer, Cx, Refusal};
use crate::ids::Ids;
use crate::input::Input;

/// The kinds of characters of a password, and the member that leaves each out.
const KINDS: [(&str, &str); 4] = [
    ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
    ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("ExcludeNumbers", "0123456789"),
    ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
];

pub(super) fn get(cx: &mut Cx<'_>, input: &Value) -> Answer {
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
    let length = input.number("PasswordLength").and_then(|length| usize::try_from(length).ok()).unwrap_or(32);
    let required = if input.flag("RequireEachIncludedType") == Some(false) { 0 } else { kinds.len() };
    if kinds.is_empty() || required > length {
        let words = "The password length and the excluded characters leave no password that has every required character type.";
        return Err(Refusal::new("InvalidParameterException", words));
    }
    Ok(json!({ "RandomPassword": password(cx.ids, length, &kinds, required) }))
}

/// A password of these kinds of characters, one at least of each of the first `required`.
pub(super) fn password(ids: &mut Ids, length: usize, kinds: &[String], required: usize) -> String {
    let all = kinds.concat();
    let each = kinds.iter().take(required).map(|kind| ids.text(1, kind.as_bytes())).collect::<String>();
    let mut letters: Vec<char> =
        (each + &ids.text(length.saturating_sub(required), all.as_bytes())).chars().collect();
    for at in (1..letters.len()).rev() {
        letters.swap(at, ids.below(at + 1));
    }
    letters.into_iter().collect()
}
