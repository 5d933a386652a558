//! The suyuan binary: configuration, wiring, telemetry and the command line.
//!
//! It is the only crate that reads the clock, the environment and files of keys.

mod backup;
mod cli;
mod commands;
mod config;
mod demo;
mod doctor;
mod files;
mod fonts;
mod keys;
mod mail;
mod open;
mod outside;
mod places;
mod report;
mod serve;
mod telemetry;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use cli::{Cli, Command};
use config::Config;
use report::Done;

/// A scan makes many small allocations, and this allocator is quicker at them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(done) => {
            report::print(&done.text);
            if done.is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            report::note(&report::explain(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<Done> {
    let config = Config::load(cli.settings, cli.config.as_deref())?;
    if !matches!(cli.command, Command::Demo(_)) {
        demo::refuse_half_loaded(&config)?;
    }
    // Where people read the answers, log lines would bury them.
    let is_server = matches!(cli.command, Command::Serve);
    telemetry::start(&config, if is_server { "info" } else { "warn" })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads")?;
    runtime.block_on(dispatch(&config, cli.command))
}

async fn dispatch(config: &Config, command: Command) -> Result<Done> {
    match command {
        Command::Serve => serve::run(config).await,
        Command::Key(command) => commands::keys::run(config, command).await,
        Command::Enterprise(command) => commands::enterprises::run(config, command).await,
        Command::Product(command) => commands::products::run(config, command).await,
        Command::Mint(args) => commands::batches::mint(config, args).await,
        Command::Manifest { batch } => commands::batches::manifest(config, &batch).await,
        Command::Print(args) => commands::batches::print(config, args).await,
        Command::Capture(args) => commands::capture::run(config, args).await,
        Command::Trace(args) => commands::trace::run(config, *args).await,
        Command::Recall(command) => commands::recall::run(config, command).await,
        Command::Identify(args) => commands::identify::run(config, args).await,
        Command::Verify { file, key } => commands::verify::run(&file, &key),
        Command::Backup { target, with_keys } => backup::run(config, &target, with_keys).await,
        Command::Restore { backup } => backup::restore(config, &backup).await,
        Command::Doctor { json } => doctor::run(config, json).await,
        Command::Demo(args) => demo::run(config, args).await,
    }
}
