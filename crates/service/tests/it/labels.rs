//! What labels say of where they lead, also after the platform has moved.

use service::{Error, Scan, Service, Under};
use store::testing::each_engine;

use crate::house::{House, OUTSIDE, secrets};

#[tokio::test]
async fn a_label_names_the_host_that_it_was_printed_with() {
    each_engine(async |store| {
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, None).await;
        let old = house.batch(&firm, 1).await;
        let (old, _) = house.printed(&firm, &old).await.remove(0);
        let moved = Service::start(store, secrets(1), "https://new.example:8443", OUTSIDE).await;
        let house = House { service: moved.expect("it starts"), operator: house.operator };
        let new = house.batch(&firm, 1).await;
        let (new, _) = house.printed(&firm, &new).await.remove(0);
        let mut drawn = Vec::new();
        for (code, host) in [(&old, "t.example"), (&new, "new.example:8443")] {
            let answer = house.service.scan_code(code, Scan::LOOK).await.expect("an answer");
            assert_eq!(answer.item.expect("goods").label_host(), host);
            let svg = async |under| house.service.qr_svg(&firm.caller, code, under).await;
            let with = svg(Under::default()).await.expect("a symbol");
            let without = svg(Under::Nothing).await.expect("a symbol");
            assert_eq!(with.matches("<path").count(), without.matches("<path").count() + 1);
            let png = async |under| house.service.qr_png(&firm.caller, code, (4, under)).await;
            let with_png = png(Under::default()).await.expect("a symbol");
            assert!(with_png.len() > png(Under::Nothing).await.expect("a symbol").len());
            drawn.push(with.split("<path").nth(2).expect("the words").to_owned());
        }
        assert_ne!(drawn[0], drawn[1], "each says its own");
        let bad = house.service.qr_png(&firm.caller, &old, (0, Under::Domain)).await;
        assert!(matches!(bad, Err(Error::Rejected(_))), "{bad:?}");
    })
    .await;
}
