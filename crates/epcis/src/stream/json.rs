//! The events of a JSON document, one after the other.
//!
//! The bytes are only split: at the event list, and there at each event. What stands around the
//! events is gathered into the same document with an empty list, and the parser of whole
//! documents judges it; each event goes through the same parser alone.

use std::io::{self, Read};

use super::{ReadError, ReadEvent, rejected};
use crate::{
    DocumentKind, Event, Limits, Rule, VocabularyElement,
    document::{parse_text, read_document},
    frame::Frame,
    json::{self, is_space, plain_length},
    report::{Pointer, Report},
};

/// Bytes that are asked for at once.
const CHUNK_BYTES: usize = 64 << 10;

/// An event as it was found.
pub(super) struct Found {
    pub(super) index: usize,
    pub(super) pointer: String,
    pub(super) event: Option<Event>,
    pub(super) report: Report,
}

pub(super) struct JsonEvents<R> {
    bytes: Bytes<R>,
    /// The document without its events.
    around: Vec<u8>,
    frame: Option<Frame>,
    place: Place,
    n_events: usize,
    pub(super) master_data: Vec<VocabularyElement>,
    /// Events of a document whose list was not met: at most one, or a list under another name.
    others: std::vec::IntoIter<(Event, String)>,
}

/// Where in the document we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    /// In the list; `is_next` if an event must follow, as after a comma.
    List {
        is_next: bool,
    },
    After,
}

impl<R: Read> JsonEvents<R> {
    pub(super) fn new(source: R, limits: &Limits) -> JsonEvents<R> {
        JsonEvents {
            bytes: Bytes {
                source,
                buffer: Vec::new(),
                at: 0,
                kept: None,
                is_ended: false,
                limit: limits.event_bytes.max(limits.frame_bytes),
            },
            around: Vec::new(),
            frame: None,
            place: Place::Before,
            n_events: 0,
            master_data: Vec::new(),
            others: Vec::new().into_iter(),
        }
    }

    pub(super) fn kind(&self) -> Option<DocumentKind> {
        self.frame.as_ref().map(|frame| frame.kind)
    }

    pub(super) fn next(&mut self, limits: &Limits) -> Result<Option<ReadEvent>, ReadError> {
        if self.place == Place::Before {
            self.find_list(limits)?;
        }
        if let Place::List { is_next } = self.place {
            if let Some(event) = self.event(is_next, limits)? {
                return Ok(Some(event.into()));
            }
            self.finish(limits)?;
        }
        Ok(self.others.next().map(|(event, pointer)| ReadEvent {
            event_index: event.event_index,
            pointer,
            event: Some(event),
            violations: Vec::new(),
            warnings: Vec::new(),
        }))
    }

    /// Copies one byte to what stands around the events.
    fn copy(&mut self, limits: &Limits) -> Result<(), ReadError> {
        self.around.push(self.bytes.buffer[self.bytes.at]);
        self.bytes.at += 1;
        self.check_around(limits)
    }

    fn check_around(&self, limits: &Limits) -> Result<(), ReadError> {
        if self.around.len() <= limits.frame_bytes {
            return Ok(());
        }
        let message = format!("more than {} bytes around the events", limits.frame_bytes);
        Err(rejected(Rule::TooLarge, message))
    }

    /// The next byte that is not white space, after copying what is.
    fn peek(&mut self, limits: &Limits) -> Result<Option<u8>, ReadError> {
        loop {
            match self.bytes.peek()? {
                Some(byte) if is_space(byte) => self.copy(limits)?,
                other => return Ok(other),
            }
        }
    }

    /// Copies one value; answers its bytes' place in `around`.
    fn copy_value(&mut self, limits: &Limits) -> Result<std::ops::Range<usize>, ReadError> {
        let start = self.around.len();
        self.bytes.kept = Some(self.bytes.at);
        let result = self.bytes.pass_value();
        let kept = self.bytes.kept.take().unwrap_or_default();
        result?;
        self.around.extend_from_slice(&self.bytes.buffer[kept..self.bytes.at]);
        self.check_around(limits)?;
        Ok(start..self.around.len())
    }

