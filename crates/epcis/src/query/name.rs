//! Names of parameters: the fixed ones, and the families with a name inside their name
//! (EPCIS 2.0 §8.2.7.1).
//!
//! Where the published OpenAPI and the published schema spell one parameter in two ways, both are
//! taken.

use super::condition::{AttributeOf, Compare, EpcField, FieldName, PlaceField, Reach, WordField};
use crate::{
    Area, Depth,
    context::{Context, EPCIS, Name},
};

/// What a name asks for; the value is read by it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Parameter {
    EventType,
    EventTime(Bound),
    RecordTime(Bound),
    ErrorDeclarationTime(Bound),
    Action,
    Word(WordField),
    Place(PlaceField, Reach),
    TransformationId,
    Epc(EpcField),
    Class(EpcField),
    Quantity(Compare, Option<String>),
    EventId,
    CorrectiveEventId,
    ErrorDeclared,
    HasSensorElements,
    BizTransaction(String),
    Source(String),
    Destination(String),
    SensorText(&'static str),
    SensorBoolean,
    SensorTime(&'static str, Bound),
    SensorNumber(&'static str, Compare, Option<String>),
    FieldExists(FieldName),
    FieldCompares(FieldName, Compare),
    HasAttribute(AttributeOf),
    AttributeEquals(AttributeOf, String),
    OrderBy,
    OrderDirection,
    EventCountLimit,
    MaxEventCount,
}

/// Which end of a window a parameter sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    From,
    Until,
}

/// Why a name is no parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotAName {
    Unknown,
    /// The prefix of a field name is not declared.
    Prefix,
}

/// Members of sensor data whose texts are compared.
pub(super) const SENSOR_TEXTS: [&str; 9] = [
    "type",
    "deviceID",
    "dataProcessingMethod",
    "microorganism",
    "chemicalSubstance",
    "bizRules",
    "stringValue",
    "hexBinaryValue",
    "uriValue",
];

const SENSOR_TIMES: [&str; 3] = ["time", "startTime", "endTime"];

/// Members of a report that are measured in its unit.
const SENSOR_NUMBERS: [&str; 6] =
    ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue"];

/// Members of a report that the published schema compares without a unit.
const UNITLESS: [&str; 3] = ["percRank", "sDev", "percValue"];

