//! What is asked of the engine, and what it answers.

use crate::{EventFacts, Ids, Rest};

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// 溯源: what it is made of and came through.
    Backward,
    /// 追踪: what contains it or was made of it, and who holds that.
    Forward,
}

impl Direction {
    /// Stable name: `backward`, `forward`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
        }
    }
}

/// The moment of the answer: only what had happened and was known by then counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// Events up to this time count, microseconds since the epoch.
    pub event_time_us: i64,
    /// What was captured up to this time counts, microseconds since the epoch.
    pub record_time_us: i64,
}

impl AsOf {
    /// All that is known.
    pub const NOW: Self = Self { event_time_us: i64::MAX, record_time_us: i64::MAX };

    pub(crate) fn holds(self, event: &EventFacts) -> bool {
        event.record_time_us <= self.record_time_us && event.event_time_us <= self.event_time_us
    }
}

/// How far a closure may grow; each is also what [`Cut`] tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events that are taken in; one that names many runs counts for one more with each sixteen.
    pub n_events: usize,
    /// Runs of identifiers that are looked up.
    pub n_identifiers: usize,
    /// Steps from the subject: into a container, to an input, to an output.
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

/// A place where an answer was cut; what the answer holds is right, and more may belong to it. A
/// question for `at` with `rest` goes on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The limit that was reached.
    pub limit: Limit,
    /// The identifiers whose events are not, or not all, in the answer.
    pub at: Ids,
    /// What is left to tell of them.
    pub rest: Rest,
}

/// How an event belongs to the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// It names the subject.
    Own,
    /// It names a container that the subject was in.
    Inside {
        /// Identifier id of the container.
        container: i64,
        /// Steps from the subject: 1 for its own carton, 2 for the pallet of that carton.
        depth: u16,
    },
    /// It belongs to something that the subject was made of, or to its lot. Backward only.
    Source {
        /// First identifier id of the input or of the lot.
        input: i64,
        /// The container of the input that the event names, if it does not name the input.
        container: Option<i64>,
        /// Steps from the subject: 1 for its own inputs.
        depth: u16,
    },
    /// It belongs to something that was in the subject, or in a container that was used up for it.
    /// Backward only.
    Content {
        /// First identifier id of the content.
        content: i64,
        /// The container that the event names, if it does not name the content.
        container: Option<i64>,
        /// Steps from the subject.
        depth: u16,
    },
    /// It belongs to something that was made of the subject, or is of the lot. Forward only.
    Product {
        /// First identifier id of the output or of the items.
        output: i64,
        /// The container that the event names, if it does not name the output.
        container: Option<i64>,
        /// Steps from the subject: 1 for what was made of it directly.
        depth: u16,
    },
}

impl Via {
    /// Steps from the subject; 0 for its own events.
    pub fn depth(self) -> u16 {
        match self {
            Self::Own => 0,
            Self::Inside { depth, .. }
            | Self::Source { depth, .. }
            | Self::Content { depth, .. }
            | Self::Product { depth, .. } => depth,
        }
    }

    /// One step on, into a container.
    pub(crate) fn into(self, container: i64) -> Self {
        let depth = self.depth().saturating_add(1);
        match self {
            Self::Own | Self::Inside { .. } => Self::Inside { container, depth },
            Self::Source { input, .. } => Self::Source { input, container: Some(container), depth },
            Self::Content { content, .. } => {
                Self::Content { content, container: Some(container), depth }
            }
            Self::Product { output, .. } => {
                Self::Product { output, container: Some(container), depth }
            }
        }
    }
}

/// One event of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The event's id in the store.
    pub event: [u8; 16],
    /// When it happened, microseconds since the epoch.
    pub event_time_us: i64,
    /// How it belongs to the subject; a way with the fewest steps.
    pub via: Via,
}

/// Something that the answer speaks of, not as a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The identifiers.
    pub ids: Ids,
    /// [`Via::Own`], or a source, content or product without a container.
    pub via: Via,
}

/// Why one thing leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// `from` was packed into `to`.
    Packed,
    /// `to` was made of `from`.
    Made,
    /// `to` are items of the lot `from`.
    OfLot,
}

impl EdgeKind {
    /// Stable name: `packed`, `made`, `of_lot`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Made => "made",
            Self::OfLot => "of_lot",
        }
    }
}

/// A step of the goods, always in the direction that they take: content to container, input to
/// output, lot to item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Where it comes from.
    pub from: Ids,
    /// Where it goes.
    pub to: Ids,
    /// Why.
    pub kind: EdgeKind,
    /// The event that says so.
    pub event: [u8; 16],
}

/// What became of things, as their last event tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// No event says where it is.
    Unknown,
    /// Somebody has it.
    InStock,
    /// It left and has not come yet.
    InTransit,
    /// A consumer has it.
    Sold,
    /// Something was made of it, or it was consumed.
    Used,
    /// It was destroyed.
    Destroyed,
    /// Its identifier was ended.
    Decommissioned,
}

impl State {
    /// Stable name: `unknown`, `in_stock`, `in_transit`, `sold`, `used`, `destroyed`,
    /// `decommissioned`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::InStock => "in_stock",
            Self::InTransit => "in_transit",
            Self::Sold => "sold",
            Self::Used => "used",
            Self::Destroyed => "destroyed",
            Self::Decommissioned => "decommissioned",
        }
    }
}

/// Where a run of identifiers is, as far as is known. Neighbours with one last event and one last
/// shipping are one holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The identifiers: items, or one class.
    pub ids: Ids,
    /// What became of them.
    pub state: State,
    /// The last event that tells of them or of what they are in.
    pub event: Option<[u8; 16]>,
    /// The outermost container that the event names and they are in.
    pub container: Option<i64>,
    /// [`EventFacts::place`] of the last event that has one.
    pub place: Option<i64>,
    /// The last shipping of them or of what they were in then.
    pub shipping: Option<Shipping>,
}

