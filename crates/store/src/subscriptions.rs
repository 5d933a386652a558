//! Subscriptions to named queries, and how far each has judged what was captured
//! (EPCIS 2.0 §8.2.5).
//!
//! A *place* is the position of a capture and an index in it: the last event judged. Many
//! subscriptions share one place, and one statement moves all of them.

use crate::id::{Scope, SubscriptionId};
use crate::page::{Order, Page};
use crate::{Result, Row, Statement, Store, Value};

/// A webhook that is sent the new events of a named query.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub subscription_id: SubscriptionId,
    /// Whose it is, and of whom events are told.
    pub owner: Scope,
    /// The named query of the same owner.
    pub query_name: String,
    /// The URL that is sent to.
    pub dest: String,
    /// The key of its signatures; never shown.
    pub signature_token: Option<String>,
    /// The fields of its schedule as JSON; none for a stream.
    pub schedule: Option<String>,
    /// Whether a trigger without events is reported as well.
    pub reports_if_empty: bool,
    /// Name of the spelling of identifiers.
    pub epc_format: String,
    /// Name of the spelling of CBV words in XML.
    pub cbv_format: String,
    /// Events recorded before are left out, in microseconds since the epoch.
    pub initial_record_time_us: Option<i64>,
    /// When the query was last executed, microseconds since the epoch.
    pub min_record_time_us: i64,
    /// Microseconds since the epoch.
    pub created_at_us: i64,
    /// Nothing more is chosen for it until somebody resumes it; what waits is still delivered.
    pub is_stopped: bool,
    /// The last event judged.
    pub place: Place,
    /// The number of the next event that is chosen, from 1.
    pub next_n: i64,
    /// Events chosen and not delivered, dead ones included.
    pub n_waiting: u64,
    /// Those of them that are dead letters.
    pub n_dead: u64,
    /// Events delivered.
    pub n_delivered: u64,
    /// The next trigger of its schedule, microseconds since the epoch.
    pub next_at_us: Option<i64>,
    /// Until when somebody is sending, microseconds since the epoch.
    pub leased_until_us: i64,
    /// Until when nothing is sent, microseconds since the epoch.
    pub paused_until_us: i64,
    /// Attempts in a row that reached nobody.
    pub n_failures: u32,
    /// Events of one delivery at most, as the receiver wishes.
    pub max_events: u32,
    /// The last attempt, microseconds since the epoch; 0 before the first.
    pub attempted_at_us: i64,
    /// The last delivery, microseconds since the epoch.
    pub notified_at_us: Option<i64>,
    /// Why the last attempt failed; empty if it did not.
    pub last_error: String,
    /// Why it is stopped; empty if it is not.
    pub stopped_for: String,
}

/// Position of a capture, and place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Position of the capture.
    pub position: i64,
    /// Place in the capture.
    pub index: u32,
}

impl Place {
    /// Behind the last event of the capture at a position.
    pub fn end_of(position: i64) -> Self {
        Self { position, index: u32::MAX }
    }
}

/// What [`subscription_of`] reads, with the rest of the statement.
macro_rules! select_subscriptions {
    ($($rest:literal),+) => {
        concat!(
            "select enterprise_id, subscription_id, query_name, dest, signature_token, schedule,
               reports_if_empty, epc_format, cbv_format, initial_record_time, min_record_time,
               created_at, is_stopped, position, capture_index, next_n, n_waiting, n_dead,
               n_delivered, next_at, leased_until, paused_until, n_failures, max_events,
               attempted_at, notified_at, last_error, stopped_for
             from subscriptions ",
            $($rest),+
        )
    };
}

/// First and last owner whose subscriptions a scope sees: its own, and the platform all.
fn owners_seen(scope: Scope) -> [Value; 2] {
    if scope == Scope::PLATFORM {
        [i64::MIN.into(), i64::MAX.into()]
    } else {
        [scope.viewer().into(), scope.viewer().into()]
    }
}

