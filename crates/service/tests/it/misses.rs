//! Misses on two servers of one platform, and ordinals that no label carries.

use std::net::IpAddr;
use std::path::Path;

use service::testing::{OUTSIDE, now_us, secrets};
use service::{AlertQuestion, Door, Miss, Outside, Page, Payer, Scan, Service};
use store::testing::each_engine;
use tokio::time::Instant;
use verdict::State;

use crate::house::House;

/// A code with a right check digit, and as people type it.
fn code_as_typed() -> (String, String) {
    let codes = (0..10).map(|last| format!("77777777000012{last}"));
    let code =
        codes.into_iter().find(|code| mint::Code::parse(code).is_ok()).expect("one is right");
    let typed = format!("{} - {}", &code[..7], &code[7..]);
    (code, typed)
}

/// Charges a miss without waiting for what it costs.
async fn miss(service: &Service, payer: Payer) {
    tokio::select! {
        biased;
        () = service.pay(payer, Miss::Unknown, Instant::now()) => {}
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn limits_hold_across_two_servers() {
    each_engine(async |store| {
        let engine = store.engine();
        let secrets = || secrets(Path::new(env!("CARGO_TARGET_TMPDIR")), 1);
        let start =
            |outside| Service::start(store.clone(), secrets(), "https://t.example", outside);
        // The clock of the second is ahead, and so deletes and forgives nothing.
        let ahead = Outside { clock: || now_us() + 50_000_000, ..OUTSIDE };
        let (one, two) = (start(OUTSIDE).await.unwrap(), start(ahead).await.unwrap());
        let from = |text: &str| Payer::Address(text.parse::<IpAddr>().unwrap());
        let (code, typed) = code_as_typed();
        let (code, typed) = (code.as_str(), typed.as_str());
        let (guesser, honest) = (from("9.9.9.9"), from("8.8.8.8"));
        // Half of its misses at each server, which neither would mind alone.
        for _ in 0..12 {
            miss(&one, guesser).await;
            miss(&two, guesser).await;
        }
        assert_eq!(one.door(guesser, code, None), Door::Open);
        for server in [&one, &two, &one] {
            server.share_misses().await.unwrap();
        }
        for server in [&one, &two] {
            let is_open = server.door(guesser, code, None) == Door::Open;
            // A folder with SQLite has one server only, and no word goes around.
            assert_eq!(is_open, engine == store::Engine::Sqlite);
            assert_eq!(server.door(honest, code, None), Door::Open);
        }
        // A server whose clock is an hour ahead hears them as well.
        let far = Outside { clock: || now_us() + 3_600_000_000, ..OUTSIDE };
        let far = start(far).await.unwrap();
        far.share_misses().await.unwrap();
        let is_open = far.door(guesser, code, None) == Door::Open;
        assert_eq!(is_open, engine == store::Engine::Sqlite);
        // Another server can check what the first asked for.
        if let Door::Closed(challenge) = one.door(guesser, code, None) {
            let pass = (0u64..).map(|n| format!("{}{n}", challenge.work));
            let opens = |pass: &String| two.door(guesser, code, Some(pass)) == Door::Open;
            let pass = pass.take(5_000_000).find(opens).expect("the work has an end");
            assert_ne!(
                two.door(guesser, "777777770000124", Some(&pass)),
                Door::Open,
                "it opens one code"
            );
            let early = one.door(guesser, code, Some(&challenge.turn));
            assert!(matches!(early, Door::Closed(_)));
        }
        // By whatever way its code is written, and where the clock is behind.
        if let Door::Closed(challenge) = two.door(guesser, code, None) {
            let pass = (0u64..).map(|n| format!("{}{n}", challenge.work));
            let opens = |pass: &String| one.door(guesser, typed, Some(pass)) == Door::Open;
            assert!(pass.take(5_000_000).any(|pass| opens(&pass)));
        }
    })
    .await;
}

#[tokio::test]
async fn reserved_ordinals_are_never_printed_and_alarm() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let firm = house.firm(1, None).await;
        let view = house.batch(&firm, 128).await;
        let first = &view.batch;
        let second = house.batch(&firm, 1).await.batch;
        assert_eq!(second.first_ordinal, first.first_ordinal + first.n_ordinals + 2);
        let printed = house.printed(&firm, &view).await;
        let last = printed.last().unwrap().0.clone();
        assert!(!house.service.is_reserved(&last).await.unwrap());
        let length = mint::Length::from_class(first.class).unwrap();
        let key = secrets(Path::new(env!("CARGO_TARGET_TMPDIR")), 1);
        let permutation = key.code[0].permutation(length, 1).unwrap();
        let ring = mint::KeyRing::first_epoch([permutation]).unwrap();
        let code_at = |ordinal| ring.code_at(length, ordinal).unwrap().to_string();
        assert_eq!(code_at(first.first_ordinal + 127), last);
        for (ordinal, expected) in [(128, true), (129, true), (130, false), (131, false)] {
            let code = code_at(first.first_ordinal + ordinal);
            assert_eq!(house.service.is_reserved(&code).await.unwrap(), expected, "{ordinal}");
            let state = house.service.scan_code(&code, Scan::LOOK).await.unwrap().verdict.state;
            // It reads as any code that never was.
            assert_eq!(state == State::Unknown, ordinal != 130, "{ordinal}: {state:?}");
        }
        // Whoever runs the platform hears of it, and nobody else.
        house.service.write_alerts().await.unwrap();
        let question = AlertQuestion { owner: Some("platform".into()), ..Default::default() };
        let page = Page::first();
        let queue =
            house.service.list_queue(&house.operator, &question, &page).await.unwrap().items;
        let told: Vec<_> = queue.iter().map(|it| (it.grade, it.reason, it.n_times)).collect();
        assert_eq!(told, [("urgent", "reserved_code", 2)]);
        assert_eq!(queue[0].subject, first.batch_id.to_string());
        let of_firm = house.service.list_queue(&firm.caller, &Default::default(), &page).await;
        assert!(of_firm.unwrap().items.is_empty());
    })
    .await;
}
