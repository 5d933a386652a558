//! When something was in what: intervals of containment out of packing and unpacking events.

use std::collections::BTreeMap;

use crate::history::{History, Moment, Subject};
use crate::{Action, Ask, Role};

/// A stay of a subject, or of a part of it, in a container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    /// The container.
    pub(crate) container: i64,
    /// When it was put in, included.
    pub(crate) from: Moment,
    /// When it was taken out, excluded; [`Moment::END`] if it was not.
    pub(crate) until: Moment,
    /// The event that let out everything, if that ended the stay: it does not name the subject.
    pub(crate) emptied_by: Option<usize>,
}

/// All stays of `ask` as far as they are known.
pub(crate) fn stays(history: &History, ask: Ask, subject: &Subject) -> Vec<Stay> {
    let mut stays = Vec::new();
    for (container, mut packings) in packings_by_container(history, ask, subject) {
        if let Some(known) = history.subjects.get(&Ask::one(container)) {
            packings.extend(known.events.iter().filter(|&&e| empties(history, e, container)));
            packings.sort_by_key(|&event| Moment::of(&history.events[event]));
        }
        stays.extend(stays_in(history, ask, container, &packings));
    }
    stays
}

/// Events that put some of `ask` into a container or take it out, by container.
fn packings_by_container(
    history: &History,
    ask: Ask,
    subject: &Subject,
) -> BTreeMap<i64, Vec<usize>> {
    let mut packings: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for &index in &subject.events {
        let event = &history.events[index];
        let moves = matches!(event.packs(), Some(Action::Add | Action::Delete));
        if moves && event.names(Role::Child, ask) {
            // An event has one parentID, so the range is of length one.
            for parent in event.in_role(Role::Parent) {
                packings.entry(parent.first).or_default().push(index);
            }
        }
    }
    packings
}

/// True for a DELETE that lists no children of `container`: all leave it.
fn empties(history: &History, index: usize, container: i64) -> bool {
    let event = &history.events[index];
    event.packs() == Some(Action::Delete)
        && event.names(Role::Parent, Ask::one(container))
        && event.in_role(Role::Child).next().is_none()
}

/// The stays in one container, out of its packing events in order.
fn stays_in(history: &History, ask: Ask, container: i64, packings: &[usize]) -> Vec<Stay> {
    let mut inside: Vec<(Ask, Moment)> = Vec::new();
    let mut stays = Vec::new();
    for &index in packings {
        let event = &history.events[index];
        let moment = Moment::of(event);
        if empties(history, index, container) {
            for (_, from) in inside.drain(..) {
                stays.push(Stay { container, from, until: moment, emptied_by: Some(index) });
            }
            continue;
        }
        for child in event.in_role(Role::Child).filter_map(|child| intersection(child, ask)) {
            if event.packs() == Some(Action::Add) {
                inside.push((child, moment));
                continue;
            }
            let mut stayed = Vec::new();
            for (piece, from) in inside.drain(..) {
                if intersection(piece, child).is_some() {
                    stays.push(Stay { container, from, until: moment, emptied_by: None });
                }
                stayed.extend(without(piece, child).map(|rest| (rest, from)));
            }
            inside = stayed;
        }
    }
    let open = |(_, from)| Stay { container, from, until: Moment::END, emptied_by: None };
    stays.extend(inside.into_iter().map(open));
    stays
}

fn intersection(a: Ask, b: Ask) -> Option<Ask> {
    let both = Ask { first: a.first.max(b.first), last: a.last.min(b.last) };
    (both.first <= both.last).then_some(both)
}

/// What is left of `piece` when `gone` is taken out: nothing, one or two ranges.
fn without(piece: Ask, gone: Ask) -> impl Iterator<Item = Ask> {
    let before = gone.first.checked_sub(1).map(|last| (piece.first, piece.last.min(last)));
    let after = gone.last.checked_add(1).map(|first| (piece.first.max(first), piece.last));
    let rest = [before, after].into_iter().flatten();
    rest.filter(|(first, last)| first <= last).map(|(first, last)| Ask { first, last })
}
