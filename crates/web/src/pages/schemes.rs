//! The schemes to choose from, with a box that searches them and says what a number looks like.

use super::{Fact, Frame, Page, facts};
use crate::app::App;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::text::Texts;
use crate::visit::Visit;
use ::schemes::{Names, Reading, Scheme, SchemeTexts};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

/// `GET /schemes?q=…`.
pub(crate) async fn list(
    State(app): State<App>,
    visit: Visit,
    Query(fields): Query,
) -> impl IntoResponse {
    let frame = Frame::new(&visit);
    let tag = visit.language.tag();
    let wanted = fields.text("q");
    let readings = app.service.recognize(&wanted);
    let readings = readings.iter().map(|it| LooksLike::of(&frame, it)).collect();
    let rows = app.service.find_schemes(&wanted).into_iter().map(|it| Row {
        id: it.id.clone(),
        kind: kind(frame.t, it.names),
        texts: it.texts(tag).clone(),
    });
    let rows = rows.collect();
    Page::public(SchemesPage { frame, wanted, readings, rows })
}

/// `GET /schemes/{scheme_id}`.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(scheme_id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let found = app.service.find_scheme(&scheme_id)?;
    Ok(Page::public(SchemePage::new(Frame::new(&visit), found)))
}

#[derive(Template)]
#[template(path = "schemes.html")]
struct SchemesPage {
    frame: Frame,
    wanted: String,
    readings: Vec<LooksLike>,
    rows: Vec<Row>,
}

/// One line of the list.
struct Row {
    id: String,
    kind: &'static str,
    texts: SchemeTexts,
}

/// A way to read what was typed.
struct LooksLike {
    id: String,
    name: String,
    /// The number as the scheme prints it; empty where it is none.
    number: String,
    says: &'static str,
}

impl LooksLike {
    fn of(frame: &Frame, reading: &Reading<'_>) -> Self {
        let says = says(frame.t, reading);
        let number = reading.outcome.as_ref().map(|it| it.text.clone()).unwrap_or_default();
        let name = reading.scheme.texts(frame.language.tag()).name.clone();
        Self { id: reading.scheme.id.clone(), name, number, says }
    }
}

#[derive(Template)]
#[template(path = "scheme.html")]
struct SchemePage {
    frame: Frame,
    name: String,
    kind: &'static str,
    facts: Vec<Fact>,
    examples: Vec<String>,
    websites: Vec<String>,
    is_verified: bool,
    /// Standards and sources.
    grounds: Vec<Fact>,
}

impl SchemePage {
    fn new(frame: Frame, scheme: &Scheme) -> Self {
        let t = frame.t;
        let texts = scheme.texts(frame.language.tag()).clone();
        Self {
            name: texts.name,
            kind: kind(t, scheme.names),
            facts: facts([
                (t.scheme_introduction, texts.introduction),
                (t.scheme_scope, texts.scope),
                (t.scheme_cost, texts.cost),
                (t.scheme_guide, texts.guide),
                (t.scheme_contact, texts.contact),
                (t.scheme_form, texts.form),
            ]),
            examples: scheme.examples.clone(),
            websites: scheme.websites.clone(),
            is_verified: scheme.is_verified,
            grounds: facts([
                (t.scheme_standards, scheme.standards.join(", ")),
                (t.scheme_sources, scheme.sources.join(", ")),
            ]),
            frame,
        }
    }
}

/// How well a text fits a scheme, in words.
pub(crate) fn says(t: &Texts, reading: &Reading<'_>) -> &'static str {
    match &reading.outcome {
        Err(_) => t.scheme_looks_faulty,
        Ok(number) if !number.warnings.is_empty() => t.scheme_looks_odd,
        Ok(_) => t.scheme_looks_right,
    }
}

fn kind(t: &Texts, names: Names) -> &'static str {
    match names {
        Names::Goods => t.scheme_names_goods,
        Names::Enterprises => t.scheme_names_enterprises,
        Names::Certificates => t.scheme_names_certificates,
        Names::Divisions => t.scheme_names_divisions,
    }
}
