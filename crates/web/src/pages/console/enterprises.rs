//! Enterprises, as the operator registers them.

use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Posted, Query};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Field, Form, Input, Row, Tried};
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{NewEnterprise, Page};

const PATH: &str = "/operator/enterprises";

/// `GET /operator/enterprises`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /operator/enterprises`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let new = read(&fields);
    match app.service.create_enterprise(&caller, new).await {
        Ok(_) => Ok(done(PATH)),
        Err(error) => {
            let tried = tried(PATH, fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            Ok(tried.problem.on(page(&app, &desk, &Page::newest(), Some(&tried)).await?))
        }
    }
}

fn read(fields: &Fields) -> NewEnterprise {
    NewEnterprise {
        name: fields.text("name"),
        enterprise_type: fields.text("enterprise_type"),
        registration_scheme: fields.text("registration_scheme"),
        registration_number: fields.text("registration_number"),
        division: fields.optional("division"),
        address: fields.text("address"),
        contact: fields.text("contact"),
    }
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let paged = app.service.list_enterprises(desk.caller, page).await?;
    let heads =
        vec![c.enterprise_name, c.registration_number, c.division, c.enterprise_type, c.created];
    let mut list = table(c.enterprises, heads, [c.enterprises_none, c.enterprises_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let created = in_words(desk.language(), it.created_at_us);
        let division = it.enterprise_id.division().map(|it| it.to_string()).unwrap_or_default();
        let number = it.registration_number;
        Row::new(vec![it.name, number, division, it.enterprise_type, created])
    }));
    let form = form(app, desk).await?.after(tried);
    Ok(desk.page(c.enterprises, "", vec![Block::Table(list), Block::Form(form)]))
}

async fn form(app: &App, desk: &Desk<'_>) -> Result<Form, Problem> {
    let c = desk.c;
    let types = app.service.enterprise_types().await?;
    let types = types.into_iter().map(|it| (it.name.clone(), it.name)).collect();
    let schemes = [("uscc", c.scheme_uscc), ("kr-brn", c.scheme_kr_brn), ("other", c.scheme_other)];
    let schemes = schemes.map(|(value, label)| (value.to_owned(), label.to_owned())).into();
    let fields = vec![
        Field::line("name", c.enterprise_name),
        Field::of("enterprise_type", c.enterprise_type, Input::Choice(types)),
        Field::of("registration_scheme", c.registration_scheme, Input::Choice(schemes)),
        Field::line("registration_number", c.registration_number),
        Field::line("division", c.division).hint(c.division_hint).optional(),
        Field::line("address", c.address),
        Field::line("contact", c.contact),
    ];
    Ok(Form::post(c.enterprise_new, PATH, fields))
}
