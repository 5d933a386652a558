//! Any EPC of any scheme, with any length of the company prefix; URN, link and pattern agree.

use proptest::prelude::*;

use super::digital_link::links;
use crate::{
    epc::{Level, Pattern, canonical, urn},
    escape,
};

const CSET_82: &str = "[!-\"%-/0-9A-Z_a-z:-?]";

/// The parts of a URN behind its company prefix, by scheme: digits that fill it up, and free text
/// as a regular expression; none for no part.
const SCHEMES: [(&str, &str, Option<usize>, Option<&str>); 15] = [
    ("sgtin", "id", Some(13), Some("{82}{1,20}")),
    ("upui", "id", Some(13), Some("{82}{1,28}")),
    ("sscc", "id", Some(17), None),
    ("sgln", "id", Some(12), Some("{82}{1,20}")),
    ("grai", "id", Some(12), Some("{82}{1,16}")),
    ("giai", "id", None, Some("{82}{1,18}")),
    ("gdti", "id", Some(12), Some("{82}{1,17}")),
    ("sgcn", "id", Some(12), Some("[0-9]{1,12}")),
    ("cpi", "id", None, Some("[#/A-Z0-9-]{1,18}")),
    ("ginc", "id", None, Some("{82}{1,18}")),
    ("gsin", "id", Some(16), None),
    ("gsrn", "id", Some(17), None),
    ("gsrnp", "id", Some(17), None),
    ("itip", "id", Some(13), Some("{82}{1,20}")),
    ("pgln", "id", Some(12), None),
];

const CPI_SERIAL: &str = "[1-9][0-9]{0,11}";

fn matching(regex: &str) -> BoxedStrategy<String> {
    proptest::string::string_regex(regex).unwrap().boxed()
}

/// A URN of one thing, and the digits of its company prefix.
pub(super) fn prefixed() -> impl Strategy<Value = (String, usize)> {
    let scheme = prop::sample::select(SCHEMES.to_vec());
    // Four digits begin what is not all digits: one of GS1 alone is no company prefix.
    (scheme, 6_usize..=12).prop_flat_map(|((name, kind, n_digits, free), n_prefix)| {
        let reference = n_digits.map_or(String::new(), |n| format!("[0-9]{{{}}}", n - n_prefix));
        let free = free.unwrap_or("").replace("{82}", CSET_82);
        let gcp = format!("[0-9]{{{n_prefix}}}");
        (matching(&gcp), matching(&reference), "01\\.0[1-9]", matching(&free), CPI_SERIAL).prop_map(
            move |(gcp, reference, piece, free, serial)| {
                let free = escape::urn(&free).into_owned();
                let parts = match (name, n_digits) {
                    ("itip", _) => vec![gcp, reference, piece, free],
                    ("cpi", _) => vec![gcp, free, serial],
                    (_, None) => vec![gcp, free],
                    (_, Some(_)) if free.is_empty() => vec![gcp, reference],
                    _ => vec![gcp, reference, free],
                };
                (format!("urn:epc:{kind}:{name}:{}", parts.join(".")), n_prefix)
            },
        )
    })
}

/// A class URN or the ID pattern of a class, and the digits of its company prefix.
fn classes() -> impl Strategy<Value = (String, usize)> {
    let lot = format!("{CSET_82}{{1,20}}");
    let of_lot = (6_usize..=12, "[0-9]{13}", matching(&lot)).prop_map(|(n_prefix, digits, lot)| {
        let (gcp, item) = digits.split_at(n_prefix);
        (format!("urn:epc:class:lgtin:{gcp}.{item}.{}", escape::urn(&lot)), n_prefix)
    });
    let of_serials = prefixed().prop_filter_map("a scheme with classes", |(urn, n_prefix)| {
        let (class, _) = urn.rsplit_once('.')?;
        let scheme = urn.split(':').nth(3)?;
        let has_classes = matches!(scheme, "sgtin" | "grai" | "gdti" | "sgcn" | "cpi" | "itip");
        // A serial may hold dots.
        let n_dots = if scheme == "itip" { 4 } else { 2 };
        let is_whole = has_classes && urn.matches('.').count() == n_dots;
        is_whole.then(|| (format!("{}.*", class.replace(":id:", ":idpat:")), n_prefix))
    });
    prop_oneof![of_lot, of_serials]
}

/// A canonical link of one thing, and the digits of a company prefix it was made with.
pub(super) fn epc() -> impl Strategy<Value = (String, usize)> {
    prefixed().prop_map(|(urn, n_prefix)| (canonical(&urn).unwrap().uri, n_prefix))
}

/// A link with qualifiers and attributes.
pub(super) fn link() -> impl Strategy<Value = String> {
    let hosts = prop::sample::select(vec!["a.example.com", "id.b.cn", "WWW.C:80", "qr.d.co.uk"]);
    (links(), hosts).prop_map(|(link, host)| link.to_string().replacen("example.com/a", host, 1))
}

proptest! {
    /// URN to link and back.
    #[test]
    fn each_epc_comes_back((text, n_prefix) in prefixed()) {
        let link = canonical(&text).unwrap();
        prop_assert_eq!(link.level, Level::Instance);
        prop_assert_eq!(urn(&link.uri, n_prefix), Ok(text.clone()));
        prop_assert_eq!(canonical(&link.uri), Ok(link));
    }

    #[test]
    fn each_class_comes_back((text, n_prefix) in classes()) {
        let link = canonical(&text).unwrap();
        prop_assert_eq!(link.level, Level::Class);
        prop_assert_eq!(urn(&link.uri, n_prefix), Ok(text));
    }

    /// A pattern has its EPC by both names, with one part more free each time.
    #[test]
    fn each_pattern_has_its_epc((text, n_prefix) in prefixed()) {
        let link = canonical(&text).unwrap();
        let mut pattern = text.replacen("urn:epc:id:", "urn:epc:idpat:", 1);
        let n_parts = if pattern.contains("itip") { 5 } else { 3 };
        let body = pattern.splitn(5, ':').nth(4).unwrap().to_owned();
        let scheme = pattern[..pattern.len() - body.len()].to_owned();
        let is_three = !["sscc", "giai", "ginc", "gsin", "gsrn", "pgln"]
            .iter()
            .any(|name| scheme.contains(name));
        let n_parts = if is_three { n_parts } else { 2 };
        let parts: Vec<&str> = body.splitn(n_parts, '.').collect();
        for n_free in 0..=n_parts {
            let stars = vec!["*"; n_free].join(".");
            let given = parts[..n_parts - n_free].join(".");
            let dot = if n_free == 0 || n_free == n_parts { "" } else { "." };
            pattern = format!("{scheme}{given}{dot}{stars}");
            let parsed = Pattern::parse(&pattern).unwrap();
            prop_assert_eq!(parsed.to_string(), pattern.as_str());
            prop_assert!(parsed.matches(&text), "{}", pattern);
            prop_assert!(parsed.matches(&link.uri), "{} {}", pattern, link.uri);
        }
        let other = Pattern::parse("urn:epc:idpat:gid:*.*.*").unwrap();
        prop_assert!(!other.matches(&text));
        // Nor has it the EPC of another enterprise.
        let digit = text.as_bytes()[scheme.len() - 3];
        let digit = if digit == b'1' { '2' } else { '1' };
        let gcp = format!("{digit}{}", &body[1..n_prefix]);
        let foreign = format!("{scheme}{gcp}{}", ".*".repeat(n_parts - 1));
        prop_assert!(!Pattern::parse(&foreign).unwrap().matches(&text), "{}", foreign);
    }
}
