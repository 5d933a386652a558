//! An item that goes by several identifiers: each of them leads to it (R18, R20, R21).

use epcis::build::{Draft, When, document};
use epcis::{Action, Role as EpcRole};
use expect_test::{Expect, expect};
use gs1::digital_link::DigitalLink;
use gs1::tag::{Scheme, Tag};
use service::{
    BoundTo, Caller, Commission, Error, Lead, NewBinding, Role, Scan, Selection, Service,
    TraceQuestion,
};
use store::log_queue;
use store::testing::each_engine;
use tlog::Kind;

use crate::house::{Firm, House, MORNING_US};

const LOOK: Scan = Scan::LOOK;
const ECODE: &str = "https://www.iotroot.com/E=1000100000000000000000001";
const CCC: &str = "2016010903878416";

/// A firm with ten codes, all of lot L1.
struct Shop {
    store: store::Store,
    house: House,
    firm: Firm,
    codes: Vec<String>,
}

impl Shop {
    async fn new(store: store::Store) -> Self {
        let house = House::new(store.clone()).await;
        let firm = house.firm(1, Some("06901234567892")).await;
        let batch = house.batch(&firm, 10).await;
        let codes = house.printed(&firm, &batch).await.into_iter().map(|(code, _)| code);
        let codes: Vec<String> = codes.collect();
        let commission = Commission {
            codes: Selection::List(codes[..9].to_vec()),
            lot_number: "L1".into(),
            production_date: "2026-11-20".into(),
            shelf_life_days: None,
            event_time_us: None,
        };
        house.service.commission_codes(&firm.caller, commission).await.expect("a lot");
        Self { store, house, firm, codes }
    }

    fn service(&self) -> &Service {
        &self.house.service
    }

    async fn bind(&self, to: BoundTo, text: &str) -> Result<(), Error> {
        let new = NewBinding { to, text: text.into(), scheme_id: None };
        self.service().bind_identifier(&self.firm.caller, &new).await.map(drop)
    }

    fn item(&self, index: usize) -> BoundTo {
        BoundTo::Item(self.codes[index].clone())
    }

    /// What a text leads to for a caller, with `A0`, `A1`, … for the codes.
    async fn leads(&self, caller: &Caller, text: &str) -> String {
        let identified = self.service().identify_text(caller, text).await.expect("a look-up");
        let schemes = identified.readings.iter().map(|reading| reading.scheme.id.as_str());
        let leads = identified.leads.iter().map(|lead| match lead {
            Lead::Item { answer, identifiers } => {
                let uris = identifiers.iter().map(|binding| format!(" + {}", binding.uri));
                let code = answer.code.clone().unwrap_or_default();
                format!("item {code}{}", uris.collect::<String>())
            }
            Lead::Lot(lot) => format!("lot {}", lot.lot_number),
            Lead::Product(product) => format!("product {}", product.name),
            Lead::Enterprise(enterprise) => format!("enterprise {}", enterprise.name),
        });
        let leads: Vec<String> = leads.collect();
        let told = format!("{} -> {}", schemes.collect::<Vec<_>>().join(" "), leads.join(", "));
        self.masked(&told)
    }

    fn masked(&self, text: &str) -> String {
        let codes = self.codes.iter().enumerate();
        codes.fold(text.to_owned(), |text, (index, code)| text.replace(code, &format!("A{index}")))
    }
}

async fn on_each_engine(test: impl AsyncFn(Shop) -> String, expected: Expect) {
    let told = std::sync::Mutex::new(Vec::new());
    each_engine(async |store| {
        let lines = test(Shop::new(store).await).await;
        told.lock().expect("one engine at a time").push(lines);
    })
    .await;
    for lines in told.into_inner().expect("one engine at a time") {
        expected.assert_eq(&lines);
    }
}

