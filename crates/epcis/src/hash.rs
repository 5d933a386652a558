//! The event hash (CBV 2.0 §8.9): one string from the fields in canonical order, then SHA-256.
//!
//! Where the text of the standard and the published hashes differ, the published hashes stand:
//! `certificationInfo` follows the time zone offset, a type comes before its value, and
//! transactions, destinations, ILMD and sources are sorted among the extensions after the sensor
//! data.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::{
    EpcRef, Role,
    context::Context,
    fields::{self, Extension, Fields, QualifiedName},
    identifier,
    json::{Json, Member},
    number,
    time::Moment,
    vocabulary::{self, Vocabulary},
};

/// How the values of a field are brought into canonical form.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Time,
    Word(&'static Vocabulary),
}

/// SHA-256 of the pre-hash string.
///
/// `epcs` are the event's identifiers if they are known already, since their canonical form is
/// the dearest part; it may be empty.
pub(crate) fn event_hash(
    event: &Fields<'_>,
    epcs: &[EpcRef],
    context: &Context,
    ignored: &[QualifiedName],
) -> [u8; 32] {
    Sha256::digest(pre_hash(event, epcs, context, ignored)).into()
}

/// The string that is hashed. Fields that cannot be read are left out.
fn pre_hash(
    event: &Fields<'_>,
    epcs: &[EpcRef],
    context: &Context,
    ignored: &[QualifiedName],
) -> String {
    let mut out = PreHash { text: String::with_capacity(1024), context };
    out.head(event);
    out.what(event, epcs);
    out.why_and_where(event);
    out.sensors(event);
    out.rest(event, ignored);
    out.text
}

struct PreHash<'c> {
    text: String,
    context: &'c Context,
}

