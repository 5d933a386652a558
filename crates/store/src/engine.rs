//! Every difference between the two engines; what is not here is the same text for both.
//!
//! The drivers (`sqlite`, `postgres`) differ in how they carry a statement, never in what it says.

use std::fmt::Write as _;

/// The database underneath.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file in the data folder, written by one thread.
    Sqlite,
    /// PostgreSQL 15 or newer, alone or sharded by Citus.
    Postgres,
}

/// A `create table` of a migration, as far as the engines differ about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Table<'a> {
    /// `distribute by COLUMN`: the column in each of its unique keys.
    pub(crate) distribute_by: Option<&'a str>,
    /// `without rowid`: rows live in the B-tree of the primary key.
    pub(crate) without_rowid: bool,
}

impl Engine {
    /// The engine's name as figures and metrics print it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The one statement of a pair that this engine understands, for the few that cannot agree.
    pub(crate) fn choose(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }

    /// A statement of a migration in this engine's words for the three column kinds.
    ///
    /// `integer primary key` makes the key the rowid of SQLite; `bigint` would add an index.
    pub(crate) fn column_types(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql.replace("{bytes}", "blob").replace("bigint", "integer"),
            Self::Postgres => sql.replace("{bytes}", "bytea"),
        }
    }

    /// What to run for a `create table` that ends at its closing parenthesis.
    ///
    /// SQLite is told to hold to the column types. PostgreSQL splits a distributed table into
    /// `n_partitions` by hash (0: does not), which refuses unique keys without the column just as
    /// Citus would.
    pub(crate) fn create_table(self, sql: &str, table: Table<'_>, n_partitions: u32) -> String {
        let mut sql = self.column_types(sql);
        match (self, table.distribute_by) {
            (Self::Sqlite, _) => {
                sql += if table.without_rowid { " strict, without rowid" } else { " strict" };
            }
            (Self::Postgres, Some(column)) if n_partitions > 0 => {
                let name = sql.split_whitespace().nth(2).unwrap_or_default().to_owned();
                let _ = write!(sql, " partition by hash ({column})");
                for n in 0..n_partitions {
                    let _ = write!(
                        sql,
                        ";\ncreate table {name}_p{n} partition of {name}
                         for values with (modulus {n_partitions}, remainder {n})"
                    );
                }
            }
            (Self::Postgres, _) => {}
        }
        sql
    }

    /// Keeps a second process from migrating at the same time, until the transaction ends.
    ///
    /// SQLite needs nothing: the lock file holds the folder for one process.
    pub(crate) fn lock_migrations(self) -> &'static str {
        self.choose("select 1", "select 1 from pg_advisory_xact_lock(hashtext('suyuan'))")
    }

    /// Sets up each new connection.
    ///
    /// SQLite: a write-ahead log that is flushed at each commit, and of about 16 MiB before it is
    /// folded into the file. What a savepoint may have to undo goes to a temporary file when it is
    /// long: kept in memory, SQLite walks all of it whenever a statement ends.
    pub(crate) fn prepare_connection(self, durability: Durability) -> &'static str {
        match (self, durability) {
            (Self::Postgres, _) => "",
            (Self::Sqlite, Durability::Full) => {
                "pragma journal_mode = wal; pragma synchronous = full;
                 pragma foreign_keys = on; pragma busy_timeout = 5000;
                 pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864;"
            }
            (Self::Sqlite, Durability::UntilPowerFails) => {
                "pragma journal_mode = wal; pragma synchronous = off;
                 pragma foreign_keys = on; pragma busy_timeout = 5000;"
            }
        }
    }
}

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Crash of the process, of the system, and loss of power.
    Full,
    /// Crash of the process only: for tests and for measuring what the flush costs.
    UntilPowerFails,
}
