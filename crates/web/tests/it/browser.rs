//! Each state of the consumer page, and the pages around it, in a real browser at 375 px in three
//! languages: axe-core finds nothing, and a picture of each is left in `target/screenshots`.
//!
//! Needs Chromium, its driver and axe-core (`cargo xtask setup`); without them it is skipped aloud,
//! unless `SUYUAN_REQUIRE=all`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::house::{Firm, House, Printed, bearer, get, small_png, text};
use crate::{certificates, diversions};

const GTIN: &str = "06901234567892";

/// Widths of a phone and of a desk, in pixels.
const NARROW: u32 = 320;
const PHONE: u32 = 375;
const DESK: u32 = 1280;

/// Languages of the pages, by the tag of their link.
const LANGUAGES: [&str; 3] = ["zh-CN", "ko", "en"];

#[tokio::test]
async fn browser_finds_every_answer_readable() {
    let Some((_driver, mut look)) = Look::start().await else { return };
    // Each language has a platform of its own: the misses of all would close the door of one.
    for language in LANGUAGES {
        let house = look.move_to_new_house().await;
        look.at_states(&house, language).await;
    }
    look.close().await;
}

#[tokio::test]
async fn browser_finds_every_portal_readable() {
    let Some((_driver, mut look)) = Look::start().await else { return };
    let house = look.move_to_new_house().await;
    look.at_portals(&house).await;
    look.close().await;
}

/// The smallest phones, in the dark, and with letters twice as large.
#[tokio::test]
async fn browser_finds_answers_readable_when_narrow_dark_and_large() {
    let Some((driver, mut look)) = Look::start().await else { return };
    let house = look.move_to_new_house().await;
    let dark = "--blink-settings=preferredColorScheme=0";
    let narrow = driver.browser(NARROW, &[dark]).await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    certificates::add_three(&house, &firm).await;
    let path = format!("/c/{}", printed[0].code);
    for language in LANGUAGES {
        for page in [path.clone(), format!("{path}/trace"), format!("{path}/report"), "/".into()] {
            look.open(&narrow, &format!("{page}?lang={language}")).await;
            let is_dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
            let is_dark = narrow.execute(is_dark, vec![]).await.expect("it says");
            assert_eq!(is_dark, json!(true));
            let name = page.rsplit('/').next().unwrap_or_default();
            look.judge(&narrow, &format!("narrow-{name}-{language}")).await;
            let larger = "document.documentElement.style.fontSize = '200%'";
            narrow.execute(larger, vec![]).await.expect("letters grow");
            look.judge(&narrow, &format!("large-{name}-{language}")).await;
        }
    }
    narrow.close().await.expect("the browser closes");
    look.close().await;
}

#[tokio::test]
async fn browser_finds_words_and_cases_readable() {
    let Some((_driver, mut look)) = Look::start().await else { return };
    let house = look.move_to_new_house().await;
    look.at_words(&house).await;
    look.at_cases(&house).await;
    look.close().await;
}

/// Browsers on one site: a person's phone, the same person's desk, and one that says it draws
/// previews.
struct Look {
    axe: String,
    site: String,
    person: Client,
    wide: Client,
    preview: Client,
}

impl Look {
    /// Browsers that look at nothing yet, if the machine has all that they need.
    async fn start() -> Option<(Driver, Self)> {
        let axe = axe()?;
        let driver = Driver::start();
        let person = driver.browser(PHONE, &[]).await;
        let wide = driver.browser(DESK, &[]).await;
        let preview = driver.browser(PHONE, &["--user-agent=Twitterbot/1.0"]).await;
        Some((driver, Self { axe, site: String::new(), person, wide, preview }))
    }

    async fn close(self) {
        for client in [self.person, self.wide, self.preview] {
            client.close().await.expect("the browser closes");
        }
    }

    async fn move_to_new_house(&mut self) -> House {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        self.site = format!("http://{}", listener.local_addr().expect("an address"));
        let house = House::at(&self.site).await;
        tokio::spawn(web::serve(listener, house.router.clone(), std::future::pending()));
        house
    }

