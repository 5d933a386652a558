//! What misses cost over HTTP: late answers, a closed door, and the two ways through it.

use std::time::{Duration, Instant};

use serde_json::json;
use service::{Scan, Service};
use verdict::State;

use crate::house::House;
use crate::places::send;

/// A code with a right check digit that nobody printed; `n` tells several apart.
async fn unknown(service: &Service, n: u64) -> String {
    for last in 0..10 {
        let code = format!("{:014}{last}", 7_777_777_000_000 + n);
        let answer = service.scan_code(&code, Scan::LOOK).await.expect("an answer");
        if answer.verdict.state == State::Unknown {
            return code;
        }
    }
    panic!("one of ten digits is right");
}

async fn ask(house: &House, path: &str, from: &str) -> String {
    let headers = format!("x-forwarded-for: {from}\r\n");
    send(house, "127.0.0.1", &format!("GET {path} HTTP/1.1"), &headers, "").await
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("an answer has a body").1
}

/// The value of an attribute or of a header.
fn value<'a>(answer: &'a str, before: &str, after: &str) -> &'a str {
    let rest = answer.split_once(before).unwrap_or_else(|| panic!("{before} in {answer}")).1;
    rest.split_once(after).expect(after).0
}

#[tokio::test]
async fn who_misses_too_often_works_or_waits_and_nobody_else_does() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1, "n_digits": 15 });
    let (batch, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch).await;
    let hit = format!("/c/{}", printed[0].code);
    let guesser = "9.9.9.9";
    let mut codes = Vec::new();
    for n in 0..24 {
        codes.push(unknown(&house.service, n).await);
    }
    let guesses = codes.iter().map(|code| {
        let (house, path) = (&house, format!("/c/{code}"));
        async move { ask(house, &path, guesser).await }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let n_told = answers.iter().filter(|it| it.starts_with("HTTP/1.1 200")).count();
    assert!(n_told >= 20, "{n_told}");

    // The door is closed alike for hits and misses, and says nothing of either.
    let at_hit = ask(&house, &hit, guesser).await;
    let at_miss = ask(&house, &format!("/c/{}", codes[0]), guesser).await;
    for answer in [&at_hit, &at_miss] {
        assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
        assert!(answer.contains("script-src 'self'") && !answer.contains("unsafe-"));
    }
    let as_json = format!("x-forwarded-for: {guesser}\r\naccept: application/json\r\n");
    let as_json = send(&house, "127.0.0.1", &format!("GET {hit} HTTP/1.1"), &as_json, "").await;
    assert!(as_json.starts_with("HTTP/1.1 429") && as_json.contains("suyuan:too-many-misses"));
    let prove = async |path: &str, accept: &str| {
        let line = format!("POST {path} HTTP/1.1");
        let headers = format!("x-forwarded-for: {guesser}\r\naccept: {accept}\r\n");
        send(&house, "127.0.0.1", &line, &headers, "pin=000000").await
    };
    let pin = prove(&hit, "text/html").await;
    assert!(pin.starts_with("HTTP/1.1 429"), "and no try of the item is spent");
    assert!(pin.contains(&format!("data-work=\"{hit}?pass=w.")), "it leads to the form: {pin}");

    // Others are not kept waiting, not even at the network's other addresses.
    for other in ["8.8.8.8", "9.9.9.8"] {
        let began = Instant::now();
        assert!(ask(&house, &hit, other).await.starts_with("HTTP/1.1 200"));
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    // The work that the page's script does, done here.
    let seed = value(&at_hit, "data-seed=\"", "\"");
    let n_bits: u32 = value(&at_hit, "data-bits=\"", "\"").parse().unwrap();
    let work = value(&at_hit, "data-work=\"", "\"");
    let number = (0u64..).find(|number| leading_zeros(&format!("{seed}:{number}")) >= n_bits);
    let passed = ask(&house, &format!("{work}{}", number.unwrap()), guesser).await;
    assert!(passed.starts_with("HTTP/1.1 200"), "{passed}");
    // The page of its form takes the pass along.
    let form = value(&passed, "method=\"post\" action=\"", "\"");
    assert!(prove(form, "text/html").await.starts_with("HTTP/1.1 200"), "{form}");
    for onward in ["/trace?pass=w.", "/place?pass=w."] {
        assert!(passed.contains(&format!("{hit}{onward}")), "{onward}");
    }
    // A program does the same work, and by any way to the item.
    let problem: serde_json::Value = serde_json::from_str(body(&as_json)).unwrap();
    let challenge = &problem["challenge"];
    let number = (0u64..).find(|number| {
        let text = format!("{}:{number}", challenge["seed"].as_str().unwrap());
        u64::from(leading_zeros(&text)) >= challenge["n_bits"].as_u64().unwrap()
    });
    let prefix = challenge["pass_prefix"].as_str().unwrap();
    let pass = format!("pass={prefix}{}", number.unwrap());
    let tried = prove(&format!("{hit}?{pass}"), "application/json").await;
    let tried: serde_json::Value = serde_json::from_str(body(&tried)).unwrap();
    assert_eq!((&tried["state"], &tried["tries_left"]), (&json!("pin-wrong"), &json!(3)));
    let link = format!("/01/06901234567892/21/{}", printed[0].code);
    assert!(ask(&house, &format!("{link}?{pass}"), guesser).await.starts_with("HTTP/1.1 200"));
    // A pass leaves the rest of a link as it was.
    let at_link = ask(&house, &format!("{link}?17=271231&pass=w.1.2.3"), guesser).await;
    assert!(at_link.contains(&format!("data-work=\"{link}?17=271231&#38;pass=w.")), "{at_link}");

    // The turn of whoever has no script, before its time.
    let turn = value(&at_hit, "refresh: ", "\r\n");
    let (wait_s, turn) = turn.split_once(";url=").expect(turn);
    assert!((1..120).contains(&wait_s.parse::<u32>().unwrap()));
    assert!(ask(&house, turn, guesser).await.starts_with("HTTP/1.1 429"));
}

#[tokio::test]
async fn no_way_of_a_digital_link_leads_past_the_door() {
    let house = House::new().await;
    let firm = house.firm(1, Some("6901234567892")).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1, "n_digits": 15 });
    house.batch(&firm.key, order).await;
    let mut codes = Vec::new();
    for n in 0..24 {
        codes.push(unknown(&house.service, n).await);
    }
    let guess = async |gtin: &str, how: &str, from: &str| {
        let paths = codes.iter().map(|code| format!("/01/{gtin}/21/{code}{how}"));
        let paths: Vec<String> = paths.collect();
        let guesses = paths.iter().map(|path| ask(&house, path, from));
        futures_util::future::join_all(guesses).await;
        ask(&house, &paths[0], from).await.starts_with("HTTP/1.1 429")
    };
    for (from, how) in [("9.9.9.9", "?linkType=linkset"), ("9.9.8.9", "?linkType=gs1:pip")] {
        assert!(guess("06901234567892", how, from).await, "{how}");
    }
    // Goods that carry none of our codes have serials of their own, which are nobody's guesses.
    for (from, how) in [("9.9.7.9", "?linkType=linkset"), ("9.9.6.9", "")] {
        assert!(!guess("09521000001015", how, from).await, "{how}");
    }
}

