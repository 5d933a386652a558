//! EPCs in the memory of RFID tags (EPC Tag Data Standard 2.x §14).
//!
//! Read and written are SGTIN-96, SGTIN-198, SSCC-96, SGTIN+ and SSCC+.
//! The first three say where the company prefix ends; the last two do not.
//! Data that follow the EPC of a `+` scheme are left alone.
//!
//! ```
//! use gs1::{digital_link::DigitalLink, tag::{Prefix, Scheme, Tag}};
//!
//! let link = DigitalLink::parse("https://id.gs1.org/01/80614141123458/21/6789")?;
//! let tag = Tag::new(Scheme::Sgtin96(Prefix::new(7)?), 3, &link)?;
//! assert_eq!(tag.to_hex(), "3074257BF7194E4000001A85");
//! assert_eq!(tag.uri().as_deref(), Some("urn:epc:tag:sgtin-96:3.0614141.812345.6789"));
//! assert_eq!(Tag::from_hex("3074257BF7194E4000001A85")?, tag);
//! assert_eq!(tag.link().to_string(), link.to_string());
//! # Ok::<(), gs1::Error>(())
//! ```

use crate::{
    Error, Gtin, Sscc,
    bits::{BitReader, BitWriter},
    dictionary::Ai,
    digital_link::DigitalLink,
    escape,
};

/// The longest tag that is read, in bytes: 496 bits, what the length of a protocol word can say.
const MAX_BYTES: usize = 62;

/// The length of a company prefix, 6 to 12 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix(u8);

impl Prefix {
    /// Bits of the company prefix, by partition 0 to 6; it has 12 to 6 digits.
    const BITS: [usize; 7] = [40, 37, 34, 30, 27, 24, 20];

    /// Checks the number of digits.
    ///
    /// # Errors
    /// [`Error::CompanyPrefix`].
    pub fn new(n_digits: usize) -> Result<Self, Error> {
        match u8::try_from(n_digits) {
            Ok(n_digits @ 6..=12) => Ok(Self(n_digits)),
            _ => Err(Error::CompanyPrefix),
        }
    }

    /// The number of digits.
    pub fn n_digits(self) -> usize {
        usize::from(self.0)
    }

    fn partition(self) -> usize {
        12 - self.n_digits()
    }

    fn n_bits(self) -> usize {
        Self::BITS[self.partition()]
    }
}

/// How a tag writes an EPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// An item whose serial is a number below 2^38 without leading zeros.
    Sgtin96(Prefix),
    /// An item with any serial.
    Sgtin198(Prefix),
    /// A logistic unit.
    Sscc96(Prefix),
    /// An item with any serial, in as few bits as it needs.
    SgtinPlus,
    /// A logistic unit.
    SsccPlus,
}

/// Headers of TDS table 14-1.
const SGTIN_96: u64 = 0x30;
const SSCC_96: u64 = 0x31;
const SGTIN_198: u64 = 0x36;
const SGTIN_PLUS: u64 = 0xF7;
const SSCC_PLUS: u64 = 0xF9;

/// Bits of company prefix and item reference together, and of company prefix and serial reference.
const GTIN_BITS: usize = 44;
const SSCC_BITS: usize = 58;
/// Bits of a serial that is a number.
const SERIAL_BITS: usize = 38;
/// Characters of a serial.
const MAX_SERIAL: usize = 20;

/// An EPC as a tag holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    scheme: Scheme,
    /// 0 to 7: what kind of object, for readers that look for one kind.
    filter: u8,
    /// The GTIN or SSCC with its check digit.
    key: String,
    /// Empty for an SSCC.
    serial: String,
}

impl Tag {
    /// Puts a link with a serial, or an SSCC, under a scheme. `filter` is 0 to 7 (TDS §10).
    ///
    /// # Errors
    /// [`Error::TagScheme`] if the scheme cannot hold it.
    pub fn new(scheme: Scheme, filter: u8, link: &DigitalLink<'_>) -> Result<Self, Error> {
        let wanted = match scheme {
            Scheme::Sscc96(_) | Scheme::SsccPlus => Ai::SSCC,
            _ => Ai::GTIN,
        };
        let serial = link.qualifier(Ai::SERIAL).unwrap_or_default();
        let fits = link.key() == wanted && filter < 8 && serial.is_empty() == (wanted == Ai::SSCC);
        let is_number = number(serial).is_some();
        if !fits || (matches!(scheme, Scheme::Sgtin96(_)) && !is_number) {
            return Err(Error::TagScheme);
        }
        Ok(Self { scheme, filter, key: link.value().to_owned(), serial: serial.to_owned() })
    }

