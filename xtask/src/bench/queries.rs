//! The query part of `bench epcis`: what a selective question costs over HTTP, and how that grows
//! with the number of stored events.
//!
//! Each item of a maker is commissioned in a lot, stored, shipped and received: four events, at one
//! of a thousand places, one event a millisecond. All questions have about as many answers in every
//! world, so that what grows is the world.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use epcis::build::{Draft, Ilmd, When, document};
use epcis::{Action, Role};
use store::{Durability, Options as StoreOptions, Store};

use super::client::load;
use super::line::emit;
use super::server::Server;
use super::world::{World, now_us};
use crate::components;
use crate::postgres::Postgres;

const DECADES: [(&str, u64); 3] = [("1e5", 100_000), ("1e6", 1_000_000), ("1e7", 10_000_000)];
const POSTGRES_EVENTS: (&str, u64) = ("1e6", 1_000_000);

const EVENTS_A_DOCUMENT: u64 = 1_000;
const DOCUMENTS_AT_ONCE: usize = 4;
const STEPS: [&str; 4] = ["commissioning", "storing", "shipping", "receiving"];
const ITEMS_A_LOT: u64 = 1_000;
const N_PLACES: u64 = 1_000;
/// Event time of the first event, in microseconds since the epoch: 2025-11-21, midnight.
const BEGIN_US: i64 = 1_763_683_200_000_000;
const MS: u64 = 1_000;

const N_CONNECTIONS: usize = 2;
const N_REQUESTS: usize = 2_000;
const ANSWERS_A_PAGE: u64 = 10;

/// A question, by the number of its own that tells its requests apart, in a world of `n` events.
struct Question {
    name: &'static str,
    ask: fn(u64, u64) -> String,
}

const QUESTIONS: [Question; 4] = [
    Question {
        name: "epcis/match_any_epc",
        ask: |number, n| format!("MATCH_anyEPC={}", escaped(&item(number % (n / 4)))),
    },
    Question {
        name: "epcis/biz_step_in_window",
        ask: |number, n| {
            let from_ms = number % (n - 100);
            let [from, until] = [from_ms, from_ms + 4 * ANSWERS_A_PAGE].map(time);
            format!("EQ_bizStep=shipping&GE_eventTime={from}&LT_eventTime={until}")
        },
    },
    Question {
        name: "epcis/ilmd",
        ask: |number, n| {
            let lot = number % (n / 4 / ITEMS_A_LOT);
            format!("EQ_ILMD_{}=L{lot}", escaped("https://ref.gs1.org/cbv/mda/lotNumber"))
        },
    },
    Question {
        name: "epcis/read_point",
        ask: |number, _| format!("EQ_readPoint={}", escaped(&place(number % N_PLACES))),
    },
];

/// Measures each question in each world.
pub(super) async fn measure() -> Result<()> {
    let mut p99_ms = [[0.0; DECADES.len()]; QUESTIONS.len()];
    for (decade, (label, n_events)) in DECADES.into_iter().enumerate() {
        let folder = filled(label, n_events).await?;
        let server = Server::product(&folder)?;
        let key = std::fs::read_to_string(folder.join("key"))?;
        for (question, p99_ms) in QUESTIONS.iter().zip(&mut p99_ms) {
            p99_ms[decade] = p99(&server, &key, question, n_events).await?;
            emit(&format!("{}/{label}", question.name), p99_ms[decade], "ms p99", None, None)?;
        }
    }
    for (question, p99_ms) in QUESTIONS.iter().zip(p99_ms) {
        let growth = p99_ms.windows(2).map(|two| two[1] / two[0]).fold(0.0, f64::max);
        let name = format!("{}/growth", question.name);
        let what = "a tenth of the events; the worst of the decades";
        emit(&name, p99_ms[DECADES.len() - 1], "ms p99", Some(what), Some(growth))?;
    }
    Ok(())
}

/// Measures each question on PostgreSQL.
pub(super) async fn measure_postgres() -> Result<()> {
    let Some(programs) = components::postgres_programs() else {
        eprintln!("# no PostgreSQL here; `cargo xtask setup` installs it");
        return Ok(());
    };
    let postgres = Postgres::start(&programs)?;
    let (label, n_events) = POSTGRES_EVENTS;
    let mut options = StoreOptions::new(now_us());
    options.durability = Durability::UntilPowerFails;
    let folder = super::world::folder_of("events-postgres")?;
    std::fs::create_dir_all(&folder)?;
    let store = Store::open_postgres(&postgres.url(), options).await?;
    let world = World::over(store, &folder).await?;
    fill(Arc::new(world), n_events).await?;
    postgres.analyze(&programs)?;
    let server = Server::product_over(&folder, &postgres.url())?;
    let key = std::fs::read_to_string(folder.join("key"))?;
    for question in &QUESTIONS {
        let p99_ms = p99(&server, &key, question, n_events).await?;
        emit(&format!("{}/{label}/postgres", question.name), p99_ms, "ms p99", None, None)?;
    }
    Ok(())
}

