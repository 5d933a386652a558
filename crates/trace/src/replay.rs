//! All that is known, played from the beginning: where things are at the end, and what cannot be.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::inside::{Inside, Packed};
use crate::known::Known;
use crate::lots::ROUNDING;
use crate::range_map::RangeMap;
use crate::{
    Action, Amount, EventFacts, EventKind, Finding, FindingKind, Holding, Ids, Position, Reached,
    Role, State, Step,
};

/// Faster than this nothing is carried, in metres a second: 1,080 km/h.
const FASTEST: f64 = 300.0;

/// Nearer than this, positions are one place, in metres: a large site, or a coarse fix.
const NEAR: f64 = 5_000.0;

/// What is known of a thing while the events are played. Events are indices into the known.
#[derive(Debug, Clone, PartialEq, Default)]
struct Thing {
    /// Named as commissioned, and as made: both may be said of one beginning.
    commissioned: Option<usize>,
    made: Option<usize>,
    ended: Option<usize>,
    first_seen: Option<usize>,
    last_seen: Option<usize>,
    /// The last event with a place.
    last_place: Option<usize>,
    /// What it is in, with the event that packed it, in order of packing.
    parents: Vec<(i64, usize)>,
}

impl Thing {
    fn begun(&mut self, role: Role) -> &mut Option<usize> {
        match role {
            Role::Output => &mut self.made,
            _ => &mut self.commissioned,
        }
    }

    fn has_begun(&self, role: Role) -> Option<usize> {
        match role {
            Role::Output => self.made,
            _ => self.commissioned,
        }
    }

    /// Takes an event as the last that tells of it.
    fn tell(&mut self, event: &EventFacts, index: usize) {
        self.last_seen = Some(index);
        if event.place.is_some() {
            self.last_place = Some(index);
        }
    }
}

/// The end of the play.
#[derive(Debug)]
pub(crate) struct Replay<'k> {
    known: &'k Known,
    things: RangeMap<Thing>,
    classes: HashMap<i64, Class>,
    /// What is in each container.
    contents: HashMap<i64, Inside>,
    /// Shipped and received of each class, by unit, and the last shipping.
    moved: HashMap<(i64, Option<[u8; 3]>), Moved>,
    findings: BTreeSet<(FindingKind, Ids, usize, usize)>,
}

/// What is known of a class beside what is known of any thing.
#[derive(Debug, Default)]
struct Class {
    /// The most that any event spoke of, by unit.
    most: HashMap<Option<[u8; 3]>, f64>,
    /// There is some in one place and some in another.
    is_in_parts: bool,
}

#[derive(Debug, Default)]
struct Moved {
    shipped: f64,
    received: f64,
    last_shipping: Option<usize>,
}

impl<'k> Replay<'k> {
    /// Plays everything that counts.
    pub(crate) fn of(known: &'k Known) -> Self {
        let mut replay = Self {
            known,
            things: RangeMap::default(),
            classes: HashMap::new(),
            contents: HashMap::new(),
            moved: HashMap::new(),
            findings: BTreeSet::new(),
        };
        for index in known.in_time() {
            replay.play(index);
        }
        replay
    }

    /// Where each of `ids` is.
    pub(crate) fn holdings(&self, ids: Ids) -> Vec<Holding> {
        let mut holdings: Vec<Holding> = Vec::new();
        let unseen = Thing::default();
        for (ids, thing) in self.things.borrowed_parts(ids) {
            let holding = self.holding(ids, thing.unwrap_or(&unseen));
            match holdings.last_mut() {
                Some(last)
                    if Holding { ids, ..*last } == holding
                        && last.ids.last.checked_add(1) == Some(ids.first) =>
                {
                    last.ids.last = ids.last;
                }
                _ => holdings.push(holding),
            }
        }
        holdings
    }

