//! Percent escapes in URIs (RFC 3986 §2.1).

/// Escapes all but letters and digits of ASCII and the characters of `plain`.
pub(crate) fn percent(text: &str, plain: &[u8]) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || plain.contains(&byte);
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// Reads escapes; none if one is broken, or if they are no UTF-8 text.
pub(crate) fn decode(escaped: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.split_at_checked(2).filter(|_| byte == b'%');
        let (byte, tail) = match digits {
            None => (byte, tail),
            Some((digits, tail)) => {
                let digits = std::str::from_utf8(digits).ok()?;
                (u8::from_str_radix(digits, 16).ok()?, tail)
            }
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}
