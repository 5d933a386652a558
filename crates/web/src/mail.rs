//! E-mail through the SMTP server of the operator (RFC 5321, RFC 6409), one connection a letter.
//!
//! Only the text of a letter and its receiver come from others. Headers are built by `lettre` from
//! values that were parsed or folded, and a subject is one line before it gets there.

use lettre::address::Envelope;
use lettre::message::header::{self, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncTransport, Tokio1Executor};
use service::Answer;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

/// How long one command of a conversation may take.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// How long a letter may take altogether; less than its lease.
const LETTER_TIME: Duration = Duration::from_secs(120);

/// Characters of a subject.
const MAX_SUBJECT_CHARS: usize = 150;

/// How mail is kept from being read on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// The connection becomes TLS by `STARTTLS`, or nothing is sent (RFC 3207).
    StartTls,
    /// The connection is TLS from its beginning (RFC 8314 §3.3).
    Implicit,
    /// Not at all, and so only to this machine.
    LoopbackPlain,
    /// Not at all, to any machine.
    Plain,
}

/// What an operator says of its SMTP server.
#[derive(Clone)]
pub struct MailSettings {
    /// `host` or `host:port`.
    pub server: String,
    /// How it is reached.
    pub tls: MailTls,
    /// Whom letters are from: `name@example.com`, or a name with that in angle brackets.
    pub from: String,
    /// User and password, if the server wants them.
    pub login: Option<(String, String)>,
}

/// Sends letters. Clones share it.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// One letter as its reader sees it.
pub(crate) struct Mail<'a> {
    /// The same in each attempt, and so its `Message-ID`.
    pub(crate) id: &'a str,
    /// One address.
    pub(crate) to: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) text: String,
    /// Of its language.
    pub(crate) tag: &'static str,
    /// When it was written, microseconds since the epoch.
    pub(crate) written_at_us: i64,
}

impl Mailer {
    /// A sender through the server of `settings`; nothing is connected yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings, in words.
    pub fn new(settings: MailSettings) -> Result<Self, String> {
        let (host, port) = server_of(&settings.server)?;
        let from: Mailbox = settings
            .from
            .parse()
            .map_err(|error| format!("{}: {error}; write recalls@example.com", settings.from))?;
        let parameters =
            || TlsParameters::new(host.clone()).map_err(|error| format!("{host}: TLS: {error}"));
        let (tls, usual) = match settings.tls {
            MailTls::StartTls => (Tls::Required(parameters()?), 587),
            MailTls::Implicit => (Tls::Wrapper(parameters()?), 465),
            MailTls::LoopbackPlain if !is_loopback(&host) => {
                return Err(format!(
                    "{host} is another machine, and mail to it could be read on its way: choose \
                     starttls or implicit, or plain if you mean it"
                ));
            }
            MailTls::LoopbackPlain | MailTls::Plain => (Tls::None, 25),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port.unwrap_or(usual))
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(COMMAND_TIME));
        let transport = match settings.login {
            Some((user, password)) => transport.credentials(Credentials::new(user, password)),
            None => transport,
        };
        Ok(Self { transport: transport.build(), from })
    }

    /// One attempt to send a letter.
    pub(crate) async fn send(&self, mail: Mail<'_>) -> Answer {
        let (envelope, bytes) = match self.written(mail) {
            Ok(written) => written,
            Err(why) => return Answer::Refused(why),
        };
        match timeout(LETTER_TIME, self.transport.send_raw(&envelope, &bytes)).await {
            Ok(Ok(_)) => Answer::Taken,
            Ok(Err(error)) if is_of_mailbox(&error) => Answer::Refused(told(&error)),
            Ok(Err(error)) => Answer::Unreachable(told(&error)),
            Err(_) => Answer::Unreachable(format!("no answer in {} s", LETTER_TIME.as_secs())),
        }
    }

    /// The bytes of a letter, and whom they go to.
    fn written(&self, mail: Mail<'_>) -> Result<(Envelope, Vec<u8>), String> {
        let to: Address = mail.to.parse().map_err(|error| format!("{}: {error}", mail.to))?;
        let written = Duration::from_micros(mail.written_at_us.try_into().unwrap_or(0));
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(mail.subject))
            .date(SystemTime::UNIX_EPOCH + written)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(header::MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .header(ContentLanguage(mail.tag))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)
            .map_err(|error| error.to_string())?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}

/// Host and port of `host`, `host:port` or `[::1]:port`.
fn server_of(text: &str) -> Result<(String, Option<u16>), String> {
    let wrong = || format!("{text} is no server: write host or host:port");
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port))
            if !host.ends_with(':') && (host.ends_with(']') || !host.contains(':')) =>
        {
            (host, Some(port.parse().map_err(|_| wrong())?))
        }
        _ => (text, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_name = host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_".contains(&it));
    if host.is_empty() || !is_name && host.parse::<IpAddr>().is_err() {
        return Err(wrong());
    }
    Ok((host.to_owned(), port))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A subject without what could end its line, and not too long for a list of mail.
fn one_line(text: &str) -> String {
    let words = text.split(|it: char| it.is_control() || it.is_whitespace());
    let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(MAX_SUBJECT_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Whether an error is about who is written to (RFC 5321 §4.2.3) and not about us, as a password
/// that is wrong: that is mended, and the letter tried again.
fn is_of_mailbox(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(|code| code.to_string());
    matches!(code.as_deref(), Some("550" | "551" | "553" | "556"))
}

/// An error on one line; it has what caused it in its words.
fn told(error: &lettre::transport::smtp::Error) -> String {
    one_line(&error.to_string())
}

/// RFC 3834 §5: no holiday notice is to answer.
#[derive(Clone)]
struct AutoSubmitted;

/// RFC 3282.
#[derive(Clone)]
struct ContentLanguage(&'static str);

impl header::Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl header::Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self("en"))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}

#[cfg(test)]
mod tests;
