//! EPCIS documents of others, where they are: captured for an enterprise of their own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use service::{Caller, NewEnterprise, Role, Service};

use crate::report::{note, violation};

/// The folder of other people's examples.
const VARIABLE: &str = "SUYUAN_CONFORMANCE";

const OPENEPCIS: &str = "openepcis_openepcis-test-resources";
const OPENTRACEABILITY: &str = "ift-gftc_opentraceability";
const TRACEBACK: [&str; 2] = ["traceback_tests.jsonld", "epcisquerydoc-example01.jsonld"];

/// Folders below which nothing is looked for: a bound, since links could go in circles.
const MAX_DEPTH: u32 = 16;

/// Captures what is there, and says what became of it.
pub(super) async fn capture(service: &Service) -> Result<Vec<String>> {
    let Some(folder) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) else {
        return Ok(vec![format!("no examples of others: {VARIABLE} names no folder")]);
    };
    let folder = PathBuf::from(folder);
    ensure!(folder.is_dir(), "{VARIABLE} names {}, which is no folder", folder.display());
    let mut operator = Caller::console_of_machine();
    let new = NewEnterprise {
        name: "EPCIS examples of others".into(),
        enterprise_type: "producer".into(),
        registration_scheme: "other".into(),
        registration_number: "EXAMPLES".into(),
        division: None,
        address: "openepcis test resources, opentraceability tests".into(),
        contact: "https://github.com/openepcis".into(),
    };
    let enterprise = service.create_enterprise(&operator, new).await?;
    operator.role = Role::Enterprise;
    let caller = Caller { enterprise_id: Some(enterprise.enterprise_id), ..operator };
    let mut lines = Vec::new();
    for (source, wanted) in
        [(OPENEPCIS, is_valid_capture as fn(&Path) -> bool), (OPENTRACEABILITY, is_traceback)]
    {
        let mut files = Vec::new();
        find(&folder.join(source), wanted, MAX_DEPTH, &mut files)?;
        files.sort();
        lines.push(capture_files(service, &caller, source, &files).await?);
    }
    Ok(lines)
}

async fn capture_files(
    service: &Service,
    caller: &Caller,
    source: &str,
    files: &[PathBuf],
) -> Result<String> {
    let (mut n_events, mut n_known, mut n_refused) = (0, 0, 0);
    for path in files {
        let body = std::fs::read(path).with_context(|| format!("cannot read {path:?}"))?;
        match service.capture_document(caller, body).await {
            Ok(capture) => {
                n_events += capture.n_events - capture.n_known;
                n_known += capture.n_known;
            }
            Err(error) => {
                n_refused += 1;
                let why = match &error {
                    service::Error::Rejected(all) => {
                        all.first().map_or_else(String::new, violation)
                    }
                    other => other.to_string(),
                };
                let name = path.file_name().unwrap_or(OsStr::new("?")).to_string_lossy();
                note(&format!("refused {name}: {why}"));
            }
        }
    }
    Ok(format!(
        "{source}: {n_events} events captured from {} documents, {n_known} known already, \
         {n_refused} documents refused",
        files.len()
    ))
}

fn is_valid_capture(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.contains("/2.0/EPCIS/JSON/Capture/")
        && !text.contains("Invalid")
        && path.extension().is_some_and(|it| it == "json" || it == "jsonld")
}

fn is_traceback(path: &Path) -> bool {
    path.file_name().is_some_and(|name| TRACEBACK.iter().any(|it| name == *it))
}

fn find(
    folder: &Path,
    wanted: fn(&Path) -> bool,
    depth: u32,
    found: &mut Vec<PathBuf>,
) -> Result<()> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{VARIABLE} is set, but {} is missing", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() && depth > 0 {
            find(&path, wanted, depth - 1, found)?;
        } else if wanted(&path) {
            found.push(path);
        }
    }
    Ok(())
}
