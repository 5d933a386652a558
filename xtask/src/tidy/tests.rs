//! Each rule catches its breach: files in, findings out.

use super::*;

/// Findings in one file, without its path.
#[track_caller]
fn check_one(path: &str, text: &str, expected: &[&str]) {
    let mut found = check_file(path, text);
    found.sort();
    let shown: Vec<String> =
        found.iter().map(|finding| format!("{}: {}", finding.line, finding.message)).collect();
    assert_eq!(shown, expected, "{path}\n{text}");
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn source_parts_code_comments_and_literals() {
    let text = r###"let a = "x // \" y"; // said "so"
let b = r#"raw " /* "#; /* a /* nested */ b */ let c = '"';
let d: &'static str = b"bytes"; let e = '\''; let f = br"raw";
let g = "two
lines"; let h = '\u{7f}';"###;
    let source = Source::parse(text);
    let code: Vec<&str> = source.lines.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(
        code,
        [
            "let a = \"0\"; ",
            "let b = \"1\";  let c = ;",
            "let d: &'static str = b\"2\"; let e = ; let f = b\"3\";",
            "let g = \"4\"",
            "; let h = ;",
        ]
    );
    let literals: Vec<(usize, &str)> =
        source.literals.iter().map(|literal| (literal.line, literal.text.as_str())).collect();
    assert_eq!(
        literals,
        [(1, "x // \\\" y"), (2, "raw \" /* "), (3, "bytes"), (3, "raw"), (4, "two\nlines")]
    );
    assert_eq!(source.lines[0].comment, "// said \"so\"");
    assert_eq!(source.lines[1].comment, "/* a /* nested */ b */");
    assert!(source.lines[3].is_in_literal && source.lines[4].is_in_literal);
    assert_eq!(source.lines[3].raw, "let g = \"two");
}

#[test]
fn source_survives_what_does_not_compile() {
    for text in ["", "\"", "\"\\", "r#\"", "'", "'\\", "/*", "/* /*", "b'", "//", "r#fn", "'\\\n"] {
        let source = Source::parse(text);
        let raw: Vec<&str> = source.lines.iter().map(|line| line.raw.as_str()).collect();
        assert_eq!(raw.join("\n"), text);
    }
}

#[test]
fn files_and_lines_have_sizes() {
    let long = "x\n".repeat(801);
    check_one("crates/gs1/src/lib.rs", &long, &["801: 801 lines; at most 800"]);
    check_one("crates/gs1/src/lib.rs", &"x\n".repeat(800), &[]);
    check_one("crates/gs1/src/table.rs", &format!("// @generated\n{long}"), &[]);
    check_one("package-lock.json", &long, &[]);

    let wide = format!("// {}", "溯".repeat(98));
    check_one("crates/gs1/src/lib.rs", &wide, &["1: 101 columns; at most 100"]);
    check_one("crates/gs1/src/lib.rs", &format!("// https://{wide}"), &[]);
    check_one("crates/gs1/src/lib.rs", &format!("let page = r\"\n{wide}\n\";"), &[]);
    check_one("README.md", &wide, &[]);
}

#[test]
fn sql_stands_in_store_only() {
    let found = &["1: SQL outside `store`"];
    for statement in [
        "select a from b",
        "SELECT 1",
        "  insert into t values ($1)",
        "update t set a = 1",
        "delete from t",
        "create table t (a bigint)",
        "create unique index i on t (a)",
        "drop table t",
        "with recursive r as (select 1)",
    ] {
        let text = format!("let sql = r#\"{statement}\"#;");
        check_one("crates/service/src/scan.rs", &text, found);
        check_one("crates/store/src/scans.rs", &text, &[]);
        check_one("xtask/src/bench/scan.rs", &text, &[]);
        check_one("crates/service/src/scan.rs", &format!("// {statement}"), &[]);
    }
    check_one("crates/web/queries/scan.sql", "", found);
    check_one("crates/store/sql/scan.sql", "", &[]);
    for sentence in ["select a product", "Update your profile", "delete this", "create a batch"] {
        check_one("crates/web/src/a.rs", &format!("let text = \"{sentence}\";"), &[]);
    }
}

#[test]
fn the_environment_and_the_clock_belong_to_the_binary() {
    let reads_environment = &["1: only `suyuan` reads the environment"];
    let reads_clock = &["1: only `suyuan` reads the clock; take the time as an argument"];
    let cases = [
        ("use std::env;", reads_environment),
        ("let a = std::env::var(\"A\");", reads_environment),
        ("let a = env::var_os(\"A\");", reads_environment),
        ("let a = SystemTime::now();", reads_clock),
        ("let a = jiff::Timestamp::now();", reads_clock),
    ];
    for (code, found) in cases {
        check_one("crates/service/src/scan.rs", code, found);
        check_one("crates/suyuan/src/main.rs", code, &[]);
        check_one("xtask/src/ci.rs", code, &[]);
    }
    check_one("crates/store/tests/it/main.rs", "let a = std::env::var(\"A\");", &[]);
    check_one("crates/store/src/testing.rs", "let a = std::env::var(\"A\");", &[]);
    check_one("crates/store/src/tests.rs", "let a = SystemTime::now();", reads_clock);
    check_one("crates/store/src/lib.rs", "// std::env is not read here.", &[]);
    check_one("crates/store/src/lib.rs", "let a = env!(\"CARGO_PKG_NAME\");", &[]);
}

#[test]
fn status_codes_of_errors_live_in_problem() {
    let found = &["1: status codes of errors live in `web::Problem`"];
    let error = "let a = StatusCode::NOT_FOUND;";
    check_one("crates/web/src/pages/item.rs", error, found);
    check_one("crates/web/src/problem.rs", error, &[]);
    check_one("crates/web/src/tests.rs", error, &[]);
    let good = "let a = http::StatusCode::ACCEPTED;";
    check_one("crates/web/src/api/capture.rs", good, &[]);
    check_one("crates/service/src/capture.rs", good, found);
    check_one("crates/web/src/api/capture.rs", "let a = StatusCode::from_u16(404);", &[]);
}

#[test]
fn words_that_say_nothing_are_found() {
    let path = "crates/service/src/scan.rs";
    let cases = [
        ("pub struct ScanManager;", "1: `ScanManager`: `Manager` says nothing"),
        ("enum DateUtils {}", "1: `DateUtils`: `Utils` says nothing"),
        ("pub async fn get_code(a: u8) {}", "1: `get_code`: no `get_`, name the thing"),
        ("fn ingest() {}", "1: `ingest`: the standard says capture"),
        ("#[allow(dead_code)]", "1: `allow`: use `expect` with a reason"),
        ("#![allow(missing_docs)]", "1: `allow`: use `expect` with a reason"),
        ("#[cfg_attr(test, allow(a))]", "1: `allow`: use `expect` with a reason"),
        ("#[ignore = \"slow\"]", "1: `#[ignore`: a test runs or does not exist"),
        ("#[should_panic]", "1: `#[should_panic`: assert on the error"),
        ("fn a() { todo!() }", "1: `todo!`: do it, or file an issue"),
    ];
    for (code, found) in cases {
        check_one(path, code, &[found]);
        check_one(path, &format!("// {code}"), &[]);
    }
    let fine = ["fn allow(a: u8) {}", "let ingested = 1;", "fn budget_of() {}", "struct Utilised;"];
    for code in fine {
        check_one(path, code, &[]);
    }
    check_one("crates/web/src/utils.rs", "", &["1: a module named `utils` says nothing"]);
    check_one("crates/web/src/helpers/mod.rs", "", &["1: a module named `helpers` says nothing"]);
}

#[test]
fn a_field_of_ours_is_not_named_data() {
    let path = "crates/service/src/scan.rs";
    let declared = "pub struct A {\n    pub data: Vec<u8>,\n    metadata: u8,\n}\n";
    check_one(path, declared, &["2: a field named `data` says nothing"]);
    check_one(path, "let a = Their {\n    data: 1,\n};\n", &[]);
    check_one(path, "struct A { b: u8 }\nlet c = Their {\n    data: 1,\n};\n", &[]);
}

#[test]
fn text_names_no_machine_no_registry_and_no_later() {
    let cases = [
        ("cd /home/main", "1: `/home/` is a path of one machine"),
        ("path = \"/root/.cargo\"", "1: `/root/` is a path of one machine"),
        ("see https://registry.example/x", "looks like a registry; the package manager knows it"),
        ("// TODO: later", "1: `TODO`: do it, or file an issue"),
        ("XXX", "1: `XXX`: do it, or file an issue"),
    ];
    for (text, found) in cases {
        for path in ["README.md", "crates/gs1/src/lib.rs", "crates/web/templates/a.html"] {
            let findings = check_file(path, text);
            assert_eq!(findings.len(), 1, "{path}: {text}");
            let line = format!("{}: {}", findings[0].line, findings[0].message);
            assert!(line.ends_with(found), "{line}");
        }
    }
    for fine in ["framework/", "../home/x", "${HOME}/work/", "XXXX", "TODOS", "crates.io"] {
        check_one("README.md", fine, &[]);
    }
    let resolved = "  \"resolved\": \"a\",";
    assert_eq!(check_file("package-lock.json", resolved).len(), 1);
}

const ROUTER: &str = r#"
Router::new()
    .route("/c/{code}", get(item::show))
    .route("/api/v1/batches", get(batches::list).post(batches::get))
    .route(
        "/api/v1/batches/{batch_id}/{*rest}",
        axum::routing::get(batches::delete).layer(limit(post::MAX)),
    )
"#;

#[test]
fn openapi_and_router_agree_both_ways() {
    let openapi = r#"{ "paths": {
        "/api/v1/batches": { "get": {}, "post": {}, "parameters": [] },
        "/api/v1/batches/{batch_id}/{rest}": { "get": {} }
    } }"#;
    let both = |openapi: &str| {
        let pair = [("crates/web/src/router.rs", ROUTER), ("crates/web/openapi.json", openapi)];
        shown(&openapi::check(&files(&pair)))
    };
    assert_eq!(both(openapi), [""; 0]);
    assert_eq!(
        both(&openapi.replace("\"post\"", "\"delete\"")),
        [
            "crates/web/src/router.rs:4: `POST /api/v1/batches` is not in crates/web/openapi.json",
            "crates/web/openapi.json:2: `DELETE /api/v1/batches` is not in \
             crates/web/src/router.rs",
        ]
    );
    assert_eq!(
        both(&openapi.replace("{rest}", "{tail}")),
        [
            "crates/web/src/router.rs:6: `GET /api/v1/batches/{batch_id}/{rest}` is not in \
             crates/web/openapi.json",
            "crates/web/openapi.json:3: `GET /api/v1/batches/{batch_id}/{tail}` is not in \
             crates/web/src/router.rs",
        ]
    );
    assert_eq!(both("{").len(), 1);
    assert_eq!(openapi::check(&Files::new()).len(), 2);
}

