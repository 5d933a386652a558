//! Follows what is captured after an order: recalled goods that move raise an alert, whoever gets
//! them a task, and goods that come to the recall are told to whoever scans them.
//!
//! Recalls stand at a place in the order of captures, as subscriptions do. An event that names
//! anything a recall knows has the whole recall located anew, and what is different is written in
//! one commit with the place; so nothing is missed and nothing is told twice, whatever is killed
//! and however many servers try. Without an open recall it is one look.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use store::events;
use store::id::{RecallId, Scope};
use store::recall_alerts::{self, Alert, AlertKind};
use store::recall_notices::NoticeKind;
use store::recalls::{self, HoldingRow, Look, Part, Recall, RecallState};
use store::subscriptions::Place;
use store::{Statement, captures, recalled};
use trace::{AsOf, Ids, RoleRange, State};

use super::contents::{joined, without};
use super::holders::HolderKey;
use super::locate::{Amounts, Held, Located};
use super::order::{holding_row, ranges_of};
use super::tasks::About;
use crate::limits::{FOLLOWED_AT_ONCE, MAX_RECALL_RANGES, OPEN_RECALLS_AT_ONCE};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// Steps before others have their turn.
const STEPS_A_TURN: usize = 20;

impl Service {
    /// Looks at what was captured since the last call, for all open recalls and drills.
    pub async fn follow_recalls(&self) -> Result<()> {
        for _ in 0..STEPS_A_TURN {
            if !self.follow_step().await? {
                return Ok(());
            }
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
        for recall in standing {
            let watched = self.watched(&recall).await?;
            let touches = |ranges: &[RoleRange]| {
                ranges.iter().any(|it| overlaps(&watched, Ids { first: it.first, last: it.last }))
            };
            if named.iter().any(|(_, _, ranges)| touches(ranges)) {
                match self.look_again(&recall, reached).await {
                    Ok(()) => continue,
                    Err(error @ Error::Unavailable(_)) => return Err(error),
                    // One that cannot be located keeps nobody else from being followed.
                    Err(error) => {
                        let id = recall.recall_id;
                        tracing::error!(recall.id = %id, %error, "a recall is not located anew");
                    }
                }
            }
            self.store().write("pass events", vec![recalls::pass(&recall, reached)]).await?;
        }
        Ok(true)
    }

    /// All identifiers whose events concern a recall, in order; kept until the recall changes.
    async fn watched(&self, recall: &Recall) -> Result<Arc<Vec<Ids>>> {
        if let Some((revision, watched)) = self.recalls().watched(recall.recall_id)
            && revision == recall.revision
        {
            return Ok(watched);
        }
        let mut all = Vec::new();
        for part in [Part::Subjects, Part::Items, Part::Classes, Part::Packs, Part::Later] {
            let ranges = recalls::ranges(self.store(), recall.recall_id, part).await?;
            all.extend(ranges.into_iter().map(|it| Ids { first: it.first, last: it.last }));
        }
        let watched = Arc::new(joined(all));
        self.recalls().watch(recall.recall_id, (recall.revision, Arc::clone(&watched)));
        Ok(watched)
    }

    /// Locates a recall anew and writes what is different.
    async fn look_again(&self, recall: &Recall, reached: Place) -> Result<()> {
        let mut attempts = Attempts::of("look at recall again");
        let (mut recall, id) = (recall.clone(), recall.recall_id);
        loop {
            let subjects = recalls::ranges(self.store(), id, Part::Subjects).await?;
            let later = recalls::ranges(self.store(), id, Part::Later).await?;
            let starts = subjects.iter().chain(&later);
            let starts = joined(starts.map(|it| Ids { first: it.first, last: it.last }).collect());
            // Clocks of others may go before ours; what they tell counts as it comes.
            let as_of = AsOf { event_time_us: i64::MAX, record_time_us: i64::MAX };
            let located = self.locate(recall.enterprise_id, starts, as_of).await?;
            let statements = self.differences(&recall, &located, reached).await?;
            match self.write_decided(&mut attempts, statements).await? {
                Some(_) => return Ok(()),
                None => {
                    let found = recalls::find(self.store(), Scope::PLATFORM, id).await?;
                    recall = found.ok_or(Error::NotFound)?;
                    if recall.state != RecallState::Open || recall.place >= reached {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn differences(
        &self,
        recall: &Recall,
        located: &Located,
        reached: Place,
    ) -> Result<Vec<Statement>> {
        let (id, now_us) = (recall.recall_id, self.now_us());
        let limit = MAX_RECALL_RANGES as u32;
        let before = recalls::holdings(self.store(), id, None, limit).await?;
        let found = located.goods.iter().filter(|it| it.holder != HolderKey::Nobody);
        let n_located = found.map(|it| it.ids.n_ids()).sum();
        let n_all: u64 = located.goods.iter().map(|it| it.ids.n_ids()).sum();
        let look =
            Look { place: reached, at_us: now_us, n_located, is_complete: n_located == n_all };
        let rows: Vec<HoldingRow> = located.goods.iter().map(holding_row).collect();
        let mut statements = vec![
            recalls::looked(recall, look),
            recalls::delete_holdings(id),
            recalls::delete_ranges(id, Part::Packs),
        ];
        statements.extend(recalls::insert_holdings(id, &rows));
        statements.extend(recalls::insert_ranges(id, Part::Packs, &ranges_of(&located.packs)));
        let new = self.new_items(recall, located).await?;
        if !new.is_empty() {
            let mut later = recalls::ranges(self.store(), id, Part::Later).await?;
            later.extend(ranges_of(&new));
            let later =
                joined(later.iter().map(|it| Ids { first: it.first, last: it.last }).collect());
            statements.push(recalls::delete_ranges(id, Part::Later));
            statements.extend(recalls::insert_ranges(id, Part::Later, &ranges_of(&later)));
        }
        if recall.is_drill {
            return Ok(statements);
        }
        if !new.is_empty() {
            statements.push(recalls::claim(recalls::next_turn(self.store()).await?));
            statements.extend(recalled::insert(id, &self.not_told_yet(&new).await?));
        }
        statements.extend(self.tasks_for(recall, located).await?);
        statements.extend(self.alerts_for(recall, &before, &located.goods, &new).await?);
        Ok(statements)
    }

    /// Items that belong to a recall and were not ordered back.
    async fn new_items(&self, recall: &Recall, located: &Located) -> Result<Vec<Ids>> {
        let mut known = Vec::new();
        for part in [Part::Items, Part::Later] {
            let ranges = recalls::ranges(self.store(), recall.recall_id, part).await?;
            known.extend(ranges.into_iter().map(|it| Ids { first: it.first, last: it.last }));
        }
        let items = located.goods.iter().filter(|it| it.is_scanned).map(|it| it.ids);
        Ok(without(&joined(items.collect()), &joined(known)))
    }

    /// An alert for each event that moved goods away from where they should stay, or brought more.
    async fn alerts_for(
        &self,
        recall: &Recall,
        before: &[HoldingRow],
        goods: &[Held],
        new: &[Ids],
    ) -> Result<Vec<Statement>> {
        let mut by_event: BTreeMap<([u8; 16], u8), Moved<'_>> = BTreeMap::new();
        for held in goods {
            let Some((key, event_time_us)) = held.event else { continue };
            let brought = held.is_scanned && overlaps(new, held.ids);
            let kind = if brought { AlertKind::NewGoods } else { AlertKind::Moved };
            let at = before.partition_point(|it| it.range.last < held.ids.first);
            let mut was = before[at..].iter().take_while(|it| it.range.first <= held.ids.last);
            // Who was to have them has them now: that is as it should be.
            let is_on = matches!(held.state, State::InTransit | State::Sold | State::Used);
            let moved = was.any(|it| {
                it.event.map(|(key, _)| key) != Some(key)
                    && (it.holder != held.holder.text() || is_on && it.state != held.state)
            });
            let is_home = held.holder == HolderKey::Enterprise(recall.enterprise_id)
                && matches!(held.state, State::InStock | State::InTransit);
            let is_gone = matches!(held.state, State::Destroyed | State::Decommissioned);
            if brought || (moved && !is_home && !is_gone) {
                let first = Moved { kind, event_time_us, held, amounts: Amounts::default() };
                by_event.entry((key, kind as u8)).or_insert(first).amounts.add(held);
            }
        }
        let [mut n_alerts, _] = recall_alerts::counts(self.store(), recall.recall_id).await?;
        let mut statements = Vec::new();
        for ((event_key, _), moved) in by_event {
            let Moved { kind, event_time_us, held, amounts } = moved;
            let id = recall.recall_id;
            if recall_alerts::is_raised(self.store(), id, kind, &event_key).await? {
                continue;
            }
            n_alerts += 1;
            statements.push(recall_alerts::insert(&Alert {
                enterprise_id: recall.enterprise_id,
                recall_id: id,
                alert_no: n_alerts,
                kind,
                event_key,
                event_time_us,
                holder: held.holder.text(),
                state: held.state,
                n_items: amounts.n_items,
                n_lots: amounts.n_lots,
                raised_at_us: self.now_us(),
                acknowledged: None,
            }));
        }
        if !statements.is_empty() {
            let about = About { recall: recall.recall_id, task: None };
            let to = Some(recall.enterprise_id);
            statements.push(self.notice(
                (recall.enterprise_id, statements.len()),
                about,
                to,
                NoticeKind::Alert,
            ));
        }
        Ok(statements)
    }

    /// Alerts of a recall.
    pub async fn list_recall_alerts(
        &self,
        caller: &Caller,
        id: RecallId,
        page: &Page,
    ) -> Result<Paged<(Alert, super::HolderName)>> {
        let recall = self.find_recall(caller, id).await?;
        let after =
            page.after.as_deref().map(|text| text.parse::<i64>().map_err(|_| Error::NotFound));
        let rows =
            recall_alerts::list(self.store(), recall.recall_id, page.to_store(after.transpose()?))
                .await?;
        let paged = page.paged(rows, |row| row.alert_no.to_string());
        let mut items = Vec::with_capacity(paged.items.len());
        for alert in paged.items {
            let holder = self.holder_name(HolderKey::from_text(&alert.holder)?).await?;
            items.push((alert, holder));
        }
        Ok(Paged { items, next: paged.next })
    }

    /// Notes that somebody read an alert; the first who did stands.
    pub async fn acknowledge_alert(
        &self,
        caller: &Caller,
        id: RecallId,
        alert_no: u64,
    ) -> Result<()> {
        let recall = self.find_recall(caller, id).await?;
        let now_us = self.now_us();
        let read = recall_alerts::acknowledge(recall.recall_id, alert_no, &caller.label, now_us);
        self.store().write("acknowledge alert", vec![read]).await?;
        Ok(())
    }
}

/// What one event did to goods, told by the first run of them.
struct Moved<'h> {
    kind: AlertKind,
    event_time_us: i64,
    held: &'h Held,
    amounts: Amounts,
}

/// Whether any of `runs`, which are disjoint and in order, overlaps `ids`.
fn overlaps(runs: &[Ids], ids: Ids) -> bool {
    let at = runs.partition_point(|it| it.last < ids.first);
    runs.get(at).is_some_and(|it| it.first <= ids.last)
}

/// What is watched for each recall, by its revision.
pub(super) type Watched = HashMap<RecallId, (i64, Arc<Vec<Ids>>)>;
