//! The same binary on PostgreSQL: the database is there, the keys are in the folder.

use std::process::{Command, Output};

use rustix::process::Signal;
use store::testing::Db;

use crate::durability::{crowd, n_alerts};
use crate::http;
use crate::place::{Place, Server, texts};

/// Adds the settings in the environment, where the password of a database belongs.
pub(crate) fn on<'a>(command: &'a mut Command, url: &str, data: &str) -> &'a mut Command {
    command.env("SUYUAN_DATABASE", url).env("SUYUAN_DATA", data)
}

fn output(place: &Place, url: &str, data: &str, args: &[&str]) -> Output {
    on(&mut place.command(args), url, data).output().unwrap()
}

/// A product of a new enterprise.
fn product(ok: &impl Fn(&[&str]) -> String) -> String {
    let enterprise = ok(&[
        "enterprise",
        "add",
        "--name",
        "Haesol",
        "--type",
        "producer",
        "--scheme",
        "other",
        "--number",
        "T-1",
        "--address",
        "Cheongju",
        "--contact",
        "haesol@example.com",
    ]);
    ok(&[
        "product",
        "add",
        "--enterprise",
        &enterprise,
        "--name",
        "Serum",
        "--type",
        "cosmetics",
        "--specification",
        "30 mL",
    ])
}

#[tokio::test]
async fn the_main_job_runs_on_postgresql() {
    let Some(db) = Db::postgres().await else { return };
    let url = db.url().unwrap();
    let place = Place::new();
    let output = |data: &str, args: &[&str]| output(&place, url, data, args);
    let ok = |args: &[&str]| {
        let (out, err) = texts(&output("data", args));
        assert!(!out.is_empty(), "{args:?}: {err}");
        out.trim_end().to_owned()
    };
    let key = ok(&["key", "new", "--role", "operator"]);
    let product = product(&ok);
    let batch = ok(&["mint", "--product", &product, "--count", "5"]);
    ok(&["print", &batch, "--out", "codes.csv"]);
    let printed = std::fs::read_to_string(place.path("codes.csv")).unwrap();
    let code = printed.lines().nth(1).unwrap().split(',').next().unwrap();

    // Another node needs the same keys, and makes none of its own.
    let (_, error) = texts(&output("second", &["key", "list"]));
    assert!(error.contains("put the folder with the keys back"), "{error}");
    std::fs::create_dir(place.path("third")).unwrap();
    let mut copy = Command::new("cp");
    copy.args(["-rp", "data/keys", "third/"]);
    assert!(copy.current_dir(place.path("")).status().unwrap().success());

    let serve = |data: &str| {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--log", "off"]);
        Server::start(on(&mut command, url, data), "listening on http://")
    };
    let (first, third) = (serve("data"), serve("third"));
    first.commission(&key, &batch);
    for (server, state) in [(&first, "first-scan"), (&third, "scanned-before")] {
        let answer = http::get(server.address, &format!("/c/{code}")).unwrap();
        assert_eq!(answer.json()["state"], state);
    }
    first.stop();
    third.stop();

    let (_, error) = texts(&output("data", &["key", "begin-epoch"]));
    assert!(error.contains("--servers-stopped"), "{error}");
    ok(&["key", "begin-epoch", "--servers-stopped"]);
    let (_, error) = texts(&output("data", &["backup", "saved"]));
    assert!(error.contains("pg_dump"), "{error}");
    assert!(output("data", &["doctor"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_writes_the_alerts_that_it_has_in_hand() {
    let Some(db) = Db::postgres().await else { return };
    let url = db.url().unwrap();
    let place = Place::new();
    let ok = |args: &[&str]| texts(&output(&place, url, "data", args)).0.trim_end().to_owned();
    let key = ok(&["key", "new", "--role", "operator"]);
    // More than are raised in one write.
    let batch = ok(&["mint", "--product", &product(&ok), "--count", "100"]);
    ok(&["print", &batch, "--out", "codes.csv"]);
    let printed = std::fs::read_to_string(place.path("codes.csv")).unwrap();
    let codes: Vec<_> = printed.lines().skip(1).map(|it| it.split(',').next().unwrap()).collect();
    let serve = || {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--log", "off"]);
        Server::start(
            on(command.args(["--trusted-proxy", "127.0.0.1"]), url, "data"),
            "listening on http://",
        )
    };
    let mut server = serve();
    server.commission(&key, &batch);
    let held = db.hold("alerts").await.unwrap();
    codes.iter().for_each(|code| crowd(server.address, code, 1..=5));
    let address = server.address;
    let each = |code: &&str| crowd(address, code, 6..=6);
    std::thread::scope(|scope| {
        for some in codes.chunks(10) {
            scope.spawn(move || some.iter().for_each(each));
        }
    });
    while held.n_waiting().await == 0 {
        tokio::task::yield_now().await;
    }
    server.signal(Signal::TERM);
    while http::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    // Time for whoever would let go of the write.
    for _ in 0..200 {
        held.n_waiting().await;
    }
    drop(held);
    assert!(server.wait().success());
    assert_eq!(n_alerts(serve().address, &key), codes.len());
}
