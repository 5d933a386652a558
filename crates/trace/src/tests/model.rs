//! A slow model that is right at a glance, and random small worlds on which both must agree.
//!
//! The model knows no ranges, no intervals and no frontier: it plays the world event by event and
//! asks of each whether it names the item or anything that the item is in at that moment.

use std::collections::{BTreeMap, BTreeSet};

use super::story::gather;
use crate::{Action, Ask, EventFacts, EventKind, Limits, Role, RoleRange};

/// Worlds in the suite; the property held on 10^6 of them with other seeds.
const N_WORLDS: u64 = 20_000;
const N_IDS: i64 = 7;
const FIRST_TRANSFORMATION: i64 = 100;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn id(&mut self) -> i64 {
        i64::try_from(self.below(N_IDS.unsigned_abs())).unwrap()
    }

    fn range(&mut self, role: Role) -> RoleRange {
        let first = self.id();
        let length = if self.below(3) == 0 { self.id() % 3 } else { 0 };
        RoleRange { role, first, last: (first + length).min(N_IDS - 1) }
    }

    fn event(&mut self, index: u32) -> EventFacts {
        let mut ranges = Vec::new();
        let (kind, action) = match self.below(10) {
            0..=1 => {
                ranges.push(self.range(Role::Epc));
                (EventKind::Object, Some(Action::Observe))
            }
            2..=6 => {
                let id = self.id();
                ranges.push(RoleRange { role: Role::Parent, first: id, last: id });
                let n_children = [1, 1, 2, 0][usize::try_from(self.below(4)).unwrap()];
                ranges.extend((0..n_children).map(|_| self.range(Role::Child)));
                let action = match self.below(8) {
                    0..=4 => Action::Add,
                    5..=6 => Action::Delete,
                    _ => Action::Observe,
                };
                (EventKind::Aggregation, Some(action))
            }
            _ => {
                ranges.extend((0..self.below(3)).map(|_| self.range(Role::Input)));
                ranges.extend((0..self.below(3)).map(|_| self.range(Role::Output)));
                if self.below(3) == 0 {
                    let id = FIRST_TRANSFORMATION + i64::from(self.below(2) == 0);
                    ranges.push(RoleRange { role: Role::Transformation, first: id, last: id });
                }
                (EventKind::Transformation, None)
            }
        };
        EventFacts {
            key: u128::from(index).to_be_bytes(),
            event_time_us: i64::try_from(self.below(12)).unwrap(),
            record_time_us: i64::from(index / 3),
            index_in_capture: index % 3,
            kind,
            action,
            ranges,
        }
    }

    /// Events in order of time.
    fn world(&mut self) -> Vec<EventFacts> {
        let n_events = 3 + u32::try_from(self.below(12)).unwrap();
        let mut events: Vec<EventFacts> = (0..n_events).map(|index| self.event(index)).collect();
        events.sort_by_key(|e| (e.event_time_us, e.record_time_us, e.index_in_capture));
        events
    }
}

/// Ids that `event` names in `role`, one by one.
fn ids(event: &EventFacts, role: Role) -> BTreeSet<i64> {
    event.in_role(role).flat_map(|Ask { first, last }| first..=last).collect()
}

fn things(event: &EventFacts) -> BTreeSet<i64> {
    [Role::Epc, Role::Parent, Role::Child, Role::Input, Role::Output]
        .into_iter()
        .flat_map(|role| ids(event, role))
        .collect()
}

/// All that an id is in, directly and through others.
fn containers(parents: &BTreeMap<i64, BTreeSet<i64>>, id: i64) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        for &parent in parents.get(&id).into_iter().flatten() {
            if found.insert(parent) {
                open.push(parent);
            }
        }
    }
    found
}

