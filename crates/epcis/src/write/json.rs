//! JSON-LD out.

use super::{Envelope, Outgoing, Stored, time, with_stored};
use crate::{
    Formats, Violation,
    context::{EPCIS_CONTEXT, Name},
    format,
    json::{Json, Member, compacted, find, print, write_string},
    xml::shape::{self, EVENT, Leaf, Part, Shape},
};

/// The whole document.
pub(super) fn document(
    envelope: &Envelope<'_>,
    events: &[Outgoing<'_>],
    formats: &Formats<'_>,
) -> Result<String, Violation> {
    let mut writer = Writer { out: String::new(), formats, hoisted: Vec::new() };
    let is_alone = matches!(envelope, Envelope::Event);
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            writer.out.push(',');
        }
        with_stored(index, event, formats, |stored| writer.event(stored, is_alone))?;
    }
    if is_alone {
        return Ok(writer.out);
    }
    let mut out = String::with_capacity(writer.out.len() + 512);
    out.push_str("{\"@context\":");
    writer.write_context(&mut out);
    let (name, creation_date_us) = match envelope {
        Envelope::QueryDocument { creation_date_us, .. } => {
            ("EPCISQueryDocument", creation_date_us)
        }
        Envelope::Document { creation_date_us } => ("EPCISDocument", creation_date_us),
        Envelope::Event => unreachable!("it was written above"),
    };
    out.push_str(&format!(",\"type\":\"{name}\",\"schemaVersion\":\"2.0\",\"creationDate\":"));
    write_string(&time(*creation_date_us), &mut out);
    out.push_str(",\"epcisBody\":{");
    let mut end = "]}}";
    if let Envelope::QueryDocument { query_name, subscription_id, .. } = envelope {
        out.push_str("\"queryResults\":{\"queryName\":");
        write_string(query_name, &mut out);
        if let Some(subscription_id) = subscription_id {
            out.push_str(",\"subscriptionID\":");
            write_string(subscription_id, &mut out);
        }
        out.push_str(",\"resultsBody\":{");
        end = "]}}}}";
    }
    out.push_str("\"eventList\":[");
    out.push_str(&writer.out);
    out.push_str(end);
    Ok(out)
}

struct Writer<'w> {
    out: String,
    formats: &'w Formats<'w>,
    /// Prefixes that the document declares for its events, with their values as JSON.
    hoisted: Vec<(String, String)>,
}

