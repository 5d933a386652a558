//! What was looked up so far: the events that count, and which of them name an identifier.

use std::collections::BTreeMap;

use crate::mixing::MixedSet;
use crate::range_map::RangeMap;
use crate::{AsOf, EventFacts, EventKind, Ids, Moment, Question, Rest, Role, RoleRange, Window};

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

/// Of an identifier that is a lot: which of the events that begin items of it matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Begun {
    /// None; they are the history of other items.
    Nothing,
    /// Transformations: what went into the items went into the lot.
    Made,
    /// All.
    All,
}

/// Which events of an identifier matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) begun: Begun,
    /// Also transformations that use an amount of it, and are nothing else to it.
    pub(crate) used: bool,
    /// Also those that were told before the answer goes on.
    pub(crate) told: bool,
}

impl Want {
    pub(crate) fn covers(self, other: Self) -> bool {
        other.begun <= self.begun && other.used <= self.used && other.told <= self.told
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            begun: self.begun.max(other.begun),
            used: self.used || other.used,
            told: self.told || other.told,
        }
    }
}

/// What was looked up of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) want: Want,
    /// Until when all is known of it.
    pub(crate) until: Moment,
}

/// Mentions of runs of about one length, in order of first ids, then as they came: those of one id
/// that were found together are in order of time.
#[derive(Debug, Default)]
struct Level {
    sorted: Vec<Mention>,
    /// Waits until there are enough to be worth a merge, so that many rings cost no more than few.
    recent: Vec<Mention>,
}

impl Level {
    /// Brings the recent in order.
    fn settle(&mut self) {
        // The sort is stable, and later events come later.
        let key = |mention: &Mention| mention.ids.first;
        self.recent.sort_by_key(key);
        if self.recent.len() > self.sorted.len() / 8 {
            self.sorted.append(&mut self.recent);
            self.sorted.sort_by_key(key);
        }
    }

    /// Adds those that overlap `ids`, where no run is longer than `reach` and one.
    fn overlapping(&self, ids: Ids, reach: u64, found: &mut Vec<Mention>) {
        let lowest = ids.first.saturating_sub_unsigned(reach);
        for mentions in [&self.sorted, &self.recent] {
            let is_before = |mention: &Mention| mention.ids.first < lowest;
            if mentions.last().is_none_or(is_before) {
                continue;
            }
            for mention in &mentions[mentions.partition_point(is_before)..] {
                if mention.ids.first > ids.last {
                    break;
                }
                if mention.ids.last >= ids.first {
                    found.push(*mention);
                }
            }
        }
    }
}

/// Events, found by what they name.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) events: Vec<EventFacts>,
    /// Of each event.
    moments: Vec<Moment>,
    keys: MixedSet<[u8; 16]>,
    as_of: AsOf,
    /// What the events count for, see [`Limits::n_events`](crate::Limits::n_events).
    n_taken: usize,
    /// A run at level n is longer than half of 2^n and at most 2^n long.
    mentions: BTreeMap<u32, Level>,
    asked: RangeMap<Asked>,
    /// What somebody declared to be wrong.
    declared: MixedSet<[u8; 16]>,
    /// Of these only what packs or unpacks matters before then: the rest was told.
    told: Vec<Ids>,
    told_until: Moment,
    is_subject_told: bool,
}

impl Known {
    pub(crate) fn new(question: &Question) -> Self {
        Self {
            events: Vec::new(),
            moments: Vec::new(),
            keys: MixedSet::default(),
            as_of: question.as_of,
            n_taken: 0,
            mentions: BTreeMap::new(),
            asked: RangeMap::default(),
            declared: MixedSet::default(),
            told: question.subjects.clone(),
            is_subject_told: question.rest.is_none_or(Rest::is_of_subject),
            told_until: question.rest.map_or(Moment::BEGIN, |rest| rest.span.window.from),
        }
    }

    /// Takes in what was found of `asked`, up to `n_events` events in all, where all was found that
    /// happened before `until`; returns the moment before which all is known of them.
    pub(crate) fn learn(
        &mut self,
        asked: &[(Ids, Want)],
        events: Vec<EventFacts>,
        n_events: usize,
        mut until: Moment,
    ) -> Moment {
        let mark = |asked_runs: &mut RangeMap<Asked>, until| {
            asked.iter().for_each(|&(ids, want)| asked_runs.set(ids, Asked { want, until }));
        };
        mark(&mut self.asked, until);
        let all_until = until;
        let mut new = Vec::with_capacity(events.len());
        for mut event in events {
            if let Some(wrong) = event.declares {
                // It says when it was known, not when something happened.
                if event.record_time_us <= self.as_of.record_time_us {
                    self.declared.insert(wrong);
                }
            } else if self.as_of.holds(&event) && !self.knows(&event.key) {
                event.sort();
                if self.wants(&event, &[]) {
                    new.push(event);
                }
            }
        }
        if !new.is_sorted_by_key(EventFacts::moment) {
            new.sort_by_cached_key(EventFacts::moment);
        }
        new.dedup_by_key(|event| event.key);
        let begin = self.events.len();
        for event in new {
            if self.n_taken >= n_events {
                // The whole of that time is left out, so that no declaration is parted from what
                // it declares.
                until = until.min(Moment::of_time(event.event_time_us));
                break;
            }
            if self.keys.insert(event.key) {
                self.n_taken += 1 + event.ranges.len() / RANGES_PER_EVENT;
                self.moments.push(event.moment());
                self.events.push(event);
            }
        }
        self.index(begin);
        if until != all_until {
            mark(&mut self.asked, until);
        }
        until
    }

