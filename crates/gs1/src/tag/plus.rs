//! The schemes of TDS 2, which write the values of AIs, and the data behind their EPC
//! (EPC Tag Data Standard 2.3 §14.5, §15.3).

use super::method::{self, read_moment, write_moment};
use super::scheme::Plus;
use super::{WORD_BITS, text};
use crate::{
    Error,
    bits::{BitReader, BitWriter},
    dictionary::{Ai, Entry},
    digital_link::{CANONICAL_STEM, DigitalLink, Leniency},
    element_string::{Depth, Element, ElementString, MAX_ELEMENTS},
    epc::{self, Level},
};

/// The AIs that the date of `dsgtin+` may have, by their indicator (§14.5.3).
const DATES: [&str; 7] = ["11", "13", "15", "16", "17", "7006", "7007"];

/// What follows the filter value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plussed {
    date: Option<Element<'static>>,
    /// The key and its qualifier.
    elements: Vec<Element<'static>>,
    host: Option<String>,
    /// What stands behind the EPC.
    more: Vec<Element<'static>>,
    /// The bits behind the last data that were understood.
    unread: Vec<bool>,
}

impl std::hash::Hash for Plussed {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.epc().hash(state);
    }
}

impl Plussed {
    pub(super) fn of_link(plus: Plus, link: DigitalLink<'_>) -> Option<Self> {
        let host = match plus.is_hosted {
            true => Some(link.stem().strip_prefix("https://").filter(|it| !it.contains('/'))?),
            false => None,
        };
        let host = host.map(str::to_owned);
        let elements = link.into_element_string().into_elements();
        let mut rest: Vec<Element<'static>> = elements
            .into_iter()
            .map(Element::into_owned)
            .filter(|it| !is_no_extension(it))
            .collect();
        let mut take = |wanted: &dyn Fn(&Element<'_>) -> bool| {
            rest.iter().position(wanted).map(|at| rest.remove(at))
        };
        let elements = plus.ais.iter().filter_map(|ai| take(&|it| it.ai() == *ai)).collect();
        let date = plus.is_dated.then(|| take(&|it| indicator(it).is_some())).flatten();
        if plus.is_dated != date.is_some() {
            return None;
        }
        Self { date, elements, host, more: rest, unread: Vec::new() }.checked()
    }

    /// Whether it names one thing, as an EPC must.
    fn checked(self) -> Option<Self> {
        let canonical = epc::canonical(&self.link_of(self.elements.clone()).ok()?.canonical());
        canonical.ok().filter(|it| it.level == Level::Instance).map(|_| self)
    }

    /// A link of some of the elements, under its host.
    fn link_of(&self, elements: Vec<Element<'static>>) -> Result<DigitalLink<'static>, Error> {
        let stem = match &self.host {
            Some(host) => format!("https://{host}"),
            None => CANONICAL_STEM.to_owned(),
        };
        let elements = ElementString::from_elements(elements)?;
        DigitalLink::build_under(elements, stem.into(), Leniency::default())
    }

    pub(super) fn link(&self) -> DigitalLink<'static> {
        let all = [&self.elements[..], self.date.as_slice(), &self.more[..]].concat();
        let link = self.link_of(all).or_else(|_| self.link_of(self.elements.clone()));
        link.expect("a link of the elements alone was built when the tag was made")
    }

    pub(super) fn epc(&self) -> String {
        let link = self.link_of(self.elements.clone());
        let link = link.expect("it was built when the tag was made").canonical();
        epc::canonical(&link).expect("a link is an absolute URI").uri
    }

    pub(super) fn has_data(&self) -> bool {
        !self.more.is_empty() || self.has_unread()
    }

    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    pub(super) fn write(&self, bits: &mut BitWriter, plus: Plus) -> Option<()> {
        if let Some(date) = &self.date {
            bits.number(indicator(date)? as u64, 4);
            write_moment(bits, date.value(), 6)?;
        }
        for ai in plus.ais {
            let value = self.elements.iter().find(|it| it.ai() == *ai).map(Element::value);
            let value = value.or((*ai == Ai::GLN_EXTENSION).then_some(NO_EXTENSION))?;
            method::write(bits, *ai, value)?;
        }
        if let Some(host) = &self.host {
            text::write_host(bits, host)?;
        }
        for element in &self.more {
            for digit in element.ai().to_string().bytes() {
                bits.number(u64::from(digit - b'0'), 4);
            }
            method::write(bits, element.ai(), element.value())?;
        }
        bits.raw(&self.unread);
        Some(())
    }

    pub(super) fn read(bits: &mut BitReader, plus: Plus) -> Option<Self> {
        let mut date = None;
        if plus.is_dated {
            let ai = Ai::known(DATES.get(bits.small(4)?)?);
            date = Some(element(ai, read_moment(bits, 6)?)?);
        }
        let mut elements = Vec::with_capacity(2);
        for ai in plus.ais {
            let value = method::read(bits, *ai)?;
            if *ai == Ai::GLN_EXTENSION && (value.is_empty() || value == NO_EXTENSION) {
                continue;
            }
            elements.push(Element::new(*ai, value).ok()?);
        }
        let host = match plus.is_hosted {
            true => Some(text::read_host(bits)?),
            false => None,
        };
        // Memory has whole words, filled with zeros.
        bits.pad(WORD_BITS);
        let (mut more, mut unread) = (Vec::new(), Vec::new());
        while bits.n_left() >= 8 && !bits.is_padding() {
            let before = bits.clone();
            match read_data(bits).filter(|_| more.len() < MAX_ELEMENTS) {
                Some(element) => more.push(element),
                None => {
                    // Without the zeros that fill the last word.
                    let rest = before.rest();
                    let end = rest.iter().rposition(|bit| *bit).map_or(0, |at| at + 1);
                    unread = rest[..end.max(8)].to_vec();
                    break;
                }
            }
        }
        Self { date, elements, host, more, unread }.checked()
    }
}

/// An element whose date may be one that the dictionary refuses, such as a harvest of a month.
fn element(ai: Ai, value: String) -> Option<Element<'static>> {
    Element::checked(ai, Entry::of(ai)?, value.into(), Depth::Shape).ok()
}

/// A place without extension has a lone 0 (§6.3.3).
fn is_no_extension(element: &Element<'_>) -> bool {
    element.ai() == Ai::GLN_EXTENSION && element.value() == NO_EXTENSION
}

const NO_EXTENSION: &str = "0";

/// The indicator of a date, if it is one that may stand before an EPC.
fn indicator(element: &Element<'_>) -> Option<usize> {
    let ai = element.ai();
    let is_date = element.value().len() == 6;
    DATES.iter().position(|date| is_date && Ai::known(date) == ai)
}

/// An AI in digits of four bits (table K) and its value.
fn read_data(bits: &mut BitReader) -> Option<Element<'static>> {
    let (tens, ones) = (bits.small(4)?, bits.small(4)?);
    let n_digits = Entry::n_digits_of_prefix(tens, ones)?;
    let mut digits = vec![tens, ones];
    while digits.len() < n_digits {
        digits.push(bits.small(4)?);
    }
    let digit = |digit: usize| char::from_digit(u32::try_from(digit).ok()?, 10);
    let ai = Ai::parse(&digits.into_iter().map(digit).collect::<Option<String>>()?)?;
    Element::new(ai, method::read(bits, ai)?).ok()
}
