//! Commissioning, voiding and destroying of codes by their producer.
//!
//! Each is an EPCIS ObjectEvent like any other: built here, read by the parser that reads
//! everybody's, captured by the same operation, stored as ranges.

use epcis::build::{Draft, Ilmd, When, document};
use epcis::{Action, Role, parse_document};
use jiff::civil::Date;
use mint::Code;
use store::captures::Capture;
use store::code_batches::{self, CodeBatch};
use store::id::{BatchId, EnterpriseId, LotId, Scope};
use store::lots::Lot;
use verdict::{DestroyReason, Granularity, VoidReason};

use crate::caller::Lives;
use crate::error::Violations;
use crate::limits::{MAX_COMMISSION_CODES, MAX_LISTED_CODES, MAX_LOT_CHARS};
use crate::lots::expiry_date;
use crate::{Caller, Error, Result, Service};

/// Which codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of a batch.
    Whole(BatchId),
    /// Positions `first..=last` of a batch, 0-based.
    Range {
        /// The batch.
        batch_id: BatchId,
        /// First position.
        first: u64,
        /// Last position, included.
        last: u64,
    },
    /// Codes one by one, as digits.
    List(Vec<String>),
}

/// Codes bound to a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    /// Which codes.
    pub codes: Selection,
    /// Lot number (AI 10), 1 to 20 characters; codes of a whole product may leave it empty.
    pub lot_number: String,
    /// `YYYY-MM-DD`.
    pub production_date: String,
    /// Days after the production date, where shelf life applies.
    pub shelf_life_days: Option<u32>,
    /// When it happened, microseconds since the epoch; none is now.
    pub event_time_us: Option<i64>,
}

/// How codes end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// The code must not be used any more.
    Void(VoidReason),
    /// The goods are gone, and the code with them.
    Destroy(DestroyReason),
}

/// Codes whose life ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retire {
    /// Which codes.
    pub codes: Selection,
    /// How and why.
    pub how: Retirement,
    /// When it happened, microseconds since the epoch; none is now.
    pub event_time_us: Option<i64>,
}

/// What became of a commission or a retirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commissioned {
    /// The capture of its events.
    pub capture: Capture,
    /// How many codes.
    pub n_codes: u64,
    /// The lot; none for a retirement.
    pub lot_id: Option<LotId>,
}

/// Codes of one batch: runs of positions `first..=last` in ascending order.
struct Part {
    batch: CodeBatch,
    runs: Vec<(u64, u64)>,
}

const OFFSET: &str = "+00:00";

impl Service {
    /// Binds codes to a lot, once; a conflict names the first code that is bound already.
    pub async fn commission_codes(&self, caller: &Caller, new: Commission) -> Result<Commissioned> {
        let parts = self.select(caller, &new.codes).await?;
        let first = &parts[0].batch;
        check(&new, first.granularity)?;
        if parts.iter().any(|part| part.batch.product_id != first.product_id) {
            let message = "the codes were made for different products; commission each alone";
            return Err(Error::rejected("/codes", "several-products", message));
        }
        let when = self.when(new.event_time_us)?;
        let drafts: Vec<Draft> =
            parts.iter().map(|part| commissioning(part, &new, &when)).collect();
        let capture = self.capture_own(first.enterprise_id, &drafts).await?;
        let lot = self.lot_of_batch(first, &new.lot_number).await?;
        Ok(Commissioned {
            capture,
            n_codes: parts.iter().map(Part::n_codes).sum(),
            lot_id: lot.map(|lot| lot.lot_id),
        })
    }

    /// Ends the life of codes; a conflict names the first code whose life ended before.
    pub async fn retire_codes(&self, caller: &Caller, retire: Retire) -> Result<Commissioned> {
        let parts = self.select(caller, &retire.codes).await?;
        let when = self.when(retire.event_time_us)?;
        let (biz_step, disposition, reason) = match retire.how {
            Retirement::Void(reason) => ("decommissioning", "inactive", reason.name()),
            Retirement::Destroy(reason) => ("destroying", "destroyed", reason.name()),
        };
        let draft = |part: &Part| {
            let draft = Draft::object(Action::Delete, when.clone());
            part.named_in(draft.biz_step(biz_step).disposition(disposition).reason(reason))
        };
        let drafts: Vec<Draft> = parts.iter().map(draft).collect();
        let capture = self.capture_own(parts[0].batch.enterprise_id, &drafts).await?;
        let n_codes = parts.iter().map(Part::n_codes).sum();
        Ok(Commissioned { capture, n_codes, lot_id: None })
    }

