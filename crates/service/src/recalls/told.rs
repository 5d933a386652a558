//! What scans tell where several recalls hold one item: the gravest level first, then what an
//! authority ordered before what the owner did, then the newest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gs1::dictionary::Ai;
use gs1::digital_link::DigitalLink;
use store::id::{RecallId, Scope};
use store::ident::IdRange;
use store::recalls::{self, Recall};
use store::{Statement, items, lots, products, recalled};
use trace::Ids;

use super::contents::{joined, without};
use super::order::{ids_of, is_by_authority};
use crate::kept::{Goods, RecallNotice};
use crate::limits::MAX_RUNS_OF_LINK;
use crate::{Error, Result, Service};

/// Goods that one recall calls back, with how it ranks.
struct Claim {
    recall_id: RecallId,
    rank: (u8, Reverse<bool>, Reverse<i64>, Reverse<RecallId>),
    ids: Vec<Ids>,
}

impl Claim {
    fn of(it: &Recall, ids: Vec<Ids>) -> Self {
        let is_first = Reverse(is_by_authority(it));
        let rank = (it.level, is_first, Reverse(it.ordered_at_us), Reverse(it.recall_id));
        Self { recall_id: it.recall_id, rank, ids }
    }
}

impl Service {
    /// Statements after which scans of `touched` tell what they should once a recall calls back
    /// what it `holds`, in order and disjoint as well. The same write claims the turn of orders.
    pub(super) async fn retold(
        &self,
        recall: &Recall,
        holds: Vec<Ids>,
        touched: &[Ids],
    ) -> Result<Vec<Statement>> {
        let (Some(first), Some(last)) = (touched.first(), touched.last()) else {
            return Ok(Vec::new());
        };
        let within = IdRange { first: first.first, last: last.last };
        let mut claims = vec![Claim::of(recall, holds)];
        let mut others: BTreeMap<RecallId, Vec<Ids>> = BTreeMap::new();
        for (other, range) in recalls::items_of_others(self.store(), recall, within).await? {
            others.entry(other).or_default().push(Ids { first: range.first, last: range.last });
        }
        for (id, ids) in others {
            let other = recalls::find(self.store(), Scope::PLATFORM, id).await?;
            let other = other.ok_or_else(|| Error::internal(format!("recall {id} is missing")))?;
            claims.push(Claim::of(&other, joined(ids)));
        }
        let (mut statements, mut rows) = self.cleared(touched).await?;
        rows.extend(shared_out(claims, touched));
        statements.extend(recalled::insert(&rows));
        Ok(statements)
    }

    /// Statements that delete the rows that touch any of `touched`, and what of these rows lies
    /// outside.
    async fn cleared(&self, touched: &[Ids]) -> Result<(Vec<Statement>, Vec<(IdRange, RecallId)>)> {
        let (mut statements, mut outside) = (Vec::new(), Vec::new());
        for span in spans(touched).into_values() {
            // Neighbours go with one statement.
            let mut group: Option<IdRange> = None;
            for (row, recall) in recalled::touching(self.store(), span).await? {
                let ids = Ids { first: row.first, last: row.last };
                let rest = without(&[ids], touched);
                if rest == [ids] {
                    statements.extend(group.take().map(recalled::delete_between));
                    continue;
                }
                group.get_or_insert(row).last = row.first;
                let rest = rest.into_iter().map(|it| IdRange { first: it.first, last: it.last });
                outside.extend(rest.map(|it| (it, recall)));
            }
            statements.extend(group.take().map(recalled::delete_between));
        }
        Ok((statements, outside))
    }
}

