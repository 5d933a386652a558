//! Rules for every text file: nothing of one machine, no registry hosts, no promises for later.

use super::Finding;
use super::source::has_word;

/// Folders that exist on somebody's machine only.
const MACHINE_PATHS: &[&str] = &["/home/", "/root/"];
/// How hosts of registries begin; package managers know where theirs are.
const REGISTRY_STARTS: &[&str] = &["deb.", "files.", "index.", "pypi.", "registry.", "static."];
const LATER: &[&str] = &["TODO", "FIXME", "XXX"];

pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut find = |message: String| findings.push(Finding::new(path, index + 1, message));
        for folder in MACHINE_PATHS.iter().filter(|folder| names_folder(line, folder)) {
            find(format!("`{folder}` is a path of one machine"));
        }
        for host in hosts(line).filter(|host| is_registry(host)) {
            find(format!("`{host}` looks like a registry; the package manager knows it"));
        }
        for word in LATER.iter().filter(|word| has_word(line, word)) {
            find(format!("`{word}`: do it, or file an issue"));
        }
        if path.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\"") {
            find("a lock file names no hosts: `npm config omit-lockfile-registry-resolved`".into());
        }
    }
    findings
}

/// Whether the folder is named from the root of a file system, not inside another path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.~}".contains(c))
    })
}

/// The hosts of the addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    line.split("://").skip(1).map(move |rest| {
        let end = rest.find(|c| !is_of_host(c)).unwrap_or(rest.len());
        &rest[..end]
    })
}

fn is_registry(host: &str) -> bool {
    REGISTRY_STARTS.iter().any(|start| host.starts_with(start))
}
