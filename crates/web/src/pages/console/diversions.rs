//! Suspected diversions: the list with its filters and statistics, a case with what it rests on,
//! the next step, pictures, and when an enterprise wants to hear of one.

use super::tasks::file_response;
use super::{Desk, done, grouped, next_link, table, tried};
use crate::api::diversions::filter;
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Path, Posted, Query, Upload, id};
use crate::language::Language;
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::pages::item::words::province_name;
use crate::problem::Problem;
use crate::text::{DiversionTexts, fill};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{DiversionStep, DiversionView, Page, Role, Tally};
use verdict::diversion::Thresholds;
use verdict::{Area, Confidence, Tone};

pub(super) const PATH: &str = "/console/diversions";
const THRESHOLDS: &str = "/console/diversions/thresholds";
/// What lists are asked for.
const ASKED: [&str; 6] = ["state", "dealer_id", "product_id", "area", "from", "until"];

/// `GET /console/diversions`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match caller.role {
        Role::Dealer => inspected(&app, &desk, &fields).await,
        _ => overview(&app, &desk, &fields, None).await,
    }
}

/// `POST /console/diversions/thresholds`.
pub(crate) async fn set_thresholds(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let number = |name: &str| fields.number::<u32>(name).map(Option::unwrap_or_default);
    let read = || -> Result<Thresholds, Problem> {
        Ok(Thresholds {
            confidence: number("confidence")?,
            codes: number("codes")?,
            devices: number("devices")?,
            strays: number("strays")?,
            days: number("days")?,
        })
    };
    let set = match read() {
        Ok(set) => app.service.set_diversion_thresholds(&caller, &set).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match set {
        Ok(_) => Ok(done(PATH)),
        Err(problem) => {
            let tried = tried(THRESHOLDS, fields, problem)?;
            let shown = overview(&app, &desk, &Fields::default(), Some(&tried)).await?;
            Ok(tried.problem.on(shown))
        }
    }
}

/// `GET /console/diversions/{diversion_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(case): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    page(&app, &Desk::new(&visit, &caller), &case, (&fields.page()?, None)).await
}

/// `POST /console/diversions/{diversion_id}/steps`.
pub(crate) async fn step(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(case): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let here = format!("{PATH}/{case}");
    let step = DiversionStep {
        state: fields.text("state"),
        note: fields.text("note"),
        inspector_id: fields.text("inspector_id"),
        due: fields.text("due"),
    };
    match app.service.step_diversion(&caller, id(&case)?, &step).await {
        Ok(_) => Ok(done(&here)),
        Err(error) => {
            let tried = tried(&format!("{here}/steps"), fields, error.into())?;
            let desk = Desk::new(&visit, &caller);
            let shown = page(&app, &desk, &case, (&Page::first(), Some(&tried))).await?;
            Ok(tried.problem.on(shown))
        }
    }
}

/// `POST /console/diversions/{diversion_id}/files`.
pub(crate) async fn add_file(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path(case): Path<String>,
    Upload(file): Upload,
) -> Result<Response, Problem> {
    let name = if file.starts_with(b"%PDF-") { "PDF" } else { "PNG" };
    app.service.add_diversion_file(&caller, id(&case)?, (name, file.to_vec())).await?;
    Ok(done(&format!("{PATH}/{case}")))
}

/// `GET /console/diversions/{diversion_id}/files/{file_no}`.
pub(crate) async fn file(
    State(app): State<App>,
    SignedIn(caller): SignedIn,
    Path((case, file_no)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = app.service.diversion_file(&caller, id(&case)?, id(&file_no)?).await?;
    Ok(file_response(&found.0, found.1))
}

/// A state in words.
pub(crate) fn state_word(t: &DiversionTexts, name: &str) -> &'static str {
    match name {
        "checking" => t.checking,
        "confirmed" => t.confirmed,
        "excluded" => t.excluded,
        _ => t.suspected,
    }
}

/// A province, a city in it, or a country, in words as far as there are any.
pub(crate) fn area_words(app: &App, language: Language, area: Area) -> String {
    let province = province_name(language, area);
    if area == area.province() {
        return province;
    }
    let named = || {
        let division = schemes::Division::parse(&area.to_string()).ok()?;
        let names = app.service.places()?.names(&division);
        Some(match language {
            Language::Zh => names.zh,
            Language::Ko => names.ko,
            Language::En => names.en,
        })
    };
    let city = named().filter(|city| !city.is_empty() && *city != province);
    match city {
        Some(city) if city.starts_with(&province) => city,
        Some(city) => format!("{province} {city}"),
        None => format!("{province} {area}"),
    }
}

fn due_words(language: Language, due_at_us: Option<i64>) -> String {
    due_at_us.map(|at_us| in_words(language, at_us)).unwrap_or_default()
}

