//! Element strings: application identifiers with their values, as people write them and as symbols
//! carry them (GS1 General Specifications §7.8).
//!
//! A value is checked against the dictionary while it is read: lengths, character sets, linters.
//! What must or must not stand together is checked by [`ElementString::check_associations`], since
//! it holds for all symbols of an item together.
//!
//! ```
//! use gs1::element_string::ElementString;
//!
//! let elements = ElementString::bracketed("(01)09521234543213(10)ABC(21)12")?;
//! assert_eq!(elements.to_fnc1(), "^010952123454321310ABC^2112");
//! assert_eq!(ElementString::fnc1("^010952123454321310ABC^2112")?, elements);
//! elements.check_associations()?;
//! # Ok::<(), gs1::Error>(())
//! ```

mod associations;

use std::{borrow::Cow, fmt};

use crate::{
    Error,
    dictionary::{Ai, Entry, Presence, Separator, UnknownAis, entry_at, entry_of},
    lint::{self, Finding, Linter},
};

/// The most elements that a text may have.
pub const MAX_ELEMENTS: usize = 64;

/// FNC1 where text stands for the data of a symbol.
const CARET: u8 = b'^';

/// How much of a value is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All that the dictionary says.
    Full,
    /// Lengths, character sets, and that a company prefix may be there.
    Shape,
}

/// An AI and its value.
#[derive(Clone)]
pub struct Element<'a> {
    ai: Ai,
    entry: &'static Entry,
    value: Cow<'a, str>,
}

impl<'a> Element<'a> {
    /// Checks a value.
    ///
    /// # Errors
    /// [`Error::UnknownAi`], or what is wrong with the value.
    pub fn new(ai: Ai, value: impl Into<Cow<'a, str>>) -> Result<Self, Error> {
        let entry = entry_of(ai, UnknownAis::Refused)
            .ok_or_else(|| Error::UnknownAi { found: ai.to_string() })?;
        Self::checked(ai, entry, value.into(), Depth::Full)
    }

    /// Checks a value against the row of its AI.
    pub(crate) fn checked(
        ai: Ai,
        entry: &'static Entry,
        value: Cow<'a, str>,
        depth: Depth,
    ) -> Result<Self, Error> {
        check_length(ai, entry, &value)?;
        let n_taken = lint_value(ai, entry, &value, depth)?;
        if n_taken < value.len() {
            return Err(Error::Long { ai });
        }
        Ok(Self { ai, entry, value })
    }

    /// Takes a value as it is.
    pub(crate) fn unchecked(ai: Ai, entry: &'static Entry, value: Cow<'a, str>) -> Self {
        Self { ai, entry, value }
    }

    /// The application identifier.
    pub fn ai(&self) -> Ai {
        self.ai
    }

    /// What the dictionary says of the AI.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The same, with a value of its own.
    pub fn into_owned(self) -> Element<'static> {
        Element { ai: self.ai, entry: self.entry, value: Cow::Owned(self.value.into_owned()) }
    }

    /// The human readable interpretation: `(10) ABC` (GS1 General Specifications §4.14).
    pub fn hri(&self) -> String {
        format!("({}) {}", self.ai, self.value)
    }

    /// The human readable interpretation behind its data title: `BATCH/LOT (10) ABC`.
    pub fn hri_with_title(&self) -> String {
        match self.entry.title() {
            "" => self.hri(),
            title => format!("{title} {}", self.hri()),
        }
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.ai == other.ai && self.value == other.value
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}){:?}", self.ai, self.value)
    }
}

/// Elements in their order; at least one, at most [`MAX_ELEMENTS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementString<'a> {
    elements: Vec<Element<'a>>,
}

impl<'a> ElementString<'a> {
    /// Reads `(01)09521234543213(10)ABC`; a bracket that is data is written `\(`.
    ///
    /// # Errors
    /// [`Error::Brackets`], [`Error::UnknownAi`], [`Error::TooManyElements`], or what is wrong with
    /// a value.
    pub fn bracketed(text: &'a str) -> Result<Self, Error> {
        Self::bracketed_with(text, UnknownAis::Refused)
    }

