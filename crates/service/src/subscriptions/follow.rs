//! Following a named query live, for a WebSocket: no outbox, a place in memory.
//!
//! While it lasts it tells each event once and misses none. Whoever begins anew names the record
//! time from which on, and drops what it knows already.

use std::sync::Arc;

use epcis::query::EventQuery;
use epcis::{Envelope, EpcFormat};
use store::events::Event;
use store::subscriptions::Place;
use store::{api_keys, captures};

use super::dispatch::Standing;
use super::{check_query, parse_query};
use crate::{Caller, Error, Result, Service};

/// A named query on whose new events somebody waits.
pub struct Follower {
    caller: Caller,
    query_name: String,
    query_created_at_us: i64,
    query: Arc<EventQuery>,
    place: Place,
    initial_record_time_us: Option<i64>,
}

impl Service {
    /// Begins to follow a query of the caller's from now on, or from a record time in microseconds
    /// since the epoch.
    pub async fn follow_query(
        &self,
        caller: &Caller,
        query_name: &str,
        initial_record_time_us: Option<i64>,
    ) -> Result<Follower> {
        let named = self.find_query(caller, query_name).await?;
        let query = Arc::new(parse_query(&named.query)?);
        check_query(&query)?;
        Ok(Follower {
            caller: caller.clone(),
            query_name: named.name,
            query_created_at_us: named.created_at_us,
            query,
            place: self.place_since(initial_record_time_us).await?,
            initial_record_time_us,
        })
    }

    /// The next events, perhaps none of those that were looked at; `None` when all that was
    /// captured has been judged.
    pub async fn next_events(&self, follower: &mut Follower) -> Result<Option<Vec<Event>>> {
        let mut end = Place::end_of(captures::next_position(self.store()).await? - 1);
        if follower.place >= end {
            self.place_captures().await?;
            end = Place::end_of(captures::next_position(self.store()).await? - 1);
            if follower.place >= end {
                return Ok(None);
            }
        }
        let batch = self.events_between(follower.place, end).await?;
        let standing = Standing {
            owner: follower.caller.business()?,
            query: Arc::clone(&follower.query),
            around: Arc::new(
                self.surroundings(follower.caller.business()?, &follower.query).await?,
            ),
            initial_record_time_us: follower.initial_record_time_us,
        };
        let events = Arc::new(batch.events);
        let chosen = self.judge_new(&events, vec![standing]).await?;
        let events = Arc::unwrap_or_clone(events);
        let mut chosen = chosen.into_iter().flatten().peekable();
        let numbered = events.into_iter().enumerate();
        let found = numbered.filter(|(index, _)| chosen.next_if_eq(index).is_some());
        let found = found.map(|(_, event)| event).collect();
        follower.place = batch.end;
        Ok(Some(found))
    }

    /// The document in which a follower is told events; none is a report that there are none.
    pub async fn followed_document(
        &self,
        follower: &Follower,
        events: &[Event],
        epc_format: EpcFormat,
    ) -> Result<Vec<u8>> {
        let envelope = Envelope::QueryDocument {
            creation_date_us: self.now_us(),
            query_name: &follower.query_name,
            subscription_id: None,
        };
        let scope = follower.caller.business()?;
        self.query_document(scope, &envelope, events, epc_format).await
    }

    /// Fails when the follower's key was revoked or its query deleted.
    pub async fn check_follower(&self, follower: &Follower) -> Result<()> {
        if !api_keys::is_active(self.store(), follower.caller.key_id).await? {
            return Err(Error::Forbidden);
        }
        let named = self.find_query(&follower.caller, &follower.query_name).await?;
        let is_same = named.created_at_us == follower.query_created_at_us;
        if is_same { Ok(()) } else { Err(Error::NotFound) }
    }
}
