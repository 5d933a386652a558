//! GS1 Digital Link URIs: `https://domain/stem/01/09521234543213/10/ABC/21/12?17=261231`
//! (GS1 Digital Link Standard: URI Syntax).
//!
//! Which AIs stand in the path, in which order, and which in the query is what the syntax
//! dictionary says.
//! [`DigitalLink::parse`] also reads what older releases wrote: shorter GTINs, and short names in
//! the place of AIs (`/gtin/…/ser/…`); it writes AIs and 14 digits.
//! [`DigitalLink::compress`] and [`DigitalLink::decompress`] are the compressed form.
//!
//! ```
//! use gs1::digital_link::DigitalLink;
//!
//! let link = DigitalLink::parse("https://example.com/shop/gtin/9521234543213/lot/ABC?17=261231")?;
//! assert_eq!(link.value(), "09521234543213");
//! assert_eq!(link.to_string(), "https://example.com/shop/01/09521234543213/10/ABC?17=261231");
//! assert_eq!(link.canonical(), "https://id.gs1.org/01/09521234543213/10/ABC?17=261231");
//! # Ok::<(), gs1::Error>(())
//! ```

mod compress;
mod read;

pub(crate) use read::Checks;
pub use read::Leniency;

use std::{borrow::Cow, fmt};

use crate::{
    Error, Gln, Gtin, Sscc,
    dictionary::{Ai, Attribute, Entry, Separator},
    element_string::{Element, ElementString},
    escape,
};

/// The domain of a canonical link.
pub(crate) const CANONICAL_STEM: &str = "https://id.gs1.org";

/// A primary key, its qualifiers, data attributes, and where they are said to lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitalLink<'a> {
    /// All before the primary key, without the last slash.
    stem: Cow<'a, str>,
    /// The primary key, its qualifiers in their order, then the attributes.
    elements: Vec<Element<'a>>,
    n_path: usize,
    /// Parts of the query that are no elements, as they are written.
    others: Vec<Cow<'a, str>>,
}

impl<'a> DigitalLink<'a> {
    /// Builds a link from elements in any order, under a stem such as `https://example.com`.
    ///
    /// The first primary key begins the path, the alternative of qualifiers with the most elements
    /// follows it, the rest become attributes: those of pre-defined length first. A repeated AI is
    /// written once.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::NotAttribute`], [`Error::NotUri`].
    pub fn build(elements: ElementString<'a>, stem: &'a str) -> Result<Self, Error> {
        Self::build_with(elements, stem, Leniency::default())
    }

    /// As [`DigitalLink::build`], with a word on attributes that the dictionary lacks.
    ///
    /// # Errors
    /// As [`DigitalLink::build`].
    pub fn build_with(
        elements: ElementString<'a>,
        stem: &'a str,
        leniency: Leniency,
    ) -> Result<Self, Error> {
        let stem = stem.strip_suffix('/').unwrap_or(stem);
        Self::build_under(elements, Cow::Borrowed(stem), leniency)
    }

