//! What rules would have flagged lately: each scan of the last 30 days is judged once more.
//!
//! Bounded: of the newest batches first, a number of items and of blocks of items; the answer says
//! whether that was all. An item is judged as it stood at each of its scans that are still among
//! its newest; what is only known by now (opened, expired) counts from when it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::code_batches::{self, CodeBatch};
use store::id::Scope;
use store::ident::{IdRange, id_of};
use store::page::{Order, Page as StorePage};
use store::scans::{self, ItemFacts};
use store::settings::Subject;
use verdict::{Facts, Granularity, History, Known, Look, Rule, Rules, State};

use super::NewRules;
use crate::SetBy;
use crate::kept::Label;
use crate::limits::{
    DRY_RUN_US, MAX_DRY_BATCHES, MAX_DRY_BLOCKS, MAX_DRY_ITEMS, MAX_DRY_PAGES, MAX_PAGE_ROWS,
};
use crate::scan::Viewed;
use crate::{Caller, Result, Service};

/// What rules would have flagged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Since when, microseconds since the epoch.
    pub since_us: i64,
    /// Items that consumers scanned since and that were judged.
    pub n_items: u64,
    /// Scans of theirs that were judged.
    pub n_scans: u64,
    /// Whether there are more, so that these are a sample: those of the newest batches.
    pub is_sample: bool,
    /// Items that were flagged by the rules that were tried, under the gravest of each.
    pub flagged: BTreeMap<Rule, u64>,
    /// The same by the rules in force.
    pub flagged_now: BTreeMap<Rule, u64>,
    /// Rules that were tried and that a dry run cannot judge.
    pub unjudged: Vec<Rule>,
}

/// What rests on a trace, or on what was scanned nearby at that time, of which nothing is kept.
/// Time of grace decides whether a scan is counted at all, so another one cannot be tried either.
const UNJUDGED: [Rule; 3] = [Rule::Unshipped, Rule::Density, Rule::Sold];

/// A dry run on its way.
struct Trial {
    subject: Subject,
    tried: Rules,
    run: DryRun,
    n_blocks: u32,
}

impl Service {
    /// Tries rules on the scans of the last 30 days, and changes nothing.
    ///
    /// # Errors
    /// As [`Service::set_rules`].
    pub async fn dry_run_rules(&self, caller: &Caller, new: &NewRules) -> Result<DryRun> {
        let scope = caller.writes()?;
        let subject = self.subject_of(caller, scope, new.product_id.as_deref()).await?;
        let tried = new.checked()?;
        let unjudged = UNJUDGED.into_iter().filter(|rule| tried.bound(*rule).is_some()).collect();
        let since_us = self.now_us() - DRY_RUN_US;
        let run = DryRun { since_us, unjudged, ..DryRun::default() };
        let mut trial = Trial { subject, tried, run, n_blocks: 0 };
        let is_all = self.in_background().try_batches(scope, &mut trial).await?;
        Ok(DryRun { is_sample: !is_all, ..trial.run })
    }

