//! Vouchers: what was told is signed as it was told, and nothing else is.

use service::limits::{MAX_CLAIM_AGE_US, MAX_VOUCHERS_OF_CODE};
use service::{Error, NewBatch, Saving, Scan, ScanAnswer, Service};
use store::testing::each_engine;
use verdict::{Area, Confidence, Granularity, Spot, State};

use crate::house::{Firm, House, MORNING_US, order, set_now_us};

/// Somebody in a county of Shanghai.
const SCAN: Scan = Scan {
    spot: Some(Spot {
        area: Area::Division(310_115),
        position: None,
        confidence: Confidence::Middle,
    }),
    ..Scan::CHECK
};

async fn codes(house: &House) -> Vec<(String, String)> {
    goods(house).await.1
}

async fn goods(house: &House) -> (Firm, Vec<(String, String)>) {
    let firm = house.firm(1, None).await;
    let batch = house.batch(&firm, 2).await;
    house.commission(&firm, batch.batch.batch_id, "L1").await;
    let printed = house.printed(&firm, &batch).await;
    (firm, printed)
}

async fn check(service: &Service, code: &str) -> (ScanAnswer, String) {
    let answer = service.scan_code(code, SCAN).await.expect("an answer");
    let claim = service.voucher_claim(&SCAN, &answer).expect("a claim");
    (answer, claim)
}

async fn save(service: &Service, code: &str, claim: &str) -> String {
    match service.save_voucher(code, claim, None).await {
        Ok(Saving::Saved(number)) => number,
        other => panic!("{other:?}"),
    }
}

fn rule(result: service::Result<Saving>) -> String {
    match result {
        Err(Error::Rejected(found)) => found[0].rule.to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_voucher_says_what_was_told_and_counts_no_scan() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (code, pin) = codes(&house).await.remove(0);
        let (first, first_claim) = check(service, &code).await;
        set_now_us(MORNING_US + 90_000_000);
        let (_, second_claim) = check(service, &code).await;
        let proved = service.prove_pin(&code, &pin, None).await.expect("an answer");
        let proved_claim = service.voucher_claim(&SCAN, &proved).expect("a claim");
        // The first answer is signed as it was, whatever came after it.
        let number = save(service, &code, &first_claim).await;
        assert_eq!(number, save(service, &code, &first_claim).await, "one answer, one voucher");
        let typed = number.to_lowercase().replace('-', "");
        let found = service.find_voucher(&typed).await.expect("a voucher");
        assert_eq!((found.verdict, &found.code), (first.verdict, &code));
        assert_eq!((found.checked_at_us, found.saved_at_us), (MORNING_US, MORNING_US + 90_000_000));
        assert_eq!(found.goods, ["Product 1", "Firm 1", "L1"]);
        assert_eq!((found.place, &*found.domain), (Area::parse("310000"), "t.example"));
        let signed = mint::Voucher::verify(&found.file, &service.public_pem()).expect("signed");
        assert_eq!((&signed.state, &signed.number), (&"first-scan".to_owned(), &number));
        for (claim, name) in [(second_claim, "scanned-before"), (proved_claim, "pin-proved")] {
            let number = save(service, &code, &claim).await;
            let found = service.find_voucher(&number).await.expect("a voucher");
            assert_eq!(found.verdict.state.name(), name);
        }
        let look = service.scan_code(&code, Scan::LOOK).await.expect("an answer");
        assert_eq!(look.trail.n_scans, 2, "nothing was counted by saving");
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn forged_old_and_borrowed_claims_are_refused() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, mut codes) = goods(&house).await;
        let ((code, _), (other, _)) = (codes.remove(0), codes.remove(0));
        check(service, &code).await;
        let (_, claim) = check(service, &code).await;
        let forged = claim.replace("scanned-before.", "first-scan.");
        for (code, claim) in [(&other, &claim), (&code, &forged), (&code, &String::new())] {
            assert_eq!(rule(service.save_voucher(code, claim, None).await), "bad-claim");
        }
        set_now_us(MORNING_US + MAX_CLAIM_AGE_US + 1);
        assert_eq!(rule(service.save_voucher(&code, &claim, None).await), "old-claim");
        set_now_us(MORNING_US);
        for number in ["", "0000-0000-0000-0000", "../../etc", "ZZZZ-ZZZZ-ZZZZ-ZZZU"] {
            let found = service.find_voucher(number).await;
            assert!(matches!(found, Err(Error::NotFound)), "{number:?}: {found:?}");
        }
        // Somebody who never had a code of ours can show that as well.
        let unknown = service.scan_code("000000000000005", SCAN).await.expect("an answer");
        assert_eq!(unknown.verdict.state, State::Unknown);
        let claim = service.voucher_claim(&SCAN, &unknown).expect("a claim");
        let number = save(service, unknown.code.as_deref().expect("digits"), &claim).await;
        let found = service.find_voucher(&number).await.expect("a voucher");
        assert_eq!((found.verdict.state, &*found.goods[0]), (State::Unknown, ""));
        // A genuine code in a link with the GTIN of something else is disowned by nobody.
        let strange = service.scan_serial("06901234567892", &code, SCAN).await.expect("an answer");
        assert_eq!(strange.verdict.state, State::Unknown);
        let claim = service.voucher_claim(&SCAN, &strange).expect("a claim");
        let digits = strange.code.expect("digits");
        assert_eq!(rule(service.save_voucher(&digits, &claim, None).await), "of-a-link");
        // Who handles the goods has other records.
        let by = firm.caller.handler();
        let handled = service.scan_code(&code, Scan { by, ..SCAN }).await.expect("an answer");
        assert_eq!(service.voucher_claim(&SCAN, &handled), None);
    })
    .await;
}

