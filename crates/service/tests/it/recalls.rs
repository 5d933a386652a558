//! Recalls: what an order would call back, from each kind of start, and what is told to whom.

use epcis::build::{Draft, When, document};
use epcis::{Action, Role};
use service::{
    Caller, Commission, Device, Error, Gap, HolderKey, NewBatch, NewParty, NewRecall, Page,
    RecallKind, RecallLevel, RecallPreview, RecallQuestion, RecallStart, Role as KeyRole, Scan,
    Selection, Service,
};
use store::id::RecallId;
use store::testing::each_engine;
use trace::State;
use verdict::{DeviceId, Granularity};

use crate::house::{Firm, House, MORNING_US, set_now_us};

pub(crate) const GTIN: &str = "06901234567892";
const HOUR_US: i64 = 3_600_000_000;
pub(crate) const SHOP: &str = "https://id.gs1.org/414/9521321000018";

/// A producer that made twelve items of an ingredient in two cases on a pallet, one of which a
/// dealer took over and sold one item of.
pub(crate) struct Chain {
    pub(crate) house: House,
    pub(crate) maker: Firm,
    pub(crate) shop: Firm,
    pub(crate) supplier: Firm,
    pub(crate) codes: Vec<String>,
    pub(crate) lot_id: String,
}

pub(crate) fn when(hours: i64) -> When {
    When { event_time_us: MORNING_US + hours * HOUR_US, offset: "+08:00".into() }
}

pub(crate) async fn tell(house: &House, caller: &Caller, drafts: &[Draft]) {
    let body = document(house.service.now_us(), drafts);
    house.service.capture_document(caller, body).await.expect("it is captured");
}

impl Chain {
    pub(crate) async fn new(house: House) -> Self {
        set_now_us(MORNING_US + 10 * HOUR_US);
        let maker = house.firm_in(1, Some(GTIN), Some("330106")).await;
        let shop = house.firm_in(2, None, Some("320102")).await;
        let supplier = house.firm_in(3, None, None).await;
        let party =
            NewParty { enterprise_id: shop.enterprise_id.to_string(), identifier: SHOP.into() };
        house.service.create_party(&house.operator, party).await.expect("a party");
        let batch = house.batch(&maker, 12).await;
        let codes: Vec<String> =
            house.printed(&maker, &batch).await.into_iter().map(|(code, _)| code).collect();
        let commission = Commission {
            codes: Selection::Whole(batch.batch.batch_id),
            lot_number: "L1".into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: Some(MORNING_US - 2 * HOUR_US),
        };
        let done = house.service.commission_codes(&maker.caller, commission).await.expect("bound");
        let lot_id = done.lot_id.expect("a lot").to_string();
        let chain = Self { house, maker, shop, supplier, codes, lot_id };
        chain.tell_story().await;
        chain
    }

    pub(crate) fn epc(&self, n: usize) -> String {
        format!("https://id.gs1.org/01/{GTIN}/21/{}", self.codes[n])
    }

    async fn tell_story(&self) {
        let id = self.maker.caller.enterprise_id.expect("an enterprise");
        let of_maker = |draft: Draft| draft.read_point(&format!("https://m.example/{id}"));
        let items = |draft: Draft, role, range: std::ops::Range<usize>| {
            range.fold(draft, |draft, n| draft.epc(role, &self.epc(n)))
        };
        let supplied = Draft::object(Action::Add, when(-30)).biz_step("commissioning").quantity(
            Role::Epc,
            MILK,
            "100",
            Some("KGM"),
        );
        tell(&self.house, &self.supplier.caller, &[supplied]).await;
        let made = Draft::transformation(when(-3)).biz_step("creating_class_instance").quantity(
            Role::Input,
            MILK,
            "40",
            Some("KGM"),
        );
        let mut drafts = vec![of_maker(items(made, Role::Output, 0..12))];
        for (case, range) in [("C1", 0..6), ("C2", 6..12)] {
            let packed = Draft::aggregation(Action::Add, when(1)).biz_step("packing");
            drafts.push(of_maker(items(
                packed.epc(Role::Parent, &thing(case)),
                Role::Child,
                range,
            )));
        }
        let loaded = Draft::aggregation(Action::Add, when(2)).biz_step("packing");
        drafts.push(of_maker(loaded.epc(Role::Parent, &thing("P")).epc(Role::Child, &thing("C1"))));
        let shipped = Draft::object(Action::Observe, when(3)).biz_step("shipping");
        drafts.push(of_maker(shipped.epc(Role::Epc, &thing("P"))).destination("location", SHOP));
        tell(&self.house, &self.maker.caller, &drafts).await;
    }

