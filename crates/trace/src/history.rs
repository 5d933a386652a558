//! What is known so far, and what must be looked up next.

use std::collections::{BTreeMap, HashMap};

use crate::walk::walk;
use crate::{Action, Ask, Cut, Entry, EventFacts, EventKind, Limit, Limits, Role, Trail};

/// The place of an event in time; ties go by capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    event_time_us: i64,
    record_time_us: i64,
    index_in_capture: u32,
    key: [u8; 16],
}

impl Moment {
    pub(crate) const BEGIN: Self = Self {
        event_time_us: i64::MIN,
        record_time_us: i64::MIN,
        index_in_capture: 0,
        key: [0; 16],
    };
    pub(crate) const END: Self = Self {
        event_time_us: i64::MAX,
        record_time_us: i64::MAX,
        index_in_capture: u32::MAX,
        key: [u8::MAX; 16],
    };

    pub(crate) fn of(event: &EventFacts) -> Self {
        Self {
            event_time_us: event.event_time_us,
            record_time_us: event.record_time_us,
            index_in_capture: event.index_in_capture,
            key: event.key,
        }
    }
}

impl EventFacts {
    /// True if the event names any of `ask` in `role`.
    pub(crate) fn names(&self, role: Role, ask: Ask) -> bool {
        self.ranges.iter().any(|range| range.role == role && ask.overlaps(range))
    }

    /// The ranges in `role`.
    pub(crate) fn in_role(&self, role: Role) -> impl Iterator<Item = Ask> + '_ {
        let ranges = self.ranges.iter().filter(move |range| range.role == role);
        ranges.map(|range| Ask { first: range.first, last: range.last })
    }

    /// The action of an event that packs or unpacks; nothing for any other.
    pub(crate) fn packs(&self) -> Option<Action> {
        match self.kind {
            EventKind::Aggregation | EventKind::Association => self.action,
            EventKind::Object | EventKind::Transaction | EventKind::Transformation => None,
        }
    }
}

/// A range that was looked up.
#[derive(Debug)]
pub(crate) struct Subject {
    /// Its events in order of time, as indices into [`History::events`].
    pub(crate) events: Vec<usize>,
    /// What happened from here on is not known.
    pub(crate) known_until: Moment,
}

/// The history of one item while it is being gathered.
#[derive(Debug)]
pub struct History {
    /// The identifiers that the item goes by; at least one.
    pub(crate) items: Vec<Ask>,
    pub(crate) limits: Limits,
    pub(crate) events: Vec<EventFacts>,
    pub(crate) subjects: BTreeMap<Ask, Subject>,
    index_of: HashMap<[u8; 16], usize>,
    frontier: Vec<Ask>,
    cut: Option<Cut>,
}

impl History {
    /// Begins the history of one identifier.
    pub fn new(item: i64, limits: Limits) -> Self {
        Self::of_all(&[item], limits)
    }

    /// Begins the history of one thing that goes by several identifiers.
    ///
    /// # Panics
    /// If there is none.
    pub fn of_all(items: &[i64], limits: Limits) -> Self {
        assert!(!items.is_empty(), "a history is of something");
        let mut items: Vec<Ask> = items.iter().copied().map(Ask::one).collect();
        items.sort_unstable();
        items.dedup();
        Self {
            limits,
            events: Vec::new(),
            subjects: BTreeMap::new(),
            index_of: HashMap::new(),
            frontier: items.clone(),
            items,
            cut: None,
        }
    }

    /// What to look up next; empty when the history is complete or cut.
    pub fn frontier(&self) -> Vec<Ask> {
        self.frontier.clone()
    }

    /// Takes in the events of the whole frontier, in any order; events known already are welcome.
    /// Of each range it needs all events, or, if there are more than [`Limits::n_events`], the
    /// `n_events + 1` that come first by event time and capture.
    pub fn feed(&mut self, events: Vec<EventFacts>) {
        let asked = std::mem::take(&mut self.frontier);
        let mut events = events;
        events.sort_by_key(Moment::of);
        let mut answers: Vec<Vec<usize>> = vec![Vec::new(); asked.len()];
        let mut known_until = Moment::END;
        for event in events {
            let moment = Moment::of(&event);
            let Some(index) = self.keep(event) else {
                known_until = moment;
                break;
            };
            for (ask, answer) in asked.iter().zip(&mut answers) {
                let is_named = self.events[index].ranges.iter().any(|range| ask.overlaps(range));
                if is_named && answer.last() != Some(&index) {
                    answer.push(index);
                }
            }
        }
        if known_until != Moment::END {
            let at = asked.first().copied().unwrap_or(self.items[0]);
            self.cut = self.cut.or(Some(Cut { limit: Limit::Events, at }));
        }
        for (ask, events) in asked.into_iter().zip(answers) {
            self.subjects.insert(ask, Subject { events, known_until });
        }
        self.look_further();
    }

    /// The trail of what is known.
    pub fn finish(self) -> Trail {
        let reached = walk(&self);
        let unasked = self.frontier.first().map(|&at| Cut { limit: Limit::Unasked, at });
        let mut entries: Vec<(Moment, Entry)> = Vec::with_capacity(reached.entries.len());
        for (index, via) in reached.entries {
            let event = &self.events[index];
            let entry = Entry { event: event.key, event_time_us: event.event_time_us, via };
            entries.push((Moment::of(event), entry));
        }
        entries.sort_by_key(|(moment, _)| *moment);
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Trail { entries, cut: self.cut.or(reached.cut).or(unasked) }
    }

    /// Index of the event, kept now or before; `None` if there is no room for it.
    fn keep(&mut self, event: EventFacts) -> Option<usize> {
        if let Some(&index) = self.index_of.get(&event.key) {
            return Some(index);
        }
        if self.events.len() >= self.limits.n_events {
            return None;
        }
        let index = self.events.len();
        self.index_of.insert(event.key, index);
        self.events.push(event);
        Some(index)
    }

    /// Sets the frontier to what the known events lead to.
    fn look_further(&mut self) {
        if self.cut.is_some() {
            return;
        }
        let mut wanted = walk(self).wanted;
        let n_left = self.limits.n_identifiers.saturating_sub(self.subjects.len());
        if let Some(&at) = wanted.get(n_left) {
            self.cut = Some(Cut { limit: Limit::Identifiers, at });
            wanted.truncate(n_left);
        }
        self.frontier = wanted;
    }
}