fn play(parents: &mut BTreeMap<i64, BTreeSet<i64>>, event: &EventFacts) {
    let Some(&parent) = ids(event, Role::Parent).first() else { return };
    let children = ids(event, Role::Child);
    match event.action {
        Some(Action::Add) => {
            for child in children {
                parents.entry(child).or_default().insert(parent);
            }
        }
        Some(Action::Delete) => {
            for (child, parents) in parents.iter_mut() {
                if children.is_empty() || children.contains(child) {
                    parents.remove(&parent);
                }
            }
        }
        _ => {}
    }
}

/// One thread of a history: an id, up to the n-th event of the world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Thread {
    id: i64,
    until: usize,
    is_source: bool,
}

/// Indices of all events that belong to the thread, and to the sources that it leads to.
fn model(world: &[EventFacts], thread: Thread, done: &mut BTreeSet<Thread>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    if !done.insert(thread) {
        return found;
    }
    let mut parents = BTreeMap::new();
    for (index, event) in world.iter().enumerate().take(thread.until) {
        let inside = containers(&parents, thread.id);
        let named = things(event);
        let feeds_others = thread.is_source
            && event.kind == EventKind::Transformation
            && !ids(event, Role::Output).contains(&thread.id);
        let names_own = named.contains(&thread.id) && !feeds_others;
        let names_container = !named.is_disjoint(&inside);
        if names_own || names_container {
            found.insert(index);
        }
        if ids(event, Role::Output).contains(&thread.id) {
            for other in same_transformation(world, index) {
                for id in ids(&world[other], Role::Input) {
                    found.insert(other);
                    let source = Thread { id, until: other, is_source: true };
                    found.extend(model(world, source, done));
                }
            }
        }
        play(&mut parents, event);
    }
    found
}

fn same_transformation(world: &[EventFacts], index: usize) -> Vec<usize> {
    let id = ids(&world[index], Role::Transformation);
    let is_same = |&other: &usize| {
        other == index || !ids(&world[other], Role::Transformation).is_disjoint(&id)
    };
    (0..world.len()).filter(is_same).collect()
}

fn engine(world: &[EventFacts], item: i64, limits: Limits) -> BTreeSet<usize> {
    let trail = gather(world, item, limits);
    let index = |key| world.iter().position(|event| event.key == key).unwrap();
    trail.entries.iter().map(|entry| index(entry.event)).collect()
}

/// The world for the eye, one event a line.
fn lines(world: &[EventFacts]) -> String {
    let line = |(index, event): (usize, &EventFacts)| {
        let range = |r: &RoleRange| format!(" {:?} {}..={}", r.role, r.first, r.last);
        let ranges: String = event.ranges.iter().map(range).collect();
        format!("{index}: {:?} {:?}{ranges}\n", event.kind, event.action)
    };
    world.iter().enumerate().map(line).collect()
}

#[test]
fn the_engine_agrees_with_the_model() {
    let limits = Limits { n_events: 1000, n_identifiers: 1000, depth: 1000 };
    for seed in 0..N_WORLDS {
        let world = Random(seed).world();
        for id in 0..N_IDS {
            let thread = Thread { id, until: world.len(), is_source: false };
            let expected = model(&world, thread, &mut BTreeSet::new());
            let found = engine(&world, id, limits);
            assert_eq!(found, expected, "seed {seed}, id {id}:\n{}", lines(&world));
        }
    }
}

/// Whatever the limits, a cut trail claims nothing that the whole one does not.
#[test]
fn a_cut_trail_is_part_of_the_whole() {
    let whole = Limits { n_events: 1000, n_identifiers: 1000, depth: 1000 };
    for seed in 0..N_WORLDS {
        let mut random = Random(seed);
        let world = random.world();
        let limits = Limits {
            n_events: usize::try_from(1 + random.below(10)).unwrap(),
            n_identifiers: usize::try_from(1 + random.below(6)).unwrap(),
            depth: u16::try_from(random.below(4)).unwrap(),
        };
        let id = random.id();
        let (part, all) = (engine(&world, id, limits), engine(&world, id, whole));
        assert!(part.is_subset(&all), "seed {seed}, id {id}, {limits:?}: {part:?} {all:?}");
    }
}
