//! The report of a recall as a document: with a number, the time it was made, and a hash that
//! others can check.

use super::{NotLocatedJson, RecallJson, hex};
use crate::api::tasks::{PartyJson, ProgressJson};
use crate::api::traces::{XLSX, apart};
use crate::app::App;
use crate::caller::Known;
use crate::extract::Path;
use crate::language::Language;
use crate::listing::Listing;
use crate::moment::{in_words, rfc3339};
use crate::problem::Problem;
use crate::reply;
use crate::text::recalls::level;
use crate::text::{RecallTexts, fill, traces as words};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use label::report::{Cell, Font, Report, Table, pdf, xlsx};
use serde::Serialize;
use service::{Caller, HolderName, RecallSummary, Service};
use sha2::{Digest, Sha256};

/// The report of a recall or a drill as it stands.
pub struct RecallReport {
    summary: RecallSummary,
    /// The answer as JSON.
    json: Vec<u8>,
    json_hash: String,
    /// Where the JSON answer is.
    address: String,
    made_at_us: i64,
    language: Language,
}

#[derive(Serialize)]
struct SummaryJson {
    recall: RecallJson,
    owner: PartyJson,
    progress: ProgressJson,
    holdings: Vec<HoldingJson>,
    tasks: Vec<ReportedJson>,
    files: Vec<EvidenceJson>,
    has_more_files: bool,
    alerts: Vec<MovedJson>,
}

#[derive(Serialize)]
struct HoldingJson {
    holder: PartyJson,
    state: &'static str,
    n_items: u64,
    n_lots: u64,
}

#[derive(Serialize)]
struct ReportedJson {
    task_id: String,
    kind: &'static str,
    holder: PartyJson,
    n_items: u64,
    n_lots: u64,
    acknowledged_at: Option<String>,
    reported_at: Option<String>,
    n_quarantined: u64,
    n_returned: u64,
    n_destroyed: u64,
    n_sold: u64,
    /// Items reported less items expected.
    difference: Option<i64>,
    explanation: String,
    escalated_at: Option<String>,
}

#[derive(Serialize)]
struct EvidenceJson {
    task_id: String,
    file_no: u32,
    name: String,
    media_type: String,
    sha256: String,
    n_bytes: u64,
    uploaded_by: String,
    uploaded_at: String,
}

#[derive(Serialize)]
struct MovedJson {
    alert_no: u64,
    kind: &'static str,
    event_time: String,
    holder: PartyJson,
    state: &'static str,
    n_items: u64,
    n_lots: u64,
}

/// What a holder reported of items less what is expected; none until it reports, and of goods that
/// were only made of recalled ones.
macro_rules! difference {
    ($task:expr) => {{
        let task = $task;
        let is_told = task.reported.is_some() && task.kind.name() == "holds";
        let less = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        is_told.then(|| less(task.report.n_items()).saturating_sub(less(task.n_items)))
    }};
}

impl From<RecallSummary> for SummaryJson {
    fn from(it: RecallSummary) -> Self {
        let holdings = it.holdings.into_iter().map(|it| HoldingJson {
            holder: it.holder.into(),
            state: it.state.name(),
            n_items: it.n_items,
            n_lots: it.n_lots,
        });
        let tasks = it.tasks.into_iter().map(|(task, holder)| ReportedJson {
            difference: difference!(&task),
            task_id: task.task_id.to_string(),
            kind: task.kind.name(),
            holder: holder.into(),
            n_items: task.n_items,
            n_lots: task.n_lots,
            acknowledged_at: task.acknowledged.map(|(at_us, _)| rfc3339(at_us)),
            reported_at: task.reported.map(|(at_us, _)| rfc3339(at_us)),
            n_quarantined: task.report.n_quarantined,
            n_returned: task.report.n_returned,
            n_destroyed: task.report.n_destroyed,
            n_sold: task.report.n_sold,
            explanation: task.report.explanation,
            escalated_at: task.escalated_at_us.map(rfc3339),
        });
        let files = it.files.into_iter().map(|(task_id, it)| EvidenceJson {
            task_id: task_id.to_string(),
            file_no: it.file_no,
            name: it.name,
            media_type: it.media_type,
            sha256: hex(&it.sha256),
            n_bytes: it.n_bytes,
            uploaded_by: it.uploaded_by,
            uploaded_at: rfc3339(it.uploaded_at_us),
        });
        let alerts = it.alerts.into_iter().map(|(it, holder)| MovedJson {
            alert_no: it.alert_no,
            kind: it.kind.name(),
            event_time: rfc3339(it.event_time_us),
            holder: holder.into(),
            state: it.state.name(),
            n_items: it.n_items,
            n_lots: it.n_lots,
        });
        Self {
            holdings: holdings.collect(),
            tasks: tasks.collect(),
            files: files.collect(),
            has_more_files: it.has_more_files,
            alerts: alerts.collect(),
            owner: it.owner.into(),
            recall: recall_json!(it.progress.recall.clone()),
            progress: it.progress.into(),
        }
    }
}

