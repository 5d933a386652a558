//! `cargo xtask setup`: installs what is missing, and says what it does.

use std::path::Path;

use anyhow::{Result, bail};

use crate::components::{ALL, Component, Source};
use crate::shell;

/// What the command line of `setup` says.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct Options {
    /// Print the commands without running them.
    #[arg(long)]
    dry_run: bool,
}

/// Installs each component that is not there.
pub(crate) fn run(options: Options) -> Result<()> {
    let mut wanted = Vec::new();
    for component in ALL {
        if (component.is_present)() {
            println!("there: {}", component.name);
        } else {
            println!("missing: {} (for {})", component.name, component.needed_for);
            wanted.push(component);
        }
    }
    let mut by_hand = install_packages(&wanted, options)?;
    for component in &wanted {
        if let Source::Command(words) = component.source {
            by_hand |= !run_command(words, options)?;
        }
    }
    if by_hand {
        bail!(
            "some components must be installed by hand; run `cargo xtask setup` again afterwards"
        );
    }
    if options.dry_run {
        return Ok(());
    }
    confirm(&wanted)
}

/// Runs one command of a component; false where its program is not there yet.
fn run_command(words: &[&str], options: Options) -> Result<bool> {
    let mut command = shell::command(words[0], &words[1..]);
    if options.dry_run {
        println!("$ {}", shell::line(&command));
        return Ok(true);
    }
    if shell::find_program(words[0]).is_none() {
        println!("to do by hand, once `{}` is there: {}", words[0], shell::line(&command));
        return Ok(false);
    }
    shell::run(&mut command)?;
    Ok(true)
}

/// Installs the Debian packages; true where a person must do it.
fn install_packages(wanted: &[&Component], options: Options) -> Result<bool> {
    let packages: Vec<&str> = wanted
        .iter()
        .filter_map(|component| match component.source {
            Source::Debian(packages) => Some(packages),
            Source::Command(_) => None,
        })
        .flatten()
        .copied()
        .collect();
    if packages.is_empty() {
        return Ok(false);
    }
    if !is_debian() {
        println!("this is not Debian; install what these Debian packages hold, then come again:");
        println!("  {}", packages.join(" "));
        return Ok(true);
    }
    let update = vec!["apt-get", "update"];
    let mut install = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    let mut by_hand = false;
    for words in [update, install] {
        by_hand |= !run_as_root(&words, options)?;
    }
    Ok(by_hand)
}

/// Runs a command with the rights of root; false where nobody can give them.
fn run_as_root(words: &[&str], options: Options) -> Result<bool> {
    let mut line = vec!["env", "DEBIAN_FRONTEND=noninteractive"];
    line.extend(words);
    let is_root = shell::is_root();
    if !is_root && shell::find_program("sudo").is_some() {
        line.insert(0, "sudo");
    } else if !is_root && !options.dry_run {
        println!("to do as root: {}", words.join(" "));
        return Ok(false);
    }
    let mut command = shell::command(line[0], &line[1..]);
    if options.dry_run {
        println!("$ {}", shell::line(&command));
    } else {
        shell::run(&mut command)?;
    }
    Ok(true)
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").is_file()
        && std::fs::read_to_string("/etc/os-release")
            .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Looks again: a package that installed without bringing its component is a failure.
fn confirm(wanted: &[&Component]) -> Result<()> {
    let still: Vec<&str> = wanted
        .iter()
        .filter(|component| !(component.is_present)())
        .map(|component| component.name)
        .collect();
    if !still.is_empty() {
        bail!("still missing after installation: {}", still.join(", "));
    }
    println!("setup: everything is there");
    Ok(())
}
