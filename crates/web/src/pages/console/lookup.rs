//! One search box for any code or EPC: what a consumer would see, and who did what with it.

use super::alerts::open_alerts;
use super::drawing::Open;
use super::{Desk, done, portal_of, table, traces};
use crate::api::traces::question_of;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Posted, Query};
use crate::moment::{in_words, parse_local};
use crate::pages::blocks::{Act, Block, Facts, Field, Form, Input, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::pages::item::{encode, words};
use crate::pages::schemes::says;
use crate::problem::Problem;
use crate::visit::Visit;
use ::schemes::Reading;
use axum::extract::State;
use axum::response::Response;
use service::{
    BoundTo, Error, Identifier, Lead, NewBinding, Page, Role, Scan, ScanAnswer, TraceQuestion,
};
use verdict::State as Verdict;

/// `GET /dealer`, `/regulator`, `/operator` and `/console/trace`, with `?epc=…`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    page(&app, &desk, &fields, None).await
}

/// `POST /console/identifiers`: one more identifier of the item that was looked up.
pub(crate) async fn bind(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let item = fields.text("item");
    match app.service.bind_identifier(&caller, &binding(&fields)).await {
        Ok(_) => Ok(done(&address(&desk, &item))),
        Err(error) => {
            let tried = super::tried(BIND, fields, error.into())?;
            let asked = Fields([("epc".to_owned(), item)].into());
            let page = page(&app, &desk, &asked, Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `POST /console/items/reset`: the scans of the item that was looked up are counted anew.
pub(crate) async fn reset(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let item = fields.text("item");
    match app.service.reset_item(&caller, &item, &fields.text("reason")).await {
        Ok(_) => Ok(done(&address(&desk, &item))),
        Err(error) => {
            let tried = super::tried(RESET, fields, error.into())?;
            let asked = Fields([("epc".to_owned(), item)].into());
            let page = page(&app, &desk, &asked, Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `POST /console/identifiers/unbind?item=…&text=…`.
pub(crate) async fn unbind(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    app.service.unbind_identifier(&caller, &binding(&fields)).await?;
    Ok(done(&address(&Desk::new(&visit, &caller), &fields.text("item"))))
}

const BIND: &str = "/console/identifiers";
const RESET: &str = "/console/items/reset";

fn binding(fields: &Fields) -> NewBinding {
    let to = BoundTo::Item(fields.text("item"));
    NewBinding { to, text: fields.text("text"), scheme_id: None }
}

/// The page that looks `wanted` up.
fn address(desk: &Desk<'_>, wanted: &str) -> String {
    format!("{}?epc={}", path(desk), encode(wanted))
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    fields: &Fields,
    bound: Option<&Tried>,
) -> Result<Response, Problem> {
    let wanted = fields.text("epc");
    let wanted = wanted.as_str();
    let mut blocks = Vec::new();
    let mut tried = None;
    if !wanted.is_empty() {
        let found = app.service.identify_text(desk.caller, wanted).await?;
        blocks.extend(looks_like(desk, &found.readings));
        for lead in &found.leads {
            blocks.extend(lead_blocks(desk, lead, bound));
            if let Lead::Item { answer, .. } = lead {
                blocks.extend(resets(app, desk, answer, bound).await?);
            }
        }
        if found.leads.is_empty() {
            let scan = Scan::LOOK;
            let answer = app.service.scan_code(wanted, scan).await?;
            if !matches!(answer.verdict.state, Verdict::Mistyped(_)) {
                blocks.extend(verdict(desk, &answer));
            }
        }
        let parse = |text: &str| parse_local(desk.language(), text);
        let asked = question_of(fields, parse)?;
        let question = TraceQuestion { subject: wanted.to_owned(), ..asked };
        match app.service.trace(desk.caller, &question).await {
            Ok(trace) => {
                let open = Open::parse(&fields.text("open"));
                let asked = (&question, &open);
                blocks.extend(traces::blocks(desk, path(desk), asked, &trace));
            }
            Err(Error::NotFound) => blocks.push(traces::none(desk)),
            // A dealer sees what the thing is, not who else deals in it.
            Err(Error::Forbidden) if !found.readings.is_empty() => {}
            // What is no EPC has no events, and has been told already.
            Err(Error::Rejected(_)) if !found.readings.is_empty() => {}
            Err(error) => tried = Some(refused(desk, wanted, error)?),
        }
    }
    blocks.insert(0, Block::Form(form(desk, wanted).after(tried.as_ref())));
    // The first page of who has no other.
    if wanted.is_empty() && matches!(desk.caller.role, Role::Operator | Role::Regulator) {
        blocks.extend(open_alerts(app, desk).await?);
    }
    Ok(desk.page(desk.c.lookup, desk.c.lookup_lead, blocks))
}

/// What the text can be, by scheme.
fn looks_like(desk: &Desk<'_>, readings: &[Reading<'_>]) -> Option<Block> {
    let t = desk.language().texts();
    let rows = readings.iter().map(|reading| {
        let says = says(t, reading);
        let number = reading.outcome.as_ref().map(|it| it.text.as_str()).unwrap_or_default();
        let name = reading.scheme.texts(desk.language().tag()).name.clone();
        let href = format!("/schemes/{}", reading.scheme.id);
        Row::linked(href, vec![name, number.to_owned(), says.to_owned()])
    });
    let rows: Vec<Row> = rows.collect();
    let heads = vec![desk.c.scheme, desk.c.identifier, desk.c.state];
    let list = table(t.schemes_reading, heads, [t.schemes_none, t.schemes_none_next]);
    (!rows.is_empty()).then_some(Block::Table(Table { rows, ..list }))
}

fn lead_blocks(desk: &Desk<'_>, lead: &Lead, bound: Option<&Tried>) -> Vec<Block> {
    let c = desk.c;
    let told = |title, lines| vec![Block::Facts(Facts { title, picture: None, facts: lines })];
    match lead {
        Lead::Item { answer, identifiers } => {
            let mut blocks = verdict(desk, answer);
            let code = answer.code.as_deref().unwrap_or_default();
            blocks.push(Block::Table(identifiers_of(desk, code, identifiers)));
            if desk.caller.role == Role::Enterprise {
                let hidden = Field::of("item", "", Input::Hidden).value(code);
                let text = Field::line("text", c.identifier).hint(c.identifier_hint);
                let form = Form::post(c.identifier_new, BIND, vec![hidden, text]);
                blocks.push(Block::Form(form.after(bound)));
            }
            blocks
        }
        Lead::Lot(lot) => told(
            c.lot_number,
            facts([
                (c.lot_number, lot.lot_number.clone()),
                (c.production_date, lot.production_date.clone()),
            ]),
        ),
        Lead::Product(product) => told(
            c.product,
            facts([
                (c.product_name, product.name.clone()),
                (c.specification, product.specification.clone()),
                (c.gtin, product.gtin.clone().unwrap_or_default()),
            ]),
        ),
        Lead::Enterprise(enterprise) => told(
            c.enterprise,
            facts([
                (c.enterprise, enterprise.name.clone()),
                (desk.language().texts().registration, enterprise.registration_number.clone()),
            ]),
        ),
    }
}

/// Who had the scans of an item counted anew, and the form that does so where any count.
async fn resets(
    app: &App,
    desk: &Desk<'_>,
    answer: &ScanAnswer,
    sent: Option<&Tried>,
) -> Result<Vec<Block>, Problem> {
    let (c, code) = (desk.c, answer.code.as_deref().unwrap_or_default());
    let told = match app.service.list_item_resets(desk.caller, code, &Page::newest()).await {
        Ok(told) => told.items,
        // Goods of others.
        Err(Error::NotFound) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut blocks = Vec::new();
    if !told.is_empty() {
        let rows = told.iter().map(|it| {
            let at = in_words(desk.language(), it.reset_at_us);
            Row::new(vec![at, it.reset_by.clone(), it.n_scans.to_string(), it.reason.clone()])
        });
        let rows = rows.collect();
        let heads = vec![c.reset_at, c.reset_by, c.reset_n_scans, c.reset_reason];
        let list = table(c.resets, heads, ["", ""]);
        blocks.push(Block::Table(Table { rows, ..list }));
    }
    let may_reset = matches!(desk.caller.role, Role::Enterprise | Role::Operator);
    if may_reset && answer.trail.n_scans > 0 {
        let hidden = Field::of("item", "", Input::Hidden).value(code);
        let reason = Field::line("reason", c.reset_reason).hint(c.reset_hint);
        let form = Form::post(c.reset_title, RESET, vec![hidden, reason]);
        blocks.push(Block::Form(form.after(sent)));
    }
    Ok(blocks)
}

/// What else an item goes by; those of its own can be taken off it.
fn identifiers_of(desk: &Desk<'_>, code: &str, identifiers: &[Identifier]) -> Table {
    let c = desk.c;
    let of = |it: &Identifier| match it.of {
        "item" => c.granularity_item,
        "lot" => c.granularity_lot,
        _ => c.granularity_product,
    };
    let rows = identifiers.iter().map(|it| {
        let is_own = it.of == "item" && desk.caller.role == Role::Enterprise;
        let action = || {
            let (item, text) = (encode(code), encode(&it.uri));
            format!("{BIND}/unbind?item={item}&text={text}")
        };
        let act = is_own.then(|| Act { action: action(), label: c.identifier_unbind });
        let cells = vec![it.uri.clone(), it.scheme_id.clone(), of(it).to_owned()];
        Row { acts: act.into_iter().collect(), ..Row::new(cells) }
    });
    let heads = vec![c.identifier, c.scheme, c.granularity];
    let list = table(c.identifiers, heads, [c.identifiers_none, c.identifiers_none_next]);
    Table { rows: rows.collect(), ..list }
}

fn path(desk: &Desk<'_>) -> &'static str {
    match desk.caller.role {
        Role::Enterprise => "/console/trace",
        role => portal_of(role),
    }
}

fn form(desk: &Desk<'_>, wanted: &str) -> Form {
    let field = Field::line("epc", desk.c.lookup_label).value(wanted);
    Form::post(desk.c.lookup, path(desk), vec![field]).way(Way::Get).button(desk.c.lookup_button)
}

fn refused(desk: &Desk<'_>, wanted: &str, error: Error) -> Result<Tried, Problem> {
    let sent = Fields([("epc".to_owned(), wanted.to_owned())].into());
    super::tried(path(desk), sent, error.into())
}

fn verdict(desk: &Desk<'_>, answer: &ScanAnswer) -> Vec<Block> {
    let t = desk.language().texts();
    let words = words(desk.language(), answer.verdict.state);
    let mut note = Note::new(answer.verdict.tone, words.title.into_owned());
    note.lines = vec![words.reason.into_owned()];
    let mut blocks = vec![Block::Note(note)];
    if let Some(item) = &answer.item {
        let (goods, lot) = (&item.goods, item.lot.as_deref());
        let expiry_date = lot.and_then(|it| it.expiry_date.clone());
        let facts = facts([
            (desk.c.product, goods.product_name.clone()),
            (desk.c.specification, goods.specification.clone()),
            (desk.c.enterprise, goods.enterprise_name.clone()),
            (t.registration, goods.registration_number.clone()),
            (t.lot, lot.map(|it| it.lot_number.clone()).unwrap_or_default()),
            (t.produced, lot.map(|it| it.production_date.clone()).unwrap_or_default()),
            (t.best_before, expiry_date.unwrap_or_default()),
            (t.address, goods.enterprise_address.clone()),
            (t.contact, goods.enterprise_contact.clone()),
        ]);
        blocks.push(Block::Facts(Facts { title: desk.c.lookup_verdict, picture: None, facts }));
    }
    blocks
}
