//! The demo: loads once, serves what the tour names, touches no other folder.

use crate::http;
use crate::place::{Place, Server};

fn demo(place: &Place, args: &[&str]) -> Server {
    let mut command = place.command(&["demo", "--listen", "127.0.0.1:0", "--log", "off"]);
    Server::start(command.args(args), "The site: http://")
}

fn keys(said: &str) -> Vec<&str> {
    said.split_whitespace().filter(|word| word.starts_with("suyuan_")).collect()
}

#[test]
fn the_demo_loads_once_and_shows_around() {
    let place = Place::new();
    let first = demo(&place, &[]);
    let base = format!("http://{}", first.address);
    let clicks = first.said.split_once("Six clicks").unwrap().1;
    let links: Vec<&str> = clicks
        .lines()
        .filter_map(|line| line.trim().split_once(". http"))
        .map(|(_, rest)| rest.split(' ').next().unwrap())
        .collect();
    assert_eq!(links.len(), 6, "{clicks}");
    for link in links {
        let path = format!("http{link}").replacen(&base, "", 1);
        let answer = http::get(first.address, &path).unwrap();
        assert!([200, 303, 401].contains(&answer.status), "{path}: {}", answer.status);
    }
    assert!(first.said.contains("SUYUAN_CONFORMANCE names no folder"), "{}", first.said);
    let said = first.said.clone();
    first.stop();
    place.ok(&["doctor"]);

    let again = demo(&place, &[]);
    assert_eq!(keys(&again.said), keys(&said), "it was loaded once");
    again.stop();
    let error = place.fails(&["demo", "--listen", "127.0.0.1:0", "--seed", "2"]);
    assert!(error.contains("add --reset"), "{error}");
    let reset = demo(&place, &["--seed", "2", "--reset"]);
    assert_ne!(keys(&reset.said), keys(&said));
}

#[test]
fn the_demo_touches_no_other_platform() {
    let place = Place::new();
    place.with_batch(1);
    for args in [&["demo"][..], &["demo", "--reset"]] {
        let error = place.fails(&[args, &["--listen", "127.0.0.1:0"]].concat());
        assert!(error.contains("no demo"), "{error}");
    }
    place.ok(&["doctor"]);

    // Nor does anything begin where a load broke off.
    std::fs::create_dir(place.path("half")).unwrap();
    std::fs::write(place.path("half/demo.loading"), "").unwrap();
    let error = place.fails(&["key", "new", "--role", "operator", "--data", "half"]);
    assert!(error.contains("not loaded to its end"), "{error}");
}
