//! Goods that arrive: what a dealer scans against what is on its way to it.
//!
//! A shipment is the event that told of it. Whoever scans a case scans what is in it. What was
//! expected and not scanned is missing; what was scanned and not expected is surplus, or wrong if
//! it cannot be taken in: another dealer's, ended, or nothing of this enterprise.

use std::collections::{BTreeMap, BTreeSet};

use store::captures::Capture;
use store::id::{DealerId, Scope};
use store::{enterprises, events};
use trace::{Ids, State};

use super::book::Book;
use super::moves::{MoveKind, NewMove, Station, document_number, own_station};
use super::stock::Held;
use crate::limits::MAX_CHECKED_THINGS;
use crate::recalls::{joined, without};
use crate::{Caller, Error, Result, Service};

/// Goods on their way to a dealer, by the event that told of them last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// The event, as 32 hexadecimal digits.
    pub shipment_id: String,
    /// When it left, microseconds since the epoch.
    pub event_time_us: i64,
    /// Number or URI of its delivery note; empty if it has none.
    pub document: String,
    /// The number of the note as people know it, if it was given as a number here; else the URI.
    pub document_number: String,
    /// What sent it, as events call it.
    pub from: String,
    /// What that is called: number and name of a dealer, or the name of the enterprise; as events
    /// call it if it is none of them.
    pub from_name: String,
    /// Items that are on their way.
    pub n_items: u64,
    /// Cases and pallets that they are in, and what is loose, each with how many items it is.
    pub parts: Vec<(String, u64)>,
    /// Parts that are not listed, as there are too many.
    pub n_parts_left: usize,
}

/// What became of one scanned thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It was expected, with all that is in it.
    Expected,
    /// Nobody said that it would come; it may be taken in.
    Surplus,
    /// It was taken in before.
    Here,
    /// It is on its way to another dealer, or another one's.
    OfAnother,
    /// It was sold, destroyed or ended.
    Ended,
    /// It is nothing of this enterprise.
    Unknown,
}

impl Checked {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Surplus => "surplus",
            Self::Here => "here",
            Self::OfAnother => "of_another",
            Self::Ended => "ended",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it must not be taken in.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::OfAnother | Self::Ended | Self::Unknown)
    }
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// Each scanned thing once, as it was scanned, with the items it is.
    pub scanned: Vec<(String, Checked, u64)>,
    /// What was expected and not scanned: cases, pallets, loose items, with the items they are.
    pub missing: Vec<(String, u64)>,
    /// Missing parts that are not listed.
    pub n_missing_left: usize,
    /// Items that were expected.
    pub n_expected: u64,
    /// Items of them that were scanned.
    pub n_found: u64,
}

/// Parts of a shipment that are listed.
const MAX_PARTS: usize = 200;

impl Service {
    /// What is on its way to a dealer, what left last first.
    pub async fn list_shipments(&self, caller: &Caller, id: DealerId) -> Result<Vec<Shipment>> {
        let (book, held) = self.on_the_way(caller, id).await?;
        let mut by_event: BTreeMap<[u8; 16], Vec<Held>> = BTreeMap::new();
        for it in held {
            by_event.entry(it.event.unwrap_or_default()).or_default().push(it);
        }
        let mut shipments = Vec::with_capacity(by_event.len());
        for (key, held) in by_event {
            shipments.push(self.shipment(caller, &book, (key, &held)).await?);
        }
        shipments.sort_by_key(|it| std::cmp::Reverse(it.event_time_us));
        Ok(shipments)
    }

    /// One shipment that is on its way to a dealer.
    pub async fn find_shipment(
        &self,
        caller: &Caller,
        (id, shipment_id): (DealerId, &str),
    ) -> Result<Shipment> {
        let (key, book, held) = self.expected(caller, (id, shipment_id)).await?;
        self.shipment(caller, &book, (key, &held)).await
    }

    /// What scanned things are to a shipment; nothing is written.
    pub async fn check_shipment(
        &self,
        caller: &Caller,
        (id, shipment_id): (DealerId, &str),
        things: &[String],
    ) -> Result<Check> {
        let (_, book, held) = self.expected(caller, (id, shipment_id)).await?;
        let (told, _) = self.checked(caller, (&book, id), &held, things).await?;
        Ok(told)
    }

