//! Goods of dealers: what moves, what they have by the trace engine, deliveries that are checked.

use epcis::build::{Draft, When, document};
use epcis::{Action, Role as EpcRole};
use expect_test::expect;
use service::{
    Check, DealerEdit, Error, MoveKind, NewMove, Station, StockReach, Surplus, TraceQuestion,
};
use store::id::{BatchId, DealerId};
use store::testing::each_engine;
use trace::Direction;

use crate::dealers::dealer;
use crate::house::{Firm, House, MORNING_US, now_us, set_now_us};

const MINUTE_US: i64 = 60_000_000;

/// A producer of three hundred items, a hundred of them in ten cases on a pallet, and a dealer
/// above two others.
struct Trade {
    house: House,
    firm: Firm,
    codes: Vec<String>,
    batch_id: BatchId,
    top: DealerId,
    left: DealerId,
    right: DealerId,
}

impl Trade {
    async fn new(house: House) -> Self {
        set_now_us(MORNING_US);
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 300).await;
        let batch_id = batch.batch.batch_id;
        let codes = house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code).collect();
        house.commission(&firm, batch_id, "L1").await;
        let top = dealer(&house, &firm, ("T", None), "").await.expect("a dealer");
        let left = dealer(&house, &firm, ("L", Some(top)), "").await.expect("a dealer");
        let right = dealer(&house, &firm, ("R", Some(top)), "").await.expect("a dealer");
        let trade = Self { house, firm, codes, batch_id, top, left, right };
        trade.pack().await;
        trade
    }

    /// Items 0 to 99 into ten cases, those onto a pallet.
    async fn pack(&self) {
        let mut drafts = Vec::new();
        for case in 0..10u64 {
            let draft = Draft::aggregation(Action::Add, self.next()).biz_step("packing");
            let draft = draft.epc(EpcRole::Parent, &sscc(case));
            let (first, last) = (case * 10, case * 10 + 9);
            drafts.push(draft.range(EpcRole::Child, &self.batch_id.to_string(), first, last));
        }
        let pallet = Draft::aggregation(Action::Add, self.next()).biz_step("packing");
        let pallet = pallet.epc(EpcRole::Parent, &sscc(99));
        drafts.push((0..10).fold(pallet, |draft, case| draft.epc(EpcRole::Child, &sscc(case))));
        self.tell(&drafts).await;
    }

    async fn tell(&self, drafts: &[Draft]) {
        let body = document(self.house.service.now_us(), drafts);
        let caller = &self.firm.caller;
        self.house.service.capture_document(caller, body).await.expect("it is captured");
    }

    /// A minute later.
    fn next(&self) -> When {
        set_now_us(now_us() + MINUTE_US);
        When { event_time_us: now_us(), offset: "+08:00".into() }
    }

    async fn moves(
        &self,
        kind: MoveKind,
        (from, to): (Station, Station),
        things: &[String],
        ranges: &[(u64, u64)],
    ) {
        self.next();
        let ranges = ranges.iter().map(|(first, last)| (self.batch_id, *first, *last)).collect();
        let things = things.to_vec();
        let document = "发货 1/2".into();
        let new = NewMove { kind, from, to, things, ranges, document, ..NewMove::default() };
        self.house.service.move_goods(&self.firm.caller, &new).await.expect("it moves");
    }

    /// They leave and arrive.
    async fn carry(&self, way: (Station, Station), things: &[String], ranges: &[(u64, u64)]) {
        self.moves(MoveKind::Ship, way, things, ranges).await;
        self.moves(MoveKind::Receive, way, things, ranges).await;
    }

    async fn stock(&self, id: DealerId, reach: StockReach) -> String {
        let service = &self.house.service;
        let found = service.dealer_stock(&self.firm.caller, id, reach).await.expect("stock");
        let line = |it: service::StockLine| {
            format!("{} {} {} {}", it.number, it.n_in_stock, it.n_in_transit, it.n_sold)
        };
        found.into_iter().map(line).collect::<Vec<_>>().join(", ")
    }

    /// Where the trace of each item says that it is: the last place of its way.
    async fn counted(&self, place: &str) -> u64 {
        let service = &self.house.service;
        let mut n_there = 0;
        for code in &self.codes {
            let question =
                TraceQuestion { direction: Direction::Forward, ..TraceQuestion::backward(code) };
            let trace = service.trace(&self.firm.caller, &question).await.expect("a trace");
            let [holder] = &trace.holders[..] else { panic!("one holder: {:?}", trace.holders) };
            let Some(step) = holder.step.map(|step| &trace.steps[step]) else { continue };
            let is_there = step.biz_location.as_deref() == Some(place);
            n_there += u64::from(holder.state == trace::State::InStock && is_there);
        }
        n_there
    }
}

fn sscc(number: u64) -> String {
    // Check digits are not asked for in the serial part of a URN.
    format!("urn:epc:id:sscc:6901234.{:010}", number)
}

const MAKER: Station = Station::Enterprise;

