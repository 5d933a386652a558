//! From pairs of an address, or from JSON, to an [`EventQuery`]: names checked, types checked.
//!
//! In an address a list is written with `|` between its values, which no URI may hold
//! (`style: pipeDelimited` in the published OpenAPI). In JSON a list is an array; a lone value
//! counts as a list of one, as everywhere in JSON-LD.

use super::{
    condition::{
        Compare, Condition, Direction, EventQuery, Given, GivenKind, OrderBy, Test, Window,
    },
    fault::{QueryFault, QueryRule},
    name::{self, Bound, NotAName, Parameter},
    pattern::EpcPattern,
};
use crate::{
    Action,
    context::Context,
    json::{self, Json},
    leaf::{canonical_text, number_of},
    master_data::attribute_name,
    number,
    report::{Pointer, Report, shown},
    time::Moment,
    vocabulary::{
        BIZ_STEP, BIZ_TRANSACTION_TYPE, DISPOSITION, ERROR_REASON, MEASUREMENT_TYPE,
        SOURCE_DEST_TYPE, Vocabulary,
    },
};

use super::condition::WordField;

/// Parameters that one query may have.
pub const MAX_PARAMETERS: usize = 100;

/// Values that one query may have in all its parameters.
pub const MAX_VALUES: usize = 1_000;

type Faults = Vec<QueryFault>;

/// A query with its name, as `POST /queries` takes it (EPCIS 2.0 §12.6.5).
#[derive(Debug, Clone, PartialEq)]
pub struct NamedQuery {
    /// Its name.
    pub name: String,
    /// What was understood.
    pub query: EventQuery,
    /// The query as compact JSON: what was received, less white space; prefixes that were declared
    /// elsewhere stand in its `@context`.
    pub text: String,
}

impl NamedQuery {
    /// Reads `{"name": …, "query": {…}}`. `namespaces` are prefixes of field names that the query
    /// does not declare itself, and what they stand for.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_json(
        body: &[u8],
        namespaces: &[(String, String)],
    ) -> Result<NamedQuery, Vec<QueryFault>> {
        let malformed = |message: &str| vec![QueryFault::new("", QueryRule::Malformed, message)];
        let text = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8"))?;
        let json = json::parse(text, 16).map_err(|fault| malformed(&fault.message))?;
        let members = json.members().ok_or_else(|| malformed("the body is not an object"))?;
        let name = json::find(members, "name").and_then(|it| it.value.as_str());
        let name = name.filter(|it| !it.is_empty());
        let name = name.ok_or_else(|| malformed("name is missing, or is not a text"))?;
        let query = json::find(members, "query").ok_or_else(|| malformed("query is missing"))?;
        let text = with_context(&query.value, json::compacted(query.value_text), namespaces);
        Ok(NamedQuery { name: name.to_owned(), query: EventQuery::from_json(&text)?, text })
    }
}

impl EventQuery {
    /// Reads a query as JSON: an object with a member a parameter, and perhaps a `@context` that
    /// declares the prefixes of field names.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_json(text: &str) -> Result<EventQuery, Vec<QueryFault>> {
        let json = json::parse(text, 16)
            .map_err(|fault| vec![QueryFault::new("", QueryRule::Malformed, fault.message)])?;
        from_members(&json)
    }

    /// Reads the pairs of an address, not percent-encoded any more. `namespaces` are prefixes of
    /// field names and what they stand for.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn from_pairs<'p>(
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
        namespaces: &[(String, String)],
    ) -> Result<EventQuery, Vec<QueryFault>> {
        let mut context = Context::default();
        for (prefix, iri) in namespaces {
            context.add(prefix, iri);
        }
        let pairs = pairs.into_iter().map(|(name, text)| (name, Raw::Address(text)));
        read(pairs.collect(), &context)
    }
}

/// The text of a query with prefixes before those of its own context, which mean more.
fn with_context(query: &Json<'_>, text: String, namespaces: &[(String, String)]) -> String {
    let Some(members) = query.members().filter(|_| !namespaces.is_empty()) else { return text };
    let mut out = String::from("{\"@context\":[{");
    for (index, (prefix, iri)) in namespaces.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        json::write_string(prefix, &mut out);
        out.push(':');
        json::write_string(iri, &mut out);
    }
    out.push('}');
    if let Some(own) = json::find(members, "@context") {
        let own_text = json::compacted(own.value_text);
        let list = own_text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let list = list.unwrap_or(&own_text);
        out.push_str(if list.is_empty() { "" } else { "," });
        out.push_str(list);
    }
    out.push(']');
    for member in members.iter().filter(|member| member.name != "@context") {
        out.push(',');
        out.push_str(&json::compacted(member.text));
    }
    out.push('}');
    out
}

