//! Orders: a set is looked at, frozen, written down, and told to whoever scans from then on.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil::Weekday};
use serde_json::json;
use store::captures;
use store::id::{EnterpriseId, RecallId, Scope};
use store::ident::IdRange;
use store::recall_notices::NoticeKind;
use store::recalls::{self, HoldingRow, Part, Recall, RecallState};
use store::subscriptions::Place;
use trace::{AsOf, Ids};

use super::contents::joined;
use super::holders::HolderKey;
use super::locate::{Held, Located};
use super::start::Starts;
use super::tasks::About;
use super::told::part;
use super::{RecallQuestion, RecallStart, amounts_of, set};
use crate::error::Violations;
use crate::limits::{MAX_RECALL_DAYS, MAX_RECALL_TEXT_CHARS, MAX_TOKEN_CHARS};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Role, Service};

/// How urgent a recall of food is (食品召回管理办法 §13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallLevel {
    /// 一级: serious harm or death has happened or may happen.
    First,
    /// 二级: harm has happened or may happen.
    Second,
    /// 三级: labels or marks are wrong.
    Third,
}

impl RecallLevel {
    /// Every level, the most urgent first.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// 1 to 3; 1 is the most urgent.
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
        }
    }

    /// The level of a number, if there is one.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }

    /// Within how many hours it is to begin (§13).
    pub fn begin_hours(self) -> i64 {
        24 * i64::from(self.number())
    }

    /// In how many working days it is to be done (§18).
    pub fn working_days(self) -> u32 {
        10 * u32::from(self.number())
    }

    /// When it is to be done if nobody says otherwise: working days in China from Monday to
    /// Friday, since nobody here knows its holidays. Microseconds since the epoch.
    pub fn deadline_us(self, ordered_at_us: i64) -> i64 {
        let far = ordered_at_us.saturating_add(i64::from(self.working_days()) * 2 * DAY_US);
        let Ok(at) = Timestamp::from_microsecond(ordered_at_us) else { return far };
        let mut day = at.to_zoned(TimeZone::fixed(jiff::tz::offset(8)));
        let mut n_left = self.working_days();
        while n_left > 0 {
            let Ok(next) = day.checked_add(1.day()) else { return far };
            day = next;
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                n_left -= 1;
            }
        }
        day.timestamp().as_microsecond()
    }
}

