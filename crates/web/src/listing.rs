//! Rows of an answer, told once and shown three ways: on a page, on paper, in a workbook; and what
//! a file says that ends before its rows do.

use crate::extract::Fields;
use crate::language::Language;
use crate::pages::blocks::{Row, Table};
use crate::text::fill;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use label::report::{self, Cell};

/// What stands behind the last row of a file where more follow.
pub(crate) fn rest_of_file(language: Language, n_rows: usize, next: &str) -> String {
    fill(&fill(language.console_texts().file_rest, n_rows), next)
}

/// The same for programs: the address of the next file, as RFC 8288 has it.
pub(crate) fn with_next(
    mut file: Response,
    (path, fields): (&str, &Fields),
    next: Option<&str>,
) -> Response {
    let Some(next) = next else { return file };
    let mut asked = fields.0.clone();
    asked.insert("after".to_owned(), next.to_owned());
    let query = serde_urlencoded::to_string(&asked).unwrap_or_default();
    if let Ok(link) = HeaderValue::try_from(format!("<{path}?{query}>; rel=\"next\"")) {
        file.headers_mut().insert(header::LINK, link);
    }
    file
}

/// Rows under heads in the words of one language.
pub(crate) struct Listing {
    pub(crate) title: &'static str,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Listing {
    /// Heads and rows as groups of columns, in order.
    pub(crate) fn new(title: &'static str, heads: &[&[&'static str]]) -> Self {
        Self { title, heads: heads.concat(), rows: Vec::new() }
    }

    /// The cells of one more row, as groups of columns.
    pub(crate) fn push(&mut self, cells: Vec<Vec<Cell>>) {
        self.rows.push(cells.concat());
    }

    /// As a page shows it; `empty` says that there are no rows, and what to do next.
    pub(crate) fn block(self, [empty, empty_next]: [&'static str; 2]) -> Table {
        let rows = self.rows.iter().map(|row| Row::new(row.iter().map(Cell::words).collect()));
        let (title, rows) = (self.title, rows.collect());
        Table { title, heads: self.heads, rows, empty, empty_next, next: None }
    }

    /// As a report shows it.
    pub(crate) fn table(self) -> report::Table {
        report::Table {
            title: self.title.to_owned(),
            columns: self.heads.into_iter().map(str::to_owned).collect(),
            rows: self.rows,
            notes: Vec::new(),
        }
    }
}
