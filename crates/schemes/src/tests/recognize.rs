//! Scanned texts in, what they are out.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{Number, Platform, Reading, Registry, mod11_10, recognize};

/// A platform whose codes have 15 digits.
const PLATFORM: Platform<'static> = Platform { hosts: &["t.example"], code };

fn code(text: &str) -> Result<String, Option<String>> {
    let digits: String = text.chars().filter(|c| *c != ' ' && *c != '-').collect();
    match digits.split_at_checked(14) {
        Some((body, last)) if last.len() == 1 && digits.bytes().all(|it| it.is_ascii_digit()) => {
            let fits = last.starts_with(mod11_10::check_digit(body));
            if fits { Ok(digits) } else { Err(Some("mistyped".into())) }
        }
        _ => Err(None),
    }
}

pub(super) fn read<'r>(registry: &'r Registry, text: &str) -> Vec<Reading<'r>> {
    recognize(registry, text, &PLATFORM)
}

/// One line a text: each reading with its URI, its level and what is wrong.
fn check(texts: &str, expected: Expect) {
    let told = texts.lines().map(str::trim).map(|text| {
        let readings = read(Registry::built_in(), text).into_iter().map(|it| {
            let said = match it.outcome {
                Err(fault) => format!("FAULT {fault}"),
                Ok(number) => {
                    let warnings = number.warnings.iter().map(|warning| format!(" ({warning})"));
                    let warnings: String = warnings.collect();
                    format!("{:?} {}{warnings}", number.level, number.uri)
                }
            };
            format!("\n    {} {said}", it.scheme.id)
        });
        format!("{}{}\n", text.replace('\u{1d}', "<GS>"), readings.collect::<String>())
    });
    expected.assert_eq(&told.collect::<String>());
}

