//! GS1 Digital Link URIs: `https://domain/stem/01/09521234543213/10/ABC/21/12?17=261231`.
//!
//! Reads any domain, any stem before the key, shorter GTINs and the short names of Digital Link
//! 1.0 (`/gtin/…/ser/…`); writes the domain `id.gs1.org`, numbers, and 14 digits.
//! Compressed links are not read.
//! Attributes (the query string) are kept as text and not verified.
//!
//! ```
//! use gs1::digital_link::DigitalLink;
//!
//! let link = DigitalLink::parse("https://example.com/shop/gtin/9521234543213/lot/ABC?17=261231")?;
//! assert_eq!(link.value(), "09521234543213");
//! assert_eq!(link.to_string(), "https://id.gs1.org/01/09521234543213/10/ABC?17=261231");
//! # Ok::<(), gs1::Error>(())
//! ```

use std::fmt;

use crate::{Error, Gln, Gtin, Key, Qualifier, Sscc, epc, escape};

/// A primary key with its qualifiers and attributes, in the order of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DigitalLink {
    pub(crate) key: Key,
    pub(crate) value: String,
    pub(crate) qualifiers: Vec<(Qualifier, String)>,
    pub(crate) attributes: Vec<(String, String)>,
}

impl DigitalLink {
    /// Reads a link and verifies lengths, character sets, the order of qualifiers and the check
    /// digit.
    ///
    /// # Errors
    /// [`Error::NotUri`] and [`Error::NotDigitalLink`] if it is something else; otherwise what is
    /// wrong with it.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        epc::check_absolute(uri)?;
        let link = Self::shaped(uri)?;
        link.key.verify(&link.value)?;
        Ok(link)
    }

    /// Reads an absolute URI as a link and verifies all but the fixed digits.
    pub(crate) fn shaped(uri: &str) -> Result<Self, Error> {
        let uri = uri.split_once('#').map_or(uri, |(before, _fragment)| before);
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let path = path.strip_prefix("https://").or_else(|| path.strip_prefix("http://"));
        let segments: Vec<&str> = path.ok_or(Error::NotDigitalLink)?.split('/').collect();
        if segments[0].is_empty() {
            return Err(Error::NotDigitalLink);
        }
        let mut link = from_path(&segments[1..])?;
        link.attributes = attributes(query)?;
        Ok(link)
    }

    /// The kind of the primary key.
    pub fn key(&self) -> Key {
        self.key
    }

    /// The value of the primary key, unescaped; a GTIN has 14 digits.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The qualifiers in the order of the standard, unescaped.
    pub fn qualifiers(&self) -> &[(Qualifier, String)] {
        &self.qualifiers
    }

    /// The value of one qualifier, unescaped.
    pub fn qualifier(&self, qualifier: Qualifier) -> Option<&str> {
        let found = self.qualifiers.iter().find(|(name, _)| *name == qualifier);
        found.map(|(_, value)| value.as_str())
    }

    /// The names and values of the query string, unescaped, in their order.
    pub fn attributes(&self) -> &[(String, String)] {
        &self.attributes
    }

    /// The same key with its most specific qualifiers only, and without attributes: no variant,
    /// and no lot where there is a serial (CBV 2.0 §8.9.2).
    pub(crate) fn finest(mut self) -> Self {
        let serial = self.qualifier(Qualifier::Serial).is_some();
        self.qualifiers.retain(|(qualifier, _)| match qualifier {
            Qualifier::Cpv => false,
            Qualifier::Lot => !serial,
            _ => true,
        });
        self.attributes.clear();
        self
    }
}

/// Links to the keys of the product.
impl DigitalLink {
    /// A kind of product.
    pub fn gtin(gtin: &Gtin) -> Self {
        Self::of(Key::Gtin, gtin.as_str())
    }

    /// One item. `serial` has 1 to 20 characters of CSET 82.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Character`].
    pub fn sgtin(gtin: &Gtin, serial: &str) -> Result<Self, Error> {
        Self::gtin(gtin).with(Qualifier::Serial, serial)
    }

    /// One lot. `lot` has 1 to 20 characters of CSET 82.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Character`].
    pub fn lgtin(gtin: &Gtin, lot: &str) -> Result<Self, Error> {
        Self::gtin(gtin).with(Qualifier::Lot, lot)
    }

    /// A logistic unit.
    pub fn sscc(sscc: &Sscc) -> Self {
        Self::of(Key::Sscc, sscc.as_str())
    }

    /// A place.
    pub fn gln(gln: &Gln) -> Self {
        Self::of(Key::Gln, gln.as_str())
    }

    pub(crate) fn of(key: Key, value: &str) -> Self {
        Self { key, value: value.to_owned(), qualifiers: Vec::new(), attributes: Vec::new() }
    }

    /// Adds a qualifier; the caller keeps their order.
    pub(crate) fn with(mut self, qualifier: Qualifier, value: &str) -> Result<Self, Error> {
        qualifier.check(value)?;
        self.qualifiers.push((qualifier, value.to_owned()));
        Ok(self)
    }
}

/// Finds the rightmost key whose value and qualifiers are the whole rest of the path.
///
/// The stem before it is free, and may itself look like a key.
fn from_path(segments: &[&str]) -> Result<DigitalLink, Error> {
    let mut first_error = None;
    for at in (0..segments.len()).rev().skip(1).step_by(2) {
        let Some(key) = Key::named(segments[at]) else { continue };
        match from_pairs(key, &segments[at + 1..]) {
            Ok(link) => return Ok(link),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or(Error::NotDigitalLink))
}

/// `rest` is the value of `key`, then names and values in turn.
fn from_pairs(key: Key, rest: &[&str]) -> Result<DigitalLink, Error> {
    let value = escape::decode(rest[0])?;
    let value = if key == Key::Gtin { padded_gtin(value) } else { value };
    key.check(&value)?;
    let mut link = DigitalLink::of(key, &value);
    for pair in rest[1..].chunks_exact(2) {
        let misplaced = || Error::Qualifier { key: key.ai(), found: pair[0].to_owned() };
        let qualifier = Qualifier::named(pair[0]).ok_or_else(misplaced)?;
        link = link.with(qualifier, &escape::decode(pair[1])?)?;
        if !in_order(key, &link.qualifiers) {
            return Err(misplaced());
        }
    }
    Ok(link)
}

/// Whether the qualifiers are some of one alternative of `key`, in its order.
fn in_order(key: Key, qualifiers: &[(Qualifier, String)]) -> bool {
    key.qualifiers().iter().any(|alternative| {
        let mut allowed = alternative.iter();
        qualifiers.iter().all(|(qualifier, _)| allowed.any(|other| other == qualifier))
    })
}

fn padded_gtin(digits: String) -> String {
    match digits.len() {
        8 | 12 | 13 => format!("{digits:0>14}"),
        _ => digits,
    }
}

fn attributes(query: &str) -> Result<Vec<(String, String)>, Error> {
    let text = |part: &str| escape::decode(&part.replace('+', " "));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((text(name)?, text(value)?))
        })
        .collect()
}

/// Prints the form with the domain `id.gs1.org`.
impl fmt::Display for DigitalLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://id.gs1.org/{}/{}", self.key.ai(), escape::path(&self.value))?;
        for (qualifier, value) in &self.qualifiers {
            write!(f, "/{}/{}", qualifier.ai(), escape::path(value))?;
        }
        for (nth, (name, value)) in self.attributes.iter().enumerate() {
            let mark = if nth == 0 { '?' } else { '&' };
            write!(f, "{mark}{}={}", escape::query(name), escape::query(value))?;
        }
        Ok(())
    }
}
