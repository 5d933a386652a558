//! SQL stands in `store` and nowhere else (the rivals that benches measure excepted).

use super::{Finding, Source};

const HOMES: &[&str] = &["crates/store/", "xtask/src/bench/"];

pub(super) fn check(path: &str, source: &Source) -> Vec<Finding> {
    if is_home(path) {
        return Vec::new();
    }
    source
        .literals
        .iter()
        .filter(|literal| is_sql(&literal.text))
        .map(|literal| Finding::new(path, literal.line, "SQL outside `store`"))
        .collect()
}

pub(super) fn check_path(path: &str) -> Vec<Finding> {
    if path.ends_with(".sql") && !is_home(path) {
        return vec![Finding::new(path, 1, "SQL outside `store`")];
    }
    Vec::new()
}

fn is_home(path: &str) -> bool {
    HOMES.iter().any(|home| path.starts_with(home))
}

/// Whether the text is a statement rather than a sentence that begins like one.
fn is_sql(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["select", "*", ..] | ["insert", "into", ..] | ["delete", "from", ..] => true,
        ["select", first, ..] => has("from") || first.starts_with(|c: char| c.is_ascii_digit()),
        ["update", _, ..] => has("set"),
        ["create" | "drop" | "alter", "table" | "index" | "view", ..] => true,
        ["create", "unique" | "temp" | "temporary", "index" | "table", ..] => true,
        ["with", "recursive", ..] => true,
        ["with", _, "as", ..] => has("select"),
        ["pragma", _] => true,
        _ => false,
    }
}
