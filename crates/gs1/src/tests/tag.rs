use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::identifiers::{epc, link, prefixed};
use crate::{
    Error,
    digital_link::DigitalLink,
    tag::{Control, Raw, Scheme, Tag, TagPattern},
};

/// One line a tag in hexadecimal digits: its URI or its scheme, and its link if it has one.
fn check(tags: &str, expected: Expect) {
    let lines = tags.split_whitespace().map(|hex| match Tag::from_hex(hex) {
        Ok(tag) => {
            assert_eq!(tag.to_hex().trim_end_matches('0'), hex.trim_end_matches('0'));
            assert_eq!(Tag::from_bank_hex(&hex_of(&tag.to_bank())).as_ref(), Ok(&tag));
            let uri = tag.uri().unwrap_or_else(|| format!("{} {}", tag.scheme(), tag.filter()));
            let link = tag.link().map_or(String::new(), |link| format!(" {link}"));
            format!("{uri}{link}\n")
        }
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The examples of TDS 2.3 §E.3 that say where the company prefix ends or are not of GS1.
#[test]
fn parted_schemes() {
    check(
        "3066C4409047E140075BCD15
         3666C4409047E159B2C2BF100000000000000000000000000000
         311BA1B300CE0A6A83000000
         3276451FD46072000000162E
         3976451FD46072CD9615F8800000000000000000000000000000
         3376451FD40C0E400000162E
         3776451FD40C0E59B2C2BF1000000000000000000000
         3476451FD40000000000162E
         3876451FD59B2C2BF10000000000000000000000000000000000
         2D76451FD4499602D2000000
         2E76451FD4499602D2000000
         2C76451FD46072000000162E
         3E76451FD7039B061438997367D0C18B266D1AB66EE0
         3C76451FD400C0E680003039
         3D76451FD75411DEF6B4CC00000003039000
         3F76451FD612640000019907
         3500E86F8000A9E000000586
         2F320434147455900000162E
         3B0E0CF5E76C9047759AD00373DC7602E7200
         4076451FD40C0E40820000000F54
         4176451FD40C0E4082DBDD8B36600000000000000000000000000000",
        expect![[r#"
            urn:epc:tag:sgtin-96:3.95060001343.05.123456789 https://id.gs1.org/01/09506000134352/21/123456789
            urn:epc:tag:sgtin-198:3.95060001343.05.32a%2Fb https://id.gs1.org/01/09506000134352/21/32a%2Fb
            urn:epc:tag:sscc-96:0.952012.03456789123 https://id.gs1.org/00/095201234567891235
            urn:epc:tag:sgln-96:3.9521141.12345.5678 https://id.gs1.org/414/9521141123454/254/5678
            urn:epc:tag:sgln-195:3.9521141.12345.32a%2Fb https://id.gs1.org/414/9521141123454/254/32a%2Fb
            urn:epc:tag:grai-96:3.9521141.12345.5678 https://id.gs1.org/8003/095211411234545678
            urn:epc:tag:grai-170:3.9521141.12345.32a%2Fb https://id.gs1.org/8003/0952114112345432a%2Fb
            urn:epc:tag:giai-96:3.9521141.5678 https://id.gs1.org/8004/95211415678
            urn:epc:tag:giai-202:3.9521141.32a%2Fb https://id.gs1.org/8004/952114132a%2Fb
            urn:epc:tag:gsrn-96:3.9521141.1234567890 https://id.gs1.org/8018/952114112345678906
            urn:epc:tag:gsrnp-96:3.9521141.1234567890 https://id.gs1.org/8017/952114112345678906
            urn:epc:tag:gdti-96:3.9521141.12345.5678 https://id.gs1.org/253/95211411234545678
            urn:epc:tag:gdti-174:3.9521141.98765.ABCDefgh012345678 https://id.gs1.org/253/9521141987650ABCDefgh012345678
            urn:epc:tag:cpi-96:3.9521141.98765.12345 https://id.gs1.org/8010/952114198765/8011/12345
            urn:epc:tag:cpi-var:3.9521141.5PQ7%2FZ43.12345 https://id.gs1.org/8010/95211415PQ7%2FZ43/8011/12345
            urn:epc:tag:sgcn-96:3.9521141.67890.04711 https://id.gs1.org/255/952114167890904711
            urn:epc:tag:gid-96:952056.2718.1414
            urn:epc:tag:usdod-96:3.CAGEY.5678
            urn:epc:tag:adi-var:3.35962.PQ7VZ4.M37GXB92
            urn:epc:tag:itip-110:3.9521141.012345.01.02.981 https://id.gs1.org/8006/095211411234540102/21/981
            urn:epc:tag:itip-212:3.9521141.012345.01.02.mw133 https://id.gs1.org/8006/095211411234540102/21/mw133
        "#]],
    );
}

/// The examples of TDS 2.3 §E.3 for the schemes of TDS 2. Those of SSCC++ and ITIP++ are printed
/// there with the headers of SSCC+ and ITIP+; here they have their own (table 14-1).
#[test]
fn plus_schemes() {
    check(
        "F73795211411234538566CB0AFC4
         FB342CDE795211411234538566CB0AFC4
         FD3795211411234538566CB0AFC525065F1876F0D996D800
         FC342CDE795211411234538566CB0AFC525065F1876F0D996D80
         F90095201234567891235
         EF009520123456789123592832F8C3B786CCB6C0
         F2395211411234548566CB0AFC4
         E9395211411234548566CB0AFC525065F1876F0D996D8000
         F13095211411234548566CB0AFC4
         EB3095211411234548566CB0AFC525065F1876F0D996D800
         FA3952114132E83C2BF10
         EE3952114132E83C2BF1494197C61DBC3665B600
         F43952114112345678906
         E7395211411234567890692832F8C3B786CCB6C0
         F53952114112345678906
         E8395211411234567890692832F8C3B786CCB6C0
         F6395211411234540458B8
         EA395211411234540458BA4A0CBE30EDE1B32DB0
         F0395211415E87A145BAFB4D19A8C0E4
         E6395211415E87A145BAFB4D19A8C0E64A0CBE30EDE1B32DB000
         F839521141678909509338
         EC3952114167890950933C94197C61DBC3665B60
         F3309521141123454010266AE27FDF35
         ED309521141123454010266AE27FDF3592832F8C3B786CCB6C00",
        expect![[r#"
            sgtin+ 3 https://id.gs1.org/01/79521141123453/21/32a%2Fb
            dsgtin+ 3 https://id.gs1.org/01/79521141123453/21/32a%2Fb?17=220630
            sgtin++ 3 https://id.example.com/01/79521141123453/21/32a%2Fb
            dsgtin++ 3 https://id.example.com/01/79521141123453/21/32a%2Fb?17=220630
            sscc+ 0 https://id.gs1.org/00/095201234567891235
            sscc++ 0 https://id.example.com/00/095201234567891235
            sgln+ 3 https://id.gs1.org/414/9521141123454/254/32a%2Fb
            sgln++ 3 https://id.example.com/414/9521141123454/254/32a%2Fb
            grai+ 3 https://id.gs1.org/8003/0952114112345432a%2Fb
            grai++ 3 https://id.example.com/8003/0952114112345432a%2Fb
            giai+ 3 https://id.gs1.org/8004/952114132a%2Fb
            giai++ 3 https://id.example.com/8004/952114132a%2Fb
            gsrn+ 3 https://id.gs1.org/8018/952114112345678906
            gsrn++ 3 https://id.example.com/8018/952114112345678906
            gsrnp+ 3 https://id.gs1.org/8017/952114112345678906
            gsrnp++ 3 https://id.example.com/8017/952114112345678906
            gdti+ 3 https://id.gs1.org/253/95211411234545678
            gdti++ 3 https://id.example.com/253/95211411234545678
            cpi+ 3 https://id.gs1.org/8010/95211415PQ7%2FZ43/8011/12345
            cpi++ 3 https://id.example.com/8010/95211415PQ7%2FZ43/8011/12345
            sgcn+ 3 https://id.gs1.org/255/952114167890904711
            sgcn++ 3 https://id.example.com/255/952114167890904711
            itip+ 3 https://id.gs1.org/8006/095211411234540102/21/rif981
            itip++ 3 https://id.example.com/8006/095211411234540102/21/rif981
        "#]],
    );
}

#[test]
fn broken_tags() {
    check(
        "307C257BF7194E4000001A85
         3074257BF7194E40
         F7379521141123A53D4000000
         FB3F2CDE795211411234538566CB0AFC4
         FB342DEE795211411234538566CB0AFC4
         00
         FF
         xyz",
        expect![[r#"
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
            this is no EPC as a tag of a known scheme holds it
        "#]],
    );
}

/// Every method of table F, behind an SSCC+: each AI comes back from its bits.
#[test]
fn data_behind_an_epc() {
    for query in [
        "10=123&17=261231",
        "20=07&30=12&3103=000189&37=4&3900=12&242=000123",
        "3912=978125&402=40123452223334442&410=9521141123454&420=SW1A1AA&421=156200000",
        "4307=CN&4321=1&4322=0&4324=2612312359&4326=261231&4330=000500&4331=000500-",
        "7003=2612312359&7004=12&7007=261201&7007=261201261231&7011=2612312359",
        "7023=9521141AB%2F1&7030=156ABC&7258=1/3&8007=DE89370400440532013000",
        "8008=26123123&8008=2612312359&8008=261231235959&7254=abc&4300=A%2B&99=a-_b",
    ] {
        for one in query.split('&') {
            let uri = format!("https://id.gs1.org/00/095201234567891235?{one}");
            let link = DigitalLink::parse(&uri).expect(&uri);
            let tag = Tag::of_link(Scheme::named("sscc+").unwrap(), 0, link.clone()).expect(&uri);
            let again = Tag::from_bytes(&tag.to_bytes()).expect(&uri);
            assert_eq!(again, tag, "{uri}");
            assert_eq!(again.link(), Some(link.into_owned()));
        }
    }
}

/// What follows an EPC and is no AI is kept, and the EPC is right all the same.
#[test]
fn unread_data_do_not_hide_the_epc() {
    for tail in ["EE12345678900000", "10FFFFFFFFFFFFFF", "0414000000000000"] {
        let hex = format!("F980095201234567891235{tail}");
        let hex = hex.replace("F9800", "F980");
        let tag = Tag::from_hex(&hex).unwrap();
        assert_eq!(tag.epc(), "https://id.gs1.org/00/095201234567891235");
        assert!(tag.has_unread_data(), "{hex}");
        assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag));
    }
    // A word that is not whole is filled with zeros, which then are read.
    let part = Tag::from_hex("FC342CDE795211411234538566CB0AFC525065F1876F0D996D2124").unwrap();
    assert_eq!(Tag::from_bytes(&part.to_bytes()), Ok(part));
    let padded = format!("F90095201234567891235{}", "0".repeat(40));
    assert!(!Tag::from_hex(&padded).unwrap().has_unread_data());
}

#[test]
fn what_does_not_fit() {
    let scheme = |name| Scheme::named(name).unwrap();
    for serial in ["0123", "274877906944", "A"] {
        let urn = format!("urn:epc:id:sgtin:0614141.812345.{serial}");
        assert_eq!(Tag::of_epc(scheme("sgtin-96"), 1, &urn), Err(Error::TagScheme), "{serial}");
        assert!(Tag::of_epc(scheme("sgtin-198"), 1, &urn).is_ok(), "{serial}");
    }
    let most = "urn:epc:id:sgtin:0614141.812345.274877906943";
    assert!(Tag::of_epc(scheme("sgtin-96"), 1, most).is_ok());
    assert_eq!(Tag::of_epc(scheme("sgtin-96"), 8, most), Err(Error::TagScheme));
    assert_eq!(Tag::of_epc(scheme("sscc-96"), 1, most), Err(Error::TagScheme));
    assert_eq!(Tag::of_epc(scheme("sgtin+"), 1, most), Err(Error::TagScheme));
    let of_link = |name, uri| Tag::of_link(scheme(name), 1, DigitalLink::parse(uri).unwrap());
    let class = "https://id.gs1.org/01/80614141123458";
    let item = "https://id.gs1.org/01/80614141123458/21/1";
    assert_eq!(of_link("sgtin+", class), Err(Error::TagScheme));
    assert_eq!(of_link("sscc+", item), Err(Error::TagScheme));
    assert_eq!(of_link("sgtin-96", item), Err(Error::TagScheme));
    assert_eq!(of_link("dsgtin+", item), Err(Error::TagScheme));
    assert!(of_link("sgtin+", item).is_ok());
    assert_eq!(of_link("grai+", "https://id.gs1.org/8003/09521141123454"), Err(Error::TagScheme));
}

/// Protocol words and checksums; the checksum of an empty bank is that of the Gen 2 air interface.
#[test]
fn memory_banks() {
    let uri = "urn:epc:tag:[att=x0A][umi=1]:sgtin-96:3.0614141.812345.6789";
    let tag = Tag::parse(uri).unwrap();
    let bank = hex_of(&tag.to_bank());
    assert!(bank[4..].starts_with("340a3074257bf7194e4000001a85"), "{bank}");
    for text in [&bank[..], &bank[4..]] {
        assert_eq!(Tag::from_bank_hex(text).unwrap().uri().as_deref(), Some(uri));
    }
    for wrong in ["340a3074257bf7194e4000001a8", "3c0a3074257bf7194e4000001a85", "340a", ""] {
        assert_eq!(Tag::from_bank_hex(wrong), Err(Error::NotTag), "{wrong}");
    }
    let mistyped = bank.replace("1a85", "1a86");
    assert_eq!(Tag::from_bank_hex(&mistyped), Err(Error::NotTag));
    let fields = Control { extended: Some(0x1234), ..Control::default() };
    let uri = Tag::from_hex("3074257BF7194E4000001A85").unwrap().with_control(fields).uri();
    assert_eq!(Tag::parse(&uri.clone().unwrap()).unwrap().uri(), uri);
}

#[test]
fn raw_uris() {
    for (uri, printed, tag) in [
        ("96.x3074257BF7194E4000001A85", "96.x3074257BF7194E4000001A85", true),
        ("96.x74257BF7194E4000001A85", "96.x0074257BF7194E4000001A85", false),
        ("96.xA1.x3074257BF7194E4000001A85", "96.xA1.x3074257BF7194E4000001A85", false),
        ("64.20018283527919", "64.x00001234DEADBEEF", false),
        ("[att=x01]:10.x3FF", "[att=x01]:10.x3FF", false),
        ("1.0", "1.x0", false),
    ] {
        let raw = Raw::parse(&format!("urn:epc:raw:{uri}")).expect(uri);
        assert_eq!(raw.to_string(), format!("urn:epc:raw:{printed}"));
        assert_eq!(raw.tag().is_some(), tag, "{uri}");
    }
    for bad in ["9.x3FF", "0.x0", "96", "96.xa", "96.3x", "8.256", "497.x0", "8.x1.x2.x3", "8.1.x2"]
    {
        assert_eq!(Raw::parse(&format!("urn:epc:raw:{bad}")), Err(Error::NotTag), "{bad}");
    }
}

#[test]
fn tag_patterns() {
    let tag = Tag::from_hex("3074257BF7194E4000001A85").unwrap();
    let longer = Tag::parse("urn:epc:tag:sgtin-198:3.0614141.812345.6789").unwrap();
    for (pattern, is_in) in [
        ("sgtin-96:3.0614141.812345.6789", true),
        ("sgtin-96:*.*.*.*", true),
        ("sgtin-96:[1-3].0614141.[812345-812345].[0-9999]", true),
        ("sgtin-96:2.0614141.812345.6789", false),
        ("sgtin-96:3.0614141.[100000-812344].*", false),
        ("sgtin-96:3.0614142.*.*", false),
        ("sgtin-96:3.*.*.6788", false),
        ("sgtin-198:3.0614141.812345.6789", false),
        ("gid-96:*.*.[1-2]", false),
        ("adi-var:*.35962.*.M%2F7", false),
    ] {
        let uri = format!("urn:epc:pat:{pattern}");
        let parsed = TagPattern::parse(&uri).expect(pattern);
        assert_eq!(parsed.to_string(), uri);
        assert_eq!(parsed.matches(&tag), is_in, "{pattern}");
    }
    let alphanumeric = TagPattern::parse("urn:epc:pat:sgtin-198:3.0614141.*.6789").unwrap();
    assert!(alphanumeric.matches(&longer));
    for bad in [
        "sgtin-96:3.*.812345.1",
        "sgtin-96:3.[1-2].*.*",
        "sgtin-96:3.0614141.12345.1",
        "sgtin-96:3.0614141.[2-1].1",
        "sgtin-96:03.*.*.*",
        "sgtin-198:3.0614141.812345.[1-2]",
        "sgtin+:*.*.*",
        "adi-var:*.35962.a%2Eb.M",
        "sgtin-96:3.0614141",
    ] {
        assert!(TagPattern::parse(&format!("urn:epc:pat:{bad}")).is_err(), "{bad}");
    }
}

proptest! {
    /// Every scheme that holds URNs, any EPC of its kind, any length of the company prefix.
    #[test]
    fn urns_come_back((urn, _) in prefixed(), filter in 0_u8..64) {
        for scheme in Scheme::all() {
            if let Ok(tag) = Tag::of_epc(scheme, filter, &urn) {
                prop_assert_eq!(tag.urn(), Some(urn.clone()));
                prop_assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag.clone()));
                prop_assert_eq!(Tag::parse(&tag.uri().unwrap()), Ok(tag.clone()));
                let hex = tag.to_hex();
                let raw = Raw::parse(&format!("urn:epc:raw:{}.x{hex}", 4 * hex.len()));
                prop_assert_eq!(raw.unwrap().tag(), Some(tag.clone()));
                let pattern = tag.uri().unwrap().replace("urn:epc:tag:", "urn:epc:pat:");
                prop_assert!(TagPattern::parse(&pattern).unwrap().matches(&tag));
            }
        }
    }

    /// Each URN has a scheme that holds it, and each link that names one thing too.
    #[test]
    fn each_epc_has_a_scheme((urn, _) in prefixed(), (uri, _) in epc()) {
        let scheme = urn.split(':').nth(3).unwrap();
        let has_scheme = !matches!(scheme, "upui" | "pgln" | "gsin" | "ginc");
        let holds = |it: Scheme| Tag::of_epc(it, 0, &urn).is_ok();
        // Free text is cut to what the memory has room for.
        let is_long = scheme == "giai" || scheme == "cpi";
        prop_assert!(is_long || Scheme::all().any(holds) == has_scheme, "{}", urn);
        let key = uri.split('/').nth(3).unwrap();
        let has_scheme = !matches!(key, "417" | "401" | "402") && !uri.contains("/235/");
        let link = DigitalLink::parse(&uri).unwrap();
        let holds = |it: Scheme| Tag::of_link(it, 0, link.clone()).is_ok();
        prop_assert_eq!(Scheme::all().any(holds), has_scheme, "{}", uri);
    }

    #[test]
    fn links_come_back(uri in link(), filter in 0_u8..8) {
        let link = DigitalLink::parse(&uri).unwrap();
        for scheme in Scheme::all() {
            if let Ok(tag) = Tag::of_link(scheme, filter, link.clone()) {
                let again = Tag::from_bytes(&tag.to_bytes());
                prop_assert_eq!(again.as_ref(), Ok(&tag), "{}", scheme);
                prop_assert!(!tag.has_unread_data());
                prop_assert_eq!(Tag::from_bank_hex(&hex_of(&tag.to_bank())), Ok(tag));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        scheme in prop::sample::select(Scheme::all().collect::<Vec<_>>()),
        rest in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let header = HEADERS.iter().find(|(name, _)| *name == scheme.name()).map_or(0, |it| it.1);
        let bytes = [vec![header], rest].concat();
        if let Ok(tag) = Tag::from_bytes(&bytes) {
            prop_assert_eq!(tag.scheme(), scheme);
            prop_assert_eq!(Tag::from_bytes(&tag.to_bytes()), Ok(tag));
        }
    }
}

/// Some headers of table 14-1, as the table has them.
const HEADERS: [(&str, u8); 8] = [
    ("sgtin-96", 0x30),
    ("adi-var", 0x3B),
    ("itip-212", 0x41),
    ("cpi++", 0xE6),
    ("sgtin+", 0xF7),
    ("sscc+", 0xF9),
    ("dsgtin+", 0xFB),
    ("sgtin++", 0xFD),
];
