//! Pages with holes: what many pages have in common is rendered once and copied, and only what
//! differs is escaped and put in.
//!
//! A skeleton is rendered by the page's own template with *marks* in place of values, and cut at
//! them. So it holds nothing of any item, never grows old, and comes out as the template would.

use super::escape::PlainFirst;
use crate::chain::Chain;
use askama::filters::Escaper;
use std::array;

/// Skeletons that one process keeps: 256 of 9 KB are 2.3 MB. Pages beyond are rendered whole.
pub(crate) const MAX_SKELETONS: usize = 256;

/// The first mark; one for each value follows. They are for private use, so no text of ours has
/// them, and texts of others are never cut.
const FIRST_MARK: u32 = 0xe000;
const MARK_BYTES: usize = 3;

/// A rendered page without its values.
pub(crate) struct Skeleton {
    text: String,
    /// Where a value goes into the text, and which.
    holes: Vec<(usize, usize)>,
}

/// Skeletons by the shape of their pages.
pub(crate) type Skeletons<K> = Chain<K, Skeleton>;

/// What stands for `N` values while a skeleton is rendered.
pub(crate) struct Marks<const N: usize>(String);

impl<const N: usize> Marks<N> {
    pub(crate) fn new() -> Self {
        Self((FIRST_MARK..).take(N).filter_map(char::from_u32).collect())
    }

    pub(crate) fn values(&self) -> [&str; N] {
        array::from_fn(|value| &self.0[value * MARK_BYTES..][..MARK_BYTES])
    }
}

impl Skeleton {
    /// Cuts a page that was rendered with marks.
    pub(crate) fn of(page: &str) -> Self {
        let mut skeleton = Self { text: String::with_capacity(page.len()), holes: Vec::new() };
        for it in page.chars() {
            match u32::from(it).checked_sub(FIRST_MARK) {
                // 6,400 code points are for private use (Unicode 17 §23.5).
                Some(value @ 0..6400) => skeleton.holes.push((skeleton.text.len(), value as usize)),
                _ => skeleton.text.push(it),
            }
        }
        skeleton
    }

    /// Writes the page with `values`, escaped, where their marks were.
    pub(crate) fn fill(&self, page: &mut String, values: &[&str]) {
        let mut from = 0;
        for &(to, value) in &self.holes {
            page.push_str(&self.text[from..to]);
            let value = values.get(value).copied().unwrap_or_default();
            PlainFirst.write_escaped_str(&mut *page, value).expect("a String takes all");
            from = to;
        }
        page.push_str(&self.text[from..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_their_marks_were() {
        let marks = Marks::<3>::new();
        let [a, b, c] = marks.values();
        let skeleton = Skeleton::of(&format!("<p title=\"{b}\">{a}</p>{a}{c}"));
        let mut page = String::new();
        // A value that looks like a mark is a value like any other.
        skeleton.fill(&mut page, &["<&>", "\"1\"", b]);
        assert_eq!(page, format!("<p title=\"&#34;1&#34;\">&#60;&#38;&#62;</p>&#60;&#38;&#62;{b}"));
        let mut page = String::new();
        Skeleton::of("no holes").fill(&mut page, &[]);
        assert_eq!(page, "no holes");
    }
}
