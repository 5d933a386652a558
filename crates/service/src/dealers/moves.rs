//! Goods on their way to dealers, between them and back: shipping and receiving events, built here
//! and captured like anybody's (CBV 2.0 §7.1).
//!
//! Who ships names itself as source and who shall have the goods as destination; who receives names
//! its place. Nothing else says where goods are, so the trace engine finds them wherever they were
//! told of.

use epcis::build::{Draft, When};
use epcis::{Action, Role as EpcRole};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use store::captures::Capture;
use store::code_batches;
use store::dealers::{self, Dealer};
use store::id::{BatchId, DealerId, EnterpriseId, Scope};
use store::ident::{INTERNED, class_and_number};

use super::book::Book;
use super::sheet::lines_of;
use crate::batches::layout_of;
use crate::error::Violations;
use crate::limits::{MAX_LINE_CHARS, MAX_MOVED_THINGS, MAX_SHEET_FAULTS};
use crate::{Caller, Error, Result, Role, Service, Violation};

/// Who sends or takes goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Station {
    /// The enterprise whose goods they are.
    #[default]
    Enterprise,
    /// A dealer of it.
    Dealer(DealerId),
}

/// What happens to goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MoveKind {
    /// They leave `from` for `to`: a delivery, a transfer, or a return to the enterprise.
    #[default]
    Ship,
    /// They arrive at `to`.
    Receive,
}

impl MoveKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Ship, Self::Receive];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Receive => "receive",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Goods that move together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewMove {
    /// What happens.
    pub kind: MoveKind,
    /// Who had them.
    pub from: Station,
    /// Who shall have them, or has them now.
    pub to: Station,
    /// Codes, cases and pallets, each as it is printed or scanned.
    pub things: Vec<String>,
    /// Positions `first..=last` of batches of codes, 0-based.
    pub ranges: Vec<(BatchId, u64, u64)>,
    /// Number of the delivery note; may be empty.
    pub document: String,
    /// When it happened, microseconds since the epoch; none is now.
    pub event_time_us: Option<i64>,
}

/// Columns of a file of moves.
pub const MOVE_COLUMNS: [&str; 9] =
    ["thing", "kind", "from", "to", "batch_id", "first", "last", "document", "time"];

/// What a file of moves does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MoveImport {
    /// Events that it becomes.
    pub n_events: usize,
    /// Its rows.
    pub n_rows: usize,
    /// What is wrong, the first hundred: `/lines/LINE/COLUMN`.
    pub faults: Vec<Violation>,
}

/// The rows of a file that are one event, and where its things and runs stand.
struct Gathered {
    new: NewMove,
    lines_of_things: Vec<usize>,
    lines_of_ranges: Vec<usize>,
}

impl Gathered {
    fn of(new: NewMove, line: usize) -> Self {
        let lines_of_things = vec![line; new.things.len()];
        let lines_of_ranges = vec![line; new.ranges.len()];
        Self { new, lines_of_things, lines_of_ranges }
    }

    fn add(&mut self, new: NewMove, line: usize) {
        self.lines_of_things.extend(new.things.iter().map(|_| line));
        self.lines_of_ranges.extend(new.ranges.iter().map(|_| line));
        self.new.things.extend(new.things);
        self.new.ranges.extend(new.ranges);
    }

    /// A fault at the line that it is in.
    fn placed(&self, found: Violation) -> Violation {
        let mut parts = found.pointer.trim_start_matches('/').split('/');
        let (list, index) = (parts.next().unwrap_or_default(), parts.next());
        let index = index.and_then(|it| it.parse::<usize>().ok());
        let (lines, column) = match list {
            "things" => (&self.lines_of_things, "thing"),
            "ranges" => (&self.lines_of_ranges, "batch_id"),
            other => (&self.lines_of_things, other),
        };
        let first = self.lines_of_things.iter().chain(&self.lines_of_ranges).min();
        let line = index.and_then(|it| lines.get(it)).or(first).copied().unwrap_or_default();
        Violation { pointer: format!("/lines/{line}/{column}"), ..found }
    }
}

