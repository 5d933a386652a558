//! Reading a Digital Link.

use std::borrow::Cow;

use super::DigitalLink;
use crate::{
    Error,
    dictionary::{Ai, Attribute, Entry, UnknownAis, entry_of},
    element_string::{Depth, Element, MAX_ELEMENTS},
    escape::{self, Plus},
};

/// What a reader takes beyond the standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// AIs that the dictionary lacks.
    pub unknown_ais: UnknownAis,
    /// Short names in the place of AIs, as release 1.0 had: `/gtin/…/ser/…`.
    pub short_names: bool,
    /// GTINs of 8, 12 or 13 digits.
    pub short_gtins: bool,
    /// AIs that the dictionary lacks as data attributes.
    pub unknown_attributes: bool,
}

impl Leniency {
    /// What the standard once allowed.
    pub const HISTORICAL: Self = Self {
        unknown_ais: UnknownAis::Refused,
        short_names: true,
        short_gtins: true,
        unknown_attributes: false,
    };
}

/// The short names of Digital Link 1.0.
const SHORT_NAMES: [(&str, Ai); 22] = [
    ("cpid", Ai::known("8010")),
    ("cpsn", Ai::known("8011")),
    ("cpv", Ai::known("22")),
    ("gcn", Ai::known("255")),
    ("gdti", Ai::known("253")),
    ("giai", Ai::known("8004")),
    ("ginc", Ai::known("401")),
    ("gln", Ai::known("414")),
    ("glnx", Ai::known("254")),
    ("gmn", Ai::known("8013")),
    ("grai", Ai::known("8003")),
    ("gsin", Ai::known("402")),
    ("gsrn", Ai::known("8018")),
    ("gsrnp", Ai::known("8017")),
    ("gtin", Ai::known("01")),
    ("itip", Ai::known("8006")),
    ("lot", Ai::known("10")),
    ("party", Ai::known("417")),
    ("refno", Ai::known("8020")),
    ("ser", Ai::known("21")),
    ("srin", Ai::known("8019")),
    ("sscc", Ai::known("00")),
];

/// How much of the values is checked.
#[derive(Clone, Copy)]
pub(crate) struct Checks {
    pub(crate) leniency: Leniency,
    pub(crate) depth: Depth,
}

impl<'a> DigitalLink<'a> {
    /// Reads a link of any release of the standard, and checks all of it.
    ///
    /// # Errors
    /// [`Error::NotUri`] and [`Error::NotDigitalLink`] if it is something else; otherwise what is
    /// wrong with it.
    pub fn parse(uri: &'a str) -> Result<Self, Error> {
        Self::parse_with(uri, Leniency::HISTORICAL)
    }

    /// Reads a link, with a word on what is taken beyond the standard; the default is nothing.
    ///
    /// # Errors
    /// As [`DigitalLink::parse`].
    pub fn parse_with(uri: &'a str, leniency: Leniency) -> Result<Self, Error> {
        if !uri.bytes().all(is_uri_byte) {
            return Err(Error::NotUri);
        }
        Self::read(uri, Checks { leniency, depth: Depth::Full })
    }

    /// Reads a text whose characters are known to be those of a URI.
    pub(crate) fn read(uri: &'a str, checks: Checks) -> Result<Self, Error> {
        let uri = uri.split_once('#').map_or(uri, |(before, _fragment)| before);
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let n_origin = origin_length(path, checks.depth)?;
        let n_stem = n_origin + find_key(&path[n_origin..], checks.leniency)?;
        let mut link = Self {
            stem: Cow::Borrowed(&path[..n_stem]),
            // As many as most links have, so that they need one allocation.
            elements: Vec::with_capacity(4),
            n_path: 0,
            others: Vec::new(),
        };
        link.read_path(&path[n_stem + 1..], checks)?;
        link.n_path = link.elements.len();
        // Whoever asks for the shape only does not look at the query.
        if checks.depth == Depth::Full {
            link.read_query(query, checks)?;
        }
        Ok(link)
    }

    /// `path` is names and values in turn; the first name is a key.
    fn read_path(&mut self, path: &'a str, checks: Checks) -> Result<(), Error> {
        let mut segments = path.split('/');
        while let (Some(name), Some(text)) = (segments.next(), segments.next()) {
            let (ai, entry) = named(name, checks.leniency).ok_or(Error::NotDigitalLink)?;
            self.push(ai, entry, escape::unescape(text, Plus::IsPlus), checks)?;
            if !self.is_in_order() {
                let key = self.key();
                return Err(Error::Qualifier { key, found: name.to_owned() });
            }
        }
        Ok(())
    }

    fn read_query(&mut self, query: &'a str, checks: Checks) -> Result<(), Error> {
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let element = part.split_once('=').filter(|(name, _)| is_number(name));
            let Some((name, text)) = element else {
                if self.elements.len() + self.others.len() == MAX_ELEMENTS {
                    return Err(Error::TooManyElements);
                }
                self.others.push(Cow::Borrowed(part));
                continue;
            };
            let known = Ai::parse(name)
                .and_then(|ai| Some((ai, entry_of(ai, checks.leniency.unknown_ais)?)));
            let (ai, entry) = known.ok_or_else(|| Error::UnknownAi { found: name.to_owned() })?;
            self.check_attribute(ai, entry, checks.leniency)?;
            self.push(ai, entry, escape::unescape(text, Plus::IsSpace), checks)?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        ai: Ai,
        entry: &'static Entry,
        value: Cow<'a, str>,
        checks: Checks,
    ) -> Result<(), Error> {
        if self.elements.len() + self.others.len() == MAX_ELEMENTS {
            return Err(Error::TooManyElements);
        }
        let value = match value.len() {
            8 | 12 | 13 if ai == Ai::GTIN && checks.leniency.short_gtins => {
                Cow::Owned(format!("{value:0>14}"))
            }
            _ => value,
        };
        self.elements.push(Element::checked(ai, entry, value, checks.depth)?);
        Ok(())
    }

