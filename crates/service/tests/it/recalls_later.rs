//! What comes to a recall after its order: whose word that needs, and what takes it out again.

use epcis::build::Draft;
use epcis::{Action, ErrorDeclaration, Role};
use service::{
    AlertAnswer, BoundTo, Caller, Commission, Error, Followed, Gap, LetterTopic, NewBinding,
    NewGrant, NewRecall, Page, RecallQuestion, RecallStart, Scan, Selection, TaskReport,
};
use store::id::RecallId;
use store::recalls::{Look, LookFault};
use store::testing::each_engine;
use trace::State;

use crate::house::{Firm, House, MORNING_US, set_now_us};
use crate::recalls::{Chain, GTIN, SHOP, order, question, tell, thing, when};

const HOUR_US: i64 = 3_600_000_000;

pub(crate) async fn ordered(chain: &Chain) -> RecallId {
    let new = order(RecallStart::Thing(chain.lot_id.clone()), "t");
    chain.service().order_recall(&chain.maker.caller, &new).await.expect("an order").recall_id
}

pub(crate) async fn follow(chain: &Chain) {
    chain.service().follow_recalls().await.expect("a look");
}

/// Decision, reporter and items of each alert that tells of further goods.
pub(crate) async fn new_goods(chain: &Chain, id: RecallId) -> Vec<(&'static str, String, u64)> {
    let all = alerts(chain, id).await.into_iter();
    all.filter(|it| it.0 == "new_goods").map(|it| (it.1, it.2, it.3)).collect()
}

/// Kind, decision, reporter and items of each alert.
pub(crate) async fn alerts(
    chain: &Chain,
    id: RecallId,
) -> Vec<(&'static str, &'static str, String, u64)> {
    let found = chain.service().list_recall_alerts(&chain.maker.caller, id, &Page::first()).await;
    let told = found.expect("a list").items.into_iter().map(|it| {
        let reporter = it.reporter.expect("somebody").name;
        (it.alert.kind.name(), it.alert.decision.name(), reporter, it.alert.n_items)
    });
    told.collect()
}

async fn n_all(chain: &Chain, id: RecallId) -> u64 {
    chain.service().recall_progress(&chain.maker.caller, id).await.expect("progress").n_all
}

pub(crate) async fn verdict_of(chain: &Chain, code: &str) -> &'static str {
    let scan = Scan::LOOK;
    chain.service().scan_code(code, scan).await.expect("an answer").verdict.state.name()
}

/// That a code of the owner was made of a recalled item.
fn claim(chain: &Chain, code: &str) -> Draft {
    Draft::transformation(when(9))
        .biz_step("creating_class_instance")
        .epc(Role::Input, &chain.epc(7))
        .epc(Role::Output, &format!("https://id.gs1.org/01/{GTIN}/21/{code}"))
}

/// That an event never was.
fn declared(draft: Draft) -> Draft {
    draft.error_declaration(ErrorDeclaration {
        declaration_time_us: when(10).event_time_us,
        reason: None,
        corrective_event_ids: Vec::new(),
    })
}

pub(crate) async fn new_code(chain: &Chain) -> String {
    let batch = chain.house.batch(&chain.maker, 2).await;
    chain.house.printed(&chain.maker, &batch).await.swap_remove(0).0
}

