//! Each check catches its breach: metadata and files in, findings out.

use super::*;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// A workspace of the crate `store`, which declares and builds in one stranger.
fn workspace(stranger: &str, licence: &str, kind: &str) -> Metadata {
    let json = format!(
        r#"{{
            "packages": [
                {{ "id": "1", "name": "store", "version": "0.0.0", "license": "MIT",
                   "dependencies": [{{ "name": "{stranger}", "rename": null, "kind": {kind} }}] }},
                {{ "id": "2", "name": "{stranger}", "version": "1.2.3", "license": {licence},
                   "dependencies": [] }}
            ],
            "workspace_members": ["1"],
            "resolve": {{ "nodes": [
                {{ "id": "1", "deps": [{{ "pkg": "2", "dep_kinds": [{{ "kind": {kind} }}] }}] }},
                {{ "id": "2", "deps": [] }}
            ] }}
        }}"#
    );
    Metadata::parse(&json).expect("the fixture is what cargo prints")
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

const TIDY_FILES: &[(&str, &str)] = &[
    ("Cargo.toml", "[workspace.dependencies]\nserde-x = \"1\"\n"),
    ("crates/store/src/lib.rs", "use serde_x::Thing;\n"),
    ("docs/DEPENDENCIES.md", "| crate | why |\n| --- | --- |\n| `serde-x` | because |\n"),
];

#[test]
fn a_workspace_in_order_has_no_findings() {
    let metadata = workspace("serde-x", "\"MIT OR GPL-3.0\"", "null");
    assert_eq!(shown(&check(&metadata, &files(TIDY_FILES))), [""; 0]);
}

#[test]
fn a_licence_off_the_list_is_found() {
    for licence in ["\"GPL-3.0\"", "null"] {
        let findings = licences(&workspace("serde-x", licence, "null"));
        assert_eq!(findings.len(), 1, "{licence}");
    }
}

#[test]
fn a_refused_crate_may_help_tests_and_nothing_else() {
    let shipped = refused(&workspace("rsa", "\"MIT\"", "null"));
    let why = "Cargo.lock:1: `rsa` is built in: leaks the key through timing (RUSTSEC-2023-0071)";
    assert_eq!(shown(&shipped), [why]);
    assert_eq!(refused(&workspace("rsa", "\"MIT\"", "\"dev\"")), []);
}

#[test]
fn a_dependency_that_no_code_names_is_found() {
    let metadata = workspace("serde-x", "\"MIT\"", "null");
    for code in ["// serde_x::Thing", "let text = \"serde_x::Thing\";", "crate::serde_x::run()"] {
        let findings = unused(&metadata, &files(&[("crates/store/src/lib.rs", code)]));
        let why = "crates/store/Cargo.toml:1: `serde-x` is named nowhere in `store`";
        assert_eq!(shown(&findings), [why], "{code}");
    }
    for code in ["use serde_x;", "use serde_x as s;", "#[serde_x::test]", "::serde_x::run()"] {
        let findings = unused(&metadata, &files(&[("crates/store/src/lib.rs", code)]));
        assert_eq!(findings, [], "{code}");
    }
}

#[test]
fn dependencies_and_reasons_agree_both_ways() {
    let metadata = workspace("serde-x", "\"MIT\"", "null");
    let findings = reasons(
        &metadata,
        &files(&[
            (
                "Cargo.toml",
                "[workspace.dependencies]\ngs1 = { path = \"x\" }\nidle = \"1\"\n\n[a]\n",
            ),
            ("package.json", "{ \"devDependencies\": {\n\"axe-core\": \"4\" } }"),
            ("docs/DEPENDENCIES.md", "| crate | why |\n| :-- | --- |\n| `gone`, `idle` | so |\n"),
        ]),
    );
    assert_eq!(
        shown(&findings),
        [
            "package.json:2: `axe-core` has no row in docs/DEPENDENCIES.md",
            "Cargo.toml:3: no crate uses `idle`",
            "docs/DEPENDENCIES.md:3: `gone` is no dependency",
        ]
    );
    let without_row = reasons(&metadata, &files(&[TIDY_FILES[0]]));
    let why = "Cargo.toml:2: `serde-x` has no row in docs/DEPENDENCIES.md";
    assert_eq!(shown(&without_row), [why]);
}

#[test]
fn licence_expressions_are_read_as_spdx_says() {
    for allowed in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-2.0 OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "ISC AND (Apache-2.0 OR ISC) AND BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(licence::is_allowed(allowed), "{allowed}");
    }
    for refused in [
        "",
        "none",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR AGPL-3.0)",
        "MIT OR",
        "(MIT",
        "MIT MIT",
        "MIT WITH Classpath-exception-2.0",
    ] {
        assert!(!licence::is_allowed(refused), "{refused}");
    }
}
