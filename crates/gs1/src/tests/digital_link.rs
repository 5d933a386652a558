use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{
    Error, Gln, Gtin, Key, Qualifier, Sscc, check_digit, digital_link::DigitalLink, epc::canonical,
};

/// One line a URI: what is read from it, or what is wrong with it.
fn check(uris: &str, expected: Expect) {
    let lines = uris.split_whitespace().map(|uri| match DigitalLink::parse(uri) {
        Ok(link) => format!(
            "{:?} {} {:?} {:?}\n",
            link.key(),
            link.value(),
            link.qualifiers(),
            link.attributes()
        ),
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn links_are_read() {
    check(
        "https://id.gs1.org/01/09521234543213
         https://id.gs1.org/01/09521234543213/10/ABC123/21/12345
         https://id.gs1.org/01/09521234543213/10/ABC123?17=261231
         https://id.gs1.org/00/106141411234567897
         https://example.com/products/01/09521234543213
         http://example.com:8080/gtin/4006381333931/cpv/2A/lot/L1/ser/S%2F1#here
         https://a/00/faux/00/006141411234567890
         https://a/01/12312312312333/22/A+1?99=A+B&singleton&&98=X%2fY",
        expect![[r#"
            Gtin 09521234543213 [] []
            Gtin 09521234543213 [(Lot, "ABC123"), (Serial, "12345")] []
            Gtin 09521234543213 [(Lot, "ABC123")] [("17", "261231")]
            Sscc 106141411234567897 [] []
            Gtin 09521234543213 [] []
            Gtin 04006381333931 [(Cpv, "2A"), (Lot, "L1"), (Serial, "S/1")] []
            Sscc 006141411234567890 [] []
            Gtin 12312312312333 [(Cpv, "A+1")] [("99", "A B"), ("singleton", ""), ("98", "X/Y")]
        "#]],
    );
}

#[test]
fn broken_links_are_named() {
    check(
        "nonsense
         ftp://id.gs1.org/01/09521234543213
         https://id.gs1.org/
         https://id.gs1.org/17/261231
         https://id.gs1.org/01/09521234543214
         https://id.gs1.org/01/0952123454321X
         https://id.gs1.org/01/952123454
         https://id.gs1.org/01/09521234543213/21/1/10/2
         https://id.gs1.org/01/09521234543213/21/1/21/2
         https://id.gs1.org/01/09521234543213/235/1/21/2
         https://id.gs1.org/01/09521234543213/254/1
         https://id.gs1.org/01/09521234543213/10/
         https://id.gs1.org/01/09521234543213/21/123456789012345678901
         https://id.gs1.org/01/09521234543213/21/a%20b
         https://id.gs1.org/01/09521234543213/21/%zz
         https://id.gs1.org/00/006141411234567891
         https://id.gs1.org/253/1231231231232TEST56789012345678
         https://id.gs1.org/8003/19521234543213",
        expect![[r#"
            not an absolute URI
            not a GS1 Digital Link URI
            not a GS1 Digital Link URI
            not a GS1 Digital Link URI
            the check digit must be 3, is 4
            only digits are allowed
            must have 14 characters, has 9
            "10" cannot stand here after the key 01
            "21" cannot stand here after the key 01
            "21" cannot stand here after the key 01
            "254" cannot stand here after the key 01
            must have 1 to 20 characters, has 0
            must have 1 to 20 characters, has 21
            the character ' ' is not allowed here
            a percent escape is malformed
            the check digit must be 0, is 1
            must have 13 to 30 characters, has 31
            a GRAI begins with 0
        "#]],
    );
}

#[test]
fn constructors_check_their_parts() {
    let gtin = Gtin::parse("4006381333931").unwrap();
    let sscc = Sscc::parse("106141411234567897").unwrap();
    let gln = Gln::parse("4226350800008").unwrap();
    let lines = [
        DigitalLink::gtin(&gtin),
        DigitalLink::sgtin(&gtin, "a/b").unwrap(),
        DigitalLink::lgtin(&gtin, "L1").unwrap(),
        DigitalLink::sscc(&sscc),
        DigitalLink::gln(&gln),
    ];
    expect![[r#"
        https://id.gs1.org/01/04006381333931
        https://id.gs1.org/01/04006381333931/21/a%2Fb
        https://id.gs1.org/01/04006381333931/10/L1
        https://id.gs1.org/00/106141411234567897
        https://id.gs1.org/414/4226350800008
    "#]]
    .assert_eq(&lines.map(|link| format!("{link}\n")).concat());
    assert_eq!(DigitalLink::sgtin(&gtin, ""), Err(Error::Length { min: 1, max: 20, found: 0 }));
    assert_eq!(DigitalLink::lgtin(&gtin, "a b"), Err(Error::Character { found: ' ' }));
}

/// Some of a key's qualifiers in their order, each with a value it takes.
fn qualifiers(key: Key) -> impl Strategy<Value = Vec<(Qualifier, String)>> {
    let alternatives = key.qualifiers().to_vec();
    let alternatives = if alternatives.is_empty() { vec![&[][..]] } else { alternatives };
    let some = prop::sample::select(alternatives)
        .prop_flat_map(|all| prop::sample::subsequence(all, 0..=all.len()));
    some.prop_flat_map(|names| {
        names.into_iter().map(|name| (Just(name), qualifier_value(name))).collect::<Vec<_>>()
    })
}

fn qualifier_value(qualifier: Qualifier) -> &'static str {
    match qualifier {
        Qualifier::CpidSerial | Qualifier::Srin => "[0-9]{1,10}",
        Qualifier::Uic => "[!-\"%-/0-9A-Z_a-z:-?]{4}",
        _ => "[!-\"%-/0-9A-Z_a-z:-?]{1,20}",
    }
}

fn key_value(key: Key) -> impl Strategy<Value = String> {
    let (head, tail) = match key {
        Key::Sscc | Key::Gsrn | Key::Gsrnp => ("[0-9]{17}", ""),
        Key::Gtin => ("[0-9]{13}", ""),
        Key::Gdti => ("[0-9]{12}", "[!-\"%-/0-9A-Z_a-z:-?]{0,17}"),
        Key::Gcn => ("[0-9]{12}", "[0-9]{0,12}"),
        Key::Gsin => ("[0-9]{16}", ""),
        Key::Gln | Key::Pgln => ("[0-9]{12}", ""),
        Key::Grai => ("0[0-9]{12}", "[!-\"%-/0-9A-Z_a-z:-?]{0,16}"),
        Key::Itip => ("[0-9]{13}", "[0-9]{4}"),
        Key::Ginc | Key::Giai => ("", "[0-9]{4}[!-\"%-/0-9A-Z_a-z:-?]{0,26}"),
        Key::Cpid => ("", "[0-9]{4}[#/A-Z0-9-]{0,26}"),
    };
    (head, tail).prop_map(|(head, tail)| {
        let check = if head.is_empty() { None } else { Some(check_digit::of(&head).unwrap()) };
        format!("{head}{}{tail}", check.map_or(String::new(), |digit| digit.to_string()))
    })
}

fn links() -> impl Strategy<Value = DigitalLink> {
    let keys = prop::sample::select(Key::ALL.to_vec());
    let attributes = prop::collection::vec(("[a-z0-9é+&=% ]{1,6}", ".{0,6}"), 0..3);
    keys.prop_flat_map(move |key| (Just(key), key_value(key), qualifiers(key), attributes.clone()))
        .prop_map(|(key, value, qualifiers, attributes)| DigitalLink {
            key,
            value,
            qualifiers,
            attributes,
        })
}

proptest! {
    #[test]
    fn parse_after_print_is_identity(link in links()) {
        let printed = link.to_string();
        prop_assert_eq!(DigitalLink::parse(&printed), Ok(link), "{}", printed);
    }

    #[test]
    fn a_canonical_uri_is_its_own_canonical_form(link in links()) {
        let once = canonical(&link.to_string()).unwrap();
        prop_assert_eq!(once.key, Some(link.key()));
        prop_assert_eq!(canonical(&once.uri), Ok(once));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(https://|urn:epc:id:)?[ -~é]{0,60}") {
        if let Ok(link) = DigitalLink::parse(&text) {
            prop_assert_eq!(DigitalLink::parse(&link.to_string()), Ok(link));
        }
        if let Ok(epc) = canonical(&text) {
            prop_assert_eq!(canonical(&epc.uri), Ok(epc));
        }
    }
}
