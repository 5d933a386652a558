//! Interning on both engines.

use super::*;
use crate::Error;
use crate::testing::each_engine;

async fn intern(store: &Store, epcs: &[&str], first: u64) {
    let found = find(store, epcs).await.unwrap();
    let new: Vec<(&str, i64)> =
        epcs.iter().zip(first..).map(|(&epc, number)| (epc, id_of(INTERNED, number))).collect();
    store.write("test", insert(&new, &found)).await.unwrap();
}

/// Two texts of one hash, found by trying: all but their last four bytes is the same.
fn of_one_hash() -> [String; 2] {
    let mut by_hash: HashMap<i64, String> = HashMap::new();
    for n in 0..1 << 16 {
        let epc = format!("https://example.org/c/{n:04x}");
        if let Some(other) = by_hash.insert(hash_of(&epc), epc.clone()) {
            return [other, epc];
        }
    }
    panic!("no two texts of one hash");
}

async fn ids(store: &Store, epcs: &[&str]) -> Vec<(String, i64)> {
    by_epcs(store, epcs).await.unwrap()
}

#[tokio::test]
async fn texts_that_share_a_hash_are_told_apart() {
    each_engine(async |store| {
        let [one, other] = of_one_hash();
        assert_eq!(hash_of(&one), hash_of(&other));
        let both: [&str; 2] = [&one, &other];
        let id = |number| id_of(INTERNED, number);
        // The one is stored when the other comes.
        intern(&store, &[&one], 7).await;
        assert_eq!(ids(&store, &both).await, [(one.clone(), id(7))]);
        assert_eq!(ids(&store, &[&other]).await, []);
        // Who did not see it come is refused, be it the same text or another.
        for epc in both {
            let late = insert(&[(epc, id(8))], &Interned::default());
            let refused = store.write("test", late).await;
            assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
        }
        intern(&store, &[&other], 9).await;
        let mut wanted = vec![(one.clone(), id(7)), (other.clone(), id(9))];
        wanted.sort_unstable();
        assert_eq!(ids(&store, &both).await, wanted);
        assert_eq!(ids(&store, &[&other]).await, [(other.clone(), id(9))]);
        assert_eq!(epc_of(&store, id(9)).await.unwrap(), Some(other.clone()));
    })
    .await;
}

#[tokio::test]
async fn texts_that_share_a_hash_come_together() {
    each_engine(async |store| {
        let [one, other] = of_one_hash();
        intern(&store, &[&one, "urn:x:between", &other], 1 << 20).await;
        let mut wanted = [&one, "urn:x:between", &other]
            .map(str::to_owned)
            .into_iter()
            .zip([0, 1, 2].map(|nth| id_of(INTERNED, (1 << 20) + nth)))
            .collect::<Vec<_>>();
        let range = IdRange { first: id_of(INTERNED, 5), last: id_of(INTERNED, 2 << 20) };
        let named = epcs_of(&store, range, 9).await.unwrap();
        assert!(named.iter().map(|(id, epc)| (epc, id)).eq(wanted.iter().map(|it| (&it.0, &it.1))));
        assert_eq!(epcs_of(&store, range, 2).await.unwrap(), named[..2]);
        wanted.sort_unstable();
        assert_eq!(ids(&store, &[&other, "urn:x:none", &one, "urn:x:between"]).await, wanted);
    })
    .await;
}

#[tokio::test]
async fn many_texts_come_back() {
    each_engine(async |store| {
        let epcs: Vec<String> = (0..300)
            .map(|n| format!("https://id.gs1.org/00/3952100000000{n:05}"))
            .chain((0..40).map(|n| format!("https://id.gs1.org/01/09521000000012/21/é{n}")))
            .collect();
        let texts: Vec<&str> = epcs.iter().map(String::as_str).collect();
        intern(&store, &texts, 1_048_500).await;
        let found = ids(&store, &texts).await;
        assert_eq!(found.len(), 340);
        for (epc, id) in found {
            assert_eq!(epc_of(&store, id).await.unwrap(), Some(epc));
        }
        let counts = crate::doctor::counts(&store).await.unwrap();
        let both_ways = counts.iter().find(|it| it.name.contains("interned")).unwrap();
        assert_eq!((both_ways.left, both_ways.right), (340, 340));
    })
    .await;
}

/// As migration 20 found them.
fn interned_before(epc: &str, id: i64) -> Vec<Statement> {
    vec![
        Statement::new(
            "insert into interned_epcs (bucket, epc, identifier_id) values ($1, $2, $3)",
            [interned_bucket_of(epc).into(), epc.into(), id.into()],
        ),
        Statement::new(
            "insert into identifier_epcs (block, identifier_id, epc) values ($1, $2, $3)",
            [block_of(id).into(), id.into(), epc.into()],
        ),
    ]
}

#[tokio::test]
async fn what_was_interned_before_is_found_beside_the_new() {
    each_engine(async |store| {
        let id = |number| id_of(INTERNED, number);
        store.write("test", interned_before("urn:x:a", id(40))).await.unwrap();
        store.write("test", interned_before("urn:x:c", id(42))).await.unwrap();
        intern(&store, &["urn:x:b"], 41).await;
        let named = |nth: &[usize]| {
            let all = [("urn:x:a", 40), ("urn:x:b", 41), ("urn:x:c", 42)];
            nth.iter().map(|&nth| (all[nth].0.to_owned(), id(all[nth].1))).collect::<Vec<_>>()
        };
        let found = find(&store, &["urn:x:c", "urn:x:b", "urn:x:a", "urn:x:d"]).await.unwrap();
        assert_eq!(found.ids, named(&[0, 1, 2]));
        let range = IdRange { first: id(40), last: id(60) };
        for limit in 1..=3 {
            let wanted = named(&[0, 1, 2][..limit]).into_iter().map(|(epc, id)| (id, epc));
            let found = epcs_of(&store, range, limit as u32).await.unwrap();
            assert_eq!(found, wanted.collect::<Vec<_>>());
        }
        assert_eq!(epc_of(&store, id(42)).await.unwrap().as_deref(), Some("urn:x:c"));
        assert_eq!(epc_of(&store, id(43)).await.unwrap(), None);
        let all = [id(42), id_of(1, 41), id(40), id(43), id(41)];
        let mut found = by_ids(&store, &all).await.unwrap();
        found.sort_unstable();
        assert!(found.into_iter().map(|(id, epc)| (epc, id)).eq(named(&[0, 1, 2])));
        // The number of another class is not one of these.
        assert_eq!(epc_of(&store, id_of(1, 41)).await.unwrap(), None);
    })
    .await;
}
