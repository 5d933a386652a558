//! Notices of recalls: as letters that people read, as JSON for programs, and the loop that sends
//! them.

use crate::api::alerts::AlertJson;
use crate::api::tasks::TaskJson;
use crate::language::Language;
use crate::mail::{Mail, Mailer};
use crate::moment::{in_words, rfc3339};
use crate::text::recalls::level;
use crate::text::{NoticeTexts, fill};
use crate::webhooks::{Parcel, Webhooks};
use serde::Serialize;
use service::{Answer, DueLetter, LetterMessage, LetterTopic, LetterWay, Service};
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Letters of a topic that are on their way from one process at once.
const MAX_SENDING: u32 = 16;

/// How often to look for notices.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The pause after the store failed.
const FAILURE_PAUSE: Duration = Duration::from_secs(5);

/// Addresses and sends notices until `stop` is done; then ends what is on its way. Without a
/// `mailer` those that want mail are left in the console.
pub async fn tell(
    service: Service,
    (webhooks, mailer): (Webhooks, Option<Mailer>),
    stop: impl Future<Output = ()>,
) {
    if let Err(error) = service.begin_letters().await {
        tracing::error!(%error, "letters of before are not let go yet");
    }
    let (end, ended) = watch::channel(false);
    let [recalls, alerts] = [LetterTopic::Recalls, LetterTopic::Alerts]
        .map(|topic| tell_of(topic, &service, (&webhooks, &mailer), ended.clone()));
    let stop = async {
        stop.await;
        end.send_replace(true);
    };
    tokio::join!(recalls, alerts, stop);
}

/// Alerts are told beside recalls, so that however many there are, and however slow who reads
/// them, no recall waits.
async fn tell_of(
    topic: LetterTopic,
    service: &Service,
    (webhooks, mailer): (&Webhooks, &Option<Mailer>),
    mut ended: watch::Receiver<bool>,
) {
    let mut looking = interval(LOOK_EVERY);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sending = JoinSet::new();
    loop {
        let n_free = MAX_SENDING.saturating_sub(sending.len() as u32);
        match turn(service, topic, n_free).await {
            Ok(due) => {
                for one in due {
                    sending.spawn(attempt(service.clone(), webhooks.clone(), mailer.clone(), one));
                }
            }
            Err(error) => {
                tracing::error!(%error, ?topic, "notices wait");
                tokio::select! {
                    () = sleep(FAILURE_PAUSE) => {}
                    _ = ended.wait_for(|is_ended| *is_ended) => break,
                }
            }
        }
        tokio::select! {
            _ = looking.tick() => {}
            Some(_) = sending.join_next() => {}
            _ = ended.wait_for(|is_ended| *is_ended) => break,
        }
    }
    while sending.join_next().await.is_some() {}
}

async fn turn(
    service: &Service,
    topic: LetterTopic,
    n_free: u32,
) -> service::Result<Vec<DueLetter>> {
    service.address_notices(topic).await?;
    if n_free == 0 { Ok(Vec::new()) } else { service.claim_letters(topic, n_free).await }
}

async fn attempt(service: Service, webhooks: Webhooks, mailer: Option<Mailer>, due: DueLetter) {
    let noted = match (due.way(), mailer) {
        (LetterWay::Webhook, _) => {
            let answer = post(&service, &webhooks, &due).await;
            service.settle_letter(&due, &answer).await
        }
        (LetterWay::Mail, Some(mailer)) => {
            let answer = send(&service, &mailer, &due).await;
            service.settle_letter(&due, &answer).await
        }
        (LetterWay::Mail, None) => {
            service.leave_letter(&due, "this server sends no e-mail (smtp)").await
        }
    };
    if let Err(error) = noted {
        // The lease ends by itself, and the letter is sent again under the same id.
        tracing::error!(%error, letter.id = %due.letter.letter_id, "an answer was not noted");
    }
}

