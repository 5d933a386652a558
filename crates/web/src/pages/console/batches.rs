//! Code batches: the list, the order, and one with its print file, commission and end of life.

use super::{Desk, done, grouped, next_link, table, tried};
use crate::api::batches::granularity;
use crate::api::commissions::retirement;
use crate::api::shapes::hex;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::pages::item::{destroy_reason, void_reason};
use crate::problem::Problem;
use crate::text::fill;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{BatchView, Commission, NewBatch, Page, Retire, Role, Selection};
use verdict::{DestroyReason, Granularity, Tone, VoidReason};

const PATH: &str = "/console/batches";

/// `GET /console/batches`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    list_page(&app, &Desk::new(&visit, &caller), &fields.newest_page()?, None).await
}

/// `POST /console/batches`.
pub(crate) async fn order(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match mint(&app, &desk, &fields).await {
        Ok(location) => Ok(done(&location)),
        Err(problem) => {
            let tried = tried(PATH, fields, problem)?;
            let page = list_page(&app, &desk, &Page::newest(), Some(&tried)).await?;
            Ok(tried.problem.on(page))
        }
    }
}

/// `GET /console/batches/{batch_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(batch_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    batch_page(&app, &desk, &batch_id, None, fields.number("done")?).await
}

/// `POST /console/batches/{batch_id}/commission`.
pub(crate) async fn commission(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(batch_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match bind(&app, &desk, &batch_id, &fields).await {
        Ok(n_codes) => Ok(done(&format!("{PATH}/{batch_id}?done={n_codes}"))),
        Err(problem) => again(&app, &desk, &batch_id, "commission", (fields, problem)).await,
    }
}

/// `POST /console/batches/{batch_id}/retire`.
pub(crate) async fn retire(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(batch_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match end(&app, &desk, &batch_id, &fields).await {
        Ok(n_codes) => Ok(done(&format!("{PATH}/{batch_id}?done={n_codes}"))),
        Err(problem) => again(&app, &desk, &batch_id, "retire", (fields, problem)).await,
    }
}

async fn again(
    app: &App,
    desk: &Desk<'_>,
    batch_id: &str,
    action: &str,
    (fields, problem): (Fields, Problem),
) -> Result<Response, Problem> {
    let tried = tried(&format!("{PATH}/{batch_id}/{action}"), fields, problem)?;
    Ok(tried.problem.on(batch_page(app, desk, batch_id, Some(&tried), None).await?))
}

async fn mint(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
    let n_codes = fields.number("n_codes")?.unwrap_or(0);
    let new = NewBatch {
        product_id: id(&fields.text("product_id"))?,
        granularity: granularity(fields.optional("granularity").as_deref())?,
        n_digits: fields.number("n_digits")?,
        n_codes,
        is_sample: fields.is_ticked("is_sample"),
        has_cover: fields.is_ticked("has_cover"),
    };
    let view = app.service.mint_batch(desk.caller, new).await?;
    Ok(format!("{PATH}/{}", view.batch.batch_id))
}

async fn bind(app: &App, desk: &Desk<'_>, batch_id: &str, fields: &Fields) -> Result<u64, Problem> {
    let new = Commission {
        codes: selection(batch_id, fields)?,
        lot_number: fields.text("lot_number"),
        production_date: fields.text("production_date"),
        shelf_life_days: fields.number("shelf_life_days")?,
        event_time_us: None,
    };
    Ok(app.service.commission_codes(desk.caller, new).await?.n_codes)
}

async fn end(app: &App, desk: &Desk<'_>, batch_id: &str, fields: &Fields) -> Result<u64, Problem> {
    // The form offers both ways in one list: `void/lost`, `destroy/expired`.
    let reason = fields.text("reason");
    let (how, why) = reason.split_once('/').unwrap_or((&reason, ""));
    let codes = selection(batch_id, fields)?;
    let retire = Retire { codes, how: retirement(how, why)?, event_time_us: None };
    Ok(app.service.retire_codes(desk.caller, retire).await?.n_codes)
}

fn selection(batch_id: &str, fields: &Fields) -> Result<Selection, Problem> {
    if let Some(codes) = fields.optional("codes") {
        let lines = codes.lines().map(str::trim).filter(|it| !it.is_empty());
        return Ok(Selection::List(lines.map(str::to_owned).collect()));
    }
    let (first, last) = (fields.number("first")?, fields.number("last")?);
    Ok(match (first, last) {
        (None, None) => Selection::Whole(id(batch_id)?),
        (Some(first), Some(last)) => Selection::Range { batch_id: id(batch_id)?, first, last },
        (None, Some(_)) => return Err(Problem::rejected("/first", "required", "fill this in")),
        (Some(_), None) => return Err(Problem::rejected("/last", "required", "fill this in")),
    })
}

async fn list_page(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let paged = app.service.list_batches(desk.caller, page).await?;
    let heads = vec![c.batch, c.granularity, c.n_digits, c.n_codes, c.n_commissioned, c.created];
    let mut list = table(c.batches, heads, [c.batches_none, c.batches_none_next]);
    list.next = next_link(PATH, paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let id = it.batch.batch_id.to_string();
        let href = format!("{PATH}/{id}");
        let cells = vec![
            id,
            granularity_name(desk, it.batch.granularity).to_owned(),
            it.n_digits.to_string(),
            grouped(it.batch.n_codes),
            grouped(it.n_commissioned),
            in_words(desk.language(), it.batch.created_at_us),
        ];
        Row::linked(href, cells)
    }));
    let form = order_form(app, desk).await?.after(tried);
    Ok(desk.page(c.batches, "", vec![Block::Table(list), Block::Form(form)]))
}