/// Statements that add a subscription. Its query is touched, so that one who deletes the query
/// meanwhile makes a conflict.
pub fn insert(it: &Subscription) -> Vec<Statement> {
    let owner = it.owner.viewer();
    let touch = Statement::new(
        "update named_queries set name = name where enterprise_id = $1 and name = $2",
        [owner.into(), it.query_name.as_str().into()],
    );
    let insert = Statement::new(
        "insert into subscriptions (enterprise_id, subscription_id, query_name, dest,
           signature_token, schedule, reports_if_empty, epc_format, cbv_format,
           initial_record_time, min_record_time, created_at, is_stopped, position, capture_index,
           next_n, n_waiting, n_dead, n_delivered, next_at, leased_until, paused_until, n_failures,
           max_events, attempted_at, last_error, stopped_for)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15, 0, 0, 0, $16,
           0, 0, 0, $17, 0, '', '')",
        [
            owner.into(),
            it.subscription_id.into(),
            it.query_name.as_str().into(),
            it.dest.as_str().into(),
            it.signature_token.as_deref().into(),
            it.schedule.as_deref().into(),
            it.reports_if_empty.into(),
            it.epc_format.as_str().into(),
            it.cbv_format.as_str().into(),
            it.initial_record_time_us.into(),
            it.min_record_time_us.into(),
            it.created_at_us.into(),
            it.place.position.into(),
            it.place.index.into(),
            it.next_n.into(),
            it.next_at_us.into(),
            it.max_events.into(),
        ],
    );
    vec![touch.expect(1), insert.expect(1)]
}

/// Statements that forget a subscription and what waits for it; an unknown one is a conflict.
pub fn delete(id: SubscriptionId) -> Vec<Statement> {
    let waiting = "delete from deliveries where subscription_id = $1";
    let itself = "delete from subscriptions where subscription_id = $1";
    vec![Statement::new(itself, [id.into()]).expect(1), Statement::new(waiting, [id.into()])]
}

/// The statement that leaves a query with no subscription: any left is a conflict.
pub fn expect_none(owner: Scope, query_name: &str) -> Statement {
    Statement::new(
        "update subscriptions set query_name = query_name
         where enterprise_id = $1 and query_name = $2",
        [owner.viewer().into(), query_name.into()],
    )
    .expect(0)
}

/// One subscription that `scope` sees.
pub async fn find(store: &Store, scope: Scope, id: SubscriptionId) -> Result<Option<Subscription>> {
    let sql =
        select_subscriptions!("where subscription_id = $3 and enterprise_id between $1 and $2");
    let [first, last] = owners_seen(scope);
    let args = [first, last, id.into()];
    store.rows(sql, &args).await?.first().map(subscription_of).transpose()
}

