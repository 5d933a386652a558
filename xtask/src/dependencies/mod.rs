//! What we depend on: allowed licences, no crate with a known fault, nothing unused, and a row
//! with a reason in `docs/DEPENDENCIES.md` for each.
//!
//! It runs offline, from `cargo metadata` and the tracked files alone.

mod licence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::Result;

use crate::metadata::{Dependency, Metadata, Package};
use crate::tidy::{self, Files, Finding, Source};

const REASONS: &str = "docs/DEPENDENCIES.md";
const MANIFEST: &str = "Cargo.toml";
const NPM_MANIFEST: &str = "package.json";
const LOCK: &str = "Cargo.lock";

/// Crates that we do not ship, with what speaks against them; tests may still use them.
const REFUSED: &[(&str, &str)] = &[
    ("ansi_term", "unmaintained (RUSTSEC-2021-0139)"),
    ("atty", "unsound and unmaintained (RUSTSEC-2021-0145, RUSTSEC-2024-0375)"),
    ("backoff", "unmaintained (RUSTSEC-2025-0012)"),
    ("bincode", "unmaintained (RUSTSEC-2025-0141)"),
    ("dotenv", "unmaintained (RUSTSEC-2021-0141)"),
    ("failure", "unsound and unmaintained (RUSTSEC-2019-0036, RUSTSEC-2020-0036)"),
    ("fxhash", "unmaintained (RUSTSEC-2025-0057)"),
    ("instant", "unmaintained (RUSTSEC-2024-0384)"),
    ("openssl", "a second TLS library beside aws-lc-rs"),
    ("paste", "unmaintained (RUSTSEC-2024-0436)"),
    ("proc-macro-error", "unmaintained (RUSTSEC-2024-0370)"),
    ("rsa", "leaks the key through timing (RUSTSEC-2023-0071)"),
    ("serde_yaml", "unmaintained"),
    ("users", "unsound and unmaintained (RUSTSEC-2025-0040)"),
];

pub(crate) fn run() -> Result<()> {
    let files = tidy::tracked_files()?;
    let metadata = Metadata::load()?;
    let n_packages = metadata.packages.len();
    tidy::report("dependencies", check(&metadata, &files), n_packages)
}

fn check(metadata: &Metadata, files: &Files) -> Vec<Finding> {
    let mut findings = licences(metadata);
    findings.extend(refused(metadata));
    findings.extend(unused(metadata, files));
    findings.extend(reasons(metadata, files));
    findings.sort();
    findings
}

fn licences(metadata: &Metadata) -> Vec<Finding> {
    let complaint = |package: &Package| {
        let said = package.license.as_deref().unwrap_or("none");
        let why = format!("`{} {}`: licence `{said}`", package.name, package.version);
        (!licence::is_allowed(said)).then(|| Finding::new(LOCK, 1, why))
    };
    metadata.built().filter_map(complaint).collect()
}

fn refused(metadata: &Metadata) -> Vec<Finding> {
    let members: Vec<&str> = metadata.members().into_keys().collect();
    let shipped = metadata.closure(&members);
    REFUSED
        .iter()
        .filter(|(name, _)| shipped.contains(name))
        .map(|(name, why)| Finding::new(LOCK, 1, format!("`{name}` is built in: {why}")))
        .collect()
}

/// Dependencies that no source file of their crate names.
fn unused(metadata: &Metadata, files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, package) in metadata.members() {
        let folder = if name == "xtask" { "xtask/".to_owned() } else { format!("crates/{name}/") };
        let code: Vec<String> = files
            .range(folder.clone()..)
            .take_while(|(path, _)| path.starts_with(&folder))
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(_, text)| Source::parse(text).code())
            .collect();
        let idle = package.dependencies.iter().filter(|dependency| {
            let name = name_in_code(dependency);
            !code.iter().any(|code| names_crate(code, &name))
        });
        findings.extend(idle.map(|dependency| {
            let why = format!("`{}` is named nowhere in `{name}`", dependency.name);
            Finding::new(&format!("{folder}{MANIFEST}"), 1, why)
        }));
    }
    findings
}

