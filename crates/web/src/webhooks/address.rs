//! Which addresses a webhook may have beside those that are public.

use geo::Network;
use std::net::IpAddr;

/// What an operator allows beside public addresses.
#[derive(Debug, Default)]
pub(super) struct Allowed(Vec<One>);

#[derive(Debug)]
enum One {
    Name { name: String, port: Option<u16> },
    Range(Network),
}

impl Allowed {
    /// Reads a list with commas.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        items.map(One::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the list has this place: `host` as the URL says it, `address` as it resolves.
    pub(super) fn has(&self, host: &str, port: u16, address: IpAddr) -> bool {
        self.0.iter().any(|it| match it {
            One::Name { name, port: only } => {
                name.eq_ignore_ascii_case(host) && only.is_none_or(|only| only == port)
            }
            One::Range(range) => range.has(address),
        })
    }
}

impl Allowed {
    /// The port at which a name is allowed, if it is with one.
    pub(super) fn port_of(&self, host: &str) -> Option<u16> {
        self.0.iter().find_map(|it| match it {
            One::Name { name, port } if name.eq_ignore_ascii_case(host) => *port,
            _ => None,
        })
    }
}

impl One {
    fn parse(item: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{item} is no target: write a name, name:port, an address, or a range as in \
                     10.1.0.0/16"
            )
        };
        if let Ok(range) = item.parse::<Network>() {
            return Ok(Self::Range(range));
        }
        if item.contains('/') {
            return Err(wrong());
        }
        let (name, port) = match item.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse::<u16>().map_err(|_| wrong())?)),
            None => (item, None),
        };
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b".-_".contains(&it);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(wrong());
        }
        Ok(Self::Name { name: name.to_owned(), port })
    }
}

#[cfg(test)]
mod tests;
