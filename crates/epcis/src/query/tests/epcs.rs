//! `MATCH_` parameters: roles, patterns, classes, spellings, and ranges of our own codes.

use super::{check, check_around, event, surroundings, typed};
use crate::query::event_terms;

#[test]
fn roles() {
    let packed = typed(
        "AggregationEvent",
        r#""action": "ADD", "parentID": "urn:epc:id:sscc:0614141.1234567890",
           "childEPCs": ["urn:epc:id:sgtin:0614141.107346.2017"],
           "childQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:0614141.112345.*",
                                  "quantity": 3}]"#,
    );
    check(
        &packed,
        "+ MATCH_epc=urn:epc:id:sgtin:0614141.107346.2017
         + MATCH_epc=urn:x:1|https://id.gs1.org/01/10614141073464/21/2017
         - MATCH_epc=urn:epc:id:sscc:0614141.1234567890
         + MATCH_parentID=https://id.gs1.org/00/106141412345678908
         - MATCH_parentID=urn:epc:id:sgtin:0614141.107346.2017
         + MATCH_anyEPC=urn:epc:id:sscc:0614141.1234567890
         + MATCH_anyEPC=https://example.com/shop/01/10614141073464/21/2017?17=261231
         - MATCH_anyEPC=urn:epc:id:sgtin:0614141.107346.2018
         - MATCH_inputEPC=urn:epc:id:sgtin:0614141.107346.2017
         + MATCH_epcClass=urn:epc:idpat:sgtin:0614141.112345.*
         + MATCH_epcClass=https://id.gs1.org/01/10614141123459
         - MATCH_epcClass=urn:epc:idpat:sgtin:0614141.107346.*
         + MATCH_anyEPCClass=https://id.gs1.org/01/10614141123459
         - MATCH_outputEPCClass=https://id.gs1.org/01/10614141123459",
    );
    let made = typed(
        "TransformationEvent",
        r#""inputEPCList": ["urn:epc:id:sgtin:4012345.011122.25"],
           "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.4444"}],
           "outputEPCList": ["urn:epc:id:sgtin:4012345.077889.25"],
           "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.5555"}]"#,
    );
    check(
        &made,
        "+ MATCH_inputEPC=urn:epc:id:sgtin:4012345.011122.25
         - MATCH_inputEPC=urn:epc:id:sgtin:4012345.077889.25
         + MATCH_outputEPC=urn:epc:id:sgtin:4012345.077889.25
         - MATCH_outputEPC=urn:epc:id:sgtin:4012345.011122.25
         - MATCH_epc=urn:epc:id:sgtin:4012345.011122.25
         + MATCH_anyEPC=urn:epc:id:sgtin:4012345.077889.25
         + MATCH_inputEPCClass=urn:epc:class:lgtin:4012345.011111.4444
         - MATCH_inputEPCClass=urn:epc:class:lgtin:4012345.011111.5555
         + MATCH_outputEPCClass=https://id.gs1.org/01/04012345111118/10/5555
         - MATCH_outputEPCClass=urn:epc:class:lgtin:4012345.011111.4444
         + MATCH_anyEPCClass=urn:epc:class:lgtin:4012345.011111.4444
         - MATCH_epcClass=urn:epc:class:lgtin:4012345.011111.4444
         - MATCH_parentID=urn:epc:id:sgtin:4012345.011122.25",
    );
}

#[test]
fn patterns_in_both_spellings() {
    let named = event(
        r#""epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
           "quantityList": [{"epcClass": "https://id.gs1.org/01/04012345123456/10/998877"}]"#,
    );
    check(
        &named,
        "+ MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.*
         + MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.2017
         + MATCH_epc=https://id.gs1.org/01/10614141073464
         + MATCH_epc=urn:epc:idpat:sgtin:0614141.*.*
         + MATCH_epc=urn:epc:idpat:sgtin:*.*.*
         + MATCH_anyEPC=urn:epc:idpat:sgtin:0614141.*.*
         - MATCH_epc=urn:epc:idpat:sgtin:0614142.*.*
         - MATCH_epc=urn:epc:idpat:sgtin:0614141.107347.*
         - MATCH_epc=urn:epc:idpat:sscc:0614141.*
         - MATCH_epc=urn:epc:idpat:upui:0614141.107346.*
         + MATCH_epcClass=urn:epc:class:lgtin:4012345.012345.998877
         + MATCH_epcClass=urn:epc:class:lgtin:4012345.012345.*
         + MATCH_epcClass=urn:epc:class:lgtin:4012345.*.*
         - MATCH_epcClass=urn:epc:class:lgtin:4012346.*.*
         - MATCH_epcClass=urn:epc:idpat:sgtin:4012345.*.*
         - MATCH_epcClass=urn:epc:idpat:sgtin:4012345.012345.*",
    );
}

