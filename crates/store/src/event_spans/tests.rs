use std::collections::BTreeSet;

use trace::{Amount, EventKind, Role, RoleRange, Step as BizStep};

use super::*;
use crate::event_facts::Circumstances;
use crate::id::CaptureId;
use crate::testing::each_engine;

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

const BLOCK: i64 = 5 << ident::BLOCK_BITS;
/// The end of one block and the beginning of the next.
const FIRST: i64 = BLOCK + (1 << ident::BLOCK_BITS) - 3_000;
const N_IDS: i64 = 6_000;
/// What is kept short, what is not, and what looks like it.
const STEPS: [&str; 5] = [
    "",
    "https://ref.gs1.org/cbv/BizStep-packing",
    "https://ref.gs1.org/cbv/BizStep-",
    "https://ref.gs1.org/cbv/BizStep-x:y",
    "urn:example:step",
];
const OWN: EnterpriseId = EnterpriseId(7);

fn event(numbers: &mut Numbers, capture: i64, index: u32, spread_us: i64) -> Event {
    let n_ranges = 1 + numbers.below(4);
    let mut ranges: Vec<RoleRange> = (0..n_ranges)
        .map(|_| {
            let first = FIRST + numbers.below(N_IDS);
            let n_more = [0, 0, 3, 23, 700][numbers.below(5) as usize];
            RoleRange { role: Role::Child, first, last: first + n_more }
        })
        .collect();
    if numbers.below(20) == 0 {
        // As many as do not stand in a sheet.
        ranges.extend((0..200).map(|n| RoleRange {
            role: Role::Epc,
            first: FIRST + 29 * n,
            last: FIRST + 29 * n,
        }));
    }
    let mut event_key = [0; 16];
    event_key[..8].copy_from_slice(&numbers.below(i64::MAX >> 32).to_be_bytes());
    event_key[8..].copy_from_slice(&(capture << 20 | i64::from(index)).to_be_bytes());
    let class = FIRST + numbers.below(N_IDS);
    let amount = Amount { role: Role::Input, class, quantity: Some(1.5), uom: Some(*b"KGM") };
    let amounts = vec![amount; numbers.below(2) as usize];
    let role = [Role::Input, Role::Input, Role::Transformation][numbers.below(3) as usize];
    ranges.extend(amounts.iter().map(|_| RoleRange {
        role: Role::Input,
        first: class,
        last: class,
    }));
    ranges.extend(amounts.iter().map(|_| RoleRange { role, first: class, last: class }));
    Event {
        event_key,
        enterprise_id: OWN,
        event_id: format!("urn:uuid:{capture}-{index}"),
        event_hash: [3; 32],
        kind: EventKind::Aggregation,
        action: Some(trace::Action::Add),
        biz_step: STEPS[index as usize % STEPS.len()].to_owned(),
        event_time_us: 1_700_000_000_000_000 + capture * 1_000 + numbers.below(spread_us),
        record_time_us: 1_800_000_000_000_000 + capture,
        capture_id: CaptureId(capture),
        capture_index: index,
        ranges,
        circumstances: Circumstances {
            step: BizStep::Receiving,
            place: Some(numbers.below(3)),
            position: None,
            amounts,
            declares: (numbers.below(10) == 0).then_some([9; 16]),
        },
        body: format!("{{\"type\":\"AggregationEvent\",\"n\":{index}}}").into_bytes(),
    }
}

/// Captures of one event and of many, in a moment and over days.
fn captures() -> Vec<Vec<Event>> {
    let mut numbers = Numbers(1);
    let spreads = [1, 1_000_000, 100_000_000, 3_000_000_000, 400_000_000_000];
    (1..40)
        .map(|capture| {
            let spread_us = spreads[numbers.below(5) as usize];
            let n = [1, 3, 40, 150][numbers.below(4) as usize];
            (0..n).map(|index| event(&mut numbers, capture, index, spread_us)).collect()
        })
        .collect()
}

fn names(event: &Event, range: IdRange) -> bool {
    event.ranges.iter().any(|it| it.first <= range.last && range.first <= it.last)
}

