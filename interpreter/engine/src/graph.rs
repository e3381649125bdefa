//! What must come before what: orders of things that wait for each other, and how long the longest chain takes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

/// How things that wait for each other get their turn.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// For how many each still waits.
    open: Vec<usize>,
    followers: Followers,
}

/// For each, who waits for it.
#[derive(Debug)]
struct Followers {
    /// All of them, one's after the other's.
    all: Vec<usize>,
    /// Where those of each end.
    ends: Vec<usize>,
}

impl Followers {
    /// Turns around for whom each waits.
    fn new<'a>(after: impl ExactSizeIterator<Item = &'a [usize]> + Clone) -> Self {
        // First how many there are of each, then where they begin, then, as they are put there, where they end.
        let mut ends = vec![0; after.len()];
        for before in after.clone().flatten() {
            if let Some(count) = ends.get_mut(*before) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut all = vec![0; total];
        for (at, before) in after.enumerate() {
            for before in before {
                let Some(end) = ends.get_mut(*before) else { continue };
                if let Some(slot) = all.get_mut(*end) {
                    *slot = at;
                }
                *end += 1;
            }
        }
        Self { all, ends }
    }

    /// Returns who waits for one, in their order.
    fn of(&self, at: usize) -> &[usize] {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(at).copied()).map(|(start, end)| start..end);
        range.and_then(|range| self.all.get(range)).unwrap_or_default()
    }
}

impl Waiting {
    /// Begins with nothing done; `after` says for whom each waits.
    pub(crate) fn new<'a>(after: impl ExactSizeIterator<Item = &'a [usize]> + Clone) -> Self {
        let open = after.clone().map(<[usize]>::len).collect();
        Self { open, followers: Followers::new(after) }
    }

    /// Returns who waits for one, in their order.
    pub(crate) fn followers(&self, at: usize) -> &[usize] {
        self.followers.of(at)
    }

    /// Returns those that wait for nothing.
    pub(crate) fn ready(&self) -> impl Iterator<Item = usize> {
        self.open.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| at)
    }

    /// Takes note that one is done, and tells who now waits for nothing any more.
    pub(crate) fn done(&mut self, at: usize, mut ready: impl FnMut(usize)) {
        for &follower in self.followers.of(at) {
            if let Some(count) = self.open.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    ready(follower);
                }
            }
        }
    }

    /// Returns how long it takes from the start of each until all that waits for it has ended, if nothing has to wait
    /// for a turn; `0..` is an order in which they can be done.
    pub(crate) fn remaining(&self, seconds: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut remaining: Vec<f64> = seconds.collect();
        for at in (0..remaining.len()).rev() {
            let behind = self.followers.of(at).iter().filter_map(|next| remaining.get(*next).copied());
            let longest = behind.fold(0.0, f64::max);
            if let Some(own) = remaining.get_mut(at) {
                *own += longest;
            }
        }
        remaining
    }
}

/// Sorts `0..after.len()` so that each comes after all that it waits for; among the ready the lowest first.
///
/// `None` if something waits for itself.
pub(crate) fn sort(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut waiting = Waiting::new(after.iter().map(Vec::as_slice));
    let mut ready: BinaryHeap<_> = waiting.ready().map(Reverse).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        waiting.done(at, |next| ready.push(Reverse(next)));
    }
    (order.len() == after.len()).then_some(order)
}

/// Returns a member of a ring, if some of these depend on themselves.
pub(crate) fn cycle<'a, K: Eq + Hash + Clone + 'a>(
    keys: impl Iterator<Item = &'a K>,
    depends: impl Fn(&K) -> &'a [K],
) -> Option<K> {
    let keys: Vec<&K> = keys.collect();
    let places: HashMap<&K, usize> = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let after: Vec<Vec<usize>> = keys
        .iter()
        .map(|key| depends(key).iter().filter_map(|on| places.get(on).copied()).collect())
        .collect();
    let mut waiting = Waiting::new(after.iter().map(Vec::as_slice));
    let mut ready: Vec<usize> = waiting.ready().collect();
    while let Some(at) = ready.pop() {
        waiting.done(at, |next| ready.push(next));
    }
    let stuck = waiting.open.iter().position(|count| *count > 0)?;
    keys.get(stuck).map(|key| (*key).clone())
}

/// Returns for each whether some of a list are it or lead to it, step by step.
pub(crate) fn reached(from: Vec<usize>, next: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; next.len()];
    let mut work = from;
    while let Some(at) = work.pop() {
        match reached.get_mut(at) {
            Some(seen) if !*seen => *seen = true,
            Some(_) | None => continue,
        }
        work.extend(next.get(at).into_iter().flatten());
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_after_what_it_waits_for() {
        let after = [vec![2], vec![0], vec![], vec![]];
        assert_eq!(sort(&after), Some(vec![2, 0, 1, 3]));
        assert_eq!(sort(&[vec![1], vec![0]]), None);
    }

    #[test]
    fn the_longest_chain_counts() {
        let after = [vec![], vec![0], vec![0], vec![1, 2]];
        let waiting = Waiting::new(after.iter().map(Vec::as_slice));
        assert_eq!(waiting.remaining([1.0, 5.0, 2.0, 3.0].into_iter()), [9.0, 8.0, 5.0, 3.0]);
    }

    #[test]
    fn those_who_wait_are_told_apart() {
        let after = [vec![], vec![0], vec![], vec![2, 0]];
        let mut waiting = Waiting::new(after.iter().map(Vec::as_slice));
        let followers: Vec<_> = (0..4).map(|at| waiting.followers(at)).collect();
        assert_eq!(followers, [&[1, 3][..], &[], &[3], &[]]);
        assert_eq!(waiting.ready().collect::<Vec<_>>(), [0, 2]);
        let mut ready = Vec::new();
        [0, 2].into_iter().for_each(|at| waiting.done(at, |next| ready.push(next)));
        assert_eq!(ready, [1, 3]);
    }

    #[test]
    fn rings_are_found() {
        let ring = ["a", "b"];
        let depends = |key: &&str| if *key == "a" { &ring[1..] } else { &ring[..1] };
        assert!(cycle(ring.iter(), depends).is_some());
        assert!(cycle(ring.iter(), |key| if *key == "a" { &ring[1..] } else { &ring[..0] }).is_none());
    }
}
