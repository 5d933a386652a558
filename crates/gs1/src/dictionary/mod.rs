//! The GS1 barcode syntax dictionary: every application identifier with its components, its
//! associations and its place in a Digital Link.
//!
//! `table.rs` is made from the published dictionary by `cargo xtask tables`.
//!
//! ```
//! use gs1::dictionary::{Ai, Entry};
//!
//! let entry = Entry::of(Ai::parse("3103").unwrap()).unwrap();
//! assert_eq!(entry.title(), "NET WEIGHT (kg)");
//! ```

mod table;

use std::fmt;

use crate::{charset::Charset, lint::Linter};
use table::TABLE;

/// An application identifier: two to four digits, known to the dictionary or not.
///
/// Ordered by length, then by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai(u16);

impl Ai {
    /// Above the largest number of four digits, so that length and number share one integer.
    const PER_LENGTH: u16 = 10_000;

    /// Reads two to four digits; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_digits(text.as_bytes())
    }

    pub(crate) const fn of_digits(digits: &[u8]) -> Option<Self> {
        if digits.len() < 2 || digits.len() > 4 {
            return None;
        }
        let (mut number, mut at) = (0, 0);
        while at < digits.len() {
            if !digits[at].is_ascii_digit() {
                return None;
            }
            number = number * 10 + (digits[at] - b'0') as u16;
            at += 1;
        }
        Some(Ai(digits.len() as u16 * Ai::PER_LENGTH + number))
    }

    /// An AI that stands in this crate's text.
    pub(crate) const fn known(text: &str) -> Self {
        match Self::of_digits(text.as_bytes()) {
            Some(ai) => ai,
            None => panic!("an AI has two to four digits"),
        }
    }

    /// The number of digits, 2 to 4.
    pub fn n_digits(self) -> usize {
        usize::from(self.0 / Self::PER_LENGTH)
    }

    /// The number that the digits write.
    pub(crate) fn number(self) -> u16 {
        self.0 % Self::PER_LENGTH
    }

    /// Appends the digits.
    pub(crate) fn push_to(self, out: &mut String) {
        let mut divisor = match self.n_digits() {
            2 => 10,
            3 => 100,
            _ => 1000,
        };
        while divisor > 0 {
            out.push(char::from(b'0' + (self.number() / divisor % 10) as u8));
            divisor /= 10;
        }
    }
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.number(), width = self.n_digits())
    }
}

impl fmt::Debug for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ai({self})")
    }
}

/// The AIs that this crate itself speaks of: the primary keys of EPCs and what narrows them.
impl Ai {
    /// 00, a logistic unit.
    pub const SSCC: Self = Self::known("00");
    /// 01, a trade item.
    pub const GTIN: Self = Self::known("01");
    /// 10, a batch or lot.
    pub const LOT: Self = Self::known("10");
    /// 21, a serial.
    pub const SERIAL: Self = Self::known("21");
    /// 22, a consumer product variant.
    pub const CPV: Self = Self::known("22");
    /// 235, a serial that a third party gave (tobacco).
    pub const TPX: Self = Self::known("235");
    /// 253, a document type, with a serial a document.
    pub const GDTI: Self = Self::known("253");
    /// 254, a place within a place.
    pub const GLN_EXTENSION: Self = Self::known("254");
    /// 255, a coupon type, with a serial a coupon.
    pub const GCN: Self = Self::known("255");
    /// 401, a consignment.
    pub const GINC: Self = Self::known("401");
    /// 402, a shipment.
    pub const GSIN: Self = Self::known("402");
    /// 414, a place.
    pub const GLN: Self = Self::known("414");
    /// 415, who is paid.
    pub const PAY_TO: Self = Self::known("415");
    /// 417, a party.
    pub const PGLN: Self = Self::known("417");
    /// 8003, a returnable asset type, with a serial an asset.
    pub const GRAI: Self = Self::known("8003");
    /// 8004, an individual asset.
    pub const GIAI: Self = Self::known("8004");
    /// 8006, a piece of a trade item.
    pub const ITIP: Self = Self::known("8006");
    /// 8010, a component or part.
    pub const CPID: Self = Self::known("8010");
    /// 8011, its serial.
    pub const CPID_SERIAL: Self = Self::known("8011");
    /// 8013, a model.
    pub const GMN: Self = Self::known("8013");
    /// 8017, a service relation: provider.
    pub const GSRNP: Self = Self::known("8017");
    /// 8018, a service relation: recipient.
    pub const GSRN: Self = Self::known("8018");
}

/// A set of AIs: digits, then `n` for each digit that does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    first: Ai,
    last: Ai,
}