fn from_members(json: &Json<'_>) -> Result<EventQuery, Faults> {
    let Some(members) = json.members() else {
        let message = format!("a query is an object, not {}", json.kind());
        return Err(vec![QueryFault::new("", QueryRule::Malformed, message)]);
    };
    let mut context = Context::default();
    if let Some(declared) = json::find(members, "@context") {
        let mut report = Report::new(1);
        context.extend(&declared.value, &Pointer::ROOT, &mut report);
        // A query needs no EPCIS context, so only what is no context at all is wrong.
        let is_context = declared.value.as_list().iter();
        if !is_context.into_iter().all(|it| matches!(it, Json::String(_) | Json::Object(_))) {
            let message = "a context is a URI or an object";
            return Err(vec![QueryFault::new("@context", QueryRule::WrongValue, message)]);
        }
    }
    let parameters = members.iter().filter(|member| member.name != "@context");
    read(parameters.map(|it| (it.name.as_ref(), Raw::Json(&it.value))).collect(), &context)
}

/// The value of a parameter as it came.
#[derive(Clone, Copy)]
enum Raw<'r> {
    Address(&'r str),
    Json(&'r Json<'r>),
}

fn read(pairs: Vec<(&str, Raw<'_>)>, context: &Context) -> Result<EventQuery, Faults> {
    let mut reading = Reading { query: EventQuery::default(), context, faults: Vec::new() };
    let n_values: usize = pairs.iter().map(|(_, raw)| raw.n_values()).sum();
    if pairs.len() > MAX_PARAMETERS || n_values > MAX_VALUES {
        let message =
            format!("a query has at most {MAX_PARAMETERS} parameters and {MAX_VALUES} values");
        return Err(vec![QueryFault::new("", QueryRule::TooComplex, message)]);
    }
    for (index, &(name, raw)) in pairs.iter().enumerate() {
        if pairs[..index].iter().any(|(other, _)| *other == name) {
            let message = "the parameter stands twice; join the values of a list with |";
            reading.faults.push(QueryFault::new(name, QueryRule::Contradiction, message));
            continue;
        }
        if let Err((rule, message)) = reading.parameter(name, raw) {
            reading.faults.push(QueryFault::new(name, rule, message));
        }
    }
    if reading.query.event_count_limit.is_some() && reading.query.order_by.is_none() {
        let message = "eventCountLimit says which events are the first only with orderBy";
        let fault = QueryFault::new("eventCountLimit", QueryRule::Contradiction, message);
        reading.faults.push(fault);
    }
    if reading.query.event_count_limit.is_some() && reading.query.max_event_count.is_some() {
        let message = "eventCountLimit and maxEventCount exclude each other";
        let fault = QueryFault::new("maxEventCount", QueryRule::Contradiction, message);
        reading.faults.push(fault);
    }
    if reading.faults.is_empty() { Ok(reading.query) } else { Err(reading.faults) }
}

type Wrong = (QueryRule, String);

fn wrong(message: impl Into<String>) -> Wrong {
    (QueryRule::WrongValue, message.into())
}

struct Reading<'c> {
    query: EventQuery,
    context: &'c Context,
    faults: Faults,
}

