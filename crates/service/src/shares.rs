//! Which events others see beside the enterprise that captured them, and the rows that show them.
//!
//! The rules are kept in memory and read again when they are older than [`SHARES_US`], changes
//! only: so a server learns within seconds what another one was told, and until then captures by
//! the rules it knows. What it missed is filled in later (`filling`), and what it wrote for a
//! share that has ended is never read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use epcis::query::location_of;
use mint::Length;
use store::Statement;
use store::event_words;
use store::events::Event;
use store::id::{EnterpriseId, ShareId, Viewer};
use store::ident::class_and_number;
use store::shares::{self, Share};
use trace::RoleRange;

use crate::limits::{SHARES_READ_AT_ONCE, SHARES_US};
use crate::vocabulary::Words;
use crate::{Result, Service};

/// The shares that have not ended and have index rows of their own.
#[derive(Default)]
pub(crate) struct Shares {
    rules: RwLock<Rules>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Rules {
    /// The last change that was read.
    revision: i64,
    /// Microseconds since the epoch; none asks for a look.
    read_at_us: Option<i64>,
    /// Parties by identifier.
    parties: HashMap<String, Arc<Share>>,
    /// Grants of some events by sharer.
    grants: HashMap<EnterpriseId, BTreeMap<ShareId, Arc<Share>>>,
}

/// Which shares the events of one write come with, and the words that come with them.
#[derive(Default)]
pub(crate) struct Showing {
    /// By event, in the order of the write.
    shares: Vec<Vec<Arc<Share>>>,
    words: BTreeMap<Viewer, BTreeSet<(&'static str, String)>>,
}

impl Service {
    /// Learns of changed shares, if the last look was a while ago.
    pub(crate) async fn refresh_shares(&self) -> Result<()> {
        if self.shares().are_fresh(self.now_us()) {
            return Ok(());
        }
        let _turn = self.shares().reading.lock().await;
        if self.shares().are_fresh(self.now_us()) {
            return Ok(());
        }
        let now_us = self.now_us();
        loop {
            let after = self.shares().read().revision;
            let changes = shares::changes(self.store(), after, SHARES_READ_AT_ONCE).await?;
            let is_last = changes.len() < SHARES_READ_AT_ONCE as usize;
            let mut rules = self.shares().write();
            for change in changes {
                rules.apply(change.share);
                rules.revision = change.revision;
            }
            if is_last {
                rules.read_at_us = Some(now_us);
                return Ok(());
            }
        }
    }

    /// The enterprise that a party or a place belongs to, or the site that the place is in; as far
    /// as this server knows, see [`Self::refresh_shares`].
    pub(crate) fn enterprise_of_party(&self, uri: &str) -> Option<EnterpriseId> {
        let rules = self.shares().read();
        let found = rules.parties.get(uri).or_else(|| rules.parties.get(location_of(uri)?));
        found.map(|share| share.viewer_id)
    }

    /// Who is shown new events of an enterprise, each with the items of ours in it.
    pub(crate) async fn showing<'e>(
        &self,
        owner: EnterpriseId,
        events: impl Iterator<Item = (&'e epcis::Event, &'e [RoleRange])>,
    ) -> Result<Showing> {
        let mut showing = Showing::default();
        for (event, ranges) in events {
            // Whoever has granted nothing need not know of which products its codes are.
            let has_granted = self.shares().read().grants.contains_key(&owner);
            let products =
                if has_granted { self.products_of(ranges).await? } else { BTreeSet::new() };
            let shares = self.shares().read().of_event(owner, event, &products);
            showing.push(self.words(), shares, event);
        }
        Ok(showing)
    }

    /// The products of our own items, as events call them; those without a GTIN have no name.
    pub(crate) async fn products_of(&self, ranges: &[RoleRange]) -> Result<BTreeSet<String>> {
        let mut products = BTreeSet::new();
        for range in ranges {
            let (class, mut ordinal) = class_and_number(range.first);
            let (_, last) = class_and_number(range.last);
            let Some(length) = Length::from_class(class) else { continue };
            // Neighbours of two batches are one range.
            while ordinal <= last {
                let Some(label) = self.label_at(length, ordinal).await? else { break };
                products.extend(label.gtin.as_ref().map(|gtin| format!("{GS1}01/{gtin}")));
                ordinal = label.layout.ordinals().end;
            }
        }
        Ok(products)
    }

    /// Who may see each of these events now, beside the enterprise that captured it, by their ids.
    pub(crate) async fn viewers_of(&self, events: &[Event]) -> Result<Vec<Vec<EnterpriseId>>> {
        let named = events.iter().map(|event| (event.event_key, event.enterprise_id));
        self.viewers_of_named(&named.collect::<Vec<_>>()).await
    }

    /// The same of events that are named by their keys and by who captured them.
    pub(crate) async fn viewers_of_named(
        &self,
        events: &[([u8; 16], EnterpriseId)],
    ) -> Result<Vec<Vec<EnterpriseId>>> {
        let keys: Vec<[u8; 16]> = events.iter().map(|(key, _)| *key).collect();
        let mut viewers: HashMap<[u8; 16], BTreeSet<EnterpriseId>> = HashMap::new();
        for (key, viewer) in shares::of_events(self.store(), &keys).await? {
            viewers.entry(key).or_default().insert(viewer);
        }
        let owners: BTreeSet<EnterpriseId> = events.iter().map(|(_, owner)| *owner).collect();
        let mut of_all = HashMap::new();
        for owner in owners {
            of_all.insert(owner, shares::viewers_of_all(self.store(), owner).await?);
        }
        let all_of = |(key, owner): &([u8; 16], EnterpriseId)| {
            let mut found = viewers.remove(key).unwrap_or_default();
            found.extend(of_all.get(owner).into_iter().flatten());
            found.into_iter().collect()
        };
        Ok(events.iter().map(all_of).collect())
    }
}

impl Showing {
    /// The next event of the write, and the shares it comes with.
    pub(crate) fn push(&mut self, known: &Words, shares: Vec<Arc<Share>>, event: &epcis::Event) {
        for share in &shares {
            let viewer = Viewer::share(share.share_id);
            let words = known.unknown(viewer, [event].into_iter());
            self.words.entry(viewer).or_default().extend(words);
        }
        self.shares.push(shares);
    }

