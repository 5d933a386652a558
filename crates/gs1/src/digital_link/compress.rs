//! The compressed form (GS1 Digital Link Standard: Compression).
//!
//! The last segment of the path is base64url of bits: for each element its AI in digits of four
//! bits, then its value, digits as a binary number and text in the narrowest of five encodings.
//! Two hexadecimal digits that are no AI stand for a sequence of AIs, or for a part of the query
//! that is no element.

use std::borrow::Cow;

use super::{DigitalLink, Leniency, OthersOnly};
use crate::{
    Error,
    bits::{BitReader, BitWriter},
    charset::Charset,
    dictionary::{Ai, Component, Entry, Presence},
    element_string::{Depth, Element, ElementString, MAX_ELEMENTS},
};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The sequences that have a code of their own: code, then AIs.
const SEQUENCES: &[(u8, &[&str])] = &[
    (0x0A, &["01", "22"]),
    (0x0B, &["01", "10"]),
    (0x0C, &["01", "21"]),
    (0x0D, &["01", "17"]),
    (0x0E, &["01", "7003"]),
    (0x0F, &["01", "30"]),
    (0x1A, &["01", "10", "21", "17"]),
    (0x1B, &["01", "15"]),
    (0x1C, &["01", "11"]),
    (0x1D, &["01", "16"]),
    (0x1E, &["01", "91"]),
    (0x1F, &["01", "10", "15"]),
    (0x2A, &["01", "3100"]),
    (0x2B, &["01", "3101"]),
    (0x2C, &["01", "3102"]),
    (0x2D, &["01", "3103"]),
    (0x2E, &["01", "3104"]),
    (0x2F, &["01", "3105"]),
    (0x3A, &["01", "3200"]),
    (0x3B, &["01", "3201"]),
    (0x3C, &["01", "3202"]),
    (0x3D, &["01", "3203"]),
    (0x3E, &["01", "3204"]),
    (0x3F, &["01", "3205"]),
    (0x9A, &["8010", "8011"]),
    (0x9B, &["8017", "8019"]),
    (0x9C, &["8018", "8019"]),
    (0x9D, &["414", "254"]),
    (0xA0, &["01", "3920"]),
    (0xA1, &["01", "3921"]),
    (0xA2, &["01", "3922"]),
    (0xA3, &["01", "3923"]),
    (0xA4, &["01", "3924"]),
    (0xA5, &["01", "3925"]),
    (0xA6, &["01", "3926"]),
    (0xA7, &["01", "3927"]),
    (0xA8, &["01", "3928"]),
    (0xA9, &["01", "3929"]),
    (0xC0, &["255", "3900"]),
    (0xC1, &["255", "3901"]),
    (0xC2, &["255", "3902"]),
    (0xC3, &["255", "3903"]),
    (0xC4, &["255", "3904"]),
    (0xC5, &["255", "3905"]),
    (0xC6, &["255", "3906"]),
    (0xC7, &["255", "3907"]),
    (0xC8, &["255", "3908"]),
    (0xC9, &["255", "3909"]),
    (0xCA, &["255", "3940"]),
    (0xCB, &["255", "3941"]),
    (0xCC, &["255", "3942"]),
    (0xCD, &["255", "3943"]),
];

/// A part of a value, as the compression sees it.
#[derive(Clone, Copy)]
struct Part {
    is_number: bool,
    /// The exact length, if there is one.
    fixed: Option<usize>,
    max: usize,
}

impl DigitalLink<'_> {
    /// The link with all its elements compressed, under its own stem; parts of the query that are
    /// no elements stay as they are.
    pub fn compress(&self) -> String {
        let mut bits = BitWriter::default();
        for element in &self.elements {
            for digit in element.ai().to_string().bytes() {
                bits.number(u64::from(digit - b'0'), 4);
            }
            write_value(&mut bits, element);
        }
        bits.pad(6);
        let mut out = self.stem.as_ref().to_owned();
        out.push('/');
        out.extend(bits.groups(6).map(|group| char::from(BASE64[usize::from(group)])));
        self.write_query(&mut out, OthersOnly::Yes);
        out
    }
}

