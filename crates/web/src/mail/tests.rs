use super::{Mail, MailSettings, MailTls, Mailer, is_loopback, one_line, server_of};

fn settings(server: &str, tls: MailTls) -> MailSettings {
    let from = "溯源 <recalls@example.com>".to_owned();
    MailSettings { server: server.to_owned(), tls, from, login: None }
}

#[test]
fn a_server_is_a_host_and_maybe_a_port() {
    let host = |host: &str, port: Option<u16>| Ok((host.to_owned(), port));
    assert_eq!(server_of("mail.example.com"), host("mail.example.com", None));
    assert_eq!(server_of("mail.example.com:2525"), host("mail.example.com", Some(2525)));
    assert_eq!(server_of("[::1]:25"), host("::1", Some(25)));
    assert_eq!(server_of("::1"), host("::1", None));
    assert_eq!(server_of("10.0.0.1:25"), host("10.0.0.1", Some(25)));
    for wrong in ["", ":25", "a:b", "a b", "http://a.example", "a:99999", "a/b"] {
        assert!(server_of(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn mail_that_can_be_read_on_its_way_stays_on_this_machine() {
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
        assert!(is_loopback(host), "{host}");
    }
    for host in ["example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"] {
        assert!(!is_loopback(host), "{host}");
        let told = Mailer::new(settings(host, MailTls::LoopbackPlain)).err();
        assert!(told.is_some_and(|why| why.contains("could be read")), "{host}");
        assert!(Mailer::new(settings(host, MailTls::Plain)).is_ok(), "{host}");
    }
    assert!(Mailer::new(settings("[::1]:2525", MailTls::LoopbackPlain)).is_ok());
    assert!(
        Mailer::new(MailSettings {
            from: "nobody".into(),
            ..settings("localhost", MailTls::LoopbackPlain)
        })
        .is_err()
    );
}

#[test]
fn a_subject_is_one_line() {
    assert_eq!(one_line("a\r\nBcc: b@c.cn\u{85}\u{2028}d\te "), "a Bcc: b@c.cn d e");
    assert_eq!(one_line(&"召".repeat(400)).chars().count(), 151);
}

/// What strangers choose (names, reasons, identifiers) may be in a subject and a text, and the
/// address was typed by an enterprise.
#[test]
fn nothing_that_others_wrote_becomes_a_header() {
    let mailer = Mailer::new(settings("localhost", MailTls::LoopbackPlain)).unwrap();
    let hostile = "x\r\nBcc: victim@example.com\r\n\r\n.\r\nMAIL FROM:<a@b.cn>\n\u{0}";
    let mail = |to: &'static str| Mail {
        id: "n0000000000001",
        to,
        subject: hostile,
        text: format!("{hostile}\n.\n召回 회수"),
        tag: "zh-CN",
        written_at_us: 1_795_248_000_000_000,
    };
    let (envelope, bytes) = mailer.written(mail("qa@example.com")).unwrap();
    assert_eq!(envelope.to().len(), 1);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> = head
        .split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_once(':').unwrap().0)
        .collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    let expected = [
        "Auto-Submitted",
        "Content-Language",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ];
    assert_eq!(sorted, expected, "{head}");
    assert!(head.contains("Message-ID: <n0000000000001@example.com>"), "{head}");
    assert!(head.contains("Date: Sat, 21 Nov 2026 08:00:00 +0000"), "{head}");
    assert!(text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    assert!(!body.contains("\r\n.\r\n"), "{body}");
    for to in ["a@b.cn\r\nBcc: c@d.cn", "a@b.cn, c@d.cn", "a@b.cn>\r\nDATA", "<a@b.cn>"] {
        assert!(mailer.written(mail(to)).is_err(), "{to}");
    }
}
