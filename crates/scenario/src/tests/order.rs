//! Nothing happens before its time, and nothing twice that happens once.

use std::collections::BTreeMap;

use super::{captures, covers, worlds};
use crate::{Act, ItemRef, Items, Run, World};

/// When each run was commissioned.
fn commissions(world: &World) -> Vec<(Run, i64)> {
    let commission = |step: &crate::Step| match step.act {
        Act::Commission { run, .. } => Some((run, step.at_us)),
        _ => None,
    };
    world.steps.iter().filter_map(commission).collect()
}

fn commissioned_at(commissions: &[(Run, i64)], item: ItemRef) -> Option<i64> {
    commissions.iter().find(|(run, _)| covers(*run, item)).map(|(_, at_us)| *at_us)
}

#[test]
fn steps_are_in_order_and_in_the_past() {
    for world in worlds() {
        let times: Vec<i64> = world.steps.iter().map(|step| step.at_us).collect();
        assert!(times.is_sorted());
        assert!(*times.last().unwrap() < super::NOW_US);
        let ordered_us = world.batches.iter().map(|batch| batch.ordered_at_us).max().unwrap();
        assert!(ordered_us < times[0]);
        for (step, _, events) in captures(&world) {
            assert!(events.is_sorted_by_key(|event| event.event_time_us()));
            assert!(events.iter().all(|event| event.event_time_us() < step.at_us));
        }
    }
}

#[test]
fn codes_are_commissioned_once_to_a_lot_of_their_product() {
    for world in worlds() {
        let mut until: BTreeMap<usize, Vec<Run>> = BTreeMap::new();
        for step in &world.steps {
            let Act::Commission { run, lot } = step.act else { continue };
            assert!(run.first <= run.last && run.last < world.batches[run.batch].n_codes);
            assert_eq!(world.lots[lot].product, world.batches[run.batch].product);
            let others = until.entry(run.batch).or_default();
            assert!(others.iter().all(|other| run.last < other.first || other.last < run.first));
            others.push(run);
        }
    }
}

#[test]
fn events_name_items_after_they_were_commissioned() {
    for world in worlds() {
        let commissions = commissions(&world);
        for event in captures(&world).flat_map(|(_, _, events)| events) {
            for (_, items) in &event.items {
                let Items::Range { batch, first, last } = items else { continue };
                for position in [*first, *last] {
                    let item = ItemRef { batch: *batch, position };
                    let begun_us = commissioned_at(&commissions, item).unwrap();
                    assert!(begun_us < event.event_time_us(), "{item:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_voided_or_destroyed_was_commissioned_and_is_not_sold() {
    for world in worlds() {
        let commissions = commissions(&world);
        let mut n_ended = 0;
        for step in &world.steps {
            let (Act::Void { run, .. } | Act::Destroy { run, .. }) = step.act else { continue };
            n_ended += 1;
            for position in run.first..=run.last {
                let item = ItemRef { batch: run.batch, position };
                assert!(commissioned_at(&commissions, item).unwrap() < step.at_us);
                for (_, _, events) in captures(&world) {
                    let named_later = events.iter().any(|event| {
                        event.event_time_us() > step.at_us
                            && event.items.iter().any(|(_, items)| match *items {
                                Items::Range { batch, first, last } => {
                                    covers(Run { batch, first, last }, item)
                                }
                                Items::Epc(_) => false,
                            })
                    });
                    assert!(!named_later, "{item:?}");
                }
            }
        }
        assert_eq!(n_ended, 2);
    }
}
