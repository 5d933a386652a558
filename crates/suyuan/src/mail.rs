//! The SMTP server that notices of recalls are mailed through, from the configuration.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use web::{MailSettings, MailTls, Mailer};

use crate::config::{Smtp, SmtpTls};

/// What sends mail through the server of the configuration.
pub(crate) fn mailer(smtp: &Smtp) -> Result<Mailer> {
    let from =
        smtp.from.clone().context("smtp is set without smtp_from: name whom mail is from")?;
    let login = match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(file)) => Some((user.clone(), password(file)?)),
        (None, None) => None,
        _ => return Err(anyhow!("smtp_user and smtp_password_file belong together")),
    };
    let tls = match smtp.tls {
        SmtpTls::StartTls => MailTls::StartTls,
        SmtpTls::Implicit => MailTls::Implicit,
        SmtpTls::LoopbackPlain => MailTls::LoopbackPlain,
        SmtpTls::Plain => MailTls::Plain,
    };
    let settings = MailSettings { server: smtp.server.clone(), tls, from, login };
    Mailer::new(settings).map_err(|why| anyhow!("smtp: {why}"))
}

/// The first line of a file.
fn password(path: &Path) -> Result<String> {
    let name = || format!("the password of smtp in {}", path.display());
    let text = std::fs::read_to_string(path).with_context(name)?;
    let line = text.lines().next().filter(|line| !line.is_empty());
    line.map(str::to_owned).with_context(|| format!("{} has no first line", path.display()))
}
