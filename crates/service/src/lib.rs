//! The operations of the product. It knows neither HTTP nor SQL.
//!
//! An operation reads, decides in pure code, and hands the store one write. If the world changed
//! in between, the write is a conflict and the operation decides again, a bounded number of times.
//! Who asks comes first in every operation on tenant data.

mod alerts;
mod batches;
mod bindings;
mod caller;
mod capture;
mod certificates;
mod circumstances;
mod commission;
mod dealers;
mod density;
mod devices;
mod disclosures;
mod doctor;
mod domains;
mod enterprises;
mod epcs;
mod error;
mod feedback;
mod filling;
mod grants;
mod handlers;
mod identify;
mod kept;
mod keys;
mod ledger;
mod life;
pub mod limits;
mod lookup;
mod lots;
mod master_data;
mod misses;
mod names;
mod newcomers;
mod page;
mod page_settings;
mod pictures;
mod places;
mod placing;
mod print;
mod products;
mod queries;
mod query;
mod recalls;
mod reports;
mod resets;
mod resolver;
mod rules;
mod scan;
mod schemes;
mod secrets;
mod settings;
mod shares;
mod subscriptions;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod traces;
mod vocabulary;
mod vouchers;

use std::sync::{Arc, OnceLock, RwLock};

use ::schemes::Registry;
use geo::Places;
use mint::KeyRing;
use store::{Statement, Store, Written};
use tokio::sync::Mutex;

pub use alerts::{AlertChange, AlertEdit, AlertFigures, AlertQuestion, ClosedAlerts, QueuedAlert};
pub use batches::{BatchView, NewBatch, begin_key_epoch};
pub use bindings::{BoundTo, Identifier, NewBinding};
pub use caller::{Caller, Role};
pub use capture::{CaptureJob, EVENT_EXISTS, ErrorBehaviour, Intake};
pub use certificates::{NewCertificate, ShownCertificate};
pub use commission::{Commission, Commissioned, Retire, Retirement, Selection};
pub use dealers::{
    Above, Check, Checked, DEALER_COLUMNS, DealerDetails, DealerEdit, DealerImport, DealerView,
    DiversionEvidence, DiversionFilter, DiversionStatistics, DiversionStep, DiversionView,
    MOVE_COLUMNS, MoveImport, MoveKind, NO_INSPECTOR, NewDealer, NewMove, NewTerritory, Shipment,
    Station, StockLine, StockReach, Surplus, Tally, date_of_day, next_states, territory_texts,
};
pub use devices::Device;
pub use disclosures::{Disclosure, Named, NewDisclosure};
pub use doctor::Finding;
pub use domains::{DOMAIN_PATH, Domain, Proof};
pub use enterprises::NewEnterprise;
pub use error::{Error, Result, Violation};
pub use feedback::{About, NewFeedback, Sent};
pub use grants::{NewGrant, NewParty};
pub use handlers::Handler;
pub use kept::{Goods, RecallNotice, ScannedLot};
pub use keys::NewKey;
pub use lookup::gtin_of;
pub use lookup::{Identified, Lead};
pub use lots::expiry_date;
pub use misses::{Challenge, Door, Miss, Misses, Pass, Payer};
pub use names::{Enterprise, ListedEnterprise, ListedProduct};
pub use newcomers::{Newcomers, Onlooker};
pub use page::{Order, Page, Paged};
pub use page_settings::{
    LinkKind, Moment, NewPageSettings, PagePart, PageSettings, PageValues, link_host,
};
pub use print::{PrintFile, PrintRange, Under};
pub use products::NewProduct;
pub use query::{QueryPage, QueryResult};
pub use recalls::{
    AlertAnswer, AlertView, Amounts, DueLetter, Followed, Gap, HeldRun, HolderKey, HolderName,
    HolderSum, LetterMessage, LetterTopic, LetterView, LetterWay, NewContact, NewRecall,
    RecallHolder, RecallKind, RecallLevel, RecallPreview, RecallProgress, RecallQuestion,
    RecallStart, RecallSummary, TaskReport, TaskView, ToConfirm,
};
pub use reports::{FollowedReport, NewReport, ReportCase, ReportEdit};
pub use resolver::{GS1_VOC, Level, Link, LinkEdit, Resolution, Resolved, Wanted, Wishes};
pub use rules::{DryRun, NewRules};
pub use scan::{Recording, Scan, ScanAnswer, ScanTrail, ScannedItem};
pub use secrets::Secrets;
pub use settings::{InForce, SetBy, SettingChange};
pub use subscriptions::{Answer, Follower, NewSubscription, Sending, Timing};
pub use traces::{
    AmountMoved, Contradiction, Flow, Holder, Line, PartHolder, PublicTrace, PublicTrail, Run,
    ShareOf, Stage, Trace, TraceCut, TraceQuestion, TraceStep, Via,
};
pub use vocabulary::{Vocabulary, VocabularyPage};
pub use vouchers::{SavedVoucher, Saving};

