//! The way through the events: from the subject to all that belongs to it, ring by ring.
//!
//! What is not looked up yet is parked; each ring of answers sets the parked going again. Nothing
//! is walked twice but when it matters for longer than was known before, or is nearer.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::balance::{balances, shares};
use crate::known::{Known, Mention};
use crate::range_map::RangeMap;
use crate::replay::Replay;
use crate::stays::{Stay, emptied, stays_in, stays_of};
use crate::{
    AsOf, Cut, Direction, Edge, EdgeKind, Entry, EventFacts, EventKind, Ids, Limit, Limits, Moment,
    Reached, Role, Share, Trail, Via, Window,
};

/// Visits for each run that may be looked up; hostile graphs need more, real ones few.
const VISITS_PER_IDENTIFIER: usize = 16;

/// Edges for each event that may be taken in.
const EDGES_PER_EVENT: usize = 16;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The identifiers that the subject goes by, or all subjects; not empty.
    pub subjects: Vec<Ids>,
    /// Which way.
    pub direction: Direction,
    /// The moment of the answer.
    pub as_of: AsOf,
}

/// How much of something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// When what is told of it belongs to the answer.
    window: Window,
    /// What was made of something after this did not become part of the answer's subject; backward
    /// only.
    made_until: Moment,
    /// When what is inside it matters.
    contents: Option<Window>,
}

#[derive(Debug, Clone, Copy)]
enum Work {
    /// The thing itself, with its containers, its sources or products.
    Subject { ids: Ids, span: Span, via: Via },
    /// A container while a stay in it matters.
    Carrier { stay: Stay, window: Window, via: Via },
    /// All events of a transformation that `made` is an output of (backward) or input (forward).
    Join { transformation: i64, made: Ids, via: Via },
}

/// How far a subject was visited.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    window: Window,
    made_until: Moment,
    contents: Vec<Window>,
    via: Via,
}

/// The closure of a question while it is being gathered.
#[derive(Debug)]
pub struct Closure {
    question: Question,
    limits: Limits,
    known: Known,
    queue: VecDeque<Work>,
    parked: Vec<Work>,
    wanted: RangeMap<()>,
    frontier: Vec<Ids>,
    n_asked: usize,
    n_visits: usize,
    subjects: RangeMap<Seen>,
    carriers: HashMap<i64, Vec<(Window, u16)>>,
    entries: HashMap<usize, Via>,
    edges: HashSet<Edge>,
    /// Events whose inputs or outputs were followed, with the fewest steps to them.
    followed: HashMap<usize, u16>,
    cut: Option<Cut>,
}

impl Closure {
    /// Begins.
    ///
    /// # Panics
    /// If there is no subject.
    pub fn new(question: Question, limits: Limits) -> Self {
        assert!(!question.subjects.is_empty(), "a question is about something");
        let span = Span {
            window: Window::ALL,
            made_until: Moment::END,
            contents: (question.direction == Direction::Backward).then_some(Window::ALL),
        };
        let subjects = question.subjects.iter();
        let queue = subjects.map(|&ids| Work::Subject { ids, span, via: Via::Own }).collect();
        let mut closure = Self {
            limits,
            known: Known::new(question.as_of),
            queue,
            parked: Vec::new(),
            wanted: RangeMap::default(),
            frontier: Vec::new(),
            n_asked: 0,
            n_visits: 0,
            subjects: RangeMap::default(),
            carriers: HashMap::new(),
            entries: HashMap::new(),
            edges: HashSet::new(),
            followed: HashMap::new(),
            cut: None,
            question,
        };
        closure.walk();
        closure
    }

    /// What to look up next, disjoint and in order; empty when the answer is complete or cut.
    pub fn frontier(&self) -> &[Ids] {
        &self.frontier
    }

    /// Takes in the events of the whole frontier, in any order; events known already are welcome.
    /// Declarations of errors name the same identifiers as what they declare, so they come along.
    ///
    /// Whoever has not looked all of them up says from which event time on some may be missing,
    /// in microseconds since the epoch: nothing is claimed of what was then and later.
    pub fn feed(&mut self, events: Vec<EventFacts>, missing_from_us: Option<i64>) {
        let asked = std::mem::take(&mut self.frontier);
        let until = missing_from_us.map_or(Moment::END, Moment::of_time);
        if !self.known.learn(&asked, events, self.limits.n_events, until) {
            let at = asked.first().copied().unwrap_or(self.question.subjects[0]);
            self.cut(Limit::Events, at);
        }
        self.queue.extend(std::mem::take(&mut self.parked));
        self.walk();
    }