const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Whether people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallKind {
    /// Goods come back.
    Recall,
    /// 模拟召回: how fast they would be found; nobody else hears of it.
    Drill,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecall {
    /// Which goods.
    pub question: RecallQuestion,
    /// Whether people are told.
    pub kind: RecallKind,
    /// How urgent it is.
    pub level: RecallLevel,
    /// Why, as consumers read it.
    pub reason: String,
    /// What consumers and holders are to do, in zh-CN, ko and en; one at least.
    pub instructions: [String; 3],
    /// By when it is to be done, microseconds since the epoch; as the law says if nothing is said.
    pub deadline_us: Option<i64>,
    /// Any text that the client makes up for this order: sent again, it is the same order.
    pub client_token: String,
    /// The root hash of the preview; the order is refused if the set is another by now.
    pub root_hash: Option<[u8; 32]>,
}

impl Service {
    /// Calls goods back: freezes the set, queues its leaf, and has scans tell of it from the commit
    /// on. Sent again with the same client token it is the order of before. Of an order as of an
    /// earlier moment what happened since is looked at before this returns.
    ///
    /// # Errors
    /// Those of [`Service::preview_recall`]; [`Error::Conflict`] if the set is not the one that was
    /// looked at, or the token is of another order.
    pub async fn order_recall(&self, caller: &Caller, new: &NewRecall) -> Result<Recall> {
        let owner = self.owner_of_recall(caller, new.question.enterprise_id.as_deref()).await?;
        check(new, self.now_us())?;
        if let Some(before) = self.ordered_before(owner, new).await? {
            return Ok(before);
        }
        // What is captured from here on is looked at afterwards.
        self.place_captures().await?;
        let place = Place::end_of(captures::next_position(self.store()).await? - 1);
        let as_of = self.as_of_recall(&new.question);
        let begun_us = self.now_us();
        let at_us = (as_of.event_time_us, as_of.record_time_us);
        let starts = self.subjects_of(caller, &new.question, at_us).await?;
        let mut located = self.locate_or_nothing(owner, &starts, as_of).await?;
        if located.goods.is_empty() {
            let message = "none of these goods are of the enterprise; their owners recall them";
            return Err(Error::rejected("/start", "nothing-to-recall", message));
        }
        // Of what others tell to be made of them is asked at the next look.
        [located.made_of, _] = self.made_by_word(owner, &located).await?;
        let lines = self.lines_of_set(&located.goods).await?;
        let root_hash = set::root_hash(&lines);
        if new.root_hash.is_some_and(|it| it != root_hash) {
            let message = "the goods are not the same as when you looked; look again, then order";
            return Err(Error::Conflict(message.into()));
        }
        let frozen = Frozen { owner, as_of, root_hash, n_lines: lines.len(), place, begun_us };
        let recall = self.recall_of(caller, new, &frozen, &located);
        let ordered = self.write_order(new, &recall, &starts, &located).await?;
        let asked = &new.question;
        if asked.event_time_us.is_none() && asked.record_time_us.is_none() {
            return Ok(ordered);
        }
        // It stands, and whoever follows recalls looks if this fails.
        let id = ordered.recall_id;
        if let Err(error) = self.look_at(id).await {
            tracing::warn!(recall.id = %id, %error, "what happened since is looked at later");
        }
        Ok(recalls::find(self.store(), Scope::PLATFORM, id).await?.unwrap_or(ordered))
    }

    /// Recalls and drills that the caller may see.
    pub async fn list_recalls(&self, caller: &Caller, page: &Page) -> Result<Paged<Recall>> {
        caller.watches()?;
        let after = page.after_id(RecallId::number)?;
        let rows = recalls::list(self.store(), caller.scope(), page.to_store(after)).await?;
        Ok(page.paged(rows, |row| row.recall_id.to_string()))
    }

    /// One recall or drill.
    pub async fn find_recall(&self, caller: &Caller, id: RecallId) -> Result<Recall> {
        caller.watches()?;
        recalls::find(self.store(), caller.scope(), id).await?.ok_or(Error::NotFound)
    }

    /// Takes an order back that was a mistake, also after it was closed: scans tell no more of it,
    /// and the log tells that.
    pub async fn withdraw_recall(
        &self,
        caller: &Caller,
        id: RecallId,
        reason: &str,
    ) -> Result<Recall> {
        let mut violations = Violations::default();
        violations.check_text("/reason", reason, MAX_RECALL_TEXT_CHARS);
        violations.finish()?;
        let mut attempts = Attempts::of("withdraw recall");
        loop {
            let recall = self.find_recall(caller, id).await?;
            if !may_end(caller, &recall) {
                return Err(Error::Forbidden);
            }
            if let Some(why) = why_not_withdrawn(&recall) {
                return Err(Error::Conflict(why.into()));
            }
            let turn = recalls::next_turn(self.store()).await?;
            let now_us = self.now_us();
            let withdrawal = json!({
                "type": "recall-withdrawn",
                "recall_id": id.to_string(),
                "at": time(now_us),
                "by": caller.label,
                "reason": reason.trim(),
                "closed_at": recall.ended_at_us.map(time),
            });
            let withdrawal = withdrawal.to_string().into_bytes();
            let mut statements = vec![recalls::claim(turn)];
            statements.extend(recalls::withdraw(&recall, &withdrawal, now_us));
            if !recall.is_drill {
                let mut told = Vec::new();
                for it in [Part::Items, Part::Classes, Part::Later, Part::LaterClasses] {
                    told.extend(part(self, id, it).await?);
                }
                statements.extend(self.retold(&recall, Vec::new(), &joined(told)).await?);
                statements.extend(self.end_tasks(&recall).await?);
            }
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return self.find_recall(caller, id).await;
            }
        }
    }

    /// An open recall, if the caller may end it.
    pub(super) async fn recall_to_end(&self, caller: &Caller, id: RecallId) -> Result<Recall> {
        let recall = self.find_recall(caller, id).await?;
        if !may_end(caller, &recall) {
            return Err(Error::Forbidden);
        }
        match recall.state {
            RecallState::Open => Ok(recall),
            _ => Err(Error::Conflict("the recall has ended already".into())),
        }
    }

    async fn ordered_before(&self, owner: EnterpriseId, new: &NewRecall) -> Result<Option<Recall>> {
        let before = recalls::by_token(self.store(), owner, &new.client_token).await?;
        match before {
            Some(it) if it.asked_hash == asked_hash(new) => Ok(Some(it)),
            Some(_) => {
                let message = "this client token is of another order; make up a new one";
                Err(Error::Conflict(message.into()))
            }
            None => Ok(None),
        }
    }

    async fn write_order(
        &self,
        new: &NewRecall,
        recall: &Recall,
        starts: &Starts,
        located: &Located,
    ) -> Result<Recall> {
        let id = recall.recall_id;
        let items = located.goods.iter().filter(|it| it.is_scanned).map(|it| it.ids);
        let items = joined(items.collect());
        let classes: Vec<Ids> =
            located.goods.iter().filter(|it| !it.is_scanned).map(|it| it.ids).collect();
        let holdings: Vec<HoldingRow> = located.goods.iter().map(holding_row).collect();
        let mut attempts = Attempts::of("order recall");
        loop {
            let turn = recalls::next_turn(self.store()).await?;
            let mut statements = vec![recalls::claim(turn)];
            statements.extend(recalls::insert(recall));
            for (part, ids) in [
                (Part::Subjects, &starts.ids[..]),
                (Part::Contested, &starts.contested),
                (Part::Items, &items[..]),
                (Part::Classes, &classes),
                (Part::Packs, &located.packs),
            ] {
                statements.extend(recalls::insert_ranges(id, part, &ranges_of(ids)));
            }
            statements.extend(recalls::insert_holdings(id, &holdings));
            if !recall.is_drill {
                let told = joined(items.iter().chain(&classes).copied().collect());
                statements.extend(self.retold(recall, told.clone(), &told).await?);
                statements.extend(self.tasks_for(recall, located, &[]).await?);
                let (owner, about) = (recall.enterprise_id, About { recall: id, task: None });
                statements.push(self.notice((owner, 0), about, Some(owner), NoticeKind::Ordered));
            } else {
                statements.extend(self.drilled(recall.enterprise_id).await?);
            }
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                return Ok(recall.clone());
            }
            if let Some(before) = self.ordered_before(recall.enterprise_id, new).await? {
                return Ok(before);
            }
        }
    }

    fn recall_of(
        &self,
        caller: &Caller,
        new: &NewRecall,
        frozen: &Frozen,
        located: &Located,
    ) -> Recall {
        let ordered_at_us = self.now_us();
        let total = amounts_of(&located.goods);
        let found = located.goods.iter().filter(|it| it.holder != HolderKey::Nobody);
        let level = new.level;
        let mut recall = Recall {
            recall_id: RecallId::new(ordered_at_us, self.random_bits()),
            enterprise_id: frozen.owner,
            client_token: new.client_token.clone(),
            asked_hash: asked_hash(new),
            is_drill: new.kind == RecallKind::Drill,
            level: level.number(),
            state: RecallState::Open,
            revision: 0,
            reason: new.reason.trim().to_owned(),
            instructions: new.instructions.clone().map(|it| it.trim().to_owned()),
            start: start_text(&new.question.start),
            ordered_by: format!("{}: {}", caller.role.name(), caller.label),
            ordered_at_us,
            begin_by_us: (ordered_at_us + level.begin_hours() * HOUR_US)
                .min(new.deadline_us.unwrap_or(i64::MAX)),
            deadline_us: new.deadline_us.unwrap_or(level.deadline_us(ordered_at_us)),
            event_time_us: frozen.as_of.event_time_us,
            record_time_us: frozen.as_of.record_time_us,
            n_items: total.n_items,
            n_lots: total.n_lots,
            n_cases: located.n_cases,
            n_pallets: located.n_pallets,
            n_located: found.map(|it| it.ids.n_ids()).sum(),
            located_us: ordered_at_us - frozen.begun_us,
            root_hash: frozen.root_hash,
            body: Vec::new(),
            place: frozen.place,
            located_at_us: ordered_at_us,
            complete_at_us: None,
            ended_at_us: None,
            closing: None,
            withdrawal: None,
            // What happened since the moment that was asked for, and what was captured with a time
            // that is ahead of ours.
            due_at_us: Some(ordered_at_us),
            n_touched: 0,
            look_us: ordered_at_us - frozen.begun_us,
            fault: None,
        };
        let is_complete = recall.n_located == recall.n_items + recall.n_lots;
        recall.complete_at_us = is_complete.then_some(ordered_at_us);
        recall.body = body_of(&recall, frozen.n_lines);
        recall
    }
}