use crate::alerts::Pending;
use crate::capture::Jobs;
use crate::density::Density;
use crate::devices::DeviceKey;
use crate::filling::Turns;
use crate::identify::Lease;
use crate::kept::Kept;
use crate::limits::MAX_DECISIONS;
use crate::placing::Placing;
use crate::recalls::Recalls;
use crate::shares::Shares;
use crate::vocabulary::Words;
use crate::vouchers::{ClaimKey, Savers};

/// What the service is given by the binary: the address printed on labels, time and randomness.
#[derive(Clone, Copy)]
pub struct Outside {
    /// Microseconds since the epoch.
    pub clock: fn() -> i64,
    /// Fills a buffer with random bytes fit for keys.
    pub random: fn(&mut [u8]),
}

/// The operations. Clones share it.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
    store: Store,
}

struct Inner {
    secrets: Secrets,
    device_key: DeviceKey,
    claim_key: ClaimKey,
    savers: Savers,
    density: Density,
    alerts: Pending,
    newcomers: Newcomers,
    /// Replaced as a whole when a key epoch begins.
    ring: RwLock<Arc<KeyRing>>,
    lease: Mutex<Lease>,
    kept: Kept,
    misses: Misses,
    placing: Placing,
    /// Turns of those who ask for the way of goods.
    ways: tokio::sync::Semaphore,
    jobs: Jobs,
    /// With the rows of the operator, if there are any.
    registry: OnceLock<Registry>,
    /// Data about places, once it is read.
    places: OnceLock<Places>,
    words: Words,
    shares: Shares,
    filling: std::sync::Mutex<Turns>,
    recalls: Recalls,
    public_url: String,
    outside: Outside,
}

impl Service {
    /// Starts the operations over an open store; begins the first key epoch in a new one.
    ///
    /// `public_url` is what labels say, without a slash at its end.
    pub async fn start(
        store: Store,
        secrets: Secrets,
        public_url: &str,
        outside: Outside,
    ) -> Result<Self> {
        Self::index_names(&store).await?;
        let ring = batches::load_ring(&store, &secrets, (outside.clock)()).await?;
        let public_url = public_url.trim_end_matches('/').to_owned();
        let mut server_id = [0; 8];
        (outside.random)(&mut server_id);
        let misses = Misses::new(i64::from_be_bytes(server_id), &secrets.pin);
        Ok(Self {
            store,
            inner: Arc::new(Inner {
                device_key: DeviceKey::of(&secrets.pin),
                claim_key: ClaimKey::of(&secrets.pin),
                savers: Savers::default(),
                secrets,
                density: Density::default(),
                alerts: Pending::default(),
                newcomers: Newcomers::default(),
                ring: RwLock::new(Arc::new(ring)),
                lease: Mutex::default(),
                kept: Kept::default(),
                misses,
                placing: Placing::default(),
                ways: tokio::sync::Semaphore::new(limits::WAYS_AT_ONCE),
                jobs: Jobs::default(),
                registry: OnceLock::new(),
                places: OnceLock::new(),
                words: Words::default(),
                shares: Shares::default(),
                filling: std::sync::Mutex::default(),
                recalls: Recalls::default(),
                public_url,
                outside,
            }),
        })
    }

