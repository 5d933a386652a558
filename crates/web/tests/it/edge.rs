//! What every request passes: ids, limits, formats of problems, methods, health.

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;

use crate::house::{House, bearer, get};

#[tokio::test]
async fn problems_speak_to_programs_and_to_people() {
    let house = House::new().await;
    let mut told = String::new();
    let names = ["content-type", "x-request-id", "www-authenticate", "allow"];
    told += &house.ask(get("/nowhere").header("accept", "application/json")).await.told(&names);
    told += &house.ask(get("/api/v1/products").header("x-request-id", "erp-17")).await.told(&names);
    told += &house.ask(get("/epcis/capture")).await.told(&names);
    told += &house.ask(Request::delete("/api/v1/products")).await.told(&names);
    let page = house.ask(get("/nowhere").header("accept", "text/html")).await;
    told += &format!("{} {}\n", page.status, page.header("content-type"));
    expect![[r#"
        404
        content-type: application/problem+json
        x-request-id: 00000007-0
        www-authenticate: 
        allow: 
        {
          "detail": "There is nothing here, or it is not yours to see. Check the address.",
          "instance": "urn:suyuan:request:00000007-0",
          "status": 404,
          "title": "Not found",
          "type": "suyuan:not-found"
        }
        401
        content-type: application/problem+json
        x-request-id: erp-17
        www-authenticate: Bearer realm="suyuan"
        allow: 
        {
          "detail": "The key is missing, wrong or revoked. Sign in with a valid key.",
          "instance": "urn:suyuan:request:erp-17",
          "status": 401,
          "title": "Please sign in",
          "type": "suyuan:unauthorized"
        }
        401
        content-type: application/problem+json
        x-request-id: 00000007-1
        www-authenticate: Bearer realm="suyuan"
        allow: 
        {
          "detail": "The key is missing, wrong or revoked. Sign in with a valid key.",
          "instance": "urn:suyuan:request:00000007-1",
          "status": 401,
          "title": "Please sign in",
          "type": "epcisException:SecurityException"
        }
        405
        content-type: application/problem+json
        x-request-id: 00000007-2
        www-authenticate: 
        allow: GET,HEAD,POST
        {
          "detail": "Use a method that the Allow header names.",
          "instance": "urn:suyuan:request:00000007-2",
          "status": 405,
          "title": "Method not allowed",
          "type": "suyuan:method"
        }
        404 text/html; charset=utf-8
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn languages_of_64_kib_are_read_as_far_as_anybody_means_them() {
    let house = House::new().await;
    for (wished, shown) in [
        (format!("{}ko", "xx;q=0.1,".repeat(7_300)), "en"),
        (format!("ko,{}", "en;q=0.1,".repeat(7_300)), "ko"),
        ("q".repeat(64 << 10), "en"),
        (",;=".repeat(22_000), "en"),
    ] {
        let request = get("/c/123").header("accept", "text/html");
        let answer = house.ask(request.header("accept-language", wished)).await;
        assert_eq!(answer.status, 200);
        let start: String = answer.body.chars().take(200).collect();
        assert!(start.contains(&format!("lang=\"{shown}\"")), "{shown}: {start}");
    }
}

#[tokio::test]
async fn an_id_that_is_not_sane_is_replaced() {
    let house = House::new().await;
    for bad in ["a b", &"x".repeat(65), "new\u{e9}"] {
        let answer = house.ask(get("/healthz").header("x-request-id", bad.as_bytes())).await;
        assert!(answer.header("x-request-id").starts_with("00000007-"), "{bad}");
    }
}

#[tokio::test]
async fn a_gigabyte_is_refused_before_it_is_read() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let request = Request::post("/epcis/capture")
        .header("authorization", bearer(&firm.key))
        .header("content-type", "application/ld+json")
        .header("content-length", 1024 * 1024 * 1024)
        .body(Body::empty());
    expect![[r#"
        413
        content-type: application/problem+json
        {
          "detail": "the body may have 268435456 bytes; split it and send the parts",
          "instance": "urn:suyuan:request:00000007-3",
          "status": 413,
          "title": "Too large",
          "type": "epcisException:CaptureLimitExceededException"
        }
    "#]]
    .assert_eq(&house.send(request.expect("a request")).await.told(&["content-type"]));
}

#[tokio::test]
async fn a_body_that_hides_its_size_is_cut_off() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let request = Request::post("/api/v1/products")
        .header("authorization", bearer(&firm.key))
        .header("content-type", "application/json")
        .body(Body::from(vec![b' '; 2 * 1024 * 1024]));
    assert_eq!(house.send(request.expect("a request")).await.status, 413);
}

#[tokio::test]
async fn the_process_tells_how_it_is() {
    let house = House::new().await;
    assert_eq!(house.ask(get("/healthz")).await.body, "ok\n");
    assert_eq!(house.ask(get("/readyz")).await.body, "ready\n");
    let passed_on = get("/c/12").header("x-forwarded-for", "9.9.9.9");
    house.ask(passed_on.header("accept", "application/json")).await;
    let metrics = house.ask(get("/metrics")).await.body;
    let counters: Vec<&str> = metrics.lines().filter(|it| it.contains("_total{")).collect();
    let mut counters = counters;
    counters.sort_unstable();
    expect![[r#"
        http_requests_total{route="/c/{code}",method="GET",status="200"} 1
        http_requests_total{route="/healthz",method="GET",status="200"} 1
        http_requests_total{route="/readyz",method="GET",status="200"} 1
        scan_misses_total{kind="mistyped"} 1
        scan_verdicts_total{state="mistyped"} 1"#]]
    .assert_eq(&counters.join("\n"));
    // No proxy is named, and one may stand in front.
    assert!(metrics.contains("http_requests_passed_on_unnamed_total 1\n"), "{metrics}");
}
