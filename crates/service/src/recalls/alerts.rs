//! Alerts: events after an order that moved its goods, brought more, or, told by strangers, would
//! bring more if somebody agrees.

use std::collections::BTreeMap;

use serde_json::json;
use store::Statement;
use store::events;
use store::id::{RecallId, Scope};
use store::recall_alerts::{self, Alert, AlertKind, Decision};
use store::recall_notices::NoticeKind;
use store::recalls::{self, HoldingRow, Recall, RecallState};
use trace::{EdgeKind, Ids, State, Trail};

use super::contents::joined;
use super::follow::Followed;
use super::holders::{HolderKey, HolderName};
use super::later::Later;
use super::locate::{Amounts, Held};
use super::order::{hex, may_end, ranges_of, time};
use super::tasks::About;
use crate::{Attempts, Caller, Error, Page, Paged, Result, Service};

/// An alert as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertView {
    /// It.
    pub alert: Alert,
    /// Who has the goods.
    pub holder: HolderName,
    /// Who captured the event; none if it is gone.
    pub reporter: Option<HolderName>,
}

/// What somebody decides about goods that only strangers tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertAnswer {
    /// They belong to the recall.
    Accept,
    /// They do not, unless the owner or a partner tells that they do.
    Dismiss,
}

/// What one event did to goods, told by the first run of them.
struct Moved {
    event_time_us: i64,
    holder: String,
    state: State,
    amounts: Amounts,
    ids: Vec<Ids>,
}

/// Which alert: the event, and what is told of it.
type Cause = ([u8; 16], AlertKind, Decision);

impl Service {
    /// An alert for each event that moved goods away from where they should stay, or brought more.
    pub(super) async fn alerts_for(
        &self,
        recall: &Recall,
        before: &[HoldingRow],
        later: &Later,
        (brought, trail): (&[Ids], &Trail),
    ) -> Result<Vec<Statement>> {
        let id = recall.recall_id;
        let [mut n_alerts, ..] = recall_alerts::counts(self.store(), id).await?;
        let mut statements = Vec::new();
        for ((event_key, kind, decision), moved) in causes(recall, before, later, (brought, trail))
        {
            if decision == Decision::None
                && recall_alerts::is_raised(self.store(), id, kind, &event_key).await?
            {
                continue;
            }
            n_alerts += 1;
            statements.push(recall_alerts::insert(&Alert {
                enterprise_id: recall.enterprise_id,
                recall_id: id,
                alert_no: n_alerts,
                kind,
                event_key,
                event_time_us: moved.event_time_us,
                holder: moved.holder,
                state: moved.state,
                n_items: moved.amounts.n_items,
                n_lots: moved.amounts.n_lots,
                raised_at_us: self.now_us(),
                acknowledged: None,
                decision,
                decided: None,
                n_decided: 0,
            }));
            if decision == Decision::Asked {
                let ids = ranges_of(&joined(moved.ids));
                statements.extend(recall_alerts::insert_claims(id, n_alerts, &ids));
            }
        }
        if !statements.is_empty() {
            let (owner, about) = (recall.enterprise_id, About { recall: id, task: None });
            let nth = statements.len();
            statements.push(self.notice((owner, nth), about, Some(owner), NoticeKind::Alert));
        }
        Ok(statements)
    }

    /// Alerts of a recall.
    pub async fn list_recall_alerts(
        &self,
        caller: &Caller,
        id: RecallId,
        page: &Page,
    ) -> Result<Paged<AlertView>> {
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
            let keys = [alert.event_key];
            let event = events::by_keys(self.store(), Scope::PLATFORM, &keys).await?;
            let reporter = match event.first() {
                Some(event) => {
                    Some(self.holder_name(HolderKey::Enterprise(event.enterprise_id)).await?)
                }
                None => None,
            };
            items.push(AlertView { alert, holder, reporter });
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

    /// Decides whether goods that only strangers tell of belong to an open recall; the last answer
    /// stands, and is a leaf of the log. Whoever scans them is told once this returns, as far as
    /// events still lead there, unless the answer says that it is done later.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the owner that dismisses goods of an authority's recall,
    /// [`Error::Conflict`] if there is nothing to decide or the recall has ended.
    pub async fn answer_alert(
        &self,
        caller: &Caller,
        (id, alert_no): (RecallId, u64),
        answer: AlertAnswer,
    ) -> Result<Followed> {
        let mut attempts = Attempts::of("answer alert");
        loop {
            let recall = self.find_recall(caller, id).await?;
            if answer == AlertAnswer::Dismiss && !may_end(caller, &recall) {
                return Err(Error::Forbidden);
            }
            let alert = recall_alerts::find(self.store(), id, alert_no).await?;
            let alert = alert.ok_or(Error::NotFound)?;
            if alert.decision == Decision::None {
                return Err(Error::Conflict("there is nothing to decide about this alert".into()));
            }
            if recall.state != RecallState::Open {
                return Err(Error::Conflict("the recall has ended already".into()));
            }
            let decision = match answer {
                AlertAnswer::Accept => Decision::Accepted,
                AlertAnswer::Dismiss => Decision::Dismissed,
            };
            let now_us = self.now_us();
            let by = (caller.label.as_str(), now_us);
            let body = decision_body(&alert, decision, by);
            let mut statements = recall_alerts::decide(&alert, decision, by, &body);
            statements.push(recalls::hurry(id, now_us));
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return self.followed_at_once(id).await;
            }
        }
    }
}

