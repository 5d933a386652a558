//! The queue of alerts: what somebody should look at, what was done about it, how much was false.

use super::shapes::ListJson;
use super::traces::{XLSX, apart, push_line};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Json, Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use label::report::{Cell, Report, xlsx};
use serde::{Deserialize, Serialize};
use service::{AlertChange, AlertEdit, AlertQuestion, Caller, ClosedAlerts, QueuedAlert};

use crate::listing::{Listing, rest_of_file, with_next};

/// Days over which false alarms are counted if nobody says otherwise.
pub(crate) const DEFAULT_DAYS: u32 = 30;

#[derive(Serialize)]
pub(crate) struct AlertJson {
    alert_id: String,
    /// Whose queue it is in; none is the platform's.
    enterprise_id: Option<String>,
    grade: &'static str,
    reason: &'static str,
    detail: String,
    subject_kind: &'static str,
    subject: String,
    product_id: Option<String>,
    product_name: String,
    state: &'static str,
    outcome: &'static str,
    assignee: String,
    n_times: u64,
    first_at: String,
    last_at: String,
    closed_at: Option<String>,
    /// Of one alert alone; a list leaves them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangeJson>>,
}

#[derive(Serialize)]
struct ChangeJson {
    action: &'static str,
    outcome: &'static str,
    assignee: String,
    note: String,
    changed_by: String,
    changed_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditJson {
    alert_ids: Vec<String>,
    act: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct FiguresJson {
    open: Vec<OpenJson>,
    days: u32,
    n_closed: u64,
    n_false: u64,
    /// False alarms among a thousand closed alerts; none if none was closed.
    false_per_mille: Option<u64>,
    closed: Vec<ClosedJson>,
}

#[derive(Serialize)]
struct OpenJson {
    grade: &'static str,
    n_alerts: u64,
}

#[derive(Serialize)]
struct ClosedJson {
    reason: &'static str,
    detail: String,
    n_true: u64,
    n_false: u64,
    n_duplicate: u64,
}

impl From<QueuedAlert> for AlertJson {
    fn from(it: QueuedAlert) -> Self {
        Self {
            alert_id: it.alert_id,
            enterprise_id: it.enterprise_id,
            grade: it.grade,
            reason: it.reason,
            detail: it.detail,
            subject_kind: it.subject_kind,
            subject: it.subject,
            product_id: it.product_id,
            product_name: it.product_name,
            state: it.state,
            outcome: it.outcome,
            assignee: it.assignee,
            n_times: it.n_times,
            first_at: rfc3339(it.first_at_us),
            last_at: rfc3339(it.last_at_us),
            closed_at: it.closed_at_us.map(rfc3339),
            changes: None,
        }
    }
}

impl From<AlertChange> for ChangeJson {
    fn from(it: AlertChange) -> Self {
        Self {
            action: it.action,
            outcome: it.outcome,
            assignee: it.assignee,
            note: it.note,
            changed_by: it.changed_by,
            changed_at: rfc3339(it.changed_at_us),
        }
    }
}

/// Which alerts the fields of an address ask for.
pub(crate) fn question_of(fields: &Fields) -> AlertQuestion {
    AlertQuestion {
        state: fields.optional("state"),
        grade: fields.optional("grade"),
        reason: fields.optional("reason"),
        owner: fields.optional("owner"),
    }
}

/// `GET /api/v1/alerts`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let question = question_of(&fields);
    let paged = app.service.list_queue(&caller, &question, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, AlertJson::from)))
}

/// `GET /api/v1/alerts/figures`.
pub(crate) async fn figures(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let days = fields.number("days")?.unwrap_or(DEFAULT_DAYS);
    let told = app.service.alert_figures(&caller, &question_of(&fields), days).await?;
    let total = told.total();
    let closed = |it: ClosedAlerts| ClosedJson {
        reason: it.reason,
        detail: it.detail,
        n_true: it.n_true,
        n_false: it.n_false,
        n_duplicate: it.n_duplicate,
    };
    let open = told.open.into_iter().map(|(grade, n_alerts)| OpenJson { grade, n_alerts });
    Ok(reply::json(&FiguresJson {
        open: open.collect(),
        days,
        n_closed: total.n_closed(),
        n_false: total.n_false,
        false_per_mille: total.false_per_mille(),
        closed: told.closed.into_iter().map(closed).collect(),
    }))
}

