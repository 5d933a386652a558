//! `cargo xtask soak`: the properties and fuzz targets of the pure crates, for hours instead of
//! seconds.

use anyhow::Result;

use crate::shell;
use crate::tidy::PURE;

/// Cases of each property; the gate runs proptest's default of 256.
const CASES: &str = "100000";

/// Inputs of each fuzz target: some ten minutes, which with the targets of one crate make an hour.
const FUZZ_RUNS: &str = "100000000";

/// Runs the tests of the pure crates at length, optimised.
pub(crate) fn run() -> Result<()> {
    let mut command = shell::command("cargo", &["nextest", "run", "--profile", "soak"]);
    command.args(["--cargo-profile", "release", "--no-fail-fast"]);
    let root = shell::root();
    for name in PURE.iter().filter(|name| root.join("crates").join(name).is_dir()) {
        command.args(["--package", name]);
    }
    command.env("SUYUAN_SOAK", "1").env("PROPTEST_CASES", CASES);
    command.env("SUYUAN_FUZZ_RUNS", FUZZ_RUNS);
    shell::run(&mut command)
}
