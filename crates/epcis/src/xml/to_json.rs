//! One event element as the text of a JSON-LD event (EPCIS 2.0 §9.5, §10).
//!
//! What XML says and JSON-LD has no word for is kept thus:
//! an element with attributes is an object with the attributes first, then `#text`, then its
//! child elements; a text with an `xsi:type` that a JSON value does not show by itself is a value
//! object, `{"@type":"xsd:dateTime","@value":"…"}`.
//! Elements of one name become one member with an array.

use std::{borrow::Cow, collections::HashMap};

use super::{
    prefixes::Prefixes,
    pull::{Binding, Element, Name, XSD, XSI},
    shape::{self, EVENT, Leaf, Part, Shape},
};
use crate::{
    Rule,
    fields::SUYUAN,
    json::{is_number, write_string},
    number,
};

/// The member of ours that carries what XML cannot say, as the text of a JSON object.
pub(crate) const MEMBERS: &str = "members";

/// An event as JSON-LD, with its own `@context`.
pub(super) struct Converted {
    pub(super) text: String,
    /// What JSON cannot say: the path inside the event, the rule, the message.
    pub(super) faults: Vec<(String, Rule, String)>,
}

/// Members that the document lists as left out of the event hash: member name and values.
pub(super) struct Ignored {
    pub(super) name: Name,
    pub(super) names: Vec<Name>,
}

/// Writes the event; `bindings` are the namespaces in force where it stands.
pub(super) fn convert(
    event: &Element,
    bindings: &[Binding],
    ignored: Option<&Ignored>,
) -> Converted {
    let mut converter = Converter::new(bindings);
    converter.event(event);
    if let Some(ignored) = ignored {
        converter.ignored(ignored);
    }
    converter.finish()
}

/// Whether an element or attribute is the standard's: unqualified, as the schema says, or
/// qualified as some senders do.
pub(super) fn is_standard(name: &Name) -> bool {
    matches!(
        &*name.namespace,
        "" | "urn:epcglobal:epcis:xsd:1"
            | "urn:epcglobal:epcis:xsd:2"
            | "urn:epcglobal:epcis-query:xsd:1"
            | "urn:epcglobal:epcis-query:xsd:2"
    )
}

pub(super) struct Converter {
    /// Members of the object that is being written, each with a comma before it.
    out: String,
    prefixes: Prefixes,
    faults: Vec<(String, Rule, String)>,
    /// Where we are inside the event, for faults.
    path: String,
}

impl Converter {
    pub(super) fn new(bindings: &[Binding]) -> Converter {
        Converter {
            out: String::with_capacity(1024),
            prefixes: Prefixes::new(bindings),
            faults: Vec::new(),
            path: String::new(),
        }
    }

    /// The object, with the context that its names need.
    pub(super) fn finish(self) -> Converted {
        let mut text = String::with_capacity(self.out.len() + 128);
        text.push_str("{\"@context\":");
        self.prefixes.write_context(&mut text);
        text.push_str(&self.out);
        text.push('}');
        Converted { text, faults: self.faults }
    }

    fn fault(&mut self, rule: Rule, message: impl Into<String>) {
        self.faults.push((self.path.clone(), rule, message.into()));
    }

