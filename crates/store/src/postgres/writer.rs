//! The lanes that write: each takes what waits, sends it down in one flight, and commits.
//!
//! A write is a value, so it can be run again. A group shares one transaction without savepoints.
//! When one of its writes breaks, all is rolled back, the broken ones are run again alone, and the
//! rest again together: nobody hears of a neighbour, and a verdict is always that of a run alone
//! or of one that was committed.
//!
//! A group is sorted by what its writes touch first, so that two lanes take row locks in one
//! order. A deadlock that remains is run again a few times.

use std::sync::Arc;

use deadpool_postgres::{Client, Object, Pool};
use futures_util::future::{join, join_all};
use tokio::sync::Mutex;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

use super::{Fault, pool_error, run_prepared};
use crate::queue::{Tally, Write};
use crate::value::{Expect, Outcome};
use crate::{Error, Result, Written};

/// A write of no more statements than this shares its transaction.
pub(super) const MAX_SMALL: usize = 8;
/// Small writes in one transaction at most: what breaks makes all of them run again.
const MAX_GROUP: usize = 64;
/// Transactions of small writes at a time; while they commit, the next groups gather.
const N_SMALL_LANES: usize = 2;
/// Transactions of large writes at a time.
const N_LARGE_LANES: usize = 4;
/// Times that a deadlock or a serialization failure is run again.
const MAX_RETRIES: usize = 5;

type Waiting = Arc<Mutex<Receiver<Write>>>;

/// What became of a flight.
enum Flight {
    Committed(Vec<Written>),
    /// Rolled back because of these writes (by their place in the flight) and no others.
    Broken(Vec<(usize, Error)>),
}

pub(super) fn start_small(
    pool: &Pool,
    waiting: Receiver<Write>,
    tally: &Arc<Tally>,
) -> Vec<JoinHandle<()>> {
    let waiting = Arc::new(Mutex::new(waiting));
    let lane = || lane(pool.clone(), waiting.clone(), tally.clone(), MAX_GROUP);
    (0..N_SMALL_LANES).map(|_| tokio::spawn(lane())).collect()
}

pub(super) fn start_large(
    pool: &Pool,
    waiting: Receiver<Write>,
    tally: &Arc<Tally>,
) -> Vec<JoinHandle<()>> {
    let waiting = Arc::new(Mutex::new(waiting));
    let lane = || lane(pool.clone(), waiting.clone(), tally.clone(), 1);
    (0..N_LARGE_LANES).map(|_| tokio::spawn(lane())).collect()
}

/// Commits until the queue is closed and empty.
async fn lane(pool: Pool, waiting: Waiting, tally: Arc<Tally>, max_group: usize) {
    let mut group = Vec::with_capacity(max_group);
    while waiting.lock().await.recv_many(&mut group, max_group).await > 0 {
        let answers = commit(&pool, &group).await;
        tally.answer(group.drain(..), answers);
    }
}

async fn commit(pool: &Pool, group: &[Write]) -> Vec<Result<Written>> {
    let mut answers: Vec<Option<Result<Written>>> = group.iter().map(|_| None).collect();
    let mut all: Vec<usize> = (0..group.len()).collect();
    all.sort_by_key(|&i| group[i].statements.first().map(|first| (first.sql, &first.args)));
    // Each round answers a batch or makes smaller ones of it.
    let mut batches = vec![all];
    while let Some(batch) = batches.pop() {
        let writes: Vec<&Write> = batch.iter().map(|&i| &group[i]).collect();
        match fly(pool, &writes).await {
            Ok(Flight::Committed(written)) => {
                for (&i, written) in batch.iter().zip(written) {
                    answers[i] = Some(Ok(written));
                }
            }
            Ok(Flight::Broken(broken)) if batch.len() == 1 => {
                answers[batch[0]] = broken.into_iter().next().map(|(_, error)| Err(error));
            }
            Ok(Flight::Broken(broken)) => {
                let alone: Vec<usize> = broken.iter().map(|&(place, _)| batch[place]).collect();
                batches.extend(alone.iter().map(|&i| vec![i]));
                batches.push(batch.into_iter().filter(|i| !alone.contains(i)).collect());
            }
            Err(error) => {
                tracing::error!(n_writes = batch.len(), %error, "a group was not committed");
                for i in batch {
                    answers[i] = Some(Err(error.clone()));
                }
            }
        }
    }
    answers.into_iter().map(|answer| answer.expect("each write was in one last batch")).collect()
}

