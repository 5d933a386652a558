//! `suyuan doctor`: what the platform finds of itself, and what only the process can see: the
//! files of the keys and the disk.

use anyhow::Result;
use serde_json::json;
use service::{Caller, Page};

use crate::config::Config;
use crate::keys::KeyFolder;
use crate::open::{Newness, Platform};
use crate::places;
use crate::report::{Done, table};

/// Free bytes below which the disk is nearly full, and below which nothing works for long.
const LOW_DISK_BYTES: u64 = 1 << 30;
const FULL_DISK_BYTES: u64 = 64 << 20;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Well,
    Warning,
    Failure,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Warning => "warning",
            Self::Failure => "FAILED",
        }
    }
}

struct Finding {
    name: String,
    level: Level,
    detail: String,
}

impl Finding {
    /// A failure says what to do; success says `well`.
    fn of(name: &str, outcome: Result<()>, well: impl Into<String>) -> Self {
        let (level, detail) = match outcome {
            Ok(()) => (Level::Well, well.into()),
            Err(error) => (Level::Failure, format!("{error:#}")),
        };
        Self { name: name.to_owned(), level, detail }
    }
}

/// Prints all findings; one that failed makes the command fail.
pub(crate) async fn run(config: &Config, is_json: bool) -> Result<Done> {
    let keys = KeyFolder::of(&config.data_folder);
    let mut findings =
        vec![Finding::of("key files", keys.check_files(), keys.names().join(", ")), disk(config)];
    let inner = Platform::with(config, Newness::MustExist, async |platform| {
        let mut findings = vec![Finding::of("manifests", manifests(platform).await, "all verify")];
        for found in platform.service.examine().await? {
            let level = if found.is_well { Level::Well } else { Level::Failure };
            let service::Finding { name, detail, .. } = found;
            findings.push(Finding { name: name.to_owned(), level, detail });
        }
        Ok(findings)
    });
    match inner.await {
        Ok(more) => findings.extend(more),
        Err(error) => findings.push(Finding::of("platform", Err(error), "")),
    }
    findings.push(clients(config));
    findings.extend(data_of_places(config));
    let is_well = findings.iter().all(|it| it.level != Level::Failure);
    let text = if is_json { as_json(&findings) } else { as_table(&findings) };
    Ok(Done { text, is_well })
}

/// Each batch must have been made with the keys that are here.
async fn manifests(platform: &Platform) -> Result<()> {
    let caller = Caller::console_of_machine();
    let mut page = Page::first();
    loop {
        let batches = platform.service.list_batches(&caller, &page).await?;
        batches.items.iter().try_for_each(|view| platform.key_facts.check(&view.batch))?;
        match batches.next {
            Some(after) => page.after = Some(after),
            None => return Ok(()),
        }
    }
}

fn disk(config: &Config) -> Finding {
    let free = match rustix::fs::statvfs(&config.data_folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::of("disk", Err(error.into()), ""),
    };
    let level = match free {
        LOW_DISK_BYTES.. => Level::Well,
        FULL_DISK_BYTES.. => Level::Warning,
        _ => Level::Failure,
    };
    let advice = if level == Level::Well { "" } else { ": make room" };
    let detail = format!("{} MiB free{advice}", free >> 20);
    Finding { name: "disk".into(), level, detail }
}

/// Whether requests can be told apart by their addresses: this server speaks no TLS, so whoever
/// labels an `https` address has something in front that does.
fn clients(config: &Config) -> Finding {
    let says_https = config.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    let is_hidden = says_https && config.trusted_proxy.is_empty();
    let (level, detail) = if is_hidden {
        let told = "labels say https and no proxy is trusted: behind one, all clients are one \
                    address; name it by --trusted-proxy";
        (Level::Warning, told)
    } else {
        (Level::Well, "told apart by their addresses")
    };
    Finding { name: "clients".into(), level, detail: detail.into() }
}

/// Which data about places there is, and from when; without it the platform runs.
fn data_of_places(config: &Config) -> Vec<Finding> {
    let name = |part: &str| format!("places: {part}");
    match places::load(config) {
        Err(error) => vec![Finding::of("places", Err(error), "")],
        Ok(read) => places::loaded(&read)
            .into_iter()
            .map(|(part, detail)| {
                let level = if detail.is_there { Level::Well } else { Level::Warning };
                Finding { name: name(part), level, detail: detail.to_string() }
            })
            .collect(),
    }
}

fn as_table(findings: &[Finding]) -> String {
    let rows: Vec<_> = findings
        .iter()
        .map(|it| [it.name.clone(), it.level.name().to_owned(), it.detail.clone()])
        .collect();
    table(["what", "", "found"], &rows)
}

fn as_json(findings: &[Finding]) -> String {
    let rows: Vec<_> = findings
        .iter()
        .map(|it| {
            let level = it.level.name().to_lowercase();
            json!({ "name": it.name, "level": level, "detail": it.detail })
        })
        .collect();
    format!("{:#}\n", json!(rows))
}
