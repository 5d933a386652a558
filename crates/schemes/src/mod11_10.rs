//! ISO 7064 MOD 11,10 (GB/T 17710).

use crate::error::{digit, digits};

/// The check digit of a text of ASCII digits.
pub(crate) fn check_digit(body: &str) -> char {
    let product = digits(body).fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    // The digit c for which (product + c) mod 10 = 1; product is 1 to 10.
    digit((11 - product) % 10)
}
