//! Where a scan was, as far as rules need to know.
//!
//! Addresses of networks lead to the wrong city often and to the wrong province for about one in
//! sixteen, so a place carries how far it can be trusted, and none of low confidence ever counts.

use std::fmt;

/// A GB/T 2260 division, or another country by its ISO 3166-1 letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Six digits, the last two or four of which may be zero: a city or a province.
    Division(u32),
    /// Two capital letters.
    Country([u8; 2]),
}

/// Provinces that are one city, by their first two digits.
const CITIES: [u32; 7] = [11, 12, 31, 50, 71, 81, 82];

impl Area {
    /// Six digits that do not begin with zero, or two capital letters.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => {
                Some(Self::Country([*a, *b]))
            }
            [b'1'..=b'8', rest @ ..] if rest.len() == 5 && rest.iter().all(u8::is_ascii_digit) => {
                text.parse().ok().map(Self::Division)
            }
            _ => None,
        }
    }

    /// The province of a division; of another country, the country.
    #[must_use]
    pub fn province(self) -> Self {
        match self {
            Self::Division(code) => Self::Division(code / 10_000 * 10_000),
            Self::Country(_) => self,
        }
    }

    /// The city of a division; none if only the province is known. A country counts as a city.
    #[must_use]
    pub fn city(self) -> Option<Self> {
        match self {
            Self::Division(code) if CITIES.contains(&(code / 10_000)) => Some(self.province()),
            Self::Division(code) if code % 10_000 == 0 => None,
            Self::Division(code) => Some(Self::Division(code / 100 * 100)),
            Self::Country(_) => Some(self),
        }
    }

    /// Whether it lies in `outer` or is `outer`.
    #[must_use]
    pub fn is_in(self, outer: Self) -> bool {
        match (self, outer) {
            (Self::Division(code), Self::Division(outer)) => {
                let zeros = if outer % 10_000 == 0 { 10_000 } else { 100 };
                let zeros = if outer % 100 == 0 { zeros } else { 1 };
                code / zeros == outer / zeros
            }
            _ => self == outer,
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Division(code) => write!(f, "{code:06}"),
            Self::Country([a, b]) => write!(f, "{}{}", char::from(*a), char::from(*b)),
        }
    }
}

/// A point on the earth (WGS 84), in 10^-6 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    latitude_e6: i32,
    longitude_e6: i32,
}

/// Kilometres of the mean radius of the earth.
const EARTH_KM: f64 = 6371.0;

impl Position {
    /// A point: latitude within ±90 degrees, longitude within ±180.
    pub fn new(latitude_e6: i32, longitude_e6: i32) -> Option<Self> {
        let is_there =
            latitude_e6.unsigned_abs() <= 90_000_000 && longitude_e6.unsigned_abs() <= 180_000_000;
        is_there.then_some(Self { latitude_e6, longitude_e6 })
    }

    /// Degrees north, in 10^-6.
    pub fn latitude_e6(self) -> i32 {
        self.latitude_e6
    }

    /// Degrees east, in 10^-6.
    pub fn longitude_e6(self) -> i32 {
        self.longitude_e6
    }

    /// Kilometres to another point along the great circle.
    pub fn km_to(self, other: Self) -> f64 {
        let radians = |e6: i32| f64::from(e6).to_radians() * 1e-6;
        let (from, to) = (radians(self.latitude_e6), radians(other.latitude_e6));
        let east = radians(other.longitude_e6) - radians(self.longitude_e6);
        let (half_north, half_east) = (((to - from) / 2.0).sin(), (east / 2.0).sin());
        let part = half_north * half_north + from.cos() * to.cos() * half_east * half_east;
        2.0 * EARTH_KM * part.sqrt().min(1.0).asin()
    }
}

/// How far a place can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A mobile gateway, a proxy, a data centre: says nothing of where the phone is.
    Low,
    /// One network address: right for most, and wrong for too many to decide alone.
    Middle,
    /// A position that the device told with its owner's consent.
    High,
}

impl Confidence {
    /// Every confidence, the least first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Middle, Self::High];

    /// Kilometres by which such a place may be wrong.
    pub(crate) fn error_km(self) -> f64 {
        match self {
            // A city and its surroundings.
            Self::Low | Self::Middle => 60.0,
            Self::High => 5.0,
        }
    }
}

/// Where a scan was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The city or the province, or the country.
    pub area: Area,
    /// The point, or the middle of the city.
    pub position: Option<Position>,
    /// How far this can be trusted.
    pub confidence: Confidence,
}
