//! Log lines to standard error: for people on a terminal, one JSON object a line elsewhere.

use std::io::{IsTerminal, stderr};

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Begins to log at what the configuration says, else at `level`.
pub(crate) fn start(config: &Config, level: &str) -> Result<()> {
    let filter = EnvFilter::builder()
        .parse(config.log.as_deref().unwrap_or(level))
        .context("the log level is wrong: write info, debug, or a filter like web=debug,info")?;
    let is_terminal = stderr().is_terminal();
    let by_place = if is_terminal { LogFormat::Human } else { LogFormat::Json };
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match config.log_format.unwrap_or(by_place) {
        LogFormat::Human => lines.with_ansi(is_terminal).with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).init(),
    }
    Ok(())
}