async fn post(service: &Service, webhooks: &Webhooks, due: &DueLetter) -> Answer {
    let body = serde_json::to_vec(&NoticeJson::new(service.public_url(), due));
    let body = body.expect("our own shapes are always JSON");
    let signature = due.signature(&body, service.now_us());
    let id = due.letter.letter_id.to_string();
    let parcel = Parcel { id: &id, body: &body, signature: signature.as_deref(), headers: &[] };
    webhooks.post(&due.contact.webhook, &parcel).await
}

async fn send(service: &Service, mailer: &Mailer, due: &DueLetter) -> Answer {
    let language = Language::of_tag(&due.contact.language).unwrap_or_default();
    let (subject, text) = letter(language, service.public_url(), due);
    let mail = Mail {
        id: &due.letter.letter_id.to_string(),
        to: &due.contact.email,
        subject: &subject,
        text,
        tag: language.tag(),
        written_at_us: due.letter.created_at_us,
    };
    mailer.send(mail).await
}

/// Where a reader goes on.
fn link(public_url: &str, due: &DueLetter) -> String {
    if let Some(token) = due.confirm_token() {
        return format!("{public_url}/notices/confirm/{token}");
    }
    match (&due.task, &due.recall) {
        (Some(it), _) if due.is_to_holder() => {
            format!("{public_url}/console/tasks/{}", it.task.task_id)
        }
        (_, Some(recall)) => format!("{public_url}/console/recalls/{}", recall.recall_id),
        (_, None) => match &due.alert {
            Some(alert) => format!("{public_url}/console/alerts/{}", alert.alert_id),
            None => format!("{public_url}/console/recalls"),
        },
    }
}

/// What a notice says in one line, and what to do.
fn sentences(n: &NoticeTexts, message: LetterMessage) -> (&'static str, &'static str) {
    match message {
        LetterMessage::Task => (n.task, n.task_next),
        LetterMessage::TaskMadeOf => (n.task_made_of, n.made_of_next),
        LetterMessage::Closed => (n.closed, n.closed_next),
        LetterMessage::Withdrawn => (n.withdrawn, n.withdrawn_next),
        LetterMessage::Alert => (n.alert, n.alert_next),
        LetterMessage::Reminder => (n.reminder, n.reminder_next),
        LetterMessage::Overdue => (n.overdue, n.overdue_next),
        LetterMessage::DrillDue => (n.drill_due, n.drill_due_next),
        LetterMessage::Ordered => (n.ordered, n.ordered_next),
        LetterMessage::Confirm => (n.confirm, n.confirm_next),
        LetterMessage::Raised => (n.raised, n.raised_next),
    }
}

