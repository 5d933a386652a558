//! What was looked up so far: the events that count, and which of them name an identifier.

use std::collections::{HashMap, HashSet};

use crate::range_map::RangeMap;
use crate::{AsOf, EventFacts, Ids, Moment, Role};

/// An event names a run of identifiers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention {
    pub(crate) ids: Ids,
    pub(crate) role: Role,
    /// Index into [`Known::events`].
    pub(crate) event: usize,
}

/// With each so many runs that it names, an event counts for one more.
const RANGES_PER_EVENT: usize = 16;

/// Levels of length: a run at level n is longer than half of 2^n and at most 2^n long.
const N_LEVELS: usize = 65;

/// Events, found by what they name.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) events: Vec<EventFacts>,
    as_of: AsOf,
    index_of: HashMap<[u8; 16], usize>,
    /// What the events count for, see [`Limits::n_events`](crate::Limits::n_events).
    n_taken: usize,
    /// By level of length, in order of first ids.
    mentions: [Vec<Mention>; N_LEVELS],
    /// What was looked up, and until when all is known of it.
    asked: RangeMap<Moment>,
    /// What somebody declared to be wrong.
    declared: HashSet<[u8; 16]>,
}

impl Known {
    pub(crate) fn new(as_of: AsOf) -> Self {
        Self {
            events: Vec::new(),
            as_of,
            index_of: HashMap::new(),
            n_taken: 0,
            mentions: std::array::from_fn(|_| Vec::new()),
            asked: RangeMap::default(),
            declared: HashSet::new(),
        }
    }

    /// Takes in what was found of `asked`, up to `n_events` events in all, where all was found that
    /// happened before `until`; returns whether that was everything and there was room for it.
    pub(crate) fn learn(
        &mut self,
        asked: &[Ids],
        mut events: Vec<EventFacts>,
        n_events: usize,
        mut until: Moment,
    ) -> bool {
        events.retain(|event| self.as_of.holds(event));
        self.declared.extend(events.iter().filter_map(|event| event.declares));
        events.retain(|event| event.declares.is_none());
        events.sort_by_key(EventFacts::moment);
        let n_before = self.events.len();
        for event in events {
            if self.index_of.contains_key(&event.key) {
                continue;
            }
            if self.n_taken >= n_events {
                // The whole of that time is left out, so that no declaration is parted from what
                // it declares.
                until = until.min(Moment::of_time(event.event_time_us));
                break;
            }
            self.n_taken += 1 + event.ranges.len() / RANGES_PER_EVENT;
            self.index_of.insert(event.key, self.events.len());
            self.events.push(event);
        }
        let mut is_touched = [false; N_LEVELS];
        for index in n_before..self.events.len() {
            for range in &self.events[index].ranges {
                let level = level(range.ids());
                let mention = Mention { ids: range.ids(), role: range.role, event: index };
                self.mentions[level].push(mention);
                is_touched[level] = true;
            }
        }
        for (mentions, _) in
            self.mentions.iter_mut().zip(is_touched).filter(|(_, touched)| *touched)
        {
            mentions.sort_by_key(|mention| (mention.ids.first, mention.event));
        }
        for &ids in asked {
            self.asked.set(ids, until);
        }
        until == Moment::END
    }

    /// False for an event that was declared wrong.
    pub(crate) fn counts(&self, event: usize) -> bool {
        !self.declared.contains(&self.events[event].key)
    }

    /// `ids` in order, each part with the moment until which all is known of it, or nothing if it
    /// was not looked up.
    pub(crate) fn asked(&self, ids: Ids) -> Vec<(Ids, Option<Moment>)> {
        self.asked.parts(ids)
    }

    pub(crate) fn was_asked(&self, id: i64) -> bool {
        self.asked.get(id).is_some()
    }

    /// Everywhere that an event that counts names any of `ids`, in order of time.
    pub(crate) fn mentions(&self, ids: Ids) -> Vec<Mention> {
        let mut found = Vec::new();
        for (level, mentions) in self.mentions.iter().enumerate().filter(|(_, m)| !m.is_empty()) {
            let reach = 1u64.checked_shl(level as u32).map_or(u64::MAX, |length| length - 1);
            let lowest = ids.first.saturating_sub_unsigned(reach);
            let begin = mentions.partition_point(|mention| mention.ids.first < lowest);
            let near = mentions[begin..].iter().take_while(|m| m.ids.first <= ids.last);
            let real = near.filter(|m| m.ids.last >= ids.first && self.counts(m.event));
            found.extend(real.copied());
        }
        found.sort_by_key(|mention| self.events[mention.event].moment());
        found
    }
}

fn level(ids: Ids) -> usize {
    let steps = ids.last.abs_diff(ids.first);
    (u64::BITS - steps.leading_zeros()) as usize
}
