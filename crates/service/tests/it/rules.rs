//! Rules as producers and operators set them, take them back and try them.

use std::collections::BTreeMap;

use epcis::build::Draft;
use epcis::{Action, Role};
use service::{
    Device, Error, NewGrant, NewRules, Page, Recording, Role as KeyRole, Scan, Service, SetBy,
};
use store::testing::each_engine;
use verdict::{DeviceId, Rule, Rules, Source};

use crate::house::{Firm, House, MORNING_US, set_now_us};
use crate::recalls::{tell, thing, when};

/// Six seconds: what a scan keeps of a product is older by then.
const A_WHILE_US: i64 = 6_000_000;
const HOUR_US: i64 = 3_600_000_000;

async fn items(house: &House, firm: &Firm, n_codes: u64) -> Vec<String> {
    let batch = house.batch(firm, n_codes).await;
    house.commission(firm, batch.batch.batch_id, "L1").await;
    house.printed(firm, &batch).await.into_iter().map(|(code, _)| code).collect()
}

async fn scan(service: &Service, code: &str, device: u64) -> String {
    let device = Some(Device::Known(DeviceId(device)));
    let answer = service.scan_code(code, Scan { device, ..Scan::CHECK }).await.expect("an answer");
    let state = answer.verdict.state;
    state.reason().map_or_else(|| state.name().to_owned(), |it| format!("{}: {it}", state.name()))
}

fn limit(bound: Option<u32>, product_id: Option<String>) -> NewRules {
    let bounds = BTreeMap::from([("limit".to_owned(), bound)]);
    NewRules { product_id, bounds, ..NewRules::default() }
}

#[tokio::test]
async fn the_nearest_rules_are_in_force_and_each_change_is_noted() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let code = items(&house, &firm, 1).await.remove(0);
        let product = Some(firm.product_id.to_string());
        let mut now_us = MORNING_US;
        let mut told = vec![scan(service, &code, 1).await, scan(service, &code, 2).await];
        for (caller, new) in [
            (&house.operator, limit(Some(1), None)),
            (&firm.caller, limit(Some(50), None)),
            (&firm.caller, limit(Some(2), product.clone())),
        ] {
            service.set_rules(caller, &new).await.expect("set");
            now_us += A_WHILE_US;
            set_now_us(now_us);
            told.push(scan(service, &code, told.len() as u64 + 1).await);
        }
        let expected =
            ["first-scan", "scanned-before", "careful: limit", "scanned-before", "careful: limit"];
        assert_eq!(told, expected);
        let found = service.find_rules(&firm.caller, product.as_deref()).await.expect("rules");
        assert_eq!((found.from, found.settings.bound(Rule::Limit)), (SetBy::Product, Some(2)));
        let back = service.reset_rules(&firm.caller, product.as_deref()).await.expect("reset");
        assert_eq!((back.from, back.settings.bound(Rule::Limit)), (SetBy::Enterprise, Some(50)));
        let changes = service.list_rule_changes(&firm.caller, &Page::newest()).await.expect("list");
        let bounds = |rules: &Option<Rules>| rules.as_ref().and_then(|it| it.bound(Rule::Limit));
        let told: Vec<_> =
            changes.items.iter().map(|it| (bounds(&it.before), bounds(&it.after))).collect();
        assert_eq!(told, [(Some(2), None), (None, Some(2)), (None, Some(50))]);
        assert!(changes.items.iter().all(|it| it.changed_by == "test"));
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn rules_of_others_and_absurd_rules_are_refused() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let dealer = house.key(firm.enterprise_id, KeyRole::Dealer).await;
        let theirs = limit(Some(9), Some(other.product_id.to_string()));
        let refused = service.set_rules(&firm.caller, &theirs).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        let refused = service.set_rules(&dealer, &limit(Some(9), None)).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let absurd = NewRules {
            bounds: BTreeMap::from([
                ("limit".to_owned(), Some(0)),
                ("moon".to_owned(), Some(1)),
                ("devices".to_owned(), Some(u32::MAX)),
            ]),
            grace_hours: Some(0),
            sold_in: vec!["440100".into(), "<b>".into()],
            ..NewRules::default()
        };
        let Err(Error::Rejected(violations)) = service.set_rules(&firm.caller, &absurd).await
        else {
            panic!("absurd rules are refused")
        };
        let pointers: Vec<&str> = violations.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/devices", "/limit", "/moon", "/grace_hours", "/sold_in"]);
        let many = NewRules { sold_in: vec!["440100".into(); 401], ..NewRules::default() };
        assert!(service.set_rules(&firm.caller, &many).await.is_err());
        let found = service.find_rules(&firm.caller, None).await.expect("rules");
        assert_eq!(found.from, SetBy::Default, "nothing was set");
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_rules_would_have_flagged_and_changes_nothing() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let codes = items(&house, &firm, 10).await;
        for (n_scans, code) in [(7, &codes[0]), (3, &codes[1]), (1, &codes[2])] {
            for device in 0..n_scans {
                scan(service, code, device).await;
            }
        }
        scan(service, &items(&house, &other, 1).await[0], 1).await;
        let run = service.dry_run_rules(&firm.caller, &limit(Some(2), None)).await.expect("a run");
        assert_eq!((run.n_items, run.n_scans, run.is_sample), (3, 11, false));
        assert_eq!(run.flagged, BTreeMap::from([(Rule::Limit, 2)]));
        assert_eq!(run.flagged_now, BTreeMap::from([(Rule::Limit, 1)]));
        assert_eq!(run.unjudged, []);
        let both = [("sold".to_owned(), Some(1)), ("density".to_owned(), Some(99))];
        let sold = NewRules { bounds: both.into(), ..NewRules::default() };
        let run = service.dry_run_rules(&firm.caller, &sold).await.expect("a run");
        assert_eq!(run.unjudged, [Rule::Density, Rule::Sold]);
        let found = service.find_rules(&firm.caller, None).await.expect("rules");
        assert_eq!(found.from, SetBy::Default);
        // A product with rules of its own goes by those, whatever its enterprise tries.
        let product_id = Some(firm.product_id.to_string());
        let own = NewRules { product_id: product_id.clone(), ..limit(Some(9), None) };
        service.set_rules(&firm.caller, &own).await.expect("set");
        let run = service.dry_run_rules(&firm.caller, &limit(Some(2), None)).await.expect("a run");
        assert_eq!((run.n_items, run.is_sample), (0, false));
        let of_product = NewRules { product_id: product_id.clone(), ..limit(Some(2), None) };
        let run = service.dry_run_rules(&firm.caller, &of_product).await.expect("a run");
        assert_eq!(run.n_items, 3);
        service.reset_rules(&firm.caller, product_id.as_deref()).await.expect("taken back");
        // A month later nothing of it is left to judge.
        set_now_us(MORNING_US + 31 * 24 * 3_600_000_000);
        let run = service.dry_run_rules(&firm.caller, &limit(Some(2), None)).await.expect("a run");
        assert_eq!((run.n_items, run.flagged.len()), (0, 0));
        // But what is scanned again is.
        scan(service, &codes[2], 77).await;
        let run = service.dry_run_rules(&firm.caller, &limit(Some(2), None)).await.expect("a run");
        assert_eq!(run.n_items, 1);
        set_now_us(MORNING_US);
    })
    .await;
}

