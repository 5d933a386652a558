//! Dealers: the tree, territories, licences, the log of changes, files in and out.

use super::recalls::hex;
use super::shapes::{ListJson, key_json};
use super::traces::{XLSX, apart, push_line};
use crate::app::App;
use crate::caller::Known;
use crate::extract::{EvidenceBody, Json, Path, Query, SheetBody, id};
use crate::moment::rfc3339;
use crate::pages::console::tasks::file_response;
use crate::problem::Problem;
use crate::reply;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use label::report::{Cell, Report, Table, xlsx};
use serde::{Deserialize, Serialize};
use service::{
    Above, DEALER_COLUMNS, DealerDetails, DealerEdit, DealerImport, DealerView, NewDealer,
    NewTerritory, date_of_day,
};

#[derive(Serialize)]
struct DealerJson {
    dealer_id: String,
    enterprise_id: String,
    parent_id: Option<String>,
    number: String,
    name: String,
    contact_name: String,
    phone: String,
    email: String,
    address: String,
    party: String,
    place: String,
    linked_enterprise_id: Option<String>,
    created_at: String,
    closed_at: Option<String>,
    /// Of one dealer alone; a list leaves them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    territories: Option<Vec<TerritoryJson>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TerritoryJson {
    division: String,
    kind: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetailsJson {
    number: String,
    name: String,
    #[serde(default)]
    contact_name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    linked_enterprise_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDealerJson {
    #[serde(default)]
    enterprise_id: Option<String>,
    #[serde(default)]
    parent_id: Option<String>,
    #[serde(default)]
    territories: Vec<TerritoryJson>,
    details: DetailsJson,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParentJson {
    parent_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TerritoriesJson {
    territories: Vec<TerritoryJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelJson {
    label: String,
}

#[derive(Serialize)]
struct ChangeJson {
    change_id: String,
    action: &'static str,
    detail: String,
    changed_by: String,
    changed_at: String,
}

#[derive(Serialize)]
struct FileJson {
    file_no: u32,
    name: String,
    valid_until: Option<String>,
    media_type: String,
    sha256: String,
    n_bytes: u64,
    uploaded_by: String,
    uploaded_at: String,
}

#[derive(Serialize)]
struct FilesJson {
    items: Vec<FileJson>,
}

#[derive(Serialize)]
struct ImportJson {
    n_added: usize,
    n_changed: usize,
    n_same: usize,
    faults: Vec<FaultJson>,
}

#[derive(Serialize)]
struct FaultJson {
    pointer: String,
    rule: &'static str,
    detail: String,
}

macro_rules! dealer_json {
    ($it:expr, $territories:expr) => {{
        let it = $it;
        DealerJson {
            dealer_id: it.dealer_id.to_string(),
            enterprise_id: it.enterprise_id.to_string(),
            parent_id: it.parent_id.map(|id| id.to_string()),
            number: it.number,
            name: it.name,
            contact_name: it.contact_name,
            phone: it.phone,
            email: it.email,
            address: it.address,
            party: it.party,
            place: it.place,
            linked_enterprise_id: it.linked_id.map(|id| id.to_string()),
            created_at: rfc3339(it.created_at_us),
            closed_at: it.closed_at_us.map(rfc3339),
            territories: $territories,
        }
    }};
}

macro_rules! file_json {
    ($it:expr) => {{
        let it = $it;
        FileJson {
            file_no: it.file.file_no,
            name: it.file.name,
            valid_until: it.valid_until.map(date_of_day),
            media_type: it.file.media_type,
            sha256: hex(&it.file.sha256),
            n_bytes: it.file.n_bytes,
            uploaded_by: it.file.uploaded_by,
            uploaded_at: rfc3339(it.file.uploaded_at_us),
        }
    }};
}

/// `GET /api/v1/dealers`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_dealers(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| dealer_json!(it, None))))
}

/// `POST /api/v1/dealers`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewDealerJson>,
) -> Result<Response, Problem> {
    let new = NewDealer {
        enterprise_id: new.enterprise_id.as_deref().map(id).transpose()?,
        above: above(new.parent_id.as_deref())?,
        details: new.details.into(),
        territories: new.territories.into_iter().map(NewTerritory::from).collect(),
    };
    let made = shown(app.service.create_dealer(&caller, new).await?);
    Ok(reply::created(&format!("/api/v1/dealers/{}", made.dealer_id), &made))
}

/// `GET /api/v1/dealers/{dealer_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    Ok(reply::json(&shown(app.service.find_dealer(&caller, id(&dealer_id)?).await?)))
}

/// `PUT /api/v1/dealers/{dealer_id}`.
pub(crate) async fn change(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Json(new): Json<DetailsJson>,
) -> Result<Response, Problem> {
    let edit = DealerEdit::Details(new.into());
    Ok(reply::json(&shown(app.service.change_dealer(&caller, id(&dealer_id)?, edit).await?)))
}

/// `PUT /api/v1/dealers/{dealer_id}/parent`.
pub(crate) async fn set_parent(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Json(new): Json<ParentJson>,
) -> Result<Response, Problem> {
    let edit = DealerEdit::Move(above(new.parent_id.as_deref())?);
    Ok(reply::json(&shown(app.service.change_dealer(&caller, id(&dealer_id)?, edit).await?)))
}

/// `PUT /api/v1/dealers/{dealer_id}/territories`.
pub(crate) async fn set_territories(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Json(new): Json<TerritoriesJson>,
) -> Result<Response, Problem> {
    let territories = new.territories.into_iter().map(NewTerritory::from).collect();
    let edit = DealerEdit::Territories(territories);
    Ok(reply::json(&shown(app.service.change_dealer(&caller, id(&dealer_id)?, edit).await?)))
}

/// `POST /api/v1/dealers/{dealer_id}/close`.
pub(crate) async fn close(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let closed = app.service.change_dealer(&caller, id(&dealer_id)?, DealerEdit::Close).await?;
    Ok(reply::json(&shown(closed)))
}

/// `POST /api/v1/dealers/{dealer_id}/reopen`.
pub(crate) async fn reopen(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let open = app.service.change_dealer(&caller, id(&dealer_id)?, DealerEdit::Reopen).await?;
    Ok(reply::json(&shown(open)))
}

/// `GET /api/v1/dealers/{dealer_id}/dealers`.
pub(crate) async fn under(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = app.service.list_dealers_under(&caller, id(&dealer_id)?, &page).await?;
    Ok(reply::json(&ListJson::new(paged, |it| dealer_json!(it, None))))
}

/// `GET /api/v1/dealers/{dealer_id}/changes`.
pub(crate) async fn changes(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = app.service.list_dealer_changes(&caller, id(&dealer_id)?, &page).await?;
    Ok(reply::json(&ListJson::new(paged, |it| ChangeJson {
        change_id: it.change_id.to_string(),
        action: it.action.name(),
        detail: it.detail,
        changed_by: it.changed_by,
        changed_at: rfc3339(it.changed_at_us),
    })))
}

/// `POST /api/v1/dealers/{dealer_id}/keys`.
pub(crate) async fn create_key(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Json(new): Json<LabelJson>,
) -> Result<Response, Problem> {
    let made = app.service.create_dealer_key(&caller, id(&dealer_id)?, &new.label).await?;
    let made = key_json!(made.0, Some(made.1));
    Ok(reply::created(&format!("/api/v1/keys/{}", made.key_id), &made))
}

/// `GET /api/v1/dealers/{dealer_id}/files`.
pub(crate) async fn files(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let files = app.service.list_dealer_files(&caller, id(&dealer_id)?).await?;
    let items = files.into_iter().map(|it| file_json!(it)).collect();
    Ok(reply::json(&FilesJson { items }))
}

/// `POST /api/v1/dealers/{dealer_id}/files?name=…&valid_until=…`.
pub(crate) async fn add_file(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
    EvidenceBody(body): EvidenceBody,
) -> Result<Response, Problem> {
    let (name, until) = (fields.text("name"), fields.optional("valid_until"));
    let told = (name.as_str(), until.as_deref());
    let dealer = id(&dealer_id)?;
    let file = app.service.add_dealer_file(&caller, dealer, told, body.to_vec()).await?;
    let location = format!("/api/v1/dealers/{dealer_id}/files/{}", file.file.file_no);
    Ok(reply::created(&location, &file_json!(file)))
}

/// `GET /api/v1/dealers/{dealer_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    Known(caller): Known,
    Path((dealer_id, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = app.service.dealer_file(&caller, id(&dealer_id)?, id(&file_no)?).await?;
    Ok(file_response(&found.0, found.1))
}

/// `POST /api/v1/dealers/preview`.
pub(crate) async fn preview(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
    SheetBody(file): SheetBody,
) -> Result<Response, Problem> {
    let owner = fields.optional("enterprise_id").as_deref().map(id).transpose()?;
    let told = app.service.preview_dealers(&caller, owner, file.to_vec()).await?;
    Ok(reply::json(&ImportJson::from(told)))
}

/// `POST /api/v1/dealers/import`.
pub(crate) async fn import(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
    SheetBody(file): SheetBody,
) -> Result<Response, Problem> {
    let owner = fields.optional("enterprise_id").as_deref().map(id).transpose()?;
    let told = app.service.import_dealers(&caller, owner, file.to_vec()).await?;
    Ok(reply::json(&ImportJson::from(told)))
}

/// `GET /api/v1/dealers.csv`: what can be taken over again.
pub(crate) async fn table(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let owner = fields.optional("enterprise_id").as_deref().map(id).transpose()?;
    let rows = app.service.export_dealers(&caller, owner).await?;
    let mut text = format!("\u{feff}{}\r\n", DEALER_COLUMNS.join(","));
    for row in &rows {
        push_line(&mut text, row);
    }
    Ok(reply::file("text/csv; charset=utf-8", "dealers.csv", text.into()))
}

/// `GET /api/v1/dealers.xlsx`: the same as a workbook.
pub(crate) async fn workbook(
    State(app): State<App>,
    visit: Visit,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let owner = fields.optional("enterprise_id").as_deref().map(id).transpose()?;
    let rows = app.service.export_dealers(&caller, owner).await?;
    let title = visit.language.dealer_texts().dealers;
    let report = Report {
        title: title.to_owned(),
        made_at_s: app.service.now_us() / 1_000_000,
        language: visit.language.tag(),
        tables: vec![Table {
            title: "dealers".to_owned(),
            columns: DEALER_COLUMNS.map(str::to_owned).to_vec(),
            rows: rows.into_iter().map(|row| row.map(Cell::Text).to_vec()).collect(),
            notes: Vec::new(),
        }],
        ..Report::default()
    };
    Ok(reply::file(XLSX, "dealers.xlsx", apart(move || Ok(xlsx(&report)?)).await?))
}

fn above(parent_id: Option<&str>) -> Result<Above, Problem> {
    parent_id.map_or(Ok(Above::Enterprise), |text| id(text).map(Above::Dealer))
}

fn shown(view: DealerView) -> DealerJson {
    let territories = view.territories.iter().map(|it| TerritoryJson {
        division: it.area.to_string(),
        kind: it.kind.name().to_owned(),
        from: it.from_day.map(date_of_day),
        until: it.until_day.map(date_of_day),
    });
    let territories = territories.collect();
    dealer_json!(view.dealer, Some(territories))
}

impl From<DetailsJson> for DealerDetails {
    fn from(it: DetailsJson) -> Self {
        Self {
            number: it.number,
            name: it.name,
            contact_name: it.contact_name,
            phone: it.phone,
            email: it.email,
            address: it.address,
            party: it.party,
            place: it.place,
            linked_enterprise_id: it.linked_enterprise_id.unwrap_or_default(),
        }
    }
}

impl From<TerritoryJson> for NewTerritory {
    fn from(it: TerritoryJson) -> Self {
        Self { division: it.division, kind: it.kind, from: it.from, until: it.until }
    }
}

impl From<DealerImport> for ImportJson {
    fn from(it: DealerImport) -> Self {
        let fault = |it: service::Violation| FaultJson {
            pointer: it.pointer,
            rule: it.rule,
            detail: it.message,
        };
        Self {
            n_added: it.n_added,
            n_changed: it.n_changed,
            n_same: it.n_same,
            faults: it.faults.into_iter().map(fault).collect(),
        }
    }
}
