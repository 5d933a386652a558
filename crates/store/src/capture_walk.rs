//! Events in the order of capture, inside a window of record time.
//!
//! That is the order of their captures' ids, which is that of record time to the millisecond, then
//! of their documents. An id is drawn before its commit, so who waits for new events reads
//! [`events::list`] instead.

use std::collections::HashMap;

use crate::events::{self, Event, events_of, select_events, select_listed};
use crate::id::{CaptureId, EnterpriseId, Scope};
use crate::page::{Order, rows_inside};
use crate::shares;
use crate::{Result, Store, Value};

/// A step of a walk in the order of capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureStep {
    /// Capture and place in it of the last event that was reached; none begins.
    pub after: Option<(CaptureId, u32)>,
    /// The first capture id inside the window.
    pub from: CaptureId,
    /// The first capture id outside.
    pub until: CaptureId,
    /// From which end of the window.
    pub order: Order,
    /// Events at most.
    pub limit: u32,
}

/// Where an event stands in the order of capture, and its key.
type Place = (i64, u32, [u8; 16]);

/// Where the events of one step stand.
#[derive(Debug)]
pub struct Reached {
    places: Vec<Place>,
    /// Those of them that were read with their places.
    own: Vec<Event>,
    /// Whether nothing of the window is left behind them.
    pub is_last: bool,
}

/// Where the next events stand that `scope` may see, one step of a walk on.
pub async fn walk_captures(store: &Store, scope: Scope, step: &CaptureStep) -> Result<Reached> {
    let args = step.args();
    let sql = match (step.order, scope.single()) {
        (Order::OldestFirst, Some(_)) => ONE_OLDEST,
        (Order::NewestFirst, Some(_)) => ONE_NEWEST,
        (Order::OldestFirst, None) => ALL_OLDEST,
        (Order::NewestFirst, None) => ALL_NEWEST,
    };
    let rows = rows_inside(store, sql, scope, &args).await?;
    let own: Vec<Event> = events_of(store, &rows).await?;
    let mut places: Vec<Place> =
        own.iter().map(|it| (it.capture_id.0, it.capture_index, it.event_key)).collect();
    if let Some(viewer) = scope.single() {
        places.extend(shared_places(store, viewer, step).await?);
        places.sort_unstable();
        places.dedup();
        if step.order == Order::NewestFirst {
            places.reverse();
        }
    }
    let is_last = places.len() < step.limit as usize;
    places.truncate(step.limit as usize);
    Ok(Reached { places, own, is_last })
}

impl Reached {
    /// How many events there were.
    pub fn n_events(&self) -> usize {
        self.places.len()
    }

    /// Capture and place in it of the last one.
    pub fn end(&self) -> Option<(CaptureId, u32)> {
        self.places.last().map(|&(capture, index, _)| (CaptureId(capture), index))
    }

    /// The events, in the order of the walk; those that `scope` may not see any more are left out.
    pub async fn read(self, store: &Store, scope: Scope) -> Result<Vec<Event>> {
        let mut by_key: HashMap<_, _> = self.own.into_iter().map(|it| (it.event_key, it)).collect();
        let keys = || self.places.iter().map(|place| place.2);
        let others: Vec<[u8; 16]> = keys().filter(|key| !by_key.contains_key(key)).collect();
        for event in events::by_keys(store, scope, &others).await? {
            by_key.insert(event.event_key, event);
        }
        Ok(keys().filter_map(|key| by_key.remove(&key)).collect())
    }
}

/// Where events of others stand that an enterprise may see.
async fn shared_places(
    store: &Store,
    viewer: EnterpriseId,
    step: &CaptureStep,
) -> Result<Vec<Place>> {
    let args = step.args();
    let of = |first: EnterpriseId| [&[first.into()], &args[..]].concat();
    let (of_sharer, of_shares) = match step.order {
        Order::OldestFirst => (SHARER_OLDEST, SHARES_OLDEST),
        Order::NewestFirst => (SHARER_NEWEST, SHARES_NEWEST),
    };
    let mut found = vec![store.rows(of_shares, &of(viewer)).await?];
    for sharer in shares::sharers_of_all(store, viewer).await? {
        found.push(store.rows(of_sharer, &of(sharer)).await?);
    }
    let rows = found.iter().flat_map(|rows| rows.iter());
    rows.map(|row| Ok((row.int(0)?, row.uint(1)?, row.key(2)?))).collect()
}

impl CaptureStep {
    /// Where the walk stands, as capture and place in it, the end of its window, and its limit.
    fn args(&self) -> [Value; 4] {
        let (capture, index) = match (self.after, self.order) {
            (Some((capture, index)), _) => (capture, i64::from(index)),
            (None, Order::OldestFirst) => (self.from, -1),
            (None, Order::NewestFirst) => (self.until, 0),
        };
        let end = match self.order {
            Order::OldestFirst => self.until,
            Order::NewestFirst => self.from,
        };
        [capture.into(), index.into(), end.into(), self.limit.into()]
    }
}

const ONE_OLDEST: &str = select_listed!(
    "c.enterprise_id = $1 and c.capture_id >= $2 and c.capture_id < $4
       and (c.capture_id > $2 or e.capture_index > $3)
     order by c.capture_id, e.capture_index limit $5"
);
const ONE_NEWEST: &str = select_listed!(
    "c.enterprise_id = $1 and c.capture_id <= $2 and c.capture_id >= $4
       and (c.capture_id < $2 or e.capture_index < $3)
     order by c.capture_id desc, e.capture_index desc limit $5"
);
const ALL_OLDEST: &str = select_events!(
    "where +enterprise_id between $1 and $6
       and (capture_id, capture_index) > ($2, $3) and capture_id < $4
     order by capture_id, capture_index limit $5"
);
const ALL_NEWEST: &str = select_events!(
    "where +enterprise_id between $1 and $6
       and (capture_id, capture_index) < ($2, $3) and capture_id >= $4
     order by capture_id desc, capture_index desc limit $5"
);

const SHARER_OLDEST: &str = "select c.capture_id, e.capture_index, e.event_key
    from captures c cross join events e
    where e.capture_id = c.capture_id and c.enterprise_id = $1
      and c.capture_id >= $2 and c.capture_id < $4
      and (c.capture_id > $2 or e.capture_index > $3)
    order by c.capture_id, e.capture_index limit $5";
const SHARER_NEWEST: &str = "select c.capture_id, e.capture_index, e.event_key
    from captures c cross join events e
    where e.capture_id = c.capture_id and c.enterprise_id = $1
      and c.capture_id <= $2 and c.capture_id >= $4
      and (c.capture_id < $2 or e.capture_index < $3)
    order by c.capture_id desc, e.capture_index desc limit $5";
const SHARES_OLDEST: &str = "select distinct v.capture_id, v.capture_index, v.event_key
    from event_viewers v join shares s on s.share_id = v.share_id
    where v.viewer_id = $1 and s.ended_at is null
      and (v.capture_id, v.capture_index) > ($2, $3) and v.capture_id < $4
    order by v.capture_id, v.capture_index limit $5";
const SHARES_NEWEST: &str = "select distinct v.capture_id, v.capture_index, v.event_key
    from event_viewers v join shares s on s.share_id = v.share_id
    where v.viewer_id = $1 and s.ended_at is null
      and (v.capture_id, v.capture_index) < ($2, $3) and v.capture_id >= $4
    order by v.capture_id desc, v.capture_index desc limit $5";