#[tokio::test]
async fn strangers_bring_goods_in_with_consent_only() {
    each_engine(async |store| {
        let kept = store.clone();
        let chain = Chain::new(House::new(store).await).await;
        let (service, owner) = (chain.service(), &chain.maker.caller);
        let (id, code) = (ordered(&chain).await, new_code(&chain).await);
        let before = verdict_of(&chain, &code).await;
        let stranger = &chain.supplier.caller;
        tell(&chain.house, stranger, &[claim(&chain, &code)]).await;
        follow(&chain).await;
        follow(&chain).await;
        let told = async || (verdict_of(&chain, &code).await, n_all(&chain, id).await);
        assert_eq!(told().await, (before, 12));
        let alert = |decision| vec![(decision, "Firm 3".to_owned(), 1)];
        assert_eq!(new_goods(&chain, id).await, alert("asked"));
        // It says that it used up a recalled item, and is asked about that one.
        let n_held = async || {
            let held = service.list_held_tasks(stranger, &Page::newest()).await.expect("a list");
            held.items.iter().map(|it| it.task.n_items).sum::<u64>()
        };
        assert_eq!(n_held().await, 1);
        let answer =
            async |caller: &Caller, answer| service.answer_alert(caller, (id, 2), answer).await;
        let refused = answer(stranger, AlertAnswer::Accept).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        let done = answer(owner, AlertAnswer::Dismiss).await.expect("it is noted");
        assert_eq!(done, Followed::Now);
        follow(&chain).await;
        assert_eq!(told().await, (before, 12));
        assert_eq!(new_goods(&chain, id).await, alert("dismissed"));
        answer(owner, AlertAnswer::Accept).await.expect("it is noted");
        assert_eq!(told().await, ("recalled", 13));
        assert_eq!(new_goods(&chain, id).await, alert("accepted"));
        assert_eq!(n_held().await, 2);
        answer(owner, AlertAnswer::Dismiss).await.expect("it is noted");
        assert_eq!(told().await, (before, 12));
        // The order and each decision are leaves.
        let n_leaves = store::log_queue::n_waiting(&kept, tlog::Kind::Recall).await;
        assert_eq!(n_leaves.expect("a count"), 4);
        // What was accepted goes out with the event that led there.
        answer(owner, AlertAnswer::Accept).await.expect("it is noted");
        tell(&chain.house, stranger, &[declared(claim(&chain, &code))]).await;
        follow(&chain).await;
        assert_eq!(told().await, (before, 12));
        for (alert_no, is_there) in [(1, true), (3, false)] {
            let none = service.answer_alert(owner, (id, alert_no), AlertAnswer::Accept).await;
            assert_eq!(matches!(none, Err(Error::Conflict(_))), is_there, "{none:?}");
            assert_eq!(matches!(none, Err(Error::NotFound)), !is_there, "{none:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_partner_tells_counts_until_it_declares_an_error() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (id, code) = (ordered(&chain).await, new_code(&chain).await);
        let before = verdict_of(&chain, &code).await;
        let new = NewGrant {
            viewer_id: chain.supplier.enterprise_id.to_string(),
            identifier: Some(GTIN.to_owned()),
        };
        chain.service().create_grant(&chain.maker.caller, new).await.expect("a grant");
        let partner = &chain.supplier.caller;
        tell(&chain.house, partner, &[claim(&chain, &code)]).await;
        follow(&chain).await;
        assert_eq!((verdict_of(&chain, &code).await, n_all(&chain, id).await), ("recalled", 13));
        let told = vec![("none", "Firm 3".to_owned(), 1)];
        assert_eq!(new_goods(&chain, id).await, told);
        let nothing =
            chain.service().answer_alert(&chain.maker.caller, (id, 2), AlertAnswer::Dismiss);
        assert!(matches!(nothing.await, Err(Error::Conflict(_))));
        tell(&chain.house, partner, &[declared(claim(&chain, &code))]).await;
        follow(&chain).await;
        assert_eq!((verdict_of(&chain, &code).await, n_all(&chain, id).await), (before, 12));
        assert_eq!(new_goods(&chain, id).await, told);
    })
    .await;
}

#[tokio::test]
async fn what_an_authority_called_back_the_owner_does_not_dismiss() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let regulator = chain.house.regulator("33").await;
        let mut new = order(RecallStart::Thing(chain.lot_id.clone()), "t");
        new.question.enterprise_id = Some(chain.maker.enterprise_id.to_string());
        let id = chain.service().order_recall(&regulator, &new).await.expect("it").recall_id;
        let code = new_code(&chain).await;
        tell(&chain.house, &chain.supplier.caller, &[claim(&chain, &code)]).await;
        follow(&chain).await;
        let answer = async |caller: &Caller, answer| {
            chain.service().answer_alert(caller, (id, 2), answer).await
        };
        let owner = &chain.maker.caller;
        assert!(matches!(answer(owner, AlertAnswer::Dismiss).await, Err(Error::Forbidden)));
        answer(owner, AlertAnswer::Accept).await.expect("it is noted");
        assert_eq!(verdict_of(&chain, &code).await, "recalled");
        answer(&regulator, AlertAnswer::Dismiss).await.expect("it is noted");
        assert_ne!(verdict_of(&chain, &code).await, "recalled");
        chain.service().end_recall(&regulator, id, "done").await.expect("it ends");
        let late = answer(&regulator, AlertAnswer::Accept).await;
        assert!(matches!(late, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn an_order_of_the_past_looks_at_what_happened_since() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        chain.sell_one().await;
        let code = new_code(&chain).await;
        tell(&chain.house, &chain.maker.caller, &[claim(&chain, &code)]).await;
        let mut new = order(RecallStart::Thing(chain.lot_id.clone()), "t");
        new.question.event_time_us = Some(when(4).event_time_us);
        let caller = &chain.maker.caller;
        let recall = chain.service().order_recall(caller, &new).await.expect("an order");
        assert_eq!((recall.n_items, recall.due_at_us), (12, None));
        let id = recall.recall_id;
        let progress = chain.service().recall_progress(caller, id).await.expect("progress");
        let n = |wanted| progress.states.iter().find(|(state, _)| *state == wanted).map(|it| it.1);
        assert_eq!((n(State::Sold), n(State::Used), progress.n_all), (Some(1), Some(1), 13));
        assert_eq!(verdict_of(&chain, &code).await, "recalled");
        let told: Vec<_> = alerts(&chain, id).await.into_iter().map(|it| (it.0, it.2)).collect();
        assert!(told.contains(&("moved", "Firm 2".to_owned())), "{told:?}");
        assert!(told.contains(&("new_goods", "Firm 1".to_owned())), "{told:?}");
        let again = chain.service().order_recall(caller, &new).await.expect("the order");
        assert_eq!(again.recall_id, id);
    })
    .await;
}

#[tokio::test]
async fn a_recall_says_since_when_it_is_not_located() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store.clone()).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let id = ordered(&chain).await;
        let fault = async || service.find_recall(caller, id).await.expect("it").fault;
        let recall = service.find_recall(caller, id).await.expect("it");
        let now_us = service.now_us();
        let noted =
            store::recalls::not_located(&recall, LookFault::TooManyRuns, now_us, now_us + 5);
        store.write("test", vec![noted]).await.expect("it is noted");
        follow(&chain).await;
        assert_eq!(fault().await, Some((now_us, LookFault::TooManyRuns)));
        set_now_us(now_us + 5);
        follow(&chain).await;
        assert_eq!(fault().await, None);
        // One pack in the other, more than are followed.
        let packs: Vec<Draft> = (0..20)
            .map(|n| {
                let inner = if n == 0 { "C2".to_owned() } else { format!("N{n}") };
                Draft::aggregation(Action::Add, when(8))
                    .biz_step("packing")
                    .epc(Role::Parent, &thing(&format!("N{}", n + 1)))
                    .epc(Role::Child, &thing(&inner))
            })
            .collect();
        tell(&chain.house, caller, &packs).await;
        follow(&chain).await;
        assert_eq!(fault().await, Some((now_us + 5, LookFault::Cut)));
        set_now_us(now_us + HOUR_US);
        tell(&chain.house, caller, &[claim(&chain, &new_code(&chain).await)]).await;
        follow(&chain).await;
        assert_eq!(fault().await, Some((now_us + 5, LookFault::Cut)), "since when stays");
        assert_eq!(n_all(&chain, id).await, 13);
        // Who decides is told that not all of it could be looked at.
        let code = new_code(&chain).await;
        tell(&chain.house, &chain.supplier.caller, &[claim(&chain, &code)]).await;
        follow(&chain).await;
        let alert_no = alerts(&chain, id).await.len() as u64;
        let answered = service.answer_alert(caller, (id, alert_no), AlertAnswer::Accept).await;
        assert_eq!(answered.expect("it is noted"), Followed::Later(LookFault::Cut));
    })
    .await;
}