/// One of our crates with its direct dependencies, all of which it builds in.
fn crate_with(name: &str, dependencies: &[(&str, &str)]) -> Vec<String> {
    let mut packages = Vec::new();
    let mut edges = Vec::new();
    for (to, kind) in dependencies {
        packages.push(format!(
            r#"{{ "id": "{to}", "name": "{to}", "version": "1.0.0", "license": null,
                  "dependencies": [] }}"#
        ));
        edges.push(format!(r#"{{ "pkg": "{to}", "dep_kinds": [{{ "kind": {kind} }}] }}"#));
    }
    let declared: Vec<String> = dependencies
        .iter()
        .map(|(to, kind)| format!(r#"{{ "name": "{to}", "rename": null, "kind": {kind} }}"#))
        .collect();
    packages.push(format!(
        r#"{{ "id": "{name}", "name": "{name}", "version": "0.0.0", "license": null,
              "dependencies": [{}] }}"#,
        declared.join(",")
    ));
    let ours = ["gs1", "epcis", "store", "service", "web", "suyuan", name];
    let members: Vec<String> = ours.iter().map(|name| format!("\"{name}\"")).collect();
    let json = format!(
        r#"{{ "packages": [{}], "workspace_members": [{}],
              "resolve": {{ "nodes": [{{ "id": "{name}", "deps": [{}] }}] }} }}"#,
        packages.join(","),
        members.join(","),
        edges.join(",")
    );
    let metadata = Metadata::parse(&json).expect("the fixture is what cargo prints");
    let manifest = format!("crates/{name}/Cargo.toml");
    let text = "[dependencies]\ntokio = { workspace = true }\n";
    let mut findings = walls::check(&metadata, &files(&[(&manifest, text)]));
    findings.sort();
    shown(&findings)
}

