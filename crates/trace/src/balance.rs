//! How much went into each transformation and came out, and what share of that may be the subject.
//!
//! Items count as pieces, classes as their amounts say. Units are compared, never converted: an
//! amount that is not said, or is said in another unit, makes a sum incomplete.

use std::collections::BTreeMap;

use crate::known::Known;
use crate::mixing::MixedMap;
use crate::range_map::RangeMap;
use crate::{Amount, Balance, EventFacts, EventKind, Ids, Moment, Role, Share, Sum};

/// The events of one transformation: those that share its id, or one without.
type Group = Vec<usize>;

/// The transformations among `events`, each whole and in order, in order of their first event.
fn groups(known: &Known, events: impl Iterator<Item = usize>) -> Vec<Group> {
    let is_transformation = |index: &usize| known.events[*index].kind == EventKind::Transformation;
    let mut groups: BTreeMap<(Option<i64>, Option<usize>), Group> = BTreeMap::new();
    for index in events.filter(is_transformation) {
        let mut ids = known.events[index].in_role(Role::Transformation);
        let Some(id) = ids.next() else {
            groups.insert((None, Some(index)), vec![index]);
            continue;
        };
        groups.entry((Some(id.first), None)).or_insert_with(|| {
            let same = known.mentions(id).into_iter().map(|mention| mention.event);
            same.filter(is_transformation).collect()
        });
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_cached_key(|group| moment_of(known, group));
    groups
}

/// What went in and came out of each transformation among `events`.
pub(crate) fn balances(known: &Known, events: impl Iterator<Item = usize>) -> Vec<Balance> {
    let balance = |group: Group| Balance {
        inputs: sums(known, &group, Role::Input),
        outputs: sums(known, &group, Role::Output),
        events: group.iter().map(|&index| known.events[index].key).collect(),
    };
    groups(known, events).into_iter().map(balance).collect()
}

fn sums(known: &Known, group: &Group, role: Role) -> Vec<Sum> {
    let mut sums: BTreeMap<Option<[u8; 3]>, Sum> = BTreeMap::new();
    for part in parts(known, group, role) {
        let sum =
            sums.entry(part.uom).or_insert(Sum { uom: part.uom, quantity: 0.0, is_all: true });
        sum.quantity += part.quantity.unwrap_or(0.0);
        sum.is_all &= part.quantity.is_some();
    }
    sums.into_values().collect()
}

/// One input or output of a transformation.
struct Part {
    ids: Ids,
    quantity: Option<f64>,
    uom: Option<[u8; 3]>,
}

fn parts<'k>(known: &'k Known, group: &'k Group, role: Role) -> impl Iterator<Item = Part> + 'k {
    let of_event = move |event: &'k EventFacts| {
        event.in_role(role).flat_map(move |ids| {
            let amounts = event.amounts(role, ids.first);
            let pieces = amounts.is_empty().then(|| Part::pieces(ids, ids.n_ids()));
            pieces.into_iter().chain(amounts.iter().map(move |it| Part::amount(ids, it)))
        })
    };
    group.iter().flat_map(move |&index| of_event(&known.events[index]))
}

/// The lots that a transformation makes items of, and how many.
fn lots_made(known: &Known, group: &Group) -> Vec<Part> {
    let events = group.iter().map(|&index| &known.events[index]);
    let lots = events.filter_map(|event| {
        let lot = event.made_lot().filter(|lot| !event.is_class(Role::Output, lot.first))?;
        Some(Part::pieces(lot, event.of_lot().map(Ids::n_ids).sum()))
    });
    lots.collect()
}

impl Part {
    fn pieces(ids: Ids, n_pieces: u64) -> Self {
        Self { ids, quantity: Some(n_pieces as f64), uom: None }
    }

    fn amount(ids: Ids, amount: &Amount) -> Self {
        Self { ids, quantity: amount.quantity, uom: amount.uom }
    }

    /// The amount that a share of it is a share of.
    fn whole(&self) -> Option<Whole> {
        self.quantity.map(|quantity| Whole { quantity, uom: self.uom })
    }
}

/// An amount and its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Whole {
    quantity: f64,
    uom: Option<[u8; 3]>,
}

