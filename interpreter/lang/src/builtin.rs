//! The functions of the language: about lists, text, numbers and networks, and nothing else.

pub use crate::infer::{Function, functions};

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// `length(xs)`: of a list, or of a text in characters.
    Length,
    /// `distinct(xs)`: without repeats, in order of first mention.
    Distinct,
    /// `flatten(xss)`: one list of all.
    Flatten,
    /// `without(xs, ys)`: those of `xs` that are not in `ys`.
    Without,
    /// `repeated(xs)`: each that is there more than once, once, in order of its second mention.
    Repeated,
    /// `present(xs)`: those that are not `none`.
    Present,
    /// `first(xs)`: the first, or `none`; of a text, its first character.
    First,
    /// `sum(xs)`
    Sum,
    /// `max(xs)`, `max(a, b)`
    Max,
    /// `min(xs)`, `min(a, b)`
    Min,
    /// `floor(n)`: the next whole number below.
    Floor,
    /// `ceil(n)`: the next whole number above.
    Ceil,
    /// `log2(n)`: the power of two that `n` is at least, for a whole number from 1.
    Log2,
    /// `join(texts, separator)`
    Join,
    /// `text(x)`: as it would be written, text without quotes.
    Text,
    /// `lower(text)`
    Lower,
    /// `starts_with(text, prefix)`
    StartsWith,
    /// `ends_with(text, suffix)`
    EndsWith,
    /// `nearest(text, texts)`: the one that is probably meant, or `none`.
    Nearest,
    /// `addresses(cidr)`: how many there are.
    Addresses,
    /// `prefix(cidr)`: the number behind the slash.
    Prefix,
    /// `overlaps(a, b)`: whether two networks share an address.
    Overlaps,
    /// `blocks(cidr, n)`: n equal blocks, the largest power of two that fits, from the start.
    Blocks,
    /// `name_of(x)`: the name in the head of the declaration that `x` is or was made by.
    NameOf,
    /// `address(x)`: the address of an instance, as it would be written.
    Address,
    /// `kind_of(x)`: the name of an instance's kind.
    KindOf,
    /// `physical_name(x, limit)`: stack, env, declaration and index joined by hyphens, at most `limit` characters. What a
    /// pattern of the library makes goes by the name of the whole; what a pattern of the user makes adds the part's name.
    PhysicalName,
    /// `index_of(x)`: the place of a pool's member, from 0; 0 for what is no member.
    IndexOf,
    /// `is_generated(secret)`: whether it is made by whoever keeps it.
    IsGenerated,
    /// `stored_name(secret)`: the name under which it is kept, or `none`.
    StoredName,
    /// `pool_of(x)`: the pool that `x` is a member of, else `x` itself.
    PoolOf,
}