    fn holding(&self, ids: Ids, thing: &Thing) -> Holding {
        let nothing =
            Holding { ids, state: State::Unknown, event: None, container: None, place: None };
        let is_in_parts = self.classes.get(&ids.first).is_some_and(|class| class.is_in_parts);
        if is_in_parts || !self.known.is_whole(ids) {
            return nothing;
        }
        let mut used_up: Option<usize> = None;
        let mut last = thing.last_seen.map(|event| (event, None));
        let mut place = thing.last_place;
        // An end ends it, whatever happens to the box.
        if thing.ended.is_none() {
            let mut above: Vec<i64> = thing.parents.iter().map(|(parent, _)| *parent).collect();
            let mut met = HashSet::new();
            while let Some(container) = above.pop() {
                if !met.insert(container) {
                    continue;
                }
                if !self.known.is_whole(Ids::one(container)) {
                    return nothing;
                }
                let Some(carrier) = self.things.get(container) else { continue };
                // What was used or destroyed is gone with what was in it, by the first such end; a
                // label that was ended is a label.
                let ended = carrier
                    .ended
                    .filter(|ended| self.known.events[*ended].step != Step::Decommissioning);
                if ended.is_some() && (used_up.is_none() || self.is_later(used_up, ended)) {
                    used_up = ended;
                }
                // Of what one event names the outermost tells, but not before the thing itself.
                let is_further = last.is_some_and(|(event, within)| {
                    within.is_some() && carrier.last_seen == Some(event)
                });
                if is_further || self.is_later(carrier.last_seen, last.map(|(event, _)| event)) {
                    last = carrier.last_seen.map(|event| (event, Some(container)));
                }
                if self.is_later(carrier.last_place, place) {
                    place = carrier.last_place;
                }
                above.extend(carrier.parents.iter().map(|(parent, _)| *parent));
            }
        }
        let event = last.map(|(event, _)| &self.known.events[event]);
        let ended = thing.ended.or(used_up).map(|event| &self.known.events[event]);
        Holding {
            ids,
            state: state_of(ended, event),
            event: event.map(|event| event.key),
            container: last.and_then(|(_, container)| container),
            place: place.and_then(|event| self.known.events[event].place),
        }
    }

    fn is_later(&self, event: Option<usize>, than: Option<usize>) -> bool {
        let moment = |event: usize| self.known.events[event].moment();
        event.is_some_and(|event| than.is_none_or(|than| moment(than) < moment(event)))
    }

    /// What contradicts itself in what is told of the reached and of what carried them.
    pub(crate) fn findings(
        &self,
        reached: &[Reached],
        carriers: impl Iterator<Item = i64>,
    ) -> Vec<Finding> {
        let mut wanted: RangeMap<()> = RangeMap::default();
        for ids in reached.iter().map(|reached| reached.ids).chain(carriers.map(Ids::one)) {
            wanted.set(ids, ());
        }
        let mut findings = Vec::new();
        for &(kind, ids, first, second) in &self.findings {
            let parts = wanted.parts(ids).into_iter().filter(|(_, wanted)| wanted.is_some());
            let [first, second] = [first, second].map(|event| self.known.events[event].key);
            findings.extend(parts.map(|(ids, _)| Finding { kind, ids, first, second }));
        }
        findings.sort_unstable();
        findings.dedup();
        findings
    }

    fn play(&mut self, index: usize) {
        let event = &self.known.events[index];
        for range in &event.ranges {
            match range.role {
                Role::Transformation | Role::Lot => {}
                role => self.see(range.ids(), role, index),
            }
        }
        let Some(action) = event.packs() else { return };
        let parents: Vec<i64> = event.in_role(Role::Parent).map(|ids| ids.first).collect();
        for parent in parents {
            match action {
                Action::Observe => {}
                Action::Add => self.pack(parent, index),
                Action::Delete => {
                    let Some(inside) = self.contents.get_mut(&parent) else { continue };
                    let mut left = match event.empties() {
                        true => inside.empty(),
                        false => {
                            let children = event.in_role(Role::Child);
                            children.flat_map(|ids| inside.unpack(event, ids)).collect()
                        }
                    };
                    left.retain(|(ids, _)| !inside.holds_class(ids.first));
                    for (ids, _) in left {
                        self.let_out(ids, parent, index);
                    }
                }
            }
        }
    }

    /// What was looked up among `ids`.
    fn asked(&self, ids: Ids) -> Vec<Ids> {
        let asked = self.known.asked(ids).into_iter();
        asked.filter(|(_, asked)| asked.is_some()).map(|(ids, _)| ids).collect()
    }

