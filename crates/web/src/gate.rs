//! The door before codes: who missed too often works or waits before anything is looked up, and an
//! answer to a miss comes late. What that costs is decided in `service`; a hit passes both unmoved.

use crate::app::App;
use crate::pages::pass;
use crate::problem::Problem;
use crate::visit::{Visit, Wants};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use service::{Caller, Door, Miss, Payer, ScanAnswer};
use std::sync::Arc;
use tokio::time::Instant;
use verdict::{Mistyped, State};

/// A request that was let in.
pub(crate) struct Entered {
    began: Instant,
    /// Whom a miss is charged to; none in tests without a connection.
    payer: Option<Payer>,
}

/// Who asks for what.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The digits as they came, of whatever link.
    pub(crate) code: &'a str,
    /// Who is signed in.
    pub(crate) caller: Option<&'a Caller>,
}

impl<'a> Asked<'a> {
    /// For a code, by anybody.
    pub(crate) fn of(code: &'a str) -> Self {
        Self { code, caller: None }
    }
}

/// How a request can go on from a closed door.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// By a link to the same page, with a pass.
    Link,
    /// By the page of the form at this path, which takes the pass along. What was typed into it is
    /// in no link, so it is typed again.
    Form(&'a str),
}

/// Lets a request in, or answers it at the door.
pub(crate) fn enter(
    app: &App,
    visit: &Visit,
    asked: Asked<'_>,
    way: Way<'_>,
) -> Result<Entered, Box<Response>> {
    let payer = asked.caller.map(Caller::payer).or(visit.client.map(Payer::Address));
    let entered = Entered { began: Instant::now(), payer };
    let Some(payer) = payer else { return Ok(entered) };
    match app.service.door(payer, asked.code, visit.pass()) {
        Door::Open => Ok(entered),
        Door::Closed(challenge) => {
            app.edge.metrics().closed_door();
            let wait = HeaderValue::from(challenge.wait_s);
            let is_program = visit.wants == Wants::Json || visit.path().starts_with("/api/");
            let mut response = if is_program {
                Problem::too_many(Arc::new(challenge)).into_response()
            } else {
                let onward = match way {
                    Way::Link => visit.here_with_pass(),
                    Way::Form(path) if path.contains('?') => format!("{path}&pass="),
                    Way::Form(path) => format!("{path}?pass="),
                };
                pass::page(visit, &challenge, onward)
            };
            response.headers_mut().insert(header::RETRY_AFTER, wait);
            Err(Box::new(response))
        }
    }
}

impl Entered {
    /// Charges the sender if the answer is a miss, and waits as long as that costs.
    pub(crate) async fn leave(self, app: &App, answer: &ScanAnswer) -> Result<(), Problem> {
        match answer.verdict.state {
            // Who handles goods scans all day, and labels are torn. Other numbers may be guessed.
            State::Mistyped(Mistyped::CheckDigit)
                if matches!(self.payer, Some(Payer::Member(_))) => {}
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
        if let Some(payer) = self.payer {
            // Boxed, so that what waits for a hit stays small.
            Box::pin(app.service.pay(payer, miss, self.began)).await;
        }
    }
}
