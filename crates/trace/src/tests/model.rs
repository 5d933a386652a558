//! A slow model that is right at a glance, and random small worlds on which both must agree.
//!
//! The model knows no ranges, no intervals and no frontier: it plays the world event by event and
//! asks of each whether it names the item or anything that the item is in at that moment.

use std::collections::{BTreeMap, BTreeSet};

use super::story::gather;
use crate::{
    Action, AsOf, Direction, EdgeKind, EventFacts, EventKind, Ids, Limits, Question, Role,
    RoleRange, Step, Trail,
};

/// Worlds in the suite.
const N_WORLDS: u64 = 100_000;
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
                if self.below(3) == 0 {
                    let id = self.id();
                    ranges.push(RoleRange { role: Role::Lot, first: id, last: id });
                }
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
            step: Step::Other,
            place: None,
            position: None,
            ranges,
            amounts: Vec::new(),
            declares: None,
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
    event.in_role(role).flat_map(|Ids { first, last }| first..=last).collect()
}

fn things(event: &EventFacts) -> BTreeSet<i64> {
    [Role::Epc, Role::Parent, Role::Child, Role::Input, Role::Output, Role::Lot]
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

/// One thread of an answer: an id, and how much of it matters. Numbers are places of events in the
/// world; the end of a stretch is excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Thread {
    id: i64,
    from: usize,
    until: usize,
    /// What was made of something from here on is not followed backward.
    made_until: usize,
    /// When what is inside it matters.
    contents: Option<(usize, usize)>,
    is_root: bool,
}

/// What the model says: the events, and the things that are reached.
#[derive(Default)]
struct Told {
    events: BTreeSet<usize>,
    things: BTreeSet<i64>,
    done: BTreeSet<Thread>,
}

impl Told {
    fn of(world: &[EventFacts], id: i64, direction: Direction) -> Self {
        let mut told = Self::default();
        let end = world.len();
        let root =
            Thread { id, from: 0, until: end, made_until: end, contents: None, is_root: true };
        match direction {
            Direction::Backward => told.back(world, Thread { contents: Some((0, end)), ..root }),
            Direction::Forward => told.on(world, root),
        }
        told
    }

    fn back(&mut self, world: &[EventFacts], thread: Thread) {
        if !self.done.insert(thread) {
            return;
        }
        self.things.insert(thread.id);
        let mut parents = BTreeMap::new();
        let source = |id, until, made_until| Thread {
            id,
            from: 0,
            until,
            made_until,
            contents: None,
            is_root: false,
        };
        for (index, event) in world.iter().enumerate().take(thread.until) {
            let inside = containers(&parents, thread.id);
            let named = things(event);
            let is_output = ids(event, Role::Output).contains(&thread.id);
            let is_epc = ids(event, Role::Epc).contains(&thread.id);
            let is_of_others = match event.kind {
                EventKind::Transformation => !is_output,
                EventKind::Object => !is_epc,
                _ => false,
            };
            let names_own = named.contains(&thread.id) && (thread.is_root || !is_of_others);
            if names_own || !named.is_disjoint(&inside) {
                self.events.insert(index);
            }
            if (is_output || is_epc) && index < thread.made_until {
                for lot in ids(event, Role::Lot) {
                    self.back(world, source(lot, world.len(), index));
                }
            }
            if is_output && index < thread.made_until {
                for other in same_transformation(world, index) {
                    for id in ids(&world[other], Role::Input) {
                        self.events.insert(other);
                        let contents = Some((other, other + 1));
                        self.back(world, Thread { contents, ..source(id, other, other) });
                    }
                }
            }
            play(&mut parents, event);
        }
        let Some((from, until)) = thread.contents else { return };
        for (id, from, until) in contents(world, thread.id, from, until) {
            let contents = Some((from, until));
            self.back(world, Thread { contents, ..source(id, until, until) });
        }
    }

    fn on(&mut self, world: &[EventFacts], thread: Thread) {
        if !self.done.insert(thread) {
            return;
        }
        self.things.insert(thread.id);
        let mut parents = BTreeMap::new();
        let product = |id, from| Thread { id, from, is_root: false, ..thread };
        for (index, event) in world.iter().enumerate() {
            let mut own = containers(&parents, thread.id);
            if index >= thread.from {
                self.things.extend(&own);
                own.insert(thread.id);
                if !things(event).is_disjoint(&own) {
                    self.events.insert(index);
                }
                if !ids(event, Role::Input).is_disjoint(&own) {
                    for other in same_transformation(world, index) {
                        for id in ids(&world[other], Role::Output) {
                            self.events.insert(other);
                            self.on(world, product(id, other));
                        }
                    }
                }
                if ids(event, Role::Lot).contains(&thread.id) {
                    for id in ids(event, Role::Epc) {
                        self.on(world, product(id, index));
                    }
                }
            }
            play(&mut parents, event);
        }
        self.things.extend(containers(&parents, thread.id));
    }
}