/// What a seller with a key is told of the same code.
async fn seller(service: &Service, code: &str) -> String {
    let recording = Recording::Record(Source::Logistics);
    let answer = service.scan_code(code, Scan { recording, ..Scan::CHECK }).await;
    answer.expect("an answer").verdict.state.name().to_owned()
}

#[tokio::test]
async fn shipments_and_sales_are_what_the_owner_and_its_partners_tell() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let [firm, shop, stranger] =
            [house.firm(1, None).await, house.firm(2, None).await, house.firm(3, None).await];
        let viewer_id = shop.enterprise_id.to_string();
        let new = NewGrant { viewer_id, identifier: None };
        service.create_grant(&firm.caller, new).await.expect("a grant");
        let codes = items(&house, &firm, 3).await;
        let [case, epc] = [thing("C1"), format!("https://t.example/c/{}", codes[0])];
        let bounds = [("unshipped".to_owned(), Some(3)), ("sold".to_owned(), Some(1))];
        let rules = NewRules { bounds: bounds.into(), ..NewRules::default() };
        service.set_rules(&firm.caller, &rules).await.expect("set");
        set_now_us(MORNING_US + A_WHILE_US);
        assert_eq!(scan(service, &codes[0], 1).await, "careful: unshipped");
        let step = |step, hours, epc: &str| {
            Draft::object(Action::Observe, when(hours)).biz_step(step).epc(Role::Epc, epc)
        };
        // A stranger's word is nothing.
        let strange = [step("shipping", 2, &epc), step("retail_selling", 3, &epc)];
        tell(&house, &stranger.caller, &strange).await;
        assert_eq!(scan(service, &codes[0], 1).await, "careful: unshipped");
        assert_eq!(seller(service, &codes[0]).await, "careful");
        // The case in which it lies is shipped.
        let packed = Draft::aggregation(Action::Add, when(1)).biz_step("packing");
        let packed = packed.epc(Role::Parent, &case).epc(Role::Child, &epc);
        tell(&house, &firm.caller, &[packed, step("shipping", 2, &case)]).await;
        assert_eq!(scan(service, &codes[0], 1).await, "checked-by-you");
        assert_eq!(scan(service, &codes[1], 1).await, "careful: unshipped");
        set_now_us(MORNING_US + 4 * HOUR_US);
        tell(&house, &shop.caller, &[step("retail_selling", 3, &epc)]).await;
        assert_eq!(seller(service, &codes[0]).await, "sold");
        // What is not in the case is not sold with it, and the buyer may look for a day.
        assert_eq!(seller(service, &codes[2]).await, "not-scanned");
        assert_eq!(scan(service, &codes[0], 2).await, "scanned-before");
        set_now_us(MORNING_US + 28 * HOUR_US);
        assert_eq!(scan(service, &codes[0], 3).await, "careful: sold");
        set_now_us(MORNING_US);
    })
    .await;
}
