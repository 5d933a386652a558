//! Follows what is captured after an order: recalled goods that move raise an alert, whoever gets
//! them a task, and goods that come to the recall are told to whoever scans them.
//!
//! Recalls stand at a place in the order of captures, as subscriptions do. An event that names
//! anything a recall knows makes it due, in one write with the place; so nothing is missed,
//! whatever is killed. What is due is located anew, a large recall less often than a small one, and
//! what is different is written in one commit that ends the due; so nothing is told twice, however
//! many servers try. Without an open recall it is one look.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use store::alerts::{Grade, Reason, SubjectKind};
use store::bindings;
use store::events;
use store::id::{RecallId, Scope};
use store::identifiers;
use store::recalls::{self, HoldingRow, Look, LookFault, Part, Recall, RecallState};
use store::subscriptions::Place;
use store::{Statement, captures};
use trace::{AsOf, Ids, RoleRange};

use super::alerts::overlaps;
use super::contents::{joined, without};
use super::holders::HolderKey;
use super::later::Later;
use super::locate::Located;
use super::order::{holding_row, ids_of, ranges_of};
use super::start::Starts;
use super::told::{differing, part};
use crate::alerts::Raise;
use crate::limits::{
    FOLLOWED_AT_ONCE, LOOK_RETRY_US, LOOKS_APART, MAX_RECALL_RANGES, OPEN_RECALLS_AT_ONCE,
};
use crate::{Attempts, Error, Result, Service};

/// Whether what somebody decided about a recall has come into effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// Scans and holders are told.
    Now,
    /// The recall could not be located anew, or not as a whole: it is tried again by itself.
    Later(LookFault),
}

/// Steps before others have their turn.
const STEPS_A_TURN: usize = 20;

impl Service {
    /// Looks at what was captured since the last call, for all open recalls and drills.
    pub async fn follow_recalls(&self) -> Result<()> {
        for _ in 0..STEPS_A_TURN {
            if !self.follow_step().await? {
                break;
            }
        }
        for recall in recalls::due(self.store(), self.now_us(), OPEN_RECALLS_AT_ONCE).await? {
            self.look_at(recall.recall_id).await?;
        }
        Ok(())
    }

    /// One step for those who stand farthest back; whether there was anything to look at.
    async fn follow_step(&self) -> Result<bool> {
        let far = Place { position: i64::MAX, index: 0 };
        if recalls::behind(self.store(), far, 1).await?.is_empty() {
            return Ok(false);
        }
        self.place_captures().await?;
        let end = Place::end_of(captures::next_position(self.store()).await? - 1);
        let standing = recalls::behind(self.store(), end, OPEN_RECALLS_AT_ONCE).await?;
        let Some(from) = standing.first().map(|it| it.place) else { return Ok(false) };
        let named = events::named_between(self.store(), from, end, FOLLOWED_AT_ONCE).await?;
        let is_all = named.len() < FOLLOWED_AT_ONCE as usize;
        let last = named.last().map(|(place, ..)| *place);
        let reached = last.filter(|_| !is_all).unwrap_or(end);
        // What events call things, once a recall asks for it.
        let mut epcs: Option<HashSet<String>> = None;
        for recall in standing {
            let watched = self.watched(&recall).await?;
            let touches = |ranges: &[RoleRange]| {
                let ids = ranges.iter().map(RoleRange::ids);
                ids.into_iter().any(|ids| overlaps(&watched.ids, ids))
            };
            let mut is_touched = named.iter().any(|(_, _, ranges)| touches(ranges));
            if !is_touched && !watched.unused.is_empty() {
                if epcs.is_none() {
                    let ranges = named.iter().flat_map(|(_, _, ranges)| ranges);
                    let runs = joined(ranges.map(RoleRange::ids).collect());
                    epcs = Some(self.epcs_among(&runs).await?);
                }
                is_touched = epcs.iter().flatten().any(|epc| watched.unused.contains(epc));
            }
            let statement = match is_touched {
                true => recalls::touch(&recall, reached, self.next_look_us(&recall)),
                false => recalls::pass(&recall, reached),
            };
            self.store().write("pass events", vec![statement]).await?;
        }
        Ok(true)
    }