    async fn at_states(&self, house: &House, language: &str) {
        let codes = Codes::new(house, language).await;
        let see = async |name: &str, path: &str| {
            self.open(&self.person, &format!("{path}?lang={language}")).await;
            self.judge(&self.person, &format!("{name}-{language}")).await;
        };
        see("home", "/").await;
        see("problem", "/nowhere").await;
        see("schemes", "/schemes").await;
        see("scheme", "/schemes/ecode").await;
        see("report", "/c/123456789012345/report").await;
        let new = service::NewReport {
            code: "123456789012345".into(),
            place: "杭州市解放路 1 号".into(),
            contact: "+86 138 0000 0000".into(),
            language: "zh-CN",
            ..Default::default()
        };
        let number = house.service.report_fake(new, None).await.expect("it is taken");
        see("report-followed", &format!("/reports/{number}")).await;
        self.at_names(house, language).await;
        for (state, code) in &codes.fixed {
            see(state, &format!("/c/{code}")).await;
        }
        let item = &codes.item;
        let path = format!("/c/{}", item.code);
        self.open(&self.person, &format!("/schemes?q=6951181105327&lang={language}")).await;
        self.judge(&self.person, &format!("schemes-found-{language}")).await;
        self.open(&self.preview, &format!("{path}?lang={language}")).await;
        self.judge(&self.preview, &format!("not-scanned-{language}")).await;
        self.scroll(&self.preview, ".papers").await;
        self.judge(&self.preview, &format!("certificates-{language}")).await;
        // The label names the number of this machine, and the page is read under its name.
        let elsewhere = self.site.replace("127.0.0.1", "localhost");
        let elsewhere = format!("{elsewhere}{path}?lang={language}");
        self.preview.goto(&elsewhere).await.expect("the page opens");
        self.preview.find(Locator::Css(".warn")).await.expect("it warns");
        self.judge(&self.preview, &format!("elsewhere-{language}")).await;
        see("first-scan", &path).await;
        see("checked-by-you", &path).await;
        let save = Locator::Css("form[action$='/voucher'] button");
        let save = self.person.find(save).await.expect("the answer can be saved");
        save.click().await.expect("a click");
        self.judge(&self.person, &format!("voucher-{language}")).await;
        self.open(&self.wide, &format!("{path}?lang={language}")).await;
        self.judge(&self.wide, &format!("scanned-before-{language}")).await;
        self.scroll(&self.wide, ".papers").await;
        self.judge(&self.wide, &format!("certificates-wide-{language}")).await;
        // A dealer and five strangers later.
        house.ask(get(&path).header("authorization", bearer(&codes.key))).await;
        for _ in 0..5 {
            house.ask(get(&path)).await;
        }
        self.open(&self.wide, &format!("{path}?lang={language}")).await;
        self.judge(&self.wide, &format!("careful-{language}")).await;
        see("history", &format!("{path}/trace")).await;
        for state in ["pin-proved", "pin-proved-again"] {
            self.prove(&path, &item.pin).await;
            self.judge(&self.person, &format!("{state}-{language}")).await;
        }
        self.open(&self.wide, &format!("{path}?lang={language}")).await;
        self.fill(&self.wide, "pin", &item.pin).await;
        self.judge(&self.wide, &format!("pin-used-{language}")).await;
        let wrong = if item.pin == "000000" { "000001" } else { "000000" };
        for state in ["pin-wrong", "", "", "", "pin-locked"] {
            self.prove(&path, wrong).await;
            if !state.is_empty() {
                self.judge(&self.person, &format!("{state}-{language}")).await;
            }
        }
        see("expired", &format!("/c/{}", codes.expired)).await;
    }

    /// What is found by names, and nothing.
    async fn at_names(&self, house: &House, language: &str) {
        let operator = service::Caller::console_of_machine();
        let firms = house.service.list_enterprises(&operator, &service::Page::first()).await;
        let firm = firms.expect("listed").items.remove(0);
        let new = service::NewKey {
            role: service::Role::Enterprise,
            enterprise_id: Some(firm.enterprise_id),
            jurisdiction: None,
            label: "domains".into(),
        };
        let (_, secret) = house.service.create_key(&operator, new).await.expect("a key");
        let caller = house.service.authenticate(&secret).await.expect("a caller");
        let domain = format!("shop-{language}.example").to_lowercase();
        let domain = house.service.add_domain(&caller, &domain).await.expect("added");
        let found = domain.token.clone();
        house.service.settle_domain(&domain, Ok(found.as_bytes())).await.expect("noted");
        let licence = service::NewCertificate {
            title: "食品生产许可证".into(),
            number: "SC10531011500001".into(),
            issuer: "上海市浦东新区市场监督管理局".into(),
            valid_until: "2029-01-31".into(),
            ..Default::default()
        };
        let added = house.service.add_certificate(&caller, None, &licence, small_png());
        added.await.expect("it is shown");
        for (name, path) in [
            ("search-found", "/search?q=%E5%A5%B6%E7%B2%89".to_owned()),
            ("search-nothing", "/search?q=nobody+makes+this".to_owned()),
            ("enterprise", format!("/e/{}?", firm.enterprise_id)),
        ] {
            self.open(&self.person, &format!("{path}&lang={language}")).await;
            self.judge(&self.person, &format!("{name}-{language}")).await;
        }
        self.open(&self.wide, &format!("/e/{}?lang={language}", firm.enterprise_id)).await;
        self.judge(&self.wide, &format!("enterprise-wide-{language}")).await;
    }

