//! After the order: tasks of holders, alerts of what moves, the end, drills on a schedule.

use epcis::build::Draft;
use epcis::{Action, Role};
use service::{
    Caller, Error, LetterTopic, NewRecall, Page, RecallKind, RecallStart, Role as KeyRole,
    TaskReport, TaskView,
};
use store::id::RecallId;
use store::testing::each_engine;

use crate::house::{House, MORNING_US, set_now_us};
use crate::recalls::{Chain, order, tell, thing, verdict, when};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;

fn lot_of(chain: &Chain) -> RecallStart {
    RecallStart::Thing(chain.lot_id.clone())
}

async fn ordered(chain: &Chain) -> RecallId {
    let new = order(lot_of(chain), "t");
    chain.service().order_recall(&chain.maker.caller, &new).await.expect("an order").recall_id
}

async fn held(chain: &Chain, caller: &Caller) -> Vec<TaskView> {
    chain.service().list_held_tasks(caller, &Page::newest()).await.expect("a list").items
}

fn report(n: [u64; 4], explanation: &str) -> TaskReport {
    let [n_quarantined, n_returned, n_destroyed, n_sold] = n;
    let explanation = explanation.to_owned();
    TaskReport { n_quarantined, n_returned, n_destroyed, n_sold, explanation }
}

