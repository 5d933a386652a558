//! The GS1 mod-10 check digit (GS1 General Specifications §7.9).
//!
//! From the right, the check digit excluded, digits weigh 3, 1, 3, 1…; the check digit lifts the
//! sum to a multiple of ten.
//! It catches every single wrong digit and most swaps of neighbours.
//! It guards against typing errors only.
//!
//! ```
//! assert_eq!(gs1::check_digit::of("629104150021"), Ok(3));
//! assert!(gs1::check_digit::verify("6291041500213").is_ok());
//! ```

use crate::Error;

/// The check digit (0 to 9) that completes `body`, which is the digits without it.
///
/// # Errors
/// [`Error::NotDigits`].
pub fn of(body: &str) -> Result<u8, Error> {
    if !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::NotDigits);
    }
    let weighted = body.bytes().rev().enumerate().map(|(nth, byte)| {
        let weight = if nth % 2 == 0 { 3 } else { 1 };
        u64::from(byte - b'0') * weight
    });
    // At most 27 a digit: no text in memory is long enough to overflow.
    let above = (weighted.sum::<u64>() % 10) as u8;
    Ok((10 - above) % 10)
}

/// Checks the last digit of `digits` against those before it.
///
/// # Errors
/// [`Error::NotDigits`], also for an empty text; [`Error::CheckDigit`].
pub fn verify(digits: &str) -> Result<(), Error> {
    let last = digits.bytes().last().filter(u8::is_ascii_digit).ok_or(Error::NotDigits)?;
    let (expected, found) = (of(&digits[..digits.len() - 1])?, last - b'0');
    if expected == found { Ok(()) } else { Err(Error::CheckDigit { expected, found }) }
}
