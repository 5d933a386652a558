//! Cases counted by dealer, area, product and month.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use store::diversions::{self, Diversion};
use store::id::{DealerId, ProductId};

use super::DiversionFilter;
use crate::limits::MAX_COUNTED_DIVERSIONS;
use crate::{Caller, Error, Result, Service};

/// Cases of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// By state, in the order of `DiversionState::ALL`.
    pub n_by_state: [u64; 4],
    /// Distinct codes that they rest on.
    pub n_codes: u64,
}

impl Tally {
    fn add(&mut self, case: &Diversion) {
        self.n_by_state[case.state as usize] += 1;
        self.n_codes += u64::from(case.suspicion.n_codes);
    }

    /// All cases.
    pub fn n_cases(&self) -> u64 {
        self.n_by_state.iter().sum()
    }
}

/// Cases counted in four ways, the most first; months in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiversionStatistics {
    /// By number and name of the dealer.
    pub by_dealer: Vec<(String, Tally)>,
    /// By area, as its code.
    pub by_area: Vec<(String, Tally)>,
    /// By name of the product.
    pub by_product: Vec<(String, Tally)>,
    /// By month, `YYYY-MM` in China.
    pub by_month: Vec<(String, Tally)>,
    /// All together.
    pub all: Tally,
    /// Whether there are more than were counted.
    pub is_cut: bool,
}

impl Service {
    /// Counts the cases that are wanted, the newest [`MAX_COUNTED_DIVERSIONS`].
    pub async fn diversion_statistics(
        &self,
        caller: &Caller,
        wanted: &DiversionFilter,
    ) -> Result<DiversionStatistics> {
        caller.watches()?;
        let wanted = &wanted.checked()?;
        let limit = MAX_COUNTED_DIVERSIONS;
        let mut cases =
            diversions::list(self.store(), caller.scope(), wanted, (None, limit + 1)).await?;
        let is_cut = cases.len() > limit as usize;
        cases.truncate(limit as usize);
        let mut told = DiversionStatistics { is_cut, ..DiversionStatistics::default() };
        let mut dealers: HashMap<DealerId, (String, Tally)> = HashMap::new();
        let mut products: HashMap<ProductId, (String, Tally)> = HashMap::new();
        let mut areas: BTreeMap<String, Tally> = BTreeMap::new();
        let mut months: BTreeMap<String, Tally> = BTreeMap::new();
        for it in cases {
            let (case, (number, name)) = (&it.case, it.dealer);
            let named = || (format!("{number} {name}").trim().to_owned(), Tally::default());
            dealers.entry(case.of.dealer_id).or_insert_with(named).1.add(case);
            let named = || (it.product, Tally::default());
            products.entry(case.of.product_id).or_insert_with(named).1.add(case);
            areas.entry(case.suspicion.area.to_string()).or_default().add(case);
            months.entry(month_of(case.opened_at_us)?).or_default().add(case);
            told.all.add(case);
        }
        told.by_dealer = dealers.into_values().collect();
        told.by_product = products.into_values().collect();
        told.by_area = areas.into_iter().collect();
        told.by_month = months.into_iter().collect();
        for lines in [&mut told.by_dealer, &mut told.by_area, &mut told.by_product] {
            lines.sort_by(|a, b| (b.1.n_cases(), &a.0).cmp(&(a.1.n_cases(), &b.0)));
        }
        Ok(told)
    }
}

/// The month of a time in China.
fn month_of(at_us: i64) -> Result<String> {
    let at = Timestamp::from_microsecond(at_us).map_err(Error::internal)?;
    let day = at.to_zoned(TimeZone::fixed(Offset::constant(8)));
    Ok(format!("{:04}-{:02}", day.year(), day.month()))
}
