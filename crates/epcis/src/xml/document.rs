//! What stands around the events of an XML document, and the events one by one.

use std::{io::BufRead, sync::Arc};

use super::{
    pull::{Binding, Element, Fault, Name, Pull, Tag, Token},
    to_json::{self, Converted, Ignored, is_standard},
};
use crate::{
    DocumentKind, EventType, Limits, Rule,
    fields::IGNORE_FIELDS,
    report::{Report, shown},
    time::Moment,
};

/// An event element, and what it needs from around it.
pub(crate) struct Found {
    pub(super) element: Element,
    /// Namespaces in force at the element.
    bindings: Vec<Binding>,
    ignored: Option<Arc<Ignored>>,
    /// The document is of EPCIS 1.x.
    pub(super) is_first_edition: bool,
    /// Its place in the event list, 0-based.
    pub(crate) index: usize,
    /// Its XPath.
    pub(super) path: String,
}

impl Found {
    /// Its XPath.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn convert(&self) -> Converted {
        to_json::convert(&self.element, &self.bindings, self.ignored.as_deref())
    }
}

/// The events of a document, read as they are asked for.
pub(crate) struct Events<R> {
    pull: Pull<R>,
    kind: DocumentKind,
    /// The only event, if there is no document around it.
    bare: Option<Tag>,
    /// The name of the outermost element, as it is written.
    root: String,
    /// The elements that are open, as they are written.
    open: Vec<String>,
    /// How many of them lead to the event list.
    list_depth: Option<usize>,
    list_path: String,
    n_events: usize,
    is_first_edition: bool,
    ignored: Option<Arc<Ignored>>,
    header: Option<String>,
    faults: Vec<(String, Rule, String)>,
}

impl<R: BufRead> Events<R> {
    /// Reads to the beginning of the outermost element.
    pub(crate) fn open(source: R, limits: &Limits) -> Result<Events<R>, Fault> {
        let mut pull = Pull::new(source, limits);
        let root = loop {
            match pull.next()? {
                Token::Open(tag) => break tag,
                Token::Text(text) if text.trim().is_empty() => {}
                Token::End => return Err(pull.fault("there is no element")),
                _ => return Err(pull.fault("text before the first element")),
            }
        };
        let kind = match &*root.name.local {
            "EPCISDocument" if is_standard(&root.name) => DocumentKind::EpcisDocument,
            "EPCISQueryDocument" if is_standard(&root.name) => DocumentKind::EpcisQueryDocument,
            local if EventType::parse(local).is_some() || local == "QuantityEvent" => {
                DocumentKind::Event
            }
            local => {
                let message = format!("{} is not an EPCIS document or event type", shown(local));
                return Err(Fault::new(Rule::UnknownDocument, message));
            }
        };
        let mut events = Events {
            pull,
            kind,
            bare: None,
            root: root.name.shown(),
            open: vec![root.name.shown()],
            list_depth: None,
            list_path: String::new(),
            n_events: 0,
            is_first_edition: false,
            ignored: None,
            header: None,
            faults: Vec::new(),
        };
        if kind == DocumentKind::Event {
            events.list_path = events.path();
            events.bare = Some(root);
        } else {
            events.check_root(&root);
        }
        Ok(events)
    }

    pub(crate) fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The XPath of the event list, or of the only event.
    pub(crate) fn list_path(&self) -> &str {
        &self.list_path
    }

    pub(crate) fn take_header(&mut self) -> Option<String> {
        self.header.take()
    }

    /// Hands over what is wrong outside the events; answers how much that is.
    pub(crate) fn check(&mut self, report: &mut Report) -> usize {
        let n_faults = self.faults.len();
        for (path, rule, message) in self.faults.drain(..) {
            report.push_at(path, rule, message);
        }
        n_faults
    }

    /// Where the bytes come from.
    pub(crate) fn source(&mut self) -> &mut R {
        self.pull.source()
    }

    fn path(&self) -> String {
        self.open.iter().flat_map(|name| ["/", name]).collect()
    }

    fn fault(&mut self, rule: Rule, message: impl Into<String>) {
        self.faults.push((self.path(), rule, message.into()));
    }