    /// When a recall is located again at the earliest: a large one takes long, and rests longer.
    fn next_look_us(&self, recall: &Recall) -> i64 {
        let rest_us = recall.look_us.saturating_mul(LOOKS_APART);
        recall.located_at_us.saturating_add(rest_us).max(self.now_us())
    }

    /// All identifiers whose events concern a recall, in order; kept until the recall changes.
    async fn watched(&self, recall: &Recall) -> Result<Arc<Watch>> {
        if let Some((revision, watched)) = self.recalls().watched(recall.recall_id)
            && revision == recall.revision
        {
            return Ok(watched);
        }
        let mut all = Vec::new();
        for it in [
            Part::Subjects,
            Part::Items,
            Part::Classes,
            Part::Packs,
            Part::Later,
            Part::LaterClasses,
            Part::Contested,
        ] {
            all.extend(part(self, recall.recall_id, it).await?);
        }
        let mut ids = joined(all);
        let names = match bindings::has_any(self.store()).await? {
            true => self.names_of_items(recall.enterprise_id, &ids).await?.items,
            false => BTreeMap::new(),
        };
        let uris: Vec<&str> = names.keys().map(String::as_str).collect();
        let used = identifiers::by_epcs(self.store(), &uris).await?;
        ids.extend(used.iter().map(|(_, id)| Ids::one(*id)));
        let used: HashSet<&str> = used.iter().map(|(uri, _)| uri.as_str()).collect();
        let unused = uris.iter().filter(|uri| !used.contains(*uri)).map(|it| (*it).to_owned());
        let watched = Arc::new(Watch { unused: unused.collect(), ids: joined(ids) });
        self.recalls().watch(recall.recall_id, (recall.revision, Arc::clone(&watched)));
        Ok(watched)
    }

    /// Locates a recall anew after somebody decided about it; the decision stands either way.
    pub(super) async fn followed_at_once(&self, id: RecallId) -> Result<Followed> {
        match self.look_at(id).await {
            Ok(None) => Ok(Followed::Now),
            Ok(Some(fault)) => Ok(Followed::Later(fault)),
            Err(error) => {
                tracing::warn!(recall.id = %id, %error, "a decision is followed later");
                Ok(Followed::Later(LookFault::Failed))
            }
        }
    }

