//! Letters: each notice of a recall to each of its readers, by each of the channels that it named.
//!
//! A notice is addressed in one write that takes it out of the outbox, so it is neither lost nor
//! told twice. A letter is then tried as deliveries of subscriptions are, and for as long. Whoever
//! dies between the receiver's answer and our note of it leaves a letter that is sent again under
//! its id: no sender can avoid that, and the receiver can tell.

use store::alerts::{self, Grade, Reason, SubjectKind};
use store::id::{LetterId, Scope, Viewer};
use store::recall_letters::{self, Channel, Contact, Letter, LetterState, NOT_CONFIRMED};
use store::recall_notices::{self, Notice, NoticeKind, Topic};
use store::recall_tasks::{Task, TaskKind};
use store::recalls::{Recall, RecallState};
use store::{Error as StoreError, Statement};
use store::{recall_tasks, recalls};

use super::contacts::{Counted, Limit};
use super::holders::{HolderKey, HolderName};
use super::tasks::TaskView;
use crate::alerts::Raise;
use crate::limits::{
    DELIVERY_DAY_US, LETTER_DAYS, LETTER_LEASE_US, MAX_LETTERS_OF_READER, MAX_RECALL_TASKS,
    MAX_TASKS_OF_LETTER, OVERDUE_AT_ONCE,
};
use crate::subscriptions::{pause_us, sign};
use crate::{Answer, Attempts, Caller, Error, Page, Paged, QueuedAlert, Result, Service};

pub(super) const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Where a reader wants notices of recalls, and of which alerts; what is empty is not used.
#[derive(Clone, PartialEq, Eq)]
pub struct NewContact {
    /// An address of e-mail, in ASCII.
    pub email: String,
    /// Language of the mail: `zh-CN`, `ko` or `en`.
    pub language: String,
    /// The URL of a webhook, checked by whoever sends there.
    pub webhook: String,
    /// What the webhook is signed with; none keeps that of the same URL.
    pub signature_token: Option<String>,
    /// Alerts that are mailed: `urgent`, `important` and graver, `notice` and graver, or `none`.
    pub mail_grade: String,
    /// Alerts that go to the webhook, likewise.
    pub webhook_grade: String,
}

/// A letter as its reader looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// Its id, by which receivers know that they have it already.
    pub letter_id: String,
    /// What it tells: `task`, `ended`, `alert`, `overdue`, `drill_due`, `ordered`, `raised` of an
    /// alert of the queue, or `confirm` where an address is to be confirmed.
    pub kind: &'static str,
    /// Whose goods, or who drills.
    pub enterprise_id: String,
    /// About which recall.
    pub recall_id: Option<String>,
    /// About which task.
    pub task_id: Option<String>,
    /// About which alert of the queue.
    pub alert_id: Option<String>,
    /// Who is told, if it is an enterprise.
    pub to: Option<String>,
    /// `console`, `mail` or `webhook`.
    pub channel: &'static str,
    /// `waiting`, `told`, `failed` or `unsent`.
    pub state: &'static str,
    /// Where it was sent last.
    pub address: String,
    /// How often it was tried.
    pub n_attempts: u32,
    /// Why it was not told: words, or `not_confirmed`, or the daily limit that was reached:
    /// `limit_of_address` or `limit_of_enterprise`.
    pub last_error: String,
    /// When the notice was written, microseconds since the epoch.
    pub created_at_us: i64,
    /// When it was told.
    pub told_at_us: Option<i64>,
}

impl From<Letter> for LetterView {
    fn from(it: Letter) -> Self {
        Self {
            letter_id: it.letter_id.to_string(),
            kind: it.kind.name(),
            enterprise_id: it.enterprise_id.to_string(),
            recall_id: it.recall_id.map(|id| id.to_string()),
            task_id: it.task_id.map(|id| id.to_string()),
            alert_id: it.alert_id.map(|id| id.to_string()),
            to: it.viewer.enterprise().map(|id| id.to_string()),
            channel: it.channel.name(),
            state: it.state.name(),
            address: it.address,
            n_attempts: it.n_attempts,
            last_error: it.last_error,
            created_at_us: it.created_at_us,
            told_at_us: it.told_at_us,
        }
    }
}

