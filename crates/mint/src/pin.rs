//! The covered second code: six digits under the scratch layer.
//!
//! A PIN is an HMAC under its own key of length, epoch and ordinal (see [`PinKey::pin`]), so
//! nothing is stored until it is used. It is a secret: it has no `Display`, its `Debug` shows
//! nothing, and it is compared in constant time only.
//!
//! [`PinKey::pin`]: crate::PinKey::pin

use std::fmt;

use crate::code::{CodeError, fold_digits};

/// The number of digits of a PIN.
const N_DIGITS: usize = 6;

/// Six digits that prove that somebody has lifted the cover.
///
/// ```
/// use mint::{Length, Pin, PinKey};
///
/// let key = PinKey::from_bytes(&[7; 32])?;
/// let pin = key.pin(Length::D17, 1, 42);
/// assert!(pin.matches(&Pin::parse(pin.as_str())?));
/// assert!(Pin::parse("１２３ ４５６").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Pin([u8; N_DIGITS]);

impl Pin {
    /// Reads a PIN as people type it; folds like [`Code::parse`](crate::Code::parse).
    ///
    /// # Errors
    /// Any [`CodeError`] but `Mistyped`: a PIN has no check digit.
    pub fn parse(text: &str) -> Result<Pin, CodeError> {
        let (digits, n_digits) = fold_digits(text)?;
        let mut pin = [0; N_DIGITS];
        if n_digits != N_DIGITS {
            return Err(CodeError::WrongLength { n_digits });
        }
        pin.copy_from_slice(&digits[..N_DIGITS]);
        Ok(Pin(pin))
    }

    /// The PIN that 64 uniform bits stand for.
    ///
    /// 2^64 mod 10^6 leaves 551,616 residues one part in 10^13 likelier than the others.
    #[inline]
    pub(crate) fn from_uniform(mut bits: u64) -> Pin {
        bits %= 1_000_000;
        let mut pin = [0; N_DIGITS];
        for place in pin.iter_mut().rev() {
            *place = b'0' + (bits % 10) as u8;
            bits /= 10;
        }
        Pin(pin)
    }

    /// The six digits, for the print file and for nothing else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// Whether both are the same six digits, in time that does not depend on them.
    #[must_use]
    pub fn matches(&self, other: &Pin) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

#[cfg(test)]
mod tests;