    /// As [`ElementString::bracketed`], with a word on AIs that the dictionary lacks.
    ///
    /// # Errors
    /// As [`ElementString::bracketed`].
    pub fn bracketed_with(text: &'a str, unknown: UnknownAis) -> Result<Self, Error> {
        let mut reader = Self::empty();
        let mut rest = text;
        while !rest.is_empty() {
            let inner = rest.strip_prefix('(').ok_or(Error::Brackets)?;
            let (digits, behind) = inner.split_once(')').ok_or(Error::Brackets)?;
            let found = Ai::parse(digits).and_then(|ai| Some((ai, entry_of(ai, unknown)?)));
            let (ai, entry) = found.ok_or_else(|| unknown_ai(digits))?;
            let (value, n_value) = bracketed_value(behind);
            rest = &behind[n_value..];
            reader.push(Element::checked(ai, entry, value, Depth::Full)?)?;
        }
        reader.finish()
    }

    /// Reads the human readable interpretation, as people type it from a pack: each AI in brackets,
    /// then its value, with or without spaces and data titles: `GTIN (01) 09521234543213 (10) ABC`.
    ///
    /// # Errors
    /// As [`ElementString::bracketed`].
    pub fn of_hri(text: &'a str) -> Result<Self, Error> {
        let mut reader = Self::empty();
        let mut words = text.split_whitespace().peekable();
        while words.peek().is_some() {
            let mut title = Vec::new();
            let (digits, value) = loop {
                let word = words.next().ok_or(Error::Brackets)?;
                let found = word.strip_prefix('(').and_then(|it| it.split_once(')'));
                match found.filter(|(digits, _)| Ai::parse(digits).is_some()) {
                    Some((digits, "")) => break (digits, words.next().ok_or(Error::Brackets)?),
                    Some(found) => break found,
                    None => title.push(word),
                }
            };
            let entry = Ai::parse(digits).and_then(Entry::of).ok_or_else(|| unknown_ai(digits))?;
            if !title.is_empty() && title.join(" ") != entry.title() {
                return Err(Error::Brackets);
            }
            let ai = Ai::parse(digits).ok_or_else(|| unknown_ai(digits))?;
            reader.push(Element::checked(ai, entry, value.into(), Depth::Full)?)?;
        }
        reader.finish()
    }

    /// Writes the human readable interpretation: `(01) 09521234543213 (10) ABC` (GS1 General
    /// Specifications §4.14).
    pub fn to_hri(&self) -> String {
        let elements: Vec<String> = self.elements.iter().map(Element::hri).collect();
        elements.join(" ")
    }

    /// Reads what a symbol carries, with `^` for FNC1, also in front: `^010952…10ABC^2112`.
    ///
    /// # Errors
    /// [`Error::NoFnc1`], [`Error::UnknownAi`], [`Error::TooManyElements`], or what is wrong with a
    /// value.
    pub fn fnc1(text: &'a str) -> Result<Self, Error> {
        Self::fnc1_with(text, UnknownAis::Refused)
    }

    /// As [`ElementString::fnc1`], with a word on AIs that the dictionary lacks.
    ///
    /// # Errors
    /// As [`ElementString::fnc1`].
    pub fn fnc1_with(text: &'a str, unknown: UnknownAis) -> Result<Self, Error> {
        let rest = text.strip_prefix('^').ok_or(Error::NoFnc1)?;
        Self::separated(rest, CARET, unknown)
    }

    /// Reads elements one behind the other, with `separator` for FNC1 where it must stand.
    ///
    /// A superfluous separator is tolerated, as readers do.
    pub(crate) fn separated(
        text: &'a str,
        separator: u8,
        unknown: UnknownAis,
    ) -> Result<Self, Error> {
        let mut reader = Self::empty();
        let mut rest = text;
        while !rest.is_empty() {
            let (ai, entry) = entry_at(rest, unknown).ok_or_else(|| unknown_ai(rest))?;
            rest = &rest[ai.n_digits()..];
            let n_field = rest.bytes().position(|byte| byte == separator).unwrap_or(rest.len());
            let n_value = lint_value(ai, entry, &rest[..n_field], Depth::Full)?;
            let value = Cow::Borrowed(&rest[..n_value]);
            reader.push(Element { ai, entry, value })?;
            rest = &rest[n_value..];
            if n_value == n_field {
                // The separator is ASCII, so the next byte begins a character.
                rest = rest.get(1..).unwrap_or_default();
            } else if entry.separator() == Separator::Needed {
                return Err(Error::Long { ai });
            }
        }
        reader.finish()
    }

    /// Joins elements.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::TooManyElements`].
    pub fn from_elements(elements: Vec<Element<'a>>) -> Result<Self, Error> {
        if elements.len() > MAX_ELEMENTS {
            return Err(Error::TooManyElements);
        }
        Self { elements }.finish()
    }