fn leading_zeros(text: &str) -> u32 {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(text);
    u32::from_be_bytes(hash[..4].try_into().expect("four bytes")).leading_zeros()
}

#[tokio::test]
async fn unknown_codes_are_answered_alike_in_words_and_time() {
    let house = House::new().await;
    let mut pages = Vec::new();
    for n in 0..3 {
        let code = unknown(&house.service, 100 + n).await;
        let began = Instant::now();
        let answer = ask(&house, &format!("/c/{code}"), &format!("9.9.{n}.9")).await;
        assert!(began.elapsed() >= Duration::from_millis(20), "no answer comes sooner");
        let groups: Vec<&str> = [&code[..4], &code[4..8], &code[8..12], &code[12..]].into();
        let mut page = body(&answer).replace(&code, "");
        for group in groups {
            page = page.replace(group, "");
        }
        // But for the claim that the answer is of this code, and the number of the request.
        let (_, claim) = page.split_once(".unknown.......").expect("an answer that can be saved");
        page = page.replace(&claim[..32].to_owned(), "");
        pages.push(page.split("<footer>").next().unwrap().to_owned());
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

/// Wrong PINs cost their sender, with a key as without.
#[tokio::test]
async fn a_key_makes_no_guess_cheap() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 4, "n_digits": 15 });
    let (batch, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch).await;
    let key = format!("x-forwarded-for: 9.9.9.9\r\nauthorization: Bearer {}\r\n", firm.key);
    let guesses = printed.iter().cycle().take(20).map(|it| {
        let line = format!("POST /c/{} HTTP/1.1", it.code);
        let wrong = if it.pin == "000000" { "pin=000001" } else { "pin=000000" };
        let (house, key) = (&house, key.as_str());
        async move { send(house, "127.0.0.1", &line, key, wrong).await }
    });
    let told = futures_util::future::join_all(guesses).await;
    assert!(told.iter().all(|it| !it.starts_with("HTTP/1.1 5")));
    let line = format!("POST /c/{} HTTP/1.1", printed[0].code);
    let right = format!("pin={}", printed[0].pin);
    let stopped = send(&house, "127.0.0.1", &line, &key, &right).await;
    assert!(stopped.starts_with("HTTP/1.1 429"), "{stopped}");
    // The goods it handles it still scans, for its own door is open.
    let line = format!("GET /c/{} HTTP/1.1", printed[1].code);
    assert!(send(&house, "127.0.0.1", &line, &key, "").await.starts_with("HTTP/1.1 200"));
    // Codes that were never printed are charged to the enterprise, whatever it asks.
    let guesses = (0..230).map(|n| {
        let house = &house;
        let key = key.replace("9.9.9.9", &format!("9.9.{}.8", n % 200));
        async move {
            let code = unknown(&house.service, n).await;
            let way = if n % 2 == 0 { "/c" } else { "/api/v1/codes" };
            send(house, "127.0.0.1", &format!("GET {way}/{code} HTTP/1.1"), &key, "").await
        }
    });
    futures_util::future::join_all(guesses).await;
    let stopped = send(&house, "127.0.0.1", &line, &key, "").await;
    assert!(stopped.starts_with("HTTP/1.1 429"), "{stopped}");
}

