//! All that is known, played from the beginning: where things are at the end, and what cannot be.

use std::collections::BTreeMap;
use std::num::NonZero;

use crate::inside::Inside;
use crate::known::Known;
use crate::lots::ROUNDING;
use crate::mixing::{MixedMap, MixedSet};
use crate::range_map::RangeMap;
use crate::{
    Action, Amount, EventFacts, EventKind, Finding, FindingKind, Holding, Ids, Position, Role,
    Shipping, State, Step,
};

/// Faster than this nothing is carried, in metres a second: 1,080 km/h.
const FASTEST: f64 = 300.0;

/// Nearer than this, positions are one place, in metres: a large site, or a coarse fix.
const NEAR: f64 = 5_000.0;

/// The place of an event in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Nth(NonZero<u32>);

impl Nth {
    /// All places in order.
    fn all(n_events: usize) -> impl Iterator<Item = Self> {
        let n_events = u32::try_from(n_events).expect("memory holds fewer events");
        (1..=n_events).filter_map(NonZero::new).map(Self)
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Containers of one thing at once. More than one is a finding each time; those behind are not
/// asked where they are.
const MAX_PARENTS: usize = 2_048;

/// What is known of a thing while the events are played.
#[derive(Debug, Clone, PartialEq, Default)]
struct Thing {
    /// Named as commissioned, and as made: both may be said of one beginning.
    commissioned: Option<Nth>,
    made: Option<Nth>,
    ended: Option<Nth>,
    first_seen: Option<Nth>,
    last_seen: Option<Nth>,
    /// The last event with a place.
    last_place: Option<Nth>,
    last_shipping: Option<Nth>,
    /// What it is in, with the event that packed it, in order of packing.
    parents: Vec<(i64, Nth)>,
}

impl Thing {
    fn begun(&mut self, role: Role) -> &mut Option<Nth> {
        match role {
            Role::Output => &mut self.made,
            _ => &mut self.commissioned,
        }
    }

    fn has_begun(&self, role: Role) -> Option<Nth> {
        match role {
            Role::Output => self.made,
            _ => self.commissioned,
        }
    }

    /// Takes an event as the last that tells of it.
    fn tell(&mut self, event: &EventFacts, nth: Nth) {
        self.last_seen = Some(nth);
        if event.place.is_some() {
            self.last_place = Some(nth);
        }
        if event.step == Step::Shipping {
            self.last_shipping = Some(nth);
        }
    }
}

/// The end of the play.
#[derive(Debug)]
pub(crate) struct Replay<'k> {
    known: &'k Known,
    /// The events that count, in order of time.
    order: &'k [usize],
    /// All that was looked up.
    things: RangeMap<Thing>,
    classes: MixedMap<i64, Class>,
    /// What is in each container that something leaves.
    contents: MixedMap<i64, Inside>,
    /// Shipped and received of each class, by unit, and the last shipping.
    moved: BTreeMap<(i64, Option<[u8; 3]>), Moved>,
    findings: Vec<Found>,
}

/// A finding with the earlier and the later event.
type Found = (FindingKind, Ids, Nth, Nth);

/// What is known of a class beside what is known of any thing.
#[derive(Debug, Default)]
struct Class {
    /// The most that any event spoke of, by unit.
    most: BTreeMap<Option<[u8; 3]>, f64>,
    /// There is some in one place and some in another.
    is_in_parts: bool,
}

#[derive(Debug, Default)]
struct Moved {
    shipped: f64,
    received: f64,
    last_shipping: Option<Nth>,
}

impl<'k> Replay<'k> {
    /// Plays the events that count, which are in order of time.
    pub(crate) fn of(known: &'k Known, order: &'k [usize]) -> Self {
        let mut replay = Self {
            known,
            order,
            things: RangeMap::of_runs(known.all_asked()),
            classes: MixedMap::default(),
            contents: left(known, order).map(|parent| (parent, Inside::default())).collect(),
            moved: BTreeMap::new(),
            findings: Vec::new(),
        };
        Nth::all(order.len()).for_each(|nth| replay.play(nth));
        replay
    }

