//! How the schemes of TDS 2 write the value of an AI, in an EPC and behind it
//! (EPC Tag Data Standard 2.3 §14.5, and table F of §15.3).

use super::text;
use crate::{
    bits::{BitReader, BitWriter},
    dictionary::{Ai, Pattern},
};

/// How a value, or a component of one, is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Method {
    /// So many digits of four bits (§14.5.4).
    Digits(usize),
    /// So many digits as one number (§14.5.2).
    Number(usize),
    /// Bits of the length, then digits as one number (§14.5.13); at most so many.
    Count(usize, usize),
    /// Which alphabet, bits of the length, text (§14.5.6); at most so many characters.
    Text(usize, usize),
    /// Digits of four bits up to a mark, then text if the mark says so (§14.5.5).
    Delimited,
    /// 0 or 1 (§14.5.7).
    Bit,
    /// `YYMMDD` (§14.5.8).
    Date,
    /// `YYMMDDhhmm` (§14.5.9).
    Minute,
    /// One date or two (§14.5.10).
    DateOrRange,
    /// A date, with hours, minutes and seconds as far as they are known (§14.5.11).
    Moment,
    /// Two letters (§14.5.12).
    Country,
    /// A minus sign or none (§14.5.14).
    Minus,
    /// `1/3` (§14.5.15).
    Sequence,
}

use Method::{
    Bit, Count, Country, Date, DateOrRange, Delimited, Digits, Minus, Minute, Moment, Number,
    Sequence, Text,
};

/// Table F: AIs, and how the components of their values are written. The first row that has an AI
/// counts; AIs that do not exist are refused elsewhere.
const TABLE_F: &[(&[&str], &[Method])] = &[
    (&["00", "8006", "8017", "8018", "8026"], &[Digits(18)]),
    (&["01", "02"], &[Digits(14)]),
    (&["41n"], &[Digits(13)]),
    (&["7241"], &[Digits(2)]),
    (&["10", "21", "22", "243", "254", "420", "4318", "7020", "7021", "7022"], &[Text(5, 20)]),
    (&["71n", "7240", "8002", "8012"], &[Text(5, 20)]),
    (&["8007"], &[Text(5, 24)]),
    (&["7242", "8013", "8020"], &[Text(5, 25)]),
    (&["235"], &[Text(5, 28)]),
    (&["240", "241", "250", "251", "400", "401", "403", "4308", "4319"], &[Text(5, 30)]),
    (&["7002", "723n", "90"], &[Text(5, 30)]),
    (&["7010"], &[Text(2, 2)]),
    (&["427", "7008"], &[Text(2, 3)]),
    (&["7040", "7041"], &[Text(3, 4)]),
    (&["7009", "7255"], &[Text(4, 10)]),
    (&["7005"], &[Text(4, 12)]),
    (&["7254"], &[Text(6, 30)]),
    (&["4300", "4301", "4310", "4311", "4320"], &[Text(6, 35)]),
    (&["7253", "7259"], &[Text(6, 40)]),
    (&["8009"], &[Text(6, 50)]),
    (&["7256", "8030", "9n"], &[Text(7, 90)]),
    (&["11", "12", "13", "15", "16", "17", "4326", "7006"], &[Date]),
    (&["4324", "4325", "7003"], &[Minute]),
    (&["7007"], &[DateOrRange]),
    (&["7011", "8008"], &[Moment]),
    (&["4307", "4317"], &[Country]),
    (&["4321", "4322", "4323"], &[Bit]),
    (&["7258"], &[Sequence]),
    (&["7252"], &[Number(1)]),
    (&["20"], &[Number(2)]),
    (&["422", "424", "426"], &[Number(3)]),
    (&["394n", "8111"], &[Number(4)]),
    (&["31nn", "32nn", "33nn", "34nn", "35nn", "36nn", "395n", "8005"], &[Number(6)]),
    (&["7250"], &[Number(8)]),
    (&["7251"], &[Number(12)]),
    (&["7001"], &[Number(13)]),
    (&["8001"], &[Number(14)]),
    (&["402"], &[Number(17)]),
    (&["4309"], &[Number(20)]),
    (&["7004"], &[Count(3, 4)]),
    (&["242"], &[Count(3, 6)]),
    (&["30", "37"], &[Count(4, 8)]),
    (&["8019"], &[Count(4, 10)]),
    (&["8011"], &[Count(4, 12)]),
    (&["390n", "392n", "423", "425"], &[Count(4, 15)]),
    (&["7023", "8004", "8010"], &[Delimited]),
    (&["253"], &[Digits(13), Text(5, 17)]),
    (&["255"], &[Digits(13), Count(4, 12)]),
    (&["391n", "393n"], &[Number(3), Count(4, 15)]),
    (&["421"], &[Number(3), Text(4, 9)]),
    (&["433n"], &[Number(6), Minus]),
    (&["703n"], &[Number(3), Text(5, 27)]),
    (&["8003"], &[Digits(14), Text(5, 16)]),
    // What is left of these is addresses and names.
    (&["430n", "431n", "7257", "8110", "8112", "8200"], &[Text(7, 70)]),
];

