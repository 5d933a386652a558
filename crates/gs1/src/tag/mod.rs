//! EPCs in the memory of RFID tags (EPC Tag Data Standard 2.3 §12 to §15): every coding scheme of
//! its table 14-1, the data that may follow an EPC, tag URIs, raw URIs and tag patterns.
//!
//! A scheme with a length in its name holds an EPC URN, the others (`+`, `++`) a link.
//! Data behind an EPC that cannot be read are kept as they are: the EPC before them is right.
//!
//! ```
//! use gs1::{digital_link::DigitalLink, tag::{Scheme, Tag, TagPattern}};
//!
//! let tag = Tag::from_hex("3074257BF7194E4000001A85")?;
//! assert_eq!(tag.uri().as_deref(), Some("urn:epc:tag:sgtin-96:3.0614141.812345.6789"));
//! assert_eq!(tag.epc(), "https://id.gs1.org/01/80614141123458/21/6789");
//!
//! let link = DigitalLink::parse("https://id.gs1.org/01/79521141123453/21/32a%2Fb?17=220630")?;
//! let dated = Tag::of_link(Scheme::named("dsgtin+").unwrap(), 3, link)?;
//! assert_eq!(dated.to_hex(), "FB342CDE795211411234538566CB0AFC4000");
//! assert!(TagPattern::parse("urn:epc:pat:sgtin-96:3.0614141.[800000-899999].*")?.matches(&tag));
//! # Ok::<(), gs1::Error>(())
//! ```

mod memory;
mod method;
mod parted;
mod pattern;
mod plus;
mod scheme;
mod text;

pub use memory::{Control, Raw};
pub use pattern::TagPattern;
pub use scheme::Scheme;

use crate::{
    Error,
    bits::{BitReader, BitWriter},
    digital_link::DigitalLink,
    epc::{self, Level},
};
use plus::Plussed;
use scheme::Layout;

/// The longest EPC with its data, in bits: what the length of a protocol word can say (§9.3).
pub const MAX_BITS: usize = 496;
/// Memory is written in words of so many bits.
const WORD_BITS: usize = 16;

/// An EPC as a tag holds it, with what stands beside and behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    scheme: Scheme,
    /// What kind of object, for readers that look for one kind.
    filter: u8,
    control: Control,
    body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Body {
    /// What follows `urn:epc:id:sgtin:`.
    Urn(String),
    Plus(Plussed),
}

impl Tag {
    /// Puts an EPC URN under one of the schemes that hold such; `filter` is what §10 says, at most
    /// 7 for the schemes of GS1.
    ///
    /// # Errors
    /// [`Error::TagScheme`] if the scheme cannot hold it, or what is wrong with the URN.
    pub fn of_epc(scheme: Scheme, filter: u8, urn: &str) -> Result<Self, Error> {
        let body = urn.strip_prefix("urn:epc:id:").and_then(|rest| rest.split_once(':'));
        let (_, body) =
            body.filter(|(name, _)| scheme.of_urn() == Some(name)).ok_or(Error::TagScheme)?;
        // One spelling of the escapes, so that equal tags are equal.
        let body = Body::Urn(respelled(urn, scheme)?.unwrap_or_else(|| body.to_owned()));
        Self { scheme, filter, control: Control::default(), body }.checked()
    }

    /// Puts a link under one of the `+` schemes: its key and qualifiers, for `dsgtin+` its first
    /// date, and the rest of its elements as data behind the EPC. Those with `++` keep its host.
    ///
    /// # Errors
    /// [`Error::TagScheme`] if the scheme cannot hold it.
    pub fn of_link(scheme: Scheme, filter: u8, link: DigitalLink<'_>) -> Result<Self, Error> {
        let Layout::Plus(plus) = scheme.layout() else { return Err(Error::TagScheme) };
        let body = Body::Plus(Plussed::of_link(plus, link).ok_or(Error::TagScheme)?);
        Self { scheme, filter, control: Control::default(), body }.checked()
    }

    fn checked(self) -> Result<Self, Error> {
        if u32::from(self.filter) >= 1 << self.scheme.filter_bits() {
            return Err(Error::TagScheme);
        }
        let bits = self.write().filter(|bits| bits.len() <= MAX_BITS);
        bits.map(|_| self).ok_or(Error::TagScheme)
    }

    /// How it is written.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What kind of object it marks (§10).
    pub fn filter(&self) -> u8 {
        self.filter
    }

    /// What its protocol word says beside the length.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The same EPC with another protocol word.
    pub fn with_control(mut self, control: Control) -> Self {
        self.control = control;
        self
    }

    /// The EPC in its canonical form: a link, or the URN of a scheme outside GS1.
    pub fn epc(&self) -> String {
        match &self.body {
            Body::Urn(_) => {
                let urn = self.urn().expect("the body is that of a URN");
                epc::canonical(&urn).expect("the parts were checked when the tag was made").uri
            }
            Body::Plus(plussed) => plussed.epc(),
        }
    }

    /// The EPC URN; the `+` schemes do not say where the company prefix ends, so they have none.
    pub fn urn(&self) -> Option<String> {
        let Body::Urn(body) = &self.body else { return None };
        Some(format!("urn:epc:id:{}:{body}", self.scheme.of_urn()?))
    }