    /// True if an event of this key was taken in.
    pub(crate) fn knows(&self, key: &[u8; 16]) -> bool {
        self.keys.contains(key)
    }

    /// When an event happened.
    pub(crate) fn moment(&self, event: usize) -> Moment {
        self.moments[event]
    }

    /// False for an event that begins items of a lot, or uses an amount of it, and is nothing but
    /// that to what was asked and to what is being asked, which is in order; and for one that was
    /// told.
    pub(crate) fn wants(&self, event: &EventFacts, asking: &[(Ids, Want)]) -> bool {
        let is_told = event.moment() < self.told_until && event.packs().is_none();
        let has = |role: Role| event.ranges.iter().any(|range| range.role == role);
        let mut inputs = event.amounts.iter().filter(|amount| amount.role == Role::Input);
        // Events of one transformation are summed up together, so each of them matters.
        let uses = inputs.next().is_some() && !has(Role::Transformation);
        let is_amount = |range: &RoleRange| {
            let key = (range.role, range.first);
            range.first == range.last && event.amounts.iter().any(|it| (it.role, it.class) == key)
        };
        if event.declares.is_some() || !(is_told || uses || has(Role::Lot)) {
            return true;
        }
        let is_wanted = |range: &RoleRange, ids: Ids, want: Want| {
            let is_made = want.begun == Begun::Made && event.kind == EventKind::Transformation;
            let matters = match range.role {
                Role::Lot => want.begun == Begun::All || is_made,
                Role::Input if uses => want.used || !is_amount(range),
                _ => true,
            };
            matters && (want.told || !is_told || !self.was_told(ids))
        };
        let is_range_wanted = |range: &RoleRange| {
            let asked = self.asked.overlapping(range.ids()).map(|(ids, asked)| (ids, asked.want));
            let begin = asking.partition_point(|(ids, _)| ids.last < range.first);
            let asking = asking[begin..].iter().take_while(|(ids, _)| ids.first <= range.last);
            let mut wants = asked.chain(asking.copied());
            wants.any(|(ids, want)| is_wanted(range, ids, want))
        };
        // Of those of a lot there are few, of its items there may be many.
        let is_lot = |range: &&RoleRange| range.role == Role::Lot;
        event.ranges.iter().filter(is_lot).any(is_range_wanted)
            || event.ranges.iter().filter(|range| !is_lot(range)).any(is_range_wanted)
    }

    /// Whether of `ids` also what was told is wanted, for a window of time. Of the subject itself
    /// all that was told is told; of anything else what was told before may be missing for another
    /// way to it.
    pub(crate) fn wants_told(&self, ids: Ids, window: Window) -> bool {
        let is_early = window.from < self.told_until && !self.is_subject_told;
        is_early && self.was_told(ids)
    }

    fn was_told(&self, ids: Ids) -> bool {
        self.told.iter().any(|told| told.overlaps(ids))
    }

    /// Makes the events from `begin` on found by what they name.
    fn index(&mut self, begin: usize) {
        for (index, event) in self.events.iter().enumerate().skip(begin) {
            for range in &event.ranges {
                let mention = Mention { ids: range.ids(), role: range.role, event: index };
                self.mentions.entry(level(mention.ids)).or_default().recent.push(mention);
            }
        }
        self.mentions.values_mut().for_each(Level::settle);
    }

    /// All events in order of time.
    pub(crate) fn in_time(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by_key(|&event| self.moment(event));
        order
    }

    /// False for an event that was declared wrong.
    pub(crate) fn counts(&self, event: usize) -> bool {
        !self.declared.contains(&self.events[event].key)
    }

    /// `ids` in order, each part with what was looked up of it, if it was.
    pub(crate) fn asked(&self, ids: Ids) -> Vec<(Ids, Option<Asked>)> {
        self.asked.parts(ids)
    }

    pub(crate) fn asked_of(&self, id: i64) -> Option<Asked> {
        self.asked.get(id).copied()
    }

    /// All that was looked up, in order.
    pub(crate) fn all_asked(&self) -> impl Iterator<Item = Ids> {
        self.asked.runs().map(|(ids, _)| ids)
    }

    /// What was looked up among `ids`, in order.
    pub(crate) fn asked_among(&self, ids: Ids) -> impl Iterator<Item = Ids> {
        self.asked.overlapping(ids).map(|(ids, _)| ids)
    }

    /// True if all is known of each of `ids`.
    pub(crate) fn is_whole(&self, ids: Ids) -> bool {
        let mut next = Some(ids.first);
        for (part, asked) in self.asked.overlapping(ids) {
            if next != Some(part.first) || asked.until != Moment::END {
                return false;
            }
            next = part.last.checked_add(1);
        }
        next.is_none_or(|next| ids.last < next)
    }

    /// Everywhere that an event that counts names any of `ids`, in order of time.
    pub(crate) fn mentions(&self, ids: Ids) -> Vec<Mention> {
        let mut found = Vec::new();
        for (&level, mentions) in &self.mentions {
            let reach = 1u64.checked_shl(level).map_or(u64::MAX, |length| length - 1);
            mentions.overlapping(ids, reach, &mut found);
        }
        if !self.declared.is_empty() {
            found.retain(|mention| self.counts(mention.event));
        }
        // Those of one id are in order of time already; the sort finds such runs and joins them.
        found.sort_by_key(|mention| self.moment(mention.event));
        found
    }
}

fn level(ids: Ids) -> u32 {
    u64::BITS - ids.last.abs_diff(ids.first).leading_zeros()
}
