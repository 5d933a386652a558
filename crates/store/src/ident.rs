//! The space of identifier ids, and how a range of it is laid into index rows.
//!
//! An id is `class << 60 | number`. A block is 2^20 neighbouring ids. Inside a block there are
//! nodes of 1, 4, 16, … ids, numbered like a heap: the node of one id is `1 << 20 | offset`, that
//! of four is a quarter of it, the whole block is 1.
//! A range is one row in each block that it touches, a *span*: under the node of its first id, at
//! the lowest of the 11 levels whose nodes are as long as the range. So it ends in that node or the
//! next, and whoever asks for a range looks at one interval of nodes a level, which begins one node
//! before it.

/// Bits of an id inside its block.
pub const BLOCK_BITS: u32 = 20;

/// Identifier class of interned identifiers.
pub const INTERNED: u8 = 3;

/// A closed range of identifier ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdRange {
    /// First id.
    pub first: i64,
    /// Last id, not before `first`.
    pub last: i64,
}

impl IdRange {
    /// The range of one id.
    pub fn one(id: i64) -> Self {
        Self { first: id, last: id }
    }

    /// How many ids it holds.
    pub fn n_ids(self) -> u64 {
        self.last.abs_diff(self.first) + 1
    }

    /// The parts of it in each block, in order.
    pub fn by_block(self) -> impl Iterator<Item = (i64, IdRange)> {
        (block_of(self.first)..=block_of(self.last)).map(move |block| {
            let first = self.first.max(block << BLOCK_BITS);
            let last = self.last.min((block << BLOCK_BITS) | OFFSET_MASK);
            (block, IdRange { first, last })
        })
    }
}

const OFFSET_MASK: i64 = (1 << BLOCK_BITS) - 1;
const LEVEL_BITS: u32 = 2;
const N_LEVELS: u32 = BLOCK_BITS / LEVEL_BITS + 1;

/// The id of number `number` in `class`; numbers stay below 2^60.
pub fn id_of(class: u8, number: u64) -> i64 {
    assert!(class < 8 && number >> 60 == 0, "an identifier id is class << 60 | number");
    (i64::from(class) << 60) | number as i64
}

/// Class and number of an id.
pub fn class_and_number(id: i64) -> (u8, u64) {
    ((id >> 60) as u8, (id & ((1 << 60) - 1)) as u64)
}

/// The block of an id.
pub fn block_of(id: i64) -> i64 {
    id >> BLOCK_BITS
}

/// The row that stands for the part of a range in one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) block: i64,
    pub(crate) node: i64,
    /// Place of the first identifier in the block.
    pub(crate) first_offset: i64,
    /// Place of the last.
    pub(crate) last_offset: i64,
}

/// How long the nodes of each level are, and how many nodes before one may hold what reaches into
/// it, leaves first.
pub(crate) const LEVELS: [(i64, i64); N_LEVELS as usize] = {
    let mut levels = [(1, 0); N_LEVELS as usize];
    let mut level = 1;
    while level < levels.len() {
        levels[level] = (1 << (LEVEL_BITS * level as u32), 1);
        level += 1;
    }
    levels
};

/// The rows that stand for `range`: one a block.
pub(crate) fn spans(range: IdRange) -> impl Iterator<Item = Span> {
    range.by_block().map(|(block, part)| span(block, part))
}

/// The row that stands for `part`, which lies in `block`.
pub(crate) fn span(block: i64, part: IdRange) -> Span {
    let longest = |level: &u32| part.n_ids() <= 1 << (LEVEL_BITS * level);
    let level = (0..N_LEVELS).find(longest).expect("a block is as long as its highest node");
    Span {
        block,
        node: node(part.first, level),
        first_offset: offset(part.first),
        last_offset: offset(part.last),
    }
}

/// Place of an id in its block.
pub(crate) fn offset(id: i64) -> i64 {
    id & OFFSET_MASK
}

fn node(id: i64, level: u32) -> i64 {
    leaf(id) >> (LEVEL_BITS * level)
}

fn leaf(id: i64) -> i64 {
    (1 << BLOCK_BITS) | (id & OFFSET_MASK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_range_is_one_row_a_block() {
        let whole = IdRange { first: 5 << BLOCK_BITS, last: (6 << BLOCK_BITS) - 1 };
        let rows: Vec<Span> = spans(whole).collect();
        assert_eq!(rows, [Span { block: 5, node: 1, first_offset: 0, last_offset: OFFSET_MASK }]);
        let two = IdRange { first: (5 << BLOCK_BITS) - 1, last: (5 << BLOCK_BITS) + 23 };
        let rows: Vec<Span> = spans(two).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].node, 1 << 14, "24 ids are in nodes of 64");
    }

    #[test]
    fn classes_do_not_meet() {
        assert_eq!(class_and_number(id_of(3, 7)), (3, 7));
        assert!(id_of(0, (1 << 60) - 1) < id_of(1, 0));
    }

    fn ids() -> impl Strategy<Value = IdRange> {
        let near = (3i64 << BLOCK_BITS) - 40..(3i64 << BLOCK_BITS) + 40;
        let any = 0i64..4 << BLOCK_BITS;
        prop_oneof![(near.clone(), near), (any.clone(), any)]
            .prop_map(|(a, b)| IdRange { first: a.min(b), last: a.max(b) })
    }

    fn overlap(a: IdRange, b: IdRange) -> bool {
        a.first <= b.last && b.first <= a.last
    }

    proptest! {
        /// Rows of a stored range and intervals of a query meet exactly if the ranges overlap.
        #[test]
        fn query_meets_rows_iff_ranges_overlap(stored in ids(), query in ids()) {
            let rows: Vec<Span> = spans(stored).collect();
            let met = query.by_block().any(|(block, part)| {
                let intervals = LEVELS.map(|(n_ids, n_before)| {
                    leaf(part.first) / n_ids - n_before..=leaf(part.last) / n_ids
                });
                rows.iter().any(|row| row.block == block
                    && intervals.iter().any(|nodes| nodes.contains(&row.node))
                    && row.first_offset <= offset(part.last)
                    && row.last_offset >= offset(part.first))
            });
            prop_assert_eq!(met, overlap(stored, query));
        }

        /// An identifier is found in one row of a range that holds it, and in none of another.
        #[test]
        fn one_row_holds_an_identifier(stored in ids(), id in 0i64..4 << BLOCK_BITS) {
            let n = spans(stored).filter(|row| row.block == block_of(id)
                && LEVELS.iter().any(|(n_ids, n_before)| {
                    (leaf(id) / n_ids - n_before..=leaf(id) / n_ids).contains(&row.node)
                })
                && (row.first_offset..=row.last_offset).contains(&offset(id))).count();
            prop_assert_eq!(n, usize::from((stored.first..=stored.last).contains(&id)));
        }
    }
}
