//! Writes documents of our own (EPCIS 2.0 §9.5.1).
//!
//! A [`Draft`] is an event in the making; [`document`] prints drafts as an `EPCISDocument`.
//! Nothing is checked here: [`crate::parse_document`] judges our events like anyone's.
//! Vocabulary may be bare words (`commissioning`) or URIs.
//!
//! ```
//! use epcis::{Action, Limits, Role, build, parse_document};
//!
//! let when = build::When { event_time_us: 1_763_700_000_000_000, offset: "+08:00".to_owned() };
//! let draft = build::Draft::object(Action::Add, when)
//!     .biz_step("commissioning")
//!     .disposition("active")
//!     .range(Role::Epc, "7", 0, 23_999)
//!     .quantity(Role::Epc, "https://id.gs1.org/01/09521234543213/10/L1", "24000", None)
//!     .ilmd(build::Ilmd { lot_number: Some("L1".to_owned()), ..build::Ilmd::default() });
//! let body = build::document(1_763_700_000_000_000, &[draft]);
//! let (document, violations) = parse_document(&body, &Limits::default());
//! assert_eq!(violations, []);
//! assert_eq!(document.expect("nothing is wrong").events[0].ranges[0].last, 23_999);
//! ```

use crate::{
    Action, BizTransaction, EpcRef, ErrorDeclaration, EventType, PersistentDisposition,
    QuantityElement, RangeRef, Role, SourceDestination, json::write_string, time::Moment,
};

/// When an event happened, and in which zone people there lived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// Microseconds since the Unix epoch, years 1970 to 9998.
    pub event_time_us: i64,
    /// `±hh:mm`.
    pub offset: String,
}

/// What is told of a lot or of instances when their life begins (CBV 2.0 §9.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ilmd {
    /// `cbvmda:lotNumber`.
    pub lot_number: Option<String>,
    /// `cbvmda:productionDate`, `yyyy-mm-dd`.
    pub production_date: Option<String>,
    /// `cbvmda:itemExpirationDate`, `yyyy-mm-dd`.
    pub item_expiration_date: Option<String>,
}

/// An event in the making. Fields mean what they mean in [`crate::Event`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is told at its name in Event")]
pub struct Draft {
    pub event_type: EventType,
    pub action: Option<Action>,
    pub when: When,
    pub event_id: Option<String>,
    pub biz_step: Option<String>,
    pub disposition: Option<String>,
    pub persistent_disposition: PersistentDisposition,
    pub read_point: Option<String>,
    pub biz_location: Option<String>,
    pub epcs: Vec<EpcRef>,
    pub quantities: Vec<QuantityElement>,
    pub ranges: Vec<RangeRef>,
    pub biz_transactions: Vec<BizTransaction>,
    pub sources: Vec<SourceDestination>,
    pub destinations: Vec<SourceDestination>,
    pub transformation_id: Option<String>,
    pub error_declaration: Option<ErrorDeclaration>,
    pub certification_info: Vec<String>,
    pub ilmd: Ilmd,
    /// Why items are voided or destroyed: our member `suyuan:reason`.
    pub reason: Option<String>,
}

impl Draft {
    /// Something happens to objects (role `Epc`): they are commissioned, shipped, destroyed.
    pub fn object(action: Action, when: When) -> Draft {
        Draft::new(EventType::ObjectEvent, Some(action), when)
    }

    /// Children (role `Child`) are put into, or taken out of, a parent (role `Parent`).
    pub fn aggregation(action: Action, when: When) -> Draft {
        Draft::new(EventType::AggregationEvent, Some(action), when)
    }

    /// Objects (role `Epc`) are tied to, or untied from, business transactions.
    pub fn transaction(action: Action, when: When) -> Draft {
        Draft::new(EventType::TransactionEvent, Some(action), when)
    }

    /// Inputs (role `Input`) become outputs (role `Output`).
    pub fn transformation(when: When) -> Draft {
        Draft::new(EventType::TransformationEvent, None, when)
    }

    /// Children (role `Child`) are fastened to a parent (role `Parent`).
    pub fn association(action: Action, when: When) -> Draft {
        Draft::new(EventType::AssociationEvent, Some(action), when)
    }

    fn new(event_type: EventType, action: Option<Action>, when: When) -> Draft {
        Draft {
            event_type,
            action,
            when,
            event_id: None,
            biz_step: None,
            disposition: None,
            persistent_disposition: PersistentDisposition::default(),
            read_point: None,
            biz_location: None,
            epcs: Vec::new(),
            quantities: Vec::new(),
            ranges: Vec::new(),
            biz_transactions: Vec::new(),
            sources: Vec::new(),
            destinations: Vec::new(),
            transformation_id: None,
            error_declaration: None,
            certification_info: Vec::new(),
            ilmd: Ilmd::default(),
            reason: None,
        }
    }

