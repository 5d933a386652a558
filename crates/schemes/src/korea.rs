//! 사업자등록번호 and 법인등록번호, the Korean numbers of a business and of a corporation.

use std::fmt;

use crate::{
    Error, Warning,
    error::{check_digits, check_last, digit, digits},
};

/// A business registration number, 10 digits, printed `116-82-00276`.
/// Whether the business is still open only the tax office knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessNumber(String);

impl BusinessNumber {
    /// Reads 10 digits, with the usual hyphens or none.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`], [`Error::CheckCharacter`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bare = without_hyphens(text, &[3, 6]);
        check_digits(&bare, 10)?;
        check_last(&bare, business_check(&bare[..9]))?;
        Ok(Self(bare))
    }

    /// Completes 9 digits with their check digit.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn with_check(body: &str) -> Result<Self, Error> {
        check_digits(body, 9)?;
        Ok(Self(format!("{body}{}", business_check(body))))
    }
}

impl fmt::Display for BusinessNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..3], &self.0[3..5], &self.0[5..])
    }
}

/// A corporation registration number, 13 digits, printed `110111-0062432`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorporateNumber(String);

impl CorporateNumber {
    /// Reads 13 digits, with the usual hyphen or without.
    /// Its check digit only warns: new numbers may no longer have one.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bare = without_hyphens(text, &[6]);
        check_digits(&bare, 13)?;
        Ok(Self(bare))
    }

    /// What looks wrong: the check digit.
    pub fn warnings(&self) -> Vec<Warning> {
        let (body, last) = self.0.split_at(12);
        let expected = corporate_check(body);
        let wrong = last.chars().filter(|&found| found != expected);
        wrong.map(|found| Warning::CorporateNumber { expected, found }).collect()
    }
}

impl fmt::Display for CorporateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..6], &self.0[6..])
    }
}

/// Drops the hyphens if they stand exactly at `places`, counted in bytes of the whole text.
fn without_hyphens(text: &str, places: &[usize]) -> String {
    let found = text.char_indices().filter(|(_, c)| *c == '-').map(|(at, _)| at);
    if found.eq(places.iter().copied()) { text.replace('-', "") } else { text.to_owned() }
}

/// Weights 1, 3, 7, 1, 3, 7, 1, 3, 5, and the tens of the last product once more.
fn business_check(body: &str) -> char {
    let weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = digits(body).zip(weights).map(|(digit, weight)| digit * weight).sum();
    let tens = digits(body).last().map_or(0, |digit| digit * 5 / 10);
    digit((10 - (sum + tens) % 10) % 10)
}

/// Weights 1 and 2 in turn.
fn corporate_check(body: &str) -> char {
    let weights = [1, 2].into_iter().cycle();
    let sum: u32 = digits(body).zip(weights).map(|(digit, weight)| digit * weight).sum();
    digit((10 - sum % 10) % 10)
}
