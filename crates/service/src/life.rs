//! What commissioning, decommissioning and destroying events say beyond the standard's fields:
//! the lot in `ilmd`, and the reason in our extension.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use store::items::LifeState;

/// The lot that a commissioning event binds its items to.
pub(crate) struct LotInfo {
    pub(crate) lot_number: String,
    /// `YYYY-MM-DD`.
    pub(crate) production_date: String,
    pub(crate) shelf_life_days: Option<u32>,
}

/// Lot number, production date (else the day of the event, in its own offset) and shelf life.
pub(crate) fn lot_of(event: &epcis::Event) -> Option<LotInfo> {
    let body: Value = serde_json::from_slice(&event.body).ok()?;
    let ilmd = body.get("ilmd")?;
    let lot_number = ilmd.get("cbvmda:lotNumber")?.as_str()?.to_owned();
    let dated = ilmd.get("cbvmda:productionDate").and_then(Value::as_str);
    let production_date = match dated.and_then(|date| date.get(..10)) {
        Some(date) if date.parse::<Date>().is_ok() => date.to_owned(),
        _ => local_date(event),
    };
    let expiry = ilmd.get("cbvmda:itemExpirationDate").and_then(Value::as_str);
    let shelf_life_days = expiry.and_then(|expiry| days_between(&production_date, expiry));
    Some(LotInfo { lot_number, production_date, shelf_life_days })
}

/// The reason of a voiding or destroying event; empty if it names none.
pub(crate) fn reason_of(event: &epcis::Event) -> String {
    let body: Option<Value> = serde_json::from_slice(&event.body).ok();
    let reason = body.as_ref().and_then(|body| body.get("suyuan:reason")?.as_str());
    reason.filter(|reason| reason.len() <= 40).unwrap_or_default().to_owned()
}

/// The bare word of a CBV URI: `shipping` of `https://ref.gs1.org/cbv/BizStep-shipping`.
pub(crate) fn cbv_word(uri: &str) -> Option<&str> {
    uri.rsplit_once("/cbv/")?.1.split_once('-').map(|(_, word)| word)
}

/// What a conflict says of a code in that state.
pub(crate) fn name_of(state: LifeState) -> &'static str {
    match state {
        LifeState::Commissioned => "commissioned already",
        LifeState::Decommissioned => "void already",
        LifeState::Destroyed => "destroyed already",
    }
}

/// Days from one date to another, if that is not before it.
fn days_between(from: &str, to: &str) -> Option<u32> {
    let from: Date = from.parse().ok()?;
    let to: Date = to.get(..10)?.parse().ok()?;
    u32::try_from(from.until(to).ok()?.get_days()).ok()
}

fn local_date(event: &epcis::Event) -> String {
    let sign = if event.event_time_zone_offset.starts_with('-') { -1 } else { 1 };
    let field = |range| event.event_time_zone_offset.get(range).and_then(|t: &str| t.parse().ok());
    let minutes: i32 = field(1..3).unwrap_or(0) * 60 + field(4..6).unwrap_or(0);
    let offset =
        jiff::tz::Offset::from_seconds(sign * minutes * 60).unwrap_or(jiff::tz::Offset::UTC);
    jiff::Timestamp::from_microsecond(event.event_time_us)
        .map(|at| at.to_zoned(TimeZone::fixed(offset)).date().to_string())
        .unwrap_or_default()
}