    async fn capture_own(&self, owner: EnterpriseId, drafts: &[Draft]) -> Result<Capture> {
        self.capture_drafts(owner, Lives::Change, drafts).await
    }

    /// Captures events of our own making like anybody's.
    pub(crate) async fn capture_drafts(
        &self,
        owner: EnterpriseId,
        lives: Lives,
        drafts: &[Draft],
    ) -> Result<Capture> {
        let body = document(self.now_us(), drafts);
        let (document, violations) = parse_document(&body, &crate::capture::own_limits());
        match document {
            Some(document) if violations.is_empty() => {
                let captured = self.capture_events(owner, lives, document).await;
                // Its place in a document that the caller never saw would say nothing.
                captured.map_err(|error| match error {
                    Error::Contradicts(found) => Error::Conflict(found.message),
                    other => other,
                })
            }
            _ => Err(Error::internal(format!("our own event breaks a rule: {violations:?}"))),
        }
    }

    /// The batches and positions of a selection, all inside what the caller may change.
    async fn select(&self, caller: &Caller, codes: &Selection) -> Result<Vec<Part>> {
        let scope = caller.writes()?;
        let parts = match codes {
            Selection::Whole(id) => {
                let batch = self.batch_to_change(scope, *id).await?;
                let last = batch.n_codes - 1;
                vec![Part { batch, runs: vec![(0, last)] }]
            }
            Selection::Range { batch_id, first, last } => {
                let batch = self.batch_to_change(scope, *batch_id).await?;
                if first > last || *last >= batch.n_codes {
                    let message = format!("positions go from 0 to {}", batch.n_codes - 1);
                    return Err(Error::rejected("/codes", "range-outside-batch", message));
                }
                vec![Part { batch, runs: vec![(*first, *last)] }]
            }
            Selection::List(codes) => self.select_listed(scope, codes).await?,
        };
        if parts.iter().map(Part::n_codes).sum::<u64>() > MAX_COMMISSION_CODES {
            let limit = MAX_COMMISSION_CODES;
            return Err(Error::TooLarge { limit, what: "codes in one commission" });
        }
        Ok(parts)
    }

    async fn batch_to_change(&self, scope: Scope, id: BatchId) -> Result<CodeBatch> {
        code_batches::find(self.store(), scope, id).await?.ok_or(Error::NotFound)
    }

    async fn select_listed(&self, scope: Scope, codes: &[String]) -> Result<Vec<Part>> {
        if codes.is_empty() || codes.len() > MAX_LISTED_CODES {
            let message = format!("list between 1 and {MAX_LISTED_CODES} codes");
            return Err(Error::rejected("/codes", "n-codes-out-of-range", message));
        }
        let mut violations = Violations::default();
        let mut parts: Vec<(CodeBatch, Vec<u64>)> = Vec::new();
        for (index, text) in codes.iter().enumerate() {
            let pointer = format!("/codes/{index}");
            let code = match Code::parse(text) {
                Ok(code) => code,
                Err(error) => {
                    violations.add(&pointer, "bad-code", error.to_string());
                    continue;
                }
            };
            let Some((batch, found)) = self.batch_of_code(scope, &code).await? else {
                violations.add(&pointer, "unknown-code", format!("there is no code {code}"));
                continue;
            };
            let layout = crate::batches::layout_of(&batch)?;
            let position = self.ring().position_of(&layout, found.ordinal);
            let position = position.ok_or_else(|| Error::internal("a code without a position"))?;
            match parts.iter_mut().find(|(known, _)| known.batch_id == batch.batch_id) {
                Some((_, positions)) => positions.push(position),
                None => parts.push((batch, vec![position])),
            }
        }
        violations.finish()?;
        Ok(parts.into_iter().map(|(batch, positions)| Part::of(batch, positions)).collect())
    }

