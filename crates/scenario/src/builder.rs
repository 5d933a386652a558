//! A world in the making: clocks, numbers, and the steps that every trade takes.

use epcis::build::{Draft, When};
use epcis::{Action, Role};
use jiff::Timestamp;
use jiff::tz::Offset;
use verdict::Granularity;

use crate::plan::EventPlan;
use crate::random::Random;
use crate::{Act, Batch, Lot, Product, Run, Size, Step, Tour, World, cast, number};

pub(crate) const MINUTE_US: i64 = 60 * 1_000_000;
pub(crate) const HOUR_US: i64 = 60 * MINUTE_US;
pub(crate) const DAY_US: i64 = 24 * HOUR_US;

/// Codes of a batch that are still on the roll at the end.
const N_SPARE: u64 = 40;

/// How many of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) items_per_case: u64,
    pub(crate) cases_per_pallet: u64,
    /// Of serum and of milk each.
    pub(crate) n_pallets: u64,
    pub(crate) n_racks: u64,
    pub(crate) n_cheese_cases: u64,
    /// Scans by people of whom the tour does not speak.
    pub(crate) n_scans: u64,
}

impl Counts {
    fn of(size: Size) -> Self {
        let (cases_per_pallet, n_racks, n_cheese_cases, n_scans) = match size {
            Size::Demo => (40, 10, 20, 480),
            Size::Small => (2, 2, 2, 30),
        };
        Self {
            items_per_case: 24,
            cases_per_pallet,
            n_pallets: 2,
            n_racks,
            n_cheese_cases,
            n_scans,
        }
    }

    pub(crate) fn items_per_pallet(self) -> u64 {
        self.items_per_case * self.cases_per_pallet
    }
}

/// A moment in the words of the people there: days before today, and the time on their clocks.
/// One day at least, so that it is past wherever they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) days_ago: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
}

pub(crate) const fn at(days_ago: i64, hour: i64, minute: i64) -> At {
    At { days_ago, hour, minute }
}

/// Where an event happens: an enterprise and the number of its site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site(pub(crate) usize, pub(crate) u32);

pub(crate) struct Builder {
    pub(crate) now_us: i64,
    pub(crate) counts: Counts,
    pub(crate) random: Random,
    n_logistic_units: u64,
    n_papers: u64,
    enterprises: Vec<crate::Enterprise>,
    products: Vec<Product>,
    batches: Vec<Batch>,
    lots: Vec<Lot>,
    steps: Vec<Step>,
}

impl Builder {
    pub(crate) fn new(seed: u64, size: Size, now_us: i64) -> Self {
        let mut random = Random::new(seed);
        let counts = Counts::of(size);
        let enterprises = cast::enterprises(&mut random);
        Self {
            now_us,
            counts,
            random,
            n_logistic_units: 0,
            n_papers: 0,
            enterprises,
            products: cast::products(),
            batches: batches(counts, now_us),
            lots: Vec::new(),
            steps: Vec::new(),
        }
    }

    pub(crate) fn finish(mut self, tour: Tour) -> World {
        self.steps.sort_by_key(|step| step.at_us);
        World {
            enterprises: self.enterprises,
            products: self.products,
            batches: self.batches,
            lots: self.lots,
            steps: self.steps,
            tour,
        }
    }

    pub(crate) fn time(&self, site: Site, at: At) -> i64 {
        let today_us = self.now_us - self.now_us.rem_euclid(DAY_US);
        let local_us = today_us - at.days_ago * DAY_US + at.hour * HOUR_US + at.minute * MINUTE_US;
        local_us - self.offset_hours(site) * HOUR_US
    }

    fn offset_hours(&self, site: Site) -> i64 {
        i64::from(self.enterprises[site.0].utc_offset_hours)
    }

    /// The calendar day at a site, `YYYY-MM-DD`.
    pub(crate) fn date(&self, site: Site, time_us: i64) -> String {
        let offset = Offset::from_hours(self.enterprises[site.0].utc_offset_hours);
        let offset = offset.expect("clocks are at most 14 hours ahead");
        let timestamp = Timestamp::from_microsecond(time_us).expect("worlds lie in years 1971 on");
        offset.to_datetime(timestamp).date().to_string()
    }

    pub(crate) fn gtin(&self, product: usize) -> Option<&str> {
        self.products[product].gtin.as_deref()
    }

