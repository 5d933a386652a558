//! Who has how much of a lot: at least and at most, out of events that name amounts, not items.
//!
//! Each holder keeps a book of two numbers. What begins at a place comes in; what is shipped goes
//! from the place into transit, and from there to where it is received; packing and unpacking move
//! it into a container and out of it. Items that events name count as pieces of their lot. When
//! more turns up than a holder can have, the difference came from anywhere without being told, and
//! all others may have less. As long as what was told to begin explains all, no holder has more
//! than the others leave over.

use std::collections::{BTreeMap, BTreeSet};

use crate::known::Known;
use crate::range_map::RangeMap;
use crate::replay::Replay;
use crate::{Action, EventFacts, Ids, LotPart, Role, State, Step};

type Unit = Option<[u8; 3]>;

/// A thousandth is lost in rounding and weighing.
pub(crate) const ROUNDING: f64 = 0.001;

/// Who may hold some of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Place(Option<i64>),
    Transit,
    Container(i64),
    /// Where it ended, and how.
    End(State, Option<i64>),
}

/// Between how much and how much, and the last event that said so.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    least: f64,
    most: f64,
    event: Option<usize>,
}

/// The book of a lot in one unit.
#[derive(Debug, Default)]
struct Book {
    held: BTreeMap<Holder, Held>,
    /// Came out of transformations, and was commissioned; both may be said of one beginning.
    made: f64,
    commissioned: f64,
    /// Items that began and of which not all is known.
    anywhere: f64,
    /// All that began; infinite if more turned up.
    total: f64,
}

/// The parts of a lot that events moved by amounts; nothing if none did, or not all is known of it.
pub(crate) fn parts(known: &Known, replay: &Replay<'_>, lot: i64) -> Vec<LotPart> {
    let own = known.mentions(Ids::one(lot));
    let by_amount = |event: &EventFacts| event.amounts.iter().any(|amount| amount.class == lot);
    if !known.is_whole(Ids::one(lot)) || !own.iter().any(|it| by_amount(&known.events[it.event])) {
        return Vec::new();
    }
    let mut items: RangeMap<()> = RangeMap::default();
    for mention in own.iter().filter(|mention| mention.role == Role::Lot) {
        let event = &known.events[mention.event];
        if event.only_lot().is_some() {
            event.of_lot().filter(|ids| known.is_whole(*ids)).for_each(|ids| items.set(ids, ()));
        }
    }
    let mut books = Books { known, lot, items, books: BTreeMap::new() };
    for index in books.events() {
        books.enter(index);
    }
    let Books { books, .. } = books;
    books.into_iter().flat_map(|(uom, book)| book.parts(known, replay, (lot, uom))).collect()
}

/// The books of one lot.
struct Books<'k> {
    known: &'k Known,
    lot: i64,
    /// The items of the lot that all is known of.
    items: RangeMap<()>,
    books: BTreeMap<Unit, Book>,
}

