//! Keys in and out of their files, and that nothing shows them.

use super::*;
use crate::Code;

/// An RSA-3072 key that protects nothing: everybody can read it here.
pub(crate) const TEST_KEY: &[u8] = include_bytes!("published_test_key.der");

#[test]
fn the_same_file_gives_the_same_codes() {
    // The derivation is for ever: a change here would orphan every printed code.
    let key = CodeKey::from_pkcs8(TEST_KEY).unwrap();
    let again = CodeKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let code = |key: &CodeKey, length, epoch| key.permutation(length, epoch).unwrap().encode(42);
    let codes = Length::ALL.map(|length| code(&key, length, 1));
    assert_eq!(codes, Length::ALL.map(|length| code(&again, length, 1)));
    let golden = ["910783598267953", "25517982951117416", "509922189915910020887"];
    assert_eq!(codes.map(|code| code.to_string()), golden);
    assert_ne!(code(&key, Length::D15, 1), code(&key, Length::D15, 2));
}

#[test]
fn pins_never_change() {
    let key = PinKey::from_bytes(&[7; 32]).unwrap();
    let pin = |length, epoch, ordinal| key.pin(length, epoch, ordinal).as_str().to_owned();
    let pins = [pin(Length::D15, 1, 0), pin(Length::D17, 1, 0), pin(Length::D17, 2, 0)];
    assert_eq!(pins, ["863084", "166488", "849593"]);
}

#[test]
fn damaged_files_are_refused() {
    let rejected = |der: &[u8]| {
        assert_eq!(CodeKey::from_pkcs8(der).unwrap_err(), Error::KeyRejected);
        assert_eq!(ManifestKey::from_pkcs8(der).unwrap_err(), Error::KeyRejected);
    };
    rejected(b"");
    rejected(&[0; 100]);
    rejected(&TEST_KEY[..TEST_KEY.len() - 1]);
    rejected(&TEST_KEY[1..]);
    let small = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let small: Pkcs8V1Der<'_> = small.as_der().unwrap();
    rejected(small.as_ref());
    for n_bytes in [0, 31, 33] {
        assert_eq!(PinKey::from_bytes(&vec![7; n_bytes]).unwrap_err(), Error::KeyRejected);
    }
}

#[test]
fn new_keys_differ() {
    let [one, two] = [PinKey::generate().unwrap(), PinKey::generate().unwrap()];
    assert_ne!(one.id(), two.id());
    let key = CodeKey::generate().unwrap();
    assert_ne!(key.id(), CodeKey::from_pkcs8(TEST_KEY).unwrap().id());
    let code: Code = key.permutation(Length::D17, 1).unwrap().encode(0);
    assert_eq!(key.permutation(Length::D17, 1).unwrap().decode(&code), 0);
}

#[test]
fn debug_shows_the_id_only() {
    let code = CodeKey::from_pkcs8(TEST_KEY).unwrap();
    let manifest = ManifestKey::from_pkcs8(TEST_KEY).unwrap();
    let pin = PinKey::from_bytes(&[7; 32]).unwrap();
    assert_eq!(
        format!("{code:?} {manifest:?} {pin:?}"),
        format!("CodeKey({}) ManifestKey({}) PinKey({})", code.id(), manifest.id(), pin.id()),
    );
    assert_eq!(code.id().to_string().len(), 8);
}
