//! `cargo xtask tidy`: the rules of the house that no compiler knows.
//!
//! Each rule is a pure function from the tracked files (and what cargo knows of the workspace)
//! to findings, so that its tests are text in, text out.
//! What clippy can say is clippy's to say; nothing here measures functions or arguments.

mod openapi;
mod size;
mod source;
mod sql;
#[cfg(test)]
mod tests;
mod text;
mod walls;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};

pub(crate) use source::{Source, find_words};
pub(crate) use walls::PURE;

use crate::metadata::Metadata;
use crate::shell;

/// The folder of these checks: it must spell out the words that it forbids elsewhere.
const OWN_FOLDER: &str = "xtask/src/tidy/";

/// Tracked text files by their path from the root.
pub(crate) type Files = BTreeMap<String, String>;

/// A breach of a rule, at a line (1-based) of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Checks the checkout that we stand in.
pub(crate) fn run() -> Result<()> {
    let files = tracked_files()?;
    let metadata = Metadata::load()?;
    report("tidy", check(&files, &metadata), files.len())
}

/// Prints findings; fails when there are any.
pub(crate) fn report(name: &str, findings: Vec<Finding>, n_looked_at: usize) -> Result<()> {
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{name}: {} findings", findings.len());
    }
    println!("{name}: {n_looked_at} looked at, nothing found");
    Ok(())
}

/// Every text file that git tracks or would track.
pub(crate) fn tracked_files() -> Result<Files> {
    let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let list = shell::read(&mut shell::command("git", &args))?;
    let root = shell::root();
    let mut files = Files::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // Pictures are not text; a file deleted but not yet committed is not there.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.insert(path.to_owned(), text);
        }
    }
    Ok(files)
}

fn check(files: &Files, metadata: &Metadata) -> Vec<Finding> {
    let mut findings = walls::check(metadata, files);
    findings.extend(openapi::check(files));
    for (path, text) in files {
        findings.extend(check_file(path, text));
    }
    findings.sort();
    findings.dedup();
    findings
}

/// The rules that look at one file alone.
fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = size::check_length(path, text);
    findings.extend(sql::check_path(path));
    if !path.starts_with(OWN_FOLDER) {
        findings.extend(text::check(path, text));
    }
    if path.ends_with(".rs") {
        let source = Source::parse(text);
        findings.extend(size::check_width(path, &source));
        if !path.starts_with(OWN_FOLDER) {
            findings.extend(sql::check(path, &source));
            findings.extend(walls::check_source(path, &source));
            findings.extend(words::check(path, &source));
        }
    }
    findings
}

/// Whether a Rust file holds tests, or what tests share across crates, and nothing else.
fn is_test(path: &str) -> bool {
    const PARTS: &[&str] = &["tests", "tests.rs", "testing", "testing.rs", "benches"];
    path.split('/').any(|part| PARTS.contains(&part))
}
