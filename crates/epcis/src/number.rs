//! Decimal numbers as text, in the form that the event hash wants (CBV 2.0 §8.9, rule 6).
//!
//! No value passes through a binary float, so neighbours of more than 15 digits stay apart.

/// The canonical text of a number: no sign `+`, no leading or trailing zeros, no needless point.
///
/// Below 0.0001 it has an exponent (`1.5e-07`), as the reference implementation writes it.
/// `None` if the text is not a number, or one beyond 10^400.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        b'0'..=b'9' | b'.' => (false, text),
        _ => return None,
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !(-400..=400).contains(&exponent) {
        return None;
    }
    digits.truncate(digits.trim_end_matches('0').len());
    let n_zeros = digits.len() - digits.trim_start_matches('0').len();
    let digits = &digits[n_zeros..];
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    let point =
        i64::try_from(whole.len()).ok()? - i64::try_from(n_zeros).ok()? + i64::from(exponent);
    let sign = if negative { "-" } else { "" };
    Some(format!("{sign}{}", place(digits, point)))
}

fn place(digits: &str, point: i64) -> String {
    match usize::try_from(point) {
        Ok(0) => format!("0.{digits}"),
        Ok(point) if point >= digits.len() => format!("{digits:0<point$}"),
        Ok(point) => format!("{}.{}", &digits[..point], &digits[point..]),
        // One digit stands before the point of an exponent: hence -4 < point, not -5 < point.
        Err(_) if point > -4 => format!("0.{:0>width$}{digits}", "", width = below(point)),
        Err(_) => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{first}{dot}{rest}e-{:02}", below(point) + 1)
        }
    }
}

/// How far a negative number lies below zero.
fn below(point: i64) -> usize {
    usize::try_from(point.unsigned_abs()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::canonical;

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
            ("340123450000000012", "340123450000000012"),
            ("0.05", "0.05"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1_0", "0x1", "nan", "inf", "1e999", "+01:00", "1-2"]
        {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
