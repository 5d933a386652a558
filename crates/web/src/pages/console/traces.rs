//! The blocks that tell a trace: the drawing, and tables that say the same.

use super::drawing::drawing;
use super::{Desk, table};
use crate::moment::{in_words, local, rfc3339};
use crate::pages::blocks::{Block, Facts, Field, Figure, Form, Input, Link, Note, Row, Table, Way};
use crate::pages::facts;
use crate::pages::item::encode;
use crate::text::{biz_step, fill, traces as words};
use service::{Run, Trace, TraceQuestion, TraceStep, Via};
use trace::{Direction, EdgeKind, Sum};
use verdict::Tone;

/// All that is told of a trace at `path`, the page that it stands on.
pub(super) fn blocks(
    desk: &Desk<'_>,
    path: &'static str,
    asked: &TraceQuestion,
    trace: &Trace,
) -> Vec<Block> {
    let (c, t) = (desk.c, desk.language().texts());
    let epc = Facts { title: t.epc, picture: None, facts: facts([("EPC", trace.epc.clone())]) };
    let mut blocks = vec![Block::Facts(epc), Block::Links(ways(desk, path, asked, trace))];
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
    let svg = drawing(desk.language(), title, trace);
    blocks.extend(svg.map(|svg| Block::Figure(Figure { title: c.trace_drawing, svg })));
    let first = [contradictions(desk, trace), holders(desk, trace)];
    blocks.extend(first.into_iter().filter(|it| !it.rows.is_empty()).map(Block::Table));
    blocks.push(Block::Table(Table { title, ..steps(desk, &trace.steps) }));
    let further = [flows(desk, trace), balances(desk, trace), shares(desk, trace)];
    blocks.extend(further.into_iter().filter(|it| !it.rows.is_empty()).map(Block::Table));
    blocks.push(Block::Form(as_of(desk, path, asked)));
    blocks
}

