//! Subscriptions by WebSocket: a named query followed live (EPCIS 2.0 §12.7).
//!
//! A socket tells each event once while it lasts, in the order of captures, and keeps nothing
//! when it ends. A client that comes back names `initialRecordTime`, a little before the last
//! record time it saw, and drops the events whose id it knows.

use super::asked::Asked;
use super::named::no_such_name;
use super::subscriptions::{record_time, refused, timing};
use super::with;
use crate::app::App;
use crate::caller::is_own_origin;
use crate::moment::rfc3339;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderName, header, request::Parts};
use axum::response::Response;
use epcis::{EpcFormat, Format};
use service::{Caller, Error, Follower, Timing};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Sockets of one key, and of one process.
const MAX_SOCKETS_A_KEY: u32 = 20;
const MAX_SOCKETS: u32 = 1000;

/// Bytes of a message of the client's; it has nothing to say.
const MAX_HEARD_BYTES: usize = 4096;

/// How often the client is asked whether it is there, and whether it still may listen.
const PING_EVERY: Duration = Duration::from_secs(30);

/// How long a client may be silent: it answers each ping.
const SILENCE: Duration = Duration::from_secs(75);

/// How long a client may take to read a message.
const SEND_TIME: Duration = Duration::from_secs(30);

/// How often to look for captures of other servers.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Sockets that are open, by key.
#[derive(Default)]
pub(crate) struct Sockets(Mutex<HashMap<String, u32>>);

/// A place of one socket among those that may be open.
struct Seat {
    sockets: Arc<Sockets>,
    key_id: String,
}

impl Sockets {
    fn take(self: &Arc<Self>, key_id: String) -> Result<Seat, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n_all: u32 = open.values().sum();
        let n_own = open.get(&key_id).copied().unwrap_or(0);
        if n_own >= MAX_SOCKETS_A_KEY || n_all >= MAX_SOCKETS {
            let detail = "too many WebSockets are open; close one of yours or come later";
            return Err(Error::Unavailable(detail.into()).into());
        }
        *open.entry(key_id.clone()).or_default() += 1;
        Ok(Seat { sockets: Arc::clone(self), key_id })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n_own) = open.get_mut(&self.key_id) {
            *n_own -= 1;
            if *n_own == 0 {
                open.remove(&self.key_id);
            }
        }
    }
}

/// A WebSocket, where the request asks for one.
pub(crate) struct Wanted(pub(super) Option<WebSocketUpgrade>);

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let upgrade = parts.headers.get(header::UPGRADE).and_then(|it| it.to_str().ok());
        if !upgrade.is_some_and(|it| it.eq_ignore_ascii_case("websocket")) {
            return Ok(Self(None));
        }
        // A cookie travels by itself, also from a page of somebody else.
        if parts.headers.contains_key(header::ORIGIN) && !is_own_origin(&parts.headers) {
            return Err(Problem::forbidden());
        }
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let wrong =
            |it: WebSocketUpgradeRejection| Problem::rejected("", "bad-upgrade", it.body_text());
        upgrade.map(|it| Self(Some(it))).map_err(wrong)
    }
}

/// One socket and what it tells.
struct Telling {
    app: App,
    socket: WebSocket,
    follower: Follower,
    timing: Timing,
    epc_format: EpcFormat,
    _seat: Seat,
}

/// Why a socket ends, with the code of RFC 6455 §7.4.1.
struct End(u16, &'static str);

/// `GET /epcis/queries/{query_name}/events` with `Upgrade: websocket`.
pub(super) async fn open(
    app: App,
    caller: &Caller,
    query_name: &str,
    asked: &Asked,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    if asked.format != Format::Json {
        return Err(Problem::not_acceptable("application/json"));
    }
    let (timing, initial_us) = wishes(asked)?;
    let seat = app.sockets.take(caller.key_id.to_string())?;
    let following = app.service.follow_query(caller, query_name, initial_us).await;
    let follower = following.map_err(|error| match error {
        Error::NotFound => no_such_name(error),
        other => refused(other),
    })?;
    let min_record_time = rfc3339(initial_us.unwrap_or_else(|| app.service.now_us()));
    let epc_format = asked.epc_format;
    let upgrade = upgrade.max_message_size(MAX_HEARD_BYTES).max_frame_size(MAX_HEARD_BYTES);
    let response = upgrade.on_upgrade(move |socket| {
        Telling { app, socket, follower, timing, epc_format, _seat: seat }.run()
    });
    let name = HeaderName::from_static("gs1-query-min-record-time");
    Ok(with(super::with_versions(response), name, min_record_time))
}

/// The timing and the first record time that the address asks for.
fn wishes(asked: &Asked) -> Result<(Timing, Option<i64>), Problem> {
    let (mut stream, mut reports_if_empty, mut initial_us) = (None, false, None);
    let mut fields = Vec::new();
    for (name, value) in &asked.pairs {
        let truth = || match value.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Problem::subscription(name, "write true or false")),
        };
        match name.as_str() {
            "stream" => stream = Some(truth()?),
            "reportIfEmpty" => reports_if_empty = truth()?,
            "initialRecordTime" => initial_us = Some(record_time(value)?),
            // The fields of a schedule, or what is none and is refused with their names.
            _ => fields.push((name.clone(), value.clone())),
        }
    }
    let fields = Some(fields).filter(|it| !it.is_empty());
    Ok((timing(stream, fields, reports_if_empty)?, initial_us))
}