    /// Goes into an element and comes back.
    fn inside(&mut self, element: &Element, read: impl FnOnce(&mut Converter)) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&element.tag.name.shown());
        read(self);
        self.path.truncate(length);
    }

    /// Writes what `write` writes as an object.
    pub(super) fn object(&mut self, write: impl FnOnce(&mut Converter)) {
        let start = self.out.len();
        write(self);
        if self.out.len() == start {
            self.out.push_str("{}");
        } else {
            self.out.replace_range(start..=start, "{");
            self.out.push('}');
        }
    }

    pub(super) fn name(&mut self, name: &str) {
        self.out.push(',');
        write_string(name, &mut self.out);
        self.out.push(':');
    }

    pub(super) fn member(&mut self, name: &str, text: &str) {
        self.name(name);
        write_string(text, &mut self.out);
    }

    fn event(&mut self, event: &Element) {
        let local = &event.tag.name.local;
        // EPCIS 1.1 replaced the QuantityEvent by an ObjectEvent of action OBSERVE with one
        // quantity element.
        let is_quantity_event = local == "QuantityEvent";
        let event_type = if is_quantity_event { "ObjectEvent" } else { local };
        self.member("type", event_type);
        for (name, value) in &event.tag.attributes {
            // Some bare events carry the attributes of a document.
            let of_document = ["schemaVersion", "creationDate"].contains(&name.local.as_str());
            if !(*name.namespace == *XSI || is_standard(name) && of_document) {
                self.extension_attribute(name, value);
            }
        }
        let mut children = Vec::new();
        flatten(&event.children, &mut children);
        if is_quantity_event {
            self.quantity_event(&mut children);
        }
        self.elements(&children, EVENT);
    }

    fn quantity_event(&mut self, children: &mut Vec<&Element>) {
        let is_quantity = |it: &&Element| {
            is_standard(&it.tag.name) && ["epcClass", "quantity"].contains(&&*it.tag.name.local)
        };
        let quantity: Vec<&Element> = children.iter().copied().filter(is_quantity).collect();
        children.retain(|it| !is_quantity(it));
        self.member("action", "OBSERVE");
        self.name("quantityList");
        self.out.push('[');
        let shapes = &[("epcClass", Shape::Text), ("quantity", Shape::Number)];
        self.object(|it| it.elements(&quantity, shapes));
        self.out.push(']');
    }

    /// The children of a standard element.
    pub(super) fn elements(&mut self, children: &[&Element], shapes: &[(&str, Shape)]) {
        let shape_of = |element: &Element| {
            let name = &element.tag.name;
            is_standard(name).then(|| shape::find(shapes, &name.local)).flatten()
        };
        // A standard element that comes twice stays twice: the reader of events says so.
        let repeats = |element: &Element| match shape_of(element) {
            Some(shape) => matches!(shape, Shape::Texts | Shape::Words(_) | Shape::Objects(_)),
            None => !is_standard(&element.tag.name),
        };
        for same in grouped(children, repeats) {
            match shape_of(same[0]) {
                Some(shape) => self.standard(shape, &same),
                None => self.extension(&same),
            }
        }
    }

    /// Elements of one name that the standard does not know here.
    fn extension(&mut self, same: &[&Element]) {
        let name = &same[0].tag.name;
        if name.is(SUYUAN, MEMBERS) {
            return same.iter().for_each(|element| self.splice(element));
        }
        let written = self.prefixes.member_name(name);
        // What has no namespace and is unknown goes on: the reader of events says so.
        self.name(if is_standard(name) { &name.local } else { &written });
        self.values(same);
    }

    fn standard(&mut self, shape: Shape, same: &[&Element]) {
        let element = same[0];
        let name = element.tag.name.local.clone();
        match shape {
            Shape::Number if is_nil(element) => {}
            Shape::IdList(_) if element.children.is_empty() => {}
            Shape::Text | Shape::Id | Shape::Word(_) => {
                self.name(&name);
                self.inside(element, |it| it.text(element));
            }
            Shape::Time => {
                self.name(&name);
                self.inside(element, |it| {
                    let text = it.leaf(element);
                    write_string(&with_seconds(&text), &mut it.out);
                });
            }
            Shape::Number => {
                self.name(&name);
                self.inside(element, |it| {
                    let text = it.leaf(element);
                    it.number(&text);
                });
            }
            Shape::Texts | Shape::Words(_) => {
                self.list(&name, same, |it, element| it.text(element));
            }
            Shape::Objects(part) => self.list(&name, same, |it, element| it.part(element, part)),
            Shape::TextList(of) | Shape::IdList(of) => {
                let items = self.items(element, of);
                self.list(&name, &items, |it, element| it.text(element));
            }
            Shape::ObjectList(of, part) => {
                let items = self.items(element, of);
                self.list(&name, &items, |it, element| it.part(element, part));
            }
            Shape::Object(part) => {
                self.name(&name);
                self.inside(element, |it| it.part(element, part));
            }
        }
    }

    pub(super) fn list(
        &mut self,
        name: &str,
        items: &[&Element],
        write: impl Fn(&mut Converter, &Element),
    ) {
        self.name(name);
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.inside(item, |it| write(it, item));
        }
        self.out.push(']');
    }

    /// The elements of a list, which has no others.
    fn items<'e>(&mut self, list: &'e Element, of: &str) -> Vec<&'e Element> {
        let mut children = Vec::new();
        flatten(&list.children, &mut children);
        let (items, others): (Vec<&Element>, Vec<&Element>) = children
            .into_iter()
            .partition(|it| is_standard(&it.tag.name) && it.tag.name.local == of);
        if let Some(other) = others.first() {
            let message = format!("{} is not {of}", other.tag.name.shown());
            self.inside(list, |it| it.fault(Rule::UnknownField, message));
        }
        items
    }

    fn part(&mut self, element: &Element, part: &Part) {
        self.object(|it| {
            for (name, value) in &element.tag.attributes {
                let leaf = part.attributes.iter().find(|(known, _)| *known == name.local);
                match leaf {
                    _ if *name.namespace == *XSI => {}
                    Some((known, leaf)) if is_standard(name) => it.attribute(known, *leaf, value),
                    _ if name.is(SUYUAN, MEMBERS) => it.splice_text(value),
                    _ => it.extension_attribute(name, value),
                }
            }
            if let Some(text) = part.text {
                it.member(text, element.text.trim());
            } else if !element.text.trim().is_empty() {
                it.fault(Rule::WrongType, "a text where there are only elements");
            }
            let mut children = Vec::new();
            flatten(&element.children, &mut children);
            it.elements(&children, part.elements);
        });
    }

    fn attribute(&mut self, name: &str, leaf: Leaf, value: &str) {
        self.name(name);
        match leaf {
            Leaf::Text => write_string(value, &mut self.out),
            Leaf::Number => self.number(value),
            Leaf::Boolean => match value.trim() {
                "true" | "1" => self.out.push_str("true"),
                "false" | "0" => self.out.push_str("false"),
                other => write_string(other, &mut self.out),
            },
            Leaf::Word(_) => {
                self.prefixes.note_value(value);
                write_string(value.trim(), &mut self.out);
            }
        }
    }

    /// A number as it is written, if JSON can; else in canonical form.
    fn number(&mut self, text: &str) {
        let text = text.trim();
        match number::canonical(text) {
            _ if is_number(text) => self.out.push_str(text),
            Some(canonical) => self.out.push_str(&canonical),
            None => write_string(text, &mut self.out),
        }
    }

    pub(super) fn text(&mut self, element: &Element) {
        let text = self.leaf(element);
        self.prefixes.note_value(&text);
        write_string(&text, &mut self.out);
    }

    /// The text of an element that has nothing else; white space around it says nothing.
    fn leaf(&mut self, element: &Element) -> String {
        if let Some(child) = element.children.first() {
            let message = format!("{} where there is only a text", child.tag.name.shown());
            self.fault(Rule::WrongType, message);
        }
        let other = element.tag.attributes.iter().find(|(name, _)| *name.namespace != *XSI);
        if let Some((name, _)) = other {
            let message = format!("the attribute {} is not known here", name.shown());
            self.fault(Rule::UnknownField, message);
        }
        element.text.trim().to_owned()
    }

    fn extension_attribute(&mut self, name: &Name, value: &str) {
        let name = self.prefixes.member_name(name);
        self.prefixes.note_value(value);
        self.member(&name, value);
    }

    /// Elements of one name: one value, or an array.
    fn values(&mut self, same: &[&Element]) {
        match same {
            [one] => self.inside(one, |it| it.value(one)),
            many => {
                self.out.push('[');
                for (index, element) in many.iter().enumerate() {
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.inside(element, |it| it.value(element));
                }
                self.out.push(']');
            }
        }
    }

    /// Whatever an extension holds.
    pub(super) fn value(&mut self, element: &Element) {
        let attributes = element.tag.attributes.iter().filter(|(name, _)| *name.namespace != *XSI);
        let attributes: Vec<&(Name, String)> = attributes.collect();
        if element.children.is_empty() && attributes.is_empty() {
            return self.scalar(element);
        }
        if !element.children.is_empty() && !element.text.trim().is_empty() {
            self.fault(Rule::WrongType, "text and elements are mixed");
        }
        self.object(|it| {
            if let Some(xsi_type) = &element.tag.xsi_type {
                let written = it.prefixes.value_name(xsi_type);
                it.member("@type", &written);
            }
            for (name, value) in &attributes {
                if name.is(SUYUAN, MEMBERS) {
                    it.splice_text(value);
                } else {
                    it.extension_attribute(name, value);
                }
            }
            if !attributes.is_empty() {
                let text = if element.children.is_empty() { &*element.text } else { "" };
                it.prefixes.note_value(text);
                it.member("#text", text);
            }
            let children: Vec<&Element> = element.children.iter().collect();
            for same in grouped(&children, |_| true) {
                if same[0].tag.name.is(SUYUAN, MEMBERS) {
                    same.iter().for_each(|element| it.splice(element));
                    continue;
                }
                let name = it.prefixes.member_name(&same[0].tag.name);
                it.name(&name);
                it.values(&same);
            }
        });
    }

    fn scalar(&mut self, element: &Element) {
        let text = &element.text;
        self.prefixes.note_value(text);
        if is_nil(element) && text.is_empty() {
            return self.out.push_str("null");
        }
        let Some(xsi_type) = &element.tag.xsi_type else {
            return write_string(text, &mut self.out);
        };
        let is_plain = *xsi_type.namespace == *XSD && plain_type(text) == Some(&*xsi_type.local);
        if is_plain {
            return self.out.push_str(text);
        }
        let xsi_type = self.prefixes.value_name(xsi_type);
        self.out.push_str("{\"@type\":");
        write_string(&xsi_type, &mut self.out);
        self.out.push_str(",\"@value\":");
        write_string(text, &mut self.out);
        self.out.push('}');
    }

    /// Members that an element of ours carries as JSON.
    fn splice(&mut self, element: &Element) {
        self.splice_text(&element.text);
    }

    fn splice_text(&mut self, text: &str) {
        let text = text.trim_ascii();
        let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        let inner = inner.filter(|_| self.prefixes.note_json(text)).map(str::trim_ascii);
        match inner {
            Some("") => {}
            Some(members) => {
                self.out.push(',');
                self.out.push_str(members);
            }
            None => self.fault(Rule::WrongType, "the text is not a JSON object"),
        }
    }

    fn ignored(&mut self, ignored: &Ignored) {
        let name = self.prefixes.member_name(&ignored.name);
        self.name(&name);
        self.out.push('[');
        for (index, name) in ignored.names.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let written = self.prefixes.member_name(name);
            write_string(&written, &mut self.out);
        }
        self.out.push(']');
    }
}

