//! What the engine must know of an event, and the moments and runs of identifiers it reckons with.

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
    /// The lot of the items that the event names as `Epc` or `Output`: they are of it from here on.
    Lot,
}

/// What a business step says of the life of a thing, CBV 2.0 §7.1; the other steps say where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// `commissioning`: it begins.
    Commissioning,
    /// `shipping`: it is handed over and on its way.
    Shipping,
    /// `departing`, `loading`, `transporting`: it is on its way.
    Leaving,
    /// `receiving`: it has come.
    Receiving,
    /// `retail_selling`, `dispensing`: a consumer has it.
    Selling,
    /// `consuming`: it was used up.
    Consuming,
    /// `destroying`: it is no more.
    Destroying,
    /// `decommissioning`: its identifier is no more.
    Decommissioning,
    /// Any other step, or none.
    Other,
}

/// A run of identifiers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ids {
    /// First identifier id.
    pub first: i64,
    /// Last identifier id, not before `first`.
    pub last: i64,
}

impl Ids {
    /// One identifier.
    pub fn one(id: i64) -> Self {
        Self { first: id, last: id }
    }

    /// How many identifiers it holds.
    pub fn n_ids(self) -> u64 {
        self.last.abs_diff(self.first).saturating_add(1)
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        other.first <= self.last && self.first <= other.last
    }

    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }

    /// What is left of it when `gone` is taken out: nothing, one or two runs.
    pub(crate) fn without(self, gone: Self) -> impl Iterator<Item = Self> {
        let before = gone.first.checked_sub(1).map(|last| (self.first, self.last.min(last)));
        let after = gone.last.checked_add(1).map(|first| (self.first.max(first), self.last));
        let rest = [before, after].into_iter().flatten();
        rest.filter(|(first, last)| first <= last).map(|(first, last)| Self { first, last })
    }
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

impl RoleRange {
    /// The identifiers without the role.
    pub fn ids(&self) -> Ids {
        Ids { first: self.first, last: self.last }
    }
}

/// How much of a class (a lot, a product) an event speaks of, EPCIS 2.0 §7.3.3.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// The list it stands in.
    pub role: Role,
    /// Identifier id of the class.
    pub class: i64,
    /// The quantity, above 0; `None` if the event does not say.
    pub quantity: Option<f64>,
    /// A code of UN/ECE Recommendation 20, of two with a space; `None` counts pieces.
    pub uom: Option<[u8; 3]>,
}

/// A point on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Millionths of a degree, −90,000,000 to 90,000,000.
    pub latitude: i32,
    /// Millionths of a degree, −180,000,000 to 180,000,000.
    pub longitude: i32,
}

/// What the engine must know of an event.
#[derive(Debug, Clone, PartialEq)]
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
    /// What its business step says.
    pub step: Step,
    /// Where it was read, or where the things are afterwards: any number, the same for the same
    /// place.
    pub place: Option<i64>,
    /// Where on the earth that is, if it is known.
    pub position: Option<Position>,
    /// All that it names.
    pub ranges: Vec<RoleRange>,
    /// Of the classes among them, how much.
    pub amounts: Vec<Amount>,
    /// Key of the event that this one declares to be wrong, EPCIS 2.0 §7.4.1.4. It is not itself an
    /// observation then.
    pub declares: Option<[u8; 16]>,
}

impl EventFacts {
    /// True if the event names any of `ids` in `role`.
    pub(crate) fn names(&self, role: Role, ids: Ids) -> bool {
        self.in_role(role).any(|named| named.overlaps(ids))
    }

    /// The ranges in `role`.
    pub(crate) fn in_role(&self, role: Role) -> impl Iterator<Item = Ids> + '_ {
        self.ranges.iter().filter(move |range| range.role == role).map(RoleRange::ids)
    }

    /// The action of an event that packs or unpacks; nothing for any other.
    pub(crate) fn packs(&self) -> Option<Action> {
        match self.kind {
            EventKind::Aggregation | EventKind::Association => self.action,
            EventKind::Object | EventKind::Transaction | EventKind::Transformation => None,
        }
    }

    /// True for a DELETE that lists no children: all leave the parent.
    pub(crate) fn empties(&self) -> bool {
        self.packs() == Some(Action::Delete) && self.in_role(Role::Child).next().is_none()
    }

    /// What the event says of the amount of `class` in `role`.
    pub(crate) fn amount(&self, role: Role, class: i64) -> Option<Amount> {
        let mut amounts = self.amounts.iter();
        amounts.find(|amount| amount.role == role && amount.class == class).copied()
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment {
            event_time_us: self.event_time_us,
            record_time_us: self.record_time_us,
            index_in_capture: self.index_in_capture,
            key: self.key,
        }
    }
}

/// The place of an event in time; ties go by capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment {
    event_time_us: i64,
    record_time_us: i64,
    index_in_capture: u32,
    key: [u8; 16],
}

impl Moment {
    pub(crate) const BEGIN: Self = Self {
        event_time_us: i64::MIN,
        record_time_us: i64::MIN,
        index_in_capture: 0,
        key: [0; 16],
    };
    pub(crate) const END: Self = Self {
        event_time_us: i64::MAX,
        record_time_us: i64::MAX,
        index_in_capture: u32::MAX,
        key: [u8::MAX; 16],
    };

    /// The next moment; nothing happens in between.
    pub(crate) fn next(self) -> Self {
        let key = u128::from_be_bytes(self.key).saturating_add(1).to_be_bytes();
        Self { key, ..self }
    }

    /// The first moment of the same event time.
    pub(crate) fn of_time(event_time_us: i64) -> Self {
        Self { event_time_us, ..Self::BEGIN }
    }
}

/// A stretch of time, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Included.
    pub(crate) from: Moment,
    /// Excluded.
    pub(crate) until: Moment,
}

impl Window {
    pub(crate) const ALL: Self = Self { from: Moment::BEGIN, until: Moment::END };

    /// Nothing but one moment.
    pub(crate) fn at(moment: Moment) -> Self {
        Self { from: moment, until: moment.next() }
    }

    pub(crate) fn holds(self, moment: Moment) -> bool {
        self.from <= moment && moment < self.until
    }

    pub(crate) fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from < both.until).then_some(both)
    }
}