    /// The portals, in the language that was chosen last.
    async fn at_portals(&self, house: &House) {
        let firm = house.firm(9, Some(GTIN)).await;
        let order = json!({ "product_id": firm.product_id, "n_codes": 48 });
        let (batch_id, printed) = house.batch(&firm.key, order).await;
        house.commission(&firm.key, &batch_id).await;
        let ecode = "https://www.iotroot.com/E=1000100000000000000000001";
        let new = json!({ "item": printed[0].code, "text": ecode });
        house.post("/api/v1/identifiers", &firm.key, &new).await;
        for (client, width) in [(&self.person, PHONE), (&self.wide, DESK)] {
            self.open(client, "/console").await;
            self.judge(client, &format!("login-{width}")).await;
            self.fill(client, "key", &firm.key).await;
        }
        for (name, path) in [
            ("console", "/console".to_owned()),
            ("products", "/console/products".to_owned()),
            ("product", format!("/console/products/{}", firm.product_id)),
            ("batches", "/console/batches".to_owned()),
            ("batch", format!("/console/batches/{batch_id}")),
            ("lots", "/console/lots".to_owned()),
            ("rules", "/console/rules".to_owned()),
            ("diversions-empty", "/console/diversions".to_owned()),
            ("page", "/console/page".to_owned()),
            ("domains", "/console/domains".to_owned()),
            ("certificates-own", "/console/certificates".to_owned()),
            ("captures", "/console/captures".to_owned()),
            ("subscriptions", "/console/subscriptions".to_owned()),
            ("shares", "/console/shares".to_owned()),
            ("keys", "/console/keys".to_owned()),
            ("lookup", format!("/console/trace?epc={}", printed[0].code)),
        ] {
            for (client, width) in [(&self.person, PHONE), (&self.wide, DESK)] {
                self.open(client, &path).await;
                self.judge(client, &format!("portal-{name}-{width}")).await;
            }
        }
        self.at_alerts(house, &firm, &printed[1].code).await;
        self.at_links(house, &firm).await;
        self.at_recalls(house, &firm).await;
        self.at_dealers(house, &firm).await;
    }

    /// The queue before and after a crowd looked at an item, and an alert that was closed.
    async fn at_alerts(&self, house: &House, firm: &Firm, code: &str) {
        self.see(&[("alerts-empty", "/console/alerts".to_owned())]).await;
        for _ in 0..7 {
            house.ask(get(&format!("/c/{code}"))).await;
        }
        house.service.write_alerts().await.expect("alerts are written");
        let machine = service::Caller::console_of_machine();
        let all = service::AlertQuestion::default();
        let found = house.service.list_queue(&machine, &all, &service::Page::first()).await;
        let alert_id = found.expect("a list").items[0].alert_id.clone();
        let one = format!("/console/alerts/{alert_id}");
        let first = ("overview-alerts", "/console".to_owned());
        let queue = ("alerts", "/console/alerts".to_owned());
        self.see(&[first, queue, ("alert", one.clone())]).await;
        let close = json!({ "alert_ids": [alert_id], "act": "close", "outcome": "false" });
        assert_eq!(house.edit_alerts(&firm.key, &close).await, 204);
        self.see(&[("alert-closed", one)]).await;
        self.see(&[("reports-empty", "/console/reports".to_owned())]).await;
        let new = service::NewReport {
            code: code.to_owned(),
            place: "杭州市解放路 1 号".into(),
            words: "字印得糊".into(),
            contact: "+86 138 0000 0000".into(),
            language: "zh-CN",
            photos: vec![small_png()],
            ..Default::default()
        };
        house.service.report_fake(new, None).await.expect("it is taken");
        let found = house.service.list_reports(&machine, &service::Page::first()).await;
        let one = format!("/console/reports/{}", found.expect("a list").items[0].report_id);
        self.see(&[("reports", "/console/reports".to_owned()), ("report-case", one)]).await;
    }