#[test]
fn arrows_between_our_crates_go_one_way() {
    assert_eq!(crate_with("epcis", &[("gs1", "null")]), [""; 0]);
    assert_eq!(crate_with("web", &[("service", "null"), ("store", "\"dev\"")]), [""; 0]);
    assert_eq!(crate_with("suyuan", &[("web", "null"), ("store", "null")]), [""; 0]);
    let breaches = [("gs1", "epcis"), ("store", "service"), ("web", "store"), ("mint", "gs1")];
    for (from, to) in breaches {
        let why = format!(
            "crates/{from}/Cargo.toml:1: `{from}` may not use `{to}` (ARCHITECTURE.md, code map)"
        );
        assert_eq!(crate_with(from, &[(to, "null")]), [why]);
    }
    let why = "crates/web/Cargo.toml:1: nothing uses `suyuan`";
    assert_eq!(crate_with("web", &[("suyuan", "\"dev\"")]), [why]);
}

#[test]
fn pure_crates_build_in_no_runtime_and_no_driver() {
    let why = "crates/trace/Cargo.toml:2: `trace` does no I/O but builds in `tokio`";
    assert_eq!(crate_with("trace", &[("tokio", "null")]), [why]);
    assert_eq!(crate_with("trace", &[("tokio", "\"dev\"")]), [""; 0]);
    assert_eq!(crate_with("store", &[("tokio", "null"), ("rusqlite", "null")]), [""; 0]);
}

#[test]
fn drivers_and_axum_have_one_home_each() {
    for kind in ["null", "\"dev\""] {
        let why =
            "crates/service/Cargo.toml:1: only `store` names a database driver, not `service`";
        assert_eq!(crate_with("service", &[("rusqlite", kind)]), [why]);
        let why = "crates/service/Cargo.toml:1: only `web` names axum, not `service`";
        assert_eq!(crate_with("service", &[("axum", kind)]), [why]);
    }
    assert_eq!(crate_with("web", &[("axum", "null")]), [""; 0]);
    assert_eq!(crate_with("suyuan", &[("axum", "\"dev\"")]), [""; 0]);
    assert_eq!(crate_with("suyuan", &[("axum", "null")]).len(), 1);
}
