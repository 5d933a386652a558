//! Doors are met as the product's, on a small street.

use super::*;

const VILLAGE: People = People { seed: 3, n_items: 9_600 };

fn first_seconds(speed: Speed, story: &Story, seconds: i64) -> Vec<Enumerator> {
    let mut enumerators = VILLAGE.enumerators(speed, story);
    enumerators.iter_mut().for_each(|it| it.when.end = it.when.start + seconds * 1_000_000);
    enumerators
}

#[test]
fn who_hurries_is_challenged_at_once_and_who_does_not_never() {
    let story = VILLAGE.tell();
    for (speed, seconds, is_challenged) in [(Speed::Slow, 7_200, false), (Speed::Fast, 20, true)] {
        let enumerators = first_seconds(speed, &story, seconds);
        let mut street = Street::new(VILLAGE, &enumerators).unwrap();
        street.play(&story);
        for trial in &street.trials {
            assert_eq!(trial.closed_at_us.is_some(), is_challenged, "{speed:?}");
            assert!(trial.n_answered > 0 && trial.n_free <= trial.n_answered);
            let n_guesses = trial.enumerator.tries().filter(|it| matches!(it.aim, Aim::Guess(_)));
            assert_eq!(trial.n_answered == n_guesses.count() as u64, !is_challenged);
        }
        let n_honest: HashSet<DeviceId> =
            story.looks.iter().filter(|it| is_honest(it)).map(|it| it.device).collect();
        assert_eq!(street.challenged.of, n_honest);
    }
}

/// Looks from twenty addresses in as many cities at a code that nobody copied.
#[test]
fn what_enumerators_hit_may_alarm() {
    let story = VILLAGE.tell();
    let heard = hear(&story, &Rules::default());
    let item = (0..).find(|it| find(&story, *it).is_none() && !heard.alarms.contains_key(it));
    let item = item.unwrap();
    let mut tries = VILLAGE.enumerators(Speed::Fast, &story)[0].tries().collect::<Vec<_>>();
    tries.truncate(40);
    let hits: Vec<Look> = tries.iter().map(|it| it.look(item)).collect();
    assert_eq!(false_alarms(&story, &heard, &hits[..1]), (0, 1));
    assert_eq!(false_alarms(&story, &heard, &hits), (1, 1));
}

#[test]
fn guesses_are_codes_and_meet_an_item_only_by_chance() {
    let codes = Permutation::new(Length::D15, 1, &[7; 32]);
    for body in [0, 1, 99_999_999_999_999] {
        let code = code_of(body);
        assert_eq!(code.as_str()[..14], format!("{body:014}"));
        assert_eq!(codes.encode(codes.decode(&code) as u64), code);
    }
}
