//! Where to look for candidates: the terms of an event, and those of a query.
//!
//! A term is a 64-bit hash of a field and one canonical value of it. Two values may share a term;
//! [`EventQuery::matches`] tells them apart. What all events share (type, action) has no terms.
//! An event with more values than [`MAX_EVENT_TERMS`] is under [`Term::OVERFLOW`], where every
//! lookup by terms looks as well, so that the limit costs time and loses nothing.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{
    condition::{
        AttributeOf, Condition, EventQuery, FieldName, PlaceField, Reach, Test, WordField,
    },
    matches::is_of_sensors,
    name::SENSOR_TEXTS,
    parse::{number_in, time_in},
    pattern::EpcPattern,
    surroundings::{Surroundings, location_of},
};
use crate::{
    Area, AttributeValue, Event, Leaf, LeafValue, VocabularyElement, context::EPCIS,
    leaf::number_of, vocabulary::BIZ_STEP,
};

/// Terms of one event at most.
pub const MAX_EVENT_TERMS: usize = 64;

/// A field and a value of it, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub i64);

impl Term {
    /// Every event has it.
    pub const ALL: Term = Term(0);
    /// Events with more terms than are kept.
    pub const OVERFLOW: Term = Term(1);

    fn of(parts: &[&str]) -> Term {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        let digest = hasher.finalize();
        let bytes = digest.first_chunk().expect("a SHA-256 has more than eight bytes");
        Term(i64::from_be_bytes(*bytes))
    }

    /// An event has a leaf of this name.
    fn exists(area: Area, name: &str) -> Term {
        Term::of(&["leaf", area_name(area), name])
    }

    /// An event has a leaf of this name with this value. Of where the runs of `suyuan:ranges` begin
    /// and end, whose names fall into the vocabulary of EPCIS, only the name counts: it is almost
    /// never what another event says, and identifiers are looked up elsewhere.
    fn leaf(area: Area, name: &str, value: &str) -> Term {
        if matches!(name.strip_prefix(EPCIS), Some("first" | "last")) {
            return Term::exists(area, name);
        }
        Term::of(&["leaf", area_name(area), name, &comparable(value)])
    }

    /// The terms of events that name a place or a party, or a part of it.
    pub fn naming(identifier: &str) -> [Term; 4] {
        ["readPoint", "bizLocation", "source", "destination"].map(|it| Term::of(&[it, identifier]))
    }

    /// The term of events of a business step of the CBV, by its bare word.
    pub fn biz_step(word: &str) -> Term {
        Term::of(&["bizStep", &format!("{}{word}", BIZ_STEP.prefix)])
    }

    fn has_attribute(name: &str) -> Term {
        Term::of(&["hasAttribute", name])
    }

    fn attribute(name: &str, value: &str) -> Term {
        Term::of(&["attribute", name, value])
    }

    fn has_sensors() -> Term {
        Term::of(&["sensorElementList"])
    }

    fn has_error_declaration() -> Term {
        Term::of(&["errorDeclaration"])
    }
}

fn area_name(area: Area) -> &'static str {
    match area {
        Area::Event => "event",
        Area::Ilmd => "ilmd",
        Area::ErrorDeclaration => "errorDeclaration",
        Area::ReadPoint => "readPoint",
        Area::BizLocation => "bizLocation",
        Area::SensorElement => "sensorElement",
        Area::SensorMetadata => "sensorMetadata",
        Area::SensorReport => "sensorReport",
    }
}

/// Equal values have equal texts here, be they written as numbers, times or texts.
fn comparable(text: &str) -> String {
    match (number_in(text), time_in(text)) {
        (Some(_), _) => number_of(text),
        (None, Some(time_us)) => format!("@{time_us}"),
        (None, None) => text.to_owned(),
    }
}

/// The terms of an event, without [`Term::ALL`]: at most [`MAX_EVENT_TERMS`], and one more where
/// they do not suffice.
pub fn event_terms(event: &Event) -> Vec<Term> {
    let mut terms = BTreeSet::new();
    for (field, value) in [
        ("bizStep", &event.biz_step),
        ("disposition", &event.disposition),
        ("readPoint", &event.read_point),
        ("bizLocation", &event.biz_location),
    ] {
        terms.extend(value.iter().flat_map(|value| place_terms(field, value)));
    }
    let persistent = &event.persistent_disposition;
    terms.extend(persistent.set.iter().map(|it| Term::of(&["set", it])));
    terms.extend(persistent.unset.iter().map(|it| Term::of(&["unset", it])));
    if let Some(declared) = &event.error_declaration {
        terms.insert(Term::has_error_declaration());
        let corrective = declared.corrective_event_ids.iter();
        terms.extend(corrective.map(|it| Term::of(&["correctiveEventID", it])));
    }
    let transactions = event.biz_transactions.iter();
    terms.extend(transactions.map(|it| Term::of(&["bizTransaction", &it.biz_transaction])));
    terms.extend(event.sources.iter().flat_map(|it| place_terms("source", &it.id)));
    terms.extend(event.destinations.iter().flat_map(|it| place_terms("destination", &it.id)));
    if event.leaves.iter().any(is_of_sensors) {
        terms.insert(Term::has_sensors());
    }
    for leaf in &event.leaves {
        // Enough to know that there are too many.
        if terms.len() > MAX_EVENT_TERMS {
            break;
        }
        leaf_terms(leaf, &mut terms);
    }
    let mut kept: Vec<Term> = terms.iter().copied().take(MAX_EVENT_TERMS).collect();
    if terms.len() > MAX_EVENT_TERMS {
        kept.push(Term::OVERFLOW);
    }
    kept
}