/// How the value of an AI is written; `None` if it does not stand on tags.
fn methods(ai: Ai) -> Option<&'static [Method]> {
    let has = |pattern: &&str| Pattern::parse(pattern).is_some_and(|it| it.has(ai));
    TABLE_F.iter().find(|(patterns, _)| patterns.iter().any(has)).map(|(_, it)| *it)
}

/// Writes the value of an AI; `None` if it cannot be written.
pub(super) fn write(bits: &mut BitWriter, ai: Ai, value: &str) -> Option<()> {
    let mut rest = value;
    for method in methods(ai)? {
        let n_taken = match *method {
            Digits(n) | Number(n) => n,
            _ => rest.len(),
        };
        let (text, behind) = rest.split_at_checked(n_taken)?;
        method.write(bits, text)?;
        rest = behind;
    }
    rest.is_empty().then_some(())
}

/// Reads the value of an AI.
pub(super) fn read(bits: &mut BitReader, ai: Ai) -> Option<String> {
    methods(ai)?.iter().map(|method| method.read(bits)).collect()
}

impl Method {
    fn write(self, bits: &mut BitWriter, value: &str) -> Option<()> {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && !matches!(self, Text(..) | Delimited | Country | Minus | Sequence) {
            return None;
        }
        match self {
            Digits(_) => write_digits(bits, value),
            Number(n) => bits.decimal(value, text::number_bits(n)),
            Count(n_length, max) => {
                bits.number(fitting(value, max)? as u64, n_length);
                bits.decimal(value, text::number_bits(value.len()));
            }
            Text(n_length, max) => {
                fitting(value, max)?;
                text::write(bits, value, n_length)?;
            }
            Delimited => write_delimited(bits, value)?,
            Bit => bits.number(u64::from(value == "1"), 1),
            Date => write_moment(bits, value, 6)?,
            Minute => write_moment(bits, value, 10)?,
            DateOrRange => {
                bits.number(u64::from(value.len() > 6), 1);
                let (from, to) = value.split_at_checked(6)?;
                write_moment(bits, from, 6)?;
                if !to.is_empty() {
                    write_moment(bits, to, 6)?;
                }
            }
            Moment => {
                let kind = MOMENTS.iter().position(|n_digits| *n_digits == value.len())?;
                bits.number(kind as u64, 2);
                write_moment(bits, value, value.len())?;
            }
            Country => text::write_base64(bits, value)?,
            Minus => bits.number(u64::from(value == "-"), 1),
            Sequence => {
                let (nth, total) = value.split_once('/')?;
                bits.number(nth.parse().ok()?, 4);
                bits.number(total.parse().ok()?, 4);
            }
        }
        Some(())
    }

    fn read(self, bits: &mut BitReader) -> Option<String> {
        match self {
            Digits(n) => read_digits(bits, n),
            Number(n) => bits.decimal(text::number_bits(n), n),
            Count(n_length, max) => {
                let n_digits = bits.small(n_length).filter(|n_digits| *n_digits <= max)?;
                bits.decimal(text::number_bits(n_digits), n_digits)
            }
            Text(n_length, max) => text::read(bits, n_length).filter(|text| text.len() <= max),
            Delimited => read_delimited(bits),
            Bit => bits.number(1).map(|bit| bit.to_string()),
            Date => read_moment(bits, 6),
            Minute => read_moment(bits, 10),
            DateOrRange => {
                let n_dates = 1 + bits.small(1)?;
                (0..n_dates).map(|_| read_moment(bits, 6)).collect()
            }
            Moment => {
                let n_digits = MOMENTS[bits.small(2)?];
                read_moment(bits, n_digits)
            }
            Country => text::read_base64(bits, 2),
            Minus => bits.number(1).map(|bit| if bit == 1 { "-".into() } else { String::new() }),
            Sequence => Some(format!("{}/{}", bits.number(4)?, bits.number(4)?)),
        }
    }
}

