//! The lanes that write: each takes what waits, sends it down in one flight, and commits.
//!
//! A write is a value, so it can be run again. A group shares one transaction without savepoints.
//! When one of its writes breaks, all is rolled back, the broken ones are run again alone, and the
//! rest again together: nobody hears of a neighbour, and a verdict is always that of a run alone
//! or of one that was committed.
//!
//! A group is sorted by what its writes touch first, so that two lanes take row locks in one
//! order. What still meets a deadlock is run again with the other lanes held back.

use std::sync::Arc;

use deadpool_postgres::{Client, Object, Pool};
use futures_util::future::{join, join_all};
use tokio::sync::mpsc::Receiver;
use tokio::sync::{Mutex, RwLock};
use tokio::task::JoinHandle;

use super::{Fault, pool_error, prepare, run_prepared};
use crate::queue::{Tally, Write};
use crate::value::Outcome;
use crate::{Cause, Error, Result, Written};

/// A write of no more statements than this shares its transaction.
pub(super) const MAX_SMALL: usize = 8;
/// Small writes in one transaction at most: what breaks makes all of them run again.
const MAX_GROUP: usize = 64;
/// Transactions of small writes at a time; while they commit, the next groups gather.
///
/// 64 callers, two statements each, measured: twice the writes of one transaction for each write,
/// at half the CPU on our side.
const N_SMALL_LANES: usize = 4;
/// Transactions of large writes at a time.
const N_LARGE_LANES: usize = 4;
/// Times that a deadlock or a serialization failure is run again.
const MAX_RETRIES: usize = 5;

/// What the lanes of a store share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) pool: Pool,
    pub(super) tally: Arc<Tally>,
    /// Read by who writes, written by who writes again after a deadlock and wants to be alone.
    pub(super) turn: Arc<RwLock<()>>,
}

/// What became of a flight.
enum Flight {
    Committed(Vec<Written>),
    /// Rolled back because of these writes (by their place in the flight) and no others.
    Broken(Vec<(usize, Error)>),
}

/// Starts the lanes of small writes.
pub(super) fn start_small(shared: &Shared, waiting: Receiver<Write>) -> Vec<JoinHandle<()>> {
    start(shared, waiting, N_SMALL_LANES, MAX_GROUP)
}

/// Starts the lanes of large writes.
pub(super) fn start_large(shared: &Shared, waiting: Receiver<Write>) -> Vec<JoinHandle<()>> {
    start(shared, waiting, N_LARGE_LANES, 1)
}

fn start(
    shared: &Shared,
    waiting: Receiver<Write>,
    n_lanes: usize,
    max_group: usize,
) -> Vec<JoinHandle<()>> {
    let waiting = Arc::new(Mutex::new(waiting));
    let lane = |_| tokio::spawn(lane(shared.clone(), waiting.clone(), max_group));
    (0..n_lanes).map(lane).collect()
}

/// Commits until the queue is closed and empty.
async fn lane(shared: Shared, waiting: Arc<Mutex<Receiver<Write>>>, max_group: usize) {
    let mut group = Vec::with_capacity(max_group);
    while waiting.lock().await.recv_many(&mut group, max_group).await > 0 {
        let answers = commit(&shared, &group).await;
        shared.tally.answer(group.drain(..), answers);
    }
}

async fn commit(shared: &Shared, group: &[Write]) -> Vec<Result<Written>> {
    let mut answers: Vec<Option<Result<Written>>> = group.iter().map(|_| None).collect();
    let mut all: Vec<usize> = (0..group.len()).collect();
    all.sort_by_key(|&i| group[i].statements.first().map(|first| (first.sql, &first.args)));
    // Each round answers a batch or makes smaller ones of it.
    let mut batches = vec![all];
    while let Some(batch) = batches.pop() {
        let writes: Vec<&Write> = batch.iter().map(|&i| &group[i]).collect();
        match fly(shared, &writes).await {
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
async fn fly(shared: &Shared, writes: &[&Write]) -> Result<Flight> {
    let contention = match fly_once(shared, writes, shared.turn.read().await).await? {
        Ok(flight) => return Ok(flight),
        Err(contention) => contention,
    };
    tracing::debug!(%contention, "a group is run again");
    let mut last = contention;
    // Another server may still be in the way, so even alone it can take more than once.
    for _ in 0..MAX_RETRIES {
        match fly_once(shared, writes, shared.turn.write().await).await? {
            Ok(flight) => return Ok(flight),
            Err(contention) => last = contention,
        }
    }
    Err(Error::Unavailable { reason: "too many writes meet at one place", source: Some(last) })
}

/// One transaction under `turn`, or what it ran into.
async fn fly_once(
    shared: &Shared,
    writes: &[&Write],
    turn: impl Sized,
) -> Result<Result<Flight, Cause>> {
    let client = shared.pool.get().await.map_err(pool_error)?;
    let flight = transaction(&client, writes).await;
    drop(turn);
    match flight {
        Ok(flight) => Ok(Ok(flight)),
        Err(Fault::Contention(contention)) => Ok(Err(contention)),
        Err(fault) => {
            // Whatever state it is in, nobody shall find it in the pool.
            drop(Object::take(client));
            Err(fault.error())
        }
    }
}

/// Sends BEGIN and all statements, reads all answers, and commits or rolls back.
async fn transaction(client: &Client, writes: &[&Write]) -> Result<Flight, Fault> {
    let mut statements = Vec::new();
    for (place, write) in writes.iter().enumerate() {
        for (index, statement) in write.statements.iter().enumerate() {
            match prepare(client, statement.sql, &statement.args).await {
                Ok(prepared) => statements.push((prepared, statement)),
                Err(Fault::Fatal(error)) => return Err(Fault::Fatal(error)),
                Err(fault) => {
                    return Ok(Flight::Broken(vec![(place, fault.of_write(write, index))]));
                }
            }
        }
    }
    let runs = statements
        .iter()
        .map(|(prepared, statement)| run_prepared(client, prepared, &statement.args));
    let (begun, outcomes) = join(client.batch_execute("begin"), join_all(runs)).await;
    begun.map_err(Fault::of)?;
    let broken = broken(writes, &outcomes);
    let is_whole = broken.as_ref().is_ok_and(Vec::is_empty);
    let end = if is_whole { "commit" } else { "rollback" };
    let ended = client.batch_execute(end).await;
    let broken = broken?;
    ended.map_err(Fault::of)?;
    if !is_whole {
        return Ok(Flight::Broken(broken));
    }
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
