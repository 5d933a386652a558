//! Deliveries: taken by one sender at a time, attempted for a day, then dead letters.
//!
//! An attempt is noted before it is made. Whoever dies between the receiver's answer and our note
//! of it leaves a delivery that is made again, in the same bytes under the same id: no sender can
//! avoid that, and the receiver can tell.

use aws_lc_rs::hmac;
use epcis::{Envelope, EpcFormat, Format, Formats, Outgoing, write_document};
use store::deliveries::{self, Delivery};
use store::events::{self, Event};
use store::id::Scope;
use store::subscriptions::{self, Settled, Subscription};
use store::{Error as StoreError, Statement};

use super::dispatch::may_see;
use crate::limits::{
    DELIVERY_DAY_US, DELIVERY_LEASE_US, FIRST_PAUSE_US, MAX_DELIVERY_BYTES, MAX_PAUSE_US,
    MAX_SENT_OF_OWNER, MERGED_WITHIN_US,
};
use crate::{Error, Result, Service};

/// Runs that may be put together into one delivery at once.
const MAX_RUNS: u32 = 200;

/// A document to be sent now.
pub struct Sending {
    /// `SUBSCRIPTION.FIRST-LAST`: the numbers of its events among those of the subscription, the
    /// same in each attempt.
    pub delivery_id: String,
    /// The URL to send to.
    pub dest: String,
    /// A query document in JSON-LD.
    pub body: Vec<u8>,
    /// The value of `GS1-Signature`, if the subscriber gave a key.
    pub signature: Option<String>,
    subscription: Subscription,
    delivery: Delivery,
    leased_until_us: i64,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has it.
    Taken,
    /// The receiver wants less at once.
    TooLarge,
    /// The receiver is there and does not take this one; why.
    Refused(String),
    /// The receiver is not there, or not now; why.
    Unreachable(String),
}

/// What an attempt changes.
struct Outcome<'a> {
    settled: Settled<'a>,
    /// Instead of the delivery that was attempted.
    instead: Vec<Delivery>,
}

impl Service {
    /// Lets go of what senders of an earlier life of this process took, if nobody else can be
    /// sending: a data folder belongs to one process.
    pub async fn begin_deliveries(&self) -> Result<()> {
        if self.store().engine() == store::Engine::Sqlite {
            let statements = vec![subscriptions::release_all()];
            self.store().write("release deliveries", statements).await?;
        }
        Ok(())
    }

    /// Takes deliveries that are due, one a subscription, `limit` at most, and of one owner not so
    /// many that receivers of its that are slow would keep others waiting.
    pub async fn claim_deliveries(&self, limit: u32) -> Result<Vec<Sending>> {
        let now_us = self.now_us();
        let due = subscriptions::due(self.store(), now_us, limit, MAX_SENT_OF_OWNER).await?;
        let mut claimed = Vec::new();
        for subscription in due {
            let id = subscription.subscription_id;
            match self.claim(subscription).await {
                Ok(sending) => claimed.extend(sending),
                Err(error) => tracing::error!(subscription.id = %id, %error, "nothing is sent"),
            }
        }
        Ok(claimed)
    }

