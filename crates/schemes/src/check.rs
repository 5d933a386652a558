//! Check digits that many schemes share, so that a row of the registry may name one.

use crate::error::digits;
use crate::mod11_10;

/// A rule for the last character or characters of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The check digit of GS1 keys, weights 3 and 1.
    Gs1,
    /// Luhn, modulo 10 (ISO/IEC 7812-1 annex B).
    Luhn,
    /// ISO 7064 MOD 11-2: digits and a last character 0 to 9 or X.
    #[serde(rename = "mod-11-2")]
    Mod11_2,
    /// ISO 7064 MOD 11,10 (GB/T 17710): digits.
    #[serde(rename = "mod-11-10")]
    Mod11_10,
    /// ISO 7064 MOD 37,36: digits and capitals.
    #[serde(rename = "mod-37-36")]
    Mod37_36,
    /// ISO 7064 MOD 97-10: digits and capitals, with two digits at the end.
    #[serde(rename = "mod-97-10")]
    Mod97_10,
}

impl Check {
    /// Whether the end of `number` fits the rest; never so for characters that the rule has no
    /// value for.
    pub fn holds(self, number: &str) -> bool {
        let has_digits = number.len() > 1 && number.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Gs1 => gs1::check_digit::verify(number).is_ok(),
            Self::Luhn => has_digits && luhn(number).is_multiple_of(10),
            Self::Mod11_2 => mod11_2(number),
            Self::Mod11_10 => {
                let (body, last) =
                    number.split_at_checked(number.len().saturating_sub(1)).unwrap_or_default();
                has_digits && last.starts_with(mod11_10::check_digit(body))
            }
            Self::Mod37_36 => mod37_36(number),
            Self::Mod97_10 => mod97_10(number),
        }
    }
}

/// The sum of the digits with every second from the right doubled, beginning with the second.
pub(crate) fn luhn(number: &str) -> u32 {
    let values = digits(number).collect::<Vec<_>>().into_iter().rev().enumerate();
    values
        .map(|(at, digit)| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum()
}

fn mod11_2(number: &str) -> bool {
    let Some((body, last)) = number.split_at_checked(number.len().saturating_sub(1)) else {
        return false;
    };
    let last = match last {
        "X" => Some(10),
        digit => digit.chars().next().and_then(|c| c.to_digit(10)),
    };
    let is_number = !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        && last.is_some_and(|last| {
            (digits(body).fold(0, |sum, digit| (sum + digit) * 2 % 11) + last) % 11 == 1
        })
}

fn mod37_36(number: &str) -> bool {
    let Some(values) = capitals(number) else { return false };
    let Some((last, body)) = values.split_last().filter(|(_, body)| !body.is_empty()) else {
        return false;
    };
    let product = body.iter().fold(36, |product, value| {
        let sum = match (product + value) % 36 {
            0 => 36,
            sum => sum,
        };
        sum * 2 % 37
    });
    (product + last) % 36 == 1
}

fn mod97_10(number: &str) -> bool {
    let ends_in_digits =
        number.len() > 2 && number.bytes().rev().take(2).all(|byte| byte.is_ascii_digit());
    let Some(values) = capitals(number).filter(|_| ends_in_digits) else { return false };
    let shift = |value| if value < 10 { 10 } else { 100 };
    values.iter().fold(0, |rest, &value| (rest * shift(value) + value) % 97) == 1
}

/// 0 to 9 are worth themselves, A to Z 10 to 35; none for other characters.
fn capitals(text: &str) -> Option<Vec<u32>> {
    let value = |c: char| (!c.is_ascii_lowercase()).then(|| c.to_digit(36)).flatten();
    text.chars().map(value).collect()
}