fn name_in_code(dependency: &Dependency) -> String {
    dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_")
}

/// Whether code names the crate: as the start of a path, or alone in a `use`.
fn names_crate(code: &str, name: &str) -> bool {
    tidy::find_words(code, name).any(|at| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let starts_path = after.starts_with("::") && !is_inside_path(before);
        starts_path || before.ends_with("use ") && after.starts_with([';', ' '])
    })
}

fn is_inside_path(before: &str) -> bool {
    // `::serde::Serialize` begins at the root; `crate::serde::…` does not.
    before.strip_suffix("::").is_some_and(|rest| {
        rest.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>')
    })
}

/// Each dependency of the workspace is used by a crate and has a row, and so has each npm package;
/// each row has a dependency.
fn reasons(metadata: &Metadata, files: &Files) -> Vec<Finding> {
    let text = |path: &str| files.get(path).map_or("", String::as_str);
    let declared = declared(text(MANIFEST));
    let npm_packages = npm_packages(text(NPM_MANIFEST));
    let rows = rows(text(REASONS));
    let mut findings = Vec::new();
    for (path, names) in [(MANIFEST, &declared), (NPM_MANIFEST, &npm_packages)] {
        for (name, line) in names.iter().filter(|(name, _)| !rows.contains_key(*name)) {
            findings.push(Finding::new(path, *line, format!("`{name}` has no row in {REASONS}")));
        }
    }
    for (name, line) in &declared {
        let is_used = |package: &&Package| {
            package
                .dependencies
                .iter()
                .any(|dependency| dependency.rename.as_ref().unwrap_or(&dependency.name) == name)
        };
        if !metadata.members().values().any(is_used) {
            findings.push(Finding::new(MANIFEST, *line, format!("no crate uses `{name}`")));
        }
    }
    let is_known = |name: &String| declared.contains_key(name) || npm_packages.contains_key(name);
    for (name, line) in rows.iter().filter(|(name, _)| !is_known(name)) {
        findings.push(Finding::new(REASONS, *line, format!("`{name}` is no dependency")));
    }
    findings
}

/// Names under `[workspace.dependencies]` that come from outside, with their lines.
fn declared(manifest: &str) -> BTreeMap<String, usize> {
    let lines = manifest.lines().enumerate();
    lines
        .skip_while(|(_, line)| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['))
        .filter(|(_, line)| !line.contains("path = "))
        .filter_map(|(index, line)| Some((line.split_once(" = ")?.0.to_owned(), index + 1)))
        .collect()
}

/// Packages that `package.json` asks for, with their lines.
fn npm_packages(manifest: &str) -> BTreeMap<String, usize> {
    let json: serde_json::Value = serde_json::from_str(manifest).unwrap_or_default();
    let kinds = ["dependencies", "devDependencies"];
    let names = kinds.iter().filter_map(|kind| json[kind].as_object()).flat_map(|list| list.keys());
    let line = |name: &str| {
        let quoted = format!("\"{name}\"");
        manifest.lines().position(|line| line.contains(&quoted)).map_or(1, |index| index + 1)
    };
    names.map(|name| (name.clone(), line(name))).collect()
}

/// Crates in the first column of the table of reasons, with their lines.
fn rows(table: &str) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for (index, line) in table.lines().enumerate() {
        let Some(cell) = line.strip_prefix('|').and_then(|rest| rest.split('|').next()) else {
            continue;
        };
        let names = cell.split(',').map(|name| name.trim().trim_matches('`'));
        let is_heading = |name: &str| name == "crate" || name.chars().all(|c| "-: ".contains(c));
        for name in names.filter(|name| !is_heading(name)) {
            rows.insert(name.to_owned(), index + 1);
        }
    }
    rows
}
