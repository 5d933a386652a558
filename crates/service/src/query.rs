//! Queries for events: candidates from an index, judged one by one, in pages (EPCIS 2.0 §8.2).
//!
//! The judge is `EventQuery::matches`, whatever the index says. Without `orderBy` the newest
//! events come first, by event time. Each page looks at a bounded number of events and goes on
//! where the one before stopped.

mod source;
mod token;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use epcis::parse_document;
use epcis::query::{Direction as Asked, EventQuery, OrderBy, Surroundings};
use store::capture_walk::{CaptureStep, walk_captures};
use store::events::{self, Event};
use store::id::{CaptureId, Scope};
use store::page::Order;
use store::walk::{Mark, Step};

use self::source::Source;
use self::token::{Place, Token};
use crate::capture::own_limits;
use crate::limits::{
    MAX_QUERY_LOOKED_AT, MAX_QUERY_PAGE_BYTES, MAX_QUERY_PAGE_EVENTS, MAX_QUERY_SORTED,
    PAGE_TOKEN_US,
};
use crate::{Caller, Error, Result, Service};

/// Which page of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryPage {
    /// The token of the page before; none begins.
    pub token: Option<String>,
    /// Events wanted; more than the limit gives the limit.
    pub n_events: u32,
}

/// One page of the answer to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryResult {
    /// Events, in order.
    pub events: Vec<Event>,
    /// The token of the next page, and when it ends in microseconds since the epoch; none at the
    /// end.
    pub next: Option<(String, i64)>,
}

/// Candidates that are read and judged at once.
const BATCH: u32 = 128;

/// A query on its way.
struct Asking<'a> {
    service: &'a Service,
    scope: Scope,
    query: Arc<EventQuery>,
    around: Arc<Surroundings>,
    order: Order,
}

/// What an answer is put in order by, if it has it, and its mark.
type Sortable = (Option<Vec<u8>>, Mark);

/// What a walk found so far.
#[derive(Default)]
struct Gathered {
    events: Vec<Event>,
    n_bytes: usize,
    n_looked_at: usize,
}

impl Service {
    /// The events that a query asks for, as far as the caller may see them, one page at a time.
    pub async fn query_events(
        &self,
        caller: &Caller,
        query: &EventQuery,
        page: &QueryPage,
    ) -> Result<QueryResult> {
        self.query_inside(caller.business()?, query, page).await
    }

    /// The same as far as a scope sees them.
    pub(crate) async fn query_inside(
        &self,
        scope: Scope,
        query: &EventQuery,
        page: &QueryPage,
    ) -> Result<QueryResult> {
        let now_us = self.now_us();
        let token = match &page.token {
            Some(text) => Some(Token::parse(text, now_us)?),
            None => None,
        };
        let n_before = token.as_ref().map_or(0, |token| token.n_before);
        let mut n_wanted = u64::from(page.n_events.clamp(1, MAX_QUERY_PAGE_EVENTS));
        let asking = Asking {
            service: self,
            scope,
            around: Arc::new(self.surroundings(scope, query).await?),
            query: Arc::new(query.clone()),
            order: match query.direction {
                Asked::Ascending if query.order_by.is_some() => Order::OldestFirst,
                _ => Order::NewestFirst,
            },
        };
        if let Some(limit) = query.event_count_limit {
            n_wanted = n_wanted.min(limit.saturating_sub(n_before));
        }
        if n_wanted == 0 || query.event_time.is_empty() || query.record_time.is_empty() {
            return Ok(QueryResult { events: Vec::new(), next: None });
        }
        if let (Some(limit), None) = (query.max_event_count, &token) {
            asking.check_count(limit).await?;
        }
        let n_wanted = usize::try_from(n_wanted).map_err(Error::internal)?;
        let place = token.map(|token| token.place);
        let (events, next) = asking.page(place, n_wanted).await?;
        let n_before = n_before.saturating_add(events.len() as u64);
        let is_full = query.event_count_limit.is_some_and(|limit| n_before >= limit);
        let next = next.filter(|_| !is_full).map(|place| {
            let expires_us = now_us + PAGE_TOKEN_US;
            (Token { place, n_before, expires_us }.print(), expires_us)
        });
        Ok(QueryResult { events, next })
    }

