//! ID patterns: sets of EPCs (EPC Tag Data Standard 2.3 §8).
//!
//! Identifiers are compared in their canonical form, so that a pattern has an EPC by all its names.
//! The canonical form has no mark where the company prefix ends; a pattern that gives no more than
//! the company prefix asks for its digits at their place.

use std::fmt;

use super::{CANONICAL_STEM, Level, canonical, read_urn};
use crate::{Error, dictionary::Ai, escape};

/// All EPCs of a scheme whose first parts are given: `urn:epc:idpat:sgtin:0614141.*.*`.
///
/// Beside the schemes of the standard there are `lgtin`, also as `urn:epc:class:lgtin:…`, whose
/// identifiers are lots, and `gln`, a place without its extension.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    scheme: &'static Scheme,
    /// The parts before the first `*`, unescaped.
    given: Vec<String>,
    set: Set,
}

/// What of canonical URIs is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Set {
    /// Exactly this one.
    One(String),
    /// The value of the key, behind so many digits.
    Key { ai: Ai, n_free: usize, begin: String, end: End },
    /// URNs that begin so: a scheme without a Digital Link.
    Urn(String),
}

/// Whether the value goes on behind what is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Open,
    /// Only the serial is free, and it stands elsewhere.
    Whole,
}

/// How a scheme of EPC URNs is written as a Digital Link.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Scheme {
    name: &'static str,
    n_parts: usize,
    /// The key; none for the schemes outside GS1.
    key: Option<Key>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    ai: Ai,
    /// Digits before the company prefix.
    n_before: usize,
    serial: Serial,
}

/// Where the serial of a scheme stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Serial {
    /// In a qualifier, without which it is a class.
    Qualifier(Ai),
    /// In a qualifier that may be missing.
    MayQualify(Ai),
    /// A value that is longer than this has one.
    Behind(usize),
    /// There is none: each value is one thing.
    None,
}

static SCHEMES: [Scheme; 22] = [
    of_gs1("sgtin", 3, Ai::GTIN, 1, Serial::Qualifier(Ai::SERIAL)),
    of_gs1("upui", 3, Ai::GTIN, 1, Serial::Qualifier(Ai::TPX)),
    of_gs1(LGTIN, 3, Ai::GTIN, 1, Serial::Qualifier(Ai::LOT)),
    of_gs1("itip", 5, Ai::ITIP, 1, Serial::Qualifier(Ai::SERIAL)),
    of_gs1("cpi", 3, Ai::CPID, 0, Serial::Qualifier(Ai::CPID_SERIAL)),
    of_gs1("sgln", 3, Ai::GLN, 0, Serial::MayQualify(Ai::GLN_EXTENSION)),
    of_gs1("grai", 3, Ai::GRAI, 1, Serial::Behind(14)),
    of_gs1("gdti", 3, Ai::GDTI, 0, Serial::Behind(13)),
    of_gs1("sgcn", 3, Ai::GCN, 0, Serial::Behind(13)),
    of_gs1("sscc", 2, Ai::SSCC, 1, Serial::None),
    of_gs1("giai", 2, Ai::GIAI, 0, Serial::None),
    of_gs1("gsrn", 2, Ai::GSRN, 0, Serial::None),
    of_gs1("gsrnp", 2, Ai::GSRNP, 0, Serial::None),
    of_gs1("pgln", 2, Ai::PGLN, 0, Serial::None),
    of_gs1("gsin", 2, Ai::GSIN, 0, Serial::None),
    of_gs1("ginc", 2, Ai::GINC, 0, Serial::None),
    of_gs1("gln", 2, Ai::GLN, 0, Serial::None),
    outside("gid", 3),
    outside("usdod", 2),
    outside("adi", 3),
    outside("bic", 1),
    outside("imovn", 1),
];

const LGTIN: &str = "lgtin";

const fn of_gs1(
    name: &'static str,
    n_parts: usize,
    ai: Ai,
    n_before: usize,
    serial: Serial,
) -> Scheme {
    Scheme { name, n_parts, key: Some(Key { ai, n_before, serial }) }
}