    /// How it is written.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What kind of object it marks, 0 to 7.
    pub fn filter(&self) -> u8 {
        self.filter
    }

    /// The identifier.
    pub fn link(&self) -> DigitalLink<'static> {
        let why = "the parts were checked when the tag was made";
        match self.scheme {
            Scheme::Sscc96(_) | Scheme::SsccPlus => {
                DigitalLink::sscc(&Sscc::parse(&self.key).expect(why))
            }
            _ => DigitalLink::sgtin(&Gtin::parse(&self.key).expect(why), &self.serial).expect(why),
        }
    }

    /// The tag URI (TDS §12); the `+` schemes have none.
    pub fn uri(&self) -> Option<String> {
        let filter = self.filter;
        let serial = escape::urn(&self.serial);
        match self.scheme {
            Scheme::Sgtin96(prefix) => {
                Some(format!("urn:epc:tag:sgtin-96:{filter}.{}.{serial}", self.parts(prefix)))
            }
            Scheme::Sgtin198(prefix) => {
                Some(format!("urn:epc:tag:sgtin-198:{filter}.{}.{serial}", self.parts(prefix)))
            }
            Scheme::Sscc96(prefix) => {
                Some(format!("urn:epc:tag:sscc-96:{filter}.{}", self.parts(prefix)))
            }
            Scheme::SgtinPlus | Scheme::SsccPlus => None,
        }
    }

    /// Reads a tag URI.
    ///
    /// # Errors
    /// [`Error::NotTag`], or what is wrong with the EPC.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("urn:epc:tag:").ok_or(Error::NotTag)?;
        let (scheme, body) = rest.split_once(':').ok_or(Error::NotTag)?;
        let (filter, epc) = body.split_once('.').ok_or(Error::Parts)?;
        let filter = filter.parse().map_err(|_| Error::NotTag)?;
        let (prefix, _) = epc.split_once('.').ok_or(Error::Parts)?;
        let prefix = Prefix::new(prefix.len())?;
        let (scheme, name) = match scheme {
            "sgtin-96" => (Scheme::Sgtin96(prefix), "sgtin"),
            "sgtin-198" => (Scheme::Sgtin198(prefix), "sgtin"),
            "sscc-96" => (Scheme::Sscc96(prefix), "sscc"),
            _ => return Err(Error::NotTag),
        };
        let link = crate::epc::canonical(&format!("urn:epc:id:{name}:{epc}"))?;
        Self::new(scheme, filter, &DigitalLink::parse(&link.uri)?)
    }

    /// Company prefix and reference with its first digit.
    fn parts(&self, prefix: Prefix) -> String {
        let body = &self.key[..self.key.len() - 1];
        let (first, rest) = body.split_at(1);
        let (prefix, reference) = rest.split_at(prefix.n_digits());
        format!("{prefix}.{first}{reference}")
    }

    /// The bytes of the EPC memory, zeros up to the next word of 16 bits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bits = BitWriter::default();
        match self.scheme {
            Scheme::Sgtin96(prefix) => {
                self.write_partitioned(&mut bits, SGTIN_96, prefix, GTIN_BITS);
                bits.decimal(&self.serial, SERIAL_BITS);
            }
            Scheme::Sgtin198(prefix) => {
                self.write_partitioned(&mut bits, SGTIN_198, prefix, GTIN_BITS);
                self.serial.bytes().for_each(|byte| bits.number(u64::from(byte), 7));
                bits.number(0, 7 * (MAX_SERIAL - self.serial.len()));
            }
            Scheme::Sscc96(prefix) => {
                self.write_partitioned(&mut bits, SSCC_96, prefix, SSCC_BITS);
                bits.number(0, 24);
            }
            Scheme::SgtinPlus => {
                self.write_plus(&mut bits, SGTIN_PLUS);
                write_serial(&mut bits, &self.serial);
            }
            Scheme::SsccPlus => self.write_plus(&mut bits, SSCC_PLUS),
        }
        bits.pad(16);
        bits.groups(8).collect()
    }

    fn write_partitioned(&self, bits: &mut BitWriter, header: u64, prefix: Prefix, n_bits: usize) {
        bits.number(header, 8);
        bits.number(u64::from(self.filter), 3);
        bits.number(prefix.partition() as u64, 3);
        let parts = self.parts(prefix);
        let (company, reference) = parts.split_at(prefix.n_digits());
        bits.decimal(company, prefix.n_bits());
        bits.decimal(&reference[1..], n_bits - prefix.n_bits());
    }

    /// Header, no data behind the EPC, filter, digits of four bits.
    fn write_plus(&self, bits: &mut BitWriter, header: u64) {
        bits.number(header, 8);
        bits.number(0, 1);
        bits.number(u64::from(self.filter), 3);
        self.key.bytes().for_each(|digit| bits.number(u64::from(digit - b'0'), 4));
    }

    /// Reads the bytes of the EPC memory.
    ///
    /// # Errors
    /// [`Error::NotTag`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::NotTag);
        }
        let bits = &mut BitReader::new(bytes.iter().copied(), 8);
        let tag = read(bits).ok_or(Error::NotTag)?;
        // The parts are of the right length; whether the characters are is for the link to say.
        let is_sscc = tag.serial.is_empty();
        let link = match is_sscc {
            true => DigitalLink::sscc(&Sscc::parse(&tag.key)?),
            false => DigitalLink::sgtin(&Gtin::parse(&tag.key)?, &tag.serial)?,
        };
        Self::new(tag.scheme, tag.filter, &link)
    }

    /// The bytes in hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.to_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// Reads hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::NotTag`].
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        if !text.len().is_multiple_of(2) || text.len() > 2 * MAX_BYTES {
            return Err(Error::NotTag);
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
        let pairs = text.as_bytes().chunks_exact(2);
        let bytes: Option<Vec<u8>> =
            pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
        Self::from_bytes(&bytes.ok_or(Error::NotTag)?)
    }
}

