use super::*;

/// What `cargo xtask tables` would write is what is committed.
#[test]
#[expect(clippy::disallowed_methods, reason = "tests find the examples by environment")]
fn the_committed_table_is_fresh() {
    let Ok(folder) = std::env::var("SUYUAN_CONFORMANCE") else {
        eprintln!("skipped: SUYUAN_CONFORMANCE is not set");
        return;
    };
    let fresh = generate(&dictionary_file(Path::new(&folder))).unwrap();
    let committed = std::fs::read_to_string(shell::root().join(TABLE)).unwrap();
    assert!(fresh == committed, "run `cargo xtask tables`");
}

#[test]
fn an_unknown_word_is_named() {
    for (line, wrong) in [
        ("01 ! N14 # GTIN", "the flag ! is not known"),
        ("01 * W14 # GTIN", "the component W14 has no known type"),
        ("01 * N14,csun # GTIN", "the linter csun is not known"),
        ("01 * N14 requ=02 # GTIN", "the attribute requ is not known"),
    ] {
        let error = row(line).unwrap_err().to_string();
        assert!(error.starts_with(wrong), "{error}");
    }
}
