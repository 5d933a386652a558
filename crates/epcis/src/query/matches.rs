//! Whether an event is an answer: each parameter as the standard says it (EPCIS 2.0 §8.2.7.1).

use super::{
    condition::{
        AttributeOf, Compare, Condition, EpcField, EventQuery, FieldName, Given, GivenKind,
        OrderBy, PlaceField, Reach, Test, Window, WordField,
    },
    parse::{number_in, time_in},
    pattern::EpcPattern,
    surroundings::Surroundings,
    unit,
};
use crate::{Area, Depth, Event, Leaf, LeafValue, Role, context::EPCIS};

impl EventQuery {
    /// Whether the event fulfils all parameters. `record_time_us` is when it was captured, in
    /// microseconds since the Unix epoch.
    pub fn matches(&self, event: &Event, record_time_us: i64, around: &Surroundings) -> bool {
        self.event_time.holds(event.event_time_us)
            && self.record_time.holds(record_time_us)
            && self.conditions.iter().all(|condition| condition.holds(event, around))
    }

    /// The value of the extension that results are ordered by, in a form whose bytes sort as the
    /// values do: numbers, then times, then texts. A text of digits is a number, since in XML every
    /// value is a text. None where the event has none, or where the
    /// order is by a time.
    pub fn order_key(&self, event: &Event) -> Option<Vec<u8>> {
        let Some(OrderBy::Extension(names)) = &self.order_by else { return None };
        let is_it = |leaf: &&Leaf| {
            leaf.area == Area::Event && leaf.depth == Depth::Top && names.contains(&leaf.name)
        };
        event.leaves.iter().find(is_it).and_then(|leaf| match &leaf.value {
            LeafValue::Number(text) => number_in(text).map(|number| tagged(0, &sortable(number))),
            LeafValue::Text(text) => Some(match (number_in(text), time_in(text)) {
                (Some(number), _) => tagged(0, &sortable(number)),
                // The sign bit is turned so that earlier times have smaller bytes.
                (None, Some(time_us)) => tagged(1, &(time_us ^ i64::MIN).to_be_bytes()),
                (None, None) => tagged(2, text.as_bytes()),
            }),
            LeafValue::Boolean(truth) => Some(tagged(2, truth.to_string().as_bytes())),
            LeafValue::Parts => None,
        })
    }
}

fn tagged(tag: u8, bytes: &[u8]) -> Vec<u8> {
    [&[tag], bytes].concat()
}

/// Bytes that sort as doubles do: negative ones have all bits turned, the others the sign only.
fn sortable(number: f64) -> [u8; 8] {
    let bits = number.to_bits();
    let turned = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    turned.to_be_bytes()
}

impl Condition {
    fn holds(&self, event: &Event, around: &Surroundings) -> bool {
        match self {
            Condition::EventType(types) => types.iter().any(|it| it == event.event_type.name()),
            Condition::Action(actions) => event.action.is_some_and(|it| actions.contains(&it)),
            Condition::Word(field, words) => has_word(event, *field, words),
            Condition::Place(field, reach, places) => {
                is_at(event, (*field, *reach), places, around)
            }
            Condition::TransformationId(ids) => is_of(event.transformation_id.as_ref(), ids),
            Condition::Epc(field, patterns) => names_epc(event, *field, patterns, around),
            Condition::Class(field, patterns) => event.quantities.iter().any(|element| {
                field.has(element.role)
                    && patterns.iter().any(|it| it.matches_class(&element.epc_class))
            }),
            Condition::Quantity(compare, wanted, uom) => event.quantities.iter().any(|element| {
                let quantity = element.quantity.as_deref().and_then(number_in);
                let unit = element.uom.as_deref();
                quantity.is_some_and(|it| compare.measured((it, unit), wanted, uom.as_deref()))
            }),
            Condition::EventId(ids) => match &event.event_id {
                Some(event_id) => ids.contains(event_id),
                None => ids.contains(&event.event_hash_uri()),
            },
            Condition::CorrectiveEventId(ids) => {
                event.error_declaration.as_ref().is_some_and(|declared| {
                    declared.corrective_event_ids.iter().any(|it| ids.contains(it))
                })
            }
            Condition::ErrorDeclared => event.error_declaration.is_some(),
            Condition::ErrorDeclarationTime(window) => {
                let declared = event.error_declaration.as_ref();
                declared.is_some_and(|it| window.holds(it.declaration_time_us))
            }
            Condition::BizTransaction(of, ids) => event
                .biz_transactions
                .iter()
                .any(|it| it.biz_transaction_type == *of && ids.contains(&it.biz_transaction)),
            Condition::Source(of, ids) => {
                event.sources.iter().any(|it| it.source_dest_type == *of && ids.contains(&it.id))
            }
            Condition::Destination(of, ids) => event
                .destinations
                .iter()
                .any(|it| it.source_dest_type == *of && ids.contains(&it.id)),
            Condition::Field(field, test) => {
                leaves_of(event, field).any(|leaf| test.holds(&leaf.value))
            }
            Condition::HasAttribute(field, names) => values_of(event, field).iter().any(|value| {
                let attributes = around.attributes.get(*value).into_iter().flatten();
                attributes.into_iter().any(|(name, _)| names.contains(name))
            }),
            Condition::AttributeEquals(field, attribute, wanted) => {
                values_of(event, field).iter().any(|value| {
                    let attributes = around.attributes.get(*value).into_iter().flatten();
                    attributes
                        .into_iter()
                        .any(|(name, it)| name == attribute && wanted.contains(it))
                })
            }
            condition => condition.holds_for_sensors(event),
        }
    }

