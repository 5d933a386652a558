//! The race: a hundred connections scan the same codes for the first time, at once, over HTTP.
//!
//! Of all that scan a code exactly one hears "first", the others hear each number once, and no
//! count is lost. Published, because this is what such systems get wrong.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store::testing::Db;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::house::House;

const N_CONNECTIONS: usize = 100;
const N_CODES: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_hears_first_and_no_count_is_lost() {
    race(Db::sqlite().await).await;
    if let Some(db) = Db::postgres().await {
        race(db).await;
    }
}

async fn race(db: Db) {
    let house = House::over(db, "https://t.example").await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": N_CODES });
    let (batch_id, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch_id).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let told = async { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(web::serve(listener, house.router.clone(), told));

    let codes: Vec<String> = printed.into_iter().map(|printed| printed.code).collect();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..N_CONNECTIONS {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let codes = codes.clone();
        racers.spawn(async move {
            let mut heard = Vec::new();
            for code in &codes {
                heard.push(scan(&mut stream, code).await);
            }
            heard
        });
    }
    let mut heard: Vec<Vec<(String, u64)>> = vec![Vec::new(); N_CODES];
    while let Some(racer) = racers.join_next().await {
        for (code, answer) in racer.expect("a racer arrives").into_iter().enumerate() {
            heard[code].push(answer);
        }
    }
    for answers in heard {
        let n_first = answers.iter().filter(|(state, _)| state == "first-scan").count();
        assert_eq!(n_first, 1, "{answers:?}");
        let counts: BTreeSet<u64> = answers.iter().map(|(_, n_scans)| *n_scans).collect();
        assert_eq!(counts, (1..=N_CONNECTIONS as u64).collect(), "each count is told once");
    }
    stop.send(()).expect("the server runs");
    server.await.expect("the server ends").expect("it served");
}

/// State and count that one connection hears of a code.
async fn scan(stream: &mut TcpStream, code: &str) -> (String, u64) {
    let request =
        format!("GET /c/{code} HTTP/1.1\r\nHost: t.example\r\nAccept: application/json\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let body = loop {
        assert!(stream.read_buf(&mut answer).await.expect("received") > 0, "the server hung up");
        if let Some(body) = whole_body(&answer) {
            break body;
        }
    };
    let verdict: Value = serde_json::from_slice(body).expect("JSON");
    let state = verdict["state"].as_str().expect("a state").to_owned();
    (state, verdict["n_scans"].as_u64().expect("a count"))
}

/// The body, once all of it is there.
fn whole_body(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..end]).expect("a head is ASCII");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let body = &answer[end..];
    (body.len() >= length.parse().expect("a length")).then_some(body)
}
