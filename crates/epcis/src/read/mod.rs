//! From a JSON object to an [`Event`], or to what is wrong with it (EPCIS 2.0 §7.4, §10).
//!
//! `mod.rs` reads single values, `what.rs` the objects of an event, `sensor.rs` its sensor data,
//! and `event.rs` puts them together.
//! Readers never stop at the first fault.

mod event;
mod sensor;
mod what;

pub(crate) use event::{read_event, read_summary};

use gs1::epc::{self, Level};

use crate::{
    Limits, Rule,
    context::Context,
    fields::Fields,
    identifier,
    json::{Json, Member},
    report::{Pointer, Report, shown},
    time::{self, Moment},
    vocabulary::Vocabulary,
};

/// What every reader needs.
pub(crate) struct Reader<'r> {
    pub(crate) context: &'r Context,
    pub(crate) limits: &'r Limits,
    pub(crate) report: &'r mut Report,
    pub(crate) edition: Edition,
}

/// By which edition of the standard an event is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// EPCIS 2.0.
    Second,
    /// EPCIS 1.x, whose schema is looser: warnings stand for some violations.
    First,
}

/// How a member's values are read.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Hex,
    Number,
    Boolean,
    Time,
    Uri,
    Word(&'static Vocabulary),
}

impl<'r> Reader<'r> {
    fn fault(&mut self, at: &Pointer<'_>, rule: Rule, message: impl Into<String>) {
        self.report.push(at, rule, message);
    }

    /// What the first edition's schema does not ask for is only worth a warning there.
    fn fault_of_second(&mut self, at: &Pointer<'_>, rule: Rule, message: impl Into<String>) {
        match self.edition {
            Edition::Second => self.report.push(at, rule, message),
            Edition::First => self.report.warn(at, rule, message),
        }
    }

    fn wrong_type(&mut self, at: &Pointer<'_>, wanted: &str, found: &Json<'_>) {
        self.fault(at, Rule::WrongType, format!("expected {wanted}, not {}", found.kind()));
    }