impl DigitalLink<'static> {
    /// Reads a compressed link, also one whose primary key is not compressed:
    /// `https://example.com/01/09521234543213/…`.
    ///
    /// # Errors
    /// [`Error::NotCompressed`], or what is wrong with the elements.
    pub fn decompress(uri: &str) -> Result<Self, Error> {
        let uri = uri.split_once('#').map_or(uri, |(before, _fragment)| before);
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let (stem, coded) = path.rsplit_once('/').ok_or(Error::NotCompressed)?;
        let mut stem = stem.to_owned();
        let (mut elements, mut others) = (Vec::new(), Vec::new());
        read_elements(coded, &mut elements, &mut others)?;
        // With a key of its own the coded part is whole, whatever the path before it looks like.
        let is_whole = elements.first().is_some_and(|it| it.entry().qualifiers().is_some());
        if let Some(key) = DigitalLink::parse(&stem).ok().filter(|_| !is_whole) {
            let legible = key.elements.into_iter().map(Element::into_owned);
            elements = legible.chain(elements).collect();
            stem = key.stem.into_owned();
        }
        others.extend(query.split('&').filter(|part| !part.is_empty()).map(str::to_owned));
        let elements = ElementString::from_elements(elements)?;
        let mut link = DigitalLink::build_under(elements, Cow::Owned(stem), Leniency::default())?;
        if link.elements.len() + others.len() > MAX_ELEMENTS {
            return Err(Error::TooManyElements);
        }
        link.others = others.into_iter().map(Cow::Owned).collect();
        Ok(link)
    }
}

/// The parts of a value: neighbouring components of one kind are one part.
fn parts(components: &[Component]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for component in components {
        let is_number = component.charset == Charset::Digits;
        let is_fixed = component.min == component.max && component.presence == Presence::Mandatory;
        match parts.last_mut() {
            // Text joins text; numbers join if both or none have one length.
            Some(last)
                if last.is_number == is_number
                    && (!is_number || last.fixed.is_some() == is_fixed) =>
            {
                last.max += component.max;
                last.fixed = last.fixed.filter(|_| is_fixed).map(|n| n + component.max);
            }
            _ => parts.push(Part {
                is_number,
                fixed: is_fixed.then_some(component.max),
                max: component.max,
            }),
        }
    }
    parts
}

/// As the standard computes it: the bits of so many digits, and a hundredth, rounded up.
fn number_bits(n_digits: usize) -> usize {
    // log2(10) = 3.3219281; no bits for no digits.
    if n_digits == 0 { 0 } else { (n_digits * 33_219_281 + 100_000).div_ceil(10_000_000) }
}

/// The bits of a length up to `max`.
fn length_bits(max: usize) -> usize {
    (usize::BITS - max.leading_zeros()) as usize
}

fn write_value(bits: &mut BitWriter, element: &Element<'_>) {
    let mut rest = element.value();
    let parts = parts(element.entry().components());
    for (nth, part) in parts.iter().enumerate() {
        // Only the last part varies in length where another follows a number of fixed length.
        let is_last = nth + 1 == parts.len();
        let n_taken = if is_last { rest.len() } else { part.fixed.unwrap_or(part.max) };
        let (text, behind) = rest.split_at(n_taken.min(rest.len()));
        rest = behind;
        if part.is_number {
            if part.fixed.is_none() {
                bits.number(text.len() as u64, length_bits(part.max));
            }
            bits.decimal(text, number_bits(text.len()));
        } else {
            let length = part.fixed.is_none().then_some(length_bits(part.max));
            write_text(bits, text, length);
        }
    }
}

/// Text in the first encoding that can hold it.
fn write_text(bits: &mut BitWriter, text: &str, n_length: Option<usize>) {
    let all = |fits: fn(u8) -> bool| text.bytes().all(fits);
    let encoding = if !text.is_empty() && all(|byte| byte.is_ascii_digit()) {
        0
    } else if all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        1
    } else if all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) {
        2
    } else if all(|byte| BASE64.contains(&byte)) {
        3
    } else {
        4
    };
    bits.number(encoding, 3);
    if let Some(n_length) = n_length {
        bits.number(text.len() as u64, n_length);
    }
    match encoding {
        0 => bits.decimal(text, number_bits(text.len())),
        1 | 2 => {
            for digit in text.chars() {
                bits.number(u64::from(digit.to_digit(16).unwrap_or_default()), 4);
            }
        }
        3 => {
            for byte in text.bytes() {
                let at = BASE64.iter().position(|known| *known == byte).unwrap_or_default();
                bits.number(at as u64, 6);
            }
        }
        _ => text.bytes().for_each(|byte| bits.number(u64::from(byte), 7)),
    }
}

