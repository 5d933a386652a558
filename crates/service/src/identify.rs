//! From the identifiers an event names to ranges of identifier ids.
//!
//! An EPC that spells one of our codes is the id of that code's ordinal; a range of positions is
//! the run of ordinals under it; everything else is interned. Neighbouring ids fold into ranges.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mint::{Code, KeyRing, Layout, Length};
use store::Statement;
use store::code_batches::{self, CodeBatch};
use store::id::{BatchId, EnterpriseId, Scope};
use store::ident::{INTERNED, IdRange, id_of};
use store::identifiers;
use tokio::sync::Mutex;
use trace::{Amount, Role, RoleRange};

use crate::batches::layout_of;
use crate::capture::Fresh;
use crate::circumstances::{self, amount_of};
use crate::limits::{
    LEASE_NUMBERS, MAX_COMMISSION_CODES, MAX_IDENTIFIER_BYTES, MAX_SKIPPING_CODES,
};
use crate::{Attempts, Error, Result, Service, Violation};

/// Numbers for interning that this process may give away.
#[derive(Default)]
pub(crate) struct Lease {
    next: u64,
    end: u64,
}

/// A run of our own items that an event names in `epcList` or as a range in role `epc`.
#[derive(Debug, Clone)]
pub(crate) struct OwnRun {
    /// Index into [`IdentifiedDocument::batches`].
    pub(crate) batch: usize,
    pub(crate) range: IdRange,
}

/// One of our items.
pub(crate) struct OwnItem {
    pub(crate) batch_id: BatchId,
    /// Its position in the batch.
    pub(crate) position: u64,
    /// The forms in which its EPC may be written.
    pub(crate) spellings: [String; 2],
}

/// What one event names.
pub(crate) struct Identified {
    pub(crate) ranges: Vec<RoleRange>,
    /// Of the classes among them, how much.
    pub(crate) amounts: Vec<Amount>,
    pub(crate) own: Vec<OwnRun>,
}

/// What the events of a document name, in the order of the events.
pub(crate) struct IdentifiedDocument {
    pub(crate) events: Vec<Identified>,
    pub(crate) batches: Vec<CodeBatch>,
    /// Statements that intern what was new.
    pub(crate) interned: Vec<Statement>,
}

/// An identifier as it is found in an event, before it has an id.
enum Named {
    Own(usize, IdRange),
    Other(usize),
}

/// What an event names in one role, before it has an id.
struct Mention {
    role: Role,
    named: Named,
    /// Of a class, how much: quantity and unit.
    amount: Option<(Option<f64>, Option<[u8; 3]>)>,
}

impl Mention {
    fn one(role: Role, named: Named) -> Self {
        Self { role, named, amount: None }
    }
}

/// Gathers what a document names.
struct Gathering<'a> {
    service: &'a Service,
    owner: EnterpriseId,
    batches: Vec<CodeBatch>,
    /// Positions that ranges have named so far.
    n_positions: u64,
    others: Vec<String>,
    index_of_other: HashMap<String, usize>,
    violations: Vec<Violation>,
}

