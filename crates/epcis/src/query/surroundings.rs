//! What a query must know that no event says: the hierarchy of places, master data, our codes.

use std::collections::{HashMap, HashSet};

/// Facts beside the event. Keys are identifiers in canonical form; empty ones are allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The places that a place is directly inside (EPCIS 2.0 §6.5); that a part is inside its
    /// location ([`location_of`]) needs no saying.
    pub parents: HashMap<String, Vec<String>>,
    /// Attributes of master data by identifier: names and values.
    pub attributes: HashMap<String, Vec<(String, String)>>,
    /// Code batch and position of those EPCs of a query that are codes of ours, since an event may
    /// name them by a range.
    pub positions: HashMap<String, (String, u64)>,
    /// The other spellings of those EPCs, which no standard relates.
    pub spellings: HashMap<String, Vec<String>>,
}

/// The location that a part of one belongs to: a Digital Link of AI 414 without its AI 254.
///
/// ```
/// use epcis::query::location_of;
///
/// let location = "https://id.gs1.org/414/9521321000010";
/// assert_eq!(location_of("https://id.gs1.org/414/9521321000010/254/gate"), Some(location));
/// assert_eq!(location_of(location), None);
/// ```
pub fn location_of(place: &str) -> Option<&str> {
    let at = place.find("/254/")?;
    place.starts_with("https://id.gs1.org/414/").then_some(&place[..at])
}

impl Surroundings {
    /// A place and all places that it is directly or indirectly inside.
    pub(super) fn with_ancestors<'p>(&'p self, place: &'p str) -> HashSet<&'p str> {
        let mut places = HashSet::new();
        let mut rest = vec![place];
        while let Some(place) = rest.pop() {
            // Master data of others may go round in circles.
            if places.insert(place) {
                rest.extend(location_of(place));
                let parents = self.parents.get(place).into_iter().flatten();
                rest.extend(parents.map(String::as_str));
            }
        }
        places
    }

    /// What has such an attribute of master data, by name and value.
    pub(super) fn having(&self, is_it: impl Fn(&(String, String)) -> bool) -> Vec<String> {
        let described = self.attributes.iter();
        described.filter(|(_, has)| has.iter().any(&is_it)).map(|(id, _)| id.clone()).collect()
    }

    /// Places and all places inside them.
    pub(super) fn with_descendants(&self, outer: &[String]) -> Vec<String> {
        let is_inside = |place: &&String| {
            let around = self.with_ancestors(place);
            outer.iter().any(|it| around.contains(it.as_str()))
        };
        let mut places: Vec<String> = self.parents.keys().filter(is_inside).cloned().collect();
        places.extend_from_slice(outer);
        places.sort_unstable();
        places.dedup();
        places
    }
}