impl Service {
    /// What is known of the goods of a lot's Digital Link without a serial, by the path of the
    /// uncompressed link, and the gravest recall of any of them; none if none is recalled.
    pub async fn recall_of_lot(
        &self,
        anchor: &str,
    ) -> Result<Option<(Arc<Goods>, Arc<RecallNotice>)>> {
        let uri = format!("https://id.gs1.org{anchor}");
        let Ok(link) = DigitalLink::parse(&uri) else { return Ok(None) };
        let qualifier = |ai| link.qualifiers().iter().find(|it| it.ai() == ai);
        let (None, Some(number)) = (qualifier(Ai::SERIAL), qualifier(Ai::LOT)) else {
            return Ok(None);
        };
        if link.key() != Ai::GTIN {
            return Ok(None);
        }
        let (store, scope) = (self.store(), Scope::PLATFORM);
        let Some(product) = products::by_gtin(store, scope, link.value()).await? else {
            return Ok(None);
        };
        if !recalls::has_any(store, product.enterprise_id).await? {
            return Ok(None);
        }
        let lot = lots::by_number(store, scope, product.product_id, number.value()).await?;
        let Some(lot) = lot else { return Ok(None) };
        let runs = ids_of(&items::of_lot(store, lot.lot_id, MAX_RUNS_OF_LINK).await?);
        let mut found = BTreeSet::new();
        for span in spans(&runs).into_values() {
            let rows = recalled::touching(store, span).await?;
            let is_of_lot = |it: &IdRange| {
                let ids = Ids { first: it.first, last: it.last };
                without(&[ids], &runs) != [ids]
            };
            found.extend(rows.into_iter().filter(|(it, _)| is_of_lot(it)).map(|(_, id)| id));
        }
        let class = gs1::Gtin::parse(link.value()).ok();
        let class = class.and_then(|it| DigitalLink::lgtin(&it, number.value()).ok());
        if let Some(class) = class
            && let Some(id) = self.id_of_epc(&class.to_string()).await?
        {
            found.extend(recalled::of_item(store, id).await?);
        }
        let mut ranked = Vec::new();
        for id in found {
            if let Some(recall) = recalls::find(store, Scope::PLATFORM, id).await? {
                ranked.push(Claim::of(&recall, Vec::new()));
            }
        }
        let Some(gravest) = ranked.into_iter().min_by_key(|it| it.rank) else { return Ok(None) };
        let gravest = self.recall_notice(gravest.recall_id).await?;
        Ok(Some((self.goods_of(product.product_id).await?, gravest)))
    }
}

/// From the first to the last of the runs in each block.
pub(super) fn spans(runs: &[Ids]) -> BTreeMap<i64, IdRange> {
    let mut by_block: BTreeMap<i64, IdRange> = BTreeMap::new();
    for run in runs {
        for (block, part) in (IdRange { first: run.first, last: run.last }).by_block() {
            by_block.entry(block).or_insert(part).last = part.last;
        }
    }
    by_block
}

/// Each part of `touched` goes to the first claim that holds it.
fn shared_out(mut claims: Vec<Claim>, touched: &[Ids]) -> Vec<(IdRange, RecallId)> {
    claims.sort_by_key(|it| it.rank);
    let mut rows = Vec::new();
    let mut open = touched.to_vec();
    for claim in claims {
        let rest = without(&open, &claim.ids);
        for taken in without(&open, &rest) {
            rows.push((IdRange { first: taken.first, last: taken.last }, claim.recall_id));
        }
        open = rest;
    }
    rows
}

/// What either of two lists of runs holds and the other does not; both in order and disjoint.
pub(super) fn differing(one: &[Ids], other: &[Ids]) -> Vec<Ids> {
    let mut all = without(one, other);
    all.extend(without(other, one));
    joined(all)
}

/// The runs of a part of a recall.
pub(super) async fn part(service: &Service, id: RecallId, part: recalls::Part) -> Result<Vec<Ids>> {
    Ok(ids_of(&recalls::ranges(service.store(), id, part).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_told_by_the_gravest_that_holds_it() {
        let id_of = |bits| RecallId::new(0, bits);
        let claim = |id, level, is_authority, at_us, runs: &[(i64, i64)]| Claim {
            recall_id: id_of(id),
            rank: (level, Reverse(is_authority), Reverse(at_us), Reverse(id_of(id))),
            ids: runs.iter().map(|&(first, last)| Ids { first, last }).collect(),
        };
        let claims = vec![
            claim(1, 2, false, 1, &[(0, 99)]),
            claim(2, 2, true, 2, &[(0, 9), (20, 29)]),
            claim(3, 1, false, 3, &[(5, 24)]),
            claim(4, 2, false, 4, &[(50, 59)]),
        ];
        let touched = [Ids { first: 0, last: 30 }, Ids { first: 55, last: 70 }];
        let mut told: Vec<_> = shared_out(claims, &touched)
            .into_iter()
            .map(|(it, recall)| (it.first, it.last, recall))
            .collect();
        told.sort_unstable();
        let wanted = [(0, 4, 2), (5, 24, 3), (25, 29, 2), (30, 30, 1), (55, 59, 4), (60, 70, 1)];
        assert_eq!(told, wanted.map(|(first, last, id)| (first, last, id_of(id))));
    }
}
