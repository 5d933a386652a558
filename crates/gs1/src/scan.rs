//! What readers send: a symbology identifier, then the data of the symbol (GS1 General
//! Specifications §7.8.8, ISO/IEC 15424).
//!
//! ```
//! use gs1::scan::{Content, Scan, Symbology};
//!
//! let scan = Scan::parse("]d2010952123454321310ABC\u{1d}2112")?;
//! assert_eq!(scan.symbology(), Symbology::DataMatrix);
//! let Content::Elements(elements) = scan.content() else { panic!() };
//! assert_eq!(elements.to_string(), "(01)09521234543213(10)ABC(21)12");
//! # Ok::<(), gs1::Error>(())
//! ```

use std::fmt;

use crate::{
    Error, check_digit,
    dictionary::{Separator, UnknownAis},
    digital_link::{DigitalLink, Leniency},
    element_string::ElementString,
};

/// What readers send for FNC1.
const GROUP_SEPARATOR: u8 = 0x1d;
/// What begins a composite component; behind an EAN it is a message of its own.
const COMPOSITE: &str = "]e0";
/// The longest message that is read, in bytes: more than any symbol holds.
const MAX_BYTES: usize = 8192;

/// A symbol that GS1 uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// GS1-128, perhaps with a composite component.
    Gs1128,
    /// EAN-13.
    Ean13,
    /// EAN-8.
    Ean8,
    /// UPC-A.
    UpcA,
    /// UPC-E, written as the 12 digits it stands for.
    UpcE,
    /// GS1 DataBar Expanded and its stacked form.
    DataBarExpanded,
    /// GS1 DataBar Omnidirectional, Truncated, Stacked.
    DataBarOmni,
    /// GS1 DataBar Limited.
    DataBarLimited,
    /// Data Matrix.
    DataMatrix,
    /// QR code.
    Qr,
    /// DotCode.
    DotCode,
}

impl Symbology {
    /// The two characters behind `]`, for plain text and for elements.
    fn identifiers(self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Gs1128 => (None, Some("C1")),
            Self::Ean13 | Self::UpcA | Self::UpcE => (Some("E0"), None),
            Self::Ean8 => (Some("E4"), None),
            Self::DataBarExpanded | Self::DataBarOmni | Self::DataBarLimited => (None, Some("e0")),
            Self::DataMatrix => (Some("d1"), Some("d2")),
            Self::Qr => (Some("Q1"), Some("Q3")),
            Self::DotCode => (Some("J0"), Some("J1")),
        }
    }

    /// The number of digits of a symbol that holds a GTIN and nothing else.
    fn n_digits(self) -> Option<usize> {
        match self {
            Self::Ean13 => Some(13),
            Self::Ean8 => Some(8),
            Self::UpcA | Self::UpcE => Some(12),
            Self::DataBarOmni | Self::DataBarLimited => Some(14),
            _ => None,
        }
    }
}

/// What a symbol holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Text that is not ours to read; a Digital Link has been checked.
    Text(&'a str),
    /// Elements.
    Elements(ElementString<'a>),
    /// A GTIN of 8, 12, 13 or 14 digits with a right check digit.
    Gtin(String),
}

/// Whether the check digit of a GTIN is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CheckDigit {
    /// It is.
    #[default]
    Given,
    /// It is to be computed.
    Missing,
}

/// A read symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    symbology: Symbology,
    content: Content<'a>,
    /// The elements as they were sent, with separators that need not be.
    elements: &'a str,
    /// The composite component beside a linear symbol.
    composite: Option<(&'a str, ElementString<'a>)>,
    separator: u8,
}

