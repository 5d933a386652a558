//! Scans: the digits on a label to a verdict; the covered PIN to a proof.
//!
//! A scan costs one group-committed write if it counts, else one read; neither grows with the
//! number of codes, events or scans. What a batch, a lot and a product say is kept in memory.

use std::sync::Arc;

use gs1::digital_link::DigitalLink;
use mint::{Code, CodeError, Pin};
use store::ident::id_of;
use store::items::LifeState;
use store::scans::{self, ItemFacts, ItemLife, PinRecord, ScanOrigin};
use verdict::{
    DestroyReason, Facts, Granularity, ItemState, Known, Mistyped, PinTries, ScanHistory, Verdict,
    VoidReason,
};

use crate::kept::{Goods, Label, RecallNotice, ScannedLot};
use crate::{Attempts, Error, Result, Service};

/// Whether a scan counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// A consumer's scan.
    Record,
    /// A link preview, a logistics or an inspection look-up: nothing is written.
    Skip,
}

/// How a code was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan<'a> {
    /// Whether it counts.
    pub recording: Recording,
    /// A token of the device, if it gave one.
    pub device: Option<&'a str>,
    /// A GB/T 2260 division or the like, if it is known.
    pub place: Option<&'a str>,
}

/// What a scan means, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanAnswer {
    /// The digits, folded, or the other identifier that led to the item; none if they cannot be a
    /// code.
    pub code: Option<String>,
    /// What it means.
    pub verdict: Verdict,
    /// The goods it was printed for; none for codes that were not.
    pub item: Option<ScannedItem>,
    /// The recall that calls them back.
    pub recall: Option<Arc<RecallNotice>>,
}

/// What is public of the goods a code was printed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedItem {
    pub(crate) item_id: i64,
    code: Code,
    label: Arc<Label>,
    seen_as: Option<SeenAs>,
    /// The product and who is behind it.
    pub goods: Arc<Goods>,
    /// The lot; none before commissioning.
    pub lot: Option<Arc<ScannedLot>>,
}

/// Another identifier that led to an item. Whoever scanned it has not seen the code, and is not
/// told: identifiers of others may be guessed, codes may not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SeenAs {
    /// As its scheme prints it.
    text: String,
    uri: String,
}

impl ScannedItem {
    /// EPC of the item, or the URI of the other identifier that led to it.
    pub fn epc(&self) -> String {
        match &self.seen_as {
            Some(other) => other.uri.clone(),
            None => epc_of(self.gtin(), &self.label.public_url, &self.code),
        }
    }

    /// GTIN that it was printed with, if it has one.
    pub fn gtin(&self) -> Option<&str> {
        self.label.gtin.as_deref()
    }

    /// What one code stands for.
    pub fn granularity(&self) -> Granularity {
        self.label.granularity
    }
}

/// A printed code, before anything was read of its item.
pub(crate) struct Printed {
    code: Code,
    pub(crate) item_id: i64,
    ordinal: u64,
    pub(crate) label: Arc<Label>,
    seen_as: Option<SeenAs>,
}

impl Service {
    /// What the digits on a label mean, or another identifier that is bound to an item. A scan
    /// that counts is durable before this answers.
    pub async fn scan_code(&self, text: &str, scan: Scan<'_>) -> Result<ScanAnswer> {
        match Code::parse(text) {
            Ok(code) => self.scan(code, scan).await,
            // Boxed, so that what waits for a code stays small: it is copied about.
            Err(error) => match Box::pin(self.printed_behind(text)).await? {
                Some(printed) => self.scan_printed(printed, scan).await,
                None => Ok(mistyped(error)),
            },
        }
    }

    /// What a Digital Link `/01/{gtin}/21/{serial}` means: of one of our items, or bound to one.
    pub async fn scan_serial(
        &self,
        gtin: &str,
        serial: &str,
        scan: Scan<'_>,
    ) -> Result<ScanAnswer> {
        let code = Code::from_serial(serial);
        let Ok(gtin) = gs1::Gtin::parse(gtin) else {
            return Ok(code.map_or_else(mistyped, unknown));
        };
        if let Ok(code) = &code
            && let Some(printed) = self.printed(code).await?
            && printed.label.gtin.as_deref() == Some(gtin.as_str())
        {
            return self.scan_printed(printed, scan).await;
        }
        let link = DigitalLink::sgtin(&gtin, serial).map(|link| link.to_string());
        let bound = match link {
            Ok(link) => self.printed_behind(&link).await?,
            Err(_) => None,
        };
        match (bound, code) {
            (Some(printed), _) => self.scan_printed(printed, scan).await,
            (None, Ok(code)) => Ok(unknown(code)),
            (None, Err(error)) => Ok(mistyped(error)),
        }
    }

