//! A world is believable if its numbers are valid, its events break no rule, nothing happens
//! before its time, and the tour keeps its promises.

mod events;
mod numbers;
mod order;
mod tour;

use crate::{Act, EventPlan, ItemRef, Run, Size, Step, World, world};

/// 2026-11-21T12:00:00Z.
const NOW_US: i64 = 1_795_262_400_000_000;

/// Both sizes, some seeds, and a moment just after midnight.
fn worlds() -> Vec<World> {
    let small = (0..8).map(|seed| world(seed, Size::Small, NOW_US));
    let demo = [world(1, Size::Demo, NOW_US), world(2, Size::Demo, NOW_US - 43_199_000_000)];
    small.chain(demo).collect()
}

fn captures(world: &World) -> impl Iterator<Item = (&Step, usize, &[EventPlan])> {
    world.steps.iter().filter_map(|step| match &step.act {
        Act::Capture { enterprise, events } => Some((step, *enterprise, events.as_slice())),
        _ => None,
    })
}

/// Any EPC that is well formed and different for each item.
fn epc(world: &World, batch: usize, position: u64) -> String {
    match &world.products[world.batches[batch].product].gtin {
        Some(gtin) => format!("https://id.gs1.org/01/{gtin}/21/T{position:07}"),
        None => format!("https://suyuan.example/c/{batch}-{position:07}"),
    }
}

fn covers(run: Run, item: ItemRef) -> bool {
    run.batch == item.batch && (run.first..=run.last).contains(&item.position)
}

#[test]
fn the_same_seed_makes_the_same_world() {
    let same = |seed| world(seed, Size::Small, NOW_US);
    assert_eq!(same(7), same(7));
    assert_ne!(same(7).steps, same(8).steps);
    assert_ne!(same(7).enterprises, same(8).enterprises);
}

#[test]
fn sizes_are_what_they_say() {
    let count = |size| {
        let world = world(1, size, NOW_US);
        let (mut n_items, mut n_scans) = (0, 0);
        for step in &world.steps {
            match &step.act {
                Act::Commission { run, .. } => n_items += run.last - run.first + 1,
                Act::Scan { .. } => n_scans += 1,
                _ => {}
            }
        }
        let n_events: usize = captures(&world).map(|(_, _, events)| events.len()).sum();
        (n_items, n_scans, n_events)
    };
    expect_test::expect!["(4564, 490, 376)"].assert_eq(&format!("{:?}", count(Size::Demo)));
    expect_test::expect!["(292, 40, 190)"].assert_eq(&format!("{:?}", count(Size::Small)));
}
