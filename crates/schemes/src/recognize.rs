//! What a scanned or typed text is: an address, an element string, bare digits, the memory of an
//! RFID tag, an Ecode, an MA code, a licence, or a code of this platform.
//!
//! A text can be a number of several schemes; all readings come back, the best first: those in
//! which nothing looks wrong, then the others, each in the order of the registry, which begins
//! with the most specific schemes.
//! Nothing here knows whether a number was ever given out.

use std::fmt::Display;

use gs1::dictionary::Ai;
use gs1::element_string::ElementString;
use gs1::epc::{Canonical, Level};
use gs1::tag::{Raw, Tag};

use crate::escape::{decode, percent};
use crate::registry::{Reader, Registry, Scheme};
use crate::{
    BusinessNumber, CccNumber, CorporateNumber, Division, DrugCode, Ecode, MaCode, ScLicence, Uscc,
    VeterinaryCode, Warning, XkLicence,
};

/// Bytes of a text that is looked at; a QR symbol holds 2,953.
pub const MAX_SCAN_BYTES: usize = 3_000;

/// What only the platform knows of its own codes.
#[derive(Clone, Copy)]
pub struct Platform<'a> {
    /// Hosts of the addresses on its labels, such as `t.example` or `t.example:8080`.
    pub hosts: &'a [&'a str],
    /// Digits as people type them to the code, or why they are none. Digits of another number
    /// than a code has are none without a reason.
    pub code: fn(&str) -> Result<String, Option<String>>,
}

/// One way to read a text.
#[derive(Debug, Clone)]
pub struct Reading<'r> {
    /// As a number of this scheme.
    pub scheme: &'r Scheme,
    /// The number, or why it is none after all, though it looks like one.
    pub outcome: Result<Number, String>,
}

/// A number of some scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// As the scheme prints it.
    pub text: String,
    /// One URI for all its spellings: the GS1 canonical form, the address itself, or
    /// `scheme:number`.
    pub uri: String,
    /// Whether it names one thing, a class of them, or we cannot tell.
    pub level: Level,
    /// What looks wrong by rules that do not refuse.
    pub warnings: Vec<String>,
}

/// All readings of a text, the best first; none if no scheme knows its form.
///
/// Spaces around it are dropped; if nothing reads it, also those inside, and full-width digits
/// become plain ones.
pub fn recognize<'r>(
    registry: &'r Registry,
    text: &str,
    platform: &Platform<'_>,
) -> Vec<Reading<'r>> {
    let text = text.trim_matches(|c: char| c.is_whitespace());
    if text.is_empty() || text.len() > MAX_SCAN_BYTES {
        return Vec::new();
    }
    let read = |text: &str| -> Vec<Reading<'r>> {
        registry.schemes().iter().filter_map(|scheme| scheme.read(text, platform)).collect()
    };
    let mut readings = match of_uri(registry, text) {
        Some((scheme, number)) => Vec::from_iter(scheme.read(&number, platform)),
        None => read(text),
    };
    let folded = folded(text);
    if readings.is_empty() && folded != text {
        readings = read(&folded);
    }
    if readings.iter().any(|reading| !reading.scheme.is_fallback) {
        readings.retain(|reading| !reading.scheme.is_fallback);
    }
    // An escape has three bytes for one; what would not be read again is not read.
    readings.retain(|it| {
        it.outcome.as_ref().is_ok_and(|it| it.uri.len() <= MAX_SCAN_BYTES) || it.outcome.is_err()
    });
    let is_clean = |number: &Number| number.warnings.is_empty();
    readings.sort_by_key(|reading| !reading.outcome.as_ref().is_ok_and(is_clean));
    readings
}

/// The scheme and the number of a URI `scheme:number`, as [`Number::uri`] has it.
fn of_uri<'r>(registry: &'r Registry, text: &str) -> Option<(&'r Scheme, String)> {
    let (id, escaped) = text.split_once(':')?;
    let scheme = registry.find(id)?;
    Some((scheme, decode(escaped)?))
}

/// Plain digits for full-width ones, and no spaces.
fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

/// A number before it has the name of its scheme.
struct Read {
    text: String,
    uri: Option<String>,
    level: Level,
    warnings: Vec<Warning>,
}