async fn order_form(app: &App, desk: &Desk<'_>) -> Result<Form, Problem> {
    let c = desk.c;
    let products = app.service.list_products(desk.caller, &Page::newest()).await?;
    let products = products.items.into_iter().map(|it| (it.product_id.to_string(), it.name));
    let granularities =
        Granularity::ALL.map(|it| (it.name().to_owned(), granularity_name(desk, it).to_owned()));
    let mut lengths = vec![(String::new(), c.n_digits_default.to_owned())];
    lengths.extend(["15", "17", "21"].map(|it| (it.to_owned(), it.to_owned())));
    let mut fields = vec![
        Field::of("product_id", c.product, Input::Choice(products.collect())),
        Field::of("n_codes", c.n_codes, Input::Line("number")),
        Field::of("granularity", c.granularity, Input::Choice(granularities.into())),
        Field::of("n_digits", c.n_digits, Input::Choice(lengths)).optional(),
        Field::of("has_cover", c.has_cover, Input::Tick).hint(c.has_cover_hint),
    ];
    if desk.caller.role == Role::Operator {
        fields.push(Field::of("is_sample", c.is_sample, Input::Tick).hint(c.is_sample_hint));
    }
    Ok(Form::post(c.batch_new, PATH, fields).lead(c.batch_new_lead))
}

async fn batch_page(
    app: &App,
    desk: &Desk<'_>,
    batch_id: &str,
    tried: Option<&Tried>,
    n_done: Option<u64>,
) -> Result<Response, Problem> {
    let c = desk.c;
    let view = app.service.find_batch(desk.caller, id(batch_id)?).await?;
    let title = format!("{} {batch_id}", c.batch);
    let mut blocks = Vec::new();
    if let Some(n_done) = n_done {
        let said = fill(c.n_done, grouped(n_done));
        blocks.push(Block::Note(Note::new(Tone::Green, said)));
    }
    blocks.push(Block::Facts(batch_facts(desk, view)));
    blocks.push(Block::Form(print_form(desk, batch_id)));
    blocks.push(Block::Table(downloads(app, desk, batch_id).await?));
    blocks.push(Block::Form(commission_form(desk, batch_id).after(tried)));
    blocks.push(Block::Form(retire_form(desk, batch_id).after(tried)));
    Ok(desk.page(&title, "", blocks))
}

