use std::net::IpAddr;

use mint::PinKey;

use super::*;

const MINUTE_US: i64 = 60_000_000;

/// Passes of a turn and of work, as far as their kind goes.
const WAITED: &str = "t.1.0";
const WORKED: &str = "w.1.16.7";

fn misses() -> Misses {
    Misses::new(1, &PinKey::from_bytes(&[7; 32]).expect("32 bytes"))
}

fn address(text: &str) -> Payer {
    Payer::Address(text.parse().expect(text))
}

/// Suspicion of an address after each of these numbers of unknown codes.
fn after(n_misses: &[u32], from: &str) -> Vec<String> {
    let misses = misses();
    let sender = misses.sender(address(from));
    let mut n_done = 0;
    let mut told = Vec::new();
    for n in n_misses {
        (n_done..*n).for_each(|_| misses.charge(sender, Miss::Unknown.weight(), 0));
        n_done = *n;
        told.push(format!("{:.1}", misses.suspicion(sender, 0).max(0.0)));
    }
    told
}

#[test]
fn a_few_misses_cost_nothing_and_many_close_the_door() {
    assert_eq!(
        after(&[1, 5, 6, 12, 20, 21], "9.9.9.9"),
        ["0.0", "0.0", "0.1", "0.5", "1.0", "1.1"]
    );
}

#[test]
fn time_forgives_and_the_most_is_forgiven_in_a_quarter_of_an_hour() {
    let misses = misses();
    let sender = misses.sender(address("9.9.9.9"));
    (0..10_000).for_each(|_| misses.charge(sender, 1.0, 0));
    assert!(misses.suspicion(sender, 13 * MINUTE_US) > 1.0);
    assert!(misses.suspicion(sender, 16 * MINUTE_US) <= 0.0);
}

/// Enumerators take a fresh address for each guess: the network pays, and IPv6 is as one address
/// for each /64.
#[test]
fn networks_pay_for_their_addresses() {
    let misses = misses();
    for last in 0..=255 {
        misses.charge(misses.sender(address(&format!("9.9.9.{last}"))), 1.0, 0);
    }
    let suspicion = |from: &str| misses.suspicion(misses.sender(address(from)), 0);
    assert!(suspicion("9.9.9.7") > 1.0);
    assert!(suspicion("9.9.8.7") <= 0.0, "the neighbour network pays nothing");
    for last in 0..30 {
        misses.charge(misses.sender(address(&format!("2a00:1:2:3::{last}"))), 1.0, 0);
    }
    assert!(suspicion("2a00:1:2:3:ffff::1") > 1.0);
    assert!(suspicion("2a00:1:2:4::1") <= 0.0);
    let (mapped, plain) = (address("::ffff:9.9.9.7"), address("9.9.9.7"));
    assert_eq!(misses.sender(mapped).address, misses.sender(plain).address);
}

/// 10^6 misses a minute from 10^4 addresses: everybody's budget shrinks, and who never missed still
/// walks in.
#[test]
fn a_flood_makes_budgets_small_and_closes_no_other_door() {
    let misses = misses();
    let from = |n: u32| Payer::Address(IpAddr::V4((0x0B00_0000 + n * 256).into()));
    for n in 0..1_000_000u32 {
        misses.charge(misses.sender(from(n % 10_000)), 1.0, i64::from(n) * 60);
    }
    let now_us = MINUTE_US;
    let closed = (0..10_000).filter(|n| misses.suspicion(misses.sender(from(*n)), now_us) > 1.0);
    // A bucket in a hundred is too full for all of its senders.
    assert!(closed.count() > 9_500);
    let honest = misses.sender(address("9.9.9.9"));
    assert!(misses.suspicion(honest, now_us) <= 0.0);
    (0..6).for_each(|_| misses.charge(honest, 1.0, now_us));
    assert!(misses.suspicion(honest, now_us) > 1.0, "a quarter of the budget is left");
}

#[test]
fn a_wrong_pin_costs_more_than_a_typing_error() {
    let n_to_close = |miss: Miss| {
        let misses = misses();
        let sender = misses.sender(address("9.9.9.9"));
        let mut n = 0;
        while misses.suspicion(sender, 0) <= 1.0 {
            misses.charge(sender, miss.weight(), 0);
            n += 1;
        }
        n
    };
    let all = [Miss::Mistyped, Miss::Unknown, Miss::WrongPin, Miss::Reserved].map(n_to_close);
    assert_eq!(all, [41, 21, 11, 1]);
}

