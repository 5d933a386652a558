//! Where everything of a report stands on its pages.

use super::font::{Font, Measure};
use super::wrap::lines;
use super::{Cell, Figure, MAX_CELL_CHARS, Report, Shape, Table, Weight};

/// A4 (ISO 216) in points of 1/72 inch: shorter and longer side.
const A4: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 40.0;
/// Room at the foot of each page for its number, its foot and the count of pages.
const FOOT: f32 = 34.0;
/// Tables with more columns than this turn the pages.
const MAX_UPRIGHT_COLUMNS: usize = 6;
/// Height of a line in parts of the font size.
const LEADING: f32 = 1.4;
/// Between a cell's text and its sides, points.
const PAD: f32 = 3.0;
const CELL_SIZE: f32 = 7.5;
const TEXT_SIZE: f32 = 9.0;
/// Most lines of a head, so that rows find room under it.
const MAX_HEAD_LINES: usize = 4;
const MAX_FOOT_LINES: usize = 2;
const TITLE_SIZE: f32 = 11.0;

/// Colours, as red, green and blue.
const INK: [u8; 3] = [0x1b, 0x22, 0x1e];
const SOFT: [u8; 3] = [0x55, 0x60, 0x5a];
const SHADE: [u8; 3] = [0xe6, 0xec, 0xe8];
const RULE: [u8; 3] = [0xcc, 0xd3, 0xcf];
const MARK: [u8; 3] = [0x8a, 0x4b, 0x00];
const LINE: [u8; 3] = [0x0b, 0x6b, 0x3a];

/// One thing on a page; points from its upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text; `y` is its base line.
    Text { x: f32, y: f32, size: f32, colour: [u8; 3], text: String },
    /// A filled rectangle.
    Fill { x: f32, y: f32, width: f32, height: f32, colour: [u8; 3] },
    /// A cubic curve with a tip at its end.
    Arrow { points: [(f32, f32); 4], width: f32, colour: [u8; 3] },
}

/// Pages of one size.
pub(super) struct Pages {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) pages: Vec<Vec<Mark>>,
}

/// Lays a report out.
pub(super) fn lay_out(report: &Report, font: &Font) -> Pages {
    let is_wide = report.tables.iter().any(|it| it.columns.len() > MAX_UPRIGHT_COLUMNS);
    let (width, height) = if is_wide { (A4.1, A4.0) } else { A4 };
    let measure = font.measure();
    let mut layout = Layout { measure, width, height, pages: vec![Vec::new()], y: MARGIN };
    layout.paragraph(&report.title, 16.0, INK, 0.0);
    layout.paragraph(&report.number, 10.0, SOFT, 0.0);
    layout.y += 6.0;
    for (label, value) in &report.facts {
        layout.fact(label, value);
    }
    for note in &report.notes {
        layout.note(note);
    }
    for figure in report.figures.iter().filter(|it| it.size.0 > 0.0 && it.size.1 > 0.0) {
        layout.figure(figure);
    }
    for table in report.tables.iter().filter(|it| !it.columns.is_empty()) {
        layout.table(table);
    }
    layout.feet(report);
    Pages { width, height, pages: layout.pages }
}

struct Layout<'f> {
    measure: Measure<'f>,
    width: f32,
    height: f32,
    pages: Vec<Vec<Mark>>,
    /// Where the next thing on the last page begins.
    y: f32,
}

/// How the cells of a table stand.
struct Columns {
    /// Left side and width of each.
    places: Vec<(f32, f32)>,
    /// Whether it holds nothing but numbers, which stand at its right side.
    is_number: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Head,
    /// Right under the first head: parted rather than let that stand alone.
    First,
    Body,
}

