//! IPv4 addresses to what is known of them in China and beside it, from an xdb file.
//!
//! All that is kept of 720,000 segments is where each begins and the number of its answer: 4 MB,
//! and a look-up is a binary search inside the addresses that share two bytes.

use std::collections::HashMap;

use schemes::{Division, DivisionLevel};

use crate::boundaries::Divisions;
use crate::xdb::Xdb;
use crate::{Country, Error};

/// What a source says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Said {
    pub(crate) country: Option<Country>,
    /// A province or a city; in China only.
    pub(crate) division: Option<Division>,
}

/// Every IPv4 address.
pub(crate) struct Ranges {
    /// First addresses, ascending, beginning with 0.
    firsts: Vec<u32>,
    /// For each of them the number of its answer.
    answers: Vec<u16>,
    said: Vec<Said>,
    /// Where the addresses of the first two bytes begin in `firsts`, and the end.
    pages: Vec<u32>,
    /// When the file was made, in seconds since the epoch.
    pub(crate) made_at_s: u32,
}

impl Ranges {
    /// Reads a file; cities are known by the names that `divisions` has.
    pub(crate) fn parse(bytes: &[u8], divisions: &Divisions) -> Result<Self, Error> {
        let xdb = Xdb::parse(bytes)?;
        let mut by_text = HashMap::new();
        let mut numbers = HashMap::from([(Said::default(), 0u16)]);
        let mut ranges = Self {
            firsts: vec![0],
            answers: vec![0],
            said: vec![Said::default()],
            pages: Vec::new(),
            made_at_s: xdb.made_at_s,
        };
        let mut next = 0u64;
        for segment in xdb.segments() {
            let segment = segment?;
            if u64::from(segment.first) < next {
                return Err(Error::NotXdb { why: "its segments are out of order" });
            }
            // Places and lengths of texts come together; who writes them apart pays with time.
            let key = (segment.text_at, segment.text.len());
            let said = *by_text.entry(key).or_insert_with(|| said(segment.text, divisions));
            let n_said = numbers.len();
            let number = *numbers.entry(said).or_insert_with(|| {
                ranges.said.push(said);
                u16::try_from(n_said).unwrap_or_default()
            });
            if u64::from(segment.first) > next {
                ranges.add(next, 0);
            }
            ranges.add(u64::from(segment.first), number);
            next = u64::from(segment.last) + 1;
        }
        ranges.add(next, 0);
        ranges.index();
        Ok(ranges)
    }

    /// What is said of an address.
    pub(crate) fn find(&self, address: u32) -> Said {
        let page = (address >> 16) as usize;
        let (from, to) = (self.pages[page] as usize, self.pages[page + 1] as usize);
        let n_before = self.firsts[from..to].partition_point(|first| *first <= address);
        // The run that begins before this page reaches into it.
        let at = (from + n_before).saturating_sub(1);
        self.said[usize::from(self.answers[at])]
    }

    /// From `first` on the answer is another, until the next.
    fn add(&mut self, first: u64, number: u16) {
        let Ok(first) = u32::try_from(first) else { return };
        let last = self.answers.len() - 1;
        if self.firsts[last] == first {
            self.answers[last] = number;
        } else if self.answers[last] != number {
            self.firsts.push(first);
            self.answers.push(number);
        }
    }

    fn index(&mut self) {
        self.firsts.shrink_to_fit();
        self.answers.shrink_to_fit();
        let mut at = 0;
        self.pages = (0..=1u64 << 16)
            .map(|page| {
                while self.firsts.get(at).is_some_and(|first| u64::from(*first) < page << 16) {
                    at += 1;
                }
                at as u32
            })
            .collect();
    }
}

/// What `国家|区域|省|市|ISP` says.
fn said(text: &str, divisions: &Divisions) -> Said {
    let mut parts = text.split('|');
    let mut next = || parts.next().filter(|part| !part.is_empty() && *part != "0");
    let (country, _, province, city) = (next(), next(), next(), next());
    let country = country.and_then(Country::of_chinese);
    if country != Some(Country::CHINA) {
        return Said { country, division: None };
    }
    let province = province.and_then(|name| divisions.named(name, None));
    let division = province.map(|province| {
        let city = city.and_then(|name| divisions.named(name, Some(&province)));
        city.filter(|city| city.at(DivisionLevel::Province) == province).unwrap_or(province)
    });
    Said { country, division }
}
