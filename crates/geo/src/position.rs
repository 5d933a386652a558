//! Positions on the earth: WGS-84 degrees, checked; distances; GCJ-02 undone.

use std::f64::consts::PI;

/// A position in WGS-84, in degrees, that a person can be at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

/// Why two numbers are no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AbsurdPosition {
    /// Not a number, or infinite.
    #[error("a coordinate is not a number")]
    NotANumber,
    /// Latitude outside -90 to 90.
    #[error("the latitude is outside -90 to 90")]
    Latitude,
    /// Longitude outside -180 to 180.
    #[error("the longitude is outside -180 to 180")]
    Longitude,
    /// What devices say that know no position.
    #[error("the position is 0, 0, which devices send that know none")]
    NullIsland,
}

/// In which system a device says where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Datum {
    /// As satellites say it.
    #[default]
    Wgs84,
    /// 火星坐标, as maps in China shift it.
    Gcj02,
}

/// Mean radius of the earth in km.
const EARTH_KM: f64 = 6371.0088;
/// So close to 0, 0 lies nothing but a buoy.
const NULL_ISLAND: f64 = 0.01;
/// Positions that are kept are rounded to so many parts of a degree: about a kilometre.
const KEPT_PARTS: f64 = 100.0;

impl Position {
    /// A position in degrees, north and east positive.
    ///
    /// # Errors
    /// [`AbsurdPosition`] by its name.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, AbsurdPosition> {
        if !latitude.is_finite() || !longitude.is_finite() {
            return Err(AbsurdPosition::NotANumber);
        }
        if latitude.abs() > 90.0 {
            return Err(AbsurdPosition::Latitude);
        }
        if longitude.abs() > 180.0 {
            return Err(AbsurdPosition::Longitude);
        }
        if latitude.abs() < NULL_ISLAND && longitude.abs() < NULL_ISLAND {
            return Err(AbsurdPosition::NullIsland);
        }
        Ok(Self { latitude, longitude })
    }

    /// The same of a device that speaks in `datum`.
    ///
    /// # Errors
    /// As [`Position::new`].
    pub fn told(datum: Datum, latitude: f64, longitude: f64) -> Result<Self, AbsurdPosition> {
        let said = Self::new(latitude, longitude)?;
        match datum {
            Datum::Wgs84 => Ok(said),
            Datum::Gcj02 => Ok(said.unshifted()),
        }
    }

    /// Degrees north.
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(&self) -> f64 {
        self.longitude
    }

    /// The position to about a kilometre, which is all that is kept of a person's.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let round = |degrees: f64| (degrees * KEPT_PARTS).round() / KEPT_PARTS;
        Self { latitude: round(self.latitude), longitude: round(self.longitude) }
    }

    /// The way along the surface to `other`, in km.
    pub fn distance_km(&self, other: &Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_north = ((to - from) / 2.0).sin();
        let half_east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let half = half_north.powi(2) + from.cos() * to.cos() * half_east.powi(2);
        2.0 * EARTH_KM * half.sqrt().min(1.0).asin()
    }

    /// Undoes the shift of GCJ-02, to less than a metre; outside China there is none.
    fn unshifted(self) -> Self {
        if !self.is_shifted() {
            return self;
        }
        let mut found = self;
        for _ in 0..6 {
            let (north, east) = found.shift();
            found.latitude = self.latitude - north;
            found.longitude = self.longitude - east;
        }
        found
    }

    /// The box in which maps shift positions.
    fn is_shifted(&self) -> bool {
        (0.8293..=55.8271).contains(&self.latitude) && (72.004..=137.8347).contains(&self.longitude)
    }

    /// How far GCJ-02 shifts a WGS-84 position, in degrees north and east. The numbers are those
    /// of the published reverse engineering; there is no standard to cite.
    fn shift(&self) -> (f64, f64) {
        /// Krasovsky 1940: the longer half axis in metres, and the eccentricity squared.
        const AXIS: f64 = 6_378_245.0;
        const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
        let (x, y) = (self.longitude - 105.0, self.latitude - 35.0);
        let root = x.abs().sqrt();
        let wave = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
        let north = -100.0
            + 2.0 * x
            + 3.0 * y
            + 0.2 * y * y
            + 0.1 * x * y
            + 0.2 * root
            + wave
            + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
            + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
        let east = 300.0
            + x
            + 2.0 * y
            + 0.1 * x * x
            + 0.1 * x * y
            + 0.1 * root
            + wave
            + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
            + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
        let latitude = self.latitude.to_radians();
        let magic = 1.0 - ECCENTRICITY * latitude.sin().powi(2);
        let meridian = AXIS * (1.0 - ECCENTRICITY) / magic.powf(1.5);
        let parallel = AXIS / magic.sqrt() * latitude.cos();
        ((north / meridian).to_degrees(), (east / parallel).to_degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_positions_are_refused_by_name() {
        for (latitude, longitude, why) in [
            (f64::NAN, 0.0, AbsurdPosition::NotANumber),
            (30.0, f64::INFINITY, AbsurdPosition::NotANumber),
            (90.1, 100.0, AbsurdPosition::Latitude),
            (-91.0, 200.0, AbsurdPosition::Latitude),
            (30.0, 180.5, AbsurdPosition::Longitude),
            (0.0, 0.0, AbsurdPosition::NullIsland),
            (-0.001, 0.009, AbsurdPosition::NullIsland),
        ] {
            assert_eq!(Position::new(latitude, longitude), Err(why));
        }
        for (latitude, longitude) in [(90.0, -180.0), (0.0, 100.0), (31.23, 121.47)] {
            assert!(Position::new(latitude, longitude).is_ok());
        }
    }

    /// Pairs that are published with several open implementations of the shift.
    #[test]
    fn gcj02_is_undone_to_a_metre() {
        for (wgs, gcj) in [
            ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
            ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
            ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ] {
            let shown = Position::new(gcj.0, gcj.1).unwrap();
            let there = Position::new(wgs.0, wgs.1).unwrap();
            let found = Position::told(Datum::Gcj02, gcj.0, gcj.1).unwrap();
            assert!((300.0..700.0).contains(&(shown.distance_km(&there) * 1000.0)));
            assert!(found.distance_km(&there) < 0.001, "{found:?}");
        }
        let seoul_is_shifted_and_paris_is_not = Position::told(Datum::Gcj02, 48.85, 2.35);
        assert_eq!(seoul_is_shifted_and_paris_is_not, Position::new(48.85, 2.35));
    }

    #[test]
    fn distances_are_those_of_an_atlas() {
        let at = |latitude, longitude| Position::new(latitude, longitude).unwrap();
        let (beijing, shanghai) = (at(39.9042, 116.4074), at(31.2304, 121.4737));
        assert!((beijing.distance_km(&shanghai) - 1068.0).abs() < 3.0);
        assert_eq!(beijing.distance_km(&beijing), 0.0);
        let half = at(0.0, 90.0).distance_km(&at(0.0, -90.0));
        assert!((half - PI * EARTH_KM).abs() < 0.001);
        assert_eq!(at(39.90421, 116.4074).rounded(), at(39.9, 116.41));
    }
}