impl Reading<'_> {
    fn parameter(&mut self, name: &str, raw: Raw<'_>) -> Result<(), Wrong> {
        let parameter = Parameter::of(name, self.context).map_err(|why| match why {
            NotAName::Unknown => {
                let message = format!("the standard has no parameter {}", shown(name));
                (QueryRule::UnknownParameter, message)
            }
            NotAName::Prefix => (
                QueryRule::UnknownParameter,
                "the prefix of the field is not declared; declare it in GS1-Extensions or in \
                 @context, or write the whole IRI"
                    .to_owned(),
            ),
        })?;
        match parameter {
            Parameter::EventTime(bound) => set(&mut self.query.event_time, bound, raw.time()?),
            Parameter::RecordTime(bound) => set(&mut self.query.record_time, bound, raw.time()?),
            Parameter::OrderBy => self.query.order_by = Some(self.order_by(raw)?),
            Parameter::OrderDirection => self.query.direction = direction(raw)?,
            Parameter::EventCountLimit => self.query.event_count_limit = Some(raw.count()?),
            Parameter::MaxEventCount => self.query.max_event_count = Some(raw.count()?),
            parameter => {
                let condition = self.condition(parameter, raw)?;
                self.query.conditions.extend(condition);
            }
        }
        Ok(())
    }

    /// None where the parameter asks for nothing, as `EXISTS_errorDeclaration=false`.
    fn condition(&self, parameter: Parameter, raw: Raw<'_>) -> Result<Option<Condition>, Wrong> {
        Ok(Some(match parameter {
            Parameter::EventType => Condition::EventType(self.event_types(raw)?),
            Parameter::Action => Condition::Action(actions(raw)?),
            Parameter::Word(field) => {
                Condition::Word(field, self.words(raw, vocabulary_of(field))?)
            }
            Parameter::Place(field, reach) => Condition::Place(field, reach, self.texts(raw)?),
            Parameter::TransformationId => Condition::TransformationId(self.texts(raw)?),
            Parameter::Epc(field) => Condition::Epc(field, self.patterns(raw)?),
            Parameter::Class(field) => Condition::Class(field, self.patterns(raw)?),
            Parameter::Quantity(compare, uom) => {
                Condition::Quantity(compare, raw.numbers(compare)?, uom)
            }
            Parameter::EventId => Condition::EventId(self.uris(raw)?),
            Parameter::CorrectiveEventId => Condition::CorrectiveEventId(self.uris(raw)?),
            Parameter::ErrorDeclared => {
                return Ok(raw.exists()?.then_some(Condition::ErrorDeclared));
            }
            Parameter::HasSensorElements => {
                return Ok(raw.exists()?.then_some(Condition::HasSensorElements));
            }
            Parameter::ErrorDeclarationTime(bound) => {
                Condition::ErrorDeclarationTime(window(bound, raw.time()?))
            }
            Parameter::BizTransaction(of) => {
                let of = match of.as_str() {
                    "" => None,
                    of => Some(self.word(of, &BIZ_TRANSACTION_TYPE)?),
                };
                Condition::BizTransaction(of, self.texts(raw)?)
            }
            Parameter::Source(of) => {
                Condition::Source(self.word(&of, &SOURCE_DEST_TYPE)?, self.texts(raw)?)
            }
            Parameter::Destination(of) => {
                Condition::Destination(self.word(&of, &SOURCE_DEST_TYPE)?, self.texts(raw)?)
            }
            Parameter::SensorText("type") => {
                Condition::SensorText("type", self.words(raw, &MEASUREMENT_TYPE)?)
            }
            Parameter::SensorText(field) => Condition::SensorText(field, self.texts(raw)?),
            Parameter::SensorBoolean => Condition::SensorBoolean(truths(raw)?),
            Parameter::SensorTime(field, bound) => {
                Condition::SensorTime(field, window(bound, raw.time()?))
            }
            Parameter::SensorNumber(field, compare, uom) => {
                Condition::SensorNumber(field, compare, raw.numbers(compare)?, uom)
            }
            Parameter::FieldExists(field) => {
                return Ok(raw.exists()?.then_some(Condition::Field(field, Test::Exists)));
            }
            Parameter::FieldCompares(field, Compare::Equal) => {
                Condition::Field(field, Test::Equals(self.givens(raw)?))
            }
            Parameter::FieldCompares(field, compare) => {
                Condition::Field(field, Test::Compares(compare, self.comparable(raw)?))
            }
            Parameter::HasAttribute(field) => Condition::HasAttribute(field, self.attributes(raw)?),
            Parameter::AttributeEquals(field, attribute) => {
                let attribute = attribute_name(&attribute, self.context);
                Condition::AttributeEquals(field, attribute, self.texts(raw)?)
            }
            Parameter::EventTime(_)
            | Parameter::RecordTime(_)
            | Parameter::OrderBy
            | Parameter::OrderDirection
            | Parameter::EventCountLimit
            | Parameter::MaxEventCount => return Ok(None),
        }))
    }

    fn order_by(&self, raw: Raw<'_>) -> Result<OrderBy, Wrong> {
        match raw.text()? {
            "eventTime" => Ok(OrderBy::EventTime),
            "recordTime" => Ok(OrderBy::RecordTime),
            field => name::extension(field, self.context).map(OrderBy::Extension).map_err(|_| {
                wrong(format!(
                    "{} is not eventTime, recordTime or the full name of an extension",
                    shown(field)
                ))
            }),
        }
    }

    /// The five types, or the names of extension types, of which we have none.
    fn event_types(&self, raw: Raw<'_>) -> Result<Vec<String>, Wrong> {
        let types = raw.texts()?.into_iter();
        types
            .map(|text| {
                let expanded = self.context.expand(text);
                let local = crate::hash::local_type(&expanded);
                if crate::EventType::parse(local).is_some() || local.contains(':') {
                    Ok(local.to_owned())
                } else {
                    Err(wrong(format!("{} is not an event type", shown(text))))
                }
            })
            .collect()
    }

    fn words(&self, raw: Raw<'_>, vocabulary: &Vocabulary) -> Result<Vec<String>, Wrong> {
        raw.texts()?.into_iter().map(|text| self.word(text, vocabulary)).collect()
    }

    fn word(&self, text: &str, vocabulary: &Vocabulary) -> Result<String, Wrong> {
        let term = vocabulary.expand(text, self.context);
        if term.contains(':') {
            Ok(term.into_owned())
        } else {
            Err(wrong(format!("{} is not a CBV {} and not a URI", shown(text), vocabulary.name)))
        }
    }

    fn texts(&self, raw: Raw<'_>) -> Result<Vec<String>, Wrong> {
        let texts = raw.texts()?.into_iter();
        Ok(texts.map(|text| canonical_text(text, None, self.context).into_owned()).collect())
    }

    fn attributes(&self, raw: Raw<'_>) -> Result<Vec<String>, Wrong> {
        let texts = raw.texts()?.into_iter();
        Ok(texts.map(|text| attribute_name(text, self.context)).collect())
    }

    /// Identifiers of events stay as they are, but for compact URIs.
    fn uris(&self, raw: Raw<'_>) -> Result<Vec<String>, Wrong> {
        let texts = raw.texts()?.into_iter();
        Ok(texts.map(|text| self.context.expand(text).into_owned()).collect())
    }

    fn patterns(&self, raw: Raw<'_>) -> Result<Vec<EpcPattern>, Wrong> {
        let texts = raw.texts()?.into_iter();
        texts.map(|text| EpcPattern::parse(&self.context.expand(text)).map_err(wrong)).collect()
    }

    fn given(&self, text: &str, kind: GivenKind) -> Given {
        Given {
            text: canonical_text(text, None, self.context).into_owned(),
            number: number_in(text),
            time_us: time_in(text),
            kind,
        }
    }

    fn givens(&self, raw: Raw<'_>) -> Result<Vec<Given>, Wrong> {
        match raw {
            Raw::Address(_) => {
                let texts = raw.texts()?.into_iter();
                Ok(texts.map(|text| self.given(text, GivenKind::Text)).collect())
            }
            Raw::Json(list) => not_empty(list.as_list().iter().map(|item| match item {
                Json::Number(text) => Ok(self.given(&number_of(text), GivenKind::Number)),
                Json::String(text) => Ok(self.given(text, GivenKind::Text)),
                Json::Bool(truth) => Ok(self.given(&truth.to_string(), GivenKind::Text)),
                other => Err(wrong(format!("expected a text or a number, not {}", other.kind()))),
            })),
        }
    }

    /// One value that has a greater and a smaller beside it.
    fn comparable(&self, raw: Raw<'_>) -> Result<Given, Wrong> {
        let givens = self.givens(raw)?;
        let [given] = &givens[..] else { return Err(wrong("expected one value")) };
        if given.number.is_none() && given.time_us.is_none() {
            return Err(wrong(format!("{} is neither a number nor a time", shown(&given.text))));
        }
        Ok(given.clone())
    }
}