    fn holds_for_sensors(&self, event: &Event) -> bool {
        match self {
            Condition::HasSensorElements => event.leaves.iter().any(is_of_sensors),
            Condition::SensorText(field, wanted) => sensor_leaves(event, field)
                .any(|leaf| matches!(&leaf.value, LeafValue::Text(text) if wanted.contains(text))),
            Condition::SensorBoolean(wanted) => {
                sensor_leaves(event, "booleanValue").any(|leaf| match leaf.value {
                    LeafValue::Boolean(truth) => wanted.contains(&truth),
                    _ => false,
                })
            }
            Condition::SensorTime(field, window) => sensor_leaves(event, field)
                .any(|leaf| leaf.time_us().is_some_and(|time_us| window.holds(time_us))),
            Condition::SensorNumber(field, compare, wanted, uom) => sensor_leaves(event, field)
                .any(|leaf| {
                    let number = leaf.number();
                    let unit = unit_beside(event, leaf);
                    number.is_some_and(|it| compare.measured((it, unit), wanted, uom.as_deref()))
                }),
            _ => false,
        }
    }
}

pub(super) fn is_of_sensors(leaf: &Leaf) -> bool {
    matches!(leaf.area, Area::SensorElement | Area::SensorMetadata | Area::SensorReport)
}

fn is_of(value: Option<&String>, wanted: &[String]) -> bool {
    value.is_some_and(|value| wanted.contains(value))
}

fn has_word(event: &Event, field: WordField, words: &[String]) -> bool {
    let persistent = &event.persistent_disposition;
    match field {
        WordField::BizStep => is_of(event.biz_step.as_ref(), words),
        WordField::Disposition => is_of(event.disposition.as_ref(), words),
        WordField::PersistentSet => persistent.set.iter().any(|it| words.contains(it)),
        WordField::PersistentUnset => persistent.unset.iter().any(|it| words.contains(it)),
        WordField::ErrorReason => {
            is_of(event.error_declaration.as_ref().and_then(|it| it.reason.as_ref()), words)
        }
    }
}

fn is_at(
    event: &Event,
    (field, reach): (PlaceField, Reach),
    places: &[String],
    around: &Surroundings,
) -> bool {
    let place = match field {
        PlaceField::ReadPoint => event.read_point.as_ref(),
        PlaceField::BizLocation => event.biz_location.as_ref(),
    };
    place.is_some_and(|place| match reach {
        Reach::Itself => places.contains(place),
        Reach::WithDescendants => {
            let around = around.with_ancestors(place);
            places.iter().any(|outer| around.contains(outer.as_str()))
        }
    })
}

/// Whether the event names an instance in one of the roles, by itself or in a range of codes.
fn names_epc(
    event: &Event,
    field: EpcField,
    patterns: &[EpcPattern],
    around: &Surroundings,
) -> bool {
    let by_itself = event.epcs.iter().any(|named| {
        field.has(named.role) && patterns.iter().any(|it| it.matches_instance(&named.epc))
    });
    by_itself
        || patterns.iter().filter_map(EpcPattern::exact).any(|epc| {
            let spellings = around.spellings.get(epc).map_or(&[][..], Vec::as_slice);
            if event.epcs.iter().any(|it| field.has(it.role) && spellings.contains(&it.epc)) {
                return true;
            }
            let Some((batch, position)) = around.positions.get(epc) else { return false };
            event.ranges.iter().any(|range| {
                field.has(range.role)
                    && range.code_batch == *batch
                    && (range.first..=range.last).contains(position)
            })
        })
}

impl EpcField {
    fn has(self, role: Role) -> bool {
        match self {
            EpcField::Epc => matches!(role, Role::Epc | Role::Child),
            EpcField::Parent => role == Role::Parent,
            EpcField::Input => role == Role::Input,
            EpcField::Output => role == Role::Output,
            EpcField::Any => true,
        }
    }
}

fn leaves_of<'e>(event: &'e Event, field: &'e FieldName) -> impl Iterator<Item = &'e Leaf> {
    event.leaves.iter().filter(|leaf| {
        leaf.area == field.area && leaf.depth == field.depth && field.names.contains(&leaf.name)
    })
}

/// The standard's member of this name in metadata and reports.
fn sensor_leaves<'e>(event: &'e Event, field: &'e str) -> impl Iterator<Item = &'e Leaf> {
    event.leaves.iter().filter(move |leaf| {
        matches!(leaf.area, Area::SensorMetadata | Area::SensorReport)
            && leaf.depth == Depth::Top
            && leaf.name.strip_prefix(EPCIS) == Some(field)
    })
}

