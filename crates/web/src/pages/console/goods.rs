//! Goods of dealers: what moves, what is there, and deliveries checked by scanner. A phone and a
//! scanner that types are enough; nothing wants JavaScript.

use super::{Desk, done, grouped, table, tried};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, FormWithFile, Path, Posted, Query, id};
use crate::moment::{in_words, parse_local};
use crate::pages::blocks::{Block, Facts, Field, Form, Input, Link, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::problem::Problem;
use crate::text::{DealerTexts, fill};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{Check, Checked, MoveImport, MoveKind, NewMove, Role, Shipment, StockReach, Surplus};
use verdict::Tone;

const MOVES: &str = "/console/moves";
const MOVES_IMPORT: &str = "/console/moves/import";
const SHIPMENTS: &str = "/dealer/shipments";
const STOCK: &str = "/dealer/stock";

/// `GET /console/moves`.
pub(crate) async fn moves(
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let noted = fields.is_ticked("done").then(|| Block::Note(Note::new(Tone::Green, t.move_done)));
    let forms = moves_forms(&desk, &fields, None);
    Ok(desk.page(t.moves, t.moves_lead, noted.into_iter().chain(forms).collect()))
}

/// `POST /console/moves`.
pub(crate) async fn create_move(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    match moved(&app, &desk, &fields).await {
        Ok(()) => Ok(done(&format!("{MOVES}?done=1"))),
        Err(problem) => {
            let t = desk.language().dealer_texts();
            let tried = tried(MOVES, fields, problem)?;
            let forms = moves_forms(&desk, &Fields::default(), Some(&tried));
            Ok(tried.problem.on(desk.page(t.moves, t.moves_lead, forms)))
        }
    }
}

/// `POST /console/moves/import`.
pub(crate) async fn import_moves(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    FormWithFile(fields, file): FormWithFile,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let is_meant = fields.text("do") == "import";
    let previewed = app.service.preview_moves(&caller, file.to_vec()).await;
    let told = match previewed {
        Ok(told) if told.faults.is_empty() && is_meant => {
            app.service.import_moves(&caller, file.to_vec()).await
        }
        other => other,
    };
    match told {
        Ok(told) => {
            let mut blocks = told_of(t, &told, is_meant);
            blocks.extend(moves_forms(&desk, &Fields::default(), None));
            Ok(desk.page(t.moves, t.moves_lead, blocks))
        }
        Err(error) => {
            let tried = tried(MOVES_IMPORT, fields, error.into())?;
            let forms = moves_forms(&desk, &Fields::default(), Some(&tried));
            Ok(tried.problem.on(desk.page(t.moves, t.moves_lead, forms)))
        }
    }
}

/// `GET /dealer/stock`.
pub(crate) async fn stock(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let Some(of) = dealer_of(&desk, &fields) else { return Ok(no_dealer(&desk, t.stock)) };
    let dealer = app.service.acting_dealer(&caller, of.id()?).await?;
    let is_below = fields.is_ticked("below") && caller.role == Role::Enterprise;
    let reach = if is_below { StockReach::WithBelow } else { StockReach::Alone };
    let found = app.service.dealer_stock(&caller, dealer, reach).await?;
    let heads = vec![t.dealer, t.product, t.n_in_stock, t.n_in_transit, t.n_sold];
    let mut list = table(t.stock, heads, [t.stock_none, t.stock_none_next]);
    list.rows.extend(found.into_iter().map(|it| {
        let counts = [it.n_in_stock, it.n_in_transit, it.n_sold].map(grouped);
        let name = format!("{} {}", it.number, it.name);
        Row::new([name, it.product].into_iter().chain(counts).collect())
    }));
    let below = if is_below { "?below=1" } else { "" };
    let csv = format!("/api/v1/dealers/{dealer}/stock.csv{below}");
    let mut links = vec![Link { href: csv, label: t.export_csv }];
    if caller.role == Role::Enterprise && !is_below {
        links.push(Link { href: format!("{STOCK}?dealer={dealer}&below=1"), label: t.with_below });
    }
    Ok(desk.page(t.stock, "", vec![Block::Table(list), Block::Links(links)]))
}

/// `GET /dealer/shipments`.
pub(crate) async fn shipments(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let Some(of) = dealer_of(&desk, &fields) else { return Ok(no_dealer(&desk, t.shipments)) };
    let dealer = app.service.acting_dealer(&caller, of.id()?).await?;
    let found = app.service.list_shipments(&caller, dealer).await?;
    let heads = vec![t.sent_at, t.sent_by, t.document, t.n_items];
    let mut list = table(t.shipments, heads, [t.shipments_none, t.shipments_none_next]);
    list.rows.extend(found.into_iter().map(|it| {
        let sent_at = in_words(desk.language(), it.event_time_us);
        let cells = vec![sent_at, it.from_name, it.document_number, grouped(it.n_items)];
        Row::linked(of.path(&format!("{SHIPMENTS}/{}", it.shipment_id)), cells)
    }));
    let noted = fields.is_ticked("done").then(|| Block::Note(Note::new(Tone::Green, t.received)));
    let blocks = noted.into_iter().chain([Block::Table(list)]).collect();
    Ok(desk.page(t.shipments, "", blocks))
}

/// `GET /dealer/shipments/{shipment_id}`.
pub(crate) async fn shipment(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(shipment_id): Path<String>,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let Some(of) = dealer_of(&desk, &fields) else { return Ok(no_dealer(&desk, t.shipment)) };
    let dealer = app.service.acting_dealer(&caller, of.id()?).await?;
    let found = app.service.find_shipment(&caller, (dealer, &shipment_id)).await?;
    let blocks = vec![
        Block::Form(scan_form(t, &of, &format!("{SHIPMENTS}/{shipment_id}"), "")),
        Block::Facts(told_of_shipment(&desk, &found)),
        Block::Table(parts(t, t.expected, &found.parts)),
    ];
    let blocks = more(t, found.n_parts_left).into_iter().fold(blocks, |mut all, note| {
        all.push(note);
        all
    });
    Ok(desk.page(t.shipment, "", blocks))
}

/// `POST /dealer/shipments/{shipment_id}`: what was scanned against what was sent.
pub(crate) async fn check(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(shipment_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let Some(of) = dealer_of(&desk, &fields) else { return Ok(no_dealer(&desk, t.shipment)) };
    let dealer = app.service.acting_dealer(&caller, of.id()?).await?;
    let scanned = things_of(&fields);
    let told = app.service.check_shipment(&caller, (dealer, &shipment_id), &scanned).await?;
    let here = format!("{SHIPMENTS}/{shipment_id}");
    Ok(desk.page(t.shipment, "", checked(t, &of, &here, (&told, &scanned))))
}

/// `POST /dealer/shipments/{shipment_id}/receive`.
pub(crate) async fn receive(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(shipment_id): Path<String>,
    Posted(fields): Posted,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let t = desk.language().dealer_texts();
    let Some(of) = dealer_of(&desk, &fields) else { return Ok(no_dealer(&desk, t.shipment)) };
    let dealer = app.service.acting_dealer(&caller, of.id()?).await?;
    let surplus = if fields.is_ticked("surplus") { Surplus::Take } else { Surplus::Leave };
    let which = (dealer, shipment_id.as_str());
    app.service.receive_shipment(&caller, which, &things_of(&fields), surplus).await?;
    Ok(done(&of.path(&format!("{SHIPMENTS}?done=1"))))
}

/// Which dealer a page is of: that of the key, or the one that the address names.
struct Of(Option<String>);

impl Of {
    /// Its id, if the address names it.
    fn id<T: std::str::FromStr>(&self) -> Result<Option<T>, Problem> {
        self.0.as_deref().map(id).transpose()
    }

    /// A field that goes on naming it.
    fn field(&self) -> Option<Field> {
        let id = self.0.as_ref()?;
        Some(Field::of("dealer", "", Input::Hidden).value(id.clone()))
    }

    /// An address that goes on naming it.
    fn path(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.0.as_ref().map_or_else(|| path.to_owned(), |id| format!("{path}{mark}dealer={id}"))
    }
}

fn dealer_of(desk: &Desk<'_>, fields: &Fields) -> Option<Of> {
    match desk.caller.role {
        Role::Dealer => desk.caller.dealer_id.map(|_| Of(None)),
        _ => fields.optional("dealer").map(|it| Of(Some(it))),
    }
}

fn no_dealer(desk: &Desk<'_>, title: &str) -> Response {
    let t = desk.language().dealer_texts();
    desk.page(title, "", vec![Block::Note(Note::new(Tone::Amber, t.no_dealer))])
}

async fn moved(app: &App, desk: &Desk<'_>, fields: &Fields) -> Result<(), Problem> {
    let service = &app.service;
    let kind = MoveKind::from_name(&fields.text("kind")).unwrap_or_default();
    let mut ranges = Vec::new();
    if let Some(batch) = fields.optional("batch_id") {
        let (first, last) = (fields.number("first")?, fields.number("last")?);
        let unknown = || Problem::rejected("/batch_id", "unknown-batch", "there is no such batch");
        let batch = batch.parse().map_err(|_| unknown())?;
        let wanted = || Problem::rejected("/first", "required", "fill in both positions");
        ranges.push((batch, first.ok_or_else(wanted)?, last.ok_or_else(wanted)?));
    }
    let time = fields.optional("event_time").map(|text| {
        let wrong = || Problem::rejected("/event_time", "bad-time", "write date and time");
        parse_local(desk.language(), &text).ok_or_else(wrong)
    });
    let new = NewMove {
        kind,
        from: service.station_by_number(desk.caller, ("/from", &fields.text("from"))).await?,
        to: service.station_by_number(desk.caller, ("/to", &fields.text("to"))).await?,
        things: things_of(fields),
        ranges,
        document: fields.text("document"),
        event_time_us: time.transpose()?,
    };
    service.move_goods(desk.caller, &new).await?;
    Ok(())
}

/// Things as they were typed or scanned, one a line.
fn things_of(fields: &Fields) -> Vec<String> {
    let text = fields.text("thing");
    text.lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn moves_forms(desk: &Desk<'_>, fields: &Fields, tried: Option<&Tried>) -> Vec<Block> {
    let t = desk.language().dealer_texts();
    let kinds = vec![
        (MoveKind::Ship.name().to_owned(), t.kind_ship.to_owned()),
        (MoveKind::Receive.name().to_owned(), t.kind_receive.to_owned()),
    ];
    let number = |name, label| Field::of(name, label, Input::Line("number")).optional();
    let station = |name: &'static str, label| {
        Field::line(name, label).hint(t.station_hint).optional().value(fields.text(name))
    };
    let form = Form::post(
        t.move_do,
        MOVES,
        vec![
            Field::of("kind", t.move_kind, Input::Choice(kinds)),
            station("from", t.move_from),
            station("to", t.move_to_number),
            Field::of("thing", t.things, Input::Area).hint(t.things_hint).optional(),
            Field::line("batch_id", t.batch).optional(),
            number("first", t.first),
            number("last", t.last),
            Field::line("document", t.document).optional(),
            Field::of("event_time", t.event_time, Input::Line("datetime-local"))
                .hint(t.time_hint)
                .optional(),
        ],
    );
    let choices = [("check", t.only_check), ("import", t.take_over)];
    let choices = choices.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let file = vec![
        Field::of("file", t.file, Input::File(".csv,.xlsx")),
        Field::of("do", t.what_to_do, Input::Choice(choices)),
    ];
    let import = Form::post(t.move_import, MOVES_IMPORT, file).lead(t.move_import_lead);
    let forms = [form, import.way(Way::Upload)];
    forms.into_iter().map(|it| Block::Form(it.after(tried))).collect()
}

/// What a file did or would do.
fn told_of(t: &'static DealerTexts, told: &MoveImport, is_meant: bool) -> Vec<Block> {
    let (tone, title) = match (told.faults.is_empty(), is_meant) {
        (true, true) => (Tone::Green, t.import_done),
        (true, false) => (Tone::Green, t.import_fine),
        (false, _) => (Tone::Amber, t.import_wrong),
    };
    let mut note = Note::new(tone, title);
    note.lines = vec![fill(t.n_rows, told.n_rows), fill(t.n_events, told.n_events)];
    let mut blocks = vec![Block::Note(note)];
    if !told.faults.is_empty() {
        blocks.push(Block::Table(super::dealers::faults(t, &told.faults)));
    }
    blocks
}

fn told_of_shipment(desk: &Desk<'_>, it: &Shipment) -> Facts {
    let t = desk.language().dealer_texts();
    let known = facts([
        (t.sent_at, in_words(desk.language(), it.event_time_us)),
        (t.sent_by, it.from_name.clone()),
        (t.document, it.document_number.clone()),
        (t.n_items, grouped(it.n_items)),
    ]);
    Facts { title: t.shipment, picture: None, facts: known }
}

fn parts(t: &'static DealerTexts, title: &'static str, parts: &[(String, u64)]) -> Table {
    let empty = [t.missing_none, t.receive_lead];
    let mut list = table(title, vec![t.part, t.n_items], empty);
    let row = |(name, n_items): &(String, u64)| Row::new(vec![name.clone(), grouped(*n_items)]);
    list.rows.extend(parts.iter().map(row));
    list
}

fn more(t: &'static DealerTexts, n_left: usize) -> Option<Block> {
    let note = || Block::Note(Note::new(Tone::Grey, fill(t.more_parts, n_left)));
    (n_left > 0).then(note)
}

/// The form that a scanner types into.
fn scan_form(t: &'static DealerTexts, of: &Of, here: &str, scanned: &str) -> Form {
    let field = Field::of("thing", t.things, Input::Scan).hint(t.scan_hint).value(scanned);
    Form::post(t.scan, here, of.field().into_iter().chain([field]).collect()).button(t.check)
}

fn checked(
    t: &'static DealerTexts,
    of: &Of,
    here: &str,
    (told, scanned): (&Check, &[String]),
) -> Vec<Block> {
    let is_as_expected = told.n_found == told.n_expected
        && told.scanned.iter().all(|(_, it, _)| *it == Checked::Expected);
    let (tone, title) =
        if is_as_expected { (Tone::Green, t.check_all) } else { (Tone::Amber, t.check_differs) };
    let mut note = Note::new(tone, title);
    let found = format!("{} / {}", grouped(told.n_found), grouped(told.n_expected));
    note.lines = vec![fill(t.found, found)];
    let mut blocks = vec![Block::Note(note)];
    let can_take = |it: &Checked| matches!(it, Checked::Expected | Checked::Surplus);
    let scanned = scanned.join("\n");
    if told.scanned.iter().any(|(_, it, _)| can_take(it)) {
        let things = Field::of("thing", t.things, Input::Hidden).value(scanned.clone());
        let surplus = Field::of("surplus", t.take_surplus, Input::Tick);
        let fields = of.field().into_iter().chain([things, surplus]).collect();
        let form = Form::post(t.receive, format!("{here}/receive"), fields);
        blocks.push(Block::Form(form.lead(t.receive_lead)));
    }
    let heads = vec![t.scanned, t.result, t.n_items];
    let mut list = table(t.scanned, heads, [t.scanned_none, t.scan_hint]);
    // What wants a hand comes first.
    let mut rows: Vec<_> = told.scanned.iter().collect();
    rows.sort_by_key(|(_, it, _)| (*it == Checked::Expected, !it.is_wrong()));
    list.rows.extend(rows.into_iter().map(|(text, it, n_items)| {
        let result = match it {
            Checked::Expected => t.is_expected,
            Checked::Surplus => t.is_surplus,
            Checked::Here => t.is_here,
            Checked::OfAnother => t.is_of_another,
            Checked::Ended => t.is_ended,
            Checked::Unknown => t.is_unknown,
        };
        Row::new(vec![text.clone(), result.to_owned(), grouped(*n_items)])
    }));
    blocks.push(Block::Table(parts(t, t.missing, &told.missing)));
    blocks.extend(more(t, told.n_missing_left));
    blocks.push(Block::Table(list));
    blocks.push(Block::Form(scan_form(t, of, here, &scanned)));
    blocks
}
