//! Domains of an enterprise, and whether it proved them.

use crate::app::App;
use crate::caller::Known;
use crate::extract::{Json, Path};
use crate::moment::rfc3339;
use crate::problem::Problem;
use crate::reply;
use crate::webhooks::domains::look;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::{Caller, DOMAIN_PATH, Domain, Proof};

#[derive(Serialize)]
struct DomainJson {
    domain: String,
    proof: &'static str,
    /// What is to stand in the file.
    token: String,
    /// Where that file is looked for.
    file: String,
    added_at: String,
    added_by: String,
    checked_at: Option<String>,
    proved_at: Option<String>,
    /// Why the last look did not find the token.
    says: Option<String>,
}

impl DomainJson {
    fn new(it: Domain, now_us: i64) -> Self {
        let moment = |at_us: i64| (at_us > 0).then(|| rfc3339(at_us));
        Self {
            proof: Proof::of(&it, now_us).name(),
            file: format!("https://{}{DOMAIN_PATH}", it.domain),
            token: it.token,
            added_at: rfc3339(it.added_at_us),
            added_by: it.added_by,
            checked_at: moment(it.checked_at_us),
            proved_at: moment(it.proved_at_us),
            says: Some(it.says).filter(|says| !says.is_empty()),
            domain: it.domain,
        }
    }
}

#[derive(Serialize)]
struct DomainsJson {
    items: Vec<DomainJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDomainJson {
    domain: String,
}

/// `GET /api/v1/domains`.
pub(crate) async fn list(
    State(app): State<App>,
    Known(caller): Known,
) -> Result<Response, Problem> {
    let (all, now_us) = (app.service.list_domains(&caller).await?, app.service.now_us());
    let items = all.into_iter().map(|it| DomainJson::new(it, now_us)).collect();
    Ok(reply::json(&DomainsJson { items }))
}

/// `POST /api/v1/domains`.
pub(crate) async fn add(
    State(app): State<App>,
    Known(caller): Known,
    Json(new): Json<NewDomainJson>,
) -> Result<Response, Problem> {
    let added = app.service.add_domain(&caller, &new.domain).await?;
    let location = format!("/api/v1/domains/{}", added.domain);
    Ok(reply::created(&location, &DomainJson::new(added, app.service.now_us())))
}

/// `POST /api/v1/domains/{domain}/check`: looks now, and answers with what was found.
pub(crate) async fn check(
    State(app): State<App>,
    Known(caller): Known,
    Path(domain): Path<String>,
) -> Result<Response, Problem> {
    let checked = check_now(&app, &caller, &domain).await?;
    Ok(reply::json(&DomainJson::new(checked, app.service.now_us())))
}

/// Looks at a domain of the caller.
pub(crate) async fn check_now(app: &App, caller: &Caller, domain: &str) -> Result<Domain, Problem> {
    let due = app.service.begin_domain_check(caller, domain).await?;
    look(&app.service, &app.webhooks, &due).await?;
    let all = app.service.list_domains(caller).await?;
    all.into_iter().find(|it| it.domain == domain).ok_or_else(Problem::not_found)
}

/// `DELETE /api/v1/domains/{domain}`.
pub(crate) async fn remove(
    State(app): State<App>,
    Known(caller): Known,
    Path(domain): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_domain(&caller, &domain).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
