//! Rows of an answer, told once and shown three ways: on a page, on paper, in a workbook.

use crate::pages::blocks::{Row, Table};
use label::report::{self, Cell};

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
