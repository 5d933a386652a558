//! Recalls that strangers meddle with: names that they told of first, and what they say was made
//! of recalled goods.

use epcis::build::Draft;
use epcis::{Action, Role};
use service::limits::MAX_FIRST_TELLERS;
use service::{AlertAnswer, Caller, Commission, Gap, NewGrant, Page, RecallStart, Selection};
use store::id::RecallId;
use store::recall_tasks::TaskKind;
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, now_us, set_now_us};
use crate::recalls::{Chain, GTIN, question, tell, thing, when};
use crate::recalls_later::{alerts, follow, new_code, new_goods, ordered};

const HOUR_US: i64 = 3_600_000_000;

fn class() -> String {
    format!("https://id.gs1.org/01/{GTIN}/10/L1")
}

fn item(serial: &str) -> String {
    format!("https://id.gs1.org/01/{GTIN}/21/{serial}")
}

/// That some of the lot went into something.
fn made(output: &str) -> Draft {
    Draft::transformation(when(1))
        .biz_step("creating_class_instance")
        .quantity(Role::Input, &class(), "1", None)
        .epc(Role::Output, output)
}

async fn grant(house: &House, from: &Firm, to: &Firm) {
    let viewer_id = to.enterprise_id.to_string();
    let new = NewGrant { viewer_id, identifier: Some(GTIN.to_owned()) };
    house.service.create_grant(&from.caller, new).await.expect("a grant");
}

/// A lot of an enterprise that registers its GTIN late, after a stranger told of the lot's class.
async fn told_first(house: &House, stranger: &Firm) -> (Firm, RecallStart) {
    set_now_us(MORNING_US + 10 * HOUR_US);
    tell(house, &stranger.caller, &[made(&thing("secret")), made(&item("X9"))]).await;
    set_now_us(MORNING_US + 11 * HOUR_US);
    let owner = house.firm(9, Some(GTIN)).await;
    let batch = house.batch(&owner, 1).await;
    let commission = Commission {
        codes: Selection::Whole(batch.batch.batch_id),
        lot_number: "L1".into(),
        production_date: "2026-11-20".into(),
        shelf_life_days: None,
        event_time_us: Some(MORNING_US - HOUR_US),
    };
    let done = house.service.commission_codes(&owner.caller, commission).await.expect("bound");
    (owner, RecallStart::Thing(done.lot_id.expect("a lot").to_string()))
}

#[tokio::test]
async fn a_name_that_strangers_told_of_first_is_followed_by_partners() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [stranger, partner] = [house.firm(1, None).await, house.firm(2, None).await];
        let (owner, lot) = told_first(&house, &stranger).await;
        let (service, caller) = (&house.service, &owner.caller);
        let contested = Gap::ToldByOthers(class());
        for start in [lot.clone(), RecallStart::Thing(class())] {
            let seen = service.preview_recall(caller, &question(start)).await.expect("a set");
            assert_eq!((seen.total.n_items, &seen.gaps[..]), (1, &[contested.clone()][..]));
        }
        grant(&house, &owner, &partner).await;
        let shipped = Draft::object(Action::Observe, when(2)).biz_step("shipping");
        let shipped = shipped.quantity(Role::Epc, &class(), "5", None);
        tell(&house, caller, &[shipped]).await;
        tell(&house, &partner.caller, &[made(&item("P1"))]).await;
        let seen = service.preview_recall(caller, &question(lot.clone())).await.expect("a set");
        assert_eq!((seen.total.n_items, seen.total.n_lots), (2, 1));
        assert!(seen.gaps.contains(&contested), "{:?}", seen.gaps);
        // What is a stranger's own stays unknown to the owner.
        assert!(!seen.gaps.iter().any(|it| matches!(it, Gap::OthersGoods(_))), "{:?}", seen.gaps);
        let order = crate::recalls::order(lot, "t");
        let recall = service.order_recall(caller, &order).await.expect("an order");
        assert_eq!((recall.n_items, recall.n_lots), (2, 1));
        let id = recall.recall_id;
        service.follow_recalls().await.expect("a look");
        let asked = || async { asked_of(&house, caller, id).await };
        assert_eq!(asked().await, [("asked", "Firm 1".to_owned(), 1)]);
        let n_all = async || service.recall_progress(caller, id).await.expect("it").n_all;
        assert_eq!(n_all().await, 3);
        service.answer_alert(caller, (id, 1), AlertAnswer::Accept).await.expect("it is noted");
        assert_eq!(n_all().await, 4);
        // What comes under that name later is asked about as well.
        tell(&house, &stranger.caller, &[made(&item("X10"))]).await;
        service.follow_recalls().await.expect("a look");
        assert_eq!((n_all().await, asked().await.len()), (4, 2));
        let held =
            service.list_held_tasks(&stranger.caller, &Page::newest()).await.expect("a list");
        assert!(held.items.iter().all(|it| it.task.kind.name() != "made_of"), "{held:?}");
    })
    .await;
}

