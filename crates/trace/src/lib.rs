//! What a thing is made of and came through, and what became of it: the closure over events of
//! ranges, directed and true to time.
//!
//! The engine is pure: it says which identifiers it must know the events of, is fed them, and asks
//! again, ring by ring, until nothing is missing. Whoever feeds it owns the database, and decides
//! whose events count.
//!
//! ```text
//! let mut closure = Closure::new(question, Limits::default());
//! while !closure.frontier().is_empty() {
//!     let events = ...;        // of every run of the frontier, see `Closure::feed`
//!     closure.feed(events, missing_from_us);
//! }
//! let trail = closure.finish();
//! ```
//!
//! docs/TRACE.md states the rules, each with an example; `tests/` holds one story for each. In
//! short:
//!
//! - *Containment* is a half-open interval of event time: an AggregationEvent or AssociationEvent
//!   with ADD opens it, DELETE closes it, for the children it lists or, if it lists none, for all.
//!   An event of a container belongs to what is in it at that time, through any depth, and to
//!   nothing else: siblings never infect each other.
//! - *Transformation* joins all inputs to all outputs of the events that share a
//!   `transformationID`. An input counts until it is used; of a lot a part remains.
//! - *Lots* lead to the items that an event begins of them, and items to their lot.
//! - *Backward* follows outputs to inputs, items to lots, and containers to their contents;
//!   *forward* follows inputs to outputs and lots to items. What carried a thing is shown in both.
//! - *Declared errors* count no longer, as soon as they are declared.
//! - Events with one time are ordered as they were captured.

mod answer;
mod balance;
mod closure;
mod facts;
mod inside;
mod known;
mod lots;
mod mixing;
mod range_map;
mod replay;
mod rest;
mod stays;
mod work;

pub use answer::{
    AsOf, Balance, ClassStep, Cut, Direction, Edge, EdgeKind, Entry, Finding, FindingKind, Holding,
    Limit, Limits, LotPart, Reached, Share, Shipping, State, Sum, Trail, Via, unit_of,
};
pub use closure::{Closure, Question};
pub use facts::{
    Action, Amount, EventFacts, EventKind, Ids, Position, Role, RoleRange, Step, only_uses,
};
pub(crate) use facts::{Moment, Window};
pub use rest::Rest;
pub(crate) use rest::Span;

#[cfg(test)]
mod tests;
