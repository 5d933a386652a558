//! 食品生产许可证编号, the food production licence: `SC` and 14 digits.
//!
//! One digit for food or additive, two for the class, six of GB/T 2260, four of a serial, and a
//! check digit by GB/T 17710 MOD 11,10.

use std::fmt;

use crate::{
    Division, Error, Warning,
    error::{check_digits, check_last},
    mod11_10,
};

const LENGTH: usize = 14;

/// A food production licence number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScLicence(String);

/// What a licence allows to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoodKind {
    /// 食品.
    Food,
    /// 食品添加剂.
    Additive,
}

impl ScLicence {
    /// Reads `SC` and 14 digits.
    ///
    /// # Errors
    /// [`Error::Pattern`], [`Error::Character`], [`Error::Length`], [`Error::CheckCharacter`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let pattern = Error::Pattern { example: "SC10744030704994" };
        let digits = text.strip_prefix("SC").ok_or(pattern)?;
        check_digits(digits, LENGTH)?;
        check_kind(digits)?;
        check_last(digits, mod11_10::check_digit(&digits[..LENGTH - 1]))?;
        Ok(Self(digits.to_owned()))
    }

    /// Completes 13 digits with their check digit.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn with_check(body: &str) -> Result<Self, Error> {
        check_digits(body, LENGTH - 1)?;
        check_kind(body)?;
        Ok(Self(format!("{body}{}", mod11_10::check_digit(body))))
    }

    /// Food or additive.
    pub fn kind(&self) -> FoodKind {
        if self.0.starts_with('1') { FoodKind::Food } else { FoodKind::Additive }
    }

    /// The class within its kind, two digits: 01 grain … 31 other food.
    pub fn class(&self) -> &str {
        &self.0[1..3]
    }

    /// Where it was issued.
    pub fn division(&self) -> Division {
        Division::parse(&self.0[3..9]).expect("parse saw digits")
    }

    /// What looks wrong: the class, the province.
    pub fn warnings(&self) -> Vec<Warning> {
        let last = match self.kind() {
            FoodKind::Food => "31",
            FoodKind::Additive => "03",
        };
        let mut warnings = self.division().warnings();
        if self.class() < "01" || self.class() > last {
            warnings.push(Warning::UnknownFoodClass { class: self.class().to_owned() });
        }
        warnings
    }
}

impl fmt::Display for ScLicence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SC{}", self.0)
    }
}

fn check_kind(digits: &str) -> Result<(), Error> {
    match digits.chars().next() {
        Some('1' | '2') | None => Ok(()),
        Some(found) => Err(Error::Character { found }),
    }
}
