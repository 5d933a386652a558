//! The schemes before TDS 2, whose tags hold the parts of an EPC URN (EPC Tag Data Standard 2.3
//! §14.3, §14.4, §14.6).

use super::scheme::{Layout, Parted, Reference, Scheme, Tail};
use super::text;
use crate::{
    bits::{BitReader, BitWriter},
    escape,
};

/// Bits of the company prefix, by partition 0 to 6; it has 12 to 6 digits.
const PREFIX_BITS: [usize; 7] = [40, 37, 34, 30, 27, 24, 20];
const PARTITION_BITS: usize = 3;
const PIECE_BITS: usize = 7;
/// The most characters of a company prefix and free text behind it.
const MAX_FREE: usize = 30;

/// Stands before a code of five characters (§14.3.7).
const SHORT_CAGE: u64 = 0b10_0000;

/// Splits the body of a URN into the parts that a scheme has; the last may hold dots.
pub(super) fn parts(scheme: Scheme, body: &str) -> Option<Vec<&str>> {
    let n_parts = match scheme.layout() {
        Layout::Parted(Parted { reference, tail, .. }) => {
            let n_pieces = if matches!(reference, Reference::Pieces { .. }) { 2 } else { 0 };
            let has_tail = !matches!(tail, Tail::Nothing | Tail::Zeros(_));
            2 + n_pieces + usize::from(has_tail)
        }
        Layout::General | Layout::Aerospace => 3,
        Layout::Defense => 2,
        Layout::Plus(_) => return None,
    };
    let parts: Vec<&str> = body.splitn(n_parts, '.').collect();
    (parts.len() == n_parts).then_some(parts)
}

/// Writes what follows header and filter; `None` if the scheme cannot hold it.
pub(super) fn write(bits: &mut BitWriter, scheme: Scheme, body: &str) -> Option<()> {
    let parts = parts(scheme, body)?;
    match scheme.layout() {
        Layout::Parted(parted) => parted.write(bits, &parts),
        Layout::General => {
            let n_bits = [28, 24, 36];
            parts.iter().zip(n_bits).try_for_each(|(part, n)| write_number(bits, part, n))
        }
        Layout::Defense => {
            let spaced = format!("{:>6}", parts[0]);
            spaced.bytes().for_each(|byte| bits.number(u64::from(byte), 8));
            (spaced.len() == 6).then_some(())?;
            write_number(bits, parts[1], 36)
        }
        Layout::Aerospace => {
            if parts[0].len() == 5 {
                bits.number(SHORT_CAGE, 6);
            }
            text::write_six(bits, parts[0])?;
            for part in &parts[1..] {
                text::write_six(bits, &escape::decode(part).ok()?)?;
                bits.number(0, 6);
            }
            Some(())
        }
        Layout::Plus(_) => None,
    }
}

/// Reads what [`write`] wrote: the body of a URN.
pub(super) fn read(bits: &mut BitReader, scheme: Scheme) -> Option<String> {
    let parts = match scheme.layout() {
        Layout::Parted(parted) => parted.read(bits)?,
        Layout::General => {
            [28, 24, 36].iter().map(|n| read_number(bits, *n)).collect::<Option<_>>()?
        }
        Layout::Defense => {
            let bytes = (0..6).map(|_| u8::try_from(bits.number(8)?).ok());
            let cage = String::from_utf8(bytes.collect::<Option<_>>()?).ok()?;
            vec![cage.trim_start().to_owned(), read_number(bits, 36)?]
        }
        Layout::Aerospace => {
            let is_short = bits.clone().number(6)? == SHORT_CAGE;
            if is_short {
                bits.number(6)?;
            }
            let n_characters = if is_short { 5 } else { 6 };
            let cage = (0..n_characters).map(|_| text::read_six(bits)?);
            let cage: String = cage.collect::<Option<_>>()?;
            let part = text::read_terminated(bits, 32)?;
            // With the sign of a number that the enterprise gave.
            let serial = text::read_terminated(bits, 31)?;
            vec![cage, escape::urn(&part).into_owned(), escape::urn(&serial).into_owned()]
        }
        Layout::Plus(_) => return None,
    };
    Some(parts.join("."))
}

