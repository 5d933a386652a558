//! A second key epoch: old codes are found, new ones are made, and both do the whole job.

use service::{Caller, Commission, Scan, Selection, Service, begin_key_epoch};
use store::testing::each_engine;
use verdict::State;

use crate::house::{House, MORNING_US, OUTSIDE, secrets};

#[tokio::test]
async fn codes_of_both_epochs_are_found() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, None).await;
        let old = house.batch(&firm, 500).await;
        let old_codes = house.printed(&firm, &old).await;

        assert_eq!(begin_key_epoch(&store, MORNING_US).await.expect("an epoch"), 2);
        let lost_key =
            Service::start(store.clone(), secrets(1), "https://t.example", OUTSIDE).await;
        assert!(matches!(lost_key, Err(service::Error::Unavailable(_))));
        let started = Service::start(store, secrets(2), "https://t.example", OUTSIDE).await;
        let service = started.expect("both keys are there");
        let house = House { service: service.clone(), operator: Caller::console_of_machine() };

        let new = house.batch(&firm, 70_000).await;
        assert_eq!((old.batch.epoch, new.batch.epoch), (1, 2));
        assert_eq!(house.printed(&firm, &old).await, old_codes, "old codes stay what they were");
        let new_codes = house.printed(&firm, &new).await;
        assert_eq!(new_codes.len(), 70_000);
        let codes = Selection::Range { batch_id: new.batch.batch_id, first: 65_530, last: 65_540 };
        let commission = Commission {
            codes,
            lot_number: "L2".into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: None,
        };
        let done = service.commission_codes(&firm.caller, commission).await.expect("commissioned");
        assert_eq!(done.n_codes, 11);
        let view = service.find_batch(&firm.caller, new.batch.batch_id).await.expect("the batch");
        assert_eq!(view.n_commissioned, 11, "spare ordinals are no items");
        let state = async |code: &str| {
            let look = Scan::LOOK;
            service.scan_code(code, look).await.expect("a verdict").verdict.state
        };
        assert_eq!(state(&old_codes[0].0).await, State::NotCommissioned);
        assert_eq!(state(&new_codes[65_529].0).await, State::NotCommissioned);
        assert_eq!(state(&new_codes[65_530].0).await, State::NotScanned);
        assert_eq!(state(&new_codes[65_540].0).await, State::NotScanned);
        assert_eq!(state(&new_codes[65_541].0).await, State::NotCommissioned);
    })
    .await;
}
