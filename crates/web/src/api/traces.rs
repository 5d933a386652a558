//! `GET /api/v1/trace`: what a thing came from, or what became of it, as JSON, as a table, as a
//! workbook and as pages to print.

pub(crate) mod report;
pub(crate) mod tables;

pub use report::TraceReport;

use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Query};
use crate::language::Language;
use crate::moment::{parse, rfc3339};
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use service::{Run, Trace, TraceCut, TraceQuestion, TraceStep, Via};
use tokio::sync::Semaphore;
use trace::{Direction, Rest, Sum, unit_of};

#[derive(Serialize)]
struct TraceJson {
    epc: String,
    direction: &'static str,
    events: Vec<EventJson>,
    /// Stages that the events stand for, in order.
    stages: Vec<&'static str>,
    nodes: Vec<NodeJson>,
    edges: Vec<EdgeJson>,
    holders: Vec<HolderJson>,
    findings: Vec<FindingJson>,
    balances: Vec<BalanceJson>,
    shares: Vec<ShareJson>,
    amounts_moved: Vec<AmountMovedJson>,
    parts: Vec<PartJson>,
    /// Events that belong to the answer and that the caller may not see.
    hidden: usize,
    cut: Option<CutJson>,
    further_cuts: Vec<CutJson>,
}

#[derive(Serialize)]
struct EventJson {
    event_id: String,
    event_type: &'static str,
    event_time: String,
    biz_step: Option<String>,
    disposition: Option<String>,
    read_point: Option<String>,
    biz_location: Option<String>,
    enterprise_name: String,
    stage: &'static str,
    documents: Vec<String>,
    quantities: Vec<String>,
    #[serde(flatten)]
    relation: RelationJson,
}

/// How something belongs to the subject.
#[derive(Serialize)]
struct RelationJson {
    /// `own`, `inside`, `source`, `content` or `product`.
    relation: &'static str,
    /// EPC of the container, input, content or output.
    of: Option<String>,
    depth: u16,
}

/// Neighbouring identifiers.
#[derive(Serialize)]
struct RunJson {
    first: String,
    last: String,
    n_ids: u64,
}

#[derive(Serialize)]
struct NodeJson {
    #[serde(flatten)]
    run: RunJson,
    #[serde(flatten)]
    relation: RelationJson,
}

#[derive(Serialize)]
struct EdgeJson {
    from: RunJson,
    to: RunJson,
    kind: &'static str,
    /// Place in `events`; null if the event is not among them.
    event: Option<usize>,
}

#[derive(Serialize)]
struct HolderJson {
    #[serde(flatten)]
    run: RunJson,
    state: &'static str,
    event: Option<usize>,
    container: Option<String>,
}

#[derive(Serialize)]
struct FindingJson {
    kind: &'static str,
    #[serde(flatten)]
    run: RunJson,
    first_event: Option<usize>,
    second_event: Option<usize>,
}

#[derive(Serialize)]
struct BalanceJson {
    events: Vec<usize>,
    inputs: Vec<SumJson>,
    outputs: Vec<SumJson>,
    #[serde(rename = "yield")]
    yield_ratio: Option<f64>,
}

#[derive(Serialize)]
struct SumJson {
    quantity: f64,
    uom: Option<String>,
    /// False if some did not say how much.
    is_all: bool,
}

#[derive(Serialize)]
struct ShareJson {
    #[serde(flatten)]
    run: RunJson,
    at_least: f64,
    even: Option<f64>,
    at_most: f64,
}

#[derive(Serialize)]
struct AmountMovedJson {
    class: String,
    event: Option<usize>,
    quantity: Option<f64>,
    uom: Option<String>,
    at_least: f64,
    at_most: Option<f64>,
}

#[derive(Serialize)]
struct PartJson {
    class: String,
    state: &'static str,
    event: Option<usize>,
    container: Option<String>,
    uom: Option<String>,
    at_least: f64,
    at_most: Option<f64>,
}

#[derive(Serialize)]
struct CutJson {
    limit: &'static str,
    /// EPC of the place where there is more.
    at: String,
    /// What to send as `on`, with `at` as `epc`, to go on there.
    on: Option<String>,
}

impl From<TraceCut> for CutJson {
    fn from(cut: TraceCut) -> Self {
        Self { limit: cut.limit, at: cut.at, on: cut.on.map(|on| on.to_string()) }
    }
}

/// `GET /api/v1/trace?epc=…&direction=…&event_time=…&record_time=…`.
pub(crate) async fn show(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let trace = app.service.trace(&caller, &question_of(&fields, parse)?).await?;
    Ok(reply::json(&TraceJson::from(trace)))
}

