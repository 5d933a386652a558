//! Suspected diversions: cases with their scans, what is decided about them, files, statistics,
//! thresholds, and tables of all.

use super::recalls::hex;
use super::shapes::ListJson;
use super::tasks::{FileJson, FilesJson, file_json};
use super::traces::{XLSX, apart, push_line};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{EvidenceBody, Fields, Json, Path, Query, id};
use crate::listing::{rest_of_file, with_next};
use crate::moment::rfc3339;
use crate::pages::console::diversions::{area_words, state_word};
use crate::pages::console::tasks::file_response;
use crate::problem::Problem;
use crate::reply;
use crate::text::DiversionTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use label::report::{Cell, Report, Table, xlsx};
use serde::{Deserialize, Serialize};
use service::{
    Caller, DiversionFilter, DiversionStatistics, DiversionStep, DiversionView, Page, Tally,
};
use verdict::Confidence;
use verdict::diversion::Thresholds;

#[derive(Serialize)]
struct DiversionJson {
    diversion_id: String,
    enterprise_id: String,
    state: &'static str,
    dealer_id: String,
    dealer_number: String,
    dealer: String,
    product_id: String,
    product: String,
    shipment_id: Option<String>,
    area: String,
    confidence: u32,
    n_codes: u32,
    n_devices: u32,
    n_times: u32,
    n_told: u32,
    n_seen: u32,
    opened_at: String,
    changed_at: String,
    inspector_id: Option<String>,
    inspector: String,
    due_at: Option<String>,
    is_overdue: bool,
}

impl From<DiversionView> for DiversionJson {
    fn from(it: DiversionView) -> Self {
        let (what, case) = (it.case.suspicion, it.case);
        Self {
            diversion_id: case.diversion_id.to_string(),
            enterprise_id: case.of.enterprise_id.to_string(),
            state: case.state.name(),
            dealer_id: case.of.dealer_id.to_string(),
            dealer_number: it.dealer.0,
            dealer: it.dealer.1,
            product_id: case.of.product_id.to_string(),
            product: it.product,
            shipment_id: it.shipment_id,
            area: what.area.to_string(),
            confidence: what.confidence,
            n_codes: what.n_codes,
            n_devices: what.n_devices,
            n_times: what.n_times,
            n_told: what.n_told,
            n_seen: what.n_seen,
            opened_at: rfc3339(case.opened_at_us),
            changed_at: rfc3339(case.changed_at_us),
            inspector_id: case.inspector_id.map(|id| id.to_string()),
            inspector: it.inspector,
            due_at: case.due_at_us.map(rfc3339),
            is_overdue: it.is_overdue,
        }
    }
}

#[derive(Serialize)]
struct ScanJson {
    epc: String,
    seen_at: String,
    device: String,
    area: String,
    confidence: &'static str,
    km: Option<u32>,
}

#[derive(Serialize)]
struct ChangeJson {
    change_no: u32,
    state: &'static str,
    note: String,
    changed_by: String,
    changed_at: String,
}

#[derive(Serialize)]
struct ItemsJson<T> {
    items: Vec<T>,
}

/// A step as it is sent; what is left out stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepJson {
    #[serde(default)]
    state: String,
    note: String,
    #[serde(default)]
    inspector_id: String,
    #[serde(default)]
    due: String,
}

/// Thresholds; what is left out has its default.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ThresholdsJson {
    confidence: u32,
    codes: u32,
    devices: u32,
    strays: u32,
    days: u32,
}

impl Default for ThresholdsJson {
    fn default() -> Self {
        Thresholds::default().into()
    }
}

impl From<Thresholds> for ThresholdsJson {
    fn from(it: Thresholds) -> Self {
        let Thresholds { confidence, codes, devices, strays, days } = it;
        Self { confidence, codes, devices, strays, days }
    }
}

#[derive(Serialize)]
struct TallyJson {
    name: String,
    n_suspected: u64,
    n_checking: u64,
    n_confirmed: u64,
    n_excluded: u64,
    n_codes: u64,
}

#[derive(Serialize)]
struct StatisticsJson {
    by_dealer: Vec<TallyJson>,
    by_area: Vec<TallyJson>,
    by_product: Vec<TallyJson>,
    by_month: Vec<TallyJson>,
    all: TallyJson,
    is_cut: bool,
}

fn tally((name, it): (String, Tally)) -> TallyJson {
    let [n_suspected, n_checking, n_confirmed, n_excluded] = it.n_by_state;
    let n_codes = it.n_codes;
    TallyJson { name, n_suspected, n_checking, n_confirmed, n_excluded, n_codes }
}

/// How far a place can be trusted.
fn trust(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Middle => "middle",
        Confidence::High => "high",
    }
}

