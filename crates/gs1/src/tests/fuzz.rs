//! Each parser under mutated inputs: it never panics, and what it prints it reads again.

use fuzz::{Outcome, bytes, text};

use crate::{
    digital_link::DigitalLink,
    element_string::ElementString,
    epc::{Level, Pattern, canonical, urn, verified},
    lint::Linter,
    scan::{CheckDigit, Scan},
    tag::{Control, Raw, Tag, TagPattern},
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

const TAGS: &[&str] = &[
    "3074257BF7194E4000001A85",
    "3674257BF6B7A659B2C2BF100000000000000000000000000000",
    "3D76451FD75411DEF6B4CC00000003039000",
    "3B0E0CF5E76C9047759AD00373DC7602E7200",
    "F79795211411123453000410123117353BF",
    "FC342CDE795211411234538566CB0AFC525065F1876F0D996D80",
    "E6395211415E87A145BAFB4D19A8C0E64A0CBE30EDE1B32DB000",
    "urn:epc:tag:[att=x01]:sgtin-198:3.0614141.712345.32a%2Fb",
    "urn:epc:raw:[umi=1]:96.x3074257BF7194E4000001A85",
    "urn:epc:pat:sgtin-96:3.0652642.[102400-204700].*",
];

/// As hexadecimal digits, whole banks, tag URIs, raw URIs and tag patterns.
#[test]
fn tags() {
    text(TAGS, |input| {
        let mut is_accepted = false;
        if let Ok(raw) = Raw::parse(input) {
            assert_eq!(Raw::parse(&raw.to_string()), Ok(raw.clone()));
            is_accepted = true;
        }
        if let Ok(pattern) = TagPattern::parse(input) {
            assert_eq!(TagPattern::parse(&pattern.to_string()), Ok(pattern.clone()));
            is_accepted = true;
        }
        let raw = Raw::parse(input).ok().and_then(|raw| raw.tag());
        let read = [Tag::from_hex(input), Tag::from_bank_hex(input), Tag::parse(input)];
        for tag in read.into_iter().flatten().chain(raw) {
            check_tag(tag);
            is_accepted = true;
        }
        Outcome::from(is_accepted)
    });
}

#[test]
fn tag_memory() {
    let seeds: Vec<Vec<u8>> =
        TAGS.iter().filter_map(|it| Some(Tag::from_hex(it).ok()?.to_bytes())).collect();
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    bytes(&seeds, |input| {
        let Ok(tag) = Tag::from_bytes(input) else { return Outcome::Refused };
        check_tag(tag);
        Outcome::Accepted
    });
}

fn check_tag(tag: Tag) {
    let control = tag.control().clone();
    assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag.clone().with_control(Control::default())));
    let bank: String = tag.to_bank().iter().map(|byte| format!("{byte:02X}")).collect();
    let plain = Control { extended: None, ..control };
    assert_eq!(Tag::from_bank_hex(&bank), Ok(tag.clone().with_control(plain)));
    let epc = canonical(&tag.epc()).unwrap();
    assert_eq!((&epc.uri, epc.level), (&tag.epc(), Level::Instance));
    assert_eq!(tag.link().is_some(), epc.key.is_some());
    match tag.uri() {
        Some(uri) => {
            assert_eq!(Tag::parse(&uri).as_ref(), Ok(&tag));
            let pattern = uri.replace(&tag.control().to_string(), "").replace(":tag:", ":pat:");
            assert!(TagPattern::parse(&pattern).unwrap().matches(&tag), "{pattern}");
        }
        None => assert!(tag.urn().is_none()),
    }
}

#[test]
fn human_readable() {
    let seeds = ["(01) 09521234543213 (10) ABC", "GTIN (01)09521234543213 BATCH/LOT (10) A(1)"];
    text(&seeds, |input| {
        let Ok(elements) = ElementString::of_hri(input) else { return Outcome::Refused };
        assert_eq!(ElementString::of_hri(&elements.to_hri()).unwrap(), elements);
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
