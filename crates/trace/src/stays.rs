//! When something was in what: intervals of containment out of packing and unpacking events.

use std::collections::BTreeMap;

use crate::known::{Known, Mention};
use crate::{Action, Ids, Moment, Role, Window};

/// A stay of a run of identifiers in a container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) ids: Ids,
    pub(crate) container: i64,
    /// From the packing, included, to the unpacking, excluded.
    pub(crate) window: Window,
    /// The event that packed it.
    pub(crate) packed_by: usize,
}

/// The stays of `ids` as its own events tell them: a DELETE that lists no children is not among
/// them, see [`emptied`].
pub(crate) fn stays_of(known: &Known, ids: Ids, mentions: &[Mention]) -> Vec<Stay> {
    let mut by_container: BTreeMap<i64, Vec<Packing>> = BTreeMap::new();
    for mention in mentions.iter().filter(|mention| mention.role == Role::Child) {
        let event = &known.events[mention.event];
        let Some(part) = mention.ids.intersection(ids) else { continue };
        if matches!(event.packs(), Some(Action::Add | Action::Delete)) {
            // An event has one parentID, so the range is of length one.
            for parent in event.in_role(Role::Parent) {
                let packing = Packing { event: mention.event, ids: Some(part) };
                by_container.entry(parent.first).or_default().push(packing);
            }
        }
    }
    let stays = by_container.into_iter();
    stays.flat_map(|(container, packings)| fold(known, container, &packings)).collect()
}

/// The stays of all that was ever in `container`.
pub(crate) fn stays_in(known: &Known, container: i64, mentions: &[Mention]) -> Vec<Stay> {
    let mut packings = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.role == Role::Parent) {
        let event = &known.events[mention.event];
        if event.empties() {
            packings.push(Packing { event: mention.event, ids: None });
        } else if matches!(event.packs(), Some(Action::Add | Action::Delete)) {
            let children = event.in_role(Role::Child);
            packings.extend(children.map(|ids| Packing { event: mention.event, ids: Some(ids) }));
        }
    }
    fold(known, container, &packings)
}

/// The first event during a stay that lets everything out of the container with these mentions.
pub(crate) fn emptied(known: &Known, window: Window, mentions: &[Mention]) -> Option<usize> {
    let empties = |mention: &&Mention| {
        let event = &known.events[mention.event];
        let is_inside = window.from < event.moment() && event.moment() < window.until;
        mention.role == Role::Parent && is_inside && event.empties()
    };
    mentions.iter().find(empties).map(|mention| mention.event)
}

/// One event puts a run into the container or takes it out; without a run it takes out all.
struct Packing {
    event: usize,
    ids: Option<Ids>,
}

/// Something inside while the packings are gone through.
#[derive(Debug, Clone, Copy)]
struct Inside {
    ids: Ids,
    from: Moment,
    packed_by: usize,
    /// Of a class, what is left, if all packings said how much.
    left: Option<f64>,
}

fn fold(known: &Known, container: i64, packings: &[Packing]) -> Vec<Stay> {
    let mut inside: Vec<Inside> = Vec::new();
    let mut stays = Vec::new();
    let mut end = |gone: &Inside, ids: Ids, until: Moment| {
        let window = Window { from: gone.from, until };
        stays.push(Stay { ids, container, window, packed_by: gone.packed_by });
    };
    for packing in packings {
        let event = &known.events[packing.event];
        let moment = event.moment();
        let Some(ids) = packing.ids else {
            for gone in inside.drain(..) {
                end(&gone, gone.ids, moment);
            }
            continue;
        };
        let quantity = event.amount(Role::Child, ids.first).and_then(|amount| amount.quantity);
        if event.packs() == Some(Action::Add) {
            inside.push(Inside { ids, from: moment, packed_by: packing.event, left: quantity });
            continue;
        }
        let mut stayed = Vec::new();
        for mut piece in inside.drain(..) {
            let Some(out) = piece.ids.intersection(ids) else {
                stayed.push(piece);
                continue;
            };
            if let Some((left, taken)) = piece.left.zip(quantity)
                && taken < left
            {
                // A part of a lot leaves; the lot is still in it.
                piece.left = Some(left - taken);
                stayed.push(piece);
                continue;
            }
            end(&piece, out, moment);
            let rest = piece.ids.without(ids);
            stayed.extend(rest.map(|ids| Inside { ids, ..piece }));
        }
        inside = stayed;
    }
    for open in &inside {
        end(open, open.ids, Moment::END);
    }
    stays
}
