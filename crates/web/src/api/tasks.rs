//! Tasks of holders of recalled goods, alerts and drills.

use super::recalls::hex;
use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{EvidenceBody, Json, Path, Query, id};
use crate::moment::rfc3339;
use crate::pages::console::tasks::file_response;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{
    AlertAnswer, AlertView, Followed, HeldRun, HolderName, RecallProgress, TaskReport, TaskView,
};

#[derive(Serialize)]
pub(crate) struct PartyJson {
    name: String,
    address: String,
    contact: String,
}

#[derive(Serialize)]
pub(crate) struct TaskJson {
    task_id: String,
    recall_id: String,
    /// `holds` or `made_of`.
    kind: &'static str,
    holder: PartyJson,
    owner: PartyJson,
    level: u8,
    reason: String,
    instruction: serde_json::Value,
    n_items: u64,
    n_lots: u64,
    created_at: String,
    begin_by: String,
    deadline: String,
    acknowledged_at: Option<String>,
    reported_at: Option<String>,
    report: ReportJson,
    /// Since when it is asked again, as it has more than it reported on.
    reopened_at: Option<String>,
    n_items_new: u64,
    n_lots_new: u64,
    escalated_at: Option<String>,
    ended_at: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportJson {
    #[serde(default)]
    n_quarantined: u64,
    #[serde(default)]
    n_returned: u64,
    #[serde(default)]
    n_destroyed: u64,
    #[serde(default)]
    n_sold: u64,
    #[serde(default)]
    explanation: String,
}

#[derive(Serialize)]
struct GoodsJson {
    items: Vec<RunJson>,
}

#[derive(Serialize)]
struct RunJson {
    first: String,
    last: String,
    n_ids: u64,
    state: &'static str,
    container: Option<String>,
    quantity: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FileJson {
    pub(super) file_no: u32,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) sha256: String,
    pub(super) n_bytes: u64,
    pub(super) uploaded_by: String,
    pub(super) uploaded_at: String,
}

#[derive(Serialize)]
pub(super) struct FilesJson {
    pub(super) items: Vec<FileJson>,
}

#[derive(Serialize)]
struct AlertJson {
    alert_no: u64,
    kind: &'static str,
    event_time: String,
    holder: PartyJson,
    state: &'static str,
    n_items: u64,
    n_lots: u64,
    raised_at: String,
    acknowledged_at: Option<String>,
    /// Who captured the event.
    reporter: Option<PartyJson>,
    /// `none`, `asked`, `accepted` or `dismissed`.
    decision: &'static str,
    decided_at: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ProgressJson {
    recall_id: String,
    n_all: u64,
    n_located: u64,
    n_accounted: u64,
    coverage: f64,
    states: serde_json::Value,
    n_tasks: u64,
    n_acknowledged: u64,
    n_reported: u64,
    n_overdue: u64,
    n_alerts: u64,
    /// Alerts that wait for a decision.
    n_undecided: u64,
    n_quarantined: u64,
    n_returned: u64,
    n_destroyed: u64,
    n_sold: u64,
    /// Until the holder of everything was known.
    seconds_to_locate_all: Option<f64>,
    missing: Vec<MissingJson>,
}

#[derive(Serialize)]
struct MissingJson {
    first: String,
    last: String,
    n_ids: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseJson {
    conclusion: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleJson {
    every_months: u8,
    #[serde(default, skip_deserializing)]
    next_at: Option<String>,
}

macro_rules! file_json {
    ($it:expr) => {{
        let it = $it;
        FileJson {
            file_no: it.file_no,
            name: it.name,
            media_type: it.media_type,
            sha256: hex(&it.sha256),
            n_bytes: it.n_bytes,
            uploaded_by: it.uploaded_by,
            uploaded_at: rfc3339(it.uploaded_at_us),
        }
    }};
}

pub(super) use file_json;

/// `GET /api/v1/recalls/{recall_id}/tasks`.
pub(crate) async fn of_recall(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let recall = id(&recall_id)?;
    let paged = app.service.list_recall_tasks(&caller, recall, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, TaskJson::from)))
}

/// `GET /api/v1/recalls/{recall_id}/alerts`.
pub(crate) async fn alerts(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let recall = id(&recall_id)?;
    let paged = app.service.list_recall_alerts(&caller, recall, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |AlertView { alert: it, holder, reporter }| AlertJson {
        alert_no: it.alert_no,
        kind: it.kind.name(),
        event_time: rfc3339(it.event_time_us),
        holder: holder.into(),
        state: it.state.name(),
        n_items: it.n_items,
        n_lots: it.n_lots,
        raised_at: rfc3339(it.raised_at_us),
        acknowledged_at: it.acknowledged.map(|(at_us, _)| rfc3339(at_us)),
        reporter: reporter.map(PartyJson::from),
        decision: it.decision.name(),
        decided_at: it.decided.map(|(at_us, _)| rfc3339(at_us)),
    })))
}

