//! The way through the events: from the subject to all that belongs to it, ring by ring.
//!
//! What is not looked up yet is parked; each ring of answers sets the parked going again. Nothing
//! is walked twice but when it matters for longer than was known before, or is nearer.

use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::balance::{Shares, balances};
use crate::known::{Begun, Known, Mention, Want};
use crate::lots;
use crate::mixing::MixedMap;
use crate::range_map::RangeMap;
use crate::replay::{Replay, begins};
use crate::stays::{Stay, emptied, stays_in, stays_of};
use crate::work::{Carrier, Work};
use crate::{
    AsOf, ClassStep, Cut, Direction, Edge, EdgeKind, Entry, EventFacts, EventKind, Ids, Limit,
    Limits, Moment, Reached, Rest, Role, Span, Trail, Via, Window,
};

/// Visits for each run that may be looked up; hostile graphs need more, real ones few.
const VISITS_PER_IDENTIFIER: usize = 16;
/// Stays in containers for each visit, and in all.
const STAYS_PER_VISIT: usize = 4;
const MAX_STAYS: usize = 4_000_000;

/// Places where an answer was cut, that are told.
const N_CUTS: usize = 64;

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
    /// To go on where an answer of the same direction and moment was cut; the only subject is
    /// [`Cut::at`].
    pub rest: Option<Rest>,
}

