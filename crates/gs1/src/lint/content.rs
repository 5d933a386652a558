//! Check digits, numbers, and the other contents that are neither times nor codes of a list.

use super::{Fault, Finding, charset, code_lists};
use crate::{charset::Charset, check_digit as digit};

pub(super) fn check_digit(text: &str) -> Result<(), Finding> {
    let Some(body) = text.len().checked_sub(1) else {
        return Err(Finding::whole(Fault::ShortForCheckDigit, text));
    };
    charset(Charset::Digits, text)?;
    match digit::verify(text) {
        Ok(()) => Ok(()),
        Err(_) => Err(Finding::at(Fault::CheckDigit, body, 1)),
    }
}

/// The weights of the check pair, from its left neighbour on (GS1 General Specifications §7.9.5):
/// as many primes as a value may have characters, and the pair with them at most 99.
const PRIMES: [u32; 97] = primes();

const fn primes() -> [u32; 97] {
    let (mut found, mut n_found, mut candidate) = ([0; 97], 0, 2);
    while n_found < found.len() {
        let mut nth = 0;
        while nth < n_found && candidate % found[nth] != 0 {
            nth += 1;
        }
        if nth == n_found {
            found[n_found] = candidate;
            n_found += 1;
        }
        candidate += 1;
    }
    found
}

pub(super) fn check_pair(text: &str) -> Result<(), Finding> {
    const CSET32: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let n_characters = text.chars().count();
    if n_characters < 2 {
        return Err(Finding::whole(Fault::ShortForCheckPair, text));
    }
    if n_characters > PRIMES.len() + 2 {
        return Err(Finding::whole(Fault::LongForCheckPair, text));
    }
    let at = text.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    let (body, pair) = text.split_at(at);
    charset(Charset::Cset82, body)?;
    let weighted = body.bytes().rev().zip(PRIMES);
    let sum = weighted.map(|(byte, prime)| cset82_value(byte) * prime).sum::<u32>() % 1021;
    let expected = [sum >> 5, sum & 31].map(|value| CSET32[value as usize]);
    if pair.as_bytes() == expected {
        Ok(())
    } else {
        Err(Finding::at(Fault::CheckPair, at, pair.len()))
    }
}

/// The place of a character in CSET 82, 0 to 81.
fn cset82_value(byte: u8) -> u32 {
    let (first, value) = match byte {
        b'!'..=b'"' => (b'!', 0),
        b'%'..=b'?' => (b'%', 2),
        b'A'..=b'Z' => (b'A', 29),
        b'_' => (b'_', 55),
        _ => (b'a', 56),
    };
    u32::from(byte - first) + value
}

/// The digits that every company prefix has.
const N_GCP_MIN: usize = 4;

/// `skip` ASCII characters stand before the company prefix.
pub(super) fn company_prefix(text: &str, skip: usize) -> Result<(), Finding> {
    if text.len() <= skip || !text.is_char_boundary(skip) {
        return Err(Finding::whole(Fault::ShortForGcp, text));
    }
    let rest = &text[skip..];
    if rest.chars().count() < N_GCP_MIN {
        return Err(Finding::at(Fault::ShortForGcp, skip, rest.len()));
    }
    let mut start = rest.char_indices().take(N_GCP_MIN);
    match start.find(|(_, character)| !character.is_ascii_digit()) {
        None => Ok(()),
        Some((at, found)) => Err(Finding::at(Fault::GcpPrefix, skip + at, found.len_utf8())),
    }
}

pub(super) fn has_non_digit(text: &str) -> Result<(), Finding> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    if all { Err(Finding::whole(Fault::AllDigits, text)) } else { Ok(()) }
}

pub(super) fn hyphens(text: &str) -> Result<(), Finding> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte == b'-');
    if all { Ok(()) } else { Err(Finding::whole(Fault::NotHyphen, text)) }
}

pub(super) fn zeros(text: &str) -> Result<(), Finding> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    if all { Ok(()) } else { Err(Finding::whole(Fault::NotZero, text)) }
}

pub(super) fn non_zero(text: &str) -> Result<(), Finding> {
    charset(Charset::Digits, text)?;
    let all = text.bytes().all(|byte| byte == b'0');
    if all { Err(Finding::whole(Fault::Zero, text)) } else { Ok(()) }
}