    /// Judges the items of the newest batches of the subject; false if there are more.
    async fn try_batches(&self, scope: Scope, trial: &mut Trial) -> Result<bool> {
        let order = Order::NewestFirst;
        let (mut after, mut n_left) = (None, MAX_DRY_BATCHES);
        for _ in 0..MAX_DRY_PAGES {
            let page = StorePage { after, limit: MAX_PAGE_ROWS, order };
            let batches = code_batches::list(self.store(), scope, page).await?;
            let is_last = batches.len() < MAX_PAGE_ROWS as usize;
            after = batches.last().map(|batch| batch.batch_id.number());
            for batch in batches {
                let is_of = trial.subject.product_id.is_none_or(|id| id == batch.product_id);
                if !is_of || batch.is_sample || batch.granularity != Granularity::Item {
                    continue;
                }
                if n_left == 0 || !self.try_batch(batch, trial).await? {
                    return Ok(false);
                }
                n_left -= 1;
            }
            if is_last {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Judges the items of one batch; false if there was no room for all.
    async fn try_batch(&self, batch: CodeBatch, trial: &mut Trial) -> Result<bool> {
        let (enterprise_id, product_id) = (batch.enterprise_id, Some(batch.product_id));
        let now = self.in_force(Subject { enterprise_id, product_id }).await?;
        // Rules of a product stand whatever its enterprise chooses.
        if trial.subject.product_id.is_none() && now.from == SetBy::Product {
            return Ok(true);
        }
        let now = now.settings;
        let first = id_of(batch.class, batch.first_ordinal);
        let last = id_of(batch.class, batch.first_ordinal + batch.n_ordinals.max(1) - 1);
        let label = Arc::new(Label::of(batch)?);
        for (_, part) in (IdRange { first, last }).by_block() {
            let mut next = Some(part.first);
            while let Some(first) = next {
                let n_items = u32::try_from(trial.run.n_items).unwrap_or(MAX_DRY_ITEMS);
                let limit = MAX_DRY_ITEMS.saturating_sub(n_items);
                trial.n_blocks += 1;
                if trial.n_blocks > MAX_DRY_BLOCKS || limit == 0 {
                    return Ok(false);
                }
                let range = IdRange { first, last: part.last };
                let since_us = trial.run.since_us;
                let found = scans::scanned_since(self.store(), range, since_us, limit);
                let (items, last) = found.await?;
                for item_id in items {
                    self.try_item((&label, item_id), &now, trial).await?;
                }
                next = last.map(|id| id + 1).filter(|id| *id <= part.last);
            }
        }
        Ok(true)
    }

    async fn try_item(
        &self,
        (label, item_id): (&Arc<Label>, i64),
        now: &Rules,
        trial: &mut Trial,
    ) -> Result<()> {
        let facts = scans::facts(self.store(), item_id).await?;
        let goods = self.goods_of(label.product_id).await?;
        let seen = Viewed { facts, look: Look::Counted, device: None, n_nearby: 0, way: None };
        let context = self.context(label.clone(), &seen, goods).await?;
        let known = context.known(None, &seen);
        let run = &mut trial.run;
        let (flagged, n_scans) = gravest(&known, &seen.facts, &trial.tried, run.since_us);
        let (flagged_now, _) = gravest(&known, &seen.facts, now, run.since_us);
        run.n_items += 1;
        run.n_scans += n_scans;
        for (rule, counts) in [(flagged, &mut run.flagged), (flagged_now, &mut run.flagged_now)] {
            if let Some(rule) = rule {
                *counts.entry(rule).or_default() += 1;
            }
        }
        Ok(())
    }
}

/// The gravest rule that spoke at one of the scans since, and how many there were.
fn gravest(
    known: &Known<'_>,
    facts: &ItemFacts,
    rules: &Rules,
    since_us: i64,
) -> (Option<Rule>, u64) {
    let (mut gravest, mut n_scans) = (None, 0);
    for (n_later, newest) in (0..).zip(&facts.recent) {
        if newest.at_us < since_us {
            continue;
        }
        n_scans += 1;
        let recent = facts.recent.get(n_later..).unwrap_or_default();
        let scans = History { n_scans: facts.n_scans - n_later as u64, first: facts.first, recent };
        let now_us = newest.at_us;
        let opened = facts.opened.filter(|opened| opened.at_us <= now_us);
        let then = Known { scans, device: newest.device, now_us, opened, ..*known };
        let rule = match verdict::decide(&Facts::Known(&then), rules).state {
            State::Careful { rule, .. } => rule,
            State::Expired { .. } => Rule::Expiry,
            _ => continue,
        };
        gravest = Some(gravest.map_or(rule, |other: Rule| other.min(rule)));
    }
    (gravest, n_scans)
}
