//! Prefixes of an event on its way from XML to JSON-LD.

use super::pull::{Binding, Name, XSD, is_ncname};
use crate::{
    context,
    json::{self, Json, write_string},
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

    /// Declares the prefixes in the text of a JSON object; answers whether it is one.
    pub(super) fn note_json(&mut self, text: &str) -> bool {
        let parsed = json::parse(text, 64).ok();
        let object = parsed.filter(|json| json.members().is_some());
        object.iter().for_each(|json| self.note_tree(json));
        object.is_some()
    }

    fn note_tree(&mut self, json: &Json<'_>) {
        match json {
            Json::String(text) => self.note_value(text),
            Json::Array(items) => items.iter().for_each(|item| self.note_tree(item)),
            Json::Object(members) => {
                for member in members {
                    self.note_value(&member.name);
                    self.note_tree(&member.value);
                }
            }
            _ => {}
        }
    }

    /// The prefix for a namespace: the one wished for, unless it means something else.
    fn give(&mut self, wished: &str, namespace: &str) -> String {
        if context::standard(wished) == Some(namespace) {
            return wished.to_owned();
        }
        let is_given = |prefix: &str| self.given.iter().any(|(it, _)| it == prefix);
        if self.given.iter().any(|(prefix, it)| prefix == wished && it == namespace) {
            return wished.to_owned();
        }
        // `cbvmda` may end with a colon; other prefixes of the standard are protected.
        let is_protected = context::standard(wished).is_some() && wished != "cbvmda";
        let is_reserved = ["urn", "http", "https", "id", "type"].contains(&wished);
        if is_ncname(wished) && !is_reserved && !is_protected && !is_given(wished) {
            self.given.push((wished.to_owned(), namespace.to_owned()));
            return wished.to_owned();
        }
        if let Some((prefix, _)) = self.given.iter().find(|(_, it)| it == namespace) {
            return prefix.clone();
        }
        let mut numbered = (1..).map(|n| format!("ns{n}"));
        let prefix = numbered.find(|it| !is_given(it)).expect("one of them is free");
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
