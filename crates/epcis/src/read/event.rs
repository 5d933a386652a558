//! One event (EPCIS 2.0 §7.4).

use gs1::epc;

use super::{Edition, Reader, what::WhatCheck};
use crate::{
    Action, BizTransaction, ErrorDeclaration, Event, EventType, PersistentDisposition, Rule,
    SourceDestination, Summary,
    event::event_hash_uri,
    fields::{self, Fields, QualifiedName},
    hash,
    json::{Json, Member},
    leaf,
    report::{Pointer, shown},
    time,
    vocabulary::{BIZ_STEP, BIZ_TRANSACTION_TYPE, DISPOSITION, ERROR_REASON, SOURCE_DEST_TYPE},
};

/// Reads one event, sound only if no violation was reported. The caller sets index and body.
pub(crate) fn read_event(
    reader: &mut Reader<'_>,
    members: &[Member<'_>],
    ignored: &[QualifiedName],
    at: &Pointer<'_>,
) -> Option<Event> {
    let event_fields = reader.fields(members, fields::EVENT, at);
    if event_fields.extensions.iter().any(|it| it.is_ours(fields::SCHEMA_VERSION)) {
        reader.edition = Edition::First;
    }
    reader.event(&event_fields, ignored, at)
}

/// Reads what [`Summary`] keeps of an event, sound only if no violation was reported. All else is
/// neither read nor judged.
pub(crate) fn read_summary(
    reader: &mut Reader<'_>,
    members: &[Member<'_>],
    at: &Pointer<'_>,
) -> Summary {
    let fields = Fields::of(members, reader.context);
    Summary {
        disposition: reader.one_word(&fields, "disposition", at),
        read_point: reader.place(&fields, "readPoint", at),
        biz_location: reader.place(&fields, "bizLocation", at),
        biz_transactions: reader.biz_transactions(&fields, at),
        quantities: reader.quantities(&fields, at),
    }
}

const BIZ_TRANSACTIONS: &str = "bizTransactionList";

/// What every event has; `None` where a violation says why.
struct Head {
    event_time_us: Option<i64>,
    event_time_zone_offset: Option<String>,
    action: Option<Action>,
}

impl Reader<'_> {
    fn event(
        &mut self,
        fields: &Fields<'_>,
        ignored: &[QualifiedName],
        at: &Pointer<'_>,
    ) -> Option<Event> {
        let event_type = self.event_type(fields, at)?;
        self.misplaced(event_type, fields, at);
        let head = self.head(event_type, fields, at);
        let what = self.what(fields, at);
        let sensors = fields.get("sensorElementList");
        let n_sensor_elements = sensors
            .map_or(0, |sensors| self.sensor_elements(sensors, &at.name("sensorElementList")));
        let transformation_id = self.transformation_id(fields, at);
        let check = WhatCheck {
            event_type,
            action: head.action,
            n_sensor_elements,
            has_transformation_id: transformation_id.is_some(),
        };
        self.check_what(&check, &what, at);
        self.ilmd(fields, &check, at);
        let event_hash = hash::event_hash(fields, &what.epcs, self.context, ignored);
        let event_id = self.event_id(fields, &event_hash, at);
        Some(Event {
            event_index: 0,
            event_type,
            event_id,
            event_time_us: head.event_time_us.unwrap_or_default(),
            event_time_zone_offset: head.event_time_zone_offset.unwrap_or_default(),
            action: check.action,
            biz_step: self.one_word(fields, "bizStep", at),
            disposition: self.one_word(fields, "disposition", at),
            persistent_disposition: self.persistent_disposition(fields, at),
            read_point: self.place(fields, "readPoint", at),
            biz_location: self.place(fields, "bizLocation", at),
            epcs: what.epcs,
            quantities: what.quantities,
            ranges: what.ranges,
            biz_transactions: {
                self.check_biz_transactions(fields, event_type, at);
                self.biz_transactions(fields, at)
            },
            sources: self.sources(fields, ("sourceList", "source"), at),
            destinations: self.sources(fields, ("destinationList", "destination"), at),
            transformation_id,
            error_declaration: self.error_declaration(fields, at),
            certification_info: self.certification_info(fields, at),
            leaves: leaf::leaves(fields, self.context),
            event_hash,
            body: Vec::new(),
        })
    }

    fn event_type(&mut self, fields: &Fields<'_>, at: &Pointer<'_>) -> Option<EventType> {
        let Some(json) = fields.get("type") else {
            self.missing("type", at);
            return None;
        };
        let at = at.name("type");
        let text = self.text(json, &at)?;
        let event_type = EventType::parse(hash::local_type(&self.context.expand(text)));
        if event_type.is_none() {
            let message = format!("{} is not one of the five event types", shown(text));
            self.fault(&at, Rule::UnknownEventType, message);
        }
        event_type
    }

    /// Members of the standard that this type of event does not have.
    fn misplaced(&mut self, event_type: EventType, fields: &Fields<'_>, at: &Pointer<'_>) {
        use EventType::*;
        for (name, _) in &fields.standard {
            let allowed: &[EventType] = match *name {
                "epcList" | "quantityList" => &[ObjectEvent, TransactionEvent],
                "parentID" => &[AggregationEvent, AssociationEvent, TransactionEvent],
                "childEPCs" | "childQuantityList" => &[AggregationEvent, AssociationEvent],
                "inputEPCList" | "inputQuantityList" | "outputEPCList" | "outputQuantityList"
                | "transformationID" => &[TransformationEvent],
                "action" => &[ObjectEvent, AggregationEvent, TransactionEvent, AssociationEvent],
                _ => continue,
            };
            if !allowed.contains(&event_type) {
                let message = format!("{name} is not a member of {}", event_type.name());
                self.fault(&at.name(name), Rule::MisplacedField, message);
            }
        }
    }

    fn head(&mut self, event_type: EventType, fields: &Fields<'_>, at: &Pointer<'_>) -> Head {
        let event_time = self.required(fields, "eventTime", at);
        let event_time = event_time.and_then(|json| self.time(json, &at.name("eventTime")));
        let offset = self.required(fields, "eventTimeZoneOffset", at);
        let offset = offset.and_then(|json| self.offset(json, &at.name("eventTimeZoneOffset")));
        if let Some(json) = fields.get("recordTime") {
            self.time(json, &at.name("recordTime"));
        }
        let action = match event_type {
            EventType::TransformationEvent => None,
            _ => self.required(fields, "action", at),
        };
        let action = action.and_then(|json| self.action(json, &at.name("action")));
        Head {
            event_time_us: event_time.map(|moment| moment.0),
            event_time_zone_offset: offset,
            action,
        }
    }

    fn required<'a>(
        &mut self,
        fields: &Fields<'a>,
        name: &str,
        at: &Pointer<'_>,
    ) -> Option<&'a Json<'a>> {
        let json = fields.get(name);
        if json.is_none() {
            self.missing(name, at);
        }
        json
    }

    fn offset(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<String> {
        let text = self.text(json, at)?;
        if time::is_zone_offset(text) {
            return Some(text.to_owned());
        }
        let message = format!("{} is not ±hh:mm within ±14:00", shown(text));
        self.fault(at, Rule::InvalidTimeZone, message);
        None
    }

    fn action(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> Option<Action> {
        let text = self.text(json, at)?;
        let action = Action::parse(text);
        if action.is_none() {
            let message = format!("{} is not ADD, OBSERVE or DELETE", shown(text));
            self.fault(at, Rule::InvalidAction, message);
        }
        action
    }

    /// `eventID`; one that is an event hash should be the hash of this event.
    ///
    /// It is a warning only: each of the published examples that must be accepted has a stale
    /// hash (of GS1 and OpenEPCIS not one agrees), and the id still names the event.
    fn event_id(
        &mut self,
        fields: &Fields<'_>,
        event_hash: &[u8; 32],
        at: &Pointer<'_>,
    ) -> Option<String> {
        let (name, json) = ["eventID", "id"]
            .into_iter()
            .find_map(|name| fields.get(name).map(|json| (name, json)))?;
        let at = at.name(name);
        let event_id = self.plain_uri(json, &at)?;
        if event_id.starts_with("ni:") {
            let computed = event_hash_uri(event_hash);
            let is_known =
                event_id.starts_with("ni:///sha-256;") && event_id.ends_with("?ver=CBV2.0");
            if !is_known {
                let message = "an event hash of another kind than sha-256 of CBV2.0; not verified";
                self.report.warn(&at, Rule::EventHashMismatch, message);
            } else if event_id != computed {
                let message = format!("the event hash is {computed}");
                self.report.warn(&at, Rule::EventHashMismatch, message);
            }
        }
        Some(event_id)
    }

    /// Writers that always name the member leave it empty when there is no id.
    fn transformation_id(&mut self, fields: &Fields<'_>, at: &Pointer<'_>) -> Option<String> {
        let name = "transformationID";
        let json = fields.get(name).filter(|json| json.as_str() != Some(""))?;
        self.id(json, &at.name(name)).map(|(id, _)| id)
    }

    fn one_word(&mut self, fields: &Fields<'_>, name: &str, at: &Pointer<'_>) -> Option<String> {
        let json = fields.get(name)?;
        let vocabulary = if name == "bizStep" { &BIZ_STEP } else { &DISPOSITION };
        self.word(vocabulary, json, &at.name(name))
    }

    fn persistent_disposition(
        &mut self,
        fields: &Fields<'_>,
        at: &Pointer<'_>,
    ) -> PersistentDisposition {
        let name = "persistentDisposition";
        let at = at.name(name);
        let members = fields.get(name).and_then(|json| self.object(json, &at));
        let Some(members) = members else { return PersistentDisposition::default() };
        let parts = self.fields(members, &["type", "set", "unset"], &at);
        if parts.get("set").or(parts.get("unset")).is_none() {
            self.fault(&at, Rule::MissingField, "set or unset is missing");
        }
        let mut words = |name: &str| {
            let Some(json) = parts.get(name) else { return Vec::new() };
            let at = at.name(name);
            if json.as_list().is_empty() {
                self.fault(&at, Rule::WrongType, "the list is empty");
            }
            self.each(json, &at, |reader, json, at| reader.word(&DISPOSITION, json, at))
        };
        PersistentDisposition { set: words("set"), unset: words("unset") }
    }

    /// JSON-LD allows the bare id in place of the object.
    fn place(&mut self, fields: &Fields<'_>, name: &str, at: &Pointer<'_>) -> Option<String> {
        let json = fields.get(name)?;
        let at = at.name(name);
        if let Json::String(_) = json {
            return self.id(json, &at).map(|(id, _)| id);
        }
        let members = self.object(json, &at)?;
        let parts = self.fields(members, &["type", "id"], &at);
        let id = self.required(&parts, "id", &at)?;
        self.id(id, &at.name("id")).map(|(id, _)| id)
    }

    fn check_biz_transactions(
        &mut self,
        fields: &Fields<'_>,
        event_type: EventType,
        at: &Pointer<'_>,
    ) {
        let json = fields.get(BIZ_TRANSACTIONS);
        let is_empty = json.is_none_or(|json| json.as_list().is_empty());
        if event_type == EventType::TransactionEvent && is_empty {
            self.missing(BIZ_TRANSACTIONS, at);
        }
    }

    fn biz_transactions(&mut self, fields: &Fields<'_>, at: &Pointer<'_>) -> Vec<BizTransaction> {
        let Some(json) = fields.get(BIZ_TRANSACTIONS) else { return Vec::new() };
        self.each(json, &at.name(BIZ_TRANSACTIONS), |reader, json, at| {
            let members = reader.object(json, at)?;
            let parts = reader.fields(members, &["type", "bizTransaction", "id"], at);
            let id_name = if parts.get("id").is_some() { "id" } else { "bizTransaction" };
            let id = reader.required(&parts, id_name, at)?;
            let (biz_transaction, _) = reader.id(id, &at.name(id_name))?;
            let biz_transaction_type = match parts.get("type") {
                Some(json) => Some(reader.word(&BIZ_TRANSACTION_TYPE, json, &at.name("type"))?),
                None => None,
            };
            Some(BizTransaction { biz_transaction_type, biz_transaction })
        })
    }

    fn sources(
        &mut self,
        fields: &Fields<'_>,
        (list, id_name): (&str, &str),
        at: &Pointer<'_>,
    ) -> Vec<SourceDestination> {
        let Some(json) = fields.get(list) else { return Vec::new() };
        self.each(json, &at.name(list), |reader, json, at| {
            let members = reader.object(json, at)?;
            let parts = reader.fields(members, &["type", id_name], at);
            let id = reader.required(&parts, id_name, at);
            let id = id.and_then(|json| reader.id(json, &at.name(id_name)));
            let kind = reader.required(&parts, "type", at);
            let kind = kind.and_then(|json| reader.word(&SOURCE_DEST_TYPE, json, &at.name("type")));
            Some(SourceDestination { source_dest_type: kind?, id: id?.0 })
        })
    }

    fn error_declaration(
        &mut self,
        fields: &Fields<'_>,
        at: &Pointer<'_>,
    ) -> Option<ErrorDeclaration> {
        let json = fields.get("errorDeclaration")?;
        let at = at.name("errorDeclaration");
        let members = self.object(json, &at)?;
        let names = ["type", "declarationTime", "reason", "correctiveEventIDs"];
        let parts = self.fields(members, &names, &at);
        let reason =
            parts.get("reason").and_then(|json| self.word(&ERROR_REASON, json, &at.name("reason")));
        let corrective_event_ids = parts.get("correctiveEventIDs").map_or(Vec::new(), |json| {
            self.each(json, &at.name("correctiveEventIDs"), Self::plain_uri)
        });
        let time = self.required(&parts, "declarationTime", &at)?;
        let declaration_time_us = self.time(time, &at.name("declarationTime"))?.0;
        Some(ErrorDeclaration { declaration_time_us, reason, corrective_event_ids })
    }

    fn certification_info(&mut self, fields: &Fields<'_>, at: &Pointer<'_>) -> Vec<String> {
        let name = "certificationInfo";
        let Some(json) = fields.get(name) else { return Vec::new() };
        self.each(json, &at.name(name), |reader, json, at| {
            let text = reader.text(json, at)?;
            let uri = reader.context.expand(text);
            if !epc::is_absolute(&uri) {
                let message = format!("{} is not a URI", shown(text));
                reader.fault_of_second(at, Rule::InvalidUri, message);
            }
            Some(uri.into_owned())
        })
    }

    /// ILMD describes objects when their life begins (EPCIS 2.0 §7.3.8).
    fn ilmd(&mut self, fields: &Fields<'_>, check: &WhatCheck, at: &Pointer<'_>) {
        let Some(json) = fields.get("ilmd") else { return };
        let at = at.name("ilmd");
        let begins = match check.event_type {
            // An unknown action has its violation already.
            EventType::ObjectEvent => check.action.is_none_or(|it| it == Action::Add),
            event_type => event_type == EventType::TransformationEvent,
        };
        if !begins {
            let message = "only an ObjectEvent with action ADD or a TransformationEvent has ilmd";
            self.fault_of_second(&at, Rule::IlmdNotAllowed, message);
        }
        if let Some(members) = self.object(json, &at) {
            self.fields(members, &[], &at);
        }
    }
}