const fn outside(name: &'static str, n_parts: usize) -> Scheme {
    Scheme { name, n_parts, key: None }
}

impl Pattern {
    /// Reads an ID pattern; after a `*` there are only more of them.
    ///
    /// # Errors
    /// [`Error::Parts`], [`Error::CompanyPrefix`], [`Error::Escape`], [`Error::Character`], or what
    /// is wrong with the parts that are given.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let idpat = uri.strip_prefix("urn:epc:idpat:");
        let lots = || uri.strip_prefix("urn:epc:class:").filter(|it| it.starts_with("lgtin:"));
        let rest = idpat.or_else(lots).ok_or(Error::Parts)?;
        let (name, body) = rest.split_once(':').ok_or(Error::Parts)?;
        let scheme = SCHEMES.iter().find(|scheme| scheme.name == name).ok_or(Error::Parts)?;
        let mut parts: Vec<&str> = body.splitn(scheme.n_parts, '.').collect();
        if parts.len() != scheme.n_parts {
            return Err(Error::Parts);
        }
        while parts.last() == Some(&"*") {
            parts.pop();
        }
        let given = scheme.unescaped(&parts)?;
        let set = scheme.set(&parts, body)?;
        Ok(Self { scheme, given, set })
    }

    /// Whether an EPC or a class is of this set, by any of its names. A URN also says how long the
    /// company prefix is, which then is compared.
    pub fn matches(&self, uri: &str) -> bool {
        canonical(uri).is_ok_and(|it| self.matches_canonical(&it.uri, it.level))
            && uri.strip_prefix("urn:epc:id:").is_none_or(|urn| self.has_parts(urn))
    }

    fn has_parts(&self, urn: &str) -> bool {
        let body = urn.split_once(':').filter(|(name, _)| *name == self.scheme.name);
        let mut parts = body.map_or("", |(_, body)| body).splitn(self.scheme.n_parts, '.');
        self.given.iter().all(|given| {
            let part = parts.next().and_then(|part| read_urn::text(part).ok());
            part.as_ref() == Some(given)
        })
    }

    /// As [`Pattern::matches`], for a URI in its canonical form.
    pub fn matches_canonical(&self, uri: &str, level: Level) -> bool {
        match &self.set {
            Set::One(one) => one == uri,
            Set::Urn(begin) => uri.starts_with(begin.as_str()),
            Set::Key { ai, n_free, begin, end } => {
                let path = uri.strip_prefix(CANONICAL_STEM).and_then(|it| it.strip_prefix('/'));
                let mut segments = path.unwrap_or_default().split('/');
                let key = segments.next().and_then(Ai::parse).filter(|key| key == ai);
                let Some(value) = segments.next().filter(|_| key.is_some()) else { return false };
                let rest = value.get(*n_free..).unwrap_or_default();
                let begins = match end {
                    End::Whole => rest == begin,
                    End::Open => rest.starts_with(begin.as_str()) && value.len() > *n_free,
                };
                begins && self.scheme.fits(value.len(), segments.next(), level)
            }
        }
    }

    /// The canonical URI of the one identifier that it is, if nothing is free.
    pub fn one(&self) -> Option<&str> {
        match &self.set {
            Set::One(uri) => Some(uri),
            _ => None,
        }
    }
}

impl Scheme {
    /// The parts as they are compared and printed.
    fn unescaped(&self, parts: &[&str]) -> Result<Vec<String>, Error> {
        if parts.contains(&"*") {
            return Err(Error::Parts);
        }
        let given = parts.iter().map(|it| read_urn::text(it)).collect::<Result<Vec<_>, _>>()?;
        // What would not be read as the same part again.
        let is_other = |(nth, part): (usize, &String)| {
            part == "*" || (nth + 1 < self.n_parts && part.contains('.'))
        };
        if given.iter().enumerate().any(is_other) {
            return Err(Error::Parts);
        }
        let mut characters = given.iter().flat_map(|part| part.chars());
        match characters.find(|c| !c.is_ascii_graphic()) {
            Some(found) => Err(Error::Character { found }),
            None => Ok(given),
        }
    }

