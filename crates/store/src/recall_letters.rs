//! Letters: a notice of a recall to one reader by one channel, and what came of it; and where each
//! reader wants them.
//!
//! A letter is claimed by a lease, so of several servers one sends it, and another does when the
//! lease has ended. It stays for whoever reads the console until it is old.

use crate::alerts::{GRADES, Grade};
use crate::id::{AlertId, EnterpriseId, LetterId, RecallId, TaskId, Viewer};
use crate::page::{Order, Page};
use crate::recall_notices::{KINDS, NoticeKind, Topic};
use crate::{Result, Row, Statement, Store};

/// Where a reader wants notices; what is empty is not used. No `Debug`: it has a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose.
    pub viewer: Viewer,
    /// An address of e-mail.
    pub email: String,
    /// BCP 47 tag of the language of its mail.
    pub language: String,
    /// The URL of a webhook.
    pub webhook: String,
    /// What its webhook is signed with.
    pub signature_token: String,
    /// Microseconds since the epoch.
    pub changed_at_us: i64,
    /// When whoever reads the address of e-mail confirmed it.
    pub confirmed_at_us: Option<i64>,
    /// What confirms it; empty if nothing does.
    pub confirm_token: String,
    /// Until when, microseconds since the epoch.
    pub confirm_until_us: i64,
    /// Alerts that are mailed: of this grade and graver.
    pub mail_grade: Option<Grade>,
    /// Alerts that go to the webhook: of this grade and graver.
    pub webhook_grade: Option<Grade>,
}

/// How a letter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Not at all: it is read in the console.
    Console,
    /// As e-mail.
    Mail,
    /// As JSON.
    Webhook,
}

impl Channel {
    /// Stable name: `console`, `mail`, `webhook`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// It is tried.
    Waiting,
    /// Its receiver has it.
    Told,
    /// It was tried for long enough, or is refused for good.
    Failed,
    /// Nothing can send it; it is read in the console.
    Unsent,
}

impl LetterState {
    /// Stable name: `waiting`, `told`, `failed`, `unsent`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Told => "told",
            Self::Failed => "failed",
            Self::Unsent => "unsent",
        }
    }
}

/// One letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who reads it.
    pub viewer: Viewer,
    /// Its id, by which receivers know that they have it already.
    pub letter_id: LetterId,
    /// Whose goods, or who drills.
    pub enterprise_id: EnterpriseId,
    /// About which recall.
    pub recall_id: Option<RecallId>,
    /// About which task.
    pub task_id: Option<TaskId>,
    /// About which alert.
    pub alert_id: Option<AlertId>,
    /// What it tells.
    pub kind: NoticeKind,
    /// How it travels.
    pub channel: Channel,
    /// What became of it.
    pub state: LetterState,
    /// When the notice was written, microseconds since the epoch.
    pub created_at_us: i64,
    /// When it was tried first, or again after it had failed.
    pub waits_since_us: i64,
    /// When it is tried next.
    pub due_at_us: i64,
    /// Until when it is its sender's; 0 if nobody sends it now.
    pub sender_until_us: i64,
    /// How often it was tried.
    pub n_attempts: u32,
    /// When it was told.
    pub told_at_us: Option<i64>,
    /// Where it was sent last.
    pub address: String,
    /// Why it was not told.
    pub last_error: String,
}

macro_rules! select_letters {
    ($($rest:literal),+) => {
        concat!(
            "select viewer_id, letter_id, enterprise_id, recall_id, task_id, kind, channel, state,
               created_at, waits_since, due_at, sender_until, n_attempts, told_at, address,
               last_error, alert_id from ",
            $($rest),+
        )
    };
}

macro_rules! select_contacts {
    ($rest:literal) => {
        concat!(
            "select viewer_id, email, language, webhook, signature_token, changed_at, confirmed_at,
               confirm_token, confirm_until, mail_grade, webhook_grade
             from recall_contacts where ",
            $rest
        )
    };
}

