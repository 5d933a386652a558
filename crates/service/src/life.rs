//! What commissioning, decommissioning and destroying events say beyond the standard's fields:
//! the lot in `ilmd`, and the reason in our extension.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use store::items::LifeState;

use crate::error::Violations;
use crate::limits::MAX_LOT_CHARS;
use crate::{Error, Result};

/// The lot that a commissioning event binds its items to.
pub(crate) struct LotInfo {
    pub(crate) lot_number: String,
    /// `YYYY-MM-DD`, if the event tells it.
    pub(crate) production_date: Option<String>,
    /// Days, if the event tells production and expiry.
    pub(crate) shelf_life_days: Option<u32>,
}

/// What an event says beyond the standard's own fields.
pub(crate) struct Told {
    pub(crate) lot: Option<LotInfo>,
    /// Why items end; empty if it names none.
    pub(crate) reason: String,
}

/// Reads `ilmd` and our reason; `pointer` is the event's.
pub(crate) fn told(event: &epcis::Event, pointer: &str) -> Result<Told> {
    let body: Value = serde_json::from_slice(&event.body).map_err(Error::internal)?;
    let mut violations = Violations::default();
    let mut text = |object: &Value, name: &str, max_chars: usize| {
        let found = object.get(name)?.as_str()?.to_owned();
        violations.check_text(&format!("{pointer}/{name}"), &found, max_chars);
        Some(found)
    };
    let nothing = Value::Null;
    let ilmd = body.get("ilmd").unwrap_or(&nothing);
    let reason = text(&body, "suyuan:reason", MAX_REASON_CHARS).unwrap_or_default();
    let lot_number = text(ilmd, "cbvmda:lotNumber", MAX_LOT_CHARS);
    let production_date = text(ilmd, "cbvmda:productionDate", MAX_DATE_CHARS);
    let expiry_date = text(ilmd, "cbvmda:itemExpirationDate", MAX_DATE_CHARS);
    let mut date = |name: &str, text: Option<String>| {
        let found: Option<Date> = text.as_ref().and_then(|text| text.get(..10)?.parse().ok());
        if text.is_some() && found.is_none() {
            let pointer = format!("{pointer}/ilmd/{name}");
            violations.add(&pointer, "bad-date", "write the date as YYYY-MM-DD");
        }
        found
    };
    let made = date("cbvmda:productionDate", production_date);
    let expires = date("cbvmda:itemExpirationDate", expiry_date);
    violations.finish()?;
    let shelf_life_days = made
        .zip(expires)
        .and_then(|(made, expires)| u32::try_from(made.until(expires).ok()?.get_days()).ok());
    let production_date = made.map(|date| date.to_string());
    let lot = lot_number.map(|lot_number| LotInfo { lot_number, production_date, shelf_life_days });
    Ok(Told { lot, reason })
}

const MAX_REASON_CHARS: usize = 40;
const MAX_DATE_CHARS: usize = 40;

/// What a conflict says of a code in that state.
pub(crate) fn name_of(state: LifeState) -> &'static str {
    match state {
        LifeState::Commissioned => "commissioned already",
        LifeState::Decommissioned => "void already",
        LifeState::Destroyed => "destroyed already",
    }
}

/// The day on which an event happened where it happened, `YYYY-MM-DD`.
pub(crate) fn local_date(event: &epcis::Event) -> String {
    let sign = if event.event_time_zone_offset.starts_with('-') { -1 } else { 1 };
    let field = |range| event.event_time_zone_offset.get(range).and_then(|t: &str| t.parse().ok());
    let minutes: i32 = field(1..3).unwrap_or(0) * 60 + field(4..6).unwrap_or(0);
    let offset =
        jiff::tz::Offset::from_seconds(sign * minutes * 60).unwrap_or(jiff::tz::Offset::UTC);
    jiff::Timestamp::from_microsecond(event.event_time_us)
        .map(|at| at.to_zoned(TimeZone::fixed(offset)).date().to_string())
        .unwrap_or_default()
}
