//! The way from an event to its leaf, on both engines.

use trace::EventKind;

use super::*;
use crate::event_facts::Circumstances;
use crate::id::EnterpriseId;
use crate::testing::each_engine;

fn event(capture_id: CaptureId, capture_index: u32) -> Event {
    let body = format!("{{\"n\":{capture_index},\"of\":{}}}", capture_id.0).into_bytes();
    let mut event_key = [0; 16];
    event_key.copy_from_slice(&tlog::leaf_hash(&body)[..16]);
    Event {
        event_key,
        enterprise_id: EnterpriseId(5),
        event_id: String::new(),
        event_hash: [0; 32],
        kind: EventKind::Object,
        action: None,
        biz_step: String::new(),
        event_time_us: 1,
        record_time_us: 2,
        capture_id,
        capture_index,
        ranges: Vec::new(),
        circumstances: Circumstances::default(),
        body,
    }
}

async fn n_rows(store: &Store) -> i64 {
    let rows = store.rows("select count(*) from log_queue", &[]).await.unwrap();
    rows.first().unwrap().int(0).unwrap()
}

#[tokio::test]
async fn an_event_leads_to_its_leaf() {
    each_engine(async |store| {
        // Those of the second are of the shard of the first.
        let [first, second] = [0, 1 << 30].map(|more| CaptureId((1 << 60) + 5 + more));
        // Some places are of events that were known already.
        let fresh = |index: &u32| !matches!(index, 0 | 7 | 9 | 2000..2010);
        let events: Vec<Event> = (0..2500).filter(fresh).map(|index| event(first, index)).collect();
        store.write("test", insert_events(&events)).await.unwrap();
        store.write("test", insert_events(&[event(second, 3)])).await.unwrap();
        // Up to 6, 8, from 10 on twice 1,024 at most, from 2,010 on, and the other capture.
        assert_eq!(n_rows(&store).await, 1 + 1 + 2 + 1 + 1);
        assert_eq!(n_waiting(&store, Kind::Event).await.unwrap(), 2500 - 13 + 1);
        for index in [0, 1, 6, 7, 8, 9, 10, 1033, 1034, 1999, 2000, 2009, 2010, 2499, 2500] {
            let found = leaf_hash_of_event(&store, first, index).await.unwrap();
            let is_there = fresh(&index) && index < 2500;
            let leaf_hash = tlog::leaf_hash(&event(first, index).body);
            assert_eq!(found, is_there.then_some(leaf_hash), "{index}");
        }
        let other = leaf_hash_of_event(&store, second, 3).await.unwrap();
        assert_eq!(other, Some(tlog::leaf_hash(&event(second, 3).body)));
        assert_eq!(leaf_hash_of_event(&store, second, 2).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn records_of_each_kind_are_counted_apart() {
    each_engine(async |store| {
        let event = event(CaptureId(1 << 60), 0);
        store.write("test", insert_events(&[event])).await.unwrap();
        // An event of before, and something else.
        for kind in [Kind::Event, Kind::Binding, Kind::Binding] {
            let key = n_rows(&store).await.to_be_bytes();
            let record = Record { kind, key: &key, canonical: &key };
            store.write("test", insert(&record, 1)).await.unwrap();
        }
        let mut n = Vec::new();
        for kind in Kind::ALL {
            n.push(n_waiting(&store, kind).await.unwrap());
        }
        assert_eq!(n, [2, 0, 2, 0]);
    })
    .await;
}