/// What was directly in `container` at some moment of a stretch: id, and the part of the stretch.
fn contents(
    world: &[EventFacts],
    container: i64,
    from: usize,
    until: usize,
) -> Vec<(i64, usize, usize)> {
    let mut found = Vec::new();
    for id in 0..N_IDS {
        let mut parents = BTreeMap::new();
        let mut since = None;
        for (index, event) in world.iter().enumerate().take(until) {
            play(&mut parents, event);
            let inside = parents.get(&id).is_some_and(|parents| parents.contains(&container));
            if !inside && let Some(since) = since.take() {
                found.push((id, since, index));
            }
            if inside && index >= from {
                since.get_or_insert(index);
            }
        }
        found.extend(since.map(|since| (id, since, until)));
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

fn ask(world: &[EventFacts], id: i64, direction: Direction, limits: Limits) -> Trail {
    let subjects = vec![Ids::one(id)];
    gather(world, Question { subjects, direction, as_of: AsOf::NOW }, limits)
}

/// Places of the events in the world.
fn events(world: &[EventFacts], trail: &Trail) -> BTreeSet<usize> {
    let index = |key| world.iter().position(|event| event.key == key).unwrap();
    trail.entries.iter().map(|entry| index(entry.event)).collect()
}

/// What is reached; forward with what it is in.
fn reached(trail: &Trail, direction: Direction) -> BTreeSet<i64> {
    let own = trail.reached.iter().flat_map(|reached| reached.ids.first..=reached.ids.last);
    let packed = trail.edges.iter().filter(|edge| edge.kind == EdgeKind::Packed);
    let carriers = packed.map(|edge| edge.to.first).filter(|_| direction == Direction::Forward);
    own.chain(carriers).collect()
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

const BOTH: [Direction; 2] = [Direction::Backward, Direction::Forward];
const WHOLE: Limits = Limits { n_events: 1000, n_identifiers: 1000, depth: 1000 };

#[test]
fn the_engine_agrees_with_the_model() {
    for seed in 0..N_WORLDS {
        let mut random = Random(seed);
        let world = random.world();
        let id = random.id();
        for direction in BOTH {
            let told = Told::of(&world, id, direction);
            let trail = ask(&world, id, direction, WHOLE);
            let what = format!("seed {seed}, id {id}, {direction:?}:\n{}", lines(&world));
            assert_eq!(events(&world, &trail), told.events, "events, {what}");
            assert_eq!(reached(&trail, direction), told.things, "things, {what}");
        }
    }
}

/// What a thing leads to forward is what leads back to it.
#[test]
fn backward_and_forward_are_each_others_inverse() {
    for seed in 0..N_WORLDS / 4 {
        let world = Random(seed).world();
        let all = |direction| -> Vec<BTreeSet<i64>> {
            let of = |id| reached(&ask(&world, id, direction, WHOLE), direction);
            (0..N_IDS).map(of).collect()
        };
        let [back, on] = BOTH.map(all);
        for (a, b) in (0..N_IDS).flat_map(|a| (0..N_IDS).map(move |b| (a, b))) {
            let index = |id: i64| usize::try_from(id).unwrap();
            let (leads, comes) = (on[index(a)].contains(&b), back[index(b)].contains(&a));
            assert_eq!(leads, comes, "seed {seed}, {a} to {b}:\n{}", lines(&world));
        }
    }
}

/// Whatever the limits, a cut trail claims nothing that the whole one does not.
#[test]
fn a_cut_trail_is_part_of_the_whole() {
    for seed in 0..N_WORLDS / 4 {
        let mut random = Random(seed);
        let world = random.world();
        let limits = Limits {
            n_events: usize::try_from(1 + random.below(10)).unwrap(),
            n_identifiers: usize::try_from(1 + random.below(6)).unwrap(),
            depth: u16::try_from(random.below(4)).unwrap(),
        };
        let id = random.id();
        for direction in BOTH {
            let part = events(&world, &ask(&world, id, direction, limits));
            let all = events(&world, &ask(&world, id, direction, WHOLE));
            let what = format!("seed {seed}, id {id}, {direction:?}, {limits:?}");
            assert!(part.is_subset(&all), "{what}: {part:?} {all:?}\n{}", lines(&world));
        }
    }
}
