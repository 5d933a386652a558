//! A map from identifiers to values that keeps a run of identifiers with one value as one entry.

use crate::Ids;

/// So many runs a chunk, at most: a run comes between two others at the cost of moving so few.
const MAX_CHUNK: usize = 32;

/// Disjoint runs, each with its value.
#[derive(Debug)]
pub(crate) struct RangeMap<V> {
    /// In order; none is empty.
    chunks: Vec<Vec<(Ids, V)>>,
    /// The last identifier of each chunk, side by side, since all that is looked for begins here.
    lasts: Vec<i64>,
}

/// Where a run is, or would be: which chunk, and which of its runs.
pub(crate) type Place = (usize, usize);

impl<V> Default for RangeMap<V> {
    fn default() -> Self {
        Self { chunks: Vec::new(), lasts: Vec::new() }
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
        Self::of_runs(all.into_iter())
    }
}

impl<V: Default> RangeMap<V> {
    /// The default for each of these runs, which are disjoint and in order.
    pub(crate) fn of_runs(runs: impl Iterator<Item = Ids>) -> Self {
        let mut map = Self::default();
        for ids in runs {
            map.insert((map.chunks.len(), 0), (ids, V::default()));
        }
        map
    }
}

impl<V> RangeMap<V> {
    /// All runs in order.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (Ids, &V)> {
        self.chunks.iter().flatten().map(|(ids, value)| (*ids, value))
    }

    pub(crate) fn get(&self, id: i64) -> Option<&V> {
        let (ids, value) = self.at(self.place(id))?;
        (ids.first <= id).then_some(value)
    }

    /// What has a value among `ids`, in order.
    pub(crate) fn overlapping(&self, ids: Ids) -> impl Iterator<Item = (Ids, &V)> {
        self.overlapping_from(self.place(ids.first), ids)
    }

    /// The same, for whoever knows the place of the first of them.
    pub(crate) fn overlapping_from(
        &self,
        (chunk, nth): Place,
        ids: Ids,
    ) -> impl Iterator<Item = (Ids, &V)> {
        let mut chunks = self.chunks[chunk..].iter();
        let first = chunks.next().map_or(&[][..], |chunk| &chunk[nth..]);
        let runs = first.iter().chain(chunks.flatten());
        runs.map_while(move |(run, value)| Some((run.intersection(ids)?, value)))
    }

    /// True if anything among `ids` has a value.
    pub(crate) fn overlaps(&self, ids: Ids) -> bool {
        self.at(self.place(ids.first)).is_some_and(|(run, _)| run.first <= ids.last)
    }

    /// `ids` in order, cut where the value changes.
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

    /// The first run that ends with `id` or later.
    pub(crate) fn place(&self, id: i64) -> Place {
        let chunk = self.lasts.partition_point(|last| *last < id);
        let ends_before = |(ids, _): &(Ids, V)| ids.last < id;
        let nth = self.chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(ends_before));
        (chunk, nth)
    }

    fn at(&self, (chunk, nth): Place) -> Option<&(Ids, V)> {
        self.chunks.get(chunk)?.get(nth)
    }

    fn at_mut(&mut self, (chunk, nth): Place) -> Option<&mut (Ids, V)> {
        self.chunks.get_mut(chunk)?.get_mut(nth)
    }

    fn before(&self, (chunk, nth): Place) -> Option<Place> {
        if let Some(nth) = nth.checked_sub(1) {
            return Some((chunk, nth));
        }
        let chunk = chunk.checked_sub(1)?;
        Some((chunk, self.chunks[chunk].len() - 1))
    }

    /// Puts a run before the one at a place.
    fn insert(&mut self, (chunk, nth): Place, run: (Ids, V)) {
        let is_end = chunk == self.chunks.len();
        let chunk = if is_end { chunk.saturating_sub(1) } else { chunk };
        let Some(runs) = self.chunks.get_mut(chunk) else {
            self.lasts.push(run.0.last);
            return self.chunks.push(vec![run]);
        };
        let nth = if is_end { runs.len() } else { nth };
        if runs.len() < MAX_CHUNK {
            runs.insert(nth, run);
            return self.note_last(chunk);
        }
        // What only grows at its end fills its chunks.
        let mut rest = runs.split_off(if is_end { nth } else { MAX_CHUNK / 2 });
        match nth.checked_sub(runs.len()) {
            Some(nth) => rest.insert(nth, run),
            None => runs.insert(nth, run),
        }
        self.chunks.insert(chunk + 1, rest);
        self.lasts.insert(chunk + 1, 0);
        self.note_last(chunk);
        self.note_last(chunk + 1);
    }

    fn remove(&mut self, (chunk, nth): Place) {
        self.chunks[chunk].remove(nth);
        if self.chunks[chunk].is_empty() {
            self.chunks.remove(chunk);
            self.lasts.remove(chunk);
        } else {
            self.note_last(chunk);
        }
    }

    fn note_last(&mut self, chunk: usize) {
        self.lasts[chunk] = self.chunks[chunk].last().expect("no chunk is empty").0.last;
    }
}

