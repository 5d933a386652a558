//! Scans: the digits on a label to a verdict; the covered PIN to a proof.
//!
//! A scan costs one read and, if it counts, one group-committed write; neither grows with the
//! number of codes, events or scans.

use mint::{Code, CodeError, Layout, Length, Pin};
use store::id::{ProductId, Scope};
use store::items::LifeState;
use store::scans::{self, PinRecord, ScanFacts, ScanOrigin};
use verdict::{
    DestroyReason, Facts, Granularity, ItemState, Known, Mistyped, PinTries, ScanHistory, Verdict,
    VoidReason,
};

use crate::lots::expiry_date;
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
    /// The digits, folded; none if they cannot be a code.
    pub code: Option<String>,
    /// What it means.
    pub verdict: Verdict,
    /// The goods it was printed for; none for codes that were not.
    pub item: Option<ScannedItem>,
}

/// What is public of the goods a code was printed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedItem {
    /// EPC of the item.
    pub epc: String,
    /// The product.
    pub product_id: ProductId,
    /// Product name.
    pub product_name: String,
    /// Product type.
    pub product_type: String,
    /// Product specification.
    pub specification: String,
    /// Whether the product has a picture.
    pub has_picture: bool,
    /// GTIN, if it has one.
    pub gtin: Option<String>,
    /// Who made or ordered it.
    pub enterprise_name: String,
    /// Where that enterprise is.
    pub enterprise_address: String,
    /// How to reach it.
    pub enterprise_contact: String,
    /// Scheme of its registration number.
    pub registration_scheme: String,
    /// Its registration number.
    pub registration_number: String,
    /// Lot number; none before commissioning.
    pub lot_number: Option<String>,
    /// `YYYY-MM-DD`; none before commissioning.
    pub production_date: Option<String>,
    /// `YYYY-MM-DD`; none where shelf life does not apply.
    pub expiry_date: Option<String>,
    /// What one code stands for.
    pub granularity: Granularity,
}

impl Service {
    /// What the digits on a label mean. A scan that counts is durable before this answers.
    pub async fn scan_code(&self, text: &str, scan: Scan<'_>) -> Result<ScanAnswer> {
        match Code::parse(text) {
            Ok(code) => self.scan(code, scan).await,
            Err(error) => Ok(mistyped(error)),
        }
    }

    /// What a Digital Link `/01/{gtin}/21/{serial}` of one of our items means.
    pub async fn scan_serial(
        &self,
        gtin: &str,
        serial: &str,
        scan: Scan<'_>,
    ) -> Result<ScanAnswer> {
        let code = match Code::from_serial(serial) {
            Ok(code) => code,
            Err(error) => return Ok(mistyped(error)),
        };
        let gtin = gs1::Gtin::parse(gtin).map_err(|_| Error::NotFound)?;
        match self.facts_of(&code).await? {
            Some(facts) if facts.gtin.as_deref() == Some(gtin.as_str()) => {
                self.scan_known(code, facts, scan).await
            }
            _ => Ok(unknown(code)),
        }
    }

    /// Compares a covered PIN. Wrong tries are counted before the answer is known outside.
    pub async fn prove_pin(&self, text: &str, pin_text: &str) -> Result<ScanAnswer> {
        let code = match Code::parse(text) {
            Ok(code) => code,
            Err(error) => return Ok(mistyped(error)),
        };
        let Some(facts) = self.facts_of(&code).await? else { return Ok(unknown(code)) };
        let known = known_of(&facts, false)?;
        let would_compare = verdict::decide(&Facts::Known(Known {
            pin: Some(verdict::Pin::Wrong { tries_left: 1 }),
            ..known
        }));
        if !matches!(would_compare.state, verdict::State::PinWrong { .. }) {
            return Ok(answer(code, &facts, &known));
        }
        let pin = Pin::parse(pin_text).map_err(|_| {
            Error::rejected("/pin", "bad-pin", "the PIN is the six digits under the cover")
        })?;
        let (_, ordinal) = store::ident::class_and_number(facts.item_id);
        let right = self.secrets().pin.pin(code.length(), facts.epoch, ordinal).matches(&pin);
        let told = self.count_try(facts.item_id, right).await?;
        Ok(answer(code, &facts, &Known { pin: Some(told), ..known }))
    }

