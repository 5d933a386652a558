//! XML 2.0 out, in the order of the schema.

use super::{Envelope, Outgoing, Stored, names::Names, time, with_stored};
use crate::{
    EventType, Formats, Violation,
    context::{self, Name},
    fields::SUYUAN,
    format,
    json::{Json, Member, compacted, write_string},
    number,
    xml::{
        pull::{XSD, XSI, is_ncname, is_xml_char},
        shape::{EVENT, Leaf, Part, Shape},
        to_json::{MEMBERS, plain_type},
    },
};

/// The whole document.
pub(super) fn document(
    envelope: &Envelope<'_>,
    events: &[Outgoing<'_>],
    formats: &Formats<'_>,
) -> Result<String, Violation> {
    let mut names = Names::default();
    let mut body = String::new();
    for (index, event) in events.iter().enumerate() {
        with_stored(index, event, formats, |stored| {
            let mut writer = Writer { out: String::new(), names: &mut names, formats, stored };
            writer.event();
            let content = writer.out;
            let mut declared = names.take_event();
            if matches!(envelope, Envelope::Event) {
                declared = names.of_document() + &declared;
            }
            let name = stored.event_type.name();
            body.push_str(&format!("<{name}{declared}>{content}</{name}>"));
        })?;
    }
    let (name, namespace, creation_date_us) = match envelope {
        Envelope::Event => {
            return Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}"));
        }
        Envelope::Document { creation_date_us } => {
            ("epcis:EPCISDocument", "urn:epcglobal:epcis:xsd:2", creation_date_us)
        }
        Envelope::QueryDocument { creation_date_us, .. } => {
            ("epcisq:EPCISQueryDocument", "urn:epcglobal:epcis-query:xsd:2", creation_date_us)
        }
    };
    names.declare(None, namespace);
    let declared = names.of_document();
    let creation_date = time(*creation_date_us);
    let mut out = String::with_capacity(body.len() + 512);
    out.push_str(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name}{declared} schemaVersion=\"2.0\" \
         creationDate=\"{creation_date}\"><EPCISBody>"
    ));
    if let Envelope::QueryDocument { query_name, subscription_id, .. } = envelope {
        out.push_str("<epcisq:QueryResults><queryName>");
        escape_text(query_name, &mut out);
        out.push_str("</queryName>");
        if let Some(subscription_id) = subscription_id {
            out.push_str("<subscriptionID>");
            escape_text(subscription_id, &mut out);
            out.push_str("</subscriptionID>");
        }
        out.push_str("<resultsBody>");
    }
    out.push_str("<EventList>");
    out.push_str(&body);
    out.push_str("</EventList>");
    if matches!(envelope, Envelope::QueryDocument { .. }) {
        out.push_str("</resultsBody></epcisq:QueryResults>");
    }
    out.push_str(&format!("</EPCISBody></{name}>"));
    Ok(out)
}

struct Writer<'w> {
    out: String,
    names: &'w mut Names,
    formats: &'w Formats<'w>,
    stored: &'w Stored<'w>,
}