    /// A dealer below another, with territories.
    async fn at_dealers(&self, house: &House, firm: &Firm) {
        self.see(&[("dealers-empty", "/console/dealers".to_owned())]).await;
        let new = json!({ "details": { "number": "D1", "name": "杭州市粮油食品有限责任公司" },
            "territories": [{ "division": "330100", "kind": "sole", "from": "2026-01-01" }] });
        let made = house.post("/api/v1/dealers", &firm.key, &new).await;
        let new = json!({ "details": { "number": "D1-2026-0001", "name": "西湖区经销商" },
            "parent_id": made["dealer_id"] });
        house.post("/api/v1/dealers", &firm.key, &new).await;
        let one = format!("/console/dealers/{}", text(&made, "dealer_id"));
        let dealer = text(&made, "dealer_id");
        let lots = house.ask(get("/api/v1/batches").header("authorization", bearer(&firm.key)));
        let batches: Value = serde_json::from_str(&lots.await.body).expect("JSON");
        let batch_id = text(&batches["items"][0], "batch_id");
        let new = json!({ "to": dealer, "document": "SH-2026-000001",
            "ranges": [{ "batch_id": batch_id, "first": 40, "last": 44 }] });
        // Goods are made before they leave.
        service::testing::set_now_us(service::testing::now_us() + 60_000_000);
        house.post("/api/v1/moves", &firm.key, &new).await;
        let sent = get(&format!("/api/v1/dealers/{dealer}/shipments"));
        let sent = house.ask(sent.header("authorization", bearer(&firm.key))).await;
        let sent: Value = serde_json::from_str(&sent.body).expect("JSON");
        let shipment = text(&sent["items"][0], "shipment_id");
        self.see(&[
            ("moves", "/console/moves".to_owned()),
            ("shipments", format!("/dealer/shipments?dealer={dealer}")),
            ("shipment", format!("/dealer/shipments/{shipment}?dealer={dealer}")),
            ("stock", format!("/dealer/stock?dealer={dealer}&below=1")),
        ])
        .await;
        let pages = [("dealers", "/console/dealers".to_owned()), ("dealer", one)];
        self.see(&pages).await;
        self.see(&[("dealers-import", "/console/dealers/import".to_owned())]).await;
    }

    /// What a lot would bring back, a recall with its task, a drill, and what a consumer reads.
    async fn at_recalls(&self, house: &House, firm: &Firm) {
        let lots = house.ask(get("/api/v1/lots").header("authorization", bearer(&firm.key))).await;
        let lots: Value = serde_json::from_str(&lots.body).expect("JSON");
        let lot_id = text(&lots["items"][0], "lot_id");
        let preview = format!("/console/recalls/preview?thing={lot_id}");
        let mut pages = vec![("recalls-empty", "/console/recalls".to_owned())];
        pages.push(("recall-preview", preview));
        self.see(&pages).await;
        for is_drill in [true, false] {
            let new = json!({
                "thing": lot_id,
                "level": 2,
                "is_drill": is_drill,
                "reason": "抽检发现封口不严",
                "instruction": { "zh-CN": "停止食用，凭包装到购买处退货。" },
                "client_token": format!("drill {is_drill}"),
            });
            let made = house.post("/api/v1/recalls", &firm.key, &new).await;
            let recall = format!("/console/recalls/{}", text(&made, "recall_id"));
            let name = if is_drill { "drill" } else { "recall" };
            self.see(&[(name, recall.clone()), ("recall-report", format!("{recall}/report"))])
                .await;
        }
        let tasks =
            house.ask(get("/api/v1/tasks").header("authorization", bearer(&firm.key))).await;
        let tasks: Value = serde_json::from_str(&tasks.body).expect("JSON");
        let task = format!("/console/tasks/{}", text(&tasks["items"][0], "task_id"));
        let pages = [("recalls", "/console/recalls".to_owned()), ("task", task)];
        self.see(&pages).await;
        self.see(&[("tasks", "/console/tasks".to_owned())]).await;
    }

