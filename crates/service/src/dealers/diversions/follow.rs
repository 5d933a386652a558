//! Judges what consumers scanned since: where the goods are by the dealers' territories, and what
//! the scans of one shipment tell together.
//!
//! A scan marks its item in its own write, if its owner has dealers with territories. A step takes
//! the marks that wait longest and claims them for a minute, notes where each item was seen, writes
//! what that changes of cases, and forgets the marks; those that were touched meanwhile, or could
//! not be judged, go to the end. So no scan is missed and no case is opened twice, whatever is
//! killed and however many servers try. What is written first is what the others read: of two
//! servers that look at two scans of one shipment at once, one sees both.

use std::collections::{BTreeMap, BTreeSet};

use store::alerts::{Grade, Reason, SubjectKind};
use store::diversions::{self, Diversion, DiversionChange, DiversionState};
use store::id::{DealerId, DiversionId, EnterpriseId, ProductId, Scope};
use store::scans::ItemFacts;
use store::sightings::{self, Consignment, Mark};
use store::{Statement, scans};
use trace::Ids;
use verdict::Area;
use verdict::diversion::{
    Sighting, Standing, Suspicion, Territory, TerritoryKind, Thresholds, judge, sighting,
};

use super::super::book::Book;
use super::super::stock::Held;
use crate::alerts::Raise;
use crate::limits::{
    MARKS_AT_ONCE, MAX_CHANGES_OF_DIVERSION, MAX_DEALER_DEPTH, MAX_JUDGED_SIGHTINGS,
};
use crate::{Attempts, Error, Result, Service};

/// Steps before others have their turn.
const STEPS_A_TURN: usize = 20;
/// How long nobody else takes marks that were claimed, and what failed waits.
const MARKS_CLAIMED_US: i64 = 60_000_000;
const DAY_US: i64 = 86_400_000_000;
/// Areas of one shipment that have a case: the provinces and the countries.
const MAX_AREAS: u32 = 300;

/// An item that was scanned, and who has it.
struct Found {
    of: Consignment,
    sighting: Sighting,
}