    /// Goes to the first event, or through a document without an event list.
    fn find_list(&mut self, limits: &Limits) -> Result<(), ReadError> {
        // The names on the way to the list, by the level they stand at.
        const PATH: [&[u8]; 3] = [b"\"epcisBody\"", b"\"queryResults\"", b"\"resultsBody\""];
        let mut level = 0;
        if self.peek(limits)? == Some(b'{') {
            self.copy(limits)?;
            level = 1;
        }
        while level > 0 {
            match self.peek(limits)? {
                Some(b'}') => level -= 1,
                Some(b'"') => {
                    let name = self.copy_value(limits)?;
                    if self.peek(limits)? != Some(b':') {
                        break;
                    }
                    self.copy(limits)?;
                    let value = self.peek(limits)?;
                    let name = &self.around[name];
                    let is_list = name == b"\"eventList\"" && matches!(level, 2 | 4);
                    if value == Some(b'{') && PATH.get(level - 1).is_some_and(|it| name == *it) {
                        level += 1;
                    } else if value == Some(b'[') && is_list {
                        self.copy(limits)?;
                        self.open_frame(level, limits)?;
                        // In a bare event, or too deep or not deep enough, it is another list.
                        if self.frame.as_ref().is_some_and(|frame| frame.level() != level) {
                            return self.read_around(limits);
                        }
                        self.place = Place::List { is_next: false };
                        return Ok(());
                    } else if value.is_some() {
                        self.copy_value(limits)?;
                        continue;
                    } else {
                        break;
                    }
                }
                Some(b',') => {}
                _ => break,
            }
            self.copy(limits)?;
        }
        self.read_around(limits)
    }

    /// What was read so far, closed, tells what the events need.
    fn open_frame(&mut self, level: usize, limits: &Limits) -> Result<(), ReadError> {
        let mut text = self.around.clone();
        text.push(b']');
        text.extend(std::iter::repeat_n(b'}', level));
        let mut report = Report::new(limits.n_violations);
        let json = parse_text(&text, limits, &mut report);
        self.frame = json.and_then(|json| Frame::open(&json, &mut report));
        if report.n_found() > 0 {
            let message = "when events are read one by one, @context and type stand before them";
            report.push(&Pointer::ROOT, Rule::InvalidContext, message);
            return Err(ReadError::Rejected(report.into_violations()));
        }
        Ok(())
    }

    /// The whole document, since no list of events was met in it.
    fn read_around(&mut self, limits: &Limits) -> Result<(), ReadError> {
        self.place = Place::After;
        self.copy_rest(limits)?;
        let mut report = Report::new(limits.n_violations);
        let json = parse_text(&self.around, limits, &mut report);
        let document = json.and_then(|json| {
            self.frame = Frame::open(&json, &mut Report::new(0));
            read_document(&json, limits, &mut report)
        });
        match (document, report.n_found()) {
            (Some(mut document), 0) => {
                self.master_data = std::mem::take(&mut document.master_data);
                let events = std::mem::take(&mut document.events);
                let placed = |event: Event| {
                    let pointer = document.event_pointer(event.event_index);
                    (event, pointer)
                };
                self.others = events.into_iter().map(placed).collect::<Vec<_>>().into_iter();
            }
            _ => return Err(ReadError::Rejected(report.into_violations())),
        }
        Ok(())
    }

    fn copy_rest(&mut self, limits: &Limits) -> Result<(), ReadError> {
        while self.bytes.peek()?.is_some() {
            self.around.extend_from_slice(&self.bytes.buffer[self.bytes.at..]);
            self.bytes.at = self.bytes.buffer.len();
            self.check_around(limits)?;
        }
        Ok(())
    }

