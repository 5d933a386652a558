//! What a trace must know of an event beside what it names: step, place, lot, amounts, declared
//! error.

use aws_lc_rs::digest::{SHA256, digest};
use epcis::{Area, AttributeValue, LeafValue, QuantityElement, Role, VocabularyElement};
use store::event_facts::Circumstances;
use trace::{Amount, Position, Step};

use crate::bindings::gtin_of;

/// Namespace of the CBV's master data attributes, CBV 2.0 §9; JSON ends it with a colon.
const CBV_ATTRIBUTES: &str = "urn:epcglobal:cbv:mda";

/// What the event says of itself; `declares` is the key of the event that it declares wrong.
pub(crate) fn circumstances_of(
    event: &epcis::Event,
    amounts: &[Amount],
    declares: Option<[u8; 16]>,
) -> Circumstances {
    // Where the things are says more than where they were read; a reader stands at its site.
    let place = event.biz_location.as_deref().or(event.read_point.as_deref());
    let mut places = [event.read_point.as_deref(), place].into_iter().flatten();
    Circumstances {
        step: step_of(event.biz_step.as_deref().unwrap_or_default()),
        place: place.map(|place| number_of_place(site_of(place))),
        position: places.find_map(position_of),
        amounts: amounts.to_vec(),
        declares,
    }
}

/// The business steps that are a sale to a consumer.
pub(crate) const SALES: [&str; 2] = ["retail_selling", "dispensing"];

/// What a business step says, CBV 2.0 §7.1.3; a word of somebody else's says nothing.
fn step_of(biz_step: &str) -> Step {
    match epcis::cbv_word(biz_step) {
        Some("commissioning") => Step::Commissioning,
        Some("shipping") => Step::Shipping,
        Some("departing" | "loading" | "transporting") => Step::Leaving,
        Some("receiving") => Step::Receiving,
        Some(word) if SALES.contains(&word) => Step::Selling,
        Some("consuming") => Step::Consuming,
        Some("destroying") => Step::Destroying,
        Some("decommissioning") => Step::Decommissioning,
        _ => Step::Other,
    }
}

/// A place inside a site (AI 254) is the site: two doors of one factory are not two places.
pub(crate) fn site_of(place: &str) -> &str {
    match place.split_once("/254/") {
        Some((site, _)) if place.contains("/414/") => site,
        _ => place,
    }
}

/// The first eight bytes of SHA-256.
pub(crate) fn number_of_place(place: &str) -> i64 {
    let digest = digest(&SHA256, place.as_bytes());
    digest.as_ref()[..8].iter().fold(0, |number, &byte| number << 8 | i64::from(byte))
}

/// The position in a `geo:` URI, RFC 5870.
fn position_of(place: &str) -> Option<Position> {
    let rest = place.strip_prefix("geo:")?;
    let coordinates = rest.split(';').next()?;
    let mut degrees = coordinates.split(',').map(|degrees| degrees.parse::<f64>().ok());
    let (latitude, longitude) = (degrees.next()??, degrees.next()??);
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let millionths = |degrees: f64| (degrees * 1e6).round() as i32;
    is_on_earth
        .then(|| Position { latitude: millionths(latitude), longitude: millionths(longitude) })
}

/// Where an element of master data says that it is, by the attributes `latitude` and `longitude` of
/// CBV 2.0 §9.
pub(crate) fn position_told(element: &VocabularyElement) -> Option<Position> {
    let degrees = |wanted: &str| {
        element.attributes.iter().find_map(|attribute| {
            let name = attribute.name.strip_prefix(CBV_ATTRIBUTES)?.trim_start_matches(':');
            match &attribute.value {
                AttributeValue::Text(text) if name == wanted => Some(text.as_str()),
                _ => None,
            }
        })
    };
    position_of(&format!("geo:{},{}", degrees("latitude")?, degrees("longitude")?))
}

/// The lot of the items that begin with the event, as a class, if its ILMD says so and they are of
/// one GTIN.
pub(crate) fn lot_of(event: &epcis::Event) -> Option<String> {
    let is_lot = |name: &str| {
        let name = name.strip_prefix(CBV_ATTRIBUTES);
        name.is_some_and(|name| name.trim_start_matches(':') == "lotNumber")
    };
    let lot = event.leaves.iter().find_map(|leaf| match &leaf.value {
        LeafValue::Text(lot) if leaf.area == Area::Ilmd && is_lot(&leaf.name) => Some(lot),
        _ => None,
    })?;
    let items = event.epcs.iter().filter(|it| matches!(it.role, Role::Epc | Role::Output));
    let mut gtins: Vec<&str> = Vec::new();
    for item in items {
        gtins.push(gtin_of(&item.epc)?);
    }
    gtins.dedup();
    let [gtin] = gtins.as_slice() else { return None };
    let gtin = gs1::Gtin::parse(gtin).ok()?;
    Some(gs1::digital_link::DigitalLink::lgtin(&gtin, lot).ok()?.to_string())
}

/// True if the classes that the event names in a role are those of the codes that its ranges list
/// in that role: they say of which lot the codes are, not that there is more.
pub(crate) fn is_of_ranges(event: &epcis::Event, role: Role) -> bool {
    let ranges = event.ranges.iter().filter(|range| range.role == role);
    let n_codes: u64 = ranges.map(|range| range.last - range.first + 1).sum();
    let classes = event.quantities.iter().filter(|it| it.role == role);
    let counted = classes.map(|it| it.quantity.as_ref()?.parse::<u64>().ok());
    n_codes > 0 && counted.sum::<Option<u64>>() == Some(n_codes)
}

/// Quantity and unit of an amount; a code of two characters is filled up with a space.
pub(crate) fn amount_of(quantity: &QuantityElement) -> (Option<f64>, Option<[u8; 3]>) {
    let number = quantity.quantity.as_ref().and_then(|text| text.parse::<f64>().ok());
    let uom = quantity.uom.as_deref().map(|uom| {
        let mut code = *b"   ";
        for (place, byte) in code.iter_mut().zip(uom.bytes()) {
            *place = byte;
        }
        code
    });
    (number.filter(|number| number.is_finite() && *number > 0.0), uom)
}
