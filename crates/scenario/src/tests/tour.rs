//! The tour keeps its promises, and the long history is one.

use std::collections::{BTreeMap, BTreeSet};

use trace::{
    Action, AsOf, Closure, Direction, EventFacts, EventKind, Limits, Question, Role, RoleRange,
    Step, Via,
};
use verdict::{Granularity, MAX_TRIES, REFILL_US};

use super::{NOW_US, captures, covers, worlds};
use crate::{Act, EventPlan, Guess, ItemRef, Items, Size, World, world};

/// Times and divisions of all scans of an item.
fn scans(world: &World, wanted: ItemRef) -> Vec<(i64, &'static str)> {
    let scan = |step: &crate::Step| match step.act {
        Act::Scan { item, division, .. } if item == wanted => Some((step.at_us, division)),
        _ => None,
    };
    world.steps.iter().filter_map(scan).collect()
}

fn tries(world: &World, wanted: ItemRef) -> Vec<(i64, Guess)> {
    let guess = |step: &crate::Step| match step.act {
        Act::TryPin { item, guess } if item == wanted => Some((step.at_us, guess)),
        _ => None,
    };
    world.steps.iter().filter_map(guess).collect()
}

fn commissioned_at(world: &World, item: ItemRef) -> Option<i64> {
    world.steps.iter().find_map(|step| match step.act {
        Act::Commission { run, .. } if covers(run, item) => Some(step.at_us),
        _ => None,
    })
}

#[test]
fn scans_of_the_tour_are_as_promised() {
    for world in worlds() {
        let tour = world.tour;
        assert_eq!(scans(&world, tour.first_scan), []);
        assert!(commissioned_at(&world, tour.first_scan).is_some());
        assert_eq!(scans(&world, tour.scanned_before).len(), 1);
        let copied = scans(&world, tour.copied);
        let cities: BTreeSet<&str> = copied.iter().map(|(_, division)| *division).collect();
        assert_eq!((copied.len(), cities.len()), (5, 5));
        assert!(copied[4].0 - copied[0].0 < 2 * 86_400_000_000);
        let early = scans(&world, tour.scanned_early);
        assert!(early[0].0 < commissioned_at(&world, tour.scanned_early).unwrap());
        assert_eq!(commissioned_at(&world, tour.not_commissioned), None);
        assert_eq!(tries(&world, tour.pin_proved).len(), 1);
        assert_eq!(tries(&world, tour.pin_proved)[0].1, Guess::Right);
        assert_eq!(scans(&world, tour.pin_proved).len(), 1);
        let guessed = tries(&world, tour.pin_locked);
        assert_eq!(guessed.len(), usize::from(MAX_TRIES));
        for (at_us, guess) in guessed {
            assert_eq!(guess, Guess::Wrong);
            assert!(NOW_US - at_us < REFILL_US, "still locked");
        }
    }
}

#[test]
fn states_of_the_tour_are_as_promised() {
    for world in worlds() {
        let tour = world.tour;
        let of = |item: ItemRef| &world.batches[item.batch];
        assert!(of(tour.sample).is_sample && commissioned_at(&world, tour.sample).is_none());
        assert_eq!(of(tour.same_for_lot).granularity, Granularity::Lot);
        assert_eq!(of(tour.same_for_product).granularity, Granularity::Product);
        for item in [tour.same_for_lot, tour.same_for_product, tour.voided, tour.destroyed] {
            assert!(commissioned_at(&world, item).is_some());
        }
        let is_voided =
            |act: &Act| matches!(act, Act::Void { run, .. } if covers(*run, tour.voided));
        let is_destroyed =
            |act: &Act| matches!(act, Act::Destroy { run, .. } if covers(*run, tour.destroyed));
        assert!(world.steps.iter().any(|step| is_voided(&step.act)));
        assert!(world.steps.iter().any(|step| is_destroyed(&step.act)));
        let items = [
            tour.first_scan,
            tour.scanned_before,
            tour.copied,
            tour.scanned_early,
            tour.voided,
            tour.destroyed,
            tour.not_commissioned,
            tour.long_history,
            tour.pin_proved,
            tour.pin_locked,
            tour.sample,
            tour.same_for_lot,
            tour.same_for_product,
        ];
        assert_eq!(BTreeSet::from(items).len(), items.len());
    }
}

/// Ids for tracing: items by batch and position, everything else in order of appearance.
#[derive(Default)]
struct Ids(BTreeMap<String, i64>);

impl Ids {
    fn item(batch: usize, position: u64) -> i64 {
        i64::try_from(batch).unwrap() << 40 | i64::try_from(position).unwrap()
    }

