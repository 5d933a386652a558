use proptest::prelude::*;

use super::element_string::elements;
use crate::{
    element_string::ElementString,
    scan::{CheckDigit, Scan, Symbology},
};

const ALL: [Symbology; 11] = [
    Symbology::Gs1128,
    Symbology::Ean13,
    Symbology::Ean8,
    Symbology::UpcA,
    Symbology::UpcE,
    Symbology::DataBarExpanded,
    Symbology::DataBarOmni,
    Symbology::DataBarLimited,
    Symbology::DataMatrix,
    Symbology::Qr,
    Symbology::DotCode,
];

#[test]
fn messages_and_scans() {
    let write = |symbology, message| {
        Scan::of_message(symbology, message, CheckDigit::Given).map(|scan| scan.to_string())
    };
    assert_eq!(write(Symbology::UpcA, "416000336108").as_deref(), Ok("]E00416000336108"));
    assert_eq!(write(Symbology::Qr, "a|b").as_deref(), Ok("]Q1a|b"));
    assert!(write(Symbology::Qr, "^0109521234543213|^99A").is_err());
    assert!(write(Symbology::Gs1128, "^0109521234543213|é").is_err());
    assert!(write(Symbology::DataBarLimited, "24012345678905").is_err());
    assert!(write(Symbology::DataBarOmni, "24012345678905").is_ok());
}

proptest! {
    /// Each symbol that holds elements, each that holds a GTIN.
    #[test]
    fn a_scan_comes_back(
        elements in prop::collection::vec(elements(), 1..5),
        body in "[0-9]{13}",
        composite in prop::option::of(elements()),
    ) {
        let elements = ElementString::from_elements(elements).unwrap().to_fnc1();
        let second = composite.map(|it| ElementString::from_elements(vec![it]).unwrap().to_fnc1());
        for symbology in ALL {
            let n_digits = match symbology {
                Symbology::Ean8 => 8,
                Symbology::UpcA | Symbology::UpcE => 12,
                Symbology::Ean13 => 13,
                _ => 14,
            };
            let gtin = &body[..n_digits - 1];
            let gtin = format!("{gtin}{}", crate::check_digit::of(gtin).unwrap());
            for linear in [&elements, &gtin] {
                let mut message = linear.clone();
                for part in [None, second.as_ref()] {
                    message.extend(part.iter().flat_map(|part| ["|", part.as_str()]));
                    let scan = Scan::of_message(symbology, &message, CheckDigit::Given);
                    let Ok(scan) = scan else { continue };
                    let sent = scan.to_string();
                    let printed = scan.message();
                    let again = Scan::of_message(symbology, &printed, CheckDigit::Given);
                    prop_assert_eq!(again.unwrap().to_string(), sent.as_str());
                    let again = Scan::parse(&sent).unwrap();
                    prop_assert_eq!(again.to_string(), sent.as_str());
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(
        identifier in "C1|E0|E4|e0|d[12]|Q[13]|J[01]|zz",
        rest in "(0109521234543213)?[ -~é\u{1d}|]{0,30}|[0-9]{7,14}",
    ) {
        let text = format!("]{identifier}{rest}");
        if let Ok(scan) = Scan::parse(&text) {
            prop_assert_eq!(scan.to_string(), text.as_str());
            let message = scan.message();
            let again = Scan::of_message(scan.symbology(), &message, CheckDigit::Given);
            prop_assert_eq!(again.unwrap().to_string(), scan.to_string());
        }
    }
}
