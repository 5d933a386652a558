//! Scans: the digits on a label to a verdict; the covered PIN to a proof.
//!
//! A scan costs one group-committed write if it is recorded, else one read; neither grows with the
//! number of codes, events or scans. What a batch, a lot and a product say is kept in memory.
//!
//! Scans of people who are signed in are recorded apart: they never change what a buyer is told.

use std::net::IpAddr;
use std::sync::Arc;

use gs1::digital_link::DigitalLink;
use mint::{Code, CodeError, Pin};
use store::ident::id_of;
use store::items::LifeState;
use store::scans::{self, ItemFacts, ItemLife, PinRecord, ScanOrigin, SeenAside};
use store::sightings;
use verdict::{
    Confidence, DestroyReason, DeviceId, Facts, Granularity, History, ItemState, Known, Look,
    Mistyped, PinTries, Prover, Rules, Seen, Source, Spot, Verdict, VoidReason, Way,
};

use crate::alerts;
use crate::certificates::ShownCertificate;
use crate::devices::Device;
use crate::handlers::Handler;
use crate::kept::{Goods, Label, RecallNotice, ScannedLot};
use crate::limits::{MAX_SHOWN_ASIDE, PLACED_WITHIN_US};
use crate::newcomers::Onlooker;
use crate::print::host_of;
use crate::{Attempts, Error, Result, Service};

/// Whether a scan is recorded, and as whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// A consumer's, which counts, or one of somebody who is signed in, which is counted apart.
    Record(Source),
    /// A link preview, a look from the console: nothing is written.
    Skip,
}

/// How a code was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// Whether it is recorded.
    pub recording: Recording,
    /// The device, if it can be told from others.
    pub device: Option<Device>,
    /// Where it was, if that is known.
    pub spot: Option<Spot>,
    /// From which address it came, if that is known: kept in memory alone, and not for long.
    pub from: Option<IpAddr>,
    /// Who is signed in: goods that it handles or inspects it does not check as a consumer.
    pub by: Option<Handler>,
}

impl Scan {
    /// A look that leaves nothing behind.
    pub const LOOK: Self = Self { recording: Recording::Skip, ..Self::CHECK };

    /// A consumer's scan of whom nothing is known.
    pub const CHECK: Self = Self {
        recording: Recording::Record(Source::Consumer),
        device: None,
        spot: None,
        from: None,
        by: None,
    };
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
    /// Who scanned it up to now.
    pub trail: ScanTrail,
    pub(crate) certificates: Option<Arc<[ShownCertificate]>>,
    /// Whether it was told to who handles or inspects the goods.
    pub(crate) is_for_handler: bool,
}

/// Scans of an item, consumers' apart from those of who handles the goods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanTrail {
    /// Consumers' scans that counted.
    pub n_scans: u64,
    /// The newest of them, the newest first.
    pub recent: Vec<Seen>,
    /// Scans of who handles the goods, and of authorities.
    pub n_aside: u64,
    /// The newest of those, the newest first.
    pub aside: Vec<SeenAside>,
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

impl ScanAnswer {
    /// Tests and certificates of the goods, as their enterprise shows them; none beside what warns
    /// of the goods.
    pub fn certificates(&self) -> &[ShownCertificate] {
        self.certificates.as_deref().unwrap_or_default()
    }
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

