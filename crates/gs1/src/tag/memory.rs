//! The memory bank of an EPC: its protocol word, its checksum, and what is there when it holds no
//! EPC (EPC Tag Data Standard 2.3 §9.3, §12.4, §15.1, §15.2).

use std::fmt;

use super::{MAX_BITS, Tag, WORD_BITS};
use crate::{
    Error,
    bits::{BitReader, BitWriter},
};

/// What the protocol word says beside the length; printed as in a tag URI: `[att=x01][umi=1]:`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Control {
    /// Attribute bits: what handling the object needs.
    pub attributes: u8,
    /// Whether the user memory bank holds data.
    pub has_user_memory: bool,
    /// The extended protocol control words, 16 or 32 bits; they stand elsewhere in the bank.
    pub extended: Option<u32>,
}

impl Control {
    /// Reads the control fields at the start of a text, and what follows them.
    pub(super) fn read(text: &str) -> Result<(Self, &str), Error> {
        let mut control = Self::default();
        if !text.starts_with('[') {
            return Ok((control, text));
        }
        let mut rest = text;
        while let Some(field) = rest.strip_prefix('[') {
            let (field, behind) = field.split_once(']').ok_or(Error::NotTag)?;
            rest = behind;
            let (name, value) = field.split_once('=').ok_or(Error::NotTag)?;
            match (name, value, value.strip_prefix('x')) {
                ("umi", "0" | "1", _) => control.has_user_memory = value == "1",
                ("att", _, Some(hex)) => {
                    control.attributes =
                        of_hex(hex).and_then(|it| u8::try_from(it).ok()).ok_or(Error::NotTag)?;
                }
                ("xpc" | "xpc-w1", _, Some(hex)) => {
                    control.extended = Some(of_hex(hex).ok_or(Error::NotTag)?);
                }
                _ => return Err(Error::NotTag),
            }
        }
        let rest = rest.strip_prefix(':').ok_or(Error::NotTag)?;
        Ok((control, rest))
    }
}

/// At most eight upper-case hexadecimal digits.
fn of_hex(digits: &str) -> Option<u32> {
    let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let fits = is_hex && (1..=8).contains(&digits.len());
    u32::from_str_radix(digits, 16).ok().filter(|_| fits)
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return Ok(());
        }
        if self.attributes != 0 {
            write!(f, "[att=x{:02X}]", self.attributes)?;
        }
        if self.has_user_memory {
            f.write_str("[umi=1]")?;
        }
        match self.extended {
            Some(words @ 0x1_0000..) => write!(f, "[xpc=x{words:08X}]")?,
            Some(word) => write!(f, "[xpc-w1=x{word:04X}]")?,
            None => {}
        }
        f.write_str(":")
    }
}

/// Hexadecimal digits in either case as numbers; `None` for none or any other character.
pub(super) fn hex_digits(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    text.bytes().map(digit).collect::<Option<Vec<u8>>>().filter(|digits| !digits.is_empty())
}

/// Bits of the length in the protocol word, of the word, and of the checksum before it.
const LENGTH_BITS: usize = 5;
const CRC_BITS: usize = 16;

impl Tag {
    /// Reads the hexadecimal digits of a whole memory bank: protocol word and EPC, with or without
    /// the checksum before them.
    ///
    /// # Errors
    /// [`Error::NotTag`], also if length or checksum do not fit.
    pub fn from_bank_hex(text: &str) -> Result<Self, Error> {
        let digits = hex_digits(text).ok_or(Error::NotTag)?;
        let n_bits = 4 * digits.len();
        if n_bits > CRC_BITS + WORD_BITS + MAX_BITS || !n_bits.is_multiple_of(WORD_BITS) {
            return Err(Error::NotTag);
        }
        let bank = BitReader::new(digits, 4);
        // A checksum that fits is no accident; a length may be.
        of_checked(bank.clone()).or_else(|| of_bank(bank)).ok_or(Error::NotTag)
    }

    /// The bytes of the memory bank: checksum, protocol word, EPC. The extended words stand
    /// elsewhere and are left out.
    pub fn to_bank(&self) -> Vec<u8> {
        let epc = self.to_bytes();
        let mut word = BitWriter::default();
        word.number((8 * epc.len()).div_ceil(WORD_BITS) as u64, LENGTH_BITS);
        word.number(u64::from(self.control.has_user_memory), 1);
        word.number(u64::from(self.control.extended.is_some()), 1);
        word.number(0, 1);
        word.number(u64::from(self.control.attributes), 8);
        let covered: Vec<u8> = word.groups(8).chain(epc).collect();
        let crc = crc_16(covered.iter().copied());
        crc.to_be_bytes().into_iter().chain(covered).collect()
    }
}

