//! What stands around the events of a JSON-LD document (EPCIS 2.0 §9.5.1): context, type, version.

use std::borrow::Cow;

use crate::{
    DocumentKind, Event, EventType, Limits, Rule, Summary, VocabularyElement,
    context::Context,
    fields::{self, Fields, QualifiedName},
    hash,
    json::{self, Json, Member},
    master_data,
    read::{Edition, Reader, read_event, read_summary},
    report::{Pointer, Report, shown},
    time::Moment,
};

/// The outermost object, and what holds for all its events.
pub(crate) struct Frame {
    pub(crate) kind: DocumentKind,
    context: Context,
    /// The source text of the document's `@context`.
    context_text: String,
    ignored: Vec<QualifiedName>,
    /// The member that lists what the event hash leaves out.
    ignore_text: Option<String>,
    /// The names that lead to the event list; none for a bare event.
    path: &'static [&'static str],
}

/// What holds for one event: the frame's context and its own.
pub(crate) struct Scope<'s> {
    pub(crate) context: Cow<'s, Context>,
    pub(crate) ignored: Cow<'s, [QualifiedName]>,
}

/// The frame of a document, and its event list or its only event.
pub(crate) fn read_frame<'a>(
    json: &'a Json<'a>,
    limits: &Limits,
    report: &mut Report,
) -> Option<(Frame, &'a Json<'a>)> {
    let frame = Frame::open(json, report)?;
    let events = frame.check(json, limits, report)?;
    Some((frame, events)).filter(|_| report.n_found() == 0)
}

/// Follows the path to the event list.
fn find_events<'a>(
    json: &'a Json<'a>,
    path: &[&str],
    at: &Pointer<'_>,
    report: &mut Report,
) -> Option<&'a Json<'a>> {
    let Some((name, rest)) = path.split_first() else { return Some(json) };
    match json.members().map(|members| json::find(members, name)) {
        Some(Some(member)) => find_events(&member.value, rest, &at.name(name), report),
        Some(None) => {
            report.push(at, Rule::MissingField, format!("{name} is missing"));
            None
        }
        None => {
            report.push(at, Rule::WrongType, format!("expected an object, not {}", json.kind()));
            None
        }
    }
}

