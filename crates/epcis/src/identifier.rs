//! Identifiers of things, classes, places and parties: GS1 keys in canonical form, any other URI
//! as it is (EPCIS 2.0 §6.4, CBV 2.0 §8.2).

use gs1::epc;

/// The canonical form of a text, if it is a GS1 key; not verified.
pub(crate) fn canonical(text: &str) -> Option<String> {
    if !text.starts_with("urn:epc:") && !text.starts_with("http") {
        return None;
    }
    let canonical = epc::canonical(text).ok()?;
    canonical.key.map(|_| canonical.uri)
}

/// Whether a text is an SSCC URN whose only fault is its length.
///
/// Senders leave out the leading zeros of the serial reference. Such a URI still names one thing
/// wherever it is written the same, so it is kept as it is.
pub(crate) fn is_odd_sscc(text: &str) -> bool {
    let body = text.strip_prefix("urn:epc:id:sscc:").and_then(|body| body.split_once('.'));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    body.is_some_and(|(prefix, serial)| {
        (6..=12).contains(&prefix.len())
            && (1..=17).contains(&serial.len())
            && prefix.len() + serial.len() != 17
            && digits(prefix)
            && digits(serial)
    })
}
