//! Alerts: one queue of an enterprise, and one of the platform, of what somebody should look at.
//!
//! Whoever finds something raises an alert in the write that keeps what it found
//! ([`Service::raise_alert`]). A scan writes none: what it finds waits in memory, one entry for
//! each reason and subject, and is written about once a second ([`Service::write_alerts`]). A
//! server that is killed loses that second; the next such scan raises the alert again.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use store::Statement;
use store::alerts::{
    self, Action, Alert, Change, Filter, GRADES, Grade, OUTCOMES, Outcome, REASONS, Reason, STATES,
    State, SubjectKind,
};
use store::id::{AlertId, BatchId, EnterpriseId, ProductId, Scope};
use verdict::{Prover, Rule};

use crate::error::Violations;
use crate::kept::Goods;
use crate::limits::{
    ALERT_KEPT_US, ALERT_QUIET_US, ALERTS_A_WRITE, MAX_ALERT_CHANGES, MAX_ALERT_NOTE_CHARS,
    MAX_ALERTS_AT_ONCE, MAX_ALERTS_WALKED, MAX_EXPORTED_ALERTS, MAX_LINE_CHARS, MAX_PAGES_OF_FILE,
    MAX_PENDING_ALERTS,
};
use crate::{Attempts, Caller, Error, Page, Paged, Result, Role, Service};

/// What is raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Raise {
    /// Whose queue; [`EnterpriseId::NOBODY`] is the platform's.
    pub(crate) enterprise_id: EnterpriseId,
    /// Why.
    pub(crate) reason: Reason,
    /// What the reason names, such as a rule; else empty.
    pub(crate) detail: &'static str,
    /// What it is about, and which, as its id is printed; of an item the number.
    pub(crate) subject: (SubjectKind, String),
    /// How soon somebody should look.
    pub(crate) grade: Grade,
    /// Of which product, if it is of one.
    pub(crate) product_id: Option<ProductId>,
}

/// How often and when something was found.
#[derive(Clone, Copy)]
struct Times {
    n_times: u64,
    first_at_us: i64,
    last_at_us: i64,
}

/// What scans found and nobody wrote yet.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<Raise, Times>>);

impl Pending {
    fn add(&self, it: Raise, times: Times) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_PENDING_ALERTS && !all.contains_key(&it) {
            return;
        }
        let sum = all.entry(it).or_insert(Times { n_times: 0, ..times });
        sum.n_times += times.n_times;
        sum.first_at_us = sum.first_at_us.min(times.first_at_us);
        sum.last_at_us = sum.last_at_us.max(times.last_at_us);
    }

    /// All of them in one order, so that servers that raise the same do not wait for each other
    /// in a circle.
    fn take(&self) -> Vec<(Raise, Times)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken: Vec<_> = std::mem::take(&mut *all).into_iter().collect();
        taken.sort_by(|a, b| a.0.cmp(&b.0));
        taken
    }
}

/// Which alerts, by names; what is not said is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertQuestion {
    /// `open`, `acknowledged`, `assigned`, `closed`, or `any`; none is all that are not closed.
    pub state: Option<String>,
    /// `urgent`, `important`, `notice`.
    pub grade: Option<String>,
    /// The name of a reason.
    pub reason: Option<String>,
    /// Whose: an enterprise, or `platform`; for those who see more than one.
    pub owner: Option<String>,
}

/// What somebody does with alerts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertEdit {
    /// `acknowledge`, `assign`, `close`, `reopen` or `note`.
    pub act: String,
    /// `true`, `false` or `duplicate`, to close them.
    pub outcome: String,
    /// Who deals with them, to assign them.
    pub assignee: String,
    /// What is written to them; to open them again, why.
    pub note: String,
}