/// An event by which goods left for somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipping {
    /// The event's id in the store.
    pub event: [u8; 16],
    /// When it happened, or when it was captured if that was before, microseconds since the epoch.
    pub at_us: i64,
}

/// Two events that cannot both be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// At one time in two places.
    TwoPlaces,
    /// Somewhere else than the container that it is in.
    ApartFromContainer,
    /// More of a lot received than was shipped.
    ReceivedMoreThanShipped,
    /// In two containers at once.
    TwoParents,
    /// Begun twice.
    CommissionedTwice,
    /// Something happened to it after its end.
    MovedAfterEnd,
    /// Something happened to it before its beginning.
    BeforeBeginning,
    /// From one place to the other faster than anything travels.
    ImpossibleSpeed,
}

impl FindingKind {
    /// Stable name, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::TwoPlaces => "two_places",
            Self::ApartFromContainer => "apart_from_container",
            Self::ReceivedMoreThanShipped => "received_more_than_shipped",
            Self::TwoParents => "two_parents",
            Self::CommissionedTwice => "commissioned_twice",
            Self::MovedAfterEnd => "moved_after_end",
            Self::BeforeBeginning => "before_beginning",
            Self::ImpossibleSpeed => "impossible_speed",
        }
    }
}

/// A contradiction: a finding, never a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// Which.
    pub kind: FindingKind,
    /// What it is about.
    pub ids: Ids,
    /// The earlier event.
    pub first: [u8; 16],
    /// The later event.
    pub second: [u8; 16],
}

/// An amount in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    /// A code of UN/ECE Recommendation 20, of two with a space; `None` counts pieces.
    pub uom: Option<[u8; 3]>,
    /// The sum of what was said, 0 or more.
    pub quantity: f64,
    /// False if some did not say how much.
    pub is_all: bool,
}

impl Sum {
    /// Its unit as a text; `None` counts pieces.
    pub fn unit(&self) -> Option<String> {
        unit_of(self.uom)
    }
}

/// A unit as a text; `None` counts pieces.
pub fn unit_of(uom: Option<[u8; 3]>) -> Option<String> {
    uom.map(|uom| String::from_utf8_lossy(&uom).trim_end().to_owned())
}

/// What went into a transformation and what came out, each unit apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// Its events, one or all that share its `transformationID`.
    pub events: Vec<[u8; 16]>,
    /// What went in.
    pub inputs: Vec<Sum>,
    /// What came out.
    pub outputs: Vec<Sum>,
}

impl Balance {
    /// What came out for each unit of what went in, if both are known in one and the same unit.
    pub fn yield_ratio(&self) -> Option<f64> {
        let ([input], [output]) = (self.inputs.as_slice(), self.outputs.as_slice()) else {
            return None;
        };
        let is_known = input.uom == output.uom && input.is_all && output.is_all;
        (is_known && input.quantity > 0.0).then(|| output.quantity / input.quantity)
    }
}

/// What share of something may come from the subject, fractions of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// What was made.
    pub ids: Ids,
    /// However it was mixed.
    pub at_least: f64,
    /// If it was mixed evenly; `None` if amounts are missing or in several units.
    pub even: Option<f64>,
    /// However it was mixed.
    pub at_most: f64,
}

/// An event that moves a class by amount and names no items: how much of it may be the subject, or
/// made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassStep {
    /// The event's id in the store.
    pub event: [u8; 16],
    /// Identifier id of the class.
    pub class: i64,
    /// The amount; `None` if the event does not say.
    pub quantity: Option<f64>,
    /// Its unit, as in [`Sum::uom`].
    pub uom: Option<[u8; 3]>,
    /// However it was mixed.
    pub at_least: f64,
    /// However it was mixed; `None` if nobody says how much.
    pub at_most: Option<f64>,
}

/// Who has how much of a class that events moved by amounts: as far as they tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LotPart {
    /// Identifier id of the class.
    pub class: i64,
    /// The unit of the amounts, as in [`Sum::uom`].
    pub uom: Option<[u8; 3]>,
    /// What became of it.
    pub state: State,
    /// [`EventFacts::place`] of where it is, if it is at a place.
    pub place: Option<i64>,
    /// What it is in.
    pub container: Option<i64>,
    /// The last event that tells of it.
    pub event: Option<[u8; 16]>,
    /// So much is there, 0 or more.
    pub at_least: f64,
    /// No more than this is there; `None` if nothing bounds it.
    pub at_most: Option<f64>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    /// The events in order of event time, then of capture.
    pub entries: Vec<Entry>,
    /// Subject, sources, contents, products; in order of their ids.
    pub reached: Vec<Reached>,
    /// How they hang together.
    pub edges: Vec<Edge>,
    /// Where the subject, and forward what was made of it, is.
    pub holdings: Vec<Holding>,
    /// What contradicts itself in what is told of them.
    pub findings: Vec<Finding>,
    /// The transformations among the events.
    pub balances: Vec<Balance>,
    /// Forward: what share of what was made may come from the subject.
    pub shares: Vec<Share>,
    /// Forward: the events among the entries that move a class by amount, in order of time.
    pub class_steps: Vec<ClassStep>,
    /// Forward: who has how much of what moved by amounts.
    pub parts: Vec<LotPart>,
    /// Set if a limit was reached: the first place, where the whole walk ended if it did.
    pub cut: Option<Cut>,
    /// The other places, as many as there is room for.
    pub further_cuts: Vec<Cut>,
}
