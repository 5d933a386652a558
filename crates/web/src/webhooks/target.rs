//! The URL of a webhook, and the addresses that it may be reached at now.

use super::Lookup;
use super::address::Allowed;
use axum::http::Uri;
use geo::is_public;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::timeout;

/// How long a name may take to resolve.
const LOOKUP_TIME: Duration = Duration::from_secs(10);

/// A URL that was taken apart.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) is_https: bool,
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port as the `Host` field says them.
    pub(super) authority: String,
    pub(super) path: String,
}

/// Why there is no address to send to.
#[derive(Debug)]
pub(super) enum Miss {
    /// The name does not resolve now.
    Unknown(String),
    /// It resolves to nothing that is allowed.
    Refused(String),
}

impl Target {
    /// Takes a URL apart. The error is a sentence for whoever wrote it.
    pub(super) fn parse(dest: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "write a URL like https://client.example.com/callback";
        let uri: Uri = dest.parse().map_err(|_| WRONG)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(WRONG),
        };
        let authority = uri.authority().ok_or(WRONG)?;
        if authority.as_str().contains('@') || dest.contains('#') {
            return Err("leave user names, passwords and fragments out of the URL");
        }
        let host = authority.host();
        let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
        if bare.is_empty() {
            return Err(WRONG);
        }
        let has_port = authority.as_str().len() > host.len();
        let port = match authority.port_u16() {
            Some(port) => port,
            None if has_port => return Err("the port is wrong"),
            None if is_https => 443,
            None => 80,
        };
        Ok(Self {
            is_https,
            host: bare.to_owned(),
            port,
            authority: authority.as_str().to_owned(),
            path: uri.path_and_query().map_or("/", |it| it.as_str()).to_owned(),
        })
    }

    /// The addresses that may be spoken to, resolved now.
    pub(super) async fn addresses(
        &self,
        allowed: &Allowed,
        lookup: &Lookup,
    ) -> Result<Vec<SocketAddr>, Miss> {
        let found = match self.host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => match timeout(LOOKUP_TIME, lookup(self.host.clone())).await {
                Ok(Ok(found)) => found,
                Ok(Err(error)) => {
                    return Err(Miss::Unknown(format!("{} has no address: {error}", self.host)));
                }
                Err(_) => {
                    return Err(Miss::Unknown(format!("{} took too long to resolve", self.host)));
                }
            },
        };
        let is_named = |address: &IpAddr| allowed.has(&self.host, self.port, *address);
        let may = |address: &&IpAddr| is_named(address) || self.is_https && is_public(**address);
        let good: Vec<SocketAddr> =
            found.iter().filter(may).map(|it| SocketAddr::new(*it, self.port)).collect();
        if !good.is_empty() {
            return Ok(good);
        }
        let why = if found.is_empty() {
            return Err(Miss::Unknown(format!("{} has no address", self.host)));
        } else if !self.is_https && found.iter().any(|it| is_public(*it)) {
            "use https: without it only what the operator names in webhook_allow is reached"
        } else {
            "this leads to a private address, which the operator does not allow (webhook_allow)"
        };
        Err(Miss::Refused(why.to_owned()))
    }
}
