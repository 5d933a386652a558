//! What names mean: the standard's JSON-LD context and the prefixes and terms a document adds
//! (JSON-LD 1.1 §4.1, EPCIS 2.0 §10).
//!
//! The standard's context is protected, so documents can add to it and not change it; remote
//! contexts of others are not fetched.

use std::borrow::Cow;

use crate::{
    json::Json,
    report::{Pointer, Report},
    violation::Rule,
};

pub(crate) const EPCIS: &str = "https://ref.gs1.org/epcis/";

/// The standard's context, as documents of ours name it.
pub(crate) const EPCIS_CONTEXT: &str =
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// Prefixes and terms that one event can have; each name is looked up among them.
const MAX_TERMS: usize = 1_000;

/// The prefixes of the standard's context.
const STANDARD: [(&str, &str); 8] = [
    ("epcis", EPCIS),
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("cbvmda", "urn:epcglobal:cbv:mda"),
    ("gs1", "https://gs1.org/voc/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// What a prefix of the standard's context stands for.
pub(crate) fn standard(prefix: &str) -> Option<&'static str> {
    STANDARD.iter().find(|(name, _)| *name == prefix).map(|&(_, iri)| iri)
}

/// Prefixes and terms in force.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// Names with their IRIs; later ones win.
    terms: Vec<(String, String)>,
    /// A remote context other than the standard's was named, which may declare anything.
    is_open: bool,
}

/// What the name of a member means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name<'a> {
    /// A name of the standard, or a bare word that nobody declared.
    Standard(&'a str),
    /// A name in another namespace.
    Extension { namespace: Cow<'a, str>, local: Cow<'a, str> },
    /// A name with a prefix that nobody declared.
    Undeclared(&'a str),
}

/// A name on its way to XML.
pub(crate) struct Qualified<'a> {
    /// The prefix it is written with.
    pub(crate) prefix: Option<&'a str>,
    /// Empty for names of the standard.
    pub(crate) namespace: &'a str,
    pub(crate) local: &'a str,
}

impl Context {
    /// Adds the declarations of one `@context`.
    pub(crate) fn extend(&mut self, json: &Json<'_>, at: &Pointer<'_>, report: &mut Report) {
        let mut n_remote = 0;
        for (index, part) in json.as_list().iter().enumerate() {
            match part {
                Json::String(uri) => {
                    n_remote += 1;
                    self.is_open |= !uri.contains("epcis-context");
                }
                Json::Object(members) => {
                    for member in members {
                        self.declare(&member.name, &member.value);
                    }
                }
                other => {
                    let message = format!("a context is a URI or an object, not {}", other.kind());
                    let item = at.index(index);
                    let at = if matches!(json, Json::Array(_)) { &item } else { at };
                    report.push(at, Rule::InvalidContext, message);
                }
            }
        }
        if self.terms.len() > MAX_TERMS {
            self.terms.truncate(MAX_TERMS);
            let message = format!("more than {MAX_TERMS} prefixes and terms");
            report.push(at, Rule::InvalidContext, message);
        }
        if n_remote == 0 && self.terms.is_empty() {
            report.push(at, Rule::InvalidContext, "the context names no EPCIS context");
        }
    }

    /// A term is an IRI, or an object with an `@id`; JSON-LD keywords declare nothing.
    fn declare(&mut self, name: &str, value: &Json<'_>) {
        let iri = match value {
            Json::String(iri) => Some(iri.as_ref()),
            Json::Object(members) => {
                members.iter().find(|it| it.name == "@id").and_then(|it| it.value.as_str())
            }
            _ => None,
        };
        if let Some(iri) = iri.filter(|_| !name.starts_with('@')) {
            self.add(name, iri);
        }
    }

    /// Adds one prefix or term.
    pub(crate) fn add(&mut self, name: &str, iri: &str) {
        let iri = self.expand(iri).into_owned();
        self.terms.push((name.to_owned(), iri));
    }

    /// What a prefix stands for.
    pub(crate) fn lookup(&self, name: &str) -> Option<&str> {
        let declared = self.terms.iter().rev().find(|(term, _)| term == name);
        declared.map(|(_, iri)| iri.as_str()).or_else(|| standard(name))
    }

