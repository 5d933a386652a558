//! The part of `bench epcis` that reads GS1 identifiers: element strings and Digital Links, on one
//! core, with all their values checked.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use gs1::digital_link::DigitalLink;
use gs1::element_string::ElementString;

use super::line::emit;

const SYMBOL: &str = "^010952123454321310ABC123^2112345ABCDE^17261231";
const LINK: &str = "https://example.com/01/09521234543213/10/ABC123/21/12345ABCDE?17=261231";

/// Each side runs this many times and keeps its best, since other work disturbs most windows.
const N_WINDOWS: usize = 100;
const CALLS_A_WINDOW: u32 = 5_000;

pub(super) fn run() -> Result<()> {
    let symbols = rate(|| {
        let elements = ElementString::fnc1(black_box(SYMBOL)).expect("the symbol is right");
        black_box(elements.check_associations()).expect("its elements belong together");
    });
    emit("gs1/element_string", symbols, "calls/s/core", None, None)?;
    let links = rate(|| drop(black_box(DigitalLink::parse(black_box(LINK)))));
    emit("gs1/digital_link", links, "calls/s/core", None, None)?;
    Ok(())
}

/// Calls a second in the best window.
fn rate(mut call: impl FnMut()) -> f64 {
    let windows = (0..N_WINDOWS).map(|_| {
        let started = Instant::now();
        (0..CALLS_A_WINDOW).for_each(|_| call());
        started.elapsed()
    });
    let best = windows.min().unwrap_or(Duration::MAX);
    f64::from(CALLS_A_WINDOW) / best.as_secs_f64()
}
