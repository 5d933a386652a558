//! A platform behind its router, and a client that prints what it hears.

use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use serde_json::{Value, json};
use service::testing::{OUTSIDE, secrets};
use service::{Caller, NewKey, Role, Service};
use store::testing::Db;
use tower::ServiceExt;

/// One platform with an operator. The clock stands still.
pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) operator: String,
    pub(crate) service: Service,
    pub(crate) db: Db,
}

/// A producer with a product.
pub(crate) struct Firm {
    pub(crate) enterprise_id: String,
    pub(crate) product_id: String,
    pub(crate) key: String,
}

/// A code and its covered digits.
pub(crate) struct Printed {
    pub(crate) code: String,
    pub(crate) pin: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::at("https://t.example").await
    }

    /// A platform whose labels say `public_url`.
    pub(crate) async fn at(public_url: &str) -> Self {
        Self::over(Db::sqlite().await, public_url).await
    }

    /// A platform over a store of either engine.
    pub(crate) async fn over(db: Db, public_url: &str) -> Self {
        let secrets = secrets(Path::new(env!("CARGO_TARGET_TMPDIR")), 1);
        let service = Service::start(db.store.clone(), secrets, public_url, OUTSIDE).await;
        let service = service.expect("the service starts");
        let machine = Caller::console_of_machine();
        let new = NewKey {
            role: Role::Operator,
            enterprise_id: None,
            jurisdiction: None,
            label: "Min".into(),
        };
        let (_, operator) = service.create_key(&machine, new).await.expect("a key");
        Self { router: web::router(service.clone(), 7), operator, service, db }
    }

    /// A key of a role that speaks for the platform.
    pub(crate) async fn key(&self, role: Role) -> String {
        let machine = Caller::console_of_machine();
        let new = NewKey { role, enterprise_id: None, jurisdiction: None, label: "Lee".into() };
        self.service.create_key(&machine, new).await.expect("a key").1
    }

    /// A producer with a product; `number` tells firms apart.
    pub(crate) async fn firm(&self, number: u32, gtin: Option<&str>) -> Firm {
        let enterprise = self
            .post(
                "/api/v1/enterprises",
                &self.operator,
                &json!({
                    "name": format!("甘露乳业 {number}"),
                    "enterprise_type": "producer",
                    "registration_scheme": "other",
                    "registration_number": format!("R{number}"),
                    "address": "上海市浦东新区张江路 100 号",
                    "contact": "+86 21 0000 0000",
                }),
            )
            .await;
        let enterprise_id = text(&enterprise, "enterprise_id");
        let key = self
            .post(
                "/api/v1/keys",
                &self.operator,
                &json!({
                    "role": "enterprise", "enterprise_id": enterprise_id, "label": "王芳",
                }),
            )
            .await;
        let key = text(&key, "key");
        let product = self
            .post(
                "/api/v1/products",
                &key,
                &json!({
                    "name": "婴幼儿配方奶粉 1 段",
                    "product_type": "乳制品",
                    "specification": "800 g 罐装",
                    "gtin": gtin,
                }),
            )
            .await;
        let product_id = text(&product, "product_id");
        Firm { enterprise_id, product_id, key }
    }

    /// Orders codes and reads them from the print file.
    pub(crate) async fn batch(&self, key: &str, order: Value) -> (String, Vec<Printed>) {
        let batch_id = text(&self.post("/api/v1/batches", key, &order).await, "batch_id");
        let path = format!("/api/v1/batches/{batch_id}/codes.csv");
        let csv = self.ask(get(&path).header("authorization", bearer(key))).await;
        let printed = csv.body.lines().skip(1).map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            Printed { code: fields[0].to_owned(), pin: fields[2].to_owned() }
        });
        (batch_id, printed.collect())
    }

    /// Binds a whole batch to a lot.
    pub(crate) async fn commission(&self, key: &str, batch_id: &str) {
        self.post(
            "/api/v1/commissions",
            key,
            &json!({
                "codes": { "batch_id": batch_id },
                "lot_number": "L20261101",
                "production_date": "2026-11-01",
                "shelf_life_days": 730,
            }),
        )
        .await;
    }

    /// Posts JSON and expects that something was made.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        let request = Request::post(path).header("authorization", bearer(key));
        let request = request.header("content-type", "application/json");
        let answer =
            self.send(request.body(Body::from(body.to_string())).expect("a request")).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// Deals with alerts of who has the key; the answer's status.
    pub(crate) async fn edit_alerts(&self, key: &str, edit: &Value) -> u16 {
        let request = Request::post("/api/v1/alerts/edit").header("authorization", bearer(key));
        let request = request.header("content-type", "application/json");
        self.send(request.body(Body::from(edit.to_string())).expect("a request")).await.status
    }

    /// Sends a request without a body.
    pub(crate) async fn ask(&self, request: axum::http::request::Builder) -> Answer {
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("it is infallible");
        Answer::read(response).await
    }

    /// Signs in and returns the cookie.
    pub(crate) async fn sign_in(&self, key: &str) -> String {
        let form = format!("key={key}");
        let answer = self.send(form_post("/login", "t.example", &form)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let status = response.status().as_u16();
        let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap_or("?").to_owned())
        };
        let headers = response.headers().iter().map(header).collect();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value)
    }

    /// Status, the named headers, and JSON with a line a member.
    pub(crate) fn told(&self, names: &[&str]) -> String {
        let mut text = format!("{}\n", self.status);
        for name in names {
            text.push_str(&format!("{name}: {}\n", self.header(name)));
        }
        match serde_json::from_str::<Value>(&self.body) {
            Ok(body) => text + &serde_json::to_string_pretty(&body).expect("JSON") + "\n",
            Err(_) => text + &self.body,
        }
    }
}

/// A request by `GET`.
pub(crate) fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header("host", "t.example")
}

/// A form as a browser posts it from a page of `origin`.
pub(crate) fn form_post(path: &str, origin: &str, form: &str) -> Request<Body> {
    Request::post(path)
        .header("host", "t.example")
        .header("origin", format!("https://{origin}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .expect("a request")
}

/// A picture of a few pixels.
pub(crate) fn small_png() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 60, 40);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[90; 60 * 40 * 3]).expect("pixels");
    writer.finish().expect("an end");
    file
}

pub(crate) fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

/// A member of an answer that is text.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}
