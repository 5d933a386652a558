//! What the engine must know of an event, and the moments and runs of identifiers it reckons with.

use std::fmt;

use crate::range_map::RangeMap;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Brings ranges and amounts in order, each once: what a list says of one class in one unit is
    /// one amount. All that is below relies on it.
    pub(crate) fn sort(&mut self) {
        self.ranges.sort_by_key(|range| (range.role, range.first, range.last));
        self.ranges.dedup();
        self.amounts.sort_by_key(|amount| (amount.role, amount.class, amount.uom));
        self.amounts.dedup_by(|next, sum| {
            let is_same = (next.role, next.class, next.uom) == (sum.role, sum.class, sum.uom);
            if is_same {
                sum.quantity = sum.quantity.zip(next.quantity).map(|(a, b)| a + b);
            }
            is_same
        });
    }

    /// True if the event names any of `ids` in `role`.
    pub(crate) fn names(&self, role: Role, ids: Ids) -> bool {
        self.in_role(role).any(|named| named.overlaps(ids))
    }

    /// `ids` in order, cut where the event begins or ends to name them in `role`; true if it does.
    pub(crate) fn split(&self, role: Role, ids: Ids) -> Vec<(Ids, bool)> {
        let mut named: RangeMap<()> = RangeMap::default();
        for range in self.in_role(role).filter_map(|range| range.intersection(ids)) {
            named.set(range, ());
        }
        named.parts(ids).into_iter().map(|(ids, it)| (ids, it.is_some())).collect()
    }

    /// The ranges in `role`, in order.
    pub(crate) fn in_role(&self, role: Role) -> impl Iterator<Item = Ids> + '_ {
        let begin = self.ranges.partition_point(|range| range.role < role);
        self.ranges[begin..].iter().take_while(move |it| it.role == role).map(RoleRange::ids)
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

    /// What the event says of the amount of `class` in `role`, one for each unit; nothing if it
    /// names an item by this id.
    pub(crate) fn amounts(&self, role: Role, class: i64) -> &[Amount] {
        let key = |amount: &Amount| (amount.role, amount.class);
        let begin = self.amounts.partition_point(|amount| key(amount) < (role, class));
        let n_amounts =
            self.amounts[begin..].iter().take_while(|it| key(it) == (role, class)).count();
        &self.amounts[begin..begin + n_amounts]
    }

    /// True if the event names a class by this id in `role`, and no item.
    pub(crate) fn is_class(&self, role: Role, id: i64) -> bool {
        !self.amounts(role, id).is_empty()
    }

    /// The lot of the items that the event names, if it names just one.
    pub(crate) fn only_lot(&self) -> Option<Ids> {
        let mut lots = self.in_role(Role::Lot);
        lots.next().filter(|_| lots.next().is_none())
    }

    /// The lot of the items that a transformation makes.
    pub(crate) fn made_lot(&self) -> Option<Ids> {
        let is_made = self.in_role(Role::Output).next().is_some();
        self.only_lot().filter(|_| self.kind == EventKind::Transformation && is_made)
    }

    /// The items that are of the lot from here on.
    pub(crate) fn of_lot(&self) -> impl Iterator<Item = Ids> + '_ {
        let named = [Role::Epc, Role::Output].into_iter();
        let items = named.flat_map(|role| self.in_role(role).map(move |ids| (role, ids)));
        items.filter(|(role, ids)| !self.is_class(*role, ids.first)).map(|(_, ids)| ids)
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

/// True if an event with these uses an amount of a class and is nothing else to it, and is no part
/// of a transformation of several events, which are summed up together.
pub fn only_uses(ranges: &[RoleRange], amounts: &[Amount], class: i64) -> bool {
    let is_used = |it: &Amount| it.role == Role::Input && it.class == class;
    let is_no_more = |range: &RoleRange| match range.role {
        Role::Transformation => false,
        Role::Input if range.first == range.last => true,
        _ => !range.ids().overlaps(Ids::one(class)),
    };
    amounts.iter().any(is_used) && ranges.iter().all(is_no_more)
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

    /// Reads what was written as a text: `begin`, `end`, or four numbers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "begin" => return Some(Self::BEGIN),
            "end" => return Some(Self::END),
            _ => {}
        }
        let mut numbers = text.split('_');
        let moment = Self {
            event_time_us: numbers.next()?.parse().ok()?,
            record_time_us: numbers.next()?.parse().ok()?,
            index_in_capture: numbers.next()?.parse().ok()?,
            key: u128::from_str_radix(numbers.next()?, 16).ok()?.to_be_bytes(),
        };
        numbers.next().is_none().then_some(moment)
    }

    /// The first moment of the same event time.
    pub(crate) fn of_time(event_time_us: i64) -> Self {
        Self { event_time_us, ..Self::BEGIN }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event_time_us, record_time_us, index_in_capture, key } = self;
        let key = u128::from_be_bytes(*key);
        match *self {
            Self::BEGIN => f.write_str("begin"),
            Self::END => f.write_str("end"),
            _ => write!(f, "{event_time_us}_{record_time_us}_{index_in_capture}_{key:x}"),
        }
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
    /// No time at all.
    pub(crate) const NEVER: Self = Self { from: Moment::BEGIN, until: Moment::BEGIN };

    /// Nothing but one moment.
    pub(crate) fn at(moment: Moment) -> Self {
        Self { from: moment, until: moment.next() }
    }

    pub(crate) fn holds(self, moment: Moment) -> bool {
        self.from <= moment && moment < self.until
    }

    pub(crate) fn covers(self, other: Self) -> bool {
        other.from >= other.until || (self.from <= other.from && other.until <= self.until)
    }

    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from < both.until).then_some(both)
    }

    /// What of it is before a moment, and the rest if there is more.
    pub(crate) fn cut_at(self, until: Moment) -> (Self, Option<Self>) {
        let rest = Self { from: self.from.max(until), ..self };
        let before = Self { until: self.until.min(until), ..self };
        (before, (rest.from < rest.until).then_some(rest))
    }

    /// From the earlier begin to the later end, of those that are any time at all.
    pub(crate) fn with(self, other: Self) -> Self {
        if other.from >= other.until {
            return self;
        }
        if self.from >= self.until {
            return other;
        }
        Self { from: self.from.min(other.from), until: self.until.max(other.until) }
    }
}