    /// The answer out of what is known.
    pub fn finish(mut self) -> Trail {
        if let Some(&at) = self.frontier.first() {
            self.cut(Limit::Unasked, at);
        }
        let balances = balances(&self.known, self.entries.keys().copied());
        let shares = match self.question.direction {
            Direction::Backward => Vec::new(),
            Direction::Forward => self.shares(),
        };
        let mut entries: Vec<(Moment, Entry)> = Vec::with_capacity(self.entries.len());
        for (index, via) in self.entries {
            let event = &self.known.events[index];
            let entry = Entry { event: event.key, event_time_us: event.event_time_us, via };
            entries.push((event.moment(), entry));
        }
        entries.sort_by_key(|(moment, _)| *moment);
        let reached: Vec<Reached> =
            self.subjects.runs().map(|(ids, seen)| Reached { ids, via: seen.via }).collect();
        let mut edges: Vec<Edge> = self.edges.into_iter().collect();
        edges.sort_unstable();
        let replay = Replay::of(&self.known);
        let is_held = |reached: &&Reached| match self.question.direction {
            Direction::Backward => reached.via == Via::Own,
            Direction::Forward => true,
        };
        let held: Vec<Ids> = reached.iter().filter(is_held).map(|reached| reached.ids).collect();
        Trail {
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            holdings: held.iter().flat_map(|&ids| replay.holdings(ids)).collect(),
            findings: replay.findings(&reached, self.carriers.keys().copied()),
            reached,
            edges,
            balances,
            shares,
            cut: self.cut,
        }
    }

    /// What share of what was made may come from the subjects.
    fn shares(&self) -> Vec<Share> {
        let mut reached = RangeMap::default();
        let carriers = self.carriers.keys().map(|id| Ids::one(*id));
        for ids in self.subjects.runs().map(|(ids, _)| ids).chain(carriers) {
            reached.set(ids, ());
        }
        let events = (0..self.known.events.len()).filter(|&event| self.known.counts(event));
        shares(&self.known, &self.question.subjects, &reached, events)
    }

    fn walk(&mut self) {
        while let Some(work) = self.queue.pop_front() {
            match work {
                Work::Subject { ids, span, via } => self.visit_subject(ids, span, via),
                Work::Carrier { stay, window, via } => self.visit_carrier(stay, window, via),
                Work::Join { transformation, made, via } => self.join(transformation, made, via),
            }
        }
        if self.cut.is_some_and(|cut| cut.limit != Limit::Depth) {
            return;
        }
        let wanted = std::mem::take(&mut self.wanted);
        let mut wanted: Vec<Ids> = wanted.runs().map(|(ids, ())| ids).collect();
        let n_left = self.limits.n_identifiers.saturating_sub(self.n_asked);
        if let Some(&at) = wanted.get(n_left) {
            self.cut(Limit::Identifiers, at);
            wanted.truncate(n_left);
        }
        self.n_asked += wanted.len();
        self.frontier = wanted;
    }

    fn visit_subject(&mut self, ids: Ids, span: Span, via: Via) {
        for (ids, known_until) in self.known.asked(ids) {
            let Some(known_until) = known_until else {
                self.park(ids, Work::Subject { ids, span, via });
                continue;
            };
            let until = span.window.until.min(known_until);
            let window = Window { until, ..span.window };
            if window.from >= window.until {
                continue;
            }
            let span = Span { window, ..span };
            for (ids, seen) in self.subjects.parts(ids) {
                let Some(seen) = seen_with(seen, span, via) else { continue };
                let (window, made_until) = (seen.window, seen.made_until);
                let span = Span { window, made_until, ..span };
                if self.may_visit(ids) {
                    self.subjects.set(ids, seen);
                    self.expand_subject(ids, span, via);
                }
            }
        }
    }

    fn expand_subject(&mut self, ids: Ids, span: Span, via: Via) {
        let mentions = self.known.mentions(ids);
        for mention in &mentions {
            let event = &self.known.events[mention.event];
            if span.window.holds(event.moment()) && !self.is_of_others(event, ids, via) {
                self.reach(mention.event, via);
            }
        }
        self.follow_stays(ids, span.window, via, &mentions);
        match self.question.direction {
            Direction::Backward => {
                let made_until = span.window.until.min(span.made_until);
                self.follow_outputs_back(ids, made_until, via, &mentions);
                self.follow_contents(span, via, &mentions);
            }
            Direction::Forward => {
                self.follow_inputs_on(ids, span.window, via, &mentions);
                self.follow_items_of_lot(ids, span.window, via, &mentions);
            }
        }
    }