    /// The elements of a link: at least its key.
    pub(crate) fn of_link(elements: Vec<Element<'a>>) -> Self {
        Self { elements }
    }

    fn empty() -> Self {
        // As many as most texts have, so that they need one allocation.
        Self { elements: Vec::with_capacity(4) }
    }

    fn push(&mut self, element: Element<'a>) -> Result<(), Error> {
        if self.elements.len() == MAX_ELEMENTS {
            return Err(Error::TooManyElements);
        }
        self.elements.push(element);
        Ok(())
    }

    fn finish(self) -> Result<Self, Error> {
        if self.elements.is_empty() { Err(Error::Empty) } else { Ok(self) }
    }

    /// The elements in their order.
    pub fn elements(&self) -> &[Element<'a>] {
        &self.elements
    }

    /// The value of the first element with this AI.
    pub fn value(&self, ai: Ai) -> Option<&str> {
        self.elements.iter().find(|element| element.ai == ai).map(Element::value)
    }

    /// Gives the elements away.
    pub fn into_elements(self) -> Vec<Element<'a>> {
        self.elements
    }

    /// Writes what a symbol carries, with `^` for FNC1.
    pub fn to_fnc1(&self) -> String {
        let mut out = String::from("^");
        self.write_separated(&mut out, CARET);
        out
    }

    fn write_separated(&self, out: &mut String, separator: u8) {
        for (nth, element) in self.elements.iter().enumerate() {
            element.ai.push_to(out);
            out.push_str(&element.value);
            let is_last = nth + 1 == self.elements.len();
            if !is_last && element.entry.separator() == Separator::Needed {
                out.push(char::from(separator));
            }
        }
    }
}

/// Prints the bracketed form.
impl fmt::Display for ElementString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for element in &self.elements {
            write!(f, "({})", element.ai)?;
            let mut parts = element.value.split('(');
            f.write_str(parts.next().unwrap_or_default())?;
            for part in parts {
                write!(f, "\\({part}")?;
            }
        }
        Ok(())
    }
}

/// The value before the next bracket, and how much of the text it takes.
fn bracketed_value(text: &str) -> (Cow<'_, str>, usize) {
    let is_escaped = |at: usize| text[..at].ends_with('\\');
    let end = text.match_indices('(').find(|(at, _)| !is_escaped(*at));
    let end = end.map_or(text.len(), |(at, _)| at);
    let value = &text[..end];
    let value = if value.contains("\\(") {
        Cow::Owned(value.replace("\\(", "("))
    } else {
        Cow::Borrowed(value)
    };
    (value, end)
}

fn unknown_ai(text: &str) -> Error {
    Error::UnknownAi { found: text.chars().take(4).collect() }
}

/// Too short or too long is said before any linter speaks: a check digit at the wrong place helps
/// nobody.
fn check_length(ai: Ai, entry: &Entry, value: &str) -> Result<(), Error> {
    let (min, max) = entry.length_bounds();
    // A value with characters beyond ASCII is longer in bytes, but no linter lets it pass.
    match value.len() {
        found if found < min || found == 0 => Err(Error::Short { ai }),
        found if found > max && value.is_ascii() => Err(Error::Long { ai }),
        _ => Ok(()),
    }
}

/// Checks the components of the value at the start of `field`; how many bytes it has.
fn lint_value(ai: Ai, entry: &Entry, field: &str, depth: Depth) -> Result<usize, Error> {
    if field.is_empty() {
        return Err(Error::Short { ai });
    }
    let mut at = 0;
    for component in entry.components() {
        let rest = &field[at..];
        if rest.is_empty() && component.presence == Presence::Optional {
            break;
        }
        let text = prefix(rest, component.max);
        if text.len() < component.min {
            return Err(Error::Short { ai });
        }
        let linted = lint::charset(component.charset, text)
            .and_then(|()| lint_content(component.linters, text, depth));
        if let Err(found) = linted {
            let finding = Finding { start: at + found.start, ..found };
            return Err(Error::Component { ai, value: field.to_owned(), finding });
        }
        at += text.len();
    }
    Ok(at)
}

fn lint_content(linters: &[Linter], text: &str, depth: Depth) -> Result<(), Finding> {
    let mut asked = linters.iter().filter(|linter| match depth {
        Depth::Full => true,
        Depth::Shape => **linter == Linter::GcpPos1,
    });
    asked.try_for_each(|linter| linter.check(text))
}

/// At most `max` bytes of a text, or the character that lies across that border.
fn prefix(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    &text[..end]
}