    /// Locates a recall anew, if it is open, and writes what is different. If that cannot be done
    /// now, or only in part, the recall says so and is tried again.
    pub(super) async fn look_at(&self, id: RecallId) -> Result<Option<LookFault>> {
        let mut attempts = Attempts::of("look at recall again");
        loop {
            let found = recalls::find(self.store(), Scope::PLATFORM, id).await?;
            let Some(recall) = found.filter(|it| it.state == RecallState::Open) else {
                return Ok(None);
            };
            let (statements, fault) = match self.look_again(&recall).await {
                Ok(found) => found,
                Err(error @ Error::Unavailable(_)) => return Err(error),
                // One that cannot be located keeps nobody else from being followed.
                Err(error) => {
                    tracing::error!(recall.id = %id, %error, "a recall is not located anew");
                    let (fault, now_us) = (fault_of(&error), self.now_us());
                    let next_us = now_us + LOOK_RETRY_US;
                    let mut noted = vec![recalls::not_located(&recall, fault, now_us, next_us)];
                    noted.extend(self.raise_alert(&Raise {
                        enterprise_id: recall.enterprise_id,
                        reason: Reason::RecallNotFollowed,
                        detail: fault.name(),
                        subject: (SubjectKind::Recall, id.to_string()),
                        grade: Grade::Urgent,
                        product_id: None,
                    }));
                    (noted, Some(fault))
                }
            };
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(fault);
            }
        }
    }

    /// Statements that write what is different by now, and why that is not all.
    async fn look_again(&self, recall: &Recall) -> Result<(Vec<Statement>, Option<LookFault>)> {
        let (id, begun_us) = (recall.recall_id, self.now_us());
        // What was ordered stays recalled, whatever becomes of the events that led to it.
        let mut starts = Vec::new();
        for it in [Part::Subjects, Part::Items, Part::Classes] {
            starts.extend(part(self, id, it).await?);
        }
        let starts = Starts::of(starts, part(self, id, Part::Contested).await?);
        // Clocks of others may go before ours; what they tell counts as it comes.
        let mut located = self.locate(recall.enterprise_id, &starts, AsOf::NOW).await?;
        self.locate_contested(recall.enterprise_id, &mut located).await?;
        let later = self.later(recall, &starts, &located).await?;
        let now_us = self.now_us();
        let found = later.goods.iter().filter(|it| it.holder != HolderKey::Nobody);
        let n_located = found.map(|it| it.ids.n_ids()).sum();
        let n_all: u64 = later.goods.iter().map(|it| it.ids.n_ids()).sum();
        let took_us = (now_us - begun_us).max(0);
        let look = Look {
            at_us: now_us,
            took_us,
            n_located,
            is_complete: n_located == n_all && !located.is_cut(),
            fault: located.is_cut().then_some(LookFault::Cut),
            next_us: now_us.saturating_add(took_us.saturating_mul(LOOKS_APART)),
        };
        let mut statements = vec![recalls::looked(recall, look)];
        statements.extend(self.differences(recall, &later, located).await?);
        Ok((statements, look.fault))
    }

    async fn differences(
        &self,
        recall: &Recall,
        later: &Later,
        located: Located,
    ) -> Result<Vec<Statement>> {
        let id = recall.recall_id;
        let limit = MAX_RECALL_RANGES as u32;
        let before = recalls::holdings(self.store(), id, None, limit).await?;
        let rows: Vec<HoldingRow> = later.goods.iter().map(holding_row).collect();
        let mut statements = vec![recalls::delete_holdings(id)];
        statements.extend(recalls::insert_holdings(id, &rows));
        let mut leading = located.packs.clone();
        leading.extend(located.others.iter().map(|(_, held)| held.ids));
        leading.extend(&later.untold);
        let items_before = part(self, id, Part::Later).await?;
        let classes_before = part(self, id, Part::LaterClasses).await?;
        for (part, ids) in [
            (Part::Packs, &joined(leading)),
            (Part::Later, &later.items),
            (Part::LaterClasses, &later.classes),
        ] {
            statements.push(recalls::delete_ranges(id, part));
            statements.extend(recalls::insert_ranges(id, part, &ranges_of(ids)));
        }
        if recall.is_drill {
            return Ok(statements);
        }
        let told_before = joined(items_before.iter().chain(&classes_before).copied().collect());
        let told = joined(later.items.iter().chain(&later.classes).copied().collect());
        let touched = differing(&told_before, &told);
        if !touched.is_empty() {
            statements.push(recalls::claim(recalls::next_turn(self.store()).await?));
            let mut holds = part(self, id, Part::Items).await?;
            holds.extend(part(self, id, Part::Classes).await?);
            holds.extend(&told);
            statements.extend(self.retold(recall, joined(holds), &touched).await?);
        }
        let brought = without(&without(&told, &told_before), &self.asked_about(id).await?);
        let (goods, made_of) = (later.goods.clone(), later.made_of.clone());
        let located = Located { goods, made_of, ..located };
        statements.extend(self.tasks_for(recall, &located, &before).await?);
        let led = (&brought[..], &located.trail);
        statements.extend(self.alerts_for(recall, &before, later, led).await?);
        Ok(statements)
    }

    /// Goods that somebody was asked about, in order.
    async fn asked_about(&self, id: RecallId) -> Result<Vec<Ids>> {
        let claims = store::recall_alerts::claims(self.store(), id).await?;
        let ranges: Vec<_> = claims.into_iter().map(|(range, _)| range).collect();
        Ok(joined(ids_of(&ranges)))
    }
}

fn fault_of(error: &Error) -> LookFault {
    match error {
        Error::TooLarge { what: super::tasks::HOLDERS, .. } => LookFault::TooManyHolders,
        Error::TooLarge { .. } => LookFault::TooManyRuns,
        _ => LookFault::Failed,
    }
}

/// What a recall looks out for.
pub(super) struct Watch {
    /// Identifiers whose events concern it, in order and disjoint.
    ids: Vec<Ids>,
    /// Other names of its items that no event used yet.
    unused: HashSet<String>,
}

/// What is watched for each recall, by its revision.
pub(super) type Watched = HashMap<RecallId, (i64, Arc<Watch>)>;