/// An alert as somebody looks at it. What has a stable name is told by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedAlert {
    /// Its id.
    pub alert_id: String,
    /// Whose queue it is in; none is the platform's.
    pub enterprise_id: Option<String>,
    /// `urgent`, `important` or `notice`.
    pub grade: &'static str,
    /// Why it was raised.
    pub reason: &'static str,
    /// What the reason names, such as a rule; else empty.
    pub detail: String,
    /// `item`, `batch`, `product`, `dealer`, `case`, `report` or `recall`.
    pub subject_kind: &'static str,
    /// The code of an item, else an id.
    pub subject: String,
    /// Of which product.
    pub product_id: Option<String>,
    /// Its name, and whose it is; empty if it is of none.
    pub product_name: String,
    /// Name of the enterprise behind the product.
    pub enterprise_name: String,
    /// `open`, `acknowledged`, `assigned` or `closed`.
    pub state: &'static str,
    /// `none`, `true`, `false` or `duplicate`.
    pub outcome: &'static str,
    /// Who deals with it.
    pub assignee: String,
    /// How often it was raised.
    pub n_times: u64,
    /// For the first time, microseconds since the epoch.
    pub first_at_us: i64,
    /// For the last time.
    pub last_at_us: i64,
    /// When it was closed.
    pub closed_at_us: Option<i64>,
}

/// Something that was done with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertChange {
    /// `acknowledged`, `assigned`, `closed`, `reopened` or `noted`.
    pub action: &'static str,
    /// What it was, where it was closed.
    pub outcome: &'static str,
    /// To whom it was given.
    pub assignee: String,
    /// What was written to it.
    pub note: String,
    /// By whom.
    pub changed_by: String,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
}

/// How many alerts there are, and how many were false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertFigures {
    /// Alerts that are not closed, by grade, the gravest first.
    pub open: Vec<(&'static str, u64)>,
    /// Days up to now in which those were closed that are counted below.
    pub days: u32,
    /// Closed alerts by reason and detail.
    pub closed: Vec<ClosedAlerts>,
}

/// Closed alerts of one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClosedAlerts {
    /// Why they were raised.
    pub reason: &'static str,
    /// What the reason names.
    pub detail: String,
    /// There was something.
    pub n_true: u64,
    /// There was nothing.
    pub n_false: u64,
    /// Another told of the same.
    pub n_duplicate: u64,
}

impl ClosedAlerts {
    /// All of them.
    pub fn n_closed(&self) -> u64 {
        self.n_true + self.n_false + self.n_duplicate
    }

    /// False alarms among a thousand closed alerts; none if none was closed.
    pub fn false_per_mille(&self) -> Option<u64> {
        (self.n_false * 1_000).checked_div(self.n_closed())
    }
}

impl AlertFigures {
    /// All reasons together.
    pub fn total(&self) -> ClosedAlerts {
        let mut sum = ClosedAlerts::default();
        for it in &self.closed {
            sum.n_true += it.n_true;
            sum.n_false += it.n_false;
            sum.n_duplicate += it.n_duplicate;
        }
        sum
    }
}

impl AlertQuestion {
    /// Names of all reasons, grades and states, in the order in which pages offer them.
    pub fn names() -> [Vec<&'static str>; 3] {
        [
            REASONS.map(Reason::name).into(),
            GRADES.map(Grade::name).into(),
            STATES.map(State::name).into(),
        ]
    }

    fn filter(&self) -> Result<Filter> {
        let mut violations = Violations::default();
        let mut unknown = |pointer: &str, names: &[&str]| {
            violations.add(pointer, "unknown-name", format!("one of {}", names.join(", ")));
        };
        let mut filter = Filter { is_open: self.state.is_none(), ..Filter::default() };
        if let Some(name) = self.state.as_deref().filter(|it| *it != "any") {
            filter.state = State::from_name(name);
            filter.is_open = filter.state.is_some_and(|it| it != State::Closed);
            if filter.state.is_none() {
                unknown("/state", &STATES.map(State::name));
            }
        }
        if let Some(name) = &self.grade {
            filter.grade = Grade::from_name(name);
            if filter.grade.is_none() {
                unknown("/grade", &GRADES.map(Grade::name));
            }
        }
        if let Some(name) = &self.reason {
            filter.reason = Reason::from_name(name);
            if filter.reason.is_none() {
                unknown("/reason", &REASONS.map(Reason::name));
            }
        }
        violations.finish()?;
        Ok(filter)
    }