    fn event(&self, nth: Nth) -> &'k EventFacts {
        &self.known.events[self.order[nth.index()]]
    }

    /// Where each of these is.
    pub(crate) fn holdings(&self, all: impl IntoIterator<Item = Ids>) -> Vec<Holding> {
        let mut holdings: Vec<Holding> = Vec::new();
        let mut above = Above::default();
        let unseen = Thing::default();
        for ids in all {
            let begin = holdings.len();
            for (ids, thing) in self.things.borrowed_parts(ids) {
                let holding = self.holding(ids, thing.unwrap_or(&unseen), &mut above);
                match holdings[begin..].last_mut() {
                    Some(last)
                        if Holding { ids, ..*last } == holding
                            && last.ids.last.checked_add(1) == Some(ids.first) =>
                    {
                        last.ids.last = ids.last;
                    }
                    _ => holdings.push(holding),
                }
            }
        }
        holdings
    }

    fn holding(&self, ids: Ids, thing: &Thing, above: &mut Above) -> Holding {
        let nothing = Holding {
            ids,
            state: State::Unknown,
            event: None,
            container: None,
            place: None,
            shipping: None,
        };
        let is_in_parts = self.classes.get(&ids.first).is_some_and(|class| class.is_in_parts);
        if is_in_parts || !self.known.is_whole(ids) {
            return nothing;
        }
        let mut used_up: Option<Nth> = None;
        let mut last = thing.last_seen.map(|event| (event, None));
        let (mut place, mut shipping) = (thing.last_place, thing.last_shipping);
        // An end ends it, whatever happens to the box.
        if thing.ended.is_none() {
            above.begin(thing);
            while let Some(container) = above.next() {
                if !self.known.is_whole(Ids::one(container)) {
                    return nothing;
                }
                let Some(carrier) = self.things.get(container) else { continue };
                // What was used or destroyed is gone with what was in it, by the first such end; a
                // label that was ended is a label.
                let ended =
                    carrier.ended.filter(|&it| self.event(it).step != Step::Decommissioning);
                used_up = used_up.into_iter().chain(ended).min();
                // Of what one event names the outermost tells, but not before the thing itself.
                let is_further = last.is_some_and(|(event, within)| {
                    within.is_some() && carrier.last_seen == Some(event)
                });
                if is_further || carrier.last_seen > last.map(|(event, _)| event) {
                    last = carrier.last_seen.map(|event| (event, Some(container)));
                }
                place = place.max(carrier.last_place);
                shipping = shipping.max(carrier.last_shipping);
                above.climb(carrier);
            }
        }
        let event = last.map(|(event, _)| self.event(event));
        let ended = thing.ended.or(used_up).map(|event| self.event(event));
        Holding {
            ids,
            state: state_of(ended, event),
            event: event.map(|event| event.key),
            container: last.and_then(|(_, container)| container),
            place: place.and_then(|event| self.event(event).place),
            shipping: shipping.map(|event| shipping_of(self.event(event))),
        }
    }

    /// What contradicts itself in what is told of these.
    pub(crate) fn findings(&self, told: &RangeMap<()>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for &(kind, ids, first, second) in &self.findings {
            let [first, second] = [first, second].map(|event| self.event(event).key);
            let parts = told.overlapping(ids);
            findings.extend(parts.map(|(ids, ())| Finding { kind, ids, first, second }));
        }
        findings.sort_unstable();
        findings.dedup();
        findings
    }

