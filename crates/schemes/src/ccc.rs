//! 中国国家强制性产品认证证书编号, the number of a CCC certificate: `2016010903878416`.
//!
//! Four digits of the year, two of the certification body, four of the product class, six of a
//! serial; a version like `(B0)` may follow.
//! There is no check digit.
//! Numbers of self-declarations and the twelve digits of old certificates are not read.

use std::fmt;

use crate::{Error, Warning, error::check_digits};

const LENGTH: usize = 16;

/// A CCC certificate number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CccNumber {
    digits: String,
    version: Option<String>,
}

impl CccNumber {
    /// Reads 16 digits, and a version in brackets if there is one.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`], [`Error::Pattern`] for a version that is not one
    /// capital and one digit.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (digits, version) = match text.split_once('(') {
            None => (text, None),
            Some((digits, rest)) => (digits, Some(version(rest)?)),
        };
        check_digits(digits, LENGTH)?;
        Ok(Self { digits: digits.to_owned(), version })
    }

    /// The year it was first issued.
    pub fn year(&self) -> u16 {
        self.digits[..4].parse().expect("four digits fit")
    }

    /// The certification body, two digits; 01 is CQC.
    pub fn body(&self) -> &str {
        &self.digits[4..6]
    }

    /// The product class, four digits; 0903 is displays.
    pub fn class(&self) -> &str {
        &self.digits[6..10]
    }

    /// The version, a capital and a digit.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// What looks wrong: a year before 2002, when the CCC began.
    pub fn warnings(&self) -> Vec<Warning> {
        match self.year() {
            year @ ..2002 => vec![Warning::Year { year }],
            _ => Vec::new(),
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
