//! Dealers in the console: the tree by its levels, one dealer, files in and out.

use super::tasks::file_response;
use super::{Desk, done, next_link, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, FormWithFile, Path, Posted, Query, id};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::problem::Problem;
use crate::text::{DealerTexts, fill};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{
    Above, DEALER_COLUMNS, DealerDetails, DealerEdit, DealerImport, DealerView, NewDealer,
    NewTerritory, Page, Role, Violation, date_of_day, territory_texts,
};
use verdict::Tone;
use verdict::diversion::TerritoryKind;

const PATH: &str = "/console/dealers";
const IMPORT: &str = "/console/dealers/import";

/// Rows of a table of dealers. A macro, since the rows of the store have no name here.
macro_rules! dealer_rows {
    ($t:expr, $items:expr) => {
        $items.into_iter().map(|it| {
            let state = state($t, it.closed_at_us);
            let cells = vec![it.number, it.name, it.contact_name, it.phone, state];
            Row::linked(format!("{PATH}/{}", it.dealer_id), cells)
        })
    };
}

/// `GET /console/dealers`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    top(&app, &Desk::new(&visit, &caller), &fields.page()?, None).await
}

/// `POST /console/dealers`.
pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match add(&app, &desk, &fields).await {
        Ok(made) => Ok(done(&format!("{PATH}/{}", made.dealer.dealer_id))),
        Err(problem) => {
            let tried = tried(PATH, fields, problem)?;
            Ok(tried.problem.on(top(&app, &desk, &Page::first(), Some(&tried)).await?))
        }
    }
}

/// `GET /console/dealers/{dealer_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    one(&app, &Desk::new(&visit, &caller), (&dealer_id, &fields.page()?), None, None).await
}

/// `POST /console/dealers/{dealer_id}`.
pub(crate) async fn change(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let edit = DealerEdit::Details(details_of(&fields));
    edited(&app, &Desk::new(&visit, &caller), (&dealer_id, ""), fields, edit).await
}

/// `POST /console/dealers/{dealer_id}/parent`.
pub(crate) async fn set_parent(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let edit = DealerEdit::Move(above_of(&fields));
    edited(&app, &desk, (&dealer_id, "/parent"), fields, edit).await
}

/// `POST /console/dealers/{dealer_id}/territories`.
pub(crate) async fn set_territories(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let edit = DealerEdit::Territories(NewTerritory::parse_all(&fields.text("territories")));
    edited(&app, &Desk::new(&visit, &caller), (&dealer_id, "/territories"), fields, edit).await
}

/// `POST /console/dealers/{dealer_id}/close`.
pub(crate) async fn close(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let (desk, edit) = (Desk::new(&visit, &caller), DealerEdit::Close);
    edited(&app, &desk, (&dealer_id, "/close"), Fields::default(), edit).await
}

/// `POST /console/dealers/{dealer_id}/reopen`.
pub(crate) async fn reopen(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
) -> Result<Response, Problem> {
    let (desk, edit) = (Desk::new(&visit, &caller), DealerEdit::Reopen);
    edited(&app, &desk, (&dealer_id, "/reopen"), Fields::default(), edit).await
}

/// `POST /console/dealers/{dealer_id}/keys`.
pub(crate) async fn create_key(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let label = fields.text("label");
    let here = (dealer_id.as_str(), &Page::first());
    match app.service.create_dealer_key(&caller, id(&dealer_id)?, &label).await {
        // No redirect: this answer is the only one that has the key.
        Ok((_, secret)) => {
            let mut note = Note::new(Tone::Green, desk.c.key_once);
            note.secret = Some(secret);
            one(&app, &desk, here, None, Some(note)).await
        }
        Err(error) => {
            let tried = tried(&format!("{PATH}/{dealer_id}/keys"), fields, error.into())?;
            Ok(tried.problem.on(one(&app, &desk, here, Some(&tried), None).await?))
        }
    }
}

