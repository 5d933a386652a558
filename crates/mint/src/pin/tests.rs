//! PINs: what people type, and that digits are even.

use super::*;
use crate::{Length, PinKey};

#[test]
fn typed_pins() {
    assert_eq!(Pin::parse("12 34-56").unwrap().as_str(), "123456");
    assert_eq!(Pin::parse("０１２３４５").unwrap().as_str(), "012345");
    assert_eq!(Pin::parse("12345").unwrap_err(), CodeError::WrongLength { n_digits: 5 });
    assert_eq!(Pin::parse(&"1".repeat(30)).unwrap_err(), CodeError::WrongLength { n_digits: 30 });
    assert_eq!(Pin::parse("").unwrap_err(), CodeError::Empty);
    assert_eq!(Pin::parse("12345a").unwrap_err(), CodeError::NotADigit { position: 6 });
}

#[test]
fn only_the_same_digits_match() {
    let pin = Pin::parse("123456").unwrap();
    assert!(pin.matches(&Pin::parse("123 456").unwrap()));
    for other in ["123457", "023456", "654321"] {
        assert!(!pin.matches(&Pin::parse(other).unwrap()));
    }
    assert_eq!(format!("{pin:?}"), "Pin(..)");
    assert_eq!(Pin::from_uniform(7_000_042).as_str(), "000042");
}

#[test]
fn digits_are_even() {
    let key = PinKey::from_bytes(&[7; 32]).unwrap();
    let mut counts = [[0f64; 10]; N_DIGITS];
    let n_pins = 20_000;
    for ordinal in 0..n_pins {
        let pin = key.pin(Length::D17, 1, ordinal);
        for (counts, digit) in counts.iter_mut().zip(pin.0) {
            counts[usize::from(digit - b'0')] += 1.0;
        }
    }
    let mean = n_pins as f64 / 10.0;
    for counts in counts {
        // Chi-squared with 9 degrees of freedom: above 33.7 once in 10,000 keys; this one is fixed.
        let chi: f64 = counts.iter().map(|count| (count - mean).powi(2) / mean).sum();
        assert!(chi < 33.7, "{chi}");
    }
}