#[tokio::test]
async fn a_large_recall_rests_between_two_looks() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store.clone()).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let id = ordered(&chain).await;
        let recall = service.find_recall(caller, id).await.expect("it");
        let now_us = service.now_us();
        let look = Look {
            at_us: now_us,
            took_us: HOUR_US / 20,
            n_located: 12,
            is_complete: true,
            fault: None,
            next_us: now_us,
        };
        store.write("test", vec![store::recalls::looked(&recall, look)]).await.expect("noted");
        chain.sell_one().await;
        let is_sold = async || {
            let progress = service.recall_progress(caller, id).await.expect("progress");
            progress.states.iter().any(|(state, _)| *state == State::Sold)
        };
        follow(&chain).await;
        assert!(!is_sold().await);
        set_now_us(now_us + HOUR_US - 1);
        follow(&chain).await;
        assert!(!is_sold().await);
        set_now_us(now_us + HOUR_US);
        follow(&chain).await;
        assert!(is_sold().await);
        let due = service.find_recall(caller, id).await.expect("it").due_at_us;
        assert_eq!(due, None);
    })
    .await;
}

/// How many notices of a kind a reader was written.
async fn n_told(chain: &Chain, caller: &Caller, kind: &str) -> usize {
    let service = chain.service();
    service.address_notices(LetterTopic::Recalls).await.expect("letters");
    let letters = service.list_letters(caller, &Page::newest()).await.expect("a list").items;
    letters.iter().filter(|it| it.kind == kind).count()
}

