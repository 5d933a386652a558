//! Who sees what of one chain, and what is counted: partners one step away, regulators of each
//! side, consumers as the owner of the goods chooses. And where places are, as master data says.

use epcis::build::{Draft, When, document};
use epcis::{Action, Role as DraftRole};
use service::limits::MAX_TRACE_EVENTS;
use service::{Caller, Error, NewDisclosure, NewParty, PublicTrace, Role, TraceQuestion};
use store::testing::each_engine;

use crate::house::{Firm, House, MORNING_US};
use crate::queries::capture;

const PGLNS: [&str; 3] = [
    "urn:epc:id:pgln:0614141.00001",
    "urn:epc:id:pgln:0614141.00002",
    "urn:epc:id:pgln:0614141.00003",
];

/// A maker in Zhejiang, a dealer in Jiangsu, a shop in Zhejiang; each ships to the next.
struct Chain {
    house: House,
    firms: [Firm; 3],
    code: String,
}

impl Chain {
    async fn new(house: House) -> Self {
        let firms = [
            house.firm_in(1, None, Some("330106")).await,
            house.firm_in(2, None, Some("320102")).await,
            house.firm_in(3, None, Some("330203")).await,
        ];
        for (firm, identifier) in firms.iter().zip(PGLNS) {
            let enterprise_id = firm.enterprise_id.to_string();
            let new = NewParty { enterprise_id, identifier: identifier.into() };
            house.service.create_party(&house.operator, new).await.expect("a party");
        }
        let batch = house.batch(&firms[0], 1).await;
        let (code, _) = house.printed(&firms[0], &batch).await.remove(0);
        let event = |number: u32, step: &str, party: Option<(&str, usize)>| {
            let party = party.map_or(String::new(), |(which, firm)| {
                let pgln = PGLNS[firm];
                format!(r#", "{which}List": [{{"type": "owning_party", "{which}": "{pgln}"}}]"#)
            });
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "{step}",
                    "eventID": "urn:x:{number}", "eventTime": "2026-11-01T0{number}:00:00Z",
                    "epcList": ["https://t.example/c/{code}"]{party}}}"#
            )
        };
        for (firm, event) in [
            (0, event(1, "inspecting", None)),
            (0, event(2, "shipping", Some(("destination", 1)))),
            (1, event(3, "receiving", Some(("source", 0)))),
            (1, event(4, "storing", None)),
            (1, event(5, "shipping", Some(("destination", 2)))),
            (2, event(6, "receiving", Some(("source", 1)))),
            (2, event(7, "retail_selling", None)),
        ] {
            capture(&house, &firms[firm], &[&event]).await;
        }
        Self { house, firms, code }
    }

    /// The events that a caller sees by their numbers, and how many are hidden.
    async fn seen(&self, caller: &Caller) -> String {
        let question = TraceQuestion::backward(&format!("https://t.example/c/{}", self.code));
        match self.house.service.trace(caller, &question).await {
            Ok(trace) => {
                let ids = trace.steps.iter().map(|it| it.event_id.replace("urn:x:", ""));
                format!("{} hidden {}", ids.collect::<Vec<_>>().join(" "), trace.n_hidden)
            }
            Err(Error::NotFound) => "nothing".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn public(&self) -> PublicTrace {
        self.house.service.trace_public(&self.code).await.expect("a history")
    }

    /// Names that anyone reads, `-` where one is private, and what is counted.
    async fn named(&self) -> String {
        let PublicTrace { told, apart, n_hidden, n_unnamed } = self.public().await;
        assert_eq!(apart, []);
        let name =
            |name: &str| if name.is_empty() { "-".to_owned() } else { name.replace("Firm ", "") };
        let names: Vec<String> = told.steps.iter().map(|it| name(&it.enterprise_name)).collect();
        format!("{} hidden {n_hidden} unnamed {n_unnamed}", names.join(" "))
    }

    async fn disclose(&self, named: &[String], hidden: &[&str]) -> Result<(), Error> {
        let hidden_stages = hidden.iter().map(|it| (*it).to_owned()).collect();
        let new = NewDisclosure { named: named.to_vec(), hidden_stages, is_listed: Some(true) };
        self.house.service.set_disclosure(&self.firms[0].caller, new).await.map(|_| ())
    }
}

#[tokio::test]
async fn partners_see_one_step_up_and_one_step_down() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let [maker, dealer, shop] = &chain.firms;
        assert_eq!(chain.seen(&maker.caller).await, "1 2 3 hidden 4");
        assert_eq!(chain.seen(&dealer.caller).await, "2 3 4 5 6 hidden 2");
        assert_eq!(chain.seen(&shop.caller).await, "5 6 7 hidden 4");
        let stranger = chain.house.firm(4, None).await;
        assert_eq!(chain.seen(&stranger.caller).await, "nothing");
        assert_eq!(chain.seen(&chain.house.operator).await, "1 2 3 4 5 6 7 hidden 0");
    })
    .await;
}

