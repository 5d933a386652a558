//! The clock and the randomness of the process; no other crate reads them.

use std::sync::atomic::{AtomicI64, Ordering};

use service::Outside;

/// The time while the demo's world is loaded, in microseconds since the epoch; 0 is the system's.
static TOLD_US: AtomicI64 = AtomicI64::new(0);

/// What the service is given.
pub(crate) const OUTSIDE: Outside = Outside { clock: now_us, random };

/// Now, in microseconds since the epoch.
pub(crate) fn now_us() -> i64 {
    match TOLD_US.load(Ordering::Relaxed) {
        0 => system_us(),
        told => told,
    }
}

/// Lets the clock stand at `at_us`, or run again.
pub(crate) fn tell_clock(at_us: Option<i64>) {
    TOLD_US.store(at_us.unwrap_or(0), Ordering::Relaxed);
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn system_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Fills `bytes` from the generator of the cryptographic library.
pub(crate) fn random(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the system gives randomness once it has booted");
}

/// Thirty-two random bits.
pub(crate) fn random_u32() -> u32 {
    let mut bytes = [0; 4];
    random(&mut bytes);
    u32::from_be_bytes(bytes)
}