    /// Sets `eventID`.
    pub fn event_id(mut self, event_id: &str) -> Draft {
        self.event_id = Some(event_id.to_owned());
        self
    }

    /// Sets `bizStep`.
    pub fn biz_step(mut self, biz_step: &str) -> Draft {
        self.biz_step = Some(biz_step.to_owned());
        self
    }

    /// Sets `disposition`.
    pub fn disposition(mut self, disposition: &str) -> Draft {
        self.disposition = Some(disposition.to_owned());
        self
    }

    /// Sets `readPoint`.
    pub fn read_point(mut self, id: &str) -> Draft {
        self.read_point = Some(id.to_owned());
        self
    }

    /// Sets `bizLocation`.
    pub fn biz_location(mut self, id: &str) -> Draft {
        self.biz_location = Some(id.to_owned());
        self
    }

    /// Adds one identifier; role `Parent` is `parentID`.
    pub fn epc(mut self, role: Role, epc: &str) -> Draft {
        self.epcs.push(EpcRef { role, epc: epc.to_owned() });
        self
    }

    /// Adds the codes from position `first` to `last`, inclusive, of a code batch.
    pub fn range(mut self, role: Role, code_batch: &str, first: u64, last: u64) -> Draft {
        self.ranges.push(RangeRef { role, code_batch: code_batch.to_owned(), first, last });
        self
    }

    /// Adds a quantity of a class: a decimal number, and a unit unless it is a count.
    pub fn quantity(
        mut self,
        role: Role,
        epc_class: &str,
        quantity: &str,
        uom: Option<&str>,
    ) -> Draft {
        self.quantities.push(QuantityElement {
            role,
            epc_class: epc_class.to_owned(),
            quantity: Some(quantity.to_owned()),
            uom: uom.map(str::to_owned),
        });
        self
    }

    /// Adds a business transaction (`po`, `desadv`, …).
    pub fn biz_transaction(mut self, biz_transaction_type: &str, id: &str) -> Draft {
        self.biz_transactions.push(BizTransaction {
            biz_transaction_type: Some(biz_transaction_type.to_owned()),
            biz_transaction: id.to_owned(),
        });
        self
    }

    /// Adds a source (`owning_party`, `possessing_party`, `location`).
    pub fn source(mut self, source_dest_type: &str, id: &str) -> Draft {
        self.sources.push(source_destination(source_dest_type, id));
        self
    }

    /// Adds a destination (`owning_party`, `possessing_party`, `location`).
    pub fn destination(mut self, source_dest_type: &str, id: &str) -> Draft {
        self.destinations.push(source_destination(source_dest_type, id));
        self
    }

    /// Sets `ilmd`.
    pub fn ilmd(mut self, ilmd: Ilmd) -> Draft {
        self.ilmd = ilmd;
        self
    }

    /// Sets our member `suyuan:reason`: why items are voided or destroyed.
    pub fn reason(mut self, reason: &str) -> Draft {
        self.reason = Some(reason.to_owned());
        self
    }

    /// Declares that this event, given again as it was, was wrong.
    pub fn error_declaration(mut self, error_declaration: ErrorDeclaration) -> Draft {
        self.error_declaration = Some(error_declaration);
        self
    }
}

fn source_destination(source_dest_type: &str, id: &str) -> SourceDestination {
    SourceDestination { source_dest_type: source_dest_type.to_owned(), id: id.to_owned() }
}

/// The bytes of an `EPCISDocument` with these events.
pub fn document(creation_date_us: i64, drafts: &[Draft]) -> Vec<u8> {
    let mut out = String::with_capacity(256 + 512 * drafts.len());
    out.push_str(
        "{\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\",\
         {\"suyuan\":\"urn:suyuan:epcis:\"}],\
         \"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\"",
    );
    member(&mut out, "creationDate", &time(creation_date_us));
    out.push_str(",\"epcisBody\":{\"eventList\":");
    array(&mut out, drafts, write_draft);
    out.push_str("}}");
    out.into_bytes()
}

