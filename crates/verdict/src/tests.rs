//! The whole domain of scans against one table, and the PIN's tries against every short life.

mod attacks;
mod told;

use crate::{
    DestroyReason, DeviceId, Facts, Granularity, History, ItemState, Known, Look, MAX_TRIES,
    Mistyped, Opened, Pin, PinTries, Prover, REFILL_US, Rule, Rules, Seen, State, Tone, VoidReason,
    Way, decide,
};

/// Each combination of facts matches exactly one line; `*` matches all, `|` stands between words.
/// `mine`: the only scan is this device's. `other`: it is another's. `six`: others scanned it six
/// times, and the limit is five. `cover`: ordered with a layer, which nobody lifted.
const TABLE: &str = "
sample item             expired goods       pin           sold look         scans  cover -> state tone
yes    *                *       *           *             *    *            * *  -> sample grey
no     destroyed        *       *           *             *    *            * *  -> destroyed red
no     voided           *       *           *             *    *            * *  -> voided red
no     not-commissioned *       *           *             *    *            * *  -> not-commissioned amber
no     commissioned     yes     *           *             *    *            * *  -> expired red
no     commissioned     no      lot|product *             *    *            * *  -> same-for-all blue
no     commissioned     no      item        locked        *    *            * *  -> pin-locked amber
no     commissioned     no      item        wrong         *    *            * *  -> pin-wrong amber
no     commissioned     no      item        proved|mine-again *  *          * *  -> pin-proved green
no     commissioned     no      item        again         *    *            * *  -> pin-used amber
no     commissioned     no      item        taken         *    *            * *  -> pin-used red
no     commissioned     no      item        none          yes  seller       * *  -> sold amber
no     commissioned     no      item        none          no   seller       six *  -> careful amber
no     commissioned     no      item        none          *    counted|again|aside|inspector six *  -> careful amber
no     commissioned     no      item        none          *    counted|again 0 no  -> not-scanned blue
no     commissioned     no      item        none          *    counted|again 0 yes -> covered blue
no     commissioned     no      item        none          *    aside|inspector 0 * -> not-scanned blue
no     commissioned     no      item        none          no   seller       0 *  -> not-scanned blue
no     commissioned     no      item        none          *    counted      mine no  -> first-scan green
no     commissioned     no      item        none          *    counted      mine yes -> covered blue
no     commissioned     no      item        none          *    again        mine no  -> checked-by-you green
no     commissioned     no      item        none          *    again        mine yes -> covered blue
no     commissioned     no      item        none          *    aside|inspector mine *  -> scanned-before blue
no     commissioned     no      item        none          no   seller       mine|other|two *  -> scanned-before blue
no     commissioned     no      item        none          *    counted|again|aside|inspector two *  -> scanned-before blue
no     commissioned     no      item        none          *    counted      other no  -> first-scan green
no     commissioned     no      item        none          *    counted      other yes -> covered blue
no     commissioned     no      item        none          *    again|aside|inspector other *  -> scanned-before blue
";

const ME: DeviceId = DeviceId(1);

const ITEMS: [(&str, ItemState); 4] = [
    ("not-commissioned", ItemState::NotCommissioned),
    ("commissioned", ItemState::Commissioned),
    ("voided", ItemState::Voided(VoidReason::Lost)),
    ("destroyed", ItemState::Destroyed(DestroyReason::Expired)),
];

const fn proved(n_proved: u64, first_by: Prover) -> Option<Pin> {
    Some(Pin::Proved { n_proved, first_at_us: 7, first_by })
}

const PINS: [(&str, Option<Pin>); 7] = [
    ("none", None),
    ("proved", proved(1, Prover::You)),
    ("mine-again", proved(2, Prover::You)),
    ("again", proved(2, Prover::Unknown)),
    ("taken", proved(2, Prover::Another)),
    ("wrong", Some(Pin::Wrong { tries_left: 3 })),
    ("locked", Some(Pin::Locked { since_us: 8, next_try_at_us: 9 })),
];

const LOOKS: [(&str, Look); 5] = [
    ("counted", Look::Counted),
    ("again", Look::Again),
    ("aside", Look::Aside),
    ("seller", Look::Seller),
    ("inspector", Look::Inspector),
];

const fn seen(at_us: i64, device: u64) -> Seen {
    Seen { at_us, device: Some(DeviceId(device)), spot: None }
}