#[tokio::test]
async fn a_code_and_an_address_have_so_many_vouchers_and_no_more() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let mut codes = codes(&house).await;
        let ((code, _), (other, _)) = (codes.remove(0), codes.remove(0));
        let mut n_saved = 0;
        for n in 0..MAX_VOUCHERS_OF_CODE as i64 + 2 {
            set_now_us(MORNING_US + n * 1_000_000);
            let (_, claim) = check(service, &code).await;
            match service.save_voucher(&code, &claim, None).await.expect("an answer") {
                Saving::Saved(_) => n_saved += 1,
                Saving::TooMany { wait_s } => assert!((1..=86_400).contains(&wait_s), "{wait_s}"),
            }
        }
        assert_eq!(n_saved, MAX_VOUCHERS_OF_CODE);
        set_now_us(MORNING_US + MAX_CLAIM_AGE_US);
        let (_, claim) = check(service, &code).await;
        save(service, &code, &claim).await;
        let address = "9.9.9.9".parse().ok();
        let mut n_saved = 0;
        for n in 0..25 {
            set_now_us(MORNING_US + MAX_CLAIM_AGE_US + n * 1_000_000);
            let (_, claim) = check(service, &other).await;
            let saving = service.save_voucher(&other, &claim, address).await.expect("an answer");
            n_saved += u8::from(matches!(saving, Saving::Saved(_)));
        }
        assert_eq!(n_saved, service::limits::MAX_VOUCHERS_OF_ADDRESS);
        set_now_us(MORNING_US);
    })
    .await;
}

/// Three addresses take all vouchers that they may of a code that all packs of a lot carry.
#[tokio::test]
async fn few_people_do_not_take_all_vouchers_of_a_code_on_many_packs() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let new = NewBatch { granularity: Granularity::Lot, ..order(&firm, 1) };
        let batch = service.mint_batch(&firm.caller, new).await.expect("a batch");
        house.commission(&firm, batch.batch.batch_id, "L1").await;
        let code = house.printed(&firm, &batch).await.remove(0).0;
        let save = async |n: i64, from: &str| {
            set_now_us(MORNING_US + n * 1_000_000);
            let (_, claim) = check(service, &code).await;
            let saving = service.save_voucher(&code, &claim, from.parse().ok()).await;
            matches!(saving, Ok(Saving::Saved(_)))
        };
        let mut n_saved = 0;
        for n in 0..60 {
            n_saved += u64::from(save(n, &format!("9.9.9.{}", n % 3)).await);
        }
        assert_eq!(n_saved, MAX_VOUCHERS_OF_CODE);
        let mut n_others = 0;
        for n in 0..8 {
            n_others += u64::from(save(60 + n, &format!("8.8.{n}.8")).await);
        }
        // One in 64 has the same group as the three.
        assert!(n_others >= 6, "{n_others} of 8 others");
        set_now_us(MORNING_US);
    })
    .await;
}