    /// Writes out a compact URI (`cbv:BizStep-shipping`); anything else stays as it is.
    pub(crate) fn expand<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some((prefix, rest)) = text.split_once(':') else { return Cow::Borrowed(text) };
        if rest.starts_with("//") || matches!(prefix, "urn" | "https" | "http") {
            return Cow::Borrowed(text);
        }
        match self.lookup(prefix) {
            Some(iri) => Cow::Owned([iri, rest].concat()),
            None => Cow::Borrowed(text),
        }
    }

    /// As [`Context::expand`], but only for the prefixes of GS1, as the event hash wants it
    /// (CBV 2.0 §8.9, rules 15 and 16); XML need not declare others.
    pub(crate) fn expand_gs1<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match text.split_once(':') {
            Some(("cbv" | "gs1" | "epcis", _)) => self.expand(text),
            _ => Cow::Borrowed(text),
        }
    }

    /// Where a member's name belongs in XML; `None` if its prefix is not declared.
    pub(crate) fn qualified<'a>(&'a self, name: &'a str) -> Option<Qualified<'a>> {
        let split = |iri: &'a str| {
            let end = iri.rfind(['/', '#', ':']).map_or(0, |at| at + 1);
            let (namespace, local) = iri.split_at(end);
            Qualified { prefix: None, namespace, local }
        };
        let Some((prefix, local)) = name.split_once(':') else {
            return match self.term(name) {
                Some(iri) if !is_standard(name) => Some(split(iri)),
                _ => Some(Qualified { prefix: None, namespace: "", local: name }),
            };
        };
        if local.starts_with("//") || prefix == "urn" {
            return Some(split(name));
        }
        match self.lookup(prefix)? {
            EPCIS => Some(Qualified { prefix: None, namespace: "", local }),
            namespace => Some(Qualified { prefix: Some(prefix), namespace, local }),
        }
    }

    /// What a bare word stands for, if the document declared it as a term.
    pub(crate) fn term(&self, word: &str) -> Option<&str> {
        let declared = self.terms.iter().rev().find(|(term, _)| term == word);
        declared.map(|(_, iri)| iri.as_str())
    }

    /// What the name of a member means.
    pub(crate) fn name<'a>(&'a self, name: &'a str) -> Name<'a> {
        let Some((prefix, local)) = name.split_once(':') else {
            return match (name, self.term(name)) {
                ("@type", _) => Name::Standard("type"),
                ("@id", _) => Name::Standard("id"),
                (_, Some(iri)) if !is_standard(name) => from_iri(iri),
                _ => Name::Standard(name),
            };
        };
        if local.starts_with("//") || prefix == "urn" {
            return from_iri(name);
        }
        match self.lookup(prefix) {
            Some(EPCIS) => Name::Standard(local),
            Some(iri) => {
                Name::Extension { namespace: normal(Cow::Borrowed(iri)), local: local.into() }
            }
            None if self.is_open => {
                Name::Extension { namespace: Cow::Borrowed(""), local: name.into() }
            }
            None => Name::Undeclared(name),
        }
    }
}

/// The words of the standard that a document can name as a term without changing anything.
fn is_standard(name: &str) -> bool {
    crate::fields::EVENT.contains(&name)
}

/// A full IRI is split after its last `/`, `#` or `:`.
fn from_iri(iri: &str) -> Name<'_> {
    if let Some(local) = iri.strip_prefix(EPCIS) {
        return Name::Standard(local);
    }
    let end = iri.rfind(['/', '#', ':']).map_or(0, |at| at + 1);
    let (namespace, local) = iri.split_at(end);
    Name::Extension { namespace: normal(Cow::Borrowed(namespace)), local: local.into() }
}

/// The namespace of CBV master data is written with a colon at its end in JSON-LD and without in
/// XML; the event hash must not see which.
fn normal(namespace: Cow<'_, str>) -> Cow<'_, str> {
    match namespace.as_ref() {
        "urn:epcglobal:cbv:mda:" | "urn:epcglobal:cbv:mda#" => {
            Cow::Borrowed("urn:epcglobal:cbv:mda")
        }
        _ => namespace,
    }
}
