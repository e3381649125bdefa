//! What working out a term may do besides giving a value: tell something, refer to instances, wait for them.

use crate::program::KindId;

/// A set of kinds, by their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u128);

impl Kinds {
    /// How many kinds can be told apart.
    pub(super) const MOST: usize = 128;

    const ALL: Self = Self(u128::MAX);

    pub(super) fn one(kind: KindId) -> Self {
        Self(1_u128.checked_shl(kind.0).unwrap_or(0))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn ids(self) -> impl Iterator<Item = KindId> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let first = (left != 0).then(|| left.trailing_zeros())?;
            left &= left - 1;
            Some(KindId(first))
        })
    }
}

/// What working out a term may do. Whatever is not known not to happen counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// The kinds of the instances that its value may hold.
    pub(super) refers: Kinds,
    /// The kinds of the instances that holes in its value may wait for.
    pub(super) waits: Kinds,
    /// Whether the value as a whole may be such a hole.
    pub(super) hole: bool,
    /// Whether it may report something, or leave a mark for later.
    pub(super) tells: bool,
}

impl Effects {
    /// Of what nothing is known.
    pub(super) const ALL: Self = Self { refers: Kinds::ALL, waits: Kinds::ALL, hole: true, tells: true };

    pub(super) fn refer_to(refers: Kinds) -> Self {
        Self { refers, ..Self::default() }
    }

    pub(super) fn wait_for(waits: Kinds) -> Self {
        Self { waits, hole: waits != Kinds::default(), ..Self::default() }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            refers: self.refers.and(other.refers),
            waits: self.waits.and(other.waits),
            hole: self.hole || other.hole,
            tells: self.tells || other.tells,
        }
    }

    /// The value is found by looking at this one with all that is in it (`blocked_within`), and holds nothing of it.
    pub(super) fn seen(self) -> Self {
        Self { tells: self.tells, ..Self::wait_for(self.waits) }
    }

    /// The value is found by looking at this one, and not at what is in it (`blocked`).
    pub(super) fn touched(self) -> Self {
        Self { tells: self.tells, ..Self::wait_for(if self.hole { self.waits } else { Kinds::default() }) }
    }

    /// The value is something within this one, or a hole if something within is one.
    pub(super) fn inner(self) -> Self {
        Self { refers: self.refers, ..self.seen() }
    }

    /// The value holds this one, as lists and records do, and so is no hole itself; whoever looks within must use [`seen`](Self::seen)
    /// or [`inner`](Self::inner).
    pub(super) fn held(self) -> Self {
        Self { hole: false, ..self }
    }

    pub(super) fn telling(self, tells: bool) -> Self {
        Self { tells: self.tells || tells, ..self }
    }

    /// Takes in more; returns whether it was more.
    pub(super) fn grow(&mut self, found: Self) -> bool {
        let grown = self.and(found);
        std::mem::replace(self, grown) != grown
    }
}
