//! Each SHALL of the GS1-Conformant Resolver standard that a test can hold us to, named by the id
//! that the official suite gives it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use store::testing::Db;

use crate::house::{Answer, Firm, House, bearer, form_post, get};

const GTIN: &str = "06901234567892";
const PIP: &str = "https://ref.gs1.org/voc/pip";
const LEAFLET: &str = "https://ref.gs1.org/voc/epil";

async fn see(house: &House, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.ask(request).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body))
}

async fn put(house: &House, key: &str, anchor: &str, links: Value) -> (u16, String) {
    let body = json!({ "item_description": "Formula, 800 g", "links": links });
    let request = Request::put(format!("/api/v1/links{anchor}"))
        .header("authorization", bearer(key))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    let answer = house.send(request.expect("a request")).await;
    (answer.status, answer.body)
}

fn link(link_type: &str, href: &str, languages: &[&str]) -> Value {
    json!({
        "link_type": link_type, "href": href, "title": href, "media_type": "text/html",
        "languages": languages,
    })
}

fn default(link_type: &str, href: &str) -> Value {
    let mut link = link(link_type, href, &["en"]);
    link["is_default"] = json!(true);
    link
}

/// A firm whose GTIN has a page in two languages, and one of whose lots has a leaflet.
async fn furnished(house: &House) -> Firm {
    let firm = house.firm(1, Some(GTIN)).await;
    let links = json!([
        default("gs1:pip", "https://maker.example/en?a=1#top"),
        link("gs1:pip", "https://maker.example/ko", &["ko"]),
        link("gs1:certificationInfo", "https://lab.example/1", &["en"]),
        link("gs1:certificationInfo", "https://lab.example/2", &["en"]),
    ]);
    let (status, body) = put(house, &firm.key, &format!("/01/{GTIN}"), links).await;
    assert_eq!(status, 200, "{body}");
    let leaflet = json!([link("gs1:epil", "https://maker.example/leaflet", &[])]);
    let (status, body) = put(house, &firm.key, &format!("/01/{GTIN}/10/A%2FB"), leaflet).await;
    assert_eq!(status, 200, "{body}");
    firm
}

#[tokio::test]
async fn default_target_and_qs_passed_on() {
    passes_on(Db::sqlite().await).await;
    if let Some(db) = Db::postgres().await {
        passes_on(db).await;
    }
}

async fn passes_on(db: Db) {
    let house = House::over(db, "https://t.example").await;
    furnished(&house).await;
    for (path, location) in [
        (format!("/01/{GTIN}"), "https://maker.example/en?a=1#top"),
        // trailingSlash
        (format!("/01/{GTIN}/"), "https://maker.example/en?a=1#top"),
        // basicWalkUp
        (format!("/01/{GTIN}/10/Z/21/7"), "https://maker.example/en?a=1#top"),
        // qsPassedOn
        (
            format!("/01/{GTIN}?17=271231&x=%20y"),
            "https://maker.example/en?a=1&17=271231&x=%20y#top",
        ),
        // Release 1.0 of the standard.
        ("/gtin/6901234567892".to_owned(), "https://maker.example/en?a=1#top"),
    ] {
        for method in ["GET", "HEAD"] {
            let seen = see(&house, method, &path, &[]).await;
            assert_eq!(seen.status, 307, "{path}: {}", seen.body);
            assert_eq!(seen.header("location"), location);
            // corsCheck
            assert_eq!(seen.header("access-control-allow-origin"), "*");
            // linkOnRedirect
            let link = seen.header("link");
            assert!(link.contains("rel=\"linkset\""), "{link}");
        }
    }
}

