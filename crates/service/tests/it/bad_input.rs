//! What strangers send: each refusal has its name, and nothing changes.

use epcis::build::{Draft, Ilmd, When, document};
use epcis::{Action, Role as EventRole};
use service::{
    Caller, Commission, Error, NewBatch, NewKey, NewProduct, Page, PrintRange, Role, Scan,
    Selection, TraceQuestion,
};
use store::Store;
use store::testing::each_engine;
use verdict::{Granularity, State};

use crate::house::{Firm, House, MORNING_US, set_now_us};

const EVENT_ID: &str = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8";

fn rules<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<&'static str> {
    match result {
        Err(Error::Rejected(violations)) => violations.iter().map(|found| found.rule).collect(),
        other => panic!("expected a rejection, got {other:?}"),
    }
}

#[tokio::test]
async fn codes_as_people_write_them() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 10).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(3);
        let look = Scan::LOOK;
        let verdict = async |text: &str| {
            let answer = house.service.scan_code(text, look).await.expect("a verdict");
            (answer.verdict.state.name(), answer.verdict.state.reason())
        };
        let wide: String =
            code.chars().filter_map(|c| char::from_u32(c as u32 + 0xff10 - 0x30)).collect();
        let spaced = format!(" {}-{} {} ", &code[..4], &code[4..8], &code[8..]);
        for good in [code.as_str(), &wide, &spaced] {
            assert_eq!(verdict(good).await, ("not-commissioned", None), "{good}");
        }
        let last = code.as_bytes()[16];
        let off = format!("{}{}", &code[..16], (last - b'0' + 1) % 10);
        assert_eq!(verdict(&off).await, ("mistyped", Some("check-digit")));
        for text in ["", "1", &code[..16], &format!("{code}1"), &"9".repeat(1000)] {
            assert_eq!(verdict(text).await, ("mistyped", Some("length")), "{text}");
        }
        for text in ["1234567890123456X", "12345678901234\u{0}67", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]
        {
            assert_eq!(verdict(text).await, ("mistyped", Some("characters")), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn orders_that_cannot_be_filled() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let order = async |n_codes, n_digits, is_sample| {
            let new = NewBatch {
                product_id: firm.product_id,
                granularity: Granularity::Item,
                n_digits,
                n_codes,
                is_sample,
                has_cover: false,
            };
            house.service.mint_batch(&firm.caller, new).await
        };
        assert_eq!(rules(order(0, None, false).await), ["n-codes-out-of-range"]);
        assert_eq!(rules(order(u64::MAX, None, false).await), ["n-codes-out-of-range"]);
        assert_eq!(rules(order(1, Some(16), false).await), ["length-not-allowed"]);
        assert!(matches!(order(1, None, true).await, Err(Error::Forbidden)));
        for granularity in [Granularity::Lot, Granularity::Product] {
            let new = NewBatch {
                product_id: firm.product_id,
                granularity,
                n_digits: None,
                n_codes: 1,
                is_sample: false,
                has_cover: true,
            };
            let refused = house.service.mint_batch(&firm.caller, new).await;
            assert_eq!(rules(refused), ["cover-needs-items"]);
        }
        let page = house.service.list_batches(&firm.caller, &Page::first()).await;
        assert_eq!(page.expect("a list").items, []);
        let batch = house.batch(&firm, 10).await.batch.batch_id;
        for (first, end) in [(0, Some(11)), (10, None), (5, Some(5)), (u64::MAX, Some(3))] {
            let range = PrintRange { first, end, with_bom: false };
            let file = house.service.open_print_file(&firm.caller, batch, range).await;
            assert_eq!(rules(file.map(|_| ())), ["range-outside-batch"]);
        }
    })
    .await;
}