impl Telling {
    async fn run(mut self) {
        let End(code, reason) = match self.tell().await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        // Who is gone does not hear it.
        timeout(SEND_TIME, self.socket.send(Message::Close(Some(frame)))).await.ok();
    }

    /// Until the socket ends.
    async fn tell(&mut self) -> Result<std::convert::Infallible, End> {
        let schedule = self.timing.schedule().map_err(|_| End(1011, "internal error"))?;
        let mut next_at_us = schedule.and_then(|it| it.next_after(self.app.service.now_us()));
        let mut captured = self.app.service.captured();
        let (mut looking, mut pinging) = (interval(LOOK_EVERY), interval(PING_EVERY));
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pinging.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        loop {
            tokio::select! {
                heard = self.socket.recv() => match heard {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return Err(End(1000, "")),
                    Some(Ok(_)) => heard_at = Instant::now(),
                },
                _ = pinging.tick() => {
                    if heard_at.elapsed() > SILENCE {
                        return Err(End(1001, "no answer to pings"));
                    }
                    self.app.service.check_follower(&self.follower).await.map_err(end_of)?;
                    self.send(Message::Ping(axum::body::Bytes::new())).await?;
                }
                _ = captured.changed(), if schedule.is_none() => { self.tell_new().await?; }
                _ = looking.tick() => match (schedule, next_at_us) {
                    (None, _) => { self.tell_new().await?; }
                    (Some(schedule), Some(at_us)) if at_us <= self.app.service.now_us() => {
                        next_at_us = schedule.next_after(self.app.service.now_us());
                        let n_events = self.tell_new().await?;
                        self.tell_empty(n_events).await?;
                    }
                    _ => {}
                },
            }
        }
    }

    /// Tells what was captured since the last time; how many events that were.
    async fn tell_new(&mut self) -> Result<usize, End> {
        let mut n_events = 0;
        loop {
            let found = self.app.service.next_events(&mut self.follower).await.map_err(end_of)?;
            let Some(events) = found else { return Ok(n_events) };
            // Who catches up with years may lose his key on the way.
            self.app.service.check_follower(&self.follower).await.map_err(end_of)?;
            if events.is_empty() {
                continue;
            }
            n_events += events.len();
            let document =
                self.app.service.followed_document(&self.follower, &events, self.epc_format);
            self.send_document(document.await.map_err(end_of)?).await?;
        }
    }

    async fn tell_empty(&mut self, n_events: usize) -> Result<(), End> {
        let is_wished = matches!(self.timing, Timing::Schedule { reports_if_empty: true, .. });
        if n_events > 0 || !is_wished {
            return Ok(());
        }
        let document = self.app.service.followed_document(&self.follower, &[], self.epc_format);
        self.send_document(document.await.map_err(end_of)?).await
    }

    async fn send_document(&mut self, document: Vec<u8>) -> Result<(), End> {
        let text = String::from_utf8(document).map_err(|_| End(1011, "internal error"))?;
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(SEND_TIME, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End(1000, "")),
            Err(_) => Err(End(1008, "messages are not read in time")),
        }
    }
}

fn end_of(error: Error) -> End {
    match error {
        Error::Forbidden => End(1008, "the key was revoked"),
        Error::NotFound => End(1008, "the query was deleted"),
        Error::Unavailable(_) => End(1013, "try again later"),
        other => {
            tracing::error!(error = %other, "a WebSocket was ended");
            End(1011, "internal error")
        }
    }
}
