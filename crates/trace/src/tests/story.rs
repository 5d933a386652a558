//! The language of the stories.
//!
//! A line is an event in order of capture: a step, what it names, a place, a time of the day.
//!
//! ```text
//! commissioning A1..A24        factory 08:00    ObjectEvent, ADD; `of L` names their lot
//! packing       P > A1 A2      factory 09:00    AggregationEvent, ADD
//! unpacking     P > A1         shop    10:00    AggregationEvent, DELETE; without children: all
//! counting      P > A1         shop    11:00    AggregationEvent, OBSERVE
//! mounting      S > A1         factory 08:30    AssociationEvent, ADD; dismounting: DELETE
//! transforming  M1 M2 => A1    plant   07:00    TransformationEvent; `X7: M1 =>` with its id
//! receiving     L*10kg         plant   06:00    10 kg of the class L; `L*10` pieces, `L*` some
//! wrong         3              plant   18:00    declares the third line to be wrong; with
//!                                               `3 only` it names nothing but its key
//!
//! trace A1 -> 08:00 commissioning factory | 09:00 packing factory | in P 17:00 receiving shop
//! forward M1 -> 07:00 transforming plant | to A1 09:00 packing factory
//! trace A1 at 09:00 -> ...           as of that event time
//! trace A1 known 3 -> ...            as of the capture of the third line
//! trace A1 then -> ...               what goes on where the answer was cut first
//! where A1..A24 -> A1..A3 in_stock shop 17:00 in P | A4..A24 sold shop 18:00
//! balance A1 -> 07:00 40 in, 38 out, yield 0.95
//! shares M1 -> A1..A4 0.20 to 1.00, even 0.50
//! moves M1 -> L 10kg to 40kg of 50kg 10:00 shipping depot     by amount, of the subject
//! parts L -> L 10kg to 40kg in_stock depot | L 10kg in_transit
//! findings A1 -> two_parents A1 09:00 packing factory, 10:00 packing depot
//! ```
//!
//! A place may have a position: `north@39.9,116.4`. Events of a line are one capture each.

use std::collections::HashSet;

use crate::{
    Action, Amount, AsOf, Balance, ClassStep, Closure, Cut, Direction, Entry, EventFacts,
    EventKind, Finding, Holding, Ids, Limits, LotPart, Position, Question, Rest, Role, RoleRange,
    Share, Step, Sum, Trail, Via,
};

/// Events and the words that stand for them in answers.
#[derive(Default)]
pub(super) struct Story {
    pub(super) events: Vec<EventFacts>,
    words: Vec<String>,
    places: Vec<String>,
}

const QUESTIONS: [&str; 8] =
    ["trace", "forward", "where", "findings", "balance", "shares", "moves", "parts"];

/// Plays the events and holds each question against its answer.
pub(super) fn check(story: &str) {
    check_within(story, Limits::default());
}

/// The same with limits of its own.
pub(super) fn check_within(text: &str, limits: Limits) {
    let mut story = Story::default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_question = |line: &&str| QUESTIONS.contains(&line.split(' ').next().unwrap());
    let (questions, events): (Vec<&str>, Vec<&str>) = lines.partition(is_question);
    for line in events {
        story.add(line);
    }
    assert!(!questions.is_empty(), "a story without a question");
    for question in questions {
        let (asked, expected) = question.split_once("->").unwrap();
        assert_eq!(story.answer(asked.trim(), limits), expected.trim(), "{asked}");
    }
}

/// Answers each frontier from `events` as a store would, and finishes.
pub(super) fn gather(events: &[EventFacts], question: Question, limits: Limits) -> Trail {
    let mut closure = Closure::new(question, limits);
    for _ in 0..=limits.n_identifiers {
        if closure.frontier().is_empty() {
            return closure.finish();
        }
        // As a store does: what is asked for at once, the earliest first.
        let mut answer = lookup(events, closure.frontier());
        answer.retain(|event| closure.wants(event));
        let is_cut = answer.len() > limits.n_events + 1;
        answer.truncate(limits.n_events + 1);
        let missing_from_us = answer.iter().map(|event| event.event_time_us).max();
        let found: HashSet<[u8; 16]> = answer.iter().map(|event| event.key).collect();
        let is_of_found =
            |event: &&EventFacts| event.declares.is_some_and(|it| found.contains(&it));
        answer.extend(events.iter().filter(is_of_found).cloned());
        closure.feed(answer, missing_from_us.filter(|_| is_cut));
    }
    panic!("the frontier never became empty")
}