    fn see(&mut self, ids: Ids, role: Role, index: usize) {
        let event = &self.known.events[index];
        let amounts = event.amounts(role, ids.first);
        for amount in amounts {
            self.weigh(index, amount.class, amount.quantity, amount.uom);
        }
        let kept = match role {
            Role::Input => event.split(Role::Output, ids),
            Role::Output => event.split(Role::Input, ids),
            _ => vec![(ids, false)],
        };
        let asked = kept.into_iter().flat_map(|(ids, _)| self.asked(ids));
        for ids in asked.collect::<Vec<_>>() {
            if amounts.is_empty() {
                let things = self.things.overlapping(ids);
                let found = things.flat_map(|(ids, it)| self.contradictions(ids, it, role, index));
                let found: Vec<_> = found.collect();
                self.findings.extend(found);
            }
            self.things.fill(ids);
            self.things.update(ids, |ids, thing| {
                if begins(event, role, ids) {
                    thing.begun(role).get_or_insert(index);
                }
                if ends(event, role, ids) && amounts.is_empty() {
                    thing.ended.get_or_insert(index);
                }
                if !amounts.is_empty() {
                    let before = thing.last_place.map(|event| self.known.events[event].place);
                    let is_elsewhere = before.is_some_and(|before| before != event.place);
                    let class = self.classes.entry(ids.first).or_default();
                    let is_all = class.weigh(amounts);
                    class.is_in_parts = !is_all && (class.is_in_parts || is_elsewhere);
                }
                thing.first_seen.get_or_insert(index);
                thing.tell(event, index);
            });
        }
    }

    /// Compares one event of an item with what was told before.
    fn contradictions(
        &self,
        ids: Ids,
        thing: &Thing,
        role: Role,
        index: usize,
    ) -> Vec<(FindingKind, Ids, usize, usize)> {
        let event = &self.known.events[index];
        let mut found = Vec::new();
        if begins(event, role, ids) {
            let is_first = thing.commissioned.is_none() && thing.made.is_none();
            let early = thing.first_seen.filter(|_| is_first);
            found.extend(early.map(|seen| (FindingKind::BeforeBeginning, seen)));
            let twice = thing.has_begun(role);
            found.extend(twice.map(|begun| (FindingKind::CommissionedTwice, begun)));
        }
        if let Some(ended) = thing.ended.filter(|&ended| ended != index) {
            found.push((FindingKind::MovedAfterEnd, ended));
        }
        if let Some(before) = thing.last_place.filter(|&before| before != index) {
            let kind = self.movement(&self.known.events[before], event);
            found.extend(kind.map(|kind| (kind, before)));
        }
        found
            .extend(self.apart(thing, index).map(|other| (FindingKind::ApartFromContainer, other)));
        found.into_iter().map(|(kind, other)| (kind, ids, other, index)).collect()
    }

    /// What is wrong with going from one event's place to the other's.
    fn movement(&self, before: &EventFacts, after: &EventFacts) -> Option<FindingKind> {
        if before.place == after.place || before.place.is_none() || after.place.is_none() {
            return None;
        }
        let time_us = after.event_time_us.abs_diff(before.event_time_us);
        let distance = before.position.zip(after.position).map(|(a, b)| metres(a, b));
        let is_near = distance.is_some_and(|distance| distance < NEAR);
        if time_us == 0 && !is_near {
            return Some(FindingKind::TwoPlaces);
        }
        let seconds = time_us as f64 / 1e6;
        let is_too_fast = distance.is_some_and(|distance| distance - NEAR > FASTEST * seconds);
        is_too_fast.then_some(FindingKind::ImpossibleSpeed)
    }

    /// The last event of what the thing is in, if that is somewhere else than `index` says.
    fn apart(&self, thing: &Thing, index: usize) -> Option<usize> {
        let event = &self.known.events[index];
        let place = event.place?;
        for &(container, packed_by) in &thing.parents {
            if event.names(Role::Parent, Ids::one(container)) {
                continue;
            }
            let seen = self.things.get(container).and_then(|carrier| carrier.last_place);
            let Some(seen) = seen else { continue };
            let is_since = !self.is_later(Some(packed_by), Some(seen));
            if is_since && seen != index && self.known.events[seen].place != Some(place) {
                return Some(seen);
            }
        }
        None
    }

