//! Notices of recalls: what a reader was to be told, what came of it, and where it wants them.

use super::shapes::ListJson;
use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path, Query, id};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use service::NewContact;

#[derive(Serialize)]
struct LetterJson {
    notice_id: String,
    kind: &'static str,
    enterprise_id: String,
    recall_id: Option<String>,
    task_id: Option<String>,
    /// About which alert of the queue.
    alert_id: Option<String>,
    /// Who is told, if it is an enterprise.
    to: Option<String>,
    channel: &'static str,
    state: &'static str,
    address: String,
    n_attempts: u32,
    last_error: String,
    created_at: String,
    told_at: Option<String>,
}

#[derive(Serialize)]
struct ContactJson {
    email: String,
    /// When whoever reads the address confirmed it; notices go there from then on.
    confirmed_at: Option<String>,
    language: String,
    webhook: String,
    is_signed: bool,
    /// The least grade of alerts that is mailed, or `none`.
    mail_grade: &'static str,
    /// The least grade of alerts that goes to the webhook, or `none`.
    webhook_grade: &'static str,
    /// Whether this server sends e-mail.
    has_mail: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContactJson {
    #[serde(default)]
    email: String,
    #[serde(default = "chinese")]
    language: String,
    #[serde(default)]
    webhook: String,
    #[serde(default)]
    signature_token: Option<String>,
    #[serde(default = "no_grade")]
    mail_grade: String,
    #[serde(default = "no_grade")]
    webhook_grade: String,
}

fn no_grade() -> String {
    "none".to_owned()
}

fn chinese() -> String {
    "zh-CN".to_owned()
}

/// `GET /api/v1/notices`, with `failed` those of all readers that reached nobody.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let page = fields.page()?;
    let paged = match fields.is_ticked("failed") {
        true => app.service.list_failed_letters(&caller, &page).await?,
        false => app.service.list_letters(&caller, &page).await?,
    };
    Ok(reply::json(&ListJson::new(paged, |it| LetterJson {
        notice_id: it.letter_id,
        kind: it.kind,
        enterprise_id: it.enterprise_id,
        recall_id: it.recall_id,
        task_id: it.task_id,
        alert_id: it.alert_id,
        to: it.to,
        channel: it.channel,
        state: it.state,
        address: it.address,
        n_attempts: it.n_attempts,
        last_error: it.last_error,
        created_at: rfc3339(it.created_at_us),
        told_at: it.told_at_us.map(rfc3339),
    })))
}

/// `GET /api/v1/notices/contact`.
pub(crate) async fn contact(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    let has_mail = app.has_mail;
    let json = match app.service.recall_contact(&caller).await? {
        Some(it) => ContactJson {
            email: it.email,
            confirmed_at: it.confirmed_at_us.map(rfc3339),
            language: it.language,
            webhook: it.webhook,
            is_signed: !it.signature_token.is_empty(),
            mail_grade: it.mail_grade.map_or("none", |it| it.name()),
            webhook_grade: it.webhook_grade.map_or("none", |it| it.name()),
            has_mail,
        },
        None => {
            let (email, webhook) = (String::new(), String::new());
            let (confirmed_at, language) = (None, chinese());
            let (mail_grade, webhook_grade) = ("none", "none");
            let is_signed = false;
            ContactJson {
                email,
                confirmed_at,
                language,
                webhook,
                is_signed,
                mail_grade,
                webhook_grade,
                has_mail,
            }
        }
    };
    Ok(reply::json(&json))
}

/// `PUT /api/v1/notices/contact`.
pub(crate) async fn set_contact(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewContactJson>,
) -> Result<Response, Problem> {
    let NewContactJson { email, language, webhook, signature_token, .. } = new;
    let (mail_grade, webhook_grade) = (new.mail_grade, new.webhook_grade);
    if !webhook.trim().is_empty() {
        app.webhooks.check("/webhook", webhook.trim()).await?;
    }
    let new = NewContact { email, language, webhook, signature_token, mail_grade, webhook_grade };
    app.service.set_recall_contact(&caller, &new).await?;
    Ok(reply::no_content())
}

/// `POST /api/v1/notices/contact/confirm`: sends the letter again that asks to confirm the address.
pub(crate) async fn ask_again(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    app.service.ask_to_confirm_again(&caller).await?;
    Ok(reply::no_content())
}

/// `POST /api/v1/notices/{notice_id}/replay`.
pub(crate) async fn replay(
    State(app): State<App>,
    Known(caller): Known,
    Path(notice_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.replay_letter(&caller, id(&notice_id)?).await?;
    Ok(reply::no_content())
}
