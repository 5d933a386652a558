//! When something was in what: intervals of containment out of packing and unpacking events.

use std::collections::BTreeMap;

use crate::inside::{Inside, Left, Packed};
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

/// The first event during a stay that lets everything out of the container with these mentions,
/// which are in order of time.
pub(crate) fn emptied(known: &Known, window: Window, mentions: &[Mention]) -> Option<usize> {
    let moment = |mention: &Mention| known.events[mention.event].moment();
    let begin = mentions.partition_point(|mention| moment(mention) <= window.from);
    let mut during = mentions[begin..].iter().take_while(|mention| moment(mention) < window.until);
    let empties =
        |mention: &&Mention| mention.role == Role::Parent && known.events[mention.event].empties();
    during.find(empties).map(|mention| mention.event)
}

/// One event puts a run into the container or takes it out; without a run it takes out all.
struct Packing {
    event: usize,
    ids: Option<Ids>,
}

fn fold(known: &Known, container: i64, packings: &[Packing]) -> Vec<Stay> {
    let mut inside = Inside::default();
    let mut stays = Vec::new();
    let mut end = |left: Vec<Left>, until: Moment| {
        let stay = |(ids, packed): Left| {
            let window = Window { from: packed.from, until };
            Stay { ids, container, window, packed_by: packed.by }
        };
        stays.extend(left.into_iter().map(stay));
    };
    for packing in packings {
        let event = &known.events[packing.event];
        let moment = event.moment();
        match packing.ids {
            None => end(inside.empty(), moment),
            Some(ids) if event.packs() == Some(Action::Add) => {
                let packed = Packed { from: moment, by: packing.event };
                end(inside.pack(event, ids, packed), moment);
            }
            Some(ids) => end(inside.unpack(event, ids), moment),
        }
    }
    end(inside.empty(), Moment::END);
    stays
}
