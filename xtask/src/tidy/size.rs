//! Sizes: files of at most 800 lines, Rust lines of at most 100 columns.

use super::{Finding, Source};

const MAX_LINES: usize = 800;
const MAX_COLUMNS: usize = 100;
/// Files that people write and read; data and lock files may be long.
const WRITTEN: &[&str] = &[".rs", ".sql", ".html", ".css", ".js", ".md", ".toml"];
/// A table made by a program says so near its top and is exempt.
const GENERATED: &str = "@generated";
const MARKER_LINES: usize = 10;

pub(super) fn check_length(path: &str, text: &str) -> Vec<Finding> {
    let n_lines = text.lines().count();
    let is_written = WRITTEN.iter().any(|end| path.ends_with(end));
    let is_generated = text.lines().take(MARKER_LINES).any(|line| line.contains(GENERATED));
    if !is_written || is_generated || n_lines <= MAX_LINES {
        return Vec::new();
    }
    vec![Finding::new(path, MAX_LINES + 1, format!("{n_lines} lines; at most {MAX_LINES}"))]
}

/// Lines of a literal that spans lines are data, and an address cannot be broken.
pub(super) fn check_width(path: &str, source: &Source) -> Vec<Finding> {
    let is_long = |raw: &str| raw.chars().count() > MAX_COLUMNS && !raw.contains("://");
    source
        .numbered()
        .filter(|(_, line)| !line.is_in_literal && is_long(&line.raw))
        .map(|(number, line)| {
            let n_columns = line.raw.chars().count();
            Finding::new(path, number, format!("{n_columns} columns; at most {MAX_COLUMNS}"))
        })
        .collect()
}
