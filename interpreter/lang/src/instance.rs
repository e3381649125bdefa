//! Instances: what declarations and patterns make, and their addresses.

use std::fmt;

use smol_str::SmolStr;

/// Names an instance of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(pub u32);

/// What a user calls an instance: `name`, `name[i]` for a pool's member, `name.part`, `name[i].part[j]`.
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
    /// `.part[i]`
    Element(SmolStr, u32),
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

    /// Reads an address as [`Display`](fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (root, member) = split_index(parts.next()?)?;
        let mut steps: Vec<_> = member.map(Step::Member).into_iter().collect();
        for part in parts {
            let (name, index) = split_index(part)?;
            steps.push(match index {
                Some(index) => Step::Element(name.into(), index),
                None => Step::Part(name.into()),
            });
        }
        Some(Self { root: root.into(), steps })
    }
}

/// Splits `name[i]`; refuses what is not a word.
fn split_index(text: &str) -> Option<(&str, Option<u32>)> {
    let (name, index) = match text.strip_suffix(']') {
        Some(open) => {
            let (name, index) = open.split_once('[')?;
            (name, Some(index.parse().ok()?))
        }
        None => (text, None),
    };
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let goes_on = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (starts && goes_on).then_some((name, index))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        for step in &self.steps {
            match step {
                Step::Member(index) => write!(f, "[{index}]")?,
                Step::Part(name) => write!(f, ".{name}")?,
                Step::Element(name, index) => write!(f, ".{name}[{index}]")?,
            }
        }
        Ok(())
    }
}