    /// The shop takes the pallet in, and sells the first item.
    pub(crate) async fn sell_one(&self) {
        let received = Draft::object(Action::Observe, when(5))
            .biz_step("receiving")
            .epc(Role::Epc, &thing("P"))
            .biz_location("https://shop.example/backroom");
        let opened = Draft::aggregation(Action::Delete, when(6))
            .biz_step("unpacking")
            .epc(Role::Parent, &thing("C1"))
            .epc(Role::Child, &self.epc(0));
        let sold = Draft::object(Action::Observe, when(7))
            .biz_step("retail_selling")
            .epc(Role::Epc, &self.epc(0));
        tell(&self.house, &self.shop.caller, &[received, opened, sold]).await;
    }

    pub(crate) fn service(&self) -> &Service {
        &self.house.service
    }

    async fn preview(&self, start: RecallStart) -> Result<RecallPreview, Error> {
        self.service().preview_recall(&self.maker.caller, &question(start)).await
    }
}

const MILK: &str = "https://id.gs1.org/01/09521321000025/10/MILK7";

pub(crate) fn thing(name: &str) -> String {
    format!("https://things.example/{name}")
}

pub(crate) fn question(start: RecallStart) -> RecallQuestion {
    RecallQuestion { start, enterprise_id: None, event_time_us: None, record_time_us: None }
}

fn states(preview: &RecallPreview) -> Vec<(State, u64)> {
    preview.states.iter().map(|(state, amounts)| (*state, amounts.n_items)).collect()
}

#[tokio::test]
async fn every_kind_of_start_leads_to_the_goods() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let lot = chain.preview(RecallStart::Thing(chain.lot_id.clone())).await.expect("a set");
        assert_eq!((lot.total.n_items, lot.n_cases, lot.n_pallets), (12, 2, 1));
        assert_eq!(states(&lot), [(State::InStock, 6), (State::InTransit, 6)]);
        assert_eq!(lot.n_holders, 2);
        let class = format!("https://id.gs1.org/01/{GTIN}/10/L1");
        let query = r#"{"eventType": ["AggregationEvent"], "EQ_bizStep": ["packing"]}"#;
        let place = RecallStart::Place {
            place: format!("https://m.example/{}", chain.maker.enterprise_id),
            from_us: when(0).event_time_us,
            until_us: when(1).event_time_us,
        };
        for start in [
            RecallStart::Thing(class),
            RecallStart::Thing(MILK.to_owned()),
            RecallStart::Query(query.to_owned()),
            place,
        ] {
            let same = chain.preview(start.clone()).await.expect("a set");
            assert_eq!(same.total, lot.total, "{start:?}");
            assert_eq!(same.root_hash, lot.root_hash, "{start:?}");
        }
        let one = chain.preview(RecallStart::Thing(chain.codes[3].clone())).await.expect("a set");
        assert_eq!(one.total.n_items, 1);
        // What is in the pallet, and not the pallet.
        let pallet = chain.preview(RecallStart::Thing(thing("P"))).await.expect("a set");
        assert_eq!(pallet.total.n_items, 6);
        let newest = Page::newest();
        let events = chain.service().list_events(&chain.maker.caller, &newest).await;
        let events = events.expect("events").items;
        let shipping = events.into_iter().find(|it| it.biz_step.ends_with("shipping"));
        let shipping = shipping.expect("it was shipped").event_id;
        let event = chain.preview(RecallStart::Event(shipping)).await.expect("a set");
        assert_eq!(event.root_hash, pallet.root_hash);
        // As of an earlier time the pallet was not there.
        let earlier = RecallQuestion {
            event_time_us: Some(when(1).event_time_us),
            ..question(RecallStart::Thing(chain.lot_id.clone()))
        };
        let earlier = chain.service().preview_recall(&chain.maker.caller, &earlier).await.unwrap();
        assert_eq!(states(&earlier), [(State::InStock, 12)]);
        assert_eq!((earlier.n_pallets, earlier.root_hash), (0, lot.root_hash));
    })
    .await;
}

