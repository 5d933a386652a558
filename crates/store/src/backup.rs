//! Backup while serving, and restore into an empty folder.
//!
//! A backup is one file, a consistent copy of the database as of one moment. Keys and other files
//! of the data folder are not in it.
//! PostgreSQL has tools of its own: `pg_dump`, `pg_basebackup`.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::lock::FolderLock;
use crate::migrate;
use crate::sqlite::{FILE, Session, error, version};
use crate::store::blocking;
use crate::{Error, Options, Result, Store};

/// Pages copied at a time (4 MiB).
const STEP_PAGES: i32 = 1024;

impl Store {
    /// Copies the database to the new file `target` while reads and writes go on.
    ///
    /// Errors: `Exists`; `Unavailable`; `Unsupported` on PostgreSQL.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let database = self.sqlite().ok_or(Error::Unsupported(
            "a PostgreSQL database is backed up with pg_dump or pg_basebackup",
        ))?;
        backup_file(database.path(), target).await
    }
}

/// Copies the database of `folder` to the new file `target`, also while another process serves it.
///
/// Errors: `Exists`; `Unavailable`.
pub async fn backup_folder(folder: &Path, target: &Path) -> Result<()> {
    backup_file(&folder.join(FILE), target).await
}

async fn backup_file(source: &Path, target: &Path) -> Result<()> {
    let (source, target) = (source.to_owned(), target.to_owned());
    blocking(move || put_in_place(&target, |partial| copy_live(&source, partial))).await
}

/// Puts the backup file `backup` into `folder` as its database, after checking it.
///
/// Errors: `Exists` when the folder has a database; `Locked` when a process serves it; `Corrupt`
/// when the backup is damaged; `SchemaTooNew`.
pub async fn restore(backup: &Path, folder: &Path, options: &Options) -> Result<()> {
    let (backup, folder, options) = (backup.to_owned(), folder.to_owned(), options.clone());
    blocking(move || {
        std::fs::create_dir_all(&folder).map_err(Error::disk)?;
        let _lock = FolderLock::take(&folder)?;
        put_in_place(&folder.join(FILE), |partial| {
            std::fs::copy(&backup, partial).map_err(Error::disk)?;
            verify(partial, &options)
        })
    })
    .await
}

/// Lets `make` write beside `target`, and gives it that name when it is durable.
fn put_in_place(target: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    reserve(target)?;
    let partial = with_suffix(target, ".partial");
    let made = make(&partial).and_then(|()| settle(&partial, target).map_err(Error::disk));
    if made.is_err() {
        for leftover in [&partial, target] {
            std::fs::remove_file(leftover).ok();
        }
    }
    made
}

/// Takes the name, so that two backups to one name cannot both succeed.
fn reserve(target: &Path) -> Result<()> {
    match File::create_new(target) {
        Ok(_) => Ok(()),
        Err(source) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::Exists { path: target.to_owned() })
        }
        Err(source) => Err(Error::disk(source)),
    }
}

fn settle(partial: &Path, target: &Path) -> std::io::Result<()> {
    File::open(partial)?.sync_all()?;
    std::fs::rename(partial, target)?;
    match target.parent() {
        Some(folder) if folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// One read transaction holds the moment, so writers go on and the copy never starts over.
fn copy_live(source: &Path, target: &Path) -> Result<()> {
    let source = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let source = source.map_err(error)?;
    source.execute_batch("begin; select count(*) from schema_migrations").map_err(error)?;
    let mut target = Connection::open(target).map_err(error)?;
    target.execute_batch("pragma journal_mode = off; pragma synchronous = off").map_err(error)?;
    let backup = Backup::new(&source, &mut target).map_err(error)?;
    loop {
        match backup.step(STEP_PAGES).map_err(error)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(Error::unavailable("the database is busy")),
        }
    }
}

fn verify(path: &Path, options: &Options) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error)?;
    let session = Session::new(connection).map_err(error)?;
    // Out of WAL mode nothing is left beside the file when it is renamed; opening puts it back.
    session.run("pragma journal_mode = delete").map_err(error)?;
    let found = session.rows("pragma integrity_check(1)", &[]).map_err(error)?;
    match found.first().map(|row| row.text(0)).transpose()? {
        Some("ok") => {}
        problem => return Err(Error::corrupt(problem.unwrap_or("no answer"))),
    }
    migrate::missing(options, version(&session)?).map(|_| ())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests;
