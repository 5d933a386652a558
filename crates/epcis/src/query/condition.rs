//! A query that was understood: conditions that must all hold, an order, and limits.

use super::pattern::EpcPattern;
use crate::{Action, Area, Depth};

/// A SimpleEventQuery (EPCIS 2.0 §8.2.7.1).
#[derive(Debug, Clone, PartialEq)]
pub struct EventQuery {
    /// `GE_eventTime` and `LT_eventTime`.
    pub event_time: Window,
    /// `GE_recordTime` and `LT_recordTime`.
    pub record_time: Window,
    /// `orderBy`; none leaves the order to the repository.
    pub order_by: Option<OrderBy>,
    /// `orderDirection`, or the standard's default.
    pub direction: Direction,
    /// `eventCountLimit`: only the first so many events.
    pub event_count_limit: Option<u64>,
    /// `maxEventCount`: more events than this are an error instead of a result.
    pub max_event_count: Option<u64>,
    pub(super) conditions: Vec<Condition>,
}

impl EventQuery {
    /// Both queries at once: the events that are answers of each. Order and limits are this one's.
    #[must_use]
    pub fn and(mut self, other: EventQuery) -> EventQuery {
        self.event_time = self.event_time.and(other.event_time);
        self.record_time = self.record_time.and(other.record_time);
        self.conditions.extend(other.conditions);
        self
    }

    /// The value, in canonical form, of a query that is one word or one place and nothing else.
    pub fn single_value(&self) -> Option<&str> {
        match &self.conditions[..] {
            [Condition::Word(_, values) | Condition::Place(_, _, values)] => match &values[..] {
                [value] => Some(value),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Times from one, inclusive, until another, exclusive, in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// The first time inside.
    pub from_us: Option<i64>,
    /// The first time outside.
    pub until_us: Option<i64>,
}

impl Window {
    fn and(self, other: Window) -> Window {
        let until_us = [self.until_us, other.until_us].into_iter().flatten().min();
        Window { from_us: self.from_us.max(other.from_us), until_us }
    }

    /// Whether a time is inside.
    pub fn holds(&self, time_us: i64) -> bool {
        self.from_us.is_none_or(|from_us| time_us >= from_us)
            && self.until_us.is_none_or(|until_us| time_us < until_us)
    }
}

/// What results are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderBy {
    /// `eventTime`.
    EventTime,
    /// `recordTime`.
    RecordTime,
    /// An extension of the event, by the names its IRI may have.
    Extension(Vec<String>),
}

/// Which end of the order comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest.
    Ascending,
    /// The largest: what the standard takes where nothing is said.
    Descending,
}

/// How a value is compared with the parameter's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    EventType(Vec<String>),
    Action(Vec<Action>),
    Word(WordField, Vec<String>),
    Place(PlaceField, Reach, Vec<String>),
    TransformationId(Vec<String>),
    Epc(EpcField, Vec<EpcPattern>),
    Class(EpcField, Vec<EpcPattern>),
    Quantity(Compare, Vec<f64>, Option<String>),
    EventId(Vec<String>),
    CorrectiveEventId(Vec<String>),
    ErrorDeclared,
    ErrorDeclarationTime(Window),
    HasSensorElements,
    BizTransaction(Option<String>, Vec<String>),
    Source(String, Vec<String>),
    Destination(String, Vec<String>),
    SensorText(&'static str, Vec<String>),
    SensorBoolean(Vec<bool>),
    SensorTime(&'static str, Window),
    SensorNumber(&'static str, Compare, Vec<f64>, Option<String>),
    Field(FieldName, Test),
    /// The value of a field has master data with one of these attributes.
    HasAttribute(AttributeOf, Vec<String>),
    /// The value of a field has this attribute of master data with one of these values.
    AttributeEquals(AttributeOf, String, Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordField {
    BizStep,
    Disposition,
    PersistentSet,
    PersistentUnset,
    ErrorReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceField {
    ReadPoint,
    BizLocation,
}

/// `EQ_` names a place, `WD_` all that is below it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Itself,
    WithDescendants,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EpcField {
    /// `epcList` and `childEPCs`, or their quantity lists.
    Epc,
    Parent,
    Input,
    Output,
    Any,
}

/// A member that no list of the standard names: where it stands, and the IRIs its name may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldName {
    pub(super) area: Area,
    pub(super) depth: Depth,
    pub(super) names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Exists,
    /// One of the values.
    Equals(Vec<Given>),
    Compares(Compare, Given),
}

/// A value of a parameter, for fields whose type only the event knows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    /// Canonical text.
    pub(super) text: String,
    /// The value as a number, if it is one.
    pub(super) number: Option<f64>,
    /// The value as a moment, if it is one.
    pub(super) time_us: Option<i64>,
    /// It came as a JSON number, so that texts of digits mean numbers as well.
    pub(super) kind: GivenKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenKind {
    Text,
    Number,
}

/// The field whose value is looked up in master data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AttributeOf {
    BizStep,
    Disposition,
    ReadPoint,
    BizLocation,
    EpcClass,
    BizTransaction,
    Source,
    Destination,
    Extension(Vec<String>),
}