#[tokio::test]
async fn holders_are_named_as_far_as_the_caller_may_know() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        chain.sell_one().await;
        let start = RecallStart::Thing(chain.lot_id.clone());
        let mine = chain.preview(start.clone()).await.expect("a set");
        assert_eq!(states(&mine), [(State::InStock, 11), (State::Sold, 1)],);
        let named: Vec<_> = mine.holders.iter().map(|it| it.holder.as_ref()).collect();
        let name = |n: usize| named[n].map(|it| it.name.as_str());
        assert_eq!((named.len(), name(0), name(1)), (2, Some("Firm 1"), None));
        assert!(mine.gaps.contains(&Gap::HiddenEvents(3)), "{:?}", mine.gaps);
        let regulator = chain.house.regulator("33").await;
        let whole = RecallQuestion {
            enterprise_id: Some(chain.maker.enterprise_id.to_string()),
            ..question(start.clone())
        };
        let told = chain.service().preview_recall(&regulator, &whole).await.expect("a set");
        let shop = told.holders.iter().find(|it| {
            it.holder
                .as_ref()
                .is_some_and(|it| it.key == HolderKey::Enterprise(chain.shop.enterprise_id))
        });
        let shop = shop.expect("the shop has some");
        assert_eq!(shop.holder.as_ref().unwrap().contact, "+86 10 0000 0000");
        assert_eq!(shop.containers, [thing("C1")]);
        assert_eq!(told.root_hash, mine.root_hash);
        // Nobody recalls the goods of others, and what one may not know does not exist.
        for (caller, wanted) in [
            (chain.house.regulator("32").await, whole.clone()),
            (chain.shop.caller.clone(), whole.clone()),
            (chain.shop.caller.clone(), question(start.clone())),
        ] {
            let refused = chain.service().preview_recall(&caller, &wanted).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        }
        let dealer = chain.house.key(chain.maker.enterprise_id, KeyRole::Dealer).await;
        let refused = chain.service().preview_recall(&dealer, &question(start.clone())).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        let nobody = chain.service().preview_recall(&regulator, &question(start)).await;
        assert!(matches!(nobody, Err(Error::Rejected(_))));
    })
    .await;
}

#[tokio::test]
async fn goods_of_others_are_counted_and_not_taken() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        // The supplier knows of its milk, and not of what was made of it.
        let of_supplier = question(RecallStart::Thing(MILK.to_owned()));
        let milk = chain.service().preview_recall(&chain.supplier.caller, &of_supplier).await;
        let milk = milk.expect("a set");
        assert_eq!((milk.total.n_items, milk.total.n_lots), (0, 1));
        let others = milk.gaps.iter().find_map(|gap| match gap {
            Gap::OthersGoods(amounts) => Some(amounts.n_items),
            _ => None,
        });
        assert_eq!(others, Some(12));
        assert!(milk.gaps.contains(&Gap::AmountsOnly(1)));
        for start in [
            RecallStart::Thing("no such thing".into()),
            RecallStart::Event("urn:none".into()),
            RecallStart::Query(r#"{"EQ_bizStep": 7, "nonsense": 1}"#.into()),
            RecallStart::Place { place: "gate".into(), from_us: 0, until_us: 1 },
            RecallStart::Place { place: SHOP.into(), from_us: 1, until_us: 0 },
            RecallStart::Place { place: SHOP.into(), from_us: i64::MIN, until_us: i64::MAX },
            RecallStart::Query(r#"{"EQ_bizStep": ["destroying"]}"#.into()),
        ] {
            let refused = chain.preview(start.clone()).await;
            assert!(
                matches!(refused, Err(Error::Rejected(_) | Error::NotFound)),
                "{start:?} {refused:?}"
            );
        }
    })
    .await;
}

