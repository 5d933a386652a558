//! What a `MATCH_` parameter names: one identifier, a class, or an EPC pattern
//! (EPCIS 2.0 §8.2.7.1.1; EPC Tag Data Standard §8 for the patterns).
//!
//! Everything is compared in canonical form, so that URNs and Digital Links match each other.
//! A pattern is the name of a scheme with fields, of which the last ones may be `*`. The canonical
//! form has no mark where the company prefix ends, so a pattern with a company prefix alone asks
//! for the digits at its place.

use gs1::{
    dictionary::Ai,
    epc::{self, Level},
};

/// One value of a `MATCH_` parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EpcPattern {
    /// Exactly this URI.
    Exact(String),
    /// This class, and where instances are asked for all instances of it.
    Class { uri: String, has_tail: bool },
    /// Identifiers of one key whose value begins so.
    Key(KeyPattern),
    /// A scheme without a Digital Link: URNs that begin so.
    Urn(String),
}

/// Identifiers of one GS1 key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyPattern {
    scheme: &'static Scheme,
    /// Digits before the company prefix that are free.
    n_free: usize,
    /// What the value has after them.
    begin: String,
    /// Nothing follows: only the serial is free, and it stands elsewhere.
    is_whole: bool,
}

/// How a scheme of EPC URNs is written as a Digital Link.
#[derive(Debug, PartialEq, Eq)]
struct Scheme {
    name: &'static str,
    ai: &'static str,
    n_fields: usize,
    /// Digits before the company prefix.
    n_before: usize,
    serial: Serial,
}

