//! Addresses of networks: which of them anyone on the internet may have (RFC 6890 and the
//! registries of special addresses at IANA), and ranges of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses that share their first bits (CIDR, RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    first: IpAddr,
    n_bits: u32,
}

/// Why a text is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an address or a range as in 10.1.0.0/16")]
pub struct NotANetwork;

impl Network {
    /// The range around an address whose addresses share `n_bits`: at most 32 in IPv4, 128 in IPv6.
    pub fn around(address: IpAddr, n_bits: u32) -> Self {
        let first = match address.to_canonical() {
            IpAddr::V4(v4) => {
                let rest = u32::MAX.checked_shr(n_bits).unwrap_or(0);
                IpAddr::V4((v4.to_bits() & !rest).into())
            }
            IpAddr::V6(v6) => {
                let rest = u128::MAX.checked_shr(n_bits).unwrap_or(0);
                IpAddr::V6((v6.to_bits() & !rest).into())
            }
        };
        Self { first, n_bits }
    }

    /// Whether an address lies in it; an IPv4 address in the clothes of IPv6 is the IPv4 address.
    pub fn has(&self, address: IpAddr) -> bool {
        in_range(address.to_canonical(), self.first, self.n_bits)
    }

    /// Its first address.
    pub fn first(&self) -> IpAddr {
        self.first
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, n_bits) = match text.split_once('/') {
            Some((address, n_bits)) => (address, Some(n_bits.parse().map_err(|_| NotANetwork)?)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let n_bits: u32 = n_bits.unwrap_or(most);
        if n_bits > most {
            return Err(NotANetwork);
        }
        // IPv4 in the clothes of IPv6 is IPv4, of which its last 32 bits tell.
        match (first, first.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(v4)) => {
                let n_bits = n_bits.checked_sub(96).ok_or(NotANetwork)?;
                Ok(Self { first: v4.into(), n_bits })
            }
            _ => Ok(Self { first, n_bits }),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.n_bits)
    }
}

/// Whether anyone on the internet may have the address.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
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
