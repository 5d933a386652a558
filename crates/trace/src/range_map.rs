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

impl RangeMap<()> {
    /// All of these, which may overlap; neighbours become one run.
    pub(crate) fn covering(mut all: Vec<Ids>) -> Self {
        all.sort_unstable();
        all.dedup_by(|next, run| {
            let is_near = next.first <= run.last.saturating_add(1);
            if is_near {
                run.last = run.last.max(next.last);
            }
            is_near
        });
        Self { runs: all.into_iter().map(|ids| (ids.first, (ids.last, ()))).collect() }
    }
}

impl<V: Default> RangeMap<V> {
    /// The default for each of these runs, which are disjoint and in order.
    pub(crate) fn of_runs(runs: impl Iterator<Item = Ids>) -> Self {
        Self { runs: runs.map(|ids| (ids.first, (ids.last, V::default()))).collect() }
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

    /// Changes each value among `ids` in its place; neighbours stay apart.
    pub(crate) fn update(&mut self, ids: Ids, mut change: impl FnMut(Ids, &mut V)) {
        // Mostly it is one run and the whole of it.
        if let Some((last, value)) = self.runs.get_mut(&ids.first)
            && *last == ids.last
        {
            return change(ids, value);
        }
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
        let before = self.runs.range(..=ids.last).next_back();
        if before.is_some_and(|(_, (last, _))| *last >= ids.first) {
            self.clear(ids);
        }
        let mut end = ids.last;
        if let Some(next) = ids.last.checked_add(1)
            && let Some((last, after)) = self.runs.get(&next)
            && *after == value
        {
            end = *last;
            self.runs.remove(&next);
        }
        match self.runs.range_mut(..ids.first).next_back() {
            Some((_, (last, before)))
                if last.checked_add(1) == Some(ids.first) && *before == value =>
            {
                *last = end;
            }
            _ => {
                self.runs.insert(ids.first, (end, value));
            }
        }
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
