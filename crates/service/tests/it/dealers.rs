//! Dealers: a tree that stays one, territories that nobody has twice, files in and out, keys.

use expect_test::expect;
use service::{
    Above, Caller, DealerDetails, DealerEdit, DealerView, Error, NewDealer, NewTerritory, Page,
    Role, TraceQuestion, territory_texts,
};
use store::id::DealerId;
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US, now_us, set_now_us};

pub(crate) fn details(number: &str) -> DealerDetails {
    DealerDetails {
        number: number.into(), name: format!("经销商 {number}"), ..Default::default()
    }
}

pub(crate) async fn dealer(
    house: &House,
    firm: &Firm,
    (number, parent_id): (&str, Option<DealerId>),
    territories: &str,
) -> Result<DealerId, Error> {
    let new = NewDealer {
        above: parent_id.map_or(Above::Enterprise, Above::Dealer),
        details: details(number),
        territories: NewTerritory::parse_all(territories),
        ..Default::default()
    };
    let made = house.service.create_dealer(&firm.caller, new).await?;
    Ok(made.dealer.dealer_id)
}

/// What was refused, by rule.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Rejected(found)) => {
            let rules: Vec<String> =
                found.iter().map(|it| format!("{} {}", it.pointer, it.rule)).collect();
            rules.join("\n")
        }
        Err(other) => other.to_string(),
        Ok(fine) => format!("{fine:?}"),
    }
}

async fn edit(
    house: &House,
    caller: &Caller,
    id: DealerId,
    edit: DealerEdit,
) -> Result<DealerView, Error> {
    // What happens in one moment is told in no certain order.
    set_now_us(now_us() + 1_000_000);
    house.service.change_dealer(caller, id, edit).await
}

#[tokio::test]
async fn a_tree_of_dealers_stays_a_tree() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        let caller = &firm.caller;
        let top = dealer(&house, &firm, ("D1", None), "330000").await.expect("a dealer");
        let mid = dealer(&house, &firm, ("D2", Some(top)), "330100").await.expect("a dealer");
        let low = dealer(&house, &firm, ("D3", Some(mid)), "").await.expect("a dealer");
        let found = house.service.find_dealer(caller, low).await.expect("it is there");
        let above: Vec<&str> = found.above.iter().map(|it| it.number.as_str()).collect();
        assert_eq!(above, ["D1", "D2"]);
        for (id, to) in [(top, low), (top, top), (mid, low)] {
            let moved = edit(&house, caller, id, DealerEdit::Move(Above::Dealer(to))).await;
            assert_eq!(refused(moved), "/parent_id circle");
        }
        let foreign = dealer(&house, &other, ("X", None), "").await.expect("a dealer");
        let moved = edit(&house, caller, low, DealerEdit::Move(Above::Dealer(foreign))).await;
        assert_eq!(refused(moved), "/parent_id unknown-dealer");
        let moved = edit(&house, &other.caller, low, DealerEdit::Move(Above::Enterprise)).await;
        assert!(matches!(moved, Err(Error::NotFound)));
        let moved = edit(&house, caller, low, DealerEdit::Move(Above::Number("D9".into()))).await;
        assert_eq!(refused(moved), "/parent_id unknown-dealer");
        let to_top = Above::Number("D1".into());
        edit(&house, caller, low, DealerEdit::Move(to_top)).await.expect("it moves");
        let under = house.service.list_dealers_under(caller, top, &Page::first()).await.unwrap();
        assert_eq!(under.items.len(), 2);
        // Two moves at once, each harmless alone: one of them must see the other.
        let (a, b) = tokio::join!(
            edit(&house, caller, low, DealerEdit::Move(Above::Dealer(mid))),
            edit(&house, caller, mid, DealerEdit::Move(Above::Dealer(low))),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        let wrong = [a, b].into_iter().find(Result::is_err).expect("one was refused");
        assert_eq!(refused(wrong), "/parent_id circle");
    })
    .await;
}

