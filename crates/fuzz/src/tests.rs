use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Outcome, text};

/// Three steps that each lead only a little further are found by what was accepted before.
#[test]
fn accepted_inputs_lead_further() {
    let deepest = Cell::new(0);
    text(&["a"], |input| {
        let depth = ["a", "ab", "abc", "abcd"].iter().filter(|it| input.starts_with(**it)).count();
        let is_new = depth > deepest.get();
        deepest.set(depth.max(deepest.get()));
        Outcome::from(is_new)
    });
    assert!(deepest.get() >= 2, "{deepest:?}");
}

#[test]
fn a_panic_is_handed_on() {
    let found = catch_unwind(AssertUnwindSafe(|| {
        text(&["ok"], |input| {
            assert!(!input.contains('('), "a bracket");
            Outcome::Accepted
        });
    }));
    assert!(found.is_err());
}