/// The unit of the report that a value stands in.
fn unit_beside<'e>(event: &'e Event, leaf: &Leaf) -> Option<&'e str> {
    let unit = sensor_leaves(event, "uom").find(|it| it.part == leaf.part);
    unit.and_then(|it| match &it.value {
        LeafValue::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// The values of a field that master data may describe.
fn values_of<'e>(event: &'e Event, field: &AttributeOf) -> Vec<&'e str> {
    let one = |value: &'e Option<String>| value.iter().map(String::as_str).collect();
    match field {
        AttributeOf::BizStep => one(&event.biz_step),
        AttributeOf::Disposition => one(&event.disposition),
        AttributeOf::ReadPoint => one(&event.read_point),
        AttributeOf::BizLocation => one(&event.biz_location),
        AttributeOf::EpcClass => event.quantities.iter().map(|it| &it.epc_class[..]).collect(),
        AttributeOf::BizTransaction => {
            event.biz_transactions.iter().map(|it| &it.biz_transaction[..]).collect()
        }
        AttributeOf::Source => event.sources.iter().map(|it| &it.id[..]).collect(),
        AttributeOf::Destination => event.destinations.iter().map(|it| &it.id[..]).collect(),
        AttributeOf::Extension(names) => {
            let named = event.leaves.iter().filter(|leaf| {
                leaf.area == Area::Event && leaf.depth == Depth::Top && names.contains(&leaf.name)
            });
            named
                .filter_map(|leaf| match &leaf.value {
                    LeafValue::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect()
        }
    }
}

impl Leaf {
    fn number(&self) -> Option<f64> {
        match &self.value {
            LeafValue::Number(text) | LeafValue::Text(text) => number_in(text),
            _ => None,
        }
    }

    fn time_us(&self) -> Option<i64> {
        match &self.value {
            LeafValue::Text(text) => time_in(text),
            _ => None,
        }
    }
}

impl Test {
    fn holds(&self, value: &LeafValue) -> bool {
        match self {
            Test::Exists => *value != LeafValue::Text(String::new()),
            Test::Equals(wanted) => wanted.iter().any(|given| given.equals(value)),
            Test::Compares(compare, given) => given.compares(*compare, value),
        }
    }
}

impl Given {
    /// Texts equal texts; what came as a number equals texts of digits as well, since in XML every
    /// value is a text.
    fn equals(&self, value: &LeafValue) -> bool {
        match value {
            LeafValue::Text(text) => {
                let same_time = || self.time_us.is_some() && self.time_us == time_in(text);
                let same_number = || {
                    self.kind == GivenKind::Number
                        && self.number.is_some()
                        && self.number == number_in(text)
                };
                self.text == *text || same_time() || same_number()
            }
            LeafValue::Number(text) => self.number.is_some() && self.number == number_in(text),
            LeafValue::Boolean(truth) => self.text == truth.to_string(),
            LeafValue::Parts => false,
        }
    }

    fn compares(&self, compare: Compare, value: &LeafValue) -> bool {
        let (LeafValue::Number(text) | LeafValue::Text(text)) = value else { return false };
        if let (Some(wanted), Some(found)) = (self.number, number_in(text)) {
            return compare.holds(found, wanted);
        }
        match (self.time_us, time_in(text)) {
            (Some(wanted), Some(found)) => compare.ordered(found.cmp(&wanted)),
            _ => false,
        }
    }
}

impl Compare {
    fn ordered(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Compare::Equal => ordering.is_eq(),
            Compare::Greater => ordering.is_gt(),
            Compare::GreaterOrEqual => ordering.is_ge(),
            Compare::Less => ordering.is_lt(),
            Compare::LessOrEqual => ordering.is_le(),
        }
    }

    fn holds(self, found: f64, wanted: f64) -> bool {
        found.partial_cmp(&wanted).is_some_and(|ordering| self.ordered(ordering))
    }

    /// Compares a measurement with the wanted numbers, which are in the unit `uom`; without one
    /// the unit does not matter.
    fn measured(
        self,
        (found, unit): (f64, Option<&str>),
        wanted: &[f64],
        uom: Option<&str>,
    ) -> bool {
        wanted.iter().any(|&wanted| match (unit, uom) {
            (_, None) => self.holds(found, wanted),
            (None, Some(_)) => false,
            (Some(unit), Some(uom)) => match unit::common((found, unit), (wanted, uom)) {
                // Conversion costs the last digits, which must not tell 8 °C from 46.4 °F.
                Some((found, wanted)) if unit != uom && is_close(found, wanted) => {
                    self.ordered(std::cmp::Ordering::Equal)
                }
                Some((found, wanted)) => self.holds(found, wanted),
                None => false,
            },
        })
    }
}

fn is_close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-12 * left.abs().max(right.abs())
}

impl Window {
    /// Whether no time is inside.
    pub fn is_empty(&self) -> bool {
        matches!((self.from_us, self.until_us), (Some(from), Some(until)) if from >= until)
    }
}