/// The statement that puts a contact in place of the one before.
pub fn set_contact(it: &Contact) -> Statement {
    Statement::new(
        "insert into recall_contacts (viewer_id, email, language, webhook, signature_token,
           changed_at, confirmed_at, confirm_token, confirm_until, mail_grade, webhook_grade)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (viewer_id) do update set email = excluded.email,
           language = excluded.language, webhook = excluded.webhook,
           signature_token = excluded.signature_token, changed_at = excluded.changed_at,
           confirmed_at = excluded.confirmed_at, confirm_token = excluded.confirm_token,
           confirm_until = excluded.confirm_until, mail_grade = excluded.mail_grade,
           webhook_grade = excluded.webhook_grade",
        [
            it.viewer.into(),
            it.email.as_str().into(),
            it.language.as_str().into(),
            it.webhook.as_str().into(),
            it.signature_token.as_str().into(),
            it.changed_at_us.into(),
            it.confirmed_at_us.into(),
            it.confirm_token.as_str().into(),
            it.confirm_until_us.into(),
            grade_number(it.mail_grade).into(),
            grade_number(it.webhook_grade).into(),
        ],
    )
    .expect(1)
}

/// Where a reader wants notices, if it said so.
pub async fn contact(store: &Store, viewer: Viewer) -> Result<Option<Contact>> {
    let sql = select_contacts!("viewer_id = $1");
    store.rows(sql, &[viewer.into()]).await?.first().map(contact_of).transpose()
}

/// The contact whose address a token confirms, which is not empty.
pub async fn contact_of_token(store: &Store, token: &str) -> Result<Option<Contact>> {
    let sql = select_contacts!("confirm_token = $1 and confirm_token <> ''");
    store.rows(sql, &[token.into()]).await?.first().map(contact_of).transpose()
}

/// Statements that confirm the address of a contact and have the letters tried that waited for
/// that; a contact that changed since it was read is a conflict.
pub fn confirm(it: &Contact, now_us: i64) -> Vec<Statement> {
    let confirm = Statement::new(
        "update recall_contacts set confirmed_at = $3, confirm_token = ''
         where viewer_id = $1 and confirm_token = $2",
        [it.viewer.into(), it.confirm_token.as_str().into(), now_us.into()],
    );
    let release = Statement::new(
        "update recall_letters set state = 0, due_at = $2, waits_since = $2, last_error = ''
         where viewer_id = $1 and channel = 1 and state = 3 and last_error = $3",
        [it.viewer.into(), now_us.into(), NOT_CONFIRMED.into()],
    );
    vec![confirm.expect(1), release]
}

/// From 1, the gravest; 0 is none.
fn grade_number(grade: Option<Grade>) -> i64 {
    grade.map_or(0, |it| it as i64)
}

fn contact_of(row: Row<'_>) -> Result<Contact> {
    let grade = |number: i64| match number {
        0 => Ok(None),
        _ => crate::events::listed(&GRADES, number - 1).map(Some),
    };
    Ok(Contact {
        viewer: Viewer(row.int(0)?),
        email: row.text(1)?.to_owned(),
        language: row.text(2)?.to_owned(),
        webhook: row.text(3)?.to_owned(),
        signature_token: row.text(4)?.to_owned(),
        changed_at_us: row.int(5)?,
        confirmed_at_us: row.opt_int(6)?,
        confirm_token: row.text(7)?.to_owned(),
        confirm_until_us: row.int(8)?,
        mail_grade: grade(row.int(9)?)?,
        webhook_grade: grade(row.int(10)?)?,
    })
}

/// Why a letter by e-mail waits for its reader to confirm the address: [`Letter::last_error`].
pub const NOT_CONFIRMED: &str = "not_confirmed";

