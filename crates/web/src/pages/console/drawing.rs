//! A trace as a drawing: from left to right by stage, a row for each organisation. Boxes hold what
//! belongs together, with counts, and open by a link. It says nothing that the tables under it do
//! not.

mod nodes;

use self::nodes::{Node, nodes};
use crate::language::Language;
use crate::moment::rfc3339;
use crate::text::{biz_step, traces as words};
use crate::xml::escaped;
use label::report::{Figure, Shape, Weight};
use service::{Line, Stage, Trace, TraceStep};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

pub(crate) use self::nodes::Open;

const WIDTH: usize = 190;
/// Height of a box, of one without events of its own, and the room between two of a cell.
const HEIGHT: usize = 78;
const LOW: usize = 34;
const BETWEEN: usize = 8;
const GAP: (usize, usize) = (46, 22);
const HEAD: usize = 34;

/// Where a box stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Frame {
    x: usize,
    y: usize,
    height: usize,
}

/// The page that the drawing stands on, up to where boxes are opened by `open=`.
pub(crate) struct Here<'h> {
    pub(crate) address: &'h str,
    pub(crate) open: &'h Open,
}

/// A drawing before it is written: boxes, where they stand, and the ways between them.
struct Sketch<'t> {
    language: Language,
    steps: &'t [TraceStep],
    stages: Vec<Stage>,
    nodes: Vec<Node<'t>>,
    frames: Vec<Frame>,
    ways: Vec<[(usize, usize); 4]>,
    width: usize,
    height: usize,
}

impl<'t> Sketch<'t> {
    /// Nothing if there are no events.
    fn of(language: Language, trace: &'t Trace, open: &Open) -> Option<Self> {
        let nodes = nodes(language, &trace.steps, open);
        let mut stages: Vec<Stage> = nodes.iter().map(|node| node.stage).collect();
        stages.dedup();
        let (frames, height) = frames(&nodes, &stages);
        let width = (stages.len() * (WIDTH + GAP.0)).checked_sub(GAP.0)? + 2;
        let flows = flows(trace, &nodes).into_iter();
        let ways = flows.map(|(from, to)| way(frames[from], frames[to])).collect();
        Some(Self { language, steps: &trace.steps, stages, nodes, frames, ways, width, height })
    }

    /// The names of the stages, and where their base lines begin.
    fn heads(&self) -> impl Iterator<Item = ((usize, usize), String)> {
        self.stages.iter().enumerate().map(|(column, stage)| {
            let name = fitted(words::stage(self.language, *stage));
            ((column * (WIDTH + GAP.0) + 1, 20), name)
        })
    }

    /// The lines of a box: class, how far below its top, words.
    fn lines(&self, node: &Node<'_>) -> Vec<(&'static str, usize, String)> {
        let sign = match &node.fold {
            Some(fold) if fold.is_open => "− ",
            Some(_) => "+ ",
            None => "",
        };
        let is_part = node.row.is_some_and(|row| row != node.title);
        let title =
            if is_part { ending(&node.title) } else { fitted(&format!("{sign}{}", node.title)) };
        let mut lines = vec![("who", 22, title)];
        if let (Some(first), Some(last)) = (node.steps.first(), node.steps.last()) {
            let counted = format!("{} × {}", node.steps.len(), self.done(node));
            lines.push(("", 43, fitted(&counted)));
            // Days in digits, so that two of them fit.
            let day = |index: usize| -> String {
                rfc3339(self.steps[index].event_time_us).chars().take(10).collect()
            };
            let (first, last) = (day(*first), day(*last));
            let days = if first == last { first } else { format!("{first} – {last}") };
            lines.push(("soft", 64, days));
        }
        lines
    }

