//! Drills (模拟召回) on a schedule, and the outbox of everything that a recall tells people.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::id::{EnterpriseId, Scope};
use store::recall_notices::{self, DrillSchedule, Notice, NoticeKind};
use store::recalls::Recall;
use store::{Statement, recalls};

use super::holders::{HolderKey, HolderName};
use crate::limits::{MAX_DRILL_MONTHS, MAX_NOTICE_ATTEMPTS, NOTICE_LEASE_US, OVERDUE_AT_ONCE};
use crate::{Attempts, Caller, Error, Result, Service};

/// A notice that is due, with all that its text needs.
#[derive(Debug, Clone, PartialEq)]
pub struct DueNotice {
    /// Names it when it is settled.
    pub notice_id: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// Whose goods, or who drills.
    pub owner: HolderName,
    /// Who is told; none are those who watch over the owner.
    pub to: Option<HolderName>,
    /// The division of the owner, six digits: those who watch over it are told.
    pub division: Option<u32>,
    /// The recall; none where a drill is due.
    pub recall: Option<Recall>,
    /// The task, by its id.
    pub task_id: Option<store::id::TaskId>,
    /// How often it was tried, this time included.
    pub n_attempts: u32,
}

impl Service {
    /// How often the caller's enterprise drills; none if it does not.
    pub async fn drill_schedule(&self, caller: &Caller) -> Result<Option<DrillSchedule>> {
        caller.watches()?;
        let Some(id) = caller.enterprise_id else { return Ok(None) };
        Ok(recall_notices::schedule(self.store(), id).await?)
    }

    /// Has the caller's enterprise reminded of a drill each `every_months` months, the first in as
    /// many; 0 ends that.
    pub async fn set_drill_schedule(&self, caller: &Caller, every_months: u8) -> Result<()> {
        caller.writes()?;
        let id = caller.captures_for()?;
        if every_months > MAX_DRILL_MONTHS {
            let message = format!("a number of months up to {MAX_DRILL_MONTHS}; 0 ends it");
            return Err(Error::rejected("/every_months", "bad-months", message));
        }
        let statement = match every_months {
            0 => recall_notices::delete_schedule(id),
            _ => recall_notices::set_schedule(&DrillSchedule {
                enterprise_id: id,
                every_months,
                next_at_us: months_after(self.now_us(), every_months),
                reminded_at_us: None,
            }),
        };
        self.store().write("set drill schedule", vec![statement]).await?;
        Ok(())
    }

    /// Statements that put the next drill off, after one.
    pub(super) async fn drilled(&self, id: EnterpriseId) -> Result<Vec<Statement>> {
        let schedule = recall_notices::schedule(self.store(), id).await?;
        let next = schedule.map(|it| DrillSchedule {
            next_at_us: months_after(self.now_us(), it.every_months),
            reminded_at_us: None,
            ..it
        });
        Ok(next.iter().map(recall_notices::set_schedule).collect())
    }

    /// Puts reminders of drills that are due into the outbox; any number of servers may try.
    pub async fn remind_of_drills(&self) -> Result<()> {
        let now_us = self.now_us();
        for due in recall_notices::drills_due(self.store(), now_us, OVERDUE_AT_ONCE).await? {
            let notice = Notice {
                notice_id: store::id::TaskId::new(now_us, self.random_bits()).number(),
                enterprise_id: due.enterprise_id,
                recall_id: None,
                task_id: None,
                to_id: Some(due.enterprise_id),
                kind: NoticeKind::DrillDue,
                created_at_us: now_us,
                due_at_us: now_us,
                n_attempts: 0,
            };
            let statements =
                vec![recall_notices::remind(&due, now_us), recall_notices::insert(&notice)];
            // Another server was first.
            let _ = self.write_decided(&mut Attempts::of("remind of drill"), statements).await?;
        }
        Ok(())
    }

    /// Notices that are due, taken for a while: settle each of them, or another server tries.
    pub async fn claim_notices(&self, limit: u32) -> Result<Vec<DueNotice>> {
        let now_us = self.now_us();
        let mut claimed = Vec::new();
        for notice in recall_notices::due(self.store(), now_us, limit.min(OVERDUE_AT_ONCE)).await? {
            let claim = recall_notices::claim(&notice, now_us + NOTICE_LEASE_US);
            match self.store().write("claim notice", vec![claim]).await {
                Ok(_) => claimed.push(self.due_notice(&notice).await?),
                Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(claimed)
    }

    async fn due_notice(&self, notice: &Notice) -> Result<DueNotice> {
        let recall = match notice.recall_id {
            Some(id) => recalls::find(self.store(), Scope::PLATFORM, id).await?,
            None => None,
        };
        let to = match notice.to_id {
            Some(id) => Some(self.holder_name(HolderKey::Enterprise(id)).await?),
            None => None,
        };
        Ok(DueNotice {
            notice_id: notice.notice_id,
            kind: notice.kind,
            owner: self.holder_name(HolderKey::Enterprise(notice.enterprise_id)).await?,
            to,
            division: notice.enterprise_id.division(),
            recall: recall.map(|it| Recall { body: Vec::new(), closing: None, ..it }),
            task_id: notice.task_id,
            n_attempts: notice.n_attempts + 1,
        })
    }

    /// Notes what came of a notice: told, or why not; then it is tried again, a limited number of
    /// times.
    pub async fn settle_notice(
        &self,
        notice: &DueNotice,
        outcome: std::result::Result<(), String>,
    ) -> Result<()> {
        let id = notice.notice_id;
        let statement = match outcome {
            Ok(()) => recall_notices::delete(id),
            Err(why) if notice.n_attempts >= MAX_NOTICE_ATTEMPTS => {
                tracing::error!(notice.id = id, why, "a notice of a recall is given up");
                recall_notices::delete(id)
            }
            Err(why) => {
                tracing::warn!(notice.id = id, why, "a notice of a recall was not told");
                recall_notices::put_off(id, self.now_us() + NOTICE_LEASE_US, &why)
            }
        };
        self.store().write("settle notice", vec![statement]).await?;
        Ok(())
    }
}

/// So many months later, by the calendar of China; microseconds since the epoch.
fn months_after(now_us: i64, months: u8) -> i64 {
    let far = now_us.saturating_add(i64::from(months) * 30 * 24 * 3600 * 1_000_000);
    let Ok(now) = Timestamp::from_microsecond(now_us) else { return far };
    let local = now.to_zoned(TimeZone::fixed(jiff::tz::offset(8)));
    let then = local.checked_add(i32::from(months).months());
    then.map_or(far, |then| then.timestamp().as_microsecond())
}