    /// The next delivery of a subscription, unless somebody else was quicker.
    async fn claim(&self, subscription: Subscription) -> Result<Option<Sending>> {
        let now_us = self.now_us();
        let id = subscription.subscription_id;
        let due = deliveries::due(self.store(), id, now_us, MAX_RUNS).await?;
        let Some((first, rest)) = due.split_first() else { return Ok(None) };
        let leased_until_us = now_us + DELIVERY_LEASE_US;
        let mut delivery = first.clone();
        let mut statements = vec![subscriptions::lease(&subscription, leased_until_us, now_us)];
        for next in rest {
            if !continues(&delivery, next, &subscription) {
                break;
            }
            delivery.append(next);
            statements.push(deliveries::delete(next));
        }
        if delivery.n_attempts == 0 {
            delivery.written_at_us = now_us;
        }
        delivery.n_attempts += 1;
        statements.push(deliveries::replace(first, &delivery));
        match self.store().write("claim delivery", statements).await {
            Ok(_) => self.sending(subscription, delivery, leased_until_us).await.map(Some),
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn sending(
        &self,
        subscription: Subscription,
        delivery: Delivery,
        leased_until_us: i64,
    ) -> Result<Sending> {
        let body = self.document(&subscription, &delivery).await?;
        let delivery_id = delivery.id();
        let signature = subscription
            .signature_token
            .as_deref()
            .map(|token| sign(token, &delivery_id, self.now_us() / 1_000_000, &body));
        let dest = subscription.dest.clone();
        Ok(Sending { delivery_id, dest, body, signature, subscription, delivery, leased_until_us })
    }

    /// The document of a delivery: the same bytes each time, unless less may be seen by then.
    async fn document(&self, subscription: &Subscription, delivery: &Delivery) -> Result<Vec<u8>> {
        let keys = &delivery.event_keys;
        let read = events::by_keys(self.store(), Scope::PLATFORM, keys).await?;
        // A grant may have ended since they were chosen.
        let viewers = self.viewers_of(&read).await?;
        let seen = read.into_iter().zip(viewers);
        let seen = seen.filter(|(event, viewers)| may_see(subscription.owner, event, viewers));
        let mut read: Vec<Event> = seen.map(|(event, _)| event).collect();
        read.sort_by_key(|event| keys.iter().position(|key| *key == event.event_key));
        let id = subscription.subscription_id.to_string();
        let envelope = Envelope::QueryDocument {
            creation_date_us: delivery.written_at_us,
            query_name: &subscription.query_name,
            subscription_id: Some(&id),
        };
        let epc_format = EpcFormat::parse(&subscription.epc_format).unwrap_or_default();
        self.query_document(subscription.owner, &envelope, &read, epc_format).await
    }

    /// A query document in JSON-LD for who sees what is inside `scope`.
    pub(super) async fn query_document(
        &self,
        scope: Scope,
        envelope: &Envelope<'_>,
        events: &[Event],
        epc_format: EpcFormat,
    ) -> Result<Vec<u8>> {
        let outgoing = events.iter().map(|event| Outgoing {
            body: &event.body,
            event_id: Some(&event.event_id),
            record_time_us: Some(event.record_time_us),
        });
        let prefixes = match epc_format {
            EpcFormat::AlwaysEpcUrn => self.prefixes_inside(scope).await?,
            _ => Vec::new(),
        };
        let formats =
            Formats { epc: epc_format, company_prefixes: &prefixes, ..Formats::default() };
        write_document(Format::Json, envelope, &outgoing.collect::<Vec<_>>(), &formats)
            .map_err(|violation| Error::internal(violation.to_string()))
    }

    /// Notes what came of an attempt.
    ///
    /// If it took so long that another sender took over, nothing is noted: that one will.
    pub async fn settle_delivery(&self, sent: &Sending, answer: &Answer) -> Result<()> {
        let now_us = self.now_us();
        let Outcome { settled, instead } = outcome(sent, answer, now_us, self.random_bits());
        let (id, was) = (sent.subscription.subscription_id, &sent.delivery);
        if settled.n_dead > 0 {
            tracing::error!(
                delivery.id = sent.delivery_id,
                error = settled.error,
                "a delivery failed for a day and is a dead letter now"
            );
        } else if !settled.error.is_empty() {
            let (id, error) = (&sent.delivery_id, settled.error);
            tracing::warn!(delivery.id = id, error, "a delivery failed and will be repeated");
        }
        let mut statements = vec![subscriptions::settle(id, &settled)];
        statements.extend(replaced(was, &instead));
        match self.store().write("settle delivery", statements).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                tracing::warn!(delivery.id = sent.delivery_id, "another sender took over");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn replaced(was: &Delivery, instead: &[Delivery]) -> Vec<Statement> {
    let Some((first, rest)) = instead.split_first() else { return vec![deliveries::delete(was)] };
    let first = deliveries::replace(was, first);
    std::iter::once(first).chain(rest.iter().map(deliveries::insert)).collect()
}

/// Whether the next run may travel in a delivery that nobody has seen yet.
fn continues(delivery: &Delivery, next: &Delivery, subscription: &Subscription) -> bool {
    delivery.n_attempts == 0
        && next.n_attempts == 0
        && !delivery.event_keys.is_empty()
        && !next.event_keys.is_empty()
        && delivery.first_n + i64::from(delivery.n_events) == next.first_n
        && next.waits_since_us - delivery.waits_since_us < MERGED_WITHIN_US
        && delivery.n_events + next.n_events <= subscription.max_events
        && delivery.n_bytes + next.n_bytes <= MAX_DELIVERY_BYTES
}

/// The value of `GS1-Signature`: `t=SECONDS,v1=HEX`, where the digits are HMAC-SHA256 over the
/// delivery's id, a dot, the seconds since the epoch, a dot, and the body.
pub(crate) fn sign(token: &str, delivery_id: &str, now_s: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
    let mut signing = hmac::Context::with_key(&key);
    signing.update(format!("{delivery_id}.{now_s}.").as_bytes());
    signing.update(body);
    let digits = signing.sign();
    let hex: String = digits.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={now_s},v1={hex}")
}

/// What an attempt changes; `random` spreads the pauses of many.
fn outcome<'a>(sent: &'a Sending, answer: &'a Answer, now_us: i64, random: u32) -> Outcome<'a> {
    let (subscription, delivery) = (&sent.subscription, &sent.delivery);
    let mut settled = Settled {
        leased_until_us: sent.leased_until_us,
        paused_until_us: 0,
        n_failures: 0,
        n_delivered: 0,
        n_dead: 0,
        max_events: subscription.max_events,
        notified_at_us: None,
        error: "",
    };
    let error = match answer {
        Answer::Taken => {
            settled.n_delivered = delivery.n_events.into();
            settled.notified_at_us = Some(now_us);
            return Outcome { settled, instead: Vec::new() };
        }
        Answer::TooLarge if delivery.event_keys.len() > 1 => {
            let instead = delivery.halves().to_vec();
            settled.max_events = instead[0].n_events;
            return Outcome { settled, instead };
        }
        Answer::TooLarge => "the receiver says that one event is too large",
        Answer::Refused(why) | Answer::Unreachable(why) => why,
    };
    settled.error = error;
    let mut after = Delivery { last_error: error.to_owned(), ..delivery.clone() };
    if now_us - delivery.waits_since_us >= DELIVERY_DAY_US {
        // The next one is attempted at once; each has its own day.
        after.is_dead = true;
        settled.n_dead = delivery.n_events.into();
        settled.n_failures = subscription.n_failures;
    } else if matches!(answer, Answer::Unreachable(_)) {
        settled.n_failures = subscription.n_failures.saturating_add(1);
        settled.paused_until_us = now_us + pause_us(settled.n_failures, random);
    } else {
        after.due_at_us = now_us + pause_us(delivery.n_attempts, random);
    }
    Outcome { settled, instead: vec![after] }
}

/// Twice as long after each failure, up to a limit, and up to a quarter less by chance.
pub(crate) fn pause_us(n_failures: u32, random: u32) -> i64 {
    let doubled = FIRST_PAUSE_US << n_failures.saturating_sub(1).min(20);
    let pause = doubled.min(MAX_PAUSE_US);
    pause - pause / 4 * i64::from(random >> 16) / (1 << 16)
}

#[cfg(test)]
mod tests;
