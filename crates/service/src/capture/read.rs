//! The document of a job, read from the store in portions, on a thread of its own.

use std::io::{self, Cursor, Read as _};

use epcis::{EventReader, Format, Limits, ReadError, VocabularyElement};
use store::captures::CaptureError;
use store::id::CaptureId;
use store::{Store, capture_jobs};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::portion::Placed;
use crate::limits::{MAX_CAPTURE_EVENTS, PORTION_BYTES, PORTION_EVENTS, SPOOLED_FROM_BYTES};
use crate::{Error, Result, Service};

/// Violations that are told of one event.
const MAX_VIOLATIONS: usize = 10;

/// Events in the order of their document, and what is wrong between them.
#[derive(Default)]
pub(super) struct Read {
    pub(super) events: Vec<Placed>,
    /// What is wrong with an event, with its place in the document.
    pub(super) refused: Vec<(u64, CaptureError)>,
    /// What is odd, with numbers that grow through the document.
    pub(super) warnings: Vec<(u64, CaptureError)>,
    /// Events of the document up to here.
    pub(super) next_event: u64,
    /// What is wrong with the document as a whole.
    pub(super) faults: Vec<CaptureError>,
    /// The master data of the whole document, with the last portion.
    pub(super) master_data: Vec<VocabularyElement>,
    pub(super) is_last: bool,
}

/// The portions of a document, as they are read.
pub(super) struct Reads(Receiver<Result<Read>>);

impl Reads {
    /// The next portion; not to be asked behind the last.
    pub(super) async fn next(&mut self) -> Result<Read> {
        let read = self.0.recv().await;
        read.unwrap_or_else(|| Err(Error::internal("the reader of a document ended early")))
    }
}

impl Service {
    /// Reads the document of a job from event `from` on.
    pub(super) fn read_portions(&self, id: CaptureId, from: u64) -> Reads {
        let (sender, receiver) = mpsc::channel(1);
        let store = self.store().clone();
        let handle = Handle::current();
        let chunks =
            Chunks { store, handle: handle.clone(), id, n_chunks: 0, chunk: Cursor::default() };
        let read = Read { next_event: from, ..Read::default() };
        let reading = Reading { from, sender, handle, read, n_bytes: 0 };
        tokio::task::spawn_blocking(move || reading.run(chunks));
        Reads(receiver)
    }
}

/// The pieces of a document, one after the other; each is let go of when it was read.
struct Chunks {
    store: Store,
    handle: Handle,
    id: CaptureId,
    n_chunks: u64,
    chunk: Cursor<Vec<u8>>,
}

impl Chunks {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let next = capture_jobs::chunk(&self.store, self.id, self.n_chunks);
        self.n_chunks += 1;
        self.handle.block_on(next).map_err(io::Error::other)
    }

    fn is_long(&self) -> io::Result<bool> {
        let asked = capture_jobs::is_longer(&self.store, self.id, SPOOLED_FROM_BYTES);
        self.handle.block_on(asked).map_err(io::Error::other)
    }
}

impl io::Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n_bytes = self.chunk.read(buffer)?;
            if n_bytes > 0 || buffer.is_empty() {
                return Ok(n_bytes);
            }
            self.chunk = Cursor::default();
            match self.next()? {
                None => return Ok(0),
                Some(chunk) => self.chunk = Cursor::new(chunk),
            }
        }
    }
}

/// A document that is read, and where its portions go.
struct Reading {
    from: u64,
    sender: Sender<Result<Read>>,
    handle: Handle,
    read: Read,
    n_bytes: usize,
}

/// Nobody waits for more.
struct Unheard;

impl Reading {
    fn run(mut self, chunks: Chunks) {
        let Err(error) = self.portions(chunks) else { return };
        let error = match error.downcast::<store::Error>() {
            Ok(error) => error.into(),
            Err(error) => Error::internal(error),
        };
        self.sender.blocking_send(Err(error)).ok();
    }

    fn portions(&mut self, mut chunks: Chunks) -> io::Result<()> {
        let is_long = chunks.is_long()?;
        let mut head = chunks.next()?.unwrap_or_default();
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        if is_long {
            let format = super::format_of(&head);
            chunks.chunk = Cursor::new(head);
            return self.stream(chunks, format);
        }
        chunks.read_to_end(&mut head)?;
        self.whole(&head);
        Ok(())
    }

