//! Drills (模拟召回) on a schedule.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::Statement;
use store::id::EnterpriseId;
use store::recall_notices::{self, DrillSchedule, Notice, NoticeKind};

use crate::limits::{MAX_DRILL_MONTHS, OVERDUE_AT_ONCE};
use crate::{Attempts, Caller, Error, Result, Service};

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
                alert_id: None,
                to_id: Some(due.enterprise_id),
                kind: NoticeKind::DrillDue,
                created_at_us: now_us,
                due_at_us: now_us,
            };
            let statements =
                vec![recall_notices::remind(&due, now_us), recall_notices::insert(&notice)];
            // Another server was first.
            let _ = self.write_decided(&mut Attempts::of("remind of drill"), statements).await?;
        }
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
