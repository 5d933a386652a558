//! Reading connections: one near each thread for reads of microseconds, others lent for long ones.
//!
//! Invariant: a read sees every write that was answered before it began. The writer turns before
//! and after each transaction, and a reader whose snapshot is of another turn takes a new one.

use std::cell::Cell;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::session::Turn;
use super::{Pages, Session, connect, error};
use crate::{Error, Options, Result};

/// Idle connections, and how many more there may be.
pub(super) struct Readers {
    path: PathBuf,
    options: Options,
    pages: Pages,
    turn: AtomicU64,
    is_closed: AtomicBool,
    /// For short reads: a thread has one of them to itself, unless there are more threads.
    near: Box<[Near]>,
    /// For long reads.
    idle: Mutex<Vec<Session>>,
    long: Arc<Semaphore>,
}

/// A connection, if it was needed yet; on cache lines of its own, since each read writes to it.
#[derive(Default)]
#[repr(align(128))]
struct Near(Mutex<Option<Session>>);

/// A connection on loan; it goes back when dropped.
pub(super) struct Loan {
    readers: Arc<Readers>,
    session: Option<Session>,
    _permit: OwnedSemaphorePermit,
}

/// Numbers the threads in the order in which they first read.
fn number_of_thread() -> usize {
    static N_THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = Cell::new(N_THREADS.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.get()
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: Options, pages: Pages) -> Self {
        let n_short = options.n_connections.max(1);
        // A quarter, so that long reads never take the place of short ones.
        let n_long = n_short.div_ceil(4);
        Self {
            path,
            options,
            pages,
            turn: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            near: (0..n_short).map(|_| Near::default()).collect(),
            idle: Mutex::default(),
            long: Arc::new(Semaphore::new(n_long)),
        }
    }

    /// One read of microseconds, on the calling thread.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Session) -> Result<T>) -> Result<T> {
        let mut near = self.near();
        // Looked at under the lock that `close` takes, so that it finds every connection.
        if self.is_closed.load(Ordering::Acquire) {
            return Err(closed());
        }
        let session = match near.take() {
            Some(session) => session,
            None => self.open()?,
        };
        let session = near.insert(session);
        self.refresh(session)?;
        read(session)
    }

    /// A connection for a read of any length.
    pub(super) async fn lend_long(self: &Arc<Self>) -> Result<Loan> {
        let permit = self.long.clone().acquire_owned().await;
        let permit = permit.map_err(|_| closed())?;
        let idle = lock(&self.idle).pop();
        let session = match idle {
            Some(session) => session,
            None => self.open()?,
        };
        self.refresh(&session)?;
        Ok(Loan { readers: self.clone(), session: Some(session), _permit: permit })
    }

    /// The writer begins to write, or has committed and not yet answered.
    ///
    /// Idle readers let go of their snapshots, which would keep the write-ahead log from being
    /// folded into the file.
    pub(super) fn turn(&self) {
        self.turn.fetch_add(1, Ordering::AcqRel);
        for near in &self.near {
            // One that is reading right now looks at the turn before its next read.
            let near = match near.0.try_lock() {
                Ok(near) => near,
                Err(TryLockError::Poisoned(near)) => near.into_inner(),
                Err(TryLockError::WouldBlock) => continue,
            };
            near.iter().for_each(release);
        }
        lock(&self.idle).iter().for_each(release);
    }

    /// Reads no more.
    pub(super) fn close(&self) {
        self.long.close();
        self.is_closed.store(true, Ordering::Release);
        for near in &self.near {
            lock(&near.0).take();
        }
        lock(&self.idle).clear();
    }

    /// The connection of this thread, or one that is free, or else this thread's when it is.
    fn near(&self) -> MutexGuard<'_, Option<Session>> {
        let first = number_of_thread() % self.near.len();
        let (before, from) = self.near.split_at(first);
        for near in from.iter().chain(before) {
            match near.0.try_lock() {
                Ok(near) => return near,
                Err(TryLockError::Poisoned(near)) => return near.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        lock(&self.near[first].0)
    }

    /// Has a connection see all that was answered before.
    fn refresh(&self, session: &Session) -> Result<()> {
        session.refresh(Turn(self.turn.load(Ordering::Acquire))).map_err(error)
    }

    fn open(&self) -> Result<Session> {
        let session = connect(&self.path, &self.options, self.pages)?;
        session.run("pragma query_only = on; pragma temp_store = memory").map_err(error)?;
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
        lock(&self.readers.idle).extend(self.session.take());
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

fn release(session: &Session) {
    if let Err(source) = session.release() {
        tracing::error!(error = %source, "a reader could not end its snapshot");
    }
}

fn closed() -> Error {
    Error::unavailable("the store is closed")
}
