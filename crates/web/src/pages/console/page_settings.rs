//! What a producer adds to the page of its goods and leaves out: the form, in the language of its
//! reader, what the page then says beside each answer, and who changed it.

use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Posted, Query};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Field, Form, Input, Note, Row, Tried, Way};
use crate::pages::item::words;
use crate::problem::Problem;
use crate::text::PageTexts;
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{
    LinkKind, Moment, NewPageSettings, Page, PagePart, PageSettings, PageValues, link_host,
};
use verdict::{Granularity, Rule, State as Verdict};

const PAGE: &str = "/console/page";
const RESET: &str = "/console/page/reset";

/// `GET /console/page?product_id=…`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let product_id = fields.optional("product_id");
    let settings = app.service.find_page(&caller, product_id.as_deref()).await?.settings;
    page(&app, &desk, (product_id, settings), (&fields.newest_page()?, None)).await
}

/// `POST /console/page`: saves it, or only shows it.
pub(crate) async fn set(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let product_id = fields.optional("product_id");
    let now = app.service.find_page(&caller, product_id.as_deref()).await?.settings;
    let new = read(&desk, &fields, &now);
    let checked = match new.checked() {
        Ok(settings) if fields.is_ticked("preview_only") => Ok(settings),
        Ok(_) => match app.service.set_page(&caller, &new).await {
            Ok(_) => return Ok(done(&here(product_id.as_deref()))),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match checked {
        Ok(settings) => {
            let problem = Problem::rejected("", "", "");
            let tried = Tried { action: PAGE.to_owned(), sent: fields, problem };
            page(&app, &desk, (product_id, settings), (&Page::newest(), Some(&tried))).await
        }
        Err(error) => {
            let tried = tried(PAGE, fields, error.into())?;
            let of = (product_id, now);
            let shown = page(&app, &desk, of, (&Page::newest(), Some(&tried))).await?;
            Ok(tried.problem.on(shown))
        }
    }
}

/// `POST /console/page/reset`.
pub(crate) async fn reset(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let product_id = fields.optional("product_id");
    app.service.reset_page(&caller, product_id.as_deref()).await?;
    Ok(done(&here(product_id.as_deref())))
}

fn here(product_id: Option<&str>) -> String {
    product_id.map_or_else(|| PAGE.to_owned(), |id| format!("{PAGE}?product_id={id}"))
}

/// The settings of a form, whose texts are in the language of its reader; others stay.
fn read(desk: &Desk<'_>, fields: &Fields, now: &PageSettings) -> NewPageSettings {
    let texts = Moment::ALL.map(|at| {
        let mut texts = now.texts.get(&at).cloned().unwrap_or_default();
        texts[desk.language() as usize] = fields.text(at.name());
        (at.name().to_owned(), texts)
    });
    let links = LinkKind::ALL.map(|kind| (kind.name().to_owned(), fields.text(kind.name())));
    let hidden = PagePart::ALL.into_iter().filter(|part| fields.is_ticked(part.name()));
    NewPageSettings {
        product_id: fields.optional("product_id"),
        texts: texts.into(),
        links: links.into(),
        hidden: hidden.map(|part| part.name().to_owned()).collect(),
    }
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    (product_id, settings): (Option<String>, PageSettings),
    (listed, tried): (&Page, Option<&Tried>),
) -> Result<Response, Problem> {
    let (t, r) = (desk.language().page_texts(), desk.language().rule_texts());
    let products = app.service.list_products(desk.caller, &Page::newest()).await?;
    let mut choices = vec![(String::new(), r.all_products.to_owned())];
    choices.extend(products.items.into_iter().map(|it| (it.product_id.to_string(), it.name)));
    let chosen = product_id.unwrap_or_default();
    let name = choices.iter().find(|(id, _)| *id == chosen).map(|(_, name)| name.clone());
    let choice = Field::of("product_id", r.product, Input::Choice(choices)).value(chosen.clone());
    let choose = Form::post(r.product, PAGE, vec![choice.optional()]).way(Way::Get);
    let mut blocks = vec![Block::Form(choose.button(r.show))];
    let mut form = form(desk, &settings, &chosen).after(tried);
    // What was only shown had nothing wrong.
    form.wrong.retain(|it| !it.is_empty());
    blocks.push(Block::Form(form));
    blocks.extend(preview(desk, &settings, &name.unwrap_or_default()));
    let hidden = Field::of("product_id", "", Input::Hidden).value(chosen);
    blocks.push(Block::Form(Form::post(t.reset, RESET, vec![hidden]).lead(t.reset_lead)));
    blocks.push(changes(app, desk, listed).await?);
    Ok(desk.page(t.page, t.lead, blocks))
}

fn form(desk: &Desk<'_>, settings: &PageSettings, product_id: &str) -> Form {
    let t = desk.language().page_texts();
    let mut fields = vec![Field::of("product_id", "", Input::Hidden).value(product_id)];
    fields.extend(Moment::ALL.map(|at| {
        let text = settings.texts.get(&at).map(|it| it[desk.language() as usize].clone());
        let field = Field::line(at.name(), t.moment(at)).optional();
        field.hint(t.texts_hint).value(text.unwrap_or_default())
    }));
    fields.extend(LinkKind::ALL.map(|kind| {
        let url = settings.links.get(&kind).cloned().unwrap_or_default();
        let field = Field::of(kind.name(), t.link(kind), Input::Line("url"));
        field.optional().hint(t.link_hint).value(url)
    }));
    fields.extend(PagePart::ALL.map(|part| {
        let is_hidden = settings.hidden.contains(&part);
        let field = Field::of(part.name(), t.hidden_part(part), Input::Tick);
        field.value(if is_hidden { "1" } else { "" })
    }));
    fields.push(Field::of("preview_only", t.preview_only, Input::Tick));
    Form::post(t.page, PAGE, fields).button(t.save)
}

/// What the page says beside each answer: ours first, and then the producer's.
fn preview(desk: &Desk<'_>, settings: &PageSettings, product: &str) -> Vec<Block> {
    let (t, language) = (desk.language().page_texts(), desk.language());
    let at_us = 0;
    let first_checked = in_words(language, at_us);
    let enterprise = desk.caller.label.as_str();
    let values = PageValues { product, enterprise, n: 2, first_checked: &first_checked };
    let links = settings.links.iter();
    let links: Vec<_> =
        links.map(|(kind, url)| format!("{} ({})", t.link(*kind), link_host(url))).collect();
    let states = [
        Verdict::FirstScan,
        Verdict::ScannedBefore { n_scans: 2, first_at_us: at_us, first_in: None },
        Verdict::CheckedByYou { at_us, n_others: 0 },
        Verdict::Careful { rule: Rule::Limit, n_scans: 9, first_at_us: None, first_in: None },
        Verdict::PinProved { n_proved: 1, first_at_us: at_us },
        Verdict::PinWrong { tries_left: 4 },
        Verdict::SameForAll(Granularity::Lot),
        Verdict::NotCommissioned,
        Verdict::Recalled { since_us: at_us },
    ];
    let notes = states.map(|state| {
        let mut note = Note::new(state.tone(), words(language, state).title);
        if let Some(said) = settings.words(state, language as usize, values) {
            note.lines.push(format!("{}{}{said}", t.said_by, language.texts().colon));
        }
        if state.tone() != verdict::Tone::Red {
            note.lines.extend(links.iter().cloned());
        }
        Block::Note(note)
    });
    notes.into()
}

async fn changes(app: &App, desk: &Desk<'_>, listed: &Page) -> Result<Block, Problem> {
    let (t, r) = (desk.language().page_texts(), desk.language().rule_texts());
    let paged = app.service.list_page_changes(desk.caller, listed).await?;
    let heads = vec![r.changed, r.changed_by, r.product, t.change];
    let mut rows = table(t.history, heads, [t.history_none, t.history_next]);
    rows.next = next_link(PAGE, paged.next);
    rows.rows.extend(paged.items.into_iter().map(|it| {
        let product = it.product_id.map(|id| id.to_string());
        Row::new(vec![
            in_words(desk.language(), it.changed_at_us),
            it.changed_by,
            product.unwrap_or_else(|| r.all_products.to_owned()),
            it.after.map_or_else(|| t.none_own.to_owned(), |it| told(t, &it)),
        ])
    }));
    Ok(Block::Table(rows))
}

/// Settings in a line.
fn told(t: &PageTexts, it: &PageSettings) -> String {
    let texts = it.texts.iter().flat_map(|(at, texts)| {
        let texts = texts.iter().filter(|text| !text.is_empty());
        texts.map(|text| format!("{}: {text}", t.moment(*at)))
    });
    let links = it.links.iter().map(|(kind, url)| format!("{}: {url}", t.link(*kind)));
    let hidden = it.hidden.iter().map(|part| t.hidden_part(*part).to_owned());
    let all: Vec<String> = texts.chain(links).chain(hidden).collect();
    if all.is_empty() { t.none_own.to_owned() } else { all.join("; ") }
}
