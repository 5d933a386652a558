//! Points in time as a reader of a language sees them, always with the zone in words.

use crate::language::Language;
use jiff::{Timestamp, tz::Offset};
use std::fmt::Write;

/// `2026-11-21 22:23 (Beijing time)` in the words of `language`; `micros` since the epoch.
pub(crate) fn in_words(language: Language, micros: i64) -> String {
    let Ok(timestamp) = Timestamp::from_microsecond(micros) else { return String::new() };
    let hours = match language {
        Language::Zh => 8,
        Language::Ko => 9,
        Language::En => 0,
    };
    let at = Offset::constant(hours).to_datetime(timestamp);
    let (year, month, day, hour, minute) =
        (at.year(), at.month(), at.day(), at.hour(), at.minute());
    let mut words = String::with_capacity(48);
    let written = match language {
        Language::Zh => {
            write!(words, "{year}年{month}月{day}日 {hour:02}:{minute:02}（北京时间）")
        }
        Language::Ko => {
            write!(words, "{year}년 {month}월 {day}일 {hour:02}:{minute:02} (한국 시간)")
        }
        Language::En => {
            let month = MONTHS[month as usize - 1];
            write!(words, "{day} {month} {year}, {hour:02}:{minute:02} UTC")
        }
    };
    written.expect("writing to a String cannot fail");
    words
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// RFC 3339 in UTC with microseconds where there are any, as our API writes times.
pub(crate) fn rfc3339(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(|_| String::new(), |it| it.to_string())
}

/// Microseconds since the epoch of an RFC 3339 time.
pub(crate) fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}