/// The members of the document itself (EPCIS 2.0 §9.5.1).
fn check_document(
    members: &[Member<'_>],
    kind: DocumentKind,
    context: &Context,
    report: &mut Report,
) {
    const NAMES: [&str; 10] = [
        "type",
        "id",
        "schemaVersion",
        "creationDate",
        "epcisHeader",
        "epcisBody",
        "sender",
        "receiver",
        "instanceIdentifier",
        "baseURL",
    ];
    let root = Pointer::ROOT;
    let document = Fields::of(members, context);
    for (name, _) in document.standard.iter().filter(|(name, _)| !NAMES.contains(name)) {
        let message = format!("{} is not a member here, and has no namespace", shown(name));
        report.push(&root.name(name), Rule::UnknownField, message);
    }
    for (name, _) in &document.undeclared {
        let message = format!("the prefix of {} is not declared in @context", shown(name));
        report.push(&root.name(name), Rule::UnknownPrefix, message);
    }
    match document.get("schemaVersion") {
        Some(Json::String(version)) if version.split('.').next() == Some("2") => {}
        Some(_) => {
            let message = "the schema version is not 2.0";
            report.push(&root.name("schemaVersion"), Rule::SchemaVersion, message);
        }
        None if kind == DocumentKind::EpcisDocument => {
            report.push(&root, Rule::MissingField, "schemaVersion is missing");
        }
        None => {}
    }
    match document.get("creationDate").map(|json| json.as_str().map(Moment::parse)) {
        Some(Some(Ok(_))) => {}
        Some(_) => {
            let message = "not a date and time with its time zone, 1970 to 9998";
            report.push(&root.name("creationDate"), Rule::InvalidTime, message);
        }
        None if kind == DocumentKind::EpcisDocument => {
            report.push(&root, Rule::MissingField, "creationDate is missing");
        }
        None => {}
    }
}

impl Frame {
    /// How many objects are around the event list; 0 for a bare event.
    pub(crate) fn level(&self) -> usize {
        self.path.len()
    }

    /// What a document says before its events: context, type and what the event hash leaves out.
    pub(crate) fn open(json: &Json<'_>, report: &mut Report) -> Option<Frame> {
        let root = Pointer::ROOT;
        let Some(members) = json.members() else {
            report.push(&root, Rule::UnknownDocument, "the outermost value is not an object");
            return None;
        };
        let mut context = Context::default();
        let context_text = match json::find(members, "@context") {
            Some(member) => {
                context.extend(&member.value, &root.name("@context"), report);
                member.value_text
            }
            None => {
                report.push(&root, Rule::InvalidContext, "@context is missing");
                "[]"
            }
        };
        let document_type = ["type", "@type"].iter().find_map(|name| json::find(members, name));
        let document_type = document_type.and_then(|it| it.value.as_str()).unwrap_or_default();
        let document_type = context.expand(document_type);
        let (kind, path): (_, &'static [&'static str]) = match hash::local_type(&document_type) {
            "EPCISDocument" => (DocumentKind::EpcisDocument, &["epcisBody", "eventList"]),
            "EPCISQueryDocument" => (
                DocumentKind::EpcisQueryDocument,
                &["epcisBody", "queryResults", "resultsBody", "eventList"],
            ),
            name if EventType::parse(name).is_some() => (DocumentKind::Event, &[]),
            name => {
                let message = format!("{} is not an EPCIS document or event type", shown(name));
                report.push(&root, Rule::UnknownDocument, message);
                return None;
            }
        };
        let context_text = context_text.to_owned();
        let ignored = Vec::new();
        let frame = Frame { kind, context, context_text, ignored, ignore_text: None, path };
        Some(frame.with_ignored(members))
    }

    /// Whether another frame leaves the same members out of the event hash.
    pub(crate) fn ignores_same(&self, other: &Frame) -> bool {
        self.ignored == other.ignored
    }

    /// The master data of the document's header.
    pub(crate) fn master_data(&self, header: &Json<'_>) -> Vec<VocabularyElement> {
        master_data::of_header(header, &self.context)
    }

    /// JSON pointer to the event list, or to the only event.
    pub(crate) fn list_pointer(&self) -> String {
        self.path.iter().flat_map(|name| ["/", name]).collect()
    }

    /// Judges all but the events, which come back.
    pub(crate) fn check<'a>(
        &self,
        json: &'a Json<'a>,
        limits: &Limits,
        report: &mut Report,
    ) -> Option<&'a Json<'a>> {
        let root = Pointer::ROOT;
        if self.kind != DocumentKind::Event {
            check_document(json.members()?, self.kind, &self.context, report);
        }
        let events = find_events(json, self.path, &root, report)?;
        if self.kind != DocumentKind::Event {
            check_tree(json, &TreeCheck { limits, except: Some(events) }, &root, report);
        }
        let n_events = events.as_list().len();
        if n_events > limits.n_events {
            let message = format!("{n_events} events; at most {}", limits.n_events);
            report.push(&root, Rule::TooManyEvents, message);
            return None;
        }
        Some(events)
    }

    /// Looks for `ignoreFields` of any namespace, in the document and along the path.
    fn with_ignored(mut self, members: &[Member<'_>]) -> Frame {
        let mut level = members;
        let mut path = self.path;
        while let Some((name, rest)) = path.split_first() {
            if let Some(member) = ignore_fields(level) {
                self.ignored = fields::ignored_names(&member.value, &self.context);
                self.ignore_text = Some(member.text.to_owned());
            }
            match json::find(level, name).and_then(|member| member.value.members()) {
                Some(members) => (level, path) = (members, rest),
                None => break,
            }
        }
        self
    }

    pub(crate) fn scope(
        &self,
        members: &[Member<'_>],
        at: &Pointer<'_>,
        report: &mut Report,
    ) -> Scope<'_> {
        let mut context = Cow::Borrowed(&self.context);
        // A bare event is its own frame, whose context is read already.
        let own = json::find(members, "@context").filter(|_| !self.path.is_empty());
        if let Some(own) = own {
            context.to_mut().extend(&own.value, &at.name("@context"), report);
        }
        let ignored = match ignore_fields(members) {
            Some(own) => Cow::Owned(fields::ignored_names(&own.value, &context)),
            None => Cow::Borrowed(&self.ignored[..]),
        };
        Scope { context, ignored }
    }

    /// Reads one event; `index` is its place in the event list, if that is an array.
    pub(crate) fn event(
        &self,
        index: Option<usize>,
        json: &Json<'_>,
        limits: &Limits,
        report: &mut Report,
    ) -> Option<Event> {
        with_path(&Pointer::ROOT, self.path, |at| {
            let at = index.map_or(*at, |index| at.index(index));
            let Json::Object(members) = json else {
                let message = format!("expected an event, not {}", json.kind());
                report.push(&at, Rule::WrongType, message);
                return None;
            };
            let n_before = report.n_found();
            check_tree(json, &TreeCheck { limits, except: None }, &at, report);
            let scope = self.scope(members, &at, report);
            let edition = Edition::Second;
            let mut reader = Reader { context: &scope.context, limits, report, edition };
            let mut event = read_event(&mut reader, members, &scope.ignored, &at)
                .filter(|_| report.n_found() == n_before)?;
            event.event_index = index.unwrap_or_default();
            event.body = self.body(members);
            Some(event)
        })
    }

    /// Reads what people read of one event.
    pub(crate) fn summary(
        &self,
        members: &[Member<'_>],
        limits: &Limits,
        report: &mut Report,
    ) -> Summary {
        let at = Pointer::ROOT;
        let context = &self.scope(members, &at, report).context;
        let mut reader = Reader { context, limits, report, edition: Edition::Second };
        read_summary(&mut reader, members, &at)
    }

    /// What was received, less white space, with the context and `ignoreFields` that hold for it.
    fn body(&self, members: &[Member<'_>]) -> Vec<u8> {
        let n_bytes: usize = members.iter().map(|member| member.text.len() + ",".len()).sum();
        let mut body = Vec::with_capacity(n_bytes + self.context_text.len() + 32);
        body.extend_from_slice(b"{\"@context\":");
        let own = json::find(members, "@context").filter(|_| !self.path.is_empty());
        match own {
            Some(own) => {
                let parts = [bare_items(&self.context_text), bare_items(own.value_text)];
                let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
                json::compact(&format!("[{}]", parts.join(",")), &mut body);
            }
            None => json::compact(&self.context_text, &mut body),
        }
        let inherited = self.ignore_text.as_deref().filter(|_| ignore_fields(members).is_none());
        let own = members.iter().filter(|member| member.name != "@context");
        for text in inherited.into_iter().chain(own.map(|member| member.text)) {
            body.push(b',');
            json::compact(text, &mut body);
        }
        body.push(b'}');
        body
    }
}

/// Builds the pointer to the event list on the stack.
fn with_path<T>(at: &Pointer<'_>, path: &[&str], then: impl FnOnce(&Pointer<'_>) -> T) -> T {
    match path {
        [] => then(at),
        [a, b] => then(&at.name(a).name(b)),
        [a, b, c, d] => then(&at.name(a).name(b).name(c).name(d)),
        _ => unreachable!("paths have none, two or four names"),
    }
}

/// The member `ignoreFields` of any namespace but the standard's.
fn ignore_fields<'m, 'a>(members: &'m [Member<'a>]) -> Option<&'m Member<'a>> {
    members.iter().find(|member| {
        member.name.split_once(':').is_some_and(|(_, local)| local == fields::IGNORE_FIELDS)
    })
}