    /// Compares a covered PIN. Wrong tries are counted before the answer is known outside.
    pub async fn prove_pin(&self, text: &str, pin_text: &str) -> Result<ScanAnswer> {
        let printed = match Code::parse(text) {
            Ok(code) => self.printed(&code).await?.ok_or(unknown(code)),
            Err(error) => self.printed_behind(text).await?.ok_or(mistyped(error)),
        };
        let printed = match printed {
            Ok(printed) => printed,
            Err(answer) => return Ok(answer),
        };
        let facts = scans::facts(self.store(), printed.item_id).await?;
        let recall = self.notice_of(&facts).await?;
        let known = known(&printed.label, &facts, recall.as_deref());
        let would_compare = verdict::decide(&Facts::Known(Known {
            pin: Some(verdict::Pin::Wrong { tries_left: 1 }),
            ..known
        }));
        if !matches!(would_compare.state, verdict::State::PinWrong { .. }) {
            return self.answer(printed, &facts, (known, recall)).await;
        }
        let pin = Pin::parse(pin_text).map_err(|_| {
            Error::rejected("/pin", "bad-pin", "the PIN is the six digits under the cover")
        })?;
        let length = printed.code.length();
        let right = self.secrets().pin.pin(length, printed.label.epoch, printed.ordinal);
        let told = self.count_try(printed.item_id, right.matches(&pin)).await?;
        self.answer(printed, &facts, (Known { pin: Some(told), ..known }, recall)).await
    }

    async fn scan(&self, code: Code, scan: Scan<'_>) -> Result<ScanAnswer> {
        match self.printed(&code).await? {
            Some(printed) => self.scan_printed(printed, scan).await,
            None => Ok(unknown(code)),
        }
    }

    async fn scan_printed(&self, printed: Printed, scan: Scan<'_>) -> Result<ScanAnswer> {
        let (label, item_id) = (&printed.label, printed.item_id);
        let counts = scan.recording == Recording::Record
            && !label.is_sample
            && label.granularity == Granularity::Item;
        let facts = if counts {
            let origin = ScanOrigin { device: scan.device, place: scan.place };
            let statements = scans::record(item_id, self.now_us(), origin);
            scans::recorded(&self.store().write("record scan", statements).await?, item_id)?
        } else {
            scans::facts(self.store(), item_id).await?
        };
        let recall = self.notice_of(&facts).await?;
        let known = Known { is_counted: counts, ..known(label, &facts, recall.as_deref()) };
        self.answer(printed, &facts, (known, recall)).await
    }

    /// The batch of a code and its place in it; none if it was never printed.
    pub(crate) async fn printed(&self, code: &Code) -> Result<Option<Printed>> {
        let length = code.length();
        let Some(found) = self.in_ring(|ring| ring.find(code)) else { return Ok(None) };
        let Some(label) = self.label_at(length, found.ordinal).await? else { return Ok(None) };
        let is_printed = self.in_ring(|ring| ring.is_printed(&label.layout, found));
        if label.epoch != found.epoch || !is_printed {
            return Ok(None);
        }
        let item_id = id_of(length.class(), found.ordinal);
        Ok(Some(Printed { code: *code, item_id, ordinal: found.ordinal, label, seen_as: None }))
    }

    /// The item that another identifier is bound to.
    async fn printed_behind(&self, text: &str) -> Result<Option<Printed>> {
        let Some((number, id)) = self.item_behind(text).await? else { return Ok(None) };
        let printed = self.printed(&self.code_of_id(id)?).await?;
        let seen_as = Some(SeenAs { text: number.text, uri: number.uri });
        Ok(printed.map(|printed| Printed { seen_as, ..printed }))
    }

    /// The verdict on what is known, and the goods that it is about.
    async fn answer(
        &self,
        printed: Printed,
        facts: &ItemFacts,
        (known, recall): (Known, Option<Arc<RecallNotice>>),
    ) -> Result<ScanAnswer> {
        let Printed { code, item_id, label, seen_as, .. } = printed;
        let lot = match facts.life.as_ref().and_then(|life| life.lot_id) {
            Some(id) => Some(self.lot_of_item(id).await?),
            None => None,
        };
        let goods = self.goods_of(label.product_id).await?;
        let verdict = verdict::decide(&Facts::Known(known));
        let shown = seen_as.as_ref().map_or_else(|| code.to_string(), |other| other.text.clone());
        let item = Some(ScannedItem { item_id, code, label, seen_as, goods, lot });
        Ok(ScanAnswer { code: Some(shown), verdict, item, recall })
    }

