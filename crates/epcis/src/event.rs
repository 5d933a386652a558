//! The event: what, when, where, why and how, in canonical form (EPCIS 2.0 §7.4).
//!
//! Only what the product decides by is a field; all else (ILMD, sensor data, extensions) is a list
//! of leaves for who asks, and stays in `body`, which is what was received.

use std::fmt::Write as _;

use crate::leaf::Leaf;

/// What people read of an event beside its type, its times and what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// As [`Event::disposition`].
    pub disposition: Option<String>,
    /// As [`Event::read_point`].
    pub read_point: Option<String>,
    /// As [`Event::biz_location`].
    pub biz_location: Option<String>,
    /// As [`Event::biz_transactions`].
    pub biz_transactions: Vec<BizTransaction>,
    /// As [`Event::quantities`].
    pub quantities: Vec<QuantityElement>,
}

/// One EPCIS event that broke no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Position in the document's event list, 0-based.
    pub event_index: usize,
    /// Which of the five types.
    pub event_type: EventType,
    /// `eventID` as received. The sender may have given none.
    pub event_id: Option<String>,
    /// `eventTime` in microseconds since the Unix epoch; finer digits are cut.
    pub event_time_us: i64,
    /// `eventTimeZoneOffset` as received, `±hh:mm`.
    pub event_time_zone_offset: String,
    /// `action`; none for a TransformationEvent.
    pub action: Option<Action>,
    /// `bizStep` as a URI; CBV words as `https://ref.gs1.org/cbv/BizStep-…`.
    pub biz_step: Option<String>,
    /// `disposition` as a URI; CBV words as `https://ref.gs1.org/cbv/Disp-…`.
    pub disposition: Option<String>,
    /// `persistentDisposition`; empty lists when absent.
    pub persistent_disposition: PersistentDisposition,
    /// `readPoint` id in canonical form.
    pub read_point: Option<String>,
    /// `bizLocation` id in canonical form.
    pub biz_location: Option<String>,
    /// Instance-level identifiers with their roles, the parent included, as in the document.
    pub epcs: Vec<EpcRef>,
    /// Class-level identifiers with their roles, as in the document.
    pub quantities: Vec<QuantityElement>,
    /// Ranges of our own codes (`suyuan:ranges`), as in the document.
    pub ranges: Vec<RangeRef>,
    /// `bizTransactionList`.
    pub biz_transactions: Vec<BizTransaction>,
    /// `sourceList`.
    pub sources: Vec<SourceDestination>,
    /// `destinationList`.
    pub destinations: Vec<SourceDestination>,
    /// `transformationID`, TransformationEvent only.
    pub transformation_id: Option<String>,
    /// `errorDeclaration`.
    pub error_declaration: Option<ErrorDeclaration>,
    /// `certificationInfo`, zero or more URIs.
    pub certification_info: Vec<String>,
    /// Extensions, ILMD and sensor data, value by value.
    pub leaves: Vec<Leaf>,
    /// SHA-256 of the pre-hash string (CBV 2.0 §8.9).
    pub event_hash: [u8; 32],
    /// The event as compact JSON: what was received, less white space, with its `@context` first.
    ///
    /// Parsing these bytes again gives this event again.
    pub body: Vec<u8>,
}

impl Event {
    /// The event hash as a URI: `ni:///sha-256;<64 hex digits>?ver=CBV2.0`.
    pub fn event_hash_uri(&self) -> String {
        event_hash_uri(&self.event_hash)
    }

    /// `parentID` in canonical form.
    pub fn parent_id(&self) -> Option<&str> {
        self.epcs_of(Role::Parent).next()
    }

    /// The instance-level identifiers of one role.
    pub fn epcs_of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.epcs.iter().filter(move |it| it.role == role).map(|it| it.epc.as_str())
    }
}

/// The event hash as a URI: `ni:///sha-256;<64 hex digits>?ver=CBV2.0`.
pub(crate) fn event_hash_uri(event_hash: &[u8; 32]) -> String {
    let mut uri = String::from("ni:///sha-256;");
    for byte in event_hash {
        write!(uri, "{byte:02x}").expect("writing to a string cannot fail");
    }
    uri.push_str("?ver=CBV2.0");
    uri
}

/// The five event types (EPCIS 2.0 §7.4.2 to §7.4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventType {
    /// Something happened to objects.
    ObjectEvent,
    /// Children were put into, seen in, or taken out of a parent.
    AggregationEvent,
    /// Objects were tied to, or untied from, business transactions.
    TransactionEvent,
    /// Inputs became outputs.
    TransformationEvent,
    /// Children were fastened to a parent or a place.
    AssociationEvent,
}