#[tokio::test]
async fn a_regulator_sees_its_own_and_what_leads_out_of_it() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        for (jurisdiction, wanted) in [
            // The maker and the shop, and what the dealer says of both.
            ("33", "1 2 3 5 6 7 hidden 1"),
            ("3301", "1 2 3 hidden 4"),
            ("3302", "5 6 7 hidden 4"),
            ("32", "2 3 4 5 6 hidden 2"),
            ("11", "nothing"),
        ] {
            let regulator = chain.house.regulator(jurisdiction).await;
            assert_eq!(chain.seen(&regulator).await, wanted, "{jurisdiction}");
            let refused = chain.house.service.find_disclosure(&regulator).await;
            assert!(matches!(refused, Err(Error::Forbidden)));
        }
        // A grant to somebody inside opens nothing to whoever watches over it.
        let [maker, dealer, _] = &chain.firms;
        let new = service::NewGrant {
            viewer_id: maker.enterprise_id.to_string(),
            identifier: Some("urn:x:never".into()),
        };
        chain.house.service.create_grant(&dealer.caller, new).await.expect("a grant");
        let regulator = chain.house.regulator("3301").await;
        assert_eq!(chain.seen(&regulator).await, "1 2 3 hidden 4");
    })
    .await;
}

#[tokio::test]
async fn strangers_do_not_crowd_out_what_a_regulator_follows() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let stranger = chain.house.firm_in(4, None, Some("110101")).await;
        let epc = format!("https://t.example/c/{}", chain.code);
        // More than a trace takes in, all of them earlier than anything else.
        let early: Vec<Draft> = (0..i64::from(MAX_TRACE_EVENTS) + 50)
            .map(|n| {
                let event_time_us = MORNING_US - 90 * 86_400_000_000 + n * 1_000_000;
                let when = When { event_time_us, offset: "+08:00".into() };
                Draft::object(Action::Observe, when)
                    .biz_step("inspecting")
                    .epc(DraftRole::Epc, &epc)
            })
            .collect();
        let service = &chain.house.service;
        let body = document(service.now_us(), &early);
        service.capture_document(&stranger.caller, body).await.expect("it is captured");
        for (jurisdiction, wanted) in
            [("33", "1 2 3 5 6 7"), ("3301", "1 2 3"), ("32", "2 3 4 5 6")]
        {
            let regulator = chain.house.regulator(jurisdiction).await;
            let question = TraceQuestion::backward(&epc);
            let trace = service.trace(&regulator, &question).await.expect("it answers");
            let ids = trace.steps.iter().map(|it| it.event_id.replace("urn:x:", ""));
            assert_eq!(ids.collect::<Vec<_>>().join(" "), wanted, "{jurisdiction}");
            assert_eq!(trace.cut, None, "{jurisdiction}");
            assert!(trace.n_hidden > 0, "{jurisdiction}");
        }
    })
    .await;
}

#[tokio::test]
async fn consumers_read_the_names_and_stages_that_the_owner_opens() {
    each_engine(async |store| {
        let chain = Chain::new(House::new(store).await).await;
        let [maker, dealer, shop] = &chain.firms;
        let [dealer_id, shop_id] = [dealer, shop].map(|firm| firm.enterprise_id.to_string());
        assert_eq!(chain.named().await, "1 1 - - - - - hidden 0 unnamed 2");
        chain.disclose(&[dealer_id], &[]).await.expect("it is chosen");
        assert_eq!(chain.named().await, "1 1 2 2 2 - - hidden 0 unnamed 1");
        chain.disclose(&["*".into()], &["storage"]).await.expect("it is chosen");
        assert_eq!(chain.named().await, "1 1 2 2 3 3 hidden 1 unnamed 0");
        chain.disclose(&[], &["storage", "logistics"]).await.expect("it is chosen");
        assert_eq!(chain.named().await, "1 - - - hidden 3 unnamed 2");
        let found = chain.house.service.find_disclosure(&maker.caller).await.expect("a choice");
        assert_eq!(found.hidden_stages.len(), 2);
        // What others choose is of no matter here.
        let new = NewDisclosure {
            named: vec!["*".into()],
            hidden_stages: Vec::new(),
            is_listed: Some(true),
        };
        chain.house.service.set_disclosure(&dealer.caller, new.clone()).await.expect("a choice");
        assert_eq!(chain.named().await, "1 - - - hidden 3 unnamed 2");

        let refused = chain.disclose(&[shop_id, "4".into(), "x".into()], &["cellar"]).await;
        let Err(Error::Rejected(violations)) = refused else { panic!("{refused:?}") };
        let rules: Vec<&str> = violations.iter().map(|it| it.rule).collect();
        assert_eq!(rules, ["no-enterprise", "no-enterprise", "no-stage"]);
        let many = vec!["1".to_owned(); service::limits::MAX_NAMED + 1];
        assert!(matches!(chain.disclose(&many, &[]).await, Err(Error::Rejected(_))));
        let dealer_key = chain.house.key(maker.enterprise_id, Role::Dealer).await;
        let refused = chain.house.service.set_disclosure(&dealer_key, new).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    })
    .await;
}

