//! Captures that go on after they were answered.
//!
//! A job reads its document from the store and stores it portion by portion; each write moves the
//! job on, so whoever takes it up after a crash goes on where it stopped. With `rollback` the
//! document is first read to its end, and what it does to the states of items is written in one
//! write, which is the commit point: before it nothing is stored, after it nothing is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::capture_jobs::{self, Job, Stage, Step};
use store::captures::{self, CaptureError};
use store::id::{CaptureId, EnterpriseId, Scope};
use store::{Engine, Statement};
use tokio::sync::Semaphore;

use super::portion::{Checked, Placed, Portion};
use super::read::{Read, Reads};
use crate::caller::Lives;
use crate::limits::{BROKEN_OFF_US, JOB_LEASE_US, JOBS_AT_ONCE, MAX_JOB_CLAIMS};
use crate::{Error, Result, Service, Violation};

/// How often a server looks for jobs that nobody works on, and of how many it takes note.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const N_LOOKED_AT: u32 = 64;

/// After so many looks, about an hour, documents that broke off are let go of.
const LOOKS_A_ROUND: u32 = 720;

/// How often a claim is renewed while a document is read.
const RENEW_EVERY: Duration = Duration::from_secs(3);

/// How often what a document does is decided again because the states of its items changed
/// meanwhile.
const MAX_DECIDED_AGAIN: u32 = 100;

/// How often it is read for that: once, and again if its events were captured meanwhile.
const MAX_CHECKS: u32 = 5;

/// The jobs of this process.
pub(crate) struct Jobs {
    turns: Semaphore,
    /// One turn for each enterprise with jobs here, so that those of one wait for each other
    /// before they wait with those of others.
    of_owners: Mutex<BTreeMap<EnterpriseId, Arc<Semaphore>>>,
    started: Mutex<BTreeSet<CaptureId>>,
}

impl Default for Jobs {
    fn default() -> Self {
        let turns = Semaphore::new(JOBS_AT_ONCE);
        Self { turns, of_owners: Mutex::default(), started: Mutex::default() }
    }
}

impl Jobs {
    fn turn_of(&self, owner: EnterpriseId) -> Arc<Semaphore> {
        let mut of_owners = self.of_owners.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds or waits for are let go of.
        of_owners.retain(|_, turn| Arc::strong_count(turn) > 1);
        of_owners.entry(owner).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
    }
}

/// A job that this process has begun, until it is dropped.
struct Started<'s>(&'s Service, CaptureId);

