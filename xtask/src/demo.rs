//! `cargo xtask demo`: builds the product and hands over to `suyuan demo`.

use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{components, shell};

/// Where the demo keeps its data unless the command line says otherwise; git ignores it.
const FOLDER: &str = ".suyuan/demo";
const LISTEN: &str = "127.0.0.1:8080";
/// Other people's examples, where a neighbour folder holds them.
const CONFORMANCE: &str = "../shared/conformance";

/// What the command line of `demo` says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Options of `suyuan demo`, for instance `--listen 127.0.0.1:9000`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds the binary and becomes it, so that signals reach it as they are.
pub(crate) fn run(options: &Options) -> Result<()> {
    let build = ["build", "--release", "--package", "suyuan", "--bin", "suyuan"];
    shell::run(&mut shell::command("cargo", &build))?;

    let mut command = shell::command(&binary(), &["demo"]);
    for (flag, value) in [("--data", FOLDER), ("--listen", LISTEN)] {
        if !is_given(flag, &options.rest) {
            command.args([flag, value]);
        }
    }
    command.args(&options.rest);
    let is_neighbour = shell::root().join(CONFORMANCE).is_dir();
    if is_neighbour && std::env::var_os("SUYUAN_CONFORMANCE").is_none() {
        command.env("SUYUAN_CONFORMANCE", CONFORMANCE);
    }
    components::mention(&components::missing());
    println!("$ {}", shell::line(&command));
    Err(command.exec()).context("cannot run the demo")
}

/// The release binary; cargo's target folder may have been moved by the environment.
fn binary() -> String {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Path::new(&target).join("release/suyuan").to_string_lossy().into_owned()
}

fn is_given(flag: &str, args: &[String]) -> bool {
    args.iter().any(|arg| arg == flag || arg.strip_prefix(flag).is_some_and(|r| r.starts_with('=')))
}