/// What the word before a field name says: where it stands, how deep, and which operators there
/// are beside `EQ`.
const AREAS: [(&str, Area, Depth, Operators); 14] = {
    use Operators::{All, Compares, Equals};
    [
        ("INNER_ILMD_", Area::Ilmd, Depth::Inner, All),
        ("INNER_ERROR_DECLARATION_", Area::ErrorDeclaration, Depth::Inner, All),
        ("INNER_SENSORELEMENT_", Area::SensorElement, Depth::Inner, Compares),
        ("INNER_SENSORMETADATA_", Area::SensorMetadata, Depth::Inner, Compares),
        ("INNER_SENSORREPORT_", Area::SensorReport, Depth::Inner, Compares),
        ("INNER_readPoint_", Area::ReadPoint, Depth::Inner, Equals),
        ("INNER_bizLocation_", Area::BizLocation, Depth::Inner, Equals),
        ("ILMD_", Area::Ilmd, Depth::Top, All),
        ("ERROR_DECLARATION_", Area::ErrorDeclaration, Depth::Top, All),
        ("SENSORELEMENT_", Area::SensorElement, Depth::Top, All),
        ("SENSORMETADATA_", Area::SensorMetadata, Depth::Top, All),
        ("SENSORREPORT_", Area::SensorReport, Depth::Top, All),
        ("readPoint_", Area::ReadPoint, Depth::Top, Equals),
        ("bizLocation_", Area::BizLocation, Depth::Top, Equals),
    ]
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operators {
    Equals,
    Compares,
    All,
}

impl Parameter {
    /// The parameter of this name; prefixes inside it mean what `context` says.
    pub(super) fn of(name: &str, context: &Context) -> Result<Parameter, NotAName> {
        if let Some(fixed) = fixed(name) {
            return Ok(fixed);
        }
        if let Some(field) = name.strip_prefix("HASATTR_") {
            return attribute_of(field, context).map(Parameter::HasAttribute);
        }
        if let Some(rest) = name.strip_prefix("EQATTR_").or_else(|| name.strip_prefix("EQ_ATTR_")) {
            return attribute(rest, context);
        }
        if let Some(field) = name.strip_prefix("EXISTS_") {
            let (field, operators) = field_name(field, context)?;
            let exists = operators == Operators::All;
            return exists.then_some(Parameter::FieldExists(field)).ok_or(NotAName::Unknown);
        }
        let (compare, rest) = compared(name).ok_or(NotAName::Unknown)?;
        if compare == Compare::Equal {
            match rest.split_once('_') {
                Some(("bizTransaction", of)) => return Ok(Parameter::BizTransaction(of.into())),
                Some(("source", of)) => return Ok(Parameter::Source(of.into())),
                Some(("destination", of)) => return Ok(Parameter::Destination(of.into())),
                _ => {}
            }
        }
        if let Some(number) = measured(compare, rest) {
            return Ok(number);
        }
        let (field, operators) = field_name(rest, context)?;
        if operators == Operators::Equals && compare != Compare::Equal {
            return Err(NotAName::Unknown);
        }
        Ok(Parameter::FieldCompares(field, compare))
    }
}

fn compared(name: &str) -> Option<(Compare, &str)> {
    let (operator, rest) = name.split_once('_')?;
    let compare = match operator {
        "EQ" => Compare::Equal,
        "GT" => Compare::Greater,
        "GE" => Compare::GreaterOrEqual,
        "LT" => Compare::Less,
        "LE" => Compare::LessOrEqual,
        _ => return None,
    };
    Some((compare, rest))
}

fn fixed(name: &str) -> Option<Parameter> {
    Some(match name {
        "eventType" => Parameter::EventType,
        "orderBy" => Parameter::OrderBy,
        "orderDirection" => Parameter::OrderDirection,
        "eventCountLimit" => Parameter::EventCountLimit,
        "maxEventCount" => Parameter::MaxEventCount,
        "EQ_action" => Parameter::Action,
        "EQ_bizStep" => Parameter::Word(WordField::BizStep),
        "EQ_disposition" => Parameter::Word(WordField::Disposition),
        "EQ_persistentDisposition_set" => Parameter::Word(WordField::PersistentSet),
        "EQ_persistentDisposition_unset" => Parameter::Word(WordField::PersistentUnset),
        "EQ_errorReason" => Parameter::Word(WordField::ErrorReason),
        "EQ_readPoint" => Parameter::Place(PlaceField::ReadPoint, Reach::Itself),
        "WD_readPoint" => Parameter::Place(PlaceField::ReadPoint, Reach::WithDescendants),
        "EQ_bizLocation" => Parameter::Place(PlaceField::BizLocation, Reach::Itself),
        "WD_bizLocation" => Parameter::Place(PlaceField::BizLocation, Reach::WithDescendants),
        "EQ_transformationID" => Parameter::TransformationId,
        "EQ_eventID" => Parameter::EventId,
        "EQ_correctiveEventID" => Parameter::CorrectiveEventId,
        "EXISTS_errorDeclaration" => Parameter::ErrorDeclared,
        "EXISTS_sensorElementList" => Parameter::HasSensorElements,
        "EQ_booleanValue" => Parameter::SensorBoolean,
        "MATCH_epc" => Parameter::Epc(EpcField::Epc),
        "MATCH_parentID" => Parameter::Epc(EpcField::Parent),
        "MATCH_inputEPC" => Parameter::Epc(EpcField::Input),
        "MATCH_outputEPC" => Parameter::Epc(EpcField::Output),
        "MATCH_anyEPC" => Parameter::Epc(EpcField::Any),
        "MATCH_epcClass" => Parameter::Class(EpcField::Epc),
        "MATCH_inputEPCClass" => Parameter::Class(EpcField::Input),
        "MATCH_outputEPCClass" => Parameter::Class(EpcField::Output),
        "MATCH_anyEPCClass" => Parameter::Class(EpcField::Any),
        _ => return fixed_compare(name),
    })
}

/// The fixed names whose operator says something.
fn fixed_compare(name: &str) -> Option<Parameter> {
    let (compare, field) = compared(name)?;
    let bound = match compare {
        Compare::GreaterOrEqual => Some(Bound::From),
        Compare::Less => Some(Bound::Until),
        _ => None,
    };
    let sensor_text = SENSOR_TEXTS.into_iter().find(|it| *it == field);
    let sensor_time = SENSOR_TIMES.into_iter().find(|it| *it == field);
    let unitless = UNITLESS.into_iter().find(|it| *it == field);
    match (field, bound) {
        ("eventTime", Some(bound)) => Some(Parameter::EventTime(bound)),
        ("recordTime", Some(bound)) => Some(Parameter::RecordTime(bound)),
        ("errorDeclarationTime" | "errorDeclaration_Time", Some(bound)) => {
            Some(Parameter::ErrorDeclarationTime(bound))
        }
        ("quantity", _) => Some(Parameter::Quantity(compare, None)),
        (_, Some(bound)) if sensor_time.is_some() => {
            sensor_time.map(|field| Parameter::SensorTime(field, bound))
        }
        _ if compare == Compare::Equal => sensor_text.map(Parameter::SensorText),
        _ => unitless.map(|field| Parameter::SensorNumber(field, compare, None)),
    }
}

/// `value_CEL`, `quantity_KGM` and their like.
fn measured(compare: Compare, rest: &str) -> Option<Parameter> {
    let (field, uom) = rest.rsplit_once('_')?;
    let in_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if !(2..=4).contains(&uom.len()) || !uom.bytes().all(in_code) {
        return None;
    }
    if field == "quantity" {
        return Some(Parameter::Quantity(compare, Some(uom.to_owned())));
    }
    let field = SENSOR_NUMBERS.into_iter().find(|it| *it == field)?;
    let allowed = compare != Compare::Equal || field == "value";
    allowed.then(|| Parameter::SensorNumber(field, compare, Some(uom.to_owned())))
}

/// A field with the words before it.
fn field_name(text: &str, context: &Context) -> Result<(FieldName, Operators), NotAName> {
    for (begin, area, depth, operators) in AREAS {
        if let Some(name) = text.strip_prefix(begin) {
            return Ok((FieldName { area, depth, names: iris(name, context)? }, operators));
        }
    }
    let (depth, name) = match text.strip_prefix("INNER_") {
        Some(name) => (Depth::Inner, name),
        None => (Depth::Top, text),
    };
    let names = extension(name, context)?;
    Ok((FieldName { area: Area::Event, depth, names }, Operators::All))
}

/// The IRIs of a name that has a namespace.
pub(super) fn extension(name: &str, context: &Context) -> Result<Vec<String>, NotAName> {
    if !name.contains([':', '#']) {
        return Err(NotAName::Unknown);
    }
    iris(name, context)
}

/// The IRIs that a field name may stand for: `prefix:name`, a full IRI, or `namespace#name` as the
/// XML binding writes it.
fn iris(name: &str, context: &Context) -> Result<Vec<String>, NotAName> {
    if name.is_empty() {
        return Err(NotAName::Unknown);
    }
    if let Some((namespace, local)) = name.rsplit_once('#').filter(|(_, local)| !local.is_empty()) {
        return Ok(vec![name.to_owned(), [namespace, local].concat()]);
    }
    match context.name(name) {
        Name::Standard(local) => Ok(vec![[EPCIS, local].concat()]),
        Name::Extension { namespace, local } => Ok(vec![[&*namespace, &*local].concat()]),
        Name::Undeclared(_) => Err(NotAName::Prefix),
    }
}

const ATTRIBUTE_FIELDS: [(&str, AttributeOf); 9] = [
    ("bizStep", AttributeOf::BizStep),
    ("disposition", AttributeOf::Disposition),
    ("readPoint", AttributeOf::ReadPoint),
    ("bizLocation", AttributeOf::BizLocation),
    ("epcClass", AttributeOf::EpcClass),
    ("bizTransaction", AttributeOf::BizTransaction),
    ("source", AttributeOf::Source),
    ("destination", AttributeOf::Destination),
    ("quantityList", AttributeOf::EpcClass),
];

fn attribute_of(field: &str, context: &Context) -> Result<AttributeOf, NotAName> {
    match ATTRIBUTE_FIELDS.iter().find(|(name, _)| *name == field) {
        Some((_, field)) => Ok(field.clone()),
        None => extension(field, context).map(AttributeOf::Extension),
    }
}

/// A field and the name of an attribute, which may hold underscores where the field is one of the
/// standard's.
fn attribute(rest: &str, context: &Context) -> Result<Parameter, NotAName> {
    for (name, field) in ATTRIBUTE_FIELDS {
        let attribute = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
        if let Some(attribute) = attribute.filter(|it| !it.is_empty()) {
            return Ok(Parameter::AttributeEquals(field, attribute.to_owned()));
        }
    }
    let (field, attribute) = rest.rsplit_once('_').ok_or(NotAName::Unknown)?;
    let field = AttributeOf::Extension(extension(field, context)?);
    Ok(Parameter::AttributeEquals(field, attribute.to_owned()))
}
