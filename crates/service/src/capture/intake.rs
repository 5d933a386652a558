//! A document while it arrives: in memory as long as it is small, then in the store.

use store::Statement;
use store::capture_jobs::{self, Job, Stage};
use store::captures::{self, Capture};
use store::id::CaptureId;

use super::{EVENT_EXISTS, parse_with, whole_limits};
use crate::caller::Lives;
use crate::limits::{CHUNK_BYTES, CHUNKS_A_WRITE, MAX_CAPTURE_BYTES, MAX_JOBS, SPOOLED_FROM_BYTES};
use crate::{Caller, Error, Result, Service};

/// What becomes of a capture with faulty events (`GS1-Capture-Error-Behaviour`, EPCIS 2.0 §12.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorBehaviour {
    /// None of its events is stored.
    Rollback,
    /// The others are stored.
    Proceed,
}

/// A document that arrives. Dropped before its end it leaves nothing behind.
pub struct Intake {
    service: Service,
    caller: Caller,
    behaviour: ErrorBehaviour,
    capture_id: CaptureId,
    /// Pieces of [`CHUNK_BYTES`] but the last; those before them are in the store.
    pieces: Vec<Vec<u8>>,
    n_bytes: u64,
    n_chunks: u64,
}

impl Service {
    /// Begins to take in a document, JSON-LD or XML.
    ///
    /// # Errors
    ///
    /// `Forbidden` for callers that capture for no enterprise.
    pub fn begin_capture(&self, caller: &Caller, behaviour: ErrorBehaviour) -> Result<Intake> {
        caller.captures_for()?;
        Ok(Intake {
            service: self.clone(),
            caller: caller.clone(),
            behaviour,
            capture_id: CaptureId::new(self.now_us(), self.random_bits()),
            pieces: Vec::new(),
            n_bytes: 0,
            n_chunks: 0,
        })
    }
}

