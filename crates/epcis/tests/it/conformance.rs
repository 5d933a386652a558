//! Other people's examples, found by `SUYUAN_CONFORMANCE`: unset means skipped aloud, set and
//! missing means failure.

use std::{
    fs,
    path::{Path, PathBuf},
};

use epcis::{Limits, event_hashes, parse_document};

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

/// All files under a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "json" || it == "jsonld")
}

#[test]
fn explore() {
    let Some(folder) = folder() else { return };
    for set in ["openepcis_openepcis-test-resources", "gs1_EPCIS_apache2_55762a8", "ift-gftc_opentraceability", "openepcis_openepcis-event-sentry/examples/epcis-events", "openepcis_openepcis-document-converter"] {
        for path in files(&folder.join(set)).iter().filter(|it| is_json(it)) {
            let body = fs::read(path).unwrap();
            let (document, violations) = parse_document(&body, &Limits::default());
            let n = document.as_ref().map_or(0, |it| it.n_events);
            let good = document.map_or(0, |it| it.events.len());
            println!("{} {good}/{n} {}", path.strip_prefix(&folder).unwrap().display(), violations.len());
            for v in violations.iter().take(4) { println!("      {v}"); }
        }
    }
}

#[test]
fn published_hashes() {
    let Some(folder) = folder() else { return };
    let set = folder.join("RalphTro_epcis-event-hash-generator/tests/examples");
    for path in files(&set).iter().filter(|it| is_json(it)) {
        let expected = fs::read_to_string(path.with_extension("hashes")).unwrap();
        let hashes = event_hashes(&fs::read(path).unwrap(), &Limits::default()).unwrap();
        let hashes: Vec<String> = hashes.iter().map(|it| { let mut s="ni:///sha-256;".to_string(); for b in it { s.push_str(&format!("{b:02x}")); } s+"?ver=CBV2.0"}).collect();
        let ok = expected.split_whitespace().collect::<Vec<_>>() == hashes;
        println!("{ok} {}", path.display());
    }
}
