//! The history of an item as anyone may read it.

use std::collections::BTreeSet;

use store::code_batches;
use store::id::{EnterpriseId, Scope};
use trace::{AsOf, Direction, Ids, Question};

use super::gather::Whose;
use super::names::Names;
use super::{Line, TraceStep, Via};
use crate::limits::MAX_TRACE_DEPTH;
use crate::{Error, Result, Service};

/// The history of an item as far as somebody reports it, oldest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTrail {
    /// What the reader came by: the EPC of the item, or an identifier bound to it.
    pub epc: String,
    /// Its events.
    pub steps: Vec<TraceStep>,
    /// Which limit cut it, if one did: `events`, `identifiers` or `depth`.
    pub cut: Option<&'static str>,
}

/// What anyone may read of the history of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTrace {
    /// What enterprises report that the records of the item's owner lead to: the owner, whom its
    /// events name as a party or are shown to, whom theirs do, and so on.
    pub told: PublicTrail,
    /// What others report, oldest event first: true or not, nobody of the chain answers for it.
    /// Its stages and names are as private as those of the chain.
    pub apart: Vec<TraceStep>,
    /// Events of stages that the owner keeps private.
    pub n_hidden: usize,
    /// Enterprises whose names the owner keeps private: those of steps without one.
    pub n_unnamed: usize,
}

impl Service {
    /// The history of one of our items as its page shows it to anyone: what happened, when, and
    /// which enterprise says so, as far as the item's owner lets it be named; where, to whom and
    /// under which number stays private.
    pub async fn trace_public(&self, code: &str) -> Result<PublicTrace> {
        let (id, seen_as) = match mint::Code::parse(code) {
            Ok(code) => {
                let found = self.batch_of_code(Scope::PLATFORM, &code).await?;
                let (batch, found) = found.ok_or(Error::NotFound)?;
                (store::ident::id_of(batch.class, found.ordinal), None)
            }
            Err(_) => {
                let (number, id) = self.item_behind(code).await?.ok_or(Error::NotFound)?;
                (id, Some(number.uri))
            }
        };
        let (class, ordinal) = store::ident::class_and_number(id);
        let scope = Scope::PLATFORM;
        let batch = code_batches::by_ordinal(self.store(), scope, class, ordinal).await?;
        let owner = batch.ok_or(Error::NotFound)?.enterprise_id;
        let (mut told, known) = self.trace_chain(owner, id).await?;
        let mut apart = Vec::new();
        for whose in [Whose::Observations(&known), Whose::All] {
            let trace = self.trace_id(Scope::PLATFORM, id, whose).await?;
            apart.extend(trace.steps.into_iter().filter(|step| {
                // Packs and sources that only strangers speak of bring nothing along.
                let is_of_item = whose != Whose::All || step.via == Via::Own;
                is_of_item && !known.contains(&step.reporter)
            }));
        }
        apart.sort_by_key(|step| (step.event_time_us, step.event_key));
        apart.dedup_by_key(|step| step.event_key);
        let disclosure = self.disclosure_of(owner).await?;
        let n_before = told.steps.len() + apart.len();
        let is_open = |step: &TraceStep| !disclosure.hidden_stages.contains(&step.stage);
        told.steps.retain(is_open);
        apart.retain(is_open);
        let n_hidden = n_before - told.steps.len() - apart.len();
        let mut unnamed = BTreeSet::new();
        for step in told.steps.iter_mut().chain(&mut apart) {
            if !disclosure.names(owner, step.reporter) {
                step.enterprise_name.clear();
                unnamed.insert(step.reporter);
            }
        }
        // Whoever came by another identifier has not seen the code, and is not told.
        told.epc = seen_as.unwrap_or(told.epc);
        for step in told.steps.iter_mut().chain(&mut apart) {
            step.read_point = None;
            step.biz_location = None;
            step.event_id = String::new();
            step.disposition = None;
            step.documents.clear();
            step.quantities.clear();
            step.line = Line::Loose;
            match &mut step.via {
                Via::Own => {}
                Via::Inside { container: epc, .. }
                | Via::Source { input: epc, .. }
                | Via::Content { content: epc, .. }
                | Via::Product { output: epc, .. } => epc.clear(),
            }
        }
        Ok(PublicTrace { told, apart, n_hidden, n_unnamed: unnamed.len() })
    }

    /// What the owner of an item and those whom its events are shown to report of it, those whom
    /// their events are shown to, and so on; and who they are. What others report leads nowhere.
    async fn trace_chain(
        &self,
        owner: EnterpriseId,
        id: i64,
    ) -> Result<(PublicTrail, BTreeSet<EnterpriseId>)> {
        let mut known = BTreeSet::from([owner]);
        for _ in 0..MAX_TRACE_DEPTH {
            let trace = self.trace_id(Scope::PLATFORM, id, Whose::Alone(&known)).await?;
            let n_before = known.len();
            let named = trace.steps.iter().map(|step| (step.event_key, step.reporter));
            let viewers = self.viewers_of_named(&named.collect::<Vec<_>>()).await?;
            known.extend(viewers.into_iter().flatten());
            if known.len() == n_before {
                return Ok((trace, known));
            }
        }
        let trace = self.trace_id(Scope::PLATFORM, id, Whose::Alone(&known)).await?;
        Ok((trace, known))
    }

    /// The history of one of our items by the events of those who count.
    async fn trace_id(&self, scope: Scope, id: i64, whose: Whose<'_>) -> Result<PublicTrail> {
        let subjects = self.names_of(id).await?.into_iter().map(Ids::one).collect();
        let question =
            Question { subjects, direction: Direction::Backward, as_of: AsOf::NOW, rest: None };
        let trail = self.trail(scope, question, whose).await?;
        let steps = self.steps(scope, &trail, &mut Names::of(self, &trail)).await?;
        let cut = trail.cut.map(|cut| cut.limit.name());
        Ok(PublicTrail { epc: self.epc_of_id(id).await?, steps, cut })
    }
}
