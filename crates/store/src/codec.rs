//! Bytes of columns that hold several values: short numbers, and a reader that never panics.

use crate::{Error, Result};

/// Seven bits a byte, the low ones first; the highest bit says that more follows.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A number with its sign in the lowest bit, so that small ones are short on both sides of zero.
pub(crate) fn put_difference(bytes: &mut Vec<u8>, difference: i64) {
    put_number(bytes, (difference << 1 ^ difference >> 63) as u64);
}

/// What is not read yet. Whatever ends too early is [`Error::Corrupt`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest<'b>(pub(crate) &'b [u8]);

impl<'b> Rest<'b> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*taken)
    }

    /// The next `n` bytes, to be read apart.
    pub(crate) fn part(&mut self, n: u64) -> Result<Rest<'b>> {
        let n = usize::try_from(n).map_err(|_| cut())?;
        let (part, rest) = self.0.split_at_checked(n).ok_or_else(cut)?;
        self.0 = rest;
        Ok(Rest(part))
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        Ok(self.take::<1>()?[0])
    }

    /// What [`put_number`] wrote.
    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Error::corrupt("a number has no end"))
    }

    /// What [`put_difference`] wrote.
    pub(crate) fn difference(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A number that is a small count or a place in a list.
    pub(crate) fn small(&mut self) -> Result<usize> {
        let number = self.number()?;
        u32::try_from(number).map(|number| number as usize).map_err(|_| cut())
    }

    pub(crate) fn int(&mut self) -> Result<i32> {
        Ok(i32::from_be_bytes(self.take()?))
    }

    pub(crate) fn long(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.take()?))
    }
}

fn cut() -> Error {
    Error::corrupt("packed values end in the middle")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_put(number: u64, difference: i64) {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            put_difference(&mut bytes, difference);
            let mut rest = Rest(&bytes);
            prop_assert_eq!(rest.number().unwrap(), number);
            prop_assert_eq!(rest.difference().unwrap(), difference);
            prop_assert!(rest.byte().is_err());
        }
    }
}
