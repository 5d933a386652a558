//! XML to tokens and trees: names resolved, references replaced, everything bounded.
//!
//! The grammar is quick-xml's; namespaces are ours because an event keeps the prefixes it came
//! with (Namespaces in XML 1.0).
//! There are no entities but the five of XML itself; a document type declaration that declares
//! anything is refused.

use std::{
    io::{self, BufRead},
    sync::Arc,
};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::{Limits, Rule};

pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Attributes of one element; duplicates are found by comparing each with each.
const MAX_ATTRIBUTES: usize = 256;

/// Namespace declarations in force at one place.
const MAX_BINDINGS: usize = 200;

/// The name of an element or attribute; without a prefix an attribute has no namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) prefix: Arc<str>,
    pub(super) namespace: Arc<str>,
    pub(super) local: String,
}

impl Name {
    pub(super) fn is(&self, namespace: &str, local: &str) -> bool {
        *self.namespace == *namespace && self.local == local
    }

    /// The name as written.
    pub(super) fn shown(&self) -> String {
        match &*self.prefix {
            "" => self.local.clone(),
            prefix => format!("{prefix}:{}", self.local),
        }
    }
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: Name,
    /// Without namespace declarations, values normalised, in their order.
    pub(super) attributes: Vec<(Name, String)>,
    /// What `xsi:type` names.
    pub(super) xsi_type: Option<Name>,
}

impl Tag {
    pub(super) fn attribute(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name.is("", local));
        found.map(|(_, value)| value.as_str())
    }
}

/// An element and all that it holds.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    /// The text, pieces between children put together.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// What stands next in a document; comments and processing instructions are passed over.
#[derive(Debug)]
pub(super) enum Token {
    Open(Tag),
    Close,
    Text(String),
    End,
}

/// Why a document cannot be read on.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) message: String,
    /// The bytes could not be read, which is no fault of the document.
    pub(crate) io: Option<Arc<io::Error>>,
}

impl Fault {
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Fault {
        Fault { rule, message: message.into(), io: None }
    }
}

/// A binding of a prefix to a namespace.
pub(super) type Binding = (Arc<str>, Arc<str>);

pub(super) struct Pull<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    bindings: Vec<Binding>,
    /// The number of bindings before each open element.
    open: Vec<usize>,
    depth: usize,
    string_bytes: usize,
    empty: Arc<str>,
}

impl<R: BufRead> Pull<R> {
    pub(super) fn new(source: R, limits: &Limits) -> Pull<R> {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Pull {
            reader,
            buffer: Vec::new(),
            bindings: vec![("xml".into(), XML.into())],
            open: Vec::new(),
            depth: limits.depth.min(128),
            string_bytes: limits.string_bytes,
            empty: "".into(),
        }
    }

    /// The namespaces in force, the innermost last.
    pub(super) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    pub(super) fn fault(&self, message: impl std::fmt::Display) -> Fault {
        let message = format!("{message} at byte {}", self.reader.buffer_position());
        Fault::new(Rule::InvalidXml, message)
    }

    /// Where the bytes come from.
    pub(super) fn source(&mut self) -> &mut R {
        self.reader.get_mut()
    }