/// A serial of SGTIN-96.
fn number(serial: &str) -> Option<u64> {
    let is_number = serial.bytes().all(|byte| byte.is_ascii_digit());
    let has_zeros = serial.len() > 1 && serial.starts_with('0');
    let number = serial.parse().ok().filter(|number| *number < 1 << SERIAL_BITS);
    number.filter(|_| is_number && !has_zeros)
}

fn read(bits: &mut BitReader) -> Option<Tag> {
    let header = bits.number(8)?;
    match header {
        SGTIN_96 => {
            let (filter, prefix, key) = read_partitioned(bits, GTIN_BITS, 13)?;
            let serial = bits.number(SERIAL_BITS)?.to_string();
            Some(Tag { scheme: Scheme::Sgtin96(prefix), filter, key, serial })
        }
        SGTIN_198 => {
            let (filter, prefix, key) = read_partitioned(bits, GTIN_BITS, 13)?;
            let bytes: Option<Vec<u8>> =
                (0..MAX_SERIAL).map(|_| u8::try_from(bits.number(7)?).ok()).collect();
            let serial = String::from_utf8(bytes?).ok()?.trim_end_matches('\0').to_owned();
            Some(Tag { scheme: Scheme::Sgtin198(prefix), filter, key, serial })
        }
        SSCC_96 => {
            let (filter, prefix, key) = read_partitioned(bits, SSCC_BITS, 17)?;
            Some(Tag { scheme: Scheme::Sscc96(prefix), filter, key, serial: String::new() })
        }
        SGTIN_PLUS => {
            let (filter, key) = read_plus(bits, 14)?;
            let serial = read_serial(bits)?;
            Some(Tag { scheme: Scheme::SgtinPlus, filter, key, serial })
        }
        SSCC_PLUS => {
            let (filter, key) = read_plus(bits, 18)?;
            Some(Tag { scheme: Scheme::SsccPlus, filter, key, serial: String::new() })
        }
        _ => None,
    }
}

/// Filter, company prefix, and the key of `n_digits` with its check digit.
fn read_partitioned(
    bits: &mut BitReader,
    n_bits: usize,
    n_digits: usize,
) -> Option<(u8, Prefix, String)> {
    let filter = u8::try_from(bits.number(3)?).ok()?;
    let prefix = Prefix::new(12_usize.checked_sub(bits.small(3)?)?).ok()?;
    let company = bits.decimal(prefix.n_bits(), prefix.n_digits())?;
    let reference = bits.decimal(n_bits - prefix.n_bits(), n_digits - prefix.n_digits())?;
    let (first, rest) = reference.split_at(1);
    let body = [first, &company, rest].concat();
    let check_digit = crate::check_digit::of(&body).ok()?;
    Some((filter, prefix, format!("{body}{check_digit}")))
}

fn read_plus(bits: &mut BitReader, n_digits: usize) -> Option<(u8, String)> {
    let _data_follow = bits.number(1)?;
    let filter = u8::try_from(bits.number(3)?).ok()?;
    let digits = (0..n_digits).map(|_| char::from_digit(u32::try_from(bits.number(4)?).ok()?, 10));
    Some((filter, digits.collect::<Option<String>>()?))
}

