//! Vouchers: what somebody was told of a code, signed, so that he can show it later.
//!
//! The page of an answer carries a *claim*: the answer in a line, and a message authentication code
//! of it and of the digits. Whoever sends it back has exactly that answer signed, by the key of the
//! manifests, and no new check is made. Nothing is kept of a claim that nobody sends back, and one
//! that is sent twice is one voucher.

mod claim;

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use geo::Network;
use jiff::Timestamp;
use mint::Voucher;
use store::vouchers::{self, NewVoucher};
use verdict::{Area, Confidence, Granularity, State, Told, Verdict};

use crate::batches::rfc3339;
use crate::limits::{MAX_CLAIM_AGE_US, MAX_VOUCHERS_OF_ADDRESS, MAX_VOUCHERS_OF_CODE};
use crate::{Attempts, Error, Result, Scan, ScanAnswer, Service};

use claim::Claim;
pub(crate) use claim::ClaimKey;

/// Microseconds of an hour and of a day.
const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

/// Groups of networks by which codes of lots and products are counted.
const N_GROUPS: u64 = 64;

/// What became of a wish for a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// The number of the voucher.
    Saved(String),
    /// There are enough of this code, or from this address.
    TooMany {
        /// After how long there may be another, in seconds.
        wait_s: u64,
    },
}

/// A voucher as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedVoucher {
    /// Its number.
    pub number: String,
    /// What was checked.
    pub code: String,
    /// What it meant.
    pub verdict: Verdict,
    /// When that was said, microseconds since the epoch.
    pub checked_at_us: i64,
    /// When the voucher was made.
    pub saved_at_us: i64,
    /// The host of the platform at that time.
    pub domain: String,
    /// Name of the product, of the enterprise and of the lot; empty if there was none.
    pub goods: [String; 3],
    /// Where the check was: a city at the finest.
    pub place: Option<Area>,
    /// The key that signed.
    pub key: String,
    /// The signed text.
    pub file: String,
}

impl Service {
    /// What who heard an answer sends back to have it signed; none for digits that are no code, and
    /// for who handles or inspects the goods.
    pub fn voucher_claim(&self, scan: &Scan, answer: &ScanAnswer) -> Option<String> {
        if answer.is_for_handler {
            return None;
        }
        // A place of low confidence says nothing, and is not signed.
        let spot = scan.spot.filter(|spot| spot.confidence > Confidence::Low);
        let claim = Claim {
            checked_at_us: self.now_us(),
            state: answer.verdict.state.to_minutes(),
            place: spot.map(|spot| spot.area.city().unwrap_or(spot.area)),
        };
        Some(self.claim_key().sealed(answer.code.as_deref()?, &claim))
    }

    /// Has the answer of a claim signed and kept, of `code` as its page showed it.
    ///
    /// # Errors
    /// [`Error::Rejected`] for a claim that we did not make, or not lately.
    pub async fn save_voucher(
        &self,
        code: &str,
        claim: &str,
        address: Option<IpAddr>,
    ) -> Result<Saving> {
        let found = self.claim_key().opened(code, claim).ok_or_else(|| {
            Error::rejected("/claim", "bad-claim", "send the claim as the page of the code has it")
        })?;
        let now_us = self.now_us();
        let number = self.claim_key().number(code, claim);
        if vouchers::find(self.store(), &number).await?.is_some() {
            return Ok(Saving::Saved(number));
        }
        if now_us - found.checked_at_us > MAX_CLAIM_AGE_US {
            let message = "that was long ago: check the code again and save that answer";
            return Err(Error::rejected("/claim", "old-claim", message));
        }
        let looked = self.scan_code(code, Scan::LOOK).await?;
        // A link with another GTIN leads to nothing, and says nothing of the code in it.
        if found.state == State::Unknown && looked.item.is_some() {
            let message = "the digits are a code of ours: check them without the rest of the link";
            return Err(Error::rejected("/claim", "of-a-link", message));
        }
        let day = now_us.div_euclid(DAY_US);
        let counted = self.counted_as((code, &looked), address);
        if vouchers::n_of_day(self.store(), &counted, day).await? >= MAX_VOUCHERS_OF_CODE {
            return Ok(Saving::TooMany { wait_s: rest_s(DAY_US, now_us) });
        }
        if !self.savers().may_save(address, now_us) {
            return Ok(Saving::TooMany { wait_s: rest_s(HOUR_US, now_us) });
        }
        let voucher = self.unsigned_voucher((code, &looked), &number, &found);
        let service = self.clone();
        // A signature takes milliseconds.
        let signing =
            tokio::task::spawn_blocking(move || voucher.sign(&service.secrets().manifest));
        let file = signing.await.map_err(Error::internal)?.map_err(Error::internal)?;
        let new = NewVoucher {
            number: &number,
            saved_at_us: now_us,
            file: &file,
            code: &counted,
            day,
            max_of_day: MAX_VOUCHERS_OF_CODE,
        };
        let mut attempts = Attempts::of("save voucher");
        loop {
            if vouchers::n_of_day(self.store(), &counted, day).await? >= MAX_VOUCHERS_OF_CODE {
                return Ok(Saving::TooMany { wait_s: rest_s(DAY_US, now_us) });
            }
            if self.write_decided(&mut attempts, vouchers::put(&new)).await?.is_some() {
                return Ok(Saving::Saved(number));
            }
        }
    }