    /// Takes in what was scanned and expected, and surplus if that is wished; wrong things are
    /// left. The answer says what was taken.
    ///
    /// # Errors
    /// [`Error::Rejected`] if nothing of it can be taken in.
    pub async fn receive_shipment(
        &self,
        caller: &Caller,
        (id, shipment_id): (DealerId, &str),
        things: &[String],
        surplus: Surplus,
    ) -> Result<(Check, Capture)> {
        let (key, book, held) = self.expected(caller, (id, shipment_id)).await?;
        let (told, taken) = self.checked(caller, (&book, id), &held, things).await?;
        let is_taken = |it: &Checked| match it {
            Checked::Expected => true,
            Checked::Surplus => surplus == Surplus::Take,
            _ => false,
        };
        let things: Vec<String> =
            taken.into_iter().filter(|(_, it)| is_taken(it)).map(|(text, _)| text).collect();
        if things.is_empty() {
            let message = "nothing of this can be taken in; scan what is on the list";
            return Err(Error::rejected("/things", "nothing-to-receive", message));
        }
        let shipment = self.shipment(caller, &book, (key, &held)).await?;
        let from = book.station_of(&shipment.from);
        let new = NewMove {
            kind: MoveKind::Receive,
            from,
            to: Station::Dealer(id),
            things,
            ranges: Vec::new(),
            document: shipment.document,
            event_time_us: None,
        };
        let capture = self.move_goods(caller, &new).await?;
        Ok((told, capture))
    }

    /// Goods on their way to a dealer.
    async fn on_the_way(&self, caller: &Caller, id: DealerId) -> Result<(Book, Vec<Held>)> {
        let dealer = self.dealer_of(caller, id).await?;
        let book = Book::load(self.store(), dealer.enterprise_id).await?;
        let mut held = self.held_by(caller, &book, &[&dealer]).await?;
        held.retain(|it| it.dealer_id == Some(id) && it.state == State::InTransit);
        Ok((book, held))
    }

    async fn expected(
        &self,
        caller: &Caller,
        (id, shipment_id): (DealerId, &str),
    ) -> Result<([u8; 16], Book, Vec<Held>)> {
        let key = u128::from_str_radix(shipment_id, 16).map_err(|_| Error::NotFound)?;
        let key = key.to_be_bytes();
        let (book, mut held) = self.on_the_way(caller, id).await?;
        held.retain(|it| it.event == Some(key));
        if held.is_empty() { Err(Error::NotFound) } else { Ok((key, book, held)) }
    }

    async fn shipment(
        &self,
        caller: &Caller,
        book: &Book,
        (key, held): ([u8; 16], &[Held]),
    ) -> Result<Shipment> {
        let found = events::by_keys(self.store(), caller.scope(), &[key]).await?;
        let event = found.first().ok_or_else(|| Error::internal("a shipment has no event"))?;
        let parsed = self.parsed_event(event)?;
        let document = parsed.biz_transactions.first().map(|it| it.biz_transaction.clone());
        let document = document.unwrap_or_default();
        let from = parsed.sources.first().map(|it| it.id.clone()).unwrap_or_default();
        let runs: Vec<(Ids, Option<i64>)> = held.iter().map(|it| (it.ids, it.container)).collect();
        let (parts, n_parts_left) = self.parts_of(&runs).await?;
        Ok(Shipment {
            shipment_id: format!("{:032x}", u128::from_be_bytes(key)),
            event_time_us: event.event_time_us,
            document_number: document_number(book.owner, &document),
            document,
            from_name: self.station_name(book, &from).await?,
            from,
            n_items: held.iter().map(|it| it.ids.n_ids()).sum(),
            parts,
            n_parts_left,
        })
    }

    /// What people call a party or a place of an event.
    async fn station_name(&self, book: &Book, uri: &str) -> Result<String> {
        if let Station::Dealer(id) = book.station_of(uri) {
            let dealer = book.dealers.get(&id);
            return Ok(dealer.map(|it| format!("{} {}", it.number, it.name)).unwrap_or_default());
        }
        if uri != own_station(book.owner) {
            return Ok(uri.to_owned());
        }
        let scope = Scope::enterprise(book.owner);
        let found = enterprises::find(self.store(), scope, book.owner).await?;
        Ok(found.map(|it| it.name).unwrap_or_default())
    }