/// The goods of a move, folded.
#[derive(Default)]
pub(super) struct Goods {
    runs: Vec<(BatchId, u64, u64)>,
    epcs: Vec<String>,
}

impl Service {
    /// Tells of goods that a dealer gets, sends on, or sends back.
    ///
    /// A dealer's key ships what is its own to whoever stands above or below it, and receives for
    /// itself; the enterprise does so for each of its dealers.
    ///
    /// # Errors
    /// [`Error::Rejected`] with all that is wrong, [`Error::Forbidden`], [`Error::TooLarge`].
    pub async fn move_goods(&self, caller: &Caller, new: &NewMove) -> Result<Capture> {
        let owner = caller.captures_for()?;
        let book = Book::load(self.store(), owner).await?;
        let draft = self.draft_of(caller, &book, new).await?;
        self.capture_drafts(owner, caller.lives(), &[draft]).await
    }

    /// What a file of moves would do; nothing is written.
    pub async fn preview_moves(&self, caller: &Caller, file: Vec<u8>) -> Result<MoveImport> {
        Ok(self.moves_of_file(caller, file).await?.1)
    }

    /// Takes the moves of a file over, all of them or none.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the faults of [`Service::preview_moves`].
    pub async fn import_moves(&self, caller: &Caller, file: Vec<u8>) -> Result<MoveImport> {
        let owner = caller.captures_for()?;
        let (drafts, told) = self.moves_of_file(caller, file).await?;
        if !told.faults.is_empty() {
            return Err(Error::Rejected(told.faults));
        }
        if !drafts.is_empty() {
            self.capture_drafts(owner, caller.lives(), &drafts).await?;
        }
        Ok(told)
    }

    async fn moves_of_file(
        &self,
        caller: &Caller,
        file: Vec<u8>,
    ) -> Result<(Vec<Draft>, MoveImport)> {
        let owner = caller.captures_for()?;
        let book = Book::load(self.store(), owner).await?;
        let lines = lines_of(file, MOVE_COLUMNS[0]).await?;
        let mut told = MoveImport::default();
        let rows = super::import::rows_of(&lines, &MOVE_COLUMNS, &mut told.faults);
        told.n_rows = rows.len();
        let mut moves: Vec<Gathered> = Vec::new();
        for row in &rows {
            match one_move(&book, row) {
                Ok(new) => match moves.iter_mut().find(|it| goes_with(&it.new, &new)) {
                    Some(it) => it.add(new, row.line),
                    None => moves.push(Gathered::of(new, row.line)),
                },
                Err(found) => told.faults.extend(found),
            }
        }
        let mut drafts = Vec::with_capacity(moves.len());
        for it in &moves {
            match self.draft_of(caller, &book, &it.new).await {
                Ok(draft) => drafts.push(draft),
                Err(Error::Rejected(found)) => {
                    told.faults.extend(found.into_iter().map(|found| it.placed(found)));
                }
                Err(other) => return Err(other),
            }
        }
        told.n_events = drafts.len();
        told.faults.truncate(MAX_SHEET_FAULTS);
        Ok((drafts, told))
    }

    /// The event of a move, if the caller may tell of it and all of it is known.
    async fn draft_of(&self, caller: &Caller, book: &Book, new: &NewMove) -> Result<Draft> {
        let mut violations = Violations::default();
        may_move(caller, book, new)?;
        let from = station(book, ("/from", new.from), &mut violations);
        let to = station(book, ("/to", new.to), &mut violations);
        if new.from == new.to {
            violations.add("/to", "same-station", "goods move from one to another; choose two");
        }
        if new.kind == MoveKind::Ship && self.is_closed_at(book, new.to, new.event_time_us) {
            let message = "this dealer is closed; reopen it before goods are sent there";
            violations.add("/to", "closed-dealer", message);
        }
        let document = new.document.trim();
        if !document.is_empty() {
            violations.check_text("/document", document, MAX_LINE_CHARS);
        }
        let goods = self.named_goods(caller.scope(), new, &mut violations).await?;
        violations.finish()?;
        let (Some(from), Some(to)) = (from, to) else { return Err(Error::NotFound) };
        let when = self.when(new.event_time_us)?;
        Ok(draft(new.kind, (&from, &to), &goods, when, &self.document_uri(book.owner, document)))
    }

