//! What an event is about: identifiers, quantities and ranges (EPCIS 2.0 §7.3.3).

use gs1::epc::Level;

use super::Reader;
use crate::{
    Action, EpcRef, EventType, QuantityElement, RangeRef, Role, Rule,
    fields::Fields,
    identifier,
    json::{Json, Member, find},
    number,
    report::{Pointer, shown},
};

const EPC_LISTS: [(&str, Role); 4] = [
    ("epcList", Role::Epc),
    ("childEPCs", Role::Child),
    ("inputEPCList", Role::Input),
    ("outputEPCList", Role::Output),
];

const QUANTITY_LISTS: [(&str, Role); 4] = [
    ("quantityList", Role::Epc),
    ("childQuantityList", Role::Child),
    ("inputQuantityList", Role::Input),
    ("outputQuantityList", Role::Output),
];

/// The objects of one event.
#[derive(Default)]
pub(super) struct What {
    pub(super) epcs: Vec<EpcRef>,
    pub(super) quantities: Vec<QuantityElement>,
    pub(super) ranges: Vec<RangeRef>,
    /// Roles that the event names something for, be it right or wrong.
    named: Vec<Role>,
}

impl What {
    fn names(&self, role: Role) -> bool {
        self.named.contains(&role)
    }
}

impl Reader<'_> {
    pub(super) fn what(&mut self, event: &Fields<'_>, at: &Pointer<'_>) -> What {
        let mut what = What::default();
        if let Some(parent) = event.get("parentID") {
            self.epc(Role::Parent, parent, &at.name("parentID"), &mut what);
        }
        let n_elements = |name| event.get(name).map_or(0, |list| list.as_list().len());
        let lists = EPC_LISTS.iter().chain(&QUANTITY_LISTS);
        let n_epcs: usize = lists.map(|&(name, _)| n_elements(name)).sum();
        if n_epcs > self.limits.n_epcs {
            let message = format!("{n_epcs} identifiers; at most {}", self.limits.n_epcs);
            self.fault(at, Rule::TooManyEpcs, message);
            what.named = Role::ALL.to_vec();
            return what;
        }
        for (name, role) in EPC_LISTS {
            if let Some(list) = event.get(name) {
                self.each(list, &at.name(name), |reader, epc, at| {
                    reader.epc(role, epc, at, &mut what);
                    Some(())
                });
            }
        }
        for (name, role) in QUANTITY_LISTS {
            what.named.extend((0..n_elements(name)).map(|_| role));
        }
        what.quantities = self.quantities(event, at);
        for extension in &event.extensions {
            if extension.is_ours("ranges") {
                self.ranges(extension.value, &at.name(extension.name), &mut what);
            }
        }
        what
    }

    /// Amounts of classes, in the order of their lists.
    pub(super) fn quantities(
        &mut self,
        event: &Fields<'_>,
        at: &Pointer<'_>,
    ) -> Vec<QuantityElement> {
        let mut quantities = Vec::new();
        for (name, role) in QUANTITY_LISTS {
            if let Some(list) = event.get(name) {
                quantities.extend(self.each(list, &at.name(name), |reader, element, at| {
                    reader.quantity_element(role, element, at)
                }));
            }
        }
        quantities
    }

    fn epc(&mut self, role: Role, json: &Json<'_>, at: &Pointer<'_>, what: &mut What) {
        what.named.push(role);
        if let Some(epc) = json.as_str().filter(|epc| identifier::is_odd_sscc(epc)) {
            let message = format!("{} has not the length of an SSCC", shown(epc));
            self.report.warn(at, Rule::InvalidIdentifier, message);
            what.epcs.push(EpcRef { role, epc: epc.to_owned() });
            return;
        }
        let Some((epc, level)) = self.id(json, at) else { return };
        if level == Level::Class {
            let message = format!("{} names a class, not an instance", shown(&epc));
            self.fault(at, Rule::WrongIdentifierLevel, message);
        } else {
            what.epcs.push(EpcRef { role, epc });
        }
    }

    fn quantity_element(
        &mut self,
        role: Role,
        json: &Json<'_>,
        at: &Pointer<'_>,
    ) -> Option<QuantityElement> {
        let members = self.object(json, at)?;
        let fields = self.fields(members, &["type", "epcClass", "quantity", "uom"], at);
        let epc_class = match fields.get("epcClass") {
            Some(class) => self.epc_class(class, &at.name("epcClass")),
            None => {
                self.missing("epcClass", at);
                None
            }
        };
        let quantity = match fields.get("quantity") {
            Some(quantity) => Some(self.quantity(quantity, &at.name("quantity"))?),
            None => None,
        };
        let uom = match fields.get("uom") {
            Some(uom) => Some(self.uom(uom, &at.name("uom"))?),
            None => None,
        };
        if uom.is_some() && quantity.is_none() {
            self.fault(at, Rule::InvalidQuantity, "a unit without a quantity");
        }
        Some(QuantityElement { role, epc_class: epc_class?, quantity, uom })
    }

    fn epc_class(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<String> {
        let (epc_class, level) = self.id(json, at)?;
        if level == Level::Instance {
            let message = format!("{} names an instance, not a class", shown(&epc_class));
            self.fault(at, Rule::WrongIdentifierLevel, message);
            return None;
        }
        Some(epc_class)
    }

    fn quantity(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<String> {
        let Json::Number(text) = json else {
            self.wrong_type(at, "a number", json);
            return None;
        };
        match number::canonical(text).filter(|quantity| !quantity.starts_with('-')) {
            Some(quantity) => Some(quantity.into_owned()),
            None => {
                let message = format!("{} is negative or beyond measure", shown(text));
                self.fault(at, Rule::InvalidQuantity, message);
                None
            }
        }
    }

    /// UN/CEFACT Recommendation 20: two or three capital letters and digits.
    fn uom(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<String> {
        let text = self.text(json, at)?;
        let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if matches!(text.len(), 2 | 3) && text.bytes().all(known) {
            return Some(text.to_owned());
        }
        let message = format!("{} is not a unit code of Recommendation 20", shown(text));
        self.fault(at, Rule::InvalidQuantity, message);
        None
    }

    fn ranges(&mut self, json: &Json<'_>, at: &Pointer<'_>, what: &mut What) {
        let n_ranges = json.as_list().len();
        if n_ranges > self.limits.n_ranges {
            let message = format!("{n_ranges} ranges; at most {}", self.limits.n_ranges);
            self.fault(at, Rule::TooManyRanges, message);
            return;
        }
        self.each(json, at, |reader, range, at| {
            let range = reader.range(range, at)?;
            what.named.push(range.role);
            what.ranges.push(range);
            Some(())
        });
    }

    fn range(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<RangeRef> {
        let members = self.object(json, at)?;
        let unknown = |member: &&Member<'_>| {
            !["role", "codeBatch", "first", "last"].contains(&member.name.as_ref())
        };
        if let Some(member) = members.iter().find(unknown) {
            let message = "a range has role, codeBatch, first and last only";
            self.fault(&at.name(&member.name), Rule::InvalidRange, message);
            return None;
        }
        let role = find(members, "role").and_then(|it| it.value.as_str()).and_then(Role::parse);
        let code_batch = find(members, "codeBatch").and_then(|it| it.value.as_str());
        let position = |name| match find(members, name).map(|it| &it.value) {
            // Above 2^53 neighbours have the same event hash, and JSON readers confuse them.
            Some(Json::Number(text)) => text.parse::<u64>().ok().filter(|&it| it <= 1 << 53),
            _ => None,
        };
        let message = match (role, code_batch, position("first"), position("last")) {
            (None, ..) => "role is not epc, parent, child, input or output",
            (_, None | Some(""), ..) => "codeBatch is not the id of a code batch",
            (_, _, None, _) => "first is not a position",
            (_, _, _, None) => "last is not a position",
            (_, _, Some(first), Some(last)) if first > last => "first is above last",
            (Some(role), Some(code_batch), Some(first), Some(last)) => {
                return Some(RangeRef { role, code_batch: code_batch.to_owned(), first, last });
            }
        };
        self.fault(at, Rule::InvalidRange, message);
        None
    }

    /// Which objects an event of this type must name (EPCIS 2.0 §7.4.2 to §7.4.6).
    pub(super) fn check_what(&mut self, check: &WhatCheck, what: &What, at: &Pointer<'_>) {
        let ends = check.action == Some(Action::Delete);
        match check.event_type {
            EventType::ObjectEvent => {
                if !what.names(Role::Epc) && check.n_sensor_elements == 0 {
                    let message = "an ObjectEvent names objects or has sensor data";
                    self.fault(at, Rule::NoIdentifiers, message);
                }
            }
            EventType::TransactionEvent => {
                if !what.names(Role::Epc) && !what.names(Role::Parent) && !ends {
                    self.fault(at, Rule::NoIdentifiers, "a TransactionEvent names objects");
                }
            }
            EventType::AggregationEvent | EventType::AssociationEvent => {
                let observed = check.event_type == EventType::AggregationEvent
                    && check.action == Some(Action::Observe);
                if !what.names(Role::Parent) && !observed {
                    self.fault(at, Rule::InvalidAggregation, "parentID is missing");
                }
                if !what.names(Role::Child) && !ends {
                    self.fault(at, Rule::InvalidAggregation, "there are no children");
                }
            }
            EventType::TransformationEvent => {
                let (inputs, outputs) = (what.names(Role::Input), what.names(Role::Output));
                if !(inputs && outputs || check.has_transformation_id && (inputs || outputs)) {
                    let message = "a TransformationEvent names inputs and outputs, \
                                   or one of them and a transformationID";
                    self.fault(at, Rule::NoIdentifiers, message);
                }
            }
        }
        self.check_roles(check.event_type, what, at);
    }

    /// Lists are checked by their names; ranges carry their role with them.
    fn check_roles(&mut self, event_type: EventType, what: &What, at: &Pointer<'_>) {
        let roles: &[Role] = match event_type {
            EventType::ObjectEvent => &[Role::Epc],
            EventType::TransactionEvent => &[Role::Epc, Role::Parent],
            EventType::AggregationEvent | EventType::AssociationEvent => {
                &[Role::Parent, Role::Child]
            }
            EventType::TransformationEvent => &[Role::Input, Role::Output],
        };
        for range in what.ranges.iter().filter(|range| !roles.contains(&range.role)) {
            let (role, event_type) = (range.role.name(), event_type.name());
            let message = format!("a range of role {role} does not fit {event_type}");
            self.fault(at, Rule::InvalidRange, message);
        }
    }
}

/// What decides which objects an event must name.
pub(super) struct WhatCheck {
    pub(super) event_type: EventType,
    pub(super) action: Option<Action>,
    pub(super) n_sensor_elements: usize,
    pub(super) has_transformation_id: bool,
}
