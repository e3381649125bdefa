//! What must hold of every design, in every world, with faults and cuts at any point.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rsx_engine::journal;
use rsx_engine::store::{Memory, Store};
use rsx_engine::survey::Refresh;
use smol_str::SmolStr;

use crate::acts::{converge, destroyed, planned, scene};
use crate::design::{Resource, Synthetic, a_box, a_holder, a_link, a_server, zones};
use crate::world::{Faults, World};

const FAULTS: Faults =
    Faults { throttled: 0.1, busy: 0.05, no_capacity: 0.02, lost_before: 0.04, lost_after: 0.04, lag: 8.0 };

/// Draws a design. `seed` decides the shape, `flavour` what changes between two designs of one shape.
fn draw(seed: u64, flavour: u64) -> Synthetic {
    let mut shape = StdRng::seed_from_u64(seed);
    let mut taste = StdRng::seed_from_u64(seed ^ flavour.wrapping_mul(0x9e37_79b9));
    let mut resources: Vec<(SmolStr, Resource)> = vec![("z".into(), zones())];
    let pick = |taste: &mut StdRng, odds: f64| flavour > 0 && taste.random::<f64>() < odds;
    let boxes = shape.random_range(1..4);
    for i in 0..boxes {
        let (name, size) = (if pick(&mut taste, 0.2) { "other" } else { "first" }, taste.random_range(1..3));
        resources.push((format!("b{i}").into(), a_box(&format!("{name}{i}"), size)));
        if shape.random_bool(0.4) {
            resources.push((format!("h{i}").into(), a_holder(&format!("b{i}"))));
        }
    }
    for i in 0..shape.random_range(1..5) {
        if pick(&mut taste, 0.25) {
            continue;
        }
        let parent = format!("b{}", shape.random_range(0..boxes));
        let name = if pick(&mut taste, 0.15) { "new" } else { "old" };
        let port = if pick(&mut taste, 0.4) { 2 } else { 1 };
        let password = if pick(&mut taste, 0.2) { "Other1234" } else { "First1234" };
        let server = a_server(&format!("{name}{i}"), &parent, port, taste.random_range(1..3), password);
        resources.push((format!("s{i}").into(), server));
        for j in 0..shape.random_range(0..3) {
            if !pick(&mut taste, 0.2) {
                let mut link = a_link(&format!("s{i}"), if pick(&mut taste, 0.3) { "a" } else { "b" });
                link.after = vec!["b0".into()];
                resources.push((format!("l{i}_{j}").into(), link));
            }
        }
    }
    Synthetic::new(resources)
}

/// Returns what a design looks like when nothing goes wrong.
async fn ideal(design: &Synthetic) -> Vec<String> {
    let world = World::new(0, Faults::default());
    let summary = converge(&world, &Memory::default(), design, 1).await.unwrap();
    assert!(summary.ok, "{summary:?}");
    world.picture()
}

async fn assert_settled(world: &World, store: &Memory, design: &Synthetic, at: &str) {
    assert_eq!(world.inner().violations, Vec::<String>::new(), "{at}");
    assert_eq!(world.picture(), ideal(design).await, "{at}");
    let state = journal::load(store).await.unwrap().state;
    assert_eq!(state.verify(), Vec::<String>::new(), "{at}");
    let scene = scene(world, design, &state, 9).await;
    let after = planned(&scene, &mut design.fresh(), &state, Refresh::Data).await;
    assert_eq!(after.steps, Vec::new(), "{at}");
    assert_eq!(after.seen, Vec::new(), "{at}");
}

#[tokio::test(start_paused = true)]
async fn a_run_leaves_nothing_to_do() {
    for seed in 0..25 {
        let world = World::new(seed, FAULTS);
        let store = Memory::default();
        for flavour in 0..3 {
            let design = draw(seed, flavour);
            let summary = converge(&world, &store, &design, seed).await.unwrap();
            let at = format!("seed {seed} flavour {flavour}: {summary:?}");
            assert!(summary.ok, "{at}");
            assert_settled(&world, &store, &design, &at).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_cut_off_at_any_call_is_taken_up_again() {
    for seed in 0..5 {
        let (from, to) = (draw(seed, 0), draw(seed, 1));
        for call in 1.. {
            let after_effect = call % 2 == 0;
            let world = World::new(seed, Faults { lag: 4.0, ..Faults::default() });
            let store = Memory::default();
            let at = format!("seed {seed}, cut at call {call}");
            world.cut_at(call, after_effect);
            let mut cuts = 0;
            for design in [&from, &to] {
                while converge(&world, &store, design, seed).await.map(|summary| summary.ok) != Some(true) {
                    cuts += 1;
                    assert!(cuts < 4, "{at}");
                    let journal = journal::load(&store).await.unwrap();
                    assert_eq!(journal.state.verify(), Vec::<String>::new(), "{at}");
                    world.mend();
                }
            }
            assert_settled(&world, &store, &to, &at).await;
            if cuts == 0 {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_cut_off_at_any_call_can_be_taken_back() {
    for seed in 0..5 {
        let (from, to) = (draw(seed, 0), draw(seed, 1));
        for call in 1.. {
            let world = World::new(seed, Faults::default());
            let store = Memory::default();
            assert!(converge(&world, &store, &from, seed).await.unwrap().ok);
            world.cut_at(call, call % 2 == 0);
            let ended = converge(&world, &store, &to, seed).await;
            world.mend();
            let at = format!("seed {seed}, cut at call {call}");
            assert!(converge(&world, &store, &from, seed).await.unwrap().ok, "{at}");
            assert_settled(&world, &store, &from, &at).await;
            if ended.is_some() {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_destroy_cut_off_at_any_call_leaves_nothing_in_the_end() {
    for seed in 0..4 {
        let design = draw(seed, 0);
        for call in 1.. {
            let world = World::new(seed, Faults::default());
            let store = Memory::default();
            assert!(converge(&world, &store, &design, seed).await.unwrap().ok);
            world.cut_at(call, call % 2 == 0);
            let mut cuts = 0;
            while destroyed(&world, &store, &design, seed).await.map(|summary| summary.ok) != Some(true) {
                cuts += 1;
                assert!(cuts < 4);
                world.mend();
            }
            let at = format!("seed {seed}, cut at call {call}");
            assert_eq!(world.picture(), Vec::<String>::new(), "{at}");
            assert_eq!(world.inner().violations, Vec::<String>::new(), "{at}");
            let state = journal::load(&store).await.unwrap().state;
            assert!(state.entries.is_empty() && state.looked.is_empty(), "{at}");
            if cuts == 0 {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_beginning_of_a_journal_is_sound() {
    for seed in 0..10 {
        let world = World::new(seed, FAULTS);
        let store = Memory::default();
        for flavour in 0..2 {
            assert!(converge(&world, &store, &draw(seed, flavour), seed).await.unwrap().ok);
        }
        assert!(destroyed(&world, &store, &draw(seed, 1), seed).await.unwrap().ok);
        let text = store.load().await.unwrap();
        let chars: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for at in chars.iter().step_by(37) {
            let loaded = journal::read(&text[..*at]).unwrap();
            assert_eq!(loaded.state.verify(), Vec::<String>::new(), "seed {seed}, {at} bytes");
        }
    }
}
