//! Where members stand in their kinds, remembered by who asks.

use smol_str::SmolStr;

use crate::program::KindId;

/// Where members stand in their kinds, by the address of the name that asks for them.
#[derive(Debug)]
pub(super) struct Places {
    known: Vec<(usize, KindId, u32)>,
}

/// How many places are remembered.
const REMEMBERED: usize = 1024;

impl Default for Places {
    fn default() -> Self {
        Self { known: vec![(0, KindId(0), 0); REMEMBERED] }
    }
}

impl Places {
    /// Returns the place of a member; the name is part of the program.
    pub(super) fn get(&self, name: &SmolStr, kind: KindId) -> Option<usize> {
        let address = std::ptr::from_ref(name).addr();
        let (known, of, place) = self.known.get(Self::index(address, kind))?;
        (*known == address && *of == kind).then_some(*place as usize)
    }

    /// Remembers the place of a member.
    pub(super) fn put(&mut self, name: &SmolStr, kind: KindId, place: usize) {
        let address = std::ptr::from_ref(name).addr();
        if let Some(known) = self.known.get_mut(Self::index(address, kind)) {
            *known = (address, kind, u32::try_from(place).unwrap_or(u32::MAX));
        }
    }

    fn index(address: usize, kind: KindId) -> usize {
        (address / 16).wrapping_add(kind.0 as usize * 31) % REMEMBERED
    }
}
