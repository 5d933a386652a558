//! What both engines promise, run on each of them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::event_spans;
use crate::id::Scope;
use crate::ident::IdRange;
use crate::migrate::{MIGRATIONS, Migration};
use crate::testing::{Db, options};
use crate::{Engine, Error, Options, Result, Statement, Store, Value, Written, identifiers};

const FIRST: Migration = Migration {
    version: 1,
    name: "counts",
    sql: "create table counts (
            block bigint not null,
            item bigint not null,
            n bigint not null,
            primary key (block, item)
          ) /* distribute by block, without rowid */;
          create table notes (
            note text not null primary key,
            body {bytes},
            n bigint
          );",
};

const SECOND: Migration = Migration {
    version: 2,
    name: "labels",
    sql: "create table labels (label text not null primary key);",
};

const UNROUTABLE: Migration = Migration {
    version: 1,
    name: "unroutable",
    sql: "create table t (block bigint not null, item bigint not null primary key)
          /* distribute by block */;",
};

const COUNT: &str = "insert into counts (block, item, n) values ($1, $2, 1)
    on conflict (block, item) do update set n = counts.n + 1 returning n";
const NOTE: &str = "insert into notes (note, n) values ($1, $2)";
const N_NOTES: &str = "select count(*) from notes";

fn small() -> Options {
    Options { migrations: &[FIRST], ..options() }
}

async fn each(test: impl AsyncFn(Store)) {
    let sqlite = Db::sqlite_with(small()).await;
    test(sqlite.store.clone()).await;
    if let Some(postgres) = Db::postgres_with(small()).await {
        test(postgres.store.clone()).await;
    }
}

async fn int(store: &Store, sql: &'static str, args: &[Value]) -> i64 {
    store.rows(sql, args).await.unwrap().first().unwrap().int(0).unwrap()
}

fn note(name: impl Into<String>) -> Statement {
    Statement::new(NOTE, [name.into().into(), Value::Null])
}

