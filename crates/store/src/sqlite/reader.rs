//! Reading connections, lent for one read each.
//!
//! Invariant: a read sees every write that was answered before it began. The writer turns before
//! and after each transaction, and a reader whose snapshot is of another turn takes a new one.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::session::Turn;
use super::{READER_CACHE_KIB, Session, connect, error};
use crate::{Error, Options, Result};

/// Idle connections, and how many more there may be.
pub(super) struct Readers {
    path: PathBuf,
    options: Options,
    idle: Mutex<Vec<Session>>,
    turn: AtomicU64,
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

/// A connection on loan; it goes back when dropped.
pub(super) struct Loan {
    readers: Arc<Readers>,
    session: Option<Session>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: Options) -> Self {
        let n_short = options.n_connections.max(1);
        // A quarter, so that long reads never take the place of short ones.
        let n_long = n_short.div_ceil(4);
        Self {
            path,
            options,
            idle: Mutex::default(),
            turn: AtomicU64::new(0),
            short: Arc::new(Semaphore::new(n_short)),
            long: Arc::new(Semaphore::new(n_long)),
        }
    }

    /// A connection for a read of microseconds.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Loan> {
        self.lend_under(&self.short).await
    }

    /// A connection for a read of any length.
    pub(super) async fn lend_long(self: &Arc<Self>) -> Result<Loan> {
        self.lend_under(&self.long).await
    }

    /// The writer begins to write, or has committed and not yet answered.
    ///
    /// Idle readers let go of their snapshots, which would keep the write-ahead log from being
    /// folded into the file.
    pub(super) fn turn(&self) {
        self.turn.fetch_add(1, Ordering::AcqRel);
        for session in self.idle.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Err(source) = session.release() {
                tracing::error!(error = %source, "a reader could not end its snapshot");
            }
        }
    }

    /// Lends no more.
    pub(super) fn close(&self) {
        self.short.close();
        self.long.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn lend_under(self: &Arc<Self>, limit: &Arc<Semaphore>) -> Result<Loan> {
        let permit = limit.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Error::unavailable("the store is closed"))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let session = match idle {
            Some(session) => session,
            None => self.open()?,
        };
        session.refresh(Turn(self.turn.load(Ordering::Acquire))).map_err(error)?;
        Ok(Loan { readers: self.clone(), session: Some(session), _permit: permit })
    }

    fn open(&self) -> Result<Session> {
        let session = connect(&self.path, &self.options, READER_CACHE_KIB)?;
        session.run("pragma query_only = on").map_err(error)?;
        Ok(session)
    }
}

impl Deref for Loan {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.session.as_ref().expect("a loan holds its connection until it is dropped")
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let mut idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.session.take());
    }
}
