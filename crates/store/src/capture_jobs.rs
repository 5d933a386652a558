//! Captures that go on after they were answered: their documents in pieces, and how far they are.
//!
//! Whoever works on a job claims it: the number of claims grows, and each write of the job names
//! the number it knows, so that one who was overtaken writes nothing more. Each write that stores
//! events moves the job on, so that they are stored once whatever is killed in between.

use crate::captures::CaptureError;
use crate::id::{CaptureId, EnterpriseId};
use crate::{Error, Result, Row, Statement, Store, Value};

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The document is read to its end before anything is stored.
    Checking,
    /// What was checked is stored; what it does to the states of items was written before.
    Storing,
    /// The document is read and stored portion by portion.
    Proceeding,
}

/// A job that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Who captures.
    pub enterprise_id: EnterpriseId,
    /// The capture.
    pub capture_id: CaptureId,
    /// Whether its events may begin and end the lives of codes.
    pub changes_lives: bool,
    /// What is to do.
    pub stage: Stage,
    /// Events of the document that are done with.
    pub next_event: u64,
    /// How often it was claimed: the number of the claim that is in force.
    pub n_claims: u64,
    /// Until when nobody else takes it up, in microseconds since the epoch.
    pub leased_until_us: i64,
}

/// A step of a job, which is written together with the events that it stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'s> {
    /// What comes next.
    pub stage: Stage,
    /// Events of the document that are done with then.
    pub next_event: u64,
    /// Those of this step that were known with the same content.
    pub n_known: u64,
    /// Those that others of their eventID kept out.
    pub n_differing: u64,
    /// What was found wrong.
    pub errors: &'s [CaptureError],
    /// Errors of the job before this step.
    pub n_errors_before: u64,
    /// Until when nobody else takes the job up.
    pub leased_until_us: i64,
}

/// Errors of one job that are kept; all are counted.
pub const MAX_ERRORS: u64 = 100;

