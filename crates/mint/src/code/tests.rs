//! What people type, and what becomes of it.

use proptest::prelude::*;

use super::*;

fn check(typed: &str, expected: Result<&str, CodeError>) {
    let parsed = Code::parse(typed);
    assert_eq!(parsed.as_ref().map(Code::as_str), expected.as_ref().map(|s| *s), "{typed:?}");
}

#[test]
fn typed_codes() {
    let code = Ok("123456789012345");
    check("123456789012345", code);
    check("１２３４５６７８９０１２３４５", code);
    check(" 1234-5678 9012-345\r\n", code);
    check("123\u{a0}456\u{3000}789\u{2013}012\u{ff0d}345", code);
    check("12345678901234567", Err(CodeError::Mistyped));
    check("123456789012346", Err(CodeError::Mistyped));

    check("", Err(CodeError::Empty));
    check(" \u{3000}--", Err(CodeError::Empty));
    check("12345678901234", Err(CodeError::WrongLength { n_digits: 14 }));
    check("1234567890123456", Err(CodeError::WrongLength { n_digits: 16 }));
    check(&"1".repeat(64), Err(CodeError::WrongLength { n_digits: 64 }));
    check(&"1".repeat(65), Err(CodeError::TooLong));
    check(&" ".repeat(1 << 20), Err(CodeError::TooLong));
    check("1234x", Err(CodeError::NotADigit { position: 5 }));
    check("１２ O", Err(CodeError::NotADigit { position: 4 }));
    check("12345678901234٥", Err(CodeError::NotADigit { position: 15 }));
    check("1234567890123\u{0}5", Err(CodeError::NotADigit { position: 14 }));
}

#[test]
fn serials_of_gs1_keys() {
    let serial = "12345678901234567890";
    let code = Code::from_serial(serial).unwrap();
    assert_eq!((code.length(), code.serial()), (Length::D21, serial));
    assert_eq!(Code::parse(code.as_str()), Ok(code));
    assert_eq!(Code::from_serial("123456789012345").unwrap().serial(), "123456789012345");

    for (serial, error) in [
        ("", CodeError::Empty),
        ("123456789012346", CodeError::Mistyped),
        (code.as_str(), CodeError::WrongLength { n_digits: 21 }),
        ("123456789012 345", CodeError::NotADigit { position: 13 }),
        ("１２３４５", CodeError::NotADigit { position: 1 }),
        ("1234", CodeError::WrongLength { n_digits: 4 }),
    ] {
        assert_eq!(Code::from_serial(serial), Err(error), "{serial:?}");
    }
}

#[test]
fn lengths() {
    for (class, length) in Length::ALL.into_iter().enumerate() {
        assert_eq!(usize::from(length.class()), class);
        assert_eq!(Length::from_class(length.class()), Some(length));
        assert_eq!(Length::from_digits(length.n_digits()), Some(length));
        assert_eq!(u128::from(length.capacity()), length.n_bodies().min(1 << 60));
        assert_eq!(length.n_bodies().to_string().len(), length.n_digits());
    }
    assert_eq!(Length::from_class(3), None);
    assert_eq!(Length::from_digits(16), None);
}

fn halves(length: Length, high: u64, low: u64) -> Code {
    match length {
        Length::D15 => Code::from_halves::<7>(length, high, low),
        Length::D17 => Code::from_halves::<8>(length, high, low),
        Length::D21 => Code::from_halves::<10>(length, high, low),
    }
}

proptest! {
    #[test]
    fn bulk_digits_are_the_plain_ones(class in 0u8..3, high: u64, low: u64) {
        let length = Length::from_class(class).unwrap();
        let width = length.half_digits();
        let modulus = 10u64.pow(width as u32);
        for (high, low) in [(high, low), (0, low), (high, 0), (modulus - 1, modulus - 1)] {
            let (high, low) = (high % modulus, low % modulus);
            let code = halves(length, high, low);
            let body = format!("{high:0width$}{low:0width$}");
            let check = char::from(check::check_digit(body.as_bytes()));
            prop_assert_eq!(code.as_str(), format!("{body}{check}"));
            prop_assert_eq!(code.halves(), (high, low));
            prop_assert_eq!(Code::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(Code::from_serial(code.serial()), Ok(code));
        }
    }

    #[test]
    fn no_text_panics(text: String) {
        let _ = Code::parse(&text);
        let _ = Code::from_serial(&text);
    }

    #[test]
    fn a_wrong_digit_is_mistyped(high in 0..10u64.pow(8), at in 0usize..17, by in 1u8..10) {
        let mut typed = halves(Length::D17, high, 7).to_string().into_bytes();
        typed[at] = b'0' + (typed[at] - b'0' + by) % 10;
        let typed = String::from_utf8(typed).unwrap();
        prop_assert_eq!(Code::parse(&typed), Err(CodeError::Mistyped));
    }
}