#[tokio::test]
async fn who_reported_and_gets_more_is_asked_again() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let id = ordered(&chain).await;
        let task = async || {
            let found = service.list_held_tasks(shop, &Page::newest()).await.expect("a list");
            let [task] = &found.items[..] else { panic!("one task") };
            task.task.clone()
        };
        let report = |n_returned| TaskReport { n_returned, ..TaskReport::default() };
        let task_id = task().await.task_id;
        service.report_task(shop, task_id, &report(6)).await.expect("it is noted");
        assert_eq!(n_told(&chain, shop, "task").await, 1);
        // What it has already is nothing new.
        chain.sell_one().await;
        follow(&chain).await;
        assert!(task().await.is_reported());
        assert_eq!(n_told(&chain, shop, "task").await, 1);
        set_now_us(MORNING_US + 12 * HOUR_US);
        let sent = Draft::object(Action::Observe, when(11))
            .biz_step("shipping")
            .epc(Role::Epc, &thing("C2"))
            .destination("location", SHOP);
        tell(&chain.house, &chain.maker.caller, &[sent]).await;
        follow(&chain).await;
        let again = task().await;
        assert_eq!((again.n_items, again.n_items_new), (12, 6));
        assert_eq!(again.reopened_at_us, Some(MORNING_US + 12 * HOUR_US));
        assert_eq!((again.acknowledged, again.report.n_returned), (None, 6));
        assert_eq!(again.begin_by_us, MORNING_US + 36 * HOUR_US);
        let progress = service.recall_progress(&chain.maker.caller, id).await.expect("progress");
        assert_eq!((progress.n_tasks, progress.n_accounted), ([2, 0, 0], 6));
        assert_eq!(n_told(&chain, shop, "task").await, 2);
        let short = service.report_task(shop, task_id, &report(6)).await;
        assert!(matches!(short, Err(Error::Rejected(_))));
        service.report_task(shop, task_id, &report(12)).await.expect("it is noted");
        let done = task().await;
        assert!(done.is_reported());
        assert_eq!((done.n_items_new, done.reopened_at_us), (0, None));
        follow(&chain).await;
        assert!(task().await.is_reported());
    })
    .await;
}

