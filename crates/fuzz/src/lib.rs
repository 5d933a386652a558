//! Mutates inputs and feeds them to a parser, inside a test.
//!
//! There is no coverage: an input that the parser accepts joins the corpus, so that what is built
//! on it goes deeper than what chance alone would find.
//! The same seeds give the same inputs on every machine.
//! In the suite each target gets a fixed number of inputs; `cargo xtask soak` gives it seconds.
//! Each target prints a line that says how many inputs it had, for how long, and how many of them
//! were accepted.

mod testing;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// Inputs of each target in the suite.
const DEFAULT_RUNS: u64 = 5_000;
/// How many inputs pass between two looks at the time.
const RUNS_A_LOOK: u64 = 64;
/// The most inputs in the corpus, and the most bytes of an input.
const MAX_CORPUS: usize = 512;
const MAX_BYTES: usize = 2048;

/// What a target thought of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The parser took it.
    Accepted,
    /// The parser said what is wrong with it.
    Refused,
}

impl From<bool> for Outcome {
    fn from(is_accepted: bool) -> Self {
        if is_accepted { Outcome::Accepted } else { Outcome::Refused }
    }
}

/// Feeds mutations of `seeds` to `target`, which panics if something is wrong; the input is then
/// printed.
pub fn bytes(seeds: &[&[u8]], target: impl Fn(&[u8]) -> Outcome) {
    let mut fuzzer = Fuzzer::new(seeds);
    let (started, seconds) = (Instant::now(), testing::seconds());
    let (mut n_runs, mut n_accepted) = (0, 0);
    while goes_on(n_runs, started, seconds) {
        let input = fuzzer.next();
        n_runs += 1;
        match catch_unwind(AssertUnwindSafe(|| target(&input))) {
            Ok(Outcome::Accepted) => {
                n_accepted += 1;
                fuzzer.keep(input);
            }
            Ok(Outcome::Refused) => {}
            Err(panic) => {
                eprintln!("the input was {:?}", String::from_utf8_lossy(&input));
                eprintln!("in bytes: {input:02x?}");
                resume_unwind(panic);
            }
        }
    }
    let name = std::thread::current().name().unwrap_or("fuzz").to_owned();
    let ran = started.elapsed().as_secs();
    println!("fuzzed {name}: {n_runs} inputs in {ran} s, {n_accepted} accepted");
}

fn goes_on(n_runs: u64, started: Instant, seconds: Option<u64>) -> bool {
    match seconds {
        None => n_runs < DEFAULT_RUNS,
        Some(_) if !n_runs.is_multiple_of(RUNS_A_LOOK) => true,
        Some(seconds) => started.elapsed() < Duration::from_secs(seconds),
    }
}

/// As [`bytes`], for parsers of text.
pub fn text(seeds: &[&str], target: impl Fn(&str) -> Outcome) {
    let seeds: Vec<&[u8]> = seeds.iter().map(|seed| seed.as_bytes()).collect();
    bytes(&seeds, |input| target(&String::from_utf8_lossy(input)));
}

struct Fuzzer {
    state: u64,
    corpus: Vec<Vec<u8>>,
    n_seeds: usize,
}

impl Fuzzer {
    fn new(seeds: &[&[u8]]) -> Self {
        let corpus: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
        Self { state: 0x9E37_79B9_7F4A_7C15, n_seeds: corpus.len(), corpus }
    }

    /// A number below `limit`, which is not 0 (SplitMix64).
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn pick(&mut self) -> Vec<u8> {
        match self.corpus.len() {
            0 => Vec::new(),
            n_inputs => {
                let at = self.below(n_inputs);
                self.corpus[at].clone()
            }
        }
    }

    /// Seeds stay; what else was accepted is replaced at random.
    fn keep(&mut self, input: Vec<u8>) {
        if self.corpus.len() < MAX_CORPUS {
            self.corpus.push(input);
        } else if self.n_seeds < MAX_CORPUS {
            let at = self.n_seeds + self.below(MAX_CORPUS - self.n_seeds);
            self.corpus[at] = input;
        }
    }

    fn next(&mut self) -> Vec<u8> {
        let mut input = self.pick();
        for _ in 0..=self.below(4) {
            self.mutate(&mut input);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = at + self.below(input.len() - at + 1);
        match self.below(8) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.character(),
            2 => input.insert(at, self.character()),
            3 => drop(input.drain(at..end)),
            // A piece again, here or elsewhere.
            4 => {
                let piece = input[at..end].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            // A piece of another input in the place of one of this.
            5 => {
                let other = self.pick();
                let from = self.below(other.len() + 1);
                let to = from + self.below(other.len() - from + 1);
                input.splice(at..end, other[from..to].iter().copied());
            }
            6 => {
                let digit = b'0' + self.below(10) as u8;
                input.insert(at, digit);
            }
            _ => input.truncate(at),
        }
    }

    /// Mostly ASCII, sometimes any byte.
    fn character(&mut self) -> u8 {
        match self.below(8) {
            0 => self.below(256) as u8,
            1 => b"()^/?&=%.:]|\\\x1d\0#"[self.below(16)],
            _ => b' ' + self.below(95) as u8,
        }
    }
}

#[cfg(test)]
mod tests;
