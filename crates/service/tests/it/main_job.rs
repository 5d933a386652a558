//! The main job: mint, print, commission, ship, scan, prove, void, trace.

use service::{Commission, Page, Retire, Retirement, Scan, Selection, TraceQuestion, Via};
use store::testing::each_engine;
use verdict::{State, VoidReason};

use crate::house::{House, MORNING_US, set_now_us};

const SCAN: Scan = Scan::CHECK;
const LOOK: Scan = Scan::LOOK;

fn commission(codes: Selection, lot_number: &str) -> Commission {
    Commission {
        codes,
        lot_number: lot_number.into(),
        production_date: "2026-11-20".into(),
        shelf_life_days: Some(365),
        event_time_us: None,
    }
}

#[tokio::test]
async fn from_order_to_recall_of_a_code() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, Some("06901234567892")).await;
        let service = &house.service;
        let batch = house.batch(&firm, 1000).await;
        assert_eq!(batch.n_digits, 17);
        let id = batch.batch.batch_id;
        let printed = house.printed(&firm, &batch).await;
        assert_eq!(printed.len(), 1000);
        let (code, pin) = &printed[10];

        let state = async |code: &str, scan| {
            service.scan_code(code, scan).await.expect("a verdict").verdict.state
        };
        assert_eq!(state(code, LOOK).await, State::NotCommissioned);
        assert_eq!(state("12345678901234567", LOOK).await.name(), "mistyped");

        let range = Selection::Range { batch_id: id, first: 0, last: 99 };
        let done = service.commission_codes(&firm.caller, commission(range, "L1")).await;
        assert_eq!(done.expect("commissioned").n_codes, 100);
        let view = service.find_batch(&firm.caller, id).await.expect("the batch");
        assert_eq!(view.n_commissioned, 100);

        assert_eq!(state(code, LOOK).await, State::NotScanned);
        assert_eq!(state(code, SCAN).await, State::FirstScan);
        set_now_us(MORNING_US + 5_000_000);
        let again = State::ScannedBefore { n_scans: 2, first_at_us: MORNING_US, first_in: None };
        assert_eq!(state(code, SCAN).await, again);
        assert_eq!(state(&format!("{} {}", &code[..4], &code[4..]), LOOK).await, again);

        let wrong = if pin == "000000" { "000001" } else { "000000" };
        for tries_left in (1..5).rev() {
            let answer = service.prove_pin(code, wrong, None).await.expect("an answer");
            assert_eq!(answer.verdict.state, State::PinWrong { tries_left });
        }
        let locked = service.prove_pin(code, wrong, None).await.expect("an answer").verdict.state;
        assert_eq!(locked.name(), "pin-locked");
        let still = service.prove_pin(code, pin, None).await.expect("an answer").verdict.state;
        assert_eq!(still, locked, "a locked PIN is not looked at");
        set_now_us(MORNING_US + 25 * 3_600_000_000);
        let proved = service.prove_pin(code, pin, None).await.expect("an answer").verdict.state;
        assert_eq!(proved.name(), "pin-proved");

        let listed = Selection::List(vec![code.clone()]);
        let retire = Retire {
            codes: listed,
            how: Retirement::Void(VoidReason::Copied),
            event_time_us: None,
        };
        service.retire_codes(&firm.caller, retire).await.expect("voided");
        assert_eq!(state(code, LOOK).await, State::Voided(VoidReason::Copied));
        assert_eq!(state(&printed[9].0, LOOK).await, State::NotScanned);
        assert_eq!(state(&printed[11].0, LOOK).await, State::NotScanned);

        let trace =
            service.trace(&firm.caller, &TraceQuestion::backward(code)).await.expect("a trace");
        let steps: Vec<&str> = trace.steps.iter().map(|step| step.biz_step.as_str()).collect();
        assert_eq!(steps.len(), 2, "{steps:?}");
        assert!(trace.steps.iter().all(|step| step.via == Via::Own));
        let public = service.trace_public(code).await.expect("a trace");
        assert!(public.told.steps.iter().all(|step| step.read_point.is_none()));

        let findings = service.examine().await.expect("a doctor");
        assert!(findings.iter().all(|finding| finding.is_well), "{findings:#?}");
        let downloads = service.list_downloads(&firm.caller, id, &Page::first()).await;
        assert!(downloads.expect("downloads").items[0].sha256.is_some());
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_commissioned_once_and_the_first_offender_is_named() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let batch = house.batch(&firm, 3_000_000).await;
        let id = batch.batch.batch_id;
        let service = &house.service;
        let range = |first, last| Selection::Range { batch_id: id, first, last };
        let middle = commission(range(1_000_000, 1_999_999), "L1");
        service.commission_codes(&firm.caller, middle.clone()).await.expect("commissioned");
        let again = service.commission_codes(&firm.caller, middle.clone()).await;
        assert_eq!(again.expect("the same event is known").capture.n_known, 1);
        let other = Commission { lot_number: "L9".into(), ..middle };
        let twice = service.commission_codes(&firm.caller, other).await;
        assert!(matches!(twice, Err(service::Error::Conflict(_))), "{twice:?}");
        let overlap = commission(range(999_990, 1_000_010), "L2");
        let Err(service::Error::Conflict(message)) =
            service.commission_codes(&firm.caller, overlap).await
        else {
            panic!("an overlap is a conflict")
        };
        let offender =
            service::PrintRange { first: 1_000_000, end: Some(1_000_001), with_bom: false };
        let mut file = service.open_print_file(&firm.caller, id, offender).await.expect("a file");
        let line = file.next_chunk().expect("a line").expect("a line");
        let code = String::from_utf8_lossy(&line[..17]).into_owned();
        assert!(message.contains(&code), "{message} names {code}");
        let whole = commission(range(0, 999_999), "L2");
        service.commission_codes(&firm.caller, whole).await.expect("what is free");
        let rest = commission(range(2_000_000, 2_999_999), "L2");
        service.commission_codes(&firm.caller, rest).await.expect("what is free");
        let view = service.find_batch(&firm.caller, id).await.expect("the batch");
        assert_eq!(view.n_commissioned, 3_000_000);
    })
    .await;
}
