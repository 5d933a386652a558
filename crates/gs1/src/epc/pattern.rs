//! ID patterns: sets of EPCs (EPC Tag Data Standard §8).

use std::fmt;

use super::{Level, canonical, read_urn, write_urn};
use crate::{Error, digital_link::DigitalLink};

/// The schemes, with the number of parts of their EPCs.
const SCHEMES: [(&str, usize); 20] = [
    ("sgtin", 3),
    ("sscc", 2),
    ("sgln", 3),
    ("grai", 3),
    ("giai", 2),
    ("gsrn", 2),
    ("gsrnp", 2),
    ("gdti", 3),
    ("cpi", 3),
    ("sgcn", 3),
    ("ginc", 2),
    ("gsin", 2),
    ("itip", 5),
    ("upui", 3),
    ("pgln", 2),
    ("gid", 3),
    ("usdod", 2),
    ("adi", 3),
    ("bic", 1),
    ("imovn", 1),
];

/// All EPCs of a scheme whose first parts are given: `urn:epc:idpat:sgtin:0614141.*.*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    scheme: &'static str,
    n_parts: usize,
    /// The parts before the first `*`, unescaped.
    given: Vec<String>,
}

impl Pattern {
    /// Reads an ID pattern; after a `*` there are only more of them.
    ///
    /// # Errors
    /// [`Error::Parts`], [`Error::CompanyPrefix`], [`Error::Escape`], [`Error::Character`].
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("urn:epc:idpat:").ok_or(Error::Parts)?;
        let (scheme, body) = rest.split_once(':').ok_or(Error::Parts)?;
        let known = SCHEMES.iter().find(|(name, _)| *name == scheme);
        let &(scheme, n_parts) = known.ok_or(Error::Parts)?;
        let mut parts: Vec<&str> = body.splitn(n_parts, '.').collect();
        if parts.len() != n_parts {
            return Err(Error::Parts);
        }
        while parts.last() == Some(&"*") {
            parts.pop();
        }
        if parts.contains(&"*") {
            return Err(Error::Parts);
        }
        let given = parts.into_iter().map(read_urn::text).collect::<Result<Vec<_>, _>>()?;
        // What would not be read as the same part again.
        let is_other = |(nth, part): (usize, &String)| {
            part == "*" || (nth + 1 < n_parts && part.contains('.'))
        };
        if given.iter().enumerate().any(is_other) {
            return Err(Error::Parts);
        }
        let mut characters = given.iter().flat_map(|part| part.chars());
        if let Some(found) = characters.find(|c| !c.is_ascii_graphic()) {
            return Err(Error::Character { found });
        }
        let is_gs1 = !matches!(scheme, "gid" | "usdod" | "adi" | "bic" | "imovn");
        if let Some(gcp) = given.first().filter(|_| is_gs1) {
            let is_prefix = gcp.bytes().all(|byte| byte.is_ascii_digit());
            if !is_prefix || !(6..=12).contains(&gcp.len()) {
                return Err(Error::CompanyPrefix);
            }
        }
        Ok(Self { scheme, n_parts, given })
    }

    /// Whether an EPC is of this set, be it a URN or a Digital Link.
    pub fn matches(&self, epc: &str) -> bool {
        let Ok(canonical) = canonical(epc) else { return false };
        if canonical.level == Level::Unknown {
            return false;
        }
        if epc.starts_with("urn:") {
            return self.has(epc);
        }
        // A Digital Link does not tell the company prefix; the pattern does, if it has one.
        let n_prefix = self.given.first().map_or(6, String::len);
        let link = DigitalLink::parse(&canonical.uri);
        link.and_then(|link| write_urn::of_link(&link, n_prefix)).is_ok_and(|urn| self.has(&urn))
    }

    fn has(&self, urn: &str) -> bool {
        let body = urn.strip_prefix("urn:epc:id:").and_then(|rest| rest.split_once(':'));
        let Some((_, body)) = body.filter(|(scheme, _)| *scheme == self.scheme) else {
            return false;
        };
        let mut parts = body.splitn(self.n_parts, '.');
        self.given.iter().all(|given| {
            let part = parts.next().and_then(|part| read_urn::text(part).ok());
            part.as_ref() == Some(given)
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.given.iter().map(|part| crate::escape::urn(part));
        let stars = std::iter::repeat_n("*".into(), self.n_parts - self.given.len());
        let parts: Vec<_> = given.chain(stars).collect();
        write!(f, "urn:epc:idpat:{}:{}", self.scheme, parts.join("."))
    }
}
