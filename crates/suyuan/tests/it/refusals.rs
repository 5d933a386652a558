//! What is refused, and that the refusal says what to do.

use std::os::unix::fs::PermissionsExt;

use crate::place::Place;

#[test]
fn a_second_process_on_the_folder_is_refused() {
    let place = Place::new();
    let server = place.serve();
    for args in [&["key", "list"][..], &["doctor"], &["serve", "--listen", "127.0.0.1:0"]] {
        let output = place.run(args);
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
        assert!(text.contains("in use by another process"), "{text}");
        assert!(text.contains("stop the process"), "{text}");
    }
    server.stop();
    place.ok(&["key", "list"]);
}

#[test]
fn an_address_in_use_is_refused_before_anything_is_made() {
    let (place, other) = (Place::new(), Place::new());
    let server = place.serve();
    let error = other.fails(&["serve", "--listen", &server.address.to_string()]);
    assert!(error.contains("cannot listen on"), "{error}");
    assert!(!other.path("data").exists());
}

#[test]
fn restore_overwrites_nothing() {
    let place = Place::new();
    place.with_batch(1);
    place.ok(&["backup", "bare"]);
    place.ok(&["backup", "full", "--with-keys"]);
    let error = place.fails(&["backup", "bare"]);
    assert!(error.contains("not overwritten"), "{error}");
    for backup in ["bare", "full"] {
        let error = place.fails(&["restore", backup]);
        assert!(error.contains("not overwritten"), "{error}");
    }
    let error = place.fails(&["restore", "nothing", "--data", "new"]);
    assert!(error.contains("no folder made by suyuan backup"), "{error}");

    let out = place.ok(&["restore", "bare", "--data", "new"]);
    assert!(out.contains("put the key files into new/keys"), "{out}");
    // Without its keys it does not start, and makes no others.
    let error = place.fails(&["key", "list", "--data", "new"]);
    assert!(error.contains("put the folder with the keys back"), "{error}");
    assert!(!place.path("new/keys").exists());
}

#[test]
fn wide_keys_and_lost_keys_are_refused() {
    let place = Place::new();
    place.with_batch(1);
    let pin = place.path("data/keys/pin.key");
    std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o644)).unwrap();
    for args in [&["serve", "--listen", "127.0.0.1:0"][..], &["key", "list"]] {
        let error = place.fails(args);
        assert!(error.contains("run: chmod 600 data/keys/pin.key"), "{error}");
    }
    std::fs::remove_file(&pin).unwrap();
    let error = place.fails(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("put it back"), "{error}");
    assert!(!pin.exists());
}

#[test]
fn unknown_settings_are_refused_and_known_ones_are_heard() {
    let place = Place::new();
    std::fs::write(place.path("suyuan.toml"), "lisen = '127.0.0.1:1'").unwrap();
    let error = place.fails(&["key", "list"]);
    assert!(error.contains("unknown key lisen; known are listen, data,"), "{error}");
    std::fs::write(place.path("suyuan.toml"), "data = 'elsewhere'").unwrap();
    let error = place.fails(&["key", "list"]);
    assert!(error.contains("there is no platform in elsewhere"), "{error}");
    let error = place.fails(&["--config", "other.toml", "key", "list"]);
    assert!(error.contains("cannot read the configuration file other.toml"), "{error}");

    let output = place.command(&["key", "list"]).env("SUYUAN_DATTA", "x").output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("unknown variable SUYUAN_DATTA; known are SUYUAN_LISTEN"), "{error}");
    let output = place.command(&["key", "list"]).env("SUYUAN_DATA", "there").output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("there is no platform in there"), "{error}");
}

#[test]
fn wrong_ids_and_orders_are_named() {
    let place = Place::new();
    let made = place.with_batch(1);
    let error = place.fails(&["mint", "--product", "p1", "--count", "1"]);
    assert!(error.contains("p1 is no id of a product"), "{error}");
    let product = place.ok(&["product", "list"]);
    let product = product.lines().nth(1).unwrap().split(' ').next().unwrap();
    let error = place.fails(&["mint", "--product", product, "--count", "0"]);
    assert!(error.contains("n-codes-out-of-range"), "{error}");
    let error = place.fails(&["mint", "--product", product, "--count", "1", "--digits", "16"]);
    assert!(error.contains("length-not-allowed"), "{error}");
    let error = place.fails(&["manifest", &made.batch.replace(&made.batch[1..], "0000000000000")]);
    assert!(error.contains("there is no such thing"), "{error}");
}
