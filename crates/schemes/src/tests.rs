//! Numbers in, text out: the published numbers of every scheme, good and bad.

mod fuzz;
mod recognize;
mod registry;

use std::fmt::Display;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{
    BusinessNumber, CccNumber, Check, CorporateNumber, Division, DrugCode, Ecode, Error, LAYOUTS,
    MaCode, PROVINCES, ScLicence, Uscc, VeterinaryCode, Warning, XkLicence, mod11_10,
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
            "ecode" => show(Ecode::parse(number), Ecode::warnings),
            "ma" => show(MaCode::parse(number), MaCode::warnings),
            "drug" => show(DrugCode::parse(number), DrugCode::warnings),
            "veterinary" => show(VeterinaryCode::parse(number), VeterinaryCode::warnings),
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
         ccc 201601070684
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
            201601070684 | numbers have 16 digits since long; 12 are from before
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
        format!("{:?} {:?} {:?} {:?}", ccc.year(), ccc.body(), ccc.class(), ccc.version()),
    ];
    expect![[r#"
        350100 M000100Y4
        Food 07 440307
        Some("Guangdong") 16 204 02450
        Some(2022) Some("22") Some("1101") Some("B0")
    "#]]
    .assert_eq(&lines.map(|line| line + "\n").concat());
}

#[test]
fn provinces_are_34_and_in_order() {
    assert!(PROVINCES.is_sorted_by(|one, next| one.code < next.code));
    let shorts: std::collections::BTreeSet<_> = PROVINCES.iter().map(|p| p.short).collect();
    assert_eq!(shorts.len(), 34);
}

/// The layouts are from memory, so all that breaks them is read and only warned of.
#[test]
fn ecodes() {
    check(
        "ecode 1000100000000000000000001
         ecode https://www.iotroot.com/E=1000100000000000000000001
         ecode E=20001abcXYZ
         ecode 300001123456
         ecode 400001商品
         ecode 10001000000000000000000012
         ecode 1000A1
         ecode 10001A
         ecode 10001
         ecode 123
         ecode 0123
         ecode 9123
         ecode A123
         ecode 1000 1
         ecode https://example.com/E=1",
        expect![[r#"
            1000100000000000000000001
            1000100000000000000000001
            20001abcXYZ
            300001123456
            400001商品
            10001000000000000000000012 | the master code of this version should not have 21 characters
            1000A1 | the number system of the Ecode should be digits, four or five by its version
            10001A | the master code of this version should not have 'A'
            10001 | the master code of this version should not have 0 characters
            123 | the number system of the Ecode should be digits, four or five by its version
            0123 | version 0 of Ecode is not known
            9123 | version 9 of Ecode is not known
            error: must look like https://www.iotroot.com/E=1000112345678901234567890
            error: the character ' ' is not allowed here
            error: must look like https://www.iotroot.com/E=1000112345678901234567890
        "#]],
    );
    let code = Ecode::parse("E=300001123456").unwrap();
    assert_eq!(code.parts(), Some(("00001", "123456")));
    assert_eq!(code.url(), "https://www.iotroot.com/E=300001123456");
    assert!(LAYOUTS.iter().all(|it| it.version.is_ascii_digit()));
}

/// Issued device codes pass; three that were made up or are of an older form only warn.
#[test]
fn ma_codes() {
    check(
        "ma MA.156.1003.16291
         ma MA.156.1003.1629/10.46100000.riseplatform
         ma MA.156.M0.100204.13351764
         ma MA.156.M0.100472.11103316
         ma MA.156.M0.100350.01004YA10017
         ma MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3
         ma MA.156.M0.100274.13360111
         ma MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E220130.V220117.C3
         ma MA.156.M0.100472.11103316.S1576130942.P190101.LABS20191201.E191201.C7
         ma MA.156.M0.100204.13351764.M211332.X1
         ma MA.156.M0
         ma MA.156.1003.客户
         ma MA.156..1629
         ma MA.
         ma 156.1003.1629
         ma MA.156.1003. 1",
        expect![[r#"
            MA.156.1003.16291
            MA.156.1003.1629/10.46100000.riseplatform
            MA.156.M0.100204.13351764
            MA.156.M0.100472.11103316
            MA.156.M0.100350.01004YA10017
            MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3
            MA.156.M0.100274.13360111 | the check digit should be 4, is 1
            MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E220130.V220117.C3 | the check digit should be 3, is 1
            MA.156.M0.100472.11103316.S1576130942.P190101.LABS20191201.E191201.C7 | the check digit should be 8, is 7
            MA.156.M0.100204.13351764.M211332.X1 | 211332 is no date | units of a device code should not begin with 'X'
            MA.156.M0 | an MA code should begin with four nodes
            MA.156.1003.客户 | MA codes should not have '客'
            error: must look like MA.156.1003.1629/10.46100000.riseplatform
            error: must look like MA.156.1003.1629/10.46100000.riseplatform
            error: must look like MA.156.1003.1629/10.46100000.riseplatform
            error: the character ' ' is not allowed here
        "#]],
    );
    let text = "MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.C3";
    let code = MaCode::parse(text).unwrap();
    let units: Vec<_> = code.units().collect();
    assert_eq!(units, [('S', "LMSAGAAAC"), ('M', "210628"), ('C', "3")]);
    assert_eq!((code.country(), code.is_device()), ("156", true));
}

#[test]
fn medicine() {
    check(
        "drug 81000000000000000000
         drug 12345678901234567890
         drug 8100000000000000000
         drug 6901234567892
         drug 8100000000000000000A
         veterinary 202611010000112345678901
         veterinary 202613010000112345678901
         veterinary 20261101000011234567890",
        expect![[r#"
            81000000000000000000
            12345678901234567890 | drug codes begin with 8 as far as known
            error: must have 20 characters, has 19
            error: must have 20 characters, has 13
            error: the character 'A' is not allowed here
            202611010000112345678901
            202613010000112345678901 | 20261301 is no date
            error: must have 24 characters, has 23
        "#]],
    );
    let drug = DrugCode::parse("81234567890123456789").unwrap();
    let animal = VeterinaryCode::parse("202611010000112345678901").unwrap();
    assert_eq!((drug.product(), drug.serial()), ("8123456", "789012345"));
    assert_eq!((animal.date(), animal.enterprise()), ("20261101", "00001"));
}

/// Published numbers hold, and none of them with its last character changed.
#[test]
fn published_check_digits() {
    let published = [
        (Check::Gs1, "73513537 036000291452 9780471117094 106141411234567897"),
        (Check::Luhn, "78949 79927398713 4111111111111111"),
        (Check::Mod11_10, "794623 002006673085"),
        (Check::Mod97_10, "9999123456789012141490 08686001256515001121751 213800KUD8LAJWSQ9D15"),
        (Check::Mod37_36, "A12425GABC1234002M"),
        (Check::Mod11_2, "07940 079X"),
    ];
    for (check, numbers) in published {
        for number in numbers.split_whitespace() {
            assert!(check.holds(number), "{check:?} {number}");
            let (body, last) = number.split_at(number.len() - 1);
            for other in "0123456789".chars().filter(|c| !last.contains(*c)) {
                assert!(!check.holds(&format!("{body}{other}")), "{check:?} {body}{other}");
            }
        }
        for nothing in ["", "1", "中", "1中", "a1"] {
            assert!(!check.holds(nothing), "{check:?} {nothing}");
        }
    }
    assert_eq!(mod11_10::check_digit("79462"), '3');
}

/// Reading what was printed gives the same, and printing that gives the same text.
fn same_again<T: Display + PartialEq + std::fmt::Debug>(
    number: T,
    parse: fn(&str) -> Result<T, Error>,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(parse(&number.to_string()), Ok(number));
    Ok(())
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
    fn parse_after_print_is_identity(
        xk in "((\\(粤\\)|浙)?)XK[0-9]{2}-[0-9]{3}-[0-9]{5}",
        ccc in "[0-9]{12}([0-9]{4})?(\\([A-Z][0-9]\\))?",
        corporate in "[0-9]{6}-?[0-9]{7}",
        division in "[0-9]{6}",
        ecode in "(E=|https://www\\.iotroot\\.com/E=)?[0-9][!-~中]{0,60}",
        ma in "MA(\\.[!--0-~]{1,9}){1,8}",
        drug in "[0-9]{20}",
        veterinary in "[0-9]{24}",
    ) {
        same_again(XkLicence::parse(&xk).unwrap(), XkLicence::parse)?;
        same_again(CccNumber::parse(&ccc).unwrap(), CccNumber::parse)?;
        same_again(CorporateNumber::parse(&corporate).unwrap(), CorporateNumber::parse)?;
        same_again(Division::parse(&division).unwrap(), Division::parse)?;
        let ecode = Ecode::parse(&ecode).unwrap();
        prop_assert_eq!(Ecode::parse(&ecode.url()), Ok(ecode.clone()));
        same_again(ecode, Ecode::parse)?;
        same_again(MaCode::parse(&ma).unwrap(), MaCode::parse)?;
        same_again(DrugCode::parse(&drug).unwrap(), DrugCode::parse)?;
        same_again(VeterinaryCode::parse(&veterinary).unwrap(), VeterinaryCode::parse)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[(粤)XKSCMAE=.0-9A-Z-]{0,24}|\\PC{0,40}") {
        let _ = (Uscc::parse(&text), ScLicence::parse(&text), XkLicence::parse(&text));
        let _ = (CccNumber::parse(&text), BusinessNumber::parse(&text));
        let _ = (CorporateNumber::parse(&text), Division::parse(&text), DrugCode::parse(&text));
        let _ = VeterinaryCode::parse(&text);
        let _ = MaCode::parse(&text).map(|code| (code.warnings(), code.units().count()));
        let _ = Ecode::parse(&text).map(|code| code.warnings());
    }
}
