//! A trace as a document: with a number, the time it was asked, and a hash that others can check.

use super::TraceJson;
use super::tables::{Detail, Tables, missing};
use crate::language::Language;
use crate::moment::{in_words, rfc3339};
use crate::pages::console::drawing::figure;
use crate::pages::item::encode;
use crate::text::fill;
use label::report::{Font, Report, pdf, xlsx};
use service::{Caller, Service, Trace, TraceQuestion};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use trace::Direction;

/// An answer and how it was asked, so that it can be asked again.
pub struct TraceReport {
    trace: Trace,
    asked: TraceQuestion,
    asked_at_us: i64,
    /// SHA-256 of the JSON answer in hex digits.
    json_hash: String,
    /// Where the JSON answer is, record time and all.
    address: String,
    language: Language,
}

impl TraceReport {
    /// Asks, as of now where no record time is asked for: what is captured later changes nothing
    /// of what the address of the answer gives.
    ///
    /// # Errors
    /// As [`Service::trace`].
    pub async fn ask(
        service: &Service,
        caller: &Caller,
        question: TraceQuestion,
        language: Language,
    ) -> service::Result<Self> {
        let asked_at_us = service.now_us();
        let record_time_us = question.record_time_us.or(Some(asked_at_us));
        let asked = TraceQuestion { record_time_us, ..question };
        let trace = service.trace(caller, &asked).await?;
        let json = serde_json::to_vec(&TraceJson::from(trace.clone()));
        let json = json.expect("our own shapes are always JSON");
        let mut json_hash = String::with_capacity(64);
        for byte in Sha256::digest(&json) {
            write!(json_hash, "{byte:02x}").expect("writing to a String cannot fail");
        }
        let address = address(service.public_url(), &asked);
        Ok(Self { trace, asked, asked_at_us, json_hash, address, language })
    }

    /// The report as pages of A4.
    ///
    /// # Errors
    /// As [`label::report::pdf`].
    pub fn pdf(&self, font: &Font) -> Result<Vec<u8>, label::report::Error> {
        pdf(&self.report(Detail::Page), font)
    }

    /// The report as a workbook.
    ///
    /// # Errors
    /// As [`label::report::xlsx`].
    pub fn xlsx(&self) -> Result<Vec<u8>, label::report::Error> {
        xlsx(&self.report(Detail::Sheet))
    }

    fn report(&self, detail: Detail) -> Report {
        let (language, trace) = (self.language, &self.trace);
        let c = language.console_texts();
        let missing = missing(language, trace);
        let mut notes = missing.clone();
        notes.push(fill(c.report_check, &self.address));
        let tables = Tables::new(language, detail, &trace.steps);
        let lists = match detail {
            Detail::Page => vec![
                tables.contradictions(trace),
                tables.holders(trace),
                tables.events(),
                tables.parts(trace),
                tables.amounts_moved(trace),
                tables.flows(trace),
                tables.balances(trace),
                tables.shares(trace),
            ],
            Detail::Sheet => vec![
                tables.events(),
                tables.holders(trace),
                tables.contradictions(trace),
                tables.parts(trace),
                tables.amounts_moved(trace),
                tables.balances(trace),
                tables.shares(trace),
                tables.flows(trace),
            ],
        };
        let has_place = |list: &crate::listing::Listing| {
            detail == Detail::Sheet || !list.rows.is_empty() || list.title == c.trace
        };
        let mut tables: Vec<_> =
            lists.into_iter().filter(has_place).map(|list| list.table()).collect();
        for table in tables.iter_mut().filter(|it| it.title == c.trace) {
            table.notes.clone_from(&missing);
            if trace.direction == Direction::Forward {
                table.title = c.trace_forward.to_owned();
            }
        }
        Report {
            title: match trace.direction {
                Direction::Backward => c.report_backward.to_owned(),
                Direction::Forward => c.report_forward.to_owned(),
            },
            number: self.number(),
            made_at_s: self.asked_at_us.div_euclid(1_000_000),
            language: language.tag(),
            facts: self.facts(),
            notes,
            figures: match detail {
                Detail::Page => figure(language, trace).into_iter().collect(),
                Detail::Sheet => Vec::new(),
            },
            tables,
            foot: format!("{} · SHA-256 {}", rfc3339(self.asked_at_us), self.json_hash),
        }
    }

    /// `T-1A2B-3C4D-5E6F`: the first 48 bits of the hash, so that whoever has the answer can tell
    /// the number; among 2^24 answers two have the same by chance.
    pub fn number(&self) -> String {
        let digits = self.json_hash[..12].to_uppercase();
        format!("T-{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
    }

    fn facts(&self) -> Vec<(String, String)> {
        let (language, c) = (self.language, self.language.console_texts());
        let time = |time_us: i64| format!("{}, {}", in_words(language, time_us), rfc3339(time_us));
        let mut facts = vec![
            (c.identifier, self.trace.epc.clone()),
            (c.asked_at, time(self.asked_at_us)),
            (c.n_events_told, self.trace.steps.len().to_string()),
        ];
        facts.extend(self.asked.event_time_us.map(|at| (c.as_of_event, time(at))));
        facts.extend(self.asked.record_time_us.map(|at| (c.as_of_record, time(at))));
        facts.extend(self.asked.on.map(|on| (c.trace_go_on, on.to_string())));
        facts.push(("SHA-256", self.json_hash.clone()));
        facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
    }
}

/// Where an answer is as JSON.
fn address(public_url: &str, asked: &TraceQuestion) -> String {
    let (epc, direction) = (encode(&asked.subject), asked.direction.name());
    let mut address = format!("{public_url}/api/v1/trace?epc={epc}&direction={direction}");
    let times = [("event_time", asked.event_time_us), ("record_time", asked.record_time_us)];
    for (name, time_us) in times.into_iter().filter_map(|(name, at)| Some((name, at?))) {
        write!(address, "&{name}={}", encode(&rfc3339(time_us)))
            .expect("writing to a String cannot fail");
    }
    if let Some(on) = asked.on {
        write!(address, "&on={}", encode(&on.to_string()))
            .expect("writing to a String cannot fail");
    }
    address
}
