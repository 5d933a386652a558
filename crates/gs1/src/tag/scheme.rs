//! The binary coding schemes of EPCs, one row each (EPC Tag Data Standard 2.3 table 14-1, §14.6).

use std::fmt;

use crate::dictionary::Ai;

/// How a tag writes an EPC; printed in small letters: `sgtin-96`, `dsgtin+`.
///
/// The schemes with a length in their name say where the company prefix ends and write an EPC URN.
/// Those with `+` do not, and may be followed by data; those with `++` name a host as well.
#[derive(Clone, Copy)]
pub struct Scheme(&'static Row);

impl Scheme {
    /// The scheme of a name such as `sgtin-96` or `dsgtin+`.
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(Self)
    }

    /// All schemes.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(Self)
    }

    /// The scheme of a header, the first eight bits.
    pub(super) fn of_header(header: u64) -> Option<Self> {
        ROWS.iter().find(|row| u64::from(row.header) == header).map(Self)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The scheme of its EPC URNs, `sgtin` for `sgtin-96`; the `+` schemes write links.
    pub fn of_urn(self) -> Option<&'static str> {
        match self.0.layout {
            Layout::Parted(parted) => Some(parted.epc),
            Layout::General => Some("gid"),
            Layout::Defense => Some("usdod"),
            Layout::Aerospace => Some("adi"),
            Layout::Plus(_) => None,
        }
    }

    /// Bits of the filter value; the general identifier has none.
    pub(super) fn filter_bits(self) -> usize {
        match self.0.layout {
            Layout::Parted(_) | Layout::Plus(_) => 3,
            Layout::General => 0,
            Layout::Defense => 4,
            Layout::Aerospace => 6,
        }
    }

    pub(super) fn header(self) -> u64 {
        u64::from(self.0.header)
    }

    pub(super) fn layout(self) -> Layout {
        self.0.layout
    }
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Self) -> bool {
        self.0.header == other.0.header
    }
}

impl Eq for Scheme {}

impl std::hash::Hash for Scheme {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.header.hash(state);
    }
}

impl fmt::Debug for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

struct Row {
    name: &'static str,
    header: u8,
    layout: Layout,
}

/// What follows the header.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    /// Filter, partition, company prefix, reference, serial.
    Parted(Parted),
    /// GID-96.
    General,
    /// USDOD-96.
    Defense,
    /// ADI-var.
    Aerospace,
    /// The schemes of TDS 2.
    Plus(Plus),
}

/// Where the company prefix ends is written as a number from 0 to 6, the partition.
#[derive(Clone, Copy)]
pub(super) struct Parted {
    pub(super) epc: &'static str,
    pub(super) reference: Reference,
    pub(super) tail: Tail,
}

/// What follows the company prefix. Bits and digits are those of both together.
#[derive(Clone, Copy)]
pub(super) enum Reference {
    /// Digits, with their leading zeros.
    Padded { n_bits: usize, n_digits: usize },
    /// As [`Reference::Padded`], then which piece of how many, seven bits each.
    Pieces { n_bits: usize, n_digits: usize },
    /// A number.
    Number { n_bits: usize },
    /// Text of seven bits a character, up to 30 characters with the company prefix.
    Text { n_bits: usize },
    /// Text of six bits a character, and six zeros.
    Terminated,
}

/// What ends a parted EPC, with its bits.
#[derive(Clone, Copy)]
pub(super) enum Tail {
    Nothing,
    Zeros(usize),
    Number(usize),
    /// Digits behind a 1 that keeps their leading zeros.
    Digits(usize),
    /// Text of seven bits a character.
    Text(usize),
}

/// The values of these AIs, as data behind an EPC are written.
#[derive(Clone, Copy)]
pub(super) struct Plus {
    pub(super) ais: &'static [Ai],
    /// A date stands before them.
    pub(super) is_dated: bool,
    /// A host follows them.
    pub(super) is_hosted: bool,
}

const fn parted(
    name: &'static str,
    header: u8,
    epc: &'static str,
    reference: Reference,
    tail: Tail,
) -> Row {
    Row { name, header, layout: Layout::Parted(Parted { epc, reference, tail }) }
}

const fn other(name: &'static str, header: u8, layout: Layout) -> Row {
    Row { name, header, layout }
}

const fn plus(name: &'static str, header: u8, ais: &'static [Ai]) -> Row {
    let (is_dated, is_hosted) = (false, false);
    other(name, header, Layout::Plus(Plus { ais, is_dated, is_hosted }))
}

const fn hosted(name: &'static str, header: u8, ais: &'static [Ai]) -> Row {
    let (is_dated, is_hosted) = (false, true);
    other(name, header, Layout::Plus(Plus { ais, is_dated, is_hosted }))
}