impl Writer<'_> {
    fn write_context(&self, out: &mut String) {
        out.push('[');
        write_string(EPCIS_CONTEXT, out);
        for (index, (name, value)) in self.hoisted.iter().enumerate() {
            out.push_str(if index == 0 { ",{" } else { "," });
            write_string(name, out);
            out.push(':');
            out.push_str(value);
        }
        out.push_str(if self.hoisted.is_empty() { "]" } else { "}]" });
    }

    /// Declares what an event's context declares for the whole document; answers whether that
    /// could be, or the event must keep its own.
    fn hoist(&mut self, context: &Json<'_>) -> bool {
        let mut declared: Vec<(String, String)> = Vec::new();
        for part in context.as_list() {
            match part {
                Json::String(uri) if uri.contains("epcis-context") => {}
                Json::Object(members) => {
                    for Member { name, value_text, .. } in members {
                        declared.push((name.to_string(), compacted(value_text)));
                    }
                }
                _ => return false,
            }
        }
        let all = || self.hoisted.iter().chain(&declared);
        let clashes = |(name, value): &(String, String)| {
            name.starts_with('@') || all().any(|(it, other)| it == name && other != value)
        };
        if declared.iter().any(clashes) {
            return false;
        }
        for entry in declared {
            if !self.hoisted.contains(&entry) {
                self.hoisted.push(entry);
            }
        }
        true
    }

    fn event(&mut self, stored: &Stored<'_>, is_alone: bool) {
        let start = self.out.len();
        let context = find(stored.members, "@context");
        if let Some(context) = context.filter(|it| is_alone || !self.hoist(&it.value)) {
            self.out.push_str(",\"@context\":");
            self.out.push_str(&compacted(context.value_text));
        }
        let own = |name: &str| {
            let names = stored.members.iter().map(|member| stored.context.name(&member.name));
            names.into_iter().any(|it| it == Name::Standard(name))
        };
        let has_record_time = stored.outgoing.record_time_us.is_some();
        let event_id = stored.outgoing.event_id.filter(|_| !own("eventID") && !own("id"));
        for member in stored.members {
            let name = match stored.context.name(&member.name) {
                Name::Standard("@context") => continue,
                Name::Standard("recordTime") if has_record_time => continue,

                Name::Standard(name) => Some(name),
                _ => None,
            };
            self.out.push(',');
            match name.and_then(|name| shape::find(EVENT, name)) {
                Some(shape) => self.member(member, |it, value| it.value(value, shape, stored)),
                None => self.out.push_str(&compacted(member.text)),
            }
            if name == Some("eventTimeZoneOffset") {
                self.told(event_id, stored.outgoing.record_time_us);
            }
        }
        self.out.replace_range(start..=start, "{");
        self.out.push('}');
    }

    /// What the repository tells of an event.
    fn told(&mut self, event_id: Option<&str>, record_time_us: Option<i64>) {
        if let Some(us) = record_time_us {
            self.out.push_str(",\"recordTime\":");
            write_string(&time(us), &mut self.out);
        }
        if let Some(event_id) = event_id {
            self.out.push_str(",\"eventID\":");
            write_string(event_id, &mut self.out);
        }
    }

    fn member(&mut self, member: &Member<'_>, write: impl FnOnce(&mut Self, &Json<'_>)) {
        write_string(&member.name, &mut self.out);
        self.out.push(':');
        write(self, &member.value);
    }

    /// A standard value; arrays stay arrays and single values single.
    fn value(&mut self, value: &Json<'_>, shape: Shape, stored: &Stored<'_>) {
        match (value, shape) {
            (Json::Array(items), _) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.value(item, shape, stored);
                }
                self.out.push(']');
            }
            (Json::String(text), Shape::Id | Shape::IdList(_)) => self.id(text, stored),
            (Json::String(text), Shape::Word(vocabulary) | Shape::Words(vocabulary)) => {
                write_string(vocabulary.shortest(text), &mut self.out);
            }
            // JSON-LD allows the bare id in place of the object.
            (Json::String(text), Shape::Object(part)) if is_place(part) => self.id(text, stored),
            (
                Json::Object(members),
                Shape::Object(part) | Shape::Objects(part) | Shape::ObjectList(_, part),
            ) => self.part(members, part, stored),
            (other, _) => print(other, &mut self.out),
        }
    }

    fn id(&mut self, text: &str, stored: &Stored<'_>) {
        let id = format::identifier(text, self.formats, &stored.company_prefixes);
        write_string(&id, &mut self.out);
    }

    fn part(&mut self, members: &[Member<'_>], part: &Part, stored: &Stored<'_>) {
        self.out.push('{');
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let name = match stored.context.name(&member.name) {
                Name::Standard(name) => name,
                _ => "",
            };
            let leaf = part.attributes.iter().find(|(it, _)| *it == name).map(|&(_, leaf)| leaf);
            let is_text = part.text == Some(name) || part.text.is_some() && name == "id";
            match (&member.value, leaf, shape::find(part.elements, name)) {
                (_, Some(Leaf::Word(vocabulary)), _) => self
                    .member(member, |it, value| it.value(value, Shape::Word(vocabulary), stored)),
                (Json::String(text), ..) if is_text => {
                    self.member(member, |it, _| it.id(text, stored));
                }
                (_, _, Some(shape)) => {
                    self.member(member, |it, value| it.value(value, shape, stored));
                }
                _ => self.out.push_str(&compacted(member.text)),
            }
        }
        self.out.push('}');
    }
}

fn is_place(part: &Part) -> bool {
    part.elements.iter().any(|(name, _)| *name == "id")
}
