//! The outbox: events that were chosen for a subscription, until they are delivered.
//!
//! Events of a subscription are numbered from 1 without gaps, and a delivery is a run of them.
//! One that was never attempted may grow by the runs that follow it, since nobody has seen it;
//! after its first attempt it stays as it was sent.

use crate::id::SubscriptionId;
use crate::{Error, Result, Row, Statement, Store};

/// Some events on their way to the receiver of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whose they are.
    pub subscription_id: SubscriptionId,
    /// The number of its first event among those of the subscription.
    pub first_n: i64,
    /// Numbers it takes: its events, or 1 for a report that there are none.
    pub n_events: u32,
    /// Bytes of its events as they are stored.
    pub n_bytes: u64,
    /// Its events in order; none for a report that there are none.
    pub event_keys: Vec<[u8; 16]>,
    /// No longer attempted, until somebody replays it.
    pub is_dead: bool,
    /// Attempts that were begun.
    pub n_attempts: u32,
    /// When it is attempted next, microseconds since the epoch; [`UNTRIGGERED`] waits for the
    /// schedule.
    pub due_at_us: i64,
    /// When it first became due, microseconds since the epoch.
    pub waits_since_us: i64,
    /// The date that the document bears, microseconds since the epoch; 0 before the first attempt.
    pub written_at_us: i64,
    /// Why the last attempt failed; empty before it did.
    pub last_error: String,
}

impl Delivery {
    /// `SUBSCRIPTION.FIRST-LAST`, by the numbers of its events: the same in each attempt.
    pub fn id(&self) -> String {
        let last = self.first_n + i64::from(self.n_events) - 1;
        format!("{}.{}-{last}", self.subscription_id, self.first_n)
    }

    /// Adds an event behind the others.
    pub fn push(&mut self, event_key: [u8; 16], n_bytes: u64) {
        self.event_keys.push(event_key);
        self.n_events += 1;
        self.n_bytes += n_bytes;
    }

    /// Adds the events of the run that follows.
    pub fn append(&mut self, next: &Self) {
        self.event_keys.extend(&next.event_keys);
        self.n_events += next.n_events;
        self.n_bytes += next.n_bytes;
    }

    /// Two deliveries of half the events that were never attempted; of one event it is the empty
    /// one that comes first.
    pub fn halves(&self) -> [Self; 2] {
        let (first, second) = self.event_keys.split_at(self.event_keys.len() / 2);
        let half = |event_keys: &[[u8; 16]], first_n| Self {
            first_n,
            n_events: event_keys.len() as u32,
            n_bytes: self.n_bytes / 2,
            event_keys: event_keys.to_vec(),
            n_attempts: 0,
            written_at_us: 0,
            ..self.clone()
        };
        [half(first, self.first_n), half(second, self.first_n + first.len() as i64)]
    }
}

/// Due when the schedule says so.
pub const UNTRIGGERED: i64 = i64::MAX;

/// What [`delivery_of`] reads, with the rest of the statement.
macro_rules! select_deliveries {
    ($rest:literal) => {
        concat!(
            "select subscription_id, first_n, n_events, n_bytes, event_keys, is_dead, n_attempts,
               due_at, waits_since, written_at, last_error
             from deliveries ",
            $rest
        )
    };
}

/// The statement that puts a delivery into the outbox; a second one of its number is a conflict.
pub fn insert(it: &Delivery) -> Statement {
    Statement::new(
        "insert into deliveries (subscription_id, first_n, n_events, n_bytes, event_keys, is_dead,
           n_attempts, due_at, waits_since, written_at, last_error)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            it.subscription_id.into(),
            it.first_n.into(),
            it.n_events.into(),
            it.n_bytes.into(),
            it.event_keys.concat().into(),
            it.is_dead.into(),
            it.n_attempts.into(),
            it.due_at_us.into(),
            it.waits_since_us.into(),
            it.written_at_us.into(),
            it.last_error.as_str().into(),
        ],
    )
    .expect(1)
}

