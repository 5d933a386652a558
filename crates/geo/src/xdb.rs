//! ip2region xdb: segments of addresses and the text of each.
//!
//! Layout (little endian): a header of 256 bytes, an index of 512 KiB that we do not need, texts,
//! then segments of 14 bytes: first address, last address, length and place of the text. Version 2
//! is always IPv4; version 3 says so in its header and keeps the rest.

use crate::Error;

/// Bytes of the header.
const HEADER_BYTES: usize = 256;
const SEGMENT_BYTES: usize = 14;

/// One run of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// `国家|区域|省|市|ISP`, with `0` for what is not known.
    pub(crate) text: &'a str,
    /// Where the text is; equal texts share their place.
    pub(crate) text_at: u32,
}

/// A file whose segments all lie inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Xdb<'a> {
    bytes: &'a [u8],
    segments: &'a [u8],
    /// When it was made, in seconds since the epoch.
    pub(crate) made_at_s: u32,
}

impl<'a> Xdb<'a> {
    /// Reads the header.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let wrong = |why: &'static str| Error::NotXdb { why };
        let header = bytes.get(..HEADER_BYTES).ok_or(wrong("it is shorter than a header"))?;
        let number = |at: usize| u32_at(header, at).unwrap_or_default();
        match (number(0) & 0xFFFF, number(16) & 0xFFFF) {
            (2, _) | (3, 4) => {}
            (3, 6) => return Err(wrong("it holds IPv6, and only IPv4 is read from xdb files")),
            _ => return Err(wrong("its version is neither 2 nor 3")),
        }
        let (first, last) = (number(8) as usize, number(12) as usize);
        let segments = last.checked_add(SEGMENT_BYTES).and_then(|end| bytes.get(first..end));
        let segments = segments.ok_or(wrong("its segments lie outside"))?;
        if first < HEADER_BYTES || !segments.len().is_multiple_of(SEGMENT_BYTES) {
            return Err(wrong("its segments are cut"));
        }
        Ok(Self { bytes, segments, made_at_s: number(4) })
    }

    /// The segments in their order; one that is broken ends the file.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Result<Segment<'a>, Error>> {
        let bytes = self.bytes;
        self.segments.chunks_exact(SEGMENT_BYTES).map(move |segment| {
            read(bytes, segment).ok_or(Error::NotXdb { why: "a segment points outside" })
        })
    }
}

fn read<'a>(bytes: &'a [u8], segment: &[u8]) -> Option<Segment<'a>> {
    let n_text = u16::from_le_bytes(segment.get(8..10)?.try_into().ok()?);
    let (first, last, text_at) = (u32_at(segment, 0)?, u32_at(segment, 4)?, u32_at(segment, 10)?);
    let text = bytes.get(text_at as usize..)?.get(..usize::from(n_text))?;
    let text = std::str::from_utf8(text).ok()?;
    (first <= last).then_some(Segment { first, last, text, text_at })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..)?.get(..4)?.try_into().ok()?))
}
