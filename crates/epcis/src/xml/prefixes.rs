//! Prefixes of an event on its way from XML to JSON-LD.

use super::pull::{Binding, Name, XSD, is_ncname};
use crate::{
    context,
    json::{self, write_string},
};

/// Which prefix stands for which namespace in the JSON-LD text.
pub(super) struct Prefixes {
    /// What the XML declares, the innermost last.
    bindings: Vec<Binding>,
    /// What the context will declare, in order of need.
    given: Vec<(String, String)>,
}

impl Prefixes {
    pub(super) fn new(bindings: &[Binding]) -> Prefixes {
        Prefixes { bindings: bindings.to_vec(), given: Vec::new() }
    }

    /// The name of a member; without a namespace it is bare.
    pub(super) fn member_name(&mut self, name: &Name) -> String {
        match &*name.namespace {
            "" => name.local.clone(),
            namespace => format!("{}:{}", self.give(&name.prefix, namespace), name.local),
        }
    }

    /// A name as a value; XML Schema's prefix is in the standard's context, where its namespace
    /// ends with `#`.
    pub(super) fn value_name(&mut self, name: &Name) -> String {
        match &*name.namespace {
            XSD => format!("xsd:{}", name.local),
            _ => self.member_name(name),
        }
    }

    /// Declares the prefix that a value begins with, if XML declares it.
    pub(super) fn note_value(&mut self, value: &str) {
        let Some((prefix, rest)) = value.trim().split_once(':') else { return };
        if rest.starts_with("//") || prefix == "xml" || context::standard(prefix).is_some() {
            return;
        }
        let bound = self.bindings.iter().rev().find(|(it, _)| **it == *prefix);
        if let Some((_, namespace)) = bound.cloned() {
            self.give(prefix, &namespace);
        }
    }

    /// The prefix for a namespace: the one wished for, unless it means something else.
    fn give(&mut self, wished: &str, namespace: &str) -> String {
        if context::standard(wished) == Some(namespace) {
            return wished.to_owned();
        }
        let known = self.given.iter().find(|(prefix, it)| it == namespace && prefix == wished);
        let known = known.or_else(|| self.given.iter().find(|(_, it)| it == namespace));
        if let Some((prefix, _)) = known {
            return prefix.clone();
        }
        let is_free = |prefix: &str| {
            // `cbvmda` may end with a colon; other prefixes of the standard are protected.
            let protected = context::standard(prefix).is_some() && prefix != "cbvmda";
            !protected && self.given.iter().all(|(it, _)| it != prefix)
        };
        let reserved = ["", "urn", "http", "https", "id", "type"].contains(&wished);
        let prefix = if !reserved && is_ncname(wished) && is_free(wished) {
            wished.to_owned()
        } else {
            let numbered = (1..).map(|n| format!("ns{n}"));
            numbered.into_iter().find(|it| is_free(it)).expect("one of them is free")
        };
        self.given.push((prefix.clone(), namespace.to_owned()));
        prefix
    }

    pub(super) fn write_context(&self, out: &mut String) {
        out.push('[');
        write_string(context::EPCIS_CONTEXT, out);
        for (index, (prefix, namespace)) in self.given.iter().enumerate() {
            out.push_str(if index == 0 { ",{" } else { "," });
            write_string(prefix, out);
            out.push(':');
            write_string(namespace, out);
        }
        out.push_str(if self.given.is_empty() { "]" } else { "}]" });
    }
}

/// What stands between the braces of a JSON object.
pub(super) fn inner_members(text: &str) -> Option<&str> {
    let parsed = json::parse(text, 64).ok()?;
    parsed.members()?;
    text.trim_ascii().strip_prefix('{')?.strip_suffix('}').map(str::trim_ascii)
}
