//! DB-IP city files in the MaxMind format: what they say of an address.

use std::net::IpAddr;

use schemes::PROVINCES;
use serde::Deserialize;

use crate::boundaries::whole;
use crate::ranges::Said;
use crate::{Country, Error, Position};

/// One file, for IPv4 or for IPv6.
pub(crate) struct Mmdb {
    reader: maxminddb::Reader<Vec<u8>>,
}

/// What a file says of an address, beside the country and the province.
pub(crate) struct Record<'a> {
    pub(crate) said: Said,
    pub(crate) city: Option<&'a str>,
    pub(crate) position: Option<Position>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    country_code: Option<&'a str>,
    #[serde(borrow)]
    state1: Option<&'a str>,
    #[serde(borrow)]
    city: Option<&'a str>,
    latitude: Option<f32>,
    longitude: Option<f32>,
}

impl Mmdb {
    pub(crate) fn parse(bytes: Vec<u8>) -> Result<Self, Error> {
        let reader = maxminddb::Reader::from_source(bytes).map_err(Error::NotMmdb)?;
        Ok(Self { reader })
    }

    /// When the file was made, in seconds since the epoch.
    pub(crate) fn made_at_s(&self) -> u64 {
        self.reader.metadata().build_epoch
    }

    /// What is said of an address; nothing where the file is silent or broken.
    pub(crate) fn find(&self, address: IpAddr) -> Option<Record<'_>> {
        let row: Row<'_> = self.reader.lookup(address).ok()?.decode().ok()??;
        let code = row.country_code?;
        let province = match code {
            "HK" => Some("81"),
            "MO" => Some("82"),
            "TW" => Some("71"),
            "CN" => None,
            _ => {
                let said = Said { country: Country::of_code(code), division: None };
                return Some(Record { said, city: row.city, position: position(&row) });
            }
        };
        let is_it = |it: &&schemes::Province| {
            province.map_or(row.state1 == Some(it.en), |code| it.code == code)
        };
        let division = PROVINCES.iter().find(is_it).map(whole);
        let said = Said { country: Some(Country::CHINA), division };
        Some(Record { said, city: None, position: position(&row) })
    }
}

fn position(row: &Row<'_>) -> Option<Position> {
    Position::new(row.latitude?.into(), row.longitude?.into()).ok()
}
