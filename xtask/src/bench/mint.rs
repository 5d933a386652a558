//! `bench mint`: how fast codes are made and read, on one thread, beside four rivals.
//!
//! `raw_aes`: ten AES-256 blocks of the same `aes` build for each code, in the widest pipeline
//! that the crate offers; what no FF1 can beat. `fpe_crate`: the FF1 of the `fpe` crate.
//! `sqlite_unique`: a table that remembers each code. `serial_aes`: ten blocks one after the other.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aes::Aes256;
use aes::cipher::consts::U16;
use aes::cipher::{
    Array, Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser,
    KeyInit,
};
use anyhow::{Context, Result};
use fpe::ff1::{FF1, FlexibleNumeralString};
use mint::{Code, LANES, Length, Permutation, PinKey};

use super::Options;
use super::line::emit;

/// A key that protects nothing.
const KEY: [u8; 32] = [7; 32];

/// Blocks of the raw rival: 16 KiB, which stay in the first-level cache.
const RAW_BLOCKS: usize = 1024;

/// Codes of one call: a few batches of lanes.
const RUN_CODES: usize = 16 * LANES;

/// Codes in one transaction of the SQLite rival.
const TX_CODES: usize = 10_000;

/// Each side runs this many times, in turn, and keeps its best: on a busy machine most windows are
/// disturbed, and a short one has a chance not to be.
const N_WINDOWS: usize = 200;

/// How long a side runs before the next has its turn.
const WINDOW: Duration = Duration::from_millis(5);

/// Measures everything; the full bench inserts more codes into SQLite.
pub(crate) fn run(options: Options) -> Result<()> {
    eprintln!("# AES: {}", mint::aes_backend());
    for length in Length::ALL {
        throughput(length, if options.full { 10_000_000 } else { 2_000_000 })?;
    }
    decrypt()?;
    pin()
}

/// Codes a second of one length, and the three rivals of it.
fn throughput(length: Length, n_sqlite: usize) -> Result<()> {
    let n_digits = length.n_digits();
    let permutation = Permutation::new(length, 1, &KEY);
    let mut codes = vec![permutation.encode(0); RUN_CODES];
    let mut first = 0;
    let ours = || {
        permutation.encode_run(first, &mut codes);
        black_box(&codes);
        first += RUN_CODES as u64;
        RUN_CODES
    };
    let aes = Aes256::new(&Array::from(KEY));
    let mut blocks = vec![Block::<Aes256>::default(); RAW_BLOCKS];
    let raw = || {
        aes.encrypt_blocks(black_box(&mut blocks));
        RAW_BLOCKS / 10
    };
    let ff1 = FF1::<Aes256>::new(&KEY, 10).context("radix 10")?;
    let body = FlexibleNumeralString::from(vec![3; n_digits - 1]);
    let fpe = || {
        black_box(ff1.encrypt(&[1, 2, 3, 4, 5], black_box(&body))).expect("a body of digits");
        1
    };
    let [ours, raw, fpe] = race([&mut { ours }, &mut { raw }, &mut { fpe }]);
    let sqlite = sqlite_rate(&permutation, n_sqlite)?;
    for (rival, what, rate) in [
        ("raw_aes", "AES-256 blocks / 10", raw),
        ("fpe_crate", "FF1 of the fpe crate", fpe),
        ("sqlite_unique", "inserts into a unique index", sqlite),
    ] {
        let name = format!("mint/{n_digits}/{rival}");
        emit(&name, ours, "codes/s/core", Some(what), Some(ours / rate))?;
    }
    Ok(())
}

/// One code read at a time, against ten AES blocks that wait for each other.
fn decrypt() -> Result<()> {
    let permutation = Permutation::new(Length::D17, 1, &KEY);
    let mut codes = [permutation.encode(1), permutation.encode(2)];
    // The next code depends on the number before: latency is measured, not throughput.
    let ours = || {
        let number = permutation.decode(&codes[0]);
        codes.swap(0, number as usize & 1);
        1
    };
    let aes = Aes256::new(&Array::from(KEY));
    let mut block = Block::<Aes256>::default();
    let serial = || {
        aes.encrypt_with_backend(TenInARow(&mut block));
        1
    };
    let [ours, serial] = race([&mut { ours }, &mut { serial }]);
    let what = Some("10 dependent AES-256 blocks");
    emit("mint/17/decrypt", ours, "codes/s/core", what, Some(ours / serial))?;
    Ok(())
}

/// Ten encryptions of one block, without leaving the cipher's backend.
struct TenInARow<'a>(&'a mut Block<Aes256>);

impl BlockSizeUser for TenInARow<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for TenInARow<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        for _ in 0..10 {
            backend.encrypt_block_inplace(self.0);
        }
    }
}

/// Covered second codes a second.
fn pin() -> Result<()> {
    let key = PinKey::from_bytes(&KEY)?;
    let mut ordinal = 0;
    let pin = || {
        black_box(key.pin(Length::D17, 1, ordinal));
        ordinal += 1;
        1
    };
    let [rate] = race([&mut { pin }]);
    emit("mint/pin", rate, "pins/s/core", None, None)?;
    Ok(())
}

/// The best rate of each side, in things a second; a side returns how many things it made.
fn race<const N: usize>(mut sides: [&mut dyn FnMut() -> usize; N]) -> [f64; N] {
    let mut best = [0f64; N];
    for _ in 0..N_WINDOWS {
        for (side, best) in sides.iter_mut().zip(&mut best) {
            *best = best.max(rate(side));
        }
    }
    best
}

fn rate(side: &mut dyn FnMut() -> usize) -> f64 {
    let started = Instant::now();
    let mut n_made = 0;
    while started.elapsed() < WINDOW {
        // The clock is read seldom, so that it does not weigh on sides that are quick.
        for _ in 0..32 {
            n_made += side();
        }
    }
    n_made as f64 / started.elapsed().as_secs_f64()
}

/// Codes a second into a SQLite table with a unique index, in a file, as the product sets it up.
fn sqlite_rate(permutation: &Permutation, n_codes: usize) -> Result<f64> {
    let path = std::env::temp_dir().join(format!("suyuan-bench-mint-{}.db", std::process::id()));
    let rate = insert_all(&path, permutation, n_codes);
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(suffix);
        // A file that SQLite has already removed is no failure.
        let _ = std::fs::remove_file(file);
    }
    rate
}

fn insert_all(path: &std::path::Path, permutation: &Permutation, n_codes: usize) -> Result<f64> {
    let mut db = rusqlite::Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.execute_batch("create table codes (code text not null unique)")?;
    let mut codes: Vec<Code> = vec![permutation.encode(0); TX_CODES];
    let mut busy = Duration::ZERO;
    for tx in 0..n_codes / TX_CODES {
        permutation.encode_run((tx * TX_CODES) as u64, &mut codes);
        let started = Instant::now();
        let batch = db.transaction()?;
        {
            let mut insert = batch.prepare_cached("insert into codes (code) values ($1)")?;
            for code in &codes {
                insert.execute([code.as_str()])?;
            }
        }
        batch.commit()?;
        busy += started.elapsed();
    }
    Ok(n_codes as f64 / busy.as_secs_f64())
}