/// What an authority ordered it ends, and not whose goods they are.
pub(super) fn may_end(caller: &Caller, recall: &Recall) -> bool {
    caller.enterprise_id.is_none() || !is_by_authority(recall)
}

/// Why a recall cannot be withdrawn, if it cannot: one that was closed still can, since scans tell
/// of it.
pub(super) fn why_not_withdrawn(recall: &Recall) -> Option<&'static str> {
    match recall.state {
        RecallState::Withdrawn => Some("the recall was withdrawn already"),
        RecallState::Closed if recall.is_drill => Some("the drill has ended, and tells nobody"),
        RecallState::Open | RecallState::Closed => None,
    }
}

/// Whether somebody who watches over the owner ordered it.
pub(super) fn is_by_authority(recall: &Recall) -> bool {
    let by = recall.ordered_by.split(": ").next().and_then(Role::from_name);
    by != Some(Role::Enterprise)
}

/// What an order rests on.
struct Frozen {
    owner: EnterpriseId,
    as_of: AsOf,
    root_hash: [u8; 32],
    n_lines: usize,
    place: Place,
    begun_us: i64,
}

const HOUR_US: i64 = 3600 * 1_000_000;

/// The canonical bytes of an order: JSON with sorted names, which its leaf commits to.
fn body_of(it: &Recall, n_lines: usize) -> Vec<u8> {
    let [zh, ko, en] = &it.instructions;
    let body = json!({
        "type": if it.is_drill { "recall-drill" } else { "recall" },
        "recall_id": it.recall_id.to_string(),
        "enterprise_id": it.enterprise_id.to_string(),
        "level": it.level,
        "reason": it.reason,
        "instruction": { "zh-CN": zh, "ko": ko, "en": en },
        "ordered_at": time(it.ordered_at_us),
        "begin_by": time(it.begin_by_us),
        "deadline": time(it.deadline_us),
        "event_time": time(it.event_time_us),
        "record_time": time(it.record_time_us),
        "n_items": it.n_items,
        "n_lots": it.n_lots,
        "tree_size": n_lines,
        "root_hash": hex(&it.root_hash),
    });
    body.to_string().into_bytes()
}