impl Drop for Started<'_> {
    fn drop(&mut self) {
        let started = &self.0.jobs().started;
        started.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Service {
    /// Finishes the captures that a process left behind, now and as long as this one serves; to be
    /// run once beside it.
    pub async fn resume_captures(&self) {
        let mut looking = tokio::time::interval(LOOK_EVERY);
        let mut n_looks = 0u32;
        loop {
            looking.tick().await;
            match self.look_for_jobs(n_looks).await {
                Ok(()) => n_looks = (n_looks + 1) % LOOKS_A_ROUND,
                Err(error) => tracing::warn!(%error, "captures wait to be taken up again"),
            }
        }
    }

    async fn look_for_jobs(&self, n_looks: u32) -> Result<()> {
        let now_us = self.now_us();
        if n_looks == 0 {
            let old = CaptureId::until_time(now_us - BROKEN_OFF_US);
            let mut statements = vec![capture_jobs::forget_broken_off(old)];
            if self.store().engine() == Engine::Sqlite {
                // The folder is ours alone: who held them is gone, or is here and knows.
                statements.push(capture_jobs::release_all());
            }
            self.store().write("resume captures", statements).await?;
        }
        for (id, owner) in capture_jobs::free(self.store(), now_us, N_LOOKED_AT).await? {
            self.start_job(id, owner);
        }
        Ok(())
    }

    /// Begins to work on a job, or has done so already.
    pub(crate) fn start_job(&self, id: CaptureId, owner: EnterpriseId) {
        let started = &self.jobs().started;
        if !started.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            return;
        }
        let service = self.in_background();
        tokio::spawn(async move {
            let _started = Started(&service, id);
            let turn_of_owner = service.jobs().turn_of(owner);
            let Ok(_turn_of_owner) = turn_of_owner.acquire().await else { return };
            let Ok(_turn) = service.jobs().turns.acquire().await else { return };
            if let Err(error) = service.run_job(id).await {
                tracing::warn!(capture.id = %id, %error, "a capture waits to be taken up again");
            }
        });
    }

    async fn run_job(&self, id: CaptureId) -> Result<()> {
        let Some(job) = self.claim_job(id).await? else { return Ok(()) };
        let capture = captures::find(self.store(), Scope::PLATFORM, id).await?;
        let capture = capture.ok_or_else(|| Error::internal("a job without its capture"))?;
        let n_errors = capture.n_errors;
        let mut running = Running { service: self, job, n_errors, n_warnings: 0 };
        let outcome = running.run().await;
        if outcome.is_err() {
            // If this fails as well, the job is free when its lease ends.
            let release = capture_jobs::release(&running.job);
            self.store().write("release job", vec![release]).await.ok();
        }
        outcome
    }

    /// The job, if nobody else works on it.
    async fn claim_job(&self, id: CaptureId) -> Result<Option<Job>> {
        let Some(mut job) = capture_jobs::find(self.store(), id).await? else { return Ok(None) };
        let now_us = self.now_us();
        if job.leased_until_us > now_us {
            return Ok(None);
        }
        let claim = capture_jobs::claim(&job, now_us + JOB_LEASE_US);
        match self.store().write("claim job", vec![claim]).await {
            Ok(_) => {
                job.n_claims += 1;
                Ok(Some(job))
            }
            Err(store::Error::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// An error if somebody else took the job up.
    pub(crate) async fn check_claim(&self, claimed: &Job) -> Result<()> {
        let found = capture_jobs::find(self.store(), claimed.capture_id).await?;
        let is_ours = found.is_some_and(|it| it.n_claims == claimed.n_claims);
        let taken = || Error::Unavailable("another process goes on with the capture".into());
        if is_ours { Ok(()) } else { Err(taken()) }
    }
}

/// What a write of events moves on.
pub(crate) struct Moving<'j> {
    pub(crate) job: &'j Job,
    /// Events of the document that are done with then.
    next_event: u64,
    errors: &'j [CaptureError],
    n_errors_before: u64,
}

impl Moving<'_> {
    /// Statements of the step; `n_known` of its events are stored already, `differing` says which
    /// were refused since others have their eventIDs.
    pub(crate) fn statements(
        &self,
        now_us: i64,
        n_known: u64,
        differing: Vec<Violation>,
    ) -> Vec<Statement> {
        let Self { job, next_event, errors, n_errors_before } = *self;
        let n_differing = differing.len() as u64;
        let errors: Vec<_> =
            errors.iter().cloned().chain(differing.into_iter().map(error_of)).collect();
        let stage = job.stage;
        let leased_until_us = now_us + JOB_LEASE_US;
        let step = Step {
            stage,
            next_event,
            n_known,
            n_differing,
            errors: &errors,
            n_errors_before,
            leased_until_us,
        };
        capture_jobs::advance(job, &step)
    }
}

/// A job that this process claimed.
struct Running<'s> {
    service: &'s Service,
    job: Job,
    n_errors: u64,
    n_warnings: usize,
}

/// Warnings that one process notes of a job.
const MAX_WARNINGS: usize = 100;