/// The events that name any of `asked`, earliest first; no declarations.
fn lookup(events: &[EventFacts], asked: &[Ids]) -> Vec<EventFacts> {
    let names = |event: &&EventFacts| {
        let mut ranges = event.ranges.iter();
        let is_named = ranges.any(|range| asked.iter().any(|ids| ids.overlaps(range.ids())));
        is_named && event.declares.is_none()
    };
    let mut found: Vec<EventFacts> = events.iter().filter(names).cloned().collect();
    found.sort_by_key(EventFacts::moment);
    found
}

/// `A1` is 1001, `P` is 16000: the letter's place in the alphabet and three digits.
pub(super) fn id(name: &str) -> i64 {
    let (letter, number) = name.split_at(1);
    let letter = i64::from(letter.as_bytes()[0] - b'A' + 1);
    letter * 1000 + if number.is_empty() { 0 } else { number.parse::<i64>().unwrap() }
}

fn run(word: &str) -> Ids {
    let (first, last) = word.split_once("..").unwrap_or((word, word));
    Ids { first: id(first), last: id(last) }
}

fn name(id: i64) -> String {
    let letter = char::from(u8::try_from(id / 1000).unwrap() - 1 + b'A');
    match id % 1000 {
        0 => letter.to_string(),
        number => format!("{letter}{number}"),
    }
}

fn names(ids: Ids) -> String {
    match ids.first == ids.last {
        true => name(ids.first),
        false => format!("{}..{}", name(ids.first), name(ids.last)),
    }
}

fn minutes(time: &str) -> i64 {
    let (hour, minute) = time.split_once(':').unwrap();
    hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap()
}

/// Ranges and amounts of the words of one role.
#[derive(Default)]
struct Named {
    ranges: Vec<RoleRange>,
    amounts: Vec<Amount>,
}

impl Named {
    fn add(&mut self, role: Role, words: &str) {
        for word in words.split_whitespace() {
            let (word, amount) = word.split_once('*').map_or((word, None), |(w, a)| (w, Some(a)));
            let Ids { first, last } = run(word);
            self.ranges.push(RoleRange { role, first, last });
            if let Some(amount) = amount {
                let digits = amount.trim_end_matches(|c: char| c.is_ascii_lowercase());
                let uom = (digits.len() < amount.len()).then_some(*b"KGM");
                let quantity = digits.parse().ok();
                self.amounts.push(Amount { role, class: first, quantity, uom });
            }
        }
    }

    /// The words between the step of an event and its place.
    fn of(kind: EventKind, what: &str) -> Self {
        let mut named = Self::default();
        let (what, lot) = what.split_once(" of ").unwrap_or((what, ""));
        match kind {
            EventKind::Object | EventKind::Transaction => named.add(Role::Epc, what),
            EventKind::Aggregation | EventKind::Association => {
                let (parent, children) = what.split_once('>').unwrap_or((what, ""));
                named.add(Role::Parent, parent);
                named.add(Role::Child, children);
            }
            EventKind::Transformation => {
                let (transformation, what) = what.split_once(':').unwrap_or(("", what));
                let (inputs, outputs) = what.split_once("=>").unwrap();
                named.add(Role::Transformation, transformation);
                named.add(Role::Input, inputs);
                named.add(Role::Output, outputs);
            }
        }
        named.add(Role::Lot, lot);
        named
    }
}

