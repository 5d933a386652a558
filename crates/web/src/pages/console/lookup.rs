//! One search box for any code or EPC: what a consumer would see, and who did what with it.

use super::{Desk, portal_of, table};
use crate::app::App;
use crate::caller::SignedIn;
use crate::extract::{Fields, Query};
use crate::moment::in_words;
use crate::pages::blocks::{Block, Facts, Field, Form, Note, Row, Table, Tried, Way};
use crate::pages::facts;
use crate::pages::item::words;
use crate::problem::Problem;
use crate::text::{biz_step, fill};
use crate::visit::Visit;
use axum::extract::State;
use axum::response::Response;
use service::{Error, Recording, Role, Scan, ScanAnswer, Trace, TraceStep, Via};
use verdict::{State as Verdict, Tone};

/// `GET /dealer`, `/regulator`, `/operator` and `/console/trace`, with `?epc=…`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Query(fields): Query,
) -> Result<Response, Problem> {
    let desk = Desk::new(&visit, &caller);
    let wanted = fields.text("epc");
    let mut blocks = Vec::new();
    let mut tried = None;
    if !wanted.is_empty() {
        let scan = Scan { recording: Recording::Skip, device: None, place: None };
        let answer = app.service.scan_code(&wanted, scan).await?;
        if !matches!(answer.verdict.state, Verdict::Mistyped(_)) {
            blocks.extend(verdict(&desk, &answer));
        }
        match app.service.trace_epc(&caller, &wanted).await {
            Ok(trace) => blocks.extend(history(&desk, trace)),
            Err(Error::NotFound) => blocks.push(Block::Table(steps(&desk, Vec::new()))),
            Err(error) => tried = Some(refused(&desk, &wanted, error)?),
        }
    }
    blocks.insert(0, Block::Form(form(&desk, &wanted).after(tried.as_ref())));
    Ok(desk.page(desk.c.lookup, desk.c.lookup_lead, blocks))
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

fn history(desk: &Desk<'_>, trace: Trace) -> Vec<Block> {
    let t = desk.language().texts();
    let title = desk.c.trace;
    let epc = Facts { title: t.epc, picture: None, facts: facts([("EPC", trace.epc)]) };
    let mut blocks = vec![Block::Facts(epc)];
    if trace.cut.is_some() {
        blocks.push(Block::Note(Note::new(Tone::Amber, desk.c.truncated)));
    }
    blocks.push(Block::Table(Table { title, ..steps(desk, trace.steps) }));
    blocks
}

fn steps(desk: &Desk<'_>, steps: Vec<TraceStep>) -> Table {
    let c = desk.c;
    let t = desk.language().texts();
    let heads = vec![c.event_time, c.biz_step, t.reported_by, t.place, c.how_related, c.event_id];
    let mut list = table(c.trace, heads, [c.trace_none, c.trace_none_next]);
    list.rows.extend(steps.into_iter().map(|it| {
        let relation = match &it.via {
            Via::Own => c.related_own.to_owned(),
            Via::Inside { container, .. } => fill(c.related_inside, container),
            Via::Source { input, .. } => fill(c.related_source, input),
        };
        let step = if it.biz_step.is_empty() { it.event_type } else { &it.biz_step };
        Row::new(vec![
            in_words(desk.language(), it.event_time_us),
            biz_step(desk.language(), step).to_owned(),
            it.enterprise_name,
            it.read_point.or(it.biz_location).unwrap_or_default(),
            relation,
            it.event_id,
        ])
    }));
    list
}