fn read_elements(
    coded: &str,
    elements: &mut Vec<Element<'static>>,
    others: &mut Vec<String>,
) -> Result<(), Error> {
    let groups = coded.bytes().map(|byte| BASE64.iter().position(|known| *known == byte));
    let groups: Option<Vec<u8>> =
        groups.map(|at| at.and_then(|at| u8::try_from(at).ok())).collect();
    let mut bits = BitReader::new(groups.ok_or(Error::NotCompressed)?, 6);
    while bits.n_left() >= 8 {
        if elements.len() + others.len() >= MAX_ELEMENTS {
            return Err(Error::TooManyElements);
        }
        let code = bits.small(8).ok_or(Error::NotCompressed)?;
        if let Some((_, ais)) = SEQUENCES.iter().find(|(known, _)| usize::from(*known) == code) {
            for ai in *ais {
                elements.push(read_element(&mut bits, Ai::known(ai))?);
            }
        } else if code >> 4 == 0xF {
            others.push(read_other(&mut bits, code & 0xF).ok_or(Error::NotCompressed)?);
        } else {
            let ai = read_ai(&mut bits, code).ok_or(Error::NotCompressed)?;
            elements.push(read_element(&mut bits, ai)?);
        }
    }
    if bits.is_padding() && bits.n_left() < 6 { Ok(()) } else { Err(Error::NotCompressed) }
}

/// The AI whose first two digits are `code`.
fn read_ai(bits: &mut BitReader, code: usize) -> Option<Ai> {
    let mut digits = vec![code >> 4, code & 0xF];
    let n_digits = Entry::n_digits_of_prefix(digits[0], digits[1])?;
    while digits.len() < n_digits {
        digits.push(bits.small(4)?);
    }
    let digits: Option<String> =
        digits.into_iter().map(|digit| char::from_digit(digit as u32, 10)).collect();
    Ai::parse(&digits?)
}

fn read_element(bits: &mut BitReader, ai: Ai) -> Result<Element<'static>, Error> {
    let entry = Entry::of(ai).ok_or_else(|| Error::UnknownAi { found: ai.to_string() })?;
    let mut value = String::new();
    for part in parts(entry.components()) {
        let text = read_part(bits, part).ok_or(Error::NotCompressed)?;
        value.push_str(&text);
    }
    Element::checked(ai, entry, Cow::Owned(value), Depth::Full)
}

fn read_part(bits: &mut BitReader, part: Part) -> Option<String> {
    if part.is_number {
        let n_digits = match part.fixed {
            Some(n_digits) => n_digits,
            None => bits.small(length_bits(part.max))?,
        };
        return bits.decimal(number_bits(n_digits), n_digits);
    }
    let encoding = bits.small(3)?;
    let n_characters = match part.fixed {
        Some(n_characters) => n_characters,
        None => bits.small(length_bits(part.max))?,
    };
    read_text(bits, encoding, n_characters)
}

fn read_text(bits: &mut BitReader, encoding: usize, n_characters: usize) -> Option<String> {
    let mut each = |n_bits: usize, character: fn(usize) -> Option<char>| {
        (0..n_characters).map(|_| bits.small(n_bits).and_then(character)).collect()
    };
    match encoding {
        0 => bits.decimal(number_bits(n_characters), n_characters),
        1 => each(4, |digit| char::from_digit(digit as u32, 16)),
        2 => each(4, |digit| char::from_digit(digit as u32, 16).map(|c| c.to_ascii_uppercase())),
        3 => each(6, |at| Some(char::from(BASE64[at]))),
        4 => each(7, |byte| u8::try_from(byte).ok().map(char::from)),
        _ => None,
    }
}

/// A part of the query that is no element; `high` are the first four bits of its name's length.
fn read_other(bits: &mut BitReader, high: usize) -> Option<String> {
    let n_name = high << 3 | bits.small(3)?;
    let name = read_text(bits, 3, n_name)?;
    let (encoding, n_characters) = (bits.small(3)?, bits.small(7)?);
    let value = read_text(bits, encoding, n_characters)?;
    Some(format!("{name}={}", crate::escape::query(&value)))
}