    async fn scan(&self, code: Code, scan: Scan<'_>) -> Result<ScanAnswer> {
        match self.facts_of(&code).await? {
            Some(facts) => self.scan_known(code, facts, scan).await,
            None => Ok(unknown(code)),
        }
    }

    async fn scan_known(&self, code: Code, facts: ScanFacts, scan: Scan<'_>) -> Result<ScanAnswer> {
        let counts = scan.recording == Recording::Record
            && !facts.is_sample
            && facts.granularity == Granularity::Item;
        let mut known = known_of(&facts, counts)?;
        if counts {
            let origin = ScanOrigin { device: scan.device, place: scan.place };
            let statements = scans::record(facts.item_id, self.now_us(), origin);
            let written = self.store().write("record scan", statements).await?;
            let (n_scans, first_at_us) = scans::count_of(&written)?;
            known.scans = Some(ScanHistory { n_scans, first_at_us });
        }
        Ok(answer(code, &facts, &known))
    }

    /// The facts of a printed code.
    async fn facts_of(&self, code: &Code) -> Result<Option<ScanFacts>> {
        let ring = self.ring();
        let Some(found) = ring.find(code) else { return Ok(None) };
        let class = code.length().class();
        let facts = scans::facts(self.store(), Scope::PLATFORM, class, found.ordinal).await?;
        Ok(facts.filter(|facts| {
            facts.epoch == found.epoch
                && ring.is_printed(&layout_of(code.length(), facts), found.ordinal)
        }))
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

fn layout_of(length: Length, facts: &ScanFacts) -> Layout {
    Layout {
        length,
        first_ordinal: facts.first_ordinal,
        n_codes: facts.n_codes,
        spares_per_segment: facts.spares_per_segment,
    }
}

fn known_of(facts: &ScanFacts, is_counted: bool) -> Result<Known> {
    let item = match &facts.life {
        None => ItemState::NotCommissioned,
        Some((LifeState::Commissioned, ..)) => ItemState::Commissioned,
        Some((LifeState::Decommissioned, reason, _)) => {
            ItemState::Voided(VoidReason::from_name(reason).unwrap_or(VoidReason::Other))
        }
        Some((LifeState::Destroyed, reason, _)) => {
            ItemState::Destroyed(DestroyReason::from_name(reason).unwrap_or(DestroyReason::Other))
        }
    };
    Ok(Known {
        granularity: facts.granularity,
        is_sample: facts.is_sample,
        item,
        scans: facts.scans.map(|(n_scans, first_at_us)| ScanHistory { n_scans, first_at_us }),
        is_counted,
        pin: None,
    })
}

fn answer(code: Code, facts: &ScanFacts, known: &Known) -> ScanAnswer {
    let verdict = verdict::decide(&Facts::Known(*known));
    let (lot_number, production_date, shelf_life_days) = match &facts.lot {
        Some((number, date, days)) => (Some(number.clone()), Some(date.clone()), *days),
        None => (None, None, None),
    };
    let expiry = production_date.as_deref().and_then(|made| expiry_date(made, shelf_life_days));
    let item = ScannedItem {
        epc: epc_of(facts.gtin.as_deref(), &facts.public_url, &code),
        product_id: facts.product_id,
        product_name: facts.product_name.clone(),
        product_type: facts.product_type.clone(),
        specification: facts.specification.clone(),
        has_picture: facts.has_picture,
        gtin: facts.gtin.clone(),
        enterprise_name: facts.enterprise_name.clone(),
        enterprise_address: facts.enterprise_address.clone(),
        enterprise_contact: facts.enterprise_contact.clone(),
        registration_scheme: facts.registration_scheme.clone(),
        registration_number: facts.registration_number.clone(),
        lot_number,
        production_date,
        expiry_date: expiry,
        granularity: facts.granularity,
    };
    ScanAnswer { code: Some(code.to_string()), verdict, item: Some(item) }
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
    ScanAnswer { code: Some(code.to_string()), verdict, item: None }
}

fn mistyped(error: CodeError) -> ScanAnswer {
    let why = match error {
        CodeError::Empty | CodeError::TooLong | CodeError::WrongLength { .. } => Mistyped::Length,
        CodeError::NotADigit { .. } => Mistyped::Characters,
        CodeError::Mistyped => Mistyped::CheckDigit,
    };
    let verdict = verdict::decide(&Facts::Mistyped(why));
    ScanAnswer { code: None, verdict, item: None }
}
