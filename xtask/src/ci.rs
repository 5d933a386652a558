//! `cargo xtask ci`: the whole gate, one step after another, with a table at the end.
//!
//! Every step runs even when an earlier one failed, so that one run tells everything.
//! Tests come last, so that the runner's summary stands right above the table.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::components;
use crate::postgres::Postgres;
use crate::{dependencies, shell, tidy};

/// What the command line of `ci` says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run these steps alone, for instance `--only tidy,tests`.
    #[arg(long, value_delimiter = ',', value_parser = STEPS.map(|step| step.name))]
    only: Vec<String>,
}

#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

struct Outcome {
    name: &'static str,
    took: Duration,
    error: Option<anyhow::Error>,
}

const STEPS: [Step; 8] = [
    Step { name: "components", run: check_components },
    Step { name: "format", run: || cargo(&["fmt", "--all", "--", "--check"]) },
    Step { name: "tidy", run: tidy::run },
    Step { name: "dependencies", run: dependencies::run },
    Step { name: "clippy", run: clippy },
    Step { name: "docs", run: docs },
    Step { name: "doc-tests", run: doc_tests },
    Step { name: "tests", run: tests },
];

/// Runs every step, or those that are asked for; fails when one failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    let is_wanted =
        |step: &&Step| options.only.is_empty() || options.only.iter().any(|name| name == step.name);
    let outcomes: Vec<Outcome> = STEPS.iter().filter(is_wanted).map(run_step).collect();
    println!("\n== summary");
    for outcome in &outcomes {
        let verdict = if outcome.error.is_some() { "FAILED" } else { "passed" };
        println!("{verdict}  {:>7.1} s  {}", outcome.took.as_secs_f64(), outcome.name);
    }
    println!("        {:>7.1} s  in all", started.elapsed().as_secs_f64());
    let failed: Vec<&str> =
        outcomes.iter().filter(|step| step.error.is_some()).map(|step| step.name).collect();
    if !failed.is_empty() {
        bail!("the gate is closed: {}", failed.join(", "));
    }
    Ok(())
}

fn run_step(step: &Step) -> Outcome {
    println!("\n== {}", step.name);
    let started = Instant::now();
    let error = (step.run)().err();
    if let Some(error) = &error {
        println!("FAILED {}: {error:#}", step.name);
    }
    let took = started.elapsed();
    println!("== {} took {:.1} s", step.name, took.as_secs_f64());
    Outcome { name: step.name, took, error }
}

/// Unattended, everything must be there; on a laptop what is missing is skipped aloud.
fn check_components() -> Result<()> {
    let missing = components::missing();
    if missing.is_empty() {
        println!("everything is there");
        return Ok(());
    }
    components::mention(&missing);
    if shell::is_ci() {
        bail!("a component is missing, and this is CI");
    }
    println!("what needs them is skipped");
    Ok(())
}

fn clippy() -> Result<()> {
    let scope = ["clippy", "--workspace", "--all-targets", "--all-features", "--locked"];
    cargo(&[&scope[..], &["--", "-D", "warnings"]].concat())
}

fn docs() -> Result<()> {
    let args = ["doc", "--workspace", "--all-features", "--no-deps", "--locked"];
    shell::run(shell::command("cargo", &args).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The crates without examples say `doctest = false`; one scope for all builds nothing twice.
fn doc_tests() -> Result<()> {
    cargo(&["test", "--doc", "--workspace", "--all-features", "--locked"])
}

fn tests() -> Result<()> {
    let mut command = shell::command(
        "cargo",
        &["nextest", "run", "--workspace", "--all-features", "--locked", "--profile", "ci"],
    );
    if shell::is_ci() {
        command.env("SUYUAN_REQUIRE", "all");
    }
    let _server = second_engine(&mut command)?;
    shell::run(&mut command).context("tests failed, or `cargo xtask setup` has not run")
}

/// Gives the tests a PostgreSQL; the caller keeps the server alive while they run.
fn second_engine(tests: &mut Command) -> Result<Option<Postgres>> {
    if std::env::var_os("TEST_DATABASE_URL").is_some() {
        println!("second engine: the one that TEST_DATABASE_URL names");
        return Ok(None);
    }
    let Some(programs) = components::postgres_programs() else {
        println!("second engine skipped: no PostgreSQL; `cargo xtask setup` brings it");
        return Ok(None);
    };
    let server = Postgres::start(&programs)?;
    println!("second engine: {}", server.url());
    tests.env("TEST_DATABASE_URL", server.url());
    Ok(Some(server))
}

fn cargo(args: &[&str]) -> Result<()> {
    shell::run(&mut shell::command("cargo", args))
}