    fn play(&mut self, nth: Nth) {
        let event = self.event(nth);
        for range in &event.ranges {
            match range.role {
                Role::Transformation | Role::Lot => {}
                role => self.see(range.ids(), role, nth),
            }
        }
        let Some(action) = event.packs() else { return };
        for parent in event.in_role(Role::Parent).map(|ids| ids.first) {
            match action {
                Action::Observe => {}
                Action::Add => self.pack(parent, nth),
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
                        self.let_out(ids, parent, nth);
                    }
                }
            }
        }
    }

    fn see(&mut self, ids: Ids, role: Role, nth: Nth) {
        let event = self.event(nth);
        let amounts = event.amounts(role, ids.first);
        for amount in amounts {
            self.weigh(nth, amount.class, amount.quantity, amount.uom);
        }
        let other = match role {
            Role::Input => Role::Output,
            Role::Output => Role::Input,
            _ => return self.see_asked(ids, (role, amounts), nth),
        };
        // Of what a transformation names much may be others'.
        if !self.things.overlaps(ids) {
            return;
        }
        for (ids, _) in event.split(other, ids) {
            self.see_asked(ids, (role, amounts), nth);
        }
    }

    /// The same of what was looked up at once.
    fn see_asked(&mut self, ids: Ids, named: (Role, &[Amount]), nth: Nth) {
        if ids.first == ids.last {
            return self.see_alike(ids, named, nth);
        }
        let known = self.known;
        known.asked_among(ids).for_each(|ids| self.see_alike(ids, named, nth));
    }

    /// Takes in what an event says of things of which it says the same.
    fn see_alike(&mut self, ids: Ids, (role, amounts): (Role, &[Amount]), nth: Nth) {
        let event = self.event(nth);
        let place = self.things.place(ids.first);
        if amounts.is_empty() {
            let mut findings = std::mem::take(&mut self.findings);
            let things = self.things.overlapping_from(place, ids);
            for thing in things.filter(|(_, thing)| thing.first_seen.is_some()) {
                self.contradictions(thing, role, nth, &mut findings);
            }
            self.findings = findings;
        }
        let (known, order, classes) = (self.known, self.order, &mut self.classes);
        self.things.update_from(place, ids, |ids, thing| {
            if begins(event, role, ids) {
                thing.begun(role).get_or_insert(nth);
            }
            if amounts.is_empty() && ends(event, role, ids) {
                thing.ended.get_or_insert(nth);
            }
            if !amounts.is_empty() {
                let before =
                    thing.last_place.map(|before| known.events[order[before.index()]].place);
                let is_elsewhere = before.is_some_and(|before| before != event.place);
                let class = classes.entry(ids.first).or_default();
                let is_all = class.weigh(amounts);
                class.is_in_parts = !is_all && (class.is_in_parts || is_elsewhere);
            }
            thing.first_seen.get_or_insert(nth);
            thing.tell(event, nth);
        });
    }

    /// Compares one event of an item with what was told before.
    fn contradictions(
        &self,
        (ids, thing): (Ids, &Thing),
        role: Role,
        nth: Nth,
        found: &mut Vec<Found>,
    ) {
        let event = self.event(nth);
        if begins(event, role, ids) {
            let is_first = thing.commissioned.is_none() && thing.made.is_none();
            let early = thing.first_seen.filter(|_| is_first);
            found.extend(early.map(|seen| (FindingKind::BeforeBeginning, ids, seen, nth)));
            let twice = thing.has_begun(role);
            found.extend(twice.map(|begun| (FindingKind::CommissionedTwice, ids, begun, nth)));
        }
        if let Some(ended) = thing.ended.filter(|&ended| ended != nth) {
            found.push((FindingKind::MovedAfterEnd, ids, ended, nth));
        }
        if let Some(before) = thing.last_place.filter(|&before| before != nth) {
            let kind = self.movement(self.event(before), event);
            found.extend(kind.map(|kind| (kind, ids, before, nth)));
        }
        let apart = self.apart(thing, nth);
        found.extend(apart.map(|other| (FindingKind::ApartFromContainer, ids, other, nth)));
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

    /// The last event of what the thing is in, if that is somewhere else than `nth` says.
    fn apart(&self, thing: &Thing, nth: Nth) -> Option<Nth> {
        let event = self.event(nth);
        let place = event.place?;
        for &(container, packed_by) in &thing.parents {
            if event.names(Role::Parent, Ids::one(container)) {
                continue;
            }
            let seen = self.things.get(container).and_then(|carrier| carrier.last_place);
            let Some(seen) = seen else { continue };
            let is_since = packed_by <= seen;
            if is_since && seen != nth && self.event(seen).place != Some(place) {
                return Some(seen);
            }
        }
        None
    }

    fn pack(&mut self, parent: i64, nth: Nth) {
        let event = self.event(nth);
        let (known, order) = (self.known, self.order);
        let mut inside = self.contents.get_mut(&parent);
        for ids in event.in_role(Role::Child) {
            if let Some(inside) = &mut inside {
                inside.pack(event, ids, nth.index());
            }
            let is_class = event.is_class(Role::Child, ids.first);
            let is_alone = event.kind == EventKind::Aggregation && !is_class;
            self.things.update(ids, |ids, thing| {
                let is_other = |(id, by): &&(i64, Nth)| {
                    let kind = known.events[order[by.index()]].kind;
                    *id != parent && kind == EventKind::Aggregation
                };
                if let Some(&(_, other)) = thing.parents.iter().find(is_other)
                    && is_alone
                {
                    self.findings.push((FindingKind::TwoParents, ids, other, nth));
                }
                let is_new = !thing.parents.iter().any(|(id, _)| *id == parent);
                if is_new && thing.parents.len() < MAX_PARENTS {
                    thing.parents.push((parent, nth));
                }
            });
        }
    }

    /// Takes `ids` out of `parent`; the event that does so is the last that tells of them.
    fn let_out(&mut self, ids: Ids, parent: i64, nth: Nth) {
        let event = self.event(nth);
        let shipping = self.last_shipping_with(parent);
        self.things.update(ids, |_, thing| {
            let n_before = thing.parents.len();
            thing.parents.retain(|(id, _)| *id != parent);
            if thing.parents.len() < n_before {
                thing.last_shipping = thing.last_shipping.max(shipping);
                thing.tell(event, nth);
            }
        });
    }

    /// The last shipping of a container or of what it is in.
    fn last_shipping_with(&self, container: i64) -> Option<Nth> {
        let carrier = self.things.get(container)?;
        let (mut shipping, mut above) = (carrier.last_shipping, Above::default());
        above.begin(carrier);
        while let Some(container) = above.next() {
            let Some(carrier) = self.things.get(container) else { continue };
            shipping = shipping.max(carrier.last_shipping);
            above.climb(carrier);
        }
        shipping
    }

    /// Adds up what of a class was shipped and received.
    fn weigh(&mut self, nth: Nth, class: i64, quantity: Option<f64>, uom: Option<[u8; 3]>) {
        let step = self.event(nth).step;
        let Some(quantity) = quantity else { return };
        if !matches!(step, Step::Shipping | Step::Receiving) {
            return;
        }
        let moved = self.moved.entry((class, uom)).or_default();
        if step == Step::Shipping {
            moved.shipped += quantity;
            moved.last_shipping = Some(nth);
            return;
        }
        moved.received += quantity;
        if let Some(shipping) = moved.last_shipping
            && moved.received > moved.shipped * (1.0 + ROUNDING)
        {
            let kind = FindingKind::ReceivedMoreThanShipped;
            self.findings.push((kind, Ids::one(class), shipping, nth));
        }
    }
}

/// The containers that something leaves.
fn left<'k>(known: &'k Known, order: &'k [usize]) -> impl Iterator<Item = i64> + 'k {
    let events = order.iter().map(|&index| &known.events[index]);
    let leaving = events.filter(|event| event.packs() == Some(Action::Delete));
    leaving.flat_map(|event| event.in_role(Role::Parent)).map(|ids| ids.first)
}

fn shipping_of(event: &EventFacts) -> Shipping {
    let at_us = event.event_time_us.min(event.record_time_us);
    Shipping { event: event.key, at_us }
}

/// The containers above a thing while they are gone through, each once.
#[derive(Default)]
struct Above {
    open: Vec<i64>,
    met: MixedSet<i64>,
}

impl Above {
    fn begin(&mut self, thing: &Thing) {
        self.open.clear();
        self.met.clear();
        self.climb(thing);
    }

    fn climb(&mut self, thing: &Thing) {
        self.open.extend(thing.parents.iter().map(|(parent, _)| *parent));
    }

    fn next(&mut self) -> Option<i64> {
        while let Some(container) = self.open.pop() {
            if self.met.insert(container) {
                return Some(container);
            }
        }
        None
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