/// The items of an array without its brackets; any other value as it is.
fn bare_items(text: &str) -> &str {
    let inner = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    inner.unwrap_or(text).trim_ascii()
}

/// Finds duplicate members and what is too long.
struct TreeCheck<'c> {
    limits: &'c Limits,
    /// A subtree that is checked elsewhere.
    except: Option<&'c Json<'c>>,
}

fn check_tree(json: &Json<'_>, check: &TreeCheck<'_>, at: &Pointer<'_>, report: &mut Report) {
    let limits = check.limits;
    match json {
        json if check.except.is_some_and(|except| std::ptr::eq(except, json)) => {}
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_tree(item, check, &at.index(index), report);
            }
        }
        Json::Object(members) => {
            for name in duplicates(members) {
                let message = format!("the member {} is there twice", shown(name));
                report.push(&at.name(name), Rule::DuplicateKey, message);
            }
            for member in members {
                if member.name.len() > limits.string_bytes {
                    report.push(at, Rule::StringTooLong, "the name of a member is too long");
                } else {
                    check_tree(&member.value, check, &at.name(&member.name), report);
                }
            }
        }
        Json::String(text) if text.len() > limits.string_bytes => {
            let message = format!("{} bytes; at most {}", text.len(), limits.string_bytes);
            report.push(at, Rule::StringTooLong, message);
        }
        Json::Number(text) if text.len() > limits.string_bytes => {
            let message = format!("{} digits; at most {}", text.len(), limits.string_bytes);
            report.push(at, Rule::StringTooLong, message);
        }
        _ => {}
    }
}

/// Names that an object has more than once.
fn duplicates<'m>(members: &'m [Member<'_>]) -> Vec<&'m str> {
    let is_first = |index: usize| members[..index].iter().all(|it| it.name != members[index].name);
    if members.len() < 32 && (0..members.len()).all(is_first) {
        return Vec::new();
    }
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_ref()).collect();
    names.sort_unstable();
    let mut twice: Vec<&str> =
        names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    twice.dedup();
    twice
}