    /// Whether a dealer was closed at a time, or is now.
    fn is_closed_at(&self, book: &Book, station: Station, at_us: Option<i64>) -> bool {
        let Station::Dealer(id) = station else { return false };
        let closed_at_us = book.dealers.get(&id).and_then(|it| it.closed_at_us);
        closed_at_us.is_some_and(|closed_at_us| closed_at_us <= at_us.unwrap_or(self.now_us()))
    }

    /// What a delivery note is called in events: its own name if it is a URI.
    fn document_uri(&self, owner: EnterpriseId, document: &str) -> String {
        let is_uri = document.starts_with("urn:") || document.contains("://");
        match document {
            "" => String::new(),
            uri if is_uri => uri.to_owned(),
            // CBV 2.0 §8.5.4: other numbers under whoever gave them.
            number => {
                format!("urn:suyuan:desadv:{owner}:{}", utf8_percent_encode(number, RESERVED))
            }
        }
    }

    /// The goods that a move names, folded; what is wrong goes to `violations`.
    pub(super) async fn named_goods(
        &self,
        scope: Scope,
        new: &NewMove,
        violations: &mut Violations,
    ) -> Result<Goods> {
        if new.things.len() + new.ranges.len() > MAX_MOVED_THINGS {
            let limit = MAX_MOVED_THINGS as u64;
            return Err(Error::TooLarge { limit, what: "things and runs of one shipment" });
        }
        let mut goods = Goods::default();
        let mut ids = Vec::with_capacity(new.things.len());
        for (index, text) in new.things.iter().enumerate() {
            match self.thing_behind(scope, text).await? {
                Some(id) => ids.push(id),
                None => {
                    let message = format!("{text:?} is no code, case or pallet of yours");
                    violations.add(&format!("/things/{index}"), "unknown-thing", message);
                }
            }
        }
        for (index, &(batch_id, first, last)) in new.ranges.iter().enumerate() {
            let pointer = format!("/ranges/{index}");
            let batch = code_batches::find(self.store(), scope, batch_id).await?;
            match batch {
                Some(batch) if first <= last && last < batch.n_codes => {
                    goods.runs.push((batch_id, first, last));
                }
                Some(batch) => {
                    let message = format!("positions go from 0 to {}", batch.n_codes - 1);
                    violations.add(&pointer, "range-outside-batch", message);
                }
                None => violations.add(&pointer, "unknown-batch", "there is no such batch"),
            }
        }
        if new.things.is_empty() && new.ranges.is_empty() {
            violations.add("/things", "required", "name what moves");
        }
        self.fold(scope, ids, &mut goods).await?;
        Ok(goods)
    }

    /// Adds things by their ids: our own codes as positions, others by what they are called.
    async fn fold(&self, scope: Scope, mut ids: Vec<i64>, goods: &mut Goods) -> Result<()> {
        ids.sort_unstable();
        ids.dedup();
        let mut known: Option<store::code_batches::CodeBatch> = None;
        for id in ids {
            let (class, ordinal) = class_and_number(id);
            if class == INTERNED {
                goods.epcs.push(self.epc_of_id(id).await?);
                continue;
            }
            let is_of = |it: &store::code_batches::CodeBatch| {
                let ordinals = it.first_ordinal..it.first_ordinal + it.n_ordinals;
                it.class == class && ordinals.contains(&ordinal)
            };
            if !known.as_ref().is_some_and(is_of) {
                known = code_batches::by_ordinal(self.store(), scope, class, ordinal).await?;
            }
            let batch = known.as_ref().ok_or_else(|| Error::internal("a code without a batch"))?;
            let position = self.ring().position_of(&layout_of(batch)?, ordinal);
            let position = position.ok_or_else(|| Error::internal("a code without a position"))?;
            match goods.runs.last_mut() {
                Some((id, _, last)) if *id == batch.batch_id && *last + 1 == position => {
                    *last = position;
                }
                _ => goods.runs.push((batch.batch_id, position, position)),
            }
        }
        Ok(())
    }

