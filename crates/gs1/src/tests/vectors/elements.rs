//! The unit tests of the reference engine on element strings.

use serde_json::Value;

use super::{each, text};
use crate::{
    Error,
    dictionary::{Ai, Pattern, UnknownAis},
    element_string::ElementString,
};

const ENGINE: &str = "gs1_gs1-syntax-engine";

fn unknown(vector: &Value) -> UnknownAis {
    match vector["mode"]["PermitUnknownAIs"].as_bool() {
        Some(true) => UnknownAis::Permitted,
        _ => UnknownAis::Refused,
    }
}

/// Some vectors name a variable of the test; its content is told by their note.
fn input(vector: &Value) -> String {
    match (text(vector, "input"), vector["note"].as_str().unwrap_or_default()) {
        ("inbuf", "91 chars, too long") => format!("(91){}", "A".repeat(91)),
        ("inbuf", _) => format!("(91){}", "A".repeat(90)),
        ("buf", "Exactly 90 chars") => format!("^91{}", "A".repeat(90)),
        ("buf", "Exactly 64 AIs") => format!("^{}", "99A^".repeat(64)),
        ("buf", "65 AIs, too many") => format!("^{}", "99A^".repeat(65)),
        ("buf", _) => format!("^91{}", "A".repeat(91)),
        ("dataStr1", _) => "(01)12345678901231".to_owned(),
        ("dataStr2", _) => "(98)DEF(97)GHI(96)JKL(95)MNO".to_owned(),
        ("dataStr3", _) => "(01)12345678901231(235)ABC123(8002)123456".to_owned(),
        (input, _) => input.to_owned(),
    }
}

#[test]
fn bracketed_texts_agree() {
    each(ENGINE, "ai_parse_bracketed.jsonl", |vector| {
        let input = input(vector);
        let found = ElementString::bracketed_with(&input, unknown(vector));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
        if let Ok(elements) = found {
            let expected = vector["expect_fnc1"].as_str().filter(|text| text.starts_with('^'));
            assert_eq!(elements.to_fnc1(), expected.unwrap_or(&elements.to_fnc1()), "{vector}");
        }
    });
}

#[test]
fn symbol_texts_agree() {
    each(ENGINE, "ai_process_fnc1.jsonl", |vector| {
        let input = input(vector);
        let found = ElementString::fnc1_with(&input, unknown(vector));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
    });
}

#[test]
fn linters_are_called() {
    each(ENGINE, "ai_linters.jsonl", |vector| {
        let found = ElementString::bracketed(text(vector, "input"));
        let code = match &found {
            Ok(_) => "OK",
            Err(Error::Component { finding, .. }) => finding.fault.code(),
            Err(error) => panic!("{vector}: {error}"),
        };
        assert_eq!(format!("GS1_LINTER_{code}"), text(vector, "expect"), "{vector}");
    });
}

#[test]
fn associations_agree() {
    each(ENGINE, "ai_associations.jsonl", |vector| {
        let input = input(vector);
        let elements = ElementString::bracketed_with(&input, unknown(vector)).unwrap();
        let found = match text(vector, "rule") {
            "validateAIrepeats" => elements.check_repeats(),
            "validateAImutex" => elements.check_excludes(),
            "validateAIrequisites" => elements.check_requires(),
            "validateDigSigRequiresSerialisedKey" => elements.check_signature(),
            rule => panic!("{rule}"),
        };
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
    });
}

#[test]
fn patterns_agree() {
    each(ENGINE, "ai_exists.jsonl", |vector| {
        let input = input(vector);
        let elements = ElementString::bracketed(&input).unwrap();
        let except = vector["i"].as_str().and_then(Ai::parse);
        let found = Pattern::parse(text(vector, "n")).is_some_and(|one| elements.has(one, except));
        assert_eq!(found, vector["ok"], "{vector}");
    });
}

/// The marked text is the one with the bars.
#[test]
fn marks_agree() {
    each(ENGINE, "ai_error_markup.jsonl", |vector| {
        let Err(error) = ElementString::bracketed(text(vector, "input")) else {
            panic!("{vector}")
        };
        let fields = vector.as_object().unwrap().values();
        let expected = fields.filter_map(Value::as_str).find(|field| field.contains('|'));
        assert_eq!(error.marked().as_deref(), expected, "{vector}");
    });
}