    fn other(&mut self, uri: &str) -> i64 {
        let next = (1 << 60) + i64::try_from(self.0.len()).unwrap();
        *self.0.entry(uri.to_owned()).or_insert(next)
    }

    fn ranges(&mut self, event: &EventPlan) -> Vec<RoleRange> {
        let mut ranges = Vec::new();
        for (role, items) in &event.items {
            let role = role_of(*role);
            let (first, last) = match items {
                Items::Range { batch, first, last } => {
                    (Self::item(*batch, *first), Self::item(*batch, *last))
                }
                Items::Epc(uri) => (self.other(uri), self.other(uri)),
            };
            ranges.push(RoleRange { role, first, last });
        }
        for element in &event.draft.quantities {
            let id = self.other(&element.epc_class);
            ranges.push(RoleRange { role: role_of(element.role), first: id, last: id });
        }
        ranges
    }
}

fn role_of(role: epcis::Role) -> Role {
    match role {
        epcis::Role::Epc => Role::Epc,
        epcis::Role::Parent => Role::Parent,
        epcis::Role::Child => Role::Child,
        epcis::Role::Input => Role::Input,
        epcis::Role::Output => Role::Output,
    }
}

/// What the trace engine needs, and the plans in the same order.
fn facts(world: &World) -> (Vec<EventFacts>, Vec<&EventPlan>) {
    let mut ids = Ids::default();
    let plans: Vec<&EventPlan> = captures(world).flat_map(|(_, _, events)| events).collect();
    let fact = |(index, plan): (usize, &&EventPlan)| EventFacts {
        key: u128::try_from(index).unwrap().to_be_bytes(),
        event_time_us: plan.event_time_us(),
        record_time_us: 0,
        index_in_capture: u32::try_from(index).unwrap(),
        kind: match plan.draft.event_type {
            epcis::EventType::ObjectEvent => EventKind::Object,
            epcis::EventType::AggregationEvent => EventKind::Aggregation,
            epcis::EventType::TransactionEvent => EventKind::Transaction,
            epcis::EventType::TransformationEvent => EventKind::Transformation,
            epcis::EventType::AssociationEvent => EventKind::Association,
        },
        action: plan.draft.action.map(|action| match action {
            epcis::Action::Add => Action::Add,
            epcis::Action::Observe => Action::Observe,
            epcis::Action::Delete => Action::Delete,
        }),
        step: Step::Other,
        place: None,
        position: None,
        ranges: ids.ranges(plan),
        amounts: Vec::new(),
        declares: None,
    };
    (plans.iter().enumerate().map(fact).collect(), plans)
}

/// The history of an item, one event a line: how it belongs to it, what, where.
fn history(world: &World, item: ItemRef) -> String {
    let (facts, plans) = facts(world);
    let subjects = vec![trace::Ids::one(Ids::item(item.batch, item.position))];
    let question =
        Question { subjects, direction: Direction::Backward, as_of: AsOf::NOW, rest: None };
    let mut closure = Closure::new(question, Limits::default());
    while !closure.frontier().is_empty() {
        let asked = closure.frontier();
        let is_named = |fact: &&EventFacts| {
            let named = |range: &RoleRange| {
                asked.iter().any(|ask| range.first <= ask.last && ask.first <= range.last)
            };
            fact.ranges.iter().any(named)
        };
        closure.feed(facts.iter().filter(is_named).cloned().collect(), None);
    }
    let trail = closure.finish();
    assert_eq!(trail.cut, None);
    let mut lines = String::new();
    for entry in trail.entries {
        let plan = plans[usize::try_from(u128::from_be_bytes(entry.event)).unwrap()];
        let via = match entry.via {
            Via::Own => "own   ",
            Via::Inside { .. } => "inside",
            Via::Source { .. } => "source",
            Via::Content { .. } => "content",
            Via::Product { .. } => "product",
        };
        let days = (NOW_US - entry.event_time_us) / 86_400_000_000;
        let place = plan.draft.biz_location.as_deref().unwrap();
        let gln = &place[place.len() - 13..];
        let is_there = |enterprise: &&crate::Enterprise| enterprise.gln[..7] == gln[..7];
        let who = world.enterprises.iter().find(is_there).unwrap().names.en;
        let step = plan.draft.biz_step.as_deref().unwrap();
        lines += &format!("{days} days ago  {via}  {step}  {who}\n");
    }
    lines
}

