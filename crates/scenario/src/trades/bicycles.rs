//! A maker of electric bicycles: each bicycle of the first rack knows its own battery.
//! Helmets have one code for the whole product.

use epcis::build::{Draft, Ilmd};
use epcis::{Action, Role};

use crate::builder::{Builder, HOUR_US, MINUTE_US, Site, at};
use crate::cast::{BATTERIES, BICYCLE, BICYCLES, CARRIER, CERTIFIER, HANGZHOU_SHOP, HELMET};
use crate::number::{gtin, lot_uri, sgtin_uri};
use crate::packing::{Case, Hop, Sold, carry, name_all, pack_cases, pack_units, sell};
use crate::plan::EventPlan;
use crate::{ItemRef, Run};

const BATTERY_PLANT: Site = Site(BATTERIES, 1);
const PLANT: Site = Site(BICYCLES, 1);
const SHOP: Site = Site(HANGZHOU_SHOP, 1);

/// What others have to know of this trade.
pub(crate) struct Outcome {
    pub(crate) sold: Vec<Sold>,
}

pub(crate) fn play(builder: &mut Builder) -> Outcome {
    let batteries = make_batteries(builder);
    let racks = assemble(builder, &batteries);
    commission_helmets(builder);
    inspect(builder, racks[0].item(5));
    let uris: Vec<String> = racks[..2].iter().map(|rack| rack.uri.clone()).collect();
    carry(
        builder,
        &Hop {
            from: PLANT,
            to: SHOP,
            carrier: CARRIER,
            uris: &uris,
            leaves_us: builder.time(PLANT, at(45, 15, 0)),
            arrives_us: builder.time(SHOP, at(44, 10, 0)),
        },
    );
    let opens_us = builder.time(SHOP, at(40, 9, 0));
    let sold = sell(builder, SHOP, (&racks[0], 14), opens_us, "330100");
    mount_tracker(builder, &sold[0]);
    Outcome { sold }
}

/// Two dozen batteries with serials of their maker travel in one crate.
fn make_batteries(builder: &mut Builder) -> Vec<String> {
    let battery = gtin(BATTERIES, 501);
    let uris: Vec<String> =
        (1..=24).map(|n| sgtin_uri(&battery, &format!("CY48-26{n:05}"))).collect();
    let made_us = builder.time(BATTERY_PLANT, at(58, 9, 0));
    let draft = Draft::object(Action::Add, builder.when(BATTERY_PLANT, made_us));
    let made = builder.locate(BATTERY_PLANT, "commissioning", draft).with(|draft| {
        let production_date = Some(builder.date(BATTERY_PLANT, made_us));
        let lot_number = Some("CY26-09".to_owned());
        draft.ilmd(Ilmd { lot_number, production_date, ..Ilmd::default() }).disposition("active")
    });
    let crate_uri = builder.sscc(BATTERIES);
    let packed = pack_units(builder, BATTERY_PLANT, &crate_uri, &uris, made_us + 4 * HOUR_US);
    builder.capture(BATTERIES, vec![name_all(made, Role::Epc, &uris), packed]);
    carry(
        builder,
        &Hop {
            from: BATTERY_PLANT,
            to: PLANT,
            carrier: CARRIER,
            uris: std::slice::from_ref(&crate_uri),
            leaves_us: builder.time(BATTERY_PLANT, at(57, 14, 0)),
            arrives_us: builder.time(PLANT, at(56, 9, 0)),
        },
    );
    let opened_us = builder.time(PLANT, at(56, 13, 0));
    let opened = builder.unpack(PLANT, opened_us, &crate_uri);
    builder.capture(BICYCLES, vec![opened]);
    uris
}

/// Bicycles are commissioned, assembled and set into racks of 24.
fn assemble(builder: &mut Builder, batteries: &[String]) -> Vec<Case> {
    let n_items = builder.counts.n_racks * builder.counts.items_per_case;
    let run = Run { batch: BICYCLE, first: 0, last: n_items - 1 };
    let begin_us = builder.time(PLANT, at(52, 8, 0));
    let (lot, _) = builder.lot(BICYCLE, "QS", (PLANT, begin_us));
    builder.commission(begin_us, run, lot);
    let frames = lot_uri(&gtin(BICYCLES, 801), "FR26-18");
    let cells = lot_uri(&gtin(BATTERIES, 501), "CY26-10");
    let mut assembled = Vec::new();
    let mut position = 0;
    while position < n_items {
        let battery = usize::try_from(position).ok().and_then(|n| batteries.get(n));
        let n_together = if battery.is_some() { 1 } else { builder.counts.items_per_case };
        let last = (position + n_together).min(n_items) - 1;
        let minutes = 30 + i64::try_from(position).expect("small");
        let event = builder.transform(PLANT, begin_us + minutes * MINUTE_US, "assembling");
        let count = (last - position + 1).to_string();
        let event = event.with(|draft| draft.quantity(Role::Input, &frames, &count, None));
        let event = match battery {
            Some(uri) => event.epc(Role::Input, uri),
            None => event.with(|draft| draft.quantity(Role::Input, &cells, &count, None)),
        };
        let made = Run { batch: BICYCLE, first: position, last };
        assembled.push(event.names(Role::Output, made.items()));
        position = last + 1;
    }
    let end_us = assembled.last().map_or(begin_us, EventPlan::event_time_us);
    builder.capture(BICYCLES, assembled);
    let (racks, packed) = pack_cases(builder, PLANT, run, end_us + HOUR_US);
    builder.capture(BICYCLES, packed);
    racks
}

fn commission_helmets(builder: &mut Builder) {
    let made_us = builder.time(PLANT, at(50, 9, 0));
    let (lot, _) = builder.lot(HELMET, "QH", (PLANT, made_us));
    builder.commission(made_us, Run { batch: HELMET, first: 0, last: 0 }, lot);
}

/// The certifier takes one bicycle of the first rack to the test bench before it leaves.
fn inspect(builder: &mut Builder, item: ItemRef) {
    let inspected_us = builder.time(PLANT, at(49, 10, 0));
    let inspected = builder.observe(PLANT, inspected_us, "inspecting");
    let inspected = inspected.names(Role::Epc, Run::one(item).items()).with(|mut draft| {
        draft.certification_info =
            vec!["https://huaheng-cert.example/reports/2026-0533".to_owned()];
        draft.disposition("conformant")
    });
    builder.capture(CERTIFIER, vec![inspected]);
}

/// The shop mounts a tracker on the first bicycle it sold.
fn mount_tracker(builder: &mut Builder, sold: &Sold) {
    let tracker = sgtin_uri(&gtin(BATTERIES, 601), "TR-0000417");
    let when = builder.when(SHOP, sold.at_us + 20 * MINUTE_US);
    let mounted = builder.locate(SHOP, "installing", Draft::association(Action::Add, when));
    let mounted = mounted.names(Role::Parent, Run::one(sold.item).items());
    builder.capture(HANGZHOU_SHOP, vec![mounted.epc(Role::Child, &tracker)]);
}