/// How many jobs of an enterprise are not finished.
pub async fn n_of(store: &Store, owner: EnterpriseId) -> Result<u64> {
    let sql = "select count(*) from capture_jobs where enterprise_id = $1";
    let rows = store.rows(sql, &[owner.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

/// The statement that adds a job, to be written with its capture.
pub fn insert(job: &Job) -> Statement {
    Statement::new(
        "insert into capture_jobs (enterprise_id, capture_id, changes_lives, stage, next_event,
           n_claims, leased_until)
         values ($1, $2, $3, $4, $5, $6, $7)",
        [
            job.enterprise_id.into(),
            job.capture_id.into(),
            job.changes_lives.into(),
            number_of(job.stage).into(),
            job.next_event.into(),
            job.n_claims.into(),
            job.leased_until_us.into(),
        ],
    )
    .expect(1)
}

/// A job that is not finished.
pub async fn find(store: &Store, id: CaptureId) -> Result<Option<Job>> {
    let sql = "select enterprise_id, capture_id, changes_lives, stage, next_event, n_claims,
                 leased_until
               from capture_jobs where capture_id = $1";
    store.rows(sql, &[id.into()]).await?.first().map(job_of).transpose()
}

/// The first `limit` jobs that nobody works on at `now_us`, with their enterprises: of each a few,
/// since those of one wait for each other.
pub async fn free(
    store: &Store,
    now_us: i64,
    limit: u32,
) -> Result<Vec<(CaptureId, EnterpriseId)>> {
    let sql = "select capture_id, enterprise_id from (
                 select capture_id, enterprise_id,
                   row_number() over (partition by enterprise_id order by capture_id) as nth
                 from capture_jobs where leased_until <= $1) numbered
               where nth <= 4 order by capture_id limit $2";
    let rows = store.rows(sql, &[now_us.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((CaptureId(row.int(0)?), EnterpriseId(row.int(1)?)))).collect()
}

/// The statement that claims `job` as it was found, for who works on it until `leased_until_us`;
/// a conflict if somebody else did.
pub fn claim(job: &Job, leased_until_us: i64) -> Statement {
    Statement::new(
        "update capture_jobs set n_claims = n_claims + 1, leased_until = $3
         where capture_id = $1 and n_claims = $2",
        [job.capture_id.into(), job.n_claims.into(), leased_until_us.into()],
    )
    .expect(1)
}

/// The statement that lets somebody else take up `job`, which was claimed.
pub fn release(job: &Job) -> Statement {
    Statement::new(
        "update capture_jobs set leased_until = 0 where capture_id = $1 and n_claims = $2",
        [job.capture_id.into(), job.n_claims.into()],
    )
}

/// The statement that lets everybody take up every job: only one process serves, and it begins.
pub fn release_all() -> Statement {
    Statement::new("update capture_jobs set leased_until = 0", [])
}

/// Statements that move `job`, which was claimed, by a step; a conflict if it was overtaken.
pub fn advance(job: &Job, step: &Step<'_>) -> Vec<Statement> {
    let moved = Statement::new(
        "update capture_jobs set stage = $4, next_event = $5, leased_until = $6
         where capture_id = $1 and n_claims = $2 and next_event = $3",
        [
            job.capture_id.into(),
            job.n_claims.into(),
            job.next_event.into(),
            number_of(step.stage).into(),
            step.next_event.into(),
            step.leased_until_us.into(),
        ],
    );
    let counted = Statement::new(
        "update captures set n_events = $2, n_known = n_known + $3,
           n_differing = n_differing + $4, n_errors = $5
         where capture_id = $1",
        [
            job.capture_id.into(),
            step.next_event.into(),
            step.n_known.into(),
            step.n_differing.into(),
            (step.n_errors_before + step.errors.len() as u64).into(),
        ],
    );
    let mut statements = vec![moved.expect(1), counted.expect(1)];
    let numbered = (step.n_errors_before..MAX_ERRORS).zip(step.errors);
    statements.extend(numbered.map(|(error_no, error)| {
        Statement::new(
            "insert into capture_errors (capture_id, error_no, pointer, rule, message)
             values ($1, $2, $3, $4, $5)",
            [
                job.capture_id.into(),
                error_no.into(),
                error.pointer.as_str().into(),
                error.rule.as_str().into(),
                error.message.as_str().into(),
            ],
        )
        .expect(1)
    }));
    statements
}

/// Statements that end `job`, which was claimed, and let its document go.
pub fn finish(job: &Job, finished_at_us: i64) -> Vec<Statement> {
    let ended = Statement::new(
        "delete from capture_jobs where capture_id = $1 and n_claims = $2",
        [job.capture_id.into(), job.n_claims.into()],
    );
    let told = Statement::new(
        "update captures set finished_at = $2 where capture_id = $1",
        [job.capture_id.into(), finished_at_us.into()],
    );
    vec![ended.expect(1), told.expect(1), forget(job.capture_id)]
}

/// The statement that adds a piece of a document; pieces are numbered from 0.
pub fn insert_chunk(id: CaptureId, chunk_no: u64, body: Vec<u8>) -> Statement {
    Statement::new(
        "insert into capture_chunks (capture_id, chunk_no, body) values ($1, $2, $3)",
        [id.into(), chunk_no.into(), body.into()],
    )
    .expect(1)
}

/// A piece of a document; none behind the last.
pub async fn chunk(store: &Store, id: CaptureId, chunk_no: u64) -> Result<Option<Vec<u8>>> {
    let sql = "select body from capture_chunks where capture_id = $1 and chunk_no = $2";
    let rows = store.rows(sql, &[id.into(), chunk_no.into()]).await?;
    rows.into_only().map(Value::into_bytes).transpose()
}

/// Whether a document has more bytes than `n_bytes`; its pieces are not read for that.
pub async fn is_longer(store: &Store, id: CaptureId, n_bytes: usize) -> Result<bool> {
    let sql = "select coalesce(sum(length(body)), 0) from capture_chunks where capture_id = $1";
    let rows = store.rows(sql, &[id.into()]).await?;
    let found = rows.first().ok_or(Error::corrupt("a sum has no row"))?;
    Ok(found.uint::<u64>(0)? > n_bytes as u64)
}

/// The statement that lets go of the pieces of a document.
pub fn forget(id: CaptureId) -> Statement {
    Statement::new("delete from capture_chunks where capture_id = $1", [id.into()])
}

/// The statement that lets go of documents that began to arrive before `until` and never became a
/// job.
pub fn forget_broken_off(until: CaptureId) -> Statement {
    Statement::new(
        "delete from capture_chunks where capture_id < $1 and not exists
           (select 1 from capture_jobs j where j.capture_id = capture_chunks.capture_id)",
        [until.into()],
    )
}

/// Numbers in columns are places in this list; new ones go to the end.
const STAGES: [Stage; 3] = [Stage::Checking, Stage::Storing, Stage::Proceeding];

fn number_of(stage: Stage) -> i64 {
    let place = STAGES.iter().position(|it| *it == stage);
    place.expect("the list holds every stage") as i64
}

fn job_of(row: Row<'_>) -> Result<Job> {
    let stage = STAGES.get(row.uint::<usize>(3)?).copied();
    Ok(Job {
        enterprise_id: EnterpriseId(row.int(0)?),
        capture_id: CaptureId(row.int(1)?),
        changes_lives: row.int(2)? != 0,
        stage: stage.ok_or_else(|| Error::corrupt("a job is at no known stage"))?,
        next_event: row.uint(4)?,
        n_claims: row.uint(5)?,
        leased_until_us: row.int(6)?,
    })
}