#[tokio::test]
async fn who_stays_silent_is_told_of_again() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        let new = order(RecallStart::Thing(thing("P")), "t");
        let new = NewRecall { deadline_us: Some(MORNING_US + 100 * HOUR_US), ..new };
        service.order_recall(&chain.maker.caller, &new).await.expect("an order");
        let held = service.list_held_tasks(&chain.shop.caller, &Page::newest()).await;
        let task_id = held.expect("a list").items[0].task.task_id;
        let (mut told, mut n_before) = (Vec::new(), 0);
        for hours in [30, 36, 40, 99, 101, 102, 180] {
            set_now_us(MORNING_US + hours * HOUR_US);
            if hours == 40 {
                service.acknowledge_task(&chain.shop.caller, task_id).await.expect("it is noted");
            }
            service.escalate_tasks().await.expect("a look");
            let n_now = n_told(&chain, &chain.house.operator, "overdue").await;
            assert_eq!(n_told(&chain, &chain.shop.caller, "overdue").await, n_now);
            if n_now > n_before {
                told.push(hours);
            }
            n_before = n_now;
        }
        // Not begun; not done by the deadline, though told before; and three days after that.
        assert_eq!(told, [36, 101, 180]);
    })
    .await;
}

#[tokio::test]
async fn goods_are_found_by_all_their_names() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let code = new_code(&chain).await;
        let bind = async |code: &str, text: &str| {
            let to = BoundTo::Item(code.to_owned());
            let new = NewBinding { to, text: text.into(), scheme_id: None };
            service.bind_identifier(caller, &new).await.expect("it is bound").uri
        };
        let number = |n: u32| format!("https://www.iotroot.com/E=100010000000000000000000{n}");
        let first = bind(&chain.codes[0], &number(1)).await;
        let second = bind(&chain.codes[1], &number(2)).await;
        let made = bind(&code, &number(3)).await;
        // What the owner binds to its items is theirs, not what others do.
        let sold = |epc: &str, hours| {
            Draft::object(Action::Observe, when(hours))
                .biz_step("retail_selling")
                .epc(Role::Epc, epc)
        };
        let output = Draft::transformation(when(6))
            .biz_step("creating_class_instance")
            .epc(Role::Input, &chain.epc(2))
            .epc(Role::Output, &made);
        tell(&chain.house, &chain.shop.caller, &[sold(&first, 7)]).await;
        tell(&chain.house, caller, &[output]).await;
        let id = ordered(&chain).await;
        let n_sold = async || {
            let progress = service.recall_progress(caller, id).await.expect("progress");
            let sold = progress.states.iter().find(|(state, _)| *state == State::Sold);
            (progress.n_all, sold.map_or(0, |(_, n)| *n))
        };
        assert_eq!(n_sold().await, (13, 1));
        assert_eq!(verdict_of(&chain, &code).await, "recalled");
        // A name that no event had used before.
        tell(&chain.house, &chain.shop.caller, &[sold(&second, 8)]).await;
        follow(&chain).await;
        assert_eq!(n_sold().await, (13, 2));
        // What is later of both names stands.
        let home = Draft::object(Action::Observe, when(9))
            .biz_step("receiving")
            .epc(Role::Epc, &chain.epc(0));
        tell(&chain.house, caller, &[home]).await;
        follow(&chain).await;
        assert_eq!(n_sold().await, (13, 1));
    })
    .await;
}

