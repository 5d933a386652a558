//! The check digit, on published numbers and on all small errors.

use super::*;

#[test]
fn published_numbers_close() {
    // python-stdnum's example, a bank number, and real Chinese food licences (GB/T 17710).
    for number in ["794623", "002006673085", "10741018302531", "12336098200173"] {
        let (body, check) = number.split_at(number.len() - 1);
        assert_eq!(check_digit(body.as_bytes()), check.as_bytes()[0], "{number}");
    }
}

#[test]
fn pairs_step_like_digits() {
    for state in 1..=START {
        for pair in 0..100 {
            assert_eq!(step_pair(state, pair), step(step(state, pair / 10), pair % 10));
        }
        assert_eq!(step(before_zero(state), 0), state);
    }
}

#[test]
fn every_single_wrong_digit_is_caught() {
    // The system is a chain of bijections: from any state two digits lead to two states.
    for state in 1..=START {
        for (a, b) in (0..10).flat_map(|a| (0..a).map(move |b| (a, b))) {
            assert_ne!(step(state, a), step(state, b));
        }
    }
    for (a, b) in (1..=START).flat_map(|a| (1..a).map(move |b| (a, b))) {
        assert_ne!(close(a), close(b));
        assert!((0..10).all(|digit| step(a, digit) != step(b, digit)));
    }
}
