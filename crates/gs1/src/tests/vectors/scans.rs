//! The unit tests of the reference engine on scan data, HRI text and the parity of GTINs.

use serde_json::Value;

use super::{each, links::leniency, text};
use crate::{
    check_digit,
    dictionary::UnknownAis,
    digital_link::{DigitalLink, Leniency},
    element_string::{Element, ElementString},
    scan::{CheckDigit, Scan, Symbology},
};

const ENGINE: &str = "gs1_gs1-syntax-engine";

/// `None` stands for no symbology.
fn symbology(name: &str) -> Option<Symbology> {
    Some(match name {
        "NONE" => return None,
        "QR" => Symbology::Qr,
        "DM" => Symbology::DataMatrix,
        "DotCode" => Symbology::DotCode,
        "DataBarExpanded" => Symbology::DataBarExpanded,
        "DataBarOmni" | "DataBarTruncated" | "DataBarStacked" | "DataBarStackedOmni" => {
            Symbology::DataBarOmni
        }
        "DataBarLimited" => Symbology::DataBarLimited,
        "GS1_128_CCA" | "GS1_128_CCC" => Symbology::Gs1128,
        "UPCA" => Symbology::UpcA,
        "UPCE" => Symbology::UpcE,
        "EAN13" => Symbology::Ean13,
        "EAN8" => Symbology::Ean8,
        name => panic!("{name}"),
    })
}

#[test]
fn scan_data_are_written_as_published() {
    each(ENGINE, "scandata_generate.jsonl", |vector| {
        let given = match vector["mode"]["AddCheckDigit"].as_bool() {
            Some(true) => CheckDigit::Missing,
            _ => CheckDigit::Given,
        };
        let message = text(vector, "input_fnc1");
        let found = symbology(text(vector, "symbology"))
            .and_then(|symbology| Scan::of_message(symbology, message, given).ok())
            .map(|scan| scan.to_string());
        assert_eq!(found.as_deref(), vector["expect_scandata"].as_str(), "{vector}");
    });
}

#[test]
fn scan_data_are_read_as_published() {
    each(ENGINE, "scandata_process.jsonl", |vector| {
        let found = Scan::parse(text(vector, "input_scandata"));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}: {found:?}");
        if let Ok(scan) = found {
            assert_eq!(Some(scan.symbology()), symbology(text(vector, "symbology")), "{vector}");
            assert_eq!(scan.message(), text(vector, "expect_data"), "{vector}");
            let back = scan.to_string();
            assert_eq!(back, text(vector, "input_scandata"), "{vector}");
        }
    });
}

/// The engine shows HRI of what it was told to permit: unknown AIs, also in links.
#[test]
fn hri_agrees() {
    each(ENGINE, "hri.jsonl", |vector| {
        let input = text(vector, "input");
        let lenient = Leniency {
            unknown_ais: UnknownAis::Permitted,
            unknown_attributes: true,
            ..leniency(vector)
        };
        let elements: Vec<Element<'_>> = if input.starts_with("http") {
            DigitalLink::parse_with(input, lenient).unwrap().into_element_string().into_elements()
        } else {
            let read = |part| match input.starts_with('^') {
                true => ElementString::fnc1_with(part, lenient.unknown_ais),
                false => ElementString::bracketed_with(part, lenient.unknown_ais),
            };
            input.split('|').flat_map(|part| read(part).unwrap().into_elements()).collect()
        };
        let found: Vec<String> = match vector["titles"].as_bool() {
            Some(true) => elements.iter().map(Element::hri_with_title).collect(),
            _ => elements.iter().map(Element::hri).collect(),
        };
        assert_eq!(found, expected_hri(&vector["hri"]), "{vector}");
    });
}

fn expected_hri(hri: &Value) -> Vec<String> {
    let lines = hri.as_object().unwrap();
    (0..lines.len()).map(|nth| lines[&nth.to_string()].as_str().unwrap().to_owned()).collect()
}

#[test]
fn parity_agrees() {
    each(ENGINE, "gtin_parity.jsonl", |vector| {
        let found = check_digit::verify(text(vector, "gtin"));
        assert_eq!(found.is_ok(), vector["ok"], "{vector}");
    });
}