impl Books<'_> {
    /// The events that move the lot, its items, or all that is in a container of theirs; in order
    /// of time.
    fn events(&self) -> Vec<usize> {
        let runs = self.items.runs().map(|(ids, ())| ids).chain([Ids::one(self.lot)]);
        let mentions = runs.flat_map(|ids| self.known.mentions(ids));
        let mut found: BTreeSet<usize> = mentions.map(|mention| mention.event).collect();
        let packing = found.iter().map(|&index| &self.known.events[index]);
        let parents = packing.filter(|it| it.packs() == Some(Action::Add));
        let parents: BTreeSet<Ids> = parents.flat_map(|it| it.in_role(Role::Parent)).collect();
        for mention in parents.into_iter().flat_map(|ids| self.known.mentions(ids)) {
            if mention.role == Role::Parent && self.known.events[mention.event].empties() {
                found.insert(mention.event);
            }
        }
        let mut found: Vec<usize> = found.into_iter().collect();
        found.sort_by_key(|&index| self.known.moment(index));
        found
    }

    fn enter(&mut self, index: usize) {
        let event = &self.known.events[index];
        if event.empties() {
            for book in self.books.values_mut() {
                for parent in event.in_role(Role::Parent) {
                    book.empty(parent.first, Holder::Place(event.place), index);
                }
            }
        }
        for role in [Role::Input, Role::Output, Role::Epc, Role::Child] {
            for (uom, quantity) in self.named(event, role) {
                self.books.entry(uom).or_default().enter(event, role, quantity, index);
            }
        }
        if event.only_lot() == Some(Ids::one(self.lot)) {
            // Items of which not all is known may be anywhere.
            let n_known = |ids: Ids| -> u64 {
                self.items.overlapping(ids).map(|(ids, ())| ids.n_ids()).sum()
            };
            let n_items: u64 = event.of_lot().map(|ids| ids.n_ids() - n_known(ids)).sum();
            if n_items > 0 {
                self.books.entry(None).or_default().begin_anywhere(n_items as f64);
            }
        }
    }

    /// How much of the lot an event names in a role, each unit apart.
    fn named(&self, event: &EventFacts, role: Role) -> Vec<(Unit, Option<f64>)> {
        let amounts = event.amounts(role, self.lot).iter();
        let mut named: Vec<_> = amounts.map(|amount| (amount.uom, amount.quantity)).collect();
        // What keeps its identifier through a transformation neither begins nor ends.
        let other = match role {
            Role::Input => Some(Role::Output),
            Role::Output => Some(Role::Input),
            _ => None,
        };
        let gone = event.in_role(role).flat_map(|ids| match other {
            Some(other) => event.split(other, ids),
            None => vec![(ids, false)],
        });
        let runs = gone.filter(|(_, stays)| !stays).map(|(ids, _)| ids);
        let items = runs.flat_map(|ids| self.items.overlapping(ids).map(|(ids, ())| ids.n_ids()));
        let n_items: u64 = items.sum();
        if n_items > 0 {
            named.push((None, Some(n_items as f64)));
        }
        named
    }
}

impl Book {
    /// Writes down what an event says of an amount.
    fn enter(&mut self, event: &EventFacts, role: Role, quantity: Option<f64>, index: usize) {
        let here = Holder::Place(event.place);
        let end = |state: State| Holder::End(state, event.place);
        let container = event.in_role(Role::Parent).next().map(|ids| Holder::Container(ids.first));
        match (role, event.step, container.zip(event.packs())) {
            (Role::Output, _, _) => self.begin(here, Role::Output, quantity, index),
            (Role::Input, _, _) => self.carry(here, end(State::Used), quantity, index),
            (Role::Child, _, Some((container, action))) => match action {
                Action::Add => self.carry(here, container, quantity, index),
                Action::Delete => self.carry(container, here, quantity, index),
                Action::Observe => self.observe(container, quantity, index),
            },
            (_, Step::Commissioning, _) => self.begin(here, Role::Epc, quantity, index),
            (_, Step::Shipping, _) => self.carry(here, Holder::Transit, quantity, index),
            (_, Step::Leaving, _) => {
                // It was shipped before, or leaves now.
                let on_its_way = self.held.get(&Holder::Transit).map_or(0.0, |held| held.most);
                let more = quantity.map(|quantity| quantity - on_its_way);
                if let Some(more) = more.filter(|more| *more > 0.0) {
                    self.carry(here, Holder::Transit, Some(more), index);
                }
                self.observe(Holder::Transit, quantity, index);
            }
            (_, Step::Receiving, _) => self.carry(Holder::Transit, here, quantity, index),
            (_, Step::Selling, _) => self.carry(here, end(State::Sold), quantity, index),
            (_, Step::Consuming, _) => self.carry(here, end(State::Used), quantity, index),
            (_, Step::Destroying, _) => self.carry(here, end(State::Destroyed), quantity, index),
            (_, Step::Decommissioning, _) => {
                self.carry(here, end(State::Decommissioned), quantity, index);
            }
            (_, Step::Other, _) => self.observe(here, quantity, index),
        }
    }

    /// Something of the lot begins; what was made and then commissioned begins once.
    fn begin(&mut self, at: Holder, how: Role, quantity: Option<f64>, index: usize) {
        let before = self.made.max(self.commissioned);
        let sum = if how == Role::Output { &mut self.made } else { &mut self.commissioned };
        *sum += quantity.unwrap_or(f64::INFINITY);
        let after = self.made.max(self.commissioned);
        let more = if before < after { after - before } else { 0.0 };
        self.total += more;
        self.put(at, (if more.is_finite() { more } else { 0.0 }, more), index);
    }

    /// Items begin, and nothing is known of where they went.
    fn begin_anywhere(&mut self, n_items: f64) {
        self.anywhere += n_items;
        self.total += n_items;
    }

