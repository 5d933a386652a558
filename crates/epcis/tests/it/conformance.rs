//! Other people's examples, found by `SUYUAN_CONFORMANCE`: unset means skipped aloud, set and
//! missing means failure.

use std::{
    fs,
    path::{Path, PathBuf},
};

use epcis::{
    Document, Format, Limits, Rule, Summary, Violation, event_hashes, parse_xml, summary_of_event,
};

use crate::{parse, round_trips::check_round_trip, streams::check_stream};

/// Files that are no document with events although they lie among them: queries, master data.
const NOT_DOCUMENTS: &[&str] =
    &["Query/Queries/", "CBV/CBV-11.4-2020-06-16a.xml", "Mimasu/Example-masterData.xml"];

/// Examples of a draft of the standard that 2.0 forbids, with the rule they break.
const DRAFTS: &[(&str, Rule)] = &[
    // The eventID is there twice.
    ("AssociationEvent/AssociationEvent-h.jsonld", Rule::DuplicateKey),
    // The document lacks its schema version and creation date.
    ("WithSensorData/SensorDataExample12.jsonld", Rule::MissingField),
    // A GTIN without serial stands in an epcList.
    ("WithSensorData/SensorDataExample13.jsonld", Rule::WrongIdentifierLevel),
    ("WithSensorData/SensorDataExample17.jsonld", Rule::WrongIdentifierLevel),
    // The schema version is 1.
    ("WithSensorData/SensorDataExample17.jsonld", Rule::SchemaVersion),
    // ILMD in an event with action OBSERVE.
    ("WithFullCombinationOfFields/object_event_all_possible_fields.jsonld", Rule::IlmdNotAllowed),
    ("WithFullCombinationOfFields/object_event_all_possible_fields.xml", Rule::IlmdNotAllowed),
    // Elements that a later version of the standard might define, without a namespace.
    ("XML/WithExtension/AggregationEvent.xml", Rule::UnknownField),
    ("XML/WithExtension/AssociationEvent.xml", Rule::UnknownField),
    ("XML/WithExtension/ObjectEvent.xml", Rule::UnknownField),
    ("XML/WithExtension/TransactionEvent.xml", Rule::UnknownField),
    ("XML/WithExtension/TransformationEvent.xml", Rule::UnknownField),
    ("XSL/1.2/XML/ObjectEvent.xml", Rule::UnknownField),
    // sensorMetaData in place of sensorMetadata.
    ("XSL/1.2/XML/AssociationEvent.xml", Rule::UnknownField),
];

/// MANIFEST.md of the examples names this file as faulty: a sensor report lacks its type.
const FAULTY: &[(&str, Rule)] = &[("SensorData_with_combined_events.json", Rule::MissingField)];

/// The folder of the examples.
#[expect(clippy::disallowed_methods, reason = "tests find their examples by the environment")]
fn folder() -> Option<PathBuf> {
    match std::env::var("SUYUAN_CONFORMANCE") {
        Ok(folder) => Some(PathBuf::from(folder)),
        Err(_) => {
            eprintln!("skipped: SUYUAN_CONFORMANCE is not set");
            None
        }
    }
}

/// All JSON and XML files under a folder, sorted.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            found.extend(documents(&path));
        } else if path.extension().is_some_and(|it| it == "json" || it == "jsonld" || it == "xml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn format_of(path: &Path) -> Format {
    if path.extension().is_some_and(|it| it == "xml") { Format::Xml } else { Format::Json }
}

fn read(path: &Path) -> (Option<Document>, Vec<Violation>) {
    let body = fs::read(path).expect("a file can be read");
    match format_of(path) {
        Format::Json => parse(&body),
        Format::Xml => parse_xml(&body, &Limits::default()),
    }
}

/// Reads a file, and reads the body of each of its events again: it must be the same event.
fn violations_of(path: &Path) -> Vec<epcis::Violation> {
    let (document, violations) = read(path);
    let body = fs::read(path).expect("a file can be read");
    check_stream(&body, format_of(path), &path.to_string_lossy());
    for event in document.iter().flat_map(|document| &document.events) {
        let (again, violations) = parse(&event.body);
        assert_eq!(violations, [], "{path:?}");
        check_round_trip(event, &path.to_string_lossy());
        let again = &again.expect("a body can be read").events[0];
        let index = event.event_index;
        assert_eq!(*event, epcis::Event { event_index: index, ..again.clone() }, "{path:?}");
        let summary = Summary {
            disposition: event.disposition.clone(),
            read_point: event.read_point.clone(),
            biz_location: event.biz_location.clone(),
            biz_transactions: event.biz_transactions.clone(),
            quantities: event.quantities.clone(),
        };
        assert_eq!(summary_of_event(&event.body, &Limits::default()), Some(summary), "{path:?}");
    }
    violations
}