impl Layout<'_> {
    fn body_width(&self) -> f32 {
        self.width - 2.0 * MARGIN
    }

    fn bottom(&self) -> f32 {
        self.height - MARGIN - FOOT
    }

    fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = MARGIN;
    }

    fn put(&mut self, mark: Mark) {
        self.pages.last_mut().expect("the first page is made with the layout").push(mark);
    }

    /// Text over the whole width but `indent` points at the left.
    fn paragraph(&mut self, text: &str, size: f32, colour: [u8; 3], indent: f32) {
        let width = (self.body_width() - indent) / size;
        for line in lines(&mut self.measure, text, width) {
            if self.y + size * LEADING > self.bottom() {
                self.next_page();
            }
            let (x, y) = (MARGIN + indent, self.y + size);
            self.put(Mark::Text { x, y, size, colour, text: line });
            self.y += size * LEADING;
        }
    }

    /// A label with its value beside it.
    fn fact(&mut self, label: &str, value: &str) {
        const LABEL_WIDTH: f32 = 110.0;
        let width = (LABEL_WIDTH - PAD) / TEXT_SIZE;
        let mut label = lines(&mut self.measure, label, width);
        label.truncate(MAX_HEAD_LINES);
        let label_height = label.len().max(1) as f32 * TEXT_SIZE * LEADING;
        if self.y + label_height > self.bottom() {
            self.next_page();
        }
        let (top, page) = (self.y, self.pages.len());
        for (at, text) in (0_u16..).zip(label) {
            let y = top + TEXT_SIZE + f32::from(at) * TEXT_SIZE * LEADING;
            self.put(Mark::Text { x: MARGIN, y, size: TEXT_SIZE, colour: SOFT, text });
        }
        self.paragraph(value, TEXT_SIZE, INK, LABEL_WIDTH);
        if self.pages.len() == page {
            self.y = self.y.max(top + label_height);
        }
    }

    /// A sentence with a bar beside it.
    fn note(&mut self, note: &str) {
        const INDENT: f32 = 8.0;
        self.y += 4.0;
        if self.y + TEXT_SIZE * LEADING > self.bottom() {
            self.next_page();
        }
        let (y, page) = (self.y, self.pages.len());
        self.paragraph(note, TEXT_SIZE, INK, INDENT);
        if self.pages.len() == page {
            let height = self.y - y;
            self.put(Mark::Fill { x: MARGIN, y, width: 2.5, height, colour: MARK });
        }
    }

    /// A drawing, small enough for its page.
    fn figure(&mut self, figure: &Figure) {
        let title_height = 14.0 + TITLE_SIZE * LEADING;
        let room = (self.body_width(), self.bottom() - MARGIN - title_height);
        let scale = (room.0 / figure.size.0).min(room.1 / figure.size.1).min(0.75);
        if self.y + title_height + figure.size.1 * scale > self.bottom() {
            self.next_page();
        } else {
            self.y += 12.0;
        }
        self.paragraph(&figure.title, TITLE_SIZE, INK, 0.0);
        let top = self.y + 2.0;
        let placed = |(x, y): (f32, f32)| (MARGIN + x * scale, top + y * scale);
        for shape in &figure.shapes {
            match shape {
                Shape::Box { at, size } => {
                    let ((x, y), (width, height)) = (placed(*at), (size.0 * scale, size.1 * scale));
                    self.put(Mark::Fill { x, y, width, height, colour: RULE });
                    let (x, y, width, height) = (x + 0.5, y + 0.5, width - 1.0, height - 1.0);
                    self.put(Mark::Fill { x, y, width, height, colour: SHADE });
                }
                Shape::Text { at, text, weight } => {
                    let (units, colour) = match weight {
                        Weight::Plain => (14.0, INK),
                        Weight::Soft => (12.0, SOFT),
                    };
                    let ((x, y), size) = (placed(*at), units * scale);
                    let text = self.measure.shown(text);
                    self.put(Mark::Text { x, y, size, colour, text });
                }
                Shape::Arrow { points } => {
                    let (points, width) = (points.map(placed), 1.5 * scale);
                    self.put(Mark::Arrow { points, width, colour: LINE });
                }
            }
        }
        self.y = top + figure.size.1 * scale;
    }

    fn table(&mut self, table: &Table) {
        let columns = self.columns(table);
        let heads: Vec<Cell> = table.columns.iter().map(|it| it.as_str().into()).collect();
        let mut head = self.cells(&heads, &columns);
        head.iter_mut().for_each(|lines| lines.truncate(MAX_HEAD_LINES));
        let first = table.rows.first().map(|row| self.cells(row, &columns)).unwrap_or_default();
        let width = self.body_width() / TITLE_SIZE;
        let title = lines(&mut self.measure, &table.title, width);
        let top = 14.0 + title.len() as f32 * TITLE_SIZE * LEADING + height_of(&head);
        // The first row stands under its head, whole where a page holds it, else begun.
        let whole = top + height_of(&first);
        let is_parted = MARGIN + whole > self.bottom();
        let least = if is_parted { top + CELL_SIZE * LEADING + 2.0 * PAD } else { whole };
        if self.y + least > self.bottom() {
            self.next_page();
        } else {
            self.y += 12.0;
        }
        self.paragraph(&table.title, TITLE_SIZE, INK, 0.0);
        self.y += 2.0;
        self.row(&head, &columns, RowKind::Head, &head);
        for (at, row) in table.rows.iter().enumerate() {
            let cells = self.cells(row, &columns);
            let kind = if at == 0 { RowKind::First } else { RowKind::Body };
            self.row(&cells, &columns, kind, &head);
        }
        for note in &table.notes {
            self.note(note);
        }
    }

    /// Widths of the columns: each as wide as its widest cell where they fit together; where they
    /// do not, the narrow ones keep that and the others share the rest.
    fn columns(&mut self, table: &Table) -> Columns {
        let n_columns = table.columns.len();
        let mut natural: Vec<f32> =
            table.columns.iter().map(|head| self.measure.width(head)).collect();
        let mut is_number = vec![!table.rows.is_empty(); n_columns];
        for row in &table.rows {
            for (column, cell) in row.iter().take(n_columns).enumerate() {
                let widest = self.measure.width(&words_of(cell));
                natural[column] = natural[column].max(widest);
                is_number[column] &= !matches!(cell, Cell::Text(_));
            }
        }
        let natural: Vec<f32> = natural.iter().map(|it| it * CELL_SIZE + 2.0 * PAD + 0.5).collect();
        let widths = shared_widths(&natural, self.body_width());
        let mut left = MARGIN;
        let place = |width: &f32| {
            left += width;
            (left - width, *width)
        };
        Columns { places: widths.iter().map(place).collect(), is_number }
    }

    /// The lines of each cell of a row.
    fn cells(&mut self, row: &[Cell], columns: &Columns) -> Vec<Vec<String>> {
        let cells = row.iter().zip(&columns.places);
        let lines_of = |(cell, (_, width)): (&Cell, &(f32, f32))| {
            lines(&mut self.measure, &words_of(cell), (width - 2.0 * PAD) / CELL_SIZE)
        };
        cells.map(lines_of).collect()
    }

    /// A row, over several pages if no page holds it; `head` is repeated on each.
    fn row(
        &mut self,
        cells: &[Vec<String>],
        columns: &Columns,
        kind: RowKind,
        head: &[Vec<String>],
    ) {
        const LINE: f32 = CELL_SIZE * LEADING;
        let n_lines = cells.iter().map(Vec::len).max().unwrap_or(0);
        let fitting = |room: f32| ((room - 2.0 * PAD) / LINE).max(0.0) as usize;
        let on_fresh_page = fitting(self.bottom() - MARGIN - height_of(head));
        let mut from = 0;
        while from < n_lines {
            let fit = fitting(self.bottom() - self.y);
            let rest = n_lines - from;
            let is_kept_whole = from == 0 && rest <= on_fresh_page && kind != RowKind::First;
            if fit < rest && (fit == 0 || is_kept_whole) {
                self.next_page();
                if kind != RowKind::Head {
                    self.row(head, columns, RowKind::Head, head);
                }
                continue;
            }
            let taken = fit.min(rest);
            let height = taken as f32 * LINE + 2.0 * PAD;
            let (x, y, width) = (MARGIN, self.y, self.body_width());
            if kind == RowKind::Head {
                self.put(Mark::Fill { x, y, width, height, colour: SHADE });
            }
            for (column, lines) in cells.iter().enumerate() {
                self.cell(lines, from..from + taken, columns, column);
            }
            self.y += height;
            self.put(Mark::Fill { x, y: self.y, width, height: 0.5, colour: RULE });
            from += taken;
        }
    }

    /// Some lines of one cell, from where the row stands.
    fn cell(
        &mut self,
        lines: &[String],
        range: std::ops::Range<usize>,
        columns: &Columns,
        column: usize,
    ) {
        let (left, width) = columns.places[column];
        let lines = lines.iter().skip(range.start).take(range.len());
        for (at, text) in (0_u16..).zip(lines) {
            let x = if columns.is_number[column] {
                left + width - PAD - self.measure.width(text) * CELL_SIZE
            } else {
                left + PAD
            };
            let y = self.y + PAD + CELL_SIZE + f32::from(at) * CELL_SIZE * LEADING;
            let text = text.clone();
            self.put(Mark::Text { x, y, size: CELL_SIZE, colour: INK, text });
        }
    }

    /// Number, title and count at the foot of each page, and the foot of the report.
    fn feet(&mut self, report: &Report) {
        const SIZE: f32 = 7.0;
        let top = self.bottom() + 10.0;
        let width = self.body_width();
        let foot = lines(&mut self.measure, &report.foot, width / SIZE);
        let left = format!("{}  {}", report.number, report.title);
        let left = lines(&mut self.measure, &left, (width - 60.0) / SIZE).swap_remove(0);
        let n_pages = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            page.push(Mark::Fill { x: MARGIN, y: top, width, height: 0.5, colour: RULE });
            let mut text = |x: f32, line: u16, text: &str| {
                let y = top + 4.0 + SIZE + f32::from(line) * SIZE * LEADING;
                let (size, text) = (SIZE, text.to_owned());
                page.push(Mark::Text { x, y, size, colour: SOFT, text });
            };
            let count = format!("{} / {n_pages}", at + 1);
            text(MARGIN, 0, &left);
            text(MARGIN + width - self.measure.width(&count) * SIZE, 0, &count);
            for (line, words) in (1..).zip(foot.iter().take(MAX_FOOT_LINES)) {
                text(MARGIN, line, words);
            }
        }
    }
}

/// Points that a row of these lines takes.
fn height_of(cells: &[Vec<String>]) -> f32 {
    let n_lines = cells.iter().map(Vec::len).max().unwrap_or(0);
    n_lines as f32 * CELL_SIZE * LEADING + 2.0 * PAD
}

/// The words of a cell, as far as a page shows them.
fn words_of(cell: &Cell) -> String {
    let words = cell.words();
    match words.char_indices().nth(MAX_CELL_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Shares `width` among columns that would like to have their `natural` widths.
fn shared_widths(natural: &[f32], width: f32) -> Vec<f32> {
    let wished: f32 = natural.iter().sum();
    if wished <= width {
        return natural.iter().map(|it| it * width / wished).collect();
    }
    let (mut room, mut n_open) = (width, natural.len());
    let mut widths = vec![None; natural.len()];
    loop {
        let fair = room / n_open.max(1) as f32;
        let n_before = n_open;
        for (at, wish) in natural.iter().enumerate() {
            if widths[at].is_none() && *wish <= fair {
                widths[at] = Some(*wish);
                room -= wish;
                n_open -= 1;
            }
        }
        if n_open == n_before {
            return widths.into_iter().map(|it| it.unwrap_or(fair)).collect();
        }
    }
}
