//! The canonical form of anything that stands where EPCIS wants an EPC, a class or a place
//! (CBV 2.0 §8.9.2; EPC Tag Data Standard §6 to §8 for the URNs).
//!
//! EPC URNs, class URNs, the ID patterns that name a class, and Digital Links become one
//! `https://id.gs1.org/…` URI with the most specific level only; every other URI stays as it is.
//! A company prefix is believed to be as long as the URN says.
//!
//! ```
//! use gs1::epc::{Level, canonical};
//!
//! let epc = canonical("urn:epc:id:sgtin:4023333.000055.1A")?;
//! assert_eq!(epc.uri, "https://id.gs1.org/01/04023333000550/21/1A");
//! assert_eq!(epc.level, Level::Instance);
//! # Ok::<(), gs1::Error>(())
//! ```

use crate::{
    Error, Key, Qualifier, charset::Charset, check_digit, digital_link::DigitalLink, escape,
};

/// An identifier in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Canonical {
    /// The canonical URI.
    pub uri: String,
    /// What it names.
    pub level: Level,
    /// The GS1 key it carries, if it carries one that Digital Link can express.
    pub key: Option<Key>,
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
    match DigitalLink::shaped(uri) {
        Ok(link) => Ok(from_link(link)),
        Err(_) => Ok(unchanged(uri, Level::Unknown)),
    }
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
        Some(key) => {
            // The fixed digits come right after the name of the key, and are never escaped.
            let start = GS1_DOMAIN.len() + key.ai().len() + 1;
            key.verify(&canonical.uri[start..])?;
        }
        None if uri.starts_with(GS1_DOMAIN) => drop(DigitalLink::parse(uri)?),
        None => {}
    }
    Ok(canonical)
}

/// What begins each canonical URI of a GS1 key.
const GS1_DOMAIN: &str = "https://id.gs1.org/";

