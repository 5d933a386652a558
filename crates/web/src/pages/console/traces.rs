//! The blocks that tell a trace: the drawing, and tables that say the same.

use super::Desk;
use super::drawing::{Here, Open, drawing};
use crate::api::traces::tables::{Detail, Tables};
use crate::listing::Listing;
use crate::moment::{local, rfc3339};
use crate::pages::blocks::{Block, Facts, Field, Figure, Form, Input, Link, Note, Table, Way};
use crate::pages::facts;
use crate::pages::item::encode;
use crate::text::fill;
use service::{Trace, TraceQuestion};
use trace::Direction;
use verdict::Tone;

/// All that is told of a trace at `path`, the page that it stands on.
pub(super) fn blocks(
    desk: &Desk<'_>,
    path: &'static str,
    (asked, open): (&TraceQuestion, &Open),
    trace: &Trace,
) -> Vec<Block> {
    let (c, t) = (desk.c, desk.language().texts());
    let this = This::new(path, asked, trace);
    let epc = Facts { title: t.epc, picture: None, facts: facts([("EPC", trace.epc.clone())]) };
    let mut blocks = vec![Block::Facts(epc), Block::Links(ways(desk, &this, trace))];
    if let Some(cut) = &trace.cut {
        let mut note = Note::new(Tone::Amber, c.truncated);
        note.lines = vec![fill(c.go_on_with, &cut.at)];
        blocks.push(Block::Note(note));
    }
    if trace.n_hidden > 0 {
        let title = fill(c.trace_hidden, trace.n_hidden.to_string());
        blocks.push(Block::Note(Note::new(Tone::Grey, title)));
    }
    let title = match trace.direction {
        Direction::Backward => c.trace,
        Direction::Forward => c.trace_forward,
    };
    let here = Here { address: &(this.page(trace.direction) + &this.on), open };
    let svg = drawing(desk.language(), title, trace, &here);
    blocks.extend(svg.map(|svg| Block::Figure(Figure { title: c.trace_drawing, svg })));
    let tables = Tables::new(desk.language(), Detail::Page, &trace.steps);
    let told = |list: Listing| {
        (!list.rows.is_empty()).then(|| Block::Table(list.block([c.trace_none, c.trace_none_next])))
    };
    blocks.extend(told(tables.contradictions(trace)));
    blocks.extend(told(tables.holders(trace)));
    let events = tables.events().block([c.trace_none, c.trace_none_next]);
    blocks.push(Block::Table(Table { title, ..events }));
    blocks.extend(told(tables.parts(trace)));
    blocks.extend(told(tables.amounts_moved(trace)));
    blocks.extend(told(tables.flows(trace)));
    blocks.extend(told(tables.balances(trace)));
    blocks.extend(told(tables.shares(trace)));
    blocks.push(Block::Form(as_of(desk, path, asked)));
    blocks
}

/// The address of this very answer.
struct This {
    path: &'static str,
    epc: String,
    as_of: String,
    /// `on=…&`, where the answer goes on from a cut.
    on: String,
}

impl This {
    fn new(path: &'static str, asked: &TraceQuestion, trace: &Trace) -> Self {
        let time = |name: &str, time_us: Option<i64>| {
            time_us.map(|at| format!("&{name}={}", encode(&rfc3339(at)))).unwrap_or_default()
        };
        let event_time = time("event_time", asked.event_time_us);
        let as_of = event_time + &time("record_time", asked.record_time_us);
        let on = asked.on.map(|on| format!("on={}&", encode(&on.to_string()))).unwrap_or_default();
        let epc = if asked.on.is_some() { &asked.subject } else { &trace.epc };
        Self { path, epc: encode(epc).into_owned(), as_of, on }
    }

    /// A page of the same subject, up to where boxes are opened.
    fn page(&self, direction: Direction) -> String {
        let Self { path, epc, as_of, .. } = self;
        format!("{path}?epc={epc}&direction={}{as_of}&", direction.name())
    }

    /// The same answer as a file.
    fn file(&self, kind: &str, direction: Direction) -> String {
        let Self { epc, as_of, on, .. } = self;
        let direction = direction.name();
        let address = format!("/api/v1/trace.{kind}?epc={epc}&direction={direction}{as_of}&{on}");
        address.trim_end_matches('&').to_owned()
    }
}

fn ways(desk: &Desk<'_>, this: &This, trace: &Trace) -> Vec<Link> {
    let c = desk.c;
    let (other, label) = match trace.direction {
        Direction::Backward => (Direction::Forward, c.trace_show_forward),
        Direction::Forward => (Direction::Backward, c.trace_show_backward),
    };
    let href = this.page(other).trim_end_matches('&').to_owned();
    let files = [("pdf", c.trace_pdf), ("xlsx", c.trace_xlsx), ("csv", c.trace_csv)];
    let files = files.map(|(kind, label)| Link { href: this.file(kind, trace.direction), label });
    let on = trace.cut.as_ref().and_then(|cut| Some((&cut.at, cut.on.as_ref()?)));
    let on = on.map(|(at, on)| {
        let (at, on) = (encode(at), on.to_string());
        let This { path, as_of, .. } = this;
        let direction = trace.direction.name();
        let href = format!("{path}?epc={at}&direction={direction}{as_of}&on={}", encode(&on));
        Link { href, label: c.trace_go_on }
    });
    [Link { href, label }].into_iter().chain(files).chain(on).collect()
}

/// The same question as of another time.
fn as_of(desk: &Desk<'_>, path: &'static str, asked: &TraceQuestion) -> Form {
    let c = desk.c;
    let time = |name, label, time_us: Option<i64>| {
        let value = time_us.map(|at| local(desk.language(), at)).unwrap_or_default();
        Field::of(name, label, Input::Line("datetime-local")).optional().value(value)
    };
    let fields = vec![
        Field::of("epc", "", Input::Hidden).value(&asked.subject),
        Field::of("direction", "", Input::Hidden).value(asked.direction.name()),
        time("event_time", c.as_of_event, asked.event_time_us),
        time("record_time", c.as_of_record, asked.record_time_us),
    ];
    Form::post(c.as_of, path, fields).way(Way::Get).button(c.lookup_button)
}

/// The table of an answer without events.
pub(super) fn none(desk: &Desk<'_>) -> Block {
    let events = Tables::new(desk.language(), Detail::Page, &[]).events();
    Block::Table(events.block([desk.c.trace_none, desk.c.trace_none_next]))
}