    /// As [`DigitalLink::build_with`], with a stem of its own.
    pub(crate) fn build_under(
        elements: ElementString<'a>,
        stem: Cow<'a, str>,
        leniency: Leniency,
    ) -> Result<Self, Error> {
        read::check_stem(&stem)?;
        let mut rest: Vec<Element<'a>> = Vec::new();
        for element in elements.into_elements() {
            if rest.iter().all(|earlier| earlier.ai() != element.ai()) {
                rest.push(element);
            }
        }
        let key = rest.iter().position(|element| element.entry().qualifiers().is_some());
        let key = rest.remove(key.ok_or(Error::NoKey)?);
        let n_there = |ais: &&&[Ai]| {
            ais.iter().filter(|ai| rest.iter().any(|element| element.ai() == **ai)).count()
        };
        // `max_by_key` takes the last of equals; the first is wanted.
        let alternatives = key.entry().qualifiers().unwrap_or_default();
        let best = alternatives.iter().rev().max_by_key(n_there).copied().unwrap_or_default();
        let mut path = vec![key];
        for ai in best {
            if let Some(at) = rest.iter().position(|element| element.ai() == *ai) {
                path.push(rest.remove(at));
            }
        }
        let is_wrong = |one: &&Element<'_>| match one.entry().attribute() {
            Attribute::Allowed => false,
            Attribute::Forbidden => true,
            Attribute::Unknown => !leniency.unknown_attributes,
        };
        if let Some(wrong) = rest.iter().find(is_wrong) {
            return Err(Error::NotAttribute { ai: wrong.ai() });
        }
        let n_path = path.len();
        let (fixed, variable): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|one| one.entry().separator() == Separator::NotNeeded);
        path.extend(fixed);
        path.extend(variable);
        Ok(Self { stem, elements: path, n_path, others: Vec::new() })
    }

    /// The AI of the primary key.
    pub fn key(&self) -> Ai {
        self.elements[0].ai()
    }

    /// The value of the primary key, unescaped; a GTIN has 14 digits.
    pub fn value(&self) -> &str {
        self.elements[0].value()
    }

    /// The qualifiers in the order of the standard.
    pub fn qualifiers(&self) -> &[Element<'a>] {
        &self.elements[1..self.n_path]
    }

    /// The value of one qualifier, unescaped.
    pub fn qualifier(&self, ai: Ai) -> Option<&str> {
        self.qualifiers().iter().find(|element| element.ai() == ai).map(Element::value)
    }

    /// The data attributes, in their order.
    pub fn attributes(&self) -> &[Element<'a>] {
        &self.elements[self.n_path..]
    }

    /// The parts of the query that are no elements, as they are written.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(Cow::as_ref)
    }

    /// All before the primary key, without the last slash.
    pub fn stem(&self) -> &str {
        &self.stem
    }

    /// The elements: key, qualifiers, attributes.
    pub fn elements(&self) -> &[Element<'a>] {
        &self.elements
    }

    /// The same, with texts of its own.
    pub fn into_owned(self) -> DigitalLink<'static> {
        DigitalLink {
            stem: Cow::Owned(self.stem.into_owned()),
            elements: self.elements.into_iter().map(Element::into_owned).collect(),
            n_path: self.n_path,
            others: self.others.into_iter().map(|it| Cow::Owned(it.into_owned())).collect(),
        }
    }

    /// The same as an element string.
    pub fn into_element_string(self) -> ElementString<'a> {
        ElementString::of_link(self.elements)
    }

    /// The link under `https://id.gs1.org`, with attributes in order, and nothing else in the
    /// query.
    pub fn canonical(&self) -> String {
        let mut out = String::from(CANONICAL_STEM);
        self.write_path(&mut out);
        let mut mark = '?';
        let mut attributes: Vec<&Element<'_>> = self.attributes().iter().collect();
        attributes.sort_by_key(|attribute| attribute.ai().to_string());
        for attribute in attributes {
            push_attribute(&mut out, mark, attribute);
            mark = '&';
        }
        out
    }

    fn write_path(&self, out: &mut String) {
        for element in &self.elements[..self.n_path] {
            out.push('/');
            element.ai().push_to(out);
            out.push('/');
            out.push_str(&escape::segment(element.value()));
        }
    }

    fn write_query(&self, out: &mut String, others_only: OthersOnly) {
        let mut mark = '?';
        if others_only == OthersOnly::No {
            for attribute in self.attributes() {
                push_attribute(out, mark, attribute);
                mark = '&';
            }
        }
        for other in &self.others {
            out.push(mark);
            out.push_str(other);
            mark = '&';
        }
    }
}

/// Whether the elements of the query are left out.
#[derive(Clone, Copy, PartialEq)]
enum OthersOnly {
    Yes,
    No,
}

fn push_attribute(out: &mut String, mark: char, attribute: &Element<'_>) {
    out.push(mark);
    attribute.ai().push_to(out);
    out.push('=');
    out.push_str(&escape::query(attribute.value()));
}

/// Links to the keys of the product.
impl DigitalLink<'static> {
    /// A kind of product.
    pub fn gtin(gtin: &Gtin) -> Self {
        Self::of_key(Ai::GTIN, gtin.as_str())
    }

    /// One item. `serial` has 1 to 20 characters of CSET 82.
    ///
    /// # Errors
    /// What is wrong with the serial.
    pub fn sgtin(gtin: &Gtin, serial: &str) -> Result<Self, Error> {
        Self::gtin(gtin).with(Ai::SERIAL, serial)
    }

    /// One lot. `lot` has 1 to 20 characters of CSET 82.
    ///
    /// # Errors
    /// What is wrong with the lot.
    pub fn lgtin(gtin: &Gtin, lot: &str) -> Result<Self, Error> {
        Self::gtin(gtin).with(Ai::LOT, lot)
    }

    /// A logistic unit.
    pub fn sscc(sscc: &Sscc) -> Self {
        Self::of_key(Ai::SSCC, sscc.as_str())
    }

    /// A place.
    pub fn gln(gln: &Gln) -> Self {
        Self::of_key(Ai::GLN, gln.as_str())
    }

    fn of_key(ai: Ai, value: &str) -> Self {
        let entry = Entry::of(ai).expect("the dictionary has the keys of this crate");
        let key = Element::unchecked(ai, entry, Cow::Owned(value.to_owned()));
        Self {
            stem: Cow::Borrowed(CANONICAL_STEM),
            elements: vec![key],
            n_path: 1,
            others: Vec::new(),
        }
    }

    fn with(mut self, ai: Ai, value: &str) -> Result<Self, Error> {
        self.elements.push(Element::new(ai, value.to_owned())?);
        self.n_path += 1;
        Ok(self)
    }
}

/// Prints the link under its own stem.
impl fmt::Display for DigitalLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = self.stem.as_ref().to_owned();
        self.write_path(&mut out);
        self.write_query(&mut out, OthersOnly::No);
        f.write_str(&out)
    }
}
