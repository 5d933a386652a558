//! Clients that others wrote, against a running server: epcis2.js captures and asks, schemathesis
//! sends what the published OpenAPI allows and what it does not.
//!
//! Without them the tests are skipped aloud; under `CI=true` they fail.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::place::{Place, Server, texts};

/// A server and the key of an enterprise.
fn served(place: &Place) -> (Server, String) {
    let enterprise = place.with_batch(1).enterprise;
    let key = place.ok(&["key", "new", "--role", "enterprise", "--enterprise", &enterprise]);
    (place.serve(), key)
}

pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// False, said aloud, where a component is missing.
pub(crate) fn has(path: &Path, name: &str) -> bool {
    if path.exists() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{name} is missing: cargo xtask setup");
    eprintln!("skipped: {name} is missing; `cargo xtask setup` brings it");
    false
}

#[test]
fn epcis2_js_captures_and_queries() {
    if !has(&root().join("node_modules/epcis2.js"), "epcis2.js") {
        return;
    }
    let place = Place::new();
    let (server, key) = served(&place);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/client.js");
    let address = format!("http://{}/epcis", server.address);
    let output = Command::new("node").args([script, &address, &key]).output().unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{out}{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["status"], &told["success"]), (&json!(202), &json!(true)), "{out}");
    let types = json!([
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent"
    ]);
    assert_eq!(told["types"], types);
    assert_eq!(told["one"], 1);
    let first = &told["first"];
    assert_eq!(first["ilmd"]["cbvmda:lotNumber"], "L-溯源", "{first}");
    assert_eq!(first["ext:note"], "写给别人看的", "{first}");
    assert_eq!(first["sensorElementList"][0]["sensorReport"][0]["value"], 4.5, "{first}");
    // Events without an eventID are named by their hash, which both compute. For transactions the
    // generator of the standard's author agrees with us, and epcis2.js with neither.
    for event in [1, 3, 4] {
        assert_eq!(told["ids"][event], told["hashes"][event], "{event}");
    }
}

/// The published OpenAPI without its faults:
/// - 400 is listed for `/bizSteps/{bizStep}/events`, and forgotten for `/events` with the same
///   parameters;
/// - 404 has one type, and another in its own example; 409 says 406 inside; 400 of a subscription
///   is a problem of another media type than all others;
/// - two headers have schemas that no header can have, and the location of a subscription must be
///   absolute, which no other need be;
/// - a subscription must tell a `secret` that it does not have;
/// - a capture job has either errors or a file of them, in words that every job fulfils twice;
/// - one query is described as a list of them.
fn openapi(place: &Place) -> Option<PathBuf> {
    let Some(conformance) = std::env::var_os("SUYUAN_CONFORMANCE") else {
        eprintln!("skipped: SUYUAN_CONFORMANCE names no folder");
        return None;
    };
    let published = Path::new(&conformance).join("gs1_EPCIS_openapi/openapi.json");
    let published = std::fs::read(&published).expect("the published OpenAPI is there");
    let mut api: Value = serde_json::from_slice(&published).unwrap();
    for methods in api["paths"].as_object_mut().unwrap().values_mut() {
        for operation in methods.as_object_mut().unwrap().values_mut() {
            if let Some(statuses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
                statuses.entry("400").or_insert(json!({ "description": "a fault" }));
            }
        }
    }
    let components = &mut api["components"];
    let responses = &mut components["responses"];
    for media_type in ["application/problem+json", "application/problem+xml"] {
        let of = |response: &str| format!("/{response}/content/{}", media_type.replace('/', "~1"));
        let not_found = responses.pointer_mut(&of("404ResourceNotFound")).unwrap();
        let names =
            ["epcisException:NoSuchNameException", "epcisException:NoSuchResourceException"];
        not_found["schema"]["allOf"][0]["properties"]["type"]["enum"] = json!(names);
        let exists = responses.pointer_mut(&of("409ResourceAlreadyExistsException")).unwrap();
        exists["schema"]["allOf"][0]["properties"]["status"]["enum"] = json!([409]);
        let issues = &mut responses["400SubscriptionIssues"]["content"];
        issues[media_type] = json!({});
    }
    for header in ["Link", "GS1-Extensions"] {
        components["headers"][header]["schema"] = json!({ "type": "string" });
    }
    components["schemas"]["AbstractQuerySubscription"]["required"] = json!(["dest"]);
    let job = components["schemas"]["CaptureJob"]["allOf"][1].as_object_mut().unwrap();
    let either = job.remove("oneOf").unwrap();
    job.insert("anyOf".into(), either);
    let one = &mut api["paths"]["/queries/{queryName}"]["get"]["responses"]["200"];
    let schema = &mut one["content"]["application/json"]["schema"];
    *schema = schema["items"].clone();
    let subscribe = &mut api["paths"]["/queries/{queryName}/subscriptions"]["post"];
    subscribe["responses"]["201"]["headers"]["Location"]["schema"] = json!({ "type": "string" });
    let path = place.path("openapi.json");
    std::fs::write(&path, api.to_string()).unwrap();
    Some(path)
}

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

#[test]
fn schemathesis_finds_no_failure_of_the_server_and_nothing_undeclared() {
    let program = root().join("target/python/bin/schemathesis");
    if !has(&program, "schemathesis") {
        return;
    }
    let place = Place::new();
    let Some(api) = openapi(&place) else { return };
    let (server, key) = served(&place);
    let output = Command::new(program)
        .current_dir(place.path(""))
        .arg("run")
        .arg(api)
        .args(["--url", &format!("http://{}/epcis", server.address)])
        .args(["-H", &format!("Authorization: Bearer {key}")])
        .args(["--checks", CHECKS])
        // From some patterns of the file it cannot make values, which is no fault of a server.
        .args(["--phases", "coverage,fuzzing", "--suppress-health-check", "all"])
        .args(["--max-examples", "3", "--max-time", "60"])
        .args(["--generation-deterministic", "--continue-on-failure", "--no-color"])
        .args(["--warnings", "off"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    let tested = out.lines().find(|line| line.contains("generated"));
    assert!(tested.is_some(), "it tested something: {out}{err}");
    assert!(!out.contains("Failures:"), "{out}{err}");
}