    pub(super) fn next(&mut self) -> Result<Token, Fault> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let token = loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            match event.map_err(|error| self.malformed(&error)).and_then(|it| self.token(it)) {
                Ok(None) => {}
                Ok(Some(token)) => break Ok(token),
                Err(fault) => break Err(fault),
            }
        };
        self.buffer = buffer;
        token
    }

    fn malformed(&self, error: &quick_xml::Error) -> Fault {
        match error {
            quick_xml::Error::Io(error) => {
                let message = error.to_string();
                Fault { rule: Rule::TooLarge, message, io: Some(error.clone()) }
            }
            quick_xml::Error::Encoding(_) => {
                Fault::new(Rule::InvalidUtf8, "the document is not UTF-8")
            }
            error => self.fault(error),
        }
    }

    fn token(&mut self, event: Event<'_>) -> Result<Option<Token>, Fault> {
        Ok(match event {
            Event::Start(start) => Some(Token::Open(self.opened(&start)?)),
            Event::End(_) => {
                let n_bindings = self.open.pop().unwrap_or(1);
                self.bindings.truncate(n_bindings);
                Some(Token::Close)
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(|error| self.malformed(&error.into()))?;
                Some(Token::Text(self.sound(&text)?))
            }
            Event::CData(text) => {
                let text = text.xml10_content().map_err(|error| self.malformed(&error.into()))?;
                Some(Token::Text(self.sound(&text)?))
            }
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(character) => character,
                    Err(error) => return Err(self.malformed(&error)),
                };
                let character = character.or(match &*reference {
                    b"lt" => Some('<'),
                    b"gt" => Some('>'),
                    b"amp" => Some('&'),
                    b"apos" => Some('\''),
                    b"quot" => Some('"'),
                    _ => None,
                });
                let character =
                    character.ok_or_else(|| self.fault("an entity that XML does not define"))?;
                Some(Token::Text(self.sound(character.encode_utf8(&mut [0; 4]))?))
            }
            Event::DocType(declaration) => {
                // `<!DOCTYPE name>` declares nothing.
                let name = declaration.trim_ascii();
                if name.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'[') {
                    return Err(self.fault("a document type declaration is not accepted"));
                }
                None
            }
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok);
                if encoding.is_some_and(|it| !it.eq_ignore_ascii_case(b"utf-8")) {
                    let message = "the document names another encoding than UTF-8";
                    return Err(Fault::new(Rule::InvalidUtf8, message));
                }
                None
            }
            Event::Comment(_) | Event::PI(_) => None,
            Event::Eof if !self.open.is_empty() => {
                return Err(self.fault("the document ends early"));
            }
            Event::Eof => Some(Token::End),
            Event::Empty(_) => unreachable!("empty elements are expanded"),
        })
    }

    /// Text that XML 1.0 allows (§2.2).
    fn sound(&self, text: &str) -> Result<String, Fault> {
        if text.chars().all(is_xml_char) {
            return Ok(text.to_owned());
        }
        Err(self.fault("a character that XML does not allow"))
    }

    fn opened(&mut self, start: &BytesStart<'_>) -> Result<Tag, Fault> {
        if self.open.len() >= self.depth {
            let message = format!("more than {} elements in each other", self.depth);
            return Err(Fault::new(Rule::TooDeep, message));
        }
        if start.len() > self.string_bytes {
            let message = format!("a tag of {} bytes; at most {}", start.len(), self.string_bytes);
            return Err(Fault::new(Rule::StringTooLong, message));
        }
        self.open.push(self.bindings.len());
        let mut attributes: Vec<(String, String)> = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.fault(error))?;
            let name = self.utf8(attribute.key.0)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = self.sound(&value.map_err(|error| self.malformed(&error))?)?;
            if let Some(prefix) = name.strip_prefix("xmlns") {
                if let Some(prefix) = prefix.strip_prefix(':') {
                    self.bind(prefix, &value)?;
                    continue;
                } else if prefix.is_empty() {
                    self.bind("", &value)?;
                    continue;
                }
            }
            if attributes.len() >= MAX_ATTRIBUTES {
                return Err(self.fault(format!("more than {MAX_ATTRIBUTES} attributes")));
            }
            attributes.push((name, value));
        }
        let name = self.utf8(start.name().0)?;
        let name = self.resolve(&name, true)?;
        let mut tag =
            Tag { name, attributes: Vec::with_capacity(attributes.len()), xsi_type: None };
        for (name, value) in attributes {
            let name = self.resolve(&name, false)?;
            if tag.attributes.iter().any(|(it, _)| it.is(&name.namespace, &name.local)) {
                return Err(self.fault(format!("the attribute {} is there twice", name.shown())));
            }
            if name.is(XSI, "type") {
                tag.xsi_type = Some(self.type_name(value.trim()));
            }
            tag.attributes.push((name, value));
        }
        Ok(tag)
    }

    fn utf8(&self, bytes: &[u8]) -> Result<String, Fault> {
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|_| self.fault("a name that is not UTF-8"))?;
        self.sound(text)
    }

    fn bind(&mut self, prefix: &str, namespace: &str) -> Result<(), Fault> {
        if self.bindings.len() >= MAX_BINDINGS {
            return Err(self.fault(format!("more than {MAX_BINDINGS} namespaces")));
        }
        let is_reserved = matches!(prefix, "xml" | "xmlns");
        if is_reserved && namespace != XML || !prefix.is_empty() && namespace.is_empty() {
            return Err(self.fault(format!("the prefix {prefix} cannot be bound so")));
        }
        self.bindings.push((prefix.into(), namespace.into()));
        Ok(())
    }

    fn resolve(&self, name: &str, takes_default: bool) -> Result<Name, Fault> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if !is_ncname(local) || !prefix.is_empty() && !is_ncname(prefix) {
            return Err(self.fault(format!("{name:?} is not a name")));
        }
        let bound = self.bindings.iter().rev().find(|(it, _)| **it == *prefix);
        let (prefix, namespace) = match bound {
            _ if prefix.is_empty() && !takes_default => (self.empty.clone(), self.empty.clone()),
            Some((prefix, namespace)) => (prefix.clone(), namespace.clone()),
            None if prefix.is_empty() => (self.empty.clone(), self.empty.clone()),
            None => return Err(self.fault(format!("the prefix {prefix} is not declared"))),
        };
        Ok(Name { prefix, namespace, local: local.to_owned() })
    }

    /// What an `xsi:type` names. Published documents forget to declare `xsd`; any other name that
    /// cannot be resolved is kept as it is.
    fn type_name(&self, value: &str) -> Name {
        let kept = |namespace: &str, local: &str| Name {
            prefix: self.empty.clone(),
            namespace: namespace.into(),
            local: local.to_owned(),
        };
        self.resolve(value, true).unwrap_or_else(|_| match value.strip_prefix("xsd:") {
            Some(local) => kept(XSD, local),
            None => kept("", value),
        })
    }

    /// The element that this tag begins, to its end.
    pub(super) fn element(&mut self, tag: Tag) -> Result<Element, Fault> {
        let mut element = Element { tag, text: String::new(), children: Vec::new() };
        loop {
            match self.next()? {
                Token::Open(tag) => {
                    let child = self.element(tag)?;
                    element.children.push(child);
                }
                Token::Text(text) => element.text.push_str(&text),
                Token::Close => return Ok(element),
                Token::End => return Err(self.fault("the document ends early")),
            }
        }
    }

    /// Passes over the element whose tag was read last.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.open.len() - 1;
        while self.open.len() > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// What XML 1.0 allows in a text (§2.2).
pub(crate) fn is_xml_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// A name without a colon (Namespaces in XML 1.0 §3).
pub(crate) fn is_ncname(name: &str) -> bool {
    let begins = |c: char| {
        c == '_'
            || c.is_ascii_alphabetic()
            || matches!(c,
                '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
                | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}'
                | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
                | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
    };
    let goes_on = |c: char| {
        begins(c)
            || c.is_ascii_digit()
            || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
    };
    name.starts_with(begins) && name.chars().all(goes_on)
}