/// What there is to tell of: the events that moved goods, brought more, or would.
fn causes(
    recall: &Recall,
    before: &[HoldingRow],
    later: &Later,
    (brought, trail): (&[Ids], &Trail),
) -> BTreeMap<Cause, Moved> {
    let bringers = Bringers::of(trail);
    let mut by_event: BTreeMap<Cause, Moved> = BTreeMap::new();
    let mut note = |held: &Held, kind: AlertKind, decision: Decision| {
        let Some(at) = held.event.map(|event| match kind {
            AlertKind::Moved => event,
            AlertKind::NewGoods | AlertKind::MadeOf => {
                (bringers.event_of(held.ids).unwrap_or(event.0), event.1)
            }
        }) else {
            return;
        };
        let moved = by_event.entry((at.0, kind, decision)).or_insert_with(|| Moved {
            event_time_us: at.1,
            holder: held.holder.text(),
            state: held.state,
            amounts: Amounts::default(),
            ids: Vec::new(),
        });
        moved.amounts.add(held);
        moved.ids.push(held.ids);
    };
    for held in &later.goods {
        if overlaps(brought, held.ids) {
            note(held, AlertKind::NewGoods, Decision::None);
        } else if has_moved(recall, before, held) {
            note(held, AlertKind::Moved, Decision::None);
        }
    }
    later.asked.iter().for_each(|held| note(held, AlertKind::NewGoods, Decision::Asked));
    for (owner, held) in &later.asked_made {
        let held = Held { holder: HolderKey::Enterprise(*owner), ..held.clone() };
        note(&held, AlertKind::MadeOf, Decision::Asked);
    }
    by_event
}

/// The canonical bytes of a decision: JSON with sorted names, which its leaf commits to.
fn decision_body(it: &Alert, decision: Decision, (by, now_us): (&str, i64)) -> Vec<u8> {
    let body = json!({
        "type": "recall-alert-decided",
        "recall_id": it.recall_id.to_string(),
        "alert_no": it.alert_no,
        "kind": it.kind.name(),
        "decision": decision.name(),
        "at": time(now_us),
        "by": by,
        "event_key": hex(&it.event_key),
        "n_items": it.n_items,
        "n_lots": it.n_lots,
    });
    body.to_string().into_bytes()
}

/// Whether goods went to somebody else, or on their way, to a consumer or into something; not if
/// they came home or are gone for good.
fn has_moved(recall: &Recall, before: &[HoldingRow], held: &Held) -> bool {
    let Some((key, _)) = held.event else { return false };
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
    moved && !is_home && !is_gone
}

/// Which event made goods, or told that they are of a lot.
struct Bringers(BTreeMap<i64, (i64, [u8; 16])>);

impl Bringers {
    fn of(trail: &Trail) -> Self {
        let mut edges: Vec<_> =
            trail.edges.iter().filter(|it| it.kind != EdgeKind::Packed).collect();
        edges.sort();
        let mut runs = BTreeMap::new();
        for edge in edges {
            runs.entry(edge.to.first).or_insert((edge.to.last, edge.event));
        }
        Self(runs)
    }

    fn event_of(&self, ids: Ids) -> Option<[u8; 16]> {
        let (_, (last, event)) = self.0.range(..=ids.first).next_back()?;
        (*last >= ids.first).then_some(*event)
    }
}

/// Whether any of `runs`, which are disjoint and in order, overlaps `ids`.
pub(super) fn overlaps(runs: &[Ids], ids: Ids) -> bool {
    let at = runs.partition_point(|it| it.last < ids.first);
    runs.get(at).is_some_and(|it| it.first <= ids.last)
}