    /// Whose alerts, inside what the caller sees.
    fn scope(&self, caller: &Caller) -> Result<Scope> {
        caller.watches()?;
        let all = caller.scope();
        let owner = match self.owner.as_deref() {
            None => return Ok(all),
            Some("platform") => EnterpriseId::NOBODY,
            Some(text) => text.parse()?,
        };
        if all.holds(owner) { Ok(Scope::enterprise(owner)) } else { Err(Error::NotFound) }
    }
}

impl AlertEdit {
    /// What the alert is after it, and what is noted; none if there is nothing to do.
    fn applied(
        &self,
        before: &Alert,
        (by, now_us): (&str, i64),
    ) -> Result<Option<(Alert, Change)>> {
        let is_closed = before.state == State::Closed;
        let mut after = before.clone();
        let action = match self.act.as_str() {
            // Whoever acknowledges all of a page means those that nobody has seen.
            "acknowledge" if before.state != State::Open => return Ok(None),
            "note" => Action::Noted,
            "reopen" if !is_closed => {
                return Err(Error::Conflict(format!("{} is not closed", before.alert_id)));
            }
            "reopen" => {
                after.state = State::Open;
                after.outcome = Outcome::None;
                after.assignee.clear();
                after.closed_at_us = None;
                Action::Reopened
            }
            _ if is_closed => {
                return Err(Error::Conflict(format!("{} is closed", before.alert_id)));
            }
            "acknowledge" => {
                after.state = State::Acknowledged;
                Action::Acknowledged
            }
            "assign" => {
                after.state = State::Assigned;
                self.assignee.trim().clone_into(&mut after.assignee);
                Action::Assigned
            }
            _ => {
                after.state = State::Closed;
                after.outcome = Outcome::from_name(&self.outcome).unwrap_or(Outcome::None);
                after.closed_at_us = Some(now_us);
                Action::Closed
            }
        };
        if before.revision >= MAX_ALERT_CHANGES.into() && action != Action::Closed {
            let message = format!("{} has as many notes as it may: close it", before.alert_id);
            return Err(Error::Conflict(message));
        }
        let change = Change {
            change_no: before.revision + 1,
            action,
            outcome: after.outcome,
            assignee: after.assignee.clone(),
            note: self.note.trim().to_owned(),
            changed_by: by.to_owned(),
            changed_at_us: now_us,
        };
        Ok(Some((after, change)))
    }

    fn check(&self) -> Result<()> {
        let mut violations = Violations::default();
        let acts = ["acknowledge", "assign", "close", "reopen", "note"];
        if !acts.contains(&self.act.as_str()) {
            violations.add("/act", "unknown-name", format!("one of {}", acts.join(", ")));
        }
        let outcomes = &OUTCOMES.map(Outcome::name)[1..];
        if self.act == "close" && !outcomes.contains(&self.outcome.as_str()) {
            violations.add("/outcome", "unknown-name", format!("one of {}", outcomes.join(", ")));
        }
        if self.act == "assign" {
            violations.check_text("/assignee", self.assignee.trim(), MAX_LINE_CHARS);
        }
        if matches!(self.act.as_str(), "note" | "reopen") && self.note.trim().is_empty() {
            violations.add("/note", "required", "fill this in");
        }
        let n_chars = self.note.chars().count();
        if n_chars > MAX_ALERT_NOTE_CHARS {
            let message = format!("{n_chars} characters; {MAX_ALERT_NOTE_CHARS} at most");
            violations.add("/note", "too-long", message);
        }
        if self.note.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\r' | '\t')) {
            violations.add("/note", "control-character", "remove the control characters");
        }
        violations.finish()
    }
}

/// How soon somebody should look at what a rule says.
fn grade_of(rule: Rule) -> Grade {
    match rule {
        Rule::Travel | Rule::Cities | Rule::Spread | Rule::Devices | Rule::Density => {
            Grade::Important
        }
        Rule::Early | Rule::Unshipped | Rule::Territory => Grade::Important,
        Rule::Opened | Rule::Sold | Rule::Limit | Rule::Expiry => Grade::Notice,
    }
}

