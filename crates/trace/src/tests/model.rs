//! A slow model that is right at a glance, and random small worlds on which both must agree.
//!
//! The model knows no ranges, no intervals and no frontier: it plays the world event by event and
//! asks of each whether it names the item or anything that the item is in at that moment. Of
//! amounts and shares it knows nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::story::gather;
use crate::{
    Action, AsOf, Direction, EdgeKind, EventFacts, EventKind, Ids, Limits, Question, Role,
    RoleRange, State, Step, Trail,
};

/// Worlds in the suite.
const N_WORLDS: u64 = 100_000;
const N_IDS: i64 = 7;
const FIRST_TRANSFORMATION: i64 = 100;
const STEPS: [Step; 9] = [
    Step::Commissioning,
    Step::Shipping,
    Step::Leaving,
    Step::Receiving,
    Step::Selling,
    Step::Consuming,
    Step::Destroying,
    Step::Decommissioning,
    Step::Other,
];

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
        let mut step = Step::Other;
        let (kind, action) = match self.below(10) {
            0..=1 => {
                ranges.push(self.range(Role::Epc));
                if self.below(3) == 0 {
                    let id = self.id();
                    ranges.push(RoleRange { role: Role::Lot, first: id, last: id });
                }
                step = STEPS[usize::try_from(self.below(STEPS.len() as u64)).unwrap()];
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
                if self.below(4) == 0 {
                    let id = self.id();
                    ranges.push(RoleRange { role: Role::Lot, first: id, last: id });
                }
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
            step,
            place: i64::try_from(self.below(4)).ok().filter(|place| *place > 0),
            position: None,
            ranges,
            amounts: Vec::new(),
            declares: None,
        }
    }

    /// Events in order of time; some declare others to be wrong, and some of these name nothing.
    fn world(&mut self) -> Vec<EventFacts> {
        let n_events = 3 + u32::try_from(self.below(12)).unwrap();
        let mut events: Vec<EventFacts> = (0..n_events).map(|index| self.event(index)).collect();
        for index in n_events..n_events + u32::try_from(self.below(3)).unwrap() {
            let wrong = usize::try_from(self.below(u64::from(n_events))).unwrap();
            let mut declaration = EventFacts {
                key: u128::from(index).to_be_bytes(),
                record_time_us: i64::from(index / 3),
                index_in_capture: index % 3,
                declares: Some(events[wrong].key),
                ..events[wrong].clone()
            };
            if self.below(2) == 0 {
                declaration.ranges.clear();
                declaration.event_time_us += 5;
            }
            events.push(declaration);
        }
        events.iter_mut().for_each(EventFacts::sort);
        events.sort_by_key(|e| (e.event_time_us, e.record_time_us, e.index_in_capture));
        events
    }
}

/// Ids that `event` names in `role`, one by one.
fn ids(event: &EventFacts, role: Role) -> BTreeSet<i64> {
    event.in_role(role).flat_map(|Ids { first, last }| first..=last).collect()
}

/// All that an event names, but for the lot of its items.
fn things(event: &EventFacts) -> BTreeSet<i64> {
    [Role::Epc, Role::Parent, Role::Child, Role::Input, Role::Output]
        .into_iter()
        .flat_map(|role| ids(event, role))
        .collect()
}

