//! Writes on their way to whoever commits them, and what became of them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};

use tokio::sync::{mpsc, oneshot};

use crate::{Error, Result, Statement, Written};

/// Writes that may wait; the next caller waits until there is room.
const MAX_WAITING: usize = 1024;

/// A write and where its answer goes.
pub(crate) struct Write {
    pub(crate) name: &'static str,
    pub(crate) statements: Vec<Statement>,
    pub(crate) answer: oneshot::Sender<Result<Written>>,
}

/// The sending side, held by the store.
pub(crate) struct Queue {
    sender: RwLock<Option<mpsc::Sender<Write>>>,
}

/// Counters since the start, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Writes that were answered with success.
    pub n_written: u64,
    /// Writes that broke an expectation or a constraint.
    pub n_conflicts: u64,
    /// Writes that failed otherwise.
    pub n_failed: u64,
    /// Transactions that carried them.
    pub n_groups: u64,
}

/// [`Counters`] while they count.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    n_written: AtomicU64,
    n_conflicts: AtomicU64,
    n_failed: AtomicU64,
    n_groups: AtomicU64,
}

impl Queue {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Write>) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        (Self { sender: RwLock::new(Some(sender)) }, receiver)
    }

    /// Waits for room, then for the answer. A caller that gives up does not take its write back.
    pub(crate) async fn write(
        &self,
        name: &'static str,
        statements: Vec<Statement>,
    ) -> Result<Written> {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner).clone();
        let sender = sender.ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        sender.send(Write { name, statements, answer }).await.map_err(|_| closed())?;
        drop(sender);
        answered.await.map_err(|_| closed())?
    }

    /// Refuses new writes; the other side ends when it has answered those that wait.
    pub(crate) fn close(&self) {
        self.sender.write().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether somebody still takes writes.
    pub(crate) fn is_open(&self) -> bool {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().is_some_and(|sender| !sender.is_closed())
    }
}

impl Tally {
    pub(crate) fn counters(&self) -> Counters {
        Counters {
            n_written: self.n_written.load(Relaxed),
            n_conflicts: self.n_conflicts.load(Relaxed),
            n_failed: self.n_failed.load(Relaxed),
            n_groups: self.n_groups.load(Relaxed),
        }
    }

    /// Answers a group after its transaction ended.
    pub(crate) fn answer(&self, group: impl Iterator<Item = Write>, answers: Vec<Result<Written>>) {
        self.n_groups.fetch_add(1, Relaxed);
        for (write, answer) in group.zip(answers) {
            let counter = match &answer {
                Ok(_) => &self.n_written,
                Err(Error::Conflict { .. }) => &self.n_conflicts,
                Err(_) => &self.n_failed,
            };
            counter.fetch_add(1, Relaxed);
            // The caller may have given up waiting; the write stands all the same.
            write.answer.send(answer).ok();
        }
    }
}

fn closed() -> Error {
    Error::unavailable("the store is closed")
}
