//! Properties: our own documents come back, and no bytes make the parser panic.

use epcis::{
    Action, ErrorDeclaration, Event, Role,
    build::{Draft, Ilmd, When, document},
};
use expect_test::expect;
use proptest::prelude::*;

use crate::{document_of, parse};

const SGTIN: &str = "https://id.gs1.org/01/04023333000550/21/";
const LGTIN: &str = "https://id.gs1.org/01/04023333000550/10/";

prop_compose! {
    fn when()(event_time_us in 0..253_370_764_799_000_000i64, hours in -14..=14i32) -> When {
        let sign = if hours < 0 { '-' } else { '+' };
        When { event_time_us, offset: format!("{sign}{:02}:00", hours.abs()) }
    }
}

fn role_of(roles: &'static [Role]) -> impl Strategy<Value = Role> {
    proptest::sample::select(roles)
}

/// A draft with one object at least in each role that its type needs.
fn draft() -> impl Strategy<Value = Draft> {
    let kinds = prop_oneof![
        (action(), when())
            .prop_map(|(action, when)| (Draft::object(action, when), &[Role::Epc][..])),
        (action(), when()).prop_map(|(action, when)| {
            (Draft::aggregation(action, when), &[Role::Parent, Role::Child][..])
        }),
        (action(), when()).prop_map(|(action, when)| {
            let draft = Draft::transaction(action, when);
            (draft.biz_transaction("po", "urn:example:po:1"), &[Role::Epc][..])
        }),
        when().prop_map(|when| (Draft::transformation(when), &[Role::Input, Role::Output][..])),
    ];
    let objects = kinds.prop_flat_map(|(draft, roles)| {
        let objects = proptest::collection::vec((role_of(roles), any::<u32>(), 0..3u8), 0..8);
        (Just(draft), Just(roles), objects)
    });
    (objects, "[0-9A-Za-z._-]{1,20}", any::<[Option<bool>; 4]>()).prop_map(
        |((draft, roles, objects), serial, flags)| {
            let draft = roles
                .iter()
                .fold(draft, |draft, &role| draft.epc(role, &format!("{SGTIN}{serial}")));
            let draft = objects.into_iter().fold(draft, add_object);
            decorate(draft, flags)
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    proptest::sample::select(&Action::ALL[..])
}

fn add_object(draft: Draft, (role, number, kind): (Role, u32, u8)) -> Draft {
    match (role, kind) {
        (Role::Parent, _) => draft,
        (role, 0) => draft.epc(role, &format!("urn:uuid:{number}")),
        (role, 1) => draft.quantity(role, &format!("{LGTIN}L{number}"), &number.to_string(), None),
        (role, _) => draft.range(role, "7", number.into(), u64::from(number) * 2),
    }
}

fn decorate(draft: Draft, [a, b, c, d]: [Option<bool>; 4]) -> Draft {
    let mut draft = draft;
    if let Some(own) = a {
        let step = if own {
            "https://example.com/step"
        } else {
            "https://ref.gs1.org/cbv/BizStep-shipping"
        };
        draft = draft.biz_step(step).disposition("https://ref.gs1.org/cbv/Disp-active");
    }
    if let Some(id) = b {
        draft = draft.read_point("https://id.gs1.org/414/4023333000000").biz_location("geo:1,2");
        draft.event_id = id.then(|| "urn:uuid:1".to_owned());
        draft.certification_info = vec!["https://example.com/certificate".to_owned()];
    }
    if let Some(reason) = c {
        let reason = reason.then(|| "https://ref.gs1.org/cbv/ER-incorrect_data".to_owned());
        draft = draft.error_declaration(ErrorDeclaration {
            declaration_time_us: 1,
            reason,
            corrective_event_ids: vec!["urn:uuid:2".to_owned()],
        });
    }
    if let Some(parties) = d {
        draft.persistent_disposition.set = vec!["https://ref.gs1.org/cbv/Disp-recalled".to_owned()];
        if parties {
            draft = draft.source("https://ref.gs1.org/cbv/SDT-location", "urn:example:a");
            draft = draft.destination("https://ref.gs1.org/cbv/SDT-owning_party", "urn:example:b");
        }
    }
    draft
}

/// The event as the draft it was written from; ILMD and reason stay in its body.
fn draft_of(event: &Event, written: &Draft) -> Draft {
    let when =
        When { event_time_us: event.event_time_us, offset: event.event_time_zone_offset.clone() };
    let event = event.clone();
    Draft {
        event_type: event.event_type,
        action: event.action,
        when,
        event_id: event.event_id,
        biz_step: event.biz_step,
        disposition: event.disposition,
        persistent_disposition: event.persistent_disposition,
        read_point: event.read_point,
        biz_location: event.biz_location,
        epcs: event.epcs,
        quantities: event.quantities,
        ranges: event.ranges,
        biz_transactions: event.biz_transactions,
        sources: event.sources,
        destinations: event.destinations,
        transformation_id: event.transformation_id,
        error_declaration: event.error_declaration,
        certification_info: event.certification_info,
        ilmd: written.ilmd.clone(),
        reason: written.reason.clone(),
    }
}

/// Documents group identifiers by role, in the order of `Role::ALL` with the parent first.
fn grouped(mut draft: Draft) -> Draft {
    let rank = |role: Role| if role == Role::Parent { None } else { Some(role) };
    draft.epcs.sort_by_key(|it| rank(it.role));
    draft.quantities.sort_by_key(|it| it.role);
    if let Some(biz_transaction) = draft.biz_transactions.first_mut() {
        let canonical = "https://ref.gs1.org/cbv/BTT-po".to_owned();
        biz_transaction.biz_transaction_type = Some(canonical);
    }
    draft
}

proptest! {
    #[test]
    fn parse_after_build_is_identity(draft in draft(), lot in "[A-Z]{0,3}") {
        let begins = draft.action.is_none()
            || (draft.action == Some(Action::Add) && draft.event_type.name() == "ObjectEvent");
        let lot_number = (begins && !lot.is_empty()).then_some(lot);
        let draft = draft.ilmd(Ilmd { lot_number, ..Ilmd::default() });
        let (read, violations) = parse(&document(0, std::slice::from_ref(&draft)));
        prop_assert_eq!(violations, []);
        let event = &read.unwrap().events[0];
        prop_assert_eq!(draft_of(event, &draft), grouped(draft));
        let (again, violations) = parse(&event.body);
        prop_assert_eq!(violations, []);
        prop_assert_eq!(&again.unwrap().events[0], event);
    }

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn json_like_bytes_never_panic(tokens in proptest::collection::vec(token(), 0..60)) {
        let _ = parse(tokens.concat().as_bytes());
    }

    /// A sound document with one piece replaced.
    #[test]
    fn damaged_documents_never_panic(
        cut in any::<proptest::sample::Index>(),
        length in 0..40usize,
        patch in token(),
    ) {
        let sound = document_of(SOUND);
        let start = cut.index(sound.len());
        let end = (start + length).min(sound.len());
        let damaged = [&sound.as_bytes()[..start], patch.as_bytes(), &sound.as_bytes()[end..]];
        let (document, violations) = parse(&damaged.concat());
        prop_assert!(document.is_some() || !violations.is_empty());
    }
}

fn token() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "-1.5e3",
        "\"type\"",
        "\"ObjectEvent\"",
        "\"@context\"",
        "\"epcList\"",
        "\"urn:epc:id:sgtin:\"",
        "\\ud83d\\ude00",
    ];
    prop_oneof![
        proptest::sample::select(FIXED).prop_map(str::to_owned).boxed(),
        "\\PC{0,8}".boxed(),
    ]
}

