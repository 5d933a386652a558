//! Who sees events of others: what an enterprise grants, what it was granted, and the identifiers
//! of parties and places, which operators register.

use super::{Desk, done, next_link, table, tried};
use crate::api::disclosures::named_in_words;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::Fact;
use crate::pages::blocks::{Act, Block, Facts, Field, Form, Input, Row, Table, Tried};
use crate::problem::Problem;
use crate::text::traces as words;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{NewDisclosure, NewGrant, NewParty, Page, Role, Stage};

const SHARES: &str = "/console/shares";
const DISCLOSURE: &str = "/console/shares/disclosure";
const PARTIES: &str = "/operator/parties";

/// `GET /console/shares`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/shares`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let new =
        NewGrant { viewer_id: fields.text("viewer_id"), identifier: fields.optional("identifier") };
    match app.service.create_grant(&caller, new).await {
        Ok(_) => Ok(done(SHARES)),
        Err(error) => {
            let tried = tried(SHARES, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `POST /console/shares/{share_id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(share_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.revoke_grant(&caller, id(&share_id)?).await?;
    Ok(done(SHARES))
}

/// `POST /console/shares/disclosure`.
pub(crate) async fn disclose(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let named = fields.text("named");
    let named = named.split([' ', ',']).filter(|it| !it.is_empty());
    let hidden = Stage::ALL.into_iter().filter(|stage| fields.is_ticked(stage.name()));
    let new = NewDisclosure {
        named: named.map(str::to_owned).collect(),
        hidden_stages: hidden.map(|stage| stage.name().to_owned()).collect(),
        is_listed: Some(!fields.is_ticked("unlisted")),
    };
    match app.service.set_disclosure(&caller, new).await {
        Ok(_) => Ok(done(SHARES)),
        Err(error) => {
            let tried = tried(DISCLOSURE, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// Whose names and which stages anyone may read.
async fn disclosure(app: &App, desk: &Desk<'_>, tried: Option<&Tried>) -> Result<Form, Problem> {
    let c = desk.c;
    let chosen = app.service.find_disclosure(desk.caller).await?;
    let named = Field::line("named", c.disclosed_names).hint(c.disclosed_names_hint);
    let mut fields = vec![named.optional().value(named_in_words(&chosen).join(" "))];
    fields.extend(Stage::ALL.map(|stage| {
        let label = words::stage(desk.language(), stage);
        let is_hidden = chosen.hidden_stages.contains(&stage);
        Field::of(stage.name(), label, Input::Tick).value(if is_hidden { "1" } else { "" })
    }));
    let unlisted = if chosen.is_listed { "" } else { "1" };
    fields.push(Field::of("unlisted", c.disclosed_unlisted, Input::Tick).value(unlisted));
    let form = Form::post(c.disclosure, DISCLOSURE, fields).lead(c.disclosure_lead);
    Ok(form.button(c.disclosure_save).after(tried))
}

/// `GET /operator/parties`.
pub(crate) async fn list_parties(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    parties_page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /operator/parties`.
pub(crate) async fn create_party(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let new = NewParty {
        enterprise_id: fields.text("enterprise_id"),
        identifier: fields.text("identifier"),
    };
    match app.service.create_party(&caller, new).await {
        Ok(_) => Ok(done(PARTIES)),
        Err(error) => {
            let tried = tried(PARTIES, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(parties_page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

/// `POST /operator/parties/{share_id}/remove`.
pub(crate) async fn remove_party(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(share_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.remove_party(&caller, id(&share_id)?).await?;
    Ok(done(PARTIES))
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let everything = |identifier: Option<String>| identifier.unwrap_or_else(|| c.share_all.into());
    let paged = app.service.list_grants(desk.caller, page).await?;
    let heads = vec![c.share_viewer, c.share_what, c.created];
    let mut grants = table(c.share_given, heads, [c.share_given_none, c.share_given_next]);
    grants.next = next_link(SHARES, paged.next);
    grants.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let action = format!("{SHARES}/{}/revoke", it.share_id);
        let cells = vec![it.viewer_id.to_string(), everything(it.identifier), created];
        Row { href: None, cells, acts: vec![Act { action, label: c.revoke }] }
    }));
    let paged = app.service.list_granted(desk.caller, &Page::newest()).await?;
    let heads = vec![c.share_sharer, c.share_what, c.created];
    let mut granted = table(c.share_got, heads, [c.share_got_none, c.share_got_next]);
    granted.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let sharer = it.sharer_id.map(|id| id.to_string()).unwrap_or_default();
        Row::new(vec![sharer, everything(it.identifier), created])
    }));
    let fields = vec![
        Field::line("viewer_id", c.share_viewer).hint(c.share_viewer_hint),
        Field::line("identifier", c.share_what).hint(c.share_what_hint).optional(),
    ];
    let form = Form::post(c.share_new, SHARES, fields).lead(c.share_new_lead).after(tried);
    let own = desk.caller.enterprise_id.map(|id| id.to_string()).unwrap_or_default();
    let facts = vec![Fact { label: c.share_own_number, value: own }];
    let mut blocks = vec![Block::Table(grants), Block::Form(form), Block::Table(granted)];
    if desk.caller.enterprise_id.is_some() {
        blocks.push(Block::Form(disclosure(app, desk, tried).await?));
    }
    blocks.push(Block::Table(parties(app, desk, &Page::newest()).await?));
    blocks.push(Block::Facts(Facts { title: c.share_own, picture: None, facts }));
    Ok(desk.page(c.shares, c.shares_lead, blocks))
}

async fn parties_page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let enterprises = app.service.list_enterprises(desk.caller, &Page::newest()).await?;
    let choices = enterprises.items.into_iter().map(|it| (it.enterprise_id.to_string(), it.name));
    let fields = vec![
        Field::of("enterprise_id", c.enterprise, Input::Choice(choices.collect())),
        Field::line("identifier", c.party).hint(c.party_hint),
    ];
    let form = Form::post(c.party_new, PARTIES, fields).after(tried);
    let list = parties(app, desk, page).await?;
    Ok(desk.page(c.parties, c.parties_lead, vec![Block::Table(list), Block::Form(form)]))
}

/// Identifiers of parties and places; operators may take them away.
async fn parties(app: &App, desk: &Desk<'_>, page: &Page) -> Result<Table, Problem> {
    let c = desk.c;
    let is_operator = desk.caller.role == Role::Operator;
    let paged = app.service.list_parties(desk.caller, page).await?;
    let heads = vec![c.party, c.enterprise, c.created];
    let mut list = table(c.parties, heads, [c.parties_none, c.parties_next]);
    if is_operator {
        list.next = next_link(PARTIES, paged.next);
    }
    list.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let action = format!("{PARTIES}/{}/remove", it.share_id);
        let act = is_operator.then_some(Act { action, label: c.party_remove });
        let acts = act.into_iter().collect();
        let identifier = it.identifier.unwrap_or_default();
        Row { href: None, cells: vec![identifier, it.viewer_id.to_string(), created], acts }
    }));
    Ok(list)
}
