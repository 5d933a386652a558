//! The space of identifier ids, and how a range of it is laid into index rows.
//!
//! An id is `class << 60 | number`. A block is 2^20 neighbouring ids. Inside a block a range is
//! the union of aligned power-of-two nodes numbered like a heap: the node of one id is
//! `1 << 20 | offset`, its parent is half of that, the whole block is 1.
//! At each of the 21 levels the nodes that touch a range form one interval, which is all that a
//! stabbing or overlap query asks for.

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
const N_LEVELS: u32 = BLOCK_BITS + 1;

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

/// The rows `(block, node)` that stand for `range`: at most 40 a block.
pub(crate) fn nodes(range: IdRange) -> Vec<(i64, i64)> {
    let mut nodes = Vec::new();
    for (block, part) in range.by_block() {
        let mut first = leaf(part.first);
        let mut end = leaf(part.last) + 1;
        while first < end {
            if first & 1 == 1 {
                nodes.push((block, first));
                first += 1;
            }
            if end & 1 == 1 {
                end -= 1;
                nodes.push((block, end));
            }
            first >>= 1;
            end >>= 1;
        }
    }
    nodes
}

/// The intervals of nodes of one block that touch `range`, leaves first: 21 pairs.
pub(crate) fn touching(range: IdRange) -> [(i64, i64); N_LEVELS as usize] {
    std::array::from_fn(|level| (leaf(range.first) >> level, leaf(range.last) >> level))
}

fn leaf(id: i64) -> i64 {
    (1 << BLOCK_BITS) | (id & OFFSET_MASK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_whole_block_is_one_row() {
        let range = IdRange { first: 5 << BLOCK_BITS, last: (6 << BLOCK_BITS) - 1 };
        assert_eq!(nodes(range), [(5, 1)]);
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

    proptest! {
        /// Rows of a stored range and intervals of a query meet exactly if the ranges overlap.
        #[test]
        fn query_meets_rows_iff_ranges_overlap(stored in ids(), query in ids()) {
            let rows = nodes(stored);
            let met = query.by_block().any(|(block, part)| {
                let intervals = touching(part);
                rows.iter().any(|&(b, node)| b == block
                    && intervals.iter().any(|&(lo, hi)| (lo..=hi).contains(&node)))
            });
            prop_assert_eq!(met, stored.first <= query.last && query.first <= stored.last);
        }

        /// Each id of a range lies in exactly one of its rows.
        #[test]
        fn rows_partition_the_range(stored in ids(), id in 0i64..4 << BLOCK_BITS) {
            let n = nodes(stored).iter().filter(|&&(block, node)| {
                let level = BLOCK_BITS - node.ilog2();
                block == block_of(id) && leaf(id) >> level == node
            }).count();
            prop_assert_eq!(n, usize::from((stored.first..=stored.last).contains(&id)));
        }
    }
}