/// Where the serial of a scheme stands.
#[derive(Debug, PartialEq, Eq)]
enum Serial {
    /// In a qualifier, without which it is a class.
    Qualifier(&'static str),
    /// In a qualifier that may be missing.
    MayQualify(&'static str),
    /// The value is as long as this or longer; a longer one has a serial.
    Behind(usize),
    /// There is none: each value is one thing.
    None,
}

const SCHEMES: [Scheme; 17] = [
    scheme("sgtin", "01", 3, 1, Serial::Qualifier("21")),
    scheme("upui", "01", 3, 1, Serial::Qualifier("235")),
    scheme("lgtin", "01", 3, 1, Serial::Qualifier("10")),
    scheme("itip", "8006", 5, 1, Serial::Qualifier("21")),
    scheme("cpi", "8010", 3, 0, Serial::Qualifier("8011")),
    scheme("sgln", "414", 3, 0, Serial::MayQualify("254")),
    scheme("grai", "8003", 3, 1, Serial::Behind(14)),
    scheme("gdti", "253", 3, 0, Serial::Behind(13)),
    scheme("sgcn", "255", 3, 0, Serial::Behind(13)),
    scheme("sscc", "00", 2, 1, Serial::None),
    scheme("giai", "8004", 2, 0, Serial::None),
    scheme("gsrn", "8018", 2, 0, Serial::None),
    scheme("gsrnp", "8017", 2, 0, Serial::None),
    scheme("pgln", "417", 2, 0, Serial::None),
    scheme("gsin", "402", 2, 0, Serial::None),
    scheme("ginc", "401", 2, 0, Serial::None),
    // Not of the Tag Data Standard, but what a place without extension is searched by.
    scheme("gln", "414", 2, 0, Serial::None),
];

const fn scheme(
    name: &'static str,
    ai: &'static str,
    n_fields: usize,
    n_before: usize,
    serial: Serial,
) -> Scheme {
    Scheme { name, ai, n_fields, n_before, serial }
}

impl EpcPattern {
    /// Reads an identifier, a class or a pattern; the text says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<EpcPattern, String> {
        if let Some(body) = text.strip_prefix("urn:epc:idpat:").or_else(|| wild_lot(text)) {
            return pattern(body).ok_or_else(|| format!("{text} is not an EPC pattern"));
        }
        if crate::identifier::is_odd_sscc(text) {
            return Ok(EpcPattern::Exact(text.to_owned()));
        }
        let canonical = epc::canonical(text).map_err(|error| format!("{text}: {error}"))?;
        Ok(match (canonical.level, canonical.key) {
            (Level::Class, Some(key)) => {
                let has_tail = matches!(key, Ai::GDTI | Ai::GCN | Ai::GRAI);
                EpcPattern::Class { uri: canonical.uri, has_tail }
            }
            _ => EpcPattern::Exact(canonical.uri),
        })
    }

    /// The one identifier it names, if it is not a pattern.
    pub(super) fn exact(&self) -> Option<&str> {
        match self {
            EpcPattern::Exact(uri) => Some(uri),
            _ => None,
        }
    }

    /// The one class it names.
    pub(super) fn exact_class(&self) -> Option<&str> {
        match self {
            EpcPattern::Exact(uri) | EpcPattern::Class { uri, .. } => Some(uri),
            _ => None,
        }
    }

    /// Whether it names this instance.
    pub(super) fn matches_instance(&self, epc: &str) -> bool {
        match self {
            EpcPattern::Exact(uri) => uri == epc,
            EpcPattern::Class { uri, has_tail } => {
                let rest = epc.strip_prefix(uri.as_str());
                rest.is_some_and(|rest| rest.starts_with('/') || (*has_tail && !rest.is_empty()))
            }
            EpcPattern::Key(pattern) => pattern.matches(epc, Level::Instance),
            EpcPattern::Urn(begin) => epc.starts_with(begin.as_str()),
        }
    }

    /// Whether it names this class.
    pub(super) fn matches_class(&self, class: &str) -> bool {
        match self {
            EpcPattern::Exact(uri) | EpcPattern::Class { uri, .. } => uri == class,
            EpcPattern::Key(pattern) => pattern.matches(class, Level::Class),
            EpcPattern::Urn(begin) => class.starts_with(begin.as_str()),
        }
    }
}

/// `lgtin:…` of a class URN that has a wildcard.
fn wild_lot(text: &str) -> Option<&str> {
    text.strip_prefix("urn:epc:class:").filter(|it| it.starts_with("lgtin:") && it.contains('*'))
}

/// `body` is what follows `urn:epc:idpat:`.
fn pattern(body: &str) -> Option<EpcPattern> {
    let (name, fields) = body.split_once(':')?;
    let Some(scheme) = SCHEMES.iter().find(|scheme| scheme.name == name) else {
        let begin = fields.split('*').next()?.trim_end_matches('.');
        let stop = if begin.len() == fields.len() { "" } else { "." };
        return match begin {
            "" => Some(EpcPattern::Urn(format!("urn:epc:id:{name}:"))),
            begin => Some(EpcPattern::Urn(format!("urn:epc:id:{name}:{begin}{stop}"))),
        };
    };
    let fields: Vec<&str> = fields.splitn(scheme.n_fields, '.').collect();
    let n_fixed = fields.iter().position(|field| *field == "*").unwrap_or(fields.len());
    if fields.len() != scheme.n_fields || fields[n_fixed..].iter().any(|field| *field != "*") {
        return None;
    }
    if n_fixed == scheme.n_fields {
        // No wildcard: the identifier itself.
        let kind = if name == "lgtin" { "class" } else { "id" };
        return EpcPattern::parse(&format!("urn:epc:{kind}:{body}")).ok();
    }
    let (n_free, begin) = match n_fixed {
        0 => (0, String::new()),
        1 => (scheme.n_before, company_prefix(fields[0])?.to_owned()),
        n_fixed => (0, value(scheme, &fields[..n_fixed])?),
    };
    let is_whole = n_fixed == scheme.n_fields - 1
        && matches!(scheme.serial, Serial::Qualifier(_) | Serial::MayQualify(_));
    Some(EpcPattern::Key(KeyPattern { scheme, n_free, begin, is_whole }))
}

fn company_prefix(digits: &str) -> Option<&str> {
    let is_one = (6..=12).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    is_one.then_some(digits)
}

/// The begin of the key's value under two fields or more: what an identifier of a neighbouring
/// scheme with the same fields has.
fn value(scheme: &Scheme, fields: &[&str]) -> Option<String> {
    let class = |name: &str| epc::canonical(&format!("urn:epc:idpat:{name}.*")).ok();
    let canonical = match (scheme.name, fields) {
        ("upui" | "lgtin" | "itip", [gcp, item, ..]) if fields.len() < 4 => {
            let canonical = class(&format!("sgtin:{gcp}.{item}"))?;
            let (_, gtin) = canonical.uri.rsplit_once('/')?;
            return Some([gtin, &fields[2..].concat()].concat());
        }
        ("sgln", [gcp, place]) => {
            epc::canonical(&format!("urn:epc:id:sgln:{gcp}.{place}.0")).ok()?
        }
        (name, fields) => class(&format!("{name}:{}", fields.join(".")))?,
    };
    canonical.uri.rsplit_once('/').map(|(_, value)| value.to_owned())
}

impl KeyPattern {
    fn matches(&self, uri: &str, level: Level) -> bool {
        let Some(path) = uri.strip_prefix("https://id.gs1.org/") else { return false };
        let mut segments = path.split('/');
        let (ai, value, qualifier) = (segments.next(), segments.next(), segments.next());
        let value = value.filter(|_| ai == Some(self.scheme.ai));
        let Some(rest) = value.and_then(|value| value.get(self.n_free..)) else { return false };
        let begins = if self.is_whole { rest == self.begin } else { rest.starts_with(&self.begin) };
        begins && self.fits(value.map_or(0, str::len), qualifier, level)
    }

    /// Whether serial and level are what the scheme has.
    fn fits(&self, value_length: usize, qualifier: Option<&str>, level: Level) -> bool {
        match (&self.scheme.serial, level) {
            // A lot is a class that has a qualifier.
            (Serial::Qualifier("10"), Level::Class) => qualifier == Some("10"),
            (Serial::Qualifier(name), Level::Instance) => qualifier == Some(name),
            (Serial::Qualifier(_), _) => qualifier.is_none(),
            (Serial::MayQualify(name), _) => qualifier.is_none_or(|it| it == *name),
            (Serial::Behind(length), Level::Instance) => value_length > *length,
            (Serial::Behind(length), _) => value_length == *length,
            (Serial::None, _) => qualifier.is_none(),
        }
    }
}