#[tokio::test]
async fn holders_report_until_all_is_accounted_for() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        let dealer = chain.house.key(chain.shop.enterprise_id, KeyRole::Dealer).await;
        assert_eq!(held(&chain, &dealer).await, []);
        let recall = ordered(&chain).await;
        let maker = &chain.maker.caller;
        let tasks = service.list_recall_tasks(maker, recall, &Page::first()).await.expect("tasks");
        let mut tasks = tasks.items;
        tasks.sort_by(|a, b| a.holder.name.cmp(&b.holder.name));
        let told: Vec<_> = tasks
            .iter()
            .map(|it| (it.holder.name.as_str(), it.task.kind.name(), it.task.n_items))
            .collect();
        // The supplier's milk is not in it: it came before.
        assert_eq!(told, [("Firm 1", "holds", 6), ("Firm 2", "holds", 6)]);
        let [task] = &held(&chain, &dealer).await[..] else { panic!("one task") };
        assert_eq!(
            (task.owner.name.as_str(), task.recall.reason.as_str()),
            ("Firm 1", "metal fragments")
        );
        let id = task.task.task_id;
        let goods = service.goods_of_task(&dealer, id).await.expect("goods");
        assert_eq!(goods.iter().map(|it| it.run.n_ids).sum::<u64>(), 6);
        assert_eq!(goods[0].container.as_deref(), Some(thing("P").as_str()));
        // Who watches over the holder sees it as well, and nobody else; nobody else acts on it.
        let watching = chain.house.regulator("32").await;
        assert_eq!(held(&chain, &watching).await.len(), 1);
        assert!(service.find_task(&watching, id).await.is_ok());
        assert!(matches!(service.acknowledge_task(&watching, id).await, Err(Error::Forbidden)));
        let elsewhere = chain.house.regulator("44").await;
        assert!(matches!(service.find_task(&elsewhere, id).await, Err(Error::NotFound)));
        let supplier = &chain.supplier.caller;
        assert!(matches!(service.find_task(supplier, id).await, Err(Error::NotFound)));
        assert!(service.find_task(maker, id).await.is_ok());
        assert!(matches!(service.acknowledge_task(maker, id).await, Err(Error::Forbidden)));
        service.acknowledge_task(&dealer, id).await.expect("it is noted");
        let wrong = service.report_task(&dealer, id, &report([3, 0, 0, 1], "")).await;
        let Err(Error::Rejected(violations)) = wrong else { panic!("{wrong:?}") };
        assert_eq!(violations[0].rule, "does-not-reconcile");
        let huge = service.report_task(&dealer, id, &report([u64::MAX; 4], "so many")).await;
        assert!(matches!(huge, Err(Error::Rejected(_))));
        let explained = report([3, 0, 0, 2], "one was stolen");
        service.report_task(&dealer, id, &explained).await.expect("it is noted");
        let half = service.recall_progress(maker, recall).await.expect("progress");
        assert_eq!((half.n_all, half.n_located, half.n_accounted), (12, 12, 5));
        let right = report([4, 1, 0, 1], "");
        service.report_task(&dealer, id, &right).await.expect("it is noted");
        let own = tasks[0].task.task_id;
        service.report_task(maker, own, &report([6, 0, 0, 0], "")).await.expect("it is noted");
        let whole = service.end_recall(maker, recall, "all is back").await.expect("it ends");
        assert_eq!(
            (whole.coverage(), whole.n_tasks, whole.reported),
            (1.0, [2, 2, 2], [10, 1, 0, 1])
        );
        let closing = whole.recall.closing.expect("a report");
        let closing: serde_json::Value = serde_json::from_slice(&closing).expect("JSON");
        assert_eq!(
            (&closing["n_accounted"], &closing["conclusion"]),
            (&12.into(), &"all is back".into())
        );
        // What is closed stays recalled, and its tasks are done.
        assert_eq!(verdict(&chain, 0).await.0, "recalled");
        let late = service.report_task(&dealer, id, &right).await;
        assert!(matches!(late, Err(Error::Conflict(_))));
        let again = service.end_recall(maker, recall, "again").await;
        assert!(matches!(again, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn a_closed_recall_can_be_withdrawn() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store.clone()).await).await;
        let (service, maker) = (chain.service(), &chain.maker.caller);
        let id = ordered(&chain).await;
        let open = service.recall_progress(maker, id).await.expect("progress");
        assert!(open.may_be_ended && open.may_be_withdrawn);
        let closed = service.end_recall(maker, id, "all is back").await.expect("it ends");
        assert!(!closed.may_be_ended && closed.may_be_withdrawn);
        assert_eq!(verdict(&chain, 0).await.0, "recalled");
        let blank = service.withdraw_recall(maker, id, " ").await;
        assert!(matches!(blank, Err(Error::Rejected(_))));
        let stranger = service.withdraw_recall(&chain.shop.caller, id, "no").await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        set_now_us(MORNING_US + 20 * HOUR_US);
        let ended = service.withdraw_recall(maker, id, "the wrong lot").await.expect("it ends");
        assert_eq!(ended.state.name(), "withdrawn");
        // What closed it stays what it was.
        assert_eq!(
            (ended.ended_at_us, &ended.closing),
            (closed.recall.ended_at_us, &closed.recall.closing)
        );
        let (at_us, said) = ended.withdrawal.expect("what says so");
        let said: serde_json::Value = serde_json::from_slice(&said).expect("JSON");
        assert_eq!((at_us, &said["reason"]), (MORNING_US + 20 * HOUR_US, &"the wrong lot".into()));
        assert!(said["closed_at"].is_string());
        assert_eq!(verdict(&chain, 0).await, ("not-scanned", None));
        // The order, its end and its withdrawal.
        let n_leaves = store::log_queue::n_waiting(&store, tlog::Kind::Recall).await;
        assert_eq!(n_leaves.expect("a count"), 3);
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let told = service.list_letters(&chain.shop.caller, &Page::newest()).await.expect("a list");
        assert_eq!(told.items.iter().filter(|it| it.kind == "ended").count(), 2);
        let again = service.withdraw_recall(maker, id, "again").await;
        assert!(matches!(again, Err(Error::Conflict(_))));
        let seen = service.recall_progress(maker, id).await.expect("progress");
        assert!(!seen.may_be_withdrawn);
    })
    .await;
}

