//! The main job by the command line alone, as a script would do it.

use crate::http;
use crate::place::{Place, mode, texts};

const SHIPPING: &str = r#"{
  "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
  "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-02T00:00:00Z",
  "epcisBody": {"eventList": [{
    "type": "ObjectEvent", "eventTime": "2026-01-02T00:00:00Z", "eventTimeZoneOffset": "+09:00",
    "action": "OBSERVE", "bizStep": "shipping", "epcList": ["urn:epc:id:sgtin:9521321.012345.7"]
  }]}
}"#;

#[test]
fn mint_print_verify() {
    let place = Place::new();
    let made = place.with_batch(100);
    assert_eq!(made.codes.len(), 100);
    let (batch, whole) = (made.batch.as_str(), format!("{}.csv", made.batch));

    let line = place.ok(&["print", batch, "--to", "40", "--out", "a.csv"]);
    assert!(line.ends_with("  a.csv") && line.len() == 64 + 7, "{line}");
    place.ok(&["print", batch, "--from", "40", "--out", "b.csv"]);
    let read = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!([read("a.csv"), read("b.csv")].concat(), read(&whole));
    assert_eq!(mode(&place.path("a.csv")), 0o600);
    place.ok(&["print", batch, "--bom", "--to", "1", "--out", "c.csv"]);
    assert!(read("c.csv").starts_with(b"\xef\xbb\xbfcode,url,pin\r\n"));
    let error = place.fails(&["print", batch, "--out", "a.csv"]);
    assert!(error.contains("not overwritten"), "{error}");
    let error = place.fails(&["print", batch, "--from", "100"]);
    assert!(error.contains("range-outside-batch"), "{error}");

    std::fs::write(place.path("manifest.txt"), place.ok(&["manifest", batch]) + "\n").unwrap();
    std::fs::write(place.path("public.pem"), place.ok(&["key", "public"]) + "\n").unwrap();
    let verify = ["verify", "manifest.txt", "--key", "public.pem", "--data", "nowhere"];
    assert!(place.ok(&verify).contains("codes 100 of 17 digits"));
    let forged = String::from_utf8(read("manifest.txt")).unwrap().replace("100", "101");
    std::fs::write(place.path("manifest.txt"), forged).unwrap();
    let error = place.fails(&verify);
    assert!(error.contains("does not verify"), "{error}");
}

#[test]
fn vouchers_are_checked_offline() {
    let place = Place::new();
    let made = place.with_batch(1);
    let server = place.serve();
    let path = format!("/c/{}", made.codes[0]);
    let claim = http::get(server.address, &path).unwrap().json()["voucher_claim"].clone();
    let form = format!("claim={}", claim.as_str().expect("a claim"));
    let saved = http::post_form(server.address, &format!("{path}/voucher"), &form);
    assert_eq!(saved.status, 201, "{}", saved.body);
    let voucher = saved.json()["voucher"].as_str().expect("a text").to_owned();
    let key = http::get(server.address, "/.well-known/suyuan-public.pem").unwrap().body;
    server.stop();
    let write = |name: &str, text: &str| std::fs::write(place.path(name), text).unwrap();
    write("voucher.txt", &voucher);
    write("public.pem", &key);
    let verify = ["verify", "voucher.txt", "--key", "public.pem", "--data", "nowhere"];
    let said = place.ok(&verify);
    assert!(said.contains("found not-commissioned\n") && said.contains("proves neither"), "{said}");
    for (text, why) in [
        (voucher.replace("not-commissioned", "first-scan"), "the signature does not fit"),
        (voucher[..voucher.len() / 2].to_owned(), "not in canonical form"),
        (voucher.replace("suyuan voucher v1", "suyuan voucher v2"), "line 1"),
    ] {
        write("voucher.txt", &text);
        let error = place.fails(&verify);
        assert!(error.contains("does not verify") && error.contains(why), "{error}");
    }
    write("voucher.txt", &voucher);
    let other = Place::new();
    other.with_batch(1);
    write("public.pem", &(other.ok(&["key", "public"]) + "\n"));
    let error = place.fails(&verify);
    assert!(error.contains("the public key is another"), "{error}");
    write("public.pem", "no key");
    assert!(place.fails(&verify).contains("of the wrong kind"));
}