impl Pattern {
    /// Reads such as `01` or `31nn`; without a leading digit, or with digits behind an `n`, it is
    /// no pattern.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_bytes(text.as_bytes())
    }

    const fn of_bytes(text: &[u8]) -> Option<Self> {
        if text.len() < 2 || text.len() > 4 || text[0] == b'n' {
            return None;
        }
        let (mut first, mut last) = ([b'0'; 4], [b'9'; 4]);
        let (mut at, mut masked) = (0, false);
        while at < text.len() {
            if text[at] == b'n' {
                masked = true;
            } else if masked {
                return None;
            } else {
                first[at] = text[at];
                last[at] = text[at];
            }
            at += 1;
        }
        let (first, _) = first.split_at(text.len());
        let (last, _) = last.split_at(text.len());
        match (Ai::of_digits(first), Ai::of_digits(last)) {
            (Some(first), Some(last)) => Some(Self { first, last }),
            _ => None,
        }
    }

    const fn known(text: &str) -> Self {
        match Self::of_bytes(text.as_bytes()) {
            Some(pattern) => pattern,
            None => panic!("a pattern is digits, then n"),
        }
    }

    /// Whether it holds an AI.
    pub fn has(self, ai: Ai) -> bool {
        (self.first..=self.last).contains(&ai)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pattern = self.first.to_string();
        let n_masked = match self.last.number() - self.first.number() {
            0 => 0,
            9 => 1,
            99 => 2,
            _ => 3,
        };
        pattern.truncate(pattern.len() - n_masked);
        write!(f, "{pattern}{}", &"nnn"[..n_masked])
    }
}

/// Whether FNC1 must stand between a value and the next AI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// It must: the length is not pre-defined.
    Needed,
    /// It need not (GS1 General Specifications figure 7.8.5-2).
    NotNeeded,
}

/// Whether an AI may stand in the query of a Digital Link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// It may.
    Allowed,
    /// It may not.
    Forbidden,
    /// The dictionary does not know the AI.
    Unknown,
}

/// Whether a component must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always.
    Mandatory,
    /// It may be left out, with all that follow.
    Optional,
}

/// A part of a value.
#[derive(Clone, Copy, Debug)]
pub struct Component {
    /// Its characters.
    pub charset: Charset,
    /// Its least length where it is there, in characters.
    pub min: usize,
    /// Its greatest length, in characters.
    pub max: usize,
    /// Whether it must be there.
    pub presence: Presence,
    /// What else its content must satisfy.
    pub linters: &'static [Linter],
}

/// A row of the dictionary: one AI, or neighbours that differ in their last digit only.
#[derive(Debug)]
pub struct Entry {
    first: Ai,
    last: Ai,
    separator: Separator,
    attribute: Attribute,
    components: &'static [Component],
    requires: &'static [&'static [&'static [Pattern]]],
    excludes: &'static [Pattern],
    qualifiers: Option<&'static [&'static [Ai]]>,
    title: &'static str,
}

impl Entry {
    /// The row of an AI.
    pub fn of(ai: Ai) -> Option<&'static Self> {
        let prefix = match ai.n_digits() {
            2 => ai.number(),
            3 => ai.number() / 10,
            _ => ai.number() / 100,
        };
        let rows = PREFIXES[usize::from(prefix)].rows();
        rows.iter().find(|row| (row.first..=row.last).contains(&ai))
    }

    /// The number of digits of all AIs that begin with two digits.
    pub(crate) fn n_digits_of_prefix(tens: usize, ones: usize) -> Option<usize> {
        let is_prefix = tens < 10 && ones < 10;
        let n_digits = is_prefix.then(|| PREFIXES[tens * 10 + ones].n_digits);
        n_digits.filter(|n_digits| *n_digits > 0).map(usize::from)
    }

    /// All rows, in the order of the dictionary.
    pub fn all() -> &'static [Self] {
        TABLE
    }

    /// Whether FNC1 must follow the value.
    pub fn separator(&self) -> Separator {
        self.separator
    }

    /// Whether it may be a data attribute of a Digital Link.
    pub fn attribute(&self) -> Attribute {
        self.attribute
    }

    /// The parts of the value, in order; optional ones last.
    pub fn components(&self) -> &'static [Component] {
        self.components
    }

    /// What must be there too: all of these; of each, one group; of each group, every pattern.
    pub fn requires(&self) -> &'static [&'static [&'static [Pattern]]] {
        self.requires
    }

    /// What must not be there too; an AI does not exclude itself.
    pub fn excludes(&self) -> &'static [Pattern] {
        self.excludes
    }

    /// For a primary key of a Digital Link the alternatives of its ordered, optional qualifiers.
    pub fn qualifiers(&self) -> Option<&'static [&'static [Ai]]> {
        self.qualifiers
    }

    /// The data title; empty where the dictionary has none.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The first and the last AI of the row.
    pub fn range(&self) -> (Ai, Ai) {
        (self.first, self.last)
    }

    /// Whether the dictionary has it; else it stands for an AI that is only permitted.
    pub fn is_known(&self) -> bool {
        self.attribute != Attribute::Unknown
    }

    /// The least and the greatest length of a value, in characters.
    pub fn length_bounds(&self) -> (usize, usize) {
        let mandatory = |one: &&Component| one.presence == Presence::Mandatory;
        let min = self.components.iter().filter(mandatory).map(|one| one.min).sum();
        (min, self.components.iter().map(|one| one.max).sum())
    }
}