#[test]
fn the_long_history_goes_from_pine_needles_to_a_shop_in_beijing() {
    let world = world(1, Size::Small, NOW_US);
    expect_test::expect![[r#"
        96 days ago  source  receiving  Haesol Cosmetics Co., Ltd.
        94 days ago  source  creating_class_instance  Haesol Cosmetics Co., Ltd.
        93 days ago  source  inspecting  Haesol Cosmetics Co., Ltd.
        88 days ago  own     creating_class_instance  Haesol Cosmetics Co., Ltd.
        88 days ago  own     packing  Haesol Cosmetics Co., Ltd.
        88 days ago  inside  packing  Haesol Cosmetics Co., Ltd.
        84 days ago  inside  shipping  Haesol Cosmetics Co., Ltd.
        84 days ago  inside  loading  Yuanfan Harbour Logistics
        79 days ago  inside  unloading  Yuanfan Harbour Logistics
        79 days ago  inside  receiving  Shanghai Lanxi Beauty Trading
        76 days ago  inside  unpacking  Shanghai Lanxi Beauty Trading
        76 days ago  inside  packing  Shanghai Lanxi Beauty Trading
        76 days ago  inside  shipping  Shanghai Lanxi Beauty Trading
        76 days ago  inside  loading  Yuanfan Harbour Logistics
        73 days ago  inside  unloading  Yuanfan Harbour Logistics
        73 days ago  inside  receiving  Guangzhou Yuecheng Trading
        73 days ago  inside  unpacking  Guangzhou Yuecheng Trading
        66 days ago  inside  shipping  Guangzhou Yuecheng Trading
        66 days ago  inside  loading  Yuanfan Harbour Logistics
        63 days ago  inside  unloading  Yuanfan Harbour Logistics
        63 days ago  inside  receiving  Beijing Sihe Goods Market
        60 days ago  inside  unpacking  Beijing Sihe Goods Market
        60 days ago  own     retail_selling  Beijing Sihe Goods Market
    "#]]
    .assert_eq(&history(&world, world.tour.long_history));
}

#[test]
fn a_bicycle_knows_its_own_battery_and_its_crate() {
    let world = world(1, Size::Small, NOW_US);
    expect_test::expect![[r#"
        58 days ago  source  commissioning  Changzhou Chuyuan Batteries
        58 days ago  source  packing  Changzhou Chuyuan Batteries
        57 days ago  source  shipping  Changzhou Chuyuan Batteries
        57 days ago  source  loading  Yuanfan Harbour Logistics
        56 days ago  source  unloading  Yuanfan Harbour Logistics
        56 days ago  source  receiving  Jiangsu Qingsun E-Bike Co., Ltd.
        56 days ago  source  unpacking  Jiangsu Qingsun E-Bike Co., Ltd.
        52 days ago  own     assembling  Jiangsu Qingsun E-Bike Co., Ltd.
        52 days ago  own     packing  Jiangsu Qingsun E-Bike Co., Ltd.
        45 days ago  inside  shipping  Jiangsu Qingsun E-Bike Co., Ltd.
        45 days ago  inside  loading  Yuanfan Harbour Logistics
        44 days ago  inside  unloading  Yuanfan Harbour Logistics
        44 days ago  inside  receiving  Hangzhou Light Rider
        40 days ago  inside  unpacking  Hangzhou Light Rider
        40 days ago  own     retail_selling  Hangzhou Light Rider
        40 days ago  own     installing  Hangzhou Light Rider
    "#]]
    .assert_eq(&history(&world, world.tour.pin_proved));
}

#[test]
fn milk_comes_from_two_farms_and_by_sea() {
    let world = world(1, Size::Small, NOW_US);
    expect_test::expect![[r#"
        110 days ago  source  inspecting  Suzhou Qinghe Food Packaging
        101 days ago  source  collecting  Greenbay Creamery Ltd
        101 days ago  source  inspecting  Greenbay Creamery Ltd
        100 days ago  own     creating_class_instance  Greenbay Creamery Ltd
        100 days ago  own     packing  Greenbay Creamery Ltd
        100 days ago  inside  packing  Greenbay Creamery Ltd
        96 days ago  inside  shipping  Greenbay Creamery Ltd
        96 days ago  inside  loading  Polaris Cold Chain
        72 days ago  inside  unloading  Polaris Cold Chain
        72 days ago  inside  receiving  Shanghai Muyun Dairy Imports
        71 days ago  inside  accepting  Shanghai Muyun Dairy Imports
        69 days ago  inside  shipping  Shanghai Muyun Dairy Imports
        69 days ago  inside  loading  Polaris Cold Chain
        66 days ago  inside  unloading  Polaris Cold Chain
        66 days ago  inside  receiving  Chengdu Shuhe Trading
        65 days ago  inside  unpacking  Chengdu Shuhe Trading
        64 days ago  inside  unpacking  Chengdu Shuhe Trading
        64 days ago  own     retail_selling  Chengdu Shuhe Trading
    "#]]
    .assert_eq(&history(&world, world.tour.scanned_before));
}
