//! A map from identifiers to values that keeps a run of identifiers with one value as one entry.

use std::collections::BTreeMap;

use crate::Ids;

/// Disjoint runs, each with its value.
#[derive(Debug)]
pub(crate) struct RangeMap<V> {
    /// By first id: last id and value.
    runs: BTreeMap<i64, (i64, V)>,
}

impl<V> Default for RangeMap<V> {
    fn default() -> Self {
        Self { runs: BTreeMap::new() }
    }
}

impl<V: Clone + PartialEq> RangeMap<V> {
    pub(crate) fn get(&self, id: i64) -> Option<&V> {
        let (_, (last, value)) = self.runs.range(..=id).next_back()?;
        (id <= *last).then_some(value)
    }

    /// `ids` in order, cut where the value changes.
    pub(crate) fn parts(&self, ids: Ids) -> Vec<(Ids, Option<V>)> {
        let mut parts = Vec::new();
        let mut next = Some(ids.first);
        let before = self.runs.range(..ids.first).next_back();
        for (&first, (last, value)) in
            before.into_iter().chain(self.runs.range(ids.first..=ids.last))
        {
            let run = Ids { first, last: *last };
            let Some((part, begin)) = run.intersection(ids).zip(next) else { continue };
            if begin < part.first {
                parts.push((Ids { first: begin, last: part.first - 1 }, None));
            }
            parts.push((part, Some(value.clone())));
            next = part.last.checked_add(1);
        }
        if let Some(first) = next.filter(|first| *first <= ids.last) {
            parts.push((Ids { first, last: ids.last }, None));
        }
        parts
    }

    /// Gives all of `ids` one value; neighbours with the same value become one run.
    pub(crate) fn set(&mut self, ids: Ids, value: V) {
        self.clear(ids);
        let mut run = ids;
        if let Some((&first, (last, before))) = self.runs.range(..ids.first).next_back()
            && last.checked_add(1) == Some(ids.first)
            && *before == value
        {
            run.first = first;
        }
        if let Some(next) = ids.last.checked_add(1)
            && let Some((last, after)) = self.runs.get(&next)
            && *after == value
        {
            run.last = *last;
            self.runs.remove(&next);
        }
        self.runs.insert(run.first, (run.last, value));
    }

    /// All runs in order.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (Ids, &V)> {
        self.runs.iter().map(|(&first, (last, value))| (Ids { first, last: *last }, value))
    }

    fn clear(&mut self, ids: Ids) {
        let before = self.runs.range_mut(..ids.first).next_back();
        if let Some((_, (last, value))) = before
            && *last >= ids.first
        {
            let end = std::mem::replace(last, ids.first - 1);
            let value = value.clone();
            if let Some(next) = ids.last.checked_add(1).filter(|next| *next <= end) {
                self.runs.insert(next, (end, value));
            }
        }
        while let Some((&first, &(last, _))) = self.runs.range(ids.first..=ids.last).next() {
            let (_, value) = self.runs.remove(&first).expect("it was found just now");
            if let Some(next) = ids.last.checked_add(1).filter(|next| *next <= last) {
                self.runs.insert(next, (last, value));
            }
        }
    }
}