/// `POST /api/v1/recalls/{recall_id}/alerts/{alert_no}/accept`.
pub(crate) async fn accept_alert(
    State(app): State<App>,
    Known(caller): Known,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let alert = (id(&recall_id)?, id(&alert_no)?);
    Ok(followed(&recall_id, app.service.answer_alert(&caller, alert, AlertAnswer::Accept).await?))
}

/// `POST /api/v1/recalls/{recall_id}/alerts/{alert_no}/dismiss`.
pub(crate) async fn dismiss_alert(
    State(app): State<App>,
    Known(caller): Known,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let alert = (id(&recall_id)?, id(&alert_no)?);
    Ok(followed(&recall_id, app.service.answer_alert(&caller, alert, AlertAnswer::Dismiss).await?))
}

/// What was decided is noted; whether it has come into effect.
fn followed(recall_id: &str, followed: Followed) -> Response {
    match followed {
        Followed::Now => reply::no_content(),
        Followed::Later(_) => reply::accepted(&format!("/api/v1/recalls/{recall_id}")),
    }
}

/// `POST /api/v1/recalls/{recall_id}/alerts/{alert_no}/acknowledge`.
pub(crate) async fn acknowledge_alert(
    State(app): State<App>,
    Known(caller): Known,
    Path((recall_id, alert_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    app.service.acknowledge_alert(&caller, id(&recall_id)?, id(&alert_no)?).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/recalls/{recall_id}/progress`.
pub(crate) async fn progress(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let progress = app.service.recall_progress(&caller, id(&recall_id)?).await?;
    Ok(reply::json(&ProgressJson::from(progress)))
}

/// `POST /api/v1/recalls/{recall_id}/close`.
pub(crate) async fn close(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
    Json(end): Json<CloseJson>,
) -> Result<Response, Problem> {
    let progress = app.service.end_recall(&caller, id(&recall_id)?, &end.conclusion).await?;
    Ok(reply::json(&ProgressJson::from(progress)))
}

/// `GET /api/v1/drills/schedule`.
pub(crate) async fn schedule(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    let schedule = app.service.drill_schedule(&caller).await?;
    let json = match schedule {
        Some(it) => {
            ScheduleJson { every_months: it.every_months, next_at: Some(rfc3339(it.next_at_us)) }
        }
        None => ScheduleJson { every_months: 0, next_at: None },
    };
    Ok(reply::json(&json))
}

/// `PUT /api/v1/drills/schedule`.
pub(crate) async fn set_schedule(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<ScheduleJson>,
) -> Result<Response, Problem> {
    app.service.set_drill_schedule(&caller, new.every_months).await?;
    Ok(reply::no_content())
}

/// `GET /api/v1/tasks`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = match fields.is_ticked("overdue") {
        true => app.service.list_overdue_tasks(&caller, &page).await?,
        false => app.service.list_held_tasks(&caller, &page).await?,
    };
    Ok(reply::json(&ListJson::new(paged, TaskJson::from)))
}

/// `GET /api/v1/tasks/{task_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    Ok(reply::json(&TaskJson::from(app.service.find_task(&caller, id(&task_id)?).await?)))
}

/// `GET /api/v1/tasks/{task_id}/goods`.
pub(crate) async fn goods(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    let goods = app.service.goods_of_task(&caller, id(&task_id)?).await?;
    let run = |it: HeldRun| RunJson {
        first: it.run.first,
        last: it.run.last,
        n_ids: it.run.n_ids,
        state: it.state.name(),
        container: it.container,
        quantity: it.quantity,
    };
    Ok(reply::json(&GoodsJson { items: goods.into_iter().map(run).collect() }))
}

/// `POST /api/v1/tasks/{task_id}/acknowledge`.
pub(crate) async fn acknowledge(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    Ok(reply::json(&TaskJson::from(app.service.acknowledge_task(&caller, id(&task_id)?).await?)))
}

/// `PUT /api/v1/tasks/{task_id}/report`.
pub(crate) async fn report(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
    Json(it): Json<ReportJson>,
) -> Result<Response, Problem> {
    let report = TaskReport {
        n_quarantined: it.n_quarantined,
        n_returned: it.n_returned,
        n_destroyed: it.n_destroyed,
        n_sold: it.n_sold,
        explanation: it.explanation,
    };
    let task = app.service.report_task(&caller, id(&task_id)?, &report).await?;
    Ok(reply::json(&TaskJson::from(task)))
}

/// `GET /api/v1/tasks/{task_id}/files`.
pub(crate) async fn files(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
) -> Result<Response, Problem> {
    let files = app.service.list_evidence(&caller, id(&task_id)?).await?;
    let items = files.into_iter().map(|it| file_json!(it)).collect();
    Ok(reply::json(&FilesJson { items }))
}

/// `POST /api/v1/tasks/{task_id}/files?name=…`.
pub(crate) async fn add_file(
    State(app): State<App>,
    Known(caller): Known,
    Path(task_id): Path<String>,
    Query(fields): Query,
    EvidenceBody(body): EvidenceBody,
) -> Result<Response, Problem> {
    let name = fields.text("name");
    let task = id(&task_id)?;
    let file = app.service.add_evidence(&caller, task, (&name, body.to_vec())).await?;
    let location = format!("/api/v1/tasks/{task_id}/files/{}", file.file_no);
    Ok(reply::created(&location, &file_json!(file)))
}

/// `GET /api/v1/tasks/{task_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    Known(caller): Known,
    Path((task_id, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (media_type, body) = app.service.evidence(&caller, id(&task_id)?, id(&file_no)?).await?;
    Ok(file_response(&media_type, body))
}

impl From<HolderName> for PartyJson {
    fn from(it: HolderName) -> Self {
        Self { name: it.name, address: it.address, contact: it.contact }
    }
}

impl From<TaskView> for TaskJson {
    fn from(it: TaskView) -> Self {
        let (task, recall) = (it.task, it.recall);
        let [zh, ko, en] = &recall.instructions;
        Self {
            task_id: task.task_id.to_string(),
            recall_id: task.recall_id.to_string(),
            kind: task.kind.name(),
            holder: it.holder.into(),
            owner: it.owner.into(),
            level: recall.level,
            instruction: serde_json::json!({ "zh-CN": zh, "ko": ko, "en": en }),
            n_items: task.n_items,
            n_lots: task.n_lots,
            created_at: rfc3339(task.created_at_us),
            begin_by: rfc3339(task.begin_by_us),
            deadline: rfc3339(task.deadline_us),
            acknowledged_at: task.acknowledged.map(|(at_us, _)| rfc3339(at_us)),
            reported_at: task.reported.map(|(at_us, _)| rfc3339(at_us)),
            report: ReportJson {
                n_quarantined: task.report.n_quarantined,
                n_returned: task.report.n_returned,
                n_destroyed: task.report.n_destroyed,
                n_sold: task.report.n_sold,
                explanation: task.report.explanation,
            },
            reopened_at: task.reopened_at_us.map(rfc3339),
            n_items_new: task.n_items_new,
            n_lots_new: task.n_lots_new,
            escalated_at: task.escalated_at_us.map(rfc3339),
            ended_at: task.ended_at_us.map(rfc3339),
            reason: recall.reason,
        }
    }
}

impl From<RecallProgress> for ProgressJson {
    fn from(it: RecallProgress) -> Self {
        let states = it.states.iter().map(|(state, n)| (state.name().to_owned(), (*n).into()));
        let [n_quarantined, n_returned, n_destroyed, n_sold] = it.reported;
        let [n_tasks, n_acknowledged, n_reported] = it.n_tasks;
        Self {
            recall_id: it.recall.recall_id.to_string(),
            n_all: it.n_all,
            n_located: it.n_located,
            n_accounted: it.n_accounted,
            coverage: it.coverage(),
            states: serde_json::Value::Object(states.collect()),
            n_tasks,
            n_acknowledged,
            n_reported,
            n_overdue: it.n_overdue,
            n_alerts: it.n_alerts[0],
            n_undecided: it.n_alerts[2],
            n_quarantined,
            n_returned,
            n_destroyed,
            n_sold,
            seconds_to_locate_all: it.complete_us().map(|us| us as f64 / 1e6),
            missing: it
                .missing
                .into_iter()
                .map(|run| MissingJson { first: run.first, last: run.last, n_ids: run.n_ids })
                .collect(),
        }
    }
}