impl RecallReport {
    /// Asks for the report as it stands now.
    ///
    /// # Errors
    /// [`service::Error::NotFound`] as well for an id that is none.
    pub async fn ask(
        service: &Service,
        caller: &Caller,
        recall_id: &str,
        language: Language,
    ) -> service::Result<Self> {
        let id = recall_id.parse().map_err(|_| service::Error::NotFound)?;
        let summary = service.recall_summary(caller, id).await?;
        let json = serde_json::to_vec(&SummaryJson::from(summary.clone()));
        let json = json.expect("our own shapes are always JSON");
        Ok(Self {
            summary,
            json_hash: hex(&Sha256::digest(&json).into()),
            json,
            address: format!("{}/api/v1/recalls/{recall_id}/report", service.public_url()),
            made_at_us: service.now_us(),
            language,
        })
    }

    /// `R-1A2B-3C4D-5E6F`: the first 48 bits of the hash of the answer.
    pub fn number(&self) -> String {
        let digits = self.json_hash[..12].to_uppercase();
        format!("R-{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
    }

    /// The answer as JSON.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The report as pages of A4.
    ///
    /// # Errors
    /// As [`label::report::pdf`].
    pub fn pdf(&self, font: &Font) -> Result<Vec<u8>, label::report::Error> {
        pdf(&self.report(), font)
    }

    /// The report as a workbook.
    ///
    /// # Errors
    /// As [`label::report::xlsx`].
    pub fn xlsx(&self) -> Result<Vec<u8>, label::report::Error> {
        xlsx(&self.report())
    }

    fn t(&self) -> &'static RecallTexts {
        self.language.recall_texts()
    }

    fn report(&self) -> Report {
        let (t, recall) = (self.t(), &self.summary.progress.recall);
        let mut notes = Vec::new();
        if recall.state.name() == "open" {
            notes.push(t.report_open.to_owned());
        }
        if recall.is_drill {
            notes.push(t.report_drill_holders.to_owned());
        }
        notes.push(fill(t.report_check, &self.address));
        let mut tables = vec![self.times(), self.states()];
        if !recall.is_drill {
            tables.extend([self.holdings(), self.tasks(), self.files(), self.alerts()]);
        }
        tables.push(self.missing());
        tables.retain(|it| !it.rows.is_empty());
        Report {
            title: if recall.is_drill { t.report_drill } else { t.closing_report }.to_owned(),
            number: self.number(),
            made_at_s: self.made_at_us.div_euclid(1_000_000),
            language: self.language.tag(),
            facts: self.facts(),
            notes,
            figures: Vec::new(),
            tables,
            foot: format!("{} · SHA-256 {}", rfc3339(self.made_at_us), self.json_hash),
        }
    }

    fn time(&self, at_us: i64) -> String {
        in_words(self.language, at_us)
    }

    fn facts(&self) -> Vec<(String, String)> {
        let (t, it) = (self.t(), &self.summary.progress);
        let recall = &it.recall;
        let state = match recall.state.name() {
            "open" => t.open,
            "closed" => t.closed,
            _ => t.withdrawn,
        };
        let percent = |part: f64| format!("{:.1} %", part * 100.0);
        let given = recall.instructions.iter().filter(|it| !it.is_empty()).cloned();
        let mut facts = vec![
            (t.recall, recall.recall_id.to_string()),
            (t.made_at, format!("{}, {}", self.time(self.made_at_us), rfc3339(self.made_at_us))),
            (t.owner, reach(&self.summary.owner)),
            (t.level, level(t, recall.level).to_owned()),
            (t.state, state.to_owned()),
            (t.reason, recall.reason.clone()),
            (t.instruction, given.collect::<Vec<_>>().join(" / ")),
            (t.ordered_by, recall.ordered_by.clone()),
            (t.begin_by, self.time(recall.begin_by_us)),
            (t.deadline, self.time(recall.deadline_us)),
            (t.as_of, self.time(recall.event_time_us)),
            (t.n_items, recall.n_items.to_string()),
            (t.n_lots, recall.n_lots.to_string()),
            (t.n_cases, recall.n_cases.to_string()),
            (t.n_pallets, recall.n_pallets.to_string()),
            (t.located, percent(it.located())),
        ];
        if !recall.is_drill {
            facts.extend([
                (t.coverage, percent(it.coverage())),
                (t.n_tasks, it.n_tasks.map(|n| n.to_string()).join(" / ")),
                (t.n_overdue, it.n_overdue.to_string()),
                (t.alerts, it.n_alerts[0].to_string()),
            ]);
        }
        facts.push((t.root_hash, hex(&recall.root_hash)));
        if let Some(closing) = &recall.closing {
            let said: serde_json::Value = serde_json::from_slice(closing).unwrap_or_default();
            let words = said["conclusion"].as_str();
            facts.push((t.conclusion, words.unwrap_or_default().to_owned()));
            facts.push((t.closing_hash, hex(&Sha256::digest(closing).into())));
        }
        if let Some((at_us, withdrawal)) = &recall.withdrawal {
            facts.push((t.withdrawn_at, self.time(*at_us)));
            facts.push((t.withdrawn_why, withdrawn_why(withdrawal)));
            facts.push((t.withdrawal_hash, hex(&Sha256::digest(withdrawal).into())));
        }
        facts.push(("SHA-256", self.json_hash.clone()));
        facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
    }