/// Which cases a query asks for.
pub(crate) fn filter(fields: &Fields) -> DiversionFilter {
    let text = |name: &str| fields.text(name);
    DiversionFilter {
        state: text("state"),
        dealer_id: text("dealer_id"),
        product_id: text("product_id"),
        area: text("area"),
        from: text("from"),
        until: text("until"),
    }
}

/// `GET /api/v1/diversions`: the newest first.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.newest_page()?;
    let paged = app.service.list_diversions(&caller, &filter(&fields), &page).await?;
    Ok(reply::json(&ListJson::new(paged, DiversionJson::from)))
}

/// `GET /api/v1/diversions/tasks`: those that the key looks into.
pub(crate) async fn tasks(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_inspected_diversions(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, DiversionJson::from)))
}

/// `GET /api/v1/diversions/{diversion_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.find_diversion(&caller, id(&case)?).await?;
    Ok(reply::json(&DiversionJson::from(found)))
}

/// `GET /api/v1/diversions/{diversion_id}/scans`: what it rests on.
pub(crate) async fn scans(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = app.service.list_diversion_scans(&caller, id(&case)?, &page).await?;
    Ok(reply::json(&ListJson::new(paged, |it| ScanJson {
        epc: it.epc,
        seen_at: rfc3339(it.scan.seen_at_us),
        device: it.device,
        area: it.scan.area.to_string(),
        confidence: trust(it.scan.confidence),
        km: it.scan.km,
    })))
}

/// `GET /api/v1/diversions/{diversion_id}/changes`: its log.
pub(crate) async fn changes(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let log = app.service.list_diversion_changes(&caller, id(&case)?).await?;
    let items = log.into_iter().map(|it| ChangeJson {
        change_no: it.change_no,
        state: it.state.name(),
        note: it.note,
        changed_by: it.changed_by,
        changed_at: rfc3339(it.changed_at_us),
    });
    Ok(reply::json(&ItemsJson { items: items.collect() }))
}

/// `POST /api/v1/diversions/{diversion_id}/steps`.
pub(crate) async fn step(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
    Json(it): Json<StepJson>,
) -> Result<Response, Problem> {
    let StepJson { state, note, inspector_id, due } = it;
    let step = DiversionStep { state, note, inspector_id, due };
    let case = app.service.step_diversion(&caller, id(&case)?, &step).await?;
    Ok(reply::json(&DiversionJson::from(case)))
}

/// `GET /api/v1/diversions/{diversion_id}/files`.
pub(crate) async fn files(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let files = app.service.list_diversion_files(&caller, id(&case)?).await?;
    let items = files.into_iter().map(|it| file_json!(it)).collect();
    Ok(reply::json(&FilesJson { items }))
}

/// `POST /api/v1/diversions/{diversion_id}/files?name=…`.
pub(crate) async fn add_file(
    State(app): State<App>,
    Known(caller): Known,
    Path(case): Path<String>,
    Query(fields): Query,
    EvidenceBody(body): EvidenceBody,
) -> Result<Response, Problem> {
    let file = (&fields.text("name")[..], body.to_vec());
    let file = app.service.add_diversion_file(&caller, id(&case)?, file).await?;
    let location = format!("/api/v1/diversions/{case}/files/{}", file.file_no);
    Ok(reply::created(&location, &file_json!(file)))
}

