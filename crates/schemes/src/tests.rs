//! Numbers in, text out: the published numbers of every scheme, good and bad.

use std::fmt::Display;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{
    BusinessNumber, CccNumber, CorporateNumber, Division, Error, PROVINCES, ScLicence, Uscc,
    Warning, XkLicence, mod11_10,
};

/// One line a number, `scheme number`: how it is printed and what looks wrong, or why it is none.
fn check(numbers: &str, expected: Expect) {
    let lines = numbers.lines().map(|line| {
        let (scheme, number) = line.trim().split_once(' ').unwrap();
        match scheme {
            "uscc" => show(Uscc::parse(number), Uscc::warnings),
            "sc" => show(ScLicence::parse(number), ScLicence::warnings),
            "xk" => show(XkLicence::parse(number), |_| Vec::new()),
            "ccc" => show(CccNumber::parse(number), CccNumber::warnings),
            "business" => show(BusinessNumber::parse(number), |_| Vec::new()),
            "corporate" => show(CorporateNumber::parse(number), CorporateNumber::warnings),
            "division" => show(Division::parse(number), Division::warnings),
            other => panic!("no scheme {other}"),
        }
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn show<T: Display>(parsed: Result<T, Error>, warnings: fn(&T) -> Vec<Warning>) -> String {
    match parsed {
        Ok(number) => {
            let warnings = warnings(&number);
            let warnings = warnings.iter().map(|warning| format!(" | {warning}"));
            format!("{number}{}\n", warnings.collect::<String>())
        }
        Err(error) => format!("error: {error}\n"),
    }
}

#[test]
fn unified_social_credit_codes() {
    check(
        "uscc 91110000600037341L
         uscc 91350100M000100Y43
         uscc 914403001922038216
         uscc 9144030071526726XG
         uscc 91330100799655058b
         uscc 91110000802100433B
         uscc 91350100M000100Y4Z
         uscc 91310115MA1H8R7C6D
         uscc 91350100M000100Y4
         uscc 9135010OM000100Y43
         uscc 91350100M000100Y4中",
        expect![[r#"
            91110000600037341L
            91350100M000100Y43
            914403001922038216
            9144030071526726XG
            91330100799655058B
            91110000802100433B
            error: the character 'Z' is not allowed here
            error: the check character must be 7, is D
            error: must have 18 characters, has 17
            error: the character 'O' is not allowed here
            error: the character '中' is not allowed here
        "#]],
    );
}

#[test]
fn food_licences() {
    check(
        "sc SC10741018302531
         sc SC10744030704994
         sc SC11351090100010
         sc SC12336098200173
         sc SC12434017430075
         sc SC12345678901234
         sc SC32345678901234
         sc 10741018302531
         sc SC1074101830253
         sc SC1074101830253X",
        expect![[r#"
            SC10741018302531
            SC10744030704994
            SC11351090100010
            SC12336098200173
            SC12434017430075
            error: the check character must be 2, is 4
            error: the character '3' is not allowed here
            error: must look like SC10744030704994
            error: must have 14 characters, has 13
            error: the character 'X' is not allowed here
        "#]],
    );
}

#[test]
fn unverified_rules_only_warn() {
    check(
        "uscc 91350100M000100Y56
         uscc 91990000M00010006X
         uscc 91100000M000100063
         sc SC13244030704995
         sc SC20444030704995
         sc SC10799030704990",
        expect![[r#"
            91350100M000100Y56 | the organisation code should end in 4, ends in 5
            91990000M00010006X | 99 is no known province
            91100000M000100063
            SC13244030704995 | 32 is no known food class
            SC20444030704995 | 04 is no known food class
            SC10799030704990 | 99 is no known province
        "#]],
    );
}

#[test]
fn production_licences() {
    check(
        "xk XK16-204-00397
         xk (粤)XK16-204-00397
         xk 粤XK16-204-02450
         xk （粤）XK16-204-02450
         xk (粤XK16-204-02450
         xk (港)XK16-204-02450
         xk XK16-204-0039
         xk XK16204-00397
         xk XK16-204-0039７
         xk 16-204-00397",
        expect![[r#"
            XK16-204-00397
            (粤)XK16-204-00397
            (粤)XK16-204-02450
            (粤)XK16-204-02450
            error: must look like (粤)XK16-204-00397
            error: must look like (粤)XK16-204-00397
            error: must look like (粤)XK16-204-00397
            error: must look like (粤)XK16-204-00397
            error: must look like (粤)XK16-204-00397
            error: must look like (粤)XK16-204-00397
        "#]],
    );
}

#[test]
fn ccc_certificates() {
    check(
        "ccc 2016010706840003
         ccc 2014010903689231
         ccc 2016010903878416
         ccc 2017010902948411
         ccc 2022221101000119
         ccc 2022221101000119(B0)
         ccc 2022221101000119(B)
         ccc 1999010706840003
         ccc 201601070684000
         ccc 201601070684000X",
        expect![[r#"
            2016010706840003
            2014010903689231
            2016010903878416
            2017010902948411
            2022221101000119
            2022221101000119(B0)
            error: must look like 2022221101000119(B0)
            1999010706840003 | there was no CCC in 1999
            error: must have 16 characters, has 15
            error: the character 'X' is not allowed here
        "#]],
    );
}

#[test]
fn korean_numbers() {
    check(
        "business 116-82-00276
         business 1348672683
         business 123-45-67891
         business 124-81-00998
         business 220-81-62517
         business 120-81-47521
         business 120-81-47522
         business 1208-14-7521
         business 120-81-4752
         corporate 110111-0062432
         corporate 1101110062433
         corporate 110111-006243",
        expect![[r#"
            116-82-00276
            134-86-72683
            123-45-67891
            124-81-00998
            220-81-62517
            120-81-47521
            error: the check character must be 1, is 2
            error: the character '-' is not allowed here
            error: must have 10 characters, has 9
            110111-0062432
            110111-0062433 | the corporate number should end in 2, ends in 3
            error: must have 13 characters, has 12
        "#]],
    );
}

#[test]
fn divisions() {
    check(
        "division 110000
         division 110101
         division 310115
         division 440305
         division 440307
         division 990000
         division 44030
         division 44030x",
        expect![[r#"
            110000
            110101
            310115
            440305
            440307
            990000 | 99 is no known province
            error: must have 6 characters, has 5
            error: the character 'x' is not allowed here
        "#]],
    );
    let seen = ["110000", "440300", "440305"].map(|code| {
        let division = Division::parse(code).unwrap();
        format!("{:?} {}\n", division.level(), division.province().unwrap().zh)
    });
    expect![[r#"
        Province 北京市
        City 广东省
        County 广东省
    "#]]
    .assert_eq(&seen.concat());
}

#[test]
fn what_the_numbers_say() {
    let uscc = Uscc::parse("91350100M000100Y43").unwrap();
    let sc = ScLicence::parse("SC10744030704994").unwrap();
    let xk = XkLicence::parse("粤XK16-204-02450").unwrap();
    let ccc = CccNumber::parse("2022221101000119(B0)").unwrap();
    let lines = [
        format!("{} {}", uscc.division(), uscc.organisation_code()),
        format!("{:?} {} {}", sc.kind(), sc.class(), sc.division()),
        format!(
            "{:?} {} {} {}",
            xk.province().map(|province| province.en),
            xk.industry(),
            xk.product(),
            xk.enterprise()
        ),
        format!("{} {} {} {:?}", ccc.year(), ccc.body(), ccc.class(), ccc.version()),
    ];
    expect![[r#"
        350100 M000100Y4
        Food 07 440307
        Some("Guangdong") 16 204 02450
        2022 22 1101 Some("B0")
    "#]]
    .assert_eq(&lines.map(|line| line + "\n").concat());
}

#[test]
fn provinces_are_34_and_in_order() {
    assert!(PROVINCES.is_sorted_by(|one, next| one.code < next.code));
    let shorts: std::collections::BTreeSet<_> = PROVINCES.iter().map(|p| p.short).collect();
    assert_eq!(shorts.len(), 34);
}

#[test]
fn published_check_digits_of_mod_11_10() {
    for number in ["794623", "002006673085"] {
        let (body, last) = number.split_at(number.len() - 1);
        assert_eq!(mod11_10::check_digit(body).to_string(), last);
    }
}

proptest! {
    #[test]
    fn made_numbers_are_right(
        uscc in "9[123][0-9]{6}[0-9A-HJ-NPQRTUWXY]{8}",
        sc in "[12][0-9]{12}",
        business in "[0-9]{9}",
    ) {
        let uscc = Uscc::with_checks(&uscc).unwrap();
        prop_assert_eq!(Uscc::parse(uscc.as_str()), Ok(uscc.clone()));
        let inner = uscc.warnings();
        let wrong = inner.iter().any(|w| matches!(w, Warning::OrganisationCode { .. }));
        prop_assert!(!wrong);
        let sc = ScLicence::with_check(&sc).unwrap();
        prop_assert_eq!(ScLicence::parse(&sc.to_string()), Ok(sc));
        let business = BusinessNumber::with_check(&business).unwrap();
        prop_assert_eq!(BusinessNumber::parse(&business.to_string()), Ok(business));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[(粤)XKSC0-9A-Z-]{0,20}") {
        let _ = (Uscc::parse(&text), ScLicence::parse(&text), XkLicence::parse(&text));
        let _ = (CccNumber::parse(&text), BusinessNumber::parse(&text));
    }
}