/// What the verdict of a scan that counts raises, or that of a PIN; most raise nothing.
pub(crate) fn of_verdict(
    state: verdict::State,
    (goods, batch_id, item_id): (&Goods, BatchId, i64),
) -> Option<Raise> {
    let item = (SubjectKind::Item, item_id.to_string());
    let (reason, detail, grade, subject) = match state {
        // Many codes of one batch make one alert.
        verdict::State::Careful { rule: rule @ Rule::Density, .. } => {
            let batch = (SubjectKind::Batch, batch_id.to_string());
            (Reason::Careful, rule.name(), grade_of(rule), batch)
        }
        verdict::State::Careful { rule, .. } => {
            (Reason::Careful, rule.name(), grade_of(rule), item)
        }
        verdict::State::PinUsed { first_by: Prover::Another, .. } => {
            (Reason::PinUsed, "", Grade::Important, item)
        }
        verdict::State::PinLocked { .. } => (Reason::PinLocked, "", Grade::Notice, item),
        _ => return None,
    };
    let (enterprise_id, product_id) = (goods.enterprise_id, Some(goods.product_id));
    Some(Raise { enterprise_id, reason, detail, subject, grade, product_id })
}

impl Service {
    /// Statements that raise an alert with whatever else the write does: a new one, or one more of
    /// what is open already.
    pub(crate) fn raise_alert(&self, it: &Raise) -> Vec<Statement> {
        let now_us = self.now_us();
        self.raised((it, Times { n_times: 1, first_at_us: now_us, last_at_us: now_us }), 0)
    }

    /// Notes in memory what a scan found; written about once a second.
    pub(crate) fn note_alert(&self, it: Raise) {
        let now_us = self.now_us();
        let times = Times { n_times: 1, first_at_us: now_us, last_at_us: now_us };
        self.pending_alerts().add(it, times);
    }

    /// Raises what scans found since the last time, and forgets what was closed long ago; called
    /// about once a second.
    pub async fn write_alerts(&self) -> Result<()> {
        let taken = self.pending_alerts().take();
        for (nth, chunk) in taken.chunks(ALERTS_A_WRITE).enumerate() {
            let raised = (0..).zip(chunk).flat_map(|(i, it)| self.raised((&it.0, it.1), i));
            let raised = raised.collect();
            if let Err(error) = self.store().write("raise alerts", raised).await {
                for (it, times) in &taken[nth * ALERTS_A_WRITE..] {
                    self.pending_alerts().add(it.clone(), *times);
                }
                return Err(error.into());
            }
        }
        if !taken.is_empty() {
            let forgotten = alerts::forget(self.now_us() - ALERT_KEPT_US);
            self.store().write("forget alerts", forgotten).await?;
        }
        Ok(())
    }

    /// The statements of the `nth` alert of one write.
    fn raised(&self, (it, times): (&Raise, Times), nth: i64) -> Vec<Statement> {
        let now_us = self.now_us();
        // Ids of one millisecond may be the same.
        let drawn_us = now_us + nth * 1_000;
        let is_of_scans =
            matches!(it.reason, Reason::Careful | Reason::PinUsed | Reason::PinLocked);
        let alert = Alert {
            enterprise_id: it.enterprise_id,
            alert_id: AlertId::new(drawn_us, self.random_bits()),
            grade: it.grade,
            reason: it.reason,
            detail: it.detail.to_owned(),
            subject_kind: it.subject.0,
            subject: it.subject.1.clone(),
            product_id: it.product_id,
            state: State::Open,
            outcome: Outcome::None,
            revision: 0,
            assignee: String::new(),
            n_times: times.n_times,
            first_at_us: times.first_at_us,
            last_at_us: times.last_at_us,
            closed_at_us: None,
        };
        let notice_id = AlertId::new(drawn_us, self.random_bits()).number();
        alerts::raise(&alert, is_of_scans.then_some(now_us - ALERT_QUIET_US), notice_id)
    }

