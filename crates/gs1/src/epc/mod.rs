//! The canonical form of anything that stands where EPCIS wants an EPC, a class or a place
//! (CBV 2.0 §8.9.2), EPC URNs, and ID patterns (EPC Tag Data Standard §6 to §8).
//!
//! EPC URNs, class URNs, the ID patterns that name a class, and Digital Links become one
//! `https://id.gs1.org/…` URI with the most specific level only; every other URI stays as it is.
//! A company prefix is believed to be as long as the URN says; for the way back, [`urn`] is told.
//!
//! ```
//! use gs1::epc::{Level, Pattern, canonical, urn};
//!
//! let epc = canonical("urn:epc:id:sgtin:4023333.000055.1A")?;
//! assert_eq!(epc.uri, "https://id.gs1.org/01/04023333000550/21/1A");
//! assert_eq!(epc.level, Level::Instance);
//! assert_eq!(urn(&epc.uri, 7)?, "urn:epc:id:sgtin:4023333.000055.1A");
//! assert!(Pattern::parse("urn:epc:idpat:sgtin:4023333.*.*")?.matches(&epc.uri));
//! # Ok::<(), gs1::Error>(())
//! ```

mod pattern;
mod read_urn;
mod write_urn;

pub use pattern::Pattern;
pub(crate) use read_urn::text;
pub use write_urn::urn;

use crate::{
    Error,
    dictionary::{Ai, Entry},
    digital_link::{CANONICAL_STEM, Checks, DigitalLink, Leniency},
    element_string::{Depth, Element},
    escape,
};

/// An identifier in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Canonical {
    /// The canonical URI.
    pub uri: String,
    /// What it names.
    pub level: Level,
    /// The AI of the GS1 key it carries, if it carries one that names something in EPCIS.
    pub key: Option<Ai>,
}

/// What an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// One thing: fit for `epcList`.
    Instance,
    /// A kind or a lot of things: fit for `epcClass`.
    Class,
    /// Not known: no GS1 identifier.
    Unknown,
}

/// Brings a URI into its canonical form.
///
/// The check digit of a Digital Link is not verified here, since published events have wrong ones
/// and must hash all the same; [`verified`] verifies it.
/// A web address that only resembles a Digital Link is returned as it is.
///
/// # Errors
/// [`Error::NotUri`], or what is wrong with an EPC URN of a known scheme.
pub fn canonical(uri: &str) -> Result<Canonical, Error> {
    if let Some(canonical) = already(uri) {
        return Ok(canonical);
    }
    check_absolute(uri)?;
    if let Some(urn) = uri.strip_prefix("urn:epc:") {
        return from_urn(uri, urn);
    }
    Ok(match shaped(uri) {
        Some(link) => canonical_of(link.elements()),
        None => unchanged(uri, Level::Unknown),
    })
}

/// As [`canonical`], for who may still refuse: verifies the check digit of a Digital Link, and
/// that what names the domain of GS1 is one.
///
/// # Errors
/// As [`canonical`] and [`DigitalLink::parse`].
pub fn verified(uri: &str) -> Result<Canonical, Error> {
    let canonical = canonical(uri)?;
    match canonical.key {
        // The check digit of a URN was computed.
        Some(_) if uri.starts_with("urn:") => {}
        Some(_) => drop(DigitalLink::parse(&canonical.uri)?),
        None if uri.starts_with(GS1_DOMAIN) => drop(DigitalLink::parse(uri)?),
        None => {}
    }
    Ok(canonical)
}

/// What begins each canonical URI of a GS1 key.
const GS1_DOMAIN: &str = "https://id.gs1.org/";

/// A Digital Link whose key can stand in an event, by its shape.
fn shaped(uri: &str) -> Option<DigitalLink<'_>> {
    let checks = Checks { leniency: Leniency::HISTORICAL, depth: Depth::Shape };
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let link = DigitalLink::read(uri, checks).ok()?;
    (escape::is_well_formed(path) && is_epcis_key(link.key())).then_some(link)
}

/// Keys of payment slips and of models do not stand in events.
fn is_epcis_key(ai: Ai) -> bool {
    ai != Ai::PAY_TO && ai != Ai::GMN
}

