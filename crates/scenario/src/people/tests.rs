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

#[test]
fn enumerators_try_at_the_speed_of_their_label() {
    let story = TOWN.tell();
    for (speed, n_addresses, a_second) in [
        (Speed::Slow, 1..=1, 0.016..=0.017),
        (Speed::Middle, 20..=60, 2.0..=8.0),
        (Speed::Fast, 2_000..=8_000, 1_000.0..=5_000.0),
    ] {
        let all = TOWN.enumerators(speed, &story);
        assert_eq!(all, TOWN.enumerators(speed, &story));
        assert_ne!(all, People { seed: 8, ..TOWN }.enumerators(speed, &story));
        assert_ne!(all[0], all[1]);
        for it in all {
            assert!(it.speed == speed && n_addresses.contains(&it.addresses.len()), "{it:?}");
            assert!(a_second.contains(&(1e6 / it.gap_us as f64)), "{speed:?} {}", it.gap_us);
            let shelf = |shipment: &Shipment| shipment.items.contains(&it.seen.start);
            let shelf = story.shipments.iter().find(|it| shelf(it)).unwrap();
            assert!(it.seen.end <= shelf.items.end && it.when.start > shelf.at_us);
        }
    }
}

#[test]
fn tries_come_in_order_from_their_addresses_and_one_in_a_hundred_was_seen() {
    let story = TOWN.tell();
    let it = &TOWN.enumerators(Speed::Slow, &story)[0];
    let tries: Vec<Try> = it.tries().collect();
    assert!(tries.iter().copied().eq(it.tries()) && tries.len() == 30 * 24 * 60);
    assert!(tries.is_sorted_by_key(|it| it.at_us));
    assert!(tries.iter().all(|one| it.when.contains(&one.at_us) && one.from == it.addresses[0]));
    let seen = tries.iter().filter_map(|one| match one.aim {
        Aim::Seen(item) => Some(item),
        Aim::Guess(_) => None,
    });
    let n_seen = seen.clone().filter(|item| it.seen.contains(item)).count();
    assert!(n_seen == seen.count() && (0.008..0.012).contains(&share(n_seen, tries.len())));
    let guesses = tries.iter().filter_map(|one| match one.aim {
        Aim::Guess(body) => Some(body as f64 / 1e14),
        Aim::Seen(_) => None,
    });
    let (n, sum) = guesses.fold((0, 0.0), |(n, sum), guess| (n + 1, sum + guess));
    assert!((0.49..0.51).contains(&(sum / f64::from(n))), "guesses are of all codes alike");
}

#[test]
fn half_the_people_share_the_gateways_of_their_city_and_few_mistype() {
    let looks = TOWN.tell().looks;
    let is_mobile = |look: &&Look| look.from().octets()[2] == 255;
    let n_mobile = looks.iter().filter(is_mobile).count();
    assert!((0.45..0.55).contains(&share(n_mobile, looks.len())), "{n_mobile}");
    let gateways: HashSet<_> = looks.iter().filter(is_mobile).map(Look::from).collect();
    assert!((600..=46 * 16).contains(&gateways.len()), "{}", gateways.len());
    assert!(looks.iter().all(|look| usize::from(look.from().octets()[1]) == look.city));
    let n_mistyped = looks.iter().filter(|look| look.n_mistyped() > 0).count();
    assert!((0.007..0.013).contains(&share(n_mistyped, looks.len())), "{n_mistyped}");
}
