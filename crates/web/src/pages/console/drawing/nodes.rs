//! The boxes of a drawing. Events of one stage in the hands of one organisation are one box; a
//! reader opens it to see the lots, containers and items one by one. Where there are more
//! organisations than a drawing has room for, those of a stage are one box, which opens as well.

use crate::language::Language;
use crate::text::fill;
use service::{Line, Stage, TraceStep};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Organisations that have a row each; where there are more, stages are folded.
pub(super) const MAX_ROWS: usize = 12;
/// Boxes that one box opens into; what is beyond stays in it, and in the tables.
pub(super) const MAX_BOXES: usize = 40;
/// Boxes that are open at one time.
const MAX_OPEN: usize = 16;

/// Which boxes the reader has opened, by their keys.
pub(crate) struct Open(Vec<String>);

impl Open {
    /// Reads keys with commas between; what can be none is left out.
    pub(crate) fn parse(text: &str) -> Self {
        let is_key = |key: &&str| {
            let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'-';
            !key.is_empty() && key.len() <= 40 && key.bytes().all(is_plain)
        };
        Self(text.split(',').filter(is_key).take(MAX_OPEN).map(str::to_owned).collect())
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|it| it == key)
    }

    /// The keys as they are after a box was opened or closed.
    pub(super) fn turned(&self, key: &str) -> String {
        let others = self.0.iter().map(String::as_str).filter(|it| *it != key);
        let opened = (!self.has(key)).then_some(key);
        // The newest ones stay: a reader who opens one more sees it.
        let keys: Vec<&str> = opened.into_iter().chain(others).take(MAX_OPEN).collect();
        keys.join(",")
    }
}

/// One box.
pub(super) struct Node<'t> {
    pub(super) stage: Stage,
    /// The organisation whose row it stands in; none for several.
    pub(super) row: Option<&'t str>,
    pub(super) title: String,
    /// Places of its events in the answer, in order of time; none if all are in the boxes that it
    /// was opened into.
    pub(super) steps: Vec<usize>,
    pub(super) fold: Option<Fold>,
}

/// That a box can be opened, or closed.
pub(super) struct Fold {
    pub(super) key: String,
    pub(super) is_open: bool,
}

/// The boxes of an answer, by stage and then in order of time.
pub(super) fn nodes<'t>(language: Language, steps: &'t [TraceStep], open: &Open) -> Vec<Node<'t>> {
    let c = language.console_texts();
    let all: HashSet<&str> = steps.iter().map(|step| step.enterprise_name.as_str()).collect();
    let mut nodes = Vec::new();
    for stage in Stage::ALL {
        let places = grouped(steps, |step| (step.stage == stage).then_some(&step.enterprise_name));
        let is_folded = all.len() > MAX_ROWS && places.len() > 1;
        let key = stage.name().to_owned();
        let is_open = open.has(&key);
        let n_shown = match (is_folded, is_open) {
            (false, _) => places.len(),
            (true, true) => MAX_BOXES,
            (true, false) => 0,
        };
        let n_places = places.len();
        let mut rest = Vec::new();
        let mut shown = Vec::new();
        for (at, (name, indexes)) in places.into_iter().enumerate() {
            if at < n_shown { shown.push((name, indexes)) } else { rest.extend(indexes) }
        }
        if is_folded {
            rest.sort_unstable();
            let title = fill(c.n_organisations, n_places);
            let fold = Some(Fold { key, is_open });
            nodes.push(Node { stage, row: None, title, steps: rest, fold });
        }
        for (name, indexes) in shown {
            nodes.extend(place(language, (stage, name), indexes, steps, open));
        }
    }
    nodes
}

/// The boxes of one organisation at one stage.
fn place<'t>(
    language: Language,
    (stage, name): (Stage, &'t str),
    indexes: Vec<usize>,
    steps: &'t [TraceStep],
    open: &Open,
) -> Vec<Node<'t>> {
    let lines: HashSet<&Line> = indexes.iter().map(|index| &steps[*index].line).collect();
    let key = format!("{}-{}", stage.name(), short_hash(name));
    let (row, title, is_open) = (Some(name), name.to_owned(), open.has(&key));
    let fold = (lines.len() > 1).then_some(Fold { key, is_open });
    if fold.is_none() || !is_open {
        return vec![Node { stage, row, title, steps: indexes, fold }];
    }
    let own: HashSet<usize> = indexes.into_iter().collect();
    let mut at = 0..;
    let of_place =
        grouped(steps, |step| at.next().filter(|at| own.contains(at)).map(|_| &step.line));
    let (mut rest, mut parts) = (Vec::new(), Vec::new());
    for (at, (line, indexes)) in of_place.into_iter().enumerate() {
        if at >= MAX_BOXES {
            rest.extend(indexes);
            continue;
        }
        let title = match line {
            Line::Of(epc) => epc.clone(),
            Line::Subject => language.console_texts().related_own.to_owned(),
            Line::Loose => language.console_texts().several.to_owned(),
        };
        parts.push(Node { stage, row, title, steps: indexes, fold: None });
    }
    rest.sort_unstable();
    parts.insert(0, Node { stage, row, title, steps: rest, fold });
    parts
}

/// Indexes of steps by what `of` says of them, in order of the first of each.
fn grouped<'t, K: std::hash::Hash + Eq + ?Sized>(
    steps: &'t [TraceStep],
    mut of: impl FnMut(&'t TraceStep) -> Option<&'t K>,
) -> Vec<(&'t K, Vec<usize>)> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(&K, Vec<usize>)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let Some(key) = of(step) else { continue };
        let at = *places.entry(key).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(index);
    }
    groups
}

/// Eight digits that tell one name from another in an address.
fn short_hash(name: &str) -> String {
    Sha256::digest(name.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