    /// The host that its label names.
    pub fn label_host(&self) -> &str {
        host_of(&self.label.public_url)
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
    pub async fn scan_code(&self, text: &str, scan: Scan) -> Result<ScanAnswer> {
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
    pub async fn scan_serial(&self, gtin: &str, serial: &str, scan: Scan) -> Result<ScanAnswer> {
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

    /// Notes where the last scan of a device was, which its owner told now: within the hour, and
    /// only what is known of the place. Answers whether there is such an item; nobody hears whether
    /// there was such a scan.
    pub async fn place_scan(
        &self,
        text: &str,
        device: Device,
        position: geo::Position,
        address: Option<IpAddr>,
    ) -> Result<bool> {
        let printed = match Code::parse(text) {
            Ok(code) => self.printed(&code).await?,
            Err(_) => self.printed_behind(text).await?,
        };
        let Some(printed) = printed else { return Ok(false) };
        if let Some(spot) = self.spot_at(position, address) {
            let since_us = self.now_us() - PLACED_WITHIN_US;
            let (item_id, device) = (printed.item_id, device.id());
            let mut statements = scans::place(item_id, device, &spot, since_us);
            if self.goods_of(printed.label.product_id).await?.has_territories {
                let now_us = self.now_us();
                statements.push(sightings::mark_placed(item_id, device, since_us, now_us));
            }
            self.store().write("place scan", statements).await?;
        }
        Ok(true)
    }

    /// Compares a covered PIN. Wrong tries are counted before the answer is known outside.
    pub async fn prove_pin(
        &self,
        text: &str,
        pin_text: &str,
        device: Option<Device>,
    ) -> Result<ScanAnswer> {
        let printed = match Code::parse(text) {
            Ok(code) => self.printed(&code).await?.ok_or(unknown(code)),
            Err(error) => self.printed_behind(text).await?.ok_or(mistyped(error)),
        };
        let printed = match printed {
            Ok(printed) => printed,
            Err(answer) => return Ok(answer),
        };
        let is_known = matches!(device, Some(Device::Known(_)));
        let device = device.map(Device::id);
        let facts = scans::facts(self.store(), printed.item_id).await?;
        let seen = Viewed { facts, look: Look::Again, device, n_nearby: 0, way: None };
        let goods = self.goods_of(printed.label.product_id).await?;
        let context = self.context(printed.label.clone(), &seen, goods).await?;
        let would_compare = context.verdict(Some(verdict::Pin::Wrong { tries_left: 1 }), &seen);
        if !matches!(would_compare.state, verdict::State::PinWrong { .. }) {
            return self.answer(printed, seen, context, None).await;
        }
        let pin = Pin::parse(pin_text).map_err(|_| {
            Error::rejected("/pin", "bad-pin", "the PIN is the six digits under the cover")
        })?;
        let length = printed.code.length();
        let right = self.secrets().pin.pin(length, printed.label.epoch, printed.ordinal);
        // One that keeps no cookies is a new one at each step, and cannot be told from others.
        let device = device.filter(|_| is_known);
        let guess = Guess { is_right: right.matches(&pin), device };
        let told = self.count_try(printed.item_id, guess).await?;
        self.answer(printed, seen, context, Some(told)).await
    }

    async fn scan(&self, code: Code, scan: Scan) -> Result<ScanAnswer> {
        match self.printed(&code).await? {
            Some(printed) => self.scan_printed(printed, scan).await,
            None => Ok(unknown(code)),
        }
    }

    async fn scan_printed(&self, printed: Printed, scan: Scan) -> Result<ScanAnswer> {
        let (label, item_id) = (&printed.label, printed.item_id);
        let goods = self.goods_of(label.product_id).await?;
        // Boxed, since few who scan are signed in.
        let recording = match scan.by {
            Some(by) => Box::pin(self.recording(goods.enterprise_id, by, scan.recording)).await?,
            None => scan.recording,
        };
        let handles =
            matches!(recording, Recording::Record(Source::Logistics | Source::Inspection));
        let device = scan.device.map(Device::id).filter(|_| !handles);
        let is_kept = !label.is_sample && label.granularity == Granularity::Item;
        let grace_us = goods.rules.grace_us();
        let onlooker = match handles {
            true => scan.by.map(|by| Onlooker::Handler(by.key_id())),
            false => scan.from.map(Onlooker::Address),
        };
        let looked = onlooker.map(|onlooker| (onlooker, item_id));
        let is_again = recording != Recording::Skip
            && is_kept
            && looked.is_some_and(|it| self.newcomers().is_again(it, grace_us, self.now_us()));
        let seen = match recording {
            Recording::Record(source) if is_kept && !is_again => {
                let is_known = matches!(scan.device, Some(Device::Known(_)));
                let origin = ScanOrigin {
                    source,
                    device,
                    spot: scan.spot,
                    now_us: self.now_us(),
                    grace_us: is_known.then_some(grace_us),
                };
                let statements = match source == Source::Consumer && goods.has_territories {
                    true => scans::record_marked(item_id, &origin),
                    false => scans::record(item_id, &origin),
                };
                let written = self.store().write("record scan", statements).await;
                if let (Err(_), Some(looked)) = (&written, looked) {
                    self.newcomers().forget(looked);
                }
                let written = written?;
                let (facts, is_counted) = scans::recorded(&written, item_id)?;
                let look = match (source, is_counted) {
                    (Source::Consumer, true) => Look::Counted,
                    (Source::Consumer, false) => Look::Again,
                    (Source::Logistics, _) => Look::Seller,
                    (Source::Inspection, _) => Look::Inspector,
                };
                let n_nearby = self.n_nearby(&printed, &facts, look);
                Viewed { facts, look, device, n_nearby, way: None }
            }
            _ => {
                let facts = scans::facts(self.store(), item_id).await?;
                let look = match recording {
                    Recording::Record(Source::Logistics) => Look::Seller,
                    Recording::Record(Source::Inspection) => Look::Inspector,
                    // Whoever reads the same page in another language is no stranger to it.
                    _ if device.is_some() => Look::Again,
                    _ => Look::Aside,
                };
                Viewed { facts, look, device, n_nearby: 0, way: None }
            }
        };
        let way = match is_kept && goods.asks_for_way(seen.look) {
            true => Box::pin(self.way_of(goods.enterprise_id, item_id)).await?,
            false => None,
        };
        let seen = Viewed { way, ..seen };
        let context = self.context(printed.label.clone(), &seen, goods).await?;
        self.answer(printed, seen, context, None).await
    }

    /// How many codes of its batch were scanned for the first time in its city lately; only a
    /// first scan adds to them and is told of them.
    fn n_nearby(&self, printed: &Printed, facts: &ItemFacts, look: Look) -> u32 {
        let placed = facts.first.and_then(|first| first.spot);
        let placed = placed.filter(|spot| spot.confidence > Confidence::Low);
        match placed.and_then(|spot| spot.area.city()) {
            Some(city) if look == Look::Counted && facts.n_scans == 1 => {
                let first = printed.label.layout.ordinals().start;
                let batch = id_of(printed.code.length().class(), first);
                self.density().count((batch, city), self.now_us())
            }
            _ => 0,
        }
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
    pub(crate) async fn printed_behind(&self, text: &str) -> Result<Option<Printed>> {
        let Some((number, id)) = self.item_behind(text).await? else { return Ok(None) };
        let printed = self.printed(&self.code_of_id(id)?).await?;
        let seen_as = Some(SeenAs { text: number.text, uri: number.uri });
        Ok(printed.map(|printed| Printed { seen_as, ..printed }))
    }

    /// What is known of the goods behind an item.
    pub(crate) async fn context(
        &self,
        label: Arc<Label>,
        seen: &Viewed,
        goods: Arc<Goods>,
    ) -> Result<Context> {
        let lot = match seen.facts.life.as_ref().and_then(|life| life.lot_id) {
            Some(id) => Some(self.lot_of_item(id).await?),
            None => None,
        };
        let recall = self.notice_of(&seen.facts).await?;
        Ok(Context { label, goods, lot, recall, now_us: self.now_us() })
    }

    /// The verdict on what is known, and the goods that it is about.
    async fn answer(
        &self,
        printed: Printed,
        seen: Viewed,
        context: Context,
        pin: Option<verdict::Pin>,
    ) -> Result<ScanAnswer> {
        let Printed { code, item_id, label, seen_as, .. } = printed;
        let verdict = context.verdict(pin, &seen);
        let is_for_handler = matches!(seen.look, Look::Seller | Look::Inspector);
        // In memory, so that no scan writes more for it.
        if (pin.is_some() || seen.look == Look::Counted)
            && let Some(raise) =
                alerts::of_verdict(verdict.state, (&context.goods, label.batch_id, item_id))
        {
            self.note_alert(raise);
        }
        let shown = seen_as.as_ref().map_or_else(|| code.to_string(), |other| other.text.clone());
        let Context { goods, lot, recall, .. } = context;
        let lot_id = seen.facts.life.as_ref().and_then(|life| life.lot_id);
        // Boxed, since few goods have any and it is copied about.
        let certificates = match goods.has_certificates {
            true => Box::pin(self.shown_certificates(&goods, lot_id, verdict.tone)).await?,
            false => None,
        };
        let ItemFacts { n_scans, recent, n_aside, .. } = seen.facts;
        let aside = match n_aside {
            0 => Vec::new(),
            _ => Box::pin(scans::aside(self.store(), item_id, MAX_SHOWN_ASIDE)).await?,
        };
        let trail = ScanTrail { n_scans, recent, n_aside, aside };
        let item = Some(ScannedItem { item_id, code, label, seen_as, goods, lot });
        let code = Some(shown);
        Ok(ScanAnswer { code, verdict, item, recall, trail, certificates, is_for_handler })
    }

    /// The recall of an item; few items have one.
    async fn notice_of(&self, facts: &ItemFacts) -> Result<Option<Arc<RecallNotice>>> {
        match facts.recall {
            Some(id) => Box::pin(self.recall_notice(id)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes one try off, or proves; decided again if another try came between.
    async fn count_try(&self, item_id: i64, guess: Guess) -> Result<verdict::Pin> {
        let mut attempts = Attempts::of("try pin");
        loop {
            let before = scans::pin(self.store(), item_id).await?;
            let (statements, told) = decide_try(before, guess, self.now_us(), item_id);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(told);
            }
        }
    }
}

/// A PIN that somebody typed.
#[derive(Clone, Copy)]
struct Guess {
    is_right: bool,
    device: Option<DeviceId>,
}

/// What a look at an item found.
pub(crate) struct Viewed {
    pub(crate) facts: ItemFacts,
    pub(crate) look: Look,
    pub(crate) device: Option<DeviceId>,
    pub(crate) n_nearby: u32,
    pub(crate) way: Option<Way>,
}

/// What is known of the goods behind an item, and when it is looked at.
pub(crate) struct Context {
    label: Arc<Label>,
    goods: Arc<Goods>,
    lot: Option<Arc<ScannedLot>>,
    recall: Option<Arc<RecallNotice>>,
    now_us: i64,
}

/// The statements of a try (none if the PIN is locked) and what to tell.
fn decide_try(
    before: Option<PinRecord>,
    guess: Guess,
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
        first_device: None,
    });
    let right = guess.is_right;
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
    let is_first = right && before.n_proved == 0;
    let first_device = if is_first { guess.device } else { before.first_device };
    let next = PinRecord {
        revision: before.revision + 1,
        n_left: after.n_left,
        refilled_at_us: after.last_refill_at_us,
        locked_since_us: after.locked_since_us,
        n_proved,
        first_proved_at_us,
        first_device,
    };
    let first_by = match (first_device, guess.device) {
        (Some(first), Some(this)) if first == this => Prover::You,
        (Some(_), _) => Prover::Another,
        (None, _) => Prover::Unknown,
    };
    let told = match first_proved_at_us {
        Some(first_at_us) if right => verdict::Pin::Proved { n_proved, first_at_us, first_by },
        _ => after.told(now_us),
    };
    (scans::put_pin(item_id, &next), told)
}

impl Context {
    fn verdict(&self, pin: Option<verdict::Pin>, seen: &Viewed) -> Verdict {
        verdict::decide(&Facts::Known(&self.known(pin, seen)), &self.goods.rules)
    }

    pub(crate) fn known<'a>(&self, pin: Option<verdict::Pin>, seen: &'a Viewed) -> Known<'a> {
        let Viewed { facts, look, device, n_nearby, way } = seen;
        let (item, commissioned_at_us) = item_state(facts);
        let Label { granularity, is_sample, has_cover, .. } = *self.label;
        // The code of a product is on goods of other lots as well: they are told of the recall, and
        // the verdict is not theirs.
        let is_told = granularity != Granularity::Product;
        let recalled_at_us = self.recall.as_ref().filter(|_| is_told).map(|it| it.ordered_at_us);
        Known {
            granularity,
            is_sample,
            has_cover,
            item,
            commissioned_at_us,
            expires_at_us: self.lot.as_ref().and_then(|lot| lot.expires_at_us),
            way: *way,
            opened: facts.opened,
            recalled_at_us,
            scans: History { n_scans: facts.n_scans, first: facts.first, recent: &facts.recent },
            n_nearby: *n_nearby,
            look: *look,
            device: *device,
            now_us: self.now_us,
            pin,
        }
    }
}

/// Where an item is in its life, and since when it is bound to goods, if it is.
fn item_state(facts: &ItemFacts) -> (ItemState, Option<i64>) {
    match &facts.life {
        None => (ItemState::NotCommissioned, None),
        Some(ItemLife { state, reason, since_us, .. }) => match state {
            LifeState::Commissioned => (ItemState::Commissioned, Some(*since_us)),
            LifeState::Decommissioned => {
                let reason = VoidReason::from_name(reason).unwrap_or(VoidReason::Other);
                (ItemState::Voided(reason), None)
            }
            LifeState::Destroyed => {
                let reason = DestroyReason::from_name(reason).unwrap_or(DestroyReason::Other);
                (ItemState::Destroyed(reason), None)
            }
        },
    }
}

/// The EPC of an item: its GTIN and serial where the batch has a GTIN, else its address.
pub(crate) fn epc_of(gtin: Option<&str>, public_url: &str, code: &Code) -> String {
    match gtin {
        Some(gtin) => format!("https://id.gs1.org/01/{gtin}/21/{}", code.serial()),
        None => format!("{public_url}/c/{code}"),
    }
}

fn unknown(code: Code) -> ScanAnswer {
    let verdict = verdict::decide(&Facts::Unknown, &Rules::default());
    let (item, recall, trail) = (None, None, ScanTrail::default());
    let code = Some(code.to_string());
    ScanAnswer { code, verdict, item, recall, trail, certificates: None, is_for_handler: false }
}

fn mistyped(error: CodeError) -> ScanAnswer {
    let why = match error {
        CodeError::Empty | CodeError::TooLong | CodeError::WrongLength { .. } => Mistyped::Length,
        CodeError::NotADigit { .. } => Mistyped::Characters,
        CodeError::Mistyped => Mistyped::CheckDigit,
    };
    let verdict = verdict::decide(&Facts::Mistyped(why), &Rules::default());
    let (item, recall, trail) = (None, None, ScanTrail::default());
    ScanAnswer {
        code: None,
        verdict,
        item,
        recall,
        trail,
        certificates: None,
        is_for_handler: false,
    }
}
