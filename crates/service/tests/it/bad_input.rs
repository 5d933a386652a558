//! What strangers send: each refusal has its name, and nothing changes.

use service::{
    Commission, Error, NewBatch, NewProduct, Page, PrintRange, Recording, Role, Scan, Selection,
};
use store::testing::each_engine;
use verdict::Granularity;

use crate::house::House;

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
        let look = Scan { recording: Recording::Skip, device: None, place: None };
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
            };
            house.service.mint_batch(&firm.caller, new).await
        };
        assert_eq!(rules(order(0, None, false).await), ["n-codes-out-of-range"]);
        assert_eq!(rules(order(u64::MAX, None, false).await), ["n-codes-out-of-range"]);
        assert_eq!(rules(order(1, Some(16), false).await), ["length-not-allowed"]);
        assert!(matches!(order(1, None, true).await, Err(Error::Forbidden)));
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
            service.qr_svg(stranger, &code).await.err(),
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