#[tokio::test]
async fn what_touches_ranges_is_what_names_them() {
    each_engine(async |store| {
        let captures = captures();
        for events in &captures {
            store.write("test", events::insert(events)).await.unwrap();
        }
        let all: Vec<&Event> = captures.iter().flatten().collect();
        let (mut numbers, mut n_let_go) = (Numbers(2), 0);
        for round in 0..24 {
            let n_ranges = [1, 2, 9, 100][round % 4];
            let starts: BTreeSet<i64> =
                (0..n_ranges).map(|_| FIRST + 8 * numbers.below(N_IDS / 8)).collect();
            let ranges: Vec<IdRange> = starts
                .into_iter()
                .map(|first| IdRange { first, last: first + numbers.below(7) })
                .collect();
            let known = [all[numbers.below(all.len() as i64) as usize].event_key];
            let is_known = |key: &[u8; 16]| known.contains(key);
            let scope = if round % 2 == 0 { Scope::PLATFORM } else { Scope::enterprise(OWN) };
            let found = touching(&store, scope, &ranges, 10_000, is_known).await.unwrap();
            assert_eq!(found.missing_from_us, None);
            let mut found: Vec<EventFacts> =
                found.events.into_iter().map(|(facts, _)| facts).collect();
            found.sort_by_key(|facts| facts.key);
            let is_named = |event: &&&Event| ranges.iter().any(|range| names(event, *range));
            let mut expected: Vec<&Event> = all.iter().filter(is_named).copied().collect();
            expected.retain(|event| !is_known(&event.event_key));
            expected.sort_by_key(|event| event.event_key);
            let expected: Vec<EventFacts> = expected.into_iter().map(facts_of).collect();
            assert_eq!(found, expected, "{ranges:?}");
            // Of what is not wanted only what the index does not tell.
            let is_wanted = |facts: &EventFacts| facts.key[0].is_multiple_of(3);
            let news = News::new(10_000, is_known, is_wanted);
            let wanted =
                touching_news(&store, By::Seen(scope), &ranges, news).await.unwrap().events;
            assert!(wanted.len() <= found.len());
            let mut wanted: Vec<_> = wanted.into_iter().map(|(facts, _)| facts).collect();
            wanted.retain(is_wanted);
            wanted.sort_by_key(|facts| facts.key);
            assert!(wanted.iter().eq(expected.iter().filter(|facts| is_wanted(facts))));
            // Without those that only use a class, as far as the index tells.
            let is_use_wanted = |class: i64| class % 3 == 0;
            let news = News::new(10_000, is_known, |_| true).with_uses(is_use_wanted);
            let found = touching_news(&store, By::Seen(scope), &ranges, news).await.unwrap().events;
            let found: BTreeSet<_> = found.into_iter().map(|(facts, _)| facts.key).collect();
            for event in &expected {
                let is_news =
                    ranges.iter().any(|range| is_more_than_use(event, *range, is_use_wanted));
                let is_short = event.ranges.len() < 200;
                assert!(!is_news || found.contains(&event.key), "{event:?}");
                assert!(is_news || !is_short || !found.contains(&event.key), "{event:?}");
                n_let_go += usize::from(!is_news);
            }
            // The oldest of them, if they are too many.
            let cut = touching(&store, scope, &ranges, 5, is_known).await.unwrap();
            let from_us = cut.missing_from_us.unwrap_or(i64::MAX);
            let mut kept: Vec<_> = cut.events.into_iter().map(|(facts, _)| facts).collect();
            kept.retain(|facts| facts.event_time_us < from_us);
            kept.sort_by_key(|facts| facts.key);
            let older = expected.iter().filter(|facts| facts.event_time_us < from_us);
            assert!(kept.iter().eq(older), "{ranges:?}");
        }
        assert!(n_let_go > 20);
        let others = Scope::enterprise(EnterpriseId(8));
        let range = IdRange { first: FIRST, last: FIRST + N_IDS };
        let found = touching(&store, others, &[range], 10_000, |_| false).await.unwrap();
        assert_eq!(found, Touching::default());
    })
    .await;
}

/// True if the event names some of `range` otherwise than to use an amount of it for others, or if
/// such a use is wanted.
fn is_more_than_use(
    event: &EventFacts,
    range: IdRange,
    is_use_wanted: impl Fn(i64) -> bool,
) -> bool {
    (range.first..=range.last).any(|id| {
        let mut named = event.ranges.iter().filter(|it| it.first <= id && id <= it.last);
        let is_joined = event.ranges.iter().any(|it| it.role == Role::Transformation);
        let is_use = !is_joined
            && event.declares.is_none()
            && event.amounts.iter().any(|it| it.class == id)
            && named.clone().all(|it| it.role == Role::Input);
        named.next().is_some() && (!is_use || is_use_wanted(id))
    })
}

fn facts_of(event: &Event) -> EventFacts {
    let Circumstances { step, place, position, amounts, declares } = event.circumstances.clone();
    EventFacts {
        key: event.event_key,
        kind: event.kind,
        action: event.action,
        event_time_us: event.event_time_us,
        record_time_us: event.record_time_us,
        index_in_capture: event.capture_index,
        ranges: event.ranges.clone(),
        step,
        place,
        position,
        amounts,
        declares,
    }
}

