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

/// Whether a text is an absolute URI, whatever it names.
pub(crate) fn is_uri(text: &str) -> bool {
    epc::canonical(text) != Err(Error::NotUri)
}
