//! Dates and times of day.

use super::{Fault, Finding, charset};
use crate::charset::Charset;

/// How a year is written.
#[derive(Clone, Copy)]
pub(super) enum Century {
    /// Four digits.
    Written,
    /// Two digits: a year that is at most 50 years away, so that 00 is 2000, a leap year.
    Near,
}

/// Whether a date names its day.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Day {
    /// It must.
    Known,
    /// 00 leaves it open.
    MayBeZero,
}

pub(super) fn date(text: &str, century: Century, day: Day) -> Result<(), Finding> {
    let n_year = match century {
        Century::Written => 4,
        Century::Near => 2,
    };
    let n_date = n_year + 4;
    check_length(text, n_date, Fault::DateShort, Fault::DateLong)?;
    charset(Charset::Digits, text)?;
    let (year, month) = (number(&text[..n_year]), number(&text[n_year..n_year + 2]));
    let year = match century {
        Century::Written => year,
        Century::Near => 2000 + year,
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(Finding::at(Fault::Month, n_year, 2)),
    };
    let least = u32::from(day == Day::Known);
    if (least..=n_days).contains(&number(&text[n_year + 2..])) {
        Ok(())
    } else {
        Err(Finding::at(Fault::Day, n_year + 2, 2))
    }
}

pub(super) fn hour(text: &str) -> Result<(), Finding> {
    check_length(text, 2, Fault::HourShort, Fault::HourLong)?;
    below(text, 24, Fault::Hour)
}

pub(super) fn minute(text: &str) -> Result<(), Finding> {
    check_length(text, 2, Fault::MinuteShort, Fault::MinuteLong)?;
    below(text, 60, Fault::Minute)
}

pub(super) fn second(text: &str) -> Result<(), Finding> {
    check_length(text, 2, Fault::SecondShort, Fault::SecondLong)?;
    below(text, 60, Fault::Second)
}

pub(super) fn hour_minute(text: &str) -> Result<(), Finding> {
    check_length(text, 4, Fault::HourMinuteShort, Fault::HourMinuteLong)?;
    charset(Charset::Digits, text)?;
    below(&text[..2], 24, Fault::Hour)?;
    below(&text[2..], 60, Fault::Minute).map_err(|found| Finding { start: 2, ..found })
}

fn below(text: &str, limit: u32, fault: Fault) -> Result<(), Finding> {
    charset(Charset::Digits, text)?;
    if number(text) < limit { Ok(()) } else { Err(Finding::whole(fault, text)) }
}

fn check_length(text: &str, wanted: usize, short: Fault, long: Fault) -> Result<(), Finding> {
    match text.chars().count() {
        found if found < wanted => Err(Finding::whole(short, text)),
        found if found > wanted => Err(Finding::whole(long, text)),
        _ => Ok(()),
    }
}

/// The value of at most four digits.
fn number(digits: &str) -> u32 {
    digits.bytes().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}
