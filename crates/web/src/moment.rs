//! Points in time as a reader of a language sees them, always with the zone in words.

use crate::language::Language;
use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// `2026-11-21 22:23 (Beijing time)` in the words of `language`; `micros` since the epoch.
pub(crate) fn in_words(language: Language, micros: i64) -> String {
    let mut words = day_in_words(language, micros);
    let Ok(timestamp) = Timestamp::from_microsecond(micros) else { return words };
    let (offset, zone) = zone_of(language);
    let at = offset.to_datetime(timestamp);
    words.push_str(if language == Language::En { ", " } else { " " });
    put(&mut words, [(at.hour().into(), 2, ":"), (at.minute().into(), 2, zone)]);
    words
}

/// The day of it alone.
pub(crate) fn day_in_words(language: Language, micros: i64) -> String {
    let Ok(timestamp) = Timestamp::from_microsecond(micros) else { return String::new() };
    let at = zone_of(language).0.to_datetime(timestamp);
    let month_name = MONTHS[at.month() as usize - 1];
    let mut words = String::with_capacity(48);
    let (year, month, day) = (i64::from(at.year()), i64::from(at.month()), i64::from(at.day()));
    match language {
        Language::Zh => put(&mut words, [(year, 1, "年"), (month, 1, "月"), (day, 1, "日")]),
        Language::Ko => put(&mut words, [(year, 1, "년 "), (month, 1, "월 "), (day, 1, "일")]),
        Language::En => {
            put(&mut words, [(day, 1, " ")]);
            words.push_str(month_name);
            words.push(' ');
            put(&mut words, [(year, 1, "")]);
        }
    }
    words
}

/// Writes numbers, each with that many digits at least, and what follows them: as `write!` does,
/// which costs a page with two times more than its own text.
fn put<const N: usize>(words: &mut String, parts: [(i64, u32, &str); N]) {
    for (number, n_digits, after) in parts {
        if number < 0 {
            words.push('-');
        }
        let number = number.unsigned_abs();
        let n_needed = number.checked_ilog10().unwrap_or(0) + 1;
        for place in (0..n_needed.max(n_digits)).rev() {
            words.push(char::from(b'0' + (number / 10u64.pow(place) % 10) as u8));
        }
        words.push_str(after);
    }
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

/// The time that a reader of a language goes by, and its name.
fn zone_of(language: Language) -> (Offset, &'static str) {
    let (hours, zone) = match language {
        Language::Zh => (8, "（北京时间）"),
        Language::Ko => (9, " (한국 시간)"),
        Language::En => (0, " UTC"),
    };
    (Offset::constant(hours), zone)
}

/// Microseconds since the epoch of an RFC 3339 time, or of a form's `2026-11-22T08:00` as a reader
/// of the language goes by it.
pub(crate) fn parse_local(language: Language, text: &str) -> Option<i64> {
    parse(text).or_else(|| {
        let at = text.parse::<DateTime>().ok()?;
        Some(zone_of(language).0.to_timestamp(at).ok()?.as_microsecond())
    })
}

/// A time as a form holds it, to the minute.
pub(crate) fn local(language: Language, micros: i64) -> String {
    let Ok(timestamp) = Timestamp::from_microsecond(micros) else { return String::new() };
    zone_of(language).0.to_datetime(timestamp).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_the_time_of_its_reader() {
        let at = parse("2026-01-02T03:04:00Z").unwrap();
        assert_eq!(local(Language::Zh, at), "2026-01-02T11:04");
        for language in [Language::Zh, Language::Ko, Language::En] {
            assert_eq!(parse_local(language, &local(language, at)), Some(at));
            assert_eq!(parse_local(language, "2026-01-02T03:04:00Z"), Some(at));
            assert_eq!(parse_local(language, "yesterday"), None);
        }
    }

    #[test]
    fn a_point_in_time_has_its_zone_in_words() {
        let at = parse("2026-01-02T03:04:05Z").unwrap();
        assert_eq!(in_words(Language::Zh, at), "2026年1月2日 11:04（北京时间）");
        assert_eq!(in_words(Language::Ko, at), "2026년 1월 2일 12:04 (한국 시간)");
        assert_eq!(in_words(Language::En, at), "2 Jan 2026, 03:04 UTC");
        assert_eq!(
            in_words(Language::En, parse("0999-12-31T23:59:00Z").unwrap()),
            "31 Dec 999, 23:59 UTC"
        );
        assert_eq!(in_words(Language::Zh, i64::MIN), "");
        let before = Timestamp::from_second(-63_000_000_000).unwrap().as_microsecond();
        let year = Offset::UTC.to_datetime(Timestamp::from_microsecond(before).unwrap()).year();
        assert!(year < 0);
        assert!(in_words(Language::En, before).contains(&format!(" {year}, ")));
    }
}
