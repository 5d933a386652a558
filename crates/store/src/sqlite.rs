//! SQLite: one writer thread with group commit, readers on the calling thread.
//!
//! Invariants: one process per folder (the lock file); one connection writes; a write is answered
//! after the commit that carries it.

mod reader;
mod session;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::OpenFlags;

use crate::lock::FolderLock;
use crate::migrate::{self, Migration};
use crate::queue::{Queue, Tally};
use crate::store::Purpose;
use crate::{Counters, Engine, Error, Options, Result, Rows, Statement, Value, Written};

use reader::Readers;
pub(crate) use session::{Session, error};
use writer::Writer;

/// Name of the database file in its folder.
pub const FILE: &str = "suyuan.db";

/// How a connection holds pages of the file.
#[derive(Clone, Copy)]
struct Pages {
    /// Kibibytes of its own cache.
    cache_kib: u32,
    /// Mebibytes of the file that it reads where the system has them, without a copy. What it has
    /// looked at counts as memory of the process.
    mapped_mib: u32,
}

/// The writer's cache holds what it changes. SQLite walks all of it at each commit, so it is no
/// larger than it must be.
const WRITER: Pages = Pages { cache_kib: 8_192, mapped_mib: 0 };
/// Requests read through the mapped file.
const REQUESTS: Pages = Pages { cache_kib: 2_048, mapped_mib: 1_024 };
/// Work in the background may look at all of the file, and is to keep little of it.
const BACKGROUND: Pages = Pages { cache_kib: 2_048, mapped_mib: 0 };
/// Its connections, at most.
const N_IN_BACKGROUND: usize = 4;

/// An open database file.
pub(crate) struct Database {
    path: PathBuf,
    queue: Queue,
    tally: Arc<Tally>,
    readers: Arc<Readers>,
    background: Arc<Readers>,
    writer: Mutex<Option<JoinHandle<()>>>,
    lock: Mutex<Option<FolderLock>>,
}

impl Database {
    /// Opens or creates the database of `folder`, migrates it, and starts its writer.
    pub(crate) fn open(folder: &Path, options: &Options) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::disk)?;
        let lock = FolderLock::take(folder)?;
        let path = folder.join(FILE);
        let session = connect(&path, options, WRITER)?;
        migrate(&session, options)?;
        if let Some(pages) = options.max_pages {
            session.run(&format!("pragma max_page_count = {pages}")).map_err(error)?;
        }
        let (queue, waiting) = Queue::new();
        let tally = Arc::new(Tally::default());
        let readers = Arc::new(Readers::new(path.clone(), options.clone(), REQUESTS));
        let fewer = Options { n_connections: N_IN_BACKGROUND, ..options.clone() };
        let background = Arc::new(Readers::new(path.clone(), fewer, BACKGROUND));
        let all = [readers.clone(), background.clone()];
        let writer = Writer::new(session, waiting, tally.clone(), all);
        let writer = std::thread::Builder::new().name("writer".into()).spawn(|| writer.run());
        let writer = writer.map_err(Error::disk)?;
        Ok(Self {
            path,
            queue,
            tally,
            readers,
            background,
            writer: Mutex::new(Some(writer)),
            lock: Mutex::new(Some(lock)),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn readers(&self, purpose: Purpose) -> &Arc<Readers> {
        match purpose {
            Purpose::Request => &self.readers,
            Purpose::Background => &self.background,
        }
    }

    pub(crate) async fn rows(
        &self,
        purpose: Purpose,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Rows> {
        self.readers(purpose).with(|reader| reader.rows(sql, args).map_err(error))
    }

    pub(crate) async fn rows_long(
        &self,
        purpose: Purpose,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Rows> {
        let reader = self.readers(purpose).lend_long().await?;
        let args = args.to_vec();
        crate::store::blocking(move || reader.rows(sql, &args).map_err(error)).await
    }

    pub(crate) async fn write(
        &self,
        name: &'static str,
        statements: Vec<Statement>,
    ) -> Result<Written> {
        self.queue.write(name, statements).await
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        self.rows(Purpose::Request, "select 1", &[]).await?;
        if self.queue.is_open() { Ok(()) } else { Err(Error::unavailable("the writer stopped")) }
    }

    pub(crate) fn counters(&self) -> Counters {
        self.tally.counters()
    }

    /// Returns when all that waited is committed.
    pub(crate) fn close(&self) {
        self.queue.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if writer.is_some_and(|writer| writer.join().is_err()) {
            tracing::error!("the writer thread panicked");
        }
        self.readers.close();
        self.background.close();
        // Only now may another process have the folder.
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

/// A connection that may write; the file is created when it is not there.
fn connect(path: &Path, options: &Options, pages: Pages) -> Result<Session> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(error)?;
    let session = Session::new(connection).map_err(error)?;
    session.run(Engine::Sqlite.prepare_connection(options.durability)).map_err(error)?;
    let Pages { cache_kib, mapped_mib } = pages;
    let mapped_bytes = u64::from(mapped_mib) << 20;
    let held = format!("pragma cache_size = -{cache_kib}; pragma mmap_size = {mapped_bytes}");
    session.run(&held).map_err(error)?;
    Ok(session)
}

/// Brings the schema up to date, one transaction for each migration.
fn migrate(session: &Session, options: &Options) -> Result<()> {
    session.run(&Engine::Sqlite.column_types(migrate::BOOKS)).map_err(error)?;
    for migration in migrate::missing(options, version(session)?)? {
        apply(session, migration, options.now_us).map_err(error)?;
        tracing::info!(migration.version, "applied migration {}", migration.name);
    }
    Ok(())
}

/// The newest migration that was applied to the database of `session`.
pub(crate) fn version(session: &Session) -> Result<i64> {
    let rows = session.rows(migrate::VERSION, &[]).map_err(error)?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

fn apply(session: &Session, migration: &Migration, now_us: i64) -> rusqlite::Result<()> {
    let tx = session.begin()?;
    for sql in migration.statements(Engine::Sqlite, 0) {
        session.run(&sql)?;
    }
    let note = [migration.version.into(), migration.name.into(), now_us.into()];
    session.execute(migrate::NOTE, &note)?;
    tx.commit()
}