#[test]
fn capture_and_trace() {
    let place = Place::new();
    let made = place.with_batch(1);
    std::fs::write(place.path("good.json"), SHIPPING).unwrap();
    let broken = SHIPPING.replace("OBSERVE", "LOOK").replace("+09:00", "9");
    std::fs::write(place.path("bad.json"), broken).unwrap();

    let capture = |files: &[&str]| {
        let args = [&["capture", "--enterprise", &made.enterprise], files].concat();
        let output = place.run(&args);
        (output.status.code(), texts(&output).0)
    };
    let (code, out) = capture(&["good.json"]);
    assert_eq!((code, out.as_str()), (Some(0), "good.json: 1 events captured\n"));
    let (code, out) = capture(&["bad.json", "good.json"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("bad.json: /epcisBody/eventList/0/action: "), "{out}");
    assert!(out.contains("bad.json: /epcisBody/eventList/0/eventTimeZoneOffset: "), "{out}");
    assert!(out.ends_with("good.json: 0 events captured, 1 known already\n"), "{out}");

    let table = place.ok(&["trace", "urn:epc:id:sgtin:9521321.012345.7"]);
    assert!(table.contains("2026-01-02T00:00:00Z  shipping  ObjectEvent  Haesol"), "{table}");
    let json = place.ok(&["trace", "urn:epc:id:sgtin:9521321.012345.7", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["events"][0]["enterprise_name"], "Haesol");
    let error = place.fails(&["trace", "urn:epc:id:sgtin:9521321.012345.8"]);
    assert!(error.contains("no event speaks of"), "{error}");
}

#[test]
fn a_trace_that_was_cut_goes_on_by_what_it_says() {
    let place = Place::new();
    let made = place.with_batch(1);
    let (epc, n_events) = ("urn:epc:id:sgtin:9521321.012345.7", 2_500);
    let begin = SHIPPING.find("[{").unwrap() + 1;
    let end = SHIPPING.find("}]").unwrap() + 1;
    let event = |minute: usize| {
        let time =
            format!("2026-01-{:02}T{:02}:{:02}", 2 + minute / 1440, minute / 60 % 24, minute % 60);
        SHIPPING[begin..end].replace("2026-01-02T00:00", &time)
    };
    let events: Vec<String> = (0..n_events).map(event).collect();
    let document = [&SHIPPING[..begin], &events.join(","), &SHIPPING[end..]].concat();
    std::fs::write(place.path("many.json"), document).unwrap();
    place.ok(&["capture", "--enterprise", &made.enterprise, "many.json"]);

    let text = place.ok(&["trace", epc]);
    let (_, told) = text.split_once("go on with `suyuan ").expect(&text);
    let (command, _) = told.split_once('`').unwrap();
    let rest = place.ok(&command.split(' ').collect::<Vec<_>>());
    let count = |text: &str| text.matches("  shipping  ").count();
    assert!(count(&text) < n_events && !rest.contains("go on with"), "{told}");
    assert_eq!(count(&text) + count(&rest), n_events);
    let refused = |option: &str, value: &str| {
        let output = place.run(&["trace", epc, option, value]);
        assert_eq!(output.status.code(), Some(2));
        texts(&output).1
    };
    let error = refused("--on", "elsewhere");
    assert!(error.contains("copy it from the answer that was cut"), "{error}");

    let early = place.ok(&["trace", epc, "--event-time", "2026-01-02T00:09:30Z"]);
    assert_eq!(count(&early), 10);
    let error = refused("--record-time", "yesterday");
    assert!(error.contains("write a time as in"), "{error}");
}

#[test]
fn a_new_key_epoch_keeps_the_codes_of_the_old_one() {
    let place = Place::new();
    let made = place.with_batch(50);
    place.ok(&["key", "begin-epoch"]);
    assert_eq!(mode(&place.path("data/keys/code-2.p8")), 0o600);
    let products = place.ok(&["product", "list"]);
    let product = products.lines().nth(1).unwrap().split(' ').next().unwrap();
    let (_, newer) = place.mint(product, 50);
    place.ok(&["doctor"]);
    let server = place.serve();
    for code in made.codes.iter().chain(&newer) {
        let answer = http::get(server.address, &format!("/c/{code}")).unwrap().json();
        assert_eq!(answer["state"], "not-commissioned");
    }
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let place = Place::new();
    let made = place.with_batch(1);
    let key = place.ok(&["key", "new", "--role", "enterprise", "--enterprise", &made.enterprise]);
    assert!(key.starts_with("suyuan_"));
    let list = place.ok(&["key", "list"]);
    assert!(!list.contains(&key));
    let id = list.lines().nth(1).unwrap().split(' ').next().unwrap();
    place.ok(&["key", "revoke", id]);
    let error = place.fails(&["key", "revoke", id]);
    assert!(error.contains("there is no such thing"), "{error}");
    let error = place.fails(&["key", "new", "--role", "enterprise"]);
    assert!(error.contains("/enterprise_id: name the enterprise"), "{error}");
    let server = place.serve();
    let answer = http::post(server.address, "/api/v1/products", &key, "{}");
    assert!([401, 403].contains(&answer.status), "{}", answer.status);
}

#[test]
fn doctor_says_what_is_wrong() {
    let place = Place::new();
    place.with_batch(1);
    let json: serde_json::Value = serde_json::from_str(&place.ok(&["doctor", "--json"])).unwrap();
    let findings = json.as_array().unwrap();
    assert!(findings.iter().all(|it| it["level"] != "failed"), "{json:#}");
    let names: Vec<_> = findings.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names.starts_with(&["key files", "disk", "manifests", "schema"]), "{names:?}");

    // Without data about places the platform runs and says what is poorer; a wrong file is named.
    let of_places = findings.iter().find(|it| it["name"] == "places: ip2region").unwrap();
    assert_eq!(of_places["level"], "warning");
    assert!(of_places["detail"].as_str().unwrap().contains("cargo xtask setup"), "{of_places}");
    // Behind TLS of somebody else all clients are one address, unless it is named.
    let clients = |arguments: &[&str]| {
        let arguments = [&["doctor", "--json", "--public-url", "https://t.example"], arguments];
        let json: serde_json::Value = serde_json::from_str(&place.ok(&arguments.concat())).unwrap();
        let found = json.as_array().unwrap().iter().find(|it| it["name"] == "clients").cloned();
        found.unwrap()["level"].as_str().unwrap().to_owned()
    };
    assert_eq!(clients(&[]), "warning");
    assert_eq!(clients(&["--trusted-proxy", "10.0.0.1"]), "ok");
    let folder = place.path("geo");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("ip2region.xdb"), "no xdb").unwrap();
    let output = place.run(&["doctor", "--geo", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(texts(&output).0.contains("no ip2region xdb file"), "{}", texts(&output).0);

    // Keys of another platform: whole, private, and wrong.
    let other = Place::new();
    other.with_batch(1);
    for name in ["pin.key", "manifest.p8", "code-1.p8"] {
        let (ours, theirs) =
            (place.path("data/keys").join(name), other.path("data/keys").join(name));
        let saved = std::fs::read(&ours).unwrap();
        std::fs::write(&ours, std::fs::read(theirs).unwrap()).unwrap();
        let output = place.run(&["doctor"]);
        assert_eq!(output.status.code(), Some(1));
        let (out, _) = texts(&output);
        assert!(out.contains(&format!("{name} is not the key")), "{out}");
        std::fs::write(&ours, saved).unwrap();
    }
    place.ok(&["doctor"]);
}