/// The state of a case, and whether it is overdue.
fn state_told(t: &DiversionTexts, it: &DiversionView) -> String {
    let word = state_word(t, it.case.state.name());
    if it.is_overdue { fill(t.overdue, word) } else { word.to_owned() }
}

/// Cases that are overdue or that the reader's key looks into; nothing if there are none.
pub(super) async fn to_check(
    app: &App,
    desk: &Desk<'_>,
    n_rows: u32,
) -> Result<Option<Block>, Problem> {
    let t = desk.language().diversion_texts();
    let found = app.service.list_diversions_to_check(desk.caller, n_rows).await?;
    Ok((!found.is_empty()).then(|| Block::Table(cases(app, desk, t.to_check, found))))
}

fn cases(app: &App, desk: &Desk<'_>, title: &'static str, items: Vec<DiversionView>) -> Table {
    let t = desk.language().diversion_texts();
    let heads = vec![
        t.case,
        t.state,
        t.due,
        t.dealer,
        t.product,
        t.area,
        t.confidence,
        t.n_codes,
        t.opened,
    ];
    let mut list = table(title, heads, [t.none, t.none_next]);
    list.rows.extend(items.into_iter().map(|it| {
        let (case, what) = (&it.case, &it.case.suspicion);
        let cells = vec![
            case.diversion_id.to_string(),
            state_told(t, &it),
            due_words(desk.language(), case.due_at_us),
            format!("{} {}", it.dealer.0, it.dealer.1),
            it.product.clone(),
            area_words(app, desk.language(), what.area),
            what.confidence.to_string(),
            grouped(u64::from(what.n_codes)),
            in_words(desk.language(), case.opened_at_us),
        ];
        Row::linked(format!("{PATH}/{}", case.diversion_id), cells)
    }));
    list
}