/// Recognizes a canonical URI with at most one qualifier. Most identifiers are such, and need not
/// be taken apart and put together again.
fn already(uri: &str) -> Option<Canonical> {
    let path = uri.strip_prefix(GS1_DOMAIN)?;
    let mut segments = path.split('/');
    let key = Ai::parse(segments.next()?).filter(|ai| is_epcis_key(*ai))?;
    let (entry, value) = (Entry::of(key)?, segments.next()?);
    let alternatives = entry.qualifiers()?;
    let qualifier = match (segments.next(), segments.next(), segments.next()) {
        (None, ..) => None,
        (Some(name), Some(value), None) => Some((Ai::parse(name)?, value)),
        _ => return None,
    };
    if !escape::is_plain_path(value) || !has_shape(key, entry, value) {
        return None;
    }
    if let Some((ai, value)) = qualifier {
        let fits = alternatives.iter().any(|alternative| alternative.contains(&ai));
        let stays = ai != Ai::CPV && escape::is_plain_path(value);
        if !fits || !stays || !has_shape(ai, Entry::of(ai)?, value) {
            return None;
        }
    }
    let level = level(key, value, |wanted| qualifier.is_some_and(|(ai, _)| ai == wanted));
    Some(Canonical { uri: uri.to_owned(), level, key: Some(key) })
}

fn has_shape(ai: Ai, entry: &'static Entry, value: &str) -> bool {
    Element::checked(ai, entry, value.into(), Depth::Shape).is_ok()
}

/// Whether a text is an absolute URI, whatever it names (RFC 3986 §4.3): a scheme, a colon, and no
/// character that a URI cannot hold.
///
/// Letters beyond ASCII are accepted, as JSON-LD takes IRIs.
pub fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let forbidden = |byte: u8| {
        matches!(
            byte,
            0..=b' ' | 0x7f | b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`'
        )
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && !rest.is_empty()
        // No early end, so that the compiler looks at 16 bytes at once.
        && !rest.bytes().fold(false, |any, byte| any | forbidden(byte))
        && (rest.is_ascii() || !rest.contains(|c: char| c.is_control() || c.is_whitespace()))
}

fn check_absolute(uri: &str) -> Result<(), Error> {
    if is_absolute(uri) { Ok(()) } else { Err(Error::NotUri) }
}

fn unchanged(uri: &str, level: Level) -> Canonical {
    Canonical { uri: uri.to_owned(), level, key: None }
}

/// The canonical form of a key and its qualifiers: the finest level only, so no variant, and no
/// lot where there is a serial (CBV 2.0 §8.9.2).
fn canonical_of(elements: &[Element<'_>]) -> Canonical {
    let has = |ai| elements.iter().any(|element| element.ai() == ai);
    let key = &elements[0];
    let mut uri = String::from(CANONICAL_STEM);
    for element in elements {
        let stays = match element.ai() {
            Ai::CPV => false,
            Ai::LOT => !has(Ai::SERIAL),
            _ => true,
        };
        if stays {
            uri.push('/');
            element.ai().push_to(&mut uri);
            uri.push('/');
            uri.push_str(&escape::path(element.value()));
        }
    }
    Canonical { uri, level: level(key.ai(), key.value(), has), key: Some(key.ai()) }
}

fn level(key: Ai, value: &str, has: impl Fn(Ai) -> bool) -> Level {
    let instance = match key {
        Ai::GTIN | Ai::ITIP => has(Ai::SERIAL) || has(Ai::TPX),
        Ai::CPID => has(Ai::CPID_SERIAL),
        // The serial is the tail of the key.
        Ai::GDTI | Ai::GCN => value.len() > 13,
        Ai::GRAI => value.len() > 14,
        _ => true,
    };
    if instance { Level::Instance } else { Level::Class }
}

/// `urn` is what follows `urn:epc:` in `uri`.
fn from_urn(uri: &str, urn: &str) -> Result<Canonical, Error> {
    let mut parts = urn.splitn(3, ':');
    let (kind, scheme, body) = (parts.next(), parts.next(), parts.next());
    let (Some(kind), Some(scheme), Some(body)) = (kind, scheme, body) else {
        return Ok(unchanged(uri, Level::Unknown));
    };
    match (read_urn::elements(kind, scheme, body)?, kind) {
        (Some(elements), _) => Ok(canonical_of(&elements)),
        // A scheme without a Digital Link: gid, usdod, adi, bic, imovn.
        (None, "id") => Ok(unchanged(uri, Level::Instance)),
        (None, _) => Ok(unchanged(uri, Level::Unknown)),
    }
}
