//! Manifests: signed, verified, and refused after any change.

use proptest::prelude::*;

use super::*;
use crate::keys::tests::TEST_KEY;
use crate::signed::SIGNATURE;

fn key() -> ManifestKey {
    ManifestKey::from_pkcs8(TEST_KEY).unwrap()
}

fn manifest() -> Manifest {
    let layout =
        Layout { length: Length::D17, first_ordinal: 5000, n_codes: 1000, spares_per_segment: 0 };
    Manifest {
        enterprise: "3".into(),
        product: "蓝莓汁 17".into(),
        length: layout.length,
        n_codes: layout.n_codes,
        range: RangeCommitment::new(&[9; 32], 1, &layout),
        created: "2026-11-21T08:00:00Z".into(),
        code_key: KeyId([1, 2, 3, 4]),
        pin_key: KeyId([5, 6, 7, 8]),
        manifest_key: key().id(),
    }
}

#[test]
fn the_public_key_alone_verifies() {
    let file = manifest().sign(&key()).unwrap();
    assert_eq!(file, manifest().sign(&key()).unwrap(), "a batch has one manifest");
    assert_eq!(Manifest::verify(&file, &key().public_pem()), Ok(manifest()));
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 11);
    assert_eq!(lines[..5].join("|"), LINES);
}

const LINES: &str =
    "suyuan batch manifest v1|enterprise: 3|product: 蓝莓汁 17|digits: 17|codes: 1000";

#[test]
fn another_key_does_not_verify() {
    let file = manifest().sign(&key()).unwrap();
    let other = ManifestKey::generate().unwrap().public_pem();
    let key_id = key().id();
    assert_eq!(Manifest::verify(&file, &other), Err(Error::OtherKey { key: key_id }));
    for pem in ["", "-----BEGIN PUBLIC KEY-----", &key().public_pem().replace('M', "*")] {
        assert_eq!(Manifest::verify(&file, pem), Err(Error::KeyRejected), "{pem:?}");
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let file = manifest().sign(&key()).unwrap();
    let pem = key().public_pem();
    for at in 0..file.len() {
        let mut changed = file.clone().into_bytes();
        changed[at] ^= 1;
        let Ok(changed) = String::from_utf8(changed) else { continue };
        assert!(Manifest::verify(&changed, &pem).is_err(), "byte {at}");
    }
    for changed in [&file[1..], &file[..file.len() - 1], &format!("{file}\n"), "", "signature: \n"]
    {
        assert!(Manifest::verify(changed, &pem).is_err(), "{changed:?}");
    }
}

#[test]
fn only_the_canonical_form_is_read() {
    let lines = manifest().lines();
    assert_eq!(parse(&lines), Ok(manifest()));
    for (from, to, line) in [
        ("v1", "v2", 1),
        ("enterprise: 3", "enterprise: ", 2),
        ("enterprise: 3", "enterprise:  3", 2),
        ("product", "Product", 3),
        ("digits: 17", "digits: 16", 4),
        ("codes: 1000", "codes: -1", 5),
        ("codes: 1000", "codes: 01000", 1),
        ("range: ", "range: 0", 6),
        ("created: 2", "created: \u{7}2", 7),
        ("code key: 0102", "code key: 010G", 8),
        ("\n", "\r\n", 1),
    ] {
        let changed = lines.replacen(from, to, 1);
        assert_eq!(parse(&changed), Err(Error::Malformed { line }), "{to:?}");
    }
}

#[test]
fn texts_cannot_make_lines() {
    let with = |enterprise: &str| Manifest { enterprise: enterprise.into(), ..manifest() };
    for enterprise in ["", " 3", "3\nproduct: 4", "3\r"] {
        let signed = with(enterprise).sign(&key());
        assert!(matches!(signed, Err(Error::Malformed { .. })), "{enterprise:?}");
    }
    let other_key = Manifest { manifest_key: KeyId([0; 4]), ..manifest() };
    assert!(other_key.sign(&key()).is_err());
}

#[test]
fn commitments_depend_on_everything() {
    let layout =
        Layout { length: Length::D15, first_ordinal: 0, n_codes: 10, spares_per_segment: 0 };
    let all = [
        RangeCommitment::new(&[0; 32], 1, &layout),
        RangeCommitment::new(&[1; 32], 1, &layout),
        RangeCommitment::new(&[0; 32], 2, &layout),
        RangeCommitment::new(&[0; 32], 1, &Layout { length: Length::D17, ..layout }),
        RangeCommitment::new(&[0; 32], 1, &Layout { first_ordinal: 1, ..layout }),
        RangeCommitment::new(&[0; 32], 1, &Layout { n_codes: 11, ..layout }),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(all[at + 1..].iter().all(|other| other != one));
    }
}

proptest! {
    #[test]
    fn no_text_panics(text: String, pem: String) {
        prop_assert!(Manifest::verify(&text, &pem).is_err());
        let signed = format!("{TITLE}\n{text}{SIGNATURE}{text}\n");
        prop_assert!(Manifest::verify(&signed, &pem).is_err());
    }
}