fn batch_facts(desk: &Desk<'_>, view: BatchView) -> Facts {
    let c = desk.c;
    let yes_no = |is: bool| (if is { c.yes } else { c.no }).to_owned();
    let facts = facts([
        (c.granularity, granularity_name(desk, view.batch.granularity).to_owned()),
        (c.n_digits, view.n_digits.to_string()),
        (c.n_codes, grouped(view.batch.n_codes)),
        (c.n_commissioned, grouped(view.n_commissioned)),
        (c.has_cover, yes_no(view.batch.has_cover)),
        (c.is_sample, yes_no(view.batch.is_sample)),
        (c.gtin, view.batch.gtin.unwrap_or_default()),
        (c.public_url, format!("{}/c/…", view.batch.public_url)),
        (c.created, in_words(desk.language(), view.batch.created_at_us)),
    ]);
    Facts { title: c.batch, picture: None, facts }
}

fn print_form(desk: &Desk<'_>, batch_id: &str) -> Form {
    let c = desk.c;
    let fields = vec![
        Field::of("from", c.from, Input::Line("number")).hint(c.position_hint).optional(),
        Field::of("to", c.to, Input::Line("number")).optional(),
        Field::of("bom", c.bom, Input::Tick),
    ];
    Form::post(c.print_file, format!("/api/v1/batches/{batch_id}/codes.csv"), fields)
        .lead(c.print_file_lead)
        .way(Way::Get)
}

async fn downloads(app: &App, desk: &Desk<'_>, batch_id: &str) -> Result<Table, Problem> {
    let c = desk.c;
    let page = Page::newest();
    let paged = app.service.list_downloads(desk.caller, id(batch_id)?, &page).await?;
    let heads = vec![c.created, c.range, c.finished, "SHA-256"];
    let mut list = table(c.downloads, heads, [c.downloads_none, c.downloads_none_next]);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let finished = it.finished_at_us.map(|at| in_words(desk.language(), at));
        Row::new(vec![
            in_words(desk.language(), it.started_at_us),
            format!("{} – {}", grouped(it.first_position), grouped(it.end_position)),
            finished.unwrap_or_else(|| c.not_finished.to_owned()),
            it.sha256.map(|it| hex(&it)).unwrap_or_default(),
        ])
    }));
    Ok(list)
}

fn commission_form(desk: &Desk<'_>, batch_id: &str) -> Form {
    let c = desk.c;
    let mut fields = vec![
        Field::line("lot_number", c.lot_number),
        Field::of("production_date", c.production_date, Input::Line("date")),
        Field::of("shelf_life_days", c.shelf_life_days, Input::Line("number")).optional(),
    ];
    fields.extend(selection_fields(desk));
    Form::post(c.commission, format!("{PATH}/{batch_id}/commission"), fields)
        .lead(c.commission_lead)
}

fn retire_form(desk: &Desk<'_>, batch_id: &str) -> Form {
    let c = desk.c;
    let t = desk.language().texts();
    let void = |it: VoidReason| {
        (format!("void/{}", it.name()), format!("{} · {}", c.void, void_reason(t, it)))
    };
    let destroy = |it: DestroyReason| {
        (format!("destroy/{}", it.name()), format!("{} · {}", c.destroy, destroy_reason(t, it)))
    };
    let reasons = VoidReason::ALL.into_iter().map(void);
    let reasons = reasons.chain(DestroyReason::ALL.into_iter().map(destroy)).collect();
    let mut fields = vec![Field::of("reason", c.reason, Input::Choice(reasons))];
    fields.extend(selection_fields(desk));
    Form::post(c.retire, format!("{PATH}/{batch_id}/retire"), fields).lead(c.retire_lead)
}

fn selection_fields(desk: &Desk<'_>) -> [Field; 3] {
    let c = desk.c;
    [
        Field::of("first", c.first, Input::Line("number")).hint(c.first_hint).optional(),
        Field::of("last", c.last, Input::Line("number")).optional(),
        Field::of("codes", c.codes, Input::Area).hint(c.codes_hint).optional(),
    ]
}

fn granularity_name(desk: &Desk<'_>, granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Item => desk.c.granularity_item,
        Granularity::Lot => desk.c.granularity_lot,
        Granularity::Product => desk.c.granularity_product,
    }
}
