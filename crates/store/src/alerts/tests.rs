use super::*;
use crate::id::Jurisdiction;
use crate::recall_letters;
use crate::recall_notices::{self, Topic};
use crate::testing::each_engine;
use crate::{Engine, Statement};

/// Alerts of five enterprises in each of 31 provinces; each fourth is open, and each hundredth of
/// those urgent.
const MANY: &str =
    "insert into alerts (enterprise_id, alert_id, grade, reason, detail, subject_kind,
       subject, product_id, state, outcome, revision, assignee, n_times, first_at, last_at,
       closed_at, open_key, told_grade)
     with recursive numbers(n) as (
       select cast(1 as bigint) union all select n + 1 from numbers where n < 31000)
     select ((1048576 + (11 + n % 31) * 10000 + 100) << 42) + n % 5, n,
       case when n % 400 = 0 then 1 else 3 end, n % 8, '', 0, cast(n as text), 0,
       case when n % 4 = 0 then 0 else 3 end, case when n % 4 = 0 then 0 else 1 end, 0, '', 1, n, n,
       case when n % 4 = 0 then null else n end, case when n % 4 = 0 then 0 else n end, 4
     from numbers";

const NOTICES: &str = "insert into recall_notices (notice_id, enterprise_id, recall_id, task_id,
       to_id, kind, created_at, due_at, n_attempts, last_error, alert_id)
     select alert_id, enterprise_id, 0, 0, enterprise_id, 7, 0, 0, 0, '', alert_id % 100
     from alerts";

const LETTERS: &str = "insert into recall_letters (viewer_id, letter_id, enterprise_id, recall_id,
       task_id, kind, channel, state, created_at, waits_since, due_at, sender_until, n_attempts,
       told_at, address, last_error, alert_id)
     select enterprise_id, alert_id, enterprise_id, 0, 0, 7, 2,
       case when alert_id % 50 < 2 then 0 else 1 end, 0, 0, 0, 0, 0, null,
       '', '', alert_id % 100
     from alerts";