/// Decision, reporter and items of each alert.
async fn asked_of(
    house: &House,
    caller: &Caller,
    id: RecallId,
) -> Vec<(&'static str, String, u64)> {
    let found = house.service.list_recall_alerts(caller, id, &Page::first()).await;
    let told = found.expect("a list").items.into_iter().map(|it| {
        let reporter = it.reporter.expect("somebody").name;
        (it.alert.decision.name(), reporter, it.alert.n_items)
    });
    told.collect()
}

#[tokio::test]
async fn a_flood_of_strangers_does_not_take_a_name_out() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let code = new_code(&chain).await;
        tell(&chain.house, caller, &[made(&item(&code))]).await;
        let asked = question(RecallStart::Thing(chain.lot_id.clone()));
        let before = service.preview_recall(caller, &asked).await.expect("a set");
        assert_eq!((before.total.n_items, before.total.n_lots), (13, 1));
        assert!(!before.gaps.contains(&Gap::ToldByOthers(class())), "{:?}", before.gaps);
        let early: Vec<Draft> =
            (0..i64::from(MAX_FIRST_TELLERS) + 10)
                .map(|n| {
                    Draft::object(Action::Observe, when(-2_000 - n))
                        .biz_step("inspecting")
                        .quantity(Role::Epc, &class(), "1", None)
                })
                .collect();
        for early in early.chunks(500) {
            tell(&chain.house, &chain.supplier.caller, early).await;
        }
        let after = service.preview_recall(caller, &asked).await.expect("a set");
        assert_eq!(after.total, before.total);
        assert!(after.gaps.contains(&Gap::ToldByOthers(class())), "{:?}", after.gaps);
    })
    .await;
}

/// That goods of another were made of a recalled item.
fn made_into(chain: &Chain, output: &str) -> Draft {
    Draft::transformation(when(9))
        .biz_step("creating_class_instance")
        .epc(Role::Input, &chain.epc(7))
        .epc(Role::Output, output)
}

#[tokio::test]
async fn a_stranger_gives_others_a_task_with_consent_only() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, owner) = (chain.service(), &chain.maker.caller);
        let other = chain.house.firm(4, None).await;
        let batch = chain.house.batch(&other, 3).await;
        let epc = |(code, _): &(String, String)| format!("https://t.example/c/{code}");
        let codes: Vec<String> =
            chain.house.printed(&other, &batch).await.iter().map(epc).collect();
        let id = ordered(&chain).await;
        follow(&chain).await;
        let n_of = async |kind| {
            let held = service.list_held_tasks(&other.caller, &Page::newest()).await;
            let held = held.expect("a list").items.into_iter().map(|it| it.task);
            held.filter(|it| it.kind == kind).map(|it| it.n_items).sum::<u64>()
        };
        let n_asked = || n_of(TaskKind::MadeOf);
        tell(&chain.house, &chain.supplier.caller, &[made_into(&chain, &codes[0])]).await;
        follow(&chain).await;
        follow(&chain).await;
        assert_eq!(n_asked().await, 0);
        let told = |decision| ("made_of", decision, "Firm 3".to_owned(), 1);
        let made = async || {
            let all = alerts(&chain, id).await.into_iter();
            all.filter(|it| it.0 == "made_of").collect::<Vec<_>>()
        };
        assert_eq!(made().await, [told("asked")]);
        let alert_no = alerts(&chain, id).await.len() as u64;
        let answer = async |it| service.answer_alert(owner, (id, alert_no), it).await;
        answer(AlertAnswer::Dismiss).await.expect("it is noted");
        assert_eq!(n_asked().await, 0);
        answer(AlertAnswer::Accept).await.expect("it is noted");
        assert_eq!((n_asked().await, made().await), (1, vec![told("accepted")]));
        // Its own word is enough, and that of the owner of what went in.
        set_now_us(now_us() + 1);
        tell(&chain.house, &other.caller, &[made_into(&chain, &codes[1])]).await;
        follow(&chain).await;
        assert_eq!(n_asked().await, 2);
        // Of what was used at one time the later word says who used it up.
        assert_eq!(n_of(TaskKind::Holds).await, 1);
        set_now_us(now_us() + 1);
        tell(&chain.house, owner, &[made_into(&chain, &codes[2])]).await;
        follow(&chain).await;
        assert_eq!((n_asked().await, made().await.len()), (3, 1));
        assert_eq!(new_goods(&chain, id).await, []);
    })
    .await;
}