    /// The page of a code with all that a producer may add to it.
    async fn at_words(&self, house: &House) {
        let firm = house.firm(1, Some(GTIN)).await;
        certificates::add_three(house, &firm).await;
        let words = json!({
            "zh-CN": "感谢选购{product}。开封后请密封保存，并在四周内食用；如有疑问，请致电我们。",
            "ko": "{product}을(를) 선택해 주셔서 감사합니다. 개봉 후 4주 안에 드십시오.",
            "en": "Thank you for choosing {product}. Once open, keep it closed and use it up \
                   within four weeks.",
        });
        let states = ["first-scan", "scanned-before", "checked-by-you"];
        let texts: serde_json::Map<_, _> =
            states.into_iter().map(|it| (it.to_owned(), words.clone())).collect();
        let links = service::LinkKind::ALL.map(|it| {
            let url = "https://a-shop-with-a-rather-long-name.of-its-maker.example/goods";
            (it.name().to_owned(), json!(url))
        });
        let links: serde_json::Map<_, _> = links.into_iter().collect();
        let settings = json!({ "texts": texts, "links": links });
        let request = axum::http::Request::put("/api/v1/page")
            .header("authorization", bearer(&firm.key))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(settings.to_string()));
        let answer = house.send(request.expect("a request")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let order = json!({ "product_id": firm.product_id, "n_codes": 1 });
        let (batch_id, printed) = house.batch(&firm.key, order).await;
        house.commission(&firm.key, &batch_id).await;
        self.see(&[("words", format!("/c/{}", printed[0].code))]).await;
    }

    /// A case of suspected diversion, new and once somebody is late with it.
    async fn at_cases(&self, house: &House) {
        let firm = house.firm(2, None).await;
        diversions::diverted(house, &firm).await;
        for client in [&self.person, &self.wide] {
            self.open(client, "/console").await;
            self.fill(client, "key", &firm.key).await;
        }
        let list = get("/api/v1/diversions").header("authorization", bearer(&firm.key));
        let list: Value = serde_json::from_str(&house.ask(list).await.body).expect("JSON");
        let case = text(&list["items"][0], "diversion_id");
        let one = format!("/console/diversions/{case}");
        self.see(&[("diversion-new", one.clone())]).await;
        let keys = get("/api/v1/keys").header("authorization", bearer(&firm.key));
        let keys: Value = serde_json::from_str(&house.ask(keys).await.body).expect("JSON");
        let step = service::DiversionStep {
            state: "checking".into(),
            due: "2026-11-01".into(),
            inspector_id: text(&keys["items"][0], "key_id"),
            note: "请到深圳南山区的门店看货架和外箱上的批次，并拍照。".into(),
        };
        let caller = house.service.authenticate(&firm.key).await.expect("a caller");
        let id = case.parse().expect("an id");
        house.service.step_diversion(&caller, id, &step).await.expect("it is checked");
        let file = ("shelf", small_png());
        house.service.add_diversion_file(&caller, id, file).await.expect("it is kept");
        self.see(&[
            ("diversion-late", one),
            ("diversions", "/console/diversions".to_owned()),
            ("overview-late", "/console".to_owned()),
        ])
        .await;
    }

    /// Pages in each language and at both widths.
    async fn see(&self, pages: &[(&str, String)]) {
        for (name, path) in pages {
            let mark = if path.contains('?') { '&' } else { '?' };
            for language in LANGUAGES {
                for (client, width) in [(&self.person, PHONE), (&self.wide, DESK)] {
                    self.open(client, &format!("{path}{mark}lang={language}")).await;
                    self.judge(client, &format!("{name}-{language}-{width}")).await;
                }
            }
        }
    }

    /// What a barcode leads to: the page of its product, then links, in each language and at both
    /// widths.
    async fn at_links(&self, house: &House, firm: &Firm) {
        let product = format!("/console/products/{}", firm.product_id);
        let see = async |name: &str, path: &str| {
            for language in LANGUAGES {
                for (client, width) in [(&self.person, PHONE), (&self.wide, DESK)] {
                    self.open(client, &format!("{path}?lang={language}")).await;
                    self.judge(client, &format!("{name}-{language}-{width}")).await;
                }
            }
        };
        see("product", &format!("/01/{GTIN}")).await;
        see("portal-product-new", &product).await;
        see("portal-certificates-none", &format!("{product}/certificates")).await;
        certificates::add_three(house, firm).await;
        see("portal-certificates", &format!("{product}/certificates")).await;
        let link = json!({ "link_type": "gs1:pip", "href": "https://maker.example/product",
            "title": "Product", "is_default": true });
        let level = json!({ "item_description": "A product", "links": [link] });
        let request = axum::http::Request::put(format!("/api/v1/links/01/{GTIN}"));
        let request = request
            .header("authorization", format!("Bearer {}", firm.key))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(level.to_string()));
        let answer = house.send(request.expect("a request")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        see("portal-product-links", &product).await;
        see("portal-link", &format!("{product}/links/0")).await;
    }