    /// The members of an object, its names checked against the standard's.
    fn fields<'a>(
        &mut self,
        members: &'a [Member<'a>],
        names: &[&str],
        at: &Pointer<'_>,
    ) -> Fields<'a>
    where
        'r: 'a,
    {
        let context: &'r Context = self.context;
        let fields = Fields::of(members, context);
        for (index, (name, _)) in fields.standard.iter().enumerate() {
            let at = at.name(name);
            if !names.contains(name) {
                let message = format!("{} is not a member here, and has no namespace", shown(name));
                self.fault(&at, Rule::UnknownField, message);
            } else if fields.standard[..index].iter().any(|(other, _)| other == name)
                // Twice under one name was found before.
                && members.iter().filter(|member| member.name == *name).nth(1).is_none()
            {
                self.fault(&at, Rule::DuplicateKey, "the same member is there under another name");
            }
        }
        for (name, _) in &fields.undeclared {
            let message = format!("the prefix of {} is not declared in @context", shown(name));
            self.fault(&at.name(name), Rule::UnknownPrefix, message);
        }
        fields
    }

    fn missing(&mut self, name: &str, at: &Pointer<'_>) {
        self.fault(at, Rule::MissingField, format!("{name} is missing"));
    }

    fn text<'j>(&mut self, json: &'j Json<'_>, at: &Pointer<'_>) -> Option<&'j str> {
        match json {
            Json::String(text) if text.trim().is_empty() => {
                self.fault(at, Rule::WrongType, "the text is empty");
                None
            }
            Json::String(text) => Some(text),
            other => {
                self.wrong_type(at, "a string", other);
                None
            }
        }
    }

    fn object<'j>(&mut self, json: &'j Json<'j>, at: &Pointer<'_>) -> Option<&'j [Member<'j>]> {
        let members = json.members();
        if members.is_none() {
            self.wrong_type(at, "an object", json);
        }
        members
    }

    /// A URI, compact ones written out, not brought into canonical form.
    fn plain_uri(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<String> {
        let text = self.text(json, at)?;
        let uri = self.context.expand(text);
        if !epc::is_absolute(&uri) {
            self.fault(at, Rule::InvalidUri, format!("{} is not a URI", shown(text)));
            return None;
        }
        Some(uri.into_owned())
    }

    /// A URI, GS1 keys verified and in canonical form.
    fn id(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<(String, Level)> {
        let text = self.text(json, at)?;
        match identifier::verified(&self.context.expand(text)) {
            Ok(it) => Some(it),
            Err(gs1::Error::NotUri) => {
                self.fault(at, Rule::InvalidUri, format!("{} is not a URI", shown(text)));
                None
            }
            Err(error) => {
                let message = format!("{}: {error}", shown(text));
                let elsewhere = self.elsewhere(text);
                match elsewhere {
                    Some(_) => self.report.warn(at, Rule::InvalidIdentifier, message),
                    None => self.fault(at, Rule::InvalidIdentifier, message),
                }
                elsewhere
            }
        }
    }

    /// A web address of another host than GS1's that resembles a Digital Link without being one
    /// names what its owner says; published documents have such.
    fn elsewhere(&self, text: &str) -> Option<(String, Level)> {
        let (_, rest) = text.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"))?;
        let host = rest.split('/').next()?;
        let canonical = epc::canonical(text).ok().filter(|_| host != "id.gs1.org")?;
        Some((canonical.uri, canonical.level))
    }

    fn time(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<Moment> {
        let text = self.text(json, at)?;
        let (rule, why) = match Moment::parse(text) {
            Ok(moment) => return Some(moment),
            Err(time::Fault::Malformed) => (Rule::InvalidTime, "is not a date and time"),
            Err(time::Fault::NoZone) => (Rule::InvalidTime, "has no time zone"),
            Err(time::Fault::Zone) => (Rule::InvalidTimeZone, "has a zone beyond ±14:00"),
            Err(time::Fault::OutOfRange) => {
                (Rule::TimeOutOfRange, "lies outside the years 1970 to 9998")
            }
        };
        self.fault(at, rule, format!("{} {why}", shown(text)));
        None
    }

    fn word(
        &mut self,
        vocabulary: &Vocabulary,
        json: &Json<'_>,
        at: &Pointer<'_>,
    ) -> Option<String> {
        let text = self.text(json, at)?;
        let term = vocabulary.expand(text, self.context);
        if !term.contains(':') {
            let message = format!("{} is not a CBV {}", shown(text), vocabulary.name);
            self.fault(at, Rule::UnknownVocabulary, message);
            None
        } else if !epc::is_absolute(&term) {
            self.fault(at, Rule::InvalidUri, format!("{} is not a URI", shown(text)));
            None
        } else {
            if !vocabulary.has(&term) {
                let message = format!("{} is not a CBV {}", shown(text), vocabulary.name);
                self.report.warn(at, Rule::UnknownVocabulary, message);
            }
            Some(term.into_owned())
        }
    }

    /// Each value of a member that may be one value or an array, with its place.
    fn each<T>(
        &mut self,
        json: &Json<'_>,
        at: &Pointer<'_>,
        mut read: impl FnMut(&mut Self, &Json<'_>, &Pointer<'_>) -> Option<T>,
    ) -> Vec<T> {
        match json {
            Json::Array(items) => {
                let items = items.iter().enumerate();
                items.filter_map(|(index, item)| read(self, item, &at.index(index))).collect()
            }
            one => read(self, one, at).into_iter().collect(),
        }
    }

    /// Checks one value that is not kept.
    fn check(&mut self, shape: Shape, json: &Json<'_>, at: &Pointer<'_>) {
        match (shape, json) {
            (Shape::Text, _) => drop(self.text(json, at)),
            (Shape::Hex, _) => {
                let text = self.text(json, at);
                let is_hex = |text: &&str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
                if let Some(text) = text.filter(|text| !is_hex(text)) {
                    let message = format!("{} is not hexadecimal digits", shown(text));
                    self.fault(at, Rule::WrongType, message);
                }
            }
            (Shape::Uri, _) => drop(self.plain_uri(json, at)),
            (Shape::Time, _) => drop(self.time(json, at)),
            (Shape::Word(vocabulary), _) => drop(self.word(vocabulary, json, at)),
            (Shape::Number, Json::Number(_)) | (Shape::Boolean, Json::Bool(_)) => {}
            (Shape::Number, other) => self.wrong_type(at, "a number", other),
            (Shape::Boolean, other) => self.wrong_type(at, "a boolean", other),
        }
    }
}