    /// The id of a code, a case or a pallet as it is printed, scanned or written in events; none if
    /// the scope knows of no such thing.
    pub(super) async fn thing_behind(&self, scope: Scope, text: &str) -> Result<Option<i64>> {
        let text = text.trim();
        let mut spellings = vec![text.to_owned()];
        let readings = self.recognize(text);
        let numbers = readings.iter().filter_map(|it| it.outcome.as_ref().ok());
        spellings.extend(numbers.flat_map(|it| [it.text.clone(), it.uri.clone()]));
        for spelling in &spellings {
            let Ok(epc) = self.canonical_epc(spelling).await else { continue };
            if let Some(id) = self.id_of_epc(&epc).await?
                && self.is_known_thing(scope, id).await?
            {
                return Ok(Some(id));
            }
        }
        match self.item_behind(text).await? {
            Some((_, id)) if self.is_known_thing(scope, id).await? => Ok(Some(id)),
            _ => Ok(None),
        }
    }

    async fn is_known_thing(&self, scope: Scope, id: i64) -> Result<bool> {
        let (class, ordinal) = class_and_number(id);
        if class == INTERNED {
            return self.is_seen(scope, id).await;
        }
        Ok(code_batches::by_ordinal(self.store(), scope, class, ordinal).await?.is_some())
    }

    /// Who is meant by the number of a dealer; none is the enterprise.
    pub async fn station_by_number(
        &self,
        caller: &Caller,
        (pointer, number): (&str, &str),
    ) -> Result<Station> {
        if number.is_empty() {
            return Ok(Station::Enterprise);
        }
        let owner = caller.captures_for()?;
        let book = Book::load(self.store(), owner).await?;
        let found = book.dealers.values().find(|it| it.number == number);
        let message = format!("no dealer has the number {number}");
        let unknown = || Error::rejected(pointer, "unknown-dealer", message);
        found.map(|it| Station::Dealer(it.dealer_id)).ok_or_else(unknown)
    }

    /// The dealer that the caller acts for: that of its key, or one of its enterprise's.
    pub async fn acting_dealer(
        &self,
        caller: &Caller,
        named: Option<DealerId>,
    ) -> Result<DealerId> {
        let id = match caller.role {
            Role::Dealer => caller.dealer_id.filter(|own| named.is_none_or(|it| it == *own)),
            Role::Enterprise => named,
            Role::Operator | Role::Regulator => return Err(Error::Forbidden),
        };
        let id = id.ok_or(Error::NotFound)?;
        dealers::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)?;
        Ok(id)
    }
}

/// Who may tell of a move: the enterprise, and a dealer of its own goods.
fn may_move(caller: &Caller, book: &Book, new: &NewMove) -> Result<()> {
    if caller.role == Role::Enterprise {
        return Ok(());
    }
    let own = caller.dealer_id.ok_or(Error::Forbidden)?;
    let is_near = |it: Station| match it {
        Station::Enterprise => true,
        Station::Dealer(id) => book.is_above(id, own) || book.is_above(own, id),
    };
    let is_own = match new.kind {
        MoveKind::Ship => new.from == Station::Dealer(own) && is_near(new.to),
        MoveKind::Receive => new.to == Station::Dealer(own),
    };
    if is_own { Ok(()) } else { Err(Error::Forbidden) }
}

/// What events call whoever sends or takes goods: party and place.
struct Named {
    party: String,
    place: String,
}

/// What events call an enterprise as a party and a place.
pub(super) fn own_station(owner: EnterpriseId) -> String {
    format!("urn:suyuan:enterprise:{owner}")
}

fn station(
    book: &Book,
    (pointer, it): (&str, Station),
    violations: &mut Violations,
) -> Option<Named> {
    match it {
        Station::Enterprise => {
            let own = own_station(book.owner);
            Some(Named { party: own.clone(), place: own })
        }
        Station::Dealer(id) => {
            let named = |it: &Dealer| Named { party: it.party.clone(), place: it.place.clone() };
            let found = book.dealers.get(&id).map(named);
            if found.is_none() {
                violations.add(pointer, "unknown-dealer", "there is no such dealer");
            }
            found
        }
    }
}