/// `POST /console/dealers/{dealer_id}/files`.
pub(crate) async fn add_file(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(dealer_id): Path<String>,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let (name, until) = (fields.text("name"), fields.optional("valid_until"));
    let told = (name.as_str(), until.as_deref());
    match app.service.add_dealer_file(&caller, id(&dealer_id)?, told, file.to_vec()).await {
        Ok(_) => Ok(done(&format!("{PATH}/{dealer_id}"))),
        Err(error) => {
            let tried = tried(&format!("{PATH}/{dealer_id}/files"), fields, error.into())?;
            let here = (dealer_id.as_str(), &Page::first());
            Ok(tried.problem.on(one(&app, &desk, here, Some(&tried), None).await?))
        }
    }
}

/// `GET /console/dealers/{dealer_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((dealer_id, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = app.service.dealer_file(&caller, id(&dealer_id)?, id(&file_no)?).await?;
    Ok(file_response(&found.0, found.1))
}

/// `GET /console/dealers/import`.
pub(crate) async fn show_import(
    visit: Visit,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    Ok(desk.page(desk.language().dealer_texts().import, "", vec![import_form(&desk, None)]))
}

/// `POST /console/dealers/import`.
pub(crate) async fn import(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let previewed = app.service.preview_dealers(&caller, None, file.to_vec()).await;
    let is_meant = fields.text("do") == "import";
    let told = match previewed {
        Ok(told) if told.faults.is_empty() && is_meant => {
            app.service.import_dealers(&caller, None, file.to_vec()).await
        }
        other => other,
    };
    match told {
        Ok(told) => {
            let blocks = told_of(&desk, &told, is_meant);
            Ok(desk.page(
                t.import,
                "",
                blocks.into_iter().chain([import_form(&desk, None)]).collect(),
            ))
        }
        Err(error) => {
            let tried = tried(IMPORT, fields, error.into())?;
            let form = import_form(&desk, Some(&tried));
            Ok(tried.problem.on(desk.page(t.import, "", vec![form])))
        }
    }
}

async fn add(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<DealerView, Problem> {
    let new = NewDealer {
        enterprise_id: None,
        above: above_of(fields),
        details: details_of(fields),
        territories: NewTerritory::parse_all(&fields.text("territories")),
    };
    Ok(app.service.create_dealer(desk.caller, new).await?)
}

fn details_of(fields: &Fields) -> DealerDetails {
    DealerDetails {
        number: fields.text("number"),
        name: fields.text("name"),
        contact_name: fields.text("contact_name"),
        phone: fields.text("phone"),
        email: fields.text("email"),
        address: fields.text("address"),
        party: fields.text("party"),
        place: fields.text("place"),
        linked_enterprise_id: fields.text("linked_enterprise_id"),
    }
}

/// The dealer above, which people know by its number.
fn above_of(fields: &Fields) -> Above {
    fields.optional("parent_id").map_or(Above::Enterprise, Above::Number)
}

/// Makes a change that a form of the page of a dealer asks for.
async fn edited(
    app: &App,
    desk: &Desk<'_>,
    (dealer_id, form): (&str, &str),
    fields: Fields,
    edit: DealerEdit,
) -> Result<Response, Problem> {
    let here = format!("{PATH}/{dealer_id}");
    match app.service.change_dealer(desk.caller, id(dealer_id)?, edit).await {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&format!("{here}{form}"), fields, error.into())?;
            let here = (dealer_id, &Page::first());
            Ok(tried.problem.on(one(app, desk, here, Some(&tried), None).await?))
        }
    }
}

