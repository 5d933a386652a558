//! Each parser under mutated inputs: it never panics, and what it prints it reads again.

use fuzz::{Outcome, bytes, text};

use crate::{
    digital_link::DigitalLink,
    element_string::ElementString,
    epc::{Pattern, canonical, urn, verified},
    lint::Linter,
    scan::{CheckDigit, Scan},
    tag::Tag,
};

const ELEMENTS: &[&str] = &[
    "(01)09521234543213(10)ABC(21)12",
    "(00)106141411234567897(02)09521234543213(37)25",
    "(253)4602443000331XYZ(8030)ABC",
    "(8008)26123112(7007)261231(3103)000195(3922)0299(8110)012345612345611110123",
    "(8003)00952123454321(99)A\\(B",
];

const LINKS: &[&str] = &[
    "https://id.gs1.org/01/09521234543213/22/A/10/B/21/C?17=261231&3103=000195&x=y#z",
    "http://a/gtin/9521234543213/ser/S%2F1",
    "https://a.b/414/4226350800008/254/1",
    "https://a.b/8010/0614141A-%23/8011/12",
    "https://a.b/ARFKk4XB0CDKWcnpq",
];

const URNS: &[&str] = &[
    "urn:epc:id:sgtin:0614141.812345.6789%2f",
    "urn:epc:id:sgln:061414107346..0",
    "urn:epc:id:itip:4012345.011111.01.02.987",
    "urn:epc:id:adi:2S194..12345678901",
    "urn:epc:class:lgtin:4012345.012345.Lot987",
    "urn:epc:idpat:sgtin:4012345.012345.*",
];

#[test]
fn bracketed_element_strings() {
    text(ELEMENTS, |input| {
        let Ok(elements) = ElementString::bracketed(input) else { return Outcome::Refused };
        drop(elements.check_associations());
        assert_eq!(ElementString::bracketed(&elements.to_string()).unwrap(), elements);
        assert_eq!(ElementString::fnc1(&elements.to_fnc1()).unwrap(), elements);
        if let Ok(link) = DigitalLink::build(elements, "https://a.b") {
            drop(link.canonical());
            assert_eq!(DigitalLink::decompress(&link.compress()).unwrap(), link);
        }
        Outcome::Accepted
    });
}

#[test]
fn symbols() {
    let seeds = [
        "]d2010952123454321310ABC\u{1d}2112",
        "]E02112345678900|]e099COMPOSITE\u{1d}98XYZ",
        "]Q1https://a.b/01/09521234543213",
        "]J0^TESTING",
        "]C10109521234543213235XYZ\u{1d}10A",
    ];
    text(&seeds, |input| {
        let Ok(scan) = Scan::parse(input) else { return Outcome::Refused };
        assert_eq!(scan.to_string(), input);
        let message = scan.message();
        let again = Scan::of_message(scan.symbology(), &message, CheckDigit::Given).unwrap();
        assert_eq!(again.to_string(), input);
        Outcome::Accepted
    });
}

#[test]
fn digital_links() {
    text(LINKS, |input| {
        let Ok(link) = DigitalLink::parse(input) else { return Outcome::Refused };
        assert_eq!(DigitalLink::parse(&link.to_string()).unwrap(), link);
        Outcome::Accepted
    });
}

#[test]
fn compressed_links() {
    text(LINKS, |input| {
        let Ok(link) = DigitalLink::decompress(input) else { return Outcome::Refused };
        let again = DigitalLink::decompress(&link.compress()).unwrap();
        assert_eq!(again.elements(), link.elements());
        Outcome::Accepted
    });
}

#[test]
fn epcs() {
    let seeds = [URNS, LINKS].concat();
    text(&seeds, |input| {
        drop(verified(input));
        let Ok(epc) = canonical(input) else { return Outcome::Refused };
        assert_eq!(canonical(&epc.uri).as_ref(), Ok(&epc));
        for n_prefix in 6..=12 {
            if let Ok(urn) = urn(&epc.uri, n_prefix)
                && epc.key.is_some()
            {
                assert_eq!(canonical(&urn).unwrap().uri, epc.uri, "{urn}");
            }
        }
        Outcome::from(epc.key.is_some())
    });
}

#[test]
fn patterns() {
    text(URNS, |input| {
        let Ok(pattern) = Pattern::parse(input) else { return Outcome::Refused };
        assert_eq!(Pattern::parse(&pattern.to_string()), Ok(pattern.clone()));
        // Another scheme never matches.
        assert!(!pattern.matches("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"));
        Outcome::Accepted
    });
}

#[test]
fn tags() {
    let seeds: Vec<Vec<u8>> = [
        "3074257BF7194E4000001A85",
        "3674257BF6B7A659B2C2BF100000000000000000000000000000",
        "3174257BF4499602D2000000",
        "F73795211411234538566CB0AFC4",
    ]
    .into_iter()
    .map(|hex| Tag::from_hex(hex).unwrap().to_bytes())
    .collect();
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    bytes(&seeds, |input| {
        let Ok(tag) = Tag::from_bytes(input) else { return Outcome::Refused };
        assert_eq!(Tag::from_bytes(&tag.to_bytes()).as_ref(), Ok(&tag));
        if let Some(uri) = tag.uri() {
            assert_eq!(Tag::parse(&uri), Ok(tag));
        }
        Outcome::Accepted
    });
}

#[test]
fn linters() {
    let seeds = ["012345612345611110123", "261231", "FR7630006000011234567890189", "1/3", "A%20é"];
    text(&seeds, |input| {
        let mut is_accepted = false;
        for linter in Linter::ALL {
            match linter.check(input) {
                Ok(()) => is_accepted = true,
                // The span is on character boundaries.
                Err(found) => drop(input[found.start..][..found.len].to_owned()),
            }
        }
        Outcome::from(is_accepted)
    });
}