/// Recognizes a canonical URI with at most one qualifier. Most identifiers are such, and need not
/// be taken apart and put together again.
fn already(uri: &str) -> Option<Canonical> {
    let path = uri.strip_prefix(GS1_DOMAIN)?;
    let mut segments = path.split('/');
    let (key, value) = (Key::of_ai(segments.next()?)?, segments.next()?);
    let qualifier = match (segments.next(), segments.next(), segments.next()) {
        (None, ..) => None,
        (Some(name), Some(value), None) => Some((Qualifier::of_ai(name)?, value)),
        _ => return None,
    };
    if !escape::is_plain_path(value) || key.check(value).is_err() {
        return None;
    }
    if let Some((qualifier, value)) = qualifier {
        let fits = key.qualifiers().iter().any(|alternative| alternative.contains(&qualifier));
        let stays = qualifier != Qualifier::Cpv && escape::is_plain_path(value);
        if !fits || !stays || qualifier.check(value).is_err() {
            return None;
        }
    }
    let has = |wanted| qualifier.is_some_and(|(qualifier, _)| qualifier == wanted);
    Some(Canonical { uri: uri.to_owned(), level: level(key, value, has), key: Some(key) })
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

pub(crate) fn check_absolute(uri: &str) -> Result<(), Error> {
    if is_absolute(uri) { Ok(()) } else { Err(Error::NotUri) }
}

fn unchanged(uri: &str, level: Level) -> Canonical {
    Canonical { uri: uri.to_owned(), level, key: None }
}

fn from_link(link: DigitalLink) -> Canonical {
    let link = link.finest();
    let level = level(link.key, &link.value, |qualifier| link.qualifier(qualifier).is_some());
    Canonical { uri: link.to_string(), level, key: Some(link.key) }
}

fn level(key: Key, value: &str, has: impl Fn(Qualifier) -> bool) -> Level {
    // Where the serial is the tail of the key, a value longer than its head has one.
    let has_tail = value.len() > key.shape().head;
    let instance = match key {
        Key::Gtin | Key::Itip => has(Qualifier::Serial) || has(Qualifier::Tpx),
        Key::Cpid => has(Qualifier::CpidSerial),
        Key::Gdti | Key::Gcn | Key::Grai => has_tail,
        Key::Sscc | Key::Ginc | Key::Gsin | Key::Gln | Key::Pgln => true,
        Key::Giai | Key::Gsrnp | Key::Gsrn => true,
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
    let link = match (kind, scheme) {
        ("id", _) => instance_link(scheme, body)?,
        ("class", "lgtin") => {
            let [gcp, item, lot] = split(body)?;
            let gtin = gtin(gcp, item)?;
            Some(DigitalLink::of(Key::Gtin, &gtin).with(Qualifier::Lot, &text(lot)?)?)
        }
        ("idpat", _) => pattern_link(scheme, body)?,
        _ => None,
    };
    match (link, kind) {
        (Some(link), _) => Ok(from_link(link)),
        // A scheme without a Digital Link: gid, usdod, adi, bic, imovn.
        (None, "id") => Ok(unchanged(uri, Level::Instance)),
        (None, _) => Ok(unchanged(uri, Level::Unknown)),
    }
}

/// The schemes of EPC TDS §6.3 that have a Digital Link.
fn instance_link(scheme: &str, body: &str) -> Result<Option<DigitalLink>, Error> {
    let link = match scheme {
        "sgtin" => item(Qualifier::Serial, body)?,
        "upui" => item(Qualifier::Tpx, body)?,
        "sgln" => {
            let [gcp, location, extension] = split(body)?;
            let gln = DigitalLink::of(Key::Gln, &plain(gcp, location, 12)?);
            match text(extension)?.as_str() {
                // TDS §6.3.3: a lone 0 stands for a GLN without extension.
                "0" => gln,
                extension => gln.with(Qualifier::GlnExtension, extension)?,
            }
        }
        "itip" => {
            let [gcp, item, piece, total, serial] = split(body)?;
            let value = pieces(gcp, item, piece, total)?;
            checked(Key::Itip, value)?.with(Qualifier::Serial, &text(serial)?)?
        }
        "cpi" => {
            let [gcp, part, serial] = split(body)?;
            let cpid = checked(Key::Cpid, free(gcp, part)?)?;
            cpid.with(Qualifier::CpidSerial, &text(serial)?)?
        }
        "sscc" => {
            let [gcp, serial] = split(body)?;
            DigitalLink::of(Key::Sscc, &indicated(gcp, serial, 17)?)
        }
        "pgln" => whole(Key::Pgln, 12, body)?,
        "gsrn" => whole(Key::Gsrn, 17, body)?,
        "gsrnp" => whole(Key::Gsrnp, 17, body)?,
        "gsin" => whole(Key::Gsin, 16, body)?,
        "grai" => tailed(Key::Grai, body)?,
        "gdti" => tailed(Key::Gdti, body)?,
        "sgcn" => tailed(Key::Gcn, body)?,
        "giai" => individual(Key::Giai, body)?,
        "ginc" => individual(Key::Ginc, body)?,
        _ => return Ok(None),
    };
    Ok(Some(link))
}

/// The ID patterns that name a class: all of an item's serials and nothing wider.
fn pattern_link(scheme: &str, body: &str) -> Result<Option<DigitalLink>, Error> {
    let Some(class) = body.strip_suffix(".*").filter(|class| !class.contains('*')) else {
        return Ok(None);
    };
    let (key, value) = match scheme {
        "sgtin" | "upui" => {
            let [gcp, item] = split(class)?;
            (Key::Gtin, gtin(gcp, item)?)
        }
        "itip" => {
            let [gcp, item, piece, total] = split(class)?;
            (Key::Itip, pieces(gcp, item, piece, total)?)
        }
        "cpi" => {
            let [gcp, part] = split(class)?;
            (Key::Cpid, free(gcp, part)?)
        }
        "grai" | "gdti" | "sgcn" => {
            let [gcp, kind] = split(class)?;
            let key = match scheme {
                "grai" => Key::Grai,
                "gdti" => Key::Gdti,
                _ => Key::Gcn,
            };
            (key, head(key, gcp, kind)?)
        }
        _ => return Ok(None),
    };
    checked(key, value).map(Some)
}

/// A GTIN and its serial.
fn item(qualifier: Qualifier, body: &str) -> Result<DigitalLink, Error> {
    let [gcp, item, serial] = split(body)?;
    DigitalLink::of(Key::Gtin, &gtin(gcp, item)?).with(qualifier, &text(serial)?)
}

/// A key that is digits only.
fn whole(key: Key, n_digits: usize, body: &str) -> Result<DigitalLink, Error> {
    let [gcp, reference] = split(body)?;
    Ok(DigitalLink::of(key, &plain(gcp, reference, n_digits)?))
}

/// A key of 13 digits and a serial behind them.
fn tailed(key: Key, body: &str) -> Result<DigitalLink, Error> {
    let [gcp, kind, serial] = split(body)?;
    let serial = text(serial)?;
    if serial.is_empty() {
        return Err(Error::Parts);
    }
    checked(key, head(key, gcp, kind)? + &serial)
}

/// A key that is a company prefix and free characters.
fn individual(key: Key, body: &str) -> Result<DigitalLink, Error> {
    let [gcp, reference] = split(body)?;
    checked(key, free(gcp, reference)?)
}

fn checked(key: Key, value: String) -> Result<DigitalLink, Error> {
    key.check(&value)?;
    Ok(DigitalLink::of(key, &value))
}

/// Splits at dots into exactly `N` parts; the last one may hold dots itself.
fn split<const N: usize>(body: &str) -> Result<[&str; N], Error> {
    let mut found = body.splitn(N, '.');
    let mut parts = [""; N];
    for part in &mut parts {
        *part = found.next().ok_or(Error::Parts)?;
    }
    Ok(parts)
}

/// Unescapes a free part of a URN; what TDS §6.3.1 wants escaped must have been.
fn text(part: &str) -> Result<String, Error> {
    let unescaped = |byte: &u8| matches!(byte, b'"' | b'&' | b'/' | b'<' | b'>' | b'?' | b'#');
    match part.bytes().find(unescaped) {
        Some(found) => Err(Error::Character { found: char::from(found) }),
        None => escape::decode(part),
    }
}

fn check_prefix(gcp: &str) -> Result<(), Error> {
    Charset::Digits.check(gcp, 6, 12).map_err(|_| Error::CompanyPrefix)
}

/// Company prefix and reference, together `n_digits`, and the check digit.
fn plain(gcp: &str, reference: &str, n_digits: usize) -> Result<String, Error> {
    check_prefix(gcp)?;
    completed([gcp, reference].concat(), n_digits)
}

/// As [`plain`], but the first digit of the reference comes before the company prefix.
fn indicated(gcp: &str, reference: &str, n_digits: usize) -> Result<String, Error> {
    check_prefix(gcp)?;
    let (indicator, reference) = reference.split_at_checked(1).ok_or(Error::Parts)?;
    completed([indicator, gcp, reference].concat(), n_digits)
}

fn completed(mut body: String, n_digits: usize) -> Result<String, Error> {
    Charset::Digits.check(&body, n_digits, n_digits)?;
    let check_digit = check_digit::of(&body)?;
    body.push(char::from(b'0' + check_digit));
    Ok(body)
}

fn gtin(gcp: &str, item: &str) -> Result<String, Error> {
    indicated(gcp, item, 13)
}

/// The digits of a key before its serial.
fn head(key: Key, gcp: &str, kind: &str) -> Result<String, Error> {
    let digits = plain(gcp, kind, 12)?;
    Ok(if key == Key::Grai { format!("0{digits}") } else { digits })
}

fn pieces(gcp: &str, item: &str, piece: &str, total: &str) -> Result<String, Error> {
    Charset::Digits.check(piece, 2, 2)?;
    Charset::Digits.check(total, 2, 2)?;
    Ok(gtin(gcp, item)? + piece + total)
}

fn free(gcp: &str, reference: &str) -> Result<String, Error> {
    check_prefix(gcp)?;
    let reference = text(reference)?;
    if reference.is_empty() { Err(Error::Parts) } else { Ok(format!("{gcp}{reference}")) }
}