/// `GET /api/v1/diversions/{diversion_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    Known(caller): Known,
    Path((case, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = app.service.diversion_file(&caller, id(&case)?, id(&file_no)?).await?;
    Ok(file_response(&found.0, found.1))
}

/// `GET /api/v1/diversions/thresholds`.
pub(crate) async fn thresholds(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    let set = app.service.find_diversion_thresholds(&caller).await?;
    Ok(reply::json(&ThresholdsJson::from(set)))
}

/// `PUT /api/v1/diversions/thresholds`.
pub(crate) async fn set_thresholds(
    State(app): State<App>,
    Known(caller): Known,
    Json(it): Json<ThresholdsJson>,
) -> Result<Response, Problem> {
    let ThresholdsJson { confidence, codes, devices, strays, days } = it;
    let set = Thresholds { confidence, codes, devices, strays, days };
    let set = app.service.set_diversion_thresholds(&caller, &set).await?;
    Ok(reply::json(&ThresholdsJson::from(set)))
}

/// `GET /api/v1/diversions/statistics`.
pub(crate) async fn statistics(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.diversion_statistics(&caller, &filter(&fields)).await?;
    let tallies = |of: Vec<(String, Tally)>| of.into_iter().map(tally).collect();
    Ok(reply::json(&StatisticsJson {
        by_dealer: tallies(found.by_dealer),
        by_area: tallies(found.by_area),
        by_product: tallies(found.by_product),
        by_month: tallies(found.by_month),
        all: tally((String::new(), found.all)),
        is_cut: found.is_cut,
    }))
}

/// Cases of a file: so many of the newest.
const MAX_EXPORTED: usize = 10_000;

/// Cases that are wanted as rows of words, and where the next file begins.
async fn rows(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    fields: &Fields,
) -> Result<(Vec<Vec<String>>, Option<String>), Problem> {
    let (language, wanted) = (visit.language, filter(fields));
    let t = language.diversion_texts();
    let mut page = Page { after: fields.optional("after"), ..Page::newest() };
    let mut rows = Vec::new();
    loop {
        let n_left = MAX_EXPORTED - rows.len();
        page.limit = page.limit.min(u32::try_from(n_left).unwrap_or(u32::MAX));
        let paged = app.service.list_diversions(caller, &wanted, &page).await?;
        rows.extend(paged.items.into_iter().map(|it| {
            let (case, what) = (&it.case, &it.case.suspicion);
            vec![
                case.diversion_id.to_string(),
                state_word(t, case.state.name()).to_owned(),
                format!("{} {}", it.dealer.0, it.dealer.1),
                it.product.clone(),
                it.shipment_id.clone().unwrap_or_default(),
                area_words(app, language, what.area),
                what.confidence.to_string(),
                what.n_codes.to_string(),
                what.n_devices.to_string(),
                what.n_told.to_string(),
                rfc3339(case.opened_at_us),
                case.due_at_us.map(rfc3339).unwrap_or_default(),
            ]
        }));
        page.after = paged.next;
        if page.after.is_none() || rows.len() >= MAX_EXPORTED {
            return Ok((rows, page.after));
        }
    }
}

/// Heads of [`rows`].
fn heads(t: &DiversionTexts) -> Vec<String> {
    let heads = [
        t.case,
        t.state,
        t.dealer,
        t.product,
        t.shipment,
        t.area,
        t.confidence,
        t.n_codes,
        t.n_devices,
        t.n_told,
        t.opened,
        t.due,
    ];
    heads.map(str::to_owned).to_vec()
}

/// `GET /api/v1/diversions.csv`.
pub(crate) async fn table(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let (rows, next) = rows(&app, &visit, &caller, &fields).await?;
    let mut text = "\u{feff}".to_owned();
    push_line(&mut text, &heads(visit.language.diversion_texts()));
    for row in &rows {
        push_line(&mut text, row);
    }
    if let Some(next) = &next {
        push_line(&mut text, &[rest_of_file(visit.language, rows.len(), next)]);
    }
    let file = reply::file("text/csv; charset=utf-8", "diversions.csv", text.into());
    Ok(with_next(file, ("/api/v1/diversions.csv", &fields), next.as_deref()))
}

/// `GET /api/v1/diversions.xlsx`: the cases, and how many there are of what.
pub(crate) async fn workbook(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let t = visit.language.diversion_texts();
    let (rows, next) = rows(&app, &visit, &caller, &fields).await?;
    let n_rows = rows.len();
    let counted = app.service.diversion_statistics(&caller, &filter(&fields)).await?;
    let cases = Table {
        title: t.diversions.to_owned(),
        columns: heads(t),
        rows: rows.into_iter().map(|row| row.into_iter().map(Cell::Text).collect()).collect(),
        notes: next.iter().map(|it| rest_of_file(visit.language, n_rows, it)).collect(),
    };
    let mut tables = vec![cases];
    tables.extend(counts(&app, &visit, counted));
    let report = Report {
        title: t.diversions.to_owned(),
        made_at_s: app.service.now_us() / 1_000_000,
        language: visit.language.tag(),
        tables,
        ..Report::default()
    };
    let file = reply::file(XLSX, "diversions.xlsx", apart(move || Ok(xlsx(&report)?)).await?);
    Ok(with_next(file, ("/api/v1/diversions.xlsx", &fields), next.as_deref()))
}

/// Statistics as tables of a report.
fn counts(app: &App, visit: &Visit, counted: DiversionStatistics) -> Vec<Table> {
    let t = visit.language.diversion_texts();
    let named = |of: Vec<(String, Tally)>| {
        let named = of.into_iter().map(|(area, tally)| {
            let words = verdict::Area::parse(&area).map(|it| area_words(app, visit.language, it));
            (words.unwrap_or(area), tally)
        });
        named.collect()
    };
    let table = |title: &str, of: Vec<(String, Tally)>| Table {
        title: title.to_owned(),
        columns: [t.name, t.suspected, t.checking, t.confirmed, t.excluded, t.n_codes]
            .map(str::to_owned)
            .to_vec(),
        rows: of
            .into_iter()
            .map(|(name, it)| {
                let numbers = it.n_by_state.into_iter().chain([it.n_codes]).map(Cell::count);
                [Cell::Text(name)].into_iter().chain(numbers).collect()
            })
            .collect(),
        notes: Vec::new(),
    };
    vec![
        table(t.by_dealer, counted.by_dealer),
        table(t.by_area, named(counted.by_area)),
        table(t.by_product, counted.by_product),
        table(t.by_month, counted.by_month),
    ]
}
