//! Codes of ordinals and back.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// A key that protects nothing.
const KEY: [u8; 32] = [7; 32];

#[test]
fn codes_never_change() {
    // Printed codes must be found by every later version: these lines are for ever.
    let codes = Length::ALL.map(|length| {
        let permutation = Permutation::new(length, 1, &KEY);
        [0, 1, length.capacity() - 1].map(|ordinal| permutation.encode(ordinal).to_string())
    });
    assert_eq!(codes, GOLDEN);
}

const GOLDEN: [[&str; 3]; 3] = [
    ["182001080863178", "192621059620915", "896516155651823"],
    ["90664897176684577", "61346145279525491", "72241438737367927"],
    ["323231665981289369738", "094119946595378171506", "794786566712767992965"],
];

#[test]
fn length_and_epoch_change_every_code() {
    let of = |length, epoch| Permutation::new(length, epoch, &KEY).encode(0);
    assert_ne!(of(Length::D15, 1), of(Length::D15, 2));
    assert_ne!(of(Length::D15, 1).as_str()[..14], of(Length::D17, 1).as_str()[..14]);
}

#[test]
fn runs_of_every_size_equal_single_codes() {
    for length in Length::ALL {
        let permutation = Permutation::new(length, 3, &KEY);
        // The second start lets the lower half run over in the middle of a batch.
        for first in [0, 10u64.pow(length.half_digits() as u32) - 70] {
            for n_codes in [0, 1, 63, 64, 65, 128, 200] {
                let mut run = vec![Code::blank(length); n_codes];
                permutation.encode_run(first, &mut run);
                for (ordinal, code) in (first..).zip(&run) {
                    assert_eq!(*code, permutation.encode(ordinal));
                }
            }
        }
        let last = length.capacity() - 100;
        let mut run = [Code::blank(length); 100];
        permutation.encode_run(last, &mut run);
        assert_eq!(run[99], permutation.encode(length.capacity() - 1));
    }
}

#[test]
fn no_code_comes_twice() {
    let permutation = Permutation::new(Length::D15, 1, &KEY);
    let mut run = vec![Code::blank(Length::D15); 100_000];
    permutation.encode_run(0, &mut run);
    let distinct: HashSet<Code> = run.iter().copied().collect();
    assert_eq!(distinct.len(), run.len());
}

#[test]
fn debug_shows_no_key() {
    let text = format!("{:?}", Permutation::new(Length::D15, 1, &KEY));
    assert_eq!(text, "Permutation { length: D15, epoch: 1, .. }");
}

proptest! {
    #[test]
    fn minting_is_a_bijection(class in 0u8..3, epoch: u32, ordinal: u64, key: [u8; 32]) {
        let length = Length::from_class(class).unwrap();
        let permutation = Permutation::new(length, epoch, &key);
        let ordinal = ordinal % length.capacity();
        let code = permutation.encode(ordinal);
        prop_assert_eq!(code.length(), length);
        prop_assert_eq!(Code::parse(code.as_str()), Ok(code));
        prop_assert_eq!(permutation.decode(&code), u128::from(ordinal));
        prop_assert_eq!(permutation.decode_batch(&[code; LANES]), [u128::from(ordinal); LANES]);
    }

    #[test]
    fn every_code_decrypts_to_a_body(body in 0..10u128.pow(20)) {
        let code = Code::from_serial(&format!("{body:020}")).unwrap();
        let permutation = Permutation::new(Length::D21, 1, &KEY);
        prop_assert!(permutation.decode(&code) < Length::D21.n_bodies());
    }
}
