//! A trace as a drawing: from left to right by stage, a row for each organisation, folded into one
//! box for each pair of them. It says nothing that the tables under it do not.

use crate::language::Language;
use crate::moment::rfc3339;
use crate::text::{biz_step, traces as words};
use crate::xml::escaped;
use service::{Line, Stage, Trace, TraceStep};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

const BOX: (usize, usize) = (190, 78);
const GAP: (usize, usize) = (46, 22);
const HEAD: usize = 34;

/// What happened at one stage in the hands of one organisation.
struct Place<'t> {
    enterprise: &'t str,
    stage: Stage,
    /// Places of its events in the answer, in order of time.
    steps: Vec<usize>,
}

/// The drawing as SVG; nothing if there are no events.
pub(crate) fn drawing(language: Language, title: &str, trace: &Trace) -> Option<String> {
    let places = places(&trace.steps);
    if places.is_empty() {
        return None;
    }
    let mut stages: Vec<Stage> = places.iter().map(|place| place.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    let mut rows: Vec<&str> = Vec::new();
    for place in &places {
        if !rows.contains(&place.enterprise) {
            rows.push(place.enterprise);
        }
    }
    let corner = |place: &Place<'_>| {
        let column = stages.iter().position(|stage| *stage == place.stage).unwrap_or_default();
        let row = rows.iter().position(|row| *row == place.enterprise).unwrap_or_default();
        (column * (BOX.0 + GAP.0) + 1, HEAD + row * (BOX.1 + GAP.1))
    };
    let width = stages.len() * (BOX.0 + GAP.0) - GAP.0 + 2;
    let height = HEAD + rows.len() * (BOX.1 + GAP.1);
    let mut svg = format!(
        "<svg class=\"way\" role=\"img\" aria-label=\"{}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\"><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" \
         refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8Z\"/>\
         </marker></defs>",
        escaped(title)
    );
    for (column, stage) in stages.iter().enumerate() {
        let x = column * (BOX.0 + GAP.0) + 1;
        text(&mut svg, "stage", (x, 20), words::stage(language, *stage));
    }
    for (from, to) in flows(trace, &places) {
        arrow(&mut svg, corner(&places[from]), corner(&places[to]));
    }
    for place in &places {
        draw(&mut svg, corner(place), language, place, &trace.steps);
    }
    svg.push_str("</svg>");
    Some(svg)
}

fn places(steps: &[TraceStep]) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (enterprise, stage) = (step.enterprise_name.as_str(), step.stage);
        let same = places.iter_mut().find(|it| it.enterprise == enterprise && it.stage == stage);
        match same {
            Some(place) => place.steps.push(index),
            None => places.push(Place { enterprise, stage, steps: vec![index] }),
        }
    }
    places
}

/// From which place to which the goods went, each pair once.
fn flows(trace: &Trace, places: &[Place<'_>]) -> Vec<(usize, usize)> {
    let mut place_of: HashMap<usize, usize> = HashMap::new();
    for (index, place) in places.iter().enumerate() {
        place_of.extend(place.steps.iter().map(|step| (*step, index)));
    }
    let mut lines: BTreeMap<&Line, Vec<usize>> = BTreeMap::new();
    for (index, step) in trace.steps.iter().enumerate() {
        lines.entry(&step.line).or_default().push(index);
    }
    let mut flows: Vec<(usize, usize)> = Vec::new();
    let mut add = |from: usize, to: usize| {
        let pair = (place_of[&from], place_of[&to]);
        if pair.0 != pair.1 && !flows.contains(&pair) {
            flows.push(pair);
        }
    };
    let bound = lines.iter().filter(|(line, _)| ***line != Line::Loose);
    for (_, steps) in bound {
        steps.windows(2).for_each(|pair| add(pair[0], pair[1]));
    }
    // What is loose comes out of what its reporter did before.
    for &step in lines.get(&Line::Loose).into_iter().flatten() {
        let by = |index: &usize| &trace.steps[*index].enterprise_name;
        let before = (0..step).rfind(|index| by(index) == by(&step));
        before.into_iter().for_each(|before| add(before, step));
    }
    for flow in &trace.flows {
        let Some(step) = flow.step else { continue };
        let line = |epc: &String| lines.get(&Line::Of(epc.clone()));
        // Into the event from what it was made of or packed from, and out of it to the other.
        let before = line(&flow.from.first).and_then(|it| it.iter().rfind(|s| **s < step));
        let after = line(&flow.to.first).and_then(|it| it.iter().find(|s| **s > step));
        before.into_iter().for_each(|before| add(*before, step));
        after.into_iter().for_each(|after| add(step, *after));
    }
    flows
}

fn draw(
    svg: &mut String,
    (x, y): (usize, usize),
    language: Language,
    place: &Place<'_>,
    steps: &[TraceStep],
) {
    let (width, height) = BOX;
    let mut words: Vec<&str> = Vec::new();
    for step in place.steps.iter().map(|index| &steps[*index]) {
        let step = if step.biz_step.is_empty() { step.event_type } else { &step.biz_step };
        let word = biz_step(language, step);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    // Days in digits, so that two of them fit.
    let day = |index: usize| rfc3339(steps[index].event_time_us)[..10].to_owned();
    let (first, last) = (day(place.steps[0]), day(place.steps[place.steps.len() - 1]));
    let days = if first == last { first } else { format!("{first} – {last}") };
    let _ =
        write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>");
    text(svg, "who", (x + 10, y + 22), place.enterprise);
    text(svg, "", (x + 10, y + 43), &format!("{} × {}", place.steps.len(), words.join(", ")));
    text(svg, "soft", (x + 10, y + 64), &days);
}

fn arrow(svg: &mut String, from: (usize, usize), to: (usize, usize)) {
    let (width, height) = BOX;
    let middle = |y: usize| y + height / 2;
    let path = if from.0 < to.0 {
        let (x1, y1, x2, y2) = (from.0 + width, middle(from.1), to.0, middle(to.1));
        format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + 30, x2.saturating_sub(30))
    } else if from.0 == to.0 {
        let down = from.1 < to.1;
        let x = from.0 + width / 2;
        let (y1, y2) = if down { (from.1 + height, to.1) } else { (from.1, to.1 + height) };
        format!("M{x} {y1}L{x} {y2}")
    } else {
        // Back to an earlier stage: out at the bottom, in at the top.
        let (x1, y1) = (from.0 + width / 2, from.1 + height);
        let (x2, y2) = (to.0 + width / 2, if to.1 > from.1 { to.1 } else { to.1 + height });
        format!("M{x1} {y1}C{x1} {} {x2} {} {x2} {y2}", y1 + 30, y2 + 30)
    };
    let _ = write!(svg, "<path class=\"flow\" d=\"{path}\" marker-end=\"url(#tip)\"/>");
}

fn text(svg: &mut String, class: &str, (x, y): (usize, usize), words: &str) {
    let words = escaped(&fitted(words));
    let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
}

/// As much as a box is wide: a Chinese or Korean character takes the room of two others.
fn fitted(words: &str) -> String {
    const ROOM: usize = 26;
    let mut fitted = String::new();
    let mut room = ROOM;
    for character in words.chars() {
        let width = if character.is_ascii() { 1 } else { 2 };
        if width >= room {
            fitted.push('…');
            break;
        }
        room -= width;
        fitted.push(character);
    }
    fitted
}