#[tokio::test]
async fn no_tree_grows_too_deep() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let mut above = None;
        for level in 1..=service::limits::MAX_DEALER_DEPTH {
            let number = format!("D{level}");
            let made = dealer(&house, &firm, (&number, above), "").await;
            above = Some(made.expect("a dealer"));
        }
        let refused_one = dealer(&house, &firm, ("deep", above), "").await;
        assert_eq!(refused(refused_one), "/parent_id too-deep");
    })
    .await;
}

#[tokio::test]
async fn a_territory_is_one_dealers_unless_both_share_it() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let caller = &firm.caller;
        let city = dealer(&house, &firm, ("city", None), "330100 sole").await.expect("a dealer");
        // Below it the same area is its own affair.
        let county = dealer(&house, &firm, ("county", Some(city)), "330106").await;
        let county = county.expect("a dealer");
        let rival = dealer(&house, &firm, ("rival", None), "330106 shared").await;
        assert_eq!(refused(rival), "/territories territory-taken\n/territories territory-taken");
        let rival = dealer(&house, &firm, ("rival", None), "330106 border; 440000").await;
        let rival = rival.expect("a border is nobody's");
        // What stood below it may not stand beside it.
        let moved = edit(&house, caller, county, DealerEdit::Move(Above::Dealer(rival))).await;
        assert_eq!(refused(moved), "/territories territory-taken");
        let set = |text: &str| DealerEdit::Territories(NewTerritory::parse_all(text));
        edit(&house, caller, city, set("330100 sole - 2026-12-31")).await.expect("it ends");
        let next = edit(&house, caller, rival, set("330100 sole 2027-01-01")).await;
        let told = refused(next);
        assert_eq!(told, "/territories territory-taken", "the county below has no end");
        edit(&house, caller, county, DealerEdit::Close).await.expect("it closes");
        let next = edit(&house, caller, rival, set("330100 sole 2027-01-01")).await;
        let next = territory_texts(&next.expect("it is free").territories);
        assert_eq!(next, "330100 sole 2027-01-01");
        let open = edit(&house, caller, county, DealerEdit::Reopen).await;
        assert_eq!(refused(open), "/territories territory-taken");
        let wrong = "33010 x 2026-1-1; 990000; 330100 sole 2027-01-02 2027-01-01";
        let wrong = edit(&house, caller, rival, set(wrong)).await;
        expect![[r#"
            /territories bad-division
            /territories bad-kind
            /territories bad-date
            /territories bad-division
            /territories empty-window"#]]
        .assert_eq(&refused(wrong));
    })
    .await;
}

