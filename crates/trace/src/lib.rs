//! An item's history over events of ranges: containment in time, transformation, order.
//!
//! The engine is pure: it says which identifiers it must know the events of, is fed them, and asks
//! again, ring by ring, until nothing is missing. Whoever feeds it owns the database.
//!
//! ```text
//! let mut history = History::new(item, Limits::default());
//! while !history.frontier().is_empty() {
//!     let events = ...;        // of every range of the frontier, see `History::feed`
//!     history.feed(events);
//! }
//! let trail = history.finish();
//! ```
//!
//! What belongs to an item's history:
//!
//! 1. *Own*: each event that names the item, in whatever role.
//! 2. *Inside*: each event that names a container while the item was in it, through any depth.
//!    Containment is a half-open interval of event time: an AggregationEvent or AssociationEvent
//!    with ADD opens it, DELETE closes it, for the children it lists or, if it lists none, for all.
//!    OBSERVE neither opens nor closes. ADD to a second container closes nothing: two parents at
//!    once contradict each other, and both are shown. A DELETE without children is an event of
//!    everything that it lets out.
//! 3. *Source*: if a TransformationEvent names the item as output, the history of each input
//!    before it was used, with its containers and its own sources. Events that share a
//!    `transformationID` are one transformation: all its inputs belong to all its outputs.
//!    What else was made of an input is not the item's history, and where a container came from
//!    is not either.
//!
//! So siblings never infect each other: another item of the same carton is never asked about.
//! Events with one time are ordered as they were captured.
//!
//! Not here yet: forward, contents of a container, lots and their items, error declarations,
//! findings.

mod containment;
mod history;
mod walk;

pub use history::History;

/// Which of the five EPCIS event types, EPCIS 2.0 §7.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// ObjectEvent.
    Object,
    /// AggregationEvent.
    Aggregation,
    /// TransactionEvent.
    Transaction,
    /// TransformationEvent.
    Transformation,
    /// AssociationEvent.
    Association,
}

/// The action of an event, EPCIS 2.0 §7.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// ADD.
    Add,
    /// OBSERVE.
    Observe,
    /// DELETE.
    Delete,
}

/// In which field an event names an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// `epcList`, `quantityList`.
    Epc,
    /// `parentID`.
    Parent,
    /// `childEPCs`, `childQuantityList`.
    Child,
    /// `inputEPCList`, `inputQuantityList`.
    Input,
    /// `outputEPCList`, `outputQuantityList`.
    Output,
    /// `transformationID`, interned like any other identifier.
    Transformation,
}

/// A run of identifiers that an event names in one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleRange {
    /// The field it stands in.
    pub role: Role,
    /// First identifier id.
    pub first: i64,
    /// Last identifier id, included.
    pub last: i64,
}

/// What the engine must know of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFacts {
    /// The event's id in the store.
    pub key: [u8; 16],
    /// When it happened, microseconds since the epoch.
    pub event_time_us: i64,
    /// When it was captured, microseconds since the epoch.
    pub record_time_us: i64,
    /// Its place in its capture document, 0-based; orders events of one capture.
    pub index_in_capture: u32,
    /// Its type.
    pub kind: EventKind,
    /// Its action; a TransformationEvent has none.
    pub action: Option<Action>,
    /// All that it names.
    pub ranges: Vec<RoleRange>,
}

/// A run of identifiers to look up: every event that names any of them, in any role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// First identifier id.
    pub first: i64,
    /// Last identifier id, included.
    pub last: i64,
}

impl Ask {
    /// One identifier.
    pub fn one(id: i64) -> Self {
        Self { first: id, last: id }
    }

    fn overlaps(self, range: &RoleRange) -> bool {
        range.first <= self.last && self.first <= range.last
    }
}

/// How far a history may grow; each is also what [`Cut`] tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events that are taken in.
    pub n_events: usize,
    /// Ranges of identifiers that are looked up.
    pub n_identifiers: usize,
    /// Steps from the item: into a container, or to an input.
    pub depth: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { n_events: 4096, n_identifiers: 512, depth: 16 }
    }
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::n_events`].
    Events,
    /// [`Limits::n_identifiers`].
    Identifiers,
    /// [`Limits::depth`].
    Depth,
    /// The caller finished before the frontier was empty.
    Unasked,
}

impl Limit {
    /// Stable name: `events`, `identifiers`, `depth`, `unasked`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Identifiers => "identifiers",
            Self::Depth => "depth",
            Self::Unasked => "unasked",
        }
    }
}

/// Where a trail was cut; what it holds is right, and more may belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The limit that was reached first.
    pub limit: Limit,
    /// The identifiers whose events are not, or not all, in the trail.
    pub at: Ask,
}

/// How an event belongs to the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// It names the item.
    Own,
    /// It names a container that the item was in.
    Inside {
        /// Identifier id of the container.
        container: i64,
        /// Steps from the item: 1 for its own carton, 2 for the pallet of that carton.
        depth: u16,
    },
    /// It belongs to something that the item was made of.
    Source {
        /// First identifier id of the input.
        input: i64,
        /// The container of the input that the event names, if it does not name the input.
        container: Option<i64>,
        /// Steps from the item: 1 for its own inputs.
        depth: u16,
    },
}

impl Via {
    /// Steps from the item; 0 for its own events.
    pub fn depth(self) -> u16 {
        match self {
            Self::Own => 0,
            Self::Inside { depth, .. } | Self::Source { depth, .. } => depth,
        }
    }
}

/// One event of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The event's id in the store.
    pub event: [u8; 16],
    /// When it happened, microseconds since the epoch.
    pub event_time_us: i64,
    /// How it belongs to the item; the way with the fewest steps.
    pub via: Via,
}

/// The history of one item, oldest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The events in order of event time, then of capture.
    pub entries: Vec<Entry>,
    /// Set if a limit was reached.
    pub cut: Option<Cut>,
}

#[cfg(test)]
mod tests;
