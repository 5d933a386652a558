//! Bodies of events as they are kept: compressed with a dictionary of what events usually say,
//! those that came one after the other together. The exact bytes that were hashed come back.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::codec::{Rest, put_number};
use crate::events::Event;
use crate::id::CaptureId;
use crate::many::Insert;
use crate::{Error, Result, Statement, Store, Value};

/// What events usually say, the most usual at the end. Bodies that are kept need it as it is.
const DICTIONARY: &[u8] = include_bytes!("bodies.txt");
const LEVEL: i32 = 1;

/// Bodies that are compressed together: whoever wants one unpacks all.
const MAX_BODIES: usize = 24;
const MAX_BYTES: usize = 14 << 10;
/// A body is at most as long as the largest document.
const MAX_UNPACKED_BYTES: usize = 1 << 30;

/// A body that stands alone, in its event's row.
pub(crate) fn pack_one(body: &[u8]) -> Vec<u8> {
    compressed(body)
}

/// Reads what [`pack_one`] wrote. Before bodies were compressed they were kept as they are.
pub(crate) fn unpack_one(bytes: &[u8]) -> Result<Vec<u8>> {
    match bytes.first() {
        Some(b'{') => Ok(bytes.to_vec()),
        _ => decompressed(bytes),
    }
}

/// Which bodies of a capture's events, in their order, are kept together: of each group its first
/// and how many.
pub(crate) fn groups(events: &[Event]) -> Vec<std::ops::Range<usize>> {
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    let mut n_bytes = 0;
    for (index, event) in events.iter().enumerate() {
        n_bytes += event.body.len();
        let follows = index.checked_sub(1).map(|before| &events[before]).is_some_and(|before| {
            before.capture_id == event.capture_id && before.capture_index < event.capture_index
        });
        match groups.last_mut() {
            Some(group) if follows && group.len() < MAX_BODIES && n_bytes <= MAX_BYTES => {
                group.end += 1;
            }
            _ => {
                n_bytes = event.body.len();
                groups.push(index..index + 1);
            }
        }
    }
    groups
}

static INSERT: Insert =
    Insert::new("insert into event_bodies (capture_id, first_index, bodies)", 3);

/// Statements that keep bodies together.
pub(crate) fn insert<'e>(groups: impl Iterator<Item = &'e [Event]>) -> Vec<Statement> {
    INSERT.rows(groups.filter_map(|events| {
        let first = events.first()?;
        Some([first.capture_id.into(), first.capture_index.into(), pack(events).into()])
    }))
}

/// How many, then of each how far it is from the one before in its capture and how long it is, then
/// the bodies: all that compressed.
fn pack(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 * MAX_BYTES);
    put_number(&mut bytes, events.len() as u64);
    let mut before = events[0].capture_index;
    for event in events {
        put_number(&mut bytes, event.capture_index.abs_diff(before).into());
        put_number(&mut bytes, event.body.len() as u64);
        before = event.capture_index;
    }
    events.iter().for_each(|event| bytes.extend(&event.body));
    compressed(&bytes)
}

/// Reads what [`pack`] wrote: gives each place in the capture with its body.
fn unpack(bytes: &[u8], first_index: u32, mut take: impl FnMut(u32, &[u8])) -> Result<()> {
    let bytes = decompressed(bytes)?;
    let mut rest = Rest(&bytes);
    let mut index = first_index;
    let mut heads = Vec::with_capacity(MAX_BODIES);
    for _ in 0..rest.small()? {
        index = index.saturating_add(rest.small()? as u32);
        heads.push((index, rest.number()?));
    }
    for (index, n_bytes) in heads {
        take(index, rest.part(n_bytes)?.0);
    }
    Ok(())
}