/// What a letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterMessage {
    /// Its reader holds goods that are called back.
    Task,
    /// Goods of its reader were made of such.
    TaskMadeOf,
    /// The recall was closed.
    Closed,
    /// It was withdrawn.
    Withdrawn,
    /// Recalled goods went on.
    Alert,
    /// To the holder: its task is overdue.
    Reminder,
    /// To the owner and whoever watches: a holder's task is overdue.
    Overdue,
    /// A drill is due.
    DrillDue,
    /// To the owner: its goods were called back.
    Ordered,
    /// An address is to be confirmed.
    Confirm,
    /// An alert was raised.
    Raised,
}

impl LetterMessage {
    /// Stable name, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::TaskMadeOf => "task_made_of",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Alert => "alert",
            Self::Reminder => "reminder",
            Self::Overdue => "overdue",
            Self::DrillDue => "drill_due",
            Self::Ordered => "ordered",
            Self::Confirm => "confirm",
            Self::Raised => "raised",
        }
    }
}

/// By what a letter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterWay {
    /// As e-mail.
    Mail,
    /// As JSON, to a webhook.
    Webhook,
}

/// What letters are about: alerts are told beside recalls, so that neither waits for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterTopic {
    /// Recalls, drills, and the addresses of readers.
    Recalls,
    /// Alerts of the queue.
    Alerts,
}

impl LetterTopic {
    fn to_store(self) -> Topic {
        match self {
            Self::Recalls => Topic::Recalls,
            Self::Alerts => Topic::Alerts,
        }
    }
}

/// A letter that is to be sent now, with all that it tells.
#[derive(Clone, PartialEq)]
pub struct DueLetter {
    /// It, as its sender has it.
    pub letter: Letter,
    /// Where it goes.
    pub contact: Contact,
    /// Whose goods, or who drills.
    pub owner: HolderName,
    /// The recall; none where a drill is due.
    pub recall: Option<Recall>,
    /// The task, where it is about one.
    pub task: Option<TaskView>,
    /// The alert, where it is about one.
    pub alert: Option<QueuedAlert>,
    /// Where it is about all tasks of a recall that are overdue: the first of them.
    pub overdue: Vec<TaskView>,
    /// How many there are.
    pub n_overdue: usize,
}

impl DueLetter {
    /// By what it is sent.
    pub fn way(&self) -> LetterWay {
        match self.letter.channel {
            Channel::Webhook => LetterWay::Webhook,
            Channel::Mail | Channel::Console => LetterWay::Mail,
        }
    }

    /// What it says.
    pub fn message(&self) -> LetterMessage {
        let is_made_of = self.task.as_ref().is_some_and(|it| it.task.kind == TaskKind::MadeOf);
        let state = self.recall.as_ref().map(|it| it.state);
        match self.letter.kind {
            NoticeKind::Task if is_made_of => LetterMessage::TaskMadeOf,
            NoticeKind::Task => LetterMessage::Task,
            NoticeKind::Ended if state == Some(RecallState::Withdrawn) => LetterMessage::Withdrawn,
            NoticeKind::Ended => LetterMessage::Closed,
            NoticeKind::Alert => LetterMessage::Alert,
            NoticeKind::Overdue if self.is_to_holder() => LetterMessage::Reminder,
            NoticeKind::Overdue => LetterMessage::Overdue,
            NoticeKind::DrillDue => LetterMessage::DrillDue,
            NoticeKind::Ordered => LetterMessage::Ordered,
            NoticeKind::Confirm => LetterMessage::Confirm,
            NoticeKind::Raised => LetterMessage::Raised,
        }
    }