    /// The recall of an item; few items have one.
    async fn notice_of(&self, facts: &ItemFacts) -> Result<Option<Arc<RecallNotice>>> {
        match facts.recall {
            Some(id) => Box::pin(self.recall_notice(id)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes one try off, or proves; decided again if another try came between.
    async fn count_try(&self, item_id: i64, right: bool) -> Result<verdict::Pin> {
        let mut attempts = Attempts::of("try pin");
        loop {
            let before = scans::pin(self.store(), item_id).await?;
            let (statements, told) = decide_try(before, right, self.now_us(), item_id);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(told);
            }
        }
    }
}

/// The statements of a try (none if the PIN is locked) and what to tell.
fn decide_try(
    before: Option<PinRecord>,
    right: bool,
    now_us: i64,
    item_id: i64,
) -> (Vec<store::Statement>, verdict::Pin) {
    let before = before.unwrap_or(PinRecord {
        revision: 0,
        n_left: PinTries::FRESH.n_left,
        refilled_at_us: PinTries::FRESH.last_refill_at_us,
        locked_since_us: PinTries::FRESH.locked_since_us,
        n_proved: 0,
        first_proved_at_us: None,
    });
    let tries = PinTries {
        n_left: before.n_left,
        last_refill_at_us: before.refilled_at_us,
        locked_since_us: before.locked_since_us,
    };
    if tries.allowance(now_us) == 0 {
        return (Vec::new(), tries.told(now_us));
    }
    let after = if right { tries.after_right(now_us) } else { tries.after_wrong(now_us) };
    let n_proved = before.n_proved + u64::from(right);
    let first_proved_at_us = before.first_proved_at_us.or(right.then_some(now_us));
    let next = PinRecord {
        revision: before.revision + 1,
        n_left: after.n_left,
        refilled_at_us: after.last_refill_at_us,
        locked_since_us: after.locked_since_us,
        n_proved,
        first_proved_at_us,
    };
    let told = match first_proved_at_us {
        Some(first_at_us) if right => verdict::Pin::Proved { n_proved, first_at_us },
        _ => after.told(now_us),
    };
    (scans::put_pin(item_id, &next), told)
}

/// What is known of an item by a look that does not count.
fn known(label: &Label, facts: &ItemFacts, recall: Option<&RecallNotice>) -> Known {
    let item = match &facts.life {
        None => ItemState::NotCommissioned,
        Some(ItemLife { state, reason, .. }) => match state {
            LifeState::Commissioned => ItemState::Commissioned,
            LifeState::Decommissioned => {
                ItemState::Voided(VoidReason::from_name(reason).unwrap_or(VoidReason::Other))
            }
            LifeState::Destroyed => ItemState::Destroyed(
                DestroyReason::from_name(reason).unwrap_or(DestroyReason::Other),
            ),
        },
    };
    let scans = facts.scans.map(|(n_scans, first_at_us)| ScanHistory { n_scans, first_at_us });
    let (granularity, is_sample) = (label.granularity, label.is_sample);
    // The code of a product is on goods of other lots as well: they are told of the recall, and the
    // verdict is not theirs.
    let is_told = granularity != Granularity::Product;
    let recalled_at_us = recall.filter(|_| is_told).map(|recall| recall.ordered_at_us);
    Known { granularity, is_sample, item, recalled_at_us, scans, is_counted: false, pin: None }
}

/// The EPC of an item: its GTIN and serial where the batch has a GTIN, else its address.
pub(crate) fn epc_of(gtin: Option<&str>, public_url: &str, code: &Code) -> String {
    match gtin {
        Some(gtin) => format!("https://id.gs1.org/01/{gtin}/21/{}", code.serial()),
        None => format!("{public_url}/c/{code}"),
    }
}

fn unknown(code: Code) -> ScanAnswer {
    let verdict = verdict::decide(&Facts::Unknown);
    ScanAnswer { code: Some(code.to_string()), verdict, item: None, recall: None }
}

fn mistyped(error: CodeError) -> ScanAnswer {
    let why = match error {
        CodeError::Empty | CodeError::TooLong | CodeError::WrongLength { .. } => Mistyped::Length,
        CodeError::NotADigit { .. } => Mistyped::Characters,
        CodeError::Mistyped => Mistyped::CheckDigit,
    };
    let verdict = verdict::decide(&Facts::Mistyped(why));
    ScanAnswer { code: None, verdict, item: None, recall: None }
}
