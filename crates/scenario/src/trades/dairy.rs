//! An importer of dairy: milk is filled at a creamery abroad under the importer's codes and
//! shipped cold; cheese arrives in blocks and is cut and packed at home.

use epcis::build::Draft;
use epcis::{Action, Role};
use verdict::DestroyReason;

use crate::builder::{Builder, HOUR_US, Site, at};
use crate::cast::{
    BEIJING_SHOP, CHEESE, CHENGDU_DEALER, COLD_CARRIER, CREAMERY, DAIRY, MILK, PACKAGING,
};
use crate::number::{gtin, lot_uri};
use crate::packing::{Case, Hop, Sold, carry, pack_cases, pack_pallet, sell};
use crate::{Act, ItemRef, Run};

const FILLING: Site = Site(CREAMERY, 1);
const WAREHOUSE: Site = Site(DAIRY, 1);
const CUTTING: Site = Site(DAIRY, 2);
const CARTONS: Site = Site(PACKAGING, 1);
const CHENGDU: Site = Site(CHENGDU_DEALER, 1);
const BEIJING: Site = Site(BEIJING_SHOP, 1);

/// What others have to know of this trade.
pub(crate) struct Outcome {
    pub(crate) milk_sold: Vec<Sold>,
    pub(crate) cheese_sold: Vec<Sold>,
    pub(crate) destroyed: ItemRef,
}

pub(crate) fn play(builder: &mut Builder) -> Outcome {
    let cartons = make_cartons(builder);
    let mut pallets = Vec::new();
    let mut cases = Vec::new();
    for pallet in 0..builder.counts.n_pallets {
        let (uri, packed) = fill(builder, pallet, &cartons);
        pallets.push(uri);
        cases.extend(packed);
    }
    import(builder, &pallets);
    let milk_sold = sell_milk(builder, &pallets[0], &cases[0]);
    let destroyed = destroy(builder, cases.last().expect("a pallet has cases"));
    let cheese_sold = cut_cheese(builder);
    Outcome { milk_sold, cheese_sold, destroyed }
}

/// A lot of cartons is made and inspected by their maker.
fn make_cartons(builder: &mut Builder) -> String {
    let cartons = lot_uri(&gtin(PACKAGING, 701), "QH26-07");
    let made_us = builder.time(CARTONS, at(110, 9, 0));
    let made = builder
        .observe(CARTONS, made_us, "inspecting")
        .with(|draft| draft.quantity(Role::Epc, &cartons, "60000", None).disposition("conformant"));
    builder.capture(PACKAGING, vec![made]);
    cartons
}

/// Raw milk of two farms becomes one lot; the importer reports the filling, since the codes are
/// its own, and the creamery the packing.
fn fill(builder: &mut Builder, pallet: u64, cartons: &str) -> (String, Vec<Case>) {
    let n_items = builder.counts.items_per_pallet();
    let first = pallet * n_items;
    let run = Run { batch: MILK, first, last: first + n_items - 1 };
    let begin_us = builder.time(FILLING, at(if pallet == 0 { 100 } else { 99 }, 7, 0));
    let raw = gtin(CREAMERY, 901);
    let tanks = ["NORTH", "RIVER"].map(|farm| lot_uri(&raw, &format!("{farm}-{pallet}")));
    let collected = builder.observe(FILLING, begin_us - 20 * HOUR_US, "collecting");
    let tested = builder.observe(FILLING, begin_us - 14 * HOUR_US, "inspecting");
    let collected = [(collected, "in_progress"), (tested, "conformant")].map(|(event, word)| {
        event.with(|draft| {
            let draft = draft.quantity(Role::Epc, &tanks[0], "4200", Some("LTR"));
            draft.quantity(Role::Epc, &tanks[1], "3100", Some("LTR")).disposition(word)
        })
    });
    builder.capture(CREAMERY, collected.to_vec());
    let (lot, uri) = builder.lot(MILK, "GB", (FILLING, begin_us));
    builder.commission(begin_us, run, lot);
    let filled = builder.transform(FILLING, begin_us + HOUR_US, "creating_class_instance");
    let filled = filled.with(|draft| {
        let draft = draft.quantity(Role::Input, &tanks[0], "140", Some("LTR"));
        let draft = draft.quantity(Role::Input, &tanks[1], "100", Some("LTR"));
        draft.quantity(Role::Input, cartons, &n_items.to_string(), None)
    });
    builder.capture(DAIRY, vec![filled.names(Role::Output, run.items()).of_lot(uri)]);
    pack_pallet(builder, FILLING, run, begin_us + 3 * HOUR_US)
}