    /// Why nobody needs to hear it any more, if so: it waited for its turn, or for its receiver.
    fn outlived(&self) -> Option<&'static str> {
        let has_ended = self.recall.as_ref().is_some_and(|it| it.state != RecallState::Open);
        let is_reported = self.task.as_ref().is_some_and(|it| it.task.is_reported());
        match self.letter.kind {
            NoticeKind::Task | NoticeKind::Overdue | NoticeKind::Alert if has_ended => {
                Some("the recall has ended since")
            }
            NoticeKind::Overdue if is_reported => Some("the task was reported meanwhile"),
            NoticeKind::Overdue if self.task.is_none() && self.n_overdue == 0 => {
                Some("all tasks were reported meanwhile")
            }
            NoticeKind::Raised if self.alert.as_ref().is_none_or(|it| it.state == "closed") => {
                Some("the alert was closed meanwhile")
            }
            NoticeKind::Confirm if self.contact.confirm_token.is_empty() => {
                Some("the address was confirmed already")
            }
            _ => None,
        }
    }

    /// What a letter that asks to confirm its address has in its link.
    pub fn confirm_token(&self) -> Option<&str> {
        Some(self.contact.confirm_token.as_str())
            .filter(|_| self.letter.kind == NoticeKind::Confirm)
    }

    /// Whether its reader holds the goods of its task.
    pub fn is_to_holder(&self) -> bool {
        let holder = self.task.as_ref().and_then(|it| it.task.holder_id);
        holder.is_some() && holder == self.letter.viewer.enterprise()
    }

    /// The value of `GS1-Signature` over `body`, if its reader gave a key.
    pub fn signature(&self, body: &[u8], now_us: i64) -> Option<String> {
        let token = Some(&self.contact.signature_token).filter(|it| !it.is_empty())?;
        Some(sign(token, &self.letter.letter_id.to_string(), now_us / 1_000_000, body))
    }
}

impl Service {
    /// Notices of recalls that the caller's enterprise, its jurisdiction or the platform was to be
    /// told, and what came of each.
    pub async fn list_letters(&self, caller: &Caller, page: &Page) -> Result<Paged<LetterView>> {
        let after = page.after_id(LetterId::number)?;
        let viewer = caller.scope().viewer();
        let rows = recall_letters::list(self.store(), viewer, page.to_store(after)).await?;
        Ok(viewed(page.paged(rows, |row| row.letter_id.to_string())))
    }