impl Running<'_> {
    async fn run(&mut self) -> Result<()> {
        // Once something of it is stored it is never given up: it was answered for.
        if self.job.stage == Stage::Checking && self.job.n_claims > MAX_JOB_CLAIMS {
            let message = "it was begun again and again and never ended; ask the operator";
            return self.finish(&[whole("given-up", message)]).await;
        }
        if self.job.stage == Stage::Checking {
            let errors = self.check_and_claim().await?;
            if !errors.is_empty() {
                return self.finish(&errors).await;
            }
        }
        self.store().await
    }

    /// Reads the document to its end and writes what it does to the states of items: from then on
    /// it is captured. Answers why it is not.
    async fn check_and_claim(&mut self) -> Result<Vec<CaptureError>> {
        let mut checked = match self.check().await? {
            Ok(checked) => checked,
            Err(errors) => return Ok(errors),
        };
        let mut n_checks = 1;
        for _ in 0..MAX_DECIDED_AGAIN {
            let begun = Job { stage: Stage::Storing, ..self.job.clone() };
            let mut statements = checked.ledger.statements();
            let moving = self.moving(&begun, 0, &[]);
            statements.extend(moving.statements(self.now_us(), 0, Vec::new()));
            match self.service.store().write("begin to store", statements).await {
                Ok(_) => {
                    self.job = begun;
                    return Ok(Vec::new());
                }
                Err(store::Error::Conflict { .. }) => self.service.check_claim(&self.job).await?,
                Err(error) => return Err(error.into()),
            }
            self.advance(0, &[]).await?;
            checked = match checked.again(self.service).await {
                Ok(Some(checked)) => checked,
                Ok(None) if n_checks == MAX_CHECKS => break,
                Ok(None) => match self.check().await? {
                    Ok(checked) => {
                        n_checks += 1;
                        checked
                    }
                    Err(errors) => return Ok(errors),
                },
                Err(error) => return of_events("", error),
            };
        }
        Err(Error::Unavailable(
            "the codes or events of a capture change too often; it waits".into(),
        ))
    }

    /// What the document does, or what is wrong with it.
    async fn check(&mut self) -> Result<std::result::Result<Checked, Vec<CaptureError>>> {
        let owner = self.job.enterprise_id;
        let mut checked = Checked::new(owner, self.lives());
        let mut errors = Vec::new();
        let mut reads = self.service.read_portions(self.job.capture_id, 0);
        let mut is_last = false;
        while !is_last && (errors.len() as u64) < capture_jobs::MAX_ERRORS {
            let read = self.next_read(&mut reads).await?;
            is_last = read.is_last;
            if is_last
                && let Err(error) = self.service.check_master_data(owner, &read.master_data).await
            {
                errors.extend(of_events("", error)?);
            }
            errors.extend(read.refused.into_iter().map(|(_, error)| error));
            errors.extend(read.faults);
            if errors.is_empty() {
                let portion = self.portion(&read.events, None);
                if let Err(error) = self.service.check_portion(&portion, &mut checked).await {
                    errors.extend(of_events("", error)?);
                }
            }
            self.advance(0, &[]).await?;
        }
        Ok(if errors.is_empty() { Ok(checked) } else { Err(errors) })
    }

    /// Stores what is left of the document, and ends the job.
    async fn store(&mut self) -> Result<()> {
        let mut reads = self.service.read_portions(self.job.capture_id, self.job.next_event);
        loop {
            let mut read = self.next_read(&mut reads).await?;
            self.note_warnings(&read.warnings).await?;
            self.store_read(&mut read).await?;
            if read.is_last {
                let owner = self.job.enterprise_id;
                let mut faults = std::mem::take(&mut read.faults);
                match self.service.check_master_data(owner, &read.master_data).await {
                    Ok(()) => self.service.keep_master_data(owner, &read.master_data).await?,
                    Err(error) => faults.extend(of_events("", error)?),
                }
                return self.finish(&faults).await;
            }
        }
    }

    /// The next portion; the job stays ours however long it takes to reach it.
    async fn next_read(&mut self, reads: &mut Reads) -> Result<Read> {
        loop {
            tokio::select! {
                read = reads.next() => return read,
                () = tokio::time::sleep(RENEW_EVERY) => {
                    self.advance(self.job.next_event, &[]).await?;
                }
            }
        }
    }

    /// Stores the events of `read`. Some that cannot be stored together are halved until the one
    /// that stands in the way is alone, and that one is refused.
    async fn store_read(&mut self, read: &mut Read) -> Result<()> {
        let mut waiting = vec![&read.events[..]];
        while let Some(events) = waiting.pop() {
            let Some(last) = events.last() else { continue };
            let next_event = last.event.event_index as u64 + 1;
            let mut errors = refused_before(&read.refused, self.job.next_event..next_event);
            match self.store_events(events, next_event, &errors).await {
                Ok(n_differing) => self.note(next_event, errors.len() as u64 + n_differing),
                Err(error) => match (of_events(&last.pointer, error)?, events) {
                    (found, [_]) => {
                        errors.extend(found);
                        self.advance(next_event, &errors).await?;
                    }
                    _ => {
                        let (first, second) = events.split_at(events.len() / 2);
                        waiting.extend([second, first]);
                    }
                },
            }
        }
        if self.job.next_event == read.next_event {
            return Ok(());
        }
        let errors = refused_before(&read.refused, self.job.next_event..read.next_event);
        self.advance(read.next_event, &errors).await
    }

    /// Answers how many were refused since others have their eventIDs.
    async fn store_events(
        &self,
        events: &[Placed],
        next_event: u64,
        errors: &[CaptureError],
    ) -> Result<u64> {
        let moving = Some(self.moving(&self.job, next_event, errors));
        let stored = self.service.store_portion(&self.portion(events, moving)).await?;
        Ok(stored.n_differing)
    }

    fn portion<'p>(&self, events: &'p [Placed], moving: Option<Moving<'p>>) -> Portion<'p> {
        let owner = self.job.enterprise_id;
        Portion { owner, lives: self.lives(), events, warnings: &[], moving }
    }

    /// Notes the first of what is odd; who goes on after a crash notes it again under its number.
    async fn note_warnings(&mut self, warnings: &[(u64, CaptureError)]) -> Result<()> {
        let id = self.job.capture_id;
        let first = warnings.iter().take(MAX_WARNINGS.saturating_sub(self.n_warnings));
        let statements: Vec<_> =
            first.map(|(no, it)| captures::insert_warning(id, *no, it)).collect();
        if !statements.is_empty() {
            self.n_warnings += statements.len();
            self.service.store().write("note warnings", statements).await?;
        }
        Ok(())
    }

    /// Moves on without storing anything.
    async fn advance(&mut self, next_event: u64, errors: &[CaptureError]) -> Result<()> {
        let moving = self.moving(&self.job, next_event, errors);
        self.write(moving.statements(self.now_us(), 0, Vec::new())).await?;
        self.note(next_event, errors.len() as u64);
        Ok(())
    }

    /// Ends the job; `errors` are of the document as a whole.
    async fn finish(&mut self, errors: &[CaptureError]) -> Result<()> {
        let now_us = self.now_us();
        let moving = self.moving(&self.job, self.job.next_event, errors);
        let mut statements = moving.statements(now_us, 0, Vec::new());
        statements.extend(capture_jobs::finish(&self.job, now_us));
        self.write(statements).await?;
        let n_errors = self.n_errors + errors.len() as u64;
        let (id, n_events) = (self.job.capture_id, self.job.next_event);
        tracing::info!(capture.id = %id, n_events, n_errors, "a capture is finished");
        Ok(())
    }

    async fn write(&self, statements: Vec<Statement>) -> Result<()> {
        match self.service.store().write("capture job", statements).await {
            Ok(_) => Ok(()),
            Err(store::Error::Conflict { .. }) => {
                self.service.check_claim(&self.job).await?;
                Err(Error::internal("a job was moved by nobody"))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn moving<'j>(&self, job: &'j Job, next_event: u64, errors: &'j [CaptureError]) -> Moving<'j> {
        Moving { job, next_event, errors, n_errors_before: self.n_errors }
    }

    fn note(&mut self, next_event: u64, n_errors: u64) {
        self.job.next_event = next_event;
        self.n_errors += n_errors;
    }

    fn lives(&self) -> Lives {
        match (self.job.stage, self.job.changes_lives) {
            (Stage::Storing, _) => Lives::Changed,
            (Stage::Checking | Stage::Proceeding, true) => Lives::Change,
            (Stage::Checking | Stage::Proceeding, false) => Lives::Leave,
        }
    }

    fn now_us(&self) -> i64 {
        self.service.now_us()
    }
}

/// What was found wrong with the events of a part of the document.
fn refused_before(
    refused: &[(u64, CaptureError)],
    events: std::ops::Range<u64>,
) -> Vec<CaptureError> {
    let of_them = refused.iter().filter(|(index, _)| events.contains(index));
    of_them.map(|(_, error)| error.clone()).collect()
}

/// What an error says of the events at `pointer`; one that says nothing of them comes back.
fn of_events(pointer: &str, error: Error) -> Result<Vec<CaptureError>> {
    let violations = match error {
        Error::Rejected(violations) => violations,
        Error::Contradicts(violation) => vec![violation],
        Error::Conflict(message) => {
            vec![Violation { pointer: pointer.into(), rule: "conflict", message }]
        }
        error @ Error::TooLarge { .. } => {
            let message = error.to_string();
            vec![Violation { pointer: pointer.into(), rule: "too-large", message }]
        }
        other => return Err(other),
    };
    Ok(violations.into_iter().map(error_of).collect())
}

fn error_of(violation: Violation) -> CaptureError {
    let Violation { pointer, rule, message } = violation;
    CaptureError { pointer, rule: rule.into(), message }
}

fn whole(rule: &str, message: &str) -> CaptureError {
    CaptureError { pointer: String::new(), rule: rule.into(), message: message.into() }
}
