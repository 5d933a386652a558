//! Escaping of text in pages: as askama does it, but fast for text that needs none.
//!
//! Most of a page is such text, and askama looks at one byte after another.

use askama::filters::{Escaper, Html};
use std::fmt;

/// Escapes `"`, `&`, `'`, `<` and `>`, as askama's own escaper does.
#[derive(Clone, Copy)]
pub(crate) struct PlainFirst;

impl Escaper for PlainFirst {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        if is_plain(text) { dest.write_str(text) } else { Html.write_escaped_str(dest, text) }
    }
}

/// Whole blocks without an early end, so that the compiler compares many bytes at once; most
/// values of a page are shorter than one.
fn is_plain(text: &str) -> bool {
    let (blocks, rest) = text.as_bytes().as_chunks::<16>();
    let is_special = |it: u8| matches!(it, b'"' | b'&' | b'\'' | b'<' | b'>');
    blocks.iter().all(|block| !block.iter().fold(false, |found, it| found | is_special(*it)))
        && rest.iter().all(|it| !SPECIAL[usize::from(*it)])
}

/// Whether a byte is escaped.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    special[b'"' as usize] = true;
    special[b'&' as usize] = true;
    special[b'\'' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_askama_escapes() {
        // In a block, in what is left behind it, and in a text that is shorter than one.
        for text in ["溯源 {} 0123456789 0123456789", "0123456789 0123456789 {}", "{}"] {
            for byte in 0..=127u8 {
                let text = text.replace("{}", &char::from(byte).to_string());
                let (mut ours, mut theirs) = (String::new(), String::new());
                PlainFirst.write_escaped_str(&mut ours, &text).unwrap();
                Html.write_escaped_str(&mut theirs, &text).unwrap();
                assert_eq!(ours, theirs);
            }
        }
    }
}