impl Scheme {
    /// Reads a text as a number of this scheme; none if it does not look like one.
    pub fn read(&self, text: &str, platform: &Platform<'_>) -> Option<Reading<'_>> {
        let read = match self.reader {
            Some(Reader::Own) => own(text, platform)?,
            _ if !self.pattern.is_match(text) => return None,
            None => self.by_pattern(text),
            Some(Reader::Gs1) => gs1(text)?,
            Some(Reader::Rfid) => rfid(text)?,
            Some(Reader::Ecode) => Ecode::parse(text).map(|code| self.ecode(&code)).map_err(why),
            Some(Reader::Ma) => checked(MaCode::parse(text), MaCode::warnings, Level::Unknown),
            Some(Reader::Drug) => {
                checked(DrugCode::parse(text), DrugCode::warnings, Level::Instance)
            }
            Some(Reader::Veterinary) => {
                checked(VeterinaryCode::parse(text), VeterinaryCode::warnings, Level::Instance)
            }
            Some(Reader::Ccc) => checked(CccNumber::parse(text), CccNumber::warnings, Level::Class),
            Some(Reader::Sc) => checked(ScLicence::parse(text), ScLicence::warnings, Level::Class),
            Some(Reader::Xk) => checked(XkLicence::parse(text), |_| Vec::new(), Level::Class),
            Some(Reader::Uscc) => checked(Uscc::parse(text), Uscc::warnings, Level::Class),
            Some(Reader::KrBusiness) => {
                checked(BusinessNumber::parse(text), |_| Vec::new(), Level::Class)
            }
            Some(Reader::KrCorporate) => {
                checked(CorporateNumber::parse(text), CorporateNumber::warnings, Level::Class)
            }
            Some(Reader::Division) => {
                checked(Division::parse(text), Division::warnings, Level::Class)
            }
        };
        Some(self.reading(read))
    }

    fn by_pattern(&self, text: &str) -> Result<Read, String> {
        if self.check.is_some_and(|check| !check.holds(text)) {
            return Err("the check digit does not fit".into());
        }
        let is_address = text.contains("://") && gs1::epc::is_absolute(text);
        let uri = is_address.then(|| text.to_owned());
        Ok(Read { uri, ..Read::named(&text, Level::Unknown) })
    }

    /// Digits alone are an Ecode only in some lengths.
    fn ecode(&self, code: &Ecode) -> Read {
        let digits = code.to_string();
        let is_clear = self.pattern.is_match(&digits);
        let text = if is_clear { digits } else { format!("E={digits}") };
        // What cannot stand in an address is escaped.
        let uri = Some(percent(&code.url(), b"%-._~!$'()*+,;=:@/?"));
        Read { uri, warnings: code.warnings(), ..Read::named(&text, Level::Instance) }
    }

    fn reading(&self, read: Result<Read, String>) -> Reading<'_> {
        let outcome = read.map(|read| Number {
            uri: read.uri.unwrap_or_else(|| format!("{}:{}", self.id, escaped(&read.text))),
            text: read.text,
            level: read.level,
            warnings: read.warnings.iter().map(Warning::to_string).collect(),
        });
        Reading { scheme: self, outcome }
    }
}

impl Read {
    fn named(number: &impl Display, level: Level) -> Self {
        Self { text: number.to_string(), uri: None, level, warnings: Vec::new() }
    }
}

fn why(error: impl Display) -> String {
    error.to_string()
}

fn checked<T: Display>(
    parsed: Result<T, crate::Error>,
    warnings: fn(&T) -> Vec<Warning>,
    level: Level,
) -> Result<Read, String> {
    let number = parsed.map_err(why)?;
    Ok(Read { warnings: warnings(&number), ..Read::named(&number, level) })
}

/// The digits of a code, or the address on a label of ours.
fn own(text: &str, platform: &Platform<'_>) -> Option<Result<Read, String>> {
    let digits = match text.split_once("://") {
        None => text,
        Some((_, rest)) => {
            let (host, path) = rest.split_once('/')?;
            let is_ours = platform.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
            let path = path.split(['?', '#']).next().unwrap_or_default();
            path.strip_prefix("c/").filter(|_| is_ours)?
        }
    };
    match (platform.code)(digits) {
        Ok(code) => Some(Ok(Read::named(&code, Level::Instance))),
        Err(why) => why.map(Err),
    }
}

