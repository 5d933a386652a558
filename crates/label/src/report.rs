//! A report: what is known of something, as pages to print and as a workbook.
//!
//! A [`Report`] is a value in the words of its reader. [`pdf`] makes A4 pages of it, on each of
//! which stand its number, its foot and the count of pages; [`xlsx`] makes a workbook with a sheet
//! for each table. Fonts come in as bytes: without one that has Chinese and Korean characters there
//! are no pages, since an empty box in place of a character would be taken for the character.

mod font;
mod layout;
mod pdf;
mod sheet;
#[cfg(test)]
mod tests;
mod wrap;

pub use font::Font;
pub use pdf::pdf;
pub use sheet::xlsx;

/// Most rows that all tables of a report may have together as pages: about 1,000 pages.
pub const MAX_PAGED_ROWS: usize = 20_000;

/// Longest text of a cell in characters, as pages; a longer one ends in `…`. A workbook takes
/// 32,767 characters of it.
pub const MAX_CELL_CHARS: usize = 2_000;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no font, or one without the characters that reports need.
    #[error("the font cannot be used: {0}")]
    Font(&'static str),
    /// The report has more than [`MAX_PAGED_ROWS`].
    #[error(
        "the report has {n_rows} rows, at most {MAX_PAGED_ROWS} are printed; a workbook takes more"
    )]
    TooLong {
        /// How many it has.
        n_rows: usize,
    },
    /// The writer of the format refused it.
    #[error("the report cannot be written: {0}")]
    Writer(String),
}

/// What a report says, in the language of its reader.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What it is.
    pub title: String,
    /// Its number, as others cite it; on each page.
    pub number: String,
    /// When it was made, seconds since the epoch; for the properties of the file.
    pub made_at_s: i64,
    /// BCP 47 tag of the language that it is in: `zh-CN`, `ko` or `en`.
    pub language: &'static str,
    /// What it is about: a label and its value, in this order.
    pub facts: Vec<(String, String)>,
    /// What the reader must know before the tables: that something is missing, how to check it.
    pub notes: Vec<String>,
    /// Drawings, each on one page; a workbook has none.
    pub figures: Vec<Figure>,
    /// Tables, in order.
    pub tables: Vec<Table>,
    /// One line at the foot of each page, beside the number and the count of pages.
    pub foot: String,
}

/// A drawing that is made as small as its page wants it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// Its width and height, in units of its own: as its shapes.
    pub size: (f32, f32),
    /// What it is made of, from its upper left corner; the later covers the earlier.
    pub shapes: Vec<Shape>,
}

/// One thing of a drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A box with a border: its upper left corner, its width and height.
    Box {
        /// Corner.
        at: (f32, f32),
        /// Width and height.
        size: (f32, f32),
    },
    /// A line of text, from the left end of its base line; 14 units high, or 12 if it is soft.
    Text {
        /// Left end.
        at: (f32, f32),
        /// The words.
        text: String,
        /// Whether it is less than the others.
        weight: Weight,
    },
    /// A cubic curve with a tip at its end.
    Arrow {
        /// Beginning, two points that it bends to, end.
        points: [(f32, f32); 4],
    },
}

/// How much a text weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As the others.
    Plain,
    /// Less.
    Soft,
}

/// Rows under heads. Cells that a row has beyond the columns are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What its rows are; the name of its sheet.
    pub title: String,
    /// Heads of its columns, repeated on each page.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// What must be said of it as a whole: that rows are missing.
    pub notes: Vec<String>,
}

/// What stands in a row under one head.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, codes, times. Never read as a number or a formula, however it looks.
    Text(String),
    /// A number.
    Number(f64),
    /// A part of a whole, 0 to 1; shown in percent with one decimal.
    Part(f64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A number of things; above 2^53 a text, since no spreadsheet counts that far.
    pub fn count(n: u64) -> Self {
        if n <= 1 << 53 { Self::Number(n as f64) } else { Self::Text(n.to_string()) }
    }

    /// A text, or nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    /// What a reader sees.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Part(part) => format!("{:.1} %", part * 100.0),
            Self::Empty => String::new(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
