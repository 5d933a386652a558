//! Identifiers of things, classes, places and parties: GS1 keys in canonical form, any other URI
//! as it is (EPCIS 2.0 §6.4, CBV 2.0 §8.2).

pub(crate) use gs1::epc::Level;
use gs1::{Error, digital_link::DigitalLink, epc};

/// The canonical form of a URI, verified.
pub(crate) fn parse(uri: &str) -> Result<(String, Level), Error> {
    let canonical = epc::canonical(uri)?;
    // A URN has no check digit: it was computed.
    let is_link = canonical.key.is_some() || uri.starts_with("https://id.gs1.org/");
    if is_link && !uri.starts_with("urn:") {
        DigitalLink::parse(&canonical.uri)?;
    }
    Ok((canonical.uri, canonical.level))
}

/// The canonical form of a text, if it is a GS1 key; not verified.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let maybe = text.starts_with("urn:epc:") || text.starts_with("http");
    let canonical = epc::canonical(text).ok().filter(|_| maybe)?;
    canonical.key.map(|_| canonical.uri)
}

/// Whether a text is an absolute URI, whatever it names (RFC 3986 §4.3; letters beyond ASCII are
/// accepted, as JSON-LD takes IRIs).
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let forbidden = |byte: u8| {
        matches!(
            byte,
            0..=b' ' | 0x7f | b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`'
        )
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.bytes().any(forbidden)
        && (rest.is_ascii() || !rest.contains(|c: char| c.is_control() || c.is_whitespace()))
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