impl Service {
    /// Judges what was scanned since the last call, for all enterprises; true if more waits than
    /// was looked at.
    pub async fn follow_diversions(&self) -> Result<bool> {
        for _ in 0..STEPS_A_TURN {
            let marks = self.claimed_marks().await?;
            self.follow_claimed(&marks).await?;
            if marks.len() < MARKS_AT_ONCE as usize {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The marks that wait longest, which nobody else judges for a while.
    async fn claimed_marks(&self) -> Result<Vec<Mark>> {
        let mut attempts = Attempts::of("claim marks");
        loop {
            let now_us = self.now_us();
            let marks = sightings::marks(self.store(), now_us, MARKS_AT_ONCE).await?;
            let claims: Vec<Statement> =
                marks.iter().map(|it| sightings::put_off(it, now_us + MARKS_CLAIMED_US)).collect();
            if claims.is_empty() || self.write_decided(&mut attempts, claims).await?.is_some() {
                let claimed = |it| Mark { marked_at_us: now_us + MARKS_CLAIMED_US, ..it };
                return Ok(marks.into_iter().map(claimed).collect());
            }
        }
    }

    /// Judges what was claimed, and forgets those marks that nobody touched meanwhile. What cannot
    /// be judged keeps nobody else's waiting: it is tried again when its claim has ended.
    async fn follow_claimed(&self, marks: &[Mark]) -> Result<()> {
        let mut by_owner: BTreeMap<EnterpriseId, Vec<(Mark, ProductId)>> = BTreeMap::new();
        let mut done: Vec<Mark> = Vec::with_capacity(marks.len());
        for mark in marks {
            match self.marked_goods(mark).await {
                Ok(Some((owner, product_id))) => {
                    by_owner.entry(owner).or_default().push((*mark, product_id));
                }
                Ok(None) => done.push(*mark),
                Err(error) => {
                    tracing::error!(item.id = mark.item_id, %error, "a mark cannot be read");
                }
            }
        }
        for (owner, marked) in by_owner {
            match self.follow_marks(owner, &marked).await {
                Ok(()) => done.extend(marked.iter().map(|(mark, _)| *mark)),
                Err(error) => {
                    let n_items = marked.len();
                    tracing::error!(
                        enterprise.id = %owner, n_items, %error,
                        "scans are not judged for diversion; trying again"
                    );
                }
            }
        }
        // Writers of scans hold the locks of their items in this order.
        done.sort_unstable_by_key(|it| it.item_id);
        let now_us = self.now_us();
        let done: Vec<Statement> =
            done.iter().flat_map(|it| sightings::unmark(it, now_us)).collect();
        if !done.is_empty() {
            self.store().write("forget marks", done).await?;
        }
        Ok(())
    }

    /// Whose goods a marked item is, and which; none if it was never printed.
    async fn marked_goods(&self, mark: &Mark) -> Result<Option<(EnterpriseId, ProductId)>> {
        let printed = self.printed(&self.code_of_id(mark.item_id)?).await?;
        let Some(printed) = printed else { return Ok(None) };
        let product_id = printed.label.product_id;
        Ok(Some((self.goods_of(product_id).await?.enterprise_id, product_id)))
    }

    /// Notes where the marked items of an enterprise were seen, and judges their shipments.
    async fn follow_marks(&self, owner: EnterpriseId, marked: &[(Mark, ProductId)]) -> Result<()> {
        let book = Book::load(self.store(), owner).await?;
        let held = self.holders_of(&book, marked).await?;
        let mut statements = Vec::new();
        let mut found = Vec::new();
        for (mark, product_id) in marked {
            match self.found_item(&book, (mark.item_id, *product_id), &held).await? {
                Some(it) => {
                    statements.push(sightings::put(&it.of, &it.sighting));
                    found.push(it);
                }
                None => statements.push(sightings::remove(owner, mark.item_id)),
            }
        }
        // In the order of their keys, as every server writes them.
        self.store().write("note sightings", statements).await?;
        let consignments: BTreeSet<Consignment> = found.iter().map(|it| it.of).collect();
        let mut attempts = Attempts::of("judge shipments");
        loop {
            let mut statements = Vec::new();
            for of in &consignments {
                statements.extend(self.judged_shipment(&book, of).await?);
            }
            if statements.is_empty()
                || self.write_decided(&mut attempts, statements).await?.is_some()
            {
                return Ok(());
            }
        }
    }

    /// Who has the marked items; those whose way is too long to tell are nobody's.
    async fn holders_of(&self, book: &Book, marked: &[(Mark, ProductId)]) -> Result<Vec<Held>> {
        let scope = Scope::enterprise(book.owner);
        let mut held = Vec::new();
        let mut open: Vec<Vec<Ids>> =
            vec![marked.iter().map(|(mark, _)| Ids::one(mark.item_id)).collect()];
        while let Some(mut part) = open.pop() {
            match self.whereabouts(scope, book, part.clone()).await {
                Ok(told) => held.extend(told),
                Err(Error::TooLarge { .. }) if part.len() > 1 => {
                    let half = part.split_off(part.len() / 2);
                    open.extend([part, half]);
                }
                Err(Error::TooLarge { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(held)
    }

    /// Where an item was seen, and of which shipment it is; none if that tells nothing.
    async fn found_item(
        &self,
        book: &Book,
        (item, product_id): (i64, ProductId),
        held: &[Held],
    ) -> Result<Option<Found>> {
        let holds = |it: &&Held| (it.ids.first..=it.ids.last).contains(&item);
        let Some((held, dealer_id)) =
            held.iter().find(holds).and_then(|it| Some((it, it.dealer_id?)))
        else {
            return Ok(None);
        };
        let territories = selling(book, dealer_id);
        if territories.is_empty() {
            return Ok(None);
        }
        let ItemFacts { n_scans, first, recent, .. } = scans::facts(self.store(), item).await?;
        let far = first.filter(|_| n_scans > recent.len() as u64);
        // Whoever looked before the goods were sent saw those of somebody else.
        let sent_at_us = held.shipping.map_or(i64::MIN, |it| it.at_us);
        let seen = recent.into_iter().chain(far).filter(|it| it.at_us >= sent_at_us);
        let seen: Vec<_> = seen.collect();
        let Some(sighting) = sighting(item, &seen, territories) else { return Ok(None) };
        let shipment = held.shipping.map(|it| it.event).unwrap_or_default();
        let of = Consignment { enterprise_id: book.owner, dealer_id, product_id, shipment };
        Ok(Some(Found { of, sighting }))
    }

    /// Statements that open or strengthen the cases of a shipment.
    async fn judged_shipment(&self, book: &Book, of: &Consignment) -> Result<Vec<Statement>> {
        let (thresholds, _) = diversions::thresholds(self.store(), of.enterprise_id).await?;
        let now_us = self.now_us();
        let since_us = now_us - i64::from(thresholds.days) * DAY_US;
        let limit = MAX_JUDGED_SIGHTINGS;
        let seen = sightings::of_consignment(self.store(), of, since_us, limit).await?;
        let suspicions = judge(&seen, &thresholds);
        let suspicions = suspicions.into_iter().filter(|it| it.suffices(&thresholds));
        let cases = diversions::of_consignment(self.store(), of, MAX_AREAS).await?;
        let mut statements = Vec::new();
        for suspicion in suspicions {
            let is_of = |it: &&Sighting| {
                it.standing == Standing::Outside && it.area.province() == suspicion.area
            };
            let there = seen.iter().filter(is_of);
            let case = cases.iter().find(|it| it.suspicion.area == suspicion.area);
            let (id, news): (DiversionId, Vec<&Sighting>) = match case {
                None => {
                    let case = self.case_of(of, suspicion);
                    statements.push(diversions::insert(&case));
                    statements.extend(self.alert_of(&case));
                    (case.diversion_id, there.collect())
                }
                Some(case) => {
                    if is_open(case) {
                        let stronger = stronger(case, suspicion, now_us);
                        statements.extend(stronger.as_ref().map(diversions::replace));
                    } else {
                        match self.opened_again(case, &seen, &thresholds).await? {
                            Some(opened) => statements.extend(opened),
                            None => continue,
                        }
                    }
                    let id = case.diversion_id;
                    let period = (since_us, limit);
                    let noted = diversions::noted(self.store(), id, of, period).await?;
                    (id, there.filter(|it| !noted.contains(&it.item)).collect())
                }
            };
            for it in news {
                let km = self.km_outside(it.area, selling(book, of.dealer_id));
                statements.push(diversions::insert_scan(id, it, km, now_us));
            }
        }
        Ok(statements)
    }

    /// Statements that open a decided case again: if what was seen since the decision is suspicious
    /// alone, and either nobody knows the shipment, so that these may be other goods, or it is more
    /// than all that was excluded. Else what was decided stays so until somebody checks again.
    async fn opened_again(
        &self,
        case: &Diversion,
        seen: &[Sighting],
        thresholds: &Thresholds,
    ) -> Result<Option<Vec<Statement>>> {
        let (id, limit) = (case.diversion_id, MAX_CHANGES_OF_DIVERSION);
        let changes = diversions::changes(self.store(), id, limit).await?;
        let decided = changes.iter().rev().take_while(|it| it.state == case.state).last();
        let last_no = changes.last().map_or(0, |it| it.change_no);
        // The last place is for a decision.
        let Some(decided) = decided.filter(|_| last_no < limit - 1) else { return Ok(None) };
        let since = seen.iter().filter(|it| it.at_us > decided.changed_at_us);
        let since: Vec<Sighting> = since.copied().collect();
        let suspicion = judge(&since, thresholds).into_iter().find(|it| {
            let is_other = case.of.shipment == [0; 16];
            let is_more = case.state == DiversionState::Excluded && is_more(it, &case.suspicion);
            it.area == case.suspicion.area && it.suffices(thresholds) && (is_other || is_more)
        });
        let Some(suspicion) = suspicion else { return Ok(None) };
        let (state, now_us) = (DiversionState::Suspected, self.now_us());
        let (inspector_id, due_at_us, changed_at_us) = (None, None, now_us);
        let again =
            Diversion { state, suspicion, inspector_id, due_at_us, changed_at_us, ..case.clone() };
        // No person comes back from a decision to a suspicion, so the state tells why.
        let change = DiversionChange {
            change_no: last_no + 1,
            state,
            note: String::new(),
            changed_by: "suyuan".to_owned(),
            changed_at_us: now_us,
        };
        let mut statements =
            vec![diversions::replace(&again), diversions::note_change(id, &change)];
        statements.extend(self.alert_of(&again));
        Ok(Some(statements))
    }

    fn alert_of(&self, case: &Diversion) -> Vec<Statement> {
        let raise = Raise {
            enterprise_id: case.of.enterprise_id,
            reason: Reason::Diversion,
            detail: "",
            subject: (SubjectKind::Case, case.diversion_id.to_string()),
            grade: Grade::Important,
            product_id: Some(case.of.product_id),
        };
        self.raise_alert(&raise)
    }

    fn case_of(&self, of: &Consignment, suspicion: Suspicion) -> Diversion {
        let now_us = self.now_us();
        Diversion {
            diversion_id: DiversionId::new(now_us, self.random_bits()),
            of: *of,
            state: DiversionState::Suspected,
            revision: 1,
            suspicion,
            opened_at_us: now_us,
            changed_at_us: now_us,
            inspector_id: None,
            due_at_us: None,
        }
    }

    /// Kilometres between the middle of a city and that of the nearest territory, if both are
    /// known.
    fn km_outside(&self, area: Area, territories: &[Territory]) -> Option<u32> {
        let places = self.places()?;
        let center = |area: Area| {
            let division = schemes::Division::parse(&area.to_string()).ok()?;
            places.center(&division)
        };
        let there = center(area)?;
        let own = territories.iter().filter(|it| it.kind != TerritoryKind::Border);
        let km = own.filter_map(|it| Some(center(it.area)?.distance_km(&there)));
        km.min_by(f64::total_cmp).map(|km| km.round() as u32)
    }
}

/// Where a dealer sells: its own territories, else those of the nearest above it that has any.
fn selling(book: &Book, id: DealerId) -> &[Territory] {
    let mut at = Some(id);
    for _ in 0..=MAX_DEALER_DEPTH {
        let Some(id) = at else { break };
        let own = book.territories_of(id);
        if !own.is_empty() {
            return own;
        }
        at = book.dealers.get(&id).and_then(|it| it.parent_id);
    }
    &[]
}

/// Whether scans still add to a case.
fn is_open(case: &Diversion) -> bool {
    matches!(case.state, DiversionState::Suspected | DiversionState::Checking)
}

/// The case with what scans say by now, if that is more.
fn stronger(case: &Diversion, suspicion: Suspicion, now_us: i64) -> Option<Diversion> {
    is_more(&suspicion, &case.suspicion).then(|| Diversion {
        suspicion,
        changed_at_us: now_us,
        ..case.clone()
    })
}

fn is_more(a: &Suspicion, b: &Suspicion) -> bool {
    (a.confidence, a.n_codes) > (b.confidence, b.n_codes)
}
