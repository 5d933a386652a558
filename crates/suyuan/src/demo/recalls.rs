//! A recall that goes on and a drill that is done, so that both can be looked at.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use scenario::{Act, ItemRef, Run};
use service::{
    Caller, NewRecall, Page, RecallKind, RecallLevel, RecallPreview, RecallQuestion, RecallStart,
};

use super::load::Loader;

/// Lots that are looked at for one that several hold.
const LOTS: usize = 40;

impl Loader<'_> {
    /// Orders a recall and a drill of lots that the tour does not lead to; a recalled code.
    pub(super) async fn recall(&self) -> Result<Option<String>> {
        let mut found: Vec<(u64, Run, RecallQuestion, RecallPreview)> = Vec::new();
        for (lot, run) in self.free_lots().into_iter().take(LOTS) {
            let owner = self.owner(run);
            let question = RecallQuestion {
                start: RecallStart::Thing(self.lot_id(lot, &owner).await?),
                enterprise_id: None,
                event_time_us: None,
                record_time_us: None,
            };
            let preview = self.service.preview_recall(&owner, &question).await?;
            found.push((preview.n_holders, run, question, preview));
        }
        // Of a lot with one code for all of it there is little to see. Ties go by the order of the
        // world, so that a seed tells one story.
        found.retain(|(_, _, _, it)| it.total.n_items > 1);
        found.sort_by_key(|(n_holders, _, _, it)| Reverse((*n_holders, it.total.n_items)));
        let Some((_, run, question, _)) = found.first().cloned() else { return Ok(None) };
        let new = NewRecall {
            question,
            kind: RecallKind::Recall,
            level: RecallLevel::Second,
            reason: "抽检发现封口不严 / seals found leaking".into(),
            instructions: [
                "请停止食用或使用，凭包装到购买处退货。".into(),
                "먹거나 사용하지 말고 포장을 가지고 구매처에 반품하세요.".into(),
                "Do not eat or use it; take it back to the shop with its pack.".into(),
            ],
            deadline_us: None,
            client_token: "demo".into(),
            root_hash: None,
        };
        self.service.order_recall(&self.owner(run), &new).await?;
        // Another lot, if there is one.
        let (_, drilled, question, _) = found.swap_remove(1.min(found.len() - 1));
        let owner = self.owner(drilled);
        let drill = NewRecall {
            question,
            kind: RecallKind::Drill,
            reason: "半年演练 / half-yearly drill".into(),
            client_token: "demo drill".into(),
            ..new
        };
        let drill = self.service.order_recall(&owner, &drill).await?;
        let conclusion = "全部定位 / all located";
        self.service.end_recall(&owner, drill.recall_id, conclusion).await?;
        self.service.set_drill_schedule(&owner, 6).await?;
        let (code, _) = self.line(ItemRef { batch: run.batch, position: run.first })?;
        Ok(Some(code.to_owned()))
    }

    /// A run of each lot that no stop of the tour is in.
    fn free_lots(&self) -> BTreeMap<usize, Run> {
        let tour = &self.world.tour;
        let stops = [
            tour.first_scan,
            tour.copied,
            tour.scanned_before,
            tour.long_history,
            tour.scanned_early,
            tour.voided,
            tour.destroyed,
            tour.pin_proved,
            tour.pin_locked,
            tour.same_for_lot,
            tour.same_for_product,
        ];
        let holds = |run: &Run| {
            stops
                .iter()
                .any(|it| it.batch == run.batch && (run.first..=run.last).contains(&it.position))
        };
        let (mut free, mut taken) = (BTreeMap::new(), Vec::new());
        for step in &self.world.steps {
            let Act::Commission { run, lot } = &step.act else { continue };
            match holds(run) {
                true => taken.push(*lot),
                false => _ = free.insert(*lot, *run),
            }
        }
        free.retain(|lot, _| !taken.contains(lot));
        free
    }

    /// The id of a lot.
    async fn lot_id(&self, lot: usize, owner: &Caller) -> Result<String> {
        let lot = &self.world.lots[lot];
        let mut page = Page::first();
        loop {
            let lots = self.service.list_lots(owner, &page).await?;
            let is_it = |it: &&store::lots::Lot| {
                it.lot_number == lot.lot_number && it.product_id == self.products[lot.product]
            };
            if let Some(found) = lots.items.iter().find(is_it) {
                return Ok(found.lot_id.to_string());
            }
            page.after = Some(lots.next.context("a lot of the world is not there")?);
        }
    }
}