/// Elements of one name together, in the order of the first of each.
fn grouped<'e>(
    elements: &[&'e Element],
    repeats: impl Fn(&Element) -> bool,
) -> Vec<Vec<&'e Element>> {
    let mut groups: Vec<Vec<&Element>> = Vec::new();
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    for &element in elements {
        let name = &element.tag.name;
        let place = match repeats(element) {
            true => *places.entry((&name.namespace, &name.local)).or_insert(groups.len()),
            false => groups.len(),
        };
        match groups.get_mut(place) {
            Some(group) => group.push(element),
            None => groups.push(vec![element]),
        }
    }
    groups
}

/// The type that a JSON number or boolean of this text shows by itself.
pub(crate) fn plain_type(text: &str) -> Option<&'static str> {
    match text {
        "true" | "false" => Some("boolean"),
        text if !is_number(text) => None,
        text if text.contains(['.', 'e', 'E']) => Some("double"),
        _ => Some("integer"),
    }
}

fn is_nil(element: &Element) -> bool {
    let nil = element.tag.attributes.iter().find(|(name, _)| name.is(XSI, "nil"));
    nil.is_some_and(|(_, value)| matches!(value.trim(), "true" | "1"))
}

/// Published documents leave out the seconds: `2006-11-07T13:00Z`.
fn with_seconds(time: &str) -> Cow<'_, str> {
    const SHAPE: &[u8; 16] = b"0000-00-00T00:00";
    let (head, zone) = time.split_at_checked(SHAPE.len()).unwrap_or((time, ""));
    let fits = |(byte, shape): (u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        shape => byte == *shape,
    };
    let is_short = head.len() == SHAPE.len()
        && head.bytes().zip(SHAPE).all(fits)
        && zone.starts_with(['Z', '+', '-']);
    if is_short { Cow::Owned([head, ":00", zone].concat()) } else { Cow::Borrowed(time) }
}

/// EPCIS 1.x wraps what came later into `extension` and `baseExtension`; their children count as
/// their parent's.
pub(super) fn flatten<'e>(children: &'e [Element], into: &mut Vec<&'e Element>) {
    for child in children {
        let name = &child.tag.name;
        if is_standard(name) && matches!(&*name.local, "extension" | "baseExtension") {
            flatten(&child.children, into);
        } else {
            into.push(child);
        }
    }
}