/// One transaction, again while it meets contention.
async fn fly(pool: &Pool, writes: &[&Write]) -> Result<Flight> {
    let mut last = None;
    for _ in 0..=MAX_RETRIES {
        let client = pool.get().await.map_err(pool_error)?;
        match transaction(&client, writes).await {
            Ok(flight) => return Ok(flight),
            Err(Fault::Contention(source)) => last = Some(source),
            Err(fault) => {
                // Whatever state it is in, nobody shall find it in the pool.
                drop(Object::take(client));
                return Err(fault.error());
            }
        }
    }
    Err(Error::Unavailable { reason: "too many writes meet at one place", source: last })
}

/// Sends BEGIN and all statements, reads all answers, and ends the transaction.
///
/// Without expectations COMMIT goes down in the same flight: after an error it rolls back.
async fn transaction(client: &Client, writes: &[&Write]) -> Result<Flight, Fault> {
    let mut statements = Vec::new();
    for (place, write) in writes.iter().enumerate() {
        for (index, statement) in write.statements.iter().enumerate() {
            match client.prepare_cached(statement.sql).await.map_err(Fault::of) {
                Ok(prepared) => statements.push((prepared, statement)),
                Err(Fault::Fatal(error)) => return Err(Fault::Fatal(error)),
                Err(fault) => {
                    return Ok(Flight::Broken(vec![(place, fault.of_write(write, index))]));
                }
            }
        }
    }
    let is_blind = statements.iter().all(|(_, statement)| statement.expect == Expect::Any);
    let runs = statements
        .iter()
        .map(|(prepared, statement)| run_prepared(client, prepared, &statement.args));
    let flight = join(client.batch_execute("begin"), join_all(runs));
    let ((begun, outcomes), ended) = if is_blind {
        let (answers, ended) = join(flight, client.batch_execute("commit")).await;
        (answers, Some(ended))
    } else {
        (flight.await, None)
    };
    begun.map_err(Fault::of)?;
    let broken = broken(writes, &outcomes);
    let ended = match ended {
        Some(ended) => ended,
        None if matches!(&broken, Ok(broken) if broken.is_empty()) => {
            client.batch_execute("commit").await
        }
        None => client.batch_execute("rollback").await,
    };
    let broken = broken?;
    if !broken.is_empty() {
        ended.map_err(Fault::of)?;
        return Ok(Flight::Broken(broken));
    }
    // A constraint that is checked at the end, if ever there is one, is the fault of all.
    ended.map_err(Fault::of)?;
    let mut outcomes = outcomes.into_iter().map_while(Result::ok);
    let written = writes.iter().map(|write| Written {
        outcomes: outcomes.by_ref().take(write.statements.len()).collect(),
    });
    Ok(Flight::Committed(written.collect()))
}

/// The writes that must not stand, or why the whole flight must not.
fn broken(
    writes: &[&Write],
    outcomes: &[Result<Outcome, Fault>],
) -> Result<Vec<(usize, Error)>, Fault> {
    let mut broken: Vec<(usize, Error)> = Vec::new();
    let mut outcomes = outcomes.iter();
    for (place, write) in writes.iter().enumerate() {
        for (index, statement) in write.statements.iter().enumerate() {
            let outcome = outcomes.next().expect("each statement has an outcome");
            let error = match outcome {
                Ok(outcome) if statement.expect.holds(outcome.n_rows) => continue,
                Ok(_) => Error::Conflict { write: write.name, statement: index, source: None },
                Err(Fault::Aborted) => continue,
                Err(fault @ (Fault::Constraint(_) | Fault::Private(_))) => {
                    fault.clone().of_write(write, index)
                }
                Err(fault) => return Err(fault.clone()),
            };
            if broken.last().is_none_or(|&(last, _)| last != place) {
                broken.push((place, error));
            }
        }
    }
    Ok(broken)
}

impl Fault {
    /// For statement `statement` of `write`.
    fn of_write(self, write: &Write, statement: usize) -> Error {
        match self {
            Self::Constraint(source) => {
                Error::Conflict { write: write.name, statement, source: Some(source) }
            }
            fault => fault.error(),
        }
    }
}
