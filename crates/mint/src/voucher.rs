//! The signed voucher of a check: what somebody was told of a code, provable with the public key
//! alone.
//!
//! ```text
//! suyuan voucher v1
//! number: 7Q2M-0KXD-94TB-HVN5
//! saved: 2026-11-22T08:01:30Z
//! checked: 2026-11-22T08:00:05Z
//! domain: trace.example
//! code: 21573380914467252
//! state: scanned-before
//! reason: -
//! count: 2
//! since: 2026-11-20T10:41:00Z
//! until: -
//! in: 440000
//! product: 婴幼儿配方奶粉 1 段
//! enterprise: 甘露乳业
//! lot: L20261101
//! place: 310000
//! says: (what it does not prove, in Chinese and English)
//! key: 8293a4b5
//! signature: (512 characters of base64)
//! ```
//!
//! A line without a value has `-`. Times are RFC 3339 in UTC; `since` and `until` are rounded down
//! to the minute, since they may be a stranger's. `in` and `place` are GB/T 2260 divisions or
//! letters of a country: where the first check was, a province at the finest, and where this one
//! was, a city at the finest.

use crate::error::Error;
use crate::keys::{KeyId, ManifestKey};
use crate::signed::{Lines, Sealed, seal};

/// How a voucher begins.
const TITLE: &str = "suyuan voucher v1";

/// What each voucher says of itself; it never changes.
const SAYS: &str = "查询当时对该编码的结果，不证明任何商品为真，也不证明编码未被复制。 / What was found \
                    of this code at that time. It proves neither that any goods are genuine nor \
                    that the code was not copied.";

/// What stands for no value.
const NONE: &str = "-";

/// What a voucher says. A value without meaning is empty; none has control characters, or spaces
/// around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Under which it is found again.
    pub number: String,
    /// When it was made.
    pub saved: String,
    /// When the code was checked.
    pub checked: String,
    /// The host of the platform.
    pub domain: String,
    /// What was checked, as its page shows it.
    pub code: String,
    /// Name of the verdict.
    pub state: String,
    /// Name of its reason.
    pub reason: String,
    /// The number in the verdict: checks, or tries that were left.
    pub count: String,
    /// The first time in the verdict.
    pub since: String,
    /// The second time in the verdict.
    pub until: String,
    /// Where the first check was.
    pub in_area: String,
    /// Name of the product.
    pub product: String,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Number of the lot.
    pub lot: String,
    /// Where this check was.
    pub place: String,
    /// The key that signs.
    pub key: KeyId,
}

impl Voucher {
    /// The signed text, line by line.
    fn lines(&self) -> String {
        let mut lines = format!("{TITLE}\n");
        let values = [
            ("number", &self.number),
            ("saved", &self.saved),
            ("checked", &self.checked),
            ("domain", &self.domain),
            ("code", &self.code),
            ("state", &self.state),
            ("reason", &self.reason),
            ("count", &self.count),
            ("since", &self.since),
            ("until", &self.until),
            ("in", &self.in_area),
            ("product", &self.product),
            ("enterprise", &self.enterprise),
            ("lot", &self.lot),
            ("place", &self.place),
        ];
        for (name, value) in values {
            let value = if value.is_empty() { NONE } else { value };
            lines.extend([name, ": ", value, "\n"]);
        }
        lines + &format!("says: {SAYS}\nkey: {}\n", self.key)
    }

    /// The file of the voucher: the lines and the signature.
    ///
    /// # Errors
    /// [`Error::Malformed`] if a value has a control character or spaces around it, or if `key`
    /// names another key; [`Error::CryptoFailed`].
    pub fn sign(&self, key: &ManifestKey) -> Result<String, Error> {
        let lines = self.lines();
        if parse(&lines)? != *self || self.key != key.id() {
            return Err(Error::Malformed { line: 18 });
        }
        seal(lines, key)
    }

    /// Whether a text is meant to be a voucher.
    #[must_use]
    pub fn is_begun_by(file: &str) -> bool {
        file.starts_with(TITLE)
    }

    /// Reads the file of a voucher and checks it with the public key (PEM) alone.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::KeyRejected`] for a PEM that is no RSA public key,
    /// [`Error::OtherKey`], [`Error::SignatureWrong`].
    pub fn verify(file: &str, public_pem: &str) -> Result<Voucher, Error> {
        let sealed = Sealed::of(file)?;
        let voucher = parse(sealed.lines)?;
        sealed.check(voucher.key, public_pem)?;
        Ok(voucher)
    }

    /// Reads the file of a voucher that we made and kept, whose signature is not looked at.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn read_kept(file: &str) -> Result<Voucher, Error> {
        parse(Sealed::of(file)?.lines)
    }
}

/// Reads the signed lines; only their canonical form is accepted.
fn parse(text: &str) -> Result<Voucher, Error> {
    let mut lines = Lines::of(text);
    lines.next(TITLE)?;
    let mut value = |name: &str| -> Result<String, Error> {
        let value = lines.next_text(name)?;
        Ok(if value == NONE { String::new() } else { value })
    };
    let mut voucher = Voucher {
        number: value("number: ")?,
        saved: value("saved: ")?,
        checked: value("checked: ")?,
        domain: value("domain: ")?,
        code: value("code: ")?,
        state: value("state: ")?,
        reason: value("reason: ")?,
        count: value("count: ")?,
        since: value("since: ")?,
        until: value("until: ")?,
        in_area: value("in: ")?,
        product: value("product: ")?,
        enterprise: value("enterprise: ")?,
        lot: value("lot: ")?,
        place: value("place: ")?,
        key: KeyId([0; 4]),
    };
    lines.next("says: ")?;
    voucher.key = lines.next_key("key: ")?;
    // What follows and other words of ours are found by writing it again.
    if voucher.lines() == text { Ok(voucher) } else { Err(Error::Malformed { line: 17 }) }
}

#[cfg(test)]
mod tests;