impl Story {
    fn add(&mut self, line: &str) {
        let (step, rest) = line.split_once(char::is_whitespace).unwrap();
        let (rest, time) = rest.trim().rsplit_once(char::is_whitespace).unwrap();
        let (what, place) = rest.trim().rsplit_once(char::is_whitespace).unwrap();
        let (place, position) = place.split_once('@').unwrap_or((place, ""));
        let index = u32::try_from(self.events.len()).unwrap();
        let mut key = [0; 16];
        // Keys run against the order of capture, so that nothing leans on them.
        key[..4].copy_from_slice(&(u32::MAX - index).to_be_bytes());
        let mut event = if step == "wrong" {
            let (line, only) = what.trim().split_once(' ').unwrap_or((what.trim(), ""));
            let mut wrong = self.events[line.parse::<usize>().unwrap() - 1].clone();
            if only == "only" {
                wrong.ranges.clear();
                wrong.event_time_us = minutes(time) * 60_000_000;
            }
            EventFacts { key, declares: Some(wrong.key), ..wrong }
        } else {
            let (kind, action, step) = kind_of(step);
            let named = Named::of(kind, what);
            EventFacts {
                key,
                event_time_us: minutes(time) * 60_000_000,
                record_time_us: 0,
                index_in_capture: 0,
                kind,
                action,
                step,
                place: None,
                position: position_of(position),
                ranges: named.ranges,
                amounts: named.amounts,
                declares: None,
            }
        };
        event.record_time_us = i64::from(index / 2);
        event.index_in_capture = index % 2;
        let known = self.places.iter().position(|known| known == place);
        let number = known.unwrap_or_else(|| {
            self.places.push(place.to_owned());
            self.places.len() - 1
        });
        event.place = Some(i64::try_from(number).unwrap());
        self.events.push(event);
        self.words.push(format!("{time} {step} {place}"));
    }

    fn answer(&self, asked: &str, limits: Limits) -> String {
        let mut words = asked.split_whitespace();
        let verb = words.next().unwrap();
        let mut as_of = AsOf::NOW;
        let mut subjects = Vec::new();
        let mut n_on = 0;
        while let Some(word) = words.next() {
            match word {
                "at" => as_of.event_time_us = minutes(words.next().unwrap()) * 60_000_000,
                "known" => {
                    let line: usize = words.next().unwrap().parse().unwrap();
                    as_of.record_time_us = self.events[line - 1].record_time_us;
                }
                "then" => n_on += 1,
                word => subjects.push(run(word)),
            }
        }
        let direction = match verb {
            "trace" | "findings" | "balance" => Direction::Backward,
            _ => Direction::Forward,
        };
        let mut question = Question { subjects, direction, as_of, rest: None };
        let mut trail = gather(&self.events, question.clone(), limits);
        for _ in 0..n_on {
            let Cut { at, rest, .. } = trail.cut.unwrap();
            question.subjects = vec![at];
            question.rest = Rest::parse(&rest.to_string());
            assert_eq!(question.rest, Some(rest), "a token reads as it was written");
            trail = gather(&self.events, question.clone(), limits);
        }
        let mut told: Vec<String> = match verb {
            "where" => trail.holdings.iter().map(|holding| self.holding(holding)).collect(),
            "balance" => trail.balances.iter().map(|balance| self.balance(balance)).collect(),
            "shares" => trail.shares.iter().map(share).collect(),
            "moves" => trail.class_steps.iter().map(|step| self.class_step(step)).collect(),
            "parts" => trail.parts.iter().map(|part| self.part(part)).collect(),
            "findings" => trail.findings.iter().map(|finding| self.finding(finding)).collect(),
            _ => trail.entries.iter().map(|entry| self.entry(entry)).collect(),
        };
        if let Some(cut) = trail.cut {
            told.push(format!("cut by {} at {}", cut.limit.name(), name(cut.at.first)));
        }
        if told.is_empty() { "nothing".to_owned() } else { told.join(" | ") }
    }

    fn words(&self, key: [u8; 16]) -> &str {
        &self.words[self.events.iter().position(|event| event.key == key).unwrap()]
    }

    fn entry(&self, entry: &Entry) -> String {
        let words = self.words(entry.event);
        let (word, subject, container) = match entry.via {
            Via::Own => return words.to_owned(),
            Via::Inside { container, .. } => return format!("in {} {words}", name(container)),
            Via::Source { input, container, .. } => ("from", input, container),
            Via::Content { content, container, .. } => ("with", content, container),
            Via::Product { output, container, .. } => ("to", output, container),
        };
        match container {
            None => format!("{word} {} {words}", name(subject)),
            Some(container) => format!("{word} {} in {} {words}", name(subject), name(container)),
        }
    }

    fn holding(&self, holding: &Holding) -> String {
        let mut told = format!("{} {}", names(holding.ids), holding.state.name());
        if let Some(event) = holding.event {
            let time = self.words(event).split(' ').next().unwrap();
            let place = &self.places[usize::try_from(holding.place.unwrap()).unwrap()];
            told.push_str(&format!(" {place} {time}"));
        }
        if let Some(container) = holding.container {
            told.push_str(&format!(" in {}", name(container)));
        }
        told
    }

