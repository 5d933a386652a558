//! Numbers and characters as bits, most significant first: compressed links and tags.

/// Writes bits.
#[derive(Default)]
pub(crate) struct BitWriter {
    bits: Vec<bool>,
}

impl BitWriter {
    /// A number in `n_bits`, with zeros before it.
    pub(crate) fn number(&mut self, value: u64, n_bits: usize) {
        self.bits.extend((0..n_bits).rev().map(|bit| bit < 64 && value >> bit & 1 == 1));
    }

    /// A decimal number of any length; its value must be below 2^`n_bits`.
    pub(crate) fn decimal(&mut self, digits: &str, n_bits: usize) {
        let mut digits: Vec<u8> = digits.bytes().map(|byte| byte - b'0').collect();
        let start = self.bits.len();
        for _ in 0..n_bits {
            let mut rest = 0;
            for digit in &mut digits {
                let value = rest * 10 + *digit;
                (*digit, rest) = (value / 2, value % 2);
            }
            self.bits.push(rest == 1);
        }
        self.bits[start..].reverse();
    }

    /// Bits as they are.
    pub(crate) fn raw(&mut self, bits: &[bool]) {
        self.bits.extend_from_slice(bits);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.bits.len()
    }

    /// Adds zeros until the length is a multiple.
    pub(crate) fn pad(&mut self, multiple: usize) {
        self.bits.resize(self.bits.len().next_multiple_of(multiple), false);
    }

    /// Groups of `n_bits`, at most 8, as numbers; the length must be a multiple.
    pub(crate) fn groups(&self, n_bits: usize) -> impl Iterator<Item = u8> {
        let number = |bits: &[bool]| bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit));
        self.bits.chunks_exact(n_bits).map(number)
    }
}

/// Reads bits; the end is `None`.
#[derive(Clone)]
pub(crate) struct BitReader {
    bits: Vec<bool>,
    at: usize,
}

impl BitReader {
    /// Reads the low `n_bits` of each group.
    pub(crate) fn new(groups: impl IntoIterator<Item = u8>, n_bits: usize) -> Self {
        let bits = groups
            .into_iter()
            .flat_map(|group| (0..n_bits).rev().map(move |bit| group >> bit & 1 == 1));
        Self { bits: bits.collect(), at: 0 }
    }

    fn take(&mut self, n_bits: usize) -> Option<&[bool]> {
        let taken = self.bits.get(self.at..self.at.checked_add(n_bits)?)?;
        self.at += n_bits;
        Some(taken)
    }

    /// A number of at most 64 bits.
    pub(crate) fn number(&mut self, n_bits: usize) -> Option<u64> {
        let bits = self.take(n_bits)?;
        Some(bits.iter().fold(0, |sum, bit| sum << 1 | u64::from(*bit)))
    }

    /// A number of a few bits.
    pub(crate) fn small(&mut self, n_bits: usize) -> Option<usize> {
        self.number(n_bits).and_then(|number| usize::try_from(number).ok())
    }

    /// A number as exactly `n_digits` decimal digits; a greater one is `None`.
    pub(crate) fn decimal(&mut self, n_bits: usize, n_digits: usize) -> Option<String> {
        let mut digits = vec![0_u8; n_digits];
        for bit in self.take(n_bits)? {
            let mut carry = u8::from(*bit);
            for digit in digits.iter_mut().rev() {
                let value = *digit * 2 + carry;
                (*digit, carry) = (value % 10, value / 10);
            }
            if carry > 0 {
                return None;
            }
        }
        Some(digits.into_iter().map(|digit| char::from(b'0' + digit)).collect())
    }

    /// Adds zeros until the length is a multiple.
    pub(crate) fn pad(&mut self, multiple: usize) {
        self.bits.resize(self.bits.len().next_multiple_of(multiple), false);
    }

    /// So many bits that must be zeros.
    pub(crate) fn zeros(&mut self, n_bits: usize) -> Option<()> {
        (!self.take(n_bits)?.contains(&true)).then_some(())
    }

    /// All bits that are left.
    pub(crate) fn rest(&self) -> &[bool] {
        &self.bits[self.at..]
    }

    pub(crate) fn n_left(&self) -> usize {
        self.bits.len() - self.at
    }

    /// Whether only zeros are left.
    pub(crate) fn is_padding(&self) -> bool {
        !self.bits[self.at..].contains(&true)
    }
}
