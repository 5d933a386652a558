//! Alerts: raised by scans without a write of theirs, once for each reason and subject, dealt with,
//! and told to who wants them.

use service::{
    AlertEdit, AlertQuestion, Answer, Caller, Device, Error, LetterMessage, LetterTopic,
    NewContact, Page, QueuedAlert, Scan, Service,
};
use store::id::AlertId;
use store::testing::each_engine;
use verdict::DeviceId;

use crate::house::{Firm, House, MORNING_US, set_now_us};

const DAY_US: i64 = 24 * 3_600_000_000;

/// Commissioned items of a firm, each with its PIN.
async fn items(house: &House, firm: &Firm, n_codes: u64) -> Vec<(String, String)> {
    let batch = house.batch(firm, n_codes).await;
    let printed = house.printed(firm, &batch).await;
    house.commission(firm, batch.batch.batch_id, "L1").await;
    printed
}

async fn crowd(service: &Service, code: &str, devices: std::ops::Range<u64>) {
    for n in devices {
        let scan = Scan { device: Some(Device::Known(DeviceId(n))), ..Scan::CHECK };
        service.scan_code(code, scan).await.expect("an answer");
    }
}

async fn queue(service: &Service, caller: &Caller, state: &str) -> Vec<QueuedAlert> {
    service.write_alerts().await.expect("alerts are written");
    let question = AlertQuestion {
        state: Some(state.to_owned()).filter(|it| !it.is_empty()),
        ..AlertQuestion::default()
    };
    service.list_queue(caller, &question, &Page::first()).await.expect("a list").items
}

fn told(all: &[QueuedAlert]) -> Vec<String> {
    let mut told: Vec<String> = all
        .iter()
        .map(|it| {
            let what = [it.grade, it.reason, &it.detail, it.subject_kind, it.state].join(" ");
            format!("{what} x{}", it.n_times)
        })
        .collect();
    told.sort();
    told
}

fn edit(act: &str, outcome: &str) -> AlertEdit {
    AlertEdit { act: act.to_owned(), outcome: outcome.to_owned(), ..AlertEdit::default() }
}

fn ids(all: &[QueuedAlert]) -> Vec<AlertId> {
    all.iter().map(|it| it.alert_id.parse().expect("an id")).collect()
}