/// How far a subject was visited.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    window: Window,
    made_until: Moment,
    items: Window,
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
    /// What is left to tell of the subjects before anything is told.
    whole: Rest,
    /// What was packed into containers on the way, and the events that did it.
    packed: Vec<(Ids, usize)>,
    wanted: Vec<(Ids, Want)>,
    frontier: Vec<Ids>,
    /// The frontier with what is wanted of it.
    asking: Vec<(Ids, Want)>,
    n_asked: usize,
    n_visits: usize,
    subjects: RangeMap<Seen>,
    carriers: MixedMap<i64, Vec<(Window, u16)>>,
    /// For each known event how it belongs to the answer, if it does.
    entries: Vec<Option<Via>>,
    /// Some more than once.
    edges: Vec<Edge>,
    lacks_edges: bool,
    /// Events whose inputs or outputs were followed, with the fewest steps to them.
    followed: MixedMap<usize, u16>,
    /// The limit that ended the walk.
    ended_by: Option<Limit>,
    cuts: Vec<Cut>,
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
            items: Window::ALL,
            contents: (question.direction == Direction::Backward).then_some(Window::ALL),
        };
        let whole = question.rest.unwrap_or(Rest::of(span, Via::Own));
        let subject = |&ids: &Ids| Work::going_on(ids, whole);
        let queue = question.subjects.iter().map(subject).collect();
        let mut closure = Self {
            limits,
            known: Known::new(&question),
            queue,
            parked: Vec::new(),
            whole,
            packed: Vec::new(),
            wanted: Vec::new(),
            frontier: Vec::new(),
            asking: Vec::new(),
            n_asked: 0,
            n_visits: 0,
            subjects: RangeMap::default(),
            carriers: MixedMap::default(),
            entries: Vec::new(),
            edges: Vec::new(),
            lacks_edges: false,
            followed: MixedMap::default(),
            ended_by: None,
            cuts: Vec::new(),
            question,
        };
        closure.walk();
        closure
    }

    /// What to look up next, disjoint and in order; empty when the answer is complete or cut.
    pub fn frontier(&self) -> &[Ids] {
        &self.frontier
    }

    /// Takes in the events of the whole frontier, in any order; events known already are welcome,
    /// and what [`Closure::wants`] does not want may be left out.
    ///
    /// Declarations of errors name the same identifiers as what they declare (EPCIS 2.0 §7.4.1.4),
    /// so they come along. Where they do not, whoever feeds looks for them by
    /// [`EventFacts::declares`], the key of an event that is fed, and feeds both together.
    ///
    /// Whoever has not looked all of them up says from which event time on some may be missing,
    /// in microseconds since the epoch: nothing is claimed of what was then and later.
    pub fn feed(&mut self, events: Vec<EventFacts>, missing_from_us: Option<i64>) {
        self.frontier.clear();
        let asked = std::mem::take(&mut self.asking);
        let until = missing_from_us.map_or(Moment::END, Moment::of_time);
        if self.known.learn(&asked, events, self.limits.n_events, until) != Moment::END {
            self.ended_by = Some(Limit::Events);
        }
        self.entries.resize(self.known.events.len(), None);
        // The last walk left nothing in the queue.
        self.queue = std::mem::take(&mut self.parked).into();
        self.walk();
    }

    /// True for the key of an event that was taken in.
    pub fn knows(&self, key: &[u8; 16]) -> bool {
        self.known.knows(key)
    }

    /// False for an event that only begins items of a lot which are others', or uses a part of it
    /// for others: neither does it count towards the limit of events, nor need it be fed.
    pub fn wants(&self, event: &EventFacts) -> bool {
        self.known.wants(event, &self.asking)
    }

    /// False for a class of the frontier of which it does not want who else used a part, see
    /// [`only_uses`](crate::only_uses).
    pub fn wants_uses(&self, class: i64) -> bool {
        let nth = self.asking.partition_point(|(ids, _)| ids.last < class);
        self.asking.get(nth).is_none_or(|(_, want)| want.used)
    }

    /// The answer out of what is known.
    pub fn finish(mut self) -> Trail {
        let edges = self.edges_in_order();
        self.cut_parked();
        let order = self.known.in_time();
        let entries = order.iter().filter_map(|&index| Some((index, self.entries[index]?)));
        let entries: Vec<(usize, Via)> = entries.collect();
        let order: Vec<usize> =
            order.into_iter().filter(|&index| self.known.counts(index)).collect();
        let indices = || entries.iter().map(|(index, _)| *index);
        let reached: Vec<Reached> =
            self.subjects.runs().map(|(ids, seen)| Reached { ids, via: seen.via }).collect();
        let told = self.told();
        let replay = Replay::of(&self.known, &order);
        let is_held = |reached: &&Reached| match self.question.direction {
            Direction::Backward => reached.via == Via::Own,
            Direction::Forward => true,
        };
        let held = reached.iter().filter(is_held).map(|reached| reached.ids);
        let mut trail = Trail {
            holdings: replay.holdings(held),
            findings: replay.findings(&told),
            balances: balances(&self.known, indices()),
            entries: entries.iter().map(|&(index, via)| self.entry(index, via)).collect(),
            reached,
            edges,
            shares: Vec::new(),
            class_steps: Vec::new(),
            parts: Vec::new(),
            cut: self.cuts.first().copied(),
            further_cuts: self.cuts.iter().skip(1).copied().collect(),
        };
        if self.question.direction == Direction::Forward {
            let shares = Shares::of(&self.known, &order, (&self.question.subjects, &told));
            self.tell_amounts(indices(), (&shares, &replay), &mut trail);
        }
        trail
    }

    /// All that was reached, and what carried it.
    fn told(&self) -> RangeMap<()> {
        let carriers = self.carriers.keys().map(|id| Ids::one(*id));
        RangeMap::covering(self.subjects.runs().map(|(ids, _)| ids).chain(carriers).collect())
    }

    fn entry(&self, index: usize, via: Via) -> Entry {
        let event = &self.known.events[index];
        Entry { event: event.key, event_time_us: event.event_time_us, via }
    }

    /// What share of what was made may come from the subjects, how much of it each event by amount
    /// moves, and who has it.
    fn tell_amounts(
        &self,
        entries: impl Iterator<Item = usize>,
        (shares, replay): (&Shares<'_>, &Replay<'_>),
        trail: &mut Trail,
    ) {
        trail.shares = shares.told();
        let mut classes = BTreeSet::new();
        for index in entries {
            let event = &self.known.events[index];
            for amount in &event.amounts {
                let seen = self.subjects.get(amount.class);
                if !seen.is_some_and(|seen| seen.window.holds(event.moment())) {
                    continue;
                }
                classes.insert(amount.class);
                let begins = begins(event, amount.role, Ids::one(amount.class));
                if amount.role != Role::Output && !begins {
                    let (least, most) = shares.of_amount(amount);
                    trail.class_steps.push(ClassStep {
                        event: event.key,
                        class: amount.class,
                        quantity: amount.quantity,
                        uom: amount.uom,
                        at_least: amount.quantity.map_or(0.0, |quantity| quantity * least),
                        at_most: amount.quantity.map(|quantity| quantity * most),
                    });
                }
            }
        }
        let parts = classes.into_iter().flat_map(|lot| lots::parts(&self.known, replay, lot));
        trail.parts = parts.collect();
    }

    fn walk(&mut self) {
        while let Some(work) = self.queue.pop_front() {
            match work {
                Work::Subject { ids, span, via } => self.visit_subject(ids, *span, via),
                Work::Carrier(carrier) => self.visit_carrier(carrier),
                Work::Join { transformation, .. } => self.join(transformation, work),
            }
        }
        if self.ended_by == Some(Limit::Events) {
            return;
        }
        let mut wanted = runs_wanted(std::mem::take(&mut self.wanted));
        let n_left = self.limits.n_identifiers.saturating_sub(self.n_asked);
        if n_left < wanted.len() {
            self.ended_by = Some(Limit::Identifiers);
            wanted.truncate(n_left);
        }
        self.n_asked += wanted.len();
        self.frontier = wanted.iter().map(|(ids, _)| *ids).collect();
        self.asking = wanted;
    }

    fn visit_subject(&mut self, ids: Ids, span: Span, via: Via) {
        let want = self.want(ids, span, via);
        for (ids, asked) in self.known.asked(ids) {
            let Some(asked) = asked.filter(|asked| asked.want.covers(want)) else {
                self.park(ids, want, Work::Subject { ids, span: Box::new(span), via });
                continue;
            };
            let (span, rest) = span.cut_at(asked.until);
            if let Some(rest) = rest {
                self.cut(Limit::Events, ids, Rest::of(rest, via));
            }
            if span.is_empty() {
                continue;
            }
            for (ids, seen) in self.subjects.parts(ids) {
                let Some(seen) = seen_with(seen, span, via) else { continue };
                let Seen { window, made_until, items, .. } = seen;
                let span = Span { window, made_until, items, ..span };
                if self.may_visit(ids, Rest::of(span, via)) {
                    self.subjects.set(ids, seen);
                    self.expand_subject(ids, span, via);
                }
            }
        }
    }

    /// Which events must be known of a subject. What else a source was used for, and which others
    /// of its items began, is not told; forward, what else a lot is made of bounds how much of it
    /// may be the subject.
    fn want(&self, ids: Ids, span: Span, via: Via) -> Want {
        let told = self.known.wants_told(ids, span.window);
        let is_all = self.question.direction == Direction::Forward || via == Via::Own;
        let begun = match is_all {
            true => Begun::All,
            false if span.items.from < span.items.until => Begun::Made,
            false => Begun::Nothing,
        };
        Want { begun, used: is_all, told }
    }

    fn expand_subject(&mut self, ids: Ids, span: Span, via: Via) {
        let mentions = self.known.mentions(ids);
        for mention in &mentions {
            let event = &self.known.events[mention.event];
            let moment = self.known.moment(mention.event);
            if span.window.holds(moment) && !self.is_of_others(event, ids, span, via) {
                self.reach(mention.event, via);
            }
        }
        self.follow_stays(ids, span.window, via, &mentions);
        match self.question.direction {
            Direction::Backward => {
                self.follow_outputs_back(ids, span, via, &mentions);
                self.follow_contents(span, via, &mentions);
            }
            Direction::Forward => {
                // What it was made in it did not go into.
                let since = match span.window.from {
                    Moment::BEGIN => Moment::BEGIN,
                    from => from.next(),
                };
                let window = Window { from: since, ..span.window };
                self.follow_inputs_on(ids, window, Rest::of(span, via), (via, &mentions));
                self.follow_items_of_lot(ids, span, via, &mentions);
            }
        }
    }

    /// What else was made of a source, or begun of a lot, belongs to its siblings.
    fn is_of_others(&self, event: &EventFacts, ids: Ids, span: Span, via: Via) -> bool {
        if via == Via::Own {
            return false;
        }
        let mut roles = event.ranges.iter().filter(|range| range.ids().overlaps(ids));
        match (self.question.direction, event.kind) {
            (Direction::Forward, _) => {
                !span.items.holds(event.moment()) && roles.all(|range| range.role == Role::Lot)
            }
            (Direction::Backward, EventKind::Transformation) => {
                let made = |role: Role| {
                    role == Role::Output || (role == Role::Lot && makes_lot(event, span))
                };
                !roles.any(|range| made(range.role))
            }
            (Direction::Backward, _) => roles.all(|range| range.role == Role::Lot),
        }
    }

    fn visit_carrier(&mut self, carrier: Carrier) {
        let Carrier { container: id, stay, window, via, .. } = carrier;
        let ids = Ids::one(id);
        let told = self.known.wants_told(ids, window);
        let want = Want { begun: Begun::Nothing, used: true, told };
        let asked = self.known.asked_of(id).filter(|asked| asked.want.covers(want));
        let Some(asked) = asked else {
            self.park(ids, want, Work::Carrier(carrier));
            return;
        };
        let mut mentions = self.known.mentions(ids);
        mentions.retain(|mention| mention.role != Role::Lot);
        // A DELETE without children ends the stay though it does not name what stayed.
        let emptied = emptied(&self.known, stay, &mentions);
        let end = emptied.map_or(Moment::END, |event| self.known.moment(event));
        let is_let_out = window.from < end && end < window.until;
        let window = Window { until: window.until.min(end), ..window };
        let (window, rest) = window.cut_at(asked.until);
        if let Some(rest) = rest {
            self.cut(Limit::Events, ids, Rest::of_carrier(rest, stay));
        }
        if window.from >= window.until {
            return;
        }
        for nth in carrier.packed {
            let (content, event) = self.packed[nth];
            self.edges([(content, ids)], EdgeKind::Packed, event);
        }
        let seen = self.carriers.entry(id).or_insert_with(|| Vec::with_capacity(1));
        if seen.iter().any(|(seen, depth)| seen.covers(window) && *depth <= via.depth()) {
            return;
        }
        seen.retain(|(seen, depth)| !(window.covers(*seen) && via.depth() <= *depth));
        seen.push((window, via.depth()));
        if !self.may_visit(ids, Rest::of_carrier(window, stay)) {
            return;
        }
        if let Some(event) = emptied.filter(|_| is_let_out) {
            self.reach(event, via);
        }
        for mention in &mentions {
            if window.holds(self.known.moment(mention.event)) {
                self.reach(mention.event, via);
            }
        }
        self.follow_stays(ids, window, via, &mentions);
        if self.question.direction == Direction::Forward {
            let rest = Rest::of_carrier(window, stay);
            self.follow_inputs_on(ids, window, rest, (via, &mentions));
        }
    }

    /// Into each container, for the time that `ids` were in it and mattered.
    fn follow_stays(&mut self, ids: Ids, window: Window, via: Via, mentions: &[Mention]) {
        for stay in stays_of(&self.known, ids, mentions) {
            let Some(window) = stay.window.intersection(window) else { continue };
            if self.packed.len() >= self.n_most_packed() {
                let rest = Rest::of_carrier(window, stay.window);
                self.ended_by = self.ended_by.or(Some(Limit::Identifiers));
                self.cut(Limit::Identifiers, Ids::one(stay.container), rest);
                continue;
            }
            let via = via.into(stay.container);
            let Stay { ids, container, window: stay, packed_by } = stay;
            let nth = self.packed.len();
            self.packed.push((ids, packed_by));
            let carrier = Carrier { container, stay, window, via, packed: nth..nth + 1 };
            // What was packed together goes on together.
            if let Some(Work::Carrier(last)) = self.queue.back_mut()
                && last.packed.end == nth
                && last.is_like(&carrier)
            {
                last.packed.end = carrier.packed.end;
                continue;
            }
            self.go(Work::Carrier(carrier));
        }
    }

    /// To what `ids` were made of, and to their lot; of a lot also to what its items were made of.
    fn follow_outputs_back(&mut self, ids: Ids, span: Span, via: Via, mentions: &[Mention]) {
        let until = span.window.until.min(span.made_until);
        for mention in mentions {
            let event = &self.known.events[mention.event];
            let moment = self.known.moment(mention.event);
            if moment >= until {
                continue;
            }
            let is_begun = matches!(mention.role, Role::Epc | Role::Output)
                && !event.is_class(mention.role, mention.ids.first);
            let is_made = match mention.role {
                Role::Output => true,
                Role::Lot => makes_lot(event, span),
                _ => false,
            };
            if let Some(lot) = event.only_lot().filter(|_| is_begun) {
                let (window, items) = (Window::ALL, Window::NEVER);
                let (made_until, contents) = (moment, None);
                let span = Span { window, made_until, items, contents };
                if self.go(Work::Subject { ids: lot, span: Box::new(span), via: source(lot, via) })
                {
                    self.edges([(lot, ids)], EdgeKind::OfLot, mention.event);
                }
            }
            if is_made {
                self.inputs_of(mention.event, ids, via);
                self.join_all(mention.event, ids, Rest::of(span, via), via);
            }
        }
    }

    /// To each input of one event, up to the moment it was used; of a lot a part remains.
    fn inputs_of(&mut self, index: usize, made: Ids, via: Via) {
        let event = &self.known.events[index];
        let moment = event.moment();
        let is_class = |ids: Ids| event.is_class(Role::Input, ids.first);
        let inputs: Vec<(Ids, bool)> =
            event.in_role(Role::Input).map(|ids| (ids, is_class(ids))).collect();
        self.edges(inputs.iter().map(|(ids, _)| (*ids, made)), EdgeKind::Made, index);
        if !self.is_followed_first(index, via) {
            return;
        }
        for (ids, is_class) in inputs {
            let until = if is_class { Moment::END } else { moment };
            let window = Window { from: Moment::BEGIN, until };
            let items = Window { from: Moment::BEGIN, until: moment };
            let (made_until, contents) = (moment, Some(Window::at(moment)));
            let span = Span { window, made_until, items, contents };
            let source = source(ids, via);
            let is_within = self.go(Work::Subject { ids, span: Box::new(span), via: source });
            self.reach(index, if is_within { source } else { via });
        }
    }

    /// To what was in the containers among the mentioned.
    fn follow_contents(&mut self, span: Span, via: Via, mentions: &[Mention]) {
        let Some(wanted) = span.contents else { return };
        let parents = mentions.iter().filter(|mention| mention.role == Role::Parent);
        let mut packings: Vec<Mention> = parents.copied().collect();
        packings.sort_by_key(|mention| mention.ids);
        for packings in packings.chunk_by(|a, b| a.ids == b.ids) {
            let container = packings[0].ids;
            for stay in stays_in(&self.known, container.first, packings) {
                let Some(overlap) = stay.window.intersection(wanted) else { continue };
                let depth = via.depth().saturating_add(1);
                let via = Via::Content { content: stay.ids.first, container: None, depth };
                let packed_by = &self.known.events[stay.packed_by];
                let is_class = packed_by.is_class(Role::Child, stay.ids.first);
                let until = if is_class { Moment::END } else { overlap.until };
                let window = Window { from: Moment::BEGIN, until };
                let made_until = overlap.until;
                let items = Window { from: Moment::BEGIN, until: made_until };
                let contents = Some(overlap);
                let span = Span { window, made_until, items, contents };
                if self.go(Work::Subject { ids: stay.ids, span: Box::new(span), via }) {
                    self.edges([(stay.ids, container)], EdgeKind::Packed, stay.packed_by);
                }
            }
        }
    }

    /// To what was made of `ids`, or of what they were in.
    fn follow_inputs_on(
        &mut self,
        ids: Ids,
        window: Window,
        rest: Rest,
        (via, mentions): (Via, &[Mention]),
    ) {
        for mention in mentions.iter().filter(|mention| mention.role == Role::Input) {
            if window.holds(self.known.moment(mention.event)) {
                self.outputs_of(mention.event, ids, via);
                self.join_all(mention.event, ids, rest, via);
            }
        }
    }

    /// To each output of one event, and to the lot that its items are of.
    fn outputs_of(&mut self, index: usize, made_of: Ids, via: Via) {
        let event = &self.known.events[index];
        let outputs: Vec<Ids> = event.in_role(Role::Output).collect();
        let lot = event.made_lot();
        let window = Window { from: event.moment(), until: Moment::END };
        let made = outputs.iter().chain(&lot).map(|ids| (made_of, *ids));
        self.edges(made, EdgeKind::Made, index);
        if let Some(lot) = lot {
            self.edges(outputs.iter().map(|ids| (lot, *ids)), EdgeKind::OfLot, index);
        }
        if self.is_followed_first(index, via) {
            outputs.into_iter().for_each(|ids| self.product(index, ids, [window, window], via));
            // Items that begin of the lot later are not made of this.
            lot.into_iter().for_each(|ids| self.product(index, ids, [window, Window::NEVER], via));
        }
    }

    /// To the items of a lot.
    fn follow_items_of_lot(&mut self, lot: Ids, span: Span, via: Via, mentions: &[Mention]) {
        for mention in mentions.iter().filter(|mention| mention.role == Role::Lot) {
            let event = &self.known.events[mention.event];
            let moment = self.known.moment(mention.event);
            let is_meant = span.window.holds(moment) && span.items.holds(moment);
            if !is_meant || event.only_lot().is_none() {
                continue;
            }
            let items: Vec<Ids> = event.of_lot().collect();
            self.edges(items.iter().map(|ids| (lot, *ids)), EdgeKind::OfLot, mention.event);
            let window = Window { from: moment, until: Moment::END };
            for ids in items {
                self.product(mention.event, ids, [window, window], via);
            }
        }
    }

    /// To what an event made: when it matters, and when it matters which items begin of it.
    fn product(&mut self, index: usize, ids: Ids, [window, items]: [Window; 2], via: Via) {
        let depth = via.depth().saturating_add(1);
        let product = Via::Product { output: ids.first, container: None, depth };
        let (made_until, contents) = (Moment::END, None);
        let span = Span { window, made_until, items, contents };
        let is_within = self.go(Work::Subject { ids, span: Box::new(span), via: product });
        self.reach(index, if is_within { product } else { via });
    }

    /// Asks for the other events of the transformation that an event is one of.
    fn join_all(&mut self, index: usize, made: Ids, rest: Rest, via: Via) {
        let event = &self.known.events[index];
        let joins = event.in_role(Role::Transformation);
        let rest = Box::new(rest);
        let join =
            |ids: Ids| Work::Join { transformation: ids.first, made, rest: rest.clone(), via };
        self.queue.extend(joins.map(join));
    }

    fn join(&mut self, transformation: i64, work: Work) {
        let ids = Ids::one(transformation);
        let Some(asked) = self.known.asked_of(transformation) else {
            let want = Want { begun: Begun::Nothing, used: true, told: true };
            return self.park(ids, want, work);
        };
        let Work::Join { made, rest, via, .. } = work else { return };
        if asked.until < Moment::END {
            self.cut(Limit::Events, made, *rest);
        }
        for mention in self.known.mentions(ids) {
            if mention.role != Role::Transformation {
                continue;
            }
            match self.question.direction {
                Direction::Backward => self.inputs_of(mention.event, made, via),
                Direction::Forward => self.outputs_of(mention.event, made, via),
            }
        }
    }

    fn park(&mut self, ids: Ids, want: Want, work: Work) {
        self.wanted.push((ids, want));
        self.parked.push(work);
    }

    /// Takes an event in, and keeps the shortest way to it.
    fn reach(&mut self, index: usize, via: Via) {
        let kept = self.entries[index].get_or_insert(via);
        if via.depth() < kept.depth() {
            *kept = via;
        }
    }

    /// Keeps pairs that an event joins, as many as there is room for.
    fn edges(&mut self, pairs: impl IntoIterator<Item = (Ids, Ids)>, kind: EdgeKind, event: usize) {
        if self.lacks_edges {
            return;
        }
        let event = self.known.events[event].key;
        self.edges.extend(pairs.into_iter().map(|(from, to)| Edge { from, to, kind, event }));
        let n_most = self.limits.n_events.saturating_mul(EDGES_PER_EVENT);
        if self.edges.len() > n_most.saturating_mul(2) {
            self.thin_edges(n_most);
        }
    }

    /// Keeps each edge once, and of too many those that came first.
    fn thin_edges(&mut self, n_most: usize) {
        let mut met = HashSet::new();
        self.edges.retain(|edge| met.insert(*edge));
        self.lacks_edges |= self.edges.len() > n_most;
        self.edges.truncate(n_most);
    }

    /// The edges in order.
    fn edges_in_order(&mut self) -> Vec<Edge> {
        let n_most = self.limits.n_events.saturating_mul(EDGES_PER_EVENT);
        if self.edges.len() > n_most {
            self.thin_edges(n_most);
        }
        let mut edges = std::mem::take(&mut self.edges);
        edges.sort_unstable();
        edges.dedup();
        edges
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

    fn may_visit(&mut self, at: Ids, rest: Rest) -> bool {
        self.n_visits += 1;
        let n_most = self.limits.n_identifiers.saturating_mul(VISITS_PER_IDENTIFIER);
        if self.n_visits > n_most {
            self.ended_by = self.ended_by.or(Some(Limit::Identifiers));
            self.cut(Limit::Identifiers, at, rest);
        }
        self.n_visits <= n_most
    }

    /// Stays in containers at most: each waits for its turn.
    fn n_most_packed(&self) -> usize {
        let n_visits = self.limits.n_identifiers.saturating_mul(VISITS_PER_IDENTIFIER);
        n_visits.saturating_mul(STAYS_PER_VISIT).min(MAX_STAYS)
    }

    /// Goes one step on, if it is not too far from the subject.
    fn go(&mut self, work: Work) -> bool {
        let is_within = work.via().depth() <= self.limits.depth;
        match is_within {
            true => self.queue.push_back(work),
            false => {
                let (at, rest) = work.rest();
                self.cut(Limit::Depth, at, rest);
            }
        }
        is_within
    }

    /// What was not looked up in the end.
    fn cut_parked(&mut self) {
        let limit = self.ended_by.unwrap_or(Limit::Unasked);
        for work in std::mem::take(&mut self.parked) {
            let (at, rest) = work.rest();
            self.cut(limit, at, rest);
        }
        // There are more edges: nothing else than the same question tells of them.
        if self.lacks_edges && self.cuts.is_empty() {
            self.cut(Limit::Events, self.question.subjects[0], self.whole);
        }
    }

    /// Keeps a place; one that ends the walk stands before one that goes on elsewhere.
    fn cut(&mut self, limit: Limit, at: Ids, rest: Rest) {
        let cut = Cut { limit, at, rest };
        if self.cuts.contains(&cut) {
            return;
        }
        let is_first_end = limit != Limit::Depth
            && self.cuts.first().is_some_and(|first| first.limit == Limit::Depth);
        if is_first_end {
            self.cuts.insert(0, cut);
            self.cuts.truncate(N_CUTS);
        } else if self.cuts.len() < N_CUTS {
            self.cuts.push(cut);
        }
    }
}