pub(super) fn no_zero_prefix(text: &str) -> Result<(), Finding> {
    charset(Charset::Digits, text)?;
    if text.starts_with('0') {
        return Err(Finding::at(Fault::ZeroPrefix, 0, 1));
    }
    Ok(())
}

/// ISO 13616-1: what follows the first four characters, then these, as digits (A is 10), leave 1
/// when divided by 97.
pub(super) fn iban(text: &str) -> Result<(), Finding> {
    match text.chars().count() {
        0..=10 => return Err(Finding::whole(Fault::IbanShort, text)),
        35.. => return Err(Finding::whole(Fault::IbanLong, text)),
        _ => {}
    }
    let n_country = text.char_indices().nth(2).map_or(0, |(at, _)| at);
    if !code_lists::country_alpha2(&text[..n_country]) {
        return Err(Finding::at(Fault::IbanCountry, 0, n_country));
    }
    let allowed = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    if let Some((at, found)) = text.char_indices().find(|(_, c)| !allowed(*c)) {
        return Err(Finding::at(Fault::IbanCharacter, at, found.len_utf8()));
    }
    let (head, tail) = text.split_at(4);
    let rest = tail.bytes().chain(head.bytes()).fold(0, |rest: u32, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    if rest == 1 { Ok(()) } else { Err(Finding::at(Fault::IbanChecksum, 2, 2)) }
}

pub(super) fn importer_index(text: &str) -> Result<(), Finding> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one.is_ascii_alphanumeric() || matches!(one, '-' | '_') => Ok(()),
        (Some(_), None) => Err(Finding::whole(Fault::ImporterIndex, text)),
        _ => Err(Finding::whole(Fault::ImporterIndexLength, text)),
    }
}

pub(super) fn degrees(text: &str, most: u64, length: Fault, value: Fault) -> Result<(), Finding> {
    if text.chars().count() != 10 {
        return Err(Finding::whole(length, text));
    }
    charset(Charset::Digits, text)?;
    let found = text.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    if found <= most { Ok(()) } else { Err(Finding::whole(value, text)) }
}

pub(super) fn percent_escapes(text: &str) -> Result<(), Finding> {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('%') {
        let mut two = behind.chars();
        let is_escape = (0..2).all(|_| two.next().is_some_and(|c| c.is_ascii_hexdigit()));
        if !is_escape {
            let start = text.len() - behind.len() - 1;
            let len = 1 + behind.chars().take(2).map(char::len_utf8).sum::<usize>();
            return Err(Finding::at(Fault::Percent, start, len));
        }
        rest = two.as_str();
    }
    Ok(())
}

pub(super) fn piece_of_total(text: &str) -> Result<(), Finding> {
    if text.is_empty() || !text.chars().count().is_multiple_of(2) {
        return Err(Finding::whole(Fault::PieceLength, text));
    }
    charset(Charset::Digits, text)?;
    let half = text.len() / 2;
    let (piece, total) = text.split_at(half);
    let is_zero = |digits: &str| digits.bytes().all(|byte| byte == b'0');
    if is_zero(piece) {
        Err(Finding::at(Fault::ZeroPiece, 0, half))
    } else if is_zero(total) {
        Err(Finding::at(Fault::ZeroTotal, half, half))
    } else if piece > total {
        Err(Finding::whole(Fault::PieceExceeds, text))
    } else {
        Ok(())
    }
}

pub(super) fn position_in_sequence(text: &str) -> Result<(), Finding> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = text.split_once('/').filter(|(at, end)| is_number(at) && is_number(end));
    let Some((position, end)) = parts else {
        return Err(Finding::whole(Fault::Position, text));
    };
    if position.starts_with('0') {
        return Err(Finding::at(Fault::ZeroPrefix, 0, position.len()));
    }
    if end.starts_with('0') {
        return Err(Finding::at(Fault::ZeroPrefix, position.len() + 1, end.len()));
    }
    // Without leading zeros the longer number is the greater one.
    if (position.len(), position) > (end.len(), end) {
        return Err(Finding::whole(Fault::PositionExceeds, text));
    }
    Ok(())
}