impl<'w> Writer<'w> {
    /// The standard name of a member, if it is the standard's.
    fn standard(&self, member: &'w Member<'w>) -> Option<&'w str> {
        let stored: &'w Stored<'w> = self.stored;
        match stored.context.name(&member.name) {
            Name::Standard(name) => Some(name),
            _ => None,
        }
    }

    fn event(&mut self) {
        let stored: &'w Stored<'w> = self.stored;
        let mut others: Vec<&Member<'_>> = Vec::new();
        let mut known: Vec<(&str, &Json<'_>)> = Vec::new();
        for member in stored.members {
            match self.standard(member) {
                Some("@context" | "type") => {}
                Some("id") => known.push(("eventID", &member.value)),
                Some(name) if EVENT.iter().any(|(it, _)| *it == name) => {
                    known.push((name, &member.value));
                }
                _ => others.push(member),
            }
        }
        for (name, shape) in order(stored.event_type) {
            let value = known.iter().find(|(it, _)| *it == name).map(|&(_, value)| value);
            match (name, value) {
                ("recordTime", _) if stored.outgoing.record_time_us.is_some() => {
                    let us = stored.outgoing.record_time_us.unwrap_or_default();
                    self.simple("recordTime", &time(us));
                }
                ("eventID", None) => {
                    if let Some(event_id) = stored.outgoing.event_id {
                        self.simple("eventID", event_id);
                    }
                }
                // The schema wants these lists, though they may be empty.
                ("epcList", None)
                    if matches!(
                        stored.event_type,
                        EventType::ObjectEvent | EventType::TransactionEvent
                    ) =>
                {
                    self.out.push_str("<epcList/>");
                }
                ("childEPCs", None) if stored.event_type == EventType::AggregationEvent => {
                    self.out.push_str("<childEPCs/>");
                }
                (_, Some(value)) if *value != Json::Null => self.shaped(name, value, shape),
                _ => {}
            }
        }
        self.members(others.into_iter());
    }

    fn simple(&mut self, name: &str, text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        escape_text(text, &mut self.out);
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A member of the standard.
    fn shaped(&mut self, name: &str, value: &'w Json<'w>, shape: Shape) {
        match shape {
            Shape::TextList(_) | Shape::IdList(_) if value.as_list().is_empty() => {
                self.out.push_str(&format!("<{name}/>"));
            }
            Shape::TextList(of) | Shape::IdList(of) => {
                self.open(name);
                for item in value.as_list() {
                    self.shaped(of, item, if of == "epc" { Shape::Id } else { Shape::Text });
                }
                self.close(name);
            }
            Shape::ObjectList(of, part) => {
                self.open(name);
                for item in value.as_list() {
                    self.part(of, item, part);
                }
                self.close(name);
            }
            Shape::Object(part) => self.part(name, value, part),
            Shape::Objects(part) => {
                value.as_list().iter().for_each(|item| self.part(name, item, part));
            }
            Shape::Texts => {
                value.as_list().iter().for_each(|item| self.shaped(name, item, Shape::Text));
            }
            Shape::Words(vocabulary) => {
                let word = Shape::Word(vocabulary);
                value.as_list().iter().for_each(|item| self.shaped(name, item, word));
            }
            Shape::Text | Shape::Time | Shape::Id | Shape::Word(_) | Shape::Number => {
                if let Some(text) = self.text(value, shape) {
                    self.simple(name, &text);
                }
            }
        }
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    /// The text of a standard value that has no parts.
    fn text(&mut self, value: &Json<'_>, shape: Shape) -> Option<String> {
        let text = match value {
            Json::String(text) => text.as_ref(),
            Json::Number(text) => return Some(number::decimal(text).into_owned()),
            Json::Bool(truth) => return Some(truth.to_string()),
            _ => return None,
        };
        self.note(text);
        Some(match shape {
            Shape::Id => {
                let prefixes = &self.stored.company_prefixes;
                format::identifier(text, self.formats, prefixes).into_owned()
            }
            Shape::Word(vocabulary) => vocabulary.uri(text, self.formats.cbv).into_owned(),
            _ => text.to_owned(),
        })
    }

    /// An object of the standard: attributes, text, elements, then all else.
    fn part(&mut self, name: &str, value: &'w Json<'w>, part: &'static Part) {
        let Json::Object(members) = value else {
            // JSON-LD allows the bare id in place of the object.
            let shape = part.elements.first().map_or(Shape::Id, |&(_, shape)| shape);
            if let (Some(text), [(id, _)]) = (self.text(value, shape), part.elements) {
                self.open(name);
                self.simple(id, &text);
                self.close(name);
            }
            return;
        };
        let mut others: Vec<&Member<'_>> = Vec::new();
        let mut text = None;
        let mut elements: Vec<(&str, &Json<'_>)> = Vec::new();
        self.out.push('<');
        self.out.push_str(name);
        for member in members {
            let standard = self.standard(member).unwrap_or_default();
            let leaf = part.attributes.iter().find(|(it, _)| *it == standard);
            if let Some(&(_, leaf)) = leaf {
                if !self.leaf(standard, &member.value, leaf) {
                    others.push(member);
                }
            } else if part.text.is_some_and(|it| it == standard || standard == "id") {
                text = self.text(&member.value, Shape::Id);
            } else if part.elements.iter().any(|(it, _)| *it == standard) {
                elements.push((standard, &member.value));
            } else if standard != "type" && !(part.has_attributes() && self.attribute(member)) {
                others.push(member);
            }
        }
        if part.has_attributes() {
            self.members_attribute(&others);
            others.clear();
        }
        self.out.push('>');
        escape_text(text.as_deref().unwrap_or_default(), &mut self.out);
        for &(name, shape) in part.elements {
            let value = elements.iter().find(|(it, _)| *it == name).map(|&(_, value)| value);
            if let Some(value) = value.filter(|value| **value != Json::Null) {
                self.shaped(name, value, shape);
            }
        }
        self.members(others.into_iter());
        self.close(name);
    }

    /// A standard attribute; answers whether XML can say it.
    fn leaf(&mut self, name: &str, value: &Json<'_>, leaf: Leaf) -> bool {
        let text = match (value, leaf) {
            (Json::Null, _) => return true,
            (Json::String(text), Leaf::Word(vocabulary)) => {
                self.note(text);
                vocabulary.uri(text, self.formats.cbv).into_owned()
            }
            (Json::String(text), Leaf::Text) => {
                self.note(text);
                text.to_string()
            }
            (Json::Number(text), Leaf::Number) => (*text).to_owned(),
            (Json::Bool(truth), Leaf::Boolean) => truth.to_string(),
            _ => return false,
        };
        let can = text.chars().all(is_xml_char);
        if can {
            self.write_attribute(name, &text);
        }
        can
    }

    fn write_attribute(&mut self, name: &str, text: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_attribute(text, &mut self.out);
        self.out.push('"');
    }

    /// A member of another namespace as an attribute, if it is a text and has a name for XML.
    fn attribute(&mut self, member: &Member<'_>) -> bool {
        let Json::String(text) = &member.value else { return false };
        if !text.chars().all(is_xml_char) {
            return false;
        }
        let Some(name) = self.name(&member.name) else { return false };
        self.note(text);
        self.write_attribute(&name, text);
        true
    }

    /// The name of a member in XML, its prefix declared; `None` if XML cannot say it.
    fn name(&mut self, name: &str) -> Option<String> {
        let stored: &'w Stored<'w> = self.stored;
        let it = stored.context.qualified(name)?;
        if !is_ncname(it.local) {
            return None;
        }
        match it.namespace {
            "" => Some(it.local.to_owned()),
            namespace => {
                let prefix = self.names.declare(it.prefix, namespace);
                Some(format!("{prefix}:{}", it.local))
            }
        }
    }

    /// Declares the prefix that a text begins with, if the context declares it.
    fn note(&mut self, text: &str) {
        let stored: &'w Stored<'w> = self.stored;
        let Some((prefix, rest)) = text.trim().split_once(':') else { return };
        if rest.starts_with("//") || context::standard(prefix).is_some() {
            return;
        }
        if let Some(namespace) = stored.context.lookup(prefix) {
            self.names.declare(Some(prefix), namespace);
        }
    }

    /// Members of other namespaces as elements, and what XML cannot say as JSON.
    fn members<'m>(&mut self, members: impl Iterator<Item = &'m Member<'m>>) {
        let mut unsaid = Vec::new();
        for member in members {
            let start = self.out.len();
            if self.extension(member).is_none() {
                self.out.truncate(start);
                unsaid.push(member);
            }
        }
        if let Some(text) = self.as_json(&unsaid) {
            let name = format!("{}:{MEMBERS}", self.names.declare(None, SUYUAN));
            self.simple(&name, &text);
        }
    }

    fn members_attribute(&mut self, members: &[&Member<'_>]) {
        if let Some(text) = self.as_json(members) {
            let name = format!("{}:{MEMBERS}", self.names.declare(None, SUYUAN));
            self.write_attribute(&name, &text);
        }
    }

    /// Members as the text of a JSON object that XML can carry.
    fn as_json(&mut self, members: &[&Member<'_>]) -> Option<String> {
        let stored: &'w Stored<'w> = self.stored;
        let mut text = String::new();
        for member in members {
            text.push(if text.is_empty() { '{' } else { ',' });
            match stored.context.term(&member.name) {
                Some(iri) => write_string(iri, &mut text),
                None => write_string(&member.name, &mut text),
            }
            text.push(':');
            text.push_str(&compacted(member.value_text));
            self.note(&member.name);
            self.note_tree(&member.value);
        }
        text.push('}');
        let escaped = text.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
        (!members.is_empty()).then_some(escaped)
    }

    fn note_tree(&mut self, json: &Json<'_>) {
        match json {
            Json::String(text) => self.note(text),
            Json::Array(items) => items.iter().for_each(|item| self.note_tree(item)),
            Json::Object(members) => {
                for member in members {
                    self.note(&member.name);
                    self.note_tree(&member.value);
                }
            }
            _ => {}
        }
    }

    /// `None` if XML cannot say it.
    fn extension(&mut self, member: &Member<'_>) -> Option<()> {
        let name = self.name(&member.name)?;
        match &member.value {
            Json::Array(items) if items.is_empty() => None,
            Json::Array(items) => items.iter().try_for_each(|item| self.element(&name, item)),
            value => self.element(&name, value),
        }
    }

    fn element(&mut self, name: &str, value: &Json<'_>) -> Option<()> {
        match value {
            Json::Null => {
                let xsi = self.names.declare(None, XSI);
                self.out.push_str(&format!("<{name} {xsi}:nil=\"true\"/>"));
            }
            Json::Bool(truth) => self.typed(name, &truth.to_string()),
            Json::Number(text) => self.typed(name, text),
            Json::String(text) => {
                text.chars().all(is_xml_char).then_some(())?;
                self.note(text);
                self.simple(name, text);
            }
            Json::Array(_) => return None,
            Json::Object(members) => return self.object(name, members),
        }
        Some(())
    }

    /// A number or a truth value with its type.
    fn typed(&mut self, name: &str, text: &str) {
        let (xsi, xsd) = (self.names.declare(None, XSI), self.names.declare(None, XSD));
        let of = plain_type(text).unwrap_or("string");
        self.out.push_str(&format!("<{name} {xsi}:type=\"{xsd}:{of}\">{text}</{name}>"));
    }

    /// The name of a type, `xsd:dateTime`, its prefix declared.
    fn type_name(&mut self, text: &str) -> Option<String> {
        let stored: &'w Stored<'w> = self.stored;
        let (prefix, local) = text.split_once(':').filter(|(_, local)| is_ncname(local))?;
        let namespace = match prefix {
            "xsd" => XSD,
            prefix => stored.context.lookup(prefix)?,
        };
        Some(format!("{}:{local}", self.names.declare(Some(prefix), namespace)))
    }

    fn object(&mut self, name: &str, members: &[Member<'_>]) -> Option<()> {
        let (xsi_type, members) = match members {
            [first, rest @ ..] if first.name == "@type" => {
                (Some(self.type_name(first.value.as_str()?)?), rest)
            }
            members => (None, members),
        };
        let xsi_type =
            xsi_type.map(|it| format!(" {}:type=\"{it}\"", self.names.declare(None, XSI)));
        if let ([value], Some(xsi_type)) = (members, &xsi_type)
            && value.name == "@value"
        {
            let text = value.value.as_str().filter(|text| text.chars().all(is_xml_char))?;
            self.out.push_str(&format!("<{name}{xsi_type}>"));
            escape_text(text, &mut self.out);
            self.close(name);
            return Some(());
        }
        let at = members.iter().position(|member| member.name == "#text");
        let (attributes, text, children) = match at {
            Some(at) => (&members[..at], members[at].value.as_str()?, &members[at + 1..]),
            None => (&[][..], "", members),
        };
        let has_both = !text.is_empty() && !children.is_empty();
        let has_nothing = attributes.is_empty() && (at.is_some() || children.is_empty());
        if has_both || has_nothing || !text.chars().all(is_xml_char) {
            return None;
        }
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(xsi_type.as_deref().unwrap_or_default());
        for member in attributes {
            self.attribute(member).then_some(())?;
        }
        self.out.push('>');
        self.note(text);
        escape_text(text, &mut self.out);
        self.members(children.iter());
        self.close(name);
        Some(())
    }
}

impl Part {
    /// Whether members of other namespaces go into attributes.
    fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }
}

/// The members of an event in the order of its type's schema.
fn order(event_type: EventType) -> impl Iterator<Item = (&'static str, Shape)> {
    // Where a member stands that this type has elsewhere than the table says.
    let early = move |name: &str| match event_type {
        EventType::TransactionEvent => (name == "bizTransactionList").then_some("parentID"),
        EventType::AssociationEvent => (name == "childQuantityList").then_some("transformationID"),
        _ => None,
    };
    EVENT.iter().flat_map(move |&(name, shape)| {
        let before = EVENT.iter().filter(move |(it, _)| early(it) == Some(name)).copied();
        let own = early(name).is_none().then_some((name, shape));
        before.chain(own)
    })
}

fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

pub(super) fn escape_attribute(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}
