//! `cargo xtask bench NAME`: what the product does per second, always beside a rival that is
//! measured in the same run.
//!
//! Each figure is one JSON object a line on standard output; facts about the machine go to
//! standard error.
//! Benches need the crates they measure and their rivals, so they stand behind the feature
//! `bench`: the everyday build of `xtask` stays small, and hands over to an optimised one.

#[cfg(feature = "bench")]
mod capture;
#[cfg(feature = "bench")]
mod client;
#[cfg(feature = "bench")]
mod csv;
#[cfg(feature = "bench")]
mod diversion;
#[cfg(feature = "bench")]
mod enumerators;
#[cfg(feature = "bench")]
mod epcis;
#[cfg(feature = "bench")]
mod geo;
#[cfg(feature = "bench")]
mod hash;
#[cfg(feature = "bench")]
mod history;
#[cfg(feature = "bench")]
mod identifiers;
#[cfg(feature = "bench")]
mod line;
#[cfg(feature = "bench")]
mod mint;
#[cfg(feature = "bench")]
mod queries;
#[cfg(feature = "bench")]
mod scan;
#[cfg(feature = "bench")]
pub(crate) mod server;
#[cfg(feature = "bench")]
mod stream;
#[cfg(feature = "bench")]
mod trace;
#[cfg(feature = "bench")]
mod verdict;
#[cfg(feature = "bench")]
mod world;

use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::shell;

/// The allocator of the product, for the product and for its rivals.
#[cfg(feature = "bench")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the command line of `bench` says.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct Options {
    name: Name,
    /// Add the sizes that take long.
    #[arg(long)]
    pub(crate) full: bool,
    /// The seed of whatever is drawn at random.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Of `epcis`, one part alone.
    #[arg(long)]
    pub(crate) only: Option<Part>,
}

#[derive(ValueEnum, Clone, Copy)]
enum Name {
    /// Codes per second, against raw AES, the `fpe` crate and a unique index.
    Mint,
    /// Print files and orders of 10^9 codes.
    Csv,
    /// Scans over HTTP, beside a bare handler.
    Scan,
    /// EPCIS events over HTTP, beside one indexed table.
    Capture,
    /// Reading, judging and hashing EPCIS events, beside a bare JSON parser.
    Epcis,
    /// Backward and recall, beside recursive CTEs.
    Trace,
    /// What rules find in a labelled population, and whom they trouble for nothing.
    Verdict,
    /// Places of addresses, beside a reader of one file alone.
    Geo,
}

/// The parts of `bench epcis`, in the order in which they run.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Reading and judging events.
    Event,
    /// Hashing events.
    Hash,
    /// Reading GS1 identifiers.
    Identifiers,
    /// Memory while a document of 100 MiB is captured.
    Stream,
    /// Queries over 10^5, 10^6 and 10^7 events on SQLite.
    Queries,
    /// Queries over 10^6 events on PostgreSQL.
    Postgres,
}

/// Measures, in the optimised build.
pub(crate) fn run(options: Options) -> Result<()> {
    if cfg!(debug_assertions) || !cfg!(feature = "bench") {
        return hand_over(options);
    }
    describe_machine()?;
    measure(options)
}

#[cfg(feature = "bench")]
fn measure(options: Options) -> Result<()> {
    match options.name {
        Name::Mint => mint::run(options),
        Name::Csv => csv::run(options),
        Name::Scan => scan::run(options),
        Name::Capture => capture::run(options),
        Name::Epcis => epcis::run(options),
        Name::Trace => trace::run(options),
        Name::Verdict => verdict::run(options),
        Name::Geo => geo::run(options),
    }
}

#[cfg(not(feature = "bench"))]
fn measure(_options: Options) -> Result<()> {
    unreachable!("without the feature `bench` the caller hands over")
}

/// Becomes the optimised build of this program.
fn hand_over(options: Options) -> Result<()> {
    let name = options.name.to_possible_value().expect("no bench is hidden");
    let seed = options.seed.to_string();
    let build = ["run", "--release", "--quiet", "--package", "xtask", "--features", "bench", "--"];
    let mut command = shell::command("cargo", &build);
    command.args(["bench", name.get_name(), "--seed", &seed]);
    if options.full {
        command.arg("--full");
    }
    if let Some(part) = options.only.and_then(|part| part.to_possible_value()) {
        command.args(["--only", part.get_name()]);
    }
    eprintln!("$ {}", shell::line(&command));
    Err(command.exec()).context("cannot run cargo")
}

/// One line of what any figure depends on.
fn describe_machine() -> Result<()> {
    let cpu_info = std::fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let cpu = cpu_info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let n_cores = std::thread::available_parallelism()?;
    let rustc = shell::read(&mut shell::command("rustc", &["--version"]))?;
    let date = shell::read(&mut shell::command("date", &["-u", "+%Y-%m-%d"]))?;
    eprintln!("# {cpu}, {n_cores} cores, {}, {}", rustc.trim(), date.trim());
    Ok(())
}
