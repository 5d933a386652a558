//! Recalls: what would come back, orders, what became of them.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::moment::{self, rfc3339};
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::{
    Amounts, Gap, NewRecall, RecallHolder, RecallKind, RecallLevel, RecallPreview, RecallQuestion,
    RecallStart,
};
use trace::Sum;

/// Which goods: exactly one of `thing`, `event`, `place` and `query`.
#[derive(Deserialize)]
pub(crate) struct QuestionJson {
    #[serde(default)]
    thing: Option<String>,
    #[serde(default)]
    event: Option<String>,
    #[serde(default)]
    place: Option<PlaceJson>,
    #[serde(default)]
    query: Option<serde_json::Value>,
    #[serde(default)]
    enterprise_id: Option<String>,
    #[serde(default)]
    event_time: Option<String>,
    #[serde(default)]
    record_time: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct NewRecallJson {
    #[serde(flatten)]
    question: QuestionJson,
    #[serde(default)]
    is_drill: bool,
    level: u8,
    reason: String,
    #[serde(default)]
    instruction: NewInstructionJson,
    #[serde(default)]
    deadline: Option<String>,
    client_token: String,
    #[serde(default)]
    root_hash: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NewInstructionJson {
    #[serde(rename = "zh-CN")]
    zh: String,
    ko: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndJson {
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceJson {
    place: String,
    from: String,
    until: String,
}

#[derive(Serialize)]
struct RecallJson {
    recall_id: String,
    enterprise_id: String,
    is_drill: bool,
    level: u8,
    state: &'static str,
    reason: String,
    instruction: serde_json::Value,
    start: serde_json::Value,
    ordered_by: String,
    ordered_at: String,
    begin_by: String,
    deadline: String,
    event_time: String,
    record_time: String,
    n_items: u64,
    n_lots: u64,
    n_cases: u64,
    n_pallets: u64,
    n_located: u64,
    located_seconds: f64,
    located_at: String,
    not_located: Option<NotLocatedJson>,
    root_hash: String,
    ended_at: Option<String>,
    closing: Option<serde_json::Value>,
    withdrawn_at: Option<String>,
    withdrawal: Option<serde_json::Value>,
}

/// Since when it cannot be located anew as a whole.
#[derive(Serialize)]
struct NotLocatedJson {
    since: String,
    /// `failed`, `cut`, `too_many_runs` or `too_many_holders`.
    why: &'static str,
}

macro_rules! recall_json {
    ($it:expr) => {{
        let it = $it;
        let [zh, ko, en] = &it.instructions;
        RecallJson {
            recall_id: it.recall_id.to_string(),
            enterprise_id: it.enterprise_id.to_string(),
            is_drill: it.is_drill,
            level: it.level,
            state: it.state.name(),
            instruction: serde_json::json!({ "zh-CN": zh, "ko": ko, "en": en }),
            start: serde_json::from_str(&it.start).unwrap_or_default(),
            ordered_at: rfc3339(it.ordered_at_us),
            begin_by: rfc3339(it.begin_by_us),
            deadline: rfc3339(it.deadline_us),
            event_time: rfc3339(it.event_time_us),
            record_time: rfc3339(it.record_time_us),
            n_items: it.n_items,
            n_lots: it.n_lots,
            n_cases: it.n_cases,
            n_pallets: it.n_pallets,
            n_located: it.n_located,
            located_seconds: it.located_us as f64 / 1e6,
            located_at: rfc3339(it.located_at_us),
            not_located: it.fault.map(|(since_us, fault)| NotLocatedJson {
                since: rfc3339(since_us),
                why: fault.name(),
            }),
            root_hash: hex(&it.root_hash),
            ended_at: it.ended_at_us.map(rfc3339),
            closing: it.closing.as_deref().and_then(|it| serde_json::from_slice(it).ok()),
            withdrawn_at: it.withdrawal.as_ref().map(|(at_us, _)| rfc3339(*at_us)),
            withdrawal: it.withdrawal.and_then(|(_, it)| serde_json::from_slice(&it).ok()),
            reason: it.reason,
            ordered_by: it.ordered_by,
        }
    }};
}

// Behind the macro, which it uses.
pub(crate) mod report;

#[derive(Serialize)]
struct PreviewJson {
    enterprise_id: String,
    enterprise_name: String,
    event_time: String,
    record_time: String,
    total: AmountsJson,
    states: Vec<StateJson>,
    n_cases: u64,
    n_pallets: u64,
    n_holders: u64,
    holders: Vec<HolderJson>,
    gaps: Vec<GapJson>,
    root_hash: String,
}

#[derive(Default, Serialize)]
pub(crate) struct AmountsJson {
    n_items: u64,
    /// Lots and kinds of goods whose items are not told apart.
    n_lots: u64,
    quantities: Vec<QuantityJson>,
}

#[derive(Serialize)]
pub(crate) struct QuantityJson {
    quantity: f64,
    uom: Option<String>,
    /// False if some did not say how much.
    is_all: bool,
}

#[derive(Serialize)]
pub(crate) struct StateJson {
    state: &'static str,
    #[serde(flatten)]
    amounts: AmountsJson,
}

#[derive(Serialize)]
pub(crate) struct HolderJson {
    /// `enterprise`, `party`, `nobody` or `hidden`.
    kind: &'static str,
    enterprise_id: Option<String>,
    name: String,
    address: String,
    contact: String,
    states: Vec<StateJson>,
    last_event_time: Option<String>,
    containers: Vec<String>,
    lots: Vec<LotJson>,
}

#[derive(Serialize)]
struct LotJson {
    class: String,
    quantity: Option<QuantityJson>,
}

#[derive(Serialize)]
struct GapJson {
    kind: &'static str,
    /// EPC of the first place where there is more.
    at: Option<String>,
    /// The limit that was reached.
    limit: Option<&'static str>,
    n_events: Option<u64>,
    #[serde(flatten)]
    amounts: AmountsJson,
}

/// `POST /api/v1/recalls/preview`.
pub(crate) async fn preview(
    State(app): State<App>,
    Known(caller): Known,
    Json(asked): Json<QuestionJson>,
) -> Result<Response, Problem> {
    let preview = app.service.preview_recall(&caller, &question_of(asked)?).await?;
    Ok(reply::json(&PreviewJson::from(preview)))
}

/// `GET /api/v1/recalls`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let paged = app.service.list_recalls(&caller, &fields.page()?).await?;
    Ok(reply::json(&ListJson::new(paged, |it| recall_json!(it))))
}

/// `POST /api/v1/recalls`.
pub(crate) async fn order(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewRecallJson>,
) -> Result<Response, Problem> {
    let recall = app.service.order_recall(&caller, &new_recall_of(new)?).await?;
    let location = format!("/api/v1/recalls/{}", recall.recall_id);
    Ok(reply::created(&location, &recall_json!(recall)))
}

/// `GET /api/v1/recalls/{recall_id}`.
pub(crate) async fn find(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
) -> Result<Response, Problem> {
    let recall = app.service.find_recall(&caller, id(&recall_id)?).await?;
    Ok(reply::json(&recall_json!(recall)))
}

/// `POST /api/v1/recalls/{recall_id}/withdraw`.
pub(crate) async fn withdraw(
    State(app): State<App>,
    Known(caller): Known,
    Path(recall_id): Path<String>,
    Json(end): Json<EndJson>,
) -> Result<Response, Problem> {
    let recall = app.service.withdraw_recall(&caller, id(&recall_id)?, &end.reason).await?;
    Ok(reply::json(&recall_json!(recall)))
}

fn new_recall_of(new: NewRecallJson) -> Result<NewRecall, Problem> {
    let level = RecallLevel::from_number(new.level).ok_or_else(|| {
        Problem::rejected("/level", "unknown-level", "a level is 1, 2 or 3; 1 is the most urgent")
    })?;
    let root_hash = new.root_hash.map(|text| {
        unhex(&text).ok_or_else(|| {
            let message = "send the 64 digits of the root hash of the preview";
            Problem::rejected("/root_hash", "not-a-hash", message)
        })
    });
    Ok(NewRecall {
        question: question_of(new.question)?,
        kind: if new.is_drill { RecallKind::Drill } else { RecallKind::Recall },
        level,
        reason: new.reason,
        instructions: [new.instruction.zh, new.instruction.ko, new.instruction.en],
        deadline_us: new.deadline.map(|it| time("/deadline", &it)).transpose()?,
        client_token: new.client_token,
        root_hash: root_hash.transpose()?,
    })
}

fn time(pointer: &str, text: &str) -> Result<i64, Problem> {
    let message = "write a time as in 2026-11-22T08:00:00Z";
    moment::parse(text).ok_or_else(|| Problem::rejected(pointer, "not-a-time", message))
}

pub(crate) fn question_of(asked: QuestionJson) -> Result<RecallQuestion, Problem> {
    let start = match (asked.thing, asked.event, asked.place, asked.query) {
        (Some(thing), None, None, None) => RecallStart::Thing(thing),
        (None, Some(event), None, None) => RecallStart::Event(event),
        (None, None, Some(it), None) => RecallStart::Place {
            from_us: time("/place/from", &it.from)?,
            until_us: time("/place/until", &it.until)?,
            place: it.place,
        },
        (None, None, None, Some(query)) => RecallStart::Query(query.to_string()),
        _ => {
            let message = "send exactly one of `thing`, `event`, `place` and `query`";
            return Err(Problem::rejected("", "one-start", message));
        }
    };
    let as_of = |pointer: &str, text: Option<String>| -> Result<Option<i64>, Problem> {
        text.map(|text| time(pointer, &text)).transpose()
    };
    Ok(RecallQuestion {
        start,
        enterprise_id: asked.enterprise_id,
        event_time_us: as_of("/event_time", asked.event_time)?,
        record_time_us: as_of("/record_time", asked.record_time)?,
    })
}

/// The 32 bytes of 64 digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let mut hash = [0; 32];
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(hash)
}

pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl From<RecallPreview> for PreviewJson {
    fn from(it: RecallPreview) -> Self {
        Self {
            enterprise_id: it.enterprise_id.to_string(),
            enterprise_name: it.enterprise_name,
            event_time: rfc3339(it.event_time_us),
            record_time: rfc3339(it.record_time_us),
            total: it.total.into(),
            states: states_json(it.states),
            n_cases: it.n_cases,
            n_pallets: it.n_pallets,
            n_holders: it.n_holders,
            holders: it.holders.into_iter().map(HolderJson::from).collect(),
            gaps: it.gaps.into_iter().map(GapJson::from).collect(),
            root_hash: hex(&it.root_hash),
        }
    }
}

pub(crate) fn states_json(states: Vec<(trace::State, Amounts)>) -> Vec<StateJson> {
    let state = |(state, amounts): (trace::State, Amounts)| StateJson {
        state: state.name(),
        amounts: amounts.into(),
    };
    states.into_iter().map(state).collect()
}

impl From<RecallHolder> for HolderJson {
    fn from(it: RecallHolder) -> Self {
        let (kind, enterprise_id) = match it.holder.as_ref().map(|holder| &holder.key) {
            None => ("hidden", None),
            Some(service::HolderKey::Enterprise(id)) => ("enterprise", Some(id.to_string())),
            Some(service::HolderKey::Party(_)) => ("party", None),
            Some(service::HolderKey::Nobody) => ("nobody", None),
        };
        let named = it.holder.map(|it| (it.name, it.address, it.contact));
        let (name, address, contact) = named.unwrap_or_default();
        let lot = |(class, sum): (String, Option<Sum>)| LotJson {
            class,
            quantity: sum.map(QuantityJson::from),
        };
        Self {
            kind,
            enterprise_id,
            name,
            address,
            contact,
            states: states_json(it.states),
            last_event_time: it.last_event_us.map(rfc3339),
            containers: it.containers,
            lots: it.lots.into_iter().map(lot).collect(),
        }
    }
}

impl From<Gap> for GapJson {
    fn from(gap: Gap) -> Self {
        let kind = gap.name();
        let empty = Self { kind, at: None, limit: None, n_events: None, amounts: <_>::default() };
        match gap {
            Gap::Cut(limit, at) => Self { at: Some(at), limit: Some(limit), ..empty },
            Gap::HiddenEvents(n_events) => Self { n_events: Some(n_events), ..empty },
            Gap::OthersGoods(amounts) | Gap::NoHolder(amounts) => {
                Self { amounts: amounts.into(), ..empty }
            }
            Gap::ToldByOthers(name) => Self { at: Some(name), ..empty },
            Gap::AmountsOnly(n_lots) => {
                Self { amounts: AmountsJson { n_lots, ..<_>::default() }, ..empty }
            }
        }
    }
}

impl From<Amounts> for AmountsJson {
    fn from(it: Amounts) -> Self {
        let quantities = it.sums.into_iter().map(QuantityJson::from).collect();
        Self { n_items: it.n_items, n_lots: it.n_lots, quantities }
    }
}

impl From<Sum> for QuantityJson {
    fn from(sum: Sum) -> Self {
        Self { quantity: sum.quantity, uom: sum.unit(), is_all: sum.is_all }
    }
}
