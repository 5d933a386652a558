//! How the members of an event look in XML (EPCIS 2.0 §9.5, XSD of the ratified standard).
//!
//! Reading and writing both go by these tables.

use crate::vocabulary::{
    BIZ_STEP, BIZ_TRANSACTION_TYPE, COMPONENT, DISPOSITION, ERROR_REASON, MEASUREMENT_TYPE,
    SENSOR_EXCEPTION, SOURCE_DEST_TYPE, Vocabulary,
};

/// How a standard member of an event or of one of its parts is written.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// One element with a text.
    Text,
    /// One element with an identifier that has an EPC URN and a Digital Link.
    Id,
    /// One element with a time, whose seconds may be missing.
    Time,
    /// One element with a number.
    Number,
    /// One element with a term of a vocabulary.
    Word(&'static Vocabulary),
    /// The element is repeated, one for each text.
    Texts,
    /// The element is repeated, one for each term.
    Words(&'static Vocabulary),
    /// A list element around one element for each text.
    TextList(&'static str),
    /// A list element around one element for each identifier.
    IdList(&'static str),
    /// A list element around one element for each object.
    ObjectList(&'static str, &'static Part),
    /// One element with an object.
    Object(&'static Part),
    /// The element is repeated, one for each object.
    Objects(&'static Part),
}

/// An object inside an event.
pub(crate) struct Part {
    /// Members that are attributes.
    pub(crate) attributes: &'static [(&'static str, Leaf)],
    /// The member that is the text of the element, an identifier.
    pub(crate) text: Option<&'static str>,
    /// Members that are elements, in the order of the schema.
    pub(crate) elements: &'static [(&'static str, Shape)],
}

/// What an attribute holds.
#[derive(Clone, Copy)]
pub(crate) enum Leaf {
    Text,
    Number,
    Boolean,
    Word(&'static Vocabulary),
}

/// The members of any event, in the order in which schemas of all types agree, but for
/// `bizTransactionList` of a TransactionEvent, which comes first, and `childQuantityList` of an
/// AssociationEvent, which follows `childEPCs`.
pub(crate) const EVENT: &[(&str, Shape)] = &[
    ("eventTime", Shape::Time),
    ("recordTime", Shape::Time),
    ("eventTimeZoneOffset", Shape::Text),
    ("eventID", Shape::Text),
    ("errorDeclaration", Shape::Object(&ERROR_DECLARATION)),
    ("certificationInfo", Shape::Texts),
    ("parentID", Shape::Id),
    ("epcList", Shape::IdList("epc")),
    ("childEPCs", Shape::IdList("epc")),
    ("inputEPCList", Shape::IdList("epc")),
    ("inputQuantityList", Shape::ObjectList("quantityElement", &QUANTITY_ELEMENT)),
    ("outputEPCList", Shape::IdList("epc")),
    ("outputQuantityList", Shape::ObjectList("quantityElement", &QUANTITY_ELEMENT)),
    ("transformationID", Shape::Id),
    ("action", Shape::Text),
    ("bizStep", Shape::Word(&BIZ_STEP)),
    ("disposition", Shape::Word(&DISPOSITION)),
    ("readPoint", Shape::Object(&PLACE)),
    ("bizLocation", Shape::Object(&PLACE)),
    ("bizTransactionList", Shape::ObjectList("bizTransaction", &BIZ_TRANSACTION)),
    ("quantityList", Shape::ObjectList("quantityElement", &QUANTITY_ELEMENT)),
    ("childQuantityList", Shape::ObjectList("quantityElement", &QUANTITY_ELEMENT)),
    ("sourceList", Shape::ObjectList("source", &SOURCE)),
    ("destinationList", Shape::ObjectList("destination", &DESTINATION)),
    ("sensorElementList", Shape::ObjectList("sensorElement", &SENSOR_ELEMENT)),
    ("persistentDisposition", Shape::Object(&PERSISTENT_DISPOSITION)),
    ("ilmd", Shape::Object(&ILMD)),
];

/// The shape of a member among these.
pub(crate) fn find(shapes: &[(&str, Shape)], name: &str) -> Option<Shape> {
    shapes.iter().find(|(it, _)| *it == name).map(|&(_, shape)| shape)
}

const ERROR_DECLARATION: Part = Part {
    attributes: &[],
    text: None,
    elements: &[
        ("declarationTime", Shape::Time),
        ("reason", Shape::Word(&ERROR_REASON)),
        ("correctiveEventIDs", Shape::TextList("correctiveEventID")),
    ],
};

const QUANTITY_ELEMENT: Part = Part {
    attributes: &[],
    text: None,
    elements: &[("epcClass", Shape::Id), ("quantity", Shape::Number), ("uom", Shape::Text)],
};

const PLACE: Part = Part { attributes: &[], text: None, elements: &[("id", Shape::Id)] };

const BIZ_TRANSACTION: Part = Part {
    attributes: &[("type", Leaf::Word(&BIZ_TRANSACTION_TYPE))],
    text: Some("bizTransaction"),
    elements: &[],
};

const SOURCE: Part = Part {
    attributes: &[("type", Leaf::Word(&SOURCE_DEST_TYPE))],
    text: Some("source"),
    elements: &[],
};

const DESTINATION: Part = Part {
    attributes: &[("type", Leaf::Word(&SOURCE_DEST_TYPE))],
    text: Some("destination"),
    elements: &[],
};

const PERSISTENT_DISPOSITION: Part = Part {
    attributes: &[],
    text: None,
    elements: &[("unset", Shape::Words(&DISPOSITION)), ("set", Shape::Words(&DISPOSITION))],
};

const ILMD: Part = Part { attributes: &[], text: None, elements: &[] };

const SENSOR_ELEMENT: Part = Part {
    attributes: &[],
    text: None,
    elements: &[
        ("sensorMetadata", Shape::Object(&SENSOR_METADATA)),
        ("sensorReport", Shape::Objects(&SENSOR_REPORT)),
    ],
};

const SENSOR_METADATA: Part = Part {
    attributes: &[
        ("time", Leaf::Text),
        ("startTime", Leaf::Text),
        ("endTime", Leaf::Text),
        ("deviceID", Leaf::Text),
        ("deviceMetadata", Leaf::Text),
        ("rawData", Leaf::Text),
        ("dataProcessingMethod", Leaf::Text),
        ("bizRules", Leaf::Text),
    ],
    text: None,
    elements: &[],
};

const SENSOR_REPORT: Part = Part {
    attributes: &[
        ("type", Leaf::Word(&MEASUREMENT_TYPE)),
        ("exception", Leaf::Word(&SENSOR_EXCEPTION)),
        ("deviceID", Leaf::Text),
        ("deviceMetadata", Leaf::Text),
        ("rawData", Leaf::Text),
        ("dataProcessingMethod", Leaf::Text),
        ("bizRules", Leaf::Text),
        ("time", Leaf::Text),
        ("microorganism", Leaf::Text),
        ("chemicalSubstance", Leaf::Text),
        ("value", Leaf::Number),
        ("component", Leaf::Word(&COMPONENT)),
        ("stringValue", Leaf::Text),
        ("booleanValue", Leaf::Boolean),
        ("hexBinaryValue", Leaf::Text),
        ("uriValue", Leaf::Text),
        ("minValue", Leaf::Number),
        ("maxValue", Leaf::Number),
        ("meanValue", Leaf::Number),
        ("sDev", Leaf::Number),
        ("percRank", Leaf::Number),
        ("percValue", Leaf::Number),
        ("uom", Leaf::Text),
        ("coordinateReferenceSystem", Leaf::Text),
    ],
    text: None,
    elements: &[],
};