#[tokio::test]
async fn link_types_and_languages_decide() {
    let house = House::new().await;
    furnished(&house).await;
    let at = |rest: &str| format!("/01/{GTIN}{rest}");
    for (path, language, status, location) in [
        (
            at("?linkType=gs1:pip"),
            "ko-KR, en;q=0.5",
            307,
            "https://maker.example/ko?linkType=gs1:pip",
        ),
        (
            at("?linkType=https://ref.gs1.org/voc/pip"),
            "en-GB",
            307,
            "https://maker.example/en?a=1&linkType=https://ref.gs1.org/voc/pip#top",
        ),
        (at("/10/A%2FB?linkType=epil"), "", 307, "https://maker.example/leaflet?linkType=epil"),
        // A level above has what this one lacks.
        (at("/10/A%2FB?linkType=pip"), "ko", 307, "https://maker.example/ko?linkType=pip"),
        // specificLinkTypeNotFound
        (at("?linkType=gs1:epil"), "", 404, ""),
        (at("?linkType=gs1:recallStatus"), "", 404, ""),
    ] {
        let seen = see(&house, "GET", &path, &[("accept-language", language)]).await;
        assert_eq!((seen.status, seen.header("location")), (status, location), "{path}");
    }
    // loObject: which of two certificates, nobody can tell.
    let seen = see(&house, "GET", &at("?linkType=gs1:certificationInfo"), &[]).await;
    assert_eq!(seen.status, 300);
    let choices = &json_of(&seen)["linkset"][0]["https://ref.gs1.org/voc/certificationInfo"];
    assert_eq!(choices.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_linkset_is_told_and_never_redirected() {
    let house = House::new().await;
    furnished(&house).await;
    let path = format!("/01/{GTIN}/10/A%2FB");
    let asked: [(&str, &[(&str, &str)]); 3] = [
        ("?linkType=linkset", &[]),
        ("?linkType=all", &[]),
        ("", &[("accept", "application/linkset+json")]),
    ];
    for (query, headers) in asked {
        let seen = see(&house, "GET", &format!("{path}{query}"), headers).await;
        assert_eq!((seen.status, seen.header("location")), (200, ""));
        // declaredContentType
        assert_eq!(seen.header("content-type"), "application/linkset+json");
        // linksetJsonldCheck
        let link = seen.header("link");
        assert!(link.contains("json-ld#context"), "{link}");
        let linkset = &json_of(&seen)["linkset"];
        assert_eq!(linkset[0]["anchor"], format!("https://t.example/01/{GTIN}"));
        assert_eq!(linkset[1]["anchor"], format!("https://t.example{path}"));
        assert_eq!(linkset[0][PIP].as_array().unwrap().len(), 2);
        assert_eq!(linkset[1][LEAFLET][0]["href"], "https://maker.example/leaflet");
        // singleDefaulLink: one, with a title and nothing else.
        let default = linkset[0]["https://ref.gs1.org/voc/defaultLink"].as_array().unwrap();
        assert_eq!(default.len(), 1);
        assert_eq!(default[0].as_object().unwrap().len(), 2);
    }
    let seen = see(&house, "GET", &path, &[("accept", "application/ld+json")]).await;
    assert_eq!(seen.header("content-type"), "application/ld+json");
    let context = json_of(&seen)["@context"].as_str().unwrap().replace("https://t.example", "");
    let seen = see(&house, "GET", &context, &[]).await;
    assert_eq!((seen.status, seen.header("content-type")), (200, "application/ld+json"));
}

#[tokio::test]
async fn what_is_no_link_is_told_so() {
    let house = House::new().await;
    let firm = furnished(&house).await;
    for (method, path, status) in [
        ("GET", "/01/06901234567893", 400),
        ("GET", "/01/06901234567892/21", 400),
        ("GET", "/01/06901234567892/10/A%0AB", 400),
        ("GET", "/01/06901234567892/21/1/10/2", 400),
        // A key that nobody has links for.
        ("GET", "/00/006141411234567890", 404),
        ("GET", "/nothing", 404),
        ("GET", "/some/where", 404),
        // Another host to whoever follows a link of that page.
        ("GET", "//nowhere.example/01/06901234567892", 404),
        ("POST", "/01/06901234567892", 405),
        ("OPTIONS", "/01/06901234567892", 204),
    ] {
        let seen = see(&house, method, path, &[("accept", "application/json")]).await;
        assert_eq!(seen.status, status, "{method} {path}: {}", seen.body);
        // corsCheck: a program elsewhere may read why.
        let is_link = !path.contains('n');
        assert_eq!(seen.header("access-control-allow-origin") == "*", is_link, "{path}");
    }
    let path = format!("/api/v1/links/01/{GTIN}");
    let request = Request::delete(&path).header("authorization", bearer(&firm.key));
    assert_eq!(house.ask(request).await.status, 204);
    assert_eq!(see(&house, "GET", &format!("/01/{GTIN}"), &[]).await.status, 410);
    // Set anew it is there again.
    let links = json!([default("gs1:pip", "https://maker.example/new")]);
    assert_eq!(put(&house, &firm.key, &format!("/01/{GTIN}"), links).await.0, 200);
    assert_eq!(see(&house, "GET", &format!("/01/{GTIN}"), &[]).await.status, 307);
}

#[tokio::test]
async fn only_their_owner_sets_links_and_only_good_ones() {
    let house = House::new().await;
    let firm = furnished(&house).await;
    let other = house.firm(2, None).await;
    let links = json!([default("gs1:pip", "https://thief.example/")]);
    let at = format!("/01/{GTIN}");
    assert_eq!(put(&house, &other.key, &at, links.clone()).await.0, 400);
    let theirs =
        house.ask(get(&format!("/api/v1/links{at}")).header("authorization", bearer(&other.key)));
    assert_eq!(theirs.await.status, 404);
    // A deeper level comes after its primary key, or it could be set under a stranger's.
    let (status, body) = put(&house, &other.key, "/414/9521321000018/254/A", links.clone()).await;
    assert_eq!(status, 400, "{body}");
    assert!(body.contains("no-primary-key"), "{body}");
    // A key without a product belongs to who sets its links first.
    let sscc = "/00/006141411234567890";
    assert_eq!(put(&house, &firm.key, sscc, links.clone()).await.0, 200);
    assert_eq!(put(&house, &other.key, sscc, links).await.0, 409);
    for (links, rule) in [
        (json!([]), "required"),
        (json!([link("gs1:pip", "https://maker.example/", &[])]), "no-default"),
        (
            json!([
                default("gs1:pip", "https://a.example/"),
                default("gs1:epil", "https://b.example/")
            ]),
            "two-defaults",
        ),
        (json!([default("gs1:pip", "javascript:alert(1)")]), "bad-url"),
        (json!([default("gs1:pip", "https://a.example/\r\nSet-Cookie: a=b")]), "bad-url"),
        (json!([default("gs1:defaultLink", "https://a.example/")]), "not-descriptive"),
    ] {
        let (status, body) = put(&house, &firm.key, &at, links).await;
        assert_eq!(status, 400, "{body}");
        assert!(body.contains(rule), "{rule}: {body}");
    }
    let list = house.ask(get("/api/v1/links").header("authorization", bearer(&firm.key))).await;
    assert_eq!(
        serde_json::from_str::<Value>(&list.body).unwrap()["items"].as_array().unwrap().len(),
        3
    );
}

#[tokio::test]
async fn an_item_of_ours_answers_for_itself() {
    let house = House::new().await;
    let firm = furnished(&house).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1, "n_digits": 17 });
    let (_, printed) = house.batch(&firm.key, order).await;
    let path = format!("/01/{GTIN}/21/{}", printed[0].code);
    let seen = see(&house, "GET", &path, &[]).await;
    assert_eq!((seen.status, seen.header("location")), (200, ""));
    // A serial that is none of ours must not lead to the maker's own page.
    let seen = see(&house, "GET", &format!("/01/{GTIN}/21/12345"), &[]).await;
    assert_eq!((seen.status, seen.header("location")), (200, ""));
    let seen = see(&house, "GET", &format!("{path}?linkType=gs1:traceability"), &[]).await;
    assert_eq!(seen.header("location"), format!("https://t.example/c/{}/trace", printed[0].code));
    let seen = see(&house, "GET", &format!("{path}?linkType=linkset"), &[]).await;
    assert_eq!(json_of(&seen)["linkset"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rd_file() {
    let house = House::new().await;
    let seen = see(&house, "GET", "/.well-known/gs1resolver", &[]).await;
    assert_eq!((seen.status, seen.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(json_of(&seen)["resolverRoot"], "https://t.example");
    assert_eq!(json_of(&seen)["supportedPrimaryKeys"], json!(["all"]));
}

#[tokio::test]
async fn a_compressed_link_leads_where_the_full_one_does() {
    let house = House::new().await;
    let firm = house.firm(1, Some("09506000134376")).await;
    let links = json!([default("gs1:pip", "https://maker.example/")]);
    assert_eq!(put(&house, &firm.key, "/01/09506000134376", links).await.0, 200);
    // As the community edition of GS1's resolver writes it.
    let seen = see(&house, "GET", "/ARFKk4XB0CDKWcnpq", &[]).await;
    assert_eq!((seen.status, seen.header("location")), (307, "https://maker.example/"));
    let full = "<https://t.example/01/09506000134376/10/";
    let link = seen.header("link").split(", ").find(|it| it.contains("owl:sameAs"));
    assert!(link.is_some_and(|it| it.starts_with(full)), "{link:?}");
    // What only looks like one is not there.
    assert_eq!(see(&house, "GET", "/ARFKk4XB0CDKWcnp_", &[]).await.status, 404);
    assert_eq!(see(&house, "GET", "/a-page-of-no-name", &[]).await.status, 404);
}

/// A registered GTIN without links answers a page that says whose statement it is; links are set
/// through the console, one at a time, and the first is the default.
#[tokio::test]
async fn links_are_set_through_the_console() {
    let house = House::new().await;
    let firm = house.firm(1, Some(GTIN)).await;
    let session = house.sign_in(&firm.key).await;
    let at = format!("/01/{GTIN}");
    for path in [at.clone(), format!("{at}/10/LOT1")] {
        let seen = see(&house, "GET", &path, &[("accept-language", "en")]).await;
        assert_eq!(seen.status, 200, "{path}");
        assert!(seen.body.contains("The platform has not verified it."), "{}", seen.body);
    }
    assert_eq!(see(&house, "GET", &format!("{at}/21/ABC"), &[]).await.status, 404);
    assert_eq!(see(&house, "GET", "/01/09506000134352", &[]).await.status, 404);
    let page = format!("/console/products/{}", firm.product_id);
    let send = async |path: &str, form: &str| {
        let mut request = form_post(&format!("{page}{path}"), "t.example", form);
        request.headers_mut().insert("cookie", session.parse().expect("a cookie"));
        house.send(request).await
    };
    let pip = "https%3A%2F%2Fref.gs1.org%2Fvoc%2Fpip";
    let form = |href: &str, more: &str| {
        format!("link_type={pip}&title=Page&languages=zh-CN%2C+ko&href={href}{more}")
    };
    let bad = send("/links", &form("maker.example", "")).await;
    assert_eq!(bad.status, 400, "{}", bad.body);
    assert!(bad.body.contains("give an http or https URL"), "{}", bad.body);
    assert!(bad.body.contains("value=\"maker.example\""), "{}", bad.body);
    for (href, more, default) in [
        ("https%3A%2F%2Fmaker.example%2Fa", "", "https://maker.example/a"),
        ("https%3A%2F%2Fmaker.example%2Fb", "", "https://maker.example/a"),
        ("https%3A%2F%2Fmaker.example%2Fc", "&is_default=1", "https://maker.example/c"),
    ] {
        let seen = send("/links", &form(href, more)).await;
        assert_eq!(seen.status, 303, "{}", seen.body);
        let seen = see(&house, "GET", &at, &[]).await;
        assert_eq!((seen.status, seen.header("location")), (307, default));
    }
    // Somebody else was faster: the link that was meant stands elsewhere by now.
    let late = send("/links/1", &form("https%3A%2F%2Fx.example", "&was=https%3A%2F%2Fy")).await;
    assert_eq!(late.status, 409, "{}", late.body);
    let was = "&was=https%3A%2F%2Fmaker.example%2Fb";
    let seen = send("/links/1", &form("https%3A%2F%2Fmaker.example%2Fd", was)).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    for href in ["c", "d", "a"] {
        let at = if href == "c" { 2 } else { usize::from(href == "d") };
        let form = format!("was=https%3A%2F%2Fmaker.example%2F{href}");
        let seen = send(&format!("/links/{at}/remove"), &form).await;
        assert_eq!(seen.status, 303, "{}", seen.body);
    }
    assert_eq!(see(&house, "GET", &at, &[]).await.status, 200);
}
