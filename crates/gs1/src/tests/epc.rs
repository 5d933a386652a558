use expect_test::{Expect, expect};

use crate::{
    Error,
    dictionary::Ai,
    epc::{Level, Pattern, canonical, urn},
};

/// One line a URI: its level and canonical form, or what is wrong with it.
fn check(uris: &str, expected: Expect) {
    let lines = uris.split_whitespace().map(|uri| match canonical(uri) {
        Ok(epc) => format!("{:?} {}\n", epc.level, epc.uri),
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn urns_become_links() {
    check(
        "urn:epc:id:sgtin:4023333.000055.1A
         urn:epc:id:sgtin:415056789012.0.987654
         urn:epc:id:sgtin:0614141.812345.6789%2f%26%25%22!%3F()
         urn:epc:id:sgtin:0614141.812345.a.b';=
         urn:epc:id:sscc:0614141.1234567890
         urn:epc:id:sgln:0614141.07346.0
         urn:epc:id:sgln:061414107346..0
         urn:epc:id:sgln:0614141.07346.1234
         urn:epc:id:pgln:999999999999.
         urn:epc:id:grai:4012345.00022.334455
         urn:epc:id:grai:401234500022..334455
         urn:epc:id:giai:4012345.A.B.C
         urn:epc:id:gdti:987659999999..9
         urn:epc:id:sgcn:4012345.22222.123
         urn:epc:id:cpi:0614141.11-A%23%2F.1234
         urn:epc:id:ginc:0614141.xyz47%2F11
         urn:epc:id:gsin:4012345.222333444
         urn:epc:id:gsrn:4012345.0000006765
         urn:epc:id:gsrnp:4012345.0000000007
         urn:epc:id:itip:4012345.011111.01.02.987
         urn:epc:id:upui:1234567.098765.51q%3C%26Jp3*j7
         urn:epc:class:lgtin:4012345.012345.Lot987
         urn:epc:idpat:sgtin:4012345.012345.*
         urn:epc:idpat:upui:4012345.012345.*
         urn:epc:idpat:grai:4012345.99999.*
         urn:epc:idpat:gdti:4012345.11111.*
         urn:epc:idpat:sgcn:4012345.22222.*
         urn:epc:idpat:cpi:4012345.AB12.*
         urn:epc:idpat:itip:4012345.012345.01.02.*",
        expect![[r#"
            Instance https://id.gs1.org/01/04023333000550/21/1A
            Instance https://id.gs1.org/01/04150567890128/21/987654
            Instance https://id.gs1.org/01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29
            Instance https://id.gs1.org/01/80614141123458/21/a.b';=
            Instance https://id.gs1.org/00/106141412345678908
            Instance https://id.gs1.org/414/0614141073467
            Instance https://id.gs1.org/414/0614141073467
            Instance https://id.gs1.org/414/0614141073467/254/1234
            Instance https://id.gs1.org/417/9999999999994
            Instance https://id.gs1.org/8003/04012345000221334455
            Instance https://id.gs1.org/8003/04012345000221334455
            Instance https://id.gs1.org/8004/4012345A.B.C
            Instance https://id.gs1.org/253/98765999999929
            Instance https://id.gs1.org/255/4012345222227123
            Instance https://id.gs1.org/8010/061414111-A%23%2F/8011/1234
            Instance https://id.gs1.org/401/0614141xyz47%2F11
            Instance https://id.gs1.org/402/40123452223334442
            Instance https://id.gs1.org/8018/401234500000067657
            Instance https://id.gs1.org/8017/401234500000000074
            Instance https://id.gs1.org/8006/040123451111180102/21/987
            Instance https://id.gs1.org/01/01234567987651/235/51q%3C%26Jp3%2Aj7
            Class https://id.gs1.org/01/04012345123456/10/Lot987
            Class https://id.gs1.org/01/04012345123456
            Class https://id.gs1.org/01/04012345123456
            Class https://id.gs1.org/8003/04012345999990
            Class https://id.gs1.org/253/4012345111118
            Class https://id.gs1.org/255/4012345222227
            Class https://id.gs1.org/8010/4012345AB12
            Class https://id.gs1.org/8006/040123451234560102
        "#]],
    );
}

#[test]
fn links_keep_their_finest_level() {
    check(
        "http://example.com/shop/gtin/9780345418913/cpv/344/lot/1223/ser/765tz?11=221109#top
         https://id.gs1.org/01/9780345418913/22/344/10/1223
         https://id.gs1.org/01/9780345418913/22/344
         https://id.gs1.org/01/9780345418913/235/TPX
         https://id.gs1.org/01/9780345418913/21/%61%2fb%27
         https://id.gs1.org/00/340123453111111115
         https://id.gs1.org/414/4280000000002/254/12
         https://id.gs1.org/8003/03870585000552
         https://id.gs1.org/8003/03870585000552987
         https://example.com/8003/4012345123456354565
         https://id.gs1.org/8010/0628165987
         https://id.gs1.org/8010/0628165987/8011/9876
         https://id.gs1.org/255/0811625999996554433
         https://id.gs1.org/8018/385888700111111111/8019/5",
        expect![[r#"
            Instance https://id.gs1.org/01/09780345418913/21/765tz
            Class https://id.gs1.org/01/09780345418913/10/1223
            Class https://id.gs1.org/01/09780345418913
            Instance https://id.gs1.org/01/09780345418913/235/TPX
            Instance https://id.gs1.org/01/09780345418913/21/a%2Fb'
            Instance https://id.gs1.org/00/340123453111111115
            Instance https://id.gs1.org/414/4280000000002/254/12
            Class https://id.gs1.org/8003/03870585000552
            Instance https://id.gs1.org/8003/03870585000552987
            Instance https://id.gs1.org/8003/4012345123456354565
            Class https://id.gs1.org/8010/0628165987
            Instance https://id.gs1.org/8010/0628165987/8011/9876
            Instance https://id.gs1.org/255/0811625999996554433
            Instance https://id.gs1.org/8018/385888700111111111/8019/5
        "#]],
    );
}

#[test]
fn other_uris_stay() {
    check(
        "https://example.com/products/milk
         https://example.com/01/97803
         https://example.com/01/09780345418913/
         https://example.com/01/09780345418913/99/abc
         https://example.com/01/09780345418913/21/a/10/b
         https://example.com/401/unauthorized
         https:///01/09780345418913
         urn:epcglobal:cbv:bt:4012345000009:ASN1099
         urn:epc:id:gid:95100000.12345.400
         urn:epc:id:bic:CSQU3054383
         urn:epc:idpat:sgtin:4012345.*.*
         urn:epc:idpat:sgtin:*.*.*
         urn:epc:tag:sgtin-96:3.0614141.812345.6789
         urn:epc:id
         geo:50.94,6.92
         urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        expect![[r#"
            Unknown https://example.com/products/milk
            Unknown https://example.com/01/97803
            Unknown https://example.com/01/09780345418913/
            Unknown https://example.com/01/09780345418913/99/abc
            Unknown https://example.com/01/09780345418913/21/a/10/b
            Unknown https://example.com/401/unauthorized
            Unknown https:///01/09780345418913
            Unknown urn:epcglobal:cbv:bt:4012345000009:ASN1099
            Instance urn:epc:id:gid:95100000.12345.400
            Instance urn:epc:id:bic:CSQU3054383
            Unknown urn:epc:idpat:sgtin:4012345.*.*
            Unknown urn:epc:idpat:sgtin:*.*.*
            Unknown urn:epc:tag:sgtin-96:3.0614141.812345.6789
            Unknown urn:epc:id
            Unknown geo:50.94,6.92
            Unknown urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8
        "#]],
    );
}

#[test]
fn broken_identifiers_are_named() {
    check(
        "HelloWorld!
         42
         :nothing
         https://id.gs1.org/01/{gtin}
         urn:epc:id:sgtin:0614141.12345.1
         urn:epc:id:sgtin:0614141.1123456.1
         urn:epc:id:sgtin:06141.11234567.1
         urn:epc:id:sgtin:0614141.112345
         urn:epc:id:sgtin:0614141.112345.
         urn:epc:id:sgtin:0614141.112345.a/b
         urn:epc:id:sgtin:0614141.112345.a%2
         urn:epc:id:sgtin:0614141.112345.%E2%82%AC
         urn:epc:id:sgtin:0614141.112345.123456789012345678901
         urn:epc:id:sgtin:061414A.112345.1
         urn:epc:id:sscc:0614141.12345678901
         urn:epc:id:itip:4012345.011111.1.02.987
         urn:epc:id:cpi:0614141.11-a.1234
         urn:epc:id:cpi:0614141.11-A.12X
         urn:epc:id:giai:4012345.
         urn:epc:id:grai:4012345.00022.
         urn:epc:class:lgtin:4012345.012345",
        expect![[r#"
            not an absolute URI
            not an absolute URI
            not an absolute URI
            not an absolute URI
            must have 13 characters, has 12
            must have 13 characters, has 14
            the company prefix must have 6 to 12 digits
            the EPC URN does not have the parts of its scheme
            the value of AI (21) is too short
            the character '/' is not allowed here
            a percent escape is malformed
            AI (21): not a character of CSET 82
            the value of AI (21) is too long, or no FNC1 follows it
            the company prefix must have 6 to 12 digits
            must have 17 characters, has 18
            must have 2 characters, has 1
            AI (8010): not a character of CSET 39
            AI (8011): only digits are allowed here
            the EPC URN does not have the parts of its scheme
            the EPC URN does not have the parts of its scheme
            the EPC URN does not have the parts of its scheme
        "#]],
    );
}

/// The URNs of `urns_become_links`, and back again with the length of their company prefix.
#[test]
fn links_become_urns() {
    for (n_prefix, uri) in [
        (7, "urn:epc:id:sgtin:4023333.000055.1A"),
        (12, "urn:epc:id:sgtin:415056789012.0.987654"),
        (7, "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()"),
        (7, "urn:epc:id:sscc:0614141.1234567890"),
        (7, "urn:epc:id:sgln:0614141.07346.0"),
        (12, "urn:epc:id:sgln:061414107346..0"),
        (7, "urn:epc:id:sgln:0614141.07346.1234"),
        (12, "urn:epc:id:pgln:999999999999."),
        (7, "urn:epc:id:grai:4012345.00022.334455"),
        (12, "urn:epc:id:grai:401234500022..334455"),
        (7, "urn:epc:id:giai:4012345.A.B.C"),
        (12, "urn:epc:id:gdti:987659999999..9"),
        (7, "urn:epc:id:sgcn:4012345.22222.123"),
        (7, "urn:epc:id:cpi:0614141.11-A%23%2F.1234"),
        (7, "urn:epc:id:ginc:0614141.xyz47%2F11"),
        (7, "urn:epc:id:gsin:4012345.222333444"),
        (7, "urn:epc:id:gsrn:4012345.0000006765"),
        (7, "urn:epc:id:gsrnp:4012345.0000000007"),
        (7, "urn:epc:id:itip:4012345.011111.01.02.987"),
        (7, "urn:epc:id:upui:1234567.098765.51q%3C%26Jp3*j7"),
        (7, "urn:epc:class:lgtin:4012345.012345.Lot987"),
        (7, "urn:epc:idpat:sgtin:4012345.012345.*"),
        (7, "urn:epc:idpat:grai:4012345.99999.*"),
        (7, "urn:epc:idpat:gdti:4012345.11111.*"),
        (7, "urn:epc:idpat:sgcn:4012345.22222.*"),
        (7, "urn:epc:idpat:cpi:4012345.AB12.*"),
        (7, "urn:epc:idpat:itip:4012345.012345.01.02.*"),
    ] {
        let link = canonical(uri).unwrap().uri;
        assert_eq!(urn(&link, n_prefix).as_deref(), Ok(uri), "{link}");
    }
    let link = "https://id.gs1.org/01/04012345123456/21/1";
    assert_eq!(urn(link, 5), Err(Error::CompanyPrefix));
    assert_eq!(urn(link, 13), Err(Error::CompanyPrefix));
    assert_eq!(urn("https://id.gs1.org/8004/4012A", 6), Err(Error::CompanyPrefix));
    let lone_zero = "https://id.gs1.org/414/4226350800008/254/0";
    assert_eq!(urn(lone_zero, 7), Err(Error::NoUrn { key: Ai::GLN }));
    let payment = "https://id.gs1.org/415/4226350800008/8020/1";
    assert_eq!(urn(payment, 7), Err(Error::NoUrn { key: Ai::PAY_TO }));
}

#[test]
fn other_schemes_have_their_grammar() {
    for good in ["gid:95100000.12345.400", "usdod:2S194.12345678901", "bic:CSQU3054383"] {
        let canonical = canonical(&format!("urn:epc:id:{good}")).unwrap();
        assert_eq!(canonical.level, Level::Instance, "{good}");
    }
    for good in ["adi:2S194..12345678901", "adi:2S194.1.%231", "imovn:9176187"] {
        assert!(canonical(&format!("urn:epc:id:{good}")).is_ok(), "{good}");
    }
    for bad in ["gid:95100000.12345", "gid:a.1.2", "usdod:2s194.1", "bic:CSQU305438", "imovn:917"] {
        assert!(canonical(&format!("urn:epc:id:{bad}")).is_err(), "{bad}");
    }
}

#[test]
fn patterns_match() {
    let matches = |pattern: &str, epc: &str| {
        let text = format!("urn:epc:idpat:{pattern}");
        let pattern = Pattern::parse(&text).unwrap();
        assert_eq!(pattern.to_string(), text);
        pattern.matches(epc)
    };
    let item = "urn:epc:id:sgtin:0614141.812345.6789";
    let link = "https://id.gs1.org/01/80614141123458/21/6789";
    for epc in [item, link] {
        assert!(matches("sgtin:0614141.812345.6789", epc), "{epc}");
        assert!(matches("sgtin:0614141.812345.*", epc), "{epc}");
        assert!(matches("sgtin:0614141.*.*", epc), "{epc}");
        assert!(matches("sgtin:*.*.*", epc), "{epc}");
        assert!(!matches("sgtin:0614142.*.*", epc), "{epc}");
        assert!(!matches("sgtin:061414.*.*", epc) || epc == link, "{epc}");
        assert!(!matches("sscc:*.*", epc), "{epc}");
    }
    assert!(matches("sgln:0614141.07346.a%2Fb", "https://id.gs1.org/414/0614141073467/254/a%2Fb"));
    assert!(matches("gid:95100000.*.*", "urn:epc:id:gid:95100000.12345.400"));
    assert!(!matches("sgtin:0614141.812345.*", "https://id.gs1.org/01/80614141123458/10/A"));
    for bad in ["sgtin:0614141.*.1", "sgtin:0614141.1", "sgtin:06141.*.*", "x:1.2", "sgtin"] {
        assert!(Pattern::parse(&format!("urn:epc:idpat:{bad}")).is_err(), "{bad}");
    }
}