/// The subject and the text of a letter.
fn letter(language: Language, public_url: &str, due: &DueLetter) -> (String, String) {
    let (n, t) = (language.notice_texts(), language.recall_texts());
    let (title, next) = sentences(n, due.message());
    let mut subject = title.to_owned();
    let mut text = format!("{title}\n\n{next}\n\n");
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("{label}: {value}\n"));
        }
    };
    let time = |at_us| in_words(language, at_us);
    line(n.link, &link(public_url, due));
    if let Some(recall) = &due.recall {
        let (number, level) = (recall.recall_id.to_string(), level(t, recall.level));
        subject = format!("[{} {number}] {title} ({}: {level})", t.recall, t.level);
        line(n.number, &number);
        line(t.level, level);
        line(t.reason, &recall.reason);
        let own = &recall.instructions[language as usize];
        let given = recall.instructions.iter().find(|it| !it.is_empty());
        let given = Some(own).filter(|it| !it.is_empty()).or(given);
        line(t.instruction, given.map_or("", String::as_str));
    }
    if let Some(alert) = &due.alert {
        let t = language.alert_texts();
        let reason = language.alert_reason(alert.reason, &alert.detail);
        subject = format!("[{}] {title}: {reason}", t.of(alert.grade));
        line(t.reason, &reason);
        line(t.grade, t.of(alert.grade));
        line(t.subject, &format!("{} {}", t.of(alert.subject_kind), alert.subject));
        line(t.product, &alert.product_name);
        line(t.n_times, &alert.n_times.to_string());
        line(t.first_at, &time(alert.first_at_us));
    }
    let reach = |it: &service::HolderName| {
        let parts = [&it.name, &it.address, &it.contact].map(|it| it.trim());
        parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let owner = if due.confirm_token().is_some() { n.reader } else { t.owner };
    line(owner, &reach(&due.owner));
    if due.confirm_token().is_some() {
        line(n.valid_until, &time(due.contact.confirm_until_us));
    }
    if let Some(it) = &due.task {
        let amounts = [(n.amount, it.task.n_items), (n.amount_lots, it.task.n_lots)];
        let amounts = amounts.into_iter().filter(|(_, amount)| *amount > 0);
        let amounts: Vec<String> = amounts.map(|(words, amount)| fill(words, amount)).collect();
        let label = if due.is_to_holder() { n.has } else { n.asked };
        if !due.is_to_holder() {
            line(t.holder, &reach(&it.holder));
        }
        line(label, &amounts.join(", "));
        line(t.begin_by, &time(it.task.begin_by_us));
        line(t.deadline, &time(it.task.deadline_us));
    } else if let Some(recall) = &due.recall {
        line(t.deadline, &time(recall.deadline_us));
    }
    if due.n_overdue > 0 {
        line(t.n_overdue, &due.n_overdue.to_string());
        for it in &due.overdue {
            let deadline = time(it.task.deadline_us);
            line(t.holder, &format!("{} ({}: {deadline})", reach(&it.holder), t.deadline));
        }
    }
    let footer = if due.confirm_token().is_some() { n.confirm_footer } else { n.footer };
    text.push_str(&format!("\n-- \n{footer}\n"));
    (subject, text)
}

/// A notice as a program reads it.
#[derive(Serialize)]
struct NoticeJson {
    #[serde(rename = "type")]
    kind: &'static str,
    notice_id: String,
    message: &'static str,
    created_at: String,
    owner: String,
    link: String,
    recall: Option<RecallJson>,
    task: Option<TaskJson>,
    alert: Option<AlertJson>,
    /// Where it is about all tasks of a recall that are overdue.
    overdue: Option<OverdueJson>,
}

#[derive(Serialize)]
struct OverdueJson {
    n_tasks: usize,
    /// The first of them.
    tasks: Vec<TaskJson>,
}

#[derive(Serialize)]
struct RecallJson {
    recall_id: String,
    enterprise_id: String,
    level: u8,
    state: &'static str,
    reason: String,
    instruction: serde_json::Value,
    ordered_at: String,
    begin_by: String,
    deadline: String,
    ended_at: Option<String>,
}

impl NoticeJson {
    fn new(public_url: &str, due: &DueLetter) -> Self {
        let recall = due.recall.as_ref().map(|it| {
            let [zh, ko, en] = &it.instructions;
            RecallJson {
                recall_id: it.recall_id.to_string(),
                enterprise_id: it.enterprise_id.to_string(),
                level: it.level,
                state: it.state.name(),
                reason: it.reason.clone(),
                instruction: serde_json::json!({ "zh-CN": zh, "ko": ko, "en": en }),
                ordered_at: rfc3339(it.ordered_at_us),
                begin_by: rfc3339(it.begin_by_us),
                deadline: rfc3339(it.deadline_us),
                ended_at: it.ended_at_us.map(rfc3339),
            }
        });
        Self {
            kind: if due.alert.is_some() { "alert-notice" } else { "recall-notice" },
            notice_id: due.letter.letter_id.to_string(),
            message: due.message().name(),
            created_at: rfc3339(due.letter.created_at_us),
            owner: due.owner.name.clone(),
            link: link(public_url, due),
            recall,
            task: due.task.clone().map(TaskJson::from),
            alert: due.alert.clone().map(AlertJson::from),
            overdue: (due.n_overdue > 0).then(|| OverdueJson {
                n_tasks: due.n_overdue,
                tasks: due.overdue.iter().cloned().map(TaskJson::from).collect(),
            }),
        }
    }
}
