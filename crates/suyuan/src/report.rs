//! What people read: results on standard output, tables, progress and errors.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// The end of a command.
pub(crate) struct Done {
    /// For standard output.
    pub(crate) text: String,
    /// Whether all was well; else the process ends with 1.
    pub(crate) is_well: bool,
}

impl Done {
    /// All was well.
    pub(crate) fn well(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_well: true }
    }
}

/// Writes to standard output; a reader that went away is not our failure.
pub(crate) fn print(text: &str) {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

/// A note for the person at the terminal, beside the result.
pub(crate) fn note(text: &str) {
    writeln!(stderr(), "{text}").ok();
}

/// The text of an error: its causes, and each violation on a line.
pub(crate) fn explain(error: &anyhow::Error) -> String {
    let mut lines = vec![format!("error: {error:#}")];
    if let Some(service::Error::Rejected(violations)) = error.downcast_ref() {
        lines[0] = format!("error: {} rules are broken", violations.len());
        lines.extend(violations.iter().map(|it| format!("  {}", violation(it))));
    }
    lines.join("\n")
}

/// One violation on one line.
pub(crate) fn violation(violation: &service::Violation) -> String {
    let service::Violation { pointer, rule, message } = violation;
    format!("{}: {message} ({rule})", if pointer.is_empty() { "/" } else { pointer })
}

/// A moment as RFC 3339 in UTC, to the second.
pub(crate) fn moment(at_us: i64) -> String {
    let at = jiff::Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Columns under their heads, two spaces apart.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(width);
    for row in rows {
        for (wide, cell) in widths.iter_mut().zip(row) {
            *wide = width(cell).max(*wide);
        }
    }
    let head = head.map(str::to_owned);
    let mut text = String::new();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', wide - width(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Columns that a terminal gives to a text: Chinese and Korean characters take two.
fn width(text: &str) -> usize {
    const WIDE: [RangeInclusive<char>; 3] =
        ['\u{1100}'..='\u{115f}', '\u{2e80}'..='\u{d7a3}', '\u{f900}'..='\u{ffe6}'];
    let is_wide = |c: &char| WIDE.iter().any(|range| range.contains(c));
    text.chars().count() + text.chars().filter(is_wide).count()
}

/// A line on the terminal that says how far long work has come; nothing where there is none.
pub(crate) struct Progress {
    what: &'static str,
    is_shown: bool,
    next: Instant,
}

/// How often the line changes; the first change comes after so long, so short work shows nothing.
const PERIOD: Duration = Duration::from_millis(200);

impl Progress {
    /// Of the work called `what`.
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, is_shown: stderr().is_terminal(), next: Instant::now() + PERIOD }
    }

    /// `n` of `of` are done.
    pub(crate) fn at(&mut self, n: u64, of: u64) {
        if !self.is_shown || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + PERIOD;
        let percent = u128::from(n) * 100 / u128::from(of.max(1));
        write!(stderr(), "\r\x1b[K{} {n} of {of} ({percent} %)", self.what).ok();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            write!(stderr(), "\r\x1b[K").ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{moment, table};

    #[test]
    fn wide_characters_take_two_columns() {
        let rows = [["산업".to_owned(), "1".to_owned()], ["abcde".to_owned(), "2".to_owned()]];
        assert_eq!(table(["name", "n"], &rows), "name   n\n산업   1\nabcde  2\n");
    }

    #[test]
    fn moments_are_read_by_people() {
        assert_eq!(moment(1_700_000_000_123_456), "2023-11-14T22:13:20Z");
    }
}
