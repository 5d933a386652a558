//! 药品追溯码 and 兽药二维码, the codes of one pack of medicine for people and for animals.
//!
//! NMPAB/T 1002-2019 leaves the form of a drug code to the scheme of whoever issues it; what most
//! packs carry are 20 digits: seven of the product, nine of a serial, four of a secret check.
//! Codes in GS1 form are of that scheme, and read there.
//! A veterinary code has 24 digits: eight of a date, five of the enterprise, eleven at random.

use std::fmt;

use crate::{Error, Warning, error::check_digits};

const DRUG_LENGTH: usize = 20;
const VETERINARY_LENGTH: usize = 24;

/// A drug trace code of 20 digits. Only its issuer can check the last four.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DrugCode(String);

impl DrugCode {
    /// Reads 20 digits.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_digits(text, DRUG_LENGTH)?;
        Ok(Self(text.to_owned()))
    }

    /// Which drug in which pack, seven digits.
    pub fn product(&self) -> &str {
        &self.0[..7]
    }

    /// Which pack, nine digits.
    pub fn serial(&self) -> &str {
        &self.0[7..16]
    }

    /// What looks wrong: the first digit, which is 8 on the packs that we heard of.
    pub fn warnings(&self) -> Vec<Warning> {
        if self.0.starts_with('8') { Vec::new() } else { vec![Warning::DrugPrefix] }
    }
}

impl fmt::Display for DrugCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A veterinary drug code of 24 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VeterinaryCode(String);

impl VeterinaryCode {
    /// Reads 24 digits.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_digits(text, VETERINARY_LENGTH)?;
        Ok(Self(text.to_owned()))
    }

    /// The date, eight digits.
    pub fn date(&self) -> &str {
        &self.0[..8]
    }

    /// The enterprise, five digits.
    pub fn enterprise(&self) -> &str {
        &self.0[8..13]
    }

    /// What looks wrong: the date, if it is none of the calendar as `YYYYMMDD`.
    pub fn warnings(&self) -> Vec<Warning> {
        let date = self.date();
        if is_date(date) { Vec::new() } else { vec![Warning::Date { found: date.to_owned() }] }
    }
}

impl fmt::Display for VeterinaryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether ASCII digits are a day of this or the last century as `YYYYMMDD` or `YYMMDD`.
pub(crate) fn is_date(digits: &str) -> bool {
    let full = if digits.len() == 6 { format!("20{digits}") } else { digits.to_owned() };
    let number = |from: usize, to: usize| full.get(from..to)?.parse::<u32>().ok();
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(4, 6), number(6, 8)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    full.len() == 8 && (1900..2100).contains(&year) && (1..=last).contains(&day)
}
