//! The keys that the product itself speaks of, as values that cannot be wrong.

use std::fmt;

use crate::{Error, charset::Charset, check_digit};

/// `N` digits as ASCII, the last of which is a right GS1 check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Digits<const N: usize>([u8; N]);

impl<const N: usize> Digits<N> {
    /// `digits` is at most `N` long and ASCII; zeros are put before it.
    fn padded(digits: &str) -> Result<Self, Error> {
        check_digit::verify(digits)?;
        let mut all = [b'0'; N];
        all[N - digits.len()..].copy_from_slice(digits.as_bytes());
        Ok(Self(all))
    }

    fn exact(digits: &str) -> Result<Self, Error> {
        Charset::Digits.check(digits, N, N)?;
        Self::padded(digits)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn completed(body: &str) -> Result<String, Error> {
    Ok(format!("{body}{}", check_digit::of(body)?))
}

/// A Global Trade Item Number: a kind of product. Always 14 digits, the shorter forms with zeros
/// before them.
///
/// ```
/// let gtin = gs1::Gtin::parse("4006381333931")?;
/// assert_eq!(gtin.to_string(), "04006381333931");
/// # Ok::<(), gs1::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(Digits<14>);

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits.
    ///
    /// # Errors
    /// [`Error::NotDigits`], [`Error::GtinLength`], [`Error::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Charset::Digits.check(text, 0, usize::MAX)?;
        match text.len() {
            8 | 12 | 13 | 14 => Digits::padded(text).map(Self),
            found => Err(Error::GtinLength { found }),
        }
    }

    /// Completes 7, 11, 12 or 13 digits with their check digit.
    ///
    /// # Errors
    /// As [`Gtin::parse`], but for the check digit.
    pub fn with_check(body: &str) -> Result<Self, Error> {
        Self::parse(&completed(body)?)
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A Serial Shipping Container Code: one logistic unit, 18 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc(Digits<18>);

impl Sscc {
    /// Reads 18 digits.
    ///
    /// # Errors
    /// [`Error::NotDigits`], [`Error::Length`], [`Error::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Digits::exact(text).map(Self)
    }

    /// Completes 17 digits with their check digit.
    ///
    /// # Errors
    /// As [`Sscc::parse`], but for the check digit.
    pub fn with_check(body: &str) -> Result<Self, Error> {
        Self::parse(&completed(body)?)
    }

    /// The 18 digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A Global Location Number: a party or a place, 13 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(Digits<13>);

impl Gln {
    /// Reads 13 digits.
    ///
    /// # Errors
    /// [`Error::NotDigits`], [`Error::Length`], [`Error::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Digits::exact(text).map(Self)
    }

    /// Completes 12 digits with their check digit.
    ///
    /// # Errors
    /// As [`Gln::parse`], but for the check digit.
    pub fn with_check(body: &str) -> Result<Self, Error> {
        Self::parse(&completed(body)?)
    }

    /// The 13 digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