/// Everything but the exceptions is accepted; an exception breaks its rule and no other.
fn check_accepted(folder: &Path, exceptions: &[(&str, Rule)]) {
    let mut n_files = 0;
    for path in documents(folder) {
        let name = path.to_str().expect("names are UTF-8");
        if name.contains("/Invalid/") || NOT_DOCUMENTS.iter().any(|it| name.contains(it)) {
            continue;
        }
        n_files += 1;
        let exceptions: Vec<Rule> = exceptions
            .iter()
            .filter(|(end, _)| name.ends_with(end))
            .map(|&(_, rule)| rule)
            .collect();
        let violations = violations_of(&path);
        let unexpected: Vec<_> =
            violations.iter().filter(|it| !exceptions.contains(&it.rule)).collect();
        assert!(unexpected.is_empty(), "{name}: {unexpected:#?}");
        assert_eq!(violations.is_empty(), exceptions.is_empty(), "{name} needs no exception");
    }
    assert!(n_files > 0, "{folder:?} has no examples");
}

#[test]
fn openepcis_documents() {
    let Some(folder) = folder() else { return };
    let set = folder.join("openepcis_openepcis-test-resources/core/src/main/resources");
    check_accepted(&set, FAULTY);
}

#[test]
fn openepcis_invalid_documents() {
    let Some(folder) = folder() else { return };
    let set = folder.join("openepcis_openepcis-test-resources/core/src/main/resources");
    let mut n_files = 0;
    for path in documents(&set) {
        if path.to_str().unwrap().contains("/Invalid/") {
            n_files += 1;
            assert!(!violations_of(&path).is_empty(), "{path:?} was accepted");
        }
    }
    assert!(n_files > 0, "there are no invalid examples");
}

#[test]
fn gs1_examples() {
    let Some(folder) = folder() else { return };
    let set = folder.join("gs1_EPCIS_apache2_55762a8");
    check_accepted(&set.join("JSON"), DRAFTS);
    check_accepted(&set.join("JSON-simple-context"), DRAFTS);
    check_accepted(&set.join("XML"), DRAFTS);
    check_accepted(&set.join("XSL"), DRAFTS);
}

#[test]
fn opentraceability_documents() {
    let Some(folder) = folder() else { return };
    let set = folder.join("ift-gftc_opentraceability/CSharp/OpenTraceability.Tests/Data");
    for name in [
        "traceback_tests.jsonld",
        "epcisquerydoc-example01.jsonld",
        "querydoc_example01.xml",
        "gdst_extensions_01.xml",
        "gdst_extensions_02.xml",
        "aggregation_event_all_possible_fields.xml",
        "object_event_all_possible_fields.xml",
        "transformation_event_all_possible_fields.xml",
    ] {
        assert_eq!(violations_of(&set.join(name)), [], "{name}");
    }
    // Master data is carried in both formats, in the shape of the JSON schema.
    for name in ["traceback_tests.jsonld", "querydoc_example01.xml"] {
        let header = read(&set.join(name)).0.and_then(|document| document.header);
        let header = header.expect("there is master data");
        let fact = r#"mda#descriptionShort","attribute":"Whole Yellowfin Tuna"}"#;
        assert!(header.contains("\"epcisMasterData\":{\"vocabularyList\":["), "{name}");
        assert!(header.contains(fact), "{name}");
    }
}

/// The hashes that the reference implementation published, in the order of the events.
#[test]
fn published_event_hashes() {
    let Some(folder) = folder() else { return };
    let set = folder.join("RalphTro_epcis-event-hash-generator/tests/examples");
    for path in documents(&set) {
        let expected = fs::read_to_string(path.with_extension("hashes")).unwrap();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        // Reads each event again from its body, which carries what the hash leaves out.
        violations_of(&path);
        assert_eq!(hash_uris(&path), expected, "{path:?}");
    }
}

/// All events of such a file have one hash.
#[test]
fn equal_event_hashes() {
    let Some(folder) = folder() else { return };
    let set = folder.join("RalphTro_epcis-event-hash-generator/tests/expected_equal");
    for path in documents(&set) {
        let hashes = hash_uris(&path);
        assert!(hashes.len() > 1 && hashes.iter().all(|it| *it == hashes[0]), "{path:?}");
    }
}

fn hash_uris(path: &Path) -> Vec<String> {
    let body = fs::read(path).expect("a file can be read");
    let hashes = event_hashes(&body, format_of(path), &Limits::default());
    let hashes = hashes.expect("the frame is sound");
    let hex = |hash: [u8; 32]| hash.map(|byte| format!("{byte:02x}")).concat();
    hashes.into_iter().map(|it| format!("ni:///sha-256;{}?ver=CBV2.0", hex(it))).collect()
}
