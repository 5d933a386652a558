//! The query language: SimpleEventQuery with all its parameters (EPCIS 2.0 §8.2.7.1).
//!
//! A query comes as pairs of an address or as a JSON object; both become the same [`EventQuery`].
//! [`EventQuery::matches`] is the whole truth about an event. [`EventQuery::lookups`] only says in
//! which index to look for candidates, and [`event_terms`] what the index must hold: a candidate
//! too many costs time and is never an answer.
//! Nothing is read here: the hierarchy of places, master data and the positions of our own codes
//! are arguments ([`Surroundings`]).
//!
//! ```
//! use epcis::query::EventQuery;
//!
//! let pairs = [("EQ_bizStep", "shipping|receiving"), ("GE_eventTime", "2026-11-21T00:00:00Z")];
//! let query = EventQuery::from_pairs(pairs, &[]).expect("both parameters exist");
//! assert_eq!(query.event_time.from_us, Some(1_795_219_200_000_000));
//! let unknown = EventQuery::from_pairs([("EQ_colour", "red")], &[]).unwrap_err();
//! assert_eq!(unknown[0].parameter, "EQ_colour");
//! ```

mod condition;
mod fault;
mod matches;
mod name;
mod parse;
mod pattern;
mod plan;
mod surroundings;
mod unit;

pub use condition::{Direction, EventQuery, OrderBy, Window};
pub use fault::{QueryFault, QueryRule};
pub use parse::{MAX_PARAMETERS, MAX_VALUES, NamedQuery};
pub use plan::{Lookup, MAX_EVENT_TERMS, Term, attribute_terms, event_terms};
pub use surroundings::{Surroundings, location_of};

#[cfg(test)]
mod tests;
