//! How much went into each transformation and came out, and what share of that may be the subject.
//!
//! Items count as pieces, classes as their amounts say. Units are compared, never converted: an
//! amount that is not said, or is said in another unit, makes a sum incomplete.

use std::collections::BTreeMap;

use crate::known::Known;
use crate::range_map::RangeMap;
use crate::{Balance, EventFacts, EventKind, Ids, Role, Share, Sum};

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
    groups.sort_by_key(|group| group.iter().map(|&index| known.events[index].moment()).min());
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

fn parts(known: &Known, group: &Group, role: Role) -> Vec<Part> {
    let of_event = |event: &EventFacts| -> Vec<Part> {
        let part = |ids: Ids| match event.amount(role, ids.first) {
            Some(amount) => Part { ids, quantity: amount.quantity, uom: amount.uom },
            None => Part { ids, quantity: Some(ids.n_ids() as f64), uom: None },
        };
        event.in_role(role).map(part).collect()
    };
    group.iter().flat_map(|&index| of_event(&known.events[index])).collect()
}

/// A share while it is carried from input to output: of how much, and how much of that.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Carried {
    at_least: f64,
    even: Option<f64>,
    at_most: f64,
    /// The amount that it is a share of, if all that came out so far said how much.
    of: Option<f64>,
}

const NOTHING: Carried = Carried { at_least: 0.0, even: Some(0.0), at_most: 0.0, of: None };
const ALL: Carried = Carried { at_least: 1.0, even: Some(1.0), at_most: 1.0, of: None };

/// What share of each output may come from `subjects`, by the transformations among `events`: all
/// that are known, since what else went into a lot dilutes it. `reached` is all that was reached.
pub(crate) fn shares(
    known: &Known,
    subjects: &[Ids],
    reached: &RangeMap<()>,
    events: impl Iterator<Item = usize>,
) -> Vec<Share> {
    let mut carried: RangeMap<Carried> = RangeMap::default();
    for &ids in subjects {
        carried.set(ids, ALL);
    }
    let mut made: Vec<Ids> = Vec::new();
    for group in groups(known, events) {
        let inputs = parts(known, &group, Role::Input);
        let pool = pool(&carried, reached, &inputs);
        for output in parts(known, &group, Role::Output) {
            let share = match &pool {
                Some(pool) => pool.share_of(&output),
                None => Carried { of: output.quantity, ..NOTHING },
            };
            for (ids, before) in carried.parts(output.ids) {
                let is_subject = subjects.iter().any(|subject| subject.overlaps(ids));
                if !is_subject {
                    carried.set(ids, before.map_or(share, |before| joined(before, share)));
                    made.push(ids);
                }
            }
        }
    }
    let mut all: RangeMap<()> = RangeMap::default();
    for ids in made {
        all.set(ids, ());
    }
    let parts = all.runs().flat_map(|(ids, ())| carried.parts(ids));
    let share = |(ids, carried): (Ids, Option<Carried>)| {
        let Carried { at_least, even, at_most, .. } = carried.filter(|it| it.at_most > 0.0)?;
        Some(Share { ids, at_least, even, at_most })
    };
    parts.filter_map(share).collect()
}

impl Carried {
    /// The share of a part of it: a part may hold more of the subject than the whole, or less.
    fn drawn(self, quantity: f64) -> Self {
        let Some(times) = self.of.map(|of| of / quantity).filter(|times| times.is_finite()) else {
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

/// The pool of a transformation that the subject went into; nothing if it did not.
fn pool(carried: &RangeMap<Carried>, reached: &RangeMap<()>, inputs: &[Part]) -> Option<Pool> {
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
        for (ids, carried) in carried.parts(input.ids) {
            let quantity = quantity * (ids.n_ids() as f64 / whole);
            match carried {
                None => {
                    // What was reached by another way, as a lot's items or in a container, may be
                    // the subject or not.
                    pool.is_pure = false;
                    if reached.parts(ids).iter().any(|(_, it)| it.is_some()) {
                        is_in = true;
                        pool.most += quantity;
                        pool.even = None;
                    }
                }
                Some(carried) if carried.at_most == 0.0 => pool.is_pure = false,
                Some(carried) => {
                    is_in = true;
                    let carried = carried.drawn(quantity);
                    pool.is_pure &= carried.at_least == 1.0;
                    pool.least += quantity * carried.at_least;
                    pool.even =
                        pool.even.zip(carried.even).map(|(sum, even)| sum + quantity * even);
                    pool.most += quantity * carried.at_most;
                }
            }
        }
    }
    is_in.then_some(pool)
}

impl Pool {
    fn share_of(&self, output: &Part) -> Carried {
        let total = self.total.filter(|total| *total > 0.0 && total.is_finite());
        let same_unit = output.uom == self.uom;
        let quantity = output.quantity.filter(|quantity| same_unit && *quantity > 0.0);
        let of = output.quantity.filter(|_| same_unit);
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
    let Some((of_a, of_b)) = a.of.zip(b.of).filter(|(a, b)| a + b > 0.0) else {
        let even = a.even.zip(b.even).filter(|(a, b)| a == b).map(|(even, _)| even);
        let (at_least, at_most) = (a.at_least.min(b.at_least), a.at_most.max(b.at_most));
        return Carried { at_least, even, at_most, of: None };
    };
    let mean = |a: f64, b: f64| (a * of_a + b * of_b) / (of_a + of_b);
    Carried {
        at_least: mean(a.at_least, b.at_least),
        even: a.even.zip(b.even).map(|(a, b)| mean(a, b)),
        at_most: mean(a.at_most, b.at_most),
        of: Some(of_a + of_b),
    }
}
