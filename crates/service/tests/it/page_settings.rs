//! What producers add to the pages of their goods, and who may.

use std::collections::BTreeMap;

use service::{Error, LinkKind, NewPageSettings, Page, PagePart, PageValues, Scan, SetBy};
use store::testing::each_engine;
use verdict::State;

use crate::house::{House, MORNING_US, set_now_us};

const VALUES: PageValues<'_> =
    PageValues { product: "P", enterprise: "E", n: 3, first_checked: "T" };

fn settings(product_id: Option<String>, text: &str) -> NewPageSettings {
    let texts = [String::new(), String::new(), text.to_owned()];
    NewPageSettings {
        product_id,
        texts: BTreeMap::from([("first-scan".to_owned(), texts)]),
        links: BTreeMap::from([("shop".to_owned(), "https://shop.example/a".to_owned())]),
        hidden: vec!["pin".to_owned()],
    }
}

#[tokio::test]
async fn the_nearest_page_is_in_force_and_each_change_is_noted() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let (firm, other) = (house.firm(1, None).await, house.firm(2, None).await);
        let product = Some(firm.product_id.to_string());
        let batch = house.batch(&firm, 1).await;
        let code = house.printed(&firm, &batch).await.remove(0).0;
        service.set_page(&firm.caller, &settings(None, "all of {product}")).await.expect("set");
        let at_ms = |n: i64| set_now_us(MORNING_US + n * 1_000);
        at_ms(1);
        let own = settings(product.clone(), "{product} by {enterprise}");
        let set = service.set_page(&firm.caller, &own).await.expect("set");
        assert_eq!(set.from, SetBy::Product);
        let look = service.scan_code(&code, Scan::LOOK).await.expect("an answer");
        let page = look.item.expect("goods").goods.page.clone();
        assert_eq!(page.words(State::FirstScan, 2, VALUES).as_deref(), Some("P by E"));
        // Who wrote English only is read in English; beside a recall nobody but us speaks.
        assert_eq!(page.words(State::FirstScan, 0, VALUES).as_deref(), Some("P by E"));
        assert_eq!(page.words(State::Recalled { since_us: 0 }, 2, VALUES), None);
        assert_eq!(page.links[&LinkKind::Shop], "https://shop.example/a");
        assert!(page.hidden.contains(&PagePart::Pin));
        // Nobody else's product, and nobody's words for all producers.
        let foreign = service.set_page(&other.caller, &own).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
        let for_all = service.set_page(&house.operator, &settings(None, "a")).await;
        assert!(matches!(for_all, Err(Error::Forbidden)), "{for_all:?}");
        at_ms(2);
        let back = service.reset_page(&firm.caller, product.as_deref()).await.expect("reset");
        assert_eq!(back.from, SetBy::Enterprise);
        at_ms(3);
        service.reset_page(&firm.caller, None).await.expect("reset");
        let now = service.find_page(&firm.caller, product.as_deref()).await.expect("found");
        assert_eq!((now.from, now.settings), (SetBy::Default, Default::default()));
        let changes = service.list_page_changes(&firm.caller, &Page::newest()).await.expect("list");
        let is_set: Vec<_> =
            changes.items.iter().map(|it| (it.before.is_some(), it.after.is_some())).collect();
        assert_eq!(is_set, [(true, false), (true, false), (false, true), (false, true)]);
        let none = service.list_page_changes(&other.caller, &Page::newest()).await.expect("list");
        assert!(none.items.is_empty());
        set_now_us(MORNING_US);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_hides_injects_or_claims_is_refused_and_changes_nothing() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let service = &house.service;
        let firm = house.firm(1, None).await;
        let mut new = settings(None, "本店正品 100%");
        new.texts.insert("recalled".into(), Default::default());
        new.texts.insert("careful".into(), ["a\u{202e}b".into(), String::new(), "{pin}".into()]);
        new.links.insert("news".into(), "https://a.example\r\nset-cookie: a=b".into());
        new.links.insert("promotion".into(), "javascript:alert(1)".into());
        new.links.insert("login".into(), "https://a.example".into());
        new.hidden.extend(["verdict".into(), "code".into(), "recall".into()]);
        let Err(Error::Rejected(found)) = service.set_page(&firm.caller, &new).await else {
            panic!("it was taken");
        };
        let mut rules: Vec<_> = found.iter().map(|it| it.rule).collect();
        rules.sort_unstable();
        assert_eq!(
            rules,
            [
                "bad-link",
                "claims-genuine",
                "no-kind",
                "no-moment",
                "not-hideable",
                "not-hideable",
                "not-hideable",
                "not-https",
                "unknown-variable",
                "unseen-character",
            ]
        );
        let now = service.find_page(&firm.caller, None).await.expect("found");
        assert_eq!(now.from, SetBy::Default);
    })
    .await;
}