    /// The numbers of the shares that an event comes with.
    pub(crate) fn viewers(&self, index: usize) -> impl Iterator<Item = Viewer> {
        self.shares[index].iter().map(|share| Viewer::share(share.share_id))
    }

    /// Statements that show the events, which are in the order of the write.
    pub(crate) fn statements(&self, events: &[Event]) -> Vec<Statement> {
        let shown = events.iter().zip(&self.shares);
        let shown: Vec<(&Share, &Event)> =
            shown.flat_map(|(event, of)| of.iter().map(move |share| (&**share, event))).collect();
        let mut statements = shares::insert_events(&shown);
        // In one order for all writers.
        for (viewer, words) in &self.words {
            let noted = words.iter().map(|(field, word)| event_words::insert(*viewer, field, word));
            statements.extend(noted);
        }
        statements
    }

    /// Remembers that they were committed.
    pub(crate) fn note(self, known: &Words) {
        for (viewer, words) in self.words {
            known.note(viewer, words);
        }
    }
}

impl Shares {
    /// Has the rules read again before they are used next.
    pub(crate) fn forget(&self) {
        self.write().read_at_us = None;
    }

    fn are_fresh(&self, now_us: i64) -> bool {
        let read_at_us = self.read().read_at_us;
        read_at_us.is_some_and(|at_us| (at_us..at_us + SHARES_US).contains(&now_us))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Rules> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Rules> {
        self.rules.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rules {
    fn apply(&mut self, share: Share) {
        let has_ended = share.ended_at_us.is_some();
        match (share.sharer_id, share.identifier.clone()) {
            // All events of a sharer are read where they are.
            (_, None) => {}
            (Some(sharer), Some(_)) if has_ended => {
                if let Some(grants) = self.grants.get_mut(&sharer) {
                    grants.remove(&share.share_id);
                    if grants.is_empty() {
                        self.grants.remove(&sharer);
                    }
                }
            }
            (Some(sharer), Some(_)) => {
                self.grants.entry(sharer).or_default().insert(share.share_id, Arc::new(share));
            }
            (None, Some(identifier)) if has_ended => {
                // It may belong to another by now.
                let is_same = |it: &Arc<Share>| it.share_id == share.share_id;
                if self.parties.get(&identifier).is_some_and(is_same) {
                    self.parties.remove(&identifier);
                }
            }
            (None, Some(identifier)) => {
                self.parties.insert(identifier, Arc::new(share));
            }
        }
    }

    /// The shares that an event comes with, each once; the owner sees it anyway.
    fn of_event(
        &self,
        owner: EnterpriseId,
        event: &epcis::Event,
        products: &BTreeSet<String>,
    ) -> Vec<Arc<Share>> {
        let parties = places_and_parties(event).filter_map(|named| {
            self.parties.get(named).or_else(|| self.parties.get(location_of(named)?))
        });
        let grants = self.grants.get(&owner).into_iter().flat_map(BTreeMap::values);
        let grants = grants.filter(|share| comes_with(share, owner, event, products));
        let mut found: Vec<Arc<Share>> =
            parties.chain(grants).filter(|share| share.viewer_id != owner).cloned().collect();
        found.sort_unstable_by_key(|share| share.share_id);
        found.dedup_by_key(|share| share.share_id);
        found
    }
}

/// Whether an event of an enterprise comes with a share that names an identifier; `products` are
/// those of our own items in it, however it names them.
pub(crate) fn comes_with(
    share: &Share,
    owner: EnterpriseId,
    event: &epcis::Event,
    products: &BTreeSet<String>,
) -> bool {
    let Some(identifier) = &share.identifier else { return false };
    let is_it = |named: &str| {
        named == identifier || identifier.starts_with(GS1) && is_part_of(named, identifier)
    };
    share.viewer_id != owner
        && share.sharer_id.is_none_or(|sharer| sharer == owner)
        && (places_and_parties(event).any(is_it)
            || share.sharer_id.is_some()
                && (products.contains(identifier) || things(event).any(is_it)))
}

const GS1: &str = "https://id.gs1.org/";

/// Whether a Digital Link goes on where another ends: a lot or an item of a product, a part of a
/// location.
fn is_part_of(named: &str, whole: &str) -> bool {
    named.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'))
}

/// What an event says of where and between whom.
fn places_and_parties(event: &epcis::Event) -> impl Iterator<Item = &str> {
    let places = [&event.read_point, &event.biz_location].into_iter().flatten();
    let parties = event.sources.iter().chain(&event.destinations).map(|it| &it.id);
    places.chain(parties).map(String::as_str)
}

/// What an event says of which goods.
fn things(event: &epcis::Event) -> impl Iterator<Item = &str> {
    let instances = event.epcs.iter().map(|it| it.epc.as_str());
    instances.chain(event.quantities.iter().map(|it| it.epc_class.as_str()))
}
