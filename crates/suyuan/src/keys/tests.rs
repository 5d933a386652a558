use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{KeyFacts, KeyFolder, check_private};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn keys_are_made_once_and_found_again() {
    let data = tempfile::tempdir().unwrap();
    let folder = KeyFolder::of(data.path());
    let made = KeyFacts::of(&folder.open(0).unwrap());
    let found = KeyFacts::of(&folder.open(1).unwrap());
    assert_eq!(made.manifest_pem, found.manifest_pem);
    assert_eq!((&made.code, made.pin), (&found.code, found.pin));
    assert_eq!(folder.names(), ["code-1.p8", "manifest.p8", "pin.key"]);

    // A platform that lost a key gets no other one.
    std::fs::remove_file(folder.path().join("pin.key")).unwrap();
    let error = folder.open(1).unwrap_err();
    assert!(format!("{error:#}").contains("put it back"), "{error:#}");

    // A new one whose first start broke off gets what is missing, and keeps what is there.
    let again = KeyFacts::of(&folder.open(0).unwrap());
    assert_eq!(again.code, found.code);

    let second = folder.add_code_key(2).unwrap();
    assert_eq!(second, folder.add_code_key(2).unwrap());
    assert_eq!(KeyFacts::of(&folder.open(2).unwrap()).code, [found.code[0], second]);
    assert!(folder.open(3).is_err());

    let copy = KeyFolder::of(&data.path().join("copy"));
    assert_eq!(folder.copy_to(&copy).unwrap(), 4);
    assert_eq!(KeyFacts::of(&copy.open(2).unwrap()).code, [found.code[0], second]);
    assert!(folder.copy_to(&copy).is_err());
}

#[test]
fn wide_modes_are_refused_with_the_command_that_helps() {
    let data = tempfile::tempdir().unwrap();
    let folder = KeyFolder::of(data.path());
    folder.open(0).unwrap();
    let pin = folder.path().join("pin.key");
    for (path, wide, right) in [(pin.as_path(), 0o640, 0o600), (folder.path(), 0o755, 0o700)] {
        set_mode(path, wide);
        let error = folder.open(1).unwrap_err().to_string();
        assert!(error.contains(&format!("chmod {right:o} {}", path.display())), "{error}");
        set_mode(path, right);
        assert!(folder.open(1).is_ok());
    }
    let foreign = std::fs::metadata("/proc/1/cmdline").unwrap();
    if std::os::unix::fs::MetadataExt::uid(&foreign) != rustix::process::geteuid().as_raw() {
        let error = check_private(Path::new("x"), &foreign, 0o777).unwrap_err().to_string();
        assert!(error.contains("chown"), "{error}");
    }
}

#[test]
fn what_is_no_key_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let folder = KeyFolder::of(data.path());
    folder.open(0).unwrap();
    for name in ["code-1.p8", "manifest.p8", "pin.key"] {
        let path = folder.path().join(name);
        let right = std::fs::read(&path).unwrap();
        std::fs::write(&path, b"no key").unwrap();
        let error = folder.open(1).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("holds no key"), "{error}");
        std::fs::write(&path, right).unwrap();
    }
}
