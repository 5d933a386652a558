//! Regulators of parts of the platform: what is registered in their divisions, and nothing else.

use std::collections::BTreeSet;

use epcis::query::NamedQuery;
use service::{Caller, Error, NewEnterprise, NewKey, Page, Role, TraceQuestion, Vocabulary};
use store::id::EnterpriseId;
use store::testing::each_engine;

use crate::house::{Firm, House};
use crate::queries::{EVENTS, all, capture, parameters, parse};

/// Whose rows each list shows a caller.
async fn owners(house: &House, caller: &Caller) -> BTreeSet<EnterpriseId> {
    let (service, mut lists) = (&house.service, Vec::new());
    for page in [Page { limit: 1, ..Page::first() }, Page { limit: 1, ..Page::newest() }] {
        macro_rules! owners_of {
            ($list:ident) => {{
                let (mut page, mut owners) = (page.clone(), Vec::new());
                loop {
                    let paged = service.$list(caller, &page).await.expect("it answers");
                    owners.extend(paged.items.iter().map(|it| it.enterprise_id));
                    match paged.next {
                        Some(next) => page.after = Some(next),
                        None => break,
                    }
                }
                lists.push((stringify!($list), owners.into_iter().collect::<BTreeSet<_>>()));
            }};
        }
        owners_of!(list_enterprises);
        owners_of!(list_products);
        owners_of!(list_lots);
        owners_of!(list_captures);
        owners_of!(list_events);
    }
    for query in [vec![], vec![("orderBy", "recordTime")], vec![("EQ_bizStep", "commissioning")]] {
        let events = all(service, caller, &parse(&query), 3).await.expect("it answers");
        lists.push(("query", events.iter().map(|it| it.enterprise_id).collect()));
    }
    let first = lists[0].1.clone();
    for (list, owners) in lists {
        assert_eq!(owners, first, "{list}");
    }
    first
}

async fn furnish(house: &House, firm: &Firm) {
    capture(house, firm, &EVENTS).await;
    let batch = house.batch(firm, 2).await;
    house.commission(firm, batch.batch.batch_id, "L1").await;
}

#[tokio::test]
async fn a_regulator_sees_its_divisions_in_every_list_and_query() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [hangzhou, ningbo, nanjing, seoul, unknown] = [
            house.firm_in(1, None, Some("330106")).await,
            house.firm_in(2, None, Some("330203")).await,
            house.firm_in(3, None, Some("320102")).await,
            house.firm_in(4, None, Some("900410")).await,
            house.firm(5, None).await,
        ];
        let firms = [&hangzhou, &ningbo, &nanjing, &seoul, &unknown];
        for firm in firms {
            furnish(&house, firm).await;
        }
        for (jurisdiction, wanted) in [
            ("33", vec![&hangzhou, &ningbo]),
            ("330000", vec![&hangzhou, &ningbo]),
            ("3301", vec![&hangzhou]),
            ("330106", vec![&hangzhou]),
            ("3302", vec![&ningbo]),
            ("32", vec![&nanjing]),
            ("900410", vec![&seoul]),
            ("11", vec![]),
        ] {
            let regulator = house.regulator(jurisdiction).await;
            let wanted: BTreeSet<_> = wanted.iter().map(|firm| firm.enterprise_id).collect();
            assert_eq!(owners(&house, &regulator).await, wanted, "{jurisdiction}");
            for firm in firms {
                let is_inside = wanted.contains(&firm.enterprise_id);
                let found = house.service.find_enterprise(&regulator, firm.enterprise_id).await;
                assert_eq!(found.is_ok(), is_inside, "{jurisdiction}");
                let found = house.service.find_product(&regulator, firm.product_id).await;
                assert_eq!(found.is_ok(), is_inside, "{jurisdiction}");
            }
        }
        let all_of_them: BTreeSet<_> = firms.iter().map(|firm| firm.enterprise_id).collect();
        assert_eq!(owners(&house, &house.operator).await, all_of_them);
    })
    .await;
}