    fn class_step(&self, step: &ClassStep) -> String {
        let bounds = bounds(step.at_least, step.at_most, step.uom);
        let quantity = step.quantity.map_or("some".to_owned(), |it| amount(it, step.uom));
        format!("{} {bounds} of {quantity} {}", name(step.class), self.words(step.event))
    }

    fn part(&self, part: &LotPart) -> String {
        let bounds = bounds(part.at_least, part.at_most, part.uom);
        let mut told = format!("{} {bounds} {}", name(part.class), part.state.name());
        if let Some(place) = part.place {
            told.push_str(&format!(" {}", self.places[usize::try_from(place).unwrap()]));
        }
        if let Some(container) = part.container {
            told.push_str(&format!(" in {}", name(container)));
        }
        told
    }

    fn balance(&self, balance: &Balance) -> String {
        let sums = |sums: &[Sum]| -> String {
            let sum = |sum: &Sum| {
                let unit = sum.uom.map_or("", |_| "kg");
                let rest = if sum.is_all { "" } else { " and more" };
                format!("{}{unit}{rest}", sum.quantity)
            };
            sums.iter().map(sum).collect::<Vec<_>>().join(" + ")
        };
        let time = self.words(balance.events[0]).split(' ').next().unwrap();
        let ratio = balance.yield_ratio().map(|ratio| format!(", yield {ratio:.2}"));
        let (inputs, outputs) = (sums(&balance.inputs), sums(&balance.outputs));
        format!("{time} {inputs} in, {outputs} out{}", ratio.unwrap_or_default())
    }

    fn finding(&self, finding: &Finding) -> String {
        let (first, second) = (self.words(finding.first), self.words(finding.second));
        format!("{} {} {first}, {second}", finding.kind.name(), names(finding.ids))
    }
}

fn amount(quantity: f64, uom: Option<[u8; 3]>) -> String {
    format!("{}{}", (quantity * 1e6).round() / 1e6, uom.map_or("", |_| "kg"))
}

/// `50kg` if it is known, else `10kg to 50kg`.
fn bounds(at_least: f64, at_most: Option<f64>, uom: Option<[u8; 3]>) -> String {
    match at_most {
        Some(at_most) if at_most == at_least => amount(at_most, uom),
        Some(at_most) => format!("{} to {}", amount(at_least, uom), amount(at_most, uom)),
        None => format!("{} or more", amount(at_least, uom)),
    }
}

fn share(share: &Share) -> String {
    let even = share.even.map(|even| format!(", even {even:.2}")).unwrap_or_default();
    format!("{} {:.2} to {:.2}{even}", names(share.ids), share.at_least, share.at_most)
}

fn kind_of(step: &str) -> (EventKind, Option<Action>, Step) {
    let (add, observe, delete) = (Some(Action::Add), Some(Action::Observe), Some(Action::Delete));
    match step {
        "packing" => (EventKind::Aggregation, add, Step::Other),
        "unpacking" => (EventKind::Aggregation, delete, Step::Other),
        "counting" => (EventKind::Aggregation, observe, Step::Other),
        "mounting" => (EventKind::Association, add, Step::Other),
        "dismounting" => (EventKind::Association, delete, Step::Other),
        "invoicing" => (EventKind::Transaction, observe, Step::Other),
        "transforming" => (EventKind::Transformation, None, Step::Other),
        "commissioning" => (EventKind::Object, add, Step::Commissioning),
        "shipping" => (EventKind::Object, observe, Step::Shipping),
        "loading" => (EventKind::Object, observe, Step::Leaving),
        "receiving" => (EventKind::Object, observe, Step::Receiving),
        "selling" => (EventKind::Object, observe, Step::Selling),
        "destroying" => (EventKind::Object, delete, Step::Destroying),
        "decommissioning" => (EventKind::Object, delete, Step::Decommissioning),
        "consuming" => (EventKind::Object, delete, Step::Consuming),
        "inspecting" => (EventKind::Object, observe, Step::Other),
        other => panic!("no story knows the step {other}"),
    }
}

fn position_of(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once(',')?;
    let millionths = |degrees: &str| (degrees.parse::<f64>().unwrap() * 1e6) as i32;
    Some(Position { latitude: millionths(latitude), longitude: millionths(longitude) })
}
