//! A Korean exporter: pine needles become serum, serum goes to Shanghai, and from there to
//! Chengdu, Guangzhou and Beijing. Hand cream has one code for each lot.

use epcis::Role;
use verdict::VoidReason;

use crate::builder::{Builder, DAY_US, HOUR_US, MINUTE_US, Site, at};
use crate::cast::{
    BEAUTY_DEALER, BEIJING_SHOP, CARRIER, CERTIFIER, CHENGDU_DEALER, COSMETICS, GUANGZHOU_DEALER,
    HAND_CREAM, SERUM,
};
use crate::number::{gtin, lot_uri};
use crate::packing::{Case, Hop, Sold, carry, pack_pallet, pack_units, sell};
use crate::{Act, ItemRef, Run};

const FACTORY: Site = Site(COSMETICS, 1);
const SHANGHAI: Site = Site(BEAUTY_DEALER, 1);
const CHENGDU: Site = Site(CHENGDU_DEALER, 1);
const GUANGZHOU: Site = Site(GUANGZHOU_DEALER, 1);
const BEIJING: Site = Site(BEIJING_SHOP, 1);

/// What others have to know of this trade.
pub(crate) struct Outcome {
    pub(crate) sold_in_chengdu: Vec<Sold>,
    pub(crate) sold_in_beijing: Vec<Sold>,
    pub(crate) stolen: ItemRef,
    /// Of the second lot, still in its case.
    pub(crate) scanned_early: ItemRef,
    /// When the second lot was commissioned.
    pub(crate) second_lot_us: i64,
    pub(crate) not_commissioned: ItemRef,
}

pub(crate) fn play(builder: &mut Builder) -> Outcome {
    let bulk = make_bulk(builder);
    let (first_pallet, first_cases, _) = fill(builder, 0, &bulk);
    let (second_pallet, second_cases, second_lot_us) = fill(builder, 1, &bulk);
    let creams = make_hand_cream(builder);
    let mut exported = vec![first_pallet.clone(), second_pallet.clone()];
    exported.extend(creams.iter().cloned());
    carry(
        builder,
        &Hop {
            from: FACTORY,
            to: SHANGHAI,
            carrier: CARRIER,
            uris: &exported,
            leaves_us: builder.time(FACTORY, at(84, 16, 0)),
            arrives_us: builder.time(SHANGHAI, at(79, 10, 30)),
        },
    );
    inspect_import(builder, &first_pallet);
    let sold_in_chengdu = sell_in_chengdu(builder, &first_pallet, &first_cases);
    let sold_in_beijing = sell_in_beijing(builder, (&second_pallet, &second_cases), &creams[0]);
    let stolen = steal(builder, &first_cases[1]);
    let n_items = builder.counts.n_pallets * builder.counts.items_per_pallet();
    Outcome {
        sold_in_chengdu,
        sold_in_beijing,
        stolen,
        scanned_early: second_cases[1].item(7),
        second_lot_us,
        not_commissioned: ItemRef { batch: SERUM, position: n_items + 4 },
    }
}

/// Ingredients arrive, are mixed into a bulk lot, and the bulk is inspected.
fn make_bulk(builder: &mut Builder) -> String {
    let ingredient = |reference, lot| lot_uri(&gtin(COSMETICS, reference), lot);
    let (extract, glycerin) = (ingredient(901, "PN26-114"), ingredient(902, "GL26-078"));
    let bulk = ingredient(911, "BK26-031");
    let arrived_us = builder.time(FACTORY, at(96, 9, 20));
    let arrived = builder.observe(FACTORY, arrived_us, "receiving").with(|draft| {
        let draft = draft.quantity(Role::Epc, &extract, "18.5", Some("KGM"));
        draft.quantity(Role::Epc, &glycerin, "40", Some("KGM")).disposition("in_progress")
    });
    builder.capture(COSMETICS, vec![arrived]);
    let mixed_us = builder.time(FACTORY, at(94, 10, 0));
    let mixed = builder.transform(FACTORY, mixed_us, "creating_class_instance").with(|draft| {
        let draft = draft.quantity(Role::Input, &extract, "12", Some("KGM"));
        let draft = draft.quantity(Role::Input, &glycerin, "30", Some("KGM"));
        draft.quantity(Role::Output, &bulk, "64", Some("LTR"))
    });
    let inspected_us = builder.time(FACTORY, at(93, 14, 0));
    let inspected = builder.observe(FACTORY, inspected_us, "inspecting").with(|draft| {
        draft.quantity(Role::Epc, &bulk, "64", Some("LTR")).disposition("conformant")
    });
    builder.capture(COSMETICS, vec![mixed, inspected]);
    bulk
}

/// A lot is commissioned, filled out of the bulk, packed and put on its pallet.
fn fill(builder: &mut Builder, pallet: u64, bulk: &str) -> (String, Vec<Case>, i64) {
    let n_items = builder.counts.items_per_pallet();
    let first = pallet * n_items;
    let run = Run { batch: SERUM, first, last: first + n_items - 1 };
    let days_ago = if pallet == 0 { 90 } else { 88 };
    let begin_us = builder.time(FACTORY, at(days_ago, 8, 0));
    let (lot, uri) = builder.lot(SERUM, "HS", (FACTORY, begin_us));
    builder.commission(begin_us, run, lot);
    let filled = builder.transform(FACTORY, begin_us + HOUR_US, "creating_class_instance");
    let filled = filled.with(|draft| draft.quantity(Role::Input, bulk, "30", Some("LTR")));
    builder.capture(COSMETICS, vec![filled.names(Role::Output, run.items()).of_lot(uri)]);
    let (pallet, cases) = pack_pallet(builder, FACTORY, run, begin_us + 3 * HOUR_US);
    (pallet, cases, begin_us)
}