#[tokio::test]
async fn an_identifier_is_walked_in_order_from_both_ends() {
    each_engine(async |store| {
        let mut captures = captures();
        // One that has more rows than are read at once, of all scales.
        let popular = FIRST + 17;
        for (n, event) in captures.iter_mut().flatten().enumerate() {
            if n % 2 == 0 {
                event.ranges.push(RoleRange { role: Role::Epc, first: popular, last: popular });
            }
        }
        for events in &captures {
            store.write("test", events::insert(events)).await.unwrap();
        }
        let all: Vec<&Event> = captures.iter().flatten().collect();
        for (id, limit) in [(popular, 7), (popular, 90), (FIRST + 2_999, 3), (FIRST + 5, 500)] {
            let mut expected: Vec<Mark> = all
                .iter()
                .filter(|event| names(event, IdRange::one(id)))
                .map(|event| (event.event_time_us, event.event_key))
                .collect();
            expected.sort_unstable();
            let (from_us, until_us) = (expected[0].0 + 1, expected[expected.len() - 1].0);
            expected.retain(|mark| (from_us..until_us).contains(&mark.0));
            for order in [Order::OldestFirst, Order::NewestFirst] {
                let mut step = Step { after: None, from_us, until_us, order, limit };
                let mut walked = Vec::new();
                loop {
                    let found = walk_identifier(&store, Scope::PLATFORM, id, &step).await.unwrap();
                    walked.extend(&found.marks);
                    if found.is_last {
                        break;
                    }
                    step.after = Some(*walked.last().unwrap());
                }
                assert_eq!(walked, expected, "{id} {order:?}");
                expected.reverse();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_come_back_as_they_were_hashed() {
    each_engine(async |store| {
        let mut captures = captures();
        captures[3][0].body = br#"{"long":"#.iter().copied().chain([b'x'; 70_000]).collect();
        for events in &captures {
            store.write("test", events::insert(events)).await.unwrap();
        }
        let all: Vec<&Event> = captures.iter().flatten().collect();
        let keys: Vec<[u8; 16]> = all.iter().map(|event| event.event_key).collect();
        let mut found = events::by_keys(&store, Scope::PLATFORM, &keys).await.unwrap();
        found.sort_by_key(|event| event.event_key);
        let mut expected: Vec<Event> = all.into_iter().cloned().collect();
        expected.sort_by_key(|event| event.event_key);
        assert_eq!(found, expected);
    })
    .await;
}

#[tokio::test]
async fn an_event_without_an_id_is_found_by_its_hash() {
    each_engine(async |store| {
        let mut event = event(&mut Numbers(5), 1, 0, 1);
        event.event_hash = std::array::from_fn(|n| n as u8 * 7);
        let hex: String = event.event_hash.iter().map(|byte| format!("{byte:02x}")).collect();
        event.event_id = format!("ni:///sha-256;{hex}?ver=CBV2.0");
        store.write("test", events::insert(&[event.clone()])).await.unwrap();
        let scope = Scope::enterprise(OWN);
        let found = events::by_event_id(&store, scope, &event.event_id).await.unwrap();
        assert_eq!(found, [event.clone()]);
        // Of another hash that begins alike, and of no hash.
        let mut other = event.event_id.clone();
        other.replace_range(70..72, "ff");
        for id in [other.as_str(), "ni:///sha-256;zz?ver=CBV2.0", "urn:x"] {
            assert_eq!(events::by_event_id(&store, scope, id).await.unwrap(), []);
        }
    })
    .await;
}

/// Two that are named thousands of times beside one that hardly is: who asks for it reads nothing
/// of theirs.
#[test]
fn interned_identifiers_are_covered_only_where_they_are_named() {
    let mut numbers = Numbers(6);
    let interned = |n: u64| ident::id_of(ident::INTERNED, (7 << ident::BLOCK_BITS) + n);
    let events: Vec<Event> = (0..200)
        .map(|index| {
            let mut event = event(&mut numbers, 1, index, 1);
            event.ranges = [100, 102, 103]
                .map(|n| RoleRange { role: Role::Input, first: interned(n), last: interned(n) })
                .to_vec();
            event
        })
        .collect();
    let sheets = sheets::lay(&events);
    assert!(sheets.len() < 100);
    let asked = ident::offset(interned(101));
    assert!(!sheets.iter().any(|it| (it.span.first_offset..=it.span.last_offset).contains(&asked)));
}

/// What a look-up reads in vain is bounded, however items are mixed.
#[test]
fn an_identifier_lies_in_a_bounded_number_of_sheets() {
    let mut numbers = Numbers(3);
    let mut event_of = |index: u32, ids: Vec<i64>| {
        let mut event = event(&mut numbers, 1, index, 1);
        event.ranges = ids
            .into_iter()
            .map(|id| RoleRange { role: Role::Child, first: BLOCK + id, last: BLOCK + id })
            .collect();
        event
    };
    // 24 of 1,000, of 10,000 and of all.
    for n_ids in [1_000, 10_000, 1 << 20] {
        let mut numbers = Numbers(4);
        let events: Vec<Event> = (0..500)
            .map(|index| event_of(index, (0..24).map(|_| numbers.below(n_ids)).collect()))
            .collect();
        let sheets = sheets::lay(&events);
        let mut covered = vec![0; n_ids as usize];
        for Sheet { span, .. } in &sheets {
            covered[span.first_offset as usize..=span.last_offset as usize]
                .iter_mut()
                .for_each(|n| *n += 1);
        }
        let n_named = 500.0 * 24.0 / n_ids as f64;
        let n_rows = f64::from(covered.iter().sum::<i32>()) / n_ids as f64;
        assert!(n_rows <= 64.0 * n_named + 1.0, "{n_rows} rows where {n_named} events are");
        assert!(sheets.len() <= 500 * 24 / 8 || n_ids == 1 << 20, "{}", sheets.len());
    }
}
