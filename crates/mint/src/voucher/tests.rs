//! Vouchers: signed, verified, and refused after any change.

use proptest::prelude::*;

use super::*;
use crate::keys::tests::TEST_KEY;

fn key() -> ManifestKey {
    ManifestKey::from_pkcs8(TEST_KEY).unwrap()
}

fn voucher() -> Voucher {
    Voucher {
        number: "7Q2M-0KXD-94TB-HVN5".into(),
        saved: "2026-11-22T08:01:30Z".into(),
        checked: "2026-11-22T08:00:05Z".into(),
        domain: "trace.example".into(),
        code: "21573380914467252".into(),
        state: "scanned-before".into(),
        reason: String::new(),
        count: "2".into(),
        since: "2026-11-20T10:41:00Z".into(),
        until: String::new(),
        in_area: "440000".into(),
        product: "蓝莓汁".into(),
        enterprise: "甘露乳业".into(),
        lot: "L1".into(),
        place: "310000".into(),
        key: key().id(),
    }
}

#[test]
fn the_public_key_alone_verifies() {
    let file = voucher().sign(&key()).unwrap();
    assert_eq!(Voucher::verify(&file, &key().public_pem()), Ok(voucher()));
    assert_eq!(Voucher::read_kept(&file), Ok(voucher()));
    let other = ManifestKey::generate().unwrap().public_pem();
    assert_eq!(Voucher::verify(&file, &other), Err(Error::OtherKey { key: key().id() }));
    assert_eq!(Voucher::verify(&file, "no key"), Err(Error::KeyRejected));
}

#[test]
fn forged_and_cut_texts_are_refused() {
    let (file, pem) = (voucher().sign(&key()).unwrap(), key().public_pem());
    for at in 0..file.len() {
        let mut changed = file.clone().into_bytes();
        changed[at] ^= 1;
        if let Ok(changed) = String::from_utf8(changed) {
            assert!(Voucher::verify(&changed, &pem).is_err(), "byte {at}");
        }
        if file.is_char_boundary(at) {
            assert!(Voucher::verify(&file[..at], &pem).is_err(), "cut at {at}");
        }
    }
    let better = file.replace("scanned-before", "first-scan");
    assert_eq!(Voucher::verify(&better, &pem), Err(Error::SignatureWrong));
    let milder = file.replace("It proves neither", "It proves");
    assert_eq!(Voucher::verify(&milder, &pem), Err(Error::Malformed { line: 17 }));
}

#[test]
fn what_was_signed_as_a_manifest_is_no_voucher() {
    let file = voucher().sign(&key()).unwrap();
    assert!(crate::Manifest::verify(&file, &key().public_pem()).is_err());
}

#[test]
fn texts_cannot_make_lines() {
    for product in [" 汁", "汁\nlot: L2", "汁\r", "-\u{85}"] {
        let forged = Voucher { product: product.into(), ..voucher() };
        assert!(forged.sign(&key()).is_err(), "{product:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text: String, pem: String) {
        prop_assert!(Voucher::verify(&text, &pem).is_err());
        let begun = format!("{TITLE}\n{text}signature: {text}\n");
        prop_assert!(Voucher::verify(&begun, &pem).is_err());
    }
}