/// How many letters of a day since the epoch were counted of a subject.
pub async fn n_of_day(store: &Store, day: i64, subject: &str) -> Result<u64> {
    let sql = "select n_letters from letter_days where day = $1 and subject = $2";
    let rows = store.rows(sql, &[day.into(), subject.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.uint(0))
}

/// The statement that counts one more letter of a subject; beyond `limit` it is a conflict.
pub fn count(day: i64, subject: &str, limit: u64) -> Statement {
    Statement::new(
        "insert into letter_days (day, subject, n_letters) values ($1, $2, 1)
         on conflict (day, subject) do update set n_letters = letter_days.n_letters + 1
           where letter_days.n_letters < $3",
        [day.into(), subject.into(), limit.into()],
    )
    .expect(1)
}

/// The statement that forgets what was counted before a day.
pub fn forget_days(day: i64) -> Statement {
    Statement::new("delete from letter_days where day < $1", [day.into()])
}

/// The statement that adds a letter.
pub fn insert(it: &Letter) -> Statement {
    Statement::new(
        "insert into recall_letters (viewer_id, letter_id, enterprise_id, recall_id, task_id, kind,
           channel, state, created_at, waits_since, due_at, sender_until, n_attempts, told_at,
           address, last_error, alert_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, null, '', $12, $13)",
        [
            it.viewer.into(),
            it.letter_id.into(),
            it.enterprise_id.into(),
            it.recall_id.map_or(0, |id| id.0).into(),
            it.task_id.map_or(0, |id| id.0).into(),
            (it.kind as i64).into(),
            (it.channel as i64).into(),
            (it.state as i64).into(),
            it.created_at_us.into(),
            it.waits_since_us.into(),
            it.due_at_us.into(),
            it.last_error.as_str().into(),
            it.alert_id.map_or(0, |id| id.0).into(),
        ],
    )
    .expect(1)
}

/// Letters that are looked at to find those to be tried: those that wait longest.
const N_LOOKED_AT: u32 = 10_000;

macro_rules! select_due {
    ($topic:literal) => {
        select_letters!(
            "(select l.*, row_number() over (partition by viewer_id, channel
                order by sender_until desc, due_at, letter_id) as place
              from (select * from recall_letters where state = 0 and due_at <= $1 and ",
            $topic,
            " order by due_at, letter_id limit $4) as l
            ) as waiting
            where place <= $3 and sender_until <= $1
            order by due_at, letter_id limit $2"
        )
    };
}

/// Letters of a topic to be tried now, those that wait longest first; of one reader and channel
/// not more than `most_of_one`, with those that are on their way.
pub async fn due(
    store: &Store,
    topic: Topic,
    now_us: i64,
    (limit, most_of_one): (u32, u32),
) -> Result<Vec<Letter>> {
    let args = [now_us.into(), limit.into(), most_of_one.into(), N_LOOKED_AT.into()];
    store.rows_long(due_sql(topic), &args).await?.iter().map(letter_of).collect()
}

pub(crate) fn due_sql(topic: Topic) -> &'static str {
    match topic {
        Topic::Recalls => select_due!("alert_id = 0"),
        Topic::Alerts => select_due!("alert_id > 0"),
    }
}

/// The statement that gives a letter to a sender until a time, with one more attempt; what another
/// took or changed is a conflict.
pub fn claim(it: &Letter, until_us: i64, now_us: i64) -> Statement {
    let since_us = if it.n_attempts == 0 { now_us } else { it.waits_since_us };
    Statement::new(
        "update recall_letters set sender_until = $3, n_attempts = n_attempts + 1, waits_since = $4
         where letter_id = $1 and sender_until = $2 and state = 0",
        [it.letter_id.into(), it.sender_until_us.into(), until_us.into(), since_us.into()],
    )
    .expect(1)
}

/// The statement that notes what came of an attempt: `after` is the letter as it is from then on;
/// one that its sender no longer has is a conflict.
pub fn settle(before: &Letter, after: &Letter) -> Statement {
    Statement::new(
        "update recall_letters set state = $3, due_at = $4, sender_until = 0, told_at = $5,
           address = $6, last_error = $7
         where letter_id = $1 and sender_until = $2 and state = 0",
        [
            before.letter_id.into(),
            before.sender_until_us.into(),
            (after.state as i64).into(),
            after.due_at_us.into(),
            after.told_at_us.into(),
            after.address.as_str().into(),
            after.last_error.as_str().into(),
        ],
    )
    .expect(1)
}