impl PreHash<'_> {
    fn head(&mut self, event: &Fields<'_>) {
        let event_type = event.get("type").and_then(Json::as_str).unwrap_or_default();
        self.text.push_str("eventType=");
        self.text.push_str(local_type(&self.context.expand(event_type)));
        self.field(event, "eventTime", Kind::Time);
        self.field(event, "eventTimeZoneOffset", Kind::Text);
        self.field(event, "certificationInfo", Kind::Text);
    }

    fn what(&mut self, event: &Fields<'_>, known: &[EpcRef]) {
        self.epcs(event, known, ("epcList", Role::Epc));
        self.field(event, "parentID", Kind::Text);
        self.epcs(event, known, ("inputEPCList", Role::Input));
        self.epcs(event, known, ("childEPCs", Role::Child));
        self.quantities(event, "quantityList");
        self.quantities(event, "childQuantityList");
        self.quantities(event, "inputQuantityList");
        self.epcs(event, known, ("outputEPCList", Role::Output));
        self.quantities(event, "outputQuantityList");
    }

    fn why_and_where(&mut self, event: &Fields<'_>) {
        self.field(event, "action", Kind::Text);
        self.field(event, "transformationID", Kind::Text);
        self.field(event, "bizStep", Kind::Word(&vocabulary::BIZ_STEP));
        self.field(event, "disposition", Kind::Word(&vocabulary::DISPOSITION));
        if let Some(members) = event.get("persistentDisposition").and_then(Json::members) {
            let kind = Kind::Word(&vocabulary::DISPOSITION);
            let names = [("set", kind), ("unset", kind)];
            self.element("persistentDisposition", &Fields::of(members, self.context), &names);
        }
        self.place(event, "readPoint");
        self.place(event, "bizLocation");
    }

    /// JSON-LD allows the bare id in place of the object.
    fn place(&mut self, event: &Fields<'_>, name: &str) {
        match event.get(name) {
            Some(Json::Object(members)) => {
                self.element(name, &Fields::of(members, self.context), &[("id", Kind::Text)]);
            }
            Some(Json::String(id)) => {
                let id = self.canonical(id);
                self.text.extend([name, "id=", &id]);
            }
            _ => {}
        }
    }

    fn epcs(&mut self, event: &Fields<'_>, known: &[EpcRef], (name, role): (&str, Role)) {
        let Some(list) = event.get(name).map(Json::as_list) else { return };
        let of_role = known.iter().filter(|it| it.role == role);
        let mut epcs: Vec<Cow<'_, str>> = of_role.map(|it| Cow::Borrowed(&it.epc[..])).collect();
        if epcs.len() != list.len() {
            epcs = list.iter().filter_map(|epc| self.scalar(epc, Kind::Text)).collect();
        }
        epcs.sort_unstable();
        if !epcs.is_empty() {
            self.text.push_str(name);
        }
        for epc in epcs {
            self.text.push_str("epc=");
            self.text.push_str(&epc);
        }
    }

    fn quantities(&mut self, event: &Fields<'_>, name: &str) {
        const NAMES: [(&str, Kind); 3] =
            [("epcClass", Kind::Text), ("quantity", Kind::Text), ("uom", Kind::Text)];
        if let Some(list) = event.get(name) {
            let elements = self.elements("quantityElement", list, &NAMES);
            self.list(name, &elements);
        }
    }

    fn sensors(&mut self, event: &Fields<'_>) {
        let Some(list) = event.get("sensorElementList") else { return };
        let mut elements: Vec<String> = Vec::new();
        for members in list.as_list().iter().filter_map(Json::members) {
            let fields = Fields::of(members, self.context);
            let mut element = PreHash { text: "sensorElement".to_owned(), context: self.context };
            for (name, names) in [("sensorMetadata", METADATA), ("sensorReport", REPORT)] {
                if let Some(part) = fields.get(name) {
                    let parts = element.elements(name, part, names);
                    element.text.extend(parts);
                }
            }
            element.extensions(&fields);
            elements.push(element.text);
        }
        elements.sort_unstable();
        self.list("sensorElementList", &elements);
    }

    /// Everything that the canonical order does not name, sorted.
    fn rest(&mut self, event: &Fields<'_>, ignored: &[QualifiedName]) {
        let mut parts = Vec::new();
        let transactions =
            [("bizTransactionList", "bizTransaction", &vocabulary::BIZ_TRANSACTION_TYPE)];
        let sources = [
            ("sourceList", "source", &vocabulary::SOURCE_DEST_TYPE),
            ("destinationList", "destination", &vocabulary::SOURCE_DEST_TYPE),
        ];
        for (name, value, types) in transactions.into_iter().chain(sources) {
            if let Some(list) = event.get(name) {
                let names = [("type", Kind::Word(types)), (value, Kind::Text)];
                let elements = self.elements("", list, &names);
                if !elements.is_empty() {
                    parts.push(name.to_owned() + &elements.concat());
                }
            }
        }
        if let Some(ilmd) = event.get("ilmd") {
            self.generic("ilmd", ilmd, &mut parts);
        }
        for extension in &event.extensions {
            if !is_ignored(extension, ignored) {
                self.extension(extension, &mut parts);
            }
        }
        for (name, value) in &event.undeclared {
            self.generic(name, value, &mut parts);
        }
        parts.sort_unstable();
        self.text.extend(parts);
    }

    /// A list appears only if it has something in it.
    fn list(&mut self, name: &str, elements: &[String]) {
        if !elements.is_empty() {
            self.text.push_str(name);
            self.text.extend(elements.iter().map(String::as_str));
        }
    }

    fn field(&mut self, fields: &Fields<'_>, name: &str, kind: Kind) {
        match fields.get(name) {
            None => {}
            Some(list @ Json::Array(_)) => {
                let scalars = list.as_list().iter().filter_map(|item| self.scalar(item, kind));
                let mut entries: Vec<String> =
                    scalars.map(|it| [name, "=", &it].concat()).collect();
                entries.sort_unstable();
                self.text.extend(entries);
            }
            Some(value) => {
                if let Some(text) = self.scalar(value, kind) {
                    self.text.extend([name, "=", &text]);
                }
            }
        }
    }

    /// The objects of a list as strings, sorted.
    fn elements(&self, name: &str, list: &Json<'_>, names: &[(&str, Kind)]) -> Vec<String> {
        let objects = list.as_list().iter().filter_map(Json::members);
        let mut elements: Vec<String> = objects
            .map(|members| {
                let mut element = PreHash { text: String::new(), context: self.context };
                element.element(name, &Fields::of(members, self.context), names);
                element.text
            })
            .filter(|element| !element.is_empty())
            .collect();
        elements.sort_unstable();
        elements
    }

    /// One object: its name, its fields in order, its extensions. Nothing if it is empty.
    fn element(&mut self, name: &str, fields: &Fields<'_>, names: &[(&str, Kind)]) {
        let start = self.text.len();
        self.text.push_str(name);
        let empty = self.text.len();
        for &(name, kind) in names {
            self.field(fields, name, kind);
        }
        self.extensions(fields);
        if self.text.len() == empty {
            self.text.truncate(start);
        }
    }

    fn extensions(&mut self, fields: &Fields<'_>) {
        let mut parts = Vec::new();
        for extension in &fields.extensions {
            self.extension(extension, &mut parts);
        }
        parts.sort_unstable();
        self.text.extend(parts);
    }

    fn extension(&self, extension: &Extension<'_>, parts: &mut Vec<String>) {
        let Extension { namespace, local, value, .. } = extension;
        if namespace == "http://www.w3.org/2000/01/rdf-schema#" && local == "comment" {
            return;
        }
        match namespace.as_ref() {
            "" => self.generic(local, value, parts),
            namespace => self.generic(&["{", namespace, "}", local].concat(), value, parts),
        }
    }

    /// An extension, whatever it holds: each value of an array repeats the name.
    fn generic(&self, name: &str, value: &Json<'_>, parts: &mut Vec<String>) {
        match value {
            Json::Null => {}
            Json::Array(items) => {
                for item in items {
                    match item {
                        Json::Array(_) => {
                            let mut inner = Vec::new();
                            self.generic("", item, &mut inner);
                            inner.sort_unstable();
                            parts.push(name.to_owned() + &inner.concat());
                        }
                        item => self.generic(name, item, parts),
                    }
                }
            }
            Json::Object(members) => self.object(name, members, parts),
            scalar => match self.scalar(scalar, Kind::Text) {
                Some(text) => parts.push([name, "=", &text].concat()),
                None => parts.push(name.to_owned()),
            },
        }
    }

    /// The object of an extension. The text of an XML element with attributes is `#text`, and a
    /// value object (JSON-LD 1.1 §4.2.1) is its `@value`; what type such a text has says nothing.
    fn object(&self, name: &str, members: &[Member<'_>], parts: &mut Vec<String>) {
        let value = members.iter().find(|it| it.name == "@value");
        if let Some(value) = value {
            return self.generic(name, &value.value, parts);
        }
        let text = members.iter().find(|it| it.name == "#text");
        let fields = Fields::of(members, self.context);
        let mut inner = Vec::new();
        for (name, value) in fields.standard.iter().chain(&fields.undeclared) {
            let is_type = *name == "type" && text.is_some();
            if !matches!(*name, "comment" | "#text") && !is_type {
                self.generic(name, value, &mut inner);
            }
        }
        for extension in &fields.extensions {
            self.extension(extension, &mut inner);
        }
        inner.sort_unstable();
        let text = text.and_then(|text| self.scalar(&text.value, Kind::Text));
        let text = text.map_or(String::new(), |text| format!("={text}"));
        parts.push([name, &text, &inner.concat()].concat());
    }

    /// The canonical text of a value that has no parts; `None` if it is empty or has parts.
    fn scalar<'v>(&self, value: &'v Json<'_>, kind: Kind) -> Option<Cow<'v, str>> {
        let text = match value {
            Json::String(text) => text.trim(),
            Json::Number(text) => {
                return Some(number::canonical(text).unwrap_or(Cow::Borrowed(text)));
            }
            Json::Bool(true) => return Some(Cow::Borrowed("true")),
            Json::Bool(false) => return Some(Cow::Borrowed("false")),
            _ => return None,
        };
        let text = match kind {
            Kind::Text => self.canonical(text),
            Kind::Word(vocabulary) => vocabulary.for_hash(text, self.context),
            Kind::Time => match Moment::parse(text) {
                Ok(moment) => Cow::Owned(moment.to_pre_hash()),
                Err(_) => Cow::Borrowed(text),
            },
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Rules 6 and 14 to 18: numbers, old URNs, compact URIs, GS1 keys.
    fn canonical<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = text.trim();
        if !text.contains(':') {
            return number::canonical(text).unwrap_or(Cow::Borrowed(text));
        }
        let expanded = match self.context.expand_gs1(text) {
            Cow::Borrowed(text) => vocabulary::modern(text),
            Cow::Owned(text) => Cow::Owned(text),
        };
        match identifier::canonical(&expanded) {
            Some(uri) => Cow::Owned(uri),
            None => expanded,
        }
    }
}

fn is_ignored(extension: &Extension<'_>, ignored: &[QualifiedName]) -> bool {
    let same = |name: &QualifiedName| {
        name.namespace == extension.namespace && name.local == extension.local
    };
    extension.local == fields::IGNORE_FIELDS
        || extension.is_ours(fields::SCHEMA_VERSION)
        || ignored.iter().any(same)
}

/// `ObjectEvent` of `https://ref.gs1.org/epcis/ObjectEvent`.
pub(crate) fn local_type(event_type: &str) -> &str {
    event_type.strip_prefix("https://ref.gs1.org/epcis/").unwrap_or(event_type)
}

const METADATA: &[(&str, Kind)] = &[
    ("time", Kind::Time),
    ("startTime", Kind::Time),
    ("endTime", Kind::Time),
    ("deviceID", Kind::Text),
    ("deviceMetadata", Kind::Text),
    ("rawData", Kind::Text),
    ("dataProcessingMethod", Kind::Text),
    ("bizRules", Kind::Text),
];

const REPORT: &[(&str, Kind)] = &[
    ("type", Kind::Word(&vocabulary::MEASUREMENT_TYPE)),
    ("exception", Kind::Word(&vocabulary::SENSOR_EXCEPTION)),
    ("deviceID", Kind::Text),
    ("deviceMetadata", Kind::Text),
    ("rawData", Kind::Text),
    ("dataProcessingMethod", Kind::Text),
    ("bizRules", Kind::Text),
    ("time", Kind::Time),
    ("microorganism", Kind::Text),
    ("chemicalSubstance", Kind::Text),
    ("value", Kind::Text),
    ("component", Kind::Word(&vocabulary::COMPONENT)),
    ("stringValue", Kind::Text),
    ("booleanValue", Kind::Text),
    ("hexBinaryValue", Kind::Text),
    ("uriValue", Kind::Text),
    ("minValue", Kind::Text),
    ("maxValue", Kind::Text),
    ("meanValue", Kind::Text),
    ("sDev", Kind::Text),
    ("percRank", Kind::Text),
    ("percValue", Kind::Text),
    ("uom", Kind::Text),
    ("coordinateReferenceSystem", Kind::Text),
];