/// `GET /api/v1/trace.csv`: the events of the same answer, one a line.
pub(crate) async fn table(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let trace = app.service.trace(&caller, &question_of(&fields, parse)?).await?;
    let csv = csv(visit.language, &trace);
    Ok(reply::file("text/csv; charset=utf-8", "trace.csv", csv.into()))
}

/// `GET /api/v1/trace.xlsx`: all of the answer as a workbook.
pub(crate) async fn workbook(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let question = question_of(&fields, parse)?;
    let report = TraceReport::ask(&app.service, &caller, question, visit.language).await?;
    let name = format!("{}.xlsx", report.number());
    let bytes = apart(move || Ok(report.xlsx()?)).await?;
    Ok(reply::file(XLSX, &name, bytes))
}

/// `GET /api/v1/trace.pdf`: the answer as pages of A4.
pub(crate) async fn pages(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let question = question_of(&fields, parse)?;
    let report = TraceReport::ask(&app.service, &caller, question, visit.language).await?;
    let name = format!("{}.pdf", report.number());
    let (fonts, language) = (app.fonts.clone(), visit.language);
    let print = move || {
        let printed = report.pdf(&fonts.font()?);
        printed.map_err(|error| Problem::not_printed(language, error))
    };
    Ok(reply::file("application/pdf", &name, apart(print).await?))
}

/// Media type of a workbook, as IANA has it.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Does what keeps a processor busy where it holds up no other request.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    static WRITERS: Semaphore = Semaphore::const_new(2);
    let permit = WRITERS.acquire().await;
    let permit = permit.map_err(|error| Problem::internal(&error.to_string()))?;
    // Whoever went away keeps the place until the work is done.
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    let done = done.await;
    done.map_err(|error| Problem::internal(&error.to_string()))?
}

/// The question in a query string, with times as `parse` reads them.
pub(crate) fn question_of(
    fields: &Fields,
    parse: impl Fn(&str) -> Option<i64>,
) -> Result<TraceQuestion, Problem> {
    let direction = match fields.text("direction").as_str() {
        "" | "backward" => Direction::Backward,
        "forward" => Direction::Forward,
        _ => {
            let message = "write `backward` for where it came from, `forward` for where it went";
            return Err(Problem::rejected("/direction", "unknown-direction", message));
        }
    };
    let time = |name: &str| -> Result<Option<i64>, Problem> {
        let Some(text) = fields.optional(name) else { return Ok(None) };
        let message = "write a time as in 2026-11-22T08:00:00Z";
        let wrong = || Problem::rejected(&format!("/{name}"), "not-a-time", message);
        parse(&text).map(Some).ok_or_else(wrong)
    };
    let on = match fields.optional("on") {
        None => None,
        Some(text) => {
            let message = "send what an answer that was cut has under `on`, or leave it out";
            let wrong = || Problem::rejected("/on", "unknown-place", message);
            Some(Rest::parse(&text).ok_or_else(wrong)?)
        }
    };
    Ok(TraceQuestion {
        subject: fields.text("epc"),
        direction,
        event_time_us: time("event_time")?,
        record_time_us: time("record_time")?,
        on,
    })
}

/// The answer as the JSON of the API.
pub fn trace_json(trace: Trace) -> String {
    let json = serde_json::to_string_pretty(&TraceJson::from(trace));
    json.expect("our own shapes are always JSON") + "\n"
}

/// The events of the answer with a byte order mark, as spreadsheets want it; lines at the end say
/// what it lacks.
fn csv(language: Language, trace: &Trace) -> String {
    const HEADS: [&str; 12] = [
        "event_time",
        "biz_step",
        "stage",
        "enterprise_name",
        "read_point",
        "biz_location",
        "relation",
        "of",
        "documents",
        "quantities",
        "event_type",
        "event_id",
    ];
    let mut text = format!("\u{feff}{}\r\n", HEADS.join(","));
    for step in &trace.steps {
        let relation = relation_of(step.via.clone());
        let cells = [
            rfc3339(step.event_time_us),
            step.biz_step.clone(),
            step.stage.name().to_owned(),
            step.enterprise_name.clone(),
            step.read_point.clone().unwrap_or_default(),
            step.biz_location.clone().unwrap_or_default(),
            relation.relation.to_owned(),
            relation.of.unwrap_or_default(),
            step.documents.join(" "),
            step.quantities.join("; "),
            step.event_type.to_owned(),
            step.event_id.clone(),
        ];
        push_line(&mut text, &cells);
    }
    for missing in tables::missing(language, trace) {
        let mut cells = [const { String::new() }; HEADS.len()];
        cells[0] = format!("# {missing}");
        push_line(&mut text, &cells);
    }
    text
}