/// The statement that lets the other letters of a reader and channel rest as well.
pub fn rest(it: &Letter, until_us: i64) -> Statement {
    Statement::new(
        "update recall_letters set due_at = $3
         where viewer_id = $1 and channel = $2 and state = 0 and sender_until = 0 and due_at < $3",
        [it.viewer.into(), (it.channel as i64).into(), until_us.into()],
    )
}

/// The statement that takes all letters from their senders.
pub fn release_all() -> Statement {
    Statement::new("update recall_letters set sender_until = 0 where sender_until > 0", [])
}

/// The statement that has a letter tried again that was not told; another is a conflict.
pub fn replay(id: LetterId, now_us: i64) -> Statement {
    Statement::new(
        "update recall_letters set state = 0, due_at = $2, waits_since = $2, n_attempts = 0,
           sender_until = 0, last_error = ''
         where letter_id = $1 and state in (2, 3) and channel > 0",
        [id.into(), now_us.into()],
    )
    .expect(1)
}

/// The statement that forgets letters from before `id`, a thousand at most.
pub fn forget(id: LetterId) -> Statement {
    Statement::new(
        "delete from recall_letters where letter_id in
           (select letter_id from recall_letters where letter_id < $1
            order by letter_id limit 1000)",
        [id.into()],
    )
}

/// One letter.
pub async fn find(store: &Store, id: LetterId) -> Result<Option<Letter>> {
    let sql = select_letters!("recall_letters where letter_id = $1");
    store.rows(sql, &[id.into()]).await?.first().map(letter_of).transpose()
}

/// A page of the letters of a reader.
pub async fn list(store: &Store, viewer: Viewer, page: Page) -> Result<Vec<Letter>> {
    let sql = match page.order {
        Order::OldestFirst => select_letters!(
            "recall_letters where viewer_id = $1 and letter_id > $2 order by letter_id limit $3"
        ),
        Order::NewestFirst => select_letters!(
            "recall_letters where viewer_id = $1 and letter_id < $2
             order by letter_id desc limit $3"
        ),
    };
    let args = [viewer.into(), page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(letter_of).collect()
}

/// A page of the letters of all readers that failed.
pub async fn list_failed(store: &Store, page: Page) -> Result<Vec<Letter>> {
    let sql = match page.order {
        Order::OldestFirst => select_letters!(
            "recall_letters where state = 2 and letter_id > $1 order by letter_id limit $2"
        ),
        Order::NewestFirst => select_letters!(
            "recall_letters where state = 2 and letter_id < $1 order by letter_id desc limit $2"
        ),
    };
    let args = [page.bound().into(), page.limit.into()];
    store.rows(sql, &args).await?.iter().map(letter_of).collect()
}

const CHANNELS: [Channel; 3] = [Channel::Console, Channel::Mail, Channel::Webhook];

const STATES: [LetterState; 4] =
    [LetterState::Waiting, LetterState::Told, LetterState::Failed, LetterState::Unsent];

fn letter_of(row: Row<'_>) -> Result<Letter> {
    let some = |id: i64| Some(id).filter(|id| *id != 0);
    Ok(Letter {
        viewer: Viewer(row.int(0)?),
        letter_id: LetterId(row.int(1)?),
        enterprise_id: EnterpriseId(row.int(2)?),
        recall_id: some(row.int(3)?).map(RecallId),
        task_id: some(row.int(4)?).map(TaskId),
        kind: crate::events::listed(&KINDS, row.int(5)?)?,
        channel: crate::events::listed(&CHANNELS, row.int(6)?)?,
        state: crate::events::listed(&STATES, row.int(7)?)?,
        created_at_us: row.int(8)?,
        waits_since_us: row.int(9)?,
        due_at_us: row.int(10)?,
        sender_until_us: row.int(11)?,
        n_attempts: row.uint(12)?,
        told_at_us: row.opt_int(13)?,
        address: row.text(14)?.to_owned(),
        last_error: row.text(15)?.to_owned(),
        alert_id: some(row.int(16)?).map(AlertId),
    })
}
