//! Tag patterns: sets of tags, with ranges (EPC Tag Data Standard 2.3 §13).

use std::fmt;

use super::scheme::{Layout, Parted, Reference, Scheme, Tail};
use super::{Body, Tag, parted};
use crate::{Error, charset::Charset, epc::text, escape};

/// All tags of a scheme whose fields are given, in a range or free:
/// `urn:epc:pat:sgtin-96:3.0652642.[102400-204700].*`.
///
/// The `+` schemes have no such patterns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagPattern {
    scheme: Scheme,
    /// The filter value, if the scheme has one, then the parts of its EPC.
    fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Field {
    /// Anything.
    Any,
    /// Exactly this text, unescaped.
    Is(String),
    /// A number between these, both included.
    Within(u64, u64),
}

impl TagPattern {
    /// Reads a tag pattern.
    ///
    /// # Errors
    /// [`Error::NotTag`] for an unknown scheme, [`Error::Parts`] for fields that do not fit it.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("urn:epc:pat:").ok_or(Error::NotTag)?;
        let (name, body) = rest.split_once(':').ok_or(Error::NotTag)?;
        let scheme = Scheme::named(name).filter(|scheme| scheme.of_urn().is_some());
        let scheme = scheme.ok_or(Error::NotTag)?;
        let mut fields = Vec::new();
        let mut rest = body;
        if scheme.filter_bits() > 0 {
            let (filter, behind) = body.split_once('.').ok_or(Error::Parts)?;
            fields.push(number(filter)?);
            rest = behind;
        }
        let parts = parted::parts(scheme, rest).ok_or(Error::Parts)?;
        for (nth, part) in parts.iter().enumerate() {
            let field = if takes_range(scheme, nth) { number_or_star(part)? } else { is(part)? };
            let is_last = nth + 1 == parts.len();
            // What would be read as two parts again.
            if matches!(&field, Field::Is(text) if !is_last && text.contains('.')) {
                return Err(Error::Parts);
            }
            fields.push(field);
        }
        if !is_consistent(scheme, &fields[fields.len() - parts.len()..]) {
            return Err(Error::Parts);
        }
        Ok(Self { scheme, fields })
    }

    /// Whether a tag is of this set.
    pub fn matches(&self, tag: &Tag) -> bool {
        let Body::Urn(body) = &tag.body else { return false };
        let Some(parts) = parted::parts(self.scheme, body) else { return false };
        let filter = tag.filter.to_string();
        let filter = (self.scheme.filter_bits() > 0).then_some(filter.as_str());
        tag.scheme == self.scheme
            && filter.into_iter().chain(parts).zip(&self.fields).all(|(it, field)| field.has(it))
    }
}

impl Field {
    fn has(&self, part: &str) -> bool {
        match self {
            Field::Any => true,
            Field::Is(wanted) => text(part).is_ok_and(|part| part == *wanted),
            Field::Within(from, to) => {
                part.parse().is_ok_and(|number: u64| (*from..=*to).contains(&number))
            }
        }
    }
}

/// Whether a part of the EPC is a number that a range may be given for; the company prefix is not.
fn takes_range(scheme: Scheme, nth: usize) -> bool {
    let Layout::Parted(Parted { reference, tail, .. }) = scheme.layout() else {
        // All three of the general identifier, the serial of a code of the military.
        return matches!(scheme.layout(), Layout::General)
            || matches!(scheme.layout(), Layout::Defense) && nth == 1;
    };
    let n_references = if matches!(reference, Reference::Pieces { .. }) { 3 } else { 1 };
    match nth {
        0 => false,
        nth if nth <= n_references => {
            !matches!(reference, Reference::Text { .. } | Reference::Terminated)
        }
        _ => matches!(tail, Tail::Number(_)),
    }
}

fn is(part: &str) -> Result<Field, Error> {
    match part {
        "*" => Ok(Field::Any),
        part => {
            let unescaped = text(part)?;
            let foreign = Charset::Cset82.first_foreign(&unescaped.replace('#', "-"));
            match foreign.map(|(_, found)| found) {
                // What would be read as something else again.
                Some(found) => Err(Error::Character { found }),
                None if unescaped == "*" => Err(Error::Parts),
                None => Ok(Field::Is(unescaped)),
            }
        }
    }
}

fn number_or_star(part: &str) -> Result<Field, Error> {
    match part.strip_prefix('[') {
        Some(_) => number(part),
        None if part == "*" => Ok(Field::Any),
        None if part.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Field::Is(part.to_owned())),
        None => Err(Error::NotDigits),
    }
}

/// `*`, a number without leading zeros, or `[from-to]`.
fn number(part: &str) -> Result<Field, Error> {
    if part == "*" {
        return Ok(Field::Any);
    }
    let value = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = is_number && (digits == "0" || !digits.starts_with('0'));
        digits.parse::<u64>().ok().filter(|_| is_plain).ok_or(Error::Parts)
    };
    let Some(range) = part.strip_prefix('[') else {
        return Ok(Field::Is(value(part)?.to_string()));
    };
    let (from, to) =
        range.strip_suffix(']').and_then(|it| it.split_once('-')).ok_or(Error::Parts)?;
    let (from, to) = (value(from)?, value(to)?);
    if from <= to { Ok(Field::Within(from, to)) } else { Err(Error::Parts) }
}

/// A free company prefix leaves its reference free, and a given one says how long that is.
fn is_consistent(scheme: Scheme, parts: &[Field]) -> bool {
    let Layout::Parted(Parted { reference, .. }) = scheme.layout() else { return true };
    let [company, own, ..] = parts else { return false };
    let Field::Is(company) = company else {
        return *company == Field::Any && *own == Field::Any;
    };
    let is_prefix = company.bytes().all(|byte| byte.is_ascii_digit());
    let n_digits = match reference {
        Reference::Padded { n_digits, .. } | Reference::Pieces { n_digits, .. } => Some(n_digits),
        _ => None,
    };
    let fits = match (own, n_digits) {
        (Field::Is(own), Some(n_digits)) => own.len() + company.len() == n_digits,
        _ => true,
    };
    is_prefix && (6..=12).contains(&company.len()) && fits
}

impl fmt::Display for TagPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.fields.iter().map(|field| match field {
            Field::Any => "*".to_owned(),
            Field::Is(text) => escape::urn(text).into_owned(),
            Field::Within(from, to) => format!("[{from}-{to}]"),
        });
        write!(f, "urn:epc:pat:{}:{}", self.scheme, fields.collect::<Vec<_>>().join("."))
    }
}