pub(crate) fn order(start: RecallStart, client_token: &str) -> NewRecall {
    NewRecall {
        question: question(start),
        kind: RecallKind::Recall,
        level: RecallLevel::First,
        reason: "metal fragments".into(),
        instructions: ["停止食用".into(), String::new(), "do not eat it".into()],
        deadline_us: None,
        client_token: client_token.into(),
        root_hash: None,
    }
}

pub(crate) async fn verdict(chain: &Chain, n: usize) -> (&'static str, Option<String>) {
    let scan = Scan::LOOK;
    let answer = chain.service().scan_code(&chain.codes[n], scan).await.expect("an answer");
    let recall = answer.recall.map(|recall| recall.recall_id.to_string());
    (answer.verdict.state.name(), recall)
}

#[tokio::test]
async fn an_order_is_told_at_once_and_taken_once() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store.clone()).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let lot = RecallStart::Thing(chain.lot_id.clone());
        assert_eq!(verdict(&chain, 0).await, ("not-scanned", None));
        let drill = NewRecall { kind: RecallKind::Drill, ..order(lot.clone(), "drill") };
        service.order_recall(caller, &drill).await.expect("a drill");
        assert_eq!(verdict(&chain, 0).await, ("not-scanned", None));
        let other = NewRecall { root_hash: Some([7; 32]), ..order(lot.clone(), "t1") };
        let refused = service.order_recall(caller, &other).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
        let seen = service.preview_recall(caller, &question(lot.clone())).await.expect("a set");
        let new = NewRecall { root_hash: Some(seen.root_hash), ..order(lot.clone(), "t1") };
        let recall = service.order_recall(caller, &new).await.expect("an order");
        assert_eq!((recall.n_items, recall.root_hash), (12, seen.root_hash));
        assert_eq!(recall.begin_by_us - recall.ordered_at_us, 24 * HOUR_US);
        let id = recall.recall_id.to_string();
        for n in [0, 5, 11] {
            assert_eq!(verdict(&chain, n).await, ("recalled", Some(id.clone())));
        }
        // Sent again it is the same order; the token of another is refused.
        assert_eq!(service.order_recall(caller, &new).await.expect("the order"), recall);
        let another = NewRecall { level: RecallLevel::Third, ..new.clone() };
        assert!(matches!(service.order_recall(caller, &another).await, Err(Error::Conflict(_))));
        // A leaf for the order, one for the drill, and each commits to the exact bytes.
        let n_leaves = store::log_queue::n_waiting(&store, tlog::Kind::Recall).await;
        assert_eq!(n_leaves.expect("a count"), 2);
        let body: serde_json::Value = serde_json::from_slice(&recall.body).expect("JSON");
        assert_eq!((&body["recall_id"], &body["n_items"]), (&id.into(), &12.into()));
        // Lists are whose they are.
        let listed = service.list_recalls(caller, &Page::newest()).await.expect("a list").items;
        assert_eq!(listed.len(), 2);
        let inside = chain.house.regulator("33").await;
        assert_eq!(service.find_recall(&inside, recall.recall_id).await.expect("it"), recall);
        for outside in [&chain.shop.caller, &chain.house.regulator("32").await] {
            let refused = service.find_recall(outside, recall.recall_id).await;
            assert!(matches!(refused, Err(Error::NotFound)));
            let listed = service.list_recalls(outside, &Page::first()).await.expect("a list");
            assert_eq!(listed.items, []);
        }
    })
    .await;
}

