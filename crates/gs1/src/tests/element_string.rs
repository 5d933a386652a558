use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::element_string::{Element, ElementString};
use crate::{
    check_digit,
    dictionary::{Ai, Component, Entry, Presence},
    lint::Linter,
};

/// One line a text: its form with FNC1, or what is wrong with it.
fn check(texts: &str, expected: Expect) {
    let lines = texts.lines().map(|text| match ElementString::bracketed(text.trim()) {
        Ok(elements) => format!("{}\n", elements.to_fnc1()),
        Err(error) => format!("{error} {}\n", error.marked().unwrap_or_default()),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn element_strings() {
    check(
        "(01)09521234543213(10)ABC(21)12
         (10)ABC\\(1)(17)261231
         (10)A\\(\\((11)260101
         (01)09521234543214
         (10)AB C
         (10)ABé
         (8003)195212345432100
         (8008)261231231
         (7007)261231261301
         (99)
         (05)1
         x",
        expect![[r#"
            ^010952123454321310ABC^2112
            ^10ABC(1)^17261231
            ^10A((^11260101
            AI (01): the check digit must be 3, is 4 (01)0952123454321|4|
            AI (10): not a character of CSET 82 (10)AB| |C
            AI (10): not a character of CSET 82 (10)AB|é|
            AI (8003): must be zero (8003)|1|95212345432100
            the value of AI (8008) is too short 
            AI (7007): not a month (7007)26123126|13|01
            the value of AI (99) is too short 
            there is no application identifier at "05" 
            an element string is (AI)value, one behind the other 
        "#]],
    );
}

#[test]
fn human_readable() {
    let elements = ElementString::bracketed("(01)09521234543213(8110)012345612345611110123");
    let elements = elements.unwrap();
    let lines = elements.elements().iter().map(Element::hri_with_title);
    assert_eq!(
        lines.collect::<Vec<_>>(),
        ["GTIN (01) 09521234543213", "(8110) 012345612345611110123"]
    );
    let typed = "GTIN (01)09521234543213\n(10) ABC(1)  SERIAL (21) (10)";
    let elements = ElementString::of_hri(typed).unwrap();
    assert_eq!(elements.to_fnc1(), "^010952123454321310ABC(1)^21(10)");
    for bad in ["", "GTIN", "(01)", "LOT (01) 09521234543213", "(01) 09521234543214", "(05) 1"] {
        assert!(ElementString::of_hri(bad).is_err(), "{bad}");
    }
}

/// Text that a component accepts.
fn content(component: &Component) -> BoxedStrategy<String> {
    let (min, max) = (component.min, component.max);
    let has = |linter| component.linters.contains(&linter);
    if has(Linter::Csum) {
        let digits = proptest::string::string_regex(&format!("[0-9]{{{}}}", max - 1)).unwrap();
        return digits
            .prop_map(|body| format!("{body}{}", check_digit::of(&body).unwrap()))
            .boxed();
    }
    let fixed = match component.linters.first() {
        Some(Linter::Yymmd0 | Linter::Yymmdd) => "2[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])",
        Some(Linter::Yyyymmdd) => "20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])",
        Some(Linter::Hh) => "[01][0-9]",
        Some(Linter::Hhmi) => "[01][0-9][0-5][0-9]",
        Some(Linter::Mi | Linter::Ss) => "[0-5][0-9]",
        Some(Linter::Iso3166 | Linter::Iso3166_999) => "156|410|840",
        Some(Linter::Iso3166Alpha2) => "CN|KR|US",
        Some(Linter::Iso4217) => "156|410|840",
        Some(Linter::Zero) => "0",
        Some(Linter::YesNo | Linter::Winding) => "[01]",
        Some(Linter::Iso5218) => "[0129]",
        Some(Linter::Hyphen) => "-",
        Some(Linter::Latitude | Linter::Longitude) => "0[0-9]{9}",
        Some(Linter::PieceOfTotal) => "010[1-9]",
        Some(Linter::MediaType) => "0[1-9]|8[0-9]",
        Some(Linter::PackageType) => "1A|200|8|ZZ",
        Some(Linter::ImporterIdx) => "[0-9A-Za-z_-]",
        Some(Linter::PosInSeqSlash) => "[1-5]/[5-9]",
        Some(Linter::Iban) => "FR7630006000011234567890189",
        Some(Linter::CsumAlpha) => "1987654Ad4X4bL5ttr2310c2K|12345_abcdefghijklmN3",
        Some(Linter::CouponCode) => "012345612345611110123",
        Some(Linter::CouponPosOffer) => "001234561234560123456",
        Some(Linter::NonZero) => return Just("1".repeat(max)).boxed(),
        Some(Linter::GcpPos1) => return gcp(component),
        Some(Linter::NoZeroPrefix) => "[1-9][0-9]{0,11}",
        Some(Linter::PcEnc) => "[A-Za-z0-9]{1,5}(%2[0-9A-Fa-f])?",
        _ => return free(component, min, max),
    };
    proptest::string::string_regex(fixed).unwrap().boxed()
}

fn class(component: &Component) -> &'static str {
    match component.charset {
        crate::Charset::Digits => "[0-9]",
        crate::Charset::Cset82 => "[!-\"%-/0-9A-Z_a-z:-?]",
        crate::Charset::Cset39 => "[#/A-Z0-9-]",
        crate::Charset::Cset64 => "[A-Za-z0-9_-]",
    }
}

fn free(component: &Component, min: usize, max: usize) -> BoxedStrategy<String> {
    let regex = format!("{}{{{min},{max}}}", class(component));
    proptest::string::string_regex(&regex).unwrap().boxed()
}

fn gcp(component: &Component) -> BoxedStrategy<String> {
    let rest = free(component, 0, component.max - 4);
    ("[0-9]{4}", rest).prop_map(|(prefix, rest)| prefix + &rest).boxed()
}

fn value(entry: &'static Entry) -> BoxedStrategy<String> {
    let components = entry.components();
    let n_mandatory = components.iter().filter(|one| one.presence == Presence::Mandatory).count();
    (n_mandatory..=components.len())
        .prop_flat_map(move |n_parts| components[..n_parts].iter().map(content).collect::<Vec<_>>())
        .prop_map(|parts| parts.concat())
        .boxed()
}

/// Any AI with a value it accepts.
pub(super) fn elements() -> impl Strategy<Value = Element<'static>> {
    (0..Entry::all().len()).prop_flat_map(|row| element_of(&Entry::all()[row]))
}

/// An AI of a row with a value it accepts.
pub(super) fn element_of(entry: &'static Entry) -> BoxedStrategy<Element<'static>> {
    let (first, last) = entry.range();
    let width = first.n_digits();
    let numbers = first.number()..=last.number();
    let element = (numbers, value(entry)).prop_map(move |(number, value)| {
        let ai = Ai::parse(&format!("{number:0width$}")).unwrap();
        Element::new(ai, value).unwrap()
    });
    element.boxed()
}

proptest! {
    #[test]
    fn parse_after_print_is_identity(elements in prop::collection::vec(elements(), 1..6)) {
        let elements = ElementString::from_elements(elements).unwrap();
        let bracketed = elements.to_string();
        prop_assert_eq!(ElementString::bracketed(&bracketed).unwrap(), elements.clone());
        let fnc1 = elements.to_fnc1();
        prop_assert_eq!(ElementString::fnc1(&fnc1).unwrap(), elements.clone());
        let hri = elements.to_hri();
        prop_assert_eq!(ElementString::of_hri(&hri).unwrap(), elements.clone());
        let titled: Vec<_> = elements.elements().iter().map(Element::hri_with_title).collect();
        let titled = titled.join("\n");
        prop_assert_eq!(ElementString::of_hri(&titled).unwrap(), elements.clone());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[(]?[0-9]{2,4}[)]?[ -~é]{0,40}") {
        if let Ok(elements) = ElementString::bracketed(&text) {
            let printed = elements.to_string();
            prop_assert_eq!(ElementString::bracketed(&printed).unwrap(), elements.clone());
            drop(elements.check_associations());
        }
        if let Ok(elements) = ElementString::fnc1(&format!("^{text}")) {
            let printed = elements.to_fnc1();
            prop_assert_eq!(ElementString::fnc1(&printed).unwrap(), elements.clone());
        }
    }
}
