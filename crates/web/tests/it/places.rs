//! Where scans are: by the address of who asks, behind proxies that are trusted and others.

use geo::{Files, Places};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use verdict::{Area, Confidence};
use web::{Proxies, ProxyHeader, Site};

use crate::house::House;

const CITIES: &str = r#"{"features":[
{"geometry":{},"properties":{"name":"深圳市","gb":"156440300"}},
{"geometry":{},"properties":{"name":"广州市","gb":"156440100"}}]}"#;
const COUNTIES: &str = r#"{"features":[
{"geometry":{"type":"Polygon","coordinates":[[[114,22],[115,22],[115,23],[114,23],[114,22]]]},
"properties":{"name":"福田区","gb":"156440304"}}]}"#;

/// 1.0.0.0/16 is in 深圳, 1.1.0.0/16 in 广州, 1.2.0.0/16 in Korea.
pub(crate) fn places() -> Places {
    let mut bytes = vec![0; 256];
    let mut rows = Vec::new();
    let texts = ["中国|0|广东省|深圳市|0", "中国|0|广东省|广州市|0", "韩国|0|0|0|0"];
    for (second, text) in (0u32..).zip(texts) {
        let first = 0x0100_0000 | second << 16;
        rows.extend([first.to_le_bytes(), (first | 0xFFFF).to_le_bytes()].concat());
        rows.extend((text.len() as u16).to_le_bytes());
        rows.extend((bytes.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let first = bytes.len() as u32;
    bytes[0] = 2;
    bytes[8..12].copy_from_slice(&first.to_le_bytes());
    bytes[12..16].copy_from_slice(&(first + rows.len() as u32 - 14).to_le_bytes());
    bytes.extend(rows);
    let divisions = Some((CITIES.into(), COUNTIES.into()));
    Places::load(Files { ip2region: Some(bytes), divisions, ..Files::default() }).expect("files")
}

/// Sends a request over a connection, with lines of headers, and reads the whole answer.
pub(crate) async fn send(
    house: &House,
    proxies: &str,
    line: &str,
    headers: &str,
    body: &str,
) -> String {
    let proxies = Proxies::parse(proxies, ProxyHeader::XForwardedFor).expect("a connection");
    let site = Site { proxies, ..Site::default() };
    let router = web::router_with(house.service.clone(), 7, site);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a connection");
    let address = listener.local_addr().expect("a connection");
    let server = tokio::spawn(web::serve(listener, router, std::future::pending()));
    let mut client = TcpStream::connect(address).await.expect("a connection");
    let n_bytes = body.len();
    let request = format!(
        "{line}\r\nhost: t.example\r\n{headers}content-length: {n_bytes}\r\n\
         content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\n{body}"
    );
    client.write_all(request.as_bytes()).await.expect("a connection");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("a connection");
    server.abort();
    answer
}

#[tokio::test]
async fn a_scan_has_the_place_of_who_asks_and_not_what_strangers_write() {
    let house = House::new().await;
    house.service.set_places(places());
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1, "n_digits": 15 });
    let (batch, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch).await;
    let code = &printed[0].code;
    let division = |code| Some(Area::Division(code));
    for (proxies, headers, expected) in [
        ("", "", None),
        ("", "x-forwarded-for: 1.0.0.7\r\n", None),
        ("10.0.0.0/8", "x-forwarded-for: 1.0.0.7\r\n", None),
        ("127.0.0.0/8", "x-forwarded-for: 1.0.0.7\r\n", division(440_300)),
        ("127.0.0.0/8", "x-forwarded-for: 1.0.0.7, 1.1.0.7\r\n", division(440_100)),
        ("127.0.0.1", "x-forwarded-for: ::ffff:1.2.0.7\r\n", Some(Area::Country(*b"KR"))),
        ("127.0.0.1", "x-forwarded-for: 1.0.0.7, 10.0.0.1\r\n", None),
        ("127.0.0.1", "forwarded: for=1.0.0.7\r\n", None),
    ] {
        let answer = send(&house, proxies, &format!("GET /c/{code} HTTP/1.1"), headers, "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let seen = house.service.scan_code(code, service::Scan::LOOK).await.unwrap();
        let spot = seen.trail.recent.first().expect("it was counted").spot;
        assert_eq!(spot.map(|spot| spot.area), expected, "{proxies} {headers}");
        assert!(spot.is_none_or(|spot| spot.confidence == Confidence::Middle));
    }
}

#[tokio::test]
async fn who_checked_may_say_where_and_only_that_is_kept() {
    let house = House::new().await;
    house.service.set_places(places());
    let firm = house.firm(1, None).await;
    let order = json!({ "product_id": firm.product_id, "n_codes": 1, "n_digits": 15 });
    let (batch, printed) = house.batch(&firm.key, order).await;
    house.commission(&firm.key, &batch).await;
    let code = &printed[0].code;
    let from = "x-forwarded-for: 1.0.0.7\r\n";
    let page = send(&house, "127.0.0.1", &format!("GET /c/{code} HTTP/1.1"), from, "").await;
    assert!(page.contains(&format!("/c/{code}/place")), "{page}");
    let cookie = page.split_once("device=").expect("a new device").1.split(';').next().unwrap();
    let own = format!("{from}origin: https://t.example\r\ncookie: __Host-device={cookie}\r\n");
    let tell = async |headers: &str, body: &str| {
        let line = format!("POST /c/{code}/place HTTP/1.1");
        send(&house, "127.0.0.1", &line, headers, body).await
    };
    let spot = async || {
        let seen = house.service.scan_code(code, service::Scan::LOOK).await.unwrap();
        seen.trail.recent.first().expect("it was counted").spot.expect("a place")
    };
    for absurd in ["0&longitude=0", "nan&longitude=1", "91&longitude=1", "1&longitude=181", "x"] {
        let answer = tell(&own, &format!("latitude={absurd}")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{absurd}: {answer}");
    }
    let position = "latitude=22.54321&longitude=114.05678";
    // A form from elsewhere, and a device that made no scan.
    assert!(tell(from, position).await.starts_with("HTTP/1.1 403"));
    let stranger = format!("{from}origin: https://t.example\r\n");
    assert!(tell(&stranger, position).await.starts_with("HTTP/1.1 200"));
    assert_eq!(spot().await.confidence, Confidence::Middle);
    assert!(tell(&own, position).await.starts_with("HTTP/1.1 200"));
    let told = spot().await;
    assert_eq!((told.area, told.confidence), (Area::Division(440_300), Confidence::High));
    let kept = told.position.expect("a kilometre");
    assert_eq!((kept.latitude_e6(), kept.longitude_e6()), (22_540_000, 114_060_000));
    // From an address abroad: one of both is wrong, so neither counts, and the address stays noted.
    let abroad = own.replace("1.0.0.7", "1.2.0.7");
    assert!(tell(&abroad, position).await.starts_with("HTTP/1.1 200"));
    let told = spot().await;
    assert_eq!((Some(told.area), told.confidence), (Area::parse("KR"), Confidence::Low));
    assert_eq!(told.position, None);
}