impl<'a> Scan<'a> {
    /// Reads what a reader sends.
    ///
    /// Where symbols share an identifier, the first of [`Symbology`] is named; a composite
    /// component behind GS1-128 or DataBar cannot be told from the linear one.
    ///
    /// # Errors
    /// [`Error::Symbology`], [`Error::Primary`], or what is wrong with elements or link.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let rest = text.strip_prefix(']').ok_or(Error::Symbology)?;
        let (identifier, sent) = rest.split_at_checked(2).ok_or(Error::Symbology)?;
        if sent.len() > MAX_BYTES {
            return Err(Error::TooManyElements);
        }
        let (symbology, is_elements) = match identifier {
            "C1" => (Symbology::Gs1128, true),
            "E0" => (Symbology::Ean13, false),
            "E4" => (Symbology::Ean8, false),
            "e0" => (Symbology::DataBarExpanded, true),
            "d1" => (Symbology::DataMatrix, false),
            "d2" => (Symbology::DataMatrix, true),
            "Q1" => (Symbology::Qr, false),
            "Q3" => (Symbology::Qr, true),
            "J0" => (Symbology::DotCode, false),
            "J1" => (Symbology::DotCode, true),
            _ => return Err(Error::Symbology),
        };
        let scan = |content, elements, composite| Self {
            symbology,
            content,
            elements,
            composite,
            separator: GROUP_SEPARATOR,
        };
        if let Some(n_digits) = symbology.n_digits() {
            let (digits, behind) = sent.split_at_checked(n_digits).ok_or(Error::Primary)?;
            let composite = match behind.strip_prefix('|').map(|rest| rest.strip_prefix(COMPOSITE))
            {
                Some(Some(composite)) => Some((composite, read(composite)?)),
                None if behind.is_empty() => None,
                _ => return Err(Error::Primary),
            };
            let gtin = primary(digits, n_digits, CheckDigit::Given)?;
            return Ok(scan(Content::Gtin(gtin), "", composite));
        }
        if is_elements {
            return Ok(scan(Content::Elements(read(sent)?), sent, None));
        }
        check_link(sent)?;
        Ok(scan(Content::Text(sent), "", None))
    }

    /// Reads a message as encoders take it: `^` is FNC1, and elements begin with it; `\^` begins a
    /// text with a caret; `|` parts a linear symbol from its composite component.
    ///
    /// # Errors
    /// [`Error::Symbology`] if the symbol cannot hold such a message, [`Error::Primary`], or what
    /// is wrong with the elements.
    pub fn of_message(
        symbology: Symbology,
        message: &'a str,
        check_digit: CheckDigit,
    ) -> Result<Self, Error> {
        let (for_text, for_elements) = symbology.identifiers();
        let is_matrix = for_text.is_some() && for_elements.is_some();
        let parts = message.split_once('|').filter(|_| !is_matrix || message.starts_with('^'));
        let (linear, composite) = match parts {
            Some(_) if is_matrix => return Err(Error::Symbology),
            Some((linear, composite)) => {
                let sent = composite.strip_prefix('^').ok_or(Error::NoFnc1)?;
                (linear, Some((sent, ElementString::fnc1(composite)?)))
            }
            None => (message, None),
        };
        let scan = |content, elements| Self {
            symbology,
            content,
            elements,
            composite: composite.clone(),
            separator: b'^',
        };
        if let Some(n_digits) = symbology.n_digits() {
            let zeros = &"^01000000"[..17 - n_digits];
            let digits = linear.strip_prefix(zeros).unwrap_or(linear);
            let gtin = primary(digits, n_digits, check_digit)?;
            let is_limited = symbology == Symbology::DataBarLimited;
            // Only the indicators 0 and 1 fit into the bars.
            if is_limited && !gtin.starts_with(['0', '1']) {
                return Err(Error::Primary);
            }
            return Ok(scan(Content::Gtin(gtin), ""));
        }
        if linear.starts_with('^') && for_elements.is_some() {
            return Ok(scan(Content::Elements(ElementString::fnc1(linear)?), &linear[1..]));
        }
        if for_text.is_none() || composite.is_some() {
            return Err(Error::Symbology);
        }
        let unescaped = match linear.trim_start_matches('\\').starts_with('^') {
            true => linear.get(1..).unwrap_or_default(),
            false => linear,
        };
        check_link(unescaped)?;
        Ok(scan(Content::Text(unescaped), ""))
    }

    /// The symbol.
    pub fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// What it holds.
    pub fn content(&self) -> &Content<'a> {
        &self.content
    }

    /// What its composite component holds.
    pub fn composite(&self) -> Option<&ElementString<'a>> {
        self.composite.as_ref().map(|(_, elements)| elements)
    }

    /// The message as encoders take it; see [`Scan::of_message`].
    pub fn message(&self) -> String {
        let mut out = String::new();
        match &self.content {
            Content::Text(text) => {
                if text.trim_start_matches('\\').starts_with('^') {
                    out.push('\\');
                }
                out.push_str(text);
            }
            Content::Elements(_) => {
                out.push('^');
                self.push(&mut out, self.elements, '^');
            }
            Content::Gtin(digits) => out.push_str(digits),
        }
        if let Some((composite, _)) = &self.composite {
            out.push_str("|^");
            self.push(&mut out, composite, '^');
        }
        out
    }

    fn push(&self, out: &mut String, elements: &str, separator: char) {
        let ours = char::from(self.separator);
        out.extend(elements.chars().map(|c| if c == ours { separator } else { c }));
    }
}

