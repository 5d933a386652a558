//! Numbers as text, in the form that the event hash wants (CBV 2.0 §8.9, rule 6).
//!
//! They pass through a double, as in the published hashes: the standard's context types them
//! `xsd:double`, and digits beyond the 17th do not count.

use std::borrow::Cow;

/// The canonical text of a number: no sign `+`, no leading or trailing zeros, no needless point.
///
/// Below 0.0001 it has an exponent (`1.5e-07`), as in the reference implementation.
/// `None` if the text is not a decimal number or is too large for a double.
pub(crate) fn canonical(text: &str) -> Option<Cow<'_, str>> {
    match text.as_bytes() {
        // Most numbers of an event are integers, and a double holds each of 15 digits.
        [b'1'..=b'9', rest @ ..] if rest.len() < 15 && rest.iter().all(u8::is_ascii_digit) => {
            Some(Cow::Borrowed(text))
        }
        _ => through_double(text).map(Cow::Owned),
    }
}

/// A JSON number without an exponent, which `xsd:decimal` does not have (XML Schema §3.3.3).
///
/// One whose exponent is beyond ±400 stays as it is.
pub(crate) fn decimal(text: &str) -> Cow<'_, str> {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else { return Cow::Borrowed(text) };
    let Some(exponent) = exponent.parse::<i32>().ok().filter(|it| it.abs() <= 400) else {
        return Cow::Borrowed(text);
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    let point = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    let (before, after) = match usize::try_from(point) {
        Ok(point) if point >= all.len() => (format!("{all:0<point$}"), String::new()),
        Ok(point) if point > 0 => (all[..point].to_owned(), all[point..].to_owned()),
        _ => ("0".to_owned(), "0".repeat(point.unsigned_abs() as usize) + &all),
    };
    let before = before.trim_start_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    let dot = if after.is_empty() { "" } else { "." };
    Cow::Owned([sign, before, dot, &after].concat())
}

fn through_double(text: &str) -> Option<String> {
    // Words that a double also parses from (`inf`, `nan`) are not numbers here.
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
    if number == 0.0 {
        return Some("0".to_owned());
    }
    if number.fract() == 0.0 {
        return Some(format!("{number:.0}"));
    }
    if number.abs() >= 0.0001 {
        return Some(number.to_string());
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once("e-")?;
    Some(format!("{digits}e-{exponent:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::{canonical, decimal};

    #[test]
    fn decimal_text() {
        for (text, expected) in [
            ("2.50", "2.50"),
            ("1e3", "1000"),
            ("-1.25E1", "-12.5"),
            ("1.5e-7", "0.00000015"),
            ("0.001e2", "0.1"),
            ("12.5e0", "12.5"),
            ("1e999", "1e999"),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
    }

    #[test]
    fn canonical_text() {
        let cases = [
            ("1.0", "1"),
            ("0.34340", "0.3434"),
            ("+007", "7"),
            ("-0.0", "0"),
            ("-12.50", "-12.5"),
            ("100", "100"),
            ("1e3", "1000"),
            ("1.25E1", "12.5"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("0.00000015", "1.5e-07"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e22", "10000000000000000000000"),
            // As in the published hash of a sensor value.
            ("111100001111000011110000", "111100001111000003641344"),
            ("0.05", "0.05"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "", "-", ".", "e5", "1e", "1_0", "0x1", "nan", "inf", "1e999", "+inf", "-nan",
            "+01:00", "1-2",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