    fn carry(&mut self, from: Holder, to: Holder, quantity: Option<f64>, index: usize) {
        let held = self.held.entry(from).or_default();
        held.event = Some(index);
        let Some(quantity) = quantity else {
            let most = if held.most > 0.0 { held.most } else { f64::INFINITY };
            held.least = 0.0;
            if most.is_infinite() {
                self.untold(from, most);
            }
            return self.put(to, (0.0, most), index);
        };
        let lacking = quantity - held.most;
        held.least = (held.least - quantity).max(0.0);
        held.most = (held.most - quantity).max(0.0);
        if lacking > quantity * ROUNDING {
            self.untold(from, lacking);
        }
        self.put(to, (quantity, quantity), index);
    }

    /// So much was seen at a holder.
    fn observe(&mut self, at: Holder, quantity: Option<f64>, index: usize) {
        let held = self.held.entry(at).or_default();
        held.event = Some(index);
        let lacking = quantity.map_or(f64::INFINITY, |quantity| quantity - held.most);
        let is_lacking = match quantity {
            Some(quantity) => lacking > quantity * ROUNDING,
            None => held.most == 0.0,
        };
        held.least = held.least.max(quantity.unwrap_or(0.0));
        if is_lacking {
            held.most += lacking;
            self.untold(at, lacking);
        }
        let held = self.held.entry(at).or_default();
        held.most = held.most.max(held.least);
    }

    /// Everything comes out of a container.
    fn empty(&mut self, container: i64, to: Holder, index: usize) {
        if let Some(held) = self.held.remove(&Holder::Container(container)) {
            self.put(to, (held.least, held.most), index);
        }
    }

    /// So much came to a holder from anywhere else without being told.
    fn untold(&mut self, to: Holder, quantity: f64) {
        let mut elsewhere = self.anywhere;
        for (holder, held) in &mut self.held {
            if *holder != to && holder.is_open() {
                held.least = (held.least - quantity).max(0.0);
                elsewhere += held.most;
            }
        }
        let is_explained =
            if quantity.is_finite() { quantity <= elsewhere } else { elsewhere > 0.0 };
        if !is_explained {
            self.total = f64::INFINITY;
        }
    }

    fn put(&mut self, to: Holder, (least, most): (f64, f64), index: usize) {
        let held = self.held.entry(to).or_default();
        held.least += least;
        held.most += most;
        held.event = Some(index);
    }

    /// The end of the book: nobody has more than what all others leave over.
    fn parts(self, known: &Known, replay: &Replay<'_>, (class, uom): (i64, Unit)) -> Vec<LotPart> {
        let all_least: f64 = self.held.values().map(|held| held.least).sum();
        let is_explained = all_least <= self.total * (1.0 + ROUNDING);
        let total = if is_explained { self.total } else { f64::INFINITY };
        // What sums of fractions leave of nothing.
        let nothing = all_least * 1e-9;
        let part = |(holder, held): (Holder, Held)| {
            let left_over = total - (all_least - held.least);
            let most = (held.most + self.anywhere).min(left_over).max(held.least);
            let event = held.event.map(|event| known.events[event].key);
            let part = LotPart {
                class,
                uom,
                state: State::Unknown,
                place: None,
                container: None,
                event,
                at_least: held.least,
                at_most: Some(most).filter(|most| most.is_finite()),
            };
            let part = match holder {
                Holder::Place(place) => LotPart { state: State::InStock, place, ..part },
                Holder::Transit => LotPart { state: State::InTransit, ..part },
                Holder::End(state, place) => LotPart { state, place, ..part },
                Holder::Container(container) => {
                    let is_whole = known.is_whole(Ids::one(container));
                    let at_least = if is_whole { part.at_least } else { 0.0 };
                    let part = LotPart { container: Some(container), at_least, ..part };
                    let held = replay.holdings([Ids::one(container)]).first().copied();
                    held.map_or(part, |held| LotPart {
                        state: held.state,
                        place: held.place,
                        event: held.event.or(part.event),
                        ..part
                    })
                }
            };
            (most > nothing).then_some(part)
        };
        self.held.into_iter().filter_map(part).collect()
    }
}

impl Holder {
    /// True if what it has can go elsewhere.
    fn is_open(&self) -> bool {
        !matches!(self, Self::End(..))
    }
}