#[tokio::test]
async fn every_identifier_leads_to_the_same_item() {
    let test = async |shop: Shop| {
        let texts = [
            ECODE,
            "MA.156.1003.1629/10.46100000.A0",
            "https://trace.example/t?x=1",
            "(01)09521234543213(21)S1",
            "urn:epc:id:sgtin:4023333.000055.1A",
            "106141411234567897",
        ];
        for text in texts {
            shop.bind(shop.item(0), text).await.expect("it is free");
        }
        let own = "https://id.gs1.org/01/06901234567892/21/".to_owned() + &shop.codes[0];
        let page = format!("https://t.example/c/{}", shop.codes[0]);
        let of = |name| Scheme::named(name).expect("it is a scheme");
        let tag = |tag: Result<Tag, gs1::Error>| tag.expect("it fits").to_hex();
        let spellings = [
            "E=1000100000000000000000001",
            "https://id.gs1.org/01/09521234543213/21/S1",
            "https://id.gs1.org/01/04023333000550/21/1A",
            &own,
            &page,
            &shop.codes[0],
            "urn:epc:tag:sgtin-198:1.4023333.000055.1A",
            &tag(Tag::of_epc(of("sgtin-198"), 1, "urn:epc:id:sgtin:4023333.000055.1A")),
            &tag(DigitalLink::parse(&own).and_then(|it| Tag::of_link(of("sgtin+"), 1, it))),
        ];
        for text in texts.iter().chain(&spellings) {
            let identified = shop.service().identify_text(&shop.firm.caller, text).await;
            let leads = identified.expect("a look-up").leads;
            let Some(Lead::Item { answer, identifiers }) = leads.first() else {
                panic!("{text} leads nowhere")
            };
            assert_eq!(answer.code.as_ref(), Some(&shop.codes[0]), "{text}");
            assert_eq!((leads.len(), identifiers.len()), (1, 6), "{text}");
        }
        shop.leads(&shop.firm.caller, ECODE).await + "\n"
    };
    on_each_engine(test, expect![[r#"
        ecode -> item A0 + https://id.gs1.org/00/106141411234567897 + https://id.gs1.org/01/04023333000550/21/1A + https://id.gs1.org/01/09521234543213/21/S1 + https://trace.example/t?x=1 + https://www.iotroot.com/E=1000100000000000000000001 + ma:MA.156.1003.1629/10.46100000.A0
    "#]]).await;
}

/// The linkset of a thing lists its other identifiers, each binding is queued for the log, and
/// the link of another identifier never names a code.
#[tokio::test]
async fn linksets_list_what_a_thing_goes_by() {
    let test = async |shop: Shop| {
        let other = "https://id.gs1.org/01/04023333000550/21/1A";
        for text in [ECODE, "MA.156.1003.1629/10.46100000.A0", other] {
            shop.bind(shop.item(0), text).await.expect("it is free");
        }
        shop.bind(BoundTo::Product(shop.firm.product_id), CCC).await.expect("it covers many");
        let mut lines = String::new();
        let own = format!("https://t.example/01/06901234567892/21/{}", shop.codes[0]);
        for uri in [&own[..], "https://t.example/01/06901234567892", other] {
            let found = shop.service().resolve(uri).await.expect("it is a link");
            lines += &format!("{}\n", found.anchor);
            for level in &found.levels {
                for link in &level.links {
                    let mark = if link.is_default { " (default)" } else { "" };
                    lines += &format!("  {} {}{mark}\n", link.link_type, link.href);
                }
            }
        }
        let waiting = log_queue::n_waiting(&shop.store, Kind::Binding).await;
        lines += &format!("{} wait for the log\n", waiting.expect("a count"));
        shop.masked(&lines)
    };
    on_each_engine(
        test,
        expect![[r#"
        /01/06901234567892/21/A0
          https://ref.gs1.org/voc/certificationInfo https://t.example/schemes/ccc
          https://ref.gs1.org/voc/verificationService https://t.example/c/A0 (default)
          https://ref.gs1.org/voc/traceability https://t.example/c/A0/trace
          https://schema.org/sameAs https://id.gs1.org/01/04023333000550/21/1A
          https://schema.org/sameAs https://www.iotroot.com/E=1000100000000000000000001
          https://schema.org/sameAs https://t.example/schemes/ma
        /01/06901234567892
          https://ref.gs1.org/voc/certificationInfo https://t.example/schemes/ccc
        /01/04023333000550/21/1A
        4 wait for the log
    "#]],
    )
    .await;
}

/// Whoever scans another identifier learns what its item is, and never its code.
#[tokio::test]
async fn a_scan_of_another_identifier_is_a_scan_of_the_item() {
    let test = async |shop: Shop| {
        shop.bind(shop.item(0), ECODE).await.expect("it is free");
        shop.bind(shop.item(1), "https://id.gs1.org/01/09521234543213/21/S1").await.expect("free");
        let service = shop.service();
        let scan = Scan::CHECK;
        let mut lines = String::new();
        let link = service.scan_serial("09521234543213", "S1", scan).await.expect("a scan");
        for answer in [
            service.scan_code(ECODE, scan).await.expect("a scan"),
            service.scan_code(ECODE, scan).await.expect("a scan"),
            service.scan_code(&shop.codes[0], LOOK).await.expect("a look"),
            service.prove_pin(ECODE, "00000x", None).await.err().map_or(link.clone(), |_| link),
            service.scan_code("https://www.iotroot.com/E=9", scan).await.expect("a scan"),
            service.scan_serial("09521234543213", "S2", scan).await.expect("a scan"),
        ] {
            let epc = answer.item.as_ref().map(|item| item.epc()).unwrap_or_default();
            let code = answer.code.clone().unwrap_or_default();
            lines += &format!("{} | {code} | {epc}\n", answer.verdict.state.name());
        }
        shop.masked(&lines)
    };
    on_each_engine(test, expect![[r#"
        first-scan | 1000100000000000000000001 | https://www.iotroot.com/E=1000100000000000000000001
        scanned-before | 1000100000000000000000001 | https://www.iotroot.com/E=1000100000000000000000001
        scanned-before | A0 | https://id.gs1.org/01/06901234567892/21/A0
        first-scan | https://id.gs1.org/01/09521234543213/21/S1 | https://id.gs1.org/01/09521234543213/21/S1
        mistyped |  | 
        mistyped |  | 
    "#]]).await;
}

/// Events that name the other identifier belong to the item, whether they came before or after.
#[tokio::test]
async fn events_of_another_identifier_are_in_the_history() {
    let test = async |shop: Shop| {
        let service = shop.service();
        let draft = |step: &str, hours: i64| {
            let at_us = MORNING_US + hours * 3_600_000_000;
            let when = When { event_time_us: at_us, offset: "+08:00".into() };
            let draft = Draft::object(Action::Observe, when).biz_step(step);
            draft.epc(EpcRole::Epc, "urn:epc:id:sgtin:4023333.000055.1A")
        };
        let capture = async |draft| {
            let body = document(MORNING_US, &[draft]);
            service.capture_document(&shop.firm.caller, body).await.expect("a capture");
        };
        capture(draft("shipping", 1)).await;
        let rfid = "https://id.gs1.org/01/04023333000550/21/1A";
        shop.bind(shop.item(0), rfid).await.expect("it is free");
        capture(draft("receiving", 2)).await;
        let mut lines = String::new();
        for text in [shop.codes[0].as_str(), rfid] {
            let trace = service
                .trace(&shop.firm.caller, &TraceQuestion::backward(text))
                .await
                .expect("a trace");
            let steps = trace.steps.iter().map(|step| step.biz_step.rsplit('-').next());
            let steps: Vec<&str> = steps.flatten().collect();
            lines += &format!("{}: {}\n", trace.epc, steps.join(", "));
            let public = service.trace_public(text).await.expect("a history");
            lines += &format!("{}: {} steps\n", public.told.epc, public.told.steps.len());
        }
        shop.masked(&lines)
    };
    on_each_engine(
        test,
        expect![[r#"
        https://id.gs1.org/01/06901234567892/21/A0: commissioning, shipping, receiving
        https://id.gs1.org/01/06901234567892/21/A0: 3 steps
        https://id.gs1.org/01/06901234567892/21/A0: commissioning, shipping, receiving
        https://id.gs1.org/01/04023333000550/21/1A: 3 steps
    "#]],
    )
    .await;
}

/// Whoever reads the other identifier off an item and reports it learns nothing of its code.
#[tokio::test]
async fn a_bound_identifier_leads_strangers_to_itself_only() {
    let test = async |shop: Shop| {
        let rfid = "https://id.gs1.org/01/04023333000550/21/1A";
        shop.bind(shop.item(0), rfid).await.expect("it is free");
        let stranger = shop.house.firm(2, None).await;
        let ask = async |text: &str| {
            let question = TraceQuestion::backward(text);
            shop.service().trace(&stranger.caller, &question).await
        };
        assert!(matches!(ask(rfid).await, Err(Error::NotFound)));
        assert!(matches!(ask(&shop.codes[0]).await, Err(Error::NotFound)));
        let when = When { event_time_us: MORNING_US, offset: "+08:00".into() };
        let draft = Draft::object(Action::Observe, when).biz_step("inspecting");
        let body = document(MORNING_US, &[draft.epc(EpcRole::Epc, rfid)]);
        shop.service().capture_document(&stranger.caller, body).await.expect("a capture");
        let trace = ask(rfid).await.expect("its own event");
        assert!(!format!("{trace:?}").contains(&shop.codes[0]), "{trace:?}");
        assert!(matches!(ask(&shop.codes[0]).await, Err(Error::NotFound)));
        let things: Vec<&str> = trace.things.iter().map(|(run, _)| run.first.as_str()).collect();
        format!("{}: {} of {}\n", trace.epc, trace.steps.len(), things.join(" "))
    };
    on_each_engine(
        test,
        expect![[r#"
        https://id.gs1.org/01/04023333000550/21/1A: 1 of https://id.gs1.org/01/04023333000550/21/1A
    "#]],
    )
    .await;
}

#[tokio::test]
async fn certificates_cover_many_and_numbers_find_their_subjects() {
    let test = async |shop: Shop| {
        let product = BoundTo::Product(shop.firm.product_id);
        shop.bind(product, CCC).await.expect("it is free");
        let page = service::Page::first();
        let lots = shop.service().list_lots(&shop.firm.caller, &page).await.expect("lots");
        shop.bind(BoundTo::Lot(lots.items[0].lot_id), CCC)
            .await
            .expect("a certificate covers many");
        shop.bind(shop.item(9), "SC10744030704994").await.expect("it is free");
        let mut lines = String::new();
        for text in [
            CCC,
            "SC10744030704994",
            "6901234567892",
            "(01)06901234567892(10)L1",
            "(01)06901234567892(10)L2",
            &shop.codes[3],
            "91350100M000100Y43",
            "hello",
        ] {
            lines += &format!("{text}: {}\n", shop.leads(&shop.firm.caller, text).await);
        }
        shop.masked(&lines)
    };
    on_each_engine(
        test,
        expect![[r#"
        2016010903878416: ccc -> lot L1, product Product 1
        SC10744030704994: sc -> item A9 + sc:SC10744030704994 + ccc:2016010903878416
        6901234567892: gs1 -> product Product 1
        (01)06901234567892(10)L1: gs1 -> lot L1
        (01)06901234567892(10)L2: gs1 -> 
        A3: suyuan -> item A3 + ccc:2016010903878416 + ccc:2016010903878416
        91350100M000100Y43: uscc -> 
        hello:  -> 
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_bound_is_refused() {
    let test = async |shop: Shop| {
        let other = shop.house.firm(2, Some("09521234543213")).await;
        let own = format!("https://id.gs1.org/01/06901234567892/21/{}", shop.codes[1]);
        shop.bind(shop.item(0), ECODE).await.expect("it is free");
        let mut lines = String::new();
        for (index, text) in [
            (0, ECODE),
            (1, ECODE),
            (0, &shop.codes[1]),
            (0, &own),
            (0, "6901234567892"),
            (0, "https://id.gs1.org/01/09521234543213/21/S1"),
            (0, "91350100M000100Y43"),
            (0, "SC10744030704995"),
            (0, "hello"),
            (0, ""),
        ] {
            let error = shop.bind(shop.item(index), text).await.expect_err("it cannot be bound");
            lines += &format!("{text}: {error}\n");
        }
        let service = shop.service();
        let ecode = |to, text: &str| NewBinding { to, text: text.into(), scheme_id: None };
        let dealer = shop.house.key(shop.firm.enterprise_id, Role::Dealer).await;
        let new = ecode(shop.item(2), "E=2000112");
        for caller in [&other.caller, &dealer] {
            let error = service.bind_identifier(caller, &new).await.expect_err("not theirs");
            lines += &format!("{error}\n");
        }
        let error = service.unbind_identifier(&other.caller, &ecode(shop.item(0), ECODE)).await;
        lines += &format!("{}\n", error.expect_err("not theirs"));
        let seen = service.identifiers_of(&shop.firm.caller, &shop.item(0)).await.expect("a list");
        lines += &format!("{} bound\n", seen.len());
        let old = ecode(shop.item(0), ECODE);
        service.unbind_identifier(&shop.firm.caller, &old).await.expect("it was bound");
        let error = service.unbind_identifier(&shop.firm.caller, &old).await;
        lines += &format!("{}\n", error.expect_err("it is gone"));
        shop.bind(shop.item(1), ECODE).await.expect("it is free again");
        lines += &shop.leads(&other.caller, ECODE).await;
        shop.masked(&lines) + "\n"
    };
    on_each_engine(test, expect![[r#"
        https://www.iotroot.com/E=1000100000000000000000001: this identifier is bound already
        https://www.iotroot.com/E=1000100000000000000000001: this identifier is bound already
        A1: 1 rules are broken, first: a code of this platform leads to its own item
        https://id.gs1.org/01/06901234567892/21/A1: this is the code of an item of its own
        6901234567892: 1 rules are broken, first: this names a class of goods: bind it to a product or lot
        https://id.gs1.org/01/09521234543213/21/S1: 1 rules are broken, first: GTIN 09521234543213 is registered for a product of somebody else
        91350100M000100Y43: 1 rules are broken, first: this names an enterprise or a place, not goods
        SC10744030704995: 1 rules are broken, first: the check character must be 4, is 5
        hello: 1 rules are broken, first: no scheme of the registry reads this
        : 1 rules are broken, first: no scheme of the registry reads this
        there is no such thing
        not allowed
        there is no such thing
        1 bound
        there is no such thing
        ecode -> item A1 + https://www.iotroot.com/E=1000100000000000000000001
    "#]]).await;
}
