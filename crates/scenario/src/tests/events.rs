//! Events break no rule of EPCIS, and say what they are meant to.

use std::collections::BTreeSet;

use epcis::{EventType, Limits, parse_document};

use super::{captures, epc, worlds};
use crate::{Items, Spelling, World, document};

fn documents(world: &World) -> Vec<Vec<u8>> {
    let batch_id = |batch: usize| format!("batch-{batch}");
    let epc = |batch: usize, position: u64| epc(world, batch, position);
    let spelling = Spelling { batch_id: &batch_id, epc: &epc };
    captures(world).map(|(step, _, events)| document(step.at_us, events, &spelling)).collect()
}

#[test]
fn every_event_parses_without_a_violation() {
    for world in worlds() {
        let mut types = BTreeSet::new();
        let mut hashes = BTreeSet::new();
        for body in documents(&world) {
            let (parsed, violations) = parse_document(&body, &Limits::default());
            let text = String::from_utf8_lossy(&body);
            assert_eq!(violations, [], "{text}");
            for event in parsed.unwrap().events {
                types.insert(event.event_type.name());
                assert!(hashes.insert(event.event_hash), "an event is there twice: {text}");
            }
        }
        let all = [
            EventType::ObjectEvent,
            EventType::AggregationEvent,
            EventType::TransactionEvent,
            EventType::TransformationEvent,
            EventType::AssociationEvent,
        ];
        assert_eq!(types, all.map(EventType::name).into());
    }
}

/// Only the owner of a batch may speak of its positions; everybody else reads codes off labels.
#[test]
fn only_owners_write_ranges_and_only_long_ones() {
    for world in worlds() {
        let mut n_ranges = 0;
        for (_, enterprise, events) in captures(&world) {
            for (_, items) in events.iter().flat_map(|event| &event.items) {
                let Items::Range { batch, first, last } = items else { continue };
                assert!(first <= last && *last < world.batches[*batch].n_codes);
                if last - first >= 24 {
                    let owner = world.products[world.batches[*batch].product].enterprise;
                    assert_eq!(enterprise, owner);
                    n_ranges += 1;
                }
            }
        }
        assert!(n_ranges >= 4, "{n_ranges} ranges");
    }
}

/// One case as it goes over the wire, for the eye.
#[test]
fn a_pallet_is_packed_like_this() {
    let world = &worlds()[0];
    let mut documents = documents(world).into_iter().map(|body| String::from_utf8(body).unwrap());
    let is_pallet = |text: &String| text.contains("AggregationEvent") && text.contains("T0000047");
    let pallet = documents.find(is_pallet).unwrap();
    let last = pallet.rsplit_once("{\"type\":\"AggregationEvent\"").unwrap().1;
    expect_test::expect![[r#"
        ,
        "eventTime":"2026-08-12T22:12:00Z",
        "eventTimeZoneOffset":"+12:00",
        "parentID":"https://id.gs1.org/00/395210130000000150",
        "childEPCs":["https://id.gs1.org/00/395210130000000136",
        "https://id.gs1.org/00/395210130000000143"],
        "action":"ADD",
        "bizStep":"packing",
        "readPoint":{"id":"https://id.gs1.org/414/9521013000012"},
        "bizLocation":{"id":"https://id.gs1.org/414/9521013000012"}}]}}"#]]
    .assert_eq(&last.replace(",\"", ",\n\""));
}