/// GTIN or SSCC in digits, element string, EPC URN or Digital Link; none for any other text.
fn gs1(text: &str) -> Option<Result<Read, String>> {
    let is_spaced = text.contains(char::is_whitespace);
    if text.starts_with('(') && !is_spaced {
        return Some(ElementString::bracketed(text).map_err(why).and_then(|it| elements(&it)));
    }
    if text.contains('(') && is_spaced {
        return Some(ElementString::of_hri(text).map_err(why).and_then(|it| elements(&it)));
    }
    let (symbology, rest) = match text.strip_prefix(']').and_then(|rest| rest.split_at_checked(2)) {
        Some((symbology, rest)) => (Some(symbology), rest),
        None => (None, text),
    };
    if symbology.is_some_and(|it| GS1_SYMBOLOGIES.contains(&it)) || rest.contains(FNC1) {
        let data = format!("^{}", rest.trim_start_matches(FNC1).replace(FNC1, "^"));
        return Some(ElementString::fnc1(&data).map_err(why).and_then(|it| elements(&it)));
    }
    if rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return bare_digits(rest);
    }
    if !gs1::epc::is_absolute(rest) {
        return None;
    }
    let canonical = gs1::epc::verified(rest).map_err(why);
    // An EPC of a scheme outside GS1 is one all the same.
    let is_other = |it: &Canonical| it.key.is_none() && it.level == Level::Unknown;
    let is_other = canonical.as_ref().is_ok_and(is_other);
    (!is_other).then(|| canonical.map(|canonical| in_canonical_form(rest, canonical)))
}

/// The memory of a tag as readers give it; none for hexadecimal digits that are no EPC.
fn rfid(text: &str) -> Option<Result<Read, String>> {
    if text.starts_with("urn:epc:tag:") {
        return Some(Tag::parse(text).map(|tag| of_tag(&tag)).map_err(why));
    }
    if text.starts_with("urn:epc:raw:") {
        let read = |raw: Raw| match raw.tag() {
            Some(tag) => of_tag(&tag),
            None => Read { uri: Some(raw.to_string()), ..Read::named(&raw, Level::Unknown) },
        };
        return Some(Raw::parse(text).map(read).map_err(why));
    }
    // Nothing but zeros fills a memory behind a scheme of fixed length.
    let is_whole = |tag: &Tag| {
        let (written, given) = (tag.to_hex(), text.to_ascii_uppercase());
        tag.uri().is_none() || written.trim_end_matches('0') == given.trim_end_matches('0')
    };
    let tag = Tag::from_hex(text).ok().filter(is_whole);
    let tag = tag.or_else(|| Tag::from_bank_hex(text).ok())?;
    let mut read = of_tag(&tag);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        read.warnings.push(Warning::DigitsOnly);
    }
    Some(Ok(read))
}

fn of_tag(tag: &Tag) -> Read {
    let text = tag.uri().unwrap_or_else(|| tag.to_hex());
    let warnings = if tag.has_unread_data() { vec![Warning::UnreadData] } else { Vec::new() };
    Read { text, uri: Some(tag.epc()), level: Level::Instance, warnings }
}

/// FNC1 as readers send it (GS1 General Specifications §7.8.3).
const FNC1: char = '\x1d';

/// Symbology identifiers that announce element strings (GS1 General Specifications §5.1.2).
const GS1_SYMBOLOGIES: [&str; 5] = ["C1", "e0", "d2", "Q3", "J1"];

fn bare_digits(digits: &str) -> Option<Result<Read, String>> {
    let ai = match digits.len() {
        8 | 12 | 13 | 14 => "01",
        18 => "00",
        _ => return None,
    };
    let uri = format!("https://id.gs1.org/{ai}/{digits:0>14}");
    Some(gs1::epc::verified(&uri).map_err(why).map(|it| in_canonical_form(digits, it)))
}

/// The first primary key among the elements, with its qualifiers in the order of a Digital Link.
fn elements(elements: &ElementString<'_>) -> Result<Read, String> {
    let keys = elements.elements().iter();
    let mut keys = keys.filter_map(|key| key.entry().qualifiers().map(|rows| (key, rows)));
    let Some((key, rows)) = keys.next() else {
        return Err("no element of it identifies anything".into());
    };
    let mut uri = format!("https://id.gs1.org/{}/{}", key.ai(), percent(key.value(), b"-._~"));
    let said = |row: &&&[Ai]| row.iter().any(|&ai| elements.value(ai).is_some());
    for &ai in rows.iter().find(said).into_iter().copied().flatten() {
        if let Some(value) = elements.value(ai) {
            uri.push_str(&format!("/{ai}/{}", percent(value, b"-._~")));
        }
    }
    let canonical = gs1::epc::verified(&uri).map_err(why)?;
    Ok(in_canonical_form(&elements.to_string(), canonical))
}

fn in_canonical_form(text: &str, canonical: Canonical) -> Read {
    let Canonical { uri, level, .. } = canonical;
    Read { text: text.to_owned(), uri: Some(uri), level, warnings: Vec::new() }
}

/// A number as the rest of a URI (RFC 3986 §2).
fn escaped(number: &str) -> String {
    percent(number, b"-._~/()+")
}
