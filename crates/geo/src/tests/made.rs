//! Small files in the formats that are read, written after their descriptions.

use std::net::{IpAddr, Ipv4Addr};

pub(super) const CITIES: &str = r#"{"type":"FeatureCollection","features":[
{"geometry":{"type":"MultiPolygon","coordinates":[]},"properties":{"name":"深圳市","gb":"156440300"}},
{"geometry":{"type":"MultiPolygon","coordinates":[]},"properties":{"name":"广州市","gb":"156440100"}},
{"geometry":{"type":"MultiPolygon","coordinates":[]},"properties":{"name":"仙桃市","gb":"156429004"}},
{"geometry":{"type":"MultiPolygon","coordinates":[]},"properties":{"name":"上海市","gb":"156310000"}},
{"geometry":{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]},"properties":{"name":"境界线","gb":""}}
]}"#;

/// One county with a hole and an island, and a line.
pub(super) const COUNTIES: &str = r#"{"type":"FeatureCollection","features":[
{"geometry":{"type":"MultiPolygon","coordinates":[[[[114.0,22.4],[114.3,22.4],[114.3,22.8],[114.0,22.8],[114.0,22.4]],[[114.1,22.6],[114.2,22.6],[114.2,22.7],[114.1,22.7],[114.1,22.6]]],[[[114.4,22.4],[114.5,22.4],[114.5,22.5],[114.4,22.5],[114.4,22.4]]]]},"properties":{"name":"福田区","gb":"156440304"}},
{"geometry":{"type":"Polygon","coordinates":[[[113.4,30.3],[113.5,30.3],[113.5,30.4],[113.4,30.3]]]},"properties":{"name":"仙桃市","gb":"156429004"}},
{"geometry":{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]},"properties":{"name":"境界线","gb":""}}
]}"#;

/// An xdb file of version 2 without its index.
pub(super) fn xdb(segments: &[(&str, &str, &str)]) -> Vec<u8> {
    let number = |text: &str| text.parse::<Ipv4Addr>().unwrap().to_bits();
    let mut bytes = vec![0; 256];
    let mut rows = Vec::new();
    for (first, last, text) in segments {
        rows.extend(number(first).to_le_bytes());
        rows.extend(number(last).to_le_bytes());
        rows.extend((text.len() as u16).to_le_bytes());
        rows.extend((bytes.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let first = bytes.len() as u32;
    bytes[0] = 2;
    bytes[4..8].copy_from_slice(&1_709_087_558u32.to_le_bytes());
    bytes[8..12].copy_from_slice(&first.to_le_bytes());
    bytes[12..16].copy_from_slice(&(first + rows.len() as u32 - 14).to_le_bytes());
    bytes.extend(rows);
    bytes
}

/// First address, bits of its network, then what is said of it.
type Row<'a> = (&'a str, u32, &'a str, &'a str, &'a str, f64, f64);

/// An mmdb file (MaxMind DB 2.0) with records of 24 bits.
pub(super) fn mmdb(version: u16, rows: &[Row<'_>]) -> Vec<u8> {
    const EMPTY: i64 = -1;
    let mut nodes = vec![[EMPTY; 2]];
    let mut data = Vec::new();
    for (first, n_bits, country, state, city, latitude, longitude) in rows {
        let bits = match first.parse::<IpAddr>().unwrap() {
            IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let mut at = 0;
        for depth in 0..*n_bits {
            let side = (bits >> (127 - depth) & 1) as usize;
            if depth + 1 == *n_bits {
                nodes[at][side] = -2 - data.len() as i64;
            } else if nodes[at][side] < 0 {
                nodes.push([EMPTY; 2]);
                nodes[at][side] = nodes.len() as i64 - 1;
                at = nodes.len() - 1;
            } else {
                at = nodes[at][side] as usize;
            }
        }
        data.push(0xE5);
        for (key, value) in [("country_code", country), ("state1", state), ("city", city)] {
            text(&mut data, key);
            text(&mut data, value);
        }
        for (key, value) in [("latitude", latitude), ("longitude", longitude)] {
            text(&mut data, key);
            data.extend([0x04, 8]);
            data.extend((*value as f32).to_be_bytes());
        }
    }
    let n_nodes = nodes.len() as i64;
    let record = |value: i64| match value {
        EMPTY => n_nodes,
        node @ 0.. => node,
        at => n_nodes + 16 + (-2 - at),
    };
    let tree = nodes.iter().flatten().flat_map(|it| record(*it).to_be_bytes()[5..].to_vec());
    let mut bytes: Vec<u8> = tree.collect();
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    metadata(&mut bytes, version, n_nodes as u32);
    bytes
}

fn metadata(bytes: &mut Vec<u8>, version: u16, n_nodes: u32) {
    bytes.push(0xE9);
    let mut number = |key: &str, value: &[u8]| {
        text(bytes, key);
        bytes.extend(value);
    };
    number("node_count", &[&[0xC4], &n_nodes.to_be_bytes()[..]].concat());
    number("record_size", &[0xA1, 24]);
    number("ip_version", &[0xA1, version as u8]);
    number("binary_format_major_version", &[0xA1, 2]);
    number("binary_format_minor_version", &[0xA0]);
    // An extended type: a 64-bit number of four bytes; an empty list; an empty map.
    number("build_epoch", &[0x04, 2, 0x6A, 0x21, 0x0F, 0x0A]);
    number("languages", &[0x00, 4]);
    number("description", &[0xE0]);
    text(bytes, "database_type");
    text(bytes, "City");
}

/// A string of up to 283 bytes.
fn text(bytes: &mut Vec<u8>, text: &str) {
    match text.len() {
        n @ 0..29 => bytes.push(0x40 | n as u8),
        n => bytes.extend([0x40 | 29, (n - 29) as u8]),
    }
    bytes.extend(text.as_bytes());
}