    /// As what a voucher counts in its day: the code of an item as itself. One that many packs
    /// carry counts apart in each of some groups of networks, so that no few people take all of its
    /// vouchers; a group tells of nobody.
    fn counted_as(&self, (code, looked): (&str, &ScanAnswer), address: Option<IpAddr>) -> String {
        let granularity = looked.item.as_ref().map(|item| item.granularity());
        if granularity.is_none_or(|it| it == Granularity::Item) {
            return code.to_owned();
        }
        let group = address.map_or(0, |it| self.network_number(it) % N_GROUPS);
        format!("{code}#{group}")
    }

    /// The voucher of a number, however somebody types it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_voucher(&self, number: &str) -> Result<SavedVoucher> {
        let number = claim::folded(number).ok_or(Error::NotFound)?;
        let file = vouchers::find(self.store(), &number).await?.ok_or(Error::NotFound)?;
        let voucher = Voucher::read_kept(&file).map_err(Error::internal)?;
        of_kept(voucher, file).ok_or_else(|| {
            Error::internal(format!("voucher {number} tells of a verdict that there is not"))
        })
    }

    /// The public key (PEM) that vouchers and manifests are checked with.
    pub fn public_pem(&self) -> String {
        self.secrets().manifest.public_pem()
    }

    fn unsigned_voucher(
        &self,
        (code, looked): (&str, &ScanAnswer),
        number: &str,
        claim: &Claim,
    ) -> Voucher {
        let told = claim.state.told();
        let (item, text) = (looked.item.as_ref(), |it: &str| clean(it));
        let lot = item.and_then(|it| it.lot.as_deref());
        let time = |at_us: Option<i64>| at_us.map(to_second).unwrap_or_default();
        let area = |it: Option<Area>| it.map(|it| it.to_string()).unwrap_or_default();
        Voucher {
            number: number.to_owned(),
            saved: to_second(self.now_us()),
            checked: to_second(claim.checked_at_us),
            domain: text(self.public_host()),
            code: text(code),
            state: told.name.to_owned(),
            reason: told.reason.unwrap_or_default().to_owned(),
            count: told.count.map(|it| it.to_string()).unwrap_or_default(),
            since: time(told.since_us),
            until: time(told.until_us),
            in_area: area(told.first_in),
            product: item.map(|it| text(&it.goods.product_name)).unwrap_or_default(),
            enterprise: item.map(|it| text(&it.goods.enterprise_name)).unwrap_or_default(),
            lot: lot.map(|it| text(&it.lot_number)).unwrap_or_default(),
            place: area(claim.place),
            key: self.secrets().manifest.id(),
        }
    }

    /// The host that labels name.
    pub fn public_host(&self) -> &str {
        crate::print::host_of(self.public_url())
    }
}

/// A text as a line can hold it.
fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|it| !it.is_control()).collect();
    let text = text.trim();
    if text == "-" { String::new() } else { text.to_owned() }
}

fn to_second(at_us: i64) -> String {
    rfc3339(at_us.div_euclid(1_000_000) * 1_000_000)
}

/// Seconds until the hour or the day is over.
fn rest_s(span_us: i64, now_us: i64) -> u64 {
    (span_us - now_us.rem_euclid(span_us)).unsigned_abs().div_ceil(1_000_000)
}

/// What a voucher of ours says; none if it says nothing that a verdict can.
fn of_kept(voucher: Voucher, file: String) -> Option<SavedVoucher> {
    let time = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
    let text = |it: &'_ str| Some(it.to_owned()).filter(|it| !it.is_empty());
    let area = |it: &str| Area::parse(it);
    let reason = text(&voucher.reason);
    let told = Told {
        name: &voucher.state,
        reason: reason.as_deref(),
        count: voucher.count.parse().ok(),
        since_us: time(&voucher.since),
        until_us: time(&voucher.until),
        first_in: area(&voucher.in_area),
    };
    let state = State::of_told(&told)?;
    Some(SavedVoucher {
        verdict: Verdict { state, tone: state.tone() },
        checked_at_us: time(&voucher.checked)?,
        saved_at_us: time(&voucher.saved)?,
        place: area(&voucher.place),
        key: voucher.key.to_string(),
        number: voucher.number,
        code: voucher.code,
        domain: voucher.domain,
        goods: [voucher.product, voucher.enterprise, voucher.lot],
        file,
    })
}

/// Vouchers that were saved from each address in this hour: counts in memory of a fixed size, so
/// that two addresses may share one.
pub(crate) struct Savers {
    /// Nobody can tell which addresses share a count.
    hasher: RandomState,
    hour: Mutex<Hour>,
}

struct Hour {
    hour: i64,
    counts: Vec<u8>,
}

/// Counts of addresses: 64 KiB.
const N_COUNTS: usize = 1 << 16;

impl Default for Savers {
    fn default() -> Self {
        let hour = Mutex::new(Hour { hour: i64::MIN, counts: vec![0; N_COUNTS] });
        Self { hasher: RandomState::new(), hour }
    }
}

impl Savers {
    /// Counts one more from an address; not if it has had enough. Addresses that many share by
    /// nature are not counted, as behind a proxy that nobody named.
    fn may_save(&self, address: Option<IpAddr>, now_us: i64) -> bool {
        let Some(address) = address.map(|it| it.to_canonical()).filter(|it| geo::is_public(*it))
        else {
            return true;
        };
        let network = Network::around(address, if address.is_ipv4() { 32 } else { 64 });
        let mut state = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = now_us.div_euclid(HOUR_US);
        if state.hour != hour {
            state.hour = hour;
            state.counts.fill(0);
        }
        let place = self.hasher.hash_one(network);
        let count = &mut state.counts[place as usize % N_COUNTS];
        let may = *count < MAX_VOUCHERS_OF_ADDRESS;
        *count += u8::from(may);
        may
    }
}
