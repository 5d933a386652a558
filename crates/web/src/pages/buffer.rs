//! Buffers that pages are rendered into, used again: making a fresh one of this size, and dropping
//! it, costs the allocator more than filling it costs us.

use axum::body::{Body, Bytes};
use std::cell::Cell;

/// Room for most pages: the page of a scan has eight thousand bytes, five of them style.
const PAGE_BYTES: usize = 12 * 1024;
/// A buffer that grew beyond this is not kept.
const MAX_KEPT_BYTES: usize = 64 * 1024;

thread_local! {
    static SPARE: Cell<String> = const { Cell::new(String::new()) };
}

/// A text that goes back to the thread that sent it.
pub(crate) struct Buffer(String);

impl Buffer {
    /// An empty one with room for a page.
    pub(crate) fn take() -> Self {
        let mut text = SPARE.take();
        text.reserve(PAGE_BYTES);
        Self(text)
    }

    pub(crate) fn text(&mut self) -> &mut String {
        &mut self.0
    }

    pub(crate) fn into_body(self) -> Body {
        Body::from(Bytes::from_owner(self))
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut text = std::mem::take(&mut self.0);
        if text.capacity() <= MAX_KEPT_BYTES {
            text.clear();
            // A thread that ends has no place for it any more.
            let _ = SPARE.try_with(|spare| spare.set(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty() {
        let mut first = Buffer::take();
        first.text().push_str("secret");
        let place = first.text().as_ptr();
        drop(first.into_body());
        let mut second = Buffer::take();
        assert!(second.text().is_empty());
        assert_eq!(second.text().as_ptr(), place);
        second.text().push_str(&"x".repeat(MAX_KEPT_BYTES + 1));
        drop(second);
        assert!(Buffer::take().text().capacity() <= MAX_KEPT_BYTES);
    }
}