#[test]
fn addresses() {
    check(
        "https://t.example/c/123456789012345
         HTTPS://T.EXAMPLE/c/123456789012345?lang=ko
         https://t.example/c/123456789012346
         https://other.example/c/123456789012345
         https://id.gs1.org/01/09521234543213/10/ABC123/21/12345
         https://example.com/products/01/09521234543213
         https://id.gs1.org/00/106141411234567898
         https://www.iotroot.com/E=1000100000000000000000001
         https://www.iotroot.com/E=10000100000000000000
         https://www.iotroot.com/E=40000\\%7B1%25
         https://www.hgzcloud.com/p?id=1
         https://example.com/trace/A1
         urn:epc:id:sgtin:4023333.000055.1A
         urn:epc:id:sscc:0614141.1234567890
         urn:epc:id:sgtin:nonsense",
        expect![[r#"
            https://t.example/c/123456789012345
                suyuan Instance suyuan:123456789012345
            HTTPS://T.EXAMPLE/c/123456789012345?lang=ko
                suyuan Instance suyuan:123456789012345
            https://t.example/c/123456789012346
                suyuan FAULT mistyped
            https://other.example/c/123456789012345
                web Unknown https://other.example/c/123456789012345
            https://id.gs1.org/01/09521234543213/10/ABC123/21/12345
                gs1 Instance https://id.gs1.org/01/09521234543213/21/12345
            https://example.com/products/01/09521234543213
                gs1 Class https://id.gs1.org/01/09521234543213
            https://id.gs1.org/00/106141411234567898
                gs1 FAULT AI (00): the check digit must be 7, is 8
            https://www.iotroot.com/E=1000100000000000000000001
                ecode Instance https://www.iotroot.com/E=1000100000000000000000001
            https://www.iotroot.com/E=10000100000000000000
                ecode Instance https://www.iotroot.com/E=10000100000000000000
            https://www.iotroot.com/E=40000\%7B1%25
                ecode Instance https://www.iotroot.com/E=40000%5C%7B1%25 (the number system of the Ecode should be digits, four or five by its version)
            https://www.hgzcloud.com/p?id=1
                digital-identity Unknown https://www.hgzcloud.com/p?id=1
            https://example.com/trace/A1
                web Unknown https://example.com/trace/A1
            urn:epc:id:sgtin:4023333.000055.1A
                gs1 Instance https://id.gs1.org/01/04023333000550/21/1A
            urn:epc:id:sscc:0614141.1234567890
                gs1 Instance https://id.gs1.org/00/106141412345678908
            urn:epc:id:sgtin:nonsense
                gs1 FAULT the EPC URN does not have the parts of its scheme
        "#]],
    );
}

#[test]
fn bare_digits() {
    check(
        "123456789012345
         123 456-789 012 345
         123456789012346
         73513537
         036000291452
         6951181105326
         6951181105327
         09506000134352
         106141411234567897
         81000000000000000000
         202611010000112345678901
         1000100000000000000000001
         2016010903878416
         1248100998
         440305
         ６９５１１８１１０５３２６
         123",
        expect![[r#"
            123456789012345
                suyuan Instance suyuan:123456789012345
            123 456-789 012 345
                suyuan Instance suyuan:123456789012345
            123456789012346
                suyuan FAULT mistyped
            73513537
                gs1 Class https://id.gs1.org/01/00000073513537
            036000291452
                gs1 Class https://id.gs1.org/01/00036000291452
                ccc Class ccc:036000291452 (numbers have 16 digits since long; 12 are from before)
            6951181105326
                gs1 Class https://id.gs1.org/01/06951181105326
            6951181105327
                gs1 FAULT AI (01): the check digit must be 6, is 7
            09506000134352
                gs1 Class https://id.gs1.org/01/09506000134352
            106141411234567897
                gs1 Instance https://id.gs1.org/00/106141411234567897
                uscc FAULT the check character must be Q, is 7
            81000000000000000000
                drug Instance drug:81000000000000000000
            202611010000112345678901
                veterinary Instance veterinary:202611010000112345678901
            1000100000000000000000001
                ecode Instance https://www.iotroot.com/E=1000100000000000000000001
            2016010903878416
                ccc Class ccc:2016010903878416
            1248100998
                kr-business Class kr-business:124-81-00998
            440305
                division Class division:440305
            ６９５１１８１１０５３２６
                gs1 Class https://id.gs1.org/01/06951181105326
            123
        "#]],
    );
}

#[test]
fn element_strings() {
    check(
        "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234
         (00)106141411234567897
         ]C1010690123456789210A213B1\u{1d}211234
         ]d2010469025752852321G+mgsHw<DiLN_\u{1d}91EE05\u{1d}92x
         010469025752852321G+mgsHw<DiLN_\u{1d}91EE05
         ]E06901234567892
         (01)06901234567893
         (10)A213B1
         (01)06901234567892(",
        expect![[r#"
            (01)06901234567892(11)141231(17)150707(10)A213B1(21)1234
                gs1 Instance https://id.gs1.org/01/06901234567892/21/1234
            (00)106141411234567897
                gs1 Instance https://id.gs1.org/00/106141411234567897
            ]C1010690123456789210A213B1<GS>211234
                gs1 Instance https://id.gs1.org/01/06901234567892/21/1234
            ]d2010469025752852321G+mgsHw<DiLN_<GS>91EE05<GS>92x
                gs1 Instance https://id.gs1.org/01/04690257528523/21/G%2BmgsHw%3CDiLN_
            010469025752852321G+mgsHw<DiLN_<GS>91EE05
                gs1 Instance https://id.gs1.org/01/04690257528523/21/G%2BmgsHw%3CDiLN_
            ]E06901234567892
                gs1 Class https://id.gs1.org/01/06901234567892
            (01)06901234567893
                gs1 FAULT AI (01): the check digit must be 2, is 3
            (10)A213B1
                gs1 FAULT no element of it identifies anything
            (01)06901234567892(
                gs1 FAULT an element string is (AI)value, one behind the other
        "#]],
    );
}

#[test]
fn letters() {
    check(
        "MA.156.M0.100204.13351764
         SC10744030704994
         SC10744030704995
         (粤)XK16-204-00397
         91350100M000100Y43
         91350100M000100Y44
         2022221101000119(B0)
         124-81-00998
         110111-0062432
         xk:(%E7%B2%A4)XK16-204-00397
         ma:MA.156%
         hello",
        expect![[r#"
            MA.156.M0.100204.13351764
                ma Unknown ma:MA.156.M0.100204.13351764
            SC10744030704994
                sc Class sc:SC10744030704994
            SC10744030704995
                sc FAULT the check character must be 4, is 5
            (粤)XK16-204-00397
                xk Class xk:(%E7%B2%A4)XK16-204-00397
            91350100M000100Y43
                uscc Class uscc:91350100M000100Y43
            91350100M000100Y44
                uscc FAULT the check character must be 3, is 4
            2022221101000119(B0)
                ccc Class ccc:2022221101000119(B0)
            124-81-00998
                kr-business Class kr-business:124-81-00998
            110111-0062432
                kr-corporate Class kr-corporate:110111-0062432
            xk:(%E7%B2%A4)XK16-204-00397
                xk Class xk:(%E7%B2%A4)XK16-204-00397
            ma:MA.156%
                ma Unknown ma:MA.156%25 (an MA code should begin with four nodes)
            hello
        "#]],
    );
}

#[test]
fn tags() {
    check(
        "3074257BF7194E4000001A85
         3074257bf7194e4000001a85
         34003074257BF7194E4000001A85
         F73795211411234538566CB0AFC4
         FB342CDE795211411234538566CB0AFC4
         F980095201234567891235EE123456
         303400000000000000000001
         3500E86F8000A9E000000586
         urn:epc:tag:[att=x01]:sgtin-96:3.0614141.812345.6789
         urn:epc:raw:96.x3074257BF7194E4000001A85
         urn:epc:raw:96.xA1.x3074257BF7194E4000001A85
         urn:epc:tag:sgtin-96:3.0614141.81234.6789
         3074257BF7194E4000001A85FF
         urn:epc:id:gid:952056.2718.1414",
        expect![[r#"
            3074257BF7194E4000001A85
                rfid Instance https://id.gs1.org/01/80614141123458/21/6789
            3074257bf7194e4000001a85
                rfid Instance https://id.gs1.org/01/80614141123458/21/6789
            34003074257BF7194E4000001A85
                rfid Instance https://id.gs1.org/01/80614141123458/21/6789
            F73795211411234538566CB0AFC4
                rfid Instance https://id.gs1.org/01/79521141123453/21/32a%2Fb
            FB342CDE795211411234538566CB0AFC4
                rfid Instance https://id.gs1.org/01/79521141123453/21/32a%2Fb
            F980095201234567891235EE123456
            303400000000000000000001
                rfid Instance https://id.gs1.org/01/00000000000000/21/1 (these are digits only; a tag rarely is)
                veterinary Instance veterinary:303400000000000000000001 (30340000 is no date)
            3500E86F8000A9E000000586
                rfid Instance urn:epc:id:gid:952056.2718.1414
            urn:epc:tag:[att=x01]:sgtin-96:3.0614141.812345.6789
                rfid Instance https://id.gs1.org/01/80614141123458/21/6789
            urn:epc:raw:96.x3074257BF7194E4000001A85
                rfid Instance https://id.gs1.org/01/80614141123458/21/6789
            urn:epc:raw:96.xA1.x3074257BF7194E4000001A85
                rfid Unknown urn:epc:raw:96.xA1.x3074257BF7194E4000001A85
            urn:epc:tag:sgtin-96:3.0614141.81234.6789
                rfid FAULT must have 13 characters, has 12
            3074257BF7194E4000001A85FF
            urn:epc:id:gid:952056.2718.1414
                gs1 Instance urn:epc:id:gid:952056.2718.1414
        "#]],
    );
}

/// What is read is read again as the same, as printed and by its URI; how many readings there are.
pub(super) fn check_readings(text: &str) -> usize {
    let registry = Registry::built_in();
    let numbers = read(registry, text).into_iter().filter_map(|it| it.outcome.ok());
    let mut n_readings = 0;
    for number in numbers {
        assert!(gs1::epc::is_absolute(&number.uri), "{}", number.uri);
        for text in [&number.text, &number.uri] {
            let again = read(registry, text);
            let same = |it: &Number| it.uri == number.uri && it.level == number.level;
            let is_same = again.iter().any(|it| it.outcome.as_ref().is_ok_and(same));
            assert!(is_same, "{number:?} became {again:?}");
        }
        n_readings += 1;
    }
    n_readings
}

/// A text whose URI is longer than what is read would not be found again.
#[test]
fn too_long_for_a_uri() {
    let long = format!("https://a.b/{}", "\\".repeat(1_200));
    assert!(read(Registry::built_in(), &long).is_empty());
    assert_eq!(check_readings(&long[..500]), 1);
}

proptest! {
    /// Whatever is scanned: no panic, and a number as printed, and its URI, read as the same.
    #[test]
    fn any_scan_is_read_or_not(text in "\\PC{0,60}|(3[0-9A-F]|F[0-9A-F])[0-9A-F]{19,60}|[0-9]{6,25}|https?://[a-z.]{1,9}/[!-~]{0,30}") {
        check_readings(&text);
    }
}