    /// A small document, whose members may come in any order.
    fn whole(&mut self, body: &[u8]) {
        let limits = Limits { n_events: MAX_CAPTURE_EVENTS, ..Limits::default() };
        let (document, violations) = super::parse_with(body, &limits);
        let errors = violations.into_iter().map(error_of).collect::<Vec<_>>();
        let Some(mut document) = document else {
            self.read.faults = errors;
            return self.end();
        };
        self.read.master_data = std::mem::take(&mut document.master_data);
        // All come with the first portion, and are not told again to who goes on behind it.
        if self.from == 0 {
            self.read.refused = errors.into_iter().map(|error| (0, error)).collect();
            let warnings = std::mem::take(&mut document.warnings).into_iter().map(error_of);
            self.read.warnings = (0..).zip(warnings).collect();
        }
        for event in std::mem::take(&mut document.events) {
            let pointer = document.event_pointer(event.event_index);
            if self.event(Placed { event, pointer }).is_err() {
                return;
            }
        }
        self.read.next_event = self.read.next_event.max(document.n_events as u64);
        self.end();
    }

    fn stream(&mut self, source: impl io::Read, format: Format) -> io::Result<()> {
        let limits = Limits {
            n_events: MAX_CAPTURE_EVENTS,
            n_violations: MAX_VIOLATIONS,
            ..Limits::default()
        };
        let mut reader = EventReader::new(source, format, &limits);
        for read in reader.by_ref() {
            let read = match read {
                Ok(read) => read,
                Err(ReadError::Io(error)) => return Err(error),
                Err(ReadError::Rejected(violations)) => {
                    self.read.faults = violations.into_iter().map(error_of).collect();
                    break;
                }
            };
            let (index, pointer) = (read.event_index as u64, read.pointer);
            if index < self.from {
                continue;
            }
            let first = index * MAX_VIOLATIONS as u64;
            let warnings = read.warnings.into_iter().map(error_of);
            self.read.warnings.extend((first..).zip(warnings));
            let found = match read.event {
                Some(event) => self.event(Placed { event, pointer }),
                None => self.refuse(index, read.violations),
            };
            if found.is_err() {
                return Ok(());
            }
        }
        self.read.master_data = reader.take_master_data();
        self.end();
        Ok(())
    }

    fn event(&mut self, placed: Placed) -> std::result::Result<(), Unheard> {
        let index = placed.event.event_index as u64;
        if index < self.from {
            return Ok(());
        }
        self.n_bytes += placed.event.body.len();
        self.read.next_event = index + 1;
        self.read.events.push(placed);
        self.send_if_full()
    }

    fn refuse(
        &mut self,
        index: u64,
        violations: Vec<epcis::Violation>,
    ) -> std::result::Result<(), Unheard> {
        self.read.next_event = index + 1;
        self.read.refused.extend(violations.into_iter().map(|it| (index, error_of(it))));
        self.send_if_full()
    }

    fn send_if_full(&mut self) -> std::result::Result<(), Unheard> {
        let Read { events, refused, .. } = &self.read;
        let n_events = events.len().max(refused.len());
        if n_events < PORTION_EVENTS && self.n_bytes < PORTION_BYTES {
            return Ok(());
        }
        self.n_bytes = 0;
        let next_event = self.read.next_event;
        let master_data = std::mem::take(&mut self.read.master_data);
        let next = Read { next_event, master_data, ..Read::default() };
        let read = std::mem::replace(&mut self.read, next);
        self.sender.blocking_send(Ok(read)).map_err(|_| Unheard)?;
        // The next portion is begun when this one was taken, so that there are two at a time.
        self.handle.block_on(self.sender.reserve()).map(drop).map_err(|_| Unheard)
    }

    fn end(&mut self) {
        self.read.is_last = true;
        self.sender.blocking_send(Ok(std::mem::take(&mut self.read))).ok();
    }
}

pub(super) fn error_of(violation: epcis::Violation) -> CaptureError {
    CaptureError {
        pointer: violation.pointer,
        rule: violation.rule.name().into(),
        message: violation.message,
    }
}