fn write_draft(out: &mut String, draft: &Draft) {
    out.push_str("{\"type\":");
    write_string(draft.event_type.name(), out);
    option(out, "eventID", &draft.event_id);
    member(out, "eventTime", &time(draft.when.event_time_us));
    member(out, "eventTimeZoneOffset", &draft.when.offset);
    option(out, "parentID", &draft.epcs_of(Role::Parent).next());
    for (name, role) in [
        ("epcList", Role::Epc),
        ("childEPCs", Role::Child),
        ("inputEPCList", Role::Input),
        ("outputEPCList", Role::Output),
    ] {
        let epcs: Vec<&str> = draft.epcs_of(role).collect();
        list(out, name, &epcs, |out, epc| write_string(epc, out));
    }
    for (name, role) in [
        ("quantityList", Role::Epc),
        ("childQuantityList", Role::Child),
        ("inputQuantityList", Role::Input),
        ("outputQuantityList", Role::Output),
    ] {
        let of_role = draft.quantities.iter().filter(|element| element.role == role);
        let elements: Vec<&QuantityElement> = of_role.collect();
        list(out, name, &elements, |out, element| write_quantity(out, element));
    }
    option(out, "action", &draft.action.map(Action::name));
    option(out, "transformationID", &draft.transformation_id);
    option(out, "bizStep", &draft.biz_step);
    option(out, "disposition", &draft.disposition);
    write_persistent_disposition(out, &draft.persistent_disposition);
    for (name, id) in [("readPoint", &draft.read_point), ("bizLocation", &draft.biz_location)] {
        if let Some(id) = id {
            out.push_str(&format!(",\"{name}\":{{\"id\":"));
            write_string(id, out);
            out.push('}');
        }
    }
    write_parties(out, draft);
    list(out, "certificationInfo", &draft.certification_info, |out, uri| write_string(uri, out));
    write_error_declaration(out, draft.error_declaration.as_ref());
    write_ilmd(out, &draft.ilmd);
    option(out, "suyuan:reason", &draft.reason);
    list(out, "suyuan:ranges", &draft.ranges, write_range);
    out.push('}');
}

impl Draft {
    fn epcs_of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.epcs.iter().filter(move |it| it.role == role).map(|it| it.epc.as_str())
    }
}

fn write_quantity(out: &mut String, element: &QuantityElement) {
    out.push_str("{\"epcClass\":");
    write_string(&element.epc_class, out);
    if let Some(quantity) = &element.quantity {
        out.push_str(&format!(",\"quantity\":{quantity}"));
    }
    option(out, "uom", &element.uom);
    out.push('}');
}

fn write_persistent_disposition(out: &mut String, it: &PersistentDisposition) {
    if *it == PersistentDisposition::default() {
        return;
    }
    let mut inner = String::new();
    list(&mut inner, "set", &it.set, |out, word| write_string(word, out));
    list(&mut inner, "unset", &it.unset, |out, word| write_string(word, out));
    out.push_str(&format!(",\"persistentDisposition\":{{{}}}", &inner[1..]));
}

fn write_parties(out: &mut String, draft: &Draft) {
    list(out, "bizTransactionList", &draft.biz_transactions, |out, it| {
        out.push_str("{\"bizTransaction\":");
        write_string(&it.biz_transaction, out);
        option(out, "type", &it.biz_transaction_type);
        out.push('}');
    });
    for (name, id_name, parties) in [
        ("sourceList", "source", &draft.sources),
        ("destinationList", "destination", &draft.destinations),
    ] {
        list(out, name, parties, |out, it| {
            out.push_str("{\"type\":");
            write_string(&it.source_dest_type, out);
            member(out, id_name, &it.id);
            out.push('}');
        });
    }
}

fn write_error_declaration(out: &mut String, it: Option<&ErrorDeclaration>) {
    let Some(it) = it else { return };
    out.push_str(",\"errorDeclaration\":{\"declarationTime\":");
    write_string(&time(it.declaration_time_us), out);
    option(out, "reason", &it.reason);
    list(out, "correctiveEventIDs", &it.corrective_event_ids, |out, id| write_string(id, out));
    out.push('}');
}

fn write_ilmd(out: &mut String, ilmd: &Ilmd) {
    let mut inner = String::new();
    option(&mut inner, "cbvmda:lotNumber", &ilmd.lot_number);
    option(&mut inner, "cbvmda:productionDate", &ilmd.production_date);
    option(&mut inner, "cbvmda:itemExpirationDate", &ilmd.item_expiration_date);
    if !inner.is_empty() {
        out.push_str(&format!(",\"ilmd\":{{{}}}", &inner[1..]));
    }
}

fn write_range(out: &mut String, range: &RangeRef) {
    out.push_str("{\"role\":");
    write_string(range.role.name(), out);
    member(out, "codeBatch", &range.code_batch);
    out.push_str(&format!(",\"first\":{},\"last\":{}}}", range.first, range.last));
}

/// A time that cannot be printed is empty, and then found by the parser.
fn time(us: i64) -> String {
    Moment(us).to_text().unwrap_or_default()
}

/// Writes a comma, the name and the text.
fn member(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!(",\"{name}\":"));
    write_string(text, out);
}

fn option(out: &mut String, name: &str, text: &Option<impl AsRef<str>>) {
    if let Some(text) = text {
        member(out, name, text.as_ref());
    }
}

/// Writes a comma, the name and the array, unless it is empty.
fn list<T>(out: &mut String, name: &str, items: &[T], write: impl Fn(&mut String, &T)) {
    if !items.is_empty() {
        out.push_str(&format!(",\"{name}\":"));
        array(out, items, write);
    }
}

fn array<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}
