//! How long each target runs: `SUYUAN_FUZZ_SECONDS`, which `cargo xtask soak` sets.

/// The seconds of each target; none in the suite, which counts inputs instead.
pub(crate) fn seconds() -> Option<u64> {
    std::env::var_os("SUYUAN_FUZZ_SECONDS")?.to_str()?.parse().ok()
}