/// A share while it is carried from input to output: of how much, and how much of that.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Carried {
    at_least: f64,
    even: Option<f64>,
    at_most: f64,
    /// The amount that it is a share of, if all that came out so far said how much.
    of: Option<Whole>,
}

const NOTHING: Carried = Carried { at_least: 0.0, even: Some(0.0), at_most: 0.0, of: None };
const ALL: Carried = Carried { at_least: 1.0, even: Some(1.0), at_most: 1.0, of: None };
const OPEN: Carried = Carried { at_least: 0.0, even: None, at_most: 1.0, of: None };

/// What share of each thing may come from the subjects, as the transformations tell.
pub(crate) struct Shares<'a> {
    subjects: RangeMap<()>,
    /// All that was reached, and what carried it.
    reached: &'a RangeMap<()>,
    /// What a share may be asked of: the reached, all that went into something, and lots.
    matters: RangeMap<()>,
    carried: RangeMap<Carried>,
    /// What came out of transformations.
    made: RangeMap<()>,
    /// Pieces of lots that began, each apart, but did not come out of a transformation.
    begun: MixedMap<i64, Begun>,
}

/// Pieces of a lot.
#[derive(Debug, Clone, Copy)]
struct Begun {
    /// Came out of transformations, as amounts; nothing if that was told in another unit.
    made: Option<f64>,
    /// Items that began otherwise. As many as were made before are the same.
    otherwise: f64,
}

impl Default for Begun {
    fn default() -> Self {
        Self { made: Some(0.0), otherwise: 0.0 }
    }
}

