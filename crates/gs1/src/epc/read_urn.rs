//! From an EPC URN to elements.

use crate::{
    Error,
    charset::Charset,
    check_digit,
    dictionary::{Ai, Entry},
    element_string::{Depth, Element},
    escape,
};

/// A key, and its qualifier if it has one.
type Elements = Vec<Element<'static>>;

/// The elements that a URN stands for; `None` if Digital Link cannot express it.
pub(super) fn elements(kind: &str, scheme: &str, body: &str) -> Result<Option<Elements>, Error> {
    match (kind, scheme) {
        ("id", _) => instance(scheme, body),
        ("class", "lgtin") => {
            let [gcp, item, lot] = split(body)?;
            with(key(Ai::GTIN, gtin(gcp, item)?)?, Ai::LOT, text(lot)?).map(Some)
        }
        ("idpat", _) => pattern(scheme, body),
        _ => Ok(None),
    }
}

/// The schemes of EPC TDS §6.3 that have a Digital Link; the others have their own grammar.
fn instance(scheme: &str, body: &str) -> Result<Option<Elements>, Error> {
    let elements = match scheme {
        "sgtin" => item(Ai::SERIAL, body)?,
        "upui" => item(Ai::TPX, body)?,
        "sgln" => {
            let [gcp, location, extension] = split(body)?;
            let gln = key(Ai::GLN, plain(gcp, location, 12)?)?;
            match text(extension)? {
                // TDS §6.3.3: a lone 0 stands for a GLN without extension.
                extension if extension == "0" => gln,
                extension => with(gln, Ai::GLN_EXTENSION, extension)?,
            }
        }
        "itip" => {
            let [gcp, item, piece, total, serial] = split(body)?;
            let value = pieces(gcp, item, piece, total)?;
            with(key(Ai::ITIP, value)?, Ai::SERIAL, text(serial)?)?
        }
        "cpi" => {
            let [gcp, part, serial] = split(body)?;
            let cpid = key(Ai::CPID, free(gcp, part)?)?;
            with(cpid, Ai::CPID_SERIAL, text(serial)?)?
        }
        "sscc" => {
            let [gcp, serial] = split(body)?;
            key(Ai::SSCC, indicated(gcp, serial, 17)?)?
        }
        "pgln" => whole(Ai::PGLN, 12, body)?,
        "gsrn" => whole(Ai::GSRN, 17, body)?,
        "gsrnp" => whole(Ai::GSRNP, 17, body)?,
        "gsin" => whole(Ai::GSIN, 16, body)?,
        "grai" => tailed(Ai::GRAI, body)?,
        "gdti" => tailed(Ai::GDTI, body)?,
        "sgcn" => tailed(Ai::GCN, body)?,
        "giai" => individual(Ai::GIAI, body)?,
        "ginc" => individual(Ai::GINC, body)?,
        "gid" | "usdod" | "adi" | "bic" | "imovn" => {
            check_other(scheme, body)?;
            return Ok(None);
        }
        _ => return Ok(None),
    };
    Ok(Some(elements))
}

/// The ID patterns that name a class: all of an item's serials and nothing wider.
fn pattern(scheme: &str, body: &str) -> Result<Option<Elements>, Error> {
    let Some(class) = body.strip_suffix(".*").filter(|class| !class.contains('*')) else {
        return Ok(None);
    };
    let (ai, value) = match scheme {
        "sgtin" | "upui" => {
            let [gcp, item] = split(class)?;
            (Ai::GTIN, gtin(gcp, item)?)
        }
        "itip" => {
            let [gcp, item, piece, total] = split(class)?;
            (Ai::ITIP, pieces(gcp, item, piece, total)?)
        }
        "cpi" => {
            let [gcp, part] = split(class)?;
            (Ai::CPID, free(gcp, part)?)
        }
        "grai" | "gdti" | "sgcn" => {
            let [gcp, kind] = split(class)?;
            let ai = match scheme {
                "grai" => Ai::GRAI,
                "gdti" => Ai::GDTI,
                _ => Ai::GCN,
            };
            (ai, head(ai, gcp, kind)?)
        }
        _ => return Ok(None),
    };
    key(ai, value).map(Some)
}

/// A GTIN and its serial.
fn item(qualifier: Ai, body: &str) -> Result<Elements, Error> {
    let [gcp, item, serial] = split(body)?;
    with(key(Ai::GTIN, gtin(gcp, item)?)?, qualifier, text(serial)?)
}

