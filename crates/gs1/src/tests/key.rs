use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{Error, Gln, Gtin, Sscc, check_digit};

/// One line a text: its 14 digits, or what is wrong with it.
fn check_gtin(texts: &str, expected: Expect) {
    let lines = texts.split(' ').map(|text| match Gtin::parse(text) {
        Ok(gtin) => format!("{gtin}\n"),
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn gtins() {
    check_gtin(
        "73513537 96385074 23456785 036000291452 614141123452 012345678905 9780471117094 \
         6291041500213 4006381333931 6951181105326 6901028075831 98412345678908 09521234543213 \
         09506000134352 04023333000550 06901234567892",
        expect![[r#"
            00000073513537
            00000096385074
            00000023456785
            00036000291452
            00614141123452
            00012345678905
            09780471117094
            06291041500213
            04006381333931
            06951181105326
            06901028075831
            98412345678908
            09521234543213
            09506000134352
            04023333000550
            06901234567892
        "#]],
    );
}

#[test]
fn broken_gtins() {
    check_gtin(
        "6951181105327 04200510000452 123 123456789 690118110532x ６951181105326 -6901028075831",
        expect![[r#"
            the check digit must be 6, is 7
            the check digit must be 3, is 2
            a gtin has 8, 12, 13 or 14 digits, not 3
            a gtin has 8, 12, 13 or 14 digits, not 9
            only digits are allowed
            only digits are allowed
            only digits are allowed
        "#]],
    );
}

#[test]
fn sscc_and_gln() {
    for good in ["106141411234567897", "340123450000000000", "376104250021234569"] {
        assert_eq!(Sscc::parse(good).unwrap().as_str(), good);
        assert_eq!(Sscc::with_check(&good[..17]), Sscc::parse(good));
    }
    expect!["the check digit must be 7, is 8"]
        .assert_eq(&Sscc::parse("106141411234567898").unwrap_err().to_string());
    expect!["must have 18 characters, has 17"]
        .assert_eq(&Sscc::parse("10614141123456789").unwrap_err().to_string());
    assert_eq!(Gln::with_check("422635080000").unwrap().to_string(), "4226350800008");
    expect!["must have 13 characters, has 14"]
        .assert_eq(&Gln::parse("04226350800008").unwrap_err().to_string());
}

#[test]
fn a_check_digit_needs_digits() {
    for text in ["", "x", "12x", "1x2", "12３"] {
        assert_eq!(check_digit::verify(text), Err(Error::NotDigits), "{text}");
    }
}

proptest! {
    #[test]
    fn a_wrong_digit_is_caught(body in "[0-9]{1,40}", at in 0usize..41, add in 1u8..10) {
        let whole = format!("{body}{}", check_digit::of(&body).unwrap());
        prop_assert!(check_digit::verify(&whole).is_ok());
        let mut bytes = whole.into_bytes();
        let at = at % bytes.len();
        bytes[at] = (bytes[at] - b'0' + add) % 10 + b'0';
        prop_assert!(check_digit::verify(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn with_check_completes(body in "[0-9]{13}") {
        let gtin = Gtin::with_check(&body).unwrap();
        prop_assert_eq!(&gtin.as_str()[..13], body);
    }
}
