//! The unit tests of the reference engine on Digital Link URIs.

use serde_json::Value;

use super::{each, text};
use crate::{
    dictionary::{Ai, Entry, UnknownAis},
    digital_link::{DigitalLink, Leniency},
    element_string::ElementString,
    escape::{self, Plus},
};

const ENGINE: &str = "gs1_gs1-syntax-engine";

fn mode(vector: &Value, name: &str) -> Option<bool> {
    vector["mode"][name].as_bool()
}

pub(super) fn leniency(vector: &Value) -> Leniency {
    Leniency {
        unknown_ais: match mode(vector, "PermitUnknownAIs") {
            Some(true) => UnknownAis::Permitted,
            _ => UnknownAis::Refused,
        },
        short_names: mode(vector, "permitConvenienceAlphas") == Some(true),
        short_gtins: mode(vector, "PermitZeroSuppressedGTINinDLuris") == Some(true),
        unknown_attributes: mode(vector, "validation:UNKNOWN_AI_NOT_DL_ATTR") == Some(false),
    }
}

#[test]
fn links_are_read_as_published() {
    each(ENGINE, "dl_parse_uri.jsonl", |vector| {
        let found = DigitalLink::parse_with(text(vector, "input"), leniency(vector));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
        if let Ok(link) = found {
            let elements = link.into_element_string();
            assert_eq!(elements.to_fnc1(), text(vector, "expect_ai_fnc1"), "{vector}");
        }
    });
}

#[test]
fn links_are_built_as_published() {
    each(ENGINE, "dl_generate_uri.jsonl", |vector| {
        let unknown = leniency(vector).unknown_ais;
        let elements =
            ElementString::bracketed_with(text(vector, "input_bracketed_ai"), unknown).unwrap();
        let stem = vector["stem"].as_str().unwrap_or("https://id.gs1.org");
        let found = DigitalLink::build_with(elements, stem, leniency(vector));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
        if let Ok(link) = found {
            assert_eq!(link.to_string(), text(vector, "expect_uri"), "{vector}");
        }
    });
}

#[test]
fn path_sequences_agree() {
    each(ENGINE, "dl_valid_path_sequences.jsonl", |vector| {
        let ais: Vec<Ai> = vector["valid_path_ai_sequence"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ai| Ai::parse(ai.as_str().unwrap()).unwrap())
            .collect();
        let alternatives = Entry::of(ais[0]).unwrap().qualifiers().unwrap();
        let fits = |alternative: &&[Ai]| {
            let mut allowed = alternative.iter();
            ais[1..].iter().all(|ai| allowed.any(|other| other == ai))
        };
        assert!(ais.len() == 1 || alternatives.iter().any(fits), "{vector}");
    });
}

#[test]
fn escapes_agree() {
    each(ENGINE, "dl_uri_escape.jsonl", |vector| {
        let input = text(vector, "input");
        assert_eq!(escape::segment(input), text(vector, "expect_path"), "{vector}");
        assert_eq!(escape::query(input), text(vector, "expect_query"), "{vector}");
    });
    each(ENGINE, "dl_uri_unescape.jsonl", |vector| {
        let input = text(vector, "input");
        for (field, plus) in [("expect_path", Plus::IsPlus), ("expect_query", Plus::IsSpace)] {
            if let Some(expected) = vector[field].as_str() {
                assert_eq!(escape::unescape(input, plus), expected, "{vector}");
            }
        }
    });
}

/// What the engine allows when it is told not to mind unknown attributes.
#[test]
fn unknown_attributes_are_written_on_demand() {
    let text = "(01)12312312312326(99)000001(89)X1X(95)INT";
    let elements = ElementString::bracketed_with(text, UnknownAis::Permitted).unwrap();
    let lenient = Leniency { unknown_attributes: true, ..Leniency::default() };
    let link = DigitalLink::build_with(elements.clone(), "https://example.com", lenient).unwrap();
    assert_eq!(link.to_string(), "https://example.com/01/12312312312326?99=000001&89=X1X&95=INT");
    assert!(DigitalLink::build(elements, "https://example.com").is_err());
}

/// The reader of the engine ends a text at NUL; ours refuses it by its character set.
#[test]
fn nul_is_no_value() {
    assert!(DigitalLink::parse("https://a/01/09521234543213/10/A%00B").is_err());
}