/// How a `+` scheme writes text (TDS §14.5.6), in the order of its indicators.
const ENCODINGS: [Encoding; 6] = [
    Encoding::Integer,
    Encoding::UpperHex,
    Encoding::LowerHex,
    Encoding::Base64,
    Encoding::Ascii,
    Encoding::UrnCode40,
];

#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Integer,
    UpperHex,
    LowerHex,
    Base64,
    Ascii,
    UrnCode40,
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The first character pads.
const URN_CODE_40: &[u8; 40] = b"\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789";

impl Encoding {
    /// The characters, and the bits of each; the integer and code 40 group them.
    fn alphabet(self) -> (&'static [u8], usize) {
        match self {
            Encoding::Integer => (b"0123456789", 0),
            Encoding::UpperHex => (b"0123456789ABCDEF", 4),
            Encoding::LowerHex => (b"0123456789abcdef", 4),
            Encoding::Base64 => (BASE64, 6),
            Encoding::Ascii => (&[], 7),
            Encoding::UrnCode40 => (URN_CODE_40, 0),
        }
    }

    fn can_write(self, text: &str) -> bool {
        let alphabet = self.alphabet().0;
        // An integer has no leading zeros.
        let is_integer = !(text.len() > 1 && text.starts_with('0'));
        match self {
            Encoding::Ascii => true,
            Encoding::Integer => is_integer && text.bytes().all(|byte| byte.is_ascii_digit()),
            _ => text.bytes().all(|byte| alphabet.contains(&byte)),
        }
    }

    fn n_bits(self, n_characters: usize) -> usize {
        match self {
            // log2(10) = 3.321928095, rounded up; 20 digits have 67 bits.
            Encoding::Integer => (n_characters * 3_321_928_095).div_ceil(1_000_000_000),
            Encoding::UrnCode40 => n_characters.div_ceil(3) * 16,
            _ => self.alphabet().1 * n_characters,
        }
    }
}

/// Indicator, length, and the text in the encoding that takes the fewest bits.
fn write_serial(bits: &mut BitWriter, serial: &str) {
    let fitting = (0_u64..).zip(ENCODINGS).filter(|(_, encoding)| encoding.can_write(serial));
    let best = fitting.min_by_key(|(_, encoding)| encoding.n_bits(serial.len()));
    let (indicator, encoding) = best.expect("ASCII takes any serial");
    bits.number(indicator, 3);
    bits.number(serial.len() as u64, 5);
    let (alphabet, n_bits) = encoding.alphabet();
    let value = |byte: u8| alphabet.iter().position(|known| *known == byte).unwrap_or(0) as u64;
    match encoding {
        Encoding::Integer => bits.decimal(serial, encoding.n_bits(serial.len())),
        Encoding::Ascii => serial.bytes().for_each(|byte| bits.number(u64::from(byte), n_bits)),
        Encoding::UrnCode40 => {
            for three in serial.as_bytes().chunks(3) {
                let at = |nth: usize| three.get(nth).map_or(0, |byte| value(*byte));
                bits.number(1600 * at(0) + 40 * at(1) + at(2) + 1, 16);
            }
        }
        _ => serial.bytes().for_each(|byte| bits.number(value(byte), n_bits)),
    }
}

fn read_serial(bits: &mut BitReader) -> Option<String> {
    let encoding = *ENCODINGS.get(bits.small(3)?)?;
    let n_characters = bits.small(5)?;
    if !(1..=MAX_SERIAL).contains(&n_characters) {
        return None;
    }
    let (alphabet, n_bits) = encoding.alphabet();
    let mut text = String::new();
    match encoding {
        Encoding::Integer => return bits.decimal(encoding.n_bits(n_characters), n_characters),
        Encoding::UrnCode40 => {
            for _ in 0..n_characters.div_ceil(3) {
                let group = bits.small(16)?.checked_sub(1)?;
                for at in [group / 1600, group / 40 % 40, group % 40] {
                    text.push(char::from(*alphabet.get(at)?));
                }
            }
            let text = text.trim_end_matches('\0');
            return (text.len() == n_characters).then(|| text.to_owned());
        }
        Encoding::Ascii => {
            for _ in 0..n_characters {
                text.push(char::from(u8::try_from(bits.number(n_bits)?).ok()?));
            }
        }
        _ => {
            for _ in 0..n_characters {
                text.push(char::from(*alphabet.get(bits.small(n_bits)?)?));
            }
        }
    }
    Some(text)
}