    async fn open(&self, client: &Client, path: &str) {
        client.goto(&format!("{}{path}", self.site)).await.expect("the page opens");
    }

    /// Brings a part of the page into view.
    async fn scroll(&self, client: &Client, selector: &str) {
        let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        client.execute(script, vec![json!(selector)]).await.expect("it is on the page");
    }

    /// Asserts that a part of a phone's page is seen without scrolling, where 667 px are shown.
    async fn is_on_first_screen(&self, selector: &str) {
        let script = "return document.querySelector(arguments[0]).getBoundingClientRect().bottom";
        let bottom = self.person.execute(script, vec![json!(selector)]).await.expect("a number");
        assert!(bottom.as_f64().is_some_and(|it| it <= 667.0), "{selector} ends at {bottom}");
    }

    /// Opens the page of an item, types the covered digits and sends them.
    async fn prove(&self, path: &str, pin: &str) {
        self.open(&self.person, path).await;
        self.fill(&self.person, "pin", pin).await;
    }

    /// Fills the one form of the page, sends it, and waits for the page that follows.
    async fn fill(&self, client: &Client, name: &str, value: &str) {
        let selector = format!("input[name={name}]");
        let field = client.find(Locator::Css(&selector)).await.expect("the field");
        field.send_keys(value).await.expect("it can be filled");
        let mark = "document.documentElement.dataset.isOld = 1";
        client.execute(mark, vec![]).await.expect("the page can be marked");
        let button = client.find(Locator::Css("main form button")).await.expect("a button");
        button.click().await.expect("it can be pressed");
        let next = Locator::Css("html:not([data-is-old]) main");
        // A question that falls between two pages is lost with the first, and asked again.
        for _ in 0..2 {
            if client.wait().for_element(next).await.is_ok() {
                return;
            }
        }
        client.wait().for_element(next).await.expect("the next page");
    }

    /// Asks axe for violations, looks for sideways scrolling, and leaves a picture.
    async fn judge(&self, client: &Client, name: &str) {
        if name.starts_with("portal-") {
            client.find(Locator::Css("nav.rail")).await.expect("somebody is signed in");
        }
        client.execute(&self.axe, vec![]).await.expect("axe loads");
        let script = "const done = arguments[0]; axe.run().then(found => done(\
             found.violations.map(it => it.id + ': ' + it.nodes.map(at => at.html).join(' | '))))";
        let violations = client.execute_async(script, vec![]).await.expect("axe runs");
        let shown = client.execute("return document.title", vec![]).await.expect("a title");
        assert_eq!(violations, json!([]), "{name}: {shown}");
        // The window of a phone grows with what is too wide for it, the root does not.
        let beyond = "const width = document.documentElement.clientWidth; \
             return [...document.body.querySelectorAll('*')]\
             .filter(it => it.getBoundingClientRect().right > width + 1 && !it.closest('.away'))\
             .map(it => it.outerHTML.slice(0, 60))";
        let beyond = client.execute(beyond, vec![]).await.expect("a list");
        assert_eq!(beyond, json!([]), "{name} is too wide");
        if name.starts_with("covered-") {
            self.is_on_first_screen("form.pin button").await;
        }
        let picture = client.screenshot().await.expect("a picture");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).expect("the build folder can be written");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("a file");
    }
}

