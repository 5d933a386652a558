//! The way through what is known: from the item to its containers and sources, nearest first.
//!
//! A walk begins anew with each ring of answers; it is bounded by the limits of the history.

use std::collections::{BTreeMap, HashSet, VecDeque};

use crate::containment::{Stay, stays};
use crate::history::{History, Moment, Subject};
use crate::{Ask, Cut, EventKind, Limit, Role, Via};

/// Visits for each identifier that may be asked about; hostile graphs need more, real ones few.
const VISITS_PER_IDENTIFIER: usize = 16;

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    /// Events by index, each with its shortest way.
    pub(crate) entries: BTreeMap<usize, Via>,
    /// What has to be looked up to go on, nearest first.
    pub(crate) wanted: Vec<Ask>,
    /// Set if the walk gave up somewhere.
    pub(crate) cut: Option<Cut>,
}

/// Why a subject is visited, which decides what of it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    Own,
    Container,
    Source,
}

#[derive(Debug, Clone, Copy)]
struct Visit {
    subject: Ask,
    line: Line,
    /// From when on the subject matters, included.
    from: Moment,
    /// Until when it matters, excluded.
    until: Moment,
    via: Via,
}

struct Walk<'a> {
    history: &'a History,
    reached: Reached,
    queue: VecDeque<Visit>,
    /// Stretches of time already visited.
    covered: BTreeMap<(Ask, bool), Vec<(Moment, Moment)>>,
    wanted: HashSet<Ask>,
    n_visits: usize,
}

/// Walks all ways from the item that the known events show.
pub(crate) fn walk(history: &History) -> Reached {
    let mut walk = Walk {
        history,
        reached: Reached::default(),
        queue: VecDeque::new(),
        covered: BTreeMap::new(),
        wanted: HashSet::new(),
        n_visits: 0,
    };
    walk.queue.extend(history.items.iter().map(|&subject| Visit {
        subject,
        line: Line::Own,
        from: Moment::BEGIN,
        until: Moment::END,
        via: Via::Own,
    }));
    while let Some(visit) = walk.queue.pop_front() {
        walk.visit(visit);
    }
    walk.reached
}

impl<'a> Walk<'a> {
    fn visit(&mut self, visit: Visit) {
        let Some(subject) = self.subject(visit.subject) else { return };
        let visit = Visit { until: visit.until.min(subject.known_until), ..visit };
        if visit.from >= visit.until || !self.is_new(&visit) {
            return;
        }
        self.n_visits += 1;
        if self.n_visits > self.history.limits.n_identifiers.saturating_mul(VISITS_PER_IDENTIFIER) {
            self.cut(Limit::Identifiers, visit.subject);
            return;
        }
        for &index in &subject.events {
            if visit.holds(self.history, index) {
                self.reach(index, visit.via);
            }
        }
        for stay in stays(self.history, visit.subject, subject) {
            self.follow_stay(&visit, &stay);
        }
        if visit.line != Line::Container {
            for &index in &subject.events {
                self.follow_output(&visit, index);
            }
        }
    }

    /// What is known of a range, or nothing, and then it is wanted.
    fn subject(&mut self, ask: Ask) -> Option<&'a Subject> {
        let subject = self.history.subjects.get(&ask);
        if subject.is_none() && self.wanted.insert(ask) {
            self.reached.wanted.push(ask);
        }
        subject
    }

    /// Goes into a container for the time that the visited subject was in it and mattered.
    fn follow_stay(&mut self, visit: &Visit, stay: &Stay) {
        let from = stay.from.max(visit.from);
        let until = stay.until.min(visit.until);
        if from >= until {
            return;
        }
        let container = stay.container;
        let depth = visit.via.depth().saturating_add(1);
        let via = match visit.via {
            Via::Own | Via::Inside { .. } => Via::Inside { container, depth },
            Via::Source { input, .. } => Via::Source { input, container: Some(container), depth },
        };
        let subject = Ask::one(container);
        if !self.is_within_depth(via, subject) {
            return;
        }
        if let Some(index) = stay.emptied_by
            && Moment::of(&self.history.events[index]) < visit.until
        {
            self.reach(index, via);
        }
        self.queue.push_back(Visit { subject, line: Line::Container, from, until, via });
    }

    /// Goes to the inputs if the event made the visited subject out of something.
    fn follow_output(&mut self, visit: &Visit, index: usize) {
        let event = &self.history.events[index];
        let is_output = event.kind == EventKind::Transformation
            && visit.contains(Moment::of(event))
            && event.names(Role::Output, visit.subject);
        if !is_output {
            return;
        }
        self.follow_inputs(visit, index);
        for id in event.in_role(Role::Transformation) {
            let Some(transformation) = self.subject(id) else { continue };
            for &index in &transformation.events {
                self.follow_inputs(visit, index);
            }
        }
    }

    /// Goes to each input of one event of a transformation, up to the moment it was used.
    fn follow_inputs(&mut self, visit: &Visit, index: usize) {
        let event = &self.history.events[index];
        if event.kind != EventKind::Transformation {
            return;
        }
        let depth = visit.via.depth().saturating_add(1);
        for subject in event.in_role(Role::Input) {
            let via = Via::Source { input: subject.first, container: None, depth };
            if self.is_within_depth(via, subject) {
                self.reach(index, via);
                let (from, until) = (Moment::BEGIN, Moment::of(event));
                self.queue.push_back(Visit { subject, line: Line::Source, from, until, via });
            }
        }
    }

    /// Takes an event in, and keeps the shortest way to it.
    fn reach(&mut self, index: usize, via: Via) {
        let kept = self.reached.entries.entry(index).or_insert(via);
        if via.depth() < kept.depth() {
            *kept = via;
        }
    }

    fn is_within_depth(&mut self, via: Via, at: Ask) -> bool {
        let is_within = via.depth() <= self.history.limits.depth;
        if !is_within {
            self.cut(Limit::Depth, at);
        }
        is_within
    }

    fn cut(&mut self, limit: Limit, at: Ask) {
        self.reached.cut.get_or_insert(Cut { limit, at });
    }

    /// Marks the stretch as visited; false if all of it was before.
    fn is_new(&mut self, visit: &Visit) -> bool {
        let follows_sources = visit.line != Line::Container;
        let covered = self.covered.entry((visit.subject, follows_sources)).or_default();
        let (mut from, mut until) = (visit.from, visit.until);
        if covered.iter().any(|&(a, b)| a <= from && until <= b) {
            return false;
        }
        // Stretches that touch grow into one, so they stay disjoint.
        covered.retain(|&(a, b)| {
            let touches = a <= until && from <= b;
            if touches {
                (from, until) = (from.min(a), until.max(b));
            }
            !touches
        });
        covered.push((from, until));
        true
    }
}

impl Visit {
    fn contains(&self, moment: Moment) -> bool {
        self.from <= moment && moment < self.until
    }

    /// True if the event happened while the subject mattered and is the subject's own affair.
    fn holds(&self, history: &History, index: usize) -> bool {
        let event = &history.events[index];
        // What else was made of an input belongs to its siblings.
        let feeds_others = self.line == Line::Source
            && event.kind == EventKind::Transformation
            && !event.names(Role::Output, self.subject);
        self.contains(Moment::of(event)) && !feeds_others
    }
}
