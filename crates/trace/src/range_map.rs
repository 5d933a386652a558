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

    /// What has a value among `ids`, in order.
    pub(crate) fn overlapping(&self, ids: Ids) -> impl Iterator<Item = (Ids, &V)> {
        let before = self.runs.range(..ids.first).next_back();
        let runs = before.into_iter().chain(self.runs.range(ids.first..=ids.last));
        runs.filter_map(move |(&first, (last, value))| {
            let run = Ids { first, last: *last };
            Some((run.intersection(ids)?, value))
        })
    }

    /// `ids` in order, cut where the value changes.
    pub(crate) fn parts(&self, ids: Ids) -> Vec<(Ids, Option<V>)> {
        let parts = self.borrowed_parts(ids).into_iter();
        parts.map(|(ids, value)| (ids, value.cloned())).collect()
    }

    /// The same without copies.
    pub(crate) fn borrowed_parts(&self, ids: Ids) -> Vec<(Ids, Option<&V>)> {
        let mut parts = Vec::new();
        let mut next = Some(ids.first);
        for (part, value) in self.overlapping(ids) {
            let Some(begin) = next else { continue };
            if begin < part.first {
                parts.push((Ids { first: begin, last: part.first - 1 }, None));
            }
            parts.push((part, Some(value)));
            next = part.last.checked_add(1);
        }
        if let Some(first) = next.filter(|first| *first <= ids.last) {
            parts.push((Ids { first, last: ids.last }, None));
        }
        parts
    }

    /// Gives what has no value among `ids` the default.
    pub(crate) fn fill(&mut self, ids: Ids)
    where
        V: Default,
    {
        let gaps = self.borrowed_parts(ids).into_iter().filter(|(_, value)| value.is_none());
        let gaps: Vec<Ids> = gaps.map(|(ids, _)| ids).collect();
        for gap in gaps {
            self.runs.insert(gap.first, (gap.last, V::default()));
        }
    }

    /// Changes each value among `ids` in its place; neighbours stay apart.
    pub(crate) fn update(&mut self, ids: Ids, mut change: impl FnMut(Ids, &mut V)) {
        self.split(ids.first);
        if let Some(next) = ids.last.checked_add(1) {
            self.split(next);
        }
        for (&first, (last, value)) in self.runs.range_mut(ids.first..=ids.last) {
            change(Ids { first, last: *last }, value);
        }
    }

    /// Cuts the run that goes on at `at`.
    fn split(&mut self, at: i64) {
        let before = self.runs.range_mut(..at).next_back();
        if let Some((_, (last, value))) = before
            && *last >= at
        {
            let (end, value) = (std::mem::replace(last, at - 1), value.clone());
            self.runs.insert(at, (end, value));
        }
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
        self.split(ids.first);
        if let Some(next) = ids.last.checked_add(1) {
            self.split(next);
        }
        while let Some((&first, _)) = self.runs.range(ids.first..=ids.last).next() {
            self.runs.remove(&first);
        }
    }
}
