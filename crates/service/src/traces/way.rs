//! The way of one item for a scan: when it left its maker, and whether it was sold.

use store::events;
use store::id::{EnterpriseId, Scope};
use trace::{AsOf, Direction, EventFacts, Ids, Limits, Question, State, Step, Via};
use verdict::Way;

use super::gather::Whose;
use crate::limits::MAX_TRACE_DEPTH;
use crate::{Result, Service};

/// Of a question that a scan waits for.
const TO_JUDGE: Limits = Limits { n_events: 500, n_identifiers: 100, depth: MAX_TRACE_DEPTH };

impl Service {
    /// What the owner of an item and its partners tell of its way, in containers as well; none
    /// where that is more than a scan waits for. Others cannot say that goods were sold.
    pub(crate) async fn way_of(&self, owner: EnterpriseId, item: i64) -> Result<Option<Way>> {
        let subjects = self.names_of(item).await?.into_iter().map(Ids::one).collect();
        let (direction, as_of) = (Direction::Forward, AsOf::NOW);
        let question = Question { subjects, direction, as_of, rest: None };
        let whose = Whose::Partners(owner);
        let trail = self.trail_within(Scope::PLATFORM, question, whose, TO_JUDGE).await?;
        if trail.cut.is_some() {
            return Ok(None);
        }
        let own = trail.entries.iter().filter(|it| matches!(it.via, Via::Own | Via::Inside { .. }));
        let keys: Vec<[u8; 16]> = own.map(|it| it.event).collect();
        let facts = events::facts(self.store(), Scope::PLATFORM, &keys).await?;
        let shipped = facts.iter().filter(|(it, _)| it.step == Step::Shipping && is_seen(it));
        let sold = trail.holdings.iter().filter(|it| it.state == State::Sold);
        let sold: Vec<[u8; 16]> = sold.filter_map(|it| it.event).collect();
        let sold = facts.iter().filter(|(it, _)| sold.contains(&it.key));
        Ok(Some(Way {
            shipped_at_us: shipped.map(|(it, _)| it.event_time_us).min(),
            sold_at_us: sold.map(|(it, _)| it.event_time_us).max(),
        }))
    }
}

/// Whether an event is an observation, and no declaration that another was wrong.
fn is_seen(facts: &EventFacts) -> bool {
    facts.declares.is_none()
}
