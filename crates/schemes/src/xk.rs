//! 工业产品生产许可证编号, the industrial production licence: `XK16-204-00397`.
//!
//! Two digits of industry, three of product, five of enterprise; a province that issued it itself
//! puts its character first.
//! There is no check digit.

use std::fmt;

use crate::{Error, PROVINCES, Province};

const PATTERN: Error = Error::Pattern { example: "(粤)XK16-204-00397" };

/// An industrial production licence number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct XkLicence {
    province: Option<&'static Province>,
    number: String,
}

impl XkLicence {
    /// Reads `XK16-204-00397`, `粤XK16-204-00397` or `(粤)XK16-204-00397`, also with the
    /// full-width `（粤）`.
    ///
    /// # Errors
    /// [`Error::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (issuer, number) = text.split_once("XK").ok_or(PATTERN)?;
        let dashes = number.char_indices().filter(|(_, c)| *c == '-').map(|(at, _)| at);
        let digits = number.replace('-', "");
        let all_digits = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || !dashes.eq([2, 6]) {
            return Err(PATTERN);
        }
        Ok(Self { province: province(issuer)?, number: number.to_owned() })
    }

    /// The province that issued it; none if the state did.
    pub fn province(&self) -> Option<&'static Province> {
        self.province
    }

    /// The industry, two digits.
    pub fn industry(&self) -> &str {
        &self.number[..2]
    }

    /// The product, three digits.
    pub fn product(&self) -> &str {
        &self.number[3..6]
    }

    /// The enterprise, five digits.
    pub fn enterprise(&self) -> &str {
        &self.number[7..]
    }
}

/// Hong Kong, Macao and Taiwan do not issue this licence; their codes start with 7 and 8.
fn province(issuer: &str) -> Result<Option<&'static Province>, Error> {
    let bare = [("(", ")"), ("（", "）")].iter().find_map(|(open, close)| {
        issuer.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
    });
    let name = bare.unwrap_or(issuer);
    if issuer.is_empty() {
        return Ok(None);
    }
    let issuing = PROVINCES.iter().filter(|province| province.code < "70");
    let found = issuing.into_iter().find(|province| province.short == name);
    found.map(Some).ok_or(PATTERN)
}

impl fmt::Display for XkLicence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(province) = self.province {
            write!(f, "({})", province.short)?;
        }
        write!(f, "XK{}", self.number)
    }
}