/// Three lots with one code each; two cases of the first are packed.
fn make_hand_cream(builder: &mut Builder) -> Vec<String> {
    let mut cases = Vec::new();
    for n in 0..3u8 {
        let position = u64::from(n);
        let made_us = builder.time(FACTORY, at(92 - i64::from(n), 9, 0));
        let (lot, uri) = builder.lot(HAND_CREAM, "HC", (FACTORY, made_us));
        builder.commission(
            made_us,
            Run { batch: HAND_CREAM, first: position, last: position },
            lot,
        );
        if let (Some(uri), 0) = (uri, n) {
            for case in 0..2 {
                let sscc = builder.sscc(COSMETICS);
                let packed_us = made_us + (60 + 5 * case) * MINUTE_US;
                let packed = builder.pack(FACTORY, packed_us, &sscc);
                let packed = packed.with(|draft| draft.quantity(Role::Child, &uri, "24", None));
                builder.capture(COSMETICS, vec![packed]);
                cases.push(sscc);
            }
        }
    }
    cases
}

fn inspect_import(builder: &mut Builder, pallet: &str) {
    let inspected_us = builder.time(SHANGHAI, at(78, 9, 40));
    let inspected = builder.observe(SHANGHAI, inspected_us, "inspecting").epc(Role::Epc, pallet);
    let inspected = inspected.with(|mut draft| {
        draft.certification_info =
            vec!["https://huaheng-cert.example/reports/2026-0417".to_owned()];
        draft.disposition("conformant")
    });
    builder.capture(CERTIFIER, vec![inspected]);
}

/// The first pallet is broken up in Shanghai; its cases go to Chengdu and are sold there.
fn sell_in_chengdu(builder: &mut Builder, pallet: &str, cases: &[Case]) -> Vec<Sold> {
    let opened_us = builder.time(SHANGHAI, at(77, 9, 0));
    let opened = builder.unpack(SHANGHAI, opened_us, pallet);
    builder.capture(BEAUTY_DEALER, vec![opened]);
    let uris: Vec<String> = cases.iter().map(|case| case.uri.clone()).collect();
    carry(
        builder,
        &Hop {
            from: SHANGHAI,
            to: CHENGDU,
            carrier: CARRIER,
            uris: &uris,
            leaves_us: builder.time(SHANGHAI, at(77, 15, 0)),
            arrives_us: builder.time(CHENGDU, at(74, 11, 0)),
        },
    );
    let opens_us = builder.time(CHENGDU, at(70, 9, 30));
    sell(builder, CHENGDU, (&cases[0], 18), opens_us, "510100")
}

/// Two cases leave the second pallet and travel on a mixed one with hand cream to Guangzhou;
/// from there one case goes on to Beijing.
fn sell_in_beijing(
    builder: &mut Builder,
    (pallet, cases): (&str, &[Case]),
    cream: &str,
) -> Vec<Sold> {
    let moved = [cases[0].uri.clone(), cases[1].uri.clone()];
    let opened_us = builder.time(SHANGHAI, at(76, 9, 0));
    let opened = builder.unpack(SHANGHAI, opened_us, pallet);
    let opened = moved.iter().fold(opened, |event, uri| event.epc(Role::Child, uri));
    let mixed = builder.sscc(BEAUTY_DEALER);
    let loaded = [moved[0].clone(), moved[1].clone(), cream.to_owned()];
    let packed = pack_units(builder, SHANGHAI, &mixed, &loaded, opened_us + HOUR_US);
    builder.capture(BEAUTY_DEALER, vec![opened, packed]);
    carry(
        builder,
        &Hop {
            from: SHANGHAI,
            to: GUANGZHOU,
            carrier: CARRIER,
            uris: std::slice::from_ref(&mixed),
            leaves_us: builder.time(SHANGHAI, at(76, 16, 0)),
            arrives_us: builder.time(GUANGZHOU, at(73, 10, 0)),
        },
    );
    let opened_us = builder.time(GUANGZHOU, at(73, 14, 0));
    let opened = builder.unpack(GUANGZHOU, opened_us, &mixed);
    builder.capture(GUANGZHOU_DEALER, vec![opened]);
    carry(
        builder,
        &Hop {
            from: GUANGZHOU,
            to: BEIJING,
            carrier: CARRIER,
            uris: &moved[..1],
            leaves_us: builder.time(GUANGZHOU, at(66, 15, 0)),
            arrives_us: builder.time(BEIJING, at(63, 9, 0)),
        },
    );
    let opens_us = builder.time(BEIJING, at(60, 8, 30));
    sell(builder, BEIJING, (&cases[0], 12), opens_us, "110000")
}

/// Three bottles of a closed case in Chengdu are stolen, and their codes voided.
fn steal(builder: &mut Builder, case: &Case) -> ItemRef {
    let stolen = case.item(3);
    let run = Run { batch: SERUM, first: stolen.position, last: stolen.position + 2 };
    let found_us = builder.time(FACTORY, at(68, 10, 0)) + DAY_US;
    builder.act(found_us, Act::Void { run, reason: VoidReason::Stolen });
    stolen
}