    fn set(&self, parts: &[&str], body: &str) -> Result<Set, Error> {
        let Some(key) = self.key else { return self.set_outside(parts, body) };
        if let Some(gcp) = parts.first() {
            read_urn::check_prefix(gcp)?;
        }
        if parts.len() == self.n_parts {
            let kind = if self.name == LGTIN { "class" } else { "id" };
            let urn = match (self.name, parts) {
                ("gln", [gcp, place]) => format!("urn:epc:id:sgln:{gcp}.{place}.0"),
                (name, _) => format!("urn:epc:{kind}:{name}:{body}"),
            };
            return canonical(&urn).map(|it| Set::One(it.uri));
        }
        let (n_free, begin) = match *parts {
            [] => (0, String::new()),
            [gcp] => (key.n_before, gcp.to_owned()),
            [gcp, own, ref rest @ ..] => (0, self.begin(gcp, own)? + &pieces(rest)?),
        };
        let is_elsewhere = matches!(key.serial, Serial::Qualifier(_) | Serial::MayQualify(_));
        let is_whole = is_elsewhere && parts.len() + 1 == self.n_parts;
        let end = if is_whole { End::Whole } else { End::Open };
        Ok(Set::Key { ai: key.ai, n_free, begin: escape::path(&begin).into_owned(), end })
    }

    /// What a value begins with under company prefix and reference.
    fn begin(&self, gcp: &str, own: &str) -> Result<String, Error> {
        match self.key.map(|key| key.ai) {
            Some(Ai::GTIN | Ai::ITIP) => read_urn::gtin(gcp, own),
            Some(Ai::GLN) => read_urn::plain(gcp, own, 12),
            Some(ai @ (Ai::GRAI | Ai::GDTI | Ai::GCN)) => read_urn::head(ai, gcp, own),
            _ => read_urn::free(gcp, own),
        }
    }

    fn set_outside(&self, parts: &[&str], body: &str) -> Result<Set, Error> {
        let name = self.name;
        if parts.len() == self.n_parts {
            return canonical(&format!("urn:epc:id:{name}:{body}")).map(|it| Set::One(it.uri));
        }
        let given = parts.iter().map(|part| format!("{part}."));
        Ok(Set::Urn(format!("urn:epc:id:{name}:{}", given.collect::<String>())))
    }

    /// Whether serial and level of an identifier are what the scheme has.
    fn fits(&self, n_value: usize, qualifier: Option<&str>, level: Level) -> bool {
        let Some(key) = self.key else { return false };
        let is = |ai: Ai| qualifier.and_then(Ai::parse) == Some(ai);
        match (key.serial, level) {
            (_, Level::Unknown) => false,
            // A lot is a class that has a qualifier.
            (Serial::Qualifier(Ai::LOT), Level::Class) => is(Ai::LOT),
            (Serial::Qualifier(ai), Level::Instance) => is(ai),
            (Serial::Qualifier(_) | Serial::None, _) => qualifier.is_none(),
            (Serial::MayQualify(ai), _) => qualifier.is_none() || is(ai),
            (Serial::Behind(length), Level::Instance) => n_value > length,
            (Serial::Behind(length), _) => n_value == length,
        }
    }
}

/// Which piece of how many, as far as they are given.
fn pieces(parts: &[&str]) -> Result<String, Error> {
    let is_piece = |part: &&str| part.len() == 2 && part.bytes().all(|it| it.is_ascii_digit());
    if parts.iter().all(is_piece) { Ok(parts.concat()) } else { Err(Error::Parts) }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scheme { name, n_parts, .. } = *self.scheme;
        let given = self.given.iter().map(|part| escape::urn(part));
        let stars = std::iter::repeat_n("*".into(), n_parts - self.given.len());
        let parts: Vec<_> = given.chain(stars).collect();
        let kind = if name == LGTIN { "class" } else { "idpat" };
        write!(f, "urn:epc:{kind}:{name}:{}", parts.join("."))
    }
}
