//! The rows that come with the product, and rows that an operator would write.

use std::collections::BTreeSet;

use expect_test::expect;

use super::recognize::read;
use crate::{Names, Registry, SchemeTexts};

#[test]
fn every_row_says_everything_in_three_languages() {
    for scheme in Registry::built_in().schemes() {
        for tag in ["zh-CN", "ko", "en"] {
            let SchemeTexts { name, introduction, scope, cost, guide, contact, form } =
                scheme.texts(tag);
            for text in [name, introduction, scope, cost, guide, contact, form] {
                assert!(!text.trim().is_empty(), "{} says nothing in {tag}", scheme.id);
            }
        }
        let names = ["zh-CN", "ko", "en"].map(|tag| &scheme.texts(tag).name);
        assert_eq!(BTreeSet::from(names).len(), 3, "{names:?}");
        assert!(!scheme.examples.is_empty(), "{} has no example", scheme.id);
    }
}

/// Each example is read by its own scheme before any other, and without a fault.
#[test]
fn examples_are_what_they_say() {
    let registry = Registry::built_in();
    for scheme in registry.schemes() {
        for example in &scheme.examples {
            let readings = read(registry, example);
            let first = readings.first().unwrap_or_else(|| panic!("{example} is nothing"));
            let number = first.outcome.as_ref().expect(example);
            assert_eq!(first.scheme.id, scheme.id, "{example}");
            assert_eq!(number.warnings, Vec::<String>::new(), "{example}");
        }
    }
}

#[test]
fn a_row_can_be_found_by_any_of_its_words() {
    let found = |wanted: &str| {
        let schemes = Registry::built_in().schemes().iter();
        let ids = schemes.filter(|it| it.mentions(wanted)).map(|it| it.id.as_str());
        ids.collect::<Vec<_>>().join(" ")
    };
    let lines = ["电动自行车", "전기자전거", "E-BIKES", "84295722", "GB 32100", "nothing at all"];
    let told: String = lines.iter().map(|it| format!("{it}: {}\n", found(it))).collect();
    expect![[r#"
        电动自行车: ecode
        전기자전거: ecode
        E-BIKES: ecode
        84295722: ecode
        GB 32100: uscc
        nothing at all: 
    "#]]
    .assert_eq(&told);
}

const ROW: &str = r#"
[[scheme]]
id = "plate"
names = "goods"
check = "mod-97-10"
pattern = '^PL-?[0-9]+$'
is_verified = true
examples = ["PL-1"]
[scheme.zh-CN]
name = "牌"
introduction = "牌"
scope = "牌"
cost = "牌"
guide = "牌"
contact = "牌"
form = "牌"
[scheme.ko]
name = "판"
introduction = "판"
scope = "판"
cost = "판"
guide = "판"
contact = "판"
form = "판"
[scheme.en]
name = "plate"
introduction = "plate"
scope = "plate"
cost = "plate"
guide = "plate"
contact = "plate"
form = "plate"
"#;

/// A new scheme needs a row and no code.
#[test]
fn an_operator_adds_a_row() {
    let registry = Registry::built_in().with_rows(ROW).unwrap();
    assert_eq!(registry.find("plate").map(|it| it.names), Some(Names::Goods));
    let wrong = read(&registry, "PL-1");
    assert_eq!(wrong[0].outcome, Err("the check digit does not fit".into()));
    let luhn = ROW.replace("mod-97-10", "luhn").replace("PL-?", "");
    let registry = Registry::built_in().with_rows(&luhn.replace("PL-1", "1")).unwrap();
    let right = read(&registry, "79927398713")[0].outcome.clone();
    assert_eq!(right.map(|number| number.uri), Ok("plate:79927398713".into()));
}

#[test]
fn a_row_that_makes_no_sense_is_refused() {
    let built_in = Registry::built_in();
    let cases = [
        ROW.replace("\"plate\"\nnames", "\"gs1\"\nnames"),
        ROW.replace("\"plate\"\nnames", "\"Plate\"\nnames"),
        ROW.replace("PL-1", "QR-1"),
        ROW.replace("^PL", "^(PL"),
        ROW.replace("goods", "planets"),
        "colour = 1".to_owned(),
    ];
    let told = cases.map(|rows| {
        let error = built_in.with_rows(&rows).unwrap_err().to_string();
        let lines: Vec<&str> = error.lines().collect();
        format!("{} … {}\n", lines[0], lines[lines.len() - 1])
    });
    expect![[r#"
        scheme gs1: there are two rows of this id … scheme gs1: there are two rows of this id
        scheme Plate: an id has small letters, digits and hyphens … scheme Plate: an id has small letters, digits and hyphens
        scheme plate: an example does not match the pattern … scheme plate: an example does not match the pattern
        the rows of schemes cannot be read: TOML parse error at line 6, column 11 … found open group without closing ')'
        the rows of schemes cannot be read: TOML parse error at line 4, column 9 … unknown variant `planets`, expected one of `goods`, `enterprises`, `certificates`, `divisions`
        the rows of schemes cannot be read: TOML parse error at line 1, column 1 … unknown field `colour`, expected `scheme`
    "#]].assert_eq(&told.concat());
}