    fn check_root(&mut self, root: &Tag) {
        match root.attribute("schemaVersion").map(|it| it.trim().split('.').next()) {
            Some(Some("2")) => {}
            Some(Some("1")) => self.is_first_edition = true,
            Some(_) => self.fault(Rule::SchemaVersion, "the schema version is not 2.0 or 1.x"),
            None => self.fault(Rule::MissingField, "schemaVersion is missing"),
        }
        match root.attribute("creationDate").map(|it| Moment::parse(it.trim())) {
            Some(Ok(_)) => {}
            Some(Err(_)) => {
                let message = "not a date and time with its time zone, 1970 to 9998";
                let path = self.path() + "/@creationDate";
                self.faults.push((path, Rule::InvalidTime, message.to_owned()));
            }
            None if self.kind == DocumentKind::EpcisDocument => {
                self.fault(Rule::MissingField, "creationDate is missing");
            }
            None => {}
        }
    }

    /// The next event, `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, Fault> {
        if let Some(tag) = self.bare.take() {
            let path = self.path();
            let found = self.found(tag, path)?;
            self.open.clear();
            return Ok(Some(found));
        }
        loop {
            match self.pull.next()? {
                Token::Open(tag) => {
                    if let Some(found) = self.child(tag)? {
                        return Ok(Some(found));
                    }
                }
                Token::Close => {
                    self.open.pop();
                }
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(_) => {
                    self.fault(Rule::WrongType, "a text where there are only elements")
                }
                Token::End => {
                    let is_document = self.kind != DocumentKind::Event;
                    if is_document && self.list_depth.is_none() && self.faults.is_empty() {
                        let root = format!("/{}", self.root);
                        let message = "EventList is missing".to_owned();
                        self.faults.push((root, Rule::MissingField, message));
                    }
                    return Ok(None);
                }
            }
        }
    }

    fn in_list(&self) -> bool {
        self.list_depth.is_some_and(|depth| self.open.len() >= depth)
    }

    /// Goes into an element, passes over it, or finds that it is an event.
    fn child(&mut self, tag: Tag) -> Result<Option<Found>, Fault> {
        let local = tag.name.local.as_str();
        if self.in_list() {
            if is_standard(&tag.name) && local == "extension" {
                self.open.push(tag.name.shown());
                return Ok(None);
            }
            let path = format!("{}/*[{}]", self.list_path, self.n_events + 1);
            return self.found(tag, path).map(Some);
        }
        if !is_standard(&tag.name) {
            if local == IGNORE_FIELDS {
                let element = self.pull.element(tag)?;
                let names: Vec<Name> =
                    element.children.into_iter().map(|child| child.tag.name).collect();
                self.ignored = Some(Ignored { name: element.tag.name, names }.into());
            } else {
                self.pull.skip()?;
            }
            return Ok(None);
        }
        match local {
            "EPCISBody" | "QueryResults" | "resultsBody" => self.open.push(tag.name.shown()),
            "EventList" if self.list_depth.is_none() => {
                self.open.push(tag.name.shown());
                self.list_depth = Some(self.open.len());
                self.list_path = self.path();
            }
            "EPCISHeader" => {
                let bindings = self.pull.bindings().to_vec();
                let element = self.pull.element(tag)?;
                self.header = Some(super::header::to_json(&element, &bindings));
            }
            "queryName" | "subscriptionID" | "resultsBodyExtension" | "extension" => {
                self.pull.skip()?;
            }
            _ => {
                let (rule, place) = match self.open.last().map(String::as_str) {
                    Some("EPCISBody") => (Rule::UnknownDocument, "the body"),
                    _ => (Rule::UnknownField, "this place"),
                };
                let message = format!("{} is not known at {place}", tag.name.shown());
                self.fault(rule, message);
                self.pull.skip()?;
            }
        }
        Ok(None)
    }

    fn found(&mut self, tag: Tag, path: String) -> Result<Found, Fault> {
        let bindings = self.pull.bindings().to_vec();
        let element = self.pull.element(tag)?;
        let index = self.n_events;
        self.n_events += 1;
        let (ignored, is_first_edition) = (self.ignored.clone(), self.is_first_edition);
        Ok(Found { element, bindings, ignored, is_first_edition, index, path })
    }
}