#[tokio::test]
async fn who_scans_while_an_order_is_written_is_counted_and_told_from_its_answer_on() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let code = chain.codes[3].clone();
        let mut scans = tokio::task::JoinSet::new();
        let (ordered, is_ordered) = tokio::sync::watch::channel(false);
        for n in 0..8u64 {
            let (service, code, is_ordered) =
                (chain.service().clone(), code.clone(), is_ordered.clone());
            scans.spawn(async move {
                let mut told = Vec::new();
                for turn in 0.. {
                    // What was ordered before it asked must be told.
                    let is_known = *is_ordered.borrow();
                    let device = Some(Device::New(DeviceId(n * 1_000 + turn)));
                    let scan = Scan { device, ..Scan::CHECK };
                    let answer = service.scan_code(&code, scan).await.expect("an answer");
                    told.push((is_known, answer.verdict.state.name()));
                    if is_known {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                told
            });
        }
        tokio::task::yield_now().await;
        let lot = RecallStart::Thing(chain.lot_id.clone());
        let order = chain.service().order_recall(&chain.maker.caller, &order(lot, "t1")).await;
        ordered.send(true).expect("they listen");
        assert_eq!(order.expect("an order").n_items, 12);
        let mut told = Vec::new();
        while let Some(heard) = scans.join_next().await {
            told.extend(heard.expect("a scan ends"));
        }
        assert!(told.iter().all(|(is_known, state)| !is_known || *state == "recalled"), "{told:?}");
        assert!(told.iter().any(|(_, state)| *state != "recalled"), "some came before");
        let look = chain.service().scan_code(&code, Scan::LOOK).await.expect("an answer");
        assert_eq!(look.trail.n_scans, told.len() as u64);
    })
    .await;
}

#[tokio::test]
async fn the_gravest_recall_of_an_item_is_told() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, owner) = (chain.service(), &chain.maker.caller);
        let regulator = chain.house.regulator("33").await;
        let mut n_orders = 0;
        let mut give = async |caller: &Caller, thing: String, level| {
            n_orders += 1;
            set_now_us(MORNING_US + 10 * HOUR_US + n_orders);
            let new = order(RecallStart::Thing(thing), &n_orders.to_string());
            let mut new = NewRecall { level, ..new };
            new.question.enterprise_id = Some(chain.maker.enterprise_id.to_string());
            service.order_recall(caller, &new).await.expect("an order").recall_id
        };
        // The first item is in the pallet and the eighth is not.
        let told = async || [verdict(&chain, 1).await.1, verdict(&chain, 7).await.1];
        let some = |it: RecallId| Some(it.to_string());
        let lot = || chain.lot_id.clone();
        let mild = give(owner, thing("P"), RecallLevel::Third).await;
        assert_eq!(told().await, [some(mild), None]);
        let grave = give(owner, lot(), RecallLevel::Second).await;
        assert_eq!(told().await, [some(grave), some(grave)]);
        let authority = give(&regulator, thing("P"), RecallLevel::Second).await;
        assert_eq!(told().await, [some(authority), some(grave)]);
        let newer = give(owner, lot(), RecallLevel::Second).await;
        assert_eq!(told().await, [some(authority), some(newer)]);
        let gravest = give(owner, chain.codes[7].clone(), RecallLevel::First).await;
        assert_eq!(told().await, [some(authority), some(gravest)]);
        give(owner, lot(), RecallLevel::Third).await;
        assert_eq!(told().await, [some(authority), some(gravest)]);
        for (caller, id, left) in [
            (owner, gravest, [some(authority), some(newer)]),
            (owner, newer, [some(authority), some(grave)]),
            (&regulator, authority, [some(grave), some(grave)]),
        ] {
            service.withdraw_recall(caller, id, "a mistake").await.expect("it ends");
            assert_eq!(told().await, left);
        }
    })
    .await;
}

#[tokio::test]
async fn recalls_of_the_same_goods_cover_for_each_other() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let lot = order(RecallStart::Thing(chain.lot_id.clone()), "lot");
        let lot = NewRecall { level: RecallLevel::Second, ..lot };
        let lot = service.order_recall(caller, &lot).await.expect("an order");
        let pallet = order(RecallStart::Thing(thing("P")), "pallet");
        let pallet = service.order_recall(caller, &pallet).await.expect("an order");
        let told = async |n| verdict(&chain, n).await.1;
        let [first, second] = [&pallet, &lot].map(|it| Some(it.recall_id.to_string()));
        assert_eq!((told(1).await, told(7).await), (first, second.clone()));
        let blank = service.withdraw_recall(caller, pallet.recall_id, " ").await;
        assert!(matches!(blank, Err(Error::Rejected(_))));
        let ended = service.withdraw_recall(caller, pallet.recall_id, "a mistake").await;
        assert_eq!(ended.expect("it ends").state.name(), "withdrawn");
        assert_eq!((told(1).await, told(7).await), (second.clone(), second));
        let again = service.withdraw_recall(caller, pallet.recall_id, "again").await;
        assert!(matches!(again, Err(Error::Conflict(_))));
        service.withdraw_recall(caller, lot.recall_id, "also a mistake").await.expect("it ends");
        assert_eq!((verdict(&chain, 1).await.0, told(7).await), ("not-scanned", None));
    })
    .await;
}

