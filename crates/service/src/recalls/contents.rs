//! What was in a container at a moment: a recall of a pallet is one of what is in it.

use std::collections::HashSet;

use store::event_spans;
use store::id::Scope;
use store::ident::{INTERNED, IdRange, class_and_number};
use trace::{Action, EventFacts, EventKind, Ids, Role};

use crate::limits::{MAX_RECALL_START_EVENTS, MAX_TRACE_DEPTH};
use crate::{Error, Result, Service};

/// What a thing is, as far as a recall goes.
pub(crate) enum Kind {
    /// Nothing was ever put into it.
    Goods,
    /// Goods were put into it; what is in it at the moment, through any depth.
    Container(Vec<Ids>),
}

impl Service {
    /// What is in `id` at `(event time, record time)`, the packs in it not named themselves.
    pub(crate) async fn contents_at(&self, id: i64, at_us: (i64, i64)) -> Result<Kind> {
        let Some(direct) = self.packed_into(id, at_us).await? else { return Ok(Kind::Goods) };
        let (mut goods, mut met) = (Vec::new(), HashSet::from([id]));
        let mut open: Vec<(Ids, u16)> = Vec::new();
        for ids in direct {
            open.extend(self.packs_apart(ids).await?.into_iter().map(|ids| (ids, 1)));
        }
        while let Some((ids, depth)) = open.pop() {
            // Our own codes and lots are goods; a pack has a number of its own.
            let is_one = ids.n_ids() == 1 && depth <= MAX_TRACE_DEPTH;
            let inside = match is_one && met.insert(ids.first) {
                true => self.packed_into(ids.first, at_us).await?,
                false => None,
            };
            match inside {
                Some(inside) => {
                    for ids in inside {
                        let parts = self.packs_apart(ids).await?;
                        open.extend(parts.into_iter().map(|ids| (ids, depth + 1)));
                    }
                }
                None => goods.push(ids),
            }
            if goods.len() > MAX_RECALL_START_EVENTS {
                let limit = MAX_RECALL_START_EVENTS as u64;
                return Err(Error::TooLarge { limit, what: "runs of goods in one container" });
            }
        }
        Ok(Kind::Container(goods))
    }

    /// A run with each pack in it alone: cases that were told of one after the other have numbers
    /// that follow each other.
    pub(crate) async fn packs_apart(&self, run: Ids) -> Result<Vec<Ids>> {
        if run.n_ids() == 1 || class_and_number(run.first).0 != INTERNED {
            return Ok(vec![run]);
        }
        let limit = MAX_RECALL_START_EVENTS as u32;
        let range = IdRange { first: run.first, last: run.last };
        let store = self.store();
        let found =
            event_spans::touching(store, Scope::PLATFORM, &[range], limit, |_| false).await?;
        let is_pack =
            |it: &EventFacts| matches!(it.kind, EventKind::Aggregation | EventKind::Association);
        let ranges = found.events.iter().filter(|(it, _)| is_pack(it));
        let parents = ranges.flat_map(|(it, _)| &it.ranges).filter(|it| it.role == Role::Parent);
        let parents = parents
            .map(trace::RoleRange::ids)
            .filter(|it| it.n_ids() == 1 && (run.first..=run.last).contains(&it.first));
        let packs: HashSet<i64> = parents.map(|it| it.first).collect();
        let packs: Vec<Ids> = packs.into_iter().map(Ids::one).collect();
        let mut parts = without(&[run], &joined(packs.clone()));
        parts.extend(packs);
        parts.sort_unstable();
        Ok(parts)
    }

