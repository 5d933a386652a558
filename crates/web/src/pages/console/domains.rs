//! The domains of an enterprise in the console: what to put where, and what was found.

use super::{Desk, done, table, tried};
use crate::api::domains::check_now;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Path, Posted};
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Field, Form, Row, Tried};
use crate::problem::Problem;
use crate::text::DomainTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{DOMAIN_PATH, Domain, Proof};

const DOMAINS: &str = "/console/domains";

/// `GET /console/domains`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), None).await
}

/// `POST /console/domains`.
pub(crate) async fn add(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    match app.service.add_domain(&caller, &fields.text("domain")).await {
        Ok(_) => Ok(done(DOMAINS)),
        Err(error) => {
            let tried = tried(DOMAINS, fields, error.into())?;
            Ok(tried.problem.on(page(&app, &Desk::new(&visit, &caller), Some(&tried)).await?))
        }
    }
}

/// `POST /console/domains/{domain}/check`.
pub(crate) async fn check(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(domain): Path<String>,
) -> Result<Response, Problem> {
    check_now(&app, &caller, &domain).await?;
    Ok(done(DOMAINS))
}

/// `POST /console/domains/{domain}/remove`.
pub(crate) async fn remove(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(domain): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_domain(&caller, &domain).await?;
    Ok(done(DOMAINS))
}

async fn page(app: &App, desk: &Desk<'_>, tried: Option<&Tried>) -> Result<Response, Problem> {
    let t = desk.language().domain_texts();
    let (all, now_us) = (app.service.list_domains(desk.caller).await?, app.service.now_us());
    let heads = vec![t.domain, t.proof, t.file, t.checked];
    let mut rows = table(t.domains, heads, [t.none, t.none_next]);
    rows.rows.extend(all.into_iter().map(|it| {
        let act = |verb, label| Act { action: format!("{DOMAINS}/{}/{verb}", it.domain), label };
        let acts = vec![act("check", t.check), act("remove", t.remove)];
        let cells = vec![
            it.domain.clone(),
            proof(t, &it, now_us),
            format!("https://{}{DOMAIN_PATH}: {}", it.domain, it.token),
            checked(desk, t, &it),
        ];
        Row { href: None, cells, acts }
    }));
    let fields = vec![Field::line("domain", t.domain).hint(t.domain_hint)];
    let form = Form::post(t.add, DOMAINS, fields).lead(t.add_lead).after(tried);
    Ok(desk.page(t.domains, t.lead, vec![Block::Table(rows), Block::Form(form)]))
}

fn proof(t: &DomainTexts, it: &Domain, now_us: i64) -> String {
    match Proof::of(it, now_us) {
        Proof::Waiting => t.waiting,
        Proof::Verified => t.verified,
        Proof::Lapsed => t.lapsed,
    }
    .to_owned()
}

/// When it was looked at, and what was wrong.
fn checked(desk: &Desk<'_>, t: &DomainTexts, it: &Domain) -> String {
    let at = match it.checked_at_us {
        0 => t.never.to_owned(),
        at_us => in_words(desk.language(), at_us),
    };
    if it.says.is_empty() { at } else { format!("{at}: {}", it.says) }
}
