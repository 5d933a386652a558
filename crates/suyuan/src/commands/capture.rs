//! `suyuan capture`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use service::limits::MAX_WHOLE_BYTES;
use service::{Caller, Role};

use crate::cli::CaptureArgs;
use crate::config::Config;
use crate::open::{Newness, Platform, parse_id};
use crate::report::{Done, violation};

/// Captures each file for itself; one that is refused leaves the others.
pub(crate) async fn run(config: &Config, args: CaptureArgs) -> Result<Done> {
    let enterprise_id = parse_id("an enterprise", &args.enterprise)?;
    Platform::with(config, Newness::MustExist, async |platform| {
        let operator = Caller::console_of_machine();
        let enterprise = platform.service.find_enterprise(&operator, enterprise_id).await;
        enterprise.with_context(|| format!("enterprise {enterprise_id}"))?;
        let caller =
            Caller { role: Role::Enterprise, enterprise_id: Some(enterprise_id), ..operator };
        let mut done = Done::well("");
        for path in &args.files {
            let (line, is_well) = capture(platform, &caller, path).await?;
            done.text.push_str(&line);
            done.is_well &= is_well;
        }
        Ok(done)
    })
    .await
}

async fn capture(platform: &Platform, caller: &Caller, path: &Path) -> Result<(String, bool)> {
    let name = path.display();
    let body = read(path).with_context(|| format!("cannot read {name}"))?;
    match platform.service.capture_document(caller, body).await {
        Ok(capture) => {
            let n_new = capture.n_events - capture.n_known;
            let known = match capture.n_known {
                0 => String::new(),
                n_known => format!(", {n_known} known already"),
            };
            Ok((format!("{name}: {n_new} events captured{known}\n"), true))
        }
        Err(service::Error::Rejected(violations)) => {
            let lines = violations.iter().map(|it| format!("{name}: {}\n", violation(it)));
            Ok((lines.collect(), false))
        }
        // Another file might fit where this one does not; a platform that fails ends the command.
        Err(
            error @ (service::Error::Conflict(_)
            | service::Error::Contradicts(_)
            | service::Error::TooLarge { .. }),
        ) => Ok((format!("{name}: {error}\n"), false)),
        Err(error) => Err(error).with_context(|| name.to_string()),
    }
}

/// At most one byte more than the limit, which is enough to be refused.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    File::open(path)?.take(MAX_WHOLE_BYTES as u64 + 1).read_to_end(&mut body)?;
    Ok(body)
}