/// Subscriptions in order of creation.
pub async fn list(store: &Store, scope: Scope, page: Page) -> Result<Vec<Subscription>> {
    let sql = match page.order {
        Order::OldestFirst => select_subscriptions!(
            "where enterprise_id between $1 and $2 and subscription_id > $3
             order by subscription_id limit $4"
        ),
        Order::NewestFirst => select_subscriptions!(
            "where enterprise_id between $1 and $2 and subscription_id < $3
             order by subscription_id desc limit $4"
        ),
    };
    let [first, last] = owners_seen(scope);
    let args = [first, last, page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(subscription_of).collect()
}

/// Up to `limit` subscriptions to a query in order of creation, after one of them.
pub async fn of_query(
    store: &Store,
    owner: Scope,
    query_name: &str,
    after: Option<SubscriptionId>,
    limit: u32,
) -> Result<Vec<Subscription>> {
    let sql = select_subscriptions!(
        "where enterprise_id = $1 and query_name = $2 and subscription_id > $3
         order by subscription_id limit $4"
    );
    let after = after.map_or(-1, SubscriptionId::number);
    let args = [owner.viewer().into(), query_name.into(), after.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(subscription_of).collect()
}

/// How many subscriptions an owner has.
pub async fn count(store: &Store, owner: Scope) -> Result<u64> {
    let sql = "select count(*) from subscriptions where enterprise_id = $1";
    let rows = store.rows(sql, &[owner.viewer().into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

/// Whether anybody waits for new events.
pub async fn is_any(store: &Store) -> Result<bool> {
    let sql = "select 1 from subscriptions where is_stopped = 0 limit 1";
    Ok(store.rows(sql, &[]).await?.first().is_some())
}

/// The two places farthest back, before `end`, of subscriptions that are not stopped.
pub async fn places_behind(store: &Store, end: Place, order: Order) -> Result<Vec<Place>> {
    let sql = match order {
        Order::OldestFirst => {
            "select position, capture_index from subscriptions
             where is_stopped = 0 and (position, capture_index) < ($1, $2)
             group by position, capture_index order by position, capture_index limit 2"
        }
        Order::NewestFirst => {
            "select position, capture_index from subscriptions
             where is_stopped = 0 and (position, capture_index) < ($1, $2)
             group by position, capture_index
             order by position desc, capture_index desc limit 2"
        }
    };
    let rows = store.rows(sql, &place_args(end)).await?;
    rows.iter().map(|row| Ok(Place { position: row.int(0)?, index: row.uint(1)? })).collect()
}

/// The subscriptions that stand at a place and are not stopped.
pub async fn at_place(store: &Store, place: Place) -> Result<Vec<Subscription>> {
    let sql = select_subscriptions!(
        "where is_stopped = 0 and position = $1 and capture_index = $2 order by subscription_id"
    );
    store.rows(sql, &place_args(place)).await?.iter().map(subscription_of).collect()
}

/// The statement that moves all that stand at a place to another. It is a conflict unless they are
/// `n_moved`, the number that was judged.
pub fn move_all(from: Place, to: Place, n_moved: u64) -> Statement {
    let [position, index] = place_args(from);
    let [to_position, to_index] = place_args(to);
    Statement::new(
        "update subscriptions set position = $3, capture_index = $4
         where is_stopped = 0 and position = $1 and capture_index = $2",
        [position, index, to_position, to_index],
    )
    .expect(n_moved)
}

/// The statement that counts `n_events` more as chosen; it is a conflict if others were chosen
/// since `it` was read.
pub fn choose(it: &Subscription, n_events: u64, now_us: i64) -> Statement {
    Statement::new(
        "update subscriptions set next_n = next_n + $3, n_waiting = n_waiting + $3,
           min_record_time = case when schedule is null then $4 else min_record_time end
         where subscription_id = $1 and next_n = $2",
        [it.subscription_id.into(), it.next_n.into(), n_events.into(), now_us.into()],
    )
    .expect(1)
}

/// The statement that stops a subscription where it stands.
pub fn stop(id: SubscriptionId, why: &str) -> Statement {
    Statement::new(
        "update subscriptions set is_stopped = 1, stopped_for = $2
         where subscription_id = $1 and is_stopped = 0",
        [id.into(), why.into()],
    )
    .expect(1)
}

/// The statement that lets a subscription go on from where it stands, and attempts at once what is
/// paused.
pub fn resume(id: SubscriptionId) -> Statement {
    Statement::new(
        "update subscriptions set is_stopped = 0, paused_until = 0, n_failures = 0, stopped_for = ''
         where subscription_id = $1",
        [id.into()],
    )
    .expect(1)
}

/// Those whose schedule has a trigger up to now, a hundred at most.
pub async fn triggered(store: &Store, now_us: i64) -> Result<Vec<Subscription>> {
    let sql =
        select_subscriptions!("where next_at <= $1 order by next_at, subscription_id limit 100");
    store.rows(sql, &[now_us.into()]).await?.iter().map(subscription_of).collect()
}

/// The statement that moves the trigger of a schedule on; it is a conflict if it was moved, or if
/// events were chosen, since `it` was read.
pub fn trigger(it: &Subscription, next_at_us: Option<i64>, now_us: i64) -> Statement {
    Statement::new(
        "update subscriptions set next_at = $4, min_record_time = $5
         where subscription_id = $1 and next_n = $2 and next_at = $3",
        [
            it.subscription_id.into(),
            it.next_n.into(),
            it.next_at_us.into(),
            next_at_us.into(),
            now_us.into(),
        ],
    )
    .expect(1)
}

/// Those that have a delivery due and nobody who sends it, the longest waiting first; so many that
/// no owner has more than `limit_of_owner` sent at once.
pub async fn due(
    store: &Store,
    now_us: i64,
    limit: u32,
    limit_of_owner: u32,
) -> Result<Vec<Subscription>> {
    let sql = select_subscriptions!(
        "where subscription_id in (select subscription_id from (
           select subscription_id,
             row_number() over (partition by enterprise_id order by attempted_at, subscription_id)
             + (select count(*) from subscriptions o
                where o.enterprise_id = s.enterprise_id and o.leased_until > $1) as nth_of_owner
           from subscriptions s
           where leased_until <= $1 and paused_until <= $1 and n_waiting > n_dead
             and exists (select 1 from deliveries d
               where d.subscription_id = s.subscription_id and d.is_dead = 0 and d.due_at <= $1)
         ) numbered where nth_of_owner <= $3)
         order by attempted_at, subscription_id limit $2"
    );
    let args = [now_us.into(), limit.into(), limit_of_owner.into()];
    store.rows(sql, &args).await?.iter().map(subscription_of).collect()
}

/// The statement that takes the right to send; it is a conflict if somebody has it.
pub fn lease(it: &Subscription, until_us: i64, now_us: i64) -> Statement {
    Statement::new(
        "update subscriptions set leased_until = $3, attempted_at = $4
         where subscription_id = $1 and leased_until = $2",
        [it.subscription_id.into(), it.leased_until_us.into(), until_us.into(), now_us.into()],
    )
    .expect(1)
}

/// What an attempt leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<'a> {
    /// The lease under which it was sent: one that ran out and was taken by another is a conflict.
    pub leased_until_us: i64,
    /// Until when nothing is sent.
    pub paused_until_us: i64,
    /// Attempts in a row that reached nobody.
    pub n_failures: u32,
    /// Events delivered by it.
    pub n_delivered: u64,
    /// Events that became dead letters.
    pub n_dead: u64,
    /// Events of one delivery at most.
    pub max_events: u32,
    /// When it was delivered.
    pub notified_at_us: Option<i64>,
    /// Why it failed.
    pub error: &'a str,
}

/// The statement that ends an attempt and lets go of the lease.
pub fn settle(id: SubscriptionId, settled: &Settled<'_>) -> Statement {
    Statement::new(
        "update subscriptions set leased_until = 0, paused_until = $3, n_failures = $4,
           n_waiting = n_waiting - $5, n_delivered = n_delivered + $5, n_dead = n_dead + $6,
           max_events = $7, notified_at = coalesce($8, notified_at), last_error = $9
         where subscription_id = $1 and leased_until = $2",
        [
            id.into(),
            settled.leased_until_us.into(),
            settled.paused_until_us.into(),
            settled.n_failures.into(),
            settled.n_delivered.into(),
            settled.n_dead.into(),
            settled.max_events.into(),
            settled.notified_at_us.into(),
            settled.error.into(),
        ],
    )
    .expect(1)
}

/// The statement that counts `n_events` dead letters as waiting again, or as dropped.
pub fn undead(id: SubscriptionId, n_events: u64, n_dropped: u64) -> Statement {
    Statement::new(
        "update subscriptions set n_dead = n_dead - $2, n_waiting = n_waiting - $3
         where subscription_id = $1",
        [id.into(), n_events.into(), n_dropped.into()],
    )
    .expect(1)
}

/// The statement that lets go of all leases, for whoever has the database alone.
pub fn release_all() -> Statement {
    Statement::new("update subscriptions set leased_until = 0 where leased_until > 0", [])
}

fn place_args(place: Place) -> [Value; 2] {
    [place.position.into(), place.index.into()]
}

fn subscription_of(row: Row<'_>) -> Result<Subscription> {
    let text = |column| row.text(column).map(str::to_owned);
    let opt_text = |column| row.opt_text(column).map(|it| it.map(str::to_owned));
    Ok(Subscription {
        owner: Scope::of_viewer(row.int(0)?),
        subscription_id: SubscriptionId(row.int(1)?),
        query_name: text(2)?,
        dest: text(3)?,
        signature_token: opt_text(4)?,
        schedule: opt_text(5)?,
        reports_if_empty: row.int(6)? != 0,
        epc_format: text(7)?,
        cbv_format: text(8)?,
        initial_record_time_us: row.opt_int(9)?,
        min_record_time_us: row.int(10)?,
        created_at_us: row.int(11)?,
        is_stopped: row.int(12)? != 0,
        place: Place { position: row.int(13)?, index: row.uint(14)? },
        next_n: row.int(15)?,
        n_waiting: row.uint(16)?,
        n_dead: row.uint(17)?,
        n_delivered: row.uint(18)?,
        next_at_us: row.opt_int(19)?,
        leased_until_us: row.int(20)?,
        paused_until_us: row.int(21)?,
        n_failures: row.uint(22)?,
        max_events: row.uint(23)?,
        attempted_at_us: row.int(24)?,
        notified_at_us: row.opt_int(25)?,
        last_error: text(26)?,
        stopped_for: text(27)?,
    })
}