    /// Alerts that the caller sees: an enterprise its own, a regulator those of its jurisdiction,
    /// operators all of them. A page looks at a bounded number of them, so it may be short, or
    /// empty, and still have a next one.
    pub async fn list_queue(
        &self,
        caller: &Caller,
        question: &AlertQuestion,
        page: &Page,
    ) -> Result<Paged<QueuedAlert>> {
        let (scope, filter) = (question.scope(caller)?, question.filter()?);
        let after = page.after_id(AlertId::number)?;
        let page_there = page.to_store(after);
        let walked =
            alerts::list(self.store(), scope, filter, page_there, MAX_ALERTS_WALKED).await?;
        let paged = page.paged(walked.alerts, |it| it.alert_id.to_string());
        let mut items = Vec::with_capacity(paged.items.len());
        for it in paged.items {
            items.push(self.queued(it).await?);
        }
        let next = paged.next.or_else(|| walked.reached.map(|it| it.to_string()));
        Ok(Paged { items, next })
    }

    /// The newest alerts that answer a question and come after `after`, for a file, and where the
    /// next file begins.
    pub async fn export_queue(
        &self,
        caller: &Caller,
        question: &AlertQuestion,
        after: Option<String>,
    ) -> Result<Paged<QueuedAlert>> {
        let (mut items, mut page) = (Vec::new(), Page { after, ..Page::newest() });
        for _ in 0..MAX_PAGES_OF_FILE {
            let n_left = MAX_EXPORTED_ALERTS - items.len();
            page.limit = page.limit.min(u32::try_from(n_left).unwrap_or(u32::MAX));
            let paged = self.list_queue(caller, question, &page).await?;
            items.extend(paged.items);
            page.after = paged.next;
            if page.after.is_none() || items.len() >= MAX_EXPORTED_ALERTS {
                break;
            }
        }
        Ok(Paged { items, next: page.after })
    }

    /// One alert, and what was done with it, the first first.
    pub async fn find_queued(
        &self,
        caller: &Caller,
        id: AlertId,
    ) -> Result<(QueuedAlert, Vec<AlertChange>)> {
        caller.watches()?;
        let found = alerts::find(self.store(), caller.scope(), id).await?;
        let alert = found.ok_or(Error::NotFound)?;
        let changes = alerts::changes(self.store(), &alert, MAX_ALERT_CHANGES + 1).await?;
        let changes = changes.into_iter().map(|it| AlertChange {
            action: it.action.name(),
            outcome: it.outcome.name(),
            assignee: it.assignee,
            note: it.note,
            changed_by: it.changed_by,
            changed_at_us: it.changed_at_us,
        });
        Ok((self.queued(alert).await?, changes.collect()))
    }

    /// How many alerts are open, and how many of those closed within `days` were false.
    pub async fn alert_figures(
        &self,
        caller: &Caller,
        question: &AlertQuestion,
        days: u32,
    ) -> Result<AlertFigures> {
        if !(1..=366).contains(&days) {
            return Err(Error::rejected("/days", "out-of-bounds", "from 1 to 366"));
        }
        let scope = question.scope(caller)?;
        let since_us = self.now_us() - i64::from(days) * 24 * 3600 * 1_000_000;
        let mut closed: Vec<ClosedAlerts> = Vec::new();
        for (reason, detail, outcome, n) in
            alerts::closed_since(self.store(), scope, since_us).await?
        {
            let reason = reason.name();
            let is_next = closed.last().is_none_or(|it| it.reason != reason || it.detail != detail);
            if is_next {
                closed.push(ClosedAlerts { reason, detail, ..ClosedAlerts::default() });
            }
            let Some(line) = closed.last_mut() else { continue };
            match outcome {
                Outcome::True => line.n_true += n,
                Outcome::False => line.n_false += n,
                Outcome::Duplicate | Outcome::None => line.n_duplicate += n,
            }
        }
        Ok(AlertFigures { open: self.open_alerts(caller, question).await?.into(), days, closed })
    }