    fn pack(&mut self, parent: i64, index: usize) {
        let event = &self.known.events[index];
        let packed = Packed { from: event.moment(), by: index };
        for ids in event.in_role(Role::Child) {
            let is_class = event.is_class(Role::Child, ids.first);
            let is_alone = event.kind == EventKind::Aggregation && !is_class;
            self.contents.entry(parent).or_default().pack(event, ids, packed);
            for ids in self.asked(ids) {
                self.things.update(ids, |ids, thing| {
                    let is_other = |(id, event): &&(i64, usize)| {
                        *id != parent && self.known.events[*event].kind == EventKind::Aggregation
                    };
                    if let Some(&(_, other)) = thing.parents.iter().find(is_other)
                        && is_alone
                    {
                        self.findings.insert((FindingKind::TwoParents, ids, other, index));
                    }
                    if !thing.parents.iter().any(|(id, _)| *id == parent) {
                        thing.parents.push((parent, index));
                    }
                });
            }
        }
    }

    /// Takes `ids` out of `parent`; the event that does so is the last that tells of them.
    fn let_out(&mut self, ids: Ids, parent: i64, index: usize) {
        let event = &self.known.events[index];
        self.things.update(ids, |_, thing| {
            let n_before = thing.parents.len();
            thing.parents.retain(|(id, _)| *id != parent);
            if thing.parents.len() < n_before {
                thing.tell(event, index);
            }
        });
    }

    /// Adds up what of a class was shipped and received.
    fn weigh(&mut self, index: usize, class: i64, quantity: Option<f64>, uom: Option<[u8; 3]>) {
        let step = self.known.events[index].step;
        let Some(quantity) = quantity else { return };
        let moved = self.moved.entry((class, uom)).or_default();
        match step {
            Step::Shipping => {
                moved.shipped += quantity;
                moved.last_shipping = Some(index);
            }
            Step::Receiving => {
                moved.received += quantity;
                if let Some(shipping) = moved.last_shipping
                    && moved.received > moved.shipped * (1.0 + ROUNDING)
                {
                    let kind = FindingKind::ReceivedMoreThanShipped;
                    self.findings.insert((kind, Ids::one(class), shipping, index));
                }
            }
            _ => {}
        }
    }
}

impl Class {
    /// Takes in how much of it an event spoke of; true if that was all of it.
    fn weigh(&mut self, amounts: &[Amount]) -> bool {
        let mut is_all = true;
        for amount in amounts {
            let most = self.most.entry(amount.uom).or_default();
            is_all &= amount.quantity.is_some_and(|quantity| quantity >= *most);
            *most = most.max(amount.quantity.unwrap_or(0.0));
        }
        is_all
    }
}

/// True if nothing is to come before the event for `ids`, which it names in `role`.
pub(crate) fn begins(event: &EventFacts, role: Role, ids: Ids) -> bool {
    match role {
        // What keeps its identifier through a transformation was there before.
        Role::Output => !event.names(Role::Input, ids),
        Role::Epc => event.step == Step::Commissioning && event.action != Some(Action::Delete),
        _ => false,
    }
}

/// True if nothing is to come after the event for `ids`, which it names in `role`.
fn ends(event: &EventFacts, role: Role, ids: Ids) -> bool {
    match role {
        Role::Input => !event.names(Role::Output, ids),
        Role::Epc => {
            matches!(event.step, Step::Consuming | Step::Destroying | Step::Decommissioning)
        }
        _ => false,
    }
}

fn state_of(ended: Option<&EventFacts>, last: Option<&EventFacts>) -> State {
    let Some(last) = last else { return State::Unknown };
    match ended.map(|ended| (ended.kind, ended.step)) {
        Some((EventKind::Transformation, _) | (_, Step::Consuming)) => return State::Used,
        Some((_, Step::Destroying)) => return State::Destroyed,
        Some(_) => return State::Decommissioned,
        None => {}
    }
    match last.step {
        Step::Shipping | Step::Leaving => State::InTransit,
        Step::Selling => State::Sold,
        Step::Consuming => State::Used,
        Step::Destroying => State::Destroyed,
        Step::Decommissioning => State::Decommissioned,
        Step::Commissioning | Step::Receiving | Step::Other => State::InStock,
    }
}

/// The distance over the ground, on a sphere.
fn metres(a: Position, b: Position) -> f64 {
    const RADIUS: f64 = 6_371_000.0;
    let radians = |millionths: i32| (f64::from(millionths) / 1e6).to_radians();
    let (from, to) = (radians(a.latitude), radians(b.latitude));
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let across = half(radians(b.longitude) - radians(a.longitude));
    let chord = half(to - from) + from.cos() * to.cos() * across;
    2.0 * RADIUS * chord.sqrt().min(1.0).asin()
}