/// `GET /api/v1/alerts/{alert_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(alert_id): Path<String>,
) -> Result<Response, Problem> {
    let (alert, changes) = app.service.find_queued(&caller, id(&alert_id)?).await?;
    let changes = Some(changes.into_iter().map(ChangeJson::from).collect());
    Ok(reply::json(&AlertJson { changes, ..alert.into() }))
}

/// `POST /api/v1/alerts/edit`.
pub(crate) async fn edit(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<EditJson>,
) -> Result<Response, Problem> {
    let ids = new.alert_ids.iter().map(|it| id(it)).collect::<Result<Vec<_>, _>>()?;
    let EditJson { act, outcome, assignee, note, .. } = new;
    app.service.edit_alerts(&caller, &ids, &AlertEdit { act, outcome, assignee, note }).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/alerts.csv`.
pub(crate) async fn table(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let (listing, next) = listing(&app, &visit, &caller, &fields).await?;
    let heads: Vec<String> = listing.heads.iter().map(ToString::to_string).collect();
    let mut text = "\u{feff}".to_owned();
    push_line(&mut text, &heads);
    for row in &listing.rows {
        push_line(&mut text, &row.iter().map(Cell::words).collect::<Vec<_>>());
    }
    if let Some(next) = &next {
        push_line(&mut text, &[rest_of_file(visit.language, listing.rows.len(), next)]);
    }
    let file = reply::file("text/csv; charset=utf-8", "alerts.csv", text.into());
    Ok(with_next(file, ("/api/v1/alerts.csv", &fields), next.as_deref()))
}

/// `GET /api/v1/alerts.xlsx`.
pub(crate) async fn workbook(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let (listing, next) = listing(&app, &visit, &caller, &fields).await?;
    let mut table = listing.table();
    let n_rows = table.rows.len();
    table.notes.extend(next.iter().map(|it| rest_of_file(visit.language, n_rows, it)));
    let report = Report {
        title: visit.language.alert_texts().alerts.to_owned(),
        made_at_s: app.service.now_us() / 1_000_000,
        language: visit.language.tag(),
        tables: vec![table],
        ..Report::default()
    };
    let file = reply::file(XLSX, "alerts.xlsx", apart(move || Ok(xlsx(&report)?)).await?);
    Ok(with_next(file, ("/api/v1/alerts.xlsx", &fields), next.as_deref()))
}

/// The rows of a file, in the words of a language, and where the next file begins.
async fn listing(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    fields: &Fields,
) -> Result<(Listing, Option<String>), Problem> {
    let after = fields.optional("after");
    let paged = app.service.export_queue(caller, &question_of(fields), after).await?;
    let language = visit.language;
    let t = language.alert_texts();
    let what = [t.alert, t.grade, t.reason, t.subject, t.subject, t.product, t.enterprise];
    let how = [t.n_times, t.first_at, t.last_at, t.state, t.assignee, t.outcome, t.closed_at];
    let mut listing = Listing::new(t.alerts, &[&what, &how]);
    for it in paged.items {
        let text = |text: &str| Cell::Text(text.to_owned());
        let what = vec![
            Cell::Text(it.alert_id),
            text(t.of(it.grade)),
            Cell::Text(language.alert_reason(it.reason, &it.detail)),
            text(t.of(it.subject_kind)),
            Cell::Text(it.subject),
            Cell::Text(it.product_name),
            Cell::Text(it.enterprise_name),
        ];
        let how = vec![
            Cell::count(it.n_times),
            Cell::Text(rfc3339(it.first_at_us)),
            Cell::Text(rfc3339(it.last_at_us)),
            text(t.of(it.state)),
            Cell::Text(it.assignee),
            text(t.of(it.outcome)),
            Cell::maybe(it.closed_at_us.map(rfc3339)),
        ];
        listing.push(vec![what, how]);
    }
    Ok((listing, paged.next))
}