const SOUND: &str = r#"{
  "type": "ObjectEvent",
  "eventTime": "2026-11-21T09:30:00.1234567+08:00",
  "eventTimeZoneOffset": "+08:00",
  "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
  "action": "ADD",
  "bizStep": "commissioning",
  "disposition": "urn:epcglobal:cbv:disp:active",
  "readPoint": {"id": "urn:epc:id:sgln:4023333.00000.0", "example:dock": "7"},
  "epcList": ["urn:epc:id:sgtin:4023333.000055.1A", "https://shop.example/01/04023333000550/21/1B"],
  "quantityList": [
    {"epcClass": "urn:epc:class:lgtin:4023333.000055.L1", "quantity": 2.50, "uom": "KGM"}
  ],
  "suyuan:ranges": [{"role": "epc", "codeBatch": "7", "first": 0, "last": 99}],
  "ilmd": {"cbvmda:lotNumber": "L1"},
  "example:note": ["\u00e9", {"deep": [1, [2, 3]]}]
}"#;

/// The body is what was received, less white space, with the context first.
#[test]
fn body_as_received() {
    let (document, violations) = parse(document_of(SOUND).as_bytes());
    assert_eq!(violations, []);
    let body = document.unwrap().events.remove(0).body;
    let body = String::from_utf8(body).unwrap();
    let context = r#"["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"example":"https://ns.example.com/","suyuan":"urn:suyuan:epcis:"}]"#;
    let sound = format!("{{\"@context\":{context},{}", &SOUND[1..]);
    assert_eq!(body, sound.split_whitespace().collect::<String>());
}

/// What an event looks like after reading: each field in canonical form.
#[test]
fn canonical_event() {
    let (document, _) = parse(document_of(SOUND).as_bytes());
    let event = document.unwrap().events.remove(0);
    let epcs = event.epcs.iter().map(|it| format!("{} {}", it.role.name(), it.epc));
    let quantities = event.quantities.iter().map(|it| format!("{it:?}").replace(", q", ",\n  q"));
    let text = [
        format!("{} {}", event.event_type.name(), event.event_time_us),
        event.biz_step.unwrap_or_default(),
        event.disposition.unwrap_or_default(),
        event.read_point.unwrap_or_default(),
    ];
    let text = text.into_iter().chain(epcs).chain(quantities);
    let text = text.chain([format!("{:?}", event.ranges[0])]).collect::<Vec<_>>().join("\n");
    expect![[r#"
        ObjectEvent 1795224600123456
        https://ref.gs1.org/cbv/BizStep-commissioning
        https://ref.gs1.org/cbv/Disp-active
        https://id.gs1.org/414/4023333000000
        epc https://id.gs1.org/01/04023333000550/21/1A
        epc https://id.gs1.org/01/04023333000550/21/1B
        QuantityElement { role: Epc, epc_class: "https://id.gs1.org/01/04023333000550/10/L1",
          quantity: Some("2.5"), uom: Some("KGM") }
        RangeRef { role: Epc, code_batch: "7", first: 0, last: 99 }"#]]
    .assert_eq(&text);
}
