//! Letters: each notice of a recall to each of its readers, by each of the channels that it named.
//!
//! A notice is addressed in one write that takes it out of the outbox, so it is neither lost nor
//! told twice. A letter is then tried as deliveries of subscriptions are, and for as long. Whoever
//! dies between the receiver's answer and our note of it leaves a letter that is sent again under
//! its id: no sender can avoid that, and the receiver can tell.

use store::id::{LetterId, Scope, Viewer};
use store::page::{Order, Page as StorePage};
use store::recall_letters::{self, Channel, Contact, Letter, LetterState};
use store::recall_notices::{self, Notice, NoticeKind};
use store::recall_tasks::TaskKind;
use store::recalls::{Recall, RecallState};
use store::{Error as StoreError, Statement};
use store::{recall_tasks, recalls};

use super::holders::{HolderKey, HolderName};
use super::tasks::TaskView;
use crate::error::Violations;
use crate::limits::{
    DELIVERY_DAY_US, LETTER_DAYS, LETTER_LEASE_US, MAX_EMAIL_CHARS, MAX_LETTERS_OF_READER,
    MAX_SIGNATURE_TOKEN_BYTES, MAX_URL_BYTES, OVERDUE_AT_ONCE,
};
use crate::subscriptions::{pause_us, sign};
use crate::{Answer, Attempts, Caller, Error, Page, Paged, Result, Service};

const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Where a reader wants notices of recalls; what is empty is not used.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewContact {
    /// An address of e-mail, in ASCII.
    pub email: String,
    /// Language of the mail: `zh-CN`, `ko` or `en`.
    pub language: String,
    /// The URL of a webhook, checked by whoever sends there.
    pub webhook: String,
    /// What the webhook is signed with; none keeps that of the same URL.
    pub signature_token: Option<String>,
}