fn check(new: &NewRecall, now_us: i64) -> Result<()> {
    let mut violations = Violations::default();
    violations.check_text("/reason", &new.reason, MAX_RECALL_TEXT_CHARS);
    violations.check_text("/client_token", &new.client_token, MAX_TOKEN_CHARS);
    for (text, name) in new.instructions.iter().zip(["zh-CN", "ko", "en"]) {
        if !text.trim().is_empty() {
            let pointer = format!("/instruction/{name}");
            violations.check_text(&pointer, text, MAX_RECALL_TEXT_CHARS);
        }
    }
    let is_told = new.kind == RecallKind::Recall;
    if is_told && new.instructions.iter().all(|it| it.trim().is_empty()) {
        let message = "say what consumers and holders are to do, in one language at least";
        violations.add("/instruction", "required", message);
    }
    let latest_us = now_us + MAX_RECALL_DAYS * DAY_US;
    if new.deadline_us.is_some_and(|at_us| !(now_us..=latest_us).contains(&at_us)) {
        let message = format!("a deadline is between now and {MAX_RECALL_DAYS} days from now");
        violations.add("/deadline", "bad-deadline", message);
    }
    violations.finish()
}

/// What a second try must ask for as well.
fn asked_hash(new: &NewRecall) -> [u8; 32] {
    let asked = format!(
        "{:?}",
        (&new.question, new.kind, new.level, &new.reason, &new.instructions, new.deadline_us)
    );
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, asked.as_bytes()).as_ref());
    hash
}

fn start_text(start: &RecallStart) -> String {
    let value = match start {
        RecallStart::Thing(text) => json!({ "thing": text }),
        RecallStart::Event(event_id) => json!({ "event": event_id }),
        RecallStart::Place { place, from_us, until_us } => {
            json!({ "place": { "place": place, "from": time(*from_us), "until": time(*until_us) } })
        }
        RecallStart::Query(query) => {
            let query: serde_json::Value = serde_json::from_str(query).unwrap_or_default();
            json!({ "query": query })
        }
    };
    value.to_string()
}

pub(super) fn time(time_us: i64) -> String {
    Timestamp::from_microsecond(time_us).map(|it| it.to_string()).unwrap_or_default()
}

pub(super) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn ids_of(ranges: &[IdRange]) -> Vec<Ids> {
    ranges.iter().map(|it| Ids { first: it.first, last: it.last }).collect()
}

pub(super) fn ranges_of(ids: &[Ids]) -> Vec<IdRange> {
    ids.iter().map(|it| IdRange { first: it.first, last: it.last }).collect()
}

pub(super) fn holding_row(held: &Held) -> HoldingRow {
    HoldingRow {
        range: IdRange { first: held.ids.first, last: held.ids.last },
        is_class: held.is_class,
        state: held.state,
        holder: held.holder.text(),
        event: held.event,
        container: held.container,
        quantity: held.amount.map(|it| (it.quantity.to_string(), it.unit())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_leave_out_weekends() {
        // Sunday 2026-11-22 19:00 in Beijing; ten working days on is Friday two weeks later.
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        let ordered = at("2026-11-22T11:00:00Z");
        let days = RecallLevel::ALL.map(|level| time(level.deadline_us(ordered)));
        assert_eq!(days, ["2026-12-04T11:00:00Z", "2026-12-18T11:00:00Z", "2027-01-01T11:00:00Z"]);
        assert_eq!(RecallLevel::ALL.map(RecallLevel::begin_hours), [24, 48, 72]);
    }
}
