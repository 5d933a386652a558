//! Looks at the domains of enterprises for their tokens.

use super::Webhooks;
use futures_util::future::join_all;
use service::{DOMAIN_PATH, Domain, Service};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Domains that one process looks at in a turn, side by side.
const MAX_LOOKS: u32 = 16;

/// How long a look may take, so that a silent site keeps no other waiting.
const LOOK_TIME: Duration = Duration::from_secs(10);

/// How often to look for domains whose turn it is.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Looks at domains each day, until `stop` is done.
pub async fn verify_domains(service: Service, webhooks: Webhooks, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut looking = interval(LOOK_EVERY);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = looking.tick() => {}
            () = &mut stop => return,
        }
        tokio::select! {
            done = turn(&service, &webhooks) => if let Err(error) = done {
                tracing::error!(%error, "domains wait to be looked at");
            },
            () = &mut stop => return,
        }
    }
}

/// Looks at all whose turn it is.
async fn turn(service: &Service, webhooks: &Webhooks) -> service::Result<()> {
    loop {
        let due = service.claim_domain_checks(MAX_LOOKS).await?;
        if due.is_empty() {
            return Ok(());
        }
        for done in join_all(due.iter().map(|it| look(service, webhooks, it))).await {
            done?;
        }
    }
}

/// One look at a domain that was taken up.
pub(crate) async fn look(
    service: &Service,
    webhooks: &Webhooks,
    due: &Domain,
) -> service::Result<()> {
    let found = timeout(LOOK_TIME, webhooks.file(&due.domain, DOMAIN_PATH)).await;
    let silent = || format!("no answer in {} s", LOOK_TIME.as_secs());
    let found = found.unwrap_or_else(|_| Err(silent()));
    service.settle_domain(due, found.as_deref().map_err(String::as_str)).await
}
