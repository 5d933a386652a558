//! The population is as its module says, and the same for the same seed.

use super::*;

const TOWN: People = People { seed: 7, n_items: 48_000 };

fn share(n: usize, of: usize) -> f64 {
    n as f64 / of as f64
}

#[test]
fn a_seed_tells_one_story() {
    let small = People { seed: 1, n_items: 9_600 };
    assert_eq!(small.tell(), small.tell());
    assert_ne!(small.tell().looks, People { seed: 2, ..small }.tell().looks);
}

#[test]
fn looks_come_in_order_and_name_items_that_exist() {
    let story = TOWN.tell();
    assert!(story.looks.is_sorted_by_key(|look| look.at_us));
    assert!(story.looks.iter().all(|look| look.item < TOWN.n_items));
    let ends = story.shipments.windows(2).all(|two| two[0].items.end == two[1].items.start);
    assert!(ends && story.shipments.len() == 100);
}

#[test]
fn six_places_in_a_hundred_are_wrong_and_most_of_them_doubtful() {
    let mut teller = Teller::new(TOWN);
    let (mut n_wrong, mut n_doubtful) = (0, 0);
    let n_looks = 100_000;
    for _ in 0..n_looks {
        let (phone, city) = (teller.phone(), city(&mut teller.random));
        let Some(spot) = teller.spot(&phone, city) else { continue };
        if spot.area != PLACES[city].area() {
            n_wrong += 1;
            n_doubtful += usize::from(spot.confidence == Confidence::Low);
        }
    }
    let wrong = share(n_wrong, n_looks);
    assert!((0.045..0.065).contains(&wrong), "{wrong}");
    assert!((0.5..0.7).contains(&share(n_doubtful, n_wrong)));
}

#[test]
fn there_is_everybody() {
    let story = TOWN.tell();
    let count = |who: Who| story.looks.iter().filter(|look| look.who == who).count();
    for who in [Who::Buyer, Who::Friend, Who::Shop, Who::Staff, Who::Preview, Who::Griefer] {
        assert!(count(who) > 0, "{who:?}");
    }
    assert!(count(Who::Deceived) > 0 && story.copied.len() > 900);
    let n_diverted = story.shipments.iter().filter(|it| it.diverted.is_some()).count();
    assert!((1..10).contains(&n_diverted), "{n_diverted}");
}

#[test]
fn diverted_goods_are_sold_outside_the_territory() {
    for shipment in TOWN.tell().shipments {
        let Some(diverted) = shipment.diverted else { continue };
        assert!(shipment.territory.iter().all(|area| !diverted.to.is_in(*area)));
        assert!((48..=ITEMS_A_SHIPMENT).contains(&diverted.n_items));
    }
}