    /// The identifier with date and data, under the host that the tag names; none for schemes
    /// outside GS1, and only the identifier if data cannot stand in a link.
    pub fn link(&self) -> Option<DigitalLink<'static>> {
        match &self.body {
            Body::Urn(_) => DigitalLink::parse(&self.epc()).ok().map(DigitalLink::into_owned),
            Body::Plus(plussed) => Some(plussed.link()),
        }
    }

    /// Whether data behind the EPC, or a part of them, could not be read.
    pub fn has_unread_data(&self) -> bool {
        matches!(&self.body, Body::Plus(plussed) if plussed.has_unread())
    }

    /// The tag URI (§12); the `+` schemes have none.
    pub fn uri(&self) -> Option<String> {
        let Body::Urn(body) = &self.body else { return None };
        let filter = match self.scheme.filter_bits() {
            0 => String::new(),
            _ => format!("{}.", self.filter),
        };
        Some(format!("urn:epc:tag:{}{}:{filter}{body}", self.control, self.scheme))
    }

    /// Reads a tag URI.
    ///
    /// # Errors
    /// [`Error::NotTag`], [`Error::TagScheme`], or what is wrong with the EPC.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("urn:epc:tag:").ok_or(Error::NotTag)?;
        let (control, rest) = Control::read(rest)?;
        let (scheme, body) = rest.split_once(':').ok_or(Error::NotTag)?;
        let scheme = Scheme::named(scheme).ok_or(Error::NotTag)?;
        let epc = scheme.of_urn().ok_or(Error::NotTag)?;
        let (filter, body) = match scheme.filter_bits() {
            0 => ("0", body),
            _ => body.split_once('.').ok_or(Error::Parts)?,
        };
        let is_number = filter == "0" || !filter.starts_with(['0', '+']);
        let filter = filter.parse().ok().filter(|_| is_number).ok_or(Error::NotTag)?;
        let tag = Self::of_epc(scheme, filter, &format!("urn:epc:id:{epc}:{body}"))?;
        Ok(tag.with_control(control))
    }

    fn write(&self) -> Option<BitWriter> {
        let mut bits = BitWriter::default();
        bits.number(self.scheme.header(), 8);
        match &self.body {
            Body::Urn(body) => {
                bits.number(u64::from(self.filter), self.scheme.filter_bits());
                parted::write(&mut bits, self.scheme, body)?;
            }
            Body::Plus(plussed) => {
                bits.number(u64::from(plussed.has_data()), 1);
                bits.number(u64::from(self.filter), self.scheme.filter_bits());
                let Layout::Plus(plus) = self.scheme.layout() else { return None };
                plussed.write(&mut bits, plus)?;
            }
        }
        Some(bits)
    }

    fn read(bits: &mut BitReader) -> Option<Self> {
        let scheme = Scheme::of_header(bits.number(8)?)?;
        let control = Control::default();
        if let Layout::Plus(plus) = scheme.layout() {
            // Whether data follow is seen from what follows (§15.3).
            bits.number(1)?;
            let filter = u8::try_from(bits.number(3)?).ok()?;
            let body = Body::Plus(Plussed::read(bits, plus)?);
            return Some(Self { scheme, filter, control, body });
        }
        let filter = u8::try_from(bits.number(scheme.filter_bits())?).ok()?;
        let body = parted::read(bits, scheme)?;
        let urn = format!("urn:epc:id:{}:{body}", scheme.of_urn()?);
        respelled(&urn, scheme).ok()?;
        Some(Self { scheme, filter, control, body: Body::Urn(body) })
    }

    /// The bytes of the EPC memory, zeros up to the next word of 16 bits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bits = self.write().expect("it was written when the tag was made");
        bits.pad(WORD_BITS);
        bits.groups(8).collect()
    }

    /// Reads the bytes of the EPC memory.
    ///
    /// # Errors
    /// [`Error::NotTag`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if 8 * bytes.len() > MAX_BITS {
            return Err(Error::NotTag);
        }
        Self::of_bits(&mut BitReader::new(bytes.iter().copied(), 8))
    }

    fn of_bits(bits: &mut BitReader) -> Result<Self, Error> {
        // What is read can be written, if in its shortest form it still fits.
        Self::read(bits).ok_or(Error::NotTag)?.checked().map_err(|_| Error::NotTag)
    }

    /// The bytes in hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.to_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// Reads hexadecimal digits, of which there may be an odd number.
    ///
    /// # Errors
    /// [`Error::NotTag`].
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let digits = memory::hex_digits(text).ok_or(Error::NotTag)?;
        if 4 * digits.len() > MAX_BITS {
            return Err(Error::NotTag);
        }
        Self::of_bits(&mut BitReader::new(digits, 4))
    }
}

/// Checks a URN, and brings the body of those of GS1 into the spelling of this crate.
fn respelled(urn: &str, scheme: Scheme) -> Result<Option<String>, Error> {
    let canonical = epc::canonical(urn)?;
    if canonical.level != Level::Instance {
        return Err(Error::TagScheme);
    }
    if canonical.key.is_none() {
        return Ok(None);
    }
    let body = urn.splitn(5, ':').nth(4).unwrap_or_default();
    let n_prefix = body.split('.').next().map_or(0, str::len);
    let n_start = "urn:epc:id::".len() + scheme.of_urn().map_or(0, str::len);
    epc::urn(&canonical.uri, n_prefix).map(|urn| urn.get(n_start..).map(str::to_owned))
}