/// The same in disjoint runs and in order, each with all that is wanted of it.
fn runs_wanted(mut wanted: Vec<(Ids, Want)>) -> Vec<(Ids, Want)> {
    wanted.sort_by_key(|(ids, _)| *ids);
    wanted.dedup_by(|(next, its_want), (run, want)| {
        let is_same = want == its_want && next.first <= run.last.saturating_add(1);
        if is_same {
            run.last = run.last.max(next.last);
        }
        is_same
    });
    let mut runs: RangeMap<Want> = RangeMap::default();
    for (ids, want) in wanted {
        for (ids, before) in runs.parts(ids) {
            runs.set(ids, before.map_or(want, |before| before.with(want)));
        }
    }
    runs.runs().map(|(ids, want)| (ids, *want)).collect()
}

/// True if the event makes items of its lot when that matters.
fn makes_lot(event: &EventFacts, span: Span) -> bool {
    span.items.holds(event.moment()) && event.made_lot().is_some()
}

fn source(ids: Ids, via: Via) -> Via {
    Via::Source { input: ids.first, container: None, depth: via.depth().saturating_add(1) }
}

/// What was seen of a subject together with one more visit; nothing if the visit is no news.
fn seen_with(seen: Option<Seen>, span: Span, via: Via) -> Option<Seen> {
    let Span { window, made_until, items, contents, .. } = span;
    let Some(mut seen) = seen else {
        let contents = contents.into_iter().collect();
        return Some(Seen { window, made_until, items, contents, via });
    };
    let is_nearer = via.depth() < seen.via.depth();
    let is_longer =
        !seen.window.covers(window) || !seen.items.covers(items) || seen.made_until < made_until;
    let new_contents = contents.filter(|new| !seen.contents.iter().any(|w| w.covers(*new)));
    if !is_nearer && !is_longer && new_contents.is_none() {
        return None;
    }
    // Both begin with time itself or both end with it, so together they are one stretch.
    seen.window = seen.window.with(window);
    seen.items = seen.items.with(items);
    seen.made_until = seen.made_until.max(made_until);
    seen.contents.extend(new_contents);
    if is_nearer {
        seen.via = via;
    }
    Some(seen)
}
