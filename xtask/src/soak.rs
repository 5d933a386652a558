//! `cargo xtask soak`: the properties and fuzz targets of the pure crates, for hours instead of
//! seconds.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell;
use crate::tidy::PURE;

/// Cases of each property; the gate runs proptest's default of 256.
const CASES: &str = "100000";

/// The crates that have fuzz targets: tests in a module `fuzz`.
const FUZZED: &[&str] = &["gs1", "schemes", "epcis"];
const TARGETS: &str = "test(/(^|::)fuzz::/)";

/// What to run; without a choice, everything.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run the fuzz targets only.
    #[arg(long)]
    fuzz: bool,
    /// Seconds that the fuzz targets share, one after the other.
    #[arg(long, default_value_t = 3600)]
    seconds: u64,
}

/// Runs the tests of the pure crates at length: the fuzz targets as the gate builds them, where
/// overflows are checked, the properties optimised.
pub(crate) fn run(options: &Options) -> Result<()> {
    fuzz(options.seconds)?;
    if options.fuzz {
        return Ok(());
    }
    let mut command = shell::command("cargo", &["nextest", "run", "--profile", "soak"]);
    command.args(["--cargo-profile", "release", "--no-fail-fast", "-E"]);
    command.arg(format!("not {TARGETS}"));
    let root = shell::root();
    for name in PURE.iter().filter(|name| root.join("crates").join(name).is_dir()) {
        command.args(["--package", name]);
    }
    command.env("SUYUAN_SOAK", "1").env("PROPTEST_CASES", CASES);
    shell::run(&mut command)
}

/// Gives each target its share of the time, one at a time, and prints the sum of what they say.
fn fuzz(seconds: u64) -> Result<()> {
    let listed = shell::read(nextest("list").args(["--message-format", "oneline"]))?;
    let n_targets = listed.lines().filter(|line| !line.trim().is_empty()).count() as u64;
    ensure!(n_targets > 0, "no fuzz target was found");
    let share = seconds.div_ceil(n_targets);
    let mut command = nextest("run");
    command.args(["--profile", "soak", "--no-fail-fast", "--no-capture"]);
    command.env("SUYUAN_FUZZ_SECONDS", share.to_string());
    println!("$ SUYUAN_FUZZ_SECONDS={share} {}", shell::line(&command));
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot run cargo nextest")?;
    let out = child.stdout.take().context("it was piped")?;
    let (mut n_finished, mut n_inputs, mut n_seconds) = (0, 0, 0);
    for line in BufReader::new(out).lines() {
        let line = line?;
        if let Some((inputs, seconds)) = line.find("fuzzed ").and_then(|at| counts(&line[at..])) {
            println!("{}", &line[line.find("fuzzed ").unwrap_or(0)..]);
            n_finished += 1;
            n_inputs += inputs;
            n_seconds += seconds;
        }
    }
    println!("fuzzed {n_finished} of {n_targets} targets: {n_inputs} inputs in {n_seconds} s");
    if !child.wait()?.success() {
        bail!("a target found something; its input stands above");
    }
    Ok(())
}

fn nextest(verb: &str) -> Command {
    let mut command = shell::command("cargo", &["nextest", verb, "--all-features", "-E", TARGETS]);
    for name in FUZZED {
        command.args(["--package", name]);
    }
    command
}

/// Inputs and seconds of `fuzzed NAME: N inputs in S s, A accepted`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, said) = line.split_once(": ")?;
    let mut words = said.split(' ');
    let (inputs, seconds) = (words.next()?, words.nth(2)?);
    Some((inputs.parse().ok()?, seconds.parse().ok()?))
}