/// A letter as its reader looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// Its id, by which receivers know that they have it already.
    pub letter_id: String,
    /// What it tells: `task`, `ended`, `alert`, `overdue`, `drill_due` or `ordered`.
    pub kind: &'static str,
    /// Whose goods, or who drills.
    pub enterprise_id: String,
    /// About which recall.
    pub recall_id: Option<String>,
    /// About which task.
    pub task_id: Option<String>,
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
    /// Why it was not told.
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
            _ => None,
        }
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
    /// Where the caller hears of recalls, if it said so.
    pub async fn recall_contact(&self, caller: &Caller) -> Result<Option<Contact>> {
        Ok(recall_letters::contact(self.store(), caller.scope().viewer()).await?)
    }

    /// Has the caller's enterprise, or its jurisdiction, hear of recalls there from now on; for the
    /// platform operators say. A dealer's key does not say where an enterprise that orders recalls
    /// hears of them: it would learn who holds the goods.
    pub async fn set_recall_contact(&self, caller: &Caller, new: &NewContact) -> Result<()> {
        let viewer = caller.scope().viewer();
        if viewer == Viewer::PLATFORM {
            caller.operates()?;
        }
        let newest = StorePage { after: None, limit: 1, order: Order::NewestFirst };
        let ordered = recalls::list(self.store(), caller.scope(), newest).await?;
        if !ordered.is_empty() {
            caller.watches()?;
        }
        check(new)?;
        let before = recall_letters::contact(self.store(), viewer).await?;
        let kept = before.filter(|it| it.webhook == new.webhook.trim());
        let kept = kept.map(|it| it.signature_token).unwrap_or_default();
        let contact = Contact {
            viewer,
            email: new.email.trim().to_owned(),
            language: new.language.clone(),
            webhook: new.webhook.trim().to_owned(),
            signature_token: new.signature_token.clone().unwrap_or(kept),
            changed_at_us: self.now_us(),
        };
        let statements = vec![recall_letters::set_contact(&contact)];
        self.store().write("set recall contact", statements).await?;
        Ok(())
    }

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

    /// Makes letters of the notices that wait, and forgets old ones; any number of servers may try.
    pub async fn address_notices(&self) -> Result<()> {
        for notice in recall_notices::due(self.store(), self.now_us(), OVERDUE_AT_ONCE).await? {
            let statements = self.addressed(&notice).await?;
            // Another server was first.
            let _ = self.write_decided(&mut Attempts::of("address notice"), statements).await?;
        }
        Ok(())
    }

    async fn addressed(&self, notice: &Notice) -> Result<Vec<Statement>> {
        let readers: Vec<Viewer> = match notice.to_id {
            Some(id) => vec![id.into()],
            None => Viewer::from(notice.enterprise_id).wider().collect(),
        };
        let mut ways = Vec::new();
        for viewer in &readers {
            let contact = recall_letters::contact(self.store(), *viewer).await?;
            let Some(contact) = contact else { continue };
            let has = |channel: &Channel| address_of(&contact, *channel).is_some();
            let channels = [Channel::Mail, Channel::Webhook].into_iter().filter(has);
            ways.extend(channels.map(|channel| (*viewer, channel)));
        }
        if ways.is_empty() {
            let reader = notice.to_id.map_or(Viewer::PLATFORM, Viewer::from);
            ways.push((reader, Channel::Console));
        }
        let now_us = self.now_us();
        let old = LetterId::new(now_us - LETTER_DAYS * DAY_US, 0);
        let mut statements =
            vec![recall_notices::take(notice.notice_id), recall_letters::forget(old)];
        statements.extend((0..).zip(ways).map(|(nth, (viewer, channel))| {
            let is_sent = channel != Channel::Console;
            recall_letters::insert(&Letter {
                viewer,
                letter_id: LetterId::new(now_us + nth * 1_000, self.random_bits()),
                enterprise_id: notice.enterprise_id,
                recall_id: notice.recall_id,
                task_id: notice.task_id,
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
                last_error: String::new(),
            })
        }));
        Ok(statements)
    }

    /// Takes letters that are due, `limit` at most, and of one reader not so many that a slow
    /// receiver would keep others waiting.
    pub async fn claim_letters(&self, limit: u32) -> Result<Vec<DueLetter>> {
        let now_us = self.now_us();
        let due = recall_letters::due(self.store(), now_us, limit, MAX_LETTERS_OF_READER).await?;
        let mut claimed = Vec::new();
        for letter in due {
            let until_us = now_us + LETTER_LEASE_US;
            let claim = recall_letters::claim(&letter, until_us, now_us);
            match self.store().write("claim letter", vec![claim]).await {
                Ok(_) => {}
                Err(StoreError::Conflict { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            let waits_since_us =
                if letter.n_attempts == 0 { now_us } else { letter.waits_since_us };
            let n_attempts = letter.n_attempts + 1;
            let letter = Letter { sender_until_us: until_us, waits_since_us, n_attempts, ..letter };
            let contact = recall_letters::contact(self.store(), letter.viewer).await?;
            let has = |it: &Contact| address_of(it, letter.channel).is_some();
            match contact.filter(has) {
                Some(contact) => {
                    let due = self.due_letter(letter, contact).await?;
                    match due.outlived() {
                        Some(why) => self.leave(&due.letter, why).await?,
                        None => claimed.push(due),
                    }
                }
                None => self.leave(&letter, "its reader has no address for it any more").await?,
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
        let owner = self.holder_name(HolderKey::Enterprise(letter.enterprise_id)).await?;
        let recall = recall.map(|it| Recall { body: Vec::new(), closing: None, ..it });
        Ok(DueLetter { letter, contact, owner, recall, task })
    }

    /// Notes what came of an attempt. If it took so long that another sender took over, nothing is
    /// noted: that one will.
    pub async fn settle_letter(&self, sent: &DueLetter, answer: &Answer) -> Result<()> {
        let letter = &sent.letter;
        let address = address_of(&sent.contact, letter.channel).unwrap_or_default();
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

/// Where a letter goes, if the contact has that.
fn address_of(contact: &Contact, channel: Channel) -> Option<&str> {
    let address = match channel {
        Channel::Console => return None,
        Channel::Mail => &contact.email,
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

fn check(new: &NewContact) -> Result<()> {
    let mut violations = Violations::default();
    let email = new.email.trim();
    if !email.is_empty() && !is_email(email) {
        let message = "write one address like recalls@example.com, a name of a domain in its \
                       ASCII form";
        violations.add("/email", "bad-email", message);
    }
    if !["zh-CN", "ko", "en"].contains(&new.language.as_str()) {
        violations.add("/language", "unknown-language", "must be zh-CN, ko or en");
    }
    if !new.webhook.trim().is_empty() {
        violations.check_text("/webhook", &new.webhook, MAX_URL_BYTES);
    }
    let n_bytes = new.signature_token.as_ref().map_or(0, String::len);
    if n_bytes > MAX_SIGNATURE_TOKEN_BYTES {
        let message = format!("{MAX_SIGNATURE_TOKEN_BYTES} bytes at most");
        violations.add("/signature_token", "bad-token", message);
    }
    violations.finish()
}

/// Whether a text is one address as most mail has them: a dot-atom, `@`, names of a domain (RFC
/// 5321 §4.1.2), so without anything that could end a line or begin another address.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&it))
    };
    let is_label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= MAX_EMAIL_CHARS
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_is_one_and_nothing_else() {
        for good in ["a@b.cn", "recall+1@qa.example.com", "o'neil@xn--fsq.com", "a.b@c-d.kr"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@b",
            "@b.cn",
            "a@",
            "a@.cn",
            "a@b..cn",
            ".a@b.cn",
            "a@b.cn, c@d.cn",
            "a@b.cn\r\nBcc: c@d.cn",
            "a b@c.cn",
            "<a@b.cn>",
            "a@b.cn\n",
            "\"a\"@b.cn",
            "召回@b.cn",
            "a@-b.cn",
            "a@[127.0.0.1]",
            &long,
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