    /// What else was made of a source, or begun of a lot, belongs to its siblings.
    fn is_of_others(&self, event: &EventFacts, ids: Ids, via: Via) -> bool {
        if via == Via::Own || self.question.direction == Direction::Forward {
            return false;
        }
        let mut roles = event.ranges.iter().filter(|range| range.ids().overlaps(ids));
        match event.kind {
            EventKind::Transformation => roles.all(|range| range.role != Role::Output),
            _ => roles.all(|range| range.role == Role::Lot),
        }
    }

    fn visit_carrier(&mut self, stay: Stay, window: Window, via: Via) {
        let id = stay.container;
        let Some(&(ids, Some(known_until))) = self.known.asked(Ids::one(id)).first() else {
            self.park(Ids::one(id), Work::Carrier { stay, window, via });
            return;
        };
        let mentions = self.known.mentions(ids);
        // A DELETE without children ends the stay though it does not name what stayed.
        let emptied = emptied(&self.known, stay.window, &mentions);
        let end = emptied.map_or(Moment::END, |event| self.known.events[event].moment());
        let is_let_out = window.from < end && end < window.until;
        let window = Window { until: window.until.min(known_until).min(end), ..window };
        if window.from >= window.until {
            return;
        }
        self.edge(stay.ids, ids, EdgeKind::Packed, stay.packed_by);
        let seen = self.carriers.entry(id).or_default();
        if seen.iter().any(|(seen, depth)| seen.covers(window) && *depth <= via.depth()) {
            return;
        }
        seen.retain(|(seen, depth)| !(window.covers(*seen) && via.depth() <= *depth));
        seen.push((window, via.depth()));
        if !self.may_visit(ids) {
            return;
        }
        if let Some(event) = emptied.filter(|_| is_let_out) {
            self.reach(event, via);
        }
        for mention in &mentions {
            if window.holds(self.known.events[mention.event].moment()) {
                self.reach(mention.event, via);
            }
        }
        self.follow_stays(ids, window, via, &mentions);
        if self.question.direction == Direction::Forward {
            self.follow_inputs_on(ids, window, via, &mentions);
        }
    }

    /// Into each container, for the time that `ids` were in it and mattered.
    fn follow_stays(&mut self, ids: Ids, window: Window, via: Via, mentions: &[Mention]) {
        for stay in stays_of(&self.known, ids, mentions) {
            let Some(window) = stay.window.intersection(window) else { continue };
            let (to, via) = (Ids::one(stay.container), via.into(stay.container));
            if self.is_within_depth(via, to) {
                self.queue.push_back(Work::Carrier { stay, window, via });
            }
        }
    }

    /// To what `ids` were made of, and to their lot.
    fn follow_outputs_back(&mut self, ids: Ids, until: Moment, via: Via, mentions: &[Mention]) {
        for mention in mentions {
            let event = &self.known.events[mention.event];
            let moment = event.moment();
            let is_begun = matches!(mention.role, Role::Epc | Role::Output);
            if !is_begun || moment >= until {
                continue;
            }
            if let Some(lot) = only_lot(event) {
                let via = source(lot, via);
                if self.is_within_depth(via, lot) {
                    self.edge(lot, ids, EdgeKind::OfLot, mention.event);
                    let window = Window::ALL;
                    let span = Span { window, made_until: moment, contents: None };
                    self.queue.push_back(Work::Subject { ids: lot, span, via });
                }
            }
            if mention.role == Role::Output {
                self.inputs_of(mention.event, ids, via);
                self.join_all(mention.event, ids, via);
            }
        }
    }

