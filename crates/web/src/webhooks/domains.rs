//! Looks at the domains of enterprises for their tokens.

use super::Webhooks;
use service::{DOMAIN_PATH, Domain, Service};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// Domains that one process looks at in a turn, one after the other.
const MAX_LOOKS: u32 = 16;

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
        let turn = async {
            for due in service.claim_domain_checks(MAX_LOOKS).await? {
                look(&service, &webhooks, &due).await?;
            }
            service::Result::Ok(())
        };
        tokio::select! {
            done = turn => if let Err(error) = done {
                tracing::error!(%error, "domains wait to be looked at");
            },
            () = &mut stop => return,
        }
    }
}

/// One look at a domain that was taken up.
pub(crate) async fn look(
    service: &Service,
    webhooks: &Webhooks,
    due: &Domain,
) -> service::Result<()> {
    let found = webhooks.file(&due.domain, DOMAIN_PATH).await;
    service.settle_domain(due, found.as_deref().map_err(String::as_str)).await
}
