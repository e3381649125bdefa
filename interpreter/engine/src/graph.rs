//! What must come before what: orders of things that wait for each other, and how long the longest chain takes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

/// Sorts `0..after.len()` so that each comes after all that it waits for; among the ready the lowest first.
///
/// `None` if something waits for itself.
pub(crate) fn sort(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let (mut open, next) = waiting(after);
    let mut ready: BinaryHeap<_> =
        (0..after.len()).filter(|i| open.get(*i) == Some(&0)).map(Reverse).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(Reverse(at)) = ready.pop() {
        order.push(at);
        for &follower in next.get(at).into_iter().flatten() {
            if let Some(count) = open.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(follower));
                }
            }
        }
    }
    (order.len() == after.len()).then_some(order)
}

/// Returns for how many each waits, and who waits for each.
pub(crate) fn waiting(after: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut next = vec![Vec::new(); after.len()];
    for (at, before) in after.iter().enumerate() {
        for &before in before {
            if let Some(next) = next.get_mut(before) {
                next.push(at);
            }
        }
    }
    (after.iter().map(Vec::len).collect(), next)
}

/// Returns how long it takes from the start of each until all that follows it has ended, if nothing has to wait for a turn.
pub(crate) fn remaining(after: &[Vec<usize>], seconds: &[f64], order: &[usize]) -> Vec<f64> {
    let (_, next) = waiting(after);
    let mut remaining = vec![0.0; after.len()];
    for &at in order.iter().rev() {
        let behind = next.get(at).into_iter().flatten().filter_map(|n| remaining.get(*n).copied());
        let longest = behind.fold(0.0, f64::max);
        if let (Some(slot), Some(own)) = (remaining.get_mut(at), seconds.get(at)) {
            *slot = own + longest;
        }
    }
    remaining
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
    let (mut open, next) = waiting(&after);
    let mut ready: Vec<usize> = (0..keys.len()).filter(|at| open.get(*at) == Some(&0)).collect();
    while let Some(at) = ready.pop() {
        for &follower in next.get(at).into_iter().flatten() {
            if let Some(count) = open.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    ready.push(follower);
                }
            }
        }
    }
    let stuck = open.iter().position(|count| *count > 0)?;
    keys.get(stuck).map(|key| (*key).clone())
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
        assert_eq!(remaining(&after, &[1.0, 5.0, 2.0, 3.0], &[0, 1, 2, 3]), [9.0, 8.0, 5.0, 3.0]);
    }

    #[test]
    fn rings_are_found() {
        let ring = ["a", "b"];
        let depends = |key: &&str| if *key == "a" { &ring[1..] } else { &ring[..1] };
        assert!(cycle(ring.iter(), depends).is_some());
        assert!(cycle(ring.iter(), |key| if *key == "a" { &ring[1..] } else { &ring[..0] }).is_none());
    }
}
