//! The spellings that a client can ask for: EPC URN or GS1 Digital Link, CBV URN or web URI
//! (EPCIS 2.0 §12, headers `GS1-EPC-Format` and `GS1-CBV-XML-Format`).

use std::borrow::Cow;

use gs1::epc;

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
    /// GS1 company prefixes, 6 to 12 digits each, whose length is known from elsewhere.
    pub company_prefixes: &'f [&'f str],
}

/// An identifier in the form that is asked for. `prefixes` are the company prefixes known.
pub(crate) fn identifier<'t>(text: &'t str, format: EpcFormat, prefixes: &[&str]) -> Cow<'t, str> {
    let translated = match format {
        EpcFormat::NoPreference | EpcFormat::NeverTranslates => None,
        EpcFormat::AlwaysGs1DigitalLink if text.starts_with("urn:epc:") => {
            epc::canonical(text).ok().filter(|it| it.key.is_some()).map(|it| it.uri)
        }
        EpcFormat::AlwaysEpcUrn if text.starts_with("http") => {
            prefixes.iter().find_map(|prefix| urn(text, prefix))
        }
        _ => None,
    };
    translated.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The company prefix that an EPC URN shows: `4023333` in `urn:epc:id:sgtin:4023333.000055.1A`.
pub(crate) fn company_prefix(urn: &str) -> Option<&str> {
    let (_, body) = urn.strip_prefix("urn:epc:")?.split_once(':')?.1.split_once(':')?;
    let (prefix, _) = body.split_once('.')?;
    let is_prefix =
        (6..=12).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_digit());
    is_prefix.then_some(prefix)
}

/// The EPC URN of a Digital Link, if its key begins with this company prefix and has a URN
/// (EPC Tag Data Standard §6 to §8).
fn urn(link: &str, prefix: &str) -> Option<String> {
    let canonical = epc::canonical(link).ok()?;
    let urn = epc::urn(&canonical.uri, prefix.len()).ok()?;
    if company_prefix(&urn) != Some(prefix) {
        return None;
    }
    // Right if and only if it leads back.
    let back = epc::canonical(&urn).ok()?;
    (back.uri == canonical.uri).then_some(urn)
}

#[cfg(test)]
mod tests {
    use super::{EpcFormat, company_prefix, identifier};

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
            let to_link = identifier(urn, EpcFormat::AlwaysGs1DigitalLink, &[]);
            let (found, _) = to_link.rsplit_once('/').unwrap();
            let (expected, _) = link.rsplit_once('/').unwrap();
            assert_eq!(found, expected, "{urn}");
            let known = [company_prefix(urn).unwrap()];
            assert_eq!(identifier(&to_link, EpcFormat::AlwaysEpcUrn, &known), urn);
            assert_eq!(identifier(&to_link, EpcFormat::AlwaysEpcUrn, &["999999"]), to_link);
            assert_eq!(identifier(urn, EpcFormat::NeverTranslates, &known), urn);
        }
    }
}
