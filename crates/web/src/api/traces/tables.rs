//! A trace in tables: events, contradictions, holders, flows, balances, shares.

use crate::language::Language;
use crate::listing::Listing;
use crate::moment::{in_words, rfc3339};
use crate::text::{ConsoleTexts, biz_step, fill, traces as words};
use label::report::Cell;
use service::{Run, Trace, TraceStep, Via};
use trace::{EdgeKind, Sum, unit_of};

/// How much of it a table tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// For people: few columns, times in words.
    Page,
    /// For calculation: each value in a column of its own, whole.
    Sheet,
}

/// The tables of one answer.
pub(crate) struct Tables<'t> {
    language: Language,
    c: &'static ConsoleTexts,
    detail: Detail,
    steps: &'t [TraceStep],
}

impl<'t> Tables<'t> {
    pub(crate) fn new(language: Language, detail: Detail, steps: &'t [TraceStep]) -> Self {
        Self { language, c: language.console_texts(), detail, steps }
    }

    /// The events, one a row.
    pub(crate) fn events(&self) -> Listing {
        let (c, t) = (self.c, self.language.texts());
        let place: &[&str] = match self.detail {
            Detail::Page => &[t.place],
            Detail::Sheet => &[c.read_point, c.biz_location],
        };
        let relation: &[&str] = match self.detail {
            Detail::Page => &[c.how_related],
            Detail::Sheet => &[c.how_related, c.related_to],
        };
        let first = [c.event_time, c.stage, c.biz_step, t.reported_by];
        let last: &[&str] = match self.detail {
            Detail::Page => &[c.documents, c.quantities, c.event_id],
            Detail::Sheet => &[c.documents, c.quantities, c.event_type, c.event_id],
        };
        let mut list = Listing::new(c.trace, &[&first, place, relation, last]);
        for step in self.steps {
            let stage = words::stage(self.language, step.stage);
            let by = step.enterprise_name.as_str().into();
            let first = vec![self.time(step.event_time_us), stage.into(), self.step(step), by];
            list.push(vec![first, self.place(step), self.relation(&step.via), self.rest(step)]);
        }
        list
    }

    fn place(&self, step: &TraceStep) -> Vec<Cell> {
        let (read, then) = (step.read_point.as_deref(), step.biz_location.as_deref());
        match self.detail {
            Detail::Page => vec![Cell::maybe(read.or(then))],
            Detail::Sheet => vec![Cell::maybe(read), Cell::maybe(then)],
        }
    }

    fn relation(&self, via: &Via) -> Vec<Cell> {
        let c = self.c;
        let (sentence, of) = match via {
            Via::Own => (c.related_own, None),
            Via::Inside { container, .. } => (c.related_inside, Some(container)),
            Via::Source { input, .. } => (c.related_source, Some(input)),
            Via::Content { content, .. } => (c.related_content, Some(content)),
            Via::Product { output, .. } => (c.related_product, Some(output)),
        };
        match (self.detail, of) {
            (Detail::Page, Some(of)) => vec![fill(sentence, of).into()],
            (Detail::Page, None) => vec![sentence.into()],
            (Detail::Sheet, of) => {
                vec![fill(sentence, "").trim().into(), Cell::maybe(of.map(String::as_str))]
            }
        }
    }

    fn rest(&self, step: &TraceStep) -> Vec<Cell> {
        let (documents, quantities) = (step.documents.join(" "), step.quantities.join("; "));
        let id = match self.detail {
            Detail::Page => vec![shortened(&step.event_id).into()],
            Detail::Sheet => vec![step.event_type.into(), step.event_id.as_str().into()],
        };
        [vec![documents.into(), quantities.into()], id].concat()
    }

    /// What contradicts itself.
    pub(crate) fn contradictions(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let (first, second) = (self.event_heads(c.event_first), self.event_heads(c.event_second));
        let run = self.run_heads(c.identifier);
        let heads: [&[_]; 4] = [&[c.contradiction], &run, &first, &second];
        let mut list = Listing::new(c.contradictions, &heads);
        for it in &trace.contradictions {
            let kind = words::contradiction(self.language, it.kind);
            let events = (self.event(it.first), self.event(it.second));
            list.push(vec![vec![kind.into()], self.run(&it.run), events.0, events.1]);
        }
        list
    }