#[tokio::test]
async fn evidence_is_checked_bounded_and_private() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        ordered(&chain).await;
        let (service, shop) = (chain.service(), &chain.shop.caller);
        let id = held(&chain, shop).await[0].task.task_id;
        let pdf = b"%PDF-1.7 destroyed on 22 November".to_vec();
        let kept = service.add_evidence(shop, id, ("receipt", pdf.clone())).await.expect("a file");
        let same = service.add_evidence(shop, id, ("again", pdf.clone())).await.expect("a file");
        assert_eq!((kept.file_no, &kept.media_type[..], &same), (1, "application/pdf", &kept));
        let found = service.evidence(&chain.maker.caller, id, 1).await.expect("the owner may look");
        assert_eq!(found, ("application/pdf".to_owned(), pdf));
        for (name, body) in [
            ("", b"%PDF-1.7".to_vec()),
            ("page", b"<html>".to_vec()),
            ("empty", Vec::new()),
            ("png", b"\x89PNG\r\n\x1a\n and no more".to_vec()),
        ] {
            let refused = service.add_evidence(shop, id, (name, body)).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{name} {refused:?}");
        }
        let large = vec![b'%'; service::limits::MAX_EVIDENCE_BYTES + 1];
        let refused = service.add_evidence(shop, id, ("large", large)).await;
        assert!(matches!(refused, Err(Error::TooLarge { .. })));
        for n in 2..=service::limits::MAX_FILES_OF_TASK {
            let body = format!("%PDF-1.7 {n}").into_bytes();
            service.add_evidence(shop, id, ("page", body)).await.expect("a file");
        }
        let refused = service.add_evidence(shop, id, ("more", b"%PDF-x".to_vec())).await;
        assert!(matches!(refused, Err(Error::TooLarge { .. })));
        let stranger = &chain.supplier.caller;
        assert!(matches!(service.evidence(stranger, id, 1).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_moves_after_the_order_is_told_once() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, maker) = (chain.service(), &chain.maker.caller);
        let recall = ordered(&chain).await;
        service.follow_recalls().await.expect("a look");
        let alerts = async || {
            let found = service.list_recall_alerts(maker, recall, &Page::first()).await;
            found.expect("a list").items
        };
        assert_eq!(alerts().await, []);
        // The shop takes the pallet in, which it was to expect, and sells one item.
        chain.sell_one().await;
        for _ in 0..3 {
            service.follow_recalls().await.expect("a look");
        }
        let told: Vec<_> = alerts()
            .await
            .into_iter()
            .map(|it| (it.alert.state.name(), it.holder.name, it.alert.n_items))
            .collect();
        assert_eq!(told, [("sold", "Firm 2".to_owned(), 1)]);
        let progress = service.recall_progress(maker, recall).await.expect("progress");
        assert_eq!(progress.n_alerts, [1, 1, 0]);
        service.acknowledge_alert(maker, recall, 1).await.expect("it is noted");
        // What the maker still had goes to the supplier, who is asked as well.
        let gone = Draft::object(Action::Observe, when(8))
            .biz_step("receiving")
            .epc(Role::Epc, &thing("C2"));
        tell(&chain.house, &chain.supplier.caller, &[gone]).await;
        service.follow_recalls().await.expect("a look");
        assert_eq!(alerts().await.len(), 2);
        let [task] = &held(&chain, &chain.supplier.caller).await[..] else { panic!("one task") };
        assert_eq!((task.task.n_items, task.task.recall_id), (6, recall));
        // Goods that are made of recalled ones later belong to it, and scans tell so.
        let batch = chain.house.batch(&chain.maker, 2).await;
        let new = chain.house.printed(&chain.maker, &batch).await;
        let range = Draft::transformation(when(9))
            .biz_step("creating_class_instance")
            .epc(Role::Input, &chain.epc(7))
            .range(Role::Output, &batch.batch.batch_id.to_string(), 0, 1);
        tell(&chain.house, maker, &[range]).await;
        service.follow_recalls().await.expect("a look");
        let kinds: Vec<_> = alerts().await.into_iter().map(|it| it.alert.kind.name()).collect();
        assert!(kinds.contains(&"new_goods"), "{kinds:?}");
        let scan = service::Scan::LOOK;
        let told = service.scan_code(&new[1].0, scan).await.expect("an answer");
        assert_eq!(told.verdict.state.name(), "recalled");
    })
    .await;
}

#[tokio::test]
async fn who_does_nothing_is_told_of_once() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let service = chain.service();
        ordered(&chain).await;
        let regulator = chain.house.regulator("33").await;
        let overdue = async || {
            let found = service.list_overdue_tasks(&regulator, &Page::first()).await;
            found.expect("a list").items.len()
        };
        service.escalate_tasks().await.expect("a look");
        assert_eq!(overdue().await, 0);
        set_now_us(MORNING_US + 2 * DAY_US);
        for _ in 0..2 {
            service.escalate_tasks().await.expect("a look");
        }
        assert_eq!(overdue().await, 2);
        let other = chain.house.regulator("32").await;
        let elsewhere = service.list_overdue_tasks(&other, &Page::first()).await.expect("a list");
        assert_eq!(elsewhere.items, []);
        // The order to its owner, two tasks to holders, and of what is overdue one word to who
        // owns, one to each who watches, and to who holds one of its own.
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let letters = async |caller: &Caller| {
            let found = service.list_letters(caller, &Page::newest()).await.expect("a list").items;
            let mut kinds: Vec<_> = found.into_iter().map(|it| (it.kind, it.state)).collect();
            kinds.sort_unstable();
            kinds
        };
        let overdue = ("overdue", "unsent");
        let task = ("task", "unsent");
        let owner = letters(&chain.maker.caller).await;
        assert_eq!(owner, [("ordered", "unsent"), overdue, overdue, task]);
        assert_eq!(letters(&chain.shop.caller).await, [overdue, task]);
        assert_eq!(letters(&chain.house.operator).await, [overdue]);
        assert_eq!(letters(&regulator).await, [overdue]);
        assert_eq!(letters(&other).await, []);
    })
    .await;
}