    /// To each input of one event, up to the moment it was used; of a lot a part remains.
    fn inputs_of(&mut self, index: usize, made: Ids, via: Via) {
        let event = &self.known.events[index];
        let moment = event.moment();
        let is_class = |ids: Ids| event.amount(Role::Input, ids.first).is_some();
        let inputs: Vec<(Ids, bool)> =
            event.in_role(Role::Input).map(|ids| (ids, is_class(ids))).collect();
        let inputs_alone = inputs.iter().map(|(ids, _)| (*ids, made)).collect();
        self.edges(inputs_alone, EdgeKind::Made, index);
        if !self.is_followed_first(index, via) {
            return;
        }
        for (ids, is_class) in inputs {
            let via = source(ids, via);
            if self.is_within_depth(via, ids) {
                self.reach(index, via);
                let until = if is_class { Moment::END } else { moment };
                let window = Window { from: Moment::BEGIN, until };
                let contents = Some(Window::at(moment));
                let span = Span { window, made_until: moment, contents };
                self.queue.push_back(Work::Subject { ids, span, via });
            }
        }
    }

    /// To what was in the containers among the mentioned.
    fn follow_contents(&mut self, span: Span, via: Via, mentions: &[Mention]) {
        let Some(wanted) = span.contents else { return };
        let parents = mentions.iter().filter(|mention| mention.role == Role::Parent);
        let mut containers: Vec<Ids> = parents.map(|mention| mention.ids).collect();
        containers.sort_unstable();
        containers.dedup();
        for container in containers {
            let own: Vec<Mention> =
                mentions.iter().filter(|mention| mention.ids == container).copied().collect();
            for stay in stays_in(&self.known, container.first, &own) {
                let Some(overlap) = stay.window.intersection(wanted) else { continue };
                let depth = via.depth().saturating_add(1);
                let via = Via::Content { content: stay.ids.first, container: None, depth };
                if !self.is_within_depth(via, stay.ids) {
                    continue;
                }
                self.edge(stay.ids, container, EdgeKind::Packed, stay.packed_by);
                let packed_by = &self.known.events[stay.packed_by];
                let is_class = packed_by.amount(Role::Child, stay.ids.first).is_some();
                let until = if is_class { Moment::END } else { overlap.until };
                let window = Window { from: Moment::BEGIN, until };
                let made_until = overlap.until;
                let span = Span { window, made_until, contents: Some(overlap) };
                self.queue.push_back(Work::Subject { ids: stay.ids, span, via });
            }
        }
    }

    /// To what was made of `ids`, or of what they were in.
    fn follow_inputs_on(&mut self, ids: Ids, window: Window, via: Via, mentions: &[Mention]) {
        for mention in mentions.iter().filter(|mention| mention.role == Role::Input) {
            if window.holds(self.known.events[mention.event].moment()) {
                self.outputs_of(mention.event, ids, via);
                self.join_all(mention.event, ids, via);
            }
        }
    }

    fn outputs_of(&mut self, index: usize, made_of: Ids, via: Via) {
        let outputs: Vec<Ids> = self.known.events[index].in_role(Role::Output).collect();
        let edges = outputs.iter().map(|ids| (made_of, *ids)).collect();
        self.edges(edges, EdgeKind::Made, index);
        if self.is_followed_first(index, via) {
            outputs.into_iter().for_each(|ids| self.product(index, ids, via));
        }
    }

    /// To the items of a lot.
    fn follow_items_of_lot(&mut self, lot: Ids, window: Window, via: Via, mentions: &[Mention]) {
        for mention in mentions.iter().filter(|mention| mention.role == Role::Lot) {
            let event = &self.known.events[mention.event];
            if !window.holds(event.moment()) || only_lot(event).is_none() {
                continue;
            }
            let items = event.ranges.iter();
            let items = items.filter(|range| matches!(range.role, Role::Epc | Role::Output));
            let items: Vec<Ids> = items.map(|range| range.ids()).collect();
            let edges = items.iter().map(|ids| (lot, *ids)).collect();
            self.edges(edges, EdgeKind::OfLot, mention.event);
            items.into_iter().for_each(|ids| self.product(mention.event, ids, via));
        }
    }

    fn product(&mut self, index: usize, ids: Ids, via: Via) {
        let depth = via.depth().saturating_add(1);
        let via = Via::Product { output: ids.first, container: None, depth };
        if self.is_within_depth(via, ids) {
            self.reach(index, via);
            let from = self.known.events[index].moment();
            let window = Window { from, until: Moment::END };
            let span = Span { window, made_until: Moment::END, contents: None };
            self.queue.push_back(Work::Subject { ids, span, via });
        }
    }

    /// Asks for the other events of the transformation that an event is one of.
    fn join_all(&mut self, index: usize, made: Ids, via: Via) {
        let event = &self.known.events[index];
        let of_transformation: Vec<Ids> = event.in_role(Role::Transformation).collect();
        for ids in of_transformation {
            self.queue.push_back(Work::Join { transformation: ids.first, made, via });
        }
    }