/// Prints what a reader sends.
impl fmt::Display for Scan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (for_text, for_elements) = self.symbology.identifiers();
        let gs = char::from(GROUP_SEPARATOR);
        let mut out = String::from("]");
        let is_retail = self.symbology.n_digits().is_some() && for_elements.is_none();
        match &self.content {
            Content::Text(text) => {
                out.push_str(for_text.unwrap_or_default());
                out.push_str(text);
            }
            Content::Elements(elements) => {
                // A composite symbol sends both components under the identifier of DataBar.
                let is_composite = self.composite.is_some();
                out.push_str(if is_composite { "e0" } else { for_elements.unwrap_or_default() });
                self.push(&mut out, self.elements, gs);
                let last = elements.elements().last().map(|last| last.entry().separator());
                if is_composite && last == Some(Separator::Needed) {
                    out.push(gs);
                }
            }
            Content::Gtin(digits) if is_retail => {
                out.push_str(for_text.unwrap_or_default());
                // UPC is sent as EAN-13.
                out.push_str(if digits.len() == 12 { "0" } else { "" });
                out.push_str(digits);
            }
            Content::Gtin(digits) => {
                out.push_str(for_elements.unwrap_or_default());
                out.push_str("01");
                out.push_str(digits);
            }
        }
        if let Some((composite, _)) = &self.composite {
            if is_retail {
                out.push('|');
                out.push_str(COMPOSITE);
            }
            self.push(&mut out, composite, gs);
        }
        f.write_str(&out)
    }
}

fn read(sent: &str) -> Result<ElementString<'_>, Error> {
    ElementString::separated(sent, GROUP_SEPARATOR, UnknownAis::Refused)
}

/// Text that begins like a web address must be a link.
fn check_link(text: &str) -> Result<(), Error> {
    let schemes = ["https://", "http://", "HTTPS://", "HTTP://"];
    if schemes.iter().any(|scheme| text.starts_with(scheme)) {
        DigitalLink::parse_with(text, Leniency::default())?;
    }
    Ok(())
}

fn primary(digits: &str, n_digits: usize, given: CheckDigit) -> Result<String, Error> {
    let n_missing = usize::from(given == CheckDigit::Missing);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() + n_missing != n_digits {
        return Err(Error::Primary);
    }
    match given {
        CheckDigit::Given => check_digit::verify(digits).map(|()| digits.to_owned()),
        CheckDigit::Missing => Ok(format!("{digits}{}", check_digit::of(digits)?)),
    }
}