/// The statement that replaces a delivery as it was read; one that changed is a conflict, be it by
/// an attempt or because it was split since.
pub fn replace(was: &Delivery, is: &Delivery) -> Statement {
    Statement::new(
        "update deliveries set n_events = $4, n_bytes = $5, event_keys = $6, is_dead = $7,
           n_attempts = $8, due_at = $9, waits_since = $10, written_at = $11, last_error = $12
         where subscription_id = $1 and first_n = $2 and n_attempts = $3 and is_dead = $13
           and n_events = $14",
        [
            was.subscription_id.into(),
            was.first_n.into(),
            was.n_attempts.into(),
            is.n_events.into(),
            is.n_bytes.into(),
            is.event_keys.concat().into(),
            is.is_dead.into(),
            is.n_attempts.into(),
            is.due_at_us.into(),
            is.waits_since_us.into(),
            is.written_at_us.into(),
            is.last_error.as_str().into(),
            was.is_dead.into(),
            was.n_events.into(),
        ],
    )
    .expect(1)
}

/// The statement that removes a delivery as it was read; one that changed is a conflict.
pub fn delete(was: &Delivery) -> Statement {
    Statement::new(
        "delete from deliveries
         where subscription_id = $1 and first_n = $2 and n_attempts = $3 and is_dead = $4
           and n_events = $5",
        [
            was.subscription_id.into(),
            was.first_n.into(),
            was.n_attempts.into(),
            was.is_dead.into(),
            was.n_events.into(),
        ],
    )
    .expect(1)
}

/// The statement that makes what waits for a trigger due.
pub fn trigger(id: SubscriptionId, now_us: i64) -> Statement {
    Statement::new(
        "update deliveries set due_at = $2, waits_since = $2
         where subscription_id = $1 and is_dead = 0 and due_at = $3",
        [id.into(), now_us.into(), UNTRIGGERED.into()],
    )
}

/// One delivery.
pub async fn find(store: &Store, id: SubscriptionId, first_n: i64) -> Result<Option<Delivery>> {
    let sql = select_deliveries!("where subscription_id = $1 and first_n = $2");
    let rows = store.rows(sql, &[id.into(), first_n.into()]).await?;
    rows.first().map(delivery_of).transpose()
}

/// Up to `limit` deliveries due at `due_us` or before, in the order of their numbers.
pub async fn due(
    store: &Store,
    id: SubscriptionId,
    due_us: i64,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let sql = select_deliveries!(
        "where subscription_id = $1 and is_dead = 0 and due_at <= $2 order by first_n limit $3"
    );
    let rows = store.rows(sql, &[id.into(), due_us.into(), limit.into()]).await?;
    rows.iter().map(delivery_of).collect()
}

/// Whether anything waits for the trigger.
pub async fn is_untriggered(store: &Store, id: SubscriptionId) -> Result<bool> {
    let sql = "select 1 from deliveries
               where subscription_id = $1 and is_dead = 0 and due_at = $2 limit 1";
    let rows = store.rows(sql, &[id.into(), UNTRIGGERED.into()]).await?;
    Ok(rows.first().is_some())
}

/// Which deliveries are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are or will be attempted.
    Waiting,
    /// Dead letters.
    Dead,
}

/// Up to `limit` deliveries in the order of their numbers, after one of them.
pub async fn list(
    store: &Store,
    id: SubscriptionId,
    wanted: Wanted,
    after: i64,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let sql = select_deliveries!(
        "where subscription_id = $1 and is_dead = $2 and first_n > $3 order by first_n limit $4"
    );
    let is_dead = wanted == Wanted::Dead;
    let args = [id.into(), is_dead.into(), after.into(), limit.into()];
    store.rows(sql, &args).await?.iter().map(delivery_of).collect()
}

fn delivery_of(row: Row<'_>) -> Result<Delivery> {
    let (keys, rest) = row.bytes(4)?.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(Error::corrupt("event keys of a delivery end in the middle"));
    }
    Ok(Delivery {
        subscription_id: SubscriptionId(row.int(0)?),
        first_n: row.int(1)?,
        n_events: row.uint(2)?,
        n_bytes: row.uint(3)?,
        event_keys: keys.to_vec(),
        is_dead: row.int(5)? != 0,
        n_attempts: row.uint(6)?,
        due_at_us: row.int(7)?,
        waits_since_us: row.int(8)?,
        written_at_us: row.int(9)?,
        last_error: row.text(10)?.to_owned(),
    })
}