/// The 99th percentile of a question's answers, in milliseconds.
async fn p99(server: &Server, key: &str, question: &Question, n_events: u64) -> Result<f64> {
    // Steps of a prime, so that neighbours in time are not neighbours in the world.
    let request = |number: u64| {
        let parameters = (question.ask)(number.wrapping_mul(7_368_787), n_events);
        format!(
            "GET /epcis/events?{parameters}&perPage={ANSWERS_A_PAGE} HTTP/1.1\r\n\
             Host: t.example\r\nAuthorization: Bearer {key}\r\nAccept: application/json\r\n\r\n"
        )
        .into_bytes()
    };
    let requests: Arc<Vec<Vec<u8>>> = Arc::new((0..N_REQUESTS as u64).map(request).collect());
    // Once unmeasured: what a server learns at its first questions is no matter of size.
    load(&server.address, &requests, N_CONNECTIONS, N_REQUESTS / 10).await?;
    let load = load(&server.address, &requests, N_CONNECTIONS, N_REQUESTS).await?;
    Ok(load.quantile(0.99).as_secs_f64() * 1e3)
}

/// The folder of a world with so many events, filled now unless it is there already.
async fn filled(label: &str, n_events: u64) -> Result<PathBuf> {
    let folder = super::world::folder_of(&format!("events-{label}"))?;
    World::made(&folder, async |world| fill(world, n_events).await).await?;
    Ok(folder)
}

/// Captures the events by documents, and leaves the key of who did in the folder.
async fn fill(world: Arc<World>, n_events: u64) -> Result<()> {
    let firm = world.firm(1).await?;
    let enterprise_id = firm.caller.enterprise_id.context("a firm has an enterprise")?;
    let (key, caller) = world.caller(enterprise_id).await?;
    std::fs::write(world.folder.join("key"), key)?;
    let mut tasks = tokio::task::JoinSet::new();
    for first in (0..n_events).step_by(EVENTS_A_DOCUMENT as usize) {
        let (world, caller) = (Arc::clone(&world), caller.clone());
        tasks.spawn(async move {
            let drafts: Vec<Draft> = (first..first + EVENTS_A_DOCUMENT).map(event).collect();
            world.service.capture_document(&caller, document(BEGIN_US, &drafts)).await
        });
        if tasks.len() >= DOCUMENTS_AT_ONCE {
            tasks.join_next().await.context("a task runs")???;
        }
        if first % 1_000_000 == 999_000 {
            eprintln!("# {} of {n_events} events", first + EVENTS_A_DOCUMENT);
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// The `number`-th event: four for each item.
fn event(number: u64) -> Draft {
    let (id, step) = (number / 4, number % 4);
    let when = When { event_time_us: BEGIN_US + (number * MS) as i64, offset: "+08:00".to_owned() };
    let action = if step == 0 { Action::Add } else { Action::Observe };
    let draft = Draft::object(action, when)
        .biz_step(STEPS[step as usize])
        .read_point(&place(number.wrapping_mul(7_919) % N_PLACES))
        .epc(Role::Epc, &item(id));
    if step > 0 {
        return draft;
    }
    let lot_number = Some(format!("L{}", id / ITEMS_A_LOT));
    draft.ilmd(Ilmd { lot_number, ..Ilmd::default() })
}

fn item(id: u64) -> String {
    format!("https://id.gs1.org/01/09506000134352/21/{id}")
}

fn place(number: u64) -> String {
    format!("https://id.gs1.org/414/9521321000018/254/{number}")
}

/// A time of the first day, so many milliseconds after its midnight.
fn time(ms: u64) -> String {
    let (s, ms) = (ms / 1_000, ms % 1_000);
    format!("2025-11-21T{:02}%3A{:02}%3A{:02}.{ms:03}Z", s / 3_600, s / 60 % 60, s % 60)
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F").replace(':', "%3A").replace('+', "%2B")
}