impl Parted {
    fn write(self, bits: &mut BitWriter, parts: &[&str]) -> Option<()> {
        let [company, reference, rest @ ..] = parts else { return None };
        let partition = 12_usize.checked_sub(company.len())?;
        let n_company = *PREFIX_BITS.get(partition)?;
        bits.number(partition as u64, PARTITION_BITS);
        write_digits(bits, company, n_company)?;
        match self.reference {
            Reference::Padded { n_bits, n_digits } | Reference::Pieces { n_bits, n_digits } => {
                (company.len() + reference.len() == n_digits).then_some(())?;
                write_digits(bits, reference, n_bits - n_company)?;
            }
            Reference::Number { n_bits } => write_number(bits, reference, n_bits - n_company)?,
            Reference::Text { n_bits } => {
                let free = escape::decode(reference).ok()?;
                (company.len() + free.len() <= MAX_FREE).then_some(())?;
                text::write_ascii(bits, &free, n_bits - n_company)?;
            }
            Reference::Terminated => {
                let free = escape::decode(reference).ok()?;
                (company.len() + free.len() <= MAX_FREE).then_some(())?;
                text::write_six(bits, &free)?;
                bits.number(0, 6);
            }
        }
        for piece in &rest[..rest.len().saturating_sub(1)] {
            (piece.len() == 2).then_some(())?;
            write_digits(bits, piece, PIECE_BITS)?;
        }
        self.write_tail(bits, rest.last().copied().unwrap_or_default())
    }

    fn write_tail(self, bits: &mut BitWriter, serial: &str) -> Option<()> {
        match self.tail {
            Tail::Nothing => Some(()),
            Tail::Zeros(n_bits) => {
                bits.number(0, n_bits);
                Some(())
            }
            Tail::Number(n_bits) => write_number(bits, serial, n_bits),
            Tail::Digits(n_bits) => {
                // So many digits that a 1 before nines still fits.
                let n_most = (n_bits * 3_010).div_euclid(10_000);
                (serial.len() <= n_most).then_some(())?;
                write_digits(bits, &format!("1{serial}"), n_bits)
            }
            Tail::Text(n_bits) => text::write_ascii(bits, &escape::decode(serial).ok()?, n_bits),
        }
    }

    fn read(self, bits: &mut BitReader) -> Option<Vec<String>> {
        let partition = bits.small(PARTITION_BITS)?;
        let n_company = *PREFIX_BITS.get(partition)?;
        let n_digits_company = 12 - partition;
        let mut parts = vec![bits.decimal(n_company, n_digits_company)?];
        match self.reference {
            Reference::Padded { n_bits, n_digits } | Reference::Pieces { n_bits, n_digits } => {
                parts.push(bits.decimal(n_bits - n_company, n_digits - n_digits_company)?);
            }
            Reference::Number { n_bits } => parts.push(read_number(bits, n_bits - n_company)?),
            Reference::Text { n_bits } => {
                let free = text::read_ascii(bits, n_bits - n_company)?;
                (n_digits_company + free.len() <= MAX_FREE).then_some(())?;
                parts.push(escape::urn(&free).into_owned());
            }
            Reference::Terminated => {
                let free = text::read_terminated(bits, MAX_FREE - n_digits_company)?;
                parts.push(escape::urn(&free).into_owned());
            }
        }
        if matches!(self.reference, Reference::Pieces { .. }) {
            parts.push(bits.decimal(PIECE_BITS, 2)?);
            parts.push(bits.decimal(PIECE_BITS, 2)?);
        }
        match self.tail {
            Tail::Nothing => {}
            Tail::Zeros(n_bits) => bits.zeros(n_bits)?,
            Tail::Number(n_bits) => parts.push(read_number(bits, n_bits)?),
            Tail::Digits(n_bits) => {
                parts.push(read_number(bits, n_bits)?.strip_prefix('1')?.to_owned());
            }
            Tail::Text(n_bits) => {
                let serial = text::read_ascii(bits, n_bits)?;
                parts.push(escape::urn(&serial).into_owned());
            }
        }
        Some(parts)
    }
}

/// Digits whose value is below 2^`n_bits`.
fn write_digits(bits: &mut BitWriter, digits: &str, n_bits: usize) -> Option<()> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    // No field has more than 82 bits, or 25 digits.
    let value: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    (is_number && value < 1 << n_bits).then_some(())?;
    bits.decimal(digits, n_bits);
    Some(())
}

/// As [`write_digits`], for a number without leading zeros (§14.3.1).
fn write_number(bits: &mut BitWriter, number: &str, n_bits: usize) -> Option<()> {
    let has_zeros = number.len() > 1 && number.starts_with('0');
    (!number.is_empty() && !has_zeros).then_some(())?;
    write_digits(bits, number, n_bits)
}

fn read_number(bits: &mut BitReader, n_bits: usize) -> Option<String> {
    // 82 bits have 25 digits.
    let digits = bits.decimal(n_bits, 25)?;
    let number = digits.trim_start_matches('0');
    Some(if number.is_empty() { "0".to_owned() } else { number.to_owned() })
}
