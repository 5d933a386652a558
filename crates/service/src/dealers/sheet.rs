//! Rows of a file that people made in a spreadsheet: a table of text (RFC 4180) in UTF-8, UTF-16 or
//! GB 18030, or a workbook (ECMA-376). What it says is judged by whoever asked for it.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::limits::{MAX_SHEET_BYTES, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS, MAX_UNPACKED_BYTES};
use crate::{Error, Result};

/// One row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub(crate) line: usize,
    /// Its cells, trimmed.
    pub(crate) cells: Vec<String>,
}

/// Parts that a workbook may have; a usual one has a dozen.
const MAX_PARTS: usize = 1_000;

/// From here on a number of a workbook has lost digits.
const EXACT: f64 = 1e15;

/// The rows of a file; of a workbook those of the first sheet whose first row has `head`.
///
/// # Errors
/// [`Error::Rejected`] at `/file` with what to do, [`Error::TooLarge`].
pub(crate) async fn lines_of(file: Vec<u8>, head: &'static str) -> Result<Vec<Line>> {
    if file.len() > MAX_SHEET_BYTES {
        let limit = MAX_SHEET_BYTES as u64;
        return Err(Error::TooLarge { limit, what: "bytes of a file of rows" });
    }
    let read = move || match file.starts_with(b"PK\x03\x04") {
        true => workbook(&file, head),
        false => table(&text_of(&file)?),
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
}

fn bad(message: impl Into<String>) -> Error {
    Error::rejected("/file", "bad-file", message)
}

/// Text by its byte order mark; without one it is UTF-8 if it can be, else GB 18030.
fn text_of(file: &[u8]) -> Result<String> {
    if file.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(bad("this is a workbook of before 2007; save it as .xlsx or as CSV"));
    }
    let marked = [(UTF_8, &b"\xef\xbb\xbf"[..]), (UTF_16LE, b"\xff\xfe"), (UTF_16BE, b"\xfe\xff")];
    let marked = marked.into_iter().find(|(_, mark)| file.starts_with(mark));
    let decoded = match marked {
        Some((encoding, mark)) => {
            encoding.decode_without_bom_handling_and_without_replacement(&file[mark.len()..])
        }
        None => match std::str::from_utf8(file) {
            Ok(text) => Some(text.into()),
            Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(file),
        },
    };
    let text = decoded.filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| bad("send a CSV file in UTF-8 or GBK, or an .xlsx workbook"))?;
    Ok(text.into_owned())
}

/// What stands between the cells of a table: whatever its first line has most of.
fn separator_of(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |it: &char| first.matches(*it).count();
    // The last of the greatest: a comma unless another is there more often.
    [';', '\t', ','].into_iter().max_by_key(count).unwrap_or(',')
}

fn table(text: &str) -> Result<Vec<Line>> {
    let separator = separator_of(text);
    let mut lines = Rows::default();
    let (mut cell, mut is_quoted, mut line, mut began) = (String::new(), false, 1, 1);
    let mut cells = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\n' {
            line += 1;
        }
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            _ if is_quoted => cell.push(character),
            '"' if cell.is_empty() => is_quoted = true,
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                lines.push(began, std::mem::take(&mut cells))?;
                began = line;
            }
            it if it == separator => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
        if cells.len() > MAX_SHEET_COLUMNS {
            return Err(too_wide());
        }
    }
    if is_quoted {
        return Err(bad(format!("the quotation mark in line {began} is never closed")));
    }
    cells.push(cell);
    lines.push(began, cells)?;
    Ok(lines.0)
}

fn workbook(file: &[u8], head: &str) -> Result<Vec<Line>> {
    check_unpacked(file)?;
    let broken = |_| bad("this workbook cannot be read; save it again as .xlsx or as CSV");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(broken)?;
    for name in book.sheet_names() {
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        let mut lines = Rows::default();
        let (mut cells, mut row) = (Vec::new(), 0);
        while let Some(cell) = reader.next_cell().map_err(broken)? {
            let (at, column) = cell.get_position();
            let text = text_of_cell(cell.get_value(), (at, column))?;
            if text.is_empty() {
                continue;
            }
            if at != row {
                lines.push(row as usize + 1, std::mem::take(&mut cells))?;
                let is_first = lines.0.len() == 1;
                if is_first && !lines.0[0].cells.iter().any(|it| it == head) {
                    break;
                }
                row = at;
            }
            let column = column as usize;
            if column >= MAX_SHEET_COLUMNS {
                return Err(too_wide());
            }
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = text;
        }
        lines.push(row as usize + 1, cells)?;
        if lines.0.first().is_some_and(|it| it.cells.iter().any(|it| it == head)) {
            return Ok(lines.0);
        }
    }
    Err(bad(format!("no sheet of this workbook has {head:?} in its first row")))
}

/// Unpacks each part once and keeps nothing, so that a small file cannot become a large one where
/// it is read.
fn check_unpacked(file: &[u8]) -> Result<()> {
    let broken = |_| bad("this workbook cannot be read; save it again as .xlsx or as CSV");
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(Error::TooLarge { limit: MAX_PARTS as u64, what: "parts of a workbook" });
    }
    let mut n_left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let copied = std::io::copy(&mut part.take(n_left + 1), &mut std::io::sink());
        let n_bytes = copied.map_err(|_| bad("this workbook is damaged; save it again"))?;
        n_left = n_left.checked_sub(n_bytes).ok_or(Error::TooLarge {
            limit: MAX_UNPACKED_BYTES,
            what: "bytes of a workbook once it is unpacked",
        })?;
    }
    Ok(())
}

fn text_of_cell(cell: &DataRef<'_>, (row, column): (u32, u32)) -> Result<String> {
    let text = match cell {
        DataRef::Float(number) if number.abs() >= EXACT => {
            return Err(bad(format!(
                "the number in row {}, column {} has lost digits; format the column as text and \
                 enter it again",
                row + 1,
                column + 1
            )));
        }
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::Error(_) => String::new(),
        other => Data::from(other.clone()).to_string(),
    };
    Ok(text.trim().to_owned())
}

fn too_wide() -> Error {
    Error::TooLarge { limit: MAX_SHEET_COLUMNS as u64, what: "columns of a file of rows" }
}

/// Rows as they are gathered.
#[derive(Default)]
struct Rows(Vec<Line>);

impl Rows {
    fn push(&mut self, line: usize, cells: Vec<String>) -> Result<()> {
        let cells: Vec<String> = cells.iter().map(|it| unguarded(it.trim())).collect();
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        if self.0.len() == MAX_SHEET_ROWS {
            let limit = MAX_SHEET_ROWS as u64;
            return Err(Error::TooLarge { limit, what: "rows of a file" });
        }
        self.0.push(Line { line, cells });
        Ok(())
    }
}

/// A cell without the apostrophe that keeps spreadsheets from taking it for a formula.
fn unguarded(cell: &str) -> String {
    let rest = cell.strip_prefix('\'');
    let rest = rest.filter(|it| it.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
    rest.unwrap_or(cell).to_owned()
}

#[cfg(test)]
mod tests;
