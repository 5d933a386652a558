//! What can go wrong below an operation, and nothing that no caller branches on.

use std::path::PathBuf;
use std::sync::Arc;

/// Shorthand of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The cause of an [`Error`]; shared, because a group of writes can fail of one cause.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Errors of the store. "Not there" is no error but an `Option`.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The write broke an expectation or a constraint and left no trace: read and decide again.
    #[error("write {write} conflicts at its statement {statement}")]
    Conflict {
        /// The name given to [`Store::write`](crate::Store::write).
        write: &'static str,
        /// Index of the statement that broke, 0-based.
        statement: usize,
        /// The constraint, where it was one.
        #[source]
        source: Option<Cause>,
    },
    /// The database cannot serve now; later it may.
    ///
    /// A write that ends so was not acknowledged. If the connection was lost during the commit it
    /// may have taken effect all the same.
    #[error("storage is unavailable: {reason}")]
    Unavailable {
        /// What happened, for people.
        reason: &'static str,
        /// What the driver said.
        #[source]
        source: Option<Cause>,
    },
    /// The database does not hold what this program wrote, or not in this schema.
    #[error("storage is corrupt: {reason}")]
    Corrupt {
        /// What was found, for people.
        reason: String,
        /// What the driver said.
        #[source]
        source: Option<Cause>,
    },
    /// A newer program migrated this database; this one does not touch it.
    #[error("the database has schema {found}, this program knows up to {known}")]
    SchemaTooNew {
        /// Schema version of the database.
        found: i64,
        /// The last one this program knows.
        known: i64,
    },
    /// Another process serves this folder.
    #[error("{} is in use by another process", folder.display())]
    Locked {
        /// The data folder.
        folder: PathBuf,
    },
    /// A backup or a restore would overwrite something.
    #[error("{} exists already and is not overwritten", path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
    /// This engine has tools of its own for that.
    #[error("{0}")]
    Unsupported(&'static str),
}

impl Error {
    pub(crate) fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt { reason: reason.into(), source: None }
    }

    pub(crate) fn unavailable(reason: &'static str) -> Self {
        Self::Unavailable { reason, source: None }
    }

    pub(crate) fn disk(source: std::io::Error) -> Self {
        let reason = match source.kind() {
            std::io::ErrorKind::StorageFull => "the disk is full",
            std::io::ErrorKind::PermissionDenied => "the folder is not writable",
            _ => "the disk failed",
        };
        Self::Unavailable { reason, source: Some(Arc::new(source)) }
    }
}