impl<V: Clone + PartialEq> RangeMap<V> {
    /// `ids` in order, cut where the value changes, with copies of the values.
    pub(crate) fn parts(&self, ids: Ids) -> Vec<(Ids, Option<V>)> {
        let parts = self.borrowed_parts(ids).into_iter();
        parts.map(|(ids, value)| (ids, value.cloned())).collect()
    }

    /// Changes each value among `ids` in its place; neighbours stay apart.
    pub(crate) fn update(&mut self, ids: Ids, change: impl FnMut(Ids, &mut V)) {
        self.update_from(self.place(ids.first), ids, change);
    }

    /// The same, for whoever knows the place of the first of them.
    pub(crate) fn update_from(
        &mut self,
        (mut chunk, mut nth): Place,
        ids: Ids,
        mut change: impl FnMut(Ids, &mut V),
    ) {
        while let Some((run, value)) = self.at_mut((chunk, nth))
            && let Some(inside) = run.intersection(ids)
        {
            let whole = std::mem::replace(run, inside);
            let outside = (whole != inside).then(|| value.clone());
            change(inside, value);
            if let Some(value) = outside {
                self.put_around((chunk, nth), whole, value);
                (chunk, nth) = self.place(inside.last);
            }
            nth += 1;
            if self.chunks[chunk].len() == nth {
                (chunk, nth) = (chunk + 1, 0);
            }
        }
    }

    /// Puts what is left of a whole beside the run at a place, which was cut out of it.
    fn put_around(&mut self, (chunk, nth): Place, whole: Ids, value: V) {
        let inside = self.chunks[chunk][nth].0;
        if inside.last < whole.last {
            let after = Ids { first: inside.last + 1, ..whole };
            self.insert((chunk, nth + 1), (after, value.clone()));
        }
        if whole.first < inside.first {
            let before = Ids { last: inside.first - 1, ..whole };
            let place = self.place(inside.last);
            self.insert(place, (before, value));
        }
    }

    /// Cuts the run at a place before `at`, if it began before and goes on; true if it did.
    fn split(&mut self, place: Place, at: i64) -> bool {
        let Some((run, value)) = self.at(place) else { return false };
        if at <= run.first || run.last < at {
            return false;
        }
        let before = (Ids { first: run.first, last: at - 1 }, value.clone());
        let (chunk, nth) = place;
        self.chunks[chunk][nth].0.first = at;
        self.insert(place, before);
        true
    }

    fn split_after(&mut self, id: i64) -> bool {
        id.checked_add(1).is_some_and(|next| self.split(self.place(next), next))
    }

    /// Gives all of `ids` one value; neighbours with the same value become one run.
    pub(crate) fn set(&mut self, ids: Ids, value: V) {
        let mut place = self.place(ids.first);
        if self.at(place).is_some_and(|(run, _)| run.first <= ids.last) {
            place = self.clear(ids);
        }
        let mut run = ids;
        if let Some((after, its_value)) = self.at(place)
            && ids.last.checked_add(1) == Some(after.first)
            && *its_value == value
        {
            run.last = after.last;
            self.remove(place);
        }
        let before = self.before(place).filter(|&before| {
            let before = self.at(before);
            before.is_some_and(|(before, its_value)| {
                before.last.checked_add(1) == Some(run.first) && *its_value == value
            })
        });
        match before {
            Some((chunk, nth)) => {
                self.chunks[chunk][nth].0.last = run.last;
                self.note_last(chunk);
            }
            None => self.insert(place, (run, value)),
        }
    }

    /// Takes the values of all of `ids`; the place where they were.
    fn clear(&mut self, ids: Ids) -> Place {
        self.split(self.place(ids.first), ids.first);
        self.split_after(ids.last);
        loop {
            let place = self.place(ids.first);
            match self.at(place) {
                Some((run, _)) if run.last <= ids.last => self.remove(place),
                _ => return place,
            }
        }
    }
}