/// A key that is digits only.
fn whole(ai: Ai, n_digits: usize, body: &str) -> Result<Elements, Error> {
    let [gcp, reference] = split(body)?;
    key(ai, plain(gcp, reference, n_digits)?)
}

/// A key of 13 digits and a serial behind them.
fn tailed(ai: Ai, body: &str) -> Result<Elements, Error> {
    let [gcp, kind, serial] = split(body)?;
    let serial = text(serial)?;
    if serial.is_empty() {
        return Err(Error::Parts);
    }
    key(ai, head(ai, gcp, kind)? + &serial)
}

/// A key that is a company prefix and free characters.
fn individual(ai: Ai, body: &str) -> Result<Elements, Error> {
    let [gcp, reference] = split(body)?;
    key(ai, free(gcp, reference)?)
}

fn key(ai: Ai, value: String) -> Result<Elements, Error> {
    with(Vec::with_capacity(2), ai, value)
}

/// Adds an element; its content is checked no further than its shape, since the rest is computed.
fn with(mut elements: Elements, ai: Ai, value: String) -> Result<Elements, Error> {
    let entry = Entry::of(ai).expect("the dictionary has the AIs of this crate");
    elements.push(Element::checked(ai, entry, value.into(), Depth::Shape)?);
    Ok(elements)
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
pub(crate) fn text(part: &str) -> Result<String, Error> {
    let unescaped = |byte: &u8| matches!(byte, b'"' | b'&' | b'/' | b'<' | b'>' | b'?' | b'#');
    match part.bytes().find(unescaped) {
        Some(found) => Err(Error::Character { found: char::from(found) }),
        None => escape::decode(part),
    }
}

pub(super) fn check_prefix(gcp: &str) -> Result<(), Error> {
    Charset::Digits.check(gcp, 6, 12).map_err(|_| Error::CompanyPrefix)
}

/// Company prefix and reference, together `n_digits`, and the check digit.
pub(super) fn plain(gcp: &str, reference: &str, n_digits: usize) -> Result<String, Error> {
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

pub(super) fn gtin(gcp: &str, item: &str) -> Result<String, Error> {
    indicated(gcp, item, 13)
}

/// The digits of a key before its serial.
pub(super) fn head(ai: Ai, gcp: &str, kind: &str) -> Result<String, Error> {
    let digits = plain(gcp, kind, 12)?;
    Ok(if ai == Ai::GRAI { format!("0{digits}") } else { digits })
}

fn pieces(gcp: &str, item: &str, piece: &str, total: &str) -> Result<String, Error> {
    Charset::Digits.check(piece, 2, 2)?;
    Charset::Digits.check(total, 2, 2)?;
    Ok(gtin(gcp, item)? + piece + total)
}

pub(super) fn free(gcp: &str, reference: &str) -> Result<String, Error> {
    check_prefix(gcp)?;
    let reference = text(reference)?;
    if reference.is_empty() { Err(Error::Parts) } else { Ok(format!("{gcp}{reference}")) }
}

/// The schemes that are not of GS1 (TDS §6.3.15 to §6.3.19).
fn check_other(scheme: &str, body: &str) -> Result<(), Error> {
    let is_number = |part: &str| Charset::Digits.check(part, 1, 12);
    let upper = |part: &str, min, max| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let found = part.chars().count();
        match part.chars().find(|c| !fits(*c)) {
            Some(found) => Err(Error::Character { found }),
            None if (min..=max).contains(&found) => Ok(()),
            None => Err(Error::Length { min, max, found }),
        }
    };
    match scheme {
        "gid" => {
            let [manager, class, serial] = split(body)?;
            [manager, class, serial].into_iter().try_for_each(is_number)
        }
        "usdod" => {
            let [cage, serial] = split(body)?;
            upper(cage, 5, 6)?;
            is_number(serial)
        }
        "adi" => {
            let [cage, part, serial] = split(body)?;
            upper(cage, 5, 6)?;
            let (part, serial) = (text(part)?, text(serial)?);
            Charset::Cset39.check(&part, 0, 32)?;
            let serial = serial.strip_prefix('#').unwrap_or(&serial);
            Charset::Cset39.check(serial, 1, 30)
        }
        // A container: owner, category and number, and the check digit (ISO 6346).
        "bic" => upper(body, 11, 11),
        // "imovn": the number of a vessel.
        _ => Charset::Digits.check(body, 7, 7),
    }
}