    /// What happens in a box, each step once.
    fn done(&self, node: &Node<'_>) -> String {
        let mut words: Vec<&str> = Vec::new();
        for step in node.steps.iter().map(|index| &self.steps[*index]) {
            let step = if step.biz_step.is_empty() { step.event_type } else { &step.biz_step };
            let word = biz_step(self.language, step);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }
}

/// The drawing as SVG; nothing if there are no events.
pub(crate) fn drawing(
    language: Language,
    title: &str,
    trace: &Trace,
    here: &Here<'_>,
) -> Option<String> {
    let sketch = Sketch::of(language, trace, here.open)?;
    let Sketch { width, height, .. } = sketch;
    // Not an image: what opens must be reached by whoever does not see it.
    let mut svg = format!(
        "<svg class=\"way\" id=\"way\" role=\"group\" aria-label=\"{}\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\"><defs><marker id=\"tip\" \
         viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0 8 4 0 8Z\"/></marker></defs>",
        escaped(title)
    );
    for (at, name) in sketch.heads() {
        text(&mut svg, "stage", at, &name);
    }
    for [from, over, before, to] in &sketch.ways {
        let points = [over, before, to].map(|(x, y)| format!("{x} {y}")).join(" ");
        let _ = write!(
            svg,
            "<path class=\"flow\" d=\"M{} {}C{points}\" marker-end=\"url(#tip)\"/>",
            from.0, from.1
        );
    }
    for (node, frame) in sketch.nodes.iter().zip(&sketch.frames) {
        draw(&mut svg, *frame, node, (&sketch, here));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// The drawing as it is printed, with every box closed.
pub(crate) fn figure(language: Language, trace: &Trace) -> Option<Figure> {
    let sketch = Sketch::of(language, trace, &Open::parse(""))?;
    let size = |width: usize, height: usize| (width as f32, height as f32);
    let word =
        |(x, y): (usize, usize), text: String, weight| Shape::Text { at: size(x, y), text, weight };
    let mut shapes: Vec<Shape> =
        sketch.heads().map(|(at, name)| word(at, name, Weight::Plain)).collect();
    let ways = sketch.ways.iter();
    shapes.extend(ways.map(|way| Shape::Arrow { points: way.map(|(x, y)| size(x, y)) }));
    for (node, Frame { x, y, height }) in sketch.nodes.iter().zip(&sketch.frames) {
        shapes.push(Shape::Box { at: size(*x, *y), size: size(WIDTH, *height) });
        for (class, below, text) in sketch.lines(node) {
            let weight = if class == "soft" { Weight::Soft } else { Weight::Plain };
            // On paper nothing opens.
            let text = text.trim_start_matches("+ ").to_owned();
            shapes.push(word((x + 10, y + below), text, weight));
        }
    }
    let title = language.console_texts().trace_drawing.to_owned();
    Some(Figure { title, size: size(sketch.width, sketch.height), shapes })
}

/// Where each box stands, and the height of the whole. A row is as high as its highest cell.
fn frames(nodes: &[Node<'_>], stages: &[Stage]) -> (Vec<Frame>, usize) {
    let mut rows: Vec<Option<&str>> = Vec::new();
    let several = nodes.iter().filter(|node| node.row.is_none());
    for node in several.chain(nodes.iter().filter(|node| node.row.is_some())) {
        if !rows.contains(&node.row) {
            rows.push(node.row);
        }
    }
    let mut frames = vec![Frame { x: 0, y: 0, height: 0 }; nodes.len()];
    let mut top = HEAD;
    for row in rows {
        let mut filled: BTreeMap<Stage, usize> = BTreeMap::new();
        for (node, frame) in nodes.iter().zip(&mut frames).filter(|(node, _)| node.row == row) {
            let column = stages.iter().position(|it| *it == node.stage).unwrap_or_default();
            let below = filled.entry(node.stage).or_insert(0);
            let height = if node.steps.is_empty() { LOW } else { HEIGHT };
            *frame = Frame { x: column * (WIDTH + GAP.0) + 1, y: top + *below, height };
            *below += height + BETWEEN;
        }
        top += filled.into_values().max().unwrap_or(0) - BETWEEN + GAP.1;
    }
    (frames, top)
}

/// From which box to which the goods went, each pair once.
fn flows(trace: &Trace, nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let mut node_of: HashMap<usize, usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        node_of.extend(node.steps.iter().map(|step| (*step, index)));
    }
    let mut lines: BTreeMap<&Line, Vec<usize>> = BTreeMap::new();
    for (index, step) in trace.steps.iter().enumerate() {
        lines.entry(&step.line).or_default().push(index);
    }
    let (mut flows, mut known): (Vec<(usize, usize)>, HashSet<_>) = Default::default();
    let mut add = |from: usize, to: usize| {
        let pair = (node_of[&from], node_of[&to]);
        if pair.0 != pair.1 && known.insert(pair) {
            flows.push(pair);
        }
    };
    let bound = lines.iter().filter(|(line, _)| ***line != Line::Loose);
    for (_, steps) in bound {
        steps.windows(2).for_each(|pair| add(pair[0], pair[1]));
    }
    // What is loose comes out of what its reporter did before.
    let mut last_of: HashMap<&str, usize> = HashMap::new();
    for (index, step) in trace.steps.iter().enumerate() {
        let before = last_of.insert(&step.enterprise_name, index);
        before.filter(|_| step.line == Line::Loose).into_iter().for_each(|it| add(it, index));
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

/// A box with its title, its count of steps and its days; a link where it opens or closes.
fn draw(
    svg: &mut String,
    Frame { x, y, height }: Frame,
    node: &Node<'_>,
    (sketch, here): (&Sketch<'_>, &Here<'_>),
) {
    if let Some(fold) = &node.fold {
        let address = format!("{}open={}#way", here.address, here.open.turned(&fold.key));
        let (address, is_open) = (escaped(&address), fold.is_open);
        let _ = write!(svg, "<a href=\"{address}\" aria-expanded=\"{is_open}\">");
    }
    let _ =
        write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>");
    for (class, below, words) in sketch.lines(node) {
        text(svg, class, (x + 10, y + below), &words);
    }
    if node.fold.is_some() {
        svg.push_str("</a>");
    }
}

/// The curve from one box to another: beginning, two points that it bends to, end.
fn way(from: Frame, to: Frame) -> [(usize, usize); 4] {
    let middle = |it: Frame| it.y + it.height / 2;
    if from.x < to.x {
        let (x1, y1, x2, y2) = (from.x + WIDTH, middle(from), to.x, middle(to));
        return [(x1, y1), (x1 + 30, y1), (x2.saturating_sub(30), y2), (x2, y2)];
    }
    let (x1, x2) = (from.x + WIDTH / 2, to.x + WIDTH / 2);
    if from.x == to.x {
        let is_down = from.y < to.y;
        let ends = if is_down { (from.y + from.height, to.y) } else { (from.y, to.y + to.height) };
        return [(x1, ends.0), (x1, ends.0), (x1, ends.0), (x1, ends.1)];
    }
    // Back to an earlier stage: out at the bottom, in at the top.
    let (y1, y2) = (from.y + from.height, if to.y > from.y { to.y } else { to.y + to.height });
    [(x1, y1), (x1, y1 + 30), (x2, y2 + 30), (x2, y2)]
}

fn text(svg: &mut String, class: &str, (x, y): (usize, usize), words: &str) {
    let words = escaped(words);
    let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
}

/// How much a box is wide: a Chinese or Korean character takes the room of two others.
const ROOM: usize = 26;

fn room_of(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// As much of the beginning as a box is wide.
fn fitted(words: &str) -> String {
    let mut fitted = String::new();
    let mut room = ROOM;
    for character in words.chars() {
        let width = room_of(character);
        if width >= room {
            fitted.push('…');
            break;
        }
        room -= width;
        fitted.push(character);
    }
    fitted
}

/// As much of the end of an identifier as a box is wide: identifiers differ there.
fn ending(words: &str) -> String {
    let mut room = ROOM;
    let fits = |character: &char| {
        let width = room_of(*character);
        room = room.saturating_sub(width);
        room > 0
    };
    let n_chars = words.chars().rev().take_while(fits).count();
    let n_left_out = words.chars().count() - n_chars;
    let end: String = words.chars().skip(n_left_out).collect();
    if n_left_out > 0 { format!("…{end}") } else { end }
}
