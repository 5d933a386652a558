//! Keys: made, shown once, revoked.

use super::{Desk, done, next_link, role_name, table, tried};
use crate::api::keys::role;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Act, Block, Field, Form, Input, Note, Row, Tried};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{NewKey, Page, Role};
use verdict::Tone;

/// `GET /operator/keys` and `GET /console/keys`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None, Vec::new()).await
}

/// `POST /operator/keys` and `POST /console/keys`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match make(&app, &desk, &fields).await {
        // No redirect: this answer is the only one that has the key.
        Ok(secret) => {
            let mut note = Note::new(Tone::Green, desk.c.key_once);
            note.secret = Some(secret);
            page(&app, &desk, &Page::newest(), None, vec![Block::Note(note)]).await
        }
        Err(problem) => {
            let tried = tried(path(&desk), fields, problem)?;
            let page = page(&app, &desk, &Page::newest(), Some(&tried), Vec::new()).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `POST /operator/keys/{key_id}/revoke` and `POST /console/keys/{key_id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(key_id): Path<String>,
) -> Result<Response, Problem> {
    app.service.revoke_key(&caller, id(&key_id)?).await?;
    Ok(done(path(&Desk::new(&visit, &caller))))
}

fn path(desk: &Desk<'_>) -> &'static str {
    if desk.caller.role == Role::Operator { "/operator/keys" } else { "/console/keys" }
}

async fn make(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
    let named = fields.optional("enterprise_id").map(|it| id(&it)).transpose()?;
    let new = NewKey {
        role: role(&fields.text("role"))?,
        enterprise_id: desk.caller.enterprise_id.or(named),
        jurisdiction: fields.optional("jurisdiction"),
        label: fields.text("label"),
    };
    let (_, secret) = app.service.create_key(desk.caller, new).await?;
    Ok(secret)
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
    mut blocks: Vec<Block>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let path = path(desk);
    let paged = app.service.list_keys(desk.caller, page).await?;
    let is_operator = desk.caller.role == Role::Operator;
    let mut heads = vec![c.key_label, c.role, c.state, c.created];
    if is_operator {
        heads.insert(2, c.jurisdiction);
    }
    let mut list = table(c.keys, heads, [c.keys_none, c.keys_none_next]);
    list.next = next_link(path, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let is_active = it.revoked_at_us.is_none();
        let state = if is_active { c.key_active } else { c.key_revoked };
        let role = Role::from_name(&it.role).map_or("", |role| role_name(c, role));
        let created = in_words(desk.language(), it.created_at_us);
        let action = format!("{path}/{}/revoke", it.key_id);
        let act = is_active.then_some(Act { action, label: c.revoke });
        let mut cells = vec![it.label, role.to_owned(), state.to_owned(), created];
        if is_operator {
            cells.insert(2, it.jurisdiction.map(|area| area.to_string()).unwrap_or_default());
        }
        Row { href: None, cells, acts: act.into_iter().collect() }
    }));
    blocks.push(Block::Table(list));
    blocks.push(Block::Form(form(app, desk).await?.after(tried)));
    Ok(desk.page(c.keys, "", blocks))
}

async fn form(app: &App, desk: &Desk<'_>) -> Result<Form, Problem> {
    let c = desk.c;
    let is_operator = desk.caller.role == Role::Operator;
    let may_make = |role: &Role| is_operator || role.is_of_enterprise();
    let roles = Role::ALL.into_iter().filter(may_make);
    let roles = roles.map(|it| (it.name().to_owned(), role_name(c, it).to_owned())).collect();
    let mut fields =
        vec![Field::line("label", c.key_label), Field::of("role", c.role, Input::Choice(roles))];
    if is_operator {
        let paged = app.service.list_enterprises(desk.caller, &Page::newest()).await?;
        let mut choices = vec![(String::new(), c.platform_wide.to_owned())];
        choices.extend(paged.items.into_iter().map(|it| (it.enterprise_id.to_string(), it.name)));
        fields.push(Field::of("enterprise_id", c.enterprise, Input::Choice(choices)).optional());
        let jurisdiction = Field::line("jurisdiction", c.jurisdiction).hint(c.jurisdiction_hint);
        fields.push(jurisdiction.optional());
    }
    Ok(Form::post(c.key_new, path(desk), fields))
}