#[tokio::test]
async fn another_enterprises_ids_answer_like_unknown_ones() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let service = &house.service;
        let batch = house.batch(&firm, 10).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let id = batch.batch.batch_id;
        let range = PrintRange { first: 0, end: None, with_bom: false };
        let new = NewBatch {
            product_id: firm.product_id,
            granularity: Granularity::Item,
            n_digits: None,
            n_codes: 1,
            is_sample: false,
            has_cover: false,
        };
        let commission = |codes| Commission {
            codes,
            lot_number: "L1".into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: None,
        };
        let stranger = &other.caller;
        let whole = commission(Selection::Whole(id));
        let answers = [
            service.find_batch(stranger, id).await.err(),
            service.find_product(stranger, firm.product_id).await.err(),
            service.find_enterprise(stranger, firm.enterprise_id).await.err(),
            service.mint_batch(stranger, new).await.err(),
            service.open_print_file(stranger, id, range).await.err(),
            service.list_downloads(stranger, id, &Page::first()).await.err(),
            service.qr_svg(stranger, &code, service::Under::Domain).await.err(),
            service.commission_codes(stranger, whole).await.err(),
            service.set_picture(stranger, firm.product_id, Vec::new()).await.err(),
        ];
        for (index, answer) in answers.iter().enumerate() {
            assert!(matches!(answer, Some(Error::NotFound)), "{index}: {answer:?}");
        }
        let listed = commission(Selection::List(vec![code]));
        assert_eq!(rules(service.commission_codes(stranger, listed).await), ["unknown-code"]);
        let batches = service.list_batches(stranger, &Page::first()).await.expect("a list");
        assert_eq!(batches.items, []);
    })
    .await;
}

#[tokio::test]
async fn who_only_looks_changes_nothing() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let dealer = house.key(firm.enterprise_id, Role::Dealer).await;
        let new = NewProduct {
            enterprise_id: None,
            name: "x".into(),
            product_type: "x".into(),
            specification: "x".into(),
            gtin: None,
        };
        let refused = house.service.create_product(&dealer, new.clone()).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        let wrong = NewProduct { gtin: Some("06901234567893".into()), name: String::new(), ..new };
        let found = rules(house.service.create_product(&firm.caller, wrong).await);
        assert_eq!(found, ["required", "bad-gtin"], "all violations come together");
        let forged = house.service.authenticate("suyuan_0000").await;
        assert!(matches!(forged, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn the_name_of_a_product_claims_nothing() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let named = async |name: &str| {
            let new = NewProduct {
                enterprise_id: None,
                name: name.into(),
                product_type: "x".into(),
                specification: "x".into(),
                gtin: None,
            };
            house.service.create_product(&firm.caller, new).await
        };
        for claim in
            ["茅台（正 品）", "G-e-n-u-i-n-e oil", "정\u{200b}품 홍삼", "ＡＵＴＨＥＮＴＩＣ"]
        {
            let Err(Error::Rejected(found)) = named(claim).await else { panic!("took {claim}") };
            assert_eq!((found[0].pointer.as_str(), found[0].rule), ("/name", "claims-genuine"));
        }
        let page = service::Page::first();
        let kept = house.service.list_products(&firm.caller, &page).await.expect("a list");
        assert_eq!(kept.items.len(), 1, "that of the firm alone");
        named("100% 橙汁").await.expect("what it is made of is no claim");
    })
    .await;
}