/// Torn digits are the work of who handles goods; numbers of other systems may be guessed.
#[tokio::test]
async fn who_is_signed_in_pays_for_other_identifiers_and_not_for_torn_digits() {
    let house = House::new().await;
    let firm = house.firm(1, None).await;
    let key = format!("x-forwarded-for: 9.9.9.9\r\nauthorization: Bearer {}\r\n", firm.key);
    let ask = async |asked: Vec<String>| {
        let mut answers = Vec::new();
        // Each is a server and a connection.
        for some in asked.chunks(100) {
            let answering = some.iter().map(|text| {
                let (house, key) = (&house, key.as_str());
                let line = format!("GET /c/{text} HTTP/1.1");
                async move { send(house, "127.0.0.1", &line, key, "").await }
            });
            answers.extend(futures_util::future::join_all(answering).await);
        }
        answers
    };
    let mut torn = Vec::new();
    for n in 0..450 {
        let code = unknown(&house.service, n).await;
        let last = if code.ends_with('0') { "1" } else { "0" };
        torn.push(format!("{}{last}", &code[..code.len() - 1]));
    }
    assert!(ask(torn).await.iter().all(|it| it.starts_with("HTTP/1.1 200")));
    ask((0..520).map(|n| format!("SN-{n:05}")).collect()).await;
    let stopped = ask(vec!["SN-99999".into()]).await;
    assert!(stopped[0].starts_with("HTTP/1.1 429"), "{}", stopped[0]);
}
