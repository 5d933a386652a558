use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{
    Gtin, Sscc,
    digital_link::DigitalLink,
    tag::{Prefix, Scheme, Tag},
};

/// One line a tag in hexadecimal digits: its scheme, its URI if it has one, its link.
fn check(tags: &str, expected: Expect) {
    let lines = tags.split_whitespace().map(|hex| match Tag::from_hex(hex) {
        Ok(tag) => {
            assert_eq!(tag.to_hex(), hex);
            let uri = tag.uri().unwrap_or_else(|| format!("{:?} {}", tag.scheme(), tag.filter()));
            format!("{uri} {}\n", tag.link())
        }
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

/// The examples of TDS §E.3, and broken ones.
#[test]
fn tags() {
    check(
        "3074257BF7194E4000001A85
         3674257BF6B7A659B2C2BF100000000000000000000000000000
         3174257BF4499602D2000000
         F73795211411234538566CB0AFC4
         F93106141412345678908000
         307C257BF7194E4000001A85
         3074257BF7194E40
         F7379521141123A53D4000000
         FF",
        expect![[r#"
            urn:epc:tag:sgtin-96:3.0614141.812345.6789 https://id.gs1.org/01/80614141123458/21/6789
            urn:epc:tag:sgtin-198:3.0614141.712345.32a%2Fb https://id.gs1.org/01/70614141123451/21/32a%2Fb
            urn:epc:tag:sscc-96:3.0614141.1234567890 https://id.gs1.org/00/106141412345678908
            SgtinPlus 3 https://id.gs1.org/01/79521141123453/21/32a%2Fb
            SsccPlus 3 https://id.gs1.org/00/106141412345678908
            the tag does not hold an SGTIN or an SSCC
            the tag does not hold an SGTIN or an SSCC
            the tag does not hold an SGTIN or an SSCC
            the tag does not hold an SGTIN or an SSCC
        "#]],
    );
}

#[test]
fn what_does_not_fit() {
    let gtin = Gtin::parse("80614141123458").unwrap();
    let seven = Prefix::new(7).unwrap();
    for serial in ["0123", "274877906944", "A"] {
        let link = DigitalLink::sgtin(&gtin, serial).unwrap();
        assert!(Tag::new(Scheme::Sgtin96(seven), 1, &link).is_err(), "{serial}");
        assert!(Tag::new(Scheme::Sgtin198(seven), 1, &link).is_ok(), "{serial}");
    }
    let most = DigitalLink::sgtin(&gtin, "274877906943").unwrap();
    assert!(Tag::new(Scheme::Sgtin96(seven), 1, &most).is_ok());
    assert!(Tag::new(Scheme::Sgtin96(seven), 8, &most).is_err());
    assert!(Tag::new(Scheme::SsccPlus, 1, &most).is_err());
    assert!(Tag::new(Scheme::SgtinPlus, 1, &DigitalLink::gtin(&gtin)).is_err());
    assert!(Prefix::new(5).is_err() && Prefix::new(13).is_err());
}

proptest! {
    #[test]
    fn an_item_comes_back(
        body in "[0-9]{13}",
        serial in "[!-\"%-/0-9A-Z_a-z:-?]{1,20}|[0-9]{1,20}|[0-9A-F]{1,20}|[A-Z:.-]{1,20}",
        n_digits in 6_usize..=12,
        filter in 0_u8..8,
    ) {
        let gtin = Gtin::with_check(&body).unwrap();
        let link = DigitalLink::sgtin(&gtin, &serial).unwrap();
        let prefix = Prefix::new(n_digits).unwrap();
        for scheme in [Scheme::Sgtin96(prefix), Scheme::Sgtin198(prefix), Scheme::SgtinPlus] {
            if let Ok(tag) = Tag::new(scheme, filter, &link) {
                prop_assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag.clone()));
                prop_assert_eq!(tag.link(), link.clone());
                if let Some(uri) = tag.uri() {
                    prop_assert_eq!(Tag::parse(&uri), Ok(tag));
                }
            }
        }
    }

    #[test]
    fn a_unit_comes_back(body in "[0-9]{17}", n_digits in 6_usize..=12, filter in 0_u8..8) {
        let link = DigitalLink::sscc(&Sscc::with_check(&body).unwrap());
        for scheme in [Scheme::Sscc96(Prefix::new(n_digits).unwrap()), Scheme::SsccPlus] {
            let tag = Tag::new(scheme, filter, &link).unwrap();
            prop_assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag.clone()));
            prop_assert_eq!(tag.link(), link.clone());
            if let Some(uri) = tag.uri() {
                prop_assert_eq!(Tag::parse(&uri), Ok(tag));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        header in prop::sample::select(vec![0x30_u8, 0x31, 0x36, 0xF7, 0xF9, 0]),
        rest in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let bytes = [vec![header], rest].concat();
        if let Ok(tag) = Tag::from_bytes(&bytes) {
            prop_assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag));
        }
    }
}