fn ways(desk: &Desk<'_>, path: &str, asked: &TraceQuestion, trace: &Trace) -> Vec<Link> {
    let (c, epc) = (desk.c, encode(&trace.epc));
    let direction = trace.direction.name();
    let (other, label) = match trace.direction {
        Direction::Backward => (Direction::Forward.name(), c.trace_show_forward),
        Direction::Forward => (Direction::Backward.name(), c.trace_show_backward),
    };
    let time = |name: &str, time_us: Option<i64>| {
        time_us.map(|at| format!("&{name}={}", encode(&rfc3339(at)))).unwrap_or_default()
    };
    let event_time = time("event_time", asked.event_time_us);
    let as_of = event_time + &time("record_time", asked.record_time_us);
    let csv = format!("/api/v1/trace.csv?epc={epc}&direction={direction}{as_of}");
    let href = format!("{path}?epc={epc}&direction={other}{as_of}");
    vec![Link { href, label }, Link { href: csv, label: c.trace_csv }]
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

/// The events, one a row.
pub(super) fn steps(desk: &Desk<'_>, steps: &[TraceStep]) -> Table {
    let (c, t) = (desk.c, desk.language().texts());
    let heads = vec![
        c.event_time,
        c.stage,
        c.biz_step,
        t.reported_by,
        t.place,
        c.how_related,
        c.documents,
        c.quantities,
        c.event_id,
    ];
    let mut list = table(c.trace, heads, [c.trace_none, c.trace_none_next]);
    list.rows.extend(steps.iter().map(|it| {
        let relation = match &it.via {
            Via::Own => c.related_own.to_owned(),
            Via::Inside { container, .. } => fill(c.related_inside, container),
            Via::Source { input, .. } => fill(c.related_source, input),
            Via::Content { content, .. } => fill(c.related_content, content),
            Via::Product { output, .. } => fill(c.related_product, output),
        };
        Row::new(vec![
            in_words(desk.language(), it.event_time_us),
            words::stage(desk.language(), it.stage).to_owned(),
            step_word(desk, it),
            it.enterprise_name.clone(),
            it.read_point.clone().or_else(|| it.biz_location.clone()).unwrap_or_default(),
            relation,
            it.documents.join(" "),
            it.quantities.join("; "),
            shortened(&it.event_id),
        ])
    }));
    list
}

/// An event hash by its first digits; the whole of it is in the export.
fn shortened(event_id: &str) -> String {
    match event_id.strip_prefix("ni:///sha-256;").and_then(|hash| hash.get(..12)) {
        Some(digits) => format!("{digits}…"),
        None => event_id.to_owned(),
    }
}

fn step_word(desk: &Desk<'_>, step: &TraceStep) -> String {
    let word = if step.biz_step.is_empty() { step.event_type } else { &step.biz_step };
    biz_step(desk.language(), word).to_owned()
}

/// Time, step and reporter of an event of the trace.
fn event(desk: &Desk<'_>, trace: &Trace, step: Option<usize>) -> String {
    let Some(step) = step.map(|step| &trace.steps[step]) else { return String::new() };
    let time = in_words(desk.language(), step.event_time_us);
    format!("{time} {} {}", step_word(desk, step), step.enterprise_name)
}

fn run(run: &Run) -> String {
    match run.n_ids {
        1 => run.first.clone(),
        _ => format!("{} … {}", run.first, run.last),
    }
}

fn contradictions(desk: &Desk<'_>, trace: &Trace) -> Table {
    let c = desk.c;
    let heads = vec![c.contradiction, c.identifier, c.event_first, c.event_second];
    let mut list = table(c.contradictions, heads, ["", ""]);
    list.rows.extend(trace.contradictions.iter().map(|it| {
        Row::new(vec![
            words::contradiction(desk.language(), it.kind).to_owned(),
            run(&it.run),
            event(desk, trace, it.first),
            event(desk, trace, it.second),
        ])
    }));
    list
}

fn holders(desk: &Desk<'_>, trace: &Trace) -> Table {
    let c = desk.c;
    let heads = vec![c.identifier, c.count, c.state, c.last_event, c.container];
    let mut list = table(c.holders, heads, ["", ""]);
    list.rows.extend(trace.holders.iter().map(|it| {
        Row::new(vec![
            run(&it.run),
            it.run.n_ids.to_string(),
            words::state(desk.language(), it.state).to_owned(),
            event(desk, trace, it.step),
            it.container.clone().unwrap_or_default(),
        ])
    }));
    list
}

fn flows(desk: &Desk<'_>, trace: &Trace) -> Table {
    let c = desk.c;
    let heads = vec![c.flow_from, c.how_related, c.flow_to, c.last_event];
    let mut list = table(c.flows, heads, ["", ""]);
    list.rows.extend(trace.flows.iter().map(|it| {
        let kind = match it.kind {
            EdgeKind::Packed => c.flow_packed,
            EdgeKind::Made => c.flow_made,
            EdgeKind::OfLot => c.flow_of_lot,
        };
        let event = event(desk, trace, it.step);
        Row::new(vec![run(&it.from), kind.to_owned(), run(&it.to), event])
    }));
    list
}

fn balances(desk: &Desk<'_>, trace: &Trace) -> Table {
    let c = desk.c;
    let heads = vec![c.transformation, c.balance_in, c.balance_out, c.balance_yield];
    let mut list = table(c.balances, heads, ["", ""]);
    let sums = |sums: &[Sum]| -> String {
        let sum = |sum: &Sum| {
            let unit = sum.unit().map(|unit| format!(" {unit}")).unwrap_or_default();
            let rest = if sum.is_all { "" } else { " + ?" };
            format!("{}{unit}{rest}", sum.quantity)
        };
        sums.iter().map(sum).collect::<Vec<_>>().join("; ")
    };
    list.rows.extend(trace.balances.iter().map(|(steps, balance)| {
        let yielded = balance.yield_ratio().map(|it| format!("{:.1} %", it * 100.0));
        Row::new(vec![
            event(desk, trace, steps.first().copied()),
            sums(&balance.inputs),
            sums(&balance.outputs),
            yielded.unwrap_or_default(),
        ])
    }));
    list
}

fn shares(desk: &Desk<'_>, trace: &Trace) -> Table {
    let c = desk.c;
    let heads = vec![c.identifier, c.count, c.share_least, c.share_even, c.share_most];
    let mut list = table(c.shares_of, heads, ["", ""]);
    let percent = |part: f64| format!("{:.1} %", part * 100.0);
    list.rows.extend(trace.shares.iter().map(|it| {
        Row::new(vec![
            run(&it.run),
            it.run.n_ids.to_string(),
            percent(it.share.at_least),
            it.share.even.map(percent).unwrap_or_default(),
            percent(it.share.at_most),
        ])
    }));
    list
}
