//! The door before codes: who missed too often works or waits before anything is looked up, and an
//! answer to a miss comes late. What that costs is decided in `service`; a hit passes both unmoved.

use crate::app::App;
use crate::pages::pass;
use crate::problem::Problem;
use crate::visit::{Visit, Wants};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use service::{Door, Miss, ScanAnswer};
use std::net::IpAddr;
use tokio::time::Instant;
use verdict::State;

/// A request that was let in.
pub(crate) struct Entered {
    began: Instant,
    /// Whom a miss is charged to; none for who is signed in, and in tests without a connection.
    client: Option<IpAddr>,
}

/// How a request can go on from a closed door.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By a link to the same page, with a pass.
    Link,
    /// By sending the form again, later.
    Later,
}

/// Lets a request in, or answers it at the door.
pub(crate) fn enter(app: &App, visit: &Visit, way: Way) -> Result<Entered, Box<Response>> {
    let (began, client) = (Instant::now(), visit.client);
    let Some(address) = client else { return Ok(Entered { began, client }) };
    match app.service.door(address, visit.path(), visit.pass()) {
        Door::Open => Ok(Entered { began, client }),
        Door::Closed(challenge) => {
            app.edge.metrics().closed_door();
            let wait = HeaderValue::from(challenge.wait_s);
            let is_page = way == Way::Link && visit.wants != Wants::Json;
            let mut response = if is_page {
                pass::page(visit, &challenge)
            } else {
                Problem::too_many(challenge.wait_s).into_response()
            };
            response.headers_mut().insert(header::RETRY_AFTER, wait);
            Err(Box::new(response))
        }
    }
}

impl Entered {
    /// Somebody whose misses are not counted here.
    pub(crate) fn known() -> Self {
        Self { began: Instant::now(), client: None }
    }

    /// Charges the sender if the answer is a miss, and waits as long as that costs.
    pub(crate) async fn leave(self, app: &App, answer: &ScanAnswer) -> Result<(), Problem> {
        match answer.verdict.state {
            State::Mistyped(_) => self.pay(app, Miss::Mistyped).await,
            State::PinWrong { .. } => self.pay(app, Miss::WrongPin).await,
            State::Unknown => {
                let code = answer.code.as_deref().unwrap_or_default();
                let is_reserved = Box::pin(app.service.is_reserved(code)).await?;
                let miss = if is_reserved { Miss::Reserved } else { Miss::Unknown };
                self.pay(app, miss).await;
            }
            _ => {}
        }
        Ok(())
    }

    /// Charges the sender for a miss that has no verdict.
    pub(crate) async fn pay(self, app: &App, miss: Miss) {
        app.edge.metrics().missed(miss);
        if let Some(address) = self.client {
            // Boxed, so that what waits for a hit stays small.
            Box::pin(app.service.pay(address, miss, self.began)).await;
        }
    }
}