    /// When each step was done, and how long after the order.
    fn times(&self) -> Table {
        let (t, it) = (self.t(), &self.summary.progress);
        let recall = &it.recall;
        let [first, last] = it.acknowledged_at_us;
        let mut steps =
            vec![(t.ordered, Some(recall.ordered_at_us)), (t.step_locate, recall.complete_at_us)];
        if !recall.is_drill {
            steps.extend([
                (t.step_first, first),
                (t.step_last, last),
                (t.step_reported, it.reported_at_us),
            ]);
        }
        steps.push((t.step_ended, recall.ended_at_us));
        if let Some((at_us, _)) = recall.withdrawal {
            steps.push((t.withdrawn_at, Some(at_us)));
        }
        let mut list = Listing::new(t.time_used, &[&[t.step, t.at, t.since_order]]);
        for (step, at_us) in steps {
            let since = match (at_us, step == t.step_locate) {
                // Looking for the goods began before the order stood.
                (Some(_), true) => it.complete_us().map(|us| duration(t, us)),
                (Some(at_us), false) => Some(duration(t, at_us - recall.ordered_at_us)),
                (None, _) => None,
            };
            let at = at_us.map_or(t.not_yet.to_owned(), |at_us| self.time(at_us));
            list.push(vec![vec![step.into(), at.into(), Cell::maybe(since)]]);
        }
        list.table()
    }

    fn states(&self) -> Table {
        let t = self.t();
        let mut list = Listing::new(t.progress, &[&[t.state, t.n_items]]);
        for (state, n) in &self.summary.progress.states {
            list.push(vec![vec![words::state(self.language, *state).into(), Cell::count(*n)]]);
        }
        list.table()
    }

    fn holdings(&self) -> Table {
        let t = self.t();
        let heads = [t.holder, t.contact, t.state, t.n_items, t.n_lots];
        let mut list = Listing::new(t.holders, &[&heads]);
        for it in &self.summary.holdings {
            let state = words::state(self.language, it.state);
            let amounts = [it.n_items, it.n_lots].map(Cell::count);
            list.push(vec![self.holder(&it.holder).into(), vec![state.into()], amounts.into()]);
        }
        list.table()
    }

    /// Name and contact.
    fn holder(&self, it: &HolderName) -> [Cell; 2] {
        let name = if it.name.is_empty() { self.t().nobody } else { &it.name };
        [name.into(), it.contact.as_str().into()]
    }

    fn tasks(&self) -> Table {
        let t = self.t();
        let heads = [
            t.task,
            t.holder,
            t.acknowledged,
            t.report,
            t.expected,
            t.n_quarantined,
            t.n_returned,
            t.n_destroyed,
            t.n_sold,
            t.difference,
            t.explanation,
        ];
        let mut list = Listing::new(t.tasks, &[&heads]);
        for (task, holder) in &self.summary.tasks {
            let told = |at: &Option<(i64, String)>| match at {
                Some((at_us, by)) => Cell::Text(format!("{} {by}", self.time(*at_us))),
                None => t.not_yet.into(),
            };
            let amounts = [
                task.n_items,
                task.report.n_quarantined,
                task.report.n_returned,
                task.report.n_destroyed,
                task.report.n_sold,
            ];
            let difference = difference!(task).map(|n| Cell::Number(n as f64));
            list.push(vec![
                vec![task.task_id.to_string().into(), self.holder(holder)[0].clone()],
                vec![told(&task.acknowledged), told(&task.reported)],
                amounts.map(Cell::count).into(),
                vec![difference.unwrap_or(Cell::Empty), task.report.explanation.as_str().into()],
            ]);
        }
        list.table()
    }