#[tokio::test]
async fn events_about_codes_that_cannot_be() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, Some("06901234567892")).await;
        let other = house.firm(2, None).await;
        let batch = house.batch(&firm, 10).await;
        let (code, _) = house.printed(&firm, &batch).await.remove(0);
        let when = || When { event_time_us: MORNING_US, offset: "+08:00".into() };
        let capture = async |firm: &Firm, draft: Draft| {
            let body = document(MORNING_US, &[draft]);
            house.service.capture_document(&firm.caller, body).await
        };
        let seen = |epc: &str| {
            Draft::object(Action::Observe, when()).biz_step("inspecting").epc(EventRole::Epc, epc)
        };
        let wrong_gtin = format!("https://id.gs1.org/01/09521234543213/21/{code}");
        let refused = capture(&firm, seen(&wrong_gtin)).await;
        assert_eq!(rules(refused), ["code-under-wrong-gtin"]);

        let ranged = |batch_id: &str, last| {
            let draft = Draft::object(Action::Observe, when()).biz_step("inspecting");
            draft.range(EventRole::Epc, batch_id, 0, last)
        };
        let id = batch.batch.batch_id.to_string();
        assert_eq!(rules(capture(&firm, ranged(&id, 10)).await), ["unknown-range"]);
        assert_eq!(rules(capture(&firm, ranged("b0", 1)).await), ["unknown-range"]);
        assert_eq!(rules(capture(&other, ranged(&id, 1)).await), ["unknown-range"]);
        capture(&firm, ranged(&id, 9)).await.expect("its own range");

        let right_gtin = format!("https://id.gs1.org/01/06901234567892/21/{code}");
        let stolen = Draft::object(Action::Add, when()).biz_step("commissioning");
        let refused = capture(&other, stolen.epc(EventRole::Epc, &right_gtin)).await;
        assert_eq!(rules(refused), ["unknown-code"]);

        let named = || seen(&right_gtin).event_id(EVENT_ID);
        capture(&firm, named()).await.expect("captured");
        assert_eq!(capture(&firm, named()).await.expect("known").n_known, 1);
        let reused = named().disposition("damaged");
        assert_eq!(rules(capture(&firm, reused).await), ["event-exists"]);
        let stored = house.service.find_event(&firm.caller, EVENT_ID).await.expect("the event");
        assert_eq!(stored.len(), 1);
        assert!(!String::from_utf8_lossy(&stored[0].body).contains("damaged"));
        let elsewhere = capture(&other, named()).await.expect("another enterprise's own event");
        assert_eq!(elsewhere.n_known, 0);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_pins_stay_five_however_many_guess_at_once() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 1).await;
        let (code, pin) = house.printed(&firm, &batch).await.remove(0);
        house.commission(&firm, batch.batch.batch_id, "L1").await;
        let wrong = if pin == "000000" { "000001" } else { "000000" };
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (service, code) = (house.service.clone(), code.clone());
            guesses.spawn(async move { service.prove_pin(&code, wrong, None).await });
        }
        let mut n_told_wrong = 0;
        while let Some(guess) = guesses.join_next().await {
            let answer = guess.expect("a guess ends").expect("an answer");
            n_told_wrong += usize::from(matches!(answer.verdict.state, State::PinWrong { .. }));
        }
        assert_eq!(n_told_wrong, 4, "the fifth wrong try locks");
        let answer = house.service.prove_pin(&code, &pin, None).await.expect("an answer");
        assert_eq!(answer.verdict.state.name(), "pin-locked");
    })
    .await;
}

#[tokio::test]
async fn what_events_must_not_do_to_codes() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let dealer = house.key(firm.enterprise_id, Role::Dealer).await;
        let id = house.batch(&firm, 10).await.batch.batch_id.to_string();
        let when = || When { event_time_us: MORNING_US, offset: "+08:00".into() };
        let begin = |lot: Option<&str>, date: &str| {
            let draft = Draft::object(Action::Add, when()).biz_step("commissioning");
            let ilmd = Ilmd {
                lot_number: lot.map(str::to_owned),
                production_date: Some(date.into()),
                item_expiration_date: None,
            };
            draft.range(EventRole::Epc, &id, 0, 4).ilmd(ilmd)
        };
        let capture = async |caller: &Caller, drafts: &[Draft]| {
            let body = document(MORNING_US, drafts);
            house.service.capture_document(caller, body).await
        };
        let day = "2026-11-20";
        let by_dealer = capture(&dealer, &[begin(Some("L1"), day)]).await;
        assert_eq!(rules(by_dealer), ["not-for-dealers"]);
        let without_lot = capture(&firm.caller, &[begin(None, day)]).await;
        assert_eq!(rules(without_lot), ["lot-required"]);
        let bad_date = capture(&firm.caller, &[begin(Some("L1"), "yesterday")]).await;
        assert_eq!(rules(bad_date), ["bad-date"]);

        let declared = epcis::ErrorDeclaration {
            declaration_time_us: MORNING_US + 1,
            reason: None,
            corrective_event_ids: Vec::new(),
        };
        let wrong = begin(Some("L1"), day).error_declaration(declared);
        capture(&firm.caller, &[begin(Some("L1"), day), wrong]).await.expect("both are stored");
        let again = begin(Some("L1"), "2026-11-19").range(EventRole::Epc, &id, 5, 5);
        let other_date = capture(&firm.caller, &[again]).await;
        assert!(matches!(other_date, Err(Error::Contradicts(_))), "a lot keeps its date");

        let named = |step: &str| {
            let draft = Draft::object(Action::Observe, when()).biz_step(step);
            draft.range(EventRole::Epc, &id, 0, 0).event_id("urn:uuid:1")
        };
        let twins = capture(&firm.caller, &[named("shipping"), named("receiving")]).await;
        assert_eq!(rules(twins), ["event-exists"], "one event under one eventID");
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut options = store::testing::options();
    options.max_pages = Some(300);
    let store = Store::open_sqlite(folder.path(), options.clone()).await.expect("it opens");
    let house = House::new(store.clone()).await;
    let firm = house.firm(1, None).await;
    let mut acknowledged = Vec::new();
    let refused = loop {
        let number = acknowledged.len();
        let when = When { event_time_us: MORNING_US + number as i64, offset: "+08:00".into() };
        let epc = format!("https://example.com/thing/{number}/{}", "x".repeat(1000));
        let draft = Draft::object(Action::Observe, when).biz_step("inspecting");
        let body = document(MORNING_US, &[draft.epc(EventRole::Epc, &epc)]);
        match house.service.capture_document(&firm.caller, body).await {
            Ok(capture) => acknowledged.push((capture.capture_id, epc)),
            Err(error) => break error,
        }
        assert!(number < 1000, "300 pages are full by now");
    };
    assert!(matches!(&refused, Error::Unavailable(says) if says.contains("disk is full")));
    assert!(acknowledged.len() > 5, "there was space at first");
    house.service.clone().stop().await.expect("it closes");
    drop((house, store));

    options.max_pages = None;
    let store = Store::open_sqlite(folder.path(), options).await.expect("it opens");
    let house = House::new(store).await;
    for (capture_id, epc) in &acknowledged {
        let capture = house.service.find_capture(&firm.caller, *capture_id).await;
        assert_eq!(capture.expect("it was acknowledged").n_events, 1);
        let trace = house.service.trace(&firm.caller, &TraceQuestion::backward(epc)).await;
        assert_eq!(trace.expect("its event is there").steps.len(), 1);
    }
    let findings = house.service.examine().await.expect("a doctor");
    assert!(findings.iter().all(|finding| finding.is_well), "{findings:#?}");
    house.batch(&firm, 10).await;
}

