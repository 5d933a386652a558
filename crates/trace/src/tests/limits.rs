//! Limits cut, say where, and leave only what is true.

use super::story::{check, check_within, gather, id};
use crate::{
    Action, AsOf, Closure, Cut, Direction, EventFacts, EventKind, Ids, Limit, Limits, Question,
    Role, RoleRange, State, Step, Via,
};

const CHAIN: &str = "
    packing   C > A1  factory 08:00
    packing   D > C   factory 09:00
    packing   P > D   factory 10:00
    shipping  P       factory 11:00
";

#[test]
fn depth_says_which_container_is_too_far() {
    let limits = Limits { depth: 2, ..Limits::default() };
    let question = "trace A1 -> 08:00 packing factory | in C 09:00 packing factory \
                    | in D 10:00 packing factory | cut by depth at P";
    check_within(&format!("{CHAIN}{question}"), limits);
    let question = "trace A1 -> 08:00 packing factory | in C 09:00 packing factory \
                    | in D 10:00 packing factory | in P 11:00 shipping factory";
    check(&format!("{CHAIN}{question}"));
}

#[test]
fn identifiers_say_which_was_not_asked() {
    let limits = Limits { n_identifiers: 2, ..Limits::default() };
    let question = "trace A1 -> 08:00 packing factory | in C 09:00 packing factory \
                    | cut by identifiers at D";
    check_within(&format!("{CHAIN}{question}"), limits);
}

#[test]
fn events_keep_the_earliest_and_do_not_guess_the_rest() {
    let story = "
        packing   P > A1  factory 08:00
        shipping  P       factory 09:00
        receiving P       depot   10:00
        unpacking P > A1  depot   11:00
        shipping  P       depot   12:00
        trace A1 -> 08:00 packing factory | in P 09:00 shipping factory | 11:00 unpacking depot | cut by events at P";
    check_within(story, Limits { n_events: 3, ..Limits::default() });
}

/// The unpacking that ends the stay is among what was cut: nothing after the cut may be claimed.
#[test]
fn a_stay_whose_end_is_unknown_ends_with_what_is_known() {
    let story = "
        shipping  Q       depot   07:00
        packing   Q > P   depot   08:00
        mounting  Q > A2  depot   08:10
        packing   P > A1  depot   08:20
        packing   Q > A1  depot   08:30
        unpacking Q > A1  depot   08:40
        shipping  P       depot   09:00
        unpacking Q > P   depot   10:00
        shipping  Q       shop    11:00
        trace A1 -> 08:20 packing depot | 08:30 packing depot | 08:40 unpacking depot | cut by events at P";
    check_within(story, Limits { n_events: 5, ..Limits::default() });
}

#[test]
fn stopping_early_is_a_cut_too() {
    let trail = Closure::new(back(id("A1")), Limits::default()).finish();
    assert!(trail.entries.is_empty());
    let cut = trail.cut.unwrap();
    assert_eq!((cut.limit, cut.at.first), (Limit::Unasked, id("A1")));
}

fn event(index: i64, kind: EventKind, ranges: &[(Role, i64, i64)]) -> EventFacts {
    let range = |&(role, first, last): &(Role, i64, i64)| RoleRange { role, first, last };
    EventFacts {
        key: u128::try_from(index).unwrap().to_be_bytes(),
        event_time_us: index,
        record_time_us: 0,
        index_in_capture: 0,
        kind,
        action: (kind != EventKind::Transformation).then_some(Action::Add),
        step: Step::Other,
        place: None,
        position: None,
        ranges: ranges.iter().map(range).collect(),
        amounts: Vec::new(),
        declares: None,
    }
}

fn back(item: i64) -> Question {
    let direction = Direction::Backward;
    Question { subjects: vec![Ids::one(item)], direction, as_of: AsOf::NOW }
}