impl EventType {
    /// All types.
    pub const ALL: [EventType; 5] = [
        EventType::ObjectEvent,
        EventType::AggregationEvent,
        EventType::TransactionEvent,
        EventType::TransformationEvent,
        EventType::AssociationEvent,
    ];

    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            EventType::ObjectEvent => "ObjectEvent",
            EventType::AggregationEvent => "AggregationEvent",
            EventType::TransactionEvent => "TransactionEvent",
            EventType::TransformationEvent => "TransformationEvent",
            EventType::AssociationEvent => "AssociationEvent",
        }
    }

    /// The type of this name.
    pub fn parse(name: &str) -> Option<EventType> {
        EventType::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What the event does to the life of its objects (EPCIS 2.0 §7.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Created, or added to something.
    Add,
    /// Seen, neither added nor taken away.
    Observe,
    /// Destroyed, or taken away from something.
    Delete,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 3] = [Action::Add, Action::Observe, Action::Delete];

    /// The standard's name: `ADD`, `OBSERVE`, `DELETE`.
    pub fn name(self) -> &'static str {
        match self {
            Action::Add => "ADD",
            Action::Observe => "OBSERVE",
            Action::Delete => "DELETE",
        }
    }

    /// The action of this name.
    pub fn parse(name: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What an identifier is to its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// `epcList`, `quantityList`: the objects of an ObjectEvent or TransactionEvent.
    Epc,
    /// `parentID`.
    Parent,
    /// `childEPCs`, `childQuantityList`.
    Child,
    /// `inputEPCList`, `inputQuantityList`.
    Input,
    /// `outputEPCList`, `outputQuantityList`.
    Output,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Role::Epc, Role::Parent, Role::Child, Role::Input, Role::Output];

    /// The lower-case name that `suyuan:ranges` uses.
    pub fn name(self) -> &'static str {
        match self {
            Role::Epc => "epc",
            Role::Parent => "parent",
            Role::Child => "child",
            Role::Input => "input",
            Role::Output => "output",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// One instance-level identifier of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpcRef {
    /// What it is to the event.
    pub role: Role,
    /// Canonical form: an `https://id.gs1.org/…` URI for GS1 keys, else the URI as received.
    pub epc: String,
}

/// One `quantityElement` (EPCIS 2.0 §7.3.3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityElement {
    /// What it is to the event: never `Parent`.
    pub role: Role,
    /// Class in canonical form.
    pub epc_class: String,
    /// Decimal without exponent or trailing zeros; none means an unknown quantity.
    pub quantity: Option<String>,
    /// UN/CEFACT Recommendation 20 code; none means a count.
    pub uom: Option<String>,
}

/// A run of neighbouring codes of one of our batches: the member `suyuan:ranges`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeRef {
    /// What the codes are to the event.
    pub role: Role,
    /// Id of the code batch.
    pub code_batch: String,
    /// First position in the batch, 0-based, at most 2^53.
    pub first: u64,
    /// Last position in the batch, inclusive, not below `first`.
    pub last: u64,
}

/// One business transaction (EPCIS 2.0 §7.3.5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BizTransaction {
    /// Type as a URI; CBV words as `https://ref.gs1.org/cbv/BTT-…`.
    pub biz_transaction_type: Option<String>,
    /// Identifier of the transaction, canonical when it is a GS1 key.
    pub biz_transaction: String,
}

/// One source or destination (EPCIS 2.0 §7.3.5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDestination {
    /// Type as a URI; CBV words as `https://ref.gs1.org/cbv/SDT-…`.
    pub source_dest_type: String,
    /// Identifier of the party or place, canonical when it is a GS1 key.
    pub id: String,
}

/// Dispositions that last beyond the event (EPCIS 2.0 §7.3.5.5), as URIs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersistentDisposition {
    /// Begins to hold.
    pub set: Vec<String>,
    /// Ceases to hold.
    pub unset: Vec<String>,
}

/// The declaration that an earlier event was wrong (EPCIS 2.0 §7.4.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDeclaration {
    /// When it was declared, in microseconds since the Unix epoch.
    pub declaration_time_us: i64,
    /// Why, as a URI; CBV words as `https://ref.gs1.org/cbv/ER-…`.
    pub reason: Option<String>,
    /// Events that correct the wrong one.
    pub corrective_event_ids: Vec<String>,
}