const MINE: [Seen; 1] = [seen(6, 1)];
const OTHER: [Seen; 1] = [seen(6, 2)];
const TWO: [Seen; 2] = [seen(7, 3), seen(6, 2)];
const SIX: [Seen; 6] = [seen(9, 7), seen(9, 6), seen(9, 5), seen(8, 4), seen(7, 3), seen(6, 2)];

const SCANS: [(&str, &[Seen]); 5] =
    [("0", &[]), ("mine", &MINE), ("other", &OTHER), ("two", &TWO), ("six", &SIX)];

/// A commissioned item that nobody scanned, at ten microseconds past the epoch.
const KNOWN: Known<'static> = Known {
    granularity: Granularity::Item,
    is_sample: false,
    has_cover: false,
    item: ItemState::Commissioned,
    commissioned_at_us: Some(i64::MIN),
    expires_at_us: None,
    way: None,
    opened: None,
    recalled_at_us: None,
    scans: History { n_scans: 0, first: None, recent: &[] },
    n_nearby: 0,
    look: Look::Counted,
    device: Some(ME),
    now_us: 10,
    pin: None,
};

fn history(recent: &[Seen]) -> History<'_> {
    History { n_scans: recent.len() as u64, first: recent.last().copied(), recent }
}

/// All facts on minted codes, each with its words for the table.
fn all_known() -> Vec<([&'static str; 9], Known<'static>)> {
    let mut all = Vec::new();
    let flags = [("no", false), ("yes", true)];
    let goods = Granularity::ALL.map(|granularity| (granularity.name(), granularity));
    for (sample, is_sample) in flags {
        for (item_name, item) in ITEMS {
            for (expired, is_expired) in flags {
                for (goods, granularity) in goods {
                    for (pin_name, pin) in PINS {
                        let known = Known {
                            is_sample,
                            item,
                            granularity,
                            pin,
                            expires_at_us: is_expired.then_some(10),
                            ..KNOWN
                        };
                        let words = [sample, item_name, expired, goods, pin_name];
                        all.extend(all_scans(words, known));
                    }
                }
            }
        }
    }
    all
}

fn all_scans(
    [sample, item, expired, goods, pin]: [&'static str; 5],
    known: Known<'static>,
) -> Vec<([&'static str; 9], Known<'static>)> {
    let mut all = Vec::new();
    for (sold, is_sold) in [("no", false), ("yes", true)] {
        for (look_name, look) in LOOKS {
            for (scans, recent) in SCANS {
                let way = is_sold.then_some(Way { shipped_at_us: None, sold_at_us: Some(5) });
                // Who is not a consumer has no device.
                let device = Some(ME).filter(|_| look.is_consumers());
                let scans_known = history(recent);
                let known = Known { way, look, device, scans: scans_known, ..known };
                for (cover, has_cover) in [("no", false), ("yes", true)] {
                    let words = [sample, item, expired, goods, pin, sold, look_name, scans, cover];
                    all.push((words, Known { has_cover, ..known }));
                }
            }
        }
    }
    all
}

#[test]
fn every_combination_has_one_line_in_the_table_and_follows_it() {
    let lines: Vec<Vec<&str>> =
        TABLE.trim().lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    let mut n_used = vec![0; lines.len()];
    let rules = Rules::default();
    for (words, known) in all_known() {
        let fits = |line: &Vec<&str>| {
            let fits =
                |pattern: &str, word| pattern == "*" || pattern.split('|').any(|it| it == word);
            line.iter().zip(words).all(|(pattern, word)| fits(pattern, word))
        };
        let matching: Vec<usize> = (0..lines.len()).filter(|&n| fits(&lines[n])).collect();
        let [line] = matching[..] else { panic!("{words:?} matches the lines {matching:?}") };
        n_used[line] += 1;
        let verdict = decide(&Facts::Known(&known), &rules);
        let said = [verdict.state.name(), verdict.tone.name()];
        assert_eq!(said, lines[line][10..12], "{words:?}");
    }
    assert!(n_used.iter().all(|&n| n > 0), "a line matches nothing: {n_used:?}");
}

/// A cover takes no green that a proof gave, and hides no warning; lifted, it says nothing.
#[test]
fn a_cover_asks_for_its_pin_before_a_first_check_is_green() {
    let rules = Rules::default();
    for (words, known) in all_known() {
        let opened = Some(Opened { at_us: i64::MIN, device: Some(ME) });
        for opened in [None, opened] {
            let state =
                |has_cover| decide(&Facts::Known(&Known { has_cover, opened, ..known }), &rules);
            let (with, without) = (state(true), state(false));
            let is_asked = with.state == State::Covered;
            assert!(with == without || is_asked && care(without.tone) <= 1, "{words:?}: {with:?}");
            assert!(!is_asked || opened.is_none() && known.pin.is_none(), "{words:?}");
            let is_green =
                with.tone == Tone::Green && opened.is_none() && known.look.is_consumers();
            assert!(!is_green || known.pin.is_some(), "{words:?}: {with:?}");
        }
    }
}

#[test]
fn a_recall_comes_before_all_but_a_sample() {
    for (words, known) in all_known() {
        let recalled = Known { recalled_at_us: Some(9), ..known };
        let verdict = decide(&Facts::Known(&recalled), &Rules::default());
        let expected = match known.is_sample {
            true => (State::Sample, Tone::Grey),
            false => (State::Recalled { since_us: 9 }, Tone::Red),
        };
        assert_eq!((verdict.state, verdict.tone), expected, "{words:?}");
    }
}

/// How careful a verdict is: the more, the higher.
fn care(tone: Tone) -> u8 {
    match tone {
        Tone::Green => 0,
        Tone::Blue | Tone::Grey => 1,
        Tone::Amber => 2,
        Tone::Red => 3,
    }
}

#[test]
fn a_rule_only_ever_makes_a_verdict_more_careful() {
    let mut off = Rules::default();
    for rule in Rule::ALL {
        assert!(off.set(rule, None));
    }
    for (words, known) in all_known() {
        for n_nearby in [0, 1_000] {
            let opened = Some(Opened { at_us: i64::MIN, device: Some(DeviceId(99)) });
            for opened in [None, opened] {
                let known = Known { n_nearby, opened, ..known };
                let with = decide(&Facts::Known(&known), &Rules::default());
                let without = decide(&Facts::Known(&known), &off);
                assert!(care(with.tone) >= care(without.tone), "{words:?}: {with:?}");
                assert!(!matches!(without.state, State::Careful { .. } | State::Expired { .. }));
            }
        }
    }
}

#[test]
fn a_verdict_carries_what_its_text_needs() {
    let rules = Rules::default();
    let four = [seen(9, 1), seen(8, 4), seen(7, 3), seen(6, 2)];
    let known = Known { scans: history(&four), ..KNOWN };
    let state = |known| decide(&Facts::Known(&known), &rules).state;
    let expected = State::ScannedBefore { n_scans: 4, first_at_us: 6, first_in: None };
    assert_eq!(state(known), expected);
    let pin = Some(Pin::Locked { since_us: 8, next_try_at_us: 9 });
    assert_eq!(state(Known { pin, ..known }), State::PinLocked { since_us: 8, next_try_at_us: 9 });
    let pin = Some(Pin::Wrong { tries_left: 3 });
    assert_eq!(state(Known { pin, ..known }), State::PinWrong { tries_left: 3 });
    let pin = proved(2, Prover::Another);
    let used = State::PinUsed { first_at_us: 7, first_by: Prover::Another };
    assert_eq!(state(Known { pin, ..known }), used);
    let item = ItemState::Voided(VoidReason::NotSold);
    assert_eq!(state(Known { item, ..known }).reason(), Some("not-sold"));
    let six = Known { scans: history(&SIX), ..KNOWN };
    assert_eq!(state(six).reason(), Some("limit"));
}

#[test]
fn digits_that_are_no_code_are_grey_and_codes_that_are_not_ours_red() {
    for why in Mistyped::ALL {
        let verdict = decide(&Facts::Mistyped(why), &Rules::default());
        assert_eq!((verdict.state, verdict.tone), (State::Mistyped(why), Tone::Grey));
    }
    let verdict = decide(&Facts::Unknown, &Rules::default());
    assert_eq!((verdict.state, verdict.tone), (State::Unknown, Tone::Red));
}

#[test]
fn names_come_back_and_never_claim_that_goods_are_genuine() {
    let mut names: Vec<&str> = all_known()
        .iter()
        .map(|(_, known)| decide(&Facts::Known(known), &Rules::default()).state.name())
        .collect();
    for rule in Rule::ALL {
        assert_eq!(Rule::from_name(rule.name()), Some(rule));
        names.push(rule.name());
    }
    for reason in VoidReason::ALL {
        assert_eq!(VoidReason::from_name(reason.name()), Some(reason));
        names.push(reason.name());
    }
    for reason in DestroyReason::ALL {
        assert_eq!(DestroyReason::from_name(reason.name()), Some(reason));
        names.push(reason.name());
    }
    for granularity in Granularity::ALL {
        assert_eq!(Granularity::from_name(granularity.name()), Some(granularity));
    }
    assert_eq!(VoidReason::from_name("Lost"), None);
    for name in names {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
        for claim in ["genuine", "authentic", "original", "fake", "counterfeit"] {
            assert!(!name.contains(claim), "{name}");
        }
    }
}

const HOUR_US: i64 = REFILL_US / 24;

/// Plays `HOUR wrong|right|ask` lines and holds the tries left, or the lock, against each.
fn check_tries(story: &str) {
    let mut tries = PinTries::FRESH;
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (act, expected) = line.split_once("->").unwrap();
        let (hour, act) = act.trim().split_once(' ').unwrap();
        let now_us = hour.parse::<i64>().unwrap() * HOUR_US;
        match act.trim() {
            "wrong" => tries = tries.after_wrong(now_us),
            "right" => tries = tries.after_right(now_us),
            "ask" => {}
            other => panic!("no such act: {other}"),
        }
        let told = match tries.told(now_us) {
            Pin::Locked { since_us, next_try_at_us } => {
                format!("locked since {} until {}", since_us / HOUR_US, next_try_at_us / HOUR_US)
            }
            Pin::Wrong { tries_left } => format!("{tries_left} left"),
            Pin::Proved { .. } => unreachable!("a wrong try proves nothing"),
        };
        assert_eq!(told, expected.trim(), "{line}\n{tries:?}");
        assert_eq!(tries.allowance(now_us) == 0, told.starts_with("locked"), "{line}");
    }
}

#[test]
fn five_wrong_tries_lock_and_one_comes_back_a_day() {
    check_tries(
        "100 ask   -> 5 left
         100 wrong -> 4 left
         101 wrong -> 3 left
         102 wrong -> 2 left
         103 wrong -> 1 left
         104 wrong -> locked since 104 until 128
         105 wrong -> locked since 104 until 128
         105 right -> locked since 104 until 128
         127 ask   -> locked since 104 until 128
         128 ask   -> 1 left
         130 wrong -> locked since 130 until 154
         200 ask   -> 2 left
         202 ask   -> 3 left
         202 right -> 5 left
         203 wrong -> 4 left",
    );
}

#[test]
fn tries_come_back_before_the_lock_too_and_never_exceed_five() {
    check_tries(
        "0    wrong -> 4 left
         1    wrong -> 3 left
         24   ask   -> 4 left
         48   ask   -> 5 left
         9999 ask   -> 5 left
         9999 wrong -> 4 left",
    );
}

#[test]
fn a_clock_that_steps_back_gives_nothing() {
    check_tries(
        "100 wrong -> 4 left
         50  wrong -> 3 left
         60  wrong -> 2 left
         70  wrong -> 1 left
         80  wrong -> locked since 100 until 124
         104 ask   -> locked since 100 until 124
         124 ask   -> 1 left",
    );
}

#[test]
fn stored_nonsense_stays_harmless() {
    let tries = PinTries { n_left: 200, last_refill_at_us: i64::MAX, locked_since_us: Some(3) };
    assert_eq!(tries.allowance(i64::MIN), MAX_TRIES);
    let locked = PinTries { n_left: 0, last_refill_at_us: i64::MAX, locked_since_us: None };
    let told = Pin::Locked { since_us: i64::MAX, next_try_at_us: i64::MAX };
    assert_eq!(locked.told(0), told);
    assert_eq!(PinTries { last_refill_at_us: i64::MIN, ..locked }.allowance(i64::MAX), MAX_TRIES);
}

/// A guesser gets five tries and one for each day that the clock was ever ahead of its first try.
#[test]
fn no_life_of_seven_acts_allows_more_than_five_and_one_a_day() {
    const STEPS_H: [i64; 6] = [0, 1, 23, 24, 49, -30];
    for life in 0..STEPS_H.len().pow(7) {
        let (mut tries, mut now_us, mut n_looked_at) = (PinTries::FRESH, 0, 0);
        let mut latest_us = 0;
        let mut rest = life;
        for _ in 0..7 {
            let before = tries.allowance(now_us);
            n_looked_at += i64::from(before > 0);
            tries = tries.after_wrong(now_us);
            assert_eq!(tries.allowance(now_us), before.saturating_sub(1));
            now_us += STEPS_H[rest % STEPS_H.len()] * HOUR_US;
            latest_us = latest_us.max(now_us);
            rest /= STEPS_H.len();
        }
        assert!(n_looked_at <= 5 + latest_us / REFILL_US, "life {life}: {n_looked_at}");
    }
}
