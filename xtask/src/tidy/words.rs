//! Words of the guide: names that say nothing, and lints that are silenced without a reason.

use super::source::{has_word, is_word};
use super::{Finding, Source, is_test};

/// Ends of type names that say nothing.
const EMPTY_ENDS: &[&str] = &["Manager", "Helper", "Helpers", "Util", "Utils"];
/// Module names that say nothing.
const EMPTY_MODULES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];
/// Attributes and macros, with what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("#[ignore", "a test runs or does not exist"),
    ("#[should_panic", "assert on the error"),
    ("todo!", "do it, or file an issue"),
    ("unimplemented!", "do it, or file an issue"),
];
const DECLARATIONS: &[&str] = &["struct", "enum", "trait", "type"];

pub(super) fn check(path: &str, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::from_iter(check_module(path));
    for (number, line) in source.numbered() {
        let messages = forbidden(&line.code)
            .chain(allow(&line.code))
            .chain(empty_type(&line.code))
            .chain(function(&line.code));
        findings.extend(messages.map(|message| Finding::new(path, number, message)));
    }
    if !is_test(path) {
        findings.extend(fields_named_data(path, source));
    }
    findings
}

fn check_module(path: &str) -> Option<Finding> {
    let parts = path.trim_end_matches(".rs").rsplit('/');
    let name = parts.take(2).find(|part| EMPTY_MODULES.contains(part))?;
    // A test binary shares helpers in `tests/it/…` and may call them so.
    (!is_test(path)).then(|| Finding::new(path, 1, format!("a module named `{name}` says nothing")))
}

fn forbidden(code: &str) -> impl Iterator<Item = String> {
    FORBIDDEN
        .iter()
        .filter(|(text, _)| code.contains(text))
        .map(|(text, instead)| format!("`{text}`: {instead}"))
}

fn allow(code: &str) -> Option<String> {
    let is_attribute = code.contains("#[") || code.contains("#![");
    let silences = is_attribute && has_word(code, "allow") && code.contains("allow(");
    silences.then(|| "`allow`: use `expect` with a reason".to_owned())
}

fn empty_type(code: &str) -> Option<String> {
    let mut words = code.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    words.find(|word| DECLARATIONS.contains(word))?;
    let name = words.next()?;
    let end = EMPTY_ENDS.iter().find(|end| name.ends_with(**end))?;
    Some(format!("`{name}`: `{end}` says nothing"))
}

fn function(code: &str) -> Option<String> {
    let mut words = code.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    words.find(|word| *word == "fn")?;
    let name = words.next()?;
    if name.starts_with("get_") {
        return Some(format!("`{name}`: no `get_`, name the thing"));
    }
    let says_ingest = name == "ingest" || name.starts_with("ingest_");
    says_ingest.then(|| format!("`{name}`: the standard says capture"))
}

/// Fields of our own structs; naming the field of another crate's struct is not our choice.
fn fields_named_data(path: &str, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut depth_in_struct = 0_usize;
    for (number, line) in source.numbered() {
        let code = line.code.trim();
        if depth_in_struct == 0 && !(has_word(code, "struct") && code.ends_with('{')) {
            continue;
        }
        let field = code.split(':').next().unwrap_or_default();
        if depth_in_struct == 1
            && code.contains(':')
            && field.split(' ').next_back() == Some("data")
        {
            findings.push(Finding::new(path, number, "a field named `data` says nothing"));
        }
        depth_in_struct += code.matches('{').count();
        depth_in_struct = depth_in_struct.saturating_sub(code.matches('}').count());
    }
    findings
}