#[tokio::test]
async fn no_family_tells_a_regulator_of_other_divisions() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [zhejiang, jiangsu] = [
            house.firm_in(1, None, Some("330106")).await,
            house.firm_in(2, None, Some("320102")).await,
        ];
        for firm in [&zhejiang, &jiangsu] {
            capture(&house, firm, &EVENTS).await;
        }
        let [inside, outside] = [house.regulator("33").await, house.regulator("34").await];
        for (name, value) in parameters() {
            let own = all(&house.service, &zhejiang.caller, &parse(&[(name, value)]), 9).await;
            let found = all(&house.service, &inside, &parse(&[(name, value)]), 2).await.unwrap();
            assert_eq!(found, own.unwrap(), "{name}");
            let query = parse(&[(name, value), ("maxEventCount", "1")]);
            assert_eq!(all(&house.service, &outside, &query, 9).await.unwrap(), [], "{name}");
        }
        let service = &house.service;
        let epc = "urn:epc:id:sgtin:0614141.107346.1";
        assert_eq!(
            service.trace(&inside, &TraceQuestion::backward(epc)).await.unwrap().steps.len(),
            2
        );
        assert!(matches!(
            service.trace(&outside, &TraceQuestion::backward(epc)).await,
            Err(Error::NotFound)
        ));
        assert!(service.find_event(&inside, "urn:x:made").await.is_ok());
        assert!(matches!(service.find_event(&outside, "urn:x:made").await, Err(Error::NotFound)));
        let words = async |caller: &Caller| {
            let words = service.list_vocabulary(caller, Vocabulary::ReadPoints, None, 9).await;
            let epcs = service.list_epcs(caller, None, 9).await.unwrap();
            (words.unwrap().words.len(), epcs.words.len(), epcs.next)
        };
        assert_eq!(words(&inside).await, (1, 6, None));
        assert_eq!(words(&outside).await, (0, 0, None));
    })
    .await;
}

#[tokio::test]
async fn named_queries_of_a_jurisdiction_are_its_own() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let [province, city, other] = [
            house.regulator("33").await,
            house.regulator("3301").await,
            house.regulator("32").await,
        ];
        let body = br#"{"name": "mine", "query": {"EQ_bizStep": "shipping"}}"#;
        let service = &house.service;
        service.create_query(&province, NamedQuery::from_json(body, &[]).unwrap()).await.unwrap();
        for caller in [&city, &other, &house.operator] {
            assert!(matches!(service.find_query(caller, "mine").await, Err(Error::NotFound)));
            assert!(matches!(service.delete_query(caller, "mine").await, Err(Error::NotFound)));
            assert_eq!(service.list_queries(caller, &Page::first()).await.unwrap().items, []);
        }
        assert!(service.find_query(&house.regulator("330000").await, "mine").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn divisions_come_from_the_registration_number() {
    each_engine(async |store| {
        let house = House::new(store).await;
        let create = async |scheme: &str, number: &str, division: Option<&str>| {
            let new = NewEnterprise {
                name: "Firm".into(),
                enterprise_type: "producer".into(),
                registration_scheme: scheme.into(),
                registration_number: number.into(),
                division: division.map(str::to_owned),
                address: "1 Test Road".into(),
                contact: "+86 10 0000 0000".into(),
            };
            let made = house.service.create_enterprise(&house.operator, new).await;
            made.map(|enterprise| enterprise.enterprise_id.division())
        };
        assert_eq!(create("uscc", "91330100799655058B", None).await.unwrap(), Some(330_100));
        assert_eq!(
            create("uscc", "914403001922038216", Some("440305")).await.unwrap(),
            Some(440_305)
        );
        assert_eq!(create("kr-brn", "124-81-00998", None).await.unwrap(), Some(900_410));
        assert_eq!(create("other", "1", None).await.unwrap(), None);
        for division in ["33", "990000", "900000", "33010a", "000000"] {
            let refused = create("other", "2", Some(division)).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{division}");
        }
        // Of one second and one division: the same id is drawn again sooner or later.
        for n in 0..100 {
            create("other", &format!("n{n}"), Some("330106")).await.unwrap();
        }
        assert!(matches!(create("other", "n7", Some("330106")).await, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test]
async fn only_regulators_have_a_jurisdiction() {
    each_engine(async |store| {
        let house = House::new(store).await;
        for (role, jurisdiction) in
            [(Role::Operator, "33"), (Role::Regulator, "3"), (Role::Regulator, "0000")]
        {
            let jurisdiction = Some(jurisdiction.to_owned());
            let new = NewKey { role, enterprise_id: None, jurisdiction, label: "test".into() };
            let refused = house.service.create_key(&house.operator, new).await;
            assert!(matches!(refused, Err(Error::Rejected(_))), "{role:?}");
        }
        let regulator = house.regulator("3300").await;
        assert_eq!(regulator.jurisdiction.map(|it| it.to_string()).as_deref(), Some("33"));
    })
    .await;
}
