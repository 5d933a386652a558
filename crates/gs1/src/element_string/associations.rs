//! Which AIs need, and which exclude each other.

use std::fmt::Write as _;

use super::{Element, ElementString};
use crate::{
    Error,
    dictionary::{Ai, Pattern},
};

/// The keys whose serial is optional, and which a digital signature (8030) needs with it.
const SERIALIZED: [Ai; 3] = [Ai::known("253"), Ai::known("255"), Ai::known("8003")];
const DIGITAL_SIGNATURE: Ai = Ai::known("8030");

impl ElementString<'_> {
    /// Checks what stands together on one item: no two values of one AI, nothing that excludes
    /// something else, everything that something else needs.
    ///
    /// # Errors
    /// [`Error::Excluded`], [`Error::Required`], [`Error::Repeated`], [`Error::Unserialized`].
    pub fn check_associations(&self) -> Result<(), Error> {
        self.check_excludes()?;
        self.check_requires()?;
        self.check_repeats()?;
        self.check_signature()
    }

    /// Whether an AI of the pattern is there, but for one AI.
    pub fn has(&self, pattern: Pattern, except: Option<Ai>) -> bool {
        self.first_of(pattern, except).is_some()
    }

    fn first_of(&self, pattern: Pattern, except: Option<Ai>) -> Option<Ai> {
        let mut ais = self.elements.iter().map(Element::ai);
        ais.find(|ai| pattern.has(*ai) && Some(*ai) != except)
    }

    pub(crate) fn check_excludes(&self) -> Result<(), Error> {
        for element in &self.elements {
            let ai = element.ai;
            for pattern in element.entry.excludes() {
                if let Some(other) = self.first_of(*pattern, Some(ai)) {
                    return Err(Error::Excluded { ai, other });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn check_requires(&self) -> Result<(), Error> {
        for element in &self.elements {
            let ai = element.ai;
            let is_there = |pattern: &Pattern| self.has(*pattern, Some(ai));
            for groups in element.entry.requires() {
                if !groups.iter().any(|group| group.iter().all(is_there)) {
                    return Err(Error::Required { ai, needed: needed(groups) });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn check_repeats(&self) -> Result<(), Error> {
        for (nth, element) in self.elements.iter().enumerate() {
            let differs = |other: &Element<'_>| other.ai == element.ai && other != element;
            if self.elements[nth + 1..].iter().any(differs) {
                return Err(Error::Repeated { ai: element.ai });
            }
        }
        Ok(())
    }

    pub(crate) fn check_signature(&self) -> Result<(), Error> {
        if self.value(DIGITAL_SIGNATURE).is_none() {
            return Ok(());
        }
        let lacks = |element: &&Element<'_>| {
            SERIALIZED.contains(&element.ai)
                && element.value.len() == element.entry.length_bounds().0
        };
        match self.elements.iter().find(lacks) {
            None => Ok(()),
            Some(element) => Err(Error::Unserialized { ai: element.ai }),
        }
    }
}

/// `01 with 21, or 02`.
fn needed(groups: &[&[Pattern]]) -> String {
    let mut out = String::new();
    for (nth, group) in groups.iter().enumerate() {
        let before = if nth == 0 { "" } else { ", or " };
        let group: Vec<String> = group.iter().map(Pattern::to_string).collect();
        write!(out, "{before}{}", group.join(" with "))
            .expect("a String takes all that is written");
    }
    out
}
