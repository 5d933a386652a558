//! What consumers do, honest and not, and where a visitor should look.

use crate::builder::{Builder, DAY_US, HOUR_US, MINUTE_US};
use crate::cast::{HAND_CREAM, HELMET, SAMPLE};
use crate::packing::Sold;
use crate::trades::{bicycles, cosmetics, dairy};
use crate::{Act, CITIES, Guess, ItemRef, Tour};

/// Cities in which copies of one code are found.
const FORGED_IN: [&str; 5] = ["510100", "210100", "440100", "610100", "650100"];

pub(crate) fn play(
    builder: &mut Builder,
    serum: &cosmetics::Outcome,
    bicycles: &bicycles::Outcome,
    dairy: &dairy::Outcome,
) -> Tour {
    let tour = Tour {
        first_scan: serum.sold_in_chengdu[1].item,
        scanned_before: dairy.milk_sold[0].item,
        copied: serum.sold_in_chengdu[2].item,
        scanned_early: serum.scanned_early,
        voided: serum.stolen,
        destroyed: dairy.destroyed,
        not_commissioned: serum.not_commissioned,
        long_history: serum.sold_in_beijing[0].item,
        pin_proved: bicycles.sold[0].item,
        pin_locked: serum.sold_in_chengdu[3].item,
        sample: ItemRef { batch: SAMPLE, position: 0 },
        same_for_lot: ItemRef { batch: HAND_CREAM, position: 0 },
        same_for_product: ItemRef { batch: HELMET, position: 0 },
    };
    buyer_scans(builder, &dairy.milk_sold[0]);
    buyer_scans(builder, &serum.sold_in_beijing[0]);
    forge(builder, tour.copied);
    let early_us = serum.second_lot_us - 31 * HOUR_US;
    scan(builder, tour.scanned_early, early_us, "440100");
    prove_pin(builder, &bicycles.sold[0]);
    guess_pin(builder, &serum.sold_in_chengdu[3]);
    let mut others: Vec<Sold> = Vec::new();
    others.extend(&serum.sold_in_chengdu[4..]);
    others.extend(&serum.sold_in_beijing[1..]);
    others.extend(&bicycles.sold[1..]);
    others.extend(&dairy.milk_sold[1..]);
    others.extend(&dairy.cheese_sold);
    everyday_scans(builder, &others);
    tour
}

fn scan(builder: &mut Builder, item: ItemRef, at_us: i64, division: &'static str) {
    let device = format!("device-{:016x}", builder.random.next());
    builder.act(at_us, Act::Scan { item, division, device });
}

fn buyer_scans(builder: &mut Builder, sold: &Sold) {
    scan(builder, sold.item, sold.at_us + 5 * HOUR_US, sold.division);
}

/// Copies of one code are scanned in five cities within two days.
fn forge(builder: &mut Builder, item: ItemRef) {
    for (n, division) in (0..).zip(FORGED_IN) {
        scan(builder, item, builder.now_us - 4 * DAY_US + n * 9 * HOUR_US, division);
    }
}

/// The buyer scans, scratches the coating off and types what is under it.
fn prove_pin(builder: &mut Builder, sold: &Sold) {
    buyer_scans(builder, sold);
    let at_us = sold.at_us + 5 * HOUR_US + 2 * MINUTE_US;
    builder.act(at_us, Act::TryPin { item: sold.item, guess: Guess::Right });
}

/// Somebody without the label guesses until the PIN locks, six hours ago.
fn guess_pin(builder: &mut Builder, sold: &Sold) {
    let begin_us = builder.now_us - 6 * HOUR_US;
    scan(builder, sold.item, begin_us, sold.division);
    for n in 1..=5 {
        let act = Act::TryPin { item: sold.item, guess: Guess::Wrong };
        builder.act(begin_us + n * MINUTE_US, act);
    }
}

/// Buyers scan at home within a month; one in eight bought it on a journey.
fn everyday_scans(builder: &mut Builder, sold: &[Sold]) {
    for _ in 0..builder.counts.n_scans {
        let Sold { item, at_us, division } = builder.random.pick(sold);
        let is_away = builder.random.below(8) == 0;
        let division = if is_away { builder.random.pick(&CITIES).division } else { division };
        let minutes = i64::try_from(builder.random.below(30 * 24 * 60)).expect("a month");
        let at_us = at_us + HOUR_US + minutes * MINUTE_US;
        scan(builder, item, at_us.min(builder.now_us - HOUR_US), division);
    }
}
