use proptest::prelude::*;

use crate::scan::{CheckDigit, Scan, Symbology};

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