    fn files(&self) -> Table {
        let t = self.t();
        let heads = [t.task, t.file, t.media_type, t.bytes, "SHA-256", t.uploaded_by, t.at];
        let mut list = Listing::new(t.files, &[&heads]);
        for (task_id, it) in &self.summary.files {
            list.push(vec![
                vec![task_id.to_string().into(), format!("{} {}", it.file_no, it.name).into()],
                vec![it.media_type.as_str().into(), Cell::count(it.n_bytes)],
                vec![hex(&it.sha256).into(), it.uploaded_by.as_str().into()],
                vec![self.time(it.uploaded_at_us).into()],
            ]);
        }
        self.whole(list.table(), !self.summary.has_more_files)
    }

    fn alerts(&self) -> Table {
        let t = self.t();
        let heads = [t.gap, t.holder, t.contact, t.state, t.n_items, t.n_lots, t.last_event];
        let mut list = Listing::new(t.alerts, &[&heads]);
        for (it, holder) in &self.summary.alerts {
            let what = match (it.kind.name(), it.decision.name()) {
                ("moved", _) => t.alert_moved,
                (_, "asked") => t.alert_asked,
                (_, "accepted") => t.alert_accepted,
                (_, "dismissed") => t.alert_dismissed,
                _ => t.alert_new,
            };
            list.push(vec![
                vec![what.into()],
                self.holder(holder).into(),
                vec![words::state(self.language, it.state).into()],
                [it.n_items, it.n_lots].map(Cell::count).into(),
                vec![self.time(it.event_time_us).into()],
            ]);
        }
        let n_told = self.summary.alerts.len() as u64;
        self.whole(list.table(), n_told >= self.summary.progress.n_alerts[0])
    }

    fn missing(&self) -> Table {
        let (t, c) = (self.t(), self.language.console_texts());
        let mut list = Listing::new(t.missing, &[&[c.identifier, t.until, t.n_items]]);
        let missing = &self.summary.progress.missing;
        for run in missing {
            let ids = [run.first.as_str().into(), run.last.as_str().into()];
            list.push(vec![ids.into(), vec![Cell::count(run.n_ids)]]);
        }
        let n_told: u64 = missing.iter().map(|it| it.n_ids).sum();
        let it = &self.summary.progress;
        self.whole(list.table(), n_told >= it.n_all - it.n_located.min(it.n_all))
    }

    /// A table that says so if it is not all.
    fn whole(&self, mut table: Table, is_whole: bool) -> Table {
        if !is_whole {
            table.notes.push(fill(self.t().report_more, table.rows.len()));
        }
        table
    }
}

fn reach(it: &HolderName) -> String {
    let parts = [&it.name, &it.address, &it.contact].map(|it| it.trim());
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A length of time as people say it, to one digit behind the point.
fn duration(t: &RecallTexts, us: i64) -> String {
    let seconds = us.max(0) as f64 / 1e6;
    let (sentence, unit) = match seconds {
        ..120.0 => (t.seconds, 1.0),
        ..7_200.0 => (t.minutes, 60.0),
        ..172_800.0 => (t.hours, 3_600.0),
        _ => (t.days, 86_400.0),
    };
    fill(sentence, format!("{:.1}", seconds / unit))
}

/// `GET /api/v1/recalls/{recall_id}/report`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let report = asked(&app, &visit, &caller, &recall_id).await?;
    Ok(reply::bytes("application/json", reply::PRIVATE, report.json))
}

/// `GET /api/v1/recalls/{recall_id}/report.xlsx`.
pub(crate) async fn workbook(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let report = asked(&app, &visit, &caller, &recall_id).await?;
    let name = format!("{}.xlsx", report.number());
    let bytes = apart(move || Ok(report.xlsx()?)).await?;
    Ok(reply::file(XLSX, &name, bytes))
}

/// `GET /api/v1/recalls/{recall_id}/report.pdf`.
pub(crate) async fn pages(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let report = asked(&app, &visit, &caller, &recall_id).await?;
    let name = format!("{}.pdf", report.number());
    let (fonts, language) = (app.fonts.clone(), visit.language);
    let print = move || {
        let printed = report.pdf(&fonts.font()?);
        printed.map_err(|error| Problem::not_printed(language, error))
    };
    Ok(reply::file("application/pdf", &name, apart(print).await?))
}

async fn asked(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    recall_id: &str,
) -> Result<RecallReport, Problem> {
    Ok(RecallReport::ask(&app.service, caller, recall_id, visit.language).await?)
}

/// Why a recall was withdrawn, by the bytes that say so.
pub(crate) fn withdrawn_why(withdrawal: &[u8]) -> String {
    let said: serde_json::Value = serde_json::from_slice(withdrawal).unwrap_or_default();
    said["reason"].as_str().unwrap_or_default().to_owned()
}