/// Codes in every state.
struct Codes {
    /// States that do not change by being looked at.
    fixed: Vec<(&'static str, String)>,
    /// Commissioned and never scanned.
    item: Printed,
    /// Commissioned, and past its shelf life.
    expired: String,
    /// Of the enterprise that made them.
    key: String,
}

impl Codes {
    async fn new(house: &House, language: &str) -> Self {
        let number = LANGUAGES.iter().position(|it| *it == language).unwrap_or_default() as u32;
        let firm = house.firm(number + 1, None).await;
        let order = |granularity: &str, is_sample: bool| {
            json!({
                "product_id": firm.product_id, "n_codes": 3,
                "granularity": granularity, "is_sample": is_sample,
            })
        };
        certificates::add_three(house, &firm).await;
        let (_, not_commissioned) = house.batch(&firm.key, order("item", false)).await;
        let (_, sample) = house.batch(&house.operator, order("item", true)).await;
        let (lot, shared) = house.batch(&firm.key, order("lot", false)).await;
        house.commission(&firm.key, &lot).await;
        let (items, mut printed) = house.batch(&firm.key, order("item", false)).await;
        house.commission(&firm.key, &items).await;
        let (item, voided, destroyed) = (printed.remove(0), printed.remove(0), printed.remove(0));
        for (how, reason, code) in
            [("void", "stolen", &voided.code), ("destroy", "expired", &destroyed.code)]
        {
            let body = json!({ "codes": { "list": [code] }, "how": how, "reason": reason });
            house.post("/api/v1/decommissions", &firm.key, &body).await;
        }
        let mut new = order("item", false);
        new["has_cover"] = json!(true);
        let (with_cover, covered) = house.batch(&firm.key, new).await;
        house.commission(&firm.key, &with_cover).await;
        let fixed = vec![
            ("covered", covered[0].code.clone()),
            ("mistyped", mistyped(&item.code)),
            ("unknown", unknown(house).await),
            ("not-commissioned", not_commissioned[0].code.clone()),
            ("sample", sample[0].code.clone()),
            ("same-for-all", shared[0].code.clone()),
            ("voided", voided.code),
            ("destroyed", destroyed.code),
        ];
        let (old, past) = house.batch(&firm.key, order("item", false)).await;
        let lot = json!({
            "codes": { "batch_id": old }, "lot_number": "OLD", "production_date": "2026-10-01",
            "shelf_life_days": 30,
        });
        house.post("/api/v1/commissions", &firm.key, &lot).await;
        Self { fixed, item, expired: past[0].code.clone(), key: firm.key }
    }
}

/// The code with another check digit.
fn mistyped(code: &str) -> String {
    let (body, last) = code.split_at(code.len() - 1);
    let digit: u32 = last.parse().expect("a digit");
    format!("{body}{}", (digit + 1) % 10)
}

/// Digits that could be a code: one of ten check digits fits.
async fn unknown(house: &House) -> String {
    for digit in 0..10 {
        let code = format!("98765432101234{digit}");
        let request = get(&format!("/c/{code}")).header("accept", "application/json");
        let answer: Value =
            serde_json::from_str(&house.ask(request).await.body).unwrap_or_default();
        if answer["state"] == "unknown" {
            return code;
        }
    }
    panic!("no check digit fits")
}

/// The script, if the machine has all that the test needs.
fn axe() -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let axe = std::fs::read_to_string(root.join("node_modules/axe-core/axe.min.js")).ok();
    let has_driver = Command::new("chromedriver").arg("--version").output().is_ok();
    let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
    match axe {
        Some(axe) if has_driver => Some(axe),
        _ if is_required => panic!("no axe-core or chromedriver; run `cargo xtask setup`"),
        _ => {
            eprintln!("skipped: no axe-core or chromedriver; `cargo xtask setup` brings them");
            None
        }
    }
}

/// A running chromedriver; it ends with the test.
struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let output = BufReader::new(process.stdout.take().expect("it was piped"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("started successfully on port ")?.1;
            Some(rest.trim_end_matches('.').to_owned())
        });
        let url = format!("http://127.0.0.1:{}", port.expect("it says its port"));
        Self { process, url }
    }

    /// A browser so wide, and tall enough for a whole page.
    async fn browser(&self, width: u32, more: &[&str]) -> Client {
        let mut arguments = vec!["--headless", "--no-sandbox", "--disable-dev-shm-usage"];
        arguments.extend(more);
        let metrics = json!({ "width": width, "height": 1500, "pixelRatio": 1.0 });
        let options = json!({ "args": arguments, "mobileEmulation": { "deviceMetrics": metrics } });
        let Value::Object(capabilities) = json!({ "goog:chromeOptions": options }) else {
            unreachable!("it is an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities).connect(&self.url).await.expect("a browser")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