/// The dealers right under the enterprise; who watches many sees all of them.
async fn top(
    app: &App,
    desk: &Desk<'_>,
    page: &Page,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().dealer_texts();
    let paged = match desk.caller.enterprise_id {
        Some(_) => app.service.list_top_dealers(desk.caller, page).await?,
        None => app.service.list_dealers(desk.caller, page).await?,
    };
    let mut list = table_of(t, t.dealers, [t.none, t.none_next]);
    list.rows.extend(dealer_rows!(t, paged.items));
    list.next = next_link(PATH, paged.next);
    let mut blocks = vec![Block::Table(list)];
    if desk.caller.role == Role::Enterprise {
        let link = |href: &str, label| Link { href: href.to_owned(), label };
        blocks.push(Block::Links(vec![
            link(IMPORT, t.import),
            link("/api/v1/dealers.csv", t.export_csv),
            link("/api/v1/dealers.xlsx", t.export_xlsx),
        ]));
        let mut fields = fields_of(t, None);
        fields.push(parent_field(t));
        fields.push(territories_field(t, "").optional());
        blocks.push(Block::Form(Form::post(t.new, PATH, fields).after(tried)));
    }
    Ok(desk.page(t.dealers, t.lead, blocks))
}

fn table_of(t: &'static DealerTexts, title: &'static str, empty: [&'static str; 2]) -> Table {
    table(title, vec![t.number, t.name, t.contact_name, t.phone, t.state], empty)
}

fn state(t: &DealerTexts, closed_at_us: Option<i64>) -> String {
    if closed_at_us.is_some() { t.closed } else { t.open }.to_owned()
}

async fn one(
    app: &App,
    desk: &Desk<'_>,
    (dealer_id, page): (&str, &Page),
    tried: Option<&Tried>,
    note: Option<Note>,
) -> Result<Response, Problem> {
    let t = desk.language().dealer_texts();
    let here = format!("{PATH}/{dealer_id}");
    let view = app.service.find_dealer(desk.caller, id(dealer_id)?).await?;
    let under = app.service.list_dealers_under(desk.caller, id(dealer_id)?, page).await?;
    let mut blocks: Vec<Block> = note.map(Block::Note).into_iter().collect();
    blocks.push(Block::Facts(told(desk, &view)));
    let mut links = Vec::new();
    if let Some(above) = view.above.last() {
        links.push(Link { href: format!("{PATH}/{}", above.dealer_id), label: t.parent_link });
    }
    if desk.caller.role == Role::Enterprise {
        let to = view.dealer.number.as_str();
        let to = serde_urlencoded::to_string([("to", to)]).unwrap_or_default();
        let of = |path: &str| format!("/dealer/{path}?dealer={dealer_id}");
        links.push(Link { href: of("stock"), label: t.stock });
        links.push(Link { href: of("shipments"), label: t.shipments });
        links.push(Link { href: format!("/console/moves?{to}"), label: t.kind_ship });
    }
    blocks.push(Block::Links(links));
    blocks.push(Block::Table(territories(t, &view)));
    let mut below = table_of(t, t.under, [t.under_none, t.under_none_next]);
    below.rows.extend(dealer_rows!(t, under.items));
    below.next = next_link(&here, under.next);
    blocks.push(Block::Table(below));
    blocks.push(Block::Table(files(app, desk, dealer_id).await?));
    if desk.caller.role == Role::Enterprise {
        let forms = forms(desk, &here, &view);
        blocks.extend(forms.into_iter().map(|it| Block::Form(it.after(tried))));
    }
    blocks.push(Block::Table(changes(app, desk, dealer_id).await?));
    Ok(desk.page(&view.dealer.name, "", blocks))
}

fn told(desk: &Desk<'_>, view: &DealerView) -> Facts {
    let (t, it) = (desk.language().dealer_texts(), &view.dealer);
    let above: Vec<&str> = view.above.iter().map(|it| it.name.as_str()).collect();
    let known = facts([
        (t.number, it.number.clone()),
        (t.state, state(t, it.closed_at_us)),
        (t.above, above.join(" › ")),
        (t.contact_name, it.contact_name.clone()),
        (t.phone, it.phone.clone()),
        (t.email, it.email.clone()),
        (t.address, it.address.clone()),
        (t.party, it.party.clone()),
        (t.place, it.place.clone()),
        (t.linked, it.linked_id.map(|id| id.to_string()).unwrap_or_default()),
        (desk.c.created, in_words(desk.language(), it.created_at_us)),
    ]);
    Facts { title: t.dealer, picture: None, facts: known }
}

fn territories(t: &'static DealerTexts, view: &DealerView) -> Table {
    let heads = vec![t.division, t.kind, t.from, t.until];
    let mut list = table(t.territories, heads, [t.territories_none, t.territories_none_next]);
    list.rows.extend(view.territories.iter().map(|it| {
        let kind = match it.kind {
            TerritoryKind::Sole => t.kind_sole,
            TerritoryKind::Shared => t.kind_shared,
            TerritoryKind::Border => t.kind_border,
        };
        let day = |day: Option<i32>| day.map(date_of_day).unwrap_or_default();
        let (from, until) = (day(it.from_day), day(it.until_day));
        Row::new(vec![it.area.to_string(), kind.to_owned(), from, until])
    }));
    list
}

async fn files(app: &App, desk: &Desk<'_>, dealer_id: &str) -> Result<Table, Problem> {
    let t = desk.language().dealer_texts();
    let found = app.service.list_dealer_files(desk.caller, id(dealer_id)?).await?;
    let heads = vec![t.file, t.valid_until, t.changed_by, t.changed_at];
    let mut list = table(t.files, heads, [t.files_none, t.files_none_next]);
    list.rows.extend(found.into_iter().map(|it| {
        let name = format!("{} {}", it.file.file_no, it.file.name);
        let until = it.valid_until.map(date_of_day).unwrap_or_default();
        let time = in_words(desk.language(), it.file.uploaded_at_us);
        let href = format!("{PATH}/{dealer_id}/files/{}", it.file.file_no);
        Row::linked(href, vec![name, until, it.file.uploaded_by, time])
    }));
    Ok(list)
}

async fn changes(app: &App, desk: &Desk<'_>, dealer_id: &str) -> Result<Table, Problem> {
    let t = desk.language().dealer_texts();
    let newest = Page::newest();
    let found = app.service.list_dealer_changes(desk.caller, id(dealer_id)?, &newest).await?;
    let heads = vec![t.action, t.detail, t.changed_by, t.changed_at];
    let mut list = table(t.changes, heads, [t.changes_none, t.none_next]);
    list.rows.extend(found.items.into_iter().map(|it| {
        let action = match it.action.name() {
            "added" => t.did_added,
            "changed" => t.did_changed,
            "moved" => t.did_moved,
            "territories" => t.did_territories,
            "file" => t.did_file,
            "closed" => t.did_closed,
            _ => t.did_reopened,
        };
        let time = in_words(desk.language(), it.changed_at_us);
        Row::new(vec![action.to_owned(), it.detail, it.changed_by, time])
    }));
    Ok(list)
}

/// What the enterprise may do with a dealer of its own.
fn forms(desk: &Desk<'_>, here: &str, view: &DealerView) -> Vec<Form> {
    let t = desk.language().dealer_texts();
    if view.dealer.closed_at_us.is_some() {
        return vec![Form::post(t.reopen, format!("{here}/reopen"), Vec::new())];
    }
    let written = territory_texts(&view.territories).replace("; ", "\n");
    let above = view.above.last().map(|it| it.number.clone()).unwrap_or_default();
    let accepted = Input::File("application/pdf,image/png,image/jpeg,image/webp");
    let licence = vec![
        Field::line("name", t.file_name),
        Field::of("valid_until", t.valid_until, Input::Line("date")).optional(),
        Field::of("file", t.file, accepted),
    ];
    vec![
        Form::post(
            t.territories,
            format!("{here}/territories"),
            vec![territories_field(t, &written).optional()],
        )
        .button(t.save),
        Form::post(t.save, here, fields_of(t, Some(view))),
        Form::post(t.move_to, format!("{here}/parent"), vec![parent_field(t).value(above)]),
        Form::post(t.file_add, format!("{here}/files"), licence).lead(t.file_hint).way(Way::Upload),
        Form::post(t.key_new, format!("{here}/keys"), vec![Field::line("label", desk.c.key_label)])
            .lead(t.key_lead),
        Form::post(t.close, format!("{here}/close"), Vec::new()).lead(t.close_lead),
    ]
}

fn parent_field(t: &DealerTexts) -> Field {
    Field::line("parent_id", t.parent).hint(t.parent_hint).optional()
}

fn territories_field(t: &DealerTexts, written: &str) -> Field {
    Field::of("territories", t.territories, Input::Area).hint(t.territories_hint).value(written)
}

fn fields_of(t: &'static DealerTexts, view: Option<&DealerView>) -> Vec<Field> {
    let value = |read: fn(&DealerView) -> &str| view.map_or("", read).to_owned();
    let linked = view.and_then(|it| it.dealer.linked_id);
    let email = Field::of("email", t.email, Input::Line("email")).optional();
    vec![
        Field::line("number", t.number).hint(t.number_hint).value(value(|it| &it.dealer.number)),
        Field::line("name", t.name).value(value(|it| &it.dealer.name)),
        Field::line("contact_name", t.contact_name)
            .optional()
            .value(value(|it| &it.dealer.contact_name)),
        Field::line("phone", t.phone).optional().value(value(|it| &it.dealer.phone)),
        email.value(value(|it| &it.dealer.email)),
        Field::line("address", t.address).optional().value(value(|it| &it.dealer.address)),
        Field::line("party", t.party)
            .hint(t.party_hint)
            .optional()
            .value(value(|it| &it.dealer.party)),
        Field::line("place", t.place)
            .hint(t.party_hint)
            .optional()
            .value(value(|it| &it.dealer.place)),
        Field::line("linked_enterprise_id", t.linked)
            .hint(t.linked_hint)
            .optional()
            .value(linked.map(|id| id.to_string()).unwrap_or_default()),
    ]
}

fn import_form(desk: &Desk<'_>, tried: Option<&Tried>) -> Block {
    let t = desk.language().dealer_texts();
    let choices = [("check", t.only_check), ("import", t.take_over)];
    let choices = choices.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let fields = vec![
        Field::of("file", t.file, Input::File(".csv,.xlsx")),
        Field::of("do", t.what_to_do, Input::Choice(choices)),
    ];
    let form = Form::post(t.import, IMPORT, fields).lead(t.import_lead).way(Way::Upload);
    Block::Form(form.after(tried))
}

/// What a file did or would do.
fn told_of(desk: &Desk<'_>, told: &DealerImport, is_meant: bool) -> Vec<Block> {
    let t = desk.language().dealer_texts();
    let (tone, title) = match (told.faults.is_empty(), is_meant) {
        (true, true) => (Tone::Green, t.import_done),
        (true, false) => (Tone::Green, t.import_fine),
        (false, _) => (Tone::Amber, t.import_wrong),
    };
    let mut note = Note::new(tone, title);
    let counts =
        [(t.n_added, told.n_added), (t.n_changed, told.n_changed), (t.n_same, told.n_same)];
    note.lines = counts.into_iter().map(|(words, n)| fill(words, n)).collect();
    note.lines.push(format!("{}: {}", t.columns, DEALER_COLUMNS.join(", ")));
    let mut blocks = vec![Block::Note(note)];
    if !told.faults.is_empty() {
        blocks.push(Block::Table(faults(t, &told.faults)));
    }
    blocks
}

/// What is wrong with a file of rows.
pub(super) fn faults(t: &'static DealerTexts, found: &[Violation]) -> Table {
    let mut list = table(t.faults, vec![t.line, t.column, t.fault], [t.none, t.none_next]);
    list.rows.extend(found.iter().map(|it| {
        let mut parts = it.pointer.trim_start_matches("/lines").split('/').skip(1);
        let (line, column) = (parts.next().unwrap_or_default(), parts.next());
        let is_line = line.bytes().all(|it| it.is_ascii_digit());
        let (line, column) = if is_line { (line, column.unwrap_or_default()) } else { ("", line) };
        Row::new(vec![line.to_owned(), column.to_owned(), it.message.clone()])
    }));
    list
}
