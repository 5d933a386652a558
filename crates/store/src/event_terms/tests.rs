//! The index against a sorted list, on both engines.

use super::*;
use crate::Options;
use crate::migrate::MIGRATIONS;
use crate::page::Order;
use crate::testing::{Db, each_engine, options};

fn event(n: u8, viewer: i64, terms: &[i64]) -> Vec<Statement> {
    let event = EventTerms {
        event_key: [n; 16],
        event_time_us: i64::from(n / 2),
        viewers: vec![Viewer(viewer)],
        terms: terms.to_vec(),
    };
    insert(&[event], u64::from(n))
}

async fn walked(store: &Store, entry: Entry, order: Order, limit: u32) -> Vec<u8> {
    let mut step = Step { after: None, from_us: 1, until_us: 4, order, limit };
    let mut keys = Vec::new();
    loop {
        let found = walk(store, entry, &step).await.unwrap();
        keys.extend(found.marks.iter().map(|(_, key)| key[0]));
        step.after = found.marks.last().copied().or(step.after);
        if found.is_last {
            return keys;
        }
    }
}

#[tokio::test]
async fn entries_are_walked_both_ways_inside_a_window() {
    each_engine(async |store| {
        for n in 1..=9 {
            let terms: Vec<i64> = if n % 2 == 0 { vec![7] } else { (100..120).collect() };
            store.write("test", event(n, 5, &terms)).await.unwrap();
        }
        store.write("test", event(50, 6, &[7, 8])).await.unwrap();
        let one = Scope::enterprise(EnterpriseId(5));
        for limit in [1, 2, 3, 100] {
            let entries = all(&store, one).await.unwrap();
            assert_eq!(
                walked(&store, entries[0], Order::OldestFirst, limit).await,
                [2, 3, 4, 5, 6, 7]
            );
            let entries = super::entries(&store, one, 7, 1).await.unwrap().unwrap();
            assert_eq!(walked(&store, entries[0], Order::NewestFirst, limit).await, [6, 4, 2]);
            let entry = Entry { term: 119, viewer: 5 };
            assert_eq!(walked(&store, entry, Order::NewestFirst, limit).await, [7, 5, 3]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_platform_goes_from_viewer_to_viewer() {
    each_engine(async |store| {
        for (n, viewer) in [(1, 5), (2, 6), (3, 6), (4, 8)] {
            store.write("test", event(n, viewer, &[7])).await.unwrap();
        }
        let viewers = |limit| entries(&store, Scope::PLATFORM, 7, limit);
        let found = viewers(3).await.unwrap().unwrap();
        assert_eq!(found.iter().map(|entry| entry.viewer).collect::<Vec<_>>(), [5, 6, 8]);
        assert_eq!(viewers(2).await.unwrap(), None);
        let none = entries(&store, Scope::PLATFORM, 9, 2).await.unwrap();
        assert_eq!(none, Some(Vec::new()));
        let step =
            Step { after: None, from_us: 0, until_us: 9, order: Order::OldestFirst, limit: 9 };
        let entry = all(&store, Scope::PLATFORM).await.unwrap()[0];
        let found = walk(&store, entry, &step).await.unwrap();
        assert_eq!((found.marks.len(), found.is_last), (4, true));
    })
    .await;
}

/// A list of bits that looks random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        runs::mixed(self.0) % n
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3600 * SECOND_US;

/// Captures of one viewer, dense ones and sparse ones, that overlap in time and in terms.
fn captures(dice: &mut Dice, viewer: i64) -> Vec<Vec<EventTerms>> {
    let n_captures = 1 + dice.below(5);
    let mut n_events = 0u64;
    let mut capture = |_| {
        let begin_us = dice.below(3 * HOUR_US as u64) as i64 - HOUR_US;
        let step_us = dice.one_of(&[0, 1, 1_000, 300_000, SECOND_US, 20 * SECOND_US, HOUR_US / 2]);
        let (n_kinds, is_jumping) = (1 + dice.below(4), dice.below(3) == 0);
        let n = dice.one_of(&[1, 5, 9, 40, 150, 400]);
        let mut time_us = begin_us;
        let mut one = |_| {
            n_events += 1;
            time_us += step_us * dice.below(3) as i64;
            if is_jumping && dice.below(40) == 0 {
                time_us -= 7 * step_us;
            }
            let mut event_key = [0; 16];
            // Keys in no order of time.
            event_key[..8]
                .copy_from_slice(&runs::mixed((viewer as u64) << 32 | n_events).to_be_bytes());
            let kind = dice.below(n_kinds) as i64;
            let mut terms = vec![7, 100 + kind, 200 + dice.below(50) as i64];
            // What differs only above the bits that runs keep.
            terms.extend((dice.below(9) == 0).then_some(9 | kind << 50));
            EventTerms { event_key, event_time_us: time_us, viewers: vec![Viewer(viewer)], terms }
        };
        (0..n).map(&mut one).collect()
    };
    (0..n_captures).map(&mut capture).collect()
}

/// All marks of a walk, step by step, oldest first.
async fn walked_through(store: &Store, entry: Entry, mut step: Step) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    loop {
        let found = walk(store, entry, &step).await.unwrap();
        assert!(found.marks.len() <= step.limit as usize);
        assert!(found.is_last || !found.marks.is_empty());
        marks.extend(found.marks);
        step.after = marks.last().copied();
        if found.is_last {
            break;
        }
    }
    if step.order == Order::NewestFirst {
        marks.reverse();
    }
    marks
}

fn with_term(captures: &[Vec<EventTerms>], term: i64) -> Vec<Mark> {
    let has_it = |it: &&EventTerms| term == ALL || it.terms.contains(&term);
    let events = captures.iter().flatten().filter(has_it);
    let mut marks: Vec<Mark> = events.map(|it| (it.event_time_us, it.event_key)).collect();
    marks.sort_unstable();
    marks
}

#[tokio::test]
async fn walks_find_what_a_sorted_list_has() {
    each_engine(async |store| {
        let mut dice = Dice(1);
        let n_cases = if store.engine() == crate::Engine::Sqlite { 60 } else { 12 };
        for viewer in 10..10 + n_cases {
            let captures = captures(&mut dice, viewer);
            for capture in &captures {
                store.write("test", insert(capture, dice.below(u64::MAX))).await.unwrap();
            }
            for _ in 0..12 {
                let term = dice.one_of(&[ALL, 7, 100, 101, 200, 201, 202, 3]);
                let all = with_term(&captures, term);
                let mut times: Vec<i64> = [0, 1]
                    .map(|_| dice.below(all.len() as u64 + 2))
                    .map(|nth| match all.get(nth as usize) {
                        Some((time_us, _)) => time_us + dice.below(3) as i64 - 1,
                        None => dice.one_of(&[i64::MIN, i64::MAX, 0, HOUR_US]),
                    })
                    .into();
                times.sort_unstable();
                let (from_us, until_us) = (times[0], times[1]);
                let order = dice.one_of(&[Order::OldestFirst, Order::NewestFirst]);
                let limit = dice.one_of(&[1, 2, 7, 16, 64, 100, 1000]);
                let step = Step { after: None, from_us, until_us, order, limit };
                let inside = all.into_iter().filter(|it| (from_us..until_us).contains(&it.0));
                let wanted: Vec<Mark> = inside.collect();
                let marks = walked_through(&store, Entry { term, viewer }, step).await;
                assert_eq!(marks, wanted, "viewer {viewer} term {term} {step:?}");
            }
        }
        let entry = |term, viewer| Entry { term, viewer };
        let step =
            |order| Step { after: None, from_us: i64::MIN, until_us: i64::MAX, order, limit: 700 };
        for order in [Order::OldestFirst, Order::NewestFirst] {
            // The platform has the events of all.
            let all = walked_through(&store, entry(ALL, 0), step(order)).await;
            let mut own = Vec::new();
            for viewer in 10..10 + n_cases {
                own.extend(walked_through(&store, entry(ALL, viewer), step(order)).await);
            }
            own.sort_unstable();
            own.dedup();
            assert_eq!(all, own);
        }
    })
    .await;
}

/// A thousand events of three kinds, one each 20 seconds.
fn day() -> Vec<EventTerms> {
    let event = |n: i64| {
        let mut event_key = [0; 16];
        event_key[..8].copy_from_slice(&runs::mixed(n as u64).to_be_bytes());
        let terms = (10..20).map(|nth| n % 3 * 10 + nth).chain([1000 + n]).collect();
        let event_time_us = n * 20 * SECOND_US;
        EventTerms { event_key, event_time_us, viewers: vec![Viewer(5)], terms }
    };
    (0..1000).map(event).collect()
}

#[tokio::test]
async fn many_events_that_share_terms_share_rows() {
    each_engine(async |store| {
        store.write("test", insert(&day(), 1)).await.unwrap();
        let count =
            async |sql| store.rows(sql, &[]).await.unwrap().first().unwrap().int(0).unwrap();
        assert_eq!(count("select count(*) from event_terms").await, 0);
        // Of each kind 334 events at most, one a minute: 71 in a run at most, of which 63 fit.
        assert_eq!(count("select count(*) from run_marks").await, 18);
        // Ten terms, and the one that all have, for the owner and the platform; each its own.
        assert_eq!(count("select count(*) from term_runs").await, 18 * 12 + 1000);
        let n_bytes = count("select cast(sum(length(marks)) as bigint) from run_marks").await;
        assert!(n_bytes < 1000 * 21, "{n_bytes} bytes of marks");
    })
    .await;
}

#[tokio::test]
async fn runs_of_one_name_are_a_conflict() {
    each_engine(async |store| {
        let mut later = day();
        later.iter_mut().for_each(|it| it.event_key[15] = 1);
        store.write("test", insert(&day(), 1)).await.unwrap();
        let again = store.write("test", insert(&later, 1)).await;
        assert!(matches!(again, Err(crate::Error::Conflict { .. })), "{again:?}");
        store.write("test", insert(&later, 2)).await.unwrap();
        let step = Step {
            after: None,
            from_us: 0,
            until_us: i64::MAX,
            order: Order::NewestFirst,
            limit: 100,
        };
        let marks = walked_through(&store, Entry { term: ALL, viewer: 5 }, step).await;
        assert_eq!(marks, with_term(&[day(), later], ALL));
    })
    .await;
}

/// Marks as runs of before had them.
fn whole(marks: &[Mark]) -> Value {
    let bytes = marks.iter().flat_map(|it| [&it.0.to_be_bytes()[..], &it.1[..]].concat());
    Value::Bytes(bytes.collect())
}

#[tokio::test]
async fn runs_of_before_are_walked_as_they_were() {
    let old = Options { migrations: &MIGRATIONS[..16], ..options() };
    let sqlite = Some(Db::sqlite_with(old.clone()).await);
    for db in [sqlite, Db::postgres_with(old.clone()).await].into_iter().flatten() {
        let base_us = 1_763_683_200_000_000i64;
        let marks: Vec<Mark> = (0..500)
            .map(|n| {
                let key = runs::mixed(n as u64).to_be_bytes();
                (base_us + n * 100_000, [key, key].concat().try_into().unwrap())
            })
            .collect();
        let term = -8_513_870_104_066_855_603;
        let sql = "insert into event_runs (term, viewer, bucket, first_key, marks)
                   values ($1, 5, $2, $3, $4)";
        let runs = marks.chunk_by(|a, b| a.0 >> 22 == b.0 >> 22).flat_map(|it| it.chunks(64));
        let of_run = |run: &[Mark]| {
            let (first_us, key) = run[0];
            let place = [(first_us >> 22).into(), key.as_slice().into()];
            [ALL, term].map(|term| {
                let args = [&[term.into()], &place[..], &[whole(run)]].concat();
                Statement::new(sql, args)
            })
        };
        db.store.write("test", runs.flat_map(of_run).collect()).await.unwrap();
        db.store.clone().close().await.unwrap();
        let store = db.reopen(options()).await.unwrap();
        for (order, limit) in [(Order::OldestFirst, 30), (Order::NewestFirst, 110)] {
            let (from_us, until_us) = (base_us + 3_300_000, base_us + 49_000_000);
            let step = Step { after: None, from_us, until_us, order, limit };
            for term in [ALL, term] {
                let walked = walked_through(&store, Entry { term, viewer: 5 }, step).await;
                assert_eq!(walked, marks[33..490]);
            }
        }
    }
}
