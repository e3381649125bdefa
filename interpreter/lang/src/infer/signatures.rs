//! What the functions of the language are called and how they are used.

use crate::builtin::Builtin;

/// A function by its name.
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) builtin: Builtin,
    pub(super) usage: &'static str,
    /// How few and how many arguments it takes.
    pub(super) arguments: (usize, usize),
}

/// Every function but `sql`, `every` and `referrers`, which take what no value is.
pub(super) const ALL: [Signature; 31] = [
    signature("length", Builtin::Length, "length(list_or_text)", 1),
    signature("distinct", Builtin::Distinct, "distinct(list)", 1),
    signature("flatten", Builtin::Flatten, "flatten(list_of_lists)", 1),
    signature("without", Builtin::Without, "without(list, taken_out)", 2),
    signature("repeated", Builtin::Repeated, "repeated(list)", 1),
    signature("present", Builtin::Present, "present(list)", 1),
    signature("first", Builtin::First, "first(list_or_text)", 1),
    signature("sum", Builtin::Sum, "sum(numbers)", 1),
    Signature { name: "max", builtin: Builtin::Max, usage: "max(list)` or `max(a, b)", arguments: (1, 2) },
    Signature { name: "min", builtin: Builtin::Min, usage: "min(list)` or `min(a, b)", arguments: (1, 2) },
    signature("floor", Builtin::Floor, "floor(number)", 1),
    signature("ceil", Builtin::Ceil, "ceil(number)", 1),
    signature("log2", Builtin::Log2, "log2(whole_number)", 1),
    signature("join", Builtin::Join, "join(texts, separator)", 2),
    signature("text", Builtin::Text, "text(value)", 1),
    signature("lower", Builtin::Lower, "lower(text)", 1),
    signature("starts_with", Builtin::StartsWith, "starts_with(text, start)", 2),
    signature("ends_with", Builtin::EndsWith, "ends_with(text, end)", 2),
    signature("nearest", Builtin::Nearest, "nearest(text, texts)", 2),
    signature("addresses", Builtin::Addresses, "addresses(network)", 1),
    signature("prefix", Builtin::Prefix, "prefix(network)", 1),
    signature("overlaps", Builtin::Overlaps, "overlaps(network, network)", 2),
    signature("blocks", Builtin::Blocks, "blocks(network, how_many)", 2),
    signature("name_of", Builtin::NameOf, "name_of(declaration)", 1),
    signature("address", Builtin::Address, "address(declaration)", 1),
    signature("kind_of", Builtin::KindOf, "kind_of(declaration)", 1),
    signature("physical_name", Builtin::PhysicalName, "physical_name(declaration, limit)", 2),
    signature("index_of", Builtin::IndexOf, "index_of(declaration)", 1),
    signature("is_generated", Builtin::IsGenerated, "is_generated(secret)", 1),
    signature("stored_name", Builtin::StoredName, "stored_name(secret)", 1),
    signature("pool_of", Builtin::PoolOf, "pool_of(declaration)", 1),
];

const fn signature(name: &'static str, builtin: Builtin, usage: &'static str, arguments: usize) -> Signature {
    Signature { name, builtin, usage, arguments: (arguments, arguments) }
}
