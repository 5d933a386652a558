//! Notices of recalls by mail, to a server in another process (aiosmtpd), across `kill -9`.
//!
//! Without it they are skipped aloud; under `CI=true` they fail.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::clients::{has, root};
use crate::http;
use crate::place::{Place, Server};
use crate::subscriptions::certificate;

const USER: &str = "recalls";
const PASSWORD: &str = "0cbd 6f1e";

/// A server of mail that tells each letter and answers it as it is told.
struct Mailbox {
    child: Child,
    said: BufReader<ChildStdout>,
    answers: ChildStdin,
    port: String,
}

impl Mailbox {
    /// None, said aloud, where there is no aiosmtpd.
    fn start(mode: &str, args: &[&str]) -> Option<Self> {
        if !has(&root().join("target/python/bin/aiosmtpd"), "aiosmtpd") {
            return None;
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtpd.py");
        let mut command = Command::new(root().join("target/python/bin/python"));
        let command = command.arg(script).arg(mode).args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let answers = child.stdin.take().unwrap();
        let mut mailbox = Self { child, said, answers, port: String::new() };
        mailbox.port = mailbox.line();
        Some(mailbox)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.said.read_line(&mut line).unwrap() > 0, "the server of mail ended");
        line.trim_end().to_owned()
    }

    fn letter(&mut self) -> Letter {
        Letter(serde_json::from_str(&self.line()).unwrap())
    }

