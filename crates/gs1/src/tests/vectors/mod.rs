//! Published vectors, found by `SUYUAN_CONFORMANCE`; without it each test is skipped aloud.
//!
//! `exceptions.txt` lists every vector that is not held, with the reason.

mod elements;
mod epc;
mod links;
mod linters;
mod scans;

use std::{env, fs, path::PathBuf};

use serde_json::Value;

/// Calls `check` with each vector of a file, but for the exceptions.
#[expect(clippy::disallowed_methods, reason = "tests find the examples by environment")]
fn each(folder: &str, file: &str, mut check: impl FnMut(&Value)) {
    let Ok(root) = env::var("SUYUAN_CONFORMANCE") else {
        eprintln!("skipped: SUYUAN_CONFORMANCE is not set");
        return;
    };
    let path = PathBuf::from(root).join(folder).join("vectors").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    for line in text.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        if !is_exception(file, &vector) {
            check(&vector);
        }
    }
}

/// A line is: file, then fields with their values as JSON, then the reason, parted by tabs.
fn is_exception(file: &str, vector: &Value) -> bool {
    let mut lines = include_str!("exceptions.txt").lines().filter(|line| !line.starts_with('#'));
    lines.any(|line| {
        let mut parts = line.split('\t');
        let same_file = parts.next() == Some(file);
        let fields = parts.next().unwrap_or_default().split(' ');
        same_file
            && fields
                .filter_map(|field| field.split_once('='))
                .all(|(name, value)| vector[name] == serde_json::from_str::<Value>(value).unwrap())
    })
}

/// A field that is text.
fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} of {vector}"))
}
