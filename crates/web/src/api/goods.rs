//! Goods of dealers: moves, stock, deliveries that are checked and taken in.

use super::traces::push_line;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Fields, Json, Path, Query, SheetBody, id};
use crate::moment::{parse, rfc3339};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{
    Check, MoveImport, MoveKind, NewMove, Shipment, Station, StockLine, StockReach, Surplus,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMoveJson {
    #[serde(default = "ship")]
    kind: String,
    /// A dealer by id; none is the enterprise.
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    things: Vec<String>,
    #[serde(default)]
    ranges: Vec<RangeJson>,
    #[serde(default)]
    document: String,
    #[serde(default)]
    event_time: Option<String>,
}

fn ship() -> String {
    MoveKind::Ship.name().to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RangeJson {
    batch_id: String,
    first: u64,
    last: u64,
}

#[derive(Serialize)]
struct MovedJson {
    capture_id: String,
}

#[derive(Serialize)]
struct ImportJson {
    n_events: usize,
    n_rows: usize,
    faults: Vec<FaultJson>,
}

#[derive(Serialize)]
struct FaultJson {
    pointer: String,
    rule: &'static str,
    detail: String,
}

#[derive(Serialize)]
struct StockJson {
    items: Vec<StockLineJson>,
}

#[derive(Serialize)]
struct StockLineJson {
    dealer_id: String,
    number: String,
    name: String,
    product_id: String,
    product: String,
    n_in_stock: u64,
    n_in_transit: u64,
    n_sold: u64,
}

#[derive(Serialize)]
struct ShipmentsJson {
    items: Vec<ShipmentJson>,
}

#[derive(Serialize)]
struct ShipmentJson {
    shipment_id: String,
    event_time: String,
    document: String,
    document_number: String,
    from: String,
    from_name: String,
    n_items: u64,
    parts: Vec<PartJson>,
    n_parts_left: usize,
}

#[derive(Serialize)]
struct PartJson {
    name: String,
    n_items: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScannedJson {
    things: Vec<String>,
    #[serde(default)]
    take_surplus: bool,
}

#[derive(Serialize)]
struct CheckJson {
    scanned: Vec<CheckedJson>,
    missing: Vec<PartJson>,
    n_missing_left: usize,
    n_expected: u64,
    n_found: u64,
    /// The capture that took the goods in.
    #[serde(skip_serializing_if = "Option::is_none")]
    capture_id: Option<String>,
}

#[derive(Serialize)]
struct CheckedJson {
    thing: String,
    result: &'static str,
    is_wrong: bool,
    n_items: u64,
}

/// `POST /api/v1/moves`.
pub(crate) async fn create(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewMoveJson>,
) -> Result<Response, Problem> {
    let station = |text: &Option<String>| match text.as_deref() {
        None => Ok(Station::Enterprise),
        Some(text) => id(text).map(Station::Dealer),
    };
    let range = |it: RangeJson| Ok::<_, Problem>((id(&it.batch_id)?, it.first, it.last));
    let time = |text: String| {
        let wrong = || Problem::rejected("/event_time", "bad-time", "write a time as RFC 3339");
        parse(&text).ok_or_else(wrong)
    };
    let kind = MoveKind::from_name(&new.kind);
    let new = NewMove {
        kind: kind.ok_or_else(|| Problem::rejected("/kind", "bad-kind", "ship or receive"))?,
        from: station(&new.from)?,
        to: station(&new.to)?,
        things: new.things,
        ranges: new.ranges.into_iter().map(range).collect::<Result<_, _>>()?,
        document: new.document,
        event_time_us: new.event_time.map(time).transpose()?,
    };
    let capture_id = app.service.move_goods(&caller, &new).await?.capture_id.to_string();
    Ok(reply::created(&format!("/epcis/capture/{capture_id}"), &MovedJson { capture_id }))
}

/// `POST /api/v1/moves/preview`.
pub(crate) async fn preview(
    State(app): State<App>,
    Known(caller): Known,
    SheetBody(file): SheetBody,
) -> Result<Response, Problem> {
    let told = app.service.preview_moves(&caller, file.to_vec()).await?;
    Ok(reply::json(&ImportJson::from(told)))
}

/// `POST /api/v1/moves/import`.
pub(crate) async fn import(
    State(app): State<App>,
    Known(caller): Known,
    SheetBody(file): SheetBody,
) -> Result<Response, Problem> {
    let told = app.service.import_moves(&caller, file.to_vec()).await?;
    Ok(reply::json(&ImportJson::from(told)))
}

/// `GET /api/v1/dealers/{dealer_id}/stock`.
pub(crate) async fn stock(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.dealer_stock(&caller, id(&dealer_id)?, reach(&fields)).await?;
    Ok(reply::json(&StockJson { items: found.into_iter().map(StockLineJson::from).collect() }))
}

/// `GET /api/v1/dealers/{dealer_id}/stock.csv`.
pub(crate) async fn stock_table(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let found = app.service.dealer_stock(&caller, id(&dealer_id)?, reach(&fields)).await?;
    let heads = "number,name,product_id,product,n_in_stock,n_in_transit,n_sold";
    let mut text = format!("\u{feff}{heads}\r\n");
    for it in found {
        let counts = [it.n_in_stock, it.n_in_transit, it.n_sold].map(|n| n.to_string());
        let mut cells = vec![it.number, it.name, it.product_id.to_string(), it.product];
        cells.extend(counts);
        push_line(&mut text, &cells);
    }
    Ok(reply::file("text/csv; charset=utf-8", "stock.csv", text.into()))
}

/// `GET /api/v1/dealers/{dealer_id}/shipments`.
pub(crate) async fn shipments(
    State(app): State<App>,
    Known(caller): Known,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let found = app.service.list_shipments(&caller, id(&dealer_id)?).await?;
    let items = found.into_iter().map(ShipmentJson::from).collect();
    Ok(reply::json(&ShipmentsJson { items }))
}

/// `GET /api/v1/dealers/{dealer_id}/shipments/{shipment_id}`.
pub(crate) async fn shipment(
    State(app): State<App>,
    Known(caller): Known,
    Path((dealer_id, shipment_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let which = (id(&dealer_id)?, shipment_id.as_str());
    Ok(reply::json(&ShipmentJson::from(app.service.find_shipment(&caller, which).await?)))
}

/// `POST /api/v1/dealers/{dealer_id}/shipments/{shipment_id}/check`.
pub(crate) async fn check(
    State(app): State<App>,
    Known(caller): Known,
    Path((dealer_id, shipment_id)): Path<(String, String)>,
    Json(scanned): Json<ScannedJson>,
) -> Result<Response, Problem> {
    let which = (id(&dealer_id)?, shipment_id.as_str());
    let told = app.service.check_shipment(&caller, which, &scanned.things).await?;
    Ok(reply::json(&CheckJson::from(told)))
}

/// `POST /api/v1/dealers/{dealer_id}/shipments/{shipment_id}/receive`.
pub(crate) async fn receive(
    State(app): State<App>,
    Known(caller): Known,
    Path((dealer_id, shipment_id)): Path<(String, String)>,
    Json(scanned): Json<ScannedJson>,
) -> Result<Response, Problem> {
    let which = (id(&dealer_id)?, shipment_id.as_str());
    let surplus = if scanned.take_surplus { Surplus::Take } else { Surplus::Leave };
    let (told, capture) =
        app.service.receive_shipment(&caller, which, &scanned.things, surplus).await?;
    let capture_id = Some(capture.capture_id.to_string());
    Ok(reply::json(&CheckJson { capture_id, ..CheckJson::from(told) }))
}

fn reach(fields: &Fields) -> StockReach {
    if fields.is_ticked("below") { StockReach::WithBelow } else { StockReach::Alone }
}

fn part((name, n_items): (String, u64)) -> PartJson {
    PartJson { name, n_items }
}

impl From<MoveImport> for ImportJson {
    fn from(it: MoveImport) -> Self {
        let fault = |it: service::Violation| FaultJson {
            pointer: it.pointer,
            rule: it.rule,
            detail: it.message,
        };
        let faults = it.faults.into_iter().map(fault).collect();
        Self { n_events: it.n_events, n_rows: it.n_rows, faults }
    }
}

impl From<StockLine> for StockLineJson {
    fn from(it: StockLine) -> Self {
        Self {
            dealer_id: it.dealer_id.to_string(),
            number: it.number,
            name: it.name,
            product_id: it.product_id.to_string(),
            product: it.product,
            n_in_stock: it.n_in_stock,
            n_in_transit: it.n_in_transit,
            n_sold: it.n_sold,
        }
    }
}

impl From<Shipment> for ShipmentJson {
    fn from(it: Shipment) -> Self {
        Self {
            shipment_id: it.shipment_id,
            event_time: rfc3339(it.event_time_us),
            document: it.document,
            document_number: it.document_number,
            from: it.from,
            from_name: it.from_name,
            n_items: it.n_items,
            parts: it.parts.into_iter().map(part).collect(),
            n_parts_left: it.n_parts_left,
        }
    }
}

impl From<Check> for CheckJson {
    fn from(it: Check) -> Self {
        let scanned = it.scanned.into_iter().map(|(thing, result, n_items)| CheckedJson {
            thing,
            result: result.name(),
            is_wrong: result.is_wrong(),
            n_items,
        });
        Self {
            scanned: scanned.collect(),
            missing: it.missing.into_iter().map(part).collect(),
            n_missing_left: it.n_missing_left,
            n_expected: it.n_expected,
            n_found: it.n_found,
            capture_id: None,
        }
    }
}