/// A document with places and where they are.
async fn describe(house: &House, firm: &Firm, places: &[(&str, &str, &str)]) {
    let elements = places.iter().map(|(id, latitude, longitude)| {
        format!(
            r#"{{"id": "{id}", "attributes": [
                {{"id": "cbvmda:latitude", "attribute": "{latitude}"}},
                {{"id": "urn:epcglobal:cbv:mda:longitude", "attribute": "{longitude}"}}]}}"#
        )
    });
    let body = format!(
        r#"{{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument", "schemaVersion": "2.0",
            "creationDate": "2026-11-21T00:00:00Z",
            "epcisHeader": {{"epcisMasterData": {{"vocabularyList": [
                {{"type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                  "vocabularyElementList": [{}]}}]}}}},
            "epcisBody": {{"eventList": []}}}}"#,
        elements.collect::<Vec<_>>().join(",")
    );
    let captured = house.service.capture_document(&firm.caller, body.into_bytes()).await;
    captured.unwrap_or_else(|error| panic!("{error:?}"));
}

#[tokio::test]
async fn places_whose_position_is_master_data_are_as_far_apart_as_they_are() {
    const SHANGHAI: &str = "urn:epc:id:sgln:0614141.00001.0";
    const SEOUL: &str = "urn:epc:id:sgln:0614141.00002.0";
    each_engine(async |store| {
        let house = House::new(store).await;
        let [firm, other] = [house.firm(1, None).await, house.firm(2, None).await];
        let seen = |place: &str, minute: u32| {
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
                    "eventTime": "2026-11-01T08:{minute:02}:00Z", "epcList": ["urn:x:a"],
                    "bizLocation": {{"id": "{place}"}}}}"#
            )
        };
        capture(&house, &firm, &[&seen(SHANGHAI, 0), &seen(SEOUL, 10)]).await;
        let findings = async || -> Vec<&'static str> {
            let question = TraceQuestion::backward("urn:x:a");
            let trace = house.service.trace(&firm.caller, &question).await.expect("a trace");
            trace.contradictions.iter().map(|it| it.kind.name()).collect()
        };
        let [shanghai, seoul] = [(SHANGHAI, "31.23", "121.47"), (SEOUL, "37.57", "126.98")];
        assert!(findings().await.is_empty());
        // What others say of the places is of no matter for what this firm reports.
        describe(&house, &other, &[shanghai, seoul]).await;
        assert!(findings().await.is_empty());
        describe(&house, &firm, &[shanghai, seoul]).await;
        assert_eq!(findings().await, ["impossible_speed"]);
        // The last that was said stands, and what is nowhere on earth is no position.
        describe(&house, &firm, &[(SEOUL, "31.24", "121.48")]).await;
        assert!(findings().await.is_empty());
        describe(&house, &firm, &[seoul, (SHANGHAI, "131.23", "121.47")]).await;
        assert!(findings().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn positions_count_for_whoever_may_hear_the_master_data_that_has_them() {
    const HERE: &str = "urn:epc:id:sgln:0614141.00001.0";
    const THERE: &str = "urn:epc:id:sgln:0614141.00002.0";
    each_engine(async |store| {
        let house = House::new(store).await;
        let [firm, customer] = [house.firm(1, None).await, house.firm(2, None).await];
        let enterprise_id = customer.enterprise_id.to_string();
        let new = NewParty { enterprise_id: enterprise_id.clone(), identifier: PGLNS[0].into() };
        house.service.create_party(&house.operator, new).await.expect("a party");
        let seen = |place: &str, minute: u32| {
            format!(
                r#"{{"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
                    "eventTime": "2026-11-01T08:{minute:02}:00Z", "epcList": ["urn:x:a"],
                    "bizLocation": {{"id": "{place}"}},
                    "destinationList": [{{"type": "owning_party", "destination": "{}"}}]}}"#,
                PGLNS[0]
            )
        };
        capture(&house, &firm, &[&seen(HERE, 0), &seen(THERE, 10)]).await;
        describe(&house, &firm, &[(HERE, "31.23", "121.47"), (THERE, "37.57", "126.98")]).await;
        let n_findings = async |caller: &Caller| {
            let question = TraceQuestion::backward("urn:x:a");
            let trace = house.service.trace(caller, &question).await.expect("a trace");
            (trace.steps.len(), trace.contradictions.len())
        };
        assert_eq!(n_findings(&firm.caller).await, (2, 1));
        assert_eq!(n_findings(&house.operator).await, (2, 1));
        // It sees both events, and nothing of where the places are.
        assert_eq!(n_findings(&customer.caller).await, (2, 0));
        let new = service::NewGrant { viewer_id: enterprise_id, identifier: None };
        house.service.create_grant(&firm.caller, new).await.expect("a grant");
        assert_eq!(n_findings(&customer.caller).await, (2, 1));
    })
    .await;
}