/// Adds their bodies to events that have none of their own.
pub(crate) async fn fill(store: &Store, events: &mut [Event]) -> Result<()> {
    let missing = events.iter().filter(|event| event.body.is_empty());
    let mut missing: Vec<Place> = missing.map(place_of).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    // Neighbours are asked for together, though what lies between is read in vain.
    let near = |a: &Place, b: &Place| a.0 == b.0 && a.1.abs_diff(b.1) <= MAX_BODIES as u32;
    let asked: Vec<(CaptureId, u32, u32)> = missing
        .chunk_by(near)
        .map(|places| (places[0].0, places[0].1, places[places.len() - 1].1))
        .collect();
    let mut bodies: BTreeMap<Place, Vec<u8>> = BTreeMap::new();
    for asked in asked.chunks(N_ASKED[N_ASKED.len() - 1]) {
        let (n_asked, text) = wanted_text(asked.len());
        let padded = asked.iter().chain(std::iter::repeat(&asked[0])).take(n_asked);
        let mut args: Vec<Value> = Vec::with_capacity(3 * n_asked);
        // The same again finds the same again, so what is asked for twice is let go of.
        for (nth, &(capture_id, first, last)) in padded.enumerate() {
            let last = if nth < asked.len() { i64::from(last) } else { -1 };
            args.extend([capture_id.into(), first.into(), last.into()]);
        }
        for row in store.rows(text, &args).await?.iter() {
            let (capture_id, first_index) = (CaptureId(row.int(0)?), row.uint(1)?);
            unpack(row.bytes(2)?, first_index, |index, body| {
                if missing.binary_search(&(capture_id, index)).is_ok() {
                    bodies.insert((capture_id, index), body.to_vec());
                }
            })?;
        }
    }
    for event in events.iter_mut().filter(|event| event.body.is_empty()) {
        let lost = || Error::corrupt("an event has lost its body");
        event.body = bodies.get(&place_of(event)).cloned().ok_or_else(lost)?;
    }
    Ok(())
}

/// Capture and place in it.
type Place = (CaptureId, u32);

fn place_of(event: &Event) -> Place {
    (event.capture_id, event.capture_index)
}

/// How many runs of places a statement may ask for; each text is kept.
const N_ASKED: [usize; 7] = [1, 2, 4, 6, 8, 11, 16];

/// The rows of so many runs of places or a few more, and how many that is; each run is given as
/// capture, first and last.
fn wanted_text(n_asked: usize) -> (usize, &'static str) {
    static TEXTS: OnceLock<[&'static str; N_ASKED.len()]> = OnceLock::new();
    let branch = |nth: usize| {
        let [capture, first, last] = [1, 2, 3].map(|n| format!("${}", 3 * nth + n));
        format!(
            "select capture_id, first_index, bodies from event_bodies
             where capture_id = {capture} and first_index <= {last}
               and first_index >= (select coalesce(max(first_index), 0) from event_bodies
                 where capture_id = {capture} and first_index <= {first})"
        )
    };
    // Seven texts in all, for the life of the process.
    let text = |n| &*(0..n).map(branch).collect::<Vec<_>>().join(" union all ").leak();
    let texts = TEXTS.get_or_init(|| N_ASKED.map(text));
    let nth = N_ASKED.partition_point(|n| *n < n_asked).min(N_ASKED.len() - 1);
    (N_ASKED[nth], texts[nth])
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    static ENCODER: OnceLock<EncoderDictionary<'static>> = OnceLock::new();
    thread_local! {
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    let dictionary = ENCODER.get_or_init(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
    COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = Compressor::with_prepared_dictionary(dictionary).ok();
        }
        let compressor = compressor.as_mut().expect("memory for a compressor");
        compressor.include_checksum(true).expect("zstd knows checksums");
        compressor.compress(bytes).expect("room for what was compressed is made for the worst")
    })
}

fn decompressed(bytes: &[u8]) -> Result<Vec<u8>> {
    static DECODER: OnceLock<DecoderDictionary<'static>> = OnceLock::new();
    thread_local! {
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> =
            const { RefCell::new(None) };
    }
    let broken = || Error::corrupt("a body cannot be unpacked");
    let n_bytes = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let n_bytes = n_bytes.and_then(|n| usize::try_from(n).ok()).ok_or_else(broken)?;
    if n_bytes > MAX_UNPACKED_BYTES {
        return Err(broken());
    }
    let dictionary = DECODER.get_or_init(|| DecoderDictionary::copy(DICTIONARY));
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        if decompressor.is_none() {
            *decompressor = Decompressor::with_prepared_dictionary(dictionary).ok();
        }
        let decompressor = decompressor.as_mut().ok_or_else(broken)?;
        decompressor.decompress(bytes, n_bytes).map_err(|_| broken())
    })
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// What was kept is read with the dictionary that it was kept with, for ever.
    #[test]
    fn the_dictionary_never_changes() {
        let digest: String =
            Sha256::digest(DICTIONARY).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "810429f60bb723ba7a351775079a364d5423e4bcf30af3587e62fd658725e87a");
    }

    #[test]
    fn what_is_broken_is_told() {
        let body = br#"{"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping"}"#;
        let packed = pack_one(body);
        assert_eq!(unpack_one(&packed).unwrap(), body);
        assert!(packed.len() < body.len());
        for place in 0..packed.len() {
            let mut broken = packed.clone();
            broken[place] ^= 1;
            if let Ok(read) = unpack_one(&broken) {
                assert_eq!(read, body, "{place}");
            }
        }
        assert_eq!(unpack_one(body).unwrap(), body, "as it was kept before");
    }
}