/// Digits of a moment, by its indicator.
const MOMENTS: [usize; 4] = [8, 10, 12, 6];
/// Bits of year, month, day, hour, minute and second.
const MOMENT_BITS: [usize; 6] = [7, 4, 5, 5, 6, 6];
/// The greatest values of all but the day; an hour of 24 ends a day.
const MOMENT_MAX: [u64; 6] = [99, 12, 31, 24, 59, 59];
const DAYS: [u64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A date of six digits, also with a time of two to six digits behind it.
pub(super) fn write_moment(bits: &mut BitWriter, value: &str, n_digits: usize) -> Option<()> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || value.len() != n_digits {
        return None;
    }
    let parts = (0..n_digits / 2).map(|nth| value[2 * nth..][..2].parse::<u64>().ok());
    let parts: Vec<u64> = parts.collect::<Option<_>>()?;
    check_moment(&parts)?;
    for (part, n_bits) in parts.iter().zip(MOMENT_BITS) {
        bits.number(*part, n_bits);
    }
    Some(())
}

/// As [`write_moment`].
pub(super) fn read_moment(bits: &mut BitReader, n_digits: usize) -> Option<String> {
    let parts = MOMENT_BITS.iter().take(n_digits / 2).map(|n_bits| bits.number(*n_bits));
    let parts: Vec<u64> = parts.collect::<Option<_>>()?;
    check_moment(&parts)?;
    Some(parts.iter().map(|part| format!("{part:02}")).collect())
}

/// A day may be 0, which stands for the whole month; after 24 hours nothing follows.
fn check_moment(parts: &[u64]) -> Option<()> {
    let in_bounds = parts.iter().zip(MOMENT_MAX).all(|(part, max)| *part <= max);
    let month = usize::try_from(*parts.get(1)?).ok()?;
    let day_fits = parts.get(2)? <= DAYS.get(month.checked_sub(1)?)?;
    let ends_well = parts.get(3) != Some(&24) || parts[4..].iter().all(|part| *part == 0);
    (in_bounds && day_fits && ends_well).then_some(())
}

fn fitting(text: &str, max: usize) -> Option<usize> {
    Some(text.len()).filter(|length| *length <= max)
}

fn write_digits(bits: &mut BitWriter, digits: &str) {
    digits.bytes().for_each(|digit| bits.number(u64::from(digit - b'0'), 4));
}

fn read_digits(bits: &mut BitReader, n_digits: usize) -> Option<String> {
    let digits = (0..n_digits).map(|_| char::from_digit(u32::try_from(bits.number(4)?).ok()?, 10));
    digits.collect()
}

/// The most characters of a delimited value, and the bits of the length of its text.
const MAX_DELIMITED: usize = 30;
const DELIMITED_LENGTH_BITS: usize = 5;
const DELIMITER: u64 = 0xE;
const TERMINATOR: u64 = 0xF;

fn write_delimited(bits: &mut BitWriter, value: &str) -> Option<()> {
    fitting(value, MAX_DELIMITED)?;
    let n_digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, text) = value.split_at(n_digits);
    write_digits(bits, digits);
    if text.is_empty() {
        bits.number(TERMINATOR, 4);
        return Some(());
    }
    bits.number(DELIMITER, 4);
    text::write(bits, text, DELIMITED_LENGTH_BITS)
}

fn read_delimited(bits: &mut BitReader) -> Option<String> {
    let mut value = String::new();
    while value.len() <= MAX_DELIMITED {
        match bits.number(4)? {
            TERMINATOR => return Some(value),
            DELIMITER => {
                value.push_str(&text::read(bits, DELIMITED_LENGTH_BITS)?);
                return Some(value).filter(|value| value.len() <= MAX_DELIMITED);
            }
            digit => value.push(char::from_digit(u32::try_from(digit).ok()?, 10)?),
        }
    }
    None
}
