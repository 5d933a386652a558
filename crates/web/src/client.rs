//! Whose request it is: the address of the connection, or what a trusted proxy says of it.
//!
//! Only proxies that the operator named are believed, and only in the one header that he named:
//! whatever else a stranger writes into a request changes nothing. Of a chain of addresses the
//! rightmost that is no trusted proxy counts, since all to its left was written by strangers.

use axum::http::HeaderMap;
use geo::Network;
use std::net::IpAddr;

/// Proxies in front of the server, and how they tell whose requests they pass on.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    trusted: Vec<Network>,
    header: ProxyHeader,
}

/// The header that a proxy appends to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The address of the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// More hops than any request has.
const MAX_HOPS: usize = 32;

impl Proxies {
    /// Reads addresses and ranges with commas between them.
    ///
    /// # Errors
    ///
    /// A sentence that names what is no address.
    pub fn parse(list: &str, header: ProxyHeader) -> Result<Self, String> {
        let items = list.split(',').map(str::trim).filter(|it| !it.is_empty());
        let trusted: Result<_, _> =
            items.map(|it| it.parse().map_err(|why| format!("{it}: {why}"))).collect();
        Ok(Self { trusted: trusted?, header })
    }

    /// Whether a request says that a proxy passed it on though none was named: if that is so, all
    /// clients are one address.
    pub(crate) fn is_passed_on_unnamed(&self, headers: &HeaderMap) -> bool {
        let names = ["x-forwarded-for", "forwarded"];
        self.trusted.is_empty() && names.iter().any(|name| headers.contains_key(*name))
    }

    /// Whose request came from `peer` with these headers.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let name = match self.header {
            ProxyHeader::XForwardedFor => "x-forwarded-for",
            ProxyHeader::Forwarded => "forwarded",
        };
        let mut client = peer;
        let fields = headers.get_all(name).iter().rev();
        let hops = fields.flat_map(|it| it.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops.take(MAX_HOPS) {
            // What cannot be read hides all before it: the nearest known hop answers for it.
            let Some(address) = self.address(hop) else { return client };
            client = address;
            if !self.trusts(address) {
                return client;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.has(address))
    }

    fn address(&self, hop: &[u8]) -> Option<IpAddr> {
        let hop = std::str::from_utf8(hop).ok()?.trim();
        let node = match self.header {
            ProxyHeader::XForwardedFor => hop,
            ProxyHeader::Forwarded => {
                let value = hop.split(';').find_map(|pair| {
                    let (name, value) = pair.trim().split_once('=')?;
                    name.eq_ignore_ascii_case("for").then_some(value)
                })?;
                value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value)
            }
        };
        node_address(node)
    }
}

/// An address with or without a port; IPv6 with a port stands in brackets (RFC 7239 §6).
fn node_address(node: &str) -> Option<IpAddr> {
    let bare = match node.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match node.split_once(':') {
            Some((v4, port)) if !port.contains(':') => v4,
            _ => node,
        },
    };
    Some(bare.parse::<IpAddr>().ok()?.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn client(proxies: &str, header: ProxyHeader, peer: &str, fields: &[(&str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let proxies = Proxies::parse(proxies, header).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn strangers_are_never_believed() {
        let said = [("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=1.1.1.1")];
        for proxies in ["", "10.0.0.0/8", "203.0.113.8"] {
            assert_eq!(
                client(proxies, ProxyHeader::XForwardedFor, "203.0.113.7", &said),
                "203.0.113.7"
            );
        }
        assert_eq!(client("", ProxyHeader::Forwarded, "::ffff:203.0.113.7", &said), "203.0.113.7");
    }

    #[test]
    fn the_rightmost_that_is_no_proxy_counts() {
        let xff = |fields: &[(&str, &str)]| {
            client("10.0.0.0/8, 2001:db8::/32", ProxyHeader::XForwardedFor, "10.0.0.1", fields)
        };
        for (list, expected) in [
            ("9.9.9.9", "9.9.9.9"),
            ("1.1.1.1, 9.9.9.9", "9.9.9.9"),
            ("1.1.1.1, 9.9.9.9, 10.0.0.2", "9.9.9.9"),
            ("1.1.1.1,9.9.9.9:4711,  [2001:db8::7]:80", "9.9.9.9"),
            ("1.1.1.1, ::ffff:9.9.9.9, 10.0.0.2", "9.9.9.9"),
            ("2a00::1", "2a00::1"),
            ("[2a00::1]:443", "2a00::1"),
            // Broken, empty, or nothing but proxies: the nearest that is known.
            ("9.9.9.9, unknown", "10.0.0.1"),
            ("9.9.9.9, nonsense, 10.0.0.2", "10.0.0.2"),
            ("", "10.0.0.1"),
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("9.9.9.9,", "10.0.0.1"),
        ] {
            assert_eq!(xff(&[("x-forwarded-for", list)]), expected, "{list}");
        }
        assert_eq!(xff(&[]), "10.0.0.1");
        // Split over fields, and beside the other header, which a stranger may have written.
        let fields = [("x-forwarded-for", "1.1.1.1, 9.9.9.9"), ("x-forwarded-for", "10.0.0.2")];
        assert_eq!(xff(&fields), "9.9.9.9");
        let fields = [("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "9.9.9.9")];
        assert_eq!(xff(&fields), "9.9.9.9");
        assert_eq!(xff(&fields[..1]), "10.0.0.1");
        let endless = vec!["10.0.0.2"; 10_000].join(",");
        assert_eq!(xff(&[("x-forwarded-for", &format!("1.1.1.1,{endless}"))]), "10.0.0.2");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        let forwarded = |value: &str| {
            client("10.0.0.0/8", ProxyHeader::Forwarded, "10.0.0.1", &[("forwarded", value)])
        };
        for (value, expected) in [
            ("for=9.9.9.9", "9.9.9.9"),
            ("proto=https;For=\"[2a00::1]:4711\";by=10.0.0.1", "2a00::1"),
            ("for=1.1.1.1, for=9.9.9.9;proto=http, for=\"10.0.0.2:80\"", "9.9.9.9"),
            ("for=9.9.9.9, for=_hidden", "10.0.0.1"),
            ("proto=http", "10.0.0.1"),
        ] {
            assert_eq!(forwarded(value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        let why = Proxies::parse("10.0.0.1, proxy", ProxyHeader::default()).unwrap_err();
        assert_eq!(why, "proxy: write an address or a range as in 10.1.0.0/16");
    }
}
