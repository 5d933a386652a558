//! The whole domain of scans against one table, and the PIN's tries against every short life.

use crate::{
    DestroyReason, Facts, Granularity, ItemState, Known, MAX_TRIES, Mistyped, Pin, PinTries,
    REFILL_US, ScanHistory, State, Tone, VoidReason, decide,
};

/// Each combination of facts matches exactly one line; `*` matches all.
const TABLE: &str = "
sample  item              granularity  pin           counted  scans  -> state           tone
yes     *                 *            *             *        *      -> sample          grey
no      destroyed         *            *             *        *      -> destroyed       red
no      voided            *            *             *        *      -> voided          red
no      not-commissioned  *            *             *        *      -> not-commissioned amber
no      commissioned      lot          *             *        *      -> same-for-all    blue
no      commissioned      product      *             *        *      -> same-for-all    blue
no      commissioned      item         locked        *        *      -> pin-locked      amber
no      commissioned      item         wrong         *        *      -> pin-wrong       amber
no      commissioned      item         proved-once   *        *      -> pin-proved      green
no      commissioned      item         proved-again  *        *      -> pin-proved      amber
no      commissioned      item         none          *        0      -> not-scanned     blue
no      commissioned      item         none          yes      1      -> first-scan      green
no      commissioned      item         none          no       1      -> scanned-before  blue
no      commissioned      item         none          *        2      -> scanned-before  blue
";

const ITEMS: [(&str, ItemState); 4] = [
    ("not-commissioned", ItemState::NotCommissioned),
    ("commissioned", ItemState::Commissioned),
    ("voided", ItemState::Voided(VoidReason::Lost)),
    ("destroyed", ItemState::Destroyed(DestroyReason::Expired)),
];

const PINS: [(&str, Option<Pin>); 5] = [
    ("none", None),
    ("proved-once", Some(Pin::Proved { n_proved: 1, first_at_us: 7 })),
    ("proved-again", Some(Pin::Proved { n_proved: 2, first_at_us: 7 })),
    ("wrong", Some(Pin::Wrong { tries_left: 3 })),
    ("locked", Some(Pin::Locked { since_us: 8, next_try_at_us: 9 })),
];

/// All facts on minted codes, each with its words for the table.
fn all_known() -> Vec<([String; 6], Known)> {
    let mut all = Vec::new();
    let flags = [("no", false), ("yes", true)];
    for (sample, is_sample) in flags {
        for (item_name, item) in ITEMS {
            for granularity in Granularity::ALL {
                for (pin_name, pin) in PINS {
                    for (counted, is_counted) in flags {
                        for n_scans in 0..=2 {
                            let scans =
                                (n_scans > 0).then_some(ScanHistory { n_scans, first_at_us: 6 });
                            let known = Known {
                                granularity,
                                is_sample,
                                item,
                                recalled_at_us: None,
                                scans,
                                is_counted,
                                pin,
                            };
                            let n_scans = n_scans.to_string();
                            let words = [
                                sample,
                                item_name,
                                granularity.name(),
                                pin_name,
                                counted,
                                &n_scans,
                            ];
                            all.push((words.map(str::to_owned), known));
                        }
                    }
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
    for (words, known) in all_known() {
        let fits = |line: &Vec<&str>| {
            line.iter().zip(&words).all(|(pattern, word)| *pattern == "*" || pattern == word)
        };
        let matching: Vec<usize> = (0..lines.len()).filter(|&n| fits(&lines[n])).collect();
        let [line] = matching[..] else { panic!("{words:?} matches the lines {matching:?}") };
        n_used[line] += 1;
        let verdict = decide(&Facts::Known(known));
        let said = [verdict.state.name(), verdict.tone.name()];
        assert_eq!(said, lines[line][7..9], "{words:?}");
    }
    assert!(n_used.iter().all(|&n| n > 0), "a line matches nothing: {n_used:?}");
}

#[test]
fn a_recall_comes_before_all_but_a_sample() {
    for (words, known) in all_known() {
        let recalled = Known { recalled_at_us: Some(9), ..known };
        let verdict = decide(&Facts::Known(recalled));
        let expected = match known.is_sample {
            true => (State::Sample, Tone::Grey),
            false => (State::Recalled { since_us: 9 }, Tone::Red),
        };
        assert_eq!((verdict.state, verdict.tone), expected, "{words:?}");
    }
}

#[test]
fn a_verdict_carries_what_its_text_needs() {
    let known = Known {
        granularity: Granularity::Item,
        is_sample: false,
        item: ItemState::Commissioned,
        recalled_at_us: None,
        scans: Some(ScanHistory { n_scans: 4, first_at_us: 6 }),
        is_counted: true,
        pin: None,
    };
    let state = |known| decide(&Facts::Known(known)).state;
    assert_eq!(state(known), State::ScannedBefore { n_scans: 4, first_at_us: 6 });
    let pin = Some(Pin::Locked { since_us: 8, next_try_at_us: 9 });
    assert_eq!(state(Known { pin, ..known }), State::PinLocked { since_us: 8, next_try_at_us: 9 });
    let pin = Some(Pin::Wrong { tries_left: 3 });
    assert_eq!(state(Known { pin, ..known }), State::PinWrong { tries_left: 3 });
    let pin = Some(Pin::Proved { n_proved: 2, first_at_us: 7 });
    assert_eq!(state(Known { pin, ..known }), State::PinProved { n_proved: 2, first_at_us: 7 });
    let item = ItemState::Voided(VoidReason::NotSold);
    assert_eq!(state(Known { item, ..known }).reason(), Some("not-sold"));
}

#[test]
fn digits_that_are_no_code_are_grey_and_codes_that_are_not_ours_red() {
    for why in Mistyped::ALL {
        let verdict = decide(&Facts::Mistyped(why));
        assert_eq!((verdict.state, verdict.tone), (State::Mistyped(why), Tone::Grey));
    }
    let verdict = decide(&Facts::Unknown);
    assert_eq!((verdict.state, verdict.tone), (State::Unknown, Tone::Red));
}

#[test]
fn names_come_back_and_never_claim_that_goods_are_genuine() {
    let mut names: Vec<&str> =
        all_known().iter().map(|(_, known)| decide(&Facts::Known(*known)).state.name()).collect();
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