/// Contacts of holders are for whoever watches, and for the owner once it has ordered.
#[tokio::test]
async fn holders_can_be_reached_by_who_recalls_and_nobody_else() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, maker) = (chain.service(), &chain.maker.caller);
        let question = crate::recalls::question(lot_of(&chain));
        let preview = service.preview_recall(maker, &question).await.expect("a set");
        let mut told: Vec<_> = preview
            .holders
            .iter()
            .filter_map(|it| it.holder.as_ref())
            .map(|it| (it.name.as_str(), it.contact.as_str()))
            .collect();
        told.sort_unstable();
        let phone = "+86 10 0000 0000";
        assert_eq!(told, [("Firm 1", phone), ("Firm 2", "")]);
        let drill = NewRecall { kind: RecallKind::Drill, ..order(lot_of(&chain), "drill") };
        let drill = service.order_recall(maker, &drill).await.expect("a drill").recall_id;
        let told = service.recall_summary(maker, drill).await.expect("a report");
        assert_eq!((told.holdings.len(), told.tasks.len(), told.progress.n_all), (0, 0, 12));
        let recall = ordered(&chain).await;
        for caller in [maker, &chain.house.operator, &chain.house.regulator("33").await] {
            let told = service.recall_summary(caller, recall).await.expect("a report");
            let mut holders: Vec<_> = told
                .holdings
                .iter()
                .map(|it| (it.holder.name.as_str(), it.holder.contact.as_str(), it.n_items))
                .collect();
            holders.sort_unstable();
            assert_eq!(holders, [("Firm 1", phone, 6), ("Firm 2", phone, 6)]);
        }
        let dealer = chain.house.key(chain.shop.enterprise_id, KeyRole::Dealer).await;
        let elsewhere = chain.house.regulator("32").await;
        for caller in [&chain.shop.caller, &chain.supplier.caller, &elsewhere] {
            let refused = service.recall_summary(caller, recall).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        }
        let refused = service.recall_summary(&dealer, recall).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn a_drill_tells_nobody_and_measures_itself() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, maker) = (chain.service(), &chain.maker.caller);
        assert_eq!(service.drill_schedule(maker).await.expect("a schedule"), None);
        assert!(service.set_drill_schedule(maker, 61).await.is_err());
        service.set_drill_schedule(maker, 6).await.expect("it is kept");
        set_now_us(MORNING_US + 190 * DAY_US);
        for _ in 0..2 {
            service.remind_of_drills().await.expect("a look");
        }
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let due = service.list_letters(maker, &Page::newest()).await.expect("a list").items;
        assert_eq!(due.iter().map(|it| it.kind).collect::<Vec<_>>(), ["drill_due"]);
        let drill = NewRecall { kind: RecallKind::Drill, ..order(lot_of(&chain), "drill") };
        let drill = service.order_recall(maker, &drill).await.expect("a drill");
        let next = service.drill_schedule(maker).await.expect("a schedule").expect("one");
        assert!(next.next_at_us > MORNING_US + 360 * DAY_US);
        assert_eq!(held(&chain, &chain.shop.caller).await, []);
        chain.sell_one().await;
        service.follow_recalls().await.expect("a look");
        let progress = service.recall_progress(maker, drill.recall_id).await.expect("progress");
        assert_eq!((progress.located(), progress.complete_us()), (1.0, Some(0)));
        assert_eq!((progress.missing.len(), progress.n_alerts), (0, [0, 0, 0]));
        assert_eq!(verdict(&chain, 0).await.0, "not-scanned");
        service.end_recall(maker, drill.recall_id, "found in no time").await.expect("it ends");
        service.set_drill_schedule(maker, 0).await.expect("it ends");
        assert_eq!(service.drill_schedule(maker).await.expect("none"), None);
    })
    .await;
}