impl Intake {
    /// Takes what arrived next.
    ///
    /// # Errors
    ///
    /// `TooLarge` beyond [`MAX_CAPTURE_BYTES`]; `Unavailable` while [`MAX_JOBS`] of the enterprise
    /// go on.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > MAX_CAPTURE_BYTES {
            let limit = MAX_CAPTURE_BYTES;
            return Err(Error::TooLarge { limit, what: "bytes of a captured document" });
        }
        let mut bytes = bytes;
        while !bytes.is_empty() {
            if self.pieces.last().is_none_or(|piece| piece.len() == CHUNK_BYTES) {
                self.pieces.push(Vec::with_capacity(CHUNK_BYTES));
            }
            let piece = self.pieces.last_mut().expect("one was pushed where there was none");
            let (fits, rest) = bytes.split_at(bytes.len().min(CHUNK_BYTES - piece.len()));
            piece.extend_from_slice(fits);
            bytes = rest;
        }
        let is_small = self.n_chunks == 0 && self.n_bytes <= SPOOLED_FROM_BYTES as u64;
        if is_small || self.pieces.len() <= CHUNKS_A_WRITE {
            return Ok(());
        }
        // The last piece may take more.
        let last = self.pieces.pop();
        self.spool().await?;
        self.pieces.extend(last);
        Ok(())
    }

    /// Captures what arrived: a small document at once, or not at all and with every violation; a
    /// large one, one that proceeds over its errors, and one that contradicts what is stored, after
    /// the answer, so that its job tells what was wrong. Answers its id.
    pub async fn finish(mut self) -> Result<CaptureId> {
        if self.n_chunks == 0 {
            let body = std::mem::take(&mut self.pieces).concat();
            let (body, document) = self.parse(body).await?;
            if let Some(document) = document {
                let owner = self.caller.captures_for()?;
                let captured = self.service.capture_events(owner, self.caller.lives(), document);
                match captured.await {
                    Err(error) if contradicts_stored(&error) => {}
                    captured => return captured.map(|capture| capture.capture_id),
                }
            }
            self.pieces = body.chunks(CHUNK_BYTES).map(<[u8]>::to_vec).collect();
        }
        self.spool().await?;
        self.begin_job().await
    }

    /// Reads a small document: it comes back with its body if it can be captured at once.
    async fn parse(&self, body: Vec<u8>) -> Result<(Vec<u8>, Option<epcis::Document>)> {
        let behaviour = self.behaviour;
        let parsed = tokio::task::spawn_blocking(move || {
            let (document, violations) = parse_with(&body, &whole_limits());
            let is_too_many = violations.iter().any(|it| it.rule == epcis::Rule::TooManyEvents);
            let proceeds = behaviour == ErrorBehaviour::Proceed && document.is_some();
            match document {
                _ if is_too_many || proceeds => Ok((body, None)),
                Some(document) if violations.is_empty() => Ok((body, Some(document))),
                _ => Err(super::rejected(violations)),
            }
        });
        parsed.await.map_err(Error::internal)?
    }

    /// Puts what is in memory into the store.
    async fn spool(&mut self) -> Result<()> {
        if self.n_chunks == 0 {
            let owner = self.caller.captures_for()?;
            let n_jobs = capture_jobs::n_of(self.service.store(), owner).await?;
            if n_jobs >= MAX_JOBS {
                let message = format!("{MAX_JOBS} captures go on; wait for one of them to end");
                return Err(Error::Unavailable(message));
            }
        }
        let mut pieces = std::mem::take(&mut self.pieces).into_iter().peekable();
        while pieces.peek().is_some() {
            let next = pieces.by_ref().take(CHUNKS_A_WRITE).zip(self.n_chunks..);
            let chunk = |(piece, no)| capture_jobs::insert_chunk(self.capture_id, no, piece);
            let chunks: Vec<Statement> = next.map(chunk).collect();
            self.n_chunks += chunks.len() as u64;
            self.service.store().write("spool", chunks).await?;
        }
        Ok(())
    }

    /// From here on the document is captured whatever happens to this process.
    async fn begin_job(mut self) -> Result<CaptureId> {
        let owner = self.caller.captures_for()?;
        let (behaviour, stage) = match self.behaviour {
            ErrorBehaviour::Rollback => (captures::ErrorBehaviour::Rollback, Stage::Checking),
            ErrorBehaviour::Proceed => (captures::ErrorBehaviour::Proceed, Stage::Proceeding),
        };
        let capture = Capture {
            capture_id: self.capture_id,
            enterprise_id: owner,
            created_at_us: self.service.now_us(),
            finished_at_us: None,
            behaviour,
            n_events: 0,
            n_known: 0,
            n_differing: 0,
            n_errors: 0,
            job_id: None,
        };
        let job = Job {
            enterprise_id: owner,
            capture_id: self.capture_id,
            changes_lives: self.caller.lives() == Lives::Change,
            stage,
            next_event: 0,
            n_claims: 0,
            leased_until_us: 0,
        };
        let statements = vec![captures::insert(&capture), capture_jobs::insert(&job)];
        self.service.store().write("begin capture", statements).await?;
        self.n_chunks = 0;
        self.service.note_capture().await;
        self.service.start_job(capture.capture_id, owner);
        Ok(capture.capture_id)
    }
}

/// Whether a document is right in itself, and not beside what is stored.
fn contradicts_stored(error: &Error) -> bool {
    match error {
        Error::Contradicts(_) | Error::Conflict(_) => true,
        Error::Rejected(violations) => violations.iter().any(|it| it.rule == EVENT_EXISTS),
        _ => false,
    }
}

/// A document that broke off is let go of.
impl Drop for Intake {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Handle::try_current();
        if self.n_chunks > 0
            && let Ok(runtime) = runtime
        {
            let (service, id) = (self.service.clone(), self.capture_id);
            runtime.spawn(async move {
                // If it fails, the next server that starts lets go of it.
                service.store().write("forget", vec![capture_jobs::forget(id)]).await.ok();
            });
        }
    }
}
