//! The writer thread: many writes, one transaction, one flush.
//!
//! A write is a value, so it can be run again. A group is first run bare. Only when a write breaks
//! after it has changed something is the transaction undone, and the group run again with a
//! savepoint around each write, so that the broken one takes no neighbour with it.
//!
//! After a full or failing disk, or without memory, SQLite may have undone any part of the
//! transaction: the whole group fails and nothing is acknowledged. The next group starts afresh.

use std::sync::Arc;

use rusqlite::ErrorCode;
use tokio::sync::mpsc::Receiver;

use super::reader::Readers;
use super::{Session, error};
use crate::queue::{Tally, Write};
use crate::{Error, Result, Written};

/// Writes in one transaction at most, so that the first is not kept waiting for the last.
const MAX_GROUP: usize = 256;

/// The only one that changes the database.
pub(super) struct Writer {
    session: Session,
    waiting: Receiver<Write>,
    tally: Arc<Tally>,
    readers: [Arc<Readers>; 2],
}

/// How a group is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    Bare,
    Savepoints,
}

/// Why a write, or the group with it, stopped.
struct Broken {
    error: Error,
    /// Something of the write may be left in the transaction.
    is_dirty: bool,
    /// The transaction can no longer be trusted.
    is_fatal: bool,
}

impl Writer {
    pub(super) fn new(
        session: Session,
        waiting: Receiver<Write>,
        tally: Arc<Tally>,
        readers: [Arc<Readers>; 2],
    ) -> Self {
        Self { session, waiting, tally, readers }
    }

    /// Commits until the queue is closed and empty.
    pub(super) fn run(mut self) {
        let mut group = Vec::with_capacity(MAX_GROUP);
        while self.waiting.blocking_recv_many(&mut group, MAX_GROUP) > 0 {
            self.readers.iter().for_each(|readers| readers.turn());
            let answers = self.commit(&group);
            self.readers.iter().for_each(|readers| readers.turn());
            self.tally.answer(group.drain(..), answers);
        }
    }

    fn commit(&self, group: &[Write]) -> Vec<Result<Written>> {
        let answers = match self.attempt(group, Guard::Bare) {
            Ok(None) => self.attempt(group, Guard::Savepoints),
            answers => answers,
        };
        match answers {
            Ok(answers) => answers.expect("savepoints undo one write alone"),
            Err(error) => {
                tracing::error!(n_writes = group.len(), %error, "a group was not committed");
                group.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    /// Runs `group` in one transaction: `None` if one of them must be undone and only a savepoint
    /// could, an error if all of them failed.
    fn attempt(&self, group: &[Write], guard: Guard) -> Result<Option<Vec<Result<Written>>>> {
        let tx = self.session.begin().map_err(error)?;
        let mut answers = Vec::with_capacity(group.len());
        for write in group {
            if guard == Guard::Savepoints {
                self.session.execute("savepoint one", &[]).map_err(error)?;
            }
            let answer = self.apply(write);
            match &answer {
                Err(broken) if broken.is_fatal => return Err(broken.error.clone()),
                Err(broken) if broken.is_dirty && guard == Guard::Bare => return Ok(None),
                Err(_) if guard == Guard::Savepoints => {
                    self.session.execute("rollback to one", &[]).map_err(error)?;
                }
                _ => {}
            }
            if guard == Guard::Savepoints {
                self.session.execute("release one", &[]).map_err(error)?;
            }
            answers.push(answer.map_err(|broken| broken.error));
        }
        tx.commit().map_err(error)?;
        Ok(Some(answers))
    }

    fn apply(&self, write: &Write) -> Result<Written, Broken> {
        let mut outcomes = Vec::with_capacity(write.statements.len());
        for (i, statement) in write.statements.iter().enumerate() {
            let outcome = self.session.execute(statement.sql, &statement.args);
            let outcome = outcome.map_err(|source| broken(write, i, source))?;
            if !statement.expect.holds(outcome.n_rows) {
                let error = Error::Conflict { write: write.name, statement: i, source: None };
                let is_dirty = i > 0 || outcome.n_rows > 0;
                return Err(Broken { error, is_dirty, is_fatal: false });
            }
            outcomes.push(outcome);
        }
        Ok(Written { outcomes })
    }
}

/// SQLite undoes a statement that fails; what the write did before it is left.
fn broken(write: &Write, statement: usize, source: rusqlite::Error) -> Broken {
    let is_dirty = statement > 0;
    if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) {
        let source = Some(Arc::new(source) as crate::Cause);
        let error = Error::Conflict { write: write.name, statement, source };
        return Broken { error, is_dirty, is_fatal: false };
    }
    // A statement that never fitted the schema is its caller's fault; all else is everybody's.
    let is_fatal = !matches!(
        source.sqlite_error_code(),
        None | Some(ErrorCode::Unknown | ErrorCode::TypeMismatch | ErrorCode::ParameterOutOfRange)
    );
    Broken { error: error(source), is_dirty, is_fatal }
}
