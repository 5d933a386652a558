//! `bench epcis`: what reading an event costs, beside a bare JSON parser on the same bytes.
//!
//! The events are the main job's: 24 neighbouring items packed into a case, then the case shipped.
//! One core; each round measures all of them, and the best round of each counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ::epcis::build::{Draft, When, document};
use ::epcis::{
    Action, Envelope, EventReader, Format, Formats, Limits, Outgoing, Role, parse_document,
    parse_xml, write_document,
};
use anyhow::{Result, ensure};

use super::line::emit;
use super::{Options, Part};

const N_CASES: u64 = 500;
const ITEMS_A_CASE: u64 = 24;
const N_ROUNDS: usize = 30;

/// A time in 2025, in microseconds since the Unix epoch.
pub(crate) const THEN_US: i64 = 1_763_700_000_000_000;

/// Measures a document of 1,000 events, and then what a server does with many.
pub(crate) fn run(options: Options) -> Result<()> {
    let is_wanted = |part| options.only.is_none_or(|only| only == part);
    let drafts: Vec<Draft> = (0..N_CASES).flat_map(case).collect();
    let json = document(THEN_US, &drafts);
    if is_wanted(Part::Event) {
        read_events(&json, drafts.len() as f64)?;
    }
    if is_wanted(Part::Hash) {
        super::hash::run(&json)?;
    }
    if is_wanted(Part::Identifiers) {
        super::identifiers::run()?;
    }
    if is_wanted(Part::Stream) {
        super::stream::run()?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if is_wanted(Part::Queries) {
        runtime.block_on(super::queries::measure())?;
    }
    if is_wanted(Part::Postgres) {
        runtime.block_on(super::queries::measure_postgres())?;
    }
    Ok(())
}

fn read_events(json: &[u8], n_events: f64) -> Result<()> {
    let limits = Limits::default();
    let (read, violations) = parse_document(json, &limits);
    ensure!(violations.is_empty(), "the events break rules: {violations:?}");
    let read = read.expect("nothing is wrong with it");
    let outgoing = |event| Outgoing { body: event, event_id: None, record_time_us: None };
    let bodies: Vec<Outgoing<'_>> = read.events.iter().map(|it| outgoing(&it.body)).collect();
    let envelope = Envelope::Document { creation_date_us: THEN_US };
    let xml = write_document(Format::Xml, &envelope, &bodies, &Formats::default())
        .map_err(|violation| anyhow::anyhow!("{violation}"))?;

    let mut best = [Duration::MAX; 4];
    for _ in 0..N_ROUNDS {
        let rounds = [
            timed(|| drop(black_box(serde_json::from_slice::<serde_json::Value>(json)))),
            timed(|| drop(black_box(parse_document(json, &limits)))),
            timed(|| EventReader::new(json, Format::Json, &limits).for_each(black_boxed)),
            timed(|| drop(black_box(parse_xml(&xml, &limits)))),
        ];
        for (best, round) in best.iter_mut().zip(rounds) {
            *best = round.min(*best);
        }
    }
    let [value, whole, stream, xml] = best.map(|it| it.as_secs_f64());
    let what = Some("serde_json::from_slice::<Value> of the same bytes");
    emit("epcis/event", n_events / whole, "events/s", what, Some(value / whole))?;
    emit("epcis/event/stream", n_events / stream, "events/s", what, Some(value / stream))?;
    Ok(emit("epcis/event/xml", n_events / xml, "events/s", None, None)?)
}

fn timed(act: impl FnOnce()) -> Duration {
    let start = Instant::now();
    act();
    start.elapsed()
}

fn black_boxed<T>(value: T) {
    black_box(value);
}

/// The two events of a case.
pub(crate) fn case(n: u64) -> [Draft; 2] {
    let when =
        || When { event_time_us: THEN_US + n as i64 * 1_000_000, offset: "+08:00".to_owned() };
    let place = "https://id.gs1.org/414/4023333000000";
    let body = format!("34023333{n:09}");
    let digit = gs1::check_digit::of(&body).expect("all are digits");
    let case = format!("https://id.gs1.org/00/{body}{digit}");
    let packed = Draft::aggregation(Action::Add, when())
        .event_id(&format!("urn:uuid:00000000-0000-4000-8000-{n:012}"))
        .epc(Role::Parent, &case)
        .biz_step("packing")
        .disposition("in_progress")
        .read_point(place);
    let packed = (0..ITEMS_A_CASE).fold(packed, |draft, item| {
        let serial = 123_456_789_012_000 + n * ITEMS_A_CASE + item;
        draft.epc(Role::Child, &format!("https://id.gs1.org/01/04023333000550/21/{serial}"))
    });
    let shipped = Draft::object(Action::Observe, when())
        .event_id(&format!("urn:uuid:00000000-0000-4000-9000-{n:012}"))
        .epc(Role::Epc, &case)
        .biz_step("shipping")
        .disposition("in_transit")
        .read_point(place)
        .biz_transaction("desadv", "urn:epcglobal:cbv:bt:4023333000000:1")
        .source("owning_party", "https://id.gs1.org/417/4023333000000")
        .destination("owning_party", "https://id.gs1.org/417/4012345000009");
    [packed, shipped]
}