#[tokio::test]
async fn stock_follows_from_events_and_agrees_with_the_trace() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let [top, left, right] = [t.top, t.left, t.right].map(Station::Dealer);
        // The pallet, a run of loose items, and single ones.
        t.carry((MAKER, top), &[sscc(99)], &[(100, 199)]).await;
        t.carry((MAKER, top), &[t.codes[200].clone(), t.codes[201].clone()], &[]).await;
        assert_eq!(t.stock(t.top, StockReach::Alone).await, "T 202 0 0");
        // Cases leave the pallet for the dealers below.
        let off = Draft::aggregation(Action::Delete, t.next()).biz_step("unpacking");
        let at = t.house.service.find_dealer(&t.firm.caller, t.top).await.expect("it");
        let off = off.epc(EpcRole::Parent, &sscc(99)).biz_location(&at.dealer.place);
        t.tell(&[(0..4).fold(off, |draft, case| draft.epc(EpcRole::Child, &sscc(case)))]).await;
        t.carry((top, left), &[sscc(0), sscc(1)], &[(100, 149)]).await;
        t.carry((top, right), &[sscc(2)], &[(150, 159)]).await;
        t.moves(MoveKind::Ship, (top, right), &[sscc(3)], &[]).await;
        // A transfer, a return of a case, and one of single items that has not arrived.
        t.carry((left, right), &[], &[(100, 109)]).await;
        t.carry((left, top), &[sscc(1)], &[]).await;
        t.carry((top, MAKER), &[t.codes[200].clone()], &[]).await;
        t.moves(MoveKind::Ship, (right, MAKER), &[], &[(150, 151)]).await;
        let sold = Draft::object(Action::Observe, t.next()).biz_step("retail_selling");
        let dealer = t.house.service.find_dealer(&t.firm.caller, t.left).await.expect("it");
        let sold = sold.biz_location(&dealer.dealer.place).epc(EpcRole::Epc, &epc(&t, 110));
        t.tell(&[sold]).await;
        let told = t.stock(t.top, StockReach::WithBelow).await;
        expect!["L 49 0 1, R 28 10 0, T 111 0 0"].assert_eq(&told);
        assert_eq!(t.stock(t.right, StockReach::Alone).await, "R 28 10 0");
        for (id, n_items) in [(t.top, 111), (t.left, 49), (t.right, 28)] {
            let dealer = t.house.service.find_dealer(&t.firm.caller, id).await.expect("it");
            assert_eq!(t.counted(&dealer.dealer.place).await, n_items, "{}", dealer.dealer.number);
        }
    })
    .await;
}

fn epc(t: &Trade, n: usize) -> String {
    format!("https://t.example/c/{}", t.codes[n])
}

fn told(check: &Check) -> String {
    let mut lines = format!("{} of {}\n", check.n_found, check.n_expected);
    for (_, result, n_items) in &check.scanned {
        lines += &format!("{} {n_items}\n", result.name());
    }
    for (name, n_items) in &check.missing {
        lines += &format!("missing {} {n_items}\n", name.rsplit('.').next().unwrap_or_default());
    }
    lines
}

#[tokio::test]
async fn a_delivery_is_checked_by_scanning_and_taken_in() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let service = &t.house.service;
        let [top, right] = [t.top, t.right].map(Station::Dealer);
        let (_, secret) =
            service.create_dealer_key(&t.firm.caller, t.top, "shop").await.expect("a key");
        let staff = service.authenticate(&secret).await.expect("it is known");
        t.moves(MoveKind::Ship, (MAKER, top), &[sscc(0), sscc(1)], &[(100, 104)]).await;
        t.carry((MAKER, right), &[], &[(110, 119)]).await;
        let shipments = service.list_shipments(&staff, t.top).await.expect("a list");
        let [one] = &shipments[..] else { panic!("one shipment: {shipments:?}") };
        assert_eq!((one.n_items, one.document_number.as_str()), (25, "发货 1/2"));
        assert!(one.document.starts_with("urn:suyuan:desadv:") && one.document.is_ascii());
        let firm = service.find_enterprise(&t.firm.caller, t.firm.enterprise_id).await;
        assert_eq!(one.from_name, firm.expect("it is known").name);
        let which = (t.top, one.shipment_id.as_str());
        let scans: Vec<String> = vec![
            sscc(0),
            t.codes[100].clone(),
            epc(&t, 101),
            t.codes[100].clone(),
            t.codes[120].clone(),
            t.codes[110].clone(),
            "123456789012345".into(),
            sscc(5),
        ];
        let check = service.check_shipment(&staff, which, &scans).await.expect("a check");
        expect![[r#"
            12 of 25
            expected 10
            expected 1
            expected 1
            surplus 1
            of_another 1
            unknown 0
            surplus 10
            missing org/00/069012340000000016 10
            missing loose 3
        "#]]
        .assert_eq(&told(&check).replace(&loose(&t), "loose"));
        let taken = service.receive_shipment(&staff, which, &scans, Surplus::Leave).await;
        taken.expect("it is taken in");
        assert_eq!(t.stock(t.top, StockReach::Alone).await, "T 12 13 0");
        // What is left of it comes later, and what came is there.
        t.next();
        let rest = service.list_shipments(&staff, t.top).await.expect("a list");
        let which = (t.top, rest[0].shipment_id.as_str());
        let scans = [sscc(1), sscc(0), t.codes[120].clone()];
        let check = service.check_shipment(&staff, which, &scans).await.expect("a check");
        assert!(told(&check).starts_with("10 of 13\nexpected 10\nhere 10\nsurplus 1\n"));
        let all = [sscc(1), t.codes[102].clone(), t.codes[103].clone(), t.codes[104].clone()];
        service.receive_shipment(&staff, which, &all, Surplus::Leave).await.expect("the rest");
        assert_eq!(t.stock(t.top, StockReach::Alone).await, "T 25 0 0");
        assert!(service.list_shipments(&staff, t.top).await.expect("a list").is_empty());
        let gone = service.check_shipment(&staff, which, &all).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        let other = service.list_shipments(&staff, t.right).await;
        assert!(matches!(other, Err(Error::NotFound)), "{other:?}");
    })
    .await;
}

