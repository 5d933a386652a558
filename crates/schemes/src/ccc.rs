//! 中国国家强制性产品认证证书编号, the number of a CCC certificate: `2016010903878416`.
//!
//! Four digits of the year, two of the certification body, four of the product class, six of a
//! serial; a version like `(B0)` may follow.
//! There is no check digit.
//! Old certificates are said to have twelve digits; those are read and taken for opaque.

use std::fmt;

use crate::{Error, Warning, error::check_digits};

const LENGTH: usize = 16;
const OLD_LENGTH: usize = 12;

/// A CCC certificate number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CccNumber {
    digits: String,
    version: Option<String>,
}

impl CccNumber {
    /// Reads 16 digits, or 12, and a version in brackets if there is one.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`], [`Error::Pattern`] for a version that is not one
    /// capital and one digit.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (digits, version) = match text.split_once('(') {
            None => (text, None),
            Some((digits, rest)) => (digits, Some(version(rest)?)),
        };
        check_digits(digits, if digits.len() == OLD_LENGTH { OLD_LENGTH } else { LENGTH })?;
        Ok(Self { digits: digits.to_owned(), version })
    }

    /// The year it was first issued; none in an old number.
    pub fn year(&self) -> Option<u16> {
        self.part(0..4)?.parse().ok()
    }

    /// The certification body, two digits; 01 is CQC. None in an old number.
    pub fn body(&self) -> Option<&str> {
        self.part(4..6)
    }

    /// The product class, four digits; 0903 is displays. None in an old number.
    pub fn class(&self) -> Option<&str> {
        self.part(6..10)
    }

    fn part(&self, range: std::ops::Range<usize>) -> Option<&str> {
        (self.digits.len() == LENGTH).then(|| &self.digits[range])
    }

    /// The version, a capital and a digit.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// What looks wrong: the old length, or a year before 2002, when the CCC began.
    pub fn warnings(&self) -> Vec<Warning> {
        match self.year() {
            None => vec![Warning::OldCertificate],
            Some(year @ ..2002) => vec![Warning::Year { year }],
            Some(_) => Vec::new(),
        }
    }
}

/// What follows the opening bracket.
fn version(rest: &str) -> Result<String, Error> {
    match rest.as_bytes() {
        [b'A'..=b'Z', b'0'..=b'9', b')'] => Ok(rest[..2].to_owned()),
        _ => Err(Error::Pattern { example: "2022221101000119(B0)" }),
    }
}

impl fmt::Display for CccNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)?;
        match &self.version {
            Some(version) => write!(f, "({version})"),
            None => Ok(()),
        }
    }
}
