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
                    | in D 10:00 packing factory | cut by depth at P
                    trace A1 then -> in P 10:00 packing factory | in P 11:00 shipping factory";
    check_within(&format!("{CHAIN}{question}"), limits);
    let question = "trace A1 -> 08:00 packing factory | in C 09:00 packing factory \
                    | in D 10:00 packing factory | in P 11:00 shipping factory";
    check(&format!("{CHAIN}{question}"));
}

#[test]
fn identifiers_say_which_was_not_asked() {
    let limits = Limits { n_identifiers: 2, ..Limits::default() };
    let question = "trace A1 -> 08:00 packing factory | in C 09:00 packing factory \
                    | cut by identifiers at D
                    trace A1 then -> in D 09:00 packing factory | in D 10:00 packing factory \
                    | in P 11:00 shipping factory";
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
        trace A1 -> 08:00 packing factory | in P 09:00 shipping factory | 11:00 unpacking depot | cut by events at P
        trace A1 then -> in P 10:00 receiving depot";
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
fn what_else_a_source_was_used_for_takes_no_room() {
    let story = "
        receiving    L*100kg        plant 05:00
        transforming L*10kg => B1   plant 06:00
        transforming L*10kg => B2   plant 06:10
        transforming L*10kg => B3   plant 06:20
        transforming L*10kg => A1   plant 07:00
        inspecting   L*60kg         plant 08:00
        trace A1 -> from L 05:00 receiving plant | 07:00 transforming plant | from L 08:00 inspecting plant
        trace L -> 05:00 receiving plant | 06:00 transforming plant | 06:10 transforming plant | cut by events at L";
    check_within(story, Limits { n_events: 3, ..Limits::default() });
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
    Question { subjects: vec![Ids::one(item)], direction, as_of: AsOf::NOW, rest: None }
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

/// What was told of the subject before counts no longer, but what it was packed into then does.
#[test]
fn a_subject_of_many_events_goes_on_page_by_page() {
    let story = "
        packing    P > A1  factory 08:00
        inspecting A1      factory 08:10
        inspecting A1      factory 08:20
        inspecting A1      factory 08:30
        inspecting A1      factory 08:40
        shipping   P       factory 09:00
        unpacking  P > A1  depot   11:00
        shipping   P       depot   12:00
        trace A1 -> 08:00 packing factory | 08:10 inspecting factory | 08:20 inspecting factory | cut by events at A1
        trace A1 then -> 08:30 inspecting factory | 08:40 inspecting factory | cut by events at A1
        trace A1 then then -> 11:00 unpacking depot";
    check_within(story, Limits { n_events: 3, ..Limits::default() });
}

/// A stay that ends because all leave the container ends there in what goes on, too.
#[test]
fn what_goes_on_in_a_container_ends_when_it_is_emptied() {
    let story = "
        packing   C > A1  factory 08:00
        packing   P > C   factory 09:00
        receiving P       depot   10:00
        unpacking P       depot   11:00
        receiving P       shop    12:00
        trace A1 -> 08:00 packing factory | in C 09:00 packing factory | cut by depth at P
        trace A1 then -> in P 09:00 packing factory | in P 10:00 receiving depot | in P 11:00 unpacking depot";
    check_within(story, Limits { depth: 1, ..Limits::default() });
}

/// Siblings' beginnings are not the item's history and do not take its room.
#[test]
fn a_lot_of_many_beginnings_leaves_room_for_its_item() {
    let mut events = Vec::new();
    for n in 0..10_000 {
        events.push(event(n, EventKind::Object, &[(Role::Epc, n, n), (Role::Lot, -1, -1)]));
    }
    events.push(event(10_000, EventKind::Object, &[(Role::Epc, -1, -1)]));
    events.push(event(10_001, EventKind::Object, &[(Role::Epc, 9_999, 9_999)]));
    let limits = Limits { n_events: 10, ..Limits::default() };
    let trail = gather(&events, back(9_999), limits);
    let times: Vec<i64> = trail.entries.iter().map(|entry| entry.event_time_us).collect();
    assert_eq!((times, trail.cut), (vec![9_999, 10_000, 10_001], None));
}

fn forward(item: i64) -> Question {
    Question { direction: Direction::Forward, ..back(item) }
}

/// A hundred containers, each in the one before and the first in the last, and a hundred things,
/// each made of the one before and the first of the last.
#[test]
fn cycles_end() {
    let mut events = Vec::new();
    for n in 0..100 {
        let next = (n + 1) % 100;
        events.push(event(
            2 * n,
            EventKind::Aggregation,
            &[(Role::Parent, n, n), (Role::Child, next, next)],
        ));
        let ranges = [(Role::Input, 1000 + n, 1000 + n), (Role::Output, 1000 + next, 1000 + next)];
        events.push(event(2 * n + 1, EventKind::Transformation, &ranges));
    }
    let limits = Limits { n_events: 200, n_identifiers: 700, depth: 200 };
    // The first thing comes into the last container when nothing happens to any of them any more.
    let questions = [(back(0), 100), (forward(0), 2), (back(1000), 100), (forward(1000), 100)];
    for (question, n_entries) in questions {
        let trail = gather(&events, question.clone(), limits);
        assert_eq!((trail.entries.len(), trail.cut), (n_entries, None), "{question:?}");
        let trail = gather(&events, question, Limits::default());
        assert!(matches!(trail.cut, Some(Cut { limit: Limit::Depth, .. })), "{:?}", trail.cut);
    }
}

/// Each made of the one before: as many rings as steps, and no ring costs more for what is known.
#[test]
fn a_chain_of_ten_thousand_is_followed_to_its_end() {
    let made = |n| {
        event(n, EventKind::Transformation, &[(Role::Input, n, n), (Role::Output, n + 1, n + 1)])
    };
    let events: Vec<EventFacts> = (0..10_000).map(made).collect();
    let limits = Limits { n_events: 10_000, n_identifiers: 10_001, depth: 10_000 };
    let mut closure = Closure::new(back(10_000), limits);
    while let [ask] = *closure.frontier() {
        let near = [ask.first - 1, ask.first].into_iter().filter_map(|n| usize::try_from(n).ok());
        closure.feed(near.filter_map(|n| events.get(n)).cloned().collect(), None);
    }
    let trail = closure.finish();
    assert_eq!((trail.entries.len(), trail.edges.len(), trail.cut), (10_000, 10_000, None));
    let trail = gather(&events[..100], back(100), Limits::default());
    let cut = trail.cut.unwrap();
    assert_eq!((trail.entries.len(), cut.limit, cut.at.first), (17, Limit::Depth, 83));
}

/// Ten million items made at once and moved on in ten thousand ranges are one run each.
#[test]
fn ten_million_items_are_as_many_runs_as_events_tell_apart() {
    let n_items = 10_000_000;
    let made = [(Role::Input, -1, -1), (Role::Output, 0, n_items - 1)];
    let mut events = vec![event(0, EventKind::Transformation, &made)];
    for n in 0..10_000 {
        let sold = [(Role::Epc, n * 1000, n * 1000 + 499)];
        events.push(EventFacts { step: Step::Selling, ..event(n + 1, EventKind::Object, &sold) });
    }
    let limits = Limits { n_events: 20_000, n_identifiers: 2, depth: 1 };
    let trail = gather(&events, forward(-1), limits);
    assert_eq!((trail.entries.len(), trail.reached.len(), trail.cut), (10_001, 2, None));
    let sold = trail.holdings.iter().filter(|holding| holding.state == State::Sold);
    assert_eq!(sold.map(|holding| holding.ids.n_ids()).sum::<u64>(), 5_000_000);
    let trail = gather(&events, forward(-1), Limits::default());
    assert_eq!(trail.entries.len(), 4096);
    assert!(matches!(trail.cut, Some(Cut { limit: Limit::Events, .. })), "{:?}", trail.cut);
}

/// Ten thousand things that no run holds together, packed by one event and unpacked by another.
#[test]
fn scattered_contents_do_not_multiply() {
    let scattered = || (0..10_000).map(|n| (Role::Child, 10 * n, 10 * n));
    let ranges: Vec<_> = scattered().chain([(Role::Parent, -1, -1)]).collect();
    let unpacked = event(2, EventKind::Aggregation, &ranges);
    let events = [
        event(1, EventKind::Aggregation, &ranges),
        EventFacts { action: Some(Action::Delete), ..unpacked },
        event(3, EventKind::Object, &[(Role::Epc, -1, -1)]),
    ];
    let limits = Limits { n_events: 2000, n_identifiers: 20_000, depth: 2 };
    let trail = gather(&events, back(-1), limits);
    assert_eq!((trail.entries.len(), trail.reached.len(), trail.cut), (3, 10_001, None));
    let trail = gather(&events, back(50_000), limits);
    assert_eq!((trail.entries.len(), trail.cut), (2, None));
}

/// What was packed two thousand times and never unpacked is in all of them.
#[test]
fn a_thing_in_two_thousand_containers_at_once_does_no_harm() {
    let packed = |n| event(n, EventKind::Aggregation, &[(Role::Parent, n, n), (Role::Child, 0, 0)]);
    let mut events: Vec<EventFacts> = (1..=2000).map(packed).collect();
    events.push(event(2001, EventKind::Object, &[(Role::Epc, 1000, 1000)]));
    let limits = Limits { n_events: 2001, n_identifiers: 2001, depth: 2 };
    let trail = gather(&events, back(0), limits);
    assert_eq!((trail.entries.len(), trail.cut), (2001, None));
    assert_eq!((trail.holdings[0].container, trail.findings.len()), (Some(1000), 1999));
}