/// The term of a value, and that of the location it is a part of: who asks for the location finds
/// its parts.
fn place_terms(field: &str, value: &str) -> impl Iterator<Item = Term> {
    let whole = location_of(value).map(|location| Term::of(&[field, location]));
    [Term::of(&[field, value])].into_iter().chain(whole)
}

fn leaf_terms(leaf: &Leaf, terms: &mut BTreeSet<Term>) {
    let standard = leaf.name.strip_prefix(EPCIS).filter(|_| is_of_sensors(leaf));
    if let Some(field) = standard {
        if let LeafValue::Text(text) = &leaf.value
            && SENSOR_TEXTS.contains(&field)
        {
            terms.insert(Term::of(&["sensor", field, text]));
        }
        return;
    }
    terms.insert(Term::exists(leaf.area, &leaf.name));
    match &leaf.value {
        LeafValue::Text(text) | LeafValue::Number(text) => {
            terms.insert(Term::leaf(leaf.area, &leaf.name, text));
        }
        LeafValue::Boolean(truth) => {
            terms.insert(Term::leaf(leaf.area, &leaf.name, &truth.to_string()));
        }
        LeafValue::Parts => {}
    }
}

/// The terms by which an element of master data is found: one for each attribute, and one for each
/// with its value.
pub fn attribute_terms(element: &VocabularyElement) -> Vec<Term> {
    let mut terms = BTreeSet::new();
    for attribute in &element.attributes {
        terms.insert(Term::has_attribute(&attribute.name));
        if let AttributeValue::Text(value) = &attribute.value {
            terms.insert(Term::attribute(&attribute.name, value));
        }
    }
    terms.into_iter().collect()
}

/// An index that holds all answers of a query among its candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Events with one of these eventIDs.
    EventIds(Vec<String>),
    /// Events that name one of these identifiers, in any role.
    Identifiers(Vec<String>),
    /// Events with one of these terms, or with [`Term::OVERFLOW`].
    Terms(Vec<Term>),
}

impl EventQuery {
    /// The indexes that the query may use, each sufficient by itself; none means that only time
    /// narrows it.
    pub fn lookups(&self, around: &Surroundings) -> Vec<Lookup> {
        self.conditions.iter().filter_map(|condition| condition.lookup(around)).collect()
    }

    /// The single identifiers that `MATCH_…EPC` parameters name: what [`Surroundings::positions`]
    /// should know.
    pub fn instances(&self) -> Vec<&str> {
        let patterns = self.conditions.iter().filter_map(|condition| match condition {
            Condition::Epc(_, patterns) => Some(patterns),
            _ => None,
        });
        patterns.flatten().filter_map(EpcPattern::exact).collect()
    }

    /// The places that events may be anywhere inside: what [`Surroundings::parents`] should know
    /// the descendants of.
    pub fn outer_places(&self) -> Vec<&str> {
        let places = self.conditions.iter().filter_map(|condition| match condition {
            Condition::Place(_, Reach::WithDescendants, places) => Some(places),
            _ => None,
        });
        places.flatten().map(String::as_str).collect()
    }

    /// The terms of the attributes that the query asks for: [`Surroundings::attributes`] should
    /// know whatever has one of them.
    pub fn attribute_terms(&self) -> Vec<Term> {
        let mut terms = BTreeSet::new();
        for condition in &self.conditions {
            match condition {
                Condition::HasAttribute(_, names) => {
                    terms.extend(names.iter().map(|name| Term::has_attribute(name)));
                }
                Condition::AttributeEquals(_, name, values) => {
                    terms.extend(values.iter().map(|value| Term::attribute(name, value)));
                }
                _ => {}
            }
        }
        terms.into_iter().collect()
    }

    /// Whether the query asks for places inside places, or for master data.
    pub fn needs_master_data(&self) -> bool {
        self.conditions.iter().any(|condition| {
            matches!(
                condition,
                Condition::Place(_, Reach::WithDescendants, _)
                    | Condition::HasAttribute(..)
                    | Condition::AttributeEquals(..)
            )
        })
    }
}