#[test]
fn patterns_of_every_scheme() {
    for (epc, yes, no) in [
        ("sscc:0614141.1234567890", "sscc:0614141.*", "sscc:0614142.*"),
        ("sgln:0614141.12345.400", "sgln:0614141.12345.*", "sgln:0614141.12346.*"),
        ("sgln:0614141.12345.0", "sgln:0614141.12345.*", "pgln:0614141.*"),
        ("sgln:0614141.12345.400", "sgln:0614141.*.*", "sgln:0614142.*.*"),
        ("grai:0614141.12345.400", "grai:0614141.12345.*", "grai:0614141.12346.*"),
        ("grai:0614141.12345.400", "grai:0614141.*.*", "giai:0614141.*"),
        ("giai:0614141.12345400", "giai:0614141.*", "giai:0614142.*"),
        ("gsrn:0614141.1234567890", "gsrn:0614141.*", "gsrnp:0614141.*"),
        ("gsrnp:0614141.1234567890", "gsrnp:*.*", "gsrn:*.*"),
        ("gdti:0614141.12345.400", "gdti:0614141.12345.*", "gdti:0614141.12346.*"),
        ("sgcn:4012345.67890.04711", "sgcn:4012345.67890.*", "sgcn:4012345.67891.*"),
        ("cpi:0614141.123ABC.123456789", "cpi:0614141.123ABC.*", "cpi:0614141.123AB.*"),
        ("cpi:0614141.123ABC.123456789", "cpi:0614141.*.*", "cpi:0614142.*.*"),
        (
            "itip:4012345.012345.01.02.987",
            "itip:4012345.012345.01.02.*",
            "itip:4012345.012345.02.*.*",
        ),
        ("itip:4012345.012345.01.02.987", "itip:4012345.012345.01.*.*", "sgtin:4012345.012345.*"),
        ("itip:4012345.012345.01.02.987", "itip:4012345.012345.*.*.*", "itip:4012345.012346.*.*.*"),
        ("itip:4012345.012345.01.02.987", "itip:4012345.*.*.*.*", "itip:4012346.*.*.*.*"),
        ("upui:1234567.089456.51qIgY", "upui:1234567.089456.*", "sgtin:1234567.089456.*"),
        ("upui:1234567.089456.51qIgY", "upui:1234567.*.*", "upui:1234568.*.*"),
        ("pgln:1234567.89012", "pgln:1234567.*", "sgln:1234567.*.*"),
        ("gsin:1234567.123456789", "gsin:1234567.*", "ginc:1234567.*"),
        ("ginc:0614141.xyz47", "ginc:0614141.*", "ginc:0614142.*"),
        ("gid:95100000.12345.400", "gid:95100000.12345.*", "gid:95100000.1234.*"),
        ("gid:95100000.12345.400", "gid:*.*.*", "adi:*.*.*"),
    ] {
        let event = event(&format!(r#""epcList": ["urn:epc:id:{epc}"]"#));
        check(&event, &format!("+ MATCH_epc=urn:epc:idpat:{yes}\n- MATCH_epc=urn:epc:idpat:{no}"));
    }
}

#[test]
fn codes_in_ranges_of_a_batch() {
    let code = "https://id.gs1.org/01/09521234543213/21/12345";
    let range = |first: u32, last: u32| {
        event(&format!(
            r#""epcList": [], "urn:suyuan:epcis:ranges": [
                 {{"role": "epc", "codeBatch": "b0000000000007", "first": {first},
                   "last": {last}}}]"#
        ))
    };
    let around = surroundings();
    check_around(&range(0, 42), &around, &format!("+ MATCH_epc={code}\n+ MATCH_anyEPC={code}"));
    check_around(&range(42, 99), &around, &format!("+ MATCH_epc={code}\n- MATCH_parentID={code}"));
    check_around(&range(43, 99), &around, &format!("- MATCH_epc={code}"));
    check(&range(0, 42), &format!("- MATCH_epc={code}"));
    let scanned = event(r#""epcList": ["https://t.example/c/12345"]"#);
    check_around(&scanned, &around, &format!("+ MATCH_epc={code}\n- MATCH_inputEPC={code}"));
}

/// Each run of codes adds no terms of its own.
#[test]
fn ranges_of_a_batch_have_few_terms() {
    let ranges: Vec<String> = (0..100)
        .map(|n| {
            let (first, last) = (30 * n, 30 * n + 7);
            format!(
                r#"{{"role": "epc", "codeBatch": "b0000000000007", "first": {first},
                     "last": {last}}}"#
            )
        })
        .collect();
    let event =
        event(&format!(r#""epcList": [], "urn:suyuan:epcis:ranges": [{}]"#, ranges.join(",")));
    let n_terms = event_terms(&event).len();
    assert!(n_terms < 10, "{n_terms}");
    check(
        &event,
        "+ EXISTS_urn:suyuan:epcis:ranges=null
         + EQ_INNER_https://ref.gs1.org/epcis/first=60
         + GE_INNER_https://ref.gs1.org/epcis/last=2000
         - EQ_INNER_https://ref.gs1.org/epcis/first=61",
    );
}

#[test]
fn an_sscc_of_wrong_length_still_names_what_it_names() {
    let event = event(r#""epcList": ["urn:epc:id:sscc:0614141.12345"]"#);
    check(
        &event,
        "+ MATCH_epc=urn:epc:id:sscc:0614141.12345
         - MATCH_epc=urn:epc:id:sscc:0614141.12346",
    );
}
