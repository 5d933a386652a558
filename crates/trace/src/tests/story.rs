//! The language of the stories.
//!
//! A line is an event in order of capture: a step, what it names, a place, a time of the day.
//!
//! ```text
//! commissioning A1..A24        factory 08:00    ObjectEvent, OBSERVE
//! packing       P > A1 A2      factory 09:00    AggregationEvent, ADD
//! unpacking     P > A1         shop    10:00    AggregationEvent, DELETE; without children: all
//! counting      P > A1         shop    11:00    AggregationEvent, OBSERVE
//! mounting      S > A1         factory 08:30    AssociationEvent, ADD; dismounting: DELETE
//! transforming  M1 M2 => A1    plant   07:00    TransformationEvent; `X7: M1 =>` with its id
//! trace A1 -> 08:00 commissioning factory | 09:00 packing factory | in P 17:00 receiving shop
//! ```

use crate::{
    Action, Ask, Entry, EventFacts, EventKind, History, Limits, Role, RoleRange, Trail, Via,
};

/// Events and the words that stand for them in answers.
#[derive(Default)]
pub(super) struct Story {
    pub(super) events: Vec<EventFacts>,
    words: Vec<String>,
}

/// Plays the events and holds each `trace` line against the answer.
pub(super) fn check(story: &str) {
    check_within(story, Limits::default());
}

/// The same with limits of its own.
pub(super) fn check_within(text: &str, limits: Limits) {
    let mut story = Story::default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (questions, events): (Vec<&str>, Vec<&str>) =
        lines.partition(|line| line.starts_with("trace "));
    for line in events {
        story.add(line);
    }
    assert!(!questions.is_empty(), "a story without a question");
    for question in questions {
        let (item, expected) = question["trace ".len()..].split_once("->").unwrap();
        let trail = gather(&story.events, id(item.trim()), limits);
        assert_eq!(story.tell(&trail), expected.trim(), "trace {item}");
    }
}

/// Answers each frontier from `events` as a store would, and finishes.
pub(super) fn gather(events: &[EventFacts], item: i64, limits: Limits) -> Trail {
    let mut history = History::new(item, limits);
    for _ in 0..=limits.n_identifiers {
        let frontier = history.frontier();
        if frontier.is_empty() {
            return history.finish();
        }
        let mut answer = Vec::new();
        for ask in frontier {
            answer.extend(lookup(events, ask, limits.n_events + 1));
        }
        history.feed(answer);
    }
    panic!("the frontier never became empty")
}

/// The events that name any of `ask`, earliest first, at most `n_events`.
fn lookup(events: &[EventFacts], ask: Ask, n_events: usize) -> Vec<EventFacts> {
    let names = |event: &&EventFacts| event.ranges.iter().any(|range| ask.overlaps(range));
    let mut found: Vec<EventFacts> = events.iter().filter(names).cloned().collect();
    found.sort_by_key(|e| (e.event_time_us, e.record_time_us, e.index_in_capture, e.key));
    found.truncate(n_events);
    found
}

/// `A1` is 1001, `P` is 16000: the letter's place in the alphabet and three digits.
pub(super) fn id(name: &str) -> i64 {
    let (letter, number) = name.split_at(1);
    let letter = i64::from(letter.as_bytes()[0] - b'A' + 1);
    letter * 1000 + if number.is_empty() { 0 } else { number.parse::<i64>().unwrap() }
}

fn name(id: i64) -> String {
    let letter = char::from(u8::try_from(id / 1000).unwrap() - 1 + b'A');
    match id % 1000 {
        0 => letter.to_string(),
        number => format!("{letter}{number}"),
    }
}

fn ranges(role: Role, names: &str) -> Vec<RoleRange> {
    let range = |word: &str| {
        let (first, last) = word.split_once("..").unwrap_or((word, word));
        RoleRange { role, first: id(first), last: id(last) }
    };
    names.split_whitespace().map(range).collect()
}

impl Story {
    fn add(&mut self, line: &str) {
        let (step, rest) = line.split_once(char::is_whitespace).unwrap();
        let (rest, time) = rest.trim().rsplit_once(char::is_whitespace).unwrap();
        let (what, place) = rest.trim().rsplit_once(char::is_whitespace).unwrap();
        let (hour, minute) = time.split_once(':').unwrap();
        let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
        let (kind, action) = match step {
            "packing" => (EventKind::Aggregation, Some(Action::Add)),
            "unpacking" => (EventKind::Aggregation, Some(Action::Delete)),
            "counting" => (EventKind::Aggregation, Some(Action::Observe)),
            "mounting" => (EventKind::Association, Some(Action::Add)),
            "dismounting" => (EventKind::Association, Some(Action::Delete)),
            "invoicing" => (EventKind::Transaction, Some(Action::Observe)),
            "transforming" => (EventKind::Transformation, None),
            _ => (EventKind::Object, Some(Action::Observe)),
        };
        let index = u32::try_from(self.events.len()).unwrap();
        let mut key = [0; 16];
        // Keys run against the order of capture, so that nothing leans on them.
        key[..4].copy_from_slice(&(u32::MAX - index).to_be_bytes());
        self.events.push(EventFacts {
            key,
            event_time_us: minutes * 60_000_000,
            record_time_us: i64::from(index / 2),
            index_in_capture: index % 2,
            kind,
            action,
            ranges: named(kind, what),
        });
        self.words.push(format!("{time} {step} {place}"));
    }

    fn tell(&self, trail: &Trail) -> String {
        let mut told: Vec<String> = trail.entries.iter().map(|entry| self.words(entry)).collect();
        if let Some(cut) = trail.cut {
            told.push(format!("cut by {} at {}", cut.limit.name(), name(cut.at.first)));
        }
        if told.is_empty() { "nothing".to_owned() } else { told.join(" | ") }
    }

    fn words(&self, entry: &Entry) -> String {
        let index = self.events.iter().position(|event| event.key == entry.event).unwrap();
        let words = &self.words[index];
        match entry.via {
            Via::Own => words.clone(),
            Via::Inside { container, .. } => format!("in {} {words}", name(container)),
            Via::Source { input, container: None, .. } => format!("from {} {words}", name(input)),
            Via::Source { input, container: Some(container), .. } => {
                format!("from {} in {} {words}", name(input), name(container))
            }
        }
    }
}

/// The ranges of an event out of the words between its step and its place.
fn named(kind: EventKind, what: &str) -> Vec<RoleRange> {
    match kind {
        EventKind::Object | EventKind::Transaction => ranges(Role::Epc, what),
        EventKind::Aggregation | EventKind::Association => {
            let (parent, children) = what.split_once('>').unwrap_or((what, ""));
            [ranges(Role::Parent, parent), ranges(Role::Child, children)].concat()
        }
        EventKind::Transformation => {
            let (transformation, what) = what.split_once(':').unwrap_or(("", what));
            let (inputs, outputs) = what.split_once("=>").unwrap();
            let transformation = ranges(Role::Transformation, transformation);
            [transformation, ranges(Role::Input, inputs), ranges(Role::Output, outputs)].concat()
        }
    }
}
