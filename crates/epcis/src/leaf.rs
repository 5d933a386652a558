//! What an event says beyond its fields: extensions, ILMD, sensor data, each value with its name.
//!
//! A leaf is one value under one name. Queries ask for leaves and the store indexes them, so that
//! nobody looks into JSON (EPCIS 2.0 §8.2.7.1, the parameters with `fieldname`).

use std::borrow::Cow;

use crate::{
    context::{Context, EPCIS},
    fields::{Extension, Fields, IGNORE_FIELDS, SCHEMA_VERSION},
    identifier,
    json::{self, Json, Member},
    number,
    vocabulary::{self, COMPONENT, MEASUREMENT_TYPE, SENSOR_EXCEPTION, Vocabulary},
};

/// The part of an event that a leaf stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// The event itself.
    Event,
    /// `ilmd`.
    Ilmd,
    /// `errorDeclaration`.
    ErrorDeclaration,
    /// `readPoint`.
    ReadPoint,
    /// `bizLocation`.
    BizLocation,
    /// A `sensorElement`.
    SensorElement,
    /// A `sensorMetadata`, its standard members included.
    SensorMetadata,
    /// A `sensorReport`, its standard members included.
    SensorReport,
}

/// How deep a leaf stands in its area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Depth {
    /// It is an immediate member.
    Top,
    /// It is nested in another member.
    Inner,
}

/// One value under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands.
    pub area: Area,
    /// How deep.
    pub depth: Depth,
    /// Number of the sensor element, metadata or report it belongs to, from 0 in each event;
    /// 0 elsewhere.
    pub part: usize,
    /// Its name as an IRI: namespace and local name written together.
    pub name: String,
    /// Its value.
    pub value: LeafValue,
}

/// The value of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeafValue {
    /// A text; identifiers and words of the CBV in canonical form.
    Text(String),
    /// A number, in the decimal form of the event hash.
    Number(String),
    /// A truth value.
    Boolean(bool),
    /// An object, whose members are leaves of their own.
    Parts,
}

/// All leaves of an event, in the order of the document.
pub(crate) fn leaves(event: &Fields<'_>, context: &Context) -> Vec<Leaf> {
    let mut found = Gathering { context, leaves: Vec::new(), n_parts: 0 };
    found.extensions(Area::Event, event);
    if let Some(Json::Object(members)) = event.get("ilmd") {
        found.members(Area::Ilmd, Depth::Top, members);
    }
    for (area, name) in [
        (Area::ErrorDeclaration, "errorDeclaration"),
        (Area::ReadPoint, "readPoint"),
        (Area::BizLocation, "bizLocation"),
    ] {
        if let Some(Json::Object(members)) = event.get(name) {
            found.extensions(area, &Fields::of(members, context));
        }
    }
    for element in event.get("sensorElementList").map_or(&[][..], Json::as_list) {
        found.sensor_element(element);
    }
    found.leaves
}

struct Gathering<'c> {
    context: &'c Context,
    leaves: Vec<Leaf>,
    n_parts: usize,
}

impl Gathering<'_> {
    fn extensions(&mut self, area: Area, fields: &Fields<'_>) {
        // What the event hash leaves out by name is no statement of the event.
        let notes = |it: &&Extension<'_>| it.local == IGNORE_FIELDS || it.is_ours(SCHEMA_VERSION);
        for extension in fields.extensions.iter().filter(|it| !notes(it)) {
            let name = [&*extension.namespace, &*extension.local].concat();
            self.value(area, Depth::Top, &name, extension.value);
        }
        for (name, value) in &fields.undeclared {
            self.value(area, Depth::Top, name, value);
        }
    }

    /// All members of an object, whatever their namespace.
    fn members(&mut self, area: Area, depth: Depth, members: &[Member<'_>]) {
        let fields = Fields::of(members, self.context);
        for (name, value) in fields.standard.iter().filter(|(name, _)| *name != "#text") {
            self.value(area, depth, &[EPCIS, name].concat(), value);
        }
        for extension in &fields.extensions {
            let name = [&*extension.namespace, &*extension.local].concat();
            self.value(area, depth, &name, extension.value);
        }
        for (name, value) in &fields.undeclared {
            self.value(area, depth, name, value);
        }
    }

    /// The values of one member; what is nested in them is `Inner`.
    fn value(&mut self, area: Area, depth: Depth, name: &str, value: &Json<'_>) {
        for item in value.as_list() {
            let value = match item {
                Json::Null => continue,
                Json::Array(_) => {
                    self.value(area, depth, name, item);
                    continue;
                }
                // A typed value of JSON-LD is its value (JSON-LD 1.1 §4.2.1).
                Json::Object(members) if json::find(members, "@value").is_some() => {
                    let typed = json::find(members, "@value").map(|it| &it.value);
                    typed.into_iter().for_each(|it| self.value(area, depth, name, it));
                    continue;
                }
                // The text of an XML element with attributes.
                Json::Object(members) => match json::find(members, "#text").map(|it| &it.value) {
                    Some(Json::String(text)) => LeafValue::Text(self.text(area, name, text)),
                    _ => LeafValue::Parts,
                },
                Json::Bool(truth) => LeafValue::Boolean(*truth),
                Json::Number(text) => LeafValue::Number(number_of(text)),
                Json::String(text) => LeafValue::Text(self.text(area, name, text)),
            };
            self.leaves.push(Leaf { area, depth, part: self.n_parts, name: name.into(), value });
            if let Json::Object(members) = item {
                self.members(area, Depth::Inner, members);
            }
        }
    }

    fn text(&self, area: Area, name: &str, text: &str) -> String {
        let word = match name.strip_prefix(EPCIS).filter(|_| area == Area::SensorReport) {
            Some("type") => Some(&MEASUREMENT_TYPE),
            Some("exception") => Some(&SENSOR_EXCEPTION),
            Some("component") => Some(&COMPONENT),
            _ => None,
        };
        canonical_text(text, word, self.context).into_owned()
    }

    fn sensor_element(&mut self, element: &Json<'_>) {
        let Json::Object(members) = element else { return };
        let fields = Fields::of(members, self.context);
        self.extensions(Area::SensorElement, &fields);
        let parts =
            [(Area::SensorMetadata, "sensorMetadata"), (Area::SensorReport, "sensorReport")];
        for (area, name) in parts {
            for part in fields.get(name).map_or(&[][..], Json::as_list) {
                self.n_parts += 1;
                if let Json::Object(members) = part {
                    self.members(area, Depth::Top, members);
                }
            }
        }
        self.n_parts += 1;
    }
}

/// A number in the form that numbers are compared and indexed in.
pub(crate) fn number_of(text: &str) -> String {
    number::canonical(text).unwrap_or(Cow::Borrowed(text)).into_owned()
}

/// A text in the form that texts are compared and indexed in: compact URIs written out, words of
/// the CBV as web URIs, GS1 identifiers canonical.
pub(crate) fn canonical_text<'t>(
    text: &'t str,
    word: Option<&Vocabulary>,
    context: &Context,
) -> Cow<'t, str> {
    let text = text.trim();
    let expanded = match word {
        Some(vocabulary) => vocabulary.expand(text, context),
        None if !text.contains(':') => return Cow::Borrowed(text),
        None => match context.expand(text) {
            Cow::Borrowed(text) => vocabulary::modern(text),
            Cow::Owned(text) => Cow::Owned(text),
        },
    };
    match identifier::canonical(&expanded) {
        Some(uri) => Cow::Owned(uri),
        None => expanded,
    }
}