/// Adds a line of a table; each cell is what a spreadsheet shows and never a formula.
pub(crate) fn push_line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// RFC 4180; a cell that a spreadsheet would take for a formula is made a text.
fn quoted(cell: &str) -> String {
    let is_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if is_formula { "'" } else { "" };
    match cell.contains([',', '"', '\r', '\n']) || is_formula {
        true => format!("\"{guard}{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

impl From<Trace> for TraceJson {
    fn from(trace: Trace) -> Self {
        let mut stages: Vec<_> = trace.steps.iter().map(|step| step.stage).collect();
        stages.sort_unstable();
        stages.dedup();
        let balances = trace.balances.into_iter().map(|(events, balance)| BalanceJson {
            events,
            yield_ratio: balance.yield_ratio(),
            inputs: balance.inputs.into_iter().map(SumJson::from).collect(),
            outputs: balance.outputs.into_iter().map(SumJson::from).collect(),
        });
        let holders = trace.holders.into_iter().map(|it| HolderJson {
            run: it.run.into(),
            state: it.state.name(),
            event: it.step,
            container: it.container,
        });
        let findings = trace.contradictions.into_iter().map(|it| FindingJson {
            kind: it.kind.name(),
            run: it.run.into(),
            first_event: it.first,
            second_event: it.second,
        });
        let edges = trace.flows.into_iter().map(|it| EdgeJson {
            from: it.from.into(),
            to: it.to.into(),
            kind: it.kind.name(),
            event: it.step,
        });
        let nodes = trace.things.into_iter();
        let shares = trace.shares.into_iter().map(|it| ShareJson {
            run: it.run.into(),
            at_least: it.share.at_least,
            even: it.share.even,
            at_most: it.share.at_most,
        });
        let amounts_moved = trace.amounts_moved.into_iter().map(|it| AmountMovedJson {
            class: it.class,
            event: it.step,
            quantity: it.moved.quantity,
            uom: unit_of(it.moved.uom),
            at_least: it.moved.at_least,
            at_most: it.moved.at_most,
        });
        let parts = trace.parts.into_iter().map(|it| PartJson {
            class: it.class,
            state: it.part.state.name(),
            event: it.step,
            container: it.container,
            uom: unit_of(it.part.uom),
            at_least: it.part.at_least,
            at_most: it.part.at_most,
        });
        Self {
            epc: trace.epc,
            direction: trace.direction.name(),
            events: trace.steps.into_iter().map(EventJson::from).collect(),
            stages: stages.into_iter().map(service::Stage::name).collect(),
            nodes: nodes
                .map(|(run, via)| NodeJson { run: run.into(), relation: relation_of(via) })
                .collect(),
            edges: edges.collect(),
            holders: holders.collect(),
            findings: findings.collect(),
            balances: balances.collect(),
            shares: shares.collect(),
            amounts_moved: amounts_moved.collect(),
            parts: parts.collect(),
            hidden: trace.n_hidden,
            cut: trace.cut.map(CutJson::from),
            further_cuts: trace.further_cuts.into_iter().map(CutJson::from).collect(),
        }
    }
}

impl From<TraceStep> for EventJson {
    fn from(step: TraceStep) -> Self {
        Self {
            event_id: step.event_id,
            event_type: step.event_type,
            event_time: rfc3339(step.event_time_us),
            biz_step: Some(step.biz_step).filter(|it| !it.is_empty()),
            disposition: step.disposition,
            read_point: step.read_point,
            biz_location: step.biz_location,
            enterprise_name: step.enterprise_name,
            stage: step.stage.name(),
            documents: step.documents,
            quantities: step.quantities,
            relation: relation_of(step.via),
        }
    }
}

fn relation_of(via: Via) -> RelationJson {
    let (relation, of, depth) = match via {
        Via::Own => ("own", None, 0),
        Via::Inside { container, depth } => ("inside", Some(container), depth),
        Via::Source { input, depth } => ("source", Some(input), depth),
        Via::Content { content, depth } => ("content", Some(content), depth),
        Via::Product { output, depth } => ("product", Some(output), depth),
    };
    RelationJson { relation, of, depth }
}

impl From<Run> for RunJson {
    fn from(run: Run) -> Self {
        Self { first: run.first, last: run.last, n_ids: run.n_ids }
    }
}

impl From<Sum> for SumJson {
    fn from(sum: Sum) -> Self {
        Self { quantity: sum.quantity, uom: sum.unit(), is_all: sum.is_all }
    }
}
