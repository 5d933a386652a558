//! 统一社会信用代码, the number of every Chinese organisation (GB 32100-2015).
//!
//! 18 characters: registrar, kind, six digits of GB/T 2260, nine of the organisation code
//! (GB 11714), check character.
//! The letters I, O, S, V, Z are not used.

use std::fmt;

use crate::{
    Division, Error, Warning,
    error::{check_last, digit},
};

/// In the order of their values, 0 to 30.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;

/// A unified social credit code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

impl Uscc {
    /// Reads 18 characters; small letters are taken for capitals.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`], [`Error::CheckCharacter`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let code = text.to_ascii_uppercase();
        check_characters(&code, LENGTH)?;
        check_last(&code, check_character(&code[..LENGTH - 1]))?;
        Ok(Self(code))
    }

    /// Completes 16 characters (all but the check character of the organisation code and that of
    /// the whole) with both.
    ///
    /// # Errors
    /// As [`Uscc::parse`], but for the check character.
    pub fn with_checks(body: &str) -> Result<Self, Error> {
        check_characters(body, LENGTH - 2)?;
        let inner = organisation_check(&body[8..]);
        let body = format!("{body}{inner}");
        Self::parse(&format!("{body}{}", check_character(&body)))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it was registered; `100000` is the state itself.
    pub fn division(&self) -> Division {
        Division::parse(&self.0[2..8]).expect("parse saw six digits")
    }

    /// The organisation code of GB 11714, nine characters.
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }

    /// What looks wrong: the check character of the organisation code, the province.
    pub fn warnings(&self) -> Vec<Warning> {
        let (body, last) = self.organisation_code().split_at(8);
        let expected = organisation_check(body);
        let inner = last.chars().find(|&found| found != expected);
        let inner = inner.map(|found| Warning::OrganisationCode { expected, found });
        let division = self.division();
        let national = division.as_str() == "100000";
        let mut warnings = if national { Vec::new() } else { division.warnings() };
        warnings.extend(inner);
        warnings
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn value(c: char) -> Option<usize> {
    ALPHABET.find(c)
}

/// GB 32100 §4: all from the alphabet, the third to the eighth digits.
fn check_characters(code: &str, expected: usize) -> Result<(), Error> {
    let allowed = |(at, c): (usize, char)| match at {
        2..8 => c.is_ascii_digit(),
        _ => value(c).is_some(),
    };
    if let Some((_, found)) = code.chars().enumerate().find(|&pair| !allowed(pair)) {
        return Err(Error::Character { found });
    }
    match code.len() {
        found if found != expected => Err(Error::Length { expected, found }),
        _ => Ok(()),
    }
}

/// GB 32100 §5: weights are the powers of 3 modulo 31; the sum with the check is 0 modulo 31.
fn check_character(body: &str) -> char {
    let (sum, _) = body.chars().fold((0, 1), |(sum, weight), c| {
        let value = value(c).expect("characters are checked");
        (sum + value * weight, weight * 3 % 31)
    });
    let at = (31 - sum % 31) % 31;
    ALPHABET.chars().nth(at).expect("the alphabet has 31 characters")
}

/// GB 11714: A to Z are worth 10 to 35; X stands for 10, and 11 becomes 0.
fn organisation_check(body: &str) -> char {
    let values = body.chars().map(|c| c.to_digit(36).expect("characters are checked"));
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = values.zip(weights).map(|(value, weight)| value * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        value => digit(value),
    }
}