    /// What the query must know beside the events.
    pub(crate) async fn surroundings(
        &self,
        scope: Scope,
        query: &EventQuery,
    ) -> Result<Surroundings> {
        let mut around = Surroundings::default();
        self.add_master_data(scope, query, &mut around).await?;
        for epc in query.instances() {
            let Some(own) = self.own_item(epc).await? else { continue };
            around.positions.insert(epc.to_owned(), (own.batch_id.to_string(), own.position));
            around.spellings.insert(epc.to_owned(), own.spellings.to_vec());
        }
        Ok(around)
    }
}

impl Asking<'_> {
    /// The events of a page, and where the next one begins.
    async fn page(
        &self,
        place: Option<Place>,
        n_wanted: usize,
    ) -> Result<(Vec<Event>, Option<Place>)> {
        let (from_us, until_us) = self.window();
        let step = Step { after: None, from_us, until_us, order: self.order, limit: BATCH };
        let source = self.service.source(self.scope, &self.query, &self.around, &step).await?;
        let by_time = matches!(self.query.order_by, None | Some(OrderBy::EventTime));
        let by_record = match &self.query.order_by {
            Some(OrderBy::RecordTime) => true,
            None => self.query.record_time != epcis::query::Window::default(),
            Some(_) => false,
        };
        match (&source, place) {
            (Source::EventIds(_), place) => self.sorted(&source, place, n_wanted).await,
            (Source::All(_), place @ (None | Some(Place::Capture(..)))) if by_record => {
                self.by_capture(place, n_wanted).await
            }
            (_, None) if by_time => self.by_time(&source, step, n_wanted).await,
            (_, Some(Place::Time(mark))) if by_time => {
                let step = Step { after: Some(mark), ..step };
                self.by_time(&source, step, n_wanted).await
            }
            (_, place) => self.sorted(&source, place, n_wanted).await,
        }
    }

    fn window(&self) -> (i64, i64) {
        let window = self.query.event_time;
        (window.from_us.unwrap_or(i64::MIN), window.until_us.unwrap_or(i64::MAX))
    }

    /// Walks a source in the order of event time.
    async fn by_time(
        &self,
        source: &Source,
        mut step: Step,
        n_wanted: usize,
    ) -> Result<(Vec<Event>, Option<Place>)> {
        let mut gathered = Gathered::default();
        // One more than wanted tells whether there is a next page.
        step.limit = u32::try_from(n_wanted + 1).unwrap_or(BATCH).clamp(16, BATCH);
        loop {
            let found = self.service.walk(self.scope, source, &step).await?;
            let events = self.read(&found.marks).await?;
            let last = found.marks.last().copied();
            for event in self.answers(events).await? {
                if !gathered.takes(&event, n_wanted) {
                    return Ok(gathered.until(|last| Place::Time(mark_of(last))));
                }
                gathered.push(event);
            }
            if found.is_last {
                return Ok((gathered.events, None));
            }
            step.after = last.or(step.after);
            gathered.n_looked_at += found.marks.len();
            if gathered.n_looked_at >= MAX_QUERY_LOOKED_AT {
                return Ok((gathered.events, step.after.map(Place::Time)));
            }
        }
    }

    /// Walks all events in the order of capture.
    async fn by_capture(
        &self,
        place: Option<Place>,
        n_wanted: usize,
    ) -> Result<(Vec<Event>, Option<Place>)> {
        let window = self.query.record_time;
        let after = match place {
            Some(Place::Capture(capture, index)) => Some((capture, index)),
            _ => None,
        };
        let mut step = CaptureStep {
            after,
            from: CaptureId::from_time(window.from_us.unwrap_or(0)),
            until: CaptureId::until_time(window.until_us.unwrap_or(i64::MAX)),
            order: self.order,
            limit: BATCH,
        };
        let mut gathered = Gathered::default();
        loop {
            let store = self.service.store();
            let found = walk_captures(store, self.scope, &step).await?;
            let (n_found, end, is_last) = (found.n_events(), found.end(), found.is_last);
            for event in self.answers(found.read(store, self.scope).await?).await? {
                if !gathered.takes(&event, n_wanted) {
                    let place = |last: &Event| {
                        let (capture, index) = capture_place(last);
                        Place::Capture(capture, index)
                    };
                    return Ok(gathered.until(place));
                }
                gathered.push(event);
            }
            if is_last {
                return Ok((gathered.events, None));
            }
            step.after = end.or(step.after);
            gathered.n_looked_at += n_found;
            if gathered.n_looked_at >= MAX_QUERY_LOOKED_AT {
                let place = step.after.map(|(capture, index)| Place::Capture(capture, index));
                return Ok((gathered.events, place));
            }
        }
    }

    /// Finds all answers, puts them in order, and reads those of one page.
    async fn sorted(
        &self,
        source: &Source,
        place: Option<Place>,
        n_wanted: usize,
    ) -> Result<(Vec<Event>, Option<Place>)> {
        let mut found = self.all_answers(source).await?;
        found.sort_unstable_by(|left, right| self.compare(left, right));
        // The place need not be there any more: an event may be out of sight by now.
        let begin = match place {
            None => 0,
            Some(Place::Sorted(value, mark)) => {
                let place = (value, mark);
                found.partition_point(|it| self.compare(it, &place).is_le())
            }
            Some(_) => {
                let message = "this token is of another query; ask for its first page";
                return Err(Error::rejected("nextPageToken", "bad-page-token", message));
            }
        };
        let rest = &found[begin..];
        let marks: Vec<Mark> = rest.iter().take(n_wanted).map(|(_, mark)| *mark).collect();
        let events = self.read(&marks).await?;
        let mut gathered = Gathered::default();
        for event in events {
            if !gathered.takes(&event, n_wanted) {
                break;
            }
            gathered.push(event);
        }
        let n_events = gathered.events.len();
        let next = rest.get(n_events).and_then(|_| rest.get(n_events.checked_sub(1)?));
        let next = next.map(|(value, mark)| Place::Sorted(value.clone(), *mark));
        Ok((gathered.events, next))
    }

    /// Events without the value come last, whatever the direction.
    fn compare(&self, left: &Sortable, right: &Sortable) -> Ordering {
        let by_value = match self.order {
            Order::OldestFirst => left.cmp(right),
            Order::NewestFirst => right.cmp(left),
        };
        left.0.is_none().cmp(&right.0.is_none()).then(by_value)
    }

    /// The values to sort by, and the marks, of all answers.
    async fn all_answers(&self, source: &Source) -> Result<Vec<Sortable>> {
        let mut answers = Vec::new();
        let (from_us, until_us) = self.window();
        let mut step = Step { after: None, from_us, until_us, order: self.order, limit: BATCH };
        if let Source::EventIds(ids) = source {
            for id in ids {
                let events = events::by_event_id(self.service.store(), self.scope, id).await?;
                answers.extend(self.sortable(events).await?);
            }
            answers.sort_unstable();
            answers.dedup();
            return Ok(answers);
        }
        let mut n_looked_at = 0;
        loop {
            let found = self.service.walk(self.scope, source, &step).await?;
            let events = self.read(&found.marks).await?;
            answers.extend(self.sortable(events).await?);
            if found.is_last {
                return Ok(answers);
            }
            step.after = found.marks.last().copied().or(step.after);
            n_looked_at += found.marks.len();
            if n_looked_at >= MAX_QUERY_SORTED {
                return Err(Error::QueryTooComplex(format!(
                    "more than {MAX_QUERY_SORTED} events would have to be put in order; narrow \
                     the query by time or by what events name, or order by eventTime"
                )));
            }
        }
    }

    /// Fails if the query has more answers than `limit`, or if that takes too long to say.
    async fn check_count(&self, limit: u64) -> Result<()> {
        let (from_us, until_us) = self.window();
        let mut step = Step { after: None, from_us, until_us, order: self.order, limit: BATCH };
        let source = self.service.source(self.scope, &self.query, &self.around, &step).await?;
        if let Source::EventIds(_) = source {
            let n_answers = self.all_answers(&source).await?.len() as u64;
            return if n_answers > limit { Err(Error::QueryTooLarge { limit }) } else { Ok(()) };
        }
        let (mut n_answers, mut n_looked_at) = (0, 0);
        loop {
            let found = self.service.walk(self.scope, &source, &step).await?;
            let events = self.read(&found.marks).await?;
            n_answers += self.answers(events).await?.len() as u64;
            if n_answers > limit {
                return Err(Error::QueryTooLarge { limit });
            }
            if found.is_last {
                return Ok(());
            }
            step.after = found.marks.last().copied().or(step.after);
            n_looked_at += found.marks.len();
            if n_looked_at >= MAX_QUERY_SORTED {
                return Err(Error::QueryTooComplex(format!(
                    "more than {MAX_QUERY_SORTED} events would have to be counted for \
                     maxEventCount; narrow the query, or use eventCountLimit"
                )));
            }
        }
    }

    /// The events behind marks, in their order.
    async fn read(&self, marks: &[Mark]) -> Result<Vec<Event>> {
        let keys: Vec<[u8; 16]> = marks.iter().map(|(_, key)| *key).collect();
        let read = events::by_keys(self.service.store(), self.scope, &keys).await?;
        let mut by_key: HashMap<[u8; 16], Event> =
            read.into_iter().map(|event| (event.event_key, event)).collect();
        Ok(keys.iter().filter_map(|key| by_key.remove(key)).collect())
    }

    /// Those of the events that the query asks for, in their order.
    async fn answers(&self, events: Vec<Event>) -> Result<Vec<Event>> {
        let judged = self.judged(events).await?;
        Ok(judged.into_iter().map(|(event, _)| event).collect())
    }

    /// The same with what they are put in order by.
    async fn sortable(&self, events: Vec<Event>) -> Result<Vec<Sortable>> {
        let judged = self.judged(events).await?;
        Ok(judged.into_iter().map(|(event, value)| (value, mark_of(&event))).collect())
    }

    /// Reading an event takes a while, so it is done where one may wait.
    async fn judged(&self, events: Vec<Event>) -> Result<Vec<(Event, Option<Vec<u8>>)>> {
        let (query, around) = (Arc::clone(&self.query), Arc::clone(&self.around));
        let judging = tokio::task::spawn_blocking(move || {
            let mut answers = Vec::new();
            for event in events {
                let (document, _) = parse_document(&event.body, &own_limits());
                let parsed = document.and_then(|document| document.events.into_iter().next());
                let parsed =
                    parsed.ok_or_else(|| Error::internal("a stored event cannot be read"))?;
                if query.matches(&parsed, event.record_time_us, &around) {
                    let value = match query.order_by {
                        Some(OrderBy::RecordTime) => {
                            Some(event.record_time_us.to_be_bytes().to_vec())
                        }
                        _ => query.order_key(&parsed),
                    };
                    answers.push((event, value));
                }
            }
            Ok(answers)
        });
        judging.await.map_err(Error::internal)?
    }
}

impl Gathered {
    /// Whether the page has room for one event more.
    fn takes(&self, event: &Event, n_wanted: usize) -> bool {
        let fits = self.n_bytes + event.body.len() <= MAX_QUERY_PAGE_BYTES;
        self.events.len() < n_wanted && (fits || self.events.is_empty())
    }

    fn push(&mut self, event: Event) {
        self.n_bytes += event.body.len();
        self.events.push(event);
    }

    /// The page, and the place behind its last event.
    fn until(self, place: impl Fn(&Event) -> Place) -> (Vec<Event>, Option<Place>) {
        let next = self.events.last().map(place);
        (self.events, next)
    }
}

fn mark_of(event: &Event) -> Mark {
    (event.event_time_us, event.event_key)
}

fn capture_place(event: &Event) -> (CaptureId, u32) {
    (event.capture_id, event.capture_index)
}
