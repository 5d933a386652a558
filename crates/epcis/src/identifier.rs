//! Identifiers of things, classes, places and parties: GS1 keys in canonical form, any other URI
//! as it is (EPCIS 2.0 §6.4, CBV 2.0 §8.2).

use gs1::{
    check_digit,
    epc::{self, Level},
};

/// The canonical form and the level, as [`epc::verified`] finds them. Most identifiers of most
/// events are items, logistic units and places in canonical form already, which can be seen at a
/// glance.
pub(crate) fn verified(uri: &str) -> Result<(String, Level), gs1::Error> {
    if is_canonical_instance(uri) {
        return Ok((uri.to_owned(), Level::Instance));
    }
    match from_plain_urn(uri) {
        Some(canonical) => Ok((canonical, Level::Instance)),
        None => epc::verified(uri).map(|it| (it.uri, it.level)),
    }
}

/// The canonical form of the EPC URN of an item or a logistic unit (EPC Tag Data Standard §6.3.1
/// and §6.3.2), if it needs no second look.
fn from_plain_urn(urn: &str) -> Option<String> {
    let (scheme, body) = urn.strip_prefix("urn:epc:id:")?.split_once(':')?;
    let (prefix, rest) = body.split_once('.')?;
    let (reference, serial, n_digits) = match scheme {
        "sgtin" => {
            let (item, serial) = rest.split_once('.')?;
            (item, is_plain_serial(serial).then_some(serial), 13)
        }
        "sscc" => (rest, None, 17),
        _ => return None,
    };
    let (first, reference) = reference.split_at_checked(1)?;
    let is_sound = (6..=12).contains(&prefix.len())
        && prefix.len() + 1 + reference.len() == n_digits
        && (scheme == "sscc" || serial.is_some());
    let digits = [first, prefix, reference].concat();
    let check_digit = check_digit::of(&digits).ok().filter(|_| is_sound)?;
    let ai = if serial.is_some() { "01" } else { "00" };
    let mut uri = format!("https://id.gs1.org/{ai}/{digits}{check_digit}");
    if let Some(serial) = serial {
        uri.push_str("/21/");
        uri.push_str(serial);
    }
    Some(uri)
}

/// Letters, digits and what needs no escape; other serials go the long way.
fn is_plain_serial(serial: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=20).contains(&serial.len()) && serial.bytes().all(is_plain)
}

/// Whether the URI names an item, a logistic unit, a place or a party, is right, and is its own
/// canonical form.
fn is_canonical_instance(uri: &str) -> bool {
    let is_sound = |digits: &str| check_digit::verify(digits).is_ok();
    let path = uri.strip_prefix("https://id.gs1.org/").and_then(|path| path.split_once('/'));
    match path {
        Some(("00", sscc)) => sscc.len() == 18 && is_sound(sscc),
        Some(("414" | "417", gln)) => gln.len() == 13 && is_sound(gln),
        Some(("01", value)) => {
            let Some((gtin, rest)) = value.split_at_checked(14) else { return false };
            let serial = rest.strip_prefix("/21/").unwrap_or_default();
            is_plain_serial(serial) && is_sound(gtin)
        }
        _ => false,
    }
}

/// The canonical form of a text, if it is a GS1 key; not verified.
pub(crate) fn canonical(text: &str) -> Option<String> {
    if !text.starts_with("urn:epc:") && !text.starts_with("http") {
        return None;
    }
    if is_canonical_instance(text) {
        return Some(text.to_owned());
    }
    if let Some(canonical) = from_plain_urn(text) {
        return Some(canonical);
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

#[cfg(test)]
mod tests {
    use gs1::epc;
    use proptest::prelude::*;

    use super::{from_plain_urn, is_canonical_instance, verified};

    proptest! {
        /// The short way says what the long way says.
        #[test]
        fn at_a_glance(
            key in "(00/[0-9]{17,18}|01/[0-9]{14}|41[47]/[0-9]{12,13})",
            serial in "(/21/[A-Za-z0-9_.%-]{0,21})?",
        ) {
            let uri = format!("https://id.gs1.org/{key}{serial}");
            prop_assert_eq!(verified(&uri), epc::verified(&uri).map(|it| (it.uri, it.level)));
        }

        #[test]
        fn urns_at_a_glance(
            scheme in "(sgtin|sscc|sgln)",
            body in "[0-9]{5,13}\\.[0-9]{0,11}(\\.[A-Za-z0-9_.%-]{0,21})?",
        ) {
            let urn = format!("urn:epc:id:{scheme}:{body}");
            let long = epc::verified(&urn).map(|it| (it.uri, it.level));
            prop_assert_eq!(verified(&urn), long);
        }

        #[test]
        fn sound_urns_go_the_short_way(
            body in 0..10_000_000_000_000_u64,
            at in 6..=12usize,
            serial in "[A-Za-z0-9_-]{1,20}",
        ) {
            let digits = format!("{body:013}");
            let (prefix, item) = digits.split_at(at);
            for urn in [
                format!("urn:epc:id:sgtin:{prefix}.{item}.{serial}"),
                format!("urn:epc:id:sscc:{prefix}.{item}0123"),
            ] {
                prop_assert!(from_plain_urn(&urn).is_some());
                let long = epc::verified(&urn).map(|it| (it.uri, it.level));
                prop_assert_eq!(verified(&urn), long);
            }
        }

        #[test]
        fn sound_keys_go_the_short_way(
            body in 0..10_000_000_000_000_u64,
            serial in "[A-Za-z0-9_-]{1,20}",
        ) {
            let gtin = format!("{body:013}");
            let digit = gs1::check_digit::of(&gtin).unwrap();
            let uri = format!("https://id.gs1.org/01/{gtin}{digit}/21/{serial}");
            prop_assert!(is_canonical_instance(&uri));
            prop_assert_eq!(verified(&uri), epc::verified(&uri).map(|it| (it.uri, it.level)));
            let gln = &gtin[..12];
            let digit = gs1::check_digit::of(gln).unwrap();
            for ai in [414, 417] {
                let uri = format!("https://id.gs1.org/{ai}/{gln}{digit}");
                prop_assert_eq!(verified(&uri), epc::verified(&uri).map(|it| (it.uri, it.level)));
            }
        }
    }
}