/// Starts all writes before any is awaited, so that they gather in groups.
async fn together(store: &Store, writes: Vec<Vec<Statement>>) -> Vec<Result<Written>> {
    let tasks: Vec<_> = writes
        .into_iter()
        .map(|statements| {
            let store = store.clone();
            tokio::spawn(async move { store.write("test", statements).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_count_is_lost_and_none_is_given_twice() {
    each(async |store| {
        let count = || vec![Statement::new(COUNT, [7i64.into(), 1i64.into()])];
        let answers = together(&store, (0..100).map(|_| count()).collect()).await;
        let heard = answers
            .into_iter()
            .map(|answer| answer.unwrap().rows(0).first().unwrap().int(0).unwrap());
        let mut heard: Vec<i64> = heard.collect();
        heard.sort_unstable();
        assert!(heard.into_iter().eq(1..=100));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_expectation_takes_no_neighbour_with_it() {
    each(async |store| {
        let write = |i: usize| {
            let last = Statement::new("update notes set n = 1 where note = $1", ["none".into()]);
            let last = if i.is_multiple_of(8) { last.expect(1) } else { last };
            vec![note(format!("{i}")), last]
        };
        let answers = together(&store, (0..64).map(write).collect()).await;
        for (i, answer) in answers.iter().enumerate() {
            match answer {
                Ok(written) => assert_eq!((i % 8 > 0, written.n_rows(0)), (true, 1)),
                Err(Error::Conflict { statement: 1, source: None, .. }) => assert_eq!(i % 8, 0),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(int(&store, N_NOTES, &[]).await, 56);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_constraint_takes_no_neighbour_with_it() {
    each(async |store| {
        store.write("test", vec![note("taken")]).await.unwrap();
        let write = |i: usize| {
            let second = if i.is_multiple_of(8) { "taken".into() } else { format!("{i}b") };
            vec![note(format!("{i}a")), note(second)]
        };
        let answers = together(&store, (0..64).map(write).collect()).await;
        let conflicts = answers.iter().filter_map(|answer| answer.as_ref().err());
        let conflicts: Vec<_> = conflicts.collect();
        assert_eq!(conflicts.len(), 8);
        for error in conflicts {
            assert!(matches!(error, Error::Conflict { statement: 1, source: Some(_), .. }));
        }
        assert_eq!(int(&store, N_NOTES, &[]).await, 1 + 56 * 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_claim_one_row_exactly_one_wins() {
    each(async |store| {
        let claim = |i: i64| {
            let take = "update notes set n = $2 where note = $1 and n is null";
            vec![
                Statement::new(COUNT, [1i64.into(), i.into()]),
                Statement::new(take, ["prize".into(), i.into()]).expect(1),
            ]
        };
        store.write("test", vec![note("prize")]).await.unwrap();
        let answers = together(&store, (0..50).map(claim).collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(int(&store, "select count(*) from counts", &[]).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_fits_no_schema_harms_only_its_own_write() {
    each(async |store| {
        let bad = |sql| vec![note("lost"), Statement::new(sql, [])];
        let writes = vec![
            bad("update nowhere set n = 1"),
            vec![note("kept")],
            bad("update notes set n = $1"),
            bad("no sql at all"),
        ];
        let answers = together(&store, writes).await;
        let is_corrupt = |i: usize| matches!(answers[i], Err(Error::Corrupt { .. }));
        assert!(is_corrupt(0) && is_corrupt(2) && is_corrupt(3), "{answers:?}");
        assert!(answers[1].is_ok());
        assert_eq!(int(&store, N_NOTES, &[]).await, 1);
        assert!(matches!(store.rows("no sql", &[]).await, Err(Error::Corrupt { .. })));
    })
    .await;
}

#[tokio::test]
async fn values_return_as_they_went_in() {
    each(async |store| {
        let sql = "insert into notes (n, body, note) values ($3, $2, $1) returning note, body, n";
        let args = ["溯源\n'$1'".into(), [0u8, 255, 39].as_slice().into(), i64::MIN.into()];
        let written = store.write("test", vec![Statement::new(sql, args.clone()).expect(1)]).await;
        assert_eq!(written.unwrap().rows(0).first().unwrap().0, args);
        let nulls = Statement::new(sql, ["".into(), Value::Null, Value::Null]);
        let written = store.write("test", vec![nulls]).await.unwrap();
        assert_eq!(written.rows(0).first().unwrap().0, ["".into(), Value::Null, Value::Null]);
        let sql = "select note from notes where n = $2 and note = $1 and n <= $2";
        let rows = store.rows(sql, &[args[0].clone(), args[2].clone()]).await.unwrap();
        assert_eq!(rows.first().unwrap().text(0).unwrap(), "溯源\n'$1'");
        let sql = "select 1, note, n from notes where note = ''";
        let rows = store.rows_long(sql, &[]).await.unwrap();
        let row = rows.first().unwrap();
        assert_eq!((row.int(0).unwrap(), row.opt_int(2).unwrap()), (1, None));
        assert!(matches!(row.int(1), Err(Error::Corrupt { .. })));
        assert!(matches!(row.text(2), Err(Error::Corrupt { .. })));
        assert!(matches!(row.bytes(3), Err(Error::Corrupt { .. })));
    })
    .await;
}

#[tokio::test]
async fn text_is_no_integer() {
    each(async |store| {
        let answer =
            store.write("test", vec![Statement::new(NOTE, ["a".into(), "b".into()])]).await;
        assert!(matches!(answer, Err(Error::Conflict { .. } | Error::Corrupt { .. })));
        assert_eq!(int(&store, N_NOTES, &[]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_write_may_be_large_or_empty() {
    each(async |store| {
        let notes = (0..2_000).map(|i| note(format!("{i}")).expect(1)).collect();
        assert_eq!(store.write("test", notes).await.unwrap().n_rows(1_999), 1);
        store.write("test", Vec::new()).await.unwrap();
        let notes = (2_000..4_000).map(|i| note(format!("{}", i % 3_999))).collect();
        let answer = store.write("test", notes).await;
        assert!(matches!(answer, Err(Error::Conflict { statement: 1_999, .. })), "{answer:?}");
        assert_eq!(int(&store, N_NOTES, &[]).await, 2_000);
    })
    .await;
}

/// Rows locked in opposite orders: PostgreSQL finds the deadlock, the lanes run it again.
#[tokio::test(flavor = "multi_thread")]
async fn writes_that_cross_each_other_all_succeed() {
    each(async |store| {
        let count = |item: i64| Statement::new(COUNT, [1i64.into(), item.into()]).expect(1);
        let write = |i: i64| {
            let mut counts: Vec<_> = (0..20).map(count).collect();
            if i % 2 == 0 {
                counts.reverse();
            }
            counts
        };
        let answers = together(&store, (0..20).map(write).collect()).await;
        assert_eq!(
            answers.iter().find_map(|answer| answer.as_ref().err()).map(Error::to_string),
            None
        );
        assert_eq!(int(&store, "select min(n) from counts", &[]).await, 20);
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_a_whole_write() {
    each(async |store| {
        let mut write = Box::pin(store.write("test", vec![note("a"), note("b").expect(1)]));
        poll_fn(|cx| Poll::Ready(write.as_mut().poll(cx).is_ready())).await;
        drop(write);
        store.clone().close().await.unwrap();
        assert_eq!(store.counters().n_written, 1);
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_has_committed_what_waited_and_takes_no_more() {
    let db = Db::sqlite_with(small()).await;
    let mut waiting = pin!(db.store.write("test", vec![note("last")]));
    // On a busy machine the first look may see it written already.
    let begun = poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx))).await;
    db.store.clone().close().await.unwrap();
    let answer = match begun {
        Poll::Ready(answer) => answer,
        Poll::Pending => waiting.await,
    };
    assert!(answer.is_ok());
    assert!(db.store.ping().await.is_err());
    let answer = db.store.write("test", vec![note("later")]).await;
    assert!(matches!(answer, Err(Error::Unavailable { .. })));
    let store = db.reopen(small()).await.unwrap();
    assert_eq!(int(&store, N_NOTES, &[]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_writes_share_a_transaction() {
    each(async |store| {
        together(&store, (0..500).map(|i| vec![note(format!("{i}"))]).collect()).await;
        let counters = store.counters();
        assert_eq!((counters.n_written, counters.n_conflicts, counters.n_failed), (500, 0, 0));
        assert!(counters.n_groups < 500, "{counters:?}");
        store.ping().await.unwrap();
        assert_eq!(store.integrity().await.unwrap(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_each_write_that_was_answered_before() {
    each(async |store| {
        for n in 1..=200 {
            store.write("test", vec![note(format!("note {n}"))]).await.unwrap();
            // A reader that finds the writer at rest keeps its snapshot from the second read on.
            for _ in 0..n % 4 {
                assert_eq!(int(&store, N_NOTES, &[]).await, n);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn snapshots_that_are_kept_do_not_hold_the_write_ahead_log() {
    let db = Db::sqlite_with(small()).await;
    let log = db.folder().unwrap().join("suyuan.db-wal");
    for n in 0..600 {
        let big = vec![0u8; 100 * 1024];
        let statement = Statement::new(
            "insert into notes (note, body, n) values ($1, $2, 0)",
            [format!("{n}").into(), big.into()],
        );
        db.store.write("test", vec![statement]).await.unwrap();
        for _ in 0..3 {
            int(&db.store, "select count(*) from counts", &[]).await;
        }
    }
    // 60 MB were written; the log is folded at 4,000 pages of 4 KiB.
    assert!(log.metadata().unwrap().len() < 20 << 20, "{:?}", log.metadata());
}

#[tokio::test]
async fn an_old_database_is_migrated_and_a_newer_one_refused() {
    let old = Options { migrations: &[FIRST], ..options() };
    let new = Options { migrations: &[FIRST, SECOND], now_us: 5, ..options() };
    let sqlite = Some(Db::sqlite_with(old.clone()).await);
    for db in [sqlite, Db::postgres_with(old.clone()).await].into_iter().flatten() {
        db.store.write("test", vec![note("kept")]).await.unwrap();
        db.store.clone().close().await.unwrap();
        let store = db.reopen(new.clone()).await.unwrap();
        assert_eq!(store.schema_version().await.unwrap(), 2);
        assert_eq!(int(&store, N_NOTES, &[]).await, 1);
        let sql = "select applied_at from schema_migrations where version = 2";
        assert_eq!(int(&store, sql, &[]).await, 5);
        store.write("test", vec![Statement::new("delete from labels", [])]).await.unwrap();
        drop(store);
        let refused = db.reopen(old.clone()).await.err();
        assert!(matches!(refused, Some(Error::SchemaTooNew { found: 2, known: 1 })), "{refused:?}");
    }
}

#[tokio::test]
async fn interned_epcs_keep_their_numbers_when_their_buckets_change() {
    let old = Options { migrations: &MIGRATIONS[..10], ..options() };
    let sqlite = Some(Db::sqlite_with(old.clone()).await);
    for db in [sqlite, Db::postgres_with(old.clone()).await].into_iter().flatten() {
        let epcs: Vec<String> = (0..40).map(|n| format!("https://example.org/c/{n}")).collect();
        let sql = "insert into identifiers (bucket, epc, identifier_id) values ($1, $2, $3)";
        let row = |(epc, id): (&String, u64)| {
            let bucket = identifiers::bucket_of(epc);
            Statement::new(sql, [bucket.into(), epc.as_str().into(), id.into()])
        };
        db.store.write("test", epcs.iter().zip(100..).map(row).collect()).await.unwrap();
        db.store.clone().close().await.unwrap();
        let store = db.reopen(options()).await.unwrap();
        let asked: Vec<&str> = epcs.iter().map(String::as_str).collect();
        let found = identifiers::by_epcs(&store, &asked).await.unwrap();
        let mut expected: Vec<(String, i64)> = epcs.iter().cloned().zip(100..).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn events_are_found_by_what_they_name_when_nodes_become_spans() {
    let old = Options { migrations: &MIGRATIONS[..11], ..options() };
    let sqlite = Some(Db::sqlite_with(old.clone()).await);
    for db in [sqlite, Db::postgres_with(old.clone()).await].into_iter().flatten() {
        // 3..=12 was the nodes of 3, of 4 to 7, of 8 to 11 and of 12.
        let sql = "insert into event_ranges (block, node, event_time, event_key, enterprise_id)
                   values ($1, $2, $3, $4, $5)";
        let row = |(first, level): (i64, u32)| {
            let node = (1 << 20 | first) >> level;
            let key = vec![7u8; 16];
            Statement::new(
                sql,
                [5i64.into(), node.into(), 9i64.into(), Value::Bytes(key), 1i64.into()],
            )
        };
        let nodes = [(3, 0), (4, 2), (8, 2), (12, 0)];
        db.store.write("test", nodes.into_iter().map(row).collect()).await.unwrap();
        db.store.clone().close().await.unwrap();
        let store = db.reopen(options()).await.unwrap();
        for (offset, n_found) in [(2, 0), (3, 1), (5, 1), (9, 1), (12, 1), (13, 0), (16, 0)] {
            let range = IdRange::one(5 << 20 | offset);
            assert_eq!(n_touching(&store, &[range]).await, n_found, "{offset}");
        }
        let all = IdRange { first: 5 << 20, last: (5 << 20) + 100 };
        let apart = [all, IdRange::one(5 << 20 | 200), IdRange::one(6 << 20)];
        for asked in [&apart[..1], &apart[..], &apart[1..]] {
            let n_found = usize::from(asked.contains(&all));
            assert_eq!(n_touching(&store, asked).await, n_found, "{asked:?}");
        }
    }
}

/// How many events touch a range: they are not there, nor are their facts.
async fn n_touching(store: &Store, asked: &[IdRange]) -> usize {
    let asked_for = RefCell::new(BTreeSet::new());
    let is_known = |key: &[u8; 16]| {
        asked_for.borrow_mut().insert(*key);
        true
    };
    let touching = event_spans::touching(store, Scope::PLATFORM, asked, 8, is_known).await.unwrap();
    assert_eq!((touching.events, touching.missing_from_us), (vec![], None));
    asked_for.into_inner().len()
}

#[tokio::test]
async fn reads_in_the_background_see_each_write_and_map_nothing() {
    each(async |store| {
        let background = store.in_background();
        for n in 1..4 {
            store.write("test", vec![note(format!("{n}"))]).await.unwrap();
            assert_eq!(int(&background, N_NOTES, &[]).await, n);
            assert_eq!(int(&store, N_NOTES, &[]).await, n);
        }
        if store.engine() == Engine::Sqlite {
            assert_eq!(int(&background, "pragma mmap_size", &[]).await, 0);
            assert_ne!(int(&store, "pragma mmap_size", &[]).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let db = Db::sqlite_with(small()).await;
    let refused = db.reopen(small()).await.err();
    assert!(matches!(refused, Some(Error::Locked { .. })), "{refused:?}");
    db.store.clone().close().await.unwrap();
    db.reopen(small()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_acknowledges_nothing_it_loses_and_recovers() {
    let db = Db::sqlite_with(Options { max_pages: Some(64), ..small() }).await;
    let store = &db.store;
    let fill = |i: usize| {
        let sql = "insert into notes (note, body) values ($1, $2)";
        vec![Statement::new(sql, [format!("{i}").into(), vec![7u8; 3_000].into()])]
    };
    let answers = together(store, (0..200).map(fill).collect()).await;
    let n_written = answers.iter().filter(|answer| answer.is_ok()).count();
    let full = answers.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(full, Error::Unavailable { reason: "the disk is full", .. }), "{full:?}");
    assert_eq!(int(store, N_NOTES, &[]).await, n_written as i64);
    store.ping().await.unwrap();
    store.write("test", vec![Statement::new("delete from notes", [])]).await.unwrap();
    store.write("test", fill(0)).await.unwrap();
}

#[tokio::test]
async fn postgres_refuses_a_unique_key_without_its_distribution_column() {
    let Some(db) = Db::postgres_with(Options { migrations: &[], ..options() }).await else {
        return;
    };
    let refused = db.reopen(Options { migrations: &[UNROUTABLE], ..options() }).await.err();
    assert!(matches!(refused, Some(Error::Corrupt { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let refused = Store::open_postgres("postgres://nobody@127.0.0.1:1/none", options()).await.err();
    assert!(matches!(refused, Some(Error::Unavailable { source: Some(_), .. })), "{refused:?}");
    let refused = Store::open_postgres("no url", options()).await.err();
    assert!(matches!(refused, Some(Error::Unavailable { .. })), "{refused:?}");
}

/// The migrations of the product itself, on both engines.
#[tokio::test]
async fn the_product_opens() {
    crate::testing::each_engine(async |store| {
        let known = crate::migrate::MIGRATIONS.last().unwrap().version;
        assert_eq!(store.schema_version().await.unwrap(), known);
    })
    .await;
}