async fn run(store: &Store, all: &[&'static str]) {
    let all = all.iter().map(|sql| Statement::new(sql, []));
    store.write("seed", all.collect()).await.expect("it is written");
}

fn province(text: &str) -> Scope {
    Scope::jurisdiction(text.parse::<Jurisdiction>().expect("digits"))
}

fn first() -> EnterpriseId {
    // Division 120100, of the numbers that leave 1 when divided by 31 and by 5.
    EnterpriseId(((1_048_576 + 120_100) << 42) + 1)
}

/// How the engine would read it.
async fn plan(store: &Store, sql: &str, args: &[Value]) -> String {
    let (explain, column) = match store.engine() {
        Engine::Sqlite => ("explain query plan ", 3),
        Engine::Postgres => ("explain ", 0),
    };
    let sql = Box::leak(format!("{explain}{sql}").into_boxed_str());
    let rows = store.rows(sql, args).await.expect(sql);
    let lines: Vec<_> = rows.iter().map(|row| row.text(column).expect("text").to_owned()).collect();
    lines.join("\n")
}

/// It is found by an index, and comes out of it in its order.
fn is_by_index(plan: &str) -> bool {
    is_searched(plan) && !plan.contains("Sort  (") && !plan.contains("TEMP B-TREE")
}

fn is_searched(plan: &str) -> bool {
    !plan.contains("Seq Scan") && !plan.contains("SCAN")
}

#[tokio::test]
async fn a_page_reads_a_page_and_no_queue_is_sorted() {
    each_engine(async |store| {
        run(&store, &[MANY, NOTICES, LETTERS]).await;
        // As PostgreSQL does by itself; nobody does on SQLite.
        if store.engine() == Engine::Postgres {
            run(&store, &["analyze"]).await;
        }
        let Scope { first: from, last, .. } = province("33");
        for (walk, who, inside) in [
            (&OF_ONE, first().0, vec![]),
            (&OPEN_OF_ONE, first().0, vec![]),
            (&OF_PROVINCE, 33, vec![from, last]),
            (&OPEN_OF_PROVINCE, 33, vec![from, last]),
            (&OF_ALL, 0, vec![]),
            (&OPEN_OF_ALL, 0, vec![]),
        ] {
            for (way, behind, until) in
                [(walk.newest, i64::MAX, i64::MIN), (walk.oldest, i64::MIN, i64::MAX)]
            {
                let args = [&[who, behind, until, -1, -1, -1, 10], inside.as_slice()].concat();
                let args: Vec<Value> = args.into_iter().map(Value::from).collect();
                let shown = plan(&store, way.page, &args).await;
                // Of a part the end of the walk bounds what may be sorted.
                let is_bounded = !inside.is_empty() && is_searched(&shown);
                assert!(is_by_index(&shown) || is_bounded, "{}\n{shown}", way.page);
                let shown = plan(&store, way.end, &[who.into(), behind.into(), 9i64.into()]).await;
                assert!(is_by_index(&shown), "{}\n{shown}", way.end);
            }
        }
        let (one, all) = (BY_ID_OF_ONE, BY_ID_OF_MANY);
        for (sql, args) in [
            (one, vec![first().0, 1]),
            (all, vec![0, i64::MAX, 1]),
            (recall_notices::due_sql(Topic::Recalls), vec![0, 100]),
            (recall_notices::due_sql(Topic::Alerts), vec![0, 100]),
        ] {
            let args: Vec<Value> = args.into_iter().map(Value::from).collect();
            let shown = plan(&store, sql, &args).await;
            assert!(is_by_index(&shown), "{sql}\n{shown}");
        }
        for (topic, index) in
            [(Topic::Recalls, "recall_letters_recalls"), (Topic::Alerts, "recall_letters_alerts")]
        {
            let sql = recall_letters::due_sql(topic);
            let args = [0, 16, 4, 100].map(|it: i64| it.into());
            let shown = plan(&store, sql, &args).await;
            assert!(shown.contains(index), "{sql}\n{shown}");
        }
        for (sql, args) in [
            (OPEN_BY_GRADE, vec![first().0, first().0]),
            (CLOSED_OF_ONE, vec![first().0, 30_990]),
            (CLOSED_OF_MANY, vec![0, 30_990, i64::MAX]),
        ] {
            let args: Vec<Value> = args.into_iter().map(Value::from).collect();
            let shown = plan(&store, sql, &args).await;
            assert!(is_searched(&shown), "{sql}\n{shown}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_walk_ends_where_it_may_and_goes_on_there() {
    each_engine(async |store| {
        run(&store, &[MANY]).await;
        let rare = Filter { is_open: true, grade: Some(Grade::Urgent), ..Filter::default() };
        let none = Filter { reason: Some(Reason::PinUsed), ..rare };
        let closed = Filter { state: Some(State::Closed), ..Filter::default() };
        let expected = |is_in: &dyn Fn(i64) -> bool| (1..=31_000).filter(|n| is_in(*n)).count();
        // 33 is the province of the numbers that leave 22.
        let cases = [
            (Scope::PLATFORM, rare, expected(&|n| n % 400 == 0)),
            (Scope::PLATFORM, none, 0),
            (province("33"), rare, expected(&|n| n % 400 == 0 && n % 31 == 22)),
            (province("3301"), closed, expected(&|n| n % 4 > 0 && n % 31 == 22)),
            (province("3302"), closed, 0),
            (Scope::enterprise(first()), closed, expected(&|n| n % 4 > 0 && n % 155 == 1)),
        ];
        for (scope, filter, n_expected) in cases {
            for order in [Order::NewestFirst, Order::OldestFirst] {
                let mut page = Page { after: None, limit: 50, order };
                let mut found: Vec<i64> = Vec::new();
                loop {
                    let walked = list(&store, scope, filter, page, 700).await.expect("a page");
                    found.extend(walked.alerts.iter().map(|it| it.alert_id.0));
                    let last = (walked.alerts.len() == 50).then(|| found[found.len() - 1]);
                    page.after = walked.reached.map(|it| it.0).or(last);
                    if page.after.is_none() {
                        break;
                    }
                }
                assert_eq!(found.len(), n_expected, "{scope:?} {filter:?}");
                let is_in_order = match order {
                    Order::NewestFirst => found.is_sorted_by(|a, b| a > b),
                    Order::OldestFirst => found.is_sorted_by(|a, b| a < b),
                };
                assert!(is_in_order, "{found:?}");
            }
        }
        let few = list(
            &store,
            Scope::PLATFORM,
            none,
            Page { after: None, limit: 50, order: Order::NewestFirst },
            700,
        );
        let few = few.await.expect("a page");
        assert_eq!((few.alerts.len(), few.reached), (0, Some(AlertId(31_000 - 699 * 4))));
    })
    .await;
}

fn alert(id: i64, grade: Grade) -> Alert {
    Alert {
        enterprise_id: EnterpriseId(7),
        alert_id: AlertId(id),
        grade,
        reason: Reason::Diversion,
        detail: String::new(),
        subject_kind: SubjectKind::Case,
        subject: "1".into(),
        product_id: None,
        state: State::Open,
        outcome: Outcome::None,
        revision: 0,
        assignee: String::new(),
        n_times: 1,
        first_at_us: id,
        last_at_us: id,
        closed_at_us: None,
    }
}

#[tokio::test]
async fn a_grade_that_rises_is_told_once() {
    each_engine(async |store| {
        let raised = async |id: i64, grade: Grade| {
            store.write("raise", raise(&alert(id, grade), None, id)).await.expect("raised");
            let due = recall_notices::due(&store, Topic::Alerts, i64::MAX, 9).await;
            let due = due.expect("notices");
            assert!(due.iter().all(|it| it.alert_id == Some(AlertId(1))), "{due:?}");
            let of_recalls = recall_notices::due(&store, Topic::Recalls, i64::MAX, 9).await;
            assert_eq!(of_recalls.expect("notices"), []);
            due.len()
        };
        assert_eq!(raised(1, Grade::Notice).await, 1);
        assert_eq!(raised(2, Grade::Notice).await, 1, "it counted up");
        assert_eq!(raised(3, Grade::Urgent).await, 2, "it rose");
        assert_eq!(raised(4, Grade::Urgent).await, 2, "that was told");
        assert_eq!(raised(5, Grade::Important).await, 2, "it does not fall");
        let scope = Scope::enterprise(EnterpriseId(7));
        let now = find(&store, scope, AlertId(1)).await.expect("a read").expect("it is there");
        assert_eq!((now.grade, now.n_times), (Grade::Urgent, 5));
    })
    .await;
}

#[tokio::test]
async fn what_was_closed_long_ago_is_forgotten_with_its_log() {
    each_engine(async |store| {
        for id in 1..=3 {
            let it = Alert { subject: id.to_string(), ..alert(id, Grade::Notice) };
            store.write("raise", raise(&it, None, id)).await.expect("raised");
            let closed_at_us = (id < 3).then_some(id * 10);
            let after = Alert { state: State::Closed, closed_at_us, ..it.clone() };
            let note = Change {
                change_no: 1,
                action: Action::Closed,
                outcome: Outcome::True,
                assignee: String::new(),
                note: String::new(),
                changed_by: "w".into(),
                changed_at_us: 1,
            };
            if id < 3 {
                store.write("close", change(&it, &after, &note)).await.expect("closed");
            }
        }
        store.write("forget", forget(20)).await.expect("forgotten");
        let n =
            async |sql| store.rows(sql, &[]).await.expect("a count").first().map(|it| it.int(0));
        let left = n("select count(*) from alerts").await.expect("a row").expect("a number");
        let log = n("select count(*) from alert_changes").await.expect("a row").expect("a number");
        assert_eq!((left, log), (2, 1), "the one that is open and the one closed later stay");
    })
    .await;
}