/// How loose items 102 to 104 are called together.
fn loose(t: &Trade) -> String {
    let name =
        format!("https://t.example/c/{} … https://t.example/c/{}", t.codes[102], t.codes[104]);
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_dealers_key_moves_its_own_goods_alone() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let service = &t.house.service;
        let [top, left, right] = [t.top, t.left, t.right].map(Station::Dealer);
        let (_, secret) =
            service.create_dealer_key(&t.firm.caller, t.left, "shop").await.expect("a key");
        let staff = service.authenticate(&secret).await.expect("it is known");
        t.carry((MAKER, left), &[], &[(100, 109)]).await;
        t.next();
        let new = |kind, from, to| NewMove {
            kind,
            from,
            to,
            things: vec![t.codes[100].clone()],
            ..NewMove::default()
        };
        for (kind, from, to, is_allowed) in [
            (MoveKind::Ship, left, top, true),
            (MoveKind::Ship, left, MAKER, true),
            (MoveKind::Receive, top, left, true),
            (MoveKind::Ship, left, right, false),
            (MoveKind::Ship, top, left, false),
            (MoveKind::Receive, left, top, false),
        ] {
            t.next();
            let moved = service.move_goods(&staff, &new(kind, from, to)).await;
            match moved {
                Ok(_) => assert!(is_allowed, "{kind:?} {from:?} {to:?}"),
                Err(error) => assert!(matches!(error, Error::Forbidden) && !is_allowed, "{error}"),
            }
        }
        let nothing = NewMove { from: MAKER, to: top, ..NewMove::default() };
        let nothing = service.move_goods(&t.firm.caller, &nothing).await;
        assert!(matches!(nothing, Err(Error::Rejected(_))));
        let same = service.move_goods(&t.firm.caller, &new(MoveKind::Ship, top, top)).await;
        assert!(matches!(same, Err(Error::Rejected(_))));
        // Nothing is sent to who is closed, but what was sent before may still be told.
        t.next();
        let before_us = now_us() - MINUTE_US;
        service.change_dealer(&t.firm.caller, t.right, DealerEdit::Close).await.expect("it closes");
        let closed = NewMove {
            things: vec![t.codes[130].clone()],
            ..new(MoveKind::Ship, MAKER, Station::Dealer(t.right))
        };
        let refused = service.move_goods(&t.firm.caller, &closed).await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
        let earlier = NewMove { event_time_us: Some(before_us), ..closed };
        service.move_goods(&t.firm.caller, &earlier).await.expect("it was before");
    })
    .await;
}

#[tokio::test]
async fn moves_come_from_a_file_whole_or_not_at_all() {
    each_engine(async |store| {
        let t = Trade::new(House::new(store).await).await;
        let (service, caller) = (&t.house.service, &t.firm.caller);
        t.next();
        let batch = t.batch_id;
        let file = format!(
            "thing,from,to,batch_id,first,last,document\n\
             {},,T,,,,D-1\n\
             ,,T,{batch},100,104,D-1\n\
             {},,L,,,,D-2\n",
            sscc(0),
            t.codes[200],
        );
        let told = service.preview_moves(caller, file.clone().into()).await.expect("it is read");
        assert_eq!((told.n_events, told.n_rows, told.faults), (2, 3, vec![]));
        assert_eq!(t.stock(t.top, StockReach::Alone).await, "");
        service.import_moves(caller, file.into()).await.expect("it is taken over");
        assert_eq!(t.stock(t.top, StockReach::WithBelow).await, "L 0 1 0, T 0 15 0");
        let shipments = service.list_shipments(caller, t.top).await.expect("a list");
        assert!(shipments[0].document.ends_with(":D-1"), "{shipments:?}");
        t.next();
        let wrong = format!("thing,to\n{},T\nnonsense,T\n{},X\n", sscc(1), sscc(2));
        let told = service.preview_moves(caller, wrong.clone().into()).await.expect("it is read");
        let pointers: Vec<&str> = told.faults.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/lines/4/to", "/lines/3/thing"]);
        let refused = service.import_moves(caller, wrong.into()).await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
        assert_eq!(t.stock(t.top, StockReach::WithBelow).await, "L 0 1 0, T 0 15 0");
    })
    .await;
}
