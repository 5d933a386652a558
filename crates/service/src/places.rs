//! Where scans are: an address or a position to what rules and readers are told of it.

use std::net::IpAddr;

use geo::{Country, Place, Position};
use verdict::{Area, Confidence, Spot};

use crate::Service;

impl Service {
    /// Where an address is; none if that is not known, which is so without data about places.
    pub fn spot_of(&self, address: IpAddr) -> Option<Spot> {
        let places = self.places()?;
        spot(places, &places.of_address(address)?)
    }

    /// Where a position is that a person agreed to send from an address, to about a kilometre.
    /// Where both contradict each other it is the place of the address still, at a low confidence,
    /// since neither can be relied on.
    pub fn spot_at(&self, position: Position, address: Option<IpAddr>) -> Option<Spot> {
        let places = self.places()?;
        let seen = address.and_then(|address| places.of_address(address));
        let told = places.of_position(position.rounded(), seen.as_ref());
        match seen.filter(|_| told.confidence == geo::Confidence::Low) {
            Some(seen) => spot(places, &Place { confidence: told.confidence, ..seen }),
            None => spot(places, &told),
        }
    }
}

/// The city of a place, or the province or the country if no more is known: counties of people are
/// nobody's business.
fn spot(places: &geo::Places, place: &Place) -> Option<Spot> {
    let (area, is_city) = match (place.division, place.country) {
        (Some(division), _) => {
            let area = Area::parse(places.city_of(&division).as_str())?;
            (area, area.city().is_some())
        }
        // Somewhere in China is nowhere.
        (None, None | Some(Country::CHINA)) => return None,
        (None, Some(country)) => (Area::parse(country.code())?, true),
    };
    let confidence = match place.confidence {
        geo::Confidence::Low => Confidence::Low,
        geo::Confidence::Medium => Confidence::Middle,
        geo::Confidence::High => Confidence::High,
    };
    // The middle of a province is far from most of it.
    let position = place.position.filter(|_| is_city).and_then(|position| {
        let e6 = |degrees: f64| (degrees * 1e6).round() as i32;
        verdict::Position::new(e6(position.latitude()), e6(position.longitude()))
    });
    Some(Spot { area, position, confidence })
}
