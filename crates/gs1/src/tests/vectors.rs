//! The published conversions of the reference implementation of the CBV event hash.

use std::{env, fs, path::PathBuf};

use serde_json::Value;

use crate::epc::canonical;

const FILE: &str = "RalphTro_epcis-event-hash-generator/vectors/epc_urn_to_digital_link.jsonl";

/// The folder of third-party examples; without it the test is skipped aloud.
#[expect(clippy::disallowed_methods, reason = "tests find the examples by environment")]
fn conformance() -> Option<PathBuf> {
    let folder = env::var("SUYUAN_CONFORMANCE").ok();
    if folder.is_none() {
        eprintln!("skipped: SUYUAN_CONFORMANCE is not set");
    }
    folder.map(PathBuf::from)
}

/// "Not a GS1 identifier" is `null` in the vectors; here the URI stays as it is.
#[test]
fn published_conversions_agree() {
    let Some(folder) = conformance() else { return };
    let text = fs::read_to_string(folder.join(FILE)).unwrap();
    let mut n_lines = 0;
    for line in text.lines() {
        n_lines += 1;
        let vector: Value = serde_json::from_str(line).unwrap();
        let ours = vector["input"].as_str().and_then(|input| canonical(input).ok());
        let ours = ours.filter(|canonical| canonical.key.is_some()).map(|canonical| canonical.uri);
        assert_eq!(ours.as_deref(), vector["expect"].as_str(), "{line}");
    }
    assert!(n_lines > 0, "the file is empty");
}
