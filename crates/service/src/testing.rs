//! Time, randomness and keys for tests, here and in the crates above (feature `testing`).

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use mint::{CodeKey, ManifestKey, PinKey};

use crate::{Outside, Secrets};

/// 2026-11-21T08:00:00Z.
pub const MORNING_US: i64 = 1_795_248_000_000_000;

/// A clock that stands still unless it is moved, and bytes that are not random at all and never the
/// same twice: enough for ids, salts and tokens of a test. Both are of the process.
pub const OUTSIDE: Outside = Outside { clock: now_us, random };

static NOW_US: AtomicI64 = AtomicI64::new(MORNING_US);
static RANDOM: AtomicU64 = AtomicU64::new(1);

/// Moves the clock.
pub fn set_now_us(at_us: i64) {
    NOW_US.store(at_us, Ordering::SeqCst);
}

/// Keys for `n_epochs` epochs, made once and kept in `folder`, since RSA keys take long.
pub fn secrets(folder: &Path, n_epochs: usize) -> Secrets {
    let code = |n: usize| {
        let made = || CodeKey::generate().and_then(|key| key.to_pkcs8()).expect("a key").to_vec();
        let kept = kept(folder, &format!("code-{n}"), made);
        CodeKey::from_pkcs8(&kept).expect("a code key")
    };
    let manifest =
        || ManifestKey::generate().and_then(|key| key.to_pkcs8()).expect("a key").to_vec();
    Secrets {
        code: (1..=n_epochs).map(code).collect(),
        manifest: ManifestKey::from_pkcs8(&kept(folder, "manifest", manifest)).expect("a key"),
        pin: PinKey::from_bytes(&[7; 32]).expect("a PIN key"),
    }
}

/// What the clock says.
pub fn now_us() -> i64 {
    NOW_US.load(Ordering::SeqCst)
}

fn random(bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(8) {
        let mut word = RANDOM.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word ^= word >> 29;
        word = word.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        chunk.copy_from_slice(&word.to_be_bytes()[..chunk.len()]);
    }
}

fn kept(folder: &Path, name: &str, make: impl Fn() -> Vec<u8>) -> Vec<u8> {
    let path = folder.join(format!("{name}.test-key"));
    if let Ok(bytes) = std::fs::read(&path) {
        return bytes;
    }
    let mine = path.with_extension(std::process::id().to_string());
    std::fs::write(&mine, make()).expect("the build folder can be written");
    // Whoever comes first wins, and all read the same.
    let _ = std::fs::hard_link(&mine, &path);
    let _ = std::fs::remove_file(&mine);
    std::fs::read(&path).expect("the key was just kept")
}