    /// Notices to anybody that could not be told. Operators only.
    pub async fn list_failed_letters(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<Paged<LetterView>> {
        caller.operates()?;
        let after = page.after_id(LetterId::number)?;
        let rows = recall_letters::list_failed(self.store(), page.to_store(after)).await?;
        Ok(viewed(page.paged(rows, |row| row.letter_id.to_string())))
    }

    /// Tries a letter that was not told for another day: an own one, or as an operator any.
    pub async fn replay_letter(&self, caller: &Caller, id: LetterId) -> Result<()> {
        let letter = recall_letters::find(self.store(), id).await?.ok_or(Error::NotFound)?;
        let is_own = letter.viewer == caller.scope().viewer();
        if caller.operates().is_err() && (!is_own || letter.viewer == Viewer::PLATFORM) {
            return Err(Error::NotFound);
        }
        let statements = vec![recall_letters::replay(id, self.now_us())];
        match self.store().write("replay letter", statements).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => {
                let message = "it waits or was told already, or it has no address";
                Err(Error::Conflict(message.into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Lets go of what senders of an earlier life of this process took, if nobody else can be
    /// sending: a data folder belongs to one process.
    pub async fn begin_letters(&self) -> Result<()> {
        if self.store().engine() == store::Engine::Sqlite {
            let statements = vec![recall_letters::release_all()];
            self.store().write("release letters", statements).await?;
        }
        Ok(())
    }

    /// Makes letters of the first notices that wait, and forgets old ones; any number of servers
    /// may try.
    pub async fn address_notices(&self, topic: LetterTopic) -> Result<()> {
        let (topic, now_us) = (topic.to_store(), self.now_us());
        for notice in recall_notices::due(self.store(), topic, now_us, OVERDUE_AT_ONCE).await? {
            let statements = self.addressed(&notice).await?;
            // Another server was first.
            let _ = self.write_decided(&mut Attempts::of("address notice"), statements).await?;
        }
        Ok(())
    }

    async fn addressed(&self, notice: &Notice) -> Result<Vec<Statement>> {
        if notice.kind == NoticeKind::Raised {
            return self.alert_addressed(notice).await;
        }
        let readers: Vec<Viewer> = match notice.to_id {
            Some(id) => vec![id.into()],
            None => Viewer::from(notice.enterprise_id).wider().collect(),
        };
        let mut ways = Vec::new();
        for viewer in &readers {
            let contact = recall_letters::contact(self.store(), *viewer).await?;
            let n_before = ways.len();
            if let Some(contact) = contact.as_ref().filter(|it| !it.email.is_empty()) {
                let is_sent = contact.confirmed_at_us.is_some();
                ways.push((*viewer, Channel::Mail, if is_sent { "" } else { NOT_CONFIRMED }));
            }
            if contact.is_some_and(|it| !it.webhook.is_empty()) {
                ways.push((*viewer, Channel::Webhook, ""));
            }
            if ways.len() == n_before {
                ways.push((*viewer, Channel::Console, ""));
            }
        }
        Ok(self.letters_of(notice, ways))
    }

    /// An alert goes to whose queue it is in, by what it chose for the grade; the queue itself is
    /// read in the console. Letters of a day are limited, and what is beyond that is not sent.
    async fn alert_addressed(&self, notice: &Notice) -> Result<Vec<Statement>> {
        let viewer = notice.to_id.map_or(Viewer::PLATFORM, Viewer::from);
        let alert = match notice.alert_id {
            Some(id) => {
                let scope = Scope::enterprise(notice.enterprise_id);
                alerts::find(self.store(), scope, id).await?
            }
            None => None,
        };
        let contact = recall_letters::contact(self.store(), viewer).await?;
        let mut ways = Vec::new();
        let mut counted = Vec::new();
        if let (Some(alert), Some(contact)) = (alert, contact) {
            let is_wanted = |least: Option<Grade>| least.is_some_and(|it| alert.grade <= it);
            let is_mailed = is_wanted(contact.mail_grade) && contact.confirmed_at_us.is_some();
            let is_posted = is_wanted(contact.webhook_grade) && !contact.webhook.is_empty();
            for (channel, limit, is_sent) in [
                (Channel::Mail, Limit::AlertMails, is_mailed),
                (Channel::Webhook, Limit::AlertPosts, is_posted),
            ] {
                let one = [Counted(limit, viewer.number().to_string())];
                if is_sent && self.reached_limit(&one).await?.is_none() {
                    ways.push((viewer, channel, ""));
                    counted.extend(one);
                }
            }
        }
        let mut statements = self.letters_of(notice, ways);
        statements.extend(self.counts(&counted));
        Ok(statements)
    }

    /// Statements that take a notice out and write its letters.
    fn letters_of(
        &self,
        notice: &Notice,
        ways: Vec<(Viewer, Channel, &'static str)>,
    ) -> Vec<Statement> {
        let now_us = self.now_us();
        let old = LetterId::new(now_us - LETTER_DAYS * DAY_US, 0);
        let mut statements = vec![
            recall_notices::take(notice.notice_id),
            recall_letters::forget(old),
            recall_letters::forget_days(self.day()),
        ];
        statements.extend((0..).zip(ways).map(|(nth, (viewer, channel, why_not))| {
            let is_sent = channel != Channel::Console && why_not.is_empty();
            recall_letters::insert(&Letter {
                viewer,
                letter_id: LetterId::new(now_us + nth * 1_000, self.random_bits()),
                enterprise_id: notice.enterprise_id,
                recall_id: notice.recall_id,
                task_id: notice.task_id,
                alert_id: notice.alert_id,
                kind: notice.kind,
                channel,
                state: if is_sent { LetterState::Waiting } else { LetterState::Unsent },
                created_at_us: notice.created_at_us,
                waits_since_us: now_us,
                due_at_us: now_us,
                sender_until_us: 0,
                n_attempts: 0,
                told_at_us: None,
                address: String::new(),
                last_error: why_not.to_owned(),
            })
        }));
        statements
    }

    /// Takes letters that are due, `limit` at most, and of one reader not so many that a slow
    /// receiver would keep others waiting.
    pub async fn claim_letters(&self, topic: LetterTopic, limit: u32) -> Result<Vec<DueLetter>> {
        let (now_us, most) = (self.now_us(), (limit, MAX_LETTERS_OF_READER));
        let due = recall_letters::due(self.store(), topic.to_store(), now_us, most).await?;
        let mut claimed = Vec::new();
        for letter in due {
            let until_us = now_us + LETTER_LEASE_US;
            let contact = recall_letters::contact(self.store(), letter.viewer).await?;
            let Some(contact) = contact.filter(|it| has_address(it, &letter)) else {
                self.leave(&letter, "its reader has no address for it any more").await?;
                continue;
            };
            if address_of(&contact, &letter).is_none() {
                self.leave(&letter, NOT_CONFIRMED).await?;
                continue;
            }
            let counted = self.counted_of(&letter, &contact);
            if let Some(limit) = self.reached_limit(&counted).await? {
                self.hold_back(&letter, limit).await?;
                continue;
            }
            let mut statements = vec![recall_letters::claim(&letter, until_us, now_us)];
            statements.extend(self.counts(&counted));
            match self.store().write("claim letter", statements).await {
                Ok(_) => {}
                Err(StoreError::Conflict { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            let waits_since_us =
                if letter.n_attempts == 0 { now_us } else { letter.waits_since_us };
            let n_attempts = letter.n_attempts + 1;
            let letter = Letter { sender_until_us: until_us, waits_since_us, n_attempts, ..letter };
            let due = self.due_letter(letter, contact).await?;
            match due.outlived() {
                Some(why) => self.leave(&due.letter, why).await?,
                None => claimed.push(due),
            }
        }
        Ok(claimed)
    }

    async fn due_letter(&self, letter: Letter, contact: Contact) -> Result<DueLetter> {
        let (store, all) = (self.store(), Scope::PLATFORM);
        let recall = match letter.recall_id {
            Some(id) => recalls::find(store, all, id).await?,
            None => None,
        };
        let task = match letter.task_id {
            Some(id) => recall_tasks::find(store, all, id).await?,
            None => None,
        };
        let task = match task {
            Some(task) => Some(self.task_view(task).await?),
            None => None,
        };
        let alert = match letter.alert_id {
            Some(id) => alerts::find(store, Scope::enterprise(letter.enterprise_id), id).await?,
            None => None,
        };
        let alert = match alert {
            Some(alert) => Some(self.queued(alert).await?),
            None => None,
        };
        let owner = self.holder_name(HolderKey::Enterprise(letter.enterprise_id)).await?;
        let recall = recall.map(|it| Recall { body: Vec::new(), closing: None, ..it });
        let (mut overdue, mut n_overdue) = (Vec::new(), 0);
        let is_digest = letter.kind == NoticeKind::Overdue && letter.task_id.is_none();
        if let Some(id) = letter.recall_id.filter(|_| is_digest) {
            let all = recall_tasks::of_recall(store, id, MAX_RECALL_TASKS as u32).await?;
            let told = |it: &Task| it.escalated_at_us.is_some() && !it.is_reported();
            let all: Vec<Task> = all.into_iter().filter(told).collect();
            n_overdue = all.len();
            for task in all.into_iter().take(MAX_TASKS_OF_LETTER) {
                overdue.push(self.task_view(task).await?);
            }
        }
        Ok(DueLetter { letter, contact, owner, recall, task, alert, overdue, n_overdue })
    }

    /// Notes what came of an attempt. If it took so long that another sender took over, nothing is
    /// noted: that one will.
    pub async fn settle_letter(&self, sent: &DueLetter, answer: &Answer) -> Result<()> {
        let letter = &sent.letter;
        let address = address_of(&sent.contact, letter).unwrap_or_default();
        let (after, rest_until_us) =
            outcome((letter, address), answer, self.now_us(), self.random_bits());
        let (id, error) = (letter.letter_id, &after.last_error);
        match after.state {
            LetterState::Failed => {
                tracing::error!(letter.id = %id, error, "a notice of a recall is given up");
            }
            LetterState::Waiting => {
                tracing::warn!(letter.id = %id, error, "a notice of a recall will be repeated");
            }
            LetterState::Told | LetterState::Unsent => {}
        }
        let mut statements = vec![recall_letters::settle(letter, &after)];
        if let (LetterState::Failed, Some(recall)) = (after.state, letter.recall_id) {
            statements.extend(self.raise_alert(&Raise {
                enterprise_id: letter.enterprise_id,
                reason: Reason::NoticeGivenUp,
                detail: "",
                subject: (SubjectKind::Recall, recall.to_string()),
                grade: Grade::Important,
                product_id: None,
            }));
        }
        statements.extend(rest_until_us.map(|until_us| recall_letters::rest(letter, until_us)));
        self.note(statements).await
    }

    /// Notes that nothing can send a letter, and why: it is read in the console.
    pub async fn leave_letter(&self, due: &DueLetter, why: &str) -> Result<()> {
        self.leave(&due.letter, why).await
    }

    async fn leave(&self, letter: &Letter, why: &str) -> Result<()> {
        let state = LetterState::Unsent;
        let after = Letter { state, last_error: why.to_owned(), ..letter.clone() };
        self.note(vec![recall_letters::settle(letter, &after)]).await
    }

    /// Gives up a letter for a daily limit: its reader and operators see it, and send it again.
    async fn hold_back(&self, letter: &Letter, limit: Limit) -> Result<()> {
        let last_error = limit.name().to_owned();
        let after = Letter { state: LetterState::Failed, last_error, ..letter.clone() };
        let id = letter.letter_id;
        tracing::error!(letter.id = %id, limit = limit.name(), "a letter is held back");
        self.note(vec![recall_letters::settle(letter, &after)]).await
    }

    async fn note(&self, statements: Vec<Statement>) -> Result<()> {
        match self.store().write("settle letter", statements).await {
            // Another sender took over.
            Ok(_) | Err(StoreError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn viewed(paged: Paged<Letter>) -> Paged<LetterView> {
    Paged { items: paged.items.into_iter().map(LetterView::from).collect(), next: paged.next }
}

/// Whether the contact has an address for a letter, confirmed or not.
fn has_address(contact: &Contact, letter: &Letter) -> bool {
    match letter.channel {
        Channel::Mail => !contact.email.is_empty(),
        Channel::Webhook => !contact.webhook.is_empty(),
        Channel::Console => false,
    }
}

/// Where a letter goes, if the contact has that: before its address of e-mail is confirmed only
/// what asks for that goes there.
fn address_of<'c>(contact: &'c Contact, letter: &Letter) -> Option<&'c str> {
    let is_open = contact.confirmed_at_us.is_some() || letter.kind == NoticeKind::Confirm;
    let address = match letter.channel {
        Channel::Mail if is_open => &contact.email,
        Channel::Mail | Channel::Console => return None,
        Channel::Webhook => &contact.webhook,
    };
    Some(address.as_str()).filter(|it| !it.is_empty())
}

/// The letter after an attempt, and until when the others to the same receiver rest.
fn outcome(
    (letter, address): (&Letter, &str),
    answer: &Answer,
    now_us: i64,
    random: u32,
) -> (Letter, Option<i64>) {
    let mut after = Letter { address: address.to_owned(), ..letter.clone() };
    let pause_us = pause_us(letter.n_attempts, random);
    after.due_at_us = now_us + pause_us;
    after.last_error = match answer {
        Answer::Taken => {
            after.state = LetterState::Told;
            after.told_at_us = Some(now_us);
            after.last_error.clear();
            return (after, None);
        }
        Answer::TooLarge => "the receiver says that it is too large".to_owned(),
        Answer::Refused(why) | Answer::Unreachable(why) => why.clone(),
    };
    // A mailbox that does not exist will not tomorrow; a receiver of ours may be mended.
    let is_final = letter.channel == Channel::Mail && matches!(answer, Answer::Refused(_));
    if is_final || now_us - letter.waits_since_us >= DELIVERY_DAY_US {
        after.state = LetterState::Failed;
        return (after, None);
    }
    let rests = matches!(answer, Answer::Unreachable(_)).then_some(after.due_at_us);
    (after, rests)
}