impl<'a> Shares<'a> {
    /// By all transformations among the events that count, which are in order of time: what else
    /// went into a lot dilutes it.
    pub(crate) fn of(
        known: &Known,
        events: &[usize],
        (subjects, reached): (&[Ids], &'a RangeMap<()>),
    ) -> Self {
        let mut shares = Self {
            subjects: RangeMap::covering(subjects.to_vec()),
            reached,
            matters: matter(known, events, reached),
            carried: RangeMap::default(),
            made: RangeMap::default(),
            begun: MixedMap::default(),
        };
        for &ids in subjects {
            shares.carried.set(ids, ALL);
        }
        let begins = |&index: &usize| {
            let event = &known.events[index];
            event.kind != EventKind::Transformation && event.only_lot().is_some()
        };
        let begins = events.iter().copied().filter(begins).map(|index| vec![index]);
        let mut steps: Vec<Group> = groups(known, events.iter().copied());
        steps.extend(begins);
        steps.sort_by_cached_key(|group| moment_of(known, group));
        for group in steps {
            match known.events[group[0]].kind {
                EventKind::Transformation => shares.transform(known, &group),
                _ => shares.begin(&known.events[group[0]]),
            }
        }
        shares
    }

    /// The shares that are not nothing, of what came out of transformations.
    pub(crate) fn told(&self) -> Vec<Share> {
        let parts = self.made.runs().flat_map(|(ids, ())| self.carried.parts(ids));
        let told = parts.filter_map(|(ids, carried)| Some((ids, carried?)));
        let told = told.filter(|(_, carried)| carried.at_most > 0.0);
        let shares = told.flat_map(|(ids, carried)| {
            let Carried { at_least, even, at_most, .. } = carried;
            let reached = self.reached.overlapping(ids);
            reached.map(move |(ids, ())| Share { ids, at_least, even, at_most })
        });
        shares.collect()
    }

    /// How much of an amount of a class may come from the subjects: at least and at most, fractions
    /// of 1.
    pub(crate) fn of_amount(&self, amount: &Amount) -> (f64, f64) {
        let ids = Ids::one(amount.class);
        let carried = self.carried(ids, None);
        let drawn = carried.drawn(Part::amount(ids, amount).whole());
        (drawn.at_least, drawn.at_most)
    }

    fn transform(&mut self, known: &Known, group: &Group) {
        let inputs: Vec<Part> = parts(known, group, Role::Input).collect();
        let pool = self.pool(&inputs);
        let outputs = parts(known, group, Role::Output);
        // What nothing of the subject went into may be asked of, or goes unheard.
        let is_heard = |output: &Part| pool.is_some() || self.matters.overlaps(output.ids);
        let outputs: Vec<Part> = outputs.filter(is_heard).collect();
        for output in &outputs {
            let begun = self.begun.entry(output.ids.first).or_default();
            let pieces = output.quantity.filter(|_| output.uom.is_none());
            begun.made = begun.made.zip(pieces).map(|(made, pieces)| made + pieces);
        }
        for output in outputs.into_iter().chain(lots_made(known, group)) {
            let share = match &pool {
                Some(pool) => pool.share_of(&output),
                None => Carried { of: output.whole(), ..NOTHING },
            };
            self.dilute(output.ids);
            for (ids, before) in self.carried.parts(output.ids) {
                if !self.subjects.overlaps(ids) {
                    self.carried.set(ids, before.map_or(share, |before| joined(before, share)));
                    self.made.set(ids, ());
                }
            }
        }
    }

    /// What of a lot began otherwise before any of it was made.
    fn dilute(&mut self, lot: Ids) {
        let is_first = self.carried.overlapping(lot).next().is_none();
        let begun = self.begun.get(&lot.first).filter(|begun| is_first && begun.otherwise > 0.0);
        if let Some(begun) = begun {
            let of = Some(Whole { quantity: begun.otherwise, uom: None });
            self.carried.set(lot, Carried { of, ..NOTHING });
        }
    }

    /// Items begin of a lot, out of nothing that is known: they dilute what is known of it.
    fn begin(&mut self, event: &EventFacts) {
        let Some(lot) = event.only_lot() else { return };
        let n_made =
            |ids: Ids| -> u64 { self.made.overlapping(ids).map(|(ids, ())| ids.n_ids()).sum() };
        let n_items: u64 = event.of_lot().map(|ids| ids.n_ids() - n_made(ids)).sum();
        let begun = self.begun.entry(lot.first).or_default();
        let Some(made) = begun.made else { return };
        let before = (begun.otherwise - made).max(0.0);
        begun.otherwise += n_items as f64;
        let more = (begun.otherwise - made).max(0.0) - before;
        if let Some(carried) = self.carried.get(lot.first).copied()
            && more > 0.0
            && !self.subjects.overlaps(lot)
        {
            let of = Some(Whole { quantity: more, uom: None });
            self.carried.set(lot, joined(carried, Carried { of, ..NOTHING }));
        }
    }

    /// The share of something, whose own is `carried` if it came out of a transformation. What was
    /// reached by another way, as a lot's items or in a container, may be the subject or not.
    fn carried(&self, ids: Ids, carried: Option<Carried>) -> Carried {
        let carried = carried.or_else(|| self.carried.get(ids.first).copied());
        match carried {
            Some(carried) if carried.at_most > 0.0 => carried,
            _ if self.reached.overlapping(ids).next().is_some() => OPEN,
            carried => carried.unwrap_or(NOTHING),
        }
    }

    /// The pool of a transformation that the subject went into; nothing if it did not.
    fn pool(&self, inputs: &[Part]) -> Option<Pool> {
        let uom = inputs.first()?.uom;
        let is_one_unit = inputs.iter().all(|input| input.uom == uom && input.quantity.is_some());
        let mut pool = Pool {
            total: is_one_unit.then_some(0.0),
            uom,
            least: 0.0,
            even: Some(0.0),
            most: 0.0,
            is_pure: true,
        };
        let mut is_in = false;
        for input in inputs {
            let quantity = input.quantity.unwrap_or(0.0);
            pool.total = pool.total.map(|total| total + quantity);
            let whole = input.ids.n_ids() as f64;
            for (ids, carried) in self.carried.parts(input.ids) {
                let quantity = quantity * (ids.n_ids() as f64 / whole);
                let carried = self.carried(ids, carried);
                let of = input.quantity.map(|_| Whole { quantity, uom: input.uom });
                let drawn = carried.drawn(of);
                is_in |= carried.at_most > 0.0;
                pool.is_pure &= drawn.at_least == 1.0;
                pool.least += quantity * drawn.at_least;
                pool.even = pool.even.zip(drawn.even).map(|(sum, even)| sum + quantity * even);
                pool.most += quantity * drawn.at_most;
            }
        }
        is_in.then_some(pool)
    }
}

/// What a share may be asked of, among what the events tell of.
fn matter(known: &Known, events: &[usize], reached: &RangeMap<()>) -> RangeMap<()> {
    let mut all: Vec<Ids> = reached.runs().map(|(ids, ())| ids).collect();
    for event in events.iter().map(|&index| &known.events[index]) {
        all.extend(event.in_role(Role::Input).chain(event.in_role(Role::Lot)));
        if event.kind != EventKind::Transformation && event.only_lot().is_some() {
            all.extend(event.of_lot());
        }
    }
    RangeMap::covering(all)
}

/// When a group begins.
fn moment_of(known: &Known, group: &Group) -> Option<Moment> {
    group.iter().map(|&index| known.moment(index)).min()
}

impl Carried {
    /// The share of a part of it: a part may hold more of the subject than the whole, or less.
    fn drawn(self, part: Option<Whole>) -> Self {
        let both = self.of.zip(part).filter(|(of, part)| of.uom == part.uom);
        let times = both.map(|(of, part)| of.quantity / part.quantity);
        let Some(times) = times.filter(|times| times.is_finite()) else {
            let at_least = if self.at_least == 1.0 { 1.0 } else { 0.0 };
            let at_most = if self.at_most == 0.0 { 0.0 } else { 1.0 };
            return Self { at_least, at_most, ..self };
        };
        let times = times.max(1.0);
        let at_least = (1.0 - (1.0 - self.at_least) * times).max(0.0);
        Self { at_least, at_most: (self.at_most * times).min(1.0), ..self }
    }
}

/// All that went into a transformation, as far as amounts can be compared.
struct Pool {
    /// Everything in one unit, if all said how much in one.
    total: Option<f64>,
    uom: Option<[u8; 3]>,
    /// How much of it is the subject.
    least: f64,
    even: Option<f64>,
    most: f64,
    /// True if nothing else went in.
    is_pure: bool,
}

impl Pool {
    fn share_of(&self, output: &Part) -> Carried {
        let total = self.total.filter(|total| *total > 0.0 && total.is_finite());
        let same_unit = output.uom == self.uom;
        let quantity = output.quantity.filter(|quantity| same_unit && *quantity > 0.0);
        let of = output.whole();
        if self.is_pure {
            return Carried { of, ..ALL };
        }
        let even = total.zip(self.even).map(|(total, even)| (even / total).min(1.0));
        let Some((total, quantity)) = total.zip(quantity) else {
            return Carried { at_least: 0.0, even, at_most: 1.0, of };
        };
        // What is not the subject may all have gone elsewhere, or all have come here; what was
        // added without being told (water, say) is not the subject.
        let others = total - self.least;
        let at_least = ((quantity.min(total) - others) / quantity).clamp(0.0, 1.0);
        Carried { at_least, even, at_most: (self.most / quantity).min(1.0), of }
    }
}

/// The share of something that came out twice.
fn joined(a: Carried, b: Carried) -> Carried {
    let wholes = a.of.zip(b.of).filter(|(a, b)| a.uom == b.uom);
    let Some((of_a, of_b)) = wholes.filter(|(a, b)| a.quantity + b.quantity > 0.0) else {
        let even = a.even.zip(b.even).filter(|(a, b)| a == b).map(|(even, _)| even);
        let (at_least, at_most) = (a.at_least.min(b.at_least), a.at_most.max(b.at_most));
        return Carried { at_least, even, at_most, of: None };
    };
    let quantity = of_a.quantity + of_b.quantity;
    let mean = |a: f64, b: f64| (a * of_a.quantity + b * of_b.quantity) / quantity;
    Carried {
        at_least: mean(a.at_least, b.at_least),
        even: a.even.zip(b.even).map(|(a, b)| mean(a, b)),
        at_most: mean(a.at_most, b.at_most),
        of: Some(Whole { quantity, uom: of_a.uom }),
    }
}