/// What a key of a dealer's staff was asked to look into.
async fn inspected(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<Response, Problem> {
    let t = desk.language().diversion_texts();
    let paged = app.service.list_inspected_diversions(desk.caller, &fields.page()?).await?;
    let mut list = cases(app, desk, t.diversions, paged.items);
    list.empty_next = "";
    list.next = next_link(PATH, paged.next);
    Ok(desk.page(t.diversions, t.lead, vec![Block::Table(list)]))
}

/// What is asked for, as it stands in an address; values are of a narrow alphabet or left out.
fn asked(fields: &Fields) -> String {
    let is_plain =
        |it: &String| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let given = ASKED.into_iter().map(|name| (name, fields.text(name)));
    let pairs = given.filter(|(_, it)| is_plain(it)).map(|(name, it)| format!("{name}={it}"));
    pairs.collect::<Vec<_>>().join("&")
}

async fn overview(
    app: &App,
    desk: &Desk<'_>,
    fields: &Fields,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let t = desk.language().diversion_texts();
    let wanted = filter(fields);
    let page = fields.newest_page()?;
    let paged = app.service.list_diversions(desk.caller, &wanted, &page).await?;
    let counted = app.service.diversion_statistics(desk.caller, &wanted).await?;
    let asked = asked(fields);
    let mut list = cases(app, desk, t.diversions, paged.items);
    list.next = paged.next.map(|after| format!("{PATH}?{asked}&after={after}"));
    let states = ["suspected", "checking", "confirmed", "excluded"];
    let mut choices = vec![(String::new(), t.any.to_owned())];
    choices.extend(states.map(|it| (it.to_owned(), state_word(t, it).to_owned())));
    let field =
        |name, label, input| Field::of(name, label, input).optional().value(fields.text(name));
    let questions = vec![
        field("state", t.state, Input::Choice(choices)),
        field("area", t.area, Input::Choice(provinces(t, desk.language()))),
        field("dealer_id", t.dealer, Input::Choice(self::dealers(app, desk).await?)),
        field("from", t.from, Input::Line("text")),
        field("until", t.until, Input::Line("text")),
    ];
    let question = Form::post(t.filter, PATH, questions).way(Way::Get).button(t.show);
    let mut note = Note::new(Tone::Amber, t.limits_title);
    note.lines.push(t.limits.to_owned());
    let mut blocks = vec![Block::Note(note), Block::Table(list), Block::Form(question)];
    if counted.all.n_cases() > 0 {
        if counted.is_cut {
            blocks.push(Block::Note(Note::new(Tone::Grey, t.cut)));
        }
        let named = |(area, tally): (String, Tally)| {
            let words = Area::parse(&area).map(|it| area_words(app, desk.language(), it));
            (words.unwrap_or(area), tally)
        };
        let by_area = counted.by_area.into_iter().map(named).collect();
        for (title, of) in [
            (t.by_dealer, counted.by_dealer),
            (t.by_area, by_area),
            (t.by_product, counted.by_product),
            (t.by_month, counted.by_month),
        ] {
            blocks.push(Block::Table(tallies(t, title, of)));
        }
        let link =
            |kind: &str, label| Link { href: format!("/api/v1/diversions.{kind}?{asked}"), label };
        blocks.push(Block::Links(vec![link("csv", t.export_csv), link("xlsx", t.export_xlsx)]));
    }
    if desk.caller.role == Role::Enterprise {
        let set = app.service.find_diversion_thresholds(desk.caller).await?;
        let number = |name, label, n: u32| {
            Field::of(name, label, Input::Line("number")).value(n.to_string())
        };
        let fields = vec![
            number("confidence", t.min_confidence, set.confidence),
            number("codes", t.min_codes, set.codes),
            number("devices", t.min_devices, set.devices),
            number("strays", t.strays, set.strays),
            number("days", t.days, set.days),
        ];
        let form = Form::post(t.thresholds, THRESHOLDS, fields).lead(t.thresholds_lead);
        blocks.push(Block::Form(form.button(t.save).after(tried)));
    }
    Ok(desk.page(t.diversions, t.lead, blocks))
}

/// Provinces to choose from.
fn provinces(t: &DiversionTexts, language: Language) -> Vec<(String, String)> {
    let codes = schemes::PROVINCES.iter().map(|it| format!("{}0000", it.code));
    let named = codes.filter_map(|it| Some((province_name(language, Area::parse(&it)?), it)));
    let mut choices = vec![(String::new(), t.any.to_owned())];
    choices.extend(named.map(|(name, code)| (code, name)));
    choices
}

/// Dealers to choose from: those that were added last.
async fn dealers(app: &App, desk: &Desk<'_>) -> Result<Vec<(String, String)>, Problem> {
    let t = desk.language().diversion_texts();
    let paged = app.service.list_dealers(desk.caller, &Page::newest()).await?;
    let mut choices = vec![(String::new(), t.any.to_owned())];
    let named = paged.items.into_iter();
    choices
        .extend(named.map(|it| (it.dealer_id.to_string(), format!("{} {}", it.number, it.name))));
    Ok(choices)
}

/// Lines of statistics that a page shows; files have all.
const MAX_LINES: usize = 20;

fn tallies(t: &DiversionTexts, title: &'static str, of: Vec<(String, Tally)>) -> Table {
    let heads = vec![t.name, t.suspected, t.checking, t.confirmed, t.excluded, t.n_codes];
    let mut list = table(title, heads, [t.none, ""]);
    list.rows.extend(of.into_iter().take(MAX_LINES).map(|(name, it)| {
        let numbers = it.n_by_state.into_iter().chain([it.n_codes]).map(grouped);
        Row::new([name].into_iter().chain(numbers).collect())
    }));
    list
}

async fn page(
    app: &App,
    desk: &Desk<'_>,
    case_id: &str,
    (listed, tried): (&Page, Option<&Tried>),
) -> Result<Response, Problem> {
    let t = desk.language().diversion_texts();
    let here = format!("{PATH}/{case_id}");
    let it = app.service.find_diversion(desk.caller, id(case_id)?).await?;
    let (case, what) = (&it.case, &it.case.suspicion);
    let mut note = Note::new(Tone::Amber, t.limits_title);
    note.lines.push(t.limits.to_owned());
    let count = |n: u32| grouped(u64::from(n));
    let known = facts([
        (t.state, state_told(t, &it)),
        (t.dealer, format!("{} {}", it.dealer.0, it.dealer.1)),
        (t.product, it.product.clone()),
        (t.shipment, it.shipment_id.clone().unwrap_or_else(|| t.shipment_unknown.to_owned())),
        (t.area, area_words(app, desk.language(), what.area)),
        (t.confidence, what.confidence.to_string()),
        (t.n_codes, count(what.n_codes)),
        (t.n_devices, count(what.n_devices)),
        (t.n_times, count(what.n_times)),
        (t.n_told, count(what.n_told)),
        (t.n_seen, count(what.n_seen)),
        (t.opened, in_words(desk.language(), case.opened_at_us)),
        (t.inspector, it.inspector.clone()),
        (t.due, due_words(desk.language(), case.due_at_us)),
    ]);
    let mut blocks = vec![
        Block::Note(note),
        Block::Facts(Facts { title: t.case, picture: None, facts: known }),
        Block::Table(evidence(app, desk, case_id, listed).await?),
        Block::Table(log(app, desk, case_id).await?),
        Block::Table(files(app, desk, case_id).await?),
    ];
    if desk.caller.role != Role::Regulator {
        blocks.push(Block::Form(next_step(app, desk, &it).await?.after(tried)));
        let accepted = Input::File("application/pdf,image/png,image/jpeg,image/webp");
        let file = Field::of("file", t.file, accepted);
        let upload = Form::post(t.file_add, format!("{here}/files"), vec![file]);
        blocks.push(Block::Form(upload.lead(t.file_hint).way(Way::Upload)));
    }
    Ok(desk.page(t.diversions, t.lead, blocks))
}

/// The form of the next step; who only looks into a case adds notes.
async fn next_step(app: &App, desk: &Desk<'_>, it: &DiversionView) -> Result<Form, Problem> {
    let t = desk.language().diversion_texts();
    let action = format!("{PATH}/{}/steps", it.case.diversion_id);
    let note = Field::of("note", t.note, Input::Area);
    if desk.caller.role == Role::Dealer {
        return Ok(Form::post(t.note, action, vec![note]));
    }
    let mut ways = vec![(String::new(), t.stay.to_owned())];
    let next = service::next_states(it.case.state).iter().map(|state| state.name());
    ways.extend(next.map(|name| (name.to_owned(), state_word(t, name).to_owned())));
    let mut keys = match it.case.inspector_id {
        None => vec![(String::new(), t.inspector_none.to_owned())],
        Some(_) => vec![
            (String::new(), t.inspector_stays.to_owned()),
            (service::NO_INSPECTOR.to_owned(), t.inspector_none.to_owned()),
        ],
    };
    let found = app.service.list_keys(desk.caller, &Page::newest()).await?.items;
    let found = found.into_iter().filter(|key| key.revoked_at_us.is_none());
    keys.extend(found.map(|key| (key.key_id.to_string(), key.label)));
    let fields = vec![
        Field::of("state", t.state, Input::Choice(ways)).optional(),
        note,
        Field::of("inspector_id", t.inspector, Input::Choice(keys))
            .optional()
            .hint(t.inspector_hint),
        Field::of("due", t.due, Input::Line("date")).optional().hint(t.due_hint),
    ];
    Ok(Form::post(t.next, action, fields).lead(t.next_lead))
}

async fn evidence(
    app: &App,
    desk: &Desk<'_>,
    case_id: &str,
    listed: &Page,
) -> Result<Table, Problem> {
    let t = desk.language().diversion_texts();
    let paged = app.service.list_diversion_scans(desk.caller, id(case_id)?, listed).await?;
    let heads = vec![desk.c.identifier, t.seen_at, t.device, t.place, t.trust, t.km];
    let mut list = table(t.evidence, heads, [t.evidence_none, t.evidence_next]);
    list.next = next_link(&format!("{PATH}/{case_id}"), paged.next);
    list.rows.extend(paged.items.into_iter().map(|it| {
        let trust = match it.scan.confidence {
            Confidence::Low => t.trust_low,
            Confidence::Middle => t.trust_middle,
            Confidence::High => t.trust_high,
        };
        // Of a code of ours the digits, as they stand on the pack.
        let thing = it.epc.rsplit_once("/c/").map_or(it.epc.as_str(), |(_, code)| code);
        Row::new(vec![
            thing.to_owned(),
            in_words(desk.language(), it.scan.seen_at_us),
            it.device,
            area_words(app, desk.language(), it.scan.area),
            trust.to_owned(),
            it.scan.km.map(|km| grouped(u64::from(km))).unwrap_or_default(),
        ])
    }));
    Ok(list)
}

async fn log(app: &App, desk: &Desk<'_>, case_id: &str) -> Result<Table, Problem> {
    let t = desk.language().diversion_texts();
    let changes = app.service.list_diversion_changes(desk.caller, id(case_id)?).await?;
    let mut list = table(t.log, vec![t.seen_at, t.state, t.note, t.by], [t.log_none, t.log_next]);
    list.rows.extend(changes.into_iter().map(|it| {
        let state = state_word(t, it.state.name()).to_owned();
        Row::new(vec![in_words(desk.language(), it.changed_at_us), state, it.note, it.changed_by])
    }));
    Ok(list)
}

async fn files(app: &App, desk: &Desk<'_>, case_id: &str) -> Result<Table, Problem> {
    let t = desk.language().diversion_texts();
    let files = app.service.list_diversion_files(desk.caller, id(case_id)?).await?;
    let mut list = table(t.files, vec![t.file, t.by, t.seen_at], [t.files_none, t.files_next]);
    list.rows.extend(files.into_iter().map(|it| {
        let time = in_words(desk.language(), it.uploaded_at_us);
        let name = format!("{} {} ({} KB)", it.file_no, it.name, it.n_bytes.div_ceil(1024));
        let href = format!("{PATH}/{case_id}/files/{}", it.file_no);
        Row::linked(href, vec![name, it.uploaded_by, time])
    }));
    Ok(list)
}
