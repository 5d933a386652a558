//! Which subscriptions are to be sent what was captured: judged once, chosen in one write.

use std::sync::Arc;

use epcis::parse_document;
use epcis::query::{EventQuery, Surroundings};
use store::deliveries::{self, Delivery, UNTRIGGERED};
use store::events::{self, Event};
use store::id::{EnterpriseId, Scope};
use store::page::Order;
use store::subscriptions::{self, Place, Subscription};
use store::{Statement, captures, named_queries};

use super::{parse_query, stored_schedule};
use crate::capture::own_limits;
use crate::limits::{JUDGED_AT_ONCE, MAX_DELIVERY_BYTES, MAX_OUTBOX_EVENTS};
use crate::{Attempts, Error, Result, Service};

/// A query that waits for new events, and for whom.
#[derive(Clone)]
pub(super) struct Standing {
    /// Of whom events are told, and to whom if it is one enterprise.
    pub(super) owner: Scope,
    /// What is told.
    pub(super) query: Arc<EventQuery>,
    /// What the query must know beside the events.
    pub(super) around: Arc<Surroundings>,
    /// Events recorded before are left out, microseconds since the epoch.
    pub(super) initial_record_time_us: Option<i64>,
}

/// Events behind a place, and the place behind those that were read.
pub(super) struct Batch {
    pub(super) events: Vec<Event>,
    pub(super) end: Place,
}

impl Service {
    /// Judges what was captured since the last call, in steps, a thousand at most.
    ///
    /// Each step chooses events for the subscriptions that stand farthest back and moves them, in
    /// one write.
    pub async fn dispatch_events(&self) -> Result<()> {
        if !subscriptions::is_any(self.store()).await? {
            return Ok(());
        }
        self.place_captures().await?;
        for _ in 0..STEPS_A_TURN {
            // In turn, so that who reads years of events keeps nobody from those of today.
            for order in [Order::NewestFirst, Order::OldestFirst] {
                if !self.dispatch_step(order).await? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Serves those who stand at one end; whether there was anything to judge.
    async fn dispatch_step(&self, order: Order) -> Result<bool> {
        let mut attempts = Attempts::of("dispatch events");
        loop {
            let last = captures::next_position(self.store()).await? - 1;
            let end = Place::end_of(last);
            let places = subscriptions::places_behind(self.store(), end, order).await?;
            let Some(&from) = places.first() else { return Ok(false) };
            // Those who are farther back stop where the next ones stand, and go on with them.
            let next = places.get(1).copied().filter(|_| order == Order::OldestFirst);
            let until = next.unwrap_or(end);
            let standing = subscriptions::at_place(self.store(), from).await?;
            let batch = self.events_between(from, until).await?;
            let statements = self.choose(&standing, from, batch).await?;
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(true);
            }
        }
    }

    /// Some events behind a place, and up to another.
    pub(super) async fn events_between(&self, after: Place, until: Place) -> Result<Batch> {
        let bounds = (JUDGED_AT_ONCE, MAX_DELIVERY_BYTES);
        let (placed, is_all) = events::between(self.store(), after, until, bounds).await?;
        let last = placed.last().map(|(place, _)| *place);
        let end = last.filter(|_| !is_all).unwrap_or(until);
        Ok(Batch { events: placed.into_iter().map(|(_, event)| event).collect(), end })
    }

    /// The write that gives each subscription its events and moves all of them.
    async fn choose(
        &self,
        subscriptions: &[Subscription],
        from: Place,
        batch: Batch,
    ) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        let mut n_moved = subscriptions.len() as u64;
        let mut standing = Vec::new();
        for subscription in subscriptions {
            let why = match self.standing(subscription).await {
                Ok(Some(found)) => {
                    standing.push((subscription, found));
                    continue;
                }
                Ok(None) => "its query is gone; delete the subscription".to_owned(),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                // One that cannot be judged keeps nobody else from its events.
                Err(error) => format!("its query cannot be judged: {error}"),
            };
            statements.push(subscriptions::stop(subscription.subscription_id, &why));
            n_moved -= 1;
        }
        let queries = standing.iter().map(|(_, it)| it.clone()).collect();
        let events = Arc::new(batch.events);
        let chosen = self.judge_new(&events, queries).await?;
        let now_us = self.now_us();
        for ((subscription, _), chosen) in standing.iter().zip(chosen) {
            let n_events = chosen.len() as u64;
            if n_events == 0 {
                continue;
            }
            if subscription.n_waiting + n_events > MAX_OUTBOX_EVENTS {
                statements.push(stop_full(subscription));
                n_moved -= 1;
                continue;
            }
            let found: Vec<&Event> = chosen.iter().map(|&index| &events[index]).collect();
            statements.push(subscriptions::choose(subscription, n_events, now_us));
            let runs = runs(subscription, &found, now_us);
            statements.extend(runs.iter().map(deliveries::insert));
        }
        statements.push(subscriptions::move_all(from, batch.end, n_moved));
        Ok(statements)
    }

    /// The query of a subscription, with what it must know; none if it is gone.
    async fn standing(&self, subscription: &Subscription) -> Result<Option<Standing>> {
        let owner = subscription.owner;
        let named = named_queries::find(self.store(), owner, &subscription.query_name).await?;
        let Some(named) = named else { return Ok(None) };
        let query = Arc::new(parse_query(&named.query)?);
        Ok(Some(Standing {
            owner,
            around: Arc::new(self.surroundings(owner, &query).await?),
            query,
            initial_record_time_us: subscription.initial_record_time_us,
        }))
    }

    /// For each query the events that it asks for, as places in their list.
    pub(super) async fn judge_new(
        &self,
        events: &Arc<Vec<Event>>,
        standing: Vec<Standing>,
    ) -> Result<Vec<Vec<usize>>> {
        if events.is_empty() {
            return Ok(vec![Vec::new(); standing.len()]);
        }
        let viewers = self.viewers_of(events).await?;
        let events = Arc::clone(events);
        // Reading an event takes a while, so it is done where one may wait.
        let judging = tokio::task::spawn_blocking(move || judge(&events, &viewers, &standing));
        judging.await.map_err(Error::internal)
    }

    /// Makes what waits for a schedule due whose time has come, and reports that there is nothing
    /// where that is wished.
    ///
    /// [`Self::dispatch_events`] comes first, so that a report has all that was captured before.
    pub async fn trigger_schedules(&self) -> Result<()> {
        let mut attempts = Attempts::of("trigger schedules");
        loop {
            let now_us = self.now_us();
            let Some(first) =
                subscriptions::triggered(self.store(), now_us).await?.into_iter().next()
            else {
                return Ok(());
            };
            let statements = self.trigger(&first, now_us).await?;
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                attempts = Attempts::of("trigger schedules");
            }
        }
    }