const fn padded(n_bits: usize, n_digits: usize) -> Reference {
    Reference::Padded { n_bits, n_digits }
}

const ITEM: Reference = padded(44, 13);
const ASSET: Reference = padded(44, 12);
const THIRTEEN: Reference = padded(41, 12);
const EIGHTEEN: Reference = padded(58, 17);
const PIECE: Reference = Reference::Pieces { n_bits: 44, n_digits: 13 };

const SGTIN: &[Ai] = &[Ai::GTIN, Ai::SERIAL];
const SGLN: &[Ai] = &[Ai::GLN, Ai::GLN_EXTENSION];
const ITIP: &[Ai] = &[Ai::ITIP, Ai::SERIAL];
const CPI: &[Ai] = &[Ai::CPID, Ai::CPID_SERIAL];

static ROWS: [Row; 46] = [
    parted("gdti-96", 0x2C, "gdti", THIRTEEN, Tail::Number(41)),
    parted("gsrn-96", 0x2D, "gsrn", EIGHTEEN, Tail::Zeros(24)),
    parted("gsrnp-96", 0x2E, "gsrnp", EIGHTEEN, Tail::Zeros(24)),
    other("usdod-96", 0x2F, Layout::Defense),
    parted("sgtin-96", 0x30, "sgtin", ITEM, Tail::Number(38)),
    parted("sscc-96", 0x31, "sscc", EIGHTEEN, Tail::Zeros(24)),
    parted("sgln-96", 0x32, "sgln", THIRTEEN, Tail::Number(41)),
    parted("grai-96", 0x33, "grai", ASSET, Tail::Number(38)),
    parted("giai-96", 0x34, "giai", Reference::Number { n_bits: 82 }, Tail::Nothing),
    other("gid-96", 0x35, Layout::General),
    parted("sgtin-198", 0x36, "sgtin", ITEM, Tail::Text(140)),
    parted("grai-170", 0x37, "grai", ASSET, Tail::Text(112)),
    parted("giai-202", 0x38, "giai", Reference::Text { n_bits: 188 }, Tail::Nothing),
    parted("sgln-195", 0x39, "sgln", THIRTEEN, Tail::Text(140)),
    parted("gdti-113", 0x3A, "gdti", THIRTEEN, Tail::Digits(58)),
    other("adi-var", 0x3B, Layout::Aerospace),
    parted("cpi-96", 0x3C, "cpi", Reference::Number { n_bits: 51 }, Tail::Number(31)),
    parted("cpi-var", 0x3D, "cpi", Reference::Terminated, Tail::Number(40)),
    parted("gdti-174", 0x3E, "gdti", THIRTEEN, Tail::Text(119)),
    parted("sgcn-96", 0x3F, "sgcn", THIRTEEN, Tail::Digits(41)),
    parted("itip-110", 0x40, "itip", PIECE, Tail::Number(38)),
    parted("itip-212", 0x41, "itip", PIECE, Tail::Text(140)),
    hosted("cpi++", 0xE6, CPI),
    hosted("gsrn++", 0xE7, &[Ai::GSRN]),
    hosted("gsrnp++", 0xE8, &[Ai::GSRNP]),
    hosted("sgln++", 0xE9, SGLN),
    hosted("gdti++", 0xEA, &[Ai::GDTI]),
    hosted("grai++", 0xEB, &[Ai::GRAI]),
    hosted("sgcn++", 0xEC, &[Ai::GCN]),
    hosted("itip++", 0xED, ITIP),
    hosted("giai++", 0xEE, &[Ai::GIAI]),
    hosted("sscc++", 0xEF, &[Ai::SSCC]),
    plus("cpi+", 0xF0, CPI),
    plus("grai+", 0xF1, &[Ai::GRAI]),
    plus("sgln+", 0xF2, SGLN),
    plus("itip+", 0xF3, ITIP),
    plus("gsrn+", 0xF4, &[Ai::GSRN]),
    plus("gsrnp+", 0xF5, &[Ai::GSRNP]),
    plus("gdti+", 0xF6, &[Ai::GDTI]),
    plus("sgtin+", 0xF7, SGTIN),
    plus("sgcn+", 0xF8, &[Ai::GCN]),
    plus("sscc+", 0xF9, &[Ai::SSCC]),
    plus("giai+", 0xFA, &[Ai::GIAI]),
    other("dsgtin+", 0xFB, Layout::Plus(Plus { ais: SGTIN, is_dated: true, is_hosted: false })),
    other("dsgtin++", 0xFC, Layout::Plus(Plus { ais: SGTIN, is_dated: true, is_hosted: true })),
    hosted("sgtin++", 0xFD, SGTIN),
];
