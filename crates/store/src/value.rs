//! A write as a value: statements, their arguments, what they must change, and what came back.
//!
//! Three kinds of column, so that both engines read and write the same: 64-bit integer, text,
//! bytes. Times are microseconds since the epoch, booleans 0 and 1.

use crate::{Error, Result};

/// An argument or a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    /// Its bytes, without a copy; another kind is [`Error::Corrupt`].
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Error::corrupt("a column is not bytes")),
        }
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<u32> for Value {
    fn from(int: u32) -> Self {
        Self::Int(int.into())
    }
}

impl From<u64> for Value {
    /// Ordinals, sizes and counts are below 2^63 by construction.
    fn from(int: u64) -> Self {
        Self::Int(i64::try_from(int).expect("a count, a size or an ordinal is below 2^63"))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::Null, Into::into)
    }
}

/// How many rows a statement must change, or return, for its write to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Any,
    Rows(u64),
}

impl Expect {
    pub(crate) fn holds(self, n_rows: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Rows(n) => n_rows == n,
        }
    }
}

/// One statement of a write; only the modules of this crate make them.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(crate) sql: &'static str,
    pub(crate) args: Vec<Value>,
    pub(crate) expect: Expect,
}

impl Statement {
    /// `args[0]` is `$1`; any number of rows is fine until an expectation says otherwise.
    pub(crate) fn new(sql: &'static str, args: impl Into<Vec<Value>>) -> Self {
        Self { sql, args: args.into(), expect: Expect::Any }
    }

    /// The whole write is a conflict unless this statement changes exactly `n_rows` rows.
    pub(crate) fn expect(self, n_rows: u64) -> Self {
        Self { expect: Expect::Rows(n_rows), ..self }
    }
}

/// The rows of an answer, one after another in one list: a scan reads two, and a list of lists
/// would cost it an allocation for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) n_columns: usize,
    pub(crate) values: Vec<Value>,
}

impl Rows {
    pub(crate) fn of_width(n_columns: usize) -> Self {
        Self { n_columns, values: Vec::new() }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        // No column is no row; a chunk is never empty.
        self.values.chunks_exact(self.n_columns.max(1)).map(Row)
    }

    pub(crate) fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().len()
    }

    /// A number of the last row, if there is one.
    pub(crate) fn last_int(&self, column: usize) -> Result<Option<i64>> {
        self.iter().next_back().map(|row| row.int(column)).transpose()
    }

    /// The last column of the last row: the only one, if so it was asked.
    pub(crate) fn into_only(mut self) -> Option<Value> {
        self.values.pop()
    }
}

/// One row of an answer. A column of another type than asked for is [`Error::Corrupt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row<'a>(pub(crate) &'a [Value]);

impl<'a> Row<'a> {
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        self.opt_int(column)?.ok_or_else(|| self.wrong(column, "an integer"))
    }

    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Value::Int(int)) => Ok(Some(*int)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong(column, "an integer")),
        }
    }

    /// An integer in the range of `T`, for instance a `u32` or a `u64`.
    pub(crate) fn uint<T: TryFrom<i64>>(&self, column: usize) -> Result<T> {
        T::try_from(self.int(column)?).map_err(|_| self.wrong(column, "an integer in range"))
    }

    pub(crate) fn text(&self, column: usize) -> Result<&'a str> {
        self.opt_text(column)?.ok_or_else(|| self.wrong(column, "a text"))
    }

    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<&'a str>> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong(column, "a text")),
        }
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<&'a [u8]> {
        self.opt_bytes(column)?.ok_or_else(|| self.wrong(column, "bytes"))
    }

    pub(crate) fn opt_bytes(&self, column: usize) -> Result<Option<&'a [u8]>> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    fn wrong(&self, column: usize, wanted: &str) -> Error {
        let found = match self.0.get(column) {
            None => "missing",
            Some(Value::Null) => "null",
            Some(Value::Int(_)) => "an integer",
            Some(Value::Text(_)) => "a text",
            Some(Value::Bytes(_)) => "bytes",
        };
        Error::corrupt(format!("column {column} is {found}, not {wanted}"))
    }
}

/// What a write did, statement by statement.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub(crate) outcomes: Vec<Outcome>,
}

/// What one statement did.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) n_rows: u64,
    pub(crate) rows: Rows,
}

impl Written {
    /// How many statements the write had.
    pub(crate) fn n_statements(&self) -> usize {
        self.outcomes.len()
    }

    /// How many rows statement `index` changed or returned.
    pub fn n_rows(&self, index: usize) -> u64 {
        self.outcomes.get(index).map_or(0, |outcome| outcome.n_rows)
    }

    /// What statement `index` selected or returned; each statement of the write has an outcome.
    pub(crate) fn rows(&self, index: usize) -> &Rows {
        &self.outcomes[index].rows
    }
}
