//! Prefixes of an XML document that is being written.

use crate::{
    fields::SUYUAN,
    xml::pull::{XML, XSD, XSI, is_ncname},
};

/// Prefixes that mean one thing in each of our documents.
const FIXED: [(&str, &str); 6] = [
    ("xml", XML),
    ("xsi", XSI),
    ("xsd", XSD),
    ("suyuan", SUYUAN),
    ("epcis", "urn:epcglobal:epcis:xsd:2"),
    ("epcisq", "urn:epcglobal:epcis-query:xsd:2"),
];

/// Which prefix stands for which namespace: on the outermost element, or on one event that means
/// something else by a prefix than the events before it.
#[derive(Default)]
pub(super) struct Names {
    document: Vec<(String, String)>,
    event: Vec<(String, String)>,
}

impl Names {
    /// Declares a prefix for a namespace, the wished one if it can be; answers the prefix.
    pub(super) fn declare(&mut self, wished: Option<&str>, namespace: &str) -> String {
        let fixed = FIXED.iter().find(|(_, it)| *it == namespace).map(|&(prefix, _)| prefix);
        let wished = fixed.or(wished.filter(|wished| {
            is_ncname(wished) && *wished != "xmlns" && FIXED.iter().all(|(it, _)| it != wished)
        }));
        let of = |bindings: &[(String, String)], prefix: &str| {
            let found = bindings.iter().find(|(it, _)| it == prefix);
            found.map(|(_, namespace)| namespace.clone())
        };
        if let Some(wished) = wished {
            let in_event = of(&self.event, wished);
            let in_document = of(&self.document, wished);
            match (in_event, in_document) {
                (Some(it), _) if it == namespace => return wished.to_owned(),
                (Some(_), _) => {}
                (None, Some(it)) if it == namespace => return wished.to_owned(),
                (None, Some(_)) => {
                    self.event.push((wished.to_owned(), namespace.to_owned()));
                    return wished.to_owned();
                }
                (None, None) => {
                    self.document.push((wished.to_owned(), namespace.to_owned()));
                    return wished.to_owned();
                }
            }
        }
        let known = self.document.iter().find(|(it, other)| {
            other == namespace && it.starts_with("ns") && of(&self.event, it).is_none()
        });
        if let Some((prefix, _)) = known {
            return prefix.clone();
        }
        let is_free = |it: &String| of(&self.document, it).or(of(&self.event, it)).is_none();
        let mut numbered = (1..).map(|n| format!("ns{n}"));
        let prefix = numbered.find(is_free).expect("one of them is free");
        self.document.push((prefix.clone(), namespace.to_owned()));
        prefix
    }

    /// The declarations of the event that was written last, as attributes.
    pub(super) fn take_event(&mut self) -> String {
        let declared = attributes(&self.event);
        self.event.clear();
        declared
    }

    /// The declarations of the outermost element, as attributes.
    pub(super) fn of_document(&self) -> String {
        attributes(&self.document)
    }
}

fn attributes(bindings: &[(String, String)]) -> String {
    let mut out = String::new();
    for (prefix, namespace) in bindings.iter().filter(|(prefix, _)| prefix != "xml") {
        out.push_str(" xmlns:");
        out.push_str(prefix);
        out.push_str("=\"");
        super::xml::escape_attribute(namespace, &mut out);
        out.push('"');
    }
    out
}