fn vocabulary_of(field: WordField) -> &'static Vocabulary {
    match field {
        WordField::BizStep => &BIZ_STEP,
        WordField::Disposition | WordField::PersistentSet | WordField::PersistentUnset => {
            &DISPOSITION
        }
        WordField::ErrorReason => &ERROR_REASON,
    }
}

fn set(window: &mut Window, bound: Bound, time_us: i64) {
    match bound {
        Bound::From => window.from_us = Some(time_us),
        Bound::Until => window.until_us = Some(time_us),
    }
}

fn window(bound: Bound, time_us: i64) -> Window {
    let mut window = Window::default();
    set(&mut window, bound, time_us);
    window
}

fn direction(raw: Raw<'_>) -> Result<Direction, Wrong> {
    match raw.text()? {
        "ASC" => Ok(Direction::Ascending),
        "DESC" => Ok(Direction::Descending),
        other => Err(wrong(format!("{} is not ASC or DESC", shown(other)))),
    }
}

fn actions(raw: Raw<'_>) -> Result<Vec<Action>, Wrong> {
    let action = |text: &str| {
        let fault = || wrong(format!("{} is not ADD, OBSERVE or DELETE", shown(text)));
        Action::parse(text).ok_or_else(fault)
    };
    raw.texts()?.into_iter().map(action).collect()
}

fn truths(raw: Raw<'_>) -> Result<Vec<bool>, Wrong> {
    let truth = |text: &str| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(wrong(format!("{} is not true or false", shown(other)))),
    };
    match raw {
        Raw::Json(Json::Bool(truth)) => Ok(vec![*truth]),
        _ => raw.texts()?.into_iter().map(truth).collect(),
    }
}

