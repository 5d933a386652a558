//! When something was in what: intervals of containment out of packing and unpacking events.

use crate::inside::{Inside, Left};
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
    let mut packings: Vec<Packing> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.role == Role::Child) {
        let event = &known.events[mention.event];
        let Some(part) = mention.ids.intersection(ids) else { continue };
        if matches!(event.packs(), Some(Action::Add | Action::Delete)) {
            // An event has one parentID, so the range is of length one.
            packings.extend(event.in_role(Role::Parent).map(|parent| Packing {
                container: parent.first,
                event: mention.event,
                ids: Some(part),
            }));
        }
    }
    packings.sort_by_key(|packing| packing.container);
    let mut stays = Vec::with_capacity(packings.len());
    for packings in packings.chunk_by(|a, b| a.container == b.container) {
        fold(known, packings, &mut stays);
    }
    stays
}

/// The stays of all that was ever in `container`.
pub(crate) fn stays_in(known: &Known, container: i64, mentions: &[Mention]) -> Vec<Stay> {
    let mut packings = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.role == Role::Parent) {
        let event = &known.events[mention.event];
        let packing = |ids| Packing { container, event: mention.event, ids };
        if event.empties() {
            packings.push(packing(None));
        } else if matches!(event.packs(), Some(Action::Add | Action::Delete)) {
            packings.extend(event.in_role(Role::Child).map(|ids| packing(Some(ids))));
        }
    }
    let mut stays = Vec::new();
    fold(known, &packings, &mut stays);
    stays
}

/// The first event during a stay that lets everything out of the container with these mentions,
/// which are in order of time.
pub(crate) fn emptied(known: &Known, window: Window, mentions: &[Mention]) -> Option<usize> {
    let moment = |mention: &Mention| known.moment(mention.event);
    let begin = mentions.partition_point(|mention| moment(mention) <= window.from);
    let mut during = mentions[begin..].iter().take_while(|mention| moment(mention) < window.until);
    let empties =
        |mention: &&Mention| mention.role == Role::Parent && known.events[mention.event].empties();
    during.find(empties).map(|mention| mention.event)
}

/// One event puts a run into the container or takes it out; without a run it takes out all.
#[derive(Clone, Copy)]
struct Packing {
    container: i64,
    event: usize,
    ids: Option<Ids>,
}

/// Adds the stays that the packings of one container, in order of time, tell of.
fn fold(known: &Known, packings: &[Packing], stays: &mut Vec<Stay>) {
    let mut end = |container: i64, (ids, packed_by): Left, until: Moment| {
        let window = Window { from: known.moment(packed_by), until };
        stays.push(Stay { ids, container, window, packed_by });
    };
    let packs = |event: usize| known.events[event].packs() == Some(Action::Add);
    // Mostly a thing is packed once and stays.
    if let [Packing { container, event, ids: Some(ids) }] = *packings
        && packs(event)
        && !known.events[event].is_class(Role::Child, ids.first)
    {
        return end(container, (ids, event), Moment::END);
    }
    let mut inside = Inside::default();
    for &Packing { container, event, ids } in packings {
        let facts = &known.events[event];
        let left = match ids {
            None => inside.empty(),
            Some(ids) if packs(event) => inside.pack(facts, ids, event),
            Some(ids) => inside.unpack(facts, ids),
        };
        left.into_iter().for_each(|left| end(container, left, known.moment(event)));
    }
    if let Some(Packing { container, .. }) = packings.first() {
        inside.empty().into_iter().for_each(|left| end(*container, left, Moment::END));
    }
}