    /// Runs by their containers, and loose ones by their ends; the first of them, and how many
    /// more there are.
    async fn parts_of(&self, runs: &[(Ids, Option<i64>)]) -> Result<(Vec<(String, u64)>, usize)> {
        let mut by_container: BTreeMap<i64, u64> = BTreeMap::new();
        let mut loose = Vec::new();
        for (ids, container) in runs {
            match container {
                Some(container) => *by_container.entry(*container).or_default() += ids.n_ids(),
                None => loose.push(*ids),
            }
        }
        let loose = joined(loose);
        let n_parts = by_container.len() + loose.len();
        let mut parts = Vec::with_capacity(n_parts.min(MAX_PARTS));
        for (container, n_items) in by_container.into_iter().take(MAX_PARTS) {
            parts.push((self.epc_of_id(container).await?, n_items));
        }
        let n_room = MAX_PARTS - parts.len();
        for ids in loose.into_iter().take(n_room) {
            let first = self.epc_of_id(ids.first).await?;
            let name = match ids.n_ids() {
                1 => first,
                _ => format!("{first} … {}", self.epc_of_id(ids.last).await?),
            };
            parts.push((name, ids.n_ids()));
        }
        let n_left = n_parts - parts.len();
        Ok((parts, n_left))
    }

    /// Each scanned thing against what is expected, and what each is called.
    async fn checked(
        &self,
        caller: &Caller,
        (book, id): (&Book, DealerId),
        held: &[Held],
        things: &[String],
    ) -> Result<(Check, Vec<(String, Checked)>)> {
        if things.len() > MAX_CHECKED_THINGS {
            let limit = MAX_CHECKED_THINGS as u64;
            return Err(Error::TooLarge { limit, what: "things in one check" });
        }
        let expected = joined(held.iter().map(|it| it.ids).collect());
        let mut found: Vec<Ids> = Vec::new();
        let (mut told, mut named) = (Check::default(), Vec::new());
        let mut met = BTreeSet::new();
        for text in things.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
            let thing = self.thing_behind(caller.scope(), text).await?;
            let Some(thing) = thing else {
                if !told.scanned.iter().any(|(known, ..)| known == text) {
                    told.scanned.push((text.to_owned(), Checked::Unknown, 0));
                }
                continue;
            };
            if !met.insert(thing) {
                continue;
            }
            let inside = self.items_of(thing).await?;
            let beyond = without(&inside, &expected);
            let verdict = match beyond.is_empty() && !inside.is_empty() {
                true => Checked::Expected,
                false => self.judged(caller, (book, id), &inside, &beyond).await?,
            };
            let n_items = inside.iter().map(|it| it.n_ids()).sum();
            told.scanned.push((text.to_owned(), verdict, n_items));
            named.push((text.to_owned(), verdict));
            if verdict == Checked::Expected {
                found.extend(inside);
            }
        }
        let found = joined(found);
        told.n_expected = expected.iter().map(|it| it.n_ids()).sum();
        let missing: Vec<(Ids, Option<i64>)> = held
            .iter()
            .flat_map(|it| without(&[it.ids], &found).into_iter().map(|ids| (ids, it.container)))
            .collect();
        let n_missing: u64 = missing.iter().map(|(ids, _)| ids.n_ids()).sum();
        told.n_found = told.n_expected - n_missing;
        (told.missing, told.n_missing_left) = self.parts_of(&missing).await?;
        Ok((told, named))
    }

    /// The items that a thing is: those in it, or itself.
    async fn items_of(&self, thing: i64) -> Result<Vec<Ids>> {
        let now = (i64::MAX, i64::MAX);
        Ok(match self.contents_at(thing, now).await? {
            crate::recalls::Kind::Goods => vec![Ids::one(thing)],
            crate::recalls::Kind::Container(inside) => joined(inside),
        })
    }

    /// What a thing is that is not all expected.
    async fn judged(
        &self,
        caller: &Caller,
        (book, id): (&Book, DealerId),
        inside: &[Ids],
        beyond: &[Ids],
    ) -> Result<Checked> {
        if inside.is_empty() {
            return Ok(Checked::Unknown);
        }
        let held = self.whereabouts(caller.scope(), book, beyond.to_vec()).await?;
        if held.is_empty() {
            return Ok(Checked::Unknown);
        }
        let is_ended = |it: &Held| {
            matches!(it.state, State::Sold | State::Used | State::Destroyed | State::Decommissioned)
        };
        if held.iter().any(is_ended) {
            return Ok(Checked::Ended);
        }
        let is_of_another = |it: &Held| it.dealer_id.is_some_and(|other| other != id);
        let is_here = |it: &Held| it.dealer_id == Some(id) && it.state == State::InStock;
        Ok(match held.iter().any(is_of_another) {
            true => Checked::OfAnother,
            false if held.iter().all(is_here) => Checked::Here,
            false => Checked::Surplus,
        })
    }
}

/// What becomes of surplus goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surplus {
    /// They are left.
    Leave,
    /// They are taken in as well.
    Take,
}
