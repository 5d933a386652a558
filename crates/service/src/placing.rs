//! The order of captures: a position for each, claimed after its commit.
//!
//! A reader that remembers the last position read misses nothing, whatever overlaps: all smaller
//! positions can be read when a position can. It costs one write for many captures: each list
//! places what waits before it reads, and a capture now and then, so that little ever waits.

use std::sync::atomic::{AtomicU32, Ordering};

use store::captures;
use store::id::{CaptureId, Scope};
use tokio::sync::{Mutex, watch};

use crate::limits::CAPTURES_PLACED_AT_ONCE;
use crate::{Attempts, Error, Result, Service};

/// Whose turn it is in this process, and what it left to do.
#[derive(Default)]
pub(crate) struct Placing {
    turn: Mutex<()>,
    /// Captures of this process since it placed any.
    n_captured: AtomicU32,
    /// Told of each capture of this process.
    captured: watch::Sender<()>,
}

impl Service {
    /// Gives a position to each capture that was committed before the call.
    ///
    /// While nothing can be written, captures wait on, and lists show those that have one.
    pub(crate) async fn place_captures(&self) -> Result<()> {
        let _turn = self.placing().turn.lock().await;
        self.placing().n_captured.store(0, Ordering::Relaxed);
        match self.place_waiting().await {
            Err(Error::Unavailable(reason)) => {
                tracing::warn!(reason, "captures wait for their positions");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Notes one capture more; the last of [`CAPTURES_PLACED_AT_ONCE`] has them placed.
    pub(crate) async fn note_capture(&self) {
        self.wake();
        let n_before = self.placing().n_captured.fetch_add(1, Ordering::Relaxed);
        if n_before + 1 == CAPTURES_PLACED_AT_ONCE
            && let Err(error) = self.place_captures().await
        {
            // The capture itself is stored, and the next list tries again.
            tracing::error!(%error, "captures were not placed");
        }
    }

    /// Changes when this process captured something, or has other work for whoever delivers.
    /// Other servers of the same database are not heard, so look now and then as well.
    pub fn captured(&self) -> watch::Receiver<()> {
        self.placing().captured.subscribe()
    }

    /// Tells those who wait on [`Self::captured`].
    pub(crate) fn wake(&self) {
        self.placing().captured.send_replace(());
    }

    /// The position of a capture that a cursor names.
    pub(crate) async fn position_of(&self, scope: Scope, id: CaptureId) -> Result<i64> {
        captures::position(self.store(), scope, id).await?.ok_or(Error::NotFound)
    }

    async fn place_waiting(&self) -> Result<()> {
        let mut attempts = Attempts::of("place captures");
        loop {
            let waiting = captures::waiting(self.store(), CAPTURES_PLACED_AT_ONCE).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            let first = captures::next_position(self.store()).await?;
            let statements = captures::place(first, &waiting);
            if self.write_decided(&mut attempts, statements).await?.is_some() {
                attempts = Attempts::of("place captures");
                if waiting.len() < CAPTURES_PLACED_AT_ONCE as usize {
                    return Ok(());
                }
            }
        }
    }
}