#[tokio::test]
async fn a_copied_code_raises_one_alert_however_often_it_is_scanned() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm_in(1, None, Some("330106")).await;
        let other = house.firm(2, None).await;
        let items = items(&house, &firm, 2).await;
        crowd(service, &items[0].0, 0..5).await;
        assert_eq!(told(&queue(service, &firm.caller, "").await), [] as [&str; 0]);
        crowd(service, &items[0].0, 5..8).await;
        crowd(service, &items[1].0, 0..3).await;
        let found = queue(service, &firm.caller, "").await;
        assert_eq!(told(&found), ["notice careful limit item open x3"]);
        assert_eq!(found[0].subject, items[0].0);
        // More of the same counts up, also when it was not written yet.
        crowd(service, &items[0].0, 8..10).await;
        assert_eq!(
            told(&queue(service, &firm.caller, "").await),
            ["notice careful limit item open x5"]
        );
        // A look that does not count raises nothing.
        service.scan_code(&items[0].0, Scan::LOOK).await.expect("an answer");
        assert_eq!(queue(service, &firm.caller, "").await[0].n_times, 5);
        // Five wrong PINs, and the next one that is not even looked at.
        for _ in 0..6 {
            let wrong = if items[1].1 == "000000" { "000001" } else { "000000" };
            service.prove_pin(&items[1].0, wrong, None).await.expect("an answer");
        }
        let found = queue(service, &firm.caller, "").await;
        assert_eq!(
            told(&found),
            ["notice careful limit item open x5", "notice pin_locked  item open x2",]
        );
        // Whose they are, who watches over it, and nobody else.
        let here = house.regulator("33").await;
        assert_eq!(queue(service, &here, "").await.len(), 2);
        let away = house.regulator("44").await;
        for caller in [&other.caller, &away] {
            assert!(queue(service, caller, "any").await.is_empty());
            let id = ids(&found)[0];
            assert!(matches!(service.find_queued(caller, id).await, Err(Error::NotFound)));
        }
        let all = edit("acknowledge", "");
        let stranger = service.edit_alerts(&other.caller, &ids(&found), &all).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        let operator = service.edit_alerts(&house.operator, &ids(&found), &all).await;
        assert!(matches!(operator, Err(Error::NotFound)), "it deals with its own");
        let looker = service.edit_alerts(&here, &ids(&found), &all).await;
        assert!(matches!(looker, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn alerts_are_acknowledged_assigned_and_closed_and_false_ones_counted() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let items = items(&house, &firm, 4).await;
        for (code, _) in &items {
            crowd(service, code, 0..7).await;
        }
        let caller = &firm.caller;
        let found = queue(service, caller, "").await;
        assert_eq!(found.len(), 4);
        let act = async |which: &[QueuedAlert], edit: AlertEdit| {
            service.edit_alerts(caller, &ids(which), &edit).await
        };
        act(&found, edit("acknowledge", "")).await.expect("they are seen");
        let to =
            AlertEdit { assignee: "王工".into(), note: "去看".into(), ..edit("assign", "") };
        act(&found[..1], to).await.expect("it is given");
        // Acknowledging what somebody has in hand changes nothing.
        act(&found, edit("acknowledge", "")).await.expect("nothing to do");
        let states: Vec<_> = queue(service, caller, "").await.iter().map(|it| it.state).collect();
        assert_eq!(states, ["assigned", "acknowledged", "acknowledged", "acknowledged"]);
        for (bad, pointer) in [
            (edit("close", "perhaps"), "/outcome"),
            (edit("burn", ""), "/act"),
            (edit("assign", ""), "/assignee"),
            (edit("note", ""), "/note"),
        ] {
            let Err(Error::Rejected(why)) = act(&found, bad).await else { panic!("{pointer}") };
            assert_eq!(why[0].pointer, pointer);
        }
        act(&found[..1], edit("close", "true")).await.expect("it was");
        act(&found[1..2], edit("close", "false")).await.expect("it was not");
        act(&found[2..3], edit("close", "duplicate")).await.expect("it was another");
        // All or none: one of them is closed already.
        let again = act(&found, edit("close", "false")).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        assert_eq!(queue(service, caller, "").await.len(), 1);
        let question = AlertQuestion::default();
        let figures = service.alert_figures(caller, &question, 30).await.expect("figures");
        assert_eq!(figures.open, [("urgent", 0), ("important", 0), ("notice", 1)]);
        let total = figures.total();
        assert_eq!((total.n_closed(), total.n_false), (3, 1));
        assert_eq!(total.false_per_mille(), Some(333));
        assert_eq!(figures.closed[0].detail, "limit");
        let (_, log) = service.find_queued(caller, ids(&found)[0]).await.expect("it is there");
        let log: Vec<_> = log.iter().map(|it| (it.action, it.outcome, it.note.as_str())).collect();
        assert_eq!(
            log,
            [("acknowledged", "none", ""), ("assigned", "none", "去看"), ("closed", "true", ""),]
        );
        // The true one is raised anew; the false alarm and the duplicate are quiet for a while.
        for (code, _) in &items[..3] {
            crowd(service, code, 7..8).await;
        }
        assert_eq!(queue(service, caller, "").await.len(), 2);
        set_now_us(MORNING_US + 31 * DAY_US);
        for (code, _) in &items[1..3] {
            crowd(service, code, 8..9).await;
        }
        assert_eq!(queue(service, caller, "").await.len(), 4);
        let figures = service.alert_figures(caller, &question, 30).await.expect("figures");
        assert_eq!(figures.total().false_per_mille(), None, "closed before that time");
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn what_was_closed_can_be_opened_again_and_is_forgotten_after_years() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let items = items(&house, &firm, 2).await;
        let caller = &firm.caller;
        for (code, _) in &items {
            crowd(service, code, 0..7).await;
        }
        let found = queue(service, caller, "").await;
        let act = async |which: &[QueuedAlert], edit: AlertEdit| {
            service.edit_alerts(caller, &ids(which), &edit).await
        };
        let again = || AlertEdit { note: "又来了".into(), ..edit("reopen", "") };
        let open = act(&found[..1], again()).await;
        assert!(matches!(open, Err(Error::Conflict(_))), "it is not closed: {open:?}");
        act(&found, edit("close", "true")).await.expect("they were");
        let Err(Error::Rejected(why)) = act(&found[..1], edit("reopen", "")).await else {
            panic!("it must say why")
        };
        assert_eq!(why[0].pointer, "/note");
        act(&found[..1], again()).await.expect("it is open");
        let (now, log) = service.find_queued(caller, ids(&found)[0]).await.expect("it is there");
        assert_eq!((now.state, now.outcome, now.closed_at_us), ("open", "none", None));
        let last = log.last().expect("a line");
        assert_eq!((last.action, last.note.as_str()), ("reopened", "又来了"));
        let figures = service.alert_figures(caller, &AlertQuestion::default(), 30).await;
        assert_eq!(figures.expect("figures").total().n_closed(), 1);
        // It counts up as before, and the other one stands beside a new one of the same.
        for (code, _) in &items {
            crowd(service, code, 7..8).await;
        }
        let all = queue(service, caller, "any").await;
        assert_eq!(all.len(), 3);
        let twin = act(&found[1..], again()).await;
        assert!(matches!(twin, Err(Error::Conflict(_))), "the same is open: {twin:?}");
        // Two of the same cannot be opened at once, though none is open.
        let twins: Vec<_> = all.into_iter().filter(|it| it.subject == found[1].subject).collect();
        let open: Vec<_> = twins.iter().filter(|it| it.state == "open").cloned().collect();
        act(&open, edit("close", "true")).await.expect("it was");
        let both = act(&twins, again()).await;
        assert!(matches!(both, Err(Error::Conflict(_))), "{both:?}");
        assert_eq!(queue(service, caller, "").await.len(), 1);
        // Three years later the next alert takes the closed ones away, and nothing else.
        set_now_us(MORNING_US + 3 * 365 * DAY_US);
        crowd(service, &items[0].0, 8..15).await;
        assert_eq!(queue(service, caller, "closed").await.len(), 2, "on that day they are there");
        set_now_us(MORNING_US + (3 * 365 + 1) * DAY_US);
        crowd(service, &items[0].0, 15..22).await;
        assert_eq!(queue(service, caller, "closed").await.len(), 0);
        assert!(ids(&queue(service, caller, "any").await).contains(&ids(&found)[0]));
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn a_recall_is_told_however_many_alerts_wait() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let contact = NewContact {
            email: String::new(),
            language: "zh-CN".into(),
            webhook: "https://hook.example/a".into(),
            signature_token: None,
            mail_grade: "none".into(),
            webhook_grade: "notice".into(),
        };
        service.set_recall_contact(&firm.caller, &contact).await.expect("it is kept");
        service.set_drill_schedule(&firm.caller, 1).await.expect("it is kept");
        let items = items(&house, &firm, 5).await;
        set_now_us(MORNING_US + 32 * DAY_US);
        for (code, _) in &items {
            crowd(service, code, 0..7).await;
        }
        service.write_alerts().await.expect("alerts are written");
        service.address_notices(LetterTopic::Alerts).await.expect("letters");
        let alerts = service.claim_letters(LetterTopic::Alerts, 100).await.expect("what is due");
        // As many as one reader may have on their way.
        assert_eq!(alerts.len(), 4);
        service.remind_of_drills().await.expect("it is due");
        service.address_notices(LetterTopic::Recalls).await.expect("letters");
        let told = service.claim_letters(LetterTopic::Recalls, 100).await.expect("what is due");
        let told: Vec<_> = told.iter().map(|it| it.message()).collect();
        assert_eq!(told, [LetterMessage::DrillDue]);
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn a_reader_is_told_of_the_grades_it_chose_and_once() {
    each_engine(async |store| {
        set_now_us(MORNING_US);
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let contact = |webhook_grade: &str| NewContact {
            email: String::new(),
            language: "zh-CN".into(),
            webhook: "https://hook.example/a".into(),
            signature_token: None,
            mail_grade: "none".into(),
            webhook_grade: webhook_grade.into(),
        };
        let items = items(&house, &firm, 2).await;
        let letters = async || {
            service.write_alerts().await.expect("alerts are written");
            service.address_notices(LetterTopic::Alerts).await.expect("letters");
            service.claim_letters(LetterTopic::Alerts, 100).await.expect("what is due")
        };
        let caller = &firm.caller;
        let set = service.set_recall_contact(caller, &contact("every")).await;
        assert!(matches!(set, Err(Error::Rejected(_))));
        service.set_recall_contact(caller, &contact("important")).await.expect("it is kept");
        crowd(service, &items[0].0, 0..7).await;
        assert!(letters().await.is_empty(), "a limit is only a notice");
        service.set_recall_contact(caller, &contact("notice")).await.expect("it is kept");
        crowd(service, &items[0].0, 7..8).await;
        assert!(letters().await.is_empty(), "it counted up");
        crowd(service, &items[1].0, 0..7).await;
        let due = letters().await;
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].message(), LetterMessage::Raised);
        assert_eq!(due[0].alert.as_ref().map(|it| it.subject.clone()), Some(items[1].0.clone()));
        service.settle_letter(&due[0], &Answer::Taken).await.expect("it is noted");
        assert!(letters().await.is_empty());
        let told = service.list_letters(caller, &Page::first()).await.expect("a list").items;
        assert_eq!((told.len(), told[0].kind, told[0].state), (1, "raised", "told"));
    })
    .await;
}