    /// Who has some of it.
    pub(crate) fn holders(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let (run, event) = (self.counted_heads(), self.event_heads(c.last_event));
        let heads: [&[_]; 4] = [&run, &[c.state], &event, &[c.container]];
        let mut list = Listing::new(c.holders, &heads);
        for it in &trace.holders {
            let state = vec![words::state(self.language, it.state).into()];
            let container = vec![Cell::maybe(it.container.as_deref())];
            list.push(vec![self.counted(&it.run), state, self.event(it.step), container]);
        }
        list
    }

    /// How things hang together.
    pub(crate) fn flows(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let (from, to) = (self.run_heads(c.flow_from), self.run_heads(c.flow_to));
        let event = self.event_heads(c.told_by_event);
        let mut list = Listing::new(c.flows, &[&from, &[c.how_related], &to, &event]);
        for it in &trace.flows {
            let kind = match it.kind {
                EdgeKind::Packed => c.flow_packed,
                EdgeKind::Made => c.flow_made,
                EdgeKind::OfLot => c.flow_of_lot,
            };
            let (from, to) = (self.run(&it.from), self.run(&it.to));
            list.push(vec![from, vec![kind.into()], to, self.event(it.step)]);
        }
        list
    }

    /// What went into each transformation and came out; in a sheet a row for each unit.
    pub(crate) fn balances(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let event = self.event_heads(c.transformation);
        let sums: &[_] = match self.detail {
            Detail::Page => &[c.balance_in, c.balance_out, c.balance_yield],
            Detail::Sheet => &[c.balance_side, c.quantity, c.unit, c.is_all, c.balance_yield],
        };
        let mut list = Listing::new(c.balances, &[&event, sums]);
        for (steps, balance) in &trace.balances {
            let event = self.event(steps.first().copied());
            let yielded = balance.yield_ratio().map_or(Cell::Empty, Cell::Part);
            if self.detail == Detail::Page {
                let sums = vec![in_units(&balance.inputs), in_units(&balance.outputs), yielded];
                list.push(vec![event, sums]);
                continue;
            }
            let sides = [(c.balance_in, &balance.inputs), (c.balance_out, &balance.outputs)];
            for (side, sum) in
                sides.iter().flat_map(|(side, sums)| sums.iter().map(|it| (*side, it)))
            {
                let is_all = if sum.is_all { c.yes } else { c.no };
                let (quantity, unit) = (Cell::Number(sum.quantity), Cell::maybe(sum.unit()));
                let cells = vec![side.into(), quantity, unit, is_all.into(), yielded.clone()];
                list.push(vec![event.clone(), cells]);
            }
        }
        list
    }

    /// What share of what was made may come from the subject.
    pub(crate) fn shares(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let parts = [c.share_least, c.share_even, c.share_most];
        let mut list = Listing::new(c.shares_of, &[&self.counted_heads(), &parts]);
        for it in &trace.shares {
            let even = it.share.even.map_or(Cell::Empty, Cell::Part);
            let parts = vec![Cell::Part(it.share.at_least), even, Cell::Part(it.share.at_most)];
            list.push(vec![self.counted(&it.run), parts]);
        }
        list
    }

    /// How much of each lot an event by amount moves, and how much of that may be of the subject.
    pub(crate) fn amounts_moved(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let event = self.event_heads(c.told_by_event);
        let amounts = [c.unit, c.quantity, c.share_least, c.share_most];
        let mut list = Listing::new(c.amounts_moved, &[&[c.identifier], &event, &amounts]);
        for it in &trace.amounts_moved {
            let moved = &it.moved;
            let amounts = vec![
                Cell::maybe(unit_of(moved.uom).as_deref()),
                number(moved.quantity),
                Cell::Number(moved.at_least),
                number(moved.at_most),
            ];
            list.push(vec![vec![it.class.as_str().into()], self.event(it.step), amounts]);
        }
        list
    }

    /// How much of a lot each holder has, at least and at most.
    pub(crate) fn parts(&self, trace: &Trace) -> Listing {
        let c = self.c;
        let event = self.event_heads(c.last_event);
        let amounts = [c.container, c.unit, c.share_least, c.share_most];
        let heads: [&[_]; 3] = [&[c.identifier, c.state], &event, &amounts];
        let mut list = Listing::new(c.parts, &heads);
        for it in &trace.parts {
            let state = words::state(self.language, it.part.state);
            let amounts = vec![
                Cell::maybe(it.container.as_deref()),
                Cell::maybe(unit_of(it.part.uom).as_deref()),
                Cell::Number(it.part.at_least),
                number(it.part.at_most),
            ];
            let lot = vec![it.class.as_str().into(), state.into()];
            list.push(vec![lot, self.event(it.step), amounts]);
        }
        list
    }