/// The lot that a transformation makes items of.
fn made_lot(event: &EventFacts) -> BTreeSet<i64> {
    let makes = event.kind == EventKind::Transformation && !ids(event, Role::Output).is_empty();
    if makes { ids(event, Role::Lot) } else { BTreeSet::new() }
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
    /// The items that begin of it matter, if it is a lot.
    items: bool,
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
        let root = Thread {
            id,
            from: 0,
            until: end,
            made_until: end,
            contents: None,
            items: true,
            is_root: true,
        };
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
            items: true,
            is_root: false,
        };
        for (index, event) in world.iter().enumerate().take(thread.until) {
            let inside = containers(&parents, thread.id);
            let named = things(event);
            let is_lot = ids(event, Role::Lot).contains(&thread.id);
            let makes_lot =
                thread.items && index < thread.made_until && made_lot(event).contains(&thread.id);
            let is_output = ids(event, Role::Output).contains(&thread.id);
            let is_epc = ids(event, Role::Epc).contains(&thread.id);
            let is_made = is_output || makes_lot;
            let is_of_others = event.kind == EventKind::Transformation && !is_made;
            let names_own = match thread.is_root {
                true => named.contains(&thread.id) || is_lot,
                false => (named.contains(&thread.id) || makes_lot) && !is_of_others,
            };
            if names_own || !named.is_disjoint(&inside) {
                self.events.insert(index);
            }
            if (is_output || is_epc) && index < thread.made_until {
                for lot in ids(event, Role::Lot) {
                    let lot = source(lot, world.len(), index);
                    self.back(world, Thread { items: false, ..lot });
                }
            }
            if is_made && index < thread.made_until {
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
        let product = |id, from| Thread { id, from, items: true, is_root: false, ..thread };
        for (index, event) in world.iter().enumerate() {
            let mut own = containers(&parents, thread.id);
            if index >= thread.from {
                self.things.extend(&own);
                own.insert(thread.id);
                let is_lot = thread.items && ids(event, Role::Lot).contains(&thread.id);
                if is_lot || !things(event).is_disjoint(&own) {
                    self.events.insert(index);
                }
                // What it was made in it did not go into.
                let inputs = ids(event, Role::Input);
                let is_used = thread.is_root || index > thread.from;
                let is_input = |id: &i64| inputs.contains(id) && (*id != thread.id || is_used);
                if own.iter().any(is_input) {
                    for other in same_transformation(world, index) {
                        for id in ids(&world[other], Role::Output) {
                            self.events.insert(other);
                            self.on(world, product(id, other));
                        }
                        for id in made_lot(&world[other]) {
                            self.on(world, Thread { items: false, ..product(id, other) });
                        }
                    }
                }
                if is_lot {
                    for id in ids(event, Role::Epc).union(&ids(event, Role::Output)) {
                        self.on(world, product(*id, index));
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

/// What counts as of a moment: no declarations, and nothing that was declared wrong by then.
fn counting(world: &[EventFacts], as_of: AsOf) -> Vec<EventFacts> {
    let known = world.iter().filter(|event| event.record_time_us <= as_of.record_time_us);
    let wrong: BTreeSet<[u8; 16]> = known.clone().filter_map(|event| event.declares).collect();
    let counts = |event: &&EventFacts| {
        let is_past = event.event_time_us <= as_of.event_time_us;
        is_past && event.declares.is_none() && !wrong.contains(&event.key)
    };
    known.filter(counts).cloned().collect()
}

/// Where a thing is: what became of it, the place of the last event, the containers that it names
/// and the thing is in, and where the last event with a place was.
#[derive(Debug, PartialEq)]
struct Held {
    state: State,
    last: Option<usize>,
    containers: BTreeSet<i64>,
    place: Option<i64>,
}

impl Held {
    fn of(world: &[EventFacts], id: i64) -> Self {
        let mut parents: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        let mut seen: BTreeMap<i64, usize> = BTreeMap::new();
        let mut placed: BTreeMap<i64, usize> = BTreeMap::new();
        let mut ended: BTreeMap<i64, usize> = BTreeMap::new();
        for (index, event) in world.iter().enumerate() {
            let mut told = things(event);
            if event.action == Some(Action::Delete) && ids(event, Role::Child).is_empty() {
                let lets_out =
                    |parents: &BTreeSet<i64>| !parents.is_disjoint(&ids(event, Role::Parent));
                let out = parents.iter().filter(|(_, parents)| lets_out(parents));
                told.extend(out.map(|(id, _)| *id));
            }
            for id in told {
                seen.insert(id, index);
                placed.extend(event.place.map(|_| (id, index)));
                if is_end(event, id) {
                    ended.entry(id).or_insert(index);
                }
            }
            play(&mut parents, event);
        }
        let above =
            if ended.contains_key(&id) { BTreeSet::new() } else { containers(&parents, id) };
        let all = || above.iter().chain([&id]);
        let last = all().filter_map(|id| seen.get(id)).max().copied();
        let place = all().filter_map(|id| placed.get(id)).max();
        let label = |end: &&usize| world[**end].step == Step::Decommissioning;
        let used_up = above.iter().filter_map(|id| ended.get(id)).filter(|end| !label(end)).min();
        let end = ended.get(&id).or(used_up).map(|&index| &world[index]);
        let names_last = |container: &&i64| seen.get(*container) == last.as_ref();
        let is_own = seen.get(&id) == last.as_ref();
        Self {
            state: state(end, last.map(|index| &world[index])),
            last,
            containers: above.iter().filter(|_| !is_own).filter(names_last).copied().collect(),
            place: place.and_then(|&index| world[index].place),
        }
    }
}

fn is_end(event: &EventFacts, id: i64) -> bool {
    let names = |role: Role| ids(event, role).contains(&id);
    let ends = [Step::Consuming, Step::Destroying, Step::Decommissioning].contains(&event.step);
    names(Role::Input) && !names(Role::Output) || names(Role::Epc) && ends
}

fn state(end: Option<&EventFacts>, last: Option<&EventFacts>) -> State {
    let Some(last) = last else { return State::Unknown };
    match end.unwrap_or(last).step {
        Step::Consuming => State::Used,
        Step::Destroying => State::Destroyed,
        Step::Decommissioning => State::Decommissioned,
        _ if end.is_some() => State::Used,
        Step::Shipping | Step::Leaving => State::InTransit,
        Step::Selling => State::Sold,
        Step::Commissioning | Step::Receiving | Step::Other => State::InStock,
    }
}

/// Holds each holding of the trail, one id after the other, against the model.
fn check_holdings(world: &[EventFacts], trail: &Trail, what: &str) {
    for holding in &trail.holdings {
        for id in holding.ids.first..=holding.ids.last {
            let mut held = Held::of(world, id);
            // Of several containers that one event names any may tell.
            match holding.container.filter(|container| held.containers.contains(container)) {
                Some(container) => held.containers = BTreeSet::from([container]),
                None => assert!(held.containers.is_empty(), "container of {id}, {what}"),
            }
            let told = Held {
                state: holding.state,
                last: holding.event.map(|key| index_of(world, key)),
                containers: holding.container.into_iter().collect(),
                place: holding.place,
            };
            assert_eq!(told, held, "holding of {id}, {what}");
        }
    }
}

fn ask(world: &[EventFacts], id: i64, direction: Direction, limits: Limits) -> Trail {
    ask_as_of(world, id, direction, (AsOf::NOW, limits))
}

fn ask_as_of(
    world: &[EventFacts],
    id: i64,
    direction: Direction,
    (as_of, limits): (AsOf, Limits),
) -> Trail {
    let subjects = vec![Ids::one(id)];
    gather(world, Question { subjects, direction, as_of, rest: None }, limits)
}

fn index_of(world: &[EventFacts], key: [u8; 16]) -> usize {
    world.iter().position(|event| event.key == key).unwrap()
}

/// Places of the events in the world.
fn events(world: &[EventFacts], trail: &Trail) -> BTreeSet<usize> {
    trail.entries.iter().map(|entry| index_of(world, entry.event)).collect()
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
        let declares = event.declares.map(|key| format!(" wrong {key:?}")).unwrap_or_default();
        format!("{index}: {:?} {:?} {:?}{ranges}{declares}\n", event.kind, event.action, event.step)
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
        let mut as_of = AsOf::NOW;
        if random.below(4) == 0 {
            as_of.event_time_us = i64::try_from(random.below(12)).unwrap();
            as_of.record_time_us = i64::try_from(random.below(6)).unwrap();
        }
        let counting = counting(&world, as_of);
        for direction in BOTH {
            let told = Told::of(&counting, id, direction);
            let trail = ask_as_of(&world, id, direction, (as_of, WHOLE));
            let what = format!("seed {seed}, id {id}, {direction:?}:\n{}", lines(&counting));
            assert_eq!(events(&counting, &trail), told.events, "events, {what}");
            assert_eq!(reached(&trail, direction), told.things, "things, {what}");
            check_holdings(&counting, &trail, &what);
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

/// Wherever an answer is cut, what goes on there makes it whole.
#[test]
fn a_cut_trail_and_what_goes_on_are_the_whole() {
    for seed in 0..N_WORLDS / 4 {
        let mut random = Random(seed);
        let world = random.world();
        let limits = Limits {
            n_events: usize::try_from(1 + random.below(15)).unwrap(),
            n_identifiers: usize::try_from(1 + random.below(6)).unwrap(),
            depth: u16::try_from(random.below(4)).unwrap(),
        };
        let id = random.id();
        for direction in BOTH {
            let first = ask(&world, id, direction, limits);
            let all = events(&world, &ask(&world, id, direction, WHOLE));
            let mut told = events(&world, &first);
            for cut in first.cut.iter().chain(&first.further_cuts) {
                let rest = Some(cut.rest);
                let on = Question { subjects: vec![cut.at], direction, as_of: AsOf::NOW, rest };
                told.extend(events(&world, &gather(&world, on, WHOLE)));
            }
            let what = format!("seed {seed}, id {id}, {direction:?}, {limits:?}");
            assert_eq!(told, all, "{what}, cut {:?}\n{}", first.cut, lines(&world));
        }
    }
}