/// By sea to Shanghai; the customs entry names the pallets.
fn import(builder: &mut Builder, pallets: &[String]) {
    carry(
        builder,
        &Hop {
            from: FILLING,
            to: WAREHOUSE,
            carrier: COLD_CARRIER,
            uris: pallets,
            leaves_us: builder.time(FILLING, at(96, 14, 0)),
            arrives_us: builder.time(WAREHOUSE, at(72, 9, 0)),
        },
    );
    let entry = builder.paper(DAIRY);
    let when = builder.when(WAREHOUSE, builder.time(WAREHOUSE, at(71, 10, 0)));
    let draft = Draft::transaction(Action::Add, when).biz_transaction("inv", &entry);
    let entered = builder.locate(WAREHOUSE, "accepting", draft);
    let entered = pallets.iter().fold(entered, |event, uri| event.epc(Role::Epc, uri));
    builder.capture(DAIRY, vec![entered]);
}

/// The first pallet goes whole to Chengdu.
fn sell_milk(builder: &mut Builder, pallet: &String, case: &Case) -> Vec<Sold> {
    carry(
        builder,
        &Hop {
            from: WAREHOUSE,
            to: CHENGDU,
            carrier: COLD_CARRIER,
            uris: std::slice::from_ref(pallet),
            leaves_us: builder.time(WAREHOUSE, at(69, 15, 0)),
            arrives_us: builder.time(CHENGDU, at(66, 8, 0)),
        },
    );
    let opened_us = builder.time(CHENGDU, at(65, 8, 0));
    let opened = builder.unpack(CHENGDU, opened_us, pallet);
    builder.capture(CHENGDU_DEALER, vec![opened]);
    let opens_us = builder.time(CHENGDU, at(64, 8, 0));
    sell(builder, CHENGDU, (case, 20), opens_us, "500000")
}

/// The last six of a case were crushed in the warehouse.
fn destroy(builder: &mut Builder, case: &Case) -> ItemRef {
    let first = case.run.last - 5;
    let run = Run { batch: MILK, first, last: case.run.last };
    let found_us = builder.time(WAREHOUSE, at(67, 11, 0));
    builder.act(found_us, Act::Destroy { run, reason: DestroyReason::Damaged });
    ItemRef { batch: MILK, position: first }
}

/// Blocks are cut, packed and sent to Beijing. The product has no GTIN.
fn cut_cheese(builder: &mut Builder) -> Vec<Sold> {
    let n_items = builder.counts.n_cheese_cases * builder.counts.items_per_case;
    let run = Run { batch: CHEESE, first: 0, last: n_items - 1 };
    let blocks = lot_uri(&gtin(CREAMERY, 902), "CH26-22");
    let arrived_us = builder.time(CUTTING, at(40, 9, 0));
    let arrived = builder.observe(CUTTING, arrived_us, "receiving");
    let arrived = arrived.with(|draft| draft.quantity(Role::Epc, &blocks, "120", Some("KGM")));
    builder.capture(DAIRY, vec![arrived]);
    let begin_us = builder.time(CUTTING, at(38, 8, 0));
    let (lot, _) = builder.lot(CHEESE, "MY", (CUTTING, begin_us));
    builder.commission(begin_us, run, lot);
    let cut = builder.transform(CUTTING, begin_us + HOUR_US, "creating_class_instance");
    let cut = cut.with(|draft| draft.quantity(Role::Input, &blocks, "96", Some("KGM")));
    builder.capture(DAIRY, vec![cut.names(Role::Output, run.items())]);
    let (cases, packed) = pack_cases(builder, CUTTING, run, begin_us + 2 * HOUR_US);
    builder.capture(DAIRY, packed);
    let uris: Vec<String> = cases.iter().map(|case| case.uri.clone()).collect();
    carry(
        builder,
        &Hop {
            from: CUTTING,
            to: BEIJING,
            carrier: COLD_CARRIER,
            uris: &uris,
            leaves_us: builder.time(CUTTING, at(36, 15, 0)),
            arrives_us: builder.time(BEIJING, at(35, 9, 0)),
        },
    );
    let opens_us = builder.time(BEIJING, at(33, 8, 0));
    sell(builder, BEIJING, (&cases[0], 16), opens_us, "120000")
}