#[tokio::test]
async fn details_are_checked_and_changes_are_remembered() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let caller = &firm.caller;
        let id = dealer(&house, &firm, ("D1", None), "").await.expect("a dealer");
        let wrong = DealerDetails {
            number: String::new(),
            name: "a\nb".into(),
            email: "nobody".into(),
            party: "1234567890123".into(),
            place: "no uri".into(),
            linked_enterprise_id: "e0000000000000".into(),
            ..Default::default()
        };
        let told = edit(&house, caller, id, DealerEdit::Details(wrong)).await;
        expect![[r#"
            /number required
            /name control-character
            /email bad-email
            /party bad-identifier
            /place bad-identifier
            /linked_enterprise_id unknown-enterprise"#]]
        .assert_eq(&refused(told));
        let full = DealerDetails {
            phone: "+86 571 0000".into(),
            party: "9521321000018".into(),
            place: "9521321000018".into(),
            linked_enterprise_id: firm.enterprise_id.to_string(),
            ..details("D1")
        };
        let it = edit(&house, caller, id, DealerEdit::Details(full.clone())).await.expect("fine");
        assert_eq!(it.dealer.party, "https://id.gs1.org/417/9521321000018");
        assert_eq!(it.dealer.place, "https://id.gs1.org/414/9521321000018");
        let twice = DealerDetails { number: "D2".into(), ..full.clone() };
        let twice = NewDealer { details: twice, ..Default::default() };
        let twice = house.service.create_dealer(caller, twice).await;
        assert_eq!(refused(twice), "/party identifier-taken\n/place identifier-taken");
        let twice = dealer(&house, &firm, ("D1", None), "").await;
        assert_eq!(refused(twice), "/number number-taken");
        edit(&house, caller, id, DealerEdit::Details(full)).await.expect("the same again");
        let county = DealerEdit::Territories(NewTerritory::parse_all("330106"));
        edit(&house, caller, id, county).await.expect("a territory");
        edit(&house, caller, id, DealerEdit::Close).await.expect("it closes");
        let changes = house.service.list_dealer_changes(caller, id, &Page::first()).await;
        let told: String = changes
            .expect("changes")
            .items
            .iter()
            .map(|it| format!("{} {}: {}\n", it.changed_by, it.action.name(), it.detail))
            .collect();
        let told = told.replace(&id.to_string(), "ID");
        let told = told.replace(&firm.enterprise_id.to_string(), "FIRM");
        expect![[r#"
            test added: D1 经销商 D1
            test changed: phone:  → +86 571 0000
            party: urn:suyuan:dealer:ID → https://id.gs1.org/417/9521321000018
            place: urn:suyuan:dealer:ID → https://id.gs1.org/414/9521321000018
            linked_enterprise_id:  → FIRM
            test territories: - → 330106 sole
            test closed: 
        "#]]
        .assert_eq(&told);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_taken_over_whole_or_not_at_all() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let (service, caller) = (&house.service, &firm.caller);
        let file = "number,parent_number,name,phone,territories\r\n\
                    D2,D1,下级,,330106\r\n\
                    D1,,上级,'+86 571,330100 sole 2026-01-01; 330483 border\r\n";
        let told = service.preview_dealers(caller, None, file.into()).await.expect("it is read");
        assert_eq!((told.n_added, told.n_changed, told.n_same, told.faults), (2, 0, 0, vec![]));
        let none = service.list_dealers(caller, &Page::first()).await.expect("a list");
        assert!(none.items.is_empty(), "a preview writes nothing");
        service.import_dealers(caller, None, file.into()).await.expect("it is taken over");
        let again = service.import_dealers(caller, None, file.into()).await.expect("again");
        assert_eq!((again.n_added, again.n_changed, again.n_same), (0, 0, 2));
        // What goes out comes in as the same.
        let rows = service.export_dealers(caller, None).await.expect("rows");
        assert_eq!(rows[0][..4], ["D1", "", "上级", ""]);
        let mut out = format!("{}\n", service::DEALER_COLUMNS.join(","));
        for row in &rows {
            out += &format!("{}\n", row.join(","));
        }
        let back = service.import_dealers(caller, None, out.into()).await.expect("it comes back");
        assert_eq!((back.n_added, back.n_changed, back.n_same), (0, 0, 2));
        let wrong = "number,parent_number,name,territories,colour\n\
                     D1,D2,上级,330100\n\
                     D3,D9,三,33\n\
                     D3,,三,330200\n\
                     ,,nobody,330300\n";
        let told = service.preview_dealers(caller, None, wrong.into()).await.expect("it is read");
        let faults: String = told
            .faults
            .iter()
            .map(|it| {
                // What is wrong, without what to do.
                let what = it.message.split([';', ':']).next().unwrap_or_default();
                format!("{} {what}\n", it.pointer)
            })
            .collect();
        expect![[r#"
            /lines/1 "colour" is no column
            /lines/3/territories "33" is no division of GB/T 2260
            /lines/4/number line 3 has the number D3 as well
            /lines/5/number fill this in
            /lines/3/parent_number no dealer has the number D9
        "#]]
        .assert_eq(&faults);
        let circle = "number,parent_number\nD1,D2\n";
        let circle = service.import_dealers(caller, None, circle.into()).await;
        assert_eq!(refused(circle), "/parent_id circle");
        let after = service.export_dealers(caller, None).await.expect("rows");
        assert_eq!(after, rows, "nothing of a wrong file stays");
        let other = refused(service.import_dealers(caller, None, "x\n".into()).await);
        assert_eq!(other, "/lines/1 unknown-column\n/lines/1 column-missing");
        let empty = refused(service.import_dealers(caller, None, Vec::new()).await);
        assert_eq!(empty, "/file empty-file");
    })
    .await;
}

#[tokio::test]
async fn licences_are_kept_and_a_dealers_key_sees_its_own() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm_in(1, None, Some("330106")).await;
        let (service, caller) = (&house.service, &firm.caller);
        let id = dealer(&house, &firm, ("D1", None), "").await.expect("a dealer");
        let other = dealer(&house, &firm, ("D2", None), "").await.expect("a dealer");
        let pdf = b"%PDF-1.7 licence".to_vec();
        let told =
            service.add_dealer_file(caller, id, ("licence", Some("2026-13-01")), pdf.clone());
        assert_eq!(refused(told.await), "/valid_until bad-date");
        let file =
            service.add_dealer_file(caller, id, ("licence", Some("2027-06-30")), pdf.clone());
        let file = file.await.expect("it is kept");
        assert_eq!(file.valid_until.map(service::date_of_day).as_deref(), Some("2027-06-30"));
        let same = service.add_dealer_file(caller, id, ("again", None), pdf.clone()).await;
        assert_eq!(same.expect("it is known").file.file_no, 1);
        let junk = service.add_dealer_file(caller, id, ("junk", None), b"MZ".to_vec()).await;
        assert_eq!(refused(junk), "/file bad-file");
        let (key, secret) = service.create_dealer_key(caller, id, "shop").await.expect("a key");
        assert_eq!(key.dealer_id, Some(id));
        let staff = service.authenticate(&secret).await.expect("it is known");
        assert_eq!((staff.role, staff.dealer_id), (Role::Dealer, Some(id)));
        assert!(service.find_dealer(&staff, id).await.is_ok());
        assert_eq!(service.dealer_file(&staff, id, 1).await.expect("a file").1, pdf);
        assert!(matches!(service.find_dealer(&staff, other).await, Err(Error::NotFound)));
        let list = service.list_dealers(&staff, &Page::first()).await;
        assert!(matches!(list, Err(Error::Forbidden)));
        let changed = edit(&house, &staff, id, DealerEdit::Close).await;
        assert!(matches!(changed, Err(Error::Forbidden)));
        // Nor does it see what others deal in.
        let page = Page::first();
        let captures = service.list_captures(&staff, &page).await.map(drop);
        let events = service.list_events(&staff, &page).await.map(drop);
        let batches = service.list_batches(&staff, &page).await.map(drop);
        let epcs = service.list_epcs(&staff, None, 10).await.map(drop);
        let question = TraceQuestion::backward("urn:epc:id:sgtin:0614141.107346.2017");
        let trace = service.trace(&staff, &question).await.map(drop);
        let query = service.list_queries(&staff, &page).await.map(drop);
        let domains = service.list_domains(&staff).await.map(drop);
        let papers = service.list_certificates(&staff, None, &page).await.map(drop);
        for told in [captures, events, batches, epcs, trace, query, domains, papers] {
            assert!(matches!(told, Err(Error::Forbidden)), "{told:?}");
        }
        let regulator = house.regulator("33").await;
        let seen = service.list_dealers(&regulator, &Page::first()).await.expect("a list");
        assert_eq!(seen.items.len(), 2);
        let elsewhere = house.regulator("44").await;
        assert!(matches!(service.find_dealer(&elsewhere, id).await, Err(Error::NotFound)));
        edit(&house, caller, id, DealerEdit::Close).await.expect("it closes");
        let refused_key = service.create_dealer_key(caller, id, "shop").await;
        assert!(matches!(refused_key, Err(Error::Conflict(_))));
    })
    .await;
}