    async fn lot_of_batch(&self, batch: &CodeBatch, lot_number: &str) -> Result<Option<Lot>> {
        let scope = Scope::enterprise(batch.enterprise_id);
        let number = lot_number.trim();
        Ok(store::lots::by_number(self.store(), scope, batch.product_id, number).await?)
    }

    pub(crate) fn when(&self, event_time_us: Option<i64>) -> Result<When> {
        let event_time_us = event_time_us.unwrap_or_else(|| self.now_us());
        let year = jiff::Timestamp::from_microsecond(event_time_us)
            .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).year());
        if !year.is_ok_and(|year| (1970..=9998).contains(&year)) {
            let message = "events happen between the years 1970 and 9998";
            return Err(Error::rejected("/event_time", "bad-time", message));
        }
        Ok(When { event_time_us, offset: OFFSET.to_owned() })
    }
}

impl Part {
    /// Positions in any order, folded into runs.
    fn of(batch: CodeBatch, mut positions: Vec<u64>) -> Self {
        positions.sort_unstable();
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for position in positions {
            match runs.last_mut() {
                Some((_, last)) if position <= *last + 1 => *last = position,
                _ => runs.push((position, position)),
            }
        }
        Self { batch, runs }
    }

    fn n_codes(&self) -> u64 {
        self.runs.iter().map(|(first, last)| last - first + 1).sum()
    }

    fn named_in(&self, draft: Draft) -> Draft {
        let batch_id = self.batch.batch_id.to_string();
        self.runs
            .iter()
            .fold(draft, |draft, (first, last)| draft.range(Role::Epc, &batch_id, *first, *last))
    }
}

fn commissioning(part: &Part, new: &Commission, when: &When) -> Draft {
    let lot_number = new.lot_number.trim();
    let draft = Draft::object(Action::Add, when.clone());
    let draft = part.named_in(draft.biz_step("commissioning").disposition("active"));
    if lot_number.is_empty() {
        return draft;
    }
    let lot_class = lot_class(&part.batch, lot_number);
    draft.quantity(Role::Epc, &lot_class, &part.n_codes().to_string(), None).ilmd(Ilmd {
        lot_number: Some(lot_number.to_owned()),
        production_date: Some(new.production_date.clone()),
        item_expiration_date: expiry_date(&new.production_date, new.shelf_life_days),
    })
}

/// The class URI of a lot: GTIN and lot where there is a GTIN, else an address of ours.
pub(crate) fn lot_class(batch: &CodeBatch, lot_number: &str) -> String {
    let gtin = batch.gtin.as_deref().and_then(|gtin| gs1::Gtin::parse(gtin).ok());
    let link = gtin.and_then(|gtin| gs1::digital_link::DigitalLink::lgtin(&gtin, lot_number).ok());
    match link {
        Some(link) => link.to_string(),
        None => {
            let lot: String = lot_number.bytes().map(percent_escaped).collect();
            format!("{}/lots/{}/{lot}", batch.public_url, batch.product_id)
        }
    }
}

fn percent_escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// A code of a whole product may do without a lot; then it has no dates either.
fn check(new: &Commission, granularity: Granularity) -> Result<()> {
    let mut violations = Violations::default();
    if granularity == Granularity::Product && new.lot_number.trim().is_empty() {
        return Ok(());
    }
    violations.check_text("/lot_number", &new.lot_number, MAX_LOT_CHARS);
    match new.production_date.parse::<Date>() {
        // The date is kept as it is written, so it has one form.
        Ok(date)
            if (1970..=9000).contains(&date.year()) && date.to_string() == new.production_date => {}
        _ => violations.add("/production_date", "bad-date", "write the date as YYYY-MM-DD"),
    }
    if new.shelf_life_days.is_some_and(|days| days > 36_500) {
        violations.add("/shelf_life_days", "too-long", "shelf life is 36500 days at most");
    }
    violations.finish()
}