    /// The same operations for work that nobody waits for: what it reads stays out of memory.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self { inner: self.inner.clone(), store: self.store.in_background() }
    }

    /// Now, in microseconds since the epoch.
    pub fn now_us(&self) -> i64 {
        (self.inner.outside.clock)()
    }

    /// The platform's address on labels made from now on.
    pub fn public_url(&self) -> &str {
        &self.inner.public_url
    }

    /// Lets places be known from now on; the first data stays.
    pub fn set_places(&self, places: Places) {
        let _ = self.inner.places.set(places);
    }

    /// The data about places; none until it is read.
    pub fn places(&self) -> Option<&Places> {
        self.inner.places.get()
    }

    /// The engine underneath.
    pub fn engine(&self) -> store::Engine {
        self.store().engine()
    }

    /// Whether reads are answered and writes are taken.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.store().ping().await?)
    }

    /// Commits what was acknowledged and lets go of the database.
    pub async fn stop(self) -> Result<()> {
        Ok(self.store.close().await?)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    pub(crate) fn device_key(&self) -> &DeviceKey {
        &self.inner.device_key
    }

    pub(crate) fn claim_key(&self) -> &ClaimKey {
        &self.inner.claim_key
    }

    pub(crate) fn ways(&self) -> &tokio::sync::Semaphore {
        &self.inner.ways
    }

    pub(crate) fn savers(&self) -> &Savers {
        &self.inner.savers
    }

    pub(crate) fn density(&self) -> &Density {
        &self.inner.density
    }

    pub(crate) fn pending_alerts(&self) -> &Pending {
        &self.inner.alerts
    }

    pub(crate) fn newcomers(&self) -> &Newcomers {
        &self.inner.newcomers
    }

    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        self.inner.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Looks something up in the ring where it is: cores that scan at once would wait for each
    /// other's count of clones.
    pub(crate) fn in_ring<T>(&self, look: impl FnOnce(&KeyRing) -> T) -> T {
        look(&self.inner.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub(crate) fn replace_ring(&self, ring: KeyRing) {
        let mut current =
            self.inner.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *current = Arc::new(ring);
    }

    pub(crate) fn lease(&self) -> &Mutex<Lease> {
        &self.inner.lease
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.inner.kept
    }

    pub(crate) fn misses(&self) -> &Misses {
        &self.inner.misses
    }

    pub(crate) fn placing(&self) -> &Placing {
        &self.inner.placing
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    pub(crate) fn words(&self) -> &Words {
        &self.inner.words
    }

    pub(crate) fn shares(&self) -> &Shares {
        &self.inner.shares
    }

    pub(crate) fn filling(&self) -> &std::sync::Mutex<Turns> {
        &self.inner.filling
    }

    pub(crate) fn recalls(&self) -> &Recalls {
        &self.inner.recalls
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.inner.outside.random)(&mut bytes);
        bytes
    }

    /// Thirty-two random bits for an id.
    pub(crate) fn random_bits(&self) -> u32 {
        u32::from_be_bytes(self.random())
    }

    /// Writes what was decided; none on a conflict, after which the operation decides again.
    pub(crate) async fn write_decided(
        &self,
        attempts: &mut Attempts,
        statements: Vec<Statement>,
    ) -> Result<Option<Written>> {
        match self.store().write(attempts.name, statements).await {
            Ok(written) => Ok(Some(written)),
            Err(store::Error::Conflict { .. }) if attempts.n_left > 0 => {
                attempts.n_left -= 1;
                Ok(None)
            }
            Err(store::Error::Conflict { .. }) => Err(Error::Unavailable(format!(
                "{}: too many changes at once; try again",
                attempts.name
            ))),
            Err(error) => Err(error.into()),
        }
    }
}

/// How often an operation may still decide again.
pub(crate) struct Attempts {
    name: &'static str,
    n_left: u32,
}

impl Attempts {
    /// A fresh count for the write of this name.
    pub(crate) fn of(name: &'static str) -> Self {
        Self { name, n_left: MAX_DECISIONS }
    }
}
