//! What is in one container while its packings and unpackings are gone through.
//!
//! Items are in it or not. Of a class each packing is a piece of its own: an unpacking by amount
//! takes from the pieces of its own unit, the oldest first; what cannot be counted leaves whole.

use std::collections::{BTreeMap, VecDeque};

use crate::range_map::RangeMap;
use crate::{Amount, EventFacts, Ids, Role};

/// The number of the event that packed something.
type Packed = usize;

/// Something that left, with the packing that ended.
pub(crate) type Left = (Ids, Packed);

/// A unit; pieces without a quantity have none that counts.
type Unit = Option<Option<[u8; 3]>>;

/// Amounts of one packing after the other, with what is left of each.
type Pieces = VecDeque<(f64, Packed)>;

/// The contents of one container.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    items: RangeMap<Option<Packed>>,
    classes: BTreeMap<i64, BTreeMap<Unit, Pieces>>,
}

impl Inside {
    /// Takes in `ids`, which `event` names as children. Of items that are in already the packing
    /// before ends: nothing says that they did not leave in between.
    pub(crate) fn pack(&mut self, event: &EventFacts, ids: Ids, packed: Packed) -> Vec<Left> {
        let amounts = event.amounts(Role::Child, ids.first);
        for amount in amounts {
            let pieces = self.classes.entry(ids.first).or_default();
            let pieces = pieces.entry(unit_of(amount)).or_default();
            pieces.push_back((amount.quantity.unwrap_or(0.0), packed));
        }
        if !amounts.is_empty() {
            return Vec::new();
        }
        let before = self.items.overlapping(ids).filter_map(|(ids, it)| Some((ids, (*it)?)));
        let ended = before.collect();
        self.items.set(ids, Some(packed));
        ended
    }

    /// Lets out `ids`, which `event` names as children; the packings that ended with it.
    pub(crate) fn unpack(&mut self, event: &EventFacts, ids: Ids) -> Vec<Left> {
        let mut left = Vec::new();
        for (ids, packed) in self.items.parts(ids) {
            if let Some(packed) = packed.flatten() {
                left.push((ids, packed));
                self.items.set(ids, None);
            }
        }
        let amounts = event.amounts(Role::Child, ids.first);
        let classes: Vec<i64> =
            self.classes.range(ids.first..=ids.last).map(|(class, _)| *class).collect();
        for class in classes {
            let pieces = self.classes.get_mut(&class).expect("it was found just now");
            let mut gone = Vec::new();
            if amounts.is_empty() {
                gone.extend(std::mem::take(pieces).into_values().flatten());
            }
            for amount in amounts {
                gone.extend(taken(pieces, amount));
            }
            pieces.retain(|_, pieces| !pieces.is_empty());
            if pieces.is_empty() {
                self.classes.remove(&class);
            }
            left.extend(gone.into_iter().map(|(_, packed)| (Ids::one(class), packed)));
        }
        left
    }

    /// Lets out all.
    pub(crate) fn empty(&mut self) -> Vec<Left> {
        let items = std::mem::take(&mut self.items);
        let items = items.runs().filter_map(|(ids, packed)| Some((ids, (*packed)?)));
        let mut left: Vec<Left> = items.collect();
        for (class, pieces) in std::mem::take(&mut self.classes) {
            let pieces = pieces.into_values().flatten();
            left.extend(pieces.map(|(_, packed)| (Ids::one(class), packed)));
        }
        left
    }

    /// True if some of the class is in it.
    pub(crate) fn holds_class(&self, class: i64) -> bool {
        self.classes.contains_key(&class)
    }
}

fn unit_of(amount: &Amount) -> Unit {
    amount.quantity.map(|_| amount.uom)
}

/// Takes an amount out of the pieces; those that are gone.
fn taken(pieces: &mut BTreeMap<Unit, Pieces>, amount: &Amount) -> Vec<(f64, Packed)> {
    let Some(mut rest) = amount.quantity else {
        return std::mem::take(pieces).into_values().flatten().collect();
    };
    let mut gone: Vec<_> = pieces.remove(&None).into_iter().flatten().collect();
    let Some(pieces) = pieces.get_mut(&unit_of(amount)) else { return gone };
    while let Some((left, _)) = pieces.front_mut() {
        if rest < *left {
            *left -= rest;
            break;
        }
        rest -= *left;
        gone.extend(pieces.pop_front());
    }
    gone
}
