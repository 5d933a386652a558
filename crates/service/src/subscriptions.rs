//! Subscriptions to named queries (EPCIS 2.0 §8.2.5, §12.7): webhooks with an outbox, and sockets.
//!
//! New events are judged in the order of the positions of their captures. The write that chooses
//! events for a subscription also moves its place, so none is lost and none is chosen twice,
//! however many servers try and whenever one is killed.

mod deliver;
mod dispatch;
mod follow;

use epcis::query::EventQuery;
use epcis::{CbvFormat, EpcFormat, Schedule};
use store::captures;
use store::deliveries::{self, Delivery, Wanted};
use store::id::{CaptureId, SubscriptionId};
use store::named_queries;
use store::subscriptions::{self, Place, Subscription};

pub use self::deliver::{Answer, Sending};
pub(crate) use self::deliver::{pause_us, sign};
pub use self::follow::Follower;
use crate::error::Violations;
use crate::limits::{
    MAX_DELIVERY_EVENTS, MAX_PAGE_ROWS, MAX_SIGNATURE_TOKEN_BYTES, MAX_SUBSCRIPTIONS, MAX_URL_BYTES,
};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// What a webhook asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// The URL to send to.
    pub dest: String,
    /// The key to sign with; without it deliveries are not signed.
    pub signature_token: Option<String>,
    /// When to send.
    pub timing: Timing,
    /// Events recorded from then on, microseconds since the epoch; without it those of now on.
    pub initial_record_time_us: Option<i64>,
    /// How identifiers are spelled.
    pub epc_format: EpcFormat,
    /// How CBV words are spelled in XML.
    pub cbv_format: CbvFormat,
}

/// When a subscription reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Stream,
    /// At the times of a schedule.
    Schedule {
        /// Names and values of its fields.
        fields: Vec<(String, String)>,
        /// Whether a trigger without events is reported as well.
        reports_if_empty: bool,
    },
}

impl Timing {
    /// The schedule, if it is one.
    pub fn schedule(&self) -> Result<Option<Schedule>> {
        let Self::Schedule { fields, .. } = self else { return Ok(None) };
        let pairs = fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        Schedule::parse(pairs).map(Some).map_err(|faults| {
            let mut violations = Violations::default();
            for fault in faults {
                let pointer = match fault.field.as_str() {
                    "" => "/schedule".to_owned(),
                    field => format!("/schedule/{field}"),
                };
                violations.add(&pointer, "bad-schedule", fault.message);
            }
            violations.finish().expect_err("there is a fault")
        })
    }

    /// Its fields as JSON.
    fn json(&self) -> Option<String> {
        let Self::Schedule { fields, .. } = self else { return None };
        let object = fields.iter().map(|(name, text)| (name.clone(), text.as_str().into()));
        Some(serde_json::Value::Object(object.collect()).to_string())
    }
}

/// The schedule of a stored subscription.
fn stored_schedule(subscription: &Subscription) -> Result<Option<Schedule>> {
    let Some(json) = &subscription.schedule else { return Ok(None) };
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).map_err(Error::internal)?;
    let pairs = fields.iter().filter_map(|(name, it)| Some((name.as_str(), it.as_str()?)));
    let schedule = Schedule::parse(pairs);
    schedule.map(Some).map_err(|_| Error::internal("a stored schedule cannot be read"))
}

