//! The hand-written OpenAPI file of `/api/v1` agrees with the route table, both ways.
//!
//! A route is `.route("/path", get(…).post(…))` in the router; both sides become lines such as
//! `GET /api/v1/batches/{batch_id}`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::source::find_words;
use super::{Files, Finding, Source};

const ROUTER: &str = "crates/web/src/router.rs";
const OPENAPI: &str = "crates/web/openapi.json";
const PREFIX: &str = "/api/v1";
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];

/// `GET /path` with the line that says so.
type Routes = BTreeMap<String, usize>;

pub(super) fn check(files: &Files) -> Vec<Finding> {
    let (Some(router), Some(openapi)) = (files.get(ROUTER), files.get(OPENAPI)) else {
        return [ROUTER, OPENAPI]
            .into_iter()
            .filter(|path| !files.contains_key(*path))
            .map(|path| Finding::new(path, 1, "the file is not there"))
            .collect();
    };
    let served = served(router);
    let described = match described(openapi) {
        Ok(described) => described,
        Err(error) => return vec![Finding::new(OPENAPI, error.line(), error.to_string())],
    };
    let undescribed = served
        .iter()
        .filter(|(route, _)| !described.contains_key(*route))
        .map(|(route, line)| Finding::new(ROUTER, *line, format!("`{route}` is not in {OPENAPI}")));
    let unserved = described
        .iter()
        .filter(|(route, _)| !served.contains_key(*route))
        .map(|(route, line)| Finding::new(OPENAPI, *line, format!("`{route}` is not in {ROUTER}")));
    undescribed.chain(unserved).collect()
}

fn served(router: &str) -> Routes {
    let source = Source::parse(router);
    let code = source.code();
    let mut routes = Routes::new();
    for at in find_words(&code, "route") {
        let Some(call) = arguments(&code[at + "route".len()..]) else { continue };
        let Some((path, line)) = first_literal(call, &source) else { continue };
        if !path.starts_with(PREFIX) {
            continue;
        }
        for method in METHODS.iter().filter(|method| calls(call, method)) {
            routes.insert(route(method, &path.replace("{*", "{")), line);
        }
    }
    routes
}

/// What stands between the parentheses that open here.
fn arguments(code: &str) -> Option<&str> {
    let inside = code.strip_prefix('(')?;
    let mut depth = 1_usize;
    for (at, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&inside[..at]);
        }
    }
    None
}

fn first_literal<'s>(call: &str, source: &'s Source) -> Option<(&'s str, usize)> {
    let mark = call.trim_start().strip_prefix('"')?;
    let index: usize = mark.split('"').next()?.parse().ok()?;
    source.literals.get(index).map(|literal| (literal.text.as_str(), literal.line))
}

fn calls(code: &str, function: &str) -> bool {
    find_words(code, function).any(|at| {
        let is_path = code[..at].ends_with("::") && !code[..at].ends_with("routing::");
        !is_path && code[at + function.len()..].starts_with('(')
    })
}

fn described(openapi: &str) -> serde_json::Result<Routes> {
    let document: Value = serde_json::from_str(openapi)?;
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut routes = Routes::new();
    for (path, item) in paths.filter(|(path, _)| path.starts_with(PREFIX)) {
        let quoted = format!("\"{path}\"");
        let line = openapi.lines().position(|line| line.contains(&quoted)).map_or(1, |i| i + 1);
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        for method in methods.filter(|method| METHODS.contains(&method.as_str())) {
            routes.insert(route(method, path), line);
        }
    }
    Ok(routes)
}

fn route(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}
