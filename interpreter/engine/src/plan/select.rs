//! `--only` and `--except` to the steps that remain: those named, with all that they can't do without.

use rsx_lang::instance::Address;
use smol_str::SmolStr;

use crate::graph::reached;
use crate::plan::lies_within;
use crate::plan::order::Member;

/// Returns which members keep their steps.
pub(crate) fn select(
    members: &[&Member],
    addresses: &[SmolStr],
    only: &[Address],
    except: &[Address],
) -> Vec<bool> {
    let named = |list: &[Address]| -> Vec<usize> {
        let within = |at: &usize| {
            addresses.get(*at).is_some_and(|address| list.iter().any(|outer| lies_within(address, outer)))
        };
        (0..members.len()).filter(within).collect()
    };
    let requires = requirements(members);
    let mut kept = if only.is_empty() { vec![true; members.len()] } else { reached(named(only), &requires) };
    if !except.is_empty() {
        let mut required_by = vec![Vec::new(); members.len()];
        for (at, list) in requires.iter().enumerate() {
            for &other in list {
                if let Some(list) = required_by.get_mut(other) {
                    list.push(at);
                }
            }
        }
        for (kept, dropped) in kept.iter_mut().zip(reached(named(except), &required_by)) {
            *kept &= !dropped;
        }
    }
    kept
}

/// Returns for each member those without whose steps its own can't be done.
fn requirements(members: &[&Member]) -> Vec<Vec<usize>> {
    let mut requires: Vec<Vec<usize>> = members.iter().map(|member| member.needs.clone()).collect();
    let mut add = |at: usize, other: usize| {
        if let Some(list) = requires.get_mut(at) {
            list.push(other);
        }
    };
    for (at, member) in members.iter().enumerate() {
        for &other in &member.sends_away {
            add(at, other);
            add(other, at);
        }
        for &other in &member.room_of {
            add(at, other);
        }
        if member.leaves() {
            for &held in
                member.held.iter().filter(|held| members.get(**held).is_some_and(|member| member.leaves()))
            {
                add(held, at);
            }
        }
    }
    requires
}
