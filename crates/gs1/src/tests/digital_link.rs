use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::element_string::{element_of, elements};
use crate::{
    Error, Gln, Gtin, Sscc,
    dictionary::{Ai, Attribute, Entry},
    digital_link::DigitalLink,
    element_string::{Element, ElementString},
    epc::canonical,
};

/// One line a URI: what is read from it, or what is wrong with it.
fn check(uris: &str, expected: Expect) {
    let lines = uris.split_whitespace().map(|uri| match DigitalLink::parse(uri) {
        Ok(link) => format!(
            "{:?} {:?} {:?} {:?}\n",
            link.stem(),
            &link.elements()[..=link.qualifiers().len()],
            link.attributes(),
            link.others().collect::<Vec<_>>()
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
         https://a/01/12312312312333/22/A+1?99=A%2bB&singleton&&98=X%2fY&utm=a+b",
        expect![[r#"
            "https://id.gs1.org" [(01)"09521234543213"] [] []
            "https://id.gs1.org" [(01)"09521234543213", (10)"ABC123", (21)"12345"] [] []
            "https://id.gs1.org" [(01)"09521234543213", (10)"ABC123"] [(17)"261231"] []
            "https://id.gs1.org" [(00)"106141411234567897"] [] []
            "https://example.com/products" [(01)"09521234543213"] [] []
            "http://example.com:8080" [(01)"04006381333931", (22)"2A", (10)"L1", (21)"S/1"] [] []
            "https://a/00/faux" [(00)"006141411234567890"] [] []
            "https://a" [(01)"12312312312333", (22)"A+1"] [(99)"A+B", (98)"X/Y"] ["singleton", "utm=a+b"]
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
            not a GS1 Digital Link URI
            not a GS1 Digital Link URI
            not a GS1 Digital Link URI
            not a GS1 Digital Link URI
            AI (01): the check digit must be 3, is 4
            AI (01): only digits are allowed here
            the value of AI (01) is too short
            "10" cannot stand here after the key 01
            "21" cannot stand here after the key 01
            "21" cannot stand here after the key 01
            "254" cannot stand here after the key 01
            the value of AI (10) is too short
            the value of AI (21) is too long, or no FNC1 follows it
            AI (21): not a character of CSET 82
            "https://id.gs1.org" [(01)"09521234543213", (21)"%zz"] [] []
            AI (00): the check digit must be 0, is 1
            the value of AI (253) is too long, or no FNC1 follows it
            AI (8003): must be zero
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
    let ai = Ai::parse("21").unwrap();
    assert_eq!(DigitalLink::sgtin(&gtin, ""), Err(Error::Short { ai }));
    assert!(DigitalLink::lgtin(&gtin, "a b").is_err());
}

#[test]
fn compressed_links() {
    for (link, compressed) in [
        // The published example of the resolver.
        ("https://a.b/01/09506000134376/10/LOT01", "https://a.b/ARFKk4XB0CDKWcnpq"),
        ("https://a.b/01/09506000134376", "https://a.b/ARFKk4XB0A"),
    ] {
        let link = DigitalLink::parse(link).unwrap();
        assert_eq!(link.compress(), compressed);
        assert_eq!(DigitalLink::decompress(compressed).unwrap(), link);
    }
    // The key is legible, the rest is compressed.
    let half = DigitalLink::decompress("https://a.b/01/09506000134376/EGUs5PTU?x=y").unwrap();
    assert_eq!(half.to_string(), "https://a.b/01/09506000134376/10/LOT01?x=y");
    // A path that looks like a link is no key where the coded part has its own.
    let under = DigitalLink::parse("https://a.b/401/0952A/01/09506000134376").unwrap();
    assert_eq!(under.stem(), "https://a.b/401/0952A");
    assert_eq!(DigitalLink::decompress(&under.compress()).unwrap(), under);
    for broken in ["https://a.b/", "https://a.b/ARFK", "https://a.b/ARFKk4XB0CDKWcnp!", "x"] {
        assert!(DigitalLink::decompress(broken).is_err(), "{broken}");
    }
}

/// A key, some of its qualifiers in their order, attributes that may stand there.
pub(super) fn links() -> impl Strategy<Value = DigitalLink<'static>> {
    let keys: Vec<&'static Entry> =
        Entry::all().iter().filter(|entry| entry.qualifiers().is_some()).collect();
    let path = prop::sample::select(keys).prop_flat_map(|key| {
        let alternatives = key.qualifiers().unwrap().to_vec();
        let alternatives = if alternatives.is_empty() { vec![&[][..]] } else { alternatives };
        let some = prop::sample::select(alternatives).prop_flat_map(|all: &'static [Ai]| {
            prop::sample::subsequence(all.to_vec(), 0..=all.len())
        });
        some.prop_flat_map(move |ais| {
            let qualifiers: Vec<_> =
                ais.into_iter().map(|ai| element_of(Entry::of(ai).unwrap())).collect();
            (element_of(key), qualifiers)
        })
    });
    let attributes = prop::collection::vec(elements(), 0..4);
    (path, attributes).prop_map(|((key, qualifiers), attributes)| {
        let in_path = |element: &Element<'_>| {
            let all = key.entry().qualifiers().unwrap_or_default();
            all.iter().any(|ais| ais.contains(&element.ai()))
        };
        let attributes: Vec<_> = attributes
            .into_iter()
            .filter(|one| one.entry().attribute() == Attribute::Allowed && !in_path(one))
            .filter(|one| one.entry().qualifiers().is_none())
            .collect();
        let all = [vec![key], qualifiers, attributes].concat();
        let all = ElementString::from_elements(all).unwrap();
        DigitalLink::build(all, "https://example.com/a").unwrap()
    })
}

proptest! {
    #[test]
    fn parse_after_print_is_identity(link in links()) {
        let printed = link.to_string();
        prop_assert_eq!(DigitalLink::parse(&printed).unwrap(), link.clone(), "{}", printed);
    }

    #[test]
    fn decompress_after_compress_is_identity(link in links()) {
        let compressed = link.compress();
        prop_assert_eq!(DigitalLink::decompress(&compressed).unwrap(), link, "{}", compressed);
    }

    #[test]
    fn a_canonical_uri_is_its_own_canonical_form(link in links()) {
        let once = canonical(&link.to_string()).unwrap();
        let twice = canonical(&once.uri).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(https://|urn:epc:id:)?[ -~é]{0,60}") {
        if let Ok(link) = DigitalLink::parse(&text) {
            let printed = link.to_string();
            prop_assert_eq!(DigitalLink::parse(&printed).unwrap(), link);
        }
        if let Ok(epc) = canonical(&text) {
            prop_assert_eq!(canonical(&epc.uri), Ok(epc));
        }
    }

    #[test]
    fn any_compressed_text_is_read_or_refused(text in "[A-Za-z0-9_-]{0,60}") {
        let uri = format!("https://a.b/{text}");
        if let Ok(link) = DigitalLink::decompress(&uri) {
            prop_assert_eq!(DigitalLink::decompress(&link.compress()).unwrap(), link);
        }
    }
}
