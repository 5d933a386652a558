//! Automation of the project: `cargo xtask NAME`.
//!
//! Each command says what it runs, so that anyone can run the same by hand.
//! Nothing is installed by any command but `setup`.

mod bench;
mod ci;
mod components;
mod demo;
mod dependencies;
mod metadata;
mod postgres;
mod setup;
mod shell;
mod soak;
mod tables;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Automation of the project", disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the gate and the demo need: PostgreSQL, Chromium, fonts, npm packages, nextest.
    Setup(setup::Options),
    /// Build the product, load the scenario, serve it, and print addresses, log-ins and a tour.
    Demo(demo::Options),
    /// Run the whole gate.
    Ci(ci::Options),
    /// Measure the product beside its rivals; one JSON object a line.
    Bench(bench::Options),
    /// Serve for a bench.
    #[cfg(feature = "bench")]
    #[command(hide = true)]
    BenchServer(bench::server::ServerOptions),
    /// Check the rules of the house that no compiler knows.
    Tidy,
    /// Make the table of GS1 application identifiers from the published dictionary.
    Tables,
    /// Run the properties and fuzz targets for longer than fits the gate.
    Soak(soak::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Setup(options) => setup::run(options),
        Command::Demo(options) => demo::run(&options),
        Command::Ci(options) => ci::run(&options),
        Command::Bench(options) => bench::run(options),
        #[cfg(feature = "bench")]
        Command::BenchServer(options) => bench::server::serve(&options),
        Command::Tidy => tidy::run(),
        Command::Tables => tables::run(),
        Command::Soak(options) => soak::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