/// 3,000 pairs of ids, each made of the whole range before: wide, deep and full of ways.
#[test]
fn a_hostile_graph_ends_within_its_limits() {
    let mut events = Vec::new();
    for n in 0..3000 {
        let (input, output) = ((n % 97) * 2, (n * 31 % 97) * 2);
        let ranges = [(Role::Input, input, input + 1), (Role::Output, output, output + 5)];
        events.push(event(2 * n, EventKind::Transformation, &ranges));
        let ranges = [(Role::Parent, output, output), (Role::Child, input, input + 9)];
        events.push(event(2 * n + 1, EventKind::Aggregation, &ranges));
    }
    let limits = Limits { n_events: 6000, n_identifiers: 60, depth: 12 };
    let trail = gather(&events, back(7), limits);
    assert!(trail.entries.len() <= limits.n_events);
    assert!(matches!(trail.cut, Some(Cut { limit: Limit::Identifiers, .. })), "{:?}", trail.cut);
}

#[test]
fn ids_at_the_ends_of_their_type_do_no_harm() {
    let (low, high) = (i64::MIN, i64::MAX);
    let events = [
        event(1, EventKind::Aggregation, &[(Role::Parent, 5, 5), (Role::Child, low, high)]),
        EventFacts {
            action: Some(Action::Delete),
            ..event(2, EventKind::Aggregation, &[(Role::Parent, 5, 5), (Role::Child, low, low)])
        },
        event(3, EventKind::Object, &[(Role::Epc, 5, 5)]),
    ];
    let n_entries = |item| gather(&events, back(item), Limits::default()).entries.len();
    assert_eq!((n_entries(low), n_entries(0), n_entries(high)), (2, 3, 3));
    let depth = gather(&events, back(high), Limits::default()).entries[2].via;
    assert_eq!(depth, Via::Inside { container: 5, depth: 1 });
}

/// Two events, each of a thousand inputs and outputs apart: neither ways nor edges multiply.
#[test]
fn wide_transformations_do_not_multiply() {
    let side =
        |role: Role, first: i64| (0..1000).map(move |n| (role, first + 2 * n, first + 2 * n));
    let made: Vec<_> = side(Role::Output, 10_000).chain([(Role::Input, 1, 1)]).collect();
    let used: Vec<_> = side(Role::Input, 10_000).chain(side(Role::Output, 20_000)).collect();
    let events =
        [event(1, EventKind::Transformation, &made), event(2, EventKind::Transformation, &used)];
    let limits = Limits { n_events: 500, n_identifiers: 5000, depth: 12 };
    for (subject, direction) in [(1, Direction::Forward), (20_000, Direction::Backward)] {
        let question = Question { direction, ..back(subject) };
        let trail = gather(&events, question, limits);
        assert!(trail.edges.len() <= limits.n_events * 16, "{} edges", trail.edges.len());
        assert_eq!(trail.entries.len(), 2);
    }
}

/// An event of many runs takes the room of many events.
#[test]
fn many_runs_take_the_room_of_many_events() {
    let runs: Vec<_> = (0..1600).map(|n| (Role::Epc, 2 * n, 2 * n)).collect();
    let events = [event(1, EventKind::Object, &runs), event(2, EventKind::Object, &runs)];
    let limits = Limits { n_events: 100, ..Limits::default() };
    let trail = gather(&events, back(0), limits);
    assert_eq!(trail.entries.len(), 1);
    assert!(matches!(trail.cut, Some(Cut { limit: Limit::Events, .. })), "{:?}", trail.cut);
}

/// Whoever did not look everything up says so, and then nothing is claimed of what came later.
#[test]
fn what_was_not_looked_up_is_not_claimed() {
    let mut closure = Closure::new(back(5), Limits::default());
    closure.feed(vec![event(1, EventKind::Object, &[(Role::Epc, 5, 5)])], Some(3));
    let trail = closure.finish();
    assert_eq!(trail.entries.len(), 1);
    assert!(matches!(trail.cut, Some(Cut { limit: Limit::Events, .. })), "{:?}", trail.cut);
    assert_eq!(trail.holdings[0].state, State::Unknown);
    // Even if nothing of what was found counts.
    let mut closure = Closure::new(back(5), Limits::default());
    closure.feed(Vec::new(), Some(3));
    assert!(closure.finish().cut.is_some());
}