    /// What was packed into `id` and not taken out by then; none if nothing ever was.
    ///
    /// Our own codes are goods, whatever was fastened to them.
    async fn packed_into(&self, id: i64, at_us: (i64, i64)) -> Result<Option<Vec<Ids>>> {
        if class_and_number(id).0 != INTERNED {
            return Ok(None);
        }
        let limit = MAX_RECALL_START_EVENTS as u32;
        let range = IdRange::one(id);
        let store = self.store();
        let touching =
            event_spans::touching(store, Scope::PLATFORM, &[range], limit, |_| false).await?;
        if touching.missing_from_us.is_some_and(|it| it <= at_us.0) {
            let limit = MAX_RECALL_START_EVENTS as u64;
            return Err(Error::TooLarge { limit, what: "events of one container" });
        }
        let mut found: Vec<EventFacts> = touching.events.into_iter().map(|it| it.0).collect();
        found.retain(|it| it.event_time_us <= at_us.0 && it.record_time_us <= at_us.1);
        let declared: HashSet<[u8; 16]> = found.iter().filter_map(|it| it.declares).collect();
        found.retain(|it| it.declares.is_none() && !declared.contains(&it.key) && packs(it, id));
        if found.is_empty() {
            return Ok(None);
        }
        found.sort_by_key(|it| (it.event_time_us, it.record_time_us, it.index_in_capture, it.key));
        let mut inside: Vec<Ids> = Vec::new();
        for event in &found {
            let children = event.ranges.iter().filter(|it| it.role == Role::Child);
            let children: Vec<Ids> = children.map(|it| it.ids()).collect();
            match event.action {
                Some(Action::Add) => inside.extend(children),
                Some(Action::Delete) if children.is_empty() => inside.clear(),
                Some(Action::Delete) => inside = without(&inside, &joined(children)),
                _ => {}
            }
        }
        Ok(Some(inside))
    }
}

fn packs(event: &EventFacts, id: i64) -> bool {
    matches!(event.kind, EventKind::Aggregation | EventKind::Association)
        && event
            .ranges
            .iter()
            .any(|it| it.role == Role::Parent && (it.first..=it.last).contains(&id))
}

/// `runs` less what `taken` covers, which is in order and disjoint.
pub(crate) fn without(runs: &[Ids], taken: &[Ids]) -> Vec<Ids> {
    let mut left = Vec::new();
    for run in runs {
        let mut first = run.first;
        let begin = taken.partition_point(|it| it.last < run.first);
        for it in &taken[begin..] {
            if it.first > run.last || first > run.last {
                break;
            }
            if it.first > first {
                left.push(Ids { first, last: it.first - 1 });
            }
            first = first.max(it.last + 1);
        }
        if first <= run.last {
            left.push(Ids { first, last: run.last });
        }
    }
    left
}

/// Runs in order, joined where they touch.
pub(crate) fn joined(mut runs: Vec<Ids>) -> Vec<Ids> {
    runs.sort_unstable();
    let mut joined: Vec<Ids> = Vec::with_capacity(runs.len());
    for run in runs {
        match joined.last_mut() {
            Some(last) if run.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(run.last);
            }
            _ => joined.push(run),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(first: i64, last: i64) -> Ids {
        Ids { first, last }
    }

    #[test]
    fn what_is_taken_leaves_the_rest() {
        for first in 0..8 {
            for last in first..8 {
                for (a, b) in [(0, 2), (1, 1), (3, 6), (5, 9), (0, 9)] {
                    let taken = joined(vec![ids(a, b), ids(4, 4)]);
                    let left = without(&[ids(first, last)], &taken);
                    let is_left =
                        |id: i64| left.iter().any(|it| (it.first..=it.last).contains(&id));
                    for id in -1..10 {
                        let is_run = (first..=last).contains(&id);
                        let is_taken = (a..=b).contains(&id) || id == 4;
                        assert_eq!(is_left(id), is_run && !is_taken, "{first} {last} {a} {b} {id}");
                    }
                }
            }
        }
    }

    #[test]
    fn neighbours_join() {
        let runs = vec![ids(5, 6), ids(0, 2), ids(3, 3), ids(6, 9), ids(20, 20)];
        assert_eq!(joined(runs), [ids(0, 3), ids(5, 9), ids(20, 20)]);
    }
}