impl Condition {
    fn lookup(&self, around: &Surroundings) -> Option<Lookup> {
        let terms = |field: &str, values: &[String]| {
            Lookup::Terms(values.iter().map(|value| Term::of(&[field, value])).collect())
        };
        Some(match self {
            Condition::EventId(ids) => Lookup::EventIds(ids.clone()),
            Condition::TransformationId(ids) => Lookup::Identifiers(ids.clone()),
            Condition::Epc(_, patterns) => {
                Lookup::Identifiers(all(patterns.iter().map(EpcPattern::exact))?)
            }
            Condition::Class(_, patterns) => {
                Lookup::Identifiers(all(patterns.iter().map(EpcPattern::exact_class))?)
            }
            Condition::Word(WordField::BizStep, words) => terms("bizStep", words),
            Condition::Word(WordField::Disposition, words) => terms("disposition", words),
            Condition::Word(WordField::PersistentSet, words) => terms("set", words),
            Condition::Word(WordField::PersistentUnset, words) => terms("unset", words),
            Condition::Word(WordField::ErrorReason, _)
            | Condition::ErrorDeclared
            | Condition::ErrorDeclarationTime(_) => {
                Lookup::Terms(vec![Term::has_error_declaration()])
            }
            Condition::Place(field, Reach::Itself, places) => terms(field.name(), places),
            Condition::Place(field, Reach::WithDescendants, places) => {
                terms(field.name(), &around.with_descendants(places))
            }
            Condition::CorrectiveEventId(ids) => terms("correctiveEventID", ids),
            Condition::BizTransaction(_, ids) => terms("bizTransaction", ids),
            Condition::Source(_, ids) => terms("source", ids),
            Condition::Destination(_, ids) => terms("destination", ids),
            Condition::SensorText(field, values) => {
                let term = |value: &String| Term::of(&["sensor", field, value]);
                Lookup::Terms(values.iter().map(term).collect())
            }
            Condition::HasSensorElements
            | Condition::SensorBoolean(_)
            | Condition::SensorTime(..)
            | Condition::SensorNumber(..) => Lookup::Terms(vec![Term::has_sensors()]),
            Condition::Field(field, test) => Lookup::Terms(field_terms(field, test)),
            Condition::EventType(_) | Condition::Action(_) | Condition::Quantity(..) => {
                return None;
            }
            Condition::HasAttribute(field, names) => {
                field.lookup(around.having(|(name, _)| names.contains(name)))
            }
            Condition::AttributeEquals(field, attribute, values) => {
                field.lookup(around.having(|(name, it)| name == attribute && values.contains(it)))
            }
        })
    }
}

impl AttributeOf {
    /// Where the events are that have one of these values in the field.
    fn lookup(&self, values: Vec<String>) -> Lookup {
        let field = match self {
            AttributeOf::BizStep => "bizStep",
            AttributeOf::Disposition => "disposition",
            AttributeOf::ReadPoint => "readPoint",
            AttributeOf::BizLocation => "bizLocation",
            AttributeOf::BizTransaction => "bizTransaction",
            AttributeOf::Source => "source",
            AttributeOf::Destination => "destination",
            AttributeOf::EpcClass => return Lookup::Identifiers(values),
            AttributeOf::Extension(names) => {
                let pairs = names.iter().flat_map(|name| values.iter().map(move |it| (name, it)));
                let terms = pairs.map(|(name, value)| Term::leaf(Area::Event, name, value));
                return Lookup::Terms(terms.collect());
            }
        };
        Lookup::Terms(values.iter().map(|value| Term::of(&[field, value])).collect())
    }
}

/// What to look for where a query asks for a member that no list of the standard names.
fn field_terms(field: &FieldName, test: &Test) -> Vec<Term> {
    let of_sensors =
        matches!(field.area, Area::SensorElement | Area::SensorMetadata | Area::SensorReport);
    if of_sensors && field.names.iter().any(|name| name.starts_with(EPCIS)) {
        return vec![Term::has_sensors()];
    }
    let names = field.names.iter();
    match test {
        Test::Exists | Test::Compares(..) => {
            names.map(|name| Term::exists(field.area, name)).collect()
        }
        Test::Equals(wanted) => names
            .flat_map(|name| wanted.iter().map(move |given| (name, given)))
            .map(|(name, given)| Term::leaf(field.area, name, &given.text))
            .collect(),
    }
}

impl PlaceField {
    fn name(self) -> &'static str {
        match self {
            PlaceField::ReadPoint => "readPoint",
            PlaceField::BizLocation => "bizLocation",
        }
    }
}

/// All texts, or none if one is missing.
fn all<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> Option<Vec<String>> {
    texts.map(|text| text.map(str::to_owned)).collect()
}