fn not_empty<T>(values: impl Iterator<Item = Result<T, Wrong>>) -> Result<Vec<T>, Wrong> {
    let values: Vec<T> = values.collect::<Result<_, _>>()?;
    if values.is_empty() { Err(wrong("the list is empty")) } else { Ok(values) }
}

/// The number a text is, if it is one.
pub(super) fn number_in(text: &str) -> Option<f64> {
    number::canonical(text).and_then(|text| text.parse().ok())
}

/// The moment a text is; a day without a time begins at midnight in UTC.
pub(super) fn time_in(text: &str) -> Option<i64> {
    match text.len() {
        10 if text.is_ascii() => Moment::parse(&format!("{text}T00:00:00Z")).ok(),
        _ => Moment::parse(text).ok(),
    }
    .map(|moment| moment.0)
}

impl<'r> Raw<'r> {
    fn n_values(self) -> usize {
        match self {
            Raw::Address(text) => text.split('|').count(),
            Raw::Json(json) => json.as_list().len(),
        }
    }

    fn texts(self) -> Result<Vec<&'r str>, Wrong> {
        match self {
            Raw::Address(text) => not_empty(text.split('|').map(|text| match text.trim() {
                "" => Err(wrong("a value is empty")),
                text => Ok(text),
            })),
            Raw::Json(json) => not_empty(json.as_list().iter().map(|item| match item {
                Json::String(text) if text.trim().is_empty() => Err(wrong("a value is empty")),
                Json::String(text) => Ok(text.trim()),
                other => Err(wrong(format!("expected a text, not {}", other.kind()))),
            })),
        }
    }

    fn text(self) -> Result<&'r str, Wrong> {
        match self.texts()?[..] {
            [text] => Ok(text),
            _ => Err(wrong("expected one value, not a list")),
        }
    }

    fn time(self) -> Result<i64, Wrong> {
        let text = self.text()?;
        let fault = || {
            wrong(format!(
                "{} is not a date and time with its time zone, of the years 1 to 9999",
                shown(text)
            ))
        };
        Moment::parse_bound(text).map(|moment| moment.0).map_err(|_| fault())
    }

    /// A number, or for equality a list of them.
    fn numbers(self, compare: Compare) -> Result<Vec<f64>, Wrong> {
        let number = |text: &str| {
            number_in(text).ok_or_else(|| wrong(format!("{} is not a number", shown(text))))
        };
        let numbers: Vec<f64> = match self {
            Raw::Address(_) => self.texts()?.into_iter().map(number).collect::<Result<_, _>>()?,
            Raw::Json(json) => not_empty(json.as_list().iter().map(|item| match item {
                Json::Number(text) => number(text),
                other => Err(wrong(format!("expected a number, not {}", other.kind()))),
            }))?,
        };
        if compare != Compare::Equal && numbers.len() != 1 {
            return Err(wrong("expected one number"));
        }
        Ok(numbers)
    }

    fn count(self) -> Result<u64, Wrong> {
        let text = match self {
            Raw::Json(Json::Number(text)) => *text,
            _ => self.text()?,
        };
        let count = text.parse::<u64>().ok().filter(|count| *count > 0);
        count.ok_or_else(|| wrong(format!("{} is not a whole number above zero", shown(text))))
    }

    /// `EXISTS_…` has no value in the standard's text and a boolean in its OpenAPI; only false
    /// takes it back.
    fn exists(self) -> Result<bool, Wrong> {
        match self {
            Raw::Address("false") | Raw::Json(Json::Bool(false)) => Ok(false),
            Raw::Address("" | "true" | "1")
            | Raw::Json(Json::Null | Json::Bool(true) | Json::Number(_)) => Ok(true),
            Raw::Json(Json::String(text)) => match text.as_ref() {
                "" | "true" => Ok(true),
                "false" => Ok(false),
                other => Err(wrong(format!("{} is not true or false", shown(other)))),
            },
            Raw::Address(other) => Err(wrong(format!("{} is not true or false", shown(other)))),
            Raw::Json(other) => Err(wrong(format!("expected a boolean, not {}", other.kind()))),
        }
    }
}

impl Default for EventQuery {
    /// The query that every event matches.
    fn default() -> EventQuery {
        EventQuery {
            event_time: Window::default(),
            record_time: Window::default(),
            order_by: None,
            direction: Direction::Descending,
            event_count_limit: None,
            max_event_count: None,
            conditions: Vec::new(),
        }
    }
}
