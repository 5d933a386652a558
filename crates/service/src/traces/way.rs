//! The way of one item for a scan: when it left its maker, and whether it was sold.

use epcis::query::Term;
use store::id::{EnterpriseId, Scope};
use store::{event_terms, events};
use trace::{AsOf, Direction, EventFacts, Ids, Limits, Question, State, Step, Via};
use verdict::Way;

use super::gather::Whose;
use crate::circumstances::SALES;
use crate::limits::MAX_TRACE_DEPTH;
use crate::{Result, Service};

/// Of a question that a scan waits for.
const TO_JUDGE: Limits = Limits { n_events: 500, n_identifiers: 100, depth: MAX_TRACE_DEPTH };

impl Service {
    /// Whether the owner of goods or a partner of it ever told that any were sold. An event of more
    /// terms than are kept may be one that did.
    pub(crate) async fn has_sales(&self, owner: EnterpriseId) -> Result<bool> {
        for term in SALES.map(Term::biz_step).into_iter().chain([Term::OVERFLOW]) {
            if event_terms::is_told_by_partners(self.store(), owner, term.0).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the owner of an item and its partners tell of its way, in containers as well; none
    /// where that is more than a scan waits for, and nothing was found so far. Others cannot say
    /// that goods were sold. Only few are asked for at once; beyond that there is none.
    pub(crate) async fn way_of(&self, owner: EnterpriseId, item: i64) -> Result<Option<Way>> {
        let Ok(_turn) = self.ways().try_acquire() else { return Ok(None) };
        let names = self.names_of(item).await?;
        let subjects = names.iter().copied().map(Ids::one).collect();
        let (direction, as_of) = (Direction::Forward, AsOf::NOW);
        let question = Question { subjects, direction, as_of, rest: None };
        let whose = Whose::Partners(owner);
        let trail = self.trail_within(Scope::PLATFORM, question, whose, TO_JUDGE).await?;
        let own = trail.entries.iter().filter(|it| matches!(it.via, Via::Own | Via::Inside { .. }));
        let keys: Vec<[u8; 16]> = own.map(|it| it.event).collect();
        let facts = events::facts(self.store(), Scope::PLATFORM, &keys).await?;
        let shipped = facts.iter().filter(|(it, _)| it.step == Step::Shipping && is_seen(it));
        // What was made of it is sold for itself.
        let is_it = |ids: Ids| names.iter().any(|id| (ids.first..=ids.last).contains(id));
        let sold = trail.holdings.iter().filter(|it| it.state == State::Sold && is_it(it.ids));
        let sold: Vec<[u8; 16]> = sold.filter_map(|it| it.event).collect();
        let sold = facts.iter().filter(|(it, _)| sold.contains(&it.key));
        let way = Way {
            shipped_at_us: shipped.map(|(it, _)| it.event_time_us).min(),
            sold_at_us: sold.map(|(it, _)| it.event_time_us).max(),
        };
        // What lies behind a cut may be a shipment: only what was found is told.
        Ok(Some(way).filter(|way| trail.cut.is_none() || *way != Way::default()))
    }
}

/// Whether an event is an observation, and no declaration that another was wrong.
fn is_seen(facts: &EventFacts) -> bool {
    facts.declares.is_none()
}
