//! One connection, and how values enter and leave it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode};

use crate::value::Outcome;
use crate::{Error, Rows, Value};

/// Statements that stay prepared on each connection.
const N_PREPARED: usize = 256;

/// A connection with its prepared statements.
pub(crate) struct Session {
    connection: Connection,
    /// By where the static text of a statement lies.
    places: RefCell<HashMap<(usize, usize), Places>>,
    /// The writer's turn when this reader last read.
    turn: Cell<Turn>,
}

/// Counts the beginnings and the ends of the writer's transactions: it is odd while one is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turn(pub(crate) u64);

/// Which argument each of SQLite's parameters takes: SQLite numbers `$2` by its first appearance,
/// not by its digit.
type Places = Arc<[usize]>;

impl Turn {
    fn is_rest(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// An open transaction; unless committed it is rolled back.
pub(crate) struct Tx<'a> {
    session: &'a Session,
}

impl Session {
    pub(crate) fn new(connection: Connection) -> rusqlite::Result<Self> {
        connection.set_prepared_statement_cache_capacity(N_PREPARED);
        // Else the planner looks at the values of arguments, and prepares the statement anew
        // whenever they change, which costs far more than a point read.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self { connection, places: RefCell::default(), turn: Cell::default() })
    }

    /// Runs statements that take no arguments and return nothing of interest.
    pub(crate) fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(sql)
    }

    /// Begins to write.
    pub(crate) fn begin(&self) -> rusqlite::Result<Tx<'_>> {
        self.execute("begin immediate", &[])?;
        Ok(Tx { session: self })
    }

    /// Readies a reader for its next read at this turn of the only writer.
    ///
    /// While the writer rests the reader stays in one read transaction, which spares each read the
    /// locks around its own: nothing is written, so its snapshot is still the newest.
    pub(crate) fn refresh(&self, turn: Turn) -> rusqlite::Result<()> {
        let is_quiet = self.turn.replace(turn) == turn && turn.is_rest();
        match (is_quiet, self.connection.is_autocommit()) {
            (true, true) => self.execute("begin", &[]).map(|_| ()),
            (false, false) => self.release(),
            _ => Ok(()),
        }
    }

    /// Ends the read transaction that [`Session::refresh`] began, if one is open: a snapshot that
    /// is kept while others write keeps the write-ahead log from being folded into the file.
    pub(crate) fn release(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("commit", &[]).map(|_| ())
    }

    /// The rows of one statement.
    pub(crate) fn rows(&self, sql: &'static str, args: &[Value]) -> rusqlite::Result<Rows> {
        Ok(self.execute(sql, args)?.rows)
    }

    /// Runs one statement to its end.
    pub(crate) fn execute(&self, sql: &'static str, args: &[Value]) -> rusqlite::Result<Outcome> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let places = self.places(sql, &statement);
        if places.iter().any(|&place| place >= args.len()) {
            return Err(rusqlite::Error::InvalidParameterCount(args.len(), places.len()));
        }
        for (i, &place) in places.iter().enumerate() {
            statement.raw_bind_parameter(i + 1, &args[place])?;
        }
        let n_columns = statement.column_count();
        if n_columns == 0 {
            let n_rows = statement.raw_execute()? as u64;
            return Ok(Outcome { n_rows, rows: Rows::default() });
        }
        let mut rows = Rows::of_width(n_columns);
        let mut found = statement.raw_query();
        while let Some(row) = found.next()? {
            // Two at once: a scan reads two.
            rows.values.reserve(2 * n_columns);
            for column in 0..n_columns {
                rows.values.push(value(row.get_ref(column)?)?);
            }
        }
        Ok(Outcome { n_rows: rows.len() as u64, rows })
    }

    fn places(&self, sql: &'static str, statement: &rusqlite::Statement<'_>) -> Places {
        let mut known = self.places.borrow_mut();
        let places = known.entry((sql.as_ptr() as usize, sql.len()));
        places
            .or_insert_with(|| (1..=statement.parameter_count()).map(place(statement)).collect())
            .clone()
    }
}

/// The argument of SQLite's parameter `i`, from its name `$n`; a nameless one has none.
fn place(statement: &rusqlite::Statement<'_>) -> impl Fn(usize) -> usize {
    |i| {
        let number = statement.parameter_name(i).and_then(|name| name.strip_prefix('$'));
        let number = number.and_then(|digits| digits.parse::<usize>().ok());
        number.and_then(|number| number.checked_sub(1)).unwrap_or(usize::MAX)
    }
}

impl Tx<'_> {
    /// Makes it durable. If that fails it is rolled back.
    pub(crate) fn commit(self) -> rusqlite::Result<()> {
        self.session.execute("commit", &[]).map(|_| ())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        // SQLite has rolled back by itself after some errors, and has nothing left after a commit.
        if !self.session.connection.is_autocommit()
            && let Err(source) = self.session.run("rollback")
        {
            tracing::error!(error = %source, "a transaction could not be rolled back");
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(column: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match column {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Text(_) => Value::Text(column.as_str()?.to_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
        ValueRef::Real(_) => {
            let expected = rusqlite::types::Type::Real;
            return Err(rusqlite::Error::InvalidColumnType(0, String::new(), expected));
        }
    })
}

/// What an error of SQLite means to a caller, outside of a write's own conflicts.
pub(crate) fn error(source: rusqlite::Error) -> Error {
    let reason = match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::SystemIoFailure) => "the disk failed",
        Some(ErrorCode::OutOfMemory) => "memory is full",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "the database is busy",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "the database is not writable",
        Some(ErrorCode::CannotOpen) => "the database cannot be opened",
        Some(ErrorCode::OperationInterrupted | ErrorCode::OperationAborted) => {
            "the database was interrupted"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let reason = "the file is damaged or not a database".into();
            return Error::Corrupt { reason, source: Some(Arc::new(source)) };
        }
        _ => {
            let reason = "the schema and a statement disagree".into();
            return Error::Corrupt { reason, source: Some(Arc::new(source)) };
        }
    };
    Error::Unavailable { reason, source: Some(Arc::new(source)) }
}