/// Protocol word and EPC.
fn of_bank(mut bank: BitReader) -> Option<Tag> {
    let n_words = bank.small(LENGTH_BITS)?;
    let (has_user_memory, _extended) = (bank.number(1)? == 1, bank.number(1)?);
    // Set for what is no EPC.
    bank.zeros(1)?;
    let attributes = u8::try_from(bank.number(8)?).ok()?;
    (bank.n_left() == WORD_BITS * n_words).then_some(())?;
    let tag = Tag::of_bits(&mut bank).ok()?;
    Some(tag.with_control(Control { attributes, has_user_memory, extended: None }))
}

/// As [`of_bank`], behind a checksum.
fn of_checked(mut bank: BitReader) -> Option<Tag> {
    let crc = bank.number(CRC_BITS)?;
    let mut covered = bank.clone();
    let bytes = (0..covered.n_left() / 8).map(|_| u8::try_from(covered.number(8)?).ok());
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    (u64::from(crc_16(bytes.into_iter())) == crc).then_some(())?;
    of_bank(bank)
}

/// The checksum of ISO/IEC 13239: the polynomial 0x1021, all bits inverted before and after.
fn crc_16(bytes: impl Iterator<Item = u8>) -> u16 {
    let shifted = |crc: u16, _| crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 };
    !bytes.fold(0xFFFF, |crc, byte| (0..8).fold(crc ^ u16::from(byte) << 8, shifted))
}

/// The memory of a tag as a number, whatever it holds: `urn:epc:raw:96.x3074257BF7194E4000001A85`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Raw {
    control: Control,
    /// 1 to [`MAX_BITS`].
    n_bits: usize,
    /// The application family, if it is no EPC.
    family: Option<u8>,
    /// The digits of four bits, with zeros before them.
    digits: Vec<u8>,
}

impl Raw {
    /// Reads a raw URI in hexadecimal or, as older releases wrote it, decimal digits.
    ///
    /// # Errors
    /// [`Error::NotTag`].
    pub fn parse(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("urn:epc:raw:").ok_or(Error::NotTag)?;
        let (control, rest) = Control::read(rest)?;
        Self::of_body(control, rest).ok_or(Error::NotTag)
    }

    fn of_body(control: Control, body: &str) -> Option<Self> {
        let mut parts = body.split('.');
        let n_bits = parts.next()?;
        let is_number =
            n_bits.bytes().all(|byte| byte.is_ascii_digit()) && !n_bits.starts_with('0');
        let n_bits: usize = n_bits.parse().ok().filter(|_| is_number)?;
        let (first, second) = (parts.next()?, parts.next());
        if n_bits > MAX_BITS || parts.next().is_some() {
            return None;
        }
        let family = match second {
            Some(_) => Some(u8::try_from(of_hex(first.strip_prefix('x')?)?).ok()?),
            None => None,
        };
        let payload = second.unwrap_or(first);
        let n_digits = n_bits.div_ceil(4);
        let digits = match payload.strip_prefix('x') {
            Some("") => Vec::new(),
            Some(hex) if hex.bytes().all(|it| !it.is_ascii_lowercase()) => hex_digits(hex)?,
            Some(_) => return None,
            None if family.is_none() => of_decimal(payload)?,
            None => return None,
        };
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        let significant = &digits[zeros..];
        let n_missing = n_digits.checked_sub(significant.len())?;
        let digits = [&vec![0; n_missing][..], significant].concat();
        let top = usize::from(digits.first().copied().unwrap_or(0));
        // The first digit may have fewer than four bits.
        let fits = n_bits.is_multiple_of(4) || top < 1 << (n_bits % 4);
        fits.then_some(Self { control, n_bits, family, digits })
    }

    /// The EPC, if these bits are one.
    pub fn tag(&self) -> Option<Tag> {
        if self.family.is_some() || !self.n_bits.is_multiple_of(4) {
            return None;
        }
        let mut bits = BitReader::new(self.digits.iter().copied(), 4);
        Some(Tag::of_bits(&mut bits).ok()?.with_control(self.control.clone()))
    }
}

/// Decimal digits as digits of four bits, at most 128 of them.
fn of_decimal(number: &str) -> Option<Vec<u8>> {
    const WIDTH: usize = 512;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let has_zeros = number.len() > 1 && number.starts_with('0');
    // 10^154 is the last power of ten below 2^512.
    if !is_number || has_zeros || !(1..=154).contains(&number.len()) {
        return None;
    }
    let mut bits = BitWriter::default();
    bits.decimal(number, WIDTH);
    Some(bits.groups(4).collect())
}

/// Prints hexadecimal digits.
impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "urn:epc:raw:{}{}.", self.control, self.n_bits)?;
        if let Some(family) = self.family {
            write!(f, "x{family:02X}.")?;
        }
        f.write_str("x")?;
        self.digits.iter().try_for_each(|digit| write!(f, "{digit:X}"))
    }
}
