//! A report as PDF/A-2u (ISO 19005-2): what it shows can be read, searched and copied years later.

use jiff::{Timestamp, tz::Offset};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::font::{Font, Measure};
use super::layout::{Mark, lay_out};
use super::{Error, MAX_PAGED_ROWS, Report};

/// The report as pages of A4, lying where a table has more than six columns. A character that the
/// font lacks stands as its number, `[U+1F600]`.
///
/// # Errors
/// [`Error::TooLong`], and [`Error::Writer`] if the file cannot be written.
pub fn pdf(report: &Report, font: &Font) -> Result<Vec<u8>, Error> {
    let n_rows = report.tables.iter().map(|it| it.rows.len()).sum();
    if n_rows > MAX_PAGED_ROWS {
        return Err(Error::TooLong { n_rows });
    }
    let wrong = |why: &dyn std::fmt::Debug| Error::Writer(format!("{why:?}"));
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration = archival.map_err(|why| wrong(&why))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(report));
    let pages = lay_out(report, font);
    let mut measure = font.measure();
    let size = PageSettings::from_wh(pages.width, pages.height);
    let size = size.ok_or_else(|| Error::Writer("the size of its pages".to_owned()))?;
    for marks in &pages.pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, font, &mut measure);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|why| wrong(&why))
}

fn metadata(report: &Report) -> Metadata {
    Metadata::new()
        .title(report.title.clone())
        .description(report.number.clone())
        .language(report.language.to_owned())
        .creation_date(date_of(report.made_at_s))
}

/// A time in UTC; the epoch if it is no time of a calendar.
fn date_of(seconds: i64) -> DateTime {
    let at = Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or_default());
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, font: &Font, measure: &mut Measure<'_>) {
    match mark {
        Mark::Fill { x, y, width, height, colour } => {
            surface.set_fill(Some(fill(*colour)));
            if let Some(path) = rectangle(*x, *y, *width, *height) {
                surface.draw_path(&path);
            }
        }
        Mark::Arrow { points, width, colour } => {
            arrow(surface, *points, *width, *colour);
        }
        Mark::Text { x, y, size, colour, text } => {
            let shown = measure.shown(text);
            let glyphs = glyphs(&shown, measure);
            if !glyphs.is_empty() {
                surface.set_fill(Some(fill(*colour)));
                let at = Point::from_xy(*x, *y);
                surface.draw_glyphs(at, &glyphs, font.drawn.clone(), &shown, *size, false);
            }
        }
    }
}

/// A curve, and a triangle at its end that points where the curve ends.
fn arrow(surface: &mut Surface<'_>, points: [(f32, f32); 4], width: f32, colour: [u8; 3]) {
    let [from, over, before, to] = points;
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.cubic_to(over.0, over.1, before.0, before.1, to.0, to.1);
    let paint = rgb::Color::new(colour[0], colour[1], colour[2]).into();
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint, width, ..Stroke::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
    let (dx, dy) = (to.0 - before.0, to.1 - before.1);
    let length = dx.hypot(dy).max(f32::EPSILON);
    let (dx, dy) = (dx / length * width * 4.0, dy / length * width * 4.0);
    let mut tip = PathBuilder::new();
    tip.move_to(to.0, to.1);
    tip.line_to(to.0 - dx - dy / 2.0, to.1 - dy + dx / 2.0);
    tip.line_to(to.0 - dx + dy / 2.0, to.1 - dy - dx / 2.0);
    tip.close();
    surface.set_fill(Some(fill(colour)));
    if let Some(tip) = tip.finish() {
        surface.draw_path(&tip);
    }
}

/// A picture for each character of a text that the font has whole.
fn glyphs(text: &str, measure: &mut Measure<'_>) -> Vec<KrillaGlyph> {
    let glyph = |(at, character): (usize, char)| {
        let glyph = measure.glyph(character)?;
        let range = at..at + character.len_utf8();
        let id = GlyphId::new(glyph.id.to_u32());
        Some(KrillaGlyph::new(id, glyph.advance, 0.0, 0.0, 0.0, range, None))
    };
    text.char_indices().filter_map(glyph).collect()
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

fn fill([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}