impl Service {
    /// Ids of all that the events name; new identifiers get numbers of this process's lease.
    pub(crate) async fn identify(
        &self,
        owner: EnterpriseId,
        fresh: &[Fresh<'_>],
    ) -> Result<IdentifiedDocument> {
        let (named, gathering) = self.gather(owner, fresh).await?;
        let (ids, interned) = self.intern(&gathering.others).await?;
        let events = named.into_iter().map(|named| identified(named, &ids)).collect();
        Ok(IdentifiedDocument { events, batches: gathering.batches, interned })
    }

    /// The runs of our own items that each event names, and their batches; nothing is given an id.
    pub(crate) async fn own_runs(
        &self,
        owner: EnterpriseId,
        fresh: &[Fresh<'_>],
    ) -> Result<(Vec<Vec<OwnRun>>, Vec<CodeBatch>)> {
        let (named, gathering) = self.gather(owner, fresh).await?;
        let is_own = |mention: &Mention| matches!(mention.named, Named::Own(..));
        let own = named.into_iter().map(|named| {
            let named = named.into_iter().filter(is_own).collect();
            identified(named, &[]).own
        });
        Ok((own.collect(), gathering.batches))
    }

    /// What each event names, before it has ids.
    async fn gather(
        &self,
        owner: EnterpriseId,
        fresh: &[Fresh<'_>],
    ) -> Result<(Vec<Vec<Mention>>, Gathering<'_>)> {
        let mut gathering = Gathering {
            service: self,
            owner,
            batches: Vec::new(),
            n_positions: 0,
            others: Vec::new(),
            index_of_other: HashMap::new(),
            violations: Vec::new(),
        };
        let mut named = Vec::with_capacity(fresh.len());
        for Fresh { event, pointer, .. } in fresh {
            named.push(gathering.event(pointer, event).await?);
        }
        if !gathering.violations.is_empty() {
            return Err(Error::Rejected(gathering.violations));
        }
        Ok((named, gathering))
    }

    /// The id of an EPC, ours or interned; none if nothing ever named it.
    pub(crate) async fn id_of_epc(&self, epc: &str) -> Result<Option<i64>> {
        if let Some((code, _)) = own_code(epc)
            && let Some((batch, found)) = self.batch_of_code(Scope::PLATFORM, &code).await?
            && spells(&batch, &code, epc)
        {
            return Ok(Some(id_of(batch.class, found.ordinal)));
        }
        let found = identifiers::by_epcs(self.store(), &[epc]).await?;
        Ok(found.first().map(|(_, id)| *id))
    }

    /// What is known of an EPC that spells a printed code of ours.
    pub(crate) async fn own_item(&self, epc: &str) -> Result<Option<OwnItem>> {
        let Some((code, _)) = own_code(epc) else { return Ok(None) };
        let Some((batch, found)) = self.batch_of_code(Scope::PLATFORM, &code).await? else {
            return Ok(None);
        };
        let position = self.ring().position_of(&layout_of(&batch)?, found.ordinal);
        let Some(position) = position.filter(|_| spells(&batch, &code, epc)) else {
            return Ok(None);
        };
        let spellings = [
            crate::scan::epc_of(batch.gtin.as_deref(), &batch.public_url, &code),
            crate::print::url_of(&batch, &code),
        ];
        Ok(Some(OwnItem { batch_id: batch.batch_id, position, spellings }))
    }

    /// The EPC of an id, for people and programs.
    pub(crate) async fn epc_of_id(&self, id: i64) -> Result<String> {
        let (class, number) = store::ident::class_and_number(id);
        if class == INTERNED {
            let epc = identifiers::epc_of(self.store(), id).await?;
            return epc.ok_or_else(|| Error::internal(format!("id {id} was never interned")));
        }
        let batch = code_batches::by_ordinal(self.store(), Scope::PLATFORM, class, number).await?;
        let batch = batch.ok_or_else(|| Error::internal(format!("id {id} is of no batch")))?;
        self.epc_in_batch(&batch, id)
    }

    /// The EPC of an id of a batch.
    pub(crate) fn epc_in_batch(&self, batch: &CodeBatch, id: i64) -> Result<String> {
        let code = self.code_of_id(id)?;
        Ok(crate::scan::epc_of(batch.gtin.as_deref(), &batch.public_url, &code))
    }

    /// The code of one of our own ids.
    pub(crate) fn code_of_id(&self, id: i64) -> Result<Code> {
        let (class, number) = store::ident::class_and_number(id);
        let length = Length::from_class(class);
        let code = length.and_then(|length| self.ring().code_at(length, number));
        code.ok_or_else(|| Error::internal(format!("id {id} has no code")))
    }

    /// Ids of `epcs` in their order, and the statements that intern those that are new.
    async fn intern(&self, epcs: &[String]) -> Result<(Vec<i64>, Vec<Statement>)> {
        let texts: Vec<&str> = epcs.iter().map(String::as_str).collect();
        let interned = identifiers::find(self.store(), &texts).await?;
        let known: HashMap<&str, i64> =
            interned.ids.iter().map(|(epc, id)| (epc.as_str(), *id)).collect();
        let n_new = texts.iter().filter(|epc| !known.contains_key(**epc)).count() as u64;
        let mut next = if n_new == 0 { 0 } else { self.take_numbers(n_new).await? };
        let mut new = Vec::new();
        let ids = texts
            .iter()
            .map(|epc| match known.get(*epc) {
                Some(&id) => id,
                None => {
                    let id = id_of(INTERNED, next);
                    next += 1;
                    new.push((*epc, id));
                    id
                }
            })
            .collect();
        Ok((ids, identifiers::insert(&new, &interned)))
    }

    /// `n` consecutive numbers that nobody else has; leases more when they run out.
    async fn take_numbers(&self, n: u64) -> Result<u64> {
        let lease: &Mutex<Lease> = self.lease();
        let mut lease = lease.lock().await;
        if lease.end - lease.next < n {
            let n_leased = LEASE_NUMBERS.max(n);
            let mut attempts = Attempts::of("lease numbers");
            let first = loop {
                let first = identifiers::next_number(self.store()).await?;
                let statements = identifiers::lease(first, n_leased);
                if self.write_decided(&mut attempts, statements).await?.is_some() {
                    break first;
                }
            };
            *lease = Lease { next: first, end: first + n_leased };
        }
        let first = lease.next;
        lease.next += n;
        Ok(first)
    }
}

impl Gathering<'_> {
    async fn event(&mut self, pointer: &str, event: &epcis::Event) -> Result<Vec<Mention>> {
        let mut named = Vec::new();
        for epc in &event.epcs {
            let found = self.epc(pointer, &epc.epc).await?;
            named.push(Mention::one(role_of(epc.role), found));
        }
        for quantity in &event.quantities {
            let found = self.other(pointer, &quantity.epc_class);
            named.push(match circumstances::is_of_ranges(event, quantity.role) {
                true => Mention::one(Role::Lot, found),
                false => Mention {
                    role: role_of(quantity.role),
                    named: found,
                    amount: Some(amount_of(quantity)),
                },
            });
        }
        if let Some(lot) = circumstances::lot_of(event) {
            let found = self.other(pointer, &lot);
            named.push(Mention::one(Role::Lot, found));
        }
        if let Some(transformation) = &event.transformation_id {
            let found = self.other(pointer, transformation);
            named.push(Mention::one(Role::Transformation, found));
        }
        for (index, range) in event.ranges.iter().enumerate() {
            let pointer = format!("{pointer}/suyuan:ranges/{index}");
            for (batch, run) in self.range(&pointer, range).await? {
                named.push(Mention::one(role_of(range.role), Named::Own(batch, run)));
            }
        }
        Ok(named)
    }

    /// One of our items if the EPC spells a printed code, else somebody's identifier.
    async fn epc(&mut self, pointer: &str, epc: &str) -> Result<Named> {
        let Some((code, gtin)) = own_code(epc) else { return Ok(self.other(pointer, epc)) };
        let Some((batch, id)) = self.printed(&code).await? else {
            return Ok(self.other(pointer, epc));
        };
        if spells(&self.batches[batch], &code, epc) {
            return Ok(Named::Own(batch, IdRange::one(id)));
        }
        if let Some(gtin) = gtin {
            self.violations.push(Violation {
                pointer: pointer.into(),
                rule: "code-under-wrong-gtin",
                message: format!("code {code} was not made for GTIN {gtin}"),
            });
        }
        Ok(self.other(pointer, epc))
    }

    /// Batch and id of a code that was printed.
    async fn printed(&mut self, code: &Code) -> Result<Option<(usize, i64)>> {
        let ring = self.service.ring();
        let Some(found) = ring.find(code) else { return Ok(None) };
        let class = code.length().class();
        let covers = |batch: &CodeBatch| {
            batch.class == class
                && found.ordinal >= batch.first_ordinal
                && found.ordinal - batch.first_ordinal < batch.n_ordinals
        };
        let index = match self.batches.iter().position(covers) {
            Some(index) => index,
            None => {
                let store = self.service.store();
                let scope = Scope::PLATFORM;
                let batch = code_batches::by_ordinal(store, scope, class, found.ordinal).await?;
                let Some(batch) = batch else { return Ok(None) };
                self.batches.push(batch);
                self.batches.len() - 1
            }
        };
        let batch = &self.batches[index];
        let is_printed = batch.epoch == found.epoch && ring.is_printed(&layout_of(batch)?, found);
        Ok(is_printed.then(|| (index, id_of(class, found.ordinal))))
    }

    /// The runs of ids under a range of positions of one of the owner's batches.
    async fn range(
        &mut self,
        pointer: &str,
        range: &epcis::RangeRef,
    ) -> Result<Vec<(usize, IdRange)>> {
        let index = match self.own_batch(&range.code_batch).await? {
            Some(index) if range.last < self.batches[index].n_codes => index,
            found => {
                let message = match found {
                    None => format!("there is no code batch {}", range.code_batch),
                    Some(index) => format!(
                        "the batch has {} codes; its last position is one less",
                        self.batches[index].n_codes
                    ),
                };
                let pointer = pointer.to_owned();
                self.violations.push(Violation { pointer, rule: "unknown-range", message });
                return Ok(Vec::new());
            }
        };
        self.n_positions += range.last - range.first + 1;
        if self.n_positions > MAX_COMMISSION_CODES {
            let limit = MAX_COMMISSION_CODES;
            return Err(Error::TooLarge { limit, what: "codes in the ranges of a document" });
        }
        let layout = layout_of(&self.batches[index])?;
        let runs = runs_of(self.service.ring(), layout, range.first, range.last).await?;
        Ok(runs.into_iter().map(|run| (index, run)).collect())
    }

    async fn own_batch(&mut self, text: &str) -> Result<Option<usize>> {
        let Ok(id) = text.parse::<BatchId>() else { return Ok(None) };
        if let Some(index) = self.batches.iter().position(|batch| batch.batch_id == id) {
            return Ok((self.batches[index].enterprise_id == self.owner).then_some(index));
        }
        let scope = Scope::enterprise(self.owner);
        let found = code_batches::find(self.service.store(), scope, id).await?;
        Ok(found.map(|batch| {
            self.batches.push(batch);
            self.batches.len() - 1
        }))
    }

    fn other(&mut self, pointer: &str, epc: &str) -> Named {
        if epc.len() > MAX_IDENTIFIER_BYTES {
            self.violations.push(Violation {
                pointer: pointer.into(),
                rule: "identifier-too-long",
                message: format!("an identifier has {MAX_IDENTIFIER_BYTES} bytes at most"),
            });
        }
        let next = self.others.len();
        let index = *self.index_of_other.entry(epc.to_owned()).or_insert(next);
        if index == next {
            self.others.push(epc.to_owned());
        }
        Named::Other(index)
    }
}

/// The runs of ids under positions `first..=last` of a batch. Without spares it is one run; with
/// them each code is looked at, on a thread that may take its time.
async fn runs_of(
    ring: Arc<KeyRing>,
    layout: Layout,
    first: u64,
    last: u64,
) -> Result<Vec<IdRange>> {
    let class = layout.length.class();
    if layout.spares_per_segment == 0 {
        let id = |position| id_of(class, layout.first_ordinal + position);
        return Ok(vec![IdRange { first: id(first), last: id(last) }]);
    }
    if last - first >= MAX_SKIPPING_CODES {
        let limit = MAX_SKIPPING_CODES;
        return Err(Error::TooLarge { limit, what: "codes at once in this key epoch" });
    }
    let looked = tokio::task::spawn_blocking(move || {
        let mut ids = Vec::new();
        for printed in ring.positions(&layout, first..last + 1).map_err(Error::internal)? {
            let ordinal = printed.map_err(Error::internal)?.ordinal;
            push_folded(&mut ids, IdRange::one(id_of(class, ordinal)));
        }
        Ok(ids)
    });
    looked.await.map_err(Error::internal)?
}

/// Appends a range, joining it with the last one if they touch.
fn push_folded(ranges: &mut Vec<IdRange>, next: IdRange) {
    match ranges.last_mut() {
        Some(last) if next.first <= last.last + 1 => last.last = last.last.max(next.last),
        _ => ranges.push(next),
    }
}

/// The code an EPC spells, with its GTIN where the EPC has one: `…/01/{gtin}/21/{serial}` in
/// canonical form, or `…/c/{code}`.
fn own_code(epc: &str) -> Option<(Code, Option<&str>)> {
    if let Some(rest) = epc.strip_prefix("https://id.gs1.org/01/") {
        let (gtin, serial) = rest.split_once("/21/")?;
        return Some((Code::from_serial(serial).ok()?, Some(gtin)));
    }
    let (_, code) = epc.rsplit_once("/c/")?;
    Some((Code::parse(code).ok()?, None))
}

/// Whether the EPC is one of the two forms in which a batch's code is written.
fn spells(batch: &CodeBatch, code: &Code, epc: &str) -> bool {
    epc == crate::scan::epc_of(batch.gtin.as_deref(), &batch.public_url, code)
        || epc == crate::print::url_of(batch, code)
}

fn identified(mentions: Vec<Mention>, ids: &[i64]) -> Identified {
    let mut own: BTreeMap<usize, Vec<IdRange>> = BTreeMap::new();
    let mut by_role: Vec<(Role, IdRange, bool)> = Vec::with_capacity(mentions.len());
    let mut amounts = Vec::new();
    for Mention { role, named, amount } in mentions {
        let range = match named {
            Named::Own(batch, range) => {
                if role == Role::Epc {
                    own.entry(batch).or_default().push(range);
                }
                range
            }
            Named::Other(index) => IdRange::one(ids[index]),
        };
        let class = range.first;
        amounts.extend(amount.map(|(quantity, uom)| Amount { role, class, quantity, uom }));
        // What goods were made of is told apart, even when it was interned side by side; so are
        // classes, each with its amount.
        let is_interned = store::ident::class_and_number(range.first).0 == INTERNED;
        let is_apart = amount.is_some()
            || matches!(role, Role::Lot)
            || (matches!(role, Role::Input | Role::Output) && is_interned);
        by_role.push((role, range, is_apart));
    }
    by_role.sort_unstable_by_key(|(role, range, is_apart)| (*role as u8, *is_apart, range.first));
    let mut ranges: Vec<RoleRange> = Vec::new();
    for roled in by_role.chunk_by(|a, b| (a.0, a.2) == (b.0, b.2)) {
        let mut folded = Vec::new();
        for (_, range, is_apart) in roled {
            if *is_apart { folded.push(*range) } else { push_folded(&mut folded, *range) }
        }
        folded.dedup();
        ranges.extend(folded.iter().map(|range| RoleRange {
            role: roled[0].0,
            first: range.first,
            last: range.last,
        }));
    }
    Identified {
        ranges,
        amounts,
        own: own.into_iter().flat_map(|(batch, runs)| fold(batch, runs)).collect(),
    }
}

fn fold(batch: usize, mut runs: Vec<IdRange>) -> Vec<OwnRun> {
    runs.sort_unstable();
    let mut folded = Vec::new();
    runs.into_iter().for_each(|run| push_folded(&mut folded, run));
    folded.into_iter().map(|range| OwnRun { batch, range }).collect()
}

fn role_of(role: epcis::Role) -> Role {
    match role {
        epcis::Role::Epc => Role::Epc,
        epcis::Role::Parent => Role::Parent,
        epcis::Role::Child => Role::Child,
        epcis::Role::Input => Role::Input,
        epcis::Role::Output => Role::Output,
    }
}
