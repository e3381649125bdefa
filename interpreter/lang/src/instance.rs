//! Instances: what declarations and patterns make, and their addresses.

use std::fmt;

use smol_str::SmolStr;

/// Names an instance of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(pub u32);

/// What a user calls an instance: `name`, `name[i]` for a pool's member, `name.part`, `name[i].part[key]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The declaration's name.
    pub root: SmolStr,
    /// From the declaration inwards.
    pub steps: Vec<Step>,
}

/// One step of an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// `[i]`: a pool's member.
    Member(u32),
    /// `.part`
    Part(SmolStr),
    /// `.part[key]`: made by a loop. An element is known by its value, not by its place, so that taking one out
    /// of a list leaves the others what they are: a number or text by itself, an instance by its address,
    /// a record by its first field that is not `none`. Equal elements are one.
    Element(SmolStr, SmolStr),
}

impl Address {
    /// Returns the address of a declaration.
    pub fn of(root: impl Into<SmolStr>) -> Self {
        Self { root: root.into(), steps: Vec::new() }
    }

    /// Returns the address one step further in.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { root: self.root.clone(), steps }
    }

    /// Returns the declaration that it lies in, or that is it; of a pool the member.
    #[must_use]
    pub fn declaration(&self) -> Self {
        let member = self.steps.first().filter(|step| matches!(step, Step::Member(_)));
        Self { root: self.root.clone(), steps: member.into_iter().cloned().collect() }
    }

    /// Reads an address as [`Display`](fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = split_parts(text)?.into_iter();
        let (root, member) = parts.next()?;
        let member = member.map(|index| index.parse().ok()).map_or(Some(None), |index| index.map(Some))?;
        let mut steps: Vec<_> = member.map(Step::Member).into_iter().collect();
        steps.extend(parts.map(|(name, key)| match key {
            Some(key) => Step::Element(name.into(), key.into()),
            None => Step::Part(name.into()),
        }));
        Some(Self { root: root.into(), steps })
    }
}

/// Splits `a[k].b` into names and keys; a key may hold dots and balanced brackets of its own.
fn split_parts(text: &str) -> Option<Vec<(&str, Option<&str>)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        if !is_word(name) {
            return None;
        }
        let (key, tail) = match tail.strip_prefix('[') {
            Some(open) => {
                let close = closing_bracket(open)?;
                (Some(open.get(..close)?), open.get(close + 1..)?)
            }
            None => (None, tail),
        };
        parts.push((name, key));
        match tail.strip_prefix('.') {
            Some(next) => rest = next,
            None => return tail.is_empty().then_some(parts),
        }
    }
}

/// Returns where the bracket that was just opened closes.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Member(index) => return write!(f, "[{index}]"),
            Self::Part(name) => [".", name, "", "", ""],
            Self::Element(name, key) => [".", name, "[", key, "]"],
        };
        words.into_iter().try_for_each(|word| f.write_str(word))
    }
}
