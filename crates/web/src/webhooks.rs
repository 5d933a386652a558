//! Webhooks: what waits in the outboxes of subscriptions, sent by HTTPS (EPCIS 2.0 §12.7).
//!
//! The only HTTP client of the product. It sends where strangers tell it to, so it speaks to
//! public addresses only, and to the very address that it looked at: a name is resolved anew for
//! each delivery, and what it resolves to is judged before a connection is made. No redirect is
//! followed and no proxy of the environment is asked. An operator names what is allowed beside.

mod address;
mod client;
pub(crate) mod domains;
mod target;

use crate::problem::Problem;
use address::Allowed;
use axum::body::Bytes;
use futures_util::future::BoxFuture;
use service::{Answer, Sending, Service};
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use target::Target;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_rustls::TlsConnector;

/// Deliveries of one process on their way at once.
const MAX_SENDING: u32 = 16;

/// How often to look for captures of other servers, for schedules and for pauses that end.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The pause after the store failed.
const FAILURE_PAUSE: Duration = Duration::from_secs(5);

/// From a name to its addresses.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// How webhooks are reached. Clones share it.
#[derive(Clone)]
pub struct Webhooks {
    allowed: Arc<Allowed>,
    lookup: Lookup,
    tls: TlsConnector,
}

impl Webhooks {
    /// Webhooks at public addresses, by HTTPS with a certificate that this machine trusts, and
    /// those in `allowed`: names, `name:port`, addresses and ranges such as `10.1.0.0/16`, with
    /// commas between them; these may be private, and reached without TLS.
    ///
    /// # Errors
    ///
    /// What is wrong with `allowed`, in words.
    pub fn new(allowed: &str) -> Result<Self, String> {
        let allowed = Arc::new(Allowed::parse(allowed)?);
        Ok(Self { allowed, lookup: Arc::new(ask_system), tls: client::tls() })
    }

    /// The same with another way from names to addresses.
    #[must_use]
    pub fn with_lookup(self, lookup: Lookup) -> Self {
        Self { lookup, ..self }
    }

    /// Refuses what would be refused at each delivery; a name that does not resolve now may later.
    /// `pointer` names the member that has the URL.
    pub(crate) async fn check(&self, pointer: &str, dest: &str) -> Result<(), Problem> {
        let refused = |why: &str| Problem::rejected(pointer, "bad-dest", why);
        let target = Target::parse(dest).map_err(refused)?;
        match target.addresses(&self.allowed, &self.lookup).await {
            Ok(_) => Ok(()),
            Err(target::Miss::Unknown(_)) if target.is_https => Ok(()),
            Err(target::Miss::Unknown(why) | target::Miss::Refused(why)) => Err(refused(&why)),
        }
    }

    /// One attempt to deliver.
    pub async fn send(&self, sending: &Sending) -> Answer {
        let parcel = Parcel {
            id: &sending.delivery_id,
            body: &sending.body,
            signature: sending.signature.as_deref(),
            headers: &[("gs1-epcis-version", "2.0.0"), ("gs1-cbv-version", "2.0.0")],
        };
        self.post(&sending.dest, &parcel).await
    }

    /// The file at a path of a domain, by HTTPS; a name that the operator allows with a port is
    /// asked there, without TLS. The error says in words why there is none.
    pub(crate) async fn file(&self, domain: &str, path: &str) -> Result<Bytes, String> {
        let url = match self.allowed.port_of(domain) {
            Some(port) => format!("http://{domain}:{port}{path}"),
            None => format!("https://{domain}{path}"),
        };
        let target = Target::parse(&url).map_err(str::to_owned)?;
        match target.addresses(&self.allowed, &self.lookup).await {
            Ok(addresses) => client::get(&self.tls, &target, &addresses).await,
            Err(target::Miss::Unknown(why) | target::Miss::Refused(why)) => Err(why),
        }
    }

    /// One attempt to send JSON to a URL.
    pub(crate) async fn post(&self, dest: &str, parcel: &Parcel<'_>) -> Answer {
        let target = match Target::parse(dest) {
            Ok(target) => target,
            Err(why) => return Answer::Refused(why.to_owned()),
        };
        // What a name resolves to may be better next time, so a private address is no verdict on
        // the delivery.
        match target.addresses(&self.allowed, &self.lookup).await {
            Ok(addresses) => client::post(&self.tls, &target, &addresses, parcel).await,
            Err(target::Miss::Unknown(why) | target::Miss::Refused(why)) => {
                Answer::Unreachable(why)
            }
        }
    }
}

/// What one attempt carries.
pub(crate) struct Parcel<'a> {
    /// The same in each attempt, so that the receiver can tell what it has already.
    pub(crate) id: &'a str,
    /// JSON.
    pub(crate) body: &'a [u8],
    /// The value of `GS1-Signature`.
    pub(crate) signature: Option<&'a str>,
    /// Headers of this kind of delivery.
    pub(crate) headers: &'a [(&'static str, &'static str)],
}

impl Default for Webhooks {
    /// Those at public addresses alone.
    fn default() -> Self {
        Self::new("").expect("nothing is wrong with an empty list")
    }
}

/// The resolver of the system.
fn ask_system(name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
    Box::pin(async move {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    })
}

/// Judges what is captured, keeps schedules and sends what is due, until `stop` is done; then ends
/// what is on its way.
pub async fn deliver(service: Service, webhooks: Webhooks, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut captured = service.captured();
    let mut looking = interval(LOOK_EVERY);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sending = JoinSet::new();
    if let Err(error) = service.begin_deliveries().await {
        tracing::error!(%error, "deliveries of before are not let go yet");
    }
    loop {
        let n_free = MAX_SENDING.saturating_sub(sending.len() as u32);
        match turn(&service, n_free).await {
            Ok(due) => {
                for one in due {
                    sending.spawn(attempt(service.clone(), webhooks.clone(), one));
                }
            }
            Err(error) => {
                tracing::error!(%error, "subscriptions wait");
                tokio::select! {
                    () = sleep(FAILURE_PAUSE) => {}
                    () = &mut stop => break,
                }
            }
        }
        tokio::select! {
            _ = captured.changed() => {}
            _ = looking.tick() => {}
            Some(_) = sending.join_next() => {}
            () = &mut stop => break,
        }
    }
    while sending.join_next().await.is_some() {}
}

async fn turn(service: &Service, n_free: u32) -> service::Result<Vec<Sending>> {
    // What is chosen already goes out, whatever keeps more from being chosen.
    if let Err(error) = service.dispatch_events().await {
        tracing::error!(%error, "events wait to be chosen");
    }
    if let Err(error) = service.trigger_schedules().await {
        tracing::error!(%error, "schedules wait");
    }
    if n_free == 0 { Ok(Vec::new()) } else { service.claim_deliveries(n_free).await }
}

async fn attempt(service: Service, webhooks: Webhooks, sending: Sending) {
    let answer = webhooks.send(&sending).await;
    if let Err(error) = service.settle_delivery(&sending, &answer).await {
        // The lease ends by itself, and the delivery is repeated under the same id.
        tracing::error!(%error, delivery.id = sending.delivery_id, "an answer was not noted");
    }
}