    async fn trigger(&self, it: &Subscription, now_us: i64) -> Result<Vec<Statement>> {
        let next_at_us = stored_schedule(it)?.and_then(|schedule| schedule.next_after(now_us));
        let id = it.subscription_id;
        let is_empty = !deliveries::is_untriggered(self.store(), id).await?;
        let mut statements =
            vec![subscriptions::trigger(it, next_at_us, now_us), deliveries::trigger(id, now_us)];
        // Who has not taken what waits needs no report that there is nothing more.
        let waits = it.is_stopped || it.n_waiting > 0;
        if is_empty && it.reports_if_empty && !waits {
            statements.push(subscriptions::choose(it, 1, now_us));
            let report = Delivery { n_events: 1, ..new_delivery(it, it.next_n, now_us) };
            statements.push(deliveries::insert(&Delivery { due_at_us: now_us, ..report }));
        }
        Ok(statements)
    }
}

/// Steps at either end before deliveries have their turn.
const STEPS_A_TURN: usize = 25;

/// Nothing is lost: it stands before the events that had no room.
fn stop_full(subscription: &Subscription) -> Statement {
    let id = subscription.subscription_id;
    tracing::error!(subscription.id = %id, "a subscription is stopped: its outbox is full");
    let why = format!(
        "{MAX_OUTBOX_EVENTS} events wait already; see that the receiver takes them, or drop dead \
         letters, then resume"
    );
    subscriptions::stop(id, &why)
}

/// Whether an owner sees an event: its own, or one that is shown to it among `viewers`.
pub(super) fn may_see(owner: Scope, event: &Event, viewers: &[EnterpriseId]) -> bool {
    owner.holds(event.enterprise_id) || owner.single().is_some_and(|it| viewers.contains(&it))
}

fn judge(
    events: &[Event],
    viewers: &[Vec<EnterpriseId>],
    standing: &[Standing],
) -> Vec<Vec<usize>> {
    let mut chosen = vec![Vec::new(); standing.len()];
    for (index, (event, viewers)) in events.iter().zip(viewers).enumerate() {
        let sees = |it: &Standing| {
            may_see(it.owner, event, viewers)
                && it.initial_record_time_us.is_none_or(|from_us| event.record_time_us >= from_us)
        };
        let mut who = standing.iter().zip(&mut chosen).filter(|(it, _)| sees(it)).peekable();
        if who.peek().is_none() {
            continue;
        }
        let (document, _) = parse_document(&event.body, &own_limits());
        let parsed = document.and_then(|document| document.events.into_iter().next());
        let Some(parsed) = parsed else {
            tracing::error!(event.id = event.event_id, "a stored event cannot be read");
            continue;
        };
        for (it, chosen) in who {
            if it.query.matches(&parsed, event.record_time_us, &it.around) {
                chosen.push(index);
            }
        }
    }
    chosen
}

/// Events in runs that one delivery may carry.
fn runs(subscription: &Subscription, events: &[&Event], now_us: i64) -> Vec<Delivery> {
    let mut runs: Vec<Delivery> = Vec::new();
    for (next_n, event) in (subscription.next_n..).zip(events) {
        let n_bytes = event.body.len() as u64;
        let fits = |run: &&mut Delivery| {
            run.n_events < subscription.max_events && run.n_bytes + n_bytes <= MAX_DELIVERY_BYTES
        };
        match runs.last_mut().filter(fits) {
            Some(run) => run.push(event.event_key, n_bytes),
            None => {
                let mut run = new_delivery(subscription, next_n, now_us);
                run.push(event.event_key, n_bytes);
                runs.push(run);
            }
        }
    }
    runs
}

/// A delivery without events: due now, or when the schedule says so.
fn new_delivery(subscription: &Subscription, first_n: i64, now_us: i64) -> Delivery {
    let is_stream = subscription.schedule.is_none();
    Delivery {
        subscription_id: subscription.subscription_id,
        first_n,
        n_events: 0,
        n_bytes: 0,
        event_keys: Vec::new(),
        is_dead: false,
        n_attempts: 0,
        due_at_us: if is_stream { now_us } else { UNTRIGGERED },
        waits_since_us: now_us,
        written_at_us: 0,
        last_error: String::new(),
    }
}