fn draft(
    kind: MoveKind,
    (from, to): (&Named, &Named),
    goods: &Goods,
    when: When,
    document: &str,
) -> Draft {
    let mut draft = Draft::object(Action::Observe, when)
        .source("possessing_party", &from.party)
        .source("location", &from.place)
        .destination("possessing_party", &to.party)
        .destination("location", &to.place);
    draft = match kind {
        MoveKind::Ship => {
            draft.biz_step("shipping").disposition("in_transit").read_point(&from.place)
        }
        MoveKind::Receive => draft
            .biz_step("receiving")
            .disposition("in_progress")
            .read_point(&to.place)
            .biz_location(&to.place),
    };
    if !document.is_empty() {
        draft = draft.biz_transaction("desadv", document);
    }
    let named = goods.epcs.iter().fold(draft, |draft, epc| draft.epc(EpcRole::Epc, epc));
    goods.runs.iter().fold(named, |draft, (batch_id, first, last)| {
        draft.range(EpcRole::Epc, &batch_id.to_string(), *first, *last)
    })
}

/// Whether two rows are of one shipment.
fn goes_with(a: &NewMove, b: &NewMove) -> bool {
    (a.kind, a.from, a.to, &a.document, a.event_time_us)
        == (b.kind, b.from, b.to, &b.document, b.event_time_us)
}

fn one_move(
    book: &Book,
    row: &super::import::Row<'_>,
) -> std::result::Result<NewMove, Vec<Violation>> {
    let mut faults = Vec::new();
    let mut fault = |column: &str, rule: &'static str, message: String| {
        let pointer = format!("/lines/{}/{column}", row.line);
        faults.push(Violation { pointer, rule, message });
    };
    let cell = |name: &str| row.cells.get(name).copied().unwrap_or_default();
    let kind = match cell("kind") {
        "" => MoveKind::Ship,
        name => MoveKind::from_name(name).unwrap_or_else(|| {
            fault("kind", "bad-kind", format!("{name:?} is no kind: write ship or receive"));
            MoveKind::Ship
        }),
    };
    let mut station_of = |column: &str| match cell(column) {
        "" => Station::Enterprise,
        number => match book.dealers.values().find(|it| it.number == number) {
            Some(found) => Station::Dealer(found.dealer_id),
            None => {
                fault(column, "unknown-dealer", format!("no dealer has the number {number}"));
                Station::Enterprise
            }
        },
    };
    let (from, to) = (station_of("from"), station_of("to"));
    let event_time_us = match cell("time") {
        "" => None,
        text => {
            let read = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_microsecond).ok();
            if read.is_none() {
                let message = format!("{text:?} is no time: write 2026-11-22T08:00:00+08:00");
                fault("time", "bad-time", message);
            }
            read
        }
    };
    let mut ranges = Vec::new();
    if !cell("batch_id").is_empty() {
        let numbers = (cell("batch_id").parse(), cell("first").parse(), cell("last").parse());
        match numbers {
            (Ok(batch_id), Ok(first), Ok(last)) => ranges.push((batch_id, first, last)),
            _ => {
                let message = "a run wants batch_id, first and last: positions from 0".to_owned();
                fault("batch_id", "bad-range", message);
            }
        }
    }
    let things = Some(cell("thing").to_owned()).filter(|it| !it.is_empty()).into_iter().collect();
    if faults.is_empty() {
        let document = cell("document").to_owned();
        Ok(NewMove { kind, from, to, things, ranges, document, event_time_us })
    } else {
        Err(faults)
    }
}

/// What RFC 3986 §2.3 does not reserve stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The number of a delivery note as people know it: that behind a URI which was made of one here.
pub(super) fn document_number(owner: EnterpriseId, uri: &str) -> String {
    let number = uri.strip_prefix(&format!("urn:suyuan:desadv:{owner}:"));
    let number = number.and_then(|it| percent_decode_str(it).decode_utf8().ok());
    number.map_or_else(|| uri.to_owned(), |it| it.into_owned())
}