    fn event(&mut self, is_next: bool, limits: &Limits) -> Result<Option<Found>, ReadError> {
        while self.bytes.peek()?.is_some_and(is_space) {
            self.bytes.at += 1;
        }
        match self.bytes.peek()? {
            Some(b']') if !is_next => return Ok(None),
            Some(b']' | b',' | b':' | b'}') => {
                return Err(rejected(Rule::InvalidJson, "expected an event in the event list"));
            }
            None => return Err(rejected(Rule::InvalidJson, "the document ends early")),
            _ => {}
        }
        self.bytes.kept = Some(self.bytes.at);
        let passed = self.bytes.pass_value();
        let kept = self.bytes.kept.take().unwrap_or_default();
        passed?;
        let text = &self.bytes.buffer[kept..self.bytes.at];
        if text.len() > limits.event_bytes {
            return Err(too_large(limits.event_bytes));
        }
        let mut report = Report::new(limits.n_violations);
        // Four objects and the list are around an event.
        let inner = Limits { depth: limits.depth.min(128).saturating_sub(3), ..limits.clone() };
        let json = parse_text(text, &inner, &mut report);
        let frame = self.frame.as_ref();
        let index = self.n_events;
        let event = json.and_then(|json| frame?.event(Some(index), &json, limits, &mut report));
        self.n_events += 1;
        while self.bytes.peek()?.is_some_and(is_space) {
            self.bytes.at += 1;
        }
        match self.bytes.peek()? {
            Some(b',') => {
                self.bytes.at += 1;
                self.place = Place::List { is_next: true };
            }
            Some(b']') => self.place = Place::List { is_next: false },
            _ => {
                let message = "expected a comma or the end of the event list";
                return Err(rejected(Rule::InvalidJson, message));
            }
        }
        let list = self.frame.as_ref().map(Frame::list_pointer).unwrap_or_default();
        Ok(Some(Found { index, pointer: format!("{list}/{index}"), event, report }))
    }

    /// Judges what stands around the events.
    fn finish(&mut self, limits: &Limits) -> Result<(), ReadError> {
        self.place = Place::After;
        self.copy_rest(limits)?;
        let mut report = Report::new(limits.n_violations);
        if let Some(json) = parse_text(&self.around, limits, &mut report)
            && let Some(frame) = Frame::open(&json, &mut report)
        {
            frame.check(&json, limits, &mut report);
            let header = json.members().and_then(|members| json::find(members, "epcisHeader"));
            self.master_data = header.map_or_else(Vec::new, |it| frame.master_data(&it.value));
            let same = self.frame.as_ref().is_some_and(|before| before.ignores_same(&frame));
            if !same {
                let message = "when events are read one by one, ignoreFields stands before them";
                report.push(&Pointer::ROOT, Rule::InvalidContext, message);
            }
        }
        match report.n_found() {
            0 => Ok(()),
            _ => Err(ReadError::Rejected(report.into_violations())),
        }
    }
}

fn too_large(limit: usize) -> ReadError {
    rejected(Rule::TooLarge, format!("more than {limit} bytes before the end of a value"))
}

/// A source with a look-ahead.
struct Bytes<R> {
    source: R,
    buffer: Vec<u8>,
    /// The next byte in the buffer.
    at: usize,
    /// From where on the buffer must be kept.
    kept: Option<usize>,
    is_ended: bool,
    /// Bytes that are kept at most.
    limit: usize,
}

impl<R: Read> Bytes<R> {
    fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        if self.at == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        if self.is_ended {
            return Ok(());
        }
        let from = self.kept.unwrap_or(self.at);
        if self.at - from > self.limit {
            return Err(too_large(self.limit));
        }
        // Moves what is kept to the front only when there is something to gain.
        if from > 0 {
            self.buffer.drain(..from);
            self.at -= from;
            self.kept = self.kept.map(|_| 0);
        }
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK_BYTES, 0);
        let n_bytes = loop {
            match self.source.read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.buffer.truncate(length + n_bytes.as_ref().copied().unwrap_or_default());
        self.is_ended = n_bytes.map_err(ReadError::Io)? == 0;
        Ok(())
    }

    /// Goes to the end of a value. Only quotes and brackets are looked at.
    fn pass_value(&mut self) -> Result<(), ReadError> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek()? {
            match byte {
                b'"' => {
                    self.at += 1;
                    self.pass_string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' if depth == 0 => return Ok(()),
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return Ok(()),
                _ => {
                    self.at += 1;
                    // A number or a word ends before what cannot belong to it.
                    continue;
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Goes behind the closing quote.
    fn pass_string(&mut self) -> Result<(), ReadError> {
        while self.peek()?.is_some() {
            self.at += plain_length(&self.buffer[self.at..]);
            match self.peek()? {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    if self.peek()?.is_some() {
                        self.at += 1;
                    }
                }
                Some(_) if self.at < self.buffer.len() && self.buffer[self.at] < b' ' => {
                    self.at += 1;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