#[tokio::test]
async fn an_order_is_refused_with_all_that_is_wrong() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, caller) = (chain.service(), &chain.maker.caller);
        let lot = RecallStart::Thing(chain.lot_id.clone());
        let bad = NewRecall {
            reason: " ".into(),
            instructions: Default::default(),
            deadline_us: Some(0),
            client_token: "t".repeat(101),
            ..order(lot.clone(), "")
        };
        let Err(Error::Rejected(violations)) = service.order_recall(caller, &bad).await else {
            panic!("it is refused");
        };
        let pointers: Vec<_> = violations.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/reason", "/client_token", "/instruction", "/deadline"]);
        // The shop may know of the pallet, and owns nothing in it.
        chain.sell_one().await;
        let foreign = order(RecallStart::Thing(thing("P")), "t");
        let refused = service.order_recall(&chain.shop.caller, &foreign).await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
        let new = order(lot, "same");
        let both =
            tokio::join!(service.order_recall(caller, &new), service.order_recall(caller, &new));
        assert_eq!(both.0.expect("an order"), both.1.expect("the same"));
    })
    .await;
}

#[tokio::test]
async fn the_code_of_a_lot_is_told_and_that_of_a_product_is_not() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, Some(GTIN)).await;
        for (granularity, lot_number, state) in [
            (Granularity::Lot, "L8", "recalled"),
            // It is on goods of other lots as well.
            (Granularity::Product, "L9", "same-for-all"),
        ] {
            let new = NewBatch {
                product_id: firm.product_id,
                granularity,
                n_digits: None,
                n_codes: 1,
                is_sample: false,
                has_cover: false,
            };
            let batch = house.service.mint_batch(&firm.caller, new).await.expect("a batch");
            let code = house.printed(&firm, &batch).await.swap_remove(0).0;
            house.commission(&firm, batch.batch.batch_id, lot_number).await;
            let new = order(RecallStart::Thing(code.clone()), lot_number);
            let recall = house.service.order_recall(&firm.caller, &new).await.expect("an order");
            assert_eq!((recall.n_items, recall.n_lots), (0, 1));
            let scan = Scan::LOOK;
            let answer = house.service.scan_code(&code, scan).await.expect("an answer");
            assert_eq!(answer.verdict.state.name(), state);
            // Whoever scans either is told of it.
            assert_eq!(answer.recall.map(|it| it.recall_id), Some(recall.recall_id));
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_authority_ordered_the_owner_does_not_end() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let (service, owner) = (chain.service(), &chain.maker.caller);
        let regulator = chain.house.regulator("33").await;
        let mut new = order(RecallStart::Thing(chain.lot_id.clone()), "t");
        new.question.enterprise_id = Some(chain.maker.enterprise_id.to_string());
        let id = service.order_recall(&regulator, &new).await.expect("an order").recall_id;
        let seen = service.recall_progress(owner, id).await.expect("its owner sees it");
        assert!(!seen.may_be_ended);
        for refused in [
            service.withdraw_recall(owner, id, "a mistake").await.err(),
            service.end_recall(owner, id, "all is well").await.err(),
        ] {
            assert!(matches!(refused, Some(Error::Forbidden)), "{refused:?}");
        }
        assert_eq!(verdict(&chain, 0).await.0, "recalled");
        let ended = service.end_recall(&regulator, id, "all is back").await.expect("it ends");
        assert_eq!(ended.recall.ordered_by, "regulator: test");
    })
    .await;
}
