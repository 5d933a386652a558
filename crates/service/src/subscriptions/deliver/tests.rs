use super::{pause_us, sign};
use crate::limits::{FIRST_PAUSE_US, MAX_PAUSE_US};

#[test]
fn pauses_double_up_to_an_hour_and_never_reach_beyond() {
    for n_failures in [0, 1, 2, 3, 10, 21, 1000, u32::MAX] {
        let longest = pause_us(n_failures, 0);
        let shortest = pause_us(n_failures, u32::MAX);
        assert!(longest <= MAX_PAUSE_US && shortest > longest * 7 / 10, "{n_failures}");
        assert!(shortest < longest);
    }
    assert_eq!(pause_us(1, 0), FIRST_PAUSE_US);
    assert_eq!(pause_us(2, 0), 2 * FIRST_PAUSE_US);
    assert_eq!(pause_us(100, 0), MAX_PAUSE_US);
}

#[test]
fn a_signature_is_what_the_documentation_says() {
    // printf 's1.1-2.1795248000.{}' | openssl dgst -sha256 -hmac secret
    let expected =
        "t=1795248000,v1=5b71842772e88c7e073cd0ffa6c7bbb5480ab86d4811339d407c56e4d9474865";
    let signature = sign("secret", "s1.1-2", 1_795_248_000, b"{}");
    assert_eq!(signature, expected);
}
