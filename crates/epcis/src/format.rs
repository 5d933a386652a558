//! The spellings that a client can ask for: EPC URN or GS1 Digital Link, CBV URN or web URI
//! (EPCIS 2.0 §12, headers `GS1-EPC-Format` and `GS1-CBV-XML-Format`).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use gs1::epc;

use crate::identifier;

/// How identifiers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EpcFormat {
    /// Any form will do; we leave each as it is.
    NoPreference,
    /// EPC URNs become GS1 Digital Links. What holds when the client asks for nothing.
    #[default]
    AlwaysGs1DigitalLink,
    /// GS1 Digital Links become EPC URNs where the length of the company prefix is known.
    AlwaysEpcUrn,
    /// Each as it was captured.
    NeverTranslates,
}

impl EpcFormat {
    /// All formats.
    pub const ALL: [EpcFormat; 4] = [
        EpcFormat::NoPreference,
        EpcFormat::AlwaysGs1DigitalLink,
        EpcFormat::AlwaysEpcUrn,
        EpcFormat::NeverTranslates,
    ];

    /// The value of the header.
    pub fn name(self) -> &'static str {
        match self {
            EpcFormat::NoPreference => "No_Preference",
            EpcFormat::AlwaysGs1DigitalLink => "Always_GS1_Digital_Link",
            EpcFormat::AlwaysEpcUrn => "Always_EPC_URN",
            EpcFormat::NeverTranslates => "Never_Translates",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<EpcFormat> {
        EpcFormat::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// How words of the CBV are written in XML; in JSON they are always bare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CbvFormat {
    /// Any form will do; we write web URIs where the event has a bare word.
    #[default]
    NoPreference,
    /// `https://ref.gs1.org/cbv/BizStep-shipping`.
    AlwaysWebUri,
    /// `urn:epcglobal:cbv:bizstep:shipping`, where the vocabulary has URNs.
    AlwaysUrn,
    /// Each as it was captured; a bare word, which XML does not have, as a web URI.
    NeverTranslates,
}

impl CbvFormat {
    /// All formats.
    pub const ALL: [CbvFormat; 4] = [
        CbvFormat::NoPreference,
        CbvFormat::AlwaysWebUri,
        CbvFormat::AlwaysUrn,
        CbvFormat::NeverTranslates,
    ];

    /// The value of the header.
    pub fn name(self) -> &'static str {
        match self {
            CbvFormat::NoPreference => "No_Preference",
            CbvFormat::AlwaysWebUri => "Always_Web_URI",
            CbvFormat::AlwaysUrn => "Always_URN",
            CbvFormat::NeverTranslates => "Never_Translates",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<CbvFormat> {
        CbvFormat::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// How events are written out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Formats<'f> {
    /// How identifiers are written.
    pub epc: EpcFormat,
    /// How words of the CBV are written in XML.
    pub cbv: CbvFormat,
    /// GS1 company prefixes, 6 to 12 digits each, whose length is known from elsewhere; sorted.
    pub company_prefixes: &'f [String],
}

/// An identifier in the form that is asked for.
pub fn formatted<'t>(text: &'t str, formats: &Formats<'_>) -> Cow<'t, str> {
    identifier(text, formats, &[])
}

/// The GS1 company prefixes that the EPC URNs of an event show, which say where each ends. `body`
/// is the event as JSON, see [`crate::Event::body`].
pub fn company_prefixes(body: &[u8]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let text = std::str::from_utf8(body).unwrap_or_default();
    for (at, _) in text.match_indices("\"urn:epc:") {
        let urn = text[at + 1..].split('"').next().unwrap_or_default();
        if let Some(prefix) = company_prefix(urn)
            && !found.contains(prefix)
            && identifier::verified(urn).is_ok()
        {
            found.insert(prefix);
        }
    }
    found
}

/// Whether a written document has a GS1 Digital Link to which an EPC URN exists: one of a company
/// whose prefix is not known stays a link when URNs are asked for.
pub fn has_links(document: &[u8]) -> bool {
    let texts = document.split(|byte| matches!(byte, b'"' | b'<' | b'>' | b'\''));
    let links = texts.filter(|text| text.starts_with(b"http"));
    links.filter_map(|text| std::str::from_utf8(text).ok()).any(|link| {
        let canonical = epc::canonical(link).ok().filter(|it| it.key.is_some());
        canonical.is_some_and(|it| epc::urn(&it.uri, *LENGTHS.start()).is_ok())
    })
}

/// Digits of a company prefix.
const LENGTHS: RangeInclusive<usize> = 6..=12;

/// An identifier in the form that is asked for. `shown` are company prefixes of the event itself,
/// which are taken before those of `formats`.
pub(crate) fn identifier<'t>(text: &'t str, formats: &Formats<'_>, shown: &[&str]) -> Cow<'t, str> {
    let translated = match formats.epc {
        EpcFormat::NoPreference | EpcFormat::NeverTranslates => None,
        EpcFormat::AlwaysGs1DigitalLink if text.starts_with("urn:epc:") => {
            epc::canonical(text).ok().filter(|it| it.key.is_some()).map(|it| it.uri)
        }
        EpcFormat::AlwaysEpcUrn if text.starts_with("http") => urn(text, formats, shown),
        _ => None,
    };
    translated.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The company prefix that an EPC URN shows: `4023333` in `urn:epc:id:sgtin:4023333.000055.1A`.
pub(crate) fn company_prefix(urn: &str) -> Option<&str> {
    let (_, body) = urn.strip_prefix("urn:epc:")?.split_once(':')?.1.split_once(':')?;
    let (prefix, _) = body.split_once('.')?;
    let is_prefix =
        LENGTHS.contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_digit());
    is_prefix.then_some(prefix)
}

/// The EPC URN of a Digital Link, if its key has one and begins with a known company prefix (EPC
/// Tag Data Standard §6 to §8). No prefix begins another, so if several fit, somebody was wrong
/// and nothing is known.
fn urn(link: &str, formats: &Formats<'_>, shown: &[&str]) -> Option<String> {
    let canonical = epc::canonical(link).ok()?;
    let urns = || LENGTHS.filter_map(|n_digits| epc::urn(&canonical.uri, n_digits).ok());
    let is_known = |prefix: &str| {
        formats.company_prefixes.binary_search_by(|it| it.as_str().cmp(prefix)).is_ok()
    };
    let mut of_event = urns().filter(|it| company_prefix(it).is_some_and(|it| shown.contains(&it)));
    let mut of_others = urns().filter(|it| company_prefix(it).is_some_and(is_known));
    let urn = match (of_event.next(), of_event.next()) {
        (Some(urn), None) => urn,
        (Some(_), Some(_)) => return None,
        (None, _) => of_others.next().filter(|_| of_others.next().is_none())?,
    };
    // Right if and only if it leads back.
    let back = epc::canonical(&urn).ok()?;
    (back.uri == canonical.uri).then_some(urn)
}

#[cfg(test)]
mod tests {
    use super::{EpcFormat, Formats, company_prefix, company_prefixes, has_links, identifier};

    fn formats(epc: EpcFormat, company_prefixes: &[String]) -> Formats<'_> {
        Formats { epc, company_prefixes, ..Formats::default() }
    }

    #[test]
    fn urns_and_back() {
        for (urn, link) in [
            (
                "urn:epc:id:sgtin:4023333.000055.1A%2F2",
                "https://id.gs1.org/01/04023333000550/21/1A%2F2",
            ),
            ("urn:epc:class:lgtin:4023333.000055.L1", "https://id.gs1.org/01/04023333000550/10/L1"),
            ("urn:epc:idpat:sgtin:4023333.000055.*", "https://id.gs1.org/01/04023333000550"),
            ("urn:epc:id:sscc:4023333.0111111111", "https://id.gs1.org/00/040233331111111111"),
            ("urn:epc:id:sgln:4023333.00000.0", "https://id.gs1.org/414/4023333000000"),
            ("urn:epc:id:sgln:4023333.00000.9", "https://id.gs1.org/414/4023333000000/254/9"),
            ("urn:epc:id:pgln:4023333.00000", "https://id.gs1.org/417/4023333000000"),
            ("urn:epc:id:grai:4023333.00000.7", "https://id.gs1.org/8003/040233330000007"),
            ("urn:epc:id:giai:4023333.abc", "https://id.gs1.org/8004/4023333abc"),
            ("urn:epc:id:gsrn:4023333.0000000000", "https://id.gs1.org/8018/402333300000000000"),
            ("urn:epc:id:gdti:4023333.00000.7", "https://id.gs1.org/253/40233330000007"),
        ] {
            let to_link = identifier(urn, &Formats::default(), &[]);
            let (found, _) = to_link.rsplit_once('/').unwrap();
            let (expected, _) = link.rsplit_once('/').unwrap();
            assert_eq!(found, expected, "{urn}");
            let known = [company_prefix(urn).unwrap()];
            let to_urn = formats(EpcFormat::AlwaysEpcUrn, &[]);
            assert_eq!(identifier(&to_link, &to_urn, &known), urn);
            assert_eq!(identifier(&to_link, &to_urn, &["999999"]), to_link);
            assert!(has_links(format!("{{\"epc\":\"{to_link}\"}}").as_bytes()));
            assert!(has_links(format!("<epc>{to_link}</epc>").as_bytes()));
            let elsewhere = known.map(str::to_owned);
            let to_urn = formats(EpcFormat::AlwaysEpcUrn, &elsewhere);
            assert_eq!(identifier(&to_link, &to_urn, &[]), urn);
            // Of two that fit one is wrong, and nobody knows which; the event itself knows.
            let mut contradicting = vec![elsewhere[0].clone(), elsewhere[0][..6].to_owned()];
            contradicting.sort();
            let to_urn = formats(EpcFormat::AlwaysEpcUrn, &contradicting);
            assert_eq!(identifier(&to_link, &to_urn, &[]), to_link);
            assert_eq!(identifier(&to_link, &to_urn, &known), urn);
            let as_it_is = formats(EpcFormat::NeverTranslates, &elsewhere);
            assert_eq!(identifier(urn, &as_it_is, &known), urn);
        }
    }

    #[test]
    fn prefixes_that_urns_show() {
        let body = r#"{"epcList":["urn:epc:id:sgtin:4023333.000055.1","urn:epc:id:sgtin:402333.0000055.1",
            "urn:epc:id:sgln:690123.000001.0","urn:epc:id:sscc:614141.1","https://id.gs1.org/00/1"],
            "ex:note":"not urn:epc:id:sgln:999999.000001.0"}"#;
        let found = company_prefixes(body.as_bytes());
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["402333", "4023333", "690123"]);
        assert!(company_prefixes(b"\"urn:epc:id:sgtin:").is_empty());
    }

    #[test]
    fn what_is_no_link() {
        for document in ["", "{\"a\":\"https://example.com/x\"}", "<a>urn:epc:id:sgln:1</a>"] {
            assert!(!has_links(document.as_bytes()), "{document}");
        }
        assert!(!has_links(b"\"https://ref.gs1.org/cbv/BizStep-shipping\""));
    }
}