    fn time(&self, time_us: i64) -> Cell {
        match self.detail {
            Detail::Page => in_words(self.language, time_us).into(),
            Detail::Sheet => rfc3339(time_us).into(),
        }
    }

    fn step(&self, step: &TraceStep) -> Cell {
        let word = if step.biz_step.is_empty() { step.event_type } else { &step.biz_step };
        biz_step(self.language, word).into()
    }

    fn event_heads(&self, head: &'static str) -> Vec<&'static str> {
        let (c, t) = (self.c, self.language.texts());
        match self.detail {
            Detail::Page => vec![head],
            Detail::Sheet => vec![head, c.biz_step, t.reported_by, c.event_id],
        }
    }

    /// Time, step and reporter of an event of the answer.
    fn event(&self, step: Option<usize>) -> Vec<Cell> {
        let Some(step) = step.map(|step| &self.steps[step]) else {
            return vec![Cell::Empty; self.event_heads("").len()];
        };
        let (time, word) = (self.time(step.event_time_us), self.step(step));
        let by = &step.enterprise_name;
        match self.detail {
            Detail::Page => vec![format!("{} {} {by}", time.words(), word.words()).into()],
            Detail::Sheet => vec![time, word, by.as_str().into(), step.event_id.as_str().into()],
        }
    }

    fn run_heads(&self, head: &'static str) -> Vec<&'static str> {
        match self.detail {
            Detail::Page => vec![head],
            Detail::Sheet => vec![head, self.c.identifier_last, self.c.count],
        }
    }

    fn run(&self, run: &Run) -> Vec<Cell> {
        let (first, last) = (run.first.as_str(), run.last.as_str());
        match self.detail {
            Detail::Page if run.n_ids == 1 => vec![first.into()],
            Detail::Page => vec![format!("{first} … {last}").into()],
            Detail::Sheet => vec![first.into(), last.into(), Cell::count(run.n_ids)],
        }
    }

    /// As [`Self::run_heads`], with a count whatever the detail.
    fn counted_heads(&self) -> Vec<&'static str> {
        let mut heads = self.run_heads(self.c.identifier);
        if self.detail == Detail::Page {
            heads.push(self.c.count);
        }
        heads
    }

    fn counted(&self, run: &Run) -> Vec<Cell> {
        let mut cells = self.run(run);
        if self.detail == Detail::Page {
            cells.push(Cell::count(run.n_ids));
        }
        cells
    }
}

/// What an answer lacks, in words: it was cut, or events of it are not open to the caller.
pub(crate) fn missing(language: Language, trace: &Trace) -> Vec<String> {
    let c = language.console_texts();
    let mut missing = Vec::new();
    if let Some(cut) = &trace.cut {
        missing.push(format!("{} {}", c.truncated, fill(c.go_on_with, &cut.at)));
    }
    if trace.n_hidden > 0 {
        missing.push(fill(c.trace_hidden, trace.n_hidden));
    }
    missing
}

/// An event hash by its first digits; the whole of it is in the exports.
fn shortened(event_id: &str) -> String {
    match event_id.strip_prefix("ni:///sha-256;").and_then(|hash| hash.get(..12)) {
        Some(digits) => format!("{digits}…"),
        None => event_id.to_owned(),
    }
}

/// Nothing if nobody says how much.
fn number(quantity: Option<f64>) -> Cell {
    quantity.map_or(Cell::Empty, Cell::Number)
}

/// Sums with their units; `?` stands for what did not say how much.
fn in_units(sums: &[Sum]) -> Cell {
    let sum = |sum: &Sum| {
        let unit = sum.unit().map(|unit| format!(" {unit}")).unwrap_or_default();
        let rest = if sum.is_all { "" } else { " + ?" };
        format!("{}{unit}{rest}", sum.quantity)
    };
    sums.iter().map(sum).collect::<Vec<_>>().join("; ").into()
}
