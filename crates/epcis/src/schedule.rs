//! When a subscription reports: the schedule of a query (EPCIS 2.0 §8.2.5.3, §12.7).
//!
//! Six fields say which seconds, minutes, hours, days of the month, months and days of the week
//! match; all of them must. A coarser field that is left out matches always. A finer one than the
//! finest that is named stands for its first value, so that `{"hour": "1"}` is once a day and not
//! each second of an hour; the day of the week is never one of them. Times are UTC.
//!
//! ```
//! use epcis::Schedule;
//!
//! let schedule = Schedule::parse([("hour", "1"), ("minute", "5")]).expect("both fields exist");
//! // 2026-11-21T08:00:00Z -> 2026-11-22T01:05:00Z
//! assert_eq!(schedule.next_after(1_795_248_000_000_000), Some(1_795_309_500_000_000));
//! ```

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

/// A field of a schedule that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleFault {
    /// Its name as it came; empty for the schedule as a whole.
    pub field: String,
    /// A sentence for people, lower case, without a full stop.
    pub message: String,
}

/// The seconds at which a subscription reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Bit `n` says whether the value `n` matches; a field each, as in [`FIELDS`].
    bits: [u64; 6],
}

/// Name, first and last value of each field, the finest first.
const FIELDS: [(&str, u32, u32); 6] = [
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("dayOfMonth", 1, 31),
    ("month", 1, 12),
    ("dayOfWeek", 1, 7),
];

/// A day that matches comes within this many, or never: 29 February on each day of the week, over
/// the end of a century without a leap day.
const MAX_DAYS: u32 = 41 * 366;

impl Schedule {
    /// The names of the fields.
    pub fn field_names() -> [&'static str; 6] {
        FIELDS.map(|(name, ..)| name)
    }

    /// Reads fields: numbers, ranges `[a-b]` or `a-b`, `*`, steps `a/n`, with commas between.
    /// Monday is day 1 of the week.
    ///
    /// # Errors
    /// Each field that is unknown or wrong; the whole, if it has no field or its day never comes.
    pub fn parse<'t>(
        fields: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, Vec<ScheduleFault>> {
        let mut named = [None; 6];
        let mut faults = Vec::new();
        for (name, text) in fields {
            let Some(index) = FIELDS.iter().position(|(it, ..)| *it == name) else {
                let names = Self::field_names().join(", ");
                faults.push(fault(name, format!("a schedule has the fields {names}")));
                continue;
            };
            let (_, first, last) = FIELDS[index];
            match field_bits(text, first, last) {
                Some(bits) => named[index] = Some(bits),
                None => faults.push(fault(
                    name,
                    format!("write numbers from {first} to {last}, as in 1,[3-5]"),
                )),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        // The day of the week is as fine as the day of the month.
        let fineness = |index: usize| if index == 5 { 3 } else { index };
        let named_at = (0..6).filter(|&index| named[index].is_some());
        let Some(finest) = named_at.map(fineness).min() else {
            return Err(vec![fault("", "name at least one field, or ask for a stream".into())]);
        };
        let mut bits = [0; 6];
        for (index, (_, first, last)) in FIELDS.into_iter().enumerate() {
            let is_finer = index < 5 && fineness(index) < finest;
            let alone = if is_finer { range(first, first) } else { range(first, last) };
            bits[index] = named[index].unwrap_or(alone);
        }
        let schedule = Self { bits };
        match schedule.next_after(0) {
            Some(_) => Ok(schedule),
            None => Err(vec![fault("", "no day is like this".into())]),
        }
    }

    /// The first moment after `time_us` at which it reports; both in microseconds since the epoch.
    /// None beyond what a calendar holds.
    pub fn next_after(&self, time_us: i64) -> Option<i64> {
        let next_s = time_us.div_euclid(1_000_000).checked_add(1)?;
        let civil = Offset::UTC.to_datetime(Timestamp::from_second(next_s).ok()?);
        let (mut date, mut from) = (civil.date(), Some(civil));
        for _ in 0..MAX_DAYS {
            if self.has_day(date)
                && let Some(found) = self.time_of(date, from)
            {
                return Some(Offset::UTC.to_timestamp(found).ok()?.as_microsecond());
            }
            date = date.checked_add(1.day()).ok()?;
            from = None;
        }
        None
    }

    fn matches(&self, index: usize, value: i8) -> bool {
        u32::try_from(value).is_ok_and(|value| self.bits[index] >> value & 1 == 1)
    }

    fn has_day(&self, date: Date) -> bool {
        self.matches(3, date.day())
            && self.matches(4, date.month())
            && self.matches(5, date.weekday().to_monday_one_offset())
    }

    /// The first matching time of a day, not before `from`.
    fn time_of(&self, date: Date, from: Option<DateTime>) -> Option<DateTime> {
        let begin = from.map_or((0, 0, 0), |it| (it.hour(), it.minute(), it.second()));
        for hour in (begin.0..24).filter(|&it| self.matches(2, it)) {
            let first = if hour == begin.0 { begin.1 } else { 0 };
            for minute in (first..60).filter(|&it| self.matches(1, it)) {
                let is_begun = (hour, minute) == (begin.0, begin.1);
                let mut seconds = if is_begun { begin.2..60 } else { 0..60 };
                if let Some(second) = seconds.find(|&it| self.matches(0, it)) {
                    return Some(date.at(hour, minute, second, 0));
                }
            }
        }
        None
    }
}

fn fault(field: &str, message: String) -> ScheduleFault {
    ScheduleFault { field: field.to_owned(), message }
}

/// The bits from `first` to `last`, both below 64.
fn range(first: u32, last: u32) -> u64 {
    (first..=last).fold(0, |bits, value| bits | 1 << value)
}

fn field_bits(text: &str, first: u32, last: u32) -> Option<u64> {
    text.split(',').try_fold(0, |bits, element| Some(bits | element_bits(element, first, last)?))
}

fn element_bits(element: &str, first: u32, last: u32) -> Option<u64> {
    let number = |text: &str| {
        let is_digits = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        let value: u32 = text.parse().ok().filter(|_| is_digits)?;
        (first..=last).contains(&value).then_some(value)
    };
    let element = element.trim();
    if let Some((from, step)) = element.split_once('/') {
        let from = if from == "*" { first } else { number(from)? };
        let step: usize = step.parse().ok().filter(|it| (1..=60).contains(it))?;
        return Some((from..=last).step_by(step).fold(0, |bits, value| bits | 1 << value));
    }
    if element == "*" {
        return Some(range(first, last));
    }
    let inside = element.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    match inside.unwrap_or(element).split_once('-') {
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then(|| range(from, to))
        }
        None if inside.is_some() => None,
        None => number(element).map(|value| 1 << value),
    }
}

#[cfg(test)]
mod tests;