impl Service {
    /// Subscribes a webhook to a named query of the caller's.
    ///
    /// Errors: `NotFound` for an unknown query; `Rejected` with pointers into the request, those
    /// under `/schedule` and `/query` for what the query or the schedule is not fit for.
    pub async fn create_subscription(
        &self,
        caller: &Caller,
        query_name: &str,
        new: NewSubscription,
    ) -> Result<Subscription> {
        let owner = caller.business()?;
        let schedule = check(&new)?;
        let mut attempts = Attempts::of("create subscription");
        loop {
            let named = self.find_query(caller, query_name).await?;
            check_query(&parse_query(&named.query)?)?;
            if subscriptions::count(self.store(), owner).await? >= MAX_SUBSCRIPTIONS {
                let message = format!("there are {MAX_SUBSCRIPTIONS} already; delete one");
                return Err(Error::rejected("", "too-many-subscriptions", message));
            }
            let now_us = self.now_us();
            let next_at_us = schedule.and_then(|it| it.next_after(now_us));
            let timing = &new.timing;
            let subscription = Subscription {
                subscription_id: SubscriptionId::new(now_us, self.random_bits()),
                owner,
                query_name: named.name,
                dest: new.dest.clone(),
                signature_token: new.signature_token.clone(),
                schedule: timing.json(),
                reports_if_empty: matches!(timing, Timing::Schedule { reports_if_empty: true, .. }),
                epc_format: new.epc_format.name().to_owned(),
                cbv_format: new.cbv_format.name().to_owned(),
                initial_record_time_us: new.initial_record_time_us,
                min_record_time_us: new.initial_record_time_us.unwrap_or(now_us),
                created_at_us: now_us,
                is_stopped: false,
                place: self.place_since(new.initial_record_time_us).await?,
                next_n: 1,
                n_waiting: 0,
                n_dead: 0,
                n_delivered: 0,
                next_at_us,
                leased_until_us: 0,
                paused_until_us: 0,
                n_failures: 0,
                max_events: MAX_DELIVERY_EVENTS,
                attempted_at_us: 0,
                notified_at_us: None,
                last_error: String::new(),
                stopped_for: String::new(),
            };
            let statements = subscriptions::insert(&subscription);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.wake();
                return Ok(subscription);
            }
        }
    }

    /// The subscriptions to a query of the caller's, in order of creation.
    pub async fn list_subscriptions(
        &self,
        caller: &Caller,
        query_name: &str,
        page: &Page,
    ) -> Result<Paged<Subscription>> {
        let owner = caller.business()?;
        self.find_query(caller, query_name).await?;
        let after = page.after.as_deref().map(str::parse).transpose()?;
        let limit = page.n_rows() + 1;
        let rows = subscriptions::of_query(self.store(), owner, query_name, after, limit).await?;
        Ok(page.paged(rows, |row| row.subscription_id.to_string()))
    }

    /// Subscriptions to all queries that the caller may see, in order of creation.
    pub async fn list_all_subscriptions(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<Subscription>> {
        let after = page.after_id(SubscriptionId::number)?;
        let rows =
            subscriptions::list(self.store(), caller.business()?, page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.subscription_id.to_string()))
    }

    /// One subscription that the caller may see.
    pub async fn find_subscription(
        &self,
        caller: &Caller,
        id: SubscriptionId,
    ) -> Result<Subscription> {
        let found = subscriptions::find(self.store(), caller.business()?, id).await?;
        found.ok_or(Error::NotFound)
    }

    /// One subscription to a query of the caller's.
    pub async fn find_subscription_of(
        &self,
        caller: &Caller,
        query_name: &str,
        id: SubscriptionId,
    ) -> Result<Subscription> {
        let found = self.find_subscription(caller, id).await?;
        let is_it = found.query_name == query_name && self.owns(caller, &found);
        if is_it { Ok(found) } else { Err(Error::NotFound) }
    }

    /// Forgets a subscription and what waits for it.
    pub async fn delete_subscription(&self, caller: &Caller, id: SubscriptionId) -> Result<()> {
        self.writable_subscription(caller, id).await?;
        match self.store().write("delete subscription", subscriptions::delete(id)).await {
            Ok(_) => Ok(()),
            Err(store::Error::Conflict { .. }) => Err(Error::NotFound),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets a stopped subscription go on from where it stands, and attempts at once what is paused.
    pub async fn resume_subscription(&self, caller: &Caller, id: SubscriptionId) -> Result<()> {
        self.writable_subscription(caller, id).await?;
        self.store().write("resume subscription", vec![subscriptions::resume(id)]).await?;
        self.wake();
        Ok(())
    }

    /// What waits for the receiver of a subscription, in the order of its numbers.
    pub async fn list_waiting(
        &self,
        caller: &Caller,
        id: SubscriptionId,
        page: &Page,
    ) -> Result<Paged<Delivery>> {
        self.list_deliveries(caller, id, Wanted::Waiting, page).await
    }

    /// The dead letters of a subscription, in the order of their numbers.
    pub async fn list_dead_letters(
        &self,
        caller: &Caller,
        id: SubscriptionId,
        page: &Page,
    ) -> Result<Paged<Delivery>> {
        self.list_deliveries(caller, id, Wanted::Dead, page).await
    }

    async fn list_deliveries(
        &self,
        caller: &Caller,
        id: SubscriptionId,
        wanted: Wanted,
        page: &Page,
    ) -> Result<Paged<Delivery>> {
        self.find_subscription(caller, id).await?;
        let after = match &page.after {
            None => 0,
            Some(text) => text.parse().map_err(|_| Error::NotFound)?,
        };
        let limit = page.n_rows() + 1;
        let rows = deliveries::list(self.store(), id, wanted, after, limit).await?;
        Ok(page.paged(rows, |row| row.first_n.to_string()))
    }

    /// Attempts a dead letter anew, for a day: the same bytes under the same id.
    pub async fn replay_delivery(
        &self,
        caller: &Caller,
        id: SubscriptionId,
        first_n: i64,
    ) -> Result<()> {
        self.writable_subscription(caller, id).await?;
        let mut attempts = Attempts::of("replay delivery");
        loop {
            let dead = self.dead_letter(id, first_n).await?;
            let now_us = self.now_us();
            let again = Delivery {
                is_dead: false,
                due_at_us: now_us,
                waits_since_us: now_us,
                ..dead.clone()
            };
            let statements = vec![
                subscriptions::undead(id, dead.n_events.into(), 0),
                deliveries::replace(&dead, &again),
            ];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                self.wake();
                return Ok(());
            }
        }
    }

    /// Forgets a dead letter.
    pub async fn drop_delivery(
        &self,
        caller: &Caller,
        id: SubscriptionId,
        first_n: i64,
    ) -> Result<()> {
        self.writable_subscription(caller, id).await?;
        let mut attempts = Attempts::of("drop delivery");
        loop {
            let dead = self.dead_letter(id, first_n).await?;
            let n_events = dead.n_events.into();
            let statements =
                vec![subscriptions::undead(id, n_events, n_events), deliveries::delete(&dead)];
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                tracing::warn!(subscription.id = %id, n_events, "a dead letter was dropped");
                return Ok(());
            }
        }
    }

    async fn dead_letter(&self, id: SubscriptionId, first_n: i64) -> Result<Delivery> {
        let found = deliveries::find(self.store(), id, first_n).await?;
        found.filter(|it| it.is_dead).ok_or(Error::NotFound)
    }

    /// Whether a subscription is the caller's own, and not only one that an operator sees.
    pub fn owns(&self, caller: &Caller, subscription: &Subscription) -> bool {
        subscription.owner == caller.scope()
    }

    /// A subscription that the caller may change: its own, or any for an operator.
    async fn writable_subscription(&self, caller: &Caller, id: SubscriptionId) -> Result<()> {
        let found = self.find_subscription(caller, id).await?;
        if self.owns(caller, &found) || caller.operates().is_ok() {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The place from which a subscription judges: behind all that was captured, or behind the
    /// last capture of which all later ones are recorded at a time or after it.
    async fn place_since(&self, record_time_us: Option<i64>) -> Result<Place> {
        self.place_captures().await?;
        let next = captures::next_position(self.store()).await?;
        let since = match record_time_us {
            None => None,
            Some(time_us) => {
                captures::position_since(self.store(), CaptureId::from_time(time_us)).await?
            }
        };
        Ok(Place::end_of(since.unwrap_or(next) - 1))
    }
}

/// The parameters of a kept query.
fn parse_query(text: &str) -> Result<EventQuery> {
    EventQuery::from_json(text).map_err(|_| Error::internal("a kept query cannot be read"))
}

fn check(new: &NewSubscription) -> Result<Option<Schedule>> {
    let mut violations = Violations::default();
    violations.check_text("/dest", &new.dest, MAX_URL_BYTES);
    if let Some(token) = &new.signature_token
        && !(1..=MAX_SIGNATURE_TOKEN_BYTES).contains(&token.len())
    {
        let message = format!("a token has between 1 and {MAX_SIGNATURE_TOKEN_BYTES} bytes");
        violations.add("/signatureToken", "bad-token", message);
    }
    violations.finish()?;
    new.timing.schedule()
}

/// A subscription tells every event, so its query must not want only some.
fn check_query(query: &EventQuery) -> Result<()> {
    if query.event_count_limit.is_some() || query.max_event_count.is_some() {
        let message = "a subscription reports every event: subscribe to a query without \
                       eventCountLimit and maxEventCount";
        return Err(Error::rejected("/query", "limited-query", message));
    }
    Ok(())
}

impl Service {
    /// The statements that forget a query and its subscriptions.
    pub(crate) async fn forget_query(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Vec<store::Statement>> {
        let owner = caller.business()?;
        let mut statements = vec![named_queries::delete(owner, name)];
        let mut after = None;
        loop {
            let found =
                subscriptions::of_query(self.store(), owner, name, after, MAX_PAGE_ROWS).await?;
            statements
                .extend(found.iter().flat_map(|it| subscriptions::delete(it.subscription_id)));
            after = found.last().map(|it| it.subscription_id);
            if after.is_none() {
                statements.push(subscriptions::expect_none(owner, name));
                return Ok(statements);
            }
        }
    }
}
