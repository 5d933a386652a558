//! Walls between crates: who may name whom, and who may touch the world outside.
//!
//! ARCHITECTURE.md draws the arrows; this table is the same drawing for a machine.

use super::source::{find_words, has_word, is_word};
use super::{Files, Finding, Source, is_test};
use crate::metadata::{Dependency, Metadata, Package};

/// Crates without I/O: value in, value out.
pub(crate) const PURE: &[&str] =
    &["gs1", "schemes", "epcis", "mint", "tlog", "trace", "verdict", "geo", "label", "scenario"];

/// Which of our crates a crate may use; what is not listed may use none.
const ARROWS: &[(&str, &[&str])] = &[
    ("schemes", &["gs1"]),
    ("geo", &["schemes"]),
    ("epcis", &["gs1"]),
    ("trace", &["gs1", "epcis"]),
    ("scenario", &["gs1", "schemes", "epcis", "mint", "tlog", "trace", "verdict", "geo", "label"]),
    ("store", &["gs1", "schemes", "epcis", "mint", "tlog", "trace", "verdict", "geo", "label"]),
    (
        "service",
        &["gs1", "schemes", "epcis", "mint", "tlog", "trace", "verdict", "geo", "label", "store"],
    ),
    (
        "web",
        &["gs1", "schemes", "epcis", "mint", "tlog", "trace", "verdict", "geo", "label", "service"],
    ),
];
/// Crates at the end of all arrows: they use whom they like, and nobody uses them.
const ENDS: &[&str] = &["suyuan", "xtask"];

const DRIVERS: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "tokio-postgres",
    "postgres",
    "deadpool",
    "deadpool-postgres",
    "deadpool-sqlite",
    "sqlx",
];
/// Clients of HTTP and TLS: where strangers tell us to send is judged in one place.
const CLIENTS: &[&str] =
    &["tokio-rustls", "rustls-native-certs", "hyper-rustls", "reqwest", "ureq"];
const OUTSIDE: &[&str] = &["tokio", "axum", "hyper", "mio", "async-std", "reqwest"];

/// Compares what `Cargo.toml` files say with the drawing.
pub(super) fn check(metadata: &Metadata, files: &Files) -> Vec<Finding> {
    let members = metadata.members();
    let mut findings = Vec::new();
    for (name, package) in &members {
        for dependency in &package.dependencies {
            let is_ours = members.contains_key(dependency.name.as_str());
            let refused =
                if is_ours { arrow(name, dependency) } else { outsider(name, dependency) };
            findings.extend(refused.map(|why| at_manifest(files, package, &dependency.name, why)));
        }
        if PURE.contains(name) {
            let built_in = metadata.closure(&[name]);
            let strangers = OUTSIDE.iter().chain(DRIVERS).filter(|one| built_in.contains(**one));
            findings.extend(strangers.map(|stranger| {
                let why = format!("`{name}` does no I/O but builds in `{stranger}`");
                at_manifest(files, package, stranger, why)
            }));
        }
    }
    findings
}

/// An arrow between two of our crates; tests may look wherever they need.
fn arrow(from: &str, to: &Dependency) -> Option<String> {
    if ENDS.contains(&to.name.as_str()) {
        return Some(format!("nothing uses `{}`", to.name));
    }
    if ENDS.contains(&from) || to.kind.as_deref() == Some("dev") {
        return None;
    }
    let allowed = ARROWS.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, to)| to);
    (!allowed.contains(&to.name.as_str()))
        .then(|| format!("`{from}` may not use `{}` (ARCHITECTURE.md, code map)", to.name))
}

/// Somebody else's crate that only one of ours may name.
fn outsider(from: &str, to: &Dependency) -> Option<String> {
    let name = to.name.as_str();
    let is_dev = to.kind.as_deref() == Some("dev");
    if DRIVERS.contains(&name) && !["store", "xtask"].contains(&from) {
        return Some(format!("only `store` names a database driver, not `{from}`"));
    }
    if CLIENTS.contains(&name) && from != "web" {
        return Some(format!("only `web` sends requests, not `{from}`"));
    }
    let is_axum = name == "axum" || name.starts_with("axum-");
    let may_name_axum = ["web", "xtask"].contains(&from) || from == "suyuan" && is_dev;
    if is_axum && !may_name_axum {
        return Some(format!("only `web` names axum, not `{from}`"));
    }
    None
}

fn at_manifest(files: &Files, package: &Package, dependency: &str, why: String) -> Finding {
    let in_crates = format!("crates/{}/Cargo.toml", package.name);
    let path = if package.name == "xtask" { "xtask/Cargo.toml".to_owned() } else { in_crates };
    let names_it = |line: &str| {
        let rest = line.trim_start().strip_prefix(dependency);
        rest.is_some_and(|rest| rest.starts_with([' ', '=', '.']))
    };
    let text = files.get(&path).map_or("", String::as_str);
    let line = text.lines().position(names_it).map_or(1, |index| index + 1);
    Finding::new(&path, line, why)
}

/// Status codes of answers that are no errors; `web` may name them beside their answer.
const GOOD_STATUSES: &[&str] = &[
    "OK",
    "CREATED",
    "ACCEPTED",
    "NO_CONTENT",
    "PARTIAL_CONTENT",
    "MULTIPLE_CHOICES",
    "MOVED_PERMANENTLY",
    "FOUND",
    "MULTIPLE_CHOICES",
    "SEE_OTHER",
    "NOT_MODIFIED",
    "TEMPORARY_REDIRECT",
    "PERMANENT_REDIRECT",
];
const PROBLEM: &str = "crates/web/src/problem.rs";

/// What code touches: the environment, the clock, status codes.
pub(super) fn check_source(path: &str, source: &Source) -> Vec<Finding> {
    let may_touch_process = ENDS.iter().any(|name| crate_of(path) == *name);
    let mut findings = Vec::new();
    for (number, line) in source.numbered() {
        let mut find = |message: &str| findings.push(Finding::new(path, number, message));
        if !may_touch_process && reads_environment(&line.code) && !is_test(path) {
            find("only `suyuan` reads the environment");
        }
        if !may_touch_process && reads_clock(&line.code) {
            find("only `suyuan` reads the clock; take the time as an argument");
        }
        if !is_test(path) && crate_of(path) != "xtask" && names_status(path, &line.code) {
            find("status codes of errors live in `web::Problem`");
        }
    }
    findings
}

fn crate_of(path: &str) -> &str {
    path.strip_prefix("crates/").unwrap_or(path).split('/').next().unwrap_or_default()
}

fn reads_environment(code: &str) -> bool {
    has_word(code, "std::env")
        || ["env::var", "env::var_os", "env::vars"].iter().any(|name| has_word(code, name))
}

fn reads_clock(code: &str) -> bool {
    ["SystemTime::now", "Timestamp::now", "Zoned::now", "Utc::now", "Local::now"]
        .iter()
        .any(|name| has_word(code, name))
}

/// Whether the line names a status code that it should not.
fn names_status(path: &str, code: &str) -> bool {
    const TYPE: &str = "StatusCode::";
    if path == PROBLEM {
        return false;
    }
    find_words(code, "StatusCode").any(|at| {
        let Some(rest) = code[at..].strip_prefix(TYPE) else { return false };
        let name: String = rest.chars().take_while(|&c| is_word(c)).collect();
        let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let is_good = crate_of(path) == "web" && GOOD_STATUSES.contains(&name.as_str());
        is_constant && !is_good
    })
}