#[tokio::test]
async fn a_contradiction_names_the_event_and_the_first_code() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 10).await;
        let codes = house.printed(&firm, &batch).await;
        let commission = |from: usize| {
            let when = When { event_time_us: MORNING_US, offset: "+08:00".into() };
            let lot = Ilmd { lot_number: Some("L1".into()), ..Ilmd::default() };
            let draft = Draft::object(Action::Add, when).biz_step("commissioning").ilmd(lot);
            codes[from..].iter().fold(draft, |draft, (code, _)| {
                draft.epc(EventRole::Epc, &format!("https://t.example/c/{code}"))
            })
        };
        let capture = async |drafts: &[Draft]| {
            house.service.capture_document(&firm.caller, document(MORNING_US, drafts)).await
        };
        capture(&[commission(6)]).await.expect("four codes are commissioned");
        let when = When { event_time_us: MORNING_US, offset: "+08:00".into() };
        let other = Draft::object(Action::Observe, when).epc(EventRole::Epc, "urn:x:1");
        match capture(&[other, commission(2)]).await {
            Err(Error::Contradicts(found)) => {
                assert!(found.pointer.ends_with("/eventList/1"), "{}", found.pointer);
                assert_eq!(found.rule, "state-of-code");
                assert!(found.message.contains(codes[6].0.as_str()), "{}", found.message);
            }
            other => panic!("expected a contradiction, got {other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_has_so_many_sessions_and_no_more() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let new = NewKey {
            role: Role::Operator,
            enterprise_id: None,
            jurisdiction: None,
            label: "test".into(),
        };
        let (_, secret) =
            house.service.create_key(&house.operator, new.clone()).await.expect("a key");
        let (_, other) = house.service.create_key(&house.operator, new).await.expect("a key");
        let mut tokens = vec![house.service.open_session(&other).await.expect("a session")];
        for minute in 0..=i64::from(store::api_keys::MAX_SESSIONS) {
            set_now_us(MORNING_US + minute * 60_000_000);
            tokens.push(house.service.open_session(&secret).await.expect("a session"));
        }
        let mut open = Vec::new();
        for token in &tokens {
            open.push(house.service.session(token).await.is_ok());
        }
        let closed: Vec<usize> = (0..open.len()).filter(|&i| !open[i]).collect();
        assert_eq!(closed, [1], "the oldest session of the key, and no other key's");
    })
    .await;
}
