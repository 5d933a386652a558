//! The check digit of own codes: ISO/IEC 7064 MOD 11,10.
//!
//! It catches every single wrong digit and nearly every swap of neighbours, so that a typing error
//! is told apart from an unknown code. It protects against typing, never against counterfeiting.
//! The same system closes the Chinese food licence number (GB/T 17710).

/// The state before the first digit; states are 1 to 10.
pub(crate) const START: u8 = 10;

/// The state after one more digit (ISO/IEC 7064, hybrid system MOD 11,10).
pub(crate) const fn step(state: u8, digit: u8) -> u8 {
    let sum = (state + digit) % 10;
    (if sum == 0 { 10 } else { sum }) * 2 % 11
}

/// The state after two more digits, by `pair << 4 | state`: 100 pairs of digits, 16 states each.
static PAIRS: [u8; 100 << 4] = {
    let mut table = [0; 100 << 4];
    let mut pair = 0;
    while pair < 100 {
        let mut state = 1;
        while state <= START {
            let after = step(step(state, pair / 10), pair % 10);
            table[(pair as usize) << 4 | state as usize] = after;
            state += 1;
        }
        pair += 1;
    }
    table
};

/// The state after `pair`, two digits as a number below 100.
#[inline]
pub(crate) fn step_pair(state: u8, pair: u8) -> u8 {
    PAIRS[usize::from(pair) << 4 | usize::from(state)]
}

/// The state from which a zero leads to `state`.
#[inline]
pub(crate) fn before_zero(state: u8) -> u8 {
    // A zero doubles the state modulo 11, and 2 * 6 = 12 = 1.
    state * 6 % 11
}

/// The digit (0 to 9) that closes a number which has left this state.
#[inline]
pub(crate) fn close(state: u8) -> u8 {
    // (state + digit) mod 10 must be 1; 11 - state is 10 for state 1, which stands for 0.
    const CLOSE: [u8; 16] = [0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0];
    CLOSE[usize::from(state & 15)]
}

/// The check digit (`b'0'` to `b'9'`) of a body of ASCII digits, most significant first.
///
/// Bytes that are not digits give a meaningless result, not a panic.
///
/// ```
/// assert_eq!(mint::check_digit(b"79462"), b'3');
/// ```
#[must_use]
pub fn check_digit(body: &[u8]) -> u8 {
    let state = body.iter().fold(START, |state, digit| step(state, digit & 15));
    b'0' + close(state)
}

#[cfg(test)]
mod tests;