    /// Whether the path so far is a key and some of one alternative of its qualifiers, in order.
    fn is_in_order(&self) -> bool {
        let (key, qualifiers) = (&self.elements[0], &self.elements[1..]);
        qualifiers.is_empty()
            || key.entry().qualifiers().unwrap_or_default().iter().any(|alternative| {
                let mut allowed = alternative.iter();
                qualifiers.iter().all(|one| allowed.any(|ai| *ai == one.ai()))
            })
    }

    fn check_attribute(
        &self,
        ai: Ai,
        entry: &'static Entry,
        leniency: Leniency,
    ) -> Result<(), Error> {
        if self.elements.iter().any(|element| element.ai() == ai) {
            return Err(Error::Duplicate { ai });
        }
        let is_allowed = match entry.attribute() {
            Attribute::Allowed => true,
            Attribute::Forbidden => false,
            Attribute::Unknown => leniency.unknown_attributes,
        };
        if !is_allowed {
            return Err(Error::NotAttribute { ai });
        }
        let alternatives = self.elements[0].entry().qualifiers().unwrap_or_default();
        let fits = |alternative: &&[Ai]| {
            alternative.contains(&ai)
                && self.qualifiers().iter().all(|one| alternative.contains(&one.ai()))
        };
        if alternatives.iter().any(fits) { Err(Error::InPath { ai }) } else { Ok(()) }
    }
}

/// The bytes of a URI (RFC 3986): unreserved, reserved, and the percent sign.
const IN_URI: [bool; 256] =
    table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");
/// The bytes that no domain has, although a URI may have them.
const NOT_IN_DOMAIN: [bool; 256] = table(b"_~?#@!$&'()*+,;=%");

const fn table(some: &[u8]) -> [bool; 256] {
    let mut all = [false; 256];
    let mut at = 0;
    while at < some.len() {
        all[some[at] as usize] = true;
        at += 1;
    }
    all
}

fn is_uri_byte(byte: u8) -> bool {
    IN_URI[usize::from(byte)]
}

pub(super) fn check_stem(stem: &str) -> Result<(), Error> {
    let is_stem = stem.bytes().all(is_uri_byte) && !stem.contains(['?', '#']);
    if !is_stem {
        return Err(Error::NotUri);
    }
    let n_scheme = scheme_length(stem).ok_or(Error::NotUri)?;
    check_domain(stem[n_scheme..].split('/').next().unwrap_or_default())
}

/// The length of scheme and domain.
fn origin_length(path: &str, depth: Depth) -> Result<usize, Error> {
    let n_scheme = scheme_length(path).ok_or(Error::NotDigitalLink)?;
    let n_domain = path[n_scheme..].find('/').ok_or(Error::NotDigitalLink)?;
    match depth {
        Depth::Full => check_domain(&path[n_scheme..n_scheme + n_domain])?,
        Depth::Shape if n_domain == 0 => return Err(Error::NotDigitalLink),
        Depth::Shape => {}
    }
    Ok(n_scheme + n_domain)
}

/// Mixed case is no scheme of a link.
fn scheme_length(uri: &str) -> Option<usize> {
    let schemes = ["https://", "http://", "HTTPS://", "HTTP://"];
    schemes.into_iter().find(|scheme| uri.starts_with(scheme)).map(str::len)
}

/// Characters only, so that numbers and names to come are taken.
fn check_domain(domain: &str) -> Result<(), Error> {
    let is_bad = |byte: u8| NOT_IN_DOMAIN[usize::from(byte)];
    if domain.is_empty() || domain.bytes().any(is_bad) {
        return Err(Error::NotDigitalLink);
    }
    Ok(())
}

/// The byte of the slash before the rightmost primary key, in a path that begins with a slash.
///
/// The stem before it is free, and may itself look like a key.
fn find_key(path: &str, leniency: Leniency) -> Result<usize, Error> {
    let mut rest = path;
    loop {
        let value = rest.rfind('/').ok_or(Error::NotDigitalLink)?;
        let name = rest[..value].rfind('/').ok_or(Error::NotDigitalLink)?;
        let (_, entry) = named(&rest[name + 1..value], leniency).ok_or(Error::NotDigitalLink)?;
        if entry.qualifiers().is_some() {
            return Ok(name);
        }
        rest = &rest[..name];
    }
}

/// The AI that a path segment names.
fn named(name: &str, leniency: Leniency) -> Option<(Ai, &'static Entry)> {
    let ai = match Ai::parse(name) {
        Some(ai) => ai,
        None if leniency.short_names => {
            SHORT_NAMES.iter().find(|(short, _)| *short == name).map(|(_, ai)| *ai)?
        }
        None => return None,
    };
    Some((ai, entry_of(ai, leniency.unknown_ais)?))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
