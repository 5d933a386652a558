use expect_test::{Expect, expect};

use super::Schedule;
use crate::time::Moment;

/// Fields as `name=value`, then the next three moments after the morning of a Saturday.
fn check(fields: &str, expected: &Expect) {
    let pairs = fields.split_whitespace().filter_map(|it| it.split_once('='));
    let told = match Schedule::parse(pairs) {
        Err(faults) => {
            faults.iter().map(|it| format!("{}: {}\n", it.field, it.message)).collect::<String>()
        }
        Ok(schedule) => {
            let mut at_us = 1_795_248_000_000_000;
            (0..3)
                .map(|_| {
                    at_us = schedule.next_after(at_us).expect("it comes");
                    format!("{}\n", Moment(at_us).to_text().expect("a time"))
                })
                .collect()
        }
    };
    expected.assert_eq(&told);
}

#[test]
fn fields_match_together_and_finer_ones_begin_at_their_first() {
    check(
        "hour=1 minute=5",
        &expect![[r#"
        2026-11-22T01:05:00Z
        2026-11-23T01:05:00Z
        2026-11-24T01:05:00Z
    "#]],
    );
    check(
        "second=0/30",
        &expect![[r#"
        2026-11-21T08:00:30Z
        2026-11-21T08:01:00Z
        2026-11-21T08:01:30Z
    "#]],
    );
    check(
        "minute=[58-59] second=7",
        &expect![[r#"
        2026-11-21T08:58:07Z
        2026-11-21T08:59:07Z
        2026-11-21T09:58:07Z
    "#]],
    );
}

#[test]
fn days_count_by_month_and_by_week() {
    check(
        "dayOfWeek=1,7",
        &expect![[r#"
        2026-11-22T00:00:00Z
        2026-11-23T00:00:00Z
        2026-11-29T00:00:00Z
    "#]],
    );
    check(
        "dayOfMonth=29 month=2",
        &expect![[r#"
        2028-02-29T00:00:00Z
        2032-02-29T00:00:00Z
        2036-02-29T00:00:00Z
    "#]],
    );
    check(
        "dayOfMonth=13 dayOfWeek=5",
        &expect![[r#"
        2027-08-13T00:00:00Z
        2028-10-13T00:00:00Z
        2029-04-13T00:00:00Z
    "#]],
    );
    check(
        "month=1",
        &expect![[r#"
        2027-01-01T00:00:00Z
        2028-01-01T00:00:00Z
        2029-01-01T00:00:00Z
    "#]],
    );
    check(
        "hour=8 minute=0 second=0",
        &expect![[r#"
        2026-11-22T08:00:00Z
        2026-11-23T08:00:00Z
        2026-11-24T08:00:00Z
    "#]],
    );
    check(
        "second=*",
        &expect![[r#"
        2026-11-21T08:00:01Z
        2026-11-21T08:00:02Z
        2026-11-21T08:00:03Z
    "#]],
    );
}

#[test]
fn what_never_comes_or_is_no_field_is_refused() {
    check(
        "",
        &expect![[r#"
        : name at least one field, or ask for a stream
    "#]],
    );
    check(
        "dayOfMonth=30 month=2",
        &expect![[r#"
        : no day is like this
    "#]],
    );
    check(
        "hour=24 minute=60 second=a weekday=1",
        &expect![[r#"
        hour: write numbers from 0 to 23, as in 1,[3-5]
        minute: write numbers from 0 to 59, as in 1,[3-5]
        second: write numbers from 0 to 59, as in 1,[3-5]
        weekday: a schedule has the fields second, minute, hour, dayOfMonth, month, dayOfWeek
    "#]],
    );
    for wrong in ["minute=", "minute=[1-", "minute=[1]", "minute=5-1", "minute=1/0", "minute=+1"] {
        let pairs = wrong.split_once('=');
        assert!(Schedule::parse(pairs).is_err(), "{wrong}");
    }
}

#[test]
fn the_next_moment_is_after_and_matches_itself() {
    let all = Schedule::parse([("second", "*")]).expect("a schedule");
    for at_us in [0, 1, 999_999, 1_000_000, 1_795_248_000_000_001] {
        let next_us = all.next_after(at_us).expect("it comes");
        assert!(next_us > at_us && next_us - at_us <= 1_000_000, "{at_us}: {next_us}");
    }
    assert_eq!(all.next_after(i64::MAX), None);
    assert_eq!(all.next_after(i64::MIN), None);
}
