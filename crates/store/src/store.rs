//! The store: one type for both engines.

use std::path::Path;
use std::sync::Arc;

use crate::migrate::{MIGRATIONS, Migration};
use crate::value::{Rows, Value};
use crate::{Counters, Durability, Engine, Result, Statement, Written, postgres, sqlite};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct Options {
    /// Now, in microseconds since the epoch: noted beside each migration applied.
    pub now_us: i64,
    /// Connections at most: readers on SQLite, all on PostgreSQL.
    pub n_connections: usize,
    /// What an acknowledged write survives; PostgreSQL follows its own configuration.
    pub durability: Durability,
    /// PostgreSQL: hash partitions of each distributed table, fixed when the table is created.
    /// 0 leaves tables whole, as Citus wants them.
    pub n_partitions: u32,
    /// SQLite: pages the database may have (4 KiB each) before it counts as a full disk.
    pub max_pages: Option<u32>,
    pub(crate) migrations: &'static [Migration],
}

impl Options {
    /// Durable, whole tables, 16 connections, as large as the disk.
    pub fn new(now_us: i64) -> Self {
        Self {
            now_us,
            n_connections: 16,
            durability: Durability::Full,
            n_partitions: 0,
            max_pages: None,
            migrations: MIGRATIONS,
        }
    }
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    purpose: Purpose,
}

/// Whom the reads of a store serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody who waits for the answer.
    Request,
    /// Work that may look at all there is.
    Background,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<sqlite::Database>),
    Postgres(Arc<postgres::Database>),
}

impl Store {
    /// Opens the database of a data folder, creating or migrating it.
    ///
    /// Errors: `Locked` while another process has it, `SchemaTooNew`, `Unavailable`, `Corrupt`.
    pub async fn open_sqlite(folder: &Path, options: Options) -> Result<Self> {
        let folder = folder.to_owned();
        let database = blocking(move || sqlite::Database::open(&folder, &options)).await?;
        Ok(Self { backend: Backend::Sqlite(Arc::new(database)), purpose: Purpose::Request })
    }

    /// Opens a PostgreSQL database by its URL, migrating it.
    ///
    /// `?options=-csearch_path%3DNAME` chooses a schema. Errors as for [`Store::open_sqlite`].
    pub async fn open_postgres(url: &str, options: Options) -> Result<Self> {
        let database = postgres::Database::open(url, &options).await?;
        Ok(Self { backend: Backend::Postgres(Arc::new(database)), purpose: Purpose::Request })
    }

    /// The same database for work in the background, whose reads leave nothing of the file in the
    /// memory of the process. Each costs some microseconds more.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self { purpose: Purpose::Background, ..self.clone() }
    }

    /// The engine underneath.
    pub fn engine(&self) -> Engine {
        match &self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// The rows of a short read; on SQLite it runs on the calling thread and takes microseconds.
    pub(crate) async fn rows(&self, sql: &'static str, args: &[Value]) -> Result<Rows> {
        match &self.backend {
            Backend::Sqlite(database) => database.rows(self.purpose, sql, args).await,
            // Boxed, so that what waits for a scan on SQLite stays small: it is copied about.
            Backend::Postgres(database) => Box::pin(database.rows(sql, args)).await,
        }
    }

    /// The rows of a read that may visit many; on SQLite it runs on a thread of its own.
    pub(crate) async fn rows_long(&self, sql: &'static str, args: &[Value]) -> Result<Rows> {
        match &self.backend {
            Backend::Sqlite(database) => database.rows_long(self.purpose, sql, args).await,
            Backend::Postgres(database) => database.rows(sql, args).await,
        }
    }

    /// Applies all statements or none, and answers after the commit.
    ///
    /// Neighbours may share the transaction and never notice each other. Errors: `Conflict` when
    /// an expectation or a constraint broke; `Unavailable`; `Corrupt`.
    pub async fn write(&self, name: &'static str, statements: Vec<Statement>) -> Result<Written> {
        match &self.backend {
            Backend::Sqlite(database) => database.write(name, statements).await,
            Backend::Postgres(database) => Box::pin(database.write(name, statements)).await,
        }
    }

    /// Whether reads are answered and writes are taken.
    pub async fn ping(&self) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(database) => database.ping().await,
            Backend::Postgres(database) => database.ping().await,
        }
    }

    /// Writes since the start, for metrics.
    pub fn counters(&self) -> Counters {
        match &self.backend {
            Backend::Sqlite(database) => database.counters(),
            Backend::Postgres(database) => database.counters(),
        }
    }

    /// Version of the newest migration applied.
    pub async fn schema_version(&self) -> Result<i64> {
        let rows = self.rows(crate::migrate::VERSION, &[]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// What the engine's own check of its structures finds wrong; empty when all is well.
    ///
    /// PostgreSQL has `pg_amcheck` for that; here it only answers.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        match &self.backend {
            Backend::Sqlite(_) => {
                let rows = self.rows_long("pragma quick_check", &[]).await?;
                let lines: Result<Vec<_>> = rows.iter().map(|row| row.text(0)).collect();
                Ok(lines?.into_iter().filter(|line| *line != "ok").map(str::to_owned).collect())
            }
            Backend::Postgres(database) => database.ping().await.map(|()| Vec::new()),
        }
    }

    /// Commits the writes that wait and lets go of the database; other clones are refused.
    pub async fn close(self) -> Result<()> {
        match self.backend {
            Backend::Sqlite(database) => {
                blocking(move || {
                    database.close();
                    Ok(())
                })
                .await
            }
            Backend::Postgres(database) => database.close().await,
        }
    }

    pub(crate) fn sqlite(&self) -> Option<&Arc<sqlite::Database>> {
        match &self.backend {
            Backend::Sqlite(database) => Some(database),
            Backend::Postgres(_) => None,
        }
    }
}

/// Runs what waits for a disk on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

#[cfg(test)]
mod tests;