    /// How many alerts are not closed, by grade, the gravest first.
    pub async fn open_alerts(
        &self,
        caller: &Caller,
        question: &AlertQuestion,
    ) -> Result<[(&'static str, u64); 3]> {
        let open = alerts::open_by_grade(self.store(), question.scope(caller)?).await?;
        let n_open = |grade| open.iter().find(|it| it.0 == grade).map_or(0, |it| it.1);
        Ok(GRADES.map(|it| (it.name(), n_open(it))))
    }

    /// Acknowledges, assigns, closes, opens again or annotates alerts, all or none. An enterprise
    /// its own, an operator those of the platform.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that is not the caller's, [`Error::Conflict`] for one that is
    /// closed, or cannot be opened again since the same is open, [`Error::Forbidden`] for who only
    /// looks, [`Error::Rejected`].
    pub async fn edit_alerts(
        &self,
        caller: &Caller,
        ids: &[AlertId],
        edit: &AlertEdit,
    ) -> Result<()> {
        let scope = match (caller.role, caller.enterprise_id) {
            (Role::Enterprise, Some(id)) => Scope::enterprise(id),
            (Role::Operator, _) => Scope::enterprise(EnterpriseId::NOBODY),
            _ => return Err(Error::Forbidden),
        };
        edit.check()?;
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() || ids.len() > MAX_ALERTS_AT_ONCE {
            let message = format!("choose 1 to {MAX_ALERTS_AT_ONCE} alerts");
            return Err(Error::rejected("/alert_ids", "how-many", message));
        }
        let mut attempts = Attempts::of("edit alerts");
        loop {
            let (mut statements, by) = (Vec::new(), (caller.label.as_str(), self.now_us()));
            let mut reopened = HashSet::new();
            for id in &ids {
                let found = alerts::find(self.store(), scope, *id).await?;
                let before = found.ok_or(Error::NotFound)?;
                let Some((after, change)) = edit.applied(&before, by)? else { continue };
                if change.action == Action::Reopened {
                    let twin = alerts::open_twin(self.store(), &before).await?;
                    let it = &before;
                    let same = (it.reason, it.detail.clone(), it.subject_kind, it.subject.clone());
                    if twin.is_some() || !reopened.insert(same) {
                        let message = format!("another alert of the same as {id} is open");
                        return Err(Error::Conflict(message));
                    }
                }
                statements.extend(alerts::change(&before, &after, &change));
            }
            let is_done = statements.is_empty()
                || self.write_decided(&mut attempts, statements).await?.is_some();
            if is_done {
                return Ok(());
            }
        }
    }

    /// An alert with the names of what it is about.
    pub(crate) async fn queued(&self, it: Alert) -> Result<QueuedAlert> {
        let goods = match it.product_id {
            Some(id) => Some(self.goods_of(id).await?),
            None => None,
        };
        let subject = match (it.subject_kind, it.subject.parse()) {
            (SubjectKind::Item, Ok(item_id)) => self.code_of_id(item_id)?.to_string(),
            _ => it.subject,
        };
        let is_platforms = it.enterprise_id == EnterpriseId::NOBODY;
        Ok(QueuedAlert {
            alert_id: it.alert_id.to_string(),
            enterprise_id: (!is_platforms).then(|| it.enterprise_id.to_string()),
            grade: it.grade.name(),
            reason: it.reason.name(),
            detail: it.detail,
            subject_kind: it.subject_kind.name(),
            subject,
            product_id: it.product_id.map(|id| id.to_string()),
            product_name: goods.as_ref().map(|it| it.product_name.clone()).unwrap_or_default(),
            enterprise_name: goods.map(|it| it.enterprise_name.clone()).unwrap_or_default(),
            state: it.state.name(),
            outcome: it.outcome.name(),
            assignee: it.assignee,
            n_times: it.n_times,
            first_at_us: it.first_at_us,
            last_at_us: it.last_at_us,
            closed_at_us: it.closed_at_us,
        })
    }
}