#[tokio::test]
async fn lots_without_a_gtin_are_found() {
    each_engine(async |store| {
        let house = House::new(store).await;
        set_now_us(MORNING_US);
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 4).await;
        let codes = house.printed(&firm, &batch).await;
        let commission = async |first, last| {
            let batch_id = batch.batch.batch_id;
            let commission = Commission {
                codes: Selection::Range { batch_id, first, last },
                lot_number: "甲 1".into(),
                production_date: "2026-11-20".into(),
                shelf_life_days: None,
                event_time_us: None,
            };
            let done = house.service.commission_codes(&firm.caller, commission).await;
            done.expect("bound").lot_id.expect("a lot")
        };
        let lot_id = commission(0, 1).await;
        let class = format!("https://t.example/lots/{}/%E7%94%B2%201", firm.product_id);
        let made = Draft::transformation(when(3))
            .biz_step("creating_class_instance")
            .quantity(Role::Input, &class, "1", None)
            .range(Role::Output, &batch.batch.batch_id.to_string(), 3, 3);
        set_now_us(MORNING_US + 4 * HOUR_US);
        tell(&house, &firm.caller, &[made]).await;
        let new = order(RecallStart::Thing(lot_id.to_string()), "t");
        let recall = house.service.order_recall(&firm.caller, &new).await.expect("an order");
        assert_eq!(recall.n_items, 3);
        let scan = Scan::LOOK;
        let state = async |n: usize| {
            house.service.scan_code(&codes[n].0, scan).await.expect("it").verdict.state.name()
        };
        assert_eq!((state(3).await, state(2).await), ("recalled", "not-commissioned"));
        // Items that are bound to the lot later are of it.
        commission(2, 2).await;
        house.service.follow_recalls().await.expect("a look");
        assert_eq!(state(2).await, "recalled");
    })
    .await;
}

#[tokio::test]
async fn who_registers_a_gtin_late_learns_nothing_of_it() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (stranger, maker) = (house.firm(1, None).await, house.firm(2, None).await);
        set_now_us(MORNING_US + 10 * HOUR_US);
        let class = format!("https://id.gs1.org/01/{GTIN}/10/L1");
        let made = |class: &str| {
            Draft::transformation(when(1))
                .biz_step("creating_class_instance")
                .quantity(Role::Input, class, "1", None)
                .epc(Role::Output, &thing("secret"))
        };
        tell(&house, &stranger.caller, &[made(&class)]).await;
        set_now_us(MORNING_US + 11 * HOUR_US);
        let late = house.firm(3, Some(GTIN)).await;
        let lot_of = async |firm: &Firm, lot_number: &str| {
            let batch = house.batch(firm, 1).await;
            let commission = Commission {
                codes: Selection::Whole(batch.batch.batch_id),
                lot_number: lot_number.into(),
                production_date: "2026-11-20".into(),
                shelf_life_days: None,
                event_time_us: Some(MORNING_US - HOUR_US),
            };
            let done = house.service.commission_codes(&firm.caller, commission).await;
            RecallStart::Thing(done.expect("bound").lot_id.expect("a lot").to_string())
        };
        let lot = lot_of(&late, "L1").await;
        let asked = question(lot.clone());
        let seen = house.service.preview_recall(&late.caller, &asked).await.expect("a set");
        assert_eq!((seen.total.n_items, seen.gaps), (1, vec![Gap::ToldByOthers(class.clone())]));
        // Whoever watches over all finds what was told under that name.
        let enterprise_id = Some(late.enterprise_id.to_string());
        let all = RecallQuestion { enterprise_id, ..question(lot) };
        let seen = house.service.preview_recall(&house.operator, &all).await.expect("a set");
        assert!(seen.gaps.iter().any(|it| matches!(it, Gap::OthersGoods(_))), "{:?}", seen.gaps);
        // Of its own lot it sees what others made of it.
        let own = lot_of(&late, "L2").await;
        set_now_us(MORNING_US + 12 * HOUR_US);
        tell(&house, &maker.caller, &[made(&class.replace("/L1", "/L2"))]).await;
        let seen = house.service.preview_recall(&late.caller, &question(own)).await.expect("a set");
        let tells = seen.gaps.iter().any(|it| matches!(it, Gap::OthersGoods(_)));
        assert!(tells, "{:?}", seen.gaps);
    })
    .await;
}
