//! What comes to a recall after its order, and whose word that needs.
//!
//! It is found anew each time: what is located now less what was ordered. It belongs to the recall
//! as soon as events of the owner of the goods and its partners alone lead to it, partners being
//! those to whom the owner grants events. What only others tell waits until somebody decides.

use store::id::EnterpriseId;
use store::recall_alerts::{self, Decision};
use store::recalls::{Part, Recall};
use trace::{AsOf, Ids};

use super::contents::{joined, without};
use super::locate::{Held, Located};
use super::made_of::MadeOf;
use super::names::Word;
use super::start::Starts;
use super::told::part;
use crate::{Result, Service};

/// Goods of a recall after a look.
pub(super) struct Later {
    /// All that it calls back.
    pub(super) goods: Vec<Held>,
    /// What came to it since the order, items and codes of lots.
    pub(super) items: Vec<Ids>,
    /// What came to it since, other classes.
    pub(super) classes: Vec<Ids>,
    /// What nobody was asked about yet.
    pub(super) asked: Vec<Held>,
    /// What only strangers lead to.
    pub(super) untold: Vec<Ids>,
    /// What was made of it, whose owners look at theirs.
    pub(super) made_of: MadeOf,
    /// The same that only strangers tell of, and that nobody was asked about yet.
    pub(super) asked_made: MadeOf,
}

impl Service {
    /// What belongs to a recall, which begins at `starts`, by what was located.
    pub(super) async fn later(
        &self,
        recall: &Recall,
        starts: &Starts,
        located: &Located,
    ) -> Result<Later> {
        let id = recall.recall_id;
        let mut ordered = part(self, id, Part::Items).await?;
        ordered.extend(part(self, id, Part::Classes).await?);
        let ordered = joined(ordered);
        let new = without(&runs(&located.goods), &ordered);
        let [mut made_of, unsure] = self.made_by_word(recall.enterprise_id, located).await?;
        let (mut untold, mut unasked, mut asked_made) = (Vec::new(), Vec::new(), Vec::new());
        if !new.is_empty() || !unsure.is_empty() {
            let claims = recall_alerts::claims(self.store(), id).await?;
            let ids = |(range, _): &(store::ident::IdRange, Decision)| Ids {
                first: range.first,
                last: range.last,
            };
            let accepted = claims.iter().filter(|(_, it)| *it == Decision::Accepted).map(ids);
            let accepted = joined(accepted.collect());
            let claimed = joined(claims.iter().map(ids).collect());
            for (owner, held) in unsure {
                let waits = less(std::slice::from_ref(&held), &accepted);
                let counts = less(std::slice::from_ref(&held), &runs(&waits));
                made_of.extend(counts.into_iter().map(|held| (owner, held)));
                let asked = less(&waits, &claimed).into_iter();
                asked_made.extend(asked.map(|held| (owner, held)));
            }
            let mut known = accepted;
            if !new.is_empty() {
                known.extend(self.told_by_partners(recall.enterprise_id, starts).await?);
            }
            untold = without(&new, &joined(known));
            unasked = without(&untold, &claimed);
        }
        let goods = less(&located.goods, &untold);
        let asked = less(&located.goods, &without(&runs(&located.goods), &unasked));
        let of = |is_scanned: bool| -> Vec<Ids> {
            let ids = goods.iter().filter(|it| it.is_scanned == is_scanned).map(|it| it.ids);
            without(&joined(ids.collect()), &ordered)
        };
        let (mut items, mut classes) = (of(true), of(false));
        if located.is_cut() {
            // An answer that was cut takes nothing out.
            items.extend(part(self, id, Part::Later).await?);
            classes.extend(part(self, id, Part::LaterClasses).await?);
        }
        Ok(Later {
            items: joined(items),
            classes: joined(classes),
            goods,
            asked,
            untold,
            made_of,
            asked_made,
        })
    }

    /// What the events of an enterprise and of its partners alone lead to.
    async fn told_by_partners(&self, owner: EnterpriseId, starts: &Starts) -> Result<Vec<Ids>> {
        let found = self.trail_by_names(owner, starts.all(), AsOf::NOW, Word::Partners).await?;
        Ok(found.trail.reached.iter().map(|it| it.ids).collect())
    }
}

/// Goods less what `taken` covers, which is in order and disjoint.
pub(super) fn less(goods: &[Held], taken: &[Ids]) -> Vec<Held> {
    let mut left = Vec::with_capacity(goods.len());
    for held in goods {
        left.extend(
            without(&[held.ids], taken).into_iter().map(|ids| Held { ids, ..held.clone() }),
        );
    }
    left
}

/// Their runs, joined.
pub(super) fn runs(goods: &[Held]) -> Vec<Ids> {
    joined(goods.iter().map(|it| it.ids).collect())
}
