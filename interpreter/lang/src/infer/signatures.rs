//! What the functions of the language are called and how they are used.

use super::calls::{EVERY, QUERY, REFERRERS};
use crate::builtin::Builtin;

/// A function by its name.
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) builtin: Builtin,
    pub(super) usage: &'static str,
    /// How few and how many arguments it takes.
    pub(super) arguments: (usize, usize),
    /// What it comes to.
    pub(super) says: &'static str,
}

/// A function as it is told to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called, ways parted by "` or `".
    pub usage: &'static str,
    /// What it comes to.
    pub says: &'static str,
}

/// Returns every function.
pub fn functions() -> impl Iterator<Item = Function> {
    let plain = ALL.iter().map(|Signature { name, usage, says, .. }| Function { name, usage, says });
    plain.chain(SPECIAL)
}

/// Functions that take what no value is.
const SPECIAL: [Function; 3] = [
    Function {
        name: QUERY,
        usage: "sql(target, question)` or `sql(target, question, values…, as = login)",
        says: "What a running target answers: `$1`, `$2` … stand for the values. Only an `expect` waits for it.",
    },
    Function { name: EVERY, usage: "every(kind)", says: "Every instance of a kind, made ones included." },
    Function {
        name: REFERRERS,
        usage: "referrers(kind, declaration)",
        says: "The instances of a kind whose fields refer to the declaration, or to the pool that it is a member of.",
    },
];

/// Every function but `sql`, `every` and `referrers`, which take what no value is.
pub(super) const ALL: [Signature; 31] = [
    signature(
        "length",
        Builtin::Length,
        "length(list_or_text)",
        1,
        "How many there are: elements of a list, characters of a text.",
    ),
    signature(
        "distinct",
        Builtin::Distinct,
        "distinct(list)",
        1,
        "The list without repeats, in order of first mention.",
    ),
    signature(
        "flatten",
        Builtin::Flatten,
        "flatten(list_of_lists)",
        1,
        "One list of all that is in the lists.",
    ),
    signature(
        "without",
        Builtin::Without,
        "without(list, taken_out)",
        2,
        "Those of the first list that are not in the second.",
    ),
    signature("repeated", Builtin::Repeated, "repeated(list)", 1, "Each that is there more than once, once."),
    signature("present", Builtin::Present, "present(list)", 1, "Those that are not `none`."),
    signature(
        "first",
        Builtin::First,
        "first(list_or_text)",
        1,
        "The first, or `none`; of a text, its first character.",
    ),
    signature("sum", Builtin::Sum, "sum(numbers)", 1, "The sum; its numbers measure the same."),
    Signature {
        name: "max",
        builtin: Builtin::Max,
        usage: "max(list)` or `max(a, b)",
        arguments: (1, 2),
        says: "The largest.",
    },
    Signature {
        name: "min",
        builtin: Builtin::Min,
        usage: "min(list)` or `min(a, b)",
        arguments: (1, 2),
        says: "The smallest.",
    },
    signature("floor", Builtin::Floor, "floor(number)", 1, "The next whole number below."),
    signature("ceil", Builtin::Ceil, "ceil(number)", 1, "The next whole number above."),
    signature(
        "log2",
        Builtin::Log2,
        "log2(whole_number)",
        1,
        "The power of two that a whole number from 1 is at least.",
    ),
    signature(
        "join",
        Builtin::Join,
        "join(texts, separator)",
        2,
        "The texts, one after the other, with the separator between them.",
    ),
    signature(
        "text",
        Builtin::Text,
        "text(value)",
        1,
        "The value as it would be written; text without its quotes.",
    ),
    signature("lower", Builtin::Lower, "lower(text)", 1, "The text in lower case."),
    signature(
        "starts_with",
        Builtin::StartsWith,
        "starts_with(text, start)",
        2,
        "Whether the text starts so.",
    ),
    signature("ends_with", Builtin::EndsWith, "ends_with(text, end)", 2, "Whether the text ends so."),
    signature(
        "nearest",
        Builtin::Nearest,
        "nearest(text, texts)",
        2,
        "The one of the texts that is probably meant, or `none`.",
    ),
    signature(
        "addresses",
        Builtin::Addresses,
        "addresses(network)",
        1,
        "How many addresses the network has.",
    ),
    signature("prefix", Builtin::Prefix, "prefix(network)", 1, "The number behind the slash."),
    signature(
        "overlaps",
        Builtin::Overlaps,
        "overlaps(network, network)",
        2,
        "Whether the networks share an address.",
    ),
    signature(
        "blocks",
        Builtin::Blocks,
        "blocks(network, how_many)",
        2,
        "Equal blocks of the network from its start, the largest power of two that fits.",
    ),
    signature(
        "name_of",
        Builtin::NameOf,
        "name_of(declaration)",
        1,
        "The name in the head of the declaration, or of the one that made it.",
    ),
    signature(
        "address",
        Builtin::Address,
        "address(declaration)",
        1,
        "What it is called, as `readers[0].warehouse`.",
    ),
    signature("kind_of", Builtin::KindOf, "kind_of(declaration)", 1, "The name of its kind."),
    signature(
        "physical_name",
        Builtin::PhysicalName,
        "physical_name(declaration, limit)",
        2,
        "Stack, env, declaration and index joined by hyphens, at most so long.",
    ),
    signature(
        "index_of",
        Builtin::IndexOf,
        "index_of(declaration)",
        1,
        "The place of a pool's member, from 0; 0 for what is no member.",
    ),
    signature(
        "is_generated",
        Builtin::IsGenerated,
        "is_generated(secret)",
        1,
        "Whether it is made by whoever keeps it.",
    ),
    signature(
        "stored_name",
        Builtin::StoredName,
        "stored_name(secret)",
        1,
        "The name under which it is kept, or `none`.",
    ),
    signature(
        "pool_of",
        Builtin::PoolOf,
        "pool_of(declaration)",
        1,
        "The pool that it is a member of, else itself.",
    ),
];

const fn signature(
    name: &'static str,
    builtin: Builtin,
    usage: &'static str,
    arguments: usize,
    says: &'static str,
) -> Signature {
    Signature { name, builtin, usage, arguments: (arguments, arguments), says }
}