    /// A new lot made at `time_us`, numbered by its day: index and, if there is a GTIN, class URI.
    pub(crate) fn lot(
        &mut self,
        product: usize,
        prefix: &str,
        (site, time_us): (Site, i64),
    ) -> (usize, Option<String>) {
        let production_date = self.date(site, time_us);
        let lot_number = format!("{prefix}{}", &production_date.replace('-', "")[2..]);
        let uri = self.gtin(product).map(|gtin| number::lot_uri(gtin, &lot_number));
        let shelf_life_days = self.products[product].shelf_life_days;
        self.lots.push(Lot { product, lot_number, production_date, shelf_life_days });
        (self.lots.len() - 1, uri)
    }

    pub(crate) fn sscc(&mut self, enterprise: usize) -> String {
        self.n_logistic_units += 1;
        number::sscc_uri(enterprise, self.n_logistic_units)
    }

    pub(crate) fn paper(&mut self, enterprise: usize) -> String {
        self.n_papers += 1;
        number::paper_uri(enterprise, &format!("DN{:06}", self.n_papers))
    }

    pub(crate) fn when(&self, site: Site, event_time_us: i64) -> When {
        When { event_time_us, offset: format!("+{:02}:00", self.offset_hours(site)) }
    }

    /// Something is seen at a site, doing a step.
    pub(crate) fn observe(&self, site: Site, time_us: i64, biz_step: &str) -> EventPlan {
        self.locate(site, biz_step, Draft::object(Action::Observe, self.when(site, time_us)))
    }

    /// Children are packed into a parent.
    pub(crate) fn pack(&self, site: Site, time_us: i64, parent: &str) -> EventPlan {
        let draft = Draft::aggregation(Action::Add, self.when(site, time_us));
        self.locate(site, "packing", draft).epc(Role::Parent, parent)
    }

    /// All children leave a parent.
    pub(crate) fn unpack(&self, site: Site, time_us: i64, parent: &str) -> EventPlan {
        let draft = Draft::aggregation(Action::Delete, self.when(site, time_us));
        self.locate(site, "unpacking", draft).epc(Role::Parent, parent)
    }

    /// Inputs become outputs.
    pub(crate) fn transform(&self, site: Site, time_us: i64, biz_step: &str) -> EventPlan {
        self.locate(site, biz_step, Draft::transformation(self.when(site, time_us)))
    }

    /// Sets step and place of an event.
    pub(crate) fn locate(&self, site: Site, biz_step: &str, draft: Draft) -> EventPlan {
        let place = number::place_uri(site.0, site.1);
        let draft = draft.biz_step(biz_step).read_point(&place).biz_location(&place);
        EventPlan { draft, items: Vec::new(), lot_uri: None }
    }

    /// The enterprise captures its events five minutes after the last of them.
    pub(crate) fn capture(&mut self, enterprise: usize, events: Vec<EventPlan>) {
        if let Some(last_us) = events.iter().map(EventPlan::event_time_us).max() {
            self.act(last_us + 5 * MINUTE_US, Act::Capture { enterprise, events });
        }
    }

    pub(crate) fn commission(&mut self, time_us: i64, run: Run, lot: usize) {
        self.act(time_us, Act::Commission { run, lot });
    }

    pub(crate) fn act(&mut self, at_us: i64, act: Act) {
        self.steps.push(Step { at_us, act });
    }
}

/// One batch for each product.
fn batches(counts: Counts, now_us: i64) -> Vec<Batch> {
    let items = Granularity::Item;
    let palleted = counts.n_pallets * counts.items_per_pallet() + N_SPARE;
    let order = |product, n_digits, granularity, n_codes| Batch {
        product,
        n_digits,
        granularity,
        n_codes,
        is_sample: false,
        ordered_at_us: now_us - 120 * DAY_US,
    };
    vec![
        order(cast::SERUM, 17, items, palleted),
        order(cast::HAND_CREAM, 15, Granularity::Lot, 12),
        order(cast::BICYCLE, 21, items, counts.n_racks * counts.items_per_case + N_SPARE),
        order(cast::HELMET, 17, Granularity::Product, 1),
        order(cast::MILK, 17, items, palleted),
        order(cast::CHEESE, 21, items, counts.n_cheese_cases * counts.items_per_case + N_SPARE),
        Batch { is_sample: true, ..order(cast::SAMPLE, 17, items, 100) },
    ]
}