    /// Answers the letter that waits longest.
    fn answer(&mut self, answer: &str) {
        writeln!(self.answers, "{answer}").unwrap();
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A letter as the server of mail has it.
struct Letter(Value);

impl Letter {
    fn header(&self, name: &str) -> String {
        let headers = self.0["headers"].as_array().unwrap();
        let found: Vec<_> = headers.iter().filter(|it| it[0] == name).collect();
        assert_eq!(found.len(), 1, "{name} in {headers:?}");
        found[0][1].as_str().unwrap().to_owned()
    }

    fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }
}

/// An enterprise with a lot of three items, and its key.
struct Firm {
    key: String,
    batch: String,
}

fn firm(place: &Place) -> Firm {
    let batch = place.with_batch(3);
    let key = place.ok(&["key", "new", "--role", "enterprise", "--enterprise", &batch.enterprise]);
    Firm { key, batch: batch.batch }
}

impl Firm {
    fn ask(&self, server: SocketAddr, line: &str, body: &Value) -> Value {
        let key = format!("Bearer {}", self.key);
        let answer = http::send(server, line, &[("Authorization", &key)], &body.to_string());
        assert!((200..300).contains(&answer.status), "{line}: {}", answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Calls its lot back; the number of the recall.
    fn recall(&self, server: &Server) -> String {
        server.commission(&self.key, &self.batch);
        let lots = self.ask(server.address, "GET /api/v1/lots", &Value::Null);
        let order = json!({
            "thing": lots["items"][0]["lot_id"], "level": 1, "reason": "metal fragments",
            "instruction": { "ko": "먹지 마세요" }, "client_token": "t",
        });
        let made = self.ask(server.address, "POST /api/v1/recalls", &order);
        made["recall_id"].as_str().unwrap().to_owned()
    }

    /// Waits until each notice is in `state`, and tells their errors.
    fn until_all_are(&self, server: SocketAddr, (n, state): (usize, &str)) -> Vec<String> {
        let since = Instant::now();
        loop {
            let list = self.ask(server, "GET /api/v1/notices", &Value::Null);
            let items = list["items"].as_array().unwrap();
            let error = |it: &Value| it["last_error"].as_str().unwrap().to_owned();
            if items.len() == n && items.iter().all(|it| it["state"] == state) {
                return items.iter().map(error).collect();
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{list}");
            sleep(Duration::from_millis(200));
        }
    }
}

/// Does what the reader of a letter does that asks to confirm an address.
fn confirm(server: SocketAddr, letter: &Letter) {
    let token = letter.text().split_once("/notices/confirm/").expect("a link").1;
    let token = token.lines().next().expect("a line").trim();
    let answer = http::send(server, &format!("POST /notices/confirm/{token}"), &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
}

impl Firm {
    /// Waits until the letter that waits was not sent for a reason with this word.
    fn until_an_error_has(&self, server: SocketAddr, word: &str) {
        let since = Instant::now();
        loop {
            let errors = self.until_all_are(server, (1, "waiting"));
            if errors.iter().any(|it| it.to_lowercase().contains(word)) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{errors:?}");
            sleep(Duration::from_millis(200));
        }
    }
}

#[test]
fn letters_reach_their_reader_across_a_kill_and_a_refusal() {
    let place = Place::new();
    let Some([key_file, certificate]) = certificate(&place) else { return };
    let args = [key_file.as_str(), &certificate, USER, PASSWORD];
    let Some(mut mailbox) = Mailbox::start("starttls", &args) else { return };
    let firm = firm(&place);
    std::fs::write(place.path("password"), format!("{PASSWORD}\n")).unwrap();
    let smtp = format!("localhost:{}", mailbox.port);
    let serve = || {
        let args = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--smtp", &smtp];
        let mut command = place.command(&args);
        command.args(["--smtp-from", "溯源 <recalls@example.com>", "--smtp-user", USER]);
        command.args(["--smtp-password-file", "password"]);
        // The one certificate that this server trusts.
        command.env("SSL_CERT_FILE", &certificate);
        Server::start(&mut command, "listening on http://")
    };
    let mut server = serve();
    let contact = json!({ "email": "qa@example.com", "language": "ko" });
    firm.ask(server.address, "PUT /api/v1/notices/contact", &contact);
    let letter = mailbox.letter();
    mailbox.answer("250 taken");
    confirm(server.address, &letter);
    firm.until_all_are(server.address, (1, "told"));
    let recall = firm.recall(&server);
    let mut first = [mailbox.letter(), mailbox.letter()].map(|it| it.header("Message-ID"));
    // It has both letters and has answered none.
    server.signal(Signal::KILL);
    assert!(!server.wait().success());

    let server = serve();
    let letters = [mailbox.letter(), mailbox.letter()];
    let mut again = [&letters[0], &letters[1]].map(|it| it.header("Message-ID"));
    first.sort();
    again.sort();
    assert_eq!(first, again, "its reader can tell that it has them already");
    for letter in &letters {
        assert_eq!(letter.0["to"], json!(["qa@example.com"]));
        assert_eq!((&letter.0["tls"], &letter.0["user"]), (&json!(true), &json!(USER)));
        assert!(letter.header("Subject").contains(&recall), "{}", letter.header("Subject"));
        assert_eq!(letter.header("From"), "溯源 <recalls@example.com>");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        for word in ["metal fragments", "먹지 마세요", "Haesol", "/console/"] {
            assert!(letter.text().contains(word), "{word} in {}", letter.text());
        }
    }
    let task = letters.iter().find(|it| it.text().contains("/console/tasks/")).unwrap();
    assert!(task.text().contains("회수 과제") && task.text().contains("3개"), "{}", task.text());
    // What is refused for now is repeated, the other is not.
    mailbox.answer("451 4.3.0 not now");
    mailbox.answer("250 taken");
    let repeated = mailbox.letter().header("Message-ID");
    assert!(again.contains(&repeated));
    mailbox.answer("250 taken");
    firm.until_all_are(server.address, (3, "told"));
    let path = format!("POST /api/v1/recalls/{recall}/withdraw");
    firm.ask(server.address, &path, &json!({ "reason": "a mistake" }));
    let last = mailbox.letter();
    assert!(last.header("Subject").contains("철회"), "{}", last.header("Subject"));
    mailbox.answer("250 taken");
    firm.until_all_are(server.address, (4, "told"));
    server.stop();
}

#[test]
fn mail_goes_by_tls_that_is_trusted_or_not_at_all() {
    let place = Place::new();
    let other = Place::new();
    let Some([_, other_certificate]) = certificate(&other) else { return };
    let Some([key_file, certificate]) = certificate(&place) else { return };
    let args = [key_file.as_str(), &certificate, USER, PASSWORD];
    let Some(mut implicit) = Mailbox::start("implicit", &args) else { return };
    let Some(mut plain) = Mailbox::start("plain", &[]) else { return };
    let firm = firm(&place);
    std::fs::write(place.path("password"), PASSWORD).unwrap();
    let serve = |port: &str, tls: &str, more: &[&str]| {
        let smtp = format!("localhost:{port}");
        let args = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--smtp", &smtp];
        let mut command = place.command(&args);
        command.args(["--smtp-from", "recalls@example.com", "--smtp-tls", tls]).args(more);
        if tls == "implicit" {
            command.args(["--smtp-user", USER, "--smtp-password-file", "password"]);
        }
        command
    };
    let start = |command: &mut Command| Server::start(command, "listening on http://");
    // A server that offers no TLS gets nothing.
    let server = start(&mut serve(&plain.port, "starttls", &[]));
    let contact = json!({ "email": "qa@example.com", "language": "en" });
    firm.ask(server.address, "PUT /api/v1/notices/contact", &contact);
    firm.until_an_error_has(server.address, "starttls");
    server.stop();
    // Neither does one whose certificate nobody vouches for; but one that is trusted does.
    let mut untrusted = serve(&implicit.port, "implicit", &[]);
    untrusted.env("SSL_CERT_FILE", &other_certificate);
    let server = start(&mut untrusted);
    firm.until_an_error_has(server.address, "certificate");
    server.stop();
    let mut trusted = serve(&implicit.port, "implicit", &[]);
    let server = start(trusted.env("SSL_CERT_FILE", &certificate));
    let letter = implicit.letter();
    assert_eq!((&letter.0["tls"], &letter.0["user"]), (&json!(true), &json!(USER)));
    implicit.answer("250 taken");
    firm.until_all_are(server.address, (1, "told"));
    server.stop();
    // Without TLS only this machine is spoken to.
    let far = ["serve", "--smtp", "mail.example.com", "--smtp-tls", "loopback-plain"];
    let told =
        place.fails(&[&far[..], &["--smtp-from", "a@b.cn", "--listen", "127.0.0.1:0"]].concat());
    assert!(told.contains("mail.example.com is another machine"), "{told}");
    let told = place.fails(&["serve", "--smtp", "localhost", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("smtp_from"), "{told}");
    let server = start(&mut serve(&plain.port, "loopback-plain", &[]));
    confirm(server.address, &letter);
    let recall = firm.recall(&server);
    for _ in 0..2 {
        assert!(plain.letter().0["tls"] != json!(true));
        plain.answer("250 taken");
    }
    let path = format!("POST /api/v1/recalls/{recall}/close");
    firm.ask(server.address, &path, &json!({ "conclusion": "all is back" }));
    assert!(plain.letter().header("Subject").contains("closed"));
    plain.answer("250 taken");
    firm.until_all_are(server.address, (4, "told"));
    server.stop();
}
