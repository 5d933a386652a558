//! Which addresses a webhook may have (RFC 6890 and the registries of special addresses at IANA).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an operator allows beside public addresses.
#[derive(Debug, Default)]
pub(super) struct Allowed(Vec<One>);

#[derive(Debug)]
enum One {
    Name { name: String, port: Option<u16> },
    Range { first: IpAddr, n_bits: u32 },
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
            One::Range { first, n_bits } => in_range(plain(address), *first, *n_bits),
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
        let (address, n_bits) = match item.split_once('/') {
            Some((address, n_bits)) => (address, Some(n_bits.parse::<u32>().map_err(|_| wrong())?)),
            None => (item, None),
        };
        if let Ok(first) = address.parse::<IpAddr>() {
            let most = if first.is_ipv4() { 32 } else { 128 };
            let n_bits = n_bits.unwrap_or(most);
            return if n_bits <= most { Ok(Self::Range { first, n_bits }) } else { Err(wrong()) };
        }
        let (name, port) = match item.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse::<u16>().map_err(|_| wrong())?)),
            None => (item, None),
        };
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b".-_".contains(&it);
        if name.is_empty() || n_bits.is_some() || !name.bytes().all(is_plain) {
            return Err(wrong());
        }
        Ok(Self::Name { name: name.to_owned(), port })
    }
}

/// Whether anyone on the internet may have the address.
pub(super) fn is_public(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// An IPv4 address in the clothes of IPv6 is the IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
    }
}

/// First address and number of bits of what is not public.
const SPECIAL_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// The same inside 2000::/3: protocols and benchmarks, Teredo among them; documentation; 6to4,
/// which hides an IPv4 address.
const SPECIAL_V6: [([u16; 2], u32); 4] =
    [([0x2001, 0], 23), ([0x2001, 0x0db8], 32), ([0x2002, 0], 16), ([0x3fff, 0], 20)];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |&(first, n_bits): &([u8; 4], u32)| {
        in_range(IpAddr::V4(address), IpAddr::V4(first.into()), n_bits)
    };
    !SPECIAL_V4.iter().any(is_in)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // NAT64 (RFC 6052): the last four bytes are where it leads.
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let is_in = |&([one, two], n_bits): &([u16; 2], u32)| {
        let first = Ipv6Addr::new(one, two, 0, 0, 0, 0, 0, 0);
        in_range(IpAddr::V6(address), IpAddr::V6(first), n_bits)
    };
    segments[0] & 0xe000 == 0x2000 && !SPECIAL_V6.iter().any(is_in)
}

/// Whether the first bits are the same.
fn in_range(address: IpAddr, first: IpAddr, n_bits: u32) -> bool {
    let (differing, n_all) = match (address, first) {
        (IpAddr::V4(one), IpAddr::V4(two)) => (u128::from(one.to_bits() ^ two.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(two)) => (one.to_bits() ^ two.to_bits(), 128),
        _ => return false,
    };
    differing.checked_shr(n_all - n_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests;