    fn join(&mut self, transformation: i64, made: Ids, via: Via) {
        if !self.known.was_asked(transformation) {
            let ids = Ids::one(transformation);
            self.park(ids, Work::Join { transformation, made, via });
            return;
        }
        for mention in self.known.mentions(Ids::one(transformation)) {
            if mention.role != Role::Transformation {
                continue;
            }
            match self.question.direction {
                Direction::Backward => self.inputs_of(mention.event, made, via),
                Direction::Forward => self.outputs_of(mention.event, made, via),
            }
        }
    }

    fn park(&mut self, ids: Ids, work: Work) {
        self.wanted.set(ids, ());
        self.parked.push(work);
    }

    /// Takes an event in, and keeps the shortest way to it.
    fn reach(&mut self, index: usize, via: Via) {
        let kept = self.entries.entry(index).or_insert(via);
        if via.depth() < kept.depth() {
            *kept = via;
        }
    }

    fn edge(&mut self, from: Ids, to: Ids, kind: EdgeKind, event: usize) {
        self.edges(vec![(from, to)], kind, event);
    }

    /// Keeps pairs that an event joins, as many as there is room for.
    fn edges(&mut self, pairs: Vec<(Ids, Ids)>, kind: EdgeKind, event: usize) {
        let event = self.known.events[event].key;
        let n_most = self.limits.n_events.saturating_mul(EDGES_PER_EVENT);
        for (from, to) in pairs {
            if self.edges.len() >= n_most {
                self.cut(Limit::Events, from);
                return;
            }
            self.edges.insert(Edge { from, to, kind, event });
        }
    }

    /// False if the inputs or outputs of an event were followed from as near before: they are the
    /// same whichever of the others led here.
    fn is_followed_first(&mut self, index: usize, via: Via) -> bool {
        let depth = via.depth();
        match self.followed.get(&index) {
            Some(before) if *before <= depth => false,
            _ => {
                self.followed.insert(index, depth);
                true
            }
        }
    }

    fn may_visit(&mut self, at: Ids) -> bool {
        self.n_visits += 1;
        let n_most = self.limits.n_identifiers.saturating_mul(VISITS_PER_IDENTIFIER);
        if self.n_visits > n_most {
            self.cut(Limit::Identifiers, at);
        }
        self.n_visits <= n_most
    }

    fn is_within_depth(&mut self, via: Via, at: Ids) -> bool {
        let is_within = via.depth() <= self.limits.depth;
        if !is_within {
            self.cut(Limit::Depth, at);
        }
        is_within
    }

    /// Keeps the first cut; one that ends the walk stands before one that goes on elsewhere.
    fn cut(&mut self, limit: Limit, at: Ids) {
        let is_harder = limit != Limit::Depth;
        if self.cut.is_none_or(|cut| cut.limit == Limit::Depth && is_harder) {
            self.cut = Some(Cut { limit, at });
        }
    }
}

/// The lot of the items that an event begins, if it names just one.
fn only_lot(event: &EventFacts) -> Option<Ids> {
    let mut lots = event.in_role(Role::Lot);
    lots.next().filter(|_| lots.next().is_none())
}

fn source(ids: Ids, via: Via) -> Via {
    Via::Source { input: ids.first, container: None, depth: via.depth().saturating_add(1) }
}

/// What was seen of a subject together with one more visit; nothing if the visit is no news.
fn seen_with(seen: Option<Seen>, span: Span, via: Via) -> Option<Seen> {
    let Span { window, made_until, contents } = span;
    let Some(mut seen) = seen else {
        return Some(Seen { window, made_until, contents: contents.into_iter().collect(), via });
    };
    let is_nearer = via.depth() < seen.via.depth();
    let is_longer = !seen.window.covers(window) || seen.made_until < made_until;
    let new_contents = contents.filter(|new| !seen.contents.iter().any(|w| w.covers(*new)));
    if !is_nearer && !is_longer && new_contents.is_none() {
        return None;
    }
    // Both begin with time itself or both end with it, so together they are one stretch.
    seen.window = Window {
        from: seen.window.from.min(window.from),
        until: seen.window.until.max(window.until),
    };
    seen.made_until = seen.made_until.max(made_until);
    seen.contents.extend(new_contents);
    if is_nearer {
        seen.via = via;
    }
    Some(seen)
}