/// Whoever has worked for one code may not read a thousand at that price.
#[test]
fn lookups_behind_the_door_are_counted_and_cost_more_and_more() {
    let misses = misses();
    let sender = misses.sender(address("9.9.9.9"));
    (0..21).for_each(|_| misses.charge(sender, 1.0, 0));
    let bits = |at_us| misses.price(sender, at_us).0 - pass::MIN_BITS;
    let mut told = Vec::new();
    for n in 0..30 {
        told.push((misses.may_pass(sender, WAITED, 0), bits(0)));
        assert_eq!(told[n].0, n < 20, "{n}");
    }
    assert_eq!((told[3].1, told[4].1, told[29].1), (0, 1, 4));
    // Ten a minute go on.
    let n_later = (0..60).filter(|n| misses.may_pass(sender, WAITED, n * 1_000_000)).count();
    assert_eq!(n_later, 9);
    // The network counts them as well, so fresh addresses do not help.
    let neighbour = |n: u32| misses.sender(address(&format!("9.9.9.{}", n % 200)));
    let n_passed =
        (0..4_000).filter(|n| misses.may_pass(neighbour(*n), WAITED, 60_000_000)).count();
    assert!((180..=200).contains(&n_passed), "{n_passed}");
}

/// A home with many addresses misses and passes until its network's door is closed and all its
/// passes are taken: a neighbour that did no wrong works harder, and is let in.
#[test]
fn a_home_with_many_addresses_shuts_out_no_neighbour() {
    let misses = misses();
    let home = |n: u32| misses.sender(address(&format!("2a00:1:2:{:x}::1", n % 5_000)));
    let neighbour = misses.sender(address("2a00:1:2:ffff::1"));
    (0..300).for_each(|n| misses.charge(home(n), 1.0, 0));
    assert!(misses.suspicion(neighbour, 0) > 1.0);
    let before = misses.price(neighbour, 0).0;
    let n_waited = (0..4_000).filter(|n| misses.may_pass(home(*n), WAITED, 0)).count();
    assert_eq!(n_waited, 200, "who waits cannot be many");
    assert!(!misses.may_pass(neighbour, WAITED, 0));
    assert!((0..4_000).all(|n| misses.may_pass(home(n), WORKED, 0)));
    assert_eq!((before, misses.price(neighbour, 0).0), (pass::MIN_BITS, pass::MAX_BITS));
    // So much work each: twenty codes, as for any address.
    let n_passed = (0..40).filter(|_| misses.may_pass(neighbour, WORKED, 0)).count();
    assert_eq!(n_passed, 20);
    // Whose own door is closed has no such right.
    (0..30).for_each(|_| misses.charge(neighbour, 1.0, MINUTE_US));
    assert!(!misses.may_pass(neighbour, WORKED, MINUTE_US));
}

/// A /48 has 65,536 addresses of which each would have its own turn.
#[test]
fn who_waits_with_a_closed_network_waits_in_one_queue() {
    let misses = misses();
    let of = |n: u32| misses.sender(address(&format!("2a00:1:2:{n:x}::1")));
    (0..300).for_each(|n| misses.charge(of(n), 1.0, 0));
    let turns: Vec<i64> = (1_000..1_004).map(|n| misses.price(of(n), 0).1).collect();
    assert_eq!(turns, [800_000, 1_600_000, 2_400_000, 3_200_000]);
    // Who also closed its own door waits for both.
    (0..30).for_each(|_| misses.charge(of(7), 1.0, 0));
    assert_eq!(misses.price(of(7), 0).1, 8_000_000);
    let alone = misses.sender(address("9.9.9.9"));
    (0..30).for_each(|_| misses.charge(alone, 1.0, 0));
    assert_eq!([0, 0].map(|at_us| misses.price(alone, at_us).1), [8_000_000, 16_000_000]);
}

/// Who is signed in is charged for its enterprise, from wherever it asks.
#[test]
fn members_have_a_door_of_their_own() {
    let misses = misses();
    let member = misses.sender(Payer::Member(7));
    (0..201).for_each(|_| misses.charge(member, Miss::Unknown.weight(), 0));
    assert!(misses.suspicion(member, 0) > 1.0);
    assert!(misses.suspicion(misses.sender(Payer::Member(8)), 0) <= 0.0);
}

/// Whatever their clocks say: one that says nothing more ages, whoever wrote it.
#[test]
fn reports_are_as_old_as_the_time_since_they_were_heard() {
    let misses = misses();
    let report =
        |server_id, number| MissReport { server_id, number, highest: vec![(OF_ADDRESS, 30.0)] };
    let heard = |reports: &[MissReport], now_us| -> Vec<(i64, i64)> {
        let told = misses.hear(reports.to_vec(), now_us);
        told.iter().map(|(at_us, it)| (it.server_id, *at_us)).collect()
    };
    let both = [report(2, 120_000_000), report(3, -120_000_000)];
    assert_eq!(heard(&both, 5), [(2, 5), (3, 5)]);
    let newer = [report(2, 121_000_000), both[1].clone()];
    assert_eq!(heard(&newer, 1_000_005), [(2, 1_000_005), (3, 5)]);
    assert_eq!(heard(&newer, 30_000_005), [(2, 1_000_005)], "one that says nothing more is old");
}