/// The rows whose AIs begin with the same two digits; they are all equally long.
#[derive(Clone, Copy)]
struct Prefix {
    start: u16,
    end: u16,
    n_digits: u8,
}

impl Prefix {
    fn rows(self) -> &'static [Entry] {
        &TABLE[usize::from(self.start)..usize::from(self.end)]
    }
}

static PREFIXES: [Prefix; 100] = prefixes();

const fn prefixes() -> [Prefix; 100] {
    let mut all = [Prefix { start: 0, end: 0, n_digits: 0 }; 100];
    let mut row = 0;
    while row < TABLE.len() {
        let (first, last) = (prefix_of(TABLE[row].first), prefix_of(TABLE[row].last));
        let n_digits = (TABLE[row].first.0 / Ai::PER_LENGTH) as u8;
        let mut prefix = first;
        while prefix <= last {
            let known = &mut all[prefix as usize];
            if known.n_digits == 0 {
                known.start = row as u16;
            }
            assert!(known.n_digits == 0 || known.n_digits == n_digits, "one length a prefix");
            known.n_digits = n_digits;
            known.end = row as u16 + 1;
            prefix += 1;
        }
        row += 1;
    }
    all
}

const fn prefix_of(ai: Ai) -> u16 {
    let number = ai.0 % Ai::PER_LENGTH;
    match ai.0 / Ai::PER_LENGTH {
        2 => number,
        3 => number / 10,
        _ => number / 100,
    }
}

/// Which AIs a reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnknownAis {
    /// Those of the dictionary only.
    #[default]
    Refused,
    /// Also others, if their length is what their first two digits say.
    Permitted,
}

/// The row of an AI, or what stands for an unknown one that is permitted.
pub(crate) fn entry_of(ai: Ai, unknown: UnknownAis) -> Option<&'static Entry> {
    if let Some(entry) = Entry::of(ai) {
        return Some(entry);
    }
    let prefix = prefix_of(ai);
    let n_digits = usize::from(PREFIXES[usize::from(prefix)].n_digits);
    let fits = n_digits == 0 || n_digits == ai.n_digits();
    (unknown == UnknownAis::Permitted && fits).then(|| stand_in(prefix))
}

/// The AI at the start of unbracketed data, and its row.
///
/// An unknown AI is found only where its first two digits tell its length.
pub(crate) fn entry_at(text: &str, unknown: UnknownAis) -> Option<(Ai, &'static Entry)> {
    let &[tens, ones, ..] = text.as_bytes() else { return None };
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return None;
    }
    let prefix = usize::from((tens - b'0') * 10 + (ones - b'0'));
    let n_digits = usize::from(PREFIXES[prefix].n_digits);
    let ai = Ai::of_digits(text.as_bytes().get(..n_digits)?)?;
    Some((ai, entry_of(ai, unknown)?))
}

/// What an unknown AI may hold: where the first two digits are of a pre-defined length (GS1 General
/// Specifications figure 7.8.5-2), so many characters, else up to 90.
fn stand_in(prefix: u16) -> &'static Entry {
    match prefix {
        0 => &FIXED_18,
        1..=3 => &FIXED_14,
        4 => &FIXED_16,
        11..=19 | 31..=36 => &FIXED_6,
        20 => &FIXED_2,
        41 => &FIXED_13,
        _ => &VARIABLE,
    }
}

const fn unknown(components: &'static [Component], separator: Separator) -> Entry {
    Entry {
        first: Ai::known("00"),
        last: Ai::known("00"),
        separator,
        attribute: Attribute::Unknown,
        components,
        requires: &[],
        excludes: &[],
        qualifiers: None,
        title: "UNKNOWN",
    }
}

const fn any(min: usize, max: usize) -> Component {
    Component { charset: Charset::Cset82, min, max, presence: Presence::Mandatory, linters: &[] }
}

static FIXED_2: Entry = unknown(&[any(2, 2)], Separator::NotNeeded);
static FIXED_6: Entry = unknown(&[any(6, 6)], Separator::NotNeeded);
static FIXED_13: Entry = unknown(&[any(13, 13)], Separator::NotNeeded);
static FIXED_14: Entry = unknown(&[any(14, 14)], Separator::NotNeeded);
static FIXED_16: Entry = unknown(&[any(16, 16)], Separator::NotNeeded);
static FIXED_18: Entry = unknown(&[any(18, 18)], Separator::NotNeeded);
static VARIABLE: Entry = unknown(&[any(1, 90)], Separator::Needed);
