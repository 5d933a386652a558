//! A report as a workbook (ECMA-376): a sheet of what it is about, then one for each table.

use std::collections::HashSet;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::{Cell, Error, Report, Table};

/// Longest text that a cell of a workbook takes, in UTF-16 units as Excel counts them.
const MAX_UNITS: usize = 32_767;
/// Rows of a sheet, of which its head and its notes want some.
const MAX_ROWS: usize = 1_048_576 - 64;
/// Widest column in characters.
const MAX_WIDTH: usize = 60;

struct Formats {
    head: Format,
    title: Format,
    part: Format,
}

/// The report as a workbook: the first sheet has its title, number, facts and notes; each table is
/// a sheet whose first row has its heads, with its notes below its rows.
///
/// # Errors
/// [`Error::TooLong`] if a table has more rows than a sheet, [`Error::Writer`] if the workbook
/// cannot be written.
pub fn xlsx(report: &Report) -> Result<Vec<u8>, Error> {
    if let Some(table) = report.tables.iter().find(|it| it.rows.len() > MAX_ROWS) {
        return Err(Error::TooLong { n_rows: table.rows.len() });
    }
    workbook(report).map_err(|error| Error::Writer(error.to_string()))
}

fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        head: Format::new().set_bold().set_background_color(0xE6_ECE8),
        title: Format::new().set_bold().set_font_size(14.0),
        part: Format::new().set_num_format("0.0%").set_align(FormatAlign::Right),
    };
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(report.made_at_s)?;
    let properties = DocProperties::new().set_title(&report.title).set_subject(&report.number);
    workbook.set_properties(&properties.set_creation_datetime(&made_at));
    let mut names = Names::default();
    let first = workbook.add_worksheet();
    first.set_name(names.of(&report.title))?;
    write_first(first, report, &formats)?;
    for table in &report.tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.of(&table.title))?;
        write_table(sheet, table, &formats)?;
    }
    workbook.save_to_buffer()
}

fn write_first(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 24)?.set_column_width(1, MAX_WIDTH as f64)?;
    sheet.write_string_with_format(0, 0, bounded(&report.title), &formats.title)?;
    sheet.write_string(1, 0, bounded(&report.number))?;
    let mut row = 3;
    for (label, value) in &report.facts {
        sheet.write_string_with_format(row, 0, bounded(label), &formats.head)?;
        sheet.write_string(row, 1, bounded(value))?;
        row += 1;
    }
    for note in report.notes.iter().chain([&report.foot]).filter(|it| !it.is_empty()) {
        row += 1;
        sheet.write_string(row, 0, bounded(note))?;
    }
    Ok(())
}

fn write_table(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    for (column, head) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, bounded(head), &formats.head)?;
        sheet.set_column_width(column, width(table, column.into()) as f64)?;
    }
    let mut row = 0;
    for cells in &table.rows {
        row += 1;
        for (column, cell) in (0..).zip(cells.iter().take(table.columns.len())) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, bounded(text))?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Part(part) => {
                    sheet.write_number_with_format(row, column, *part, &formats.part)?
                }
                Cell::Empty => sheet,
            };
        }
    }
    if let Some(last) = u16::try_from(table.columns.len()).ok().and_then(|it| it.checked_sub(1)) {
        sheet.autofilter(0, 0, row, last)?;
        sheet.set_freeze_panes(1, 0)?;
    }
    for note in &table.notes {
        row += 1;
        sheet.write_string(row, 0, bounded(note))?;
    }
    Ok(())
}

/// Characters that the longest of the first cells of a column needs; others than ASCII are wide.
fn width(table: &Table, column: usize) -> usize {
    let width = |text: &str| text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum();
    let cells = table.rows.iter().take(1_000).filter_map(|row| row.get(column));
    let widest = cells.map(|cell| width(&cell.words())).max().unwrap_or(0);
    widest.max(table.columns.get(column).map_or(0, |head| width(head))).clamp(6, MAX_WIDTH) + 2
}

/// As much of a text as a cell takes.
fn bounded(text: &str) -> String {
    let mut room = MAX_UNITS;
    let fits = |character: &char| {
        let rest = room.checked_sub(character.len_utf16());
        room = rest.unwrap_or(0);
        rest.is_some()
    };
    text.chars().take_while(fits).collect()
}

/// Names of sheets: at most 31 characters, without some, no two alike.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn of(&mut self, title: &str) -> String {
        let allowed = |it: &char| !"[]:*?/\\'".contains(*it) && !it.is_control();
        let base: String = title.chars().filter(allowed).take(28).collect();
        let base = match base.trim().to_lowercase().as_str() {
            "" => "-".to_owned(),
            // Excel keeps this name for itself.
            "history" => format!("{} 1", base.trim()),
            _ => base,
        };
        let numbered = (2..).map(|n| format!("{base} {n}"));
        // At most as many are taken as there are sheets.
        let name = std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| !self.0.contains(&name.to_lowercase()))
            .expect("numbers do not end");
        self.0.insert(name.to_lowercase());
        name
    }
}
